//! Complex integrals: what is known of them in closed form, and that a part which is zero is no
//! obstacle.

use std::f64::consts::{PI, TAU};

use pullback::{Complex64, ComplexExpr, Map, Settings, Status};

#[test]
fn fourier_transforms_are_right_to_rounding() {
    // ∫ exp(−(x² + y²)/2 + i(ax + by)) over the plane is 2π exp(−(a² + b²)/2).
    let plane = Map::identity(&["x", "y"])
        .unwrap()
        .over("x = -inf..inf, y = -inf..inf")
        .unwrap();
    let answer = plane
        .integrate_complex(|[x, y]| {
            let size = (-(x.powi(2) + y.powi(2)) / 2.0).exp();
            size * ComplexExpr::cis(x * 1.5 - y * 0.5)
        })
        .unwrap();
    let exact = TAU * (-1.25f64).exp();
    // The imaginary part is zero by symmetry, so no digits of it can be asked for.
    assert_eq!(answer.parts.status, Status::Converged, "{answer}");
    assert!((answer.value - exact).norm() <= answer.error, "{answer}");
    assert!(answer.error <= 1e-10 * exact, "{answer}");
}

#[test]
fn residues_are_found_along_a_circle() {
    // ∮ dz/(z − a) = 2πi inside, and Cauchy's formula for exp: ∮ eᶻ/(z − a) dz = 2πi eᵃ.
    let circle = Map::identity(&["t"]).unwrap().over("t = 0..2*pi").unwrap();
    let a = Complex64::new(0.3, -0.2);
    let answer = circle
        .integrate_complex(|[t]| {
            let z = ComplexExpr::cis(t);
            z.exp() / (z - a) * (Complex64::i() * z)
        })
        .unwrap();
    let exact = Complex64::new(0.0, TAU) * a.exp();
    assert!((answer.value - exact).norm() < 1e-13, "{answer}");
    assert_eq!(answer.parts.status, Status::Converged);
    let code = circle
        .integrate_complex_fn(
            |t| {
                let z = Complex64::cis(t[0]);
                z.exp() / (z - a) * (Complex64::i() * z)
            },
            &Settings::default(),
        )
        .unwrap();
    // Two programs of the same formula differ by roundings.
    assert!((code.value - exact).norm() < 1e-13, "{code}");
}

#[test]
fn parts_may_be_given_as_texts() {
    let polar = Map::parse("x = r*cos(t), y = r*sin(t)").unwrap();
    let disk = polar.over("r = 0..1, t = 0..2*pi").unwrap();
    let parts = disk.parse(&["x^2 + 1", "x*y"]).unwrap();
    let settings = Settings::default();
    let answer = disk.integrate_complex_parts(&parts, &settings).unwrap();
    // ∫x² over the disk is π/4, its area π; ∫xy = 0.
    assert!((answer.value - 1.25 * PI).norm() < 1e-14, "{answer}");
    assert_eq!(answer.parts.status, Status::Converged);
    let one = disk.parse(&["x"]).unwrap();
    assert!(disk.integrate_complex_parts(&one, &settings).is_err());
}
