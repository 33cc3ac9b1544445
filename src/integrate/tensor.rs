//! Tensor products of rules: the sum over a grid of nodes, in parallel and with the same bits for
//! any number of threads.
//!
//! 1. Cut the grid into tiles whose sides depend on the numbers of nodes alone.
//! 2. Sum each tile on whichever thread is free, in a fixed order within the tile.
//! 3. Add the tiles' compensated sums in the order of the tiles.

use std::ops::Range;

use rayon::prelude::*;

use super::estimate::{BadNode, Outcome, Status};
use super::settings::Settings;
use crate::elementary::sum::Sum;
use crate::error::Error;
use crate::integrand::{Axis, BLOCK, Block, Coordinate, Evaluator, Integrand, for_each_index};
use crate::rule::Rule;

/// The nodes of a tile besides those along its last axis.
const TILE_ROWS: usize = 256;

/// A grid with fewer nodes is summed on the calling thread: waking others would take longer.
const SMALL_GRID: u64 = 20_000;

/// The number of nodes of a tensor product.
pub(crate) fn nodes(rules: &[Rule]) -> u64 {
    let lengths = rules.iter().map(|rule| rule.len() as u64);
    lengths.fold(1, u64::saturating_mul)
}

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
/// use pullback::{Map, Pullback, rule::Rule, tensor_sums};
/// let square = Map::parse("x = u, y = v")?.over("u = 0..1, v = 0..1")?;
/// let integrand = square.parse(&["x^3*y"])?;
/// let pullback = Pullback::new(&square, &integrand)?;
/// let rules = [Rule::gauss(2)?, Rule::gauss(1)?];
/// assert!((tensor_sums(&pullback, &rules)[0].value() - 0.125).abs() < 1e-16);
/// # Ok::<(), pullback::Error>(())
/// ```
pub fn sums(integrand: &dyn Integrand, rules: &[Rule]) -> Vec<Sum> {
    sums_with(integrand, integrand.evaluator().as_mut(), rules)
}

/// [`sums`] with an evaluator for grids that are too small to share among threads.
pub(crate) fn sums_with(
    integrand: &dyn Integrand,
    evaluator: &mut dyn Evaluator,
    rules: &[Rule],
) -> Vec<Sum> {
    let mut total = vec![Sum::default(); integrand.outputs()];
    if nodes(rules) <= BLOCK as u64 {
        let axes: Vec<Axis<'_>> = rules
            .iter()
            .map(|rule| part_of(rule, 0..rule.len()))
            .collect();
        evaluator.add_grid(&axes, &mut total);
        return total;
    }
    let tiling = Tiling::new(rules);
    let tile = |evaluator: &mut dyn Evaluator, index: usize| {
        let mut sums = vec![Sum::default(); integrand.outputs()];
        evaluator.add_grid(&tiling.axes(index), &mut sums);
        sums
    };
    let mut add = |sums: Vec<Sum>| {
        for (total, sum) in total.iter_mut().zip(&sums) {
            total.add_sum(sum);
        }
    };
    if nodes(rules) < SMALL_GRID || tiling.count() == 1 {
        for index in 0..tiling.count() {
            add(tile(evaluator, index));
        }
    } else {
        // The results come back in the order of the tiles, whoever computed them. A thread takes
        // small tiles several at a time, with one evaluator.
        let together = SMALL_GRID as usize / 4 / tiling.nodes();
        let tiles = (0..tiling.count())
            .into_par_iter()
            .with_min_len(together.max(1));
        let by_tile: Vec<Vec<Sum>> = tiles
            .map_init(
                || integrand.evaluator(),
                |evaluator, index| tile(evaluator.as_mut(), index),
            )
            .collect();
        by_tile.into_iter().for_each(add);
    }
    total
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

/// The first node, in the order of nodes, at which an output is NaN or infinite.
///
/// Only looked for after a sum has come out so; the grid is walked again in order.
pub(crate) fn first_bad_node(integrand: &dyn Integrand, rules: &[Rule]) -> Option<BadNode> {
    let (last, outer) = rules.split_last()?;
    let mut evaluator = integrand.evaluator();
    let mut values = vec![0.0; integrand.outputs() * BLOCK];
    let mut found = None;
    for_each_index(outer.iter().map(Rule::len), |index| {
        for (block, nodes) in last.nodes().chunks(BLOCK).enumerate() {
            if found.is_some() {
                return;
            }
            let n = nodes.len();
            let outer_nodes = index.iter().zip(outer).map(|(&i, rule)| rule.nodes()[i]);
            let mut unit: Vec<f64> = outer_nodes.collect();
            let mut coordinates: Vec<_> = unit.iter().map(|&w| Coordinate::Same(w)).collect();
            coordinates.push(Coordinate::Each(nodes));
            let values = &mut values[..integrand.outputs() * n];
            evaluator.evaluate(&Block::new(&coordinates, n), values);
            let bad = (0..n).find_map(|i| {
                let output = (0..integrand.outputs()).find(|k| !values[k * n + i].is_finite())?;
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
    found
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

/// The fixed tensor product of Gauss rules, with two smaller ones for its error.
///
/// # Errors
/// [`Error::Order`] if a rule is not available.
pub(crate) fn fixed_gauss(
    integrand: &dyn Integrand,
    orders: &[usize],
    settings: &Settings,
) -> Result<Outcome, Error> {
    let order = |axis: usize| orders[if orders.len() == 1 { 0 } else { axis }];
    let rules = |smaller: fn(usize) -> usize| -> Result<Vec<Rule>, Error> {
        let axes = 0..integrand.dimension();
        axes.map(|a| Rule::gauss(smaller(order(a)).max(1)))
            .collect()
    };
    let fine = rules(|n| n)?;
    let witnesses = [rules(|n| n - 1)?, rules(|n| 2 * n / 3)?];
    let all = witnesses.iter().chain([&fine]).map(|rules| nodes(rules));
    let evaluations = all.fold(0, u64::saturating_add);
    let mut outcome = Outcome {
        values: vec![f64::NAN; integrand.outputs()],
        errors: vec![f64::INFINITY; integrand.outputs()],
        status: Status::Budget,
        reasons: Vec::new(),
        evaluations: 0,
        method: describe(&fine),
        because: "the numbers of nodes were given".to_owned(),
        bad_node: None,
    };
    if evaluations > settings.max_evals() {
        outcome.reasons.push(format!(
            "the rule and its witnesses need {evaluations} evaluations, more than max_evals = {}",
            settings.max_evals()
        ));
        return Ok(outcome);
    }
    let values = sums(integrand, &fine);
    outcome.evaluations = evaluations;
    outcome.values = values.iter().map(Sum::value).collect();
    if values.iter().any(|s| !s.is_finite()) {
        outcome.status = Status::Nonfinite;
        outcome.bad_node = first_bad_node(integrand, &fine);
        return Ok(outcome);
    }
    let others = [
        sums(integrand, &witnesses[0]),
        sums(integrand, &witnesses[1]),
    ];
    let order = orders.iter().copied().max().unwrap_or(1) as f64;
    let mut agree = [true; 2];
    for (k, value) in values.iter().enumerate() {
        let distance = |other: &[Sum]| (value.value() - other[k].value()).abs();
        let (near, far) = (distance(&others[0]), distance(&others[1]));
        // Where the error falls as a power p of 1/n, the neighbouring order is p/n of the error
        // away, and the farther one about as far as the error is large.
        outcome.errors[k] = near.max(far.min(order * near)) + roundoff(value);
        for (agree, distance) in agree.iter_mut().zip([near, far]) {
            *agree &= distance + roundoff(value) <= settings.tolerance(value.value());
        }
    }
    let disagrees = |witness: &[Rule]| {
        format!(
            "the rule differs from {} by more than the tolerance",
            describe(witness)
        )
    };
    outcome.status = match agree {
        [true, true] => Status::Converged,
        [true, false] => Status::Suspect,
        [false, _] => Status::Budget,
    };
    for (agree, witness) in agree.iter().zip(&witnesses) {
        if !agree {
            outcome.reasons.push(disagrees(witness));
        }
    }
    Ok(outcome)
}
