//! Predictions: what polynomials through the values at nodes say of other places.
//!
//! 1. Fit the polynomials up to a total degree to the values at the nodes, by least squares, in the
//!    products of Legendre polynomials of the unit cube.
//! 2. The coefficients are linear in the values: (ΦᵀΦ)⁻¹Φᵀ, by Cholesky's decomposition. So is every
//!    value of the polynomial, with weights that depend on the place alone.
//! 3. A value that the polynomials do not predict, of one degree as little as of another, is of
//!    something that the nodes do not see.
//!
//! Å. Björck, Numerical Methods for Least Squares Problems, SIAM (1996), section 2.2.

use nalgebra::DMatrix;

/// What polynomials up to a degree say of values between and beyond some nodes.
#[derive(Debug)]
pub(crate) struct Prediction {
    /// The powers of the products.
    powers: Vec<Vec<usize>>,
    degree: usize,
    /// The coefficients for the values: a row for each product.
    fit: Vec<Vec<f64>>,
}

impl Prediction {
    /// Polynomials up to a total degree, from nodes that are given axis by axis; `None` if the nodes
    /// do not tell them apart.
    pub(crate) fn new(nodes: &[Vec<f64>], degree: usize) -> Option<Self> {
        let powers = powers(nodes.len(), degree);
        let count = nodes[0].len();
        let mut products = DMatrix::zeros(count, powers.len());
        let mut row = vec![0.0; powers.len()];
        for node in 0..count {
            let place = nodes.iter().map(|axis| axis[node]);
            fill(&powers, degree, place, &mut row);
            for (column, value) in row.iter().enumerate() {
                products[(node, column)] = *value;
            }
        }
        let gram = products.transpose() * &products;
        let fit = gram.cholesky()?.solve(&products.transpose());
        let rows = fit.row_iter();
        Some(Prediction {
            powers,
            degree,
            fit: rows.map(|row| row.iter().copied().collect()).collect(),
        })
    }

    /// The coefficients of the polynomial for the values at the nodes.
    pub(crate) fn coefficients(&self, values: &[f64]) -> Vec<f64> {
        let coefficient = |row: &Vec<f64>| row.iter().zip(values).map(|(w, v)| w * v).sum();
        self.fit.iter().map(coefficient).collect()
    }

    /// The polynomial with some coefficients at a place.
    pub(crate) fn at(
        &self,
        coefficients: &[f64],
        place: impl Iterator<Item = f64>,
        row: &mut Vec<f64>,
    ) -> f64 {
        row.resize(self.powers.len(), 0.0);
        fill(&self.powers, self.degree, place, row);
        row.iter().zip(coefficients).map(|(p, c)| p * c).sum()
    }

    /// The weights of the values at the nodes in the value at a place.
    pub(crate) fn weights(&self, place: &[f64]) -> Vec<f64> {
        let mut row = vec![0.0; self.powers.len()];
        fill(&self.powers, self.degree, place.iter().copied(), &mut row);
        let mut weights = vec![0.0; self.fit[0].len()];
        for (p, fit) in row.iter().zip(&self.fit) {
            weights.iter_mut().zip(fit).for_each(|(w, f)| *w += p * f);
        }
        weights
    }
}

/// All powers of so many variables that add up to no more than a degree.
fn powers(variables: usize, degree: usize) -> Vec<Vec<usize>> {
    let Some(fewer) = variables.checked_sub(1) else {
        return vec![Vec::new()];
    };
    let with = |last: usize| {
        let rest = powers(fewer, degree - last).into_iter();
        rest.map(move |mut powers| {
            powers.push(last);
            powers
        })
    };
    (0..=degree).flat_map(with).collect()
}

/// The highest degree of a prediction.
const HIGHEST: usize = 16;

/// The most variables of a prediction.
const MOST_VARIABLES: usize = 4;

/// The products of Legendre polynomials at a place of the unit cube.
fn fill(powers: &[Vec<usize>], degree: usize, place: impl Iterator<Item = f64>, row: &mut [f64]) {
    let mut along = [[0.0; HIGHEST + 1]; MOST_VARIABLES];
    for (values, x) in along.iter_mut().zip(place) {
        let x = 2.0 * x - 1.0;
        values[0] = 1.0;
        values[1] = x;
        for k in 1..degree {
            let m = k as f64;
            values[k + 1] = ((2.0 * m + 1.0) * x * values[k] - m * values[k - 1]) / (m + 1.0);
        }
    }
    for (out, powers) in row.iter_mut().zip(powers) {
        let factors = powers.iter().zip(&along).map(|(&k, values)| values[k]);
        *out = factors.product();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Symmetric;

    #[test]
    fn polynomials_up_to_the_degree_are_predicted_and_a_kink_is_not() {
        let rule = Symmetric::new(15, 2).unwrap();
        let nodes = [rule.coordinates(0).to_vec(), rule.coordinates(1).to_vec()];
        let prediction = Prediction::new(&nodes, 7).unwrap();
        let lacks = |f: fn(f64, f64) -> f64, x: f64, y: f64| {
            let values: Vec<f64> = (0..rule.len())
                .map(|i| f(nodes[0][i], nodes[1][i]))
                .collect();
            let weights = prediction.weights(&[x, y]);
            let coefficients = prediction.coefficients(&values);
            let one: f64 = weights.iter().zip(&values).map(|(w, v)| w * v).sum();
            let other = prediction.at(&coefficients, [x, y].into_iter(), &mut Vec::new());
            // Two orders of the same sums, of weights up to 9 in all.
            assert!((one - other).abs() < 1e-13);
            one - f(x, y)
        };
        for (x, y) in [(0.0, 0.0), (1.0, 0.0), (0.3, 0.9)] {
            assert!(lacks(|x, y| x.powi(3) * y.powi(4), x, y).abs() < 1e-13);
            assert!(lacks(|x, y| x.powi(4) * y.powi(4), x, y).abs() > 1e-6);
        }
        // The nodes see nothing of it.
        let hidden = |x: f64, y: f64| (0.04 - x - y).max(0.0);
        assert_eq!(lacks(hidden, 0.0, 0.0), -0.04);
    }
}
