//! The writing of normal forms: terms, common factors and signs in the order of a textbook.

use super::facts::Atoms;
use super::polynomial::{Polynomial, Term};
use super::simplifier::Simplifier;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Expr, Id, Node, Rounded};

impl<'g> Simplifier<'g, '_> {
    /// The shortest way that this module knows to write a normal form.
    pub(super) fn write(&mut self, form: &Polynomial) -> Expr<'g> {
        match &form.terms[..] {
            [] => self.graph.constant(0.0),
            [term] => self.product(term.coefficient, &term.factors, None),
            _ => {
                let mut common = form.common_factors();
                let mut inner = form.without(&common);
                let size = inner.terms[0].coefficient.abs();
                let mut outside = Rounded::from(1.0);
                if size != 1.0 && inner.terms.iter().all(|t| t.coefficient.abs() == size) {
                    outside = size;
                    for term in &mut inner.terms {
                        term.coefficient = Rounded::from(term.coefficient.value.signum());
                    }
                }
                // A sign goes in front of a product, not into its last sum.
                if inner.negative_terms() == inner.terms.len()
                    && (outside != 1.0 || !common.is_empty())
                {
                    outside = -outside;
                    inner = inner.scaled(-1.0);
                }
                // What was multiplied out may be a product still.
                let split = form.distributed.then(|| inner.split()).flatten();
                let sum = match (self.perfect_square(&inner), split) {
                    (Some((size, base)), _) => {
                        outside = outside * size;
                        base.powi(2)
                    }
                    (None, Some([powers, rest])) => {
                        let [powers, rest] = [powers, rest].map(|sum| {
                            let written = self.write(&sum);
                            self.remember(written.id, &sum);
                            written
                        });
                        self.learn();
                        common.push((powers.id, 1));
                        rest
                    }
                    (None, None) => self.sum(&inner),
                };
                if outside == 1.0 && common.is_empty() {
                    sum
                } else {
                    self.product(outside, &common, Some(sum))
                }
            }
        }
    }

    /// A sum, higher degrees first, opened by a positive term where there is one.
    fn sum(&mut self, form: &Polynomial) -> Expr<'g> {
        let mut terms = form.terms.clone();
        let degree = |t: &Term| {
            let exponents = t.factors.iter().map(|f| f.1);
            exponents.fold(0, i32::saturating_add)
        };
        terms.sort_by(|a, b| {
            degree(b)
                .cmp(&degree(a))
                .then_with(|| self.order(a).cmp(&self.order(b)))
        });
        if let Some(first) = terms.iter().position(|t| t.coefficient > 0.0) {
            terms[..=first].rotate_right(1);
        }
        let mut sum: Option<Expr<'g>> = None;
        for term in &terms {
            let magnitude = term.coefficient.abs();
            sum = Some(match sum {
                None => self.product(term.coefficient, &term.factors, None),
                Some(sum) if term.coefficient < 0.0 => {
                    sum - self.product(magnitude, &term.factors, None)
                }
                Some(sum) => sum + self.product(magnitude, &term.factors, None),
            });
        }
        sum.unwrap_or_else(|| self.graph.constant(0.0))
    }

    /// How the factors of a term are ordered in a text.
    fn order(&self, term: &Term) -> Vec<(u8, Id, i32)> {
        let mut order: Vec<_> = term
            .factors
            .iter()
            .map(|&(atom, k)| (self.rank(atom), atom, -k))
            .collect();
        order.sort_unstable();
        order
    }

    fn rank(&self, atom: Id) -> u8 {
        self.graph.read(|arena| match arena.node(atom) {
            Node::Constant(..) => 0,
            Node::Symbol(_) => 1,
            Node::Input(_) => 2,
            Node::Unary(..) | Node::Select(..) => 3,
            _ => 4,
        })
    }

    /// Σ k·x; `None` for no addends.
    pub(super) fn sum_of_multiples(&mut self, addends: &[(Id, i32)]) -> Option<Expr<'g>> {
        let mut sum: Option<Polynomial> = None;
        for &(x, k) in addends {
            let part = self.form(x).scaled(f64::from(k));
            let before = sum.take().unwrap_or_default();
            sum = Some(
                before
                    .plus(1.0, &part, &Atoms(&self.facts))
                    .unwrap_or(Polynomial {
                        distributed: true,
                        ..before
                    }),
            );
        }
        // What would be multiplied out is left as it is: each addend has its own digits.
        if let Some(sum) = sum.as_ref().filter(|sum| !sum.distributed) {
            return Some(self.write(sum));
        }
        let mut total: Option<Expr<'g>> = None;
        for &(x, k) in addends {
            let size = f64::from(k.unsigned_abs());
            let size = self.graph.constant(size).id;
            let part = match k {
                1 | -1 => self.graph.expr(x),
                _ => self.node(Node::Binary(Binary::Mul, size, x), false),
            };
            total = Some(match (total, k > 0) {
                (None, true) => part,
                (None, false) => self.node(Node::Unary(Unary::Neg, part.id), false),
                (Some(sum), true) => self.node(Node::Binary(Binary::Add, sum.id, part.id), false),
                (Some(sum), false) => self.node(Node::Binary(Binary::Sub, sum.id, part.id), false),
            });
        }
        total
    }

    /// coefficient · factors · last, as a quotient where exponents are negative.
    pub(super) fn product(
        &mut self,
        coefficient: impl Into<Rounded>,
        factors: &[(Id, i32)],
        last: Option<Expr<'g>>,
    ) -> Expr<'g> {
        let coefficient = coefficient.into();
        let mut above: Vec<Expr<'g>> = Vec::new();
        let mut below: Vec<Expr<'g>> = Vec::new();
        let mut exponents: Vec<(Id, i32)> = Vec::new();
        let mut ordered: Vec<(u8, Id, i32)> = Vec::new();
        for &(atom, k) in factors {
            // Powers of exponentials become one exponential.
            if let Node::Unary(Unary::Exp, x) = self.graph.node(atom) {
                exponents.push((x, k));
                continue;
            }
            ordered.push((self.rank(atom), atom, k));
        }
        ordered.sort_unstable();
        for (_, atom, k) in ordered {
            let base = self.graph.expr(atom);
            let power = |n: i32| if n == 1 { base } else { base.powi(n) };
            if k > 0 {
                above.push(power(k));
            } else {
                below.push(power(-k));
            }
        }
        let exponent = self.sum_of_multiples(&exponents);
        if let Some(exponent) = exponent.filter(|e| e.number() != Some(0.0)) {
            above.push(exponent.exp());
        }
        above.extend(last);
        if above.is_empty() && below.is_empty() {
            return self.graph.number(coefficient);
        }
        let magnitude = coefficient.abs();
        let inverse = Rounded::from(1.0) / magnitude;
        let whole = inverse.value.round();
        if magnitude < 1.0 && whole < 1e6 && 1.0 / whole == magnitude.value {
            let inverse = Rounded {
                value: whole,
                ..inverse
            };
            below.insert(0, self.graph.number(inverse));
        } else if magnitude != 1.0 || above.is_empty() {
            above.insert(0, self.graph.number(magnitude));
        }
        if coefficient < 0.0 {
            match above.first().map(|first| (first.rounded(), *first)) {
                Some((Some(number), _)) => above[0] = self.graph.number(-number),
                Some((None, first)) => above[0] = -first,
                None => above.push(self.graph.constant(-1.0)),
            }
        }
        let product = |list: &[Expr<'g>]| list.iter().copied().reduce(|a, b| a * b);
        let above = product(&above).unwrap_or_else(|| self.graph.constant(1.0));
        match product(&below) {
            Some(below) => above / below,
            None => above,
        }
    }
}
