//! Integrals of which some variables occur in one formula of them alone: its value is one variable.

use super::because::Step;
use super::meter::Stop;
use super::outcome::Status;
use super::pieces::{over_pieces, with_lost};
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;

/// The integral from pieces of fewer variables.
pub(crate) struct Pushforward {
    /// Whether the formula is the sum of squares of variables without ends, or any one of two variables.
    pub(crate) is_radial: bool,
}

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
        let found = match self.is_radial {
            true => known.radial(),
            false => known.pushed_forward(),
        };
        let Some(found) = found else {
            return Ok(Attempt::Pass);
        };
        let outcome = over_pieces(&found.pieces, task, &|piece, own, _| {
            solve(&Subject::new(piece), own, Rows::Whole)
        })?;
        let mut outcome = with_lost(outcome, found.lost, Reason::Rounding, task);
        outcome.proven &= found.is_proven;
        // That of the pieces: the value of the formula is a number there, and no longer computed.
        outcome.allows_for_rounding = true;
        let names = found.axes.iter().map(|axis| known.axis_name(*axis));
        let names = names.collect();
        let step = match self.is_radial {
            true => Step::Radial(names),
            false => Step::PushedForward(names),
        };
        outcome.because = outcome.because.after([step]);
        // In the plane there may be more digits: a singular place is a rounded number here.
        Ok(match outcome.status {
            Status::Converged => Attempt::Settled(outcome),
            _ => Attempt::Open(outcome),
        })
    }
}
