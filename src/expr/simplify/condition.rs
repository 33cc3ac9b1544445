//! What simplifying may cost in digits.
//!
//! 1. Look at some points, in the middle and next to the corners of the ranges of the inputs, and at places that are
//!    written: where differences are zero, as x − 0.77 is, far from which a narrow formula has no digits to lose.
//! 2. Compare what the formulas lose by rounding, as they were and as they have become.

use nalgebra::{DMatrix, DVector};

use crate::elementary::Binary;
use crate::elementary::singular::decomposed;
use crate::expr::bounds::rounding::Rounding;
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::operator::{ALL, Range};
use crate::expr::value::values;
use crate::scatter::Scatter;

/// How often as large the loss may become. Forms of the same quality differ by less.
const WORSE: f64 = 8.0;

/// What is always allowed, as a part of a value.
const ALLOWED: f64 = 16.0 * f64::EPSILON;

/// Points inside that are looked at.
const POINTS: usize = 4;

/// With more inputs places that are written are not looked for: every node is evaluated beside each of them.
const MOST_INPUTS: usize = 16;

/// The most sums of which zeros are looked for, and by how much of their size they differ from linear ones.
const SUMS: usize = 5;
const LINEAR: f64 = 1e-9;

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
    let points = inside.chain([NEAR, 1.0 - NEAR].map(|t| vec![t; n]));
    let points = points.map(|unit| {
        let along = unit.iter().enumerate();
        let place = along.map(|(i, t)| place(ranges.get(i).copied().unwrap_or(ALL), *t));
        place.collect::<Vec<f64>>()
    });
    let mut points = points.chain(written(old.0, ranges, n));
    let (mut before, mut after) = (Rounding::new(old.0, old.1), Rounding::new(new.0, new.1));
    let mut allowed = vec![0.0; old.1.len()];
    points.any(|point| {
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

/// Points at which sums that are linear in the inputs, as x − 0.77 and x + y − 1 are, are zero: as many together as there
/// are inputs, or all of them.
fn written(arena: &Arena, ranges: &[Range], n: usize) -> Vec<Vec<f64>> {
    if n > MOST_INPUTS {
        return Vec::new();
    }
    let range = |axis: usize| ranges.get(axis).copied().unwrap_or(ALL);
    let middle: Vec<f64> = (0..n).map(|axis| place(range(axis), 0.5)).collect();
    let all: Vec<Id> = (0..arena.nodes().len()).map(Id::at).collect();
    let at = |point: &[f64]| values(arena, &all, point);
    let here = at(&middle);
    let moved = |along: &dyn Fn(usize) -> f64| {
        let point = middle.iter().enumerate();
        at(&point.map(|(axis, w)| w + along(axis)).collect::<Vec<f64>>())
    };
    let beside: Vec<Vec<f64>> = (0..n)
        .map(|axis| moved(&|other| f64::from(other == axis)))
        .collect();
    let twice = moved(&|_| 2.0);
    let mut rows: Vec<(Vec<f64>, f64)> = Vec::new();
    for (index, node) in arena.nodes().iter().enumerate() {
        let is_sum = match node {
            Node::Binary(Binary::Add | Binary::Sub, x, y) => {
                arena.number(*x).or(arena.number(*y)).is_some()
            }
            _ => false,
        };
        let value = here[index];
        let slopes: Vec<f64> = beside.iter().map(|there| there[index] - value).collect();
        let size: f64 = slopes.iter().map(|slope| slope.abs()).sum();
        let expected = value + 2.0 * slopes.iter().sum::<f64>();
        // Of what is not linear no zero is known.
        let is_linear = (twice[index] - expected).abs() <= LINEAR * (size + value.abs());
        if is_sum && is_linear && size > 0.0 && rows.len() < SUMS {
            rows.push((slopes, -value));
        }
    }
    let together = rows.len().min(n);
    let chosen = (1usize..1 << rows.len()).filter(|bits| bits.count_ones() as usize == together);
    let zero = |bits: usize| {
        let chosen = rows.iter().enumerate();
        let chosen: Vec<_> = chosen.filter(|(i, _)| bits >> i & 1 == 1).collect();
        let matrix = DMatrix::from_fn(together, n, |i, axis| chosen[i].1.0[axis]);
        let off = DVector::from_fn(together, |i, _| chosen[i].1.1);
        let step = decomposed(matrix, true, true)?.solve(&off, LINEAR).ok()?;
        let point = middle.iter().zip(step.iter()).map(|(w, step)| w + step);
        let point: Vec<f64> = point.collect();
        let mut along = point.iter().enumerate();
        let is_inside = along.all(|(axis, w)| range(axis).0 <= *w && *w <= range(axis).1);
        is_inside.then_some(point)
    };
    chosen.filter_map(zero).collect()
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
