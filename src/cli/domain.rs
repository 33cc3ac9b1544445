//! The domain that a description describes: of one kind or another.

use pullback::{Domain, LevelSet, MappedRegion};

use super::description::Description;
use super::fault::Fault;
use super::field;
use super::inside;
use super::inverse;
use super::keys;
use super::mesh;
use super::pieces;
use super::place::Text;
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
            inverse,
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
        let is_identity = description.mesh.is_none()
            && map.is_empty()
            && inverse.is_empty()
            && inside.is_empty()
            && polygon.is_empty()
            && pieces.is_empty();
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

/// Refuses equations of what is no map over limits.
pub(super) fn check_equations(description: &Description) -> Result<(), Fault> {
    let Some(equations) = description.on.first() else {
        return Ok(());
    };
    let others = [
        (&keys::INVERSE, description.inverse.is_empty()),
        (&keys::INSIDE, description.inside.is_empty()),
        (&keys::POLYGON, description.polygon.is_empty()),
        (&keys::PIECE, description.pieces.is_empty()),
        (&keys::FIELD, description.field.is_empty()),
        (&keys::MESH, description.mesh.is_none()),
    ];
    match others.iter().find(|(_, is_absent)| !is_absent) {
        Some((key, _)) => {
            let message = format!(
                "`{}` is for a map over limits, and cannot be joined with `{}`",
                keys::ON.name,
                key.name
            );
            Err(Fault::at(equations.place.clone(), message))
        }
        None => Ok(()),
    }
}

/// The part of the domain where equations hold.
fn level_set(domain: MappedRegion, equations: &Text) -> Result<LevelSet, Fault> {
    if domain.is_signed() {
        let message = "the length or the area of what an equation describes has no sign";
        return Err(Fault::at(equations.place.clone(), message));
    }
    let level = domain.on(&equations.text);
    level.map_err(|error| Fault::of(&error, [equations]).or_at(Some(&equations.place)))
}

/// The domain of a description, and what is stated of it.
fn domain_of(description: &Description) -> Result<(Box<dyn Domain>, Statement), Fault> {
    let Description {
        map,
        inverse,
        over,
        conditions,
        on,
        parameters,
        ..
    } = description;
    description.check_kind()?;
    let is_inverse = inverse::is_given(description)?;
    field::check(description)?;
    check_equations(description)?;
    if let Some(path) = &description.mesh {
        return mesh::domain(path, description);
    }
    if let Some(group) = &description.group {
        let message = "a group is a part of a mesh, and there is none";
        let fault = Fault::at(group.place.clone(), message);
        return Err(fault.with_help("give the mesh: --mesh FILE.msh"));
    }
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
        return Err(match &inverse[..] {
            [] => no_limits(map),
            inverse => inverse::no_limits(inverse),
        });
    }
    check_parameter_names(parameters, over, map)?;
    let parameters = parameters_of(parameters)?;
    let region = region_of(over, &parameters)?;
    if is_inverse {
        let domain = inverse::domain(description, &region, &parameters)?;
        let statement = Statement::of_inverse_region(&domain);
        return Ok((Box::new(domain), statement));
    }
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
    let mut statement = Statement::of_mapped_region(&domain);
    match &on[..] {
        [] => Ok((Box::new(domain), statement)),
        [equations, ..] => {
            let level = level_set(domain, equations)?;
            statement.on = level.equations();
            Ok((Box::new(level), statement))
        }
    }
}
