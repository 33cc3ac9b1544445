//! Code on the part of the unit box where conditions hold, which are formulas.

use std::sync::Arc;

use super::graphs::{Stack, division};
use super::stacks::{Cell, Shared, parts};
use crate::deadline::Deadline;
use crate::expr::formulas::Formulas;
use crate::integrand::{Branch, Branches, Evaluator, Integrand, Knowledge};

/// Code that is 0 where conditions do not hold, and what is 1 where they hold, as a formula of the unit
/// coordinates.
pub(crate) struct Conditioned<'a> {
    code: Box<dyn Integrand + 'a>,
    holds: Formulas,
}

impl<'a> Conditioned<'a> {
    /// Code with the conditions under which it is not 0.
    pub(crate) fn new(code: impl Integrand + 'a, holds: Formulas) -> Self {
        Conditioned {
            code: Box::new(code),
            holds,
        }
    }
}

impl Integrand for Conditioned<'_> {
    fn dimension(&self) -> usize {
        self.code.dimension()
    }

    fn outputs(&self) -> usize {
        self.code.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        self.code.evaluator()
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Conditioned<'_> {
    fn division(&self, deadline: &Deadline) -> Option<Branches<'_>> {
        let n = self.dimension();
        let code = self.code.as_ref();
        let found = division(&self.holds.arena, &self.holds.roots, n, deadline)?;
        let names = (0..n).map(|axis| self.axis_name(axis)).collect();
        let shared = Arc::new(Shared::new(found.slopes, names));
        // Of code nothing is known on a box either: all parts are cells.
        let boxes = found.windows.into_iter().map(Stack::of_box);
        let stacks = boxes.chain(found.stacks).collect();
        let (parts, blur) = parts(&shared, Vec::new(), stacks, Some(code));
        let cells: Vec<_> = parts.into_iter().flat_map(|parts| parts.cells).collect();
        // What is left out is as large as the code is elsewhere.
        let middle = vec![0.5; n];
        let mut sizes = vec![0.0f64; self.outputs()];
        for cell in &cells {
            let values = code.at(&cell.place(&middle));
            for (size, value) in sizes.iter_mut().zip(values) {
                *size = size.max(value.abs());
            }
        }
        let left_out: f64 = found.errors.iter().sum();
        let errors = sizes.iter().zip(&blur);
        let errors =
            errors.map(|(size, blur)| if left_out > 0.0 { size * left_out } else { 0.0 } + blur);
        let errors = errors.collect();
        let pieces = cells.into_iter().map(Cell::into_piece);
        Some(Branches {
            branches: vec![Branch {
                integrand: Box::new(code),
                windows: Vec::new(),
                pieces: pieces.collect(),
            }],
            errors,
            is_estimated: found.is_estimated,
        })
    }

    fn axis_name(&self, axis: usize) -> String {
        self.code.knowledge().axis_name(axis)
    }
}
