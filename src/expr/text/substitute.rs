//! Texts of formulas with texts in the place of names.

use super::lexer::{Kind, Token, tokens};
use crate::error::Error;

/// A text of a formula with others in the place of names: where `of_name` has one for a name, and for
/// the number behind it in `name(0)`, it stands there.
///
/// # Errors
/// [`Error::Text`] if the text, or one of the others, has signs that formulas do not have.
pub(crate) fn substitute(
    text: &str,
    of_name: impl Fn(&str, Option<&str>) -> Result<Option<String>, Error>,
) -> Result<String, Error> {
    let tokens = tokens(text, 0..text.len())?;
    let mut written = String::new();
    let mut end = 0;
    for (k, Token { kind, span }) in tokens.iter().enumerate() {
        if *kind != Kind::Name || span.start < end {
            continue;
        }
        let (at, behind) = match &tokens[k + 1..] {
            [open, value, close, ..]
                if open.kind == Kind::Sign("(")
                    && matches!(value.kind, Kind::Number(_))
                    && close.kind == Kind::Sign(")") =>
            {
                (Some(&text[value.span.clone()]), close.span.end)
            }
            _ => (None, span.end),
        };
        if let Some(other) = of_name(&text[span.clone()], at)? {
            written += &text[end..span.start];
            written += &in_parentheses(&other)?;
            end = behind;
        }
    }
    Ok(written + &text[end..])
}

/// A text in parentheses, unless it is a number or a name.
fn in_parentheses(text: &str) -> Result<String, Error> {
    let text = text.trim();
    Ok(match &tokens(text, 0..text.len())?[..] {
        [only, _] if matches!(only.kind, Kind::Number(_) | Kind::Name) => text.to_owned(),
        _ => format!("({text})"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_whole_and_at_the_number_behind_them() {
        let of_name = |name: &str, at: Option<&str>| {
            let text = match (name, at) {
                ("f", None) => Some("x + 1".to_owned()),
                ("f", Some(at)) => Some(format!("{at} + 1")),
                ("g", _) => Some("y".to_owned()),
                _ => None,
            };
            Ok(text)
        };
        let filled = |text| substitute(text, of_name).unwrap();
        assert_eq!(filled("2*f + ff*g"), "2*(x + 1) + ff*y");
        assert_eq!(filled("f(0)*exp(2)^f(1)"), "(0 + 1)*exp(2)^(1 + 1)");
        assert_eq!(filled("f(x)"), "(x + 1)(x)");
    }
}
