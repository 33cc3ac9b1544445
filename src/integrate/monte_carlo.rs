//! Monte Carlo: the mean of random samples, with the half-width of its 95 % interval.
//!
//! 1. Chunk k draws from stream k of a counter-based generator, so that its samples depend on the
//!    seed and on k alone.
//! 2. Each chunk gives a mean and a sum of squared deviations, on whichever thread is free.
//! 3. Chunks are merged in order; the number of chunks doubles until the interval is short enough.
//!
//! T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the sample variance: analysis
//! and recommendations", Amer. Statist. 37 (1983) 242–247.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

use super::estimate::{BadNode, Outcome, Status};
use super::settings::Task;
use crate::elementary::sum::Sum;
use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand};

/// The samples of a chunk.
const CHUNK: u64 = 16 * BLOCK as u64;

/// Chunks of the first round.
const FIRST_CHUNKS: u64 = 16;

/// The two-sided 95 % quantile of the normal distribution.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// A single sample that carries more than this part of the interval's half-width makes the
/// interval doubtful: the tail of the distribution has not been sampled enough.
const HEAVIEST_SAMPLE: f64 = 0.25;

/// The statistics of some samples of one output.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: f64,
    mean: f64,
    /// The sum of squared deviations from the mean.
    deviations: f64,
    least: f64,
    greatest: f64,
}

impl Moments {
    fn of(values: &[f64]) -> Self {
        let mut sum = Sum::default();
        values.iter().for_each(|&v| sum.add(v));
        let count = values.len() as f64;
        let mean = sum.value() / count;
        let mut deviations = Sum::default();
        values
            .iter()
            .for_each(|v| deviations.add((v - mean) * (v - mean)));
        Moments {
            count,
            mean,
            deviations: deviations.value(),
            least: values.iter().copied().fold(f64::INFINITY, f64::min),
            greatest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    fn merge(&mut self, other: &Moments) {
        if self.count == 0.0 {
            *self = *other;
            return;
        }
        let count = self.count + other.count;
        let step = other.mean - self.mean;
        self.deviations += other.deviations + step * step * self.count * (other.count / count);
        self.mean += step * (other.count / count);
        self.count = count;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
    }

    fn half_width(&self) -> f64 {
        let variance = self.deviations / (self.count - 1.0);
        QUANTILE * (variance / self.count).sqrt()
    }
}

/// What a chunk found.
struct Chunk {
    moments: Vec<Moments>,
    bad_node: Option<BadNode>,
}

/// Integrates by the mean of random samples.
pub(crate) fn integrate(integrand: &dyn Integrand, task: &Task<'_>, seed: u64) -> Outcome {
    let outputs = integrand.outputs();
    let most = (task.max_evals / CHUNK).max(1);
    let mut moments = vec![Moments::default(); outputs];
    let mut done = 0;
    let mut outcome = Outcome {
        values: vec![f64::NAN; outputs],
        errors: vec![f64::INFINITY; outputs],
        status: Status::Budget,
        reasons: Vec::new(),
        evaluations: 0,
        method: "monte-carlo".to_owned(),
        because: "the method was asked for".to_owned(),
        bad_node: None,
    };
    loop {
        let next = (2 * done).max(FIRST_CHUNKS).min(most);
        let round: Vec<Chunk> = (done..next)
            .into_par_iter()
            .map_init(
                || integrand.evaluator(),
                |evaluator, index| chunk(integrand, evaluator, seed, index),
            )
            .collect();
        for chunk in round {
            for (all, new) in moments.iter_mut().zip(&chunk.moments) {
                all.merge(new);
            }
            outcome.bad_node = outcome.bad_node.or(chunk.bad_node);
        }
        done = next;
        outcome.evaluations = done * CHUNK;
        outcome.values = moments.iter().map(|m| m.mean).collect();
        if outcome.bad_node.is_some() {
            outcome.status = Status::Nonfinite;
            return outcome;
        }
        outcome.errors = moments.iter().map(Moments::half_width).collect();
        if task.is_met(&outcome.values, &outcome.errors) {
            outcome.status = Status::Converged;
            break;
        }
        let elapsed = task.start.elapsed().as_secs_f64();
        if done == most {
            outcome.reasons.push(format!(
                "the interval is still wider than the tolerance after {} samples",
                outcome.evaluations
            ));
            break;
        }
        // The next round takes as long as all before it.
        if 2.0 * elapsed > task.max_seconds {
            outcome.reasons.push(format!(
                "the next round would not be done within max_seconds = {}",
                task.max_seconds
            ));
            break;
        }
    }
    for m in &moments {
        let farthest = (m.greatest - m.mean).max(m.mean - m.least);
        let share = farthest / (m.count * m.half_width());
        if m.deviations == 0.0 && m.mean == 0.0 {
            outcome.status = Status::Suspect;
            outcome
                .reasons
                .push("every sample was zero: a peak may have been missed".to_owned());
        } else if share > HEAVIEST_SAMPLE {
            if outcome.status == Status::Converged {
                outcome.status = Status::Suspect;
            }
            outcome.reasons.push(format!(
                "one sample moves the mean by {:.0} % of the interval: its tail is hardly sampled",
                100.0 * share
            ));
        }
    }
    outcome
}

/// The samples of one chunk.
fn chunk(
    integrand: &dyn Integrand,
    evaluator: &mut Box<dyn Evaluator + '_>,
    seed: u64,
    index: u64,
) -> Chunk {
    let (dimension, outputs) = (integrand.dimension(), integrand.outputs());
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(index);
    let mut nodes = vec![0.0; dimension * BLOCK];
    let mut values = vec![0.0; outputs * BLOCK];
    let mut moments = vec![Moments::default(); outputs];
    let mut bad_node = None;
    for _ in 0..CHUNK / BLOCK as u64 {
        for node in &mut nodes {
            // The middle of one of 2⁵² equal cells: never 0, never 1.
            *node = ((random.next_u64() >> 12) as f64 + 0.5) / (1u64 << 52) as f64;
        }
        let coordinates: Vec<_> = nodes.chunks(BLOCK).map(Coordinate::Each).collect();
        evaluator.evaluate(&Block::new(&coordinates, BLOCK), &mut values);
        if bad_node.is_none()
            && let Some(at) = values.iter().position(|v| !v.is_finite())
        {
            let first =
                (0..BLOCK).find(|i| (0..outputs).any(|k| !values[k * BLOCK + i].is_finite()));
            let i = first.unwrap_or(at % BLOCK);
            let output = (0..outputs).find(|k| !values[k * BLOCK + i].is_finite());
            let output = output.unwrap_or(at / BLOCK);
            bad_node = Some(BadNode {
                unit: nodes.chunks(BLOCK).map(|w| w[i]).collect(),
                output,
                value: values[output * BLOCK + i],
            });
        }
        for (moments, values) in moments.iter_mut().zip(values.chunks(BLOCK)) {
            moments.merge(&Moments::of(values));
        }
    }
    Chunk { moments, bad_node }
}
