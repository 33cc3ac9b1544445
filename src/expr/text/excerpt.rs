//! Parts of a text, as messages show them.

use std::ops::Range;

/// The longest part of a text that an advice repeats, in bytes.
const LONGEST_EXCERPT: usize = 40;

/// A part of a text without the blanks around it, or dots where that is long.
pub(super) fn excerpt(part: &str) -> &str {
    let part = part.trim();
    if part.len() <= LONGEST_EXCERPT {
        part
    } else {
        "…"
    }
}

/// A place without the blanks around it.
pub(super) fn trim(text: &str, span: Range<usize>) -> Range<usize> {
    let part = &text[span.clone()];
    let start = span.start + (part.len() - part.trim_start().len());
    let end = span.end - (part.len() - part.trim_end().len());
    start..end.max(start)
}
