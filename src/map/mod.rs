//! Maps: changes of variables, their Jacobians, the regions that they are applied to, and the
//! pullback that makes an integrand on the unit box of all three.

mod arcs;
pub(crate) mod catalogue;
mod chart;
mod conditions;
mod covering;
mod definite;
pub(crate) mod density;
mod derivative;
mod deviates;
pub(crate) mod domain;
pub(crate) mod geometry;
pub(crate) mod hessian;
pub(crate) mod integrands;
pub(crate) mod interior;
pub(crate) mod inverse_map;
pub(crate) mod inverse_region;
pub(crate) mod jacobian;
pub(crate) mod level_set;
pub(crate) mod limits;
pub(crate) mod linearization;
mod log_determinant;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the type that it holds"
)]
pub(crate) mod map;
pub(crate) mod mapped_region;
mod margin;
pub(crate) mod mesh;
mod moving;
pub(crate) mod oriented;
mod outline;
pub(crate) mod parameters;
mod per_node;
pub(crate) mod pieces;
#[cfg(feature = "polygon")]
pub(crate) mod polygon;
pub(crate) mod printed;
pub(crate) mod products;
pub(crate) mod pullback;
pub(crate) mod region;
#[cfg(feature = "serde")]
mod serialized;
mod solution;
pub(crate) mod survey;
pub(crate) mod transformation;
pub(crate) mod transformed_region;
#[cfg(feature = "polygon")]
mod triangulation;
pub(crate) mod uncertainty;
mod unit_limits;
mod verdict;
mod wide;
