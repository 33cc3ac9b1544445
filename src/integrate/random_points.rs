//! The random points of a seed: samples in chunks, and scrambles of a sequence.

use std::ops::Range;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::integrand::BLOCK;
use crate::rule::vectors::Generators;
use crate::rule::{Scrambled, Sobol};

/// The samples of a chunk.
pub(super) const CHUNK: u64 = 16 * BLOCK as u64;

/// The scrambles.
pub(super) const SCRAMBLES: usize = 16;

/// The generators of a chunk's samples, side by side, which depend on the seed and the chunk's number alone.
pub(super) fn generators(seed: u64, chunk: u64) -> Generators {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(chunk);
    let mut generators: Generators = Default::default();
    generators
        .as_flattened_mut()
        .fill_with(|| random.next_u64());
    generators
}

/// The numbers of the scrambles of an answer.
pub(super) const NUMBERS: Range<u64> = 0..SCRAMBLES as u64;

/// The scrambles of a sequence.
pub(super) fn scrambles(sobol: &Sobol, seed: u64) -> Vec<Scrambled> {
    numbered(sobol, seed, NUMBERS)
}

/// Those of such numbers.
pub(super) fn numbered(sobol: &Sobol, seed: u64, numbers: Range<u64>) -> Vec<Scrambled> {
    numbers
        .map(|number| Scrambled::new(sobol, seed, number))
        .collect()
}
