//! The value of a formula at one point.

use super::graph::{Arena, Expr, Id, Node};
use crate::elementary::{self, matrix};

/// The values of the formulas `roots` where input `i` is `inputs[i]`; a missing input is NaN.
pub(crate) fn values(arena: &Arena, roots: &[Id], inputs: &[f64]) -> Vec<f64> {
    let needed = arena.needed(roots);
    let mut values = vec![f64::NAN; arena.nodes().len()];
    for (index, node) in arena.nodes().iter().enumerate() {
        if needed[index] {
            values[index] = node_value(node, inputs, |id| values[id.index()]);
        }
    }
    roots.iter().map(|root| values[root.index()]).collect()
}

/// The value of one operation on operands of known value.
pub(crate) fn node_value(node: &Node, inputs: &[f64], of: impl Fn(Id) -> f64) -> f64 {
    match node {
        Node::Constant(bits, _) => f64::from_bits(*bits),
        Node::Symbol(symbol) => symbol.value(),
        Node::Input(i) => inputs.get(*i as usize).copied().unwrap_or(f64::NAN),
        Node::Unary(op, x) => op.value(of(*x)),
        Node::Binary(op, x, y) => op.value(of(*x), of(*y)),
        Node::Power(x, n) => elementary::powi(of(*x), *n),
        Node::Select(c, a, b) => elementary::select(of(*c), of(*a), of(*b)),
        Node::Determinant(entries) => {
            let mut entries: Vec<f64> = entries.iter().map(|&e| of(e)).collect();
            matrix::determinant(&mut entries)
        }
        Node::Volume(columns, entries) => {
            let mut entries: Vec<f64> = entries.iter().map(|&e| of(e)).collect();
            matrix::volume(*columns as usize, &mut entries)
        }
    }
}

impl Expr<'_> {
    /// The value of this formula where input `i` is `inputs[i]`; an input that is not given is NaN.
    ///
    /// ```
    /// use pullback::formula::Graph;
    /// let graph = Graph::new();
    /// let (x, y) = (graph.input(0), graph.input(1));
    /// assert_eq!(x.hypot(y).value(&[3.0, 4.0]), 5.0);
    /// ```
    pub fn value(self, inputs: &[f64]) -> f64 {
        self.graph
            .read(|arena| values(arena, &[self.id], inputs)[0])
    }
}
