//! The exponential function.
//!
//! 1. x = n·ln 2 + r with integer n and |r| ≤ ln 2 / 2 (Cody–Waite, the first part short enough
//!    that its product with n is exact).
//! 2. eʳ = 1 + r + r²·q(r) with a minimax polynomial q, relative error below 2⁻⁵⁸.
//! 3. W. J. Cody, W. Waite, Software Manual for the Elementary Functions, Prentice-Hall, 1980.

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
    0.0013888888889038663,
    0.0001984126988508293,
    2.4801587002063692e-05,
    2.7557244377854513e-06,
    2.7557555476179396e-07,
    2.510946590687271e-08,
    2.083477528866922e-09,
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

/// p·2ⁿ in two steps, for n from −1077 to 1024 left in the low bits of `shifted` by [`reduce`].
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
