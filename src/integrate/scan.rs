//! The scan: a cheap look for large values that a rule's nodes may have missed.
//!
//! 1. Evaluate the integrand at points that fill the box evenly, and at the middle.
//! 2. From the largest values climb: try a step along each axis both ways, take the best, and halve
//!    the steps where none is better.
//! 3. What is found are witnesses: nodes with values that a mesh has to explain.
//!
//! R. Hooke, T. A. Jeeves, "Direct search solution of numerical and statistical problems", J. ACM 8
//! (1961) 212–229, for the climb.

use super::meter::{Halt, Metered};
use crate::integrand::{BLOCK, Block, Coordinate, Integrand};
use crate::scatter::Scatter;

/// Values of the scan.
pub(crate) const SCAN: usize = 2048;

/// The largest values that are kept.
const KEPT: usize = 12;

/// From how many of them a climb starts.
const CLIMBS: usize = 3;

/// A climb starts from values above this multiple of the mean size.
const WORTH_CLIMBING: f64 = 2.0;

/// Rounds of a climb.
const ROUNDS: usize = 120;

/// A step shorter than this ends a climb.
const SHORTEST_STEP: f64 = 1e-7;

/// A node and the largest size of the integrand's values there.
pub(crate) type Witness = (Vec<f64>, f64);

/// What a scan found.
pub(crate) struct Scan {
    /// All nodes, axis by axis, and all values, output by output.
    pub(crate) nodes: Vec<Vec<f64>>,
    pub(crate) values: Vec<f64>,
    /// The largest values.
    pub(crate) peaks: Vec<Witness>,
    /// The tops of the hills on which they stand.
    pub(crate) tops: Vec<Witness>,
    /// The mean size of all values.
    pub(crate) mean: f64,
}

/// Looks for large values at `count` nodes, a multiple of [`BLOCK`].
///
/// # Errors
/// What ends it.
pub(crate) fn scan(
    integrand: &dyn Integrand,
    evaluator: &mut Metered<'_>,
    count: usize,
) -> Result<Scan, Halt> {
    let dimension = integrand.dimension();
    // The middle comes first: people put their peaks there.
    let points = Scatter::golden(dimension).starting_at(0.5);
    let mut look = Sizes {
        evaluator,
        outputs: integrand.outputs(),
        values: vec![0.0; integrand.outputs() * BLOCK],
    };
    let mut found: Vec<Witness> = Vec::new();
    let mut mean = 0.0;
    let outputs = integrand.outputs();
    let all = points.along_axes(0..count);
    let mut values = vec![0.0; outputs * count];
    for first in (0..count).step_by(BLOCK) {
        let nodes = all.iter().map(|along| along[first..first + BLOCK].to_vec());
        let nodes: Vec<Vec<f64>> = nodes.collect();
        let sizes = look.sizes(&nodes, BLOCK)?;
        for k in 0..outputs {
            let own = &look.values[k * BLOCK..(k + 1) * BLOCK];
            values[k * count + first..k * count + first + BLOCK].copy_from_slice(own);
        }
        for (i, size) in sizes.into_iter().enumerate() {
            mean += size / count as f64;
            let least = found.get(KEPT - 1).map_or(0.0, |witness| witness.1);
            if size > least {
                let place = found.partition_point(|witness| witness.1 >= size);
                found.insert(place, (nodes.iter().map(|w| w[i]).collect(), size));
                found.truncate(KEPT);
            }
        }
    }
    let mut tops = Vec::new();
    // Values near the mean stand on no hill that a rule could miss.
    let high = found
        .iter()
        .filter(|(_, size)| *size > WORTH_CLIMBING * mean);
    for start in high.take(CLIMBS) {
        match climb(&mut look, start.clone()) {
            Ok(top) => tops.push(top),
            // What was seen stays seen.
            Err(Halt::Evaluations) => break,
            Err(other) => return Err(other),
        }
    }
    Ok(Scan {
        nodes: all,
        values,
        peaks: found,
        tops,
        mean,
    })
}

/// Halvings in the search for a width.
pub(crate) const HALVINGS: usize = 30;

/// How far from a peak along an axis the integrand keeps half its size, on the worse side.
///
/// # Errors
/// What ends the look.
pub(crate) fn half_width(
    integrand: &dyn Integrand,
    evaluator: &mut Metered<'_>,
    node: &[f64],
    size: f64,
    axis: usize,
) -> Result<f64, Halt> {
    let mut look = Sizes {
        evaluator,
        outputs: integrand.outputs(),
        values: vec![0.0; integrand.outputs() * BLOCK],
    };
    let place = node[axis];
    let distances = (1..=HALVINGS).map(|k| 0.5f64.powi(k as i32));
    let distances: Vec<f64> = distances.collect();
    let both = distances.iter().flat_map(|d| [place - d, place + d]);
    // A side that leaves the box has nothing to say.
    let inside = |x: &f64| (0.0..=1.0).contains(x);
    let along: Vec<f64> = both.map(|x| if inside(&x) { x } else { place }).collect();
    let count = along.len();
    let nodes = |a: usize| {
        if a == axis {
            along.clone()
        } else {
            vec![node[a]; count]
        }
    };
    let nodes: Vec<Vec<f64>> = (0..node.len()).map(nodes).collect();
    let sizes = look.sizes(&nodes, count)?;
    let keeps = |pair: &[f64]| pair.iter().all(|s| *s >= 0.5 * size);
    let first = sizes.chunks(2).position(keeps);
    Ok(first.map_or(0.0, |k| distances[k]))
}

/// The top of the hill on which a node stands.
fn climb(look: &mut Sizes<'_, '_>, mut best: Witness) -> Result<Witness, Halt> {
    let dimension = best.0.len();
    let mut step = 0.05;
    for _ in 0..ROUNDS {
        let tries = (0..2 * dimension.min(BLOCK / 2)).map(|k| {
            let mut node = best.0.clone();
            let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
            let axis = k / 2;
            node[axis] = (node[axis] + sign * step).clamp(1e-9, 1.0 - 1e-9);
            node
        });
        let tries: Vec<Vec<f64>> = tries.collect();
        let along = |axis| tries.iter().map(|node: &Vec<f64>| node[axis]).collect();
        let nodes: Vec<Vec<f64>> = (0..dimension).map(along).collect();
        let sizes = look.sizes(&nodes, tries.len())?;
        let top = sizes
            .iter()
            .copied()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(&b.1));
        match top {
            Some((k, size)) if size > best.1 => {
                best = (tries[k].clone(), size);
                step = (1.5 * step).min(0.1);
            }
            _ => step *= 0.5,
        }
        if step < SHORTEST_STEP {
            break;
        }
    }
    Ok(best)
}

/// The means to evaluate sizes.
struct Sizes<'l, 'm> {
    evaluator: &'l mut Metered<'m>,
    outputs: usize,
    values: Vec<f64>,
}

impl Sizes<'_, '_> {
    /// The largest size of any finite value at each of `count` nodes, 0 where there is none.
    fn sizes(&mut self, nodes: &[Vec<f64>], count: usize) -> Result<Vec<f64>, Halt> {
        let coordinates: Vec<_> = nodes.iter().map(|w| Coordinate::Each(w)).collect();
        let values = &mut self.values[..self.outputs * count];
        self.evaluator
            .evaluate(&Block::new(&coordinates, count), values)?;
        let at = |i: usize| (0..self.outputs).map(move |k| k * count + i);
        let finite = |i: usize| {
            at(i)
                .map(|place| values[place].abs())
                .filter(|v| v.is_finite())
        };
        Ok((0..count).map(|i| finite(i).fold(0.0, f64::max)).collect())
    }
}
