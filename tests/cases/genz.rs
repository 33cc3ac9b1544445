//! The six families of A. Genz.
//!
//! 1. A member has parameters c, as large as it is difficult, and places w in (0, 1).
//! 2. They are floats before the closed form is evaluated, and printed so that they read back as
//!    the same floats: text and value belong to the same integral.
//! 3. A. Genz, "A package for testing multiple integration subroutines", in Numerical Integration
//!    (P. Keast, G. Fairweather, eds., Reidel, 1987) 337–340; T. Hahn, "Cuba – a library for
//!    multidimensional numerical integration", Comput. Phys. Comm. 168 (2005) 78–95.

use std::f64::consts::{PI, TAU};
use std::ops::{Add, Mul};

use pullback::elementary::Unary;

use super::precise::Precise;

/// A family.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    /// The sum of the c in Cuba, the same in every dimension.
    pub(crate) difficulty: f64,
    /// The text in x1, x2, … and its integral over the unit box, for c and w.
    pub(crate) member: fn(&[f64], &[f64]) -> (String, f64),
}

pub(crate) const FAMILIES: [Family; 6] = [
    Family {
        name: "Genz oscillatory",
        difficulty: 6.0,
        member: oscillatory,
    },
    Family {
        name: "Genz product peak",
        difficulty: 18.0,
        member: product_peak,
    },
    Family {
        name: "Genz corner peak",
        difficulty: 2.2,
        member: corner_peak,
    },
    Family {
        name: "Genz Gaussian",
        difficulty: 15.2,
        member: gaussian,
    },
    Family {
        name: "Genz kink",
        difficulty: 16.1,
        member: kink,
    },
    Family {
        name: "Genz jump",
        difficulty: 16.4,
        member: jump,
    },
];

/// The texts of the axes 1, 2, …, with a text between.
pub(crate) fn joined(dimension: usize, between: &str, text: impl Fn(usize) -> String) -> String {
    (1..=dimension).map(text).collect::<Vec<_>>().join(between)
}

/// c₁x₁ + c₂x₂ + ….
fn linear(c: &[f64]) -> String {
    joined(c.len(), " + ", |i| format!("{:?}*x{i}", c[i - 1]))
}

fn product(c: &[f64], w: &[f64], factor: impl Fn(f64, f64) -> f64) -> f64 {
    c.iter().zip(w).map(|(&c, &w)| factor(c, w)).product()
}

/// cos(p + c·x).
fn oscillatory(c: &[f64], w: &[f64]) -> (String, f64) {
    let phase = TAU * w[0];
    let text = format!("cos({phase:?} + {})", linear(c));
    // The value is small where the cosine is: its argument must not lose digits.
    let half = |c: &f64| Precise::from(0.5 * c);
    let middle = c.iter().map(half).fold(phase.into(), Precise::add);
    let (sin, cos) = middle.high.sin_cos();
    let sinc = |c: f64, _| (0.5 * c).sin() / (0.5 * c);
    (text, (cos - middle.low * sin) * product(c, w, sinc))
}

/// Π 1/(a + (x − w)²), a = c⁻².
fn product_peak(c: &[f64], w: &[f64]) -> (String, f64) {
    let a: Vec<f64> = c.iter().map(|c| 1.0 / (c * c)).collect();
    let factor = |i: usize| format!("({:?} + (x{i} - {:?})^2)", a[i - 1], w[i - 1]);
    let text = format!("1/({})", joined(c.len(), "*", factor));
    let along = |a: f64, w: f64| {
        let c = 1.0 / a.sqrt();
        c * ((c * (1.0 - w)).atan() + (c * w).atan())
    };
    (text, product(&a, w, along))
}

/// (1 + c·x)^−(d + 1).
fn corner_peak(c: &[f64], _: &[f64]) -> (String, f64) {
    let d = c.len();
    let text = format!("(1 + {})^(-{})", linear(c), d + 1);
    // An alternating sum over the corners of the box: all but a few digits cancel.
    let corner = |corner: u32| {
        let in_corner = c.iter().enumerate().filter(|(i, _)| corner >> i & 1 == 1);
        let reach = in_corner.map(|(_, &c)| c.into());
        let term = Precise::from(1.0) / reach.fold(1.0.into(), Precise::add);
        if corner.count_ones() % 2 == 1 {
            -term
        } else {
            term
        }
    };
    let sum = (0..1u32 << d).map(corner).fold(0.0.into(), Precise::add);
    let divisor = c
        .iter()
        .zip(1u32..)
        .map(|(&c, k)| Precise::from(c) * f64::from(k).into())
        .fold(1.0.into(), Precise::mul);
    (text, (sum / divisor).high)
}

/// exp(−Σ c²(x − w)²).
fn gaussian(c: &[f64], w: &[f64]) -> (String, f64) {
    let term = |i: usize| format!("({:?}*(x{i} - {:?}))^2", c[i - 1], w[i - 1]);
    let text = format!("exp(-({}))", joined(c.len(), " + ", term));
    let erf = |x: f64| Unary::Erf.value(x);
    let along = |c: f64, w: f64| 0.5 * PI.sqrt() / c * (erf(c * (1.0 - w)) + erf(c * w));
    (text, product(c, w, along))
}

/// exp(−Σ c|x − w|).
fn kink(c: &[f64], w: &[f64]) -> (String, f64) {
    let term = |i: usize| format!("{:?}*abs(x{i} - {:?})", c[i - 1], w[i - 1]);
    let text = format!("exp(-({}))", joined(c.len(), " + ", term));
    let along = |c: f64, w: f64| -((-c * w).exp_m1() + (-c * (1.0 - w)).exp_m1()) / c;
    (text, product(c, w, along))
}

/// exp(c·x) where x₁ ≤ w₁ and x₂ ≤ w₂, else 0.
fn jump(c: &[f64], w: &[f64]) -> (String, f64) {
    let cut = c.len().min(2);
    let inside = joined(cut, " and ", |i| format!("x{i} <= {:?}", w[i - 1]));
    let text = format!("if({inside}, exp({}), 0)", linear(c));
    let along = |(i, &c): (usize, &f64)| {
        let end = if i < cut { w[i] } else { 1.0 };
        (c * end).exp_m1() / c
    };
    (text, c.iter().enumerate().map(along).product())
}
