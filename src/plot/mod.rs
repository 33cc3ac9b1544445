//! Pictures of how a map deforms a region, of how often numbers occur, and of measurements.
//!
//! The drawing evaluates nothing: it is handed samples, and gives back a [`Picture`].

mod axis;
mod chart;
mod color;
mod content;
mod contour;
mod curve;
mod deformation;
mod fill;
mod font;
mod graph;
mod grid;
mod histogram;
mod lattice;
mod page;
mod panel;
mod pen;
mod picture;
mod raster;
mod sampling;
mod scene;
mod shape;
mod text;

#[cfg(test)]
mod tests;

pub use chart::{Chart, Charts, Series};
pub use deformation::{Deformation, Sample, Style};
pub use histogram::{Group, Histogram};
pub use picture::Picture;
