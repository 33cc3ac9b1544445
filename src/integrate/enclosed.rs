//! What bounds of the integrand on cells say of its integrals over a box.

use super::outcome::{BadNode, Hidden};
use super::unseen::Looked;

/// What is known of the integrals over a box.
pub(crate) struct Enclosed {
    /// The integrals.
    pub(crate) values: Vec<f64>,
    /// How far they may be off: infinite where nothing is known.
    pub(crate) errors: Vec<f64>,
    /// The same of the cells in which something is known.
    pub(crate) bounded: Vec<f64>,
    /// The part of the box that the others take.
    pub(crate) unbounded: f64,
    /// The rounding errors of the sums, not contained in `errors`.
    pub(crate) rounding: Vec<f64>,
    /// Whether the errors are bounds, and none is guessed.
    pub(crate) proven: bool,
    /// The cells and the nodes.
    pub(crate) cells: usize,
    pub(crate) nodes: u64,
    /// Whether the errors are within the tolerances.
    pub(crate) met: bool,
    /// Whether a sum did not keep its bound: then nothing is believed.
    pub(crate) refuted: bool,
    /// What the open cells may hide.
    pub(crate) hidden: Option<Hidden>,
    /// The same for every output, whether it matters or not.
    pub(crate) unseen: Vec<f64>,
    /// What no bound excludes in them, likely or not.
    pub(crate) possible: Vec<f64>,
    /// Where they are not: the integrals as the bounds and the nodes in the open cells say, and by
    /// how much these may be off.
    pub(crate) likely: Option<Vec<(f64, f64)>>,
    /// Where they are not: what is left to be integrated.
    pub(crate) open: Option<Open>,
    /// The first node at which a value is no number.
    pub(crate) bad: Option<BadNode>,
    /// Whether a value was met that the nodes of a rule do not explain.
    pub(crate) is_beyond: bool,
    /// Whether there are boxes whose nodes do not explain what bounds allow.
    pub(crate) is_open: bool,
    /// Whether bounds led to a value in a box that its nodes did not explain.
    pub(crate) is_led: bool,
}

/// What bounds do not decide, in boxes that are so small that nodes show what is in them.
pub(crate) struct Open {
    pub(crate) boxes: Vec<Looked>,
    /// The integrals over the rest, and how far they may be off.
    pub(crate) values: Vec<f64>,
    pub(crate) errors: Vec<f64>,
}

impl Enclosed {
    /// How far the integrals may be off, rounding included.
    pub(crate) fn all_errors(&self) -> Vec<f64> {
        let errors = self.errors.iter().zip(&self.rounding);
        errors.map(|(error, rounding)| error + rounding).collect()
    }

    /// The cells and the nodes in words.
    pub(crate) fn method(&self) -> String {
        let (cells, nodes) = (self.cells, self.nodes);
        format!("gauss, {cells} cells of {nodes} nodes in all")
    }
}
