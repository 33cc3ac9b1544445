//! Errors against evaluations, both over powers of ten: what methods claim, and what is true.
//!
//! 1. A line through what is claimed is whole, one through what is true is dashed, with hollow marks.
//! 2. Errors below what is known of the truth stand on its border, and what lies below that is gray.
//! 3. The slope of a line is that of the straight line that fits its logarithms best, but for those of errors of which
//!    little is known; it is told where that line explains nine tenths of their variance.

use super::axis::Axis;
use super::chart::draw_rules;
use super::color::{GRAY, Rgb, VOID, WHITE};
use super::flat::Flat;
use super::font::Font;
use super::page::Page;
use super::panel::Panel;
use super::pen::Pen;
use super::picture::{Picture, refused};
use super::range::Range;
use super::scene::{Scene, Spot, disk};
use super::shape::Area;
use super::style::Style;
use super::text::{HAlign, Type};
use super::ticks::Ticks;
use crate::Error;

/// The colours of methods, which the colour-blind can tell apart: M. Okabe and K. Ito, "Color universal design",
/// https://jfly.uni-koeln.de/color (2002).
pub(super) const COLORS: [Rgb; 7] = [
    Rgb(0, 114, 178),
    Rgb(213, 94, 0),
    Rgb(0, 158, 115),
    Rgb(204, 121, 167),
    Rgb(20, 20, 20),
    Rgb(230, 159, 0),
    Rgb(86, 180, 233),
];

/// The most methods that can be told apart.
pub const MOST_METHODS: usize = COLORS.len();

const KEY: Type = Type::new(Font::Regular, 13.0, HAlign::Left);
const SLOPE: Type = Type {
    color: GRAY,
    ..Type::new(Font::Italic, 12.5, HAlign::Right)
};
const AXIS: Type = Type::new(Font::Italic, 15.0, HAlign::Center);
/// Room for the numbers along the axes, and for the key.
const LEFT: f64 = 86.0;
const BELOW: f64 = 60.0;
const KEY_WIDTH: f64 = 248.0;
/// The column of a slope.
const COLUMN: f64 = 58.0;
/// True errors count for a slope from so many times what is known of the truth.
const KNOWN: f64 = 10.0;
const KEY_ROW: f64 = 24.0;
const SWATCH: f64 = 34.0;
/// About the half of a mark's width.
const RADIUS: f64 = 4.6;
/// Errors below this part of the greatest are drawn at it.
const DEEPEST: f64 = 1e-22;

/// What a method found with so many evaluations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConvergencePoint {
    /// Evaluations of the integrand.
    pub evaluations: u64,
    /// The error that is claimed.
    pub claimed: f64,
    /// The true error, where it is known.
    pub actual: Option<f64>,
}

/// A method.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvergenceSeries {
    /// Its name.
    pub name: String,
    /// What it found, in the order of evaluations.
    pub points: Vec<ConvergencePoint>,
}

/// Errors of several methods against evaluations.
///
/// # Examples
/// ```
/// use pullback::plot::{Convergence, ConvergencePoint, ConvergenceSeries, Style};
/// let point = |k: i32| ConvergencePoint {
///     evaluations: 4u64.pow(k as u32),
///     claimed: 2f64.powi(-k),
///     actual: Some(0.3 * 2f64.powi(-k)),
/// };
/// let convergence = Convergence {
///     title: "Samples".into(),
///     subtitle: "of a square".into(),
///     series: vec![ConvergenceSeries {
///         name: "monte-carlo".into(),
///         points: (2..9).map(point).collect(),
///     }],
///     known_to: Some(1e-12),
/// };
/// assert!(convergence.draw(&Style::default())?.svg()?.contains("−0.50"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Convergence {
    /// The heading.
    pub title: String,
    /// A line under it.
    pub subtitle: String,
    /// The methods, at most [`MOST_METHODS`].
    pub series: Vec<ConvergenceSeries>,
    /// How far the truth is known: no true error below this one is told from zero.
    pub known_to: Option<f64>,
}

impl ConvergenceSeries {
    /// The points of a line, those whose errors are finite: what is claimed, or what is true.
    fn line(&self, is_true: bool) -> Vec<[f64; 2]> {
        let error = |point: &ConvergencePoint| match is_true {
            true => point.actual,
            false => Some(point.claimed),
        };
        let point = |point| Some((point, error(point)?));
        let known = self.points.iter().filter_map(point);
        let finite = known.filter(|(p, e)| p.evaluations > 0 && e.is_finite() && *e >= 0.0);
        finite.map(|(p, e)| [p.evaluations as f64, e]).collect()
    }

    /// The slope of the errors above a floor, those that are claimed or those that are true.
    fn slope(&self, is_true: bool, floor: f64) -> Option<f64> {
        let points = self.line(is_true).into_iter();
        let above = points.filter(|[_, e]| *e > floor);
        fitted(&above.map(|p| p.map(f64::log10)).collect::<Vec<_>>())
    }
}

/// The slope of the straight line that fits points best, if it explains nine tenths of their variance.
fn fitted(points: &[[f64; 2]]) -> Option<f64> {
    let count = points.len() as f64;
    let mean = |i: usize| points.iter().map(|p| p[i]).sum::<f64>() / count;
    let middle = [mean(0), mean(1)];
    let sum = |i: usize, j: usize| {
        let products = points
            .iter()
            .map(|p| (p[i] - middle[i]) * (p[j] - middle[j]));
        products.sum::<f64>()
    };
    let slope = sum(0, 1) / sum(0, 0);
    let explained = slope * sum(0, 1) / sum(1, 1);
    (points.len() > 2 && slope.is_finite() && explained > 0.9).then_some(slope)
}

impl Convergence {
    /// Draws all methods in one panel.
    ///
    /// # Errors
    /// [`Error::Picture`] when no error is finite, there are more methods than can be told apart, or the size is out
    /// of bounds.
    pub fn draw(&self, style: &Style) -> Result<Picture, Error> {
        if self.series.len() > MOST_METHODS {
            let message = format!("more than {MOST_METHODS} methods cannot be told apart");
            return Err(refused(None, message));
        }
        let mut page = Page::new(style, &self.title, &self.subtitle)?;
        let all: Vec<[f64; 2]> = self
            .series
            .iter()
            .flat_map(|series| [series.line(false), series.line(true)].concat())
            .collect();
        let greatest = all.iter().map(|p| p[1]).fold(0.0, f64::max);
        if all.is_empty() || greatest == 0.0 {
            return Err(refused(None, "no error is known that is not zero"));
        }
        let known_to = self
            .known_to
            .filter(|floor| *floor > 0.0 && *floor < greatest);
        // Zero has no place of its own: it stands on the lowest line.
        let least = all.iter().map(|p| p[1]).filter(|e| *e > 0.0);
        let least = least.fold(greatest, f64::min).max(DEEPEST * greatest);
        let least = known_to.map_or(least, |floor| least.max(floor));
        let body = page.body();
        let (has_grid, has_key) = (page.has_grid(), page.has_legend());
        let right = if has_key { KEY_WIDTH + 24.0 } else { 0.0 };
        let evaluations = all.iter().map(|p| p[0]);
        let first = evaluations.clone().fold(f64::MAX, f64::min);
        let last = evaluations.fold(0.0, f64::max);
        let mut flat = Flat::new(
            Some(axis([first, last], 0.03)),
            axis([least, greatest], 0.05),
        );
        flat.area = Area {
            left: body.left + LEFT,
            top: body.top + 8.0,
            width: body.width - LEFT - right,
            height: body.height - BELOW,
        }
        .snapped();
        let frame = flat.area;
        let panel = Panel::flat(flat.clone());
        let spot = |[n, e]: [f64; 2]| panel.place(&[n.log10(), e.max(least).log10()]);
        let scene = &mut page.scene;
        if let Some([_, y]) = known_to.and_then(|floor| spot([first, floor])) {
            let height = frame.bottom() - y;
            scene.fill(Scene::rectangle(frame.left, y, frame.width, height), VOID);
        }
        if has_grid {
            draw_rules(scene, &flat, &panel);
        }
        for (k, series) in self.series.iter().enumerate() {
            for is_true in [false, true] {
                let spots: Vec<Spot> = series.line(is_true).into_iter().filter_map(spot).collect();
                stroke(scene, &spots, k, is_true);
            }
        }
        panel.draw_front(scene);
        let middle = [
            frame.left + 0.5 * frame.width,
            frame.top + 0.5 * frame.height,
        ];
        scene.text("evaluations", [middle[0], frame.bottom() + 42.0], AXIS);
        let turned = Type {
            turned: true,
            ..AXIS
        };
        scene.text("error", [body.left + 12.0, middle[1]], turned);
        if has_key {
            let corner = [frame.right() + 24.0, frame.top + 14.0];
            self.key(scene, corner, known_to);
        }
        Ok(page.picture())
    }

    /// Draws the key at the right: methods with their slopes, and what the lines are.
    fn key(&self, scene: &mut Scene, [x, top]: Spot, known_to: Option<f64>) {
        let mut y = top;
        let text = x + SWATCH + 10.0;
        let is_known = self
            .series
            .iter()
            .any(|series| !series.line(true).is_empty());
        let floors = [0.0, KNOWN * known_to.unwrap_or(0.0)];
        let columns = [(false, "claimed"), (true, "true")];
        let columns = &columns[..if is_known { 2 } else { 1 }];
        let right = |column: usize| x + KEY_WIDTH - COLUMN * (columns.len() - 1 - column) as f64;
        let room = right(0) - COLUMN - text;
        scene.text(
            "slope",
            [text, y],
            Type {
                align: HAlign::Left,
                ..SLOPE
            },
        );
        for (column, (_, name)) in columns.iter().enumerate() {
            scene.text(*name, [right(column), y], SLOPE);
        }
        y += KEY_ROW;
        let mut has_all = true;
        for (k, series) in self.series.iter().enumerate() {
            stroke(scene, &[[x, y], [x + SWATCH, y]], k, false);
            scene.text(KEY.shorten(&series.name, room), [text, y], KEY);
            for (column, (is_true, _)) in columns.iter().enumerate() {
                let slope = series.slope(*is_true, floors[usize::from(*is_true)]);
                has_all &= slope.is_some();
                let slope = slope.map_or("none".to_owned(), |slope| {
                    format!("{slope:.2}").replace('-', "−")
                });
                scene.text(slope, [right(column), y], SLOPE);
            }
            y += KEY_ROW;
        }
        if !has_all {
            let set = Type {
                align: HAlign::Left,
                ..SLOPE
            };
            scene.text("none: R² of the fit below 0.9", [text, y], set);
            y += KEY_ROW;
        }
        y += 0.5 * KEY_ROW;
        for (is_true, name) in [(false, "claimed error"), (true, "true error")]
            .into_iter()
            .filter(|(is_true, _)| !is_true || is_known)
        {
            strokes(scene, &[[x, y], [x + SWATCH, y]], GRAY, 1, is_true);
            scene.text(name, [text, y], KEY);
            y += KEY_ROW;
        }
        if known_to.is_some() {
            let swatch = Scene::rectangle(x + 5.0, y - 7.0, SWATCH - 10.0, 14.0);
            scene.fill(swatch, VOID);
            scene.text("accuracy of the reference", [text, y], KEY);
        }
    }
}

/// The axis between two numbers in powers of ten, a little longer at both ends.
fn axis(ends: [f64; 2], share: f64) -> Axis {
    let [low, high] = ends.map(f64::log10);
    let margin = share * (high - low).max(0.5);
    let (low, high) = (low - margin, high + margin);
    let ticks = Ticks::decades(10f64.powf(low), 10f64.powf(high)).0;
    let ticks = ticks
        .into_iter()
        .map(|(value, label)| (value.log10(), label));
    Axis::nameless(Range::new(low, high), ticks.collect())
}

/// Draws a line of a method with its marks.
fn stroke(scene: &mut Scene, spots: &[Spot], method: usize, is_true: bool) {
    strokes(scene, spots, COLORS[method % COLORS.len()], method, is_true);
}

fn strokes(scene: &mut Scene, spots: &[Spot], color: Rgb, method: usize, is_true: bool) {
    let pen = Pen::new(color, if is_true { 1.3 } else { 1.9 });
    match is_true {
        true => scene.dashes(spots, pen, [5.0, 4.0]),
        false => scene.line(spots.to_vec(), pen),
    }
    // The line of a key has one mark, in its middle.
    let middle = |[a, b]: [Spot; 2]| vec![[0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]];
    let marks = match *spots {
        [a, b] if a[1] == b[1] && b[0] - a[0] == SWATCH => middle([a, b]),
        _ => spots.to_vec(),
    };
    for spot in marks {
        scene.fill(mark(method, spot, RADIUS), color);
        if is_true {
            scene.fill(mark(method, spot, RADIUS - 1.6), WHITE);
        }
    }
}

/// The outline of the mark of a method: each has a shape of its own.
fn mark(method: usize, spot: Spot, radius: f64) -> Vec<Spot> {
    let corners = [4, 24, 3, 4, 5, 3, 6][method % COLORS.len()];
    // From a corner at the right: a square that lies, a triangle up, one down.
    let turn: f64 = [0.125, 0.0, 0.75, 0.0, 0.75, 0.25, 0.0][method % COLORS.len()];
    let (sin, cos) = (turn * std::f64::consts::TAU).sin_cos();
    let turned = |[x, y]: Spot| [spot[0] + cos * x - sin * y, spot[1] + sin * x + cos * y];
    let radius = if corners == 3 { 1.2 * radius } else { radius };
    disk([0.0, 0.0], radius, corners)
        .into_iter()
        .map(turned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(errors: impl Fn(f64) -> f64) -> ConvergenceSeries {
        let point = |k: u32| ConvergencePoint {
            evaluations: 10u64.pow(k),
            claimed: errors(10f64.powi(k as i32)),
            actual: None,
        };
        ConvergenceSeries {
            name: "a".into(),
            points: (1..7).map(point).collect(),
        }
    }

    #[test]
    fn slopes_are_those_of_powers_and_others_have_none() {
        let slope = series(|n| 3.0 * n.powf(-1.5)).slope(false, 0.0).unwrap();
        // Exact but for logarithms of rounded powers.
        assert!((slope + 1.5).abs() < 1e-12, "{slope}");
        let flat = series(|n| {
            if (n.log10() as i32) % 2 == 0 {
                1.0
            } else {
                2.0
            }
        });
        assert_eq!(flat.slope(false, 0.0), None);
        // What is claimed says nothing of what is true.
        assert_eq!(series(|n| 1.0 / n).slope(true, 0.0), None);
        // Only what lies above the floor counts.
        assert_eq!(series(|n| 1.0 / n).slope(false, 1e-2), None);
    }

    #[test]
    fn what_has_no_error_or_too_many_methods_is_refused() {
        let drawn = |series: Vec<ConvergenceSeries>| {
            let picture = Convergence {
                title: "t".into(),
                subtitle: String::new(),
                series,
                known_to: None,
            };
            picture.draw(&Style::default())
        };
        assert!(drawn(vec![series(|_| 0.0)]).is_err());
        assert!(drawn(vec![series(|_| f64::NAN)]).is_err());
        assert!(drawn(vec![series(|n| 1.0 / n); MOST_METHODS + 1]).is_err());
        let drawn = drawn(vec![series(|n| if n > 1e3 { 0.0 } else { 1.0 / n })]).unwrap();
        assert_eq!(drawn.stray(), None);
    }
}
