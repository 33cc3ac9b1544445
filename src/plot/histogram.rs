//! Histograms of positive numbers over powers of ten, one panel for each group, what lies above a
//! limit marked.

use super::axis::Axis;
use super::color::{INK, MARK, Rgb, WHITE};
use super::flat::Flat;
use super::font::Font;
use super::page::{BORDER, LINES, NOTE, Page, heading, table};
use super::panel::Panel;
use super::pen::Pen;
use super::picture::{Picture, refused};
use super::range::Range;
use super::scene::Scene;
use super::shape::Area;
use super::style::Style;
use super::text::{HAlign, Type};
use super::ticks::{Ticks, number, superscript};
use crate::Error;

/// Bars to a power of ten.
const BARS: f64 = 2.0;
/// Powers of ten that the axis goes beyond the limit at least and at most, on both sides. What lies
/// further away would make the bars of the rest narrow.
const BEYOND: [[f64; 2]; 2] = [[2.0, 9.0], [2.0, 4.0]];
/// The colour of bars up to the limit.
const BELOW: Rgb = Rgb(86, 102, 150);
/// [`MARK`], dark enough for small text.
const WARNING: Rgb = Rgb(168, 76, 0);
/// A bar is at least so many pixels high: a single value can be seen.
const LOWEST: f64 = 2.5;

const ABOVE: Type = Type {
    color: WARNING,
    ..Type::new(Font::Bold, 12.5, HAlign::Center)
};
const AXIS: Type = Type::new(Font::Italic, 15.0, HAlign::Center);
const LEGEND: Type = Type::new(Font::Regular, 13.0, HAlign::Left);

/// Height of the footer.
const FOOTER: f64 = 78.0;

/// The numbers of one panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The heading of the panel.
    pub name: String,
    /// A line under it; shortened with "…" where it is too long.
    pub note: String,
    /// The numbers, at least 0.
    pub values: Vec<f64>,
}

/// How often positive numbers lie in each half of a power of ten, in groups.
///
/// All panels share the axis of the numbers; each has a scale of its own for the counts. Numbers
/// above the limit are marked and counted, and so is the part of each panel where they lie. The bars
/// at the ends also hold all numbers beyond, zero and infinity among them.
///
/// # Examples
/// ```
/// use pullback::plot::{Group, Histogram, Style};
/// let errors = Histogram {
///     title: "Errors".into(),
///     subtitle: "of two rules".into(),
///     axis: "error".into(),
///     limit: 1e-6,
///     below: "as asked for".into(),
///     above: "too large".into(),
///     groups: vec![
///         Group { name: "Gauss".into(), note: "3 runs".into(), values: vec![1e-9, 2e-9, 1e-7] },
///         Group { name: "midpoint".into(), note: "2 runs".into(), values: vec![1e-3, 1e-2] },
///     ],
/// };
/// let svg = errors.draw(&Style::default())?.svg()?;
/// assert!(svg.contains("midpoint") && svg.contains("10⁻⁹"));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The heading.
    pub title: String,
    /// A line under it.
    pub subtitle: String,
    /// What the numbers are.
    pub axis: String,
    /// Numbers above this are marked.
    pub limit: f64,
    /// What numbers up to the limit mean.
    pub below: String,
    /// What numbers above the limit mean.
    pub above: String,
    /// The groups, in the order of the panels.
    pub groups: Vec<Group>,
}

/// Bars from `first` on, counted from the limit, which is the lower end of bar 0.
struct Bars {
    first: i64,
    count: usize,
    /// Numbers lie beyond the bars: those at the ends hold them too.
    cut: bool,
}

impl Bars {
    /// The bar of a number, as a place among the bars.
    fn place(&self, value: f64, limit: f64) -> usize {
        // A number at the limit is not above it.
        let bar = (BARS * (value / limit).log10()).ceil() - 1.0;
        let last = (self.count - 1) as f64;
        (bar - self.first as f64).clamp(0.0, last) as usize
    }

    fn counts(&self, values: &[f64], limit: f64) -> Vec<usize> {
        let mut counts = vec![0; self.count];
        for value in values {
            counts[self.place(*value, limit)] += 1;
        }
        counts
    }
}

impl Histogram {
    /// Draws the panels in rows.
    ///
    /// # Errors
    /// [`Error::Picture`] when there are no groups or no numbers, a number is negative or NaN, the
    /// limit is not positive, or the size is out of bounds.
    pub fn draw(&self, style: &Style) -> Result<Picture, Error> {
        let mut page = Page::new(style, &self.title, &self.subtitle)?;
        let bars = self.bars()?;
        let (width, height) = (page.width, page.height);
        // Panels about as high as wide.
        let tall = height - page.header() - FOOTER;
        let shape = (width / tall.max(1.0)).sqrt();
        let count = self.groups.len();
        let columns = ((count as f64).sqrt() * shape).round().max(1.0) as usize;
        let columns = columns.min(count);
        let body = Area {
            left: BORDER + 20.0,
            top: page.header(),
            width: width - 2.0 * BORDER - 20.0,
            height: tall,
        };
        let has_legend = page.has_legend();
        let scene = &mut page.scene;
        for (group, cell) in self.groups.iter().zip(table(body, columns, count)) {
            self.panel(scene, group, &bars, cell);
        }
        let middle = body.left + 0.5 * body.width;
        scene.text(self.axis.as_str(), [middle, body.bottom() + 14.0], AXIS);
        let up = Type {
            turned: true,
            ..AXIS
        };
        scene.text("count", [BORDER + 4.0, body.top + 0.5 * body.height], up);
        if has_legend {
            self.legend(scene, bars.cut, [middle, height - 26.0]);
        }
        Ok(page.picture())
    }

    /// The bars that hold all numbers and reach beyond the limit.
    fn bars(&self) -> Result<Bars, Error> {
        let values = || self.groups.iter().flat_map(|group| &group.values);
        if !(self.limit > 0.0 && self.limit.is_finite()) {
            return Err(refused(None, "the limit must be positive and finite"));
        }
        if values().any(|value| value.is_nan() || *value < 0.0) {
            return Err(refused(None, "a number is negative or NaN"));
        }
        let places = values()
            .map(|value| BARS * (value / self.limit).log10())
            .filter(|place| place.is_finite());
        let start = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) = places.fold(start, |(low, high), p| (low.min(p), high.max(p)));
        if low > high {
            return Err(refused(None, "no number is positive and finite"));
        }
        let bars = |end: f64, [least, most]: [f64; 2]| end.clamp(BARS * least, BARS * most) as i64;
        let first = -bars(1.0 - low.ceil(), BEYOND[0]);
        let last = bars(high.ceil(), BEYOND[1]);
        let limits = (first as f64 / BARS, last as f64 / BARS);
        let inside = |value: &f64| {
            let place = (value / self.limit).log10();
            place > limits.0 && place <= limits.1
        };
        Ok(Bars {
            first,
            count: (last - first) as usize,
            cut: !values().all(inside),
        })
    }

    fn panel(&self, scene: &mut Scene, group: &Group, bars: &Bars, cell: Area) {
        let counts = bars.counts(&group.values, self.limit);
        let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
        let origin = self.limit.log10();
        let low = origin + bars.first as f64 / BARS;
        let high = low + bars.count as f64 / BARS;
        // All in powers, where a general axis would write the middle ones out.
        let decades = Ticks::decades(10f64.powf(low), 10f64.powf(high)).0;
        let decades = decades.into_iter().map(|(value, label)| {
            let power = value.log10();
            let is_power = power == power.round() && power != 0.0;
            let raised = || format!("10{}", superscript(power as i32));
            (power, if is_power { raised() } else { label })
        });
        let whole = Ticks::linear(0.0, most, 3).0.into_iter();
        let whole = whole.map(|(count, _)| (count, number(count, 1.0)));
        let whole = whole.filter(|(count, _)| count.fract() == 0.0);
        let mut flat = Flat::new(
            Some(Axis::nameless(Range::new(low, high), decades.collect())),
            Axis::nameless(Range::new(0.0, 1.08 * most), whole.collect()),
        );
        let left = 48.0;
        flat.area = Area {
            left: cell.left + left,
            top: cell.top + LINES,
            width: cell.width - left - 14.0,
            height: cell.height - LINES - 34.0,
        }
        .snapped();
        let area = flat.area;
        let step = area.width / bars.count as f64;
        let edge = area.left - bars.first as f64 * step;
        let warning = Scene::rectangle(edge, area.top, area.right() - edge, area.height);
        scene.fill(warning, MARK.toward(WHITE, 0.86));
        for (k, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let tall = (count as f64 / (1.08 * most) * area.height).max(LOWEST);
            let x = area.left + k as f64 * step;
            let color = if k as i64 + bars.first < 0 {
                BELOW
            } else {
                MARK
            };
            // A gap that shows where one bar ends.
            let gap = (0.08 * step).min(1.0);
            let bar = Scene::rectangle(x + gap, area.bottom() - tall, step - 2.0 * gap, tall);
            scene.fill(bar, color);
        }
        let limit = vec![[edge, area.top], [edge, area.bottom()]];
        scene.line(limit, Pen::new(INK, 1.0));
        Panel::flat(flat).draw_front(scene);
        let above = counts.iter().skip(-bars.first as usize).sum::<usize>();
        let spot = [0.5 * (edge + area.right()), area.top + 14.0];
        scene.text(above.to_string(), spot, ABOVE);
        heading(scene, area, cell.right(), &group.name, &group.note);
    }

    /// What the two colours mean, centred on a spot.
    fn legend(&self, scene: &mut Scene, cut: bool, [middle, y]: [f64; 2]) {
        const SWATCH: f64 = 22.0;
        const GAP: f64 = 36.0;
        let keys = [(BELOW, &self.below), (MARK, &self.above)];
        let rest = if cut {
            "the outermost bars hold all beyond"
        } else {
            ""
        };
        let width = |text: &str| SWATCH + 8.0 + LEGEND.width(text) + GAP;
        let all = keys.iter().map(|(_, text)| width(text)).sum::<f64>() + NOTE.width(rest);
        let mut x = middle - 0.5 * if cut { all } else { all - GAP };
        for (color, text) in keys {
            scene.fill(Scene::rectangle(x, y - 7.0, SWATCH, 14.0), color);
            scene.text(text.as_str(), [x + SWATCH + 8.0, y], LEGEND);
            x += width(text);
        }
        scene.text(rest, [x, y], NOTE);
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::Mark;
    use super::*;

    fn histogram(groups: &[&[f64]]) -> Histogram {
        let group = |values: &&[f64]| Group {
            name: "a group".into(),
            note: "a note".into(),
            values: values.to_vec(),
        };
        Histogram {
            title: "A title".into(),
            subtitle: "a subtitle".into(),
            axis: "numbers".into(),
            limit: 1.0,
            below: "small".into(),
            above: "large".into(),
            groups: groups.iter().map(group).collect(),
        }
    }

    #[test]
    fn bars_meet_at_the_limit_which_belongs_to_the_lower_one() {
        let values = [1e-3, 0.9, 1.0, 1.0f64.next_up(), 3.0, 4.0, 200.0];
        let bars = histogram(&[&values]).bars().unwrap();
        let counts = bars.counts(&values, 1.0);
        let split = (-bars.first) as usize;
        assert_eq!(counts.iter().sum::<usize>(), values.len());
        assert_eq!(counts[..split].iter().sum::<usize>(), 3);
        // The next bar ends at √10 = 3.16.
        assert_eq!(counts[split - 1..split + 2], [2, 2, 1]);
    }

    #[test]
    fn numbers_far_away_fall_into_the_bars_at_the_ends() {
        let values = [0.0, 1e-4, 10.0, f64::INFINITY];
        let bars = histogram(&[&values]).bars().unwrap();
        let counts = bars.counts(&values, 1.0);
        assert_eq!((bars.first, bars.count, bars.cut), (-9, 13, true));
        assert_eq!([counts[0], counts[12]], [2, 1]);
        assert_eq!(counts.iter().sum::<usize>(), 4);
        let near = histogram(&[&[1e-4, 10.0]]).bars().unwrap();
        assert_eq!((near.first, near.count, near.cut), (-9, 13, false));
        let far = histogram(&[&[1e-30, 1e30]]).bars().unwrap();
        assert_eq!((far.first, far.count, far.cut), (-18, 26, true));
    }

    #[test]
    fn every_mark_lies_on_the_page() {
        let many: Vec<f64> = (0..3000)
            .map(|i| 10f64.powf(-0.005 * f64::from(i)))
            .collect();
        for groups in [
            &[&many[..]][..],
            &[&many, &[1e3], &[], &[1e-12; 40_000], &[1.0]],
        ] {
            let picture = histogram(groups).draw(&Style::default()).unwrap();
            assert_eq!(picture.stray(), None);
        }
    }

    #[test]
    fn only_what_lies_above_the_limit_is_marked() {
        let marked = |values: &[f64]| {
            let picture = histogram(&[values]).draw(&Style::default()).unwrap();
            let fills = picture.scene.marks.into_iter();
            let orange =
                fills.filter(|mark| matches!(mark, Mark::Fill { color, .. } if *color == MARK));
            orange.count()
        };
        // One of the fills is the legend's.
        assert_eq!(marked(&[0.1, 0.5, 1.0]), 1);
        assert_eq!(marked(&[0.1, 0.5, 1.01]), 2);
    }

    #[test]
    fn numbers_that_have_no_bar_are_refused() {
        for values in [&[-1.0][..], &[f64::NAN, 1.0], &[], &[0.0]] {
            assert!(
                histogram(&[values]).draw(&Style::default()).is_err(),
                "{values:?}"
            );
        }
        let endless = Histogram {
            limit: f64::INFINITY,
            ..histogram(&[&[1.0]])
        };
        assert!(endless.draw(&Style::default()).is_err());
    }
}
