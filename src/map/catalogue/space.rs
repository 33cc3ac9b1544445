//! Coordinates of space.
//!
//! The names are those of G. B. Arfken, H. J. Weber, "Mathematical Methods for Physicists", 6th ed.,
//! Elsevier (2005), and P. Moon, D. E. Spencer, "Field Theory Handbook", Springer (1961).

use super::entry::Entry;
use super::plane::{around, unit};

/// An angle from the axis of space to the opposite direction.
const fn down(name: &str) -> (&str, &str, &str) {
    (name, "0", "pi")
}

pub(super) fn entries() -> Vec<Entry> {
    [round(), spheroidal(), parabolic()].concat()
}

fn round() -> Vec<Entry> {
    vec![
        Entry::new(
            "cylindrical",
            "cylinder: distance r from the z axis, angle t around it, height z",
            &[unit("r"), around("t"), unit("z")],
            &[("x", "r*cos(t)"), ("y", "r*sin(t)"), ("z", "z")],
            "pi",
        )
        .with_determinant("r"),
        Entry::new(
            "spherical",
            "ball or shell: distance r, angle theta from the z axis, angle phi around it",
            &[unit("r"), down("theta"), around("phi")],
            &[
                ("x", "r*sin(theta)*cos(phi)"),
                ("y", "r*sin(theta)*sin(phi)"),
                ("z", "r*cos(theta)"),
            ],
            "4*pi/3",
        )
        .with_determinant("r^2*sin(theta)"),
        Entry::new(
            "ellipsoidal",
            "ellipsoid with the half axes a, b, c: r from 0 to 1, theta from the z axis, phi around it",
            &[unit("r"), down("theta"), around("phi")],
            &[
                ("x", "a*r*sin(theta)*cos(phi)"),
                ("y", "b*r*sin(theta)*sin(phi)"),
                ("z", "c*r*cos(theta)"),
            ],
            "4*pi*abs(a*b*c)/3",
        )
        .numbers(&[("a", "3"), ("b", "2"), ("c", "1")])
        .with_determinant("a*b*c*r^2*sin(theta)"),
        Entry::new(
            "toroidal",
            "solid torus: distance r from the circle of radius R, phi along it, theta around the tube",
            &[("r", "0", "a"), around("phi"), around("theta")],
            &[
                ("x", "(R + r*cos(theta))*cos(phi)"),
                ("y", "(R + r*cos(theta))*sin(phi)"),
                ("z", "r*sin(theta)"),
            ],
            "2*pi^2*R*a^2",
        )
        .numbers(&[("R", "2"), ("a", "1")])
        .requires("0 < a <= R", "the tube's radius a must be positive and at most R")
        .with_determinant("r*(R + r*cos(theta))"),
    ]
}

fn spheroidal() -> Vec<Entry> {
    vec![
        Entry::new(
            "prolate-spheroidal",
            "confocal long spheroids mu and hyperboloids nu, foci (0, 0, -a) and (0, 0, a)",
            &[unit("mu"), down("nu"), around("phi")],
            &[
                ("x", "a*sinh(mu)*sin(nu)*cos(phi)"),
                ("y", "a*sinh(mu)*sin(nu)*sin(phi)"),
                ("z", "a*cosh(mu)*cos(nu)"),
            ],
            "4*pi/3*abs(a)^3*sinh(1)^2*cosh(1)",
        )
        .numbers(&[("a", "1")])
        .with_determinant("a^3*sinh(mu)*sin(nu)*(sinh(mu)^2 + sin(nu)^2)"),
        Entry::new(
            "oblate-spheroidal",
            "confocal flat spheroids mu and hyperboloids nu with a focal circle of radius a",
            &[unit("mu"), down("nu"), around("phi")],
            &[
                ("x", "a*cosh(mu)*sin(nu)*cos(phi)"),
                ("y", "a*cosh(mu)*sin(nu)*sin(phi)"),
                ("z", "a*sinh(mu)*cos(nu)"),
            ],
            "4*pi/3*abs(a)^3*cosh(1)^2*sinh(1)",
        )
        .numbers(&[("a", "1")])
        .with_determinant("a^3*cosh(mu)*sin(nu)*(sinh(mu)^2 + cos(nu)^2)"),
    ]
}

fn parabolic() -> Vec<Entry> {
    vec![
        Entry::new(
            "parabolic-cylindrical",
            "confocal parabolas u and v of the plane, v not negative, and the height z",
            &[("u", "-1", "1"), unit("v"), unit("z")],
            &[("x", "(u^2 - v^2)/2"), ("y", "u*v"), ("z", "z")],
            "4/3",
        )
        .with_determinant("u^2 + v^2"),
        Entry::new(
            "paraboloidal",
            "confocal paraboloids u and v around the z axis, neither negative, and the angle phi",
            &[unit("u"), unit("v"), around("phi")],
            &[
                ("x", "u*v*cos(phi)"),
                ("y", "u*v*sin(phi)"),
                ("z", "(u^2 - v^2)/2"),
            ],
            "pi/2",
        )
        .with_determinant("u*v*(u^2 + v^2)"),
    ]
}
