//! Pictures of how a map deforms a region, of how often numbers occur, and of measurements.
//!
//! The drawing evaluates nothing: it is handed samples, and gives back a [`Picture`].

mod axis;
mod chart;
mod color;
mod color_bar;
mod content;
mod contour;
mod critical;
mod curve;
mod deformation;
mod draw;
mod fill;
mod flat;
mod font;
mod graph;
mod grid;
mod histogram;
mod lattice;
mod legend;
mod page;
mod pair;
mod panel;
mod pen;
mod picture;
mod plane;
mod range;
mod raster;
mod sampling;
mod scene;
mod shape;
mod shown;
mod side;
mod space;
mod stipple;
mod style;
mod sweep;
mod text;
mod ticks;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod verdict_tests;

pub use chart::{Chart, Charts, Series};
pub use deformation::{Deformation, Sample};
pub use histogram::{Group, Histogram};
pub use picture::Picture;
pub use plane::{Lines, Patch, Plane, Planes, Points, Shade};
pub use style::Style;
pub use sweep::{MOST_SERIES, Sweep, SweepPoint, SweepSeries};
