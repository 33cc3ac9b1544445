//! Values of formulas that are not those of a program: in a range in which nothing overflows, and with more digits where
//! terms cancel; and what values lose by rounding, node by node.

use crate::deadline::Deadline;
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::Formulas;
use crate::expr::precise::Precise;
use crate::expr::wide::{self, Wide};
use crate::integrand::{Block, Evaluator, Losses};

/// Values in a range in which nothing overflows, one by one.
pub(super) struct WideEvaluator<'a> {
    formulas: &'a Formulas,
    needed: Vec<bool>,
    values: Vec<Wide>,
}

impl<'a> WideEvaluator<'a> {
    pub(super) fn new(formulas: &'a Formulas) -> Self {
        WideEvaluator {
            formulas,
            needed: formulas.arena.needed(&formulas.roots),
            values: Vec::new(),
        }
    }
}

impl Evaluator for WideEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let Formulas { arena, roots, .. } = self.formulas;
        let n = block.len();
        let mut node = vec![0.0; block.coordinates().len()];
        for i in 0..n {
            for (coordinate, given) in node.iter_mut().zip(block.coordinates()) {
                *coordinate = given.at(i);
            }
            wide::fill_values(arena, &self.needed, &node, &mut self.values);
            for (k, root) in roots.iter().enumerate() {
                values[k * n + i] = self.values[root.index()].value();
            }
        }
    }
}

/// Values that have lost more than this part of them are computed once more, with more digits.
const LOSSY: f64 = 16.0 * f64::EPSILON;

/// Values of which those that have lost digits are computed with more.
pub(super) struct PreciseEvaluator<'a> {
    plain: Box<dyn Evaluator + 'a>,
    rounding: Rounding<'a>,
    precise: Precise<'a>,
    /// After that the plain values must do: a block of others may take a second.
    deadline: Deadline,
}

impl<'a> PreciseEvaluator<'a> {
    /// From plain values, what these lose, and those with more digits.
    pub(super) fn new(
        plain: Box<dyn Evaluator + 'a>,
        rounding: Rounding<'a>,
        precise: Precise<'a>,
    ) -> Self {
        PreciseEvaluator {
            plain,
            rounding,
            precise,
            deadline: Deadline::current(),
        }
    }
}

impl Evaluator for PreciseEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        self.plain.evaluate(block, values);
        let n = block.len();
        let mut node = vec![0.0; block.coordinates().len()];
        for i in 0..n {
            for (coordinate, given) in node.iter_mut().zip(block.coordinates()) {
                *coordinate = given.at(i);
            }
            let mut is_lossy = false;
            self.rounding.at(&node, |k, lost| {
                is_lossy |= lost.is_nan() || lost > LOSSY * values[k * n + i].abs();
            });
            if !is_lossy {
                continue;
            }
            if self.deadline.has_come() {
                break;
            }
            self.precise.at(&node, |k, value| {
                // At the edge of where a formula has values rounding decides, and has decided.
                if value.is_finite() {
                    values[k * n + i] = value;
                }
            });
        }
    }

    fn passed_over(&self) -> usize {
        self.plain.passed_over()
    }
}

/// A step along an axis, as a part of the coordinate, for what its rounding does: next to a narrow place longer ones
/// step over it.
const STEP: f64 = 4.0 * f64::EPSILON;

/// What values lose of which those that have lost digits are computed with more: the last digits, and what the
/// rounding of coordinates moves them by. Who means doubles by numbers, 1 + 1e-13 to be computed so, is told by how much
/// that differs.
pub(super) struct PreciseLosses<'a> {
    precise: Precise<'a>,
    doubles: Option<Precise<'a>>,
    /// With one number each moved by what it may be off.
    rounded: Vec<Precise<'a>>,
    sizes: Vec<f64>,
}

impl<'a> PreciseLosses<'a> {
    /// Of formulas as they are written; `None` where one has an operation that is not known to more digits, or too many
    /// numbers are rounded.
    pub(super) fn new(Formulas { arena, roots, .. }: &'a Formulas) -> Option<Self> {
        Some(PreciseLosses {
            precise: Precise::new(arena, roots)?,
            doubles: Precise::of_doubles(arena, roots),
            rounded: Precise::of_rounded(arena, roots)?,
            sizes: vec![0.0; roots.len()],
        })
    }
}

impl Losses for PreciseLosses<'_> {
    fn at(&mut self, node: &[f64], lost: &mut [f64]) {
        let sizes = &mut self.sizes;
        self.precise.at(node, |output, value| sizes[output] = value);
        for (lost, value) in lost.iter_mut().zip(&*sizes) {
            *lost = LOSSY * value.abs();
        }
        for other in self.doubles.iter_mut().chain(&mut self.rounded) {
            other.at(node, |output, value| {
                lost[output] += (value - sizes[output]).abs()
            });
        }
        let mut beside = node.to_vec();
        for axis in 0..node.len() {
            beside[axis] -= STEP * node[axis];
            self.precise.at(&beside, |output, value| {
                lost[output] += f64::EPSILON / STEP * (value - sizes[output]).abs();
            });
            beside[axis] = node[axis];
        }
    }

    fn size(&self, output: usize) -> f64 {
        self.sizes[output].abs()
    }
}

impl Losses for Rounding<'_> {
    fn at(&mut self, node: &[f64], lost: &mut [f64]) {
        Rounding::at(self, node, |output, found| lost[output] = found);
    }

    fn size(&self, output: usize) -> f64 {
        self.value_of(output).abs()
    }
}
