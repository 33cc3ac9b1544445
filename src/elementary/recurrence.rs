//! Three-term recurrences for Bessel functions, in the direction in which the wanted solution grows.
//!
//! 1. f(k − 1) = (2(k + s)/x)·f(k) ± f(k + 1), with s = 0 for cylindrical and ½ for spherical
//!    functions; the solution that falls as k rises is found from above.
//! 2. How far above: to where the other solution, which rises, has grown by 2⁴⁰, so that what begins
//!    with 0 and 1 there is off by 2⁻⁸⁰ (Olver).
//! 3. F. W. J. Olver, D. J. Sookne, "Note on backward recurrence algorithms", Math. Comp. 26 (1972)
//!    941–947.

use super::double_double::DoubleDouble;
use super::exponential::{self, ROUNDER};

/// The largest order.
pub(crate) const HIGHEST: i32 = 1024;

/// Whether a number is an order that functions are computed for, of either sign.
#[inline(always)]
pub(super) fn is_order(n: f64) -> bool {
    (n.fract() == 0.0) & (n.abs() <= HIGHEST as f64)
}

/// Numbers are kept below this by factors of 2⁻⁵⁰⁰.
const LARGE: f64 = 3.273_390_607_896_142e150; // 2⁵⁰⁰
/// 2⁻⁵⁰⁰.
const SMALL: f64 = 1.0 / LARGE;

/// Whether a whole number is odd.
#[inline(always)]
pub(super) fn odd(n: f64) -> bool {
    (0.5 * n).fract() != 0.0
}

/// The falling solution at n, 0 and 1, up to a common factor.
pub(super) struct Falling {
    at_order: f64,
    first: [f64; 2],
    /// By which power of two the value at the order is to be multiplied still.
    twos: i32,
}

impl Falling {
    /// The value at the order of the solution that has these values at 0 and 1, of which the larger
    /// counts; and by which power of two it is to be multiplied still.
    pub(super) fn times(&self, known: [f64; 2]) -> (f64, i32) {
        let larger = usize::from(known[1].abs() > known[0].abs());
        // The quotient is not large, and small by the last factor of 2⁻⁵⁰⁰ only.
        let value = known[larger] / self.first[larger] * self.at_order;
        (value, self.twos)
    }
}

/// The falling solution of f(k − 1) = (2(k + s)/x)·f(k) + sign·f(k + 1), for n ≥ 2 and x that is not
/// tiny; n > x where the sign is negative.
pub(super) fn downward(n: f64, x: f64, s: f64, sign: f64) -> Falling {
    let factor = |k: f64| 2.0 * (k + s) / x;
    let (mut k, mut before, mut rising) = (n, 0.0f64, 1.0f64);
    while rising.abs() < 1_099_511_627_776.0 {
        (before, rising) = (rising, factor(k) * rising + sign * before);
        k += 1.0;
    }
    let (mut above, mut value, mut at_order, mut twos) = (0.0, 1.0, 0.0, 0);
    while k > 0.0 {
        if k == n {
            (at_order, twos) = (value, 0);
        }
        (above, value) = (value, factor(k) * value + sign * above);
        if value.abs() > LARGE {
            (above, value) = (above * SMALL, value * SMALL);
            twos -= 500;
        }
        k -= 1.0;
    }
    Falling {
        at_order,
        first: [value, above],
        twos,
    }
}

/// The first term ∏ x/(2(k + s)), k = 1 … n, of the power series where the others do not count.
pub(super) fn leading(n: f64, x: f64, s: f64) -> Option<f64> {
    if x > 1e-9 {
        return None;
    }
    let (mut value, mut k) = (1.0, 1.0);
    while k <= n && value != 0.0 {
        value *= x / (2.0 * (k + s));
        k += 1.0;
    }
    Some(value)
}

/// f(n) of the rising solution of f(k + 1) = (2k/x)·f(k) + f(k − 1), n ≥ 1, and by which power of two
/// it is to be multiplied still.
pub(super) fn rising(n: f64, x: f64, zeroth: f64, first: f64) -> (f64, i32) {
    let (mut before, mut value, mut k, mut twos) = (zeroth, first, 1.0, 0);
    while k < n && value.is_finite() {
        (before, value) = (value, (2.0 * k / x) * value + before);
        if value > LARGE {
            (before, value) = (before * SMALL, value * SMALL);
            twos += 500;
        }
        k += 1.0;
    }
    (value, twos)
}

/// value·eˣ·2ⁿ for |x| ≤ 1400, without overflow on the way.
pub(super) fn times_exp(value: f64, x: f64, n: i32) -> f64 {
    let (p, shifted) = exponential::exp_parts(DoubleDouble { hi: x, lo: 0.0 });
    let mut n = n + (shifted - ROUNDER) as i32;
    let mut value = value * p.hi;
    for _ in 0..8 {
        let step = n.clamp(-1000, 1000);
        value *= f64::from_bits(((1023 + step) as u64) << 52);
        n -= step;
    }
    value
}
