//! Texts of the user's, and the places in flags and files where they stand.

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
}
