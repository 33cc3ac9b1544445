//! Ridges: curves and surfaces along which a smooth formula is narrow, as exp(−10¹⁰·(y − x²)²) is.
//!
//! 1. What is even or odd in a part t of a formula, and in which t gets large on both sides of zero, has died
//!    away, or levelled off, but for where t is small.
//! 2. Cut along t = 0, though nothing switches there: on both sides the ridge lies next to a face.
//! 3. Where nothing was cut, points at which t is 0, or not far from it, tell whether nodes have seen the ridge.

use super::cells::scattered_values;
use super::products::inputs_of;
use super::switches::{Decider, bisected};
use crate::deadline::Deadline;
use crate::elementary::Unary;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::inputs;
use crate::expr::simplify::value_ranges;
use crate::expr::value::values;
use crate::scatter::Scatter;

/// Parts that get larger than this make ridges that rules do not see.
const STEEP: f64 = 100.0;

/// Points at which a part has to take both signs, besides the corners of the box.
const POINTS: usize = 64;

/// Points are looked for on so many ridges at most, on so many lines each, of which so many places are looked at.
const MOST_PARTS: usize = 8;
const LINES: usize = 16;
const RUNGS: usize = 16;

/// The values of a part in the middle of a ridge, and on its flank.
const LEVELS: [f64; 2] = [0.0, 0.7];

/// Less than this of a part is rounding.
const ROUNDED: f64 = 1e-9;

/// The ridges across the axes, as what decides on which side of them a point is.
pub(super) fn ridges(arena: &Arena, roots: &[Id], n: usize) -> Vec<Decider> {
    let reach = inputs::of_nodes(arena);
    let is_across = |part: Id| reach[part.index()].count_ones() > 1;
    let steep = steep(arena, roots, n, is_across).into_iter();
    let found = steep.filter(|(_, part)| takes_both_signs(arena, *part, n));
    let found = found.map(|(node, part)| Decider::of_ridge(node, part, reach[part.index()]));
    found.collect()
}

/// Points of the unit box on the ridges of formulas, along or across the axes, and on their flanks; not on all if there
/// are many.
pub(super) fn on_ridges(arena: &Arena, roots: &[Id], n: usize) -> Vec<Vec<f64>> {
    let reach = inputs::of_nodes(arena);
    let steep = steep(arena, roots, n, |part| reach[part.index()] != 0);
    let mut parts: Vec<Id> = steep.into_iter().map(|(_, part)| part).collect();
    parts.sort_unstable();
    parts.dedup();
    let scatter = Scatter::golden(n);
    let deadline = Deadline::current();
    let mut found = Vec::new();
    for part in parts.into_iter().take(MOST_PARTS) {
        let axes: Vec<usize> = inputs_of(reach[part.index()]).collect();
        let (own, root) = arena.part(&[part]);
        for k in 1..=LINES {
            if deadline.has_come() {
                return found;
            }
            let mut point = scatter.point(k);
            let axis = axes[k % axes.len()];
            let mut at = |w: f64| {
                point[axis] = w;
                values(&own, &root, &point)[0]
            };
            let ladder = (0..=RUNGS).map(|i| i as f64 / RUNGS as f64);
            let ladder: Vec<(f64, f64)> = ladder.map(|w| (w, at(w))).collect();
            let places = LEVELS.map(|level| {
                let is_below = |value: f64| value < level;
                let mut pairs = ladder.windows(2);
                let pair = pairs.find(|pair| is_below(pair[0].1) != is_below(pair[1].1))?;
                let before = is_below(pair[0].1);
                Some(bisected(pair[0].0, pair[1].0, |w| {
                    is_below(at(w)) == before
                }))
            });
            for w in places.into_iter().flatten() {
                point[axis] = w;
                found.push(point.clone());
            }
        }
    }
    found
}

/// Nodes of which the formulas consist that are even or odd in a part that gets large on both sides of zero, with
/// these parts, of those that count.
fn steep(arena: &Arena, roots: &[Id], n: usize, counts: impl Fn(Id) -> bool) -> Vec<(Id, Id)> {
    let needed = arena.needed(roots);
    let mut ranges = None;
    let mut found = Vec::new();
    for (index, node) in arena.nodes().iter().enumerate().filter(|(i, _)| needed[*i]) {
        let part = match node {
            Node::Power(x, k) if *k > 0 && k % 2 == 0 => *x,
            Node::Unary(Unary::Cosh | Unary::Tanh | Unary::Atan, x) => *x,
            _ => continue,
        };
        if !counts(part) {
            continue;
        }
        let ranges = ranges.get_or_insert_with(|| value_ranges(arena, &unit_ranges(n)));
        let (lo, hi) = ranges[part.index()];
        if lo < 0.0 && hi > 0.0 && hi.max(-lo) > STEEP && (hi - lo).is_finite() {
            found.push((Id::at(index), part));
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
