//! Polynomials by their Bernstein coefficients: on simplices, on products of them, and on boxes.
//!
//! 1. On a simplex with barycentric coordinates λ the basis of degree m is m!/α! λ^α; on products of
//!    simplices it is the product of such. No basis function is negative and their sum is 1: coefficients
//!    bound the polynomial, and those in the corners are values of it.
//! 2. Duffy's map makes of a simplex rows whose degree falls. Raised to one degree they are a polynomial
//!    on a box, with bounds that are no wider: every step of it takes means of coefficients.
//! 3. De Casteljau's algorithm halves a box.
//!
//! R. T. Farouki, "The Bernstein polynomial basis: a centennial retrospective", Comput. Aided Geom. Design
//! 29 (2012) 379–419.

use super::element::Shape;

/// A multi-index, one number for each coordinate.
pub(super) type Index = [usize; 3];

/// Polynomials on a product of simplices, of a degree on each.
#[derive(Clone, Debug)]
pub(super) struct Space {
    /// For each simplex the number of its coordinates and the degree.
    pub(super) factors: Vec<(usize, usize)>,
}

impl Space {
    /// The polynomials of a degree on a shape; on the pyramid those in the coordinates of the unit box.
    pub(super) fn new(shape: Shape, degree: usize) -> Self {
        let simplices: &[usize] = match shape {
            Shape::Line => &[1],
            Shape::Triangle => &[2],
            Shape::Quadrilateral => &[1, 1],
            Shape::Tetrahedron => &[3],
            Shape::Hexahedron | Shape::Pyramid => &[1, 1, 1],
            Shape::Prism => &[2, 1],
        };
        Space {
            factors: simplices.iter().map(|n| (*n, degree)).collect(),
        }
    }

    /// The space in which products of the polynomials of two are.
    pub(super) fn times(&self, other: &Space) -> Space {
        let pairs = self.factors.iter().zip(&other.factors);
        Space {
            factors: pairs.map(|((n, a), (_, b))| (*n, a + b)).collect(),
        }
    }

    /// The simplex to which an axis belongs.
    pub(super) fn factor_of(&self, axis: usize) -> usize {
        let mut end = 0;
        let ends = self.factors.iter().map(|(n, _)| {
            end += n;
            end
        });
        ends.take_while(|end| *end <= axis).count()
    }

    /// The number of coefficients along each axis, were it a box.
    pub(super) fn sizes(&self) -> Index {
        let mut sizes = [1; 3];
        let along = self.factors.iter().flat_map(|(n, m)| vec![m + 1; *n]);
        for (size, along) in sizes.iter_mut().zip(along) {
            *size = along;
        }
        sizes
    }

    /// Each simplex with its first axis, the number of its coordinates and its degree.
    fn simplices(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let mut first = 0;
        self.factors.iter().map(move |(n, degree)| {
            first += n;
            (first - n, *n, *degree)
        })
    }

    /// The multi-indices of all coefficients, in the order of the coefficients.
    pub(super) fn indices(&self) -> Vec<Index> {
        let [a, b, c] = self.sizes();
        let all = (0..c).flat_map(|k| (0..b).flat_map(move |j| (0..a).map(move |i| [i, j, k])));
        let is_inside = |index: &Index| {
            self.simplices()
                .all(|(first, n, degree)| index[first..first + n].iter().sum::<usize>() <= degree)
        };
        all.filter(is_inside).collect()
    }

    /// m!/α! of a coefficient, the product over all simplices.
    pub(super) fn arrangements(&self, index: Index) -> f64 {
        let of_simplex = |(first, n, degree): (usize, usize, usize)| {
            let mut left = degree;
            let choices = index[first..first + n].iter().map(|k| {
                let choices = binomial(left, *k);
                left -= k;
                choices
            });
            choices.product::<f64>()
        };
        self.simplices().map(of_simplex).product()
    }

    /// The coefficients that are values: each with its place in the unit box.
    pub(super) fn corners(&self) -> Vec<(usize, [f64; 3])> {
        let sizes = self.sizes();
        let at = |index: &Index| -> Option<[f64; 3]> {
            let mut unit = [0.0; 3];
            for axis in 0..3 {
                unit[axis] = match (index[axis], sizes[axis] - 1) {
                    (0, _) => 0.0,
                    (k, degree) if k == degree => 1.0,
                    _ => return None,
                };
            }
            Some(unit)
        };
        let indices = self.indices();
        let all = indices.iter().enumerate();
        all.filter_map(|(k, index)| Some((k, at(index)?))).collect()
    }

    /// The polynomial of these coefficients on the unit box, and how many means were taken one of the other
    /// at most.
    pub(super) fn on_box(&self, coefficients: &[f64]) -> (BoxForm, usize) {
        let sizes = self.sizes();
        let mut form = BoxForm {
            sizes,
            coefficients: vec![0.0; sizes.iter().product()],
        };
        for (index, value) in self.indices().iter().zip(coefficients) {
            let at = form.at(*index);
            form.coefficients[at] = *value;
        }
        let mut steps = 0;
        for (first, n, degree) in self.simplices() {
            for axis in first..(first + n - 1) {
                steps += degree;
                form.raise(axis, first + n, degree);
            }
        }
        (form, steps)
    }
}

fn binomial(n: usize, k: usize) -> f64 {
    (0..k).fold(1.0, |all, i| all * (n - i) as f64 / (i + 1) as f64)
}

/// A polynomial on a box.
#[derive(Clone, Debug)]
pub(super) struct BoxForm {
    sizes: Index,
    /// The first axis runs fastest.
    pub(super) coefficients: Vec<f64>,
}

impl BoxForm {
    fn at(&self, [i, j, k]: Index) -> usize {
        i + self.sizes[0] * (j + self.sizes[1] * k)
    }

    fn stride(&self, axis: usize) -> usize {
        self.sizes[..axis].iter().product()
    }

    /// The degrees.
    pub(super) fn degree(&self, axis: usize) -> usize {
        self.sizes[axis] - 1
    }

    /// Raises rows along an axis of a simplex that ends before an axis to the degree of the simplex: a row
    /// has what the indices along the axes behind it leave of that.
    fn raise(&mut self, axis: usize, end: usize, degree: usize) {
        let stride = self.stride(axis);
        for begin in self.rows(axis) {
            let behind: usize = ((axis + 1)..end)
                .map(|other| begin / self.stride(other) % self.sizes[other])
                .sum();
            for now in degree.saturating_sub(behind)..degree {
                let of = |i: usize| begin + i * stride;
                self.coefficients[of(now + 1)] = self.coefficients[of(now)];
                for i in (1..=now).rev() {
                    let share = i as f64 / (now + 1) as f64;
                    let [before, here] = [i - 1, i].map(|i| self.coefficients[of(i)]);
                    self.coefficients[of(i)] = share * before + (1.0 - share) * here;
                }
            }
        }
    }

    /// Where the rows along an axis begin.
    fn rows(&self, axis: usize) -> Vec<usize> {
        let (stride, size) = (self.stride(axis), self.sizes[axis]);
        let all = 0..self.coefficients.len();
        all.filter(|at| at / stride % size == 0).collect()
    }

    /// The corners, each as 0 or 1 along every axis, and the values there.
    pub(super) fn corners(&self) -> impl Iterator<Item = ([f64; 3], f64)> {
        let n = self.sizes.iter().filter(|size| **size > 1).count();
        let axes: Vec<usize> = (0..3).filter(|axis| self.sizes[*axis] > 1).collect();
        (0..1usize << n).map(move |bits| {
            let (mut index, mut unit) = ([0; 3], [0.0; 3]);
            for (bit, axis) in axes.iter().enumerate() {
                if bits >> bit & 1 == 1 {
                    index[*axis] = self.sizes[*axis] - 1;
                    unit[*axis] = 1.0;
                }
            }
            (unit, self.coefficients[self.at(index)])
        })
    }

    /// The axis along which the polynomial bends most: where it bends along none, its coefficients are no
    /// wider than its values.
    pub(super) fn axis_of_bends(&self) -> usize {
        let bend = |axis: usize| {
            let stride = self.stride(axis);
            let mut most = 0.0f64;
            for begin in self.rows(axis) {
                for i in 1..self.sizes[axis].saturating_sub(1) {
                    let [a, b, c] =
                        [i - 1, i, i + 1].map(|i| self.coefficients[begin + i * stride]);
                    most = most.max((a - 2.0 * b + c).abs());
                }
            }
            most * self.degree(axis) as f64
        };
        let bends = [0, 1, 2].map(bend);
        let first = usize::from(bends[1] > bends[0]);
        if bends[2] > bends[first] { 2 } else { first }
    }

    /// The value at a place of the box by de Casteljau's algorithm: as many means one of the other as the sum
    /// of the degrees.
    pub(super) fn evaluate(&self, unit: [f64; 3]) -> f64 {
        let mut row = self.coefficients.clone();
        for (size, t) in self.sizes.into_iter().zip(unit) {
            // The axis runs fastest: what is left of every row is one number.
            let mut count = 0;
            for begin in (0..row.len()).step_by(size) {
                for step in 1..size {
                    for i in begin..begin + size - step {
                        row[i] = (1.0 - t) * row[i] + t * row[i + 1];
                    }
                }
                row[count] = row[begin];
                count += 1;
            }
            row.truncate(count);
        }
        row[0]
    }

    /// The value at a place of the box, by another way.
    #[cfg(test)]
    pub(super) fn value(&self, unit: &[f64]) -> f64 {
        let basis = |axis: usize, k: usize| {
            let m = self.degree(axis);
            let t = unit.get(axis).copied().unwrap_or(0.0);
            binomial(m, k) * t.powi(k as i32) * (1.0 - t).powi((m - k) as i32)
        };
        let mut sum = 0.0;
        for (at, coefficient) in self.coefficients.iter().enumerate() {
            let index = [0, 1, 2].map(|axis| at / self.stride(axis) % self.sizes[axis]);
            let factors = (0..3).map(|axis| basis(axis, index[axis]));
            sum += coefficient * factors.product::<f64>();
        }
        sum
    }

    /// The halves across an axis: as many means one of the other as the degree is.
    pub(super) fn halves(&self, axis: usize) -> [BoxForm; 2] {
        let (stride, size) = (self.stride(axis), self.sizes[axis]);
        let (mut lower, mut upper) = (self.clone(), self.clone());
        for begin in self.rows(axis) {
            // The first one of a row of means of means stays below, the last one above.
            for step in 1..size {
                for i in 0..size - step {
                    let at = begin + i * stride;
                    let next = upper.coefficients[at + stride];
                    upper.coefficients[at] = 0.5 * (upper.coefficients[at] + next);
                }
                lower.coefficients[begin + step * stride] = upper.coefficients[begin];
            }
        }
        [lower, upper]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scatter::Scatter;

    fn some_coefficients(count: usize) -> Vec<f64> {
        (0..count)
            .map(|k| ((k * k + 3) as f64).sin() * 3.0)
            .collect()
    }

    #[test]
    fn a_simplex_is_the_same_polynomial_on_the_box() {
        // On the tetrahedron, and on the triangle times a line.
        for (shape, degree) in [(Shape::Tetrahedron, 4), (Shape::Prism, 3)] {
            let space = Space::new(shape, degree);
            let coefficients = some_coefficients(space.indices().len());
            let (form, _) = space.on_box(&coefficients);
            let scattered = Scatter::roots(3);
            for k in 1..=20 {
                let unit = scattered.point(k);
                let [a, b, c] = [unit[0], unit[1], unit[2]];
                let at = match shape {
                    Shape::Prism => [a * (1.0 - b), b, c],
                    _ => [a * (1.0 - b) * (1.0 - c), b * (1.0 - c), c],
                };
                let mut sum = 0.0;
                for (index, coefficient) in space.indices().iter().zip(&coefficients) {
                    let powers = |from: usize, n: usize| {
                        let inside = from..from + n;
                        let rest = 1.0 - at[inside.clone()].iter().sum::<f64>();
                        let left = degree - index[inside.clone()].iter().sum::<usize>();
                        let each = inside.map(|axis| at[axis].powi(index[axis] as i32));
                        each.product::<f64>() * rest.powi(left as i32)
                    };
                    let basis = match shape {
                        Shape::Prism => powers(0, 2) * powers(2, 1),
                        _ => powers(0, 3),
                    };
                    sum += coefficient * space.arrangements(*index) * basis;
                }
                // Some tens of terms of at most 3.
                assert!((sum - form.value(&unit)).abs() < 1e-13, "{shape}");
            }
        }
    }

    #[test]
    fn halves_are_the_same_polynomial_and_bound_it() {
        let space = Space {
            factors: vec![(1, 3), (1, 1), (1, 4)],
        };
        let (whole, _) = space.on_box(&some_coefficients(40));
        let scattered = Scatter::roots(3);
        for axis in 0..3 {
            for (half, offset) in whole.halves(axis).iter().zip([0.0, 0.5]) {
                let least = half
                    .coefficients
                    .iter()
                    .fold(f64::INFINITY, |a, b| a.min(*b));
                for k in 1..=20 {
                    let unit = scattered.point(k);
                    let mut there = unit.clone();
                    there[axis] = offset + 0.5 * unit[axis];
                    let there = whole.value(&there);
                    // Some tens of terms of at most 3.
                    assert!((half.value(&unit) - there).abs() < 1e-13);
                    assert!(there >= least - 1e-13);
                }
            }
        }
    }
}
