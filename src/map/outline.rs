//! The outline: a closed curve in the plane as a polygon through many of its points.
//!
//! 1. Where two of its sides cross, the curve crosses itself. The winding number beside a side is the
//!    number of sides that cross a ray from there, counted with their directions.
//! 2. The kernel, from which all of the curve is seen, is what half planes beside the sides have in
//!    common: clip the bounding box by one after another.
//! 3. The centre is a round point of the kernel; without a kernel the point from which the curve turns
//!    back least.
//!
//! I. E. Sutherland, G. W. Hodgman, "Reentrant polygon clipping", Comm. ACM 17 (1974) 32–42, for 2.

/// A point of the plane.
pub(super) type Point = [f64; 2];

/// A closed polygon through points of a curve.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    points: Vec<Point>,
}

/// The sides beside which winding numbers are found, and those that clip the kernel.
const BESIDE: usize = 160;
const CLIPPING: usize = 420;

/// How far from a side its winding numbers are found, in its lengths.
const NEAR: f64 = 1e-4;

/// Places along each axis from which the curve is looked at where it has no kernel.
const LOOKS: usize = 17;

/// A doubled area below this part of that of the bounding box has no sign that could be trusted.
const NO_AREA: f64 = 1e-6;

/// (b − a) × (c − a): twice the area of a triangle.
pub(super) fn cross(a: Point, b: Point, c: Point) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

impl Outline {
    /// The polygon through points, of which there are three at least.
    pub(super) fn new(points: Vec<Point>) -> Self {
        Outline { points }
    }

    fn sides(&self) -> impl Iterator<Item = (Point, Point)> + Clone {
        let next = self.points.iter().cycle().skip(1);
        self.points.iter().copied().zip(next.copied())
    }

    /// Some of the sides: chords between points that lie so many apart that there are at most as many
    /// as asked for.
    fn chords(&self, most: usize) -> Vec<(Point, Point)> {
        let step = self.points.len().div_ceil(most);
        let every: Vec<Point> = self.points.iter().copied().step_by(step).collect();
        let next = every.iter().cycle().skip(1);
        every.iter().copied().zip(next.copied()).collect()
    }

    /// The lower left and the upper right corner of the box around it.
    pub(super) fn corners(&self) -> [Point; 2] {
        let points = self.points.iter();
        points.fold(
            [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]],
            |[lo, hi], p| {
                [
                    [lo[0].min(p[0]), lo[1].min(p[1])],
                    [hi[0].max(p[0]), hi[1].max(p[1])],
                ]
            },
        )
    }

    /// The longer side of the box around it.
    pub(super) fn extent(&self) -> f64 {
        let [lo, hi] = self.corners();
        (hi[0] - lo[0]).max(hi[1] - lo[1])
    }

    /// Whether it runs clockwise: its signed area is negative, and not so small that it may be zero.
    pub(super) fn is_clockwise(&self) -> bool {
        let [lo, hi] = self.corners();
        let doubled: f64 = self.sides().map(|(a, b)| cross(lo, a, b)).sum();
        doubled < -NO_AREA * (hi[0] - lo[0]) * (hi[1] - lo[1])
    }

    /// How often it is run through, up to 8 times.
    pub(super) fn rounds(&self) -> usize {
        let n = self.points.len();
        // Formulas of one point that are evaluated elsewhere differ in their last digits.
        let near = 1e-9 * self.extent();
        let repeats = |k: &usize| {
            n.is_multiple_of(*k)
                && (0..n).all(|i| {
                    let (p, q) = (self.points[i], self.points[(i + n / k) % n]);
                    (p[0] - q[0]).abs() <= near && (p[1] - q[1]).abs() <= near
                })
        };
        (2..=8).rev().find(repeats).unwrap_or(1)
    }

    /// The same, run through once in place of several times.
    pub(super) fn one_of(&self, rounds: usize) -> Outline {
        let points = &self.points[..self.points.len() / rounds];
        Outline::new(points.to_vec())
    }

    /// A point where it crosses itself, if there is one.
    pub(super) fn crossing(&self) -> Option<Point> {
        let sides: Vec<(Point, Point)> = self.sides().collect();
        let least = |i: usize, axis: usize| sides[i].0[axis].min(sides[i].1[axis]);
        let most = |i: usize, axis: usize| sides[i].0[axis].max(sides[i].1[axis]);
        let mut order: Vec<usize> = (0..sides.len()).collect();
        order.sort_by(|&i, &j| least(i, 0).total_cmp(&least(j, 0)));
        for (k, &i) in order.iter().enumerate() {
            let others = order[k + 1..].iter().copied();
            let mut near = others.take_while(|&j| least(j, 0) <= most(i, 0));
            let found = near.find_map(|j| {
                let apart = least(j, 1) > most(i, 1) || least(i, 1) > most(j, 1);
                if apart {
                    None
                } else {
                    meeting(sides[i], sides[j])
                }
            });
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// How often it winds around a point, counterclockwise.
    pub(super) fn winding(&self, [x, y]: Point) -> i32 {
        let crossed = |(a, b): (Point, Point)| match (a[1] <= y, b[1] <= y) {
            (true, false) if cross(a, b, [x, y]) > 0.0 => 1,
            (false, true) if cross(a, b, [x, y]) < 0.0 => -1,
            _ => 0,
        };
        self.sides().map(crossed).sum()
    }

    /// The winding numbers beside it, without 0, in their order.
    pub(super) fn windings(&self) -> Vec<i32> {
        let step = self.points.len().div_ceil(BESIDE);
        let beside = self.sides().step_by(step).flat_map(|(a, b)| {
            let (dx, dy) = (NEAR * (b[0] - a[0]), NEAR * (b[1] - a[1]));
            let middle = [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])];
            [
                [middle[0] - dy, middle[1] + dx],
                [middle[0] + dy, middle[1] - dx],
            ]
        });
        let mut found: Vec<i32> = beside.map(|point| self.winding(point)).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|number| *number != 0);
        found
    }

    /// A point from which to look at the curve, and whether all of it is seen from there: no ray from
    /// there meets the curve twice, or only where it winds around the point more than once.
    pub(super) fn centre(&self) -> (Point, bool) {
        let sign = if self.is_clockwise() { -1.0 } else { 1.0 };
        let chords = self.chords(CLIPPING);
        let [lo, hi] = self.corners();
        let mut kernel = vec![lo, [hi[0], lo[1]], hi, [lo[0], hi[1]]];
        for (a, b) in &chords {
            kernel = clipped(kernel, |p| sign * cross(*a, *b, p));
            if kernel.is_empty() {
                return (self.least_turned(&chords, sign), false);
            }
        }
        (self.round_point(&kernel), true)
    }

    /// A point of a convex polygon with few digits, so that formulas stay short.
    fn round_point(&self, kernel: &[Point]) -> Point {
        let count = kernel.len() as f64;
        let mean = |axis: usize| kernel.iter().map(|p| p[axis]).sum::<f64>() / count;
        let middle = [mean(0), mean(1)];
        let next = kernel.iter().cycle().skip(1);
        let sides: Vec<(&Point, &Point)> = kernel.iter().zip(next).collect();
        let turn = if sides
            .iter()
            .map(|(a, b)| cross(middle, **a, **b))
            .sum::<f64>()
            < 0.0
        {
            -1.0
        } else {
            1.0
        };
        let is_inside = |p: &Point| sides.iter().all(|(a, b)| turn * cross(**a, **b, *p) >= 0.0);
        // Powers of two, so that a round point is no other number as a decimal.
        let coarse = self.extent().log2().floor().exp2() / 8.0;
        let steps = (0..8).map(|k| coarse / 4f64.powi(k));
        let rounded = steps.map(|step| middle.map(|x| (x / step).round() * step + 0.0));
        rounded.into_iter().find(is_inside).unwrap_or(middle)
    }

    /// The point inside from which the least part of the curve is run through the wrong way.
    fn least_turned(&self, chords: &[(Point, Point)], sign: f64) -> Point {
        let [lo, hi] = self.corners();
        let at = |axis: usize, k: usize| {
            lo[axis] + (hi[axis] - lo[axis]) * (k as f64 + 0.5) / LOOKS as f64
        };
        let places = (0..LOOKS * LOOKS).map(|k| [at(0, k / LOOKS), at(1, k % LOOKS)]);
        let turned = |p: Point| {
            let wrong = |(a, b): &(Point, Point)| (-sign * cross(p, *a, *b)).max(0.0);
            // Any point outside is worse.
            let outside = if self.winding(p) == 0 {
                self.extent().powi(2) * 1e3
            } else {
                0.0
            };
            outside + chords.iter().map(wrong).sum::<f64>()
        };
        let all = places.map(|p| (p, turned(p)));
        let least = all.reduce(|best, next| if next.1 < best.1 { next } else { best });
        let (found, _) = least.unwrap_or((lo, 0.0));
        let step = self.extent().log2().floor().exp2() / 256.0;
        found.map(|x| (x / step).round() * step + 0.0)
    }
}

/// Where the insides of two segments cross.
fn meeting((a, b): (Point, Point), (c, d): (Point, Point)) -> Option<Point> {
    let (from, to) = (cross(c, d, a), cross(c, d, b));
    let (first, second) = (cross(a, b, c), cross(a, b, d));
    if from * to < 0.0 && first * second < 0.0 {
        let part = from / (from - to);
        return Some([0, 1].map(|axis| a[axis] + part * (b[axis] - a[axis])));
    }
    None
}

/// The part of a convex polygon where a linear function is not negative.
fn clipped(polygon: Vec<Point>, value: impl Fn(Point) -> f64) -> Vec<Point> {
    let values: Vec<f64> = polygon.iter().map(|p| value(*p)).collect();
    if values.iter().all(|value| *value >= 0.0) {
        return polygon;
    }
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for i in 0..polygon.len() {
        let j = (i + 1) % polygon.len();
        if values[i] >= 0.0 {
            kept.push(polygon[i]);
        }
        if (values[i] < 0.0) != (values[j] < 0.0) {
            let part = values[i] / (values[i] - values[j]);
            kept.push([0, 1].map(|k| polygon[i][k] + part * (polygon[j][k] - polygon[i][k])));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(curve: impl Fn(f64) -> Point) -> Outline {
        let at = |k: usize| curve((k as f64 + 0.3) / 1680.0 * std::f64::consts::TAU);
        Outline::new((0..1680).map(at).collect())
    }

    #[test]
    fn a_circle_is_seen_from_its_middle() {
        let circle = outline(|t| [3.0 + t.cos(), t.sin()]);
        assert_eq!(circle.centre(), ([3.0, 0.0], true));
        assert_eq!(circle.windings(), [1]);
        assert_eq!((circle.crossing(), circle.rounds()), (None, 1));
        assert!(!circle.is_clockwise());
    }

    #[test]
    fn the_middle_of_a_figure_eight_is_a_crossing_around_which_it_winds_both_ways() {
        let eight = outline(|t| [t.sin(), t.sin() * t.cos()]);
        let [x, y] = eight.crossing().unwrap();
        // The sides are 0.005 long.
        assert!(x.abs() < 0.01 && y.abs() < 0.01);
        assert_eq!(eight.windings(), [-1, 1]);
    }

    #[test]
    fn a_loop_in_a_loop_is_wound_around_twice() {
        let snail = outline(|t| {
            [
                (1.0 + 2.0 * t.cos()) * t.cos(),
                (1.0 + 2.0 * t.cos()) * t.sin(),
            ]
        });
        assert_eq!(snail.windings(), [1, 2]);
        assert!(snail.crossing().is_some());
        let (centre, is_seen) = snail.centre();
        assert!(is_seen && snail.winding(centre) == 2);
    }

    #[test]
    fn what_is_run_through_twice_is_found_out() {
        let twice = outline(|t| [(2.0 * t).cos(), (2.0 * t).sin()]);
        assert_eq!(twice.rounds(), 2);
        assert_eq!(twice.one_of(2).windings(), [1]);
    }

    #[test]
    fn a_crescent_is_seen_from_nowhere() {
        // Points on an arc of the circles with the radii 1 and 0.9.
        let crescent = outline(|t| {
            let angle = 2.5 * t.cos();
            let radius = 0.95 + 0.05 * t.sin();
            [radius * angle.cos(), radius * angle.sin()]
        });
        assert!(!crescent.centre().1);
    }
}
