//! A branch at the nodes of the unit box of its region.

use super::branch::{Branch, along};
use super::interpolant::{Interpolant, OFF};
use super::newton::{Mark, Newton};
use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand, Knowledge, Side};

/// How far the polynomials may be off, for every node of a block.
static WAYS: [f64; BLOCK] = [OFF; BLOCK];

/// A branch on the unit box of its region: variables u, the stretch of the limits, unknowns x, det ∂x/∂u,
/// and whether the branch was found there.
pub(crate) struct OnUnitBox<'b> {
    branch: &'b Branch,
    /// What users call the axes.
    names: &'b [String],
    /// Whether the last point that was reached stands for the unknowns where the branch ends.
    keeps_last: bool,
}

impl<'b> OnUnitBox<'b> {
    /// The branch; where it ends, the unknowns are NaN, or the last point that was reached.
    pub(crate) fn new(branch: &'b Branch, names: &'b [String], keeps_last: bool) -> Self {
        OnUnitBox {
            branch,
            names,
            keeps_last,
        }
    }
}

impl Knowledge for OnUnitBox<'_> {
    fn axis_name(&self, axis: usize) -> String {
        self.names[axis].clone()
    }
}

impl Integrand for OnUnitBox<'_> {
    fn dimension(&self) -> usize {
        self.branch.dimension()
    }

    fn outputs(&self) -> usize {
        2 * self.branch.dimension() + 3
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        let Branch {
            system,
            chart,
            scales,
            sign,
            ..
        } = self.branch;
        Box::new(BranchEvaluator {
            of: self,
            newton: Newton::new(system, scales.clone(), *sign),
            chart: chart.evaluator(),
            way: vec![0.0; BLOCK],
            cells: vec![0; BLOCK],
            interpolant: None,
            others: Vec::new(),
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

struct BranchEvaluator<'b> {
    of: &'b OnUnitBox<'b>,
    newton: Newton<'b>,
    chart: Box<dyn Evaluator + 'b>,
    way: Vec<f64>,
    cells: Vec<usize>,
    /// The unknowns on the part of the box that was announced.
    interpolant: Option<Interpolant>,
    /// The coordinates that are the same in a row.
    others: Vec<f64>,
}

impl Evaluator for BranchEvaluator<'_> {
    fn prepare(&mut self, part: &[Side], nodes: usize) {
        self.interpolant = None;
        if nodes > 0 {
            let mut solve = |points: &[Vec<f64>]| self.solved(points);
            self.interpolant = Interpolant::new(part, nodes, &mut solve);
        }
    }

    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = self.of.branch.dimension();
        let len = block.len();
        if len == 0 {
            return;
        }
        let (charted, rest) = values.split_at_mut((n + 1) * len);
        self.chart.evaluate(block, charted);
        let u = &charted[..n * len];
        let (x, rest) = rest.split_at_mut(n * len);
        let are_found = self.is_interpolated(block, x, u) || {
            self.start(block, x, u);
            self.newton.correct(x, u, &self.way[..len])
        };
        rest[..len].copy_from_slice(&self.newton.measures[..len]);
        // Of what is lost, what follows says whether it is found.
        rest[len..2 * len].fill(1.0);
        if !are_found {
            self.follow_lost(block, values);
        }
    }
}

impl BranchEvaluator<'_> {
    /// Whether all nodes of a block are found from where the polynomials lead.
    fn is_interpolated(&mut self, block: &Block<'_>, x: &mut [f64], u: &[f64]) -> bool {
        let len = block.len();
        let Some(interpolant) = &mut self.interpolant else {
            return false;
        };
        let Some((Coordinate::Each(nodes), others)) = block.coordinates().split_last() else {
            return false;
        };
        self.others.clear();
        self.others.extend(others.iter().map(|c| c.at(0)));
        interpolant.along_row(&self.others, nodes, x);
        self.newton.correct(x, u, &WAYS[..len])
    }

    /// The unknowns at points of the unit box, one after the other; `None` if the branch misses any.
    fn solved(&mut self, points: &[Vec<f64>]) -> Option<Vec<f64>> {
        let (n, count) = (points.len(), points[0].len());
        let mut x = vec![0.0; n * count];
        let mut values = vec![0.0; self.of.outputs() * BLOCK];
        for from in (0..count).step_by(BLOCK) {
            let to = (from + BLOCK).min(count);
            let len = to - from;
            let coordinates: Vec<_> = points
                .iter()
                .map(|points| Coordinate::Each(&points[from..to]))
                .collect();
            self.evaluate(&Block::new(&coordinates, len), &mut values);
            let is_found = &values[(2 * n + 2) * len..(2 * n + 3) * len];
            if is_found.contains(&0.0) {
                return None;
            }
            for (x, found) in x
                .chunks_exact_mut(count)
                .zip(values[(n + 1) * len..].chunks_exact(len))
            {
                x[from..to].copy_from_slice(found);
            }
        }
        Some(x)
    }

    /// The starts of a block: where the tangents at the lattice points of its nodes lead.
    fn start(&mut self, block: &Block<'_>, x: &mut [f64], variables: &[f64]) {
        let lattice = &self.of.branch.lattice;
        let (n, per_axis, len) = (lattice.n, lattice.per_axis, block.len());
        self.cells[..len].fill(0);
        for coordinate in block.coordinates() {
            for (i, cell) in self.cells[..len].iter_mut().enumerate() {
                let place = (coordinate.at(i) * per_axis as f64) as usize;
                *cell = *cell * per_axis + place.min(per_axis - 1);
            }
        }
        let size = 2 * n + n * n;
        self.way[..len].fill(0.0);
        let mut begin = 0;
        // Nodes of a row that share a cell share all numbers of it.
        while begin < len {
            let cell = self.cells[begin];
            let same = self.cells[begin..len].iter().take_while(|c| **c == cell);
            let run = begin..begin + same.count();
            let record = &lattice.records[cell * size..][..size];
            let (u, rest) = record.split_at(n);
            let (point, inverse) = rest.split_at(n);
            for j in 0..n {
                let steps = &mut x[j * len..(j + 1) * len][run.clone()];
                steps.fill(0.0);
                for k in 0..n {
                    let (entry, middle) = (inverse[j * n + k], u[k]);
                    let variables = &variables[k * len..(k + 1) * len][run.clone()];
                    for (step, variable) in steps.iter_mut().zip(variables) {
                        *step += entry * (variable - middle);
                    }
                }
                let factor = 1.0 / self.newton.scales[j];
                let ways = &mut self.way[run.clone()];
                for (step, way) in steps.iter_mut().zip(ways) {
                    *way = way.max(step.abs() * factor);
                    *step += point[j];
                }
            }
            begin = run.end;
        }
    }

    /// Follows paths to the nodes that were lost, from their lattice points and those around.
    fn follow_lost(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let lattice = &self.of.branch.lattice;
        let (n, len) = (lattice.n, block.len());
        let lost: Vec<usize> = (0..len)
            .filter(|&i| self.newton.marks[i] == Mark::Lost)
            .collect();
        for i in lost {
            let cell = self.cells[i];
            let unit: Vec<f64> = block.coordinates().iter().map(|c| c.at(i)).collect();
            let home = lattice.homes[cell];
            let around = lattice.neighbours(cell).map(|c| lattice.homes[c]);
            let mut from: Vec<usize> = vec![home];
            from.extend(around.filter(|&c| c != home));
            let mut last = None;
            let mut found = None;
            for cell in from {
                let Some(known) = lattice.known(cell) else {
                    continue;
                };
                let ends = [lattice.middle(cell), unit.clone()];
                let chart = self.chart.as_mut();
                match along(&mut self.newton, chart, known, [&ends[0], &ends[1]]) {
                    Ok(known) => {
                        found = Some(known);
                        break;
                    }
                    Err(known) => _ = last.get_or_insert(known),
                }
            }
            let is_found = found.is_some();
            let point = found.or(last.filter(|_| self.of.keeps_last));
            for j in 0..n {
                values[(n + 1 + j) * len + i] = point.as_ref().map_or(f64::NAN, |known| known.x[j]);
            }
            let determinant = point
                .filter(|_| is_found)
                .map(|known| 1.0 / known.determinant);
            values[(2 * n + 1) * len + i] = determinant.unwrap_or(f64::NAN);
            values[(2 * n + 2) * len + i] = f64::from(u8::from(is_found));
        }
    }
}
