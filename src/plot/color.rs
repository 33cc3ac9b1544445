//! Colours: the palette of the drawings, the viridis map, and scales from a measure to a colour.

use super::range::quantile;
use super::ticks::Ticks;

/// A colour with eight bits each of red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

impl Rgb {
    /// The colour `share` of the way from this one to `other`.
    pub(super) fn toward(self, other: Rgb, share: f64) -> Rgb {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round();
        Rgb(
            mix(self.0, other.0) as u8,
            mix(self.1, other.1) as u8,
            mix(self.2, other.2) as u8,
        )
    }
}

pub(super) const WHITE: Rgb = Rgb(255, 255, 255);
/// Text, frames and arrows.
pub(super) const INK: Rgb = Rgb(34, 34, 34);
/// Notes and subtitles.
pub(super) const GRAY: Rgb = Rgb(92, 92, 92);
/// Panes of a box in space.
pub(super) const PALE: Rgb = Rgb(214, 214, 214);
/// Parts of the region where the map is not finite.
pub(super) const VOID: Rgb = Rgb(228, 228, 228);
/// The marked cell; orange and blue stay apart for every common kind of colour blindness.
pub(super) const MARK: Rgb = Rgb(240, 120, 0);
/// Edges and points on which det J is zero without a change of its sign.
pub(super) const CRITICAL: Rgb = Rgb(214, 0, 122);
/// The lines on which the first, second and third variable are constant.
pub(super) const FAMILY: [Rgb; 3] = [Rgb(16, 42, 110), Rgb(158, 24, 30), Rgb(20, 20, 20)];

/// Viridis (Smith and van der Walt, 2015) at eleven equal steps; between them, straight lines.
const VIRIDIS: [Rgb; 11] = [
    Rgb(68, 1, 84),
    Rgb(72, 36, 117),
    Rgb(65, 68, 135),
    Rgb(53, 95, 141),
    Rgb(42, 120, 142),
    Rgb(33, 145, 140),
    Rgb(34, 168, 132),
    Rgb(68, 191, 112),
    Rgb(122, 209, 81),
    Rgb(189, 223, 38),
    Rgb(253, 231, 37),
];

/// Viridis at `share` in \[0, 1\].
pub(super) fn viridis(share: f64) -> Rgb {
    let place = share.clamp(0.0, 1.0) * 10.0;
    let below = (place as usize).min(9);
    VIRIDIS[below].toward(VIRIDIS[below + 1], place - below as f64)
}

/// Steps of colour in a scale: more cannot be told apart.
pub(super) const LEVELS: usize = 64;

/// How a size of the measure becomes a colour.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) logarithmic: bool,
    /// Values below `low` or above `high` exist and take the end's colour.
    pub(super) beyond: [bool; 2],
    /// How much white is mixed in, so that dark lines stay visible on the fill.
    tint: f64,
}

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
            tint,
        }
    }

    /// The scale from 0 to a number above it; whether there are values beyond that.
    pub(super) fn from_zero(high: f64, beyond: bool, tint: f64) -> Scale {
        Scale {
            low: 0.0,
            high,
            logarithmic: false,
            beyond: [false, beyond],
            tint,
        }
    }

    /// The place of `value` between the ends, 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        }
    }

    /// The colour of a place between the ends.
    pub(super) fn color_at(&self, share: f64) -> Rgb {
        viridis(share).toward(WHITE, self.tint)
    }

    /// The colour of a value.
    pub(super) fn color(&self, value: f64) -> Rgb {
        self.color_at(self.share(value))
    }

    /// Ticks for the colour bar.
    pub(super) fn ticks(&self) -> Ticks {
        if self.logarithmic {
            Ticks::decades(self.low, self.high)
        } else {
            Ticks::linear(self.low, self.high, 5)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(Rgb(r, g, b): Rgb) -> f64 {
        0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
    }

    #[test]
    fn the_map_grows_lighter_from_end_to_end() {
        for i in 0..50 {
            let (here, next) = (f64::from(i) / 50.0, f64::from(i + 1) / 50.0);
            assert!(
                luminance(viridis(next)) > luminance(viridis(here)),
                "at {here}"
            );
        }
    }

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
}
