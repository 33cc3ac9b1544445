//! `pullback solve`: a root of equations near a point, or all in a box.

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use pullback::formula::TextFault;
use pullback::{Equations, Error, Parameters, Settings};

use super::command::Command;
use super::entries::{self, Entry, names};
use super::fault::Fault;
use super::flags::JSON;
use super::interrupt;
use super::keys;
use super::number::shortest;
use super::output::{DONE, INTERRUPTED, UNSURE, print};
use super::parameter;
use super::place::Text;
use super::problem::parameters_of;
use super::roots::{human_roots, human_solution, json_of_roots, json_of_solution};

/// The command.
pub(super) const COMMAND: Command = Command {
    name: "solve",
    about: "A root of equations near a point, or all roots in a box",
    details: "\
Near a point (--near) Newton's method in a trust region looks for one root, with exact derivatives; of more
equations than unknowns the sum of the squares of the residuals is made small. In a box (--over) all roots are
listed: each is proven to be the only one in a box of its own, and the list is complete where bounds exclude
roots everywhere else; what they leave open is listed too.

Exit code: 0 if a root was found, or the list is complete, 1 if not, 2 if the equations cannot be read.",
    examples: "\
Status: converged (a root to within rounding; proven where bounds show that there is exactly one), singular (a
root to within rounding, at which the Jacobian is singular), minimum (no root: the residual has a local minimum),
budget (the steps did not suffice), not-finite (a formula has no finite value), interrupted.

Examples:
  Where a hyperbola meets a circle, near a point:
    pullback solve \"x^2 + y^2 = 4, x*y = 1\" --near \"x = 2, y = 0.5\"
  All such points:
    pullback solve \"x^2 + y^2 = 4, x*y = 1\" --over \"x = -3..3, y = -3..3\"",
    with_flags,
    run,
};

const EQUATIONS: &str = "equations";
const MAX_STEPS: &str = "max-steps";
const MAX_SECONDS: &str = "max-seconds";
const THREADS: &str = "threads";

fn with_flags(command: clap::Command) -> clap::Command {
    let equations = Arg::new(EQUATIONS)
        .value_name("EQUATIONS")
        .required(true)
        .allow_hyphen_values(true)
        .help("The equations, with commas between them; every name that is no parameter is an unknown");
    let flag = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let problem = [
        flag(
            keys::NEAR.name,
            "x = 2, y = 0.5",
            "The start: a number for every unknown",
        ),
        flag(
            keys::OVER.name,
            "x = -3..3, y = …",
            "In its place, limits for every unknown: all roots between them; inf and -inf are allowed",
        ),
        flag(keys::PARAM.name, keys::PARAM.value, keys::PARAM.help).action(ArgAction::Append),
    ];
    let budget = [
        flag(
            MAX_STEPS,
            "N",
            "The most steps, or boxes that are looked at [default: 500 steps, 200000 boxes]",
        )
        .value_parser(value_parser!(u64)),
        flag(MAX_SECONDS, "S", "The most seconds to work [default: no limit]")
            .value_parser(value_parser!(f64))
            .allow_negative_numbers(true),
        flag(
            THREADS,
            "N",
            "The threads to work with, which change the time but no digit [default: all processors]",
        )
        .value_parser(value_parser!(usize)),
    ];
    let json = Arg::new(JSON)
        .long(JSON)
        .action(ArgAction::SetTrue)
        .help("Prints one JSON object");
    command
        .arg(equations)
        .args(problem.map(|flag| flag.help_heading("Problem")))
        .args(budget.map(|flag| flag.help_heading("Effort")))
        .arg(json.help_heading("Output"))
}

fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let text = |name: &str| flags.get_one::<String>(name);
    let flag = |name: &str| text(name).map(|value| Text::of_flag(&format!("--{name}"), value));
    let equations = Text::of_flag("EQUATIONS", text(EQUATIONS).map_or("", String::as_str));
    let given = flags
        .get_many::<String>(keys::PARAM.name)
        .into_iter()
        .flatten();
    let given: Vec<Text> = given.map(|value| Text::of_flag("--param", value)).collect();
    let (given, various) = parameter::parted(parameter::of_flags(&given)?);
    parameter::single(&various, "equations are solved for one value of it")?;
    let parameters = parameters_of(&given)?;
    let token = interrupt::token()?;
    let settings = settings(flags)?.cancelled_by(&token);
    let is_json = flags.get_flag(JSON);
    match (flag(keys::NEAR.name), flag(keys::OVER.name)) {
        (Some(near), None) => {
            let near = entries::equations(&near, keys::NEAR.value)?;
            check_names(&near, &given)?;
            let equations = read(&equations, &near, &parameters)?;
            let point = ordered(&equations, &near, |entry| start(entry, &parameters))?;
            let solution = equations.solve_with(&point, &settings)?;
            let text = match is_json {
                true => json_of_solution(&solution, &equations)?,
                false => human_solution(&solution),
            };
            let code = match solution.is_root() {
                true => DONE,
                false if token.is_cancelled() => INTERRUPTED,
                false => UNSURE,
            };
            Ok(code.max(print(&text)))
        }
        (None, Some(over)) => {
            let over = entries::over(&over)?;
            check_names(&over, &given)?;
            let equations = read(&equations, &over, &parameters)?;
            let limits = ordered(&equations, &over, |entry| limits(entry, &parameters))?;
            let roots = equations.roots_with(limits, &settings)?;
            let text = match is_json {
                true => json_of_roots(&roots, &equations)?,
                false => human_roots(&roots),
            };
            let code = match roots.complete {
                true => DONE,
                false if token.is_cancelled() => INTERRUPTED,
                false => UNSURE,
            };
            Ok(code.max(print(&text)))
        }
        (Some(_), Some(over)) => {
            let message = "a start and limits are given: --near is for one root, --over for all";
            Err(Fault::at(over.place, message).with_help("leave one of them out"))
        }
        (None, None) => Err(nowhere(&equations, &parameters)),
    }
}

/// The settings that flags give.
fn settings(flags: &ArgMatches) -> Result<Settings, Fault> {
    let mut settings = Settings::new();
    settings.max_evals = flags.get_one::<u64>(MAX_STEPS).copied();
    settings.threads = flags.get_one::<usize>(THREADS).copied();
    if let Some(most) = flags.get_one::<f64>(MAX_SECONDS) {
        settings.max_seconds = *most;
    }
    if settings.max_evals == Some(0) {
        return Err(Fault::new(format!("--{MAX_STEPS} must be at least 1")));
    }
    Ok(settings)
}

/// The fault of equations of which nobody says where to look.
fn nowhere(equations: &Text, parameters: &Parameters) -> Fault {
    let read = Equations::parse_with_parameters(&equations.text, parameters);
    let read = match read {
        Ok(read) => read,
        Err(error) => return Fault::of(&error, [equations]),
    };
    let each = |value: &str| {
        let entries = read
            .unknowns()
            .iter()
            .map(|name| format!("{name} = {value}"));
        entries.collect::<Vec<_>>().join(", ")
    };
    Fault::new("nothing says where to look for roots")
        .with_help(format!("near a point: --near \"{}\"", each("1")))
        .with_help(format!("all in a box: --over \"{}\"", each("-10..10")))
}

/// Refuses an unknown with the name of a parameter.
fn check_names<T>(unknowns: &[Entry<T>], parameters: &[Entry<Text>]) -> Result<(), Fault> {
    let is_taken = |entry: &&Entry<T>| parameters.iter().any(|p| p.name.text == entry.name.text);
    match unknowns.iter().find(is_taken) {
        Some(entry) => {
            let message = format!(
                "`{}` is a parameter and cannot be an unknown too",
                entry.name.text
            );
            Err(Fault::at(entry.name.place.clone(), message))
        }
        None => Ok(()),
    }
}

/// The equations, whose unknowns have entries.
fn read<T>(text: &Text, entries: &[Entry<T>], parameters: &Parameters) -> Result<Equations, Fault> {
    // Faults are those of the names that are given: others are slips, as a rule.
    let given: Vec<&str> = entries.iter().map(|e| e.name.text.as_str()).collect();
    let faulty = |error: &Error| {
        let fault = Fault::of(error, [text]);
        match error {
            Error::Text {
                fault: TextFault::UnknownName { name, meant, .. },
                ..
            } if meant.is_none() => fault.advised(format!(
                "the unknowns that are given are {}: if `{name}` is one, give it too; if it is a constant, give \
                 its value with --param \"{name} = 1\"",
                names(entries)
            )),
            _ => fault,
        }
    };
    Equations::parse_with(&text.text, &given, parameters).map_err(|error| faulty(&error))?;
    let equations = Equations::parse_with_parameters(&text.text, parameters);
    let equations = equations.map_err(|error| faulty(&error))?;
    let is_other = |entry: &&Entry<T>| !equations.unknowns().contains(&entry.name.text);
    if let Some(entry) = entries.iter().find(is_other) {
        let message = format!("no equation has `{}`", entry.name.text);
        let help = format!("the unknowns are {}", equations.unknowns().join(", "));
        return Err(Fault::at(entry.name.place.clone(), message).with_help(help));
    }
    Ok(equations)
}

/// What entries say, in the order of the unknowns.
fn ordered<T, V>(
    equations: &Equations,
    entries: &[Entry<T>],
    value: impl Fn(&Entry<T>) -> Result<V, Fault>,
) -> Result<Vec<V>, Fault> {
    let unknowns = equations.unknowns().iter();
    let found = unknowns.filter_map(|name| entries.iter().find(|e| e.name.text == *name));
    found.map(value).collect()
}

/// The start of an unknown.
fn start(entry: &Entry<Text>, parameters: &Parameters) -> Result<f64, Fault> {
    let Entry { name, body } = entry;
    match parameter::value(body, parameters)? {
        value if value.is_finite() => Ok(value),
        value => {
            let message = format!(
                "the start of `{}` is {value}, which is no number",
                name.text
            );
            Err(Fault::at(body.place.clone(), message).with_help("start at a finite number"))
        }
    }
}

/// The limits of an unknown.
fn limits(
    entry: &Entry<[Text; 2]>,
    parameters: &Parameters,
) -> Result<std::ops::Range<f64>, Fault> {
    let Entry { name, body } = entry;
    let [low, high] = body;
    let (lo, hi) = (
        parameter::value(low, parameters)?,
        parameter::value(high, parameters)?,
    );
    for (end, value) in [(low, lo), (high, hi)] {
        if value.is_nan() {
            let message = format!("this limit of `{}` is not a number", name.text);
            return Err(Fault::at(end.place.clone(), message));
        }
    }
    if lo > hi || (lo == hi && lo.is_infinite()) {
        let message = format!("the limits of `{}` leave nothing between them", name.text);
        let place = low.place.joined(&high.place);
        let help = format!(
            "write the lower limit first: {}..{}",
            shortest(hi),
            shortest(lo)
        );
        return Err(Fault::at(place, message).with_help(help));
    }
    Ok(lo..hi)
}
