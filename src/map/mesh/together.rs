//! Elements of a batch together: the integrand times |det J| at the nodes of a rule.
//!
//! 1. Shape functions are tabulated once for the nodes of a rule.
//! 2. For a node and some elements, x = Σ xᵢ Nᵢ and J = Σ xᵢ ∇Nᵢ are sums over the elements' nodes.
//! 3. The integrand's program runs on the coordinates of all these elements as one block.

use super::batch::Batch;
use super::density::DensityEvaluator;
use super::element_formulas::element_formulas;
use super::placed::{Several, Table};
use super::points::{Alone, REFERENCE};
use crate::integrand::{Alike, OverNodes, Piece, Together};

impl Alike for Batch<'_> {
    fn name(&self) -> String {
        format!(
            "{} of order {}",
            self.shape.counted(self.elements()),
            self.order
        )
    }

    fn dimension(&self) -> usize {
        self.shape.dimension()
    }

    fn outputs(&self) -> usize {
        self.density.outputs()
    }

    fn count(&self) -> usize {
        self.elements()
    }

    fn powers(&self) -> &[u32] {
        self.shape.powers()
    }

    fn first_order(&self) -> usize {
        self.order + 1
    }

    fn rounding(&self) -> f64 {
        // Derivatives of shape functions on nodes at equal distances are about p² as large as what they
        // add up to, and a determinant has one factor of them for each variable.
        (self.order * self.order * self.shape.dimension()) as f64
    }

    fn over<'s>(&'s self, nodes: &[Vec<f64>]) -> Box<dyn OverNodes + 's> {
        Box::new(Tabulated {
            tables: nodes.iter().map(|unit| self.table(unit)).collect(),
            nodes: nodes.to_vec(),
            batch: self,
        })
    }

    fn alone(&self, number: usize) -> Piece<'_> {
        Piece {
            integrand: match element_formulas(self, number, &REFERENCE[..self.shape.dimension()]) {
                Some(formulas) => Box::new(formulas),
                None => Box::new(Alone::new(self, number)),
            },
            place: Box::new(move |unit: &[f64]| {
                let first = self.first_coordinate(number);
                std::iter::once(first).chain(unit.iter().copied()).collect()
            }),
        }
    }
}

/// A batch at nodes that are known.
struct Tabulated<'a, 'b> {
    batch: &'b Batch<'a>,
    nodes: Vec<Vec<f64>>,
    tables: Vec<Table>,
}

impl OverNodes for Tabulated<'_, '_> {
    fn evaluator(&self) -> Box<dyn Together + '_> {
        Box::new(AtNodes {
            over: self,
            elements: Several::new(self.batch),
            density: self.batch.density.evaluator(),
        })
    }
}

/// One thread's means to evaluate elements at nodes that are known.
struct AtNodes<'a, 'b, 't> {
    over: &'t Tabulated<'a, 'b>,
    elements: Several<'a, 't>,
    density: DensityEvaluator<'t>,
}

impl Together for AtNodes<'_, '_, '_> {
    fn turn_to(&mut self, numbers: &[usize]) {
        self.elements.turn_to(numbers);
    }

    fn evaluate(&mut self, node: usize, values: &mut [f64]) {
        let Tabulated {
            batch,
            nodes,
            tables,
        } = self.over;
        self.elements.place(&tables[node]);
        self.elements.note(&nodes[node]);
        let count = self.elements.count();
        let rows: Vec<&[f64]> = self.elements.coordinates().collect();
        self.density.evaluate(&rows, count, values);
        for row in values.chunks_exact_mut(count.max(1)) {
            for (value, measure) in row.iter_mut().zip(self.elements.measures()) {
                *value *= batch.sized(*measure);
            }
        }
    }
}
