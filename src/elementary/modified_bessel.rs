//! The modified Bessel functions I and K of whole orders.
//!
//! 1. Orders 0 and 1: power series in x²/4, of I for x ≤ 8 and of K beside its logarithm for x ≤ 1, all
//!    terms positive or nearly; beyond, eˣ/√x and e⁻ˣ/√x times Chebyshev series in 1/x on pieces.
//! 2. Other orders by recurrence: upward for K, downward for I ([`recurrence`](super::recurrence)).
//!    Iₙ and Kₙ are even in n.
//! 3. NIST Digital Library of Mathematical Functions, 10.25, 10.29 and 10.31, <https://dlmf.nist.gov>.

use super::bessel_tables::{I0, I0_SERIES, I1, I1_SERIES, K0, K0_SERIES, K1, K1_SERIES};
use super::polynomial::{chebyshev, polynomial};
use super::recurrence::{downward, is_order, leading, odd, rising, times_exp};
use super::{exponential, logarithm};

/// Up to here I is a power series.
const NEAR: f64 = 8.0;

/// Beyond this the values of all orders have overflowed, or are 0.
const LARGEST: f64 = 1400.0;

/// Up to here eˣ and e⁻ˣ are normal numbers.
const STEEP: f64 = 700.0;

/// Iₙ(x) of order 0 or 1 for 0 ≤ x ≤ 8.
#[inline(always)]
fn near(is_first: bool, x: f64) -> f64 {
    let t = 0.25 * x * x;
    if is_first {
        0.5 * x * polynomial(t, I1_SERIES)
    } else {
        polynomial(t, I0_SERIES)
    }
}

/// e⁻ˣ·Iₙ(x) of order 0 or 1 for x > 8.
#[inline(always)]
fn scaled_i(is_first: bool, x: f64) -> f64 {
    // On [8, 16] and [16, 32] the reciprocal runs over [1/16, 1/8] and [1/32, 1/16].
    let (k, t) = if x <= 16.0 {
        (0, 32.0 / x - 3.0)
    } else if x <= 32.0 {
        (1, 64.0 / x - 3.0)
    } else {
        (2, 64.0 / x - 1.0)
    };
    let table = if is_first { &I1[k] } else { &I0[k] };
    chebyshev(t, table) / x.sqrt()
}

/// eˣ·Kₙ(x) of order 0 or 1 for x > 1.
#[inline(always)]
fn scaled_k(is_first: bool, x: f64) -> f64 {
    let (k, t) = if x <= 2.0 {
        (0, 4.0 / x - 3.0)
    } else if x <= 4.0 {
        (1, 8.0 / x - 3.0)
    } else if x <= 8.0 {
        (2, 16.0 / x - 3.0)
    } else {
        (3, 16.0 / x - 1.0)
    };
    let table = if is_first { &K1[k] } else { &K0[k] };
    chebyshev(t, table) / x.sqrt()
}

/// Kₙ(x) of order 0 or 1 for 0 < x ≤ 1.
#[inline(always)]
fn near_k(is_first: bool, x: f64) -> f64 {
    let t = 0.25 * x * x;
    let ln = if logarithm::is_special(x) {
        logarithm::ln_special(x)
    } else {
        logarithm::ln(x)
    };
    if is_first {
        1.0 / x + ln.mul_add(near(true, x), x * polynomial(t, K1_SERIES))
    } else {
        (-ln).mul_add(near(false, x), polynomial(t, K0_SERIES))
    }
}

/// Whether an order and a place are outside the range of [`bessel_i`].
#[inline(always)]
pub(crate) fn is_rare_i(n: f64, x: f64) -> bool {
    !(((n == 0.0) | (n == 1.0)) & (x.abs() <= STEEP))
}

/// Iₙ(x) for n = 0 and 1, |x| ≤ 700.
#[inline(always)]
pub(crate) fn bessel_i(n: f64, x: f64) -> f64 {
    let a = x.abs();
    let value = if a <= NEAR {
        near(n == 1.0, a)
    } else {
        scaled_i(n == 1.0, a) * exponential::exp(a)
    };
    if (n == 1.0) & x.is_sign_negative() {
        -value
    } else {
        value
    }
}

/// Iₙ(x) for every other n and x; NaN where n is no whole number or above 1024.
pub(crate) fn bessel_i_rare(n: f64, x: f64) -> f64 {
    let (order, a) = (n.abs(), x.abs());
    if !is_order(n) || x.is_nan() {
        return f64::NAN;
    }
    let value = if a > LARGEST {
        f64::INFINITY
    } else if let Some(small) = leading(order, a, 0.0) {
        small
    } else if order <= 1.0 && a <= NEAR {
        near(order == 1.0, a)
    } else {
        // e⁻ˣ times the functions of order 0 and 1, which are positive.
        let known = [false, true].map(|is_first| match a <= NEAR {
            true => near(is_first, a) * exponential::exp(-a),
            false => scaled_i(is_first, a),
        });
        let (scaled, twos) = match order {
            0.0 => (known[0], 0),
            1.0 => (known[1], 0),
            _ => downward(order, a, 0.0, 1.0).times(known),
        };
        times_exp(scaled, a, twos)
    };
    if odd(order) && x.is_sign_negative() {
        -value
    } else {
        value
    }
}

/// Whether an order and a place are outside the range of [`bessel_k`].
#[inline(always)]
pub(crate) fn is_rare_k(n: f64, x: f64) -> bool {
    !(((n == 0.0) | (n == 1.0)) & (x > 0.0) & (x <= STEEP))
}

/// Kₙ(x) for n = 0 and 1, 0 < x ≤ 700.
#[inline(always)]
pub(crate) fn bessel_k(n: f64, x: f64) -> f64 {
    if x <= 1.0 {
        near_k(n == 1.0, x)
    } else {
        scaled_k(n == 1.0, x) * exponential::exp(-x)
    }
}

/// Kₙ(x) for every other n and x; ∞ at 0 and NaN below it, and where n is no whole number or above
/// 1024.
pub(crate) fn bessel_k_rare(n: f64, x: f64) -> f64 {
    let order = n.abs();
    if !is_order(n) || x.is_nan() || x < 0.0 {
        f64::NAN
    } else if x == 0.0 {
        f64::INFINITY
    } else if x > LARGEST {
        0.0
    } else {
        let (known, exponent) = match x <= 1.0 {
            true => ([false, true].map(|is_first| near_k(is_first, x)), 0.0),
            false => ([false, true].map(|is_first| scaled_k(is_first, x)), -x),
        };
        let (value, twos) = match order {
            0.0 => (known[0], 0),
            _ => rising(order, x, known[0], known[1]),
        };
        times_exp(value, exponent, twos)
    }
}
