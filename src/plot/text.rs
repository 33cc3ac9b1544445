//! How a text is set, and its outlines.

use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendTextStyle, FontFamily, FontStyle, FontTransform,
};

use super::color::{INK, Rgb};
use super::fill::spans;
use super::font::{Font, MIDDLE};
use super::pen::{Pen, Scaled, UNITS};

/// The height of a line in ems, for plotters backends.
const LINE: f64 = 1.24;

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Type {
    pub(super) font: Font,
    /// The em in pixels.
    pub(super) size: f64,
    pub(super) color: Rgb,
    pub(super) align: HAlign,
    /// Read from bottom to top.
    pub(super) turned: bool,
}

/// Which end of a text its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HAlign {
    Left,
    Center,
    Right,
}

impl Type {
    pub(super) const fn new(font: Font, size: f64, align: HAlign) -> Type {
        Type {
            font,
            size,
            color: INK,
            align,
            turned: false,
        }
    }

    /// What a plotters backend was told.
    pub(super) fn of(style: &impl BackendTextStyle) -> Type {
        let (r, g, b) = style.color().rgb;
        Type {
            font: match style.style() {
                FontStyle::Normal => Font::Regular,
                FontStyle::Bold => Font::Bold,
                _ => Font::Italic,
            },
            size: style.size() / LINE / f64::from(UNITS),
            color: Rgb(r, g, b),
            align: match style.anchor().h_pos {
                HPos::Left => HAlign::Left,
                HPos::Center => HAlign::Center,
                HPos::Right => HAlign::Right,
            },
            turned: matches!(style.transform(), FontTransform::Rotate270),
        }
    }

    pub(super) fn width(&self, text: &str) -> f64 {
        self.font.width(text, self.size)
    }

    /// `text` in a line that fits in `room`: smaller where it must be, but for this size; then in so many lines at
    /// most, which break at spaces, and only then with "…" at the end of the last one.
    pub(super) fn fit(
        &self,
        text: &str,
        room: f64,
        least: f64,
        most: usize,
    ) -> (Type, Vec<String>) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let width = self.width(&text);
        // To halves of a pixel, which is as far as sizes are told apart.
        let halves = (2.0 * self.size * room / width).floor();
        let size = match width > room {
            true => (0.5 * halves).max(least.min(self.size)),
            false => self.size,
        };
        let set = Type { size, ..*self };
        let mut lines: Vec<String> = vec![String::new()];
        for word in words(&text) {
            let count = lines.len();
            let Some(line) = lines.last_mut() else { break };
            let longer = match line.is_empty() {
                true => word.clone(),
                false => format!("{line} {word}"),
            };
            match line.is_empty() || count == most || set.width(&longer) <= room {
                true => *line = longer,
                false => lines.push(word),
            }
        }
        let lines = lines.iter().map(|line| set.shorten(line, room));
        (set, lines.filter(|line| !line.is_empty()).collect())
    }

    /// `text`, or as much of it as fits in `room` with "…" at its end.
    pub(super) fn shorten(&self, text: &str, room: f64) -> String {
        if self.width(text) <= room {
            return text.to_string();
        }
        let mut kept = String::new();
        let mut left = room - self.width("…");
        for c in text.chars() {
            left -= self.width(c.encode_utf8(&mut [0; 4]));
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

    /// The closed outlines of `text` set at `at`, both in a backend's units, so many to the pixel.
    pub(super) fn outlines(&self, text: &str, at: [f64; 2], unit: f64) -> Vec<Vec<[f64; 2]>> {
        let size = self.size * unit;
        let start = self.start(self.font.width(text, size));
        self.font.outlines(text, size, |along, down| {
            self.place_from(at, [start + along, down])
        })
    }

    /// How far along its line from its place a text of `width` begins.
    pub(super) fn start(&self, width: f64) -> f64 {
        match self.align {
            HAlign::Left => 0.0,
            HAlign::Center => -0.5 * width,
            HAlign::Right => -width,
        }
    }

    /// What lies so far along the line and so far below its middle from the place `at`.
    pub(super) fn place_from(&self, at: [f64; 2], [along, down]: [f64; 2]) -> [f64; 2] {
        let [x, y] = match self.turned {
            true => [down, -along],
            false => [along, down],
        };
        [at[0] + x, at[1] + y]
    }

    /// What lies so far along the base line from the place `at`.
    pub(super) fn on_base_line(&self, at: [f64; 2], along: f64) -> [f64; 2] {
        self.place_from(at, [along, MIDDLE * self.size])
    }
}

/// The words of a text, "det J" being one.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(last) if last.ends_with("det") => *last = format!("{last} {word}"),
            _ => words.push(word.to_owned()),
        }
    }
    words
}

impl BackendTextStyle for Scaled<Type> {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        Pen::new(self.of.color, 1.0).color()
    }

    /// The height of a line, from which backends come back to the em.
    fn size(&self) -> f64 {
        self.of.size * self.unit * LINE
    }

    fn transform(&self) -> FontTransform {
        if self.of.turned {
            FontTransform::Rotate270
        } else {
            FontTransform::None
        }
    }

    fn style(&self) -> FontStyle {
        match self.of.font {
            Font::Regular => FontStyle::Normal,
            Font::Italic => FontStyle::Oblique,
            Font::Bold => FontStyle::Bold,
        }
    }

    fn anchor(&self) -> Pos {
        let across = match self.of.align {
            HAlign::Left => HPos::Left,
            HAlign::Center => HPos::Center,
            HAlign::Right => HPos::Right,
        };
        Pos::new(across, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name("DejaVu Sans, Verdana, sans-serif")
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        let unit = self.unit;
        let (width, half) = (self.of.width(text) * unit, 0.5 * self.of.size * unit);
        Ok(((0, -half as i32), (width.ceil() as i32, half as i32)))
    }

    /// One whole pixel for every pixel whose middle is inside a letter.
    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        (x, y): BackendCoord,
        mut draw: F,
    ) -> Result<Result<(), E>, Infallible> {
        let level = Type {
            align: HAlign::Left,
            turned: false,
            ..self.of
        };
        let outlines = level.outlines(text, [f64::from(x), f64::from(y)], self.unit);
        let mut outcome = Ok(());
        spans(&outlines, i32::MIN..i32::MAX, |row, columns| {
            for column in columns {
                if outcome.is_ok() {
                    outcome = draw(column, row, self.color());
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
    fn shortened_text_fits_and_says_that_it_was_cut() {
        let text = "x = cosh(m)·cos(n), y = sinh(m)·sin(n)";
        let set = Type::new(Font::Regular, 14.0, HAlign::Left);
        let full = set.width(text);
        assert_eq!(set.shorten(text, full), text);
        for room in [20.0, 60.0, 100.0, full - 1.0] {
            let cut = set.shorten(text, room);
            assert!(cut.ends_with('…') && set.width(&cut) <= room, "{cut}");
        }
    }

    #[test]
    fn what_does_not_fit_is_set_smaller_then_in_lines_and_then_cut() {
        let text = "x = cosh(m)·cos(n), y = sinh(m)·sin(n)";
        let set = Type::new(Font::Regular, 14.0, HAlign::Left);
        let whole = set.width(text);
        let fit = |room: f64, most: usize| set.fit(text, room, 11.0, most);
        assert_eq!(fit(whole + 1.0, 2), (set, vec![text.to_owned()]));
        let (smaller, lines) = fit(0.9 * whole, 2);
        assert!(smaller.size < 14.0 && smaller.size >= 11.0);
        assert_eq!(lines, [text]);
        let (least, lines) = fit(0.6 * whole, 2);
        assert_eq!(least.size, 11.0);
        assert_eq!((lines.len(), lines.join(" ").as_str()), (2, text));
        let (_, lines) = fit(0.3 * whole, 2);
        assert!(lines.len() == 2 && lines[1].ends_with('…'));
        assert!(lines.iter().all(|line| least.width(line) <= 0.3 * whole));
    }

    #[test]
    fn aligned_outlines_lie_on_their_side_of_the_anchor() {
        let ends = |align| {
            let set = Type::new(Font::Regular, 20.0, align);
            let points = set
                .outlines("mom", [1200.0, 600.0], f64::from(UNITS))
                .concat();
            let xs = points.iter().map(|p| p[0] / f64::from(UNITS));
            (
                xs.clone().fold(f64::MAX, f64::min),
                xs.fold(f64::MIN, f64::max),
            )
        };
        assert!(ends(HAlign::Left).0 > 100.0 && ends(HAlign::Right).1 < 100.0);
        let (left, right) = ends(HAlign::Center);
        // Half a unit for the different side bearings of the first and last letter.
        assert!(((left + right) / 2.0 - 100.0).abs() < 0.5);
    }
}
