//! Numbers as text: as many digits as an error leaves, or all that a double has.

/// The digits that tell any two doubles apart.
pub(super) const ALL_DIGITS: i32 = 17;

/// The most digits shown beside an error.
const MOST_DIGITS: i32 = 16;

/// The digits shown of a number of which nothing is known.
const FEW_DIGITS: i32 = 6;

/// `value ± error`: the error with two digits, the value to the last of them.
pub(super) fn with_error(value: f64, error: f64) -> String {
    let digits = if error == 0.0 || !value.is_finite() {
        return format!("{} ± {error}", shortest(value));
    } else if error.is_finite() {
        exponent(value, MOST_DIGITS) - exponent(error, 2) + 2
    } else {
        FEW_DIGITS
    };
    let value = if digits < 1 {
        "0".to_owned()
    } else {
        significant(value, digits.min(MOST_DIGITS))
    };
    format!("{value} ± {}", short(error))
}

/// A value with its standard uncertainty, both ways: `1.234(56) = 1.234 ± 0.056`.
pub(super) fn with_uncertainty(value: f64, uncertainty: f64) -> String {
    let plain = with_error(value, uncertainty);
    match in_parentheses(value, uncertainty) {
        Some(text) => format!("{text} = {plain}"),
        None => plain,
    }
}

/// `1.234(56)`: the last two digits of the value are uncertain by what stands in parentheses. `None` where
/// that would need an exponent, or digits that a double has not.
fn in_parentheses(value: f64, uncertainty: f64) -> Option<String> {
    if !value.is_finite() || !uncertainty.is_finite() || uncertainty <= 0.0 {
        return None;
    }
    let decimals = 1 - exponent(uncertainty, 2);
    let size = exponent(value, MOST_DIGITS);
    if !(1..=MOST_DIGITS).contains(&decimals) || decimals + size >= MOST_DIGITS || size < -5 {
        return None;
    }
    let last = (uncertainty * 10f64.powi(decimals)).round();
    let last = if decimals == 1 {
        format!("{:.1}", last / 10.0)
    } else {
        format!("{last}")
    };
    Some(format!("{value:.*}({last})", decimals as usize))
}

/// A number with this many significant digits; decimal where that needs no filling zeros, else
/// with an exponent.
pub(super) fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return value
            .abs()
            .to_string()
            .replace("inf", sign_of_infinity(value));
    }
    let exponent = exponent(value, digits);
    let decimals = digits - 1 - exponent;
    if exponent >= -5 && decimals >= 0 {
        format!("{value:.*}", decimals as usize)
    } else {
        format!("{value:.*e}", (digits - 1) as usize)
    }
}

fn sign_of_infinity(value: f64) -> &'static str {
    if value < 0.0 { "-inf" } else { "inf" }
}

/// A number with two significant digits.
pub(super) fn short(value: f64) -> String {
    match exponent(value, 2) {
        -3..=1 => significant(value, 2),
        _ if value.is_finite() && value != 0.0 => format!("{value:.1e}"),
        _ => significant(value, 2),
    }
}

/// A number with the fewest digits that tell it from its neighbours.
pub(super) fn shortest(value: f64) -> String {
    if value == 0.0 || (1e-5..1e16).contains(&value.abs()) || !value.is_finite() {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

/// A number rounded to this many digits, without zeros at the end.
pub(super) fn rounded(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits.saturating_sub(1));
    shortest(text.parse().unwrap_or(value))
}

/// The power of ten of the first digit, once the number is rounded to this many digits.
fn exponent(value: f64, digits: i32) -> i32 {
    let text = format!("{value:.*e}", (digits - 1).max(0) as usize);
    let power = text
        .split_once('e')
        .and_then(|(_, power)| power.parse().ok());
    power.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_sets_the_digits_of_the_value() {
        let pi = std::f64::consts::PI;
        for (value, error, text) in [
            (
                1.985_865_303_798_871_4,
                1.8e-15,
                "1.985865303798871 ± 1.8e-15",
            ),
            (pi, 0.0012, "3.1416 ± 0.0012"),
            (pi, 0.0996, "3.14 ± 0.10"),
            (-pi, 2.0, "-3.1 ± 2.0"),
            (pi, 40.0, "3 ± 40"),
            (pi, 4000.0, "0 ± 4.0e3"),
            (123_456_789.0, 5000.0, "1.234568e8 ± 5.0e3"),
            (1.2345e-9, 1e-12, "1.2345e-9 ± 1.0e-12"),
            (0.5, 0.0, "0.5 ± 0"),
            (0.0, 1e-16, "0 ± 1.0e-16"),
            (pi, f64::INFINITY, "3.14159 ± inf"),
            (f64::NAN, f64::INFINITY, "NaN ± inf"),
            (f64::NEG_INFINITY, f64::INFINITY, "-inf ± inf"),
        ] {
            assert_eq!(with_error(value, error), text);
        }
    }

    #[test]
    fn an_uncertainty_stands_behind_the_digits_that_it_is_of() {
        for (value, uncertainty, text) in [
            (1.234, 0.056, Some("1.234(56)")),
            (0.877_582_56, 0.088_3, Some("0.878(88)")),
            (-12.345, 1.23, Some("-12.3(1.2)")),
            (5.0, 0.099_7, Some("5.00(10)")),
            (1234.0, 56.0, None),
            (1.0, 0.0, None),
            (1.0, f64::NAN, None),
            (1e-9, 1e-11, None),
        ] {
            assert_eq!(in_parentheses(value, uncertainty).as_deref(), text);
        }
    }

    #[test]
    fn a_rounded_number_has_no_zeros_at_its_end() {
        for (value, digits, text) in [
            (2.0 / 3.0, 6, "0.666667"),
            (0.3 - 0.1, 6, "0.2"),
            (1234.5678, 2, "1200"),
            (-0.0099999999, 6, "-0.01"),
            (f64::NAN, 2, "NaN"),
        ] {
            assert_eq!(rounded(value, digits), text);
        }
    }

    #[test]
    fn all_digits_give_the_same_double_back() {
        for value in [
            0.1 + 0.2,
            1e300 / 3.0,
            -2e-7 / 3.0,
            5e-324,
            2f64.powi(53),
            1e16 + 2.0,
        ] {
            let text = significant(value, ALL_DIGITS);
            assert_eq!(text.parse::<f64>().unwrap(), value, "{text}");
        }
        assert_eq!(significant(0.25, ALL_DIGITS), "0.25000000000000000");
        assert_eq!(significant(f64::NEG_INFINITY, ALL_DIGITS), "-inf");
        assert_eq!(significant(-0.0, ALL_DIGITS), "0");
    }
}
