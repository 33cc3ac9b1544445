//! The uncertainty of the targets of a map, from that of its variables.
//!
//! 1. To first order the covariance of the targets is J·Σ·Jᵀ.
//! 2. To second order, for normal variables, target i is shifted by ½ tr(HᵢΣ), and the covariance of
//!    targets i and j grows by ½ tr(HᵢΣHⱼΣ), H the second derivatives.
//! 3. By samples: normal variables from the root of Σ, through the map; chunk k of the samples draws from
//!    random stream k, so that the result has the same bits for any number of threads.
//!
//! JCGM 100:2008, "Evaluation of measurement data: Guide to the expression of uncertainty in measurement",
//! section 5; JCGM 101:2008, its supplement on Monte Carlo.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::deviates::Deviates;
use super::linearization::derivatives;
use super::map::Map;
use super::products::check;
use crate::elementary::sum::Sum;
use crate::error::{Error, Misfit};
use crate::integrand::{BLOCK, Block, Coordinate, Integrand};
use crate::program::Program;

/// Values with their covariance.
///
/// ```
/// use pullback::Map;
/// use pullback::nalgebra::DMatrix;
/// // A product: relative uncertainties add up as squares, (3 %)² + (4 %)² = (5 %)².
/// let area = Map::parse("A = a*b")?;
/// let (a, b) = (2.0, 5.0);
/// let covariance = DMatrix::from_diagonal(&vec![(0.03f64 * a).powi(2), (0.04f64 * b).powi(2)].into());
/// let uncertain = area.uncertainty(&[a, b], &covariance)?;
/// assert_eq!(uncertain.values, [10.0]);
/// assert!((uncertain.standard()[0] - 0.5).abs() < 1e-15);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Uncertain {
    /// The values.
    pub values: Vec<f64>,
    /// Their covariance, of as many rows and columns.
    pub covariance: DMatrix<f64>,
}

impl Uncertain {
    /// The standard uncertainties: the roots of the variances.
    pub fn standard(&self) -> Vec<f64> {
        let variances = self.covariance.diagonal();
        // Rounding may leave a variance of zero below it.
        variances.iter().map(|v| v.max(0.0).sqrt()).collect()
    }

    /// The correlation of two values, from −1 to 1; NaN where one of them is certain.
    ///
    /// # Panics
    /// If there is no such value.
    pub fn correlation(&self, i: usize, j: usize) -> f64 {
        let standard = self.standard();
        self.covariance[(i, j)] / (standard[i] * standard[j])
    }
}

/// Values that samples gave, with how far chance may have moved them.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// The means and the covariance of the samples.
    pub estimate: Uncertain,
    /// The standard errors of the means.
    pub errors: Vec<f64>,
    /// The standard errors of the standard uncertainties, for values that are nearly normal.
    pub errors_of_standard: Vec<f64>,
    /// How many samples there were.
    pub samples: usize,
    /// How many of them had no finite image; they are in no mean.
    pub without_value: usize,
}

impl Map {
    /// The targets with their covariance J·Σ·Jᵀ, to first order, where the variables have a covariance Σ.
    ///
    /// # Errors
    /// [`Error::Shape`] if the point or the matrix has the wrong size, the matrix is no covariance, or the
    /// crate has no formula for a derivative.
    pub fn uncertainty(
        &self,
        point: &[f64],
        covariance: &DMatrix<f64>,
    ) -> Result<Uncertain, Error> {
        root_of(covariance, self.variables().len())?;
        let near = self.linearize(point)?;
        let matrix = near.matrix();
        Ok(Uncertain {
            covariance: matrix * covariance * matrix.transpose(),
            values: near.values().to_vec(),
        })
    }

    /// The means of the targets and their covariance to second order, where the variables are normal with
    /// a covariance Σ: exact where the targets are quadratic.
    ///
    /// # Errors
    /// As for [`Map::uncertainty`].
    pub fn uncertainty_to_second_order(
        &self,
        point: &[f64],
        covariance: &DMatrix<f64>,
    ) -> Result<Uncertain, Error> {
        let Uncertain {
            mut values,
            covariance: mut spread,
        } = self.uncertainty(point, covariance)?;
        let bends: Vec<DMatrix<f64>> = second_derivatives(self, point)?
            .into_iter()
            .map(|second| second * covariance)
            .collect();
        for (i, bend) in bends.iter().enumerate() {
            values[i] += bend.trace() / 2.0;
            for (j, other) in bends.iter().enumerate() {
                spread[(i, j)] += (bend * other).trace() / 2.0;
            }
        }
        Ok(Uncertain {
            values,
            covariance: spread,
        })
    }

    /// The means of the targets and their covariance by so many samples of normal variables with a
    /// covariance Σ.
    ///
    /// # Errors
    /// As for [`Map::uncertainty`].
    pub fn sampled_uncertainty(
        &self,
        point: &[f64],
        covariance: &DMatrix<f64>,
        samples: usize,
        seed: u64,
    ) -> Result<Sampled, Error> {
        let n = self.variables().len();
        check(point, n)?;
        let root = root_of(covariance, n)?;
        let formulas = self.formulas_of_variables();
        let program = Program::for_blocks(&formulas.arena, &formulas.roots, n);
        // Sums of what is left above the values at the point lose no digits.
        let centre = self.at(point)?;
        let chunks: Vec<usize> = (0..samples.div_ceil(BLOCK)).collect();
        let of_chunk = |chunk: usize| {
            let count = BLOCK.min(samples - chunk * BLOCK);
            let rows = normal_rows(point, &root, count, seed, chunk as u64);
            let coordinates: Vec<_> = rows.chunks_exact(count).map(Coordinate::Each).collect();
            let mut values = vec![0.0; centre.len() * count];
            program
                .evaluator()
                .evaluate(&Block::new(&coordinates, count), &mut values);
            Moments::of(&values, &centre, count)
        };
        let moments: Vec<Moments> = chunks.into_par_iter().map(of_chunk).collect();
        Ok(Moments::together(&moments, centre.len()).sampled(&centre, samples))
    }
}

/// The root of a covariance.
///
/// # Errors
/// [`Error::Shape`] if the matrix is not one of so many variables.
fn root_of(covariance: &DMatrix<f64>, variables: usize) -> Result<DMatrix<f64>, Error> {
    let fault = |reason| Err(Misfit::NotACovariance { reason }.into());
    if covariance.shape() != (variables, variables) {
        return fault("it must have a row and a column for every variable");
    }
    if covariance.iter().any(|entry| !entry.is_finite()) {
        return fault("an entry is not a number");
    }
    let size = covariance.amax();
    if (covariance - covariance.transpose()).amax() > 1e-12 * size {
        return fault("it is not symmetric");
    }
    let parts = covariance.clone().symmetric_eigen();
    // A variance of zero comes out as a rounding of the largest.
    if parts.eigenvalues.iter().any(|&value| value < -1e-12 * size) {
        return fault("it has a negative eigenvalue");
    }
    let roots = parts.eigenvalues.map(|value| value.max(0.0).sqrt());
    let (vectors, transposed) = (&parts.eigenvectors, parts.eigenvectors.transpose());
    Ok(vectors * DMatrix::from_diagonal(&roots) * transposed)
}

/// The matrices of second derivatives of all targets at a point.
fn second_derivatives(map: &Map, point: &[f64]) -> Result<Vec<DMatrix<f64>>, Error> {
    let (n, m) = (map.variables().len(), map.targets().len());
    let values = derivatives(map)?.values(point).split_off(m + m * n);
    let matrices = values.chunks_exact(n * n);
    Ok(matrices.map(|m| DMatrix::from_row_slice(n, n, m)).collect())
}

/// Points around one, by rows of coordinates: root·(normal deviates).
fn normal_rows(
    point: &[f64],
    root: &DMatrix<f64>,
    count: usize,
    seed: u64,
    stream: u64,
) -> Vec<f64> {
    let n = point.len();
    let deviates = Deviates::new(seed, stream).normal(n * count);
    let mut rows = vec![0.0; n * count];
    for k in 0..count {
        let deviate = DVector::from_column_slice(&deviates[k * n..][..n]);
        let step = root * deviate;
        for i in 0..n {
            rows[i * count + k] = point[i] + step[i];
        }
    }
    rows
}

/// Sums over samples of the targets' distances from the centre, and of their products.
#[derive(Clone, Debug)]
struct Moments {
    count: usize,
    first: Vec<Sum>,
    /// The products of targets i and j ≥ i, row after row.
    second: Vec<Sum>,
}

/// The pairs of targets i and j ≥ i, row after row.
fn pairs(targets: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..targets).flat_map(move |i| (i..targets).map(move |j| (i, j)))
}

impl Moments {
    fn none(targets: usize) -> Self {
        Moments {
            count: 0,
            first: vec![Sum::default(); targets],
            second: vec![Sum::default(); targets * (targets + 1) / 2],
        }
    }

    /// The moments of a block of values, given by rows.
    fn of(values: &[f64], centre: &[f64], count: usize) -> Self {
        let m = centre.len();
        let mut moments = Moments::none(m);
        for k in 0..count {
            let away: Vec<f64> = (0..m).map(|i| values[i * count + k] - centre[i]).collect();
            if away.iter().any(|x| !x.is_finite()) {
                continue;
            }
            moments.count += 1;
            for (sum, x) in moments.first.iter_mut().zip(&away) {
                sum.add(*x);
            }
            for (sum, (i, j)) in moments.second.iter_mut().zip(pairs(m)) {
                sum.add(away[i] * away[j]);
            }
        }
        moments
    }

    fn together(all: &[Moments], targets: usize) -> Self {
        let mut whole = Moments::none(targets);
        for one in all {
            whole.count += one.count;
            for (sum, other) in whole.first.iter_mut().zip(&one.first) {
                sum.add_sum(other);
            }
            for (sum, other) in whole.second.iter_mut().zip(&one.second) {
                sum.add_sum(other);
            }
        }
        whole
    }

    fn sampled(&self, centre: &[f64], samples: usize) -> Sampled {
        let m = centre.len();
        let count = self.count as f64;
        let shifts: Vec<f64> = self.first.iter().map(|sum| sum.value() / count).collect();
        let mut covariance = DMatrix::zeros(m, m);
        for (sum, (i, j)) in self.second.iter().zip(pairs(m)) {
            let spread = (sum.value() - count * shifts[i] * shifts[j]) / (count - 1.0);
            covariance[(i, j)] = spread;
            covariance[(j, i)] = spread;
        }
        let estimate = Uncertain {
            values: centre
                .iter()
                .zip(&shifts)
                .map(|(x, shift)| x + shift)
                .collect(),
            covariance,
        };
        let standard = estimate.standard();
        Sampled {
            errors: standard.iter().map(|s| s / count.sqrt()).collect(),
            errors_of_standard: standard
                .iter()
                .map(|s| s / (2.0 * (count - 1.0)).sqrt())
                .collect(),
            estimate,
            samples,
            without_value: samples - self.count,
        }
    }
}
