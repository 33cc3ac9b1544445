//! Scales: how an amount becomes a colour.

use super::color::{ColorMap, GRAY, Rgb, Theme, WHITE};
use super::range::quantile;
use super::ticks::Ticks;

/// Which colours a scale runs through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Palette {
    /// From dark to light, for amounts that are not negative.
    Rising,
    /// The same for amounts that are not positive: dark at their upper end, 0.
    Falling,
    /// Two colours with white between them at 0.
    Diverging,
}

/// How an amount becomes a colour.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    /// The ends, of sizes where no amount is positive.
    low: f64,
    high: f64,
    logarithmic: bool,
    /// Amounts below `low` or above `high` exist and take the end's colour.
    beyond: [bool; 2],
    palette: Palette,
    colors: ColorMap,
    theme: Theme,
    /// Whether amounts differ, so that a colour tells something.
    pub(super) varies: bool,
    /// How much white is mixed in, so that dark lines stay visible on the fill.
    tint: f64,
    /// Whether all has one colour that is none of the scale.
    is_plain: bool,
}

/// How much white is mixed into the colour of what does not vary.
const PLAIN: f64 = 0.6;
/// A logarithmic scale spans so many powers of ten at most.
const MOST_DECADES: f64 = 6.0;

impl Scale {
    /// The scale that shows `values` (finite and ≥ 0, at least one) best: logarithmic when the
    /// middle nine tenths span a factor above 30, else from zero; ends that a few values would
    /// stretch are cut. `all` is the span of all values, shown or not.
    pub(super) fn of(values: &[f64], all: [f64; 2], tint: f64) -> Scale {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |share: f64| quantile(&sorted, share);
        let (least, most) = (at(0.0), at(1.0));
        let logarithmic = least > 0.0 && at(0.95) > 30.0 * at(0.05);
        let (mut low, mut high) = (least, most);
        if logarithmic {
            if at(0.98) * 100.0 < most {
                high = at(0.98);
            }
            if at(0.02) > least * 100.0 {
                low = at(0.02);
            }
        } else {
            if most > 3.0 * at(0.95) && at(0.95) > 0.0 {
                high = at(0.95);
            }
            if low < 0.35 * high {
                low = 0.0;
            }
            if high - low <= 1e-9 * high {
                (low, high) = (0.0, 2.0 * high);
            }
        }
        if high <= low {
            high = low + 1.0;
        }
        Scale {
            low,
            high,
            logarithmic,
            beyond: [all[0] < low, all[1] > high],
            palette: Palette::Rising,
            colors: ColorMap::default(),
            theme: Theme::default(),
            varies: all[1] - all[0] > 1e-9 * all[1].abs(),
            tint,
            is_plain: false,
        }
    }

    /// The scale for amounts with signs (finite, at least one): that of their sizes where they have one sign,
    /// else one that has white at 0 and is as long on both sides.
    pub(super) fn signed(values: &[f64], all: [f64; 2], tint: f64) -> Scale {
        let slack = 1e-9 * all[0].abs().max(all[1].abs());
        let sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
        if all[0] >= -slack {
            return Scale::of(&sizes, [all[0].max(0.0), all[1]], tint);
        }
        if all[1] <= slack {
            let scale = Scale::of(&sizes, [(-all[1]).max(0.0), -all[0]], tint);
            return Scale {
                palette: Palette::Falling,
                ..scale
            };
        }
        let mut sorted = sizes;
        sorted.sort_by(f64::total_cmp);
        let (most, usual) = (quantile(&sorted, 1.0), quantile(&sorted, 0.95));
        let cut = most > 3.0 * usual && usual > 0.0;
        let high = if cut { usual } else { most };
        Scale {
            low: -high,
            high,
            logarithmic: false,
            beyond: [all[0] < -high, all[1] > high],
            palette: Palette::Diverging,
            colors: ColorMap::default(),
            theme: Theme::default(),
            varies: true,
            tint: 0.0,
            is_plain: false,
        }
    }

    /// The scale from 0 to a number above it; whether there are values beyond that.
    pub(super) fn from_zero(high: f64, beyond: bool, tint: f64) -> Scale {
        Scale {
            low: 0.0,
            high,
            logarithmic: false,
            beyond: [false, beyond],
            palette: Palette::Rising,
            colors: ColorMap::default(),
            theme: Theme::default(),
            varies: true,
            tint,
            is_plain: false,
        }
    }

    /// Scales of several amounts on which equal colours are equal multiples of a unit of each: of its mean, where
    /// that is known. `amounts` are finite, with their units, which are positive.
    pub(super) fn in_units<const N: usize>(amounts: [(&[f64], f64); N], tint: f64) -> [Scale; N] {
        let multiples = amounts
            .iter()
            .flat_map(|(values, unit)| values.iter().map(move |v| v / unit));
        let mut sorted: Vec<f64> = multiples.collect();
        sorted.sort_by(f64::total_cmp);
        let (least, most) = (quantile(&sorted, 0.0), quantile(&sorted, 1.0));
        let mut all = Scale::signed(&sorted, [least, most], tint);
        // What is far above the mean is the point: no end is cut unless it hides all else.
        if all.palette != Palette::Diverging {
            let (least, most) = match all.palette {
                Palette::Falling => (-most, -least),
                _ => (least, most),
            };
            all.logarithmic = most > 30.0;
            all.high = most;
            all.low = 0.0;
            if all.logarithmic {
                let high = quantile(&sorted, 0.9999)
                    .abs()
                    .max(quantile(&sorted, 1e-4).abs());
                all.high = if most > 1e4 * high { high } else { most };
                all.low = least.max(all.high * 10f64.powf(-MOST_DECADES));
            }
            if all.high <= all.low {
                (all.low, all.high) = (0.0, if all.high > 0.0 { 2.0 * all.high } else { 1.0 });
                all.logarithmic = false;
            }
            all.beyond = [least < all.low, most > all.high];
        }
        amounts.map(|(values, unit)| {
            let (least, most) = values
                .iter()
                .fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
            Scale {
                low: all.low * unit,
                high: all.high * unit,
                varies: most - least > 1e-9 * most.abs().max(least.abs()),
                ..all.clone()
            }
        })
    }

    /// The same scale in other colours.
    pub(super) fn colored(self, (colors, theme): (ColorMap, Theme)) -> Scale {
        Scale {
            colors,
            theme,
            ..self
        }
    }

    /// The same scale of amounts that are infinite somewhere, below and above all others.
    pub(super) fn endless(mut self, [below, above]: [bool; 2]) -> Scale {
        let is_falling = self.palette == Palette::Falling;
        let ends = if is_falling {
            [above, below]
        } else {
            [below, above]
        };
        self.beyond = [self.beyond[0] || ends[0], self.beyond[1] || ends[1]];
        self
    }

    /// Whether equal steps of the bar are equal ratios.
    pub(super) fn is_logarithmic(&self) -> bool {
        self.logarithmic
    }

    /// Whether there are amounts below the lower end, and above the upper one.
    pub(super) fn beyond(&self) -> [bool; 2] {
        match self.palette {
            Palette::Falling => [self.beyond[1], self.beyond[0]],
            _ => self.beyond,
        }
    }

    /// The place of `value` between the ends, 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        let (value, is_falling) = match self.palette {
            Palette::Falling => (-value, true),
            _ => (value, false),
        };
        let share = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        let share = if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        };
        if is_falling { 1.0 - share } else { share }
    }

    /// The same, with a colour that is none of the scale where nothing varies: it would be read off a bar of another
    /// amount.
    pub(super) fn plain_unless_varied(self) -> Scale {
        Scale {
            is_plain: !self.varies,
            ..self
        }
    }

    /// The colour of a place between the ends.
    pub(super) fn color_at(&self, share: f64) -> Rgb {
        if self.is_plain {
            return GRAY.toward(WHITE, PLAIN);
        }
        let rising = |share: f64| {
            let color = |share: f64| self.colors.rising(share).toward(WHITE, self.tint);
            match self.theme {
                Theme::Light => color(share),
                // What is small is to be near the ground once all is turned over.
                Theme::Dark => color(share).as_light_as(color(1.0 - share)),
            }
        };
        match self.palette {
            Palette::Rising => rising(share),
            Palette::Falling => rising(1.0 - share),
            Palette::Diverging => self.colors.diverging(share).toward(WHITE, self.tint),
        }
    }

    /// The colour of a value.
    pub(super) fn color(&self, value: f64) -> Rgb {
        self.color_at(self.share(value))
    }

    /// Ticks for the colour bar.
    pub(super) fn ticks(&self) -> Ticks {
        let ticks = if self.logarithmic {
            Ticks::decades(self.low, self.high)
        } else {
            Ticks::linear(self.low, self.high, 5)
        };
        match self.palette {
            Palette::Falling => ticks.negated(),
            _ => ticks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_get_the_middle_of_a_scale_from_zero() {
        let scale = Scale::of(&[3.0; 20], [3.0; 2], 0.0);
        assert_eq!(
            (scale.low, scale.high, scale.beyond),
            (0.0, 6.0, [false, false])
        );
        assert_eq!(scale.share(3.0), 0.5);
    }

    #[test]
    fn a_wide_span_is_logarithmic_and_an_outlier_is_cut() {
        let wide: Vec<f64> = (0..100).map(|i| 10f64.powf(f64::from(i) / 20.0)).collect();
        assert!(Scale::of(&wide, [1.0, 1e5], 0.0).logarithmic);
        let mut spiked: Vec<f64> = (1..=100).map(|i| 1.0 + f64::from(i) / 100.0).collect();
        spiked.push(1e6);
        let scale = Scale::of(&spiked, [1.01, 1e6], 0.0);
        assert!(!scale.logarithmic && scale.high <= 2.0 && scale.beyond == [false, true]);
    }

    #[test]
    fn signs_have_white_between_them_and_one_sign_has_a_scale_of_sizes() {
        let both = Scale::signed(&[-1.0, 0.0, 3.0], [-1.0, 3.0], 0.4);
        assert_eq!(both.palette, Palette::Diverging);
        assert_eq!(
            (both.share(-3.0), both.share(0.0), both.share(3.0)),
            (0.0, 0.5, 1.0)
        );
        let up = Scale::signed(&[1.0, 2.0, 3.0], [1.0, 3.0], 0.4);
        let down = Scale::signed(&[-1.0, -2.0, -3.0], [-3.0, -1.0], 0.4);
        for value in [1.0, 1.7, 3.0] {
            assert_eq!(down.share(-value), 1.0 - up.share(value));
            assert_eq!(down.color(-value), up.color(value));
        }
        // The bar of what is negative rises too.
        let places: Vec<f64> = down.ticks().0.iter().map(|tick| tick.0).collect();
        assert!(places.len() > 2 && places.is_sorted() && places.iter().all(|p| *p <= 0.0));
    }

    #[test]
    fn on_a_dark_ground_small_amounts_are_dark_too() {
        for colors in ColorMap::ALL {
            let scale = Scale::from_zero(1.0, false, 0.4).colored((colors, Theme::Dark));
            let seen = |share: f64| Theme::Dark.color(scale.color_at(share));
            let sums: Vec<f64> = (0..=20)
                .map(|i| seen(f64::from(i) / 20.0).oklab()[0])
                .collect();
            assert!(sums.is_sorted(), "{colors:?}: {sums:?}");
        }
    }

    #[test]
    fn equal_multiples_of_units_have_equal_colours() {
        let [f, g] = Scale::in_units([(&[1.0, 4.0][..], 2.0), (&[30.0, 90.0][..], 60.0)], 0.0);
        for multiple in [0.5, 1.0, 1.7, 2.0] {
            assert_eq!(f.color(2.0 * multiple), g.color(60.0 * multiple));
        }
        assert!(!f.beyond[1] && f.share(4.0) == 1.0);
    }
}
