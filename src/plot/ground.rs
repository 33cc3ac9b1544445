//! What every picture of a map stands on: its lattice, and what its axes show.

use super::deformation::{Deformation, Sample};
use super::grid_lines::levels;
use super::lattice::Lattice;
use super::part::Part;
use super::picture::refused;
use super::range::Range;
use super::reach::Reach;
use crate::Error;

/// How much white is mixed into fills, so that what lies over them stays visible.
pub(super) const TINT: f64 = 0.42;

/// What every picture of a map stands on.
pub(super) struct Ground<'a> {
    pub(super) deformation: &'a Deformation,
    pub(super) lattice: Lattice,
    /// What the axes of the region and of the image show.
    pub(super) sources: Vec<Range>,
    pub(super) images: Vec<Range>,
    /// How the axes of the region are compressed that reach to infinity, and those of the image of one variable.
    pub(super) reaches: [Vec<Option<Reach>>; 2],
}

/// What of amounts is finite.
pub(super) struct Finite {
    /// The amounts in the picture, at least one.
    pub(super) shown: Vec<f64>,
    /// The least and the greatest, in the picture or not.
    pub(super) all: [f64; 2],
    /// Whether others are −∞ or ∞.
    pub(super) is_endless: [bool; 2],
}

impl<'a> Ground<'a> {
    /// The lattice and the axes of a map's samples.
    ///
    /// # Errors
    /// [`Error::Picture`] when the samples do not fill the lattice, none is finite, the region has no width, or
    /// all images are equal.
    pub(super) fn of(deformation: &'a Deformation) -> Result<Ground<'a>, Error> {
        let lattice = deformation.lattice()?;
        let (variables, targets) = (&deformation.variables, &deformation.targets);
        let sources = deformation.ranges("variable", variables, |sample| &sample.source)?;
        if let Some(flat) = sources.iter().position(Range::is_point) {
            let name = &variables[flat];
            return Err(refused(
                None,
                format!("the region has no width along {name}"),
            ));
        }
        let images = widened(deformation.ranges("target", targets, |sample| &sample.image)?)
            .ok_or_else(|| refused(None, "all points of the region have the same image"))?;
        let reach = |axis: usize, value: &dyn Fn(&Sample) -> f64| {
            let along = (0..lattice.points(axis)).map(|place| {
                let mut at = [0, 1, 2].map(|other| lattice.points(other) / 2);
                at[axis] = place;
                value(&deformation.samples[lattice.index(at)])
            });
            Reach::of(&along.collect::<Vec<f64>>())
        };
        let count = variables.len();
        // Of what depends on other variables the ends may be finite elsewhere.
        let is_free = |axis: usize| levels(deformation, &lattice, axis).is_none();
        let of_region = (0..count).map(|axis| match is_free(axis) {
            true => reach(axis, &|s: &Sample| s.source[axis]),
            false => None,
        });
        let of_region = of_region.collect();
        let of_image = match (count, targets.len()) {
            (1, 1) => vec![reach(0, &|s: &Sample| s.image[0])],
            _ => vec![None; targets.len()],
        };
        Ok(Ground {
            deformation,
            reaches: [of_region, of_image],
            lattice,
            sources,
            images,
        })
    }

    /// The finite values at samples that the axes show, and the least and the greatest of all; at least one.
    pub(super) fn finite(&self, values: &[f64], name: &str) -> Result<Finite, Error> {
        let is_shown = |s: &Sample| {
            let inside = |(value, range): (&f64, &Range)| (range.low..=range.high).contains(value);
            s.image.iter().zip(&self.images).all(inside)
        };
        let part = Part::of(self.deformation);
        let samples = self.deformation.samples.iter().enumerate().zip(values);
        let finite = || {
            samples
                .clone()
                .filter(|((k, _), v)| v.is_finite() && part.holds(*k))
        };
        let shown = finite().filter(|((_, sample), _)| is_shown(sample));
        let shown: Vec<f64> = shown.map(|(_, value)| *value).collect();
        if shown.is_empty() {
            let reason = format!("{name} is finite at no point of the picture");
            return Err(refused(None, reason));
        }
        let all = finite().map(|(_, value)| *value);
        let all = all.fold([f64::MAX, f64::MIN], |[low, high], v| {
            [v.min(low), v.max(high)]
        });
        let has = |end: f64| {
            let mut own = samples.clone();
            own.any(|((k, _), value)| *value == end && part.holds(k))
        };
        Ok(Finite {
            is_endless: [has(f64::NEG_INFINITY), has(f64::INFINITY)],
            shown,
            all,
        })
    }
}

impl Deformation {
    fn lattice(&self) -> Result<Lattice, Error> {
        let (n, m) = (self.variables.len(), self.targets.len());
        if !(1..=3).contains(&n) || !(n..=3).contains(&m) {
            return Err(refused(
                None,
                format!(
                    "{n} variables and {m} targets: there must be one to three variables and \
                         no fewer targets, up to three"
                ),
            ));
        }
        let lattice = Lattice {
            cells: self.cells.clone(),
            fine: self.fine,
        };
        if self.cells.len() != n || self.cells.contains(&0) || self.fine == 0 {
            return Err(refused(
                None,
                "every variable needs at least one cell and one step",
            ));
        }
        if lattice.len() != Some(self.samples.len()) {
            let reason = format!("{} samples do not fill the lattice", self.samples.len());
            return Err(refused(None, reason));
        }
        let own = self.margins.iter().chain(&self.levels).map(Vec::len);
        if own.into_iter().any(|count| count != self.samples.len()) {
            return Err(refused(None, "margins and levels are one for each sample"));
        }
        if self
            .samples
            .iter()
            .any(|s| s.source.len() != n || s.image.len() != m)
        {
            return Err(refused(
                None,
                "a sample has too few or too many coordinates",
            ));
        }
        Ok(lattice)
    }

    fn ranges(
        &self,
        kind: &str,
        names: &[String],
        part: impl Fn(&Sample) -> &Vec<f64>,
    ) -> Result<Vec<Range>, Error> {
        let meant = Part::of(self);
        let range = |(axis, name): (usize, &String)| {
            let samples = self.samples.iter().enumerate();
            let meant = samples.filter(|(k, _)| meant.holds(*k));
            Range::of(meant.map(|(_, sample)| part(sample)[axis]))
                .ok_or_else(|| refused(None, format!("no value of the {kind} {name} is finite")))
        };
        names.iter().enumerate().map(range).collect()
    }
}

/// The ranges with those of no width widened to the longest; `None` when none has a width.
fn widened(mut ranges: Vec<Range>) -> Option<Vec<Range>> {
    let wide = |range: &&Range| !range.is_point();
    let longest = ranges
        .iter()
        .filter(wide)
        .map(Range::span)
        .max_by(f64::total_cmp)?;
    for range in &mut ranges {
        if range.span() < 1e-9 * longest {
            let middle = 0.5 * (range.low + range.high);
            range.low = middle - 0.25 * longest;
            range.high = middle + 0.25 * longest;
        }
    }
    Some(ranges)
}
