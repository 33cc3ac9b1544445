//! Formulas as products of powers by exact arithmetic, for programs: where that takes long, or loses digits, they stay
//! as they are.

use super::product::{Product, Products};
use super::textbook::as_product;
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::operator::Range;

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
