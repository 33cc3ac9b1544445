//! The settings of an integration, with their defaults.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use super::checkpoint::Checkpoint;
use super::learned_map::LearnedMap;
use super::ranks::{Company, Ranks};
use super::watch::{Progress, Watch};
use crate::deadline::{CancelToken, Deadline};
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
    /// The tensor product of tanh-sinh rules, for ends of any kind, with steps that shrink until sums agree.
    TanhSinh,
    /// Cells that are divided where the error is.
    Cubature,
    /// The mean over scrambled Sobol points.
    Qmc,
    /// The same through a grid that learns where the integrand is large.
    Vegas,
    /// The mean of random samples.
    MonteCarlo,
}

impl Method {
    /// The names of the methods, as the command line has them.
    pub const NAMES: [&str; 7] = [
        "auto",
        "gauss",
        "tanh-sinh",
        "cubature",
        "qmc",
        "vegas",
        "monte-carlo",
    ];

    /// The name of the method.
    pub fn name(&self) -> &'static str {
        Self::NAMES[match self {
            Method::Auto => 0,
            Method::Gauss(_) => 1,
            Method::TanhSinh => 2,
            Method::Cubature => 3,
            Method::Qmc => 4,
            Method::Vegas => 5,
            Method::MonteCarlo => 6,
        }]
    }

    /// The method of this name, the fixed rule with [`DEFAULT_NODES`] nodes; `None` if there is none.
    ///
    /// ```
    /// use pullback::Method;
    /// assert!(Method::NAMES.iter().all(|name| Method::named(name).is_some_and(|m| m.name() == *name)));
    /// ```
    pub fn named(name: &str) -> Option<Method> {
        let all = [
            Method::Auto,
            Method::Gauss(vec![DEFAULT_NODES]),
            Method::TanhSinh,
            Method::Cubature,
            Method::Qmc,
            Method::Vegas,
            Method::MonteCarlo,
        ];
        all.into_iter().find(|method| method.name() == name)
    }
}

/// What an integration aims at and what it may cost.
///
/// ```
/// use pullback::{Method, Settings};
/// let settings = Settings::new().rtol(1e-6).method(Method::MonteCarlo);
/// assert_eq!((settings.rtol, settings.seed), (1e-6, 0));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
#[non_exhaustive]
pub struct Settings {
    /// The error aimed at, as a part of the value: done when error ≤ max(`atol`, `rtol`·|value|).
    pub rtol: f64,
    /// The error aimed at, absolutely.
    pub atol: f64,
    /// The most evaluations of the integrand; what the method takes for enough where it is `None`.
    pub max_evals: Option<u64>,
    /// The most seconds, from the formulas to the answer. Results do not depend on the clock unless
    /// this limit is met, but for [`costly`](Self::costly).
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
    pub max_seconds: f64,
    /// The method.
    pub method: Method,
    /// The seed of the random methods.
    pub seed: u64,
    /// The map that `vegas` begins with.
    pub learned: Option<LearnedMap>,
    /// The number of threads; all processors where it is `None`. The result does not depend on it.
    pub threads: Option<usize>,
    /// Whether integrands that are code take long at a node, 10 µs or more: then methods that need few nodes
    /// come first. Where it is `None` code is timed, at one node, a few times more than is counted if it seems to
    /// take long; from 5 to 10 µs two runs may differ in what they find. Formulas are never timed.
    pub costly: Option<bool>,
    /// Whether the outcome is to keep its nodes.
    pub keeps_nodes: bool,
    /// Who watches, and may call the work off.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) watch: Watch,
    /// Where the results of long steps are kept.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) checkpoint: Option<Checkpoint>,
    /// The processes that work on the same.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) company: Option<Company>,
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
            learned: None,
            threads: None,
            costly: None,
            keeps_nodes: false,
            watch: Watch::default(),
            checkpoint: None,
            company: None,
        }
    }
}

impl Settings {
    /// The default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// These settings with another error aimed at, as a part of the value.
    pub fn rtol(self, rtol: f64) -> Self {
        Settings { rtol, ..self }
    }

    /// These settings with another error aimed at, absolutely.
    pub fn atol(self, atol: f64) -> Self {
        Settings { atol, ..self }
    }

    /// These settings with another limit of the evaluations; `None` stands for what the method
    /// takes for enough.
    pub fn max_evals(self, max_evals: impl Into<Option<u64>>) -> Self {
        Settings {
            max_evals: max_evals.into(),
            ..self
        }
    }

    /// These settings with another limit of the seconds.
    pub fn max_seconds(self, max_seconds: f64) -> Self {
        Settings {
            max_seconds,
            ..self
        }
    }

    /// These settings with another method.
    pub fn method(self, method: Method) -> Self {
        Settings { method, ..self }
    }

    /// These settings with another seed of the random methods.
    pub fn seed(self, seed: u64) -> Self {
        Settings { seed, ..self }
    }

    /// These settings with a map that `vegas` begins with: one that it learned before, or a proposal.
    pub fn learned(self, map: impl Into<Option<LearnedMap>>) -> Self {
        Settings {
            learned: map.into(),
            ..self
        }
    }

    /// These settings with another number of threads; `None` stands for all processors.
    pub fn threads(self, threads: impl Into<Option<usize>>) -> Self {
        Settings {
            threads: threads.into(),
            ..self
        }
    }

    /// These settings for code of which it is known whether it takes long at a node; `None` stands for code
    /// that is timed.
    ///
    /// ```
    /// use pullback::{Map, Settings};
    /// let square = Map::identity(&["x", "y"])?.over("x = 0..1, y = 0..1")?;
    /// let spent = |costly: bool| {
    ///     let settings = Settings::new().costly(costly);
    ///     let answer = square.integrate_fn(|x| (x[0] * x[1]).exp(), &settings)?;
    ///     Ok::<_, pullback::Error>(answer.evaluations)
    /// };
    /// assert!(spent(true)? <= spent(false)?);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn costly(self, costly: impl Into<Option<bool>>) -> Self {
        Settings {
            costly: costly.into(),
            ..self
        }
    }

    /// These settings for an outcome that keeps the nodes of which its values are sums:
    /// [`Estimate::for_each_node`](crate::Estimate::for_each_node).
    pub fn keeping_nodes(self) -> Self {
        Settings {
            keeps_nodes: true,
            ..self
        }
    }

    /// These settings with a listener: it is told of every better answer, and from time to time in
    /// between, from whichever thread is at work. What it breaks ends with the status
    /// [`Interrupted`](crate::Status::Interrupted) and the best answer so far.
    ///
    /// ```
    /// use pullback::{Map, Settings, Status};
    /// use std::ops::ControlFlow;
    /// let square = Map::identity(&["x", "y"])?.over("x = 0..1, y = 0..1")?;
    /// let settings = Settings::new().on_progress(|progress| {
    ///     if progress.evaluations > 1000 {
    ///         return ControlFlow::Break(());
    ///     }
    ///     ControlFlow::Continue(())
    /// });
    /// let answer = square.integrate_fn(|x| (x[0] + x[1]).sin().abs().sqrt(), &settings)?;
    /// assert_eq!(answer.status, Status::Interrupted);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn on_progress(
        mut self,
        listener: impl Fn(&Progress<'_>) -> ControlFlow<()> + Send + Sync + 'static,
    ) -> Self {
        self.watch.listener = Some(Arc::new(listener));
        self
    }

    /// These settings with a token that calls the work off: it ends with the status
    /// [`Interrupted`](crate::Status::Interrupted) and the best answer so far.
    pub fn cancelled_by(mut self, token: &CancelToken) -> Self {
        self.watch.token = Some(token.clone());
        self
    }

    /// These settings with a file in which the results of long steps are kept, so that work that is
    /// broken off can go on.
    pub fn kept_in(self, checkpoint: &Checkpoint) -> Self {
        Settings {
            checkpoint: Some(checkpoint.clone()),
            ..self
        }
    }

    /// These settings for work that several processes share, each of which integrates the same with the same
    /// settings; the result is that of one process, to the last bit. What is kept in a file is kept by rank 0. A
    /// limit of seconds is that of rank 0, and is looked at between two steps.
    pub fn among(self, ranks: Arc<dyn Ranks>) -> Self {
        let company = (ranks.count() > 1).then_some(Company(ranks));
        Settings { company, ..self }
    }

    /// The processes that share the work, if there are several.
    pub fn company(&self) -> Option<&dyn Ranks> {
        self.company.as_ref().map(|company| company.0.as_ref())
    }

    /// These settings for a process that works alone.
    pub fn alone(self) -> Self {
        Settings {
            company: None,
            ..self
        }
    }

    /// When work that began at `start` must end.
    pub(crate) fn deadline(&self, start: Instant) -> Deadline {
        Deadline::new(start, self.max_seconds, self.watch.token.clone())
    }

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
    pub(crate) fn most_evaluations(&self) -> u64 {
        self.max_evals.unwrap_or(match self.method {
            Method::MonteCarlo | Method::Qmc | Method::Vegas => DEFAULT_MAX_SAMPLES,
            _ => DEFAULT_MAX_EVALS,
        })
    }

    /// The error aimed at for a value.
    pub(crate) fn tolerance(&self, value: f64) -> f64 {
        self.atol.max(self.rtol * value.abs())
    }
}
