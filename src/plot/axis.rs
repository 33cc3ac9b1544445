//! An axis of a panel: its name, its range, its ticks, and which labels fit.

use super::font::Font;
use super::range::Range;
use super::reach::Reach;
use super::scene::Spot;
use super::text::{HAlign, Type};
use super::ticks::Ticks;

/// Size of the numbers at the ticks.
pub(super) const SMALL: f64 = 12.5;
/// Size of the names of the axes.
pub(super) const NAME: f64 = 15.0;
/// Length of a tick.
pub(super) const TICK: f64 = 5.0;

/// An axis of a panel.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) name: String,
    pub(super) range: Range,
    pub(super) ticks: Ticks,
    /// How the axis is compressed, where its range reaches to infinity.
    reach: Option<Reach>,
}

impl Axis {
    /// The axis of a variable or target over `range`, drawn a little longer at both ends.
    pub(super) fn new(name: &str, range: Range, count: usize, variable: bool) -> Axis {
        let ticks = if variable {
            Ticks::of_variable(range.low, range.high, count)
        } else {
            Ticks::linear(range.low, range.high, count)
        };
        let range = if range.cut { range } else { range.padded(0.04) };
        Axis {
            name: name.to_string(),
            range,
            ticks,
            reach: None,
        }
    }

    /// The axis with these ticks over just `range`.
    pub(super) fn over(name: &str, range: Range, ticks: Ticks) -> Axis {
        Axis {
            name: name.to_string(),
            range,
            ticks,
            reach: None,
        }
    }

    /// Compresses the axis, with ticks of its own.
    pub(super) fn compress(&mut self, reach: Reach) {
        self.ticks = reach.ticks();
        self.reach = Some(reach);
    }

    /// Whether a value has a place on the axis or beyond its ends.
    pub(super) fn has(&self, value: f64) -> bool {
        value.is_finite() || self.reach.is_some() && !value.is_nan()
    }

    /// An axis without a name, over just `range`.
    pub(super) fn nameless(range: Range, ticks: Vec<(f64, String)>) -> Axis {
        Axis {
            name: String::new(),
            range,
            ticks: Ticks(ticks),
            reach: None,
        }
    }

    pub(super) fn share(&self, value: f64) -> f64 {
        match &self.reach {
            Some(reach) => reach.share(value),
            None => (value - self.range.low) / self.range.span(),
        }
    }

    /// The labels with their spots, as many as fit: all, every second, every fifth…, zero kept.
    pub(super) fn labels(&self, spots: &[Spot]) -> Vec<(Spot, &str)> {
        let zero = self
            .ticks
            .0
            .iter()
            .position(|(value, _)| *value == 0.0)
            .unwrap_or(0);
        let width = self.label_width() + 6.0;
        let fits = |stride: &usize| {
            let kept: Vec<&Spot> = spots.iter().skip(zero % stride).step_by(*stride).collect();
            kept.windows(2).all(|pair| {
                let [dx, dy] = [0, 1].map(|i| (pair[1][i] - pair[0][i]).abs());
                dx >= width || dy >= SMALL + 1.0
            })
        };
        let stride = [1, 2, 5, 10]
            .into_iter()
            .find(fits)
            .unwrap_or(spots.len().max(1));
        let labels = spots
            .iter()
            .zip(&self.ticks.0)
            .map(|(spot, (_, label))| (*spot, label.as_str()));
        labels.skip(zero % stride).step_by(stride).collect()
    }

    /// The widest label.
    pub(super) fn label_width(&self) -> f64 {
        let set = Type::new(Font::Regular, SMALL, HAlign::Left);
        self.ticks
            .0
            .iter()
            .map(|(_, label)| set.width(label))
            .fold(0.0, f64::max)
    }
}
