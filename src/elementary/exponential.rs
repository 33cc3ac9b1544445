//! The exponential function.
//!
//! 1. x = n·ln 2 + r with integer n and |r| ≤ ln 2 / 2 (Cody–Waite, the first part short enough
//!    that its product with n is exact).
//! 2. eʳ = 1 + r + r²·q(r) with a minimax polynomial q, relative error below 2⁻⁵⁸.
//! 3. W. J. Cody, W. Waite, Software Manual for the Elementary Functions, Prentice-Hall, 1980.

use super::double_double::{DoubleDouble, fast_two_sum, two_sum};
use super::polynomial::polynomial;

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

/// x = n·ln 2 + r; returns r in double-double and the float whose low bits hold n.
#[inline(always)]
fn reduce(x: f64) -> (DoubleDouble, f64) {
    let shifted = x.mul_add(std::f64::consts::LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let first = (-n).mul_add(LN_2_HIGH, x);
    let hi = (-n).mul_add(LN_2_LOW, first);
    let lo = (-n).mul_add(LN_2_LOW, first - hi);
    (DoubleDouble { hi, lo }, shifted)
}

/// The bits that added to those of a float multiply it by 2ⁿ, n being in the low bits of `shifted`.
#[inline(always)]
pub(crate) fn exponent_bits(shifted: f64) -> u64 {
    shifted.to_bits() << 52
}

/// p·2ⁿ in two steps, for n from −2020 to 1040 in the low bits of `shifted`.
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

/// Whether eˣ may be subnormal, 0, infinite or NaN.
#[inline(always)]
pub(crate) fn is_extreme(x: f64) -> bool {
    !(-708.0..709.0).contains(&x)
}

/// eˣ for −708 ≤ x < 709.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let (r, shifted) = reduce(x);
    let p = exp_of_remainder(r.hi);
    f64::from_bits(p.to_bits().wrapping_add(exponent_bits(shifted)))
}

/// eˣ for every x.
#[inline(always)]
pub(crate) fn exp_extreme(x: f64) -> f64 {
    // Beyond these ends the value is 0 or infinite; the comparisons let NaN through.
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let (r, shifted) = reduce(x);
    scale(exp_of_remainder(r.hi), shifted)
}

#[inline(always)]
fn exp_of_remainder(r: f64) -> f64 {
    1.0 + (r * r).mul_add(polynomial(r, Q), r)
}

/// eˣ = 2ⁿ·(1 + p) for |x| ≤ 711: p in double-double (relative error 2⁻⁵⁵) and the float whose low
/// bits hold n.
#[inline(always)]
pub(crate) fn expm1_parts(x: f64) -> (DoubleDouble, f64) {
    let (r, shifted) = reduce(x);
    let tail = (r.hi * r.hi).mul_add(polynomial(r.hi, Q), r.lo.mul_add(r.hi, r.lo));
    (fast_two_sum(r.hi, tail), shifted)
}

/// Below 2⁻⁵⁴ eˣ − 1 and ln(1 + x) are x to half an ulp.
pub(super) const NEGLIGIBLE: f64 = 5.551_115_123_125_783e-17;

/// eˣ − 1 for −708 ≤ x < 709, as (2ⁿ − 1) + 2ⁿ·p.
#[inline(always)]
pub(crate) fn expm1(x: f64) -> f64 {
    let (p, shifted) = expm1_parts(x);
    let power = f64::from_bits(1.0f64.to_bits().wrapping_add(exponent_bits(shifted)));
    let whole = two_sum(power, -1.0);
    let sum = fast_two_sum(whole.hi, power * p.hi);
    let value = sum.hi + power.mul_add(p.lo, whole.lo + sum.lo);
    if x.abs() < NEGLIGIBLE { x } else { value }
}

/// eˣ − 1 for every other x.
pub(crate) fn expm1_extreme(x: f64) -> f64 {
    // The 1 is lost beside a large value, and so is a small value beside the 1.
    if x < 0.0 { -1.0 } else { exp_extreme(x) }
}

/// e^(hi + lo) = 2ⁿ·(1 + a + b): a, b and the float whose low bits hold n.
///
/// |a| ≤ ½·ln 2; b is the smaller part, with an error of 2⁻⁵⁶.
#[inline(always)]
fn sum_parts(x: DoubleDouble) -> (DoubleDouble, f64) {
    // Beyond these ends the value is 0 or infinite, even times 2⁹⁰⁰ at the lower end.
    let hi = if x.hi > 720.0 { 720.0 } else { x.hi };
    let hi = if hi < -1400.0 { -1400.0 } else { hi };
    let lo = if hi == x.hi { x.lo } else { 0.0 };
    let (r, shifted) = reduce(hi);
    let r = fast_two_sum(r.hi, r.lo + lo);
    let tail = (r.hi * r.hi).mul_add(polynomial(r.hi, Q), r.lo);
    (DoubleDouble { hi: r.hi, lo: tail }, shifted)
}

/// e^(hi + lo) = 2ⁿ·p for finite `hi` and small `lo`: p in double-double (relative error 2⁻⁵⁵) and
/// the float whose low bits hold n, as [`scale`] takes it.
#[inline(always)]
pub(crate) fn exp_parts(x: DoubleDouble) -> (DoubleDouble, f64) {
    let (parts, shifted) = sum_parts(x);
    let sum = fast_two_sum(1.0, parts.hi);
    (fast_two_sum(sum.hi, sum.lo + parts.lo), shifted)
}

/// e^(hi + lo) for finite `hi` and small `lo`.
#[inline(always)]
pub(crate) fn exp_of_sum(x: DoubleDouble) -> f64 {
    let (parts, shifted) = sum_parts(x);
    scale(1.0 + (parts.hi + parts.lo), shifted)
}
