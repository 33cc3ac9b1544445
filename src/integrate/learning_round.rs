//! Rounds of learning: where the points of each were, and what they said, kept with the nodes of an answer.

use super::node_set::NodeSet;

/// A round in which `vegas` learned: points through the map that there was by then.
///
/// It is no part of the answer: what a round says and where it leads are not independent.
///
/// ```
/// use pullback::{Domain, Estimate, Map, Method, Settings};
/// let square = Map::identity(&["x", "y"])?.over("x = 0..1, y = 0..1")?;
/// let peak = square.parse(&["exp(-300*((x - 0.3)^2 + (y - 0.6)^2))"])?;
/// let settings = Settings::new().rtol(1e-3).method(Method::Vegas).keeping_nodes();
/// let answer = Estimate::of(&square, &peak, &settings)?;
/// let nodes = answer.nodes.as_ref().expect("vegas keeps its nodes");
/// let efficiencies: Vec<f64> = nodes.rounds().iter().map(|round| round.efficiency).collect();
/// // The peak covers a hundredth of the square; the grid follows it.
/// assert!(efficiencies[0] < 0.05 && efficiencies.last() > Some(&0.4));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LearningRound {
    /// Its points, and the map that led them.
    pub nodes: NodeSet,
    /// The values, one for each integrand, by this round alone.
    pub values: Vec<f64>,
    /// The half-widths of their 95 % intervals, were the points random.
    pub errors: Vec<f64>,
    /// Whether the points speak for so many that values and errors mean something.
    pub is_known: bool,
    /// (∑|f|)²/(n ∑f²) of the n points, weights included, the least of all integrands: the part of them that would
    /// say as much, were all terms of one size. L. Kish, "Survey Sampling", Wiley (1965).
    pub efficiency: f64,
}
