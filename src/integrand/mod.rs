//! The integrand on the unit box, and what is known of it.

pub(crate) mod change;
pub(crate) mod changed;
pub(crate) mod grid;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the trait that it holds"
)]
pub(crate) mod integrand;
pub(crate) mod knowledge;
pub(crate) mod nodes;
pub(crate) mod principal_value;

pub use change::{Change, Cone, Side};
pub use changed::{changed, window};
pub(crate) use changed::{part, piece};
pub(crate) use grid::add_grid;
pub use integrand::{
    Alike, Branch, Branches, Division, Evaluator, Factor, Grids, Integrand, Knowledge, LedOff,
    OverNodes, Piece, Placement, Products, Pushed, Summed, Together,
};
pub use knowledge::{AxisFacts, Bounds, Losses, Neighbourhood, Numbers, Product, Switches};
pub(crate) use nodes::for_each_index;
pub use nodes::{Axis, BLOCK, Block, Coordinate};
