//! The one judge of answers: what they claim, held against the truth.

use std::fmt::Display;

use pullback::{Estimate, Status};

/// The exact values of integrals, and what is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Truth<'t> {
    pub(crate) exact: &'t [f64],
    pub(crate) rtol: f64,
    pub(crate) atol: f64,
    /// By how much the exact values may be off, beyond their rounding.
    pub(crate) slack: f64,
}

/// Whether a status stands for the answer.
pub(crate) fn vouches(status: Status) -> bool {
    matches!(status, Status::Converged | Status::Roundoff)
}

impl<'t> Truth<'t> {
    pub(crate) fn new(exact: &'t [f64], rtol: f64) -> Self {
        Truth {
            exact,
            rtol,
            atol: 0.0,
            slack: 0.0,
        }
    }

    /// Whether the errors cover what the values are off by.
    ///
    /// The exact values are rounded, and the values are, to half an ulp each: eight leave room.
    pub(crate) fn is_covered(&self, answer: &Estimate) -> bool {
        let off = |(exact, value): (&f64, &f64)| (value - exact).abs();
        let pairs = self.exact.iter().zip(&answer.values);
        let slack = |exact: &f64| self.slack + 8.0 * f64::EPSILON * exact.abs();
        // False for NaN.
        let mut covered = pairs.zip(&answer.errors);
        self.exact.len() == answer.values.len()
            && covered.all(|(pair, error)| off(pair) <= error + slack(pair.0))
    }

    /// Whether the values are as near as was asked for.
    pub(crate) fn is_reached(&self, answer: &Estimate) -> bool {
        let mut pairs = self.exact.iter().zip(&answer.values);
        pairs.all(|(exact, value)| {
            (value - exact).abs() <= self.atol.max(self.rtol * exact.abs()) + self.slack
        })
    }

    /// Whether an answer stands for itself, and may.
    pub(crate) fn is_right(&self, answer: &Estimate) -> bool {
        vouches(answer.status) && self.is_covered(answer) && self.is_reached(answer)
    }

    /// What an answer claims that is not so; nothing if it owns up.
    pub(crate) fn lie(&self, answer: &Estimate) -> Option<String> {
        let tolerance = |value: &f64| self.atol.max(self.rtol * value.abs());
        let mut claims = answer.values.iter().zip(&answer.errors);
        let meets = claims.all(|(value, error)| *error <= tolerance(value));
        let claim = match answer.status {
            Status::Converged if !meets => "not within its tolerance",
            status if vouches(status) && !self.is_covered(answer) => "understated",
            _ => return None,
        };
        Some(format!("{claim}: {}", self.said(answer)))
    }

    /// What is wrong with an answer that is to be had from no more than `most` evaluations.
    pub(crate) fn fault(&self, answer: &Estimate, most: u64) -> Option<String> {
        let good = self.is_right(answer) && answer.evaluations <= most;
        (!good).then(|| self.said(answer))
    }

    /// The answer beside the truth.
    pub(crate) fn said(&self, answer: &Estimate) -> String {
        format!(
            "{:?} ± {:?} for {:?}, {} {:?} at rtol {:e} after {} by {}",
            answer.values,
            answer.errors,
            self.exact,
            answer.status,
            answer.reasons,
            self.rtol,
            answer.evaluations,
            answer.method
        )
    }
}

/// Answers of which each is right or owns up, and how many are right.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    judged: usize,
    right: usize,
    lies: Vec<String>,
}

impl Tally {
    pub(crate) fn judge(&mut self, what: impl Display, answer: &Estimate, truth: Truth<'_>) {
        self.judged += 1;
        self.right += usize::from(truth.is_right(answer));
        let lie = truth.lie(answer);
        self.lies.extend(lie.map(|lie| format!("{what}: {lie}")));
    }

    /// Asks that none lies, and that so many are right: who always owns up is of no use.
    pub(crate) fn assert_right(&self, least: usize) {
        let Tally {
            judged,
            right,
            lies,
        } = self;
        assert!(
            lies.is_empty() && *right >= least,
            "{right} of {judged} right, {least} were; {} lies:\n{}",
            lies.len(),
            lies.join("\n")
        );
    }
}
