//! The periodic trapezoid rule: equally spaced nodes with equal weights on a circle of length 1.
//!
//! 1. Node `k` is `(k + phase) / n` and every weight is `1 / n`. The rule gives a trigonometric
//!    polynomial of degree below `n` exactly; it takes the mode of frequency `m n` for the
//!    constant `exp(2πi m phase)` (aliasing).
//! 2. So the error for a function of period 1 that is analytic in the strip |Im t| < a falls like
//!    exp(−2π a n).
//! 3. The phase moves no error bound, but it chooses where we evaluate. Seams, poles, axes and
//!    kinks sit at 0, 1/2, 1/4, 1/3, ..., and formulas such as sin(t)/t break down there, so the
//!    default phase is the golden (3 − √5)/2: at every order n, each node keeps at least
//!    0.38 / (q² n) away from each fraction p/q. (By Hurwitz's theorem, no phase keeps more than
//!    0.45 / (q² n) away from all of them.) Nor do two nodes mirror each other, so that no value
//!    of an even integrand is computed twice; and exp(2πi phase) is far from both axes, so that
//!    aliases show in sines and cosines alike.
//!
//! L. N. Trefethen, J. A. C. Weideman, "The exponentially convergent trapezoidal rule",
//! SIAM Review 56 (2014) 385–458.

use super::rule::{Rule, check_order};
use crate::elementary::double_double::{DoubleDouble, two_sum};
use crate::error::Error;

/// (3 − √5)/2.
const GOLDEN_PHASE: f64 = 0.381_966_011_250_105_15;

impl Rule {
    /// The periodic trapezoid rule with `order` nodes `(k + phase) / order`, where the phase
    /// (3 − √5)/2 keeps them away from 0, 1/2 and the other points of symmetry.
    ///
    /// It integrates 1, cos 2πkt and sin 2πkt exactly for k below `order`, and is the rule for
    /// functions of period 1: for others it converges only like `1 / order`. Trapezoid rules are
    /// not cached: one costs about 0.1 µs a node.
    ///
    /// # Errors
    ///
    /// [`Error::Order`] where `order` is 0 or above [`MAX_ORDER`](super::MAX_ORDER).
    ///
    /// # Examples
    ///
    /// ```
    /// use pullback::rule::Rule;
    /// use std::f64::consts::TAU;
    ///
    /// // The integral of 1 / (2 + cos 2πt) over a period is 1 / √3.
    /// let rule = Rule::trapezoid(32)?;
    /// let terms = rule.nodes().iter().zip(rule.weights());
    /// let integral: f64 = terms.map(|(t, weight)| weight / (2.0 + (TAU * t).cos())).sum();
    /// assert!((integral - 1.0 / 3f64.sqrt()).abs() < 1e-15);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn trapezoid(order: usize) -> Result<Self, Error> {
        Self::trapezoid_with_phase(order, GOLDEN_PHASE)
    }

    /// The periodic trapezoid rule with nodes `(k + phase) / order`, k = 0, ..., `order` − 1.
    ///
    /// The nodes of phase φ are among those of twice the order with phase 2φ modulo 1.
    ///
    /// # Accuracy
    ///
    /// Nodes, complements and weights are correctly rounded but for rare ties.
    ///
    /// # Errors
    ///
    /// [`Error::Order`] where `order` is 0 or above [`MAX_ORDER`](super::MAX_ORDER);
    /// [`Error::Setting`] unless `0 <= phase < 1`.
    ///
    /// # Examples
    ///
    /// ```
    /// use pullback::rule::Rule;
    ///
    /// let few = Rule::trapezoid_with_phase(2, 0.25)?;
    /// let many = Rule::trapezoid_with_phase(4, 0.5)?;
    /// assert_eq!(few.nodes(), [0.125, 0.625]);
    /// assert_eq!(many.nodes(), [0.125, 0.375, 0.625, 0.875]);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn trapezoid_with_phase(order: usize, phase: f64) -> Result<Self, Error> {
        check_order(order)?;
        if !(0.0..1.0).contains(&phase) {
            return Err(Error::Setting {
                name: "phase",
                allowed: format!("at least 0 and below 1, not {phase}"),
            });
        }
        let spaces = DoubleDouble::from(order as f64);
        let place = |offset: DoubleDouble, index| ((offset + index as f64) / spaces).hi;
        let left = DoubleDouble::from(phase);
        let right = two_sum(1.0, -phase);
        Ok(Self::new(
            "trapezoid",
            (0..order).map(|k| place(left, k)).collect(),
            (0..order).rev().map(|k| place(right, k)).collect(),
            vec![1.0 / order as f64; order],
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::elementary::double_double::split_product;

    /// The rule's values for cos 2πkt and sin 2πkt, summed without rounding errors to speak of.
    fn mode(rule: &Rule, frequency: usize) -> (f64, f64) {
        let mut sums = [DoubleDouble::from(0.0); 2];
        for (&node, &weight) in rule.nodes().iter().zip(rule.weights()) {
            let (sin, cos) = (TAU * frequency as f64 * node).sin_cos();
            sums[0] = sums[0] + split_product(weight, cos);
            sums[1] = sums[1] + split_product(weight, sin);
        }
        (sums[0].hi, sums[1].hi)
    }

    /// The argument 2πkt of a mode is off by its rounding, at most 2 ulp of 2πk.
    fn tolerance(frequency: usize) -> f64 {
        (2.0 + 2.0 * TAU * frequency as f64) * f64::EPSILON
    }

    #[test]
    fn trigonometric_polynomials_below_the_order_are_exact() {
        for order in [1, 2, 3, 8, 24, 101] {
            let rule = Rule::trapezoid(order).unwrap();
            for frequency in 0..order {
                let (cos, sin) = mode(&rule, frequency);
                let exact = if frequency == 0 { 1.0 } else { 0.0 };
                assert!(
                    (cos - exact).abs() <= tolerance(frequency),
                    "{order}, {frequency}"
                );
                assert!(sin.abs() <= tolerance(frequency), "{order}, {frequency}");
            }
        }
    }

    #[test]
    fn multiples_of_the_order_alias_to_constants() {
        for phase in [0.0, 0.25, 0.7, GOLDEN_PHASE] {
            for order in [1, 5, 24] {
                let rule = Rule::trapezoid_with_phase(order, phase).unwrap();
                for multiple in 1..4 {
                    let (cos, sin) = mode(&rule, multiple * order);
                    let (alias_sin, alias_cos) = (TAU * multiple as f64 * phase).sin_cos();
                    let tolerance = tolerance(multiple * order);
                    assert!(
                        (cos - alias_cos).abs() <= tolerance,
                        "{order}, {multiple}, {phase}"
                    );
                    assert!(
                        (sin - alias_sin).abs() <= tolerance,
                        "{order}, {multiple}, {phase}"
                    );
                }
            }
        }
    }

    #[test]
    fn nodes_ascend_inside_the_interval_and_complements_complete_them() {
        for order in [1, 2, 24, 1000] {
            let rule = Rule::trapezoid(order).unwrap();
            assert_eq!(rule.len(), order);
            assert!(rule.nodes().is_sorted_by(|a, b| a < b));
            assert!(rule.nodes()[0] > 0.0);
            for (node, complement) in rule.nodes().iter().zip(rule.complements()) {
                assert!(*complement > 0.0);
                // Both are rounded, each by half an ulp of at most 1.
                assert!((node + complement - 1.0).abs() <= f64::EPSILON);
            }
        }
    }

    #[test]
    fn nodes_keep_their_distance_from_fractions() {
        for order in 1..=100 {
            let rule = Rule::trapezoid(order).unwrap();
            for q in 1..=12 {
                for p in 0..=q {
                    let point = f64::from(p) / f64::from(q);
                    let nearest = rule.nodes().iter().map(|node| (node - point).abs());
                    let nearest = nearest.fold(f64::INFINITY, f64::min);
                    let bound = 0.38 / (f64::from(q * q) * order as f64);
                    assert!(nearest >= bound, "{order}: {p}/{q} at {nearest:e}");
                }
            }
        }
    }

    #[test]
    fn nodes_are_correctly_rounded() {
        // (k + 1/2) / 10 with k + 1/2 exact: one division, rounded once.
        let rule = Rule::trapezoid_with_phase(10, 0.5).unwrap();
        let expected = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95];
        assert_eq!(rule.nodes(), expected);
        assert!(rule.complements().iter().eq(expected.iter().rev()));
    }

    #[test]
    fn doubling_the_phase_nests_the_nodes() {
        let coarse = Rule::trapezoid_with_phase(12, 0.375).unwrap();
        let fine = Rule::trapezoid_with_phase(24, 0.75).unwrap();
        assert!(coarse.nodes().iter().eq(fine.nodes().iter().step_by(2)));
        let coarse = Rule::trapezoid_with_phase(12, 0.625).unwrap();
        let fine = Rule::trapezoid_with_phase(24, 0.25).unwrap();
        assert!(
            coarse
                .nodes()
                .iter()
                .eq(fine.nodes().iter().skip(1).step_by(2))
        );
    }

    #[test]
    fn phases_outside_a_period_are_errors() {
        for phase in [-0.1, 1.0, f64::INFINITY] {
            let result = Rule::trapezoid_with_phase(8, phase);
            assert!(matches!(result, Err(Error::Setting { .. })));
        }
        assert!(Rule::trapezoid_with_phase(8, f64::NAN).is_err());
    }
}
