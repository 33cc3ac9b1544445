//! Variables without ends that occur in a sum of squares alone: one integral over the radius, with areas of spheres.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::{Estimate, Settings, Status};

mod cases;

use cases::judge::Truth;
use cases::{SplitMix, domain};

fn solve(limits: &str, integrand: &str, rtol: f64) -> Estimate {
    let domain = domain("", limits);
    let integrands = domain.parse(&[integrand]).unwrap();
    let settings = Settings::new().rtol(rtol).max_evals(1_000_000).threads(1);
    domain.integrate_all(&integrands, &settings).unwrap()
}

fn is_radial(answer: &Estimate) -> bool {
    answer.because.to_string().contains("constant on spheres")
}

/// The places between limits that hold all numbers.
fn everywhere(names: &[&str]) -> String {
    let all: Vec<String> = names.iter().map(|x| format!("{x} = -inf..inf")).collect();
    all.join(", ")
}

#[test]
fn functions_of_the_distance_have_their_integrals_over_whole_spaces() {
    const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;
    for (names, integrand, exact) in [
        // 2π∫ r/(1 + r²)² dr, and so on: elementary.
        (&["x", "y"][..], "1/(1 + x^2 + y^2)^2", PI),
        (&["x", "y"], "exp(-sqrt(x^2 + y^2))", 2.0 * PI),
        (&["x", "y"], "exp(-hypot(x, y))/hypot(x, y)", 2.0 * PI),
        (
            &["x", "y"],
            "exp(-x^2 - y^2)*log(x^2 + y^2)",
            -PI * EULER_GAMMA,
        ),
        // Whole parts of the square: π Σ 1/(1 + n)².
        (&["x", "y"], "1/(1 + floor(x^2 + y^2))^2", PI.powi(3) / 6.0),
        // A thin ring: π∫ ds/(1 + |s − 10⁶|)² = π(2 − 1/(1 + 10⁶)).
        (
            &["x", "y"],
            "1/(1 + abs(x^2 + y^2 - 1e6))^2",
            PI * (2.0 - 1.0 / 1_000_001.0),
        ),
        (&["x", "y", "z"], "1/(1 + x^2 + y^2 + z^2)^3", PI * PI / 4.0),
        (
            &["x", "y", "z"],
            "exp(-hypot(hypot(x, y), z))/sqrt(x^2 + y^2 + z^2)",
            4.0 * PI,
        ),
        (
            &["x", "y", "z"],
            "if(x^2 + y^2 + z^2 < 1/4, 1, 0)*cos(x^2 + y^2 + z^2)^2 + if(x^2 + y^2 + z^2 < 1/4, 1, 0)*sin(x^2 + y^2 + z^2)^2",
            PI / 6.0,
        ),
        // 2π²∫ r³exp(−r⁴)dr, π³∫ r⁵/(1 + r²)⁵dr = π³/(2·4·3).
        (
            &["x", "y", "z", "w"],
            "exp(-(x^2 + y^2 + z^2 + w^2)^2)",
            PI * PI / 2.0,
        ),
        (
            &["a", "b", "c", "d", "e1", "f"],
            "1/(1 + a^2 + b^2 + c^2 + d^2 + e1^2 + f^2)^5",
            PI.powi(3) / 24.0,
        ),
    ] {
        let answer = solve(&everywhere(names), integrand, 1e-10);
        let exact = [exact];
        let fault = Truth::new(&exact, 1e-10).fault(&answer, 120_000);
        assert_eq!(fault, None, "{integrand}: {answer:?}");
    }
}

#[test]
fn ellipsoids_and_halves_of_spaces_have_closed_forms() {
    // ∫ (1 + Σ aᵢ(xᵢ − cᵢ)²)⁻⁴ over all numbers is πᵏᐟ²Γ(4 − k/2)/Γ(4)/√Πaᵢ, and half of it for an end in cᵢ.
    let mut numbers = SplitMix(5);
    let mut radial = 0;
    for trial in 0..24 {
        let mut between = |lo: f64, hi: f64| lo + (hi - lo) * numbers.unit();
        let k = 2 + trial % 4;
        // Γ(4 − k/2)/Γ(4)·πᵏᐟ², where Γ(3) = 2, Γ(5/2) = 3√π/4, Γ(2) = 1, Γ(3/2) = √π/2.
        let mut exact = match k {
            2 => PI / 3.0,
            3 => PI * PI / 8.0,
            4 => PI * PI / 6.0,
            _ => PI.powi(3) / 12.0,
        };
        let (mut terms, mut limits) = (vec!["1".to_owned()], Vec::new());
        for i in 0..k {
            let a = (between(-2.0, 2.0).exp() * 1000.0).round() / 1000.0;
            let c = (between(-2.0, 2.0) * 10.0).round() / 10.0;
            terms.push(format!("{a}*(x{i} - ({c}))^2"));
            exact /= a.sqrt();
            limits.push(match between(0.0, 3.0) as usize {
                0 => format!("x{i} = -inf..inf"),
                1 => {
                    exact /= 2.0;
                    format!("x{i} = {c}..inf")
                }
                _ => {
                    exact /= 2.0;
                    format!("x{i} = -inf..{c}")
                }
            });
        }
        let integrand = format!("1/({})^4", terms.join(" + "));
        let answer = solve(&limits.join(", "), &integrand, 1e-9);
        let exact = [exact];
        let truth = Truth::new(&exact, 1e-9);
        assert_eq!(
            truth.lie(&answer),
            None,
            "{integrand} over {limits:?}: {answer:?}"
        );
        if is_radial(&answer) {
            radial += 1;
            assert_eq!(
                truth.fault(&answer, 60_000),
                None,
                "{integrand}: {answer:?}"
            );
        }
    }
    // Where a number that is written is no square's own, rounding hides where the centre is.
    assert!(radial >= 18, "{radial}");
}

#[test]
fn sums_of_squared_logarithms_are_radial_in_the_logarithms() {
    // A density of which the logarithms have Student's distribution, three degrees: 1. And π³ᐟ²Γ(3/2)/Γ(3) = π²/4.
    for (integrand, exact) in [
        (
            "1/(x*y*z)*gamma(3)/gamma(1.5)/(3*pi)^1.5*(1 + (log(x)^2 + log(y)^2 + log(z)^2)/3)^(-3)",
            1.0,
        ),
        (
            "1/(x*y*z)/(1 + log(x)^2 + log(y)^2 + log(z)^2)^3",
            PI * PI / 4.0,
        ),
    ] {
        let answer = solve("x = 0..inf, y = 0..inf, z = 0..inf", integrand, 1e-10);
        assert!(is_radial(&answer), "{integrand}: {}", answer.because);
        let exact = [exact];
        let fault = Truth::new(&exact, 1e-10).fault(&answer, 60_000);
        assert_eq!(fault, None, "{integrand}: {answer:?}");
    }
}

#[test]
fn other_variables_stay_as_they_are() {
    // ∫ z/(1 + r² + z)^2.5·π dr² over z in 0..1: (2π/3)∫ z(1 + z)^−1.5 dz = (2π/3)(3√2 − 4).
    let exact = [2.0 * PI / 3.0 * (3.0 * 2f64.sqrt() - 4.0)];
    for limits in [
        "x = -inf..inf, y = -inf..inf, z = 0..1",
        "z = 0..1, x = -inf..inf, y = -inf..inf",
        "x = -inf..inf, z = 0..1, y = -inf..inf",
    ] {
        let answer = solve(limits, "z/(1 + x^2 + y^2 + z)^2.5", 1e-9);
        assert!(is_radial(&answer), "{limits}: {}", answer.because);
        let fault = Truth::new(&exact, 1e-9).fault(&answer, 60_000);
        assert_eq!(fault, None, "{limits}: {answer:?}");
    }
}

#[test]
fn what_depends_on_more_than_the_sum_is_not_taken_for_radial() {
    for (limits, integrand, exact) in [
        // Half of ∫∫ (x² + y²)/…, by symmetry: π/2·∫ s/(1 + s)³ ds = π/4.
        (
            "x = -inf..inf, y = -inf..inf",
            "x^2/(1 + x^2 + y^2)^3",
            PI / 4.0,
        ),
        // An end that is not in the centre: half of the space and a strip; ∫ (1 + x²)^−1.5 over 1..inf·π/2.
        (
            "x = 1..inf, y = -inf..inf",
            "1/(1 + x^2 + y^2)^2",
            PI / 2.0 * (1.0 - 0.5f64.sqrt()),
        ),
        // The squares have different signs: (∫ exp(−x²)dx)².
        (
            "x = -inf..inf, y = -inf..inf",
            "exp(-x^2)*exp(-y^2)*cos(0*(x^2 - y^2))",
            PI,
        ),
    ] {
        let answer = solve(limits, integrand, 1e-9);
        assert!(!is_radial(&answer), "{integrand}: {}", answer.because);
        let exact = [exact];
        let fault = Truth::new(&exact, 1e-9).fault(&answer, 1_000_000);
        assert_eq!(fault, None, "{integrand}: {answer:?}");
    }
}

#[test]
fn a_place_without_a_value_is_told_in_the_variables() {
    let limits = "x = -inf..inf, y = -inf..0";
    let answer = solve(limits, "sqrt(x^2 + y^2 - 4)*exp(-sqrt(x^2 + y^2))", 1e-9);
    assert_eq!(answer.status, Status::Nonfinite, "{answer:?}");
    // Between -inf and inf x = s/(1 - s²) with s = 2w - 1, and up to 0 y = (w - 1)/w.
    let unit = &answer.bad_node.as_ref().unwrap().unit;
    let s = 2.0 * unit[0] - 1.0;
    let (x, y) = (s / (1.0 - s * s), (unit[1] - 1.0) / unit[1]);
    assert!(x.hypot(y) < 2.0 && y <= 0.0, "{x}, {y}: {answer:?}");
}

#[test]
fn what_grows_too_fast_on_spheres_has_no_value() {
    for integrand in ["1/(1 + x^2 + y^2)", "1/sqrt(1 + x^2 + y^2)^2.0", "1"] {
        let answer = solve("x = -inf..inf, y = -inf..inf", integrand, 1e-9);
        assert_ne!(answer.status, Status::Converged, "{integrand}: {answer:?}");
        assert_eq!(answer.errors, [f64::INFINITY], "{integrand}: {answer:?}");
    }
}
