//! `pullback density`: the density of random points that a map carries along.

use std::fmt::Write;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use pullback::{Density, Estimate, Map};
use serde::Serialize;

use super::command::Command;
use super::description::Description;
use super::fault::Fault;
use super::flags::{self, JSON};
use super::interrupt;
use super::jacobian;
use super::keys;
use super::number::{ALL_DIGITS, shortest, significant, with_error};
use super::output::{self, DONE, UNSURE, line, print};
use super::parameter;
use super::point::Point;
use super::problem::region_of;
use super::settings::Choices;
use super::statement::Table;

/// The command.
pub(super) const COMMAND: Command = Command {
    name: "density",
    about: "The density of random points that a map carries along: values, samples, masses, means",
    details: "\
Random points of the variables are uniform within the limits (--over); without limits they are independent
standard normal numbers. The map carries them to the targets, where their density is p(u)/|det J|. The map
must be one-to-one: `pullback check` says whether it is.

Prints the density at a point of the variables (--at), the mass where conditions hold (--where; without, all
of it, which is 1), the mean of each --integrand, and random points as a table (--samples).

Exit code: 0, 1 if a mass, a mean or a density is not to the tolerance or not finite, 2 if the problem cannot
be read.",
    examples: "\
Examples:
  Box and Muller's map of the unit square, at a point, with the mass of the unit disk:
    pullback density --map \"x = sqrt(-2*ln(u))*cos(2*pi*v), y = sqrt(-2*ln(u))*sin(2*pi*v)\" \\
      --over \"u = 0..1, v = 0..1\" --at \"u = 0.3, v = 0.8\" --where \"x^2 + y^2 < 1\"
  A thousand points of a bent normal density, as a table:
    pullback density --map \"x = a, y = b + a^2\" --samples 1000",
    with_flags,
    run,
};

const SAMPLES: &str = "samples";

fn with_flags(command: clap::Command) -> clap::Command {
    let samples = Arg::new(SAMPLES)
        .long(SAMPLES)
        .value_name("N")
        .value_parser(value_parser!(u64).range(1..=10_000_000))
        .help_heading("Output")
        .help("Prints so many random points, with ln p at each, divided by commas");
    let json = Arg::new(JSON)
        .long(JSON)
        .action(ArgAction::SetTrue)
        .help_heading("Output")
        .help("Prints one JSON object");
    let command = flags::with_settings(flags::with_point(flags::with_problem(command)));
    command.args([samples, json])
}

fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let description = flags::description(flags)?;
    parameter::single(&description.various, "a density has one value of it")?;
    only_map(&description)?;
    let (map, _) = jacobian::map(&description)?;
    let density = match &description.over[..] {
        [] => Density::standard_normal(map.variables().len())?,
        over => {
            let place = over.iter().map(|e| e.name.place.joined(&e.body[1].place));
            let place = place.reduce(|all, next| all.joined(&next));
            let region = region_of(over, map.parameters())?;
            Density::uniform(&region).map_err(|e| Fault::from(e).or_at(place.as_ref()))?
        }
    };
    let density = density.pushforward(&map)?;
    let choices = Choices::new(description.settings.clone())?.cancelled_by(&interrupt::token()?);
    if let Some(count) = flags.get_one::<u64>(SAMPLES) {
        let samples = Samples::of(&density, &map, *count as usize, choices.settings().seed);
        return Ok(print(&match flags.get_flag(JSON) {
            true => output::json(&samples)?,
            false => samples.table(),
        }));
    }
    let answer = Answer::of(&density, &map, &description, &choices)?;
    let text = match flags.get_flag(JSON) {
        true => answer.json()?,
        false => answer.human(),
    };
    Ok(answer.code(&choices).max(print(&text)))
}

/// Refuses what is said of a region other than a map and limits.
fn only_map(description: &Description) -> Result<(), Fault> {
    let place = match (
        &description.on[..],
        &description.field[..],
        &description.principal_value[..],
    ) {
        ([on, ..], ..) => (&keys::ON, &on.place),
        (_, [field, ..], _) => (&keys::FIELD, &field.place),
        (.., [value, ..]) => (&keys::PRINCIPAL_VALUE, &value.name.place),
        _ => return Ok(()),
    };
    let message = format!(
        "a density is carried by a map alone, without --{}",
        place.0.flag()
    );
    Err(Fault::at(place.1.clone(), message))
}

/// Random points.
#[derive(Serialize)]
struct Samples {
    targets: Vec<String>,
    samples: Vec<Vec<f64>>,
    log_density: Vec<f64>,
    seed: u64,
}

impl Samples {
    fn of(density: &Density, map: &Map, count: usize, seed: u64) -> Samples {
        let found = density.sample(count, seed);
        let points = found.points.chunks(density.dimension());
        Samples {
            targets: map.targets().to_vec(),
            samples: points.map(<[f64]>::to_vec).collect(),
            log_density: found.log_densities,
            seed,
        }
    }

    /// A row for each point, with all digits.
    fn table(&self) -> String {
        let mut text = self.targets.join(",") + ",log_density\n";
        for (point, log) in self.samples.iter().zip(&self.log_density) {
            for x in point {
                // A String takes all that is written to it.
                let _ = write!(text, "{},", significant(*x, ALL_DIGITS));
            }
            let _ = writeln!(text, "{}", significant(*log, ALL_DIGITS));
        }
        text
    }
}

/// The density at a point.
struct Near {
    at: Vec<f64>,
    image: Vec<f64>,
    log: f64,
}

/// What is said of a density.
struct Answer<'a> {
    map: &'a Map,
    /// The limits within which the variables are uniform; none for normal ones.
    limits: Table<[String; 2]>,
    near: Option<Near>,
    conditions: String,
    mass: Estimate,
    means: Vec<(String, Estimate)>,
}

impl<'a> Answer<'a> {
    fn of(
        density: &Density,
        map: &'a Map,
        description: &Description,
        choices: &Choices,
    ) -> Result<Self, Fault> {
        let point = Point::of(description, map.variables(), map.parameters())?;
        let near = match point {
            Some(point) => {
                let (image, log) = density.log_density(&point.values)?;
                let at = point.values;
                Some(Near { at, image, log })
            }
            None => None,
        };
        let all: Vec<&str> = description
            .conditions
            .iter()
            .map(|text| &text.text[..])
            .collect();
        let conditions = all.join(", ");
        let mass = density.mass_with(&conditions, choices.settings());
        let mass = mass.map_err(|error| Fault::of(&error, &description.conditions))?;
        let mut means = Vec::new();
        for text in &description.integrands {
            let mean = density.expectation_with(&text.text, choices.settings());
            means.push((
                text.text.clone(),
                mean.map_err(|error| Fault::of(&error, [text]))?,
            ));
        }
        let limits = description.over.iter();
        let limits = limits.map(|e| {
            (
                e.name.text.clone(),
                e.body.each_ref().map(|t| t.text.trim().to_owned()),
            )
        });
        Ok(Answer {
            map,
            limits: Table(limits.collect()),
            near,
            conditions,
            mass,
            means,
        })
    }

    fn code(&self, choices: &Choices) -> u8 {
        let integrals = self.means.iter().map(|(_, mean)| mean).chain([&self.mass]);
        let code = integrals.fold(DONE, |code, estimate| code.max(choices.verdict(estimate)));
        let is_finite = self
            .near
            .as_ref()
            .is_none_or(|near| near.log < f64::INFINITY);
        code.max(if is_finite { DONE } else { UNSURE })
    }

    fn human(&self) -> String {
        let named = |names: &[String], values: &[f64]| {
            let pairs = names.iter().zip(values);
            let pairs: Vec<String> = pairs
                .map(|(n, v)| format!("{n} = {}", shortest(*v)))
                .collect();
            pairs.join(", ")
        };
        let equations = self.map.targets().iter().enumerate();
        let equations: Vec<String> = equations
            .map(|(i, name)| format!("{name} = {}", self.map.text(i)))
            .collect();
        let limits = self.limits.0.iter();
        let limits: Vec<String> = limits
            .map(|(name, [lo, hi])| format!("{name} = {lo}..{hi}"))
            .collect();
        let mut text = line("map", &equations.join(", "));
        text += &match limits.is_empty() {
            true => {
                let names = self.map.variables().join(", ");
                line(
                    "variables",
                    &format!("{names}: independent, standard normal"),
                )
            }
            false => line("variables", &format!("uniform over {}", limits.join(", "))),
        };
        if let Some(Near { at, image, log }) = &self.near {
            text += &line("at", &named(self.map.variables(), at));
            text += &line("point", &named(self.map.targets(), image));
            text += &line("density", &shortest(formula_exp(*log)));
            text += &line("ln density", &shortest(*log));
        }
        let of = |estimate: &Estimate| {
            let number = with_error(estimate.value, estimate.error);
            match estimate.status.name() {
                "converged" => number,
                status => format!("{number} ({status})"),
            }
        };
        text += &match &self.conditions[..] {
            "" => line("mass", &of(&self.mass)),
            conditions => line("mass", &format!("{} where {conditions}", of(&self.mass))),
        };
        for (of_what, mean) in &self.means {
            text += &line("mean", &format!("{} of {of_what}", of(mean)));
        }
        let all = self.means.iter().map(|(_, mean)| mean).chain([&self.mass]);
        for estimate in all {
            let reasons = estimate.reasons.iter();
            text += &reasons
                .map(|reason| line("reason", &reason.to_string()))
                .collect::<String>();
            let warnings = estimate.warnings.iter();
            text += &warnings
                .map(|warning| line("warning", warning))
                .collect::<String>();
        }
        text
    }

    fn json(&self) -> Result<String, Fault> {
        let named = |names: &[String], values: &[f64]| {
            Table(names.iter().cloned().zip(values.iter().copied()).collect())
        };
        let equations = self.map.targets().iter().enumerate();
        let near = self.near.as_ref().map(|near| ObjectAt {
            at: named(self.map.variables(), &near.at),
            point: named(self.map.targets(), &near.image),
            density: formula_exp(near.log),
            log_density: near.log,
        });
        let means = self
            .means
            .iter()
            .map(|(of, mean)| Integral::of(of.clone(), mean));
        output::json(&Object {
            map: Table(
                equations
                    .map(|(i, name)| (name.clone(), self.map.text(i)))
                    .collect(),
            ),
            variables: match self.limits.0.is_empty() {
                true => "normal",
                false => "uniform",
            },
            over: &self.limits,
            near,
            mass: Integral::of(self.conditions.clone(), &self.mass),
            means: means.collect(),
            version: env!("CARGO_PKG_VERSION"),
        })
    }
}

/// e to a power, with the bits of formulas.
fn formula_exp(log: f64) -> f64 {
    pullback::elementary::Unary::Exp.value(log)
}

/// What `--json` prints.
#[derive(Serialize)]
struct Object<'a> {
    map: Table<String>,
    variables: &'static str,
    over: &'a Table<[String; 2]>,
    #[serde(flatten)]
    near: Option<ObjectAt>,
    mass: Integral,
    means: Vec<Integral>,
    version: &'static str,
}

/// What it prints of a point.
#[derive(Serialize)]
struct ObjectAt {
    at: Table<f64>,
    point: Table<f64>,
    density: f64,
    log_density: f64,
}

/// What it prints of an integral against the density.
#[derive(Serialize)]
struct Integral {
    of: String,
    value: f64,
    error: f64,
    status: &'static str,
    reasons: Vec<String>,
    warnings: Vec<String>,
}

impl Integral {
    fn of(of: String, estimate: &Estimate) -> Self {
        Integral {
            of,
            value: estimate.value,
            error: estimate.error,
            status: estimate.status.name(),
            reasons: estimate.reasons.iter().map(ToString::to_string).collect(),
            warnings: estimate.warnings.clone(),
        }
    }
}
