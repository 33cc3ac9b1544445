//! What integrals over pieces may be off because their faces are: a root of (x − y − 2/3)² < 1e-10 that is
//! solved for in a form that is multiplied out has lost five digits.
//!
//! 1. At a few points of every face of a piece look at what decides where the integrand switches. It is
//!    zero there, but for rounding, if the face is a root of it; then look beside the ends of the face, too.
//! 2. A face that is no root is one of the box, if it is as near to that as rounding leaves it.
//! 3. What is left, and what its numbers lose because they are rounded, over how fast it changes into the
//!    piece, is how far the face is off. Times the integrand there, that is the error; or times its mean across
//!    the piece, where that is larger: in the coordinates of the piece its formula may no longer contain the face,
//!    which then stretches all of it.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", SIAM (2002), section 1.5 (the backward
//! error).

use super::switches::{Decider, deciders};
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Graph, Id};
use crate::integrand::Piece;
use crate::scatter::Scatter;

/// Points on a face.
const POINTS: usize = 3;

/// Parts of its sides at which it is looked at beside their ends, where what a coordinate loses is more.
const BESIDE_ENDS: [f64; 4] = [1e-2, 1e-4, 1e-6, 1e-8];

/// Places across a piece at which the mean is taken.
const ACROSS: [f64; 2] = [0.211_324_865_405_187_1, 0.788_675_134_594_812_9];

/// How far into a piece the change of a decider is looked at.
const INWARD: f64 = 1e-3;

/// A decider is zero on a face if it is less than this part of its change, or so many times what it loses by
/// rounding.
const ZERO: f64 = 0.1;
const ROUNDED: f64 = 4.0;

/// What is left at a few points need not be the most.
const SAMPLED: f64 = 2.0;

/// A face is meant to be one of the box if it is nearer than this part of the piece's width.
const BESIDE: f64 = 1e-6;

/// Beside ends of a face it counts where it is off by more than so many times what what decides loses there: where a
/// piece is narrow that is much of its width, and already counted.
const FAR_OFF: f64 = 1e3;

/// Numbers that were computed from others lost more than half an ulp.
const MARGIN: f64 = 3.0;

/// For every piece and every value, what its integral may be off because its faces are rounded.
pub(super) fn displaced(of: &Formulas, n: usize, pieces: &[Piece<'_>]) -> Vec<Vec<f64>> {
    let mut errors = vec![vec![0.0; of.roots.len()]; pieces.len()];
    let found = deciders(&of.arena, &of.roots);
    let found: Vec<Decider> = found
        .into_iter()
        .filter(|d| d.bends && !d.is_floor() && d.inputs.count_ones() > 1)
        .collect();
    let graph = Graph::from_arena(of.arena.clone());
    let differences: Vec<Id> = found.iter().map(|d| d.difference(&graph).id).collect();
    let arena = graph.into_arena();
    let mut rounding = Rounding::new(&arena, &differences);
    let mut numbers = Rounding::new(&arena, &differences).of_constants();
    let points = Scatter::golden(n);
    let mut lost = vec![0.0; differences.len()];
    for (piece, errors) in pieces.iter().zip(&mut errors) {
        for face in 0..2 * n {
            let (axis, end) = (face / 2, (face % 2) as f64);
            // Of what decides, what is zero on the face.
            let mut roots = vec![false; lost.len()];
            let scattered = (1..=POINTS).map(|k| (points.point(k), 1.0 / POINTS as f64));
            let beside = (0..2 * n).filter(|side| side / 2 != axis).flat_map(|side| {
                let points = &points;
                BESIDE_ENDS.iter().enumerate().map(move |(k, part)| {
                    let mut point = points.point(1 + k % POINTS);
                    point[side / 2] = if side % 2 == 0 { *part } else { 1.0 - part };
                    // As much of the side as lies between this one and the next one.
                    (point, part * 10.0)
                })
            });
            for (number, (mut point, weight)) in scattered.chain(beside).enumerate() {
                let is_beside = number >= POINTS;
                if is_beside && !roots.contains(&true) {
                    break;
                }
                point[axis] = end;
                let mut inward = point.clone();
                inward[axis] += INWARD * (1.0 - 2.0 * end);
                let [at, inside] = [&point, &inward].map(|point| (piece.place)(point));
                rounding.at(&inside, |_, _| {});
                let inner: Vec<f64> = (0..lost.len()).map(|d| rounding.value_of(d)).collect();
                rounding.at(&at, |d, own| lost[d] = own);
                let mut off = 0.0f64;
                let mut left = vec![0.0; lost.len()];
                for d in 0..lost.len() {
                    let value = rounding.value_of(d).abs();
                    let change = (inner[d] - rounding.value_of(d)).abs();
                    let is_zero = value <= ZERO * change || value <= ROUNDED * lost[d];
                    // Where it has no value, or an infinite slope, nothing is known of it.
                    let is_known = [value, change, lost[d]].iter().all(|x| x.is_finite());
                    // What is zero elsewhere should be here.
                    roots[d] |= is_zero && is_known && !is_beside;
                    let counts = match is_beside {
                        true => roots[d] && value > FAR_OFF * lost[d],
                        false => is_zero,
                    };
                    left[d] = if counts && is_known {
                        SAMPLED * value
                    } else {
                        f64::NAN
                    };
                }
                let is_root = left.iter().any(|left| !left.is_nan());
                if !is_root && is_beside {
                    continue;
                }
                if !is_root {
                    off = SAMPLED * beside_box(&at, &inside);
                }
                if !is_root && off == 0.0 {
                    continue;
                }
                numbers.at(&at, |d, own| {
                    if left[d].is_nan() {
                        return;
                    }
                    let change = (inner[d] - rounding.value_of(d)).abs();
                    let moved = INWARD * (left[d] + MARGIN * own) / change;
                    // Farther than across the piece nothing is moved.
                    off = off.max(moved.min(1.0));
                });
                let mut sizes: Vec<f64> =
                    piece.integrand.at(&point).iter().map(|v| v.abs()).collect();
                let mut means = vec![0.0; sizes.len()];
                for place in ACROSS {
                    point[axis] = place;
                    for (mean, value) in means.iter_mut().zip(piece.integrand.at(&point)) {
                        *mean += value.abs() / ACROSS.len() as f64;
                    }
                }
                sizes
                    .iter_mut()
                    .zip(&means)
                    .for_each(|(size, mean)| *size = size.max(*mean));
                // The numbers of the formulas in a piece come of those of its faces, and lose what these do.
                let pairs = at.iter().zip(&inside).filter(|(at, inside)| at != inside);
                let [reach, width] = pairs.fold([0.0f64; 2], |[reach, width], (at, inside)| {
                    let own = (inside - at).abs() / INWARD;
                    [reach.max(at.abs()), width.max(own)]
                });
                if is_root {
                    off = off.max((f64::EPSILON * reach / width).min(1.0));
                }
                for (error, size) in errors.iter_mut().zip(sizes) {
                    let more = off * size * weight;
                    *error += if more.is_finite() { more } else { 0.0 };
                }
            }
        }
    }
    errors
}

/// How far a face that is no root is from a face of the box that it is meant to be, as a part of what the piece is wide
/// there; zero where it is none.
fn beside_box(at: &[f64], inside: &[f64]) -> f64 {
    let pairs = at.iter().zip(inside).filter(|(at, inside)| at != inside);
    let parts = pairs.map(|(at, inside)| {
        let width = (inside - at).abs() / INWARD;
        at.abs().min((at - 1.0).abs()) / width
    });
    let least = parts.fold(f64::INFINITY, f64::min);
    if least < BESIDE { least } else { 0.0 }
}
