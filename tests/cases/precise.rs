//! Double-double arithmetic for closed forms whose terms cancel: unevaluated sums of two floats.
//!
//! 1. Error-free transformations give the rounding error of one sum or product as a float.
//! 2. Carrying it along yields about 106 significant bits.
//! 3. T. J. Dekker, "A floating-point technique for extending the available precision",
//!    Numerische Mathematik 18 (1971) 224–242.

use std::ops::{Add, Div, Mul, Neg};

/// A number with about 32 digits: `high + low`, `low` at most half an ulp of `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Precise {
    pub(crate) high: f64,
    pub(crate) low: f64,
}

impl Precise {
    /// The sum of two floats that overlap little, the larger first.
    fn joined(high: f64, low: f64) -> Precise {
        let sum = high + low;
        Precise {
            high: sum,
            low: low - (sum - high),
        }
    }
}

impl From<f64> for Precise {
    fn from(high: f64) -> Precise {
        Precise { high, low: 0.0 }
    }
}

impl Neg for Precise {
    type Output = Precise;

    fn neg(self) -> Precise {
        Precise {
            high: -self.high,
            low: -self.low,
        }
    }
}

impl Add for Precise {
    type Output = Precise;

    fn add(self, other: Precise) -> Precise {
        let sum = self.high + other.high;
        let part = sum - self.high;
        let lost = (self.high - (sum - part)) + (other.high - part);
        Precise::joined(sum, lost + self.low + other.low)
    }
}

impl Mul for Precise {
    type Output = Precise;

    fn mul(self, other: Precise) -> Precise {
        let product = self.high * other.high;
        let lost = self.high.mul_add(other.high, -product);
        let cross = self.high.mul_add(other.low, self.low * other.high);
        Precise::joined(product, lost + cross)
    }
}

impl Div for Precise {
    type Output = Precise;

    fn div(self, other: Precise) -> Precise {
        let first = self.high / other.high;
        let rest = self + -(other * first.into());
        Precise::joined(first, rest.high / other.high)
    }
}
