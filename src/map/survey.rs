//! A look at a region before the integral: the sign of the determinant, folds, limits that are
//! swapped, and places that are covered more than once.

use super::chart::swapped_limits;
use super::geometry::{Geometry, Point, Points, named_values};
use crate::deadline::Deadline;
use crate::expr::bounds::ranges::Ranges;
use crate::expr::simplify::is_total;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand, for_each_index};
use crate::scatter::Scatter;
use crate::verdict::extent::Quantity;

/// The most nodes at which the sign of the determinant is looked at.
const SURVEY_NODES: f64 = 1200.0;

/// Operations, and boxes, of a search for the sign of the determinant.
const SEARCH: usize = 4000;
const MOST_BOXES: usize = 200;

/// Below this part of its largest value a determinant counts as zero when its sign is judged.
const NEARLY_ZERO: f64 = 1e-12;

/// The same where it is enclosed, to a billionth.
const NEARLY_ENCLOSED: f64 = 2e-9;

/// The sign of the determinant over a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum Sign {
    /// Nowhere negative.
    Positive,
    /// Nowhere positive.
    Negative,
    /// Both occur.
    Changes,
    /// Zero everywhere.
    Zero,
}

impl Sign {
    /// The sign in one lower-case word.
    pub fn name(self) -> &'static str {
        match self {
            Sign::Positive => "positive",
            Sign::Negative => "negative",
            Sign::Changes => "changes",
            Sign::Zero => "zero",
        }
    }
}

/// What a look at the determinant over a region found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Survey {
    /// The smallest determinant, or that was met; NaN where the determinant varies along an infinite
    /// range, of which nodes show a part only.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
    pub min: f64,
    /// The largest determinant, or that was met; NaN where the smallest one is.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
    pub max: f64,
    /// Its sign.
    pub sign: Sign,
    /// Whether the sign is that of nodes alone, between which the determinant may have another one;
    /// else bounds of its formula prove it over the whole region.
    pub sampled: bool,
    /// Whether bounds of its formula prove that no determinant lies outside of `min` and `max`; else these
    /// were met at nodes, and others may lie beyond.
    pub enclosed: bool,
}

impl Survey {
    /// What was found over two parts of a region.
    pub(super) fn with(self, other: &Survey) -> Survey {
        let sign = match (self.sign, other.sign) {
            (sign, Sign::Zero) | (Sign::Zero, sign) => sign,
            (a, b) if a == b => a,
            _ => Sign::Changes,
        };
        // NaN is to stay NaN.
        let either = |a: f64, b: f64, of: fn(f64, f64) -> f64| match a.is_nan() || b.is_nan() {
            true => f64::NAN,
            false => of(a, b),
        };
        Survey {
            min: either(self.min, other.min, f64::min),
            max: either(self.max, other.max, f64::max),
            sign,
            sampled: self.sampled || other.sampled,
            enclosed: self.enclosed && other.enclosed,
        }
    }
}

impl Geometry<'_> {
    /// A point inside the region at which a target is NaN, if one is met.
    fn undefined(&self) -> Option<Point> {
        let n = self.variables().len();
        if let Points::Formulas(arena, roots) = &self.points
            && is_total(arena, &roots[n..n + self.targets().len()])
        {
            return None;
        }
        // A few points inside, where a limit's end cannot be met.
        let scattered = Scatter::roots(n);
        let mut points = (1..=24).map(|k| self.at(&scattered.point(k)));
        points.find(|p| p.targets.iter().any(|t| t.is_nan()))
    }

    /// Whether the determinant varies along a variable with an infinite range.
    fn varies_to_infinity(&self) -> bool {
        // The stretch of an infinite range is not constant.
        let stretched = |i: usize| self.stretches.iter().any(|(of, _)| *of == i);
        let varies = |&i: &usize| stretched(i) && self.determinant.knowledge().axis_facts(i).varies;
        (0..self.variables().len()).filter(varies).any(|i| {
            [0.0, 1.0].into_iter().any(|end| {
                let mut unit = vec![0.5; self.variables().len()];
                unit[i] = end;
                !self.at(&unit).variables[i].is_finite()
            })
        })
    }

    /// Looks at the determinant on a lattice that includes the boundary, and at the stretches; adds
    /// to `warnings` what it finds.
    pub fn survey(&self, warnings: &mut Vec<String>) -> Survey {
        if let Some((min, max)) = self.known {
            return Survey {
                min,
                max,
                sign: Sign::Positive,
                sampled: false,
                enclosed: true,
            };
        }
        let known = self.enclosed();
        let enclosed = known.is_some();
        let (mut min, mut max) = known.unwrap_or_else(|| extremes(self.determinant.as_ref()));
        let nearly = if enclosed {
            NEARLY_ENCLOSED
        } else {
            NEARLY_ZERO
        };
        let zero = nearly * min.abs().max(max.abs());
        let sampled = !enclosed && !self.is_proven(&mut min, &mut max, zero);
        let sign = match (min < -zero, max > zero) {
            (true, true) => Sign::Changes,
            (true, false) => Sign::Negative,
            (false, true) => Sign::Positive,
            (false, false) => Sign::Zero,
        };
        let covering = match self.is_meant_to_fold {
            true => None,
            false => self.covering(sign),
        };
        let covers = covering.as_ref();
        warnings.extend(covers.and_then(|covering| covering.warning(self.is_signed)));
        if let Some(point) = self.undefined() {
            warnings.push(format!(
                "the map has no value at {}: what is integrated there has no meaning",
                named_values(self.variables(), &point.variables)
            ));
        }
        // Of code nothing more is known than the signs that were met.
        if sign == Sign::Changes && !self.is_meant_to_fold && covering.is_none() {
            let counts = match self.is_signed {
                true => "what is folded back counts negative",
                false => "the folded part of the image counts as often as it is covered",
            };
            warnings.push(format!(
                "det J changes sign inside the region: the map folds, and {counts}"
            ));
        }
        let may_cover_twice = matches!(self.points, Points::Formulas(..)) && sign != Sign::Zero;
        let is_late = may_cover_twice && Deadline::current().has_come();
        if is_late && !self.is_meant_to_fold && covering.is_none() {
            let warning =
                "whether the map takes several points to one was not looked at: the time was over";
            warnings.push(warning.to_owned());
        }
        if sign == Sign::Zero {
            warnings.push(
                "det J is zero everywhere: the map is degenerate and its image has no content"
                    .to_owned(),
            );
        }
        for (i, stretch) in &self.stretches {
            let name = &self.variables()[*i];
            let (min, max) = extremes(stretch);
            // What is swapped where det J is negative goes round as the rest does.
            let goes_round = max > 0.0
                && sign == Sign::Changes
                && covers.is_some_and(|covering| covering.keeps_sign);
            if !self.is_signed && !goes_round && min < -NEARLY_ZERO * max.abs().max(min.abs()) {
                let part = if max > 0.0 {
                    " in a part of the region"
                } else {
                    ""
                };
                warnings.push(swapped_limits(name, part));
            }
        }
        if self.varies_to_infinity() {
            (min, max) = (f64::NAN, f64::NAN);
        }
        Survey {
            min,
            max,
            sign,
            sampled,
            enclosed,
        }
    }

    /// The range of the determinant, where a few boxes prove it.
    fn enclosed(&self) -> Option<(f64, f64)> {
        let Points::Formulas(arena, roots) = &self.points else {
            return None;
        };
        let mut quantity = Quantity::new(arena, roots.last()?, self.determinant.as_ref(), 0)?;
        let most = SEARCH / arena.nodes().len().max(1);
        let found = quantity.extent(most.clamp(1, MOST_BOXES) / 2);
        found.is_proven.then_some((found.min, found.max))
    }

    /// Whether bounds prove the sign that the least and the greatest determinant show; they are lowered
    /// and raised where the search meets others.
    ///
    /// A box on which the determinant keeps the sign is done with; another is looked at in its middle,
    /// and halved, as long as that takes no more than a look at nodes does.
    fn is_proven(&self, min: &mut f64, max: &mut f64, zero: f64) -> bool {
        let changes = |min: f64, max: f64| min < -zero && max > zero;
        if changes(*min, *max) {
            return true;
        }
        let Points::Formulas(arena, roots) = &self.points else {
            return false;
        };
        let n = self.variables().len();
        let root = roots.last().map(std::slice::from_ref).unwrap_or_default();
        let Some(mut ranges) = Ranges::new(arena, root, n) else {
            return false;
        };
        let varies = |&i: &usize| self.determinant.knowledge().axis_facts(i).varies;
        let varying: Vec<usize> = (0..n).filter(varies).collect();
        let mut evaluator = self.determinant.evaluator();
        let mut open = vec![vec![(0.0, 1.0); n]];
        let most = (SEARCH / arena.nodes().len().max(1)).clamp(1, MOST_BOXES);
        let mut looked_at = 0;
        while let Some(sides) = open.pop() {
            looked_at += 1;
            ranges.turn_to(sides.iter().copied());
            let range = ranges.of(0);
            let keeps = range.defined
                && (range.values.lo >= -zero || *max <= zero)
                && (range.values.hi <= zero || *min >= -zero);
            if keeps {
                continue;
            }
            if looked_at >= most || varying.is_empty() {
                return false;
            }
            let middle = sides
                .iter()
                .map(|(lo, hi)| Coordinate::Same(0.5 * (lo + hi)));
            let middle: Vec<Coordinate<'_>> = middle.collect();
            let mut value = [0.0];
            evaluator.evaluate(&Block::new(&middle, 1), &mut value);
            if value[0].is_finite() {
                (*min, *max) = (min.min(value[0]), max.max(value[0]));
                if changes(*min, *max) {
                    return true;
                }
            }
            let length = |&axis: &usize| sides[axis].1 - sides[axis].0;
            let longest = varying
                .iter()
                .copied()
                .reduce(|a, b| if length(&b) > length(&a) { b } else { a });
            let Some(axis) = longest else { return false };
            let (lo, hi) = sides[axis];
            for side in [(0.5 * (lo + hi), hi), (lo, 0.5 * (lo + hi))] {
                let mut half = sides.clone();
                half[axis] = side;
                open.push(half);
            }
        }
        true
    }
}

/// The least and the greatest finite value of a function at nodes that include the boundary.
///
/// Few axes are looked at on a lattice with its ends. In more dimensions a lattice sees little but
/// the boundary, so most nodes are scattered inside.
fn extremes(function: &dyn Integrand) -> (f64, f64) {
    let n = function.dimension();
    let varying: Vec<usize> = (0..n)
        .filter(|&a| function.knowledge().axis_facts(a).varies)
        .collect();
    let mut evaluator = function.evaluator();
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut values = vec![0.0; BLOCK];
    let mut look = |coordinates: &[Coordinate<'_>], length: usize| {
        let values = &mut values[..length];
        evaluator.evaluate(&Block::new(coordinates, length), values);
        for value in values.iter().copied().filter(|v| v.is_finite()) {
            min = min.min(value);
            max = max.max(value);
        }
    };
    let axes = varying.len().max(1);
    let per_axis = SURVEY_NODES.powf(1.0 / axes as f64) as usize;
    let per_axis = per_axis.clamp(3, 129);
    if axes <= 6 {
        let step = 1.0 / (per_axis - 1) as f64;
        let lattice: Vec<f64> = (0..per_axis).map(|i| i as f64 * step).collect();
        let outer = axes - 1;
        for_each_index((0..outer).map(|_| per_axis), |index| {
            let mut coordinates = vec![Coordinate::Same(0.5); n];
            for (&i, &axis) in index.iter().zip(&varying) {
                coordinates[axis] = Coordinate::Same(lattice[i]);
            }
            if let Some(&row) = varying.last() {
                coordinates[row] = Coordinate::Each(&lattice);
            }
            look(&coordinates, per_axis);
        });
    }
    if axes > 2 {
        let points = Scatter::roots(n).starting_at(0.5);
        for first in (0..SURVEY_NODES as usize).step_by(BLOCK) {
            let nodes = points.along_axes(first..first + BLOCK);
            let coordinates: Vec<_> = nodes.iter().map(|w| Coordinate::Each(w)).collect();
            look(&coordinates, BLOCK);
        }
    }
    // Adding 0 turns −0 into 0.
    if min <= max {
        (min + 0.0, max + 0.0)
    } else {
        (0.0, 0.0)
    }
}
