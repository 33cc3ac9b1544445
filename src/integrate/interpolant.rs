//! What a tensor product of rules says of the values between its nodes.
//!
//! 1. Evaluate the integrand at all nodes of the product.
//! 2. At a place between, take the few nodes around it along each axis, and the polynomials through
//!    the values there; around the circle, where the rule is periodic.
//! 3. What a finer product predicts as badly as a coarser one is not seen by either.
//!
//! J.-P. Berrut, L. N. Trefethen, "Barycentric Lagrange interpolation", SIAM Review 46 (2004)
//! 501–517.

use std::sync::Arc;

use super::ladder::{Family, Level};
use super::meter::Halt;
use super::task::Task;
use crate::error::Error;
use crate::integrand::{BLOCK, Block, Coordinate, Integrand, for_each_index};

/// Nodes around a place along each axis, by the number of axes.
const AROUND: [usize; 4] = [1, 10, 6, 5];

/// The same for few places, at which it should say what the rule knows.
const MORE_AROUND: [usize; 4] = [1, 24, 16, 10];

/// Rows of so many nodes are evaluated fast.
const LONG: usize = 64;

/// The most values that are kept.
const MOST_VALUES: usize = 1 << 20;

/// Values at the nodes of a tensor product, to look between.
pub(crate) struct Interpolant {
    axes: Vec<Axis>,
    /// Output by output.
    values: Arc<Vec<f64>>,
    nodes: usize,
    /// How many axes have more than one node.
    varying: usize,
}

/// The nodes along an axis.
struct Axis {
    nodes: Vec<f64>,
    is_periodic: bool,
    /// How many nodes are around a place.
    around: usize,
    /// For every first node, the barycentric weights of those around.
    weights: Vec<f64>,
}

impl Axis {
    fn new(nodes: Vec<f64>, is_periodic: bool, around: usize) -> Axis {
        let around = around.min(nodes.len());
        let mut axis = Axis {
            nodes,
            is_periodic,
            around,
            weights: Vec::new(),
        };
        for first in 0..axis.nodes.len() {
            for i in 0..around {
                let others = (0..around).filter(|j| *j != i);
                let own = axis.node(first + i);
                let product: f64 = others.map(|j| own - axis.node(first + j)).product();
                axis.weights.push(1.0 / product);
            }
        }
        axis
    }

    /// A node, of which those past the last one go around.
    fn node(&self, number: usize) -> f64 {
        let n = self.nodes.len();
        self.nodes[number % n] + (number / n) as f64
    }

    /// The first node around a place, and the weight of each.
    fn at(&self, place: f64, weights: &mut Vec<f64>) -> usize {
        let n = self.nodes.len();
        let above = self.nodes.partition_point(|x| *x < place);
        let (first, place) = if self.is_periodic {
            let first = (above + n - self.around / 2) % n;
            let turns = f64::from(self.node(first) > place);
            (first, place + turns)
        } else {
            let first = above.saturating_sub(self.around / 2).min(n - self.around);
            (first, place)
        };
        weights.clear();
        let own = &self.weights[first * self.around..(first + 1) * self.around];
        for (i, weight) in own.iter().enumerate() {
            let distance = place - self.node(first + i);
            if distance == 0.0 {
                weights.clear();
                weights.extend((0..self.around).map(|j| f64::from(u8::from(j == i))));
                return first;
            }
            weights.push(weight / distance);
        }
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        first
    }
}

/// How many of the last axes, with so many nodes each, are evaluated together: as few as give long rows.
fn rows(lengths: &[usize]) -> usize {
    let mut long = 1;
    let is_short = |length: &&usize| {
        let before = long;
        long *= **length;
        before < LONG
    };
    lengths.iter().rev().take_while(is_short).count()
}

/// The coordinates of the product of the nodes of axes.
fn product(axes: &[Axis]) -> Vec<Vec<f64>> {
    let mut along = vec![Vec::new(); axes.len()];
    for_each_index(axes.iter().map(|axis| axis.nodes.len()), |index| {
        for ((along, axis), &i) in along.iter_mut().zip(axes).zip(index) {
            along.push(axis.nodes[i]);
        }
    });
    along
}

impl Interpolant {
    /// The integrand at the nodes of rules; `None` where they are too many to keep, or have too many
    /// axes.
    ///
    /// # Errors
    /// What ended the look.
    pub(crate) fn new(
        integrand: &dyn Integrand,
        levels: &[Level],
        task: &Task<'_>,
    ) -> Result<Option<Self>, Halt> {
        let varying = levels.iter().filter(|l| l.family != Family::Constant);
        let varying = varying.count();
        let Some(&around) = AROUND.get(varying) else {
            return Ok(None);
        };
        let axis = |level: &Level| -> Result<Axis, Error> {
            let nodes = level.rung().rule()?.nodes().to_vec();
            Ok(Axis::new(nodes, level.family == Family::Trapezoid, around))
        };
        let axes: Result<Vec<Axis>, Error> = levels.iter().map(axis).collect();
        // The ladders of orders exclude that there is no rule.
        let Ok(axes) = axes else { return Ok(None) };
        let lengths: Vec<usize> = axes.iter().map(|axis| axis.nodes.len()).collect();
        let nodes = lengths.iter().copied().fold(1, usize::saturating_mul);
        let outputs = integrand.outputs();
        if nodes.saturating_mul(outputs) > MOST_VALUES || nodes as u64 > task.left() {
            return Ok(None);
        }
        let mut values = vec![0.0; outputs * nodes];
        let mut evaluator = task.evaluator(integrand);
        let (outer, inner) = axes.split_at(axes.len() - rows(&lengths));
        let row = product(inner);
        let mut block = vec![0.0; outputs * BLOCK];
        let (mut done, mut halt) = (0, None);
        for_each_index(outer.iter().map(|axis| axis.nodes.len()), |index| {
            for from in (0..row[0].len()).step_by(BLOCK) {
                if halt.is_some() {
                    return;
                }
                let n = BLOCK.min(row[0].len() - from);
                let before = index.iter().zip(outer);
                let before = before.map(|(&i, axis)| Coordinate::Same(axis.nodes[i]));
                let own = row.iter().map(|w| Coordinate::Each(&w[from..from + n]));
                let coordinates: Vec<_> = before.chain(own).collect();
                let found = &mut block[..outputs * n];
                if let Err(ended) = evaluator.evaluate(&Block::new(&coordinates, n), found) {
                    halt = Some(ended);
                    return;
                }
                for k in 0..outputs {
                    let to = k * nodes + done;
                    values[to..to + n].copy_from_slice(&found[k * n..(k + 1) * n]);
                }
                done += n;
            }
        });
        match halt {
            Some(halt) => Err(halt),
            None => Ok(Some(Interpolant {
                axes,
                values: Arc::new(values),
                nodes,
                varying,
            })),
        }
    }

    /// The same, with more nodes around each place.
    pub(crate) fn closer(&self) -> Interpolant {
        let around = MORE_AROUND[self.varying];
        let axis = |axis: &Axis| Axis::new(axis.nodes.clone(), axis.is_periodic, around);
        Interpolant {
            axes: self.axes.iter().map(axis).collect(),
            values: Arc::clone(&self.values),
            ..*self
        }
    }

    /// The values of all outputs at a place, with a buffer for the weights of the nodes around it.
    pub(crate) fn at_place(&self, place: &[f64], around: &mut Vec<Around>, values: &mut [f64]) {
        around.resize_with(self.axes.len(), Around::default);
        for ((axis, place), around) in self.axes.iter().zip(place).zip(around.iter_mut()) {
            around.first = axis.at(*place, &mut around.weights);
        }
        for (value, known) in values.iter_mut().zip(self.values.chunks(self.nodes)) {
            *value = self.sum(known, around, 0);
        }
    }

    /// The values, output by output, at places that are given axis by axis.
    pub(crate) fn at(&self, places: &[Vec<f64>]) -> Vec<f64> {
        let count = places[0].len();
        let outputs = self.values.len() / self.nodes;
        let (mut found, mut values) = (vec![0.0; outputs * count], vec![0.0; outputs]);
        let (mut place, mut around) = (Vec::new(), Vec::new());
        for i in 0..count {
            place.clear();
            place.extend(places.iter().map(|along| along[i]));
            self.at_place(&place, &mut around, &mut values);
            for (k, value) in values.iter().enumerate() {
                found[k * count + i] = *value;
            }
        }
        found
    }

    /// The sum over the nodes around along an axis and those after it, from the values of a place before on.
    fn sum(&self, values: &[f64], around: &[Around], before: usize) -> f64 {
        let [own, after @ ..] = around else {
            return values[before];
        };
        let n = self.axes[self.axes.len() - around.len()].nodes.len();
        // Around the circle, those past the last node begin anew.
        let until = (n - own.first).min(own.weights.len());
        let (up_to_end, beyond) = own.weights.split_at(until);
        let from = before * n;
        let (first, start) = (from + own.first, from);
        if after.is_empty() {
            let mut sum = -0.0;
            for (weight, value) in up_to_end.iter().zip(&values[first..]) {
                sum += weight * value;
            }
            for (weight, value) in beyond.iter().zip(&values[start..]) {
                sum += weight * value;
            }
            return sum;
        }
        let places = (first..).zip(up_to_end).chain((start..).zip(beyond));
        places
            .map(|(place, weight)| weight * self.sum(values, after, place))
            .sum()
    }
}

/// The first node around a place along an axis, and the weights of those around.
#[derive(Default)]
pub(crate) struct Around {
    first: usize,
    weights: Vec<f64>,
}
