//! An integral against a parameter: a line through its values, with the band of their errors.

use super::axis::Axis;
use super::chart::COLORS;
use super::color::WHITE;
use super::critical::ring;
use super::flat::Flat;
use super::legend::Key;
use super::page::Page;
use super::panel::Panel;
use super::pen::Pen;
use super::picture::{Picture, refused};
use super::range::Range;
use super::scene::Scene;
use super::shape::Area;
use super::style::Style;
use super::ticks::superscript;
use crate::Error;

/// The most series whose lines can be told apart.
pub const MOST_SERIES: usize = COLORS.len();

/// Half the side of a point, and the most points that are marked one by one.
const POINT: f64 = 2.5;
const MOST_MARKED: usize = 60;

/// A range this many times as long as that of most values is cut.
const FAR: f64 = 20.0;

/// A part of its colour that a band is paler by.
const PALER: f64 = 0.72;

/// An integral at a value of the parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SweepPoint {
    /// The value of the parameter.
    pub at: f64,
    /// The integral.
    pub value: f64,
    /// Its error.
    pub error: f64,
    /// Whether the tolerance is met; else it is ringed.
    pub is_met: bool,
}

impl SweepPoint {
    /// Whether there is a value, with an error.
    fn is_known(&self) -> bool {
        self.at.is_finite() && self.value.is_finite() && self.error.is_finite()
    }
}

/// Integrals that belong together, in the order of the parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepSeries {
    /// What they are.
    pub name: String,
    /// The integrals.
    pub points: Vec<SweepPoint>,
}

/// Integrals against a parameter.
///
/// # Examples
/// ```
/// use pullback::plot::{Style, Sweep, SweepPoint, SweepSeries};
/// let at = |a: f64| SweepPoint { at: a, value: a * a, error: 0.1, is_met: true };
/// let sweep = Sweep {
///     title: "A square".into(),
///     subtitle: "of its side".into(),
///     parameter: "a".into(),
///     integral: "area".into(),
///     series: vec![SweepSeries { name: "area".into(), points: vec![at(0.0), at(1.0), at(2.0)] }],
/// };
/// assert!(sweep.draw(&Style::default())?.svg()?.contains("area"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// The heading.
    pub title: String,
    /// A line under it.
    pub subtitle: String,
    /// The name of the parameter.
    pub parameter: String,
    /// What is integrated, for the axis of values.
    pub integral: String,
    /// The integrals, at most [`MOST_SERIES`].
    pub series: Vec<SweepSeries>,
}

impl Sweep {
    /// Draws all series in one panel.
    ///
    /// # Errors
    /// [`Error::Picture`] when there are no finite values, more series than can be told apart, or the size is
    /// out of bounds.
    pub fn draw(&self, style: &Style) -> Result<Picture, Error> {
        if self.series.len() > MOST_SERIES {
            let message = format!("more than {MOST_SERIES} lines cannot be told apart");
            return Err(refused(None, &message));
        }
        let mut page = Page::new(style, &self.title, &self.subtitle)?;
        let points = || self.series.iter().flat_map(|series| &series.points);
        let finite = || points().filter(|p| p.is_known());
        let Some(cut) = Range::of(finite().map(|p| p.value)) else {
            return Err(refused(None, "no value is known"));
        };
        // Only what is far away is left out.
        let whole = range_of(finite().map(|p| p.value));
        let up = match whole.span() > FAR * cut.span() {
            true => cut,
            false => whole,
        };
        let across = widened(range_of(points().map(|p| p.at).filter(|at| at.is_finite())));
        let up = Axis::new(&self.integral, widened(up), 6, false);
        let notes = self.notes(points(), &up);
        let mut flat = Flat::new(Some(Axis::new(&self.parameter, across, 8, true)), up);
        let body = page.footer(&self.keys(), &notes);
        let margins = flat.margins();
        flat.area = Area {
            left: body.left + margins[0],
            top: body.top + margins[1],
            width: body.width - margins[0] - margins[2],
            height: body.height - margins[1] - margins[3] - 8.0,
        }
        .snapped();
        let panel = Panel::flat(flat);
        let area = panel.area();
        for (k, series) in self.series.iter().enumerate() {
            for run in runs(&series.points) {
                draw_band(&mut page.scene, &panel, run, k);
            }
        }
        for (k, series) in self.series.iter().enumerate() {
            for run in runs(&series.points) {
                let path: Vec<_> = run
                    .iter()
                    .filter_map(|p| panel.place(&[p.at, p.value]))
                    .collect();
                for line in area.clip_line(&path) {
                    page.scene.line(line, Pen::new(COLORS[k], 2.0));
                }
            }
            let marked = series.points.len() <= MOST_MARKED;
            for point in series.points.iter().filter(|point| point.is_known()) {
                let spot = panel.place(&[point.at, point.value]);
                let Some([x, y]) = spot.filter(|spot| area.holds(*spot)) else {
                    continue;
                };
                if marked {
                    let side = 2.0 * POINT;
                    let square = Scene::rectangle(x - POINT, y - POINT, side, side);
                    page.scene.fill(square, COLORS[k]);
                }
                if !point.is_met {
                    ring(&mut page.scene, [x, y]);
                }
            }
        }
        panel.draw_front(&mut page.scene);
        Ok(page.picture())
    }

    fn keys(&self) -> Vec<(Key, String)> {
        let line = |k: usize| Key::Line {
            pen: Pen::new(COLORS[k], 2.0),
            dashed: false,
        };
        let named = self.series.iter().enumerate();
        let mut keys: Vec<_> = match &self.series[..] {
            [_] => Vec::new(),
            _ => named
                .map(|(k, series)| (line(k), series.name.clone()))
                .collect(),
        };
        let mut points = self.series.iter().flat_map(|series| &series.points);
        if points.any(|point| point.is_known() && !point.is_met) {
            let rings = Key::Critical {
                line: false,
                ring: true,
            };
            keys.push((rings, "the tolerance is not met".to_owned()));
        }
        keys
    }

    fn notes<'p>(&self, points: impl Iterator<Item = &'p SweepPoint>, up: &Axis) -> Vec<String> {
        let mut largest = 0.0f64;
        let mut missing = 0;
        for point in points {
            match point.is_known() {
                true => largest = largest.max(point.error),
                false => missing += 1,
            }
        }
        let size = in_powers(largest);
        // A line of two pixels on a panel of some five hundred.
        let mut note = match largest > 2e-3 * up.range.span() {
            true => format!("the band is the error, at most {size}"),
            false => format!("errors are at most {size}, less than the line is wide"),
        };
        if missing > 0 {
            let are = if missing == 1 {
                "value is"
            } else {
                "values are"
            };
            note += &format!("; {missing} {are} not known, and not shown");
        }
        if up.range.cut {
            note += "; some values lie beyond the frame";
        }
        vec![note]
    }
}

/// A number with two digits, by a power of ten where it is small or large.
fn in_powers(value: f64) -> String {
    let text = format!("{value:.1e}");
    match text.split_once('e') {
        Some((digits, power)) => match power.parse() {
            Ok(0) => digits.to_owned(),
            Ok(power) => format!("{digits}·10{}", superscript(power)),
            Err(_) => text,
        },
        None => text,
    }
}

/// The range of finite numbers.
fn range_of(values: impl Iterator<Item = f64>) -> Range {
    let ends = [f64::INFINITY, f64::NEG_INFINITY];
    let [low, high] = values.fold(ends, |[low, high], v| [low.min(v), high.max(v)]);
    Range::new(low, high)
}

/// A range that has a width.
fn widened(range: Range) -> Range {
    if !range.is_point() {
        return range;
    }
    let margin = 0.5
        * range
            .low
            .abs()
            .max(range.high.abs())
            .max(f64::MIN_POSITIVE.sqrt());
    Range::new(range.low - margin, range.high + margin)
}

/// The runs of points whose values and errors are finite.
fn runs(points: &[SweepPoint]) -> impl Iterator<Item = &[SweepPoint]> {
    let runs = points.split(|point| !point.is_known());
    runs.filter(|run| !run.is_empty())
}

/// Draws what the errors of a run leave open.
fn draw_band(scene: &mut Scene, panel: &Panel, run: &[SweepPoint], color: usize) {
    let side = |sign: f64| {
        let ends = run.iter().map(move |p| [p.at, p.value + sign * p.error]);
        ends.filter_map(|end| panel.place(&end)).collect::<Vec<_>>()
    };
    let (below, mut above) = (side(-1.0), side(1.0));
    let is_seen = below
        .iter()
        .zip(&above)
        .any(|(a, b)| (a[1] - b[1]).abs() > 1.0);
    if !is_seen {
        return;
    }
    above.reverse();
    let outline = [below, above].concat();
    scene.fill(
        panel.area().clip(outline),
        COLORS[color].toward(WHITE, PALER),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep(series: &[&[[f64; 3]]]) -> Sweep {
        let point = |&[at, value, error]: &[f64; 3]| SweepPoint {
            at,
            value,
            error,
            is_met: error < 1.0,
        };
        let series = series.iter().map(|points| SweepSeries {
            name: "a series".into(),
            points: points.iter().map(point).collect(),
        });
        Sweep {
            title: "A title".into(),
            subtitle: "a subtitle".into(),
            parameter: "a".into(),
            integral: "integral".into(),
            series: series.collect(),
        }
    }

    #[test]
    fn every_mark_lies_on_the_page() {
        let waves: Vec<[f64; 3]> = (0..500)
            .map(|k| f64::from(k) / 40.0)
            .map(|a| [a, a.sin(), 0.1 * a])
            .collect();
        let poles: Vec<[f64; 3]> = waves.iter().map(|[a, s, _]| [*a, 1.0 / s, 1e-9]).collect();
        for series in [
            &[&waves[..]][..],
            &[&poles],
            &[&waves, &poles, &waves],
            &[&[[1.0, 2.0, 1e-12]]],
            &[&[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]],
            &[&[
                [0.0, 1e300, 1e290],
                [1.0, f64::NAN, 0.0],
                [2.0, -1e300, f64::INFINITY],
            ]],
            &[&[[1e-300, 1e-300, 0.0], [2e-300, 2e-300, 0.0]]],
        ] {
            let picture = sweep(series).draw(&Style::default()).unwrap();
            assert_eq!(picture.stray(), None, "{series:?}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_refused_or_told() {
        assert!(sweep(&[]).draw(&Style::default()).is_err());
        let nothing = [[0.0, f64::NAN, 0.0]];
        assert!(sweep(&[&nothing]).draw(&Style::default()).is_err());
        let line: &[[f64; 3]] = &[[0.0, 0.0, 0.0], [1.0, 1.0, 2.0], [2.0, f64::NAN, 0.0]];
        assert!(
            sweep(&[line; MOST_SERIES + 1])
                .draw(&Style::default())
                .is_err()
        );
        let svg = sweep(&[line])
            .draw(&Style::default())
            .unwrap()
            .svg()
            .unwrap();
        for told in [
            "at most 2.0",
            "1 value is not known",
            "tolerance is not met",
        ] {
            assert!(svg.contains(told), "{told}");
        }
    }
}
