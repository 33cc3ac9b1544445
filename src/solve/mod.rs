//! Equations, their roots near a point or all in a box, and what is proven of them.

pub(crate) mod all_roots;
pub(crate) mod equations;
pub(crate) mod proof;
pub(crate) mod solution;
