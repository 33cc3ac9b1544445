//! Planes side by side: patches coloured by an amount or by a group, lines and points over them.

use super::axis::Axis;
use super::color::{FAMILY, GRAY, INK, MARK, Rgb, WHITE};
use super::color_bar;
use super::flat::Flat;
use super::font::Font;
use super::page::{LINES, Page, heading, table};
use super::pen::Pen;
use super::picture::{Picture, refused};
use super::range::{Range, quantile};
use super::scale::Scale;
use super::scene::{Scene, Spot, disk};
use super::shape::Area;
use super::style::Style;
use super::text::{HAlign, Type};
use super::ticks::Ticks;
use crate::Error;

/// Part of the extent of nodes that is free around them.
pub(super) const MARGIN: f64 = 0.04;

/// The colours of groups; each has a shape of its own, too.
pub(super) const GROUPS: [Rgb; 4] = [Rgb(0, 90, 170), MARK, Rgb(40, 40, 40), Rgb(204, 121, 167)];
/// How much white is mixed into patches, so that what lies over them stays visible.
const TINT: f64 = 0.42;
const PALE: f64 = 0.66;
/// Steps of the colours of numbers.
const STEPS: usize = 64;
/// The height of a row of the key, the width of its samples, and the gaps after these and after names.
const KEY_ROW: f64 = 22.0;
const SWATCH: f64 = 26.0;
const SWATCH_GAP: f64 = 8.0;
const KEY_GAP: f64 = 22.0;
/// Room above a colour bar for its name.
const BAR_NAME: f64 = 12.0;
const KEY_TEXT: Type = Type::new(Font::Regular, 13.0, HAlign::Left);

/// What a patch shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shade {
    /// An amount, 0 or more, by the colour bar.
    Amount(f64),
    /// A number, by a colour bar that fits: in powers of ten where numbers span many, with white at 0 where they have
    /// both signs. Those of one colour are joined, and lie below all other patches.
    Number(f64),
    /// That it belongs to a group.
    Group(usize),
}

/// A part of the plane with one colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// The corners of a polygon.
    pub corners: Vec<[f64; 2]>,
    /// What it shows.
    pub shade: Shade,
}

/// Lines of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// What they are, for the key; none where it is empty.
    pub name: String,
    /// The lines, point by point.
    pub paths: Vec<Vec<[f64; 2]>>,
    /// Lines of the same family have the same colour; dashes go by the second, third …
    pub family: usize,
    /// Width in pixels.
    pub width: f64,
}

/// Points of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// What they are, for the key; none where it is empty.
    pub name: String,
    /// The points.
    pub points: Vec<[f64; 2]>,
    /// The group, which has a colour and a shape; none for plain dark dots.
    pub group: Option<usize>,
    /// About the half of a point's width in pixels.
    pub radius: f64,
}

/// A plane with what lies on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// The heading.
    pub name: String,
    /// A line under it; shortened with "…" where it is too long.
    pub note: String,
    /// The names of the axis below and of that at the left.
    pub axes: [String; 2],
    /// The part that is shown: lower and upper end of either axis.
    pub ranges: [[f64; 2]; 2],
    /// Whether an axis is in powers of ten.
    pub logarithmic: [bool; 2],
    /// Whether a length is the same along both axes.
    pub equal: bool,
    /// The name of the amounts, above the colour bar.
    pub amount: String,
    /// The amount at the upper end of the colour bar; that of the patches where there is none.
    pub largest: Option<f64>,
    /// Patches, the lowest first.
    pub patches: Vec<Patch>,
    /// Lines over them.
    pub lines: Vec<Lines>,
    /// Points over all.
    pub points: Vec<Points>,
}

/// Planes in a row.
///
/// # Examples
/// ```
/// use pullback::plot::{Lines, Patch, Plane, Planes, Shade, Style};
/// let corners = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
/// let diagonal = Lines {
///     name: "the diagonal".into(),
///     paths: vec![vec![[0.0, 0.0], [1.0, 1.0]]],
///     family: 0,
///     width: 1.5,
/// };
/// let planes = Planes {
///     title: "A square".into(),
///     subtitle: "and its diagonal".into(),
///     planes: vec![Plane {
///         name: "Unit square".into(),
///         note: String::new(),
///         axes: ["x".into(), "y".into()],
///         ranges: [[-0.5, 1.5]; 2],
///         logarithmic: [false; 2],
///         equal: true,
///         amount: "density".into(),
///         largest: None,
///         patches: vec![Patch { corners, shade: Shade::Amount(1.0) }],
///         lines: vec![diagonal],
///         points: vec![],
///     }],
/// };
/// assert!(planes.draw(&Style::default())?.svg()?.contains("the diagonal"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Planes {
    /// The heading.
    pub title: String,
    /// A line under it.
    pub subtitle: String,
    /// The planes, from left to right.
    pub planes: Vec<Plane>,
}

impl Planes {
    /// Draws the planes.
    ///
    /// # Errors
    /// [`Error::Picture`] when the ends of an axis are not finite and in order, one in powers of ten is not
    /// positive, there are no planes, or the size is out of bounds.
    pub fn draw(&self, style: &Style) -> Result<Picture, Error> {
        let mut page = Page::new(style, &self.title, &self.subtitle)?;
        let count = self.planes.len();
        if count == 0 {
            return Err(refused(None, "there are no planes"));
        }
        let body = page.body();
        for (plane, cell) in self.planes.iter().zip(table(body, count, count)) {
            plane.draw(&mut page, cell)?;
        }
        Ok(page.picture())
    }
}

impl Plane {
    fn draw(&self, page: &mut Page, cell: Area) -> Result<(), Error> {
        let scale = self.scale().map(|scale| scale.colored(page.colors()));
        let has_key = page.has_legend();
        let mut flat = Flat::new(Some(self.axis(0)?), self.axis(1)?);
        flat.equal = self.equal;
        flat.area = self.area(&flat, scale.as_ref(), cell, has_key);
        let scene = &mut page.scene;
        for (share, tiles) in self.joined(&flat, scale.as_ref()) {
            let color = scale.as_ref().map_or(GRAY, |scale| scale.color_at(share));
            scene.tiles(tiles, color, 1.0);
        }
        for patch in &self.patches {
            let color = match (patch.shade, &scale) {
                (Shade::Amount(amount), Some(scale)) if !amount.is_nan() => scale.color(amount),
                (Shade::Group(group), _) => group_color(group).toward(WHITE, PALE),
                _ => continue,
            };
            let spots: Option<Vec<Spot>> = patch
                .corners
                .iter()
                .map(|p| self.place(&flat, *p))
                .collect();
            if let Some(spots) = spots {
                scene.fill(flat.area.clip(spots), color);
            }
        }
        for lines in &self.lines {
            for path in &lines.paths {
                // A point without a place breaks the line.
                let parts = path.split(|point| self.place(&flat, *point).is_none());
                for part in parts {
                    let spots: Vec<Spot> =
                        part.iter().filter_map(|p| self.place(&flat, *p)).collect();
                    for part in flat.area.clip_line(&spots) {
                        lines.stroke(scene, part);
                    }
                }
            }
        }
        for points in &self.points {
            let spots = points.points.iter().filter_map(|p| self.place(&flat, *p));
            points.mark(scene, spots.filter(|spot| flat.area.holds(*spot)).collect());
        }
        flat.axes(scene);
        // The name of the colour bar stands as high as the note.
        let right = scale
            .as_ref()
            .map_or(cell.right(), |_| flat.area.right() + 8.0);
        heading(scene, flat.area, right, &self.name, &self.note);
        if has_key {
            self.key(scene, &flat, cell);
        }
        if let Some(scale) = &scale {
            let bar = Area {
                left: flat.area.right() + 18.0,
                top: flat.area.top + BAR_NAME,
                width: color_bar::WIDTH,
                height: flat.area.height - BAR_NAME,
            };
            page.color_bar(scale, &self.amount, bar);
        }
        Ok(())
    }

    /// What shows numbers, joined by steps of the scale.
    fn joined(&self, flat: &Flat, scale: Option<&Scale>) -> Vec<(f64, Vec<Vec<Spot>>)> {
        let mut tiles: Vec<Vec<Vec<Spot>>> = vec![Vec::new(); STEPS + 1];
        for patch in &self.patches {
            if let (Shade::Number(number), Some(scale)) = (patch.shade, scale)
                && !number.is_nan()
            {
                let spots = patch.corners.iter().map(|p| self.place(flat, *p));
                if let Some(spots) = spots.collect::<Option<Vec<Spot>>>() {
                    let step = (scale.share(number) * STEPS as f64).round() as usize;
                    tiles[step.min(STEPS)].push(flat.area.clip(spots));
                }
            }
        }
        let shares = (0..=STEPS).map(|step| step as f64 / STEPS as f64);
        shares.zip(tiles).collect()
    }

    /// The room above the plane.
    fn above(&self) -> f64 {
        match self.name.is_empty() && self.note.is_empty() {
            true => BAR_NAME,
            false => LINES,
        }
    }

    /// The part of a cell that the plane itself takes.
    fn area(&self, flat: &Flat, scale: Option<&Scale>, cell: Area, has_key: bool) -> Area {
        let [left, _, right, below] = flat.margins();
        let bar = scale.map_or(0.0, |scale| color_bar::room(scale, &self.amount));
        let rows = if has_key {
            self.key_rows(cell.width).len()
        } else {
            0
        };
        let key = KEY_ROW * rows as f64 + 6.0;
        let room = [
            cell.width - left - right - bar,
            cell.height - self.above() - below - key,
        ];
        let size = match flat.aspect() {
            Some(aspect) => {
                let height = room[1].min(room[0] / aspect);
                [aspect * height, height]
            }
            None => room,
        };
        Area {
            left: cell.left + left + 0.5 * (room[0] - size[0]),
            top: cell.top + self.above(),
            width: size[0],
            height: size[1],
        }
        .snapped()
    }

    /// The axis below (0) or at the left (1).
    fn axis(&self, which: usize) -> Result<Axis, Error> {
        let name = &self.axes[which];
        let logarithmic = self.logarithmic[which];
        let ends = self.ranges[which];
        let [low, high] = if logarithmic {
            ends.map(f64::log10)
        } else {
            ends
        };
        let range = Range::new(low, high);
        if !low.is_finite() || !high.is_finite() || range.is_point() || low > high {
            let reason = format!("the ends of the axis {name} are not finite and in order");
            return Err(refused(None, reason));
        }
        let ticks = match logarithmic {
            true => Ticks(
                Ticks::decades(ends[0], ends[1])
                    .0
                    .into_iter()
                    .map(|(value, label)| (value.log10(), label))
                    .collect(),
            ),
            false => {
                // What is shown of an angle is a little more than its range.
                let margin = MARGIN / (1.0 + 2.0 * MARGIN) * range.span();
                let of_angle = Ticks::pi(low + margin, high - margin);
                of_angle.unwrap_or_else(|| Ticks::linear(low, high, 6))
            }
        };
        Ok(Axis::over(name, range, ticks))
    }

    /// The spot of a point; none where it has none.
    fn place(&self, flat: &Flat, point: [f64; 2]) -> Option<Spot> {
        let scaled = |which: usize| match self.logarithmic[which] {
            true => point[which].log10(),
            false => point[which],
        };
        let scaled = [scaled(0), scaled(1)];
        let has_place = scaled.iter().all(|part| part.is_finite());
        has_place.then(|| flat.place(&scaled))
    }

    /// The scale from 0 to the largest amount, or to that of nearly all where few are far larger.
    fn scale(&self) -> Option<Scale> {
        let amounts = self.patches.iter().filter_map(|patch| match patch.shade {
            Shade::Amount(amount) => Some(amount),
            Shade::Number(_) | Shade::Group(_) => None,
        });
        let numbers = self.patches.iter().filter_map(|patch| match patch.shade {
            Shade::Number(number) if number.is_finite() => Some(number),
            _ => None,
        });
        let numbers: Vec<f64> = numbers.collect();
        if let Some(Range { low, high, .. }) = Range::around(&numbers) {
            return Some(Scale::signed(&numbers, [low, high], TINT));
        }
        let mut sorted: Vec<f64> = amounts.filter(|amount| !amount.is_nan()).collect();
        sorted.sort_by(f64::total_cmp);
        let largest = *sorted.last()?;
        let usual = quantile(&sorted, 0.98);
        let high = match self.largest {
            Some(largest) => largest,
            None if largest > 3.0 * usual => usual,
            None => largest,
        };
        let high = if high > 0.0 && high.is_finite() {
            high
        } else {
            1.0
        };
        Some(Scale::from_zero(high, largest > high, TINT))
    }

    /// Names of lines and points, in as many rows as a width makes them take, each with its width.
    fn key_rows(&self, width: f64) -> Vec<(f64, Vec<Key<'_>>)> {
        let lines = self
            .lines
            .iter()
            .map(|lines| (&lines.name, Swatch::Lines(lines)));
        let points = self
            .points
            .iter()
            .map(|points| (&points.name, Swatch::Points(points)));
        let mut rows: Vec<(f64, Vec<Key<'_>>)> = Vec::new();
        for (name, swatch) in lines.chain(points).filter(|(name, _)| !name.is_empty()) {
            let name = KEY_TEXT.shorten(name, width - SWATCH - SWATCH_GAP);
            let room = SWATCH + SWATCH_GAP + KEY_TEXT.width(&name);
            let key = Key { name, swatch, room };
            match rows.last_mut() {
                Some((used, row)) if *used + KEY_GAP + room <= width => {
                    *used += KEY_GAP + room;
                    row.push(key);
                }
                _ => rows.push((room, vec![key])),
            }
        }
        rows
    }

    /// Draws the key under the plane.
    fn key(&self, scene: &mut Scene, flat: &Flat, cell: Area) {
        let mut y = flat.area.bottom() + flat.margins()[3] + 0.5 * KEY_ROW + 3.0;
        let middle = flat.area.left + 0.5 * flat.area.width;
        for (width, row) in self.key_rows(cell.width) {
            let rightmost = cell.right() - width;
            let mut x = (middle - 0.5 * width).min(rightmost).max(cell.left);
            for key in row {
                match key.swatch {
                    Swatch::Lines(lines) => lines.stroke(scene, vec![[x, y], [x + SWATCH, y]]),
                    Swatch::Points(points) => points.mark(scene, vec![[x + 0.5 * SWATCH, y]]),
                }
                scene.text(key.name, [x + SWATCH + SWATCH_GAP, y], KEY_TEXT);
                x += key.room + KEY_GAP;
            }
            y += KEY_ROW;
        }
    }
}

/// A line of the key.
struct Key<'p> {
    name: String,
    swatch: Swatch<'p>,
    room: f64,
}

/// What a name in the key is of.
enum Swatch<'p> {
    Lines(&'p Lines),
    Points(&'p Points),
}

impl Lines {
    fn stroke(&self, scene: &mut Scene, path: Vec<Spot>) {
        let pen = Pen::new(FAMILY[self.family % FAMILY.len()], self.width);
        match self.family {
            0 => scene.line(path, pen),
            _ => scene.dashes(&path, pen, [6.0, 3.5]),
        }
    }
}

impl Points {
    /// Points in the colour and the shape of their group, with a white rim.
    fn mark(&self, scene: &mut Scene, spots: Vec<Spot>) {
        let Some(group) = self.group else {
            scene.dots(spots, self.radius, INK);
            return;
        };
        for spot in spots {
            for (radius, color) in [
                (self.radius + 1.1, WHITE),
                (self.radius, group_color(group)),
            ] {
                scene.fill(shape(group, spot, radius), color);
            }
        }
    }
}

fn group_color(group: usize) -> Rgb {
    GROUPS.get(group).copied().unwrap_or(GRAY)
}

/// A disk, a triangle, a square, a diamond: of about the same area.
fn shape(group: usize, [x, y]: Spot, radius: f64) -> Vec<Spot> {
    match group {
        1 => {
            let half = 1.25 * radius;
            vec![
                [x, y - 1.15 * half],
                [x + half, y + 0.7 * half],
                [x - half, y + 0.7 * half],
            ]
        }
        2 => Scene::rectangle(
            x - 0.9 * radius,
            y - 0.9 * radius,
            1.8 * radius,
            1.8 * radius,
        ),
        3 => disk([x, y], 1.25 * radius, 4),
        _ => disk([x, y], radius, 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planes(point: [f64; 2], amount: f64) -> Planes {
        let plane = Plane {
            name: "A name".into(),
            note: "a note".into(),
            axes: ["step".into(), "mean squared error".into()],
            ranges: [[1.0, 1000.0], [1e-3, 1.0]],
            logarithmic: [false, true],
            equal: false,
            amount: "density p(x, y)".into(),
            largest: None,
            patches: vec![Patch {
                corners: vec![[0.0, 0.1], [500.0, 0.1], [500.0, 2.0], point],
                shade: Shade::Amount(amount),
            }],
            lines: vec![Lines {
                name: "a line".into(),
                paths: vec![vec![[-5.0, 0.5], point, [2000.0, 1e-9]]],
                family: 1,
                width: 1.5,
            }],
            points: (0..5)
                .map(|group| Points {
                    name: format!("a group of points {group}"),
                    points: vec![point, [500.0, 0.1]],
                    group: Some(group),
                    radius: 3.0,
                })
                .collect(),
        };
        Planes {
            title: "A title".into(),
            subtitle: "a subtitle".into(),
            planes: vec![plane; 2],
        }
    }

    #[test]
    fn every_mark_lies_on_the_page() {
        for point in [[10.0, 0.5], [-1e12, 1e12], [f64::NAN, 1.0], [1.0, -1.0]] {
            for amount in [0.0, 2.5, 1e300, f64::INFINITY, f64::NAN] {
                let picture = planes(point, amount).draw(&Style::default()).unwrap();
                assert_eq!(picture.stray(), None, "{point:?}, {amount}");
            }
        }
    }

    #[test]
    fn axes_without_a_range_are_refused() {
        for range in [
            [0.0, 1.0],
            [1.0, 1.0],
            [2.0, 1.0],
            [1.0, f64::INFINITY],
            [f64::NAN, 1.0],
        ] {
            let mut planes = planes([10.0, 0.5], 1.0);
            planes.planes[1].ranges[1] = range;
            assert!(planes.draw(&Style::default()).is_err(), "{range:?}");
        }
        let none = Planes {
            planes: vec![],
            ..planes([10.0, 0.5], 1.0)
        };
        assert!(none.draw(&Style::default()).is_err());
    }
}
