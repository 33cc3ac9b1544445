//! det J of an element by its Bernstein coefficients, with a bound of what rounding does to them.
//!
//! 1. Nodes become control points by a fixed matrix, whose entries are blossoms of the shape functions.
//! 2. Derivatives are differences of control points. On the pyramid, in the coordinates a, b, c of the unit
//!    box, ∂x/∂ξ = xₐ/(1 − c), ∂x/∂η = x_b/(1 − c), and the third column may be taken along the ray to the
//!    apex, x_c, without changing the determinant: all three are polynomials, and so is det J.
//! 3. det J is multiplied out: a coefficient is a mean, with positive weights, of determinants of
//!    differences, so that nothing is lost by the change of basis.
//!
//! A. Johnen, J.-F. Remacle, C. Geuzaine, "Geometrical validity of curvilinear finite elements", J. Comput.
//! Phys. 233 (2013) 359–372; L. Ramshaw, "Blossoms are polar forms", Comput. Aided Geom. Design 6 (1989)
//! 323–358.

use super::bernstein::{Index, Space};
use super::element::Shape;
use super::shape_functions::{Jet, ShapeFunctions};

/// A vector in space.
type Vector = [f64; 3];

/// Half the distance from 1 to the next double: what one rounding does at most.
pub(super) const UNIT: f64 = f64::EPSILON / 2.0;

/// What the entries of the pyramid's matrix are off by, which come from an inverse: a test compares them.
const PYRAMID_MATRIX: f64 = 1e-13;

/// det J of the elements of a shape and an order.
pub(super) struct DeterminantForm {
    dimension: usize,
    /// For every control point the nodes that it depends on, and how.
    control: Vec<Vec<(usize, f64)>>,
    /// The greatest sum of the sizes of the entries of a row, and the greatest number of them.
    amplification: f64,
    terms: usize,
    /// What an entry is off by, as a part of the sum of the sizes.
    matrix_error: f64,
    columns: Vec<Column>,
    /// The places of products of the first two columns, where there are three.
    pairs: Vec<usize>,
    /// The polynomials of which det J is one.
    pub(super) space: Space,
    /// The coefficients that are values.
    pub(super) corners: Vec<(usize, Vector)>,
    /// The places of coefficients in a grid, and m!/α!.
    places: Vec<(usize, f64)>,
    grid: usize,
}

/// A column of J: each coefficient is a difference of two control points.
struct Column {
    entries: Vec<Difference>,
    /// The greatest factor.
    greatest: f64,
}

/// A coefficient of a derivative.
struct Difference {
    plus: usize,
    minus: usize,
    factor: f64,
    arrangements: f64,
    /// Its place in the grid.
    place: usize,
}

/// Memory for one element after the other.
#[derive(Default)]
pub(super) struct Scratch {
    control: Vec<Vector>,
    columns: [Vec<Vector>; 3],
    pairs: Vec<Vector>,
    grid: Vec<f64>,
    /// The coefficients of det J.
    pub(super) coefficients: Vec<f64>,
}

/// Divides nodes by a power of two, so that none is farther than 2 from the first along an axis.
pub(super) fn scaled(nodes: &mut [Vector]) -> f64 {
    let largest = nodes
        .iter()
        .flatten()
        .fold(0.0f64, |all, x| all.max(x.abs()));
    let scale = match largest.is_normal() {
        true => 2f64.powi(largest.log2().floor() as i32),
        false => 1.0,
    };
    for node in nodes {
        *node = node.map(|x| x / scale);
    }
    scale
}

impl DeterminantForm {
    /// For elements of two or three dimensions.
    pub(super) fn new(shape: Shape, order: usize) -> Self {
        let n = shape.dimension();
        let coordinates = Space::new(shape, order);
        let columns: Vec<(Space, Vec<Difference>)> = (0..n)
            .map(|axis| differences(shape, &coordinates, axis))
            .collect();
        let spaces = columns.iter().map(|(space, _)| space.clone());
        let space = spaces.reduce(|all, next| all.times(&next));
        let space = space.unwrap_or_else(|| coordinates.clone());
        let sizes = space.sizes();
        let place = |[i, j, k]: Index| i + sizes[0] * (j + sizes[1] * k);
        let pairs = match &columns[..] {
            [(a, _), (b, _), _] => a.times(b).indices().into_iter().map(place).collect(),
            _ => Vec::new(),
        };
        let columns = columns.into_iter().map(|(of, mut entries)| {
            for (entry, index) in entries.iter_mut().zip(of.indices()) {
                entry.place = place(index);
            }
            let greatest = entries.iter().map(|e| e.factor).fold(0.0, f64::max);
            Column { entries, greatest }
        });
        let control = control_points(shape, order, &coordinates);
        let size = |row: &Vec<(usize, f64)>| row.iter().map(|(_, t)| t.abs()).sum();
        let indices = space.indices().into_iter();
        let places = indices.map(|index| (place(index), space.arrangements(index)));
        DeterminantForm {
            dimension: n,
            amplification: control.iter().map(size).fold(0.0, f64::max),
            terms: control.iter().map(Vec::len).max().unwrap_or(0),
            matrix_error: match shape {
                Shape::Pyramid => PYRAMID_MATRIX,
                // A permanent is a whole number; it is divided once for each simplex, and multiplied.
                _ => 6.0 * UNIT,
            },
            control,
            columns: columns.collect(),
            pairs,
            corners: space.corners(),
            places: places.collect(),
            grid: sizes.iter().product(),
            space,
        }
    }

    /// The coefficients of det J of an element whose nodes are these, none farther from the origin than
    /// 2 along an axis and each off by so many roundings of that; and a bound of what rounding does to each
    /// coefficient.
    pub(super) fn compute(&self, nodes: &[Vector], roundings: f64, scratch: &mut Scratch) -> f64 {
        let control = self.control.iter().map(|row| {
            let mut sum = [0.0; 3];
            for (node, share) in row {
                for (sum, x) in sum.iter_mut().zip(nodes[*node]) {
                    *sum += share * x;
                }
            }
            sum
        });
        scratch.control.clear();
        scratch.control.extend(control);
        // A product is rounded once, and a sum as often as it has terms.
        let rounded = (roundings + (self.terms + 2) as f64) * UNIT + self.matrix_error;
        let off = 2.0 * self.amplification * rounded * (self.dimension as f64).sqrt();
        let (mut product, mut error) = (1.0f64, 0.0f64);
        let Scratch {
            control, columns, ..
        } = scratch;
        for (column, values) in self.columns.iter().zip(columns) {
            let mut most = 0.0f64;
            let entries = column.entries.iter().map(|entry| {
                let [plus, minus] = [entry.plus, entry.minus].map(|k| control[k]);
                let slope: Vector =
                    std::array::from_fn(|axis| (plus[axis] - minus[axis]) * entry.factor);
                most = most.max(slope.iter().map(|x| x * x).sum());
                slope.map(|x| x * entry.arrangements)
            });
            values.clear();
            values.extend(entries);
            let (length, off) = (most.sqrt(), 2.0 * column.greatest * off);
            error = error * (length + off) + product * off;
            product *= length;
        }
        self.multiply(scratch);
        // Hadamard's bound holds for sums of the sizes of all terms of a determinant within a factor of
        // 6/3^(3/2); every term has some ten roundings of its own, and is one of as many as a column has
        // coefficients. Twice all that is for the rounding of this bound, and for products of errors.
        let terms: usize = self.columns.iter().map(|c| c.entries.len()).sum();
        2.0 * (error + product * 1.2 * (terms + 12) as f64 * UNIT) + f64::MIN_POSITIVE
    }

    /// Multiplies the columns out.
    fn multiply(&self, scratch: &mut Scratch) {
        let Scratch {
            columns: [a, b, c],
            pairs,
            grid,
            coefficients,
            ..
        } = scratch;
        grid.clear();
        grid.resize(self.grid, 0.0);
        let places = |column: usize| self.columns[column].entries.iter().map(|e| e.place);
        if self.dimension == 2 {
            for (a, at) in a.iter().zip(places(0)) {
                for (b, more) in b.iter().zip(places(1)) {
                    grid[at + more] += a[0] * b[1] - a[1] * b[0];
                }
            }
        } else {
            pairs.clear();
            pairs.resize(self.grid, [0.0; 3]);
            for (a, at) in a.iter().zip(places(0)) {
                for (b, more) in b.iter().zip(places(1)) {
                    let sum = &mut pairs[at + more];
                    sum[0] += a[1] * b[2] - a[2] * b[1];
                    sum[1] += a[2] * b[0] - a[0] * b[2];
                    sum[2] += a[0] * b[1] - a[1] * b[0];
                }
            }
            for at in &self.pairs {
                let pair = pairs[*at];
                for (c, more) in c.iter().zip(places(2)) {
                    grid[at + more] += pair[0] * c[0] + pair[1] * c[1] + pair[2] * c[2];
                }
            }
        }
        coefficients.clear();
        let all = self.places.iter();
        coefficients.extend(all.map(|(place, arrangements)| grid[*place] / arrangements));
    }
}

/// The derivative along an axis, and the space that it is in. Places are filled in later.
fn differences(shape: Shape, of: &Space, axis: usize) -> (Space, Vec<Difference>) {
    let mut space = of.clone();
    let degree = &mut space.factors[of.factor_of(axis)].1;
    let order = *degree;
    *degree -= 1;
    // Along a and b of the pyramid there is a factor 1 − c, which is taken out: Bernstein polynomials of
    // degree p over 1 − c are those of degree p − 1 times p/(p − k).
    let is_divided = shape == Shape::Pyramid && axis < 2;
    if is_divided {
        space.factors[2].1 -= 1;
    }
    let all = of.indices();
    let find = |index: Index| all.iter().position(|other| *other == index).unwrap_or(0);
    let entries = space.indices().into_iter().map(|index| {
        let mut next = index;
        next[axis] += 1;
        let divided = match is_divided {
            true => order as f64 / (order - index[2]) as f64,
            false => 1.0,
        };
        Difference {
            plus: find(next),
            minus: find(index),
            factor: order as f64 * divided,
            arrangements: space.arrangements(index),
            place: 0,
        }
    });
    let entries = entries.collect();
    (space, entries)
}

/// For every control point the nodes that it depends on, and how.
fn control_points(shape: Shape, order: usize, space: &Space) -> Vec<Vec<(usize, f64)>> {
    let nodes = shape.lattice(order);
    let share = |index: Index, node: Index| {
        let mut first = 0;
        let of_simplex = space.factors.iter().map(|(n, degree)| {
            let inside = first..first + n;
            first += n;
            blossom(*degree, &index[inside.clone()], &node[inside])
        });
        of_simplex.product()
    };
    let indices = space.indices().into_iter();
    if shape == Shape::Pyramid {
        return indices
            .map(|index| pyramid_row(shape, order, index))
            .collect();
    }
    let row = |index: Index| {
        let all = nodes.iter().enumerate();
        let all = all.map(|(k, node)| (k, share(index, *node)));
        all.filter(|(_, share)| *share != 0.0).collect()
    };
    indices.map(row).collect()
}

/// A control point of the pyramid: by the values of its shape functions on a grid of the unit box.
fn pyramid_row(shape: Shape, order: usize, index: Index) -> Vec<(usize, f64)> {
    let functions = ShapeFunctions::new(shape, order);
    let mut jets = vec![Jet::default(); functions.count()];
    let mut row: Vec<(usize, f64)> = (0..functions.count()).map(|node| (node, 0.0)).collect();
    let all = Space::new(shape, order).indices();
    for at in all {
        let shares = [0, 1, 2].map(|axis| blossom(order, &[index[axis]], &[at[axis]]));
        let share: f64 = shares.iter().product();
        functions.at(&at.map(|k| k as f64 / order as f64), &mut jets);
        for (entry, jet) in row.iter_mut().zip(&jets) {
            entry.1 += share * jet.value;
        }
    }
    row
}

/// The Bernstein coefficient of a shape function of a simplex: its blossom where the arguments are
/// corners. The shape function of a node is a product of linear forms over a whole number, and its blossom
/// is the mean over all ways to give each an argument.
fn blossom(order: usize, index: &[usize], node: &[usize]) -> f64 {
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
    permanent(&rows, 0) / (below * factorial(order))
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
    use super::super::element::MAX_ELEMENT_ORDER;
    use super::*;
    use crate::scatter::Scatter;

    /// det J by the shape functions.
    fn determinant(shape: Shape, order: usize, nodes: &[Vector], unit: &[f64]) -> f64 {
        let functions = ShapeFunctions::new(shape, order);
        let mut jets = vec![Jet::default(); functions.count()];
        functions.at(unit, &mut jets);
        let n = shape.dimension();
        let matrix = nalgebra::DMatrix::from_fn(n, n, |target, axis| {
            let terms = nodes.iter().zip(&jets);
            terms.map(|(x, jet)| x[target] * jet.slopes[axis]).sum()
        });
        matrix.determinant()
    }

    #[test]
    fn coefficients_are_those_of_the_determinant() {
        for shape in Shape::ALL.into_iter().filter(|shape| shape.dimension() > 1) {
            let n = shape.dimension();
            for order in 1..=MAX_ELEMENT_ORDER {
                let form = DeterminantForm::new(shape, order);
                let bend = |k: usize, x: f64| x + 0.1 * ((7 * k * k + 3 * k) as f64).sin();
                let nodes = shape.places(order).into_iter().enumerate();
                let nodes: Vec<Vector> = nodes
                    .map(|(k, x)| {
                        std::array::from_fn(|axis| {
                            if axis < n {
                                bend(3 * k + axis, x[axis])
                            } else {
                                0.0
                            }
                        })
                    })
                    .collect();
                let mut scratch = Scratch::default();
                let rounding = form.compute(&nodes, 1.0, &mut scratch);
                let coefficients = &scratch.coefficients;
                let size = coefficients.iter().fold(0.0f64, |all, c| all.max(c.abs()));
                // More than 1e-10 of the size would leave more undecided than is said; the bound for products
                // of lines adds up to 125 nodes with shares of up to 14³.
                let is_product = n == 3 && shape != Shape::Tetrahedron;
                let highest = if is_product { 2e-7 } else { 1e-10 };
                let part = rounding / size;
                assert!(part < highest, "{shape} {order}: {part:e}");
                let (on_box, _) = form.space.on_box(coefficients);
                let scattered = Scatter::roots(n);
                for k in 1..=12 {
                    let unit = scattered.point(k);
                    let exact = determinant(shape, order, &nodes, &unit);
                    // Sums of up to 125 products on the other side.
                    let distance = (on_box.value(&unit) - exact).abs();
                    assert!(distance < 1e-12 * size, "{shape} {order}: {distance}");
                }
                for (at, unit) in &form.corners {
                    // Not at the apex and where corners have collapsed: the box has them all.
                    let exact = determinant(shape, order, &nodes, &unit[..n]);
                    let distance = (coefficients[*at] - exact).abs();
                    assert!(distance < 1e-12 * size, "{shape} {order}: {distance}");
                }
            }
        }
    }

    #[test]
    fn the_matrix_of_the_pyramid_is_as_exact_as_is_said() {
        for order in 1..=MAX_ELEMENT_ORDER {
            let space = Space::new(Shape::Pyramid, order);
            let rows = control_points(Shape::Pyramid, order, &space);
            let places = Shape::Pyramid.places(order);
            // The space is that of aⁱ bʲ (1 − c)ᵐ cᵏ, m the greater of i and j, whose Bernstein coefficients
            // are known; k at most order − m.
            let power = |x: f64, n: usize| x.powi(n as i32);
            let of_power = |index: usize, n: usize| -> f64 {
                let factors = (0..n).map(|i| (index as f64 - i as f64) / (order - i) as f64);
                factors.product()
            };
            for [i, j, k] in space.indices() {
                let m = i.max(j);
                if m + k > order {
                    continue;
                }
                let values = places.iter().map(|[x, y, z]| {
                    let side = if *z < 1.0 { 1.0 - z } else { 1.0 };
                    power(x / side, i) * power(y / side, j) * power(1.0 - z, m) * power(*z, k)
                });
                let values: Vec<f64> = values.collect();
                for (row, index) in rows.iter().zip(space.indices()) {
                    let size: f64 = row.iter().map(|(_, t)| t.abs()).sum();
                    let found: f64 = row.iter().map(|(node, t)| t * values[*node]).sum();
                    // (1 − c)ᵐ cᵏ is one of the basis of degree m + k.
                    let along_c = of_mixed(order, [m, k], index[2]);
                    let exact = of_power(index[0], i) * of_power(index[1], j) * along_c;
                    let off = (found - exact).abs() / size;
                    // A third, for what these polynomials do not show of single entries.
                    assert!(off < PYRAMID_MATRIX / 3.0, "{order} {i} {j} {k}: {off:e}");
                }
            }
        }
    }

    /// The Bernstein coefficient of (1 − c)ᵐ cᵏ among those of a degree: C(p − m − k, l − k)/C(p, l).
    fn of_mixed(degree: usize, [m, k]: [usize; 2], at: usize) -> f64 {
        let choose = |n: usize, k: usize| factorial(n) / (factorial(k) * factorial(n - k));
        match at >= k && at + m <= degree {
            true => choose(degree - m - k, at - k) / choose(degree, at),
            false => 0.0,
        }
    }
}
