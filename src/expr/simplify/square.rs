//! Sums that are a square: a·x² − 2·a·x·y + a·y² = a·(x − y)², which does not cancel but where it
//! vanishes.

use super::polynomial::{Factors, Polynomial, Term};
use super::simplifier::{Simplifier, is_sum};
use crate::elementary::Binary;
use crate::expr::graph::{Expr, Id, Node, Rounded};

/// Coefficients that differ by less, as a part of them, are equal but for rounding.
const EQUAL: f64 = 4.0 * f64::EPSILON;

impl<'g> Simplifier<'g, '_> {
    /// The number a and the sum s of which a form is a·s², if it is one.
    pub(super) fn perfect_square(&mut self, form: &Polynomial) -> Option<(Rounded, Expr<'g>)> {
        let [a, b, c] = &form.terms[..] else {
            return None;
        };
        // The term in the middle is the one whose square is the product of the others.
        let middle = |[x, y, z]: [&Term; 3]| is_middle(x, y, z).then(|| [x, y, z].map(Term::clone));
        let [x, y, z] = middle([a, b, c])
            .or_else(|| middle([b, a, c]))
            .or_else(|| middle([a, c, b]))?;
        let size = x.coefficient;
        let ratio = -y.coefficient / (size * 2.0);
        let base = Polynomial {
            terms: vec![
                Term {
                    coefficient: Rounded::from(1.0),
                    factors: halved(&x.factors)?,
                },
                Term {
                    coefficient: -ratio,
                    factors: halved(&z.factors)?,
                },
            ],
            distributed: false,
        };
        let mut base = base;
        base.terms.sort_by(|a, b| a.factors.cmp(&b.factors));
        let written = self.write(&base);
        self.remember(written.id, &base);
        Some((size, written))
    }
}

impl<'g> Simplifier<'g, '_> {
    /// S·(k·S) = k·S² for a sum S: of a square it is known that it has one sign.
    pub(super) fn square_of_multiples(&mut self, node: &Node) -> Option<Expr<'g>> {
        let Node::Binary(Binary::Mul, x, y) = *node else {
            return None;
        };
        if !is_sum(&self.graph.node(x)) || !is_sum(&self.graph.node(y)) || x == y {
            return None;
        }
        let (p, q) = (self.form(x), self.form(y));
        if p.distributed || q.distributed || p.terms.len() != q.terms.len() {
            return None;
        }
        let ratio = q.terms.first()?.coefficient / p.terms.first()?.coefficient;
        let fits = |(a, b): (&Term, &Term)| {
            a.factors == b.factors && a.coefficient * ratio == b.coefficient
        };
        if !p.terms.iter().zip(&q.terms).all(fits) {
            return None;
        }
        let square = self.node(Node::Power(x, 2), false);
        let number = self.graph.number(ratio).id;
        Some(self.node(Node::Binary(Binary::Mul, number, square.id), false))
    }
}

/// Whether a·X² + b·X·Y + c·Y² is a square.
fn is_middle(x: &Term, y: &Term, z: &Term) -> bool {
    let [a, b, c] = [x, y, z].map(|term| term.coefficient.value);
    let fourfold = 4.0 * a * c;
    let fits = fourfold > 0.0 && (b * b - fourfold).abs() <= EQUAL * fourfold;
    fits && halved(&x.factors)
        .is_some_and(|x| halved(&z.factors).is_some_and(|z| product(&x, &z) == y.factors))
}

/// The factors of a product.
pub(super) fn product(a: &Factors, b: &Factors) -> Factors {
    let mut both = Term {
        coefficient: Rounded::from(1.0),
        factors: a.clone(),
    };
    for &(atom, k) in b {
        both.factors = both.times_power(atom, k);
    }
    both.factors
}

/// The factors of a root, if all powers are even.
pub(super) fn halved(factors: &[(Id, i32)]) -> Option<Factors> {
    let half = |&(atom, k): &(Id, i32)| (k % 2 == 0).then_some((atom, k / 2));
    factors.iter().map(half).collect()
}
