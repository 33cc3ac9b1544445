//! Black boxes: an integrand that is code, a map with its own Jacobian, a map over dual numbers.
//! All go through the same integrators as formulas do, and give the same integral.
//!
//! `cargo run --example black_box`

use std::f64::consts::TAU;

use nalgebra::SVector;
use num_dual::DualNum;
use pullback::{DualMap, Error, Map, OwnJacobian, Settings};

/// Any code will do: here Simpson's rule for ∫₀¹ exp(−r² s) ds, which has no name of its own.
fn density(x: &[f64]) -> f64 {
    let square = x.iter().map(|x| x * x).sum::<f64>();
    let terms = (0..=20).map(|k| {
        let weight = match k {
            0 | 20 => 1.0,
            k if k % 2 == 1 => 4.0,
            _ => 2.0,
        };
        weight * (-square * f64::from(k) / 20.0).exp()
    });
    terms.sum::<f64>() / 60.0
}

/// Polar coordinates, generic in the number type, as num-dual wants it.
fn polar<D: DualNum + Copy>(u: SVector<D, 2>) -> SVector<D, 2> {
    SVector::from([u[0] * u[1].cos(), u[0] * u[1].sin()])
}

fn main() -> Result<(), Error> {
    let limits = [0.0..1.0, 0.0..TAU];

    // The map as a formula, the integrand as code.
    let formula = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?;
    let first = formula
        .over(limits.clone())?
        .integrate_fn(density, &Settings::default())?;
    println!("formula and code:   {} ± {:.0e}", first.value, first.error);

    // A map that brings its Jacobian, row by row.
    let own = OwnJacobian::new(2, 2, |u: &[f64], x: &mut [f64], jacobian: &mut [f64]| {
        let (sin, cos) = u[1].sin_cos();
        x.copy_from_slice(&[u[0] * cos, u[0] * sin]);
        jacobian.copy_from_slice(&[cos, -u[0] * sin, sin, u[0] * cos]);
    });
    let second = own
        .over(limits.clone())?
        .integrate_fn(density, &Settings::default())?;
    println!(
        "own Jacobian:       {} ± {:.0e}",
        second.value, second.error
    );

    // A map that is differentiated by dual numbers.
    let dual = DualMap::new(polar);
    let third = dual
        .over(limits)?
        .integrate_fn(density, &Settings::default())?;
    println!("dual numbers:       {} ± {:.0e}", third.value, third.error);

    for other in [&second, &third] {
        assert!((first.value - other.value).abs() <= first.error + other.error);
    }
    Ok(())
}
