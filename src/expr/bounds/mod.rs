//! Bounds: how large a formula gets, on the reals and off them, and what it loses by rounding.

pub(crate) mod backward;
pub(crate) mod directed;
pub(crate) mod enclosure;
pub(crate) mod growth;
mod interval;
mod range;
pub(crate) mod ranges;
pub(crate) mod rectangle;
pub(crate) mod rounding;
mod slack;
mod slopes;
mod special;
mod special_rectangle;
