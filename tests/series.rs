//! Integrals over very many periods of what switches: all but the first and last are terms of a series.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{E, LN_2, PI};

use pullback::{Estimate, Settings, Status};

mod cases;

use cases::judge::Truth;
use cases::{SplitMix, domain};

const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;
const ZETA_2: f64 = PI * PI / 6.0;

fn solve(limits: &str, integrand: &str, rtol: f64) -> Estimate {
    let domain = domain("", limits);
    let integrands = domain.parse(&[integrand]).unwrap();
    let settings = Settings::new().rtol(rtol).max_evals(5_000_000).threads(1);
    domain.integrate_all(&integrands, &settings).unwrap()
}

fn is_series(answer: &Estimate) -> bool {
    answer.because.to_string().contains("terms of a series")
}

#[test]
fn fractional_parts_and_waves_have_their_integrals_over_infinitely_many_periods() {
    for (limits, integrand, exact) in [
        // de la Vallée Poussin: the mean of fractional parts.
        ("x = 1..inf", "(x - floor(x))/x^2", 1.0 - EULER_GAMMA),
        ("x = 0..1", "1/x - floor(1/x)", 1.0 - EULER_GAMMA),
        // Sums over n of what is constant between n and n + 1: ζ(2), and geometric series.
        ("x = 1..inf", "floor(x)/x^3", ZETA_2 / 2.0),
        ("x = 0..inf", "1/(1 + floor(x))^2", ZETA_2),
        ("x = 0..1", "x*floor(1/x)", ZETA_2 / 2.0),
        ("x = -inf..0", "1/ceil(1 - x)^2", ZETA_2 - 1.0),
        ("x = 0..inf", "floor(x)*exp(-x)", 1.0 / (E - 1.0)),
        ("x = 0..1", "-floor(log(x))", E / (E - 1.0)),
        // −Σ (2 log n + 1)/(4n²) = −(ζ(2) − 2ζ′(2))/4; mpmath, 30 digits.
        ("x = 0..1", "floor(1/x)*log(x)*x", -0.880_007_643_869_974_3),
        // One argument of a whole part and of a wave: Im 1/(z(eᶻ − 1)), z = 1 − i; mpmath, 30 digits.
        (
            "x = 0..inf",
            "floor(x)*sin(x)*exp(-x)",
            0.252_771_180_887_295_6,
        ),
        // Two whole parts with a period in common: 1 on the second half of each.
        (
            "x = 0..inf",
            "(floor(2*x) - 2*floor(x))*exp(-x)",
            ((-0.5f64).exp() - (-1.0f64).exp()) / (1.0 - (-1.0f64).exp()),
        ),
        // |sin x| = 2/π − 4/π Σ cos(2kx)/(4k² − 1): 1 − 2 Σ e^(−2k)/(4k² − 1).
        (
            "x = 0..inf",
            "abs(sin(x))/(1 + x^2)",
            0.907_181_087_447_929_8,
        ),
        (
            "x = -inf..inf",
            "abs(sin(x))/(1 + x^2)",
            2.0 * 0.907_181_087_447_929_8,
        ),
        // ∫ sin y/y² over 1..π and ∫ sin t ψ′(1 + t/π)/π² over 0..π; mpmath, 30 digits.
        ("x = 0..1", "abs(sin(1/x))", 0.774_429_907_368_406_5),
        // The lengths of the intervals: 1 − 1/π + (1/2 − 1/3 + 1/4 − …)/π.
        ("x = 0..1", "if(sin(1/x) > 0, 1, 0)", 1.0 - LN_2 / PI),
    ] {
        let answer = solve(limits, integrand, 1e-10);
        let exact = [exact];
        let fault = Truth::new(&exact, 1e-10).fault(&answer, 120_000);
        assert_eq!(fault, None, "{integrand} over {limits}: {answer:?}");
        assert!(is_series(&answer), "{integrand}: {}", answer.because);
    }
}

#[test]
fn a_million_jumps_cost_no_more_than_a_thousand() {
    for (limits, integrand, exact) in [
        // 2·((M − 1)·√M − Σ √n), n below M, by Hurwitz's zeta function; mpmath, 30 digits.
        ("x = 1..10000", "floor(x)/sqrt(x)", 666_567.081_605_783_3),
        ("x = 1..1000000", "floor(x)/sqrt(x)", 666_665_667.082_355_8),
        ("x = 0..1000000", "x - floor(x)", 5e5),
        ("x = 1000000..2000000", "x - floor(x)", 5e5),
        // 10⁶ − Σ √(k/10⁶), by the same.
        ("x = 0..1", "floor(1000000*x^2)", 333_332.833_541_177_9),
        ("x = 0..100000", "abs(sin(x))", 63_661.999_360_807_6),
    ] {
        let answer = solve(limits, integrand, 1e-10);
        let exact = [exact];
        let fault = Truth::new(&exact, 1e-10).fault(&answer, 40_000);
        assert_eq!(fault, None, "{integrand} over {limits}: {answer:?}");
        assert!(is_series(&answer), "{integrand}: {}", answer.because);
    }
}

#[test]
fn series_agree_with_periods_that_are_integrated_one_by_one() {
    let mut numbers = SplitMix(11);
    let mut between = |lo: f64, hi: f64| lo + (hi - lo) * numbers.unit();
    for _ in 0..16 {
        let (scale, shift) = (between(0.3, 3.0), between(-1.0, 1.0));
        let q = format!("({scale}*x + {shift})");
        let (a, b, c) = (between(0.5, 2.0), between(0.1, 2.0), between(1.5, 3.0));
        let integrand = match between(0.0, 4.0) as usize {
            0 => format!("({q} - floor{q})^2*exp(-x/500)"),
            1 => format!("(1 + floor{q}/({a} + x))/({b} + x)^{c}"),
            2 => format!("abs(sin(2*pi*{q}) + {})/({b} + x)^{c}", a - 1.0),
            _ => format!("exp(-abs(sin(2*pi*{q})))/({a} + x)^{c}"),
        };
        // Of so few periods that none is left out, then of so many that most are.
        let periods = 900.0 / scale;
        let few = [0, 1, 2].map(|k| {
            let (from, to) = (f64::from(k) * periods, f64::from(k + 1) * periods);
            solve(&format!("x = {from}..{to}"), &integrand, 1e-9)
        });
        let many = solve(&format!("x = 0..{}", 3.0 * periods), &integrand, 1e-9);
        assert!(is_series(&many), "{integrand}: {}", many.because);
        let (mut value, mut error) = (0.0, 0.0);
        for part in &few {
            assert!(!is_series(part), "{integrand}");
            value += part.values[0];
            error += part.errors[0];
        }
        let off = (many.values[0] - value).abs();
        assert!(
            off <= many.errors[0] + error,
            "{integrand}: {off:e}, {many:?}"
        );
        assert!(error <= 1e-8 * value.abs(), "{integrand}: {few:?}");
    }
}

#[test]
fn what_switches_besides_is_not_lost_in_a_series() {
    // A needle far out among the periods, and a sum that does not exist.
    for (integrand, exact) in [
        (
            "1/(1 + floor(x))^2 + if(abs(x - 10000.3) < 0.01, 1, 0)",
            ZETA_2 + 0.02,
        ),
        (
            "1/(1 + floor(x))^2 + exp(-(x - 10000)^2)",
            ZETA_2 + PI.sqrt(),
        ),
        (
            "1/(1 + floor(x))^2 + exp(-10000*(x - 10000.1)^2)",
            ZETA_2 + PI.sqrt() / 100.0,
        ),
    ] {
        let answer = solve("x = 0..inf", integrand, 1e-8);
        let off = (answer.values[0] - exact).abs();
        let is_told = answer.status != Status::Converged;
        assert!(
            is_told || off <= answer.errors[0],
            "{integrand}: {off:e} {answer:?}"
        );
    }
    let answer = solve("x = 1..inf", "floor(x)/x^2", 1e-8);
    assert_ne!(answer.status, Status::Converged, "{answer:?}");
}

#[test]
fn what_is_narrow_among_very_many_periods_is_found_or_not_excluded() {
    // (ζ(2) − 1)/2, and what a bump adds far out: √(π/c).
    let series = (ZETA_2 - 1.0) / 2.0;
    for (integrand, exact) in [
        ("floor(x)/(1 + x)^3", series),
        (
            "floor(x)/(1 + x)^3 + exp(-0.01*(x - 1e6)^2)",
            series + 10.0 * PI.sqrt(),
        ),
        (
            "floor(x)/(1 + x)^3 + exp(-1e-10*(x - 1e7)^2)",
            series + 1e5 * PI.sqrt(),
        ),
        (
            "1/(1 + floor(x))^2 + exp(-0.01*(floor(x) - 1e6)^2)",
            ZETA_2 + 10.0 * PI.sqrt(),
        ),
        (
            "1/(1 + floor(x))^2 + exp(-1e-4*(x - floor(x)/2 - 1e6)^2)",
            ZETA_2 + 200.0 * PI.sqrt(),
        ),
        // π/1000·10⁴·(10⁵ − 1/2)/10¹⁵.
        (
            "floor(x)*(1 + 1e4/(1 + 1e6*(x - 1e5)^2))/(1 + x)^3",
            series + 3.141e-9,
        ),
    ] {
        let answer = solve("x = 0..inf", integrand, 1e-9);
        let off = (answer.values[0] - exact).abs();
        // The last exact value has four digits.
        let known = 1e-11 + 8.0 * f64::EPSILON * exact;
        assert!(
            off <= answer.errors[0] + known,
            "{integrand}: {off:e} {answer:?}"
        );
    }
}

#[test]
fn periods_that_are_nearly_in_a_whole_ratio_have_none_in_common() {
    // Σ n(sin ω(n + 1) − sin ωn)/ω over n below 2,000, ω = 6.283185307185; and the mean of |sin(t)·sin(t + φ)| for a
    // phase φ that grows to 2.07e-3·x/10⁹; mpmath, 30 digits.
    for (limits, integrand, exact) in [
        (
            "x = 0..2000",
            "floor(x)*(1 + 100*cos(6.283185307185*x))",
            1_999_000.000_172_231_6,
        ),
        (
            "x = 0..10000000000",
            "abs(sin(pi*x))*abs(sin(3.14159265359*x))",
            4_999_996_439.817_6,
        ),
    ] {
        let answer = solve(limits, integrand, 1e-9);
        let off = (answer.values[0] - exact).abs();
        assert!(
            answer.status != Status::Converged || off <= answer.errors[0] + 1e-9 * exact,
            "{integrand}: {off:e} {answer:?}"
        );
    }
}
