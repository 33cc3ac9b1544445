//! The first steps: a map as a closure, as a text, and an integral over the region it makes.

use std::f64::consts::{PI, TAU};

use pullback::{Error, Map};

fn main() -> Result<(), Error> {
    // The Gaussian over the unit disk, in polar coordinates.
    let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?.named(["r", "t"], ["x", "y"])?;
    let disk = polar.over([0.0..1.0, 0.0..TAU])?;
    let answer = disk.integrate(|[x, y]| (-(x * x + y * y)).exp())?;
    println!("{answer:#?}");
    let exact = PI * (1.0 - (-1.0f64).exp());
    assert!((answer.value - exact).abs() <= answer.error);
    Ok(())
}
