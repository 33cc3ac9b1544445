//! The image of the edges of the unit square: with it and the sign of the determinant, the degree of the map
//! of the square between them.
//!
//! 1. Edges whose image is one point, edges that run back on themselves, and pairs that run along one
//!    another the other way round, as at the seam of polar coordinates, bound nothing.
//! 2. The others are simple closed curves that do not meet, if bounds show that pieces of them are apart, or
//!    are neighbours that go on in one direction.
//! 3. Beside such curves the winding number says how often a place is covered by a map whose determinant
//!    keeps its sign.
//!
//! G. H. Meisters, C. Olech, "Locally one-to-one mappings and a classical theorem on schlicht functions",
//! Duke Math. J. 30 (1963) 63–80; R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval
//! Analysis", SIAM (2009), chapter 8, for pairs of boxes.

use super::mapping::{Boxes, Here, Mapping, Points};
use crate::expr::bounds::ranges::Interval;

/// Points along an edge.
const ALONG: usize = 65;

/// Images are one place if they differ by less than this part of the size of the image.
const SAME: f64 = 1e-10;

/// Pairs of pieces that are looked at.
const MOST_PAIRS: usize = 6000;

/// Pieces that are shorter are not halved.
const SHORTEST: f64 = 1e-5;

/// Winding numbers are those of polygons of so many sides an edge.
const SIDES: usize = 256;

/// So far beside a curve, as a part of the size of the image, its winding number is looked at.
const BESIDE: f64 = 1e-4;

/// What an edge does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// It bounds the image.
    Bounds,
    /// Its image is one point.
    Point,
    /// It runs back on itself.
    Folded,
    /// It runs along another edge, the other way round.
    Seam(usize),
}

/// The edges of the square in order, against the clock: along the lower and the upper end of the second
/// axis, the upper and the lower end of the first.
pub(crate) struct Outline {
    pub(crate) edges: [Edge; 4],
    images: Vec<Vec<Here>>,
    size: f64,
}

/// The point of an edge at a place along it.
fn on_edge(edge: usize, s: f64) -> [f64; 2] {
    match edge {
        0 => [s, 0.0],
        1 => [1.0, s],
        2 => [1.0 - s, 1.0],
        _ => [0.0, 1.0 - s],
    }
}

impl Outline {
    pub(crate) fn new(points: &mut Points<'_>) -> Option<Self> {
        let images: Vec<Vec<Here>> = (0..4)
            .map(|edge| {
                let places = (0..ALONG).map(|k| on_edge(edge, k as f64 / (ALONG - 1) as f64));
                let places: Vec<[f64; 2]> = places.collect();
                let axis = |i: usize| places.iter().map(|place| place[i]).collect();
                points.each(&[axis(0), axis(1)])
            })
            .collect();
        let all = || images.iter().flatten().flat_map(|here| &here.targets);
        if !all().all(|x| x.is_finite()) {
            return None;
        }
        let (lo, hi) = all().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), x| {
            (lo.min(*x), hi.max(*x))
        });
        let mut outline = Outline {
            edges: [Edge::Bounds; 4],
            images,
            size: hi - lo,
        };
        for edge in 0..4 {
            outline.edges[edge] = outline.kind(edge);
        }
        Some(outline)
    }

    fn is_one(&self, a: &Here, b: &Here) -> bool {
        let mut pairs = a.targets.iter().zip(&b.targets);
        pairs.all(|(a, b)| (a - b).abs() <= SAME * self.size)
    }

    fn kind(&self, edge: usize) -> Edge {
        let own = &self.images[edge];
        if own.iter().all(|here| self.is_one(here, &own[0])) {
            return Edge::Point;
        }
        let back = |other: &[Here]| {
            let mut pairs = own.iter().zip(other.iter().rev());
            pairs.all(|(a, b)| self.is_one(a, b))
        };
        if back(own) {
            return Edge::Folded;
        }
        let others = (0..4).filter(|other| *other != edge);
        let along = others.into_iter().find(|other| back(&self.images[*other]));
        along.map_or(Edge::Bounds, Edge::Seam)
    }

    /// The edges that bound the image.
    fn bounding(&self) -> Vec<usize> {
        (0..4)
            .filter(|edge| self.edges[*edge] == Edge::Bounds)
            .collect()
    }

    /// How often the edges that bound the image go round a place.
    pub(crate) fn winding(&self, points: &mut Points<'_>, place: [f64; 2]) -> i32 {
        let mut turns = 0;
        for edge in self.bounding() {
            let all: Vec<[f64; 2]> = (0..=SIDES)
                .map(|k| on_edge(edge, k as f64 / SIDES as f64))
                .collect();
            let axis = |i: usize| all.iter().map(|place| place[i]).collect::<Vec<f64>>();
            // A block takes fewer points than that.
            let (u, v) = (axis(0), axis(1));
            let mut images = Vec::with_capacity(all.len());
            for (u, v) in u.chunks(128).zip(v.chunks(128)) {
                images.extend(points.each(&[u.to_vec(), v.to_vec()]));
            }
            for pair in images.windows(2) {
                let [a, b] = [&pair[0].targets, &pair[1].targets];
                turns += crossing([a[0], a[1]], [b[0], b[1]], place);
            }
        }
        turns
    }

    /// Whether the edges that bound the image are simple closed curves that do not meet, as bounds prove,
    /// and no place beside them is covered more than once by a map that keeps its sign.
    pub(crate) fn covers_once(&self, mapping: &Mapping, points: &mut Points<'_>) -> bool {
        let bounding = self.bounding();
        if bounding.is_empty() {
            return false;
        }
        let Some(mut boxes) = mapping.boxes() else {
            return false;
        };
        if !self.is_simple(&bounding, &mut boxes, points) {
            return false;
        }
        bounding.iter().all(|edge| {
            [0.31, 0.77].iter().all(|s| {
                let here = points.at(&on_edge(*edge, *s));
                let [tx, ty] = tangent(*edge, &here);
                let length = tx.hypot(ty).max(f64::MIN_POSITIVE);
                [1.0, -1.0].iter().all(|side| {
                    let by = side * BESIDE * self.size / length;
                    let place = [here.targets[0] - by * ty, here.targets[1] + by * tx];
                    self.winding(points, place).abs() <= 1
                })
            })
        })
    }

    /// Whether bounds show that edges are apart but where one goes on as the next.
    fn is_simple(
        &self,
        bounding: &[usize],
        boxes: &mut Boxes<'_>,
        points: &mut Points<'_>,
    ) -> bool {
        let whole = Interval { lo: 0.0, hi: 1.0 };
        let mut open = Vec::new();
        for (k, edge) in bounding.iter().enumerate() {
            for other in &bounding[k..] {
                open.push([(*edge, whole), (*other, whole)]);
            }
        }
        let mut looked_at = 0;
        while let Some([a, b]) = open.pop() {
            looked_at += 1;
            if looked_at > MOST_PAIRS {
                return false;
            }
            if are_apart(boxes, a, b) || self.go_on(boxes, points, a, b) {
                continue;
            }
            let width = |piece: (usize, Interval)| piece.1.hi - piece.1.lo;
            if width(a).max(width(b)) < SHORTEST {
                return false;
            }
            let halves = |(edge, side): (usize, Interval)| side.halves().map(|half| (edge, half));
            if a == b {
                let [first, second] = halves(a);
                open.extend([[first, first], [second, second], [first, second]]);
            } else if width(a) >= width(b) {
                open.extend(halves(a).map(|half| [half, b]));
            } else {
                open.extend(halves(b).map(|half| [a, half]));
            }
        }
        true
    }

    /// Whether two pieces are parts of one stretch along which the image goes on in one direction.
    fn go_on(
        &self,
        boxes: &mut Boxes<'_>,
        points: &mut Points<'_>,
        a: (usize, Interval),
        b: (usize, Interval),
    ) -> bool {
        let stretches: Vec<(usize, Interval)> =
            if a.0 == b.0 && a.1.lo <= b.1.hi && b.1.lo <= a.1.hi {
                vec![(a.0, a.1.hull(b.1))]
            } else if self.follows(a, b) || self.follows(b, a) {
                vec![a, b]
            } else {
                return false;
            };
        let mut direction = [0.0; 2];
        for (edge, side) in &stretches {
            let here = points.at(&on_edge(*edge, side.middle()));
            let [x, y] = tangent(*edge, &here);
            let length = x.hypot(y);
            if length.is_nan() || length <= 0.0 {
                return false;
            }
            direction[0] += x / length;
            direction[1] += y / length;
        }
        if direction[0].hypot(direction[1]) < 0.1 {
            return false;
        }
        stretches.iter().all(|piece| {
            let [x, y] = tangents(boxes, *piece);
            let along = x * Interval::point(direction[0]) + y * Interval::point(direction[1]);
            along.lo >= 0.0 && along.hi > 0.0
        })
    }

    /// Whether the image of one piece ends where that of another one begins.
    fn follows(&self, a: (usize, Interval), b: (usize, Interval)) -> bool {
        let (last, first) = (self.images[a.0].last(), self.images[b.0].first());
        a.1.hi == 1.0
            && b.1.lo == 0.0
            && last
                .zip(first)
                .is_some_and(|(last, first)| self.is_one(last, first))
    }
}

/// The direction of an edge's image.
fn tangent(edge: usize, here: &Here) -> [f64; 2] {
    let (axis, sign) = along(edge);
    [sign * here.slopes[axis], sign * here.slopes[2 + axis]]
}

/// The axis along which an edge runs, and which way.
fn along(edge: usize) -> (usize, f64) {
    match edge {
        0 => (0, 1.0),
        1 => (1, 1.0),
        2 => (0, -1.0),
        _ => (1, -1.0),
    }
}

/// The box that a piece of an edge is.
fn sides((edge, side): (usize, Interval)) -> [Interval; 2] {
    let [from, to] = [on_edge(edge, side.lo), on_edge(edge, side.hi)];
    [0, 1].map(|i| Interval {
        lo: from[i].min(to[i]),
        hi: from[i].max(to[i]),
    })
}

fn tangents(boxes: &mut Boxes<'_>, piece: (usize, Interval)) -> [Interval; 2] {
    let (axis, sign) = along(piece.0);
    boxes.turn_to(&sides(piece));
    [0, 1].map(|target| {
        let slope = boxes.slope(target, axis);
        if sign > 0.0 { slope } else { -slope }
    })
}

/// Whether bounds keep the images of two pieces apart.
fn are_apart(boxes: &mut Boxes<'_>, a: (usize, Interval), b: (usize, Interval)) -> bool {
    let [a, b] = [a, b].map(|piece| {
        boxes.turn_to(&sides(piece));
        [boxes.target(0), boxes.target(1)]
    });
    (0..2).any(|k| a[k].hi < b[k].lo || b[k].hi < a[k].lo)
}

/// How a side of a polygon crosses the ray from a place to the right.
fn crossing(a: [f64; 2], b: [f64; 2], place: [f64; 2]) -> i32 {
    let left = (b[0] - a[0]) * (place[1] - a[1]) - (place[0] - a[0]) * (b[1] - a[1]);
    if a[1] <= place[1] && b[1] > place[1] && left > 0.0 {
        1
    } else if a[1] > place[1] && b[1] <= place[1] && left < 0.0 {
        -1
    } else {
        0
    }
}
