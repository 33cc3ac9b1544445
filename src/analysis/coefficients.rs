//! Formulas as quotients of polynomials in one input, whose coefficients are formulas of the others.

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Expr, Graph, Id, Node};
use crate::expr::inputs;

/// The most coefficients of a polynomial.
const MOST_COEFFICIENTS: usize = 5;

fn is_zero(e: Expr<'_>) -> bool {
    e.number() == Some(0.0)
}

fn sum<'g>(a: Expr<'g>, b: Expr<'g>) -> Expr<'g> {
    match (is_zero(a), is_zero(b)) {
        (true, _) => b,
        (_, true) => a,
        _ => a + b,
    }
}

/// A polynomial in one input: its coefficients, constant first.
#[derive(Clone)]
struct Polynomial<'g>(Vec<Expr<'g>>);

impl<'g> Polynomial<'g> {
    fn sum(&self, other: &Self) -> Self {
        let zero = self.0[0].constant(0.0);
        let at = |p: &Self, k: usize| p.0.get(k).copied().unwrap_or(zero);
        let terms = 0..self.0.len().max(other.0.len());
        Polynomial(terms.map(|k| sum(at(self, k), at(other, k))).collect())
    }

    fn negative(&self) -> Self {
        Polynomial(
            self.0
                .iter()
                .map(|&c| if is_zero(c) { c } else { -c })
                .collect(),
        )
    }

    fn product(&self, other: &Self) -> Option<Self> {
        let count = self.0.len() + other.0.len() - 1;
        if count > MOST_COEFFICIENTS {
            return None;
        }
        let mut terms = vec![self.0[0].constant(0.0); count];
        for (i, &a) in self.0.iter().enumerate() {
            for (j, &b) in other.0.iter().enumerate() {
                // What is missing must not come back as zero times something without a value.
                if !is_zero(a) && !is_zero(b) {
                    let is_one = |e: Expr<'g>| e.number() == Some(1.0);
                    let product = match (is_one(a), is_one(b)) {
                        (true, _) => b,
                        (_, true) => a,
                        _ => a * b,
                    };
                    terms[i + j] = sum(terms[i + j], product);
                }
            }
        }
        Some(Polynomial(terms))
    }

    fn is_one(&self) -> bool {
        matches!(self.0[..], [c] if c.number() == Some(1.0))
    }

    fn is_same(&self, other: &Self) -> bool {
        let ids = |p: &Self| p.0.iter().map(|e| e.id).collect::<Vec<_>>();
        ids(self) == ids(other)
    }
}

/// A quotient of polynomials in one input.
#[derive(Clone)]
struct Quotient<'g> {
    above: Polynomial<'g>,
    below: Polynomial<'g>,
}

impl<'g> Quotient<'g> {
    fn sum(&self, other: &Self) -> Option<Self> {
        if self.below.is_same(&other.below) {
            return Some(Quotient {
                above: self.above.sum(&other.above),
                below: self.below.clone(),
            });
        }
        let mine = self.above.product(&other.below)?;
        let theirs = other.above.product(&self.below)?;
        Some(Quotient {
            above: mine.sum(&theirs),
            below: self.below.product(&other.below)?,
        })
    }

    fn negative(self) -> Self {
        Quotient {
            above: self.above.negative(),
            ..self
        }
    }

    fn product(&self, other: &Self) -> Option<Self> {
        Some(Quotient {
            above: self.above.product(&other.above)?,
            below: self.below.product(&other.below)?,
        })
    }

    fn reciprocal(self) -> Self {
        Quotient {
            above: self.below,
            below: self.above,
        }
    }
}

/// The coefficients of the numerator and of the denominator, constant first, of a formula as a
/// quotient of polynomials in an input; `None` if it is not one of low degree. A denominator that
/// is 1 has no coefficients.
pub(crate) fn coefficients<'g>(
    graph: &'g Graph,
    formula: Expr<'g>,
    input: usize,
) -> Option<(Vec<Expr<'g>>, Vec<Expr<'g>>)> {
    let nodes = graph.read(|arena| arena.nodes().to_vec());
    let needed = graph.read(|arena| arena.needed(&[formula.id]));
    let reached = graph.read(inputs::of_nodes);
    let one = Polynomial(vec![graph.constant(1.0)]);
    let plain = |terms: Vec<Expr<'g>>| Quotient {
        above: Polynomial(terms),
        below: one.clone(),
    };
    // Only of nodes that the input reaches.
    let mut found: Vec<Option<Quotient<'g>>> = vec![None; nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        if !needed[index] || reached[index] >> input & 1 == 0 {
            continue;
        }
        let of = |id: Id| {
            let free = || plain(vec![graph.expr(id)]);
            found[id.index()].clone().unwrap_or_else(free)
        };
        let quotient = match *node {
            Node::Input(_) => plain(vec![graph.constant(0.0), graph.constant(1.0)]),
            Node::Unary(Unary::Neg, x) => of(x).negative(),
            Node::Binary(Binary::Add, x, y) => of(x).sum(&of(y))?,
            Node::Binary(Binary::Sub, x, y) => of(x).sum(&of(y).negative())?,
            Node::Binary(Binary::Mul, x, y) => of(x).product(&of(y))?,
            Node::Binary(Binary::Div, x, y) => of(x).product(&of(y).reciprocal())?,
            Node::Power(x, n) => {
                let base = if n < 0 { of(x).reciprocal() } else { of(x) };
                let mut power = plain(one.0.clone());
                for _ in 0..n.unsigned_abs().min(MOST_COEFFICIENTS as u32) {
                    power = base.product(&power)?;
                }
                if n.unsigned_abs() >= MOST_COEFFICIENTS as u32 {
                    return None;
                }
                power
            }
            _ => return None,
        };
        found[index] = Some(quotient);
    }
    let Quotient { above, below } = found[formula.id.index()].clone()?;
    let below = if below.is_one() { Vec::new() } else { below.0 };
    Some((above.0, below))
}

/// Horner's rule.
pub(super) fn polynomial_at<'g>(coefficients: &[Expr<'g>], x: Expr<'g>) -> Expr<'g> {
    let zero = x.constant(0.0);
    let horner = |rest: Expr<'g>, c: &Expr<'g>| sum(rest * x, *c);
    let mut terms = coefficients.iter().rev();
    let first = terms.next().copied().unwrap_or(zero);
    terms.fold(first, horner)
}
