//! Values of antiderivatives at the ends of an interval, of which one may be infinite.
//!
//! 1. At a finite end the sum is replaced into; x^p·ln^q x with p > 0 is 0 at x = 0.
//! 2. At infinity each term goes to 0, to a number, or has no limit: e^(−x) beats powers, powers beat
//!    logarithms. Terms that have none are not played off against each other.

use super::algebra::Algebra;
use super::number::Number;
use super::sum::{Atom, Factors, Function, Sum};

/// An end of an interval.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Finite(Sum),
    /// Plus infinity, or minus.
    Infinite(bool),
}

/// How a factor behaves at infinity.
enum Growth {
    /// Like this power.
    Power(Number),
    /// Less than any power.
    Slow,
    /// It goes on changing between bounds.
    Wave,
    Limit(Sum),
}

impl Algebra {
    /// The value at an end; `None` where it has none, or none that is known.
    pub(crate) fn at(&self, sum: &Sum, input: u32, end: &End) -> Option<Sum> {
        let mut all = Sum::zero();
        match end {
            End::Finite(by) => {
                for (factors, &c) in &sum.terms {
                    let term = Sum::term(factors.clone(), c);
                    let value = match by.is_zero() && vanishes_at_zero(factors, input) {
                        true => Sum::zero(),
                        false => self.replaced(&term, input, by),
                    };
                    all = all.plus(&value);
                }
            }
            End::Infinite(is_positive) => {
                let sum = match is_positive {
                    true => sum.clone(),
                    false => self.replaced(sum, input, &Sum::input(input).negated()),
                };
                let mut ranges = self.ranges.clone();
                ranges[input as usize] = (1e3, f64::INFINITY);
                let far = Algebra::new(ranges);
                for (factors, &c) in &sum.terms {
                    all = all.plus(&far.limit(factors, c, input)?);
                }
            }
        }
        let all = self.pythagoras(&all);
        (!all.is_none() && !all.has(input) || matches!(end, End::Finite(by) if by.has(input)))
            .then_some(all)
    }

    /// The limit of a term at plus infinity.
    fn limit(&self, factors: &Factors, c: Number, input: u32) -> Option<Sum> {
        let mut power = Number::ZERO;
        let mut limit = Sum::number(c);
        let (mut is_bounded, mut has_limit) = (true, true);
        let mut decays = false;
        for (atom, &own) in factors {
            if !atom.has(input) {
                limit = self.times(
                    &limit,
                    &self.product(Number::ONE, vec![(atom.clone(), own)]),
                );
                continue;
            }
            if let Atom::Exp(s) = atom {
                let (degree, lead) = self.leading(s, input)?;
                if degree <= Number::ZERO || self.range(&lead).1 >= 0.0 {
                    return None;
                }
                decays = true;
                continue;
            }
            match self.growth(atom, input)? {
                Growth::Power(p) => {
                    power = power.plus(p.times(own));
                    if let Atom::Base(s) = atom {
                        let (_, lead) = self.leading(s, input)?;
                        limit = self.times(&limit, &self.power(&lead, own));
                    }
                }
                Growth::Slow => is_bounded = false,
                Growth::Wave => {
                    has_limit = false;
                    is_bounded &= !own.is_negative();
                }
                Growth::Limit(value) => limit = self.times(&limit, &self.power(&value, own)),
            }
        }
        if decays || power < Number::ZERO && power.value() < 0.0 {
            return Some(Sum::zero());
        }
        (power.is_zero() && is_bounded && has_limit && !limit.is_none()).then_some(limit)
    }

    fn growth(&self, atom: &Atom, input: u32) -> Option<Growth> {
        let inner = match atom {
            Atom::Input(_) => return Some(Growth::Power(Number::ONE)),
            Atom::Base(s) => {
                let (degree, _) = self.leading(s, input)?;
                return (degree.value() > 0.0).then_some(Growth::Power(degree));
            }
            Atom::Function(op, s) => (*op, s),
            _ => return None,
        };
        let sign = |s: &Sum| {
            let (degree, lead) = self.leading(s, input)?;
            let (lo, hi) = self.range(&lead);
            let sign = if lo > 0.0 { 1 } else { -1 };
            (degree.value() > 0.0 && (lo > 0.0 || hi < 0.0)).then_some(sign)
        };
        Some(match inner {
            (Function::Sin | Function::Cos, _) => Growth::Wave,
            (Function::Ln | Function::Asinh, s) => {
                sign(s)?;
                Growth::Slow
            }
            (Function::Atan, s) => {
                let quarter = Sum::atom(Atom::Pi).scaled(Number::HALF);
                Growth::Limit(quarter.scaled(Number::whole(sign(s)?)))
            }
            (Function::Erf, s) => Growth::Limit(Sum::whole(sign(s)?)),
            _ => return None,
        })
    }

    /// The highest power and its coefficient.
    fn leading(&self, sum: &Sum, input: u32) -> Option<(Number, Sum)> {
        let powers = sum.by_powers(input)?;
        powers
            .into_iter()
            .max_by(|a, b| a.0.value().total_cmp(&b.0.value()))
    }
}

/// Whether a term is x^p·ln^q x with p > 0, times what is finite at 0.
fn vanishes_at_zero(factors: &Factors, input: u32) -> bool {
    let x = Atom::Input(input);
    let logarithm = Atom::Function(Function::Ln, Sum::input(input));
    let others = factors
        .iter()
        .filter(|(atom, _)| **atom != x && **atom != logarithm);
    let has_both = factors.contains_key(&logarithm)
        && factors.get(&x).is_some_and(|power| power.value() > 0.0);
    has_both && others.into_iter().all(|(atom, _)| !atom.has(input))
}
