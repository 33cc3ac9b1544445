//! The range of a function from the ranges of its operands.
//!
//! Where a switch is undecided the range holds both branches, where a function is undefined the rest
//! of its values; either is said.

use std::f64::consts::{E, FRAC_PI_2, PI};

use super::directed::{
    add, div, divided_down, divided_up, hull, mul, neg, power, root_down, root_up, square, sub,
    widened,
};
use super::interval::Interval;
use super::special;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Id, Node, Symbol};

/// All numbers.
pub(super) const EVERYTHING: Interval = Interval {
    lo: f64::NEG_INFINITY,
    hi: f64::INFINITY,
};

pub(super) const ZERO: Interval = Interval { lo: 0.0, hi: 0.0 };
pub(super) const ONE: Interval = Interval { lo: 1.0, hi: 1.0 };
const TRUTH: Interval = Interval { lo: 0.0, hi: 1.0 };
pub(super) const SIGNS: Interval = Interval { lo: -1.0, hi: 1.0 };

/// π, which is a little above its double.
const PI_RANGE: Interval = Interval {
    lo: PI,
    hi: PI.next_up(),
};

/// What is known of a formula everywhere on a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    /// Its values lie between these numbers, where it has any.
    pub(crate) values: Interval,
    /// Whether it certainly is a real and finite number.
    pub(crate) defined: bool,
    /// Whether it certainly is undefined everywhere.
    pub(crate) nowhere: bool,
    /// Whether it certainly has no jump. A kink is none.
    pub(crate) continuous: bool,
    /// Whether it certainly has no jump, no kink, and no branch point of a root.
    pub(crate) smooth: bool,
}

impl Range {
    /// Nothing is known.
    pub(super) const UNKNOWN: Range = Range {
        values: EVERYTHING,
        defined: false,
        nowhere: false,
        continuous: false,
        smooth: false,
    };

    pub(super) fn of(values: Interval) -> Self {
        Range {
            values,
            defined: true,
            nowhere: false,
            continuous: true,
            smooth: true,
        }
    }

    pub(super) fn number(x: f64) -> Self {
        if x.is_nan() {
            return Range::UNKNOWN;
        }
        Range::of(Interval {
            lo: x.min(f64::MAX),
            hi: x.max(f64::MIN),
        })
    }

    /// Other values with the flags of this and of another one.
    fn and(self, other: &Range, values: Interval) -> Self {
        Range {
            values,
            defined: self.defined && other.defined,
            nowhere: self.nowhere || other.nowhere,
            continuous: self.continuous && other.continuous,
            smooth: self.smooth && other.smooth,
        }
    }

    pub(super) fn with(self, values: Interval) -> Self {
        Range { values, ..self }
    }

    /// The same where it may be undefined.
    fn partly(self) -> Self {
        Range {
            defined: false,
            ..self
        }
    }

    pub(super) fn partly_if(self, condition: bool) -> Self {
        Range {
            defined: self.defined && !condition,
            ..self
        }
    }

    /// Nothing of an operand lies in the domain.
    fn outside(self) -> Self {
        Range {
            values: EVERYTHING,
            defined: false,
            nowhere: true,
            ..self
        }
    }

    /// The same of what may have a value where an operand has none.
    fn somewhere(self) -> Self {
        Range {
            nowhere: false,
            ..self
        }
    }

    /// The same with a kink that may be there.
    fn bent(self) -> Self {
        Range {
            smooth: false,
            ..self
        }
    }

    /// The same with a jump that may be there.
    fn broken(self) -> Self {
        Range {
            continuous: false,
            smooth: false,
            ..self
        }
    }

    /// Whether all values are zero (false) or none is (true).
    pub(super) fn truth(&self) -> Option<bool> {
        let Interval { lo, hi } = self.values;
        match self.defined {
            true if lo == 0.0 && hi == 0.0 => Some(false),
            true if lo > 0.0 || hi < 0.0 => Some(true),
            _ => None,
        }
    }
}

/// The range of a node from those of its operands.
pub(super) fn range(node: &Node, nodes: &[Range], inputs: &[Interval]) -> Range {
    match node {
        Node::Input(i) => inputs
            .get(*i as usize)
            .map_or(Range::UNKNOWN, |x| Range::of(*x)),
        node => range_of(node, nodes),
    }
}

/// The range of a node that is no input.
pub(super) fn range_of(node: &Node, nodes: &[Range]) -> Range {
    let of = |id: &Id| nodes[id.index()];
    match node {
        Node::Constant(bits, _) => Range::number(f64::from_bits(*bits)),
        Node::Symbol(Symbol::Pi) => Range::of(PI_RANGE),
        Node::Symbol(Symbol::E) => Range::of(Interval {
            lo: E,
            hi: E.next_up(),
        }),
        Node::Input(_) => Range::UNKNOWN,
        Node::Unary(op, x) => unary(*op, of(x)),
        Node::Binary(Binary::Mul, x, y) if x == y => of(x).with(square(of(x).values)),
        Node::Binary(op, x, y) => binary(*op, of(x), of(y)),
        Node::Power(x, n) => whole_power(of(x), *n),
        Node::Select(c, a, b) => select(of(c), of(a), of(b)),
        Node::Determinant(entries) => {
            let flags = all(entries, nodes);
            flags.with(determinant(entries, |id| nodes[id.index()].values))
        }
        Node::Volume(columns, entries) => {
            let flags = all(entries, nodes);
            flags.with(volume(*columns as usize, entries, |id| {
                nodes[id.index()].values
            }))
        }
    }
}

/// The flags of several nodes.
fn all(entries: &[Id], nodes: &[Range]) -> Range {
    let start = Range::of(EVERYTHING);
    entries
        .iter()
        .fold(start, |flags, id| flags.and(&nodes[id.index()], EVERYTHING))
}

fn select(c: Range, a: Range, b: Range) -> Range {
    match c.truth() {
        // The condition has no values to pass on, but it must have one.
        Some(true) => a.partly_if(!c.defined),
        Some(false) => b.partly_if(!c.defined),
        None => {
            let found = a.and(&b, hull(a.values, b.values)).broken();
            Range {
                defined: found.defined && c.defined,
                nowhere: a.nowhere && b.nowhere,
                ..found
            }
        }
    }
}

pub(super) fn whole_power(x: Range, n: i32) -> Range {
    if n == 0 {
        // Anything to the power 0 is 1, what has no value too.
        return Range::of(ONE);
    }
    if n >= 0 {
        return x.with(power(x.values, n.unsigned_abs()));
    }
    let below = power(x.values, n.unsigned_abs());
    quotient(Range::of(ONE), x.with(below))
}

pub(super) fn quotient(x: Range, y: Range) -> Range {
    let flags = x.and(&y, EVERYTHING);
    let Interval { lo, hi } = y.values;
    if lo > 0.0 || hi < 0.0 {
        return flags.with(div(x.values, y.values));
    }
    let flags = flags.partly();
    // On one side of zero there is an end.
    let far = if lo == 0.0 && hi > 0.0 {
        Some((hi, 1.0))
    } else if hi == 0.0 && lo < 0.0 {
        Some((lo, -1.0))
    } else {
        None
    };
    let Some((far, side)) = far else {
        return flags;
    };
    let values = if x.values.lo >= 0.0 {
        Interval {
            lo: divided_down(x.values.lo, far.abs()),
            hi: f64::INFINITY,
        }
    } else if x.values.hi <= 0.0 {
        Interval {
            lo: f64::NEG_INFINITY,
            hi: divided_up(x.values.hi, far.abs()),
        }
    } else {
        return flags;
    };
    flags.with(if side > 0.0 { values } else { neg(values) })
}

/// A function that rises; exact where it maps 0 to 0.
fn rising(x: Range, op: Unary, least: f64, most: f64) -> Range {
    x.with(rising_values(x.values, op, least, most))
}

pub(super) fn rising_values(x: Interval, op: Unary, least: f64, most: f64) -> Interval {
    let (lo, hi) = (op.value(x.lo), op.value(x.hi));
    if lo.is_nan() || hi.is_nan() {
        return Interval {
            lo: least,
            hi: most,
        };
    }
    let exact =
        |x: f64, value: f64| (value == 0.0 && (x == 0.0 || x == 1.0)) || (value == 1.0 && x == 0.0);
    let lo = if exact(x.lo, lo) {
        lo
    } else {
        widened(lo, lo).lo
    };
    let hi = if exact(x.hi, hi) {
        hi
    } else {
        widened(hi, hi).hi
    };
    Interval {
        lo: lo.max(least),
        hi: hi.min(most),
    }
}

/// The part of an operand that lies in a domain; `None` if there may be none. Also whether something
/// lies outside.
fn inside(x: Range, lo: f64, hi: f64) -> Option<(Range, bool)> {
    let values = Interval {
        lo: x.values.lo.max(lo),
        hi: x.values.hi.min(hi),
    };
    (values.lo <= values.hi).then_some((x.with(values), values != x.values))
}

/// Whether a multiple of π, moved by a part of it, may lie in an interval, and which are those:
/// the first and the last k with lo ≤ (k + part)·π ≤ hi, one just outside included.
fn multiples(x: Interval, part: f64) -> (i64, i64) {
    let quotient = |x: f64| x / PI - part;
    let slack = |x: f64| 4.0 * f64::EPSILON * (x.abs() / PI + 1.0);
    let first = (quotient(x.lo) - slack(x.lo)).ceil();
    let last = (quotient(x.hi) + slack(x.hi)).floor();
    (first as i64, last as i64)
}

/// Angles beyond this have all sines.
const FAR: f64 = 1e15;

pub(super) fn sine(x: Interval, op: Unary) -> Interval {
    if !(x.hi - x.lo < 2.0 * PI && x.lo > -FAR && x.hi < FAR) {
        return SIGNS;
    }
    if x == ZERO && op == Unary::Sin {
        return ZERO;
    }
    let (a, b) = (op.value(x.lo), op.value(x.hi));
    let mut found = widened(a.min(b), a.max(b));
    // The sine of 0 is exact, on the side where it rises.
    if op == Unary::Sin && x.lo == 0.0 && found.lo < 0.0 && b > 0.0 && x.hi < 3.0 {
        found.lo = 0.0;
    }
    if op == Unary::Sin && x.hi == 0.0 && found.hi > 0.0 && a < 0.0 && x.lo > -3.0 {
        found.hi = 0.0;
    }
    let (first, last) = multiples(x, if op == Unary::Sin { 0.5 } else { 0.0 });
    for k in first..=last {
        if k % 2 == 0 {
            found.hi = 1.0;
        } else {
            found.lo = -1.0;
        }
    }
    Interval {
        lo: found.lo.max(-1.0),
        hi: found.hi.min(1.0),
    }
}

fn tangent(x: Range) -> Range {
    let values = x.values;
    let near = values.hi - values.lo < PI && values.lo > -FAR && values.hi < FAR;
    if !near {
        return x.with(EVERYTHING).partly();
    }
    let (first, last) = multiples(values, 0.5);
    if first <= last {
        return x.with(EVERYTHING).partly();
    }
    rising(x, Unary::Tan, f64::NEG_INFINITY, f64::INFINITY)
}

/// Where Γ is smallest on the positive axis, and how large it is there at least.
const LOWEST_GAMMA: (f64, f64) = (1.461_632_144_968_362_3, 0.885_603_194_410_888_6);

fn gamma(x: Range) -> Range {
    let Interval { lo, hi } = x.values;
    if lo > 0.0 {
        let (a, b) = (Unary::Gamma.value(lo), Unary::Gamma.value(hi));
        let mut values = widened(a.min(b), a.max(b));
        if lo <= LOWEST_GAMMA.0 && hi >= LOWEST_GAMMA.0 {
            values.lo = LOWEST_GAMMA.1;
        }
        // Beside the lowest place rounding may go below.
        values.lo = values.lo.max(LOWEST_GAMMA.1);
        return x.with(values);
    }
    if special::meets_pole(x.values) {
        return x.with(EVERYTHING).partly();
    }
    // Γ(x) = π/(sin πx Γ(1 − x))
    let reflected = gamma(x.with(sub(ONE, x.values)));
    let sine = sine(mul(PI_RANGE, x.values), Unary::Sin);
    quotient(Range::of(PI_RANGE), x.with(mul(sine, reflected.values)))
}

pub(super) fn digamma(x: Range) -> Range {
    if x.values.lo > 0.0 {
        return rising(x, Unary::Digamma, f64::NEG_INFINITY, f64::INFINITY);
    }
    if special::meets_pole(x.values) {
        return x.with(EVERYTHING).partly();
    }
    // Near its zeros there its error is small in absolute terms only.
    let (a, b) = (
        Unary::Digamma.value(x.values.lo),
        Unary::Digamma.value(x.values.hi),
    );
    let slack = |v: f64| 1e-12 * (1.0 + v.abs());
    x.with(Interval {
        lo: a - slack(a),
        hi: b + slack(b),
    })
}

pub(super) fn trigamma(x: Range) -> Range {
    let Interval { lo, hi } = x.values;
    if lo > 0.0 {
        let values = widened(Unary::Trigamma.value(hi), Unary::Trigamma.value(lo));
        return x.with(Interval {
            lo: values.lo.max(0.0),
            ..values
        });
    }
    if special::meets_pole(x.values) {
        return x.with(EVERYTHING).partly();
    }
    // ψ′(x) = π²/sin² πx − ψ′(1 − x)
    let reflected = trigamma(x.with(sub(ONE, x.values)));
    let sine = sine(mul(PI_RANGE, x.values), Unary::Sin);
    let first = quotient(Range::of(square(PI_RANGE)), x.with(square(sine)));
    first.with(sub(first.values, reflected.values))
}

/// The sign, where it is known.
fn sign_of(x: Interval) -> Option<f64> {
    match x {
        Interval { lo: 0.0, hi: 0.0 } => Some(0.0),
        Interval { lo, .. } if lo > 0.0 => Some(1.0),
        Interval { hi, .. } if hi < 0.0 => Some(-1.0),
        _ => None,
    }
}

/// A function that has one value for each sign.
fn stepped(x: Range, value: impl Fn(f64) -> f64) -> Range {
    match sign_of(x.values) {
        Some(sign) => x.with(Interval {
            lo: value(sign),
            hi: value(sign),
        }),
        None => {
            let below = if x.values.lo < 0.0 { -1.0 } else { 0.0 };
            let above = if x.values.hi > 0.0 { 1.0 } else { 0.0 };
            let [a, b, c] = [below, 0.0, above].map(value);
            let values = Interval {
                lo: a.min(b).min(c),
                hi: a.max(b).max(c),
            };
            x.with(values).broken()
        }
    }
}

fn whole_part(x: Range, f: impl Fn(f64) -> f64) -> Range {
    let (lo, hi) = (f(x.values.lo), f(x.values.hi));
    let found = x.with(Interval { lo, hi });
    if lo == hi { found } else { found.broken() }
}

pub(super) fn unary(op: Unary, x: Range) -> Range {
    let values = x.values;
    let any = |op: Unary| rising(x, op, f64::NEG_INFINITY, f64::INFINITY);
    // A function with a domain: what is inside, and how it rises.
    let on = |lo: f64, hi: f64, op: Unary| match inside(x, lo, hi) {
        Some((part, outside)) => {
            let ends = (op.value(lo), op.value(hi));
            let infinite = (part.values.lo == lo && ends.0.is_infinite())
                || (part.values.hi == hi && ends.1.is_infinite() && hi.is_finite());
            let (lo, hi) = (
                if ends.0.is_nan() {
                    f64::NEG_INFINITY
                } else {
                    ends.0.next_down()
                },
                if ends.1.is_nan() {
                    f64::INFINITY
                } else {
                    ends.1.next_up()
                },
            );
            rising(part, op, lo, hi).partly_if(outside || infinite)
        }
        None => x.outside(),
    };
    match op {
        Unary::Neg => x.with(neg(values)),
        Unary::Abs if values.lo >= 0.0 => x,
        Unary::Abs if values.hi <= 0.0 => x.with(neg(values)),
        Unary::Abs => x
            .with(Interval {
                lo: 0.0,
                hi: values.hi.max(-values.lo),
            })
            .bent(),
        Unary::Sign => stepped(x, |sign| sign),
        Unary::Heaviside => stepped(x, |sign| 0.5 + 0.5 * sign),
        Unary::Not => stepped(x, |sign| if sign == 0.0 { 1.0 } else { 0.0 }).somewhere(),
        Unary::Floor => whole_part(x, f64::floor),
        Unary::Ceil => whole_part(x, f64::ceil),
        Unary::Sqrt => match inside(x, 0.0, f64::INFINITY) {
            Some((part, outside)) => {
                let found = part
                    .with(Interval {
                        lo: root_down(part.values.lo),
                        hi: root_up(part.values.hi),
                    })
                    .partly_if(outside);
                if part.values.lo == 0.0 {
                    found.bent()
                } else {
                    found
                }
            }
            None => x.outside(),
        },
        Unary::Cbrt => match any(op) {
            found if sign_of(values).is_none_or(|sign| sign == 0.0) => found.bent(),
            found => found,
        },
        Unary::Exp => rising(x, op, 0.0, f64::INFINITY),
        Unary::Expm1 => rising(x, op, -1.0, f64::INFINITY),
        Unary::Ln | Unary::Log2 | Unary::Log10 => on(0.0, f64::INFINITY, op),
        Unary::Log1p => on(-1.0, f64::INFINITY, op),
        // What may overflow has no sine.
        Unary::Sin | Unary::Cos => x
            .with(sine(values, op))
            .partly_if(values.lo.is_infinite() || values.hi.is_infinite()),
        Unary::Tan => tangent(x),
        Unary::Asin => on(-1.0, 1.0, op),
        Unary::Acos => match inside(x, -1.0, 1.0) {
            Some((part, outside)) => {
                let ends = widened(op.value(part.values.hi), op.value(part.values.lo));
                let values = Interval {
                    lo: ends.lo.max(0.0),
                    hi: ends.hi.min(PI_RANGE.hi),
                };
                part.with(values).partly_if(outside)
            }
            None => x.outside(),
        },
        Unary::Atan => rising(x, op, -FRAC_PI_2.next_up(), FRAC_PI_2.next_up()),
        Unary::Sinh | Unary::Asinh => any(op),
        Unary::Cosh => {
            let largest = values.hi.max(-values.lo);
            let smallest = smallest(values);
            let ends = widened(op.value(smallest), op.value(largest));
            x.with(Interval {
                lo: ends.lo.max(1.0),
                ..ends
            })
        }
        Unary::Tanh | Unary::Erf => rising(x, op, -1.0, 1.0),
        Unary::Erfc | Unary::NormCdf | Unary::Sinc => x.with(special_values(op, values)),
        Unary::EllipticK | Unary::EllipticE | Unary::EllipticB | Unary::EllipticC => {
            elliptic(op, x)
        }
        Unary::Acosh => on(1.0, f64::INFINITY, op),
        Unary::Atanh => on(-1.0, 1.0, op),
        Unary::Gamma => gamma(x),
        Unary::Digamma => digamma(x),
        Unary::Trigamma => trigamma(x),
    }
}

/// A special function that has a value everywhere in the interval.
pub(super) fn special_values(op: Unary, x: Interval) -> Interval {
    special::of_one(op, x).unwrap_or(EVERYTHING)
}

/// An elliptic integral, of which the parameter is at most 1.
fn elliptic(op: Unary, x: Range) -> Range {
    match inside(x, f64::NEG_INFINITY, 1.0) {
        Some((part, outside)) => {
            let at_end = part.values.hi == 1.0;
            let infinite = at_end && op.value(1.0).is_infinite();
            let found = part
                .with(special_values(op, part.values))
                .partly_if(outside || infinite);
            // At the end E and B have a branch point.
            if at_end { found.bent() } else { found }
        }
        None => x.outside(),
    }
}

/// The smallest size.
fn smallest(x: Interval) -> f64 {
    if x.lo > 0.0 {
        x.lo
    } else if x.hi < 0.0 {
        -x.hi
    } else {
        0.0
    }
}

/// The range of a comparison, which has a value where its operands have none: `without`.
fn compared(flags: Range, truth: Option<bool>, without: bool) -> Range {
    let decided = |truth: bool| {
        Range::of(match truth {
            true => ONE,
            false => ZERO,
        })
    };
    match truth {
        _ if flags.nowhere => decided(without),
        // Where what is undefined may lie the truth is that of the rest, or this.
        Some(truth) if flags.defined || truth == without => Range {
            continuous: flags.continuous,
            smooth: flags.smooth,
            ..decided(truth)
        },
        _ => Range::of(TRUTH).broken(),
    }
}

pub(super) fn real_power(x: Range, y: Range) -> Range {
    let flags = x.and(&y, EVERYTHING);
    let exponent = y.values;
    let whole = (exponent.lo == exponent.hi && exponent.lo.fract() == 0.0).then_some(exponent.lo);
    if let Some(n) = whole.filter(|n| n.abs() <= 1e9) {
        let found = whole_power(x, n as i32);
        return found.with(found.values).partly_if(!y.defined);
    }
    let Some((part, outside)) = inside(x, 0.0, f64::INFINITY) else {
        // Whole powers are powers of negative numbers too.
        return match exponent.lo.ceil() <= exponent.hi {
            true => flags.partly(),
            false => flags.outside(),
        };
    };
    if outside && exponent.lo.ceil() <= exponent.hi {
        return flags.partly();
    }
    let base = part.values;
    let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
    for a in [base.lo, base.hi] {
        for b in [exponent.lo, exponent.hi] {
            let value = Binary::Pow.value(a, b);
            if value.is_nan() {
                return flags.partly();
            }
            let around = if value == 0.0 && a == 0.0 {
                ZERO
            } else {
                widened(value, value)
            };
            lo = lo.min(around.lo);
            hi = hi.max(around.hi);
        }
    }
    let lo = lo.max(0.0);
    let found = flags
        .with(Interval { lo, hi })
        .partly_if(outside || (base.lo == 0.0 && exponent.lo < 0.0));
    match base.lo {
        0.0 if exponent.lo <= 0.0 => found.broken(),
        0.0 => found.bent(),
        _ => found,
    }
}

/// A function of an order, which is the first operand.
fn of_order(op: Binary, n: Range, x: Range) -> Range {
    let flags = x.and(&n, EVERYTHING);
    let Some(order) = special::order(n.values).filter(|_| n.defined) else {
        return flags.partly().broken();
    };
    let values = x.values;
    if special::is_of_positive(op) {
        // At 0 it is infinite, below it has no value.
        if values.hi < 0.0 {
            return flags.outside();
        }
        let part = values.lo <= 0.0;
        return flags
            .with(special::of_order(op, order, values))
            .partly_if(part);
    }
    let found = flags.with(special::of_order(op, order, values));
    match op {
        Binary::Polygamma => found.partly_if(order < 0 || special::meets_pole(values)),
        Binary::SphericalJ => found.partly_if(order < 0),
        _ => found,
    }
}

fn angle(y: Range, x: Range) -> Range {
    let flags = y.and(&x, EVERYTHING);
    let crosses = x.values.lo < 0.0 && y.values.lo < 0.0 && y.values.hi >= 0.0;
    let around = Interval {
        lo: -PI_RANGE.hi,
        hi: PI_RANGE.hi,
    };
    let origin = smallest(x.values) == 0.0 && smallest(y.values) == 0.0;
    if crosses || (origin && x.values.lo < 0.0 && y.values.lo < 0.0) {
        return flags.with(around).broken();
    }
    let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
    for b in [y.values.lo, y.values.hi] {
        for a in [x.values.lo, x.values.hi] {
            // Zeros have signs, which are not meant.
            let value = Binary::Atan2.value(b + 0.0, a + 0.0);
            if value.is_nan() {
                return flags.with(around).broken();
            }
            lo = lo.min(value);
            hi = hi.max(value);
        }
    }
    if origin {
        // Every angle that a corner of the box has around the origin, and 0 at it.
        return flags.with(around).broken();
    }
    let lo = if lo == 0.0 { lo } else { widened(lo, lo).lo };
    let hi = if hi == 0.0 { hi } else { widened(hi, hi).hi };
    flags.with(Interval {
        lo: lo.max(around.lo),
        hi: hi.min(around.hi),
    })
}

fn binary(op: Binary, x: Range, y: Range) -> Range {
    let flags = x.and(&y, EVERYTHING);
    let (a, b) = (x.values, y.values);
    let less = |strict: bool| match strict {
        true if a.hi < b.lo => Some(true),
        true if a.lo >= b.hi => Some(false),
        false if a.hi <= b.lo => Some(true),
        false if a.lo > b.hi => Some(false),
        _ => None,
    };
    let equal = || match (a.lo == a.hi && a == b, a.hi < b.lo || b.hi < a.lo) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let may_be_nan = |of: Interval, other: Interval| {
        (of.lo.is_infinite() || of.hi.is_infinite()) && smallest(other) == 0.0
    };
    match op {
        Binary::Add => flags.with(add(a, b)).partly_if(
            a.lo.is_infinite() && b.hi.is_infinite() || a.hi.is_infinite() && b.lo.is_infinite(),
        ),
        Binary::Sub => binary(Binary::Add, x, y.with(neg(b))),
        Binary::Mul => flags
            .with(mul(a, b))
            .partly_if(may_be_nan(a, b) || may_be_nan(b, a)),
        Binary::Div => quotient(x, y),
        // 1 to any power is 1, and so is anything to the power 0.
        Binary::Pow if x.nowhere || y.nowhere => real_power(x, y).somewhere(),
        Binary::Pow => real_power(x, y),
        Binary::Atan2 => angle(x, y),
        Binary::BesselJ
        | Binary::BesselY
        | Binary::BesselI
        | Binary::BesselK
        | Binary::SphericalJ
        | Binary::Polygamma => of_order(op, x, y),
        Binary::Hypot => {
            let near = Binary::Hypot.value(smallest(a), smallest(b));
            let far = Binary::Hypot.value(a.hi.max(-a.lo), b.hi.max(-b.lo));
            let lo = if near == 0.0 {
                0.0
            } else {
                widened(near, near).lo
            };
            let hi = if far == 0.0 {
                0.0
            } else {
                widened(far, far).hi
            };
            let found = flags.with(Interval { lo, hi });
            if lo == 0.0 { found.bent() } else { found }
        }
        Binary::Min if a.hi <= b.lo => x.partly_if(!y.defined),
        Binary::Min if b.hi <= a.lo => y.partly_if(!x.defined),
        Binary::Max if a.lo >= b.hi => x.partly_if(!y.defined),
        Binary::Max if b.lo >= a.hi => y.partly_if(!x.defined),
        Binary::Min => flags
            .with(Interval {
                lo: a.lo.min(b.lo),
                hi: a.hi.min(b.hi),
            })
            .bent(),
        Binary::Max => flags
            .with(Interval {
                lo: a.lo.max(b.lo),
                hi: a.hi.max(b.hi),
            })
            .bent(),
        Binary::Lt => compared(flags, less(true), false),
        Binary::Le => compared(flags, less(false), false),
        Binary::Eq => compared(flags, equal(), false),
        Binary::Ne => compared(flags, equal().map(|equal| !equal), true),
        Binary::And => logical(x, y, false),
        Binary::Or => logical(x, y, true),
    }
}

/// And, or or: one of two operands may decide it.
fn logical(x: Range, y: Range, decides: bool) -> Range {
    let (x, y) = (x.somewhere(), y.somewhere());
    let flags = x.and(&y, EVERYTHING);
    let decided = |of: Range| of.with(if decides { ONE } else { ZERO });
    match (x.truth(), y.truth()) {
        (Some(truth), _) if truth == decides => decided(x).partly_if(!y.defined),
        (_, Some(truth)) if truth == decides => decided(y).partly_if(!x.defined),
        (Some(_), Some(_)) => flags.with(if decides { ZERO } else { ONE }),
        _ => flags.with(TRUTH).broken(),
    }
}

/// The largest matrix whose determinant is written out.
const WRITTEN_OUT: usize = 4;

fn determinant(entries: &[Id], of: impl Fn(Id) -> Interval + Copy) -> Interval {
    let n = entries.len().isqrt();
    if n <= WRITTEN_OUT {
        return minor(n, entries, 0, (1 << n) - 1, (1 << n) - 1, of);
    }
    // Hadamard's bound.
    let rows = entries.chunks(n).map(|row| length(row.iter().copied(), of));
    let most = rows.fold(ONE, mul).hi;
    Interval {
        lo: -most,
        hi: most,
    }
}

/// The determinant of the rows and columns in two sets, from a row on, by expansion along it.
fn minor(
    columns: usize,
    entries: &[Id],
    row: usize,
    rows: u32,
    set: u32,
    of: impl Fn(Id) -> Interval + Copy,
) -> Interval {
    if set == 0 {
        return ONE;
    }
    if rows >> row & 1 == 0 {
        return minor(columns, entries, row + 1, rows, set, of);
    }
    let (mut sum, mut sign) = (ZERO, false);
    for column in 0..columns {
        if set >> column & 1 == 0 {
            continue;
        }
        let entry = of(entries[row * columns + column]);
        if entry != ZERO {
            let rest = minor(columns, entries, row + 1, rows, set & !(1 << column), of);
            let term = mul(entry, rest);
            sum = add(sum, if sign { neg(term) } else { term });
        }
        sign = !sign;
    }
    sum
}

/// The length of a vector.
fn length(entries: impl Iterator<Item = Id>, of: impl Fn(Id) -> Interval) -> Interval {
    let squares = entries.fold(ZERO, |sum, id| add(sum, square(of(id))));
    Interval {
        lo: root_down(squares.lo.max(0.0)),
        hi: root_up(squares.hi),
    }
}

/// √det(AᵀA): by Cauchy and Binet the root of the sum of the squares of all minors.
fn volume(columns: usize, entries: &[Id], of: impl Fn(Id) -> Interval + Copy) -> Interval {
    let rows = entries.len() / columns.max(1);
    if columns <= 3 && rows <= 6 {
        let mut sum = ZERO;
        for set in 0u32..1 << rows {
            if set.count_ones() as usize == columns {
                let minor = minor(columns, entries, 0, set, (1 << columns) - 1, of);
                sum = add(sum, square(minor));
            }
        }
        return Interval {
            lo: root_down(sum.lo.max(0.0)),
            hi: root_up(sum.hi),
        };
    }
    let column = |c: usize| entries.iter().copied().skip(c).step_by(columns);
    let most = (0..columns)
        .map(|c| length(column(c), of))
        .fold(ONE, mul)
        .hi;
    Interval { lo: 0.0, hi: most }
}
