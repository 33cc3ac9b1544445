//! Integrals over very many periods, as series.

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
        for ends in ENDS {
            let Some(found) = subject.integrand.knowledge().summed(ends) else {
                break;
            };
            let outcome = over_pieces(&found.pieces, task, &|piece, own, _| {
                solve(&Subject::new(piece), own, Rows::Whole)
            })?;
            if outcome.status != Status::Converged {
                break;
            }
            let Some((left_out, is_proven)) = left_out(&found, &outcome, task, solve)? else {
                continue;
            };
            let lost = found.lost.iter().zip(&left_out).map(|(a, b)| a + b);
            let mut outcome = with_lost(outcome, lost, Reason::Rounding, task);
            outcome.proven &= is_proven;
            // That of the pieces: of the whole bounds know as little as nodes.
            outcome.allows_for_rounding = true;
            outcome.because = outcome.because.after([Step::Series]);
            return Ok(Attempt::of(outcome));
        }
        Ok(Attempt::Pass)
    }
}

/// What a series leaves out at most, for every output, and whether that is proven; `None` if it is too much.
///
/// # Errors
/// What failed in an evaluation.
fn left_out(
    found: &Summed<'_>,
    outcome: &Outcome,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Option<(Vec<f64>, bool)>, Stop> {
    let tolerances = task.tolerances(&outcome.values);
    let own = task.aiming_at(NEARLY, NEARLY, Measure::Sizes(&tolerances));
    let (mut sums, mut is_proven) = (vec![0.0; tolerances.len()], true);
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
        for (sum, k) in sums.iter_mut().zip(0..) {
            *sum += outcome.values[k].abs() + outcome.errors[k];
        }
        is_proven &= outcome.proven;
    }
    let mut all = sums.iter().zip(&tolerances);
    let is_little = all.all(|(sum, tolerance)| *sum <= LEFT_OUT * tolerance);
    Ok(is_little.then_some((sums, is_proven)))
}
