//! The gamma function and the first two derivatives of its logarithm.
//!
//! 1. The recurrence leads from x to y = x + n ≥ 10; products and sums are in double-double.
//! 2. Stirling's series at y; for x ≤ 0 the reflection formulas, for ψ near its positive zero a
//!    Taylor series.
//! 3. NIST Digital Library of Mathematical Functions, 5.5, 5.11 and 5.15, <https://dlmf.nist.gov>.

use super::double_double::{DoubleDouble, fast_two_sum, fused_product, reciprocal, two_sum};
use super::exponential;
use super::logarithm::ln_double;
use super::polynomial::polynomial;
use super::trigonometric::{sine_pi, tangent_pi};

/// Where Stirling's series begins.
const FAR: f64 = 10.0;

/// The steps of the recurrence that lead from above 0 to `FAR`.
const STEPS: [f64; 10] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];

/// Below this, 1/x has the value of Γ(x) and −ψ(x) to half an ulp.
const NEAR_POLE: f64 = 8.673_617_379_884_035e-19;

/// B₂ₖ/(2k(2k − 1)), k = 1, 2, …
const STIRLING: [f64; 8] = [
    0.08333333333333333,
    -0.002777777777777778,
    0.0007936507936507937,
    -0.0005952380952380953,
    0.0008417508417508417,
    -0.0019175269175269176,
    0.00641025641025641,
    -0.029550653594771242,
];

/// B₂ₖ/(2k), k = 1, 2, …
const DIGAMMA: [f64; 10] = [
    0.08333333333333333,
    -0.008333333333333333,
    0.003968253968253968,
    -0.004166666666666667,
    0.007575757575757576,
    -0.021092796092796094,
    0.08333333333333333,
    -0.4432598039215686,
    3.05395433027012,
    -26.456212121212122,
];

/// B₂ₖ, k = 1, 2, …
const TRIGAMMA: [f64; 10] = [
    0.16666666666666666,
    -0.03333333333333333,
    0.023809523809523808,
    -0.03333333333333333,
    0.07575757575757576,
    -0.2531135531135531,
    1.1666666666666667,
    -7.092156862745098,
    54.971177944862156,
    -529.1242424242424,
];

/// ψ⁽ᵏ⁾(x₀)/k! for k = 2, 3, … at the zero x₀ of ψ.
const AT_ZERO: [f64; 7] = [
    -0.4427631689835921,
    0.258499760955651,
    -0.16394270544240652,
    0.10782405069126237,
    -0.07219956125645471,
    0.04880428816414311,
    -0.03316112647484736,
];

/// x₀, the positive zero of ψ.
const ZERO: DoubleDouble = DoubleDouble {
    hi: 1.4616321449683622,
    lo: 9.549995429965697e-17,
};

/// ψ′(x₀).
const SLOPE: DoubleDouble = DoubleDouble {
    hi: 0.9676722454476212,
    lo: -3.387874303038943e-17,
};

/// ½·ln 2π.
const HALF_LN_2_PI: DoubleDouble = DoubleDouble {
    hi: 0.9189385332046728,
    lo: -3.8782941580672414e-17,
};

/// Γ(x) = exp(w)/P: returns w and P.
#[inline(always)]
fn gamma_parts(x: f64) -> (DoubleDouble, DoubleDouble) {
    let mut product = DoubleDouble { hi: 1.0, lo: 0.0 };
    let mut n = 0.0;
    for step in STEPS {
        let below = x + step < FAR;
        let longer = product.times(two_sum(x, step));
        product.hi = if below { longer.hi } else { product.hi };
        product.lo = if below { longer.lo } else { product.lo };
        n += if below { 1.0 } else { 0.0 };
    }
    let y = two_sum(x, n);
    let ln = ln_double(y.hi);
    // (y − ½)·ln y − y + ½·ln 2π + series; the low part of y counts with the derivative.
    let factor = y.hi - 0.5;
    let main = fused_product(factor, ln.hi);
    let inverse = 1.0 / y.hi;
    let series = inverse * polynomial(inverse * inverse, STIRLING);
    let low = factor.mul_add(ln.lo, main.lo) + y.lo.mul_add(ln.hi - 0.5 * inverse, series);
    let first = two_sum(main.hi, -y.hi);
    let second = two_sum(first.hi, HALF_LN_2_PI.hi);
    let low = low + (first.lo + second.lo + HALF_LN_2_PI.lo);
    (fast_two_sum(second.hi, low), product)
}

/// Whether x is outside the range of [`gamma`].
#[inline(always)]
pub(crate) fn is_special_gamma(x: f64) -> bool {
    !((x > NEAR_POLE) & (x < 180.0))
}

/// Γ(x) for 2⁻⁶⁰ < x < 180.
#[inline(always)]
pub(crate) fn gamma(x: f64) -> f64 {
    let (w, product) = gamma_parts(x);
    let (p, shifted) = exponential::exp_parts(w);
    let value = p.over(product);
    exponential::scale(value.hi + value.lo, shifted)
}

/// Γ(x) for every other x; NaN at the negative integers and −∞, ±∞ at ±0.
pub(crate) fn gamma_special(x: f64) -> f64 {
    if x.abs() <= NEAR_POLE {
        1.0 / x
    } else if x >= 180.0 {
        f64::INFINITY
    } else if x.is_nan() || x.floor() == x {
        f64::NAN
    } else if x < -190.0 {
        let odd = (0.5 * x.floor()).floor() != 0.5 * x.floor();
        if odd { -0.0 } else { 0.0 }
    } else {
        // Γ(x) = π/(sin πx · Γ(1 − x)) and Γ(1 − x) = −x·Γ(−x).
        let (w, product) = gamma_parts(-x);
        let (p, shifted) = exponential::exp_parts(DoubleDouble {
            hi: -w.hi,
            lo: -w.lo,
        });
        let sine = sine_pi(x).times(DoubleDouble::from(-x));
        let value = DoubleDouble::PI.times(p).times(product).over(sine);
        exponential::scale(value.hi + value.lo, shifted)
    }
}

/// ψ(x) in double-double for x > 2⁻⁶⁰, absolute error about 2⁻⁶².
#[inline(always)]
fn digamma_double(x: f64) -> DoubleDouble {
    let mut sum = DoubleDouble { hi: 0.0, lo: 0.0 };
    for step in STEPS {
        sum = sum + reciprocal(two_sum(x, step));
    }
    let y = two_sum(x, FAR);
    let r = reciprocal(y);
    let z = r.hi * r.hi;
    let ln = ln_double(y.hi);
    let half = DoubleDouble {
        hi: 0.5 * r.hi,
        lo: 0.5 * r.lo,
    };
    let sum = sum + half;
    let top = two_sum(ln.hi, -sum.hi);
    let low = (-z).mul_add(polynomial(z, DIGAMMA), y.lo.mul_add(r.hi, ln.lo - sum.lo));
    fast_two_sum(top.hi, top.lo + low)
}

/// Whether x is outside the range of [`digamma`].
#[inline(always)]
pub(crate) fn is_special_digamma(x: f64) -> bool {
    !((x > NEAR_POLE) & (x < f64::INFINITY) & ((x - ZERO.hi).abs() > 0.0078125))
}

/// ψ(x) for x > 2⁻⁶⁰ but not close to the zero of ψ.
#[inline(always)]
pub(crate) fn digamma(x: f64) -> f64 {
    let value = digamma_double(x);
    value.hi + value.lo
}

/// ψ(x) for every other x; NaN at the negative integers and −∞, ∓∞ at ±0.
///
/// # Accuracy
/// For x < 0 the error is below 2⁻⁵⁶ plus 2 ulp: near the negative zeros it is large in ulp.
pub(crate) fn digamma_special(x: f64) -> f64 {
    if x == f64::INFINITY {
        x
    } else if x.abs() <= NEAR_POLE {
        -1.0 / x
    } else if x > 0.0 {
        let h = two_sum(x - ZERO.hi, -ZERO.lo);
        let linear = h.times(SLOPE);
        let rest = h.hi * h.hi * polynomial(h.hi, AT_ZERO);
        linear.hi + (linear.lo + rest)
    } else if x.is_nan() || x.floor() == x {
        f64::NAN
    } else {
        // ψ(x) = ψ(−x) − 1/x − π/tan πx.
        let regular = digamma_double(-x) + reciprocal(DoubleDouble::from(-x));
        // Halfway between two poles the tangent is infinite and its term zero.
        let half = x.floor() + 0.5 == x;
        let value = if half {
            regular
        } else {
            regular + DoubleDouble::PI.over(tangent_pi(-x))
        };
        value.hi + value.lo
    }
}

/// ψ′(x) in double-double for x > 2⁻⁵⁰⁰.
#[inline(always)]
fn trigamma_double(x: f64) -> DoubleDouble {
    let mut sum = DoubleDouble { hi: 0.0, lo: 0.0 };
    for step in STEPS {
        let r = reciprocal(two_sum(x, step));
        sum = sum + r.times(r);
    }
    let y = two_sum(x, FAR);
    let r = reciprocal(y);
    let z = r.hi * r.hi;
    let tail = (r.hi * z).mul_add(polynomial(z, TRIGAMMA), 0.5 * z);
    let sum = sum + r;
    fast_two_sum(sum.hi, sum.lo + tail)
}

/// Whether x is outside the range of [`trigamma`].
#[inline(always)]
pub(crate) fn is_special_trigamma(x: f64) -> bool {
    !((x > NEAR_POLE) & (x < f64::INFINITY))
}

/// ψ′(x) for 2⁻⁶⁰ < x < ∞.
#[inline(always)]
pub(crate) fn trigamma(x: f64) -> f64 {
    let value = trigamma_double(x);
    value.hi + value.lo
}

/// ψ′(x) for every other x; ∞ at 0 and the negative integers, NaN at −∞.
pub(crate) fn trigamma_special(x: f64) -> f64 {
    if x == f64::INFINITY {
        0.0
    } else if x.abs() < 1e-160 {
        f64::INFINITY
    } else if x.abs() <= NEAR_POLE {
        let r = reciprocal(DoubleDouble { hi: x, lo: 0.0 });
        r.hi.mul_add(r.hi, 2.0 * r.hi * r.lo)
    } else if x == f64::NEG_INFINITY || x.is_nan() {
        f64::NAN
    } else if x.floor() == x {
        f64::INFINITY
    } else {
        // ψ′(x) = (π/sin πx)² − ψ′(−x) + 1/x².
        let r = reciprocal(DoubleDouble { hi: x, lo: 0.0 });
        let ratio = DoubleDouble::PI.over(sine_pi(x));
        let regular = trigamma_double(-x);
        let negative = DoubleDouble {
            hi: -regular.hi,
            lo: -regular.lo,
        };
        let value = ratio.times(ratio) + (r.times(r) + negative);
        value.hi + value.lo
    }
}
