//! Integrators: from an integrand on the unit box to a value with an error, a status and reasons.
//!
//! Nothing here knows of maps, regions or formulas; a change of variables is an integrand like any
//! other.

mod across;
mod analytic;
mod auto;
mod axis_bounds;
mod batch;
mod batches;
pub(crate) mod because;
mod between_bounds;
mod cell_list;
mod cell_rule;
mod contours;
mod corners;
mod cubature;
mod curves;
mod cuts;
mod enclosed;
mod ends;
mod fixed;
mod graded;
mod graphs;
mod interpolant;
mod ladder;
mod layers;
mod logarithmic_ends;
mod losses;
pub(crate) mod meter;
pub(crate) mod methods;
mod moments;
mod monte_carlo;
mod orders;
pub(crate) mod outcome;
mod peaks;
mod pieces;
mod products;
mod pursuit;
mod qmc;
pub(crate) mod reason;
mod scan;
pub(crate) mod settings;
mod shears;
mod sides;
mod singular_ends;
mod smoothed;
mod sparse;
mod strategy;
mod subject;
mod surpluses;
pub(crate) mod task;
pub(crate) mod tensor;
mod unseen;
mod vegas;
pub(crate) mod watch;
mod witness;
