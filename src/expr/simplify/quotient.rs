//! A formula with quotients as one product of powers, where that is much shorter and loses no digits.
//!
//! 1. The formula becomes a product of powers of kernels and sums, by exact arithmetic, with its
//!    quotients over one line: determinants of quotients are such products, as a rule.
//! 2. It is taken if it has far fewer operations, and at no point that is looked at loses many more
//!    digits.
//!
//! The determinant of bipolar coordinates is the difference of two products of differences; as a product
//! it is −1/(cosh q − cos s)². In this form bounds say that it has one sign, and how large it is.

use super::condition;
use super::product::{Product, Products};
use super::textbook::as_product;
use crate::elementary::Binary;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
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
    let (written, own) = computed(part, roots[0], ranges, MOST_WORK, |products, product| {
        products.write(product).ok()
    })?;
    let (product, own) = written.part(&[own]);
    let (old, before) = written.part(&[roots[0]]);
    let is_short = product.nodes().len() as f64 <= SHORTER * count as f64;
    let is_better = is_short && !condition::is_worse((&product, &own), (&old, &before), ranges);
    is_better.then(|| (product, own[0]))
}

/// A part of a formula with a root, and what is written of that as a product by exact arithmetic; `None` if that takes
/// too long, loses digits, or nothing is written.
pub(super) fn computed<'r>(
    part: Arena,
    root: Id,
    ranges: &'r [Range],
    work: usize,
    write: impl for<'g> FnOnce(&mut Products<'g, 'r>, &Product) -> Option<Expr<'g>>,
) -> Option<(Arena, Id)> {
    let nodes = part.nodes().to_vec();
    let graph = Graph::from_arena(part);
    let own = {
        let mut products = Products::new(&graph, ranges, &[], work).for_programs();
        let product = as_product(&mut products, &nodes, root).ok()?;
        let keeps_digits = products.keeps_digits(&product);
        keeps_digits.then(|| write(&mut products, &product))??.id
    };
    Some((graph.into_arena(), own))
}
