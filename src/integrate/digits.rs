//! More digits where terms cancel: the integral of values that are computed with as many as it takes.
//!
//! 1. Where what the values at a few nodes lose is more than is asked for, or where an answer ends at rounding, take
//!    the integrand with values of which no digit is lost.
//! 2. Integrate it by all strategies, with few nodes: one of them takes as long as a hundred others.
//! 3. What does not converge so was not for want of digits. What converges without a proof is taken where nothing narrow
//!    can hide.

use super::because::Step;
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::integrand::Integrand;
use crate::scatter::Scatter;

/// Nodes at which losses are looked at.
const LOOKS: usize = 16;

/// The most work, about two seconds, and the most evaluations.
const MOST_WORK: u64 = 12_000_000;
const MOST_NODES: u64 = 20_000;

/// With fewer evaluations nothing is integrated; so much work, a second's on a slow machine, is done in time.
const LEAST_NODES: u64 = 512;
const WORK_IN_SECOND: f64 = 3e6;

/// Where so many times these were not enough without more digits, they are not with them.
const TIMES: u64 = 2;

/// Values with more digits, where those without have lost too many.
pub(crate) struct Digits;

impl Strategy for Digits {
    fn suits(&self, subject: &Subject<'_>, task: &Task<'_>) -> bool {
        loses_too_much(subject.integrand, task)
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        match with_digits(subject, task, solve)? {
            Some(found) => Ok(Attempt::Settled(found)),
            None => Ok(Attempt::Pass),
        }
    }
}

/// Whether the operations at scattered nodes lose more than the tolerance.
fn loses_too_much(integrand: &dyn Integrand, task: &Task<'_>) -> bool {
    let Some(mut losses) = integrand.knowledge().losses_inside() else {
        return false;
    };
    let outputs = integrand.outputs();
    let points = Scatter::golden(integrand.dimension());
    let (mut sizes, mut lost) = (vec![0.0; outputs], vec![0.0; outputs]);
    let mut own = vec![0.0; outputs];
    for k in 1..=LOOKS {
        losses.at(&points.point(k), &mut own);
        for output in 0..outputs {
            let size = losses.size(output) / LOOKS as f64;
            // What is infinite may be so because its denominator has lost all digits.
            sizes[output] += if size.is_finite() { size } else { 0.0 };
            lost[output] += own[output] / LOOKS as f64;
        }
    }
    let tolerances = task.tolerances(&sizes);
    let is_much = |lost: &[f64]| {
        let mut pairs = lost.iter().zip(&tolerances);
        // More digits do not make a number of what is none.
        pairs.any(|(lost, tolerance)| lost > tolerance)
    };
    if is_much(&lost) {
        return true;
    }
    // Next to faces more may be lost.
    let lost = integrand.knowledge().rounding();
    let is_slow = || {
        let precise = integrand.knowledge().precise();
        precise.is_some_and(|precise| precise.knowledge().is_slow())
    };
    lost.is_some_and(|lost| is_much(&lost)) && is_slow()
}

/// The integral of values with more digits, if it converges.
///
/// # Errors
/// What failed in an evaluation.
fn with_digits(
    subject: &Subject<'_>,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Option<Outcome>, Stop> {
    let Some(precise) = subject.integrand.knowledge().precise() else {
        return Ok(None);
    };
    let cost = precise.knowledge().precise_cost();
    let most = MOST_NODES.min(MOST_WORK / cost);
    let seconds = (LEAST_NODES * cost) as f64 / WORK_IN_SECOND;
    if most < LEAST_NODES || seconds > task.deadline().seconds_left() {
        return Ok(None);
    }
    if task.used() > TIMES * most && !precise.knowledge().is_slow() {
        return Ok(None);
    }
    let own = task.at_most(most);
    let found = solve(&Subject::new(precise.as_ref()), &own, Rows::Whole);
    // Where terms cancel bounds see too little to look for what nodes have missed.
    let is_known = |found: &Outcome| found.proven || precise.knowledge().is_slow();
    match found {
        Ok(mut found) if found.status == Status::Converged && is_known(&found) => {
            found.raise_to_rounding(precise.knowledge());
            found.because = found.because.after([Step::Digits]);
            found.allows_for_rounding = true;
            // Who takes them evaluates without digits.
            found.nodes = None;
            // Values after the time are not what they would be before.
            if task.is_over().is_some() {
                return Ok(None);
            }
            Ok(task.is_met(&found.values, &found.errors).then_some(found))
        }
        // What is no number with more digits may be too large for them only: who evaluates without finds it.
        Ok(_) | Err(_) => Ok(None),
    }
}

/// An answer; where it ends at rounding before the tolerance, that of values with more digits, if it converges.
///
/// # Errors
/// What failed in an evaluation.
pub(crate) fn beyond_rounding(
    answer: Outcome,
    subject: &Subject<'_>,
    task: &Task<'_>,
    solve: Solve,
) -> Result<Outcome, Stop> {
    // Rounding may have been added to the error of what had converged.
    let is_done = matches!(answer.status, Status::Roundoff | Status::Converged);
    let is_short = is_done && !task.is_met(&answer.values, &answer.errors);
    match is_short {
        true => Ok(with_digits(subject, task, solve)?.unwrap_or(answer)),
        false => Ok(answer),
    }
}
