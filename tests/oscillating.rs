//! Integrals that oscillate without end, or very often: their paths leave the real line.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{E, FRAC_PI_2, PI};

use pullback::{Estimate, Settings, Status};

mod cases;

use cases::domain;
use cases::judge::Truth;

fn solve(limits: &str, integrand: &str) -> Estimate {
    let domain = domain("", limits);
    let integrands = domain.parse(&[integrand]).unwrap();
    let settings = Settings::new().rtol(1e-10).max_evals(1_000_000);
    domain.integrate_all(&integrands, &settings).unwrap()
}

#[test]
fn oscillating_tails_are_integrated_to_all_their_digits() {
    for (limits, integrand, exact) in [
        ("x = 0..inf", "sin(x)/x", FRAC_PI_2),
        ("x = -inf..inf", "sin(pi*x)/(pi*x)", 1.0),
        ("x = -inf..inf", "cos(x)/(1 + x^2)", PI / E),
        ("x = -inf..inf", "cos(x^2)", (PI / 2.0).sqrt()),
        ("x = 0..inf", "sin(x)/sqrt(x)", (PI / 2.0).sqrt()),
        ("x = 0..inf", "sin(sqrt(x))/x", PI),
        // −Ci(1), ½π − Si(1) and sin(1) − Ci(1): Abramowitz and Stegun, 5.2.
        ("x = 0..inf", "cos(exp(x))", -0.337_403_922_900_968_13),
        ("x = 0..1", "sin(1/x)/x", 0.624_713_256_427_713_6),
        ("x = 0..1", "sin(1/x)", 0.504_067_061_906_928_4),
        // Γ(2/3) sin(π/3)/3.
        ("x = 0..inf", "x*sin(x^3)", 0.390_900_178_421_172_5),
        // √(π/2)·(√58 − √42).
        (
            "x = 0..inf",
            "sin(8*x)*sin(50*x)/x^1.5",
            1.422_552_162_575_912,
        ),
        // mpmath at 25 digits, along such paths.
        (
            "x = 0..inf",
            "sin(x)*(sin(x^2)*(sin(x^3) + 1/x) + 1/x)",
            2.438_791_650_217_756_6,
        ),
        ("x = 0..1", "cos(ln(x)/x)/x", 0.323_367_431_677_778_76),
        // A factor of a product.
        (
            "x = 0..inf, y = -inf..inf",
            "sin(x)/x*exp(-y^2)",
            FRAC_PI_2 * PI.sqrt(),
        ),
        // What is added far out has a value of its own: √π·exp(−1/4)·cos(1000).
        (
            "x = 0..inf",
            "cos(x)*(1/(1 + x^2) + exp(-(x - 1000)^2))",
            PI / (2.0 * E) + PI.sqrt() * (-0.25f64).exp() * 1000f64.cos(),
        ),
    ] {
        let answer = solve(limits, integrand);
        let fault = Truth::new(&[exact], 1e-10).fault(&answer, 20_000);
        assert_eq!(fault, None, "{integrand}");
    }
}

#[test]
fn waves_without_end_on_both_sides_of_a_place_inside_are_led_off() {
    for (limits, integrand, exact) in [
        // ∫ sin(1/t) dt/5 over 1..4: it is odd.
        ("x = 0..1", "sin(1/(5*x - 1))", 0.262_042_367_538_421_8),
        // The test suite of NIntegrate.
        (
            "x = 0..1",
            "sin(1/((5*x - 1)*(5*x - 2)*(5*x - 3)))",
            0.016_958_518_844_356,
        ),
        // mpmath at 30 digits, along such paths.
        (
            "x = 0..1",
            "cos(1/(x^2 - 0.3))*exp(x)",
            -0.452_779_537_121_187_3,
        ),
        (
            "x = -inf..inf",
            "exp(-x^2)*cos(1/(x - 1))",
            0.628_648_233_763_449_3,
        ),
    ] {
        let answer = solve(limits, integrand);
        let fault = Truth::new(&[exact], 1e-10).fault(&answer, 5000);
        assert_eq!(fault, None, "{integrand}");
    }
}

#[test]
fn many_waves_between_finite_limits_cost_no_more_than_few() {
    for (limits, integrand, exact) in [
        ("x = 1..1e4", "cos(x)", 1e4f64.sin() - 1f64.sin()),
        (
            "x = 0..5000",
            "1/sqrt(x) + cos(x)",
            2.0 * 5000f64.sqrt() + 5000f64.sin(),
        ),
        // mpmath at 20 digits, along such paths.
        (
            "x = 0..20",
            "sin(1000*x)*exp(-x)/(1 + 25*(x-3)^2)",
            4.424_777_290_178_481e-6,
        ),
    ] {
        let answer = solve(limits, integrand);
        let fault = Truth::new(&[exact], 1e-10).fault(&answer, 5000);
        assert_eq!(fault, None, "{integrand}");
    }
}

#[test]
fn what_does_not_become_small_exists_as_a_mean_only() {
    // The constant of M. R. Burns as an integral; mpmath gives the same along x = 1 + it.
    let answer = solve("x = 1..inf", "x^(1/x)*cos(pi*x)");
    assert_eq!(answer.status, Status::Suspect);
    assert!((answer.values[0] - 0.070_776_039_311_528_8).abs() < 1e-13);
    assert!(answer.reasons[0].to_string().contains("Abel"));
}
