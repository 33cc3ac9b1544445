//! The names of a picture as letters: θ for theta, x₁ for x1.

use super::typeset::{letters, typeset_with};

/// Names that occur in one picture, and how they are set: Greek letters for their names, trailing digits as an
/// index. Two that would look alike are set as they are typed.
///
/// ```
/// use pullback::plot::Names;
/// let names = Names::new(["theta", "x1", "t_12", "area"]);
/// assert_eq!(["theta", "x1", "t_12", "area"].map(|n| names.name(n)), ["θ", "x₁", "t₁₂", "area"]);
/// assert_eq!(names.typeset("sin(theta)*x1^2"), "sin(θ)·x₁²");
/// // Of both it would not be known which is which.
/// assert_eq!(Names::new(["x1", "x_1"]).name("x1"), "x1");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    /// Those that are set as they are typed, since they would look like another one.
    plain: Vec<String>,
}

impl Names {
    /// The names of a picture.
    pub fn new<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Names {
        let mut all: Vec<(String, String)> = Vec::new();
        for name in names {
            let name = name.as_ref();
            if all.iter().all(|(known, _)| known != name) {
                all.push((name.to_owned(), letters(name)));
            }
        }
        let is_double = |(name, set): &&(String, String)| {
            all.iter().any(|(other, its)| other != name && its == set)
        };
        let plain = all.iter().filter(is_double).map(|(name, _)| name.clone());
        Names {
            plain: plain.collect(),
        }
    }

    /// A name as it is set.
    pub fn name(&self, name: &str) -> String {
        match self.plain.iter().any(|plain| plain == name) {
            true => name.to_owned(),
            false => letters(name),
        }
    }

    /// Several of them.
    pub(super) fn all(&self, names: &[String]) -> Vec<String> {
        names.iter().map(|name| self.name(name)).collect()
    }

    /// A formula of them, as [`typeset`](super::typeset()) sets one.
    pub fn typeset(&self, formula: &str) -> String {
        typeset_with(formula, |name| self.name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::super::font::Font;
    use super::*;
    use crate::expr::text::greek::GREEK;

    #[test]
    fn every_letter_is_in_every_font_and_no_two_names_are_set_alike() {
        let words = ["x", "y", "R", "area", "x_max", "u1v", "t_", "_1", "f2g3"];
        let digits = ["", "0", "7", "12"];
        let stems = GREEK.iter().map(|(name, _)| *name).chain(words);
        let names = stems.flat_map(|stem| digits.map(|digits| format!("{stem}{digits}")));
        let mut seen: Vec<(String, String)> = Vec::new();
        for name in names {
            let set = letters(&name);
            for font in Font::ALL {
                assert!(set.chars().all(|c| font.glyph(c) != 0), "{name}: {set}");
            }
            for (other, its) in &seen {
                assert!(*other == name || *its != set, "{name} and {other}: {set}");
            }
            seen.push((name, set));
        }
    }

    #[test]
    fn names_that_would_look_alike_stay_as_they_are_typed() {
        for pair in [["x1", "x_1"], ["theta", "θ"], ["phi2", "phi_2"]] {
            let names = Names::new(pair);
            assert_eq!(pair.map(|name| names.name(name)), pair);
            assert_eq!(names.typeset(pair[0]), pair[0]);
        }
        // The same name twice is one.
        assert_eq!(Names::new(["x1", "x1"]).name("x1"), "x₁");
    }

    #[test]
    fn letters_that_a_font_lacks_leave_the_name_plain() {
        assert_eq!(letters("ж1"), "ж1");
    }
}
