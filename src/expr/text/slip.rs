//! Slips of the pen that can be named: a name with one wrong letter, a product or a power in the
//! style of a blackboard, a comma left out.

use std::ops::Range;

use super::excerpt::excerpt;
use super::lexer::{Kind, Token};
use super::words::CONSTANTS;
use crate::expr::operator;

/// The longest name that is taken apart, in bytes: ways to do so grow fast.
const LONGEST_PRODUCT: usize = 12;

/// The end of an entry and the name of the next one, where no comma stands between them: a name
/// and `=` right behind a value. `tokens` are those behind the entry's own `=`.
pub(super) fn missing_comma(tokens: &[Token]) -> Option<[Range<usize>; 2]> {
    let ends_value = |kind: Kind| {
        matches!(kind, Kind::Number(_) | Kind::Name | Kind::Superscript(_)) || kind == CLOSE
    };
    let next = tokens.windows(3).find(|three| {
        ends_value(three[0].kind) && three[1].kind == Kind::Name && three[2].kind == EQUALS
    })?;
    Some([next[0].span.clone(), next[1].span.clone()])
}

/// The number `0.5` of a text `0,5` with the comma at this place.
pub(super) fn decimal_comma(text: &str, comma: usize) -> Option<String> {
    let (before, after) = (text.get(..comma)?, text.get(comma..)?.strip_prefix(',')?);
    let is_digit = |c: char| c.is_ascii_digit();
    let whole = before.rfind(|c| !is_digit(c)).map_or(before, |at| {
        let next = before[at..].chars().next().map_or(0, char::len_utf8);
        &before[at + next..]
    });
    let fraction = &after[..after.find(|c| !is_digit(c)).unwrap_or(after.len())];
    let is_number = !whole.is_empty() && !fraction.is_empty();
    is_number.then(|| excerpt(&format!("{whole}.{fraction}")).to_owned())
}

/// Functions of blackboards, as formulas write them.
const RECIPROCALS: [(&str, &str); 3] = [("sec", "1/cos"), ("csc", "1/sin"), ("cot", "1/tan")];

/// What a function that formulas do not have is in those that they have.
pub(super) fn reciprocal(name: &str) -> Option<String> {
    let found = RECIPROCALS.iter().find(|(known, _)| *known == name);
    found.map(|(_, formula)| (*formula).to_owned())
}

/// The limits `x = 0..1` of a text `0 <= x <= 1`.
pub(super) fn limits_of_inequality(text: &str, tokens: &[Token]) -> Option<String> {
    let is_sign = |token: &Token| matches!(token.kind, Kind::Sign("<" | "<="));
    let first = tokens.iter().position(is_sign)?;
    let (lower, rest) = tokens.split_at(first);
    let [_, name, second, upper @ .., _] = rest else {
        return None;
    };
    if name.kind != Kind::Name || !is_sign(second) {
        return None;
    }
    let part = |tokens: &[Token]| {
        let span = tokens.first()?.span.start..tokens.last()?.span.end;
        Some(excerpt(&text[span]))
    };
    let name = &text[name.span.clone()];
    Some(format!("{name} = {}..{}", part(lower)?, part(upper)?))
}

/// What `sin^2(x)` is meant to be, as an advice, and where `sin^2` ends; `tokens` are those behind
/// the function's name.
pub(super) fn power_of_name(text: &str, name: &str, tokens: &[Token]) -> Option<(usize, String)> {
    let end = match tokens {
        [power, ..] if matches!(power.kind, Kind::Superscript(_)) => 1,
        [power, sign, ..] if power.kind == POWER && sign.kind == Kind::Sign("-") => 3,
        [power, open, ..] if power.kind == POWER && open.kind == OPEN => 1 + group(&tokens[1..])?,
        [power, ..] if power.kind == POWER => 2,
        _ => return None,
    };
    let (power, rest) = tokens.split_at_checked(end)?;
    let last = power.last()?.span.end;
    let power = &text[power.first()?.span.start..last];
    let operand = match rest {
        [open, ..] if open.kind == OPEN => {
            let close = group(rest)?;
            excerpt(&text[open.span.end..rest[close - 1].span.start])
        }
        [name, ..] if name.kind == Kind::Name => &text[name.span.clone()],
        _ => "x",
    };
    let bare: String = power.chars().filter(|c| !"^*() ".contains(*c)).collect();
    if name == "exp" {
        return Some((last, "write `exp(x)`, or `e^x`".to_owned()));
    }
    let inverse = format!("a{name}");
    Some((
        last,
        if matches!(bare.as_str(), "-1" | "⁻¹") && operator::function(&inverse).is_some() {
            format!(
                "write `{inverse}({operand})` for the inverse, `1/{name}({operand})` for 1/{name}"
            )
        } else {
            format!("write `{name}({operand}){power}`")
        },
    ))
}

const OPEN: Kind = Kind::Sign("(");
const CLOSE: Kind = Kind::Sign(")");
const POWER: Kind = Kind::Sign("^");
const EQUALS: Kind = Kind::Sign("=");

/// The number of tokens up to the parenthesis that closes the first one.
fn group(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate() {
        match token.kind {
            OPEN => depth += 1,
            CLOSE if depth == 1 => return Some(i + 1),
            CLOSE => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The product `x*y` that the name `xy` is meant to be, or `r*cos(t)` for `rcost`.
pub(super) fn product(name: &str, known: &[&str]) -> Option<String> {
    factors(name, known, |rest| {
        let mut functions = operator::functions().map(|(function, _)| function);
        functions.find_map(|function| {
            let operand = rest.strip_prefix(function)?;
            is_factor(operand, known).then(|| format!("{function}({operand})"))
        })
    })
}

/// The product `r*cos` that the called name `rcos` is meant to be.
pub(super) fn product_with_call(name: &str, known: &[&str]) -> Option<String> {
    let call = |rest: &str| operator::function(rest).map(|_| rest.to_owned());
    factors(name, known, call)
}

fn is_factor(name: &str, known: &[&str]) -> bool {
    known.contains(&name) || (CONSTANTS.contains(&name) && name != "e")
}

/// A name as a product of known names, of which `last` may read what is left.
fn factors(
    name: &str,
    known: &[&str],
    last: impl Fn(&str) -> Option<String> + Copy,
) -> Option<String> {
    if name.len() > LONGEST_PRODUCT {
        return None;
    }
    if let Some(text) = last(name) {
        return Some(text);
    }
    let cuts = name.char_indices().skip(1).map(|(at, _)| name.split_at(at));
    cuts.filter(|(head, _)| is_factor(head, known))
        .find_map(|(head, rest)| {
            let rest = if is_factor(rest, known) {
                rest.to_owned()
            } else {
                factors(rest, known, last)?
            };
            Some(format!("{head}*{rest}"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::text::lexer::tokens;

    #[test]
    fn names_that_are_products_are_taken_apart() {
        let known = ["r", "t", "x1", "θ"];
        for (name, text) in [
            ("rt", Some("r*t")),
            ("rx1", Some("r*x1")),
            ("rrθ", Some("r*r*θ")),
            ("pir", Some("pi*r")),
            ("cost", Some("cos(t)")),
            ("rsinθ", Some("r*sin(θ)")),
            ("rq", None),
            ("r", None),
            ("re", None),
            ("rrrrrrrrrrrrrrrrt", None),
        ] {
            assert_eq!(product(name, &known).as_deref(), text, "{name}");
        }
        assert_eq!(product_with_call("rcos", &known).as_deref(), Some("r*cos"));
        assert_eq!(product_with_call("rcoss", &known), None);
    }

    #[test]
    fn powers_on_names_are_put_behind_the_operand() {
        for (text, end, advice) in [
            ("^2(x)", 2, "write `sin(x)^2`"),
            ("²(x + 1) + 2", 2, "write `sin(x + 1)²`"),
            ("**2(cos(x))", 3, "write `sin(cos(x))**2`"),
            ("^2 x", 2, "write `sin(x)^2`"),
            ("^(1/2)(y)", 6, "write `sin(y)^(1/2)`"),
            (
                "^-1(y)",
                3,
                "write `asin(y)` for the inverse, `1/sin(y)` for 1/sin",
            ),
            ("^-2(y)", 3, "write `sin(y)^-2`"),
            (
                "⁻¹(y)",
                "⁻¹".len(),
                "write `asin(y)` for the inverse, `1/sin(y)` for 1/sin",
            ),
        ] {
            let tokens = tokens(text, 0..text.len()).unwrap();
            let found = power_of_name(text, "sin", &tokens);
            assert_eq!(found, Some((end, advice.to_owned())), "{text}");
        }
        for text in ["", "+ x", "^", "^-", "^(", "^2(x", " x"] {
            let tokens = tokens(text, 0..text.len()).unwrap();
            let advice = power_of_name(text, "sin", &tokens);
            assert!(advice.is_none_or(|(_, advice)| advice.starts_with("write `sin(x)^")));
        }
    }

    #[test]
    fn a_decimal_comma_is_one_between_digits() {
        for (text, number) in [
            ("x = 10,25", Some("10.25")),
            ("0,5*x", Some("0.5")),
            ("0, 5", None),
            ("π,5", None),
            (",5", None),
        ] {
            let comma = text.find(',').unwrap();
            assert_eq!(decimal_comma(text, comma).as_deref(), number, "{text}");
        }
        assert_eq!(decimal_comma("5", 1), None);
    }

    #[test]
    fn an_inequality_is_read_as_limits() {
        for (text, limits) in [
            ("0 <= x <= 1", Some("x = 0..1")),
            ("-2*pi < x ≤ 1 + y", Some("x = -2*pi..1 + y")),
            ("0 < x", None),
            ("<= x <= 1", None),
            ("0 <= 1 <= x", None),
        ] {
            let tokens = tokens(text, 0..text.len()).unwrap();
            assert_eq!(limits_of_inequality(text, &tokens).as_deref(), limits);
        }
    }
}
