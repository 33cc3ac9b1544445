//! The elementary functions and their kernels: accuracy against the crate pxfm (correctly rounded,
//! or nearly), special values, equal bits on every backend, tails.

mod accuracy;
mod equal_bits;
mod random;
mod special_functions;
mod special_values;

use pullback::program::kernels::{Backend, Kernels};

pub(crate) const INF: f64 = f64::INFINITY;
pub(crate) const NAN: f64 = f64::NAN;
/// The smallest subnormal, the largest subnormal and the smallest normal number.
pub(crate) const TINY: f64 = 5e-324;
pub(crate) const SUBNORMAL: f64 = 2.225_073_858_507_201e-308;
pub(crate) const NORMAL: f64 = f64::MIN_POSITIVE;
pub(crate) const MAX: f64 = f64::MAX;

/// The distance of two floats in steps from one to the next; NaN is at no distance from NaN.
pub(crate) fn steps(a: f64, b: f64) -> u64 {
    let place = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 {
            i64::MIN.wrapping_sub(bits)
        } else {
            bits
        }
    };
    match (a.is_nan(), b.is_nan()) {
        (true, true) => 0,
        (false, false) => place(a).abs_diff(place(b)),
        _ => u64::MAX,
    }
}

pub(crate) fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

pub(crate) fn assert_same(label: &dyn std::fmt::Debug, got: &[f64], wanted: &[f64]) {
    assert_eq!(got.len(), wanted.len());
    for (i, (&g, &w)) in got.iter().zip(wanted).enumerate() {
        assert!(same(g, w), "{label:?}, element {i}: {g:e} instead of {w:e}");
    }
}

pub(crate) fn backends() -> Vec<(Backend, &'static Kernels)> {
    Backend::available()
        .into_iter()
        .map(|backend| (backend, backend.kernels().expect("an available backend")))
        .collect()
}
