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
        let mut mean = vec![0.0; dimension];
        for (point, weight) in points.chunks(dimension).zip(weights) {
            for (mean, x) in mean.iter_mut().zip(point) {
                *mean += weight / sum * x;
            }
        }
        let mut covariance = vec![0.0; dimension * dimension];
        let mut step = vec![0.0; dimension];
        for (point, weight) in points.chunks(dimension).zip(weights) {
            for ((step, x), mean) in step.iter_mut().zip(point).zip(&mean) {
                *step = x - mean;
            }
            for (i, row) in covariance.chunks_mut(dimension).enumerate() {
                let scaled = weight / sum * step[i];
                for (c, step) in row.iter_mut().zip(&step) {
                    *c += scaled * step;
                }
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
    solved: Vec<f64>,
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
            solved: vec![0.0; n],
        })
    }

    /// At a point.
    pub(super) fn at(&mut self, point: &[f64]) -> f64 {
        let n = self.mean.len();
        let mut square = 0.0;
        for (i, (at, mean)) in point.iter().zip(&self.mean).enumerate() {
            let row = &self.root[i * n..i * n + i];
            let sum: f64 = row.iter().zip(&self.solved).map(|(r, s)| r * s).sum();
            let solved = (at - mean - sum) / self.root[i * n + i];
            self.solved[i] = solved;
            square += solved * solved;
        }
        self.constant - 0.5 * square
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
        let mut density = LogDensity::of(&gaussian).unwrap();
        assert!((density.at(&[0.0; 3]) - expected).abs() < 1e-14);
        // Along an axis one deviation away it is lower by ½.
        let away: Vec<f64> = (0..3).map(|k| axes[k * 3] * variances[0].sqrt()).collect();
        assert!((density.at(&away) - expected + 0.5).abs() < 1e-14);
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
