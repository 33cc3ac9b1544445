//! One element as formulas of its unit box: where it is not smooth, or singular, is then known.
//!
//! 1. The element's map is written in powers of ξ and η, as seen from its first node; what is nothing but
//!    rounding is left out, so that straight elements stay straight.
//! 2. Duffy's map stands in the place of ξ and η, and the measure is differentiated from all of it.

use nalgebra::{DMatrix, DVector};

use super::batch::Batch;
use super::density::Density;
use super::element::Shape;
use crate::analysis::box_formulas::BoxFormulas;
use crate::expr::formulas::unit_ranges;
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::simplify::simplify;
use crate::expr::{derive, determinant};

/// The highest order of which powers have coefficients of a few digits more than the nodes.
const HIGHEST: usize = 2;

/// Coefficients below this part of the size of the element are rounding: sums of a few nodes.
const NOTHING: f64 = 16.0 * f64::EPSILON;

/// An element on its unit box; `None` if it is code, or not written in powers here.
pub(super) fn element_formulas(
    batch: &Batch<'_>,
    element: usize,
    names: &[&str],
) -> Option<BoxFormulas> {
    let Density::Formulas(_, formulas) = batch.density.as_ref() else {
        return None;
    };
    let n = batch.shape.dimension();
    if n > 2 || batch.order > HIGHEST {
        return None;
    }
    let powers = batch.shape.lattice(batch.order);
    let mut nodes = Vec::new();
    let origin = batch.nodes_of(element, &mut nodes);
    let graph = Graph::new();
    let roots: Vec<Id> = {
        let w: Vec<Expr<'_>> = (0..n).map(|k| graph.input(k)).collect();
        let mut places = w.clone();
        if batch.shape == Shape::Triangle {
            places[0] = w[0] * (1.0 - w[1]);
        }
        let targets: Option<Vec<Expr<'_>>> = (0..batch.targets())
            .map(|axis| {
                let values = nodes.iter().map(|node| node[axis]).collect();
                let shares = coefficients(batch, values)?;
                let mut sum = graph.constant(origin[axis]);
                for (share, power) in shares.iter().zip(&powers) {
                    if *share != 0.0 {
                        let factors = places.iter().zip(power);
                        let first = graph.constant(*share);
                        sum += factors.fold(first, |all, (x, k)| all * x.powi(*k as i32));
                    }
                }
                Some(sum)
            })
            .collect();
        let targets = targets?;
        let matrix = derive::jacobian(&targets, n).ok()?;
        let measure = match n == targets.len() {
            true => determinant::determinant(&graph, &matrix),
            false => determinant::volume(&graph, &matrix, n),
        };
        let measure = match batch.mesh.is_signed {
            true => measure,
            false => measure.abs(),
        };
        let values = formulas.within(&graph, &targets);
        values.iter().map(|f| (*f * measure).id).collect()
    };
    let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(n));
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    BoxFormulas::new(arena, roots, names).ok()
}

/// The coefficients of the powers of a polynomial by its values at the nodes.
fn coefficients(batch: &Batch<'_>, values: Vec<f64>) -> Option<Vec<f64>> {
    let places = batch.shape.places(batch.order);
    let powers = batch.shape.lattice(batch.order);
    let entry = |node: usize, power: usize| -> f64 {
        let factors = places[node].iter().zip(powers[power]);
        factors.map(|(x, k)| x.powi(k as i32)).product()
    };
    let matrix = DMatrix::from_fn(places.len(), powers.len(), entry);
    let size = values.iter().fold(0.0f64, |size, x| size.max(x.abs()));
    let found = matrix.lu().solve(&DVector::from_vec(values))?;
    let kept = |share: &f64| {
        if share.abs() <= NOTHING * size {
            0.0
        } else {
            *share
        }
    };
    Some(found.iter().map(kept).collect())
}
