//! Sets of the axes of a grid.

/// A set of loop axes, one bit each.
pub(crate) type Axes = u64;

/// The last axis of a set.
pub(crate) fn last_axis(axes: Axes) -> Option<usize> {
    axes.checked_ilog2().map(|a| a as usize)
}
