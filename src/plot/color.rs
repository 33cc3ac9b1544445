//! Colours: the palette of the drawings, and the maps from a share of a scale to a colour.

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
/// What of a region is not in the part that is meant.
pub(super) const FAINT: Rgb = Rgb(244, 244, 244);
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

/// From dark red over white to dark blue: RdBu of C. A. Brewer and M. Harrower, "ColorBrewer.org: an online
/// tool for selecting colour schemes for maps", The Cartographic Journal 40 (2003), which the colour-blind
/// read too.
const DIVERGING: [Rgb; 11] = [
    Rgb(103, 0, 31),
    Rgb(178, 24, 43),
    Rgb(214, 96, 77),
    Rgb(244, 165, 130),
    Rgb(253, 219, 199),
    Rgb(247, 247, 247),
    Rgb(209, 229, 240),
    Rgb(146, 197, 222),
    Rgb(67, 147, 195),
    Rgb(33, 102, 172),
    Rgb(5, 48, 97),
];

/// Cividis (J. R. Nuñez, C. R. Anderton, R. S. Renslow, "Optimizing colormaps with consideration for color vision
/// deficiency", PLoS ONE 13 (2018) e0199239), as viridis: nearly the same to all eyes.
const CIVIDIS: [Rgb; 11] = [
    Rgb(0, 34, 78),
    Rgb(8, 51, 112),
    Rgb(53, 69, 108),
    Rgb(79, 87, 108),
    Rgb(102, 105, 112),
    Rgb(125, 124, 120),
    Rgb(148, 142, 119),
    Rgb(174, 163, 113),
    Rgb(200, 184, 102),
    Rgb(229, 207, 82),
    Rgb(254, 232, 56),
];

/// From brown over white to violet: PuOr, of the same authors as RdBu.
const DIVERGING_CIVIDIS: [Rgb; 11] = [
    Rgb(127, 59, 8),
    Rgb(178, 87, 6),
    Rgb(224, 130, 20),
    Rgb(252, 183, 97),
    Rgb(254, 224, 182),
    Rgb(246, 246, 247),
    Rgb(216, 218, 235),
    Rgb(177, 170, 209),
    Rgb(128, 115, 172),
    Rgb(83, 38, 135),
    Rgb(45, 0, 75),
];

/// The ends of the grays, for printers without colours.
const GRAYS: [Rgb; 2] = [Rgb(44, 44, 44), Rgb(250, 250, 250)];

/// The colours of amounts: one map for those of one sign, dark where they are small, and one for both signs.
///
/// All of them grow lighter in even steps, so that the colour-blind read them too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorMap {
    /// Viridis; from red over white to blue.
    #[default]
    Viridis,
    /// Cividis; from brown over white to violet.
    Cividis,
    /// From dark to light gray, for printers without colours; so is what has both signs.
    Grays,
}

impl ColorMap {
    /// All of them.
    pub const ALL: [ColorMap; 3] = [ColorMap::Viridis, ColorMap::Cividis, ColorMap::Grays];

    /// The name by which the command line knows it.
    pub fn name(self) -> &'static str {
        match self {
            ColorMap::Viridis => "viridis",
            ColorMap::Cividis => "cividis",
            ColorMap::Grays => "grays",
        }
    }

    /// The colour of a place of amounts of one sign, at `share` in \[0, 1\].
    pub(super) fn rising(self, share: f64) -> Rgb {
        match self {
            ColorMap::Viridis => along(&VIRIDIS, share),
            ColorMap::Cividis => along(&CIVIDIS, share),
            ColorMap::Grays => GRAYS[0].toward(GRAYS[1], share.clamp(0.0, 1.0)),
        }
    }

    /// The colour of a place of amounts of both signs, at `share` in \[0, 1\]: zero is at 1/2.
    pub(super) fn diverging(self, share: f64) -> Rgb {
        match self {
            ColorMap::Viridis => along(&DIVERGING, share),
            ColorMap::Cividis => along(&DIVERGING_CIVIDIS, share),
            ColorMap::Grays => self.rising(share),
        }
    }
}

/// A map of eleven colours at equal steps, at `share` in \[0, 1\].
fn along(map: &[Rgb; 11], share: f64) -> Rgb {
    let place = share.clamp(0.0, 1.0) * 10.0;
    let below = (place as usize).min(9);
    map[below].toward(map[below + 1], place - below as f64)
}

/// What is light on a page, and what is dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white, for paper.
    #[default]
    Light,
    /// Light on a dark ground, for a screen in a dark room: every colour with its lightness turned over, so that all
    /// contrasts stay.
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Theme; 2] = [Theme::Light, Theme::Dark];

    /// The name by which the command line knows it.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The colour in the place of one that is meant for white paper.
    pub(super) fn color(self, color: Rgb) -> Rgb {
        match self {
            Theme::Light => color,
            // What is marked stands out from either ground.
            Theme::Dark if color == MARK => color,
            Theme::Dark => color.turned_over(),
        }
    }
}

/// The lightness of white and of black once they are turned over, of 1.
const TURNED_OVER: [f64; 2] = [0.22, 1.0];

impl Rgb {
    /// The colour of the same hue that is as light as this one is dark.
    fn turned_over(self) -> Rgb {
        let [light, a, b] = self.oklab();
        let light = TURNED_OVER[1] + (TURNED_OVER[0] - TURNED_OVER[1]) * light;
        Rgb::of_oklab([light, a, b])
    }

    /// The colour of the same hue that is as light as another one.
    pub(super) fn as_light_as(self, other: Rgb) -> Rgb {
        let ([_, a, b], [light, ..]) = (self.oklab(), other.oklab());
        Rgb::of_oklab([light, a, b])
    }

    /// The colour of a place in Oklab (B. Ottosson, "A perceptual color space for image processing", 2020), as colourful
    /// as the screen has it.
    fn of_oklab([light, a, b]: [f64; 3]) -> Rgb {
        let mut share = 1.0;
        loop {
            let linear = linear_of_oklab([light, share * a, share * b]);
            // Gray is on every screen.
            if share < 1e-3 || linear.iter().all(|part| (-1e-4..=1.0001).contains(part)) {
                let [r, g, b] = linear.map(|part| {
                    let part = part.clamp(0.0, 1.0);
                    let part = match part <= 0.003_130_8 {
                        true => 12.92 * part,
                        false => 1.055 * part.powf(1.0 / 2.4) - 0.055,
                    };
                    (255.0 * part).round() as u8
                });
                return Rgb(r, g, b);
            }
            share *= 0.95;
        }
    }

    /// Lightness, and how far it is from gray toward red and toward yellow.
    pub(super) fn oklab(self) -> [f64; 3] {
        let [r, g, b] = [self.0, self.1, self.2].map(|part| {
            let part = f64::from(part) / 255.0;
            match part <= 0.040_45 {
                true => part / 12.92,
                false => ((part + 0.055) / 1.055).powf(2.4),
            }
        });
        let l = 0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b;
        let m = 0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b;
        let s = 0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b;
        let [l, m, s] = [l, m, s].map(f64::cbrt);
        [
            0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        ]
    }
}

/// Red, green and blue as amounts of light.
fn linear_of_oklab([light, a, b]: [f64; 3]) -> [f64; 3] {
    let l = (light + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (light - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (light - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
}

/// How much of its colour the other side of a surface loses.
const DULL: f64 = 0.5;

/// The colour of the other side of a surface.
pub(super) fn dull(color: Rgb) -> Rgb {
    color.toward(GRAY, DULL)
}

/// Steps of colour in a scale: more cannot be told apart.
pub(super) const LEVELS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(Rgb(r, g, b): Rgb) -> f64 {
        0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
    }

    #[test]
    fn the_maps_grow_lighter_from_end_to_end() {
        for map in ColorMap::ALL {
            for i in 0..50 {
                let [here, next] = [i, i + 1].map(|i| map.rising(f64::from(i) / 50.0));
                assert!(luminance(next) > luminance(here), "{map:?} at {i}/50");
            }
        }
    }

    #[test]
    fn what_is_turned_over_keeps_its_contrast_and_its_hue() {
        let dark = |color: Rgb| Theme::Dark.color(color);
        assert!(luminance(dark(WHITE)) < 35.0 && luminance(dark(INK)) > 190.0);
        // What is lighter becomes darker, all along a scale.
        let scale: Vec<f64> = (0..=50)
            .map(|i| dark(ColorMap::Viridis.rising(f64::from(i) / 50.0)).oklab()[0])
            .collect();
        assert!(scale.is_sorted_by(|a, b| a > b), "{scale:?}");
        for color in FAMILY.into_iter().chain([MARK, CRITICAL]) {
            let ([_, a, b], [_, c, d]) = (color.oklab(), dark(color).oklab());
            let (before, after) = (a.hypot(b), c.hypot(d));
            // Eight bits round the hue of what is nearly gray.
            let turn = (a * d - b * c) / (before * after).max(1e-3);
            assert!(turn.abs() < 0.05, "{color:?} becomes {:?}", dark(color));
        }
    }
}
