//! Named formulas of named inputs: what maps, limits and integrands all are.

use super::graph::{Arena, Expr, Graph, Id};
use super::inputs;
use super::text::print;
use super::value;

/// Formulas of inputs, as plain data.
#[derive(Clone, Debug)]
pub(crate) struct Formulas {
    pub(crate) inputs: Vec<String>,
    pub(crate) arena: Arena,
    pub(crate) roots: Vec<Id>,
}

impl Formulas {
    /// The formulas that `build` makes of the inputs.
    pub(crate) fn build<T>(
        inputs: Vec<String>,
        build: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>]) -> Result<Vec<Expr<'g>>, T>,
    ) -> Result<Self, T> {
        let graph = Graph::new();
        let roots = {
            let handles: Vec<Expr<'_>> = (0..inputs.len()).map(|i| graph.input(i)).collect();
            build(&graph, &handles)?.iter().map(|e| e.id).collect()
        };
        Ok(Formulas {
            inputs,
            arena: graph.into_arena(),
            roots,
        })
    }

    /// Some of the formulas, with nothing but what they need.
    pub(crate) fn part(&self, roots: &[Id]) -> Formulas {
        let (arena, roots) = self.arena.part(roots);
        Formulas {
            inputs: self.inputs.clone(),
            arena,
            roots,
        }
    }

    /// The text of a formula.
    pub(crate) fn text(&self, index: usize) -> String {
        print::text(&self.arena, self.roots[index], &self.inputs)
    }

    /// The values of all formulas where the inputs have these values.
    pub(crate) fn values(&self, inputs: &[f64]) -> Vec<f64> {
        value::values(&self.arena, &self.roots, inputs)
    }

    /// The inputs that the formulas depend on, one bit each.
    pub(crate) fn inputs_used(&self) -> u64 {
        inputs::of_formulas(&self.arena, &self.roots)
    }

    /// The formulas in another graph, with other formulas for the inputs.
    pub(crate) fn within<'g>(&self, graph: &'g Graph, inputs: &[Expr<'g>]) -> Vec<Expr<'g>> {
        graph.import(&self.arena, &self.roots, inputs)
    }
}

/// The ranges of n unit coordinates.
pub(crate) fn unit_ranges(n: usize) -> Vec<(f64, f64)> {
    vec![(0.0, 1.0); n]
}
