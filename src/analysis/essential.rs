//! Formulas that oscillate without end beside places inside their range, as sin(1/(x − c)) does beside c.
//!
//! 1. Find the places where what is under sines and cosines has a pole: its divisors are zero there, and its
//!    values grow without end.
//! 2. Take pieces that begin at each of them and end in the middle between two, as formulas of the distance.
//! 3. Lead the tail of each off the real line, where that can be done.

use super::contours::{Contours, FAR, contours, has_grown};
use super::focus::refocused;
use super::natural::{Natural, between, variable_at};
use super::switches::switches;
use super::waves::sines;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Graph, Id};
use crate::expr::operator::Range;
use crate::expr::simplify::simplify;
use crate::expr::value::values;

/// A place is known to so much of the unit coordinate.
const KNOWN: f64 = 4.0 * f64::EPSILON;

/// With more places the pieces are too many.
const MOST_PLACES: usize = 64;

/// The formulas of one variable in pieces beside the places where they oscillate without end, and paths
/// for their tails; `None` if there is no such place inside the range, or no such path.
pub(super) fn beside_essential_places(natural: &Natural) -> Option<Contours> {
    let [limits] = natural.limits[..] else {
        return None;
    };
    let Formulas { arena, roots, .. } = &natural.formulas;
    let arguments: Vec<Id> = sines(arena, roots)
        .iter()
        .map(|(_, argument)| *argument)
        .collect();
    if arguments.is_empty() {
        return None;
    }
    let of_arguments = Natural {
        formulas: Formulas {
            roots: arguments.clone(),
            ..natural.formulas.clone()
        },
        limits: natural.limits.clone(),
    };
    let places = poles(&of_arguments, limits);
    if places.is_empty() || places.len() > MOST_PLACES {
        return None;
    }
    let (pieces, errors) = refocused(natural, &places)?;
    let mut found = Contours::new(roots.len());
    let mut is_led_off = false;
    for (formulas, _) in pieces {
        let piece = Natural {
            formulas,
            limits: unit_ranges(1),
        };
        match contours(&piece) {
            Some(own) => {
                is_led_off = true;
                found.add(own);
            }
            None => found.pieces.push(piece),
        }
    }
    let lost = found.lost.iter_mut().zip(errors);
    lost.for_each(|(lost, error)| *lost += error);
    is_led_off.then_some(found)
}

/// The places inside the limits beside which a formula grows without end on both sides, and to what they are
/// known.
fn poles(formulas: &Natural, limits: Range) -> Vec<(f64, f64)> {
    let graph = Graph::new();
    let roots: Vec<Id> = {
        let ends = [limits.0, limits.1];
        let infinite = ends.map(f64::is_infinite);
        let ends = ends.map(|end| graph.constant(end));
        let (x, _) = between(graph.input(0), ends, infinite);
        let values = formulas.formulas.within(&graph, &[x]);
        values.iter().map(|f| f.id).collect()
    };
    let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(1));
    let found = switches(&arena, &roots, 1);
    let is_pole = |w: f64| {
        let grows_beside = |side: f64| {
            let [near, nearer] = FAR.map(|far| values(&arena, &roots, &[w + side / far]));
            let mut pairs = near.iter().zip(&nearer);
            pairs.any(|(near, nearer)| has_grown(*near, *nearer))
        };
        grows_beside(-1.0) && grows_beside(1.0)
    };
    let places = found.along(0).iter().filter(|w| is_pole(**w));
    let known = |w: f64| {
        let [at, from, to] = [w, w - KNOWN, w + KNOWN].map(|w| variable_at(w, limits));
        (at, (to - from).abs())
    };
    places.map(|w| known(*w)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::Expr;

    fn found(limits: Range, f: impl for<'g> Fn(Expr<'g>) -> Expr<'g>) -> Option<Contours> {
        let graph = Graph::new();
        let root = f(graph.input(0)).id;
        beside_essential_places(&Natural::as_written(graph, vec![root], vec![limits]))
    }

    #[test]
    fn paths_leave_the_line_on_both_sides_of_a_pole_of_the_phase() {
        let found = found((0.0, 1.0), |x| (1.0 / (5.0 * x - 1.0)).sin()).unwrap();
        // Two sides of 0.2, each with a path and a head, and what lies before the middles.
        assert!(found.pieces.len() >= 6, "{}", found.pieces.len());
        assert!(!found.in_the_mean);
    }

    #[test]
    fn poles_at_ends_and_of_what_does_not_oscillate_are_none() {
        assert!(found((0.2, 1.0), |x| (1.0 / (5.0 * x - 1.0)).sin()).is_none());
        assert!(found((0.0, 1.0), |x| (x - 0.3).abs().sqrt() * x.sin()).is_none());
        assert!(found((0.0, 1.0), |x| x.sin() / (x - 0.3).abs().sqrt()).is_none());
    }
}
