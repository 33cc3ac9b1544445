//! The cube root and the length of a vector.
//!
//! 1. |x| = 8^q·m with m in [1, 8); a polynomial in the mantissa approximates m^(−1/3).
//! 2. One step of fourth order refines it without division; the residual c³ − m, taken with fused
//!    products, corrects c = m·y² to about half an ulp.
//! 3. J.-M. Muller et al., Handbook of Floating-Point Arithmetic, 2nd ed., Birkhäuser, 2018.

use super::double_double::fused_product;
use super::exponential::ROUNDER;
use super::polynomial::polynomial;

/// m^(−1/3) on [1, 2], error below 2⁻¹⁴.
const INVERSE_ROOT: [f64; 5] = [
    1.6700063512813326,
    -1.1728792286637004,
    0.695482048255542,
    -0.2212377936034164,
    0.02859097879367285,
];

/// Whether x is zero, subnormal, infinite or NaN.
#[inline(always)]
pub(crate) fn is_not_normal(x: f64) -> bool {
    !(f64::MIN_POSITIVE..f64::INFINITY).contains(&x.abs())
}

/// ∛x for normal x.
#[inline(always)]
pub(crate) fn cbrt(x: f64) -> f64 {
    const FRACTION: u64 = 0x000f_ffff_ffff_ffff;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    let bits = x.abs().to_bits();
    // The exponent e and q = ⌊e/3⌋: (e − 1)/3 rounded to the nearest integer.
    let biased = f64::from_bits((bits >> 52) | 4_503_599_627_370_496.0f64.to_bits());
    let e = biased - (4_503_599_627_370_496.0 + 1023.0);
    let shifted = (e - 1.0).mul_add(1.0 / 3.0, ROUNDER);
    let q = shifted - ROUNDER;
    let rest = (-3.0f64).mul_add(q, e);
    let mantissa = f64::from_bits((bits & FRACTION) | ONE);
    let factor = if rest > 1.5 { 4.0 } else { 2.0 };
    let m = if rest > 0.5 {
        mantissa * factor
    } else {
        mantissa
    };
    // 2^(−1/3) and 4^(−1/3), to the accuracy of the polynomial.
    let inverse_factor = if rest > 1.5 {
        0.629_960_524_947_436_6
    } else {
        0.793_700_525_984_099_7
    };
    let y = polynomial(mantissa, INVERSE_ROOT);
    let y = if rest > 0.5 { y * inverse_factor } else { y };
    // y·(1 − h)^(−1/3) with h = 1 − m·y³.
    let h = (-m * y).mul_add(y * y, 1.0);
    let series = h.mul_add(14.0 / 81.0, 2.0 / 9.0).mul_add(h, 1.0 / 3.0) * h;
    let y = series.mul_add(y, y);
    let square = y * y;
    let c = m * square;
    let c2 = fused_product(c, c);
    let residual = c2.lo.mul_add(c, c2.hi.mul_add(c, -m));
    let root = residual.mul_add(square * (-1.0 / 3.0), c);
    let scale = f64::from_bits((shifted.to_bits() << 52).wrapping_add(ONE));
    (root * scale).copysign(x)
}

/// ∛x for every other x.
pub(crate) fn cbrt_special(x: f64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        x
    } else {
        cbrt(x * 18_014_398_509_481_984.0) * (1.0 / 262_144.0)
    }
}

/// Whether the squares of a and b might overflow or lose bits; not for a = b = 0.
#[inline(always)]
pub(crate) fn is_extreme_vector(a: f64, b: f64) -> bool {
    let size = a.abs() + b.abs();
    !((size < 1e150) & ((size > 1e-130) | (size == 0.0)))
}

/// √(a² + b²) for squares in range.
#[inline(always)]
pub(crate) fn hypot(a: f64, b: f64) -> f64 {
    let (a, b) = (a.abs(), b.abs());
    let larger = if a > b { a } else { b };
    let smaller = if a > b { b } else { a };
    larger.mul_add(larger, smaller * smaller).sqrt()
}

/// √(a² + b²) where the squares need scaling; infinite if either is, else NaN if either is.
pub(crate) fn hypot_extreme(a: f64, b: f64) -> f64 {
    if a.is_infinite() || b.is_infinite() {
        f64::INFINITY
    } else {
        let (up, down) = (f64::from_bits(1623 << 52), f64::from_bits(423 << 52));
        let (there, back) = if a.abs() + b.abs() > 1.0 {
            (down, up)
        } else {
            (up, down)
        };
        hypot(a * there, b * there) * back
    }
}
