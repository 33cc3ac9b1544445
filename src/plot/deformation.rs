//! The samples of a map over a region, and what a picture says of them.

use crate::{Check, OneToOne};

/// One sampled point of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The variables.
    pub source: Vec<f64>,
    /// The targets.
    pub image: Vec<f64>,
    /// The measure of the map there: det J, signed, where there are as many targets as variables;
    /// √det(JᵀJ) where there are more.
    pub measure: f64,
}

/// A map of one, two or three variables to as many or more targets (up to three), sampled on a
/// lattice of equal steps over the box that parametrises its region.
///
/// The lattice has `cells[i]·fine + 1` points along axis *i*, and the last index runs fastest in
/// `samples`. Coordinates and measures may be infinite or NaN: the cells that they touch are left
/// out, and the picture says so.
///
/// # Examples
/// ```
/// use pullback::plot::{Deformation, Sample, Style};
/// let (cells, fine) = (vec![6, 12], 4);
/// let mut samples = Vec::new();
/// for i in 0..=cells[0] * fine {
///     for j in 0..=cells[1] * fine {
///         let r = i as f64 / (cells[0] * fine) as f64;
///         let t = j as f64 / (cells[1] * fine) as f64 * std::f64::consts::TAU;
///         let image = vec![r * t.cos(), r * t.sin()];
///         samples.push(Sample { source: vec![r, t], image, measure: r });
///     }
/// }
/// let disk = Deformation {
///     title: "Polar coordinates".into(),
///     subtitle: "x = r·cos t, y = r·sin t".into(),
///     map: "φ".into(),
///     variables: vec!["r".into(), "t".into()],
///     targets: vec!["x".into(), "y".into()],
///     cells,
///     fine,
///     samples,
///     measure_name: "det J".into(),
///     margins: Vec::new(),
///     levels: vec![],
///     check: None,
/// };
/// let svg = disk.draw(&Style::default())?.svg()?;
/// assert!(svg.contains("3π/2") && svg.contains("(x, y) = φ(r, t)"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Deformation {
    /// The heading.
    pub title: String,
    /// What stands under it, for the formulas, as [`typeset`](super::typeset()) sets them: smaller or in several lines where
    /// they are long, quotients over bars, and with a word in the place of a formula where there is no room for it. Words
    /// alone end in "…" where they do not fit.
    pub subtitle: String,
    /// The name of the map.
    pub map: String,
    /// The names of the variables, as they are shown.
    pub variables: Vec<String>,
    /// The names of the targets, as they are shown.
    pub targets: Vec<String>,
    /// Cells of the drawn grid along each variable.
    pub cells: Vec<usize>,
    /// Steps of the lattice to a cell.
    pub fine: usize,
    /// The sampled points.
    pub samples: Vec<Sample>,
    /// What [`Sample::measure`] is called: "det J" or "√det(JᵀJ)".
    pub measure_name: String,
    /// For each condition that delimits the part that is meant, how far inside of it each sample is, negative where it
    /// is outside.
    pub margins: Vec<Vec<f64>>,
    /// For each equation of a level set, the difference of its sides at each sample.
    pub levels: Vec<Vec<f64>>,
    /// The verdict on the map, where there is one: the picture marks what is covered more than once, and
    /// where the measure is zero without a change of its sign.
    pub check: Option<Check>,
}

impl Deformation {
    /// The size of the measure as a formula: "|det J|".
    pub(super) fn size_name(&self) -> String {
        let name = &self.measure_name;
        if self.variables.len() == self.targets.len() {
            format!("|{name}|")
        } else {
            name.clone()
        }
    }

    /// Whether the image is the region itself: targets have the names and the values of the variables.
    pub(super) fn is_identity(&self) -> bool {
        let is_same = |s: &Sample| {
            let mut pairs = s.source.iter().zip(&s.image);
            pairs.all(|(u, x)| u == x || !(u.is_finite() && x.is_finite()))
        };
        self.variables.len() > 1
            && self.variables == self.targets
            && self.samples.iter().all(is_same)
    }

    /// "(x, y) = φ(u, v)".
    pub(super) fn formula(&self) -> String {
        let targets = self.targets.join(", ");
        let variables = self.variables.join(", ");
        let targets = if self.targets.len() == 1 {
            targets
        } else {
            format!("({targets})")
        };
        format!("{targets} = {}({variables})", self.map)
    }

    /// "dx dy = |det J| du dv".
    pub(super) fn element(&self) -> String {
        let product = |names: &[String]| {
            let letters = |name: &str| {
                name.trim_end_matches(|c| ('₀'..='₉').contains(&c))
                    .chars()
                    .count()
            };
            let gap = |name: &String| if letters(name) > 1 { " " } else { "" };
            let differential = |name: &String| format!("d{}{name}", gap(name));
            names.iter().map(differential).collect::<Vec<_>>().join(" ")
        };
        let image = match (self.variables.len(), self.targets.len()) {
            (n, m) if n == m => product(&self.targets),
            (1, _) => "ds".into(),
            _ => "dS".into(),
        };
        format!(
            "{image} = {} {}",
            self.size_name(),
            product(&self.variables)
        )
    }

    /// The verdict, if it is one on a map with these variables and targets.
    pub(super) fn verdict(&self) -> Option<&Check> {
        let is_of_this =
            |check: &&Check| check.variables == self.variables && check.targets == self.targets;
        self.check.as_ref().filter(is_of_this)
    }

    /// Whether the measure takes both signs, beyond what rounding can do.
    pub(super) fn turns_over(&self) -> bool {
        let measures = self
            .samples
            .iter()
            .map(|s| s.measure)
            .filter(|m| m.is_finite());
        let (low, high) =
            measures.fold((0.0f64, 0.0f64), |(low, high), m| (low.min(m), high.max(m)));
        self.variables.len() == self.targets.len() && -low > 1e-9 * high && high > -1e-9 * low
    }

    /// What the reader must be told about left-out points, cut axes, signs and what is covered.
    pub(super) fn notes(&self, left_out: usize, cut: bool) -> Vec<String> {
        let mut notes = Vec::new();
        // The end of an infinite range is no point of the region.
        let bad = |s: &&Sample| {
            let values = s.source.iter().chain(&s.image).chain([&s.measure]);
            !s.source.iter().any(|v| v.is_infinite()) && !values.into_iter().all(|v| v.is_finite())
        };
        let count = self.samples.iter().filter(bad).count();
        let mut first = Vec::new();
        if count > 0 {
            let total = self.samples.len();
            first.push(format!("{count} of {total} points are not finite"));
        }
        let parts = if self.variables.len() == 1 {
            "steps"
        } else {
            "cells (gray)"
        };
        if left_out > 0 && count > 0 {
            first.push(format!("{parts} that touch them are left out"));
        } else if left_out > 0 {
            first.push(format!("{parts} that the map tears apart are left out"));
        }
        if cut {
            first.push("the axes show the middle of a far-reaching image".into());
        }
        if !first.is_empty() {
            notes.push(capital(&first.join("; ")) + ".");
        }
        let is_drawn = match self.variables.len() {
            2 => self.levels.len() <= 1,
            3 => self.levels.len() <= 2,
            _ => self.levels.is_empty(),
        };
        if !is_drawn {
            notes.push(
                "This is the region: what the equations describe in it is not drawn.".to_owned(),
            );
        }
        // Samples may miss the sheets of a thin fold.
        let is_known = |check: &&Check| !self.turns_over() || check.one_to_one != OneToOne::Sampled;
        // Of the identity it goes without saying.
        let verdict = self.verdict().filter(|_| !self.is_identity());
        let covers = verdict.filter(is_known).map(covers);
        let told = match (self.sign(), covers) {
            (Some(sign), Some(covers)) => Some(format!("{sign}; {covers}")),
            (Some(sign), None) if self.turns_over() => {
                Some(format!("{sign}: sheets of the image may overlap"))
            }
            (sign, covers) => sign.or(covers.map(|covers| capital(&covers))),
        };
        notes.extend(told.map(|told| told + "."));
        notes
    }

    /// What is to be said of the measure's sign.
    fn sign(&self) -> Option<String> {
        let name = &self.measure_name;
        let square = self.variables.len() == self.targets.len();
        match self.turns_over() {
            true => (self.variables.len() > 1).then(|| format!("{name} changes its sign")),
            false => (square && self.samples.iter().any(|s| s.measure < 0.0)).then(|| {
                let is_proven = |check: &Check| check.is_range_proven && check.jacobian[1] < 0.0;
                let relation = if self.verdict().is_some_and(is_proven) {
                    '<'
                } else {
                    '≤'
                };
                format!("{name} {relation} 0 everywhere: the map reverses orientation")
            }),
        }
    }
}

/// How often the image is covered, in a few words.
fn covers(check: &Check) -> String {
    let times = match check.multiplicity {
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    };
    let content = match check.variables.len() {
        1 => "length",
        2 => "area",
        _ => "volume",
    };
    match (check.one_to_one, check.multiplicity) {
        (OneToOne::Proved, _) => {
            format!("one-to-one (proved), except perhaps on a set of zero {content}")
        }
        (OneToOne::Sampled, _) => {
            format!("one-to-one as far as samples show, except perhaps on a set of zero {content}")
        }
        (_, 0) => "the image has no content".to_owned(),
        (_, 1) => "some places of the image are covered more than once".to_owned(),
        (_, most) if most == check.least_multiplicity => {
            format!("every place of the image is covered {times}")
        }
        (_, _) => format!("places of the image are covered up to {times}"),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
