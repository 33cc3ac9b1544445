//! Integrands in other coordinates.

use std::ops::Mul;

use super::change::{Change, Side};
use super::integrand::{Evaluator, Integrand, Knowledge, Piece};
use super::knowledge::AxisFacts;
use super::nodes::{Block, Coordinate};
use crate::elementary::powi;

/// The integrand on a part of the box, times the content of that part, on the unit box.
pub fn window<'a>(integrand: &'a dyn Integrand, sides: &[Side]) -> Box<dyn Integrand + 'a> {
    changed(integrand, &Change::window(sides))
}

/// The integrand in other coordinates, times the volume element.
pub fn changed<'a>(integrand: &'a dyn Integrand, change: &Change) -> Box<dyn Integrand + 'a> {
    let known = integrand.knowledge();
    known.sharp_change(change).unwrap_or_else(|| {
        Box::new(Changed {
            integrand,
            change: change.clone(),
        })
    })
}

/// The part of an integrand on a part of its box.
pub(crate) fn part<'a>(integrand: &'a dyn Integrand, sides: &[Side]) -> Piece<'a> {
    piece(integrand, Change::window(sides))
}

/// The piece of an integrand that a change of coordinates reaches.
pub(crate) fn piece<'a>(integrand: &'a dyn Integrand, change: Change) -> Piece<'a> {
    Piece {
        integrand: changed(integrand, &change),
        place: Box::new(move |unit| change.at(unit)),
    }
}

/// An integrand that is code, in other coordinates.
struct Changed<'a> {
    integrand: &'a dyn Integrand,
    change: Change,
}

impl Integrand for Changed<'_> {
    fn dimension(&self) -> usize {
        self.integrand.dimension()
    }

    fn outputs(&self) -> usize {
        self.integrand.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(ChangedEvaluator {
            of: self,
            inner: self.integrand.evaluator(),
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

/// Names of axes, and what little is known along them, outlive a change of coordinates.
impl Knowledge for Changed<'_> {
    fn axis_name(&self, axis: usize) -> String {
        self.integrand.knowledge().axis_name(axis)
    }

    fn axis_facts(&self, axis: usize) -> AxisFacts {
        let known = self.integrand.knowledge();
        let facts = known.axis_facts(axis);
        let cone = self.change.cone.as_ref();
        let others = cone.filter(|c| c.leading == axis).map(|c| &c.others[..]);
        let mut moved = others.unwrap_or_default().iter();
        AxisFacts {
            varies: facts.varies
                || self.change.stretches(axis)
                || moved.any(|&a| known.axis_facts(a).varies),
            periodic: facts.periodic.filter(|_| self.change.keeps(axis)),
        }
    }
}

/// The values of one quantity at the nodes of a block.
#[derive(Clone, Debug)]
enum Values {
    Same(f64),
    Each(Vec<f64>),
}

impl Values {
    fn map(&self, f: impl Fn(f64) -> f64) -> Values {
        match self {
            Values::Same(value) => Values::Same(f(*value)),
            Values::Each(values) => Values::Each(values.iter().map(|v| f(*v)).collect()),
        }
    }

    fn coordinate(&self) -> Coordinate<'_> {
        match self {
            Values::Same(value) => Coordinate::Same(*value),
            Values::Each(values) => Coordinate::Each(values),
        }
    }
}

impl Mul for Values {
    type Output = Values;

    fn mul(self, other: Values) -> Values {
        match (self, other) {
            (Values::Same(a), b) | (b, Values::Same(a)) => b.map(|b| a * b),
            (Values::Each(mut a), Values::Each(b)) => {
                a.iter_mut().zip(b).for_each(|(a, b)| *a *= b);
                Values::Each(a)
            }
        }
    }
}

struct ChangedEvaluator<'c> {
    of: &'c Changed<'c>,
    inner: Box<dyn Evaluator + 'c>,
}

impl Evaluator for ChangedEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let change = &self.of.change;
        let given = block.coordinates().iter().map(|c| match c {
            Coordinate::Same(s) => Values::Same(*s),
            Coordinate::Each(nodes) => Values::Each(nodes.to_vec()),
        });
        let (moved, factors) = change.apply(
            &given.collect::<Vec<_>>(),
            |s, p| s.map(|s| powi(s, p)),
            |side, v| v.map(|v| side.at(v)),
        );
        let coordinates: Vec<_> = moved.iter().map(Values::coordinate).collect();
        let block = Block::new(&coordinates, block.len());
        self.inner.evaluate(&block, values);
        let content = Values::Same(change.content());
        let factor = factors.into_iter().fold(content, Mul::mul);
        for values in values.chunks_exact_mut(block.len()) {
            for (i, value) in values.iter_mut().enumerate() {
                *value *= factor.coordinate().at(i);
            }
        }
    }
}
