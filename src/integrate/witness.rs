//! The last witness of an answer that nothing has proven: bounds of the formula, which see what lies
//! between the nodes.
//!
//! 1. Enclose the integrals by cells and bounds, to the tolerance of the answer. Where that
//!    succeeds, the enclosure is the answer, and its error is proven.
//! 2. An enclosure that does not hold the answer refutes it.
//! 3. What no bound excludes, and no node explains, may hide there: the answer is suspect then.

use super::because::Step;
use super::enclosed::{Enclosed, Enclosing};
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::task::Task;
use crate::integrand::Integrand;

/// The work on bounds that is always allowed, in operations of the formulas: a fifth of a
/// millisecond.
const LEAST_WORK: u64 = 40_000;

/// The work where an answer is in doubt.
const MOST_WORK: u64 = 20_000_000;

/// Bounds of an operation take so many times as long as its value.
const DEARER: u64 = 25;

/// An answer after the last witness was heard; `spent` are the evaluations that it took.
///
/// # Errors
/// What failed in an evaluation. What only ended it leaves the answer as it was, but suspect.
pub(crate) fn witnessed(
    mut answer: Outcome,
    integrand: &dyn Integrand,
    task: &Task<'_>,
    spent: u64,
) -> Result<Outcome, Stop> {
    if !answer.is_done() || answer.proven || answer.witnessed {
        return Ok(answer);
    }
    let tolerances = task.tolerances(&answer.values);
    let tolerances: Vec<f64> = (0..tolerances.len())
        .map(|k| {
            let rounding = 4.0 * f64::EPSILON * answer.values[k].abs();
            let own = if answer.status == Status::Roundoff {
                answer.errors[k]
            } else {
                0.0
            };
            0.9 * tolerances[k].max(rounding).max(own)
        })
        .collect();
    let Some(mut search) = Enclosing::new(integrand, task, &tolerances) else {
        return Ok(answer);
    };
    let work = LEAST_WORK.max(spent.saturating_mul(search.cost()) / DEARER);
    let found = search.work(work).and_then(|found| {
        let refuted = (0..tolerances.len()).any(|k| distance(&answer, &found, k).is_some());
        let doubtful = found.hidden.is_some() || refuted;
        // An answer in doubt is worth as much work as another method.
        match !found.met && doubtful {
            true => search.work(MOST_WORK),
            false => Ok(found),
        }
    });
    let found = match found {
        Ok(found) => found,
        Err(Stop::Halt(_)) => return Ok(answer),
        Err(failed) => return Err(failed),
    };
    answer.witnessed = true;
    if std::env::var_os("PB_DEBUG").is_some() {
        eprintln!(
            "{:?} {:?} cells {} nodes {} met {} hidden {:?} tol {:?} work {work} left {}",
            found.values,
            found.errors,
            found.cells,
            found.nodes,
            found.met,
            found.hidden,
            tolerances,
            search.left()
        );
    }
    if found.met {
        return Ok(within(answer, found, task));
    }
    for k in 0..answer.values.len() {
        let Some(distance) = distance(&answer, &found, k) else {
            continue;
        };
        answer.errors[k] = answer.errors[k].max(2.0 * distance);
        answer.status = Status::Suspect;
        answer.add_reasons(&[Reason::Disagreement {
            rule: Some("bounds of the formula".to_owned()),
        }]);
    }
    if let Some(hidden) = found.hidden {
        answer.status = Status::Suspect;
        for error in &mut answer.errors {
            *error += hidden.size;
        }
        answer.hidden = Some(hidden);
    }
    Ok(answer)
}

/// How far an answer is from what is found, if that is too far.
fn distance(answer: &Outcome, found: &Enclosed, output: usize) -> Option<f64> {
    let (value, own) = (answer.values[output], answer.errors[output]);
    let is_off = |from: f64, allowed: f64| {
        let distance = (value - from).abs();
        (distance > allowed + own).then_some(distance + allowed)
    };
    let enclosed = is_off(
        found.values[output],
        found.errors[output] + found.rounding[output],
    );
    let likely = found.likely.as_ref().map(|likely| likely[output]);
    enclosed.or_else(|| likely.and_then(|(from, allowed)| is_off(from, allowed)))
}

/// The answer within its enclosure. Its own values stay where they are nearer than was asked for: they
/// are better than the bounds, as a rule.
fn within(mut answer: Outcome, found: Enclosed, task: &Task<'_>) -> Outcome {
    let errors = found.errors.iter().zip(&found.rounding);
    let errors: Vec<f64> = errors.map(|(error, rounding)| error + rounding).collect();
    let away: Vec<f64> = answer
        .values
        .iter()
        .zip(&found.values)
        .zip(&errors)
        .map(|((own, enclosed), error)| (own - enclosed).abs() + error)
        .collect();
    let fits =
        (0..errors.len()).all(|k| away[k] <= 2.0 * errors[k]) && task.is_met(&answer.values, &away);
    if fits {
        if found.proven {
            answer.errors = away;
        }
    } else {
        answer.errors = errors;
        answer.values = found.values;
        answer.method = format!(
            "gauss, {} cells of {} nodes in all",
            found.cells, found.nodes
        );
    }
    answer.proven = found.proven;
    answer.because = answer.because.after([Step::Enclosed]);
    answer.reasons.clear();
    answer.status = if task.is_met(&answer.values, &answer.errors) {
        Status::Converged
    } else {
        answer.reasons.push(Reason::Rounding);
        Status::Roundoff
    };
    answer
}
// a
// a
