//! The integral over pieces of the box: each to its share of the tolerance, then their sum.

use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::task::{Measure, Task};
use crate::integrand::{Integrand, Piece};

/// One of so many evaluations is kept for the pieces to come.
const RESERVE: u64 = 16;

/// A way to integrate a piece; the last argument is its number.
pub(crate) type PieceSolver<'s> =
    dyn Fn(&dyn Integrand, &Task<'_>, usize) -> Result<Outcome, Stop> + 's;

/// The sum over pieces, each to its share of the tolerance.
///
/// # Errors
/// Those of `solve`.
pub(crate) fn over_pieces(
    pieces: &[Piece<'_>],
    task: &Task<'_>,
    solve: &PieceSolver<'_>,
) -> Result<Outcome, Stop> {
    let mut outcomes = until(&Outcome::has_no_number, pieces, task, solve)?;
    let mut total = sum(&outcomes, task);
    if total.status == Status::Budget {
        // Pieces that nearly cancel need more digits than their own sizes ask for.
        let tolerances = task.tolerances(&total.values);
        let atol = 1.0 / pieces.len() as f64;
        let finer = task.aiming_at(0.0, atol, Measure::Sizes(&tolerances));
        for (number, piece) in pieces.iter().enumerate() {
            let outcome = &outcomes[number];
            let poor = !finer.is_met(&outcome.values, &outcome.errors);
            if poor && outcome.status == Status::Converged {
                let mut again = solve(piece.integrand.as_ref(), &finer, number)?;
                place_in_whole(&mut again, piece);
                outcomes[number] = again;
            }
        }
        total = sum(&outcomes, task);
    }
    Ok(total)
}

/// The outcomes of pieces, each to its share of the tolerance and with what budget is left.
///
/// # Errors
/// Those of `solve`.
pub(crate) fn of_each(
    pieces: &[Piece<'_>],
    task: &Task<'_>,
    solve: &PieceSolver<'_>,
) -> Result<Vec<Outcome>, Stop> {
    until(&|_| false, pieces, task, solve)
}

/// The same, up to the first one that decides what the sum is.
fn until(
    decides: &dyn Fn(&Outcome) -> bool,
    pieces: &[Piece<'_>],
    task: &Task<'_>,
    solve: &PieceSolver<'_>,
) -> Result<Vec<Outcome>, Stop> {
    let count = pieces.len();
    let own = task.aiming_at(task.rtol, task.atol / count as f64, task.measure);
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(count);
    for (number, piece) in pieces.iter().enumerate() {
        let report = |values: &[f64], errors: &[f64]| {
            report_with(&outcomes, [values, errors], count, task);
        };
        // Something is left for those to come.
        let later = count - number - 1;
        let own = match later {
            0 => own,
            _ => own.at_most(own.left() - own.left() / RESERVE),
        };
        let own = own.leaving_time_for(later);
        let mut outcome = solve(piece.integrand.as_ref(), &own.reporting(&report), number)?;
        place_in_whole(&mut outcome, piece);
        outcomes.push(outcome);
        if outcomes.last().is_some_and(decides) {
            return Ok(outcomes);
        }
    }
    for (piece, number) in pieces.iter().zip(0..) {
        // What the others left of their time.
        if own.has_time_again(&outcomes[number]) {
            let own = own.reporting(&|_, _| {});
            let mut outcome = solve(piece.integrand.as_ref(), &own, number)?;
            place_in_whole(&mut outcome, piece);
            outcomes[number] = outcome.better(outcomes[number].clone());
        }
    }
    Ok(outcomes)
}

/// An outcome with what it has lost besides, for every output; where that is too much, and why.
pub(crate) fn with_lost(
    mut outcome: Outcome,
    lost: impl IntoIterator<Item = f64>,
    reason: Reason,
    task: &Task<'_>,
) -> Outcome {
    for (error, lost) in outcome.errors.iter_mut().zip(lost) {
        *error += lost;
    }
    if outcome.is_done() && !task.is_met(&outcome.values, &outcome.errors) {
        outcome.status = Status::Roundoff;
        outcome.add_reasons(&[reason]);
    }
    outcome
}

/// Reports the sum of the pieces that are done and of one that is not; of more to come nothing is
/// known yet.
fn report_with(done: &[Outcome], [values, errors]: [&[f64]; 2], count: usize, task: &Task<'_>) {
    let mut sums = [values.to_vec(), errors.to_vec()];
    for outcome in done {
        for (sum, more) in sums.iter_mut().zip([&outcome.values, &outcome.errors]) {
            sum.iter_mut()
                .zip(more)
                .for_each(|(sum, more)| *sum += more);
        }
    }
    if done.len() + 1 < count {
        sums[1].fill(f64::INFINITY);
    }
    task.report(&sums[0], &sums[1]);
}

/// Gives the bad node of a piece its coordinates in the whole.
fn place_in_whole(outcome: &mut Outcome, piece: &Piece<'_>) {
    if let Some(bad) = &mut outcome.bad_node {
        bad.unit = (piece.place)(&bad.unit);
    }
    if let Some(hidden) = &mut outcome.hidden {
        hidden.unit = (piece.place)(&hidden.unit);
    }
}

/// The outcome of a whole from those of its parts, of which there is one at least.
pub(crate) fn sum(parts: &[Outcome], task: &Task<'_>) -> Outcome {
    let outputs = parts[0].values.len();
    let mut total = Outcome {
        proven: true,
        witnessed: parts.iter().all(|part| part.proven || part.witnessed),
        allows_for_rounding: true,
        ..Outcome::new(vec![0.0; outputs], vec![0.0; outputs], Status::Converged)
            .by(parts[0].method.clone(), parts[0].because.clone())
    };
    for part in parts {
        total.add(part);
    }
    if parts.len() > 1 {
        total.method = format!("{} parts, the first by {}", parts.len(), parts[0].method);
    }
    let met = task.is_met(&total.values, &total.errors);
    match Outcome::status_of_whole(parts, met) {
        Status::Converged if met => {
            total.status = Status::Converged;
            total.reasons.clear();
        }
        Status::Converged => {
            total.status = Status::Budget;
            total.reasons.push(Reason::PartsCancel);
        }
        status => total.status = status,
    }
    total
}
