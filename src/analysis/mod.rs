//! What is found out about formulas on the unit box: periods, switches, products of functions of
//! fewer coordinates, pieces without switches, and bounds.

pub(crate) mod box_formulas;
mod cells;
mod coefficients;
mod decimals;
pub(crate) mod periods;
mod pieces;
mod products;
mod roots;
mod signs;
mod states;
mod switches;
mod zeros;
