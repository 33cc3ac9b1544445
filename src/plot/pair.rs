//! The region and its image side by side, with an arrow between.

use super::color::INK;
use super::color_bar;
use super::content::Content;
use super::critical::Critical;
use super::curve::Curve;
use super::deformation::Deformation;
use super::font::Font;
use super::grid::Grid;
use super::ground::Ground;
use super::legend::Key;
use super::look::{Look, Paint, Subject};
use super::page::Page;
use super::panel::Panel;
use super::pen::Pen;
use super::picture::refused;
use super::range::Range;
use super::seams::Seams;
use super::shape::Area;
use super::shown::Shown;
use super::stipple::Stipple;
use super::text::{HAlign, Type};
use super::view;
use crate::Error;

/// Region and image side by side with an arrow between.
pub(super) fn draw(page: &mut Page, ground: &Ground, look: &Look) -> Result<(), Error> {
    let Ground {
        deformation,
        lattice,
        sources,
        images,
        reaches,
    } = ground;
    let mut left = Panel::new(&deformation.variables, sources, true);
    let mut right = Panel::new(&deformation.targets, images, false);
    view::turn(deformation, lattice, look, [&mut left, &mut right]);
    if let Some(view) = page.view() {
        right.look_from(view);
    }
    if !deformation.margins.is_empty() {
        left.loosen();
        right.loosen();
    }
    let mut compressed = Vec::new();
    for (axis, reach) in reaches[0].iter().enumerate() {
        let panel = if look.is_identity {
            &mut right
        } else {
            &mut left
        };
        compressed.push(reach.is_some_and(|reach| panel.compress(axis, reach)));
    }
    let bars = look.bars();
    let rooms = bars.map(|bar| {
        bar.map_or(0.0, |Paint { scale, name, .. }| {
            color_bar::room(scale, name)
        })
    });
    // The footer's text depends on what is drawn and its height decides where: draw twice.
    let sources = if look.panels[0] || look.is_identity {
        &sources[..]
    } else {
        &[]
    };
    let shown = sources
        .iter()
        .zip(&compressed)
        .filter(|(_, compressed)| !**compressed);
    let has_image = look.panels[1] && !look.is_identity;
    let images: &[Range] = if has_image { images } else { &[] };
    let cut = shown
        .map(|(range, _)| range)
        .chain(images)
        .any(|range| range.cut);
    let extra = compressed_note(&deformation.variables, &compressed);
    let mut keys = Vec::new();
    let mut notes = Vec::new();
    for _ in 0..2 {
        let keep = page.scene.clone();
        let body = page.footer(&keys, &notes);
        let gap = match look.panels {
            [true, true] => arrange(deformation, body, [&mut left, &mut right], rooms),
            [is_left, _] => {
                let (panel, other) = match is_left {
                    true => (&mut left, &mut right),
                    false => (&mut right, &mut left),
                };
                let gap = alone(body, panel, rooms[usize::from(!is_left)]);
                other.set_area(panel.area());
                gap
            }
        };
        let shown = Shown::new(deformation, lattice, look, &left, &right);
        let critical = Critical::of(&shown);
        let stipple = match look.subject {
            Subject::Grid => Stipple::of(&shown, critical.as_ref().map_or(&[], Critical::rings)),
            Subject::Amount => None,
        };
        let seams = match look.subject {
            Subject::Grid => Seams::of(&shown),
            Subject::Amount => None,
        };
        let content: Box<dyn Content> = if lattice.cells.len() == 1 {
            Box::new(Curve::new(shown))
        } else {
            Box::new(Grid::new(shown))
        };
        if content.is_empty() {
            return Err(refused(
                None,
                "no cell of the grid has finite points only, or the map changes faster than its \
                 samples show: take a smaller region",
            ));
        }
        let mut fresh = content.keys();
        if let Some(critical) = &critical {
            let [line, ring] = critical.kinds();
            fresh.push((Key::Critical { line, ring }, critical.text.clone()));
        }
        if stipple.as_ref().is_some_and(|stipple| !stipple.is_empty()) {
            fresh.push((Key::Stipple, "covered more than once".to_owned()));
        }
        if let Some(seams) = &seams {
            fresh.push((Key::Seam, seams.text.clone()));
        }
        let mut told = look.notes.clone();
        told.extend(extra.clone());
        told.extend(content.notes());
        told.extend(deformation.notes(content.left_out(), cut));
        if fresh.len() == keys.len() && told.len() == notes.len() {
            content.draw(&mut page.scene);
            if let Some(seams) = &seams {
                seams.draw(&mut page.scene);
            }
            if let Some(stipple) = &stipple {
                stipple.draw(&mut page.scene);
            }
            if let Some(critical) = &critical {
                critical.draw(&mut page.scene);
            }
            if !look.is_single() {
                arrow(page, deformation, gap, body);
            }
            for (bar, panel) in bars.into_iter().zip([&left, &right]) {
                if let Some(paint) = bar {
                    page.color_bar(&paint.scale, &paint.name, beside(panel, body));
                }
            }
            return Ok(());
        }
        page.scene = keep;
        (keys, notes) = (fresh, told);
    }
    Err(refused(None, "its parts find no place"))
}

/// What is said of axes that are compressed.
pub(super) fn compressed_note(names: &[String], compressed: &[bool]) -> Option<String> {
    let named = names
        .iter()
        .zip(compressed)
        .filter(|(_, compressed)| **compressed);
    let named: Vec<&str> = named.map(|(name, _)| &name[..]).collect();
    match named.len() {
        0 => None,
        1 => Some(format!("The axis of {} is compressed, up to ∞.", named[0])),
        _ => Some(format!(
            "The axes of {} are compressed, up to ∞.",
            named.join(" and ")
        )),
    }
}

/// The place of a colour bar beside a panel.
pub(super) fn beside(panel: &Panel, body: Area) -> Area {
    let area = panel.area();
    let height = area.height.clamp(180.0f64.min(body.height - 60.0), 420.0);
    let middle = area.top + 0.5 * area.height;
    let ramp = Area {
        left: area.right() + 18.0 + panel.margins()[2] - 14.0,
        top: middle - 0.5 * height,
        width: color_bar::WIDTH,
        height,
    };
    ramp.snapped()
}

/// Sets the area of an only panel in the middle of the body of the page, with room for a bar.
fn alone(body: Area, panel: &mut Panel, bar: f64) -> [f64; 2] {
    let margins = panel.margins();
    let height = body.height - margins[1] - margins[3] - 8.0;
    let room = body.width - margins[0] - margins[2] - bar;
    let width = panel.width_at(height).0.min(room);
    let tall = panel.height_at(width, height);
    let area = Area {
        left: body.left + margins[0] + 0.5 * (room - width),
        top: body.top + margins[1] + 8.0 + 0.5 * (height - tall),
        width,
        height: tall,
    };
    panel.set_area(area.snapped());
    [0.0; 2]
}

/// Sets the areas of both panels in the body of the page, each with room for a bar; gives the gap between them.
pub(super) fn arrange(
    deformation: &Deformation,
    body: Area,
    [left, right]: [&mut Panel; 2],
    bars: [f64; 2],
) -> [f64; 2] {
    let formula = Type::new(Font::Italic, 13.0, HAlign::Center);
    let gap = (formula.width(&deformation.formula()) + 24.0).clamp(90.0, 150.0);
    let (a, b) = (left.margins(), right.margins());
    let (over, under) = (a[1].max(b[1]) + 8.0, a[3].max(b[3]));
    let height = body.height - over - under;
    let room = body.width - a[0] - a[2] - b[0] - b[2] - gap - bars[0] - bars[1];
    let ((want_left, free), (want_right, _)) = (left.width_at(height), right.width_at(height));
    let want_left = if free {
        want_left.min((room - want_right).max(0.38 * room))
    } else {
        want_left
    };
    let excess = (want_left + want_right - room).max(0.0);
    // The wider one gives way first, but keeps at least half of the room.
    let (mut width_left, mut width_right) = (want_left, want_right);
    if excess > 0.0 {
        if want_left <= 0.5 * room {
            width_right = room - want_left;
        } else if want_right <= 0.5 * room {
            width_left = room - want_right;
        } else {
            (width_left, width_right) = (0.5 * room, 0.5 * room);
        }
    }
    let mut x = body.left + 0.5 * (room - width_left - width_right);
    let middle = body.top + over + 0.5 * height;
    let mut ends = [0.0; 2];
    for (panel, width, margins, bar) in [
        (&mut *left, width_left, a, bars[0]),
        (&mut *right, width_right, b, bars[1]),
    ] {
        x += margins[0];
        let tall = panel.height_at(width, height);
        panel.set_area(
            Area {
                left: x,
                top: middle - 0.5 * tall,
                width,
                height: tall,
            }
            .snapped(),
        );
        x += width + margins[2] + bar + gap;
    }
    ends[0] = left.area().right() + a[2] + bars[0] - 6.0;
    ends[1] = right.area().left - b[0];
    ends
}

pub(super) fn arrow(page: &mut Page, deformation: &Deformation, [from, to]: [f64; 2], body: Area) {
    let y = body.top + 0.46 * body.height;
    let middle = 0.5 * (from + to);
    let half = (0.5 * (to - from) - 6.0).clamp(20.0, 44.0);
    let (tail, tip) = (middle - half, middle + half);
    page.scene
        .line(vec![[tail, y], [tip - 8.0, y]], Pen::new(INK, 2.0));
    page.scene.fill(
        vec![[tip, y], [tip - 13.0, y - 6.0], [tip - 13.0, y + 6.0]],
        INK,
    );
    let name = Type::new(Font::Italic, 18.0, HAlign::Center);
    page.scene
        .text(deformation.map.as_str(), [middle, y - 18.0], name);
    let set = Type::new(Font::Italic, 13.0, HAlign::Center);
    let formula = deformation.formula();
    let room = to - from - 4.0;
    let mut lines = vec![formula.as_str()];
    if set.width(&formula) > room
        && let Some((targets, value)) = formula.split_once(" = ")
    {
        lines = vec![targets, value];
    }
    for (row, line) in lines.into_iter().enumerate() {
        let line = if row > 0 {
            format!("= {line}")
        } else {
            line.to_string()
        };
        let line = set.shorten(&line, room);
        page.scene
            .text(line, [middle, y + 20.0 + 18.0 * row as f64], set);
    }
}
