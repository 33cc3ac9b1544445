//! The letters: three fonts of the DejaVu Sans family shipped with the crate.

use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, GlyphId, OutlineCurve, Point};

/// A font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    Regular,
    Italic,
    Bold,
}

/// The embedded fonts, in the order of [`Font`].
const FILES: [&[u8]; 3] = [
    include_bytes!("fonts/DejaVuSans.ttf"),
    include_bytes!("fonts/DejaVuSans-Oblique.ttf"),
    include_bytes!("fonts/DejaVuSans-Bold.ttf"),
];
static FONTS: LazyLock<[Option<FontRef<'static>>; 3]> =
    LazyLock::new(|| FILES.map(|bytes| FontRef::try_from_slice(bytes).ok()));

/// From the vertical middle of small letters down to the base line, in ems: half of DejaVu's
/// x-height, which is what `0.5ex` means to an SVG viewer.
pub(super) const MIDDLE: f64 = 0.2735;

impl Font {
    /// All of them, in their order.
    pub(super) const ALL: [Font; 3] = [Font::Regular, Font::Italic, Font::Bold];

    /// The name by which documents know the font.
    pub(super) fn name(self) -> &'static str {
        match self {
            Font::Regular => "DejaVuSans",
            Font::Italic => "DejaVuSans-Oblique",
            Font::Bold => "DejaVuSans-Bold",
        }
    }

    fn glyphs(self) -> Option<&'static FontRef<'static>> {
        FONTS[self as usize].as_ref()
    }

    /// The font's file.
    pub(super) fn bytes(self) -> &'static [u8] {
        FILES[self as usize]
    }

    /// The number of the glyph of a letter, 0 where there is none.
    pub(super) fn glyph(self, c: char) -> u16 {
        self.glyphs().map_or(0, |glyphs| glyphs.glyph_id(c).0)
    }

    /// The width of a glyph in ems.
    pub(super) fn advance(self, glyph: u16) -> f64 {
        self.in_ems(|glyphs| f64::from(glyphs.h_advance_unscaled(GlyphId(glyph))))
            .unwrap_or(0.0)
    }

    /// How far letters reach up and down from the base line, in ems.
    pub(super) fn extent(self) -> [f64; 2] {
        let parts: [fn(&FontRef<'static>) -> f32; 2] = [
            |glyphs| glyphs.ascent_unscaled(),
            |glyphs| glyphs.descent_unscaled(),
        ];
        parts.map(|part| self.in_ems(|glyphs| f64::from(part(glyphs))).unwrap_or(0.0))
    }

    /// A length in the units of the font's file, in ems.
    fn in_ems(self, length: impl Fn(&FontRef<'static>) -> f64) -> Option<f64> {
        let glyphs = self.glyphs()?;
        Some(length(glyphs) / em(glyphs))
    }

    /// The width of `text` in ems.
    fn ems(self, text: &str) -> f64 {
        let length = |glyphs: &FontRef<'static>| {
            let advance = |c: char| f64::from(glyphs.h_advance_unscaled(glyphs.glyph_id(c)));
            text.chars().map(advance).sum()
        };
        self.in_ems(length)
            .unwrap_or_else(|| 0.6 * text.chars().count() as f64)
    }

    /// The width of `text` set `size` high.
    pub(super) fn width(self, text: &str, size: f64) -> f64 {
        self.ems(text) * size
    }

    /// The closed outlines of `text` with an em of `size`: `place` is told how far along the text and
    /// how far below the middle of small letters a corner lies.
    pub(super) fn outlines(
        self,
        text: &str,
        size: f64,
        place: impl Fn(f64, f64) -> [f64; 2],
    ) -> Vec<Vec<[f64; 2]>> {
        let Some(glyphs) = self.glyphs() else {
            return Vec::new();
        };
        let scale = size / em(glyphs);
        let mut pen = 0.0;
        let mut outlines = Vec::new();
        for c in text.chars() {
            let glyph = glyphs.glyph_id(c);
            let corner = |p: Point| {
                let along = pen + f64::from(p.x) * scale;
                place(along, MIDDLE * size - f64::from(p.y) * scale)
            };
            if let Some(outline) = glyphs.outline(glyph) {
                outlines.extend(polygons(&outline.curves, corner));
            }
            pen += f64::from(glyphs.h_advance_unscaled(glyph)) * scale;
        }
        outlines
    }
}

/// The units of a font's file to the em.
fn em(glyphs: &FontRef<'static>) -> f64 {
    f64::from(glyphs.units_per_em().unwrap_or(1.0))
}

/// The closed polygons of an outline, each curve cut into six chords.
fn polygons(curves: &[OutlineCurve], place: impl Fn(Point) -> [f64; 2]) -> Vec<Vec<[f64; 2]>> {
    let mut polygons: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut last = None;
    for curve in curves {
        let (from, to) = match *curve {
            OutlineCurve::Line(a, b) => (a, b),
            OutlineCurve::Quad(a, _, b) | OutlineCurve::Cubic(a, _, _, b) => (a, b),
        };
        if last != Some(from) {
            polygons.push(vec![place(from)]);
        }
        last = Some(to);
        let Some(polygon) = polygons.last_mut() else {
            continue;
        };
        let chords = if matches!(curve, OutlineCurve::Line(..)) {
            1
        } else {
            6
        };
        for chord in 1..=chords {
            let t = chord as f32 / chords as f32;
            let s = 1.0 - t;
            let blend = |weights: [(f32, Point); 4]| {
                let sum = |part: fn(Point) -> f32| weights.iter().map(|(w, p)| w * part(*p)).sum();
                Point {
                    x: sum(|p| p.x),
                    y: sum(|p| p.y),
                }
            };
            polygon.push(place(match *curve {
                OutlineCurve::Line(_, b) => b,
                OutlineCurve::Quad(a, b, c) => {
                    blend([(s * s, a), (2.0 * s * t, b), (t * t, c), (0.0, c)])
                }
                OutlineCurve::Cubic(a, b, c, d) => blend([
                    (s * s * s, a),
                    (3.0 * s * s * t, b),
                    (3.0 * s * t * t, c),
                    (t * t * t, d),
                ]),
            }));
        }
    }
    polygons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_hold_what_formulas_need() {
        for font in Font::ALL {
            let glyphs = font.glyphs().unwrap();
            for c in "Aaz09|∬√∂φθρλμστπ−·×→↦²³⁰⁻₀₁₂ᵀ≈≤≥∞…Δ".chars()
            {
                assert_ne!(glyphs.glyph_id(c).0, 0, "{font:?} has no {c}");
            }
        }
    }
}
