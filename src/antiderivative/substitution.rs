//! Substitution by pattern: f(x) = h(g(x))·g′(x) for a g that stands in f.

use std::collections::BTreeSet;

use super::algebra::Algebra;
use super::find::Search;
use super::names::new_name;
use super::number::Number;
use super::sum::{Atom, Factors, Sum};

/// So many inner functions are tried.
const MOST_CANDIDATES: usize = 24;

/// Substitutions within one another.
const DEEPEST: usize = 4;

impl Search<'_> {
    /// Powers of x times functions of it, by a substitution.
    pub(super) fn substitution(&mut self, kind: &Factors, times: &Sum) -> Option<Sum> {
        if self.depth > DEEPEST {
            return None;
        }
        let kind = self
            .algebra
            .product(Number::ONE, kind.clone().into_iter().collect());
        let whole = self.algebra.times(times, &kind);
        let candidates = self.candidates(&whole);
        candidates.iter().find_map(|inner| self.by(&whole, inner))
    }

    /// The functions that stand in a sum, powers of x first.
    fn candidates(&self, sum: &Sum) -> Vec<Sum> {
        let mut atoms = BTreeSet::new();
        sum.atoms(&mut atoms);
        let x = Atom::Input(self.x);
        let mut found: Vec<Sum> = Vec::new();
        let mut push = |sum: Sum| {
            if !found.contains(&sum) && sum.as_atom() != Some(&x) && sum.has(self.x) {
                found.push(sum);
            }
        };
        for atom in atoms.iter().filter(|atom| atom.has(self.x)) {
            match atom {
                Atom::Function(_, s) => {
                    push(Sum::atom(atom.clone()));
                    push(s.clone());
                }
                Atom::Base(s) => push(s.clone()),
                Atom::Exp(s) => {
                    push(s.clone());
                    push(Sum::atom(atom.clone()));
                }
                _ => {}
            }
        }
        let mut powers = BTreeSet::new();
        powers_of(sum, &x, &mut powers);
        let has_roots = powers.iter().any(|power| power.below() == 2);
        let halves: Vec<Number> = powers
            .iter()
            .map(|power| power.times(Number::HALF))
            .filter(|half| half.as_whole().is_some())
            .collect();
        powers.extend(halves);
        // √x is a new variable only where roots of x stand.
        if has_roots {
            powers.insert(Number::HALF);
        }
        for power in powers {
            if power.as_whole().is_some_and(|n| n >= 2) || power == Number::HALF {
                push(self.algebra.power(&Sum::input(self.x), power));
            }
        }
        found.truncate(MOST_CANDIDATES);
        found
    }

    /// ∫ f by u = inner, if f/inner′ is a formula of u alone.
    fn by(&mut self, whole: &Sum, inner: &Sum) -> Option<Sum> {
        let slope = self.algebra.derivative(inner, self.x);
        if slope.is_zero() || slope.is_none() {
            return None;
        }
        let quotient = self.quotient(whole, &slope);
        if quotient.is_none() {
            return None;
        }
        let (algebra, u) = self.algebra.with_input(self.algebra.range(inner));
        let outer = self.in_terms_of(&algebra, &quotient, inner, u)?;
        if outer.is_none() || outer.has(self.x) {
            return None;
        }
        let mut names = self.names.to_vec();
        names.push(new_name(&names));
        let mut search = Search {
            algebra: &algebra,
            x: u,
            names: &names,
            depth: self.depth + 1,
            rules: Vec::new(),
        };
        let found = search.of(&outer)?;
        let name = &names[u as usize];
        let text = self.text(inner);
        let rules = search.rules;
        self.substituted(name, &text, &slope);
        for rule in rules {
            self.note(rule);
        }
        Some(self.algebra.replaced(&found, u, inner))
    }

    /// A quotient; where the divisor has several terms, a multiple of it goes out in one piece.
    fn quotient(&self, above: &Sum, below: &Sum) -> Sum {
        let plain = || self.algebra.over(above, below);
        let (Some((first, &c)), true) = (above.terms.iter().next_back(), below.terms.len() > 1)
        else {
            return plain();
        };
        // What the terms above share with one below, if the rest is the same for all.
        for (other, &d) in &below.terms {
            let ratio = self
                .algebra
                .over(&Sum::term(first.clone(), c), &Sum::term(other.clone(), d));
            if self.algebra.times(&ratio, below) == *above {
                return ratio;
            }
        }
        plain()
    }

    /// A sum with u in the place of what it stands for.
    fn in_terms_of(&self, algebra: &Algebra, sum: &Sum, inner: &Sum, u: u32) -> Option<Sum> {
        let new = Sum::input(u);
        // Powers of one atom: every power of it is one of u.
        if let Some((factors, c)) = inner.as_term()
            && c == Number::ONE
            && let Some((atom, &power)) = factors.iter().next()
            && factors.len() == 1
        {
            return Some(algebra.mapped(sum, &|other, own| match (other, atom) {
                (Atom::Exp(s), Atom::Exp(t)) => {
                    let ratio = algebra.over(s, t).as_number()?;
                    Some(algebra.power(&new, ratio.times(own)))
                }
                _ if other == atom => {
                    let ratio = own.over(power);
                    let is_fit = ratio.as_whole().is_some() || *atom != Atom::Input(self.x);
                    is_fit.then(|| algebra.power(&new, ratio))
                }
                _ => None,
            }));
        }
        // a·x^k + b: x^k is (u − b)/a.
        let mut powers = inner.by_powers(self.x)?;
        let rest = powers.remove(&Number::ZERO).unwrap_or_default();
        let (power, scale) = powers.pop_first()?;
        if !powers.is_empty() {
            return Some(algebra.mapped(sum, &|other, own| match other {
                Atom::Base(s) if s == inner => Some(algebra.power(&new, own)),
                Atom::Exp(s) if s == inner => Some(algebra.exp(&new.scaled(own))),
                Atom::Function(op, s) if s == inner => {
                    Some(algebra.power(&algebra.apply(*op, &new), own))
                }
                _ => None,
            }));
        }
        let by = algebra.over(&new.minus(&rest), &scale);
        Some(algebra.mapped(sum, &|other, own| match other {
            // What u is itself keeps its form.
            Atom::Base(s) if s == inner => Some(algebra.power(&new, own)),
            Atom::Exp(s) if s == inner => Some(algebra.exp(&new.scaled(own))),
            Atom::Input(i) if *i == self.x => {
                let ratio = own.over(power);
                ratio.as_whole().map(|_| algebra.power(&by, ratio))
            }
            _ => None,
        }))
    }
}

/// The powers to which an atom is raised anywhere.
fn powers_of(sum: &Sum, atom: &Atom, found: &mut BTreeSet<Number>) {
    for (other, &power) in sum.terms.keys().flat_map(Factors::iter) {
        match other {
            _ if other == atom => {
                found.insert(power);
            }
            Atom::Base(s) | Atom::Function(_, s) | Atom::Exp(s) => powers_of(s, atom, found),
            _ => {}
        }
    }
}
