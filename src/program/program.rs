//! A program: formulas compiled for evaluation on blocks and grids of nodes.

use super::kernels::Backend;
use super::lower::{MOST_INPUTS, lower};
use super::run::{Code, Runner};
use super::tape::Tape;
use crate::error::{Error, Misfit};
use crate::expr::graph::{Arena, Id};
use crate::expr::inputs::bit;
use crate::integrand::{AxisFacts, Evaluator, Integrand, Knowledge};

/// Formulas compiled for evaluation on blocks of nodes.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    code: Box<Code>,
    /// Whether the formulas are known to be periodic with period 1 in each input.
    periodic: Vec<Option<bool>>,
}

impl Program {
    /// Compiles the formulas `roots`.
    ///
    /// # Errors
    /// [`Error::Shape`] for more than [`MOST_INPUTS`] inputs.
    pub(crate) fn new(arena: &Arena, roots: &[Id], inputs: usize) -> Result<Self, Error> {
        if inputs > MOST_INPUTS {
            return Err(Misfit::TooManyVariables {
                given: inputs,
                limit: MOST_INPUTS,
            }
            .into());
        }
        Ok(Self::for_blocks(arena, roots, inputs))
    }

    /// Compiles the formulas `roots` of any number of inputs, for blocks of nodes alone.
    pub(crate) fn for_blocks(arena: &Arena, roots: &[Id], inputs: usize) -> Self {
        let steps = lower(arena, roots, inputs);
        Program {
            code: Box::new(Code::new(steps, Backend::best())),
            periodic: vec![None; inputs],
        }
    }

    /// The same code for one point at a time.
    pub(crate) fn tape(&self) -> Tape {
        Tape::new(self.code.steps(), self.code.kernels())
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
        Box::new(Runner::new(&self.code))
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
            varies: outputs.any(|&o| steps.reached(o) & bit(axis) != 0),
            periodic: self.periodic[axis],
        }
    }
}
