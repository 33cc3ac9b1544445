//! A scene as an SVG document: texts stay texts, and what looks alike and lies together is one path.
//!
//! 1. Coordinates are whole tenths of a pixel; all but the first of a path are steps from the one before.
//! 2. Marks of one look that follow each other become one path. All outlines of fills run the same way around, so
//!    that by the non-zero rule what is covered twice is filled once.
//! 3. Tiles have a hairline of their own colour, which closes the seams that viewers leave between neighbours.

use std::fmt::Write;

use super::color::Rgb;
use super::font::{Font, MIDDLE};
use super::scene::{Mark, Scene, Spot, thinned_to};
use super::shape::signed_area;
use super::text::{HAlign, Type};

/// Whole numbers to the pixel.
const UNITS: f64 = 10.0;

/// Tiles, whose hairlines cover as much, are off by so many pixels.
const LOOSE: f64 = 0.25;

/// The document of a scene.
pub(super) fn document(scene: &Scene, width: u32, height: u32, title: &str) -> String {
    let (across, down) = (f64::from(width) * UNITS, f64::from(height) * UNITS);
    let title: String = title.chars().map(escaped).collect();
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {across} \
         {down}\" role=\"img\" stroke-linejoin=\"round\" font-family=\"DejaVu Sans, Verdana, sans-serif\">\n\
         <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let mut open: Option<(String, String)> = None;
    for mark in &scene.marks {
        let (look, data) = match mark {
            Mark::Text { text: own, at, set } => {
                close(&mut text, open.take());
                label(&mut text, own, *at, set);
                continue;
            }
            Mark::Fill { corners, color } => {
                (format!("fill=\"{}\"", hex(*color)), outline(corners))
            }
            Mark::Tiles {
                polygons,
                color,
                alpha,
            } => {
                let color = hex(*color);
                let seam = match *alpha < 1.0 {
                    // Seams of what is translucent would be seen twice: there are none without smoothing.
                    true => format!("fill-opacity=\"{alpha}\" shape-rendering=\"crispEdges\""),
                    false => format!("stroke=\"{color}\" stroke-width=\"6\""),
                };
                let data = polygons
                    .iter()
                    .map(|corners| outline(&thinned_to(corners, LOOSE)));
                let data: String = data.collect();
                (format!("fill=\"{color}\" {seam}"), data)
            }
            Mark::Dots {
                spots,
                radius,
                color,
            } => {
                let color = hex(*color);
                let width = (2.0 * radius * UNITS).round();
                let place = |[x, y]: &Spot| {
                    let [x, y] = [x, y].map(|part| (part * UNITS).round());
                    format!("M{x} {y}h0")
                };
                (
                    format!("stroke=\"{color}\" stroke-width=\"{width}\" stroke-linecap=\"round\""),
                    spots.iter().map(place).collect(),
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
                    steps(path.iter().copied()),
                )
            }
        };
        match &mut open {
            Some((same, path)) if *same == look => path.push_str(&data),
            _ => close(&mut text, open.replace((look, data))),
        }
    }
    close(&mut text, open);
    text.push_str("</svg>\n");
    text.chars().map(shown).collect()
}

/// Writes a path that is complete.
fn close(text: &mut String, path: Option<(String, String)>) {
    if let Some((look, data)) = path.filter(|(_, data)| !data.is_empty()) {
        let _ = writeln!(text, "<path {look} d=\"{data}\"/>");
    }
}

/// A closed outline, clockwise on the page.
fn outline(corners: &[Spot]) -> String {
    let data = match signed_area(corners) < 0.0 {
        true => steps(corners.iter().rev().copied()),
        false => steps(corners.iter().copied()),
    };
    match data.is_empty() {
        true => data,
        false => data + "z",
    }
}

/// A path from its first spot step by step; nothing for one without length.
fn steps(path: impl Iterator<Item = Spot>) -> String {
    let mut whole = path.map(|spot| spot.map(|part| (part * UNITS).round() as i64));
    let Some(first) = whole.next() else {
        return String::new();
    };
    let mut data = String::new();
    let mut last = first;
    for spot in whole {
        let [x, y] = [spot[0] - last[0], spot[1] - last[1]];
        if [x, y] == [0, 0] {
            continue;
        }
        // A sign parts numbers as a space does.
        let gap = |number: i64| if number < 0 { "" } else { " " };
        if data.is_empty() {
            let _ = write!(
                data,
                "M{}{}{}l{x}{}{y}",
                first[0],
                gap(first[1]),
                first[1],
                gap(y)
            );
        } else {
            let _ = write!(data, "{}{x}{}{y}", gap(x), gap(y));
        }
        last = spot;
    }
    data
}

/// Writes a text.
fn label(text: &mut String, own: &str, [x, y]: Spot, set: &Type) {
    let own: String = own.chars().map(escaped).collect();
    let whole = |part: f64| (part * UNITS).round();
    // Not every viewer centres texts: the base line is given.
    let down = MIDDLE * set.size;
    let (x, y, turn) = match set.turned {
        true => {
            let (x, y) = (whole(x + down), whole(y));
            (x, y, format!(" transform=\"rotate(-90 {x} {y})\""))
        }
        false => (whole(x), whole(y + down), String::new()),
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
    let (size, color) = (set.size * UNITS, hex(set.color));
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
