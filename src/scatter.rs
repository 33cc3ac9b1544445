//! Points that fill the unit box evenly: Kronecker sequences, whose coordinates are the fractional
//! parts of the multiples of steps.
//!
//! H. Niederreiter, "Random Number Generation and Quasi-Monte Carlo Methods", SIAM (1992), chapter 3.

/// The fractional parts of √2, √3, √5, …, the roots of the primes: steps for n coordinates.
pub(crate) fn kronecker_steps(n: usize) -> impl Iterator<Item = f64> {
    let primes = (2u32..).filter(|p| (2..*p).all(|q| p % q != 0));
    primes.take(n).map(|p| f64::from(p).sqrt().fract())
}

/// Points whose steps are the golden ratio and its kin, axis by axis.
pub(crate) fn golden_points(n: usize, count: usize) -> Vec<Vec<f64>> {
    // The root of xⁿ⁺¹ = x + 1 makes the steps.
    let root = (0..40).fold(1.5f64, |x, _| (x + 1.0).powf(1.0 / (n as f64 + 1.0)));
    let along = |axis: usize| {
        let step = root.powi(-(axis as i32 + 1));
        (1..=count).map(|k| (k as f64 * step).fract()).collect()
    };
    (0..n).map(along).collect()
}
