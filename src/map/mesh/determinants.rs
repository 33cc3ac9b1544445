//! The determinants of elements: the least and the greatest one, and the elements that are turned over
//! or degenerate somewhere.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What is known of the determinants of a batch.
#[derive(Debug)]
pub(super) struct Determinants {
    pub(super) min: f64,
    pub(super) max: f64,
    /// For every element whose determinant is not positive somewhere, the least one and its place in
    /// the unit box.
    pub(super) wrong: BTreeMap<usize, (f64, Vec<f64>)>,
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
