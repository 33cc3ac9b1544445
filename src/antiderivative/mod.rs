//! Antiderivatives of textbook integrands, exact, with the rules that gave them.

mod algebra;
#[expect(
    clippy::module_inception,
    reason = "the file is named after what it finds"
)]
mod antiderivative;
mod boundary;
mod find;
mod fractions;
mod names;
mod number;
mod ranges;
mod reduce;
mod squares;
mod substitution;
mod sum;
mod translate;
mod waves;

pub(crate) use algebra::Algebra;
pub(crate) use antiderivative::verified;
pub use antiderivative::{Antiderivative, Proof, antiderivative};
pub(crate) use boundary::End;
pub(crate) use find::antiderivative_of;
pub(crate) use number::Number;
pub(crate) use sum::{Atom, Function, Sum};
