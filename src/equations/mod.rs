//! Systems of equations with as many unknowns: solved by algebra where that is possible, and by
//! Newton's method along one branch where it is not; and roots of equations near a point, and all in a box.

mod atoms;
pub(crate) mod branch;
pub(crate) mod closed_form;
pub(crate) mod clusters;
mod continuum;
mod correction;
pub(crate) mod followed;
mod interpolant;
pub(crate) mod krawczyk;
mod lattice;
pub(crate) mod linear_model;
pub(crate) mod newton;
pub(crate) mod on_unit_box;
pub(crate) mod roots;
pub(crate) mod start;
pub(crate) mod system;
pub(crate) mod trust_region;
