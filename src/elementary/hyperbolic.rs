//! Hyperbolic functions and their inverses.
//!
//! 1. e^|x| = 2ⁿ(1 + p) with p = eʳ − 1 in double-double; the functions are sums and quotients of
//!    2ⁿ, p and g = p/(1 + p) in which nothing cancels.
//! 2. The inverses are logarithms of double-double arguments; artanh reduces its argument by a
//!    power of two before the one division.
//! 3. W. J. Cody, W. Waite, Software Manual for the Elementary Functions, Prentice-Hall, 1980.

use super::double_double::{DoubleDouble, fast_two_sum, two_product, two_sum};
use super::exponential::{self, ROUNDER};
use super::logarithm::ln_of_sum;
use super::polynomial;

/// (ln((1+s)/(1−s)) − 2s)/s³ as a polynomial in s², |s| ≤ 0.2012.
const ARTANH: [f64; 8] = [
    0.6666666666666659,
    0.4000000000006442,
    0.2857142855402958,
    0.22222224493255627,
    0.18181654412070272,
    0.15391477571473178,
    0.13167577158208707,
    0.13883077952431214,
];

/// Below 2⁻²⁷ the odd functions equal their argument to half an ulp.
const TINY: f64 = 7.450_580_596_923_828e-9;

/// Above 2²⁸ arcosh x and arsinh x equal ln 2x.
const HUGE: f64 = 268_435_456.0;

/// 2ⁿ for a whole number n from −1022 to 1023.
#[inline(always)]
fn power_of_two(n: f64) -> f64 {
    f64::from_bits((n + (ROUNDER + 1023.0)).to_bits() << 52)
}

/// Four times 2ⁿ⁻³(1 + p) ± 2⁻ⁿ⁻³(1 − g), which is the hyperbolic sine or cosine of a ≥ 0.
#[inline(always)]
fn half_sum(a: f64, sign: f64) -> f64 {
    // Beyond this end both functions are infinite.
    let a = if a > 711.0 { 711.0 } else { a };
    let (n, p) = exponential::expm1_parts(a);
    let d = fast_two_sum(1.0, p.hi);
    let g = p.over(DoubleDouble {
        hi: d.hi,
        lo: d.lo + p.lo,
    });
    let up = power_of_two(n - 3.0);
    let down = sign * power_of_two(-3.0 - if n > 60.0 { 60.0 } else { n });
    let first = fast_two_sum(up + down, up * p.hi);
    let second = fast_two_sum(first.hi, -down * g.hi);
    let low = (-down).mul_add(g.lo, up.mul_add(p.lo, first.lo + second.lo));
    4.0 * (second.hi + low)
}

/// sinh x.
#[inline(always)]
pub(crate) fn sinh(x: f64) -> f64 {
    let a = x.abs();
    let value = half_sum(a, -1.0);
    (if a < TINY { a } else { value }).copysign(x)
}

/// cosh x.
#[inline(always)]
pub(crate) fn cosh(x: f64) -> f64 {
    half_sum(x.abs(), 1.0)
}

/// tanh x.
#[inline(always)]
pub(crate) fn tanh(x: f64) -> f64 {
    let a = x.abs();
    // Beyond this end the value rounds to 1.
    let bounded = if a > 20.0 { 20.0 } else { a };
    let (n, p) = exponential::expm1_parts(2.0 * bounded);
    let scale = power_of_two(n);
    let top = fast_two_sum(scale - 1.0, scale * p.hi);
    let top_low = scale.mul_add(p.lo, top.lo);
    let bottom = two_sum(top.hi, 2.0);
    let ratio = DoubleDouble {
        hi: top.hi,
        lo: top_low,
    }
    .over(DoubleDouble {
        hi: bottom.hi,
        lo: bottom.lo + top_low,
    });
    let value = ratio.hi + ratio.lo;
    (if a < TINY { a } else { value }).copysign(x)
}

/// ln(a + √(a² ± 1)): arsinh a for +1, arcosh a for −1.
#[inline(always)]
fn inverse(a: f64, one: f64) -> f64 {
    let product = two_product(a, a);
    let sum = two_sum(product.hi, one);
    let square = fast_two_sum(sum.hi, sum.lo + product.lo);
    let root = square.hi.sqrt();
    let defect = (-root).mul_add(root, square.hi) + square.lo;
    let root_low = if root > 0.0 {
        defect / (2.0 * root)
    } else {
        0.0
    };
    let total = two_sum(a, root);
    let huge = a > HUGE;
    let argument = fast_two_sum(
        if huge { 0.5 * a } else { total.hi },
        if huge { 0.0 } else { total.lo + root_low },
    );
    ln_of_sum(argument, if huge { 2.0 } else { 0.0 })
}

/// Whether x is infinite or NaN.
#[inline(always)]
pub(crate) fn is_not_finite(x: f64) -> bool {
    !x.is_finite()
}

/// arsinh x for finite x.
#[inline(always)]
pub(crate) fn asinh(x: f64) -> f64 {
    let a = x.abs();
    let value = inverse(a, 1.0);
    (if a < TINY { a } else { value }).copysign(x)
}

/// arsinh x for infinite x and NaN.
pub(crate) fn asinh_special(x: f64) -> f64 {
    x
}

/// Whether x is not in [1, ∞).
#[inline(always)]
pub(crate) fn is_not_cosine(x: f64) -> bool {
    !(1.0..f64::INFINITY).contains(&x)
}

/// arcosh x for 1 ≤ x < ∞.
#[inline(always)]
pub(crate) fn acosh(x: f64) -> f64 {
    inverse(x, -1.0)
}

/// arcosh x for every other x.
pub(crate) fn acosh_special(x: f64) -> f64 {
    if x > 1.0 { x } else { f64::NAN }
}

/// Whether x is not in (−1, 1).
#[inline(always)]
pub(crate) fn is_not_tangent(x: f64) -> bool {
    !(0.0..1.0).contains(&x.abs())
}

/// artanh x for |x| < 1.
///
/// With b = (1 + a)/(1 − a) = 2ᵏ·m, artanh a = k·ln 2/2 + artanh s for s = (m − 1)/(m + 1) =
/// ((1 + a) − 2ᵏ(1 − a))/((1 + a) + 2ᵏ(1 − a)).
#[inline(always)]
pub(crate) fn atanh(x: f64) -> f64 {
    let a = x.abs();
    let over = fast_two_sum(1.0, a);
    let under = fast_two_sum(1.0, -a);
    // The difference of the bits is 2⁵² times about log₂ b; k is that, rounded.
    let difference = over.hi.to_bits().wrapping_sub(under.hi.to_bits());
    let exponent = difference.wrapping_add(1 << 51) >> 52;
    let k =
        f64::from_bits(exponent | 4_503_599_627_370_496.0f64.to_bits()) - 4_503_599_627_370_496.0;
    let scale = f64::from_bits((exponent << 52).wrapping_add(1.0f64.to_bits()));
    let (scaled, scaled_low) = (scale * under.hi, scale * under.lo);
    let top = two_sum(over.hi, -scaled);
    let bottom = two_sum(over.hi, scaled);
    let s = fast_two_sum(top.hi, top.lo + (over.lo - scaled_low)).over(DoubleDouble {
        hi: bottom.hi,
        lo: bottom.lo + (over.lo + scaled_low),
    });
    let z = s.hi * s.hi;
    let tail = (0.5 * s.hi * z).mul_add(polynomial(z, ARTANH), s.lo);
    let low = k.mul_add(0.5 * exponential::LN_2_LOW, tail);
    let leading = fast_two_sum(k * (0.5 * exponential::LN_2_HIGH), s.hi);
    let value = leading.hi + (leading.lo + low);
    (if a < TINY { a } else { value }).copysign(x)
}

/// artanh x for every other x.
pub(crate) fn atanh_special(x: f64) -> f64 {
    if x.abs() == 1.0 {
        f64::INFINITY.copysign(x)
    } else {
        f64::NAN
    }
}
