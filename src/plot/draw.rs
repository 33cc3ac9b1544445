//! The picture of a map: what is asked of its samples, and which of two kinds of picture it gets.

use super::color::Scale;
use super::deformation::{Deformation, Sample};
use super::graph;
use super::lattice::Lattice;
use super::page::Page;
use super::pair;
use super::picture::{Picture, refused};
use super::range::Range;
use super::style::Style;
use crate::Error;

impl Deformation {
    /// Draws the region at the left, its image at the right.
    ///
    /// Cells are coloured by the size of the measure, the lines of each constant variable look the
    /// same on both sides, and one cell is marked together with its image. A map from one variable
    /// to one target is drawn as its graph. Both axes of a plane image have the same scale.
    ///
    /// # Errors
    /// [`Error::Picture`] when the lengths do not fit together, the number of variables or targets
    /// is none that can be drawn, the size is out of bounds, no sample is finite, the region has no
    /// width, or all images are equal.
    pub fn draw(&self, style: &Style) -> Result<Picture, Error> {
        let lattice = self.lattice()?;
        let mut page = Page::new(style, &self.title, &self.subtitle)?;
        let sources = self.ranges("variable", &self.variables, |sample| &sample.source)?;
        if let Some(flat) = sources.iter().position(Range::is_point) {
            let name = &self.variables[flat];
            return Err(refused(
                None,
                format!("the region has no width along {name}"),
            ));
        }
        let images = widened(self.ranges("target", &self.targets, |sample| &sample.image)?)
            .ok_or_else(|| refused(None, "all points of the region have the same image"))?;
        let curve = self.variables.len() == 1;
        let scale = self.scale(&images, if curve { 0.0 } else { 0.42 })?;
        if curve && self.targets.len() == 1 {
            graph::draw(&mut page, self, &lattice, scale, sources[0], images[0])?;
        } else {
            pair::draw(&mut page, self, &lattice, scale, &sources, &images)?;
        }
        Ok(page.picture())
    }

    /// The scale for the sizes of the measure, from what the axes show.
    fn scale(&self, images: &[Range], tint: f64) -> Result<Scale, Error> {
        let finite = |s: &&Sample| s.measure.is_finite();
        let shown = |s: &&Sample| {
            let inside = |(value, range): (&f64, &Range)| (range.low..=range.high).contains(value);
            s.image.iter().zip(images).all(inside)
        };
        let size = |s: &Sample| s.measure.abs();
        let sizes: Vec<f64> = self
            .samples
            .iter()
            .filter(finite)
            .filter(shown)
            .map(size)
            .collect();
        if sizes.is_empty() {
            let reason = format!("{} is finite at no point of the picture", self.measure_name);
            return Err(refused(None, reason));
        }
        let all = self.samples.iter().filter(finite).map(size);
        let all = all.fold([f64::MAX, 0.0], |[low, high], m| [m.min(low), m.max(high)]);
        Ok(Scale::of(&sizes, all, tint))
    }

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
        let range = |(axis, name): (usize, &String)| {
            Range::of(self.samples.iter().map(|sample| part(sample)[axis]))
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
