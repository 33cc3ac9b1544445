//! Formulas as a textbook prints them, as far as signs on one line go.

use super::names::Names;
use super::ticks::superscript;

/// A formula with raised exponents, · for products, − for differences, π, ∞ and √, Greek letters for their names, and
/// lowered digits at the ends of names.
///
/// ```
/// use pullback::plot::typeset;
/// assert_eq!(typeset("2*pi*r^2 - sqrt(x1)^-1"), "2π·r² − √(x₁)⁻¹");
/// ```
pub fn typeset(formula: &str) -> String {
    typeset_with(formula, &Names::default())
}

/// The same with names as they are set in a picture.
pub(super) fn typeset_with(formula: &str, names: &Names) -> String {
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
                word if rest.starts_with('(') => text.push_str(word),
                word => text.push_str(&names.name(word)),
            }
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
            ("rho*sin(phi)", "ρ·sin(φ)"),
            ("gamma(gamma)*log2(x2)", "gamma(γ)·log2(x₂)"),
            ("x_max + t_12^2 - 3.25e10", "x_max + t₁₂² − 3.25e10"),
        ] {
            assert_eq!(typeset(formula), expected);
        }
    }
}
