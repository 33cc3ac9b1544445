//! The derivatives of an integral by its parameters, and what their uncertainties come to.

use pullback::{Estimate, Settings};
use serde::Serialize;

use super::description::Description;
use super::entries::Entry;
use super::fault::Fault;
use super::number::{with_error, with_uncertainty};
use super::parameter::{Given, not_negative};
use super::place::Text;
use super::problem::{Problem, parameters_of};
use super::statement::Table;

/// Derivatives by parameters, in the order in which they are asked for.
#[derive(Default)]
pub(super) struct Gradient {
    /// What is asked for by name.
    asked: Vec<(String, Estimate)>,
    /// The parameters that are uncertain, each with its standard uncertainty.
    uncertain: Vec<(String, f64, Estimate)>,
}

impl Gradient {
    /// The derivatives that a description asks for.
    pub(super) fn of(
        description: &Description,
        problem: &Problem,
        settings: &Settings,
    ) -> Result<Gradient, Fault> {
        let by = |name: &Text| {
            let (domain, integrands) = (problem.domain.as_ref(), &problem.integrands);
            let found = Estimate::derivative(domain, integrands, name.text.trim(), settings);
            found.map_err(|error| Fault::from(error).or_at(Some(&name.place)))
        };
        let mut asked: Vec<(String, Estimate)> = Vec::new();
        for name in &description.gradient {
            asked.push((name.text.trim().to_owned(), by(name)?));
        }
        let parameters = parameters_of(&description.parameters)?;
        let mut uncertain = Vec::new();
        for Entry { name, body } in &description.various {
            if let Given::Uncertain(_, spread) = body {
                let spread = not_negative(spread, &parameters)?;
                let known = asked.iter().find(|(asked, _)| *asked == name.text);
                let slope = match known {
                    Some((_, slope)) => slope.clone(),
                    None => by(name)?,
                };
                uncertain.push((name.text.clone(), spread, slope));
            }
        }
        Ok(Gradient { asked, uncertain })
    }

    /// All derivatives.
    pub(super) fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        let asked = self.asked.iter().map(|(_, estimate)| estimate);
        asked.chain(self.uncertain.iter().map(|(.., estimate)| estimate))
    }

    /// The derivatives that are asked for by name.
    pub(super) fn columns(&self) -> impl Iterator<Item = &(String, Estimate)> {
        self.asked.iter()
    }

    /// What `--json` has of them.
    pub(super) fn object(&self) -> Option<Table<Derivative<'_>>> {
        let entries = self.asked.iter().map(|(name, estimate)| {
            let derivative = Derivative {
                value: numbers(&estimate.values),
                error: numbers(&estimate.errors),
                status: estimate.status.name(),
                reasons: estimate.reasons.iter().map(ToString::to_string).collect(),
            };
            (name.clone(), derivative)
        });
        let entries: Vec<_> = entries.collect();
        (!entries.is_empty()).then_some(Table(entries))
    }

    /// The standard uncertainty of each integral, to first order; `None` where no parameter has one.
    pub(super) fn uncertainty(&self) -> Option<Vec<f64>> {
        let (.., first) = self.uncertain.first()?;
        let of_integral = |k: usize| {
            let parts = self.uncertain.iter();
            let parts = parts.map(|(_, spread, slope)| (spread * slope.values[k]).powi(2));
            parts.sum::<f64>().sqrt()
        };
        Some((0..first.values.len()).map(of_integral).collect())
    }

    /// Lines for people: a name and what there is to say.
    pub(super) fn lines(&self, values: &[f64]) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        for (name, estimate) in &self.asked {
            let pairs = estimate.values.iter().zip(&estimate.errors);
            let pairs: Vec<String> = pairs.map(|(v, e)| with_error(*v, *e)).collect();
            let status = match estimate.status.name() {
                "converged" => String::new(),
                status => format!(" ({status})"),
            };
            lines.push((format!("d/d{name}"), pairs.join(", ") + &status));
            let reasons = estimate.reasons.iter();
            lines.extend(reasons.map(|reason| (String::new(), reason.to_string())));
        }
        if let Some(spreads) = self.uncertainty() {
            let shown = values
                .iter()
                .zip(&spreads)
                .map(|(v, s)| with_uncertainty(*v, *s));
            let shown: Vec<String> = shown.collect();
            lines.push(("uncertainty".to_owned(), shown.join(", ")));
        }
        lines
    }
}

/// A derivative as `--json` has it.
#[derive(Serialize)]
pub(super) struct Derivative<'a> {
    value: Numbers<'a>,
    error: Numbers<'a>,
    status: &'static str,
    reasons: Vec<String>,
}

/// One number, or a list of them where there are several integrands.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Numbers<'a> {
    One(f64),
    Several(&'a [f64]),
}

/// Numbers as `--json` has them.
pub(super) fn numbers(values: &[f64]) -> Numbers<'_> {
    match values {
        [value] => Numbers::One(*value),
        values => Numbers::Several(values),
    }
}
