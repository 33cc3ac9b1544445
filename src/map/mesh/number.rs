//! The numbers by which det J is computed: doubles, and double-doubles where doubles do not tell its sign.

use std::ops::{Add, Div, Mul, Sub};

use crate::elementary::double_double::{DoubleDouble, two_sum};

/// Half the distance from 1 to the next double: what one rounding does at most.
pub(super) const UNIT: f64 = f64::EPSILON / 2.0;

/// A number that is rounded after every operation.
pub(super) trait Number:
    Copy + From<f64> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// What one operation is off by at most, as a part of the sizes of what it is done to.
    const UNIT: f64;

    /// The difference of two doubles.
    fn difference(a: f64, b: f64) -> Self;

    /// The double next to it.
    fn double(self) -> f64;
}

impl Number for f64 {
    const UNIT: f64 = UNIT;

    fn difference(a: f64, b: f64) -> f64 {
        a - b
    }

    fn double(self) -> f64 {
        self
    }
}

impl Number for DoubleDouble {
    /// 2⁻⁹⁸: sixteen times what sums and products are off by, for quotients too and for the rounding of
    /// differences, which counts against what is subtracted.
    const UNIT: f64 = 16.0 / (1u128 << 102) as f64;

    fn difference(a: f64, b: f64) -> Self {
        two_sum(a, -b)
    }

    fn double(self) -> f64 {
        self.hi
    }
}
