//! The average over a domain: the integral divided by the measure.
//!
//! f̄ = ∫ f |det J| du / ∫ |det J| du, so that the averages of the coordinates are the centre of mass

use super::Estimate;
use crate::error::Error;
use crate::integrate::outcome::{Status, known_error};
use crate::integrate::settings::Settings;
use crate::map::domain::{self, Domain};
use crate::map::integrands::Integrands;

impl Estimate {
    /// The averages of integrands over a domain: their integrals divided by its measure.
    ///
    /// *Accuracy*: |F/M − f/m| ≤ (δf + |f/m|·δm)/(|m| − δm) with the errors δf and δm of both integrals, and
    /// the status is the worse of theirs; the tolerance is that of the average. With `signed` the measure is
    /// signed too.
    ///
    /// ```
    /// use pullback::{Map, Settings};
    /// // The centre of mass of a half disk: (0, 4/(3π)).
    /// let half = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..pi")?;
    /// let centre = half.average_all(&["x", "y"], &Settings::default())?;
    /// assert!(centre.values[0].abs() <= centre.errors[0]);
    /// let exact = 4.0 / (3.0 * std::f64::consts::PI);
    /// assert!((centre.values[1] - exact).abs() <= centre.errors[1] && centre.errors[1] < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Estimate::of`].
    pub fn average(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let one = domain::parse(domain, &[])?;
        // Half of the tolerance is for each of both.
        let mut closer = settings.clone();
        closer.rtol = (settings.rtol / 2.0).max(f64::EPSILON);
        closer.atol = 0.0;
        let mut measure = Estimate::of(domain, &one, &closer)?;
        let mut closer = left(settings, &measure);
        closer.rtol = settings.rtol / 2.0;
        closer.atol = settings.atol * measure.value.abs() / 2.0;
        if !closer.atol.is_finite() {
            closer.atol = 0.0;
        }
        let own = Estimate::of(domain, integrands, &closer)?;
        let mut average = own.clone().divided_by(&measure);
        if !average.is_within(settings) && own.status.is_done() && measure.status.is_done() {
            // Nothing but the absolute tolerance asks for a measure that is known better.
            let mut closer = left(settings, &average);
            closer.rtol = f64::EPSILON;
            let spent = measure.evaluations;
            measure = Estimate::of(domain, &one, &closer)?;
            measure.outcome.evaluations += spent;
            average = own.divided_by(&measure);
            if !average.is_within(settings) && average.status == Status::Converged {
                average.outcome.status = Status::Roundoff;
            }
        }
        Ok(average)
    }

    /// The derivatives by a parameter of the averages of integrands: (f′ − f̄·m′)/m.
    ///
    /// *Accuracy*: the errors of all four are carried to it, and the status is the worst of theirs.
    ///
    /// # Errors
    /// As for [`Estimate::derivative`].
    pub fn derivative_of_average(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        parameter: &str,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let one = domain::parse(domain, &[])?;
        let measure = Estimate::of(domain, &one, settings)?;
        let average = Estimate::average(domain, integrands, settings)?;
        let by_measure = Estimate::derivative(domain, &one, parameter, settings)?;
        let mut rate = Estimate::derivative(domain, integrands, parameter, settings)?;
        let (change, its_error) = (by_measure.value, by_measure.error);
        for k in 0..rate.values.len() {
            let (mean, error) = (average.values[k], average.errors[k]);
            rate.outcome.values[k] -= mean * change;
            rate.outcome.errors[k] += mean.abs() * its_error + error * (change.abs() + its_error);
        }
        rate.outcome.take_on(&by_measure.outcome);
        rate.outcome.take_on(&average.outcome);
        rate.outcome.evaluations += by_measure.evaluations + average.evaluations;
        rate.outcome.proven &= by_measure.proven && average.proven;
        Ok(rate.divided_by(&measure))
    }

    /// The quotient of integrals and a measure.
    fn divided_by(mut self, measure: &Estimate) -> Self {
        let (m, uncertain) = (measure.value, measure.error);
        let outcome = &mut self.outcome;
        for (value, error) in outcome.values.iter_mut().zip(&mut outcome.errors) {
            *value /= m;
            let least = m.abs() - uncertain;
            // Two roundings, of the quotient and of what it is of.
            let rounding = f64::EPSILON * value.abs();
            *error = match least > 0.0 {
                true => (*error + value.abs() * uncertain) / least + rounding,
                false => f64::INFINITY,
            };
            *error = known_error(*value, *error);
        }
        if outcome.values.iter().any(|value| value.is_nan()) {
            outcome.status = Status::Nonfinite;
        }
        outcome.take_on(&measure.outcome);
        outcome.proven &= measure.proven;
        outcome.evaluations += measure.evaluations;
        if outcome.method != measure.outcome.method {
            let by = &measure.outcome.method;
            outcome.method = format!("{}; the measure by {by}", outcome.method);
        }
        if m == 0.0 {
            let none = "the measure is 0, so that there is no average";
            self.warnings.push(none.to_owned());
        }
        let warnings = measure.warnings.iter();
        let new: Vec<String> = warnings
            .filter(|w| !self.warnings.contains(w))
            .cloned()
            .collect();
        self.warnings.extend(new);
        (self.value, self.error) = (self.outcome.values[0], self.outcome.errors[0]);
        self.seconds += measure.seconds;
        self
    }
}

/// The settings of what is done after something else.
fn left(settings: &Settings, before: &Estimate) -> Settings {
    let mut settings = settings.clone();
    if let Some(most) = &mut settings.max_evals {
        *most = most.saturating_sub(before.evaluations).max(1);
    }
    settings.max_seconds = (settings.max_seconds - before.seconds).max(f64::MIN_POSITIVE);
    settings
}
