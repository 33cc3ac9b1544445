//! Measurements against sizes, both over powers of ten, one panel for each kind.

use super::axis::Axis;
use super::color::{GRAY, INK, MARK, PALE, Rgb};
use super::flat::Flat;
use super::font::Font;
use super::page::{LINES, Page, heading, table};
use super::panel::Panel;
use super::pen::Pen;
use super::picture::{Picture, refused};
use super::range::Range;
use super::scene::Scene;
use super::shape::Area;
use super::style::Style;
use super::text::{HAlign, Type};
use super::ticks::Ticks;
use crate::Error;

/// The colours of the series of a panel.
pub(super) const COLORS: [Rgb; 4] = [Rgb(16, 42, 110), MARK, Rgb(20, 130, 100), Rgb(158, 24, 30)];
/// Half the side of a point.
const POINT: f64 = 3.5;

const AXIS: Type = Type::new(Font::Italic, 13.5, HAlign::Center);
const KEY: Type = Type::new(Font::Regular, 12.5, HAlign::Left);

/// Room for the numbers along the axes.
const LEFT: f64 = 78.0;
const BELOW: f64 = 56.0;
/// The height of a line of the key, and the part of a panel's height that the key may fill.
const KEY_LINE: f64 = 18.0;

/// Points that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// Size and measurement, both positive.
    pub points: Vec<[f64; 2]>,
    /// Whether they are no measurement but a line to compare with.
    pub guide: bool,
}

/// One panel: measurements of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The heading.
    pub name: String,
    /// A line under it; shortened with "…" where it is too long.
    pub note: String,
    /// What the sizes are.
    pub across: String,
    /// What is measured.
    pub up: String,
    /// The measurements.
    pub series: Vec<Series>,
}

/// Measurements against sizes in panels, all axes logarithmic.
///
/// # Examples
/// ```
/// use pullback::plot::{Chart, Charts, Series, Style};
/// let charts = Charts {
///     title: "Growth".into(),
///     subtitle: "of a sum".into(),
///     charts: vec![Chart {
///         name: "Terms".into(),
///         note: "one by one".into(),
///         across: "terms".into(),
///         up: "time, ns".into(),
///         series: vec![Series {
///             name: "measured".into(),
///             points: vec![[10.0, 7.0], [100.0, 66.0], [1000.0, 650.0]],
///             guide: false,
///         }],
///     }],
/// };
/// assert!(charts.draw(&Style::default())?.svg()?.contains("measured"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Charts {
    /// The heading.
    pub title: String,
    /// A line under it.
    pub subtitle: String,
    /// The panels, row by row.
    pub charts: Vec<Chart>,
}

impl Charts {
    /// Draws the panels, two in a row.
    ///
    /// # Errors
    /// [`Error::Picture`] when a panel has no points, a number is not positive and finite, or the
    /// size is out of bounds.
    pub fn draw(&self, style: &Style) -> Result<Picture, Error> {
        let mut page = Page::new(style, &self.title, &self.subtitle)?;
        let body = page.body();
        let count = self.charts.len();
        for (chart, cell) in self
            .charts
            .iter()
            .zip(table(body, count.clamp(1, 2), count))
        {
            chart.draw(&mut page, cell)?;
        }
        Ok(page.picture())
    }
}

impl Chart {
    fn draw(&self, page: &mut Page, cell: Area) -> Result<(), Error> {
        let (has_grid, has_key) = (page.has_grid(), page.has_legend());
        let scene = &mut page.scene;
        let unset = Axis::nameless(Range::new(0.0, 1.0), Vec::new());
        let mut flat = Flat::new(Some(self.axis(0, 0.0)?), unset);
        flat.area = Area {
            left: cell.left + LEFT,
            top: cell.top + LINES,
            width: cell.width - LEFT - 20.0,
            height: cell.height - LINES - BELOW,
        }
        .snapped();
        let area = flat.area;
        // The key stands in the upper corner: it gets room above all points.
        let key = match has_key {
            true => (self.series.len() as f64 * KEY_LINE + 14.0) / area.height,
            false => 0.0,
        };
        flat.up = self.axis(1, key.min(0.5))?;
        let panel = Panel::flat(flat.clone());
        if has_grid {
            draw_rules(scene, &flat, &panel);
        }
        let mut colors = COLORS.into_iter().cycle();
        for (k, series) in self.series.iter().enumerate() {
            let logarithms = series.points.iter().map(|point| point.map(f64::log10));
            let spots: Vec<_> = logarithms.filter_map(|p| panel.place(&p)).collect();
            let y = area.top + 14.0 + k as f64 * KEY_LINE;
            let sample = match has_key {
                true => vec![[area.left + 12.0, y], [area.left + 40.0, y]],
                false => Vec::new(),
            };
            if series.guide {
                let pen = Pen::new(GRAY, 1.2);
                scene.dashes(&spots, pen, [6.0, 4.0]);
                scene.dashes(&sample, pen, [6.0, 4.0]);
            } else {
                let color = colors.next().unwrap_or(INK);
                let middle = has_key.then_some([area.left + 26.0, y]);
                for path in [spots.clone(), sample] {
                    scene.line(path, Pen::new(color, 1.8));
                }
                for [x, y] in spots.into_iter().chain(middle) {
                    let side = 2.0 * POINT;
                    scene.fill(Scene::rectangle(x - POINT, y - POINT, side, side), color);
                }
            }
            if has_key {
                scene.text(series.name.as_str(), [area.left + 48.0, y], KEY);
            }
        }
        panel.draw_front(scene);
        let middle = [area.left + 0.5 * area.width, area.top + 0.5 * area.height];
        scene.text(
            self.across.as_str(),
            [middle[0], area.bottom() + 38.0],
            AXIS,
        );
        let up = Type {
            turned: true,
            ..AXIS
        };
        scene.text(self.up.as_str(), [cell.left + 10.0, middle[1]], up);
        heading(scene, area, cell.right(), &self.name, &self.note);
        Ok(())
    }

    /// The axis of sizes (0) or measurements (1), in powers of ten, with a part of it left free at
    /// its upper end.
    fn axis(&self, which: usize, free: f64) -> Result<Axis, Error> {
        let points = self.series.iter().flat_map(|series| &series.points);
        let mut ends = [f64::INFINITY, f64::NEG_INFINITY];
        for value in points.map(|point| point[which]) {
            if !(value > 0.0 && value.is_finite()) {
                return Err(refused(
                    None,
                    "a number of a chart is not positive and finite",
                ));
            }
            ends = [ends[0].min(value), ends[1].max(value)];
        }
        if ends[0] > ends[1] {
            return Err(refused(None, "a chart has no points"));
        }
        let [low, high] = ends.map(f64::log10);
        let margin = 0.06 * (high - low).max(0.3);
        let (low, high) = (low - margin, high + margin);
        let high = low + (high - low) / (1.0 - free);
        let ticks = Ticks::decades(10f64.powf(low), 10f64.powf(high)).0;
        let ticks = ticks
            .into_iter()
            .map(|(value, label)| (value.log10(), label));
        Ok(Axis::nameless(Range::new(low, high), ticks.collect()))
    }
}

/// Draws a line across the panel at every tick.
pub(super) fn draw_rules(scene: &mut Scene, flat: &Flat, panel: &Panel) {
    let across = flat.across.iter().flat_map(|axis| &axis.ticks.0);
    let ticks: Vec<f64> = across.map(|tick| tick.0).collect();
    let levels: Vec<f64> = flat.up.ticks.0.iter().map(|tick| tick.0).collect();
    let (low, high) = (flat.up.range.low, flat.up.range.high);
    let (left, right) = flat
        .across
        .as_ref()
        .map_or((0.0, 1.0), |axis| (axis.range.low, axis.range.high));
    let lines = ticks.iter().map(|&x| [[x, low], [x, high]]);
    for ends in lines.chain(levels.iter().map(|&y| [[left, y], [right, y]])) {
        let path = ends.iter().filter_map(|end| panel.place(end)).collect();
        scene.line(path, Pen::new(PALE, 1.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charts(points: &[[f64; 2]]) -> Charts {
        let series = Series {
            name: "measured".into(),
            points: points.to_vec(),
            guide: false,
        };
        let guide = Series {
            guide: true,
            ..series.clone()
        };
        let chart = Chart {
            name: "A name".into(),
            note: "a note".into(),
            across: "size".into(),
            up: "time".into(),
            series: vec![series, guide],
        };
        Charts {
            title: "A title".into(),
            subtitle: "a subtitle".into(),
            charts: vec![chart; 3],
        }
    }

    #[test]
    fn every_mark_lies_on_the_page() {
        for points in [
            &[[1.0, 5.0]][..],
            &[[1.0, 1.0], [2.0, 2.0]],
            &[[1e-9, 1e12], [1e9, 1e-12]],
        ] {
            let picture = charts(points).draw(&Style::default()).unwrap();
            assert_eq!(picture.stray(), None);
        }
    }

    #[test]
    fn numbers_without_a_logarithm_are_refused() {
        for points in [&[][..], &[[0.0, 1.0]], &[[1.0, -1.0]], &[[f64::NAN, 1.0]]] {
            assert!(
                charts(points).draw(&Style::default()).is_err(),
                "{points:?}"
            );
        }
    }
}
