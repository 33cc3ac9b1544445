//! Bounds: how large a formula gets, on the reals and off them, and what it loses by rounding.

pub(crate) mod enclosure;
mod interval;
pub(crate) mod rectangle;
pub(crate) mod rounding;
mod slack;
