//! Scrambled Sobol points: random, yet as even as the sequence.
//!
//! 1. The digits of every coordinate are multiplied by a random triangular matrix modulo 2, with ones on its
//!    diagonal (a linear matrix scramble), which keeps all intervals of the net.
//! 2. A random digital shift makes every point uniform, so that means are unbiased.
//! 3. The points 0 to 2ᵐ − 1 make up the net; the first one belongs to them.
//!
//! J. Matoušek, "On the L₂-discrepancy for anchored boxes", J. Complexity 14 (1998) 527–556; A. B. Owen, "On
//! dropping the first Sobol' point", Monte Carlo and Quasi-Monte Carlo Methods 2020, Springer (2022) 71–86.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::digital::fill;
use super::sobol::Sobol;

/// The digits of a coordinate: as many as a double between ½ and 1 has.
const DIGITS: usize = 53;

/// Streams of random numbers from here on are those of scrambles.
const STREAMS: u64 = 1 << 62;

/// A Sobol sequence whose digits are scrambled.
///
/// *Accuracy*: each point is uniform on the 2⁵² middles of equal cells of an axis; the mean over 2ᵐ points of
/// a smooth integrand is off by about 2^(−3m/2).
///
/// ```
/// use pullback::rule::{Scrambled, Sobol};
/// let points = Scrambled::new(&Sobol::new(2)?, 7, 0);
/// let (mut x, mut y) = ([0.0; 1024], [0.0; 1024]);
/// points.fill(0, 0, &mut x);
/// points.fill(1, 0, &mut y);
/// let mean = x.iter().zip(&y).map(|(x, y)| (x * y).exp()).sum::<f64>() / 1024.0;
/// assert!((mean - 1.3179021514544).abs() < 1e-3);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scrambled {
    directions: Vec<[u64; 64]>,
    shifts: Vec<u64>,
}

impl Scrambled {
    /// The scramble of a sequence with this number, for a seed.
    #[must_use]
    pub fn new(sobol: &Sobol, seed: u64, number: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(STREAMS | number);
        let mut rows = [0u64; DIGITS];
        let mut shifts = Vec::with_capacity(sobol.dimension());
        let scrambled = |directions: &[u64; 64]| {
            for (i, row) in rows.iter_mut().enumerate() {
                let diagonal = 1u64 << (63 - i);
                // What stands left of the diagonal is random.
                *row = random.next_u64() & !(diagonal | (diagonal - 1)) | diagonal;
            }
            shifts.push(random.next_u64());
            directions.map(|direction| {
                let digits = rows.iter().enumerate();
                let digit = |row: &u64| u64::from((row & direction).count_ones() & 1);
                digits.fold(0, |sum, (i, row)| sum | digit(row) << (63 - i))
            })
        };
        let directions = sobol.directions().iter().map(scrambled).collect();
        Scrambled { directions, shifts }
    }

    /// The coordinates on one axis of the points number `first`, `first + 1`, …
    ///
    /// # Panics
    /// If there is no such axis.
    pub fn fill(&self, axis: usize, first: u64, column: &mut [f64]) {
        fill(&self.directions[axis], self.shifts[axis], first, column);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Asserts that points of the first axes keep the intervals of the net.
    pub(crate) fn assert_net(fill: impl Fn(usize, u64, &mut [f64])) {
        for axis in 0..7 {
            for (first, bits) in [(0, 10), (1 << 10, 10), (3 << 7, 7)] {
                let mut column = vec![0.0; 1 << bits];
                fill(axis, first, &mut column);
                let mut seen = vec![false; 1 << bits];
                for x in &column {
                    seen[(x * f64::from(1u32 << bits)) as usize] = true;
                }
                assert!(seen.into_iter().all(|seen| seen), "{axis} {first}");
            }
        }
        // Pairs of the first two axes are a net too.
        let mut columns = [vec![0.0; 256], vec![0.0; 256]];
        for (axis, column) in columns.iter_mut().enumerate() {
            fill(axis, 0, column);
        }
        for split in 0..=8u32 {
            let [rows, places] = [1u32 << split, 1u32 << (8 - split)];
            let mut seen = vec![false; 256];
            for (x, y) in columns[0].iter().zip(&columns[1]) {
                let row = (x * f64::from(rows)) as usize;
                seen[row * places as usize + (y * f64::from(places)) as usize] = true;
            }
            assert!(seen.into_iter().all(|seen| seen), "{split}");
        }
    }

    #[test]
    fn every_scramble_keeps_the_intervals_of_the_net() {
        let sobol = Sobol::new(7).unwrap();
        for number in 0..5 {
            let points = Scrambled::new(&sobol, 3, number);
            assert_net(|axis, first, column| points.fill(axis, first, column));
        }
    }

    #[test]
    fn scrambles_differ_and_each_point_is_uniform_over_them() {
        let sobol = Sobol::new(3).unwrap();
        let mut bins = [0u32; 16];
        let mut mean = 0.0;
        let count = 4000;
        for number in 0..count {
            let points = Scrambled::new(&sobol, 11, number);
            let mut x = [0.0; 3];
            points.fill(2, 5, &mut x);
            bins[(x[0] * 16.0) as usize] += 1;
            mean += x[1] / count as f64;
        }
        // χ² of 15 degrees of freedom: above 37.7 in one of a thousand.
        let expected = count as f64 / 16.0;
        let squares = bins
            .iter()
            .map(|n| (f64::from(*n) - expected).powi(2) / expected);
        assert!(squares.sum::<f64>() < 37.7);
        // Four standard errors.
        assert!((mean - 0.5).abs() < 4.0 / (12.0 * count as f64).sqrt());
    }

    #[test]
    fn means_converge_faster_than_the_number_of_points() {
        // Π (1 + (xₖ² − 1/3)/k), mean 1, over 16 scrambles: the root of the mean square.
        let rms = |bits: u32| {
            let sobol = Sobol::new(4).unwrap();
            let len = 1usize << bits;
            let square = |number: u64| {
                let points = Scrambled::new(&sobol, 5, number);
                let mut values = vec![1.0; len];
                let mut column = vec![0.0; len];
                for axis in 0..4 {
                    points.fill(axis, 0, &mut column);
                    for (value, x) in values.iter_mut().zip(&column) {
                        *value *= 1.0 + (x * x - 1.0 / 3.0) / (axis + 1) as f64;
                    }
                }
                (values.iter().sum::<f64>() / len as f64 - 1.0).powi(2)
            };
            ((0..16).map(square).sum::<f64>() / 16.0).sqrt()
        };
        // 64 times the points: 8 times better for random ones, 512 at n^(−3/2).
        let gain = rms(6) / rms(12);
        assert!(gain > 100.0, "{gain}");
    }
}
