//! Pictures of how a map deforms a region, of how often numbers occur, and of measurements.
//!
//! The drawing evaluates nothing: it is handed samples, and gives back a [`Picture`].

mod amounts;
mod animation;
mod axis;
mod body;
mod chart;
mod color;
mod color_bar;
mod content;
mod contour;
mod convergence;
mod critical;
mod curve;
mod deformation;
mod depth;
mod draw;
mod faces;
mod fill;
mod flat;
mod font;
mod formula;
mod graph;
mod grid;
mod grid_lines;
mod ground;
mod histogram;
mod homotopy;
mod integrand;
mod jacobian;
mod lattice;
mod learning;
mod legend;
mod look;
mod marked;
mod mosaic;
mod names;
mod nodes;
mod page;
mod pair;
mod panel;
mod part;
mod parts;
mod patch;
mod pdf;
mod pen;
mod picture;
mod plane;
mod profile;
mod range;
mod raster;
mod reach;
mod sampling;
mod scale;
mod scene;
mod seams;
mod shape;
mod shown;
mod side;
mod solid;
mod space;
mod statement;
mod stipple;
mod style;
mod subtitle;
mod surface;
mod svg;
mod sweep;
mod text;
mod ticks;
mod tiles;
mod typeset;
mod view;

#[cfg(test)]
mod color_blind_tests;
#[cfg(test)]
mod kinds_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod verdict_tests;

pub use animation::Animation;
pub use chart::{Chart, Charts, Series};
pub use color::{ColorMap, Theme};
pub use convergence::{Convergence, ConvergencePoint, ConvergenceSeries, MOST_METHODS};
pub use deformation::{Deformation, Sample};
pub use histogram::{Group, Histogram};
pub use integrand::Integrand;
pub use jacobian::Jacobian;
pub use names::Names;
pub use picture::Picture;
pub use plane::{Lines, Patch, Plane, Planes, Points, Shade};
pub use style::{PanelChoice, Style, View};
pub use sweep::{MOST_SERIES, Sweep, SweepPoint, SweepSeries};
pub use typeset::typeset;
