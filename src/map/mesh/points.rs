//! Elements at any nodes: one by itself, all of them in a row along one more axis, and where they are.

use std::sync::Arc;

use super::batch::Batch;
use super::density::DensityEvaluator;
use super::placed::One;
use crate::integrand::{Alike, BLOCK, Block, Evaluator, Integrand, Knowledge};

/// The names of the coordinates on reference elements.
pub(super) const REFERENCE: [&str; 3] = ["xi", "eta", "zeta"];

/// One element on its unit box.
pub(super) struct Alone<'a, 'b> {
    batch: &'b Batch<'a>,
    one: One,
}

impl<'a, 'b> Alone<'a, 'b> {
    pub(super) fn new(batch: &'b Batch<'a>, element: usize) -> Self {
        let one = One::new(batch, element);
        Alone { batch, one }
    }
}

impl Integrand for Alone<'_, '_> {
    fn dimension(&self) -> usize {
        self.batch.shape.dimension()
    }

    fn outputs(&self) -> usize {
        self.batch.density.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(AloneEvaluator {
            of: self,
            density: self.batch.density.evaluator(),
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Alone<'_, '_> {
    fn axis_name(&self, axis: usize) -> String {
        REFERENCE[axis].to_owned()
    }
}

struct AloneEvaluator<'p> {
    of: &'p Alone<'p, 'p>,
    density: DensityEvaluator<'p>,
}

impl Evaluator for AloneEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let (batch, one) = (self.of.batch, &self.of.one);
        let at = |i: usize| {
            let unit: Vec<f64> = block.coordinates().iter().map(|c| c.at(i)).collect();
            let (place, determinant) = one.at(batch, &unit);
            (place, batch.sized(determinant) * batch.collapse(&unit))
        };
        let points: Vec<_> = (0..block.len()).map(at).collect();
        weighted(&points, batch.targets(), &mut self.density, values);
    }
}

/// The values at points, times their weights.
fn weighted(
    points: &[([f64; 3], f64)],
    targets: usize,
    density: &mut DensityEvaluator<'_>,
    values: &mut [f64],
) {
    let n = points.len();
    let row = |axis: usize| points.iter().map(|(place, _)| place[axis]).collect();
    let rows: Vec<Vec<f64>> = (0..targets).map(row).collect();
    let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
    density.evaluate(&rows, n, values);
    for row in values.chunks_exact_mut(n.max(1)) {
        for (value, (_, weight)) in row.iter_mut().zip(points) {
            *value *= weight;
        }
    }
}

/// The elements of a mesh in a row: the first axis of the unit box runs through them, the others through
/// each.
#[derive(Clone)]
pub(super) struct Row<'a> {
    batches: Arc<Vec<Batch<'a>>>,
    count: usize,
    /// Whether the integrand is known to be zero.
    is_zero: bool,
}

impl<'a> Row<'a> {
    pub(super) fn new(batches: Arc<Vec<Batch<'a>>>, is_zero: bool) -> Self {
        let count = batches.iter().map(Batch::elements).sum();
        Row {
            batches,
            count,
            is_zero,
        }
    }

    /// The element at a place along the first axis.
    fn element(&self, first: f64) -> (&Batch<'a>, usize) {
        let number = ((first * self.count as f64) as usize).min(self.count - 1);
        let after = self
            .batches
            .partition_point(|batch| batch.before() <= number);
        let batch = &self.batches[after - 1];
        (batch, number - batch.before())
    }
}

impl Integrand for Row<'_> {
    fn dimension(&self) -> usize {
        1 + self.batches[0].shape.dimension()
    }

    fn outputs(&self) -> usize {
        self.batches[0].density.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(RowEvaluator {
            of: self,
            density: self.batches[0].density.evaluator(),
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Row<'_> {
    fn alike(&self) -> Vec<&dyn Alike> {
        self.batches
            .iter()
            .map(|batch| batch as &dyn Alike)
            .collect()
    }

    fn is_zero(&self) -> bool {
        self.is_zero
    }

    fn axis_name(&self, axis: usize) -> String {
        match axis {
            0 => "element".to_owned(),
            axis => REFERENCE[axis - 1].to_owned(),
        }
    }
}

struct RowEvaluator<'p> {
    of: &'p Row<'p>,
    density: DensityEvaluator<'p>,
}

impl Evaluator for RowEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let at = |i: usize| {
            let unit: Vec<f64> = block.coordinates().iter().map(|c| c.at(i)).collect();
            let (batch, element) = self.of.element(unit[0]);
            let (place, determinant) = One::new(batch, element).at(batch, &unit[1..]);
            let weight = batch.sized(determinant) * batch.collapse(&unit[1..]);
            (place, weight * self.of.count as f64)
        };
        let points: Vec<_> = (0..block.len()).map(at).collect();
        let targets = self.of.batches[0].targets();
        weighted(&points, targets, &mut self.density, values);
    }
}

/// Where a row of elements is: the number of the element, the coordinates on its reference element, the
/// coordinates, and the determinant; or the determinant alone.
pub(super) struct Places<'a> {
    pub(super) row: Row<'a>,
    pub(super) determinant_alone: bool,
}

impl Integrand for Places<'_> {
    fn dimension(&self) -> usize {
        self.row.dimension()
    }

    fn outputs(&self) -> usize {
        match self.determinant_alone {
            true => 1,
            false => self.dimension() + self.row.batches[0].targets() + 1,
        }
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(PlacesEvaluator(self))
    }
}

struct PlacesEvaluator<'p>(&'p Places<'p>);

impl Evaluator for PlacesEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        debug_assert!(block.len() <= BLOCK);
        for i in 0..block.len() {
            let unit: Vec<f64> = block.coordinates().iter().map(|c| c.at(i)).collect();
            let (batch, element) = self.0.row.element(unit[0]);
            let (place, determinant) = One::new(batch, element).at(batch, &unit[1..]);
            let mut all = Vec::with_capacity(8);
            if !self.0.determinant_alone {
                all.push(batch.tag(element) as f64);
                let reference = batch.functions.place(&unit[1..]);
                all.extend(&reference[..unit.len() - 1]);
                all.extend(&place[..batch.targets()]);
            }
            all.push(determinant);
            for (k, value) in all.into_iter().enumerate() {
                values[k * block.len() + i] = value;
            }
        }
    }
}
