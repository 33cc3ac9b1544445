//! Cuts along the curves where the integrand is known to switch.

use super::because::{Because, Step};
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::pieces::over_pieces;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;

/// The part of the time that the search for curves may take.
const SEARCH: f64 = 0.3;

/// The integral from pieces between the curves along which the integrand switches.
pub(crate) struct Curves;

impl Strategy for Curves {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let deadline = task.deadline().part(SEARCH);
        let Some(pieces) = subject.integrand.knowledge().pieces(&deadline) else {
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
