//! The integral from cells on which bounds decide, before other methods divide cells by what their
//! nodes see.

use super::meter::Stop;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::witness::{MOST_WORK, by_bounds};

/// Cells on which bounds decide.
pub(crate) struct BetweenBounds;

impl Strategy for BetweenBounds {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        // What switches along a curve needs cells without end.
        let knowledge = subject.integrand.knowledge();
        subject.integrand.dimension() == 1 || !knowledge.switches().oblique
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let found = by_bounds(subject.integrand, task, MOST_WORK)?;
        Ok(found.map_or(Attempt::Pass, Attempt::Settled))
    }
}
