//! Node sets: nodes in the unit box and their weights, of which a value is the weighted sum.
//!
//! 1. A set is kept as what its nodes are made from: rules on parts of the box, cells, the numbers of random points.
//! 2. Nodes are made again when they are asked for, block by block, in the order in which they were summed.
//! 3. With the points through a learned map the rounds are kept in which it was learned.
//! 4. A set is of the values that its method found. Where these were changed since, there is none.

use std::ops::Range;

use super::cell_rule::CellRule;
use super::learned_map::LearnedMap;
use super::random_points::{CHUNK, NUMBERS, generators, numbered};
use super::through::{Leading, lanes};
use crate::error::Error;
use crate::integrand::{BLOCK, Block, Coordinate, Side, for_each_index};
use crate::rule::vectors::sampling;
use crate::rule::{Rule, Sobol};

/// The most cells that are kept.
const MOST_CELLS: usize = 1 << 20;

/// Nodes in the unit box with weights: a value is the sum over them of weight times integrand.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeSet {
    dimension: usize,
    of: Of,
    /// The values that are their sums.
    values: Vec<f64>,
    /// The rounds in which the map was learned, where there were any.
    rounds: Vec<LearningRound>,
}

/// A round in which `vegas` learned: points through the map that there was by then.
///
/// It is no part of the answer: what a round says and where it leads are not independent.
///
/// ```
/// use pullback::{Domain, Estimate, Map, Method, Settings};
/// let square = Map::identity(&["x", "y"])?.over("x = 0..1, y = 0..1")?;
/// let peak = square.parse(&["exp(-300*((x - 0.3)^2 + (y - 0.6)^2))"])?;
/// let settings = Settings::new().rtol(1e-3).method(Method::Vegas).keeping_nodes();
/// let answer = Estimate::of(&square, &peak, &settings)?;
/// let nodes = answer.nodes.as_ref().expect("vegas keeps its nodes");
/// let efficiencies: Vec<f64> = nodes.rounds().iter().map(|round| round.efficiency).collect();
/// // The peak covers a hundredth of the square; the grid follows it.
/// assert!(efficiencies[0] < 0.05 && efficiencies.last() > Some(&0.4));
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LearningRound {
    /// Its points, and the map that led them.
    pub nodes: NodeSet,
    /// The values, one for each integrand, by this round alone.
    pub values: Vec<f64>,
    /// The half-widths of their 95 % intervals, were the points random.
    pub errors: Vec<f64>,
    /// Whether the points speak for so many that values and errors mean something.
    pub is_known: bool,
    /// (∑|f|)²/(n ∑f²) of the n points, weights included, the least of all integrands: the part of them that would
    /// say as much, were all terms of one size. L. Kish, "Survey Sampling", Wiley (1965).
    pub efficiency: f64,
}

/// What nodes are made from.
#[derive(Clone, Debug, PartialEq)]
enum Of {
    /// Tensor products of rules on parts of the box.
    Rules(Vec<Placed>),
    /// Cells with one rule for all: for every cell its corner, then its sides.
    Cells(Vec<f64>),
    /// So many random points of a seed.
    Random { seed: u64, count: u64 },
    /// So many points of each of some scrambles of a seed, through a map where there is one.
    Scrambled {
        seed: u64,
        numbers: Range<u64>,
        count: u64,
        map: Option<LearnedMap>,
    },
}

/// Rules on a part of the box, one for every axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) sides: Vec<Side>,
    pub(super) rules: Vec<Rule>,
}

impl NodeSet {
    fn new(dimension: usize, of: Of, values: &[f64]) -> Self {
        NodeSet {
            dimension,
            of,
            values: values.to_vec(),
            rounds: Vec::new(),
        }
    }

    /// A tensor product of rules on the whole box.
    pub(super) fn of_rules(rules: Vec<Rule>, values: &[f64]) -> Self {
        let sides = vec![Side::WHOLE; rules.len()];
        NodeSet::of_parts(vec![Placed { sides, rules }], values)
    }

    /// Tensor products on parts of the box, of which there is one at least.
    pub(super) fn of_parts(parts: Vec<Placed>, values: &[f64]) -> Self {
        NodeSet::new(parts[0].rules.len(), Of::Rules(parts), values)
    }

    /// Cells with the rule of cells, corner and sides of each; none where they are too many to be kept.
    pub(super) fn of_cells<'c>(
        dimension: usize,
        cells: impl ExactSizeIterator<Item = [&'c [f64]; 2]>,
        values: &[f64],
    ) -> Option<Self> {
        (cells.len() <= MOST_CELLS).then(|| {
            let numbers = cells.flatten().flatten().copied().collect();
            NodeSet::new(dimension, Of::Cells(numbers), values)
        })
    }

    /// Random points.
    pub(super) fn random(dimension: usize, seed: u64, count: u64, values: &[f64]) -> Self {
        NodeSet::new(dimension, Of::Random { seed, count }, values)
    }

    /// Scrambled points.
    pub(super) fn scrambled(dimension: usize, seed: u64, count: u64, values: &[f64]) -> Self {
        Self::of_scrambles(dimension, (seed, NUMBERS), count, values)
    }

    /// So many points of each of the scrambles of such numbers.
    pub(super) fn of_scrambles(
        dimension: usize,
        (seed, numbers): (u64, Range<u64>),
        count: u64,
        values: &[f64],
    ) -> Self {
        let map = None;
        let of = Of::Scrambled {
            seed,
            numbers,
            count,
            map,
        };
        NodeSet::new(dimension, of, values)
    }

    /// The same led by a map.
    pub(super) fn led_by(mut self, by: &LearnedMap) -> Self {
        if let Of::Scrambled { map, .. } = &mut self.of {
            *map = Some(by.clone());
        }
        self
    }

    /// The same, with the rounds in which the map was learned.
    pub(super) fn learned_in(self, rounds: Vec<LearningRound>) -> Self {
        NodeSet { rounds, ..self }
    }

    /// The rules on parts, where that is what nodes are made from, on another part of the box.
    pub(super) fn placed_on(self, sides: &[Side]) -> Vec<Placed> {
        let Of::Rules(mut parts) = self.of else {
            return Vec::new();
        };
        for part in &mut parts {
            for (own, whole) in part.sides.iter_mut().zip(sides) {
                *own = Side {
                    from: whole.at(own.from),
                    to: whole.at(own.to),
                };
            }
        }
        parts
    }

    /// Whether these values are the sums.
    pub(super) fn are_of(&self, values: &[f64]) -> bool {
        let pairs = self.values.iter().zip(values);
        self.values.len() == values.len() && pairs.clone().all(|(a, b)| a.to_bits() == b.to_bits())
    }

    /// How many nodes there are, at most: a learned map may lead some of them out of the box.
    pub fn count(&self) -> u64 {
        match &self.of {
            Of::Rules(parts) => {
                let of_part = |part: &Placed| nodes(&part.rules);
                parts.iter().map(of_part).fold(0, u64::saturating_add)
            }
            Of::Cells(numbers) => {
                let cells = numbers.len() / (2 * self.dimension).max(1);
                let nodes = CellRule::new(self.dimension).map_or(0, |rule| rule.weights.len());
                cells as u64 * nodes as u64
            }
            Of::Random { count, .. } => *count,
            Of::Scrambled { count, numbers, .. } => {
                count.saturating_mul(numbers.end - numbers.start)
            }
        }
    }

    /// The number of coordinates of a node.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The parts of the box that have a rule of their own, side by side: cells; none for points without cells.
    pub fn cells(&self) -> Vec<Vec<Side>> {
        match &self.of {
            Of::Rules(parts) => parts.iter().map(|part| part.sides.clone()).collect(),
            Of::Cells(numbers) => {
                let cell = |own: &[f64]| {
                    let (from, width) = own.split_at(self.dimension);
                    let side = |(from, width): (&f64, &f64)| Side {
                        from: *from,
                        to: from + width,
                    };
                    from.iter().zip(width).map(side).collect()
                };
                numbers.chunks(2 * self.dimension).map(cell).collect()
            }
            Of::Random { .. } | Of::Scrambled { .. } => Vec::new(),
        }
    }

    /// The map that led the points, where one did.
    pub fn map(&self) -> Option<&LearnedMap> {
        match &self.of {
            Of::Scrambled { map, .. } => map.as_ref(),
            _ => None,
        }
    }

    /// The rounds in which that map was learned, the first one first.
    pub fn rounds(&self) -> &[LearningRound] {
        &self.rounds
    }

    /// Hands all nodes to `visit`, at most [`BLOCK`] at a time: coordinates by axes, and the weights.
    ///
    /// # Errors
    /// Those of `visit`, which end it.
    pub fn for_each_block<E: From<Error>>(
        &self,
        mut visit: impl FnMut(&[&[f64]], &[f64]) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.of {
            Of::Rules(parts) => parts.iter().try_for_each(|part| of_rules(part, &mut visit)),
            Of::Cells(numbers) => of_cells(self.dimension, numbers, &mut visit),
            Of::Random { seed, count } => {
                let weights = [1.0 / *count as f64; BLOCK];
                let uniform = sampling().uniform;
                let mut nodes = vec![0.0; self.dimension * BLOCK];
                for first in (0..*count).step_by(CHUNK as usize) {
                    let mut generators = generators(*seed, first / CHUNK);
                    let end = count.saturating_sub(first).min(CHUNK) as usize;
                    for begin in (0..end).step_by(BLOCK) {
                        uniform(&mut generators, &mut nodes);
                        let n = (end - begin).min(BLOCK);
                        let rows: Vec<&[f64]> = nodes.chunks(BLOCK).map(|row| &row[..n]).collect();
                        visit(&rows, &weights[..n])?;
                    }
                }
                Ok(())
            }
            Of::Scrambled {
                seed,
                numbers,
                count,
                map,
            } => {
                let sobol = Sobol::new(self.dimension)?;
                let all = count * (numbers.end - numbers.start);
                let weight = 1.0 / all as f64;
                let mut nodes = vec![0.0; self.dimension * BLOCK];
                let mut weights = [0.0; BLOCK];
                let lanes = map.as_ref().map(lanes);
                let lanes = lanes.as_deref();
                let mut leading = lanes.map(|lanes| Leading::new(lanes, self.dimension));
                for scramble in numbered(&sobol, *seed, numbers.clone()) {
                    for first in (0..*count).step_by(BLOCK) {
                        let n = (count - first).min(BLOCK as u64) as usize;
                        for (axis, row) in nodes.chunks_mut(BLOCK).enumerate() {
                            scramble.fill(axis, first, &mut row[..n]);
                        }
                        let rows: Vec<&[f64]> = nodes.chunks(BLOCK).map(|row| &row[..n]).collect();
                        let Some(leading) = &mut leading else {
                            weights[..n].fill(weight);
                            visit(&rows, &weights[..n])?;
                            continue;
                        };
                        let rows: Vec<_> = rows.into_iter().map(Coordinate::Each).collect();
                        let inside = leading.lead(&Block::new(&rows, n));
                        let stretches = leading.stretches(inside);
                        for (own, stretch) in weights.iter_mut().zip(stretches) {
                            *own = weight * stretch;
                        }
                        if inside > 0 {
                            let rows: Vec<&[f64]> = leading.places(inside).collect();
                            visit(&rows, &weights[..inside])?;
                        }
                    }
                }
                Ok(())
            }
        }
    }
}

/// The number of nodes of a tensor product.
pub(super) fn nodes(rules: &[Rule]) -> u64 {
    let lengths = rules.iter().map(|rule| rule.len() as u64);
    lengths.fold(1, u64::saturating_mul)
}

/// The nodes of a tensor product on a part of the box, the last axis fastest.
fn of_rules<E>(
    Placed { sides, rules }: &Placed,
    visit: &mut impl FnMut(&[&[f64]], &[f64]) -> Result<(), E>,
) -> Result<(), E> {
    let place = |(side, rule): (&Side, &Rule)| -> [Vec<f64>; 2] {
        let nodes = rule.nodes().iter().map(|s| side.at(*s)).collect();
        let weights = rule.weights().iter().map(|w| side.width() * w).collect();
        [nodes, weights]
    };
    let axes: Vec<[Vec<f64>; 2]> = sides.iter().zip(rules).map(place).collect();
    let Some((last, outer)) = axes.split_last() else {
        return Ok(());
    };
    let mut ended = Ok(());
    for_each_index(outer.iter().map(|[nodes, _]| nodes.len()), |index| {
        for (nodes, weights) in last[0].chunks(BLOCK).zip(last[1].chunks(BLOCK)) {
            if ended.is_err() {
                return;
            }
            let own = index.iter().zip(outer);
            let weight = own.clone().fold(1.0, |w, (&i, axis)| w * axis[1][i]);
            let same = own.map(|(&i, axis)| vec![axis[0][i]; nodes.len()]);
            let same: Vec<Vec<f64>> = same.collect();
            let rows = same.iter().map(|row| &row[..]).chain([nodes]);
            let weights: Vec<f64> = weights.iter().map(|w| weight * w).collect();
            ended = visit(&rows.collect::<Vec<_>>(), &weights);
        }
    });
    ended
}

/// The nodes of cells.
fn of_cells<E: From<Error>>(
    dimension: usize,
    numbers: &[f64],
    visit: &mut impl FnMut(&[&[f64]], &[f64]) -> Result<(), E>,
) -> Result<(), E> {
    let rule = CellRule::new(dimension)?;
    let total = rule.weights.len();
    let mut nodes = vec![0.0; dimension * BLOCK];
    for cell in numbers.chunks(2 * dimension) {
        let (from, width) = cell.split_at(dimension);
        let content: f64 = width.iter().product();
        for first in (0..total).step_by(BLOCK) {
            let n = (total - first).min(BLOCK);
            for (axis, row) in nodes.chunks_mut(BLOCK).enumerate() {
                for (out, x) in row.iter_mut().zip(&rule.nodes[axis][first..first + n]) {
                    *out = from[axis] + width[axis] * x;
                }
            }
            let rows: Vec<&[f64]> = nodes.chunks(BLOCK).map(|row| &row[..n]).collect();
            let weights = rule.weights[first..first + n].iter();
            let weights: Vec<f64> = weights.map(|w| content * w).collect();
            visit(&rows, &weights)?;
        }
    }
    Ok(())
}
