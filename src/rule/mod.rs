//! Quadrature rules on the unit interval: where to evaluate, and with which weight.
//!
//! A rule replaces the integral of `f` over [0, 1] by the sum of `weight × f(node)`. Every box in
//! this crate is a unit box, the map carries the rest, so a rule is never rescaled.

mod digital;
mod expansion;
mod gauss;
mod generators;
mod jacobi;
mod lattice;
mod nested;
mod null_rules;
mod owen;
mod prediction;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the type that it holds"
)]
mod rule;
mod scrambled;
mod sobol;
mod symmetric;
mod tanh_sinh;
mod trapezoid;
pub(crate) mod vectors;

pub use jacobi::MAX_JACOBI;
pub use lattice::{Lattice, MAX_LATTICE, MOST_LATTICE_POINTS};
pub(crate) use nested::Nested;
pub use owen::OwenScrambled;
pub(crate) use prediction::Prediction;
pub use rule::{MAX_ORDER, Rule};
pub use scrambled::Scrambled;
pub use sobol::{MAX_SOBOL, Sobol};
pub use symmetric::{Orbit, SYMMETRIC_DIMENSIONS, Symmetric, SymmetricEstimate};
pub(crate) use tanh_sinh::LONGEST_REACH;
