//! Logarithms.
//!
//! 1. x = 2ᵏ·m with m in [√½, √2); f = m − 1 is exact.
//! 2. ln m = f − f²/2 + s·(f²/2 + s²·L(s²)), s = f/(2 + f), L minimax, error below 2⁻⁵⁹.
//! 3. The scheme is that of P. T. P. Tang, Table-driven implementation of the logarithm function
//!    in IEEE floating-point arithmetic, ACM Trans. Math. Software 16, 1990, without the table.

use super::exponential::{LN_2_HIGH, LN_2_LOW};
use super::polynomial;

/// (ln((1+s)/(1−s)) − 2s)/s³ as a polynomial in s², |s| ≤ 3 − 2√2.
const L: [f64; 7] = [
    0.6666666666666735,
    0.39999999999409275,
    0.2857142874371285,
    0.22222198426457332,
    0.18183572454389885,
    0.15313829997763412,
    0.1479828626659704,
];

/// The bits of √½, where the mantissa's interval begins.
const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;

/// x = 2ᵏ·m for positive normal x: returns k (as a float) and m in [√½, √2).
#[inline(always)]
pub(crate) fn split(x: f64) -> (f64, f64) {
    let bits = x.to_bits();
    let biased = bits.wrapping_add(0x3ff0_0000_0000_0000 - SQRT_HALF_BITS) >> 52;
    // 2⁵² + biased, written directly: no integer conversion, which AVX2 lacks.
    let k = f64::from_bits(0x4330_0000_0000_0000 | biased) - (4_503_599_627_370_496.0 + 1023.0);
    let m = f64::from_bits(bits.wrapping_sub(biased.wrapping_sub(1023) << 52));
    (k, m)
}

/// ln x.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    let small = x < f64::MIN_POSITIVE;
    let (k, m) = split(if small {
        x * 18_014_398_509_481_984.0
    } else {
        x
    });
    let k = if small { k - 54.0 } else { k };
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let half_square = 0.5 * f * f;
    let tail = s * z.mul_add(polynomial(z, L), half_square);
    let low = k.mul_add(LN_2_LOW, tail);
    let value = k.mul_add(LN_2_HIGH, f - (half_square - low));
    let value = if x == f64::INFINITY { x } else { value };
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    if x >= 0.0 { value } else { f64::NAN }
}
