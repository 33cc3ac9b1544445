//! What the values of an integrand lose by rounding, in the error of its integral.

use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::task::Task;
use crate::integrand::Integrand;

/// Raises errors to what the values of the integrand may lose by rounding, which a rule cannot see; once.
pub(super) fn allow_for_rounding(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    outcome: &mut Outcome,
) {
    if std::mem::replace(&mut outcome.allows_for_rounding, true) || outcome.proven {
        // A proven error counts what every node may lose.
        return;
    }
    let Some(lost) = integrand.knowledge().rounding() else {
        return;
    };
    for (error, lost) in outcome.errors.iter_mut().zip(&lost) {
        // Written so that NaN stays.
        if *lost > *error {
            *error = *lost;
        }
    }
    if outcome.status == Status::Converged && !task.is_met(&outcome.values, &outcome.errors) {
        outcome.status = Status::Roundoff;
        outcome.reasons.push(Reason::Cancellation);
    }
}
