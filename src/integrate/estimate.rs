//! The result of an integration: values, errors, a status, and the reasons for it.

/// How far an answer can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Status {
    /// The tolerance is met and every witness agrees.
    Converged,
    /// The tolerance is met, but a witness disagrees: the reasons say which.
    Suspect,
    /// No more digits are to be had in double precision.
    Roundoff,
    /// Evaluations or seconds ran out first.
    Budget,
    /// NaN or infinity at a node: the reasons name the point.
    Nonfinite,
    /// Stopped by the user.
    Interrupted,
}

impl Status {
    /// The status in one lower-case word.
    pub fn name(self) -> &'static str {
        match self {
            Status::Converged => "converged",
            Status::Suspect => "suspect",
            Status::Roundoff => "roundoff",
            Status::Budget => "budget",
            Status::Nonfinite => "nonfinite",
            Status::Interrupted => "interrupted",
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A node at which an integrand is NaN or infinite.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BadNode {
    /// The node, in unit coordinates.
    pub unit: Vec<f64>,
    /// Which of the integrands.
    pub output: usize,
    /// Its value there.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
    pub value: f64,
}

/// What an integrator found for all integrands over one region.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Outcome {
    /// The integrals.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::numbers"))]
    pub values: Vec<f64>,
    /// For deterministic methods an estimate that the true error should not exceed, for random ones
    /// the half-width of a 95 % interval; absolute.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::numbers"))]
    pub errors: Vec<f64>,
    /// How far they can be trusted.
    pub status: Status,
    /// Why the status is not [`Status::Converged`], or what qualifies it.
    pub reasons: Vec<String>,
    /// The number of nodes at which the integrands were evaluated.
    pub evaluations: u64,
    /// The rules that gave the values.
    pub method: String,
    /// Why this method.
    pub because: String,
    /// The first node, in the order of nodes, at which an integrand is not finite.
    pub bad_node: Option<BadNode>,
}
