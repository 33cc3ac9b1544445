//! One branch of the solutions of g(x) = u over a region of u: the inverse of g near a point.
//!
//! 1. Walk from g(near) to the region: straight, or by a detour where the straight way is blocked.
//! 2. Flood a lattice in the unit box of the region: each point of it is reached from a neighbour.
//!    Where two neighbours are not joined by a path within the branch, two branches meet.
//! 3. A node starts at its lattice point, where the tangent leads, and is corrected by Newton's method
//!    with all others of its block; what that may lose is followed along a path of its own.
//!
//! A node's solution depends on the node alone, not on others or on their order.
//!
//! E. L. Allgower, K. Georg, "Introduction to Numerical Continuation Methods", SIAM (2003).

use super::newton::{Known, Mark, Newton};
use super::system::System;
use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand, Knowledge};
use crate::program::Program;
use crate::scatter::Scatter;

/// The most points of a lattice.
const MOST_POINTS: f64 = 420.0;

/// Lattice points that are tried as the first one, and detours to them.
const FIRST_POINTS: usize = 6;
const DETOURS: usize = 40;

/// Points of two ways that differ by less, as a part of what lies between neighbours, are the same.
const SAME: f64 = 1e-6;

/// A solution of g(x) = u over a region.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    system: System,
    /// The variables u, then the stretch of the limits, at unit coordinates.
    chart: Program,
    lattice: Lattice,
    scales: Vec<f64>,
    sign: f64,
}

/// What is known in the middle of each cell of an even division of the unit box.
#[derive(Clone, Debug)]
struct Lattice {
    n: usize,
    per_axis: usize,
    /// u and what is known there.
    points: Vec<(Vec<f64>, Option<Known>)>,
    /// Where the nodes of a cell start: the cell itself, or the nearest one with a solution.
    homes: Vec<usize>,
    /// u, x and the inverse of ∂g/∂x for every cell, of its home.
    records: Vec<f64>,
    /// Cells without a solution, each with the last point that was reached on the way to it.
    ends: Vec<(usize, Known)>,
}

/// Why there is no branch over a region.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Obstacle {
    /// The near point has no values, or det ∂g/∂x is zero there, as it says.
    Singular(f64),
    /// The region is not reached: the last point that was, on the straight way.
    Unreached(Vec<f64>, Known),
    /// Two branches meet between two points of the region.
    Meeting(Vec<f64>, Known),
}

impl Lattice {
    fn new(chart: &Program, n: usize) -> Self {
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
    fn index(&self, mut cell: usize) -> Vec<usize> {
        let mut index = vec![0; self.n];
        for place in index.iter_mut().rev() {
            *place = cell % self.per_axis;
            cell /= self.per_axis;
        }
        index
    }

    fn middle(&self, cell: usize) -> Vec<f64> {
        let index = self.index(cell).into_iter();
        let middle = |i: usize| (i as f64 + 0.5) / self.per_axis as f64;
        index.map(middle).collect()
    }

    /// The cells that share a face with one.
    fn neighbours(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        let index = self.index(cell);
        (0..self.n).flat_map(move |axis| {
            let stride = self.per_axis.pow((self.n - 1 - axis) as u32);
            let before = (index[axis] > 0).then(|| cell - stride);
            let after = (index[axis] + 1 < self.per_axis).then(|| cell + stride);
            before.into_iter().chain(after)
        })
    }

    fn known(&self, cell: usize) -> Option<&Known> {
        self.points[cell].1.as_ref()
    }

    /// Fills homes and records from what is known.
    fn settle(&mut self) {
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
fn variables_at(chart: &mut dyn Evaluator, unit: &[f64]) -> Vec<f64> {
    let coordinates: Vec<_> = unit.iter().map(|&w| Coordinate::Same(w)).collect();
    let mut values = vec![0.0; unit.len() + 1];
    chart.evaluate(&Block::new(&coordinates, 1), &mut values);
    values
}

impl Branch {
    /// The branch through a point, over the region of a chart.
    ///
    /// # Errors
    /// An [`Obstacle`] where there is none.
    pub(crate) fn through(system: System, chart: Program, near: &[f64]) -> Result<Self, Obstacle> {
        let n = system.n;
        let lattice = Lattice::new(&chart, n);
        let largest = near.iter().fold(0.0f64, |most, x| most.max(x.abs()));
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let scales: Vec<f64> = near.iter().map(|x| x.abs().max(1e-2 * largest)).collect();
        let mut branch = Branch {
            system,
            chart,
            lattice,
            scales,
            sign: 0.0,
        };
        let seed = branch.seeded(near)?;
        branch.flood(seed)?;
        for (j, scale) in branch.scales.iter_mut().enumerate() {
            let known = branch.lattice.points.iter().filter_map(|p| p.1.as_ref());
            let most = known.fold(0.0f64, |most, known| most.max(known.x[j].abs()));
            *scale = if most > 0.0 { most } else { *scale };
        }
        branch.lattice.settle();
        Ok(branch)
    }

    /// Walks from the near point to a cell of the lattice.
    fn seeded(&mut self, near: &[f64]) -> Result<usize, Obstacle> {
        let Branch {
            system, lattice, ..
        } = self;
        let n = system.n;
        let mut newton = Newton::new(system, self.scales.clone(), 0.0);
        let start = newton.known(near);
        let u = system.at(near);
        if !u.iter().chain(&start.inverse).all(|v| v.is_finite()) {
            let is_zero = start.determinant == 0.0;
            return Err(Obstacle::Singular(if is_zero { 0.0 } else { f64::NAN }));
        }
        newton.sign = start.determinant.signum();
        self.sign = newton.sign;
        let targets = near_first(&u, &lattice.points);
        let mut failure = None;
        let attempts = targets.iter().take(FIRST_POINTS).map(|&cell| (cell, None));
        let scatter = Scatter::roots(n);
        let detours = (1..=DETOURS).map(|k| (targets[0], Some(scatter.point(k))));
        for (cell, detour) in attempts.chain(detours) {
            let target = lattice.points[cell].0.clone();
            let middle = detour.map(|unit| within(&lattice.points, &u, &unit));
            let mut path = |s: f64, at: &mut [f64]| {
                for (j, at) in at.iter_mut().enumerate() {
                    *at = match &middle {
                        None => u[j] + s * (target[j] - u[j]),
                        Some(m) if s < 0.5 => u[j] + 2.0 * s * (m[j] - u[j]),
                        Some(m) => m[j] + (2.0 * s - 1.0) * (target[j] - m[j]),
                    };
                }
                if s == 1.0 {
                    at.copy_from_slice(&target);
                }
            };
            match newton.follow(&start, &mut path) {
                Ok(known) => {
                    lattice.points[cell].1 = Some(known);
                    return Ok(cell);
                }
                Err((last, s)) => {
                    let mut at = vec![0.0; n];
                    path(s, &mut at);
                    failure.get_or_insert(Obstacle::Unreached(at, last));
                }
            }
        }
        Err(failure.unwrap_or(Obstacle::Singular(f64::NAN)))
    }

    /// Reaches all cells of the lattice that can be reached, and checks that ways agree.
    fn flood(&mut self, seed: usize) -> Result<(), Obstacle> {
        let Branch {
            system,
            chart,
            lattice,
            ..
        } = self;
        let mut newton = Newton::new(system, self.scales.clone(), self.sign);
        let mut chart = chart.evaluator();
        let mut frontier = vec![seed];
        let mut others: Vec<(usize, usize)> = Vec::new();
        let mut lost: Vec<(usize, Known)> = Vec::new();
        while !frontier.is_empty() {
            let mut steps: Vec<(usize, usize)> = Vec::new();
            let mut taken = std::collections::BTreeSet::new();
            for &cell in &frontier {
                for other in lattice.neighbours(cell) {
                    if lattice.known(other).is_none() && taken.insert(other) {
                        steps.push((cell, other));
                    } else if cell < other || !frontier.contains(&other) {
                        others.push((cell, other));
                    }
                }
            }
            let found = reached(&mut newton, chart.as_mut(), lattice, &steps);
            frontier.clear();
            for (&(_, to), found) in steps.iter().zip(found) {
                match found {
                    Ok(known) => {
                        lattice.points[to].1 = Some(known);
                        frontier.push(to);
                    }
                    Err(last) => lost.push((to, last)),
                }
            }
        }
        others.retain(|(_, to)| lattice.known(*to).is_some());
        others
            .iter_mut()
            .for_each(|pair| *pair = (pair.0.min(pair.1), pair.0.max(pair.1)));
        others.sort_unstable();
        others.dedup();
        for (pair, way) in others
            .iter()
            .zip(reached(&mut newton, chart.as_mut(), lattice, &others))
        {
            let (from, to) = (lattice.known(pair.0), lattice.known(pair.1));
            let (Some(from), Some(to)) = (from, to) else {
                continue;
            };
            let apart = |a: &Known, b: &Known| {
                let step: Vec<f64> = a.x.iter().zip(&b.x).map(|(a, b)| a - b).collect();
                newton.size(&step)
            };
            let agrees = way
                .as_ref()
                .is_ok_and(|way| apart(way, to) <= SAME * (apart(from, to) + SAME));
            if !agrees {
                let last = way.unwrap_or_else(|last| last);
                return Err(Obstacle::Meeting(lattice.points[pair.0].0.clone(), last));
            }
        }
        lost.retain(|(cell, _)| lattice.known(*cell).is_none());
        lost.dedup_by_key(|(cell, _)| *cell);
        lattice.ends = lost;
        Ok(())
    }

    /// The number of variables.
    pub(crate) fn dimension(&self) -> usize {
        self.system.n
    }

    /// The variables at the lattice points, each with the unknowns there if they are known.
    pub(crate) fn points(&self) -> impl Iterator<Item = (&[f64], Option<&Known>)> {
        let points = self.lattice.points.iter();
        points.map(|(u, known)| (&u[..], known.as_ref()))
    }

    /// The lattice points that the branch does not reach, as variables, each with the last point on the
    /// way to it and det ∂g/∂x there.
    pub(crate) fn ends(&self) -> impl Iterator<Item = (Vec<f64>, Vec<f64>, f64)> {
        let ends = self.lattice.ends.iter();
        ends.map(|(cell, last)| {
            let variables = self.lattice.points[*cell].0.clone();
            (variables, last.x.clone(), last.determinant)
        })
    }

    /// Whether the unknowns have other values than the system says, by whole periods.
    pub(crate) fn is_continued(&self) -> bool {
        let points = self.lattice.points.iter();
        let mut known = points.filter_map(|(u, known)| Some((u, known.as_ref()?)));
        known.any(|(u, known)| {
            let values = self.system.at(&known.x);
            let pairs = u.iter().zip(values).zip(&self.system.periods);
            let mut periods = pairs.filter(|(_, period)| **period > 0.0);
            periods.any(|((u, g), period)| (u - g).abs() > 0.25 * period)
        })
    }
}

/// Cells in the order of their distance from a point, each variable measured by its range.
fn near_first(u: &[f64], points: &[(Vec<f64>, Option<Known>)]) -> Vec<usize> {
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
fn within(points: &[(Vec<f64>, Option<Known>)], u: &[f64], unit: &[f64]) -> Vec<f64> {
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

/// What is reached from cells with a solution at others: all at once, and along paths where that does
/// not suffice.
fn reached(
    newton: &mut Newton<'_>,
    chart: &mut dyn Evaluator,
    lattice: &Lattice,
    steps: &[(usize, usize)],
) -> Vec<Result<Known, Known>> {
    let n = lattice.n;
    let mut all = Vec::with_capacity(steps.len());
    for part in steps.chunks(BLOCK) {
        let len = part.len();
        let (mut x, mut u) = (vec![0.0; n * len], vec![0.0; n * len]);
        let mut way = vec![0.0; len];
        for (i, &(from, to)) in part.iter().enumerate() {
            let (here, Some(known)) = &lattice.points[from] else {
                continue;
            };
            let next = &lattice.points[to].0;
            let step: Vec<f64> = (0..n)
                .map(|j| {
                    let row = known.inverse[j * n..(j + 1) * n].iter();
                    row.zip(next.iter().zip(here))
                        .map(|(e, (b, a))| e * (b - a))
                        .sum()
                })
                .collect();
            way[i] = newton.size(&step);
            for j in 0..n {
                x[j * len + i] = known.x[j] + step[j];
                u[j * len + i] = next[j];
            }
        }
        newton.correct(&mut x, &u, &way);
        let marks = newton.marks[..len].to_vec();
        for (i, &(from, to)) in part.iter().enumerate() {
            let point: Vec<f64> = (0..n).map(|j| x[j * len + i]).collect();
            all.push(match (marks[i], lattice.known(from)) {
                (Mark::Found, _) => Ok(newton.known(&point)),
                (_, None) => continue,
                (_, Some(known)) => {
                    let ends = [lattice.middle(from), lattice.middle(to)];
                    along(newton, chart, known, [&ends[0], &ends[1]])
                }
            });
        }
    }
    all
}

/// Follows the branch along a segment of the unit box.
fn along(
    newton: &mut Newton<'_>,
    chart: &mut dyn Evaluator,
    from: &Known,
    [start, end]: [&[f64]; 2],
) -> Result<Known, Known> {
    let mut path = |s: f64, u: &mut [f64]| {
        let between = start.iter().zip(end);
        let unit: Vec<f64> = between
            .map(|(a, b)| if s == 1.0 { *b } else { a + s * (b - a) })
            .collect();
        u.copy_from_slice(&variables_at(chart, &unit)[..unit.len()]);
    };
    newton.follow(from, &mut path).map_err(|(last, _)| last)
}

/// A branch on the unit box of its region: variables u, unknowns x, det ∂x/∂u, the stretch of the
/// limits, and whether the branch was found there.
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
            u: vec![0.0; (system.n + 1) * BLOCK],
            way: vec![0.0; BLOCK],
            cells: vec![0; BLOCK],
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
    /// Variables and stretch.
    u: Vec<f64>,
    way: Vec<f64>,
    cells: Vec<usize>,
}

impl Evaluator for BranchEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = self.of.branch.dimension();
        let len = block.len();
        if len == 0 {
            return;
        }
        self.chart.evaluate(block, &mut self.u[..(n + 1) * len]);
        self.start(block, &mut values[n * len..2 * n * len]);
        let (u, x) = (&self.u[..n * len], &mut values[n * len..2 * n * len]);
        self.newton.correct(x, u, &self.way[..len]);
        for i in 0..len {
            let found = self.newton.marks[i] == Mark::Found;
            values[2 * n * len + i] = 1.0 / self.newton.determinants[i];
            values[(2 * n + 2) * len + i] = f64::from(u8::from(found));
        }
        if self.newton.marks[..len].contains(&Mark::Lost) {
            self.follow_lost(block, values);
        }
        values[..n * len].copy_from_slice(&self.u[..n * len]);
        values[(2 * n + 1) * len..(2 * n + 2) * len]
            .copy_from_slice(&self.u[n * len..(n + 1) * len]);
    }
}

impl BranchEvaluator<'_> {
    /// The starts of a block: where the tangents at the lattice points of its nodes lead.
    fn start(&mut self, block: &Block<'_>, x: &mut [f64]) {
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
        for i in 0..len {
            let record = &lattice.records[self.cells[i] * size..][..size];
            let (u, rest) = record.split_at(n);
            let (point, inverse) = rest.split_at(n);
            let mut way = 0.0f64;
            for j in 0..n {
                let row = &inverse[j * n..(j + 1) * n];
                let mut step = 0.0;
                for k in 0..n {
                    step += row[k] * (self.u[k * len + i] - u[k]);
                }
                x[j * len + i] = point[j] + step;
                way = way.max(step.abs() / self.newton.scales[j]);
            }
            self.way[i] = way;
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
                values[(n + j) * len + i] = point.as_ref().map_or(f64::NAN, |known| known.x[j]);
            }
            let determinant = point
                .filter(|_| is_found)
                .map(|known| 1.0 / known.determinant);
            values[2 * n * len + i] = determinant.unwrap_or(f64::NAN);
            values[(2 * n + 2) * len + i] = f64::from(u8::from(is_found));
        }
    }
}
