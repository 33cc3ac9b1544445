//! Integrands on one side of a curve in a rectangle, on the unit square.
//!
//! The coordinate along the curve is that of a side; the other runs from a face to the curve, or from
//! the curve to the other face. The curve is found for each line, by Newton's method that never leaves
//! the bracket.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::graphs::{Beside, Curves, Part, Region};
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::bounds::rounding::Rounding;
use crate::expr::value::values;
use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand, Knowledge};

/// Steps of Newton's method at most; bisections among them.
const MOST_STEPS: usize = 80;

/// So far from a curve, as a part of the cell, the values on either side of it are compared.
const BESIDE: f64 = 1e-6;

/// An integrand on one side of a curve.
pub(super) struct Strip<'a> {
    pub(super) of: &'a dyn Integrand,
    pub(super) curves: Arc<Curves>,
    pub(super) beside: Beside,
}

impl Integrand for Strip<'_> {
    fn dimension(&self) -> usize {
        2
    }

    fn outputs(&self) -> usize {
        self.of.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(StripEvaluator {
            of: self,
            inner: self.of.evaluator(),
            line: Line::new(&self.curves, self.beside),
            known: FxHashMap::default(),
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

/// Names of axes are those of the whole.
impl Knowledge for Strip<'_> {
    fn axis_name(&self, axis: usize) -> String {
        self.of.knowledge().axis_name(axis)
    }
}

/// Lines along an axis that meet a curve.
struct Line<'a> {
    ranges: Option<Ranges<'a>>,
    beside: Beside,
}

impl<'a> Line<'a> {
    fn new(curves: &'a Curves, beside: Beside) -> Self {
        let root = &curves.roots[beside.root..=beside.root];
        Line {
            ranges: Ranges::new(&curves.arena, root, 2),
            beside,
        }
    }

    /// The value that decides, and its slope along the line.
    fn look(&mut self, along: f64, at: f64) -> Option<(f64, f64)> {
        let Beside { axis, level, .. } = self.beside;
        let ranges = self.ranges.as_mut()?;
        let mut point = [(along, along); 2];
        point[axis] = (at, at);
        ranges.turn_to(point.into_iter());
        let Interval { lo, hi } = ranges.of(0).values;
        let slope = ranges.slope(0, axis);
        Some((lo / 2.0 + hi / 2.0 - level, slope.lo / 2.0 + slope.hi / 2.0))
    }

    /// Where the line at a coordinate of the other axis meets the curve.
    fn height(&mut self, along: f64) -> f64 {
        let side = self.beside.sides[self.beside.axis];
        let (mut lo, mut hi) = (side.from, side.to);
        let Some((first, _)) = self.look(along, lo) else {
            return f64::NAN;
        };
        let mut at = lo + (hi - lo) / 2.0;
        for _ in 0..MOST_STEPS {
            let Some((value, slope)) = self.look(along, at) else {
                break;
            };
            if value == 0.0 {
                break;
            }
            if (value > 0.0) == (first > 0.0) {
                lo = at;
            } else {
                hi = at;
            }
            let next = at - value / slope;
            if (next - at).abs() <= f64::EPSILON * at.abs() {
                break;
            }
            at = if next > lo && next < hi {
                next
            } else {
                lo + (hi - lo) / 2.0
            };
            if at <= lo || at >= hi {
                break;
            }
        }
        at
    }
}

struct StripEvaluator<'c> {
    of: &'c Strip<'c>,
    inner: Box<dyn Evaluator + 'c>,
    line: Line<'c>,
    /// The heights of the curve, by the bits of the coordinate.
    known: FxHashMap<u64, f64>,
}

impl Evaluator for StripEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let Beside {
            axis, sides, part, ..
        } = self.of.beside;
        let (side, other) = (sides[axis], sides[1 - axis]);
        let count = block.len();
        let mut places = [[0.0; BLOCK]; 2];
        let mut factors = [0.0; BLOCK];
        for i in 0..count {
            let s = block.coordinates()[1 - axis].at(i);
            let t = block.coordinates()[axis].at(i);
            let along = other.at(s);
            let line = &mut self.line;
            let height = self.known.entry(along.to_bits());
            let height = || *height.or_insert_with(|| line.height(along));
            let (from, to) = match part {
                Part::Below => (side.from, height()),
                Part::Above => (height(), side.to),
                Part::All => (side.from, side.to),
            };
            places[1 - axis][i] = along;
            places[axis][i] = from + (to - from) * t;
            factors[i] = (to - from) * other.width();
        }
        let coordinates = [0, 1].map(|a| Coordinate::Each(&places[a][..count]));
        self.inner
            .evaluate(&Block::new(&coordinates, count), values);
        for values in values.chunks_exact_mut(count) {
            for (value, factor) in values.iter_mut().zip(&factors) {
                *value *= factor;
            }
        }
    }
}

/// Adds what the rounding of curves moves from one side of them to the other, where the values jump.
pub(super) fn add_blur(errors: &mut [f64], curves: &Curves, regions: &[Region]) {
    let mut rounding = Rounding::new(&curves.arena, &curves.roots);
    for region in regions {
        let Region::Beside(beside) = region else {
            continue;
        };
        let Beside {
            axis, sides, root, ..
        } = *beside;
        if beside.part != Part::Below {
            continue;
        }
        let mut line = Line::new(curves, *beside);
        let along = sides[1 - axis].at(0.5);
        let height = line.height(along);
        let Some((_, slope)) = line.look(along, height) else {
            continue;
        };
        let point = |height: f64| {
            let mut point = [along; 2];
            point[axis] = height;
            point
        };
        let mut moved = 0.0;
        rounding.at(&point(height), |k, lost| {
            moved = if k == root { lost / slope.abs() } else { moved };
        });
        let area = moved.min(sides[axis].width()) * sides[1 - axis].width();
        let off = BESIDE * sides[axis].width();
        let beside = [height - off, height + off]
            .map(|h| values(&curves.arena, &curves.roots[..errors.len()], &point(h)));
        for ((error, below), above) in errors.iter_mut().zip(&beside[0]).zip(&beside[1]) {
            let jump = area * (above - below).abs();
            // What is singular there is for those who integrate beside it.
            *error += if jump.is_finite() { jump } else { 0.0 };
        }
    }
}

/// Where a point of the unit square of a strip lies.
pub(super) fn place(curves: &Curves, beside: Beside, unit: &[f64]) -> Vec<f64> {
    let Beside {
        axis, sides, part, ..
    } = beside;
    let mut at = vec![0.0; 2];
    at[1 - axis] = sides[1 - axis].at(unit[1 - axis]);
    let height = Line::new(curves, beside).height(at[1 - axis]);
    let (from, to) = match part {
        Part::Below => (sides[axis].from, height),
        Part::Above => (height, sides[axis].to),
        Part::All => (sides[axis].from, sides[axis].to),
    };
    at[axis] = from + (to - from) * unit[axis];
    at
}
