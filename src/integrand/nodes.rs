//! The nodes at which integrands are evaluated: blocks and grids.
//!
//! A block is structure-of-arrays, and each coordinate is either one value for the whole block or a
//! slice, so that what depends on the constant coordinates alone is evaluated once. A grid is a
//! tensor product of nodes along each axis, so that what depends on some axes alone is evaluated
//! once for all others.

/// The most nodes in a block, and the most along any axis of a grid.
///
/// A few dozen blocks of this size fit into a first-level cache, and the cost of starting an
/// operation on a block is spread over enough nodes not to show.
pub const BLOCK: usize = 256;

/// One coordinate of the nodes of a block.
#[derive(Clone, Copy, Debug)]
pub enum Coordinate<'a> {
    /// All nodes have this value.
    Same(f64),
    /// Node `i` has the value at place `i`.
    Each(&'a [f64]),
}

impl Coordinate<'_> {
    /// The coordinate of node `i`.
    pub fn at(&self, i: usize) -> f64 {
        match self {
            Coordinate::Same(value) => *value,
            Coordinate::Each(values) => values[i],
        }
    }
}

/// A block of nodes in the unit box.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    coordinates: &'a [Coordinate<'a>],
    nodes: usize,
}

impl<'a> Block<'a> {
    /// A block of `nodes` nodes, one coordinate for every axis.
    ///
    /// # Panics
    /// If there are more than [`BLOCK`] nodes, or a slice has another length.
    pub fn new(coordinates: &'a [Coordinate<'a>], nodes: usize) -> Self {
        assert!(nodes <= BLOCK, "a block has at most {BLOCK} nodes");
        for coordinate in coordinates {
            if let Coordinate::Each(values) = coordinate {
                assert_eq!(
                    values.len(),
                    nodes,
                    "a coordinate has a value for every node"
                );
            }
        }
        Block { coordinates, nodes }
    }

    /// One coordinate for every axis.
    pub fn coordinates(&self) -> &'a [Coordinate<'a>] {
        self.coordinates
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes == 0
    }
}

/// The nodes of a rule along one axis, with their weights; at most [`BLOCK`] of them.
#[derive(Clone, Copy, Debug)]
pub struct Axis<'a> {
    /// The nodes, in (0, 1).
    pub nodes: &'a [f64],
    /// The weights.
    pub weights: &'a [f64],
}

/// Calls `visit` with every multi-index below `lengths`, the last index fastest.
pub(crate) fn for_each_index(
    lengths: impl Iterator<Item = usize>,
    mut visit: impl FnMut(&[usize]),
) {
    let lengths: Vec<usize> = lengths.collect();
    if lengths.contains(&0) {
        return;
    }
    let mut index = vec![0; lengths.len()];
    loop {
        visit(&index);
        let mut axis = lengths.len();
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            index[axis] += 1;
            if index[axis] < lengths[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
}
