//! The fixed rule: a tensor product of Gauss rules of given orders, with two smaller ones as
//! witnesses of its error.

use super::because::{Because, Step};
use super::meter::{Halt, Stop};
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::tensor::{describe, nodes, nonfinite, roundoff, sums_with, values};
use crate::elementary::sum::Sum;
use crate::error::Error;
use crate::integrand::Integrand;
use crate::rule::Rule;

/// Gauss rules of these orders: one for all axes, or one for each.
pub(crate) struct FixedGauss {
    pub(crate) orders: Vec<usize>,
}

impl Strategy for FixedGauss {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let integrand = subject.integrand;
        let rules = |smaller: fn(usize) -> usize| self.rules(integrand.dimension(), smaller);
        let (fine, near, far) = (rules(|n| n)?, rules(|n| n - 1)?, rules(|n| 2 * n / 3)?);
        let because = Because::of(Step::NodesGiven);
        let outputs = integrand.outputs();
        let cost = [&fine, &near, &far].map(|rules| nodes(rules));
        let cost = cost.into_iter().fold(0, u64::saturating_add);
        if cost > task.left() {
            let reason = task.reason(Halt::Evaluations);
            let outcome = Outcome::none(outputs, Status::Budget, Some(reason));
            return Ok(Attempt::Settled(outcome.by(describe(&fine), because)));
        }
        let mut sums: Vec<Vec<Sum>> = Vec::new();
        match self.judged(integrand, task, [&far, &near, &fine], &mut sums) {
            Ok(outcome) => Ok(Attempt::Settled(outcome.by(describe(&fine), because))),
            Err(Stop::Halt(halt)) => {
                let mut outcome = Outcome::none(outputs, Status::Budget, Some(task.reason(halt)));
                // The best so far is what the largest of the smaller rules gave.
                if let Some(sums) = sums.last() {
                    outcome.values = values(sums);
                }
                Ok(Attempt::Open(outcome.by(describe(&fine), because)))
            }
            Err(failed) => Err(failed),
        }
    }
}

impl FixedGauss {
    /// The rules of the axes, of orders that are made smaller.
    fn rules(&self, dimension: usize, smaller: fn(usize) -> usize) -> Result<Vec<Rule>, Error> {
        let only = self.orders.len() == 1;
        let axes = (0..dimension).map(|axis| self.orders[if only { 0 } else { axis }]);
        axes.map(|n| Rule::gauss(smaller(n).max(1))).collect()
    }

    /// The sum by the last of three rules, judged by the two before it; `sums` are those that are
    /// known.
    fn judged(
        &self,
        integrand: &dyn Integrand,
        task: &Task<'_>,
        rules: [&[Rule]; 3],
        sums: &mut Vec<Vec<Sum>>,
    ) -> Result<Outcome, Stop> {
        let mut evaluator = task.evaluator(integrand);
        for rules in rules {
            sums.push(sums_with(integrand, &mut evaluator, rules, task)?);
        }
        let (far, near, fine) = (&sums[0], &sums[1], &sums[2]);
        if fine.iter().any(|s| !s.is_finite()) {
            return Ok(nonfinite(integrand, rules[2], fine, task));
        }
        let order = self.orders.iter().copied().max().unwrap_or(1) as f64;
        let values = values(fine);
        let tolerances = task.tolerances(&values);
        let mut errors = Vec::with_capacity(fine.len());
        let mut agree = [true; 2];
        for (k, value) in fine.iter().enumerate() {
            let distance = |other: &[Sum]| (value.value() - other[k].value()).abs();
            let distances = [distance(near), distance(far)];
            // Where the error falls as a power p of 1/n, the neighbouring order is p/n of the error
            // away, and the farther one about as far as the error is large.
            let [near, far] = distances;
            errors.push(near.max(far.min(order * near)) + roundoff(value));
            for (agree, distance) in agree.iter_mut().zip(distances) {
                *agree &= distance + roundoff(value) <= tolerances[k];
            }
        }
        let status = match agree {
            [true, true] => Status::Converged,
            [true, false] if task.is_met(&values, &errors) => Status::Suspect,
            _ => Status::Budget,
        };
        let mut outcome = Outcome::new(values, errors, status);
        for (agree, witness) in agree.into_iter().zip([rules[1], rules[0]]) {
            if !agree {
                outcome.reasons.push(Reason::Disagreement {
                    rule: Some(describe(witness)),
                });
            }
        }
        Ok(outcome)
    }
}
