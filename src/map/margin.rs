//! How far inside of conditions points are, and on which side of equations: what pictures draw regions by.
//!
//! 1. a < b has the margin b − a, which is positive where it holds and zero on its border.
//! 2. `and` takes the lesser of two margins, `or` the greater, `not` the opposite.
//! 3. A truth of another kind has the margin 1 where it holds, −1 where it does not.

use crate::elementary::{Binary, Unary};
use crate::error::Error;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph, Id, Node};
use crate::program::{Program, Tape};

/// Formulas of variables, targets and parameters, at points of a domain.
pub(super) struct AtPoints {
    tape: Tape,
    parameters: Vec<f64>,
    count: usize,
}

impl AtPoints {
    /// Compiles formulas of variables, then targets, then parameters, which have these values.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are too many inputs.
    pub(super) fn new(formulas: &Formulas, parameters: &[f64]) -> Result<Self, Error> {
        let Formulas {
            inputs,
            arena,
            roots,
        } = formulas;
        Ok(AtPoints {
            tape: Program::new(arena, roots, inputs.len())?.tape(),
            parameters: parameters.to_vec(),
            count: roots.len(),
        })
    }

    /// The values of the formulas at points, of which variables and targets are given, point by point.
    pub(super) fn at<'p>(&self, points: impl Iterator<Item = [&'p [f64]; 2]>) -> Vec<Vec<f64>> {
        let mut slots = Vec::new();
        let mut values = vec![0.0; self.count];
        let of = |[variables, targets]: [&[f64]; 2]| {
            let parts = [variables, targets, &self.parameters];
            self.tape.run(&parts, &mut slots, &mut values);
            values.clone()
        };
        points.map(of).collect()
    }

    /// The values of each formula at points.
    pub(super) fn each_at<'p>(
        &self,
        points: impl Iterator<Item = [&'p [f64]; 2]>,
    ) -> Vec<Vec<f64>> {
        let found = self.at(points);
        let of = |k: usize| found.iter().map(|values| values[k]).collect();
        (0..self.count).map(of).collect()
    }
}

/// The margins of the conditions that `and` joins in one.
pub(super) fn margins<'g>(graph: &'g Graph, condition: Expr<'g>) -> Vec<Expr<'g>> {
    let (mut waiting, mut found) = (vec![condition], Vec::new());
    while let Some(own) = waiting.pop() {
        match graph.node(own.id) {
            Node::Binary(Binary::And, x, y) => waiting.extend([y, x].map(|id| graph.expr(id))),
            _ => found.push(margin(graph, own)),
        }
    }
    found
}

/// The margin of a condition: positive where it holds, negative where it fails.
fn margin<'g>(graph: &'g Graph, condition: Expr<'g>) -> Expr<'g> {
    let of = |id: Id| margin(graph, graph.expr(id));
    let e = |id: Id| graph.expr(id);
    let node = graph.node(condition.id);
    match node {
        Node::Binary(Binary::Lt | Binary::Le, x, y) => e(y) - e(x),
        Node::Binary(Binary::And, x, y) => of(x).min(of(y)),
        Node::Binary(Binary::Or, x, y) => of(x).max(of(y)),
        Node::Unary(Unary::Not, x) => -of(x),
        _ => condition.select(1.0, -1.0),
    }
}
