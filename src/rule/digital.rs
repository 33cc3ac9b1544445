//! Points of digital sequences in base 2, many at a time.
//!
//! 1. A point is the exclusive or of direction numbers, one for each bit of the Gray code of its index.
//! 2. Sixteen points whose first index is a multiple of sixteen differ from their first by a pattern that is
//!    always the same, so that vector instructions make them together.

use crate::program::kernels::Backend;
use crate::program::sampling::{TOGETHER, inside};

/// The points number `first` and so on of the sequence with these direction numbers, shifted.
pub(super) fn fill(directions: &[u64; 64], shift: u64, first: u64, column: &mut [f64]) {
    /// The binary digits of numbers below [`TOGETHER`].
    const LOW: usize = TOGETHER.ilog2() as usize;
    /// Groups whose first points are made at a time.
    const GROUPS: usize = 16;
    let point = |index: u64| {
        let (mut gray, mut bits) = (index ^ (index >> 1), 0);
        while gray != 0 {
            bits ^= directions[gray.trailing_zeros() as usize];
            gray &= gray - 1;
        }
        bits
    };
    let (mut first, mut column) = (first, column);
    if first.is_multiple_of(TOGETHER as u64) {
        let mut pattern = [0; TOGETHER];
        for k in 1..TOGETHER {
            pattern[k] = pattern[k - 1] ^ directions[k.trailing_zeros() as usize];
        }
        let digital = Backend::best().kernels_or_portable().sampling.digital;
        let whole = column.len() / TOGETHER * TOGETHER;
        let (groups, rest) = column.split_at_mut(whole);
        let mut base = shift ^ point(first);
        for groups in groups.chunks_mut(GROUPS * TOGETHER) {
            let mut bases = [0; GROUPS];
            let count = groups.len() / TOGETHER;
            for slot in &mut bases[..count] {
                *slot = base;
                first = first.wrapping_add(TOGETHER as u64);
                // Where the number of the group changes, and one digit below, the Gray code does.
                let last = first.trailing_zeros().min(63) as usize;
                base ^= directions[last] ^ directions[LOW - 1];
            }
            digital(&pattern, &bases[..count], groups);
        }
        column = rest;
    }
    let mut bits = shift ^ point(first);
    for x in column {
        *x = inside(bits);
        first = first.wrapping_add(1);
        bits ^= directions[first.trailing_zeros().min(63) as usize];
    }
}
