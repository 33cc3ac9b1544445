//! Weighted samples as a Gaussian: mean, covariance, principal axes.
//!
//! 1. The covariance is drawn toward its diagonal where there are few samples for so many axes.
//! 2. Jacobi's rotations make it diagonal: its principal axes.
//!
//! G. H. Golub, C. F. Van Loan, "Matrix Computations", 4th ed. (2013), section 8.5; O. Ledoit, M. Wolf, "A
//! well-conditioned estimator for large-dimensional covariance matrices", J. Multivariate Anal. 88 (2004)
//! 365–411.

use crate::elementary::Unary;

/// Sweeps of rotations: they converge quadratically, a few are enough.
const SWEEPS: usize = 30;

/// A variance is at least this, as a part of the square of the box.
const LEAST_VARIANCE: f64 = 1e-24;

/// The points of a block of columns, and the sums of products that are kept side by side.
const BLOCK: usize = 64;
const LANES: usize = 8;

/// Calls `visit` with the points of one block after the other as columns, and the number of the first of them;
/// places beyond the last point hold zeros.
fn for_each_block(points: &[f64], dimension: usize, mut visit: impl FnMut(usize, &mut [f64])) {
    let mut columns = vec![0.0; dimension * BLOCK];
    for (number, block) in points.chunks(dimension * BLOCK).enumerate() {
        if block.len() < columns.len() {
            columns.fill(0.0);
        }
        for (i, point) in block.chunks_exact(dimension).enumerate() {
            for (column, x) in columns.chunks_exact_mut(BLOCK).zip(point) {
                column[i] = *x;
            }
        }
        visit(number * BLOCK, &mut columns);
    }
}

/// The sum of products of two columns.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for k in 0..LANES {
            lanes[k] += a[k] * b[k];
        }
    }
    lanes.iter().sum()
}

/// A Gaussian, its covariance row by row.
#[derive(Clone, Debug)]
pub(super) struct Gaussian {
    pub(super) mean: Vec<f64>,
    pub(super) covariance: Vec<f64>,
}

/// Directions, and the variances along them.
pub(super) struct PrincipalAxes {
    /// Row by row; column j is direction j, a unit vector.
    pub(super) axes: Vec<f64>,
    pub(super) variances: Vec<f64>,
}

/// How many samples of equal weights say as much as these.
pub(super) fn effective(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    if squares > 0.0 {
        sum * sum / squares
    } else {
        0.0
    }
}

impl Gaussian {
    /// That of points, one after the other, with weights; none where they do not spread.
    pub(super) fn of(points: &[f64], weights: &[f64], dimension: usize) -> Option<Self> {
        let sum: f64 = weights.iter().sum();
        if !(sum > 0.0 && sum.is_finite()) {
            return None;
        }
        let mut parts = [0.0; BLOCK];
        let mut parts_from = |first: usize| {
            let own = weights[first..].iter().take(BLOCK).map(|w| w / sum);
            parts.fill(0.0);
            parts.iter_mut().zip(own).for_each(|(part, w)| *part = w);
            parts
        };
        let mut mean = vec![0.0; dimension];
        for_each_block(points, dimension, |first, columns| {
            let parts = parts_from(first);
            for (mean, column) in mean.iter_mut().zip(columns.chunks_exact(BLOCK)) {
                *mean += dot(&parts, column);
            }
        });
        let mut covariance = vec![0.0; dimension * dimension];
        let mut scaled = [0.0; BLOCK];
        for_each_block(points, dimension, |first, columns| {
            let parts = parts_from(first);
            for (column, mean) in columns.chunks_exact_mut(BLOCK).zip(&mean) {
                column.iter_mut().for_each(|x| *x -= mean);
            }
            let columns: Vec<&[f64]> = columns.chunks_exact(BLOCK).collect();
            for (i, column) in columns.iter().enumerate() {
                for k in 0..BLOCK {
                    scaled[k] = parts[k] * column[k];
                }
                for (j, other) in columns[..=i].iter().enumerate() {
                    covariance[i * dimension + j] += dot(&scaled, other);
                }
            }
        });
        for i in 0..dimension {
            for j in 0..i {
                covariance[j * dimension + i] = covariance[i * dimension + j];
            }
        }
        let spread = (0..dimension).all(|k| covariance[k * dimension + k] > LEAST_VARIANCE);
        // Off the diagonal chance alone makes something of few samples.
        let trusted = effective(weights) / (effective(weights) + dimension as f64);
        for (i, row) in covariance.chunks_mut(dimension).enumerate() {
            for (j, c) in row.iter_mut().enumerate() {
                if i != j {
                    *c *= trusted;
                }
            }
        }
        spread.then_some(Gaussian { mean, covariance })
    }

    pub(super) fn dimension(&self) -> usize {
        self.mean.len()
    }

    /// The largest correlation of two axes.
    pub(super) fn correlation(&self) -> f64 {
        let n = self.dimension();
        let at = |i: usize, j: usize| self.covariance[i * n + j];
        let pairs = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let sizes = pairs.map(|(i, j)| at(i, j).abs() / (at(i, i) * at(j, j)).sqrt());
        sizes.fold(0.0, f64::max)
    }

    /// The principal axes.
    pub(super) fn principal_axes(&self) -> PrincipalAxes {
        let n = self.dimension();
        let mut matrix = self.covariance.clone();
        let mut axes = vec![0.0; n * n];
        (0..n).for_each(|k| axes[k * n + k] = 1.0);
        for _ in 0..SWEEPS {
            let mut turned = false;
            for (p, q) in (0..n).flat_map(|q| (0..q).map(move |p| (p, q))) {
                let (a, b, c) = (matrix[p * n + p], matrix[q * n + q], matrix[p * n + q]);
                if c.abs() <= f64::EPSILON * (a * b).abs().sqrt() {
                    continue;
                }
                turned = true;
                let theta = (b - a) / (2.0 * c);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let cos = 1.0 / (t * t + 1.0).sqrt();
                let sin = t * cos;
                let turn = |all: &mut [f64], i: usize, j: usize| {
                    let (x, y) = (all[i], all[j]);
                    (all[i], all[j]) = (cos * x - sin * y, sin * x + cos * y);
                };
                for k in 0..n {
                    turn(&mut matrix, k * n + p, k * n + q);
                    turn(&mut axes, k * n + p, k * n + q);
                }
                for k in 0..n {
                    turn(&mut matrix, p * n + k, q * n + k);
                }
            }
            if !turned {
                break;
            }
        }
        let variances = (0..n).map(|k| matrix[k * n + k].max(LEAST_VARIANCE));
        PrincipalAxes {
            variances: variances.collect(),
            axes,
        }
    }
}

/// The logarithm of the density of a Gaussian.
pub(super) struct LogDensity {
    mean: Vec<f64>,
    /// The lower triangle of the root of the covariance, row by row.
    root: Vec<f64>,
    constant: f64,
}

impl LogDensity {
    /// Of a covariance that is positive definite; none of another.
    pub(super) fn of(gaussian: &Gaussian) -> Option<Self> {
        let n = gaussian.dimension();
        let mut root = gaussian.covariance.clone();
        let mut constant = 0.0;
        for i in 0..n {
            for j in 0..=i {
                let sum: f64 = (0..j).map(|k| root[i * n + k] * root[j * n + k]).sum();
                let rest = root[i * n + j] - sum;
                root[i * n + j] = match i == j {
                    true if rest > LEAST_VARIANCE => rest.sqrt(),
                    true => return None,
                    false => rest / root[j * n + j],
                };
            }
            constant -= Unary::Ln.value(root[i * n + i]);
        }
        Some(LogDensity {
            mean: gaussian.mean.clone(),
            root,
            constant: constant - 0.5 * n as f64 * std::f64::consts::TAU.ln(),
        })
    }

    /// At points, one after the other.
    pub(super) fn at(&self, points: &[f64]) -> Vec<f64> {
        let n = self.mean.len();
        let mut logs = vec![0.0; points.len() / n];
        let mut square = [0.0; BLOCK];
        for_each_block(points, n, |first, columns| {
            square.fill(0.0);
            for i in 0..n {
                // By the rows before, which are solved.
                let (solved, rest) = columns.split_at_mut(i * BLOCK);
                let column = &mut rest[..BLOCK];
                column.iter_mut().for_each(|x| *x -= self.mean[i]);
                let row = &self.root[i * n..i * n + i];
                for (factor, solved) in row.iter().zip(solved.chunks_exact(BLOCK)) {
                    for (x, s) in column.iter_mut().zip(solved) {
                        *x -= factor * s;
                    }
                }
                let inverse = 1.0 / self.root[i * n + i];
                for (x, square) in column.iter_mut().zip(&mut square) {
                    *x *= inverse;
                    *square += *x * *x;
                }
            }
            for (log, square) in logs[first..].iter_mut().zip(&square) {
                *log = self.constant - 0.5 * square;
            }
        });
        logs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principal_axes_make_a_covariance_diagonal() {
        let covariance = vec![4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 1.0];
        let gaussian = Gaussian {
            mean: vec![0.0; 3],
            covariance: covariance.clone(),
        };
        let PrincipalAxes { axes, variances } = gaussian.principal_axes();
        for i in 0..3 {
            for j in 0..3 {
                let sum: f64 = (0..3)
                    .map(|k| axes[i * 3 + k] * variances[k] * axes[j * 3 + k])
                    .sum();
                assert!((sum - covariance[i * 3 + j]).abs() < 1e-14, "{i} {j}");
                let product: f64 = (0..3).map(|k| axes[k * 3 + i] * axes[k * 3 + j]).sum();
                assert!((product - f64::from(u8::from(i == j))).abs() < 1e-14);
            }
        }
        // The density in the middle: (2π)^(−3/2) of the root of the determinant.
        let determinant: f64 = variances.iter().product();
        let expected = -1.5 * std::f64::consts::TAU.ln() - 0.5 * determinant.ln();
        let density = LogDensity::of(&gaussian).unwrap();
        assert!((density.at(&[0.0; 3])[0] - expected).abs() < 1e-14);
        // Along an axis one deviation away it is lower by ½.
        let away: Vec<f64> = (0..3).map(|k| axes[k * 3] * variances[0].sqrt()).collect();
        assert!((density.at(&away)[0] - expected + 0.5).abs() < 1e-14);
        // The same whatever stands beside it.
        let many: Vec<f64> = (0..100).flat_map(|_| away.clone()).collect();
        assert_eq!(density.at(&many), vec![density.at(&away)[0]; 100]);
    }

    #[test]
    fn weights_count_like_so_many_equal_samples() {
        assert_eq!(effective(&[2.0; 7]), 7.0);
        assert_eq!(effective(&[0.0; 3]), 0.0);
        let points = [0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0];
        let gaussian = Gaussian::of(&points, &[1.0, 1.0, 0.5, 0.5], 2).unwrap();
        assert_eq!(gaussian.mean, [0.5, 0.5]);
        assert!(gaussian.correlation() > 0.0 && gaussian.correlation() < 1.0 / 3.0);
        assert!(Gaussian::of(&[0.5; 8], &[1.0; 4], 2).is_none());
    }
}
