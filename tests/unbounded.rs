//! Conditions and equations between infinite limits, and conditions that have no value in a part of the
//! region.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{LN_2, PI};

use pullback::integrator::Reason;
use pullback::{Error, Estimate, Map, Settings, Status};

const PLANE: &str = "x = -inf..inf, y = -inf..inf";

fn plane(limits: &str) -> pullback::MappedRegion {
    Map::parse("x = x, y = y").unwrap().over(limits).unwrap()
}

fn over(limits: &str, conditions: &str, integrand: &str) -> Estimate {
    let region = plane(limits).where_(conditions).unwrap();
    region.integrate_text(integrand).unwrap()
}

fn on(limits: &str, equation: &str, integrand: &str) -> Result<Estimate, Error> {
    plane(limits)
        .on(equation)
        .unwrap()
        .integrate_text(integrand)
}

/// Holds an answer to a value known to so much.
fn hold(answer: &Estimate, exact: f64, known: f64) {
    assert_eq!(answer.status, Status::Converged, "{answer:?}");
    let off = (answer.value - exact).abs();
    assert!(off <= answer.error + known, "{off:e} {answer:?}");
}

#[test]
fn polynomial_conditions_confine_infinite_limits() {
    // From finite limits, with other rules, to ten digits; exp(x) has no bound on the plane.
    let answer = over(PLANE, "x^4 + y^4 - x*y < 1", "exp(x)");
    hold(&answer, 4.470_002_883_237_128, 1e-12);
    let half = over("x = inf..-inf, y = 0..inf", "x^4 + y^4 - x*y < 1", "exp(x)");
    hold(&half, 4.470_002_883_237_128 / 2.0 + odd_part(), 1e-9);
    // An ellipse in targets of a map: the area of x² + y² ≤ 1 is π whatever the variables are.
    let turned = Map::parse("x = u + v, y = u - v").unwrap();
    let turned = turned.over("u = -inf..inf, v = -inf..inf").unwrap();
    let disk = turned.where_("x^2 + y^2 <= 1").unwrap().measure().unwrap();
    hold(&disk, PI, 1e-14);
}

/// Half of the difference of the halves y > 0 and y < 0, from finite limits.
fn odd_part() -> f64 {
    let of = |limits| over(limits, "x^4 + y^4 - x*y < 1", "exp(x)").value;
    (of("x = -2..2, y = 0..2") - of("x = -2..2, y = -2..0")) / 2.0
}

#[test]
fn in_space_too() {
    let space = |limits: &str| {
        let map = Map::parse("x = x, y = y, z = z").unwrap();
        let region = map.over(limits).unwrap();
        region.where_("x^4 + y^4 + z^4 - x*y*z < 1").unwrap()
    };
    let infinite = space("x = -inf..inf, y = -inf..inf, z = -inf..inf");
    let finite = space("x = -2..2, y = -2..2, z = -2..2");
    let [infinite, finite] = [infinite, finite].map(|region| region.measure().unwrap());
    hold(&infinite, finite.value, finite.error);
}

#[test]
fn tails_that_are_nothing_need_no_division() {
    // By the error function along y between roots found by bisection, 600 lines of x: to 1e-9.
    let answer = over(
        "x = -inf..inf, y = 0..inf",
        "y*exp(y) > x^2 + 1",
        "exp(-x^2 - y^2)",
    );
    hold(&answer, 0.520_306_895_6, 1e-9);
    let bell = "exp(-x^2 - y^2)";
    let hyperbolic = over(PLANE, "x^4 - y^4 + x*y < 1", bell);
    let cut = over("x = -7..7, y = -7..7", "x^4 - y^4 + x*y < 1", bell);
    hold(&hyperbolic, cut.value, cut.error);
    let tail = over("x = 0..inf, y = 0..inf", "y*cosh(x*y) < 1", "exp(-x)");
    let cut = over("x = 0..40, y = 0..1", "y*cosh(x*y) < 1", "exp(-x)");
    hold(&tail, cut.value, cut.error);
}

#[test]
fn equations_confine_infinite_limits() {
    hold(&on(PLANE, "x^2 + y^2 = 1", "1").unwrap(), 2.0 * PI, 1e-14);
    let quartic = "x^4 + y^4 - x*y = 1";
    let finite = on("x = -2..2, y = -2..2", quartic, "1").unwrap();
    hold(
        &on(PLANE, quartic, "1").unwrap(),
        finite.value,
        finite.error,
    );
    // A hyperbola with a tail that is nothing.
    let bell = "exp(-x^2 - y^2)";
    let finite = on("x = -7..7, y = -7..7", "x*y = 1", bell).unwrap();
    hold(
        &on(PLANE, "x*y = 1", bell).unwrap(),
        finite.value,
        finite.error,
    );
}

#[test]
fn what_is_not_known_far_out_owns_up() {
    let answer = on(PLANE, "y = x^2", "exp(-y)").unwrap();
    let finite = on("x = -8..8, y = -1..64", "y = x^2", "exp(-y)").unwrap();
    assert_eq!(answer.status, Status::Suspect, "{answer:?}");
    assert!(answer.reasons.contains(&Reason::FarOut));
    // The tail beyond y = 64 is below e⁻⁶⁴.
    assert!((answer.value - finite.value).abs() <= answer.error + finite.error);
    // A length without end.
    let answer = on(PLANE, "y = x^2", "1").unwrap();
    assert!(
        answer.value.is_nan() && answer.error.is_infinite(),
        "{answer:?}"
    );
    assert_ne!(answer.status, Status::Converged);
}

#[test]
fn conditions_without_a_value_are_outside_and_say_so() {
    // By hand: x < 1.5 where √ has a value, e^y + ½ > 1, half of 1 − cos 1, y > √x.
    let square = "x = 0..1, y = 0..1";
    let wide = "x = -1..1, y = 0..1";
    for (limits, condition, exact) in [
        (square, "sqrt(x - 0.5) < 1", 0.5),
        (square, "not sqrt(x - 0.5) < 0.5", 0.25),
        (square, "ln(x - 0.5) < y", 0.5),
        (wide, "asin(2*x) < y", 0.5 + (1.0 - 1f64.cos()) / 2.0),
        (wide, "x^0.5 < y", 1.0 / 3.0),
        // x + y > 1 and x < 1 − y + y².
        (square, "sqrt(x + y - 1) < y", 1.0 / 3.0),
    ] {
        let answer = over(limits, condition, "1");
        hold(&answer, exact, 1e-14);
        let [warning] = &answer.warnings[..] else {
            panic!("{:?}", answer.warnings)
        };
        assert!(warning.contains("has no value"), "{warning}");
        assert!(warning.contains("x = "), "{warning}");
    }
}

#[test]
fn guarded_conditions_do_not_warn() {
    for (condition, exact) in [
        ("x > 0.5 and sqrt(x - 0.5) < 1", 0.5),
        ("x < 0.5 or sqrt(x - 0.5) < 0.5", 0.75),
        ("if(x > 0.5, sqrt(x - 0.5), 0) < 0.5", 0.75),
        ("sqrt(x^2 + y^2) < 1", PI / 4.0),
        // A pole is no part of the region.
        ("1/x < y + 1", 1.0 - 2f64.ln()),
    ] {
        let answer = over("x = 0..1, y = 0..1", condition, "1");
        hold(&answer, exact, 1e-14);
        assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
    }
}

#[test]
fn curves_end_where_their_equation_has_no_value() {
    // y = √(x − ½) is x = ½ + y², y from 0 to √½: ∫√(1 + 4y²) dy.
    let top = 2.0 * 0.5f64.sqrt();
    let length = (top * (1.0 + top * top).sqrt() + top.asinh()) / 4.0;
    let answer = on("x = 0..1, y = 0..1", "sqrt(x - 0.5) = y", "1").unwrap();
    hold(&answer, length, 1e-14);
    assert!(answer.warnings.is_empty());
}

#[test]
fn an_equation_that_holds_everywhere_is_refused() {
    let same = on("x = -1..1, y = -1..1", "x = x", "1").unwrap_err();
    assert!(
        same.to_string().contains("`x = x` holds everywhere"),
        "{same}"
    );
    let doubled = on("x = -1..1, y = -1..1", "2*(x + y) = 2*x + 2*y", "1");
    assert!(doubled.unwrap_err().to_string().contains("everywhere"));
}

/// In ordered coordinates, the part of the ellipsoid x² + 2y² + 3z² ≤ 1 where x < y < z: from the test suite of
/// NIntegrate, 25 digits.
const ORDERED: f64 = 0.301_327_714_219_130_24;

#[test]
fn integrands_that_are_zero_far_out_are_confined_as_conditions_are() {
    let space = "x = -inf..inf, y = -inf..inf, z = -inf..inf";
    let map = Map::parse("x = x, y = y, z = z").unwrap();
    for integrand in [
        "if(x^2 + 2*y^2 + 3*z^2 < 1, if(x < y, if(y < z, 1, 0), 0), 0)",
        "(x^2 + 2*y^2 + 3*z^2 < 1)*(x < y and y < z)",
    ] {
        let answer = map.over(space).unwrap().integrate_text(integrand).unwrap();
        hold(&answer, ORDERED, 0.0);
    }
    let answer = plane(PLANE)
        .integrate_text("exp(x)*(x^2 + y^2 < 1)")
        .unwrap();
    // 2π I₁(1): the generating function of Bessel functions.
    hold(&answer, 3.550_999_378_424_362, 1e-12);
}

#[test]
fn in_which_order_conditions_are_written_does_not_matter() {
    let map = Map::parse("x = x, y = y, z = z").unwrap();
    let cube = map.over("x = -1..1, y = -1..1, z = -1..1").unwrap();
    for conditions in [
        "x < y, y < z, x^2 + 2*y^2 + 3*z^2 < 1",
        "x^2 + 2*y^2 + 3*z^2 < 1, x < y, y < z",
    ] {
        let answer = cube.clone().where_(conditions).unwrap().measure().unwrap();
        hold(&answer, ORDERED, 0.0);
    }
}

#[test]
fn rational_curves_have_the_lengths_of_the_curves() {
    let circle = Map::parse("x = 2*(1 - t^2)/(1 + t^2), y = 4*t/(1 + t^2)").unwrap();
    for (limits, exact) in [
        ("t = -inf..inf", 4.0 * PI),
        ("t = 0..inf", 2.0 * PI),
        // The angle is twice that of which t is the tangent.
        ("t = 0..1e3", 4.0 * 1e3f64.atan()),
    ] {
        let answer = circle.over(limits).unwrap().measure().unwrap();
        hold(&answer, exact, 1e-14);
    }
}

/// What is narrow and far out along an infinite range beside something broad, in strips, quadrants, the plane and
/// space. An answer that does not see it owns up.
#[test]
fn what_lies_far_out_on_an_infinite_range_of_several_variables_is_not_missed_in_silence() {
    let root = PI.sqrt();
    let strip = "x = 0..inf, y = 0..1";
    let quadrant = "x = 0..inf, y = 0..inf";
    let space = "x = 0..inf, y = 0..1, z = 0..1";
    let cases = [
        // ∫₀¹∫₃₂ x/(1 + x + y)³ = ∫₀¹ (1/(33 + y) − (1 + y)/2/(33 + y)²) dy = ½ ln(34/33) + 16/(33·34).
        (
            "x = 32..inf, y = 0..1",
            "x/(1 + x + y)^3 + exp(-0.01*(x + y - 1e6)^2)",
            0.5 * (34.0f64 / 33.0).ln() + 16.0 / (33.0 * 34.0) + 10.0 * root,
        ),
        (
            strip,
            "1/(1 + x + y)^2 + exp(-(x - 1e4*(1 + y))^2)",
            LN_2 + root,
        ),
        (
            strip,
            "exp(-x*(1 + y)) + exp(-(x - 1e3*y - 50)^2)",
            LN_2 + root,
        ),
        (
            "x = -inf..inf, y = 0..1",
            "1/(1 + (x + y)^2) + exp(-(x + y - 1e5)^2)",
            PI + root,
        ),
        (
            quadrant,
            "1/(1 + x + y)^3 + exp(-(x + y - 1e3)^2 - y^2)",
            0.5 + PI / 2.0,
        ),
        (
            quadrant,
            "1/(1 + x + y)^3 + exp(-(x - 1e3)^2 - (y - 1e3)^2 + 0.3*(x - 1e3)*(y - 1e3))",
            0.5 + 2.0 * PI / (4.0f64 - 0.09).sqrt(),
        ),
        (
            "x = -inf..inf, y = -inf..inf",
            "exp(-x^2 - y^2) + exp(-(x - 300)^2 - (y - 200)^2 - 0.1*(x - 300)*(y - 200))",
            PI + 2.0 * PI / (4.0f64 - 0.01).sqrt(),
        ),
        (
            quadrant,
            "1/(1 + x + y)^3 + exp(-60*((x - 500)^2 + (y - 250)^2))",
            0.5 + PI / 60.0,
        ),
        (
            quadrant,
            "1/(1 + x + y)^3 + exp(-0.01*((x - 3000)^2 + (y - 500)^2 - (x - 3000)*(y - 500)))",
            0.5 + 200.0 * PI / 3.0f64.sqrt(),
        ),
        // ∫∫ 1/(ab + 1)² over a, b from 1 is ∫₁ 1/(a (a + 1)) da = ln 2.
        (
            quadrant,
            "1/((1 + x)*(1 + y) + 1)^2 + exp(-0.0169*((x - 5149.49)^2 + (y - 2104.83)^2))",
            LN_2 + PI / 0.0169,
        ),
        // ∫₀¹ 1/(½ + y) dy = ln 3; ∫₀¹ (1 + y) dy = 3/2.
        (
            "x = 1..inf, y = 0..1",
            "x^(-1.5 - y) + exp(-(6.2*(x - 1803.2 + y))^2)*(1 + y)",
            3.0f64.ln() + 1.5 * root / 6.2,
        ),
        (
            "x = -inf..inf, y = 0..1",
            "1/(1 + (x + y)^2) + exp(-abs(5*(x - 300 - 0.5*y)))*(1 + y)",
            PI + 0.6,
        ),
        // ½∫∫ 1/(1 + y + z)² = ½ ln(4/3); ∫∫ exp(−yz) = γ + E₁(1), to 18 digits by mpmath.
        (
            space,
            "1/(1 + x + y + z)^3 + exp(-(x - 1e4)^2 - y*z)",
            0.5 * (4.0f64 / 3.0).ln() + root * 0.796_599_599_297_053_1,
        ),
        (
            space,
            "1/(1 + x + y + z)^3 + exp(-(x - 1e4*(1 + y))^2 - z)",
            0.5 * (4.0f64 / 3.0).ln() + root * (1.0 - (-1.0f64).exp()),
        ),
    ];
    for (limits, integrand, exact) in cases {
        let names = if limits == space {
            "x = x, y = y, z = z"
        } else {
            "x = x, y = y"
        };
        let region = Map::parse(names).unwrap().over(limits).unwrap();
        let answer = region.integrate_text(integrand).unwrap();
        let off = (answer.value - exact).abs();
        assert!(
            off <= answer.error + 1e-14 * exact,
            "{integrand}: {off:e} {answer:?}"
        );
    }
}

#[test]
fn bounds_that_run_out_beside_a_crease_far_out_are_no_knowledge() {
    let region = plane("x = -inf..inf, y = 0..1");
    let text = "1/(1 + (x + y)^2) + exp(-abs(0.053*(x - 9255 - 0.37*y)))*(1 + y)";
    let integrand = region.parse(&[text]).unwrap();
    let settings = Settings::new().rtol(1e-10);
    let answer = region.integrate_all(&integrand, &settings).unwrap();
    // 2/k·∫₀¹ (1 + y) dy.
    let exact = PI + 3.0 / 0.053;
    let off = (answer.value - exact).abs();
    assert!(off <= answer.error, "{off:e} {answer:?}");
}
