//! Names and what they stand for: the entries of lists and of tables.

use std::collections::HashSet;

use pullback::catalogue;
use pullback::formula::{self, Equation};

use super::fault::Fault;
use super::place::Text;

/// A name and what it stands for.
#[derive(Clone, Debug, Hash)]
pub(super) struct Entry<T> {
    pub(super) name: Text,
    pub(super) body: T,
}

/// The lower and the upper limit of a variable.
pub(super) type Limits = [Text; 2];

/// The entries of a list `name = …, name = …`.
pub(super) fn equations(list: &Text, example: &str) -> Result<Vec<Entry<Text>>, Fault> {
    let equations = formula::equations(&list.text)
        .map_err(|error| Fault::of(&error, [list]).or_help(format!("for example `{example}`")))?;
    let entry = |Equation { name, body }| Entry {
        name: list.part(name),
        body: list.part(body),
    };
    Ok(equations.into_iter().map(entry).collect())
}

/// A map, as equations.
pub(super) const EXAMPLE: &str = "x = r*cos(t), y = r*sin(t)";

/// The equations of a map, or its name.
pub(super) fn map(list: &Text) -> Result<(Vec<Entry<Text>>, Option<Text>), Fault> {
    if catalogue::is_name(&list.text) {
        return Ok((Vec::new(), Some(list.clone())));
    }
    let equations = equations(list, EXAMPLE)?;
    Ok((equations, None))
}

/// The parts of a list, split at commas outside parentheses.
pub(super) fn parts(list: &Text) -> Result<Vec<Text>, Fault> {
    let parts = formula::parts(&list.text).map_err(|error| Fault::of(&error, [list]))?;
    Ok(parts.into_iter().map(|part| list.part(part)).collect())
}

/// The rows of a matrix such as `1, 2; 3, 4`.
pub(super) fn matrix(text: &Text) -> Result<Vec<Vec<Text>>, Fault> {
    let mut rows = Vec::new();
    let mut start = 0;
    for row in text.text.split(';') {
        rows.push(parts(&text.part(start..start + row.len()))?);
        start += row.len() + 1;
    }
    Ok(rows)
}

/// The limits of a list `name = lower..upper, …`.
pub(super) fn over(list: &Text) -> Result<Vec<Entry<Limits>>, Fault> {
    let limits = |Entry { name, body }| {
        let body = limits(&body)?;
        Ok(Entry { name, body })
    };
    let equations = equations(list, "r = 0..1, t = 0..2*pi")?;
    equations.into_iter().map(limits).collect()
}

/// The two limits of a text `lower..upper`.
pub(super) fn limits(text: &Text) -> Result<Limits, Fault> {
    let limits = formula::limits(&text.text, 0..text.text.len());
    let limits = limits.map_err(|error| Fault::of(&error, [text]))?;
    Ok(limits.map(|limit| text.part(limit)))
}

/// The names of entries, as a text.
pub(super) fn names<T>(entries: &[Entry<T>]) -> String {
    let names: Vec<&str> = entries.iter().map(|e| e.name.text.as_str()).collect();
    names.join(", ")
}

/// The entries of a file with those of flags in their places. New ones follow; if the flags name
/// all that the file does, their order holds.
pub(super) fn merged<T>(mut file: Vec<Entry<T>>, mut flags: Vec<Entry<T>>) -> Vec<Entry<T>> {
    if flags.is_empty() {
        return file;
    }
    let by_flags: HashSet<&str> = flags.iter().map(|e| e.name.text.as_str()).collect();
    if file.iter().all(|e| by_flags.contains(e.name.text.as_str())) {
        return flags;
    }
    for entry in &mut file {
        let place = flags.iter().position(|e| e.name.text == entry.name.text);
        if let Some(at) = place {
            *entry = flags.remove(at);
        }
    }
    file.extend(flags);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<Entry<Text>> {
        equations(&Text::of_flag("--param", text), "").unwrap()
    }

    fn shown(entries: &[Entry<Text>]) -> String {
        let each = entries
            .iter()
            .map(|e| format!("{}={}", e.name.text, e.body.text.trim()));
        each.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn flags_override_entries_in_their_places() {
        let file = || list("a = 1, b = 2, c = 3");
        assert_eq!(
            shown(&merged(file(), list("d = 9, b = 8"))),
            "a=1 b=8 c=3 d=9"
        );
        assert_eq!(shown(&merged(file(), Vec::new())), "a=1 b=2 c=3");
        assert_eq!(
            shown(&merged(file(), list("c = 1, b = 2, a = 3"))),
            "c=1 b=2 a=3"
        );
    }
}
