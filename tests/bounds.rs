//! Errors that are known in advance from bounds in the complex plane: they hold, few nodes are
//! enough, and what may not be analytic is left to other methods.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{FRAC_PI_4, PI, TAU};

use pullback::integrator::{
    Block, Bounds, Evaluator, Integrand, Knowledge, Neighbourhood, Side, integrate_on_unit_box,
};
use pullback::{Estimate, Settings, Status};

mod cases;

use cases::domain;

fn integral(over: &str, integrand: &str, rtol: f64) -> Estimate {
    let domain = domain("", over);
    // What oscillates ever faster takes whatever it is given.
    let settings = Settings::new().rtol(rtol).max_evals(100_000);
    let integrands = domain.parse(&[integrand]);
    let answer = integrands.and_then(|f| domain.integrate_all(&f, &settings));
    answer.unwrap_or_else(|e| panic!("{integrand}: {e}"))
}

/// I₀(x) by its power series.
fn bessel_i0(x: f64) -> f64 {
    let terms = (0..30).scan(1.0, |term, k| {
        let now = *term;
        *term *= (x / 2.0 / f64::from(k + 1)).powi(2);
        Some(now)
    });
    terms.sum()
}

#[test]
fn the_bound_holds_and_few_nodes_are_enough() {
    // ∫∫ 1/(2 − xy) = Σ 2^(−k−1)/(k + 1)², term by term.
    let series = (1..60).map(|k| 0.5f64.powi(k) / f64::from(k * k));
    for (over, integrand, exact, most) in [
        ("x = 0..1", "exp(x)", 1f64.exp() - 1.0, 20),
        ("x = 0..1", "1/(1 + x^2)", FRAC_PI_4, 40),
        // A pole very near: cells. ∫ 1/((x − c)² + ε²) = (atan((1 − c)/ε) + atan(c/ε))/ε.
        (
            "x = 0..1",
            "1/((x - 0.3)^2 + 1e-8)",
            1e4 * ((0.7e4f64).atan() + (0.3e4f64).atan()),
            1000,
        ),
        ("x = 0..1", "cos(20*x)", 20f64.sin() / 20.0, 60),
        ("x = 0..1, y = 0..1", "1/(2 - x*y)", series.sum(), 700),
        // By mpmath; and ln(3/2) once more, where both gamma functions overflow.
        ("x = 0..1", "gamma(1 + x)", 0.922_745_950_680_630_6, 60),
        ("x = 180..270", "gamma(x)/gamma(1 + x)", 1.5f64.ln(), 60),
        // ∫ exp(cos t) over a turn is 2π I₀(1): NIST Digital Library, 10.32.1.
        ("t = 0..2*pi", "exp(cos(t))", TAU * bessel_i0(1.0), 60),
        // By mpmath, but for ψ′(3) − ψ′(1) = −1 − 1/4.
        ("x = 0..10", "besselj(0, x)", 1.067_011_303_956_736_9, 60),
        (
            "x = 0..50",
            "besselj(20, x)^2",
            0.497_608_360_732_336_5,
            300,
        ),
        ("x = 1..30", "besselk(2, x)", 0.875_527_982_223_328_4, 150),
        ("m = -10..0.5", "ellipk(m)^2", 12.046_182_463_251_55, 150),
        ("x = 0..2", "polygamma(2, x + 1)", -1.25, 60),
    ] {
        for rtol in [1e-4, 1e-10] {
            let answer = integral(over, integrand, rtol);
            let error = (answer.value - exact).abs();
            assert!(error <= answer.error, "{integrand}: {error:e} {answer:?}");
            assert_eq!(answer.status, Status::Converged);
            assert!(answer.proven, "{}", answer.because);
            assert!(answer.evaluations < most, "{integrand}: {answer:?}");
        }
    }
}

#[test]
fn special_functions_have_right_integrals_up_to_singular_and_infinite_ends() {
    let root_2_pi = TAU.sqrt();
    for (over, integrand, exact) in [
        ("x = 0..inf", "besselj(0, x)*exp(-x)", 0.5f64.sqrt()),
        ("x = -inf..inf", "sinc(x)", PI),
        ("x = 0..inf", "sphericalj(2, x)", FRAC_PI_4),
        ("x = 0..inf", "erfc(x)", 1.0 / PI.sqrt()),
        ("x = -inf..0", "normcdf(x)", 1.0 / root_2_pi),
        ("x = 0..inf", "x*besselk(0, x)", 1.0),
        ("m = 0..1", "ellipk(m)", 2.0),
        ("m = 0..1", "ellipe(m)", 4.0 / 3.0),
        // By mpmath.
        ("x = 0..1", "bessely(0, x)", -0.637_069_376_607_423_1),
    ] {
        let answer = integral(over, integrand, 1e-9);
        let error = (answer.value - exact).abs();
        assert!(error <= answer.error, "{integrand}: {error:e} {answer:?}");
        assert_eq!(answer.status, Status::Converged, "{integrand}");
    }
    // A tail that only oscillates, and has no elementary waves: no claim is made.
    let answer = integral("x = 0..inf", "besselj(1, x)", 1e-6);
    assert!((answer.value - 1.0).abs() <= answer.error, "{answer:?}");
    assert_ne!(answer.status, Status::Converged);
}

#[test]
fn formulas_of_thousands_of_terms_are_bounded_too() {
    // ∑ ln((k + 1)/k) = ln(n + 1).
    let terms: Vec<String> = (1..=3000).map(|k| format!("1/(x + {k})")).collect();
    let answer = integral("x = 0..1", &terms.join(" + "), 1e-8);
    let off = (answer.value - 3001f64.ln()).abs();
    assert!(
        answer.proven && off <= answer.error,
        "{answer} off by {off:e}"
    );
}

#[test]
fn what_may_not_be_analytic_is_left_to_others() {
    // Powers and logarithms at an end are bounded by how fast they grow; these have too many kinks, or
    // no rule for that.
    for integrand in ["abs(sin(1/x))*abs(sin(sqrt(2)/x))", "gamma(x)^0.1"] {
        let answer = integral("x = 0..1", integrand, 1e-6);
        assert!(!answer.proven, "{integrand}: {answer:?}");
    }
}

#[test]
fn singular_ends_and_corners_that_a_change_smooths_have_bounds_too() {
    for (over, integrand, exact) in [
        ("x = 0..1", "sqrt(x)", 2.0 / 3.0),
        ("x = 0..1", "sqrt(1 - x^2)", FRAC_PI_4),
        ("x = 0..1, y = 0..1", "1/sqrt(x*y)", 4.0),
        // 2 ln(1 + √2), in polar coordinates.
        (
            "x = 0..1, y = 0..1",
            "1/sqrt(x^2 + y^2)",
            2.0 * 1f64.asinh(),
        ),
    ] {
        let answer = integral(over, integrand, 1e-10);
        assert!(answer.proven, "{integrand}: {answer:?}");
        assert!((answer.value - exact).abs() <= answer.error, "{answer:?}");
        // Looking takes most of them.
        assert!(answer.evaluations < 400, "{integrand}: {answer:?}");
    }
}

#[test]
fn an_integral_that_is_zero_for_sure_is_zero() {
    let answer = integral("x = 0..1, y = 0..1", "0*x*y", 1e-8);
    assert_eq!((answer.value, answer.error), (0.0, 0.0));
}

/// The kink |w − 0.3|, which claims to be analytic everywhere, and no larger than it is on the
/// reals.
struct Liar;

impl Integrand for Liar {
    fn dimension(&self) -> usize {
        1
    }

    fn outputs(&self) -> usize {
        1
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(Liar)
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Liar {
    fn bounds(&self) -> Option<Box<dyn Bounds + '_>> {
        Some(Box::new(Liar))
    }
}

impl Evaluator for Liar {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        for (i, value) in values.iter_mut().enumerate() {
            *value = (block.coordinates()[0].at(i) - 0.3).abs();
        }
    }
}

impl Bounds for Liar {
    fn turn_to(&mut self, _: &[Side]) -> Option<Vec<f64>> {
        Some(vec![0.7])
    }

    fn around(&mut self, _: usize, _: Neighbourhood, sizes: &mut [f64]) -> bool {
        sizes.fill(0.7);
        true
    }
}

#[test]
fn bounds_that_two_sums_refute_are_not_believed() {
    let outcome = integrate_on_unit_box(&Liar, &Settings::default()).unwrap();
    assert!(!outcome.proven, "{outcome:?}");
    // ∫ |w − 0.3| = (0.09 + 0.49)/2.
    assert!((outcome.values[0] - 0.29).abs() <= outcome.errors[0]);
}

/// Two levels of a whole part never meet, and sums of whole parts are integrated one after the other.
#[test]
fn whole_parts_that_take_many_values_are_cut_at_all_of_them() {
    let joined = |n: usize| {
        let terms = (0..n).map(|k| format!("floor({k}*b)"));
        terms.collect::<Vec<_>>().join(" + ")
    };
    // ∫₀¹ ⌊kb⌋ db = (k − 1)/2, and ∫₀¹ b⌊kb⌋ db = Σⱼ (1 − j²/k²)/2 for 0 < j < k.
    let on_line = |k: usize| (k.max(1) - 1) as f64 / 2.0;
    let on_triangle = |k: usize| {
        let k = k.max(1) as f64;
        ((k - 1.0) - (k - 1.0) * (2.0 * k - 1.0) / (6.0 * k)) / 2.0
    };
    let sum = |of: &dyn Fn(usize) -> f64, n: usize| (0..n).map(of).sum::<f64>();
    let triangle = "a = 0..1, b = a..1";
    let cube = "x = 0..1, y = 0..1, z = 0..1";
    let problems = [
        ("b = 0..1", joined(150), sum(&on_line, 150)),
        (triangle, joined(12), sum(&on_triangle, 12)),
        (triangle, "floor(150*b)".to_owned(), on_triangle(150)),
        // Averages of ⌊g⌋ where g and n − g are as often: (n − 1)/2.
        (
            "x = 0..1, y = 0..1",
            "floor(60*x + 40*y) + floor(40*x + 20*y)".to_owned(),
            49.5 + 29.5,
        ),
        // The same for g = 6x + 6y + 6z, as 18 − g.
        (cube, "floor(6*(x + y + z))".to_owned(), 8.5),
    ];
    for (limits, text, truth) in problems {
        let answer = domain("", limits)
            .integrate_all(&text, &Settings::new())
            .unwrap();
        let off = (answer.value - truth).abs();
        assert_eq!(answer.status, Status::Converged, "{limits}: {answer}");
        assert!(off <= answer.error, "{limits}: {answer} off by {off:e}");
        assert!(answer.evaluations < 3_000_000, "{limits}: {answer}");
    }
}

/// Each piece beside a curve is as wrong as it may be, and they add up.
#[test]
fn pieces_beside_curves_share_an_absolute_tolerance() {
    let triangle = domain("", "a = 0..1, b = a..1");
    for atol in [1e-4, 1e-6, 4e-11] {
        let settings = Settings::new().rtol(0.0).atol(atol).max_evals(100_000);
        let answer = triangle.integrate_all("floor(6*b)", &settings).unwrap();
        assert_eq!(answer.status, Status::Converged, "{atol:e}: {answer}");
        // Σⱼ (1 − j²/36)/2 for 0 < j < 6.
        let off = (answer.value - 125.0 / 72.0).abs();
        assert!(off <= answer.error && answer.error <= atol, "{answer}");
    }
}

/// All terms together have more switches, or faster waves, than any rule or bound can do with.
#[test]
fn long_sums_are_integrated_a_few_terms_at_a_time() {
    let joined = |n: usize, term: &dyn Fn(usize) -> String| {
        (1..=n).map(term).collect::<Vec<_>>().join(" + ")
    };
    let square = domain("", "x = 0..1, y = 0..1");
    let found = |text: &str| {
        let settings = Settings::new().rtol(1e-6);
        square.integrate_all(text, &settings).unwrap()
    };
    let n = 500;
    let kinks = joined(n, &|k| format!("abs(x - {k}/{n})"));
    // ∫|x − a| dx = (a² + (1 − a)²)/2.
    let of_kink = |k: usize| {
        let a = k as f64 / n as f64;
        (a * a + (1.0 - a) * (1.0 - a)) / 2.0
    };
    let truth: f64 = (1..=n).map(of_kink).sum();
    let answer = found(&kinks);
    assert!(
        answer.proven && answer.status == Status::Converged,
        "{answer}"
    );
    assert!(
        (answer.value - truth).abs() <= answer.error,
        "{answer} {truth}"
    );
    // Half of what lies above y = x/k, and below it: ∬ max(x, ky) = k/2 + 1/(6k) for k ≥ 1.
    let folds = joined(n, &|k| format!("max(x, {k}*y)"));
    let of_fold = |k: usize| k as f64 / 2.0 + 1.0 / (6.0 * k as f64);
    let truth: f64 = (1..=n).map(of_fold).sum();
    // Numbers before the terms, and a factor that all of them have.
    for (before, after, times) in [("", "", 1.0), ("3*(", ")/2", 1.5), ("-((", ")*4)", -4.0)] {
        let answer = found(&format!("{before}{folds}{after}"));
        assert!(
            answer.proven && answer.status == Status::Converged,
            "{answer}"
        );
        let off = (answer.value - times * truth).abs();
        assert!(off <= answer.error, "{answer} off by {off:e}");
    }
    let waves = joined(n, &|k| format!("sin({k}*x)*cos({k}*y)"));
    let of_wave = |k: usize| {
        let k = k as f64;
        (1.0 - k.cos()) / k * k.sin() / k
    };
    let truth: f64 = (1..=n).map(of_wave).sum();
    let answer = found(&waves);
    assert_eq!(answer.status, Status::Converged, "{answer}");
    assert!(
        (answer.value - truth).abs() <= answer.error,
        "{answer} {truth}"
    );
    assert!(answer.evaluations < 100_000, "{answer}");
}

/// A number that others were folded into is the double that it is, not the decimal that it would be printed as.
#[test]
fn folded_numbers_are_no_decimals() {
    let text = "71000.0*(1/exp(((x - 0.999999988)/1.3999999999999998e-5)^2))*y";
    let domain = domain("x = u^2, y = v", "u = 0..1, v = 0..1");
    let integrands = domain.parse(&[text]).unwrap();
    let answer = domain
        .integrate_all(&integrands, &Settings::new().rtol(1e-10))
        .unwrap();
    // Half of 71000w√π/2 (erf((1 − c)/w) + 1), by mpmath.
    let off = (answer.value - 0.440_880_781_845_694_2).abs();
    assert!(
        off <= answer.error && off < 5e-12,
        "{answer} off by {off:e}"
    );
}

/// Where bounds had to lead to what nodes see, these may still not know how much it comes to.
#[test]
fn a_spike_in_a_corner_is_looked_at_closely() {
    let text = "(1 - tanh(17.40491899271246*(x - 0.9443923021680335))^2)*cos(27.0*y) \
                + 1/cosh((0.5*x + 2.1*y - 2.5999999862200003)/1.639344262295082e-4)^2";
    let domain = domain("x = 2*u/(1 + u), y = tan(v)", "u = 0..1, v = 0..pi/4");
    let integrands = domain.parse(&[text]).unwrap();
    let answer = domain
        .integrate_all(&integrands, &Settings::new().rtol(1e-10))
        .unwrap();
    // The product, and ln cosh at the corner of the square, by mpmath.
    let off = (answer.value - 0.003_556_935_959_450_101_6).abs();
    assert!(off <= answer.error, "{answer} off by {off:e}");
}

/// At a fold x moves by the square of a distance: factor by factor u·(2 − u) would move by the distance itself, and no
/// bound could say how narrow a peak there is.
#[test]
fn peaks_at_a_fold_have_bounds() {
    let domain = domain("x = u*(2 - u)", "u = 0..1");
    let c = 0.999_999_271_766_729_f64;
    for w in [1.2e-3, 1.2e-4, 1.2e-5, 1e-7_f64] {
        // ∫ sech² = tanh, ∫ sech⁶ = tanh − 2/3 tanh³ + 1/5 tanh⁵.
        let [above, below] = [((1.0 - c) / w).tanh(), (c / w).tanh()];
        let sixth = |t: f64| t - t.powi(3) * 2.0 / 3.0 + t.powi(5) / 5.0;
        for (power, exact) in [(2, above + below), (6, sixth(above) + sixth(below))] {
            let text = format!("1/cosh((x - {c})/{w})^{power}");
            let integrands = domain.parse(&[&text]).unwrap();
            let answer = domain
                .integrate_all(&integrands, &Settings::new().rtol(1e-10))
                .unwrap();
            let off = (answer.value - w * exact).abs();
            // What c is rounded by moves the edge of the peak: 1e-16 of 1 at most.
            assert!(
                off <= answer.error + 1.2e-16,
                "{text}: {answer} off by {off:e}"
            );
            assert!(
                answer.proven && answer.evaluations < 10_000,
                "{text}: {answer}"
            );
        }
    }
}

/// What overflows has a reciprocal that is next to nothing: a narrow peak beside a smooth function is proven, whichever
/// way it is written, and where a logistic function maps the line to it, too.
#[test]
fn peaks_beside_smooth_functions_have_bounds_through_every_map() {
    let line = "u = -inf..inf";
    for (map, limits) in [
        ("x = u", "u = 0..1"),
        ("x = u^2*(3 - 2*u)", "u = 0..1"),
        ("x = sqrt(u)", "u = 0..1"),
        ("x = 1/(1 + exp(-u))", line),
        ("x = (1 + tanh(u))/2", line),
    ] {
        let domain = domain(map, limits);
        for peak in [
            "1/cosh((x - 0.3)*1e3)^2",
            "1 - tanh((x - 0.3)*1e3)^2",
            "4/(exp((x - 0.3)*1e3) + exp(-(x - 0.3)*1e3))^2",
        ] {
            let text = format!("x^3 + {peak}");
            let integrands = domain.parse(&[&text]).unwrap();
            let answer = domain
                .integrate_all(&integrands, &Settings::new().rtol(1e-10))
                .unwrap();
            // 1/4, and 2/1000 but for what is beyond the ends, exp(−600) of it.
            let off = (answer.value - 0.252).abs();
            assert!(
                off <= answer.error && answer.proven,
                "{map}, {text}: {answer}"
            );
            assert!(answer.evaluations < 20_000, "{map}, {text}: {answer}");
        }
    }
}

/// A number stays with what has levelled off at it; the ridge in the corner would be hidden by the hill.
#[test]
fn a_ridge_that_crosses_a_corner_is_integrated_apart_from_a_hill() {
    let text = "exp(-(8.8*(y - 0.3))^2)*exp(-x) + 1 - tanh((0.7*x + 2.0*y - 4.59e-6)/1.515e-4)^2";
    let domain = domain("x = 2*u/(1 + u), y = tan(v)", "u = 0..1, v = 0..pi/4");
    let integrands = domain.parse(&[text]).unwrap();
    let answer = domain
        .integrate_all(&integrands, &Settings::new().rtol(1e-10))
        .unwrap();
    // The hill is a product of an exponential and error functions, the ridge an integral of tanh; by mpmath.
    let off = (answer.value - 0.127_306_687_062_555_08).abs();
    assert!(off <= answer.error, "{answer} off by {off:e}");
}
