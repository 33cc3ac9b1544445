//! The integral over the unit box by the method that is asked for.

use std::time::Instant;

use super::auto;
use super::fixed::FixedGauss;
use super::meter::{Meter, Stop};
use super::monte_carlo::MonteCarlo;
use super::outcome::{Outcome, Status, known_error};
use super::reason::Reason;
use super::settings::{Method, Settings};
use super::strategy::{Entry, Rows, Share, Strategy, drive};
use super::subject::Subject;
use super::task::{Measure, Task};
use crate::error::Error;
use crate::integrand::Integrand;

/// Integrates over the unit box.
///
/// # Errors
/// [`Error::Setting`] if a setting is outside its range, or threads cannot be started;
/// [`Error::Order`] if a rule of the order asked for is not available.
pub fn integrate(integrand: &dyn Integrand, settings: &Settings) -> Result<Outcome, Error> {
    integrate_measured(integrand, settings, Measure::Each, Instant::now())
}

/// Integrates over the unit box, errors compared with what `measure` says; time runs from `start`.
///
/// # Errors
/// As for [`integrate`].
pub(crate) fn integrate_measured(
    integrand: &dyn Integrand,
    settings: &Settings,
    measure: Measure<'_>,
    start: Instant,
) -> Result<Outcome, Error> {
    settings.check(integrand.dimension())?;
    let meter = Meter::new(settings, integrand.outputs(), start);
    let task = Task::new(settings, measure, &meter);
    let subject = Subject::new(integrand);
    let solved = match &settings.method {
        Method::Auto => auto::solve(&subject, &task, Rows::Whole),
        Method::Gauss(orders) => {
            let orders = orders.clone();
            alone(&FixedGauss { orders }, &subject, &task)
        }
        Method::MonteCarlo => alone(&MonteCarlo { asked_for: true }, &subject, &task),
    };
    let mut outcome = match solved {
        Ok(outcome) => outcome,
        Err(Stop::Failed(error)) => return Err(error),
        Err(Stop::Halt(halt)) => {
            Outcome::none(integrand.outputs(), Status::Budget, Some(task.reason(halt)))
        }
    };
    if outcome.status == Status::Budget && outcome.reasons.contains(&Reason::Interrupted) {
        outcome.status = Status::Interrupted;
    }
    outcome.raise_to_rounding(integrand.knowledge());
    if outcome.status == Status::Converged && !task.is_met(&outcome.values, &outcome.errors) {
        outcome.status = Status::Roundoff;
        outcome.reasons.push(Reason::Cancellation);
    }
    let mut pairs = outcome.values.iter().zip(&outcome.errors);
    if outcome.status == Status::Roundoff && pairs.any(|(v, e)| v.abs() <= *e) {
        outcome.add_reasons(&[Reason::Zero]);
    }
    own_up(&mut outcome);
    outcome.evaluations = meter.used();
    Ok(outcome)
}

/// The integral by one strategy.
fn alone(strategy: &dyn Strategy, subject: &Subject<'_>, task: &Task<'_>) -> Result<Outcome, Stop> {
    let table = [Entry {
        strategy,
        share: Share::All,
    }];
    drive(&table, subject, task, auto::solve)
}

/// Of a value that is no number nothing is known: not that it converged, nor that its error has a
/// bound.
fn own_up(outcome: &mut Outcome) {
    for (value, error) in outcome.values.iter().zip(&mut outcome.errors) {
        *error = known_error(*value, *error);
    }
    if outcome.is_done() && outcome.errors.iter().any(|error| !error.is_finite()) {
        outcome.status = Status::Nonfinite;
        outcome.reasons = vec![Reason::Overflow];
    }
    outcome.proven &= outcome.errors.iter().all(|error| error.is_finite());
}
