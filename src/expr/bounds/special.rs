//! Intervals that hold the values of special functions on intervals of real numbers.
//!
//! 1. Where a function certainly rises or falls its ends are enough.
//! 2. A Bessel function f of order n oscillates beyond n. There f² + f′²/q falls, as f″ + p f′ + q f = 0
//!    with p, q and q′ ≥ 0 shows (Sonin): its root at the lower end bounds |f| and |f′| from there on,
//!    and (1 + p) times it bounds |f″|.
//! 3. On a short interval the value, the slope in the middle and that bound are enough: the slope keeps
//!    its sign, or the value changes by little.
//!
//! G. N. Watson, "A Treatise on the Theory of Bessel Functions", 2nd ed., Cambridge (1944), 15.3 and 15.31,
//! for the first extremes, which lie beyond n; NIST Digital Library of Mathematical Functions, 10.14 and
//! 10.21, <https://dlmf.nist.gov>.

use super::interval::Interval;
use crate::elementary::{Binary, HIGHEST_ORDER, Unary};

/// What a special function may be off, as a part of its value, twice and more: see `docs/functions.md`.
const PART: f64 = 64.0 * f64::EPSILON;

/// The same for orders from 2 on, which recurrences lead to.
const PART_OF_ORDERS: f64 = 1e-12;

/// What an oscillating function may be off, as a part of the height of its waves.
const PART_OF_HEIGHT: f64 = 1e-12;

/// From `lo` to `hi` and a part of them more; what underflows has not gone.
fn widened(lo: f64, hi: f64, part: f64) -> Interval {
    let by = |x: f64| (part * x.abs()).max(f64::MIN_POSITIVE);
    // What overflows is beyond the largest number; what has no value says nothing.
    let below = |x: f64| match x.is_nan() {
        true => f64::NEG_INFINITY,
        false => x.min(f64::MAX) - by(x.min(f64::MAX)),
    };
    Interval {
        lo: below(lo),
        hi: -below(-hi),
    }
}

/// What two intervals have in common, of which the second holds everything that is possible.
fn within(x: Interval, lo: f64, hi: f64) -> Interval {
    Interval {
        lo: x.lo.clamp(lo, hi),
        hi: x.hi.clamp(lo, hi),
    }
}

fn opposite(x: Interval) -> Interval {
    Interval {
        lo: -x.hi,
        hi: -x.lo,
    }
}

/// A special function of one variable on an interval of its domain; `None` for every other function.
pub(super) fn of_one(op: Unary, x: Interval) -> Option<Interval> {
    let rising = |least: f64, most: f64| {
        let found = widened(op.value(x.lo), op.value(x.hi), PART);
        within(found, least, most)
    };
    let falling = |least: f64, most: f64| {
        let found = widened(op.value(x.hi), op.value(x.lo), PART);
        within(found, least, most)
    };
    Some(match op {
        Unary::Erfc => falling(0.0, 2.0),
        Unary::NormCdf => rising(0.0, 1.0),
        Unary::Sinc => of_order(Binary::SphericalJ, 0, x),
        Unary::EllipticK | Unary::EllipticB | Unary::EllipticC => rising(0.0, f64::INFINITY),
        Unary::EllipticE => falling(1.0f64.min(op.value(x.hi)), f64::INFINITY),
        _ => return None,
    })
}

/// The derivative of a special function of one variable, as far as it has one in this crate.
pub(super) fn slope_of_one(op: Unary, x: Interval) -> Interval {
    let bell = |height: f64, scale: f64| {
        let at = |x: f64| height * Unary::Exp.value(-scale * x * x);
        let far = x.lo.abs().max(x.hi.abs());
        // The exponent is rounded once, which counts as much as it is large.
        widened(
            at(far),
            at(smallest(x)),
            PART * (1.0 + scale * far * far).min(1e3),
        )
    };
    match op {
        Unary::Erfc => opposite(bell(std::f64::consts::FRAC_2_SQRT_PI, 1.0)),
        Unary::NormCdf => bell(
            0.5 * std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2,
            0.5,
        ),
        Unary::Sinc => opposite(of_order(Binary::SphericalJ, 1, x)),
        // K′ = B/(2(1 − m)), all factors of which rise.
        Unary::EllipticK => {
            let at = |m: f64| match m < 1.0 {
                true => 0.5 * Unary::EllipticB.value(m) / (1.0 - m),
                false => f64::INFINITY,
            };
            within(widened(at(x.lo), at(x.hi), PART), 0.0, f64::INFINITY)
        }
        // E′ = −D/2 and D = K − B rises too.
        Unary::EllipticE => {
            let at = |m: f64| match m < 1.0 {
                true => 0.5 * (Unary::EllipticK.value(m) - Unary::EllipticB.value(m)),
                false => f64::INFINITY,
            };
            // The difference is at least 1/ln of the size of K.
            let found = widened(at(x.lo), at(x.hi), 1e3 * PART);
            opposite(within(found, 0.0, f64::INFINITY))
        }
        Unary::EllipticB => {
            let c = of_one(Unary::EllipticC, x).unwrap_or(Interval::ALL);
            Interval {
                lo: 0.5 * c.lo,
                hi: 0.5 * c.hi,
            }
        }
        _ => Interval::ALL,
    }
}

/// The smallest size.
fn smallest(x: Interval) -> f64 {
    x.lo.max(-x.hi).max(0.0)
}

/// The order that an operand is, if it is one that functions are computed for.
pub(super) fn order(n: Interval) -> Option<i32> {
    let is_order = n.lo == n.hi && n.lo.fract() == 0.0 && n.lo.abs() <= f64::from(HIGHEST_ORDER);
    is_order.then_some(n.lo as i32)
}

/// Whether a function of an order has a value at positive numbers only, and none at 0.
pub(super) fn is_of_positive(op: Binary) -> bool {
    matches!(op, Binary::BesselY | Binary::BesselK)
}

/// A function of an order on an interval, or on the part of it in the domain: the numbers from 0 on for
/// [`Binary::BesselY`] and [`Binary::BesselK`].
pub(super) fn of_order(op: Binary, n: i32, x: Interval) -> Interval {
    let odd = n % 2 != 0;
    // Below 0 by reflection: even or odd in x; even or odd in n.
    let of_positive = |x: Interval| match (op, n < 0) {
        (Binary::BesselJ | Binary::BesselY, true) if odd => opposite(on_positive(op, -n, x)),
        (Binary::SphericalJ, true) => Interval::ALL,
        _ => on_positive(op, n.abs(), x),
    };
    let reflected = || {
        let found = of_positive(opposite(Interval {
            lo: x.lo,
            hi: x.hi.min(0.0),
        }));
        if odd { opposite(found) } else { found }
    };
    let positive = Interval {
        lo: x.lo.max(0.0),
        hi: x.hi,
    };
    match op {
        Binary::Polygamma => polygamma(n, x),
        _ if x.lo >= 0.0 => of_positive(x),
        _ if is_of_positive(op) && x.hi < 0.0 => Interval::ALL,
        _ if is_of_positive(op) => of_positive(positive),
        _ if x.hi <= 0.0 => reflected(),
        _ => reflected().hull(of_positive(positive)),
    }
}

/// The slope of a function of an order in its second operand.
pub(super) fn slope_of_order(op: Binary, n: i32, x: Interval) -> Interval {
    let (below, above) = (|| of_order(op, n - 1, x), of_order_above(op, n, x));
    let half = Interval::point(0.5);
    match op {
        Binary::BesselJ | Binary::BesselY => half * (below() - above),
        Binary::BesselI => half * (below() + above),
        Binary::BesselK => -(half * (below() + above)),
        Binary::SphericalJ if n == 0 => -above,
        Binary::SphericalJ => {
            let part = |k: i32| Interval::point(f64::from(k) / f64::from(2 * n + 1));
            part(n) * below() - part(n + 1) * above
        }
        Binary::Polygamma => above,
        _ => Interval::ALL,
    }
}

fn of_order_above(op: Binary, n: i32, x: Interval) -> Interval {
    of_order(op, n + 1, x)
}

/// A Bessel function of order n ≥ 0 on an interval of numbers that are not negative.
fn on_positive(op: Binary, n: i32, x: Interval) -> Interval {
    let value = |x: f64| op.value(f64::from(n), x);
    let part = if n < 2 { PART } else { PART_OF_ORDERS };
    let (lo, hi) = (value(x.lo), value(x.hi));
    match op {
        Binary::BesselI => {
            let found = within(widened(lo, hi, part), 0.0, f64::INFINITY);
            match (x.lo == 0.0, x.hi == 0.0) {
                // 0 or 1 at 0.
                (true, true) => Interval::point(lo),
                (true, false) => Interval { lo, ..found },
                _ => found,
            }
        }
        Binary::BesselK => within(widened(hi, lo, part), 0.0, f64::INFINITY),
        _ => wave(op, n, x),
    }
}

/// J, Y or j of order n ≥ 0 on an interval of numbers that are not negative.
fn wave(op: Binary, n: i32, x: Interval) -> Interval {
    let order = f64::from(n);
    let value = |x: f64| op.value(order, x);
    // Up to here it certainly rises: J′ₙ, Y′ₙ and j′ₙ have their first zeros beyond n, those of Y beyond
    // n + 1.
    let turn = if op == Binary::BesselY {
        order + 1.0
    } else {
        order
    };
    if x.hi <= turn {
        let part = if n < 2 { PART } else { PART_OF_ORDERS };
        let found = widened(value(x.lo), value(x.hi), part);
        return match (op, x.lo == 0.0, x.hi == 0.0) {
            (Binary::BesselY, ..) => found,
            (_, true, true) => Interval::point(value(0.0)),
            _ => within(found, 0.0, 1.0),
        };
    }
    if x.lo < turn {
        let [below, above] = [(x.lo, turn), (turn, x.hi)].map(|(lo, hi)| Interval { lo, hi });
        return wave(op, n, below).hull(wave(op, n, above));
    }
    oscillating(op, n, x)
}

/// The slope at a place.
fn slope_at(op: Binary, n: i32, x: f64) -> f64 {
    let value = |n: i32| op.value(f64::from(n), x);
    match op {
        Binary::SphericalJ if n == 0 => -value(1),
        Binary::SphericalJ => {
            let (below, above) = (f64::from(n) * value(n - 1), f64::from(n + 1) * value(n + 1));
            (below - above) / f64::from(2 * n + 1)
        }
        _ => 0.5 * (value(n - 1) - value(n + 1)),
    }
}

/// Bounds of |f| (and |f′|) and of |f″| from a place on, which is not below the order.
fn heights(op: Binary, n: i32, from: f64) -> (f64, f64) {
    let order = f64::from(n);
    // f″ + p f′ + q f = 0.
    let (p, square) = match op {
        Binary::SphericalJ => (2.0 / from, order * (order + 1.0)),
        _ => (1.0 / from, order * order),
    };
    // J and j are mean values of waves of height 1, and so are their derivatives.
    let plain = match op {
        Binary::BesselY => (f64::INFINITY, f64::INFINITY),
        Binary::SphericalJ => (1.0, 1.0),
        // With what rounding may add.
        _ => (1.0 + PART, 1.0 + PART),
    };
    let q = 1.0 - square / (from * from);
    if from < order + 1.0 || q <= 0.0 {
        return plain;
    }
    let (value, slope) = (op.value(order, from), slope_at(op, n, from));
    // No part is squared, so none is lost.
    let height = Binary::Hypot.value(value, slope / q.sqrt()) * (1.0 + 1e-9) + f64::MIN_POSITIVE;
    let curvature = (1.0 + p) * height;
    // NaN beyond where sines are known, and where the place is infinite.
    let least = |a: f64, b: f64| if a < b { a } else { b };
    (least(height, plain.0), least(curvature, plain.1))
}

fn oscillating(op: Binary, n: i32, x: Interval) -> Interval {
    /// A longer interval holds nearly all values between the extremes.
    const LONG: f64 = 3.0;
    let (height, curvature) = heights(op, n, x.lo);
    let most = Interval {
        lo: -height,
        hi: height,
    };
    let half = 0.5 * (x.hi - x.lo);
    if !(half <= 0.5 * LONG && x.hi < 1e12 && height.is_finite()) {
        return most;
    }
    let value = |x: f64| op.value(f64::from(n), x);
    let middle = x.lo + half;
    // The middle is rounded too.
    let off = (PART_OF_HEIGHT + 4.0 * f64::EPSILON * middle) * height;
    let slope = slope_at(op, n, middle);
    let reach = half * (1.0 + PART) + 2.0 * f64::EPSILON * middle;
    let (lo, hi) = if slope.abs() > curvature * reach * (1.0 + PART) + off {
        let (a, b) = (value(x.lo), value(x.hi));
        (a.min(b), a.max(b))
    } else {
        let change = (slope.abs() + off + 0.5 * curvature * reach) * reach;
        let value = value(middle);
        (value - change, value + change)
    };
    let found = Interval {
        lo: (lo - off).max(most.lo),
        hi: (hi + off).min(most.hi),
    };
    // The value at 0 is exact.
    if x.hi == 0.0 {
        Interval::point(value(0.0))
    } else {
        found
    }
}

/// A whole number that is not positive is in the interval, or at its ends.
pub(super) fn meets_pole(x: Interval) -> bool {
    x.lo <= 0.0 && !(x.hi < 0.0 && x.lo.floor() == x.hi.floor() && x.lo != x.lo.floor())
}

/// ψ⁽ⁿ⁾ on an interval, n ≥ 0.
fn polygamma(n: i32, x: Interval) -> Interval {
    if n < 0 || meets_pole(x) {
        return Interval::ALL;
    }
    let value = |x: f64| Binary::Polygamma.value(f64::from(n), x);
    let (a, b) = (value(x.lo), value(x.hi));
    let odd = n % 2 != 0;
    if x.lo > 0.0 {
        // n + 1 powers are rounded.
        let part = PART * f64::from(n + 1);
        return match (n, odd) {
            (0, _) => {
                let off = PART * (1.0 + a.abs().max(b.abs()));
                widened(a - off, b + off, part)
            }
            (_, true) => within(widened(b, a, part), 0.0, f64::INFINITY),
            (_, false) => within(widened(a, b, part), f64::NEG_INFINITY, 0.0),
        };
    }
    // Between two poles: all terms of ψ⁽ⁿ⁺¹⁾ have the sign + if n is even.
    let largest = |x: f64| {
        let near = (x - x.floor()).min(x.ceil() - x);
        Binary::Polygamma.value(f64::from(n | 1), near)
    };
    let off = PART_OF_ORDERS
        * f64::from(n + 1)
        * (1.0 + a.abs() + b.abs() + largest(x.lo) + largest(x.hi));
    if odd {
        // Convex, so the largest is at an end.
        return Interval {
            lo: 0.0,
            hi: a.max(b) + off,
        };
    }
    Interval {
        lo: a - off,
        hi: b + off,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::bounds::numbers;

    const WAVES: [Binary; 3] = [Binary::BesselJ, Binary::BesselY, Binary::SphericalJ];
    const FAMILIES: [Binary; 6] = [
        Binary::BesselJ,
        Binary::BesselY,
        Binary::SphericalJ,
        Binary::BesselI,
        Binary::BesselK,
        Binary::Polygamma,
    ];

    /// Asserts that an interval holds the values at many places, the ends among them.
    fn assert_holds(found: Interval, x: Interval, f: impl Fn(f64) -> f64, what: &str) {
        for k in 0..=32 {
            let at = (x.lo + (x.hi - x.lo) * f64::from(k) / 32.0).clamp(x.lo, x.hi);
            let value = f(at);
            let holds = found.lo <= value && value <= found.hi;
            assert!(
                holds || value.is_nan(),
                "{what} at {at}: {value} {x:?} {found:?}"
            );
        }
    }

    #[test]
    fn intervals_hold_the_values_and_the_slopes_of_functions_of_an_order() {
        let mut next = numbers(21);
        let orders = [0, 1, 2, 3, 8, 40];
        for _ in 0..6000 {
            let op = FAMILIES[(next() * 6.0) as usize];
            let mut n = orders[(next() * 6.0) as usize];
            if next() < 0.2 && !matches!(op, Binary::SphericalJ | Binary::Polygamma) {
                n = -n;
            }
            let from = match op {
                Binary::BesselY | Binary::BesselK => 60.0 * next().powi(2) + 1e-6,
                _ => 120.0 * next() - 60.0,
            };
            let width = 10f64.powf(5.0 * next() - 4.0);
            let x = Interval {
                lo: from,
                hi: from + width,
            };
            let value = |n: i32, x: f64| op.value(f64::from(n), x);
            let what = format!("{op:?} {n}");
            assert_holds(of_order(op, n, x), x, |x| value(n, x), &what);
            let slope = |at: f64| match op {
                Binary::SphericalJ => slope_at(op, n, at),
                Binary::BesselI => 0.5 * (value(n - 1, at) + value(n + 1, at)),
                Binary::BesselK => -0.5 * (value(n - 1, at) + value(n + 1, at)),
                Binary::Polygamma => value(n + 1, at),
                _ => 0.5 * (value(n - 1, at) - value(n + 1, at)),
            };
            if op != Binary::Polygamma || !meets_pole(x) {
                assert_holds(slope_of_order(op, n, x), x, slope, &what);
            }
        }
    }

    #[test]
    fn intervals_of_waves_are_narrow_where_they_are_short() {
        let mut next = numbers(22);
        for _ in 0..3000 {
            let op = WAVES[(next() * 3.0) as usize];
            let n = (next() * 4.0) as i32;
            let (lo, width) = (f64::from(n) + 2.0 + 50.0 * next(), 1e-3 * next());
            let x = Interval { lo, hi: lo + width };
            let found = of_order(op, n, x);
            // A slope is at most the height of the waves, which is below 0.8 there.
            let widest = 0.8 * width * (1.0 + width) + 4.0 * PART_OF_HEIGHT;
            assert!(found.hi - found.lo <= widest, "{op:?} {n} {x:?} {found:?}");
            // Far out the waves are low.
            let far = Interval { lo: 1e4, hi: 1e6 };
            let height = of_order(op, n, far).hi;
            assert!(height < 0.009, "{op:?} {n} {height}");
        }
    }

    #[test]
    fn intervals_hold_the_values_and_the_slopes_of_functions_of_one_variable() {
        let mut next = numbers(23);
        let functions = [
            Unary::Erfc,
            Unary::NormCdf,
            Unary::Sinc,
            Unary::EllipticK,
            Unary::EllipticE,
            Unary::EllipticB,
            Unary::EllipticC,
        ];
        for _ in 0..6000 {
            let op = functions[(next() * 7.0) as usize];
            let elliptic = !matches!(op, Unary::Erfc | Unary::NormCdf | Unary::Sinc);
            let width = 10f64.powf(4.0 * next() - 3.0);
            let hi = if elliptic {
                1.0 - next().powi(3)
            } else {
                40.0 * next()
            };
            let x = Interval { lo: hi - width, hi };
            let what = format!("{op:?}");
            let found = of_one(op, x).unwrap();
            assert_holds(found, x, |x| op.value(x), &what);
            // The function rises along an interval by what its slopes allow.
            let slope = slope_of_one(op, x);
            if op == Unary::EllipticC || x.hi == 1.0 {
                continue;
            }
            let middle = x.lo + 0.5 * width;
            for (a, b) in [(x.lo, middle), (middle, x.hi), (x.lo, x.hi)] {
                let rise = op.value(b) - op.value(a);
                let off = 1e-14 * (1.0 + found.hi.abs());
                let holds = slope.lo * (b - a) - off <= rise && rise <= slope.hi * (b - a) + off;
                assert!(holds, "{what} {a} {b}: {rise} {slope:?}");
            }
        }
    }

    #[test]
    fn what_underflows_or_has_no_end_is_held() {
        let all = |op, n, lo, hi| of_order(op, n, Interval { lo, hi });
        let found = all(Binary::BesselK, 0, 0.0, 1e4);
        assert!(found.hi == f64::INFINITY && found.lo >= 0.0 && found.lo < 1e-300);
        let found = all(Binary::BesselY, 2, 0.0, 1.0);
        assert!(
            found.lo == f64::NEG_INFINITY && found.hi < -1.6,
            "{found:?}"
        );
        let found = all(Binary::BesselJ, 0, f64::NEG_INFINITY, f64::INFINITY);
        assert!(found.lo <= -0.402 && found.lo >= -1.1 && found.hi >= 1.0 && found.hi < 1.1);
        let found = of_one(Unary::Erfc, Interval { lo: 26.0, hi: 1e9 }).unwrap();
        assert!(
            found.lo == 0.0 && found.hi > 0.0 && found.hi < 1e-290,
            "{found:?}"
        );
        let found = of_one(Unary::EllipticK, Interval { lo: 0.5, hi: 1.0 }).unwrap();
        assert!(found.hi == f64::INFINITY && found.lo > 1.85, "{found:?}");
    }
}
