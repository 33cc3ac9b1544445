//! Problem files: a map, limits, integrands, parameters and settings in TOML.

use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync;

use pullback::formula;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::description::Description;
use super::entries::{self, Entry, Limits};
use super::fault::Fault;
use super::keys;
use super::outline::{Arc, Ring};
use super::parameter;
use super::pieces;
use super::place::{Place, Source, Text};
use super::settings::{Given, SETTINGS};
use super::style;

/// The names of all keys.
fn key_names() -> impl Iterator<Item = &'static str> {
    let problem = keys::PROBLEM.into_iter().map(|key| key.name);
    let problem = problem.chain([keys::PIECE.name]);
    let problem = problem.chain(keys::POINT.into_iter().map(|key| key.name));
    let problem = problem.chain(keys::INTEGRAL.into_iter().map(|key| key.name));
    let problem = problem.chain([style::STYLE]);
    problem.chain(SETTINGS.iter().map(|setting| setting.key.name))
}

/// The longest problem file, in bytes.
const LONGEST_FILE: u64 = 8 << 20;

/// The most entries of a list of formulas or a table, each of which takes some kilobytes of memory once it is
/// understood; the points of a polygon do not.
const MOST_ENTRIES: usize = 100_000;

/// The most pieces, each of which is a domain of its own.
const MOST_PIECES: usize = 10_000;

/// The text of a file: of a plain one, since a device or a pipe may never end.
pub(super) fn text_of(path: &Path) -> io::Result<String> {
    let refused = |reason: String| io::Error::new(io::ErrorKind::InvalidInput, reason);
    // Opening a pipe waits for its writer.
    if !std::fs::metadata(path)?.is_file() {
        return Err(refused("it is not a plain file".to_owned()));
    }
    let mut text = String::new();
    // One byte more than there may be: a file can grow after its length was asked for.
    let mut file = std::fs::File::open(path)?.take(LONGEST_FILE + 1);
    let length = file.read_to_string(&mut text)?;
    if length as u64 > LONGEST_FILE {
        return Err(refused(format!("it is longer than {LONGEST_FILE} bytes")));
    }
    Ok(text)
}

/// The text of standard input, to its end.
fn standard_input() -> io::Result<String> {
    let mut text = String::new();
    let length = io::stdin()
        .take(LONGEST_FILE + 1)
        .read_to_string(&mut text)?;
    match length as u64 > LONGEST_FILE {
        true => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("it is longer than {LONGEST_FILE} bytes"),
        )),
        false => Ok(text),
    }
}

/// Reads a problem file; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<Description, Fault> {
    let (name, text) = match path == Path::new("-") {
        true => ("standard input".to_owned(), standard_input()),
        false => (path.display().to_string(), text_of(path)),
    };
    match text {
        Ok(text) => parse(name, text),
        Err(reason) => {
            let fault = Fault::new(format!("cannot read {name}: {reason}"));
            let help = "an argument without a flag before it is a problem file: give a flag \
                        such as --param again for every value";
            Err(if name.contains('=') {
                fault.with_help(help)
            } else {
                fault
            })
        }
    }
}

/// Reads a file that has nothing but parts of a style.
pub(super) fn read_style(path: &Path) -> Result<Vec<style::Given>, Fault> {
    let name = path.display().to_string();
    let text =
        text_of(path).map_err(|reason| Fault::new(format!("cannot read {name}: {reason}")))?;
    let reader = Reader::of(name, text);
    reader.style(reader.document()?.get_ref())
}

fn parse(name: String, text: String) -> Result<Description, Fault> {
    let reader = Reader::of(name, text);
    let document = reader.document()?;
    let mut description = Description::default();
    for (key, value) in in_order(document.get_ref()) {
        reader.read_key(key, value, &mut description)?;
    }
    Ok(description)
}

type Key<'i> = Spanned<DeString<'i>>;
type Value<'i> = Spanned<DeValue<'i>>;

/// The entries of a table in the order in which the file has them.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Key<'i>, &'t Value<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

struct Reader(sync::Arc<Source>);

impl Reader {
    fn of(name: String, text: String) -> Reader {
        Reader(sync::Arc::new(Source {
            name,
            text,
            is_file: true,
        }))
    }

    fn document(&self) -> Result<Spanned<DeTable<'_>>, Fault> {
        DeTable::parse(&self.0.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            Fault::at(self.place(span), error.message())
        })
    }

    fn place(&self, span: Range<usize>) -> Place {
        // A fault of the format may be told in the middle of a sign.
        let text = &self.0.text;
        let whole = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) {
                at += 1;
            }
            at
        };
        Place {
            source: sync::Arc::clone(&self.0),
            span: whole(span.start)..whole(span.end),
        }
    }

    fn unexpected(&self, value: &Value<'_>, wanted: &str) -> Fault {
        let found = value.get_ref().type_str();
        let article = if found.starts_with(['a', 'i']) {
            "an"
        } else {
            "a"
        };
        let message = format!("expected {wanted}, found {article} {found}");
        Fault::at(self.place(value.span()), message)
    }

    fn read_key(
        &self,
        key: &Key<'_>,
        value: &Value<'_>,
        into: &mut Description,
    ) -> Result<(), Fault> {
        let name = key.get_ref().as_ref();
        let is = |known: &keys::Key| known.name == name;
        if is(&keys::MAP) {
            into.map_is_text = value.get_ref().is_str();
            (into.map, into.named_map) = self.map(value)?;
        } else if is(&keys::INVERSE) {
            into.inverse = self.equations(value, &keys::INVERSE)?;
        } else if is(&keys::NEAR) {
            into.near = self.equations(value, &keys::NEAR)?;
        } else if is(&keys::INSIDE) {
            into.inside = self.arcs(value)?;
        } else if is(&keys::POLYGON) {
            into.polygon = self.rings(value)?;
        } else if is(&keys::OVER) {
            into.over = self.over(value)?;
        } else if is(&keys::PARAM) {
            let all = self.table(value, |value| self.parameter(value))?;
            (into.parameters, into.various) = parameter::parted(all);
        } else if is(&keys::GRADIENT) {
            into.gradient = self.names(value)?;
        } else if is(&keys::HESSIAN) {
            into.hessian = self.names(value)?;
        } else if is(&keys::AT) {
            into.at = self.equations(value, &keys::AT)?;
        } else if is(&keys::WITHIN) {
            into.within = self.equations(value, &keys::WITHIN)?;
        } else if is(&keys::COVARIANCE) {
            into.covariance = self.matrix(value)?;
        } else if is(&keys::PRINCIPAL_VALUE) {
            into.principal_value = self.equations(value, &keys::PRINCIPAL_VALUE)?;
        } else if is(&keys::MESH) {
            into.mesh = Some(self.text(value)?);
        } else if is(&keys::GROUP) {
            into.group = Some(self.text(value)?);
        } else if is(&keys::WHERE) {
            into.conditions = self.list(value)?;
        } else if is(&keys::ON) {
            into.on = vec![self.text(value)?];
        } else if is(&keys::SIGNED) {
            into.signed = self.switch(value)?;
        } else if is(&keys::AVERAGE) {
            into.average = self.switch(value)?;
        } else if is(&keys::FIELD) {
            into.field = self.names(value)?;
        } else if is(&keys::PIECE) {
            into.pieces = self.pieces(value)?;
        } else if is(&keys::INTEGRAND) {
            into.integrands = self.list(value)?;
        } else if name == style::STYLE {
            let Some(table) = value.get_ref().as_table() else {
                return Err(self.unexpected(value, "a table of styles"));
            };
            into.style = self.style(table)?;
        } else if let Some(setting) = SETTINGS.iter().find(|setting| is(&setting.key)) {
            into.settings.push(Given {
                name: setting.key.name,
                values: self.list(value)?,
            });
        } else {
            return Err(self.unknown(key));
        }
        Ok(())
    }

    fn unknown(&self, key: &Key<'_>) -> Fault {
        self.unknown_among(key, &key_names().collect::<Vec<_>>())
    }

    fn unknown_among(&self, key: &Key<'_>, names: &[&str]) -> Fault {
        let name = key.get_ref().as_ref();
        let fault = Fault::at(self.place(key.span()), format!("unknown key `{name}`"));
        fault.with_help(match formula::nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys are: {}", names.join(", ")),
        })
    }

    /// The parts of a style.
    fn style(&self, table: &DeTable<'_>) -> Result<Vec<style::Given>, Fault> {
        let part = |(key, value): (&Key<'_>, &Value<'_>)| {
            let mut names = style::PARTS.iter().map(|part| part.key.name);
            let own: &str = key.get_ref().as_ref();
            let Some(name) = names.find(|name| *name == own) else {
                let names = style::PARTS.map(|part| part.key.name);
                return Err(self.unknown_among(key, &names));
            };
            let value = match value.get_ref() {
                DeValue::Boolean(is_on) => Text {
                    text: is_on.to_string(),
                    place: self.place(value.span()),
                },
                _ => self.text(value)?,
            };
            Ok(style::Given { name, value })
        };
        in_order(table).into_iter().map(part).collect()
    }

    /// The equations of a map: a table, or a text; or its name.
    fn map(&self, value: &Value<'_>) -> Result<(Vec<Entry<Text>>, Option<Text>), Fault> {
        match value.get_ref() {
            DeValue::Table(_) => Ok((self.table(value, |value| self.text(value))?, None)),
            DeValue::String(_) => entries::map(&self.text(value)?),
            _ => {
                let wanted = "a table of equations, a name, or a text such as \"x = r*cos(t)\"";
                Err(self.unexpected(value, wanted))
            }
        }
    }

    /// A table of formulas, or all of them in a text.
    fn equations(&self, value: &Value<'_>, key: &keys::Key) -> Result<Vec<Entry<Text>>, Fault> {
        match value.get_ref() {
            DeValue::String(_) => entries::equations(&self.text(value)?, key.value),
            _ => self.table(value, |value| self.text(value)),
        }
    }

    /// The arcs of a curve: a table of equations or a text, or a list of tables, each with limits.
    fn arcs(&self, value: &Value<'_>) -> Result<Vec<Arc>, Fault> {
        match value.get_ref() {
            DeValue::String(_) => {
                let curve = entries::equations(&self.text(value)?, keys::INSIDE.value)?;
                let over = Vec::new();
                Ok(vec![Arc { curve, over }])
            }
            DeValue::Array(arcs) if !arcs.is_empty() => {
                self.no_more(arcs, MOST_PIECES, |arc| arc.span())?;
                arcs.iter().map(|arc| self.arc(arc)).collect()
            }
            _ => Ok(vec![self.arc(value)?]),
        }
    }

    /// An arc: its equations, and its limits as `over`.
    fn arc(&self, value: &Value<'_>) -> Result<Arc, Fault> {
        let Some(table) = value.get_ref().as_table() else {
            let wanted = "a table of equations or a text such as \"x = cos(t)^3, y = sin(t)^3\"";
            return Err(self.unexpected(value, wanted));
        };
        let is_over = |key: &Key<'_>| key.get_ref().as_ref() == keys::OVER.name;
        let (over, curve): (Vec<_>, Vec<_>) = in_order(table)
            .into_iter()
            .partition(|(key, _)| is_over(key));
        let over = match over.first() {
            Some((_, limits)) => self.over(limits)?,
            None => Vec::new(),
        };
        let curve = self.entries(curve, |value| self.text(value))?;
        Ok(Arc { curve, over })
    }

    /// The pieces: a list of tables, each with keys that say where it is.
    fn pieces(&self, value: &Value<'_>) -> Result<Vec<Description>, Fault> {
        let piece = |value: &Value<'_>| {
            let Some(table) = value.get_ref().as_table() else {
                return Err(self.unexpected(value, "a table: begin each piece with [[piece]]"));
            };
            let mut piece = Description::default();
            for (key, value) in in_order(table) {
                let name = key.get_ref().as_ref();
                if key_names().any(|known| known == name)
                    && pieces::KEYS.iter().all(|known| known.name != name)
                {
                    let message = format!("`{name}` is a key of the file, not of a piece");
                    let help = "move it above the first line in square brackets";
                    return Err(Fault::at(self.place(key.span()), message).with_help(help));
                }
                self.read_key(key, value, &mut piece)?;
            }
            Ok(piece)
        };
        match value.get_ref() {
            DeValue::Array(pieces) if !pieces.is_empty() => {
                self.no_more(pieces, MOST_PIECES, |piece| piece.span())?;
                pieces.iter().map(piece).collect()
            }
            DeValue::Array(_) => Err(Fault::at(self.place(value.span()), "this list is empty")),
            _ => Ok(vec![piece(value)?]),
        }
    }

    /// A matrix: a list of lists, or a text.
    fn matrix(&self, value: &Value<'_>) -> Result<Vec<Vec<Text>>, Fault> {
        match value.get_ref() {
            DeValue::String(_) => entries::matrix(&self.text(value)?),
            DeValue::Array(rows) if !rows.is_empty() => {
                self.no_more(rows, MOST_ENTRIES, |row| row.span())?;
                rows.iter().map(|row| self.list(row)).collect()
            }
            _ => Err(self.unexpected(value, "a list of rows such as [[1, 0], [0, 1]]")),
        }
    }

    /// A parameter: a value, a text such as `0..2 by 0.1`, a list, or a table of `from`, `to` and `by`.
    fn parameter(&self, value: &Value<'_>) -> Result<parameter::Given, Fault> {
        match value.get_ref() {
            DeValue::Array(_) => Ok(parameter::Given::List(self.list(value)?)),
            DeValue::Table(table) => {
                const WANTED: &str = "a table such as { from = 0, to = 2, by = 0.1 }";
                let entry = |wanted: &str| {
                    let found = table.iter().find(|(key, _)| key.get_ref() == wanted);
                    match found {
                        Some((_, entry)) => self.text(entry),
                        None => Err(self.unexpected(value, WANTED)),
                    }
                };
                match table.len() {
                    3 => Ok(parameter::Given::Range([
                        entry("from")?,
                        entry("to")?,
                        entry("by")?,
                    ])),
                    _ => Err(self.unexpected(value, WANTED)),
                }
            }
            _ => parameter::Given::of(&self.text(value)?),
        }
    }

    /// The rings of a polygon: a list of lists of points, one such list, or texts.
    fn rings(&self, value: &Value<'_>) -> Result<Vec<Ring>, Fault> {
        let is_point = |value: &Value<'_>| {
            let entries = value.get_ref().as_array();
            entries.is_some_and(|entries| entries.iter().all(|e| !e.get_ref().is_array()))
        };
        match value.get_ref() {
            DeValue::String(_) => Ok(vec![Ring::Text(self.text(value)?)]),
            DeValue::Array(rings) if rings.is_empty() => {
                Err(Fault::at(self.place(value.span()), "this list is empty"))
            }
            DeValue::Array(points) if points.iter().all(is_point) => Ok(vec![self.ring(value)?]),
            DeValue::Array(rings) => rings.iter().map(|ring| self.ring(ring)).collect(),
            _ => Err(self.unexpected(value, "a list of rings such as [[[0, 0], [4, 0], [4, 3]]]")),
        }
    }

    /// A ring: a list of points, or a text.
    fn ring(&self, value: &Value<'_>) -> Result<Ring, Fault> {
        let point = |value: &Value<'_>| match value.get_ref() {
            DeValue::Array(pair) if pair.len() == 2 => {
                Ok([self.text(&pair[0])?, self.text(&pair[1])?])
            }
            DeValue::Array(pair) => {
                let message = format!("expected two coordinates, found {}", pair.len());
                Err(Fault::at(self.place(value.span()), message))
            }
            _ => Err(self.unexpected(value, "a point such as [4, 3]")),
        };
        match value.get_ref() {
            DeValue::String(_) => Ok(Ring::Text(self.text(value)?)),
            DeValue::Array(points) => {
                let points = points.iter().map(point).collect::<Result<_, Fault>>()?;
                Ok(Ring::Points(points, self.place(value.span())))
            }
            _ => Err(self.unexpected(value, "a list of points such as [[0, 0], [4, 0], [4, 3]]")),
        }
    }

    /// Limits: a table, or a text such as `"t = 0..2*pi"`.
    fn over(&self, value: &Value<'_>) -> Result<Vec<Entry<Limits>>, Fault> {
        match value.get_ref() {
            DeValue::String(_) => entries::over(&self.text(value)?),
            _ => self.table(value, |value| self.limits(value)),
        }
    }

    /// A number or a text in quotes.
    fn text(&self, value: &Value<'_>) -> Result<Text, Fault> {
        let whole = self.place(value.span());
        let raw = &self.0.text[value.span()];
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Float(number) => number.as_str().to_owned(),
            DeValue::Integer(number) => {
                let digits = i128::from_str_radix(number.as_str(), number.radix());
                digits.map_or_else(|_| number.as_str().to_owned(), |n| n.to_string())
            }
            _ => return Err(self.unexpected(value, "a number or a formula in quotes")),
        };
        // Without escapes the text stands between the quotes as it is.
        let place = match raw.find(&text) {
            Some(at) => {
                let start = whole.span.start + at;
                self.place(start..start + text.len())
            }
            None => whole,
        };
        Ok(Text { text, place })
    }

    /// On or off.
    fn switch(&self, value: &Value<'_>) -> Result<bool, Fault> {
        match value.get_ref() {
            DeValue::Boolean(is_on) => Ok(*is_on),
            _ => Err(self.unexpected(value, "true or false")),
        }
    }

    /// Names or formulas, as an array or as one text with commas.
    fn names(&self, value: &Value<'_>) -> Result<Vec<Text>, Fault> {
        match value.get_ref() {
            DeValue::String(_) => entries::parts(&self.text(value)?),
            _ => self.list(value),
        }
    }

    /// One value, or an array of them.
    fn list(&self, value: &Value<'_>) -> Result<Vec<Text>, Fault> {
        match value.get_ref() {
            DeValue::Array(values) if values.is_empty() => {
                Err(Fault::at(self.place(value.span()), "this list is empty"))
            }
            DeValue::Array(values) => {
                self.no_more(values, MOST_ENTRIES, |value| value.span())?;
                values.iter().map(|value| self.text(value)).collect()
            }
            _ => Ok(vec![self.text(value)?]),
        }
    }

    /// Refuses the first of more entries than there may be, at its place.
    fn no_more<T>(
        &self,
        entries: &[T],
        most: usize,
        span: impl Fn(&T) -> Range<usize>,
    ) -> Result<(), Fault> {
        match entries.get(most) {
            Some(first) => {
                let message = format!("there are more than {most} entries");
                Err(Fault::at(self.place(span(first)), message))
            }
            None => Ok(()),
        }
    }

    /// Two limits: `[0, "2*pi"]`, or a text such as `"0..2*pi"`.
    fn limits(&self, value: &Value<'_>) -> Result<Limits, Fault> {
        match value.get_ref() {
            DeValue::Array(ends) if ends.len() == 2 => {
                Ok([self.text(&ends[0])?, self.text(&ends[1])?])
            }
            DeValue::String(_) => entries::limits(&self.text(value)?),
            DeValue::Array(ends) => {
                let message = format!("expected two limits, found {}", ends.len());
                Err(Fault::at(self.place(value.span()), message))
            }
            _ => Err(self.unexpected(value, "two limits such as [0, \"2*pi\"]")),
        }
    }

    fn table<T>(
        &self,
        value: &Value<'_>,
        read: impl Fn(&Value<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<Entry<T>>, Fault> {
        let Some(table) = value.get_ref().as_table() else {
            return Err(self.unexpected(value, "a table of names"));
        };
        self.entries(in_order(table), read)
    }

    fn entries<T>(
        &self,
        entries: Vec<(&Key<'_>, &Value<'_>)>,
        read: impl Fn(&Value<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<Entry<T>>, Fault> {
        self.no_more(&entries, MOST_ENTRIES, |(key, _)| key.span())?;
        let entry = |(key, value): (&Key<'_>, &Value<'_>)| {
            let text = key.get_ref().to_string();
            let place = self.place(key.span());
            if key_names().any(|known| known == text) {
                let message = format!("`{text}` is a key of the file, not of a table");
                let help = "move it above the first line in square brackets";
                return Err(Fault::at(place, message).with_help(help));
            }
            let name = Text { text, place };
            formula::check_name(&name.text, 0..name.text.len())
                .map_err(|error| Fault::of(&error, [&name]))?;
            let body = read(value)?;
            Ok(Entry { name, body })
        };
        entries.into_iter().map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<T>(entries: &[Entry<T>]) -> Vec<&str> {
        entries
            .iter()
            .map(|entry| entry.name.text.as_str())
            .collect()
    }

    fn parse(text: &str) -> Result<Description, Fault> {
        super::parse("p.toml".to_owned(), text.to_owned())
    }

    #[test]
    fn tables_keep_the_order_of_the_file() {
        let file = parse("[over]\nz = [0, 1]\na = [0, 'z']\n[map]\ny = 'z'\nb = 'a'").unwrap();
        assert_eq!(names(&file.over), ["z", "a"]);
        assert_eq!(names(&file.map), ["y", "b"]);
        assert!(!file.map_is_text);
    }

    #[test]
    fn numbers_and_texts_are_the_same_kind_of_value() {
        let file = parse("nodes = [0x10, '32']\nrtol = 1e-6\n[param]\na = -2\nb = '2*a'").unwrap();
        let texts = |values: &[Text]| values.iter().map(|v| v.text.clone()).collect::<Vec<_>>();
        assert_eq!(file.settings[0].name, "nodes");
        assert_eq!(texts(&file.settings[0].values), ["16", "32"]);
        assert_eq!(texts(&file.settings[1].values), ["1e-6"]);
        assert_eq!(file.parameters[0].body.text, "-2");
        assert_eq!(file.parameters[1].body.text, "2*a");
    }

    #[test]
    fn a_fault_points_into_the_quotes() {
        for text in ["integrand = 'θ + §'", "integrand = \"\"\"\nθ + §\"\"\""] {
            let file = parse(text).unwrap();
            let integrand = &file.integrands[0];
            let place = integrand.at("θ + ".len()..integrand.text.len());
            assert_eq!(&text[place.span], "§");
        }
    }

    #[test]
    fn a_setting_that_slipped_into_a_table_is_refused() {
        let fault = parse("[map]\nx = 'r'\nintegrand = 'x'").unwrap_err();
        let place = fault.place().unwrap();
        assert_eq!(&place.source.text[place.span.clone()], "integrand");
    }
}
