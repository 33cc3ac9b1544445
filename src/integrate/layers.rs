//! Layers next to the faces of a piece: exp(−10⁵·|y − x|) is cut along y = x, and lives beside the cut.
//!
//! 1. On lines that end at a face take values at distances that halve toward it. What is smooth changes by
//!    half as much each time, what is singular by a part that stays; in a layer the changes grow first and
//!    then fall; what is smooth beside it changes by more still, but far from the face. Where the piece
//!    ends in a point or an edge there, the values fall with its width: what is left of them then tells.
//! 2. Cut the piece at distances from the face that grow from within the layer on.
//!
//! H.-G. Roos, M. Stynes, L. Tobiska, "Robust numerical methods for singularly perturbed differential
//! equations", 2nd edition, Springer (2008), section I.2.4 (meshes that condense in layers).

use super::because::{Because, Step};
use super::cuts::product;
use super::meter::Stop;
use super::node_set::nodes;
use super::outcome::{Outcome, Status};
use super::pieces::over_pieces;
use super::strategy::{Rows, Solve};
use super::subject::Subject;
use super::task::{Measure, Task};
use super::tensor::add_on_cell;
use crate::elementary::sum::Sum;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand, Piece, Side, part};
use crate::rule::Rule;
use crate::scatter::Scatter;

/// Lines that end at a face.
const LINES: usize = 4;

/// Of more axes not all edges are looked at; they are so far from the faces.
const MOST_EDGES: usize = 2;
const EDGE: f64 = 1e-13;

/// Distances on a line, each half of the one before.
const DISTANCES: usize = 40;

/// A layer is so many halvings wide at least: a rule sees one that is wider.
const NARROW: usize = 3;

/// In it the values change by so many times what they do before it, and after it by so much less.
const STEEP: f64 = 2.0;
const ENDED: f64 = 0.25;

/// What changes by less than this part of the values on a line may be rounding, or by less than this part
/// of those on all lines: beside a face at which a piece ends few digits are left.
const ROUNDED: f64 = 1e-11;
const ROUNDED_IN_ALL: f64 = 32.0 * f64::EPSILON;

/// Nodes along an axis with which the size of the integral is told.
const ROUGH: usize = 8;

/// The part of the tolerance that all parts in which there is next to nothing may take.
const SHARE: f64 = 0.1;

/// From one cut to the next distances grow by so many halvings.
const STEP: usize = 3;

/// Parts of a piece, cut where there are layers next to its faces; the piece itself where there is none.
///
/// # Errors
/// What ended the evaluations.
pub(super) fn parts(integrand: &dyn Integrand, task: &Task<'_>) -> Result<Vec<Vec<Side>>, Stop> {
    let (n, outputs) = (integrand.dimension(), integrand.outputs());
    // Besides scattered lines those along edges: a layer may be in a corner alone.
    let edges = 1 << (n - 1).min(MOST_EDGES);
    let count = (LINES + edges) * DISTANCES;
    let distances: Vec<f64> = (1..=DISTANCES).map(|k| 0.5f64.powi(k as i32)).collect();
    let points = Scatter::golden(n).along_axes(1..LINES + 1);
    let mut evaluator = task.evaluator(integrand);
    let mut values = vec![0.0; count * outputs];
    let mut sides = Vec::with_capacity(n);
    for axis in 0..n {
        let mut cuts = [Vec::new(), Vec::new()];
        for (end, cuts) in cuts.iter_mut().enumerate() {
            let along = |other: usize| -> Vec<f64> {
                let at = |i: usize| match (other == axis, end) {
                    (true, 0) => distances[i % DISTANCES],
                    (true, _) => 1.0 - distances[i % DISTANCES],
                    _ if i / DISTANCES < LINES => points[other][i / DISTANCES],
                    _ => {
                        let place = if other < axis { other } else { other - 1 };
                        match (i / DISTANCES - LINES) >> place.min(MOST_EDGES) & 1 {
                            0 => EDGE,
                            _ => 1.0 - EDGE,
                        }
                    }
                };
                (0..count).map(at).collect()
            };
            let nodes: Vec<Vec<f64>> = (0..n).map(along).collect();
            task.afford(count as u64)?;
            let all = nodes;
            for first in (0..count).step_by(BLOCK) {
                let own = first..(first + BLOCK).min(count);
                let nodes: Vec<_> = all
                    .iter()
                    .map(|w| Coordinate::Each(&w[own.clone()]))
                    .collect();
                let mut found = vec![0.0; own.len() * outputs];
                evaluator.evaluate(&Block::new(&nodes, own.len()), &mut found)?;
                for (k, found) in found.chunks(own.len()).enumerate() {
                    values[k * count + own.start..k * count + own.end].copy_from_slice(found);
                }
            }
            // In a corner values may be singular, or few digits be left of them.
            let scattered = |values: &[f64]| largest(&values[..LINES * DISTANCES]);
            let all: Vec<f64> = values.chunks(count).map(scattered).collect();
            let lines = values.chunks(DISTANCES).enumerate();
            let found = lines.flat_map(|(line, values)| {
                let rounded = ROUNDED_IN_ALL * all[line * DISTANCES / count];
                layers(values, rounded, n)
            });
            let range = found.fold(None, |range: Option<(usize, usize)>, k| {
                let (least, most) = range.unwrap_or((k, k));
                Some((least.min(k), most.max(k)))
            });
            if let Some((_, most)) = range {
                // From inside the layer to the middle.
                let halvings = (STEP..=most + STEP).rev().step_by(STEP);
                *cuts = halvings.map(|k| 0.5f64.powi(k as i32)).collect();
            }
        }
        let [mut first, second] = cuts;
        first.extend(second.iter().rev().map(|distance| 1.0 - distance));
        let ends = [&[0.0], &first[..], &[1.0]].concat();
        let pairs = ends.windows(2).filter(|pair| pair[0] < pair[1]);
        let own = pairs.map(|pair| Side {
            from: pair[0],
            to: pair[1],
        });
        sides.push(own.collect::<Vec<Side>>());
    }
    Ok(product(&sides))
}

/// The largest size of some values.
fn largest(values: &[f64]) -> f64 {
    let finite = values.iter().filter(|v| v.is_finite());
    finite.fold(0.0, |most, v| most.max(v.abs()))
}

/// After how many halvings the values on a line that ends at a face change most, if that is a layer; so
/// of the values over the distance from the face, and over its square, where a piece of so many
/// dimensions may end in an edge or in a point.
fn layers(values: &[f64], rounded: f64, dimension: usize) -> Vec<usize> {
    if values.iter().any(|value| !value.is_finite()) {
        // Where there is no value at the face, the values before say nothing of a layer.
        return Vec::new();
    }
    let mut values = values.to_vec();
    let mut found = Vec::new();
    let mut rounding = vec![rounded; values.len()];
    for _ in 0..dimension.max(1) {
        found.extend(layer(&values, &rounding));
        let distances = (1..=DISTANCES).map(|k| 0.5f64.powi(k as i32));
        for ((value, rounding), distance) in values.iter_mut().zip(&mut rounding).zip(distances) {
            *value /= distance;
            *rounding /= distance;
        }
    }
    found
}

/// After how many halvings the values on a line change most, if that is a layer; what they are off by
/// rounding is given.
fn layer(values: &[f64], rounding: &[f64]) -> Option<usize> {
    let changes = values.windows(2).map(|pair| (pair[0] - pair[1]).abs());
    let changes: Vec<f64> = changes.collect();
    // What is smooth may change by more far from the face: a layer rises from where that is over.
    let mut valley = f64::INFINITY;
    let (mut top, mut change) = (0, ROUNDED * largest(values));
    for (k, own) in changes.iter().enumerate().skip(NARROW) {
        let before = changes[k - NARROW..k].iter().copied().fold(0.0, f64::max);
        valley = valley.min(before);
        if *own > change.max(rounding[k + 1]) && *own > STEEP * valley {
            (top, change) = (k, *own);
        }
    }
    // What is rounding alone may be small by chance.
    let after = changes.iter().rev().take(NARROW);
    let after = after.copied().fold(0.0, f64::max);
    (top > 0 && after < ENDED * change).then_some(top)
}

/// The integral over a piece from those over its parts between layers.
///
/// # Errors
/// What failed in a part.
pub(super) fn integrate(
    piece: &dyn Integrand,
    parts: &[Vec<Side>],
    task: &Task<'_>,
    solve: Solve,
) -> Result<Outcome, Stop> {
    // Each to a part of what is asked for of all: in most of them there is next to nothing.
    let mut total = vec![0.0; piece.outputs()];
    let mut evaluator = task.evaluator(piece);
    let rules = vec![Rule::gauss(ROUGH)?; piece.dimension()];
    for sides in parts {
        let mut sums = vec![Sum::default(); total.len()];
        task.afford(nodes(&rules))?;
        add_on_cell(&mut evaluator, sides, &rules, &mut sums)?;
        total
            .iter_mut()
            .zip(&sums)
            .for_each(|(total, sum)| *total += sum.magnitude());
    }
    let tolerances = task.tolerances(&total);
    let own = task.aiming_at(0.0, 1.0, Measure::Sizes(&tolerances));
    let shares: Vec<f64> = tolerances
        .iter()
        .map(|tolerance| SHARE * tolerance / parts.len() as f64)
        .collect();
    let pieces: Vec<Piece<'_>> = parts.iter().map(|sides| part(piece, sides)).collect();
    over_pieces(
        &pieces,
        &own,
        &|piece, own, _| match negligible(piece, &shares) {
            Some(outcome) => Ok(outcome),
            None => solve(&Subject::new(piece), own, Rows::Part),
        },
    )
}

/// The integral over a part in which bounds exclude that there is more than these shares; `None` where there
/// may be.
fn negligible(part: &dyn Integrand, shares: &[f64]) -> Option<Outcome> {
    let mut bounds = part.knowledge().bounds()?;
    bounds.move_to(&vec![Side::WHOLE; part.dimension()]);
    let mut means = vec![(0.0, 0.0); shares.len()];
    bounds.means(&mut means);
    let sizes: Vec<f64> = means.iter().map(|(lo, hi)| hi.max(-lo)).collect();
    // Written so that NaN is none.
    let is_little = sizes.iter().zip(shares).all(|(size, share)| size <= share);
    is_little.then(|| {
        let zero = vec![0.0; sizes.len()];
        let outcome = Outcome {
            proven: true,
            witnessed: true,
            ..Outcome::new(zero, sizes, Status::Converged)
        };
        outcome.by("bounds", Because::of(Step::Enclosed))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(f: impl Fn(f64) -> f64) -> Option<usize> {
        let values: Vec<f64> = (1..=DISTANCES).map(|k| f(0.5f64.powi(k as i32))).collect();
        layers(&values, 0.0, 1).first().copied()
    }

    #[test]
    fn layers_are_seen_where_a_piece_ends_in_an_edge_or_a_point() {
        let distances = (1..=DISTANCES).map(|k| 0.5f64.powi(k as i32));
        let distances: Vec<f64> = distances.collect();
        let hill = |s: f64| 6.0 / (1.0 + (3.0 * s - 1.0).powi(2));
        for (width, power) in [(1e-4, 1), (1e-6, 1), (1e-4, 2)] {
            let ending = |ridge: f64| -> Vec<f64> {
                let of = |s: &f64| (hill(*s) + ridge * (s / width).cosh().powi(-2)) * s.powi(power);
                distances.iter().map(of).collect()
            };
            let found = layers(&ending(1.0), 0.0, 1 + power as usize);
            let k = found.into_iter().max().unwrap_or(0) as f64;
            // The layer is some widths thick.
            assert!((k + f64::log2(width)).abs() < 4.0, "{width}: {k}");
            assert!(layers(&ending(0.0), 0.0, 1 + power as usize).is_empty());
        }
    }

    #[test]
    fn few_digits_beside_a_face_at_which_a_piece_ends_are_no_layer() {
        // On the edge of a triangle, some 1e-13 wide there; its width is one less a number beside 1.
        for number in 0..1000 {
            let width = 1e-13 * (1.0 + (0.618 * f64::from(number)).fract());
            let edge = |k: usize| {
                let s = 0.5f64.powi(k as i32);
                (1.0 - (1.0 - width * (1.0 + s).sqrt())) * s.exp()
            };
            let values: Vec<f64> = (1..=DISTANCES).map(edge).collect();
            assert!(layers(&values, ROUNDED_IN_ALL, 2).is_empty(), "{width:e}");
        }
    }

    #[test]
    fn layers_are_told_from_what_is_smooth_or_singular() {
        for width in [1e-2, 1e-5, 1e-9] {
            let halvings = -f64::log2(width);
            for found in [
                found(|s| (-s / width).exp()),
                found(|s| 3.0 + 0.1 * s.sin() + (1.0 + (s / width).powi(2)).recip()),
                found(|s| (s / width).tanh()),
            ] {
                let k = found.unwrap() as f64;
                assert!((k - halvings).abs() < 4.0, "{width}: {k}");
            }
        }
        // On a hill that is higher, too.
        for width in [1e-5, 1e-7, 1e-9] {
            let hill = |s: f64| 9.0 * (3.0 * s).cosh().powi(-2);
            let k = found(|s| hill(s) + (-s / width).exp()).unwrap() as f64;
            assert!((k + f64::log2(width)).abs() < 4.0, "{width}: {k}");
        }
        for smooth in [
            found(|_| 1.0),
            found(|s| s.exp()),
            found(|s| (20.0 * s).cos()),
            found(|s| (s - 0.1).powi(2)),
            found(|s| 9.0 * (3.0 * s - 1.0).cosh().powi(-2)),
            found(f64::sqrt),
            found(|s| s.powf(-0.7)),
            found(f64::ln),
            found(|s| 1e-17 * (1e9 * s).sin() + 1.0),
        ] {
            assert_eq!(smooth, None);
        }
    }
}
