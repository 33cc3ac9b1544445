//! VEGAS: a learned grid in front of the integrand, then scrambled Sobol points through it.
//!
//! 1. The axes are cut into bins that hold the same integral of f²: as many bins of any width get as many
//!    points. From samples of a round each bin learns its share, smoothed over its neighbours and damped; the
//!    bins move, and the next round samples through them. The grid through which the mean of f² was least, beside
//!    that of |f|, is kept.
//! 2. Samples of the rounds are not counted: what they say and where they led are not independent.
//! 3. The grid is a change of coordinates, w ↦ x(w) with the volume element Π dx/dw: through it the mean over
//!    scrambled points is unbiased, and its interval that of qmc.
//!
//! G. P. Lepage, "A new algorithm for adaptive multidimensional integration", J. Comput. Phys. 27 (1978)
//! 192–203; G. P. Lepage, "Adaptive multidimensional integration: VEGAS enhanced", J. Comput. Phys. 439 (2021)
//! 110386.

use rayon::prelude::*;

use super::because::{Because, Step};
use super::meter::{Halt, Metered, Stop};
use super::outcome::{Outcome, Status};
use super::qmc;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use crate::elementary::{Binary, Unary};
use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand, Knowledge};
use crate::rule::{Scrambled, Sobol};

/// The bins of an axis at most and at least; so many points of a round are for each, lest bins follow chance.
const MOST_BINS: usize = 200;
const FEWEST_BINS: usize = 8;
const POINTS_PER_BIN: u64 = 128;

/// Rounds of learning, the points of a round, and the part of all evaluations that they may take.
const ROUNDS: u64 = 8;
const POINTS: u64 = 1 << 14;
const FEWEST_POINTS: u64 = 1 << 8;
const LEARNING: u64 = 4;

/// How fast bins follow what they learn: with 1 at once.
const DAMPING: f64 = 0.5;

/// The part of all points along an axis that are spread evenly.
const EVEN: f64 = 0.05;

/// A round that moves no edge by more than this part of a bin was the last.
const SETTLED: f64 = 0.01;

/// The points of a chunk.
const CHUNK: u64 = 4 * BLOCK as u64;

/// The scrambles of the rounds are not those of the answer.
const FIRST_SCRAMBLE: u64 = 1 << 32;

/// The sums of squares in the bins, and those of sizes.
type Learned = (Vec<f64>, Vec<f64>);

/// A learned grid.
pub(crate) struct Vegas;

impl Strategy for Vegas {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let integrand = subject.integrand;
        let sobol = Sobol::new(integrand.dimension())?;
        let mut grid = Grid::even(integrand.dimension(), 1);
        let learned = match learn(integrand, task, &sobol, &mut grid) {
            Ok(learned) => learned,
            Err(Stop::Halt(halt)) => {
                let reason = task.reason(halt);
                let none = Outcome::none(integrand.outputs(), Status::Budget, Some(reason));
                return Ok(Attempt::Open(none.by("vegas", Because::of(Step::AskedFor))));
            }
            Err(failed) => return Err(failed),
        };
        let through = Through {
            integrand,
            grid: &grid,
        };
        let mut outcome = qmc::integrate(&through, task, &qmc::scrambles(&sobol, task.seed))?;
        if let Some(bad) = &mut outcome.bad_node {
            bad.unit = grid.at(&bad.unit);
        }
        let points = std::mem::take(&mut outcome.method);
        let method = format!("vegas, a grid learned from {learned} points, then {points}");
        Ok(Attempt::of(outcome.by(method, Because::of(Step::AskedFor))))
    }
}

/// Lets a grid learn; the points that it took.
fn learn(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    sobol: &Sobol,
    grid: &mut Grid,
) -> Result<u64, Stop> {
    let all = task.left() / LEARNING / ROUNDS;
    let points = POINTS.min(match all {
        0 => 0,
        all => 1 << all.ilog2(),
    });
    let mut learned = 0;
    if points < FEWEST_POINTS {
        return Ok(0);
    }
    let bins = (points / POINTS_PER_BIN) as usize;
    let mut next = Grid::even(sobol.dimension(), bins.clamp(FEWEST_BINS, MOST_BINS));
    let mut least = f64::INFINITY;
    for round in 0..ROUNDS {
        task.afford(points)?;
        let scramble = Scrambled::new(sobol, task.seed, FIRST_SCRAMBLE + round);
        let (squares, sizes) = squares(integrand, task, &next, &scramble, points)?;
        learned += points;
        // Where a peak is met by few points both are small, but their ratio is large.
        let of_outputs = squares.chunks(sobol.dimension() * next.bins).zip(&sizes);
        let spread = of_outputs.map(|(own, size)| {
            let all: f64 = own[..next.bins].iter().sum();
            if *size > 0.0 {
                points as f64 * all / (size * size)
            } else {
                1.0
            }
        });
        let spread = spread.fold(0.0, f64::max);
        if spread < least {
            *grid = next.clone();
            least = spread;
        }
        if next.moved_by(&shares(&squares, sobol.dimension(), next.bins)) < SETTLED {
            break;
        }
    }
    Ok(learned)
}

/// The part of the squares in each bin of each axis; the outputs count alike.
fn shares(squares: &[f64], dimension: usize, bins: usize) -> Vec<Vec<f64>> {
    let mut shares = vec![vec![0.0; bins]; dimension];
    for of_output in squares.chunks(dimension * bins) {
        let all: f64 = of_output[..bins].iter().sum();
        if all > 0.0 && all.is_finite() {
            for (shares, squares) in shares.iter_mut().zip(of_output.chunks(bins)) {
                for (share, square) in shares.iter_mut().zip(squares) {
                    *share += square / all;
                }
            }
        }
    }
    shares
}

/// The sums of the squares of the values in each bin of each axis, output by output, and those of the sizes.
fn squares(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    grid: &Grid,
    points: &Scrambled,
    count: u64,
) -> Result<Learned, Stop> {
    let (dimension, outputs, bins) = (integrand.dimension(), integrand.outputs(), grid.bins);
    let through = Through { integrand, grid };
    let evaluator = || task.evaluator(&through);
    let one = |evaluator: &mut Metered<'_>, number: u64| -> Result<Learned, Halt> {
        let mut squares = vec![0.0; outputs * dimension * bins];
        let mut sizes = vec![0.0; outputs];
        let (from, to) = (number * CHUNK, ((number + 1) * CHUNK).min(count));
        let shape = [dimension, outputs];
        qmc::for_each_block(evaluator, points, shape, [from, to], |rows, values| {
            let n = values.len() / outputs;
            // What has no value is met again, and told, when it counts.
            values
                .iter_mut()
                .filter(|value| !value.is_finite())
                .for_each(|value| *value = 0.0);
            let of_outputs = squares.chunks_mut(dimension * bins).zip(&mut sizes);
            for (values, (squares, size)) in values.chunks(n).zip(of_outputs) {
                *size += values.iter().map(|value| value.abs()).sum::<f64>();
                for (row, squares) in rows.iter().zip(squares.chunks_mut(bins)) {
                    for (w, value) in row.iter().zip(values) {
                        squares[bin(*w, bins)] += value * value;
                    }
                }
            }
        })?;
        Ok((squares, sizes))
    };
    let chunks = 0..count.div_ceil(CHUNK);
    let found: Vec<Result<Learned, Halt>> =
        task.in_parallel(|| chunks.into_par_iter().map_init(evaluator, one).collect())?;
    let mut sums = (vec![0.0; outputs * dimension * bins], vec![0.0; outputs]);
    for chunk in found {
        let (squares, sizes) = chunk?;
        for (sum, square) in sums.0.iter_mut().zip(squares) {
            *sum += square;
        }
        for (sum, size) in sums.1.iter_mut().zip(sizes) {
            *sum += size;
        }
    }
    Ok(sums)
}

/// The bin of a coordinate before the grid.
fn bin(w: f64, bins: usize) -> usize {
    ((w * bins as f64) as usize).min(bins - 1)
}

/// Axes in bins.
#[derive(Clone)]
struct Grid {
    bins: usize,
    /// The edges of the bins of each axis, from 0 to 1.
    edges: Vec<Vec<f64>>,
}

impl Grid {
    fn even(dimension: usize, bins: usize) -> Self {
        let edges = (0..=bins).map(|k| k as f64 / bins as f64);
        Grid {
            bins,
            edges: vec![edges.collect(); dimension],
        }
    }

    /// The place of a coordinate and the stretch there.
    fn place(edges: &[f64], w: f64) -> (f64, f64) {
        let bins = edges.len() - 1;
        let k = bin(w, bins);
        let width = edges[k + 1] - edges[k];
        let within = w * bins as f64 - k as f64;
        (edges[k] + within * width, width * bins as f64)
    }

    /// Where a point is led.
    fn at(&self, unit: &[f64]) -> Vec<f64> {
        let pairs = self.edges.iter().zip(unit);
        pairs.map(|(edges, w)| Self::place(edges, *w).0).collect()
    }

    /// Moves the edges so that bins have equal shares; by how many bins one is moved at most.
    fn moved_by(&mut self, shares: &[Vec<f64>]) -> f64 {
        let (bins, mut most) = (self.bins, 0.0f64);
        for (edges, shares) in self.edges.iter_mut().zip(shares) {
            let sum: f64 = shares.iter().sum();
            if sum <= 0.0 {
                continue;
            }
            // Smoothed over the neighbours, and damped by ((1 − d)/ln(1/d))^α.
            let smooth = (0..bins).map(|k| {
                let at = |k: usize| shares[k] / sum;
                match k {
                    0 => (7.0 * at(0) + at(1)) / 8.0,
                    k if k == bins - 1 => (at(k - 1) + 7.0 * at(k)) / 8.0,
                    k => (at(k - 1) + 6.0 * at(k) + at(k + 1)) / 8.0,
                }
            });
            let damped = smooth.map(|d| match d {
                d if d <= 0.0 => 0.0,
                d if d >= 1.0 => 1.0,
                d => Binary::Pow.value((1.0 - d) / -Unary::Ln.value(d), DAMPING),
            });
            // Some points go everywhere: what was not seen may be there.
            let damped: Vec<f64> = damped.collect();
            let all: f64 = damped.iter().sum();
            let widths = edges.windows(2).map(|pair| pair[1] - pair[0]);
            let weights = damped.iter().zip(widths);
            let weights = weights.map(|(d, width)| (1.0 - EVEN) * d / all + EVEN * width);
            let weights: Vec<f64> = weights.collect();
            let per_bin = weights.iter().sum::<f64>() / bins as f64;
            let (mut next, mut k, mut held) = (vec![0.0], 0, 0.0);
            for _ in 1..bins {
                while held < per_bin && k < bins {
                    held += weights[k];
                    k += 1;
                }
                held -= per_bin;
                // So much of the last bin lies behind the edge.
                let rest = held / weights[k - 1];
                next.push(edges[k] - rest * (edges[k] - edges[k - 1]));
            }
            next.push(1.0);
            for (k, (new, old)) in next.iter().zip(edges.iter()).enumerate() {
                let width = edges[(k + 1).min(bins)] - edges[k.saturating_sub(1)];
                most = most.max((new - old).abs() / width);
            }
            // Edges that rounding would join stay apart.
            let is_in_order = next.windows(2).all(|pair| pair[0] < pair[1]);
            if is_in_order {
                *edges = next;
            }
        }
        most
    }
}

/// An integrand through a grid.
struct Through<'g> {
    integrand: &'g dyn Integrand,
    grid: &'g Grid,
}

impl Integrand for Through<'_> {
    fn dimension(&self) -> usize {
        self.integrand.dimension()
    }

    fn outputs(&self) -> usize {
        self.integrand.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(ThroughEvaluator {
            grid: self.grid,
            inner: self.integrand.evaluator(),
            nodes: vec![0.0; self.dimension() * BLOCK],
            stretches: vec![0.0; BLOCK],
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

impl Knowledge for Through<'_> {
    fn axis_name(&self, axis: usize) -> String {
        self.integrand.knowledge().axis_name(axis)
    }
}

struct ThroughEvaluator<'g> {
    grid: &'g Grid,
    inner: Box<dyn Evaluator + 'g>,
    nodes: Vec<f64>,
    stretches: Vec<f64>,
}

impl Evaluator for ThroughEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = block.len();
        let stretches = &mut self.stretches[..n];
        stretches.fill(1.0);
        let axes = block.coordinates().iter().zip(&self.grid.edges);
        for ((coordinate, edges), row) in axes.zip(self.nodes.chunks_mut(BLOCK)) {
            for (i, (x, stretch)) in row.iter_mut().zip(stretches.iter_mut()).enumerate() {
                let (place, own) = Grid::place(edges, coordinate.at(i));
                *x = place;
                *stretch *= own;
            }
        }
        let rows = self
            .nodes
            .chunks(BLOCK)
            .map(|row| Coordinate::Each(&row[..n]));
        let coordinates: Vec<_> = rows.collect();
        self.inner.evaluate(&Block::new(&coordinates, n), values);
        for values in values.chunks_mut(n.max(1)) {
            for (value, stretch) in values.iter_mut().zip(&*stretches) {
                *value *= stretch;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINS: usize = 100;

    #[test]
    fn bins_gather_where_the_squares_are() {
        let mut grid = Grid::even(1, BINS);
        // All of it in the first tenth.
        for _ in 0..40 {
            let edges = grid.edges[0].clone();
            let share =
                |k: usize| (edges[k + 1].min(0.1) - edges[k].min(0.1)) * (edges[k + 1] - edges[k]);
            let shares: Vec<f64> = (0..BINS).map(share).collect();
            grid.moved_by(&[shares]);
        }
        let inside = grid.edges[0].iter().filter(|edge| **edge <= 0.1).count();
        assert!(inside > 9 * BINS / 10, "{inside}");
        assert!(grid.edges[0].windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((grid.edges[0][0], grid.edges[0][BINS]), (0.0, 1.0));
    }

    #[test]
    fn a_grid_is_a_change_of_coordinates() {
        let mut grid = Grid::even(2, BINS);
        let shares: Vec<f64> = (0..BINS).map(|k| (1 + k * k) as f64).collect();
        grid.moved_by(&[shares.clone(), shares.into_iter().rev().collect()]);
        // The stretch is the slope of the place, and its mean is 1.
        for edges in &grid.edges {
            let count = 10 * BINS;
            let mean = (0..count).map(|k| Grid::place(edges, (k as f64 + 0.5) / count as f64).1);
            assert!((mean.sum::<f64>() / count as f64 - 1.0).abs() < 1e-12);
            let (h, w) = (1e-6, 0.401_23);
            let slope = (Grid::place(edges, w + h).0 - Grid::place(edges, w - h).0) / (2.0 * h);
            assert!((slope - Grid::place(edges, w).1).abs() < 1e-6);
        }
    }
}
