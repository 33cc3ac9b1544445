//! Singular corners, edges and points: what Duffy's map and powers smooth is exact, and what has no
//! integral is not given one.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, PI, SQRT_2};

use pullback::integrator::{
    Block, Change, Cone, Coordinate, Side, Step, changed, integrate_on_unit_box,
};
use pullback::{Estimate, Settings};

mod cases;

use cases::judge::{Truth, vouches};
use cases::{SplitMix, domain};

const SQUARE: &str = "x = 0..1, y = 0..1";
const CUBE: &str = "x = 0..1, y = 0..1, z = 0..1";
const POLAR: &str = "x = r*cos(t), y = r*sin(t)";

fn settings() -> Settings {
    Settings::new().rtol(1e-9)
}

fn solve(map: &str, limits: &str, integrand: &str) -> Estimate {
    let domain = domain(map, limits);
    let integrands = domain.parse(&[integrand]).unwrap();
    domain.integrate_all(&integrands, &settings()).unwrap()
}

/// What is wrong with an answer to be had at 10⁻⁹ from no more than `most` evaluations.
fn fault(answer: &Estimate, exact: f64, most: u64) -> Option<String> {
    Truth::new(&[exact], 1e-9).fault(answer, most)
}

/// ∫∫ 1/r over a rectangle with a corner at 0: a·arsinh(b/a) + b·arsinh(a/b).
fn inverse_distance(a: f64, b: f64) -> f64 {
    a * (b / a).asinh() + b * (a / b).asinh()
}

#[test]
fn singular_corners_and_edges_take_few_evaluations() {
    let log = 1.0 + SQRT_2;
    // Values without a formula beside them: mpmath at 25 digits, on the cones of Duffy's map.
    for (map, limits, integrand, exact, most) in [
        ("", SQUARE, "1/sqrt(x^2 + y^2)", 2.0 * log.ln(), 5_000),
        ("", SQUARE, "1/hypot(x, y)", 2.0 * log.ln(), 5_000),
        (
            "",
            SQUARE,
            "1/sqrt((1-x)^2 + (1-y)^2)",
            2.0 * log.ln(),
            5_000,
        ),
        ("", SQUARE, "1/sqrt((1-x)^2 + y^2)", 2.0 * log.ln(), 5_000),
        ("", SQUARE, "ln(x^2 + y^2)", LN_2 - 3.0 + FRAC_PI_2, 20_000),
        ("", SQUARE, "ln(x + y)", 2.0 * LN_2 - 1.5, 40_000),
        (
            "",
            SQUARE,
            "sqrt(x^2 + y^2)",
            (SQRT_2 + log.ln()) / 3.0,
            40_000,
        ),
        ("", SQUARE, "x*y/(x^2 + y^2)", LN_2 / 2.0, 20_000),
        ("", SQUARE, "atan2(y, x)", FRAC_PI_4, 20_000),
        ("", SQUARE, "atan(y/x)", FRAC_PI_4, 20_000),
        (
            "",
            SQUARE,
            "1/sqrt(x + y)",
            8.0 / 3.0 * (SQRT_2 - 1.0),
            15_000,
        ),
        ("", SQUARE, "1/(1 - x*y)", PI * PI / 6.0, 20_000),
        ("", SQUARE, "1/sqrt(x*y)", 4.0, 1_000),
        (
            "",
            SQUARE,
            "exp(-x*y)/sqrt(x*y)",
            3.623_761_905_289_452_8,
            10_000,
        ),
        (
            "",
            SQUARE,
            "(x^2 + y^2)^-0.75",
            3.323_584_864_723_747_5,
            5_000,
        ),
        (
            "",
            SQUARE,
            "(x^2 + y^2)^-0.95",
            15.882_563_943_463_308,
            5_000,
        ),
        (
            "",
            CUBE,
            "1/sqrt(x^2 + y^2 + z^2)",
            1.190_038_681_989_777_5,
            120_000,
        ),
        (
            "",
            CUBE,
            "1/(x^2 + y^2 + z^2)",
            1.918_531_055_610_932_5,
            120_000,
        ),
        (
            "",
            CUBE,
            "exp(x*z)/sqrt(x^2 + y^2)",
            2.163_615_126_008_21,
            120_000,
        ),
        ("", SQUARE, "1/sqrt(abs(x - y))", 8.0 / 3.0, 80_000),
        ("", "x = -1..1", "sqrt(1 - x^2)", FRAC_PI_2, 4_000),
        ("", "x = 0..1", "x^(-0.999)", 1000.0, 10_000),
        (
            "",
            "x = -1..1, y = -1..1",
            "1/sqrt(x^2 + y^2)",
            4.0 * inverse_distance(1.0, 1.0),
            20_000,
        ),
        (
            "",
            "x = -inf..inf, y = -inf..inf",
            "exp(-x^2 - y^2)/sqrt(x^2 + y^2)",
            PI.powf(1.5),
            150_000,
        ),
        // The distance from a point of the circle, seen from there: 2 ∫ exp(1 − ρ cos α) dρ dα over
        // ρ < 2 cos α.
        (
            POLAR,
            "r = 0..1, t = 0..2*pi",
            "exp(x)/sqrt((x - 1)^2 + y^2)",
            6.282_130_255_091_449,
            35_000,
        ),
        (
            "x = u + v, y = u - v",
            "u = 0..1, v = 0..2",
            "1/sqrt(x^2 + y^2)",
            SQRT_2 * inverse_distance(1.0, 2.0),
            20_000,
        ),
    ] {
        let answer = solve(map, limits, integrand);
        assert_eq!(fault(&answer, exact, most), None, "{integrand}");
    }
}

#[test]
fn a_reason_names_the_map() {
    let answer = solve("", SQUARE, "1/sqrt(x^2 + y^2)");
    assert!(answer.because.steps().contains(&Step::Duffy), "{answer:?}");
    let answer = solve("", SQUARE, "exp(-x*y)/sqrt(x*y)");
    let both = Step::Powers(vec!["x".to_owned(), "y".to_owned()]);
    assert!(answer.because.steps().contains(&both), "{answer:?}");
}

#[test]
fn singular_points_anywhere_inside_are_cut_at() {
    let mut random = SplitMix(5);
    for round in 0..12 {
        let (a, b) = match round {
            0 => (0.3, 0.6),
            _ => (random.unit(), random.unit()),
        };
        let exact = [(a, b), (1.0 - a, b), (a, 1.0 - b), (1.0 - a, 1.0 - b)]
            .map(|(a, b)| inverse_distance(a, b));
        let text = format!("1/sqrt((x - {a:?})^2 + (y - {b:?})^2)");
        let answer = solve("", SQUARE, &text);
        assert_eq!(fault(&answer, exact.iter().sum(), 30_000), None, "{text}");
    }
}

#[test]
fn a_distance_from_a_point_is_known_in_any_coordinates() {
    let sphere = "x = r*sin(p)*cos(t), y = r*sin(p)*sin(t), z = r*cos(p)";
    let ball = "r = 0..1, p = 0..pi, t = 0..2*pi";
    // Newton's potential of a ball of charge 1, at a distance d from its centre: 2π·(1 − d²/3).
    let answer = solve(sphere, ball, "1/sqrt(x^2 + y^2 + (z - 0.5)^2)");
    let exact = 2.0 * PI * (1.0 - 0.25 / 3.0);
    assert_eq!(fault(&answer, exact, 100_000), None);
    // That of a disk in its plane is 4·E(d²): Abramowitz and Stegun, table 17.2, E(0.25).
    let answer = solve(
        POLAR,
        "r = 0..1, t = 0..2*pi",
        "1/sqrt((x - 0.3)^2 + (y - 0.4)^2)",
    );
    let exact = 4.0 * 1.467_462_209_339_427_2;
    assert_eq!(fault(&answer, exact, 100_000), None);
    // No decimal of 13 digits is taken for the angle of the point.
    assert!((answer.value - exact).abs() <= 1e-14, "{answer:?}");
}

/// What is singular so far beside a corner looks like a corner from everywhere else, and is off by d·ln(1/d) if it is
/// taken for one.
#[test]
fn a_singular_point_beside_a_corner_is_not_taken_for_one_at_it() {
    for d in [1e-6, 1e-9, 1e-11, 1e-13] {
        let exact = inverse_distance(1.0 + d, 1.0) - inverse_distance(d, 1.0);
        let formula = format!("1/sqrt((x + {d:e})^2 + y^2)");
        let code = |x: &[f64]| 1.0 / (x[0] + d).hypot(x[1]);
        for rtol in [1e-9, 1e-12] {
            let settings = settings().rtol(rtol);
            let domain = domain("", SQUARE);
            let formula = domain.parse(&[&formula]).unwrap();
            let answers = [
                domain.integrate_all(&formula, &settings).unwrap(),
                domain.integrate_fn(code, &settings).unwrap(),
            ];
            for answer in answers {
                let off = (answer.value - exact).abs();
                assert!(
                    off <= answer.error + 4.0 * f64::EPSILON,
                    "{d}: {off:e} {answer:?}"
                );
            }
        }
    }
}

/// On the cones x = s, y = s·t and y = s, x = s·t, a homogeneous function of degree α becomes
/// s^(α + 1)·g(t): the integral is ∫ (g₁ + g₂) dt / (α + 2).
#[test]
fn planted_degrees_at_all_corners_are_found_for_formulas_and_code() {
    for (a, b) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
        for alpha in [-1.5, -4.0 / 3.0, -1.0, -0.5, 0.5, 1.0] {
            // ∫∫ (x + y)^α = (2^(α+2) − 2)/((α+1)(α+2)), and 2 ln 2 for α = −1.
            let exact = match alpha {
                -1.0 => 2.0 * LN_2,
                _ => (2f64.powf(alpha + 2.0) - 2.0) / ((alpha + 1.0) * (alpha + 2.0)),
            };
            let far = |x: f64, end: f64| if end == 0.0 { x } else { 1.0 - x };
            let code = |x: &[f64]| (far(x[0], a) + far(x[1], b)).powf(alpha);
            let domain = domain("", SQUARE);
            let answer = domain.integrate_fn(code, &settings()).unwrap();
            let about = format!("{alpha} at ({a}, {b})");
            assert_eq!(fault(&answer, exact, 40_000), None, "code: {about}");
            let far = |name: &str, end: f64| match end {
                0.0 => name.to_owned(),
                _ => format!("1 - {name}"),
            };
            let text = format!("({} + {})^({alpha:?})", far("x", a), far("y", b));
            let answer = solve("", SQUARE, &text);
            assert_eq!(fault(&answer, exact, 40_000), None, "formula: {about}");
        }
    }
}

#[test]
fn integrals_that_do_not_exist_do_not_converge() {
    for (limits, integrand) in [
        (SQUARE, "1/(x + y)^2"),
        (SQUARE, "1/(x^2 + y^2)"),
        (SQUARE, "(x^2 + y^2)^(-1.2)"),
        (SQUARE, "exp(x)/((1-x)^2 + y^2)"),
        (SQUARE, "1/((x - 0.3)^2 + (y - 0.6)^2)"),
        (CUBE, "(x^2 + y^2 + z^2)^(-1.5)"),
        (CUBE, "1/(x^2 + y^2)"),
        ("x = 0..1", "1/x"),
        ("x = 0..1", "x^(-1.001)"),
    ] {
        let answer = solve("", limits, integrand);
        assert!(
            !vouches(answer.status) && answer.error == f64::INFINITY,
            "{integrand}: {answer:?}"
        );
    }
    for code in [
        |x: &[f64]| 1.0 / (x[0] + x[1]).powi(2),
        |x: &[f64]| 1.0 / (x[0].powi(2) + x[1].powi(2)),
    ] {
        let answer = domain("", SQUARE).integrate_fn(code, &settings()).unwrap();
        assert!(!vouches(answer.status), "{answer:?}");
    }
}

/// The value of x^(−0.999) comes for one half from below 10⁻³⁰⁰, where code has no value.
#[test]
fn code_that_is_nearly_not_integrable_has_an_error_that_covers_the_truth() {
    let code = |x: &[f64]| x[0].powf(-0.999);
    let answer = domain("", "x = 0..1")
        .integrate_fn(code, &settings())
        .unwrap();
    assert!((answer.value - 1000.0).abs() <= answer.error, "{answer:?}");
}

/// The integral of a polynomial over the image of a change is that over the image's pieces: the
/// cones of a corner cover the box, once.
#[test]
fn cones_with_powers_and_sides_cover_the_box() {
    struct Polynomial;
    struct Values;
    impl pullback::integrator::Integrand for Polynomial {
        fn dimension(&self) -> usize {
            3
        }
        fn outputs(&self) -> usize {
            1
        }
        fn evaluator(&self) -> Box<dyn pullback::integrator::Evaluator + '_> {
            Box::new(Values)
        }
    }
    impl pullback::integrator::Evaluator for Values {
        fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
            let at = |a: usize, i: usize| block.coordinates()[a].at(i);
            for (i, value) in values.iter_mut().enumerate() {
                *value = (1.0 + at(0, i)) * at(1, i).powi(2) * (2.0 - at(2, i));
            }
        }
    }
    // ∫ (1 + x) = 3/2, ∫ y² = 1/3, ∫ (2 − z) = 3/2.
    let exact = 0.75;
    let sides = [
        Side { from: 1.0, to: 0.0 },
        Side::WHOLE,
        Side { from: 1.0, to: 0.0 },
    ];
    for axes in [vec![0, 2], vec![1, 2], vec![0, 1, 2]] {
        let mut total = 0.0;
        for &leading in &axes {
            let mut change = Change::window(&sides);
            change.powers = vec![2, 1, 3];
            let others = axes.iter().copied().filter(|&a| a != leading).collect();
            change.cone = Some(Cone { leading, others });
            let piece = changed(&Polynomial, &change);
            let coordinates = [
                Coordinate::Same(0.5),
                Coordinate::Same(0.25),
                Coordinate::Same(0.5),
            ];
            let mut value = [0.0];
            piece
                .evaluator()
                .evaluate(&Block::new(&coordinates, 1), &mut value);
            assert!(value[0] > 0.0 && value[0].is_finite());
            total += integrate_on_unit_box(piece.as_ref(), &settings())
                .unwrap()
                .values[0];
        }
        // Three sums of rounded terms.
        assert!((total - exact).abs() <= 1e-13, "{axes:?}: {total}");
    }
}

/// A change of formulas is the change of the same integrand as code.
#[test]
fn formulas_and_code_change_alike() {
    let domain = domain("", SQUARE);
    let integrands = domain.parse(&["exp(x)/sqrt((1 - x)^2 + 3*y^2)"]).unwrap();
    let formula = pullback::domain::Pullback::new(&domain, &integrands).unwrap();
    let mut change = Change::window(&[
        Side {
            from: 1.0,
            to: 0.25,
        },
        Side { from: 0.0, to: 0.5 },
    ]);
    change.powers = vec![3, 2];
    change.cone = Some(Cone {
        leading: 1,
        others: vec![0],
    });
    let piece = changed(&formula, &change);
    let mut random = SplitMix(9);
    for _ in 0..50 {
        let s = [random.unit(), random.unit()];
        let (v, u) = (s[1].powi(2), s[0].powi(3));
        let (x, y) = (1.0 - 0.75 * (v * u), 0.5 * v);
        let volume = 0.75 * 0.5 * 6.0 * s[0].powi(2) * s[1] * v;
        let expected = volume * x.exp() / ((1.0 - x).powi(2) + 3.0 * y * y).sqrt();
        let coordinates = s.map(Coordinate::Same);
        let mut value = [0.0];
        piece
            .evaluator()
            .evaluate(&Block::new(&coordinates, 1), &mut value);
        // 1 − x loses up to four digits here where the formula loses none.
        assert!(
            (value[0] / expected - 1.0).abs() < 1e-9,
            "{s:?}: {value:?} {expected}"
        );
        let place = change.at(&s);
        assert!((place[0] - x).abs() < 1e-15 && (place[1] - y).abs() < 1e-15);
    }
}
