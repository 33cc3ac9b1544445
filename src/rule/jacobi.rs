//! The Gauss–Jacobi rule: integrals of x^a (1 − x)^b f(x) over the unit interval.
//!
//! 1. Golub and Welsch: the nodes are the eigenvalues of the tridiagonal matrix of the recurrence
//!    for the orthonormal polynomials p₀, p₁, ....
//! 2. With S = Σ pₖ² over k < n, the identity of Christoffel and Darboux makes −bₙ pₙ pₙ₋₁ / S a
//!    Newton step, bₙ the last coefficient of the recurrence, and 1/S the weight at a node.
//! 3. Two such steps in double-doubles give the nodes next to the ends, and their weights, as
//!    accurately as the others.
//!
//! G. H. Golub, J. H. Welsch, "Calculation of Gauss quadrature rules", Mathematics of Computation
//! 23 (1969) 221–230.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use nalgebra::DMatrix;

use super::rule::Rule;
use crate::elementary::Unary;
use crate::elementary::double_double::{DoubleDouble, two_sum};
use crate::error::Error;

/// The largest number of nodes of a Gauss–Jacobi rule.
pub const MAX_JACOBI: usize = 512;

/// The largest exponent of a Gauss–Jacobi rule.
const MAX_EXPONENT: f64 = 64.0;

/// The most rules that the cache holds; a full cache is emptied.
const CACHED_RULES: usize = 256;

/// Rules by order and the bits of both exponents.
static CACHE: RwLock<BTreeMap<(usize, [u64; 2]), Rule>> = RwLock::new(BTreeMap::new());

impl Rule {
    /// The Gauss–Jacobi rule with `order` nodes: Σ weight × f(node) is the integral of
    /// x^`left` (1 − x)^`right` f(x), exactly for polynomials f of degree 2 × `order` − 1.
    ///
    /// The weights add to the beta function B(`left` + 1, `right` + 1), not to 1. Rules are
    /// shared; a new one takes a time proportional to the cube of the order.
    ///
    /// # Accuracy
    ///
    /// Nodes and complements are within 1 ulp of the exact values (0.5 in the worst case measured),
    /// weights within 10 (4.9 measured): that is the accuracy of the three gamma functions.
    ///
    /// # Errors
    ///
    /// [`Error::Order`] where `order` is 0 or above [`MAX_JACOBI`];
    /// [`Error::Setting`] unless both exponents are above −1 and at most 64.
    ///
    /// # Examples
    ///
    /// ```
    /// use pullback::rule::Rule;
    ///
    /// // The integral of x² cos x / √(1 − x).
    /// let rule = Rule::jacobi(8, 2.0, -0.5)?;
    /// let terms = rule.nodes().iter().zip(rule.weights());
    /// let integral: f64 = terms.map(|(x, weight)| weight * x.cos()).sum();
    /// assert!((integral - 0.6879147076492540).abs() < 1e-15);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn jacobi(order: usize, left: f64, right: f64) -> Result<Self, Error> {
        if !(1..=MAX_JACOBI).contains(&order) {
            return Err(Error::Order {
                requested: order,
                limit: MAX_JACOBI,
            });
        }
        for exponent in [left, right] {
            if !(exponent > -1.0 && exponent <= MAX_EXPONENT) {
                return Err(Error::Setting {
                    name: "exponent",
                    allowed: format!("above -1 and at most {MAX_EXPONENT}, not {exponent}"),
                });
            }
        }
        let key = (order, [left.to_bits(), right.to_bits()]);
        let found = {
            let cache = CACHE.read().unwrap_or_else(PoisonError::into_inner);
            cache.get(&key).cloned()
        };
        Ok(found.unwrap_or_else(|| {
            let rule = compute(order, left, right);
            let mut cache = CACHE.write().unwrap_or_else(PoisonError::into_inner);
            if cache.len() >= CACHED_RULES {
                cache.clear();
            }
            cache.entry(key).or_insert(rule).clone()
        }))
    }
}

/// The recurrence b_{k+1} p_{k+1} = (x − a_k) p_k − b_k p_{k−1}.
struct Recurrence {
    /// a₀, a₁, ..., a_{n−1}.
    centres: Vec<DoubleDouble>,
    /// b₁, ..., b_{n−1}.
    links: Vec<DoubleDouble>,
}

impl Recurrence {
    /// That of the orthonormal Jacobi polynomials for x^left (1 − x)^right on the unit interval.
    fn new(order: usize, left: f64, right: f64) -> Self {
        let both = two_sum(left, right);
        let skew = two_sum(left, -right) * both;
        let centre = |k: usize| {
            let twice = both + (2 * k) as f64;
            match k {
                // The general formula, without its 0/0 where left + right = 0.
                0 => two_sum(left, 1.0) / (both + 2.0),
                _ => (skew / (twice * (twice + 2.0)) + 1.0).half(),
            }
        };
        let link = |k: usize| {
            let index = k as f64;
            let twice = both + 2.0 * index;
            let ends = two_sum(left, index) * two_sum(right, index);
            let square = match k {
                // As above where left + right = −1.
                1 => ends / (twice * twice * (twice + 1.0)),
                _ => {
                    ends * (both + index) * index / (twice * twice * (twice + 1.0) * (twice + -1.0))
                }
            };
            square.sqrt()
        };
        Self {
            centres: (0..order).map(centre).collect(),
            links: (1..order).map(link).collect(),
        }
    }

    /// The eigenvalues of the tridiagonal matrix, ascending.
    fn eigenvalues(&self) -> Vec<f64> {
        let order = self.centres.len();
        let matrix = DMatrix::from_fn(order, order, |row, column| match row.abs_diff(column) {
            0 => self.centres[row].hi,
            1 => self.links[row.min(column)].hi,
            _ => 0.0,
        });
        let mut values = matrix.symmetric_eigenvalues().as_slice().to_vec();
        values.sort_by(f64::total_cmp);
        values
    }

    /// A Newton step at x, and Σ p_k² there, with p₀ = 1; `inverses` holds 1/b_k.
    fn step(&self, x: DoubleDouble, inverses: &[DoubleDouble]) -> (f64, DoubleDouble) {
        let [zero, one] = [0.0, 1.0].map(DoubleDouble::from);
        let (mut value, mut rest, mut sum) = (one, zero, zero);
        let mut next = zero;
        for (k, &centre) in self.centres.iter().enumerate() {
            sum = sum + value * value;
            next = (x - centre) * value - rest;
            if let Some(&inverse) = inverses.get(k) {
                rest = self.links[k] * value;
                value = next * inverse;
            }
        }
        (-next.hi * value.hi / sum.hi, sum)
    }
}

fn compute(order: usize, left: f64, right: f64) -> Rule {
    let recurrence = Recurrence::new(order, left, right);
    let one = DoubleDouble::from(1.0);
    let inverses: Vec<_> = recurrence.links.iter().map(|&link| one / link).collect();
    let mass = beta(left, right);
    let (mut nodes, mut complements, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for start in recurrence.eigenvalues() {
        let mut node = DoubleDouble::from(start);
        // The eigenvalue is off by a few 1e-16, so the second step by their square at most.
        for _ in 0..2 {
            node = node + recurrence.step(node, &inverses).0;
        }
        let (_, sum) = recurrence.step(node, &inverses);
        nodes.push(node.hi);
        complements.push((-node + 1.0).hi);
        weights.push(mass / sum.hi);
    }
    Rule::new("jacobi", nodes, complements, weights)
}

/// B(left + 1, right + 1), the integral of x^left (1 − x)^right.
fn beta(left: f64, right: f64) -> f64 {
    let gamma = |x| Unary::Gamma.value(x);
    gamma(left + 1.0) * gamma(right + 1.0) / gamma(left + right + 2.0)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{PI, TAU};

    use super::*;

    const EXPONENTS: [[f64; 2]; 8] = [
        [0.0, 0.0],
        [-0.5, -0.5],
        [0.5, -0.5],
        [2.0, 0.0],
        [-0.9, 0.0],
        [-0.3, 1.7],
        [-0.5, 0.5],
        [20.0, 3.5],
    ];

    #[test]
    fn moments_below_twice_the_order_are_exact() {
        for order in [1, 2, 3, 5, 10, 20] {
            for [left, right] in EXPONENTS {
                let rule = Rule::jacobi(order, left, right).unwrap();
                let mut exact = beta(left, right);
                for degree in 0..2 * order {
                    let terms = rule.nodes().iter().zip(rule.weights());
                    let sum: f64 = terms
                        .map(|(x, weight)| weight * x.powi(degree as i32))
                        .sum();
                    let error = sum / exact - 1.0;
                    // A power multiplies the rounding of its node, half an ulp.
                    let tolerance = (4.0 + degree as f64) * f64::EPSILON;
                    assert!(
                        error.abs() <= tolerance,
                        "{order} {left} {right}: {degree} {error:e}"
                    );
                    let k = degree as f64 + 1.0;
                    exact *= (left + k) / (left + right + k + 1.0);
                }
            }
        }
    }

    #[test]
    fn without_exponents_it_is_the_gauss_rule() {
        for order in [1, 2, 7, 50, 200] {
            let (jacobi, gauss) = (compute(order, 0.0, 0.0), Rule::gauss(order).unwrap());
            let columns = [
                (jacobi.nodes(), gauss.nodes()),
                (jacobi.complements(), gauss.complements()),
                (jacobi.weights(), gauss.weights()),
            ];
            for (index, (found, expected)) in columns.into_iter().enumerate() {
                for (a, b) in found.iter().zip(expected) {
                    let apart = a.to_bits().abs_diff(b.to_bits());
                    // One for the Gauss rule, one here.
                    assert!(apart <= 2, "{order}, {index}: {apart} ulp");
                }
            }
        }
    }

    #[test]
    fn chebyshev_nodes_are_squared_sines_and_weights_equal() {
        for order in [1, 2, 9, 64, 200] {
            let rule = compute(order, -0.5, -0.5);
            for (index, (node, weight)) in rule.nodes().iter().zip(rule.weights()).enumerate() {
                let angle = TAU * (2 * index + 1) as f64 / (8 * order) as f64;
                let exact = angle.sin().powi(2);
                // The formula itself rounds the angle, the sine and the square.
                assert!(
                    (node / exact - 1.0).abs() <= 6.0 * f64::EPSILON,
                    "{order}, {index}"
                );
                let exact = PI / order as f64;
                assert!(
                    (weight / exact - 1.0).abs() <= 8.0 * f64::EPSILON,
                    "{order}, {index}"
                );
            }
        }
    }

    #[test]
    fn exchanging_the_exponents_reflects_the_rule() {
        let (one, other) = (compute(31, 1.5, -0.25), compute(31, -0.25, 1.5));
        for index in 0..31 {
            let mirror = 30 - index;
            let pairs = [
                (one.nodes()[index], other.complements()[mirror]),
                (one.weights()[index], other.weights()[mirror]),
            ];
            for (a, b) in pairs {
                // Both are rounded once from nearly the same number.
                assert!(a.to_bits().abs_diff(b.to_bits()) <= 2, "{index}");
            }
        }
    }

    #[test]
    fn exponents_and_orders_outside_their_limits_are_errors_and_rules_are_shared() {
        for order in [0, MAX_JACOBI + 1] {
            assert!(matches!(
                Rule::jacobi(order, 0.0, 0.0),
                Err(Error::Order { .. })
            ));
        }
        for bad in [-1.0, -2.0, f64::NAN, f64::INFINITY, 65.0] {
            assert!(matches!(
                Rule::jacobi(3, bad, 0.0),
                Err(Error::Setting { .. })
            ));
            assert!(matches!(
                Rule::jacobi(3, 0.0, bad),
                Err(Error::Setting { .. })
            ));
        }
        let rule = || Rule::jacobi(9, 1.0, 0.0).unwrap();
        assert!(std::ptr::eq(rule().nodes(), rule().nodes()));
    }
}
