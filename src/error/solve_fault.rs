//! How equations can fail to be ready to be solved.

use std::fmt;

use super::names::{listed, short};

/// Why equations are not solved.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SolveFault {
    /// There are no equations.
    NoEquations,
    /// The equations have no unknowns.
    NoUnknowns,
    /// A start, or limits, do not have one entry for each unknown.
    Count {
        /// What was given: a start, limits, values of targets.
        what: &'static str,
        /// How many entries it has.
        given: usize,
        /// The unknowns, or whatever wants them.
        wanted: Vec<String>,
    },
    /// A start is not a finite number.
    Start {
        /// The unknown.
        unknown: String,
        /// Its start.
        value: f64,
    },
    /// Limits that are not numbers, or stand the other way round.
    Limits {
        /// The unknown.
        unknown: String,
        /// The lower and the upper limit.
        limits: [f64; 2],
    },
    /// Formulas that are too long for bounds.
    TooLong,
}

impl fmt::Display for SolveFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use SolveFault::*;
        match self {
            NoEquations => f.write_str("there are no equations"),
            NoUnknowns => f.write_str("the equations have no unknowns"),
            Count {
                what,
                given,
                wanted,
            } => {
                let entries = if *given == 1 { "entry" } else { "entries" };
                let wanted = listed(wanted);
                write!(f, "{what} with {given} {entries}, but one is needed for each of {wanted}")
            }
            Start { unknown, value } => {
                let unknown = short(unknown);
                write!(f, "the start of `{unknown}` is {value}: it must be a finite number")
            }
            Limits {
                unknown,
                limits: [lo, hi],
            } => {
                let unknown = short(unknown);
                match lo > hi {
                    true => write!(f, "the lower limit of `{unknown}`, {lo}, is above the upper one, {hi}"),
                    false => write!(f, "the limits of `{unknown}` are {lo} and {hi}: they must be numbers with room between them"),
                }
            }
            TooLong => f.write_str(
                "the equations are too long for bounds, without which not all roots can be found: look for \
                 one root near a point",
            ),
        }
    }
}
