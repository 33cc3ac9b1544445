//! A look at the orientation of elements: those that are turned over or degenerate somewhere are named.

use rayon::prelude::*;

use super::batch::Batch;
use super::determinant_form::{DeterminantForm, Scratch, scaled};
use super::element::Shape;
use super::placed::{One, Several, Table};
use super::validity::{Wanted, least};
use crate::integrand::BLOCK;
use crate::map::geometry::named_values;
use crate::map::survey::{Sign, Survey};

/// The elements that a warning names.
const NAMED: usize = 5;

/// What was seen of the determinants of all elements: adds to `warnings` those that are not positive.
pub(super) fn survey(batches: &[Batch<'_>], warnings: &mut Vec<String>) -> Survey {
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut wrong = 0;
    let mut named = Vec::new();
    let all: usize = batches.iter().map(Batch::elements).sum();
    for batch in batches {
        look_at_corners(batch);
        look_between_nodes(batch);
        batch.note(|seen| {
            (min, max) = (min.min(seen.min), max.max(seen.max));
            wrong += seen.wrong.len();
            let first = seen.wrong.iter().take(NAMED - named.len());
            named.extend(first.map(|(element, (det, unit))| describe(batch, *element, *det, unit)));
        });
    }
    if wrong > 0 {
        warnings.push(message(&batches[0], [wrong, all], max < 0.0, &named));
    }
    // Adding 0 turns −0 into 0; without an element that has a determinant there is none.
    let (min, max) = if min <= max {
        (min + 0.0, max + 0.0)
    } else {
        (0.0, 0.0)
    };
    Survey {
        min,
        max,
        sign: match (min < 0.0, max > 0.0) {
            (true, true) => Sign::Changes,
            (true, false) => Sign::Negative,
            (false, true) => Sign::Positive,
            (false, false) => Sign::Zero,
        },
        sampled: true,
        enclosed: false,
    }
}

/// `triangle 7 (det J = -0.5 at x = 0, y = 1)`
fn describe(batch: &Batch<'_>, element: usize, determinant: f64, unit: &[f64]) -> String {
    let (place, _) = One::new(batch, element).at(batch, unit);
    format!(
        "{} {} ({} = {determinant:.4e} at {})",
        batch.shape,
        batch.tag(element),
        batch.mesh.determinant_name(),
        named_values(batch.mesh.names(), &place[..batch.targets()])
    )
}

/// The warning of elements whose determinant is not positive.
fn message(
    first: &Batch<'_>,
    [wrong, all]: [usize; 2],
    all_negative: bool,
    named: &[String],
) -> String {
    let name = first.mesh.determinant_name();
    let more = match wrong > named.len() {
        true => format!(", and {} more", wrong - named.len()),
        false => String::new(),
    };
    let counts = match (first.mesh.is_signed, all_negative) {
        (true, _) => "what is turned over counts negative",
        (false, true) => "they are all turned over, and |det J| is used",
        (false, false) => "|det J| is used: what is folded counts as often as it is covered",
    };
    let whole = match all {
        1 => "of the 1 element".to_owned(),
        all => format!("of {all} elements"),
    };
    let verb = if wrong == 1 { "has" } else { "have" };
    format!(
        "{wrong} {whole} {verb} {name} <= 0 somewhere: {}{more}; {counts}",
        named.join(", ")
    )
}

/// Notes the determinants in the corners of all elements.
fn look_at_corners(batch: &Batch<'_>) {
    let n = batch.shape.dimension();
    let corner = |bits: usize| (0..n).map(|axis| (bits >> axis & 1) as f64).collect();
    let corners: Vec<Vec<f64>> = (0..1usize << n).map(corner).collect();
    let tables: Vec<Table> = corners.iter().map(|unit| batch.table(unit)).collect();
    let mut elements = Several::new(batch);
    for first in (0..batch.elements()).step_by(BLOCK) {
        let numbers: Vec<usize> = (first..(first + BLOCK).min(batch.elements())).collect();
        elements.turn_to(&numbers);
        for (unit, table) in corners.iter().zip(&tables) {
            elements.place(table);
            elements.note(unit);
        }
    }
}

/// Notes the determinants of elements that are turned over or degenerate where no node may be.
fn look_between_nodes(batch: &Batch<'_>) {
    let n = batch.shape.dimension();
    let is_simplex = matches!(batch.shape, Shape::Triangle | Shape::Tetrahedron);
    // Straight simplices have one determinant. Of solids that are no simplices the bounds take too long for a
    // look beside an integral; `Mesh::check` has them.
    let is_cheap = n == 2 || is_simplex;
    if n != batch.targets() || !is_cheap || is_simplex && batch.order == 1 {
        return;
    }
    let form = DeterminantForm::new(batch.shape, batch.order);
    let numbers = (0..batch.elements()).into_par_iter().with_min_len(BLOCK);
    let memory = || (Vec::new(), Scratch::default());
    let turned = numbers.map_init(memory, |(nodes, scratch), number| {
        batch.nodes_of(number, nodes);
        let scale = scaled(nodes);
        let rounding = form.compute(nodes, batch.roundings(number), scratch);
        let least = least(&form, &scratch.coefficients, rounding, Wanted::Sign);
        let sized = (0..n).fold(least.value, |all, _| all * scale);
        let is_turned = least.has_none_positive();
        is_turned.then(|| (number, sized, least.unit[..n].to_vec()))
    });
    let turned: Vec<_> = turned.flatten().collect();
    batch.note(|seen| {
        for (number, determinant, unit) in &turned {
            seen.add_range(*determinant, *determinant);
            seen.add(*number, *determinant, unit);
        }
    });
}
