//! The faces of one side of a picture in space, with what of them is seen.

use super::body::Piece;
use super::contour::Place;
use super::depth::Depth;
use super::patch::Patch;

/// The faces of one side of a picture in space.
pub(super) struct Solid {
    pub(super) pieces: Vec<Piece>,
    pub(super) patches: Vec<Lit>,
    /// The polygons of the surface of a condition or an equation.
    pub(super) shards: Vec<Shard>,
    pub(super) depth: Depth,
    /// Whether both sides of a surface are seen.
    pub(super) has_two_sides: bool,
}

/// A patch, with how it faces the eye.
pub(super) struct Lit {
    pub(super) patch: Patch,
    /// Steps of shade of its face, from none where that faces the eye.
    pub(super) shade: usize,
    pub(super) facing: f64,
    /// It shows its other side.
    pub(super) is_back: bool,
    pub(super) seen: Seen,
    pub(super) nearness: f64,
}

/// A polygon of a surface inside of a region, with how it faces the eye.
pub(super) struct Shard {
    pub(super) rim: Vec<Place>,
    /// The step of its colour.
    pub(super) level: usize,
    /// Steps of its shade.
    pub(super) shade: usize,
    pub(super) seen: Seen,
    pub(super) nearness: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Whole,
    Part,
    Hidden,
}
