//! Ridges: curves and surfaces along which a smooth formula is narrow, as exp(−10¹⁰·(y − x²)²) is.
//!
//! 1. What is even or odd in a part t of a formula, and in which t gets large on both sides of zero, has died
//!    away, or levelled off, but for where t is small.
//! 2. Cut along t = 0, though nothing switches there: on both sides the ridge lies next to a face.
//! 3. Where nothing was cut, points at which t is 0, or not far from it, tell whether nodes have seen the ridge; points
//!    at which two or more are, by Newton's method, whether they have seen where ridges meet.

use std::f64::consts::{FRAC_PI_2, PI};

use nalgebra::DVector;

use super::cells::scattered_values;
use super::products::inputs_of;
use super::switches::{Decider, bisected};
use crate::deadline::Deadline;
use crate::elementary::singular::decomposed;
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::gradient::Gradients;
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::simplify::value_ranges;
use crate::expr::value::values;
use crate::scatter::Scatter;

/// Parts that get larger than this make ridges that rules do not see.
pub(super) const STEEP: f64 = 100.0;

/// Points at which a part has to take both signs, besides the corners of the box.
const POINTS: usize = 64;

/// Points are looked for on so many ridges at most, on so many lines each, of which so many places are looked at.
const MOST_PARTS: usize = 8;
const LINES: usize = 16;
const RUNGS: usize = 16;

/// The values of a part in the middle of a ridge, and on its flank.
const LEVELS: [f64; 2] = [0.0, 0.7];

/// Where ridges meet is looked for from so many points each, in so many steps.
const STARTS: usize = 4;
const STEPS: usize = 12;

/// Directions along which ridges that meet are alike to this part have no step.
const ALIKE: f64 = 1e-12;

/// Less than this of a part is rounding.
const ROUNDED: f64 = 1e-9;

/// The ridges across the axes, as what decides on which side of them a point is.
pub(super) fn ridges(arena: &Arena, roots: &[Id], n: usize) -> Vec<Decider> {
    let reach = inputs::of_nodes(arena);
    let is_across = |part: Id| reach[part.index()].count_ones() > 1;
    let steep = steep(arena, roots, n, is_across);
    if steep.is_empty() {
        return Vec::new();
    }
    let found = steep
        .into_iter()
        .filter(|(_, part)| takes_both_signs(arena, *part, n));
    let ranges = value_ranges(arena, &unit_ranges(n));
    let found = found.map(|(node, part)| {
        let (node, operand) = innermost(arena, &ranges, (node, part));
        Decider::of_ridge(node, operand, reach[operand.index()])
    });
    found.collect()
}

/// The innermost function of which a part consists that is zero where its operand is, with that: of sin(t)², the
/// sine of t, if t lies between −π and π.
fn innermost(arena: &Arena, ranges: &[Range], (node, part): (Id, Id)) -> (Id, Id) {
    let (mut node, mut part) = (node, part);
    loop {
        let within = |x: Id, most: f64| {
            let (lo, hi) = ranges[x.index()];
            lo > -most && hi < most
        };
        let operand = match *arena.node(part) {
            Node::Unary(op, x) if is_odd_and_monotone(op) => x,
            Node::Unary(Unary::Sin, x) if within(x, PI) => x,
            Node::Unary(Unary::Tan, x) if within(x, FRAC_PI_2) => x,
            _ => return (node, part),
        };
        (node, part) = (part, operand);
    }
}

/// Whether a function has one zero, at 0, and is monotone.
fn is_odd_and_monotone(op: Unary) -> bool {
    matches!(
        op,
        Unary::Neg
            | Unary::Sinh
            | Unary::Tanh
            | Unary::Asinh
            | Unary::Asin
            | Unary::Atan
            | Unary::Atanh
            | Unary::Erf
            | Unary::Expm1
            | Unary::Log1p
    )
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
    for part in parts.iter().copied().take(MOST_PARTS) {
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
    parts.truncate(MOST_PARTS);
    let meetings = (2..=n).flat_map(|together| meetings(arena, &parts, n, together, &deadline));
    found.extend(meetings);
    found
}

/// Points of the unit box at which so many of the parts are zero, or all of them on a flank.
fn meetings(
    arena: &Arena,
    parts: &[Id],
    n: usize,
    together: usize,
    deadline: &Deadline,
) -> Vec<Vec<f64>> {
    let scatter = Scatter::golden(n);
    let mut found = Vec::new();
    for bits in 0..1usize << parts.len() {
        if bits.count_ones() as usize != together || deadline.has_come() {
            continue;
        }
        let chosen = parts.iter().enumerate();
        let chosen = chosen.filter(|(i, _)| bits >> i & 1 == 1);
        let chosen: Vec<Id> = chosen.map(|(_, part)| *part).collect();
        let Ok(mut gradients) = Gradients::new(arena, &chosen, n) else {
            continue;
        };
        for level in LEVELS {
            let starts = (1..=STARTS).map(|k| scatter.point(k));
            found.extend(starts.filter_map(|start| meeting(&mut gradients, start, level)));
        }
    }
    found
}

/// The point of the unit box to which Newton's method leads, by the shortest steps, where all formulas have a value.
fn meeting(gradients: &mut Gradients<'_>, mut point: Vec<f64>, level: f64) -> Option<Vec<f64>> {
    for _ in 0..STEPS {
        let off = DVector::from_vec(gradients.values(&point)).map(|value| level - value);
        let jacobian = gradients.jacobian(&point);
        let step = decomposed(jacobian, true, true)?.solve(&off, ALIKE).ok()?;
        for (w, step) in point.iter_mut().zip(step.iter()) {
            *w = (*w + step).clamp(0.0, 1.0);
        }
    }
    let off = gradients.values(&point).into_iter();
    // As near as the flank is.
    let is_met = off.map(|value| (value - level).abs()).all(|off| off < 1.0);
    is_met.then_some(point)
}

/// Nodes of which the formulas consist that are even or odd in a part that gets large on both sides of zero, with
/// these parts, of those that count.
pub(super) fn steep(
    arena: &Arena,
    roots: &[Id],
    n: usize,
    counts: impl Fn(Id) -> bool,
) -> Vec<(Id, Id)> {
    let needed = arena.needed(roots);
    let nodes = arena.nodes().iter().enumerate();
    let candidates = nodes.filter(|(i, _)| needed[*i]).filter_map(|(i, node)| {
        let (part, power) = match node {
            Node::Power(x, k) if *k > 0 && k % 2 == 0 => (*x, *k),
            Node::Unary(Unary::Cosh | Unary::Tanh | Unary::Atan, x) => (*x, 0),
            _ => return None,
        };
        counts(part).then_some((i, part, power))
    });
    let candidates: Vec<(usize, Id, i32)> = candidates.collect();
    let parts: Vec<Id> = candidates.iter().map(|(_, part, _)| *part).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let Some(mut ranges) = Ranges::of_part(arena, &parts, n) else {
        return Vec::new();
    };
    ranges.turn_to(unit_ranges(n).into_iter());
    let mut factors = None;
    let mut found = Vec::new();
    for (number, (index, part, power)) in candidates.into_iter().enumerate() {
        let Interval { lo, hi } = ranges.of(number).values;
        if !(lo < 0.0 && hi > 0.0 && (hi - lo).is_finite()) {
            continue;
        }
        // c·tᵏ is the power of c^(1/k)·t.
        let times = match power {
            0 => 1.0,
            _ => {
                let factors = factors.get_or_insert_with(|| factors_of_powers(arena, &needed));
                factors[index].powf(1.0 / f64::from(power)).max(1.0)
            }
        };
        if times * hi.max(-lo) > STEEP {
            found.push((Id::at(index), part));
        }
    }
    found
}

/// For every node the largest number c by which it is multiplied, on the way to a function or a product that
/// varies: c in exp(−c·t), and in a/(a + a·c·t).
pub(super) fn factors_of_powers(arena: &Arena, needed: &[bool]) -> Vec<f64> {
    let mut factors = vec![0.0f64; arena.nodes().len()];
    let number = |id: Id| arena.number(id).map(f64::abs);
    let is_below = |id: Id| arena.number(id).is_some_and(|number| number < 0.0);
    let is_negative = |id: Id| match *arena.node(id) {
        Node::Unary(Unary::Neg, _) => true,
        Node::Binary(Binary::Mul | Binary::Div, x, y) => is_below(x) || is_below(y),
        _ => false,
    };
    for (index, node) in arena
        .nodes()
        .iter()
        .enumerate()
        .rev()
        .filter(|(i, _)| needed[*i])
    {
        let own = match factors[index] {
            0.0 => 1.0,
            factor => factor,
        };
        let mut raise = |id: Id, times: f64| {
            let factor = if times.is_normal() { times } else { 1.0 };
            factors[id.index()] = factors[id.index()].max(factor);
        };
        match *node {
            Node::Unary(Unary::Neg, x) => raise(x, own),
            Node::Binary(Binary::Mul, x, y) => match (number(x), number(y)) {
                (Some(c), _) => raise(y, c * own),
                (_, Some(c)) => raise(x, c * own),
                _ => [x, y].into_iter().for_each(|id| raise(id, 1.0)),
            },
            Node::Binary(Binary::Div, x, y) => {
                raise(x, number(y).map_or(1.0, |c| own / c));
                raise(y, 1.0);
            }
            // What is added to a small number of its own sign is large beside it.
            Node::Binary(Binary::Add, x, y) => match (arena.number(x), arena.number(y)) {
                (Some(a), _) if a > 0.0 && !is_negative(y) => raise(y, own.max(1.0 / a)),
                (_, Some(a)) if a > 0.0 && !is_negative(x) => raise(x, own.max(1.0 / a)),
                _ => [x, y].into_iter().for_each(|id| raise(id, own)),
            },
            Node::Binary(Binary::Sub, x, y) => [x, y].into_iter().for_each(|id| raise(id, own)),
            _ => node.for_each_operand(|id| raise(id, 1.0)),
        }
    }
    factors
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
