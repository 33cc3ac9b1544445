//! Ellipses: the stretched polar map, and confocal elliptic coordinates; area and second moments.
//!
//! `cargo run --example elliptic`

use std::f64::consts::PI;

use pullback::{Error, Map, Parameters, Settings};

fn main() -> Result<(), Error> {
    // x = a r cos t, y = b r sin t covers the ellipse with semi-axes a and b.
    let (a, b) = (3.0, 2.0);
    let mut axes = Parameters::new();
    axes.set("a", a);
    axes.set("b", b);
    let map = Map::parse_with("x = a*r*cos(t), y = b*r*sin(t)", &["r", "t"], &axes)?;
    println!("det J = {}", map.jacobian()?.determinant());
    let ellipse = map.over("r = 0..1, t = 0..2*pi")?;
    let integrands = ellipse.parse(&["1", "x^2", "y^2", "x*y"])?;
    let answer = ellipse.integrate_all(&integrands, &Settings::default())?;
    let exact = [
        PI * a * b,
        PI / 4.0 * a.powi(3) * b,
        PI / 4.0 * a * b.powi(3),
        0.0,
    ];
    for (k, what) in ["area", "∫ x²", "∫ y²", "∫ xy"].iter().enumerate() {
        println!(
            "{what:6} {:.14} ± {:.0e}",
            answer.values[k], answer.errors[k]
        );
        assert!((answer.values[k] - exact[k]).abs() <= answer.errors[k]);
    }

    // Confocal coordinates: the curves of constant m are ellipses with foci at ±1.
    let confocal = Map::new(|[m, n]| [m.cosh() * n.cos(), m.sinh() * n.sin()])?
        .named(["m", "n"], ["x", "y"])?;
    println!("det J = {}", confocal.jacobian()?.determinant());
    let region = confocal.over("m = 0..1, n = 0..2*pi")?;
    let area = region.measure()?;
    let (a, b) = (1.0f64.cosh(), 1.0f64.sinh());
    println!("area   {:.14} ± {:.0e}", area.value, area.error);
    assert!((area.value - PI * a * b).abs() <= area.error);
    let moment = region.integrate(|[x, _]| x * x)?;
    println!("∫ x²   {:.14} ± {:.0e}", moment.value, moment.error);
    assert!((moment.value - PI / 4.0 * a.powi(3) * b).abs() <= moment.error);
    Ok(())
}
