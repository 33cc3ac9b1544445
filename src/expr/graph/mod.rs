//! The expression graph: formulas as a hash-consed directed acyclic graph, and the handles that
//! build it.
//!
//! Every distinct operation is stored once, after its operands, so a pass over the graph is a loop
//! over its nodes in order of creation, and equal subexpressions share one node. A handle
//! [`Expr`] is `Copy` and carries operators, so an ordinary closure over handles, called once,
//! leaves its formula behind.

mod arena;
mod expr;
mod functions;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the type that it holds"
)]
mod graph;
mod node;
mod operators;
mod rounded;

pub(crate) use arena::Arena;
pub use expr::{Expr, Operand};
pub use graph::Graph;
pub(crate) use node::{Id, Node, Symbol};
pub(crate) use rounded::{HALF_ULP, Rounded};
