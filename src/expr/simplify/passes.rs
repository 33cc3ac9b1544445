//! The passes of the simplifier, one after the other.
//!
//! 1. Bring every node to its normal form (simplifier); where products were multiplied out and digits
//!    are lost by that (condition), keep the products.
//! 2. Take roots of products factor by factor (radicand), and simplify what becomes of that.

use super::condition;
use super::radicand::split_radicands;
use super::simplifier::simplified;
use crate::expr::graph::{Arena, Id};
use crate::expr::operator::Range;

/// Simplifies formulas, given the range of every input (all numbers where it is not known).
///
/// The result is a new arena with the simplified formulas.
pub(crate) fn simplify(arena: &Arena, roots: &[Id], ranges: &[Range]) -> (Arena, Vec<Id>) {
    let (simple, expanded) = simplified(arena, roots, ranges, false, None);
    let simple =
        match expanded && condition::is_worse((&simple.0, &simple.1), (arena, roots), ranges) {
            true => simplified(arena, roots, ranges, true, None).0,
            false => simple,
        };
    match split_radicands(&simple.0, &simple.1, ranges) {
        Some((arena, roots)) => simplified(&arena, &roots, ranges, true, None).0,
        None => simple,
    }
}
