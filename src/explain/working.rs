//! The working: the steps, the closed form where the antiderivatives give one, and the numerical value.

use std::time::Instant;

use super::conditions::conjuncts;
use super::inverse::Equations;
use super::posed::{Order, Posed};
use super::step::{Chain, Math, Step, is_sum, latex_words, number, set};
use super::volume::listed;
use crate::antiderivative::Sum;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::integral::Estimate;
use crate::integrate::outcome::Status;
use crate::integrate::settings::Settings;
use crate::map::inverse_region::InverseRegion;
use crate::map::mapped_region::MappedRegion;
use crate::map::oriented::Oriented;

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

/// A numerical integral whose error is a larger part of its value confirms nothing.
const LOOSEST: f64 = 1e-5;

/// The seconds that a working takes at most, where the settings say nothing.
const SECONDS: f64 = 5.0;

/// The part of them that the numerical integral of the whole may take.
const SHARE: f64 = 0.6;

impl Working {
    /// The working of the integral of a formula over the image of a map over limits.
    ///
    /// *Accuracy*: a closed form is never read off digits. Every antiderivative was differentiated and
    /// compared with its integrand, and every step, and the whole, with its numerical integral.
    ///
    /// Without [`max_seconds`](Settings::max_seconds) it takes 5 seconds at most; what is not done by then
    /// is said to have no closed form.
    ///
    /// # Errors
    /// [`Error::Text`] for a fault of the integrand; as for
    /// [`integrate_all`](MappedRegion::integrate_all).
    pub fn of(domain: &MappedRegion, integrand: &str, settings: &Settings) -> Result<Self, Error> {
        let time = Time::new(settings);
        let integrands = domain.parse(&[integrand])?;
        let estimate = domain.integrate_all(&integrands, &time.settings)?;
        time.deadline.during(|| {
            let posed = Posed::new(domain, integrand)?;
            let mut steps = vec![posed.problem_step(&estimate.warnings)];
            if !posed.is_identity() {
                steps.extend([
                    posed.matrix_step()?,
                    posed.volume_step()?,
                    posed.integrand_step(estimate.warnings.is_empty()),
                ]);
            }
            steps.push(posed.transformed_step(true));
            Ok(Working::finished(&posed, steps, estimate, &time.settings))
        })
    }

    /// The working where the map is given the other way round: with the matrix of the equations that are
    /// given, of which the matrix of the map is the inverse. `None` where algebra does not solve them.
    ///
    /// ```
    /// use pullback::explain::Working;
    /// use pullback::{Map, Settings};
    /// let inverse = Map::inverse("u = x*y, v = y/x")?.near([1.0, 1.0])?;
    /// let domain = inverse.over("u = 1..2, v = 1..3")?;
    /// let working = Working::of_inverse(&domain, "1", &Settings::default())?.unwrap();
    /// assert_eq!(working.closed_form.as_deref(), Some("ln(3)/2"));
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Working::of`].
    pub fn of_inverse(
        domain: &InverseRegion,
        integrand: &str,
        settings: &Settings,
    ) -> Result<Option<Self>, Error> {
        let Some(mapped) = domain.mapped() else {
            return Ok(None);
        };
        let time = Time::new(settings);
        let integrands = mapped.parse(&[integrand])?;
        let estimate = domain.integrate_all(&integrands, &time.settings)?;
        time.deadline.during(|| {
            let posed = Posed::new(mapped, integrand)?;
            let equations = Equations::new(domain)?;
            let back = Posed::new(&equations.0, "1")?;
            let near = domain.inverse().point().unwrap_or_default();
            let steps = vec![
                posed.inverse_problem_step(&back, near, &estimate.warnings),
                posed.inverse_matrix_step(&back)?,
                posed.inverse_volume_step(&back)?,
                posed.inverse_integrand_step(&back)?,
                posed.transformed_step(false),
            ];
            let working = Working::finished(&posed, steps, estimate, &time.settings);
            Ok(Some(working))
        })
    }

    /// The working of the work of a field along a curve, or of its flux through a surface.
    ///
    /// ```
    /// use pullback::explain::Working;
    /// use pullback::{Map, Settings};
    /// let circle = Map::parse("x = cos(t), y = sin(t)")?.over("t = 0..2*pi")?.oriented()?;
    /// let working = Working::of_field(&circle, &["-y", "x"], &Settings::default())?;
    /// assert_eq!(working.closed_form.as_deref(), Some("2*pi"));
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`Working::of`]; [`Error::Shape`] if there are not as many components as targets.
    pub fn of_field(
        domain: &Oriented,
        components: &[&str],
        settings: &Settings,
    ) -> Result<Self, Error> {
        let time = Time::new(settings);
        let integrands = domain.parse(components)?;
        let estimate = domain.integrate_all(&integrands, &time.settings)?;
        time.deadline.during(|| {
            let mut posed = Posed::new(domain.region(), "1")?;
            let steps = posed.field_steps(domain, components, &estimate.warnings)?;
            Ok(Working::finished(&posed, steps, estimate, &time.settings))
        })
    }

    /// The evaluation, the value and the method, after what comes before.
    fn finished(
        posed: &Posed<'_>,
        mut steps: Vec<Step>,
        estimate: Estimate,
        settings: &Settings,
    ) -> Self {
        let (evaluation, value) = posed.evaluation_step(settings);
        steps.push(evaluation);
        let mut working = Working {
            steps,
            closed_form: value.as_ref().map(|sum| posed.text(sum)),
            closed_value: value.as_ref().map(|sum| posed.number(sum)),
            estimate,
        };
        let is_decimal = value.as_ref().is_some_and(|sum| posed.is_decimal(sum));
        let value = working.value_step(is_decimal);
        let method = working.method_step();
        working.steps.extend([value, method]);
        if !working.agrees() {
            (working.closed_form, working.closed_value) = (None, None);
        }
        working
    }

    /// Whether the closed form, where there is one, is the numerical value as far as its error goes.
    pub fn agrees(&self) -> bool {
        let estimate = &self.estimate;
        self.closed_value.is_none_or(|closed| {
            let allowed = 2.0 * estimate.error + ROUNDING * closed.abs();
            (closed - estimate.value).abs() <= allowed
        })
    }

    /// Whether the numerical value is known well enough to confirm anything.
    fn confirms(&self) -> bool {
        let Estimate { value, error, .. } = &self.estimate;
        *error <= LOOSEST * (1.0 + value.abs())
    }

    fn value_step(&self, is_decimal: bool) -> Step {
        let mut step = Step::new("The value");
        let estimate = &self.estimate;
        let agrees = self.agrees();
        match (&self.closed_form, self.closed_value) {
            (Some(form), Some(value)) if agrees => {
                let decimal = number(value);
                step.show(match (*form == decimal, is_decimal) {
                    (true, _) => Math::of(&decimal),
                    (_, true) => Math::of(form).then("=", &Math::of(&decimal)),
                    _ => Math::of(form).then("≈", &Math::of(&decimal)),
                });
                step.say("This is exact: the antiderivatives give it.");
            }
            (Some(form), Some(value)) => {
                step.say(&format!(
                    "The antiderivatives give `{form}`, that is `{}`.",
                    number(value)
                ));
            }
            _ => step.say("The value is numerical: no closed form is claimed."),
        }
        step.say(&match (estimate.error.is_finite(), estimate.error == 0.0) {
            (_, true) => format!(
                "The numerical integral of the whole is `{}` (status: {}).",
                number(estimate.value),
                estimate.status.name()
            ),
            (true, _) => format!(
                "The numerical integral of the whole is `{}` with an error of at most about `{}` (status: {}).",
                number(estimate.value),
                number(rounded(estimate.error)),
                estimate.status.name()
            ),
            _ => format!(
                "The numerical integration gives `{}`, of which no error is known (status: {}).",
                number(estimate.value),
                estimate.status.name()
            ),
        });
        if estimate.status != Status::Converged {
            for reason in &estimate.reasons {
                step.say(&format!("It says: {}.", quoted(&reason.to_string())));
            }
        }
        if self.closed_form.is_some() {
            step.say(match (agrees, self.confirms()) {
                (true, true) => "The two agree.",
                (true, false) => {
                    "That is not known well enough to confirm the closed form, of which each step was \
                     confirmed by itself."
                }
                _ => "The two do not agree, so that no closed form is claimed.",
            });
        }
        step
    }

    fn method_step(&self) -> Step {
        let mut step = Step::new("Why the numerical method was chosen");
        let estimate = &self.estimate;
        step.say(&format!(
            "Method: {}; {} evaluations.",
            quoted(&estimate.method),
            estimate.evaluations
        ));
        step.say(&format!(
            "Because: {}.",
            quoted(&estimate.because.to_string())
        ));
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
                step.fitted_latex()
            )
        });
        let body = each.collect::<Vec<_>>().join("\n");
        format!(
            "\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\usepackage{{amssymb}}\n\
             \\usepackage{{graphicx}}\n{FIT}\\setlength{{\\parindent}}{{0pt}}\n\\sloppy\n\
             \\begin{{document}}\n\n{body}\n\\end{{document}}\n"
        )
    }
}

impl Posed<'_> {
    /// The value of a sum of parameters.
    pub(super) fn number(&self, sum: &Sum) -> f64 {
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
    fn problem_step(&self, warnings: &[String]) -> Step {
        let mut step = Step::new("The problem");
        self.show_integral(&mut step);
        let letter = self.letter();
        if self.is_identity() {
            step.say(&match self.variables {
                1 => format!("Here `{letter}` is the interval"),
                _ => format!("Here `{letter}` is the region with"),
            });
            self.show_inequalities(&mut step);
        } else {
            step.say(&format!(
                "Here `{letter}` is {} onto which the map",
                self.kind()
            ));
            self.show_map(&mut step);
            step.say("takes the points with");
            self.show_inequalities(&mut step);
        }
        self.say_the_rest(warnings, &mut step);
        if self.is_identity() {
            step.say(match self.variables {
                1 => "The variable is not changed.",
                _ => "No variable is changed: the limits are those of the coordinates themselves.",
            });
        }
        step
    }

    /// ∬_D f dx dy
    pub(super) fn show_integral(&self, step: &mut Step) {
        let targets = self.domain.map().targets();
        let (sign, latex) = match self.variables {
            2 => ("∬", r"\iint"),
            3 => ("∭", r"\iiint"),
            _ => ("∫", r"\int"),
        };
        let element = match (self.variables, self.is_square()) {
            (1..=3, true) => Math::new(
                targets
                    .iter()
                    .map(|t| format!("d{t}"))
                    .collect::<Vec<_>>()
                    .join(" "),
                targets
                    .iter()
                    .map(|t| format!("d{}", Math::name(t).latex))
                    .collect::<Vec<_>>()
                    .join(r" \, "),
            ),
            (1, false) => Math::new("ds", "ds"),
            (2, false) => Math::new("dS", "dS"),
            _ => Math::new("dV", "dV"),
        };
        let body = match self.given.trim() {
            "1" => Math::new("", ""),
            given => {
                let body = factor_of_sum(given);
                Math::new(format!("{} ", body.text), format!("{} \\, ", body.latex))
            }
        };
        let letter = self.letter();
        step.show(Math::new(
            format!("{sign}_{letter} {}{}", body.text, element.text),
            format!("{latex}_{{{letter}}} {}{}", body.latex, element.latex),
        ));
    }

    /// The name of what is integrated over.
    pub(super) fn letter(&self) -> &'static str {
        match (self.variables, self.is_square()) {
            (1, false) => "C",
            (2, false) => "S",
            _ => "D",
        }
    }

    /// What it is.
    pub(super) fn kind(&self) -> &'static str {
        match (self.variables, self.is_square()) {
            (1, false) => "the curve",
            (2, false) => "the surface",
            (1, true) => "the interval",
            _ => "the region",
        }
    }

    /// The formulas of the map.
    pub(super) fn show_map(&self, step: &mut Step) {
        let map = self.domain.map();
        let targets = map.targets().iter().enumerate();
        let each = targets.map(|(i, target)| {
            let (text, short) = (map.text(i), self.tidy(map.text(i)));
            // What a user wrote stands as it is, unless much of it is idle.
            let text = match 4 * short.chars().count() < 3 * text.chars().count() {
                true => short,
                false => text,
            };
            Math::of(&format!("{target} = {text}"))
        });
        step.show_all(&each.collect::<Vec<_>>());
    }

    pub(super) fn show_inequalities(&self, step: &mut Step) {
        let each = (0..self.variables).map(|k| Math::of(&self.given_inequalities(k)));
        step.show_all(&each.collect::<Vec<_>>());
    }

    /// Conditions, directions, parameters and warnings.
    pub(super) fn say_the_rest(&self, warnings: &[String], step: &mut Step) {
        let conditions = self.domain.conditions();
        if !conditions.is_empty() {
            let each: Vec<String> = conditions.iter().flat_map(|c| all_of(c)).collect();
            step.say(&format!(
                "Only the part of it is meant where {}.",
                listed(&each)
            ));
        }
        for k in 0..self.variables {
            // Of a curve its direction is said.
            let is_curve = self.variables == 1 && !self.is_square();
            if self.order[k] == Order::Falling && self.domain.is_signed() && !is_curve {
                let [lo, hi] = &self.limits[k];
                step.say(&format!(
                    "The variable `{}` runs down, from `{}` to `{}`, and signs count: this turns the sign of \
                     the integral.",
                    self.names[k], lo.text, hi.text
                ));
            }
        }
        let parameters = self.domain.map().parameters();
        let values: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("`{name} = {}`", number(value)))
            .collect();
        match values.len() {
            0 => {}
            1 => step.say(&format!("The parameter is {}.", values[0])),
            _ => step.say(&format!("The parameters are {}.", listed(&values))),
        }
        for warning in warnings {
            step.say(&format!("Note: {}.", quoted(warning)));
        }
    }

    /// The integrand in the new variables.
    fn integrand_step(&self, is_plain: bool) -> Step {
        let mut step = Step::new("The integrand in the new variables");
        match self.measured() {
            // What is covered twice, or counts negative, is not the area of the image.
            Some(_) if !is_plain || self.domain.is_signed() => {
                step.say("The integrand is 1: nothing is to be replaced.");
            }
            Some(what) => step.say(&format!(
                "The integrand is 1: the integral is {what}, and nothing is to be replaced."
            )),
            None if self.is_unchanged() => step.say(&format!(
                "It is a formula of the new variables already: `{}`.",
                self.given.trim()
            )),
            None => step.show(self.substitution(true)),
        }
        step
    }

    /// What the integral of 1 is.
    pub(super) fn measured(&self) -> Option<&'static str> {
        if self.given.trim() != "1" {
            return None;
        }
        Some(match (self.variables, self.is_square()) {
            (1, _) => "the length",
            (2, _) => "the area",
            (3, true) => "the volume",
            _ => "the measure",
        })
    }

    /// Whether the integrand is the same in the variables.
    fn is_unchanged(&self) -> bool {
        let plain = |text: &str| {
            text.chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
        };
        plain(&self.given) == plain(&self.substituted)
            && plain(&self.given) == plain(&self.simplified)
    }

    /// The integrand as it is given, with the map in its place, and simplified.
    pub(super) fn substitution(&self, in_full: bool) -> Math {
        let given = self.given.replace(['\n', '\t'], " ");
        let mut chain = Chain::of(Math::of(&given));
        if in_full {
            chain = chain.then("=", Math::of(&self.substituted));
        }
        if !in_full || self.simplified.chars().count() < self.substituted.chars().count() {
            chain = chain.then("=", Math::of(&self.simplified));
        }
        chain.math()
    }

    /// The integral over the limits.
    fn transformed_step(&self, with_faces: bool) -> Step {
        let mut step = Step::new(match (self.is_identity(), self.variables) {
            (true, 1) => "The integral between the limits",
            (true, _) => "The iterated integral",
            (false, _) => "The integral over the limits",
        });
        let bars = match (self.domain.is_signed(), self.is_square()) {
            (_, false) => "the root",
            (true, _) => "`det_J`",
            (false, _) => "`abs(det_J)`",
        };
        let order = match self.variables {
            1 => "",
            _ => ", the variable with the outermost limits first",
        };
        if !self.narrowed.is_empty() {
            step.say(&format!(
                "Conditions become limits: {}.",
                listed(&self.narrowed)
            ));
        }
        match (self.is_identity(), order) {
            (true, "") => {}
            (true, _) => step.say("The variable with the outermost limits comes first:"),
            (false, _) => step.say(&format!("The integrand times {bars}{order}:")),
        }
        self.show_whole(&mut step);
        if self.has_conditions {
            step.say("Of its points only those count where the conditions hold.");
        }
        let faces = match with_faces {
            true => self.faces(),
            false => Vec::new(),
        };
        if !faces.is_empty() {
            step.say(&format!(
                "In the targets the limits are: {}.",
                faces.join(", ")
            ));
        }
        step
    }

    /// The integral over all variables.
    pub(super) fn show_whole(&self, step: &mut Step) {
        step.show(self.integral(&(0..self.variables).collect::<Vec<_>>(), &self.whole));
    }
}

/// What makes wide formulas as narrow as the page.
const FIT: &str = "\\newcommand{\\fit}[1]{\\sbox{0}{$\\displaystyle #1$}%\n  \\ifdim\\wd0>\\linewidth\
                   \\resizebox{\\linewidth}{!}{\\usebox{0}}\\else\\usebox{0}\\fi}\n";

/// Names in quotes that are no formulas.
fn quoted(text: &str) -> String {
    text.replace('`', "'").trim_end_matches('.').to_owned()
}

/// The conditions that a text joins, as formulas with signs as they are printed.
fn all_of(text: &str) -> Vec<String> {
    let text = text.replace("<=", "≤").replace(">=", "≥");
    match conjuncts(&text) {
        Some(each) => each.iter().map(|own| format!("`{own}`")).collect(),
        None => vec![format!("({})", text.replace('`', "'"))],
    }
}

/// A body before dx: a sum in brackets.
fn factor_of_sum(text: &str) -> Math {
    match is_sum(&text.replace('+', " + ").replace("-", " - ")) {
        true => Math::new(format!("({text})"), format!(r"\left({}\right)", set(text))),
        false => Math::of(text),
    }
}

/// An error with two digits.
fn rounded(error: f64) -> f64 {
    format!("{error:.1e}").parse().unwrap_or(error)
}

/// When a working has to be done.
struct Time {
    deadline: Deadline,
    /// The settings of the numerical integral of the whole.
    settings: Settings,
}

impl Time {
    fn new(settings: &Settings) -> Self {
        let seconds = match settings.max_seconds == f64::INFINITY {
            true => SECONDS,
            false => settings.max_seconds,
        };
        let whole = settings.clone().max_seconds(seconds);
        Time {
            deadline: whole.deadline(Instant::now()),
            settings: settings.clone().max_seconds(SHARE * seconds),
        }
    }
}
