//! A round of learning: what points through a map say of an integrand.

use rayon::prelude::*;

use super::gaussian::effective;
use super::learned_map::LearnedMap;
use super::meter::{Halt, Metered, Stop};
use super::qmc;
use super::task::Task;
use super::through::{Leader, Through, channel_of};
use crate::elementary::Unary;
use crate::integrand::{BLOCK, Coordinate, Integrand};
use crate::program::sampling::BINS;
use crate::rule::Scrambled;

/// The points of a chunk.
const CHUNK: u64 = 4 * BLOCK as u64;

/// Halvings of the interval of powers in which weights are made more equal.
const HALVINGS: usize = 16;

/// What a round saw of one output.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) values: f64,
    pub(super) sizes: f64,
    pub(super) squares: f64,
    pub(super) fourths: f64,
}

/// What a round saw.
pub(super) struct Seen {
    pub(super) points: u64,
    pub(super) of_outputs: Vec<Sums>,
    /// The points of each channel.
    pub(super) counts: Vec<u64>,
    /// The sums of squares in the bins, by outputs, channels and axes.
    bins: Vec<f64>,
    /// Where values are not zero, point after point, and their sizes, output after output; none where samples
    /// are not kept.
    places: Vec<f64>,
    sizes: Vec<f64>,
}

/// Samples with weights.
pub(super) struct Samples {
    pub(super) places: Vec<f64>,
    pub(super) weights: Vec<f64>,
}

impl Seen {
    fn new(outputs: usize, dimension: usize, channels: usize) -> Self {
        Seen {
            points: 0,
            of_outputs: vec![Sums::default(); outputs],
            counts: vec![0; channels],
            bins: vec![0.0; outputs * channels * dimension * BINS],
            places: Vec::new(),
            sizes: Vec::new(),
        }
    }

    fn add(&mut self, other: Seen) {
        self.points += other.points;
        for (sums, own) in self.of_outputs.iter_mut().zip(other.of_outputs) {
            sums.values += own.values;
            sums.sizes += own.sizes;
            sums.squares += own.squares;
            sums.fourths += own.fourths;
        }
        for (count, own) in self.counts.iter_mut().zip(other.counts) {
            *count += own;
        }
        for (sum, own) in self.bins.iter_mut().zip(other.bins) {
            *sum += own;
        }
        self.places.extend(other.places);
        self.sizes.extend(other.sizes);
    }

    /// The sums of squares in the bins of the axes of a channel; outputs count alike.
    pub(super) fn squares(&self, channel: usize, axis: usize, dimension: usize) -> Vec<f64> {
        let mut squares = vec![0.0; BINS];
        let channels = self.counts.len();
        for (k, sums) in self.of_outputs.iter().enumerate() {
            if sums.squares > 0.0 && sums.squares.is_finite() {
                let first = ((k * channels + channel) * dimension + axis) * BINS;
                for (square, own) in squares.iter_mut().zip(&self.bins[first..first + BINS]) {
                    *square += own / sums.squares;
                }
            }
        }
        squares
    }

    /// The samples that are not zero; weights are so near to the sizes, the mean over outputs, as lets them
    /// count like `target` samples of equal weight.
    pub(super) fn samples(&self, target: f64) -> Samples {
        let outputs = self.of_outputs.len();
        let weights = self.sizes.chunks(outputs).map(|sizes| {
            let parts = sizes.iter().zip(&self.of_outputs);
            parts.map(|(size, sums)| size / sums.sizes.max(f64::MIN_POSITIVE)).sum::<f64>()
        });
        let mut weights: Vec<f64> = weights.collect();
        if effective(&weights) < target {
            let logs: Vec<f64> = weights.iter().map(|w| Unary::Ln.value(*w)).collect();
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
        }
        Samples {
            places: self.places.clone(),
            weights,
        }
    }
}

/// Powers of numbers, the largest 1, by their logarithms.
fn powers(logs: &[f64], power: f64, out: &mut [f64]) {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for (out, log) in out.iter_mut().zip(logs) {
        *out = Unary::Exp.value(power * (log - most));
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
        let kept = |least: f64| self.weights.iter().map(|w| (w / least).min(1.0)).sum::<f64>();
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

/// Looks through a map with so many points.
pub(super) fn look(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    map: &LearnedMap,
    points: &Scrambled,
    count: u64,
    keeps_samples: bool,
) -> Result<Seen, Stop> {
    let (dimension, outputs) = (integrand.dimension(), integrand.outputs());
    let channels = map.channels.len();
    let through = Through::new(integrand, map);
    let worker = || (task.evaluator(&through), Leader::new(dimension));
    let one = |worker: &mut (Metered<'_>, Leader), number: u64| -> Result<Seen, Halt> {
        let (evaluator, leader) = worker;
        let mut seen = Seen::new(outputs, dimension, channels);
        let (from, to) = (number * CHUNK, ((number + 1) * CHUNK).min(count));
        seen.points = to - from;
        let shape = [dimension, outputs];
        qmc::for_each_block(evaluator, points, shape, [from, to], |rows, values| {
            let n = values.len() / outputs;
            // What has no value is met again, and told, when it counts.
            values
                .iter_mut()
                .filter(|value| !value.is_finite())
                .for_each(|value| *value = 0.0);
            let coordinates: Vec<_> = rows.iter().map(|row| Coordinate::Each(row)).collect();
            let mut parts = vec![0; n];
            if channels > 1 {
                let shares = || map.channels.iter().map(|channel| channel.parts);
                for (part, w) in parts.iter_mut().zip(rows[0]) {
                    *part = channel_of(shares(), *w);
                }
            }
            parts.iter().for_each(|&part| seen.counts[part] += 1);
            for (k, values) in values.chunks(n).enumerate() {
                let sums = &mut seen.of_outputs[k];
                for value in values {
                    let square = value * value;
                    sums.values += value;
                    sums.sizes += value.abs();
                    sums.squares += square;
                    sums.fourths += square * square;
                }
            }
            leader.lead(&through.lanes, &coordinates, n);
            for (sorted, &i) in leader.order.iter().enumerate() {
                for axis in 0..dimension {
                    let w = leader.from[axis * BLOCK + sorted];
                    let bin = ((w * BINS as f64) as usize).min(BINS - 1);
                    for (k, values) in values.chunks(n).enumerate() {
                        let first = (k * channels + parts[i]) * dimension + axis;
                        seen.bins[first * BINS + bin] += values[i] * values[i];
                    }
                }
                if keeps_samples && values.chunks(n).any(|values| values[i] != 0.0) {
                    let places = leader.places.chunks(BLOCK);
                    seen.places.extend(places.map(|place| place[sorted]));
                    seen.sizes.extend(values.chunks(n).map(|values| values[i].abs()));
                }
            }
        })?;
        Ok(seen)
    };
    let chunks = 0..count.div_ceil(CHUNK);
    let found: Vec<Result<Seen, Halt>> =
        task.in_parallel(|| chunks.into_par_iter().map_init(worker, one).collect())?;
    let mut seen = Seen::new(outputs, dimension, channels);
    for chunk in found {
        seen.add(chunk?);
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_made_more_equal_and_thinned_with_their_sums() {
        let weights: Vec<f64> = (0..1000).map(|k| (-0.05 * f64::from(k)).exp()).collect();
        let seen = Seen {
            places: (0..1000).map(f64::from).collect(),
            sizes: weights.clone(),
            of_outputs: vec![Sums { sizes: weights.iter().sum(), ..Sums::default() }],
            ..Seen::new(1, 1, 1)
        };
        let plain = effective(&weights);
        let few = seen.samples(0.5 * plain);
        assert!((effective(&few.weights) - plain).abs() < 1e-9 * plain);
        let more = seen.samples(200.0);
        assert!((effective(&more.weights) - 200.0).abs() < 1.0);
        let thinned = more.thinned(100, 1);
        assert!((90..=110).contains(&thinned.weights.len()), "{}", thinned.weights.len());
        let sums = [&more, &thinned].map(|samples| {
            let pairs = samples.weights.iter().zip(&samples.places);
            pairs.map(|(w, x)| w * x).sum::<f64>() / samples.weights.iter().sum::<f64>()
        });
        assert!((sums[0] / sums[1] - 1.0).abs() < 0.02, "{sums:?}");
    }
}
