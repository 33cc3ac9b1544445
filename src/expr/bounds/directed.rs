//! Arithmetic of intervals with directed rounding: ends are moved by one float, and not at all where
//! an operation is exact, at every scale.
//!
//! The results hold what is true, and what a program computes from any numbers in the operands.
//!
//! S. M. Rump, "Verification methods: rigorous results using floating-point arithmetic", Acta
//! Numerica 19 (2010) 287–449, section 3.

use super::interval::Interval;
use crate::elementary::powi;

/// Below this size the rounding error of a product may vanish.
const TINY: f64 = 1e-290;

/// a + b, not above it.
pub(crate) fn add_down(a: f64, b: f64) -> f64 {
    let sum = a + b;
    if sum.is_nan() || a.is_infinite() || b.is_infinite() {
        return if sum.is_nan() { f64::NEG_INFINITY } else { sum };
    }
    let other = sum - a;
    let lost = (a - (sum - other)) + (b - other);
    // NaN if the sum overflows.
    if lost >= 0.0 { sum } else { sum.next_down() }
}

/// a + b, not below it.
pub(crate) fn add_up(a: f64, b: f64) -> f64 {
    -add_down(-a, -b)
}

/// a·b, not above it; zero times anything is zero.
fn mul_down(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 {
        return 0.0;
    }
    let product = a * b;
    if a.is_infinite() || b.is_infinite() {
        return product;
    }
    if product.abs() > TINY && a.mul_add(b, -product) >= 0.0 {
        return product;
    }
    let below = product.next_down();
    if (a > 0.0) == (b > 0.0) {
        below.max(0.0)
    } else {
        below
    }
}

fn mul_up(a: f64, b: f64) -> f64 {
    -mul_down(-a, b)
}

/// a/b, not above it; for b = 0, of which the sign says nothing, −∞.
pub(crate) fn divided_down(a: f64, b: f64) -> f64 {
    if b == 0.0 {
        return f64::NEG_INFINITY;
    }
    if a == 0.0 {
        return 0.0;
    }
    let quotient = a / b;
    if quotient.is_nan() {
        return f64::NEG_INFINITY;
    }
    if a.is_infinite() {
        return quotient;
    }
    let positive = (a > 0.0) == (b > 0.0);
    if b.is_infinite() {
        return if positive { 0.0 } else { (-0.0f64).next_down() };
    }
    let is_exact = a.abs() > TINY && quotient.abs() > TINY && (-quotient).mul_add(b, a) == 0.0;
    if is_exact {
        return quotient;
    }
    let below = quotient.next_down();
    if positive { below.max(0.0) } else { below }
}

/// a/b, not below it; for b = 0, of which the sign says nothing, ∞.
pub(crate) fn divided_up(a: f64, b: f64) -> f64 {
    -divided_down(-a, b)
}

/// √x for x ≥ 0, not above it.
pub(crate) fn root_down(x: f64) -> f64 {
    let root = x.sqrt();
    if x == 0.0 || x.is_infinite() || is_square(x, root) {
        return root.min(f64::MAX);
    }
    root.next_down()
}

/// √x for x ≥ 0, not below it.
pub(crate) fn root_up(x: f64) -> f64 {
    let root = x.sqrt();
    if x == 0.0 || x.is_infinite() || is_square(x, root) {
        return root;
    }
    root.next_up()
}

fn is_square(x: f64, root: f64) -> bool {
    x > TINY && root.mul_add(root, -x) == 0.0
}

/// From `lo` to `hi` and more: what an elementary function of this crate may be off, twice.
pub(crate) fn widened(lo: f64, hi: f64) -> Interval {
    Interval {
        lo: lo.next_down().next_down().next_down().next_down(),
        hi: hi.next_up().next_up().next_up().next_up(),
    }
}

/// Everything in two intervals and between them.
pub(crate) fn hull(x: Interval, y: Interval) -> Interval {
    Interval {
        lo: x.lo.min(y.lo),
        hi: x.hi.max(y.hi),
    }
}

pub(crate) fn neg(x: Interval) -> Interval {
    Interval {
        lo: -x.hi,
        hi: -x.lo,
    }
}

pub(crate) fn add(x: Interval, y: Interval) -> Interval {
    Interval {
        lo: add_down(x.lo, y.lo),
        hi: add_up(x.hi, y.hi),
    }
}

pub(crate) fn sub(x: Interval, y: Interval) -> Interval {
    add(x, neg(y))
}

pub(crate) fn mul(x: Interval, y: Interval) -> Interval {
    if x.lo >= 0.0 && y.lo >= 0.0 {
        return Interval {
            lo: mul_down(x.lo, y.lo),
            hi: mul_up(x.hi, y.hi),
        };
    }
    if x.lo >= 0.0 {
        let lo = if y.lo < 0.0 { x.hi } else { x.lo };
        let hi = if y.hi > 0.0 { x.hi } else { x.lo };
        return Interval {
            lo: mul_down(lo, y.lo),
            hi: mul_up(hi, y.hi),
        };
    }
    if y.lo >= 0.0 {
        return mul(y, x);
    }
    if x.hi <= 0.0 {
        return neg(mul(neg(x), y));
    }
    if y.hi <= 0.0 {
        return neg(mul(x, neg(y)));
    }
    Interval {
        lo: mul_down(x.lo, y.hi).min(mul_down(x.hi, y.lo)),
        hi: mul_up(x.lo, y.lo).max(mul_up(x.hi, y.hi)),
    }
}

/// x times a number.
pub(crate) fn scaled(x: Interval, by: f64) -> Interval {
    mul(x, Interval { lo: by, hi: by })
}

/// x/y where y has no zero.
pub(crate) fn div(x: Interval, y: Interval) -> Interval {
    if y.hi < 0.0 {
        return div(neg(x), neg(y));
    }
    let below = if x.lo >= 0.0 { y.hi } else { y.lo };
    let above = if x.hi >= 0.0 { y.lo } else { y.hi };
    Interval {
        lo: divided_down(x.lo, below),
        hi: divided_up(x.hi, above),
    }
}

pub(crate) fn square(x: Interval) -> Interval {
    let (lo, hi) = sizes(x);
    Interval {
        lo: mul_down(lo, lo),
        hi: mul_up(hi, hi),
    }
}

/// The smallest and the largest size.
fn sizes(x: Interval) -> (f64, f64) {
    if x.lo >= 0.0 {
        (x.lo, x.hi)
    } else if x.hi <= 0.0 {
        (-x.hi, -x.lo)
    } else {
        (0.0, x.hi.max(-x.lo))
    }
}

/// xⁿ.
pub(crate) fn power(x: Interval, n: u32) -> Interval {
    let at = |x: f64| match x {
        0.0 | 1.0 | -1.0 => {
            let value = if n.is_multiple_of(2) { x.abs() } else { x };
            Interval {
                lo: value,
                hi: value,
            }
        }
        x => {
            let value = powi(x, i32::try_from(n).unwrap_or(i32::MAX));
            widened(value, value)
        }
    };
    match n {
        0 => Interval { lo: 1.0, hi: 1.0 },
        1 => x,
        2 => square(x),
        n if n.is_multiple_of(2) => {
            let (lo, hi) = sizes(x);
            Interval {
                lo: at(lo).lo.max(0.0),
                hi: at(hi).hi,
            }
        }
        _ => {
            // Underflow keeps the sign.
            let (lo, hi) = (at(x.lo).lo, at(x.hi).hi);
            Interval {
                lo: if x.lo >= 0.0 { lo.max(0.0) } else { lo },
                hi: if x.hi <= 0.0 { hi.min(0.0) } else { hi },
            }
        }
    }
}
