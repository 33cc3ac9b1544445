//! `pullback integrate`: the integral, with its error, a status and the reasons for it.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use pullback::Checkpoint;

use super::answer::Answer;
use super::command::Command;
use super::explain;
use super::fault::Fault;
use super::field;
use super::flags::{self, JSON};
use super::gradient::Gradient;
use super::interrupt;
use super::keys;
use super::learned::{LEARNED, LearnedFile};
use super::nodes_file::{NODES_OUT, NodesFile};
use super::output::{DONE, UNSURE, print};
use super::plot;
use super::problem::{Problem, integral};
use super::progress;
use super::settings::Choices;
use super::sweep::{self, CSV, Sweep};
use super::world;

/// The command.
pub(super) const COMMAND: Command = Command {
    name: "integrate",
    about: "The integral, with its error, a status and the reasons for it",
    details: "\
Prints the integral of the integrand over the image of the region under the map, an estimate
of its error, and how far both can be trusted.

Exit code: 0 if the tolerance is met, 1 if there is an answer but not to the tolerance, 2 if
the problem cannot be read, 130 if the work was stopped by Ctrl-C or a signal to end: the best
answer so far is printed then, and a second signal ends the program at once.",
    examples: "\
Formulas: + - * / ^ and parentheses, pi, e, tau, inf, and the functions sin cos tan asin acos atan
atan2(y, x) sinh cosh tanh asinh acosh atanh exp expm1 ln (= log) log1p log2 log10 sqrt cbrt abs
min max floor ceil sign hypot pow erf erfc normcdf sinc gamma digamma trigamma ellipk(m) ellipe(m)
heaviside if(x < 0, 1, 2), and of a whole order besselj(0, x) bessely besseli besselk sphericalj
polygamma. Comparisons stand inside if.
With i an integrand is complex: exp(i*x), and re im conj arg and abs of it.
Products need their sign: 2*x, r*cos(t). A power stands behind the operand: sin(x)^2.

Status: converged (the tolerance is met), suspect (met, but a check disagrees), roundoff (no more
digits in double precision), budget (evaluations, seconds or methods ran out), nonfinite (the
integrand is infinite or undefined at a point that is named).

Examples:
  exp(-x²-y²) over the unit disk, in polar coordinates:
    pullback integrate --map \"x = r*cos(t), y = r*sin(t)\" --over \"r = 0..1, t = 0..2*pi\" \\
      --integrand \"exp(-x^2-y^2)\"
  The part of a mesh of curved elements that is the group `steel`:
    pullback integrate --mesh plate.msh --group steel --integrand \"x^2 + y^2\"
  The same disk from a file, with other limits for one variable:
    pullback integrate disk.toml --over \"t = 0..pi\"
  where disk.toml is
    integrand = \"exp(-x^2-y^2)\"
    [map]
    x = \"r*cos(t)\"
    y = \"r*sin(t)\"
    [over]
    r = [0, 1]
    t = [0, \"2*pi\"]",
    with_flags,
    run,
};

const PLOT: &str = "plot";
const EXPLAIN: &str = "explain";
const QUIET: &str = "quiet";
const CHECKPOINT: &str = "checkpoint";

fn with_flags(command: clap::Command) -> clap::Command {
    let plot = Arg::new(PLOT)
        .long(PLOT)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Draws the region beside its image too, as .png, .svg or .pdf");
    let json = Arg::new(JSON)
        .long(JSON)
        .action(ArgAction::SetTrue)
        .conflicts_with(QUIET)
        .help("Prints one JSON object");
    let quiet = Arg::new(QUIET)
        .long(QUIET)
        .action(ArgAction::SetTrue)
        .help("Prints the value alone, with 17 digits; one line for each integrand");
    let csv = Arg::new(CSV)
        .long(CSV)
        .action(ArgAction::SetTrue)
        .conflicts_with_all([QUIET, JSON])
        .help("Prints a table divided by commas; --json prints one object a line of it");
    let checkpoint = Arg::new(CHECKPOINT)
        .long(CHECKPOINT)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .conflicts_with(EXPLAIN)
        .help("Keeps what is done in a file, from which the same command goes on if it was broken off");
    let learned = Arg::new(LEARNED)
        .long(LEARNED)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .conflicts_with(EXPLAIN)
        .help("Keeps the map that vegas learned in a file, and begins with the one that is there");
    let nodes = Arg::new(NODES_OUT)
        .long(NODES_OUT)
        .value_name("FILE.csv")
        .value_parser(value_parser!(PathBuf))
        .conflicts_with_all([EXPLAIN, CSV])
        .help(
            "Writes the nodes: variables, targets, weight, det J, integrand; the value is the sum of \
             weight·integrand·|det J|",
        );
    let explain = Arg::new(EXPLAIN)
        .long(EXPLAIN)
        .action(ArgAction::SetTrue)
        .conflicts_with_all([QUIET, CSV, PLOT])
        .help("Prints the working instead, step by step, as `pullback explain` does");
    let command = flags::with_settings(flags::with_problem(command));
    let command = flags::with_integral(command);
    command.args(
        [plot, json, csv, quiet, checkpoint, learned, nodes, explain]
            .map(|flag| flag.help_heading("Output")),
    )
}

fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let description = flags::description(flags)?;
    if description.average
        && let Some(place) = field::place(&description)
    {
        let message = "a field has no average: its integral is the work or the flux";
        let help = format!("leave --{} out", keys::AVERAGE.flag());
        return Err(Fault::at(place, message).with_help(help));
    }
    if description.average
        && let Some(first) = description.hessian.first()
    {
        let message = "second derivatives are those of integrals, not of averages";
        let help = format!("leave --{} out", keys::AVERAGE.flag());
        return Err(Fault::at(first.place.clone(), message).with_help(help));
    }
    if flags.get_flag(EXPLAIN) {
        return explain::explained(&description, flags.get_flag(JSON).then_some(JSON));
    }
    let checkpoint = match flags.get_one::<PathBuf>(CHECKPOINT) {
        // Of several processes the first one keeps what is done.
        Some(path) if world::speaks() => Some(Checkpoint::open(path, &description.problem())?),
        _ => None,
    };
    let checkpoint = checkpoint.as_ref();
    let sweep = Sweep::of(&description)?;
    if !sweep.is_empty() || flags.get_flag(CSV) {
        if let Some(path) = flags.get_one::<PathBuf>(LEARNED) {
            let message = format!(
                "--{LEARNED} {} is of one integral, not of a table",
                path.display()
            );
            return Err(Fault::new(message).with_help("leave it out"));
        }
        if let Some(path) = flags.get_one::<PathBuf>(PLOT) {
            let message = format!(
                "--{PLOT} {} is of one region, not of a table",
                path.display()
            );
            return Err(Fault::new(message).with_help("`pullback plot` draws one"));
        }
        if let Some(path) = flags.get_one::<PathBuf>(NODES_OUT) {
            let message = format!(
                "--{NODES_OUT} {} is of one integral, not of a table",
                path.display()
            );
            return Err(Fault::new(message).with_help("leave it out"));
        }
        let choices = Choices::new(description.settings.clone())?;
        let choices = choices.cancelled_by(&interrupt::token()?);
        let choices = choices.among(world::ranks());
        return sweep::run(&description, &sweep, &choices, checkpoint, flags);
    }
    let start = Instant::now();
    let problem = Problem::new(&description)?;
    let choices = Choices::new(description.settings.clone())?;
    let choices = choices
        .cancelled_by(&interrupt::token()?)
        .kept_in(checkpoint)
        .among(world::ranks());
    let (choices, learned) = match flags.get_one::<PathBuf>(LEARNED) {
        Some(path) => {
            let (start, file) = LearnedFile::open(path, &choices)?;
            (choices.learned(start), Some(file))
        }
        None => (choices, None),
    };
    let nodes = match flags.get_one::<PathBuf>(NODES_OUT) {
        Some(path) if description.average => {
            let message = format!(
                "--{NODES_OUT} {} is of an integral: an average is no sum over nodes",
                path.display()
            );
            let help = format!("leave --{} out", keys::AVERAGE.flag());
            return Err(Fault::new(message).with_help(help));
        }
        Some(path) if world::speaks() => Some(NodesFile::open(path)?),
        _ => None,
    };
    let choices = choices.keeping_nodes(nodes.is_some());
    let reading = start.elapsed();
    // What could keep the picture from being drawn or written shows before the work.
    let picture = match flags.get_one::<PathBuf>(PLOT) {
        Some(path) => {
            plot::check_path(path, flags::file(flags))?;
            let (style, _) = flags::style(flags, &description.style)?;
            Some((plot::prepared(&problem, None, &style)?, path))
        }
        None => None,
    };
    let start = Instant::now();
    let domain = problem.domain.as_ref();
    let (settings, line) = match world::speaks() {
        true => progress::shown(choices.settings().clone()),
        false => (choices.settings().clone(), None),
    };
    let found = integral(domain, &problem.integrands, description.average, &settings);
    let estimate = found.map_err(|error| {
        let of_map = learned.as_ref().and_then(|file| file.fault(&error));
        of_map.unwrap_or_else(|| choices.fault(error).or_at(problem.limits.as_ref()))
    })?;
    let seconds = (reading + start.elapsed()).as_secs_f64();
    let gradient = Gradient::of(&description, &problem, &settings)?;
    drop(line);
    let answer = Answer {
        estimate: &estimate,
        problem: &problem,
        seconds,
        settings: choices.settings(),
        gradient: &gradient,
        average: description.average,
        values: Vec::new(),
    };
    let text = match (flags.get_flag(QUIET), flags.get_flag(JSON)) {
        (true, _) => answer.quiet(),
        (_, true) => answer.json()?,
        _ => answer.human(),
    };
    let all = gradient.estimates().chain([&estimate]);
    let verdict = all.fold(DONE, |code, estimate| code.max(choices.verdict(estimate)));
    let mut code = verdict.max(print(&text));
    if world::speaks()
        && let (Some(file), Some(map)) = (learned, &estimate.outcome.learned)
        && let Err(fault) = file.write(map)
    {
        fault.report(flags.get_flag(JSON));
        code = code.max(UNSURE);
    }
    if let Some(file) = nodes
        && let Err(fault) = file.write(&estimate, &problem)
    {
        fault.report(flags.get_flag(JSON));
        code = code.max(UNSURE);
    }
    if world::speaks()
        && let Some((picture, path)) = picture
        && let Err(error) = picture.save(path)
    {
        // The answer is out: this cannot be the code of bad input any more.
        Fault::from(error).report(flags.get_flag(JSON));
        code = code.max(UNSURE);
    }
    Ok(code)
}
