//! The outcome of an integration: values, errors, a status, and the reasons for it.

use std::fmt;

use super::because::Because;
use super::ladder::Level;
use super::learned_map::LearnedMap;
use super::node_set::NodeSet;
use super::reason::Reason;
use crate::integrand::Knowledge;

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

    /// Of two statuses that of a whole is the more severe.
    pub(crate) fn severity(self) -> u8 {
        match self {
            Status::Converged => 0,
            Status::Roundoff => 1,
            Status::Suspect => 2,
            Status::Budget => 3,
            Status::Interrupted => 4,
            Status::Nonfinite => 5,
        }
    }

    /// Whether nothing is gained by another method.
    pub(crate) fn is_done(self) -> bool {
        matches!(self, Status::Converged | Status::Roundoff)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is known of the error of a value: nothing, where the value is no number.
pub(crate) fn known_error(value: f64, error: f64) -> f64 {
    if value.is_finite() && !error.is_nan() {
        error
    } else {
        f64::INFINITY
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

impl BadNode {
    /// The first node of a block at which a value is not finite: coordinates by axes, values by outputs.
    pub(crate) fn first(rows: &[&[f64]], values: &[f64]) -> Option<Self> {
        let n = rows.first()?.len();
        let outputs = values.len() / n;
        (0..n).find_map(|i| {
            let output = (0..outputs).find(|k| !values[k * n + i].is_finite())?;
            Some(BadNode {
                unit: rows.iter().map(|row| row[i]).collect(),
                output,
                value: values[output * n + i],
            })
        })
    }
}

/// What bounds of an integrand leave open: a part of an integral that no node has seen, and that no
/// bound excludes.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Hidden {
    /// How much may lie there, of the integral of which it may be most.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
    pub size: f64,
    /// The middle of the place that may hold the largest part of it, in unit coordinates.
    pub unit: Vec<f64>,
}

/// What an integrator found for all integrands over one region.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
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
    /// Whether the errors are bounds that are proven for the formula as it stands, whatever the
    /// nodes saw; only rounding is estimated.
    pub proven: bool,
    /// Why the status is not [`Status::Converged`], or what qualifies it.
    pub reasons: Vec<Reason>,
    /// The number of nodes at which the integrands were evaluated.
    pub evaluations: u64,
    /// The rules that gave the values.
    pub method: String,
    /// Why this method.
    pub because: Because,
    /// The first node, in the order of nodes, at which an integrand is not finite.
    pub bad_node: Option<BadNode>,
    /// What bounds of the integrand leave open, where they do.
    pub hidden: Option<Hidden>,
    /// The map that was learned, where one was.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub learned: Option<LearnedMap>,
    /// The nodes of which the values are weighted sums, where these were to be
    /// [kept](crate::Settings::keeping_nodes) and the method has some.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub nodes: Option<NodeSet>,
    /// Whether bounds were asked already.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) witnessed: bool,
    /// Whether so few evaluations were left that bounds were not asked, or could not answer.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) is_unheard: bool,
    /// The integrals next to the ends of a line from a method that follows the integrand to where
    /// bounds say nothing; none next to an end where it did not reach its tolerance.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) at_ends: [Option<Known>; 2],
    /// The rules along the axes.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) levels: Option<Vec<Level>>,
    /// Whether the errors allow for what the values of the integrand lose by rounding.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) allows_for_rounding: bool,
}

/// Integrals over a part, and their errors.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Known {
    pub(crate) values: Vec<f64>,
    pub(crate) errors: Vec<f64>,
}

impl Outcome {
    /// Raises errors to what the values of the integrand may lose by rounding, which a rule cannot
    /// see. A proven error counts it already.
    pub(crate) fn raise_to_rounding(&mut self, knowledge: &dyn Knowledge) {
        if self.counts_rounding() {
            return;
        }
        let lost = knowledge.rounding().unwrap_or_default();
        for (error, lost) in self.errors.iter_mut().zip(lost) {
            // Written so that NaN stays.
            if lost > *error {
                *error = lost;
            }
        }
    }

    /// Whether the errors count what the values lose by rounding.
    pub(crate) fn counts_rounding(&self) -> bool {
        self.proven || self.allows_for_rounding
    }

    /// Values with their errors, and nothing else to say.
    pub(crate) fn new(values: Vec<f64>, errors: Vec<f64>, status: Status) -> Self {
        Outcome {
            values,
            errors,
            status,
            proven: false,
            reasons: Vec::new(),
            evaluations: 0,
            method: "none".to_owned(),
            because: Because::default(),
            bad_node: None,
            hidden: None,
            learned: None,
            nodes: None,
            witnessed: false,
            is_unheard: false,
            at_ends: [None, None],
            levels: None,
            allows_for_rounding: false,
        }
    }

    /// No answer for so many outputs, and why.
    pub(crate) fn none(outputs: usize, status: Status, reason: Option<Reason>) -> Self {
        Outcome {
            reasons: reason.into_iter().collect(),
            ..Outcome::new(
                vec![f64::NAN; outputs],
                vec![f64::INFINITY; outputs],
                status,
            )
        }
    }

    /// Values that are not finite, and the node that makes them so; none if the sum overflows.
    pub(crate) fn nonfinite(values: Vec<f64>, bad_node: Option<BadNode>) -> Self {
        Outcome {
            reasons: match bad_node {
                Some(_) => Vec::new(),
                None => vec![Reason::Overflow],
            },
            bad_node,
            errors: vec![f64::INFINITY; values.len()],
            ..Outcome::new(values, Vec::new(), Status::Nonfinite)
        }
    }

    /// Whether no value is a number, so that no sum with them is one.
    pub(crate) fn has_no_number(&self) -> bool {
        self.status == Status::Nonfinite && self.values.iter().all(|value| value.is_nan())
    }

    /// The same by a method, and why.
    pub(crate) fn by(mut self, method: impl Into<String>, because: Because) -> Self {
        self.method = method.into();
        self.because = because;
        self
    }

    /// The same for a reason.
    pub(crate) fn with_reason(mut self, reason: Reason) -> Self {
        self.reasons.push(reason);
        self
    }

    /// Takes on what a part of the whole says besides its values: the worse status, its reasons, how it was
    /// come by, and the first bad node.
    pub(crate) fn take_on(&mut self, part: &Outcome) {
        if part.status.severity() > self.status.severity() {
            self.status = part.status;
        }
        self.add_reasons(&part.reasons);
        self.because.join(&part.because);
        if self.bad_node.is_none() {
            self.bad_node.clone_from(&part.bad_node);
        }
    }

    /// Adds the integrals over another part of the whole, with all that it says.
    pub(crate) fn add(&mut self, part: &Outcome) {
        for (sum, value) in self.values.iter_mut().zip(&part.values) {
            *sum += value;
        }
        for (sum, error) in self.errors.iter_mut().zip(&part.errors) {
            *sum += error;
        }
        self.proven &= part.proven;
        self.allows_for_rounding &= part.allows_for_rounding;
        self.take_on(part);
        if let Some(more) = &part.hidden {
            let before = self.hidden.get_or_insert_with(|| Hidden {
                size: 0.0,
                unit: more.unit.clone(),
            });
            if more.size > before.size {
                before.unit.clone_from(&more.unit);
            }
            before.size += more.size;
        }
    }

    /// The status of a whole of parts, of which there is one at least; `met` if its errors are within the tolerances. What
    /// each part lacks may not matter to the whole, but what a witness doubts does, and where it was not heard.
    pub(crate) fn status_of_whole(parts: &[Outcome], met: bool) -> Status {
        let worst = parts.iter().max_by_key(|part| part.status.severity());
        let is_doubted = |part: &Outcome| part.status == Status::Suspect || part.is_unheard;
        match worst.map_or(Status::Converged, |part| part.status) {
            Status::Budget if met && parts.iter().any(is_doubted) => Status::Suspect,
            Status::Budget | Status::Roundoff if met => Status::Converged,
            status => status,
        }
    }

    /// The outcome of more integrands, with that of others after it.
    pub(crate) fn beside(mut self, mut other: Outcome) -> Self {
        if let Some(bad) = &mut other.bad_node {
            bad.output += self.values.len();
        }
        self.take_on(&other);
        self.values.extend(other.values);
        self.errors.extend(other.errors);
        self.proven &= other.proven;
        self.allows_for_rounding &= other.allows_for_rounding;
        self.witnessed &= other.witnessed;
        if self.method != other.method {
            self.method = format!("{} and {}", self.method, other.method);
        }
        self.hidden = self.hidden.or(other.hidden);
        // What belongs to one rule for all of them.
        (self.at_ends, self.levels, self.nodes) = ([None, None], None, None);
        self
    }

    /// Whether nothing is gained by another method.
    pub(crate) fn is_done(&self) -> bool {
        self.status.is_done()
    }

    /// Adds the reasons that are not there yet.
    pub(crate) fn add_reasons(&mut self, more: &[Reason]) {
        for reason in more {
            if !self.reasons.contains(reason) {
                self.reasons.push(reason.clone());
            }
        }
    }

    /// The largest error.
    fn worst(&self) -> f64 {
        self.errors.iter().copied().fold(0.0, f64::max)
    }

    /// Whether all that is said is that it is zero at the nodes.
    pub(crate) fn saw_nothing(&self) -> bool {
        let saw_zeros = self.reasons.contains(&Reason::ZeroEverywhere);
        saw_zeros && self.values.iter().chain(&self.errors).all(|v| *v == 0.0)
    }

    /// Whether there is no answer, as the budget ran out before there was one.
    pub(crate) fn is_nothing(&self) -> bool {
        self.status == Status::Budget && self.values.iter().all(|value| value.is_nan())
    }

    /// Whether this answer and another one cannot both be within their errors.
    pub(crate) fn contradicts(&self, other: &Outcome) -> bool {
        let far = |k: usize| {
            let distance = (self.values[k] - other.values[k]).abs();
            distance > self.errors[k] + other.errors[k]
        };
        (0..self.values.len()).any(far)
    }

    /// The same with errors that reach another answer, and what that leaves open.
    fn reaching(mut self, other: &Outcome) -> Outcome {
        for k in 0..self.values.len() {
            let distance = (self.values[k] - other.values[k]).abs() + other.errors[k];
            self.errors[k] = self.errors[k].max(distance);
        }
        self
    }

    /// The outcome to prefer: finished before unfinished, then the smaller claimed error.
    pub(crate) fn better(self, other: Outcome) -> Outcome {
        let is_bad = |o: &Outcome| o.status == Status::Nonfinite;
        // Zero at all nodes is no knowledge beside values that are not.
        let is_blind = Outcome::saw_nothing;
        let knows = |o: &Outcome| !is_blind(o) && o.errors.iter().all(|error| error.is_finite());
        match (self.is_done(), other.is_done()) {
            (true, false) => self,
            (false, true) => other,
            (false, false) if knows(&self) && knows(&other) && self.contradicts(&other) => {
                // One that has given up is not to be believed before another one.
                match other.worst() < self.worst() {
                    true => other.reaching(&self),
                    false => self.reaching(&other),
                }
            }
            _ if is_bad(&self) && !is_bad(&other) => other,
            _ if is_bad(&other) => self,
            _ if is_blind(&self) && knows(&other) => other,
            _ if is_blind(&other) && knows(&self) => self,
            _ if other.worst() < self.worst() => other,
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_has_not_converged_where_a_witness_doubts_a_part() {
        let part = |status| Outcome::new(vec![1.0], vec![1e-20], status);
        let whole = |other: Outcome, met| {
            let parts = [part(Status::Converged), other];
            Outcome::status_of_whole(&parts, met)
        };
        for status in [Status::Budget, Status::Roundoff] {
            assert_eq!(whole(part(status), true), Status::Converged);
            assert_eq!(whole(part(status), false), status);
        }
        let unheard = Outcome {
            is_unheard: true,
            ..part(Status::Budget)
        };
        assert_eq!(whole(unheard, true), Status::Suspect);
        let doubted = [Status::Suspect, Status::Budget].map(part);
        assert_eq!(Outcome::status_of_whole(&doubted, true), Status::Suspect);
        assert_eq!(Outcome::status_of_whole(&doubted, false), Status::Budget);
    }
}
