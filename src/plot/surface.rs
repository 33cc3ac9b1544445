//! Surfaces in a sampled box on which a quantity has one value, and lines on them.
//!
//! 1. Every cube of a coarser lattice is divided into six tetrahedra around one diagonal, so that neighbours divide the
//!    square between them alike.
//! 2. Along their edges the crossings with the level are found by straight interpolation; those of a tetrahedron are the
//!    corners of a triangle or of a quadrilateral.
//! 3. On these, lines on which another quantity has one value are found alike, and chain up.
//!
//! A. Doi and A. Koide, "An efficient method of triangulating equi-valued surfaces by using tetrahedral cells", IEICE
//! Transactions E74 (1991).

use std::collections::BTreeMap;

use super::contour::{Place, chains};
use super::lattice::Lattice;

/// The most cubes along an axis.
const FINEST: usize = 36;

/// The tetrahedra of a cube by its corners, whose bits are steps along the axes.
const TETRAHEDRA: [[usize; 4]; 6] = [
    [0, 1, 3, 7],
    [0, 3, 2, 7],
    [0, 2, 6, 7],
    [0, 6, 4, 7],
    [0, 4, 5, 7],
    [0, 5, 1, 7],
];

/// A surface by its corners, each a place between two samples, and by polygons of them, all of which turn alike as seen
/// from where values are positive.
#[derive(Clone, Debug, Default)]
pub(super) struct Surface {
    pub(super) corners: Vec<Place>,
    pub(super) polygons: Vec<Vec<usize>>,
}

impl Surface {
    /// Where `value` becomes positive in a box of three variables, in the cubes that are wanted by the positions of their lowest
    /// corners.
    pub(super) fn of(
        lattice: &Lattice,
        value: impl Fn(usize) -> f64,
        is_wanted: impl Fn([usize; 3]) -> bool,
    ) -> Surface {
        let mut surface = Surface::default();
        let mut known: BTreeMap<[usize; 2], usize> = BTreeMap::new();
        let most = lattice.cells.iter().copied().max().unwrap_or(1);
        let fits =
            |s: &usize| lattice.fine.is_multiple_of(*s) && most * (lattice.fine / s) <= FINEST;
        let step = (1..=lattice.fine).find(fits).unwrap_or(lattice.fine);
        let places = |axis: usize| (0..lattice.points(axis) - 1).step_by(step);
        let cubes =
            places(0).flat_map(|i| places(1).flat_map(move |j| places(2).map(move |k| [i, j, k])));
        for cube in cubes.filter(|cube| is_wanted(*cube)) {
            let samples: [usize; 8] = std::array::from_fn(|corner| {
                lattice.index([0, 1, 2].map(|axis| cube[axis] + step * (corner >> axis & 1)))
            });
            let values = samples.map(&value);
            if !values.iter().all(|v| v.is_finite()) {
                continue;
            }
            for tetrahedron in TETRAHEDRA {
                let mut corner = |[a, b]: [usize; 2]| {
                    let (a, b) = (tetrahedron[a], tetrahedron[b]);
                    let key = [samples[a].min(samples[b]), samples[a].max(samples[b])];
                    *known.entry(key).or_insert_with(|| {
                        let share = values[a] / (values[a] - values[b]);
                        let place = vec![(samples[a], 1.0 - share), (samples[b], share)];
                        surface.corners.push(place);
                        surface.corners.len() - 1
                    })
                };
                let is_low = tetrahedron.map(|own| values[own] <= 0.0);
                let [low, high]: [Vec<usize>; 2] =
                    [true, false].map(|side| (0..4).filter(|k| is_low[*k] == side).collect());
                let mut polygon: Vec<usize> = match (&low[..], &high[..]) {
                    ([one], others) | (others, [one]) => {
                        others.iter().map(|other| corner([*one, *other])).collect()
                    }
                    ([a, b], [c, d]) => [[*a, *c], [*a, *d], [*b, *d], [*b, *c]]
                        .into_iter()
                        .map(&mut corner)
                        .collect(),
                    _ => continue,
                };
                if is_odd(&[&low[..], &high[..]].concat()) {
                    polygon.reverse();
                }
                surface.polygons.push(polygon);
            }
        }
        surface
    }

    /// The lines of the surface on which `value` of a corner is zero.
    pub(super) fn lines(&self, value: impl Fn(&Place) -> f64) -> Vec<Vec<Place>> {
        let values: Vec<f64> = self.corners.iter().map(value).collect();
        let mut pairs = Vec::new();
        for polygon in &self.polygons {
            let sides = polygon.iter().zip(polygon.iter().cycle().skip(1));
            let crossed = sides.filter_map(|(&a, &b)| {
                let (a, b) = (a.min(b), a.max(b));
                let (p, q) = (values[a], values[b]);
                let is_crossed = p.is_finite() && q.is_finite() && (p < 0.0) != (q < 0.0);
                is_crossed.then(|| {
                    let share = p / (p - q);
                    let weighed = |corner: usize, by: f64| {
                        let place = self.corners[corner].iter();
                        place.map(move |(sample, weight)| (*sample, weight * by))
                    };
                    let place: Place = weighed(a, 1.0 - share).chain(weighed(b, share)).collect();
                    ((a, b), place)
                })
            });
            let mut crossed = crossed;
            while let (Some(from), Some(to)) = (crossed.next(), crossed.next()) {
                pairs.push([from, to]);
            }
        }
        chains(pairs)
    }
}

/// Whether an odd number of exchanges sorts numbers.
fn is_odd(numbers: &[usize]) -> bool {
    let pairs = (0..numbers.len()).flat_map(|j| (0..j).map(move |i| [i, j]));
    pairs.filter(|[i, j]| numbers[*i] > numbers[*j]).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of a lattice over the cube from −1 to 1.
    const STEPS: usize = 24;

    fn point(place: &Place) -> [f64; 3] {
        let across = STEPS + 1;
        let mut point = [0.0; 3];
        for (sample, weight) in place {
            let position = [
                sample / across / across,
                sample / across % across,
                sample % across,
            ];
            for (x, k) in point.iter_mut().zip(position) {
                *x += weight * (2.0 * k as f64 / STEPS as f64 - 1.0);
            }
        }
        point
    }

    fn lattice() -> Lattice {
        Lattice {
            cells: vec![6; 3],
            fine: STEPS / 6,
        }
    }

    #[test]
    fn a_sphere_has_its_area_and_no_edge_is_open() {
        let square = |p: [f64; 3]| p.iter().map(|x| x * x).sum::<f64>();
        let value = |sample: usize| square(point(&vec![(sample, 1.0)])) - 0.64;
        let sphere = Surface::of(&lattice(), value, |_| true);
        let mut area = 0.0;
        let mut uses: BTreeMap<[usize; 2], usize> = BTreeMap::new();
        for polygon in &sphere.polygons {
            let corners: Vec<[f64; 3]> =
                polygon.iter().map(|k| point(&sphere.corners[*k])).collect();
            let outward = {
                let [u, v] = [1, 2].map(|k| [0, 1, 2].map(|i| corners[k][i] - corners[0][i]));
                let cross = |i: usize, j: usize| u[i] * v[j] - u[j] * v[i];
                [cross(1, 2), cross(2, 0), cross(0, 1)]
            };
            // Values are positive outside.
            let turn: f64 = outward.iter().zip(&corners[0]).map(|(n, x)| n * x).sum();
            assert!(turn >= -1e-12, "{turn}");
            for k in 1..corners.len() - 1 {
                let [u, v] = [k, k + 1].map(|k| [0, 1, 2].map(|i| corners[k][i] - corners[0][i]));
                let cross = [
                    u[1] * v[2] - u[2] * v[1],
                    u[2] * v[0] - u[0] * v[2],
                    u[0] * v[1] - u[1] * v[0],
                ];
                area += 0.5 * square(cross).sqrt();
            }
            for (a, b) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
                *uses.entry([*a.min(b), *a.max(b)]).or_default() += 1;
            }
        }
        // Chords of steps of 1/12 on a sphere of radius 0.8 lose less than a hundredth.
        let whole = 4.0 * std::f64::consts::PI * 0.64;
        assert!(area < whole && area > 0.99 * whole, "{area} of {whole}");
        assert!(uses.values().all(|count| *count == 2));
    }

    #[test]
    fn a_line_on_a_surface_is_one_closed_chain() {
        let value = |sample: usize| {
            let p = point(&vec![(sample, 1.0)]);
            p.iter().map(|x| x * x).sum::<f64>() - 0.64
        };
        let sphere = Surface::of(&lattice(), value, |_| true);
        let lines = sphere.lines(|place| point(place)[2] - 0.31);
        assert_eq!(lines.len(), 1);
        for place in &lines[0] {
            let [x, y, z] = point(place);
            // Interpolated on edges of 1/12: off by an eighth of its square over the radius, some times.
            assert!((z - 0.31).abs() < 1e-12 && (x.hypot(y) - 0.5437f64.sqrt()).abs() < 6e-3);
        }
    }

    #[test]
    fn cubes_that_are_not_wanted_have_no_part_of_it() {
        let value = |sample: usize| point(&vec![(sample, 1.0)])[0] - 0.01;
        let half = Surface::of(&lattice(), value, |[_, j, _]| j >= STEPS / 2);
        assert!(!half.polygons.is_empty());
        assert!(half.corners.iter().all(|place| point(place)[1] >= -1e-12));
    }
}
