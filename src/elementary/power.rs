//! Powers.
//!
//! 1. xʸ = exp(y·ln x) with ln x in double-double (65 bits at least) and a double-double product.
//! 2. Integer powers by binary powering in double-double.
//! 3. D. E. Knuth, The Art of Computer Programming, vol. 2, 4.6.3.

use super::double_double::{DoubleDouble, fast_two_sum, reciprocal, two_product};
use super::exponential::{self, LN_2_HIGH, LN_2_LOW};
use super::logarithm::ln_double;

/// 2⁵⁴, which makes subnormal numbers normal.
const TWO_54: f64 = 18_014_398_509_481_984.0;

/// The largest exponent that [`powi`] reaches by multiplications.
pub(crate) const MULTIPLIED: u32 = 64;

/// A power under construction: result·baseⁿ with n the bits of the exponent still to come, in
/// double-double, and beside it in plain products.
#[derive(Clone, Copy)]
pub(crate) struct Powering {
    result: DoubleDouble,
    base: DoubleDouble,
    plain_result: f64,
    plain_base: f64,
}

impl Powering {
    /// The start for xⁿ, or for (1/x)ⁿ if `inverse`.
    #[inline(always)]
    pub(crate) fn new(x: f64, inverse: bool) -> Self {
        let base = DoubleDouble { hi: x, lo: 0.0 };
        let base = if inverse { reciprocal(base) } else { base };
        Self {
            result: DoubleDouble { hi: 1.0, lo: 0.0 },
            base,
            plain_result: 1.0,
            plain_base: base.hi,
        }
    }

    /// Takes the lowest bit of the exponent into the result.
    #[inline(always)]
    pub(crate) fn multiply(&mut self) {
        self.result = self.result.times(self.base);
        self.plain_result *= self.plain_base;
    }

    /// Drops the lowest bit of the exponent.
    #[inline(always)]
    pub(crate) fn square(&mut self) {
        self.base = self.base.times(self.base);
        self.plain_base *= self.plain_base;
    }

    /// The power. Where the double-double breaks down (0, ∞, NaN) the plain product is right but
    /// for the last places, and those matter only next to the largest float, which the factor
    /// carries over to ∞.
    #[inline(always)]
    pub(crate) fn value(self) -> f64 {
        let value = self.result.hi + self.result.lo;
        let plain = self.plain_result * (1.0 + 9.094_947_017_729_282e-13);
        if (value.abs() < f64::INFINITY) & (value != 0.0) {
            value
        } else {
            plain
        }
    }
}

/// xⁿ for the exponents −1 to 3 by plain operations.
#[inline(always)]
pub(crate) fn small_power(x: f64, n: i32) -> f64 {
    match n {
        -1 => 1.0 / x,
        0 => 1.0,
        1 => x,
        2 => x * x,
        _ => x * x * x,
    }
}

/// xⁿ for an integer n.
///
/// Up to |n| = 3 plain products, up to 64 binary powering in double-double (of 1/x for negative n),
/// beyond that [`Binary::Pow`](super::Binary::Pow).
///
/// # Accuracy
/// Within 2 ulp of the exact power everywhere.
#[must_use]
pub fn powi(x: f64, n: i32) -> f64 {
    if (-1..=3).contains(&n) {
        return small_power(x, n);
    }
    let mut bits = n.unsigned_abs();
    if bits > MULTIPLIED {
        return super::Binary::Pow.value(x, f64::from(n));
    }
    let mut power = Powering::new(x, n < 0);
    loop {
        if bits & 1 != 0 {
            power.multiply();
        }
        bits >>= 1;
        if bits == 0 {
            return power.value();
        }
        power.square();
    }
}

/// Beyond this magnitude of the exponent every power but those of ±1 is 0 or infinite.
const HUGE_EXPONENT: f64 = 1_180_591_620_717_411_303_424.0;

/// Whether a base or an exponent is outside the fast formula: zero, subnormal, infinite, NaN; huge
/// for the exponent.
#[inline(always)]
pub(crate) fn is_special_power(x: f64, y: f64) -> bool {
    let base_is_normal = (f64::MIN_POSITIVE..f64::INFINITY).contains(&x.abs());
    !(base_is_normal & (y.abs() <= HUGE_EXPONENT))
}

/// exp(y·ln a), given ln a.
#[inline(always)]
fn positive_power(ln: DoubleDouble, y: f64) -> f64 {
    let product = two_product(ln.hi, y);
    exponential::exp_of_sum(DoubleDouble {
        hi: product.hi,
        lo: ln.lo.mul_add(y, product.lo),
    })
}

/// xʸ = exp(y·ln |x|) for normal x and moderate y, with its sign; NaN if x < 0 and y is no integer.
#[inline(always)]
pub(crate) fn pow(x: f64, y: f64) -> f64 {
    let value = positive_power(ln_double(x.abs()), y);
    let whole = y.floor() == y;
    let even = (0.5 * y).floor() == 0.5 * y;
    let signed = if even { value } else { -value };
    let of_negative = if whole { signed } else { f64::NAN };
    if x < 0.0 { of_negative } else { value }
}

/// xʸ for the arguments that [`pow`] leaves out.
pub(crate) fn pow_special(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    let a = x.abs();
    let odd = y.floor() == y && (0.5 * y).floor() != 0.5 * y;
    let magnitude = if y.abs() > HUGE_EXPONENT {
        // Every huge exponent is an even integer.
        match (a > 1.0, y > 0.0) {
            _ if a == 1.0 => 1.0,
            (true, true) | (false, false) => f64::INFINITY,
            _ => 0.0,
        }
    } else if a == 0.0 || a == f64::INFINITY {
        if (a == 0.0) == (y > 0.0) {
            0.0
        } else {
            f64::INFINITY
        }
    } else if x < 0.0 && y.floor() != y {
        return f64::NAN;
    } else {
        let ln = ln_double(a * TWO_54);
        let shifted = fast_two_sum(-54.0 * LN_2_HIGH, ln.hi);
        let low = shifted.lo + (-54.0f64).mul_add(LN_2_LOW, ln.lo);
        positive_power(fast_two_sum(shifted.hi, low), y)
    };
    if odd {
        magnitude.copysign(x)
    } else {
        magnitude
    }
}
