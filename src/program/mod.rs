//! Programs: formulas compiled to straight-line code that runs on blocks of nodes.

pub mod kernels;
mod loops;
mod lower;
mod plan;
mod run;

use crate::error::Error;
use crate::expr::graph::{Arena, Id};
use crate::integrand::{AxisFacts, Evaluator, Integrand};

/// Formulas compiled for evaluation on blocks of nodes.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    code: lower::Steps,
    /// Whether the formulas are known to be periodic with period 1 in each input.
    periodic: Vec<Option<bool>>,
}

impl Program {
    /// Compiles the formulas `roots`.
    pub(crate) fn new(arena: &Arena, roots: &[Id], inputs: usize) -> Result<Self, Error> {
        Ok(Program {
            code: lower::lower(arena, roots, inputs)?,
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
        self.code.inputs
    }

    fn outputs(&self) -> usize {
        self.code.outputs.len()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(run::Runner::new(&self.code))
    }

    fn axis_facts(&self, axis: usize) -> AxisFacts {
        let mut outputs = self.code.outputs.iter();
        AxisFacts {
            varies: outputs.any(|&o| self.code.reached(o) >> axis & 1 == 1),
            periodic: self.periodic[axis],
        }
    }
}
