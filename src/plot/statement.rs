//! What a picture states of a map under its title: its formulas, its determinant, the values of its parameters.

use super::names::Names;
use super::page::{self, SUBTITLE};
use super::style::Style;
use super::subtitle::{Room, Subtitle};
use super::ticks::familiar;
use crate::Domain;
use crate::domain::Printed;

/// The most lines of formulas with parameters, and the most parameters, where formulas would be shorter with the values
/// of these: of more the values are wanted more than the formulas.
const MOST_LINES: usize = 2;
const MOST_PARAMETERS: usize = 6;

/// The most signs of a value that is told in full.
const MOST_SIGNS: usize = 8;

/// What stands between formulas, their determinant, and the values of parameters.
pub(super) const GAP: &str = ",   ";

/// The names of a domain as a picture sets them.
pub(super) fn names_of(domain: &dyn Domain) -> Names {
    let own = domain.variables().iter().chain(domain.targets());
    Names::new(own.chain(domain.parameters().names()))
}

/// The formulas of a domain, typeset; with the values of parameters after them but for those that are told elsewhere, or
/// in the place of these where there is no room otherwise.
pub(super) fn formulas(
    domain: &dyn Domain,
    names: &Names,
    has_determinant: bool,
    told: &[String],
) -> String {
    let Some(mut general) = domain.printed(false) else {
        return String::new();
    };
    general.parameters.retain(|(name, _)| !told.contains(name));
    let stated = |printed: &Printed| stated(domain, printed, names, has_determinant);
    let text = stated(&general);
    let burden = |text: &str| {
        let room = Room {
            lines: 2 * MOST_LINES,
            ..page::room_of_subtitle(&Style::USUAL, 0.0)
        };
        let set = Subtitle::new(text, &SUBTITLE, room);
        (set.left_out, set.count())
    };
    let own = burden(&text);
    let count = general.parameters.len();
    if count == 0 || (count <= MOST_PARAMETERS && own <= (0, MOST_LINES)) {
        return text;
    }
    let valued = domain.printed(true).map(|printed| stated(&printed));
    let is_better = |valued: &String| match count <= MOST_PARAMETERS {
        true => burden(valued) < own,
        false => burden(valued) <= own,
    };
    valued.filter(is_better).unwrap_or(text)
}

/// Formulas, their determinant, and the values of parameters.
fn stated(domain: &dyn Domain, printed: &Printed, names: &Names, has_determinant: bool) -> String {
    let targets = domain.targets().iter().zip(&printed.targets);
    let formula =
        |(target, formula): (&String, &String)| names.typeset(&format!("{target} = {formula}"));
    let formulas: Vec<String> = targets.map(formula).collect();
    let determinant = printed.determinant.as_ref().filter(|_| has_determinant);
    let determinant =
        determinant.map(|(name, formula)| format!("{name} = {}", names.typeset(formula)));
    let groups = [
        Some(formulas.join(", ")),
        determinant,
        values(&printed.parameters, names),
    ];
    groups.into_iter().flatten().collect::<Vec<_>>().join(GAP)
}

/// "for R = 2, a = 1"; nothing of no parameters.
pub(super) fn values(parameters: &[(String, f64)], names: &Names) -> Option<String> {
    let told = |(name, value): &(String, f64)| {
        let (relation, value) = value_of(*value);
        format!("{} {relation} {value}", names.name(name))
    };
    let told: Vec<String> = parameters.iter().map(told).collect();
    (!told.is_empty()).then(|| format!("for {}", told.join(", ")))
}

/// A value of a parameter in few digits, and how it relates to the value itself.
fn value_of(value: f64) -> (char, String) {
    let short = familiar(value);
    let plain = format!("{value}").replace('-', "−");
    let is_multiple_of_pi = short.contains('π');
    let is_short = plain.chars().count() <= MOST_SIGNS;
    if (short == plain && is_short) || is_multiple_of_pi {
        return ('=', short);
    }
    let denominator = (2..=12u32).find(|q| {
        let above = value * f64::from(*q);
        value.fract() != 0.0 && above.abs() < 1e6 && above.round() / f64::from(*q) == value
    });
    if let Some(q) = denominator {
        let above = (value * f64::from(q)).round();
        return ('=', format!("{above}/{q}").replace('-', "−"));
    }
    if is_short {
        return ('=', plain);
    }
    let rounded = format!("{value:.3e}");
    let (digits, exponent) = rounded.split_once('e').unwrap_or((&rounded, "0"));
    let text = match exponent.parse::<i32>() {
        Ok(exponent) if !(-3..6).contains(&exponent) => {
            format!("{digits}·10{}", super::ticks::superscript(exponent))
        }
        _ => format!("{:.*}", decimals(value), value),
    };
    let is_exact = rounded.parse::<f64>() == Ok(value);
    (if is_exact { '=' } else { '≈' }, text.replace('-', "−"))
}

/// Decimals with which a number has four digits.
fn decimals(value: f64) -> usize {
    (3 - value.abs().log10().floor() as i32).max(0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::catalogue;
    use crate::{Map, Parameters, Region};

    fn told(text: &str) -> String {
        let named = catalogue::read(text).unwrap();
        let region = named.over_defaults(&Parameters::new()).unwrap();
        formulas(&region, &names_of(&region), true, &[])
    }

    #[test]
    fn values_of_parameters_follow_the_formulas_that_use_them() {
        assert_eq!(
            told("elliptic(3, 1/3)"),
            "x = a·r·cos(t), y = b·r·sin(t),   det J = r·a·b,   for a = 3, b = 1/3"
        );
        let mut given = Parameters::new();
        given.parse("rho = 2*pi, k = 7").unwrap();
        let map = Map::parse_with("x1 = theta*2", &["theta"], &given).unwrap();
        let region = map
            .over(Region::parse_with("theta = 0..rho", &given).unwrap())
            .unwrap();
        // What neither map nor limits use is not told.
        let told = formulas(&region, &names_of(&region), true, &[]);
        assert_eq!(told, "x₁ = θ·2,   det J = 2,   for ρ = 2π");
    }

    #[test]
    fn numbers_take_the_place_of_many_parameters() {
        let told = told("quadrilateral(0,0, 2,1/2, 5/2,2, 0,3/2)");
        assert!(
            told.starts_with("x = ") && told.contains("det J = ") && !told.contains('₁'),
            "{told}"
        );
    }

    #[test]
    fn values_have_few_digits_and_say_where_they_are_rounded() {
        for (value, expected) in [
            (2.0, ('=', "2")),
            (-0.25, ('=', "−0.25")),
            (1.0 / 3.0, ('=', "1/3")),
            (0.0625, ('=', "0.0625")),
            (1e-9, ('=', "1.000·10⁻⁹")),
            (2f64.sqrt(), ('≈', "1.414")),
            (1.5e12, ('=', "1.500·10¹²")),
            (0.0, ('=', "0")),
        ] {
            let (relation, text) = value_of(value);
            assert_eq!((relation, &text[..]), expected);
        }
    }
}
