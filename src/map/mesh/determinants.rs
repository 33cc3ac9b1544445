//! The determinants of elements: the least and the greatest one, and the elements that are turned over
//! or degenerate somewhere.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::batch::Batch;
use super::element::counted;
use super::placed::One;
use crate::map::geometry::named_values;
use crate::map::survey::{Sign, Survey};

/// The elements that a warning names.
const NAMED: usize = 5;

/// What is known of the determinants of a batch.
#[derive(Debug)]
pub(super) struct Determinants {
    min: f64,
    max: f64,
    /// For every element whose determinant is not positive somewhere, the least one and its place in
    /// the unit box.
    wrong: BTreeMap<usize, (f64, Vec<f64>)>,
}

impl Determinants {
    /// Nothing.
    pub(super) fn new() -> Self {
        Determinants {
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            wrong: BTreeMap::new(),
        }
    }

    /// Determinants between these occur.
    pub(super) fn add_range(&mut self, min: f64, max: f64) {
        self.min = self.min.min(min);
        self.max = self.max.max(max);
    }

    /// An element has this determinant at a node.
    pub(super) fn add(&mut self, element: usize, determinant: f64, unit: &[f64]) {
        // Written so that NaN is none of them.
        if determinant <= 0.0 {
            let worst = self.wrong.entry(element);
            let worst = worst.or_insert_with(|| (determinant, unit.to_vec()));
            // Of equal ones the first place, whichever thread met it first.
            let is_before = unit.partial_cmp(&worst.1[..]) == Some(Ordering::Less);
            if determinant < worst.0 || determinant == worst.0 && is_before {
                *worst = (determinant, unit.to_vec());
            }
        }
    }
}

/// What was seen of the determinants of all elements: adds to `warnings` those that are not positive.
pub(super) fn survey(batches: &[Batch<'_>], warnings: &mut Vec<String>) -> Survey {
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut wrong = 0;
    let mut named = Vec::new();
    let all: usize = batches.iter().map(Batch::elements).sum();
    for batch in batches {
        batch.look_at_corners();
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

/// What and how many the elements of a batch are.
pub(super) fn name(batch: &Batch<'_>, order: usize) -> String {
    format!(
        "{} of order {order}",
        counted(batch.elements(), batch.shape)
    )
}
