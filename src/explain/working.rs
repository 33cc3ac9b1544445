//! The working: the steps, the closed form where the antiderivatives give one, and the numerical value.

use super::posed::Posed;
use super::step::{Math, Step, latex_words, set};
use crate::antiderivative::Sum;
use crate::error::Error;
use crate::integral::Estimate;
use crate::integrate::outcome::Status;
use crate::integrate::settings::Settings;
use crate::map::mapped_region::MappedRegion;

/// The working of an integral by change of variables.
///
/// ```
/// use pullback::explain::Working;
/// use pullback::{Map, Settings};
/// let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
/// let working = Working::of(&disk, "exp(-x^2 - y^2)", &Settings::default())?;
/// assert_eq!(working.closed_form.as_deref(), Some("pi*(1 - exp(-1))"));
/// assert!(working.agrees());
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Working {
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// The value as a formula of the parameters, made by antiderivatives that were checked by
    /// differentiation; `None` where a step has none.
    pub closed_form: Option<String>,
    /// What the closed form is as a number.
    pub closed_value: Option<f64>,
    /// The numerical integral of the whole.
    pub estimate: Estimate,
}

/// What rounding may do to the value of a closed form.
const ROUNDING: f64 = 1e-12;

impl Working {
    /// The working of the integral of a formula over the image of a map over limits.
    ///
    /// *Accuracy*: a closed form is never read off digits. Every antiderivative was differentiated and
    /// compared with its integrand, and every step with its numerical integral.
    ///
    /// # Errors
    /// [`Error::Text`] for a fault of the integrand; as for
    /// [`integrate_all`](MappedRegion::integrate_all).
    pub fn of(domain: &MappedRegion, integrand: &str, settings: &Settings) -> Result<Self, Error> {
        let integrands = domain.parse(&[integrand])?;
        let estimate = domain.integrate_all(&integrands, settings)?;
        let posed = Posed::new(domain, integrand)?;
        let mut steps = vec![
            posed.problem_step(),
            posed.matrix_step()?,
            posed.volume_step()?,
            posed.integrand_step(),
            posed.transformed_step(),
        ];
        let (evaluation, value) = posed.evaluation_step(settings);
        steps.push(evaluation);
        let closed_form = value.as_ref().map(|sum| posed.text(sum));
        let closed_value = value.as_ref().map(|sum| posed.number(sum));
        let is_decimal = value.as_ref().is_some_and(|sum| posed.is_decimal(sum));
        let mut working = Working {
            steps,
            closed_form,
            closed_value,
            estimate,
        };
        let value = working.value_step(is_decimal);
        let method = working.method_step();
        working.steps.extend([value, method]);
        Ok(working)
    }

    /// Whether the closed form, where there is one, is the numerical value as far as its error goes.
    pub fn agrees(&self) -> bool {
        self.closed_value.is_none_or(|closed| {
            let allowed = 2.0 * self.estimate.error + ROUNDING * closed.abs();
            (closed - self.estimate.value).abs() <= allowed
        })
    }

    fn value_step(&self, is_decimal: bool) -> Step {
        let mut step = Step::new("The value");
        let estimate = &self.estimate;
        match (&self.closed_form, self.closed_value) {
            (Some(form), Some(value)) => {
                let decimal = value.to_string();
                step.show(Math::of(&match (*form == decimal, is_decimal) {
                    (true, _) => decimal,
                    (_, true) => format!("{form} = {decimal}"),
                    _ => format!("{form} ≈ {decimal}"),
                }));
                step.say("This is exact: the antiderivatives give it.");
            }
            _ => step.say("No closed form is claimed; the value is numerical."),
        }
        step.say(&format!(
            "The numerical integral of the whole is `{}` with an error of at most about `{:.1e}` (status: {}).",
            estimate.value,
            estimate.error,
            estimate.status.name()
        ));
        if estimate.status != Status::Converged {
            for reason in &estimate.reasons {
                step.say(&format!(
                    "It says: {}.",
                    reason.to_string().replace('`', "'")
                ));
            }
        }
        if self.closed_form.is_some() {
            step.say(match self.agrees() {
                true => "The two agree.",
                false => {
                    "The two do not agree: the closed form or the numerical value is wrong, and neither \
                     should be trusted."
                }
            });
        }
        step
    }

    fn method_step(&self) -> Step {
        let mut step = Step::new("Why the numerical method was chosen");
        let estimate = &self.estimate;
        step.say(&format!(
            "Method: {}; {} evaluations.",
            estimate.method.replace('`', "'"),
            estimate.evaluations
        ));
        let because = estimate.because.to_string().replace('`', "'");
        step.say(&format!("Because: {because}."));
        step
    }

    /// The working as text.
    pub fn text(&self) -> String {
        let steps = self.steps.iter().enumerate();
        let each = steps.map(|(i, step)| format!("{}. {}\n{}\n", i + 1, step.title, step.text()));
        each.collect::<Vec<_>>().join("\n")
    }

    /// The working as Markdown, with formulas in LaTeX between dollar signs.
    pub fn markdown(&self) -> String {
        let steps = self.steps.iter().enumerate();
        let each =
            steps.map(|(i, step)| format!("## {}. {}\n\n{}\n", i + 1, step.title, step.markdown()));
        each.collect::<Vec<_>>().join("\n")
    }

    /// The working as a LaTeX document.
    pub fn latex(&self) -> String {
        let each = self.steps.iter().map(|step| {
            format!(
                "\\section{{{}}}\n{}\n",
                latex_words(&step.title),
                step.latex()
            )
        });
        let body = each.collect::<Vec<_>>().join("\n");
        format!(
            "\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\usepackage{{amssymb}}\n\
             \\setlength{{\\parindent}}{{0pt}}\n\\allowdisplaybreaks\n\\begin{{document}}\n\n{body}\n\
             \\end{{document}}\n"
        )
    }
}

impl Posed<'_> {
    /// The value of a sum of parameters.
    fn number(&self, sum: &Sum) -> f64 {
        let mut inputs = vec![f64::NAN; self.variables];
        inputs.extend(&self.parameters);
        self.algebra.value(sum, &inputs)
    }

    /// Whether a value has an end as a decimal: the denominator divides a power of ten.
    fn is_decimal(&self, sum: &Sum) -> bool {
        let number = self.with_values(sum).and_then(|sum| sum.as_number());
        number.is_some_and(|number| 100_000 % number.below().max(1) == 0)
    }

    /// What is asked for.
    fn problem_step(&self) -> Step {
        let mut step = Step::new("The problem");
        let map = self.domain.map();
        let targets = map.targets();
        let (signs, letter, element) = match (self.variables, self.is_square()) {
            (1, true) => ("∫", "D", format!("d{}", targets[0])),
            (1, false) => ("∫", "C", "ds".to_owned()),
            (2, false) => ("∬", "S", "dS".to_owned()),
            (2, true) => ("∬", "D", format!("d{} d{}", targets[0], targets[1])),
            (3, true) => (
                "∭",
                "D",
                targets
                    .iter()
                    .map(|t| format!("d{t}"))
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            _ => ("∫", "D", "dV".to_owned()),
        };
        let sign = match signs {
            "∬" => r"\iint",
            "∭" => r"\iiint",
            _ => r"\int",
        };
        let differential = match (self.variables, self.is_square()) {
            (1..=3, true) => targets
                .iter()
                .map(|t| format!(r"d{}", Math::name(t).latex))
                .collect::<Vec<_>>()
                .join(r" \, "),
            _ => element.clone(),
        };
        let what = match (self.variables, self.is_square()) {
            (1, false) => "the curve",
            (2, false) => "the surface",
            _ => "the region",
        };
        let given = self.given.replace(['\n', '\t'], " ");
        let body = match given.trim() {
            "1" => (String::new(), String::new()),
            given => (format!("{given} "), format!("{} \\, ", set(given))),
        };
        step.show(Math::new(
            format!("{signs}_{letter} {}{element}", body.0),
            format!("{sign}_{{{letter}}} {}{differential}", body.1),
        ));
        step.say(&format!("Here `{letter}` is {what} that the map"));
        for (i, target) in targets.iter().enumerate() {
            step.show(Math::of(&format!("{target} = {}", map.text(i))));
        }
        step.say("makes of the limits");
        for k in 0..self.variables {
            step.show(Math::of(&self.inequalities(k)));
        }
        let conditions = self.domain.conditions();
        for condition in &conditions {
            step.say(&format!("where `{}` holds.", condition.replace('`', "'")));
        }
        for (name, value) in map.parameters().iter() {
            step.say(&format!("The parameter `{name}` has the value `{value}`."));
        }
        step
    }

    /// The integrand in the new variables.
    fn integrand_step(&self) -> Step {
        let mut step = Step::new("The integrand in the new variables");
        if self.given.trim() == "1" {
            let measures = match (self.variables, self.is_square()) {
                (1, _) => "length",
                (2, _) => "area",
                (3, true) => "volume",
                _ => "measure",
            };
            step.say(&format!(
                "The integrand is 1: the integral is the {measures}, and nothing is to be replaced."
            ));
            return step;
        }
        let given = self.given.replace(['\n', '\t'], " ");
        let mut chain = vec![given];
        if chain[0] != self.substituted {
            chain.push(self.substituted.clone());
        }
        if self.simplified.chars().count() < self.substituted.chars().count() {
            chain.push(self.simplified.clone());
        }
        step.show(Math::of(&chain.join(" = ")));
        step
    }

    /// The integral over the limits.
    fn transformed_step(&self) -> Step {
        let mut step = Step::new("The integral over the limits");
        let bars = match (self.domain.is_signed(), self.is_square()) {
            (_, false) => self.measure.0.to_owned(),
            (true, _) => "det J".to_owned(),
            (false, _) => "|det J|".to_owned(),
        };
        step.say(&format!(
            "The integrand times {bars}, the variable with the outermost limits first:"
        ));
        step.show(self.integral(&(0..self.variables).collect::<Vec<_>>(), &self.whole));
        let faces = self.faces();
        if !faces.is_empty() {
            step.say(&format!(
                "The limits are faces of the region: {}.",
                faces.join(", ")
            ));
        }
        step
    }
}
