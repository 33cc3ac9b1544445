//! The linear approximation of a map at a point, and how far the map is from it.
//!
//! 1. The Jacobian at the point by its formulas.
//! 2. Singular values, rank and condition by the singular value decomposition.
//! 3. The remainder on a box by Taylor's theorem: with bounds of the second derivatives on the box, or,
//!    where these are wider, of the change of the first.
//!
//! G. H. Golub, C. F. Van Loan, "Matrix Computations", 4th ed., Johns Hopkins (2013), sections 2.4, 5.5.
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009), chapter 6.

use nalgebra::{DMatrix, DVector};

use super::jacobian::Jacobian;
use super::map::Map;
use super::products::check;
use crate::elementary::matrix;
use crate::elementary::singular::decomposed;
use crate::error::Error;
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::derive;
use crate::expr::determinant::dense;
use crate::expr::formulas::Formulas;
use crate::expr::simplify::simplify;

/// The linear approximation of a map at a point: φ(u) ≈ φ(p) + J(p)·(u − p).
///
/// ```
/// use pullback::Map;
/// let polar = Map::parse("x = r*cos(t), y = r*sin(t)")?;
/// let near = polar.linearize(&[2.0, 0.0])?;
/// assert_eq!(near.at(&[2.1, 0.1])?, [2.1, 0.2]);
/// assert_eq!(near.singular_values(), [2.0, 1.0]);
/// assert_eq!((near.rank(), near.condition(), near.determinant()), (2, 2.0, 2.0));
/// // On the box of these half widths neither target is farther than this from the approximation.
/// let remainder = near.remainder(&[0.1, 0.1])?.unwrap();
/// assert!(remainder[0] > 0.0104 && remainder[0] < 0.03);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Linearization {
    jacobian: Jacobian,
    point: Vec<f64>,
    values: Vec<f64>,
    matrix: DMatrix<f64>,
    determinant: f64,
    singular_values: Vec<f64>,
}

impl Map {
    /// The linear approximation at a point.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable, or the crate has no formula for a
    /// derivative.
    pub fn linearize(&self, point: &[f64]) -> Result<Linearization, Error> {
        self.jacobian()?.linearize(point)
    }
}

impl Jacobian {
    /// The linear approximation of the map at a point.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable.
    pub fn linearize(&self, point: &[f64]) -> Result<Linearization, Error> {
        let matrix = self.at(point)?;
        Ok(Linearization {
            point: point.to_vec(),
            values: self.map().at(point)?,
            determinant: self.determinant_at(point)?,
            singular_values: singular_values(&matrix),
            matrix,
            jacobian: self.clone(),
        })
    }
}

/// The singular values, the largest first; NaN where an entry is no number.
fn singular_values(matrix: &DMatrix<f64>) -> Vec<f64> {
    let count = matrix.nrows().min(matrix.ncols());
    let Some(parts) = decomposed(matrix.clone(), false, false) else {
        return vec![f64::NAN; count];
    };
    let mut values: Vec<f64> = parts.singular_values.iter().copied().collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

impl Linearization {
    /// The point.
    pub fn point(&self) -> &[f64] {
        &self.point
    }

    /// The image of the point.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The Jacobian at the point: row i, column j is ∂(target i)/∂(variable j).
    pub fn matrix(&self) -> &DMatrix<f64> {
        &self.matrix
    }

    /// det J; √det(JᵀJ) where there are more targets than variables, √det(JJᵀ) where there are fewer.
    pub fn determinant(&self) -> f64 {
        self.determinant
    }

    /// ln|det J|, also where det J is larger or smaller than any double; −∞ for a singular matrix.
    pub fn log_determinant(&self) -> f64 {
        let size = self.determinant.abs();
        let is_finite = self.matrix.iter().all(|entry| entry.is_finite());
        if size.is_normal() || !is_finite {
            return size.ln();
        }
        if self.matrix.is_square() {
            // By columns: the determinant of the transposed matrix is the same.
            return matrix::log_determinant(&mut self.matrix.as_slice().to_vec());
        }
        self.singular_values.iter().map(|s| s.ln()).sum()
    }

    /// The singular values, the largest first; NaN where an entry of the matrix is no number.
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// The number of singular values that rounding cannot have made: those above ε·max(m, n) times the
    /// largest.
    pub fn rank(&self) -> usize {
        let size = self.matrix.nrows().max(self.matrix.ncols()) as f64;
        let largest = self.singular_values.first().copied().unwrap_or(0.0);
        let least = largest * size * f64::EPSILON;
        let counted = self.singular_values.iter().filter(|&&s| s > least);
        counted.count()
    }

    /// The largest singular value over the smallest; ∞ for a singular matrix.
    pub fn condition(&self) -> f64 {
        let [first, .., last] = &self.singular_values[..] else {
            return match self.singular_values[..] {
                [0.0] => f64::INFINITY,
                [one] if one.is_finite() => 1.0,
                [_] => f64::NAN,
                _ => 1.0,
            };
        };
        first / last
    }

    /// The inverse of the matrix; none if it is not square, singular, or not finite.
    pub fn inverse(&self) -> Option<DMatrix<f64>> {
        let is_invertible = self.matrix.is_square() && self.rank() == self.matrix.nrows();
        let inverse = is_invertible.then(|| self.matrix.clone().try_inverse())??;
        inverse
            .iter()
            .all(|entry| entry.is_finite())
            .then_some(inverse)
    }

    /// φ(p) + J·(u − p).
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable.
    pub fn at(&self, point: &[f64]) -> Result<Vec<f64>, Error> {
        check(point, self.point.len())?;
        let step = point.iter().zip(&self.point).map(|(u, p)| u - p);
        let step = DVector::from_iterator(self.point.len(), step);
        let moved = &self.matrix * step;
        Ok(self
            .values
            .iter()
            .zip(&moved)
            .map(|(x, dx)| x + dx)
            .collect())
    }

    /// For each target whether it certainly has no jump, kink, pole or branch point where each variable is at
    /// most a half width away from the point: there derivatives tell how it changes. What is not known is
    /// not certain.
    ///
    /// ```
    /// use pullback::Map;
    /// let near = Map::parse("x = abs(u), y = u^2")?.linearize(&[0.5])?;
    /// assert_eq!(near.is_smooth_within(&[0.4])?, [true, true]);
    /// assert_eq!(near.is_smooth_within(&[0.6])?, [false, true]);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one half width for every variable.
    pub fn is_smooth_within(&self, half_widths: &[f64]) -> Result<Vec<bool>, Error> {
        let n = self.point.len();
        check(half_widths, n)?;
        let targets = self.jacobian.map().formulas_of_variables();
        let Some(mut ranges) = Ranges::new(&targets.arena, &targets.roots, n) else {
            return Ok(vec![false; self.values.len()]);
        };
        ranges.turn_to(self.box_around(half_widths));
        let is_smooth = |i: usize| ranges.of(i).defined && ranges.of(i).smooth;
        Ok((0..self.values.len()).map(is_smooth).collect())
    }

    /// The box of these half widths around the point, no smaller by rounding.
    fn box_around(&self, half_widths: &[f64]) -> impl Iterator<Item = (f64, f64)> {
        let sides = self.point.iter().zip(half_widths);
        sides.map(|(p, half)| ((p - half.abs()).next_down(), (p + half.abs()).next_up()))
    }

    /// How far each target is at most from the linear approximation where each variable is at most a half
    /// width away from the point; `None` where the formulas are too long for bounds. Where no bound is
    /// found it is ∞.
    ///
    /// The bound is certain but for the rounding of the point, of the values and of the matrix.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one half width for every variable, or the crate has no formula for
    /// a second derivative.
    pub fn remainder(&self, half_widths: &[f64]) -> Result<Option<Vec<f64>>, Error> {
        let (n, m) = (self.point.len(), self.values.len());
        check(half_widths, n)?;
        let formulas = derivatives(self.jacobian.map())?;
        let Some(mut ranges) = Ranges::new(&formulas.arena, &formulas.roots, n) else {
            return Ok(None);
        };
        ranges.turn_to(self.box_around(half_widths));
        let of_target = |i: usize| {
            // A slope says nothing across a jump.
            if !(ranges.of(i).defined && ranges.of(i).continuous) {
                return f64::INFINITY;
            }
            let (mut by_second, mut by_first) = (0.0, 0.0);
            for (j, r) in half_widths.iter().map(|half| half.abs()).enumerate() {
                let slope = ranges.of(m + i * n + j);
                by_first += farthest(slope.values, self.matrix[(i, j)]) * r;
                // Nor does a second derivative where a slope jumps.
                if !(slope.defined && slope.continuous) {
                    by_second = f64::INFINITY;
                }
                for (k, half) in half_widths.iter().enumerate() {
                    let bend = ranges.of(m + m * n + (i * n + j) * n + k).values;
                    by_second += bend.largest() * r * half.abs() / 2.0;
                }
            }
            match f64::min(by_second, by_first) {
                bound if bound.is_nan() => f64::INFINITY,
                bound => bound,
            }
        };
        let bounds = (0..m).map(of_target);
        // The sums are rounded, by much less than this.
        Ok(Some(bounds.map(|bound| bound * (1.0 + 1e-12)).collect()))
    }
}

/// How far a number of an interval can be from another number.
fn farthest(interval: Interval, from: f64) -> f64 {
    (interval.hi - from).abs().max((interval.lo - from).abs())
}

/// The targets, their first and their second derivatives, in this order, as formulas of the variables.
pub(super) fn derivatives(map: &Map) -> Result<Formulas, Error> {
    let targets = map.formulas_of_variables();
    let n = map.variables().len();
    let built = Formulas::build(map.variables().to_vec(), |graph, variables| {
        let outputs = targets.within(graph, variables);
        let first = dense(graph, &derive::jacobian(&outputs, n)?);
        let second = dense(graph, &derive::jacobian(&first, n)?);
        Ok::<_, Error>([outputs, first, second].concat())
    })?;
    // What cancels widens no bound.
    let (arena, roots) = simplify(&built.arena, &built.roots, &[]);
    Ok(Formulas {
        arena,
        roots,
        ..built
    })
}
