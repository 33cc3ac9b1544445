//! A vector field, as flags and files describe it.

use pullback::domain::Misfit;
use pullback::{Domain, Error, MappedRegion};

use super::description::Description;
use super::fault::Fault;
use super::keys;
use super::place::Place;
use super::statement::Statement;

/// Where the field is given.
pub(super) fn place(description: &Description) -> Option<Place> {
    let places = description.field.iter().map(|text| text.place.clone());
    places.reduce(|all, next| all.joined(&next))
}

/// Refuses a field beside an integrand, or inside what has no direction.
pub(super) fn check(description: &Description) -> Result<(), Fault> {
    let Some(place) = place(description) else {
        return Ok(());
    };
    if let [integrand, ..] = &description.integrands[..] {
        let message = "a field is integrated, or an integrand, not both";
        let [field, one] = [keys::FIELD.flag(), keys::INTEGRAND.flag()];
        let help = format!("leave --{one} or --{field} out");
        return Err(Fault::at(integrand.place.clone(), message).with_help(help));
    }
    if !description.inside.is_empty() || !description.polygon.is_empty() {
        let message = "a field does work along a curve, or flows through a surface; the inside of a \
                       curve is neither";
        let help = format!("give the curve itself by --{}", keys::MAP.flag());
        return Err(Fault::at(place, message).with_help(help));
    }
    Ok(())
}

/// A curve or surface with its orientation, and what is stated of it.
pub(super) fn oriented(
    domain: &MappedRegion,
    description: &Description,
) -> Result<(Box<dyn Domain>, Statement), Fault> {
    let place = place(description);
    let oriented = domain
        .oriented()
        .map_err(|error| Fault::of(&error, []).or_at(place.as_ref()))?;
    let (given, targets) = (description.field.len(), oriented.targets().len());
    if given != targets {
        let error = Error::from(Misfit::FieldComponents { given, targets });
        let names = oriented.targets().join(", ");
        return Err(Fault::of(&error, [])
            .or_at(place.as_ref())
            .with_help(format!("the targets are {names}")));
    }
    let statement = Statement {
        orientation: Some(oriented.orientation()),
        ..Statement::of_mapped_region(domain)
    };
    Ok((Box::new(oriented), statement))
}
