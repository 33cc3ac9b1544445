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
//! What lies between the border and the outermost nodes is seen by checks: places next to the border,
//! at the corners of a cell. Their values have no weight; they are held against what the nodes predict
//! of them, and so is every other value that is known. What is smooth is predicted the better the
//! higher the degree of the prediction; a jump or a kink that the nodes do not see is not.
//!
//! J. Berntsen, T. O. Espelid, "Error estimation in automatic quadrature routines", ACM Trans.
//! Math. Software 17 (1991) 233–252.

use std::sync::OnceLock;

use crate::error::Error;
use crate::rule::{Prediction, Rule, SYMMETRIC_DIMENSIONS, Symmetric};

/// Nodes of a cell on a line.
const NODES: usize = 16;

/// The most variables for which there is a rule.
pub(crate) const MOST_VARIABLES: usize = *SYMMETRIC_DIMENSIONS.end();

/// The errors of symmetric rules are doubled: at an edge with a root all cells err to one side, and
/// their sum was measured to reach 1.2 times that of the estimates.
const SAFETY: f64 = 2.0;

/// How far from the border checks are, as a part of a cell's side.
const NEXT_TO_BORDER: f64 = 1.0 / (1 << 20) as f64;

/// Degrees of the better and of the worse prediction, by the number of variables; with more variables
/// there is none.
const DEGREES: [[usize; 2]; 3] = [[15, 13], [7, 5], [5, 3]];

/// The part of a cell that its nodes may not see at a corner: on a line the gap before the first node,
/// in the plane a triangle, in space a pyramid, three times over.
const UNSEEN: [f64; 3] = [0.0055, 0.004, 0.004];

/// The same where there are no checks, of values on the border.
const DEGREES_AT_BORDER: [usize; 2] = [3, 2];

/// A better prediction that lacks more than this part of what the worse one lacks is none.
const UNEXPLAINED: f64 = 0.7;

/// Parts of the largest value below which a prediction can lack nothing.
const EXACT: f64 = 1e-12;

/// The rule and its null rules on the unit cell.
pub(crate) struct CellRule {
    /// For every axis the coordinate of every node, those of the checks last.
    pub(crate) nodes: Vec<Vec<f64>>,
    /// The weights of the nodes that are no checks.
    pub(crate) weights: Vec<f64>,
    judge: Judge,
    predictions: Option<Predictions>,
    /// What the nodes say of the border, where there are no checks: made when it is asked for.
    at_border: OnceLock<Option<[Prediction; 2]>>,
    /// For every axis, the nodes that are no checks in their order along it.
    along: Vec<Vec<usize>>,
}

/// An error at the corners this many times that of the nodes is of something that they do not see.
const UNSEEN_BY_NODES: f64 = 4.0;

/// What the nodes say of other places.
struct Predictions {
    /// The better one, and the worse one.
    both: [Prediction; 2],
    /// For every check the weights of the values in either prediction.
    checks: Vec<[Vec<f64>; 2]>,
    unseen: f64,
}

/// A value that is known, and where in the cell.
pub(crate) struct Known<'k> {
    /// The place, in units of the cell's sides.
    pub(crate) place: &'k [f64],
    pub(crate) value: f64,
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
        let nodes = (0..dimension).map(|a| rule.coordinates(a).to_vec());
        Ok(Self::with_checks(
            nodes.collect(),
            rule.weights().to_vec(),
            Judge::Symmetric(rule),
        ))
    }

    /// Adds checks at the corners, where there are predictions.
    fn with_checks(mut nodes: Vec<Vec<f64>>, weights: Vec<f64>, judge: Judge) -> Self {
        let dimension = nodes.len();
        let degrees = DEGREES.get(dimension - 1);
        let both = degrees.and_then(|&[better, worse]| {
            let better = Prediction::new(&nodes, better)?;
            Some([better, Prediction::new(&nodes, worse)?])
        });
        let predictions = both.map(|both| {
            let mut checks = Vec::new();
            for corner in 0..1usize << dimension {
                let along = |axis: usize| match corner >> axis & 1 {
                    0 => NEXT_TO_BORDER,
                    _ => 1.0 - NEXT_TO_BORDER,
                };
                let place: Vec<f64> = (0..dimension).map(along).collect();
                checks.push([0, 1].map(|which: usize| both[which].weights(&place)));
                for (axis, x) in nodes.iter_mut().zip(&place) {
                    axis.push(*x);
                }
            }
            Predictions {
                both,
                checks,
                unseen: UNSEEN[dimension - 1],
            }
        });
        let along = nodes.iter().map(|axis| {
            let mut order: Vec<usize> = (0..weights.len()).collect();
            order.sort_by(|a, b| axis[*a].total_cmp(&axis[*b]));
            order
        });
        CellRule {
            along: along.collect(),
            nodes,
            weights,
            judge,
            predictions,
            at_border: OnceLock::new(),
        }
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
        Ok(Self::with_checks(
            vec![rule.nodes().to_vec()],
            rule.weights().to_vec(),
            Judge::Line((NODES - 6..NODES).rev().map(null).collect()),
        ))
    }

    /// The number of nodes, checks among them.
    pub(crate) fn len(&self) -> usize {
        self.nodes[0].len()
    }

    /// The number of checks, which are the last nodes.
    pub(crate) fn checks(&self) -> usize {
        self.len() - self.weights.len()
    }

    /// The error of the rule for these values, on a cell of content 1, where some other values are
    /// known too.
    pub(crate) fn judge<'k>(
        &self,
        values: &[f64],
        known: impl Iterator<Item = Known<'k>>,
    ) -> Judgement {
        let (own, checked) = values.split_at(self.weights.len());
        let mut judgement = self.judge_nodes(own);
        let (hidden, axis, roughness) = match &self.predictions {
            Some(predictions) => predictions.hidden(own, checked, known),
            None => {
                let known: Vec<Known<'_>> = known.collect();
                let (hidden, axis, roughness) = self.hidden_at_border(own, &known);
                (hidden.max(outside(own, &known)), axis, roughness)
            }
        };
        // What the nodes do not see they cannot say the axis of.
        let is_beside_face = self.predictions.is_none() && hidden > judgement.error;
        let is_unseen = hidden > UNSEEN_BY_NODES * judgement.error;
        if roughness > 0.0 && is_beside_face || is_unseen && roughness > judgement.roughness {
            (judgement.axis, judgement.roughness) = (axis, roughness);
        }
        judgement.error = judgement.error.max(hidden);
        judgement
    }

    /// How much the values vary from node to node along an axis, whatever their other coordinates: the
    /// less, the more of what they are does the place along this axis explain.
    pub(crate) fn variation(&self, values: &[f64], axis: usize) -> f64 {
        let pairs = self.along[axis].windows(2);
        pairs
            .map(|pair| (values[pair[0]] - values[pair[1]]).abs())
            .sum()
    }

    /// What may be hidden beside a face of a cell without checks, by values on the border that are not
    /// predicted; across which axis, and how much is lacking.
    fn hidden_at_border(&self, values: &[f64], known: &[Known<'_>]) -> (f64, usize, f64) {
        let across = |known: &Known<'_>| known.place.iter().position(|x| *x == 0.0 || *x == 1.0);
        if !known.iter().any(|known| across(known).is_some()) {
            return (0.0, 0, 0.0);
        }
        let predict = |degree| {
            let nodes = self
                .nodes
                .iter()
                .map(|axis| axis[..self.weights.len()].to_vec());
            Prediction::new(&nodes.collect::<Vec<_>>(), degree)
        };
        let make = || {
            let [better, worse] = DEGREES_AT_BORDER.map(predict);
            Some([better?, worse?])
        };
        let Some(both) = self.at_border.get_or_init(make) else {
            return (0.0, 0, 0.0);
        };
        let coefficients = [0, 1].map(|which: usize| both[which].coefficients(values));
        let largest = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        // What lies between a face and the outermost nodes.
        let gap = |axis: usize| self.nodes[axis].iter().copied().fold(1.0, f64::min);
        let (mut most, mut row) = ((0.0f64, 0, 0.0f64), Vec::new());
        for known in known {
            let Some(axis) = across(known) else { continue };
            let [better, worse] = [0, 1].map(|which: usize| {
                let place = known.place.iter().copied();
                let predicted = both[which].at(&coefficients[which], place, &mut row);
                (predicted - known.value).abs()
            });
            let is_exact = better <= EXACT * largest.max(known.value.abs());
            if better > UNEXPLAINED * worse && !is_exact && better > most.2 {
                most = (gap(axis) * better, axis, better);
            }
        }
        most
    }

    fn judge_nodes(&self, values: &[f64]) -> Judgement {
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

impl Predictions {
    /// What may be hidden on a cell of content 1, by values that are not predicted; along which axis
    /// what is lacking at the corners differs most, and by how much.
    fn hidden<'k>(
        &self,
        values: &[f64],
        checked: &[f64],
        known: impl Iterator<Item = Known<'k>>,
    ) -> (f64, usize, f64) {
        let weighted =
            |weights: &Vec<f64>| -> f64 { weights.iter().zip(values).map(|(w, v)| w * v).sum() };
        // What either prediction lacks at most; of the better one in units of what may be hidden.
        let (mut better, mut worse) = (0.0f64, 0.0f64);
        let (mut hidden, mut largest) = (0.0f64, 0.0f64);
        let mut at_corners = vec![0.0; self.checks.len()];
        let pairs = self.checks.iter().zip(checked).zip(&mut at_corners);
        let pairs = pairs.filter(|((_, value), _)| value.is_finite());
        for (([first, second], &value), at_corner) in pairs {
            let lacks = (weighted(first) - value).abs();
            *at_corner = lacks;
            better = better.max(lacks);
            worse = worse.max((weighted(second) - value).abs());
            hidden += self.unseen * lacks;
            largest = largest.max(value.abs());
        }
        let mut coefficients = None;
        let mut row = Vec::new();
        for Known { place, value } in known {
            let of = |which: usize| self.both[which].coefficients(values);
            let [first, second] = coefficients.get_or_insert_with(|| [0, 1].map(of));
            let mut lacks = |which: usize, coefficients: &[f64]| {
                let place = place.iter().copied();
                (self.both[which].at(coefficients, place, &mut row) - value).abs()
            };
            let lack = lacks(0, first);
            better = better.max(lack);
            worse = worse.max(lacks(1, second));
            hidden = hidden.max(lack);
            largest = largest.max(value.abs());
        }
        let largest = values.iter().fold(largest, |m, v| m.max(v.abs()));
        if !(better > UNEXPLAINED * worse && better > EXACT * largest) {
            return (0.0, 0, 0.0);
        }
        let mut most = (hidden, 0, 0.0);
        for axis in 0..at_corners.len().ilog2() as usize {
            let below = (0..at_corners.len()).filter(|corner| corner >> axis & 1 == 0);
            let differ =
                below.map(|corner| (at_corners[corner] - at_corners[corner | 1 << axis]).abs());
            let differ: f64 = differ.sum();
            if differ > most.2 {
                (most.1, most.2) = (axis, differ);
            }
        }
        most
    }
}

/// How far known values lie outside of what the values at the nodes and as much again to either side
/// cover.
fn outside(values: &[f64], known: &[Known<'_>]) -> f64 {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (least, most) = (least - (most - least), most + (most - least));
    let excess = known.iter().map(|k| (least - k.value).max(k.value - most));
    excess.fold(0.0, f64::max)
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
        // Not by squares, which vanish or overflow where the coefficients do not.
        let size = pair.iter().map(coefficient).fold(0.0f64, f64::hypot);
        if size > noise { size } else { 0.0 }
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

    /// The error of a rule for values at its nodes, where the checks say nothing.
    fn judged(rule: &CellRule, values: &[f64]) -> f64 {
        rule.judge_nodes(&values[..rule.weights.len()]).error
    }

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
        let claimed = judged(&rule, &values);
        assert!(claimed > truth && truth > 1e-6, "{claimed} {truth}");
    }

    #[test]
    fn the_error_is_small_for_resolved_and_large_for_rough_integrands() {
        let rule = CellRule::new(1).unwrap();
        let error = |f: fn(f64) -> f64| {
            let values: Vec<f64> = rule.nodes[0].iter().map(|&x| f(x)).collect();
            judged(&rule, &values)
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
