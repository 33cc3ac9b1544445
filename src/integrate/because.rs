//! Why a method was taken: the steps to it, as data; `Display` writes the sentence.

use std::fmt;

/// How an integrand behaves along an axis, as far as it is known or seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Behaviour {
    /// Its formula is analytic, with bounds in the complex plane.
    Analytic,
    /// It is analytic, and continues periodically across the ends.
    AnalyticPeriodic,
    /// It does not depend on this axis.
    Constant,
    /// Nothing speaks against its being smooth.
    LooksSmooth,
    /// Its formula continues periodically across the ends.
    Periodic,
    /// Its values continue periodically across the ends.
    LooksPeriodic,
    /// It is singular at an end.
    SingularEnd,
}

impl Behaviour {
    fn text(self) -> &'static str {
        match self {
            Behaviour::Analytic => "analytic in",
            Behaviour::AnalyticPeriodic => "analytic and periodic in",
            Behaviour::Constant => "constant in",
            Behaviour::LooksSmooth => "looks smooth in",
            Behaviour::Periodic => "periodic in",
            Behaviour::LooksPeriodic => "looks periodic in",
            Behaviour::SingularEnd => "singular at an end of",
        }
    }
}

/// A step on the way to the method that gave an answer.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Step {
    /// The method was asked for.
    AskedFor,
    /// The numbers of nodes were given.
    NodesGiven,
    /// The integrand separates into products of functions of fewer variables.
    Products {
        /// The number of products.
        count: usize,
        /// Whether they are terms of sums.
        summed: bool,
    },
    /// The terms of a long sum were integrated a few at a time.
    Terms,
    /// The box was cut along the curves where the integrand is not smooth.
    CutAlongCurves,
    /// The box was cut across these variables, where the integrand is not smooth.
    CutAcross(Vec<String>),
    /// The path was led off the real line where a tail oscillates without end.
    LedOff,
    /// Variables were shifted by formulas of the others, with which alone they occur.
    Sheared,
    /// These two variables occur in one formula p of them alone: its value is a variable in their place.
    PushedForward(Vec<String>),
    /// These variables without ends occur in a sum of squares alone: its root is a variable in their place.
    Radial(Vec<String>),
    /// Periods are terms of a series.
    Series,
    /// The logarithms of the distances from the ends are the coordinates.
    Logarithms,
    /// Cells that are bounded one by one and double in length away from places that matter.
    Graded {
        /// The number of such places inside.
        places: usize,
    },
    /// Bounds leave nothing outside small boxes.
    Confined {
        /// The number of boxes.
        places: usize,
    },
    /// Values that lose digits where terms cancel are computed with more of them.
    Digits,
    /// Very many pieces that are alike: the order rises for each until two agree.
    PieceByPiece,
    /// The integrand is zero everywhere.
    Zero,
    /// Duffy's map smooths a singular corner.
    Duffy,
    /// Powers smooth the singular ends of these variables.
    Powers(Vec<String>),
    /// How the integrand behaves along these variables.
    Along(Behaviour, Vec<String>),
    /// Smooth in many variables: a sparse grid.
    SparseGrid,
    /// The code takes long at every node, and is smooth.
    Sparing,
    /// Not smooth enough for one rule: cells are divided.
    Cells,
    /// Bounds of the formula on cells decide.
    Enclosed,
    /// No rule came as close as random samples.
    Samples,
    /// Of random points those of this method did best in a trial.
    Trial(String),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::AskedFor => f.write_str("the method was asked for"),
            Step::NodesGiven => f.write_str("the numbers of nodes were given"),
            Step::Products { count, summed } => {
                f.write_str("the integrand separates into ")?;
                f.write_str(match (count, summed) {
                    (1, _) => "a product",
                    (_, false) => "products",
                    (_, true) => "a sum of products",
                })
            }
            Step::Terms => f.write_str("a sum, a few of its terms at a time"),
            Step::CutAlongCurves => {
                f.write_str("cut along the curves where the integrand is not smooth")
            }
            Step::CutAcross(axes) => write!(
                f,
                "cut where the integrand is not smooth in {}",
                axes.join(", ")
            ),
            Step::LedOff => f.write_str(
                "the tail oscillates without end: there the path is led off the real line, where it dies away",
            ),
            Step::Sheared => f.write_str(
                "variables between infinite limits are shifted by what they occur together with",
            ),
            Step::PushedForward(axes) => write!(
                f,
                "{} occur only in one formula p of them, whose value is the variable",
                axes.join(" and ")
            ),
            Step::Radial(axes) => write!(
                f,
                "{} occur only in a sum of squares, whose root is the variable: the integrand is constant on spheres",
                axes.join(", ")
            ),
            Step::Series => f.write_str(
                "very many periods: all but the first and the last ones are terms of a series, summed by Euler's and \
                 Maclaurin's formula",
            ),
            Step::Logarithms => f.write_str(
                "the ends are reached in the logarithm of the distance from them",
            ),
            Step::Graded { places: 0 } => f.write_str(
                "cells that double in length away from the ends, each with a bound",
            ),
            Step::Graded { places: 1 } => f.write_str(
                "cells that double in length away from the ends and 1 narrow place, each with a bound",
            ),
            Step::Graded { places } => write!(
                f,
                "cells that double in length away from the ends and {places} narrow places, each \
                 with a bound"
            ),
            Step::Confined { places: 1 } => {
                f.write_str("nothing outside a small box, by bounds of the formula")
            }
            Step::Confined { places } => write!(
                f,
                "nothing outside {places} small boxes, by bounds of the formula"
            ),
            Step::Digits => f.write_str("where terms cancel values are computed with 115 digits"),
            Step::PieceByPiece => {
                f.write_str("each element by itself: orders rise until two of them agree")
            }
            Step::Zero => f.write_str("it is zero everywhere"),
            Step::Duffy => f.write_str("Duffy's map smooths the singular corner"),
            Step::Powers(axes) => {
                write!(
                    f,
                    "a power smooths the singular ends of {}",
                    axes.join(", ")
                )
            }
            Step::Along(behaviour, axes) => {
                write!(f, "{} {}", behaviour.text(), axes.join(", "))
            }
            Step::Sparing => f.write_str("the code takes long at a node: a sparse grid spends few"),
            Step::SparseGrid => f.write_str("smooth in many variables: a sparse grid"),
            Step::Cells => f.write_str(
                "not smooth enough for one rule: cells are divided where the error is large",
            ),
            Step::Enclosed => f.write_str("enclosed by bounds of the formula on cells"),
            Step::Trial(method) => write!(f, "of random points those of {method} did best in a trial"),
            Step::Samples => f.write_str("no rule came as close as random samples"),
        }
    }
}

/// The steps to the method that gave an answer, the first one first.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Because {
    steps: Vec<Step>,
}

impl Because {
    /// One step.
    pub(crate) fn of(step: Step) -> Self {
        Because { steps: vec![step] }
    }

    /// How an integrand behaves along the axes: `behaviours` come in the order in which they are to
    /// be told, and `of` says for every axis what holds there.
    pub(crate) fn along(
        behaviours: &[Behaviour],
        names: impl Iterator<Item = (Behaviour, String)>,
    ) -> Self {
        let mut groups: Vec<Vec<String>> = vec![Vec::new(); behaviours.len()];
        for (behaviour, name) in names {
            if let Some(place) = behaviours.iter().position(|b| *b == behaviour) {
                groups[place].push(name);
            }
        }
        let groups = behaviours.iter().zip(groups);
        let told = groups.filter(|(_, names)| !names.is_empty());
        Because {
            steps: told.map(|(b, names)| Step::Along(*b, names)).collect(),
        }
    }

    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// These steps after others.
    pub(crate) fn after(self, first: impl IntoIterator<Item = Step>) -> Self {
        let steps = first.into_iter().chain(self.steps);
        Because {
            steps: steps.collect(),
        }
    }

    /// The same of axes with other names.
    pub(crate) fn renamed(&self, names: &[String], others: &[String]) -> Self {
        let renamed = |own: &Vec<String>| {
            let other = |name: &String| {
                let place = names.iter().position(|known| known == name);
                place.map_or(name, |place| &others[place]).clone()
            };
            own.iter().map(other).collect()
        };
        let steps = self.steps.iter().map(|step| match step {
            Step::CutAcross(axes) => Step::CutAcross(renamed(axes)),
            Step::Powers(axes) => Step::Powers(renamed(axes)),
            Step::PushedForward(axes) => Step::PushedForward(renamed(axes)),
            Step::Radial(axes) => Step::Radial(renamed(axes)),
            Step::Along(behaviour, axes) => Step::Along(*behaviour, renamed(axes)),
            other => other.clone(),
        });
        Because {
            steps: steps.collect(),
        }
    }

    /// Adds what others say too: the same behaviour along other axes is said once.
    pub(crate) fn join(&mut self, other: &Because) {
        for step in &other.steps {
            if let Step::Along(behaviour, names) = step {
                let known = self.steps.iter_mut().find_map(|step| match step {
                    Step::Along(b, known) if b == behaviour => Some(known),
                    _ => None,
                });
                if let Some(known) = known {
                    let new = names.iter().filter(|name| !known.contains(name));
                    let new: Vec<String> = new.cloned().collect();
                    known.extend(new);
                    continue;
                }
            }
            if !self.steps.contains(step) {
                self.steps.push(step.clone());
            }
        }
    }
}

/// The steps as one sentence, such as `cut where the integrand is not smooth in x; between the cuts
/// looks smooth in x, y`.
impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before: Option<&Step> = None;
        for step in &self.steps {
            f.write_str(match (before, step) {
                (None, _) => "",
                (Some(Step::CutAlongCurves), step) if *step != Step::Zero => "; between them ",
                (Some(Step::CutAcross(_)), _) => "; between the cuts ",
                (Some(_), _) => "; ",
            })?;
            write!(f, "{step}")?;
            before = Some(step);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn along(behaviour: Behaviour, names: &[&str]) -> Because {
        let names = names.iter().map(|name| (behaviour, (*name).to_owned()));
        Because::along(&[behaviour], names)
    }

    #[test]
    fn what_several_factors_say_is_said_once_with_all_names() {
        let mut because = along(Behaviour::Analytic, &["x"]);
        because.join(&along(Behaviour::Analytic, &["x", "y"]));
        because.join(&along(Behaviour::Constant, &["z"]));
        let because = because.after([Step::Products {
            count: 1,
            summed: false,
        }]);
        assert_eq!(
            because.to_string(),
            "the integrand separates into a product; analytic in x, y; constant in z"
        );
    }

    #[test]
    fn steps_after_a_cut_are_between_the_cuts() {
        let smooth = along(Behaviour::LooksSmooth, &["x", "y"]);
        let cut = smooth
            .clone()
            .after([Step::CutAcross(vec!["x".to_owned()])]);
        assert_eq!(
            cut.to_string(),
            "cut where the integrand is not smooth in x; between the cuts looks smooth in x, y"
        );
        let curves = smooth.after([Step::CutAlongCurves, Step::Duffy]);
        assert_eq!(
            curves.to_string(),
            "cut along the curves where the integrand is not smooth; between them Duffy's map \
             smooths the singular corner; looks smooth in x, y"
        );
    }
}
