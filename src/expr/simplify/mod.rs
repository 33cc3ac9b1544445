//! The simplifier: formulas as a textbook would write them, and what is known of their values.

mod bilinear;
mod cancel;
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
mod secant;
mod simplifier;
mod square;
mod steep;
mod textbook;
mod typeset;
mod write;

pub(crate) use facts::{is_analytic, is_total, value_ranges};
pub(crate) use passes::simplify;
pub(crate) use quadratic::with_squares;
pub(crate) use quotient::quotient;
pub(crate) use secant::with_secants;
pub(crate) use textbook::textbook;
