//! The scaled Jacobian: how far an element is from being flat, seen in its nodes.
//!
//! 1. In a node det J is divided by the product of the lengths of the edges that meet in a corner, as J makes
//!    them from those of the reference element; on simplices, where corners differ, by the greatest such.
//! 2. The least one counts, times what makes it 1 for the best shape: an equilateral triangle, a square, ….
//!
//! P. M. Knupp, "Achieving finite element mesh quality via optimization of the Jacobian matrix norm and
//! associated quantities", Int. J. Numer. Meth. Eng. 48 (2000) 401–420; P. P. Pébay et al., "The Verdict
//! library reference manual", Sandia National Laboratories (2007).

use super::element::Shape;
use super::shape_functions::{Jet, ShapeFunctions};

/// A vector in space.
type Vector = [f64; 3];

/// The quality of elements of a shape and an order.
pub(super) struct Quality {
    shape: Shape,
    functions: ShapeFunctions,
    /// For every node the derivatives of all shape functions, and its place in the unit box.
    tables: Vec<(Vec<Vector>, Vector)>,
}

impl Quality {
    pub(super) fn new(shape: Shape, order: usize) -> Self {
        let functions = ShapeFunctions::new(shape, order);
        let places = shape.places(order);
        let tables = places.into_iter().map(|place| {
            let unit = opened(shape, place);
            (slopes_at(&functions, unit), unit)
        });
        Quality {
            shape,
            tables: tables.collect(),
            functions,
        }
    }

    /// The least scaled Jacobian in the nodes.
    pub(super) fn in_nodes(&self, nodes: &[Vector]) -> f64 {
        let all = self.tables.iter();
        let all = all.map(|(slopes, unit)| self.scaled(nodes, slopes, *unit));
        all.fold(1.0, f64::min)
    }

    /// The scaled Jacobian at a place of the unit box.
    pub(super) fn at(&self, nodes: &[Vector], unit: Vector) -> f64 {
        self.scaled(nodes, &slopes_at(&self.functions, unit), unit)
    }

    fn scaled(&self, nodes: &[Vector], slopes: &[Vector], [a, b, _]: Vector) -> f64 {
        let mut columns = [[0.0; 3]; 3];
        for (node, slope) in nodes.iter().zip(slopes) {
            for (column, share) in columns.iter_mut().zip(slope) {
                for (sum, x) in column.iter_mut().zip(node) {
                    *sum += share * x;
                }
            }
        }
        let [x, y, z] = columns;
        let between = |a: Vector, b: Vector| length([b[0] - a[0], b[1] - a[1], b[2] - a[2]]);
        let [lx, ly, lz] = columns.map(length);
        let triangle = |third: f64| (lx * ly).max(lx * third).max(ly * third);
        let flat = x[0] * y[1] - x[1] * y[0];
        let (determinant, lengths, best) = match self.shape {
            Shape::Line => (lx, lx, 1.0),
            Shape::Triangle => (flat, triangle(between(x, y)), 2.0 / 3f64.sqrt()),
            Shape::Quadrilateral => (flat, lx * ly, 1.0),
            Shape::Hexahedron => (volume(x, y, z), lx * ly * lz, 1.0),
            Shape::Prism => {
                let lengths = triangle(between(x, y)) * lz;
                (volume(x, y, z), lengths, 2.0 / 3f64.sqrt())
            }
            Shape::Tetrahedron => {
                let [xy, xz, yz] = [between(x, y), between(x, z), between(y, z)];
                let corners = [lx * ly * lz, lx * xy * xz, ly * xy * yz, lz * xz * yz];
                let lengths = corners.into_iter().fold(0.0, f64::max);
                (volume(x, y, z), lengths, 2f64.sqrt())
            }
            Shape::Pyramid => {
                // Edges lead to the apex along rays of the unit box.
                let ray = [0, 1, 2].map(|k| z[k] - a * x[k] - b * y[k]);
                (volume(x, y, z), lx * ly * length(ray), 2f64.sqrt())
            }
        };
        match lengths > 0.0 {
            true => (best * determinant / lengths).clamp(-1.0, 1.0),
            false => 0.0,
        }
    }
}

fn slopes_at(functions: &ShapeFunctions, unit: Vector) -> Vec<Vector> {
    let mut jets = vec![Jet::default(); functions.count()];
    functions.at(&unit[..functions.dimension()], &mut jets);
    jets.iter().map(|jet| jet.slopes).collect()
}

/// A place on the reference element in the unit box, of which Duffy's map makes it.
fn opened(shape: Shape, [x, y, z]: Vector) -> Vector {
    let part = |x: f64, of: f64| if of > 0.0 { x / of } else { 0.0 };
    match shape {
        Shape::Triangle | Shape::Prism => [part(x, 1.0 - y), y, z],
        Shape::Pyramid => [part(x, 1.0 - z), part(y, 1.0 - z), z],
        Shape::Tetrahedron => [part(x, 1.0 - z - y), part(y, 1.0 - z), z],
        _ => [x, y, z],
    }
}

fn length(a: Vector) -> f64 {
    (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt()
}

fn volume(a: Vector, b: Vector, c: Vector) -> f64 {
    a[0] * (b[1] * c[2] - b[2] * c[1])
        + a[1] * (b[2] * c[0] - b[0] * c[2])
        + a[2] * (b[0] * c[1] - b[1] * c[0])
}
