//! The periods of formulas on the unit box, read off the graph.
//!
//! A formula is periodic in an input if the input occurs only within sines and cosines of angles that
//! are linear in it. Its frequency is the number of turns (of tangents: half turns) that the angle
//! makes while the input grows by 1; frequencies in the ratio of small numbers have a common one.

use std::f64::consts::PI;

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::value::node_value;

/// How a node depends on one input.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Dependence {
    /// Not at all.
    Free,
    /// With so many periods while the input grows by 1.
    Periodic(f64),
    /// slope · input + something free of it.
    Linear(f64),
    /// In some other way.
    Other,
}

/// Frequencies with a ratio of numbers up to this one have a common frequency.
const LARGEST_RATIO: u32 = 24;

/// Whether all of `roots` are known to have period 1 in the input.
pub(crate) fn is_periodic(arena: &Arena, roots: &[Id], input: usize) -> bool {
    match Needed::new(arena, roots).dependence(arena, roots, input) {
        Dependence::Free => true,
        Dependence::Periodic(frequency) => is_whole(frequency),
        _ => false,
    }
}

/// For every one of n inputs how many periods all of `roots` go through while it grows by 1, where
/// they are known to be periodic.
pub(crate) fn frequencies(arena: &Arena, roots: &[Id], n: usize) -> Vec<Option<f64>> {
    let needed = Needed::new(arena, roots);
    let frequency = |input| match needed.dependence(arena, roots, input) {
        Dependence::Periodic(frequency) => Some(frequency),
        _ => None,
    };
    (0..n).map(frequency).collect()
}

/// For every node its slope, where it is known to be linear in an input.
pub(super) fn slopes_of_linear(arena: &Arena, roots: &[Id], input: usize) -> Vec<Option<f64>> {
    let found = Needed::new(arena, roots).of_nodes(arena, input);
    let slope = |dependence| match dependence {
        Dependence::Linear(slope) => Some(slope),
        _ => None,
    };
    found.into_iter().map(slope).collect()
}

/// Whether a frequency is whole up to a few roundings: it is a product of π and the limits.
fn is_whole(frequency: f64) -> bool {
    let whole = frequency.round();
    whole != 0.0 && (frequency - whole).abs() <= 4.0 * f64::EPSILON * whole.abs()
}

/// The largest frequency of which both are whole multiples.
fn common(a: f64, b: f64) -> Option<f64> {
    let mut divisors = (1..=LARGEST_RATIO).map(|p| a / f64::from(p));
    divisors.find(|divisor| is_whole(b / divisor))
}

/// What is needed of an arena, and the numbers among it.
struct Needed {
    needed: Vec<bool>,
    numbers: Vec<Option<f64>>,
}

impl Needed {
    fn new(arena: &Arena, roots: &[Id]) -> Self {
        let needed = arena.needed(roots);
        let mut numbers = vec![None; needed.len()];
        for (index, node) in arena.nodes().iter().enumerate() {
            if needed[index] {
                numbers[index] = number(node, &numbers);
            }
        }
        Needed { needed, numbers }
    }

    /// How nodes depend on an input.
    fn of_nodes(&self, arena: &Arena, input: usize) -> Vec<Dependence> {
        let mut found = vec![Dependence::Free; self.needed.len()];
        for (index, node) in arena.nodes().iter().enumerate() {
            if self.needed[index] {
                found[index] = dependence(node, input, &found, &self.numbers);
            }
        }
        found
    }

    /// How several formulas together depend on an input.
    fn dependence(&self, arena: &Arena, roots: &[Id], input: usize) -> Dependence {
        let found = self.of_nodes(arena, input);
        let roots = roots.iter().map(|root| found[root.index()]);
        roots.fold(Dependence::Free, Dependence::with)
    }
}

impl Dependence {
    /// How something made of two parts depends on the input.
    fn with(self, other: Self) -> Self {
        use Dependence::{Free, Linear, Other, Periodic};
        match (self, other) {
            (Other | Linear(_), _) | (_, Other | Linear(_)) => Other,
            (Periodic(a), Periodic(b)) => common(a, b).map_or(Other, Periodic),
            (Periodic(a), Free) | (Free, Periodic(a)) => Periodic(a),
            (Free, Free) => Free,
        }
    }
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
                let turns = (slope / period).abs();
                Some(if turns > 0.0 { Periodic(turns) } else { Other })
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
    node.for_each_operand(|id| all = all.with(of(&id)));
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
        assert!(periodic(
            |g, u, _| (2.0 * g.pi() * u).cos() + (4.0 * g.pi() * u).sin()
        ));
        assert!(!periodic(
            |g, u, _| (2.0 * g.pi() * u).cos() + (3.0 * g.pi() * u).sin()
        ));
    }

    #[test]
    fn frequencies_have_a_common_one_or_none() {
        let found = |f: fn(Expr<'_>) -> [Expr<'_>; 2]| {
            let graph = Graph::new();
            let roots = f(graph.input(0)).map(|e| e.id);
            frequencies(&graph.into_arena(), &roots, 1)[0]
        };
        let near = |found: Option<f64>, turns: f64| (found.unwrap() - turns).abs() < 1e-15;
        assert!(near(
            found(|u| [(u * 3.0 * PI).cos(), (u * 3.0 * PI).sin()]),
            1.5
        ));
        assert!(near(
            found(|u| [(u * 4.0 * PI).cos(), (u * 6.0 * PI).sin()]),
            1.0
        ));
        assert!(near(
            found(|u| [(u * 4.0 * PI).cos() * u.constant(2.0), u.constant(1.0)]),
            2.0
        ));
        assert_eq!(found(|u| [u.cos(), (u * 2f64.sqrt()).cos()]), None);
        assert_eq!(found(|u| [u.cos(), u]), None);
    }
}
