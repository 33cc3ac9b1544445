//! Integrals over curved regions, by change of variables.
//!
//! ∫_φ(R) f(x) dx = ∫_R f(φ(u)) |det J(u)| du
//!
//! You give the map φ, the limits of its variables and the integrand f. The toolkit differentiates
//! the map exactly, pulls the integrand back to the unit box, integrates there, and says how far
//! the answer can be trusted.
//!
//! ```
//! use pullback::{Map, Status};
//! use std::f64::consts::{PI, TAU};
//!
//! let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?;
//! let disk = polar.over([0.0..1.0, 0.0..TAU])?;
//! let answer = disk.integrate(|[x, y]| (-(x * x + y * y)).exp())?;
//! assert_eq!(answer.status, Status::Converged);
//! assert!((answer.value - PI * (1.0 - (-1.0f64).exp())).abs() <= answer.error);
//! # Ok::<(), pullback::Error>(())
//! ```
//!
//! The floors of the crate, from the ground up: [`elementary`] functions; formulas
//! ([`Graph`], [`Expr`]); [`program`]s that run formulas on blocks of nodes; maps ([`Map`],
//! [`Region`], [`Jacobian`], [`Pullback`]); [`rule`]s; integrators ([`integrate_on_unit_box`],
//! [`tensor_sums`]); pictures ([`plot`]). An integrator sees an [`Integrand`] on the unit box and
//! nothing else.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod analysis;
mod deadline;
pub mod elementary;
mod error;
mod expr;
mod integral;
mod integrand;
mod integrate;
mod map;
#[cfg(feature = "plot")]
pub mod plot;
pub mod program;
pub mod rule;
mod scatter;
#[cfg(feature = "serde")]
mod serialized;

/// The parts of the texts that describe a problem, and their places: for programs that read such
/// texts and point at their faults.
pub mod text {
    pub use crate::expr::text::list::{Equation, equations, limits};
    pub use crate::expr::text::names::{check_name, nearest};
}

pub use deadline::{CancelToken, Deadline};
pub use elementary::sum::Sum;
pub use error::{Error, Misfit, TextFault};
pub use expr::{ComplexExpr, ComplexOperand, Expr, Graph, Operand};
pub use integral::{ComplexEstimate, Estimate};
pub use integrand::{
    Axis, AxisFacts, BLOCK, Block, Bounds, Change, Cone, Coordinate, Evaluator, Factor, Grids,
    Integrand, Knowledge, Neighbourhood, Piece, Placement, Product, Products, Side, Switches,
    changed, window,
};
pub use integrate::because::{Because, Behaviour, Step};
pub use integrate::methods::integrate as integrate_on_unit_box;
pub use integrate::outcome::{BadNode, Outcome, Status};
pub use integrate::reason::{NamedValue, Reason};
pub use integrate::settings::{DEFAULT_NODES, DEFAULT_RTOL, Method, Settings};
pub use integrate::tensor::sums as tensor_sums;
pub use integrate::watch::Progress;
pub use map::domain::{Domain, IntoIntegrands};
pub use map::geometry::{Geometry, Point};
pub use map::integrands::Integrands;
pub use map::jacobian::Jacobian;
pub use map::limits::{IntoLimits, IntoRegion};
pub use map::map::Map;
pub use map::mapped_region::MappedRegion;
pub use map::parameters::Parameters;
pub use map::pullback::{Part, Pullback};
pub use map::region::Region;
pub use map::survey::{Sign, Survey};
pub use map::transformation::{DualMap, OwnJacobian, Transformation};
pub use map::transformed_region::TransformedRegion;
pub use num_complex::Complex64;
/// The versions of the crates whose types appear in this one.
pub use {nalgebra, num_complex, num_dual};

/// The examples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
