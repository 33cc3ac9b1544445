//! The Bernstein control points of an element by its nodes: a fixed matrix for each shape and order.
//!
//! 1. On simplices, and on products of them, entries are blossoms of the shape functions, where the arguments
//!    are corners: whole numbers over whole numbers.
//! 2. On the pyramid they are the coefficients of modes times the inverse of the matrix of modes at nodes.
//!
//! L. Ramshaw, "Blossoms are polar forms", Comput. Aided Geom. Design 6 (1989) 323–358; M. Bergot, G. Cohen,
//! M. Duruflé, "Higher-order finite elements for hybrid meshes using new nodal pyramidal elements", J. Sci.
//! Comput. 42 (2010) 345–381.

use super::bernstein::{Index, Space};
use super::element::{Place, Shape};
use super::number::Number;
use crate::elementary::double_double::DoubleDouble;

/// The nodes that a control point depends on, and how.
pub(super) type Row<T> = Vec<(usize, T)>;

const ZERO: DoubleDouble = DoubleDouble { hi: 0.0, lo: 0.0 };

/// What the entries of a row of the pyramid's matrix are off by together, as a part of the sum of their
/// sizes: a test measures it in whole numbers, for all orders.
const PYRAMID_MATRIX: f64 = 1e-26;

/// What the entries of a row are off by together, as a part of the sum of their sizes.
pub(super) fn matrix_error(shape: Shape) -> f64 {
    match shape {
        Shape::Pyramid => PYRAMID_MATRIX,
        // A permanent is a whole number; it is divided once for each simplex, and multiplied.
        _ => 6.0 * DoubleDouble::UNIT,
    }
}

/// For every control point the nodes that it depends on, and how.
pub(super) fn control_points(shape: Shape, order: usize, space: &Space) -> Vec<Row<DoubleDouble>> {
    let nodes = shape.lattice(order);
    let share = |index: Index, node: Index| {
        let mut first = 0;
        let of_simplex = space.factors.iter().map(|(n, degree)| {
            let inside = first..first + n;
            first += n;
            blossom(*degree, &index[inside.clone()], &node[inside])
        });
        of_simplex.fold(whole(1), |all, factor| all * factor)
    };
    if shape == Shape::Pyramid {
        return pyramid(order, &nodes, space);
    }
    let indices = space.indices().into_iter();
    let row = |index: Index| {
        let all = nodes.iter().enumerate();
        let all = all.map(|(k, node)| (k, share(index, *node)));
        all.filter(|(_, share)| share.hi != 0.0).collect()
    };
    indices.map(row).collect()
}

/// The control points of the pyramid. A function of its space is a sum of the modes
/// aⁱ bʲ (1 − c)ᵐ cᵏ, m the greater of i and j, whose coefficients are known: it is found by its values in
/// the nodes.
fn pyramid(order: usize, nodes: &[Place], space: &Space) -> Vec<Row<DoubleDouble>> {
    let modes = pyramid_modes(order);
    let at_nodes = modes.iter().map(|mode| {
        let values = nodes.iter().map(|node| mode_at(order, *mode, *node));
        values.collect()
    });
    let inverse = inverse(at_nodes.collect());
    let row = |index: Index| {
        let mut row: Row<DoubleDouble> = (0..nodes.len()).map(|k| (k, ZERO)).collect();
        for (k, mode) in modes.iter().enumerate() {
            let coefficient = mode_coefficient(order, *mode, index);
            for ((_, share), inverse) in row.iter_mut().zip(&inverse) {
                *share = *share + coefficient * inverse[k];
            }
        }
        row
    };
    space.indices().into_iter().map(row).collect()
}

/// The powers i, j and k of all modes.
fn pyramid_modes(order: usize) -> Vec<Index> {
    let all = (0..=order).flat_map(|i| (0..=order).map(move |j| [i, j]));
    let modes = all.flat_map(|[i, j]| (0..=order - i.max(j)).map(move |k| [i, j, k]));
    modes.collect()
}

/// A mode at a node, whose place is given times the order.
fn mode_at(order: usize, [i, j, k]: Index, [x, y, z]: Place) -> DoubleDouble {
    let side = order - z;
    let power = |above: usize, below: usize, n: usize| {
        let part = whole(above) / whole(below.max(1));
        (0..n).fold(whole(1), |all, _| all * part)
    };
    let along = power(side, order, i.max(j)) * power(z, order, k);
    power(x, side, i) * power(y, side, j) * along
}

/// A Bernstein coefficient of a mode: of aⁱ it is C(l, i)/C(p, i), and that of (1 − c)ᵐ cᵏ, which is in the
/// basis of degree m + k, is C(p − m − k, l − k)/C(p, l).
fn mode_coefficient(order: usize, mode: Index, index: Index) -> DoubleDouble {
    let (above, below) = mode_fraction(order, mode, index);
    whole(above) / whole(below)
}

/// The same as a fraction of whole numbers.
fn mode_fraction(order: usize, [i, j, k]: Index, index: Index) -> (usize, usize) {
    let choices = |n: usize, k: usize| match k <= n {
        true => (0..k).fold(1, |all, i| all * (n - i) / (i + 1)),
        false => 0,
    };
    let (m, l) = (i.max(j), index[2]);
    let along = match l >= k {
        true => choices(order - m - k, l - k),
        false => 0,
    };
    let above = choices(index[0], i) * choices(index[1], j) * along;
    let below = choices(order, i) * choices(order, j) * choices(order, l);
    (above, below)
}

/// The inverse of a matrix of rows, by Gauß and Jordan's elimination with the greatest pivots.
fn inverse(mut rows: Vec<Vec<DoubleDouble>>) -> Vec<Vec<DoubleDouble>> {
    let count = rows.len();
    for (k, row) in rows.iter_mut().enumerate() {
        row.extend((0..count).map(|other| whole(usize::from(other == k))));
    }
    for at in 0..count {
        let size = |row: usize| rows[row][at].hi.abs();
        let greatest = (at..count).max_by(|a, b| size(*a).total_cmp(&size(*b)));
        rows.swap(at, greatest.unwrap_or(at));
        let pivot = rows[at][at];
        for x in &mut rows[at] {
            *x = *x / pivot;
        }
        let row = rows[at].clone();
        for (_, other) in rows.iter_mut().enumerate().filter(|(k, _)| *k != at) {
            let factor = other[at];
            for (x, y) in other.iter_mut().zip(&row) {
                *x = *x - factor * *y;
            }
        }
    }
    rows.into_iter()
        .map(|mut row| row.split_off(count))
        .collect()
}

fn whole(n: usize) -> DoubleDouble {
    DoubleDouble::from(n as f64)
}

/// The Bernstein coefficient of a shape function of a simplex: its blossom where the arguments are
/// corners. The shape function of a node is a product of linear forms over a whole number, and its blossom
/// is the mean over all ways to give each an argument.
fn blossom(order: usize, index: &[usize], node: &[usize]) -> DoubleDouble {
    let with_rest = |of: &[usize]| -> Vec<usize> {
        let rest = order - of.iter().sum::<usize>();
        of.iter().copied().chain([rest]).collect()
    };
    let (index, node) = (with_rest(index), with_rest(node));
    // Silvester's polynomials: p λₖ − j over j + 1, j = 0, 1, …; at a corner it is p − j or −j.
    let forms = node
        .iter()
        .enumerate()
        .flat_map(|(k, count)| (0..*count).map(move |j| (k, j)));
    let forms: Vec<(usize, usize)> = forms.collect();
    let corners = index.iter().enumerate();
    let corners = corners.flat_map(|(k, times)| vec![k; *times]);
    let value = |corner: usize, (k, j): (usize, usize)| {
        (if corner == k { order as f64 } else { 0.0 }) - j as f64
    };
    let rows: Vec<Vec<f64>> = corners
        .map(|corner| forms.iter().map(|form| value(corner, *form)).collect())
        .collect();
    let below: f64 = node.iter().map(|count| factorial(*count)).product();
    DoubleDouble::from(permanent(&rows, 0)) / DoubleDouble::from(below * factorial(order))
}

fn factorial(n: usize) -> f64 {
    (1..=n).map(|k| k as f64).product()
}

/// The sum of the products of one entry of every row, each of another column that is not taken.
fn permanent(rows: &[Vec<f64>], taken: usize) -> f64 {
    let Some((row, rest)) = rows.split_first() else {
        return 1.0;
    };
    let free = row.iter().enumerate().filter(|(k, _)| taken >> k & 1 == 0);
    free.map(|(k, entry)| entry * permanent(rest, taken | 1 << k))
        .sum()
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;

    use super::super::element::MAX_ELEMENT_ORDER;
    use super::*;

    /// Powers of two by which parts of double-doubles become whole.
    const SHIFT: u64 = 400;

    /// A double times 2^[`SHIFT`], exactly.
    fn shifted(x: f64) -> BigInt {
        let up = x * 2f64.powi(SHIFT as i32);
        assert!(up == up.trunc() && up.is_finite());
        let below = (up.abs().max(1.0).log2() as i32 - 60).max(0);
        let mantissa = up / 2f64.powi(below);
        assert!(mantissa == mantissa.trunc());
        BigInt::from(mantissa as i64) << below
    }

    /// The double that a whole number is nearest to.
    fn double(x: &BigInt) -> f64 {
        x.to_string().parse().unwrap()
    }

    /// A mode at a node times orderᵐ⁺ᵏ and 12⁴, which is whole: heights below the apex are 1 to 4.
    fn whole_mode_at(order: usize, [i, j, k]: Index, [x, y, z]: Place) -> BigInt {
        let (side, m) = (order - z, i.max(j));
        if side == 0 && m > 0 {
            return BigInt::ZERO;
        }
        let power = |a: usize, n: usize| BigInt::from(a.pow(n as u32));
        // (x/s)ⁱ (y/s)ʲ sᵐ zᵏ over as many powers of s as the lesser of i and j.
        let above = power(12, 4) * power(x, i) * power(y, j) * power(z, k);
        above / power(side.max(1), i.min(j))
    }

    /// What the matrix is off by is what it makes of the modes less their coefficients, times the inverse of
    /// the modes at the nodes: the difference is exact, and of the product no digits matter but the first.
    #[test]
    fn the_matrix_of_the_pyramid_is_as_exact_as_is_said() {
        for order in 1..=MAX_ELEMENT_ORDER {
            let space = Space::new(Shape::Pyramid, order);
            let rows = control_points(Shape::Pyramid, order, &space);
            let nodes = Shape::Pyramid.lattice(order);
            let modes = pyramid_modes(order);
            let at_nodes = modes.iter().map(|mode| {
                let values = nodes.iter().map(|node| mode_at(order, *mode, *node));
                values.collect()
            });
            let inverse = inverse(at_nodes.collect());
            let whole_modes: Vec<Vec<BigInt>> = modes
                .iter()
                .map(|mode| {
                    nodes
                        .iter()
                        .map(|node| whole_mode_at(order, *mode, *node))
                        .collect()
                })
                .collect();
            let mut farthest = 0.0f64;
            for (row, index) in rows.iter().zip(space.indices()) {
                let entries: Vec<BigInt> = row
                    .iter()
                    .map(|(_, t)| shifted(t.hi) + shifted(t.lo))
                    .collect();
                let differences = modes.iter().zip(&whole_modes).map(|(mode, values)| {
                    let [i, j, k] = *mode;
                    let found: BigInt = entries.iter().zip(values).map(|(t, x)| t * x).sum();
                    let (above, below) = mode_fraction(order, *mode, index);
                    let scale = BigInt::from(order.pow((i.max(j) + k) as u32) * 12usize.pow(4));
                    let wanted = (BigInt::from(above) * &scale) << SHIFT;
                    let difference = found * BigInt::from(below) - wanted;
                    double(&difference) / double(&((BigInt::from(below) * scale) << SHIFT))
                });
                let differences: Vec<f64> = differences.collect();
                let size: f64 = row.iter().map(|(_, t)| t.hi.abs()).sum();
                let off = inverse.iter().map(|of_node| {
                    let terms = differences.iter().zip(of_node);
                    terms.map(|(d, t)| d * t.hi).sum::<f64>().abs()
                });
                farthest = farthest.max(off.sum::<f64>() / size);
            }
            // 1.5e-27 at order 4, less below.
            assert!(farthest < PYRAMID_MATRIX, "{order}: {farthest:e}");
        }
    }

    #[test]
    fn coefficients_of_modes_are_those_of_powers() {
        // a c on the pyramid of order 2, raised from degrees 1 to 2: (1 − c) a c has m = 1, k = 1.
        let found = |index| mode_coefficient(2, [1, 0, 1], index).hi;
        // a is 0, 1/2, 1; (1 − c) c is 0, 1/2, 0.
        assert_eq!(found([2, 1, 1]), 0.5);
        assert_eq!(found([1, 0, 1]), 0.25);
        assert_eq!((found([2, 0, 0]), found([2, 2, 2])), (0.0, 0.0));
    }
}
