//! Very many integrands that are alike: evaluated together, node by node of one rule.
//!
//! Their values at one node are a block, so that what depends on the node alone is known once for all
//! of them.

use super::integrand::Piece;

/// So many integrands, on unit boxes of their own, that are evaluated together.
pub trait Alike: Sync {
    /// What and how many they are, such as `12 triangles of order 2`.
    fn name(&self) -> String;

    /// The number of coordinates of each.
    fn dimension(&self) -> usize;

    /// The number of values of each at a node.
    fn outputs(&self) -> usize;

    /// How many there are.
    fn count(&self) -> usize;

    /// For every axis, a power of 1 − w by which the values are to be multiplied yet: rules that know
    /// it lose nothing by it.
    fn powers(&self) -> &[u32];

    /// The nodes along an axis with which a Gauss rule is likely to be a good beginning.
    fn first_order(&self) -> usize;

    /// By how many times the rounding of a short sum the values may be rounded.
    fn rounding(&self) -> f64 {
        1.0
    }

    /// All of them at these nodes of the unit box.
    fn over<'a>(&'a self, nodes: &[Vec<f64>]) -> Box<dyn OverNodes + 'a>;

    /// One by itself, with the powers as factors, and where it lies in the box of the whole.
    fn alone(&self, number: usize) -> Piece<'_>;
}

/// Integrands that are alike at nodes that are known.
pub trait OverNodes: Sync {
    /// A new evaluator, with scratch memory of its own.
    fn evaluator(&self) -> Box<dyn Together + '_>;
}

/// One thread's means to evaluate integrands that are alike.
pub trait Together {
    /// Turns to these, at most [`BLOCK`](super::BLOCK) of them.
    fn turn_to(&mut self, numbers: &[usize]);

    /// Evaluates those that it is turned to at a node: `values[k * n + i]` is value `k` of number `i` of
    /// n.
    fn evaluate(&mut self, node: usize, values: &mut [f64]);
}
