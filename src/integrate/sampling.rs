//! Random points, of the kind that does better in a trial: scrambled points as they are, or through a learned map.
//!
//! 1. Both kinds try with few evaluations. One that meets the tolerance is done.
//! 2. From what a trial reached follows what the tolerance needs, if errors go on falling as they do on integrands
//!    that are not smooth. The kind that needs less goes on, if there are evaluations enough.
//! 3. The interval is made wider: who did not ask for random points does not expect one in twenty to miss.
//! 4. Tried early, where there are many variables, nothing else has spent the evaluations yet; at last, what is
//!    left is spent in any case.

use super::because::{Because, Step};
use super::meter::Stop;
use super::monte_carlo::MonteCarlo;
use super::outcome::{Outcome, Status};
use super::qmc::{MOST_AXES, Qmc};
use super::strategy::{Attempt, Solve, Strategy, doubted};
use super::subject::Subject;
use super::task::Task;
use super::vegas::Vegas;

/// The evaluations of the trials, each at most this part of those that are left.
const TRIALS: [u64; 2] = [1 << 16, 1 << 18];
const TRIAL: u64 = 20;

/// Errors fall at least as this power of the evaluations.
const POWER: f64 = 0.6;

/// The intervals of random methods hold the truth in 95 of 100 cases; those that nobody asked for are so much wider,
/// and hold it in 99.
const CAUTION: f64 = 1.5;

/// Random points are taken early with so many variables: sparse grids have passed, tensor products grow too fast.
const MANY_VARIABLES: usize = 5;

/// Errors do not fall faster than the inverse of the evaluations: with fewer than so many for an error of the
/// tolerance there is no hope.
const FEWEST_FOR_ONE: f64 = 10.0;

/// With fewer variables they lose against cells, even at last.
const FEWEST_VARIABLES: usize = 3;

/// The most evaluations at last, unless more were asked for.
const MOST_SAMPLES: u64 = 20_000_000;

/// The kind of random points that does better.
pub(crate) struct Sampling {
    /// Whether other ways are still to be tried.
    pub(crate) early: bool,
}

/// The two kinds, by what they are called.
const KINDS: [&str; 2] = ["qmc", "vegas"];

impl Sampling {
    /// What a kind finds with so many evaluations at most.
    fn attempt_by(
        kind: usize,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Option<Outcome>, Stop> {
        let attempt = match kind {
            0 => Qmc.attempt(subject, task, solve)?,
            _ => Vegas { start: None }.attempt(subject, task, solve)?,
        };
        Ok(match attempt {
            Attempt::Pass => None,
            Attempt::Open(found) | Attempt::Settled(found) => Some(found),
        })
    }
}

/// The evaluations that a kind needs to meet the tolerance, from what it reached with some; infinite where it
/// reached nothing.
fn needed(outcome: &Outcome, spent: u64, task: &Task<'_>) -> f64 {
    let tolerances = task.tolerances(&outcome.values);
    let pairs = outcome.errors.iter().zip(tolerances);
    let excess = pairs.fold(0.0, |most: f64, (error, tolerance)| {
        most.max(error / tolerance)
    });
    match excess.is_finite() && outcome.errors.iter().all(|error| error.is_finite()) {
        true => spent as f64 * excess.max(1.0).powf(1.0 / POWER),
        false => f64::INFINITY,
    }
}

impl Strategy for Sampling {
    fn suits(&self, subject: &Subject<'_>, task: &Task<'_>) -> bool {
        let dimension = subject.integrand.dimension();
        match self.early {
            // Where code takes long nothing is spent for a trial.
            true => {
                let reaches = task.atol > 0.0 || task.rtol * task.left() as f64 >= FEWEST_FOR_ONE;
                (MANY_VARIABLES..=MOST_AXES).contains(&dimension) && reaches && !task.takes_long()
            }
            // What was not looked at was not given up.
            false => dimension >= FEWEST_VARIABLES && subject.seen().is_some(),
        }
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        if subject.integrand.dimension() > MOST_AXES {
            return MonteCarlo { asked_for: false }.attempt(subject, task, solve);
        }
        let whole = task;
        let task = &whole.aiming_at(task.rtol / CAUTION, task.atol / CAUTION, task.measure);
        let left = task.left();
        let mut tried: Vec<(f64, usize, Outcome)> = Vec::new();
        for (kind, most) in TRIALS.into_iter().enumerate() {
            let before = task.used();
            let trial = task.at_most(most.min(left / TRIAL));
            let Some(found) = Self::attempt_by(kind, subject, &trial, solve)? else {
                continue;
            };
            let spent = task.used() - before;
            let found = found.by_trial(kind);
            if found.status == Status::Converged || found.status == Status::Nonfinite {
                return Ok(Attempt::of(found));
            }
            tried.push((needed(&found, spent, whole), kind, found));
        }
        // Of equals the first.
        tried.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut tried = tried.into_iter();
        let Some((needed, kind, best)) = tried.next() else {
            return Ok(Attempt::Pass);
        };
        let other = tried.next().map(|(_, _, found)| found);
        let most = match task.is_limited || self.early {
            true => task.left(),
            false => task.left().min(MOST_SAMPLES),
        };
        if self.early && needed > most as f64 {
            return Ok(Attempt::Open(best));
        }
        let found = Self::attempt_by(kind, subject, &task.at_most(most), solve)?;
        let found = found.map(|found| found.by_trial(kind));
        let found = match found {
            Some(found) => best.better(found),
            None => best,
        };
        Ok(Attempt::of(match other {
            Some(other) if found.status == Status::Converged && found.contradicts(&other) => {
                doubted(found, &other)
            }
            _ => found,
        }))
    }
}

impl Outcome {
    /// The same, chosen by a trial, with a wider interval.
    fn by_trial(mut self, kind: usize) -> Outcome {
        self.errors.iter_mut().for_each(|error| *error *= CAUTION);
        let method = std::mem::take(&mut self.method);
        self.by(method, Because::of(Step::Trial(KINDS[kind].to_owned())))
    }
}
