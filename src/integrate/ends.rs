//! The behaviour of an integrand at the ends of its axes, seen from a few values.
//!
//! 1. Along an axis, at a few places of the others, take values at the distances 2⁻³, 2⁻⁴, … from
//!    an end.
//! 2. If the integrand is a + b·s^α + …, neighbouring differences fall by the factor 2^α.
//! 3. A whole α from 1 on is what a smooth function shows; anything else is a singularity, and α
//!    below 0 says how strong.

use super::meter::{Halt, Metered};
use crate::integrand::{Block, Coordinate, Integrand};

/// Distances from an end: 2^−k for these k. Nearer to 1 a distance has lost its digits.
const POWERS: std::ops::RangeInclusive<i32> = 3..=20;

/// Differences below this part of the largest value are rounding errors.
const NOISE: f64 = 1e-10;

/// How near an exponent must be to a whole number to count as one.
const WHOLE: f64 = 0.06;

/// An exponent that still changes by this part of what it lacks to −1 at a halving is none of a power:
/// beside a power of a logarithm it changes by ln 2/ln(1/s), which is 1/20 at the nearest distances.
const STEADY: f64 = 0.02;

/// Between these exponents 1/s may stand beside a power of a logarithm. Below them it stands alone, or
/// beside a pole; above them a logarithm is that of an integrand which grows as one.
const SLOW: [f64; 2] = [-1.0, -0.25];

/// Places near the lower end, and as near to the upper one.
pub(crate) fn near_ends() -> Vec<f64> {
    let near = POWERS.map(|k| 2f64.powi(-k));
    near.clone().chain(near.map(|s| 1.0 - s)).collect()
}

/// What lies at the two ends of an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Ends {
    /// The exponent of the singularity at each end, if there is one.
    pub(crate) exponents: [Option<f64>; 2],
    /// The most that an exponent changed by at the last halving.
    drifts: [f64; 2],
}

impl Ends {
    /// The exponents at those ends at which a power rules, not a power beside a logarithm.
    pub(crate) fn of_powers(&self) -> [Option<f64>; 2] {
        [0, 1].map(|end| {
            let is_steady = |e: &f64| self.drifts[end] <= STEADY * (1.0 + e);
            self.exponents[end].filter(|e| !(SLOW[0]..SLOW[1]).contains(e) || is_steady(e))
        })
    }

    /// Whether an integrand grows at an end, and not as a power of the distance.
    pub(crate) fn are_slow(&self) -> bool {
        let powers = self.of_powers();
        let is_slow =
            |(exponent, power): (&Option<f64>, &Option<f64>)| power.is_none() && exponent.is_some();
        self.exponents.iter().zip(&powers).any(is_slow)
    }

    /// The evaluations that a look at an axis takes: two ends at each of two places.
    pub(crate) const EVALUATIONS: usize = 2 * 2 * (*POWERS.end() - *POWERS.start() + 1) as usize;

    /// Looks at the ends of an axis.
    ///
    /// # Errors
    /// What ends the look.
    pub(crate) fn of(
        integrand: &dyn Integrand,
        evaluator: &mut Metered<'_>,
        axis: usize,
    ) -> Result<Ends, Halt> {
        let nodes = near_ends();
        let half = nodes.len() / 2;
        let mut values = vec![0.0; integrand.outputs() * nodes.len()];
        let mut ends = Ends::default();
        for place in 0..2 {
            let coordinate = |a: usize| {
                if a == axis {
                    return Coordinate::Each(&nodes[..]);
                }
                let spread = (place * 5 + a * 3 + 1) as f64;
                Coordinate::Same((spread * std::f64::consts::SQRT_2).fract())
            };
            let coordinates: Vec<_> = (0..integrand.dimension()).map(coordinate).collect();
            evaluator.evaluate(&Block::new(&coordinates, nodes.len()), &mut values)?;
            for values in values.chunks(nodes.len()) {
                for (end, exponent) in ends.exponents.iter_mut().enumerate() {
                    let found = exponent_at_end(&values[end * half..(end + 1) * half]);
                    let Some((found, drift)) = found else {
                        continue;
                    };
                    // The stronger of two is what a rule must be made for.
                    *exponent = Some(exponent.map_or(found, |own| own.min(found)));
                    ends.drifts[end] = ends.drifts[end].max(drift);
                }
            }
        }
        Ok(ends)
    }
}

/// The exponent of a singularity and its last change, from values at halved distances; `None` where it
/// looks smooth.
fn exponent_at_end(values: &[f64]) -> Option<(f64, f64)> {
    let size = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    if !size.is_finite() || size == 0.0 {
        return None;
    }
    let differences: Vec<f64> = values.windows(2).map(|w| w[0] - w[1]).collect();
    let clear = |d: &&f64| d.abs() > NOISE * size;
    let clear: Vec<f64> = differences.iter().take_while(clear).copied().collect();
    let exponents: Vec<f64> = clear
        .windows(2)
        .map(|w| (w[0] / w[1]).abs().log2())
        .collect();
    let [.., second, last] = exponents[..] else {
        return None;
    };
    let whole = |x: f64| x > 0.5 && (x - x.round()).abs() < WHOLE;
    // Values that still turn over are not yet in the range where one power rules.
    if exponents.len() < 3 || (last - second).abs() > 0.5 || (whole(last) && whole(second)) {
        return None;
    }
    Some((last, (last - second).abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exponent(f: impl Fn(f64) -> f64) -> Option<f64> {
        let values: Vec<f64> = POWERS.map(|k| f(2f64.powi(-k))).collect();
        exponent_at_end(&values).map(|(exponent, _)| exponent)
    }

    #[test]
    fn smooth_ends_are_smooth() {
        for f in [
            |_| 1.0,
            |s: f64| s,
            |s: f64| s.exp(),
            |s: f64| (s - 0.3).powi(2),
            |s: f64| 1.0 / (1.0 + s),
            |s: f64| s * s * s.cos(),
            |s: f64| (40.0 * s).sin(),
        ] {
            assert_eq!(exponent(f), None);
        }
    }

    #[test]
    fn singular_ends_show_their_exponent() {
        for (f, expected) in [
            ((|s: f64| s.sqrt()) as fn(f64) -> f64, 0.5),
            (|s| 1.0 / s.sqrt(), -0.5),
            (|s| s.powf(-0.9) + 3.0, -0.9),
            (|s| s.ln(), 0.0),
            (|s| s.powf(1.5), 1.5),
            (|s| s.powf(1.0 / 3.0) * (1.0 + s), 1.0 / 3.0),
        ] {
            let found = exponent(f).unwrap();
            assert!((found - expected).abs() < 0.05, "{found} {expected}");
        }
        // A power of a logarithm is not a power.
        let of = |f: fn(f64) -> f64| {
            let values: Vec<f64> = POWERS.map(|k| f(2f64.powi(-k))).collect();
            let (exponent, drift) = exponent_at_end(&values).unwrap();
            Ends {
                exponents: [Some(exponent), None],
                drifts: [drift, 0.0],
            }
        };
        let slow = of(|s| 1.0 / (s * (4.5 - s.ln()).powi(5)));
        assert!(slow.are_slow() && slow.of_powers() == [None; 2]);
        let power = of(|s| s.powf(-2.0 / 3.0) * (1.0 + s.cbrt()));
        assert!(!power.are_slow() && power.of_powers() != [None; 2]);
        // s·ln s falls a little more slowly than s.
        assert!(exponent(|s| s * s.ln()).is_some());
    }
}
