//! Cuts along the curves where the integrand is known to switch.

use super::because::{Because, Step};
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::pieces::over_pieces;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;

/// The integral from pieces between the curves along which the integrand switches.
pub(crate) struct Curves;

impl Strategy for Curves {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let Some(pieces) = subject.integrand.knowledge().pieces(task.deadline()) else {
            return Ok(Attempt::Pass);
        };
        if pieces.is_empty() {
            let zero = vec![0.0; subject.integrand.outputs()];
            let because = Because::of(Step::Zero).after([Step::CutAlongCurves]);
            let outcome = Outcome::new(zero.clone(), zero, Status::Converged);
            return Ok(Attempt::Settled(outcome.by("no parts", because)));
        }
        let mut outcome = over_pieces(&pieces, task, &|piece, own, _| {
            solve(&Subject::new(piece), own, Rows::Whole)
        })?;
        outcome.because = outcome.because.after([Step::CutAlongCurves]);
        Ok(Attempt::of(outcome))
    }
}
