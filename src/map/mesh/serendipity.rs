//! Serendipity elements of order 2, which have no nodes inside faces and inside.
//!
//! Their shape functions are polynomials that the complete element has too, so that they are complete
//! elements whose missing nodes follow from the others.
//!
//! O. C. Zienkiewicz, R. L. Taylor, J. Z. Zhu, "The Finite Element Method: Its Basis and Fundamentals",
//! 6th ed., Elsevier (2005), chapter 4.

use super::element::Shape;
use super::number::Number;

/// Adds the nodes that an element of order 2 leaves out, in the middles of faces and in its own, so that
/// the complete element is the same map.
pub(super) fn fill_in<T: Number>(shape: Shape, nodes: &mut Vec<[T; 3]>) {
    let lattice = shape.lattice(2);
    let known = nodes.len();
    for place in &lattice[known..] {
        let share = |other: &[usize; 3]| serendipity(shape, *place, *other);
        let node = std::array::from_fn(|axis| {
            let terms = lattice[..known].iter().zip(&nodes[..known]);
            let terms = terms.map(|(other, x)| T::from(share(other)) * x[axis]);
            terms.fold(T::from(0.0), |sum, term| sum + term)
        });
        nodes.push(node);
    }
}

/// What a node on an edge or in a corner gives to one in the middle of a quadrilateral, or of the
/// hexahedron: on a square with only 8 nodes the middle is half the sum of the edges' less a quarter of
/// the sum of the corners', on a cube with 20 a quarter of each.
fn serendipity(shape: Shape, middle: [usize; 3], other: [usize; 3]) -> f64 {
    let is_corner = other.iter().all(|k| *k != 1);
    if shape == Shape::Hexahedron && middle == [1; 3] {
        return if is_corner { -0.25 } else { 0.25 };
    }
    // The middle of a face: its neighbours lie on it.
    let on_face = match shape {
        Shape::Prism => match middle {
            [1, 1, _] => other[0] + other[1] == 2,
            [0, _, _] => other[0] == 0,
            _ => other[1] == 0,
        },
        Shape::Pyramid => other[2] == 0,
        _ => (0..3).all(|axis| middle[axis] == 1 || middle[axis] == other[axis]),
    };
    match (on_face, is_corner) {
        (false, _) => 0.0,
        (true, true) => -0.25,
        (true, false) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_follows_for_all_polynomials_of_the_serendipity_space() {
        for shape in [
            Shape::Quadrilateral,
            Shape::Hexahedron,
            Shape::Prism,
            Shape::Pyramid,
        ] {
            // Of degree 2, and two of the third degree that such elements have too.
            let f = |[x, y, z]: [f64; 3]| match shape {
                Shape::Quadrilateral => x * x * y + x * y * y - y * y,
                Shape::Hexahedron => x * x * y * z + x * y * z * z + x * y - z * z,
                Shape::Prism => x * x + x * y + y * z * z + x * x * z,
                // The base alone.
                _ => x * x * y + x * y * y - y * y,
            };
            let places = shape.places(2);
            let known = shape.corners() + shape.edges();
            let mut nodes: Vec<[f64; 3]> =
                places[..known].iter().map(|p| [f(*p), 0.0, 1.0]).collect();
            fill_in(shape, &mut nodes);
            assert_eq!(nodes.len(), places.len());
            for (node, place) in nodes.iter().zip(&places) {
                // Sums of at most 20 multiples of 1/8.
                assert_eq!(*node, [f(*place), 0.0, 1.0], "{shape} at {place:?}");
            }
        }
    }
}
