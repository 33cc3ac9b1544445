//! Formulas as a textbook prints them, as far as signs on one line go.

use super::ticks::superscript;

/// A formula with raised exponents, · for products, − for differences, π, ∞ and √.
///
/// ```
/// use pullback::plot::typeset;
/// assert_eq!(typeset("2*pi*r^2 - sqrt(x)^-1"), "2π·r² − √(x)⁻¹");
/// ```
pub fn typeset(formula: &str) -> String {
    let mut text = String::new();
    let mut rest = formula;
    while let Some(sign) = rest.chars().next() {
        let letters = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
        let word = &rest[..letters.unwrap_or(rest.len())];
        if !word.is_empty() {
            text.push_str(match word {
                "pi" => "π",
                "inf" => "∞",
                "sqrt" => "√",
                word => word,
            });
            rest = &rest[word.len()..];
            continue;
        }
        rest = &rest[sign.len_utf8()..];
        match sign {
            '^' => match exponent(rest) {
                Some((value, length)) => {
                    text.push_str(&superscript(value));
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
        ] {
            assert_eq!(typeset(formula), expected);
        }
    }
}
