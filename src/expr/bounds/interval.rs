//! Intervals of real numbers, with ends that are moved outward by a few roundings after every
//! operation, so that they hold what a program computes and what is true.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009).

use std::f64::consts::{FRAC_PI_2, PI};

/// What an operation may lose by rounding, as a part of its result, with a margin: the elementary
/// functions of this crate are within 1.6 ulps.
pub(super) const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// A switch this near to an end of a range, as a part of its size, is at the end: what lies between
/// does not count.
const AT_END: f64 = 4.0 * ROUNDING;

/// What lies beyond an end is no more than this part of the ranges that are compared.
const NEARLY_NOTHING: f64 = 1e-9;

/// The real numbers from `lo` to `hi`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    pub(crate) lo: f64,
    pub(crate) hi: f64,
}

impl Interval {
    pub(super) const ZERO: Interval = Interval::point(0.0);

    pub(super) const fn point(x: f64) -> Self {
        Interval { lo: x, hi: x }
    }

    /// From `lo` to `hi` and a little more. Zero stays where it is: the rounding of a result is a
    /// part of it.
    pub(super) fn around(lo: f64, hi: f64) -> Self {
        Interval {
            lo: lo - ROUNDING * lo.abs(),
            hi: hi + ROUNDING * hi.abs(),
        }
    }

    pub(super) fn is_point(self) -> bool {
        self.lo == self.hi
    }

    pub(super) fn has_zero(self) -> bool {
        self.lo <= 0.0 && self.hi >= 0.0
    }

    /// The largest size.
    pub(super) fn largest(self) -> f64 {
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

    /// Where the sign is the same all over, that sign. Zero at an end does not count, nor does what
    /// lies beyond it by rounding.
    pub(super) fn sign(self) -> Option<f64> {
        match self {
            Interval { lo: 0.0, hi: 0.0 } => Some(0.0),
            Interval { lo, hi } if -lo <= AT_END * hi => Some(1.0),
            Interval { lo, hi } if hi <= AT_END * -lo => Some(-1.0),
            _ => None,
        }
    }

    /// Whether this is nowhere above another one, but for an end and rounding, and somewhere below.
    pub(super) fn is_below(self, other: Interval) -> bool {
        // Of numbers that are large and lie close together, rounding may be a part to reckon with.
        let widths = (self.hi - self.lo) + (other.hi - other.lo);
        let slack = (AT_END * self.hi.abs().min(other.lo.abs())).min(NEARLY_NOTHING * widths);
        self.hi <= other.lo + slack && self.lo < other.hi
    }

    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            if value.is_nan() {
                return Interval {
                    lo: f64::NEG_INFINITY,
                    hi: f64::INFINITY,
                };
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
        Interval::around(self.smallest().powi(2), self.largest().powi(2))
    }

    /// A function that nowhere falls.
    pub(super) fn rising(self, f: impl Fn(f64) -> f64) -> Self {
        Interval::around(f(self.lo), f(self.hi))
    }

    /// A function that is even, and rises on the positive side.
    pub(super) fn bowl(self, f: impl Fn(f64) -> f64) -> Self {
        Interval::around(f(self.smallest()), f(self.largest()))
    }

    /// The cosine. Angles beyond any use have all values.
    pub(super) fn cos(self) -> Self {
        if !(self.hi - self.lo < 2.0 * PI && self.largest() < 1e9) {
            return Interval { lo: -1.0, hi: 1.0 };
        }
        let mut found = Interval::of([self.lo.cos(), self.hi.cos()]).within(1.0);
        // The extremes lie at the multiples of π; one just outside does no harm.
        let margin = 1e-15 * (1.0 + self.largest());
        let first = ((self.lo - margin) / PI).ceil() as i64;
        let last = ((self.hi + margin) / PI).floor() as i64;
        for k in first..=last {
            if k % 2 == 0 {
                found.hi = 1.0;
            } else {
                found.lo = -1.0;
            }
        }
        found
    }

    pub(super) fn sin(self) -> Self {
        if self == Interval::ZERO {
            return self;
        }
        // Shifting by π/2 rounds; the margin of the cosine covers it.
        let found = Interval::around(self.lo - FRAC_PI_2, self.hi - FRAC_PI_2).cos();
        let straight = self.lo >= -FRAC_PI_2 && self.hi <= FRAC_PI_2;
        if straight {
            self.rising(f64::sin)
        } else if self.lo >= 0.0 && self.hi <= PI {
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
            self.lo * other.lo,
            self.lo * other.hi,
            self.hi * other.lo,
            self.hi * other.hi,
        ])
    }
}
