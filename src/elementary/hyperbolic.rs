//! Hyperbolic functions and their inverses.
//!
//! 1. e^|x| = 2ⁿ(1 + p) with p = eʳ − 1 in double-double; the functions are sums and quotients of
//!    2ⁿ, p and g = p/(1 + p) in which nothing cancels.
//! 2. The inverses are logarithms of double-double arguments; artanh reduces its argument by a
//!    power of two before the one division.
//! 3. W. J. Cody, W. Waite, Software Manual for the Elementary Functions, Prentice-Hall, 1980.

use super::double_double::{DoubleDouble, fast_two_sum, fused_product, two_sum};
use super::exponential;
use super::logarithm::ln_of_sum;
use super::polynomial::polynomial;

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

/// Beyond this, 2ⁿ and 2⁻ⁿ need more than one factor each.
const STEEP: f64 = 700.0;

/// 2ⁿ⁻¹(1 + p) ± 2⁻ⁿ⁻¹(1 − g), the hyperbolic cosine or sine of 0 ≤ a ≤ 700, as e^a = 2ⁿ(1 + p).
#[inline(always)]
fn half_sum(a: f64, sign: f64) -> f64 {
    let (p, shifted) = exponential::expm1_parts(a);
    let d = fast_two_sum(1.0, p.hi);
    let g = p.over(DoubleDouble {
        hi: d.hi,
        lo: d.lo + p.lo,
    });
    let (half, exponent) = (0.5f64.to_bits(), exponential::exponent_bits(shifted));
    let up = f64::from_bits(half.wrapping_add(exponent));
    let down = sign * f64::from_bits(half.wrapping_sub(exponent));
    let first = fast_two_sum(up + down, up * p.hi);
    let second = fast_two_sum(first.hi, -down * g.hi);
    let low = (-down).mul_add(g.lo, up.mul_add(p.lo, first.lo + second.lo));
    second.hi + low
}

/// Whether the hyperbolic sine and cosine are e^|x|/2, infinite or NaN.
#[inline(always)]
pub(crate) fn is_steep(x: f64) -> bool {
    !(-STEEP..STEEP).contains(&x)
}

/// sinh x for |x| ≤ 700.
#[inline(always)]
pub(crate) fn sinh(x: f64) -> f64 {
    let a = x.abs();
    let value = half_sum(a, -1.0);
    (if a < TINY { a } else { value }).copysign(x)
}

/// sinh x for every other x.
pub(crate) fn sinh_steep(x: f64) -> f64 {
    cosh_steep(x).copysign(x)
}

/// cosh x for |x| ≤ 700.
#[inline(always)]
pub(crate) fn cosh(x: f64) -> f64 {
    half_sum(x.abs(), 1.0)
}

/// cosh x for every other x.
pub(crate) fn cosh_steep(x: f64) -> f64 {
    // Beyond this end the value is infinite; the comparison lets NaN through.
    let a = if x.abs() > 711.0 { 711.0 } else { x.abs() };
    let (p, shifted) = exponential::exp_parts(DoubleDouble { hi: a, lo: 0.0 });
    exponential::scale(0.5 * p.hi, shifted)
}

/// tanh x.
#[inline(always)]
pub(crate) fn tanh(x: f64) -> f64 {
    let a = x.abs();
    // Beyond this end the value rounds to 1.
    let bounded = if a > 20.0 { 20.0 } else { a };
    // (e²ᵃ − 1)/(e²ᵃ + 1)
    let (p, shifted) = exponential::expm1_parts(2.0 * bounded);
    let exponent = exponential::exponent_bits(shifted);
    let power = f64::from_bits(1.0f64.to_bits().wrapping_add(exponent));
    let (high, low) = (power * p.hi, power * p.lo);
    let top = fast_two_sum(power - 1.0, high);
    let above = fast_two_sum(power, 1.0);
    let bottom = fast_two_sum(above.hi, high);
    let ratio = DoubleDouble {
        hi: top.hi,
        lo: top.lo + low,
    }
    .over(DoubleDouble {
        hi: bottom.hi,
        lo: bottom.lo + (above.lo + low),
    });
    let value = ratio.hi + ratio.lo;
    (if a < TINY { a } else { value }).copysign(x)
}

/// ln(a + √(a² ± 1)) for a ≤ 2²⁸: arsinh a for +1, arcosh a for −1.
#[inline(always)]
fn inverse(a: f64, one: f64) -> f64 {
    let product = fused_product(a, a);
    let sum = two_sum(product.hi, one);
    let square = fast_two_sum(sum.hi, sum.lo + product.lo);
    let root = square.hi.sqrt();
    let defect = (-root).mul_add(root, square.hi) + square.lo;
    // Divided first and chosen afterwards: a division behind a condition is not vectorised.
    let correction = defect / (2.0 * root);
    let root_low = if root > 0.0 { correction } else { 0.0 };
    let total = two_sum(a, root);
    ln_of_sum(fast_two_sum(total.hi, total.lo + root_low), 0.0)
}

/// ln 2a for 2²⁸ < a < ∞.
fn huge_inverse(a: f64) -> f64 {
    let halved = DoubleDouble {
        hi: 0.5 * a,
        lo: 0.0,
    };
    ln_of_sum(halved, 2.0)
}

/// Whether x is beyond ±2²⁸, infinite or NaN.
#[inline(always)]
pub(crate) fn is_huge(x: f64) -> bool {
    !(-HUGE..HUGE).contains(&x)
}

/// arsinh x for |x| ≤ 2²⁸.
#[inline(always)]
pub(crate) fn asinh(x: f64) -> f64 {
    let a = x.abs();
    let value = inverse(a, 1.0);
    (if a < TINY { a } else { value }).copysign(x)
}

/// arsinh x for every other x.
pub(crate) fn asinh_huge(x: f64) -> f64 {
    if x.is_finite() {
        huge_inverse(x.abs()).copysign(x)
    } else {
        x
    }
}

/// Whether x is not in [1, 2²⁸).
#[inline(always)]
pub(crate) fn is_special_cosine(x: f64) -> bool {
    !(1.0..HUGE).contains(&x)
}

/// arcosh x for 1 ≤ x ≤ 2²⁸.
#[inline(always)]
pub(crate) fn acosh(x: f64) -> f64 {
    inverse(x, -1.0)
}

/// arcosh x for every other x.
pub(crate) fn acosh_special(x: f64) -> f64 {
    if x == f64::INFINITY {
        x
    } else if x > 1.0 {
        huge_inverse(x)
    } else {
        f64::NAN
    }
}

/// Whether x is not in (−1, 1).
#[inline(always)]
pub(crate) fn is_special_tangent(x: f64) -> bool {
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
