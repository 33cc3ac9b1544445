//! Very many pieces that are alike: orders that rise for all of them together, and at last for those
//! alone that do not agree.
//!
//! 1. All pieces of a batch are evaluated over one rule, a node at a time, in chunks of a fixed size; a
//!    chunk is summed on whichever thread is free, and the pieces are added in their order.
//! 2. A piece of which two successive orders agree to its share of the tolerance is done; the others go
//!    on to the next order.
//! 3. Those that are left at the highest order are integrated by themselves, the worst first.

use rayon::prelude::*;

use super::because::{Because, Step};
use super::meter::{Halt, Stop};
use super::outcome::{BadNode, Outcome, Status};
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::{Measure, Task};
use super::tensor::roundoff;
use crate::elementary::sum::Sum;
use crate::integrand::{Alike, OverNodes, for_each_index};
use crate::rule::Rule;

/// Pieces that a thread takes together.
const CHUNK: usize = 128;

/// Nodes between which the budget is asked.
const NODES: usize = 64;

/// The most nodes along an axis, in one, two and three variables.
const HIGHEST: [usize; 3] = [60, 30, 16];

/// The part of the tolerance that the pieces that agree may take.
const SHARE: f64 = 0.5;

/// Nodes that are looked at before few pieces are believed: what lies between them would be missed.
const LEAST_NODES: usize = 1000;

/// The most reasons that are told of pieces.
const MOST_REASONS: usize = 5;

/// The most pieces that may have a value that is not finite at a node.
const MOST_BAD: usize = 8;

/// The most evaluations of pieces by themselves, where the user gives no limit.
const MOST_EVALUATIONS: u64 = 20_000_000;

/// The most pieces that are integrated by themselves.
const MOST_ALONE: usize = 2000;

/// Pieces that are alike, by Gauss rules whose orders rise or are given.
pub(crate) struct Batches {
    /// Nodes along the axes, where they are given: one number for all, or one for each.
    pub(crate) orders: Option<Vec<usize>>,
}

/// A batch and what is known of its pieces.
struct Progress<'b> {
    batch: &'b dyn Alike,
    /// For every piece its sums, one for each output.
    sums: Vec<Sum>,
    errors: Vec<f64>,
    /// The pieces that do not agree yet.
    open: Vec<usize>,
    /// The nodes along an axis of the last rule, and of the one with which a piece was done first.
    order: usize,
    least: usize,
    alone: usize,
    /// What was said of pieces that were integrated by themselves, and whether one is suspect.
    reasons: Vec<Reason>,
    is_suspect: bool,
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

/// The next number of nodes along an axis.
fn next_order(order: usize) -> usize {
    order + (order / 3).max(1)
}

impl Strategy for Batches {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        !subject.integrand.knowledge().alike().is_empty()
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let batches = subject.integrand.knowledge().alike();
        let mut all: Vec<Progress<'_>> = batches.into_iter().map(Progress::new).collect();
        let pieces: usize = all.iter().map(|p| p.batch.count()).sum();
        let found = match &self.orders {
            Some(orders) => given(&mut all, orders, task),
            None => rising(&mut all, pieces, task, solve),
        };
        let halt = match found {
            Ok(None) => None,
            Ok(Some(outcome)) => return Ok(Attempt::Settled(outcome)),
            Err(Stop::Halt(halt)) => Some(halt),
            Err(failed) => return Err(failed),
        };
        let is_zero = subject.integrand.knowledge().is_zero();
        Ok(Attempt::Settled(self.outcome(&all, halt, is_zero, task)))
    }
}

/// The sums of all pieces by rules with these numbers of nodes, and with fewer as a witness.
fn given(
    all: &mut [Progress<'_>],
    orders: &[usize],
    task: &Task<'_>,
) -> Result<Option<Outcome>, Stop> {
    let near: Vec<usize> = orders
        .iter()
        .map(|n| if *n == 1 { 2 } else { n - 1 })
        .collect();
    for progress in all.iter_mut() {
        progress.raise(&near, task)?;
        progress.raise(orders, task)?;
    }
    Ok(nonfinite(all, task))
}

/// Orders that rise until the pieces agree; `None` where all is in `all`.
fn rising(
    all: &mut [Progress<'_>],
    pieces: usize,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Option<Outcome>, Stop> {
    for progress in all.iter_mut() {
        let first = progress.batch.first_order();
        progress.raise(&[first], task)?;
    }
    loop {
        let mut is_higher = false;
        for progress in all.iter_mut() {
            let next = next_order(progress.order);
            let most = HIGHEST[progress.batch.dimension().clamp(1, 3) - 1];
            if next > most || progress.open.is_empty() {
                continue;
            }
            is_higher = true;
            progress.raise(&[next], task)?;
        }
        if let Some(outcome) = mended(all, task, solve)? {
            return Ok(Some(outcome));
        }
        let (values, errors) = totals(all);
        let seen: usize = all.iter().map(Progress::nodes).sum();
        if seen >= LEAST_NODES || !is_higher {
            task.report(&values, &errors);
            if task.is_met(&values, &errors) {
                return Ok(None);
            }
            let share = |tolerance: f64| SHARE * tolerance / pieces as f64;
            let shares: Vec<f64> = task.tolerances(&values).into_iter().map(share).collect();
            for progress in all.iter_mut() {
                progress.settle(&shares);
            }
        }
        let open: usize = all.iter().map(|progress| progress.open.len()).sum();
        if open == 0 {
            return Ok(None);
        }
        if !is_higher {
            return alone(all, open, task, solve);
        }
    }
}

/// Integrates the pieces that do not agree by themselves, those with the largest errors first, until
/// the errors add up to less than the tolerance.
fn alone(
    all: &mut [Progress<'_>],
    open: usize,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Option<Outcome>, Stop> {
    let mut worst: Vec<(f64, usize, usize)> = Vec::with_capacity(open);
    for (k, progress) in all.iter().enumerate() {
        let outputs = progress.batch.outputs();
        for &piece in &progress.open {
            let errors = &progress.errors[piece * outputs..(piece + 1) * outputs];
            worst.push((errors.iter().copied().fold(0.0, f64::max), k, piece));
        }
    }
    worst.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    worst.truncate(MOST_ALONE);
    let count = worst.len();
    // What the others are off by is left as it is.
    let (values, _) = totals(all);
    let own_tolerances = task.tolerances(&values);
    let atol = SHARE / count as f64;
    let own = task.aiming_at(0.0, atol, Measure::Sizes(&own_tolerances));
    let own = match task.is_limited {
        true => own,
        false => own.at_most(MOST_EVALUATIONS),
    };
    for (number, (_, k, piece)) in worst.into_iter().enumerate() {
        let most = own.left() / (count - number) as u64;
        let part = own.at_most(most).leaving_time_for(count - number - 1);
        let outcome = by_itself(&all[k], piece, &part, solve)?;
        if outcome.status == Status::Nonfinite {
            return Ok(Some(outcome));
        }
        all[k].take(piece, &outcome);
        let (values, errors) = totals(all);
        task.report(&values, &errors);
        if task.is_met(&values, &errors) {
            break;
        }
        if let Some(halt) = task.is_over() {
            return Err(halt.into());
        }
    }
    Ok(None)
}

/// The integral over one piece as any other integrand is integrated.
fn by_itself(
    progress: &Progress<'_>,
    piece: usize,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Outcome, Stop> {
    let alone = progress.batch.alone(piece);
    let subject = Subject::new(alone.integrand.as_ref());
    // As it is given: what is known of it counts.
    let mut outcome = solve(&subject, &task.reporting(&|_, _| {}), Rows::Whole)?;
    if outcome.status == Status::Nonfinite {
        if let Some(bad) = &mut outcome.bad_node {
            bad.unit = (alone.place)(&bad.unit);
        }
        // One piece without a value leaves none for the whole.
        outcome.values.fill(f64::NAN);
        outcome.method = progress.method();
    }
    Ok(outcome)
}

/// Integrates pieces by themselves of which a rule has a node at a singular place; the outcome where
/// they have no value, or are too many.
fn mended(
    all: &mut [Progress<'_>],
    task: &Task<'_>,
    solve: Solve,
) -> Result<Option<Outcome>, Stop> {
    let bad = all.iter().enumerate().flat_map(|(k, progress)| {
        let bad = progress.bad_pieces().take(MOST_BAD + 1);
        bad.map(move |piece| (k, piece))
    });
    let bad: Vec<(usize, usize)> = bad.collect();
    if bad.len() > MOST_BAD {
        return Ok(nonfinite(all, task));
    }
    for (k, piece) in bad {
        let most = MOST_EVALUATIONS.min(task.left() / 2);
        let outcome = by_itself(&all[k], piece, &task.at_most(most), solve)?;
        if outcome.status == Status::Nonfinite {
            return Ok(Some(outcome));
        }
        all[k].take(piece, &outcome);
        all[k].open.retain(|open| *open != piece);
    }
    Ok(None)
}

/// The sums over all pieces, and of their errors.
fn totals(all: &[Progress<'_>]) -> (Vec<f64>, Vec<f64>) {
    let sums = sums(all);
    let mut errors = vec![0.0; sums.len()];
    for progress in all {
        for of_piece in progress.errors.chunks_exact(errors.len()) {
            for (total, error) in errors.iter_mut().zip(of_piece) {
                *total += error;
            }
        }
    }
    (sums.iter().map(Sum::value).collect(), errors)
}

fn sums(all: &[Progress<'_>]) -> Vec<Sum> {
    let mut total = vec![Sum::default(); all[0].batch.outputs()];
    for progress in all {
        for of_piece in progress.sums.chunks_exact(total.len()) {
            for (total, sum) in total.iter_mut().zip(of_piece) {
                total.add_sum(sum);
            }
        }
    }
    total
}

/// The outcome where a sum is not finite, with the first node at which a value is not.
fn nonfinite(all: &[Progress<'_>], task: &Task<'_>) -> Option<Outcome> {
    let values = || sums(all).iter().map(Sum::value).collect();
    for progress in all {
        let outputs = progress.batch.outputs();
        let bad = progress.sums.iter().position(|sum| !sum.is_finite());
        if let Some(bad) = bad {
            let node = progress.bad_node(bad / outputs, task);
            let outcome = Outcome::nonfinite(values(), node.ok().flatten());
            return Some(outcome.by(progress.method(), Because::of(Step::PieceByPiece)));
        }
    }
    None
}

impl<'b> Progress<'b> {
    fn new(batch: &'b dyn Alike) -> Self {
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
    fn raise(&mut self, orders: &[usize], task: &Task<'_>) -> Result<(), Stop> {
        let nodes = Nodes::new(orders, self.batch.powers())?;
        task.afford((self.open.len() as u64).saturating_mul(nodes.len() as u64))?;
        let over = self.batch.over(&nodes.points);
        let chunks: Vec<&[usize]> = self.open.chunks(CHUNK).collect();
        let sum = |pieces: &&[usize]| chunk(self.batch, over.as_ref(), pieces, &nodes, task);
        // In the order of the chunks, whoever computed them.
        let found: Result<Vec<Vec<Sum>>, Halt> =
            task.in_parallel(|| chunks.par_iter().map(sum).collect())?;
        let found = found?;
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
    fn nodes(&self) -> usize {
        let each = self.order.saturating_pow(self.batch.dimension() as u32);
        each.saturating_mul(self.batch.count())
    }

    /// Takes pieces that agree to their shares, or to rounding, from those that are open.
    fn settle(&mut self, shares: &[f64]) {
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
    fn take(&mut self, piece: usize, outcome: &Outcome) {
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
    fn bad_pieces(&self) -> impl Iterator<Item = usize> {
        let of_pieces = self.sums.chunks_exact(self.batch.outputs()).enumerate();
        let is_bad = |sums: &[Sum]| sums.iter().any(|sum| !sum.is_finite());
        of_pieces.filter_map(move |(piece, sums)| is_bad(sums).then_some(piece))
    }

    /// The first node of the last rule at which a value of a piece is not finite.
    fn bad_node(&self, piece: usize, task: &Task<'_>) -> Result<Option<BadNode>, Stop> {
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
    fn method(&self) -> String {
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

impl Batches {
    /// The outcome of what is known of all pieces.
    fn outcome(
        &self,
        all: &[Progress<'_>],
        halt: Option<Halt>,
        is_zero: bool,
        task: &Task<'_>,
    ) -> Outcome {
        let (values, errors) = totals(all);
        let is_met = task.is_met(&values, &errors);
        let is_open = halt.is_some() || all.iter().any(|progress| !progress.open.is_empty());
        let are_zeros = sums(all).iter().any(|sum| sum.magnitude() == 0.0) && !is_zero;
        let is_suspect = all.iter().any(|progress| progress.is_suspect);
        let (status, reason) = match (is_met, halt) {
            (true, _) if is_suspect => (Status::Suspect, None),
            (true, _) if are_zeros => (Status::Suspect, Some(Reason::ZeroEverywhere)),
            (true, _) => (Status::Converged, None),
            (false, Some(halt)) => (Status::Budget, Some(task.reason(halt))),
            (false, None) if self.orders.is_some() => {
                (Status::Budget, Some(Reason::Disagreement { rule: None }))
            }
            (false, None) if is_open => (Status::Budget, Some(Reason::HighestOrders)),
            (false, None) => (Status::Roundoff, Some(Reason::Rounding)),
        };
        let methods: Vec<String> = all.iter().map(Progress::method).collect();
        let step = match self.orders {
            Some(_) => Step::NodesGiven,
            None => Step::PieceByPiece,
        };
        let mut outcome =
            Outcome::new(values, errors, status).by(methods.join("; "), Because::of(step));
        outcome.reasons.extend(reason);
        if status != Status::Converged {
            all.iter()
                .for_each(|progress| outcome.add_reasons(&progress.reasons));
        }
        outcome
    }
}
