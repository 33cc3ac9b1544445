//! The simplifier: formulas as a textbook would write them, and what is known of their values.

mod beside_one;
mod bilinear;
mod cancel;
mod computed;
mod condition;
mod exact;
mod factoring;
mod facts;
mod identity;
mod passes;
pub(crate) mod polynomial;
mod product;
mod quadratic;
mod quotient;
mod radicand;
pub(crate) mod rational;
mod simplifier;
mod square;
mod steep;
mod textbook;
mod typeset;
mod write;

pub(crate) use beside_one::beside_one;
pub(crate) use facts::{are_zero, is_analytic, is_total, value_ranges};
pub(crate) use passes::simplify;
pub(crate) use quadratic::with_squares;
pub(crate) use quotient::quotient;
pub(crate) use textbook::textbook;
