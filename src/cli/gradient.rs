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
    /// The second derivatives that are asked for, by two names.
    second: Vec<([String; 2], Estimate)>,
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
            let derivative = match description.average {
                true => Estimate::derivative_of_average,
                false => Estimate::derivative,
            };
            let found = derivative(domain, integrands, name.text.trim(), settings);
            found.map_err(|error| Fault::from(error).or_at(Some(&name.place)))
        };
        let mut asked: Vec<(String, Estimate)> = Vec::new();
        for name in &description.gradient {
            asked.push((name.text.trim().to_owned(), by(name)?));
        }
        let second = Self::second_of(description, problem, settings)?;
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
        Ok(Gradient {
            asked,
            second,
            uncertain,
        })
    }

    /// The second derivatives that a description asks for: of each pair of names once.
    fn second_of(
        description: &Description,
        problem: &Problem,
        settings: &Settings,
    ) -> Result<Vec<([String; 2], Estimate)>, Fault> {
        let mut second = Vec::new();
        let names = &description.hessian;
        for (k, one) in names.iter().enumerate() {
            for other in &names[k..] {
                let (domain, integrands) = (problem.domain.as_ref(), &problem.integrands);
                let pair = [one.text.trim(), other.text.trim()];
                let found = Estimate::second_derivative(domain, integrands, pair, settings);
                let place = one.place.joined(&other.place);
                let found = found.map_err(|error| Fault::from(error).or_at(Some(&place)))?;
                second.push((pair.map(str::to_owned), found));
            }
        }
        Ok(second)
    }

    /// All derivatives.
    pub(super) fn estimates(&self) -> impl Iterator<Item = &Estimate> {
        let asked = self.asked.iter().map(|(_, estimate)| estimate);
        let second = self.second.iter().map(|(_, estimate)| estimate);
        asked
            .chain(second)
            .chain(self.uncertain.iter().map(|(.., estimate)| estimate))
    }

    /// The derivatives that are asked for, with what a column of a table is called.
    pub(super) fn columns(&self) -> impl Iterator<Item = (String, &Estimate)> {
        let first = self
            .asked
            .iter()
            .map(|(name, estimate)| (format!("d_{name}"), estimate));
        let second = self.second.iter();
        first.chain(second.map(|([a, b], estimate)| (format!("d2_{a}_{b}"), estimate)))
    }

    /// What `--json` has of the first derivatives.
    pub(super) fn object(&self) -> Option<Table<Derivative<'_>>> {
        let entries = self.asked.iter();
        let entries = entries.map(|(name, estimate)| (name.clone(), Derivative::of(estimate)));
        let entries: Vec<_> = entries.collect();
        (!entries.is_empty()).then_some(Table(entries))
    }

    /// What `--json` has of the second ones: a matrix by names.
    pub(super) fn hessian(&self) -> Option<Table<Table<Derivative<'_>>>> {
        let diagonal = self.second.iter().filter(|([a, b], _)| a == b);
        let rows = diagonal.map(|([row, _], _)| {
            let of_row = self.second.iter().filter_map(|([a, b], estimate)| {
                let other = match (a == row, b == row) {
                    (true, _) => b,
                    (_, true) => a,
                    _ => return None,
                };
                Some((other.clone(), Derivative::of(estimate)))
            });
            (row.clone(), Table(of_row.collect()))
        });
        let rows: Vec<_> = rows.collect();
        (!rows.is_empty()).then_some(Table(rows))
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
        let first = self
            .asked
            .iter()
            .map(|(name, estimate)| (format!("d/d{name}"), estimate));
        let second = self.second.iter().map(|([a, b], estimate)| match a == b {
            true => (format!("d²/d{a}²"), estimate),
            false => (format!("d²/d{a}d{b}"), estimate),
        });
        for (name, estimate) in first.chain(second) {
            let pairs = with_errors(&estimate.values, &estimate.errors, estimate.are_parts);
            let status = match estimate.status.name() {
                "converged" => String::new(),
                status => format!(" ({status})"),
            };
            lines.push((name, pairs.join(", ") + &status));
            let reasons = estimate.reasons.iter();
            lines.extend(reasons.map(|reason| (String::new(), reason.to_string())));
        }
        if let Some(spreads) = self.uncertainty() {
            let shown = values
                .iter()
                .zip(&spreads)
                .map(|(v, s)| with_uncertainty(*v, *s));
            let mut shown: Vec<String> = shown.collect();
            let are_parts = self.estimates().any(|estimate| estimate.are_parts);
            if are_parts {
                shown = shown.chunks(2).map(complex).collect();
            }
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

impl<'a> Derivative<'a> {
    fn of(estimate: &'a Estimate) -> Self {
        Derivative {
            value: numbers(&estimate.values, estimate.are_parts),
            error: numbers(&estimate.errors, estimate.are_parts),
            status: estimate.status.name(),
            reasons: estimate.reasons.iter().map(ToString::to_string).collect(),
        }
    }
}

/// One number, or a list of them where there are several integrands; a complex number is a pair.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Numbers<'a> {
    One(f64),
    Several(&'a [f64]),
    Pairs(Vec<&'a [f64]>),
}

/// Numbers as `--json` has them; parts of complex numbers are in pairs.
pub(super) fn numbers(values: &[f64], are_parts: bool) -> Numbers<'_> {
    match values {
        [value] => Numbers::One(*value),
        values if are_parts && values.len() > 2 => Numbers::Pairs(values.chunks(2).collect()),
        values => Numbers::Several(values),
    }
}

/// Values with their errors, one text each; a complex number is one.
pub(super) fn with_errors(values: &[f64], errors: &[f64], are_parts: bool) -> Vec<String> {
    let pairs = values.iter().zip(errors);
    let each: Vec<String> = pairs.map(|(v, e)| with_error(*v, *e)).collect();
    match are_parts {
        true => each.chunks(2).map(complex).collect(),
        false => each,
    }
}

/// A complex number of the texts of its parts.
fn complex(parts: &[String]) -> String {
    match parts {
        [re, im] => format!("({re}) + ({im})*i"),
        others => others.join(", "),
    }
}
