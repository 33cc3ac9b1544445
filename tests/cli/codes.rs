//! Exit codes, help, and arguments that do not exist.

use super::*;

#[test]
fn an_answer_short_of_the_tolerance_is_printed_with_code_1() {
    let run = disk(&["--method", "monte-carlo", "--max-evals", "5000", "--json"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.json()["status"], "budget");
    let people = disk(&["--method", "monte-carlo", "--max-evals", "5000"]);
    assert_eq!(people.code, Some(1));
    assert!(people.out.lines().any(|line| line.starts_with("reason ")));
}

#[test]
fn rounding_is_within_the_tolerance_or_it_is_not() {
    // The tolerance is below what double precision can hold; then it is just above.
    let integral = ["--integrand", "exp(x)*cos(y)", "--json", "--rtol"];
    let strict = disk(&[&integral[..], &["1e-30"]].concat());
    assert_eq!(strict.json()["status"], "roundoff");
    assert_eq!(strict.code, Some(1));
    assert_eq!(disk(&[&integral[..], &["1e-12"]].concat()).code, Some(0));
}

#[test]
fn what_is_zero_by_symmetry_is_as_good_as_can_be_had() {
    let run = |formula: &str| {
        let over = [
            "integrate",
            "--over",
            "x = -1..1",
            "--integrand",
            formula,
            "--json",
        ];
        pullback(&over)
    };
    let zero = run("x^3*exp(x^2)");
    assert_eq!(
        (zero.code, &zero.json()["status"]),
        (Some(0), &"roundoff".into())
    );
    assert!(
        zero.json()["reasons"]
            .to_string()
            .contains("1e-13 of the integral of the size")
    );
}

#[test]
fn a_pole_is_passed_by_the_principal_value() {
    let run = |limits: &str, place: &str| {
        let problem = [
            "integrate",
            "--over",
            limits,
            "--integrand",
            "1/x",
            "--json",
        ];
        pullback(&[&problem[..], &["--principal-value", place]].concat())
    };
    let answer = run("x = -1..2", "x = 0");
    assert_eq!(answer.code, Some(0));
    // A few roundings.
    let off = answer.json()["value"].as_f64().unwrap() - 2f64.ln();
    assert!(off.abs() < 1e-14, "{off:e}");
    for (limits, place) in [
        ("x = 1..2", "x = 0"),
        ("x = -1..2", "y = 0"),
        ("x = -1..2", "x = a"),
    ] {
        let refused = run(limits, place);
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""));
        assert!(
            refused.err.contains("there is no principal value"),
            "{}",
            refused.err
        );
    }
}

#[test]
fn a_point_without_a_value_is_named_in_the_users_names() {
    let run = disk(&["--integrand", "sqrt(x - 2)", "--json"]);
    assert_eq!(run.code, Some(1));
    let object = run.json();
    assert_eq!(
        (object["status"].as_str(), &object["value"]),
        (Some("nonfinite"), &Value::Null)
    );
    let reason = object["reasons"][0].as_str().unwrap();
    for part in ["NaN at r = ", ", t = ", "that is x = ", ", y = "] {
        assert!(reason.contains(part), "{reason}");
    }
    let quiet = disk(&["--integrand", "sqrt(x - 2)", "--quiet"]);
    assert_eq!((quiet.code, quiet.out.as_str()), (Some(1), "NaN\n"));
}

#[test]
fn arguments_that_do_not_exist_are_bad_input() {
    for arguments in [
        &["integrat"][..],
        &["integrate", "--ovr", "r = 0..1"],
        &["integrate", "--over", "r = 0..1", "--method", "simpson"],
        &["integrate", "no-such-file.toml"],
        &["plot", "--over", "r = 0..1"],
        &[
            "plot", "--over", "r = 0..1", "-o", "a.png", "--size", "wide",
        ],
    ] {
        let run = pullback(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let version = pullback(&["--version"]);
    assert_eq!(
        version.out,
        format!("pullback {}\n", env!("CARGO_PKG_VERSION"))
    );
    for (arguments, example) in [
        (&[][..], "pullback plot --map"),
        (&["integrate", "--help"], "pullback integrate disk.toml"),
        (&["plot", "--help"], "-o polar.png"),
        (
            &["plot", "--help"],
            "[possible values: deformation, jacobian, integrand, nodes, convergence, sweep] [default: deformation]",
        ),
        (&["integrate", "--help"], "[default: 1e-10]"),
        (
            &["integrate", "--help"],
            "[default: 200 million, 10 million for monte-carlo]",
        ),
        (&["integrate", "--help"], "[default: 0]"),
        (
            &["integrate", "--help"],
            "[possible values: auto, gauss, tanh-sinh, cubature, qmc, vegas, monte-carlo]",
        ),
    ] {
        let run = pullback(arguments);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        assert!(run.out.contains(example), "{}", run.out);
    }
}
