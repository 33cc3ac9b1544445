//! Cauchy's principal value across a place of one axis.
//!
//! 1. What lies on both sides of the place c, as far as the nearer end of the box, is folded there:
//!    ∫₀ʰ (f(c + t) + f(c − t)) dt. The poles of odd order in f cancel.
//! 2. The rest of the box is integrated as it is.
//!
//! P. J. Davis, P. Rabinowitz, "Methods of Numerical Integration", 2nd edition, Academic Press (1984),
//! section 2.12.8.

use super::change::{Change, Side};
use super::changed::changed;
use super::integrand::{Evaluator, Integrand, Knowledge, Piece};
use super::knowledge::AxisFacts;
use super::nodes::Block;
use crate::deadline::Deadline;

/// Less than this is no rest.
const NO_REST: f64 = 1e-15;

/// Pieces on one unit box: their sum, node by node.
pub(crate) struct Sum<'a> {
    of: &'a dyn Integrand,
    /// Each with the change of coordinates that says where it lies.
    pieces: Vec<(Box<dyn Integrand + 'a>, Change)>,
    /// Whether each may be integrated by itself.
    are_apart: bool,
}

/// An integrand whose integral is the principal value across a place of an axis.
pub(crate) fn principal_value(integrand: &dyn Integrand, axis: usize, at: f64) -> Sum<'_> {
    let on = |from: f64, to: f64| {
        let mut sides = vec![Side::WHOLE; integrand.dimension()];
        sides[axis] = Side { from, to };
        let change = Change::window(&sides);
        (changed(integrand, &change), change)
    };
    let reach = at.min(1.0 - at);
    let folded = Sum {
        of: integrand,
        pieces: vec![on(at, at + reach), on(at, at - reach)],
        are_apart: false,
    };
    let above = on(at, at + reach).1;
    let mut pieces: Vec<(Box<dyn Integrand>, Change)> = vec![(Box::new(folded), above)];
    if at + reach < 1.0 - NO_REST {
        pieces.push(on(at + reach, 1.0));
    } else if at - reach > NO_REST {
        pieces.push(on(0.0, at - reach));
    }
    Sum {
        of: integrand,
        pieces,
        are_apart: true,
    }
}

impl Integrand for Sum<'_> {
    fn dimension(&self) -> usize {
        self.of.dimension()
    }

    fn outputs(&self) -> usize {
        self.of.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        let evaluators = self.pieces.iter().map(|(piece, _)| piece.evaluator());
        Box::new(SumEvaluator {
            evaluators: evaluators.collect(),
            values: Vec::new(),
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Sum<'_> {
    fn pieces(&self, _deadline: &Deadline, _plain: bool) -> Option<Vec<Piece<'_>>> {
        let pieces = self.pieces.iter().map(|(piece, change)| Piece {
            integrand: Box::new(piece.as_ref()),
            place: Box::new(|unit| change.at(unit)),
        });
        self.are_apart.then(|| pieces.collect())
    }

    fn axis_name(&self, axis: usize) -> String {
        self.of.knowledge().axis_name(axis)
    }

    fn axis_facts(&self, axis: usize) -> AxisFacts {
        AxisFacts::NONE.varying(self.of.knowledge().axis_facts(axis).varies)
    }

    /// What cancels beside the place is lost to rounding.
    fn rounding(&self) -> Option<Vec<f64>> {
        let mut total = vec![0.0; self.outputs()];
        for (piece, _) in &self.pieces {
            let own = piece.knowledge().rounding()?;
            total
                .iter_mut()
                .zip(own)
                .for_each(|(sum, lost)| *sum += lost);
        }
        Some(total)
    }
}

/// The sum of the values of several integrands.
struct SumEvaluator<'p> {
    evaluators: Vec<Box<dyn Evaluator + 'p>>,
    values: Vec<f64>,
}

impl Evaluator for SumEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        self.values.resize(values.len(), 0.0);
        values.fill(0.0);
        for evaluator in &mut self.evaluators {
            evaluator.evaluate(block, &mut self.values);
            let own = values.iter_mut().zip(&self.values);
            own.for_each(|(sum, v)| *sum += v);
        }
    }
}
