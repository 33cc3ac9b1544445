//! Formulas of more variables than the analysis of formulas takes: nothing is known but their values.

use crate::integrand::{Evaluator, Integrand, Knowledge};
use crate::program::Program;

/// Integrands of very many variables, times the measure, on the unit box.
pub(super) struct Wide {
    program: Program,
    names: Vec<String>,
}

impl Wide {
    pub(super) fn new(program: Program, names: Vec<String>) -> Self {
        Wide { program, names }
    }
}

impl Integrand for Wide {
    fn dimension(&self) -> usize {
        self.names.len()
    }

    fn outputs(&self) -> usize {
        self.program.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        self.program.evaluator()
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Wide {
    fn axis_name(&self, axis: usize) -> String {
        self.names[axis].clone()
    }
}
