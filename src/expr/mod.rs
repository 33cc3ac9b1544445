//! Formulas: the expression graph, its operators, reader, printer, simplifier and derivatives.

mod cancel;
mod complex;
pub(crate) mod derive;
pub(crate) mod determinant;
pub(crate) mod enclosure;
mod facts;
pub(crate) mod graph;
mod identity;
mod interval;
pub(crate) mod lexer;
pub(crate) mod list;
pub(crate) mod operator;
pub(crate) mod parse;
pub(crate) mod polynomial;
pub(crate) mod print;
pub(crate) mod rectangle;
pub(crate) mod rounding;
pub(crate) mod simplify;
pub(crate) mod slip;
pub(crate) mod value;
mod write;

pub use complex::{ComplexExpr, ComplexOperand};
pub use graph::{Expr, Graph, Operand};
