//! Definite conditions: what holds, and what fails, where the formulas that are compared have values.
//!
//! 1. Roots, logarithms, powers and inverse functions have values where their operands lie in a domain:
//!    that is a condition of its own.
//! 2. A comparison holds where both sides have a value and it is true, and fails where both have one and it
//!    is false; elsewhere it does neither.
//! 3. `and`, `or` and `not` join these: false with anything is false, true or anything is true. What
//!    neither holds nor fails is unknown.
//!
//! S. C. Kleene, "Introduction to Metamathematics", North-Holland (1952), §64.

use std::ops::Not;

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Expr, Graph, Id, Node};

/// A condition: where it holds, where it fails, and where it does neither, if that may be.
#[derive(Clone, Copy)]
pub(super) struct Definite<'g> {
    pub(super) holds: Expr<'g>,
    fails: Expr<'g>,
    pub(super) unknown: Option<Expr<'g>>,
}

impl<'g> Definite<'g> {
    /// Where both of two conditions are definite, or one of them is and decides, what they join is.
    fn joined(op: Binary, a: Self, b: Self) -> Self {
        let either = [a.unknown, b.unknown].into_iter().flatten();
        let either = either.reduce(|a, b| a.or(b));
        match op {
            Binary::And => Definite {
                holds: a.holds.and(b.holds),
                fails: a.fails.or(b.fails),
                unknown: either.map(|u| u.and(a.fails.not()).and(b.fails.not())),
            },
            _ => Definite {
                holds: a.holds.or(b.holds),
                fails: a.fails.and(b.fails),
                unknown: either.map(|u| u.and(a.holds.not()).and(b.holds.not())),
            },
        }
    }
}

/// Conditions where they are definite; as they are if their formulas have values everywhere.
pub(super) fn definite<'g>(graph: &'g Graph, conditions: &[Expr<'g>]) -> Vec<Definite<'g>> {
    let roots: Vec<Id> = conditions.iter().map(|e| e.id).collect();
    let nodes = graph.read(|arena| arena.nodes().to_vec());
    let needed = graph.read(|arena| arena.needed(&roots));
    let mut partial = Partial {
        graph,
        domains: vec![Vec::new(); nodes.len()],
        truths: vec![None; nodes.len()],
    };
    for (index, node) in nodes.iter().enumerate() {
        if needed[index] {
            partial.visit(Id::at(index), node);
        }
    }
    let of = |e: &Expr<'g>| partial.truth(e.id);
    conditions.iter().map(of).collect()
}

/// Where nodes have values.
struct Partial<'g> {
    graph: &'g Graph,
    /// Conditions under which a node has a value, each once.
    domains: Vec<Vec<Id>>,
    /// Of truths that are not definite everywhere: where they hold and fail.
    truths: Vec<Option<Definite<'g>>>,
}

impl<'g> Partial<'g> {
    /// Where a truth is definite.
    fn truth(&self, id: Id) -> Definite<'g> {
        let holds = self.graph.expr(id);
        self.truths[id.index()].unwrap_or_else(|| Definite {
            holds,
            fails: holds.not(),
            unknown: None,
        })
    }

    fn visit(&mut self, id: Id, node: &Node) {
        let joined = match *node {
            Node::Unary(Unary::Not, x) if self.is_partial_truth(x) => {
                let of = self.truth(x);
                Some(Definite {
                    holds: of.fails,
                    fails: of.holds,
                    ..of
                })
            }
            Node::Binary(op @ (Binary::And | Binary::Or), x, y)
                if self.is_partial_truth(x) || self.is_partial_truth(y) =>
            {
                Some(Definite::joined(op, self.truth(x), self.truth(y)))
            }
            _ => None,
        };
        let domain = match joined {
            Some(Definite { holds, fails, .. }) => vec![holds.or(fails).id],
            None => self.domain(node),
        };
        self.truths[id.index()] = joined.or_else(|| {
            let e = self.graph.expr(id);
            let domain = self.all(&domain).filter(|_| e.is_truth())?;
            Some(Definite {
                holds: domain.and(e),
                fails: domain.and(e.not()),
                unknown: Some(domain.not()),
            })
        });
        self.domains[id.index()] = domain;
    }

    fn is_partial_truth(&self, id: Id) -> bool {
        self.truths[id.index()].is_some()
    }

    /// All of some conditions; `None` if there are none.
    fn all(&self, conditions: &[Id]) -> Option<Expr<'g>> {
        let conditions = conditions.iter().map(|id| self.graph.expr(*id));
        conditions.reduce(|all, condition| all.and(condition))
    }

    /// The conditions under which a node has a value, from those of its operands.
    fn domain(&self, node: &Node) -> Vec<Id> {
        let mut found = Vec::new();
        let mut add = |id: Id| {
            if !found.contains(&id) {
                found.push(id);
            }
        };
        let of = |id: Id| &self.domains[id.index()];
        if let Node::Select(condition, yes, no) = *node {
            of(condition).iter().copied().for_each(&mut add);
            let one = || self.graph.constant(1.0);
            if !(of(yes).is_empty() && of(no).is_empty()) {
                let [yes, no] = [yes, no].map(|id| self.all(of(id)).unwrap_or_else(one));
                add(self.graph.expr(condition).select(yes, no).id);
            }
            return found;
        }
        node.for_each_operand(|id| of(id).iter().copied().for_each(&mut add));
        for own in self.own_domain(node) {
            add(own.id);
        }
        found
    }

    /// What an operation asks of its operands.
    fn own_domain(&self, node: &Node) -> Vec<Expr<'g>> {
        let e = |id: Id| self.graph.expr(id);
        match *node {
            Node::Unary(op, x) => match op {
                // At the end of a logarithm there is a limit.
                Unary::Sqrt | Unary::Ln | Unary::Log2 | Unary::Log10 => vec![e(x).ge(0.0)],
                Unary::Log1p => vec![e(x).ge(-1.0)],
                Unary::EllipticK | Unary::EllipticE | Unary::EllipticB | Unary::EllipticC => {
                    vec![e(x).le(1.0)]
                }
                Unary::Acosh => vec![e(x).ge(1.0)],
                Unary::Asin | Unary::Acos | Unary::Atanh => vec![e(x).ge(-1.0), e(x).le(1.0)],
                _ => Vec::new(),
            },
            // At 0 there is a pole.
            Node::Binary(Binary::BesselY | Binary::BesselK, _, x) => vec![e(x).ge(0.0)],
            // Whole powers are powers of any number.
            Node::Binary(Binary::Pow, x, y) => match e(y).number() {
                Some(whole) if whole.fract() == 0.0 => Vec::new(),
                _ => vec![e(x).ge(0.0)],
            },
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a condition of x holds and fails at a place.
    fn at(place: f64, condition: impl for<'g> Fn(Expr<'g>) -> Expr<'g>) -> [bool; 2] {
        let graph = Graph::new();
        let condition = condition(graph.input(0));
        let found = definite(&graph, &[condition])[0];
        let [holds, fails] = [found.holds, found.fails].map(|e| e.value(&[place]) != 0.0);
        let unknown = found.unknown.is_some_and(|e| e.value(&[place]) != 0.0);
        assert_eq!(unknown, !(holds || fails));
        [holds, fails]
    }

    #[test]
    fn what_has_no_value_neither_holds_nor_fails() {
        for (place, expected) in [
            (-1.0, [false, false]),
            (0.5, [true, false]),
            (2.0, [false, true]),
        ] {
            assert_eq!(at(place, |x| x.sqrt().lt(1.0)), expected, "{place}");
            let [holds, fails] = expected;
            assert_eq!(at(place, |x| x.sqrt().lt(1.0).not()), [fails, holds]);
        }
    }

    #[test]
    fn what_decides_alone_needs_no_other_value() {
        // Guarded: false with anything is false.
        assert_eq!(at(-1.0, |x| x.gt(0.0).and(x.sqrt().lt(1.0))), [false, true]);
        assert_eq!(at(-1.0, |x| x.lt(0.0).or(x.sqrt().lt(1.0))), [true, false]);
        assert_eq!(
            at(-1.0, |x| x.lt(0.0).and(x.sqrt().lt(1.0))),
            [false, false]
        );
    }

    #[test]
    fn a_branch_that_is_not_taken_needs_no_value() {
        fn condition(x: Expr<'_>) -> Expr<'_> {
            x.gt(0.0).select(x.sqrt(), 3.0).lt(2.0)
        }
        assert_eq!(at(-1.0, condition), [false, true]);
        assert_eq!(at(1.0, condition), [true, false]);
    }
}
