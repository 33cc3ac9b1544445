//! Cuts across the axes where the integrand is known to switch.

use super::because::Step;
use super::cuts::{between_switches, cut_axes};
use super::meter::Stop;
use super::pieces::over_pieces;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::{Piece, part};

/// The integral from the parts between the places where the integrand switches along an axis; it is
/// the whole where there are none.
pub(crate) struct Across;

impl Strategy for Across {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let integrand = subject.integrand;
        let parts = between_switches(integrand);
        if parts.len() == 1 {
            return Ok(Attempt::of(solve(subject, task, Rows::Part)?));
        }
        let pieces: Vec<Piece<'_>> = parts.iter().map(|sides| part(integrand, sides)).collect();
        let mut outcome = over_pieces(&pieces, task, &|piece, own, _| {
            solve(&Subject::new(piece), own, Rows::Part)
        })?;
        let cut = Step::CutAcross(cut_axes(&parts, integrand));
        outcome.because = outcome.because.after([cut]);
        Ok(Attempt::of(outcome))
    }
}
