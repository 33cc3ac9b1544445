//! An integral whose value is known.

use crate::genz::joined;

/// A map, limits and an integrand as texts, and the value of the integral.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The set that it belongs to.
    pub(crate) set: &'static str,
    /// Its name within the set.
    pub(crate) name: String,
    /// The targets as formulas of the variables; empty where they are the variables.
    pub(crate) map: String,
    /// The limits of the variables.
    pub(crate) over: String,
    /// What to integrate.
    pub(crate) integrand: String,
    /// The value, to a few units in the sixteenth digit.
    pub(crate) exact: f64,
    /// Errors below this part of the value cannot be told: from the closed form, and from the
    /// rounding of an integrand.
    pub(crate) accuracy: f64,
}

/// What closed forms are good for that are evaluated with 16 digits.
pub(crate) const SIXTEEN_DIGITS: f64 = 1e-14;

impl Problem {
    /// An integral over limits without a map.
    pub(crate) fn plain(
        set: &'static str,
        name: impl Into<String>,
        over: impl Into<String>,
        integrand: impl Into<String>,
        exact: f64,
    ) -> Problem {
        Problem {
            set,
            name: name.into(),
            map: String::new(),
            over: over.into(),
            integrand: integrand.into(),
            exact,
            accuracy: SIXTEEN_DIGITS,
        }
    }

    /// The number of variables.
    pub(crate) fn dimension(&self) -> usize {
        self.over.matches("..").count()
    }

    /// The command that integrates the same on the command line.
    pub(crate) fn command(&self, rtol: f64, max_evals: u64) -> String {
        let map = match self.map.as_str() {
            "" => String::new(),
            map => format!(" --map \"{map}\""),
        };
        format!(
            "cargo run --release -- integrate{map} --over \"{}\" --integrand \"{}\" \
             --rtol {rtol:e} --max-evals {max_evals}",
            self.over, self.integrand
        )
    }

    /// What the true error is measured by: the value, or 1 where that is zero.
    pub(crate) fn scale(&self) -> f64 {
        if self.exact == 0.0 {
            1.0
        } else {
            self.exact.abs()
        }
    }
}

/// Limits 0 and 1 for the variables x1, x2, ….
pub(crate) fn unit_box(dimension: usize) -> String {
    joined(dimension, ", ", |i| format!("x{i} = 0..1"))
}
