//! A rule: nodes and weights on the unit interval, and how far they are from its ends.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;

/// The largest number of nodes that a rule may have.
pub const MAX_ORDER: usize = 10_000_000;

/// A quadrature rule on the unit interval [0, 1], with its nodes in ascending order.
///
/// The distance of a node to the left end is the node itself; the distance to the right end is its
/// *complement* `1 − node`, kept beside it because `1.0 - node` has lost its digits near 1. An
/// integrand singular at the right end should be written in terms of the complement.
///
/// A clone shares the tables, so that it costs the same at every order.
///
/// # Examples
///
/// The integral of x³ over [0, 1]:
///
/// ```
/// use pullback::rule::Rule;
///
/// let rule = Rule::gauss(2)?;
/// let terms = rule.nodes().iter().zip(rule.weights());
/// let integral: f64 = terms.map(|(x, weight)| weight * x.powi(3)).sum();
/// assert!((integral - 0.25).abs() < 1e-15);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    tables: Arc<Tables>,
}

#[derive(Debug, PartialEq)]
struct Tables {
    family: &'static str,
    nodes: Vec<f64>,
    complements: Vec<f64>,
    weights: Vec<f64>,
}

impl Rule {
    pub(super) fn new(
        family: &'static str,
        nodes: Vec<f64>,
        complements: Vec<f64>,
        weights: Vec<f64>,
    ) -> Self {
        let tables = Arc::new(Tables {
            family,
            nodes,
            complements,
            weights,
        });
        Self { tables }
    }

    /// The nodes, from the left end to the right.
    pub fn nodes(&self) -> &[f64] {
        &self.tables.nodes
    }

    /// The distances `1 − node` from the right end, in the order of the nodes and as accurate.
    pub fn complements(&self) -> &[f64] {
        &self.tables.complements
    }

    /// The weights, in the order of the nodes; their sum is 1, but for rules that say otherwise.
    pub fn weights(&self) -> &[f64] {
        &self.tables.weights
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.tables.nodes.len()
    }

    /// Always false: a rule has at least one node.
    pub fn is_empty(&self) -> bool {
        self.tables.nodes.is_empty()
    }
}

/// The family and the number of nodes, for example `gauss 20`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.tables.family, self.len())
    }
}

/// An error unless a rule may have `order` nodes.
pub(super) fn check_order(order: usize) -> Result<(), Error> {
    if (1..=MAX_ORDER).contains(&order) {
        Ok(())
    } else {
        Err(Error::Order {
            requested: order,
            limit: MAX_ORDER,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_prints_its_family_and_order() {
        assert_eq!(Rule::gauss(20).unwrap().to_string(), "gauss 20");
        assert_eq!(Rule::trapezoid(24).unwrap().to_string(), "trapezoid 24");
    }

    #[test]
    fn a_clone_shares_the_tables() {
        let rule = Rule::trapezoid(5).unwrap();
        assert!(std::ptr::eq(rule.nodes(), rule.clone().nodes()));
    }

    #[test]
    fn orders_outside_the_limits_are_errors() {
        for order in [0, MAX_ORDER + 1, usize::MAX] {
            let expected = Err(Error::Order {
                requested: order,
                limit: MAX_ORDER,
            });
            assert_eq!(Rule::gauss(order), expected);
            assert_eq!(Rule::trapezoid(order), expected);
        }
    }
}
