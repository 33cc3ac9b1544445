//! Changes of coordinates that smooth singular corners and ends: Duffy's map and powers.
//!
//! 1. Look at the ends and corners of the box.
//! 2. Cover the box by pieces, each in coordinates in which it is smooth.
//! 3. Integrate the pieces, which may be changed again.

use super::meter::Stop;
use super::pieces::{of_each, sum};
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::{BLOCK, Piece, piece};

/// The integral in coordinates that smooth what is singular.
pub(crate) struct Smoothed;

impl Strategy for Smoothed {
    fn suits(&self, subject: &Subject<'_>, task: &Task<'_>) -> bool {
        subject.changes > 0 && subject.may_look(task)
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let look = subject.look(task)?;
        if look.changes.is_empty() {
            return Ok(Attempt::Pass);
        }
        let changes = look.changes.iter();
        let pieces = changes.map(|change| piece(subject.integrand, change.clone()));
        let pieces: Vec<Piece<'_>> = pieces.collect();
        let scan = (subject.scan / pieces.len()).next_multiple_of(BLOCK);
        let outcomes = of_each(&pieces, task, &|piece, own, _| {
            solve(&subject.smoothed(piece, scan), own, Rows::Smoothed)
        })?;
        let mut outcome = sum(&outcomes, task);
        outcome.because = outcome.because.after(look.steps.clone());
        Ok(Attempt::of(outcome))
    }
}
