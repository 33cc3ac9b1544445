//! The lines of a grid: which values of a variable they have, where the lattice does not run along them.

use super::deformation::Deformation;
use super::lattice::Lattice;
use super::range::Range;

/// The values of the grid lines of a variable; `None` when it is constant on every layer of the
/// lattice across its own axis, so that the lattice itself has the lines.
pub(super) fn levels(
    deformation: &Deformation,
    lattice: &Lattice,
    axis: usize,
) -> Option<Vec<f64>> {
    let samples = &deformation.samples;
    let range = Range::of(samples.iter().map(|sample| sample.source[axis]))?;
    let stride: usize = (axis + 1..lattice.cells.len())
        .map(|later| lattice.points(later))
        .product();
    let mut layers: Vec<Option<f64>> = vec![None; lattice.points(axis)];
    let straight = samples.iter().enumerate().all(|(i, sample)| {
        let value = sample.source[axis];
        let layer = i / stride % lattice.points(axis);
        let first = *layers[layer].get_or_insert(value);
        // Not finite values, and roundings of the limits, are no reason to bend the grid.
        !(value.is_finite() && first.is_finite()) || (value - first).abs() <= 1e-9 * range.span()
    });
    let cells = lattice.cells[axis];
    let level = |k: usize| range.low + range.span() * k as f64 / cells as f64;
    (!straight).then(|| (0..=cells).map(level).collect())
}
