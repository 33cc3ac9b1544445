//! The verdict on the map of a region, in the user's coordinates.

use super::geometry::{Geometry, Points};
use crate::analysis::box_formulas::BoxFormulas;
use crate::error::Error;
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::derive;
use crate::expr::determinant::{Matrix, cofactor, determinant, volume};
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::simplify::simplify;
use crate::verdict::judge::{Effort, Verdict, verdict};
use crate::verdict::mapping::Mapping;
use crate::verdict::unravel::{Unravelled, is_unravelled, unravel};

impl Geometry<'_> {
    /// The map of the unit box to the targets; `None` where it is code.
    ///
    /// # Errors
    /// [`Error::Shape`] if the crate has no formula for a derivative.
    pub(crate) fn mapping(&self) -> Result<Option<Mapping>, Error> {
        let Points::Formulas(arena, roots) = &self.points else {
            return Ok(None);
        };
        let (n, m) = (self.variables().len(), self.targets().len());
        Mapping::new(arena, &roots[n..n + m], roots[n + m], n).map(Some)
    }

    /// The formulas of the map with the ranges of its variables; `None` where it is code.
    fn targets_and_ranges(&self) -> Option<(&Formulas, Vec<Interval>)> {
        let (Points::Formulas(arena, roots), Some(map)) = (&self.points, &self.map) else {
            return None;
        };
        let n = self.variables().len();
        let mut ranges = Ranges::new(arena, &roots[..n], n)?;
        ranges.turn_to((0..n).map(|_| (0.0, 1.0)));
        Some((map, (0..n).map(|i| ranges.of(i).values).collect()))
    }

    /// Whether algebra finds the variables from the targets.
    pub(super) fn is_unravelled(&self) -> bool {
        let known = self.targets_and_ranges();
        known.is_some_and(|(map, ranges)| is_unravelled(map, &ranges))
    }

    /// The verdict on the map; `None` where it is code.
    ///
    /// # Errors
    /// As for [`Geometry::mapping`].
    pub(crate) fn verdict(&self, effort: Effort) -> Result<Option<Verdict>, Error> {
        let Some(mapping) = self.mapping()? else {
            return Ok(None);
        };
        let known = self.targets_and_ranges();
        let algebra = known.map(|(map, ranges)| unravel(map, &ranges));
        let algebra = algebra.unwrap_or(Unravelled::NOTHING);
        Ok(Some(verdict(&mapping, &algebra, effort)))
    }
    /// What the measure of the image is the integral of over the unit box, as often as it is covered; then,
    /// where there are as many targets as variables, the same with its sign.
    ///
    /// # Errors
    /// As for [`Geometry::mapping`].
    pub(crate) fn contents(&self) -> Result<Option<BoxFormulas>, Error> {
        self.on_unit_box(|graph, targets, matrix| {
            let n = self.variables().len();
            match targets.len() == n {
                true => {
                    let det = determinant(graph, matrix);
                    vec![det.abs(), det]
                }
                false => vec![volume(graph, matrix, n)],
            }
        })
    }

    /// What the signed measure of the image is the integral of over faces of the unit box, which share
    /// coordinates; `None` for curves and surfaces, for one variable, and for code.
    ///
    /// ∫ det J dw = Σᵢ ∫ x₁ C₁ᵢ dw over the faces wᵢ = 1, less that over wᵢ = 0, with the cofactors C₁ᵢ of
    /// the first row: ∂(x₁C₁ᵢ)/∂wᵢ add up to det J, since the cofactors have no divergence.
    ///
    /// # Errors
    /// As for [`Geometry::mapping`].
    pub(crate) fn boundary(&self) -> Result<Option<BoxFormulas>, Error> {
        let n = self.variables().len();
        if n < 2 || self.targets().len() != n {
            return Ok(None);
        }
        let Some(found) = self.formulas(|graph, targets, matrix| {
            (0..n)
                .map(|axis| targets[0] * cofactor(graph, matrix, 0, axis))
                .collect()
        })?
        else {
            return Ok(None);
        };
        let (arena, roots) = found;
        let graph = Graph::new();
        let sum: Vec<Id> = {
            let inputs: Vec<Expr<'_>> = (0..n - 1).map(|i| graph.input(i)).collect();
            let face = |axis: usize, at: f64| {
                let mut all = inputs.clone();
                all.insert(axis, graph.constant(at));
                graph.import(&arena, &roots[axis..=axis], &all)[0]
            };
            let both = (0..n).map(|axis| face(axis, 1.0) - face(axis, 0.0));
            both.reduce(|sum, more| sum + more)
                .map(|e| e.id)
                .into_iter()
                .collect()
        };
        let (arena, roots) = simplify(&graph.into_arena(), &sum, &unit_ranges(n - 1));
        let names = self.variables()[..n - 1].to_vec();
        BoxFormulas::new(arena, roots, names).map(Some)
    }

    /// Formulas of the unit coordinates, the targets and the matrix of their slopes.
    fn formulas(
        &self,
        build: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>], &Matrix<'g>) -> Vec<Expr<'g>>,
    ) -> Result<Option<(Arena, Vec<Id>)>, Error> {
        let Points::Formulas(arena, roots) = &self.points else {
            return Ok(None);
        };
        let (n, m) = (self.variables().len(), self.targets().len());
        let graph = Graph::from_arena(arena.clone());
        let found: Vec<Id> = {
            let targets: Vec<_> = roots[n..n + m].iter().map(|id| graph.expr(*id)).collect();
            let matrix = derive::jacobian(&targets, n)?;
            build(&graph, &targets, &matrix)
                .iter()
                .map(|e| e.id)
                .collect()
        };
        Ok(Some(simplify(&graph.into_arena(), &found, &unit_ranges(n))))
    }

    fn on_unit_box(
        &self,
        build: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>], &Matrix<'g>) -> Vec<Expr<'g>>,
    ) -> Result<Option<BoxFormulas>, Error> {
        match self.formulas(build)? {
            Some((arena, roots)) => {
                BoxFormulas::new(arena, roots, self.variables().to_vec()).map(Some)
            }
            None => Ok(None),
        }
    }
}
