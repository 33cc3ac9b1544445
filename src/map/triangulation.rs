//! The triangles of a polygon with holes.
//!
//! 1. Take all corners and sides into a constrained Delaunay triangulation, with exact predicates: a side
//!    that another one crosses is refused, and a corner on a side divides it.
//! 2. A triangle is inside if a path to it from far away crosses sides an odd number of times.
//! 3. Hold the sum of the triangles against the areas of the rings by Gauss's formula, each with the sign
//!    of the side on which the inside lies.
//!
//! L. P. Chew, "Constrained Delaunay triangulations", Algorithmica 4 (1989) 97–108; the crate spade.

use rustc_hash::FxHashMap;
use spade::handles::FixedDirectedEdgeHandle;
use spade::{ConstrainedDelaunayTriangulation, HasPosition, Point2, Triangulation as _};

use super::outline::{Point, cross};
use crate::elementary::sum::Sum;
use crate::error::OutlineFault;

/// The triangles add up to the area of the rings but for this part of the square around them.
const AREA: f64 = 1e-10;

/// Three corners, counterclockwise.
pub(super) type Triangle = [Point; 3];

/// A corner, and where it stands.
#[derive(Clone, Copy)]
struct Corner {
    position: Point2<f64>,
}

impl HasPosition for Corner {
    type Scalar = f64;

    fn position(&self) -> Point2<f64> {
        self.position
    }
}

type Mesh = ConstrainedDelaunayTriangulation<Corner>;

/// Rings without points that repeat the one before, and without the first at the end.
///
/// # Errors
/// What bounds nothing: too few points, no numbers.
pub(super) fn cleaned(rings: &[Vec<Point>]) -> Result<Vec<Vec<Point>>, OutlineFault> {
    if rings.is_empty() {
        return Err(OutlineFault::Nothing);
    }
    let clean = |(ring, points): (usize, &Vec<Point>)| {
        let number = ring + 1;
        let is_number = |point: &Point| point.iter().all(|x| x.is_finite());
        if let Some(point) = points.iter().position(|point| !is_number(point)) {
            return Err(OutlineFault::NotANumber {
                ring: number,
                point: point + 1,
            });
        }
        let mut kept = points.clone();
        kept.dedup();
        while kept.len() > 1 && kept.first() == kept.last() {
            kept.pop();
        }
        match kept.len() {
            0..3 => Err(OutlineFault::FewPoints {
                ring: number,
                given: kept.len(),
            }),
            _ => Ok(kept),
        }
    };
    rings.iter().enumerate().map(clean).collect()
}

/// The signed area of a ring, by Gauss's formula.
fn area(ring: &[Point]) -> f64 {
    let mut doubled = Sum::default();
    for pair in ring.windows(2) {
        doubled.add(cross(ring[0], pair[0], pair[1]));
    }
    doubled.value() / 2.0
}

/// The triangles inside rings that are [cleaned].
///
/// # Errors
/// Sides that cross, corners beyond what can be told apart.
pub(super) fn triangles(rings: &[Vec<Point>]) -> Result<Vec<Triangle>, OutlineFault> {
    let mut mesh = Mesh::new();
    let mut corners = Vec::with_capacity(rings.len());
    for (ring, points) in rings.iter().enumerate() {
        let insert = |[x, y]: &Point| {
            let position = Point2::new(*x, *y);
            let corner = mesh.insert(Corner { position });
            corner.map_err(|_| OutlineFault::OutOfRange { ring: ring + 1 })
        };
        corners.push(points.iter().map(insert).collect::<Result<Vec<_>, _>>()?);
    }
    // How often a side of the mesh is one of a ring.
    let mut times: FxHashMap<usize, u32> = FxHashMap::default();
    let mut sides: Vec<Vec<FixedDirectedEdgeHandle>> = vec![Vec::new(); rings.len()];
    for (ring, handles) in corners.iter().enumerate() {
        for (from, to) in handles.iter().zip(handles.iter().cycle().skip(1)) {
            let parts = mesh.try_add_constraint(*from, *to);
            if parts.is_empty() {
                return Err(crossing(&mesh, *from, *to, ring));
            }
            for part in parts {
                *times.entry(part.as_undirected().index()).or_default() += 1;
                sides[ring].push(part);
            }
        }
    }
    if let Some(ring) = rings.iter().position(|ring| area(ring) == 0.0) {
        return Err(OutlineFault::NoArea { ring: ring + 1 });
    }
    let is_inside = insides(&mesh, &times);
    let inside = mesh.inner_faces().filter(|face| is_inside[face.index()]);
    let found: Vec<Triangle> = inside
        .map(|face| face.positions().map(|p| [p.x, p.y]))
        .collect();
    check_area(&mesh, rings, &sides, &is_inside, &found)?;
    match found.is_empty() {
        true => Err(OutlineFault::NoArea { ring: 1 }),
        false => Ok(found),
    }
}

/// For every face whether it is inside: reached from outside by an odd number of sides.
fn insides(mesh: &Mesh, times: &FxHashMap<usize, u32>) -> Vec<bool> {
    let outer = mesh.outer_face().index();
    let mut is_inside: Vec<Option<bool>> = vec![None; mesh.num_all_faces()];
    is_inside[outer] = Some(false);
    // The sides of faces that are known, by the face.
    let mut around: Vec<Vec<(usize, bool)>> = vec![Vec::new(); mesh.num_all_faces()];
    for edge in mesh.undirected_edges() {
        let [left, right] =
            [edge.as_directed(), edge.as_directed().rev()].map(|e| e.face().index());
        let turns = times.get(&edge.fix().index()).is_some_and(|n| n % 2 == 1);
        around[left].push((right, turns));
        around[right].push((left, turns));
    }
    let mut open = vec![outer];
    while let Some(face) = open.pop() {
        let here = is_inside[face] == Some(true);
        for &(next, turns) in &around[face] {
            if is_inside[next].is_none() {
                is_inside[next] = Some(here != turns);
                open.push(next);
            }
        }
    }
    is_inside
        .into_iter()
        .map(|inside| inside == Some(true))
        .collect()
}

/// Refuses triangles that do not add up to the area of the rings.
fn check_area(
    mesh: &Mesh,
    rings: &[Vec<Point>],
    sides: &[Vec<FixedDirectedEdgeHandle>],
    is_inside: &[bool],
    found: &[Triangle],
) -> Result<(), OutlineFault> {
    let (mut expected, mut sum) = (Sum::default(), Sum::default());
    for (ring, sides) in rings.iter().zip(sides) {
        let sign = |side: &FixedDirectedEdgeHandle| {
            let side = mesh.directed_edge(*side);
            let [left, right] = [side, side.rev()].map(|side| is_inside[side.face().index()]);
            f64::from(i8::from(left) - i8::from(right))
        };
        let signs = sides.iter().map(sign);
        expected.add(
            area(ring)
                * signs
                    .reduce(|a, b| if a == 0.0 { b } else { a })
                    .unwrap_or(0.0),
        );
    }
    for [a, b, c] in found {
        sum.add(cross(*a, *b, *c) / 2.0);
    }
    let points = || rings.iter().flatten();
    let extent = [0, 1].map(|axis| {
        let least = points().map(|p| p[axis]).fold(f64::INFINITY, f64::min);
        points().map(|p| p[axis]).fold(f64::NEG_INFINITY, f64::max) - least
    });
    let near = AREA * extent[0] * extent[1];
    match (expected.value() - sum.value()).abs() <= near {
        true => Ok(()),
        false => Err(OutlineFault::Areas {
            triangles: sum.value(),
            rings: expected.value(),
        }),
    }
}

/// The fault of a side that crosses one before it.
fn crossing(
    mesh: &Mesh,
    from: spade::handles::FixedVertexHandle,
    to: spade::handles::FixedVertexHandle,
    ring: usize,
) -> OutlineFault {
    let place = |p: Point2<f64>| [p.x, p.y];
    let [from_place, to_place] = [from, to].map(|corner| place(mesh.vertex(corner).position()));
    let other = mesh.get_conflicting_edges_between_vertices(from, to).next();
    let [start, end] = other.map_or([from_place, to_place], |side| side.positions().map(place));
    let [first, second] = [from_place, to_place].map(|p| cross(start, end, p));
    let part = match first == second {
        true => 0.5,
        false => first / (first - second),
    };
    OutlineFault::Crossing {
        ring: ring + 1,
        side: [from_place, to_place],
        other: [start, end],
        at: [0, 1].map(|k| from_place[k] + part * (to_place[k] - from_place[k])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area_of(rings: &[Vec<Point>]) -> Result<f64, OutlineFault> {
        let found = triangles(&cleaned(rings)?)?;
        Ok(found.iter().map(|[a, b, c]| cross(*a, *b, *c) / 2.0).sum())
    }

    fn square(x: f64, y: f64, side: f64) -> Vec<Point> {
        vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    }

    #[test]
    fn holes_islands_and_touching_rings_count_by_turns() {
        let turned = |mut ring: Vec<Point>| {
            ring.reverse();
            ring
        };
        let [outer, hole, island] = [
            square(0.0, 0.0, 8.0),
            square(1.0, 1.0, 6.0),
            square(2.0, 2.0, 4.0),
        ];
        let all = [outer.clone(), turned(hole.clone()), island.clone()];
        assert_eq!(area_of(&all), Ok(64.0 - 36.0 + 16.0));
        // In any order and either direction.
        assert_eq!(area_of(&[turned(island), outer.clone(), hole]), Ok(44.0));
        // A hole on a side, one in a corner, one that meets another in a point.
        assert_eq!(area_of(&[outer.clone(), square(3.0, 0.0, 2.0)]), Ok(60.0));
        assert_eq!(area_of(&[outer.clone(), square(0.0, 0.0, 2.0)]), Ok(60.0));
        let two = [outer.clone(), square(1.0, 1.0, 2.0), square(3.0, 3.0, 2.0)];
        assert_eq!(area_of(&two), Ok(56.0));
        // Side by side, and the same twice.
        assert_eq!(area_of(&[outer.clone(), square(8.0, 0.0, 8.0)]), Ok(128.0));
        let nothing = area_of(&[outer.clone(), outer]);
        assert_eq!(nothing, Err(OutlineFault::NoArea { ring: 1 }));
    }

    #[test]
    fn a_ring_that_touches_itself_is_no_fault() {
        // Two squares that meet in a corner, in one go.
        let ring = vec![
            [0.0, 0.0],
            [1.0, 0.0],
            [1.0, 1.0],
            [2.0, 1.0],
            [2.0, 2.0],
            [1.0, 2.0],
            [1.0, 1.0],
            [0.0, 1.0],
        ];
        assert_eq!(area_of(&[ring]), Ok(2.0));
        // A spike that is gone there and back.
        let spike = vec![
            [0.0, 0.0],
            [1.0, 0.0],
            [3.0, 0.0],
            [1.0, 0.0],
            [1.0, 1.0],
            [0.0, 1.0],
        ];
        assert_eq!(area_of(&[spike]), Ok(1.0));
    }

    #[test]
    fn the_place_of_a_crossing_is_told() {
        let bow = vec![[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]];
        let OutlineFault::Crossing { at, ring, .. } = area_of(&[bow]).unwrap_err() else {
            panic!()
        };
        assert_eq!((at, ring), ([1.0, 1.0], 1));
    }
}
