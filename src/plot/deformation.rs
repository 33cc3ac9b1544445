//! How a map deforms a region: the region with its coordinate grid beside its image.

use super::axis::Range;
use super::color::Scale;
use super::graph;
use super::lattice::Lattice;
use super::page::{Page, header};
use super::picture::{Picture, refused};
use super::scene::Scene;
use crate::Error;

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
/// };
/// let svg = disk.draw(&Style::default())?.svg()?;
/// assert!(svg.contains("3π/2") && svg.contains("(x, y) = φ(r, t)"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Deformation {
    /// The heading.
    pub title: String,
    /// A line under it, for the formulas; shortened with "…" where it is too long.
    pub subtitle: String,
    /// The name of the map.
    pub map: String,
    /// The names of the variables.
    pub variables: Vec<String>,
    /// The names of the targets.
    pub targets: Vec<String>,
    /// Cells of the drawn grid along each variable.
    pub cells: Vec<usize>,
    /// Steps of the lattice to a cell.
    pub fine: usize,
    /// The sampled points.
    pub samples: Vec<Sample>,
    /// What [`Sample::measure`] is called: "det J" or "√det(JᵀJ)".
    pub measure_name: String,
}

/// How large a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Width in pixels, 640 to 8000.
    pub width: u32,
    /// Height in pixels, 400 to 8000.
    pub height: u32,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            width: 1200,
            height: 640,
        }
    }
}

impl Style {
    /// Refuses a size out of bounds.
    pub(super) fn check(&self) -> Result<(), Error> {
        if (640..=8000).contains(&self.width) && (400..=8000).contains(&self.height) {
            return Ok(());
        }
        Err(refused(
            None,
            "its size must lie between 640 × 400 and 8000 × 8000",
        ))
    }
}

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
        style.check()?;
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
        let mut page = Page {
            deformation: self,
            width: f64::from(style.width),
            height: f64::from(style.height),
            scene: Scene::default(),
        };
        header(&mut page.scene, page.width, &self.title, &self.subtitle);
        if curve && self.targets.len() == 1 {
            graph::draw(&mut page, &lattice, scale, sources[0], images[0])?;
        } else {
            page.pair(&lattice, scale, &sources, &images)?;
        }
        let Page { scene, .. } = page;
        let title = self.title.clone();
        Ok(Picture {
            width: style.width,
            height: style.height,
            title,
            scene,
        })
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

    /// The size of the measure as a formula: "|det J|".
    pub(super) fn size_name(&self) -> String {
        let name = &self.measure_name;
        if self.variables.len() == self.targets.len() {
            format!("|{name}|")
        } else {
            name.clone()
        }
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
            let gap = |name: &String| if name.chars().count() > 1 { " " } else { "" };
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

    /// What the reader must be told about left-out points and cut axes.
    pub(super) fn notes(&self, left_out: usize, cut: bool) -> Vec<String> {
        let mut notes = Vec::new();
        let bad = |s: &&Sample| {
            !s.source
                .iter()
                .chain(&s.image)
                .chain([&s.measure])
                .all(|v| v.is_finite())
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
        let name = &self.measure_name;
        let square = self.variables.len() == self.targets.len();
        if self.turns_over() && self.variables.len() > 1 {
            notes.push(format!(
                "{name} changes its sign: sheets of the image may overlap."
            ));
        } else if square && !self.turns_over() && self.samples.iter().any(|s| s.measure < 0.0) {
            notes.push(format!(
                "{name} ≤ 0 everywhere: the map reverses orientation."
            ));
        }
        notes
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
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
