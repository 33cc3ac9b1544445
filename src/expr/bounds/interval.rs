//! Intervals of real numbers, with ends that are moved outward by a few roundings after every
//! operation, so that they hold what a program computes and what is true.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009).

use std::f64::consts::{FRAC_PI_2, PI};

/// What an operation may lose by rounding, as a part of its result, with a margin: the elementary
/// functions of this crate are within 1.6 ulps.
pub(super) const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// What a result near zero may lose at least, where numbers are no longer normal.
const LEAST: f64 = f64::MIN_POSITIVE;

/// Angles beyond this are known to less than a turn.
const FARTHEST_ANGLE: f64 = 1e15;

/// The real numbers from `lo` to `hi`. An infinite end says that nothing is known there: the numbers
/// themselves are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    pub(crate) lo: f64,
    pub(crate) hi: f64,
}

/// A number that is below x by a few roundings. Zero is taken to be exact, and no sign changes.
pub(super) fn below(x: f64) -> f64 {
    -above(-x)
}

/// A number that is above x by a few roundings. Zero is taken to be exact, and no sign changes.
pub(super) fn above(x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    if x == f64::NEG_INFINITY {
        // What overflows is beyond the largest number.
        return f64::MIN;
    }
    let moved = x + (ROUNDING * x.abs()).max(LEAST);
    if x < 0.0 { moved.min(0.0) } else { moved }
}

/// A result that is not zero, although it may be too small to be told from it.
pub(super) fn nonzero(value: f64) -> f64 {
    if value == 0.0 {
        f64::from_bits(1).copysign(value)
    } else {
        value
    }
}

/// a·b, which is zero only where a factor is, also where the other has no bound.
pub(super) fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        0.0
    } else {
        nonzero(a * b)
    }
}

impl Interval {
    pub(super) const ZERO: Interval = Interval::point(0.0);

    /// All numbers.
    pub(crate) const ALL: Interval = Interval {
        lo: f64::NEG_INFINITY,
        hi: f64::INFINITY,
    };

    pub(crate) const fn point(x: f64) -> Self {
        Interval { lo: x, hi: x }
    }

    /// From `lo` to `hi` and a little more. Zero stays where it is: the rounding of a result is a
    /// part of it.
    pub(super) fn around(lo: f64, hi: f64) -> Self {
        Interval {
            lo: below(lo),
            hi: above(hi),
        }
    }

    pub(super) fn is_point(self) -> bool {
        self.lo == self.hi
    }

    pub(super) fn has_zero(self) -> bool {
        self.lo <= 0.0 && self.hi >= 0.0
    }

    /// A number in the middle of an interval that is not infinite.
    pub(crate) fn middle(self) -> f64 {
        self.lo + (self.hi - self.lo) / 2.0
    }

    /// The parts below and above the middle.
    pub(crate) fn halves(self) -> [Self; 2] {
        let middle = self.middle();
        [
            Interval { hi: middle, ..self },
            Interval { lo: middle, ..self },
        ]
    }

    /// The largest size.
    pub(crate) fn largest(self) -> f64 {
        self.lo.abs().max(self.hi.abs())
    }

    /// The smallest size.
    pub(super) fn smallest(self) -> f64 {
        if self.has_zero() {
            0.0
        } else {
            self.lo.abs().min(self.hi.abs())
        }
    }

    /// Where the sign is the same all over, that sign. Zero at an end does not count.
    pub(super) fn sign(self) -> Option<f64> {
        match self {
            Interval { lo: 0.0, hi: 0.0 } => Some(0.0),
            Interval { lo, .. } if lo >= 0.0 => Some(1.0),
            Interval { hi, .. } if hi <= 0.0 => Some(-1.0),
            _ => None,
        }
    }

    /// Whether this is nowhere above another one, but for an end, and somewhere below.
    pub(super) fn is_below(self, other: Interval) -> bool {
        self.hi <= other.lo && self.lo < other.hi
    }

    /// The numbers between the smallest and the largest of all in two intervals.
    pub(crate) fn hull(self, other: Interval) -> Self {
        Interval {
            lo: self.lo.min(other.lo),
            hi: self.hi.max(other.hi),
        }
    }

    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            if value.is_nan() {
                return Interval::ALL;
            }
            lo = lo.min(value);
            hi = hi.max(value);
        }
        Interval::around(lo, hi)
    }

    pub(super) fn within(self, bound: f64) -> Self {
        Interval {
            lo: self.lo.max(-bound),
            hi: self.hi.min(bound),
        }
    }

    pub(super) fn square(self) -> Self {
        let square = |x: f64| product(x, x);
        Interval::around(square(self.smallest()), square(self.largest()))
    }

    /// A function that nowhere falls.
    pub(super) fn rising(self, f: impl Fn(f64) -> f64) -> Self {
        Interval::around(f(self.lo), f(self.hi))
    }

    /// A function that is even, and rises on the positive side.
    pub(super) fn bowl(self, f: impl Fn(f64) -> f64) -> Self {
        Interval::around(f(self.smallest()), f(self.largest()))
    }

    pub(super) fn exp(self) -> Self {
        self.rising(|x| nonzero(x.exp()))
    }

    /// A function that swings between −1 and 1, up at `top` and every second multiple of π from
    /// there. Angles beyond any use have all values.
    fn wave(self, f: impl Fn(f64) -> f64, top: f64) -> Self {
        if !(self.hi - self.lo < 2.0 * PI && self.largest() < FARTHEST_ANGLE) {
            return Interval { lo: -1.0, hi: 1.0 };
        }
        let mut found = Interval::of([f(self.lo), f(self.hi)]).within(1.0);
        // One extreme just outside does no harm.
        let margin = 2e-15 * (1.0 + self.largest());
        let first = ((self.lo - margin - top) / PI).ceil() as i64;
        let last = ((self.hi + margin - top) / PI).floor() as i64;
        for k in first..=last {
            if k % 2 == 0 {
                found.hi = 1.0;
            } else {
                found.lo = -1.0;
            }
        }
        found
    }

    pub(super) fn cos(self) -> Self {
        self.wave(f64::cos, 0.0)
    }

    pub(super) fn sin(self) -> Self {
        if self.lo >= -FRAC_PI_2 && self.hi <= FRAC_PI_2 {
            return self.rising(f64::sin);
        }
        let found = self.wave(f64::sin, FRAC_PI_2);
        if self.lo >= 0.0 && self.hi <= PI {
            Interval {
                lo: found.lo.max(0.0),
                ..found
            }
        } else {
            found
        }
    }
}

impl std::ops::Add for Interval {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Interval::around(self.lo + other.lo, self.hi + other.hi)
    }
}

impl std::ops::Neg for Interval {
    type Output = Self;
    fn neg(self) -> Self {
        Interval {
            lo: -self.hi,
            hi: -self.lo,
        }
    }
}

impl std::ops::Sub for Interval {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl std::ops::Mul for Interval {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        if self == Interval::ZERO || other == Interval::ZERO {
            return Interval::ZERO;
        }
        Interval::of([
            product(self.lo, other.lo),
            product(self.lo, other.hi),
            product(self.hi, other.lo),
            product(self.hi, other.hi),
        ])
    }
}
