//! The inverse of a map, as flags and files describe it.

use pullback::domain::{InverseFault, Misfit};
use pullback::{Error, InverseMap, InverseRegion, Parameters, Region};

use super::description::Description;
use super::entries::{Entry, names};
use super::fault::Fault;
use super::keys;
use super::place::{Place, Text};

/// The fault of an inverse without limits, with the limits that it lacks.
pub(super) fn no_limits(inverse: &[Entry<Text>]) -> Fault {
    let limits = inverse.iter().map(|e| format!("{} = 0..1", e.name.text));
    let limits: Vec<String> = limits.collect();
    Fault::new("there are no limits to integrate over").with_help(format!(
        "give every variable of the inverse its limits, for example --over \"{}\"",
        limits.join(", ")
    ))
}

/// Whether the map is given the other way round.
pub(super) fn is_given(description: &Description) -> Result<bool, Fault> {
    let Description { inverse, near, .. } = description;
    match (&inverse[..], &near[..]) {
        ([], [first, ..]) => {
            let message = "a point near a branch is for a map that is given the other way round";
            let help = format!("give the equations by --{}", keys::INVERSE.flag());
            Err(Fault::at(first.name.place.clone(), message).with_help(help))
        }
        ([], []) => Ok(false),
        _ => Ok(true),
    }
}

/// The inverse over its region.
pub(super) fn domain(
    description: &Description,
    region: &Region,
    parameters: &Parameters,
) -> Result<InverseRegion, Fault> {
    check_variables(description)?;
    let inverse = equations(description, parameters)?;
    let (inverse, entries) = match &description.near[..] {
        [] => (inverse, &description.inverse[..]),
        near => {
            let point = point(near, &inverse, parameters)?;
            (inverse.near(point)?, near)
        }
    };
    let targets = inverse.targets().to_vec();
    let domain = inverse.over(region).map_err(|error| {
        let fault = Fault::of(&error, []).or_at(whole(entries).as_ref());
        match error {
            Error::Shape(Misfit::Inverse(
                InverseFault::NoPoint { .. } | InverseFault::SeveralPoints { .. },
            )) => fault.with_help(near_example(&targets)),
            _ => fault,
        }
    })?;
    with_the_rest(domain, description, parameters)
}

/// How a point is given.
fn near_example(targets: &[String]) -> String {
    let values = targets.iter().map(|name| format!("{name} = 1"));
    let values: Vec<String> = values.collect();
    let flag = keys::NEAR.flag();
    format!("for example --{flag} \"{}\"", values.join(", "))
}

/// The domain with conditions, signs and the principal value.
fn with_the_rest(
    mut domain: InverseRegion,
    description: &Description,
    parameters: &Parameters,
) -> Result<InverseRegion, Fault> {
    for Entry { name, body } in &description.principal_value {
        let at = number(&name.text, body, parameters)?;
        domain = domain.principal_value(&name.text, at).map_err(|error| {
            Fault::of(&error, [body]).or_at(Some(&name.place.joined(&body.place)))
        })?;
    }
    for text in &description.conditions {
        domain = domain
            .where_(&text.text)
            .map_err(|error| Fault::of(&error, [text]).or_at(Some(&text.place)))?;
    }
    match description.signed {
        true => Ok(domain.signed()?),
        false => Ok(domain),
    }
}

/// Refuses variables without an equation, and equations without limits.
fn check_variables(description: &Description) -> Result<(), Fault> {
    let Description { inverse, over, .. } = description;
    let has = |name: &str| over.iter().any(|e| e.name.text == name);
    if let Some(entry) = inverse.iter().find(|e| !has(&e.name.text)) {
        let name = &entry.name.text;
        let message = format!("`{name}` has no limits");
        let flag = keys::OVER.flag();
        let known = names(over);
        let help = format!("add `{name} = 0..1` to --{flag}, whose variables are {known}");
        return Err(Fault::at(entry.name.place.clone(), message).with_help(help));
    }
    let has = |name: &str| inverse.iter().any(|e| e.name.text == name);
    match over.iter().find(|e| !has(&e.name.text)) {
        Some(entry) => {
            let name = &entry.name.text;
            let message = format!("`{name}` has limits, but no equation says what it is");
            let flag = keys::INVERSE.flag();
            let help =
                format!("add it to --{flag}: `{name} = {name}` if it is a coordinate of its own");
            Err(Fault::at(entry.name.place.clone(), message).with_help(help))
        }
        None => Ok(()),
    }
}

/// The equations.
fn equations(description: &Description, parameters: &Parameters) -> Result<InverseMap, Fault> {
    let Description { inverse, near, .. } = description;
    let texts = inverse.iter();
    let texts = texts.map(|e| (e.name.text.as_str(), e.body.text.as_str()));
    let order = near.iter().map(|e| e.name.text.as_str());
    let built = InverseMap::from_equations(
        &texts.collect::<Vec<_>>(),
        &order.collect::<Vec<_>>(),
        parameters,
    );
    built.map_err(|error| {
        let fault = Fault::of(&error, inverse.iter().map(|e| &e.body));
        let fault = fault.or_at(whole(inverse).as_ref());
        let Error::Shape(Misfit::Inverse(InverseFault::Count { variables, targets })) = &error
        else {
            return fault;
        };
        let is_other = |name: &&String| near.iter().all(|e| e.name.text != **name);
        match targets.iter().rev().find(is_other).or(targets.last()) {
            Some(name) if targets.len() > variables.len() => fault.with_value_of(name),
            _ => fault,
        }
    })
}

/// The point near the branch: a number for every target.
fn point(
    near: &[Entry<Text>],
    inverse: &InverseMap,
    parameters: &Parameters,
) -> Result<Vec<f64>, Fault> {
    let targets = inverse.targets();
    if let Some(entry) = near.iter().find(|e| !targets.contains(&e.name.text)) {
        let message = format!("`{}` is not a target of the inverse", entry.name.text);
        let help = format!("the targets are {}", targets.join(", "));
        return Err(Fault::at(entry.name.place.clone(), message).with_help(help));
    }
    let value = |target: &String| {
        let Some(Entry { body, .. }) = near.iter().find(|e| e.name.text == *target) else {
            let fault = Fault::new(format!("the point near the branch has no `{target}`"));
            return Err(fault.or_at(whole(near).as_ref()));
        };
        number(target, body, parameters)
    };
    targets.iter().map(value).collect()
}

/// The value of a formula of parameters alone.
fn number(name: &str, body: &Text, parameters: &Parameters) -> Result<f64, Fault> {
    let mut all = parameters.clone();
    all.set_formula(name, &body.text)
        .map_err(|error| Fault::of(&error, [body]))?;
    let found = all.iter().find(|(other, _)| *other == name);
    match found.map(|(_, value)| value) {
        Some(value) if value.is_finite() => Ok(value),
        _ => {
            let message = format!("the value of `{name}` is not a finite number");
            Err(Fault::at(body.place.clone(), message))
        }
    }
}

/// Where all entries stand.
fn whole(entries: &[Entry<Text>]) -> Option<Place> {
    let places = entries.iter().map(|e| e.name.place.joined(&e.body.place));
    places.reduce(|all, next| all.joined(&next))
}
