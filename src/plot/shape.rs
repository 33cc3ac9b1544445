//! Shapes on the page: rectangles that cut others to size, hatching, dots, areas.

use super::color::{INK, WHITE};
use super::pen::Pen;
use super::scene::{Scene, Spot, disk};

/// A rectangle of the picture in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    /// Moved by less than a pixel so that lines at its left and top fill whole pixels.
    pub(super) fn snapped(self) -> Area {
        let snap = |edge: f64| edge.floor() + 0.5;
        Area {
            left: snap(self.left),
            top: snap(self.top),
            ..self
        }
    }

    pub(super) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub(super) fn holds(&self, [x, y]: Spot) -> bool {
        (self.left..=self.right()).contains(&x) && (self.top..=self.bottom()).contains(&y)
    }

    pub(super) fn corners(&self) -> Vec<Spot> {
        Scene::rectangle(self.left, self.top, self.width, self.height)
    }

    /// The part of a polygon inside, one side after the other (Sutherland and Hodgman, "Reentrant
    /// polygon clipping", Communications of the ACM, 1974).
    pub(super) fn clip(&self, mut corners: Vec<Spot>) -> Vec<Spot> {
        let limits = [
            (0, 1.0, self.left),
            (0, -1.0, self.right()),
            (1, 1.0, self.top),
        ];
        for (axis, sign, limit) in limits.into_iter().chain([(1, -1.0, self.bottom())]) {
            let depth = |p: Spot| sign * (p[axis] - limit);
            let mut kept = Vec::with_capacity(corners.len() + 4);
            let Some(mut from) = corners.last().copied() else {
                break;
            };
            for to in corners {
                if (depth(from) >= 0.0) != (depth(to) >= 0.0) {
                    kept.push(between(from, to, depth(from) / (depth(from) - depth(to))));
                }
                if depth(to) >= 0.0 {
                    kept.push(to);
                }
                from = to;
            }
            corners = kept;
        }
        corners
    }

    /// The parts of a line inside.
    pub(super) fn clip_line(&self, path: &[Spot]) -> Vec<Vec<Spot>> {
        let mut parts: Vec<Vec<Spot>> = Vec::new();
        for pair in path.windows(2) {
            let Some((from, to)) = self.clip_segment(pair[0], pair[1]) else {
                continue;
            };
            match parts.last_mut() {
                Some(part) if part.last() == Some(&from) => part.push(to),
                _ => parts.push(vec![from, to]),
            }
        }
        parts
    }

    fn clip_segment(&self, a: Spot, b: Spot) -> Option<(Spot, Spot)> {
        let (mut enter, mut leave) = (0.0f64, 1.0f64);
        let sides = [(self.left, self.right()), (self.top, self.bottom())];
        for (axis, (low, high)) in sides.into_iter().enumerate() {
            let step = b[axis] - a[axis];
            if step == 0.0 {
                if a[axis] < low || a[axis] > high {
                    return None;
                }
                continue;
            }
            let (first, second) = ((low - a[axis]) / step, (high - a[axis]) / step);
            enter = enter.max(first.min(second));
            leave = leave.min(first.max(second));
        }
        let at = |share: f64, end: Spot| {
            if share > 0.0 && share < 1.0 {
                between(a, b, share)
            } else {
                end
            }
        };
        (enter < leave).then(|| (at(enter, a), at(leave, b)))
    }
}

/// The spot `share` of the way from `a` to `b`.
pub(super) fn between(a: Spot, b: Spot, share: f64) -> Spot {
    [0, 1].map(|i| a[i] + share * (b[i] - a[i]))
}

/// Draws slanted lines over polygons, in step with each other.
pub(super) fn hatch(scene: &mut Scene, polygons: &[Vec<Spot>]) {
    const EVERY: f64 = 8.0;
    let mut runs: Vec<(i64, f64, f64)> = Vec::new();
    for corners in polygons {
        let levels = corners.iter().map(|[x, y]| (x + y) / EVERY);
        let (low, high) = levels.fold((f64::MAX, f64::MIN), |(low, high), l| {
            (low.min(l), high.max(l))
        });
        if corners.len() < 3 {
            continue;
        }
        for k in low.ceil() as i64..=high.floor() as i64 {
            // Half a thousandth of a step off, so that no line runs through a corner.
            let level = (k as f64 + 5e-4) * EVERY;
            let mut crossings: Vec<f64> = Vec::new();
            for (a, b) in corners.iter().zip(corners.iter().cycle().skip(1)) {
                let (p, q) = (a[0] + a[1] - level, b[0] + b[1] - level);
                if (p < 0.0) != (q < 0.0) {
                    crossings.push(between(*a, *b, p / (p - q))[0]);
                }
            }
            crossings.sort_by(f64::total_cmp);
            runs.extend(crossings.chunks_exact(2).map(|pair| (k, pair[0], pair[1])));
        }
    }
    runs.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut joined: Vec<(i64, f64, f64)> = Vec::new();
    for (k, from, to) in runs {
        match joined.last_mut() {
            Some(last) if last.0 == k && from <= last.2 + 0.5 => last.2 = last.2.max(to),
            _ => joined.push((k, from, to)),
        }
    }
    for (k, from, to) in joined {
        let level = (k as f64 + 5e-4) * EVERY;
        let path = vec![[from, level - from], [to, level - to]];
        scene.line(
            path,
            Pen {
                alpha: 0.75,
                ..Pen::new(WHITE, 2.2)
            },
        );
    }
}

/// A white dot with a dark rim.
pub(super) fn dot(scene: &mut Scene, spot: Spot, radius: f64) {
    scene.fill(disk(spot, radius, 24), INK);
    scene.fill(disk(spot, radius - 1.3, 24), WHITE);
}

/// The signed area of a polygon.
pub(super) fn signed_area(corners: &[Spot]) -> f64 {
    let next = corners.iter().cycle().skip(1);
    0.5 * corners
        .iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - a[1] * b[0])
        .sum::<f64>()
}

/// Whether a polygon surrounds a spot.
pub(super) fn surrounds(corners: &[Spot], [x, y]: Spot) -> bool {
    let next = corners.iter().cycle().skip(1);
    let crossed = |(a, b): &(&Spot, &Spot)| {
        (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
    };
    corners.iter().zip(next).filter(crossed).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::super::scene::Mark;
    use super::*;

    const AREA: Area = Area {
        left: 10.0,
        top: 20.0,
        width: 100.0,
        height: 50.0,
    };

    #[test]
    fn shapes_are_cut_at_the_border() {
        let cut = AREA.clip(vec![[0.0, 0.0], [60.0, 0.0], [60.0, 100.0], [0.0, 100.0]]);
        let mut corners = cut.clone();
        corners.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
        corners.dedup();
        assert_eq!(
            corners,
            [[10.0, 20.0], [10.0, 70.0], [60.0, 20.0], [60.0, 70.0]]
        );
        assert!(
            AREA.clip(vec![[0.0, 0.0], [5.0, 0.0], [5.0, 9.0]])
                .is_empty()
        );
    }

    #[test]
    fn a_line_that_leaves_and_returns_becomes_two() {
        let path = [[20.0, 30.0], [20.0, 10.0], [40.0, 10.0], [40.0, 60.0]];
        let parts = AREA.clip_line(&path);
        assert_eq!(
            parts,
            [
                vec![[20.0, 30.0], [20.0, 20.0]],
                vec![[40.0, 20.0], [40.0, 60.0]]
            ]
        );
    }

    #[test]
    fn hatching_stays_inside_and_joins_over_neighbours() {
        let boxes = [
            Scene::rectangle(0.0, 0.0, 20.0, 40.0),
            Scene::rectangle(20.0, 0.0, 20.0, 40.0),
        ];
        let (mut apart, mut whole) = (Scene::default(), Scene::default());
        hatch(&mut apart, &boxes);
        hatch(&mut whole, &[Scene::rectangle(0.0, 0.0, 40.0, 40.0)]);
        assert_eq!(apart.marks.len(), whole.marks.len());
        for [left, top, right, bottom] in apart.marks.iter().map(Mark::bounds) {
            // The lines end on the border, computed with a few roundings.
            assert!(left.min(top) > -1e-9 && right.max(bottom) < 40.0 + 1e-9);
        }
        assert_eq!(apart.marks.len(), 10);
    }

    #[test]
    fn a_spot_is_inside_or_outside_a_polygon() {
        let shape = [
            [0.0, 0.0],
            [10.0, 0.0],
            [5.0, 5.0],
            [10.0, 10.0],
            [0.0, 10.0],
        ];
        assert!(surrounds(&shape, [2.0, 5.0]) && !surrounds(&shape, [8.0, 5.0]));
        assert_eq!(signed_area(&shape), 75.0);
    }
}
