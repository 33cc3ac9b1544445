//! Integrals over curved regions, by change of variables.
pub mod elementary;
mod error;
mod expr;
mod integral;
mod integrand;
mod integrate;
mod map;
pub mod plot;
pub mod program;
pub mod rule;
mod sum;

/// The parts of the texts that describe a problem, and their places: for programs that read such
/// texts and point at their faults.
pub mod text {
    pub use crate::expr::parse::{Equation, check_name, equations, limits, nearest};
}

pub use error::Error;
pub use expr::{Expr, Graph, Operand};
pub use integrand::{Axis, AxisFacts, BLOCK, Block, Coordinate, Evaluator, Integrand};
pub use sum::Sum;
pub use map::black_box::{DualMap, OwnJacobian, Transformation, TransformedRegion};
pub use map::formulas::Parameters;
pub use map::jacobian::Jacobian;
pub use map::map::{Map, MappedRegion};
pub use map::pullback::{Geometry, Integrands, Point, Pullback, Sign, Survey};
pub use map::region::{IntoRegion, Region};
pub use integral::Estimate;
pub use integrate::estimate::{BadNode, Outcome, Status};
pub use integrate::integrate as integrate_on_unit_box;
pub use integrate::settings::{DEFAULT_NODES, DEFAULT_RTOL, Method, Settings};
