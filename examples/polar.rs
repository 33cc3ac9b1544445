//! Polar coordinates: a disk, an annulus and a cardioid, each with limits of its own.
//!
//! `cargo run --example polar`

use std::f64::consts::PI;

use pullback::{Error, Estimate, Map};

/// Integrates a text over x = r cos t, y = r sin t between limits, and compares with the exact value.
fn polar(limits: &str, integrand: &str, exact: f64) -> Result<Estimate, Error> {
    // The variables come in the order of the limits, so that a limit may use the earlier ones.
    let region = pullback::Region::parse(limits)?;
    let names: Vec<&str> = region.variables().iter().map(String::as_str).collect();
    let map = Map::parse_with("x = r*cos(t), y = r*sin(t)", &names, &Default::default())?;
    let answer = map.over(&region)?.integrate_text(&[integrand])?;
    println!(
        "∫ {integrand} over {limits}: {} ± {:.0e} ({}), exact {exact}",
        answer.value, answer.error, answer.status
    );
    assert!((answer.value - exact).abs() <= answer.error);
    Ok(answer)
}

fn main() -> Result<(), Error> {
    let jacobian = Map::parse("x = r*cos(t), y = r*sin(t)")?.jacobian()?;
    println!(
        "|det J| = {}: how much an area grows from (r, t) to (x, y)",
        jacobian.determinant()
    );

    // The unit disk: area, and the moment of inertia about its centre.
    polar("r = 0..1, t = 0..2*pi", "1", PI)?;
    polar("r = 0..1, t = 0..2*pi", "x^2 + y^2", PI / 2.0)?;
    // 1/r is infinite at the centre; times |det J| = r it is 1.
    polar("r = 0..1, t = 0..2*pi", "1/sqrt(x^2 + y^2)", 2.0 * PI)?;
    // An annulus, a quarter of it.
    polar(
        "r = 1..2, t = 0..pi/2",
        "1/(x^2 + y^2)",
        PI / 2.0 * 2.0f64.ln(),
    )?;
    // The cardioid r ≤ 1 + cos t: the limit of r depends on t, so t comes first.
    polar("t = 0..2*pi, r = 0..1+cos(t)", "1", 1.5 * PI)?;
    // Its centre of mass is at x = 5/6: the moment is 5/6 of the area 3π/2.
    polar("t = 0..2*pi, r = 0..1+cos(t)", "x", 1.25 * PI)?;
    Ok(())
}
