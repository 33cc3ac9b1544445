//! The moments of samples, and what their tail says of the samples that were not drawn.
//!
//! 1. Means and sums of squared deviations are merged pairwise, in order.
//! 2. The largest samples tell how heavy the tail is, by Hill's estimate of its index α: of what lies
//!    beyond the largest sample the mean knows nothing, so the interval is widened by what a tail
//!    x^−α has there.
//! 3. Unless they say that the values are bounded, by the estimate of Dekkers, Einmahl and de Haan of the
//!    extreme value index.
//!
//! T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the sample variance: analysis
//! and recommendations", Amer. Statist. 37 (1983) 242–247; B. M. Hill, "A simple general approach to
//! inference about the tail of a distribution", Ann. Statist. 3 (1975) 1163–1174; A. L. M. Dekkers, J. H.
//! J. Einmahl, L. de Haan, "A moment estimator for the index of an extreme-value distribution", Ann.
//! Statist. 17 (1989) 1833–1855.

use super::record::Record;
use crate::rule::vectors::sampling;

/// The two-sided 95 % quantile of the normal distribution.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// The largest sizes that are kept.
const LARGEST: usize = 64;

/// So many sizes are kept before those that are not among the largest are left out.
const MOST_KEPT: usize = 8 * LARGEST;

/// The index of a tail is taken as this many standard deviations of Hill's estimate less; at 2 or less
/// there is no variance, at 1 no mean.
const CAUTIOUS: f64 = 1.5;
pub(super) const NO_VARIANCE: f64 = 2.0;

/// Values are taken to be bounded where the extreme value index is below 0 by so many standard deviations.
const BOUNDED: f64 = 2.0;

/// A tail that falls faster than this power is sampled well enough: the mean has a normal distribution.
const LIGHT: f64 = 4.0;

/// Equal samples say that no other value has more than this over their number of the probability, in 95
/// of 100 cases.
const RULE_OF_THREE: f64 = 3.0;

/// The statistics of some samples of one output.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    pub(super) count: f64,
    pub(super) mean: f64,
    /// The sum of squared deviations from the mean.
    pub(super) deviations: f64,
    pub(super) least: f64,
    pub(super) greatest: f64,
    /// The largest sizes, and some that were found since the others were left out.
    largest: Vec<f64>,
    /// Sizes up to this are none of the largest.
    small: f64,
}

impl Record for Moments {
    fn write(&self, bytes: &mut Vec<u8>) {
        let numbers = [
            self.count,
            self.mean,
            self.deviations,
            self.least,
            self.greatest,
            self.small,
        ];
        numbers.iter().for_each(|number| number.write(bytes));
        self.largest.write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let mut number = || f64::read(bytes);
        Some(Moments {
            count: number()?,
            mean: number()?,
            deviations: number()?,
            least: number()?,
            greatest: number()?,
            small: number()?,
            largest: Vec::read(bytes)?,
        })
    }
}

impl Moments {
    /// Those of a block, whose largest sizes are not kept.
    fn of(values: &[f64]) -> Self {
        let [mean, deviations, least, greatest] = (sampling().moments)(values);
        Moments {
            count: values.len() as f64,
            mean,
            deviations,
            least,
            greatest,
            largest: Vec::new(),
            small: 0.0,
        }
    }

    /// Those of no samples yet, to be merged into these: sizes that are none of the largest of these need
    /// not be kept.
    pub(super) fn after(&self) -> Self {
        let largest = self.largest();
        let small = match largest.get(LARGEST - 1) {
            Some(least) => least.max(self.small),
            None => self.small,
        };
        Moments {
            small,
            ..Moments::default()
        }
    }

    /// The same with these samples, a block of them, whose largest sizes are kept; their sum.
    pub(super) fn add(&mut self, values: &[f64]) -> f64 {
        let own = Moments::of(values);
        if own.greatest.max(-own.least) > self.small {
            let sizes = values.iter().map(|v| v.abs());
            self.largest.extend(sizes.filter(|size| *size > self.small));
            if self.largest.len() > MOST_KEPT {
                self.leave_out();
            }
        }
        self.merge(&own);
        own.mean * own.count
    }

    /// Leaves out all but the largest.
    fn leave_out(&mut self) {
        if self.largest.len() > LARGEST {
            let (_, least, _) = self
                .largest
                .select_nth_unstable_by(LARGEST - 1, |a, b| b.total_cmp(a));
            self.small = *least;
            self.largest.truncate(LARGEST);
        }
    }

    /// The largest sizes in descending order.
    fn largest(&self) -> Vec<f64> {
        let mut largest = self.largest.clone();
        largest.sort_by(|a, b| b.total_cmp(a));
        largest.truncate(LARGEST);
        largest
    }

    /// A cautious index of the tail; none where there are too few samples to tell.
    pub(super) fn tail_index(&self) -> Option<f64> {
        let largest = self.largest();
        let last = largest.last().copied().filter(|last| *last > 0.0)?;
        let known = largest.len() == LARGEST && self.count >= 16.0 * LARGEST as f64;
        if !known {
            return None;
        }
        let logarithms = largest.iter().map(|size| (size / last).ln());
        let power = |p: i32| {
            let powers = logarithms.clone().map(|log| log.powi(p));
            powers.sum::<f64>() / (LARGEST - 1) as f64
        };
        let (mean, square) = (power(1), power(2));
        let extreme = mean + 1.0 - 0.5 / (1.0 - mean * mean / square);
        let deviation = 1.0 / (LARGEST as f64).sqrt();
        let is_bounded = extreme < -BOUNDED * deviation;
        (!is_bounded).then(|| (1.0 - CAUTIOUS * deviation) / mean.max(f64::MIN_POSITIVE))
    }

    /// What may lie beyond the largest sample, on the mean.
    fn beyond(&self) -> f64 {
        let largest = self.largest();
        let (Some(index), Some(last)) = (self.tail_index(), largest.last()) else {
            return 0.0;
        };
        if index <= 1.0 {
            return f64::INFINITY;
        }
        if index >= LIGHT {
            return 0.0;
        }
        let probability = LARGEST as f64 / self.count;
        let ratio = largest[0] / last;
        probability * last * index / (index - 1.0) * ratio.powf(1.0 - index)
    }

    pub(super) fn merge(&mut self, other: &Moments) {
        if other.count == 0.0 {
            return;
        }
        let small = self.small;
        self.largest
            .extend(other.largest.iter().filter(|size| **size > small));
        if self.largest.len() > MOST_KEPT {
            self.leave_out();
        }
        if self.count == 0.0 {
            let largest = std::mem::take(&mut self.largest);
            let small = self.small.max(other.small);
            *self = Moments {
                largest,
                small,
                ..*other
            };
            return;
        }
        let count = self.count + other.count;
        let step = other.mean - self.mean;
        self.deviations += other.deviations + step * step * self.count * (other.count / count);
        self.mean += step * (other.count / count);
        self.count = count;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
    }

    /// What no sample has seen, on the mean: another value among equal ones, and what lies beyond the largest.
    pub(super) fn unseen(&self) -> f64 {
        let among_equal = match self.greatest == self.least {
            true => self.mean.abs() * RULE_OF_THREE / self.count,
            false => 0.0,
        };
        among_equal + self.beyond()
    }

    pub(super) fn half_width(&self) -> f64 {
        let variance = self.deviations / (self.count - 1.0);
        // Squares of small deviations vanish, but the deviations do not.
        let deviation = if variance < f64::MIN_POSITIVE {
            (self.greatest - self.least) / self.count.sqrt()
        } else {
            (variance / self.count).sqrt()
        };
        QUANTILE * deviation + self.unseen()
    }
}
