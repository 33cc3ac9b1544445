//! Names: those in a text, those that a formula can use, and the one that was meant.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::lexer::{Kind, Token, tokens};
use super::value::{IMAGINARY_UNIT, PartOf};
use super::words::{CONSTANTS, WORDS};
use crate::error::{Error, Misfit, TextFault};
use crate::expr::operator;

/// The names in a part of a text that are neither constants nor called, each once. Where a part of a
/// complex number is taken, `i` is no name.
pub(crate) fn names_in(text: &str, part: Range<usize>) -> Result<Vec<String>, Error> {
    let tokens = tokens(text, part)?;
    let calls = |pair: &[Token]| pair[1].kind == Kind::Sign("(");
    let is_complex = tokens
        .windows(2)
        .any(|pair| calls(pair) && PartOf::named(&text[pair[0].span.clone()]).is_some());
    let mut names: Vec<String> = Vec::new();
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for pair in tokens.windows(2) {
        let name = &text[pair[0].span.clone()];
        let called = calls(pair);
        // A function without its operand is a fault that the formula's own reading explains.
        let known = CONSTANTS.contains(&name)
            || WORDS.contains(&name)
            || operator::function(name).is_some()
            || (is_complex && name == IMAGINARY_UNIT);
        if pair[0].kind == Kind::Name && !called && !known && seen.insert(name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// Refuses names that a formula could not use: `text[span]` must be one that it could.
///
/// # Errors
/// [`Error::Text`] with the place.
pub fn check_name(text: &str, span: Range<usize>) -> Result<(), Error> {
    let name = &text[span.clone()];
    let whole = tokens(name, 0..name.len()).is_ok_and(
        |t| matches!(&t[..], [only, _] if only.kind == Kind::Name && only.span.len() == name.len()),
    );
    if !whole {
        let name = name.to_owned();
        return Err(Error::text(text, span, TextFault::NotAName { name }));
    }
    let what = if CONSTANTS.contains(&name) {
        "a constant"
    } else if WORDS.contains(&name) {
        "a word of the language"
    } else if operator::function(name).is_some() {
        "a function"
    } else {
        return Ok(());
    };
    let name = name.to_owned();
    let fault = TextFault::ReservedName { name, what };
    Err(Error::text(text, span, fault))
}

/// Refuses names that a formula could not use, and names that are given twice.
pub(crate) fn check_names<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Result<(), Error> {
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for name in names {
        let name = name.as_ref();
        check_name(name, 0..name.len())?;
        if !seen.insert(name.to_owned()) {
            let name = name.to_owned();
            return Err(Misfit::GivenTwice { name }.into());
        }
    }
    Ok(())
}

/// The names in a formula that are neither constants nor functions, in order of first appearance.
///
/// ```
/// assert_eq!(pullback::formula::names("r*cos(t) + pi*r")?, ["r", "t"]);
/// # Ok::<(), pullback::Error>(())
/// ```
///
/// # Errors
/// [`Error::Text`] if the text has a sign that no formula has.
pub fn names(text: &str) -> Result<Vec<String>, Error> {
    names_in(text, 0..text.len())
}

/// The known name that differs from `name` by one slip, if there is one.
///
/// ```
/// let known = ["rtol", "atol", "integrand"];
/// assert_eq!(pullback::formula::nearest("integrnad", known.into_iter()), Some("integrand"));
/// assert_eq!(pullback::formula::nearest("seed", known.into_iter()), None);
/// ```
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    // A letter added, dropped or changed, or two neighbours swapped.
    let one_slip =
        |k: &str| k.chars().count().abs_diff(length) <= 1 && strsim::osa_distance(name, k) <= 1;
    let mut known = known.filter(|k| k.chars().count() > 1 && length > 1);
    known.find(|k| {
        k.eq_ignore_ascii_case(name)
            || one_slip(k)
            || (k.chars().count() > 3 && k.starts_with(name))
            || (k.chars().count() > 2 && name.starts_with(k))
            || name
                .strip_prefix("arc")
                .is_some_and(|rest| k.strip_prefix('a') == Some(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_near_those_that_are_one_slip_away() {
        let known = ["rho", "theta", "asin", "gauss"];
        for (name, meant) in [
            ("rhoo", Some("rho")),
            ("rh", Some("rho")),
            ("rha", Some("rho")),
            ("hro", Some("rho")),
            ("Theta", Some("theta")),
            ("thteas", None),
            ("thet", Some("theta")),
            ("rhosquared", Some("rho")),
            ("arcsin", Some("asin")),
            ("gasus", Some("gauss")),
            ("guass", Some("gauss")),
            ("gsuas", None),
            ("r", None),
            ("", None),
            ("xyz", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), meant, "{name}");
        }
    }
}
