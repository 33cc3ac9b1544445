//! The limits of a region, from the unit box, compiled.

use super::chart::{Chart, varying_stretches};
use super::region::Region;
use crate::error::Error;
use crate::expr::bounds::ranges::Ranges;
use crate::expr::formulas::unit_ranges;
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::operator::{ALL, Range};
use crate::expr::simplify::simplify;
use crate::integrand::Integrand;
use crate::program::Program;

/// The limits of a region on the unit box.
pub(super) struct Limits {
    /// Variables, then the signed stretch.
    pub(super) chart: Program,
    pub(super) stretches: Vec<(usize, Program)>,
    /// Proven ranges of the variables.
    pub(super) ranges: Vec<Range>,
    pub(super) is_swapped: bool,
}

impl Limits {
    pub(super) fn of(
        region: &Region,
        names: &[String],
        warnings: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let n = names.len();
        let graph = Graph::new();
        let (roots, stretches, is_swapped) = {
            let chart = Chart::of_region(&graph, region, names, warnings)?;
            let roots: Vec<Expr<'_>> = [&chart.variables[..], &[chart.signed_stretch()]].concat();
            let stretches: Vec<Id> = chart.stretches.iter().map(|e| e.id).collect();
            let roots: Vec<Id> = roots.iter().map(|e| e.id).collect();
            (roots, stretches, chart.is_swapped)
        };
        let arena = graph.into_arena();
        let (simple, roots) = simplify(&arena, &roots, &unit_ranges(n));
        let ranges = match Ranges::new(&simple, &roots, n) {
            None => vec![ALL; n],
            Some(mut ranges) => {
                ranges.turn_to(unit_ranges(n).into_iter());
                let range = |i: usize| {
                    // Limits that are numbers need not be widened.
                    if let Some((lo, hi)) = region.constant_limits_of(i) {
                        return (lo.min(hi), lo.max(hi));
                    }
                    let range = ranges.of(i);
                    match range.defined {
                        true => (range.values.lo, range.values.hi),
                        false => ALL,
                    }
                };
                (0..n).map(range).collect()
            }
        };
        Ok(Limits {
            chart: Program::new(&simple, &roots, n)?,
            stretches: varying_stretches(&arena, &stretches)?,
            ranges,
            is_swapped,
        })
    }

    /// The variables at unit coordinates.
    pub(super) fn at(&self, unit: &[f64]) -> Vec<f64> {
        let mut values = (&self.chart as &dyn Integrand).at(unit);
        values.truncate(unit.len());
        values
    }
}
