//! What a map does to the unit box: whether it is one-to-one, folds, covers a place more than once, or is
//! degenerate; proved where bounds and algebra can.

pub(crate) mod extent;
mod faces;
pub(crate) mod folds;
pub(crate) mod judge;
pub(crate) mod mapping;
mod outline;
mod pairs;
pub(crate) mod preimages;
pub(crate) mod unravel;
