//! What the terms of a sum share: it leaves quotients, powers, distances and angles, and may cancel.
//!
//! In polar coordinates, and on the cones of Duffy's map, it is what makes a singular quotient smooth:
//! x/√(x² + (x·y)²) = 1/√(1 + y²) for positive x.

use super::facts::Atoms;
use super::polynomial::{Factors, Polynomial, Term};
use super::simplifier::{Simplifier, is_sum};
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Expr, Id, Node, Rounded};

/// Coefficients that differ by less, as a part of them, are equal but for rounding.
const EQUAL: f64 = 4.0 * f64::EPSILON;

/// A product of more factors is not looked at for a common one.
const MOST_FACTORS: usize = 8;

impl<'g> Simplifier<'g, '_> {
    /// A sum of two products with the square of a sum as a common factor, as in (a·S)² + (b·S)²,
    /// with that factor in front if this is shorter: multiplied out, it might cancel.
    pub(super) fn factored(&mut self, plain: Expr<'g>, node: &Node) -> Option<Expr<'g>> {
        let Node::Binary(op @ (Binary::Add | Binary::Sub), x, y) = *node else {
            return None;
        };
        let (mut of_x, mut of_y) = (Vec::new(), Vec::new());
        self.factors_as_written(x, 1, MOST_FACTORS, &mut of_x);
        self.factors_as_written(y, 1, MOST_FACTORS, &mut of_y);
        let mut common = Vec::new();
        for (factor, k) in &mut of_x {
            let same = of_y.iter_mut().find(|(other, _)| other == factor);
            if let Some((_, l)) = same.filter(|_| is_sum(&self.graph.node(*factor))) {
                let both = (*k).min(*l);
                if both < 2 {
                    continue;
                }
                common.push((*factor, both));
                *k -= both;
                *l -= both;
            }
        }
        if common.is_empty() {
            return None;
        }
        let rest = [&of_x, &of_y].map(|factors| self.product_as_written(factors));
        let sum = self.node(Node::Binary(op, rest[0].id, rest[1].id), false);
        let front = self.product_as_written(&common);
        let new = if sum.number() == Some(1.0) {
            front
        } else {
            self.node(Node::Binary(Binary::Mul, front.id, sum.id), false)
        };
        (self.cost(new) < self.cost(plain)).then_some(new)
    }

    /// The factors of a product, with their powers, as it is written; of one in parentheses so deep
    /// at most.
    fn factors_as_written(&self, id: Id, power: i32, depth: usize, factors: &mut Vec<(Id, i32)>) {
        match self.graph.node(id) {
            Node::Binary(Binary::Mul, x, y) if depth > 0 && factors.len() < MOST_FACTORS => {
                self.factors_as_written(x, power, depth - 1, factors);
                self.factors_as_written(y, power, depth - 1, factors);
            }
            Node::Power(x, n) if (1..=MOST_FACTORS as i32).contains(&n) && power == 1 => {
                self.factors_as_written(x, n, depth, factors);
            }
            _ => match factors.iter_mut().find(|(known, _)| *known == id) {
                Some((_, k)) => *k += power,
                None => factors.push((id, power)),
            },
        }
    }

    /// The simplified product of factors.
    fn product_as_written(&mut self, factors: &[(Id, i32)]) -> Expr<'g> {
        let mut product: Option<Expr<'g>> = None;
        for &(factor, k) in factors.iter().filter(|(_, k)| *k > 0) {
            let power = match k {
                1 => self.graph.expr(factor),
                _ => self.node(Node::Power(factor, k), false),
            };
            product = Some(match product {
                None => power,
                Some(product) => self.node(Node::Binary(Binary::Mul, product.id, power.id), false),
            });
        }
        product.unwrap_or_else(|| self.graph.constant(1.0))
    }

    /// x/(x + x·y) = 1/(1 + y): what the terms of a sum below share leaves it where it cancels.
    pub(super) fn cancelled(&mut self, mut form: Polynomial) -> Polynomial {
        let common = form.common_factors();
        for &(atom, k) in common.iter().filter(|f| f.1 < 0) {
            let below = self.form(atom);
            if below.terms.len() < 2 {
                continue;
            }
            let cancels = |&(shared, a): &(Id, i32)| {
                let above = common.iter().find(|f| f.0 == shared && f.1 > 0);
                let enough = |b: i32| form.terms.len() == 1 || b >= a.saturating_mul(-k);
                a > 0 && self.facts[shared.index()].analytic && above.is_some_and(|f| enough(f.1))
            };
            let mut shared = below.common_factors();
            shared.retain(cancels);
            if shared.is_empty() || !self.may_expand(&below) {
                continue;
            }
            let rest = below.without(&shared);
            let written = self.write(&rest);
            self.remember(written.id, &rest);
            for term in &mut form.terms {
                term.factors = term.times_power(atom, -k);
                term.factors = term.times_power(written.id, k);
                for &(shared, a) in &shared {
                    term.factors = term.times_power(shared, a * k);
                }
            }
            form.terms.sort_by(|a, b| a.factors.cmp(&b.factors));
        }
        let mut below = common.iter().filter(|f| f.1 < 0);
        let quotient = below.find_map(|&(atom, k)| {
            let mut powers = 1..=k.unsigned_abs().min(MOST_FACTORS as u32);
            powers.find_map(|power| self.quotient_of_multiples(&form, atom, power))
        });
        quotient.unwrap_or(form)
    }

    /// (c·x·Sᵖ)/Sᵏ = c·x/Sᵏ⁻ᵖ for a sum S, which stands below as an atom, and above multiplied out.
    fn quotient_of_multiples(
        &mut self,
        form: &Polynomial,
        atom: Id,
        power: u32,
    ) -> Option<Polynomial> {
        let base = self.form(atom);
        // The power has no fewer terms.
        if form.terms.len() < 2 || base.terms.len() > form.terms.len() {
            return None;
        }
        let below = base.power(power, &Atoms(&self.facts))?;
        if below.terms.len() != form.terms.len() {
            return None;
        }
        let (common, shared) = (form.common_factors(), below.common_factors());
        let is_analytic = |&(atom, _): &(Id, i32)| self.facts[atom.index()].analytic;
        if !self.facts[atom.index()].analytic || !shared.iter().all(is_analytic) {
            return None;
        }
        let (above, below) = (form.without(&common), below.without(&shared));
        let ratio = above.terms[0].coefficient / below.terms[0].coefficient;
        let fits = |(a, b): (&Term, &Term)| {
            let off = (a.coefficient - ratio * b.coefficient).value.abs();
            a.factors == b.factors && off <= EQUAL * a.coefficient.value.abs()
        };
        if !ratio.value.is_normal() || !above.terms.iter().zip(&below.terms).all(fits) {
            return None;
        }
        let mut term = Term {
            coefficient: ratio,
            factors: common,
        };
        term.factors = term.times_power(atom, power as i32);
        for &(factor, k) in &shared {
            term.factors = term.times_power(factor, -k);
        }
        Some(Polynomial {
            terms: vec![term],
            distributed: false,
        })
    }

    /// √x·√x = x where x is not negative.
    pub(super) fn without_squared_roots(&mut self, form: Polynomial) -> Polynomial {
        let radicand = |simplifier: &Self, atom: Id| match simplifier.graph.node(atom) {
            Node::Unary(Unary::Sqrt, x) if simplifier.facts[x.index()].range.0 >= 0.0 => Some(x),
            _ => None,
        };
        let is_squared = |f: &(Id, i32)| f.1.abs() >= 2 && radicand(self, f.0).is_some();
        let mut factors = form.terms.iter().flat_map(|term| &term.factors);
        if !factors.any(is_squared) {
            return form;
        }
        let mut terms = Vec::with_capacity(form.terms.len());
        for term in &form.terms {
            let mut written = term.clone();
            for &(atom, k) in term.factors.iter().filter(|f| f.1.abs() >= 2) {
                let Some(x) = radicand(self, atom) else {
                    continue;
                };
                let half = k / 2;
                written.factors = written.times_power(atom, -2 * half);
                let (number, factors) = match self.form(x).as_term() {
                    Some(own) => (own.coefficient, own.factors.clone()),
                    None => (Rounded::from(1.0), vec![(x, 1)]),
                };
                written.coefficient = written.coefficient * number.powi(half);
                for (factor, power) in factors {
                    written.factors = written.times_power(factor, power * half);
                }
            }
            if !written.coefficient.value.is_normal() {
                return form;
            }
            terms.push(written);
        }
        Polynomial::collected(terms, form.distributed, &Atoms(&self.facts)).unwrap_or(form)
    }

    /// (fᵏ·g + fᵏ·h)ᵖ = fᵏᵖ·(g + h)ᵖ where f is not negative.
    pub(super) fn shared_power(&mut self, form: &Polynomial, exponent: f64) -> Option<Expr<'g>> {
        let shared = form.common_factors();
        let positive =
            |&(atom, k): &(Id, i32)| k % 2 == 0 || self.facts[atom.index()].range.0 >= 0.0;
        let plain = form.terms.len() < 2 || shared.is_empty() || !shared.iter().all(positive);
        if plain || !self.may_expand(form) {
            return None;
        }
        let rest = form.without(&shared);
        let under = self.write(&rest);
        self.remember(under.id, &rest);
        self.learn();
        let mut factors = Vec::new();
        for (atom, k) in shared.into_iter().chain([(under.id, 1)]) {
            let power = f64::from(k) * exponent;
            let base = if atom == under.id || power % 2.0 == 0.0 {
                atom
            } else {
                self.magnitudes(&[(atom, 1)])[0].0
            };
            if power.fract() == 0.0 && power.abs() <= 1024.0 {
                factors.push((base, power as i32));
                continue;
            }
            let power = self.graph.constant(power);
            let plain = self.graph.expr(base).pow(power);
            self.learn();
            factors.push((self.real_power(plain, base, power.id).id, 1));
            self.learn();
        }
        Some(self.finish(1.0, factors))
    }

    /// √((c·x)² + (c·y)²) = |c|·√(x² + y²)
    pub(super) fn shared_hypot(
        &mut self,
        plain: Expr<'g>,
        p: &Polynomial,
        q: &Polynomial,
    ) -> Expr<'g> {
        let Some((shared, x, y)) = self.without_shared(p, q) else {
            return plain;
        };
        let mut factors = self.magnitudes(&shared);
        let hypot = x.hypot(y);
        self.learn();
        factors.push((hypot.id, 1));
        self.finish(1.0, factors)
    }

    /// The direction of (c·x, c·y) is that of (x, y) where c is positive.
    pub(super) fn angle(&mut self, plain: Expr<'g>, y: Id, x: Id) -> Expr<'g> {
        let (p, q) = (self.form(y), self.form(x));
        let Some((shared, y, x)) = self.without_shared(&p, &q) else {
            return plain;
        };
        let positive =
            |&(atom, k): &(Id, i32)| k % 2 == 0 || self.facts[atom.index()].range.0 >= 0.0;
        if !shared.iter().all(positive) {
            return plain;
        }
        let angle = y.atan2(x);
        self.learn();
        angle
    }

    /// What the terms of two forms share, and the two forms without it.
    fn without_shared(
        &mut self,
        p: &Polynomial,
        q: &Polynomial,
    ) -> Option<(Factors, Expr<'g>, Expr<'g>)> {
        if p.terms.is_empty() || q.terms.is_empty() {
            return None;
        }
        let mut both = p.clone();
        both.terms.extend(q.terms.iter().cloned());
        let shared = both.common_factors();
        let analytic = |&(atom, _): &(Id, i32)| self.facts[atom.index()].analytic;
        if shared.is_empty() || !shared.iter().all(analytic) {
            return None;
        }
        if !self.may_expand(p) || !self.may_expand(q) {
            return None;
        }
        let mut written = |form: &Polynomial| {
            let rest = form.without(&shared);
            let written = self.write(&rest);
            self.remember(written.id, &rest);
            written
        };
        let (x, y) = (written(p), written(q));
        self.learn();
        Some((shared, x, y))
    }
}
