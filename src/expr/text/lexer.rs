//! The tokens of a formula, each with its place in the text.

use std::ops::Range;

use super::excerpt::excerpt;
use crate::error::{Error, TextFault};

/// The longest text that is read, in bytes.
pub(crate) const LONGEST_TEXT: usize = 1 << 20;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A number.
    Number(f64),
    /// A name; its text is the token's span.
    Name,
    /// A sign, in its plain spelling.
    Sign(&'static str),
    /// A raised whole number such as ² or ⁻¹².
    Superscript(i32),
    /// The end of the text.
    End,
}

/// A token and its bytes in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
}

/// The signs and their spellings; a longer spelling stands before its beginnings.
const SIGNS: &[(&str, &str)] = &[
    ("**", "^"),
    ("..", ".."),
    ("<=", "<="),
    (">=", ">="),
    ("==", "=="),
    ("!=", "!="),
    ("±", "±"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("·", "*"),
    ("⋅", "*"),
    ("×", "*"),
    ("−", "-"),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("^", "^"),
    ("(", "("),
    (")", ")"),
    (",", ","),
];

/// Signs that formulas do not have, with what to write for them; a longer sign stands before its
/// beginnings.
const FOREIGN: &[(&str, &str)] = &[
    ("...", "write `..` between limits, and 0.5 for .5"),
    ("∫", "leave it out: the integrand stands alone"),
    ("||", "write `or`"),
    ("|", "write `abs(x)` for the absolute value of x"),
    ("&&", "write `and`"),
    (
        "!",
        "write `gamma(n + 1)` for a factorial, `not` for a negation",
    ),
    ("[", "write parentheses around values, `0..1` for limits"),
    ("]", "write parentheses around values, `0..1` for limits"),
    ("{", "write parentheses"),
    ("}", "write parentheses"),
    (";", "write a comma"),
    (":", "write `0..1` for limits"),
    ("…", "write `..`"),
    ("–", "write `-`"),
    ("÷", "write `/`"),
    ("√", "write `sqrt(x)`"),
    ("°", "write `*pi/180`"),
    ("\\", "write names without `\\`, and quotients with `/`"),
];

/// The fault of a sign that formulas do not have, at the start of `text[range]`.
fn foreign(text: &str, range: Range<usize>, first: char) -> Error {
    let rest = &text[range.clone()];
    let end = range.start + first.len_utf8();
    if let Some((inside, _)) = rest.strip_prefix('|').and_then(|r| r.split_once('|'))
        && !inside.trim().is_empty()
    {
        let span = range.start..end + inside.len() + 1;
        let inside = excerpt(inside).to_owned();
        return Error::text(text, span, TextFault::Bars { inside });
    }
    let known = FOREIGN.iter().find(|(sign, _)| rest.starts_with(sign));
    let fault = TextFault::UnexpectedSign {
        sign: first,
        instead: known.map(|(_, instead)| *instead),
    };
    Error::text(text, range.start..end, fault)
}

/// The tokens of `text[range]`, closed by [`Kind::End`].
pub(crate) fn tokens(text: &str, range: Range<usize>) -> Result<Vec<Token>, Error> {
    if text.len() > LONGEST_TEXT {
        let limit = LONGEST_TEXT;
        return Err(Error::text(&text[..0], 0..0, TextFault::TooLong { limit }));
    }
    let mut tokens = Vec::new();
    let mut at = range.start;
    while let Some(first) = text[at..range.end].chars().next() {
        let rest = &text[at..range.end];
        let (kind, length) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if starts_number(rest) {
            number(text, at, rest)?
        } else if first.is_alphabetic() || first == '_' {
            (Kind::Name, name_length(rest))
        } else if first == '∞' {
            (Kind::Name, first.len_utf8())
        } else if raised_digit(first).is_some() || first == RAISED_MINUS {
            raised(text, at, rest)?
        } else if rest.starts_with("...") {
            // Two dots and .5, or three dots by mistake: nobody can tell.
            return Err(foreign(text, at..range.end, first));
        } else if let Some((spelling, sign)) = SIGNS.iter().find(|(s, _)| rest.starts_with(s)) {
            (Kind::Sign(sign), spelling.len())
        } else {
            return Err(foreign(text, at..range.end, first));
        };
        tokens.push(Token {
            kind,
            span: at..at + length,
        });
        at += length;
    }
    tokens.push(Token {
        kind: Kind::End,
        span: at..at,
    });
    Ok(tokens)
}

/// The minus of ⁻¹.
const RAISED_MINUS: char = '⁻';

/// The most digits of a raised number.
const MOST_RAISED_DIGITS: usize = 3;

fn raised_digit(c: char) -> Option<i32> {
    match c {
        '²' => Some(2),
        '³' => Some(3),
        '¹' => Some(1),
        '⁰' | '⁴'..='⁹' => Some(c as i32 - '⁰' as i32),
        _ => None,
    }
}

/// The raised number at the start of `rest`: all its digits make one number.
fn raised(text: &str, at: usize, rest: &str) -> Result<(Kind, usize), Error> {
    let digits = rest.strip_prefix(RAISED_MINUS).unwrap_or(rest);
    let sign = if digits.len() < rest.len() { -1 } else { 1 };
    let values: Vec<i32> = digits.chars().map_while(raised_digit).collect();
    let signs = rest
        .chars()
        .take_while(|c| *c == RAISED_MINUS || raised_digit(*c).is_some());
    let length: usize = signs.map(char::len_utf8).sum();
    if values.is_empty() || values.len() > MOST_RAISED_DIGITS {
        let limit = MOST_RAISED_DIGITS;
        let fault = TextFault::RaisedNumber { limit };
        return Err(Error::text(text, at..at + length, fault));
    }
    let value = values.iter().fold(0, |value, digit| 10 * value + digit);
    let digits: usize = digits.chars().take(values.len()).map(char::len_utf8).sum();
    let minus = if sign < 0 { RAISED_MINUS.len_utf8() } else { 0 };
    Ok((Kind::Superscript(sign * value), minus + digits))
}

fn starts_number(rest: &str) -> bool {
    let mut bytes = rest.bytes();
    match bytes.next() {
        Some(b) if b.is_ascii_digit() => true,
        Some(b'.') => bytes.next().is_some_and(|b| b.is_ascii_digit()),
        _ => false,
    }
}

/// The number at the start of `rest`. Two dots end a number: `0..1` is 0, `..`, 1.
fn number(text: &str, at: usize, rest: &str) -> Result<(Kind, usize), Error> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        from + bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    let span = at..at + end;
    match rest[..end].parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Kind::Number(value), end)),
        _ => Err(Error::text(text, span, TextFault::NumberOutOfRange)),
    }
}

/// The length of the name at the start of `rest`: letters, digits, `_`, subscripts and primes.
fn name_length(rest: &str) -> usize {
    let of_name =
        |c: &char| (c.is_alphanumeric() && raised_digit(*c).is_none()) || *c == '_' || *c == '′';
    rest.chars().take_while(of_name).map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        let tokens = tokens(text, 0..text.len()).unwrap();
        tokens.into_iter().map(|t| t.kind).collect()
    }

    #[test]
    fn two_dots_end_a_number() {
        use Kind::*;
        assert_eq!(kinds("0..1"), [Number(0.0), Sign(".."), Number(1.0), End]);
        assert_eq!(
            kinds("0.5.. .5"),
            [Number(0.5), Sign(".."), Number(0.5), End]
        );
        assert!(tokens("0...5", 0..5).is_err());
        assert_eq!(kinds("1."), [Number(1.0), End]);
        assert!(tokens("1. .e", 0..5).is_err());
    }

    #[test]
    fn raised_digits_are_one_number() {
        use Kind::*;
        for (text, power) in [("x²", 2), ("x¹²", 12), ("x⁻¹", -1), ("x⁴⁰", 40)] {
            assert_eq!(kinds(text), [Name, Superscript(power), End], "{text}");
        }
        for text in ["x⁻", "x⁻⁻¹", "x¹²³⁴"] {
            assert!(tokens(text, 0..text.len()).is_err(), "{text}");
        }
    }

    #[test]
    fn exponents_belong_to_numbers_only_with_digits() {
        use Kind::*;
        assert_eq!(kinds("1e-3"), [Number(1e-3), End]);
        assert_eq!(kinds("1.e3"), [Number(1e3), End]);
        assert_eq!(kinds("2e"), [Number(2.0), Name, End]);
        assert_eq!(kinds("2e+x")[..2], [Number(2.0), Name]);
    }

    #[test]
    fn unicode_signs_have_plain_spellings() {
        use Kind::*;
        assert_eq!(
            kinds("θ²·π − x₁"),
            [Name, Superscript(2), Sign("*"), Name, Sign("-"), Name, End]
        );
    }

    #[test]
    fn an_absolute_value_in_bars_is_one_fault() {
        for (text, span, advice) in [
            ("2*|x - 1| + |y|", 2..9, "write `abs(x - 1)`"),
            ("1 + |x", 4..5, "write `abs(x)` for the absolute value of x"),
            ("x < 1 || y", 6..7, "write `or`"),
        ] {
            let error = tokens(text, 0..text.len()).unwrap_err();
            let Error::Text {
                span: at, fault, ..
            } = error
            else {
                panic!("{error}");
            };
            assert_eq!(
                (at, fault.help().as_deref()),
                (span, Some(advice)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_foreign_sign_is_reported_at_its_place() {
        let error = tokens("x + §", 0.."x + §".len()).unwrap_err();
        assert!(matches!(error, Error::Text { span, .. } if span == (4..6)));
    }
}
