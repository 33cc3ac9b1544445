//! Texts: formulas and lists of them, read and printed.

pub(crate) mod call;
mod excerpt;
pub(crate) mod greek;
pub(crate) mod latex;
mod lexer;
pub(crate) mod list;
pub(crate) mod names;
pub(crate) mod parse;
#[cfg(feature = "polygon")]
pub(crate) mod points;
pub(crate) mod print;
mod slip;
pub(crate) mod substitute;
mod value;
mod words;
