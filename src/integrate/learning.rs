//! Learning where an integrand is large: rounds of points through maps that change from round to round.
//!
//! 1. A grid along the axes learns first, for a few rounds.
//! 2. Where the samples, weighted by the size of the integrand, are correlated, a grid along their principal axes
//!    is tried; where they lie in clusters, a channel for each. At first weights are damped so far that they
//!    speak for many samples; as the map improves, less.
//! 3. The map through which the mean of f² was least, beside that of |f|, goes on until it is settled, or until a
//!    round more would cost as much as it may save. A map that sees less of |f| than another sees is none.
//!
//! Samples of the rounds are not counted in an answer: what they say and where they led are not independent. But
//! each round has a mean of its own, and all of them together are a witness.
//!
//! G. P. Lepage, "Adaptive multidimensional integration: VEGAS enhanced", J. Comput. Phys. 439 (2021) 110386;
//! O. Cappé, R. Douc, A. Guillin, J.-M. Marin, C. P. Robert, "Adaptive importance sampling in general mixture
//! classes", Statistics and Computing 18 (2008) 447–459.

use std::ops::Range;

use super::bins::{self, OfAxis};
use super::clusters::clusters;
use super::gaussian::{Gaussian, effective};
use super::learned_map::{Channel, LearnedMap, PARTS};
use super::meter::Stop;
use super::node_set::{LearningRound, NodeSet};
use super::round::{Round, Samples, Seen, Sums, tempered};
use super::task::Task;
use crate::elementary::Unary;
use crate::integrand::Integrand;
use crate::rule::vectors::BINS;
use crate::rule::{Scrambled, Sobol};

/// The points of a round: once it speaks for many samples, before, and at least, and those with which it learns well
/// where few evaluations are thought to be needed; and the part of all evaluations that all rounds may take.
const POINTS: u64 = 1 << 13;
const ROUGH_POINTS: u64 = 1 << 12;
const FEWEST_POINTS: u64 = 1 << 8;
const FEW_POINTS: u64 = 1 << 11;
const LEARNING: u64 = 4;

/// Rounds along the axes before directions are looked for, and between two such looks; the most of a branch, those of them that are not rough
/// through a map with directions of its own, and those of all.
const PLAIN_ROUNDS: u64 = 3;
const NEARER_ROUNDS: u64 = 1;
const BRANCH_ROUNDS: u64 = 12;
const TURNED_ROUNDS: u64 = 4;
const ROUNDS: u64 = 24;

/// The points that a bin needs to say something of its own; bins that do, where weights were made more equal.
const POINTS_PER_BIN: f64 = 64.0;
const ROUGH_BINS: f64 = 16.0;

/// Squares speak for at least so many samples, or are made more equal; through a map that is not rough for this
/// part of all.
const SQUARES: f64 = 128.0;
const KNOWN_SQUARES: f64 = 0.5;

/// The part of all points that is even along some axis.
const EVEN: f64 = 0.02;

/// The most axes of a map with directions of its own: their cost grows with the square.
const MOST_TURNED: usize = 32;

/// For directions weights speak for at least so many samples an axis; from so many on they are known.
const SAMPLES_PER_AXIS: f64 = 16.0;
const KNOWN_PER_AXIS: f64 = 100.0;

/// The samples in which clusters are looked for.
const CLUSTERED: usize = 512;

/// Correlations below this, or below so many of their standard deviations, are none.
const UNCORRELATED: f64 = 0.2;
const SIGNIFICANT: f64 = 3.5;

/// With a spread below this along directions of one grid, several are not tried.
const GOOD: f64 = 1.5;

/// Scrambled points need so many times fewer evaluations than random ones, at least, where a map is good.
const GAIN: f64 = 8.0;

/// A map is settled when its edges move by less than this part of a bin on the mean, or a round improves
/// the spread by less than this part.
const SETTLED: f64 = 0.03;

/// A map that sees less of the sizes than another one by more than so many standard deviations misses something.
const MISSING: f64 = 4.0;

/// The two-sided 95 % quantile of the normal distribution.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// So many effective samples make the mean of a round one with a normal distribution.
const NORMAL: f64 = 100.0;

/// The mean of a round and its variance, output by output.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mean {
    pub(super) values: Vec<f64>,
    pub(super) variances: Vec<f64>,
}

/// A map, and what a round said of it.
#[derive(Clone, Debug, PartialEq)]
struct Tried {
    map: LearnedMap,
    /// The mean of f² beside the square of that of |f|, and the variance beside it, the worst of all outputs.
    spread: f64,
    variance: f64,
    /// Whether it speaks for so many samples that both are known.
    is_known: bool,
    /// The mean of |f| and its standard deviation, output by output.
    sizes: Vec<[f64; 2]>,
}

impl Tried {
    /// Whether it sees less than another.
    fn misses(&self, other: &Tried) -> bool {
        let pairs = self.sizes.iter().zip(&other.sizes);
        let mut pairs = pairs.filter(|(_, other)| other[0] > MISSING * other[1]);
        pairs.any(|(own, other)| own[0] + MISSING * own[1].hypot(other[1]) < other[0])
    }
}

/// What is known between rounds: all of it, so that work can go on from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Learning {
    best: Option<Tried>,
    /// The rounds so far, the points that one may have, and those of all.
    rounds: u64,
    most: u64,
    pub(super) points: u64,
    /// Of rounds with samples enough for a normal distribution.
    pub(super) means: Vec<Mean>,
    /// All of them, where nodes are kept.
    pub(super) kept: Vec<LearningRound>,
}

/// The scrambles of the rounds are not those of the answer.
const FIRST_SCRAMBLE: u64 = 1 << 32;

/// The most points of a round.
pub(super) fn points_of_a_round(task: &Task<'_>) -> u64 {
    // A power of two, at most a third more than their part.
    let all = task.left() / LEARNING / ROUNDS * 3 / 2;
    POINTS.min(if all > 0 { 1 << all.ilog2() } else { 0 })
}

/// The evaluations with which rounds have as many points as they may need.
pub(super) const ENOUGH_TO_LEARN: u64 = LEARNING * ROUNDS * FEW_POINTS;

/// What a learner works on.
pub(super) struct Learner<'l> {
    pub(super) integrand: &'l dyn Integrand,
    pub(super) task: &'l Task<'l>,
    pub(super) sobol: &'l Sobol,
    /// For every axis, where the integrand is known to switch: edges of bins are put there, since a sliver on
    /// the other side of an edge would hardly be sampled.
    pub(super) places: Vec<Vec<f64>>,
}

impl Learner<'_> {
    /// The map to integrate through, from one to begin with, and what was learned, which stays where the work ends
    /// before.
    ///
    /// # Errors
    /// What ended the work.
    pub(super) fn learn(
        &self,
        start: Option<&LearnedMap>,
        state: &mut Learning,
    ) -> Result<LearnedMap, Stop> {
        let dimension = self.integrand.dimension();
        let begin = start
            .cloned()
            .unwrap_or_else(|| LearnedMap::even(dimension));
        let most = points_of_a_round(self.task);
        state.most = most;
        if most < FEWEST_POINTS {
            return Ok(begin);
        }
        let turns = (2..=MOST_TURNED).contains(&dimension) && start.is_none();
        let most = if turns { PLAIN_ROUNDS } else { ROUNDS };
        let mut last = self.follow(state, begin, Limits { most, known: most }, true)?;
        let limits = Limits {
            most: BRANCH_ROUNDS,
            known: TURNED_ROUNDS,
        };
        if turns && !self.is_enough(state) {
            // What is narrow is seen to be correlated only from near.
            while state.is_rough() && state.rounds < BRANCH_ROUNDS && !self.has_turned(&last) {
                let most = NEARER_ROUNDS;
                last = self.follow(state, last.next, Limits { most, known: most }, true)?;
            }
            let (one, several) = self.turned(&last);
            for map in one.into_iter().chain(several) {
                let is_several = map.channels.len() > 1;
                let is_good = state.best.as_ref().is_some_and(|best| best.spread < GOOD);
                if is_several && is_good {
                    break;
                }
                let before = state.best.clone();
                let found = self.follow(state, map, limits, false)?;
                if state.best != before {
                    last = found;
                }
            }
        }
        if !last.is_settled && !self.is_enough(state) && state.rounds < ROUNDS {
            let limits = Limits {
                most: ROUNDS,
                known: ROUNDS,
            };
            self.follow(state, last.next, limits, true)?;
        }
        let map = state.best.as_ref().map(|tried| tried.map.clone());
        Ok(map.unwrap_or_else(|| LearnedMap::even(dimension)))
    }

    /// Some rounds from a map on, which improves from round to round; directions are found anew until they are
    /// known.
    fn follow(
        &self,
        state: &mut Learning,
        mut map: LearnedMap,
        limits: Limits,
        mut is_known: bool,
    ) -> Result<Followed, Stop> {
        let mut before = f64::INFINITY;
        let (mut all, mut counted) = (0, 0);
        let mut points = if state.is_rough() {
            ROUGH_POINTS
        } else {
            POINTS
        }
        .min(state.most);
        loop {
            self.task.afford(points)?;
            let number = FIRST_SCRAMBLE + state.rounds;
            let scramble = Scrambled::new(self.sobol, self.task.seed, number);
            let round = Round {
                map: &map,
                scramble: &scramble,
                points,
            };
            let seen = round.look(self.integrand, self.task)?;
            let (spread, is_rough) = state.note(&round, &seen);
            if self.task.keeps_nodes {
                let scramble = (self.task.seed, number..number + 1);
                state.keep(&round, &seen, scramble, (spread, is_rough));
            }
            all += 1;
            counted += u64::from(!is_rough);
            let is_spent = all >= limits.most || counted >= limits.known;
            let is_last = is_spent || state.rounds >= ROUNDS || self.is_enough(state);
            let turned = match map.is_turned() && !is_known && !is_last {
                true => turned_again(&round, &seen),
                false => None,
            };
            let is_turned = turned.is_some();
            let (next, moved) = match turned {
                Some((next, knows)) => {
                    is_known = knows;
                    (next, f64::INFINITY)
                }
                None => moved_bins(&round, &seen, !is_rough, &self.places),
            };
            let is_settled = !is_rough && (moved < SETTLED || before / spread - 1.0 < SETTLED);
            if is_last || is_settled || moved == 0.0 {
                return Ok(Followed {
                    map,
                    next,
                    scramble,
                    points,
                    seen,
                    is_settled,
                });
            }
            before = if is_turned || is_rough {
                f64::INFINITY
            } else {
                spread
            };
            points = if is_rough { ROUGH_POINTS } else { POINTS }.min(state.most);
            map = next;
        }
    }

    /// Whether random samples through the best map would meet the tolerance with no more than were
    /// taken to learn it.
    fn is_enough(&self, state: &Learning) -> bool {
        let Some(best) = &state.best else {
            return false;
        };
        if !best.is_known {
            return false;
        }
        let sizes: Vec<f64> = best.sizes.iter().map(|size| size[0]).collect();
        let means = state.means.last().map_or(&sizes, |mean| &mean.values);
        let tolerances = self.task.tolerances(means);
        let pairs = tolerances.iter().zip(&sizes);
        let part = pairs
            .map(|(tolerance, size)| tolerance / size)
            .fold(f64::INFINITY, f64::min);
        best.variance * (QUANTILE / part).powi(2) <= GAIN * state.points as f64
    }

    /// Whether there are any of those.
    fn has_turned(&self, last: &Followed) -> bool {
        let (one, several) = self.turned(last);
        one.is_some() || several.is_some()
    }

    /// Maps with directions of their own for which the samples speak: one grid, and several.
    fn turned(&self, last: &Followed) -> (Option<LearnedMap>, Option<LearnedMap>) {
        let dimension = self.integrand.dimension();
        let (weights, _) = tempered(last.seen.weights(), SAMPLES_PER_AXIS * dimension as f64);
        let samples = last.round().samples(&weights);
        let Some(gaussian) = Gaussian::of(&samples.places, &samples.weights, dimension) else {
            return (None, None);
        };
        let chance = SIGNIFICANT / effective(&samples.weights).sqrt();
        let is_correlated = gaussian.correlation() > chance.max(UNCORRELATED);
        let one = is_correlated.then(|| LearnedMap {
            channels: vec![Channel::of(&gaussian, PARTS)],
        });
        (one, of_clusters(&samples, dimension))
    }
}

/// How many rounds may follow, and how many that are not rough.
#[derive(Clone, Copy)]
struct Limits {
    most: u64,
    known: u64,
}

/// Where rounds ended: the last map, what it saw, and the map that would come next.
struct Followed {
    map: LearnedMap,
    next: LearnedMap,
    scramble: Scrambled,
    points: u64,
    seen: Seen,
    /// Whether a round more would hardly help.
    is_settled: bool,
}

impl Followed {
    fn round(&self) -> Round<'_> {
        Round {
            map: &self.map,
            scramble: &self.scramble,
            points: self.points,
        }
    }
}

impl Learning {
    /// Whether no map speaks for many samples yet.
    fn is_rough(&self) -> bool {
        self.best.as_ref().is_none_or(|best| !best.is_known)
    }

    /// Notes what a round said of a map: its spread, and whether that is known but roughly.
    fn note(&mut self, round: &Round<'_>, seen: &Seen) -> (f64, bool) {
        self.rounds += 1;
        self.points += round.points;
        let count = round.points as f64;
        let of_size = |sum: f64, squares: f64| of_size(sum, squares, count);
        let spreads = seen.of_outputs.iter().map(|sums| match sums.sizes > 0.0 {
            true => {
                let square = sums.sizes * sums.sizes;
                let spread = count * sums.squares / square;
                [spread, spread - sums.values * sums.values / square]
            }
            false => [f64::INFINITY; 2],
        });
        let [spread, variance] = spreads.fold([0.0f64; 2], |a, b| [0, 1].map(|k| a[k].max(b[k])));
        let sizes = seen
            .of_outputs
            .iter()
            .map(|sums| of_size(sums.sizes, sums.squares));
        // The squares have a variance that is known well enough too.
        let is_known = seen.of_outputs.iter().all(|sums| {
            sums.sizes * sums.sizes > NORMAL * sums.squares
                && sums.squares * sums.squares > NORMAL * sums.fourths
        });
        let tried = Tried {
            map: round.map.clone(),
            spread,
            variance,
            is_known,
            sizes: sizes.collect(),
        };
        let is_better = match &self.best {
            None => true,
            Some(best) if tried.misses(best) => false,
            Some(best) => best.misses(&tried) || spread < best.spread,
        };
        if is_better {
            self.best = Some(tried);
        }
        if is_known {
            let means = seen
                .of_outputs
                .iter()
                .map(|sums| of_size(sums.values, sums.squares));
            let (values, deviations): (Vec<f64>, Vec<f64>) = means.map(|[m, d]| (m, d)).unzip();
            self.means.push(Mean {
                values,
                variances: deviations.iter().map(|d| d * d).collect(),
            });
        }
        (spread, !is_known)
    }

    /// Keeps where the points of a round were, and what it said.
    fn keep(
        &mut self,
        round: &Round<'_>,
        seen: &Seen,
        (seed, numbers): (u64, Range<u64>),
        (spread, is_rough): (f64, bool),
    ) {
        let of_output = |sums: &Sums| of_size(sums.values, sums.squares, round.points as f64);
        let found = seen.of_outputs.iter().map(of_output);
        let (values, errors): (Vec<f64>, Vec<f64>) = found.map(|[m, d]| (m, QUANTILE * d)).unzip();
        let dimension = round.map.dimension();
        let nodes = NodeSet::of_scrambles(dimension, (seed, numbers), round.points, &values);
        self.kept.push(LearningRound {
            nodes: nodes.led_by(round.map),
            values,
            errors,
            is_known: !is_rough,
            efficiency: 1.0 / spread,
        });
    }

    /// The mean of the rounds' means and the half-width of its interval, output by output, for an answer before all
    /// is learned; none where no round has enough samples.
    pub(super) fn so_far(&self) -> Option<(Vec<f64>, Vec<f64>)> {
        let count = self.means.len() as f64;
        let outputs = self.means.first()?.values.len();
        let interval = |k: usize| {
            let mean = self.means.iter().map(|mean| mean.values[k]).sum::<f64>() / count;
            let own: f64 = self.means.iter().map(|mean| mean.variances[k]).sum();
            // Rounds that disagree have missed something.
            let apart = self
                .means
                .iter()
                .map(|round| (round.values[k] - mean).powi(2));
            let deviation = (own.max(apart.sum()) / count / count).sqrt();
            (mean, QUANTILE * deviation)
        };
        Some((0..outputs).map(interval).unzip())
    }

    /// How well the means of the rounds agree with values: χ², its degrees of freedom, and the probability of
    /// as large a one; the worst of all outputs. None where too few rounds count.
    pub(super) fn agreement(&self, values: &[f64], errors: &[f64]) -> Option<Agreement> {
        let of_output = |k: usize| {
            let variance = (errors[k] / QUANTILE).powi(2);
            let terms = self.means.iter().map(|mean| {
                let distance = mean.values[k] - values[k];
                let all = mean.variances[k] + variance;
                if all > 0.0 {
                    distance * distance / all
                } else {
                    0.0
                }
            });
            terms.sum::<f64>()
        };
        let freedom = self.means.len();
        let worst = (0..values.len()).map(of_output).fold(0.0, f64::max);
        (freedom > 1).then(|| Agreement::new(worst, freedom))
    }
}

/// The mean of so many numbers with such sums of them and of their squares, and its standard deviation.
fn of_size(sum: f64, squares: f64, count: f64) -> [f64; 2] {
    let mean = sum / count;
    let variance = (squares / count - mean * mean).max(0.0);
    [mean, (variance / count).sqrt()]
}

/// How well means agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Agreement {
    pub(super) chi_squared: f64,
    pub(super) freedom: usize,
    pub(super) probability: f64,
}

impl Agreement {
    /// By the cube root, which is nearly normal: E. B. Wilson, M. M. Hilferty, "The distribution of chi-square",
    /// Proc. Nat. Acad. Sci. 17 (1931) 684–688.
    fn new(chi_squared: f64, freedom: usize) -> Self {
        let n = freedom as f64;
        let variance = 2.0 / (9.0 * n);
        let root = (chi_squared / n).cbrt();
        let deviations = (root - (1.0 - variance)) / variance.sqrt();
        Agreement {
            chi_squared,
            freedom,
            probability: 0.5 * Unary::Erfc.value(deviations * std::f64::consts::FRAC_1_SQRT_2),
        }
    }
}

/// A channel for each of the clusters of samples; none where there is one.
fn of_clusters(samples: &Samples, dimension: usize) -> Option<LearnedMap> {
    let thinned = samples.thinned(CLUSTERED, dimension);
    let found = clusters(&thinned.places, &thinned.weights, dimension);
    let parts = in_parts(
        &found
            .iter()
            .map(|cluster| cluster.share)
            .collect::<Vec<f64>>(),
    );
    let channels = found.iter().zip(&parts);
    let channels = channels.map(|(cluster, parts)| Channel::of(&cluster.gaussian, *parts));
    (found.len() > 1).then(|| LearnedMap {
        channels: channels.collect(),
    })
}

/// Shares in sixteenths, none of which is nothing.
fn in_parts(shares: &[f64]) -> Vec<u32> {
    let sum: f64 = shares.iter().sum();
    let mut parts = vec![1; shares.len()];
    for _ in shares.len()..PARTS as usize {
        // The next one goes to whom most is missing.
        let missing = |k: usize| shares[k] / sum * f64::from(PARTS) - f64::from(parts[k]);
        let most = (0..shares.len()).max_by(|&a, &b| missing(a).total_cmp(&missing(b)));
        if let Some(most) = most {
            parts[most] += 1;
        }
    }
    parts
}

/// Directions anew from better samples, and whether those say enough of them.
fn turned_again(round: &Round<'_>, seen: &Seen) -> Option<(LearnedMap, bool)> {
    let dimension = round.map.dimension();
    let (weights, _) = tempered(seen.weights(), SAMPLES_PER_AXIS * dimension as f64);
    let samples = round.samples(&weights);
    let is_known = effective(&samples.weights) > KNOWN_PER_AXIS * dimension as f64;
    let next = match round.map.channels.len() {
        1 => {
            Gaussian::of(&samples.places, &samples.weights, dimension).map(|gaussian| LearnedMap {
                channels: vec![Channel::of(&gaussian, PARTS)],
            })
        }
        _ => of_clusters(&samples, dimension),
    };
    next.map(|next| (next, is_known))
}

/// A map with bins that moved, and by how much of a bin; its channels share points as they pay.
fn moved_bins(
    round: &Round<'_>,
    seen: &Seen,
    is_known: bool,
    places: &[Vec<f64>],
) -> (LearnedMap, f64) {
    let mut map = round.map.clone();
    let dimension = map.dimension();
    let even = EVEN / dimension as f64;
    let mut squares = seen.weights();
    squares.iter_mut().for_each(|weight| *weight *= *weight);
    let target = match is_known {
        true => KNOWN_SQUARES * round.points as f64,
        false => SQUARES,
    };
    let (squares, is_rough) = tempered(squares, target.max(SQUARES));
    let held = round.held(&squares);
    let mut most = 0.0f64;
    let mut shares = Vec::new();
    let channels = held.bins.chunks(dimension * BINS).zip(&held.counts);
    for (channel, (own, count)) in map.channels.iter_mut().zip(channels) {
        let points = *count as f64;
        let fewest = if is_rough && !is_known {
            points / ROUGH_BINS
        } else {
            POINTS_PER_BIN
        };
        for (edges, sums) in channel.edges.iter_mut().zip(own.chunks(BINS)) {
            let of_axis = OfAxis {
                points,
                sums,
                fewest,
            };
            most = most.max(bins::moved(edges, &of_axis, even));
        }
        if channel.frame.is_none() {
            for (edges, places) in channel.edges.iter_mut().zip(places) {
                bins::put_edges(edges, places);
            }
        }
        let mean = own[..BINS].iter().sum::<f64>() / (*count).max(1) as f64;
        shares.push(f64::from(channel.parts) * mean.sqrt());
    }
    if shares.len() > 1 && shares.iter().sum::<f64>() > 0.0 {
        let parts = in_parts(&shares);
        for (channel, parts) in map.channels.iter_mut().zip(parts) {
            channel.parts = parts;
        }
    }
    (map, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteenths_add_up() {
        assert_eq!(in_parts(&[1.0]), [16]);
        assert_eq!(in_parts(&[0.5, 0.5]), [8, 8]);
        assert_eq!(in_parts(&[0.3, 0.7]), [5, 11]);
        assert_eq!(in_parts(&[1e-9, 1.0, 1e-9]), [1, 14, 1]);
    }

    #[test]
    fn the_probability_of_chi_squared() {
        // 95 % of χ² with 10 degrees of freedom are below 18.307, 99 % with 5 below 15.086.
        assert!((Agreement::new(18.307, 10).probability - 0.05).abs() < 1e-3);
        assert!((Agreement::new(15.086, 5).probability - 0.01).abs() < 1e-3);
    }
}
