//! The reader of a name with operands, such as `elliptic(3, 2)`, where the name need not be one of
//! formulas.

use std::ops::Range;

use super::lexer::{Kind, Token, tokens};
use super::list;
use super::parse::never_closed;
use crate::error::Error;

/// A name and what stands in the parentheses behind it; the fields are places in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) name: Range<usize>,
    /// The operands; `None` where there are no parentheses.
    pub(crate) operands: Option<Vec<Range<usize>>>,
}

/// The call that a text is; `None` if it is another text.
///
/// A name is of letters, digits, `_` and `-`.
///
/// # Errors
/// [`Error::Text`] if the parentheses stay open, or hold signs that formulas do not have.
pub(crate) fn call(text: &str) -> Result<Option<Call>, Error> {
    let of_name = |c: char| c.is_alphanumeric() || "_-".contains(c);
    let start = text.len() - text.trim_start().len();
    let length = text[start..].find(|c| !of_name(c));
    let name = start..length.map_or(text.len(), |length| start + length);
    let rest = text[name.end..].trim_start();
    let open = text.len() - rest.len();
    if name.is_empty() || !(rest.is_empty() || rest.starts_with('(')) {
        return Ok(None);
    }
    if rest.is_empty() {
        return Ok(Some(Call {
            name,
            operands: None,
        }));
    }
    let mut depth = 0;
    for Token { kind, span } in tokens(text, open..text.len())? {
        match kind {
            Kind::Sign("(") => depth += 1,
            Kind::Sign(")") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            if !text[span.end..].trim().is_empty() {
                return Ok(None);
            }
            let inside = open + 1..span.start;
            let operands = match text[inside.clone()].trim() {
                "" => Vec::new(),
                _ => list::operands(text, inside)?,
            };
            return Ok(Some(Call {
                name,
                operands: Some(operands),
            }));
        }
    }
    Err(never_closed(text, open..open + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<Vec<&str>> {
        let call = call(text).unwrap()?;
        let operands = call.operands.unwrap_or_default();
        let all = [vec![call.name], operands].concat();
        Some(all.into_iter().map(|part| text[part].trim()).collect())
    }

    #[test]
    fn a_call_is_a_name_with_or_without_operands() {
        assert_eq!(parts(" log-polar "), Some(vec!["log-polar"]));
        assert_eq!(parts("polar( )"), Some(vec!["polar"]));
        let between = parts("between(x^2, max(x, 1))");
        assert_eq!(between, Some(vec!["between", "x^2", "max(x, 1)"]));
        for other in ["", "x = r", "f(x) = r", "r*cos(t)", "(r)", "f(x) + g(x)"] {
            assert_eq!(parts(other), None, "{other}");
        }
        assert!(call("star(1 + (t)").is_err());
        assert!(call("star(1 § 2)").is_err());
    }
}
