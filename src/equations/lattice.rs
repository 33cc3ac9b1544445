//! A lattice in the unit box of a region, with what is known of a branch at its points.

use super::newton::Known;
use crate::integrand::{Block, Coordinate, Evaluator, Integrand};
use crate::program::Program;

/// The most points of a lattice.
const MOST_POINTS: f64 = 420.0;

/// What is known in the middle of each cell of an even division of the unit box.
#[derive(Clone, Debug)]
pub(super) struct Lattice {
    pub(super) n: usize,
    pub(super) per_axis: usize,
    /// u and what is known there.
    pub(super) points: Vec<(Vec<f64>, Option<Known>)>,
    /// Where the nodes of a cell start: the cell itself, or the nearest one with a solution.
    pub(super) homes: Vec<usize>,
    /// u, x and the inverse of ∂g/∂x for every cell, of its home.
    pub(super) records: Vec<f64>,
    /// Cells without a solution, each with the last point that was reached on the way to it.
    pub(super) ends: Vec<(usize, Known)>,
}

impl Lattice {
    pub(super) fn new(chart: &Program, n: usize) -> Self {
        let side = MOST_POINTS.powf(1.0 / n as f64);
        // A face of the box has a lattice point at its side, as long as there can be some.
        let per_axis = if n > 10 {
            1
        } else {
            (side as usize).clamp(2, 64)
        };
        let count = per_axis.pow(n as u32);
        let mut lattice = Lattice {
            n,
            per_axis,
            points: Vec::with_capacity(count),
            homes: Vec::new(),
            records: Vec::new(),
            ends: Vec::new(),
        };
        let mut evaluator = chart.evaluator();
        for cell in 0..count {
            let mut u = variables_at(evaluator.as_mut(), &lattice.middle(cell));
            u.truncate(n);
            lattice.points.push((u, None));
        }
        lattice
    }

    /// The place of a cell along each axis.
    pub(super) fn index(&self, mut cell: usize) -> Vec<usize> {
        let mut index = vec![0; self.n];
        for place in index.iter_mut().rev() {
            *place = cell % self.per_axis;
            cell /= self.per_axis;
        }
        index
    }

    pub(super) fn middle(&self, cell: usize) -> Vec<f64> {
        let index = self.index(cell).into_iter();
        let middle = |i: usize| (i as f64 + 0.5) / self.per_axis as f64;
        index.map(middle).collect()
    }

    /// The cells that share a face with one.
    pub(super) fn neighbours(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        let index = self.index(cell);
        (0..self.n).flat_map(move |axis| {
            let stride = self.per_axis.pow((self.n - 1 - axis) as u32);
            let before = (index[axis] > 0).then(|| cell - stride);
            let after = (index[axis] + 1 < self.per_axis).then(|| cell + stride);
            before.into_iter().chain(after)
        })
    }

    pub(super) fn known(&self, cell: usize) -> Option<&Known> {
        self.points[cell].1.as_ref()
    }

    /// Fills homes and records from what is known.
    pub(super) fn settle(&mut self) {
        let count = self.points.len();
        self.homes = vec![usize::MAX; count];
        let mut open: Vec<usize> = (0..count).filter(|&c| self.known(c).is_some()).collect();
        open.iter().for_each(|&cell| self.homes[cell] = cell);
        let mut next = 0;
        while next < open.len() {
            let cell = open[next];
            next += 1;
            let around: Vec<usize> = self.neighbours(cell).collect();
            for other in around {
                if self.homes[other] == usize::MAX {
                    self.homes[other] = self.homes[cell];
                    open.push(other);
                }
            }
        }
        self.records.clear();
        for &home in &self.homes {
            if let (u, Some(known)) = &self.points[home] {
                let all = u.iter().chain(&known.x).chain(&known.inverse);
                self.records.extend(all);
            }
        }
    }
}

/// The results of a chart at one point of the unit box.
pub(super) fn variables_at(chart: &mut dyn Evaluator, unit: &[f64]) -> Vec<f64> {
    let coordinates: Vec<_> = unit.iter().map(|&w| Coordinate::Same(w)).collect();
    let mut values = vec![0.0; unit.len() + 1];
    chart.evaluate(&Block::new(&coordinates, 1), &mut values);
    values
}

/// Cells in the order of their distance from a point, each variable measured by its range.
pub(super) fn near_first(u: &[f64], points: &[(Vec<f64>, Option<Known>)]) -> Vec<usize> {
    let range = |j: usize| {
        let values = points.iter().map(|(u, _)| u[j]);
        let (lo, hi) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| {
            (lo.min(v), hi.max(v))
        });
        if hi > lo { hi - lo } else { 1.0 }
    };
    let ranges: Vec<f64> = (0..u.len()).map(range).collect();
    let distance = |cell: usize| -> f64 {
        let along = points[cell].0.iter().zip(u).zip(&ranges);
        along.map(|((a, b), range)| ((a - b) / range).powi(2)).sum()
    };
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)).then(a.cmp(&b)));
    order
}

/// A point of the box around a lattice and another point, enlarged by half.
pub(super) fn within(points: &[(Vec<f64>, Option<Known>)], u: &[f64], unit: &[f64]) -> Vec<f64> {
    let place = |j: usize| {
        let values = points.iter().map(|(u, _)| u[j]).chain([u[j]]);
        let (lo, hi) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| {
            (lo.min(v), hi.max(v))
        });
        let width = if hi > lo { hi - lo } else { 1.0 };
        lo + (1.5 * unit[j] - 0.25) * width
    };
    (0..u.len()).map(place).collect()
}
