//! The sum over a grid: as a whole where the evaluator has a way, else row by row.

use super::change::Side;
use super::integrand::Evaluator;
use super::nodes::{Axis, Block, Coordinate, for_each_index};
use crate::elementary::sum::Sum;

/// Adds to `sums[k]` the sum of weight times value `k` over the tensor product of the axes.
///
/// `allow` is told how many nodes come next: all of them, or a row along the last axis. What it
/// refuses ends the work, and the sums then mean nothing.
///
/// # Errors
/// What `allow` says.
pub(crate) fn add_grid<E>(
    evaluator: &mut dyn Evaluator,
    axes: &[Axis<'_>],
    sums: &mut [Sum],
    mut allow: impl FnMut(u64) -> Result<(), E>,
) -> Result<(), E> {
    if let Some(grids) = evaluator.grids() {
        allow(axes.iter().map(|axis| axis.nodes.len() as u64).product())?;
        grids.add_grid(axes, sums);
        return Ok(());
    }
    let Some((row, outer)) = axes.split_last() else {
        return Ok(());
    };
    let n = row.nodes.len();
    let count = axes.iter().map(|axis| axis.nodes.len()).product();
    evaluator.prepare(&axes.iter().map(side_of).collect::<Vec<_>>(), count);
    let mut values = vec![0.0; sums.len() * n];
    let mut allowed = Ok(());
    for_each_index(outer.iter().map(|axis| axis.nodes.len()), |index| {
        if allowed.is_ok() {
            allowed = allow(n as u64);
        }
        if allowed.is_err() {
            return;
        }
        let mut weight = 1.0;
        let mut coordinates = Vec::with_capacity(axes.len());
        for (axis, &i) in outer.iter().zip(index) {
            weight *= axis.weights[i];
            coordinates.push(Coordinate::Same(axis.nodes[i]));
        }
        coordinates.push(Coordinate::Each(row.nodes));
        evaluator.evaluate(&Block::new(&coordinates, n), &mut values);
        for (sum, values) in sums.iter_mut().zip(values.chunks_exact(n)) {
            let mut row_sum = Sum::default();
            for (w, value) in row.weights.iter().zip(values) {
                row_sum.add(w * value);
            }
            sum.add_scaled(weight, &row_sum);
        }
    });
    evaluator.prepare(&[], 0);
    allowed
}

/// The part of an axis that holds all nodes.
fn side_of(axis: &Axis<'_>) -> Side {
    let nodes = axis.nodes.iter();
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let (from, to) = nodes.fold(none, |(from, to), w| (from.min(*w), to.max(*w)));
    Side { from, to }
}
