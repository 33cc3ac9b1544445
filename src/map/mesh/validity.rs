//! The least value of a polynomial on an element: between which numbers it lies, and where a value is small.
//!
//! 1. The least coefficient is below all values; the least one of those in the corners is a value.
//! 2. The box with the least coefficient is halved along the axis on which the polynomial bends most,
//!    until bound and value are near each other, or the sign is known. Where that takes long, paraboloids give
//!    bounds that are nearer.
//! 3. What rounding does to coefficients is carried along, and counts against every decision.
//!
//! A. Johnen, J.-F. Remacle, C. Geuzaine, "Geometrical validity of curvilinear finite elements", J. Comput.
//! Phys. 233 (2013) 359–372; A. Johnen, J.-C. Weill, J.-F. Remacle, "Robust and efficient validation of the
//! linear hexahedral element", arXiv 1706.01613 (2017).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::bernstein::BoxForm;
use super::determinant_form::DeterminantForm;
use super::number::UNIT;
use super::paraboloid::{self, Lowest};

/// How near bound and value get where the sign is known, as a part of the greatest coefficient.
const NEAR: f64 = 0.01;

/// How near they get where it is not.
const NEAREST: f64 = 1e-10;

/// Boxes that are halved at most: more are needed only where the polynomial is zero on a curved surface inside.
const MOST_HALVES: usize = 5000;

/// Boxes that are halved before paraboloids are fitted: few elements need more.
const PLAIN_HALVES: usize = 24;

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
    /// The greatest coefficient.
    size: f64,
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

    /// A value at a place of the unit box, and what it is off by at most.
    fn meet(&mut self, value: f64, rounding: f64, unit: [f64; 3]) {
        if value < self.value {
            (self.value, self.rounding, self.unit) = (value, rounding, unit);
        }
    }

    /// Whether rounding alone hides the sign, so that numbers with more digits may tell it.
    pub(super) fn is_blurred(&self) -> bool {
        let is_open = !self.is_positive() && !self.has_none_positive();
        let width = self.value - self.bound;
        is_open && width > NEAREST * self.size && width <= 4.0 * self.rounding
    }

    /// Whether enough is known.
    fn is_enough(&self, wanted: Wanted) -> bool {
        let has_sign = self.is_positive() || self.has_none_positive();
        let part = match (wanted, has_sign) {
            (Wanted::Sign, true) => return true,
            (Wanted::Value, _) | (_, true) => NEAR,
            (_, false) => NEAREST,
        };
        self.value - self.bound <= (part * self.size).max(4.0 * self.rounding)
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
pub(super) fn least<T>(
    of: &DeterminantForm<T>,
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
        size,
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
    if !least.is_enough(wanted) {
        halve(of, coefficients, wanted, &mut least);
    }
    least
}

fn lowest(coefficients: &[f64]) -> f64 {
    coefficients.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Halves boxes until enough is known.
fn halve<T>(of: &DeterminantForm<T>, coefficients: &[f64], wanted: Wanted, least: &mut Least) {
    let size = least.size;
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
    for count in 0..MOST_HALVES {
        let Some(part) = open.pop() else { return };
        least.bound = least.bound.max(part.bound);
        if least.is_enough(wanted) {
            return;
        }
        for mut half in part.halves(size) {
            for (corner, value) in half.form.corners() {
                least.meet(value, half.rounding, half.place(corner));
            }
            if count >= PLAIN_HALVES {
                half.fit(size, least);
            }
            open.push(half);
        }
    }
    if let Some(part) = open.peek() {
        least.bound = least.bound.max(part.bound);
    }
}

impl Part {
    /// Its halves across the axis along which it bends most.
    fn halves(&self, size: f64) -> [Part; 2] {
        let axis = self.form.axis_of_bends();
        let rounding = self.rounding + 2.0 * self.form.degree(axis) as f64 * UNIT * size;
        let mut offset = 0.0;
        self.form.halves(axis).map(|form| {
            let (mut begin, mut width) = (self.begin, self.width);
            begin[axis] += offset * width[axis];
            width[axis] *= 0.5;
            offset = 0.5;
            Part {
                bound: self.bound.max(lowest(&form.coefficients) - rounding),
                form,
                rounding,
                begin,
                width,
            }
        })
    }

    /// A place of it as one of the unit box.
    fn place(&self, unit: [f64; 3]) -> [f64; 3] {
        std::array::from_fn(|k| self.begin[k] + unit[k] * self.width[k])
    }

    /// Fits a paraboloid: its bound, and the value where it is least.
    fn fit(&mut self, size: f64, least: &mut Least) {
        // What is above all values that count needs no better bound.
        if self.bound > least.value {
            return;
        }
        let Lowest { bound, unit } = paraboloid::lowest(&self.form, size);
        self.bound = self.bound.max(bound - self.rounding);
        let steps: usize = (0..3).map(|axis| self.form.degree(axis)).sum();
        // A mean with two shares has four roundings.
        let rounding = self.rounding + 4.0 * steps as f64 * UNIT * size;
        least.meet(self.form.evaluate(unit), rounding, self.place(unit));
    }
}
