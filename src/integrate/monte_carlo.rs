//! Monte Carlo: the mean of random samples, with the half-width of its 95 % interval.
//!
//! 1. Chunk k seeds generators that run side by side from stream k of a counter-based one, so that its
//!    samples depend on the seed and on k alone.
//! 2. Each chunk gives a mean and a sum of squared deviations, on whichever thread is free.
//! 3. Chunks are merged in order; the number of chunks doubles until the interval is short enough.
//! 4. What the largest samples say of the tail widens the interval, or makes it doubtful (moments).

use super::because::{Because, Step};
use super::meter::{Halt, Metered, Stop};
use super::moments::{Moments, NO_VARIANCE};
use super::node_set::NodeSet;
use super::outcome::{BadNode, Outcome, Status};
use super::random_points::{CHUNK, generators};
use super::reason::Reason;
use super::record::Record;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand};
use crate::rule::vectors::sampling;

/// The chunks of a step at most.
const STEP: usize = 1 << 12;

/// Chunks of the first round.
const FIRST_CHUNKS: u64 = 16;

/// The fewest samples of a round that may not be done in time.
const SHORT_ROUND: u64 = BLOCK as u64;

/// A single sample that carries more than this part of the interval's half-width makes the
/// interval doubtful: the tail of the distribution has not been sampled enough.
const HEAVIEST_SAMPLE: f64 = 0.25;

/// What a chunk found.
struct Chunk {
    moments: Vec<Moments>,
    bad_node: Option<BadNode>,
    /// What ended it before all of its samples were taken.
    halt: Option<Halt>,
}

impl Record for Chunk {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.moments.write(bytes);
        self.bad_node.write(bytes);
        self.halt.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(Chunk {
            moments: Vec::read(bytes)?,
            bad_node: Option::read(bytes)?,
            halt: Option::read(bytes)?,
        })
    }
}

/// Random samples as a last resort: with fewer variables they lose against cells.
const FEWEST_VARIABLES: usize = 3;

/// The most random samples of a last resort, unless more evaluations were asked for.
const MOST_SAMPLES: u64 = 20_000_000;

/// The mean of random samples.
pub(crate) struct MonteCarlo {
    /// Whether this is the method that was asked for, not a last resort.
    pub(crate) asked_for: bool,
}

impl Strategy for MonteCarlo {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        let last_resort = || {
            // What was not looked at was not given up.
            subject.seen().is_some() && subject.integrand.dimension() >= FEWEST_VARIABLES
        };
        self.asked_for || last_resort()
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let most = if self.asked_for || task.is_limited {
            u64::MAX
        } else {
            MOST_SAMPLES
        };
        let step = if self.asked_for {
            Step::AskedFor
        } else {
            Step::Samples
        };
        let outcome = integrate(subject.integrand, &task.at_most(most))?;
        Ok(Attempt::of(outcome.by("monte-carlo", Because::of(step))))
    }
}

/// Integrates by the mean of random samples.
fn integrate(integrand: &dyn Integrand, task: &Task<'_>) -> Result<Outcome, Stop> {
    let outputs = integrand.outputs();
    let most = task.left();
    let mut moments = vec![Moments::default(); outputs];
    let mut done = 0;
    let mut outcome = Outcome::none(outputs, Status::Budget, None);
    while outcome.status == Status::Budget && outcome.reasons.is_empty() {
        let next = (2 * done).max(FIRST_CHUNKS * CHUNK).min(most);
        let next = match task.afford(next - done) {
            Ok(()) if next > done => Ok(next),
            Ok(()) => Err(Halt::Evaluations),
            // A shorter round may still be done in time, and is cut off where it is not.
            Err(Halt::Seconds) if task.is_over().is_none() => {
                Ok(next.min(done + (task.left_in_time() / 2).max(SHORT_ROUND)))
            }
            Err(halt) => Err(halt),
        };
        let halt = match next {
            Ok(next) => {
                let halt = samples(
                    integrand,
                    task,
                    [done, next],
                    &mut moments,
                    &mut outcome.bad_node,
                )?;
                done = next;
                halt
            }
            Err(halt) => Some(halt),
        };
        if let Some(bad) = outcome.bad_node.take() {
            let values = moments.iter().map(|m| m.mean).collect();
            return Ok(Outcome::nonfinite(values, Some(bad)));
        }
        if moments[0].count > 1.0 {
            outcome.values = moments.iter().map(|m| m.mean).collect();
            if outcome.values.iter().any(|value| !value.is_finite()) {
                return Ok(Outcome::nonfinite(outcome.values, None));
            }
            outcome.errors = moments.iter().map(Moments::half_width).collect();
            task.report(&outcome.values, &outcome.errors);
            if task.is_met(&outcome.values, &outcome.errors) {
                outcome.status = Status::Converged;
            }
        }
        if let Some(halt) = halt
            && outcome.status == Status::Budget
        {
            outcome.reasons.push(task.reason(halt));
        }
    }
    doubt(&mut outcome, &moments);
    if task.keeps_nodes {
        // A round that was cut off has taken the first of its samples.
        let count = moments[0].count as u64;
        let (dimension, seed) = (integrand.dimension(), task.seed);
        outcome.nodes = Some(NodeSet::random(dimension, seed, count, &outcome.values));
    }
    Ok(outcome)
}

/// Doubts intervals of which the samples say too little.
fn doubt(outcome: &mut Outcome, moments: &[Moments]) {
    for m in moments.iter().filter(|m| m.count > 1.0) {
        let farthest = (m.greatest - m.mean).max(m.mean - m.least);
        let share = farthest / (m.count * m.half_width());
        if m.deviations == 0.0 && m.mean == 0.0 {
            outcome.add_reasons(&[Reason::ZeroEverywhere]);
        } else if share > HEAVIEST_SAMPLE
            || m.tail_index().is_some_and(|index| index <= NO_VARIANCE)
        {
            outcome.reasons.push(Reason::HeavyTail { share });
        } else {
            continue;
        }
        if outcome.status == Status::Converged {
            outcome.status = Status::Suspect;
        }
    }
}

/// Adds the samples of numbers `from` to below `to`, in the order of their chunks; what cut them off.
fn samples(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    [from, to]: [u64; 2],
    moments: &mut Vec<Moments>,
    bad_node: &mut Option<BadNode>,
) -> Result<Option<Halt>, Stop> {
    let evaluator = || task.evaluator(integrand);
    for part in task.parts((from / CHUNK) as usize..to.div_ceil(CHUNK) as usize, STEP) {
        let mut cut_off = None;
        let on = (from, to, part.clone());
        let after = task.step(on, || -> Result<_, Stop> {
            let empty: Vec<_> = moments.iter().map(Moments::after).collect();
            let one = |evaluator: &mut Metered<'_>, index: usize| {
                let first = index as u64 * CHUNK;
                let numbers = [from.max(first) - first, to.min(first + CHUNK) - first];
                let stream = (task.seed, index as u64);
                Ok(chunk(integrand, evaluator, &empty, stream, numbers))
            };
            let found = task.each(part, 1, evaluator, one)?;
            let (mut after, mut bad) = (moments.clone(), None);
            for chunk in found {
                let chunk = chunk?;
                for (all, new) in after.iter_mut().zip(&chunk.moments) {
                    all.merge(new);
                }
                bad = bad.or(chunk.bad_node);
                if let Some(halt) = chunk.halt {
                    // What was done counts, but is not kept: it depends on the clock.
                    cut_off = Some((after, bad));
                    return Err(halt.into());
                }
            }
            Ok((after, bad))
        });
        let (after, bad, halt) = match (after, cut_off) {
            (Ok((after, bad)), _) => (after, bad, None),
            (Err(Stop::Halt(halt)), Some((after, bad))) => (after, bad, Some(halt)),
            (Err(Stop::Halt(halt)), None) => return Ok(Some(halt)),
            (Err(failed), _) => return Err(failed),
        };
        *moments = after;
        if bad_node.is_none() {
            *bad_node = bad;
        }
        if halt.is_some() || bad_node.is_some() {
            return Ok(halt);
        }
    }
    Ok(None)
}

/// The samples of one chunk whose numbers within it are from `from` to below `to`.
fn chunk(
    integrand: &dyn Integrand,
    evaluator: &mut Metered<'_>,
    empty: &[Moments],
    (seed, index): (u64, u64),
    [from, to]: [u64; 2],
) -> Chunk {
    let (dimension, outputs) = (integrand.dimension(), integrand.outputs());
    let mut generators = generators(seed, index);
    let uniform = sampling().uniform;
    let mut chunk = Chunk {
        moments: empty.to_vec(),
        bad_node: None,
        halt: None,
    };
    let mut nodes = vec![0.0; dimension * BLOCK];
    let mut values = vec![0.0; outputs * BLOCK];
    for first in (0..to).step_by(BLOCK) {
        uniform(&mut generators, &mut nodes);
        // A block may have been begun before, or be cut short.
        let range = from.saturating_sub(first) as usize..((to - first) as usize).min(BLOCK);
        if range.is_empty() {
            continue;
        }
        let n = range.len();
        let rows = nodes.chunks(BLOCK).map(|row| &row[range.clone()]);
        let rows: Vec<&[f64]> = rows.collect();
        let coordinates: Vec<_> = rows.iter().map(|row| Coordinate::Each(row)).collect();
        let values = &mut values[..outputs * n];
        if let Err(halt) = evaluator.evaluate(&Block::new(&coordinates, n), values) {
            chunk.halt = Some(halt);
            break;
        }
        let mut is_finite = true;
        for (moments, values) in chunk.moments.iter_mut().zip(values.chunks(n)) {
            is_finite &= moments.add(values).is_finite();
        }
        if !is_finite && chunk.bad_node.is_none() {
            chunk.bad_node = BadNode::first(&rows, values);
        }
    }
    chunk
}
