//! Integrals over infinite ranges in sheared variables.

use super::because::Step;
use super::meter::Stop;
use super::pieces::{over_pieces, with_lost};
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
        let outcome = over_pieces(&[piece], task, &|piece, own, _| {
            solve(&Subject::new(piece), own, Rows::Whole)
        })?;
        let sizes: Vec<f64> = outcome.values.iter().map(|value| value.abs()).collect();
        let lost = lost.iter().zip(sizes).map(|(lost, size)| lost * size);
        let mut outcome = with_lost(outcome, lost, Reason::Cancellation, task);
        outcome.because = outcome.because.after([Step::Sheared]);
        Ok(Attempt::of(outcome))
    }
}
