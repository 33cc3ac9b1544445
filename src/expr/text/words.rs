//! The words of the language that are not functions.

/// The names of constants, which no variable may take.
pub(super) const CONSTANTS: [&str; 6] = ["pi", "π", "e", "tau", "inf", "∞"];

/// The words of the grammar that are neither functions nor constants.
pub(super) const WORDS: [&str; 3] = ["and", "or", "not"];
