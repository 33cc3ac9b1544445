//! Parts of a grid: a patch, which is a tile of the lattice with what is known about it, and the marked cell.

use super::contour::Place;
use super::lattice::Tile;

/// A tile with what is known about it.
pub(super) struct Patch {
    pub(super) tile: Tile,
    pub(super) rim: Vec<usize>,
    pub(super) measure: f64,
    /// The steps of colour on the region and on the image.
    pub(super) levels: [usize; 2],
    /// The map is finite and whole on it, and some of it is in the part that is meant.
    pub(super) whole: bool,
    /// All of it is in the part that is meant.
    pub(super) inside: bool,
}

/// A cell of the grid by the places around it.
pub(super) struct Marked {
    pub(super) rim: Vec<Place>,
}
