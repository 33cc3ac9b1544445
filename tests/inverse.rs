//! Maps that are given the other way round: solved by algebra, followed along a branch, or refused.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{E, LN_2, PI};

use pullback::domain::{InverseFault, Misfit, Pullback};
use pullback::integrator::tensor_sums;
use pullback::rule::Rule;
use pullback::{
    Domain, Error, Estimate, InverseMap, InverseRegion, Map, Parameters, Settings, Status,
};

/// An inverse over a region.
struct Case {
    equations: &'static str,
    near: &'static [f64],
    over: &'static str,
    integrand: &'static str,
    exact: f64,
}

const fn case(
    equations: &'static str,
    near: &'static [f64],
    over: &'static str,
    integrand: &'static str,
    exact: f64,
) -> Case {
    Case {
        equations,
        near,
        over,
        integrand,
        exact,
    }
}

impl Case {
    fn region(&self) -> InverseRegion {
        let inverse = Map::inverse(self.equations).unwrap();
        inverse.near(self.near).unwrap().over(self.over).unwrap()
    }

    /// Checks the value against the truth: it converged, so the error is no more than is said, and small.
    #[track_caller]
    fn check(&self) -> InverseRegion {
        let region = self.region();
        let answer = region.integrate_text(self.integrand).unwrap();
        assert_eq!(
            answer.status,
            Status::Converged,
            "{} {answer:?}",
            self.equations
        );
        let off = (answer.value - self.exact).abs();
        let scale = self.exact.abs().max(1.0);
        // An error of 0 is one below the least double, and the truth is rounded.
        assert!(
            off <= answer.error + f64::EPSILON * scale,
            "{} {answer:?}",
            self.equations
        );
        // The tolerance is 1e-10 by default.
        assert!(off <= 1e-10 * scale, "{} {answer:?}", self.equations);
        region
    }
}

/// Integrals that algebra solves. Where nothing else is said the truth follows from the substitution
/// itself: f/|det ∂u/∂x| is a simple function of u, which is stated.
#[test]
fn what_algebra_solves_is_integrated_by_formulas() {
    let cases = [
        // |det| = 2y/x = 2v: ∫∫ 1/(2v) = ln(4)/2.
        case(
            "u = x*y, v = y/x",
            &[1.0, 1.0],
            "u = 1..2, v = 1..4",
            "1",
            LN_2,
        ),
        // The same on the branch in the third quadrant.
        case(
            "u = x*y, v = y/x",
            &[-1.0, -2.0],
            "u = 1..2, v = 1..4",
            "x",
            {
                // x = −√(u/v): −∫√u ∫ v^(−3/2)/2 = −(2/3)(2√2 − 1)/2.
                -(2.0 / 3.0) * (2.0 * std::f64::consts::SQRT_2 - 1.0) * 0.5
            },
        ),
        // |det| = 2(x² + y²): half the area of the box.
        case(
            "u = x^2 - y^2, v = x*y",
            &[3.0, 1.0],
            "u = 1..9, v = 2..4",
            "x^2 + y^2",
            8.0,
        ),
        // |det| = 2: ∫∫ v² sin²u/2 over a box whose u is two periods long: (2π³/3)·π/2.
        case(
            "u = x + y, v = x - y",
            &[3.2, 3.0],
            "u = pi..3*pi, v = -pi..pi",
            "(x-y)^2*sin(x+y)^2",
            PI * PI * PI * PI / 3.0,
        ),
        // |det| = 2(1 + v²): ∫du/2 · (atan 1 − atan 0) = 3π/8.
        case(
            "u = x^2 + y^2, v = y/x",
            &[1.2, 0.5],
            "u = 1..4, v = 0..1",
            "1",
            3.0 * PI / 8.0,
        ),
        // |det| = 0.4·v: ln(3)/0.4.
        case(
            "u = x*y, v = x*y^1.4",
            &[0.73, 2.05],
            "u = 1..2, v = 1..3",
            "1",
            2.746_530_721_670_274,
        ),
        // |det| = 1/r.
        case(
            "r = hypot(x,y), t = atan2(y,x)",
            &[1.2, 0.6],
            "r = 1..2, t = 0..pi/3",
            "1/(x^2+y^2)",
            PI * LN_2 / 3.0,
        ),
        // Jacobi's simplex: ∫u²e^(−u) du · ∫v dv = (2 − 5/e)/2.
        case(
            "u = x+y+z, v = (y+z)/(x+y+z), w = z/(y+z)",
            &[0.2, 0.15, 0.1],
            "u = 0..1, v = 0..1, w = 0..1",
            "exp(-(x+y+z))",
            1.0 - 2.5 / E,
        ),
        // x = −√(u + v), |det| = 2|x|: −∫∫ (u + v)/2 = −1.
        case(
            "u = x^2 - y, v = y",
            &[-1.4, 1.5],
            "u = 0..1, v = 1..2",
            "x^3",
            -1.0,
        ),
        // ∫₀¹ ∫₀ᵘ e^(v/u) = (e − 1)/2.
        case(
            "u = x+y, v = y",
            &[0.3, 0.3],
            "u = 0..1, v = 0..u",
            "exp(y/(x+y))",
            (E - 1.0) / 2.0,
        ),
        // |det| = e^y, y = v: ∫e^(−v).
        case(
            "u = x*exp(y), v = y",
            &[1.0, 1.0],
            "u = 1..2, v = 0..1",
            "1",
            1.0 - 1.0 / E,
        ),
        // |det| = e^(2x).
        case(
            "u = exp(x)*cos(y), v = exp(x)*sin(y)",
            &[0.3, 0.3],
            "u = 1..2, v = 1..2",
            "exp(2*x)",
            1.0,
        ),
        // |det| = |x − y|, on both sheets.
        case(
            "u = x+y, v = x*y",
            &[1.0, 3.0],
            "u = 4..5, v = 1..2",
            "y - x",
            1.0,
        ),
        case(
            "u = x+y, v = x*y",
            &[3.0, 1.0],
            "u = 4..5, v = 1..2",
            "x - y",
            1.0,
        ),
        // |det| = |cos x|, on the part of the sine that falls.
        case(
            "u = sin(x) + y, v = y",
            &[3.0, 0.0],
            "u = 0.2..0.8, v = 0..0.1",
            "-cos(x)",
            0.06,
        ),
        // |det| = 2xyz, and xyz = √(uvw): half of the volume.
        case(
            "u = x*y, v = y*z, w = z*x",
            &[1.0, 1.0, 1.0],
            "u = 1..2, v = 1..2, w = 1..2",
            "x*y*z",
            0.5,
        ),
        // |det| = 8xy.
        case(
            "u = x^2 + y^2, v = x^2 - y^2",
            &[1.0, 0.5],
            "u = 2..3, v = 0..1",
            "x*y",
            0.125,
        ),
        // |det| = 3/(xy)², and xy = 1/(uv): ∫∫ 1/(3u²v²) = 1/12.
        case(
            "u = y/x^2, v = x/y^2",
            &[1.0, 1.0],
            "u = 1..2, v = 1..2",
            "1",
            1.0 / 12.0,
        ),
        // The unit ball, with the angle continued by a turn.
        case(
            "r = sqrt(x^2+y^2+z^2), p = acos(z/sqrt(x^2+y^2+z^2)), t = atan2(y,x)",
            &[1.0, 0.5, 0.5],
            "r = 0..1, p = 0..pi, t = 0..2*pi",
            "z^2",
            4.0 * PI / 15.0,
        ),
        // x = ∛u: det is infinite at u = 0, and the map is one-to-one all the same.
        case(
            "u = x^3, v = y",
            &[1.0, 0.5],
            "u = -1..1, v = 0..1",
            "x^2",
            2.0 / 3.0,
        ),
    ];
    for case in &cases {
        let region = case.check();
        assert!(region.map().is_some(), "{}", case.equations);
    }
}

#[test]
fn solutions_are_those_of_textbooks() {
    for (equations, near, over, expected) in [
        (
            "u = x+y, v = x-y",
            &[0.0, 0.0][..],
            "u = 0..1, v = 0..1",
            &["(u + v)/2", "(u - v)/2"][..],
        ),
        (
            "u = x+y+z, v = (y+z)/(x+y+z), w = z/(y+z)",
            &[0.2, 0.15, 0.1],
            "u = 0..1, v = 0..1, w = 0..1",
            &["u*(1 - v)", "u*v*(1 - w)", "u*v*w"],
        ),
        (
            "r = hypot(x,y), t = atan2(y,x)",
            &[1.0, 0.0],
            "r = 0..1, t = 0..1",
            &["r*cos(t)", "r*sin(t)"],
        ),
        (
            "u = x*exp(y), v = y",
            &[1.0, 0.0],
            "u = 0..1, v = 0..1",
            &["u*exp(-v)", "v"],
        ),
        (
            "u = x^2 - y, v = y",
            &[-1.0, 0.0],
            "u = 0..1, v = 1..2",
            &["-sqrt(u + v)", "v"],
        ),
    ] {
        let inverse = Map::inverse(equations).unwrap().near(near).unwrap();
        let region = inverse.over(over).unwrap();
        let map = region.map().unwrap();
        let texts: Vec<String> = (0..expected.len()).map(|i| map.text(i)).collect();
        assert_eq!(texts, expected);
    }
}

/// Systems without a solution by formulas. The integrands hold the determinant, so that what is
/// integrated is the function of u that is stated.
#[test]
fn what_algebra_does_not_solve_is_followed() {
    let implicit = "u = x+sin(y)/2, v = y+sin(x)/2";
    let determinant = "(1-cos(x)*cos(y)/4)";
    let square = |power: &str| format!("{determinant}*{power}");
    let (second, of_limits) = (square("(x+sin(y)/2)^2"), square("v"));
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let cases = [
        // ∫∫ u² = 1/3, from a point in the image and from one far away.
        case(
            implicit,
            &[0.3, 0.3],
            "u = 0..1, v = 0..1",
            leak(second.clone()),
            1.0 / 3.0,
        ),
        case(
            implicit,
            &[30.0, -20.0],
            "u = 0..1, v = 0..1",
            leak(second),
            1.0 / 3.0,
        ),
        // ∫₀¹ ∫₀ᵘ v = 1/6.
        case(
            implicit,
            &[0.3, 0.3],
            "u = 0..1, v = 0..u",
            leak(of_limits),
            1.0 / 6.0,
        ),
        // det = 1 − 0.4xy: the area of the box.
        case(
            "u = x+y^2, v = y+x^2/10",
            &[0.0, 0.5],
            "u = 0..1, v = 0..1",
            "1-0.4*x*y",
            1.0,
        ),
        // The cut of atan2 lies in the region: ∫∫ 1 = 2.
        case(
            "u = exp(x)*cos(y), v = exp(x)*sin(y)",
            &[0.3, 3.0],
            "u = -2..-1, v = -1..1",
            "exp(2*x)",
            2.0,
        ),
        // Kepler's equation: E − e sin E = M, ∫₀^{2π} (1 − e cos E) M dM = 2π².
        case(
            "m = x - 0.9*sin(x)",
            &[1.0],
            "m = 0..2*pi",
            "(1-0.9*cos(x))*m",
            2.0 * PI * PI,
        ),
        // To infinity: det = 1 + 3x², ∫₀^∞ e^(−u) = 1.
        case(
            "u = x + x^3 + sin(x)/9",
            &[1.0],
            "u = 0..inf",
            "(1+3*x^2+cos(x)/9)*exp(-u)",
            1.0,
        ),
    ];
    for case in &cases {
        let region = case.check();
        assert!(region.map().is_none(), "{}", case.equations);
    }
}

/// A generator of numbers in [−1, 1) that needs no more than to be the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        // Knuth's constants for a linear congruential generator.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

/// uᵢ = xᵢ + ε·(sines of random combinations of all x) is one-to-one for small ε: with the determinant in
/// the integrand, the integral is that of a polynomial in u.
#[test]
fn random_maps_have_their_integrals() {
    let mut numbers = Numbers(7);
    let names = ["x", "y", "z"];
    let variables = ["u", "v", "w"];
    for n in [1, 2, 2, 2, 3] {
        for _ in 0..4 {
            let equations: Vec<String> = (0..n)
                .map(|i| {
                    let waves: Vec<String> = (0..n)
                        .map(|j| format!("{:.3}*{}", 2.0 * numbers.next(), names[j]))
                        .collect();
                    // Slopes below 3·2·0.12 in all, so that the matrix is diagonally dominant.
                    let size = 0.12 * numbers.next();
                    let phase = numbers.next();
                    format!(
                        "{} = {} + {size:.3}*sin({phase:.3} + {})",
                        variables[i],
                        names[i],
                        waves.join(" + ")
                    )
                })
                .collect();
            let text = equations.join(", ");
            let forward = Map::parse_with(&text, &names[..n], &Parameters::new()).unwrap();
            let determinant = forward.jacobian().unwrap().determinant();
            let over: Vec<String> = variables[..n]
                .iter()
                .map(|v| format!("{v} = -1..2"))
                .collect();
            // ∫₋₁² u² du = 3 and ∫₋₁² 1 = 3.
            let exact = 3f64.powi(n as i32);
            let inverse = Map::inverse(&text).unwrap().near(vec![0.0; n]).unwrap();
            let region = inverse.over(&over.join(", ")).unwrap();
            let settings = Settings::new().rtol(1e-9);
            let answer = region
                .integrate_all(&format!("({determinant})*u^2"), &settings)
                .unwrap();
            let off = (answer.value - exact).abs();
            assert!(
                off <= 1e-9 * exact && off <= answer.error,
                "{text} {answer:?}"
            );
            // Every node solves the equations to rounding: 8 roundings of numbers up to 4.
            let integrands = region.parse(&["1"]).unwrap();
            let pullback = region.pull_back(&integrands).unwrap();
            for k in 1..20 {
                let unit: Vec<f64> = (0..n)
                    .map(|i| (0.37 * (k + i * k * k) as f64).fract())
                    .collect();
                let point = pullback.geometry().at(&unit);
                let values = inverse.at(&point.targets).unwrap();
                let pairs = values.iter().zip(&point.variables);
                pairs.for_each(|(g, u)| assert!((g - u).abs() < 32.0 * f64::EPSILON, "{text}"));
                let forward = forward.jacobian().unwrap();
                let slope = forward.determinant_at(&point.targets).unwrap();
                assert!((slope * point.determinant - 1.0).abs() < 1e-13, "{text}");
            }
        }
    }
}

#[track_caller]
fn refused(equations: &str, near: &[f64], over: &str) -> InverseFault {
    let inverse = Map::inverse(equations).unwrap();
    let inverse = match near {
        [] => inverse,
        near => inverse.near(near).unwrap(),
    };
    let answer = inverse.over(over).and_then(|region| region.measure());
    match answer {
        Err(Error::Shape(Misfit::Inverse(fault))) => {
            assert!(!fault.to_string().is_empty());
            fault
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn where_a_branch_ends_or_meets_another_there_is_no_answer() {
    // x² = u has no solution for u < 0.
    for equations in ["u = x^2, v = y", "u = x^2 + sin(x)^4/9, v = y + x/9*sin(y)"] {
        let fault = refused(equations, &[1.0, 0.5], "u = -1..1, v = 0..1");
        let InverseFault::Ends {
            variables, targets, ..
        } = fault
        else {
            panic!("{fault}");
        };
        assert!(variables[0].1 < 0.0, "{variables:?}");
        assert!(targets[0].1.abs() < 1e-2, "{targets:?}");
    }
    // The square root of a complex number changes its sign around 0.
    for equations in [
        "u = x^2-y^2, v = 2*x*y",
        "u = x^2-y^2 + x^9/99, v = 2*x*y + y^9/99",
    ] {
        let fault = refused(equations, &[1.0, 0.5], "u = -1..1, v = -1..1");
        assert!(matches!(fault, InverseFault::Meet { .. }), "{fault}");
    }
    // The determinant is 0 at the point.
    let fault = refused("u = x^2-y^2, v = 2*x*y", &[0.0, 0.0], "u = 1..2, v = 1..2");
    assert!(matches!(fault, InverseFault::Singular { .. }), "{fault}");
    // x·e^x has its least value −1/e at −1: no branch goes below.
    let fault = refused("u = x*exp(x)", &[1.0], "u = -3..-2");
    assert!(matches!(fault, InverseFault::Unreached { .. }), "{fault}");
}

#[test]
fn a_branch_that_ends_between_the_points_that_are_looked_at_gives_no_value() {
    // Of x² + xy/10 the least value is −y²/400 ≥ −0.0025; a thousandth of the range lies below.
    let inverse = Map::inverse("u = x^2 + x*y/10 + 0*sin(x*y), v = y + sin(x*y)/10").unwrap();
    let region = inverse
        .near([1.0, 0.9])
        .unwrap()
        .over("u = -0.005..2, v = 0.9..1");
    match region.and_then(|region| region.integrate_text("x")) {
        Ok(answer) => assert_eq!(answer.status, Status::Nonfinite, "{answer:?}"),
        Err(error) => assert!(error.to_string().contains("ends inside"), "{error}"),
    }
}

#[test]
fn a_part_of_the_region_may_do_without_the_branch() {
    let inverse = Map::inverse("u = x^2, v = y")
        .unwrap()
        .near([1.0, 0.5])
        .unwrap();
    let region = inverse.over("u = -1..1, v = 0..1").unwrap();
    let answer = region
        .where_("u > 0")
        .unwrap()
        .integrate_text("2*x")
        .unwrap();
    assert!(
        (answer.value - 1.0).abs() <= answer.error + 1e-15,
        "{answer:?}"
    );
}

#[test]
fn conditions_and_signs_hold_along_a_branch_too() {
    let inverse = Map::inverse("u = x+sin(y)/2, v = y+sin(x)/2").unwrap();
    let inverse = inverse.near([0.0, 0.0]).unwrap();
    let settings = Settings::new().rtol(1e-4);
    let below = inverse.over("u = 0..1, v = 0..1").unwrap();
    let below = below.where_("x + sin(y)/2 <= v").unwrap();
    let answer = below.integrate_all("1-cos(x)*cos(y)/4", &settings).unwrap();
    assert!((answer.value - 0.5).abs() <= answer.error, "{answer:?}");
    // The limits of u are swapped: the same size, or the negative with its sign.
    let swapped = inverse.over("u = 1..0, v = 0..1").unwrap();
    let answer = swapped.integrate_text("1-cos(x)*cos(y)/4").unwrap();
    assert!((answer.value - 1.0).abs() <= answer.error + 1e-15);
    assert!(answer.warnings.iter().any(|w| w.contains("swapped")));
    let answer = swapped.signed().unwrap();
    let answer = answer.integrate_text("1-cos(x)*cos(y)/4").unwrap();
    assert!((answer.value + 1.0).abs() <= answer.error + 1e-15);
    // A branch on which the order of the axes is turned round; targets come as they appear, else.
    let turned = [("u", "y+sin(x)/2"), ("v", "x+sin(y)/2")];
    let turned = InverseMap::from_equations(&turned, &["x", "y"], &Parameters::new()).unwrap();
    let turned = turned
        .near([0.0, 0.0])
        .unwrap()
        .over("u = 0..1, v = 0..1")
        .unwrap();
    let answer = turned.signed().unwrap();
    let answer = answer.integrate_text("1-cos(x)*cos(y)/4").unwrap();
    assert!((answer.value + 1.0).abs() <= answer.error + 1e-15);
    assert_eq!(answer.jacobian.sign.name(), "negative");
}

#[test]
fn results_have_the_same_bits_on_any_number_of_threads() {
    let inverse = Map::inverse("u = x+sin(y)/2, v = y+sin(x*y)/2").unwrap();
    let region = inverse
        .near([0.0, 0.0])
        .unwrap()
        .over("u = 0..1, v = 0..1")
        .unwrap();
    let answers: Vec<Estimate> = [1, 2, 3]
        .map(|threads| {
            let settings = Settings::new()
                .threads(threads)
                .rtol(1e-8)
                .max_evals(200_000);
            // A kink, so that there is more to do than one thread would.
            region.integrate_all("abs(x - y/2)", &settings).unwrap()
        })
        .into();
    for answer in &answers {
        assert_eq!(answer.value.to_bits(), answers[0].value.to_bits());
        assert_eq!(answer.error.to_bits(), answers[0].error.to_bits());
    }
}

/// The sum of a formula over the nodes of a tensor product of rules in the region of a case.
fn summed(case: &Case, integrand: &str, nodes: usize) -> f64 {
    let region = case.region();
    let integrands = region.parse(&[integrand]).unwrap();
    let pullback = Pullback::new(&region, &integrands).unwrap();
    let rules: Vec<Rule> = case
        .near
        .iter()
        .map(|_| Rule::gauss(nodes).unwrap())
        .collect();
    tensor_sums(&pullback, &rules).unwrap()[0].value()
}

#[test]
fn on_fine_grids_every_node_solves_the_equations_to_rounding() {
    // So many nodes that polynomials lead to them; exact: the measure of the region of u and v.
    for (case, determinant, off, nodes) in [
        (
            case(
                "u = x+sin(y)/2, v = y+sin(x)/2",
                &[0.3, 0.3],
                "u = 0..1, v = 0..1",
                "1",
                1.0,
            ),
            "1-cos(x)*cos(y)/4",
            "max(abs(x+sin(y)/2-u), abs(y+sin(x)/2-v))",
            300,
        ),
        // Of a root that begins at the side of the region: no polynomial is near it there.
        (
            case(
                "u = x^2*exp(y/9), v = y+sin(x)/9",
                &[0.5, 0.5],
                "u = 1e-9..1, v = 0..1",
                "1",
                1.0,
            ),
            "2*x*exp(y/9)*(1-x*cos(x)/162)",
            "max(abs(x^2*exp(y/9)-u), abs(y+sin(x)/9-v))",
            300,
        ),
        (
            case(
                "u = x+sin(y+z)/4, v = y+sin(x*z)/4, w = z+cos(x+y)/4",
                &[0.0, 0.0, 0.0],
                "u = 0..1, v = 0..1, w = 0..1",
                "1",
                1.0,
            ),
            "1",
            "max(abs(x+sin(y+z)/4-u), max(abs(y+sin(x*z)/4-v), abs(z+cos(x+y)/4-w)))",
            60,
        ),
    ] {
        // Values up to 1 of three terms or factors, each rounded.
        let bad = summed(&case, &format!("({off} > 1e-15)*1"), nodes);
        assert_eq!(bad, 0.0, "{}", case.equations);
        let some = summed(&case, &format!("({off} > -1)*1"), nodes);
        assert!(some > 0.5, "{}", case.equations);
        if determinant != "1" {
            let whole = summed(&case, determinant, nodes);
            // Weights and products of a few factors, each rounded, and the limit at 1e-9.
            assert!(
                (whole - case.exact).abs() < 3e-9,
                "{} {whole}",
                case.equations
            );
        }
    }
}

#[test]
fn closures_and_code_are_integrated_as_texts_are() {
    let settings = Settings::default();
    let inverse = InverseMap::new(|[x, y]| [x + y.sin() / 2, y + x.sin() / 2]).unwrap();
    let region = inverse
        .near([0.3, 0.3])
        .unwrap()
        .over([0.0..1.0, 0.0..1.0])
        .unwrap();
    let determinant = |x: f64, y: f64| 1.0 - x.cos() * y.cos() / 4.0;
    for answer in [
        region.integrate(|[x, y]| 1 - x.cos() * y.cos() / 4),
        region.integrate_fn(|x| determinant(x[0], x[1]), &settings),
    ] {
        let answer = answer.unwrap();
        assert!(
            (answer.value - 1.0).abs() <= answer.error + 1e-15,
            "{answer:?}"
        );
    }
    let solved = InverseMap::new(|[x, y]| [x * y, y / x]).unwrap();
    let solved = solved.named(["p", "q"], ["a", "b"]).unwrap();
    let solved = solved
        .near([1.0, 1.0])
        .unwrap()
        .over("q = 1..4, p = 1..2")
        .unwrap();
    assert_eq!(solved.variables(), ["q", "p"]);
    let answer = solved.integrate_fn(|_| 1.0, &settings).unwrap();
    assert!((answer.value - LN_2).abs() <= answer.error, "{answer:?}");
}

#[test]
fn without_a_point_the_branch_must_be_plain() {
    // One solution: no question.
    let region = Map::inverse("u = x+y, v = x-y")
        .unwrap()
        .over("u = 0..1, v = 0..2")
        .unwrap();
    let answer = region.measure().unwrap();
    assert!((answer.value - 1.0).abs() < 1e-14 && answer.warnings.is_empty());
    // Two, of which one is in the first quadrant.
    let region = Map::inverse("u = x*y, v = y/x")
        .unwrap()
        .over("u = 1..2, v = 1..4")
        .unwrap();
    let answer = region.integrate_text("x").unwrap();
    assert!(answer.value > 0.0 && answer.warnings[0].contains("positive x, y"));
    // Two, which differ in no such way.
    let fault = refused("u = x + y, v = x*y", &[], "u = 4..5, v = 1..2");
    let InverseFault::SeveralPoints { points, .. } = fault else {
        panic!("{fault}");
    };
    assert_eq!(points.len(), 2);
    // None.
    let fault = refused("u = x^2 + y^2, v = y", &[], "u = -2..-1, v = 0..1");
    assert!(matches!(fault, InverseFault::NoPoint { .. }), "{fault}");
}

#[test]
fn an_angle_goes_on_beyond_its_function_with_a_warning() {
    let polar = Map::inverse("r = hypot(x,y), t = atan2(y,x)")
        .unwrap()
        .near([1.0, 0.0])
        .unwrap();
    let answer = polar
        .over("r = 0..1, t = 0..2*pi")
        .unwrap()
        .integrate_text("x^2")
        .unwrap();
    assert!((answer.value - PI / 4.0).abs() <= answer.error);
    assert!(
        answer.warnings.iter().any(|w| w.contains("whole turns")),
        "{answer:?}"
    );
    let degrees = Map::inverse("r = hypot(x,y), t = 180/pi*atan2(y,x)").unwrap();
    let degrees = degrees
        .near([1.0, 0.0])
        .unwrap()
        .over("r = 0..1, t = 0..360")
        .unwrap();
    let answer = degrees.integrate_text("x^2").unwrap();
    assert!((answer.value - PI / 4.0).abs() <= answer.error);
    let answer = polar
        .over("r = 0..1, t = -pi..pi")
        .unwrap()
        .integrate_text("x^2")
        .unwrap();
    assert!((answer.value - PI / 4.0).abs() <= answer.error && answer.warnings.is_empty());
}

#[test]
fn equations_may_use_parameters_and_other_variables() {
    let mut parameters = Parameters::new();
    parameters.set("a", 2.0);
    let equations = [("u", "a*x*y"), ("v", "u/x^2")];
    let inverse = InverseMap::from_equations(&equations, &["x", "y"], &parameters).unwrap();
    // v = a·y/x: |det ∂(u,v)/∂(x,y)| = 2a²·y/x = 2a·v, so ∫∫ 1/(4v) = ln(2)/4.
    let region = inverse
        .near([1.0, 1.0])
        .unwrap()
        .over("u = 1..2, v = 1..2")
        .unwrap();
    let answer = region.measure().unwrap();
    assert!(
        (answer.value - LN_2 / 4.0).abs() <= answer.error + 1e-16,
        "{answer:?}"
    );
    let circle = Map::inverse("u = x*v, v = y*u");
    assert!(matches!(
        circle,
        Err(Error::Shape(Misfit::Inverse(InverseFault::Circle { .. })))
    ));
    let too_many = Map::inverse("u = x*y, v = y/z");
    assert!(matches!(
        too_many,
        Err(Error::Shape(Misfit::Inverse(InverseFault::Count { .. })))
    ));
    // A name for both: the coordinate z is a variable too.
    let tube = Map::inverse("r = hypot(x,y), t = atan2(y,x), z = z").unwrap();
    let tube = tube.near([1.0, 0.0, 0.0]).unwrap();
    let cone = tube.over("r = 0..1, t = 0..pi, z = 0..r").unwrap();
    let answer = cone.measure().unwrap();
    assert!(
        (answer.value - PI / 3.0).abs() <= answer.error + 1e-15,
        "{answer:?}"
    );
}
