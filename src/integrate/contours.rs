//! Oscillating tails on paths that leave the real line.

use super::because::Step;
use super::meter::Stop;
use super::outcome::Status;
use super::pieces::{over_pieces, with_lost};
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;

/// The integral from pieces without oscillating tails.
pub(crate) struct Contours;

impl Strategy for Contours {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let Some(found) = subject.integrand.knowledge().led_off() else {
            return Ok(Attempt::Pass);
        };
        let outcome = over_pieces(&found.pieces, task, &|piece, own, _| {
            solve(&Subject::new(piece), own, Rows::Whole)
        })?;
        let mut outcome = with_lost(outcome, found.lost, Reason::Cancellation, task);
        // What is left of the waves at the ends of their paths is not in the bounds of the pieces.
        outcome.proven = false;
        // That of the pieces: of the tail itself it would be that of a whole range of waves.
        outcome.allows_for_rounding = true;
        outcome.because = outcome.because.after([Step::LedOff]);
        if found.in_the_mean {
            outcome.add_reasons(&[Reason::InTheMean]);
            if outcome.is_done() {
                outcome.status = Status::Suspect;
                return Ok(Attempt::Settled(outcome));
            }
        }
        Ok(Attempt::of(outcome))
    }
}
