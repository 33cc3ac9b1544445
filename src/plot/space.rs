//! A box in space, seen from afar.

use super::axis::{Axis, NAME, SMALL, TICK};
use super::color::{INK, PALE};
use super::flat::FAR;
use super::font::Font;
use super::pen::Pen;
use super::scene::{Scene, Spot};
use super::shape::{Area, between};
use super::style::View;
use super::text::{HAlign, Type};

/// A box in space in orthographic projection.
#[derive(Clone, Debug)]
pub(super) struct Space {
    pub(super) area: Area,
    pub(super) axes: [Axis; 3],
    /// Length of a unit of each axis before projection.
    units: [f64; 3],
    /// What lies out of the box by so much of it has a place.
    pub(super) slack: f64,
    /// The eye: cosines and sines of its azimuth and of its elevation.
    turn: [[f64; 2]; 2],
}

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
        let mut space = Space {
            area: Area::default(),
            axes,
            units,
            slack: 0.0,
            turn: [[1.0, 0.0]; 2],
        };
        space.look_from(View::default());
        space
    }

    /// Moves the eye.
    pub(super) fn look_from(&mut self, View { azimuth, elevation }: View) {
        self.turn = [azimuth, elevation].map(|angle| {
            let (sin, cos) = angle.to_radians().sin_cos();
            [cos, sin]
        });
    }

    /// The direction to the eye, of length one, where each axis has its own unit of length on the page.
    fn eye(&self) -> [f64; 3] {
        let [[cos_a, sin_a], [cos_e, sin_e]] = self.turn;
        [cos_a * cos_e, sin_a * cos_e, sin_e]
    }

    /// Right, up and toward the eye, for a point of the box.
    fn view(&self, point: [f64; 3]) -> [f64; 3] {
        let [[cos_a, sin_a], [cos_e, sin_e]] = self.turn;
        let middle = |i: usize| 0.5 * (self.axes[i].range.low + self.axes[i].range.high);
        let [x, y, z] = [0, 1, 2].map(|i| (point[i] - middle(i)) * self.units[i]);
        let out = x * cos_a + y * sin_a;
        [
            y * cos_a - x * sin_a,
            z * cos_e - out * sin_e,
            out * cos_e + z * sin_e,
        ]
    }

    /// The normal of the triangle between three points, not scaled, as a vector of lengths on the page.
    pub(super) fn normal(&self, [a, b, c]: [[f64; 3]; 3]) -> [f64; 3] {
        let side = |p: [f64; 3]| [0, 1, 2].map(|i| (p[i] - a[i]) * self.units[i]);
        let (u, v) = (side(b), side(c));
        [
            u[1] * v[2] - u[2] * v[1],
            u[2] * v[0] - u[0] * v[2],
            u[0] * v[1] - u[1] * v[0],
        ]
    }

    /// The cosine of the angle between a vector of lengths on the page and the direction to the eye.
    pub(super) fn facing(&self, normal: [f64; 3]) -> Option<f64> {
        let length = normal.iter().map(|v| v * v).sum::<f64>().sqrt();
        let eye = self.eye();
        let along = (0..3).map(|i| normal[i] * eye[i]).sum::<f64>();
        (length > 0.0).then_some(along / length)
    }

    /// The corner of the box at the low (false) or high (true) end of each axis.
    fn corner(&self, high: [bool; 3]) -> [f64; 3] {
        [0, 1, 2].map(|i| {
            let range = self.axes[i].range;
            if high[i] { range.high } else { range.low }
        })
    }

    /// Half the width and half the height of the projected box.
    pub(super) fn half(&self) -> [f64; 2] {
        let corners = (0..8).map(|k| self.corner([k & 1 > 0, k & 2 > 0, k & 4 > 0]));
        corners.fold([0.0, 0.0], |half, corner| {
            let view = self.view(corner);
            [half[0].max(view[0].abs()), half[1].max(view[1].abs())]
        })
    }

    pub(super) fn margins(&self) -> [f64; 4] {
        let labels = |i: usize| self.axes[i].label_width();
        let name = Type::new(Font::Italic, NAME, HAlign::Left).width(&self.axes[2].name);
        let left = (labels(2) + TICK + 15.0 + name).max(0.5 * labels(0));
        [left, 8.0, 14.0 + 0.9 * labels(0).max(labels(1)), 36.0]
    }

    /// The place of a point, and how near to the eye it is.
    pub(super) fn place(&self, point: [f64; 3]) -> (Spot, f64) {
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
    pub(super) fn holds(&self, point: [f64; 3]) -> bool {
        (0..3).all(|i| {
            let range = self.axes[i].range.padded(self.slack);
            (range.low..=range.high).contains(&point[i])
        })
    }

    /// The three far panes of the box with ticks, numbers and names.
    pub(super) fn axes(&self, scene: &mut Scene) {
        let spot = |high| self.place(self.corner(high)).0;
        // The ends of the axes that the eye is not at.
        let far = self.eye().map(|part| part < 0.0);
        for i in 0..3 {
            let [mut a, mut b, mut c] = [far; 3];
            let (j, k) = ((i + 1) % 3, (i + 2) % 3);
            a[j] = !far[j];
            b[j] = !far[j];
            b[k] = !far[k];
            c[k] = !far[k];
            scene.outline([far, a, b, c].map(spot).to_vec(), Pen::new(PALE, 1.0));
        }
        let middle = [
            self.area.left + 0.5 * self.area.width,
            self.area.top + 0.5 * self.area.height,
        ];
        for i in 0..3 {
            let (start, out) = self.edge(i, far, middle);
            let align = match out[0] {
                x if i == 2 || x < -0.45 => HAlign::Right,
                x if x > 0.45 => HAlign::Left,
                _ => HAlign::Center,
            };
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
            let gap = match (i, align) {
                (2, _) => TICK + 12.0 + axis.label_width(),
                (_, HAlign::Center) => 38.0,
                _ => 14.0 + (axis.label_width() + 10.0) / out[0].abs(),
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

    /// The edge of the box that carries an axis, by its lower end, and the way out from the box there on the
    /// page: an edge at the foot of the box that the eye sees, and the leftmost one that is upright.
    fn edge(&self, axis: usize, far: [bool; 3], middle: Spot) -> ([bool; 3], Spot) {
        let spot = |high| self.place(self.corner(high)).0;
        if axis == 2 {
            let corners = [[false, false], [false, true], [true, false], [true, true]];
            let starts = corners.map(|[x, y]| [x, y, false]);
            let leftmost = starts
                .into_iter()
                .min_by(|a, b| spot(*a)[0].total_cmp(&spot(*b)[0]));
            return (leftmost.unwrap_or([false; 3]), [-1.0, 0.0]);
        }
        let mut start = [false; 3];
        start[1 - axis] = !far[1 - axis];
        // Seen from below the foot is the far end of what is upright.
        start[2] = false;
        let mut end = start;
        end[axis] = true;
        let (a, b) = (spot(start), spot(end));
        let at = between(a, b, 0.5);
        let length = (b[0] - a[0]).hypot(b[1] - a[1]).max(f64::MIN_POSITIVE);
        let normal = [(b[1] - a[1]) / length, (a[0] - b[0]) / length];
        let away = [at[0] - middle[0], at[1] - middle[1]];
        let sign = if normal[0] * away[0] + normal[1] * away[1] < 0.0 {
            -1.0
        } else {
            1.0
        };
        // Farther to the side than the normal, so that the numbers of two edges that meet stand apart.
        let out = [1.6 * sign * normal[0], (sign * normal[1]).max(0.0) + 0.1];
        let length = out[0].hypot(out[1]);
        (start, out.map(|part| part / length))
    }
}

#[cfg(test)]
mod tests {
    use super::super::range::Range;
    use super::*;

    #[test]
    fn the_eye_sees_the_three_axes_as_described() {
        let axis = |name| Axis::new(name, Range::new(0.0, 1.0), 4, false);
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
