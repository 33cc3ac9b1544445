//! `pullback jacobian`.

use super::*;

const MAP: [&str; 3] = ["jacobian", "--map", "x = r*cos(t), y = r*sin(t)"];

fn jacobian(flags: &[&str]) -> Run {
    pullback(&[&MAP, flags].concat())
}

#[test]
fn formulas_and_numbers_are_as_the_contract_has_them() {
    let run = jacobian(&["--at", "r = 1 ± 0.1, t = 0.5 +- 0.02", "--json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let object = run.json();
    let matrix = serde_json::json!([["cos(t)", "-r*sin(t)"], ["sin(t)", "r*cos(t)"]]);
    assert_eq!(object["matrix"], matrix);
    assert_eq!(object["determinant"], "r");
    assert_eq!(object["at"], serde_json::json!({"r": 1.0, "t": 0.5}));
    assert_eq!(object["determinant_value"], 1.0);
    assert_eq!(object["values"][0][0].as_f64(), Some(0.5f64.cos()));
    // σx² = (0.1 cos t)² + (0.02 sin t)², and the rest likewise.
    let (c, s) = (0.5f64.cos(), 0.5f64.sin());
    let exact = ((0.1 * c).powi(2) + (0.02 * s).powi(2)).sqrt();
    let found = object["uncertainty"]["x"].as_f64().unwrap();
    assert!((found - exact).abs() < 1e-15, "{found} {exact}");
    let mixed = c * s * (0.01 - 0.0004);
    let found = object["covariance"][0][1].as_f64().unwrap();
    assert!((found - mixed).abs() < 1e-16, "{found} {mixed}");
    // The inverse is there as formulas and as numbers.
    assert_eq!(object["inverse"][1][0], "-sin(t)/r");
    assert_eq!(object["rank"], 2);
}

#[test]
fn people_read_uncertainties_in_parentheses() {
    let run = jacobian(&["--at", "r = 1 ± 0.1, t = 0.5 ± 0.02", "--samples", "10000"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    for part in [
        "det J         r\n",
        "uncertainty   x = 0.878(88) = 0.878 ± 0.088\n",
        "samples       x = 0.87",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    assert!(!run.out.contains("warning"), "{}", run.out);
    let bent = jacobian(&["--at", "r = 1 ± 0.1, t = 0 ± 1"]);
    assert!(
        bent.out.contains("`x` bends within the uncertainties"),
        "{}",
        bent.out
    );
}

#[test]
fn a_function_of_several_variables_has_its_gradient() {
    let run = pullback(&["jacobian", "--map", "f = x^2*y + sin(y)", "--json"]);
    let object = run.json();
    assert_eq!(
        object["matrix"],
        serde_json::json!([["2*x*y", "x^2 + cos(y)"]])
    );
    assert_eq!(object["hessian"][0], serde_json::json!(["2*y", "2*x"]));
    // An integral over its image has no meaning, and is refused where the map stands.
    let run = integrate(&["--map", "f = x^2*y", "--over", "x = 0..1, y = 0..1"]);
    assert_eq!(run.marked(), "f = x^2*y");
}

#[test]
fn limits_order_the_variables_and_parameters_have_values() {
    let flags = [
        "--map",
        "x = a*v + u",
        "--param",
        "a = 3",
        "--at",
        "u = 1, v = 2",
        "--json",
    ];
    let run = pullback(&[&["jacobian"], &flags[..]].concat());
    assert_eq!(run.json()["matrix"], serde_json::json!([["a", "1"]]));
    let run = pullback(&[&["jacobian", "--over", "u = 0..1, v = 0..1"], &flags[..]].concat());
    assert_eq!(run.json()["matrix"], serde_json::json!([["1", "a"]]));
    assert_eq!(run.json()["image"]["x"], 7.0);
    // Limits give signs: here r is not negative.
    let run = jacobian(&[
        "--over",
        "r = 0..1, t = 0..1",
        "--map",
        "x = abs(r)*cos(t), y = abs(r)*sin(t)",
    ]);
    assert!(run.code == Some(2), "{}", run.out);
}

#[test]
fn latex_is_of_formulas_in_a_matrix() {
    let run = jacobian(&["--latex"]);
    let exact = "\\frac{\\partial(x, y)}{\\partial(r, t)} = \\begin{pmatrix}\n\\cos t & -r \\, \\sin t \\\\\n\
                 \\sin t & r \\, \\cos t\n\\end{pmatrix}\n\n\\det J = r\n\nJ^{-1} = \\begin{pmatrix}\n\
                 \\cos t & \\sin t \\\\\n-\\frac{\\sin t}{r} & \\frac{\\cos t}{r}\n\\end{pmatrix}\n";
    assert_eq!(run.out, exact);
}

#[test]
fn a_file_may_hold_the_point_and_a_covariance() {
    let folder = Folder::new("jacobian");
    let path = folder.path("point.toml");
    let text = "covariance = [[0.01, 0.002], [0.002, 0.0004]]\n[map]\nx = 'r*cos(t)'\ny = 'r*sin(t)'\n\
                [at]\nr = 1\nt = '0'\n";
    fs::write(&path, text).unwrap();
    let run = pullback(&["jacobian", &path, "--json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let object = run.json();
    assert_eq!(
        object["covariance"],
        serde_json::json!([[0.01, 0.002], [0.002, 0.0004]])
    );
    assert_eq!(object["uncertainty"]["x"], 0.1);
}

#[test]
fn what_is_wrong_with_a_point_is_marked() {
    for (flags, marked) in [
        (&["--at", "r = 1"][..], "r"),
        (&["--at", "r = 1, q = 2"], "q"),
        (&["--at", "r = 1 ± -2, t = 0"], "-2"),
        (&["--at", "r = 1/0, t = 0"], "1/0"),
        (&["--at", "r = 1 ± x, t = 0"], "x"),
        (&["--at", "r = 1, t = 0", "--within", "r = 1"], "r"),
        (&["--within", "r = 1, t = 1"], "r"),
        (&["--at", "r = 1, t = 0", "--covariance", "1, 2"], "1, 2"),
        (
            &["--at", "r = 1 ± 1, t = 0", "--covariance", "1, 0; 0, 1"],
            "1",
        ),
    ] {
        let run = jacobian(flags);
        assert_eq!(run.code, Some(2), "{flags:?}: {}", run.out);
        assert_eq!(run.marked(), marked, "{flags:?}");
    }
    let run = pullback(&["jacobian", "--polygon", "(0,0) (1,0) (0,1)"]);
    assert!(run.err.contains("`polygon` is no map"), "{}", run.err);
    let run = jacobian(&["--at", "r = 1, t = 0", "--samples", "100"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("there are none"), "{}", run.err);
    let run = jacobian(&["--at", "r = 1, t = 0", "--covariance", "1, 2; 2, 1"]);
    assert!(run.err.contains("negative eigenvalue"), "{}", run.err);
}

#[test]
fn a_kink_or_a_jump_within_the_uncertainties_is_warned_of() {
    for (map, at, is_warned) in [
        ("f = abs(x)", "x = 0 ± 1", true),
        ("f = abs(x)", "x = 4 ± 1", false),
        ("f = floor(x)", "x = 1.5 ± 0.2", true),
        ("f = ln(x)", "x = 1 ± 0.5", true),
        ("f = x^2*sin(x)", "x = 1 ± 0.1", false),
    ] {
        let run = pullback(&["jacobian", "--map", map, "--at", at]);
        assert_eq!(
            run.out.contains("may jump, have a kink"),
            is_warned,
            "{map}: {}",
            run.out
        );
    }
    // A matrix that is singular everywhere has no inverse to print.
    let run = pullback(&["jacobian", "--map", "x = floor(u)*v, y = v"]);
    assert!(!run.out.contains("1/0"), "{}", run.out);
}

#[test]
fn a_point_without_a_value_is_owned_up_to() {
    let run = pullback(&["jacobian", "--map", "x = ln(u)", "--at", "u = 0"]);
    assert_eq!(run.code, Some(1), "{}", run.err);
    assert!(run.out.contains("image         x = -inf"), "{}", run.out);
}
