//! One batch of pieces that are alike: their sums and errors, rule by rule, and which do not agree yet.
//!
//! 1. The pieces are evaluated over a rule, a node at a time, in chunks of a fixed size; a chunk is summed
//!    on whichever thread is free.
//! 2. The distance between the sums of two rules is a piece's error.

use super::meter::{Halt, Stop};
use super::outcome::{BadNode, Outcome, Status};
use super::reason::Reason;
use super::task::Task;
use super::tensor::roundoff;
use crate::elementary::sum::Sum;
use crate::integrand::{Alike, OverNodes, for_each_index};
use crate::rule::Rule;

/// Pieces that a thread takes together.
const CHUNK: usize = 128;

/// Nodes between which the budget is asked.
const NODES: usize = 64;

/// The most reasons that are told of pieces.
const MOST_REASONS: usize = 5;

/// A batch and what is known of its pieces.
pub(super) struct Progress<'b> {
    pub(super) batch: &'b dyn Alike,
    /// For every piece its sums, one for each output.
    pub(super) sums: Vec<Sum>,
    pub(super) errors: Vec<f64>,
    /// The pieces that do not agree yet.
    pub(super) open: Vec<usize>,
    /// The nodes along an axis of the last rule, and of the one with which a piece was done first.
    pub(super) order: usize,
    least: usize,
    alone: usize,
    /// What was said of pieces that were integrated by themselves, and whether one is suspect.
    pub(super) reasons: Vec<Reason>,
    pub(super) is_suspect: bool,
}

/// The nodes of a rule on the unit box, and their weights.
struct Nodes {
    points: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

impl Nodes {
    /// The product of rules with these numbers of nodes, that know the powers of 1 − w.
    fn new(orders: &[usize], powers: &[u32]) -> Result<Self, Stop> {
        let mut rules = Vec::with_capacity(powers.len());
        for (axis, power) in powers.iter().enumerate() {
            let order = orders[axis % orders.len()];
            rules.push(match power {
                0 => Rule::gauss(order)?,
                power => Rule::jacobi(order, 0.0, f64::from(*power))?,
            });
        }
        let (mut points, mut weights) = (Vec::new(), Vec::new());
        for_each_index(rules.iter().map(Rule::len), |index| {
            let places = rules.iter().zip(index);
            points.push(places.clone().map(|(rule, i)| rule.nodes()[*i]).collect());
            weights.push(places.map(|(rule, i)| rule.weights()[*i]).product());
        });
        Ok(Nodes { points, weights })
    }

    fn len(&self) -> usize {
        self.weights.len()
    }
}

impl<'b> Progress<'b> {
    pub(super) fn new(batch: &'b dyn Alike) -> Self {
        let count = batch.count() * batch.outputs();
        Progress {
            batch,
            sums: vec![Sum::default(); count],
            errors: vec![f64::INFINITY; count],
            open: (0..batch.count()).collect(),
            order: 0,
            least: 0,
            alone: 0,
            reasons: Vec::new(),
            is_suspect: false,
        }
    }

    /// Evaluates the open pieces over a rule; the distance from what was known is their error.
    pub(super) fn raise(&mut self, orders: &[usize], task: &Task<'_>) -> Result<(), Stop> {
        let nodes = Nodes::new(orders, self.batch.powers())?;
        task.afford((self.open.len() as u64).saturating_mul(nodes.len() as u64))?;
        let over = self.batch.over(&nodes.points);
        let chunks: Vec<&[usize]> = self.open.chunks(CHUNK).collect();
        let sum = |pieces: &&[usize]| chunk(self.batch, over.as_ref(), pieces, &nodes, task);
        // In the order of the chunks, whoever computed them.
        let on = (orders, self.open.len(), self.open.first());
        let found: Vec<Vec<Sum>> = task.step(on, || -> Result<_, Stop> {
            let found = task.each(0..chunks.len(), 1, || (), |(), k| sum(&chunks[k]))?;
            Ok(found.into_iter().collect::<Result<_, _>>()?)
        })?;
        let (outputs, rounding) = (self.batch.outputs(), self.batch.rounding());
        for (pieces, sums) in chunks.into_iter().zip(found) {
            for (piece, sums) in pieces.iter().zip(sums.chunks_exact(outputs)) {
                for (k, sum) in sums.iter().enumerate() {
                    let place = piece * outputs + k;
                    let distance = (sum.value() - self.sums[place].value()).abs();
                    self.errors[place] = match self.order {
                        0 => f64::INFINITY,
                        _ if distance.is_nan() => f64::INFINITY,
                        _ => distance + rounding * roundoff(sum),
                    };
                    self.sums[place] = *sum;
                }
            }
        }
        self.order = orders.iter().copied().max().unwrap_or(1);
        Ok(())
    }

    /// The nodes of the last rule, over all pieces.
    pub(super) fn nodes(&self) -> usize {
        let each = self.order.saturating_pow(self.batch.dimension() as u32);
        each.saturating_mul(self.batch.count())
    }

    /// Takes pieces that agree to their shares, or to rounding, from those that are open.
    pub(super) fn settle(&mut self, shares: &[f64]) {
        let outputs = self.batch.outputs();
        let before = self.open.len();
        let (sums, errors) = (&self.sums, &self.errors);
        let rounding = 4.0 * self.batch.rounding();
        self.open.retain(|piece| {
            let places = piece * outputs..(piece + 1) * outputs;
            let mut all = places.zip(shares);
            !all.all(|(k, share)| errors[k] <= share.max(rounding * roundoff(&sums[k])))
        });
        if self.open.len() < before && self.least == 0 {
            self.least = self.order;
        }
    }

    /// Takes what was found for a piece by itself, if it is better.
    pub(super) fn take(&mut self, piece: usize, outcome: &Outcome) {
        let outputs = self.batch.outputs();
        self.alone += 1;
        self.is_suspect |= outcome.status == Status::Suspect;
        let news = outcome.reasons.iter().filter(|_| !outcome.is_done());
        for reason in news {
            if self.reasons.len() < MOST_REASONS && !self.reasons.contains(reason) {
                self.reasons.push(reason.clone());
            }
        }
        for k in 0..outputs {
            let place = piece * outputs + k;
            let (value, error) = (outcome.values[k], outcome.errors[k]);
            if error < self.errors[place] || self.is_suspect && error.is_finite() {
                // Written so that NaN is no size.
                let size = value.abs().max(self.sums[place].magnitude());
                self.sums[place] = Sum::new(value, 0.0, size);
                self.errors[place] = error;
            } else if value.is_finite() && error == f64::INFINITY {
                // The integral may not exist, whatever rules say.
                self.sums[place] = Sum::new(value, 0.0, value.abs());
                self.errors[place] = error;
            }
        }
        if outcome.is_done() {
            self.open.retain(|open| *open != piece);
        }
    }

    /// The pieces of which a sum is not finite.
    pub(super) fn bad_pieces(&self) -> impl Iterator<Item = usize> {
        let of_pieces = self.sums.chunks_exact(self.batch.outputs()).enumerate();
        let is_bad = |sums: &[Sum]| sums.iter().any(|sum| !sum.is_finite());
        of_pieces.filter_map(move |(piece, sums)| is_bad(sums).then_some(piece))
    }

    /// The first node of the last rule at which a value of a piece is not finite.
    pub(super) fn bad_node(&self, piece: usize, task: &Task<'_>) -> Result<Option<BadNode>, Stop> {
        let nodes = Nodes::new(&[self.order], self.batch.powers())?;
        let over = self.batch.over(&nodes.points);
        let mut evaluator = over.evaluator();
        let mut values = vec![0.0; self.batch.outputs()];
        task.spend(nodes.len() as u64)?;
        evaluator.turn_to(&[piece]);
        for node in 0..nodes.len() {
            evaluator.evaluate(node, &mut values);
            if let Some(output) = values.iter().position(|value| !value.is_finite()) {
                return Ok(Some(BadNode {
                    unit: (self.batch.alone(piece).place)(&nodes.points[node]),
                    output,
                    value: values[output],
                }));
            }
        }
        Ok(None)
    }

    /// What the pieces are, and the rules that gave their integrals.
    pub(super) fn method(&self) -> String {
        let rules = match self.least {
            least if least == 0 || least == self.order => format!("gauss {}", self.order),
            least => format!("gauss {least} to {}", self.order),
        };
        let alone = match self.alone {
            0 => String::new(),
            alone => format!(", {alone} of them alone"),
        };
        format!("{}: {rules}{alone}", self.batch.name())
    }
}

/// The sums of a few pieces over all nodes.
fn chunk(
    batch: &dyn Alike,
    over: &dyn OverNodes,
    pieces: &[usize],
    nodes: &Nodes,
    task: &Task<'_>,
) -> Result<Vec<Sum>, Halt> {
    let (outputs, count) = (batch.outputs(), pieces.len());
    let mut sums = vec![Sum::default(); outputs * count];
    let mut values = vec![0.0; outputs * count];
    let mut evaluator = over.evaluator();
    evaluator.turn_to(pieces);
    for (node, weight) in nodes.weights.iter().enumerate() {
        if node % NODES == 0 {
            let next = NODES.min(nodes.len() - node);
            task.spend((next * count) as u64)?;
        }
        evaluator.evaluate(node, &mut values);
        for (k, row) in values.chunks_exact(count).enumerate() {
            for (i, value) in row.iter().enumerate() {
                sums[i * outputs + k].add(weight * value);
            }
        }
    }
    Ok(sums)
}
