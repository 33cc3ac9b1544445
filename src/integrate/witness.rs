//! The last witness of an answer that nothing has proven: bounds of the formula, which see what lies
//! between the nodes.
//!
//! 1. Enclose the integrals by cells and bounds, to the tolerance of the answer. Where that
//!    succeeds, the enclosure is the answer, and its error is proven.
//! 2. An enclosure that does not hold the answer refutes it.
//! 3. What no bound excludes, and no node explains, may hide there: the answer is suspect then.

use super::because::Step;
use super::enclosed::enclose;
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::task::Task;
use crate::integrand::Integrand;

/// The work on bounds that is always allowed, in operations of the formulas: a fifth of a
/// millisecond.
const LEAST_WORK: u64 = 40_000;

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
    let Some(bounds) = integrand.knowledge().bounds() else {
        return Ok(answer);
    };
    let work = LEAST_WORK.max(spent.saturating_mul(bounds.cost()) / DEARER);
    drop(bounds);
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
    let found = match enclose(integrand, task, &tolerances, work) {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(answer),
        Err(Stop::Halt(_)) => return Ok(answer),
        Err(failed) => return Err(failed),
    };
    answer.witnessed = true;
    let met = found.errors.iter().zip(&tolerances).all(|(e, t)| e <= t);
    if met {
        answer.errors = found.errors.iter().zip(&found.rounding).map(|(e, r)| e + r).collect();
        answer.values = found.values;
        answer.proven = true;
        answer.method = format!("gauss, {} cells of {} nodes in all", found.cells, found.nodes);
        answer.because = answer.because.after([Step::Enclosed]);
        answer.reasons.clear();
        answer.status = if task.is_met(&answer.values, &answer.errors) {
            Status::Converged
        } else {
            answer.reasons.push(Reason::Rounding);
            Status::Roundoff
        };
        return Ok(answer);
    }
    for k in 0..answer.values.len() {
        let distance = (answer.values[k] - found.values[k]).abs();
        let may_be_off = found.errors[k] + found.rounding[k];
        if distance > may_be_off + answer.errors[k] {
            answer.errors[k] = distance + may_be_off;
            answer.status = Status::Suspect;
            answer.add_reasons(&[Reason::Disagreement {
                rule: Some("bounds of the formula".to_owned()),
            }]);
        }
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
