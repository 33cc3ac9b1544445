//! Gradients of formulas at a point, as numbers: one sweep back through each formula.
//!
//! 1. Evaluate every node once, in order.
//! 2. For each formula go back from it through the nodes that it needs, and hand to every operand the
//!    derivative of the operation times what the operation was handed.
//! 3. What arrives at the inputs is the gradient; it costs a few evaluations, however many inputs there are.
//!
//! A. Griewank, A. Walther, "Evaluating Derivatives", 2nd ed., SIAM (2008), section 3.2.

use nalgebra::DMatrix;

use super::graph::{Arena, Id, Node};
use super::inputs;
use super::slope::{binary_slopes, is_known, unary_slope};
use super::value::node_value;
use crate::elementary::{Binary, Unary, matrix};
use crate::error::{Error, Misfit};

/// Formulas with the memory for their values and gradients.
pub(crate) struct Gradients<'a> {
    arena: &'a Arena,
    roots: &'a [Id],
    /// The number of inputs.
    n: usize,
    /// The nodes that are needed, in order.
    needed: Vec<u32>,
    /// For every formula the nodes between it and the inputs, in order.
    between: Vec<Vec<u32>>,
    values: Vec<f64>,
    /// What a node was handed.
    handed: Vec<f64>,
}

impl<'a> Gradients<'a> {
    /// Prepares formulas of n inputs.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is no formula for a derivative.
    pub(crate) fn new(arena: &'a Arena, roots: &'a [Id], n: usize) -> Result<Self, Error> {
        let reach = inputs::of_nodes(arena);
        let marked = |marks: Vec<bool>, varies: bool| -> Vec<u32> {
            let marks = marks.into_iter().enumerate();
            let kept = marks.filter(|(index, needed)| *needed && (!varies || reach[*index] != 0));
            kept.map(|(index, _)| index as u32).collect()
        };
        let between = roots
            .iter()
            .map(|root| marked(arena.needed(&[*root]), true));
        let between: Vec<Vec<u32>> = between.collect();
        for index in between.iter().flatten() {
            if let Node::Unary(op, _) = arena.node(Id::at(*index as usize))
                && !is_known(*op)
            {
                let function = format!("{op:?}").to_lowercase();
                return Err(Misfit::NoDerivative { function }.into());
            }
        }
        let count = arena.nodes().len();
        Ok(Gradients {
            arena,
            roots,
            n,
            needed: marked(arena.needed(roots), false),
            between,
            values: vec![f64::NAN; count],
            handed: vec![0.0; count],
        })
    }

    /// The values of the formulas at a point.
    pub(crate) fn values(&mut self, point: &[f64]) -> Vec<f64> {
        for &index in &self.needed {
            let index = index as usize;
            let node = self.arena.node(Id::at(index));
            self.values[index] = node_value(node, point, |id| self.values[id.index()]);
        }
        let roots = self.roots.iter();
        roots.map(|root| self.values[root.index()]).collect()
    }

    /// The derivatives of the formulas at a point, one row each.
    pub(crate) fn jacobian(&mut self, point: &[f64]) -> DMatrix<f64> {
        self.values(point);
        let mut rows = DMatrix::zeros(self.roots.len(), self.n);
        for (row, root) in self.roots.iter().enumerate() {
            self.handed[root.index()] = 1.0;
            for &index in self.between[row].iter().rev() {
                let own = std::mem::take(&mut self.handed[index as usize]);
                if own == 0.0 {
                    continue;
                }
                match self.arena.node(Id::at(index as usize)) {
                    Node::Input(i) => rows[(row, *i as usize)] += own,
                    node => hand(node, index as usize, own, &self.values, &mut self.handed),
                }
            }
            // What is no function of the inputs was not visited.
            self.handed[root.index()] = 0.0;
        }
        rows
    }
}

/// Hands the operands of a node their parts of what it was handed.
fn hand(node: &Node, index: usize, own: f64, values: &[f64], handed: &mut [f64]) {
    let v = |id: &Id| values[id.index()];
    let mut add = |id: &Id, slope: f64| {
        // Where an operand does not count, it does not count how steep it is.
        if slope != 0.0 {
            handed[id.index()] += own * slope;
        }
    };
    match node {
        Node::Constant(..) | Node::Symbol(_) | Node::Input(_) => {}
        Node::Unary(Unary::Neg, x) => add(x, -1.0),
        Node::Unary(op, x) => add(x, unary_slope(*op, v(x), values[index])),
        Node::Binary(Binary::Add, x, y) => [x, y].into_iter().for_each(|id| add(id, 1.0)),
        Node::Binary(Binary::Sub, x, y) => {
            add(x, 1.0);
            add(y, -1.0);
        }
        Node::Binary(Binary::Mul, x, y) => {
            add(x, v(y));
            add(y, v(x));
        }
        Node::Binary(op, x, y) => {
            let [first, second] = binary_slopes(*op, v(x), v(y), values[index]);
            add(x, first);
            // What numbers are handed is never looked at.
            add(y, second);
        }
        Node::Power(_, 0) => {}
        Node::Power(x, n) => add(x, f64::from(*n) * crate::elementary::powi(v(x), n - 1)),
        Node::Select(c, a, b) => add(if v(c) != 0.0 { a } else { b }, 1.0),
        Node::Determinant(entries) => {
            let n = entries.len().isqrt();
            for (k, id) in entries.iter().enumerate() {
                // The cofactor: the row of the entry replaced by a row of a unit matrix.
                let mut own: Vec<f64> = entries.iter().map(v).collect();
                own[k / n * n..][..n].fill(0.0);
                own[k] = 1.0;
                add(id, matrix::determinant(&mut own));
            }
        }
        Node::Volume(columns, entries) => {
            let columns = *columns as usize;
            let rows = entries.len() / columns;
            let a = DMatrix::from_row_iterator(rows, columns, entries.iter().map(v));
            let inverse = (a.transpose() * &a).try_inverse();
            for (k, id) in entries.iter().enumerate() {
                let slope = inverse.as_ref().map_or(f64::NAN, |inverse| {
                    let part = a.row(k / columns) * inverse.column(k % columns);
                    values[index] * part[(0, 0)]
                });
                add(id, slope);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::derive;
    use crate::expr::graph::Graph;
    use crate::expr::text::parse::{Scope, expression};
    use crate::expr::value;

    #[test]
    fn gradients_are_those_of_the_derivatives_as_formulas() {
        let graph = Graph::new();
        let (roots, slopes): (Vec<Id>, Vec<Id>) = {
            let mut scope = Scope::new(&graph);
            for (i, name) in ["x", "y", "z"].into_iter().enumerate() {
                scope.define(name, graph.input(i));
            }
            let texts = [
                "sin(x*y) + z^3/x - atan2(y, x)*hypot(x, z)",
                "if(x < y, exp(x)*z, ln(z)) - sqrt(x + y)^3 + x^y",
                "3 + z^(-2) - abs(x - y) + max(x, z)*x",
                "7",
            ];
            let formulas = texts.map(|text| expression(text, &scope).unwrap());
            let rows = derive::jacobian(&formulas, 3).unwrap();
            let zero = graph.constant(0.0);
            let slopes = rows
                .iter()
                .flatten()
                .map(|e| e.unwrap_or(zero).id)
                .collect();
            (formulas.iter().map(|e| e.id).collect(), slopes)
        };
        let arena = graph.into_arena();
        let mut gradients = Gradients::new(&arena, &roots, 3).unwrap();
        for point in [[0.3, 1.7, 2.1], [1.9, 0.4, 0.6]] {
            let found = gradients.jacobian(&point);
            let expected = value::values(&arena, &slopes, &point);
            for (k, expected) in expected.iter().enumerate() {
                let found = found[(k / 3, k % 3)];
                // A few roundings of terms below 10.
                assert!((found - expected).abs() < 1e-13, "{k}: {found} {expected}");
            }
        }
    }

    #[test]
    fn a_function_without_a_derivative_is_refused() {
        let graph = Graph::new();
        let root = [graph.input(0).unary(Unary::EllipticC).id];
        let arena = graph.into_arena();
        assert!(Gradients::new(&arena, &root, 1).is_err());
    }
}
