//! The answer in three forms: for people, for programs, and bare.

use std::fmt::Write;

use pullback::domain::{Sign, Survey};
use pullback::{Estimate, Settings};
use serde::Serialize;

use super::fault::Fault;
use super::gradient::{Derivative, Gradient, Numbers, numbers, with_errors};
use super::number::{ALL_DIGITS, short, shortest, significant};
use super::output;
use super::place::shortened;
use super::problem::Problem;
use super::statement::{Table, Whole};

/// An estimate with what else is known of how it came about.
pub(super) struct Answer<'a> {
    pub(super) estimate: &'a Estimate,
    pub(super) problem: &'a Problem,
    /// The time of reading, compiling and integrating.
    pub(super) seconds: f64,
    pub(super) settings: &'a Settings,
    pub(super) gradient: &'a Gradient,
    /// Whether values are averages.
    pub(super) average: bool,
    /// The parameters that run through several values, with theirs.
    pub(super) values: Vec<(String, f64)>,
}

/// The fields of the JSON object, in their order.
#[derive(Serialize)]
struct Object<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    param: Option<Table<f64>>,
    value: Numbers<'a>,
    error: Numbers<'a>,
    status: &'a str,
    reasons: Vec<String>,
    evaluations: u64,
    method: &'a str,
    because: String,
    proven: bool,
    jacobian: Jacobian<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gradient: Option<Table<Derivative<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hessian: Option<Table<Table<Derivative<'a>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uncertainty: Option<Numbers<'a>>,
    warnings: Vec<&'a String>,
    seconds: f64,
    threads: usize,
    seed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    orientation: Option<&'a str>,
    problem: Whole<'a>,
    version: &'a str,
}

#[derive(Serialize)]
struct Jacobian<'a> {
    min: f64,
    max: f64,
    /// Whether no determinant lies outside of these.
    proven: bool,
    sign: &'a str,
}

/// The threads that are used where no number is asked for. Asking the threads themselves would start
/// them.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get())
}

impl Answer<'_> {
    fn warnings(&self) -> impl Iterator<Item = &String> {
        self.problem.warnings.iter().chain(&self.estimate.warnings)
    }

    /// One JSON object on one line; numbers that are not finite are null.
    pub(super) fn json(&self) -> Result<String, Fault> {
        let estimate = self.estimate;
        let uncertainty = self.gradient.uncertainty();
        let object = Object {
            param: (!self.values.is_empty()).then(|| Table(self.values.clone())),
            value: numbers(&estimate.values, estimate.are_parts),
            error: numbers(&estimate.errors, estimate.are_parts),
            status: estimate.status.name(),
            reasons: estimate.reasons.iter().map(ToString::to_string).collect(),
            evaluations: estimate.evaluations,
            method: &estimate.method,
            because: estimate.because.to_string(),
            proven: estimate.proven,
            jacobian: Jacobian {
                min: estimate.jacobian.min,
                max: estimate.jacobian.max,
                proven: estimate.jacobian.enclosed,
                sign: estimate.jacobian.sign.name(),
            },
            gradient: self.gradient.object(),
            hessian: self.gradient.hessian(),
            uncertainty: uncertainty
                .as_deref()
                .map(|u| numbers(u, estimate.are_parts)),
            warnings: self.warnings().collect(),
            seconds: self.seconds,
            threads: self.settings.threads.unwrap_or_else(processors),
            seed: self.settings.seed,
            orientation: self.problem.statement.orientation.as_deref(),
            problem: (self.problem.statement)
                .with(self.problem.integrand_texts().collect(), self.average),
            version: env!("CARGO_PKG_VERSION"),
        };
        output::json(&object)
    }

    /// The values alone, one on a line; of a complex one both parts.
    pub(super) fn quiet(&self) -> String {
        let parts = if self.estimate.are_parts { 2 } else { 1 };
        let line = |values: &[f64]| {
            let digits = values.iter().map(|value| significant(*value, ALL_DIGITS));
            digits.collect::<Vec<_>>().join(" ") + "\n"
        };
        self.estimate.values.chunks(parts).map(line).collect()
    }

    /// The values with their errors, and all that is known of them.
    pub(super) fn human(&self) -> String {
        let estimate = self.estimate;
        let numbers = with_errors(&estimate.values, &estimate.errors, estimate.are_parts);
        let mut text = match &numbers[..] {
            [number] => format!("{number}\n"),
            numbers => {
                let width = numbers.iter().map(|number| number.chars().count()).max();
                let width = width.unwrap_or(0);
                let rows = numbers.iter().zip(self.problem.integrand_texts());
                // A formula of several lines is one text here.
                let one_line = |text: &str| text.replace(['\n', '\t'], " ");
                rows.map(|(number, integrand)| {
                    let integrand = one_line(&shortened(integrand));
                    format!("{number:width$}  {integrand}\n")
                })
                .collect()
            }
        };
        let jacobian = jacobian(&estimate.jacobian);
        let proven = if estimate.proven {
            ": the error has a proven bound"
        } else {
            ""
        };
        let because = format!("{}{proven}", estimate.because);
        let facts = [
            ("status", estimate.status.name()),
            ("method", &estimate.method),
            ("because", &because),
            ("evaluations", &estimate.evaluations.to_string()),
            ("time", &duration(self.seconds)),
            ("jacobian", &jacobian),
        ];
        let orientation = self.problem.statement.orientation.as_deref();
        let orientation = orientation.map(|text| ("orientation", text));
        let solution = self.problem.statement.solution();
        let solution = solution.as_deref().map(|solution| ("map", solution));
        let reasons: Vec<String> = estimate.reasons.iter().map(ToString::to_string).collect();
        let reasons = reasons.iter().map(|reason| ("reason", reason.as_str()));
        let warnings = self.warnings().map(|warning| ("warning", warning.as_str()));
        let gradient = self.gradient.lines(&estimate.values);
        let gradient = gradient.iter().map(|(name, text)| (&name[..], &text[..]));
        let facts = gradient.chain(facts).chain(orientation).chain(solution);
        for (name, fact) in facts.chain(reasons).chain(warnings) {
            // A String takes all that is written to it.
            let _ = writeln!(text, "{name:<13}{}", shortened(fact));
        }
        text
    }
}

/// The digits that are shown of a determinant.
const DETERMINANT_DIGITS: usize = 4;

/// The determinant in words: its range where that is known, and its sign.
fn jacobian(survey: &Survey) -> String {
    // Of the extremes of nodes more digits would claim more than is known.
    let rounded = |value: f64| format!("{value:.*e}", DETERMINANT_DIGITS - 1).parse();
    let [min, max] = [survey.min, survey.max].map(|v| shortest(rounded(v).unwrap_or(v)));
    let met = if survey.enclosed { "" } else { " at nodes" };
    match survey.sign {
        Sign::Zero => "zero everywhere".to_owned(),
        Sign::Changes if survey.min.is_nan() => "changes sign".to_owned(),
        sign if survey.min.is_nan() => format!("{} on an infinite range", sign.name()),
        _ if min == max => format!("{min} everywhere"),
        Sign::Changes => format!("{min} to {max}{met}, changes sign"),
        sign => format!("{min} to {max}{met}, {}", sign.name()),
    }
}

/// A time with two digits and its unit.
fn duration(seconds: f64) -> String {
    let (scale, unit) = match seconds {
        s if s < 1e-3 => (1e6, "µs"),
        s if s < 1.0 => (1e3, "ms"),
        _ => (1.0, "s"),
    };
    let value = seconds * scale;
    if value < 99.5 {
        format!("{} {unit}", short(value))
    } else {
        format!("{value:.0} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_unit_that_suits_them() {
        let shown = [1.24e-5, 0.000_456, 0.0342, 1.25, 754.2].map(duration);
        assert_eq!(shown, ["12 µs", "456 µs", "34 ms", "1.2 s", "754 s"]);
    }
}
