//! `pullback explain`: the working of an integral by change of variables, as a teacher writes it.

use clap::{Arg, ArgAction, ArgMatches};
use pullback::explain::Working;
use pullback::{Error, Settings};
use serde::Serialize;

use super::command::Command;
use super::description::Description;
use super::fault::Fault;
use super::flags::{self, JSON};
use super::interrupt;
use super::keys;
use super::output::{self, DONE, UNSURE, print};
use super::parameter;
use super::problem::Problem;
use super::settings::Choices;

/// The command.
pub(super) const COMMAND: Command = Command {
    name: "explain",
    about: "The working of an integral, step by step, with a closed form where there is one",
    details: "\
Writes the working of an integral by change of variables: the matrix of derivatives, its determinant,
the integrand in the new variables, the iterated integrals, and their values by antiderivatives, each of
which is checked by differentiation and against the numerical integral. Where a step has no known
antiderivative it says so, and gives the numerical value. Maps that are given the other way round are
worked through with the matrix of their equations, fields with tangents and normals. It takes 5 seconds
at most, or --max-seconds.

Exit code: 0 if the closed form agrees with the numerical value, or the tolerance is met where there is
none; 1 if not; 2 if the problem cannot be read.",
    examples: "\
Examples:
  The Gaussian over the unit disk:
    pullback explain --map \"x = r*cos(t), y = r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\" \\
      --integrand \"exp(-x^2-y^2)\"
  The same problem from a file, as a LaTeX document:
    pullback explain disk.toml --latex > disk.tex",
    with_flags,
    run,
};

const MARKDOWN: &str = "markdown";
const LATEX: &str = "latex";

fn with_flags(command: clap::Command) -> clap::Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help_heading("Output")
            .help(help)
    };
    let markdown =
        flag(MARKDOWN, "Writes Markdown, with formulas in LaTeX").conflicts_with_all([LATEX, JSON]);
    let latex = flag(LATEX, "Writes a LaTeX document").conflicts_with(JSON);
    let json = flag(JSON, "Prints one JSON object");
    flags::with_settings(flags::with_problem(command)).args([markdown, latex, json])
}

fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let description = flags::description(flags)?;
    let form = [MARKDOWN, LATEX, JSON]
        .into_iter()
        .find(|form| flags.get_flag(form));
    explained(&description, form)
}

/// Prints the working of the problem.
pub(super) fn explained(description: &Description, form: Option<&str>) -> Result<u8, Fault> {
    parameter::single(
        &description.various,
        "a working is of one integral: give one value",
    )?;
    for (key, asked) in [
        (&keys::GRADIENT, &description.gradient),
        (&keys::HESSIAN, &description.hessian),
    ] {
        if let Some(text) = asked.first() {
            let message = "a working is of the integral, not of its derivatives";
            let fault = Fault::at(text.place.clone(), message);
            return Err(fault.with_help(format!("leave --{} out", key.flag())));
        }
    }
    if description.average {
        let message = "a working is of one integral, not of an average";
        let help = format!(
            "leave --{} out, and divide by the measure",
            keys::AVERAGE.flag()
        );
        return Err(Fault::new(message).with_help(help));
    }
    if let Some(equations) = description.on.first() {
        let message = "a working is of a map over limits, not of what equations describe in it";
        let fault = Fault::at(equations.place.clone(), message);
        return Err(fault.with_help("give the curve or the surface itself by --map"));
    }
    let problem = Problem::new(description)?;
    if let (true, Some(text)) = (
        problem.integrands.are_parts(),
        description.integrands.first(),
    ) {
        let message = "a working is of a real integral, and this one is complex";
        let fault = Fault::at(text.place.clone(), message);
        return Err(fault.with_help("write out its real part, and its imaginary part"));
    }
    let choices = Choices::new(description.settings.clone())?.cancelled_by(&interrupt::token()?);
    let working = working(&problem, choices.settings())?
        .map_err(|error| choices.fault(error).or_at(problem.limits.as_ref()))?;
    let text = match form {
        Some(MARKDOWN) => working.markdown(),
        Some(LATEX) => working.latex(),
        Some(JSON) => json(&working)?,
        _ => working.text(),
    };
    let is_sure = match working.closed_form {
        Some(_) => working.agrees(),
        None => working.estimate.is_within(choices.settings()),
    };
    Ok(print(&text).max(if is_sure { DONE } else { UNSURE }))
}

/// The working of the one integral that a problem asks for.
fn working(problem: &Problem, settings: &Settings) -> Result<Result<Working, Error>, Fault> {
    let statement = &problem.statement;
    let others = || {
        let fault = Fault::new("a working is of one map over limits, by formulas");
        fault.with_help("give --map and --over; `pullback integrate` takes the others")
    };
    let region = statement.of.as_ref().ok_or_else(others)?;
    if statement.orientation.is_some() {
        let components: Vec<&str> = problem.integrand_texts().collect();
        let working = |oriented| Working::of_field(&oriented, &components, settings);
        return Ok(region.oriented().and_then(working));
    }
    if problem.texts.len() > 1 {
        let fault = Fault::new(format!(
            "there are {} integrands, and a working is of one",
            problem.texts.len()
        ));
        return Err(fault.with_help("give one --integrand at a time"));
    }
    let integrand = problem.integrand_texts().next().unwrap_or("1");
    match &statement.of_inverse {
        Some(inverse) => match Working::of_inverse(inverse, integrand, settings) {
            Ok(working) => working.map(Ok).ok_or_else(others),
            Err(error) => Ok(Err(error)),
        },
        None => Ok(Working::of(region, integrand, settings)),
    }
}

/// What `--json` prints.
#[derive(Serialize)]
struct Object<'w> {
    steps: Vec<Written<'w>>,
    closed_form: Option<&'w str>,
    value: f64,
    error: f64,
    status: &'static str,
    agrees: bool,
    version: &'static str,
}

#[derive(Serialize)]
struct Written<'w> {
    title: &'w str,
    text: String,
    latex: String,
}

fn json(working: &Working) -> Result<String, Fault> {
    let steps = working.steps.iter().map(|step| Written {
        title: &step.title,
        text: step.text(),
        latex: step.latex(),
    });
    let object = Object {
        steps: steps.collect(),
        closed_form: working.closed_form.as_deref(),
        value: working.estimate.value,
        error: working.estimate.error,
        status: working.estimate.status.name(),
        agrees: working.agrees(),
        version: env!("CARGO_PKG_VERSION"),
    };
    output::json(&object)
}
