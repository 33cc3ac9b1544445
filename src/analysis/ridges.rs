//! Ridges: curves and surfaces along which a smooth formula is narrow, as exp(−10¹⁰·(y − x²)²) is.
//!
//! 1. What is even or odd in a part t of a formula, and in which t gets large on both sides of zero, has died
//!    away, or levelled off, but for where t is small.
//! 2. Cut along t = 0, though nothing switches there: on both sides the ridge lies next to a face.

use super::cells::scattered_values;
use super::switches::Decider;
use crate::elementary::Unary;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::inputs;
use crate::expr::simplify::value_ranges;
use crate::expr::value::values;

/// Parts that get larger than this make ridges that rules do not see.
const STEEP: f64 = 100.0;

/// Points at which a part has to take both signs, besides the corners of the box.
const POINTS: usize = 64;

/// Less than this of a part is rounding.
const ROUNDED: f64 = 1e-9;

/// The ridges across the axes, as what decides on which side of them a point is.
pub(super) fn ridges(arena: &Arena, roots: &[Id], n: usize) -> Vec<Decider> {
    let needed = arena.needed(roots);
    let reach = inputs::of_nodes(arena);
    let mut ranges = None;
    let mut found = Vec::new();
    for (index, node) in arena.nodes().iter().enumerate().filter(|(i, _)| needed[*i]) {
        let part = match node {
            Node::Power(x, k) if *k > 0 && k % 2 == 0 => *x,
            Node::Unary(Unary::Cosh | Unary::Tanh | Unary::Atan, x) => *x,
            _ => continue,
        };
        if reach[part.index()].count_ones() < 2 {
            continue;
        }
        let ranges = ranges.get_or_insert_with(|| value_ranges(arena, &unit_ranges(n)));
        let (lo, hi) = ranges[part.index()];
        let is_steep = lo < 0.0 && hi > 0.0 && hi.max(-lo) > STEEP && (hi - lo).is_finite();
        if is_steep && takes_both_signs(arena, part, n) {
            let node = Id::at(index);
            found.push(Decider::of_ridge(node, part, reach[part.index()]));
        }
    }
    found
}

/// Whether a part of a formula is above and below zero at some points of the unit box.
fn takes_both_signs(arena: &Arena, part: Id, n: usize) -> bool {
    let corner = |k: usize| {
        (0..n)
            .map(|axis| (k >> axis & 1) as f64)
            .collect::<Vec<f64>>()
    };
    let corners = (0..1 << n).map(|k| values(arena, &[part], &corner(k))[0]);
    let mut seen: Vec<f64> = corners.collect();
    let (own, roots) = arena.part(&[part]);
    let own = Formulas {
        inputs: Vec::new(),
        arena: own,
        roots,
    };
    seen.extend(scattered_values(&own, n, POINTS).unwrap_or_default());
    let most = seen.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    let is_there = |sign: f64| seen.iter().any(|v| sign * v > ROUNDED * most);
    is_there(1.0) && is_there(-1.0)
}
