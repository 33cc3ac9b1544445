//! The pieces of a problem file: each has a map, limits and conditions of its own.

use pullback::domain::Misfit;
use pullback::{Domain, Error, Pieces};

use super::description::Description;
use super::entries::Entry;
use super::fault::Fault;
use super::keys::{self, Key};
use super::named_map;
use super::place::Text;
use super::statement::Statement;

/// The keys that a piece may have.
pub(super) const KEYS: [&Key; 8] = [
    &keys::MAP,
    &keys::INVERSE,
    &keys::NEAR,
    &keys::INSIDE,
    &keys::POLYGON,
    &keys::OVER,
    &keys::WHERE,
    &keys::ON,
];

/// A description without names of maps: what the catalogue says of them stands in it, and in its pieces,
/// which have what is said for all of them, too.
pub(super) fn resolved(mut description: Description) -> Result<Description, Fault> {
    if description.pieces.is_empty() {
        return named_map::resolved(description);
    }
    let pieces = std::mem::take(&mut description.pieces).into_iter();
    let pieces = pieces.map(|piece| with_its_own(piece, &description));
    let pieces = pieces.collect::<Result<_, Fault>>()?;
    Ok(Description {
        pieces,
        ..description
    })
}

/// A piece with what is said for all of them, and what the catalogue says.
fn with_its_own(piece: Description, all: &Description) -> Result<Description, Fault> {
    let is_of_all = |entry: &Entry<Text>| {
        let mut names = all.parameters.iter().map(|e| &e.name.text);
        names.any(|name| *name == entry.name.text)
    };
    let is_polygon = !piece.polygon.is_empty();
    let over = match &piece.over[..] {
        [] if !is_polygon && piece.named_map.is_none() => all.over.clone(),
        _ => piece.over,
    };
    let conditions = [&all.conditions[..], &piece.conditions].concat();
    let mut piece = named_map::resolved(Description {
        over,
        conditions,
        signed: all.signed,
        field: all.field.clone(),
        parameters: all.parameters.clone(),
        ..piece
    })?;
    // Those of all stand first: formulas of integrands find them by their places.
    piece.parameters.sort_by_key(|entry| !is_of_all(entry));
    Ok(piece)
}

/// The pieces of a description as one domain, each made by `of_one`, and what is stated of them.
pub(super) fn domain(
    description: &Description,
    of_one: impl Fn(&Description) -> Result<(Box<dyn Domain>, Statement), Fault>,
) -> Result<(Box<dyn Domain>, Statement), Fault> {
    let (mut domains, mut statements) = (Vec::new(), Vec::new());
    for piece in &description.pieces {
        let (domain, statement) = of_one(piece)?;
        domains.push(domain);
        statements.push(statement);
    }
    let pieces = Pieces::new(domains).map_err(|error| {
        let number = match &error {
            Error::Shape(
                Misfit::PieceTargets { piece, .. }
                | Misfit::PieceVariables { piece, .. }
                | Misfit::PiecePrincipalValue { piece },
            ) => piece - 1,
            _ => 0,
        };
        let place = description.pieces.get(number).and_then(Description::place);
        Fault::of(&error, []).or_at(place.as_ref())
    })?;
    let orientation = statements.iter().find_map(|s| s.orientation.clone());
    let statement = Statement {
        param: Statement::parameters(pieces.parameters()),
        orientation,
        pieces: statements,
        ..Statement::default()
    };
    Ok((Box::new(pieces), statement))
}
