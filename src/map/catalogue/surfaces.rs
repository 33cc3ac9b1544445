//! Curves and surfaces in space, with √det(JᵀJ) in the place of det J.

use super::entry::Entry;
use super::plane::around;

pub(super) fn entries() -> Vec<Entry> {
    vec![
        Entry::new(
            "sphere",
            "sphere (a surface) of radius R: angle theta from the z axis, angle phi around it",
            &[("theta", "0", "pi"), around("phi")],
            &[
                ("x", "R*sin(theta)*cos(phi)"),
                ("y", "R*sin(theta)*sin(phi)"),
                ("z", "R*cos(theta)"),
            ],
            "4*pi*R^2",
        )
        .numbers(&[("R", "1")])
        .with_determinant("R^2*sin(theta)"),
        Entry::new(
            "torus",
            "torus (a surface): phi along the circle of radius R, theta around the tube of radius a",
            &[around("phi"), around("theta")],
            &[
                ("x", "(R + a*cos(theta))*cos(phi)"),
                ("y", "(R + a*cos(theta))*sin(phi)"),
                ("z", "a*sin(theta)"),
            ],
            "4*pi^2*R*a",
        )
        .numbers(&[("R", "2"), ("a", "1")])
        .requires("0 < a <= R", "the tube's radius a must be positive and at most R")
        .with_determinant("a*(R + a*cos(theta))"),
        Entry::new(
            "helix",
            "helix (a curve) of radius a around the z axis, which rises by 2*pi*b in a turn",
            &[around("t")],
            &[("x", "a*cos(t)"), ("y", "a*sin(t)"), ("z", "b*t")],
            "2*pi*sqrt(a^2 + b^2)",
        )
        .numbers(&[("a", "1"), ("b", "1/2")])
        .with_determinant("sqrt(a^2 + b^2)"),
    ]
}
