//! A scene as an SVG document: texts stay texts, and what looks alike and lies together is one path.
//!
//! 1. Coordinates are whole tenths of a pixel; all but the first of a path are steps from the one before.
//! 2. Marks of one look that follow each other become one path. All outlines of fills run the same way around, so
//!    that by the non-zero rule what is covered twice is filled once.
//! 3. Tiles are joined to outlines (mosaic). These have a hairline of their own colour, which closes the seams that
//!    viewers leave between neighbours, and what is lost where corners are left out.
//! 4. A document that is too large is written once more with fewer corners between colours, first where these are
//!    alike.

use std::fmt::Write;

use super::color::Rgb;
use super::font::Font;
use super::mosaic::{Corner, Mosaic, Off, SEAM, UNITS, whole, wholes};
use super::scene::{Mark, Scene, Spot, thinned_to};
use super::shape::signed_area;
use super::text::{HAlign, Type};

/// By how much sides between colours are off: by the first of these with which a document has at most so many bytes.
const LOOSE: [Off; 6] = [
    Off::TIGHT,
    Off::new(0.5, 0.25),
    Off::new(1.0, 0.25),
    Off::new(2.0, 0.25),
    Off::new(2.0, 0.5),
    Off::new(2.0, 1.0),
];
const MOST_BYTES: usize = 290_000;

/// Lines are off by so many pixels, which is less than the step of coordinates.
const FINE: f64 = 0.08;

/// The document of a scene.
pub(super) fn document(scene: &Scene, width: u32, height: u32, title: &str) -> String {
    let mosaic = Mosaic::of(scene);
    let mut text = String::new();
    for off in &LOOSE {
        text = with_tiles(scene, &mosaic, [width, height], title, off);
        if text.len() <= MOST_BYTES {
            break;
        }
    }
    text
}

/// The document of a scene whose tiles have sides that are off by so much.
fn with_tiles(
    scene: &Scene,
    mosaic: &Mosaic,
    [width, height]: [u32; 2],
    title: &str,
    off: &Off,
) -> String {
    let (across, down) = (f64::from(width) * UNITS, f64::from(height) * UNITS);
    let title: String = title.chars().map(escaped).collect();
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {across} \
         {down}\" role=\"img\" stroke-linejoin=\"round\" font-family=\"DejaVu Sans, Verdana, sans-serif\">\n\
         <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let mut open: Option<(String, Path)> = None;
    let mut tiles = 0;
    for mark in &scene.marks {
        let (look, parts) = match mark {
            Mark::Text { text: own, at, set } => {
                close(&mut text, open.take());
                label(&mut text, own, *at, set);
                continue;
            }
            Mark::Fill { corners, color } => {
                let look = format!("fill=\"{}\"", hex(*color));
                (look, vec![(wholes(&clockwise(corners.clone())), true)])
            }
            Mark::Tiles { color, alpha, .. } => {
                let color = hex(*color);
                let seam = match *alpha < 1.0 {
                    // Seams of what is translucent would be seen twice: there are none without smoothing.
                    true => format!("fill-opacity=\"{alpha}\" shape-rendering=\"crispEdges\""),
                    false => {
                        let width = (UNITS * SEAM).round();
                        format!("stroke=\"{color}\" stroke-width=\"{width}\"")
                    }
                };
                let outlines = mosaic.outlines(tiles, off);
                tiles += 1;
                let parts = outlines.into_iter().map(|corners| (corners, true));
                (format!("fill=\"{color}\" {seam}"), parts.collect())
            }
            Mark::Dots {
                spots,
                radius,
                color,
            } => {
                let color = hex(*color);
                let width = (2.0 * radius * UNITS).round();
                (
                    format!("stroke=\"{color}\" stroke-width=\"{width}\" stroke-linecap=\"round\""),
                    spots
                        .iter()
                        .map(|spot| (vec![whole(*spot)], false))
                        .collect(),
                )
            }
            Mark::Line { path, pen } => {
                let opacity = match pen.alpha < 1.0 {
                    true => format!(" stroke-opacity=\"{}\"", pen.alpha),
                    false => String::new(),
                };
                let width = (pen.width * UNITS).round();
                let color = hex(pen.color);
                (
                    format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\"{opacity}"),
                    vec![(wholes(&thinned_to(path, FINE)), false)],
                )
            }
        };
        if open.as_ref().is_none_or(|(same, _)| *same != look) {
            close(&mut text, open.replace((look, Path::default())));
        }
        if let Some((_, path)) = &mut open {
            for (corners, is_closed) in parts {
                path.add(corners, is_closed);
            }
        }
    }
    close(&mut text, open);
    text.push_str("</svg>\n");
    text.chars().map(shown).collect()
}

/// Writes a path that is complete.
fn close(text: &mut String, path: Option<(String, Path)>) {
    if let Some((look, path)) = path.filter(|(_, path)| !path.data.is_empty()) {
        let _ = writeln!(text, "<path {look} d=\"{}\"/>", path.data);
    }
}

/// An outline as it runs clockwise on the page.
fn clockwise(mut corners: Vec<Spot>) -> Vec<Spot> {
    if signed_area(&corners) < 0.0 {
        corners.reverse();
    }
    corners
}

/// Parts of one look as one path, step by step from part to part.
#[derive(Default)]
struct Path {
    data: String,
    /// Where it has come to.
    at: Option<[i64; 2]>,
}

impl Path {
    /// Adds a line, an outline or a dot; nothing for one without length.
    fn add(&mut self, mut corners: Vec<Corner>, is_closed: bool) {
        let is_dot = corners.len() == 1;
        corners.dedup();
        let (Some(&first), true) = (corners.first(), corners.len() > 1 || is_dot) else {
            return;
        };
        // A sign parts numbers as a space does.
        let gap = |number: i64| if number < 0 { "" } else { " " };
        let (start, lines) = match self.at {
            // What follows a move by a step are lines by steps.
            Some(at) => (("m", [first[0] - at[0], first[1] - at[1]]), ""),
            None => (("M", first), "l"),
        };
        let (letter, [x, y]) = start;
        let _ = write!(self.data, "{letter}{x}{}{y}", gap(y));
        self.at = Some(first);
        if is_dot {
            self.data.push_str("h0");
            return;
        }
        let mut before = first;
        for (number, spot) in corners[1..].iter().enumerate() {
            let [x, y] = [spot[0] - before[0], spot[1] - before[1]];
            let lead = if number == 0 && !lines.is_empty() {
                lines
            } else {
                gap(x)
            };
            let _ = write!(self.data, "{lead}{x}{}{y}", gap(y));
            before = *spot;
        }
        if is_closed {
            self.data.push('z');
        } else {
            self.at = Some(before);
        }
    }
}

/// Writes a text.
fn label(text: &mut String, own: &str, at: Spot, set: &Type) {
    let own: String = own.chars().map(escaped).collect();
    // Not every viewer centres texts on their line: the base line is given.
    let [x, y] = whole(set.on_base_line(at, 0.0));
    let turn = match set.turned {
        true => format!(" transform=\"rotate(-90 {x} {y})\""),
        false => String::new(),
    };
    let anchor = match set.align {
        HAlign::Left => "",
        HAlign::Center => " text-anchor=\"middle\"",
        HAlign::Right => " text-anchor=\"end\"",
    };
    let font = match set.font {
        Font::Regular => "",
        Font::Italic => " font-style=\"oblique\"",
        Font::Bold => " font-weight=\"bold\"",
    };
    let size = (10.0 * set.size * UNITS).round() / 10.0;
    let color = hex(set.color);
    let _ = writeln!(
        text,
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{color}\"{anchor}{font}{turn}>{own}</text>"
    );
}

fn hex(Rgb(r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escaped(c: char) -> String {
    match c {
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        '&' => "&amp;".into(),
        c => c.into(),
    }
}

/// The sign itself, if a document may hold it: most control characters must not be in XML, not even escaped.
fn shown(c: char) -> char {
    match c {
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
            char::REPLACEMENT_CHARACTER
        }
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::super::color::{INK, MARK};
    use super::super::pen::Pen;
    use super::*;

    #[test]
    fn marks_of_one_look_are_one_path_and_steps_add_up() {
        let mut scene = Scene::default();
        scene.fill(Scene::rectangle(1.0, 2.0, 3.0, 4.0), MARK);
        let mut around = Scene::rectangle(10.04, 2.0, 3.0, 4.0);
        around.reverse();
        scene.fill(around, MARK);
        scene.line(
            vec![[0.0, 0.0], [1.04, 0.0], [2.08, 5.0]],
            Pen::new(INK, 1.5),
        );
        let svg = document(&scene, 20, 10, "t");
        assert_eq!(svg.matches("<path").count(), 2);
        assert!(svg.contains("d=\"M10 20l30 0 0 40-30 0z"), "{svg}");
        // Steps between rounded places: 10 and 11, not 10 and 10.
        assert!(svg.contains("d=\"M0 0l10 0 11 50\""), "{svg}");
    }
}
