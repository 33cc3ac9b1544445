//! What is found out about formulas on the unit box: periods, switches, products of functions of
//! fewer coordinates, pieces without switches, and bounds.

pub(crate) mod box_formulas;
mod cell_bounds;
mod cells;
pub(crate) mod coefficients;
pub(crate) mod conditioned;
pub(crate) mod confinement;
mod contours;
mod decimals;
mod displaced;
mod distances;
pub(crate) mod focus;
mod graphs;
mod heights;
mod isolated;
pub(crate) mod level_formulas;
pub(crate) mod natural;
mod neighbourhoods;
pub(crate) mod numerators;
pub(crate) mod periods;
mod pieces;
mod products;
mod ridges;
mod roots;
mod rounded_numbers;
mod shears;
mod sheets;
mod signs;
mod slow;
mod stacks;
mod states;
mod strips;
mod switches;
mod tails;
mod undefined;
mod waves;
mod zeros;
