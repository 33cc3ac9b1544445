//! Sine, cosine and tangent.
//!
//! 1. |x| = n·π/2 + r, correctly rounded: three parts of π/2 with fused products up to 2⁴⁰,
//!    beyond that x·(2/π) mod 4 in integers (see `far`).
//! 2. Minimax polynomials for sin r and cos r on |r| ≤ π/4.
//! 3. M. Payne, R. Hanek, Radian reduction for trigonometric functions, SIGNUM Newsletter 18, 1983;
//!    W. J. Cody, W. Waite, Software Manual for the Elementary Functions, Prentice-Hall, 1980.

use super::double_double::{DoubleDouble, fast_two_sum, fused_product};
use super::exponential::ROUNDER;
use super::polynomial::polynomial;

/// π/2 = `HALF_PI[0] + HALF_PI[1] + HALF_PI[2]` to 160 bits.
const HALF_PI: [f64; 3] = [
    std::f64::consts::FRAC_PI_2,
    6.123_233_995_736_766e-17,
    -1.497_384_904_859_169_8e-33,
];

/// (sin r − r)/r³ as a polynomial in r².
const SINE: [f64; 6] = [
    -0.1666666666666663,
    0.008333333333321794,
    -0.00019841269829306895,
    2.7557313517667737e-06,
    -2.505073075833772e-08,
    1.5895203988748223e-10,
];

/// (cos r − 1 + r²/2)/r⁴ as a polynomial in r².
const COSINE: [f64; 6] = [
    0.04166666666666659,
    -0.0013888888888872236,
    2.480158728835683e-05,
    -2.7557314040528656e-07,
    2.087568240635341e-09,
    -1.1357597208134616e-11,
];

/// The largest argument that [`near`] reduces.
const NEAR_LIMIT: f64 = 1_099_511_627_776.0;

/// An angle |x| = quadrant·π/2 + remainder, |remainder| ≤ π/4 (and a few ulp).
#[derive(Clone, Copy)]
struct Angle {
    remainder: f64,
    /// Only the two low bits count.
    quadrant: u64,
}

/// Whether the fast formulas do not hold: beyond 2⁴⁰.
#[inline(always)]
pub(crate) fn is_far(x: f64) -> bool {
    x.abs() > NEAR_LIMIT
}

/// The reduction of 0 ≤ x ≤ 2⁴⁰; the remainder is as good as correctly rounded.
///
/// x − n·`HALF_PI[0]` is a multiple of 2⁻⁵³ below 1 and hence exact; the second step rounds once,
/// relative to its result, however much cancels; the third changes only the last place.
#[inline(always)]
fn near(x: f64) -> Angle {
    let shifted = x.mul_add(std::f64::consts::FRAC_2_PI, ROUNDER);
    let n = shifted - ROUNDER;
    let first = (-n).mul_add(HALF_PI[0], x);
    let second = (-n).mul_add(HALF_PI[1], first);
    Angle {
        remainder: (-n).mul_add(HALF_PI[2], second),
        quadrant: shifted.to_bits(),
    }
}

/// Bits of 2/π, 64 a word, the first word being the 64 places left of the binary point.
const TWO_OVER_PI: [u64; 20] = [
    0x0000000000000000,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
];

/// The reduction of any finite x ≥ 2⁴⁰ in integers (Payne–Hanek).
///
/// x = m·2ᵉ; of 2/π only the 192 bits are taken whose products with m are neither multiples of 4
/// nor below 2⁻¹³⁰. The top two bits of the product are the quadrant.
#[cold]
fn far(x: f64) -> Angle {
    let bits = x.to_bits();
    let exponent = (bits >> 52) as usize; // e + 1075
    let mantissa = u128::from((bits & 0x000f_ffff_ffff_ffff) | 0x0010_0000_0000_0000);
    // Bit i of 2/π (weight 2⁻ⁱ) is place i + 63 of the table; the window begins at i = e − 1.
    let start = exponent + 62 - 1075;
    let (word, shift) = (start / 64, start % 64);
    let window = |i: usize| -> u128 {
        let pair =
            (u128::from(TWO_OVER_PI[word + i]) << 64) | u128::from(TWO_OVER_PI[word + i + 1]);
        u128::from((pair >> (64 - shift)) as u64)
    };
    let low = mantissa * window(2);
    let middle = mantissa * window(1) + (low >> 64);
    let high = mantissa * window(0) + (middle >> 64);
    let top = ((high as u64 as u128) << 64) | u128::from(middle as u64);
    let fraction = ((top << 2) | u128::from((low as u64) >> 62)) as i128;
    // A fraction of one half or more reads as negative: that belongs to the next quadrant.
    let quadrant = (top >> 126) as u64 + u64::from(fraction < 0);
    let hi = fraction as f64;
    let lo = (fraction - hi as i128) as f64;
    let unit = f64::from_bits((1023 - 128) << 52);
    let product = fused_product(hi * unit, HALF_PI[0]);
    let rest = (hi * unit).mul_add(HALF_PI[1], (lo * unit).mul_add(HALF_PI[0], product.lo));
    Angle {
        remainder: product.hi + rest,
        quadrant,
    }
}

/// Sine and cosine of the remainder, each as a leading float and a correction.
#[inline(always)]
fn remainder_sine_cosine(r: f64) -> (DoubleDouble, DoubleDouble) {
    let z = r * r;
    let sine = DoubleDouble {
        hi: r,
        lo: r * z * polynomial(z, SINE),
    };
    let w = (-0.5f64).mul_add(z, 1.0);
    let rounding = (-0.5f64).mul_add(z, 1.0 - w);
    let cosine = DoubleDouble {
        hi: w,
        lo: (z * z).mul_add(polynomial(z, COSINE), rounding),
    };
    (sine, cosine)
}

/// The value with its sign flipped if the lowest bit of `flip` is set.
#[inline(always)]
fn flipped(value: f64, flip: u64) -> f64 {
    f64::from_bits(value.to_bits() ^ (flip << 63))
}

#[inline(always)]
fn sine_of(x: f64, angle: Angle) -> f64 {
    let (s, c) = remainder_sine_cosine(angle.remainder);
    let value = if angle.quadrant & 1 == 0 {
        s.hi + s.lo
    } else {
        c.hi + c.lo
    };
    flipped(value, (angle.quadrant >> 1) ^ (x.to_bits() >> 63))
}

#[inline(always)]
fn cosine_of(angle: Angle) -> f64 {
    let (s, c) = remainder_sine_cosine(angle.remainder);
    let value = if angle.quadrant & 1 == 0 {
        c.hi + c.lo
    } else {
        s.hi + s.lo
    };
    flipped(value, angle.quadrant.wrapping_add(1) >> 1)
}

#[inline(always)]
fn tangent_of(x: f64, angle: Angle) -> f64 {
    let (s, c) = remainder_sine_cosine(angle.remainder);
    let swap = angle.quadrant & 1 != 0;
    let (n, d) = if swap { (c, s) } else { (s, c) };
    let top = n.hi + n.lo;
    let top_low = (n.hi - top) + n.lo;
    let bottom = d.hi + d.lo;
    let bottom_low = (d.hi - bottom) + d.lo;
    let reciprocal = 1.0 / bottom;
    let quotient = top * reciprocal;
    let defect = (-quotient).mul_add(bottom, top) + (-quotient).mul_add(bottom_low, top_low);
    let value = defect.mul_add(reciprocal, quotient);
    flipped(value, angle.quadrant ^ (x.to_bits() >> 63))
}

/// sin x for |x| ≤ 2⁴⁰; NaN for NaN.
#[inline(always)]
pub(crate) fn sin(x: f64) -> f64 {
    sine_of(x, near(x.abs()))
}

/// cos x for |x| ≤ 2⁴⁰; NaN for NaN.
#[inline(always)]
pub(crate) fn cos(x: f64) -> f64 {
    cosine_of(near(x.abs()))
}

/// (sin x, cos x) for |x| ≤ 2⁴⁰, the same bits as [`sin`] and [`cos`].
#[inline(always)]
pub(crate) fn sin_cos(x: f64) -> (f64, f64) {
    let angle = near(x.abs());
    (sine_of(x, angle), cosine_of(angle))
}

/// tan x for |x| ≤ 2⁴⁰; NaN for NaN.
#[inline(always)]
pub(crate) fn tan(x: f64) -> f64 {
    tangent_of(x, near(x.abs()))
}

/// sin x for |x| > 2⁴⁰.
pub(crate) fn sin_far(x: f64) -> f64 {
    if x.is_finite() {
        sine_of(x, far(x.abs()))
    } else {
        f64::NAN
    }
}

/// cos x for |x| > 2⁴⁰.
pub(crate) fn cos_far(x: f64) -> f64 {
    if x.is_finite() {
        cosine_of(far(x.abs()))
    } else {
        f64::NAN
    }
}

/// tan x for |x| > 2⁴⁰.
pub(crate) fn tan_far(x: f64) -> f64 {
    if x.is_finite() {
        tangent_of(x, far(x.abs()))
    } else {
        f64::NAN
    }
}

/// The sine and the cosine of πx in double-double, absolute error about 2⁻⁵⁸ of the leading part,
/// with the quadrant taken into account.
fn sine_cosine_pi(x: f64) -> (DoubleDouble, DoubleDouble) {
    // Beyond 2⁵² there are only even numbers left.
    let x = x - 2.0 * (0.5f64.mul_add(x, ROUNDER) - ROUNDER);
    let shifted = 2.0 * x + ROUNDER;
    let quarter = x - 0.5 * (shifted - ROUNDER);
    let product = fused_product(2.0 * quarter, HALF_PI[0]);
    let low = (2.0 * quarter).mul_add(HALF_PI[1], product.lo);
    let (mut s, mut c) = remainder_sine_cosine(product.hi);
    s.lo += low * c.hi;
    c.lo -= low * s.hi;
    let quadrant = shifted.to_bits();
    let (s, c) = if quadrant & 1 == 0 { (s, c) } else { (c, s) };
    let signed =
        |v: DoubleDouble, flip: u64| fast_two_sum(flipped(v.hi, flip), flipped(v.lo, flip));
    (
        signed(s, quadrant >> 1),
        signed(c, quadrant.wrapping_add(1) >> 1),
    )
}

/// sin πx as a sum of two floats.
pub(crate) fn sine_pi(x: f64) -> DoubleDouble {
    sine_cosine_pi(x).0
}

/// tan πx as a sum of two floats.
pub(crate) fn tangent_pi(x: f64) -> DoubleDouble {
    let (s, c) = sine_cosine_pi(x);
    s.over(c)
}
