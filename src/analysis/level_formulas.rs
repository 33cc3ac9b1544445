//! Formulas integrated over a level set in the unit box: over the common zeros of other formulas.
//!
//! With the gradients of the levels as a factor of the formulas, the integral over the level set is one
//! over all coordinates but as many as there are levels: each level, solved for one of them, divides by
//! its slope.

use std::sync::Arc;

use super::box_formulas::branches;
pub(crate) use super::graphs::OnLevels;
use super::graphs::division_of_level;
use super::stacks::{Shared, parts};
use crate::deadline::Deadline;
use crate::integrand::{Block, Branches, Evaluator, Integrand, Knowledge};

/// Formulas integrated over a level set.
#[derive(Debug)]
pub(crate) struct LevelFormulas {
    on: OnLevels,
    names: Vec<String>,
}

impl LevelFormulas {
    /// The axes have these names.
    pub(crate) fn new(on: OnLevels, names: Vec<String>) -> Self {
        LevelFormulas { on, names }
    }
}

impl Integrand for LevelFormulas {
    fn dimension(&self) -> usize {
        self.names.len() - self.on.levels.roots.len()
    }

    fn outputs(&self) -> usize {
        self.on.formulas.roots.len()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(Nowhere)
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

/// Of the whole there is no value at a point: a level set has no coordinates before it is divided.
struct Nowhere;

impl Evaluator for Nowhere {
    fn evaluate(&mut self, _: &Block<'_>, values: &mut [f64]) {
        values.fill(f64::NAN);
    }
}

impl Knowledge for LevelFormulas {
    fn is_only_divided(&self) -> bool {
        true
    }

    fn division(&self, deadline: &Deadline) -> Option<Branches<'_>> {
        let found = division_of_level(&self.on, self.names.len(), deadline)?;
        // How large a level set is in what was left out is taken, and not proven.
        let is_all = found.errors.iter().all(|error| *error == 0.0);
        let shared = Arc::new(Shared::new(found.slopes, self.names.clone()).bounded_if(is_all));
        let (parts, blur) = parts(&shared, Vec::new(), found.stacks, None);
        branches(
            parts,
            (&found.errors, found.is_estimated),
            &blur,
            &self.names,
        )
    }

    fn axis_name(&self, axis: usize) -> String {
        self.names[axis].clone()
    }
}
