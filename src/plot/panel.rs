//! Panels: a plane, an interval or a box in space, for points of one to three coordinates.

use super::axis::Axis;
use super::flat::Flat;
use super::range::Range;
use super::reach::Reach;
use super::scene::{Scene, Spot};
use super::shape::Area;
use super::space::Space;
use super::style::View;
use super::ticks::Ticks;

/// Either kind of panel.
#[derive(Clone, Debug)]
pub(super) enum Panel {
    /// A plane or an interval.
    Flat(Box<Flat>),
    /// A box in space.
    Space(Box<Space>),
}

/// Width of the bar that stands for an interval.
pub(super) const BAR: f64 = 30.0;

impl Panel {
    /// A plane or an interval.
    pub(super) fn flat(flat: Flat) -> Panel {
        Panel::Flat(Box::new(flat))
    }

    /// The panel for the points of one to three coordinates.
    pub(super) fn new(names: &[String], ranges: &[Range], variables: bool) -> Panel {
        let axis = |i: usize| Axis::new(&names[i], ranges[i], 5, variables);
        match ranges.len() {
            1 => {
                let up = Axis::over(&names[0], ranges[0], axis(0).ticks);
                Panel::flat(Flat::new(None, up))
            }
            2 => {
                let ratio = ranges[0].span() / ranges[1].span();
                let angles = ranges.iter().map(|r| Ticks::pi(r.low, r.high).is_some());
                let alike = angles.clone().all(|angle| angle) || !angles.clone().any(|angle| angle);
                let equal = if variables {
                    alike && (0.4..=2.5).contains(&ratio)
                } else {
                    (0.03..=30.0).contains(&ratio)
                };
                Panel::flat(Flat {
                    equal,
                    ..Flat::new(Some(axis(0)), axis(1))
                })
            }
            _ => {
                let spans = ranges.iter().map(Range::span);
                let (least, most) =
                    spans.fold((f64::MAX, 0.0f64), |(a, b), s| (a.min(s), b.max(s)));
                let equal = most < if variables { 1.5 } else { 30.0 } * least;
                Panel::Space(Box::new(Space::new([axis(0), axis(1), axis(2)], equal)))
            }
        }
    }

    pub(super) fn area(&self) -> Area {
        match self {
            Panel::Flat(flat) => flat.area,
            Panel::Space(space) => space.area,
        }
    }

    pub(super) fn set_area(&mut self, area: Area) {
        match self {
            Panel::Flat(flat) => flat.area = area,
            Panel::Space(space) => space.area = area,
        }
    }

    /// Compresses an axis of a plane, that of the first coordinate or of the second; whether it could.
    pub(super) fn compress(&mut self, axis: usize, reach: Reach) -> bool {
        let Panel::Flat(flat) = self else {
            return false;
        };
        flat.equal = false;
        match (&mut flat.across, axis) {
            (Some(across), 0) => across.compress(reach),
            _ => flat.up.compress(reach),
        }
        true
    }

    /// Lets points through that lie a little out of a box in space, for what is cut between them.
    pub(super) fn loosen(&mut self) {
        if let Panel::Space(space) = self {
            space.slack = 0.25;
        }
    }

    /// Moves the eye, if this is a box in space.
    pub(super) fn look_from(&mut self, view: View) {
        if let Panel::Space(space) = self {
            space.look_from(view);
        }
    }

    /// Room for labels: left, top, right, bottom.
    pub(super) fn margins(&self) -> [f64; 4] {
        match self {
            Panel::Flat(flat) => flat.margins(),
            Panel::Space(space) => space.margins(),
        }
    }

    /// The width to ask for at a height, and whether a different one can do.
    pub(super) fn width_at(&self, height: f64) -> (f64, bool) {
        match self {
            Panel::Flat(flat) if flat.across.is_none() => (BAR, false),
            Panel::Flat(flat) => match flat.aspect() {
                Some(aspect) => (aspect * height, false),
                None => (height, true),
            },
            Panel::Space(space) => {
                let half = space.half();
                (height * half[0] / half[1], false)
            }
        }
    }

    /// The height at a width no more than the one asked for.
    pub(super) fn height_at(&self, width: f64, height: f64) -> f64 {
        let (wanted, free) = self.width_at(height);
        if free || wanted <= width {
            height
        } else {
            height * width / wanted
        }
    }

    /// The place of a point; `None` when it has none.
    pub(super) fn place(&self, point: &[f64]) -> Option<Spot> {
        Some(self.place_deep(point)?.0)
    }

    /// The place of a point and its nearness; `None` when it has none (not finite, or out of the
    /// box in space).
    pub(super) fn place_deep(&self, point: &[f64]) -> Option<(Spot, f64)> {
        match self {
            Panel::Flat(flat) => flat.has(point).then(|| (flat.place(point), 0.0)),
            Panel::Space(_) if !point.iter().all(|part| part.is_finite()) => None,
            Panel::Space(space) => {
                let point = [*point.first()?, *point.get(1)?, *point.get(2)?];
                space.holds(point).then(|| space.place(point))
            }
        }
    }

    pub(super) fn is_flat(&self) -> bool {
        matches!(self, Panel::Flat(_))
    }

    /// Draws what lies behind the content: the panes of a box.
    pub(super) fn draw_back(&self, scene: &mut Scene) {
        if let Panel::Space(space) = self {
            space.axes(scene);
        }
    }

    /// Draws what lies over the content: the frame of a plane.
    pub(super) fn draw_front(&self, scene: &mut Scene) {
        if let Panel::Flat(flat) = self {
            flat.axes(scene);
        }
    }
}
