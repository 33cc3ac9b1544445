//! The legend: keys and notes at the foot of a page.

use super::color::{self, FAINT, FAMILY, GRAY, INK, MARK};
use super::critical::{ring, strokes};
use super::font::Font;
use super::page::{BORDER, Page};
use super::pen::Pen;
use super::scene::{Scene, Spot};
use super::seams;
use super::shape::{Area, dot, hatch};
use super::stipple;
use super::text::{HAlign, Type};

const LEGEND: Type = Type::new(Font::Regular, 13.0, HAlign::Left);
const NOTE: Type = Type {
    color: GRAY,
    ..Type::new(Font::Italic, 12.5, HAlign::Center)
};
/// The least size of a note, and the most lines that it takes.
const LEAST_NOTE: f64 = 11.0;
const MOST_LINES: usize = 3;
/// Height of a row of the legend and of a note.
const ROW: f64 = 22.0;

/// Length and distance of dashes.
pub(super) const DASH: [f64; 2] = [6.0, 3.5];
/// The same of dots.
const DOTS: [f64; 2] = [1.6, 2.6];

/// The pen of edges of a box of which nothing else is drawn there.
pub(super) const EDGE: Pen = Pen::new(GRAY, 0.9);

/// Draws a line of the grid on which a variable is constant: whole for the first one, in dashes for the second, in dots
/// for the third.
pub(super) fn grid_line(scene: &mut Scene, path: Vec<Spot>, pen: Pen, variable: usize) {
    match variable {
        0 => scene.line(path, pen),
        1 => scene.dashes(&path, pen, DASH),
        _ => scene.dashes(&path, pen, DOTS),
    }
}

/// The pens of the grid's lines by the variable that they hold.
pub(super) fn grid_pen(variable: usize) -> Pen {
    Pen::new(FAMILY[variable % FAMILY.len()], 1.25)
}

/// A key of the legend.
#[derive(Clone, Copy)]
pub(super) enum Key {
    /// A line, dashed or not.
    Line { pen: Pen, dashed: bool },
    /// An edge of a box of which nothing else is drawn there.
    Edge,
    /// A line of the grid, by the variable that is constant on it.
    Grid(usize),
    /// A light line over some colour.
    Faint,
    /// A filled box with an outline.
    Patch,
    /// A hatched box.
    Hatch,
    /// A box in the colour of the other side of a surface.
    Back,
    /// The curve of an equation.
    Level,
    /// A box in the colour of what is not meant.
    Outside,
    /// A dot.
    Dot,
    /// A box with a stipple.
    Stipple,
    /// The line of a seam.
    Seam,
    /// A thick line, a ring, or both.
    Critical { line: bool, ring: bool },
}

impl Page {
    /// Draws legend and notes at the foot of the page and gives the part above that is free.
    pub(super) fn footer(&mut self, keys: &[(Key, String)], notes: &[String]) -> Area {
        const SWATCH: f64 = 30.0;
        const GAP: f64 = 30.0;
        let room = self.width - 2.0 * BORDER;
        let has_legend = self.has_legend();
        let mut y = self.height - 20.0;
        for note in notes.iter().rev() {
            let (set, lines) = NOTE.fit(note, room, LEAST_NOTE, MOST_LINES);
            for line in lines.into_iter().rev() {
                self.scene.text(line, [0.5 * self.width, y], set);
                y -= ROW;
            }
        }
        type Row = Vec<(Key, String, f64)>;
        let mut rows: Vec<(f64, Row)> = Vec::new();
        for (key, text) in keys.iter().filter(|_| has_legend) {
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
        let top = self.header() + 2.0;
        Area {
            left: BORDER,
            top,
            width: room,
            height: y - top,
        }
    }

    /// The colour of some amount, for what lies over it.
    fn pale(&self) -> color::Rgb {
        self.colors().0.rising(0.6).toward(color::WHITE, 0.5)
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
            Key::Edge => self.scene.dashes(&path, EDGE, DASH),
            Key::Grid(variable) => {
                grid_line(&mut self.scene, path.to_vec(), grid_pen(variable), variable);
            }
            Key::Faint => {
                self.scene
                    .fill(area.corners(), GRAY.toward(color::WHITE, 0.35));
                let [from, to] = [area.left, area.right()];
                self.scene
                    .line(vec![[from, y], [to, y]], Pen::new(color::WHITE, 1.4));
                self.scene.outline(area.corners(), Pen::new(GRAY, 0.8));
            }
            Key::Patch => {
                self.scene.fill(area.corners(), MARK);
                self.scene.outline(area.corners(), Pen::new(INK, 1.5));
            }
            Key::Hatch => {
                let pale = self.pale();
                self.scene.fill(area.corners(), pale);
                hatch(&mut self.scene, &[area.corners()]);
                self.scene.outline(area.corners(), Pen::new(GRAY, 0.8));
            }
            Key::Back => {
                let pale = self.pale();
                self.scene.fill(area.corners(), color::dull(pale));
                self.scene.outline(area.corners(), Pen::new(GRAY, 0.8));
            }
            Key::Level => {
                for pen in [Pen::new(INK, 6.4), Pen::new(MARK, 4.0)] {
                    self.scene.line(path.to_vec(), pen);
                }
            }
            Key::Outside => {
                self.scene.fill(area.corners(), FAINT);
                self.scene.outline(area.corners(), Pen::new(GRAY, 0.8));
            }
            Key::Dot => dot(&mut self.scene, [x + 0.5 * width, y], 4.0),
            Key::Stipple => {
                let pale = self.pale();
                self.scene.fill(area.corners(), pale);
                let middle = area.left + 0.5 * area.width;
                for (across, down) in [(-6.5, -2.5), (0.0, 2.5), (6.5, -2.5)] {
                    stipple::dot(&mut self.scene, [middle + across, y + down]);
                }
                self.scene.outline(area.corners(), Pen::new(GRAY, 0.8));
            }
            Key::Seam => seams::stroke(&mut self.scene, &path),
            Key::Critical { line, ring: rings } => {
                if line {
                    strokes(&mut self.scene, &[path.to_vec()]);
                }
                if rings {
                    ring(&mut self.scene, [x + 0.5 * width, y]);
                }
            }
        }
    }
}
