//! Formulas as a textbook prints them, as far as signs on one line go.

use std::collections::BTreeMap;

use super::font::Font;
use super::ticks::superscript;
use crate::formula::{greek, is_raised};

/// A formula with raised exponents, · for products, − for differences, π, ∞ and √, Greek letters for their names, and
/// lowered digits at the ends of names.
///
/// ```
/// use pullback::plot::typeset;
/// assert_eq!(typeset("2*pi*r^2 - sqrt(x1)^-1"), "2π·r² − √(x₁)⁻¹");
/// ```
pub fn typeset(formula: &str) -> String {
    typeset_with(formula, letters)
}

/// The same with names as `name` sets them.
pub(super) fn typeset_with(formula: &str, name: impl Fn(&str) -> String) -> String {
    let closing = closing(formula);
    // Where powers stand in the formula that are set on names of functions.
    let mut moved = Vec::new();
    let mut text = String::new();
    let mut rest = formula;
    while let Some(sign) = rest.chars().next() {
        let letters = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        let word = &rest[..letters.unwrap_or(rest.len())];
        if !word.is_empty() {
            rest = &rest[word.len()..];
            match word {
                "pi" => text.push('π'),
                "inf" => text.push('∞'),
                "sqrt" => text.push('√'),
                // A function, such as log2 or gamma.
                word if rest.starts_with('(') => {
                    text.push_str(word);
                    let behind = closing.get(&(formula.len() - rest.len()));
                    let power = behind.and_then(|end| {
                        let power = formula[end + 1..].strip_prefix('^')?;
                        exponent(power).filter(|(value, _)| *value > 0 && is_raised(word))
                    });
                    if let (Some((value, _)), Some(end)) = (power, behind) {
                        text.push_str(&superscript(value));
                        moved.push(end + 1);
                    }
                }
                word => text.push_str(&name(word)),
            }
            continue;
        }
        let at = formula.len() - rest.len();
        rest = &rest[sign.len_utf8()..];
        match sign {
            '^' => match exponent(rest) {
                Some((value, length)) => {
                    if moved.last() == Some(&at) {
                        moved.pop();
                    } else {
                        text.push_str(&superscript(value));
                    }
                    rest = &rest[length..];
                }
                None => text.push('^'),
            },
            // A number stands before π without a sign.
            '*' if rest.starts_with("pi") && text.ends_with(|c: char| c.is_ascii_digit()) => {}
            '*' => text.push('·'),
            '-' => text.push('−'),
            sign => text.push(sign),
        }
    }
    text
}

/// Where the parentheses of a text close, by where they open.
fn closing(text: &str) -> BTreeMap<usize, usize> {
    let (mut open, mut closing) = (Vec::new(), BTreeMap::new());
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => open.push(at),
            ')' => {
                if let Some(from) = open.pop() {
                    closing.insert(from, at);
                }
            }
            _ => {}
        }
    }
    closing
}

/// A name as letters: Greek ones by their names, and trailing digits lowered; as it is where a font lacks a sign.
pub(super) fn letters(name: &str) -> String {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &name[stem.len()..];
    let letters = match digits.is_empty() {
        true => stem,
        false => stem.strip_suffix('_').unwrap_or(stem),
    };
    let is_word = !letters.is_empty() && letters.chars().all(char::is_alphabetic);
    if !is_word {
        return name.to_owned();
    }
    let letters = greek(letters).map_or_else(|| letters.to_owned(), String::from);
    let lowered = digits.bytes().filter_map(|digit| {
        let above_zero = u32::from(digit - b'0');
        char::from_u32(u32::from('₀') + above_zero)
    });
    let set: String = letters.chars().chain(lowered).collect();
    let is_there = |c: char| Font::ALL.iter().all(|font| font.glyph(c) != 0);
    match set.chars().all(is_there) {
        true => set,
        false => name.to_owned(),
    }
}

/// The whole number that begins a text, if one does and ends there, and the length of its digits.
fn exponent(text: &str) -> Option<(i32, usize)> {
    let sign = usize::from(text.starts_with('-'));
    let digits = text[sign..].find(|c: char| !c.is_ascii_digit());
    let length = sign + digits.unwrap_or(text.len() - sign);
    let is_whole = !text[length..].starts_with(|c: char| c == '.' || c.is_alphanumeric());
    let value = text[..length].parse().ok().filter(|_| is_whole)?;
    Some((value, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_exponents_are_raised_and_only_whole_words_are_signs() {
        for (formula, expected) in [
            ("x^10", "x¹⁰"),
            ("x^0.5", "x^0.5"),
            ("x^(2*n)", "x^(2·n)"),
            ("pitch*b", "pitch·b"),
            ("a*pi/2", "a·π/2"),
            ("-inf", "−∞"),
            ("u^2-v^2", "u²−v²"),
            ("rho*sin(phi)", "ρ·sin(φ)"),
            ("cos(u)^2 + f(u)^2", "cos²(u) + f(u)²"),
            ("2*sin(cos(x)^3/(x + 1)^2)^10", "2·sin¹⁰(cos³(x)/(x + 1)²)"),
            ("sin(x)^-1 + sin(x)^2.5", "sin(x)⁻¹ + sin(x)^2.5"),
            ("gamma(gamma)*log2(x2)", "gamma(γ)·log2(x₂)"),
            ("x_max + t_12^2 - 3.25e10", "x_max + t₁₂² − 3.25e10"),
        ] {
            assert_eq!(typeset(formula), expected);
        }
    }
}
