//! Lines on which a quantity has one value, and the place of a point, over a sampled face.
//!
//! 1. In every square of the lattice the crossings of its sides with the level are found by
//!    straight interpolation and joined in pairs (marching squares).
//! 2. Squares share sides, so the pairs chain up to lines.
//! 3. A point is located in the triangle of samples that holds it, by barycentric coordinates.
//!
//! W. E. Lorensen and H. E. Cline, "Marching cubes: a high resolution 3D surface construction
//! algorithm", Computer Graphics 21 (1987), has the same in space.

use std::collections::BTreeMap;

use super::lattice::{Face, Lattice};

/// A place on the lattice: samples with weights that add up to one.
pub(super) type Place = Vec<(usize, f64)>;

/// The value of a quantity at a place, interpolated between samples.
pub(super) fn value_at(place: &Place, value: impl Fn(usize) -> f64) -> f64 {
    let parts = place.iter().filter(|(_, weight)| *weight != 0.0);
    parts.map(|(sample, weight)| weight * value(*sample)).sum()
}

/// A side of a square of the lattice: the samples at its ends, the smaller first.
type Edge = (usize, usize);

/// Where `value` crosses `level` in the square whose lowest corner is `at`: pairs of places.
pub(super) fn crossings(
    lattice: &Lattice,
    face: Face,
    at: [usize; 2],
    value: impl Fn(usize) -> f64,
    level: f64,
) -> Vec<[(Edge, Place); 2]> {
    let rim = lattice.rim(face, at, at.map(|corner| corner + 1));
    let values: Vec<f64> = rim.iter().map(|&sample| value(sample) - level).collect();
    if !values.iter().all(|v| v.is_finite()) {
        return Vec::new();
    }
    let mut found = Vec::with_capacity(2);
    for side in 0..rim.len() {
        let next = (side + 1) % rim.len();
        let (p, q) = (values[side], values[next]);
        if (p < 0.0) != (q < 0.0) {
            let (a, b, share) = (rim[side], rim[next], p / (p - q));
            found.push(((a.min(b), a.max(b)), vec![(a, 1.0 - share), (b, share)]));
        }
    }
    let mut pairs = Vec::new();
    let mut found = found.into_iter();
    while let (Some(from), Some(to)) = (found.next(), found.next()) {
        pairs.push([from, to]);
    }
    pairs
}

/// The lines of a face on which `value` is `level`.
pub(super) fn contours(
    lattice: &Lattice,
    face: Face,
    value: impl Fn(usize) -> f64,
    level: f64,
) -> Vec<Vec<Place>> {
    let ends = face.axes.map(|axis| lattice.points(axis) - 1);
    contours_within(lattice, face, [[0, 0], ends], value, level)
}

/// The same between two corners of the face.
pub(super) fn contours_within(
    lattice: &Lattice,
    face: Face,
    [from, to]: [[usize; 2]; 2],
    value: impl Fn(usize) -> f64,
    level: f64,
) -> Vec<Vec<Place>> {
    let pairs = squares(from, to).flat_map(|at| crossings(lattice, face, at, &value, level));
    chains(pairs.collect())
}

/// The squares of the lattice from one corner (inclusive) to another (exclusive).
pub(super) fn squares(from: [usize; 2], to: [usize; 2]) -> impl Iterator<Item = [usize; 2]> {
    (from[0]..to[0]).flat_map(move |i| (from[1]..to[1]).map(move |j| [i, j]))
}

/// Pairs of places that touch where they have one key, as lines.
pub(super) fn chains<K: Copy + Ord>(pairs: Vec<[(K, Place); 2]>) -> Vec<Vec<Place>> {
    let mut touching: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (k, pair) in pairs.iter().enumerate() {
        for (key, _) in pair {
            touching.entry(*key).or_default().push(k);
        }
    }
    let mut pairs: Vec<Option<[(K, Place); 2]>> = pairs.into_iter().map(Some).collect();
    let mut lines = Vec::new();
    for first in 0..pairs.len() {
        let Some([start, end]) = pairs[first].take() else {
            continue;
        };
        let mut arms = [vec![], vec![]];
        for (arm, mut tip) in arms.iter_mut().zip([start, end]) {
            loop {
                let next = touching[&tip.0].iter().find_map(|&k| pairs[k].take());
                arm.push(tip.1);
                let Some([a, b]) = next else { break };
                tip = if a.0 == tip.0 { b } else { a };
            }
        }
        let [mut back, ahead] = arms;
        back.reverse();
        back.extend(ahead);
        lines.push(back);
    }
    lines
}

/// Buckets along each axis of a [`Locator`].
const BUCKETS: usize = 48;

/// Finds the place of a face at which a pair of quantities has given values.
pub(super) struct Locator {
    /// Triangles of samples with the values at their corners.
    triangles: Vec<([usize; 3], [[f64; 2]; 3])>,
    /// The triangles that reach into each bucket of the box of all values.
    buckets: Vec<Vec<usize>>,
    low: [f64; 2],
    high: [f64; 2],
}

impl Locator {
    pub(super) fn new(
        lattice: &Lattice,
        face: Face,
        values: impl Fn(usize) -> [f64; 2],
    ) -> Locator {
        let [rows, columns] = face.axes.map(|axis| lattice.points(axis) - 1);
        let mut triangles = Vec::with_capacity(2 * rows * columns);
        for (i, j) in (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))) {
            let corners = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]];
            let [a, b, c, d] = corners.map(|at| lattice.at(face, at));
            triangles.extend([[a, b, c], [a, c, d]].map(|samples| (samples, samples.map(&values))));
        }
        triangles.retain(|(_, corners)| corners.iter().flatten().all(|v| v.is_finite()));
        let bound = |pick: fn(f64, f64) -> f64, start: f64| {
            let corners = triangles.iter().flat_map(|(_, corners)| corners);
            corners.fold([start; 2], |box_, c| {
                [pick(box_[0], c[0]), pick(box_[1], c[1])]
            })
        };
        let (low, high) = (bound(f64::min, f64::MAX), bound(f64::max, f64::MIN));
        let buckets = vec![Vec::new(); BUCKETS * BUCKETS];
        let mut locator = Locator {
            triangles,
            buckets,
            low,
            high,
        };
        for (k, (_, corners)) in locator.triangles.iter().enumerate() {
            let places = corners.map(|corner| locator.bucket(corner));
            let span = |i: usize| {
                let least = places.iter().map(|p| p[i]).min().unwrap_or(0);
                least..=places.iter().map(|p| p[i]).max().unwrap_or(0)
            };
            for row in span(0) {
                span(1).for_each(|column| locator.buckets[row * BUCKETS + column].push(k));
            }
        }
        locator
    }

    fn bucket(&self, point: [f64; 2]) -> [usize; 2] {
        [0, 1].map(|i| {
            let share = (point[i] - self.low[i]) / (self.high[i] - self.low[i]);
            ((share * BUCKETS as f64) as usize).min(BUCKETS - 1)
        })
    }

    /// The place with the values `point`; `None` when the face has none.
    pub(super) fn find(&self, point: [f64; 2]) -> Option<Place> {
        let [row, column] = self.bucket(point);
        self.buckets[row * BUCKETS + column].iter().find_map(|&k| {
            let (samples, [p, q, r]) = self.triangles[k];
            let cross = |o: [f64; 2], s: [f64; 2], t: [f64; 2]| {
                (s[0] - o[0]) * (t[1] - o[1]) - (s[1] - o[1]) * (t[0] - o[0])
            };
            let whole = cross(p, q, r);
            let weights =
                [cross(point, q, r), cross(point, r, p), cross(point, p, q)].map(|w| w / whole);
            // A point on a side belongs to the triangles of both sides, to rounding.
            let inside = weights.iter().all(|weight| *weight >= -1e-9);
            inside.then(|| samples.into_iter().zip(weights).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLS: usize = 20;

    fn square() -> (Lattice, Face) {
        let lattice = Lattice {
            cells: vec![CELLS, CELLS],
            fine: 1,
        };
        let face = lattice.faces()[0];
        (lattice, face)
    }

    fn point(sample: usize) -> [f64; 2] {
        [sample / (CELLS + 1), sample % (CELLS + 1)].map(|i| i as f64 / CELLS as f64)
    }

    fn blend(place: &Place) -> [f64; 2] {
        [0, 1].map(|i| {
            place
                .iter()
                .map(|(sample, weight)| weight * point(*sample)[i])
                .sum()
        })
    }

    #[test]
    fn a_circle_is_one_closed_line() {
        let (lattice, face) = square();
        let value = |s: usize| (point(s)[0] - 0.5).hypot(point(s)[1] - 0.5);
        let lines = contours(&lattice, face, value, 0.33);
        assert_eq!(lines.len(), 1);
        let line = &lines[0];
        for place in line {
            let [x, y] = blend(place);
            // A chord of one step h under a circle of radius r bows by h²/(8r) = 0.00095.
            assert!(((x - 0.5).hypot(y - 0.5) - 0.33).abs() < 1e-3);
        }
        let (first, last) = (blend(&line[0]), blend(&line[line.len() - 1]));
        assert!((first[0] - last[0]).hypot(first[1] - last[1]) < 1e-12);
    }

    #[test]
    fn a_level_through_lattice_points_is_one_line() {
        let (lattice, face) = square();
        let lines = contours(&lattice, face, |s| point(s)[0], 0.5);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].len(), CELLS + 1);
        assert!(
            lines[0]
                .iter()
                .all(|place| (blend(place)[0] - 0.5).abs() < 1e-15)
        );
    }

    #[test]
    fn a_point_is_found_in_its_own_coordinates_and_nowhere_else() {
        let (lattice, face) = square();
        let locator = Locator::new(&lattice, face, point);
        for target in [[0.3, 0.71], [0.0, 0.0], [1.0, 0.4], [0.5, 0.5]] {
            let place = locator.find(target).unwrap();
            let found = blend(&place);
            // Barycentric coordinates give the point back to a few roundings.
            assert!(
                (0..2).all(|i| (found[i] - target[i]).abs() < 1e-12),
                "{found:?}"
            );
        }
        assert_eq!(locator.find([1.1, 0.5]), None);
    }
}
