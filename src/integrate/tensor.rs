//! Tensor products of rules: the sum over a grid of nodes, in parallel and with the same bits for
//! any number of threads.
//!
//! 1. Cut the grid into tiles whose sides depend on the numbers of nodes alone.
//! 2. Sum each tile on whichever thread is free, in a fixed order within the tile.
//! 3. Add the tiles' compensated sums in the order of the tiles.

use std::ops::Range;
use std::time::Instant;

use super::meter::{Halt, Meter, Metered, Stop};
use super::node_set::nodes;
use super::outcome::{BadNode, Outcome};
use super::settings::Settings;
use super::task::{Measure, Task};
use crate::elementary::sum::Sum;
use crate::error::Error;
use crate::integrand::{Axis, BLOCK, Block, Coordinate, Integrand, Side, for_each_index};
use crate::rule::Rule;

/// The nodes of a tile besides those along its last axis.
const TILE_ROWS: usize = 256;

/// The most tiles whose sums are kept at a time.
const BATCH: usize = 1 << 16;

/// A grid with fewer nodes is summed on the calling thread: waking others would take longer.
const SMALL_GRID: u64 = 20_000;

/// The text `gauss 10 x trapezoid 20`.
pub(crate) fn describe(rules: &[Rule]) -> String {
    let names: Vec<String> = rules.iter().map(Rule::to_string).collect();
    names.join(" x ")
}

/// The weighted sums of all outputs over the tensor product of rules, one rule for every axis.
///
/// The sums have the same bits for any number of threads.
///
/// ```
/// use pullback::domain::Pullback;
/// use pullback::integrator::tensor_sums;
/// use pullback::{Map, rule::Rule};
/// let square = Map::parse("x = u, y = v")?.over("u = 0..1, v = 0..1")?;
/// let integrand = square.parse(&["x^3*y"])?;
/// let pullback = Pullback::new(&square, &integrand)?;
/// let rules = [Rule::gauss(2)?, Rule::gauss(1)?];
/// assert!((tensor_sums(&pullback, &rules)?[0].value() - 0.125).abs() < 1e-16);
/// # Ok::<(), pullback::Error>(())
/// ```
///
/// # Errors
/// [`Error::Setting`] if threads are needed and cannot be started.
pub fn sums(integrand: &dyn Integrand, rules: &[Rule]) -> Result<Vec<Sum>, Error> {
    let settings = Settings::new().max_evals(u64::MAX);
    let meter = Meter::new(&settings, integrand.outputs(), Instant::now());
    let task = Task::new(&settings, Measure::Each, &meter);
    match sums_with(integrand, &mut task.evaluator(integrand), rules, &task) {
        Ok(sums) => Ok(sums),
        Err(Stop::Failed(error)) => Err(error),
        // Nothing limits this: more nodes than can be counted are never done.
        Err(Stop::Halt(_)) => Ok(vec![Sum::new(f64::NAN, 0.0, f64::NAN); integrand.outputs()]),
    }
}

/// [`sums`] within a task, with an evaluator for grids that are too small to share among threads.
pub(crate) fn sums_with(
    integrand: &dyn Integrand,
    evaluator: &mut Metered<'_>,
    rules: &[Rule],
    task: &Task<'_>,
) -> Result<Vec<Sum>, Stop> {
    let mut total = vec![Sum::default(); integrand.outputs()];
    if nodes(rules) <= BLOCK as u64 {
        let axes: Vec<Axis<'_>> = rules
            .iter()
            .map(|rule| part_of(rule, 0..rule.len()))
            .collect();
        evaluator.add_grid(&axes, &mut total)?;
        return Ok(total);
    }
    let tiling = Tiling::new(rules);
    let tile = |evaluator: &mut Metered<'_>, index: usize| -> Result<Vec<Sum>, Halt> {
        let mut sums = vec![Sum::default(); integrand.outputs()];
        evaluator.add_grid(&tiling.axes(index), &mut sums)?;
        Ok(sums)
    };
    let add = |total: &mut [Sum], sums: &[Sum]| {
        for (total, sum) in total.iter_mut().zip(sums) {
            total.add_sum(sum);
        }
    };
    if nodes(rules) < SMALL_GRID || tiling.count() == 1 {
        for index in 0..tiling.count() {
            add(&mut total, &tile(evaluator, index)?);
        }
        return Ok(total);
    }
    // The results come back in the order of the tiles, whoever computed them. A thread takes small
    // tiles several at a time, with one evaluator.
    let together = (SMALL_GRID as usize / 4 / tiling.nodes()).max(1);
    for batch in task.parts(0..tiling.count(), BATCH) {
        let on = (tiling.identity(), batch.clone());
        total = task.step(on, || -> Result<Vec<Sum>, Stop> {
            let by_tile = task.each(batch, together, || task.evaluator(integrand), tile)?;
            let mut total = total.clone();
            for sums in by_tile {
                add(&mut total, &sums?);
            }
            Ok(total)
        })?;
    }
    Ok(total)
}

/// Adds the sums over the nodes of rules on a cell, with the content of the cell as a factor.
///
/// # Errors
/// What ended the evaluations.
pub(crate) fn add_on_cell(
    evaluator: &mut Metered<'_>,
    sides: &[Side],
    rules: &[Rule],
    sums: &mut [Sum],
) -> Result<(), Halt> {
    let place = |(side, rule): (&Side, &Rule)| -> [Vec<f64>; 2] {
        let nodes = rule.nodes().iter().map(|s| side.at(*s)).collect();
        let weights = rule.weights().iter().map(|w| side.width() * w).collect();
        [nodes, weights]
    };
    let placed: Vec<[Vec<f64>; 2]> = sides.iter().zip(rules).map(place).collect();
    let axes = placed
        .iter()
        .map(|[nodes, weights]| Axis { nodes, weights });
    evaluator.add_grid(&axes.collect::<Vec<_>>(), sums)
}

/// A part of a rule.
fn part_of(rule: &Rule, range: Range<usize>) -> Axis<'_> {
    Axis {
        nodes: &rule.nodes()[range.clone()],
        weights: &rule.weights()[range],
    }
}

/// A grid cut into tiles.
struct Tiling<'r> {
    rules: &'r [Rule],
    sides: Vec<usize>,
    /// Tiles along each axis.
    counts: Vec<usize>,
}

impl<'r> Tiling<'r> {
    fn new(rules: &'r [Rule]) -> Self {
        let lengths: Vec<usize> = rules.iter().map(Rule::len).collect();
        let sides = tile_sides(&lengths);
        let counts = lengths.iter().zip(&sides);
        Tiling {
            rules,
            counts: counts.map(|(n, side)| n.div_ceil(*side)).collect(),
            sides,
        }
    }

    fn count(&self) -> usize {
        self.counts.iter().product()
    }

    /// What tells the rules from others: how many nodes they have, and one of them.
    fn identity(&self) -> Vec<(usize, u64)> {
        let rules = self.rules.iter();
        let of_rule = |rule: &Rule| (rule.len(), rule.nodes()[rule.len() / 3].to_bits());
        rules.map(of_rule).collect()
    }

    /// The nodes of a full tile.
    fn nodes(&self) -> usize {
        self.sides.iter().product()
    }

    /// The nodes and weights of a tile along each axis.
    fn axes(&self, index: usize) -> Vec<Axis<'r>> {
        let mut rest = index;
        let mut axes = Vec::with_capacity(self.rules.len());
        for (a, rule) in self.rules.iter().enumerate().rev() {
            let begin = rest % self.counts[a] * self.sides[a];
            rest /= self.counts[a];
            let range = begin..(begin + self.sides[a]).min(rule.len());
            axes.push(part_of(rule, range));
        }
        axes.reverse();
        axes
    }
}

/// The sides of a tile: a block along the last axis, and rows shared among the others.
fn tile_sides(lengths: &[usize]) -> Vec<usize> {
    let mut sides = vec![1; lengths.len()];
    let Some(last) = lengths.len().checked_sub(1) else {
        return sides;
    };
    sides[last] = lengths[last].min(BLOCK);
    let mut rows = TILE_ROWS * BLOCK / sides[last].max(BLOCK / 4);
    // The later axes take their share first: an equal root each of what is left.
    for a in (0..last).rev() {
        let share = (rows as f64).powf(1.0 / (a + 1) as f64).round() as usize;
        sides[a] = share.clamp(1, lengths[a].min(BLOCK));
        rows = (rows / sides[a]).max(1);
    }
    sides
}

/// The outcome of sums over a grid that are not finite.
pub(crate) fn nonfinite(
    integrand: &dyn Integrand,
    rules: &[Rule],
    sums: &[Sum],
    task: &Task<'_>,
) -> Outcome {
    let values = values(sums);
    match first_bad_node(integrand, rules, task) {
        Ok(bad_node) => Outcome::nonfinite(values, bad_node),
        // Whether a node is bad or the sum overflows was not found out.
        Err(halt) => Outcome {
            reasons: vec![task.reason(halt)],
            ..Outcome::nonfinite(values, None)
        },
    }
}

/// The first node, in the order of nodes, at which an output is NaN or infinite.
///
/// Only looked for after a sum has come out so; the grid is walked again in order.
///
/// # Errors
/// What ended the walk.
fn first_bad_node(
    integrand: &dyn Integrand,
    rules: &[Rule],
    task: &Task<'_>,
) -> Result<Option<BadNode>, Halt> {
    let Some((last, outer)) = rules.split_last() else {
        return Ok(None);
    };
    let mut evaluator = task.evaluator(integrand);
    let outputs = integrand.outputs();
    let mut values = vec![0.0; outputs * BLOCK];
    let mut found = None;
    let mut over = None;
    for_each_index(outer.iter().map(Rule::len), |index| {
        for (block, nodes) in last.nodes().chunks(BLOCK).enumerate() {
            if found.is_some() || over.is_some() {
                return;
            }
            let n = nodes.len();
            let outer_nodes = index.iter().zip(outer).map(|(&i, rule)| rule.nodes()[i]);
            let mut unit: Vec<f64> = outer_nodes.collect();
            let mut coordinates: Vec<_> = unit.iter().map(|&w| Coordinate::Same(w)).collect();
            coordinates.push(Coordinate::Each(nodes));
            let values = &mut values[..outputs * n];
            if let Err(halt) = evaluator.evaluate(&Block::new(&coordinates, n), values) {
                over = Some(halt);
                return;
            }
            let bad = (0..n).find_map(|i| {
                let output = (0..outputs).find(|k| !values[k * n + i].is_finite())?;
                Some((i, output))
            });
            if let Some((i, output)) = bad {
                unit.push(last.nodes()[block * BLOCK + i]);
                found = Some(BadNode {
                    unit,
                    output,
                    value: values[output * n + i],
                });
            }
        }
    });
    over.map_or(Ok(found), Err)
}

/// The rounding error that a sum may carry: a few ulps of the sum of the sizes of its terms.
///
/// Each value comes from a chain of operations with a few ulps of error in all, and these errors
/// are independent enough that eight ulps of the size cover them in practice; the sum itself is
/// compensated and adds nothing.
pub(crate) fn roundoff(sum: &Sum) -> f64 {
    8.0 * f64::EPSILON * sum.magnitude()
}

/// The values of sums.
pub(crate) fn values(sums: &[Sum]) -> Vec<f64> {
    sums.iter().map(Sum::value).collect()
}
