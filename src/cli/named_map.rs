//! A map by its name: what the catalogue says of it joins what the user says.

use pullback::formula::TextFault;
use pullback::{Error, Parameters, catalogue};

use super::description::Description;
use super::entries::{self, EXAMPLE, Entry, Limits, names};
use super::fault::Fault;
use super::place::Text;
use super::problem;

/// A description without the name of a map: the map's equations, limits and parameters stand in it, but
/// where the user gives others.
pub(super) fn resolved(mut description: Description) -> Result<Description, Fault> {
    let Some(name) = description.named_map.take() else {
        return Ok(description);
    };
    let of_name = |error: &Error| Fault::of(error, [&name]).or_at(Some(&name.place));
    let map = catalogue::read(&name.text).map_err(|error| {
        let fault = of_name(&error);
        match unknown_map(&error) {
            true => fault.with_help(format!(
                "`pullback maps` lists all; a map may be given by equations too: `{EXAMPLE}`"
            )),
            false => fault,
        }
    })?;
    // What the catalogue says stands where the map is named.
    let said = |text: &str| Text {
        text: text.to_owned(),
        place: name.place.clone(),
    };
    let default = |(variable, ends): &(String, [String; 2])| Entry {
        name: said(variable),
        body: ends.each_ref().map(|end| said(end)),
    };
    let limits: Vec<Entry<Limits>> = map.entry().limits().iter().map(default).collect();
    check_variables(&limits, &description.over, map.entry().name())?;
    description.over = entries::merged(limits, description.over);
    let equations = map.equations().iter();
    description.map = equations
        .map(|(target, formula)| Entry {
            name: said(target),
            body: said(formula),
        })
        .collect();
    description.parameters = parameters(&map, &name, description.parameters)?;
    problem::check_parameter_names(&description.parameters, &description.over, &description.map)?;
    let values = problem::parameters_of(&description.parameters)?;
    map.check(&values).map_err(|error| of_name(&error))?;
    Ok(description)
}

/// Whether a name is none of the catalogue.
fn unknown_map(error: &Error) -> bool {
    matches!(
        error,
        Error::Text {
            fault: TextFault::UnknownMap { .. },
            ..
        }
    )
}

/// Refuses limits of variables that a map does not have.
fn check_variables(
    known: &[Entry<Limits>],
    given: &[Entry<Limits>],
    map: &str,
) -> Result<(), Fault> {
    let is_known = |e: &&Entry<Limits>| known.iter().any(|k| k.name.text == e.name.text);
    match given.iter().find(|entry| !is_known(entry)) {
        None => Ok(()),
        Some(Entry { name, .. }) => {
            let message = format!("`{}` is no variable of the map `{map}`", name.text);
            let help = format!("its variables are: {}", names(known));
            Err(Fault::at(name.place.clone(), message).with_help(help))
        }
    }
}

/// The user's parameters and those of a map: these stand first where they use no names, so that the
/// user's may use them.
fn parameters(
    map: &catalogue::NamedMap,
    text: &Text,
    given: Vec<Entry<Text>>,
) -> Result<Vec<Entry<Text>>, Fault> {
    let mut own = Vec::new();
    let mut are_constant = true;
    for (name, formula, place) in map.numbers() {
        let twice = given.iter().find(|entry| entry.name.text == name);
        let body = match (place, twice) {
            (None, Some(_)) => continue,
            (Some(_), Some(twice)) => return Err(given_twice(&twice.name, map.entry().name())),
            (Some(place), None) => text.part(place),
            (None, None) => Text {
                text: formula.to_owned(),
                place: text.place.clone(),
            },
        };
        are_constant &= Parameters::new().set_formula(name, formula).is_ok();
        let name = Text {
            text: name.to_owned(),
            place: body.place.clone(),
        };
        own.push(Entry { name, body });
    }
    let (first, last) = if are_constant {
        (own, given)
    } else {
        (given, own)
    };
    Ok([first, last].concat())
}

/// The fault of a parameter that the arguments of a map give too.
fn given_twice(name: &Text, map: &str) -> Fault {
    let message = format!("`{}` is given in the parentheses of the map too", name.text);
    Fault::at(name.place.clone(), message).with_help(format!(
        "leave the parentheses out to give the arguments of `{map}` by name, or choose another name"
    ))
}
