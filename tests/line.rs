//! Hard integrals of one variable: far and narrow peaks, near-poles, strong ends, slow tails, and what
//! overflows on the way.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{E, FRAC_PI_2, LN_2, PI};

use pullback::{Estimate, Settings, Status};

mod cases;

use cases::domain;
use cases::judge::Truth;

fn solve(limits: &str, integrand: &str) -> Estimate {
    solve_on("", limits, integrand)
}

fn solve_on(map: &str, limits: &str, integrand: &str) -> Estimate {
    let domain = domain(map, limits);
    let integrands = domain.parse(&[integrand]).unwrap();
    let settings = Settings::new().rtol(1e-10).max_evals(1_000_000);
    domain.integrate_all(&integrands, &settings).unwrap()
}

/// Each is to be right with few evaluations.
fn all_are_right(cases: &[(&str, &str, f64)]) {
    for (limits, integrand, exact) in cases {
        let answer = solve(limits, integrand);
        let fault = Truth::new(&[*exact], 1e-10).fault(&answer, 60_000);
        assert_eq!(fault, None, "{integrand}");
    }
}

#[test]
fn far_and_narrow_peaks_are_found() {
    let root = PI.sqrt();
    all_are_right(&[
        ("x = -inf..inf", "exp(-x^2) + exp(-(x-1000)^2)", 2.0 * root),
        ("x = -inf..inf", "1/(1+x^2) + exp(-(x-3e5)^2)", PI + root),
        ("x = -inf..inf", "exp(-abs(x)) + exp(-abs(x-5e5))", 4.0),
        ("x = 0..inf", "1/(1+(x-1e6)^2)", FRAC_PI_2 + 1e6f64.atan()),
        ("x = 0..inf", "exp(-1e6*x) + exp(-x/1e6)", 1_000_000.000_001),
        ("x = 0..1", "exp(-1e10*(x-0.77)^2)", 1e-5 * root),
        // mpmath at 25 digits.
        (
            "x = -300..0.5",
            "exp(-((x-0.64449662)/0.19)^2/2)",
            0.106_432_223_852_782_34,
        ),
    ]);
}

#[test]
fn near_poles_keep_their_digits() {
    let width = 4f64.powi(-20);
    all_are_right(&[
        (
            "x = 0..1",
            "4^(-20)/((x-pi/4)^2+16^(-20))",
            PI - width * (4.0 / PI + 4.0 / (4.0 - PI)),
        ),
        // 2π/√(c² − 1) for c = 1 + 10⁻⁸, which is no double.
        (
            "t = 0..2*pi",
            "1/(1.00000001-cos(t))",
            2.0 * PI / (2e-8f64 + 1e-16).sqrt(),
        ),
    ]);
}

#[test]
fn what_cancels_beside_an_end_keeps_its_digits() {
    // The first terms of the series, integrated; on such short ranges all others are below a rounding.
    all_are_right(&[
        ("x = 0..1e-8", "(exp(x)-1)/x", 1e-8 + 1e-16 / 4.0),
        ("x = 0..1e-8", "(sqrt(1+x)-1)/x", 5e-9 - 1e-16 / 16.0),
        ("x = 0..1e-4", "(1-cos(x))/x^2", 5e-5 - 1e-12 / 72.0),
        ("x = -1e-8..1e-8", "(1-cos(x))/x^2", 1e-8),
        ("x = 0..1e-4", "log(cos(x))/x^2", -5e-5 - 1e-12 / 36.0),
        ("x = 1e-9..1e-8", "(cos(x)-cos(2*x))/x^2", 1.35e-8),
        ("x = 1e-9..1e-8", "(1-cos(x))/x^2", 4.5e-9),
        ("x = 0..1e-4", "(x-sin(x))/x^3", 1e-4 / 6.0 - 1e-12 / 360.0),
        ("x = 0..1e-5", "tan(x)-x", 1e-20 / 12.0 + 1e-30 / 45.0),
    ]);
}

#[test]
fn what_cancels_far_out_keeps_its_digits() {
    all_are_right(&[
        ("x = 1e8..inf", "1-cos(1/x)", 5e-9),
        ("x = 1e4..inf", "sqrt(1+1/x^2)-1", 5e-5 - 1e-12 / 24.0),
        // ln(1 + e^(−2x)) is the rest of 1 − tanh x.
        ("x = 20..inf", "1-tanh(x)", (-40f64).exp()),
        ("x = 20..30", "1-tanh(x)", (-40f64).exp() - (-60f64).exp()),
        (
            "x = 30..inf",
            "log(1+exp(-x))",
            (-30f64).exp() - (-60f64).exp() / 4.0,
        ),
    ]);
}

#[test]
fn what_cancels_in_the_plane_keeps_its_digits() {
    all_are_right(&[
        ("x = 0..1e-4, y = 0..1e-4", "(1-cos(x*y))/(x*y)^2", 5e-9),
        (
            "x = 0..1e-4, y = 0..1e-4",
            "(exp(x*y)-1)/(x*y)",
            1e-8 + 1e-16 / 8.0,
        ),
    ]);
}

#[test]
fn denominators_that_nearly_vanish_keep_their_digits() {
    let small = 2f64.powi(-27);
    let circle = 2.0 * PI / (small * (2.0 + small)).sqrt();
    // ∫ dx/(cosh x − b) is 2/√(1 − b²)·atan((eˣ − b)/√(1 − b²)).
    let root = (small * (2.0 - small)).sqrt();
    let arc = |x: f64| ((x.exp_m1() + small) / root).atan();
    all_are_right(&[
        ("t = 0..2*pi", "1/(1+2^(-27)+cos(t))", circle),
        ("t = 0..2*pi", "1/(1+2^(-27)-sin(t))", circle),
        (
            "x = -1..1",
            "1/(cosh(x)-1+2^(-27))",
            4.0 / root * (arc(1.0) - arc(0.0)),
        ),
        // mpmath at 40 digits.
        ("x = -1..1", "1/(sqrt(1+x^2)-1+2^(-27))", 51_468.788_068_896),
        ("x = 0..1", "1/(1-tanh(20*x)+1e-10)", 4_070_250_493.888_157),
    ]);
}

#[test]
fn numbers_computed_from_numbers_may_be_meant_as_doubles() {
    let answer = solve("t = 0..2*pi", "1/(1+1e-13+cos(t))");
    for small in [1e-13, (1.0f64 + 1e-13) - 1.0] {
        let truth = [2.0 * PI / (small * (2.0 + small)).sqrt()];
        let truth = Truth::new(&truth, 1e-10);
        assert!(truth.is_covered(&answer), "{}", truth.said(&answer));
    }
}

#[test]
fn numbers_that_cancel_in_the_plane_count_their_rounding() {
    // The difference of the numbers as they are written, and as doubles.
    let limits = "x = 0..1e-8, y = 0..1e-8";
    let answer = solve(limits, "1/(x+y+0.26-0.25999994191743464)");
    // ∬ 1/(x + y + c) is Φ(c + 2h) − 2Φ(c + h) + Φ(c) with Φ(t) = t ln t − t; mpmath at 30 digits.
    for exact in [1.474_132_228_989_736e-9, 1.474_132_228_805_8e-9] {
        let truth = [exact];
        let truth = Truth::new(&truth, 1e-10);
        assert!(truth.is_covered(&answer), "{}", truth.said(&answer));
    }
}

#[test]
fn strong_ends_and_slow_tails_are_reached() {
    // ½∫ d(ln tan) of tan^a is π/(2 cos(πa/2)).
    let tangent = |a: f64| PI / (2.0 * (FRAC_PI_2 * a).cos());
    all_are_right(&[
        ("x = 1..inf", "1/x^1.001", 1000.0),
        ("x = 0..inf", "1/(1+x^1.1)", PI / 1.1 / (PI / 1.1).sin()),
        ("x = 0..inf", "1/((2+x)*ln(2+x)^2)", 1.0 / 2f64.ln()),
        ("x = 0..1", "1/(x*(1-ln(x))^1.5)", 2.0),
        ("x = 0..pi/2", "tan(x)^0.95", tangent(0.95)),
        ("x = 0..1", "1/sqrt(-ln(1-x))", PI.sqrt()),
        ("x = 0..inf", "exp(-x^0.1)", 3_628_800.0),
    ]);
}

#[test]
fn singular_places_that_are_no_doubles_are_met() {
    // ∫|x − 1/3|^−a is ((1/3)^(1−a) + (2/3)^(1−a))/(1 − a).
    let third = |a: f64| ((1.0 / 3.0f64).powf(1.0 - a) + (2.0 / 3.0f64).powf(1.0 - a)) / (1.0 - a);
    all_are_right(&[
        ("x = 0..1", "abs(x-1/3)^(-0.8)", third(0.8)),
        ("x = 0..1", "abs(x-1/3)^(-0.5)", third(0.5)),
        // mpmath at 25 digits.
        (
            "x = 0..1",
            "1/sqrt(abs(x^2+2*x-2))",
            1.504_622_762_458_564_1,
        ),
        (
            "x = 0..1",
            "abs(x-1/7)^(-0.25)*abs(x-2/3)^(-0.55)",
            4.253_687_688_122_249,
        ),
        (
            "t = 0..1",
            "exp(0.5*t)*t*sin(-2*t+3*ln(t)+ln(1-t))",
            0.450_798_356_396_996,
        ),
    ]);
}

#[test]
fn what_overflows_on_the_way_has_its_value() {
    // What bounds say of it costs more than the integral.
    let answer = solve("x = -inf..inf", "exp(-x)/(1+exp(-2*x))");
    let fault = Truth::new(&[FRAC_PI_2], 1e-10).fault(&answer, 300_000);
    assert_eq!(fault, None);
    all_are_right(&[
        ("x = 100..180", "gamma(x)/gamma(x+1)", 1.8f64.ln()),
        // mpmath at 25 digits.
        (
            "t = 0..inf",
            "exp(-2*cosh(t))*cos(3*cosh(t))",
            -0.082_968_526_567_625_52,
        ),
    ]);
}

#[test]
fn what_diverges_as_a_logarithm_does_is_not_given_a_value() {
    for (limits, integrand) in [
        ("x = 0..1", "1/x"),
        ("x = 1..inf", "1/x"),
        ("x = 0..0.5", "1/(x*ln(x))"),
    ] {
        let answer = solve(limits, integrand);
        assert!(answer.status != Status::Converged, "{integrand}");
        assert!(answer.errors[0].is_infinite(), "{integrand}");
    }
}

#[test]
fn errors_of_logarithmic_tails_hold_at_every_tolerance() {
    for k in 0..12 {
        let (a, p) = (
            1.5 + 0.61 * f64::from(k),
            2.6 + 0.37 * f64::from(k * 5 % 12),
        );
        let integrand = format!("1/(({a} + x)*log({a} + x)^{p})");
        let domain = domain("", "x = 0..inf");
        for rtol in [1e-3, 1e-5, 1e-6, 1e-9] {
            let settings = Settings::new().rtol(rtol).max_evals(1_000_000);
            let answer = domain.integrate_all(&integrand, &settings).unwrap();
            let fault =
                Truth::new(&[a.ln().powf(1.0 - p) / (p - 1.0)], rtol).fault(&answer, 60_000);
            assert_eq!(fault, None, "{integrand} to {rtol}");
        }
    }
}

#[test]
fn principal_values_are_limits_from_both_sides() {
    for (variable, limits, integrand, at, exact) in [
        ("x", "x = -1..2", "1/x", 0.0, LN_2),
        (
            "x",
            "x = -1..2",
            "x/(x^2 + 1e-10)",
            0.0,
            0.5 * (4.000_000_000_1f64 / 1.000_000_000_1).ln(),
        ),
        // mpmath at 25 digits, folded at the pole.
        ("x", "x = 0..3", "cos(x)/(x-1)", 1.0, -2.100_772_491_972_765),
        ("x", "x = 3..0", "cos(x)/(x-1)", 1.0, -2.100_772_491_972_765),
        // A pole that is no double, and a range without an end: −π·ln 2 and −π/√27.
        ("x", "x = 0..pi", "x*tan(x)", FRAC_PI_2, -PI * LN_2),
        ("x", "x = 0..inf", "1/(x^3 - 1)", 1.0, -PI / 27f64.sqrt()),
        // −Ei(1): Abramowitz and Stegun, table 5.1.
        ("t", "t = -1..inf", "exp(-t)/t", 0.0, -1.895_117_816_355_937),
        (
            "t",
            "s = 0..1, t = -1..2",
            "exp(s)/t",
            0.0,
            (E - 1.0) * LN_2,
        ),
    ] {
        let domain = domain("", limits).principal_value(variable, at).unwrap();
        let settings = Settings::new().rtol(1e-10);
        let answer = domain.integrate_all(integrand, &settings).unwrap();
        let fault = Truth::new(&[exact], 1e-10).fault(&answer, 100_000);
        assert_eq!(fault, None, "{integrand} over {limits}");
    }
    // What does not cancel does not exist.
    let domain = domain("", "x = -1..2").principal_value("x", 0.0).unwrap();
    let settings = Settings::new().max_evals(1_000_000);
    let answer = domain.integrate_all("1/x^2", &settings).unwrap();
    assert!(answer.status != Status::Converged && answer.error.is_infinite());
}

#[test]
fn a_jump_at_a_decimal_counts_its_rounding() {
    // Half an ulp of 0.999999 is 5.6e-17, and moves its place by 4e-14; mpmath at 25 digits.
    for (limits, integrand, exact) in [
        ("x = -1..1", "if(abs(x-0.3) < 1e-4, 1e4, 1)", 3.9998),
        (
            "x = 0..10",
            "if(cos(x) > 0.999999, 1, 0)",
            0.004_242_641_040_672_755,
        ),
    ] {
        let answer = solve(limits, integrand);
        let truth = [exact];
        let truth = Truth::new(&truth, 1e-10);
        assert!(truth.is_covered(&answer), "{}", truth.said(&answer));
        assert!(truth.is_reached(&answer), "{}", truth.said(&answer));
    }
}

#[test]
fn nothing_lies_between_equal_limits() {
    let answer = solve("x = 0..0", "1/x");
    assert_eq!((answer.values[0], answer.status), (0.0, Status::Converged));
}

/// Where x passes a half the distance of the logistic function from it has lost the digits that tell where a narrow
/// switch is, and rounding moves that by much more than the last bit of its place.
#[test]
fn switches_whose_places_rounding_moves_keep_their_digits() {
    for half in [
        "1e-4",
        "3.7e-5",
        "2.2e-6",
        "1.4233060275e-6",
        "4.4e-7",
        "9.1e-9",
    ] {
        for condition in ["abs(x - 0.5) < H", "((x - 0.5)/H)^2 < 1"] {
            let condition = condition.replace('H', half);
            let integrand = format!("if({condition}, 1/{half}, 0)");
            let answer = solve_on("x = 1/(1 + exp(-u))", "u = -inf..inf", &integrand);
            let off = (answer.value - 2.0).abs();
            assert!(off <= answer.error, "{condition}: {off} {answer:?}");
            assert!(answer.error < 2e-8, "{condition}: {answer:?}");
        }
    }
}
