//! A plane with axes, or an interval standing upright.

use super::axis::{Axis, NAME, SMALL, TICK};
use super::color::INK;
use super::font::Font;
use super::pen::Pen;
use super::scene::{Scene, Spot};
use super::shape::Area;
use super::text::{HAlign, Type};

/// Coordinates are kept to this many pixels from the origin before shapes are cut to size.
pub(super) const FAR: f64 = 1e6;

/// A plane with an axis below and one at its left, or only the latter for an interval.
#[derive(Clone, Debug)]
pub(super) struct Flat {
    pub(super) area: Area,
    /// The axis below; none for an interval.
    pub(super) across: Option<Axis>,
    pub(super) up: Axis,
    /// Both axes have the same scale.
    pub(super) equal: bool,
    /// Pixels between the frame and the area at the left and below.
    pub(super) gutter: f64,
}

impl Flat {
    /// A plane (an interval without an axis below) whose area is still to be set.
    pub(super) fn new(across: Option<Axis>, up: Axis) -> Flat {
        Flat {
            area: Area::default(),
            across,
            up,
            equal: false,
            gutter: 0.0,
        }
    }

    /// The width that goes with a height of one, when the scales fix it.
    pub(super) fn aspect(&self) -> Option<f64> {
        let across = self.across.as_ref()?;
        self.equal
            .then(|| across.range.span() / self.up.range.span())
    }

    fn name_turned(&self) -> bool {
        Type::new(Font::Italic, NAME, HAlign::Left).width(&self.up.name) > 30.0
    }

    /// Room for labels: left, top, right, bottom.
    pub(super) fn margins(&self) -> [f64; 4] {
        let name = Type::new(Font::Italic, NAME, HAlign::Left).width(&self.up.name);
        let name = if self.name_turned() { NAME } else { name };
        let below = if self.across.is_some() {
            TICK + 10.0 + SMALL + 8.0 + NAME
        } else {
            10.0
        };
        let left = self.up.label_width() + TICK + 5.0 + 10.0 + name + self.gutter;
        [left, 8.0, 14.0, below + self.gutter]
    }

    /// Whether a point has a place.
    pub(super) fn has(&self, point: &[f64]) -> bool {
        match (&self.across, point) {
            (Some(across), &[x, y, ..]) => across.has(x) && self.up.has(y),
            _ => point.first().is_some_and(|y| self.up.has(*y)),
        }
    }

    pub(super) fn place(&self, point: &[f64]) -> Spot {
        let (x, y) = match (&self.across, point) {
            (Some(across), &[x, y, ..]) => (across.share(x), y),
            _ => (0.5, point.first().copied().unwrap_or(f64::NAN)),
        };
        let spot = [
            self.area.left + x * self.area.width,
            self.area.bottom() - self.up.share(y) * self.area.height,
        ];
        spot.map(|part| part.clamp(-FAR, FAR))
    }

    /// The frame with ticks, numbers and names.
    pub(super) fn axes(&self, scene: &mut Scene) {
        let pen = Pen::new(INK, 1.0);
        let frame = Area {
            left: self.area.left - self.gutter,
            top: self.area.top,
            width: self.area.width + self.gutter,
            height: self.area.height + self.gutter,
        };
        // Lines of one pixel are sharp on whole pixels; the data keep their exact scale.
        let sharp = |edge: f64| edge.floor() + 0.5;
        scene.outline(
            frame
                .corners()
                .into_iter()
                .map(|spot| spot.map(sharp))
                .collect(),
            pen,
        );
        let number = |align| Type::new(Font::Regular, SMALL, align);
        let name = Type::new(Font::Italic, NAME, HAlign::Center);
        if let Some(across) = &self.across {
            let place = |(value, _): &(f64, String)| {
                [
                    self.area.left + across.share(*value) * self.area.width,
                    frame.bottom(),
                ]
            };
            let spots: Vec<Spot> = across.ticks.0.iter().map(place).collect();
            for &[x, y] in &spots {
                let (mark, foot) = (sharp(x), sharp(y));
                scene.line(vec![[mark, foot], [mark, foot + TICK]], pen);
            }
            for ([x, y], label) in across.labels(&spots) {
                scene.text(label, [x, y + TICK + 10.0], number(HAlign::Center));
            }
            let below = frame.bottom() + TICK + 10.0 + SMALL + 7.0;
            // It may reach as far as the margins do.
            let text = name.shorten(&across.name, self.area.width + 28.0);
            scene.text(text, [self.area.left + 0.5 * self.area.width, below], name);
        }
        let place = |(value, _): &(f64, String)| {
            [
                frame.left,
                self.area.bottom() - self.up.share(*value) * self.area.height,
            ]
        };
        let spots: Vec<Spot> = self.up.ticks.0.iter().map(place).collect();
        for &[x, y] in &spots {
            let (mark, edge) = (sharp(y), sharp(x));
            scene.line(vec![[edge - TICK, mark], [edge, mark]], pen);
        }
        for ([x, y], label) in self.up.labels(&spots) {
            scene.text(label, [x - TICK - 5.0, y], number(HAlign::Right));
        }
        let middle = self.area.top + 0.5 * self.area.height;
        let x = frame.left - TICK - 5.0 - self.up.label_width() - 10.0;
        if self.name_turned() {
            let at = [x - 0.5 * NAME, middle];
            scene.text(
                &self.up.name,
                at,
                Type {
                    turned: true,
                    ..name
                },
            );
        } else {
            scene.text(
                &self.up.name,
                [x, middle],
                Type {
                    align: HAlign::Right,
                    ..name
                },
            );
        }
    }
}
