//! The first steps: a map as a closure and as a text, an integral, its error and its status.
//!
//! `cargo run --example quickstart`

use std::f64::consts::{PI, TAU};

use pullback::{Error, Map, Settings, Status};

fn main() -> Result<(), Error> {
    // The Gaussian over the unit disk. The closure runs once, with symbols in place of numbers.
    let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?.named(["r", "t"], ["x", "y"])?;
    println!("det J = {}", polar.jacobian()?.determinant());
    let disk = polar.over([0.0..1.0, 0.0..TAU])?;
    let answer = disk.integrate(|[x, y]| (-(x * x + y * y)).exp())?;
    println!("{} ± {:.0e}, {}", answer.value, answer.error, answer.status);
    let exact = PI * (1.0 - (-1.0f64).exp());
    assert_eq!(answer.status, Status::Converged);
    assert!((answer.value - exact).abs() <= answer.error);

    // The same from text, with two integrands that share all nodes, and a tolerance.
    let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
    let integrands = disk.parse(&["1", "x^2"])?;
    let settings = Settings::new().rtol(1e-12);
    let answer = disk.integrate_all(&integrands, &settings)?;
    println!(
        "area {}, second moment {}",
        answer.values[0], answer.values[1]
    );
    assert!((answer.values[0] - PI).abs() <= answer.errors[0]);
    assert!((answer.values[1] - PI / 4.0).abs() <= answer.errors[1]);
    Ok(())
}
