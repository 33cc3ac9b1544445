//! Numerators: formulas on the unit box times powers of their denominators, with the same sign, and without
//! the poles.
//!
//! 1. Each formula is a quotient N/(b₁^k₁ b₂^k₂ …) of what has no pole and of powers of denominators that
//!    vanish somewhere; a sum has the largest powers of its terms.
//! 2. A denominator that is a multiple of another one is that one.
//! 3. The sign of the formula is that of N, times that of the denominators that change sign and have an odd
//!    power: with them it changes sign at a pole too.

use super::pieces::ratio;
use crate::elementary::{Binary, Unary};
use crate::expr::formulas::unit_ranges;
use crate::expr::graph::{Expr, Graph, Id, Node};
use crate::expr::simplify::value_ranges;
use crate::expr::value::values;
use crate::scatter::Scatter;

/// With more denominators a formula is left as it is.
const MOST_BASES: usize = 8;

/// With higher powers of one, too.
const MOST_POWER: i32 = 64;

/// Points at which denominators are compared.
const POINTS: usize = 7;

/// A formula of n unit coordinates times powers of its denominators: it has the same sign, and the same
/// zeros but for those of denominators.
pub(crate) fn numerator<'g>(graph: &'g Graph, formula: Expr<'g>, n: usize) -> Expr<'g> {
    // The graph may hold a thousand others.
    let (part, roots) = graph.read(|arena| arena.part(&[formula.id]));
    let divides = |node: &Node| {
        matches!(node, Node::Binary(Binary::Div, ..)) || matches!(node, Node::Power(_, k) if *k < 0)
    };
    if !part.nodes().iter().any(divides) {
        return formula;
    }
    let own = Graph::from_arena(part);
    let Some(above) = without_poles(&own, roots[0], n) else {
        return formula;
    };
    let above = above.id;
    let inputs: Vec<Expr<'g>> = (0..n).map(|axis| graph.input(axis)).collect();
    let (part, roots) = own.read(|arena| arena.part(&[above]));
    graph.import(&part, &roots, &inputs)[0]
}

/// The numerator of a formula that is alone in its graph; `None` if it has no poles, or too many.
fn without_poles(graph: &Graph, formula: Id, n: usize) -> Option<Expr<'_>> {
    let nodes = graph.read(|arena| arena.nodes().to_vec());
    let mut bases = Bases {
        graph,
        n,
        known: Vec::new(),
    };
    let mut found: Vec<Option<Quotient<'_>>> = vec![None; nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        let quotient = bases.quotient(Id::at(index), node, &found);
        if bases.known.len() > MOST_BASES || quotient.below.iter().any(|k| *k > MOST_POWER) {
            return None;
        }
        found[index] = Some(quotient);
    }
    let Quotient { above, below } = found[formula.index()].take()?;
    if below.iter().all(|k| *k == 0) {
        return None;
    }
    let powers = bases.known.iter().zip(&below);
    let with_signs = powers.fold(above, |above, (base, k)| match base.changes_sign {
        true if k % 2 == 1 => above * base.formula,
        _ => above,
    });
    Some(with_signs)
}

/// A formula without poles over powers of denominators, by their number.
#[derive(Clone)]
struct Quotient<'g> {
    above: Expr<'g>,
    below: Vec<i32>,
}

/// A denominator that vanishes somewhere.
struct Base<'g> {
    formula: Expr<'g>,
    /// At some points.
    values: Vec<f64>,
    /// If not, it is nowhere negative.
    changes_sign: bool,
}

struct Bases<'g> {
    graph: &'g Graph,
    n: usize,
    known: Vec<Base<'g>>,
}

impl<'g> Bases<'g> {
    fn quotient(&mut self, id: Id, node: &Node, found: &[Option<Quotient<'g>>]) -> Quotient<'g> {
        let whole = Quotient {
            above: self.graph.expr(id),
            below: Vec::new(),
        };
        let of = |id: Id| match &found[id.index()] {
            Some(quotient) => quotient.clone(),
            None => Quotient {
                above: self.graph.expr(id),
                below: Vec::new(),
            },
        };
        let is_plain = |id: Id| of(id).below.iter().all(|k| *k == 0);
        match *node {
            Node::Binary(Binary::Div, x, y) => {
                let reciprocal = self.reciprocal(of(y));
                product(&of(x), &reciprocal)
            }
            Node::Power(x, k) if k < 0 => {
                let reciprocal = self.reciprocal(of(x));
                power(&reciprocal, -k)
            }
            // What has no poles in it stays as it is.
            _ if {
                let mut plain = true;
                node.for_each_operand(|id| plain &= is_plain(id));
                plain
            } =>
            {
                whole
            }
            Node::Unary(Unary::Neg, x) => Quotient {
                above: -of(x).above,
                ..of(x)
            },
            Node::Binary(Binary::Add, x, y) => self.sum(of(x), of(y), false),
            Node::Binary(Binary::Sub, x, y) => self.sum(of(x), of(y), true),
            Node::Binary(Binary::Mul, x, y) => product(&of(x), &of(y)),
            Node::Power(x, k) => power(&of(x), k),
            Node::Unary(Unary::Sqrt, x) => self.root(of(x)).unwrap_or(whole),
            _ => whole,
        }
    }

    /// Two quotients over the same denominators, added or subtracted.
    fn sum(&self, x: Quotient<'g>, y: Quotient<'g>, negative: bool) -> Quotient<'g> {
        let below: Vec<i32> = (0..self.known.len())
            .map(|b| x.power(b).max(y.power(b)))
            .collect();
        let [x, y] = [x, y].map(|q| {
            let missing = |b: usize| below[b] - q.power(b);
            (0..below.len()).fold(q.above, |above, b| match missing(b) {
                0 => above,
                k => above * self.known[b].formula.powi(k),
            })
        });
        Quotient {
            above: if negative { x - y } else { x + y },
            below,
        }
    }

    /// The root of a quotient whose denominators have no sign, over whole powers of them.
    fn root(&self, x: Quotient<'g>) -> Option<Quotient<'g>> {
        let mut root = x;
        for b in 0..root.below.len() {
            let base = &self.known[b];
            if root.below[b] != 0 && base.changes_sign {
                return None;
            }
            if root.below[b] % 2 != 0 {
                root.above *= base.formula;
                root.below[b] += 1;
            }
            root.below[b] /= 2;
        }
        root.above = root.above.sqrt();
        Some(root)
    }

    fn reciprocal(&mut self, of: Quotient<'g>) -> Quotient<'g> {
        let mut above = self.graph.constant(1.0);
        for (b, k) in of.below.iter().enumerate() {
            if *k > 0 {
                above *= self.known[b].formula.powi(*k);
            }
        }
        let mut below = Vec::new();
        let mut open = vec![(of.above, 1i32)];
        while let Some((factor, k)) = open.pop() {
            match self.graph.node(factor.id) {
                Node::Unary(Unary::Neg, x) => {
                    above = if k % 2 == 1 { -above } else { above };
                    open.push((self.graph.expr(x), k));
                }
                Node::Binary(Binary::Mul, x, y) => {
                    open.extend([x, y].map(|x| (self.graph.expr(x), k)));
                }
                Node::Power(x, more) if more > 0 => {
                    open.push((self.graph.expr(x), k.saturating_mul(more)));
                }
                _ => match self.base(factor) {
                    Some((base, multiple)) => {
                        below.resize(below.len().max(base + 1), 0);
                        below[base] = k.saturating_add(below[base]);
                        above /= self.graph.constant(multiple).powi(k);
                    }
                    None => above /= factor.powi(k),
                },
            }
        }
        Quotient { above, below }
    }

    /// The number of the denominator of which a formula is a multiple, and what multiple; `None` if it
    /// vanishes nowhere.
    fn base(&mut self, formula: Expr<'g>) -> Option<(usize, f64)> {
        let (part, roots) = self.graph.read(|arena| arena.part(&[formula.id]));
        let (lo, hi) = value_ranges(&part, &unit_ranges(self.n))[roots[0].index()];
        if lo > 0.0 || hi < 0.0 {
            return None;
        }
        let points = Scatter::golden(self.n);
        let at_points: Vec<f64> = (1..=POINTS)
            .map(|k| values(&part, &roots, &points.point(k))[0])
            .collect();
        let changes_sign = lo < 0.0 && hi > 0.0;
        // |f| is a multiple of f at points on one side of its zeros.
        let multiple = |base: &Base<'g>| match base.changes_sign == changes_sign {
            true => ratio(&at_points, &base.values),
            false => None,
        };
        let mut known = self.known.iter().enumerate();
        let same = known.find_map(|(number, base)| Some((number, multiple(base)?)));
        if same.is_some() {
            return same;
        }
        let sign = if hi <= 0.0 { -1.0 } else { 1.0 };
        self.known.push(Base {
            formula: if sign < 0.0 { -formula } else { formula },
            values: at_points.iter().map(|v| sign * v).collect(),
            changes_sign,
        });
        Some((self.known.len() - 1, sign))
    }
}

impl Quotient<'_> {
    fn power(&self, base: usize) -> i32 {
        self.below.get(base).copied().unwrap_or(0)
    }
}

fn product<'g>(x: &Quotient<'g>, y: &Quotient<'g>) -> Quotient<'g> {
    let count = x.below.len().max(y.below.len());
    let sum = |b: usize| x.power(b).saturating_add(y.power(b));
    Quotient {
        above: match (x.above.number(), y.above.number()) {
            (Some(1.0), _) => y.above,
            (_, Some(1.0)) => x.above,
            _ => x.above * y.above,
        },
        below: (0..count).map(sum).collect(),
    }
}

fn power<'g>(x: &Quotient<'g>, k: i32) -> Quotient<'g> {
    Quotient {
        above: match k {
            1 => x.above,
            k => x.above.powi(k),
        },
        below: x.below.iter().map(|own| own.saturating_mul(k)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::formulas::Formulas;

    /// The formula x of two coordinates and its numerator.
    fn both(formula: impl for<'g> Fn([Expr<'g>; 2]) -> Expr<'g>) -> Formulas {
        let graph = Graph::new();
        let roots = {
            let x = formula([graph.input(0), graph.input(1)]);
            vec![x.id, numerator(&graph, x, 2).id]
        };
        Formulas {
            inputs: Vec::new(),
            arena: graph.into_arena(),
            roots,
        }
    }

    #[test]
    fn numerators_have_the_sign_and_no_pole() {
        fn rational<'g>([v, w]: [Expr<'g>; 2]) -> Expr<'g> {
            let x = v / (1.0 - v);
            let s = 2.0 * w - 1.0;
            let y = s / (4.0 * w * (1.0 - w));
            x.powi(4) + y.powi(4) - x * y - 1.0 / (w - 1.0).powi(2)
        }
        fn beside_a_pole<'g>([v, w]: [Expr<'g>; 2]) -> Expr<'g> {
            1.0 / (v - 0.4) - w
        }
        fn with_a_root<'g>([v, w]: [Expr<'g>; 2]) -> Expr<'g> {
            (1.0 + (v / (1.0 - v)).powi(2) + 1.0 / w).sqrt() - 2.0 / w
        }
        for formulas in [both(rational), both(beside_a_pole), both(with_a_root)] {
            let mut largest = 0.0f64;
            for k in 1..500 {
                let values = formulas.values(&Scatter::golden(2).point(k));
                assert_eq!(values[0] > 0.0, values[1] > 0.0, "{values:?}");
                largest = largest.max(values[1].abs());
            }
            // A pole would be hit: with 500 points it is above 100 somewhere.
            assert!(largest < 50.0, "{largest}");
            for corner in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]] {
                assert!(formulas.values(&corner)[1].is_finite());
            }
        }
    }

    #[test]
    fn what_has_no_pole_stays_as_it_is() {
        let formulas = both(|[v, w]| (v + 2.0 * w).exp() / (1.0 + v) - w);
        assert_eq!(formulas.roots[0], formulas.roots[1]);
    }
}
