//! Integrals of which two variables occur in one formula of them alone: its value is one variable.

use super::because::Step;
use super::meter::Stop;
use super::outcome::Status;
use super::pieces::{over_pieces, with_lost};
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;

/// The integral from pieces of one variable less.
pub(crate) struct Pushforward;

impl Strategy for Pushforward {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        subject.integrand.dimension() > 1
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let known = subject.integrand.knowledge();
        let Some(found) = known.pushed_forward() else {
            return Ok(Attempt::Pass);
        };
        let outcome = over_pieces(&found.pieces, task, &|piece, own, _| {
            solve(&Subject::new(piece), own, Rows::Whole)
        })?;
        let mut outcome = with_lost(outcome, found.lost, Reason::Rounding, task);
        outcome.proven &= found.is_proven;
        // That of the pieces: the value of the formula is a number there, and no longer computed.
        outcome.allows_for_rounding = true;
        let names = found.axes.map(|axis| known.axis_name(axis));
        outcome.because = outcome.because.after([Step::PushedForward(names.to_vec())]);
        // In the plane there may be more digits: a singular place is a rounded number here.
        Ok(match outcome.status {
            Status::Converged => Attempt::Settled(outcome),
            _ => Attempt::Open(outcome),
        })
    }
}
