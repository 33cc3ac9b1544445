//! The linear model of formulas at a point, and its steps: Newton's, and shorter ones that fit into a region.
//!
//! 1. Scale columns by the unknowns' measures and rows by their largest entries, and eliminate.
//! 2. Where that fails, or leads too far, decompose the matrix by its singular values.
//! 3. Hold the step back by λ in sₖ/(sₖ² + λ) until it is as long as the region, to a tenth.
//!
//! J. J. Moré, "The Levenberg–Marquardt algorithm: implementation and theory", Lecture Notes in Mathematics 630,
//! Springer (1978) 105–116.

use nalgebra::{DMatrix, DVector};

use crate::elementary::singular::decomposed;

/// The size of a vector, which does not overflow; NaN if a part is.
pub(crate) fn norm(values: &[f64]) -> f64 {
    if values.iter().any(|v| v.is_nan()) {
        return f64::NAN;
    }
    let largest = values.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    let squares = values.iter().map(|v| (v / largest).powi(2));
    largest * squares.sum::<f64>().sqrt()
}

/// The linear model of the formulas at a point.
pub(super) struct Model {
    pub(super) jacobian: DMatrix<f64>,
    pub(super) values: DVector<f64>,
    /// What unknowns are measured by.
    scales: Vec<f64>,
    /// The singular value decomposition of the Jacobian in measured unknowns: left vectors times the
    /// values of the formulas, singular values, right vectors in rows; made when it is needed.
    parts: Option<Option<Parts>>,
}

struct Parts {
    along: DVector<f64>,
    sizes: DVector<f64>,
    rows: DMatrix<f64>,
}

/// A step in measured unknowns, and how strongly it was held back.
pub(super) struct Step {
    pub(super) measured: DVector<f64>,
    pub(super) held: f64,
}

impl Model {
    pub(super) fn new(jacobian: DMatrix<f64>, values: &[f64], scales: &[f64]) -> Self {
        Model {
            jacobian,
            values: DVector::from_column_slice(values),
            scales: scales.to_vec(),
            parts: None,
        }
    }

    /// The Newton step, if there are as many formulas as unknowns and elimination finds it.
    pub(super) fn newton(&self) -> Option<DVector<f64>> {
        if !self.jacobian.is_square() {
            return None;
        }
        let mut matrix = self.jacobian.clone();
        let mut right = -&self.values;
        for (j, scale) in self.scales.iter().enumerate() {
            matrix.column_mut(j).unscale_mut(*scale);
        }
        for (i, mut row) in matrix.row_iter_mut().enumerate() {
            let largest = row.amax();
            if largest == 0.0 {
                return None;
            }
            row.unscale_mut(largest);
            right[i] /= largest;
        }
        let factors = matrix.lu();
        let pivots = factors.u().diagonal().map(f64::abs);
        if pivots.min() <= 8.0 * f64::EPSILON * pivots.max() {
            return None;
        }
        let step = factors.solve(&right)?;
        step.iter().all(|s| s.is_finite()).then_some(step)
    }

    fn parts(&mut self) -> Option<&Parts> {
        let Model {
            jacobian,
            values,
            scales,
            parts,
        } = self;
        let made = parts.get_or_insert_with(|| {
            let mut matrix = jacobian.clone();
            for (j, scale) in scales.iter().enumerate() {
                matrix.column_mut(j).unscale_mut(*scale);
            }
            let svd = decomposed(matrix, true, true)?;
            let (left, rows) = (svd.u?, svd.v_t?);
            Some(Parts {
                along: left.tr_mul(values),
                sizes: svd.singular_values,
                rows,
            })
        });
        made.as_ref()
    }

    /// The step in a region: Newton's, if it fits, or one that is held back until it does.
    pub(super) fn step(&mut self, region: f64) -> Option<Step> {
        if let Some(measured) = self.newton()
            && measured.norm() <= region
        {
            return Some(Step {
                measured,
                held: 0.0,
            });
        }
        self.parts()?.step(region)
    }
}

impl Parts {
    /// The step that is held back so strongly, and its length.
    fn held_by(&self, held: f64) -> (DVector<f64>, f64) {
        let least = f64::EPSILON * self.rows.ncols() as f64 * self.sizes.max();
        let along = self.sizes.iter().zip(self.along.iter());
        let parts = along.map(|(&size, &along)| {
            // What the formulas do not depend on is left as it is.
            match size > least {
                true => -along * size / (size * size + held),
                false => 0.0,
            }
        });
        let parts = DVector::from_iterator(self.sizes.len(), parts);
        let length = parts.norm();
        (parts, length)
    }

    fn step(&self, region: f64) -> Option<Step> {
        let whole = |parts: &DVector<f64>, held| Step {
            measured: self.rows.tr_mul(parts),
            held,
        };
        let (parts, length) = self.held_by(0.0);
        if length <= region {
            return length.is_finite().then(|| whole(&parts, 0.0));
        }
        // The length falls with what holds the step back; a tenth of the region is near enough.
        let slope = self.sizes.component_mul(&self.along).norm();
        let (mut lo, mut hi) = (0.0f64, slope / region);
        for _ in 0..60 {
            let held = match lo > 0.0 {
                true => (lo * hi).sqrt(),
                false => hi * 1e-3,
            };
            let (parts, length) = self.held_by(held);
            if (length - region).abs() <= 0.1 * region {
                return Some(whole(&parts, held));
            }
            match length > region {
                true => lo = held,
                false if lo == 0.0 && held < 1e-300 => return Some(whole(&parts, held)),
                false => hi = held,
            }
        }
        let (parts, length) = self.held_by(hi);
        length.is_finite().then(|| whole(&parts, hi))
    }
}

/// The next region, after a step of a length that was held back so strongly, whose fall was so much of what
/// the model foretold (Moré).
pub(super) fn resized(region: f64, gain: f64, fall: f64, length: f64, held: f64) -> f64 {
    if gain <= 0.25 {
        let part = match fall.is_finite() {
            true if fall >= 0.0 => 0.5,
            true => (0.5 / (1.0 - fall)).clamp(0.1, 0.5),
            false => 0.1,
        };
        part * region.min(10.0 * length)
    } else if held == 0.0 || gain >= 0.75 {
        region.max(2.0 * length)
    } else {
        region
    }
}

/// The sizes of unknowns by their start: of one that starts at zero, that of the others, or 1.
pub(super) fn typical(start: &[f64]) -> Vec<f64> {
    let largest = start.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let rest = if largest > 0.0 { largest } else { 1.0 };
    let size = |x: &f64| if *x == 0.0 { rest } else { x.abs() };
    start.iter().map(size).collect()
}
