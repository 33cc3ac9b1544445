//! A formula with quotients as one product of powers, where that is much shorter and loses no digits.
//!
//! 1. The formula becomes a product of powers of kernels and sums, by exact arithmetic, with its
//!    quotients over one line: determinants of quotients are such products, as a rule. What is under a root then is
//!    simplified, and may be a square: the length of a rational circle.
//! 2. It is taken if it has far fewer operations, and at no point that is looked at loses many more
//!    digits.
//!
//! The determinant of bipolar coordinates is the difference of two products of differences; as a product
//! it is −1/(cosh q − cos s)². In this form bounds say that it has one sign, and how large it is.

use super::computed::computed;
use super::condition;
use super::passes::simplify;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::operator::Range;

/// The most products of terms.
const MOST_WORK: usize = 2500;

/// A formula of more nodes has no short product.
const MOST_NODES: usize = 300;

/// The part of its operations that a product may have.
const SHORTER: f64 = 0.75;

/// A formula as a product of powers, given the range of every input; `None` where it is not divided by
/// anything that varies, or is better as it is.
pub(crate) fn quotient(arena: &Arena, root: Id, ranges: &[Range]) -> Option<(Arena, Id)> {
    let (part, roots) = arena.part(&[root]);
    let is_quotient = |node: &Node| match *node {
        Node::Binary(Binary::Div, _, below) => part.number(below).is_none(),
        Node::Power(_, n) => n < 0,
        _ => false,
    };
    let count = part.nodes().len();
    if count > MOST_NODES || !part.nodes().iter().any(is_quotient) {
        return None;
    }
    let (written, own) = as_one(part, roots[0], ranges)?;
    let (old, before) = written.part(&[roots[0]]);
    let (product, own) = match radicands_together(&written, own, ranges) {
        Some((product, own)) => (product, vec![own]),
        None => written.part(&[own]),
    };
    let is_short = product.nodes().len() as f64 <= SHORTER * count as f64;
    let is_better = is_short && !condition::is_worse((&product, &own), (&old, &before), ranges);
    is_better.then(|| (product, own[0]))
}

/// A part of a formula with a root, and the same as a product.
fn as_one(part: Arena, root: Id, ranges: &[Range]) -> Option<(Arena, Id)> {
    computed(part, root, ranges, MOST_WORK, |products, product| {
        products.write(product).ok()
    })
}

/// A product with a root in it, once more, when like terms under the root have met: over one line they may be a square.
fn radicands_together(written: &Arena, own: Id, ranges: &[Range]) -> Option<(Arena, Id)> {
    let (part, own) = written.part(&[own]);
    let is_root = |node: &Node| matches!(node, Node::Unary(Unary::Sqrt, _));
    if !part.nodes().iter().any(is_root) {
        return None;
    }
    let (simple, own) = simplify(&part, &own, ranges);
    let (product, own) = as_one(simple, own[0], ranges)?;
    let (product, own) = product.part(&[own]);
    Some((product, own[0]))
}
