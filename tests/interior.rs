//! Regions inside closed curves, against areas and moments that are known.
//!
//! Areas: E. W. Weisstein, MathWorld, "Astroid", "Cardioid", "Rose Curve", "Limaçon", "Superellipse".
//! Moments follow from Green's theorem, ∫ xᵃyᵇ = ∮ xᵃ⁺¹yᵇ/(a + 1) dy, and Wallis' integrals.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{PI, TAU};

use pullback::domain::{Misfit, OutlineFault, Sign};
use pullback::{Error, Interior, Map, MappedRegion, Parameters, Settings, Status};

fn curve(equations: &str, over: &str) -> MappedRegion {
    let map = Map::parse_with(equations, &["t"], &Parameters::new()).unwrap();
    map.over(over).unwrap()
}

fn inside(equations: &str) -> Interior {
    curve(equations, "t = 0..2*pi").interior().unwrap()
}

/// The integrals, each within its claimed error of the truth, converged or at the last digits.
fn assert_moments(region: &Interior, expected: &[(&str, f64)]) {
    for (integrand, truth) in expected {
        let answer = region.integrate_text(*integrand).unwrap();
        let off = (answer.value - truth).abs();
        assert!(off <= answer.error, "{integrand}: {answer} is not {truth}");
        assert!(
            matches!(answer.status, Status::Converged | Status::Roundoff),
            "{integrand}: {answer}"
        );
        // Roundings of numbers of the size of the region.
        assert!(answer.error < 1e-10, "{integrand}: {answer}");
    }
}

#[test]
fn an_ellipse_has_the_moments_of_an_ellipse() {
    // ∫ x² = πa³b/4, ∫ x⁴ = πa⁵b/8, ∫ x²y² = πa³b³/24 for the half axes a = 3 and b = 2.
    let moments = [
        ("1", 6.0 * PI),
        ("x^2", 27.0 * PI / 2.0),
        ("x^4", 243.0 * PI / 4.0),
        ("x^2*y^2", 9.0 * PI),
        ("x", 0.0),
    ];
    let both = [
        inside("x = 3*cos(t), y = 2*sin(t)"),
        inside("x = 3*cos(t), y = -2*sin(t)"),
        curve("x = 3*cos(t), y = 2*sin(t)", "t = 2*pi..0")
            .interior()
            .unwrap(),
    ];
    for ellipse in both {
        assert_moments(&ellipse, &moments);
        let area = ellipse.measure().unwrap();
        assert!(
            area.proven && area.warnings.is_empty(),
            "{:?}",
            area.warnings
        );
        // Swapped limits turn the sign once more.
        assert_ne!(area.jacobian.sign, Sign::Changes);
        assert_eq!(ellipse.centre(), [0.0, 0.0]);
    }
}

#[test]
fn the_direction_is_the_sign_where_signs_are_asked_for() {
    for (equations, over, sign) in [
        ("x = cos(t), y = sin(t)", "t = 0..2*pi", 1.0),
        ("x = cos(t), y = -sin(t)", "t = 0..2*pi", -1.0),
        ("x = cos(t), y = sin(t)", "t = 2*pi..0", -1.0),
        ("x = cos(t), y = -sin(t)", "t = 2*pi..0", 1.0),
    ] {
        let disk = curve(equations, over).interior().unwrap();
        // A few roundings of π.
        assert!((disk.measure().unwrap().value - PI).abs() < 1e-14);
        let signed = disk.signed().unwrap().measure().unwrap().value;
        assert!((signed - sign * PI).abs() < 1e-14, "{equations} {over}");
    }
}

#[test]
fn cusps_do_no_harm() {
    assert_moments(
        &inside("x = cos(t)^3, y = sin(t)^3"),
        &[("1", 3.0 * PI / 8.0), ("x^2", 21.0 * PI / 512.0)],
    );
    // r = 1 + cos t: ∫ x = ∫ (1 + cos t)³/3 cos t dt = 5π/4, ∫ y² = 21π/32.
    let cardioid = inside("x = (1 + cos(t))*cos(t), y = (1 + cos(t))*sin(t)");
    assert!(cardioid.is_seen());
    assert_moments(
        &cardioid,
        &[("1", 1.5 * PI), ("x", 1.25 * PI), ("y^2", 21.0 * PI / 32.0)],
    );
}

#[test]
fn a_superellipse_closes_but_for_what_its_roots_make_of_roundings() {
    // |x|⁵ + |y|⁵ = 1: 4 Γ(6/5)²/Γ(7/5).
    let superellipse =
        inside("x = sign(cos(t))*abs(cos(t))^(2/5), y = sign(sin(t))*abs(sin(t))^(2/5)");
    let area = superellipse.measure().unwrap();
    let truth = 3.800_600_555_953_748;
    // The default tolerance, 1e-10 of the value.
    assert!((area.value - truth).abs() < 4e-10, "{area}");
}

#[test]
fn a_square_in_four_pieces_is_cut_at_its_corners() {
    let corners = |a: &str, b: &str| format!("if(t < 1, {a}, if(t < 2, {b}, ");
    let x = corners("t", "1") + "if(t < 3, 3 - t, 0)))";
    let y = corners("0", "t - 1") + "if(t < 3, 1, 4 - t)))";
    let square = curve(&format!("x = {x}, y = {y}"), "t = 0..4")
        .interior()
        .unwrap();
    assert_moments(
        &square,
        &[("1", 1.0), ("x*y", 0.25), ("exp(x)", 1f64.exp() - 1.0)],
    );
    let arcs = [
        curve("x = t, y = 0*t", "t = 0..1"),
        curve("x = 1 + 0*t, y = t", "t = 0..1"),
        curve("x = 1 - t, y = 1 + 0*t", "t = 0..1"),
        curve("x = 0*t, y = 1 - t", "t = 0..1"),
    ];
    let square = Interior::of_arcs(&arcs).unwrap();
    assert_moments(
        &square,
        &[("1", 1.0), ("x*y", 0.25), ("exp(x)", 1f64.exp() - 1.0)],
    );
}

fn warnings(region: &Interior) -> String {
    region.measure().unwrap().warnings.join("\n")
}

#[test]
fn winding_numbers_count_and_are_told() {
    // r = cos 3t, its three leaves once: π/4 in all, and the origin is a crossing.
    let rose = curve("x = cos(3*t)*cos(t), y = cos(3*t)*sin(t)", "t = 0..pi");
    let rose = rose.interior().unwrap();
    assert_moments(&rose, &[("1", PI / 4.0)]);
    assert!(warnings(&rose).contains("crosses itself, near (0, 0)"));
    // ∫ x over one half is ∫₀¹ 2x²√(1 − x²) = π/8. The halves count with opposite signs, the right one
    // negative.
    let eight = inside("x = sin(t), y = sin(t)*cos(t)");
    assert_moments(&eight, &[("1", 0.0), ("x", -PI / 4.0)]);
    assert!(
        warnings(&eight).contains("-1 and 1 here"),
        "{}",
        warnings(&eight)
    );
    // r = 1 + 2 cos t: the inner loop, π − 3√3/2, is in the outer one and counts twice. ½∫r² = 3π.
    let snail = inside("x = (1 + 2*cos(t))*cos(t), y = (1 + 2*cos(t))*sin(t)");
    assert_moments(&snail, &[("1", 3.0 * PI)]);
    assert!(warnings(&snail).contains("1 and 2 here"));
}

#[test]
fn a_curve_that_is_run_through_twice_counts_twice() {
    for (equations, over, rounds) in [
        ("x = cos(t), y = sin(t)", "t = 0..4*pi", 2.0),
        (
            "x = cos(3*t)*cos(t), y = cos(3*t)*sin(t)",
            "t = 0..2*pi",
            0.5,
        ),
    ] {
        let twice = curve(equations, over).interior().unwrap();
        assert_moments(&twice, &[("1", rounds * PI)]);
        assert!(warnings(&twice).contains("run through 2 times"));
    }
}

/// Points between the radii 0.9 and 1, at angles up to 2.5.
const CRESCENT: &str = "x = (0.95 + 0.05*sin(t))*cos(2.5*cos(t)), \
                        y = (0.95 + 0.05*sin(t))*sin(2.5*cos(t))";

#[test]
fn what_no_point_sees_is_integrated_and_said() {
    let crescent = inside(CRESCENT);
    assert!(!crescent.is_seen());
    // ∮ r²/2 dθ over 2.5 cos t: 0.95·0.05·2.5 π; polynomials are warned of nothing.
    assert_moments(&crescent, &[("1", 0.95 * 0.05 * 2.5 * PI)]);
    assert_eq!(warnings(&crescent), "");
    let far = crescent.integrate_text("ln(x)").unwrap();
    assert!(
        far.warnings.iter().any(|w| w.contains("evaluated outside")),
        "{:?}",
        far.warnings
    );
    assert_ne!(far.status, Status::Converged);
}

#[test]
fn conditions_cut_the_inside() {
    let half = inside("x = cos(t), y = -sin(t)").where_("y >= 0").unwrap();
    let moment = half.integrate(|[_, y]| y).unwrap();
    assert!(
        (moment.value - 2.0 / 3.0).abs() <= moment.error.max(1e-15),
        "{moment}"
    );
    let other = half.signed().unwrap().integrate(|[_, y]| y).unwrap();
    assert!(
        (other.value + 2.0 / 3.0).abs() <= other.error.max(1e-15),
        "{other}"
    );
}

#[test]
fn code_is_integrated_too() {
    let disk = inside("x = 2 + cos(t), y = sin(t)");
    let answer = disk
        .integrate_fn(|p| p[0] * p[0], &Settings::default())
        .unwrap();
    // π(4 + 1/4)
    assert!((answer.value - 4.25 * PI).abs() <= answer.error, "{answer}");
}

#[test]
fn a_rational_circle_closes_at_infinity() {
    let circle = curve(
        "x = (1 - t^2)/(1 + t^2), y = 2*t/(1 + t^2)",
        "t = -inf..inf",
    );
    assert_moments(&circle.interior().unwrap(), &[("1", PI), ("x^2", PI / 4.0)]);
}

#[test]
fn what_bounds_nothing_is_refused() {
    let fault = |arcs: &[MappedRegion]| match Interior::of_arcs(arcs).unwrap_err() {
        Error::Shape(Misfit::Outline(fault)) => fault,
        other => panic!("{other}"),
    };
    let open = curve("x = cos(t), y = sin(t)", "t = 0..pi");
    let OutlineFault::NotClosed { start, end } = fault(std::slice::from_ref(&open)) else {
        panic!()
    };
    assert_eq!((start, end[0]), ([1.0, 0.0], -1.0));
    let line = curve("x = t, y = 0*t", "t = 1..-1");
    assert!(matches!(
        fault(&[open.clone(), line]),
        OutlineFault::Apart { arc: 2, .. }
    ));
    let jump = curve(
        "x = cos(t), y = sin(t) + if(1 < t and t < 2, 1, 0)",
        "t = 0..2*pi",
    );
    let OutlineFault::Jump { at, .. } = fault(&[jump]) else {
        panic!()
    };
    // Bisected to the last digit.
    assert!((at - 1.0).abs() < 1e-12 || (at - 2.0).abs() < 1e-12);
    let pole = curve("x = cos(t), y = sin(t) + sqrt(t - 7)", "t = 0..2*pi");
    assert!(matches!(fault(&[pole]), OutlineFault::NoPoint { .. }));
    let space = Map::new(|[t]| [t.cos(), t.sin(), t])
        .unwrap()
        .over([0.0..TAU])
        .unwrap();
    assert!(matches!(fault(&[space]), OutlineFault::NotACurve { .. }));
    assert_eq!(fault(&[]), OutlineFault::Nothing);
}
