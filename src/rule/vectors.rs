//! What random methods do with many numbers at a time, by the kernels of this machine.

use crate::elementary::Unary;
use crate::program::kernels::Backend;

pub(crate) use crate::program::kernels::SamplingKernels;
pub(crate) use crate::program::sampling::{BINS, Bins, Generators, KNOTS, ROOM, bent, bin};

/// The kernels for random numbers and learned maps.
pub(crate) fn sampling() -> &'static SamplingKernels {
    &Backend::best().kernels_or_portable().sampling
}

/// The exponentials of numbers.
pub(crate) fn exponentials(x: &[f64], out: &mut [f64]) {
    Backend::best().kernels_or_portable().unary(Unary::Exp)(x, out);
}

/// The logarithms of numbers.
pub(crate) fn logarithms(x: &[f64], out: &mut [f64]) {
    Backend::best().kernels_or_portable().unary(Unary::Ln)(x, out);
}
