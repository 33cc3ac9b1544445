//! The tanh-sinh rule: the trapezoid rule after a substitution under which any end singularity
//! that can be integrated dies away double exponentially.
//!
//! 1. Substitute x = 1/(1 + exp(−π sinh t)), which maps the line onto (0, 1).
//! 2. Cut the line where the rest can no longer matter: at the left end where x has reached a given
//!    distance, at the right end where 1 − x has reached the spacing of double precision.
//! 3. Sum at equal steps of t.
//!
//! A singularity belongs to the left end: distances from 0 are resolved down to 10⁻³⁰⁰, distances
//! from 1 only to 10⁻¹⁶. An integrand singular at 1 should be turned round first.
//!
//! H. Takahasi, M. Mori, "Double exponential formulas for numerical integration", Publ. RIMS Kyoto
//! Univ. 9 (1974) 721–741.

use std::f64::consts::PI;

use super::rule::Rule;
use crate::elementary::Unary;
use crate::error::Error;

/// The right end of the line: 1 − x = exp(−RIGHT_REACH) is two units in the last place of 1.
const RIGHT_REACH: f64 = 36.0;

/// The largest reach to the left: x = exp(−700) is about 10⁻³⁰⁴.
pub(crate) const LONGEST_REACH: f64 = 700.0;

/// The smallest and the largest step.
const STEPS: (f64, f64) = (1e-5, 2.0);

impl Rule {
    /// The tanh-sinh rule with this step, whose nodes begin at about exp(−`reach`).
    ///
    /// For an integrand that behaves as x^(e − 1) at 0, a reach of 45/e leaves out less than
    /// 10⁻¹⁹ of the integral.
    ///
    /// # Accuracy
    /// For integrands that are analytic inside, with singularities at 0 that can be integrated, the
    /// error falls faster than any power of the number of nodes. A singularity at 1 limits it to
    /// about 10⁻⁸ for 1/√(1 − x).
    ///
    /// # Errors
    /// [`Error::Setting`] for a step outside 10⁻⁵ to 2, or a reach outside 1 to 700.
    ///
    /// # Examples
    /// ```
    /// use pullback::rule::Rule;
    /// let rule = Rule::tanh_sinh(0.1, 90.0)?;
    /// let terms = rule.nodes().iter().zip(rule.weights());
    /// let integral: f64 = terms.map(|(x, weight)| weight / x.sqrt()).sum();
    /// assert!((integral - 2.0).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn tanh_sinh(step: f64, reach: f64) -> Result<Self, Error> {
        let outside = |name, allowed: &str| Error::Setting {
            name,
            allowed: allowed.to_owned(),
        };
        if !(STEPS.0..=STEPS.1).contains(&step) {
            return Err(outside("step", "1e-5 to 2"));
        }
        if !(1.0..=LONGEST_REACH).contains(&reach) {
            return Err(outside("reach", "1 to 700"));
        }
        let end = |reach: f64| Unary::Asinh.value(reach / PI);
        let (left, right) = (-end(reach), end(RIGHT_REACH));
        let count = ((right - left) / step).ceil().max(1.0) as usize;
        // Centred between the ends, so that the number of nodes alone says where they are.
        let first = 0.5 * (left + right - step * (count - 1) as f64);
        let (mut nodes, mut complements, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for k in 0..count {
            let t = first + step * k as f64;
            let exponent = PI * Unary::Sinh.value(t);
            let x = 1.0 / (1.0 + Unary::Exp.value(-exponent));
            let complement = 1.0 / (1.0 + Unary::Exp.value(exponent));
            nodes.push(x);
            complements.push(complement);
            weights.push(step * PI * Unary::Cosh.value(t) * x * complement);
        }
        Ok(Self::new("tanh-sinh", nodes, complements, weights))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule's value for a function of x and 1 − x.
    fn integral(rule: &Rule, f: impl Fn(f64, f64) -> f64) -> f64 {
        let nodes = rule.nodes().iter().zip(rule.complements());
        let terms = nodes.zip(rule.weights());
        terms.map(|((&x, &c), w)| w * f(x, c)).sum()
    }

    #[test]
    fn singular_ends_are_integrated_to_full_precision() {
        let rule = Rule::tanh_sinh(0.05, 450.0).unwrap();
        for (name, value, exact) in [
            ("1", integral(&rule, |_, _| 1.0), 1.0),
            ("x^-0.5", integral(&rule, |x, _| 1.0 / x.sqrt()), 2.0),
            ("x^-0.9", integral(&rule, |x, _| x.powf(-0.9)), 10.0),
            ("ln x", integral(&rule, |x, _| x.ln()), -1.0),
            ("sqrt", integral(&rule, |x, _| x.sqrt()), 2.0 / 3.0),
            (
                "x^0.3 ln x",
                integral(&rule, |x, _| x.powf(0.3) * x.ln()),
                -1.0 / 1.69,
            ),
        ] {
            // The sum of some 200 rounded terms.
            assert!((value / exact - 1.0).abs() < 2e-14, "{name}: {value}");
        }
    }

    #[test]
    fn the_right_end_is_resolved_to_double_precision_only() {
        let rule = Rule::tanh_sinh(0.05, 90.0).unwrap();
        let value = integral(&rule, |_, c| 1.0 / c.sqrt());
        // What lies within exp(−36) of the end is 2·exp(−18) of 2.
        let missing = (value / 2.0 - 1.0).abs();
        assert!(missing < 5e-8 && missing > 1e-9, "{missing}");
    }

    #[test]
    fn nodes_ascend_strictly_inside() {
        for (step, reach) in [(0.6, 45.0), (0.1, 90.0), (0.02, 700.0)] {
            let rule = Rule::tanh_sinh(step, reach).unwrap();
            assert!(rule.nodes().windows(2).all(|w| w[0] < w[1]));
            assert!(rule.nodes()[0] > 0.0 && rule.nodes()[rule.len() - 1] < 1.0);
        }
        assert!(Rule::tanh_sinh(0.0, 90.0).is_err());
        assert!(Rule::tanh_sinh(0.1, f64::NAN).is_err());
    }
}
