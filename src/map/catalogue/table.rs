//! The table of all maps that have names.

use std::sync::LazyLock;

use super::entry::Entry;
use super::{cells, dimensions, outlines, plane, space, surfaces};
use crate::error::{Error, TextFault};
use crate::expr::text::names::nearest;

/// All entries, in the order in which they are listed.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let kinds = [
        plane::entries(),
        outlines::entries(),
        space::entries(),
        cells::entries(),
        dimensions::entries(),
        surfaces::entries(),
    ];
    kinds.into_iter().flatten().collect()
});

/// All maps of the catalogue.
///
/// ```
/// let names: Vec<&str> = pullback::catalogue::all().iter().map(|entry| entry.name()).collect();
/// assert!(names.contains(&"spherical") && names.contains(&"ball-4"));
/// ```
pub fn all() -> &'static [Entry] {
    &ENTRIES
}

/// The map of a name.
///
/// ```
/// let polar = pullback::catalogue::find("polar")?;
/// assert_eq!(polar.determinant(), Some("r"));
/// let error = pullback::catalogue::find("poler").unwrap_err();
/// assert!(error.to_string().contains("did you mean `polar`?"), "{error}");
/// # Ok::<(), pullback::Error>(())
/// ```
///
/// # Errors
/// [`Error::Text`] if there is no such map, with the nearest name.
pub fn find(name: &str) -> Result<&'static Entry, Error> {
    if let Some(entry) = ENTRIES.iter().find(|entry| entry.name() == name) {
        return Ok(entry);
    }
    let names = || ENTRIES.iter().map(Entry::name);
    let fault = TextFault::UnknownMap {
        name: name.to_owned(),
        meant: nearest(name, names()).map(str::to_owned),
        known: names().map(str::to_owned).collect(),
    };
    Err(Error::text(name, 0..name.len(), fault))
}
