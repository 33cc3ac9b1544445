//! Panels: a plane with axes, an interval standing upright, and a box in space seen from afar.

use super::axis::{Range, Ticks};
use super::color::{INK, PALE};
use super::font::Font;
use super::pen::Pen;
use super::scene::{Scene, Spot};
use super::shape::{Area, between};
use super::text::{HAlign, Type};

/// Size of the numbers at the ticks.
const SMALL: f64 = 12.5;
/// Size of the names of the axes.
const NAME: f64 = 15.0;
/// Length of a tick.
const TICK: f64 = 5.0;
/// Coordinates are kept to this many pixels from the origin before shapes are cut to size.
const FAR: f64 = 1e6;

/// An axis of a panel.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub(super) name: String,
    pub(super) range: Range,
    pub(super) ticks: Ticks,
}

impl Axis {
    /// The axis of a variable or target over `range`, drawn a little longer at both ends.
    pub(super) fn new(name: &str, range: Range, count: usize, variable: bool) -> Axis {
        let ticks = if variable {
            Ticks::of_variable(range.low, range.high, count)
        } else {
            Ticks::linear(range.low, range.high, count)
        };
        let range = if range.cut { range } else { range.padded(0.04) };
        Axis {
            name: name.to_string(),
            range,
            ticks,
        }
    }

    fn share(&self, value: f64) -> f64 {
        (value - self.range.low) / self.range.span()
    }

    /// The labels with their spots, as many as fit: all, every second, every fifth…, zero kept.
    fn labels(&self, spots: &[Spot]) -> Vec<(Spot, &str)> {
        let zero = self
            .ticks
            .0
            .iter()
            .position(|(value, _)| *value == 0.0)
            .unwrap_or(0);
        let width = self.label_width() + 6.0;
        let fits = |stride: &usize| {
            let kept: Vec<&Spot> = spots.iter().skip(zero % stride).step_by(*stride).collect();
            kept.windows(2).all(|pair| {
                let [dx, dy] = [0, 1].map(|i| (pair[1][i] - pair[0][i]).abs());
                dx >= width || dy >= SMALL + 1.0
            })
        };
        let stride = [1, 2, 5, 10]
            .into_iter()
            .find(fits)
            .unwrap_or(spots.len().max(1));
        let labels = spots
            .iter()
            .zip(&self.ticks.0)
            .map(|(spot, (_, label))| (*spot, label.as_str()));
        labels.skip(zero % stride).step_by(stride).collect()
    }

    /// The widest label.
    fn label_width(&self) -> f64 {
        let set = Type::new(Font::Regular, SMALL, HAlign::Left);
        self.ticks
            .0
            .iter()
            .map(|(_, label)| set.width(label))
            .fold(0.0, f64::max)
    }
}

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

/// A box in space in orthographic projection.
#[derive(Clone, Debug)]
pub(super) struct Space {
    pub(super) area: Area,
    pub(super) axes: [Axis; 3],
    /// Length of a unit of each axis before projection.
    units: [f64; 3],
}

/// Either kind of panel.
#[derive(Clone, Debug)]
pub(super) enum Panel {
    /// A plane or an interval.
    Flat(Flat),
    /// A box in space.
    Space(Box<Space>),
}

/// Width of the bar that stands for an interval.
pub(super) const BAR: f64 = 30.0;

impl Flat {
    /// The width that goes with a height of one, when the scales fix it.
    fn aspect(&self) -> Option<f64> {
        let across = self.across.as_ref()?;
        self.equal
            .then(|| across.range.span() / self.up.range.span())
    }

    fn name_turned(&self) -> bool {
        Type::new(Font::Italic, NAME, HAlign::Left).width(&self.up.name) > 30.0
    }

    /// Room for labels: left, top, right, bottom.
    fn margins(&self) -> [f64; 4] {
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

    fn place(&self, point: &[f64]) -> Spot {
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
    fn axes(&self, scene: &mut Scene) {
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
            scene.text(
                &across.name,
                [self.area.left + 0.5 * self.area.width, below],
                name,
            );
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

/// Where the eye is: 60° clockwise from the first axis, 25° above the plane of the first two.
const AZIMUTH: f64 = -60.0;
const ELEVATION: f64 = 25.0;

impl Space {
    /// A box over three axes, in true proportions or as a cube.
    pub(super) fn new(axes: [Axis; 3], equal: bool) -> Space {
        let units = [0, 1, 2].map(|i| {
            if equal {
                1.0
            } else {
                1.0 / axes[i].range.span()
            }
        });
        Space {
            area: Area::default(),
            axes,
            units,
        }
    }

    /// Right, up and toward the eye, for a point of the box.
    fn view(&self, point: [f64; 3]) -> [f64; 3] {
        let (sin_a, cos_a) = AZIMUTH.to_radians().sin_cos();
        let (sin_e, cos_e) = ELEVATION.to_radians().sin_cos();
        let middle = |i: usize| 0.5 * (self.axes[i].range.low + self.axes[i].range.high);
        let [x, y, z] = [0, 1, 2].map(|i| (point[i] - middle(i)) * self.units[i]);
        let out = x * cos_a + y * sin_a;
        [
            y * cos_a - x * sin_a,
            z * cos_e - out * sin_e,
            out * cos_e + z * sin_e,
        ]
    }

    /// The corner of the box at the low (false) or high (true) end of each axis.
    fn corner(&self, high: [bool; 3]) -> [f64; 3] {
        [0, 1, 2].map(|i| {
            let range = self.axes[i].range;
            if high[i] { range.high } else { range.low }
        })
    }

    /// Half the width and half the height of the projected box.
    fn half(&self) -> [f64; 2] {
        let corners = (0..8).map(|k| self.corner([k & 1 > 0, k & 2 > 0, k & 4 > 0]));
        corners.fold([0.0, 0.0], |half, corner| {
            let view = self.view(corner);
            [half[0].max(view[0].abs()), half[1].max(view[1].abs())]
        })
    }

    fn margins(&self) -> [f64; 4] {
        let labels = |i: usize| self.axes[i].label_width();
        let name = Type::new(Font::Italic, NAME, HAlign::Left).width(&self.axes[2].name);
        let left = (labels(2) + TICK + 15.0 + name).max(0.5 * labels(0));
        [left, 8.0, 14.0 + 0.6 * labels(1), 36.0]
    }

    /// The place of a point, and how near to the eye it is.
    fn place(&self, point: [f64; 3]) -> (Spot, f64) {
        let half = self.half();
        let scale = (0.5 * self.area.width / half[0]).min(0.5 * self.area.height / half[1]);
        let [right, up, near] = self.view(point);
        let spot = [
            self.area.left + 0.5 * self.area.width + right * scale,
            self.area.top + 0.5 * self.area.height - up * scale,
        ];
        (spot.map(|part| part.clamp(-FAR, FAR)), near * scale)
    }

    /// Whether a point is in the box.
    fn holds(&self, point: [f64; 3]) -> bool {
        (0..3).all(|i| {
            let range = self.axes[i].range;
            (range.low..=range.high).contains(&point[i])
        })
    }

    /// The three far panes of the box with ticks, numbers and names.
    fn axes(&self, scene: &mut Scene) {
        let spot = |high| self.place(self.corner(high)).0;
        let far = [false, true, false];
        // Seen from the right and in front: the far sides are x low, y high and z low.
        for i in 0..3 {
            let [mut a, mut b, mut c] = [far; 3];
            let (j, k) = ((i + 1) % 3, (i + 2) % 3);
            a[j] = !far[j];
            b[j] = !far[j];
            b[k] = !far[k];
            c[k] = !far[k];
            scene.outline([far, a, b, c].map(spot).to_vec(), Pen::new(PALE, 1.0));
        }
        // The edge that carries each axis, the way out from the box there, and how text is set.
        let edges = [
            ([false, false, false], [-0.35, 1.0], HAlign::Center),
            ([true, false, false], [0.75, 0.7], HAlign::Left),
            ([false, false, false], [-1.0, 0.0], HAlign::Right),
        ];
        for (i, (start, out, align)) in edges.into_iter().enumerate() {
            let axis = &self.axes[i];
            let mut end = start;
            end[i] = true;
            scene.line(vec![spot(start), spot(end)], Pen::new(INK, 1.0));
            let mut spots = Vec::new();
            for (value, _) in &axis.ticks.0 {
                let mut point = self.corner(start);
                point[i] = *value;
                // A rule across the two far panes that meet the value.
                let mut rule = [point, point, point];
                let (j, k) = ((i + 1) % 3, (i + 2) % 3);
                let back = self.corner(far);
                rule[0][j] = self.corner(far.map(|f| !f))[j];
                rule[0][k] = back[k];
                rule[1][j] = back[j];
                rule[1][k] = back[k];
                rule[2][j] = back[j];
                rule[2][k] = self.corner(far.map(|f| !f))[k];
                let path = rule.map(|p| self.place(p).0).to_vec();
                scene.line(
                    path,
                    Pen {
                        alpha: 0.7,
                        ..Pen::new(PALE, 0.8)
                    },
                );
                let at = self.place(point).0;
                let tip = [at[0] + TICK * out[0], at[1] + TICK * out[1]];
                scene.line(vec![at, tip], Pen::new(INK, 1.0));
                spots.push(at);
            }
            let gap = if i == 2 { TICK + 4.0 } else { 14.0 };
            for (at, label) in axis.labels(&spots) {
                let at = [at[0] + gap * out[0], at[1] + gap * out[1]];
                scene.text(label, at, Type::new(Font::Regular, SMALL, align));
            }
            let (a, b) = (spot(start), spot(end));
            let gap = match i {
                0 => 38.0,
                1 => 14.0 + (axis.label_width() + 10.0) / out[0],
                _ => TICK + 12.0 + axis.label_width(),
            };
            let at = between(a, b, if i == 2 { 0.5 } else { 0.52 });
            let at = [at[0] + gap * out[0], at[1] + gap * out[1]];
            let set = Type {
                color: INK,
                ..Type::new(Font::Italic, NAME, align)
            };
            scene.text(&axis.name, at, set);
        }
    }
}

impl Panel {
    /// The panel for the points of one to three coordinates.
    pub(super) fn new(names: &[String], ranges: &[Range], variables: bool) -> Panel {
        let axis = |i: usize| Axis::new(&names[i], ranges[i], 5, variables);
        match ranges.len() {
            1 => {
                let up = Axis {
                    range: ranges[0],
                    ..axis(0)
                };
                Panel::Flat(Flat {
                    area: Area::default(),
                    across: None,
                    up,
                    equal: false,
                    gutter: 0.0,
                })
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
                let across = Some(axis(0));
                Panel::Flat(Flat {
                    area: Area::default(),
                    across,
                    up: axis(1),
                    equal,
                    gutter: 0.0,
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
            Panel::Flat(Flat { across: None, .. }) => (BAR, false),
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
        if !point.iter().all(|part| part.is_finite()) {
            return None;
        }
        match self {
            Panel::Flat(flat) => Some((flat.place(point), 0.0)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eye_sees_the_three_axes_as_described() {
        let axis = |name| {
            Axis::new(
                name,
                Range {
                    low: 0.0,
                    high: 1.0,
                    cut: false,
                },
                4,
                false,
            )
        };
        let space = Space::new(["x", "y", "z"].map(axis), true);
        let origin = space.view([0.0; 3]);
        let step = |i: usize| {
            let mut point = [0.0; 3];
            point[i] = 1.0;
            let view = space.view(point);
            [0, 1, 2].map(|k| view[k] - origin[k])
        };
        let (x, y, z) = (step(0), step(1), step(2));
        assert!(x[0] > 0.0 && x[2] > 0.0, "x goes right and toward the eye");
        assert!(y[0] > 0.0 && y[2] < 0.0, "y goes right and away");
        assert!(z[0] == 0.0 && z[1] > 0.0, "z goes up");
        for i in 0..3 {
            for j in 0..3 {
                let dot: f64 = (0..3).map(|k| step(i)[k] * step(j)[k]).sum();
                let identity = if i == j { 1.0 } else { 0.0 };
                // A rotation, to a few roundings of numbers near one.
                assert!((dot - identity).abs() < 1e-14);
            }
        }
    }
}
