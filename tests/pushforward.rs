//! Integrands in which two variables occur only in one formula of them: its value is the variable.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use pullback::{Estimate, Settings, Status};

mod cases;

use cases::judge::Truth;
use cases::{SplitMix, domain};

fn solve(limits: &str, integrand: &str, rtol: f64) -> Estimate {
    let domain = domain("", limits);
    let integrands = domain.parse(&[integrand]).unwrap();
    let settings = Settings::new().rtol(rtol).max_evals(30_000_000).threads(1);
    domain.integrate_all(&integrands, &settings).unwrap()
}

fn is_pushed(answer: &Estimate) -> bool {
    answer.because.to_string().contains("only in one formula")
}

#[test]
fn what_switches_or_is_singular_along_curves_costs_no_more_than_on_a_line() {
    // By Fubini's theorem on the other axis, mpmath with 30 digits, but where something else is said.
    for (limits, integrand, exact) in [
        (
            "x = 0..1, y = 0..1",
            "abs(x + y - 0.7)",
            0.414_333_333_333_333_3,
        ),
        (
            "x = 0..6, y = 0..3",
            "abs(sin(x*y))",
            11.071_694_310_573_806,
        ),
        ("x = 1..4, y = 1..2", "floor(x^2/y)", 13.040_507_752_051_158),
        // Substitution: 2∫|p − 0.3|^(−1/2)·(2 − p) dp over 0..2.
        (
            "x = -1..1, y = -1..1",
            "abs(abs(x + y) - 0.3)^(-0.5)",
            9.854_345_928_087_598,
        ),
        // The test suite of NIntegrate.
        (
            "x = 0..5, y = 0..5",
            "if(cos(x*y) > 0, 1/sqrt(cos(x*y)), 0)",
            21.538_136_776_986_388,
        ),
        // A third variable stays.
        (
            "x = 0..1, y = 0..1, z = 0..1",
            "abs(x + y - 0.7)*exp(z*(x + y))",
            0.844_385_463_641_893_3,
        ),
    ] {
        let answer = solve(limits, integrand, 1e-9);
        let exact = [exact];
        assert_eq!(
            Truth::new(&exact, 1e-9).fault(&answer, 60_000),
            None,
            "{integrand}"
        );
        assert!(is_pushed(&answer), "{integrand}: {}", answer.because);
    }
}

#[test]
fn pairs_of_six_variables_leave_three() {
    // The mutual attraction of two cubes, from the test suite of Chebfun's authors.
    let answer = solve(
        "a = 0..1, b = 0..1, c = 0..1, d = 0..1, f = 0..1, g = 0..1",
        "(1 + d - a)/((1 + d - a)^2 + (f - b)^2 + (g - c)^2)^1.5",
        1e-10,
    );
    let exact = [0.925_981_260_557_291_4];
    assert_eq!(Truth::new(&exact, 1e-10).fault(&answer, 30_000_000), None);
}

#[test]
fn many_waves_in_the_plane_cost_no_more_than_few() {
    // The test suite of NIntegrate: some 10⁷ waves.
    let answer = solve("x = 1..100, y = 1..100", "cos(log(2)*x*y)", 1e-9);
    let exact = [-1.251_679_029_231_758];
    assert_eq!(Truth::new(&exact, 1e-9).fault(&answer, 10_000), None);
}

/// The same integrand, in which the variables occur apart too, to no effect: other ways lead there.
#[test]
fn weights_are_those_of_the_plane() {
    let mut random = SplitMix(20_261_130);
    let mut pushed = 0;
    for round in 0..36 {
        let mut between = |lo: f64, hi: f64| (1e3 * random.within(lo, hi)).round() / 1e3;
        // Rectangles on both sides of the axes, and across them.
        let (x, y) = (between(-2.0, 1.0), between(-2.0, 1.0));
        let (x_end, y_end) = (x + between(0.5, 2.0), y + between(0.5, 2.0));
        let (a, b, q) = (between(0.5, 2.0), between(-2.0, -0.5), between(-1.0, 1.0));
        let p = match round % 6 {
            0 => format!("({a}*x + {b}*y)"),
            1 => "x*y".to_owned(),
            2 => "(x^2 + y)".to_owned(),
            3 => format!("(x^3 - {a}*y)"),
            4 => "(x^2*y)".to_owned(),
            _ => format!("(exp(x)*(y + 3)/{a})"),
        };
        let integrand = match round / 6 % 3 {
            0 => format!("abs({p} - {q})"),
            1 => format!("if({p} > {q}, exp({p}), 1)"),
            _ => format!("abs(sin(3*{p}))"),
        };
        let limits = format!("x = {x}..{x_end}, y = {y}..{y_end}");
        let answer = solve(&limits, &integrand, 1e-9);
        let other = solve(&limits, &format!("({integrand})*exp(1e-300*x*x*y)"), 1e-7);
        assert!(!is_pushed(&other), "{limits}: {integrand}");
        pushed += usize::from(is_pushed(&answer));
        assert_eq!(answer.status, Status::Converged, "{limits}: {integrand}");
        let apart = (answer.values[0] - other.values[0]).abs();
        let claimed = answer.errors[0] + other.errors[0];
        assert!(
            apart <= claimed,
            "{limits}: {integrand}: {apart:e} > {claimed:e}"
        );
    }
    // Not where a power is divided by zero in a corner, as y = p/x² is.
    assert!(pushed >= 24, "{pushed}");
}

#[test]
fn variables_that_occur_apart_stay_two() {
    for integrand in ["abs(x + y - 0.7)*x", "abs(x + y - 0.7)*exp(abs(x*y - 0.2))"] {
        let answer = solve("x = 0..1, y = 0..1", integrand, 1e-9);
        assert!(!is_pushed(&answer), "{integrand}");
        assert_eq!(answer.status, Status::Converged);
    }
}

#[test]
fn a_value_that_is_no_number_is_reported_with_its_place_in_the_plane() {
    let answer = solve("x = 1..2, y = 1..2", "abs(x*y - 2) + sqrt(x*y - 1.5)", 1e-9);
    assert_eq!(answer.status, Status::Nonfinite);
    let bad = answer.bad_node.clone().unwrap();
    let [x, y] = [1.0 + bad.unit[0], 1.0 + bad.unit[1]];
    assert!(x * y < 1.5, "{x}, {y}");
}
