//! Cells: images of the unit box in the unit box, one coordinate after the other between limits that
//! depend on the others.

use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::simplify::simplify;
use crate::expr::value;
use crate::integrand::{Block, Coordinate, Integrand};
use crate::program::Program;
use crate::scatter::Scatter;

/// A formula all of whose values are below this part of the size of what it is a border of is zero.
pub(super) const ZERO: f64 = 1e-12;

/// The number of points at which a sign is looked at.
pub(super) const POINTS: usize = 64;

/// Simplified formulas of n unit coordinates.
pub(super) fn formulas(
    n: usize,
    build: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>]) -> Vec<Expr<'g>>,
) -> Formulas {
    let graph = Graph::new();
    let roots: Vec<Id> = {
        let inputs: Vec<Expr<'_>> = (0..n).map(|i| graph.input(i)).collect();
        build(&graph, &inputs).iter().map(|e| e.id).collect()
    };
    let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(n));
    Formulas {
        inputs: Vec::new(),
        arena,
        roots,
    }
}

/// The values of formulas at nodes, value by value; nodes are given axis by axis.
pub(super) fn values(of: &Formulas, nodes: &[Coordinate<'_>], count: usize) -> Option<Vec<f64>> {
    let program = Program::new(&of.arena, &of.roots, nodes.len()).ok()?;
    let mut values = vec![0.0; of.roots.len() * count];
    let mut evaluator = program.evaluator();
    evaluator.evaluate(&Block::new(nodes, count), &mut values);
    Some(values)
}

/// The values of formulas at scattered points.
pub(super) fn scattered_values(of: &Formulas, n: usize, count: usize) -> Option<Vec<f64>> {
    let points = Scatter::golden(n).along_axes(1..count + 1);
    let nodes: Vec<_> = points.iter().map(|w| Coordinate::Each(w)).collect();
    values(of, &nodes, count)
}

/// The image of the unit box under a map into it that is one to one.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    n: usize,
    /// The coordinates, then the size of the determinant of the map; nothing for the whole box.
    map: Option<Formulas>,
}

impl Cell {
    /// The whole box.
    pub(super) fn whole(n: usize) -> Self {
        Cell { n, map: None }
    }

    /// The cell in which one coordinate is a formula; the size of its slope along its own axis
    /// is given too.
    pub(super) fn along(
        n: usize,
        axis: usize,
        build: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>]) -> [Expr<'g>; 2],
    ) -> Self {
        Cell::image(n, |graph, s| {
            let [coordinate, slope] = build(graph, s);
            let mut all = s.to_vec();
            all[axis] = coordinate;
            all.push(slope);
            all
        })
    }

    /// The cell with these coordinates; the size of their determinant is given last.
    pub(super) fn image(
        n: usize,
        build: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>]) -> Vec<Expr<'g>>,
    ) -> Self {
        let map = Some(formulas(n, build));
        Cell { n, map }
    }

    /// The part of this cell that a cell of its coordinates is.
    pub(super) fn then(&self, inner: &Cell) -> Cell {
        let n = self.n;
        let map = match (&self.map, &inner.map) {
            (None, map) | (map, None) => map.clone(),
            (Some(outer), Some(inner)) => Some(formulas(n, |graph, s| {
                let inner = inner.within(graph, s);
                let mut all = outer.within(graph, &inner[..n]);
                all[n] *= inner[n];
                all
            })),
        };
        Cell { n, map }
    }

    /// The coordinates of the box as formulas of those of the cell, then the size of the determinant.
    pub(super) fn within<'g>(&self, graph: &'g Graph, s: &[Expr<'g>]) -> Vec<Expr<'g>> {
        match &self.map {
            Some(map) => map.within(graph, s),
            None => [s, &[graph.constant(1.0)]].concat(),
        }
    }

    /// Formulas of the coordinates of the box as formulas of those of the cell.
    pub(super) fn pull(&self, of: &Formulas) -> Formulas {
        match &self.map {
            None => of.clone(),
            Some(map) => formulas(self.n, |graph, s| {
                of.within(graph, &map.within(graph, s)[..self.n])
            }),
        }
    }

    /// Where a point of the cell lies in the box.
    pub(super) fn place(&self, unit: &[f64]) -> Vec<f64> {
        match &self.map {
            Some(map) => value::values(&map.arena, &map.roots[..self.n], unit),
            None => unit.to_vec(),
        }
    }
}

/// A cell on which a formula has one sign.
pub(super) struct Signed {
    pub(super) cell: Cell,
    /// −1, 0 or 1.
    pub(super) sign: i32,
    /// The formula in coordinates of the cell, if there is a form that does not cancel.
    pub(super) value: Option<Formulas>,
}

/// A cell on which several formulas have one sign each.
pub(super) struct Joint {
    pub(super) cell: Cell,
    pub(super) signs: Vec<i32>,
    /// The formulas in coordinates of the cell, where there are forms that do not cancel.
    pub(super) values: Vec<Option<Formulas>>,
}
