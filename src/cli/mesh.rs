//! Problems over meshes: a file of elements in the place of a map and limits.

use std::path::{Path, PathBuf};

use pullback::{Domain, Error, Mesh};

use super::description::Description;
use super::fault::Fault;
use super::keys;
use super::place::{Place, Text};
use super::problem::{check_parameter_names, parameters_of};
use super::statement::{Statement, Table};

/// The names of the coordinates, which parameters cannot have.
const COORDINATES: [&str; 3] = ["x", "y", "z"];

/// The mesh of a description.
pub(super) fn mesh_of(path: &Text, description: &Description) -> Result<Mesh, Fault> {
    check_others(description)?;
    let file = found_from(path);
    let mesh = Mesh::read(&file).map_err(|error| fault(&error, path))?;
    let group = description.group.as_ref();
    let mesh = match group {
        Some(group) => {
            let found = mesh.group(&group.text);
            found.map_err(|error| fault(&error, group))?
        }
        None => mesh,
    };
    check_parameter_names(&description.parameters, &[], &[])?;
    let names = description.parameters.iter().map(|entry| &entry.name);
    if let Some(name) = names
        .clone()
        .find(|name| COORDINATES.contains(&&name.text[..]))
    {
        let message = format!(
            "`{}` is a coordinate and cannot be a parameter too",
            name.text
        );
        return Err(Fault::at(name.place.clone(), message));
    }
    let parameters = parameters_of(&description.parameters)?;
    let mut mesh = mesh.with_parameters(&parameters)?;
    if description.signed {
        mesh = mesh.signed()?;
    }
    Ok(mesh)
}

/// The mesh of a description, with what is stated of it.
pub(super) fn domain(
    path: &Text,
    description: &Description,
) -> Result<(Box<dyn Domain>, Statement), Fault> {
    let mesh = mesh_of(path, description)?;
    let parameters = parameters_of(&description.parameters)?;
    let param = parameters
        .iter()
        .map(|(name, value)| (name.to_owned(), value));
    let statement = Statement {
        mesh: Some(found_from(path).display().to_string()),
        group: description.group.as_ref().map(|group| group.text.clone()),
        signed: description.signed,
        param: Table(param.collect()),
        of_mesh: Some(mesh.clone()),
        ..Statement::default()
    };
    Ok((Box::new(mesh), statement))
}

/// The path of a mesh; what a problem file names lies beside it.
fn found_from(path: &Text) -> PathBuf {
    let source = &path.place.source;
    let folder = Path::new(&source.name).parent();
    match folder.filter(|_| source.is_file) {
        Some(folder) => folder.join(&path.text),
        None => PathBuf::from(&path.text),
    }
}

/// The fault of a mesh, where its file or its group is given.
pub(super) fn fault(error: &Error, at: &Text) -> Fault {
    Fault::of(error, [at]).or_at(Some(&at.place))
}

/// Refuses what describes another region than that of a mesh.
fn check_others(description: &Description) -> Result<(), Fault> {
    let map = description.map.first().map(|entry| &entry.name.place);
    let over = description.over.first().map(|entry| &entry.name.place);
    let pole = description.principal_value.first();
    let pole = pole.map(|entry| &entry.name.place);
    let conditions = description.conditions.first().map(|text| &text.place);
    let instead = "leave it out: the elements say what is integrated over";
    let cut = "elements that a condition cuts cannot be integrated exactly: make the part a group of the \
               mesh, or write if(…, f, 0) as the integrand, which is divided where it jumps as far as \
               evaluations go";
    let others: [(Option<&Place>, &keys::Key, &str); 4] = [
        (map, &keys::MAP, instead),
        (over, &keys::OVER, instead),
        (conditions, &keys::WHERE, cut),
        (
            pole,
            &keys::PRINCIPAL_VALUE,
            "a mesh has no variables with a pole",
        ),
    ];
    for (place, key, help) in others {
        if let Some(place) = place {
            let name = match place.source.is_file {
                true => format!("`{}`", key.name),
                false => format!("--{}", key.flag()),
            };
            let message = format!("{name} cannot stand beside a mesh");
            return Err(Fault::at(place.clone(), message).with_help(help));
        }
    }
    Ok(())
}
