//! Integrals over very many periods, as series.

use std::cell::Cell;

use super::because::Step;
use super::meter::{Halt, Stop};
use super::outcome::{Outcome, Status};
use super::pieces::{over_pieces, with_lost};
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::{Measure, Task};
use crate::integrand::Summed;

/// Periods at each end that are integrated as they are: first so many, and more where the terms do not vary slowly
/// enough there.
const ENDS: [u32; 2] = [32, 256];

/// What is left out may be this part of the tolerance, and is looked at to this part of it.
const LEFT_OUT: f64 = 0.25;
const NEARLY: f64 = 0.05;

/// The integral from the first and last periods, and the series of the others.
pub(crate) struct Series;

impl Strategy for Series {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        subject.integrand.dimension() == 1
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let mut doubted = None;
        for (by_number, ends) in [false, true]
            .map(|own| ENDS.map(|ends| (own, ends)))
            .concat()
        {
            let Some(found) = subject.integrand.knowledge().summed(ends, by_number) else {
                continue;
            };
            let is_seen = Cell::new(true);
            let outcome = over_pieces(&found.pieces, task, &|piece, own, _| {
                let outcome = solve(&Subject::new(piece), own, Rows::Whole)?;
                is_seen.set(is_seen.get() && has_seen_all(piece.dimension(), &outcome));
                Ok(outcome)
            })?;
            if outcome.status != Status::Converged {
                continue;
            }
            let Some(LeftOut {
                most: left_out,
                is_seen: is_bounded,
                is_proven,
            }) = left_out(&found, &outcome, task, solve)?
            else {
                continue;
            };
            let lost = found.lost.iter().zip(&left_out).map(|(a, b)| a + b);
            let mut outcome = with_lost(outcome, lost, Reason::Rounding, task);
            outcome.proven &= is_proven;
            // That of the pieces: of the whole bounds know as little as nodes.
            outcome.allows_for_rounding = true;
            outcome.because = outcome.because.after([Step::Series]);
            if is_seen.get() && is_bounded {
                return Ok(Attempt::of(outcome));
            }
            // Among so many periods nodes find nothing narrow.
            if outcome.is_done() && doubted.is_none() {
                let axis = subject.integrand.knowledge().axis_name(0);
                outcome.status = Status::Suspect;
                outcome.add_reasons(&[Reason::ManyPeriods { axis }]);
                doubted = Some(outcome);
            }
        }
        Ok(doubted.map_or(Attempt::Pass, Attempt::Open))
    }
}

/// Whether nothing narrow can hide from who found an outcome: bounds see it on a line, and among very many periods nodes
/// do not.
fn has_seen_all(dimension: usize, outcome: &Outcome) -> bool {
    let steps = outcome.because.steps();
    let on_lines = matches!(steps.first(), Some(Step::Products { .. }));
    outcome.proven || dimension == 1 || on_lines
}

/// What a series leaves out.
struct LeftOut {
    /// At most, for every output.
    most: Vec<f64>,
    is_seen: bool,
    is_proven: bool,
}

/// What a series leaves out; `None` if it is too much.
///
/// # Errors
/// What failed in an evaluation.
fn left_out(
    found: &Summed<'_>,
    outcome: &Outcome,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Option<LeftOut>, Stop> {
    let tolerances = task.tolerances(&outcome.values);
    let own = task.aiming_at(NEARLY, NEARLY, Measure::Sizes(&tolerances));
    let mut all = LeftOut {
        most: vec![0.0; tolerances.len()],
        is_seen: true,
        is_proven: true,
    };
    for integrand in &found.left_out {
        let own = own.reporting(&|_, _| {});
        let outcome = match solve(&Subject::new(integrand.as_ref()), &own, Rows::Whole) {
            Ok(outcome) => outcome,
            Err(Stop::Halt(Halt::Evaluations)) => return Ok(None),
            Err(failed) => return Err(failed),
        };
        if !outcome.is_done() {
            return Ok(None);
        }
        for (most, k) in all.most.iter_mut().zip(0..) {
            *most += outcome.values[k].abs() + outcome.errors[k];
        }
        all.is_seen &= has_seen_all(integrand.dimension(), &outcome);
        all.is_proven &= outcome.proven;
    }
    let mut pairs = all.most.iter().zip(&tolerances);
    let is_little = pairs.all(|(most, tolerance)| *most <= LEFT_OUT * tolerance);
    Ok(is_little.then_some(all))
}
