//! The shape functions of an element and their derivatives, tabulated at nodes of the unit box.
//!
//! 1. A node of the unit box is collapsed onto the reference element by Duffy's map.
//! 2. On simplices, and on products of them, shape functions are products of Silvester's polynomials
//!    Rₘ(t) = t (t − 1) ⋯ (t − m + 1) / m! in the barycentric coordinates times the order.
//! 3. On the pyramid they are the nodal basis of the space that contains all polynomials of the order
//!    and is polynomial in the collapsed coordinates, by the inverse of the matrix of modes at nodes.
//!
//! P. Silvester, "High-order polynomial triangular finite elements for potential problems", Int. J.
//! Eng. Sci. 7 (1969) 849–861; M. Bergot, G. Cohen, M. Duruflé, "Higher-order finite elements for hybrid
//! meshes using new nodal pyramidal elements", J. Sci. Comput. 42 (2010) 345–381.

use nalgebra::DMatrix;

use super::element::{Place, Shape};

/// A number for each of up to three coordinates.
pub(super) type Triple = [f64; 3];

/// A function's value and its derivatives along ξ, η, ζ.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Jet {
    pub(super) value: f64,
    pub(super) slopes: Triple,
}

/// The shape functions of a shape and an order.
#[derive(Clone, Debug)]
pub(super) struct ShapeFunctions {
    shape: Shape,
    order: usize,
    lattice: Vec<Place>,
    /// On the pyramid: shape functions (rows) as sums of modes.
    nodal: Option<DMatrix<f64>>,
}

/// The place on the reference element of a node of the unit box, and what remains of 1 on the simplex.
struct Collapsed {
    at: Triple,
    rest: f64,
}

impl ShapeFunctions {
    pub(super) fn new(shape: Shape, order: usize) -> Self {
        let lattice = shape.lattice(order);
        let nodal = (shape == Shape::Pyramid).then(|| nodal_pyramid(order, &lattice));
        ShapeFunctions {
            shape,
            order,
            lattice,
            nodal: nodal.flatten(),
        }
    }

    /// The number of shape functions.
    pub(super) fn count(&self) -> usize {
        self.lattice.len()
    }

    /// The number of coordinates.
    pub(super) fn dimension(&self) -> usize {
        self.shape.dimension()
    }

    /// The place on the reference element of a node of the unit box, and all shape functions there.
    pub(super) fn values(&self, unit: &[f64]) -> (Triple, Vec<f64>) {
        let mut jets = vec![Jet::default(); self.count()];
        self.at(unit, &mut jets);
        (self.place(unit), jets.iter().map(|jet| jet.value).collect())
    }

    /// The place on the reference element of a node of the unit box.
    pub(super) fn place(&self, unit: &[f64]) -> Triple {
        collapse(self.shape, unit).at
    }

    /// All shape functions at a node of the unit box.
    pub(super) fn at(&self, unit: &[f64], jets: &mut [Jet]) {
        let Collapsed { at, rest } = collapse(self.shape, unit);
        let p = self.order;
        let line = |i: usize, t: f64| simplex(p, [i, 0, 0], 1, [t, 0.0, 0.0], 1.0 - t);
        match self.shape {
            Shape::Pyramid => self.pyramid(unit, jets),
            Shape::Line | Shape::Triangle | Shape::Tetrahedron => {
                let n = self.shape.dimension();
                for (jet, place) in jets.iter_mut().zip(&self.lattice) {
                    *jet = simplex(p, *place, n, at, rest);
                }
            }
            Shape::Prism => {
                for (jet, [i, j, k]) in jets.iter_mut().zip(&self.lattice) {
                    let flat = simplex(p, [*i, *j, 0], 2, at, rest);
                    *jet = flat.times(line(*k, at[2]).along(2));
                }
            }
            Shape::Quadrilateral | Shape::Hexahedron => {
                for (jet, place) in jets.iter_mut().zip(&self.lattice) {
                    let n = self.shape.dimension();
                    let factors = (0..n).map(|axis| line(place[axis], at[axis]).along(axis));
                    *jet = factors.fold(Jet::ONE, Jet::times);
                }
            }
        }
    }

    fn pyramid(&self, unit: &[f64], jets: &mut [Jet]) {
        let modes = pyramid_modes(self.order, [unit[0], unit[1], unit[2]]);
        let Some(nodal) = &self.nodal else {
            jets.fill(Jet::NAN);
            return;
        };
        for (i, jet) in jets.iter_mut().enumerate() {
            *jet = Jet::default();
            for (k, mode) in modes.iter().enumerate() {
                let share = nodal[(i, k)];
                jet.value += share * mode.value;
                for (slope, of_mode) in jet.slopes.iter_mut().zip(mode.slopes) {
                    *slope += share * of_mode;
                }
            }
        }
    }
}

impl Jet {
    const ONE: Jet = Jet {
        value: 1.0,
        slopes: [0.0; 3],
    };
    const NAN: Jet = Jet {
        value: f64::NAN,
        slopes: [f64::NAN; 3],
    };

    fn times(self, other: Jet) -> Jet {
        let slope = |axis: usize| self.slopes[axis] * other.value + self.value * other.slopes[axis];
        Jet {
            value: self.value * other.value,
            slopes: std::array::from_fn(slope),
        }
    }

    /// A function of the first coordinate as one of another.
    fn along(self, axis: usize) -> Jet {
        let mut slopes = [0.0; 3];
        slopes[axis] = self.slopes[0];
        Jet { slopes, ..self }
    }
}

/// Duffy's map; 1 − ξ − η − ζ without the digits that the difference would lose.
fn collapse(shape: Shape, unit: &[f64]) -> Collapsed {
    match (shape, unit) {
        (Shape::Line, &[a]) => Collapsed {
            at: [a, 0.0, 0.0],
            rest: 1.0 - a,
        },
        (Shape::Triangle, &[a, b]) => Collapsed {
            at: [a * (1.0 - b), b, 0.0],
            rest: (1.0 - a) * (1.0 - b),
        },
        (Shape::Tetrahedron, &[a, b, c]) => Collapsed {
            at: [a * (1.0 - b) * (1.0 - c), b * (1.0 - c), c],
            rest: (1.0 - a) * (1.0 - b) * (1.0 - c),
        },
        (Shape::Prism, &[a, b, c]) => Collapsed {
            at: [a * (1.0 - b), b, c],
            rest: (1.0 - a) * (1.0 - b),
        },
        (Shape::Pyramid, &[a, b, c]) => Collapsed {
            at: [a * (1.0 - c), b * (1.0 - c), c],
            rest: 1.0 - c,
        },
        _ => Collapsed {
            at: std::array::from_fn(|k| unit.get(k).copied().unwrap_or(0.0)),
            rest: 1.0,
        },
    }
}

/// Rₘ(t) and its derivative.
fn silvester(m: usize, t: f64) -> [f64; 2] {
    let (mut value, mut slope) = (1.0, 0.0);
    for k in 0..m {
        let (factor, scale) = (t - k as f64, 1.0 / (k + 1) as f64);
        slope = (slope * factor + value) * scale;
        value *= factor * scale;
    }
    [value, slope]
}

/// The shape function of a place on the simplex of n coordinates.
fn simplex(order: usize, place: Place, n: usize, at: Triple, rest: f64) -> Jet {
    let p = order as f64;
    let last = order - place[..n].iter().sum::<usize>();
    let factors: [[f64; 2]; 3] = std::array::from_fn(|axis| match axis < n {
        true => silvester(place[axis], p * at[axis]),
        false => [1.0, 0.0],
    });
    let of_rest = silvester(last, p * rest);
    let product = factors[0][0] * factors[1][0] * factors[2][0];
    let slope = |axis: usize| {
        if axis >= n {
            return 0.0;
        }
        let others = (0..3).filter(|other| *other != axis);
        let others: f64 = others.map(|other| factors[other][0]).product();
        p * (factors[axis][1] * others * of_rest[0] - product * of_rest[1])
    };
    Jet {
        value: product * of_rest[0],
        slopes: std::array::from_fn(slope),
    }
}

/// Legendre's polynomials on [0, 1] up to a degree, and their derivatives.
fn legendre(degree: usize, t: f64) -> Vec<[f64; 2]> {
    let x = 2.0 * t - 1.0;
    let mut all = vec![[1.0, 0.0], [x, 2.0]];
    for k in 1..degree {
        let (n, [one, two]) = (k as f64, [all[k], all[k - 1]]);
        let value = ((2.0 * n + 1.0) * x * one[0] - n * two[0]) / (n + 1.0);
        // L′ₙ₊₁ = L′ₙ₋₁ + (2n + 1) Lₙ, times 2 for the unit interval.
        let slope = two[1] + 2.0 * (2.0 * n + 1.0) * one[0];
        all.push([value, slope]);
    }
    all
}

/// The modes of the pyramid at collapsed coordinates a, b, c:
/// Lᵢ(a) Lⱼ(b) (1 − c)^max(i, j) Lₖ(c), max(i, j) + k ≤ order.
fn pyramid_modes(order: usize, [a, b, c]: Triple) -> Vec<Jet> {
    let [of_a, of_b, of_c] = [a, b, c].map(|t| legendre(order, t));
    let mut modes = Vec::with_capacity(Shape::Pyramid.nodes(order));
    for (i, f) in of_a.iter().enumerate().take(order + 1) {
        for (j, g) in of_b.iter().enumerate().take(order + 1) {
            let m = i.max(j);
            let (all, less) = match m {
                0 => (1.0, 0.0),
                _ => {
                    let less = (1.0 - c).powi(m as i32 - 1);
                    (less * (1.0 - c), less)
                }
            };
            for third in &of_c[..=order - m] {
                // Derivatives along a and b have the factor 1/(1 − c), which cancels.
                let along_a = f[1] * g[0] * less * third[0];
                let along_b = f[0] * g[1] * less * third[0];
                let along_c = f[0] * g[0] * (all * third[1] - m as f64 * less * third[0]);
                modes.push(Jet {
                    value: f[0] * g[0] * all * third[0],
                    slopes: [along_a, along_b, along_c + a * along_a + b * along_b],
                });
            }
        }
    }
    modes
}

/// The inverse of the matrix of modes at nodes.
fn nodal_pyramid(order: usize, lattice: &[Place]) -> Option<DMatrix<f64>> {
    let count = lattice.len();
    let mut matrix = DMatrix::zeros(count, count);
    for (node, &[i, j, k]) in lattice.iter().enumerate() {
        let side = order - k;
        // At the apex all of a and b are one place.
        let part = |i: usize| match side {
            0 => 0.0,
            side => i as f64 / side as f64,
        };
        let modes = pyramid_modes(order, [part(i), part(j), k as f64 / order as f64]);
        for (mode, jet) in modes.iter().enumerate() {
            matrix[(mode, node)] = jet.value;
        }
    }
    // Σₖ share(i, k) mode(k) at node j is 1 where i = j.
    matrix.try_inverse()
}

#[cfg(test)]
mod tests {
    use super::super::element::MAX_ELEMENT_ORDER;
    use super::*;
    use crate::scatter::Scatter;

    fn all() -> impl Iterator<Item = (Shape, usize, ShapeFunctions)> {
        let orders = |shape| (1..=MAX_ELEMENT_ORDER).map(move |order| (shape, order));
        let kinds = Shape::ALL.into_iter().flat_map(orders);
        kinds.map(|(shape, order)| (shape, order, ShapeFunctions::new(shape, order)))
    }

    /// A polynomial of the order in ξ, η, ζ, with its derivatives.
    fn polynomial(order: usize, n: usize, at: Triple) -> Jet {
        let base = 0.3 + (0..n).map(|k| (k + 1) as f64 * 0.4 * at[k]).sum::<f64>();
        let slope = |k: usize| match k < n {
            true => order as f64 * base.powi(order as i32 - 1) * (k + 1) as f64 * 0.4,
            false => 0.0,
        };
        Jet {
            value: base.powi(order as i32),
            slopes: std::array::from_fn(slope),
        }
    }

    #[test]
    fn polynomials_of_the_order_are_interpolated_with_their_derivatives() {
        for (shape, order, functions) in all() {
            let n = shape.dimension();
            let places = shape.places(order);
            let mut jets = vec![Jet::default(); functions.count()];
            let scattered = Scatter::roots(n);
            for k in 1..=20 {
                let unit = scattered.point(k);
                functions.at(&unit, &mut jets);
                let exact = polynomial(order, n, functions.place(&unit));
                let mut found = Jet::default();
                for (jet, place) in jets.iter().zip(&places) {
                    let here = polynomial(order, n, *place).value;
                    found.value += here * jet.value;
                    for axis in 0..3 {
                        found.slopes[axis] += here * jet.slopes[axis];
                    }
                }
                // Values up to 2.7⁴ and shape functions of about 1: a hundred roundings; slopes are
                // some ten times as large.
                assert!((found.value - exact.value).abs() < 1e-12, "{shape} {order}");
                for axis in 0..3 {
                    let distance = (found.slopes[axis] - exact.slopes[axis]).abs();
                    assert!(distance < 2e-11, "{shape} {order}: {distance}");
                }
            }
        }
    }

    #[test]
    fn a_shape_function_is_1_at_its_node_and_0_at_the_others() {
        for (shape, order, functions) in all() {
            let mut jets = vec![Jet::default(); functions.count()];
            for (node, place) in shape.places(order).into_iter().enumerate() {
                let part = |k: usize, of: f64| if of > 0.0 { place[k] / of } else { 0.0 };
                let unit = match shape {
                    Shape::Triangle => vec![part(0, 1.0 - place[1]), place[1]],
                    Shape::Prism => vec![part(0, 1.0 - place[1]), place[1], place[2]],
                    Shape::Pyramid => {
                        vec![part(0, 1.0 - place[2]), part(1, 1.0 - place[2]), place[2]]
                    }
                    Shape::Tetrahedron => {
                        let side = 1.0 - place[2];
                        vec![part(0, side - place[1]), part(1, side), place[2]]
                    }
                    _ => place[..shape.dimension()].to_vec(),
                };
                functions.at(&unit, &mut jets);
                for (k, jet) in jets.iter().enumerate() {
                    let wanted = if k == node { 1.0 } else { 0.0 };
                    // Few factors of at most 4, each rounded once; on the pyramid a sum over 55 modes.
                    assert!((jet.value - wanted).abs() < 1e-12, "{shape} {order}");
                }
            }
        }
    }
}
