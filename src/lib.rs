//! Integrals over curved regions, by change of variables.
pub mod elementary;
mod error;
mod expr;
mod program;
mod rule;

pub use error::Error;
pub use expr::{Expr, Graph, Operand};
