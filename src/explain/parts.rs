//! Integrals that are divided where what an absolute value is taken of is 0: between its zeros it is that or
//! its negative.

use std::collections::BTreeSet;
use std::f64::consts::{FRAC_PI_2, PI};

use crate::antiderivative::{Atom, End, Function, Number, Proof, Sum};
use crate::integrate::settings::Settings;

use super::evaluation::Done;
use super::posed::{Limit, Order, Posed};

/// More parts are no textbook's.
const MOST_PARTS: usize = 16;

/// Zeros nearer than that, of the distance of the limits, are one.
const NEAR: f64 = 1e-12;

impl Posed<'_> {
    /// The integral over one variable in parts.
    pub(super) fn in_parts(&self, sum: &Sum, k: usize, settings: &Settings) -> Option<Done> {
        let x = k as u32;
        let ends = self.limits[k].each_ref().map(|limit| match &limit.end {
            Some(End::Finite(at)) => Some(at.clone()),
            _ => None,
        });
        let [Some(lo), Some(hi)] = ends else {
            return None;
        };
        let [a, b] = [self.number_of(&lo)?, self.number_of(&hi)?];
        let mut atoms = BTreeSet::new();
        sum.atoms(&mut atoms);
        let mut cuts: Vec<(f64, Sum)> = Vec::new();
        for atom in &atoms {
            if let Atom::Function(Function::Abs, inner) = atom
                && inner.has(x)
            {
                cuts.extend(self.zeros(inner, x, [a.min(b), a.max(b)])?);
            }
        }
        let gap = NEAR * (b - a).abs();
        cuts.retain(|(at, _)| *at > a.min(b) + gap && *at < a.max(b) - gap);
        cuts.sort_by(|p, q| p.0.total_cmp(&q.0));
        cuts.dedup_by(|p, q| (p.0 - q.0).abs() <= gap);
        if a > b {
            cuts.reverse();
        }
        if cuts.is_empty() || cuts.len() >= MOST_PARTS {
            return None;
        }
        cuts.insert(0, (a, lo));
        cuts.push((b, hi));
        let mut parts = Vec::new();
        let mut value = Sum::zero();
        for pair in cuts.windows(2) {
            let [(from, lo), (to, hi)] = pair else {
                continue;
            };
            let own = self.without_sizes(sum, x, 0.5 * (from + to))?;
            let part = self.between_cuts(k, [lo, hi], [*from, *to]);
            let done = part.in_one_piece(&own, k, settings).ok()?;
            value = value.plus(&done.value);
            parts.push(done);
        }
        let value = self.algebra.pythagoras(&value);
        let proof = parts.iter().map(|part| part.proof);
        let proof = proof.reduce(|all, own| match own {
            Proof::Identity => all,
            own => own,
        })?;
        Some(Done {
            variable: k,
            limits: self.limits[k].clone(),
            integrand: sum.clone(),
            found: Sum::zero(),
            rules: Vec::new(),
            proof,
            ends: [Sum::zero(), Sum::zero()],
            value,
            parts,
        })
    }

    /// The same problem with other limits of a variable.
    fn between_cuts(&self, k: usize, [lo, hi]: [&Sum; 2], [from, to]: [f64; 2]) -> Self {
        let mut part = self.clone();
        part.limits[k] = [lo, hi].map(|at| Limit {
            text: self.text(at),
            end: Some(End::Finite(at.clone())),
        });
        part.order[k] = Order::Rising;
        part.algebra.ranges[k] = (from.min(to), from.max(to));
        part
    }

    /// The value of a sum of parameters and numbers.
    fn number_of(&self, sum: &Sum) -> Option<f64> {
        let varies = (0..self.variables).any(|j| sum.has(j as u32));
        let value = self.number(sum);
        (!varies && value.is_finite()).then_some(value)
    }

    /// The sum with ±s for every |s| of a variable, with the signs that they have at a number.
    fn without_sizes(&self, sum: &Sum, x: u32, at: f64) -> Option<Sum> {
        let signed = |atom: &Atom, power: Number| match atom {
            Atom::Function(Function::Abs, s) if s.has(x) => {
                let value = self.at_number(s, x, at);
                let own = match value < 0.0 {
                    true => s.negated(),
                    false => s.clone(),
                };
                Some(self.algebra.power(&own, power))
            }
            _ => None,
        };
        let own = self.algebra.mapped(sum, &signed);
        (!own.is_none()).then_some(own)
    }

    fn at_number(&self, sum: &Sum, x: u32, at: f64) -> f64 {
        let mut inputs = vec![f64::NAN; self.variables];
        inputs[x as usize] = at;
        inputs.extend(&self.parameters);
        self.algebra.value(sum, &inputs)
    }

    /// The zeros of a formula of one variable, and where it changes sign else; `None` where they are not known.
    fn zeros(&self, of: &Sum, x: u32, within: [f64; 2]) -> Option<Vec<(f64, Sum)>> {
        let others = (0..self.variables as u32).any(|j| j != x && of.has(j));
        if others {
            return None;
        }
        let mut zeros: Vec<Sum> = Vec::new();
        if let Some((factors, _)) = of.as_term() {
            let mut all = Vec::new();
            for atom in factors.keys().filter(|atom| atom.has(x)) {
                match atom {
                    Atom::Input(_) => zeros.push(Sum::zero()),
                    Atom::Exp(_) => {}
                    Atom::Base(s) => all.extend(self.zeros(s, x, within)?),
                    Atom::Function(Function::Sin | Function::Cos, angle) => {
                        zeros.extend(self.of_wave(atom, angle, x, within)?);
                    }
                    Atom::Function(Function::Ln, s) => {
                        all.extend(self.zeros(&s.minus(&Sum::whole(1)), x, within)?);
                    }
                    _ => return None,
                }
            }
            all.extend(zeros.into_iter().map(|zero| (self.number(&zero), zero)));
            return Some(all);
        }
        let algebra = &self.algebra;
        let mut powers = of.by_powers(x)?;
        let [c, b, a] = [0, 1, 2].map(|n| powers.remove(&Number::whole(n)).unwrap_or_default());
        if !powers.is_empty() {
            return None;
        }
        if a.is_zero() {
            zeros.push(algebra.over(&c.negated(), &b));
        } else {
            let product = algebra.times(&a, &c).scaled(Number::whole(4));
            let discriminant = algebra.times(&b, &b).minus(&product);
            if self.number(&discriminant) >= 0.0 {
                let root = algebra.power(&discriminant, Number::HALF);
                let below = a.scaled(Number::whole(2));
                for root in [root.negated(), root] {
                    zeros.push(algebra.over(&root.minus(&b), &below));
                }
            }
        }
        let known = zeros.iter().all(|zero| !zero.is_none());
        let values = zeros.into_iter().map(|zero| (self.number(&zero), zero));
        known.then(|| values.collect())
    }

    /// The zeros of a sine or cosine between two numbers.
    fn of_wave(&self, atom: &Atom, angle: &Sum, x: u32, within: [f64; 2]) -> Option<Vec<Sum>> {
        let (slope, rest) = angle.as_linear(x)?;
        let is_cosine = matches!(atom, Atom::Function(Function::Cos, _));
        let [from, to] = within.map(|at| self.at_number(angle, x, at));
        let start = if is_cosine { FRAC_PI_2 } else { 0.0 };
        let first = ((from.min(to) - start) / PI).ceil();
        let last = ((from.max(to) - start) / PI).floor();
        // Angles without a value have no zeros that could be counted.
        if last - first >= MOST_PARTS as f64 || (last - first).is_nan() {
            return None;
        }
        let quarters = i64::from(is_cosine);
        let zero = |n: i64| {
            let turns = Number::ratio((2 * n + quarters).into(), 2);
            let at = Sum::atom(Atom::Pi).scaled(turns).minus(&rest);
            self.algebra.over(&at, &slope)
        };
        Some((first as i64..=last as i64).map(zero).collect())
    }
}
