//! Formulas: the expression graph, its operators, reader, printer, simplifier and derivatives.

pub(crate) mod adjoint;
pub(crate) mod bounds;
mod complex;
pub(crate) mod continued;
pub(crate) mod derive;
pub(crate) mod determinant;
pub(crate) mod formulas;
pub(crate) mod gradient;
pub(crate) mod graph;
pub(crate) mod inputs;
pub(crate) mod operator;
pub(crate) mod precise;
pub(crate) mod simplify;
pub(crate) mod slope;
pub(crate) mod text;
pub(crate) mod value;
pub(crate) mod wide;

pub use complex::{ComplexExpr, ComplexOperand};
pub use graph::{Expr, Graph, Operand};
