//! Problem files: a map, limits, integrands, parameters and settings in TOML.

use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use pullback::text;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::fault::Fault;
use super::place::{Place, Source, Text};
use super::problem::{Entry, Limits, map_entries, range};
use super::settings::NAMES;

/// The keys of a problem file that describe the problem; settings are keys too.
const PARTS: [&str; 4] = ["map", "over", "integrand", "param"];

/// What a problem file says.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) map: Vec<Entry<Text>>,
    /// Whether the map is a table, of which flags override single entries, or one text.
    pub(super) map_is_table: bool,
    pub(super) over: Vec<Entry<Limits>>,
    pub(super) integrands: Vec<Text>,
    pub(super) parameters: Vec<Entry<Text>>,
    /// Settings by name, each with one value or the values of a list.
    pub(super) settings: Vec<(&'static str, Vec<Text>)>,
}

impl File {
    /// Reads a problem file; an empty problem where there is no path.
    pub(super) fn read(path: Option<&Path>) -> Result<File, Fault> {
        let Some(path) = path else {
            return Ok(File::default());
        };
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => File::parse(name, text),
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

    fn parse(name: String, text: String) -> Result<File, Fault> {
        let reader = Reader(Rc::new(Source {
            name,
            text,
            is_file: true,
        }));
        let document = DeTable::parse(&reader.0.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            Fault::at(reader.place(span), error.message())
        })?;
        let mut file = File::default();
        for (key, value) in in_order(document.get_ref()) {
            reader.read_key(key, value, &mut file)?;
        }
        Ok(file)
    }
}

type Key<'i> = Spanned<DeString<'i>>;
type Value<'i> = Spanned<DeValue<'i>>;

/// The entries of a table in the order in which the file has them.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Key<'i>, &'t Value<'i>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

struct Reader(Rc<Source>);

impl Reader {
    fn place(&self, span: Range<usize>) -> Place {
        Place {
            source: Rc::clone(&self.0),
            span,
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

    fn read_key(&self, key: &Key<'_>, value: &Value<'_>, file: &mut File) -> Result<(), Fault> {
        let name = key.get_ref().as_ref();
        match name {
            "map" => {
                file.map_is_table = value.get_ref().is_table();
                file.map = if file.map_is_table {
                    self.table(value, |value| self.text(value))?
                } else if value.get_ref().is_str() {
                    map_entries(&self.text(value)?)?
                } else {
                    let wanted = "a table of equations or a text such as \"x = r*cos(t)\"";
                    return Err(self.unexpected(value, wanted));
                };
            }
            "over" => file.over = self.table(value, |value| self.limits(value))?,
            "param" => file.parameters = self.table(value, |value| self.text(value))?,
            "integrand" => file.integrands = self.list(value)?,
            _ => match NAMES.into_iter().find(|known| *known == name) {
                Some(known) => file.settings.push((known, self.list(value)?)),
                None => return Err(self.unknown(key)),
            },
        }
        Ok(())
    }

    fn unknown(&self, key: &Key<'_>) -> Fault {
        let name = key.get_ref().as_ref();
        let known = || PARTS.into_iter().chain(NAMES);
        let fault = Fault::at(self.place(key.span()), format!("unknown key `{name}`"));
        fault.with_help(match text::nearest(name, known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys are: {}", known().collect::<Vec<_>>().join(", ")),
        })
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

    /// One value, or an array of them.
    fn list(&self, value: &Value<'_>) -> Result<Vec<Text>, Fault> {
        match value.get_ref() {
            DeValue::Array(values) if values.is_empty() => {
                Err(Fault::at(self.place(value.span()), "this list is empty"))
            }
            DeValue::Array(values) => values.iter().map(|value| self.text(value)).collect(),
            _ => Ok(vec![self.text(value)?]),
        }
    }

    /// Two limits: `[0, "2*pi"]`, or a text such as `"0..2*pi"`.
    fn limits(&self, value: &Value<'_>) -> Result<Limits, Fault> {
        match value.get_ref() {
            DeValue::Array(ends) if ends.len() == 2 => {
                Ok([self.text(&ends[0])?, self.text(&ends[1])?])
            }
            DeValue::String(_) => {
                let text = self.text(value)?;
                range(&text, 0..text.text.len())
            }
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
        let entry = |(key, value): (&Key<'_>, &Value<'_>)| {
            let text = key.get_ref().to_string();
            let place = self.place(key.span());
            if PARTS.into_iter().chain(NAMES).any(|known| known == text) {
                let message = format!("`{text}` is a key of the file, not of a table");
                let help = "move it above the first line in square brackets";
                return Err(Fault::at(place, message).with_help(help));
            }
            let name = Text { text, place };
            text::check_name(&name.text, 0..name.text.len())
                .map_err(|error| Fault::of(error, [&name]))?;
            let body = read(value)?;
            Ok(Entry { name, body })
        };
        in_order(table).into_iter().map(entry).collect()
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

    fn parse(text: &str) -> Result<File, Fault> {
        File::parse("p.toml".to_owned(), text.to_owned())
    }

    #[test]
    fn tables_keep_the_order_of_the_file() {
        let file = parse("[over]\nz = [0, 1]\na = [0, 'z']\n[map]\ny = 'z'\nb = 'a'").unwrap();
        assert_eq!(names(&file.over), ["z", "a"]);
        assert_eq!(names(&file.map), ["y", "b"]);
        assert!(file.map_is_table);
    }

    #[test]
    fn numbers_and_texts_are_the_same_kind_of_value() {
        let file = parse("nodes = [0x10, '32']\nrtol = 1e-6\n[param]\na = -2\nb = '2*a'").unwrap();
        let texts = |values: &[Text]| values.iter().map(|v| v.text.clone()).collect::<Vec<_>>();
        assert_eq!(file.settings[0].0, "nodes");
        assert_eq!(texts(&file.settings[0].1), ["16", "32"]);
        assert_eq!(texts(&file.settings[1].1), ["1e-6"]);
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
        assert_eq!(fault.quoted(), Some("integrand"));
    }
}
