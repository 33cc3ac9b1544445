//! Integrators: from an integrand on the unit box to a value with an error, a status and reasons.
//!
//! Nothing here knows of maps, regions or formulas; a change of variables is an integrand like any
//! other.

mod analytic;
pub(crate) mod auto;
mod cell;
mod corners;
mod cubature;
mod ends;
pub(crate) mod estimate;
pub(crate) mod monte_carlo;
mod progressive;
mod scan;
mod separation;
pub(crate) mod settings;
mod sparse;
pub(crate) mod tensor;

use std::time::Instant;

use crate::error::Error;
use crate::integrand::Integrand;
use estimate::{Outcome, Status};
use settings::{Measure, Method, Settings, Task};

/// How the reason for a method ends where the error has been bounded, not estimated.
const PROVEN: &str = ": the error has a proven bound";

/// Why a status is [`estimate::Status::Roundoff`].
const ROUNDING: &str =
    "the error is that of rounding: no more digits are to be had in double precision";

/// Why rounding errors inside the integrand limit the digits.
const CANCELLATION: &str =
    "the integrand itself loses digits by rounding: large parts of it cancel";

/// What to do about a value that is zero but for rounding errors.
const ZERO: &str = "a value is zero to within rounding: say by an absolute tolerance, such as atol = 1e-12, how small \
     is zero";

/// Why values that are all zero are suspect.
const ALL_ZERO: &str =
    "an integrand is zero at every node: it may be zero but for a peak that was missed";

/// Integrates over the unit box.
///
/// # Errors
/// [`Error::Setting`] if a setting is outside its range; [`Error::Order`] if a rule of the order
/// asked for is not available.
pub fn integrate(integrand: &dyn Integrand, settings: &Settings) -> Result<Outcome, Error> {
    integrate_measured(integrand, settings, Measure::Each)
}

/// Integrates over the unit box, errors compared with what `measure` says.
///
/// # Errors
/// As for [`integrate`].
pub(crate) fn integrate_measured(
    integrand: &dyn Integrand,
    settings: &Settings,
    measure: Measure<'static>,
) -> Result<Outcome, Error> {
    settings.check(integrand.dimension())?;
    let start = Instant::now();
    let task = Task::new(settings, measure, start);
    let mut outcome = settings.with_threads(|| match &settings.method {
        Method::Auto => auto::integrate(integrand, &task, settings.seed),
        Method::Gauss(orders) => tensor::fixed_gauss(integrand, orders, settings),
        Method::MonteCarlo => Ok(monte_carlo::integrate(integrand, &task, settings.seed)),
    })??;
    allow_for_rounding(integrand, &task, &mut outcome);
    Ok(outcome)
}

/// Raises errors to what the values of the integrand may lose by rounding, which a rule cannot see.
fn allow_for_rounding(integrand: &dyn Integrand, task: &Task<'_>, outcome: &mut Outcome) {
    let Some(lost) = integrand.knowledge().rounding() else {
        return;
    };
    for (error, lost) in outcome.errors.iter_mut().zip(&lost) {
        *error = error.max(*lost);
    }
    if outcome.status == Status::Converged && !task.is_met(&outcome.values, &outcome.errors) {
        outcome.status = Status::Roundoff;
        outcome.reasons.push(CANCELLATION.to_owned());
    }
}
