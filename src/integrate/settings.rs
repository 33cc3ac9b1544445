//! The settings of an integration, with their defaults.

use std::f64::consts::FRAC_1_SQRT_2;
use std::time::Instant;

use crate::error::Error;
use crate::rule::MAX_ORDER;

/// How to integrate.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Method {
    /// The toolkit chooses rules and orders, and says why.
    #[default]
    Auto,
    /// The tensor product of Gauss–Legendre rules with these numbers of nodes: one for all axes, or
    /// one for each.
    Gauss(Vec<usize>),
    /// The mean of random samples.
    MonteCarlo,
}

/// What an integration aims at and what it may cost.
///
/// ```
/// use pullback::{Method, Settings};
/// let settings = Settings { rtol: 1e-6, method: Method::MonteCarlo, ..Settings::default() };
/// assert_eq!(settings.seed, 0);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct Settings {
    /// The error aimed at, as a part of the value: done when error ≤ max(`atol`, `rtol`·|value|).
    pub rtol: f64,
    /// The error aimed at, absolutely.
    pub atol: f64,
    /// The most evaluations of the integrand; what the method takes for enough where it is `None`.
    pub max_evals: Option<u64>,
    /// The most seconds; looked at between rounds, so that results do not depend on the clock
    /// unless this limit is met.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
    pub max_seconds: f64,
    /// The method.
    pub method: Method,
    /// The seed of the random methods.
    pub seed: u64,
    /// The number of threads; all processors where it is `None`. The result does not depend on it.
    pub threads: Option<usize>,
}

/// The error aimed at by default, as a part of the value.
pub const DEFAULT_RTOL: f64 = 1e-10;

/// The most evaluations of deterministic methods by default.
const DEFAULT_MAX_EVALS: u64 = 200_000_000;

/// The most samples of random methods by default.
const DEFAULT_MAX_SAMPLES: u64 = 10_000_000;

/// Nodes along an axis of the fixed rule where the user gives no number.
pub const DEFAULT_NODES: usize = 16;

/// The most threads that may be asked for.
const MOST_THREADS: usize = 1024;

impl Default for Settings {
    fn default() -> Self {
        Settings {
            rtol: DEFAULT_RTOL,
            atol: 0.0,
            max_evals: None,
            max_seconds: f64::INFINITY,
            method: Method::Auto,
            seed: 0,
            threads: None,
        }
    }
}

impl Settings {
    /// Refuses settings outside their ranges, for an integrand of `dimension` variables.
    pub(crate) fn check(&self, dimension: usize) -> Result<(), Error> {
        let refuse = |name, allowed: &str| {
            Err(Error::Setting {
                name,
                allowed: allowed.to_owned(),
            })
        };
        // Written so that NaN is refused too.
        if !(self.rtol >= 0.0 && self.rtol < 1.0) {
            return refuse("rtol", "at least 0 and below 1");
        }
        if !(self.atol >= 0.0 && self.atol.is_finite()) {
            return refuse("atol", "at least 0 and finite");
        }
        if self.max_evals == Some(0) {
            return refuse("max_evals", "at least 1");
        }
        if self.max_seconds.is_nan() || self.max_seconds <= 0.0 {
            return refuse("max_seconds", "above 0");
        }
        if matches!(self.threads, Some(n) if n == 0 || n > MOST_THREADS) {
            return refuse("threads", "1 to 1024");
        }
        if let Method::Gauss(orders) = &self.method {
            if orders.len() != 1 && orders.len() != dimension {
                let allowed = format!(
                    "one number, or one for each of the {dimension} variables, not {}",
                    orders.len()
                );
                return refuse("nodes", &allowed);
            }
            if let Some(&requested) = orders.iter().find(|n| !(1..=MAX_ORDER).contains(*n)) {
                return Err(Error::Order {
                    requested,
                    limit: MAX_ORDER,
                });
            }
        }
        Ok(())
    }

    /// The most evaluations of the integrand.
    pub(crate) fn max_evals(&self) -> u64 {
        self.max_evals.unwrap_or(match self.method {
            Method::MonteCarlo => DEFAULT_MAX_SAMPLES,
            _ => DEFAULT_MAX_EVALS,
        })
    }

    /// The error aimed at for a value.
    pub(crate) fn tolerance(&self, value: f64) -> f64 {
        self.atol.max(self.rtol * value.abs())
    }

    /// Runs `work` with the number of threads asked for.
    pub(crate) fn with_threads<T: Send>(
        &self,
        work: impl FnOnce() -> T + Send,
    ) -> Result<T, Error> {
        match self.threads {
            None => Ok(work()),
            Some(n) => {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build();
                match pool {
                    Ok(pool) => Ok(pool.install(work)),
                    Err(reason) => Err(Error::Setting {
                        name: "threads",
                        allowed: format!("fewer than {n}: {reason}"),
                    }),
                }
            }
        }
    }
}

/// What the error of a value is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Measure<'t> {
    /// That value.
    Each,
    /// √(v² + w²) with its neighbour, the first with the second and so on: values in pairs are the
    /// parts of complex numbers.
    Pairs,
    /// That value, and a size of its own in the place of 1 for the absolute tolerance.
    Sizes(&'t [f64]),
}

/// The part of the settings that an integrator works to: a tolerance and a budget.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task<'t> {
    pub(crate) rtol: f64,
    pub(crate) atol: f64,
    pub(crate) measure: Measure<'t>,
    pub(crate) max_evals: u64,
    pub(crate) max_seconds: f64,
    pub(crate) start: Instant,
}

impl Task<'_> {
    /// The task of whole settings.
    pub(crate) fn new(settings: &Settings, measure: Measure<'static>, start: Instant) -> Self {
        Task {
            rtol: settings.rtol,
            atol: settings.atol,
            measure,
            max_evals: settings.max_evals(),
            max_seconds: settings.max_seconds,
            start,
        }
    }

    /// The task with what is left of the budget after so many evaluations.
    pub(crate) fn after(&self, evaluations: u64) -> Self {
        Task {
            max_evals: self.max_evals.saturating_sub(evaluations).max(1),
            ..*self
        }
    }

    /// The error aimed at for each of the values.
    pub(crate) fn tolerances(&self, values: &[f64]) -> Vec<f64> {
        let tolerance = |k: usize| {
            let size = values[k].abs();
            match self.measure {
                Measure::Each => self.atol.max(self.rtol * size),
                Measure::Pairs => {
                    let other = values.get(k ^ 1).copied().unwrap_or(0.0);
                    self.atol.max(self.rtol * size.hypot(other)) * FRAC_1_SQRT_2
                }
                Measure::Sizes(sizes) => (self.atol * sizes[k]).max(self.rtol * size),
            }
        };
        (0..values.len()).map(tolerance).collect()
    }

    /// Whether no error is above its tolerance.
    pub(crate) fn is_met(&self, values: &[f64], errors: &[f64]) -> bool {
        let tolerances = self.tolerances(values);
        errors.iter().zip(&tolerances).all(|(e, t)| e <= t)
    }

    /// Whether `cost` more evaluations will fit into the time, if they take as long each as the
    /// `done` ones did since `begun`.
    pub(crate) fn has_time_for(&self, cost: u64, done: u64, begun: Instant) -> bool {
        if self.max_seconds == f64::INFINITY {
            return true;
        }
        let elapsed = self.start.elapsed().as_secs_f64();
        let rate = begun.elapsed().as_secs_f64() / done.max(1) as f64;
        let needed = rate * cost as f64;
        elapsed <= self.max_seconds && (done < 100_000 || elapsed + needed <= self.max_seconds)
    }

    /// Why time ended the work.
    pub(crate) fn out_of_time(&self) -> String {
        format!(
            "the next step would not be done within max_seconds = {}",
            self.max_seconds
        )
    }
}
