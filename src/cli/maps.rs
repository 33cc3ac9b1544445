//! `pullback maps`: the catalogue of named maps.

use std::fmt::Write;

use clap::{Arg, ArgAction, ArgMatches};
use pullback::catalogue::{self, Entry, NamedMap};
use pullback::{Domain, Parameters};
use serde::Serialize;

use super::command::Command;
use super::fault::Fault;
use super::flags::JSON;
use super::number::{shortest, with_error};
use super::output::{json, print};
use super::place::Text;
use super::statement::Table;

/// The command.
pub(super) const COMMAND: Command = Command {
    name: "maps",
    about: "The maps that --map knows by name",
    details: "\
Lists the maps of the catalogue: names, variables, and what they are. With a name, shows that
map: its formulas, the limits that hold where --over gives none, its arguments, its determinant
and its measure over these limits.",
    examples: "\
Arguments that are numbers are set in parentheses, all of them in their order, or by name with
--param; those that are formulas of variables are set in parentheses.

Examples:
  One map:
    pullback maps spherical
  With arguments:
    pullback maps \"between(x^2, 1)\"
  The moment of inertia of an ellipse with the half axes 5 and 2:
    pullback integrate --map \"elliptic(5, 2)\" --integrand \"x^2 + y^2\"
  The same with a parameter by name, of the upper half alone:
    pullback integrate --map elliptic --param \"a = 5\" --over \"t = 0..pi\" --integrand \"x^2 + y^2\"",
    with_flags,
    run,
};

const NAME: &str = "name";

fn with_flags(command: clap::Command) -> clap::Command {
    let name = Arg::new(NAME)
        .value_name("NAME")
        .help("A map of the catalogue, with or without arguments in parentheses");
    let json = Arg::new(JSON)
        .long(JSON)
        .action(ArgAction::SetTrue)
        .help_heading("Output")
        .help("Prints one JSON object, or an array of them");
    command.args([name, json])
}

fn run(flags: &ArgMatches) -> Result<u8, Fault> {
    let as_json = flags.get_flag(JSON);
    let text = match flags.get_one::<String>(NAME) {
        None if as_json => {
            let entries = catalogue::all().iter();
            let all: Result<Vec<Shown>, Fault> = entries
                .map(|entry| Shown::of(&catalogue::read(entry.name())?))
                .collect();
            json(&all?)?
        }
        None => list(),
        Some(name) => {
            let name = Text::of_flag(NAME, name);
            let of_name = |error| Fault::of(&error, [&name]).or_at(Some(&name.place));
            let map = catalogue::read(&name.text).map_err(of_name)?;
            // What is wrong with the arguments has its place in the name.
            map.map(&Parameters::new()).map_err(of_name)?;
            let shown = Shown::of(&map)?;
            if as_json {
                json(&shown)?
            } else {
                shown.human(&map)
            }
        }
    };
    Ok(print(&text))
}

/// What there is to say of a map.
#[derive(Serialize)]
struct Shown {
    name: String,
    about: String,
    map: Table<String>,
    over: Table<[String; 2]>,
    param: Table<f64>,
    /// Functions, by their names with the variables that they may use.
    arguments: Table<String>,
    #[serde(skip)]
    determinant_name: &'static str,
    determinant: String,
    measure: Measure,
}

/// The measure over the default limits: a formula where it is known, else an integral.
#[derive(Serialize)]
struct Measure {
    formula: Option<&'static str>,
    value: f64,
    error: Option<f64>,
}

impl Shown {
    fn of(map: &NamedMap) -> Result<Shown, Fault> {
        let none = Parameters::new();
        let formulas = map.map(&none)?;
        let jacobian = formulas.jacobian()?;
        let determinant = match map.determinant() {
            Some(text) => text,
            None => match map.over_defaults(&none)?.determinant() {
                Some((_, text)) => text,
                None => jacobian.determinant(),
            },
        };
        let parameters = formulas.parameters().iter();
        let measure = match map.measure_value(&none)? {
            Some(value) => Measure {
                formula: map.measure(),
                value,
                error: None,
            },
            None => {
                let domain = map.over_defaults(&none)?;
                let estimate = domain.measure()?;
                Measure {
                    formula: None,
                    value: estimate.value,
                    error: Some(estimate.error),
                }
            }
        };
        Ok(Shown {
            name: map.entry().name().to_owned(),
            about: map.entry().about().to_owned(),
            map: Table(
                (formulas.targets().iter().enumerate())
                    .map(|(i, target)| (target.clone(), formulas.text(i)))
                    .collect(),
            ),
            over: Table(map.entry().limits().to_vec()),
            param: Table(
                parameters
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
            ),
            arguments: Table(
                map.functions()
                    .map(|(argument, text)| (argument.signature(), text.to_owned()))
                    .collect(),
            ),
            determinant_name: jacobian.determinant_name(),
            determinant,
            measure,
        })
    }

    /// The map on several lines, for people.
    fn human(&self, map: &NamedMap) -> String {
        let equation = |(name, text): &(String, String)| format!("{name} = {text}");
        let mut rows: Vec<(&str, String)> = Vec::new();
        // By their names, arguments that are functions leave formulas as short as they are meant.
        let equations = map.entry().equations().iter().map(equation);
        rows.extend(equations.map(|equation| ("map", equation)));
        let arguments = self.arguments.0.iter().map(equation);
        rows.extend(arguments.map(|equation| ("argument", equation)));
        let parameters = self.param.0.iter();
        let parameters = parameters.map(|(name, value)| format!("{name} = {}", shortest(*value)));
        let parameters: Vec<String> = parameters.collect();
        if !parameters.is_empty() {
            rows.push(("param", parameters.join(", ")));
        }
        let limits = self.over.0.iter();
        let limits = limits.map(|(name, [lo, hi])| format!("{name} = {lo}..{hi}"));
        rows.push(("over", limits.collect::<Vec<_>>().join(", ")));
        rows.push((self.determinant_name, readable(&self.determinant)));
        rows.push(("measure", self.measure.human()));
        let mut text = format!("{}: {}\n", self.name, self.about);
        let mut last = "";
        for (label, value) in rows {
            let shown = if label == last { "" } else { label };
            // A String takes all that is written to it.
            let _ = writeln!(text, "{shown:<13}{value}");
            last = label;
        }
        text
    }
}

impl Measure {
    /// The formula and its value, or the value and its error.
    fn human(&self) -> String {
        let value = shortest(self.value);
        match (self.formula, self.error) {
            (None, error) => with_error(self.value, error.unwrap_or(0.0)),
            (Some(formula), _) if formula == value => value,
            (Some(formula), _) => format!("{} = {value}", readable(formula)),
        }
    }
}

/// The longest formula that is shown to people, in bytes.
const LONGEST_FORMULA: usize = 400;

/// A formula, or what it is where nobody would read it.
fn readable(formula: &str) -> String {
    match formula.len() {
        0..=LONGEST_FORMULA => formula.to_owned(),
        length => format!("a formula of {length} letters, which --{JSON} writes"),
    }
}

/// All maps, one on a line, those that differ in the number of dimensions together.
fn list() -> String {
    let all = catalogue::all();
    let family_before = |k: usize| k.checked_sub(1).and_then(|before| all[before].family());
    let is_first = |k: &usize| all[*k].family().is_none() || all[*k].family() != family_before(*k);
    let rows: Vec<[String; 3]> = (0..all.len())
        .filter(is_first)
        .map(|k| row(&all[k]))
        .collect();
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let (names, variables) = (width(0), width(1));
    rows.iter()
        .map(|[name, of, about]| format!("{name:names$}  {of:variables$}  {about}\n"))
        .collect()
}

/// The name, the variables and the description of an entry, or of all of its family.
fn row(entry: &Entry) -> [String; 3] {
    let limits = entry.limits().iter();
    let variables: Vec<&str> = limits.map(|(name, _)| name.as_str()).collect();
    let variables = variables.join(", ");
    let alone = [entry.name(), &variables, entry.about()].map(str::to_owned);
    let Some(family) = entry.family() else {
        return alone;
    };
    let mut others = catalogue::all()
        .iter()
        .filter(|e| e.family() == Some(family));
    let last = others.next_back().map_or("", Entry::name);
    let last = last
        .strip_prefix(family)
        .unwrap_or(last)
        .trim_start_matches('-');
    let dimensions = format!("{} dimensions", entry.limits().len());
    [
        format!("{} … {last}", entry.name()),
        format!("{variables}, …"),
        entry.about().replace(&dimensions, "n dimensions"),
    ]
}
