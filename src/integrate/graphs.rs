//! Cuts along curves and surfaces that are graphs over one axis or another.
//!
//! 1. Take the parts of the box in which nothing switches by rules with a bound of the error, where
//!    there is one.
//! 2. Take what lies between them by itself, where it is smooth: by Gauss rules whose
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
use super::tensor::{nodes, roundoff, sums_with, values};
use crate::elementary::sum::Sum;
use crate::integrand::{Integrand, Piece, Windows};
use crate::rule::Rule;

/// The orders of the rules, one after the other, until two agree.
const ORDERS: [usize; 7] = [5, 8, 12, 18, 27, 40, 60];

/// The most axes.
pub(crate) const MOST_AXES: usize = 4;

/// The part of the tolerance that the pieces beside curves may take.
const SHARE: f64 = 0.5;

/// The part of the time that the search for curves may take.
const SEARCH: f64 = 0.2;

/// The integral from parts of the box on either side of curves and surfaces.
pub(crate) struct Graphs {
    /// For so many variables: from, to.
    pub(crate) variables: [usize; 2],
}

impl Strategy for Graphs {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        {
            let [least, most] = self.variables;
            (least..=most).contains(&subject.integrand.dimension())
        }
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
        for Windows { integrand, sides } in &division.windows {
            outcomes.push(match over_parts(integrand.as_ref(), sides, &own)? {
                Some(outcome) => outcome,
                None => piece_by_piece(integrand.as_ref(), sides, &own, solve)?,
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
        let boxes = division.windows.iter().map(|windows| windows.sides.len());
        let parts = boxes.sum::<usize>() + division.pieces.len();
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

/// The sum over pieces that are smooth, by Gauss rules whose orders rise until they agree; pieces
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
                let method = vec![format!("gauss {order}"); integrand.dimension()].join(" x ");
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

/// The sums of a piece by a Gauss rule of one order along all axes.
fn gauss(integrand: &dyn Integrand, order: usize, task: &Task<'_>) -> Result<Vec<Sum>, Stop> {
    let rules = vec![Rule::gauss(order)?; integrand.dimension()];
    task.afford(nodes(&rules))?;
    let mut evaluator = task.evaluator(integrand);
    sums_with(integrand, &mut evaluator, &rules, task)
}
