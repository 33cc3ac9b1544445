//! What simplifying may cost in digits.
//!
//! 1. Look at some points, in the middle and next to the corners of the ranges of the inputs.
//! 2. Compare what the formulas lose by rounding, as they were and as they have become.

use crate::expr::bounds::rounding::Rounding;
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::operator::{ALL, Range};
use crate::scatter::Scatter;

/// How often as large the loss may become. Forms of the same quality differ by less.
const WORSE: f64 = 8.0;

/// What is always allowed, as a part of a value.
const ALLOWED: f64 = 16.0 * f64::EPSILON;

/// Points inside that are looked at.
const POINTS: usize = 4;

/// How far from the corners other points are.
const NEAR: f64 = 1e-4;

/// Whether formulas lose many more digits by rounding than others of the same values do.
pub(super) fn is_worse(new: (&Arena, &[Id]), old: (&Arena, &[Id]), ranges: &[Range]) -> bool {
    let inputs = old.0.nodes().iter().filter_map(|node| match node {
        Node::Input(i) => Some(*i as usize + 1),
        _ => None,
    });
    let n = inputs.max().unwrap_or(0);
    let scatter = Scatter::roots(n);
    let inside = (1..=POINTS).map(|k| scatter.point(k));
    let mut points = inside.chain([NEAR, 1.0 - NEAR].map(|t| vec![t; n]));
    let (mut before, mut after) = (Rounding::new(old.0, old.1), Rounding::new(new.0, new.1));
    let mut allowed = vec![0.0; old.1.len()];
    points.any(|unit| {
        let along = unit.iter().enumerate();
        let point: Vec<f64> = along
            .map(|(i, t)| place(ranges.get(i).copied().unwrap_or(ALL), *t))
            .collect();
        before.at(&point, |root, lost| allowed[root] = WORSE * lost);
        for (root, allowed) in allowed.iter_mut().enumerate() {
            *allowed += ALLOWED * before.value_of(root).abs();
        }
        let mut worse = false;
        after.at(&point, |root, lost| {
            // Where the formula has no value, nothing can get worse.
            worse |= allowed[root].is_finite() && (lost.is_nan() || lost > allowed[root]);
        });
        worse
    })
}

/// A point of a range.
fn place((lo, hi): Range, t: f64) -> f64 {
    match (lo.is_finite(), hi.is_finite()) {
        (true, true) => lo + (hi - lo) * t,
        (true, false) => lo + t / (1.0 - t),
        (false, true) => hi - (1.0 - t) / t,
        (false, false) => 4.0 * t - 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::simplify;
    use crate::expr::graph::Graph;
    use crate::expr::value::values;

    #[test]
    fn digits_are_not_lost_to_a_shorter_text() {
        // A Bézier curve of 21 points, all of which are 1: the sum is 1.
        let graph = Graph::new();
        let root = {
            let t = graph.input(0);
            let mut binomial = 1.0;
            let mut sum = graph.constant(0.0);
            for k in 0..=20 {
                sum += binomial * t.powi(k) * (1.0 - t).powi(20 - k);
                binomial *= f64::from(20 - k) / f64::from(k + 1);
            }
            sum.id
        };
        let (arena, roots) = simplify(&graph.into_arena(), &[root], &[(0.0, 1.0)]);
        for k in 0..=50 {
            let value = values(&arena, &roots, &[f64::from(k) / 50.0])[0];
            // Some roundings of each of 21 terms.
            assert!((value - 1.0).abs() < 1e-14, "{k} {value}");
        }
    }

    #[test]
    fn a_square_that_was_multiplied_out_is_a_square_again() {
        let graph = Graph::new();
        let root = {
            let s = graph.input(0);
            ((s * s * 115.625 - 231.25 * s + 115.625).sqrt()).id
        };
        let (arena, roots) = simplify(&graph.into_arena(), &[root], &[(0.0, 1.0)]);
        for distance in [1e-3, 1e-9, 1e-12] {
            let s = 1.0 - distance;
            let value = values(&arena, &roots, &[s])[0];
            let truth = 115.625f64.sqrt() * (1.0 - s);
            assert!((value - truth).abs() <= 1e-15 * truth, "{value} {truth}");
        }
    }
}
