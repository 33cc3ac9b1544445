//! Texts of the user's, and the places in flags and files where they stand.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

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
    pub(super) source: Arc<Source>,
    pub(super) span: Range<usize>,
}

impl Place {
    /// The smallest place that covers this one and another of the same source.
    pub(super) fn joined(&self, other: &Place) -> Place {
        if !Arc::ptr_eq(&self.source, &other.source) {
            return self.clone();
        }
        Place {
            source: Arc::clone(&self.source),
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

/// Where a text stands does not change what it says.
impl Hash for Place {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// A text and the place it was read from.
#[derive(Clone, Debug, Hash)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) place: Place,
}

impl Text {
    /// The value of a flag.
    pub(super) fn of_flag(name: &str, text: &str) -> Text {
        let source = Arc::new(Source {
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
            source: Arc::clone(source),
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

/// The longest word that is shown whole, in characters, and what is shown of a longer one.
const LONGEST_WORD: usize = 200;
const WORD_SHOWN: usize = 60;

/// The longest message that is shown whole, in characters.
const LONGEST_MESSAGE: usize = 2000;

/// A message with dots for the rest of words and lists that nobody would read.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    let is_long = |word: &str| word.len() > LONGEST_WORD;
    if text.len() <= LONGEST_MESSAGE && !text.split(char::is_whitespace).any(is_long) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        if shown.chars().count() > LONGEST_MESSAGE {
            shown.push('…');
            break;
        }
        if !is_long(word) {
            shown.push_str(word);
            continue;
        }
        shown.extend(word.chars().take(WORD_SHOWN));
        shown.push('…');
        // Quotes stay closed, and words apart.
        let end = word.trim_end();
        shown.extend(
            end.chars()
                .next_back()
                .filter(|last| !last.is_alphanumeric()),
        );
        shown.push_str(&word[end.len()..]);
    }
    Cow::Owned(shown)
}

/// The longest line that is quoted whole, in characters, and what is quoted of a longer one before
/// and behind the place.
const LONGEST_LINE: usize = 240;
const BEFORE: usize = 60;
const BEHIND: usize = 120;

/// The lines around a place, or a part of them where they are long.
pub(super) struct Excerpt {
    /// The number of the first line, from 1 on.
    pub(super) line: usize,
    pub(super) text: String,
    /// The place in the text.
    pub(super) span: Range<usize>,
}

impl Excerpt {
    /// The lines around a part of a text.
    pub(super) fn of(text: &str, span: &Range<usize>) -> Excerpt {
        let Range { start, end } = *span;
        let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let last = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let line = text[..first].matches('\n').count() + 1;
        if text[first..last].chars().nth(LONGEST_LINE).is_none() {
            return Excerpt {
                line,
                text: text[first..last].to_owned(),
                span: start - first..end - first,
            };
        }
        let before = text[first..start].char_indices().rev().nth(BEFORE);
        let from = before.map_or(first, |(at, _)| first + at);
        let rest = text[start..last].split('\n').next().unwrap_or_default();
        let behind = rest.char_indices().nth(BEHIND);
        let to = behind.map_or(start + rest.len(), |(at, _)| start + at);
        let dots = |is_cut: bool| if is_cut { "…" } else { "" };
        let (open, close) = (dots(from > first), dots(to < last));
        let shift = |at: usize| at.min(to) - from + open.len();
        Excerpt {
            line,
            text: format!("{open}{}{close}", &text[from..to]),
            span: shift(start)..shift(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_and_long_lists_are_shortened() {
        let name = "a".repeat(100_000);
        let text = format!("unknown name `{name}` here");
        let short = shortened(&text);
        assert!(short.starts_with("unknown name `aaa") && short.ends_with("a…` here"));
        assert!(short.len() < 100);
        let list = "name, ".repeat(10_000);
        assert!(shortened(&list).len() < LONGEST_MESSAGE + 20);
        assert!(matches!(shortened("unknown name `rho`"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_place_in_a_long_line_is_quoted_with_what_stands_around_it() {
        let text = format!(
            "first\n{}§{}\nlast",
            "x + ".repeat(1000),
            " + y".repeat(1000)
        );
        let start = text.find('§').unwrap();
        let Excerpt { line, text, span } = Excerpt::of(&text, &(start..start + "§".len()));
        assert_eq!((line, &text[span]), (2, "§"));
        assert!(text.starts_with('…') && text.ends_with('…'));
        assert!(text.chars().count() < LONGEST_LINE);
        // A place as long as the line is cut, but not away.
        let long = "θ".repeat(10_000);
        let Excerpt { text, span, .. } = Excerpt::of(&long, &(0..long.len()));
        assert!(span.len() > 100 && text[span].chars().all(|c| c == 'θ'));
        let short = Excerpt::of("a\nb + c\nd", &(2..3));
        assert_eq!(
            (short.line, &short.text[..], short.span),
            (2, "b + c", 0..1)
        );
    }

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
