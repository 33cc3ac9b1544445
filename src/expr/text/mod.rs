//! Texts: formulas and lists of them, read and printed.

mod excerpt;
mod lexer;
pub(crate) mod list;
pub(crate) mod names;
pub(crate) mod parse;
pub(crate) mod print;
mod slip;
mod words;
