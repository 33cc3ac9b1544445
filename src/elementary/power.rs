//! Powers.
//!
//! 1. xʸ = exp(y·ln x) with ln x in double-double (65 bits at least) and a double-double product.
//! 2. Integer powers by binary powering in double-double.
//! 3. D. E. Knuth, The Art of Computer Programming, vol. 2, 4.6.3.

use super::double_double::{DoubleDouble, fast_two_sum, fused_product, reciprocal};
use super::exponential::{self, LN_2_HIGH, LN_2_LOW};
use super::logarithm::ln_double;

/// 2⁵⁴, which makes subnormal numbers normal.
const TWO_54: f64 = 18_014_398_509_481_984.0;

/// The largest exponent that [`powi`] reaches by multiplications.
pub(crate) const MULTIPLIED: u32 = 64;

/// Powers under construction, N side by side: result·baseⁿ with n the bits of the exponent still to
/// come, in double-double, and beside it in plain products.
pub(crate) struct Powering<const N: usize> {
    result: ([f64; N], [f64; N]),
    base: ([f64; N], [f64; N]),
    plain_result: [f64; N],
    plain_base: [f64; N],
}

impl<const N: usize> Powering<N> {
    /// The start for xⁿ, or for (1/x)ⁿ if `inverse`.
    #[inline(always)]
    pub(crate) fn new(x: [f64; N], inverse: bool) -> Self {
        let mut base = (x, [0.0; N]);
        if inverse {
            for (hi, lo) in base.0.iter_mut().zip(&mut base.1) {
                let inverse = reciprocal(DoubleDouble { hi: *hi, lo: 0.0 });
                (*hi, *lo) = (inverse.hi, inverse.lo);
            }
        }
        Self {
            result: ([1.0; N], [0.0; N]),
            base,
            plain_result: [1.0; N],
            plain_base: base.0,
        }
    }

    /// Takes the lowest bit of the exponent into the results.
    #[inline(always)]
    pub(crate) fn multiply(&mut self) {
        for i in 0..N {
            let product = at(&self.result, i).times(at(&self.base, i));
            (self.result.0[i], self.result.1[i]) = (product.hi, product.lo);
            self.plain_result[i] *= self.plain_base[i];
        }
    }

    /// Drops the lowest bit of the exponent.
    #[inline(always)]
    pub(crate) fn square(&mut self) {
        for i in 0..N {
            let base = at(&self.base, i);
            let square = base.times(base);
            (self.base.0[i], self.base.1[i]) = (square.hi, square.lo);
            self.plain_base[i] *= self.plain_base[i];
        }
    }

    /// The powers. Where the double-double breaks down (0, ∞, NaN) the plain product is right but
    /// for the last places, and those matter only next to the largest float, which the factor
    /// carries over to ∞.
    #[inline(always)]
    pub(crate) fn values(&self) -> [f64; N] {
        let mut values = [0.0; N];
        for (i, power) in values.iter_mut().enumerate() {
            let value = self.result.0[i] + self.result.1[i];
            let plain = self.plain_result[i] * (1.0 + 9.094_947_017_729_282e-13);
            let holds = (value.abs() < f64::INFINITY) & (value != 0.0);
            *power = if holds { value } else { plain };
        }
        values
    }
}

/// The i-th of double-doubles side by side.
#[inline(always)]
fn at<const N: usize>(values: &([f64; N], [f64; N]), i: usize) -> DoubleDouble {
    DoubleDouble {
        hi: values.0[i],
        lo: values.1[i],
    }
}

/// xⁿ by multiplications for |n| ≤ 64, lanes side by side.
#[inline(always)]
pub(crate) fn multiplied_powers<const N: usize>(x: [f64; N], n: i32) -> [f64; N] {
    let bits = n.unsigned_abs();
    let mut powers = Powering::new(x, n < 0);
    // A fixed number of turns, so that a constant exponent leaves straight-line code.
    for place in 0..=MULTIPLIED.ilog2() {
        if (bits >> place) & 1 != 0 {
            powers.multiply();
        }
        if bits >> place <= 1 {
            break;
        }
        powers.square();
    }
    powers.values()
}

/// xⁿ for |n| ≤ 64.
#[inline(always)]
pub(crate) fn multiplied_power(x: f64, n: i32) -> f64 {
    match n {
        -1 => 1.0 / x,
        0 => 1.0,
        1 => x,
        2 => x * x,
        3 => x * x * x,
        _ => multiplied_powers([x], n)[0],
    }
}

/// xⁿ for an integer n.
///
/// For 0 ≤ n ≤ 3 plain products, up to |n| = 64 binary powering in double-double (of 1/x for
/// negative n), beyond that [`Binary::Pow`](super::Binary::Pow).
///
/// # Accuracy
/// Within 1½ ulp of the exact power.
///
/// ```
/// use pullback::elementary::powi;
/// assert_eq!(powi(-2.0, 5), -32.0);
/// assert_eq!(powi(10.0, -2), 0.01);
/// ```
#[must_use]
pub fn powi(x: f64, n: i32) -> f64 {
    if n.unsigned_abs() <= MULTIPLIED {
        multiplied_power(x, n)
    } else {
        let exponent = f64::from(n);
        if is_special_power(x, exponent) {
            pow_special(x, exponent)
        } else {
            pow(x, exponent)
        }
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
    let product = fused_product(ln.hi, y);
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
