//! Sums that keep the digits which plain addition loses.
//!
//! 1. Add with the error-free transformation s + e = a + b.
//! 2. Gather the errors e in a second number.
//! 3. Add the two at the end.
//!
//! A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", Z. Angew.
//! Math. Mech. 54 (1974) 39–51.

use super::double_double::{fused_product, two_sum};

/// A compensated sum, and the sum of the sizes of what was added.
///
/// ```
/// use pullback::integrator::Sum;
/// let mut sum = Sum::default();
/// for term in [1e100, 1.0, -1e100] {
///     sum.add(term);
/// }
/// assert_eq!(sum.value(), 1.0);
/// assert_eq!(sum.magnitude(), 2e100);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    high: f64,
    low: f64,
    magnitude: f64,
}

impl Sum {
    /// A sum that so far is `high + low`, of terms whose sizes add to `magnitude`.
    pub(crate) fn new(high: f64, low: f64, magnitude: f64) -> Self {
        Sum {
            high,
            low,
            magnitude,
        }
    }

    /// The sum of one number.
    pub(crate) fn of(term: f64) -> Self {
        let mut sum = Sum::default();
        sum.add(term);
        sum
    }

    /// Adds a number.
    pub fn add(&mut self, term: f64) {
        let sum = two_sum(self.high, term);
        self.high = sum.hi;
        self.low += sum.lo;
        self.magnitude += term.abs();
    }

    /// Adds `weight` times a sum.
    pub(crate) fn add_scaled(&mut self, weight: f64, other: &Sum) {
        let product = weight * other.high;
        // The rounding error of the product, exact unless it is subnormal.
        let rest = weight.mul_add(other.high, -product);
        let sum = two_sum(self.high, product);
        self.high = sum.hi;
        self.low += sum.lo + weight.mul_add(other.low, rest);
        self.magnitude += weight.abs() * other.magnitude;
    }

    /// The product with another sum: the sum over all pairs of terms of their products.
    pub(crate) fn times(&self, other: &Sum) -> Sum {
        let product = fused_product(self.high, other.high);
        let cross = self.high.mul_add(other.low, self.low * other.high);
        Sum {
            high: product.hi,
            low: product.lo + cross,
            magnitude: self.magnitude * other.magnitude,
        }
    }

    /// Adds a sum.
    pub fn add_sum(&mut self, other: &Sum) {
        self.add_scaled(1.0, other);
    }

    /// What [`Self::new`] makes it of.
    pub(crate) fn parts(&self) -> [f64; 3] {
        [self.high, self.low, self.magnitude]
    }

    /// The sum, rounded once.
    pub fn value(&self) -> f64 {
        // The compensation of an infinite or undefined sum means nothing.
        if self.high.is_finite() {
            self.high + self.low
        } else {
            self.high
        }
    }

    /// The sum of the sizes of all terms: what round-off is measured against.
    pub fn magnitude(&self) -> f64 {
        self.magnitude
    }

    /// Whether every term was finite, and the sum too.
    pub fn is_finite(&self) -> bool {
        self.high.is_finite() && self.magnitude.is_finite()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_harmonic_sum_is_right_to_the_last_bit() {
        // Σ 1/k² to 10⁶ = π²/6 − 1/10⁶ + 1/(2·10¹²) − 1/(6·10¹⁸) by Euler–Maclaurin.
        let mut sum = Sum::default();
        for k in 1..=1_000_000u64 {
            let k = k as f64;
            sum.add(1.0 / (k * k));
        }
        // Each term is rounded to half an ulp of itself: together below half an ulp of the sum.
        assert!((sum.value() - 1.644_933_066_848_726_4).abs() <= f64::EPSILON);
    }

    #[test]
    fn scaling_a_sum_scales_its_lost_digits_too() {
        let mut small = Sum::default();
        small.add(1.0);
        small.add(1e-20);
        let mut sum = Sum::default();
        sum.add_scaled(3.0, &small);
        sum.add(-3.0);
        // The tail survives to full relative precision.
        assert!((sum.value() / 3e-20 - 1.0).abs() < 1e-15);
    }

    #[test]
    fn infinities_and_nan_show() {
        let mut sum = Sum::default();
        sum.add(f64::INFINITY);
        assert!(!sum.is_finite());
        assert_eq!(sum.value(), f64::INFINITY);
        sum.add(f64::NEG_INFINITY);
        assert!(sum.value().is_nan());
    }
}
