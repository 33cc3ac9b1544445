//! What lies between the nodes of a formula is found by bounds, or is said not to be excluded.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::{Estimate, Map, Settings, Status};

fn integral(over: &str, integrand: &str) -> Estimate {
    let names: Vec<&str> = over
        .split(',')
        .map(|side| side.split('=').next().unwrap().trim())
        .collect();
    let region = Map::identity(&names).unwrap().over(over).unwrap();
    let settings = Settings::new().rtol(1e-9);
    region.integrate_all(integrand, &settings).unwrap()
}

/// Right to the tolerance, by a proven bound that holds the truth.
fn proven(over: &str, integrand: &str, truth: f64) {
    let found = integral(over, integrand);
    let off = (found.value - truth).abs();
    let said = format!("{over} {integrand}: {found} {:?}", found.reasons);
    assert!(found.proven && found.status == Status::Converged, "{said}");
    // The truth is rounded, too.
    assert!(
        off <= found.error + 1e-15 * truth.abs(),
        "{said} off by {off:e}"
    );
    assert!(found.error <= 1e-9 * truth.abs(), "{said}");
}

/// Right to the tolerance, and no further off than is said.
fn right(over: &str, integrand: &str, truth: f64) {
    let found = integral(over, integrand);
    let off = (found.value - truth).abs();
    let said = format!("{over} {integrand}: {found} {:?}", found.reasons);
    assert!(found.status == Status::Converged, "{said}");
    assert!(
        off <= found.error.min(1e-9 * truth.abs()),
        "{said} off by {off:e}"
    );
}

/// ∫ exp(−c (x − a)²) over the line.
fn bell(c: f64) -> f64 {
    (PI / c).sqrt()
}

#[test]
fn a_needle_is_found_wherever_it_stands() {
    proven("x = 0..1", "exp(-1e10*(x - 0.77)^2)", bell(1e10));
    proven("x = 0..1", "1 + exp(-1e8*(x - 0.77)^2)", 1.0 + bell(1e8));
    // Beside a broad hill of the same height.
    let hill = "exp(-(x - 0.3)^2) + exp(-1e8*(x - 0.77)^2)";
    // √π/2 (erf 0.7 + erf 0.3), by mpmath.
    proven("x = 0..1", hill, 0.891_923_550_739_709_8 + bell(1e8));
}

#[test]
fn a_ridge_along_a_diagonal_is_found() {
    // Along t, for every u: 2π ∫ exp(−c sin²) = 4π² e^(−c/2) I₀(c/2), by mpmath.
    proven(
        "t = 0..2*pi, u = 0..2*pi",
        "exp(-1e4*sin(t - u)^2)",
        0.222_738_688_827_832_6,
    );
    // ∫∫ exp(−c (x − y)²) = √(π/c) erf √c − (1 − e^(−c))/c
    let c = 1e6;
    proven(
        "x = 0..1, y = 0..1",
        "1 + exp(-1e6*(x - y)^2)",
        1.0 + bell(c) - 1.0 / c,
    );
}

#[test]
fn no_ridge_is_missed_in_silence() {
    for (over, integrand, truth) in [
        // ∫∫ exp(−c² (r² − 4)²) dx dy = π ∫ exp(−c² s²) ds, with s = r² − 4 and c = 100.
        (
            "x=-inf..inf, y=-inf..inf",
            "exp(-1e4*(x^2 + y^2 - 4)^2)",
            PI * PI.sqrt() / 100.0,
        ),
        // Rosenbrock's valley: a Gaussian in 1 − x and y − x², of the area π·20/√100.
        (
            "x=-inf..inf, y=-inf..inf",
            "exp(-((1 - x)^2 + 100*(y - x^2)^2)/20)",
            2.0 * PI,
        ),
    ] {
        let found = integral(over, integrand);
        let off = (found.value - truth).abs();
        let said = format!(
            "{over} {integrand}: {found} {:?} off by {off:e}",
            found.reasons
        );
        let owns_up = found.status != Status::Converged;
        assert!(owns_up || off <= 1e-9 * truth, "{said}");
        assert!(off <= found.error, "{said}");
    }
}

#[test]
fn far_out_on_an_infinite_range_a_peak_is_found() {
    let found = "exp(-x^2) + exp(-(x - 1000)^2)";
    right("x = -inf..inf", found, 2.0 * PI.sqrt());
    right(
        "x = -inf..inf",
        "1/(1 + x^2) + exp(-(x - 3e5)^2)",
        PI + PI.sqrt(),
    );
}

#[test]
fn tails_are_bounded_by_how_fast_they_fall() {
    right("x = -inf..inf", "exp(-x^2)", PI.sqrt());
    // π⁴/15; ∫ e^(−x) sin x/x = π/4.
    right("x = 0..inf", "x^3/(exp(x) - 1)", PI.powi(4) / 15.0);
    right("x = 0..inf", "exp(-x)*sin(x)/x", PI / 4.0);
}

#[test]
fn an_end_that_is_singular_is_bounded() {
    // Im Γ(1 + i)-like: ∫ sin(ln x) = −1/2.
    right("x = 0..1", "sin(ln(x))", -0.5);
}
