//! Texts of the user's, and the places in flags and files where they stand.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

/// What texts are parts of: the value of a flag, or a file.
#[derive(Debug)]
pub(super) struct Source {
    /// What the user calls it: `--map`, or the path of a file.
    pub(super) name: String,
    pub(super) text: String,
    /// Whether its lines are worth counting.
    pub(super) is_file: bool,
}

/// A part of a source.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) source: Rc<Source>,
    pub(super) span: Range<usize>,
}

impl Place {
    /// The smallest place that covers this one and another of the same source.
    pub(super) fn joined(&self, other: &Place) -> Place {
        if !Rc::ptr_eq(&self.source, &other.source) {
            return self.clone();
        }
        Place {
            source: Rc::clone(&self.source),
            span: self.span.start.min(other.span.start)..self.span.end.max(other.span.end),
        }
    }

    /// The line and the column where the place begins, from 1 on; a column is a character.
    pub(super) fn line_and_column(&self) -> [usize; 2] {
        let before = &self.source.text[..self.span.start];
        let line = before.rsplit('\n').next().unwrap_or_default();
        [before.matches('\n').count() + 1, line.chars().count() + 1]
    }
}

/// A text and the place it was read from.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) place: Place,
}

impl Text {
    /// The value of a flag.
    pub(super) fn of_flag(name: &str, text: &str) -> Text {
        let source = Rc::new(Source {
            name: name.to_owned(),
            text: text.to_owned(),
            is_file: false,
        });
        Text {
            text: text.to_owned(),
            place: Place {
                source,
                span: 0..text.len(),
            },
        }
    }

    /// A part of this text.
    pub(super) fn part(&self, span: Range<usize>) -> Text {
        Text {
            text: self.text[span.clone()].to_owned(),
            place: self.at(span),
        }
    }

    /// The place of a part of this text: all of it where the source spells it in another way, as
    /// with escapes in a string.
    pub(super) fn at(&self, span: Range<usize>) -> Place {
        let Place { source, span: own } = &self.place;
        let span = if source.text[own.clone()] == self.text {
            own.start + span.start..own.start + span.end
        } else {
            own.clone()
        };
        Place {
            source: Rc::clone(source),
            span,
        }
    }
}

/// A text as a terminal may show it: signs that would steer the terminal, or turn the direction
/// of writing, are pictures of themselves.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let picture = |c: char| match c {
        '\n' | '\t' => None,
        '\0'..' ' => char::from_u32('␀' as u32 + c as u32),
        '\x7f' => Some('␡'),
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
        _ => None,
    };
    if text.chars().all(|c| picture(c).is_none()) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| picture(c).unwrap_or(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_part_keeps_its_place_in_the_source() {
        let flag = Text::of_flag("--over", "θ = 0..2*pi");
        let limit = flag.part(8..flag.text.len());
        assert_eq!(limit.text, "2*pi");
        let constant = limit.at(2..4);
        assert_eq!(&flag.text[constant.span], "pi");
    }

    #[test]
    fn a_text_that_its_source_spells_otherwise_is_shown_whole() {
        let mut text = Text::of_flag("--map", "\\u03b8");
        text.text = "θ".to_owned();
        assert_eq!(text.at(0..1).span, 0..6);
    }

    #[test]
    fn nothing_that_steers_a_terminal_is_shown_as_it_is() {
        assert_eq!(visible("r·cos(θ)\n\t"), "r·cos(θ)\n\t");
        assert_eq!(
            visible("a\x1b[2J\r\x7f\u{9b}\u{202e}b"),
            "a␛[2J␍␡\u{fffd}\u{fffd}b"
        );
    }
}
