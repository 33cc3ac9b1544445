//! Cuts across the axes where the integrand is known to switch.
//!
//! 1. Cut the box at all places along its axes.
//! 2. Where bounds of the error are known on all parts, these are cells of one rule; else each part is
//!    integrated by itself.
//! 3. What the places may be off, and sides on which more may lie than was found, are part of the
//!    error.

use rustc_hash::FxHashSet;

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

/// So many are always few; of long formulas, each of which a part repeats, so many operations.
const FEW_PIECES: usize = 64;
const MOST_OPERATIONS: u64 = 200_000;

/// The most parts that are taken one by one.
fn most_pieces(integrand: &dyn Integrand) -> usize {
    let cost = integrand
        .knowledge()
        .bounds()
        .map_or(1, |b| b.cost().max(1));
    ((MOST_OPERATIONS / cost) as usize).clamp(FEW_PIECES, MOST_PIECES)
}

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
        // There may be as many of these as parts.
        let bits = |side: &Side| [side.from, side.to].map(f64::to_bits);
        let unresolved = switches.unresolved.iter();
        let unresolved = unresolved.map(|along| along.iter().map(bits).collect());
        let unresolved: Vec<FxHashSet<[u64; 2]>> = unresolved.collect();
        let is_unresolved = |sides: &Vec<Side>| {
            let mut axes = unresolved.iter().zip(sides);
            axes.any(|(unresolved, side)| unresolved.contains(&bits(side)))
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
            None if parts.len() <= most_pieces(integrand) => {
                piece_by_piece(integrand, &parts, task, solve)?
            }
            None => return Ok(Attempt::of(solve(subject, task, Rows::Part)?)),
        };
        let cut = Step::CutAcross(cut_axes(&parts, integrand));
        outcome.because = outcome.because.after([cut]);
        Ok(Attempt::of(with_errors(outcome, &switches, task)))
    }
}

/// The integral over parts, one by one.
pub(super) fn piece_by_piece(
    integrand: &dyn Integrand,
    parts: &[Vec<Side>],
    task: &Task<'_>,
    solve: Solve,
) -> Result<Outcome, Stop> {
    let mut pieces: Vec<Piece<'_>> = Vec::with_capacity(parts.len());
    for sides in parts {
        // Each is a formula to be prepared.
        if let Some(halt) = task.is_over() {
            return Err(halt.into());
        }
        pieces.push(part(integrand, sides));
    }
    over_pieces(&pieces, task, &|piece, own, _| {
        solve(&Subject::between_cuts(piece), own, Rows::Part)
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
