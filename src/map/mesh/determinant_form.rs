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
use super::control_points::{Row, control_points, matrix_error};
use super::element::Shape;
use super::number::{Number, UNIT};
use crate::elementary::double_double::DoubleDouble;

/// A vector in space.
type Vector<T = f64> = [T; 3];

/// det J of the elements of a shape and an order, computed by doubles or by double-doubles.
pub(super) struct DeterminantForm<T = f64> {
    dimension: usize,
    /// For every control point the nodes that it depends on, and how.
    control: Vec<Row<T>>,
    /// The greatest sum of the sizes of the entries of a row, and the greatest number of them.
    amplification: f64,
    terms: usize,
    /// What an entry is off by, as a part of the sum of the sizes.
    matrix_error: f64,
    columns: Vec<Column<T>>,
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
#[derive(Clone)]
struct Column<T> {
    entries: Vec<Difference<T>>,
    /// The greatest factor.
    greatest: f64,
}

/// A coefficient of a derivative.
#[derive(Clone)]
struct Difference<T> {
    plus: usize,
    minus: usize,
    factor: T,
    arrangements: f64,
    /// Its place in the grid.
    place: usize,
}

/// Memory for one element after the other.
pub(super) struct Scratch<T = f64> {
    control: Vec<Vector<T>>,
    columns: [Vec<Vector<T>>; 3],
    pairs: Vec<Vector<T>>,
    grid: Vec<T>,
    /// The coefficients of det J.
    pub(super) coefficients: Vec<f64>,
}

impl<T> Default for Scratch<T> {
    fn default() -> Self {
        Scratch {
            control: Vec::new(),
            columns: [Vec::new(), Vec::new(), Vec::new()],
            pairs: Vec::new(),
            grid: Vec::new(),
            coefficients: Vec::new(),
        }
    }
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
    /// For elements of two or three dimensions, by doubles.
    pub(super) fn new(shape: Shape, order: usize) -> Self {
        DeterminantForm::precise(shape, order).rounded()
    }
}

impl DeterminantForm<DoubleDouble> {
    /// For elements of two or three dimensions, by double-doubles.
    pub(super) fn precise(shape: Shape, order: usize) -> Self {
        let n = shape.dimension();
        let coordinates = Space::new(shape, order);
        let columns: Vec<(Space, Vec<Difference<DoubleDouble>>)> = (0..n)
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
            let greatest = entries.iter().map(|e| e.factor.hi).fold(0.0, f64::max);
            Column { entries, greatest }
        });
        let control = control_points(shape, order, &coordinates);
        let size = |row: &Row<DoubleDouble>| row.iter().map(|(_, t)| t.hi.abs()).sum();
        let indices = space.indices().into_iter();
        let places = indices.map(|index| (place(index), space.arrangements(index)));
        DeterminantForm {
            dimension: n,
            amplification: control.iter().map(size).fold(0.0, f64::max),
            terms: control.iter().map(Vec::len).max().unwrap_or(0),
            matrix_error: matrix_error(shape),
            control,
            columns: columns.collect(),
            pairs,
            corners: space.corners(),
            places: places.collect(),
            grid: sizes.iter().product(),
            space,
        }
    }

    /// The same by doubles.
    pub(super) fn rounded(&self) -> DeterminantForm {
        let row = |row: &Row<DoubleDouble>| row.iter().map(|(k, t)| (*k, t.hi)).collect();
        let column = |column: &Column<DoubleDouble>| {
            let entries = column.entries.iter().map(|entry| Difference {
                plus: entry.plus,
                minus: entry.minus,
                factor: entry.factor.hi,
                arrangements: entry.arrangements,
                place: entry.place,
            });
            Column {
                entries: entries.collect(),
                greatest: column.greatest,
            }
        };
        DeterminantForm {
            dimension: self.dimension,
            control: self.control.iter().map(row).collect(),
            amplification: self.amplification,
            terms: self.terms,
            matrix_error: self.matrix_error + UNIT,
            columns: self.columns.iter().map(column).collect(),
            pairs: self.pairs.clone(),
            space: self.space.clone(),
            corners: self.corners.clone(),
            places: self.places.clone(),
            grid: self.grid,
        }
    }
}

impl<T: Number> DeterminantForm<T> {
    /// The coefficients of det J of an element whose nodes are these, none farther from the origin than
    /// 2 along an axis and each off by so many roundings of that; and a bound of what rounding does to each
    /// coefficient.
    pub(super) fn compute(
        &self,
        nodes: &[Vector<T>],
        roundings: f64,
        scratch: &mut Scratch<T>,
    ) -> f64 {
        let control = self.control.iter().map(|row| {
            let mut sum = [T::from(0.0); 3];
            for (node, share) in row {
                for (sum, x) in sum.iter_mut().zip(nodes[*node]) {
                    *sum = *sum + *share * x;
                }
            }
            sum
        });
        scratch.control.clear();
        scratch.control.extend(control);
        // A product is rounded once, and a sum as often as it has terms.
        let rounded = (roundings + (self.terms + 2) as f64) * T::UNIT + self.matrix_error;
        let off = 2.0 * self.amplification * rounded * (self.dimension as f64).sqrt();
        let (mut product, mut error) = (1.0f64, 0.0f64);
        let Scratch {
            control, columns, ..
        } = scratch;
        for (column, values) in self.columns.iter().zip(columns) {
            let mut most = 0.0f64;
            let entries = column.entries.iter().map(|entry| {
                let [plus, minus] = [entry.plus, entry.minus].map(|k| control[k]);
                let slope: Vector<T> =
                    std::array::from_fn(|axis| (plus[axis] - minus[axis]) * entry.factor);
                most = most.max(slope.iter().map(|x| x.double() * x.double()).sum());
                slope.map(|x| x * T::from(entry.arrangements))
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
        // coefficients; in the end it becomes a double. Twice all that is for the rounding of this bound, and
        // for products of errors.
        let terms: usize = self.columns.iter().map(|c| c.entries.len()).sum();
        let roundings = (terms + 12) as f64 * T::UNIT + UNIT;
        2.0 * (error + product * 1.2 * roundings) + f64::MIN_POSITIVE
    }

    /// Multiplies the columns out.
    fn multiply(&self, scratch: &mut Scratch<T>) {
        let Scratch {
            columns: [a, b, c],
            pairs,
            grid,
            coefficients,
            ..
        } = scratch;
        grid.clear();
        grid.resize(self.grid, T::from(0.0));
        let places = |column: usize| self.columns[column].entries.iter().map(|e| e.place);
        if self.dimension == 2 {
            for (a, at) in a.iter().zip(places(0)) {
                for (b, more) in b.iter().zip(places(1)) {
                    let sum = &mut grid[at + more];
                    *sum = *sum + (a[0] * b[1] - a[1] * b[0]);
                }
            }
        } else {
            pairs.clear();
            pairs.resize(self.grid, [T::from(0.0); 3]);
            for (a, at) in a.iter().zip(places(0)) {
                for (b, more) in b.iter().zip(places(1)) {
                    let sum = &mut pairs[at + more];
                    sum[0] = sum[0] + (a[1] * b[2] - a[2] * b[1]);
                    sum[1] = sum[1] + (a[2] * b[0] - a[0] * b[2]);
                    sum[2] = sum[2] + (a[0] * b[1] - a[1] * b[0]);
                }
            }
            for at in &self.pairs {
                let pair = pairs[*at];
                for (c, more) in c.iter().zip(places(2)) {
                    let sum = &mut grid[at + more];
                    *sum = *sum + (pair[0] * c[0] + pair[1] * c[1] + pair[2] * c[2]);
                }
            }
        }
        coefficients.clear();
        let all = self.places.iter();
        coefficients.extend(
            all.map(|(place, arrangements)| (grid[*place] / T::from(*arrangements)).double()),
        );
    }
}

/// The derivative along an axis, and the space that it is in. Places are filled in later.
fn differences(shape: Shape, of: &Space, axis: usize) -> (Space, Vec<Difference<DoubleDouble>>) {
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
        let whole = |n: usize| DoubleDouble::from(n as f64);
        let factor = match is_divided {
            true => whole(order * order) / whole(order - index[2]),
            false => whole(order),
        };
        Difference {
            plus: find(next),
            minus: find(index),
            factor,
            arrangements: space.arrangements(index),
            place: 0,
        }
    });
    let entries = entries.collect();
    (space, entries)
}

#[cfg(test)]
mod tests {
    use super::super::element::MAX_ELEMENT_ORDER;
    use super::super::shape_functions::{Jet, ShapeFunctions};
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
}
