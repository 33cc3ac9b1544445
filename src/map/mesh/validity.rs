//! The least value of a polynomial on an element: between which numbers it lies, and where a value is small.
//!
//! 1. The least coefficient is below all values; the least one of those in the corners is a value.
//! 2. The box with the least coefficient is halved along the axis on which the polynomial bends most,
//!    until bound and value are near each other, or the sign is known.
//! 3. What rounding does to coefficients is carried along, and counts against every decision.
//!
//! A. Johnen, J.-F. Remacle, C. Geuzaine, "Geometrical validity of curvilinear finite elements", J. Comput.
//! Phys. 233 (2013) 359–372; A. Johnen, J.-C. Weill, J.-F. Remacle, "Robust and efficient validation of the
//! linear hexahedral element", arXiv 1706.01613 (2017).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::bernstein::BoxForm;
use super::determinant_form::{DeterminantForm, UNIT};

/// How near bound and value get where the sign is known, as a part of the greatest coefficient.
const NEAR: f64 = 0.01;

/// How near they get where it is not.
const NEAREST: f64 = 1e-10;

/// Boxes that are halved at most: more are needed only where the polynomial is zero on whole lines inside.
const MOST_HALVES: usize = 5000;

/// What is known of a least value.
#[derive(Clone, Debug)]
pub(super) struct Least {
    /// No value is less.
    pub(super) bound: f64,
    /// A value, computed.
    pub(super) value: f64,
    /// What that is off by at most.
    pub(super) rounding: f64,
    /// Its place in the unit box.
    pub(super) unit: [f64; 3],
}

/// What is wanted to be known.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Wanted {
    /// The sign.
    Sign,
    /// The sign and about the value.
    SignAndValue,
    /// About the value.
    Value,
}

impl Least {
    /// Whether all values are positive.
    pub(super) fn is_positive(&self) -> bool {
        self.bound > 0.0
    }

    /// Whether a value is zero or negative.
    pub(super) fn has_none_positive(&self) -> bool {
        self.value + self.rounding <= 0.0
    }

    /// Whether enough is known.
    fn is_enough(&self, wanted: Wanted, size: f64) -> bool {
        let has_sign = self.is_positive() || self.has_none_positive();
        let part = match (wanted, has_sign) {
            (Wanted::Sign, true) => return true,
            (Wanted::Value, _) | (_, true) => NEAR,
            (_, false) => NEAREST,
        };
        self.value - self.bound <= (part * size).max(4.0 * self.rounding)
    }
}

/// A box that is part of the unit box.
struct Part {
    form: BoxForm,
    rounding: f64,
    bound: f64,
    begin: [f64; 3],
    width: [f64; 3],
}

/// The box with the least bound comes first.
impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_place = || other.begin.partial_cmp(&self.begin);
        let by_bound = other.bound.total_cmp(&self.bound);
        by_bound.then_with(|| by_place().unwrap_or(Ordering::Equal))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Part {}

/// The least value of det J by its coefficients, none of which is off by more than `rounding`.
pub(super) fn least(
    of: &DeterminantForm,
    coefficients: &[f64],
    rounding: f64,
    wanted: Wanted,
) -> Least {
    let size = coefficients.iter().fold(0.0f64, |all, c| all.max(c.abs()));
    let mut least = Least {
        bound: lowest(coefficients) - rounding,
        value: f64::INFINITY,
        rounding,
        unit: [0.0; 3],
    };
    for (at, unit) in &of.corners {
        if coefficients[*at] < least.value {
            (least.value, least.unit) = (coefficients[*at], *unit);
        }
    }
    let is_finite = coefficients.iter().all(|c| c.is_finite()) && rounding.is_finite();
    if !is_finite {
        least.bound = f64::NEG_INFINITY;
        least.rounding = f64::INFINITY;
        return least;
    }
    if !least.is_enough(wanted, size) {
        halve(of, coefficients, wanted, size, &mut least);
    }
    least
}

fn lowest(coefficients: &[f64]) -> f64 {
    coefficients.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Halves boxes until enough is known.
fn halve(of: &DeterminantForm, coefficients: &[f64], wanted: Wanted, size: f64, least: &mut Least) {
    let (form, steps) = of.space.on_box(coefficients);
    // Each step takes a mean with two shares: three roundings.
    let rounding = least.rounding + 4.0 * steps as f64 * UNIT * size;
    let mut open = BinaryHeap::from([Part {
        bound: lowest(&form.coefficients) - rounding,
        form,
        rounding,
        begin: [0.0; 3],
        width: [1.0; 3],
    }]);
    for _ in 0..MOST_HALVES {
        let Some(part) = open.pop() else { return };
        least.bound = least.bound.max(part.bound);
        if least.is_enough(wanted, size) {
            return;
        }
        let axis = part.form.axis_of_bends();
        let rounding = part.rounding + 2.0 * part.form.degree(axis) as f64 * UNIT * size;
        for (form, offset) in part.form.halves(axis).into_iter().zip([0.0, 0.5]) {
            let (mut begin, mut width) = (part.begin, part.width);
            begin[axis] += offset * width[axis];
            width[axis] *= 0.5;
            for (corner, value) in form.corners() {
                if value < least.value {
                    (least.value, least.rounding) = (value, rounding);
                    least.unit = std::array::from_fn(|k| begin[k] + corner[k] * width[k]);
                }
            }
            open.push(Part {
                bound: lowest(&form.coefficients) - rounding,
                form,
                rounding,
                begin,
                width,
            });
        }
    }
    if let Some(part) = open.peek() {
        least.bound = least.bound.max(part.bound);
    }
}
