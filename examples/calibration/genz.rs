//! The six families of A. Genz, with random parameters.
//!
//! 1. Each parameter c is uniform in (0, 1), then all are scaled to the family's difficulty |c|₁:
//!    the figures of T. Hahn for Cuba, the same in every dimension. Each place w is uniform in
//!    (0, 1).
//! 2. Parameters are rounded to floats before the closed form is evaluated, and printed so that
//!    they read back as the same floats: text and value belong to the same integral.
//! 3. A. Genz, "A package for testing multiple integration subroutines", in Numerical Integration
//!    (P. Keast, G. Fairweather, eds., Reidel, 1987) 337–340; T. Hahn, "Cuba – a library for
//!    multidimensional numerical integration", Comput. Phys. Comm. 168 (2005) 78–95.

use std::f64::consts::{PI, TAU};
use std::ops::{Add, Mul};

use pullback::elementary::Unary;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::precise::Precise;
use crate::problem::{Problem, joined, unit_box};

/// The dimensions.
const DIMENSIONS: std::ops::RangeInclusive<usize> = 2..=6;

/// A family: its name, its difficulty, and the text and value of a member.
struct Family {
    set: &'static str,
    difficulty: f64,
    member: fn(&[f64], &[f64]) -> (String, f64),
}

const FAMILIES: [Family; 6] = [
    Family {
        set: "Genz oscillatory",
        difficulty: 6.0,
        member: oscillatory,
    },
    Family {
        set: "Genz product peak",
        difficulty: 18.0,
        member: product_peak,
    },
    Family {
        set: "Genz corner peak",
        difficulty: 2.2,
        member: corner_peak,
    },
    Family {
        set: "Genz Gaussian",
        difficulty: 15.2,
        member: gaussian,
    },
    Family {
        set: "Genz kink",
        difficulty: 16.1,
        member: kink,
    },
    Family {
        set: "Genz jump",
        difficulty: 16.4,
        member: jump,
    },
];

/// `count` members of each family in each dimension. Member k is the same for every count.
pub(crate) fn problems(count: usize, seed: u64) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, family) in FAMILIES.iter().enumerate() {
        for dimension in DIMENSIONS {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream((index * 16 + dimension) as u64);
            problems.extend((1..=count).map(|k| family.problem(dimension, k, &mut random)));
        }
    }
    problems
}

impl Family {
    fn problem(&self, dimension: usize, k: usize, random: &mut ChaCha8Rng) -> Problem {
        let mut uniform = || ((random.next_u64() >> 11) as f64 + 0.5) * f64::EPSILON * 0.5;
        let rough: Vec<f64> = (0..dimension).map(|_| uniform()).collect();
        let places: Vec<f64> = (0..dimension).map(|_| uniform()).collect();
        let size: f64 = rough.iter().sum();
        let scaled: Vec<f64> = rough.iter().map(|c| c * self.difficulty / size).collect();
        let (integrand, exact) = (self.member)(&scaled, &places);
        Problem::plain(
            self.set,
            format!("{dimension}-D, {k}"),
            unit_box(dimension),
            integrand,
            exact,
        )
    }
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
    let text = format!(
        "if(x1 <= {:?} and x2 <= {:?}, exp({}), 0)",
        w[0],
        w[1],
        linear(c)
    );
    let along = |(i, &c): (usize, &f64)| {
        let end = if i < 2 { w[i] } else { 1.0 };
        (c * end).exp_m1() / c
    };
    (text, c.iter().enumerate().map(along).product())
}
