//! Text: three styles of DejaVu Sans shipped with the crate, their widths and outlines.

use std::convert::Infallible;
use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, OutlineCurve, Point};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendTextStyle, FontFamily, FontStyle, FontTransform,
};

/// A style of the letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Italic,
    Bold,
}

/// The embedded fonts, in the order of [`Face`].
static FONTS: LazyLock<[Option<FontRef<'static>>; 3]> = LazyLock::new(|| {
    [
        include_bytes!("fonts/DejaVuSans.ttf").as_slice(),
        include_bytes!("fonts/DejaVuSans-Oblique.ttf").as_slice(),
        include_bytes!("fonts/DejaVuSans-Bold.ttf").as_slice(),
    ]
    .map(|bytes| FontRef::try_from_slice(bytes).ok())
});

/// From the vertical middle of small letters down to the base line, in ems: half of DejaVu's
/// x-height, which is what `0.5ex` means to an SVG viewer.
const MIDDLE: f64 = 0.2735;

impl Face {
    fn font(self) -> Option<&'static FontRef<'static>> {
        FONTS[self as usize].as_ref()
    }

    /// The width of `text` in ems.
    fn ems(self, text: &str) -> f64 {
        let Some(font) = self.font() else {
            return 0.6 * text.chars().count() as f64;
        };
        let advance = |c: char| f64::from(font.h_advance_unscaled(font.glyph_id(c)));
        text.chars().map(advance).sum::<f64>() / f64::from(font.units_per_em().unwrap_or(1.0))
    }

    /// The width of `text` set `size` high.
    pub(super) fn width(self, text: &str, size: f64) -> f64 {
        self.ems(text) * size
    }

    /// `text`, or as much of it as fits in `room` with "…" at its end.
    pub(super) fn shorten(self, text: &str, size: f64, room: f64) -> String {
        if self.width(text, size) <= room {
            return text.to_string();
        }
        let mut kept = String::new();
        let mut left = room - self.width("…", size);
        for c in text.chars() {
            left -= self.width(c.encode_utf8(&mut [0; 4]), size);
            if left < 0.0 {
                break;
            }
            kept.push(c);
        }
        format!(
            "{}…",
            kept.trim_end_matches([' ', ',', '·', '+', '−', '-', '(', '='])
        )
    }
}

/// How a piece of text is set: what plotters backends ask of a text style.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    pub(super) face: Face,
    /// The em, in the backend's units.
    pub(super) size: f64,
    pub(super) color: BackendColor,
    pub(super) align: HPos,
    /// Read from bottom to top.
    pub(super) turned: bool,
}

impl Setting {
    /// The closed outlines of `text` set at `at`, in the backend's coordinates.
    pub(super) fn outlines(&self, text: &str, at: [f64; 2]) -> Vec<Vec<[f64; 2]>> {
        let Some(font) = self.face.font() else {
            return Vec::new();
        };
        let scale = self.size / f64::from(font.units_per_em().unwrap_or(1.0));
        let width = self.face.width(text, self.size);
        let mut pen = match self.align {
            HPos::Left => 0.0,
            HPos::Center => -width / 2.0,
            HPos::Right => -width,
        };
        let mut outlines = Vec::new();
        for c in text.chars() {
            let glyph = font.glyph_id(c);
            let place = |p: Point| {
                let along = pen + f64::from(p.x) * scale;
                let down = MIDDLE * self.size - f64::from(p.y) * scale;
                let [x, y] = if self.turned {
                    [down, -along]
                } else {
                    [along, down]
                };
                [at[0] + x, at[1] + y]
            };
            outlines.extend(
                font.outline(glyph)
                    .iter()
                    .flat_map(|o| contours(&o.curves, place)),
            );
            pen += f64::from(font.h_advance_unscaled(glyph)) * scale;
        }
        outlines
    }
}

/// The closed polygons of an outline, each curve cut into six chords.
fn contours(curves: &[OutlineCurve], place: impl Fn(Point) -> [f64; 2]) -> Vec<Vec<[f64; 2]>> {
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

impl BackendTextStyle for Setting {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        self.color
    }

    /// Backends divide by 1.24 to come from the height of a line to the em.
    fn size(&self) -> f64 {
        self.size * 1.24
    }

    fn transform(&self) -> FontTransform {
        if self.turned {
            FontTransform::Rotate270
        } else {
            FontTransform::None
        }
    }

    fn style(&self) -> FontStyle {
        match self.face {
            Face::Regular => FontStyle::Normal,
            Face::Italic => FontStyle::Oblique,
            Face::Bold => FontStyle::Bold,
        }
    }

    fn anchor(&self) -> Pos {
        Pos::new(self.align, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name("DejaVu Sans, Verdana, sans-serif")
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        let (width, half) = (self.face.width(text, self.size), 0.5 * self.size);
        Ok(((0, -half as i32), (width.ceil() as i32, half as i32)))
    }

    /// One whole pixel for every pixel whose middle is inside a letter.
    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        (x, y): BackendCoord,
        mut draw: F,
    ) -> Result<Result<(), E>, Infallible> {
        let level = Setting {
            align: HPos::Left,
            turned: false,
            ..*self
        };
        let outlines = level.outlines(text, [f64::from(x), f64::from(y)]);
        let mut outcome = Ok(());
        super::raster::spans(&outlines, i32::MIN..i32::MAX, |row, columns| {
            for column in columns {
                if outcome.is_ok() {
                    outcome = draw(column, row, self.color);
                }
            }
        });
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_hold_what_formulas_need() {
        for face in [Face::Regular, Face::Italic, Face::Bold] {
            let font = face.font().unwrap();
            for c in "Aaz09|∬√∂φθρλμστπ−·×→↦²³⁰⁻₀₁₂ᵀ≈≤≥∞…Δ".chars()
            {
                assert_ne!(font.glyph_id(c).0, 0, "{face:?} has no {c}");
            }
        }
    }

    #[test]
    fn shortened_text_fits_and_says_that_it_was_cut() {
        let text = "x = cosh(m)·cos(n), y = sinh(m)·sin(n)";
        let full = Face::Regular.width(text, 14.0);
        assert_eq!(Face::Regular.shorten(text, 14.0, full), text);
        for room in [20.0, 60.0, 100.0, full - 1.0] {
            let cut = Face::Regular.shorten(text, 14.0, room);
            assert!(
                cut.ends_with('…') && Face::Regular.width(&cut, 14.0) <= room,
                "{cut}"
            );
        }
    }

    #[test]
    fn aligned_outlines_lie_on_their_side_of_the_anchor() {
        let color = BackendColor {
            alpha: 1.0,
            rgb: (0, 0, 0),
        };
        let ends = |align| {
            let setting = Setting {
                face: Face::Regular,
                size: 20.0,
                color,
                align,
                turned: false,
            };
            let points = setting.outlines("mom", [100.0, 50.0]).concat();
            let xs = points.iter().map(|p| p[0]);
            (
                xs.clone().fold(f64::MAX, f64::min),
                xs.fold(f64::MIN, f64::max),
            )
        };
        assert!(ends(HPos::Left).0 > 100.0 && ends(HPos::Right).1 < 100.0);
        let (left, right) = ends(HPos::Center);
        // Half a unit for the different side bearings of the first and last letter.
        assert!(((left + right) / 2.0 - 100.0).abs() < 0.5);
    }
}
