//! The range of a determinant over the unit box, enclosed.
//!
//! 1. On boxes bounds say how small and how large it may be; at their middles and corners it is so small
//!    and so large at least.
//! 2. The box with the smallest bound is halved, until bound and value are one but for a small part.
//! 3. If that takes too many boxes, what was met is told, as met.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009), chapter 11.

use std::collections::BinaryHeap;

use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::graph::{Arena, Id};
use crate::integrand::{Block, Coordinate, Evaluator, Integrand};

/// Bound and value are one if they differ by less than this part of the largest size.
const ONE: f64 = 1e-9;

/// A bound that is beyond zero by less than this part of the largest size is zero.
pub(crate) const NEARLY: f64 = 1e-12;

/// The range of a determinant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Extent {
    /// Nowhere is it below, or no value that was met is.
    pub(crate) min: f64,
    /// Nowhere is it above, or no value that was met is.
    pub(crate) max: f64,
    /// Whether both are proven.
    pub(crate) is_proven: bool,
}

impl Extent {
    /// The largest size.
    pub(crate) fn size(&self) -> f64 {
        self.min.abs().max(self.max.abs())
    }

    /// Whether it is nowhere negative, but for rounding.
    pub(crate) fn is_nowhere_negative(&self) -> bool {
        self.min >= -NEARLY * self.size()
    }

    /// Whether it is nowhere positive, but for rounding.
    pub(crate) fn is_nowhere_positive(&self) -> bool {
        self.max <= NEARLY * self.size()
    }
}

/// A box with the bound of what is sought on it.
struct Open {
    bound: f64,
    number: usize,
    sides: Vec<Interval>,
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    /// The smallest bound first, then the oldest box.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_bound = other.bound.total_cmp(&self.bound);
        by_bound.then(other.number.cmp(&self.number))
    }
}

/// A quantity on the unit box, with its bounds on boxes.
pub(crate) struct Quantity<'a> {
    n: usize,
    /// The ranges of its formula alone.
    ranges: Ranges<'a>,
    evaluator: Box<dyn Evaluator + 'a>,
    /// Its number among the values of the evaluator.
    output: usize,
    values: Vec<f64>,
}

impl<'a> Quantity<'a> {
    /// The quantity with this formula, which is one of so many values of an integrand; `None` if it is too
    /// long.
    pub(crate) fn new(
        arena: &'a Arena,
        root: &'a Id,
        of: &'a dyn Integrand,
        output: usize,
    ) -> Option<Self> {
        let n = of.dimension();
        Some(Quantity {
            n,
            ranges: Ranges::new(arena, std::slice::from_ref(root), n)?,
            evaluator: of.evaluator(),
            output,
            values: vec![0.0; of.outputs()],
        })
    }

    fn at(&mut self, unit: &[f64]) -> f64 {
        let coordinates: Vec<_> = unit.iter().map(|w| Coordinate::Same(*w)).collect();
        self.evaluator
            .evaluate(&Block::new(&coordinates, 1), &mut self.values);
        self.values[self.output]
    }

    /// A bound of its smallest value times a sign on a box, which shrinks to where that is: along an axis
    /// with a slope of one sign it is at an end.
    fn bound(&mut self, sides: &mut [Interval], sign: f64) -> f64 {
        let turn = |ranges: &mut Ranges<'_>, sides: &[Interval]| {
            ranges.turn_to(sides.iter().map(|side| (side.lo, side.hi)));
        };
        turn(&mut self.ranges, sides);
        let range = self.ranges.of(0);
        let (mut is_shorter, mut lost) = (false, 0.0);
        for (axis, side) in sides.iter_mut().enumerate() {
            let Interval { lo, hi } = match range.defined && range.continuous {
                true => self.ranges.slope(0, axis),
                false => Interval::ALL,
            };
            let (lo, hi) = if sign > 0.0 { (lo, hi) } else { (-hi, -lo) };
            // A slope whose bound is rounded beyond zero loses that much along the side.
            let nearly =
                |x: f64, other: f64| x >= 0.0 || other.is_finite() && x >= -NEARLY * other.abs();
            let (rises, falls) = (nearly(lo, hi), nearly(-hi, lo));
            let beyond = if rises { -lo } else { hi };
            let end = match (rises, falls) {
                (true, _) => side.lo,
                (_, true) => side.hi,
                _ => continue,
            };
            is_shorter |= side.lo < side.hi;
            lost += beyond.max(0.0) * (side.hi - side.lo);
            *side = Interval::point(end);
        }
        if is_shorter {
            turn(&mut self.ranges, sides);
        }
        let range = self.ranges.sharpened(0);
        match (range.defined && range.continuous, sign > 0.0) {
            (false, _) => f64::NEG_INFINITY,
            (true, true) => range.values.lo - lost,
            (true, false) => -range.values.hi - lost,
        }
    }

    /// Its range over the unit box, by at most so many boxes for each end.
    pub(crate) fn extent(&mut self, most: usize) -> Extent {
        let met: Vec<f64> = corners(self.n)
            .iter()
            .map(|corner| self.at(corner))
            .filter(|value| value.is_finite())
            .collect();
        let fold = |of: fn(f64, f64) -> f64| met.iter().copied().reduce(of);
        let (Some(lo), Some(hi)) = (fold(f64::min), fold(f64::max)) else {
            return Extent {
                min: f64::NAN,
                max: f64::NAN,
                is_proven: false,
            };
        };
        let size = lo.abs().max(hi.abs());
        let (below, is_below) = self.smallest([1.0, lo, size], most);
        let (above, is_above) = self.smallest([-1.0, -hi, size], most);
        Extent {
            min: below + 0.0,
            max: 0.0 - above,
            is_proven: is_below && is_above,
        }
    }

    /// Looks at the middle of a box: whether it lowers what was met, or raises the largest size.
    fn meet(&mut self, sides: &[Interval], sign: f64, met: &mut f64, size: &mut f64) {
        let middle: Vec<f64> = sides.iter().map(|side| side.middle()).collect();
        let here = self.at(&middle);
        if here.is_finite() {
            *met = met.min(sign * here);
            *size = size.max(here.abs());
        }
    }

    /// A bound of the smallest value times a sign, and whether it is one; `met` is one that was met.
    fn smallest(&mut self, [sign, mut met, mut size]: [f64; 3], most: usize) -> (f64, bool) {
        let mut whole = vec![Interval { lo: 0.0, hi: 1.0 }; self.n];
        let bound = self.bound(&mut whole, sign);
        self.meet(&whole, sign, &mut met, &mut size);
        let mut heap = BinaryHeap::new();
        heap.push(Open {
            bound,
            number: 0,
            sides: whole,
        });
        let mut number = 0;
        while let Some(open) = heap.pop() {
            if open.bound >= met - ONE * size {
                // What bounds round away from zero is zero.
                let is_zero = met == 0.0 && open.bound >= -NEARLY * size;
                return (if is_zero { 0.0 } else { open.bound.min(met) }, true);
            }
            if number >= most {
                break;
            }
            let width = |axis: &usize| open.sides[*axis].hi - open.sides[*axis].lo;
            let longest = (0..self.n).reduce(|a, b| if width(&b) > width(&a) { b } else { a });
            let Some(axis) = longest else { break };
            for half in open.sides[axis].halves() {
                let mut sides = open.sides.clone();
                sides[axis] = half;
                let bound = self.bound(&mut sides, sign);
                self.meet(&sides, sign, &mut met, &mut size);
                number += 1;
                heap.push(Open {
                    bound,
                    number,
                    sides,
                });
            }
        }
        (met, false)
    }
}

/// The corners of the unit box, or some of them, and places inside.
fn corners(n: usize) -> Vec<Vec<f64>> {
    let count = 1usize << n.min(6);
    let corner = |k: usize| (0..n).map(|i| (k >> (i % 6) & 1) as f64).collect();
    let inside = [0.5, 0.29, 0.71].map(|w| vec![w; n]);
    (0..count).map(corner).chain(inside).collect()
}
