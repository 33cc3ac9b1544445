//! Strategies: ways to an answer, the tables in which they stand, and the driver that goes through
//! a table.
//!
//! 1. Take the rows in their order, each with its share of the evaluations; leave out those that do
//!    not suit the subject.
//! 2. Keep the best answer. One that is settled ends the search.
//! 3. When time is over, or the work is called off, the best answer so far is the answer.

use super::meter::{Halt, Stop};
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::subject::Subject;
use super::task::Task;

/// What came of an attempt.
pub(crate) enum Attempt {
    /// This is not for me after all.
    Pass,
    /// An answer; something else may find a better one.
    Open(Outcome),
    /// The answer.
    Settled(Outcome),
}

impl Attempt {
    /// An answer that is settled if it is done.
    pub(crate) fn of(outcome: Outcome) -> Self {
        if outcome.is_done() {
            Attempt::Settled(outcome)
        } else {
            Attempt::Open(outcome)
        }
    }
}

/// The tables of strategies, by what they are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// For integrands as they are given.
    Whole,
    /// For parts of the box without known switches.
    Part,
    /// For parts in coordinates that were changed to smooth them.
    Smoothed,
}

/// The integral of a subject by a table. Strategies solve parts of their subject through it, so that
/// they need not know the tables.
pub(crate) type Solve = fn(&Subject<'_>, &Task<'_>, Rows) -> Result<Outcome, Stop>;

/// One way to an answer.
pub(crate) trait Strategy: Sync {
    /// Whether an attempt may pay, from what is known and from what was tried.
    fn suits(&self, _subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        true
    }

    /// Tries.
    ///
    /// # Errors
    /// Why there is no answer: what ended the attempt, or what failed.
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop>;
}

/// The share of the evaluations that a row may use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Share {
    /// All that are left.
    All,
    /// This part of those that are left.
    Part(f64),
    /// So many, and this multiple of those that the rows before have used.
    Multiple {
        /// So many at least.
        least: u64,
        /// The multiple.
        times: u64,
    },
}

/// A row of a table.
pub(crate) struct Entry<'s> {
    pub(crate) strategy: &'s dyn Strategy,
    pub(crate) share: Share,
}

/// Goes through the rows of a table.
///
/// # Errors
/// What failed in a strategy. What only ended it is the status of the outcome.
pub(crate) fn drive(
    table: &[Entry<'_>],
    subject: &Subject<'_>,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Outcome, Stop> {
    let begun = task.used();
    let mut best: Option<Outcome> = None;
    let mut halt = None;
    for entry in table {
        halt = task.is_over().or(halt);
        if task.is_over().is_some() {
            break;
        }
        let own = match entry.share {
            Share::All => *task,
            Share::Part(part) => task.at_most((task.left() as f64 * part).ceil() as u64),
            Share::Multiple { least, times } => task.at_most(least + times * (task.used() - begun)),
        };
        if !entry.strategy.suits(subject, &own) {
            continue;
        }
        match entry.strategy.attempt(subject, &own, solve) {
            Ok(Attempt::Pass) => {}
            Ok(Attempt::Open(found)) => best = Some(preferred(best, found)),
            Ok(Attempt::Settled(found)) => {
                return Ok(match best {
                    Some(before)
                        if before.status == Status::Suspect && before.contradicts(&found) =>
                    {
                        doubted(found, &before)
                    }
                    before => preferred(before, found),
                });
            }
            Err(Stop::Halt(ended)) => halt = Some(ended),
            Err(failed) => return Err(failed),
        }
    }
    let halt = task.is_over().or(halt);
    let outputs = subject.integrand.outputs();
    let mut outcome = best.unwrap_or_else(|| Outcome::none(outputs, Status::Budget, None));
    if !outcome.is_done()
        && let Some(halt) = halt
        && (halt != Halt::Evaluations || outcome.reasons.is_empty())
    {
        outcome.add_reasons(&[task.reason(halt)]);
    }
    Ok(outcome)
}

/// An answer that another one contradicts, with an error that reaches it.
pub(super) fn doubted(mut answer: Outcome, other: &Outcome) -> Outcome {
    if answer.proven {
        return answer;
    }
    for k in 0..answer.values.len() {
        let distance = (answer.values[k] - other.values[k]).abs() + other.errors[k];
        answer.errors[k] = answer.errors[k].max(distance);
    }
    answer.status = Status::Suspect;
    answer.with_reason(Reason::Disagreement {
        rule: Some(other.method.clone()),
    })
}

/// The better of two answers.
fn preferred(best: Option<Outcome>, found: Outcome) -> Outcome {
    match best {
        Some(best) => best.better(found),
        None => found,
    }
}
