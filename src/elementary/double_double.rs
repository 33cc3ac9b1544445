//! Double-double arithmetic: unevaluated sums of two floats, hi + lo with |lo| ≤ ulp(hi)/2.
//!
//! 1. Error-free transformations give the rounding error of one sum (Knuth) or product as a float.
//!    That of a product comes from a fused multiply–add ([`fused_product`]), or from the halves of
//!    the factors ([`split_product`], Dekker and Veltkamp).
//! 2. Each operation works on the high parts, adds the errors and the low parts in plain double
//!    precision, and renormalises so that `hi` is the whole value rounded to a float.
//! 3. Every operation keeps about 100 to 106 significant bits.
//!
//! The formulas of the kernels use the fused product ([`DoubleDouble::times`],
//! [`DoubleDouble::over`], [`reciprocal`]): kernels are compiled for machines that have the
//! instruction. Where code is compiled for any machine, a fused multiply–add is a slow call of the
//! library, so the operators `*` and `/` split.
//!
//! T. J. Dekker, A floating-point technique for extending the available precision, Numerische
//! Mathematik 18 (1971) 224–242; D. E. Knuth, The Art of Computer Programming, vol. 2, 4.2.2.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// An unevaluated sum `hi + lo`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DoubleDouble {
    /// The value as a float.
    pub(crate) hi: f64,
    /// What the float leaves out.
    pub(crate) lo: f64,
}

/// The exact sum a + b, for operands in any order.
#[inline(always)]
pub(crate) fn two_sum(a: f64, b: f64) -> DoubleDouble {
    let hi = a + b;
    let part = hi - a;
    let lo = (a - (hi - part)) + (b - part);
    DoubleDouble { hi, lo }
}

/// The exact sum a + b, provided that |a| ≥ |b| or a = 0.
#[inline(always)]
pub(crate) fn fast_two_sum(a: f64, b: f64) -> DoubleDouble {
    let hi = a + b;
    DoubleDouble {
        hi,
        lo: b - (hi - a),
    }
}

/// The exact product a·b by a fused multiply–add, barring overflow and underflow.
#[inline(always)]
pub(crate) fn fused_product(a: f64, b: f64) -> DoubleDouble {
    let hi = a * b;
    DoubleDouble {
        hi,
        lo: a.mul_add(b, -hi),
    }
}

/// The exact product a·b without fused multiply–adds, barring overflow and underflow.
#[inline(always)]
pub(crate) fn split_product(a: f64, b: f64) -> DoubleDouble {
    let hi = a * b;
    let (a1, a2) = halves(a);
    let (b1, b2) = halves(b);
    let lo = ((a1 * b1 - hi) + a1 * b2 + a2 * b1) + a2 * b2;
    DoubleDouble { hi, lo }
}

/// The upper 26 bits of a and the rest of it, which fits in 26 bits as well.
#[inline(always)]
pub(crate) fn halves(a: f64) -> (f64, f64) {
    const SPLITTER: f64 = 134_217_729.0; // 2²⁷ + 1
    let scaled = SPLITTER * a;
    let upper = scaled - (scaled - a);
    (upper, a - upper)
}

impl DoubleDouble {
    /// π.
    pub(crate) const PI: Self = Self {
        hi: std::f64::consts::PI,
        lo: 1.224_646_799_147_353_2e-16,
    };

    /// The fused product, relative error below 2⁻¹⁰².
    #[inline(always)]
    pub(crate) fn times(self, other: DoubleDouble) -> DoubleDouble {
        let p = fused_product(self.hi, other.hi);
        let cross = self.hi.mul_add(other.lo, self.lo * other.hi);
        fast_two_sum(p.hi, p.lo + cross)
    }

    /// The quotient by fused multiply–adds, to about 100 bits.
    #[inline(always)]
    pub(crate) fn over(self, divisor: DoubleDouble) -> DoubleDouble {
        let inverse = 1.0 / divisor.hi;
        let hi = self.hi * inverse;
        let defect = (-hi).mul_add(divisor.hi, self.hi) + (-hi).mul_add(divisor.lo, self.lo);
        DoubleDouble {
            hi,
            lo: defect * inverse,
        }
    }

    /// The square root of a positive number: one Newton step from that of `hi`, by splitting.
    #[inline]
    pub(crate) fn sqrt(self) -> Self {
        let root = self.hi.sqrt();
        let square = split_product(root, root);
        let rest = (self.hi - square.hi) - square.lo + self.lo;
        fast_two_sum(root, rest / (2.0 * root))
    }

    /// Half of it, exactly, barring underflow.
    #[inline(always)]
    pub(crate) fn half(self) -> Self {
        Self {
            hi: 0.5 * self.hi,
            lo: 0.5 * self.lo,
        }
    }
}

/// 1/x by fused multiply–adds, to about 100 bits.
#[inline(always)]
pub(crate) fn reciprocal(x: DoubleDouble) -> DoubleDouble {
    let hi = 1.0 / x.hi;
    let defect = (-hi).mul_add(x.lo, (-hi).mul_add(x.hi, 1.0));
    DoubleDouble {
        hi,
        lo: defect * hi,
    }
}

impl Add<f64> for DoubleDouble {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: f64) -> Self {
        let sum = two_sum(self.hi, other);
        fast_two_sum(sum.hi, sum.lo + self.lo)
    }
}

/// The sum, to about 105 bits of the larger operand.
impl Add for DoubleDouble {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let sum = two_sum(self.hi, other.hi);
        fast_two_sum(sum.hi, sum.lo + (self.lo + other.lo))
    }
}

impl Neg for DoubleDouble {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self {
            hi: -self.hi,
            lo: -self.lo,
        }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

/// The product by splitting.
impl Mul<f64> for DoubleDouble {
    type Output = Self;

    #[inline]
    fn mul(self, other: f64) -> Self {
        let product = split_product(self.hi, other);
        fast_two_sum(product.hi, product.lo + self.lo * other)
    }
}

/// The product by splitting.
impl Mul for DoubleDouble {
    type Output = Self;

    #[inline]
    fn mul(self, other: Self) -> Self {
        let product = split_product(self.hi, other.hi);
        let cross = self.hi * other.lo + self.lo * other.hi;
        fast_two_sum(product.hi, product.lo + cross)
    }
}

/// The quotient, whose rest is found by splitting.
impl Div for DoubleDouble {
    type Output = Self;

    #[inline]
    fn div(self, other: Self) -> Self {
        let quotient = self.hi / other.hi;
        let back = split_product(quotient, other.hi);
        let rest = (self.hi - back.hi) - back.lo + self.lo - quotient * other.lo;
        fast_two_sum(quotient, rest / other.hi)
    }
}

impl From<f64> for DoubleDouble {
    #[inline(always)]
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
        assert_eq!(two_sum(small, 1.0), DoubleDouble { hi: 1.0, lo: small });
        // (1 + e)² = 1 + 2 e + e²
        let square = split_product(1.0 + f64::EPSILON, 1.0 + f64::EPSILON);
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
