//! The formulas of a domain as a book prints them, with the values of their parameters.

use super::map::Map;
use super::parameters::Parameters;
use crate::expr::simplify::textbook;
use crate::expr::text::names::names_in;
use crate::expr::text::parse::formula_of;

/// The formulas of a domain as a book prints them: each as it was given or simplified, whichever is shorter.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Printed {
    /// The targets as formulas of the variables and the parameters.
    pub targets: Vec<String>,
    /// The name and the formula of the determinant, or of what measures lengths and areas in its place.
    pub determinant: Option<(&'static str, String)>,
    /// The parameters that these, the limits or the conditions use, with their values.
    pub parameters: Vec<(String, f64)>,
}

impl Printed {
    /// Formulas with those parameters that they or some other texts use.
    pub(super) fn new(
        parameters: &Parameters,
        targets: Vec<String>,
        determinant: Option<(&'static str, String)>,
        others: &[String],
    ) -> Printed {
        let texts = targets.iter().chain(others);
        let texts = texts.chain(determinant.as_ref().map(|(_, text)| text));
        let used = texts.filter_map(|text| names_in(text, 0..text.len()).ok());
        let used: Vec<String> = used.flatten().collect();
        let parameters = parameters.iter();
        let parameters = parameters.filter(|(name, _)| used.iter().any(|known| known == name));
        Printed {
            parameters: parameters.map(|(name, v)| (name.to_owned(), v)).collect(),
            targets,
            determinant,
        }
    }
}

impl Map {
    /// The formulas for print, of variables and parameters or, with the values of parameters put in, of variables
    /// alone; variables lie in ranges, and the parameters of other texts are to be told, too.
    pub(super) fn printed(
        &self,
        ranges: &[(f64, f64)],
        others: &[String],
        with_values: bool,
    ) -> Option<Printed> {
        let valued = match with_values {
            true => Some(self.with_values().ok()?),
            false => None,
        };
        let map = valued.as_ref().unwrap_or(self);
        let jacobian = map.jacobian().ok();
        let mut determinant =
            jacobian.map(|j| (j.determinant_name(), j.determinant_within(ranges)));
        let mut targets = map.printed_targets(ranges);
        if with_values {
            let own = determinant.iter_mut().map(|(_, text)| text);
            for text in targets.iter_mut().chain(own) {
                *text = without_rounding(text, map.variables(), ranges);
            }
        }
        Some(Printed::new(
            self.parameters(),
            targets,
            determinant,
            others,
        ))
    }

    /// The formulas of the targets for print, where variables lie in ranges.
    fn printed_targets(&self, ranges: &[(f64, f64)]) -> Vec<String> {
        let formulas = self.formulas();
        let parameters = self.parameters().values().iter();
        let ranges: Vec<(f64, f64)> = ranges
            .iter()
            .copied()
            .chain(parameters.map(|&value| (value, value)))
            .collect();
        let text = |&root| textbook(&formulas.arena, root, &ranges, &formulas.inputs);
        formulas.roots.iter().map(text).collect()
    }
}

/// Numbers with so many digits come of rounding.
const LONG: usize = 12;

/// A formula in which numbers that are fractions but for rounding are these, simplified once more.
fn without_rounding(text: &str, names: &[String], ranges: &[(f64, f64)]) -> String {
    let mut exact = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        let is_word = first.is_alphanumeric() || first == '_';
        let end = match first.is_ascii_digit() {
            true => rest.find(|c| !is_part(c)),
            // The digits of a name are none of a number.
            false if is_word => rest.find(|c: char| !(c.is_alphanumeric() || c == '_')),
            false => Some(first.len_utf8()),
        };
        let (own, after) = rest.split_at(end.unwrap_or(rest.len()));
        let fraction = match own.len() > LONG && !after.starts_with(['e', 'E']) {
            true => own.parse().ok().and_then(fraction),
            false => None,
        };
        exact.push_str(&fraction.unwrap_or_else(|| own.to_owned()));
        rest = after;
    }
    if exact == text {
        return exact;
    }
    match formula_of(&exact, names) {
        Ok((arena, root)) => textbook(&arena, root, ranges, names),
        Err(_) => text.to_owned(),
    }
}

/// The fraction of a small denominator that a number is but for a few roundings.
fn fraction(value: f64) -> Option<String> {
    let denominator = (1..=144u32).find(|q| {
        let above = value * f64::from(*q);
        (above - above.round()).abs() <= 1e-13 * above.abs()
    })?;
    let above = (value * f64::from(denominator)).round();
    Some(format!("({above}/{denominator})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Domain;
    use crate::map::catalogue;

    fn printed(text: &str, with_values: bool) -> Printed {
        let named = catalogue::read(text).unwrap();
        let region = named.over_defaults(&Parameters::new()).unwrap();
        region.printed(with_values).unwrap()
    }

    #[test]
    fn the_shorter_of_both_forms_is_printed() {
        let coons = printed("coons", false);
        // Given are the eight terms of the patch.
        assert_eq!(coons.targets[0], "u");
        assert_eq!(coons.targets[1], "u^2 - u^2*v + u*v - u + v");
        // What was given is short.
        let polar = printed("polar", false);
        assert_eq!(polar.targets, ["r*cos(t)", "r*sin(t)"]);
        assert_eq!(polar.determinant, Some(("det J", "r".to_owned())));
    }

    #[test]
    fn values_take_the_place_of_parameters_and_none_are_left_to_be_told() {
        let general = printed("triangle(0,0, 2,0, 1,3)", false);
        let names: Vec<&str> = general
            .parameters
            .iter()
            .map(|(name, _)| &name[..])
            .collect();
        assert_eq!(names, ["x1", "y1", "x2", "y2", "x3", "y3"]);
        assert_eq!(general.parameters[5].1, 3.0);
        let valued = printed("triangle(0,0, 2,0, 1,3)", true);
        assert_eq!(valued.parameters, []);
        assert_eq!(valued.targets, ["u*(2 - v)", "3*u*v"]);
        assert_eq!(valued.determinant, Some(("det J", "6*u".to_owned())));
    }

    #[test]
    fn numbers_that_are_fractions_but_for_rounding_are_printed_as_such() {
        let names = ["u".to_owned(), "x12345678901234".to_owned()];
        let ranges = [(0.0, 1.0); 2];
        let print = |text: &str| without_rounding(text, &names, &ranges);
        assert_eq!(print("u*(1 - 6*0.16666666666666652) + 1"), "1");
        assert_eq!(print("0.30000000000000004*u"), "0.3*u");
        for own in ["0.3183098861837907*u", "x12345678901234 + 0.25"] {
            assert_eq!(print(own), own);
        }
    }

    #[test]
    fn parameters_of_limits_and_conditions_are_told_and_others_are_not() {
        let mut given = Parameters::new();
        given.parse("R = 2, c = 1/2, k = 7").unwrap();
        let map = Map::parse_with("x = r*cos(t), y = r*sin(t)", &["r", "t"], &given).unwrap();
        let region = crate::Region::parse_with("r = 0..R, t = 0..2*pi", &given).unwrap();
        let part = map.over(&region).unwrap().where_("x > c").unwrap();
        let told = part.printed(false).unwrap().parameters;
        assert_eq!(told, [("R".to_owned(), 2.0), ("c".to_owned(), 0.5)]);
    }
}
