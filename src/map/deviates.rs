//! Random numbers of a chunk of samples: uniform and normal deviates from a random stream of its own.
//!
//! G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", Ann. Math. Stat. 29
//! (1958) 610–611.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::elementary::Unary;

/// The random stream of a chunk: chunk k draws from stream k, so that samples have the same bits for any
/// number of threads.
pub(super) struct Deviates(ChaCha8Rng);

impl Deviates {
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Deviates(random)
    }

    /// A number between 0 and 1, never one of them: on the edges of boxes maps are often singular.
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// So many independent numbers with mean 0 and variance 1.
    pub(super) fn normal(&mut self, count: usize) -> Vec<f64> {
        // In (0, 1]: there the logarithm is finite.
        let mut uniform = || ((self.0.next_u64() >> 11) + 1) as f64 / (1u64 << 53) as f64;
        let mut deviates = Vec::with_capacity(count + 1);
        while deviates.len() < count {
            let radius = (-2.0 * Unary::Ln.value(uniform())).sqrt();
            let angle = std::f64::consts::TAU * uniform();
            deviates.push(radius * Unary::Cos.value(angle));
            deviates.push(radius * Unary::Sin.value(angle));
        }
        deviates.truncate(count);
        deviates
    }
}
