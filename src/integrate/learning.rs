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

use super::bins;
use super::clusters::clusters;
use super::gaussian::{Gaussian, effective};
use super::learned_map::{Channel, LearnedMap, PARTS};
use super::meter::Stop;
use super::round::{Samples, Seen, look};
use super::task::Task;
use crate::elementary::Unary;
use crate::integrand::Integrand;
use crate::program::sampling::BINS;
use crate::rule::{Scrambled, Sobol};

/// The points of a round, at most and at least, and the part of all evaluations that all rounds may take.
const POINTS: u64 = 1 << 14;
const FEWEST_POINTS: u64 = 1 << 8;
const LEARNING: u64 = 4;

/// Rounds along the axes before directions are looked for, through a map with directions of its own, and in all.
const PLAIN_ROUNDS: u64 = 2;
const TURNED_ROUNDS: u64 = 4;
const ROUNDS: u64 = 12;

/// The points that a bin needs to say something of its own.
const POINTS_PER_BIN: u64 = 64;

/// The part of all points that is even along some axis.
const EVEN: f64 = 0.15;

/// The most axes of a map with directions of its own: their cost grows with the square.
const MOST_TURNED: usize = 32;

/// For directions weights speak for at least so many samples an axis; from so many on they are known.
const SAMPLES_PER_AXIS: f64 = 8.0;
const KNOWN_PER_AXIS: f64 = 100.0;

/// The samples in which clusters are looked for.
const CLUSTERED: usize = 512;

/// Correlations below this, or below so many of their standard deviations, are none.
const UNCORRELATED: f64 = 0.2;
const SIGNIFICANT: f64 = 4.0;

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
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Mean {
    pub(super) values: Vec<f64>,
    pub(super) variances: Vec<f64>,
}

/// A map, and what a round said of it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
struct Tried {
    map: LearnedMap,
    /// The mean of f² beside the square of that of |f|, the worst of all outputs.
    spread: f64,
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
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Learning {
    best: Option<Tried>,
    /// The rounds so far, the points of each, and of all of them.
    rounds: u64,
    per_round: u64,
    pub(super) points: u64,
    /// Of rounds with samples enough for a normal distribution.
    pub(super) means: Vec<Mean>,
}

/// The scrambles of the rounds are not those of the answer.
const FIRST_SCRAMBLE: u64 = 1 << 32;

/// What a learner works on.
pub(super) struct Learner<'l> {
    pub(super) integrand: &'l dyn Integrand,
    pub(super) task: &'l Task<'l>,
    pub(super) sobol: &'l Sobol,
}

impl Learner<'_> {
    /// The map to integrate through, from one to begin with.
    ///
    /// # Errors
    /// What ended the work.
    pub(super) fn learn(&self, start: Option<&LearnedMap>) -> Result<(LearnedMap, Learning), Stop> {
        let dimension = self.integrand.dimension();
        let begin = start.cloned().unwrap_or_else(|| LearnedMap::even(dimension));
        let all = self.task.left() / LEARNING / ROUNDS;
        let per_round = POINTS.min(if all > 0 { 1 << all.ilog2() } else { 0 });
        let mut state = Learning {
            best: None,
            rounds: 0,
            per_round,
            points: 0,
            means: Vec::new(),
        };
        if per_round < FEWEST_POINTS {
            return Ok((begin, state));
        }
        let turns = (2..=MOST_TURNED).contains(&dimension) && start.is_none();
        let plain = if turns { PLAIN_ROUNDS } else { ROUNDS };
        let (next, seen) = self.follow(&mut state, begin, plain, true)?;
        let mut last = next;
        if turns && !self.is_enough(&state) {
            for map in self.turned(&seen) {
                let before = state.best.clone();
                let (next, _) = self.follow(&mut state, map, TURNED_ROUNDS, false)?;
                if state.best != before {
                    last = next;
                }
            }
        }
        let left = ROUNDS.saturating_sub(state.rounds);
        if !self.is_enough(&state) && left > 0 {
            self.follow(&mut state, last, left, true)?;
        }
        let map = state.best.as_ref().map(|tried| tried.map.clone());
        Ok((map.unwrap_or_else(|| LearnedMap::even(dimension)), state))
    }

    /// So many rounds from a map on, which improves from round to round; directions are found anew until they are
    /// known: the map that would come next, and what
    /// was seen last.
    fn follow(
        &self,
        state: &mut Learning,
        mut map: LearnedMap,
        rounds: u64,
        mut is_known: bool,
    ) -> Result<(LearnedMap, Seen), Stop> {
        let dimension = self.integrand.dimension();
        let keeps_samples = (2..=MOST_TURNED).contains(&dimension);
        let mut before = f64::INFINITY;
        for round in 1.. {
            self.task.afford(state.per_round)?;
            let scramble = Scrambled::new(self.sobol, self.task.seed, FIRST_SCRAMBLE + state.rounds);
            let count = state.per_round;
            let seen = look(self.integrand, self.task, &map, &scramble, count, keeps_samples)?;
            state.rounds += 1;
            state.points += count;
            let spread = state.note(&map, &seen);
            if std::env::var_os("PULLBACK_LEARNING").is_some() {
                eprintln!(
                    "round {} channels {} turned {} spread {spread:.4} size {:e}",
                    state.rounds,
                    map.channels.len(),
                    map.is_turned(),
                    seen.of_outputs[0].sizes / seen.points as f64
                );
            }
            let turned = match map.is_turned() && !is_known && round < rounds {
                true => turned_again(&map, &seen),
                false => None,
            };
            let (next, moved) = match turned {
                Some((next, known)) => {
                    is_known = known;
                    (next, f64::INFINITY)
                }
                None => moved_bins(map.clone(), &seen),
            };
            let gained = before / spread - 1.0;
            let is_settled = moved < SETTLED || (moved.is_finite() && gained < SETTLED);
            if round >= rounds || is_settled || self.is_enough(state) {
                return Ok((next, seen));
            }
            before = spread;
            map = next;
        }
        unreachable!("rounds end")
    }

    /// Whether random samples through the best map would meet the tolerance with no more than were
    /// taken to learn it.
    fn is_enough(&self, state: &Learning) -> bool {
        let Some(best) = &state.best else {
            return false;
        };
        let sizes: Vec<f64> = best.sizes.iter().map(|size| size[0]).collect();
        let means = state.means.last().map_or(&sizes, |mean| &mean.values);
        let tolerances = self.task.tolerances(means);
        let pairs = tolerances.iter().zip(&sizes);
        let part = pairs.map(|(tolerance, size)| tolerance / size).fold(f64::INFINITY, f64::min);
        let needed = best.spread * (QUANTILE / part).powi(2);
        needed <= state.points as f64
    }

    /// Maps with directions of their own for which the samples speak.
    fn turned(&self, seen: &Seen) -> Vec<LearnedMap> {
        let dimension = self.integrand.dimension();
        let mut maps = Vec::new();
        let samples = seen.samples(SAMPLES_PER_AXIS * dimension as f64);
        let Some(gaussian) = Gaussian::of(&samples.places, &samples.weights, dimension) else {
            return maps;
        };
        let chance = SIGNIFICANT / effective(&samples.weights).sqrt();
        if gaussian.correlation() > chance.max(UNCORRELATED) {
            maps.push(LearnedMap {
                channels: vec![Channel::of(&gaussian, PARTS)],
            });
        }
        maps.extend(of_clusters(&samples, dimension));
        maps
    }
}

impl Learning {
    /// Notes what a round said of a map; its spread.
    fn note(&mut self, map: &LearnedMap, seen: &Seen) -> f64 {
        let count = seen.points as f64;
        let of_size = |sum: f64, squares: f64| {
            let mean = sum / count;
            [mean, ((squares / count - mean * mean).max(0.0) / count).sqrt()]
        };
        let spreads = seen.of_outputs.iter().map(|sums| match sums.sizes > 0.0 {
            true => count * sums.squares / (sums.sizes * sums.sizes),
            false => f64::INFINITY,
        });
        let spread = spreads.fold(0.0, f64::max);
        let sizes = seen.of_outputs.iter().map(|sums| of_size(sums.sizes, sums.squares));
        let tried = Tried {
            map: map.clone(),
            spread,
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
        // The squares have a variance that is known well enough too.
        let is_normal = seen.of_outputs.iter().all(|sums| {
            sums.sizes * sums.sizes > NORMAL * sums.squares
                && sums.squares * sums.squares > NORMAL * sums.fourths
        });
        if is_normal {
            let means = seen.of_outputs.iter().map(|sums| of_size(sums.values, sums.squares));
            let (values, deviations): (Vec<f64>, Vec<f64>) = means.map(|[m, d]| (m, d)).unzip();
            self.means.push(Mean {
                values,
                variances: deviations.iter().map(|d| d * d).collect(),
            });
        }
        spread
    }

    /// How well the means of the rounds agree with values: χ², its degrees of freedom, and the probability of
    /// as large a one; the worst of all outputs. None where too few rounds count.
    pub(super) fn agreement(&self, values: &[f64], errors: &[f64]) -> Option<Agreement> {
        let of_output = |k: usize| {
            let variance = (errors[k] / QUANTILE).powi(2);
            let terms = self.means.iter().map(|mean| {
                let distance = mean.values[k] - values[k];
                let all = mean.variances[k] + variance;
                if all > 0.0 { distance * distance / all } else { 0.0 }
            });
            terms.sum::<f64>()
        };
        let freedom = self.means.len();
        let worst = (0..values.len()).map(of_output).fold(0.0, f64::max);
        (freedom > 1).then(|| Agreement::new(worst, freedom))
    }
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
    let parts = in_parts(&found.iter().map(|cluster| cluster.share).collect::<Vec<f64>>());
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
fn turned_again(map: &LearnedMap, seen: &Seen) -> Option<(LearnedMap, bool)> {
    let dimension = map.dimension();
    let samples = seen.samples(SAMPLES_PER_AXIS * dimension as f64);
    let is_known = effective(&samples.weights) > KNOWN_PER_AXIS * dimension as f64;
    let next = match map.channels.len() {
        1 => Gaussian::of(&samples.places, &samples.weights, dimension).map(|gaussian| LearnedMap {
            channels: vec![Channel::of(&gaussian, PARTS)],
        }),
        _ => of_clusters(&samples, dimension),
    };
    next.map(|next| (next, is_known))
}

/// A map with bins that moved, and by how much of a bin; its channels share points as they pay.
fn moved_bins(mut map: LearnedMap, seen: &Seen) -> (LearnedMap, f64) {
    let dimension = map.dimension();
    let even = EVEN / dimension as f64;
    let mut most = 0.0f64;
    let mut shares = Vec::new();
    for (number, channel) in map.channels.iter_mut().enumerate() {
        let count = seen.counts[number].max(1);
        let bins_that_count = (count / POINTS_PER_BIN).clamp(8, BINS as u64);
        let pooled = BINS >> bins_that_count.ilog2();
        let mut squares = Vec::new();
        for (axis, edges) in channel.edges.iter_mut().enumerate() {
            squares = seen.squares(number, axis, dimension);
            most = most.max(bins::moved(edges, &squares, even, pooled));
        }
        let mean = squares.iter().sum::<f64>() / count as f64;
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
