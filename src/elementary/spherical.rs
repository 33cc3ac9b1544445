//! The spherical Bessel functions j of whole orders, of which the first is sin x/x.
//!
//! 1. Order 0: sin x/x. Order 1: a power series for |x| ≤ 1.5, (sin x/x − cos x)/x beyond.
//! 2. Other orders by recurrence: upward up to x, downward beyond ([`recurrence`](super::recurrence)).
//! 3. NIST Digital Library of Mathematical Functions, 10.49, 10.51 and 10.53, <https://dlmf.nist.gov>.

use super::polynomial::polynomial;
use super::recurrence::{downward, is_order, leading, odd, times_exp};
use super::trigonometric::{self, cos_far, is_far, sin_far};

/// Up to here j₁ is a power series.
const NEAR: f64 = 1.5;

/// j₁(x)/x in x²: the coefficients (−1)ᵏ(2k + 2)/(2k + 3)!.
const FIRST: [f64; 10] = [
    0.3333333333333333,
    -0.03333333333333333,
    0.0011904761904761906,
    -2.2045855379188714e-05,
    2.505210838544172e-07,
    -1.9270852604185937e-09,
    1.0706029224547743e-11,
    -4.498331606952833e-14,
    1.4797143443923793e-16,
    -3.9145882126782523e-19,
];

/// sin x/x for |x| ≤ 2⁴⁰, 1 at 0; NaN for NaN.
#[inline(always)]
pub(crate) fn sinc(x: f64) -> f64 {
    let value = trigonometric::sin(x) / x;
    if x == 0.0 { 1.0 } else { value }
}

/// sin x/x for |x| > 2⁴⁰, 0 at ±∞.
pub(crate) fn sinc_far(x: f64) -> f64 {
    if x.is_infinite() { 0.0 } else { sin_far(x) / x }
}

/// j₁(x) from the sine and the cosine.
#[inline(always)]
fn first(x: f64, sin: f64, cos: f64) -> f64 {
    if x.abs() <= NEAR {
        x * polynomial(x * x, FIRST)
    } else {
        (sin / x - cos) / x
    }
}

/// Whether an order and a place are outside the range of [`spherical_j`].
#[inline(always)]
pub(crate) fn is_rare(n: f64, x: f64) -> bool {
    !((n == 0.0) | (n == 1.0)) | is_far(x)
}

/// jₙ(x) for n = 0 and 1, |x| ≤ 2⁴⁰.
#[inline(always)]
pub(crate) fn spherical_j(n: f64, x: f64) -> f64 {
    if n == 0.0 {
        return sinc(x);
    }
    let (sin, cos) = trigonometric::sin_cos(x);
    first(x, sin, cos)
}

/// jₙ(x) for every other n and x; NaN where n is no whole number, negative or above 1024.
pub(crate) fn spherical_j_rare(n: f64, x: f64) -> f64 {
    let a = x.abs();
    if !is_order(n) || n < 0.0 || x.is_nan() {
        return f64::NAN;
    }
    let value = if a.is_infinite() {
        0.0
    } else if let Some(small) = leading(n, a, 0.5) {
        small
    } else {
        let (sin, cos) = if is_far(a) {
            (sin_far(a), cos_far(a))
        } else {
            trigonometric::sin_cos(a)
        };
        let known = [sin / a, first(a, sin, cos)];
        match n {
            0.0 => known[0],
            1.0 => known[1],
            _ if n <= a => upward(n, a, known),
            _ => {
                let (value, twos) = downward(n, a, 0.5, -1.0).times(known);
                times_exp(value, 0.0, twos)
            }
        }
    };
    if odd(n) && x.is_sign_negative() {
        -value
    } else {
        value
    }
}

/// The solution of f(k + 1) = ((2k + 1)/x)·f(k) − f(k − 1) at n ≥ 1, from those at 0 and 1.
fn upward(n: f64, x: f64, [zeroth, first]: [f64; 2]) -> f64 {
    let (mut before, mut value, mut k) = (zeroth, first, 1.0);
    while k < n {
        (before, value) = (value, ((2.0 * k + 1.0) / x) * value - before);
        k += 1.0;
    }
    value
}
