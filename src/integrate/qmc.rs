//! Randomised quasi-Monte Carlo: means over scrambled Sobol points, with a Student interval.
//!
//! 1. Sixteen scrambles of the same number of points, a power of two, give a mean each; their mean is the
//!    value, their spread the 95 % interval of Student's distribution. Points double until it is short enough.
//! 2. Chunks of points are summed on whichever thread is free, and added in their order.
//! 3. Then points of another kind, shifted lattices, are a witness; so are the median of the means, and the
//!    largest values, which say whether there is a variance at all.
//!
//! P. L'Ecuyer, M. K. Nakayama, A. B. Owen, B. Tuffin, "Confidence intervals for randomized quasi-Monte Carlo
//! estimators", Proc. Winter Simulation Conference (2023) 445–456; A. B. Owen, "On dropping the first Sobol'
//! point", Monte Carlo and Quasi-Monte Carlo Methods 2020, Springer (2022) 71–86.

use super::because::{Because, Step};
use super::face_tails::FaceTails;
use super::meter::{Halt, Metered, Stop};
use super::moments::{Moments, NO_VARIANCE};
use super::node_set::NodeSet;
use super::outcome::{BadNode, Outcome, Status};
use super::random_points::scrambles;
use super::reason::Reason;
use super::record::Record;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::elementary::sum::Sum;
use crate::error::Error;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand};
use crate::rule::{Lattice, MAX_LATTICE, MAX_SOBOL, MOST_LATTICE_POINTS, Scrambled, Sobol};

/// The two-sided 95 % quantile of Student's distribution for one less than there are scrambles.
const QUANTILE: f64 = 2.131_449_545_559_323;

/// The shifts of the lattice, and the quantile for them.
pub(super) const SHIFTS: usize = 8;
const SHIFTS_QUANTILE: f64 = 2.364_624_251_592_785;

/// The points of a scramble at first.
const FIRST: u64 = 128;

/// How fast errors fall: as this power of the inverse of the evaluations, at least and at most, and where nothing else
/// is known; it is seen over so many doublings.
const RATES: [f64; 2] = [0.5, 1.0];
const USUAL_RATE: f64 = 0.7;
const RATE_OVER: usize = 2;

/// The points of a chunk, and the chunks of a step at most.
const CHUNK: u64 = 16 * BLOCK as u64;
const STEP: usize = 1 << 12;

/// The lattice has a fourth of the points of a scramble, and at least so many.
const LEAST_LATTICE: u64 = 256;

/// Both intervals together, times this, are farther apart than chance explains in one of a hundred cases.
const FAR_APART: f64 = 1.5;

/// The roundings of a mean.
const ROUNDINGS: f64 = 4.0 * f64::EPSILON;

/// The most variables.
pub(super) const MOST_AXES: usize = MAX_SOBOL;

/// Scrambled Sobol points.
pub(crate) struct Qmc;

impl Strategy for Qmc {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let integrand = subject.integrand;
        let sobol = Sobol::new(integrand.dimension())?;
        let scrambles = scrambles(&sobol, task.seed);
        let tails = FaceTails::default();
        let points = Doubling::new(integrand, &scrambles, 0, &tails);
        Ok(Attempt::of(points.complete(task)?))
    }
}

/// Points that are random and even, in replicates.
pub(super) trait Points: Sync {
    /// The coordinates on an axis of the points number `first` and so on.
    fn fill(&self, axis: usize, first: u64, column: &mut [f64]);
}

impl Points for Scrambled {
    fn fill(&self, axis: usize, first: u64, column: &mut [f64]) {
        Scrambled::fill(self, axis, first, column);
    }
}

impl Points for Lattice {
    fn fill(&self, axis: usize, first: u64, column: &mut [f64]) {
        Lattice::fill(self, axis, first, column);
    }
}

/// The sums over the points of replicates so far.
#[derive(Clone)]
struct Sums {
    /// How many points each replicate has had.
    points: u64,
    /// By replicates, then outputs.
    sums: Vec<Vec<Sum>>,
    moments: Vec<Moments>,
}

impl Sums {
    fn new(replicates: usize, outputs: usize) -> Self {
        Sums {
            points: 0,
            sums: vec![vec![Sum::default(); outputs]; replicates],
            moments: vec![Moments::default(); outputs],
        }
    }

    /// Adds points up to this number of each replicate.
    ///
    /// # Errors
    /// What ended the work: then nothing is added; a node that has no value.
    fn extend<P: Points>(
        &mut self,
        integrand: &dyn Integrand,
        task: &Task<'_>,
        (points, identity): (&[P], u64),
        to: u64,
    ) -> Result<Result<(), BadNode>, Stop> {
        let from = self.points;
        let per_replicate = (to - from).div_ceil(CHUNK) as usize;
        let evaluator = || task.evaluator(integrand);
        let mut next = self.clone();
        for part in task.parts(0..points.len() * per_replicate, STEP) {
            let on = (identity, points.len(), from, to, part.clone());
            let (after, bad) = task.step(on, || -> Result<_, Stop> {
                let mut after = next.clone();
                let empty: Vec<_> = after.moments.iter().map(Moments::after).collect();
                let one = |evaluator: &mut Metered<'_>, number: usize| {
                    let replicate = number / per_replicate;
                    let first = from + (number % per_replicate) as u64 * CHUNK;
                    let numbers = [first, (first + CHUNK).min(to)];
                    chunk(integrand, evaluator, &points[replicate], numbers, &empty)
                };
                let found = task.each(part.clone(), 1, evaluator, one)?;
                for (number, chunk) in part.zip(found) {
                    let chunk = chunk?;
                    if chunk.bad_node.is_some() {
                        return Ok((after, chunk.bad_node));
                    }
                    after.add(number / per_replicate, &chunk);
                }
                Ok((after, None))
            })?;
            if let Some(bad) = bad {
                return Ok(Err(bad));
            }
            next = after;
        }
        *self = next;
        self.points = to;
        Ok(Ok(()))
    }

    /// Adds a chunk of a replicate.
    fn add(&mut self, replicate: usize, chunk: &Chunk) {
        for (sum, own) in self.sums[replicate].iter_mut().zip(&chunk.sums) {
            sum.add_scaled(1.0, own);
        }
        for (moments, own) in self.moments.iter_mut().zip(&chunk.moments) {
            moments.merge(own);
        }
    }

    /// The means of the replicates, of one output.
    fn means(&self, output: usize) -> Vec<f64> {
        let count = self.points as f64;
        self.sums
            .iter()
            .map(|sums| sums[output].value() / count)
            .collect()
    }

    /// The mean of an output and the half-width of its interval.
    fn interval(&self, output: usize, quantile: f64, tails: &FaceTails) -> (f64, f64) {
        let means = self.means(output);
        let count = means.len() as f64;
        let mean = means.iter().sum::<f64>() / count;
        let squares = means.iter().map(|m| (m - mean) * (m - mean));
        let spread = (squares.sum::<f64>() / (count - 1.0) / count).sqrt();
        let moments = &self.moments[output];
        let points = self.points * self.sums.len() as u64;
        let [unmet, square] = tails.unmet(output, points, self.sums.len());
        let spread = spread.hypot((square / points as f64).sqrt());
        let error = quantile * spread + moments.unseen() + unmet;
        (mean, error + ROUNDINGS * mean.abs())
    }
}

/// What a chunk found.
struct Chunk {
    sums: Vec<Sum>,
    moments: Vec<Moments>,
    bad_node: Option<BadNode>,
}

impl Record for Sums {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.points.write(bytes);
        self.sums.write(bytes);
        self.moments.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(Sums {
            points: u64::read(bytes)?,
            sums: Vec::read(bytes)?,
            moments: Vec::read(bytes)?,
        })
    }
}

impl Record for Chunk {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.sums.write(bytes);
        self.moments.write(bytes);
        self.bad_node.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        Some(Chunk {
            sums: Vec::read(bytes)?,
            moments: Vec::read(bytes)?,
            bad_node: Option::read(bytes)?,
        })
    }
}

/// Scrambled points that double until the tolerance is met; the identity tells the integrand from others through other
/// maps, and the tails what points do not meet.
pub(super) struct Doubling<'d> {
    integrand: &'d dyn Integrand,
    scrambles: &'d [Scrambled],
    identity: u64,
    tails: &'d FaceTails,
    sums: Sums,
    outcome: Outcome,
    /// Evaluations, and errors as multiples of the tolerance, of the worst output.
    history: Vec<(u64, f64)>,
}

impl<'d> Doubling<'d> {
    pub(super) fn new(
        integrand: &'d dyn Integrand,
        scrambles: &'d [Scrambled],
        identity: u64,
        tails: &'d FaceTails,
    ) -> Self {
        let outputs = integrand.outputs();
        Doubling {
            integrand,
            scrambles,
            identity,
            tails,
            sums: Sums::new(scrambles.len(), outputs),
            outcome: Outcome::none(outputs, Status::Budget, None),
            history: Vec::new(),
        }
    }

    /// The answer so far, before it is compared with anything.
    pub(super) fn so_far(&self) -> &Outcome {
        &self.outcome
    }

    /// Whether more points may help.
    pub(super) fn is_open(&self) -> bool {
        self.outcome.status == Status::Budget
    }

    /// The evaluations so far.
    pub(super) fn spent(&self) -> u64 {
        self.sums.points * self.scrambles.len() as u64
    }

    /// How often points have doubled, the first ones counted.
    pub(super) fn doublings(&self) -> usize {
        self.history.len()
    }

    /// The evaluations that the tolerance needs in all, if errors go on falling as they did; infinite where nothing
    /// is known.
    pub(super) fn needed(&self) -> f64 {
        let Some((spent, excess)) = self.history.last() else {
            return f64::INFINITY;
        };
        let before = self.history.iter().rev().nth(RATE_OVER);
        let rate = before.map_or(USUAL_RATE, |(then, before)| {
            (before / excess).ln() / (*spent as f64 / *then as f64).ln()
        });
        let [least, most] = RATES;
        let rate = if rate.is_nan() {
            least
        } else {
            rate.clamp(least, most)
        };
        let doublings = (excess.max(1.0).log2() / rate).ceil();
        *spent as f64 * doublings.exp2()
    }

    /// How many more those are.
    pub(super) fn to_go(&self) -> f64 {
        self.needed() - self.spent() as f64
    }

    /// Doubles the points.
    ///
    /// # Errors
    /// What ended the work: then all is as it was.
    fn double(&mut self, task: &Task<'_>) -> Result<(), Stop> {
        let replicates = self.scrambles.len() as u64;
        let mut next = (2 * self.sums.points).max(FIRST);
        if self.sums.points == 0 {
            // Few evaluations make a small net.
            let most = task.left() / replicates;
            next = next.min(1 << most.max(1).ilog2());
        }
        task.afford((next - self.sums.points) * replicates)?;
        let points = (self.scrambles, self.identity);
        let extended = self.sums.extend(self.integrand, task, points, next)?;
        let outcome = &mut self.outcome;
        let intervals =
            (0..outcome.values.len()).map(|k| self.sums.interval(k, QUANTILE, self.tails));
        let (values, errors): (Vec<f64>, Vec<f64>) = intervals.unzip();
        let bad = extended.err();
        if bad.is_some() || values.iter().any(|value| !value.is_finite()) {
            let values = if bad.is_some() {
                outcome.values.clone()
            } else {
                values
            };
            *outcome = Outcome::nonfinite(values, bad);
            return Ok(());
        }
        (outcome.values, outcome.errors) = (values, errors);
        task.report(&outcome.values, &outcome.errors);
        if task.is_met(&outcome.values, &outcome.errors) {
            outcome.status = Status::Converged;
        }
        let tolerances = task.tolerances(&outcome.values);
        let excesses = outcome.errors.iter().zip(tolerances).map(|(e, t)| e / t);
        let excess = excesses.fold(0.0, f64::max);
        let spent = self.spent();
        self.history.push((spent, excess));
        Ok(())
    }

    /// The answer, after witnesses had their say.
    ///
    /// # Errors
    /// What failed.
    pub(super) fn finish(self, task: &Task<'_>) -> Result<Outcome, Stop> {
        let mut outcome = self.outcome;
        let described = described(&self.sums);
        if outcome.status == Status::Nonfinite {
            return Ok(outcome.by(described, asked()));
        }
        if self.sums.points > 0 {
            doubt(&mut outcome, &self.sums);
        }
        if outcome.status == Status::Converged {
            let points = self.sums.points / 4;
            compare(&mut outcome, self.integrand, task, points, self.identity)?;
        }
        if task.keeps_nodes && self.sums.points > 0 {
            let (dimension, seed) = (self.integrand.dimension(), task.seed);
            let nodes = NodeSet::scrambled(dimension, seed, self.sums.points, &outcome.values);
            outcome.nodes = Some(nodes);
        }
        Ok(outcome.by(described, asked()))
    }

    /// Doubles the points; whether that was possible, or else the reason is noted.
    ///
    /// # Errors
    /// What failed.
    pub(super) fn goes_on(&mut self, task: &Task<'_>) -> Result<bool, Stop> {
        match self.double(task) {
            Ok(()) => Ok(true),
            Err(Stop::Halt(halt)) => {
                self.outcome.add_reasons(&[task.reason(halt)]);
                Ok(false)
            }
            Err(failed) => Err(failed),
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// What failed.
    pub(super) fn complete(mut self, task: &Task<'_>) -> Result<Outcome, Stop> {
        while self.is_open() && self.goes_on(task)? {}
        self.finish(task)
    }
}

fn described(sums: &Sums) -> String {
    match sums.points {
        0 => "qmc".to_owned(),
        points => format!(
            "qmc, {} scrambles of {points} Sobol points",
            sums.sums.len()
        ),
    }
}

fn asked() -> Because {
    Because::of(Step::AskedFor)
}

/// Doubts intervals where the values have no variance, or a replicate or two make up all of the spread.
fn doubt(outcome: &mut Outcome, sums: &Sums) {
    for (k, moments) in sums.moments.iter().enumerate() {
        let mut means = sums.means(k);
        means.sort_by(f64::total_cmp);
        let middle = means.len() / 2;
        let median = 0.5 * (means[middle - 1] + means[middle]);
        let is_skewed = (median - outcome.values[k]).abs() > outcome.errors[k];
        if moments.deviations == 0.0 && moments.mean == 0.0 {
            outcome.add_reasons(&[Reason::ZeroEverywhere]);
        } else if is_skewed
            || moments
                .tail_index()
                .is_some_and(|index| index <= NO_VARIANCE)
        {
            let farthest = (moments.greatest - moments.mean).max(moments.mean - moments.least);
            let share = farthest / (moments.count * outcome.errors[k]);
            outcome.add_reasons(&[Reason::HeavyTail { share }]);
        } else {
            continue;
        }
        if outcome.status == Status::Converged {
            outcome.status = Status::Suspect;
        }
    }
}

/// Compares with shifted lattices of about so many points, where there are evaluations for them.
pub(super) fn compare(
    outcome: &mut Outcome,
    integrand: &dyn Integrand,
    task: &Task<'_>,
    points: u64,
    identity: u64,
) -> Result<(), Stop> {
    let points = points.clamp(LEAST_LATTICE, MOST_LATTICE_POINTS);
    if integrand.dimension() > MAX_LATTICE || task.afford(points * SHIFTS as u64).is_err() {
        return Ok(());
    }
    let shifts = (0..SHIFTS as u64).map(|k| Lattice::new(integrand.dimension(), task.seed, k));
    let shifts = shifts.collect::<Result<Vec<Lattice>, Error>>()?;
    let mut others = Sums::new(SHIFTS, integrand.outputs());
    match others.extend(integrand, task, (&shifts, identity), points) {
        Ok(Ok(())) => {}
        Ok(Err(bad)) => {
            outcome.status = Status::Nonfinite;
            outcome.bad_node = Some(bad);
            return Ok(());
        }
        Err(Stop::Halt(_)) => return Ok(()),
        Err(failed) => return Err(failed),
    }
    for (k, (value, error)) in outcome.values.iter().zip(&outcome.errors).enumerate() {
        let (mean, half_width) = others.interval(k, SHIFTS_QUANTILE, &FaceTails::default());
        if (mean - value).abs() > FAR_APART * (error + half_width) {
            outcome.status = Status::Suspect;
            let rule = Some(format!("{SHIFTS} shifts of a lattice of {points} points"));
            outcome.reasons.push(Reason::Disagreement { rule });
            return Ok(());
        }
    }
    Ok(())
}

/// The sums over the points of one replicate from one number to below another.
fn chunk(
    integrand: &dyn Integrand,
    evaluator: &mut Metered<'_>,
    points: &impl Points,
    [from, to]: [u64; 2],
    empty: &[Moments],
) -> Result<Chunk, Halt> {
    let (dimension, outputs) = (integrand.dimension(), integrand.outputs());
    let mut chunk = Chunk {
        sums: vec![Sum::default(); outputs],
        moments: empty.to_vec(),
        bad_node: None,
    };
    for_each_block(
        evaluator,
        points,
        [dimension, outputs],
        [from, to],
        |rows, values| {
            let n = values.len() / outputs;
            let mut is_finite = true;
            let of_outputs = chunk.sums.iter_mut().zip(&mut chunk.moments);
            for ((sum, moments), values) in of_outputs.zip(values.chunks(n)) {
                let own = moments.add(values);
                is_finite &= own.is_finite();
                sum.add(own);
            }
            if !is_finite && chunk.bad_node.is_none() {
                chunk.bad_node = BadNode::first(rows, values);
            }
        },
    )?;
    Ok(chunk)
}

/// Evaluates the points from one number to below another block by block, and hands each block to `seen`: the
/// coordinates by axes, and the values by outputs.
pub(super) fn for_each_block<P: Points + ?Sized>(
    evaluator: &mut Metered<'_>,
    points: &P,
    [dimension, outputs]: [usize; 2],
    [from, to]: [u64; 2],
    mut seen: impl FnMut(&[&[f64]], &mut [f64]),
) -> Result<(), Halt> {
    let mut nodes = vec![0.0; dimension * BLOCK];
    let mut values = vec![0.0; outputs * BLOCK];
    for first in (from..to).step_by(BLOCK) {
        let n = ((to - first) as usize).min(BLOCK);
        for (axis, row) in nodes.chunks_mut(BLOCK).enumerate() {
            points.fill(axis, first, &mut row[..n]);
        }
        let rows: Vec<&[f64]> = nodes.chunks(BLOCK).map(|row| &row[..n]).collect();
        let coordinates: Vec<_> = rows.iter().map(|row| Coordinate::Each(row)).collect();
        let values = &mut values[..outputs * n];
        evaluator.evaluate(&Block::new(&coordinates, n), values)?;
        seen(&rows, values);
    }
    Ok(())
}
