//! What is integrated over elements, as a function of the coordinates: a program, or code.

use crate::expr::formulas::Formulas;
use crate::integrand::{Block, Coordinate, Evaluator, Integrand};
use crate::map::integrands::Code;
use crate::program::Program;

/// What is integrated.
pub(super) enum Density<'a> {
    /// Formulas of the coordinates, compiled and as they are.
    Formulas(Program, Formulas),
    /// Code that writes so many values.
    Code(usize, &'a Code<'a>),
}

impl Density<'_> {
    /// The number of values.
    pub(super) fn outputs(&self) -> usize {
        match self {
            Density::Formulas(program, _) => program.outputs(),
            Density::Code(outputs, _) => *outputs,
        }
    }

    /// A new evaluator, with scratch memory of its own.
    pub(super) fn evaluator(&self) -> DensityEvaluator<'_> {
        match self {
            Density::Formulas(program, _) => DensityEvaluator::Formulas(program.evaluator()),
            Density::Code(outputs, code) => DensityEvaluator::Code(*outputs, code),
        }
    }
}

/// One thread's means to evaluate what is integrated.
pub(super) enum DensityEvaluator<'d> {
    /// By a program.
    Formulas(Box<dyn Evaluator + 'd>),
    /// By code.
    Code(usize, &'d Code<'d>),
}

impl DensityEvaluator<'_> {
    /// The values where the coordinates are these: a row of n numbers for each of them.
    pub(super) fn evaluate(&mut self, rows: &[&[f64]], n: usize, values: &mut [f64]) {
        match self {
            DensityEvaluator::Formulas(evaluator) => {
                let coordinates = rows.iter().map(|row| Coordinate::Each(row));
                let coordinates: Vec<_> = coordinates.collect();
                evaluator.evaluate(&Block::new(&coordinates, n), values);
            }
            DensityEvaluator::Code(outputs, code) => {
                let mut out = vec![0.0; *outputs];
                for i in 0..n {
                    let at: Vec<f64> = rows.iter().map(|row| row[i]).collect();
                    code(&at, &mut out);
                    for (k, value) in out.iter().enumerate() {
                        values[k * n + i] = *value;
                    }
                }
            }
        }
    }
}
