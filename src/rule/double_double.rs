//! A double-double number: the unevaluated sum of two doubles, good to about 31 digits.
//!
//! 1. The rounding error of a sum is found with six additions (Knuth) and that of a product by
//!    splitting both factors into halves of 26 bits (Dekker, Veltkamp): no fused multiply-add,
//!    which is a slow library call on a baseline build.
//! 2. Each operation works on the high parts, adds the errors and the low parts in plain double
//!    precision, and renormalises so that `hi` is the whole value rounded to a double.
//! 3. Every operation is off by a few units of 2⁻¹⁰⁴, relatively.
//!
//! T. J. Dekker, "A floating-point technique for extending the available precision",
//! Numerische Mathematik 18 (1971) 224–242.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// The number `hi + lo`, where `hi` is that sum rounded to a double.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DoubleDouble {
    /// The value as a double.
    pub(super) hi: f64,
    /// What the double leaves out.
    pub(super) lo: f64,
}

impl DoubleDouble {
    pub(super) const PI: Self = Self {
        hi: std::f64::consts::PI,
        lo: 1.224_646_799_147_353_2e-16,
    };

    /// `a + b`, exactly.
    #[inline]
    pub(super) fn sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        let kept = hi - a;
        let lo = (a - (hi - kept)) + (b - kept);
        Self { hi, lo }
    }

    /// `a + b`, exactly, where |a| >= |b| or a = 0.
    #[inline]
    pub(super) fn ordered_sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        Self {
            hi,
            lo: b - (hi - a),
        }
    }

    /// `a b`, exactly, barring overflow and underflow.
    #[inline]
    pub(super) fn product(a: f64, b: f64) -> Self {
        let hi = a * b;
        let (a1, a2) = halves(a);
        let (b1, b2) = halves(b);
        let lo = ((a1 * b1 - hi) + a1 * b2 + a2 * b1) + a2 * b2;
        Self { hi, lo }
    }

    /// Half of it, exactly, barring underflow.
    #[inline]
    pub(super) fn half(self) -> Self {
        Self {
            hi: 0.5 * self.hi,
            lo: 0.5 * self.lo,
        }
    }

    /// The square root of a positive number: one Newton step from that of `hi`.
    #[inline]
    pub(super) fn sqrt(self) -> Self {
        let root = self.hi.sqrt();
        let square = Self::product(root, root);
        let rest = (self.hi - square.hi) - square.lo + self.lo;
        Self::ordered_sum(root, rest / (2.0 * root))
    }
}

/// The upper 26 bits of `a` and the rest of it, which fits in 26 bits as well.
#[inline]
pub(super) fn halves(a: f64) -> (f64, f64) {
    const SPLITTER: f64 = 134_217_729.0; // 2²⁷ + 1
    let scaled = SPLITTER * a;
    let upper = scaled - (scaled - a);
    (upper, a - upper)
}

impl Add<f64> for DoubleDouble {
    type Output = Self;

    #[inline]
    fn add(self, other: f64) -> Self {
        let sum = Self::sum(self.hi, other);
        Self::ordered_sum(sum.hi, sum.lo + self.lo)
    }
}

impl Add for DoubleDouble {
    type Output = Self;

    #[inline]
    fn add(self, other: Self) -> Self {
        let sum = Self::sum(self.hi, other.hi);
        Self::ordered_sum(sum.hi, sum.lo + (self.lo + other.lo))
    }
}

impl Neg for DoubleDouble {
    type Output = Self;

    #[inline]
    fn neg(self) -> Self {
        Self {
            hi: -self.hi,
            lo: -self.lo,
        }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;

    #[inline]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul<f64> for DoubleDouble {
    type Output = Self;

    #[inline]
    fn mul(self, other: f64) -> Self {
        let product = Self::product(self.hi, other);
        Self::ordered_sum(product.hi, product.lo + self.lo * other)
    }
}

impl Mul for DoubleDouble {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        let product = Self::product(self.hi, other.hi);
        let cross = self.hi * other.lo + self.lo * other.hi;
        Self::ordered_sum(product.hi, product.lo + cross)
    }
}

impl Div for DoubleDouble {
    type Output = Self;

    #[inline]
    fn div(self, other: Self) -> Self {
        let quotient = self.hi / other.hi;
        let back = Self::product(quotient, other.hi);
        let rest = (self.hi - back.hi) - back.lo + self.lo - quotient * other.lo;
        Self::ordered_sum(quotient, rest / other.hi)
    }
}

impl From<f64> for DoubleDouble {
    #[inline]
    fn from(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few units of 2⁻¹⁰⁴: what one operation may lose.
    const ROUNDING: f64 = 4.0 / (1u128 << 104) as f64;

    fn third() -> DoubleDouble {
        DoubleDouble::from(1.0) / DoubleDouble::from(3.0)
    }

    #[test]
    fn sums_and_products_of_doubles_are_exact() {
        let small = f64::EPSILON / 8.0;
        assert_eq!(
            DoubleDouble::sum(small, 1.0),
            DoubleDouble { hi: 1.0, lo: small }
        );
        // (1 + e)² = 1 + 2 e + e²
        let square = DoubleDouble::product(1.0 + f64::EPSILON, 1.0 + f64::EPSILON);
        assert_eq!(square.hi, 1.0 + 2.0 * f64::EPSILON);
        assert_eq!(square.lo, f64::EPSILON * f64::EPSILON);
    }

    #[test]
    fn a_third_thrice_is_one() {
        let left = third() * 3.0 - DoubleDouble::from(1.0);
        assert!(left.hi.abs() <= ROUNDING, "{left:?}");
        assert!(third().lo != 0.0);
    }

    #[test]
    fn a_root_squared_is_the_number() {
        let root = third().sqrt();
        let left = root * root - third();
        assert!(left.hi.abs() <= ROUNDING, "{left:?}");
        assert!(root.lo != 0.0);
    }

    #[test]
    fn halving_undoes_adding_to_itself() {
        assert_eq!((third() + third()).half(), third());
    }

    #[test]
    fn dividing_undoes_multiplying() {
        let left = third() * DoubleDouble::PI / DoubleDouble::PI - third();
        assert!(left.hi.abs() <= ROUNDING, "{left:?}");
    }
}
