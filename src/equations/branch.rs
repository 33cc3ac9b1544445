//! One branch of the solutions of g(x) = u over a region of u: the inverse of g near a point.
//!
//! 1. Walk from g(near) to the region: straight, or by a detour where the straight way is blocked.
//! 2. Flood a lattice in the unit box of the region: each point of it is reached from a neighbour.
//!    Where two neighbours are not joined by a path within the branch, two branches meet.
//! 3. A node starts at its lattice point, where the tangent leads, and is corrected by Newton's method
//!    with all others of its block; what that may lose is followed along a path of its own.
//!
//! A node's solution depends on the node alone, not on others or on their order; or on its tile, where a
//! tile of a grid has so many nodes that polynomials lead to them better (interpolant).
//!
//! E. L. Allgower, K. Georg, "Introduction to Numerical Continuation Methods", SIAM (2003).

use super::lattice::{Lattice, near_first, variables_at, within};
use super::newton::{Known, Mark, Newton};
use super::system::System;
use crate::integrand::{BLOCK, Evaluator, Integrand};
use crate::program::Program;
use crate::scatter::Scatter;

/// Lattice points that are tried as the first one, and detours to them.
const FIRST_POINTS: usize = 6;
const DETOURS: usize = 40;

/// Points of two ways that differ by less, as a part of what lies between neighbours, are the same.
const SAME: f64 = 1e-6;

/// A solution of g(x) = u over a region.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(super) system: System,
    /// The variables u, then the stretch of the limits, at unit coordinates.
    pub(super) chart: Program,
    pub(super) lattice: Lattice,
    pub(super) scales: Vec<f64>,
    pub(super) sign: f64,
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
        check_ways(&mut newton, chart.as_mut(), lattice, others)?;
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

/// Checks that cells which were reached on different ways are joined to each other.
fn check_ways(
    newton: &mut Newton<'_>,
    chart: &mut dyn Evaluator,
    lattice: &Lattice,
    mut others: Vec<(usize, usize)>,
) -> Result<(), Obstacle> {
    others.retain(|(_, to)| lattice.known(*to).is_some());
    others
        .iter_mut()
        .for_each(|pair| *pair = (pair.0.min(pair.1), pair.0.max(pair.1)));
    others.sort_unstable();
    others.dedup();
    for (pair, way) in others.iter().zip(reached(newton, chart, lattice, &others)) {
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
    Ok(())
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
pub(super) fn along(
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
