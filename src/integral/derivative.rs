//! The derivative of an integral by a parameter, with its error and status.

use std::time::Instant;

use super::Estimate;
use crate::error::{Error, Misfit};
use crate::integrate::methods::integrate_measured;
use crate::integrate::outcome::Status;
use crate::integrate::settings::Settings;
use crate::integrate::task::Measure;
use crate::map::domain::{Domain, IntoIntegrands};
use crate::map::integrands::Integrands;
use crate::map::pullback::Pullback;

impl Estimate {
    /// The derivatives by a parameter of the integrals of all integrands over a domain; the parameter may
    /// be in the map, in limits, in conditions and in integrands.
    ///
    /// d/da ∫ f = ∫ ∂F/∂a dw + Σ ∫ J·(−∂g/∂a)/|∇g| dS, where F is f·|det J| on the unit box, which does not
    /// move, and J what F jumps by where g = 0.
    ///
    /// *Accuracy*: each of these integrals has an error and a status of its own; errors add up, and the
    /// status is the worst.
    ///
    /// ```
    /// use pullback::{Domain, Map, Parameters};
    /// let mut parameters = Parameters::new();
    /// parameters.parse("a = 3, b = 2")?;
    /// let ellipse = Map::parse_with("x = a*r*cos(t), y = b*r*sin(t)", &["r", "t"], &parameters)?
    ///     .over("r = 0..1, t = 0..2*pi")?;
    /// // ∫ x² = πa³b/4.
    /// let by_a = (&ellipse as &dyn Domain).derivative_of("x^2", "a")?;
    /// let exact = 3.0 * std::f64::consts::PI * 9.0 * 2.0 / 4.0;
    /// assert!((by_a.value - exact).abs() <= by_a.error && by_a.error < 1e-12);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Domain::derivative`] and [`Estimate::of`].
    pub fn derivative(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        parameter: &str,
        settings: &Settings,
    ) -> Result<Self, Error> {
        Self::by(domain, integrands, &[parameter], settings)
    }

    /// The second derivatives by two parameters, which may be the same, of the integrals of all integrands
    /// over a domain: ∂²/∂a∂b ∫ f. Kinks that move with the parameters add their part; where jumps do, the
    /// second derivative is not known.
    ///
    /// *Accuracy*: as for [`Estimate::derivative`].
    ///
    /// ```
    /// use pullback::{Domain, Estimate, Map, Parameters, Settings};
    /// let mut parameters = Parameters::new();
    /// parameters.parse("a = 3, b = 2")?;
    /// let ellipse = Map::parse_with("x = a*r*cos(t), y = b*r*sin(t)", &["r", "t"], &parameters)?
    ///     .over("r = 0..1, t = 0..2*pi")?;
    /// let integrands = ellipse.parse(&["x^2"])?;
    /// // ∫ x² = πa³b/4.
    /// let mixed = Estimate::second_derivative(&ellipse, &integrands, ["a", "b"], &Settings::default())?;
    /// let exact = 3.0 * std::f64::consts::PI * 9.0 / 4.0;
    /// assert!((mixed.value - exact).abs() <= mixed.error && mixed.error < 1e-12);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Domain::derivative`] and [`Estimate::of`].
    pub fn second_derivative(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        parameters: [&str; 2],
        settings: &Settings,
    ) -> Result<Self, Error> {
        Self::by(domain, integrands, &parameters, settings)
    }

    fn by(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        parameters: &[&str],
        settings: &Settings,
    ) -> Result<Self, Error> {
        if integrands.is_empty() {
            return Err(Misfit::NoIntegrands.into());
        }
        let start = Instant::now();
        let deadline = settings.deadline(start);
        let parts = deadline.during(|| domain.derivative(integrands, parameters))?;
        let are_parts = integrands.are_parts();
        let sum = sum_of(&parts, are_parts, settings, start)?;
        let is_finished = matches!(sum.status, Status::Converged | Status::Roundoff);
        if sum.is_within(settings) || !is_finished || parts.len() == 1 {
            return Ok(sum);
        }
        // Parts that cancel must be known to the tolerance of the sum.
        let tolerances = sum.tolerances(settings);
        let atol = tolerances.fold(f64::INFINITY, f64::min) / parts.len() as f64;
        let mut closer = settings.clone();
        closer.rtol = f64::EPSILON;
        closer.atol = atol;
        let mut sum = sum_of(&parts, are_parts, &closer, start)?;
        if !sum.is_within(settings) && sum.status == Status::Converged {
            sum.outcome.status = Status::Roundoff;
        }
        Ok(sum)
    }
}

/// The sum of integrals.
fn sum_of(
    parts: &[Pullback<'_>],
    are_parts: bool,
    settings: &Settings,
    start: Instant,
) -> Result<Estimate, Error> {
    let deadline = settings.deadline(start);
    let measure = Measure::of_parts(are_parts);
    let mut sum: Option<Estimate> = None;
    let mut settings = settings.clone();
    for part in parts {
        // What is added to a sum need not be known better than the sum.
        if let Some(before) = &sum {
            let tolerances = before.tolerances(&settings);
            let least = tolerances.fold(f64::INFINITY, f64::min);
            settings.atol = settings.atol.max(least / parts.len() as f64);
        }
        let integrate = || integrate_measured(part, &settings, measure, start);
        let own = Estimate::told(part, deadline.during(integrate)?, are_parts, start);
        sum = Some(match sum {
            None => own,
            Some(before) => before.plus(own),
        });
    }
    sum.ok_or_else(|| Misfit::NoIntegrands.into())
}

impl Estimate {
    /// The sum of two answers: values and errors add up, and the status is the worse.
    fn plus(mut self, other: Estimate) -> Self {
        let outcome = &mut self.outcome;
        outcome.add(&other.outcome);
        outcome.evaluations += other.outcome.evaluations;
        if outcome.method != other.outcome.method {
            outcome.method = format!(
                "{}; where it jumps, {}",
                outcome.method, other.outcome.method
            );
        }
        self.value = self.outcome.values[0];
        self.error = self.outcome.errors[0];
        let warnings = other.warnings.into_iter();
        let new: Vec<String> = warnings.filter(|w| !self.warnings.contains(w)).collect();
        self.warnings.extend(new);
        self.seconds = other.seconds;
        self
    }
}

impl dyn Domain + '_ {
    /// The derivatives by a parameter of integrals, with the default settings; see
    /// [`Estimate::derivative`].
    ///
    /// # Errors
    /// As for [`Estimate::derivative`]; [`Error::Text`] with the place of the first fault.
    pub fn derivative_of(
        &self,
        integrands: impl IntoIntegrands,
        parameter: &str,
    ) -> Result<Estimate, Error> {
        integrands.with(self, |integrands| {
            Estimate::derivative(self, integrands, parameter, &Settings::default())
        })
    }
}
