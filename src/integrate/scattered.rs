//! Values at nodes that are given axis by axis: blocks of them, by threads and by ranks.

use super::meter::{Halt, Metered, Stop};
use super::task::Task;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand};

/// Nodes that lie anywhere.
pub(super) struct Places<'n> {
    /// The axes along which places are given; on the others the middle is meant.
    pub(super) axes: &'n [usize],
    /// The places along each of these axes.
    pub(super) along: &'n [Vec<f64>],
    /// Fewer nodes are evaluated on the calling thread.
    pub(super) few: usize,
}

/// The values at nodes, output by output.
///
/// # Errors
/// What ended the work, or what failed.
pub(super) fn values_at(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    places: &Places<'_>,
) -> Result<Vec<f64>, Stop> {
    let outputs = integrand.outputs();
    let count = places.along.first().map_or(0, Vec::len);
    let block = |evaluator: &mut Metered<'_>, first: usize| -> Result<Vec<f64>, Halt> {
        let range = first..(first + BLOCK).min(count);
        let n = range.len();
        let mut coordinates = vec![Coordinate::Same(0.5); integrand.dimension()];
        for (&axis, along) in places.axes.iter().zip(places.along) {
            coordinates[axis] = Coordinate::Each(&along[range.clone()]);
        }
        let mut values = vec![0.0; outputs * n];
        evaluator.evaluate(&Block::new(&coordinates, n), &mut values)?;
        Ok(values)
    };
    let evaluator = || task.evaluator(integrand);
    let mut blocks: Vec<Vec<f64>> = Vec::new();
    if count < places.few {
        let mut evaluator = evaluator();
        for first in (0..count).step_by(BLOCK) {
            blocks.push(block(&mut evaluator, first)?);
        }
    } else {
        let one = |evaluator: &mut Metered<'_>, number| block(evaluator, number * BLOCK);
        let middle = places.along.iter().map(|along| along[count / 2].to_bits());
        let middle: Vec<u64> = middle.collect();
        for part in task.parts(0..count.div_ceil(BLOCK), usize::MAX) {
            let found: Vec<Vec<f64>> =
                task.step((count, &middle, part.clone()), || -> Result<_, Stop> {
                    let found = task.each(part, 1, evaluator, one)?;
                    Ok(found.into_iter().collect::<Result<_, _>>()?)
                })?;
            blocks.extend(found);
        }
    }
    let output = |k: usize| {
        blocks.iter().flat_map(move |values| {
            let n = values.len() / outputs;
            &values[k * n..(k + 1) * n]
        })
    };
    Ok((0..outputs).flat_map(output).copied().collect())
}
