//! The elements of a batch that are turned over or degenerate somewhere, be it between all nodes.
//!
//! 1. Where J is nearly the same everywhere det J is positive: a look at its columns tells so of most.
//! 2. The others have Bernstein coefficients, which are halved until the sign is known.

use rayon::prelude::*;

use super::batch::Batch;
use super::determinant_form::{DeterminantForm, Scratch, scaled};
use super::determinants::Turned;
use super::element::Shape;
use super::validity::{Wanted, least};
use crate::integrand::BLOCK;

/// The elements that are turned over or degenerate somewhere, in their order; none where det J has no sign.
pub(super) fn turned<'b>(batch: &'b Batch<'_>) -> &'b [Turned] {
    batch.turned.get_or_init(|| look(batch))
}

fn look(batch: &Batch<'_>) -> Vec<Turned> {
    let n = batch.shape.dimension();
    let is_simplex = matches!(batch.shape, Shape::Triangle | Shape::Tetrahedron);
    // Straight simplices have one determinant, and lines have no form.
    if n != batch.targets() || n == 1 || is_simplex && batch.order == 1 {
        return Vec::new();
    }
    let form = DeterminantForm::new(batch.shape, batch.order);
    let numbers = (0..batch.elements()).into_par_iter().with_min_len(BLOCK);
    let memory = || (Vec::new(), Scratch::default());
    let turned = numbers.map_init(memory, |(nodes, scratch), element| {
        batch.nodes_of(element, nodes);
        let scale = scaled(nodes);
        let roundings = batch.roundings(element);
        if form.is_clearly_positive(nodes, roundings, scratch) {
            return None;
        }
        let rounding = form.compute(nodes, roundings, scratch);
        let least = least(&form, &scratch.coefficients, rounding, Wanted::Sign);
        least.has_none_positive().then(|| Turned {
            element,
            determinant: (0..n).fold(least.value, |all, _| all * scale),
            unit: least.unit[..n].to_vec(),
            is_folded: scratch.coefficients.iter().any(|c| *c > rounding),
        })
    });
    turned.flatten().collect()
}
