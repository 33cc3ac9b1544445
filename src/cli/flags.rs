//! The flags of a problem: what `--help` says of them, and what they say.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use pullback::Method;
use pullback::plot::Style;

use super::description::Description;
use super::fault::Fault;
use super::file;
use super::keys::{self, Key};
use super::pieces;
use super::place::Text;
use super::settings::{Given, SETTINGS, Setting};
use super::style;

const FILE: &str = "file";

/// The flag for answers and faults as JSON.
pub(super) const JSON: &str = "json";

/// Whether the arguments ask for JSON, understood or not.
pub(super) fn json_is_wanted() -> bool {
    let flag = format!("--{JSON}");
    std::env::args_os().any(|argument| argument == *flag)
}

/// Adds the flags of a problem, and a file in their place.
pub(super) fn with_problem(command: Command) -> Command {
    let file = Arg::new(FILE)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("A problem file in TOML, or - for standard input; flags override what it says");
    let flags = keys::PROBLEM.into_iter().map(|key| {
        // A formula may start with a sign.
        let begins_with_sign =
            [keys::INTEGRAND.name, keys::WHERE.name, keys::FIELD.name].contains(&key.name);
        flag(key, "Problem").allow_hyphen_values(begins_with_sign)
    });
    command.arg(file).args(flags)
}

/// Adds the flags of what is asked at a point.
pub(super) fn with_point(command: Command) -> Command {
    command.args(keys::POINT.map(|key| flag(key, "Point").allow_hyphen_values(true)))
}

/// Adds the flags of what else is asked of an integral.
pub(super) fn with_integral(command: Command) -> Command {
    command.args(keys::INTEGRAL.map(|key| flag(key, "Output")))
}

/// Adds the flags of the settings.
pub(super) fn with_settings(command: Command) -> Command {
    command.args(SETTINGS.iter().map(|setting| {
        let flag = flag(&setting.key, setting.heading).allow_negative_numbers(true);
        if setting.key.name == "method" {
            flag.value_parser(PossibleValuesParser::new(Method::NAMES))
        } else {
            flag
        }
    }))
}

/// Adds the flags of a style, and a file of one.
pub(super) fn with_style(command: Command) -> Command {
    const HEADING: &str = "Style";
    let file = Arg::new(style::STYLE)
        .long(style::STYLE)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("A TOML file with the flags of this group as keys; a problem file has them under [style]")
        .help_heading(HEADING);
    let parts = style::PARTS.iter();
    let flags = parts.map(|part| flag(&part.key, HEADING).allow_hyphen_values(true));
    command.args(flags).arg(file)
}

/// The style of the problem file, in which a style file and then the flags have the last word; and whether a size was
/// given.
pub(super) fn style(
    matches: &ArgMatches,
    of_problem: &[style::Given],
) -> Result<(Style, bool), Fault> {
    let mut all = of_problem.to_vec();
    if let Ok(Some(path)) = matches.try_get_one::<PathBuf>(style::STYLE) {
        all.extend(file::read_style(path)?);
    }
    for part in &style::PARTS {
        let texts = given(matches, &part.key);
        not_empty(&part.key, &texts)?;
        let name = part.key.name;
        all.extend(texts.into_iter().map(|value| style::Given { name, value }));
    }
    style::of(&all)
}

/// The flag of a key.
fn flag(key: &Key, heading: &'static str) -> Arg {
    let default = key.default.map(|value| format!(" [default: {value}]"));
    let action = match (key.is_switch(), key.repeats) {
        (true, _) => clap::ArgAction::SetTrue,
        (_, true) => clap::ArgAction::Append,
        _ => clap::ArgAction::Set,
    };
    let flag = Arg::new(key.name).long(key.flag());
    let flag = match key.is_switch() {
        true => flag,
        false => flag.value_name(key.value),
    };
    flag.help(key.help.to_owned() + default.as_deref().unwrap_or_default())
        .help_heading(heading)
        .action(action)
}

/// The problem that the file and the flags describe together.
pub(super) fn description(matches: &ArgMatches) -> Result<Description, Fault> {
    let file = match file(matches) {
        Some(path) => file::read(path)?,
        None => Description::default(),
    };
    let others = keys::POINT.into_iter().chain(keys::INTEGRAL);
    for key in keys::PROBLEM.into_iter().chain(others) {
        not_empty(key, &given(matches, key))?;
    }
    let mut flags = Description::of_texts(|key| given(matches, key))?;
    flags.settings = settings(matches)?;
    pieces::resolved(file.overridden_by(flags))
}

/// The problem file, where there is one.
pub(super) fn file(matches: &ArgMatches) -> Option<&PathBuf> {
    matches.get_one::<PathBuf>(FILE)
}

/// Refuses a flag that is given without a value: who writes it means something by it.
fn not_empty(key: &Key, values: &[Text]) -> Result<(), Fault> {
    if values.iter().all(|value| !value.text.trim().is_empty()) {
        return Ok(());
    }
    let fault = Fault::new(format!("--{} is given without a value", key.flag()));
    Err(fault.with_help(format!("--{} {}: {}", key.flag(), key.value, key.help)))
}

/// The texts that were given with the flag of a key.
fn given(matches: &ArgMatches, key: &Key) -> Vec<Text> {
    // A command need not have all flags.
    if key.is_switch() {
        let is_on = matches.try_get_one::<bool>(key.name).ok().flatten();
        return is_on
            .is_some_and(|is_on| *is_on)
            .then(|| Text::of_flag(&key.flag(), "true"))
            .into_iter()
            .collect();
    }
    let values = matches.try_get_many::<String>(key.name).ok().flatten();
    let name = format!("--{}", key.flag());
    let text = |value: &String| Text::of_flag(&name, value);
    values.into_iter().flatten().map(text).collect()
}

fn settings(matches: &ArgMatches) -> Result<Vec<Given>, Fault> {
    let mut settings = Vec::new();
    for Setting { key, .. } in &SETTINGS {
        let texts = given(matches, key);
        not_empty(key, &texts)?;
        let Some(text) = texts.first() else { continue };
        let mut start = 0;
        let values = text.text.split(',').map(|part| {
            let value = text.part(start..start + part.len());
            start += part.len() + 1;
            value
        });
        settings.push(Given {
            name: key.name,
            values: values.collect(),
        });
    }
    Ok(settings)
}
