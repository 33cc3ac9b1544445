//! How a map deforms a region: the region with its coordinate grid beside its image.

use super::axis::{self, Range};
use super::color::{self, FAMILY, GRAY, INK, LEVELS, MARK, Scale};
use super::content::Content;
use super::curve::Curve;
use super::graph;
use super::grid::Grid;
use super::lattice::Lattice;
use super::panel::{Axis, Flat, Panel, Space};
use super::picture::{Picture, refused};
use super::scene::{HAlign, Pen, Scene, Spot, Type};
use super::shape::{Area, dot, hatch};
use super::text::Face;
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

const TITLE: Type = Type::new(Face::Bold, 20.0, HAlign::Center);
const SUBTITLE: Type = Type {
    color: GRAY,
    ..Type::new(Face::Regular, 14.5, HAlign::Center)
};
const LEGEND: Type = Type::new(Face::Regular, 13.0, HAlign::Left);
const NOTE: Type = Type {
    color: GRAY,
    ..Type::new(Face::Italic, 12.5, HAlign::Center)
};
/// Height of a row of the legend and of a note.
const ROW: f64 = 22.0;
/// Width of a colour bar.
const RAMP: f64 = 16.0;
/// Free border around everything.
const BORDER: f64 = 22.0;

/// The lowest and highest parts of the page, taken by texts.
pub(super) struct Page<'a> {
    pub(super) deformation: &'a Deformation,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) scene: Scene,
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
        if !(640..=8000).contains(&style.width) || !(400..=8000).contains(&style.height) {
            return Err(refused(
                None,
                "its size must lie between 640 × 400 and 8000 × 8000",
            ));
        }
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
        page.header();
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

/// A key of the legend.
#[derive(Clone, Copy)]
pub(super) enum Key {
    /// A line of a family, dashed or not.
    Line { pen: Pen, dashed: bool },
    /// A filled box with an outline.
    Patch,
    /// A hatched box.
    Hatch,
    /// A dot.
    Dot,
}

impl Page<'_> {
    fn header(&mut self) {
        let room = self.width - 2.0 * BORDER;
        let middle = 0.5 * self.width;
        for (text, set, y) in [
            (&self.deformation.title, TITLE, 30.0),
            (&self.deformation.subtitle, SUBTITLE, 57.0),
        ] {
            let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
            self.scene
                .text(set.face.shorten(&line, set.size, room), [middle, y], set);
        }
    }

    /// Draws legend and notes at the foot of the page and gives the part above that is free.
    pub(super) fn footer(&mut self, keys: &[(Key, String)], notes: &[String]) -> Area {
        const SWATCH: f64 = 30.0;
        const GAP: f64 = 30.0;
        let room = self.width - 2.0 * BORDER;
        let mut y = self.height - 20.0;
        for note in notes.iter().rev() {
            let text = NOTE.face.shorten(note, NOTE.size, room);
            self.scene.text(text, [0.5 * self.width, y], NOTE);
            y -= ROW;
        }
        type Row = Vec<(Key, String, f64)>;
        let mut rows: Vec<(f64, Row)> = Vec::new();
        for (key, text) in keys {
            let text = LEGEND.face.shorten(text, LEGEND.size, room - SWATCH - 8.0);
            let width = SWATCH + 8.0 + LEGEND.width(&text);
            match rows.last_mut() {
                Some((used, row)) if *used + GAP + width <= room => {
                    *used += GAP + width;
                    row.push((*key, text, width));
                }
                _ => rows.push((width, vec![(*key, text, width)])),
            }
        }
        for (used, row) in rows.into_iter().rev() {
            let mut x = 0.5 * (self.width - used);
            for (key, text, width) in row {
                self.swatch(key, [x, y], SWATCH);
                self.scene.text(text, [x + SWATCH + 8.0, y], LEGEND);
                x += width + GAP;
            }
            y -= ROW;
        }
        let top = 80.0;
        Area {
            left: BORDER,
            top,
            width: room,
            height: y - top,
        }
    }

    fn swatch(&mut self, key: Key, [x, y]: Spot, width: f64) {
        let area = Area {
            left: x + 6.0,
            top: y - 7.0,
            width: width - 8.0,
            height: 14.0,
        };
        let path = [[x, y], [x + width, y]];
        match key {
            Key::Line { pen, dashed: true } => self.scene.dashes(&path, pen, DASH),
            Key::Line { pen, dashed: false } => self.scene.line(path.to_vec(), pen),
            Key::Patch => {
                self.scene.fill(area.corners(), MARK);
                self.scene.outline(area.corners(), Pen::new(INK, 1.5));
            }
            Key::Hatch => {
                self.scene.fill(
                    area.corners(),
                    color::viridis(0.6).toward(color::WHITE, 0.5),
                );
                hatch(&mut self.scene, &[area.corners()]);
                self.scene.outline(area.corners(), Pen::new(GRAY, 0.8));
            }
            Key::Dot => dot(&mut self.scene, [x + 0.5 * width, y], 4.0),
        }
    }

    /// Draws a colour bar, its name above it.
    pub(super) fn ramp(&mut self, scale: &Scale, area: Area) {
        let scene = &mut self.scene;
        let area = Area {
            height: area.height.round(),
            ..area
        };
        let Area {
            left,
            top,
            width,
            height,
        } = area;
        for level in 0..LEVELS {
            // Each step reaches up to the bar's end, so that no seam can show.
            let tall = height * (1.0 - level as f64 / LEVELS as f64);
            let color = scale.color_at(level as f64 / (LEVELS - 1) as f64);
            scene.fill(Scene::rectangle(left, top, width, tall), color);
        }
        let pen = Pen::new(INK, 1.0);
        scene.outline(area.corners(), pen);
        for (end, y, reach) in [(1, top, -10.0), (0, area.bottom(), 10.0)] {
            if scale.beyond[end] {
                let tip = vec![
                    [left, y],
                    [left + 0.5 * width, y + reach],
                    [left + width, y],
                ];
                scene.fill(tip.clone(), scale.color_at(end as f64));
                scene.line(tip, pen);
            }
        }
        let set = Type::new(Face::Regular, 12.5, HAlign::Left);
        for (value, label) in scale.ticks().0 {
            let y = area.bottom() - scale.share(value) * height;
            scene.line(vec![[area.right(), y], [area.right() + 5.0, y]], pen);
            scene.text(label, [area.right() + 9.0, y], set);
        }
        let name = self.deformation.size_name();
        let set = Type::new(Face::Regular, 14.0, HAlign::Left);
        let name = set.face.shorten(&name, set.size, RAMP + 90.0);
        scene.text(
            name,
            [left - 2.0, top - if scale.beyond[1] { 24.0 } else { 15.0 }],
            set,
        );
    }

    /// The room that a colour bar takes, its gap included.
    pub(super) fn ramp_room(&self, scale: &Scale) -> f64 {
        let set = Type::new(Face::Regular, 12.5, HAlign::Left);
        let labels = scale
            .ticks()
            .0
            .iter()
            .map(|(_, l)| set.width(l))
            .fold(0.0, f64::max);
        let name =
            Type::new(Face::Regular, 14.0, HAlign::Left).width(&self.deformation.size_name());
        18.0 + (RAMP + 9.0 + labels).max(name.min(RAMP + 90.0))
    }

    /// Region and image side by side with an arrow between.
    fn pair(
        &mut self,
        lattice: &Lattice,
        scale: Scale,
        sources: &[Range],
        images: &[Range],
    ) -> Result<(), Error> {
        let deformation = self.deformation;
        let mut left = panel(&deformation.variables, sources, true);
        let mut right = panel(&deformation.targets, images, false);
        // The footer's text depends on what is drawn and its height decides where: draw twice.
        let cut = sources.iter().chain(images).any(|range| range.cut);
        let mut keys = Vec::new();
        let mut notes = Vec::new();
        for _ in 0..2 {
            let keep = self.scene.clone();
            let body = self.footer(&keys, &notes);
            let gap = self.arrange(body, &mut left, &mut right, self.ramp_room(&scale));
            let content: Box<dyn Content> = if lattice.cells.len() == 1 {
                Box::new(Curve::new(deformation, lattice, &scale, &left, &right))
            } else {
                Box::new(Grid::new(deformation, lattice, &scale, &left, &right))
            };
            if content.is_empty() {
                return Err(refused(None, "no cell of the grid has finite points only"));
            }
            let fresh = content.keys();
            let told = deformation.notes(content.left_out(), cut);
            if fresh.len() == keys.len() && told.len() == notes.len() {
                content.draw(&mut self.scene);
                self.arrow(gap, body);
                let area = right.area();
                let height = area.height.clamp(180.0f64.min(body.height - 60.0), 420.0);
                let middle = area.top + 0.5 * area.height;
                let ramp = Area {
                    left: area.right() + 18.0 + right.margins()[2] - 14.0,
                    top: middle - 0.5 * height,
                    width: RAMP,
                    height,
                };
                self.ramp(&scale, ramp.snapped());
                return Ok(());
            }
            self.scene = keep;
            (keys, notes) = (fresh, told);
        }
        Err(refused(None, "its parts find no place"))
    }

    /// Sets the areas of both panels in the body of the page; gives the gap between them.
    fn arrange(&self, body: Area, left: &mut Panel, right: &mut Panel, ramp: f64) -> [f64; 2] {
        let formula = Type::new(Face::Italic, 13.0, HAlign::Center);
        let gap = (formula.width(&self.deformation.formula()) + 24.0).clamp(90.0, 150.0);
        let (a, b) = (left.margins(), right.margins());
        let (over, under) = (a[1].max(b[1]) + 8.0, a[3].max(b[3]));
        let height = body.height - over - under;
        let room = body.width - a[0] - a[2] - b[0] - b[2] - gap - ramp;
        let ((want_left, free), (want_right, _)) = (left.width_at(height), right.width_at(height));
        let want_left = if free {
            want_left.min((room - want_right).max(0.38 * room))
        } else {
            want_left
        };
        let excess = (want_left + want_right - room).max(0.0);
        // The wider one gives way first, but keeps at least half of the room.
        let (mut width_left, mut width_right) = (want_left, want_right);
        if excess > 0.0 {
            if want_left <= 0.5 * room {
                width_right = room - want_left;
            } else if want_right <= 0.5 * room {
                width_left = room - want_right;
            } else {
                (width_left, width_right) = (0.5 * room, 0.5 * room);
            }
        }
        let mut x = body.left + 0.5 * (room - width_left - width_right);
        let middle = body.top + over + 0.5 * height;
        let mut ends = [0.0; 2];
        for (panel, width, margins) in [(&mut *left, width_left, a), (&mut *right, width_right, b)]
        {
            x += margins[0];
            let tall = panel.height_at(width, height);
            panel.set_area(
                Area {
                    left: x,
                    top: middle - 0.5 * tall,
                    width,
                    height: tall,
                }
                .snapped(),
            );
            x += width + margins[2] + gap;
        }
        ends[0] = left.area().right() + a[2] - 6.0;
        ends[1] = right.area().left - b[0];
        ends
    }

    fn arrow(&mut self, [from, to]: [f64; 2], body: Area) {
        let y = body.top + 0.46 * body.height;
        let middle = 0.5 * (from + to);
        let half = (0.5 * (to - from) - 6.0).clamp(20.0, 44.0);
        let (tail, tip) = (middle - half, middle + half);
        self.scene
            .line(vec![[tail, y], [tip - 8.0, y]], Pen::new(INK, 2.0));
        self.scene.fill(
            vec![[tip, y], [tip - 13.0, y - 6.0], [tip - 13.0, y + 6.0]],
            INK,
        );
        let name = Type::new(Face::Italic, 18.0, HAlign::Center);
        self.scene
            .text(&self.deformation.map, [middle, y - 18.0], name);
        let set = Type::new(Face::Italic, 13.0, HAlign::Center);
        let formula = self.deformation.formula();
        let room = to - from - 4.0;
        let mut lines = vec![formula.as_str()];
        if set.width(&formula) > room
            && let Some((targets, value)) = formula.split_once(" = ")
        {
            lines = vec![targets, value];
        }
        for (row, line) in lines.into_iter().enumerate() {
            let line = if row > 0 {
                format!("= {line}")
            } else {
                line.to_string()
            };
            let line = set.face.shorten(&line, set.size, room);
            self.scene
                .text(line, [middle, y + 20.0 + 18.0 * row as f64], set);
        }
    }
}

/// The panel for the points of one to three coordinates.
fn panel(names: &[String], ranges: &[Range], variables: bool) -> Panel {
    let axis = |i: usize| Axis::new(&names[i], ranges[i], 5, variables);
    match ranges.len() {
        1 => {
            let up = Axis {
                range: ranges[0],
                ..axis(0)
            };
            Panel::Flat(Flat {
                area: Area::default(),
                across: None,
                up,
                equal: false,
                gutter: 0.0,
            })
        }
        2 => {
            let ratio = ranges[0].span() / ranges[1].span();
            let angles = ranges
                .iter()
                .map(|r| axis::Ticks::pi(r.low, r.high).is_some());
            let alike = angles.clone().all(|angle| angle) || !angles.clone().any(|angle| angle);
            let equal = if variables {
                alike && (0.4..=2.5).contains(&ratio)
            } else {
                (0.03..=30.0).contains(&ratio)
            };
            let across = Some(axis(0));
            Panel::Flat(Flat {
                area: Area::default(),
                across,
                up: axis(1),
                equal,
                gutter: 0.0,
            })
        }
        _ => {
            let spans = ranges.iter().map(Range::span);
            let (least, most) = spans.fold((f64::MAX, 0.0f64), |(a, b), s| (a.min(s), b.max(s)));
            let equal = most < if variables { 1.5 } else { 30.0 } * least;
            Panel::Space(Box::new(Space::new([axis(0), axis(1), axis(2)], equal)))
        }
    }
}

/// Length and distance of dashes.
pub(super) const DASH: [f64; 2] = [6.0, 3.5];
/// The pens of the grid's lines by the variable that they hold.
pub(super) fn grid_pen(variable: usize) -> Pen {
    Pen::new(FAMILY[variable % FAMILY.len()], 1.25)
}
