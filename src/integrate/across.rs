//! Cuts across the axes where the integrand is known to switch.
//!
//! 1. Cut the box at all places along its axes.
//! 2. Where bounds of the error are known on all parts, these are cells of one rule; else each part is
//!    integrated by itself.
//! 3. What the places may be off, and sides on which more may lie than was found, are part of the
//!    error.

use super::analytic::over_parts;
use super::because::Step;
use super::cuts::{between_switches, cut_axes};
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::pieces::{over_pieces, sum};
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::{Integrand, Piece, Side, Switches, part};

/// With more parts than this, each of which is hard, cells are divided instead.
const MOST_PIECES: usize = 4096;

/// The evaluations for parts in which not all switches were found.
const UNRESOLVED: u64 = 100_000;

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
        let switches = integrand.knowledge().switches();
        let parts = between_switches(integrand, &switches);
        if parts.len() == 1 {
            return Ok(Attempt::of(solve(subject, task, Rows::Part)?));
        }
        let is_unresolved = |sides: &Vec<Side>| {
            let mut axes = switches.unresolved.iter().zip(sides);
            axes.any(|(unresolved, side)| unresolved.contains(side))
        };
        let (open, known): (Vec<_>, Vec<_>) = parts.iter().cloned().partition(is_unresolved);
        let mut outcome = match over_parts(integrand, &known, task)? {
            Some(outcome) if open.is_empty() => outcome,
            Some(outcome) => {
                // The error is that of what is not resolved, however long is looked there.
                let little = task.at_most(UNRESOLVED.min(task.left()));
                let mut rest = piece_by_piece(integrand, &open, &little, solve)?;
                rest.proven = false;
                sum(&[outcome, rest], task)
            }
            None if parts.len() <= MOST_PIECES => piece_by_piece(integrand, &parts, task, solve)?,
            None => return Ok(Attempt::of(solve(subject, task, Rows::Part)?)),
        };
        let cut = Step::CutAcross(cut_axes(&parts, integrand));
        outcome.because = outcome.because.after([cut]);
        Ok(Attempt::of(with_errors(outcome, &switches, task)))
    }
}

/// The integral over parts, one by one.
fn piece_by_piece(
    integrand: &dyn Integrand,
    parts: &[Vec<Side>],
    task: &Task<'_>,
    solve: Solve,
) -> Result<Outcome, Stop> {
    let pieces: Vec<Piece<'_>> = parts.iter().map(|sides| part(integrand, sides)).collect();
    over_pieces(&pieces, task, &|piece, own, _| {
        solve(&Subject::new(piece), own, Rows::Part)
    })
}

/// An outcome with what the places may be off.
fn with_errors(mut outcome: Outcome, switches: &Switches, task: &Task<'_>) -> Outcome {
    for (error, more) in outcome.errors.iter_mut().zip(&switches.errors) {
        *error += more;
    }
    let met = task.is_met(&outcome.values, &outcome.errors);
    if outcome.status == Status::Converged && !met {
        let resolved = switches.unresolved.iter().all(Vec::is_empty);
        outcome.status = if resolved {
            Status::Roundoff
        } else {
            Status::Suspect
        };
        outcome.add_reasons(&[if resolved {
            Reason::Rounding
        } else {
            Reason::UnresolvedSwitches
        }]);
    }
    outcome
}
