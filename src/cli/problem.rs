//! The problem that flags and a file describe together.

use pullback::domain::Misfit;
use pullback::formula::TextFault;
use pullback::{
    Domain, Error, Estimate, Integrands, Map, MappedRegion, Parameters, Region, Settings,
};

use super::entries::{Entry, Limits, names};
use super::fault::Fault;
use super::parameter::value;
use super::place::{Place, Text};
use super::statement::Statement;

/// A problem, ready to integrate.
pub(super) struct Problem {
    pub(super) domain: Box<dyn Domain>,
    /// What the answer states of it.
    pub(super) statement: Statement,
    pub(super) integrands: Integrands<'static>,
    /// The integrands as the user wrote them.
    pub(super) texts: Vec<String>,
    /// Where the limits are given.
    pub(super) limits: Option<Place>,
    pub(super) warnings: Vec<String>,
}

impl Problem {
    /// The integrands as the user wrote them; 1 where there is none.
    pub(super) fn integrand_texts(&self) -> impl Iterator<Item = &str> {
        let default = self.texts.is_empty().then_some("1");
        self.texts.iter().map(String::as_str).chain(default)
    }
}

/// The integrals over a domain, or the averages.
pub(super) fn integral(
    domain: &dyn Domain,
    integrands: &Integrands<'_>,
    average: bool,
    settings: &Settings,
) -> Result<Estimate, Error> {
    match average {
        true => Estimate::average(domain, integrands, settings),
        false => Estimate::of(domain, integrands, settings),
    }
}

/// The part of the domain where conditions hold.
pub(super) fn with_conditions(domain: MappedRegion, given: &[Text]) -> Result<MappedRegion, Fault> {
    given.iter().try_fold(domain, |domain, text| {
        let passed = domain.where_(&text.text);
        passed.map_err(|error| Fault::of(&error, [text]).or_at(Some(&text.place)))
    })
}

/// The domain with the principal value at the place that is given.
pub(super) fn with_principal_value(
    domain: MappedRegion,
    given: &[Entry<Text>],
    parameters: &Parameters,
) -> Result<MappedRegion, Fault> {
    match given {
        [] => Ok(domain),
        [Entry { name, body }] => {
            let at = value(body, parameters).unwrap_or(f64::NAN);
            let passed = domain.principal_value(&name.text, at);
            passed.map_err(|error| {
                Fault::of(&error, [body]).or_at(Some(&name.place.joined(&body.place)))
            })
        }
        [_, second, ..] => {
            let message = "there is one principal value at a time";
            Err(Fault::at(second.name.place.clone(), message))
        }
    }
}

/// The fault of a problem without limits, with the limits that the map lacks.
pub(super) fn no_limits(map: &[Entry<Text>]) -> Fault {
    let parsed = Map::parse(&joined(map));
    let limits = match &parsed {
        Ok(map) => {
            let each = map.variables().iter().map(|name| format!("{name} = 0..1"));
            each.collect::<Vec<_>>().join(", ")
        }
        Err(_) => "r = 0..1, t = 0..2*pi".to_owned(),
    };
    Fault::new("there are no limits to integrate over").with_help(format!(
        "give every variable its limits, for example --over \"{limits}\", or an [over] table in \
         a problem file"
    ))
}

/// Refuses a parameter with the name of a variable or of a target: formulas could mean either.
pub(super) fn check_parameter_names(
    parameters: &[Entry<Text>],
    over: &[Entry<Limits>],
    map: &[Entry<Text>],
) -> Result<(), Fault> {
    let taken = over.iter().map(|e| (&e.name.text, "a variable"));
    let taken = taken.chain(map.iter().map(|e| (&e.name.text, "a target of the map")));
    for (name, what) in taken {
        if let Some(entry) = parameters.iter().find(|e| e.name.text == *name) {
            let message = format!("`{name}` is {what} and cannot be a parameter too");
            return Err(Fault::at(entry.name.place.clone(), message));
        }
    }
    Ok(())
}

/// The values of parameters, each of which may use earlier ones.
pub(super) fn parameters_of(entries: &[Entry<Text>]) -> Result<Parameters, Fault> {
    let mut parameters = Parameters::new();
    for Entry { name, body } in entries {
        parameters
            .set_formula(&name.text, &body.text)
            .map_err(|error| Fault::of(&error, [body]))?;
        if parameters
            .values()
            .last()
            .is_some_and(|value| value.is_nan())
        {
            let message = format!("the value of `{}` is not a number", name.text);
            return Err(Fault::at(body.place.clone(), message));
        }
    }
    Ok(parameters)
}

/// The fault of an integrand, with what its names may be.
pub(super) fn integrand_fault(
    error: Error,
    integrands: &[Text],
    is_identity: bool,
    domain: &dyn Domain,
) -> Fault {
    let of_limits = |name: &str| {
        let known = [domain.variables(), domain.targets()].concat();
        let of = name.strip_prefix('d');
        of.is_some_and(|of| known.iter().any(|known| known == of))
    };
    let differential = |fault: Fault, name: &str| {
        let help = "leave it out: the limits say what is integrated over";
        fault.reworded(format!("`{name}` is no part of the integrand"), help)
    };
    let fault = Fault::of(&error, integrands);
    let Error::Text {
        text,
        span,
        fault: wrong,
    } = &error
    else {
        return fault;
    };
    match wrong {
        TextFault::UnknownName {
            name, meant: None, ..
        } => {
            let rest = text[span.end..].trim_start();
            if rest.starts_with('=') && !rest.starts_with("==") {
                let message = "an integrand is a formula without a name";
                fault.reworded(message, format!("leave `{name} =` out"))
            } else if of_limits(name) {
                differential(fault, name)
            } else if is_identity {
                without_limits(fault, name, false)
            } else {
                fault.with_value_of(name)
            }
        }
        TextFault::MissingOperator { next, .. } if of_limits(next) => differential(fault, next),
        TextFault::Unexpected {
            found: Some(found),
            meant: None,
            ..
        } if found == "," => {
            fault.with_help("several integrands are given by several flags, or by a list in a file")
        }
        _ => fault,
    }
}

/// The name that means nothing, where it is not known what was meant.
fn unknown_name(error: &Error) -> Option<&str> {
    match error {
        Error::Text {
            fault: TextFault::UnknownName {
                name, meant: None, ..
            },
            ..
        } => Some(name),
        _ => None,
    }
}

/// The region of limits.
pub(super) fn region_of(over: &[Entry<Limits>], parameters: &Parameters) -> Result<Region, Fault> {
    let limits: Vec<(&str, [&str; 2])> = over
        .iter()
        .map(|e| {
            (
                e.name.text.as_str(),
                e.body.each_ref().map(|t| t.text.as_str()),
            )
        })
        .collect();
    let region = Region::from_limits(&limits, parameters).map_err(|error| {
        let fault = Fault::of(&error, over.iter().flat_map(|e| &e.body));
        match unknown_name(&error) {
            Some(name) => fault.with_value_of(name),
            None => fault,
        }
    })?;
    // Limits that no variable reaches have values now, and places to point at.
    for Entry { name, body } in over {
        let values = body.each_ref().map(|limit| value(limit, parameters).ok());
        let fault = |place: &Place, what: &str| {
            Err(Fault::at(
                place.clone(),
                format!("{what} of `{}`", name.text),
            ))
        };
        for (limit, value) in body.iter().zip(values) {
            if value.is_some_and(f64::is_nan) {
                return fault(&limit.place, "not a number, but a limit");
            }
        }
        if values[0] == values[1] && values[0].is_some_and(f64::is_infinite) {
            return fault(
                &body[0].place.joined(&body[1].place),
                "the same infinity at both ends",
            );
        }
    }
    Ok(region)
}

/// The map of the equations; without any, the targets are the variables.
pub(super) fn map_of(
    entries: &[Entry<Text>],
    region: &Region,
    parameters: &Parameters,
) -> Result<Map, Fault> {
    let variables: Vec<&str> = region.variables().iter().map(String::as_str).collect();
    let equations: Vec<(&str, &str)> = if entries.is_empty() {
        variables.iter().map(|name| (*name, *name)).collect()
    } else {
        let texts = entries
            .iter()
            .map(|e| (e.name.text.as_str(), e.body.text.as_str()));
        texts.collect()
    };
    let map = Map::from_equations(&equations, &variables, parameters);
    // Whether it can be over the region is told here, where its texts are known.
    let fits = map.and_then(|map| map.over(region).map(|_| map));
    fits.map_err(|error| {
        let place = entries.iter().map(|e| e.name.place.joined(&e.body.place));
        let place: Option<Place> = place.reduce(|all, next| all.joined(&next));
        let fault = Fault::of(&error, entries.iter().map(|e| &e.body)).or_at(place.as_ref());
        match (&error, unknown_name(&error)) {
            (_, Some(name)) if is_inverse(entries, &variables) => fault.reworded(
                format!(
                    "the map gives {} by `{name}`, not the other way round",
                    names(entries)
                ),
                format!(
                    "solve for `{name}`: a map gives the targets as functions of the variables of \
                     --over"
                ),
            ),
            (_, Some(name)) => without_limits(fault, name, true),
            (Error::Shape(Misfit::TooFewTargets { .. }), _) => {
                match missing_targets(entries, &variables) {
                    Some(targets) => fault.with_help(format!(
                        "a variable that is a coordinate too is a target: add `{targets}`"
                    )),
                    None => fault,
                }
            }
            _ => fault,
        }
    })
}

/// Whether a map goes from the targets to the variables: it gives variables by other names alone.
fn is_inverse(entries: &[Entry<Text>], variables: &[&str]) -> bool {
    let is_variable = |name: &str| variables.contains(&name);
    entries.iter().all(|e| is_variable(&e.name.text))
        && Map::parse(&joined(entries))
            .is_ok_and(|map| !map.variables().iter().any(|name| is_variable(name)))
}

/// The targets `z = z` of variables that a map leaves out.
fn missing_targets(entries: &[Entry<Text>], variables: &[&str]) -> Option<String> {
    let is_target = |name: &str| entries.iter().any(|e| e.name.text == name);
    // A map that cannot stand alone uses all that it can.
    let uses = |name: &str| match Map::parse(&joined(entries)) {
        Ok(map) => map.variables().iter().any(|used| used == name),
        Err(_) => true,
    };
    let left_out = |name: &&&str| !is_target(name) && !uses(name);
    let coordinates = |name: &&&str| COORDINATES.contains(*name);
    let mut names: Vec<&&str> = variables.iter().filter(left_out).collect();
    if names.is_empty() {
        names = variables.iter().filter(coordinates).collect();
    }
    let targets = names.iter().map(|name| format!("{name} = {name}"));
    let targets: Vec<String> = targets.collect();
    (!targets.is_empty()).then(|| targets.join(", "))
}

/// Names of variables that are likely to be coordinates.
const COORDINATES: [&str; 3] = ["x", "y", "z"];

/// The equations of a map as one text.
fn joined(map: &[Entry<Text>]) -> String {
    let equations = map
        .iter()
        .map(|e| format!("{} = {}", e.name.text, e.body.text));
    equations.collect::<Vec<_>>().join(", ")
}

/// The fault of a name that is no variable, as a variable whose limits are missing.
fn without_limits(fault: Fault, name: &str, in_map: bool) -> Fault {
    let [over, map, param] = if fault.is_in_file() {
        ["[over]", "[map]", "[param]"]
    } else {
        ["--over", "--map", "--param"]
    };
    let target = if in_map {
        String::new()
    } else {
        format!(", say with {map} what it is")
    };
    let help = format!("add `{name} = 0..1` to {over}{target}, or give it a value with {param}");
    fault.reworded(format!("`{name}` has no limits in {over}"), help)
}
