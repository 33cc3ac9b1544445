//! The Bessel functions J and Y of whole orders.
//!
//! 1. Orders 0 and 1: Chebyshev series on pieces of [0, 8], for Y beside its logarithm; beyond,
//!    Hankel's form √(2/πx)·(P cos χ − Q sin χ), with Chebyshev series for P and Q.
//! 2. Other orders by recurrence in the direction in which no digits are lost: upward for Y and for J
//!    of orders up to x, downward beyond ([`recurrence`](super::recurrence)). Negative ones by
//!    reflection.
//! 3. NIST Digital Library of Mathematical Functions, 10.6, 10.17 and 10.74, <https://dlmf.nist.gov>.

use std::f64::consts::FRAC_2_PI;

use super::bessel_tables::{J0, J1, P0, P1, Q0, Q1, Y0, Y1};
use super::polynomial::chebyshev;
use super::recurrence::{downward, is_order, leading, odd, times_exp};
use super::{logarithm, trigonometric};

/// Where Hankel's form begins.
const FAR: f64 = 8.0;

/// 1/√π.
const FRAC_1_SQRT_PI: f64 = 0.564_189_583_547_756_3;

/// The piece of a table in which a number of [0, 8) lies, and where it lies there, in [−1, 1].
#[inline(always)]
fn piece(x: f64) -> (usize, f64) {
    let k = (x as usize).min(7);
    (k, 2.0 * (x - k as f64) - 1.0)
}

/// P and Q of Hankel's form for order 0 or 1, times √(1/πx).
#[inline(always)]
fn hankel(is_first: bool, x: f64) -> (f64, f64) {
    let part = FAR / x;
    let t = 2.0 * part * part - 1.0;
    let (p, q) = if is_first {
        (chebyshev(t, &P1), chebyshev(t, &Q1))
    } else {
        (chebyshev(t, &P0), chebyshev(t, &Q0))
    };
    let height = FRAC_1_SQRT_PI / x.sqrt();
    (height * p, height * (q / x))
}

/// The sine and the cosine of any finite number.
#[inline(always)]
fn sin_cos(x: f64) -> (f64, f64) {
    if trigonometric::is_far(x) {
        (trigonometric::sin_far(x), trigonometric::cos_far(x))
    } else {
        trigonometric::sin_cos(x)
    }
}

/// J of order 0 or 1 for x ≥ 0, x finite.
#[inline(always)]
fn first_kind(is_first: bool, x: f64) -> f64 {
    if x == 0.0 {
        return if is_first { x } else { 1.0 };
    }
    if x < FAR {
        let (k, t) = piece(x);
        return if is_first {
            x * chebyshev(t, &J1[k])
        } else {
            chebyshev(t, &J0[k])
        };
    }
    let (p, q) = hankel(is_first, x);
    let (s, c) = sin_cos(x);
    if is_first {
        p * (s - c) + q * (s + c)
    } else {
        p * (s + c) - q * (s - c)
    }
}

/// Y of order 0 or 1 for finite x > 0.
#[inline(always)]
fn second_kind(is_first: bool, x: f64) -> f64 {
    if x < FAR {
        let (k, t) = piece(x);
        let ln = if logarithm::is_special(x) {
            logarithm::ln_special(x)
        } else {
            logarithm::ln(x)
        };
        return if is_first {
            let with_ln = ln * first_kind(true, x) - 1.0 / x;
            x.mul_add(chebyshev(t, &Y1[k]), FRAC_2_PI * with_ln)
        } else {
            (FRAC_2_PI * ln).mul_add(first_kind(false, x), chebyshev(t, &Y0[k]))
        };
    }
    let (p, q) = hankel(is_first, x);
    let (s, c) = sin_cos(x);
    if is_first {
        q * (s - c) - p * (s + c)
    } else {
        p * (s - c) + q * (s + c)
    }
}

/// Whether an order and a place are outside the range of [`bessel_j`].
#[inline(always)]
pub(crate) fn is_rare_j(n: f64, x: f64) -> bool {
    !(((n == 0.0) | (n == 1.0)) & (x.abs() < f64::INFINITY))
}

/// Jₙ(x) for n = 0 and 1, x finite.
#[inline(always)]
pub(crate) fn bessel_j(n: f64, x: f64) -> f64 {
    let value = first_kind(n == 1.0, x.abs());
    if (n == 1.0) & x.is_sign_negative() {
        -value
    } else {
        value
    }
}

/// Jₙ(x) for every other n and x; NaN where n is no whole number or above 1024.
///
/// # Accuracy
/// See `docs/functions.md`: the error is small beside the height of the waves at x, and beside the
/// value where n > x.
pub(crate) fn bessel_j_rare(n: f64, x: f64) -> f64 {
    let (order, a) = (n.abs(), x.abs());
    if !is_order(n) || x.is_nan() {
        return f64::NAN;
    }
    // J₋ₙ(x) = Jₙ(−x) = (−1)ⁿ Jₙ(x).
    let negative = odd(order) && ((n < 0.0) != x.is_sign_negative());
    let value = if a.is_infinite() {
        0.0
    } else if order <= 1.0 {
        first_kind(order == 1.0, a)
    } else if order <= a {
        upward(order, a, first_kind(false, a), first_kind(true, a))
    } else if let Some(small) = leading(order, a, 0.0) {
        small
    } else {
        let known = [first_kind(false, a), first_kind(true, a)];
        let (value, twos) = downward(order, a, 0.0, -1.0).times(known);
        times_exp(value, 0.0, twos)
    };
    if negative { -value } else { value }
}

/// Whether an order and a place are outside the range of [`bessel_y`].
#[inline(always)]
pub(crate) fn is_rare_y(n: f64, x: f64) -> bool {
    !(((n == 0.0) | (n == 1.0)) & (x > 0.0) & (x < f64::INFINITY))
}

/// Yₙ(x) for n = 0 and 1, 0 < x < ∞.
#[inline(always)]
pub(crate) fn bessel_y(n: f64, x: f64) -> f64 {
    second_kind(n == 1.0, x)
}

/// Yₙ(x) for every other n and x; −∞ at 0 and NaN below it, and where n is no whole number or above
/// 1024.
pub(crate) fn bessel_y_rare(n: f64, x: f64) -> f64 {
    let order = n.abs();
    if !is_order(n) || x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    let value = if x == 0.0 {
        f64::NEG_INFINITY
    } else if x.is_infinite() {
        0.0
    } else if order <= 1.0 {
        second_kind(order == 1.0, x)
    } else {
        upward(order, x, second_kind(false, x), second_kind(true, x))
    };
    // Y₋ₙ = (−1)ⁿ Yₙ.
    if odd(order) && n < 0.0 { -value } else { value }
}

/// The solution of f(k + 1) = (2k/x)·f(k) − f(k − 1) at n ≥ 1, from those at 0 and 1.
fn upward(n: f64, x: f64, zeroth: f64, first: f64) -> f64 {
    let (mut before, mut value, mut k) = (zeroth, first, 1.0);
    // What has overflowed stays so.
    while k < n && value.is_finite() {
        (before, value) = (value, (2.0 * k / x) * value - before);
        k += 1.0;
    }
    value
}
