//! Integrators: from an integrand on the unit box to a value with an error, a status and reasons.
//!
//! Nothing here knows of maps, regions or formulas; a change of variables is an integrand like any
//! other.

pub(crate) mod auto;
pub(crate) mod estimate;
pub(crate) mod monte_carlo;
pub(crate) mod settings;
pub(crate) mod tensor;

use std::time::Instant;

use crate::error::Error;
use crate::integrand::Integrand;
use estimate::Outcome;
use settings::{Method, Settings};

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
        Method::MonteCarlo => Ok(monte_carlo::integrate(integrand, settings, start)),
    })?
}
