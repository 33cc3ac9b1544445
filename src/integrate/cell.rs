//! The rule of a cell, and the null rules that judge it: a tensor product of Gauss rules for up to
//! three variables, a fully symmetric rule of degree 7 for more. Of the tensor product:
//!
//! 1. The discrete Legendre coefficients of the values in a row along an axis are null rules: c_k is
//!    zero for every polynomial of a degree below k.
//! 2. Their sizes in pairs, E₁ for the two highest degrees, E₂ for the two before and so on, summed
//!    over the rows, fall geometrically where the integrand is resolved. Rows are judged before they
//!    are summed: an oblique kink cancels in the sum of the rows and not in the rows.
//! 3. Where the sizes fall, the error is a power of their ratio times E₁; where they do not, it is
//!    their maximum.
//!
//! J. Berntsen, T. O. Espelid, "Error estimation in automatic quadrature routines", ACM Trans.
//! Math. Software 17 (1991) 233–252.

use crate::error::Error;
use crate::integrand::for_each_index;
use crate::rule::{Rule, SYMMETRIC_DIMENSIONS, Symmetric};

/// Nodes along an axis of a tensor product by the number of variables.
const NODES: [usize; 3] = [16, 8, 6];

/// The most variables for which there is a rule.
pub(crate) const MOST_VARIABLES: usize = *SYMMETRIC_DIMENSIONS.end();

/// The rule and its null rules on the unit cell.
pub(crate) struct CellRule {
    /// For every axis the coordinate of every node.
    pub(crate) nodes: Vec<Vec<f64>>,
    pub(crate) weights: Vec<f64>,
    judge: Judge,
}

/// What judges the values at the nodes.
enum Judge {
    /// Null rules of a row of this many nodes, by falling degree.
    Rows(usize, Vec<Vec<f64>>),
    /// The null rules and fourth differences of a symmetric rule.
    Symmetric(&'static Symmetric),
}

/// What a cell rule says of one output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judgement {
    pub(crate) error: f64,
    /// The axis along which it is worst, and how bad it is there.
    pub(crate) axis: usize,
    pub(crate) roughness: f64,
}

impl CellRule {
    /// The rule for cells of this dimension.
    ///
    /// # Errors
    /// [`Error::Order`] never: the orders are small.
    pub(crate) fn new(dimension: usize) -> Result<Self, Error> {
        let Some(&per_axis) = NODES.get(dimension - 1) else {
            let rule = Symmetric::new(7, dimension)?;
            return Ok(CellRule {
                nodes: (0..dimension)
                    .map(|a| rule.coordinates(a).to_vec())
                    .collect(),
                weights: rule.weights().to_vec(),
                judge: Judge::Symmetric(rule),
            });
        };
        let rule = Rule::gauss(per_axis)?;
        let n = rule.len();
        let mut nodes = vec![Vec::new(); dimension];
        let mut weights = Vec::new();
        for_each_index((0..dimension).map(|_| n), |index| {
            for (axis, &i) in index.iter().enumerate() {
                nodes[axis].push(rule.nodes()[i]);
            }
            weights.push(index.iter().map(|&i| rule.weights()[i]).product());
        });
        // c_k = Σ w_j f_j (2k+1) P_k(x_j); one node has no null rule, two have one.
        let degrees: Vec<usize> = (1..n).rev().take(6).collect();
        let legendre = |k: usize, x: f64| {
            let (mut before, mut value) = (0.0, 1.0);
            for m in 0..k {
                let m = m as f64;
                let next = ((2.0 * m + 1.0) * x * value - m * before) / (m + 1.0);
                (before, value) = (value, next);
            }
            value
        };
        let null = |&k: &usize| -> Vec<f64> {
            let nodes = rule.nodes().iter().zip(rule.weights());
            let factor = (2 * k + 1) as f64;
            nodes
                .map(|(x, w)| w * factor * legendre(k, 2.0 * x - 1.0))
                .collect()
        };
        Ok(CellRule {
            nodes,
            weights,
            judge: Judge::Rows(n, degrees.iter().map(null).collect()),
        })
    }

    /// The number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.weights.len()
    }

    /// The error of the rule for these values, on a cell of content 1.
    pub(crate) fn judge(&self, values: &[f64]) -> Judgement {
        match &self.judge {
            Judge::Rows(n, nulls) => self.judge_rows(*n, nulls, values),
            Judge::Symmetric(rule) => {
                let mut differences = vec![0.0; rule.dimension()];
                rule.fourth_differences(values, &mut differences);
                let roughness = differences.iter().fold(0.0f64, |m, d| m.max(d.abs()));
                let axis = differences.iter().position(|d| d.abs() == roughness);
                Judgement {
                    error: rule.apply(values).error,
                    axis: axis.unwrap_or(0),
                    roughness,
                }
            }
        }
    }

    fn judge_rows(&self, n: usize, nulls: &[Vec<f64>], values: &[f64]) -> Judgement {
        let mut judgement = Judgement {
            error: 0.0,
            axis: 0,
            roughness: 0.0,
        };
        let dimension = self.nodes.len();
        let largest_value = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        for axis in 0..dimension {
            let stride = n.pow((dimension - 1 - axis) as u32);
            let mut pairs = vec![0.0; nulls.len().div_ceil(2)];
            for row in 0..self.weights.len() / n {
                let begin = row / stride * stride * n + row % stride;
                // The weight of the row: that of any of its nodes without its own axis. All rows
                // count alike where one is all there is.
                let weight: f64 = if dimension == 1 {
                    1.0
                } else {
                    let along = (0..n).map(|i| self.weights[begin + i * stride]);
                    along.sum()
                };
                for (pair, nulls) in pairs.iter_mut().zip(nulls.chunks(2)) {
                    let coefficient = |null: &Vec<f64>| -> f64 {
                        let along = (0..n).map(|i| null[i] * values[begin + i * stride]);
                        along.sum()
                    };
                    let square = nulls.iter().map(|null| coefficient(null).powi(2));
                    *pair += weight * square.sum::<f64>().sqrt();
                }
            }
            // Rounding errors of a sum of coefficients up to 2n + 1 times the largest value.
            let noise = 4.0 * f64::EPSILON * (2 * n + 1) as f64 * largest_value;
            for pair in &mut pairs {
                *pair = if *pair > noise { *pair } else { 0.0 };
            }
            let Some(&first) = pairs.first() else {
                continue;
            };
            let ratio = pairs
                .windows(2)
                .map(|w| if w[0] == 0.0 { 0.0 } else { w[0] / w[1] })
                .fold(0.0, f64::max);
            let largest = pairs.iter().copied().fold(0.0, f64::max);
            let error = if pairs.len() < 2 || ratio >= 1.0 {
                10.0 * largest
            } else if ratio > 0.5 {
                10.0 * ratio * first
            } else {
                // Continuous with the case before at 1/2.
                10.0 * 0.5 * (2.0 * ratio).powi(3) * first
            };
            judgement.error += error;
            if first > judgement.roughness {
                judgement.axis = axis;
                judgement.roughness = first;
            }
        }
        judgement
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_rules_do_not_see_polynomials_of_lower_degree() {
        let rule = CellRule::new(1).unwrap();
        let Judge::Rows(_, nulls) = &rule.judge else {
            panic!("one variable takes rows");
        };
        for (k, null) in nulls.iter().enumerate() {
            // The null rule of degree 15 − k sees nothing below that degree.
            for power in 0..16 - k {
                let seen = |power: usize| -> f64 {
                    let values = rule.nodes[0].iter().map(|x| x.powi(power as i32));
                    values.zip(null).map(|(v, u)| u * v).sum()
                };
                if power < 15 - k {
                    assert!(seen(power).abs() < 1e-14, "{k} {power}");
                } else {
                    assert!(seen(power).abs() > 1e-10, "{k} {power}");
                }
            }
        }
    }

    #[test]
    fn an_oblique_kink_is_seen_although_it_cancels_in_the_sum_of_the_rows() {
        let rule = CellRule::new(2).unwrap();
        let nodes = rule.nodes[0].iter().zip(&rule.nodes[1]);
        let values: Vec<f64> = nodes.map(|(x, y)| (x - y).abs()).collect();
        let value: f64 = values.iter().zip(&rule.weights).map(|(v, w)| w * v).sum();
        let truth = (value - 1.0 / 3.0).abs();
        let claimed = rule.judge(&values).error;
        assert!(claimed > truth && truth > 1e-4, "{claimed} {truth}");
    }

    #[test]
    fn the_error_is_small_for_resolved_and_large_for_rough_integrands() {
        let rule = CellRule::new(1).unwrap();
        let error = |f: fn(f64) -> f64| {
            let values: Vec<f64> = rule.nodes[0].iter().map(|&x| f(x)).collect();
            rule.judge(&values).error
        };
        // Rounding errors of sixteen terms, times up to 31 and the safety factor of 10.
        assert!(error(f64::exp) < 1e-11);
        // The kink at 1/3 costs about 1e-3; the claim must cover it.
        let kink = |x: f64| (x - 1.0 / 3.0).abs();
        let value: f64 = rule.nodes[0]
            .iter()
            .zip(&rule.weights)
            .map(|(x, w)| w * kink(*x))
            .sum();
        let truth = (value - (1.0 / 9.0 + 4.0 / 9.0) / 2.0).abs();
        let claimed = error(kink);
        assert!(
            claimed > truth && claimed < 1000.0 * truth,
            "{claimed} {truth}"
        );
    }
}
