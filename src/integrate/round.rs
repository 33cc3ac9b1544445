//! A round of learning: what points through a map say of an integrand.
//!
//! 1. The points are evaluated, and the sizes of the values kept.
//! 2. Sizes are weights of the points. Where a few outweigh all others they say little: a power below 1 makes them
//!    so much more equal that they count like as many samples as are needed.
//! 3. Then the points are made once more, for their bins and places.

use super::checkpoint::hash;
use super::gaussian::effective;
use super::learned_map::LearnedMap;
use super::meter::{Halt, Metered, Stop};
use super::qmc;
use super::task::Task;
use super::through::{Leader, Through, channel_of};
use crate::integrand::{BLOCK, Coordinate, Integrand};
use crate::rule::Scrambled;
use crate::rule::vectors::{BINS, bin, exponentials, logarithms};

/// The points of a chunk.
const CHUNK: u64 = 4 * BLOCK as u64;

/// Halvings of the interval of powers in which weights are made more equal.
const HALVINGS: usize = 12;

/// What a round saw of one output.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) values: f64,
    pub(super) sizes: f64,
    pub(super) squares: f64,
    pub(super) fourths: f64,
}

/// A round: points through a map.
pub(super) struct Round<'r> {
    pub(super) map: &'r LearnedMap,
    pub(super) scramble: &'r Scrambled,
    pub(super) points: u64,
}

/// What a round saw.
pub(super) struct Seen {
    pub(super) of_outputs: Vec<Sums>,
    /// The sizes of the values, output after output.
    sizes: Vec<f64>,
}

/// Samples with weights.
pub(super) struct Samples {
    pub(super) places: Vec<f64>,
    pub(super) weights: Vec<f64>,
}

/// What the bins of a map hold.
pub(super) struct Held {
    /// The points of each channel.
    pub(super) counts: Vec<u64>,
    /// The sums of weights, by channels, axes and bins.
    pub(super) bins: Vec<f64>,
}

impl Seen {
    /// The sizes of the points, the mean over outputs.
    pub(super) fn weights(&self) -> Vec<f64> {
        let points = self.sizes.len() / self.of_outputs.len().max(1);
        let mut weights = vec![0.0; points];
        for (sizes, sums) in self.sizes.chunks(points.max(1)).zip(&self.of_outputs) {
            if sums.sizes > 0.0 && sums.sizes.is_finite() {
                for (weight, size) in weights.iter_mut().zip(sizes) {
                    *weight += size / sums.sizes;
                }
            }
        }
        weights
    }
}

/// What tells a map from others, where steps are kept.
pub(super) fn identity(map: &LearnedMap, task: &Task<'_>) -> u64 {
    match task.keeps_steps() {
        true => hash(&map.to_string()),
        false => 0,
    }
}

/// Weights made so much more equal that they count like so many samples of equal weight; whether that was needed.
pub(super) fn tempered(mut weights: Vec<f64>, target: f64) -> (Vec<f64>, bool) {
    if effective(&weights) >= target {
        return (weights, false);
    }
    let mut logs = vec![0.0; weights.len()];
    logarithms(&weights, &mut logs);
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        powers(&logs, middle, &mut weights);
        match effective(&weights) < target {
            true => high = middle,
            false => low = middle,
        }
    }
    powers(&logs, low, &mut weights);
    (weights, true)
}

/// Powers of numbers, the largest 1, by their logarithms.
fn powers(logs: &[f64], power: f64, out: &mut [f64]) {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // The power of 0 is 0, for every power.
    let scaled: Vec<f64> = logs.iter().map(|log| power * (log - most)).collect();
    exponentials(&scaled, out);
    for (out, log) in out.iter_mut().zip(logs) {
        if *log == f64::NEG_INFINITY {
            *out = 0.0;
        }
    }
}

impl Round<'_> {
    /// Looks.
    ///
    /// # Errors
    /// What ended the work.
    pub(super) fn look(&self, integrand: &dyn Integrand, task: &Task<'_>) -> Result<Seen, Stop> {
        let (dimension, outputs) = (integrand.dimension(), integrand.outputs());
        let through = Through::new(integrand, self.map);
        let evaluator = || task.evaluator(&through);
        let one = |evaluator: &mut Metered<'_>, number: usize| -> Result<Vec<f64>, Halt> {
            let from = number as u64 * CHUNK;
            let to = (from + CHUNK).min(self.points);
            let mut all = vec![0.0; outputs * (to - from) as usize];
            let shape = [dimension, outputs];
            let mut done = 0;
            qmc::for_each_block(evaluator, self.scramble, shape, [from, to], |_, values| {
                let n = values.len() / outputs;
                let rows = all.chunks_mut((to - from) as usize).zip(values.chunks(n));
                for (all, values) in rows {
                    // What has no value is met again, and told, when it counts.
                    let known = values.iter().map(|v| if v.is_finite() { *v } else { 0.0 });
                    all[done..done + n]
                        .iter_mut()
                        .zip(known)
                        .for_each(|(a, v)| *a = v);
                }
                done += n;
            })?;
            Ok(all)
        };
        let chunks = 0..self.points.div_ceil(CHUNK) as usize;
        let found: Vec<Vec<f64>> = task.step(
            (self.points, identity(self.map, task)),
            || -> Result<_, Stop> {
                let found = task.each(chunks, 1, evaluator, one)?;
                Ok(found.into_iter().collect::<Result<_, _>>()?)
            },
        )?;
        let mut seen = Seen {
            of_outputs: vec![Sums::default(); outputs],
            sizes: Vec::with_capacity(outputs * self.points as usize),
        };
        for (k, sums) in seen.of_outputs.iter_mut().enumerate() {
            for chunk in &found {
                let n = chunk.len() / outputs;
                for value in &chunk[k * n..(k + 1) * n] {
                    let square = value * value;
                    sums.values += value;
                    sums.sizes += value.abs();
                    sums.squares += square;
                    sums.fourths += square * square;
                    seen.sizes.push(value.abs());
                }
            }
        }
        Ok(seen)
    }

    /// Makes the points once more, block by block: the number of the first, the channels of all, and how they
    /// were led.
    fn revisit(&self, mut visit: impl FnMut(usize, &[usize], &Leader)) {
        let dimension = self.map.dimension();
        let lanes = super::through::lanes(self.map);
        let mut leader = Leader::new(dimension);
        let mut nodes = vec![0.0; dimension * BLOCK];
        let mut channels = [0; BLOCK];
        for first in (0..self.points).step_by(BLOCK) {
            let n = ((self.points - first) as usize).min(BLOCK);
            for (axis, row) in nodes.chunks_mut(BLOCK).enumerate() {
                self.scramble.fill(axis, first, &mut row[..n]);
            }
            let rows = nodes.chunks(BLOCK).map(|row| Coordinate::Each(&row[..n]));
            let rows: Vec<_> = rows.collect();
            leader.lead(&lanes, &rows, n);
            if lanes.len() > 1 {
                let parts = || self.map.channels.iter().map(|channel| channel.parts);
                for (channel, i) in channels.iter_mut().zip(&leader.order) {
                    *channel = channel_of(parts(), rows[0].at(*i));
                }
            }
            visit(first as usize, &channels[..n], &leader);
        }
    }

    /// What the bins hold of weights of the points.
    pub(super) fn held(&self, weights: &[f64]) -> Held {
        let (dimension, channels) = (self.map.dimension(), self.map.channels.len());
        let mut counts = vec![0; channels];
        let mut bins = vec![0.0; channels * dimension * BINS];
        let mut own = [0.0; BLOCK];
        self.revisit(|first, channels, leader| {
            for ((own, i), channel) in own.iter_mut().zip(&leader.order).zip(channels) {
                *own = weights[first + i];
                counts[*channel] += 1;
            }
            for (axis, from) in leader.from.chunks(BLOCK).enumerate() {
                for ((from, weight), channel) in from.iter().zip(&own).zip(channels) {
                    bins[(channel * dimension + axis) * BINS + bin(*from)] += weight;
                }
            }
        });
        Held { counts, bins }
    }

    /// Where the points are led, with their weights, those without any left out.
    pub(super) fn samples(&self, weights: &[f64]) -> Samples {
        let mut samples = Samples {
            places: Vec::new(),
            weights: Vec::new(),
        };
        self.revisit(|first, _, leader| {
            for (sorted, i) in leader.order.iter().enumerate() {
                let weight = weights[first + i];
                if weight > 0.0 {
                    let places = leader.places.chunks_exact(BLOCK);
                    samples.places.extend(places.map(|place| place[sorted]));
                    samples.weights.push(weight);
                }
            }
        });
        samples
    }
}

impl Samples {
    /// About `count` of the samples, which say nearly as much: heavy ones stay as they are, of light ones some
    /// stay, with the weight of all.
    pub(super) fn thinned(&self, count: usize, dimension: usize) -> Samples {
        if self.weights.len() <= count {
            return Samples {
                places: self.places.clone(),
                weights: self.weights.clone(),
            };
        }
        let kept = |least: f64| {
            self.weights
                .iter()
                .map(|w| (w / least).min(1.0))
                .sum::<f64>()
        };
        let most = self.weights.iter().copied().fold(0.0, f64::max);
        let (mut low, mut high) = (0.0, most);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            match kept(middle) > count as f64 {
                true => low = middle,
                false => high = middle,
            }
        }
        let (mut places, mut weights, mut held) = (Vec::new(), Vec::new(), 0.5);
        for (place, weight) in self.places.chunks(dimension).zip(&self.weights) {
            if *weight >= high {
                weights.push(*weight);
                places.extend_from_slice(place);
                continue;
            }
            held += weight / high;
            if held >= 1.0 {
                held -= 1.0;
                weights.push(high);
                places.extend_from_slice(place);
            }
        }
        Samples { places, weights }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_made_more_equal_and_thinned_with_their_sums() {
        let weights: Vec<f64> = (0..1000).map(|k| (-0.05 * f64::from(k)).exp()).collect();
        let plain = effective(&weights);
        assert_eq!(
            tempered(weights.clone(), 0.5 * plain),
            (weights.clone(), false)
        );
        let (more, was_needed) = tempered(weights, 200.0);
        assert!(was_needed && (effective(&more) - 200.0).abs() < 2.0);
        let more = Samples {
            places: (0..1000).map(f64::from).collect(),
            weights: more,
        };
        let thinned = more.thinned(100, 1);
        assert!(
            (90..=110).contains(&thinned.weights.len()),
            "{}",
            thinned.weights.len()
        );
        let sums = [&more, &thinned].map(|samples| {
            let pairs = samples.weights.iter().zip(&samples.places);
            pairs.map(|(w, x)| w * x).sum::<f64>() / samples.weights.iter().sum::<f64>()
        });
        // The places spread as far as their mean lies: 100 of them are good to a tenth.
        assert!((sums[0] / sums[1] - 1.0).abs() < 0.1, "{sums:?}");
    }
}
