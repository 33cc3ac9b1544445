//! The periods of formulas on the unit box, read off the graph.
//!
//! A formula has period 1 in an input if the input occurs only within sines and cosines of angles
//! that grow by a whole number of turns (tangents: half turns) while the input grows by 1.

use std::f64::consts::PI;

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::value::node_value;

/// How a node depends on one input.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Dependence {
    /// Not at all.
    Free,
    /// With period 1.
    Periodic,
    /// slope · input + something free of it.
    Linear(f64),
    /// In some other way.
    Other,
}

/// Whether all of `roots` are known to have period 1 in the input.
pub(crate) fn is_periodic(arena: &Arena, roots: &[Id], input: usize) -> bool {
    let needed = arena.needed(roots);
    let mut found = vec![Dependence::Free; arena.nodes().len()];
    let mut numbers = vec![None; arena.nodes().len()];
    for (index, node) in arena.nodes().iter().enumerate() {
        if needed[index] {
            numbers[index] = number(node, &numbers);
            found[index] = dependence(node, input, &found, &numbers);
        }
    }
    let good = |root: &Id| matches!(found[root.index()], Dependence::Free | Dependence::Periodic);
    roots.iter().all(good)
}

/// The value of a node that no input reaches.
fn number(node: &Node, numbers: &[Option<f64>]) -> Option<f64> {
    let mut known = !matches!(node, Node::Input(_));
    node.for_each_operand(|id| known &= numbers[id.index()].is_some());
    known.then(|| node_value(node, &[], |id| numbers[id.index()].unwrap_or(f64::NAN)))
}

fn dependence(
    node: &Node,
    input: usize,
    found: &[Dependence],
    numbers: &[Option<f64>],
) -> Dependence {
    use Dependence::{Free, Linear, Other, Periodic};
    let of = |id: &Id| found[id.index()];
    let number = |id: &Id| numbers[id.index()];
    let linear = match node {
        Node::Input(i) if *i as usize == input => Some(Linear(1.0)),
        Node::Unary(Unary::Neg, x) => match of(x) {
            Linear(slope) => Some(Linear(-slope)),
            _ => None,
        },
        Node::Unary(op @ (Unary::Sin | Unary::Cos | Unary::Tan), x) => match of(x) {
            Linear(slope) => {
                let period = if *op == Unary::Tan { PI } else { 2.0 * PI };
                let turns = slope / period;
                // The slope is a product of π and the limits: a few roundings.
                let whole = turns.round();
                let near = (turns - whole).abs() <= 4.0 * f64::EPSILON * whole.abs();
                Some(if near && whole != 0.0 {
                    Periodic
                } else {
                    Other
                })
            }
            _ => None,
        },
        Node::Binary(op, x, y) => match (op, of(x), of(y)) {
            (Binary::Add | Binary::Sub, Linear(slope), Free) => Some(Linear(slope)),
            (Binary::Add, Free, Linear(slope)) => Some(Linear(slope)),
            (Binary::Sub, Free, Linear(slope)) => Some(Linear(-slope)),
            (Binary::Add, Linear(a), Linear(b)) => Some(Linear(a + b)),
            (Binary::Sub, Linear(a), Linear(b)) => Some(Linear(a - b)),
            (Binary::Mul, Linear(slope), Free) => number(y).map(|c| Linear(slope * c)),
            (Binary::Mul, Free, Linear(slope)) => number(x).map(|c| Linear(slope * c)),
            (Binary::Div, Linear(slope), Free) => number(y).map(|c| Linear(slope / c)),
            _ => None,
        },
        _ => None,
    };
    if let Some(linear) = linear {
        return linear;
    }
    let mut all = Free;
    node.for_each_operand(|id| {
        all = match (all, of(&id)) {
            (Other, _) | (_, Other | Linear(_)) => Other,
            (Periodic, _) | (_, Periodic) => Periodic,
            _ => Free,
        };
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};

    fn periodic(f: impl for<'g> Fn(&'g Graph, Expr<'g>, Expr<'g>) -> Expr<'g>) -> bool {
        let graph = Graph::new();
        let root = f(&graph, graph.input(0), graph.input(1)).id;
        is_periodic(&graph.into_arena(), &[root], 0)
    }

    #[test]
    fn whole_turns_are_periodic_and_others_are_not() {
        assert!(periodic(|g, u, v| (u * 2.0 * g.pi()).cos() * v));
        assert!(periodic(|g, u, v| ((2.0 * g.pi() * u + v) * 3.0)
            .sin()
            .exp()));
        assert!(periodic(|g, u, _| (g.pi() * u).tan()));
        assert!(periodic(|_, _, v| v));
        assert!(!periodic(|g, u, _| (g.pi() * u).cos()));
        assert!(!periodic(|g, u, _| (3.0 * g.pi() * u).sin()));
        assert!(!periodic(|_, u, _| u));
        assert!(!periodic(|g, u, v| (2.0 * g.pi() * u * v).sin()));
        assert!(!periodic(|g, u, _| (2.0 * g.pi() * u).cos() + u));
    }
}
