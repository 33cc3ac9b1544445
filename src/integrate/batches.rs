//! Very many pieces that are alike: orders that rise for all of them together, and at last for those
//! alone that do not agree.
//!
//! 1. All pieces of a batch are evaluated over one rule, a node at a time, in chunks of a fixed size; a
//!    chunk is summed on whichever thread is free, and the pieces are added in their order.
//! 2. A piece of which two successive orders agree to its share of the tolerance is done; the others go
//!    on to the next order.
//! 3. Those that are left at the highest order are integrated by themselves, the worst first.

use super::batch::Progress;
use super::because::{Because, Step};
use super::meter::{Halt, Stop};
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::{Measure, Task};
use crate::elementary::sum::Sum;

/// The most nodes along an axis, in one, two and three variables.
const HIGHEST: [usize; 3] = [60, 30, 16];

/// The part of the tolerance that the pieces that agree may take.
const SHARE: f64 = 0.5;

/// Nodes that are looked at before few pieces are believed: what lies between them would be missed.
const LEAST_NODES: usize = 1000;

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
            // The reasons of the pieces say why nothing is known of them.
            (false, None) if errors.contains(&f64::INFINITY) => (Status::Budget, None),
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
