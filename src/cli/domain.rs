//! The domain that a description describes: of one kind or another.

use pullback::Domain;

use super::description::Description;
use super::fault::Fault;
use super::field;
use super::inside;
use super::pieces;
use super::polygon;
use super::problem::{
    Problem, check_parameter_names, integrand_fault, map_of, no_limits, parameters_of, region_of,
    with_conditions, with_principal_value,
};
use super::statement::Statement;

impl Problem {
    /// The problem that a description describes.
    pub(super) fn new(description: &Description) -> Result<Problem, Fault> {
        let Description {
            map,
            inside,
            polygon,
            pieces,
            field,
            over,
            integrands,
            warnings,
            ..
        } = description;
        let (domain, statement) = domain_of(description)?;
        let is_identity =
            map.is_empty() && inside.is_empty() && polygon.is_empty() && pieces.is_empty();
        let integrands = match &field[..] {
            [] => integrands,
            field => field,
        };
        let texts: Vec<&str> = integrands.iter().map(|text| text.text.as_str()).collect();
        let parsed = domain
            .parse(&texts)
            .map_err(|error| integrand_fault(error, integrands, is_identity, domain.as_ref()))?;
        Ok(Problem {
            integrands: parsed,
            texts: texts
                .into_iter()
                .map(|text| text.trim().to_owned())
                .collect(),
            limits: over
                .iter()
                .map(|e| e.name.place.joined(&e.body[1].place))
                .reduce(|all, next| all.joined(&next)),
            domain,
            statement,
            warnings: warnings.clone(),
        })
    }
}

/// The domain of a description, and what is stated of it.
fn domain_of(description: &Description) -> Result<(Box<dyn Domain>, Statement), Fault> {
    let Description {
        map,
        over,
        conditions,
        parameters,
        ..
    } = description;
    description.check_kind()?;
    field::check(description)?;
    if !description.pieces.is_empty() {
        return pieces::domain(description, domain_of);
    }
    if !description.inside.is_empty() {
        return inside::domain(description, &parameters_of(parameters)?);
    }
    if !description.polygon.is_empty() {
        return polygon::domain(description, &parameters_of(parameters)?);
    }
    if over.is_empty() {
        return Err(no_limits(map));
    }
    check_parameter_names(parameters, over, map)?;
    let parameters = parameters_of(parameters)?;
    let region = region_of(over, &parameters)?;
    let domain = map_of(map, &region, &parameters)?
        .over(&region)
        .map_err(Fault::from)?;
    let domain = with_principal_value(domain, &description.principal_value, &parameters)?;
    let mut domain = with_conditions(domain, conditions)?;
    if !description.field.is_empty() {
        return field::oriented(&domain, description);
    }
    if description.signed {
        domain = domain.signed()?;
    }
    let statement = Statement::of_mapped_region(&domain);
    Ok((Box::new(domain), statement))
}
