//! Double-double arithmetic: unevaluated sums of two floats, hi + lo with |lo| ≤ ulp(hi)/2.
//!
//! 1. Error-free transformations give the rounding error of one sum or product as a float.
//! 2. Carrying it along yields about 106 significant bits.
//! 3. T. J. Dekker, A floating-point technique for extending the available precision,
//!    Numerische Mathematik 18, 1971; D. E. Knuth, The Art of Computer Programming, vol. 2.

/// An unevaluated sum `hi + lo`.
#[derive(Clone, Copy)]
pub(crate) struct DoubleDouble {
    pub(crate) hi: f64,
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

/// The exact product a·b.
#[inline(always)]
pub(crate) fn two_product(a: f64, b: f64) -> DoubleDouble {
    let hi = a * b;
    DoubleDouble {
        hi,
        lo: a.mul_add(b, -hi),
    }
}

impl DoubleDouble {
    /// The product with another double-double, relative error below 2⁻¹⁰².
    #[inline(always)]
    pub(crate) fn times(self, other: DoubleDouble) -> DoubleDouble {
        let p = two_product(self.hi, other.hi);
        let cross = self.hi.mul_add(other.lo, self.lo * other.hi);
        fast_two_sum(p.hi, p.lo + cross)
    }

    /// The product with a float.
    #[inline(always)]
    pub(crate) fn times_float(self, factor: f64) -> DoubleDouble {
        self.times(DoubleDouble {
            hi: factor,
            lo: 0.0,
        })
    }

    /// The sum, to about 105 bits of the larger operand.
    #[inline(always)]
    pub(crate) fn plus(self, other: DoubleDouble) -> DoubleDouble {
        let sum = two_sum(self.hi, other.hi);
        fast_two_sum(sum.hi, sum.lo + (self.lo + other.lo))
    }

    /// The quotient, to about 100 bits.
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
}

/// 1/x to about 100 bits.
#[inline(always)]
pub(crate) fn reciprocal(x: DoubleDouble) -> DoubleDouble {
    let hi = 1.0 / x.hi;
    let defect = (-hi).mul_add(x.lo, (-hi).mul_add(x.hi, 1.0));
    DoubleDouble {
        hi,
        lo: defect * hi,
    }
}
