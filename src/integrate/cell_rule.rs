//! The rule of a cell, and what judges it: on a line a Gauss rule with null rules, in more variables
//! a fully symmetric rule with null rules of its own. On a line:
//!
//! 1. The discrete Legendre coefficients of the values are null rules: c_k is zero for every
//!    polynomial of a degree below k.
//! 2. Their sizes in pairs, E₁ for the two highest degrees, E₂ for the two before and so on, fall
//!    geometrically where the integrand is resolved.
//! 3. Where they fall, the error is a power of their ratio times E₁; where they do not, it is their
//!    maximum.
//!
//! J. Berntsen, T. O. Espelid, "Error estimation in automatic quadrature routines", ACM Trans.
//! Math. Software 17 (1991) 233–252.

use crate::error::Error;
use crate::rule::{Rule, SYMMETRIC_DIMENSIONS, Symmetric};

/// Nodes of a cell on a line.
const NODES: usize = 16;

/// The most variables for which there is a rule.
pub(crate) const MOST_VARIABLES: usize = *SYMMETRIC_DIMENSIONS.end();

/// The errors of symmetric rules are doubled: at an edge with a root all cells err to one side, and
/// their sum was measured to reach 1.2 times that of the estimates.
const SAFETY: f64 = 2.0;

/// The rule and its null rules on the unit cell.
pub(crate) struct CellRule {
    /// For every axis the coordinate of every node.
    pub(crate) nodes: Vec<Vec<f64>>,
    pub(crate) weights: Vec<f64>,
    judge: Judge,
}

/// What judges the values at the nodes.
enum Judge {
    /// Null rules on a line, by falling degree.
    Line(Vec<Vec<f64>>),
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
    /// The rule for cells of 1 to [`MOST_VARIABLES`] variables.
    ///
    /// # Errors
    /// [`Error::Order`] for other dimensions.
    pub(crate) fn new(dimension: usize) -> Result<Self, Error> {
        if dimension == 1 {
            return Self::on_line();
        }
        let degree = match dimension {
            2 => 15,
            3 => 11,
            _ => 7,
        };
        let rule = Symmetric::new(degree, dimension)?;
        Ok(CellRule {
            nodes: (0..dimension)
                .map(|a| rule.coordinates(a).to_vec())
                .collect(),
            weights: rule.weights().to_vec(),
            judge: Judge::Symmetric(rule),
        })
    }

    fn on_line() -> Result<Self, Error> {
        let rule = Rule::gauss(NODES)?;
        let legendre = |k: usize, x: f64| {
            let (mut before, mut value) = (0.0, 1.0);
            for m in 0..k {
                let m = m as f64;
                let next = ((2.0 * m + 1.0) * x * value - m * before) / (m + 1.0);
                (before, value) = (value, next);
            }
            value
        };
        // c_k = Σ w_j f_j (2k+1) P_k(x_j)
        let null = |k: usize| -> Vec<f64> {
            let nodes = rule.nodes().iter().zip(rule.weights());
            let factor = (2 * k + 1) as f64;
            nodes
                .map(|(x, w)| w * factor * legendre(k, 2.0 * x - 1.0))
                .collect()
        };
        Ok(CellRule {
            nodes: vec![rule.nodes().to_vec()],
            weights: rule.weights().to_vec(),
            judge: Judge::Line((NODES - 6..NODES).rev().map(null).collect()),
        })
    }

    /// The number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.weights.len()
    }

    /// The error of the rule for these values, on a cell of content 1.
    pub(crate) fn judge(&self, values: &[f64]) -> Judgement {
        match &self.judge {
            Judge::Line(nulls) => judge_on_line(nulls, values),
            Judge::Symmetric(rule) => {
                let mut differences = vec![0.0; rule.dimension()];
                rule.fourth_differences(values, &mut differences);
                let roughness = differences.iter().fold(0.0f64, |m, d| m.max(d.abs()));
                let axis = differences.iter().position(|d| d.abs() == roughness);
                Judgement {
                    error: SAFETY * rule.apply(values).error,
                    axis: axis.unwrap_or(0),
                    roughness,
                }
            }
        }
    }
}

fn judge_on_line(nulls: &[Vec<f64>], values: &[f64]) -> Judgement {
    let largest_value = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    // Rounding errors of a sum of coefficients up to 2n + 1 times the largest value.
    let noise = 4.0 * f64::EPSILON * (2 * NODES + 1) as f64 * largest_value;
    let size = |pair: &[Vec<f64>]| {
        let coefficient = |null: &Vec<f64>| -> f64 {
            let products = null.iter().zip(values).map(|(u, v)| u * v);
            products.sum()
        };
        let square: f64 = pair.iter().map(|null| coefficient(null).powi(2)).sum();
        if square.sqrt() > noise {
            square.sqrt()
        } else {
            0.0
        }
    };
    let pairs: Vec<f64> = nulls.chunks(2).map(size).collect();
    let first = pairs[0];
    let ratio = |w: &[f64]| if w[0] == 0.0 { 0.0 } else { w[0] / w[1] };
    let ratio = pairs.windows(2).map(ratio).fold(0.0, f64::max);
    let error = if ratio >= 1.0 {
        10.0 * pairs.iter().copied().fold(0.0, f64::max)
    } else if ratio > 0.5 {
        10.0 * ratio * first
    } else {
        // Continuous with the case before at 1/2.
        10.0 * 0.5 * (2.0 * ratio).powi(3) * first
    };
    Judgement {
        error,
        axis: 0,
        roughness: first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_rules_do_not_see_polynomials_of_lower_degree() {
        let rule = CellRule::new(1).unwrap();
        let Judge::Line(nulls) = &rule.judge else {
            panic!("one variable takes a line");
        };
        for (k, null) in nulls.iter().enumerate() {
            // The null rule of degree 15 − k sees nothing below that degree.
            for power in 0..16 - k {
                let values = rule.nodes[0].iter().map(|x| x.powi(power as i32));
                let seen: f64 = values.zip(null).map(|(v, u)| u * v).sum();
                if power < 15 - k {
                    assert!(seen.abs() < 1e-14, "{k} {power}");
                } else {
                    assert!(seen.abs() > 1e-10, "{k} {power}");
                }
            }
        }
    }

    #[test]
    fn an_oblique_kink_is_seen() {
        let rule = CellRule::new(2).unwrap();
        let nodes = rule.nodes[0].iter().zip(&rule.nodes[1]);
        let values: Vec<f64> = nodes.map(|(x, y)| (x - y).abs()).collect();
        let value: f64 = values.iter().zip(&rule.weights).map(|(v, w)| w * v).sum();
        let truth = (value - 1.0 / 3.0).abs();
        let claimed = rule.judge(&values).error;
        assert!(claimed > truth && truth > 1e-6, "{claimed} {truth}");
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
        let nodes = rule.nodes[0].iter().zip(&rule.weights);
        let value: f64 = nodes.map(|(x, w)| w * kink(*x)).sum();
        let truth = (value - (1.0 / 9.0 + 4.0 / 9.0) / 2.0).abs();
        let claimed = error(kink);
        assert!(
            claimed > truth && claimed < 1000.0 * truth,
            "{claimed} {truth}"
        );
    }
}
