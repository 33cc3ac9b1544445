//! Integrals between bounds: cells on each of which bounds decide, however narrow a peak is and
//! wherever it stands.
//!
//! 1. Of every cell take an interval that holds the mean of the integrand on it. Where its content
//!    times its width matters, take a rule of which the error is bounded; where there is none,
//!    the cell is open.
//! 2. Halve the open cell with the largest error, along the axis that needs the most nodes.
//! 3. End when the errors of all cells add up to less than the tolerance, or when the work that is
//!    allowed is done: what the open cells may hold is then told, with its place.
//!
//! K. Petras, "Self-validating integration and approximation of piecewise analytic functions", J.
//! Comput. Appl. Math. 145 (2002) 345–359; F. Johansson, "Numerical integration in
//! arbitrary-precision ball arithmetic", Mathematical Software – ICMS 2018, Lecture Notes in Computer
//! Science 10931, 255–263; R. E. Moore, "Interval Analysis", Prentice-Hall (1966), for the division.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::axis_bounds::AxisBounds;
use super::meter::{Metered, Stop};
use super::outcome::Hidden;
use super::task::Task;
use super::tensor::roundoff;
use crate::elementary::sum::Sum;
use crate::integrand::{Axis, Block, Bounds, Coordinate, Integrand, Side, part};
use crate::rule::Rule;
use crate::scatter::Scatter;

/// A cell that needs more nodes along an axis is halved.
const MOST_ALONG_AXIS: f64 = 48.0;

/// A cell that needs more nodes in all is halved, if that may help.
const MOST_IN_CELL: f64 = 20_000.0;

/// The most cells.
const MOST_CELLS: usize = 100_000;

/// Sides are not halved beyond this length: the next numbers are as near.
const SHORTEST: f64 = 1e-300;

/// A cell may take this part of the tolerance, however small it is.
const LEAST_SHARE: f64 = 1.0 / 4096.0;

/// The cells at which coordinates that keep their digits are taken.
const NARROW: f64 = 1e-4;

/// How often a cell may be a box of its own, with cells of its own.
const DEEPEST: u32 = 3;

/// Nodes at which an open cell is looked at.
const LOOKS: usize = 16;

/// The bounds of a cell are explained where they are at most so many times as wide as what the
/// nodes in it say.
const EXPLAINED: f64 = 4.0;

/// What is known of the integrals over a box.
pub(crate) struct Enclosed {
    /// The integrals.
    pub(crate) values: Vec<f64>,
    /// How far they may be off: infinite where nothing is known.
    pub(crate) errors: Vec<f64>,
    /// The rounding errors of the sums, not contained in `errors`.
    pub(crate) rounding: Vec<f64>,
    /// The cells and the nodes.
    pub(crate) cells: usize,
    pub(crate) nodes: u64,
    /// What the open cells may hide.
    pub(crate) hidden: Option<Hidden>,
}

/// How a cell ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// Its interval, or a rule, is good enough.
    Closed,
    /// It would have to be halved along an axis.
    Open(usize),
}

struct Cell {
    sides: Vec<Side>,
    /// For every output the integral over the cell, and how far it may be off.
    sums: Vec<Sum>,
    errors: Vec<f64>,
    /// The largest error, in tolerances.
    excess: f64,
    end: End,
    number: usize,
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_excess = self.excess.total_cmp(&other.excess);
        by_excess.then(other.number.cmp(&self.number))
    }
}

struct Enclosing<'s> {
    integrand: &'s dyn Integrand,
    bounds: Box<dyn Bounds + 's>,
    evaluator: Metered<'s>,
    task: &'s Task<'s>,
    tolerances: Vec<f64>,
    periodic: Vec<bool>,
    varies: Vec<bool>,
    depth: u32,
    nodes: u64,
    count: usize,
    means: Vec<(f64, f64)>,
}

/// The integrals over the unit box between bounds, to tolerances, with so much work on bounds at
/// most; `None` if the integrand has no bounds.
///
/// # Errors
/// What ended the evaluations.
pub(crate) fn enclose(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    tolerances: &[f64],
    work: u64,
) -> Result<Option<Enclosed>, Stop> {
    enclose_at(integrand, task, tolerances, work, 0)
}

fn enclose_at(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    tolerances: &[f64],
    work: u64,
    depth: u32,
) -> Result<Option<Enclosed>, Stop> {
    let Some(mut bounds) = integrand.knowledge().bounds() else {
        return Ok(None);
    };
    bounds.allow(work);
    let facts = (0..integrand.dimension()).map(|axis| integrand.knowledge().axis_facts(axis));
    let facts: Vec<_> = facts.collect();
    let mut enclosing = Enclosing {
        integrand,
        bounds,
        evaluator: task.evaluator(integrand),
        task,
        tolerances: tolerances.to_vec(),
        periodic: facts.iter().map(|f| f.periodic == Some(true)).collect(),
        varies: facts.iter().map(|f| f.varies).collect(),
        depth,
        nodes: 0,
        count: 0,
        means: vec![(0.0, 0.0); integrand.outputs()],
    };
    enclosing.run().map(Some)
}

impl Enclosing<'_> {
    fn run(&mut self) -> Result<Enclosed, Stop> {
        let mut heap = BinaryHeap::new();
        let whole = vec![Side::WHOLE; self.varies.len()];
        heap.push(self.cell(whole)?);
        let mut until_sum = 0;
        let mut done = Vec::new();
        loop {
            if until_sum == 0 {
                // What is met by all cells together, each may miss.
                let total = total(heap.iter().chain(&done), self.tolerances.len());
                let mut pairs = total.1.iter().zip(&self.tolerances);
                if pairs.all(|(error, tolerance)| error <= tolerance) {
                    break;
                }
                until_sum = 1 + heap.len() / 16;
            }
            until_sum -= 1;
            if heap.len() + done.len() >= MOST_CELLS || self.bounds.is_spent() {
                break;
            }
            let Some(worst) = heap.pop() else { break };
            match worst.end {
                End::Open(axis) => match halves(&worst.sides, axis) {
                    Some(halves) => {
                        for sides in halves {
                            heap.push(self.cell(sides)?);
                        }
                    }
                    None => done.push(worst),
                },
                // Nothing more is to be had of it.
                End::Closed => done.push(worst),
            }
            if self.task.is_over().is_some() {
                break;
            }
        }
        done.extend(heap.into_vec());
        done.sort_by_key(|cell| cell.number);
        let (sums, errors) = total(done.iter(), self.tolerances.len());
        let values: Vec<f64> = sums.iter().map(Sum::value).collect();
        let met = errors.iter().zip(&self.tolerances).all(|(e, t)| e <= t);
        Ok(Enclosed {
            values,
            errors,
            rounding: sums.iter().map(roundoff).collect(),
            cells: done.len(),
            nodes: self.nodes,
            hidden: if met { None } else { self.hidden(&done)? },
        })
    }

    /// A cell, by its interval or by a rule.
    fn cell(&mut self, sides: Vec<Side>) -> Result<Cell, Stop> {
        let content: f64 = sides.iter().map(Side::width).product();
        let bounded = self.bounds.turn_to(&sides).is_some();
        self.bounds.means(&mut self.means);
        let mut cell = Cell {
            sums: Vec::with_capacity(self.means.len()),
            errors: Vec::with_capacity(self.means.len()),
            excess: 0.0,
            end: End::Closed,
            number: self.count,
            sides,
        };
        self.count += 1;
        for &(lo, hi) in &self.means {
            let (middle, half) = (lo / 2.0 + hi / 2.0, hi / 2.0 - lo / 2.0);
            if half.is_finite() {
                let mut sum = Sum::default();
                sum.add(middle * content);
                cell.sums.push(sum);
                cell.errors
                    .push(half * content + f64::EPSILON * middle.abs() * content);
            } else {
                cell.sums.push(Sum::default());
                cell.errors.push(f64::INFINITY);
            }
        }
        cell.excess = self.excess(&cell.errors);
        if cell.excess <= self.share(content) {
            return Ok(cell);
        }
        cell.end = End::Open(self.longest(&cell.sides));
        if bounded {
            self.try_rules(&mut cell, content)?;
        }
        Ok(cell)
    }

    /// The part of the tolerance that a cell may take.
    fn share(&self, content: f64) -> f64 {
        let least = LEAST_SHARE.min(1.0 / (1.0 + self.count as f64));
        0.5 * content.max(least)
    }

    fn excess(&self, errors: &[f64]) -> f64 {
        let ratios = errors.iter().zip(&self.tolerances).map(|(error, t)| {
            if *error == 0.0 { 0.0 } else { error / t }
        });
        // Written so that NaN stays.
        ratios.fold(0.0, |worst, ratio| if ratio <= worst { worst } else { ratio })
    }

    /// The longest side that may be halved.
    fn longest(&self, sides: &[Side]) -> usize {
        let varying = (0..sides.len()).filter(|&a| self.varies[a]);
        let longest = varying.max_by(|&a, &b| {
            let by_width = sides[a].width().total_cmp(&sides[b].width());
            by_width.then(b.cmp(&a))
        });
        longest.unwrap_or(0)
    }

    /// Closes a cell by a rule along each axis, if there are rules of which the errors are known;
    /// else says along which axis it is to be halved.
    fn try_rules(&mut self, cell: &mut Cell, content: f64) -> Result<(), Stop> {
        let outputs = self.tolerances.len();
        let varying = self.varies.iter().filter(|v| **v).count().max(1) as f64;
        let share = self.share(content);
        let shares: Vec<f64> = self
            .tolerances
            .iter()
            .map(|t| t * share / content / varying)
            .collect();
        let mut rules = Vec::with_capacity(cell.sides.len());
        let mut errors = vec![0.0; outputs];
        let mut moved = vec![0.0; outputs];
        let (mut worst, mut all) = ((0.0, 0), 1.0);
        for axis in 0..cell.sides.len() {
            if !self.varies[axis] {
                rules.push(Rule::gauss(1)?);
                continue;
            }
            let side = cell.sides[axis];
            let periodic = self.periodic[axis] && side == Side::WHOLE;
            let mut known = AxisBounds::new(periodic, outputs);
            let n = known.order(axis, &shares, self.bounds.as_mut(), false);
            if n > worst.0 {
                worst = (n, axis);
            }
            if n > MOST_ALONG_AXIS {
                // Another axis may need even more nodes, but halving this one helps anyway.
                cell.end = End::Open(axis);
                return Ok(());
            }
            all *= n;
            rules.push(if periodic {
                Rule::trapezoid(n as usize)?
            } else {
                Rule::gauss(n as usize)?
            });
            for k in 0..outputs {
                errors[k] += content * known.error(n as usize, k);
                if side != Side::WHOLE {
                    // The rounding of a coordinate moves a node by so much of a side that is short.
                    let part = f64::EPSILON / 2.0 * side.from.max(side.to) / side.width();
                    moved[k] += content * part * known.slope(k);
                }
            }
        }
        if all > MOST_IN_CELL && worst.0 > 8.0 {
            cell.end = End::Open(worst.1);
            return Ok(());
        }
        if self.excess(&moved) > share
            && self.depth < DEEPEST
            && cell.sides.iter().any(|side| side.width() < NARROW)
        {
            return self.closer(cell, content);
        }
        let mut sums = vec![Sum::default(); outputs];
        let placed: Vec<[Vec<f64>; 2]> = cell
            .sides
            .iter()
            .zip(&rules)
            .map(|(side, rule)| {
                let nodes = rule.nodes().iter().map(|s| side.at(*s)).collect();
                let weights = rule.weights().iter().map(|w| side.width() * w).collect();
                [nodes, weights]
            })
            .collect();
        let axes: Vec<Axis<'_>> = placed
            .iter()
            .map(|[nodes, weights]| Axis { nodes, weights })
            .collect();
        self.evaluator.add_grid(&axes, &mut sums)?;
        self.nodes += all as u64;
        if sums.iter().any(|sum| !sum.is_finite()) {
            return Ok(());
        }
        cell.sums = sums;
        cell.errors = errors.iter().zip(&moved).map(|(e, m)| e + m).collect();
        cell.excess = self.excess(&cell.errors);
        cell.end = End::Closed;
        Ok(())
    }

    /// Closes a narrow cell as a box of its own, in coordinates that keep their digits.
    fn closer(&mut self, cell: &mut Cell, content: f64) -> Result<(), Stop> {
        let piece = part(self.integrand, &cell.sides);
        let share = self.share(content);
        let tolerances: Vec<f64> = self.tolerances.iter().map(|t| t * share).collect();
        let work = self.bounds.work();
        let task = self.task;
        let found = enclose_at(piece.integrand.as_ref(), task, &tolerances, work, self.depth + 1)?;
        let Some(found) = found else { return Ok(()) };
        self.nodes += found.nodes;
        cell.sums = found.values.iter().map(|value| {
            let mut sum = Sum::default();
            sum.add(*value);
            sum
        }).collect();
        cell.errors = found.errors.iter().zip(&found.rounding).map(|(e, r)| e + r).collect();
        cell.excess = self.excess(&cell.errors);
        cell.end = End::Closed;
        Ok(())
    }

    /// What the open cells may hide: where their intervals say more than the nodes in them.
    fn hidden(&mut self, cells: &[Cell]) -> Result<Option<Hidden>, Stop> {
        let outputs = self.tolerances.len();
        let dimension = self.varies.len();
        let points = Scatter::golden(dimension).along_axes(1..LOOKS + 1);
        let mut values = vec![0.0; outputs * LOOKS];
        let mut hidden: Option<Hidden> = None;
        let mut total = vec![0.0; outputs];
        let mut most = 0.0;
        for cell in cells.iter().filter(|cell| cell.end != End::Closed) {
            let content: f64 = cell.sides.iter().map(Side::width).product();
            if cell.excess <= self.share(content) {
                continue;
            }
            self.bounds.turn_to(&cell.sides);
            self.bounds.means(&mut self.means);
            let along: Vec<Vec<f64>> = points
                .iter()
                .zip(&cell.sides)
                .map(|(s, side)| s.iter().map(|s| side.at(*s)).collect())
                .collect();
            let nodes: Vec<_> = along.iter().map(|w| Coordinate::Each(w)).collect();
            self.evaluator.evaluate(&Block::new(&nodes, LOOKS), &mut values)?;
            self.nodes += LOOKS as u64;
            let mut own = 0.0f64;
            for k in 0..outputs {
                let seen = &values[k * LOOKS..(k + 1) * LOOKS];
                let least = seen.iter().copied().fold(f64::INFINITY, f64::min);
                let largest = seen.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let (lo, hi) = self.means[k];
                let explained = EXPLAINED * (largest - least)
                    + f64::EPSILON * largest.abs().max(least.abs());
                if hi - lo <= explained {
                    continue;
                }
                let more = (hi - largest).max(least - lo) * content;
                total[k] += more;
                own = own.max(more / self.tolerances[k]);
            }
            if own > most || own.is_nan() {
                most = own;
                hidden = Some(Hidden {
                    size: 0.0,
                    unit: cell.sides.iter().map(|side| side.at(0.5)).collect(),
                });
            }
        }
        let size = total.iter().copied().fold(0.0, f64::max);
        let matters = self.excess(&total) > 1.0;
        Ok(hidden.filter(|_| matters).map(|h| Hidden { size, ..h }))
    }
}

/// Both halves of a cell along an axis.
fn halves(sides: &[Side], axis: usize) -> Option<[Vec<Side>; 2]> {
    let Side { from, to } = sides[axis];
    let middle = from + (to - from) / 2.0;
    if middle <= from || middle >= to || to - from < SHORTEST {
        return None;
    }
    let half = |from: f64, to: f64| {
        let mut sides = sides.to_vec();
        sides[axis] = Side { from, to };
        sides
    };
    Some([half(from, middle), half(middle, to)])
}

/// The sums and the errors of cells.
fn total<'c>(cells: impl Iterator<Item = &'c Cell>, outputs: usize) -> (Vec<Sum>, Vec<f64>) {
    let (mut sums, mut errors) = (vec![Sum::default(); outputs], vec![0.0; outputs]);
    for cell in cells {
        for k in 0..outputs {
            sums[k].add_sum(&cell.sums[k]);
            errors[k] += cell.errors[k];
        }
    }
    (sums, errors)
}
