//! The polygamma functions ψ⁽ⁿ⁾, the derivatives of the digamma function.
//!
//! 1. ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! ζ(n + 1, x) with ζ(s, x) = Σ (x + k)⁻ˢ, for n ≥ 2.
//! 2. For x > 0: terms up to y = x + N ≥ n + 11, then Euler's and Maclaurin's sum of the rest.
//! 3. For x < 0 the sum over all whole numbers, which depends on the fraction of x alone, less the other
//!    half of it. NIST Digital Library of Mathematical Functions, 5.15 and 25.11,
//!    <https://dlmf.nist.gov>.

use super::gamma::{digamma, digamma_special, is_special_digamma};
use super::gamma::{is_special_trigamma, trigamma, trigamma_special};
use super::power::powi;

/// The largest order: its factorial is still far from overflow.
pub(crate) const HIGHEST: i32 = 100;

/// B₂ₖ/(2k)!, k = 1, 2, …
const BERNOULLI: [f64; 13] = [
    0.08333333333333333,
    -0.001388888888888889,
    3.306878306878307e-05,
    -8.267195767195768e-07,
    2.08767569878681e-08,
    -5.284190138687493e-10,
    1.3382536530684679e-11,
    -3.3896802963225827e-13,
    8.586062056277845e-15,
    -2.174868698558062e-16,
    5.509002828360229e-18,
    -1.3954464685812524e-19,
    3.534707039629467e-21,
];

/// n!·ζ(n + 1, x) for x > 0 and n ≥ 2.
fn sum(n: f64, x: f64) -> f64 {
    let steps = (n + 11.0 - x).ceil().max(0.0);
    let y = x + steps;
    let order = n as i32;
    let mut rest = 0.5 / y;
    // (s)₂ₖ₋₁/y²ᵏ with s = n + 1.
    let inverse = 1.0 / (y * y);
    let mut rising = (n + 1.0) * inverse;
    for (k, factor) in (1..).zip(BERNOULLI) {
        rest += factor * rising;
        let next = n + 2.0 * f64::from(k);
        rising *= next * (next + 1.0) * inverse;
    }
    // y⁻ⁿ·(1/n + rest), with the factorial; smallest terms first.
    let factorial = (2..order).fold(1.0, |product, k| product * f64::from(k));
    let tail = 1.0 + n * rest;
    if steps == 0.0 && n * y.log2() > 900.0 {
        // The power alone would underflow.
        let leading = (1..order).fold(1.0 / y, |product, k| product * (f64::from(k) / y));
        return leading * tail;
    }
    let mut total = factorial * powi(y, -order) * tail;
    let factorial = factorial * n;
    let mut k = steps;
    while k > 0.0 {
        k -= 1.0;
        total += factorial * powi(x + k, -order - 1);
    }
    total
}

/// ψ⁽ⁿ⁾(x); NaN where n is no whole number, negative or above 100. At poles it is ∞ if n is odd, NaN if
/// n is even, as ψ is, and ∓∞ at ±0 then.
///
/// # Accuracy
/// For x < 0 and even n the error is small beside the largest of the terms 1/(x + k)ⁿ⁺¹ only.
pub(crate) fn polygamma(n: f64, x: f64) -> f64 {
    if n == 0.0 {
        return if is_special_digamma(x) {
            digamma_special(x)
        } else {
            digamma(x)
        };
    }
    if n == 1.0 {
        return if is_special_trigamma(x) {
            trigamma_special(x)
        } else {
            trigamma(x)
        };
    }
    if n.fract() != 0.0
        || !(0.0..=f64::from(HIGHEST)).contains(&n)
        || x.is_nan()
        || x == f64::NEG_INFINITY
    {
        return f64::NAN;
    }
    let odd = (0.5 * n).fract() != 0.0;
    if x == f64::INFINITY {
        return if odd { 0.0 } else { -0.0 };
    }
    if x > 0.0 {
        let value = sum(n, x);
        return if odd { value } else { -value };
    }
    if x == 0.0 {
        return if odd || x.is_sign_negative() {
            f64::INFINITY
        } else {
            f64::NEG_INFINITY
        };
    }
    if x.floor() == x {
        return if odd { f64::INFINITY } else { f64::NAN };
    }
    // ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! (ζ(s, f) − (−1)ˢ ζ(s, 1 − x)) + (…)(−1)ˢ ζ(s, 1 − f), f = x − ⌊x⌋.
    let (up, down) = (x - x.floor(), x.ceil() - x);
    let (here, there, beyond) = (sum(n, up), sum(n, down), sum(n, 1.0 - x));
    if odd {
        here + (there - beyond)
    } else {
        (there - beyond) - here
    }
}
