//! The exponential function.
//!
//! 1. x = n·ln 2 + r with integer n and |r| ≤ ln 2 / 2 (Cody–Waite, the first part short enough
//!    that its product with n is exact).
//! 2. eʳ = 1 + r + r²·q(r) with a minimax polynomial q, relative error below 2⁻⁵⁸.
//! 3. W. J. Cody, W. Waite, Software Manual for the Elementary Functions, Prentice-Hall, 1980.

use super::double_double::{DoubleDouble, fast_two_sum};
use super::polynomial;

/// Adding 1.5·2⁵² leaves the nearest integer in the low bits of the sum.
pub(crate) const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// ln 2 cut to 42 bits: its product with an integer below 2¹¹ is exact.
pub(crate) const LN_2_HIGH: f64 = 0.693_147_180_559_890_3;
/// ln 2 − `LN_2_HIGH`.
pub(crate) const LN_2_LOW: f64 = 5.497_923_018_708_371e-14;

/// (eʳ − 1 − r)/r² on |r| ≤ ln 2 / 2.
const Q: [f64; 11] = [
    0.5,
    0.16666666666666674,
    0.041666666666666415,
    0.008333333333322573,
    0.0013888888889038158,
    0.00019841269885076613,
    2.480158700671947e-05,
    2.755724449253905e-06,
    2.7557546962719805e-07,
    2.5109108746168116e-08,
    2.0831260348536757e-09,
];

/// x = n·ln 2 + r; returns r and the float whose low bits hold n.
#[inline(always)]
pub(crate) fn reduce(x: f64) -> (f64, f64) {
    let shifted = x.mul_add(std::f64::consts::LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let r = (-n).mul_add(LN_2_LOW, (-n).mul_add(LN_2_HIGH, x));
    (r, shifted)
}

/// (eʳ − 1 − r)/r² for |r| ≤ ln 2 / 2.
#[inline(always)]
pub(crate) fn quadratic_remainder(r: f64) -> f64 {
    polynomial(r, Q)
}

/// p·2ⁿ in two steps, for n from −2020 to 1024 left in the low bits of `shifted` by [`reduce`].
///
/// The first product is exact, so a subnormal result is rounded once.
#[inline(always)]
pub(crate) fn scale(p: f64, shifted: f64) -> f64 {
    let biased = shifted.to_bits().wrapping_sub(ROUNDER.to_bits() - 2 * 1023);
    let half = biased >> 1;
    let first = f64::from_bits(half << 52);
    let second = f64::from_bits(biased.wrapping_sub(half) << 52);
    p * first * second
}

/// eˣ.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    // Beyond these ends the value is 0 or infinite; the comparisons let NaN through.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let (r, shifted) = reduce(x);
    let p = 1.0 + (r * r).mul_add(quadratic_remainder(r), r);
    scale(p, shifted)
}

/// The number n and eʳ − 1 in double-double (relative error 2⁻⁵⁵) of 0 ≤ x ≤ 711, eˣ = 2ⁿ·eʳ.
#[inline(always)]
pub(crate) fn expm1_parts(x: f64) -> (f64, DoubleDouble) {
    let shifted = x.mul_add(std::f64::consts::LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let first = (-n).mul_add(LN_2_HIGH, x);
    let r = (-n).mul_add(LN_2_LOW, first);
    let r_low = (-n).mul_add(LN_2_LOW, first - r);
    let tail = (r * r).mul_add(quadratic_remainder(r), r_low.mul_add(r, r_low));
    (n, fast_two_sum(r, tail))
}

/// e^(hi + lo) = 2ⁿ·p for any finite `hi`: p in double-double (relative error 2⁻⁵⁵) and the float
/// whose low bits hold n, as [`scale`] takes it.
#[inline(always)]
pub(crate) fn exp_parts(x: DoubleDouble) -> (DoubleDouble, f64) {
    // Beyond these ends the value is 0 or infinite, even times 2⁹⁰⁰ at the lower end.
    let hi = if x.hi > 710.0 { 710.0 } else { x.hi };
    let hi = if hi < -1400.0 { -1400.0 } else { hi };
    let lo = if hi == x.hi { x.lo } else { 0.0 };
    let shifted = hi.mul_add(std::f64::consts::LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let first = (-n).mul_add(LN_2_HIGH, hi);
    let r = (-n).mul_add(LN_2_LOW, first);
    let r = fast_two_sum(r, (-n).mul_add(LN_2_LOW, first - r) + lo);
    let tail = (r.hi * r.hi).mul_add(quadratic_remainder(r.hi), r.lo);
    let one_plus_r = fast_two_sum(1.0, r.hi);
    (fast_two_sum(one_plus_r.hi, one_plus_r.lo + tail), shifted)
}

/// exp(hi + lo) for any finite `hi`.
#[inline(always)]
pub(crate) fn exp_of_sum(x: DoubleDouble) -> f64 {
    let (p, shifted) = exp_parts(x);
    scale(p.hi, shifted)
}
