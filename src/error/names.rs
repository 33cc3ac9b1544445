//! Names in messages: no more of them, and no longer, than anybody reads.

use std::borrow::Cow;

/// The longest name that a message repeats whole, in characters.
const LONGEST_NAME: usize = 60;

/// A name, or its beginning.
pub(super) fn short(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(LONGEST_NAME) {
        None => Cow::Borrowed(name),
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
    }
}

/// The most names that a message lists.
const MOST_NAMES: usize = 20;

/// Names with commas between them, or the first ones.
pub(super) fn listed(names: &[String]) -> String {
    let shown = names.iter().take(MOST_NAMES).map(|name| short(name));
    let shown: Vec<Cow<'_, str>> = shown.collect();
    let more = if names.len() > MOST_NAMES {
        ", …"
    } else {
        ""
    };
    shown.join(", ") + more
}
