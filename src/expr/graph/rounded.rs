//! Numbers of formulas, with what they may differ from the numbers that are meant.
//!
//! 1. A number of many digits is rounded: 0.3 is no double, and is off by up to half an ulp.
//! 2. What is computed from numbers loses what they lose, times the derivative, and half an ulp of its own.
//! 3. Where terms cancel, the sum is small and its loss is not: 0.26 − 0.25999994 is known to nine digits, however
//!    many are printed.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", SIAM (2002), section 3.3.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Half an ulp, as a part of the number.
pub(crate) const HALF_ULP: f64 = f64::EPSILON / 2.0;

/// The bits after which a number is taken to be rounded.
const EXACT_BITS: u32 = 32;

/// What is lost is kept with a number from so many times half an ulp.
const KEPT: f64 = 16.0;

/// What a number may differ from what was meant if nothing more is known of it: nothing if it has few digits.
fn lost_in_constant(value: f64) -> f64 {
    let unused = value.to_bits().trailing_zeros();
    if unused >= f64::MANTISSA_DIGITS - EXACT_BITS {
        0.0
    } else {
        HALF_ULP * value.abs()
    }
}

/// A number, and what it may differ from the one that is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rounded {
    pub(crate) value: f64,
    pub(crate) lost: f64,
}

impl Rounded {
    /// A number of which is kept that it lost more than its own rounding: none where nothing is, as single-precision
    /// bits.
    pub(crate) fn with_kept(value: f64, kept: u32) -> Rounded {
        let lost = f64::from(f32::from_bits(kept));
        Rounded {
            value,
            lost: lost.max(lost_in_constant(value)),
        }
    }

    /// What is to be kept of the loss.
    pub(super) fn kept(self) -> u32 {
        let is_kept = self.lost > KEPT * HALF_ULP * self.value.abs() && self.lost.is_finite();
        match is_kept {
            true => (self.lost as f32).next_up().to_bits(),
            false => 0,
        }
    }

    /// The result of an operation, which is rounded too.
    fn of_operation(value: f64, lost: f64) -> Rounded {
        let lost = lost + HALF_ULP * value.abs();
        Rounded { value, lost }
    }

    pub(crate) fn abs(self) -> Rounded {
        Rounded {
            value: self.value.abs(),
            ..self
        }
    }

    /// The number to a whole power.
    pub(crate) fn powi(self, n: i32) -> Rounded {
        let value = crate::elementary::powi(self.value, n);
        let slope = f64::from(n) * (value / self.value);
        match slope.is_finite() {
            true => Rounded::of_operation(value, self.lost * slope.abs()),
            false => Rounded::from(value),
        }
    }

    /// √ of a number that is not negative.
    pub(crate) fn sqrt(self) -> Rounded {
        let value = self.value.sqrt();
        match value > 0.0 {
            true => Rounded::of_operation(value, 0.5 * self.lost / value),
            false => Rounded::from(value),
        }
    }
}

impl From<f64> for Rounded {
    fn from(value: f64) -> Rounded {
        let lost = lost_in_constant(value);
        Rounded { value, lost }
    }
}

/// Numbers are equal by their values.
impl PartialEq for Rounded {
    fn eq(&self, other: &Rounded) -> bool {
        self.value == other.value
    }
}

impl PartialEq<f64> for Rounded {
    fn eq(&self, other: &f64) -> bool {
        self.value == *other
    }
}

impl PartialOrd<f64> for Rounded {
    fn partial_cmp(&self, other: &f64) -> Option<Ordering> {
        self.value.partial_cmp(other)
    }
}

impl Neg for Rounded {
    type Output = Rounded;

    fn neg(self) -> Rounded {
        Rounded {
            value: -self.value,
            ..self
        }
    }
}

impl<N: Into<Rounded>> Add<N> for Rounded {
    type Output = Rounded;

    fn add(self, other: N) -> Rounded {
        let other = other.into();
        Rounded::of_operation(self.value + other.value, self.lost + other.lost)
    }
}

impl<N: Into<Rounded>> Sub<N> for Rounded {
    type Output = Rounded;

    fn sub(self, other: N) -> Rounded {
        self + -other.into()
    }
}

impl<N: Into<Rounded>> Mul<N> for Rounded {
    type Output = Rounded;

    fn mul(self, other: N) -> Rounded {
        let other = other.into();
        let value = self.value * other.value;
        // Signs are exact, and a product with them too.
        if other.value.abs() == 1.0 && other.lost == 0.0 {
            return Rounded { value, ..self };
        }
        let lost = self.value.abs() * other.lost + other.value.abs() * self.lost;
        Rounded::of_operation(value, lost)
    }
}

impl<N: Into<Rounded>> Div<N> for Rounded {
    type Output = Rounded;

    fn div(self, other: N) -> Rounded {
        let other = other.into();
        let value = self.value / other.value;
        let lost = (self.lost + value.abs() * other.lost) / other.value.abs();
        Rounded::of_operation(value, lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_rounded_and_short_numbers_are_not() {
        for exact in [0.5, 3.0, 1e6, -0.375, 1.0 + 1.0 / 1024.0, 0.0] {
            assert_eq!(lost_in_constant(exact), 0.0, "{exact}");
        }
        for rounded in [0.3, 1.00000001, 1e-8, 1e30] {
            assert_eq!(lost_in_constant(rounded), HALF_ULP * rounded, "{rounded}");
        }
    }

    #[test]
    fn what_is_left_of_a_difference_keeps_what_its_terms_lost() {
        let [a, b] = [0.26, 0.259_999_941_917_434_64].map(Rounded::from);
        let difference = a - b;
        // The doubles are exact in their difference; the decimals are off by half an ulp of 0.26 each.
        let truth = 5.808_256_536e-8;
        let off = (difference.value - truth).abs();
        assert!(
            off <= difference.lost && difference.lost < 1e-16,
            "{difference:?}"
        );
        let kept = Rounded::with_kept(difference.value, difference.kept());
        assert!(kept.lost >= difference.lost && kept.lost < 1.001 * difference.lost);
        // A plain product loses no more than its own rounding.
        assert_eq!((a * b).kept(), 0);
        let inverse = Rounded::from(1.0) / difference;
        assert!((inverse.value - 1.0 / truth).abs() <= inverse.lost);
        let square = difference.powi(2);
        assert!((square.value - truth * truth).abs() <= square.lost);
        let root = difference.sqrt();
        assert!((root.value - truth.sqrt()).abs() <= root.lost);
    }
}
