//! Integrals over infinite ranges in sheared variables.

use super::because::Step;
use super::meter::Stop;
use super::outcome::Status;
use super::pieces::over_pieces;
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;

/// The integral in variables in which it falls apart more.
pub(crate) struct Shears;

impl Strategy for Shears {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let Some((piece, lost)) = subject.integrand.knowledge().sheared() else {
            return Ok(Attempt::Pass);
        };
        let mut outcome = over_pieces(&[piece], task, &|piece, own, _| {
            solve(&Subject::new(piece), own, Rows::Whole)
        })?;
        for ((error, value), lost) in outcome.errors.iter_mut().zip(&outcome.values).zip(lost) {
            *error += lost * value.abs();
        }
        if outcome.is_done() && !task.is_met(&outcome.values, &outcome.errors) {
            outcome.status = Status::Roundoff;
            outcome.add_reasons(&[Reason::Cancellation]);
        }
        outcome.because = outcome.because.after([Step::Sheared]);
        Ok(Attempt::of(outcome))
    }
}
