//! Cuts along curves that are graphs over one axis or the other.
//!
//! 1. Take the parts of the square in which nothing switches by rules with a bound of the error, where
//!    there is one.
//! 2. Take what lies on either side of a curve by itself, where it is smooth: by Gauss rules whose
//!    orders are doubled until two agree.
//! 3. What bounds could not tell apart is part of the error.

use super::across::piece_by_piece;
use super::analytic::over_parts;
use super::because::{Because, Step};
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::pieces::sum;
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::tensor::{roundoff, sums_with, values};
use crate::elementary::sum::Sum;
use crate::integrand::{Integrand, Piece};
use crate::rule::Rule;

/// The orders of the rules, one after the other, until two agree.
const ORDERS: [usize; 4] = [6, 12, 24, 48];

/// The part of the tolerance that the pieces beside curves may take.
const SHARE: f64 = 0.5;

/// The part of the time that the search for curves may take.
const SEARCH: f64 = 0.2;

/// The integral from parts of the square on either side of curves.
pub(crate) struct Graphs;

impl Strategy for Graphs {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        subject.integrand.dimension() == 2
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let integrand = subject.integrand;
        let deadline = task.deadline().part(SEARCH);
        let Some(division) = integrand.knowledge().division(&deadline) else {
            return Ok(Attempt::Pass);
        };
        // Of a part alone nobody is told; and half the time is left to those who need no curves, since
        // some of the parts are no answer.
        let own = task.reporting(&|_, _| {}).leaving_time_for(1);
        let mut outcomes = Vec::new();
        if !division.windows.is_empty() {
            outcomes.push(match over_parts(integrand, &division.windows, &own)? {
                Some(outcome) => outcome,
                None => piece_by_piece(integrand, &division.windows, &own, solve)?,
            });
        }
        if !division.pieces.is_empty() {
            outcomes.push(beside(&division.pieces, &outcomes, &own, solve)?);
        }
        let mut outcome = if outcomes.is_empty() {
            let zero = vec![0.0; integrand.outputs()];
            Outcome::new(zero.clone(), zero, Status::Converged)
                .by("no parts", Because::of(Step::Zero))
        } else {
            sum(&outcomes, task)
        };
        let parts = division.windows.len() + division.pieces.len();
        outcome.method = format!("{parts} parts beside curves, {}", outcome.method);
        for (error, more) in outcome.errors.iter_mut().zip(&division.errors) {
            *error += more;
        }
        if outcome.status == Status::Converged && !task.is_met(&outcome.values, &outcome.errors) {
            outcome.status = Status::Suspect;
            outcome.add_reasons(&[Reason::UnresolvedSwitches]);
        }
        // Bounds have told where it switches; to them the whole is what jumps there.
        outcome.witnessed = true;
        outcome.because = outcome.because.after([Step::CutAlongCurves]);
        task.report(&outcome.values, &outcome.errors);
        Ok(Attempt::of(outcome))
    }
}

/// The sum over pieces that are smooth, by Gauss rules whose orders are doubled until they agree; pieces
/// for which they do not are left to other methods.
fn beside(
    pieces: &[Piece<'_>],
    others: &[Outcome],
    task: &Task<'_>,
    solve: Solve,
) -> Result<Outcome, Stop> {
    let first = pieces.iter().map(|piece| {
        let integrand = piece.integrand.as_ref();
        gauss(integrand, ORDERS[0], task)
    });
    let first = first.collect::<Result<Vec<_>, Stop>>()?;
    let mut total = vec![0.0; pieces[0].integrand.outputs()];
    for found in first
        .iter()
        .map(|sums| values(sums))
        .chain(others.iter().map(|o| o.values.clone()))
    {
        total
            .iter_mut()
            .zip(found)
            .for_each(|(total, v)| *total += v);
    }
    let count = pieces.len() as f64;
    let shares: Vec<f64> = task
        .tolerances(&total)
        .iter()
        .map(|t| SHARE * t / count)
        .collect();
    let mut outcomes = Vec::with_capacity(pieces.len());
    for (piece, first) in pieces.iter().zip(first) {
        let integrand = piece.integrand.as_ref();
        let mut before = first;
        let mut found = None;
        for order in &ORDERS[1..] {
            let sums = gauss(integrand, *order, task)?;
            let pairs = sums.iter().zip(&before);
            let errors: Vec<f64> = pairs
                .map(|(a, b)| (a.value() - b.value()).abs() + roundoff(a))
                .collect();
            let good = errors.iter().zip(&shares).zip(&sums);
            let agree = good
                .clone()
                .all(|((e, share), sum)| *e <= share.max(4.0 * roundoff(sum)));
            if agree {
                let method = format!("gauss {order} x gauss {order}");
                let because = Because::of(Step::CutAlongCurves);
                found = Some(
                    Outcome::new(values(&sums), errors, Status::Converged).by(method, because),
                );
                break;
            }
            before = sums;
        }
        outcomes.push(match found {
            Some(outcome) => outcome,
            None => {
                let own = task.aiming_at(task.rtol, task.atol / count, task.measure);
                let most = (task.left() / 4).max(1);
                let mut outcome = solve(&Subject::new(integrand), &own.at_most(most), Rows::Part)?;
                if let Some(bad) = &mut outcome.bad_node {
                    bad.unit = (piece.place)(&bad.unit);
                }
                outcome
            }
        });
    }
    Ok(sum(&outcomes, task))
}

/// The sums of a piece by a Gauss rule of one order along both axes.
fn gauss(integrand: &dyn Integrand, order: usize, task: &Task<'_>) -> Result<Vec<Sum>, Stop> {
    task.afford((order * order) as u64)?;
    let rules = [Rule::gauss(order)?, Rule::gauss(order)?];
    let mut evaluator = task.evaluator(integrand);
    sums_with(integrand, &mut evaluator, &rules, task)
}
