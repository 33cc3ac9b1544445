//! Integrators: from an integrand on the unit box to a value with an error, a status and reasons.
//!
//! Nothing here knows of maps, regions or formulas; a change of variables is an integrand like any
//! other.

pub(crate) mod auto;
mod cell;
mod corners;
mod cubature;
mod ends;
pub(crate) mod estimate;
pub(crate) mod monte_carlo;
mod progressive;
mod scan;
pub(crate) mod settings;
pub(crate) mod tensor;

use std::time::Instant;

use crate::error::Error;
use crate::integrand::Integrand;
use estimate::Outcome;
use settings::{Method, Settings};

/// Why a status is [`estimate::Status::Roundoff`].
const ROUNDING: &str =
    "the error is that of rounding: no more digits are to be had in double precision";

/// What to do about a value that is zero but for rounding errors.
const ZERO: &str =
    "a value is zero to within rounding: say by an absolute tolerance (atol) how small is zero";

/// Why values that are all zero are suspect.
const ALL_ZERO: &str =
    "an integrand is zero at every node: it may be zero but for a peak that was missed";

/// Integrates over the unit box.
///
/// # Errors
/// [`Error::Setting`] if a setting is outside its range; [`Error::Order`] if a rule of the order
/// asked for is not available.
pub fn integrate(integrand: &dyn Integrand, settings: &Settings) -> Result<Outcome, Error> {
    settings.check(integrand.dimension())?;
    let start = Instant::now();
    settings.with_threads(|| match &settings.method {
        Method::Auto => auto::integrate(integrand, settings, start),
        Method::Gauss(orders) => tensor::fixed_gauss(integrand, orders, settings),
        Method::MonteCarlo => {
            let task = settings::Task::new(settings, start);
            Ok(monte_carlo::integrate(integrand, &task, settings.seed))
        }
    })?
}
