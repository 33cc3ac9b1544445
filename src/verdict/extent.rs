//! The range of a determinant over the unit box, enclosed.
//!
//! 1. On boxes bounds say how small and how large it may be; at their middles and corners it is so small
//!    and so large at least.
//! 2. The box with the smallest bound is halved, until bound and value are one but for a small part.
//! 3. If that takes too many boxes, what was met is told, as met.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009), chapter 11.

use std::collections::BinaryHeap;

use super::mapping::{Boxes, Mapping, Points, Which};
use crate::expr::bounds::ranges::Interval;

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

/// The range of a determinant, by at most so many boxes for each of its ends.
pub(crate) fn extent(mapping: &Mapping, which: Which, most: usize) -> Extent {
    let mut points = mapping.points();
    let corners = corners(mapping.n);
    let met: Vec<f64> = corners
        .iter()
        .map(|corner| value(&mut points, which, corner))
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
    let Some(mut boxes) = mapping.boxes() else {
        return Extent {
            min: lo,
            max: hi,
            is_proven: false,
        };
    };
    let size = lo.abs().max(hi.abs());
    let mut least = |sign: f64, met: f64| {
        smallest(
            &mut boxes,
            &mut points,
            which,
            [sign, sign * met, size],
            most,
        )
    };
    let (below, is_below) = least(1.0, lo);
    let (above, is_above) = least(-1.0, hi);
    Extent {
        min: below + 0.0,
        max: 0.0 - above,
        is_proven: is_below && is_above,
    }
}

fn value(points: &mut Points<'_>, which: Which, unit: &[f64]) -> f64 {
    let here = points.at(unit);
    match which {
        Which::Unit => here.determinant,
        Which::Own => here.own,
    }
}

/// The corners of the unit box, or some of them, and places inside.
fn corners(n: usize) -> Vec<Vec<f64>> {
    let count = 1usize << n.min(6);
    let corner = |k: usize| (0..n).map(|i| (k >> (i % 6) & 1) as f64).collect();
    let inside = [0.5, 0.29, 0.71].map(|w| vec![w; n]);
    (0..count).map(corner).chain(inside).collect()
}

/// A bound of the smallest value times a sign, and whether it is one; `met` is a value that was met.
fn smallest(
    boxes: &mut Boxes<'_>,
    points: &mut Points<'_>,
    which: Which,
    [sign, mut met, mut size]: [f64; 3],
    most: usize,
) -> (f64, bool) {
    let n = boxes.n;
    // Along an axis with a slope of one sign the smallest value is at an end.
    let mut bound = |sides: &mut [Interval]| {
        boxes.turn_to(sides);
        let mut is_shorter = false;
        for axis in 0..n {
            let Interval { lo, hi } = boxes.slope_of(which, axis);
            let (falls, rises) = match sign > 0.0 {
                true => (hi <= 0.0, lo >= 0.0),
                false => (lo >= 0.0, hi <= 0.0),
            };
            let side = &mut sides[axis];
            let end = match (rises, falls) {
                (true, _) => side.lo,
                (_, true) => side.hi,
                _ => continue,
            };
            is_shorter |= side.lo < side.hi;
            *side = Interval { lo: end, hi: end };
        }
        if is_shorter {
            boxes.turn_to(sides);
        }
        let Interval { lo, hi } = boxes.of(which);
        if sign > 0.0 { lo } else { -hi }
    };
    let mut whole = vec![Interval { lo: 0.0, hi: 1.0 }; n];
    let mut heap = BinaryHeap::new();
    heap.push(Open {
        bound: bound(&mut whole),
        number: 0,
        sides: whole,
    });
    let mut number = 0;
    while let Some(open) = heap.pop() {
        if number == 0 {
            let here = value(points, which, &middle_of(&open.sides));
            if here.is_finite() {
                met = met.min(sign * here);
            }
        }
        if open.bound >= met - ONE * size {
            // What bounds round away from zero is zero.
            let is_zero = met == 0.0 && open.bound >= -NEARLY * size;
            return (if is_zero { 0.0 } else { open.bound.min(met) }, true);
        }
        if number >= most {
            break;
        }
        let width = |axis: &usize| open.sides[*axis].hi - open.sides[*axis].lo;
        let longest = (0..n).reduce(|a, b| if width(&b) > width(&a) { b } else { a });
        let Some(axis) = longest else { break };
        let Interval { lo, hi } = open.sides[axis];
        let middle = lo + (hi - lo) / 2.0;
        for half in [(lo, middle), (middle, hi)] {
            let mut sides = open.sides.clone();
            sides[axis] = Interval {
                lo: half.0,
                hi: half.1,
            };
            let own = bound(&mut sides);
            let here = value(points, which, &middle_of(&sides));
            if here.is_finite() {
                met = met.min(sign * here);
                size = size.max(here.abs());
            }
            number += 1;
            heap.push(Open {
                bound: own,
                number,
                sides,
            });
        }
    }
    (met, false)
}

fn middle_of(sides: &[Interval]) -> Vec<f64> {
    sides
        .iter()
        .map(|side| side.lo + (side.hi - side.lo) / 2.0)
        .collect()
}
