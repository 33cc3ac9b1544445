//! `pullback check`: whether a map is one-to-one, folds or is degenerate, and how often it covers its image;
//! which elements of a mesh are turned over.

use clap::{Arg, ArgAction, ArgMatches};
use pullback::domain::Point;
use pullback::integrator::Outcome;
use pullback::{Check, OneToOne, Orientation, Status};
use serde::Serialize;
use serde_json::{Map, Value};

use super::check_mesh;
use super::command::Command;
use super::fault::Fault;
use super::flags::{self, JSON};
use super::number::{shortest, with_error};
use super::output::{self, DONE, UNSURE, line, print};
use super::parameter;
use super::problem::Problem;

/// The command.
pub(super) const COMMAND: Command = Command {
    name: "check",
    about: "Whether a map is one-to-one, folds or is degenerate",
    details: "\
Says what the map does to the region of its variables: whether it keeps its orientation, where it
folds, where its determinant is zero, how often it covers its image, and what the image measures by
the inside and by the boundary. Conditions (--where) are left out of account.

Of a mesh (--mesh) it says of every element whether det J is positive on all of it, by bounds that are
certain, and how good its shape is.

Exit code: 0 if no place is covered twice and all elements are valid, 1 if not, 2 if the problem cannot
be read.",
    examples: "\
One-to-one: proved (by algebra or by bounds, but for places without content), sampled (no place that
was looked at is covered twice), no (two points with one image are named).

Examples:
  Polar coordinates over two turns cover the disk twice:
    pullback check --map \"x = r*cos(t), y = r*sin(t)\" --over \"r = 0..1, t = 0..4*pi\"
  A fold:
    pullback check --map \"x = u^2, y = v\" --over \"u = -1..1, v = 0..1\"
  The elements of a mesh:
    pullback check --mesh part.msh",
    with_flags,
    run,
};

fn with_flags(command: clap::Command) -> clap::Command {
    let json = Arg::new(JSON)
        .long(JSON)
        .action(ArgAction::SetTrue)
        .help_heading("Output")
        .help("Prints one JSON object");
    flags::with_problem(command).arg(json)
}

fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let description = flags::description(flags)?;
    if let Some(path) = &description.mesh {
        return check_mesh::run(path, &description, flags.get_flag(JSON));
    }
    if let Some(equations) = description.on.first() {
        let message = "a check is of a map over limits, not of what equations describe in it";
        return Err(Fault::at(equations.place.clone(), message));
    }
    parameter::single(
        &description.various,
        "a check is of one map: give one value",
    )?;
    let problem = Problem::new(&description)?;
    let check = Check::of(problem.domain.as_ref())?;
    let text = match flags.get_flag(JSON) {
        true => json(&check)?,
        false if description.conditions.is_empty() => human(&check),
        false => human(&check) + &line("note", "conditions are left out of account"),
    };
    let code = match check.one_to_one {
        OneToOne::No => UNSURE,
        _ => DONE,
    };
    Ok(code.max(print(&text)))
}

/// What `--json` prints.
#[derive(Serialize)]
struct Object<'c> {
    orientation: &'static str,
    folds: Vec<Place>,
    multiplicity: usize,
    one_to_one: &'static str,
    because: &'c [String],
    twice: Option<[Place; 2]>,
    jacobian: Range,
    degenerate: Vec<Where<'c>>,
    seams: &'c [String],
    signed_measure: Option<f64>,
    measure: Option<f64>,
    measure_of_image: Option<f64>,
    boundary: Option<f64>,
    version: &'static str,
}

#[derive(Serialize)]
struct Range {
    min: f64,
    max: f64,
    proven: bool,
}

#[derive(Serialize)]
struct Place {
    at: Map<String, Value>,
}

#[derive(Serialize)]
struct Where<'c> {
    r#where: &'c str,
    what: &'c str,
}

/// The variables of a point.
fn place(check: &Check, point: &Point) -> Place {
    let pairs = check.variables.iter().cloned();
    let values = point.variables.iter().map(|value| tidy(*value));
    Place {
        at: pairs.zip(values.map(Value::from)).collect(),
    }
}

/// The value of an integral that was found.
fn known(outcome: &Outcome) -> Option<f64> {
    let is_done = matches!(outcome.status, Status::Converged | Status::Roundoff);
    is_done.then(|| outcome.values[0])
}

/// The same with its error, or why there is none.
fn shown(outcome: &Outcome) -> String {
    match known(outcome) {
        Some(value) => with_error(value, outcome.errors[0]),
        None => {
            let reason = outcome.reasons.first().map(ToString::to_string);
            format!(
                "not known ({}): {}",
                outcome.status,
                reason.unwrap_or_default()
            )
        }
    }
}

/// A number without the last digits, which a search does not give.
fn tidy(value: f64) -> f64 {
    let near = (value * 1e9).round() / 1e9;
    if value.is_finite() { near + 0.0 } else { value }
}

fn json(check: &Check) -> Result<String, Fault> {
    let object = Object {
        orientation: check.orientation.name(),
        folds: check
            .folds
            .iter()
            .map(|point| place(check, point))
            .collect(),
        multiplicity: check.multiplicity,
        one_to_one: check.one_to_one.name(),
        because: &check.because,
        twice: check
            .twice
            .as_ref()
            .map(|pair| pair.each_ref().map(|point| place(check, point))),
        jacobian: Range {
            min: check.jacobian[0],
            max: check.jacobian[1],
            proven: check.is_range_proven,
        },
        degenerate: check
            .degenerate
            .iter()
            .map(|place| Where {
                r#where: &place.place,
                what: &place.what,
            })
            .collect(),
        seams: &check.seams,
        signed_measure: check.signed_measure.as_ref().and_then(known),
        measure: known(&check.measure),
        measure_of_image: check.measure_of_image(),
        boundary: check.boundary.as_ref().and_then(known),
        version: env!("CARGO_PKG_VERSION"),
    };
    output::json(&object)
}

fn human(check: &Check) -> String {
    let is_square = check.variables.len() == check.targets.len();
    let mut text = line("one-to-one", &one_to_one(check));
    for because in &check.because {
        text += &line("", because);
    }
    let named = |point: &Point| {
        let pairs = check.variables.iter().zip(&point.variables);
        let texts = pairs.map(|(name, value)| format!("{name} = {}", shortest(tidy(*value))));
        texts.collect::<Vec<_>>().join(", ")
    };
    if let Some([first, second]) = &check.twice {
        let image = check.targets.iter().zip(&first.targets);
        let image = image.map(|(name, value)| format!("{name} = {}", shortest(tidy(*value))));
        let image = image.collect::<Vec<_>>().join(", ");
        text += &line("", &format!("{} and", named(first)));
        text += &line("", &format!("{} have one image, {image}", named(second)));
    }
    let sense = match check.orientation {
        Orientation::Preserving => "kept: det J is nowhere negative",
        Orientation::Reversing => "turned over: det J is nowhere positive",
        Orientation::Changes => "changes: det J has either sign, and the map folds",
        _ => "none: det J is zero everywhere",
    };
    if is_square {
        text += &line("orientation", sense);
    }
    let [min, max] = check.jacobian.map(|end| shortest(tidy(end)));
    let how = if check.is_range_proven {
        "proven"
    } else {
        "as far as it was looked at"
    };
    let name = if is_square { "det J" } else { "√det(JᵀJ)" };
    text += &line(name, &format!("between {min} and {max}, {how}"));
    for fold in &check.folds {
        text += &line("fold", &format!("through {}", named(fold)));
    }
    for place in &check.degenerate {
        text += &line("degenerate", &format!("{}: {}", place.place, place.what));
    }
    for seam in &check.seams {
        text += &line(
            "seam",
            &format!("the first and the last {seam} have the same image"),
        );
    }
    text += &line("measure", &shown(&check.measure));
    if let Some(image) = check.measure_of_image().filter(|_| check.multiplicity > 1) {
        let once = format!(
            "{} of the image alone, which is covered {} times",
            shortest(image),
            check.multiplicity
        );
        text += &line("", &once);
    }
    if let Some(signed) = &check.signed_measure {
        text += &line("signed", &shown(signed));
    }
    if let Some(boundary) = &check.boundary {
        let theorem = if check.variables.len() == 2 {
            "Green's"
        } else {
            "Gauss's"
        };
        text += &line(
            "",
            &format!(
                "{} by {theorem} theorem, from the boundary",
                shown(boundary)
            ),
        );
    }
    if check.agrees_with_boundary() == Some(false) {
        text += &line("", "these two differ: the map jumps, or has a pole inside");
    }
    text
}

fn one_to_one(check: &Check) -> String {
    match check.one_to_one {
        OneToOne::Proved => "proved, but for places without content".to_owned(),
        OneToOne::No if check.multiplicity == 0 => "no".to_owned(),
        OneToOne::No => match check.multiplicity == check.least_multiplicity {
            true => format!("no: every place is covered {} times", check.multiplicity),
            false => format!("no: some places are covered {} times", check.multiplicity),
        },
        _ => "sampled: no place that was looked at is covered twice".to_owned(),
    }
}
