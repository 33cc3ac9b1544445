//! Cells on each of which bounds of the integrand decide, the one with the largest error first.

use std::cmp::Ordering;

use super::sides::AT_END;
use super::unseen::Trail;
use crate::elementary::sum::Sum;
use crate::integrand::Side;

/// How a cell ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    /// Its interval, or a rule, is good enough.
    Closed,
    /// It would have to be halved along an axis.
    Open(usize),
}

/// A cell, and what is known of the integrals over it.
pub(super) struct Cell {
    pub(super) sides: Vec<Side>,
    /// For every output the integral over the cell, and how far it may be off.
    pub(super) sums: Vec<Sum>,
    pub(super) errors: Vec<f64>,
    /// The largest error, in tolerances.
    pub(super) excess: f64,
    pub(super) end: End,
    pub(super) number: usize,
    /// What the other halves of the cells before held at most, in tolerances, the last one first.
    pub(super) trail: Trail,
    /// Whether nothing bounds it, and its error goes on as those before.
    pub(super) guessed: bool,
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_excess = self.excess.total_cmp(&other.excess);
        by_excess.then(other.number.cmp(&self.number))
    }
}

impl Cell {
    /// Which end of a line the cell lies next to.
    pub(super) fn end_of_line(&self) -> Option<usize> {
        let side = self.sides.first()?;
        let ends = [side.to <= AT_END, side.from >= 1.0 - AT_END];
        ends.iter().position(|is_end| *is_end)
    }

    /// The size of the integral of an output over the cell.
    pub(super) fn size(&self, output: usize) -> f64 {
        self.sums[output].value().abs()
    }
}
