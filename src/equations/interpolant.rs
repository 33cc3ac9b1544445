//! The unknowns on a part of the unit box as polynomials, from which Newton's method starts.
//!
//! 1. Along lines through the middle of the part, see how many points each axis needs until the
//!    coefficients have fallen to rounding.
//! 2. Solve at the tensor product of so many Chebyshev points, and transform to coefficients.
//! 3. Along a row of nodes the polynomial is one of the last coordinate alone: sum over the others once.
//!
//! A start that is right to rounding takes one evaluation, which confirms it, instead of four.
//!
//! L. N. Trefethen, "Approximation Theory and Approximation Practice", SIAM (2013), chapters 3 and 8.

use crate::elementary::Unary;
use crate::integrand::{Side, for_each_index};
use crate::program::kernels::{Backend, ChebyshevKernel};

/// The most points along an axis.
const MOST: usize = 24;

/// Nodes for every point at which the polynomials cost a solution: about three evaluations are saved
/// at a node, and four or five are made at a point.
const NODES_PER_POINT: usize = 6;

/// Coefficients below this part of the unknown may be rounding.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// Coefficients beyond the last that is more than rounding along the lines: elsewhere one more may be.
const BEYOND: usize = 1;

/// A polynomial whose last coefficients are above this part of the unknown is none.
const RESOLVED: f64 = 1e-8;

/// How far starts may be off, as a part of the unknowns: well above the last coefficients, and far
/// below the distance of other solutions.
pub(super) const OFF: f64 = 1e-6;

/// Solves at points of the unit box: unknown j of point i is at `j * points + i`; `None` if any has no
/// solution.
pub(super) type Solve<'s> = dyn FnMut(&[Vec<f64>]) -> Option<Vec<f64>> + 's;

/// The unknowns as polynomials of the unit coordinates.
pub(super) struct Interpolant {
    part: Vec<Side>,
    series: Series,
    /// For every axis but the last, the coordinate at which sums were made, and these.
    sums: Vec<(f64, Vec<f64>)>,
    /// The last coordinate, from −1 to 1.
    along: Vec<f64>,
    sum_along: ChebyshevKernel,
}

impl Interpolant {
    /// The unknowns on a part of the box of which so many nodes are wanted; `None` if that does not pay, or
    /// there are no such polynomials.
    pub(super) fn new(part: &[Side], nodes: usize, solve: &mut Solve<'_>) -> Option<Self> {
        let n = part.len();
        if nodes < NODES_PER_POINT * MOST * n {
            return None;
        }
        let mut counts = vec![1; n];
        for axis in 0..n {
            let mut along = vec![1; n];
            along[axis] = MOST;
            counts[axis] = Series::new(along, part, solve)?.needed(axis);
        }
        let points = counts.iter().product::<usize>();
        if points > nodes / NODES_PER_POINT {
            return None;
        }
        let series = Series::new(counts, part, solve)?;
        let is_resolved = (0..n).all(|axis| {
            let sizes = series.sizes(axis);
            // One of two may be zero for a function that is even or odd.
            let last = sizes.iter().rev().take(2);
            sizes.len() == 1 || last.fold(0.0, |most: f64, size| most.max(*size)) <= RESOLVED
        });
        is_resolved.then(|| Interpolant {
            part: part.to_vec(),
            series,
            sums: vec![(f64::NAN, Vec::new()); n - 1],
            along: Vec::new(),
            sum_along: Backend::best().kernels_or_portable().chebyshev,
        })
    }

    /// The unknowns at nodes along the last axis, all other coordinates being the same: unknown j of
    /// node i is at `j * nodes + i`.
    pub(super) fn along_row(&mut self, others: &[f64], nodes: &[f64], x: &mut [f64]) {
        let mut is_known = true;
        for (axis, &at) in others.iter().enumerate() {
            is_known &= self.sums[axis].0 == at;
            if is_known {
                continue;
            }
            let (middle, factor) = placing(&self.part[axis]);
            let (before, rest) = self.sums.split_at_mut(axis);
            let from = before.last().map_or(&self.series.coefficients, |s| &s.1);
            rest[0].0 = at;
            sum_over(
                from,
                (at - middle) * factor,
                self.series.counts[axis],
                &mut rest[0].1,
            );
        }
        let part = self.part[others.len()];
        self.along.clear();
        let (middle, factor) = placing(&part);
        let along = nodes.iter().map(|w| (w - middle) * factor);
        self.along.extend(along);
        let coefficients = self.sums.last().map_or(&self.series.coefficients, |s| &s.1);
        let by_unknown = coefficients.chunks_exact(self.series.counts[others.len()]);
        for (coefficients, x) in by_unknown.zip(x.chunks_exact_mut(nodes.len())) {
            (self.sum_along)(coefficients, &self.along, x);
        }
    }
}

/// The middle of a part of an axis, and by what a distance from it is multiplied to be from −1 to 1.
fn placing(part: &Side) -> (f64, f64) {
    let half = 0.5 * (part.to - part.from);
    let factor = if half > 0.0 { 1.0 / half } else { 0.0 };
    (0.5 * (part.to + part.from), factor)
}

/// The sums Σ cₖ Tₖ(t) over the first axis of a table.
fn sum_over(coefficients: &[f64], t: f64, count: usize, sums: &mut Vec<f64>) {
    let rest = coefficients.len() / count;
    sums.clear();
    sums.resize(rest, 0.0);
    let (mut now, mut next) = (1.0, t);
    for coefficients in coefficients.chunks_exact(rest) {
        for (sum, c) in sums.iter_mut().zip(coefficients) {
            *sum += now * c;
        }
        (now, next) = (next, 2.0 * t * next - now);
    }
}

/// Chebyshev coefficients of functions of several coordinates.
struct Series {
    /// Coefficients along each axis.
    counts: Vec<usize>,
    /// By the axes in order, with the function before the last.
    coefficients: Vec<f64>,
}

impl Series {
    /// The coefficients of the unknowns that interpolate at so many Chebyshev points along each axis.
    fn new(counts: Vec<usize>, part: &[Side], solve: &mut Solve<'_>) -> Option<Self> {
        let n = counts.len();
        let points = counts.iter().product::<usize>();
        let places: Vec<Vec<f64>> = counts
            .iter()
            .zip(part)
            .map(|(&count, part)| {
                let points = (0..count).map(|i| cosine(2 * i + 1, 2 * count));
                points.map(|t| part.at(0.5 + 0.5 * t)).collect()
            })
            .collect();
        let mut coordinates = vec![Vec::with_capacity(points); n];
        for_each_index(counts.iter().copied(), |index| {
            let along = places.iter().zip(index);
            for (coordinate, (places, &i)) in coordinates.iter_mut().zip(along) {
                coordinate.push(places[i]);
            }
        });
        let values = solve(&coordinates)?;
        let last = counts[n - 1];
        let mut table = Vec::with_capacity(values.len());
        for row in 0..points / last {
            for values in values.chunks_exact(points) {
                table.extend_from_slice(&values[row * last..(row + 1) * last]);
            }
        }
        for axis in 0..n {
            let inner = table.len() / counts[..=axis].iter().product::<usize>();
            let inner = if axis + 1 == n { 1 } else { inner };
            table = transformed(&table, counts[axis], inner);
        }
        Some(Series {
            counts,
            coefficients: table,
        })
    }

    /// For every coefficient along an axis the largest size, as a part of the unknown's.
    fn sizes(&self, axis: usize) -> Vec<f64> {
        let n = self.counts.len();
        let (count, last) = (self.counts[axis], self.counts[n - 1]);
        let inner = match axis + 1 == n {
            true => 1,
            false => self.coefficients.len() / self.counts[..=axis].iter().product::<usize>(),
        };
        let mut largest = vec![f64::MIN_POSITIVE; n];
        let mut sizes = vec![vec![0.0f64; count]; n];
        let most = |all: &[f64]| all.iter().fold(0.0f64, |most, c| most.max(c.abs()));
        // The last axis lies together, and the function before it.
        for (row, coefficients) in self.coefficients.chunks_exact(last).enumerate() {
            let function = row % n;
            let sizes = &mut sizes[function];
            if axis + 1 == n {
                let pairs = sizes.iter_mut().zip(coefficients);
                pairs.for_each(|(size, c)| *size = size.max(c.abs()));
            } else {
                let size = &mut sizes[row * last / inner % count];
                *size = size.max(most(coefficients));
            }
        }
        for (largest, sizes) in largest.iter_mut().zip(&sizes) {
            *largest = largest.max(most(sizes));
        }
        let by_place = |k: usize| {
            let parts = sizes.iter().zip(&largest);
            parts.fold(0.0f64, |most, (sizes, largest)| {
                most.max(sizes[k] / largest)
            })
        };
        (0..count).map(by_place).collect()
    }

    /// How many coefficients along an axis are more than rounding, and a few more.
    fn needed(&self, axis: usize) -> usize {
        let sizes = self.sizes(axis);
        let last = sizes.iter().rposition(|size| *size > ROUNDING);
        last.map_or(1, |last| last + 1 + BEYOND).min(sizes.len())
    }
}

/// Chebyshev coefficients of values at Chebyshev points along an axis.
fn transformed(values: &[f64], count: usize, inner: usize) -> Vec<f64> {
    let mut all = vec![0.0; values.len()];
    let cosines: Vec<f64> = (0..4 * count).map(|i| cosine(i, 2 * count)).collect();
    let factor = |k: usize, i: usize| {
        let mean = if k == 0 { 1.0 } else { 2.0 } / count as f64;
        mean * cosines[k * (2 * i + 1) % (4 * count)]
    };
    // By the points, for each of which a row of values or of coefficients lies together.
    let pairs = (0..count * count).map(|at| factor(at % count, at / count));
    let matrix: Vec<f64> = pairs.collect();
    let size = count * inner;
    for (values, all) in values.chunks_exact(size).zip(all.chunks_exact_mut(size)) {
        for (values, row) in values.chunks_exact(inner).zip(matrix.chunks_exact(count)) {
            if let [value] = values {
                for (sum, factor) in all.iter_mut().zip(row) {
                    *sum += factor * value;
                }
                continue;
            }
            for (all, factor) in all.chunks_exact_mut(inner).zip(row) {
                for (sum, value) in all.iter_mut().zip(values) {
                    *sum += factor * value;
                }
            }
        }
    }
    all
}

/// cos(π·part/whole).
fn cosine(part: usize, whole: usize) -> f64 {
    Unary::Cos.value(std::f64::consts::PI * part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: [Side; 2] = [Side { from: 0.1, to: 0.7 }, Side { from: 0.2, to: 0.9 }];

    /// Two functions of two coordinates, at points.
    fn solved(points: &[Vec<f64>]) -> Option<Vec<f64>> {
        let pairs = || points[0].iter().zip(&points[1]);
        let first = pairs().map(|(a, b)| (a + 2.0 * b).sin());
        Some(
            first
                .chain(pairs().map(|(a, b)| 1.0 / (3.0 + a - b)))
                .collect(),
        )
    }

    #[test]
    fn what_is_smooth_is_met_to_rounding_and_what_is_not_is_refused() {
        let mut polynomials = Interpolant::new(&PART, 10_000, &mut solved).unwrap();
        let nodes: Vec<f64> = (0..37).map(|i| 0.2 + 0.7 * f64::from(i) / 36.0).collect();
        let mut x = vec![0.0; 2 * nodes.len()];
        for first in [0.1, 0.33, 0.7] {
            polynomials.along_row(&[first], &nodes, &mut x);
            let points = [vec![first; nodes.len()], nodes.clone()];
            let exact = solved(&points).unwrap();
            for (x, exact) in x.iter().zip(exact) {
                // Values and sums of about ten coefficients, each rounded.
                assert!((x - exact).abs() < 8.0 * f64::EPSILON, "{x} {exact}");
            }
        }
        let mut steep = |points: &[Vec<f64>]| {
            let root = points[0].iter().map(|a| (a - 0.1).sqrt());
            Some(root.chain(points[1].iter().copied()).collect())
        };
        assert!(Interpolant::new(&PART, 10_000, &mut steep).is_none());
        assert!(Interpolant::new(&PART, 10_000, &mut |_| None).is_none());
        // So few nodes are solved for more cheaply one by one.
        assert!(Interpolant::new(&PART, 200, &mut solved).is_none());
    }
}
