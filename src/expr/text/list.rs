//! The readers of lists: of equations, and of limits.

use std::ops::Range;

use super::excerpt::{excerpt, trim};
use super::lexer::{Kind, tokens};
use super::names::check_name;
use super::parse::never_closed;
use super::slip;
use crate::error::{Error, TextFault};

/// An entry `name = body` of a list; the fields are places in the list's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    /// The name before the `=`.
    pub name: Range<usize>,
    /// All that stands after the `=`.
    pub body: Range<usize>,
}

/// The entries of a list `name = body, name = body, …`, split at commas outside parentheses.
///
/// ```
/// let text = "r = 0..1, t = 0..atan2(1, 2)";
/// let entries = pullback::formula::equations(text)?;
/// assert_eq!(&text[entries[1].name.clone()], "t");
/// assert_eq!(text[entries[1].body.clone()].trim(), "0..atan2(1, 2)");
/// # Ok::<(), pullback::Error>(())
/// ```
///
/// # Errors
/// [`Error::Text`] where an entry is none, a parenthesis stays open, a comma is missing, or a name
/// cannot be one or is given twice.
pub fn equations(text: &str) -> Result<Vec<Equation>, Error> {
    let mut entries: Vec<Equation> = Vec::new();
    for part in split_list(text, 0..text.len())? {
        let tokens = tokens(text, part.clone())?;
        let [name, sign, ..] = &tokens[..] else {
            return Err(missing_equation(text, part, None));
        };
        if name.kind != Kind::Name || sign.kind != Kind::Sign("=") {
            let comma = part.start.checked_sub(1);
            let number = comma.and_then(|comma| slip::decimal_comma(text, comma));
            let meant = number.or_else(|| slip::limits_of_inequality(text, &tokens));
            return Err(missing_equation(text, name.span.start..part.end, meant));
        }
        if let Some([end, next]) = slip::missing_comma(&tokens[2..]) {
            let fault = TextFault::MissingComma {
                entry: excerpt(&text[name.span.start..end.end]).to_owned(),
                next: text[next.clone()].to_owned(),
            };
            return Err(Error::text(text, next, fault));
        }
        check_name(text, name.span.clone())?;
        let same = |e: &&Equation| text[e.name.clone()] == text[name.span.clone()];
        if entries.iter().find(same).is_some() {
            let fault = TextFault::GivenTwice {
                name: text[name.span.clone()].to_owned(),
            };
            return Err(Error::text(text, name.span.clone(), fault));
        }
        entries.push(Equation {
            name: name.span.clone(),
            body: sign.span.end..part.end,
        });
    }
    Ok(entries)
}

/// The places of the parts of a list, such as `x^2 + y^2 <= 4, y >= x`, split at commas outside parentheses.
///
/// ```
/// let parts = pullback::formula::parts("-y, atan2(x, 1)")?;
/// assert_eq!(parts, [0..2, 3..15]);
/// # Ok::<(), pullback::Error>(())
/// ```
///
/// # Errors
/// [`Error::Text`] where a parenthesis stays open.
pub fn parts(text: &str) -> Result<Vec<Range<usize>>, Error> {
    split_list(text, 0..text.len())
}

/// The places of the operands in a part of a text.
///
/// # Errors
/// [`Error::Text`] where a parenthesis stays open.
pub(super) fn operands(text: &str, part: Range<usize>) -> Result<Vec<Range<usize>>, Error> {
    split_list(text, part)
}

fn missing_equation(text: &str, span: Range<usize>, meant: Option<String>) -> Error {
    let fault = TextFault::NotAnEquation { meant };
    Error::text(text, trim(text, span), fault)
}

/// The parts of `text[body]` before and after its `..`.
///
/// # Errors
/// [`Error::Text`] where there is no `..`, or a second one.
pub fn limits(text: &str, body: Range<usize>) -> Result<[Range<usize>; 2], Error> {
    let tokens = tokens(text, body.clone())?;
    let mut dots = tokens.iter().filter(|t| t.kind == Kind::Sign(".."));
    match (dots.next(), dots.next()) {
        (Some(first), None) => Ok([body.start..first.span.start, first.span.end..body.end]),
        (Some(_), Some(second)) => {
            let span = second.span.clone();
            Err(Error::text(text, span, TextFault::SecondDots))
        }
        (None, _) => {
            let span = trim(text, body);
            Err(Error::text(text, span, TextFault::MissingDots))
        }
    }
}

/// The places of the entries of a list, split at commas outside parentheses.
pub(super) fn split_list(text: &str, part: Range<usize>) -> Result<Vec<Range<usize>>, Error> {
    let mut parts = Vec::new();
    let mut open: Vec<Range<usize>> = Vec::new();
    let (mut start, end) = (part.start, part.end);
    for token in tokens(text, part)? {
        match token.kind {
            Kind::Sign("(") => open.push(token.span),
            Kind::Sign(")") => drop(open.pop()),
            Kind::Sign(",") if open.is_empty() => {
                parts.push(start..token.span.start);
                start = token.span.end;
            }
            _ => {}
        }
    }
    match open.pop() {
        Some(open) => Err(never_closed(text, open)),
        None => {
            parts.push(start..end);
            Ok(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_split_at_commas_outside_parentheses() {
        let text = "x = atan2(r, t), y = 2";
        let list = equations(text).unwrap();
        let names: Vec<&str> = list.iter().map(|e| &text[e.name.clone()]).collect();
        assert_eq!(names, ["x", "y"]);
        assert_eq!(&text[list[0].body.clone()], " atan2(r, t)");
        assert!(equations("x = 1, x = 2").is_err());
        assert!(equations("x = 1,").is_err());
        assert!(equations("pi = 3").is_err());
        assert!(equations("sin = 3").is_err());
        let [lo, hi] = limits("r = 0..2*pi", 4..11).unwrap();
        assert_eq!((lo, hi), (4..5, 7..11));
        assert!(limits("0 1", 0..3).is_err());
    }
}
