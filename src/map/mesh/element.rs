//! The kinds of elements: their shapes, their orders, and where their nodes are.
//!
//! 1. Corners come first, then the inner nodes of the edges, then those of the faces, then those of
//!    the interior: an element of the same shape and of lower order, numbered in the same way.
//! 2. Places are whole numbers: coordinates on the reference element times the order.
//!
//! C. Geuzaine, J.-F. Remacle, "Gmsh: a 3-D finite element mesh generator with built-in pre- and
//! post-processing facilities", Int. J. Numer. Meth. Eng. 79 (2009) 1309–1331; the numbering is that of
//! the Gmsh reference manual, section "Node ordering".

use std::fmt;

/// The highest order of an element.
pub const MAX_ELEMENT_ORDER: usize = 4;

/// The shape of an element.
///
/// Reference elements have coordinates ξ, η, ζ from 0 to 1: the simplices ξ + η + ζ ≤ 1, the unit square
/// and cube, the prism over the triangle, and the pyramid whose base is the unit square and whose
/// apex lies over the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// A segment of a curve.
    Line,
    /// A triangle.
    Triangle,
    /// A quadrilateral.
    Quadrilateral,
    /// A tetrahedron.
    Tetrahedron,
    /// A hexahedron.
    Hexahedron,
    /// A prism over a triangle.
    Prism,
    /// A pyramid over a quadrilateral.
    Pyramid,
}

/// A place on a reference element times the order.
pub(super) type Place = [usize; 3];

/// Edges as pairs of corners, faces as their corners.
struct Outline {
    dimension: usize,
    corners: &'static [Place],
    edges: &'static [[usize; 2]],
    faces: &'static [&'static [usize]],
    name: [&'static str; 2],
}

static LINE: Outline = Outline {
    dimension: 1,
    corners: &[[0, 0, 0], [1, 0, 0]],
    edges: &[[0, 1]],
    faces: &[],
    name: ["line", "lines"],
};

static TRIANGLE: Outline = Outline {
    dimension: 2,
    corners: &[[0, 0, 0], [1, 0, 0], [0, 1, 0]],
    edges: &[[0, 1], [1, 2], [2, 0]],
    faces: &[&[0, 1, 2]],
    name: ["triangle", "triangles"],
};

static QUADRILATERAL: Outline = Outline {
    dimension: 2,
    corners: &[[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]],
    edges: &[[0, 1], [1, 2], [2, 3], [3, 0]],
    faces: &[&[0, 1, 2, 3]],
    name: ["quadrilateral", "quadrilaterals"],
};

static TETRAHEDRON: Outline = Outline {
    dimension: 3,
    corners: &[[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]],
    edges: &[[0, 1], [1, 2], [2, 0], [3, 0], [3, 2], [3, 1]],
    faces: &[&[0, 2, 1], &[0, 1, 3], &[0, 3, 2], &[3, 1, 2]],
    name: ["tetrahedron", "tetrahedra"],
};

static HEXAHEDRON: Outline = Outline {
    dimension: 3,
    corners: &[
        [0, 0, 0],
        [1, 0, 0],
        [1, 1, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 1],
        [1, 1, 1],
        [0, 1, 1],
    ],
    edges: &[
        [0, 1],
        [0, 3],
        [0, 4],
        [1, 2],
        [1, 5],
        [2, 3],
        [2, 6],
        [3, 7],
        [4, 5],
        [4, 7],
        [5, 6],
        [6, 7],
    ],
    faces: &[
        &[0, 3, 2, 1],
        &[0, 1, 5, 4],
        &[0, 4, 7, 3],
        &[1, 2, 6, 5],
        &[2, 3, 7, 6],
        &[4, 5, 6, 7],
    ],
    name: ["hexahedron", "hexahedra"],
};

static PRISM: Outline = Outline {
    dimension: 3,
    corners: &[
        [0, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 1],
        [0, 1, 1],
    ],
    edges: &[
        [0, 1],
        [0, 2],
        [0, 3],
        [1, 2],
        [1, 4],
        [2, 5],
        [3, 4],
        [3, 5],
        [4, 5],
    ],
    faces: &[
        &[0, 2, 1],
        &[3, 4, 5],
        &[0, 1, 4, 3],
        &[0, 3, 5, 2],
        &[1, 2, 5, 4],
    ],
    name: ["prism", "prisms"],
};

static PYRAMID: Outline = Outline {
    dimension: 3,
    corners: &[[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1]],
    edges: &[
        [0, 1],
        [0, 3],
        [0, 4],
        [1, 2],
        [1, 4],
        [2, 3],
        [2, 4],
        [3, 4],
    ],
    faces: &[
        &[0, 1, 4],
        &[3, 0, 4],
        &[1, 2, 4],
        &[2, 3, 4],
        &[0, 3, 2, 1],
    ],
    name: ["pyramid", "pyramids"],
};

impl Shape {
    /// All shapes.
    pub const ALL: [Shape; 7] = [
        Shape::Line,
        Shape::Triangle,
        Shape::Quadrilateral,
        Shape::Tetrahedron,
        Shape::Hexahedron,
        Shape::Prism,
        Shape::Pyramid,
    ];

    fn outline(self) -> &'static Outline {
        match self {
            Shape::Line => &LINE,
            Shape::Triangle => &TRIANGLE,
            Shape::Quadrilateral => &QUADRILATERAL,
            Shape::Tetrahedron => &TETRAHEDRON,
            Shape::Hexahedron => &HEXAHEDRON,
            Shape::Prism => &PRISM,
            Shape::Pyramid => &PYRAMID,
        }
    }

    /// The number of coordinates on the reference element.
    pub fn dimension(self) -> usize {
        self.outline().dimension
    }

    /// The number of corners.
    pub fn corners(self) -> usize {
        self.outline().corners.len()
    }

    /// The number of edges.
    pub(super) fn edges(self) -> usize {
        self.outline().edges.len()
    }

    /// How many, and of what shape.
    ///
    /// ```
    /// use pullback::mesh::Shape;
    /// assert_eq!(Shape::Triangle.counted(1), "1 triangle");
    /// assert_eq!(Shape::Triangle.counted(12), "12 triangles");
    /// ```
    pub fn counted(self, count: usize) -> String {
        let [one, many] = self.outline().name;
        format!("{count} {}", if count == 1 { one } else { many })
    }

    /// The number of nodes of the complete element of an order.
    ///
    /// ```
    /// use pullback::mesh::Shape;
    /// assert_eq!(Shape::Triangle.nodes(2), 6);
    /// assert_eq!(Shape::Hexahedron.nodes(3), 64);
    /// ```
    pub fn nodes(self, order: usize) -> usize {
        let n = order + 1;
        match self {
            Shape::Line => n,
            Shape::Triangle => n * (n + 1) / 2,
            Shape::Quadrilateral => n * n,
            Shape::Tetrahedron => n * (n + 1) * (n + 2) / 6,
            Shape::Hexahedron => n * n * n,
            Shape::Prism => n * n * (n + 1) / 2,
            Shape::Pyramid => n * (n + 1) * (2 * n + 1) / 6,
        }
    }

    /// The place of every node of the complete element, on the reference element, in Gmsh's order.
    ///
    /// ```
    /// use pullback::mesh::Shape;
    /// // The corners, then the middles of the edges.
    /// let places = Shape::Triangle.places(2);
    /// assert_eq!(places[1], [1.0, 0.0, 0.0]);
    /// assert_eq!(places[4], [0.5, 0.5, 0.0]);
    /// ```
    pub fn places(self, order: usize) -> Vec<[f64; 3]> {
        let places = self.lattice(order).into_iter();
        let scaled = |place: Place| place.map(|k| k as f64 / order.max(1) as f64);
        places.map(scaled).collect()
    }

    /// The places of all nodes, times the order.
    pub(super) fn lattice(self, order: usize) -> Vec<Place> {
        if order == 0 {
            return vec![[0; 3]];
        }
        let outline = self.outline();
        let corners = outline.corners.iter();
        let mut places: Vec<Place> = corners.map(|c| c.map(|k| k * order)).collect();
        for &[from, to] in outline.edges {
            for i in 1..order {
                places.push(combined(outline, order, [from, to, from], [i, 0]));
            }
        }
        for corners in outline.faces {
            let (inner, last) = match corners.len() {
                3 => (Shape::Triangle.inner(order), corners[2]),
                _ => (Shape::Quadrilateral.inner(order), corners[3]),
            };
            for [i, j, _] in inner {
                places.push(combined(
                    outline,
                    order,
                    [corners[0], corners[1], last],
                    [i, j],
                ));
            }
        }
        if outline.dimension == 3 {
            places.extend(self.inner(order));
        }
        places
    }

    /// The places inside.
    fn inner(self, order: usize) -> Vec<Place> {
        let lowered = |by: usize| match order.checked_sub(by) {
            Some(order) => self.lattice(order),
            None => Vec::new(),
        };
        let inside = |place: Place| place.map(|k| k + 1);
        let flat = |place: Place| [place[0] + 1, place[1] + 1, 0];
        match self {
            Shape::Line => (1..order).map(|i| [i, 0, 0]).collect(),
            Shape::Triangle => lowered(3).into_iter().map(flat).collect(),
            Shape::Quadrilateral => lowered(2).into_iter().map(flat).collect(),
            Shape::Tetrahedron => lowered(4).into_iter().map(inside).collect(),
            Shape::Hexahedron => lowered(2).into_iter().map(inside).collect(),
            Shape::Pyramid => lowered(3).into_iter().map(inside).collect(),
            Shape::Prism => {
                let triangle = Shape::Triangle.inner(order).into_iter();
                // A line's ends come before what lies between them.
                let line: Vec<usize> = match order {
                    0..=2 => (1..order).collect(),
                    _ => [1, order - 1].into_iter().chain(2..order - 1).collect(),
                };
                let along = |[i, j, _]: Place| line.iter().map(move |&k| [i, j, k]);
                triangle.flat_map(along).collect()
            }
        }
    }

    /// For every axis of the unit box, the power of 1 − w with which its volume element collapses onto
    /// the reference element.
    pub(super) fn powers(self) -> &'static [u32] {
        match self {
            Shape::Line => &[0],
            Shape::Triangle => &[0, 1],
            Shape::Quadrilateral => &[0, 0],
            Shape::Tetrahedron => &[0, 1, 2],
            Shape::Hexahedron => &[0, 0, 0],
            Shape::Prism => &[0, 1, 0],
            Shape::Pyramid => &[0, 0, 2],
        }
    }
}

/// The place that is so many steps from a corner towards two others.
fn combined(
    outline: &Outline,
    order: usize,
    [origin, first, second]: [usize; 3],
    [i, j]: [usize; 2],
) -> Place {
    std::array::from_fn(|axis| {
        let at = |corner: usize| outline.corners[corner][axis];
        // Steps may lead down: all is added before anything is taken away.
        at(origin) * order + at(first) * i + at(second) * j - at(origin) * (i + j)
    })
}

/// The name of the shape, such as `triangle`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.outline().name[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_the_lattice_has_one_node() {
        for shape in Shape::ALL {
            for order in 1..=MAX_ELEMENT_ORDER {
                let mut places = shape.lattice(order);
                assert_eq!(places.len(), shape.nodes(order), "{shape} {order}");
                places.sort_unstable();
                places.dedup();
                assert_eq!(places.len(), shape.nodes(order), "{shape} {order}");
                let is_inside = |[i, j, k]: &Place| match shape {
                    Shape::Line => *i <= order && j + k == 0,
                    Shape::Triangle => i + j <= order && *k == 0,
                    Shape::Quadrilateral => *i.max(j) <= order && *k == 0,
                    Shape::Tetrahedron => i + j + k <= order,
                    Shape::Hexahedron => *i.max(j).max(k) <= order,
                    Shape::Prism => i + j <= order && *k <= order,
                    Shape::Pyramid => i.max(j) + k <= order,
                };
                assert!(places.iter().all(is_inside), "{shape} {order}: {places:?}");
            }
        }
    }

    #[test]
    fn nodes_are_numbered_as_the_pictures_of_the_manual_show() {
        // Hexahedron27: 8 between 0 and 1, 13 between 2 and 3, 22 on the face x = 0, 26 in the middle.
        let hexahedron = Shape::Hexahedron.lattice(2);
        assert_eq!(hexahedron[8], [1, 0, 0]);
        assert_eq!(hexahedron[13], [1, 2, 0]);
        assert_eq!(hexahedron[22], [0, 1, 1]);
        assert_eq!(hexahedron[26], [1, 1, 1]);
        // Tetrahedron10: 8 between 2 and 3, 9 between 1 and 3.
        let tetrahedron = Shape::Tetrahedron.lattice(2);
        assert_eq!((tetrahedron[8], tetrahedron[9]), ([0, 1, 1], [1, 0, 1]));
        // Prism18: 12 between 3 and 4, 15 on the face 0 1 4 3.
        let prism = Shape::Prism.lattice(2);
        assert_eq!((prism[12], prism[15]), ([1, 0, 2], [1, 0, 1]));
        // Pyramid14: 12 between 3 and 4, 13 in the middle of the base.
        let pyramid = Shape::Pyramid.lattice(2);
        assert_eq!((pyramid[12], pyramid[13]), ([0, 1, 1], [1, 1, 0]));
    }
}
