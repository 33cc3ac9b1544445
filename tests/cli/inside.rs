//! Regions inside closed curves.

use super::*;

const ELLIPSE: [&str; 4] = [
    "--inside",
    "x = 3*cos(t), y = 2*sin(t)",
    "--over",
    "t = 0..2*pi",
];

fn ellipse(arguments: &[&str]) -> Run {
    integrate(&[&ELLIPSE, arguments].concat())
}

#[test]
fn a_closed_curve_bounds_a_region() {
    let run = ellipse(&["--integrand", "x^2", "--json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    // π a³b/4
    assert!((run.value() - 13.5 * PI).abs() < NEAR * run.value());
    let problem = &run.json()["problem"];
    assert_eq!(problem["inside"][0]["x"], "3*cos(t)");
    assert_eq!(problem["inside"][0]["over"]["t"][1], "2*pi");
    assert_eq!(run.json()["warnings"], serde_json::json!([]));
}

#[test]
fn a_file_has_a_table_a_text_or_a_list_of_arcs() {
    let folder = Folder::new("inside");
    for text in [
        "[inside]\nx = '3*cos(t)'\ny = '2*sin(t)'\n[over]\nt = [0, '2*pi']",
        "inside = 'x = 3*cos(t), y = 2*sin(t)'\nover = 't = 0..2*pi'",
        "[[inside]]\nx = '3*cos(t)'\ny = '2*sin(t)'\nover = 't = 0..pi'\n\
         [[inside]]\nx = 't'\ny = '-2*sqrt(1 - t^2/9)'\nover = { t = [-3, 3] }",
    ] {
        let file = folder.file("p.toml", text);
        let run = integrate(&[&file, "--json"]);
        assert_eq!(run.code, Some(0), "{text}: {}", run.err);
        assert!(
            (run.value() - 6.0 * PI).abs() < NEAR * run.value(),
            "{text}"
        );
    }
    // A flag takes the place of what a file says of the region.
    let file = folder.file("p.toml", "[map]\nx = 't'\n[over]\nt = [0, '2*pi']");
    let run = integrate(&[&file, "--json", "--inside", "x = cos(t), y = -sin(t)"]);
    assert!((run.value() - PI).abs() < NEAR * PI, "{}", run.err);
}

#[test]
fn signs_and_conditions_go_with_it() {
    let swapped = ["--over", "t = 2*pi..0", "--signed", "--json"];
    let run = integrate(&[&ELLIPSE[..2], &swapped].concat());
    assert!((run.value() + 6.0 * PI).abs() < NEAR * 6.0 * PI);
    let run = ellipse(&["--where", "y >= 0", "--where", "x >= 0", "--json"]);
    assert!((run.value() - 1.5 * PI).abs() < NEAR * 1.5 * PI);
    assert_eq!(run.json()["problem"]["where"][1], "x >= 0");
}

#[test]
fn what_crosses_itself_is_warned_of() {
    let eight = [
        "--inside",
        "x = sin(t), y = sin(t)*cos(t)",
        "--over",
        "t = 0..2*pi",
    ];
    let run = integrate(&eight);
    assert!(
        run.out.contains("the curve crosses itself, near (0, 0)"),
        "{}",
        run.out
    );
}

#[test]
fn curves_that_bound_nothing_are_refused() {
    let marked = |arguments: &[&str], mark: &str, says: &str| {
        let run = integrate(arguments);
        assert_eq!(run.marked(), mark, "{}", run.err);
        assert!(run.err.contains(says), "{}", run.err);
    };
    let circle = "x = cos(t), y = sin(t)";
    marked(
        &["--inside", circle, "--over", "t = 0..6.283"],
        circle,
        "begins at (1, 0) and ends at (0.99999998",
    );
    marked(&["--inside", circle], circle, "has no limits");
    marked(
        &[
            "--inside",
            "x = cos(s), y = sin(t)",
            "--over",
            "t = 0..2*pi",
        ],
        "s",
        "the parameter of the curve is `t`",
    );
    marked(
        &["--inside", "x = cos(t), y", "--over", "t = 0..1"],
        "y",
        "expected `name = …`",
    );
    marked(
        &["--inside", "x = cos(t)", "--over", "t = 0..1"],
        "x = cos(t)",
        "2 targets",
    );
    marked(
        &["--inside", circle, "--over", "t = 0..1, u = 0..1"],
        "u",
        "one parameter",
    );
    marked(
        &[
            "--inside",
            circle,
            "--over",
            "t = 0..2*pi",
            "--map",
            "x = t",
        ],
        "x",
        "given twice",
    );
    marked(
        &[
            "--inside",
            circle,
            "--over",
            "t = 0..2*pi",
            "--param",
            "t = 1",
        ],
        "t",
        "cannot be a parameter",
    );
    marked(
        &[
            "--inside",
            circle,
            "--over",
            "t = 0..2*pi",
            "--integrand",
            "x*z",
        ],
        "z",
        "--param",
    );
}
