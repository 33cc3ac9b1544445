//! Bounds: how large a formula gets, on the reals and off them, and what it loses by rounding.

pub(crate) mod backward;
mod centred;
pub(crate) mod directed;
pub(crate) mod enclosure;
pub(crate) mod growth;
mod interval;
mod range;
pub(crate) mod ranges;
pub(crate) mod rectangle;
pub(crate) mod rounding;
pub(crate) mod slack;
mod slopes;
mod special;
mod special_rectangle;

/// A sequence of numbers in [0, 1) that looks random, for tests.
#[cfg(test)]
fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}
