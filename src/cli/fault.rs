//! What is wrong with the input: a message, the place, and what to do.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use clap::error::{ContextKind, ContextValue};
use pullback::Error;
use pullback::formula::TextFault;
use serde::Serialize;

use super::place::{Excerpt, Place, Text, shortened, visible};

/// An input that cannot be worked on.
#[derive(Debug)]
pub(super) struct Fault {
    message: String,
    place: Option<Place>,
    help: Vec<String>,
}

impl Fault {
    /// A fault that has no place.
    pub(super) fn new(message: impl Into<String>) -> Fault {
        Fault {
            message: message.into(),
            place: None,
            help: Vec::new(),
        }
    }

    /// A fault at a place.
    pub(super) fn at(place: Place, message: impl Into<String>) -> Fault {
        Fault {
            place: Some(place),
            ..Fault::new(message)
        }
    }

    /// The same fault with advice.
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Fault {
        self.help.push(help.into());
        self
    }

    /// The same fault at a place, unless it has one.
    pub(super) fn or_at(mut self, place: Option<&Place>) -> Fault {
        self.place = self.place.or_else(|| place.cloned());
        self
    }

    /// The library's error about one of `texts`, at the place where that text stands.
    ///
    /// Where several texts are equal the first is meant: the library reads in order, and what is
    /// right in an earlier place is right in a later one.
    pub(super) fn of<'t>(error: &Error, texts: impl IntoIterator<Item = &'t Text>) -> Fault {
        match error {
            Error::Text { text, span, fault } => {
                let mut texts = texts.into_iter();
                let place = match fault {
                    // The error does not repeat such a text: the place is where it is too long.
                    TextFault::TooLong { limit } => texts
                        .find(|candidate| candidate.text.len() > *limit)
                        .map(|found| {
                            let start = found.text.floor_char_boundary(*limit);
                            found.at(start..found.text.len())
                        }),
                    _ => texts
                        .find(|candidate| candidate.text == *text)
                        .map(|found| found.at(span.clone())),
                };
                Fault {
                    message: fault.to_string(),
                    place,
                    help: fault.help().into_iter().collect(),
                }
            }
            Error::Checkpoint { path, .. } => {
                let place = Text::of_flag("--checkpoint", &path.display().to_string()).place;
                let help = "give a file that is new, or go on with what it was begun with";
                Fault::at(place, error.to_string()).with_help(help)
            }
            other => Fault::new(other.to_string()),
        }
    }

    /// What is wrong with the arguments, as their reader says it.
    pub(super) fn of_arguments(refusal: &clap::Error) -> Fault {
        let written = refusal.render().to_string();
        let mut paragraphs = written.split("\n\n");
        let first = paragraphs.next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first);
        let about = |kind| match refusal.get(kind) {
            Some(ContextValue::String(text)) => Some(text.as_str()),
            Some(ContextValue::Strings(texts)) => texts.first().map(String::as_str),
            _ => None,
        };
        let mut fault = Fault::new(message);
        if let (Some(flag), Some(value)) = (
            about(ContextKind::InvalidArg),
            about(ContextKind::InvalidValue),
        ) {
            let name = flag.split_whitespace().next().unwrap_or_default();
            fault.place = (!value.is_empty()).then(|| Text::of_flag(name, value).place);
        }
        let meant = [
            ContextKind::SuggestedArg,
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedValue,
        ];
        match meant.into_iter().find_map(about) {
            Some(meant) => fault.with_help(format!("did you mean `{meant}`?")),
            None => fault.with_help("--help lists what there is"),
        }
    }

    /// The same fault with advice, unless it has some.
    pub(super) fn or_help(self, help: impl Into<String>) -> Fault {
        if self.help.is_empty() {
            self.with_help(help)
        } else {
            self
        }
    }

    /// The same fault, of a name that is unknown, with how to give it a value.
    pub(super) fn with_value_of(self, name: &str) -> Fault {
        self.with_help(format!(
            "a constant gets its value with --param \"{name} = 1\""
        ))
    }

    /// The same fault in other words.
    pub(super) fn reworded(self, message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault {
            message: message.into(),
            help: vec![help.into()],
            ..self
        }
    }

    /// The same with advice in the place of what it has.
    pub(super) fn advised(self, help: impl Into<String>) -> Fault {
        Fault {
            help: vec![help.into()],
            ..self
        }
    }

    /// The place.
    #[cfg(test)]
    pub(super) fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// Whether the place is in a file.
    pub(super) fn is_in_file(&self) -> bool {
        self.place.as_ref().is_some_and(|p| p.source.is_file)
    }

    /// Writes the fault to standard error: for people, or as one JSON object.
    pub(super) fn report(&self, as_json: bool) {
        let is_terminal = io::stderr().is_terminal();
        let text = if as_json {
            self.json()
        } else if is_terminal && colors_are_welcome(|name| std::env::var_os(name)) {
            self.rendered(&Renderer::styled())
        } else {
            self.rendered(&Renderer::plain())
        };
        // Where standard error is closed there is nobody to tell.
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// One JSON object on one line, with the line and the column of the place from 1 on.
    fn json(&self) -> String {
        #[derive(Serialize)]
        struct Object<'a> {
            fault: Fields<'a>,
        }
        #[derive(Serialize)]
        struct Fields<'a> {
            message: &'a str,
            source: Option<Cow<'a, str>>,
            line: Option<usize>,
            column: Option<usize>,
            help: Option<String>,
        }
        let [line, column] = match self.place.as_ref().map(Place::line_and_column) {
            Some(at) => at.map(Some),
            None => [None, None],
        };
        let object = Object {
            fault: Fields {
                message: &shortened(&self.message),
                source: self
                    .place
                    .as_ref()
                    .map(|place| shortened(&place.source.name)),
                line,
                column,
                help: (!self.help.is_empty())
                    .then(|| shortened(&self.help.join("; ")).into_owned()),
            },
        };
        // Texts and whole numbers always have a JSON form.
        serde_json::to_string(&object).unwrap_or_default()
    }

    fn rendered(&self, renderer: &Renderer) -> String {
        let message = shortened(&self.message);
        let title = Level::ERROR.primary_title(visible(&message));
        let mut group = annotate_snippets::Group::with_title(title);
        if let Some(Place { source, span }) = &self.place {
            let Excerpt { line, text, span } =
                Excerpt::of(&source.text, &without_blanks(&source.text, span));
            let seen = |end: usize| visible(&text[..end]).len();
            let caret = AnnotationKind::Primary.span(seen(span.start)..seen(span.end));
            let snippet = Snippet::source(visible(&text).into_owned())
                .path(visible(&shortened(&source.name)).into_owned())
                .line_start(line)
                .line_numbering(source.is_file)
                .annotation(caret);
            group = group.element(snippet);
        }
        group = group.elements(
            self.help
                .iter()
                .map(|help| Level::HELP.message(visible(&shortened(help)).into_owned())),
        );
        renderer.render(&[group])
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::of(&error, [])
    }
}

/// Whether the user lets a terminal show colours: `NO_COLOR` is not set or empty, and the terminal is
/// not a dumb one.
fn colors_are_welcome(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    variable("NO_COLOR").is_none_or(|value| value.is_empty())
        && variable("TERM").is_none_or(|term| term != "dumb")
}

/// The span without the blanks around it, so that the caret stands under a sign.
fn without_blanks(text: &str, span: &Range<usize>) -> Range<usize> {
    let part = &text[span.clone()];
    let end = span.start + part.trim_end().len();
    let start = span.end - part.trim_start().len();
    if start < end {
        start..end
    } else {
        span.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column_of_caret(rendered: &str) -> usize {
        let line = rendered.lines().find(|line| line.contains('^')).unwrap();
        line.chars().take_while(|c| *c != '^').count()
    }

    #[test]
    fn the_caret_stands_under_the_fault_behind_wide_letters() {
        let flag = Text::of_flag("--map", "θ·π + §");
        let fault = Fault::at(flag.at("θ·π + ".len()..flag.text.len()), "what is this?");
        let rendered = fault.rendered(&Renderer::plain());
        let quoted = rendered.lines().find(|line| line.contains('§')).unwrap();
        let sign = quoted.chars().take_while(|c| *c != '§').count();
        assert_eq!(column_of_caret(&rendered), sign);
    }

    #[test]
    fn an_empty_wish_for_no_colors_is_none_and_dumb_terminals_get_none() {
        for (variables, welcome) in [
            (&[][..], true),
            (&[("NO_COLOR", "")], true),
            (&[("NO_COLOR", "0")], false),
            (&[("TERM", "xterm")], true),
            (&[("TERM", "dumb")], false),
        ] {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            };
            assert_eq!(colors_are_welcome(variable), welcome, "{variables:?}");
        }
    }

    #[test]
    fn blanks_around_a_place_are_not_marked() {
        assert_eq!(without_blanks("a =  b ", &(3..7)), 5..6);
        assert_eq!(without_blanks("a =  ", &(3..5)), 3..5);
    }
}
