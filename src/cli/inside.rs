//! The region inside a closed curve, as flags and files describe it.

use pullback::domain::{Misfit, OutlineFault};
use pullback::formula::TextFault;
use pullback::{Domain, Error, Interior, Map, MappedRegion, Parameters};

use super::description::Description;
use super::fault::Fault;
use super::keys;
use super::outline::Arc;
use super::problem::{check_parameter_names, region_of};
use super::statement::Statement;

/// The region inside the arcs of a description, and what is stated of it.
pub(super) fn domain(
    description: &Description,
    parameters: &Parameters,
) -> Result<(Box<dyn Domain>, Statement), Fault> {
    if let [entry, ..] = &description.principal_value[..] {
        let message = "there is no principal value inside a curve: it is for a variable of a map";
        return Err(Fault::at(entry.name.place.clone(), message));
    }
    let arcs = description.inside.iter();
    let arcs = arcs.map(|arc| curve(arc, description, parameters));
    let arcs: Vec<MappedRegion> = arcs.collect::<Result<_, Fault>>()?;
    let mut domain =
        Interior::of_arcs(&arcs).map_err(|error| with_place(&error, &description.inside))?;
    for text in &description.conditions {
        domain = domain
            .where_(&text.text)
            .map_err(|error| Fault::of(&error, [text]).or_at(Some(&text.place)))?;
    }
    if description.signed {
        domain = domain.signed()?;
    }
    let mut statement = Statement::of_interior(&domain, &arcs);
    statement.conditions = description
        .conditions
        .iter()
        .map(|t| t.text.clone())
        .collect();
    statement.signed = description.signed;
    Ok((Box::new(domain), statement))
}

/// An arc over its limits.
fn curve(
    arc: &Arc,
    description: &Description,
    parameters: &Parameters,
) -> Result<MappedRegion, Fault> {
    let over = match &arc.over[..] {
        [] => &description.over[..],
        own => own,
    };
    let place = arc.place();
    if over.is_empty() {
        let fault = Fault::new("the curve has no limits: it is not known where it begins and ends");
        let help = "give its parameter limits, for example --over \"t = 0..2*pi\", or an [over] table in \
                    a problem file";
        return Err(fault.or_at(place.as_ref()).with_help(help));
    }
    if let [_, second, ..] = over {
        let message = "a curve has one parameter, but there are limits for two";
        return Err(Fault::at(second.name.place.clone(), message));
    }
    check_parameter_names(&description.parameters, over, &arc.curve)?;
    let region = region_of(over, parameters)?;
    let parameter = &over[0].name.text;
    let texts = arc
        .curve
        .iter()
        .map(|e| (&e.name.text[..], &e.body.text[..]));
    let texts: Vec<(&str, &str)> = texts.collect();
    let map = Map::from_equations(&texts, &[parameter], parameters).map_err(|error| {
        let fault = Fault::of(&error, arc.curve.iter().map(|e| &e.body)).or_at(place.as_ref());
        match error {
            Error::Text {
                fault: TextFault::UnknownName { meant: None, .. },
                ..
            } => fault.advised(format!(
                "the parameter of the curve is `{parameter}`, since that has limits; a constant gets its \
                 value with --{}",
                keys::PARAM.flag()
            )),
            _ => fault,
        }
    })?;
    Ok(map.over(&region)?)
}

/// The fault of arcs that bound nothing, where they are given.
fn with_place(error: &Error, arcs: &[Arc]) -> Fault {
    let number = match error {
        Error::Shape(Misfit::Outline(OutlineFault::Apart { arc, .. })) => arc - 1,
        _ => 0,
    };
    let place = arcs.get(number).and_then(Arc::place);
    let fault = Fault::of(error, []).or_at(place.as_ref());
    match error {
        Error::Shape(Misfit::Outline(OutlineFault::NotClosed { .. })) => fault.with_help(format!(
            "let --{} run once around, to its last digit: `2*pi`, not 6.283",
            keys::OVER.flag()
        )),
        Error::Shape(Misfit::Outline(OutlineFault::NotACurve { .. })) => fault.with_help(format!(
            "for example --{} \"{}\"",
            keys::INSIDE.flag(),
            keys::INSIDE.value
        )),
        _ => fault,
    }
}
