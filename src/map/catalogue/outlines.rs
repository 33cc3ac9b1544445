//! Plane regions by their outlines: between curves, around a centre, within four edges.
//!
//! 1. Give the outline as formulas of a variable: the curves below and above, the distance from a centre
//!    by the angle, or the four edges.
//! 2. Fill it with straight lines from one curve to the other, or from the centre; within four edges add
//!    the lines between both pairs of opposite edges and subtract the bilinear map of the corners.
//! 3. Evaluate the edges at their ends for that: the corners are not given again.
//!
//! S. A. Coons, "Surfaces for computer-aided design of space forms", Technical Report MAC-TR-41, MIT
//! (1967).

use super::entry::Entry;
use super::plane::{around, unit};

pub(super) fn entries() -> Vec<Entry> {
    vec![between(), star(), superellipse(), coons()]
}

fn between() -> Entry {
    Entry::new(
        "between",
        "region between two curves, from y = lower(x) at v = 0 to y = upper(x) at v = 1",
        &[unit("x"), unit("v")],
        &[("x", "x"), ("y", "lower + v*(upper - lower)")],
        "1/3",
    )
    .function("lower", &["x"], "x^2")
    .function("upper", &["x"], "sqrt(x)")
    .with_determinant("upper - lower")
}

fn star() -> Entry {
    Entry::new(
        "star",
        "star-shaped region: its outline has the distance radius(t) from the origin at the angle t",
        &[unit("s"), around("t")],
        &[("x", "s*radius*cos(t)"), ("y", "s*radius*sin(t)")],
        "19*pi/18",
    )
    .function("radius", &["t"], "1 + cos(t)/3")
    .with_determinant("s*radius^2")
}

/// The radius goes by squares: the power of a square is smooth where the cosine or the sine is zero, as
/// far as p lets it be.
fn superellipse() -> Entry {
    const SUM: &str = "(((cos(t)/a)^2)^(p/2) + ((sin(t)/b)^2)^(p/2))";
    Entry::new(
        "superellipse",
        "abs(x/a)^p + abs(y/b)^p <= 1: s from 0 in the centre to 1, t is the angle from the x axis",
        &[unit("s"), around("t")],
        &[
            ("x", &format!("s*cos(t)*{SUM}^(-1/p)")),
            ("y", &format!("s*sin(t)*{SUM}^(-1/p)")),
        ],
        "4*abs(a*b)*gamma(1 + 1/p)^2/gamma(1 + 2/p)",
    )
    .numbers(&[("a", "2"), ("b", "1"), ("p", "4")])
    .requires("p > 0", "the exponent p must be positive")
    .with_determinant(&format!("s*{SUM}^(-2/p)"))
}

fn coons() -> Entry {
    let coordinate = |c: &str| {
        format!(
            "(1 - v)*bottom_{c} + v*top_{c} + (1 - u)*left_{c} + u*right_{c} \
             - (1 - u)*(1 - v)*bottom_{c}(0) - u*(1 - v)*bottom_{c}(1) \
             - (1 - u)*v*top_{c}(0) - u*v*top_{c}(1)"
        )
    };
    let mut entry = Entry::new(
        "coons",
        "Coons patch: bottom and top by u from left to right, right and left by v from bottom to top",
        &[unit("u"), unit("v")],
        &[("x", &coordinate("x")), ("y", &coordinate("y"))],
        "7/6",
    );
    for (edge, of, x, y) in [
        ("bottom", "u", "u", "u^2 - u"),
        ("right", "v", "1", "v"),
        ("top", "u", "u", "1"),
        ("left", "v", "0", "v"),
    ] {
        entry =
            entry
                .function(&format!("{edge}_x"), &[of], x)
                .function(&format!("{edge}_y"), &[of], y);
    }
    for (edge, end, other, at) in [
        ("bottom", 0, "left", 0),
        ("bottom", 1, "right", 0),
        ("top", 0, "left", 1),
        ("top", 1, "right", 1),
    ] {
        // Corners that are typed as decimals meet to nine digits of the diagonal.
        let gap = |c: &str| format!("{edge}_{c}({end}) - {other}_{c}({at})");
        let condition = format!(
            "hypot({}, {}) <= 1e-9*hypot(top_x(1) - bottom_x(0), top_y(1) - bottom_y(0))",
            gap("x"),
            gap("y")
        );
        let why = format!(
            "the edges do not meet: {edge} at {end} and {other} at {at} must be the same corner"
        );
        entry = entry.requires(&condition, &why);
    }
    entry
}
