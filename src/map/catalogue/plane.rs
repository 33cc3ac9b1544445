//! Coordinates of the plane.
//!
//! The names are those of G. B. Arfken, H. J. Weber, "Mathematical Methods for Physicists", 6th ed.,
//! Elsevier (2005), and P. Moon, D. E. Spencer, "Field Theory Handbook", Springer (1961).

use super::entry::Entry;

/// Once around.
pub(super) const TURN: (&str, &str) = ("0", "2*pi");

/// A variable that goes once around.
pub(super) const fn around(name: &str) -> (&str, &str, &str) {
    (name, TURN.0, TURN.1)
}

/// A variable from 0 to 1.
pub(super) const fn unit(name: &str) -> (&str, &str, &str) {
    (name, "0", "1")
}

pub(super) fn entries() -> Vec<Entry> {
    [straight(), round(), conformal()].concat()
}

fn straight() -> Vec<Entry> {
    vec![
        Entry::new(
            "affine",
            "parallelogram with the edges (a, c) and (b, d), the columns of its matrix",
            &[unit("u"), unit("v")],
            &[("x", "a*u + b*v"), ("y", "c*u + d*v")],
            "abs(a*d - b*c)",
        )
        .numbers(&[("a", "2"), ("b", "1"), ("c", "1"), ("d", "3")])
        .with_determinant("a*d - b*c"),
        Entry::new(
            "hyperbolic",
            "region between the hyperbolas u = x*y and the lines v = y/x of the first quadrant",
            &[("u", "1", "2"), ("v", "1", "2")],
            &[("x", "sqrt(u/v)"), ("y", "sqrt(u*v)")],
            "ln(2)/2",
        )
        .with_determinant("1/(2*v)"),
    ]
}

fn round() -> Vec<Entry> {
    vec![
        Entry::new(
            "polar",
            "disk, ring or sector: distance r from the origin, angle t from the x axis",
            &[unit("r"), around("t")],
            &[("x", "r*cos(t)"), ("y", "r*sin(t)")],
            "pi",
        )
        .with_determinant("r"),
        Entry::new(
            "elliptic",
            "ellipse with the half axes a and b: r from 0 to 1, t once around",
            &[unit("r"), around("t")],
            &[("x", "a*r*cos(t)"), ("y", "b*r*sin(t)")],
            "pi*abs(a*b)",
        )
        .numbers(&[("a", "3"), ("b", "2")])
        .with_determinant("a*b*r"),
        Entry::new(
            "log-polar",
            "ring: logarithm rho of the distance from the origin, angle t from the x axis",
            &[unit("rho"), around("t")],
            &[("x", "exp(rho)*cos(t)"), ("y", "exp(rho)*sin(t)")],
            "pi*(exp(2) - 1)",
        )
        .with_determinant("exp(2*rho)"),
    ]
}

fn conformal() -> Vec<Entry> {
    vec![
        Entry::new(
            "confocal-elliptic",
            "confocal ellipses mu and hyperbolas nu with the foci (-a, 0) and (a, 0)",
            &[unit("mu"), around("nu")],
            &[("x", "a*cosh(mu)*cos(nu)"), ("y", "a*sinh(mu)*sin(nu)")],
            "pi*a^2*cosh(1)*sinh(1)",
        )
        .numbers(&[("a", "1")])
        .with_determinant("a^2*(sinh(mu)^2 + sin(nu)^2)"),
        Entry::new(
            "parabolic",
            "confocal parabolas u and v with the focus in the origin; v is not negative",
            &[("u", "-1", "1"), unit("v")],
            &[("x", "(u^2 - v^2)/2"), ("y", "u*v")],
            "4/3",
        )
        .with_determinant("u^2 + v^2"),
        Entry::new(
            "bipolar",
            "circles xi through the poles (-a, 0) and (a, 0), circles eta around one of them",
            &[around("xi"), ("eta", "1", "2")],
            &[
                ("x", "a*sinh(eta)/(cosh(eta) - cos(xi))"),
                ("y", "a*sin(xi)/(cosh(eta) - cos(xi))"),
            ],
            "pi*a^2*(1/sinh(1)^2 - 1/sinh(2)^2)",
        )
        .numbers(&[("a", "1")])
        .with_determinant("a^2/(cosh(eta) - cos(xi))^2"),
    ]
}
