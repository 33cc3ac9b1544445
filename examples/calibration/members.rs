//! Members of the families of A. Genz with random parameters.
//!
//! Each parameter c is uniform in (0, 1), then all are scaled to the family's difficulty |c|₁: the
//! figures of T. Hahn for Cuba, the same in every dimension. Each place w is uniform in (0, 1).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::genz::{FAMILIES, Family};
use crate::problem::{Problem, unit_box};

/// The dimensions.
const DIMENSIONS: std::ops::RangeInclusive<usize> = 2..=6;

/// `count` members of each family in each dimension. Member k is the same for every count.
pub(crate) fn problems(count: usize, seed: u64) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, family) in FAMILIES.iter().enumerate() {
        for dimension in DIMENSIONS {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream((index * 16 + dimension) as u64);
            problems.extend((1..=count).map(|k| problem(family, dimension, k, &mut random)));
        }
    }
    problems
}

fn problem(family: &Family, dimension: usize, k: usize, random: &mut ChaCha8Rng) -> Problem {
    let mut uniform = || ((random.next_u64() >> 11) as f64 + 0.5) * f64::EPSILON * 0.5;
    let rough: Vec<f64> = (0..dimension).map(|_| uniform()).collect();
    let places: Vec<f64> = (0..dimension).map(|_| uniform()).collect();
    let size: f64 = rough.iter().sum();
    let scaled: Vec<f64> = rough.iter().map(|c| c * family.difficulty / size).collect();
    let (integrand, exact) = (family.member)(&scaled, &places);
    Problem::plain(
        family.name,
        format!("{dimension}-D, {k}"),
        unit_box(dimension),
        integrand,
        exact,
    )
}
