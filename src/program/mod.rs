//! Programs: formulas compiled to straight-line code that runs on blocks of nodes.

pub mod kernels;
mod loops;
mod lower;
mod memory;
mod plan;
mod run;
mod split;

use crate::error::Error;
use crate::expr::graph::{Arena, Id};
use crate::integrand::{AxisFacts, Evaluator, Integrand, Knowledge};

/// Formulas compiled for evaluation on blocks of nodes.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    code: Box<run::Code>,
    /// Whether the formulas are known to be periodic with period 1 in each input.
    periodic: Vec<Option<bool>>,
}

impl Program {
    /// Compiles the formulas `roots`.
    pub(crate) fn new(arena: &Arena, roots: &[Id], inputs: usize) -> Result<Self, Error> {
        let steps = lower::lower(arena, roots, inputs)?;
        Ok(Program {
            code: Box::new(run::Code::new(steps, kernels::Backend::best())),
            periodic: vec![None; inputs],
        })
    }

    /// The program with what is known of its periods.
    pub(crate) fn with_periods(mut self, periodic: Vec<Option<bool>>) -> Self {
        self.periodic = periodic;
        self
    }
}

impl Integrand for Program {
    fn dimension(&self) -> usize {
        self.code.steps().inputs
    }

    fn outputs(&self) -> usize {
        self.code.steps().outputs.len()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(run::Runner::new(&self.code))
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Program {
    fn axis_facts(&self, axis: usize) -> AxisFacts {
        let steps = self.code.steps();
        let mut outputs = steps.outputs.iter();
        AxisFacts {
            varies: outputs.any(|&o| steps.reached(o) >> axis & 1 == 1),
            periodic: self.periodic[axis],
        }
    }
}
