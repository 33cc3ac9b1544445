//! Rank-1 lattices that are randomly shifted, and folded by the tent.
//!
//! 1. Point i is the fractional part of φ(i)·z, where φ reverses the binary digits of i behind the point: the
//!    first 2ᵐ points are a lattice for every m.
//! 2. A random shift of every axis makes every point uniform.
//! 3. The tent x → 1 − |2x − 1| makes a smooth integrand continue periodically, so that its mean is off by
//!    about n⁻².
//!
//! F. Y. Kuo, "Lattice rule generating vectors", lattice-33002-1024-1048576, found by the construction of R. Cools,
//! F. Y. Kuo, D. Nuyens, SIAM J. Sci. Comput. 28 (2006) 2162–2188; F. J. Hickernell, "Obtaining O(N^(−2+ε))
//! convergence for lattice quadrature rules", Monte Carlo and Quasi-Monte Carlo Methods 2000, Springer (2002)
//! 274–289.

use std::sync::OnceLock;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::error::Error;
use crate::program::sampling::inside;

/// The most axes of a lattice.
pub const MAX_LATTICE: usize = 1024;

/// The most points for which the components were searched.
pub const MOST_LATTICE_POINTS: u64 = 1 << 20;

/// Streams of random numbers from here on are those of shifts.
const STREAMS: u64 = 3 << 61;

/// The components, axis by axis.
const COMPONENTS: &str = include_str!("lattice.txt");

/// A lattice with a random shift, folded.
///
/// ```
/// use pullback::rule::Lattice;
/// let points = Lattice::new(2, 7, 0)?;
/// let (mut x, mut y) = ([0.0; 1024], [0.0; 1024]);
/// points.fill(0, 0, &mut x);
/// points.fill(1, 0, &mut y);
/// let mean = x.iter().zip(&y).map(|(x, y)| (x * y).exp()).sum::<f64>() / 1024.0;
/// assert!((mean - 1.3179021514544).abs() < 1e-3);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lattice {
    components: &'static [u64],
    shifts: Vec<u64>,
}

impl Lattice {
    /// The shift with this number, for a seed.
    ///
    /// # Errors
    /// [`Error::Setting`] where `dimension` is 0 or above [`MAX_LATTICE`].
    pub fn new(dimension: usize, seed: u64, number: u64) -> Result<Self, Error> {
        static ALL: OnceLock<Vec<u64>> = OnceLock::new();
        if !(1..=MAX_LATTICE).contains(&dimension) {
            return Err(Error::Setting {
                name: "dimension",
                allowed: format!("1 to {MAX_LATTICE}, not {dimension}"),
            });
        }
        let words = || COMPONENTS.split_ascii_whitespace();
        let all = ALL.get_or_init(|| words().filter_map(|word| word.parse().ok()).collect());
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(STREAMS | number);
        Ok(Lattice {
            components: &all[..dimension],
            shifts: (0..dimension).map(|_| random.next_u64()).collect(),
        })
    }

    /// The coordinates on one axis of the points number `first`, `first + 1`, …
    ///
    /// # Panics
    /// If there is no such axis.
    pub fn fill(&self, axis: usize, first: u64, column: &mut [f64]) {
        let (component, shift) = (self.components[axis], self.shifts[axis]);
        for (i, x) in (first..).zip(column) {
            // The fractional part, as a multiple of 2⁻⁶⁴, is exact.
            let place = i.reverse_bits().wrapping_mul(component).wrapping_add(shift);
            let folded = if place >> 63 == 0 { place } else { !place };
            *x = inside(folded << 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_axis_has_its_points_at_equal_distances_before_the_tent() {
        let lattice = Lattice::new(MAX_LATTICE, 1, 0).unwrap();
        for axis in [0, 1, 2, 511, MAX_LATTICE - 1] {
            assert!(
                lattice.components[axis] % 2 == 1 && lattice.components[axis] < MOST_LATTICE_POINTS
            );
            let mut column = vec![0.0; 256];
            lattice.fill(axis, 0, &mut column);
            // The tent takes two equal grids onto each other: every fold of 128 cells holds two points.
            let mut counts = vec![0; 128];
            column
                .iter()
                .for_each(|x| counts[(x * 128.0) as usize] += 1);
            assert!(
                counts.iter().all(|count| (1..=3).contains(count)),
                "{axis} {counts:?}"
            );
            assert_eq!(counts.iter().sum::<usize>(), 256);
        }
        assert!(Lattice::new(MAX_LATTICE + 1, 0, 0).is_err());
    }

    #[test]
    fn a_smooth_mean_gains_with_the_square_of_the_number_of_points() {
        // Π (1 + (xₖ² − 1/3)/k), mean 1, over 16 shifts.
        let rms = |len: usize| {
            let square = |number: u64| {
                let points = Lattice::new(3, 5, number).unwrap();
                let mut values = vec![1.0; len];
                let mut column = vec![0.0; len];
                for axis in 0..3 {
                    points.fill(axis, 0, &mut column);
                    for (value, x) in values.iter_mut().zip(&column) {
                        *value *= 1.0 + (x * x - 1.0 / 3.0) / (axis + 1) as f64;
                    }
                }
                (values.iter().sum::<f64>() / len as f64 - 1.0).powi(2)
            };
            ((0..16).map(square).sum::<f64>() / 16.0).sqrt()
        };
        // 16 times the points: 256 at n⁻², of which products of several axes cost some.
        let gain = rms(1 << 8) / rms(1 << 12);
        assert!(gain > 60.0, "{gain}");
    }
}
