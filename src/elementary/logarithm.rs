//! Logarithms.
//!
//! 1. x = 2ᵏ·m with m in [√½, √2); f = m − 1 is exact.
//! 2. ln m = f − f²/2 + s·(f²/2 + s²·L(s²)), s = f/(2 + f), L minimax, error below 2⁻⁵⁹.
//! 3. The scheme is that of P. T. P. Tang, Table-driven implementation of the logarithm function
//!    in IEEE floating-point arithmetic, ACM Trans. Math. Software 16, 1990, without the table.

use super::double_double::{DoubleDouble, fast_two_sum, fused_product, two_sum};
use super::exponential::{LN_2_HIGH, LN_2_LOW, NEGLIGIBLE};
use super::polynomial::polynomial;

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

/// (ln((1+s)/(1−s)) − 2s − ⅔s³)/s⁵ as a polynomial in s².
const TAIL: [f64; 8] = [
    0.3999999999999998,
    0.28571428571443863,
    0.22222222217726556,
    0.18181818859851678,
    0.15384556830472687,
    0.13336343392022218,
    0.11673878815964281,
    0.11999671425526155,
];

/// ⅔.
const TWO_THIRDS: DoubleDouble = DoubleDouble {
    hi: 0.6666666666666666,
    lo: 3.700743415417188e-17,
};

/// 1/ln 2.
const INVERSE_LN_2: DoubleDouble = DoubleDouble {
    hi: std::f64::consts::LOG2_E,
    lo: 2.0355273740931033e-17,
};

/// 1/ln 10.
const INVERSE_LN_10: DoubleDouble = DoubleDouble {
    hi: std::f64::consts::LOG10_E,
    lo: 1.098319650216765e-17,
};

/// log₁₀ 2 cut to 42 bits.
const LOG10_2_HIGH: f64 = 0.30102999566395283;
/// log₁₀ 2 − `LOG10_2_HIGH`.
const LOG10_2_LOW: f64 = 2.8363394551044964e-14;

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

/// Whether x is not a positive normal number, the arguments of the fast formulas.
#[inline(always)]
pub(crate) fn is_special(x: f64) -> bool {
    !(f64::MIN_POSITIVE..f64::INFINITY).contains(&x)
}

/// The logarithm of any number; `logarithm` is that of 2ʲ·x for positive normal x.
#[cold]
fn special(x: f64, logarithm: impl Fn(f64, f64) -> f64) -> f64 {
    if x == 0.0 {
        f64::NEG_INFINITY
    } else if x > 0.0 && x < f64::INFINITY {
        logarithm(x * 18_014_398_509_481_984.0, -54.0)
    } else if x > 0.0 {
        x
    } else {
        f64::NAN
    }
}

/// ln m = `hi` + `lo` for m in [√½, √2), relative error below 2⁻⁵⁹.
#[inline(always)]
fn mantissa_ln(m: f64) -> DoubleDouble {
    let s = quotient_of_mantissa(m);
    let z = s.hi * s.hi;
    let tail = (s.hi * z).mul_add(polynomial(z, L), 2.0 * s.lo);
    fast_two_sum(2.0 * s.hi, tail)
}

/// s = (m − 1)/(m + 1) in double-double.
#[inline(always)]
fn quotient_of_mantissa(m: f64) -> DoubleDouble {
    let f = m - 1.0;
    let sum = fast_two_sum(2.0, f);
    let reciprocal = 1.0 / sum.hi;
    let hi = f * reciprocal;
    let defect = (-hi).mul_add(sum.hi, f);
    let lo = (-hi).mul_add(sum.lo, defect) * reciprocal;
    DoubleDouble { hi, lo }
}

/// ln(2ʲ·(hi + lo)) for a positive normal `hi`, to full relative accuracy also near 1.
#[inline(always)]
pub(crate) fn ln_of_sum(argument: DoubleDouble, j: f64) -> f64 {
    let (k, m) = split(argument.hi);
    // The scale 2⁻ᵏ of the low part, from the bits of m and of hi.
    let ratio = m.to_bits().wrapping_sub(argument.hi.to_bits());
    let scale = f64::from_bits(ratio.wrapping_add(1.0f64.to_bits()));
    let f = two_sum(m - 1.0, argument.lo * scale);
    let s = f.hi / (2.0 + f.hi);
    let z = s * s;
    let half_square = 0.5 * f.hi * f.hi;
    let k = k + j;
    // d ln(1 + f) = df/(1 + f), and 1 − f is close enough to 1/(1 + f).
    let low = s.mul_add(
        half_square,
        k.mul_add(LN_2_LOW, (-f.hi).mul_add(f.lo, f.lo)),
    );
    let low = (s * z).mul_add(polynomial(z, L), low);
    k.mul_add(LN_2_HIGH, f.hi - (half_square - low))
}

/// ln x as a sum of two floats (the smaller below 2⁻⁴⁰ of the larger) for positive normal x,
/// relative error below 2⁻⁶⁵.
///
/// As ln, with the first two terms of the series in s carried in double-double.
#[inline(always)]
pub(crate) fn ln_double(x: f64) -> DoubleDouble {
    let (k, m) = split(x);
    let s = quotient_of_mantissa(m);
    let square = fused_product(s.hi, s.hi);
    let z = square.hi;
    let z_low = (2.0 * s.hi).mul_add(s.lo, square.lo);
    let inner = fast_two_sum(TWO_THIRDS.hi, z * polynomial(z, TAIL));
    let inner_low = inner.lo + TWO_THIRDS.lo;
    // s³·(⅔ + …)
    let cube = fused_product(s.hi, z);
    let cube_low = s.hi.mul_add(z_low, s.lo.mul_add(z, cube.lo));
    let term = fused_product(cube.hi, inner.hi);
    let term_low = cube
        .hi
        .mul_add(inner_low, cube_low.mul_add(inner.hi, term.lo));
    let leading = fast_two_sum(k * LN_2_HIGH, 2.0 * s.hi);
    let sum = fast_two_sum(leading.hi, term.hi);
    DoubleDouble {
        hi: sum.hi,
        lo: k.mul_add(LN_2_LOW, 2.0 * s.lo + term_low) + (leading.lo + sum.lo),
    }
}

/// ln(2ʲ·x) for positive normal x.
#[inline(always)]
fn shifted_ln(x: f64, j: f64) -> f64 {
    let (k, m) = split(x);
    let k = k + j;
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let half_square = 0.5 * f * f;
    let low = (s * z).mul_add(polynomial(z, L), k.mul_add(LN_2_LOW, s * half_square));
    k.mul_add(LN_2_HIGH, f - (half_square - low))
}

/// log₂(2ʲ·x) for positive normal x; exact for powers of two.
#[inline(always)]
fn shifted_log2(x: f64, j: f64) -> f64 {
    let (k, m) = split(x);
    let product = mantissa_ln(m).times(INVERSE_LN_2);
    let sum = fast_two_sum(k + j, product.hi);
    sum.hi + (sum.lo + product.lo)
}

/// log₁₀(2ʲ·x) for positive normal x.
#[inline(always)]
fn shifted_log10(x: f64, j: f64) -> f64 {
    let (k, m) = split(x);
    let k = k + j;
    let product = mantissa_ln(m).times(INVERSE_LN_10);
    let sum = fast_two_sum(k * LOG10_2_HIGH, product.hi);
    sum.hi + (sum.lo + k.mul_add(LOG10_2_LOW, product.lo))
}

/// 2⁶⁰: from here on, ln(1 + x) is ln x.
const VAST: f64 = 1_152_921_504_606_846_976.0;

/// Whether 1 + x is zero, negative, vast or NaN.
#[inline(always)]
pub(crate) fn is_special_increment(x: f64) -> bool {
    !((x > -1.0) & (x < VAST))
}

/// ln(1 + x) for −1 < x < 2⁶⁰, with 1 + x in double-double.
#[inline(always)]
pub(crate) fn log1p(x: f64) -> f64 {
    let value = ln_of_sum(two_sum(1.0, x), 0.0);
    if x.abs() < NEGLIGIBLE { x } else { value }
}

/// ln(1 + x) for every other x.
pub(crate) fn log1p_special(x: f64) -> f64 {
    if x == -1.0 {
        f64::NEG_INFINITY
    } else if x == f64::INFINITY {
        x
    } else if x > 0.0 {
        shifted_ln(x, 0.0)
    } else {
        f64::NAN
    }
}

macro_rules! logarithms {
    ($($text:literal $fast:ident $special:ident $shifted:ident;)*) => {
        $(
            #[doc = concat!($text, " for positive normal x.")]
            #[inline(always)]
            pub(crate) fn $fast(x: f64) -> f64 {
                $shifted(x, 0.0)
            }

            #[doc = concat!($text, " for every other x.")]
            pub(crate) fn $special(x: f64) -> f64 {
                special(x, $shifted)
            }
        )*
    };
}

logarithms! {
    "ln x" ln ln_special shifted_ln;
    "log₂ x" log2 log2_special shifted_log2;
    "log₁₀ x" log10 log10_special shifted_log10;
}
