//! Intervals that hold the values of sums, for signs: not widened by rounding.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::algebra::Algebra;
use super::number::Number;
use super::sum::{Atom, Factors, Function, Sum};

type Range = (f64, f64);

const ALL: Range = (f64::NEG_INFINITY, f64::INFINITY);

/// What is this near to a multiple of π/2 is meant to be it.
const NEAR: f64 = 1e-12;

/// A product of bounds, where 0 times infinity is 0.
fn times(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { a * b }
}

fn product(a: Range, b: Range) -> Range {
    let all = [
        times(a.0, b.0),
        times(a.0, b.1),
        times(a.1, b.0),
        times(a.1, b.1),
    ];
    let least = all.iter().copied().fold(f64::INFINITY, f64::min);
    let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (least, most)
}

fn power((lo, hi): Range, power: Number) -> Range {
    let p = power.value();
    match power.as_whole() {
        Some(n) if n % 2 == 0 && lo < 0.0 && hi > 0.0 => match n > 0 {
            true => (0.0, lo.abs().max(hi).powf(p)),
            false => (lo.abs().max(hi).powf(p), f64::INFINITY),
        },
        Some(n) if n < 0 && lo < 0.0 && hi > 0.0 => ALL,
        Some(n) if hi <= 0.0 => {
            let (a, b) = (lo.abs().powf(p), hi.abs().powf(p));
            let (least, most) = (a.min(b), a.max(b));
            match n % 2 == 0 {
                true => (least, most),
                false => (-most, -least),
            }
        }
        Some(n) if n > 0 && lo < 0.0 => (-lo.abs().powf(p), hi.powf(p)),
        _ => {
            let (a, b) = (lo.max(0.0).powf(p), hi.max(0.0).powf(p));
            (a.min(b), a.max(b))
        }
    }
}

/// The values of a sine between two angles.
fn sine((lo, hi): Range) -> Range {
    if !(lo.is_finite() && hi.is_finite()) || hi - lo >= TAU {
        return (-1.0, 1.0);
    }
    let has = |at: f64| ((lo - at) / TAU - NEAR).ceil() * TAU + at <= hi + NEAR;
    let snapped = |x: f64| {
        let quarter = (x / FRAC_PI_2).round();
        match (x - quarter * FRAC_PI_2).abs() < NEAR * (1.0 + x.abs()) && quarter % 2.0 == 0.0 {
            true => 0.0,
            false => x.sin(),
        }
    };
    let (a, b) = (snapped(lo), snapped(hi));
    let least = if has(-FRAC_PI_2) { -1.0 } else { a.min(b) };
    let most = if has(FRAC_PI_2) { 1.0 } else { a.max(b) };
    (least, most)
}

impl Algebra {
    /// An interval that holds all values of a sum.
    pub(crate) fn range(&self, sum: &Sum) -> Range {
        let mut all = (0.0, 0.0);
        for (factors, c) in &sum.terms {
            let (lo, hi) = product(self.range_of_product(factors), (c.value(), c.value()));
            all = (all.0 + lo, all.1 + hi);
        }
        match all.0.is_nan() || all.1.is_nan() {
            true => ALL,
            false => all,
        }
    }

    fn range_of_product(&self, factors: &Factors) -> Range {
        let mut all = (1.0, 1.0);
        for (atom, &exponent) in factors {
            all = product(all, power(self.range_of_atom(atom), exponent));
        }
        all
    }

    /// An interval that holds all values of an atom.
    pub(crate) fn range_of_atom(&self, atom: &Atom) -> Range {
        let (op, x) = match atom {
            Atom::Prime(p) => return (*p as f64, *p as f64),
            Atom::Pi => return (PI, PI),
            Atom::Input(i) => return self.ranges.get(*i as usize).copied().unwrap_or(ALL),
            Atom::Base(s) => return self.range(s),
            Atom::Exp(s) => {
                let (lo, hi) = self.range(s);
                return (lo.exp(), hi.exp());
            }
            Atom::Function(op, s) => (*op, self.range(s)),
        };
        let rising = |f: fn(f64) -> f64| (f(x.0), f(x.1));
        let range = match op {
            Function::Sin => sine(x),
            Function::Cos => sine((x.0 + FRAC_PI_2, x.1 + FRAC_PI_2)),
            Function::Sinh => rising(f64::sinh),
            Function::Cosh => (1.0, x.0.cosh().max(x.1.cosh())),
            Function::Ln => rising(f64::ln),
            Function::Asin => (x.0.max(-1.0).asin(), x.1.min(1.0).asin()),
            Function::Atan => rising(f64::atan),
            Function::Asinh => rising(f64::asinh),
            Function::Atanh => rising(f64::atanh),
            Function::Erf => (
                if x.0 >= 0.0 { 0.0 } else { -1.0 },
                if x.1 <= 0.0 { 0.0 } else { 1.0 },
            ),
            Function::Abs => (0.0, x.0.abs().max(x.1.abs())),
        };
        match range.0.is_nan() || range.1.is_nan() {
            true => ALL,
            false => range,
        }
    }
}
