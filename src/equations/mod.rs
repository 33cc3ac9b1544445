//! Systems of equations with as many unknowns: solved by algebra where that is possible, and by
//! Newton's method along one branch where it is not.

mod atoms;
pub(crate) mod branch;
pub(crate) mod closed_form;
mod correction;
pub(crate) mod followed;
mod interpolant;
mod isolate;
mod lattice;
pub(crate) mod newton;
pub(crate) mod on_unit_box;
pub(crate) mod start;
pub(crate) mod system;
mod undo;
