//! A polygon, as flags and files describe it.

use pullback::domain::{Misfit, OutlineFault};
use pullback::{Domain, Error, Parameters, Polygon};

use super::description::Description;
use super::fault::Fault;
use super::keys;
use super::outline::Ring;
use super::place::{Place, Text};
use super::statement::Statement;

/// The points of the rings.
fn points(ring: &Ring, parameters: &Parameters) -> Result<Vec<Vec<[f64; 2]>>, Fault> {
    match ring {
        Ring::Text(text) => Polygon::rings_of(&text.text, parameters)
            .map_err(|error| Fault::of(&error, [text]).or_at(Some(&text.place))),
        Ring::Points(points, _) => {
            let coordinate = |text: &Text| coordinate(text, parameters);
            let point = |[x, y]: &[Text; 2]| Ok([coordinate(x)?, coordinate(y)?]);
            let points: Result<Vec<[f64; 2]>, Fault> = points.iter().map(point).collect();
            Ok(vec![points?])
        }
    }
}

/// The value of a formula of parameters.
fn coordinate(text: &Text, parameters: &Parameters) -> Result<f64, Fault> {
    const NAME: &str = "coordinate";
    let mut all = parameters.clone();
    all.set_formula(NAME, &text.text)
        .map_err(|error| Fault::of(&error, [text]).or_at(Some(&text.place)))?;
    let value = all.iter().find(|(name, _)| *name == NAME);
    match value {
        Some((_, value)) if value.is_finite() => Ok(value),
        _ => {
            let message = "a coordinate must be a finite number";
            Err(Fault::at(text.place.clone(), message))
        }
    }
}

/// The polygon of a description, and what is stated of it.
pub(super) fn domain(
    description: &Description,
    parameters: &Parameters,
) -> Result<(Box<dyn Domain>, Statement), Fault> {
    refuse_what_does_not_fit(description)?;
    let mut rings = Vec::new();
    // For every ring where it is given.
    let mut places = Vec::new();
    for given in &description.polygon {
        for ring in points(given, parameters)? {
            rings.push(ring);
            places.push(given.place());
        }
    }
    let mut domain = Polygon::with_parameters(&rings, parameters)
        .map_err(|error| with_place(&error, &places))?;
    for text in &description.conditions {
        domain = domain
            .where_(&text.text)
            .map_err(|error| Fault::of(&error, [text]).or_at(Some(&text.place)))?;
    }
    let mut statement = Statement::of_polygon(&domain, parameters);
    statement.conditions = description
        .conditions
        .iter()
        .map(|t| t.text.clone())
        .collect();
    Ok((Box::new(domain), statement))
}

/// Refuses limits, signs and other things that a polygon does not have.
fn refuse_what_does_not_fit(description: &Description) -> Result<(), Fault> {
    let refuse = |place: &Place, what: &str, key: &keys::Key| {
        let message = format!("a polygon has no {what}");
        let help = format!("leave --{} out: the rings say all", key.flag());
        Err(Fault::at(place.clone(), message).with_help(help))
    };
    if let [entry, ..] = &description.over[..] {
        return refuse(
            &entry.name.place,
            "variables, and so no limits",
            &keys::OVER,
        );
    }
    if let [entry, ..] = &description.principal_value[..] {
        let what = "variables, and so no principal value";
        return refuse(&entry.name.place, what, &keys::PRINCIPAL_VALUE);
    }
    for target in ["x", "y"] {
        if let Some(entry) = description
            .parameters
            .iter()
            .find(|e| e.name.text == target)
        {
            let message =
                format!("`{target}` is a coordinate of the polygon and cannot be a parameter");
            return Err(Fault::at(entry.name.place.clone(), message));
        }
    }
    if description.signed {
        let message = "a polygon has no sign: what is inside does not depend on directions";
        return Err(Fault::new(message).with_help(format!(
            "leave --{} out, or give the boundary by --{}",
            keys::SIGNED.flag(),
            keys::INSIDE.flag()
        )));
    }
    Ok(())
}

/// The fault of rings, at the ring that is meant.
fn with_place(error: &Error, places: &[&Place]) -> Fault {
    use OutlineFault::{Crossing, FewPoints, NoArea, NotANumber, OutOfRange};
    let fault = Fault::of(error, []);
    let Error::Shape(Misfit::Outline(wrong)) = error else {
        return fault;
    };
    let ring = match wrong {
        FewPoints { ring, .. }
        | NotANumber { ring, .. }
        | NoArea { ring }
        | OutOfRange { ring }
        | Crossing { ring, .. } => *ring,
        _ => 1,
    };
    let fault = fault.or_at(places.get(ring - 1).copied());
    match wrong {
        Crossing { .. } => fault.with_help(
            "put the points in the order in which they are met around the polygon; where it is meant to \
             cross itself, divide it into rings that touch at the crossing",
        ),
        FewPoints { .. } => fault.with_help(format!(
            "a ring is one --{}, such as \"{}\"",
            keys::POLYGON.flag(),
            keys::POLYGON.value
        )),
        _ => fault,
    }
}
