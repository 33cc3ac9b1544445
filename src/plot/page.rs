//! The page: its header and legend, the two panels with the arrow between, the colour bar.

use super::axis::Range;
use super::color::{self, FAMILY, GRAY, INK, LEVELS, MARK, Scale};
use super::content::Content;
use super::curve::Curve;
use super::deformation::Deformation;
use super::font::Font;
use super::grid::Grid;
use super::lattice::Lattice;
use super::panel::Panel;
use super::pen::Pen;
use super::picture::refused;
use super::scene::{Scene, Spot};
use super::shape::{Area, dot, hatch};
use super::text::{HAlign, Type};
use crate::Error;

const TITLE: Type = Type::new(Font::Bold, 20.0, HAlign::Center);
const SUBTITLE: Type = Type {
    color: GRAY,
    ..Type::new(Font::Regular, 14.5, HAlign::Center)
};
const LEGEND: Type = Type::new(Font::Regular, 13.0, HAlign::Left);
const NOTE: Type = Type {
    color: GRAY,
    ..Type::new(Font::Italic, 12.5, HAlign::Center)
};
/// Height of a row of the legend and of a note.
const ROW: f64 = 22.0;
/// Width of a colour bar.
const RAMP: f64 = 16.0;
/// Free border around everything.
const BORDER: f64 = 22.0;

/// A page that is being filled.
pub(super) struct Page<'a> {
    pub(super) deformation: &'a Deformation,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) scene: Scene,
}

/// Length and distance of dashes.
pub(super) const DASH: [f64; 2] = [6.0, 3.5];
/// The pens of the grid's lines by the variable that they hold.
pub(super) fn grid_pen(variable: usize) -> Pen {
    Pen::new(FAMILY[variable % FAMILY.len()], 1.25)
}

/// A key of the legend.
#[derive(Clone, Copy)]
pub(super) enum Key {
    /// A line of a family, dashed or not.
    Line { pen: Pen, dashed: bool },
    /// A filled box with an outline.
    Patch,
    /// A hatched box.
    Hatch,
    /// A dot.
    Dot,
}

/// Writes title and subtitle at the head of a page.
pub(super) fn header(scene: &mut Scene, width: f64, title: &str, subtitle: &str) {
    for (text, set, y) in [(title, TITLE, 30.0), (subtitle, SUBTITLE, 57.0)] {
        let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = set.shorten(&line, width - 2.0 * BORDER);
        scene.text(line, [0.5 * width, y], set);
    }
}

impl Page<'_> {
    /// Draws legend and notes at the foot of the page and gives the part above that is free.
    pub(super) fn footer(&mut self, keys: &[(Key, String)], notes: &[String]) -> Area {
        const SWATCH: f64 = 30.0;
        const GAP: f64 = 30.0;
        let room = self.width - 2.0 * BORDER;
        let mut y = self.height - 20.0;
        for note in notes.iter().rev() {
            let text = NOTE.shorten(note, room);
            self.scene.text(text, [0.5 * self.width, y], NOTE);
            y -= ROW;
        }
        type Row = Vec<(Key, String, f64)>;
        let mut rows: Vec<(f64, Row)> = Vec::new();
        for (key, text) in keys {
            let text = LEGEND.shorten(text, room - SWATCH - 8.0);
            let width = SWATCH + 8.0 + LEGEND.width(&text);
            match rows.last_mut() {
                Some((used, row)) if *used + GAP + width <= room => {
                    *used += GAP + width;
                    row.push((*key, text, width));
                }
                _ => rows.push((width, vec![(*key, text, width)])),
            }
        }
        for (used, row) in rows.into_iter().rev() {
            let mut x = 0.5 * (self.width - used);
            for (key, text, width) in row {
                self.swatch(key, [x, y], SWATCH);
                self.scene.text(text, [x + SWATCH + 8.0, y], LEGEND);
                x += width + GAP;
            }
            y -= ROW;
        }
        let top = 80.0;
        Area {
            left: BORDER,
            top,
            width: room,
            height: y - top,
        }
    }

    fn swatch(&mut self, key: Key, [x, y]: Spot, width: f64) {
        let area = Area {
            left: x + 6.0,
            top: y - 7.0,
            width: width - 8.0,
            height: 14.0,
        };
        let path = [[x, y], [x + width, y]];
        match key {
            Key::Line { pen, dashed: true } => self.scene.dashes(&path, pen, DASH),
            Key::Line { pen, dashed: false } => self.scene.line(path.to_vec(), pen),
            Key::Patch => {
                self.scene.fill(area.corners(), MARK);
                self.scene.outline(area.corners(), Pen::new(INK, 1.5));
            }
            Key::Hatch => {
                self.scene.fill(
                    area.corners(),
                    color::viridis(0.6).toward(color::WHITE, 0.5),
                );
                hatch(&mut self.scene, &[area.corners()]);
                self.scene.outline(area.corners(), Pen::new(GRAY, 0.8));
            }
            Key::Dot => dot(&mut self.scene, [x + 0.5 * width, y], 4.0),
        }
    }

    /// Draws a colour bar, its name above it.
    pub(super) fn ramp(&mut self, scale: &Scale, area: Area) {
        let scene = &mut self.scene;
        let area = Area {
            height: area.height.round(),
            ..area
        };
        let Area {
            left,
            top,
            width,
            height,
        } = area;
        for level in 0..LEVELS {
            // Each step reaches up to the bar's end, so that no seam can show.
            let tall = height * (1.0 - level as f64 / LEVELS as f64);
            let color = scale.color_at(level as f64 / (LEVELS - 1) as f64);
            scene.fill(Scene::rectangle(left, top, width, tall), color);
        }
        let pen = Pen::new(INK, 1.0);
        scene.outline(area.corners(), pen);
        for (end, y, reach) in [(1, top, -10.0), (0, area.bottom(), 10.0)] {
            if scale.beyond[end] {
                let tip = vec![
                    [left, y],
                    [left + 0.5 * width, y + reach],
                    [left + width, y],
                ];
                scene.fill(tip.clone(), scale.color_at(end as f64));
                scene.line(tip, pen);
            }
        }
        let set = Type::new(Font::Regular, 12.5, HAlign::Left);
        for (value, label) in scale.ticks().0 {
            let y = area.bottom() - scale.share(value) * height;
            scene.line(vec![[area.right(), y], [area.right() + 5.0, y]], pen);
            scene.text(label, [area.right() + 9.0, y], set);
        }
        let name = self.deformation.size_name();
        let set = Type::new(Font::Regular, 14.0, HAlign::Left);
        let name = set.shorten(&name, RAMP + 90.0);
        scene.text(
            name,
            [left - 2.0, top - if scale.beyond[1] { 24.0 } else { 15.0 }],
            set,
        );
    }

    /// The room that a colour bar takes, its gap included.
    pub(super) fn ramp_room(&self, scale: &Scale) -> f64 {
        let set = Type::new(Font::Regular, 12.5, HAlign::Left);
        let labels = scale
            .ticks()
            .0
            .iter()
            .map(|(_, l)| set.width(l))
            .fold(0.0, f64::max);
        let name =
            Type::new(Font::Regular, 14.0, HAlign::Left).width(&self.deformation.size_name());
        18.0 + (RAMP + 9.0 + labels).max(name.min(RAMP + 90.0))
    }

    /// Region and image side by side with an arrow between.
    pub(super) fn pair(
        &mut self,
        lattice: &Lattice,
        scale: Scale,
        sources: &[Range],
        images: &[Range],
    ) -> Result<(), Error> {
        let deformation = self.deformation;
        let mut left = Panel::new(&deformation.variables, sources, true);
        let mut right = Panel::new(&deformation.targets, images, false);
        // The footer's text depends on what is drawn and its height decides where: draw twice.
        let cut = sources.iter().chain(images).any(|range| range.cut);
        let mut keys = Vec::new();
        let mut notes = Vec::new();
        for _ in 0..2 {
            let keep = self.scene.clone();
            let body = self.footer(&keys, &notes);
            let gap = self.arrange(body, &mut left, &mut right, self.ramp_room(&scale));
            let content: Box<dyn Content> = if lattice.cells.len() == 1 {
                Box::new(Curve::new(deformation, lattice, &scale, &left, &right))
            } else {
                Box::new(Grid::new(deformation, lattice, &scale, &left, &right))
            };
            if content.is_empty() {
                return Err(refused(None, "no cell of the grid has finite points only"));
            }
            let fresh = content.keys();
            let told = deformation.notes(content.left_out(), cut);
            if fresh.len() == keys.len() && told.len() == notes.len() {
                content.draw(&mut self.scene);
                self.arrow(gap, body);
                let area = right.area();
                let height = area.height.clamp(180.0f64.min(body.height - 60.0), 420.0);
                let middle = area.top + 0.5 * area.height;
                let ramp = Area {
                    left: area.right() + 18.0 + right.margins()[2] - 14.0,
                    top: middle - 0.5 * height,
                    width: RAMP,
                    height,
                };
                self.ramp(&scale, ramp.snapped());
                return Ok(());
            }
            self.scene = keep;
            (keys, notes) = (fresh, told);
        }
        Err(refused(None, "its parts find no place"))
    }

    /// Sets the areas of both panels in the body of the page; gives the gap between them.
    fn arrange(&self, body: Area, left: &mut Panel, right: &mut Panel, ramp: f64) -> [f64; 2] {
        let formula = Type::new(Font::Italic, 13.0, HAlign::Center);
        let gap = (formula.width(&self.deformation.formula()) + 24.0).clamp(90.0, 150.0);
        let (a, b) = (left.margins(), right.margins());
        let (over, under) = (a[1].max(b[1]) + 8.0, a[3].max(b[3]));
        let height = body.height - over - under;
        let room = body.width - a[0] - a[2] - b[0] - b[2] - gap - ramp;
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
        for (panel, width, margins) in [(&mut *left, width_left, a), (&mut *right, width_right, b)]
        {
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
            x += width + margins[2] + gap;
        }
        ends[0] = left.area().right() + a[2] - 6.0;
        ends[1] = right.area().left - b[0];
        ends
    }

    fn arrow(&mut self, [from, to]: [f64; 2], body: Area) {
        let y = body.top + 0.46 * body.height;
        let middle = 0.5 * (from + to);
        let half = (0.5 * (to - from) - 6.0).clamp(20.0, 44.0);
        let (tail, tip) = (middle - half, middle + half);
        self.scene
            .line(vec![[tail, y], [tip - 8.0, y]], Pen::new(INK, 2.0));
        self.scene.fill(
            vec![[tip, y], [tip - 13.0, y - 6.0], [tip - 13.0, y + 6.0]],
            INK,
        );
        let name = Type::new(Font::Italic, 18.0, HAlign::Center);
        self.scene
            .text(&self.deformation.map, [middle, y - 18.0], name);
        let set = Type::new(Font::Italic, 13.0, HAlign::Center);
        let formula = self.deformation.formula();
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
            self.scene
                .text(line, [middle, y + 20.0 + 18.0 * row as f64], set);
        }
    }
}
