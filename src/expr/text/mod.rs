//! Texts: formulas and lists of them, read and printed.

pub(crate) mod lexer;
pub(crate) mod list;
pub(crate) mod parse;
pub(crate) mod print;
pub(crate) mod slip;
