//! Programs: formulas compiled to straight-line code that runs on blocks of nodes.

mod axes;
pub mod kernels;
mod loops;
mod lower;
mod memory;
mod plan;
#[expect(
    clippy::module_inception,
    reason = "the file is named after the type that it holds"
)]
mod program;
mod run;
pub(crate) mod sampling;
mod split;
mod tape;

pub(crate) use program::Program;
pub(crate) use tape::Tape;
