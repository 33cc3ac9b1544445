//! The fixed rule: a tensor product of Gauss rules of given orders, with two smaller ones as
//! witnesses of its error.

use super::because::{Because, Step};
use super::meter::{Halt, Stop};
use super::node_set::NodeSet;
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::tensor::{nonfinite, roundoff, sums_with, values};
use crate::elementary::Binary;
use crate::elementary::sum::Sum;
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
        let axes = integrand.dimension();
        let because = Because::of(Step::NodesGiven);
        let outputs = integrand.outputs();
        let orders = [far_from, near_to, own].map(|order| self.orders(axes, order));
        let method = describe(&orders[2]);
        let cost = orders.iter().map(|orders| nodes(orders));
        let cost = cost.fold(0, u64::saturating_add);
        // More nodes than can be counted are more than may be evaluated, whatever that is.
        if cost > task.left() || cost == u64::MAX {
            let reason = task.reason(Halt::Evaluations);
            let outcome = Outcome::none(outputs, Status::Budget, Some(reason));
            return Ok(Attempt::Settled(outcome.by(method, because)));
        }
        let mut sums: Vec<Vec<Sum>> = Vec::new();
        match self.judged(integrand, task, &orders, &mut sums) {
            Ok(outcome) => Ok(Attempt::Settled(outcome.by(method, because))),
            Err(Stop::Halt(halt)) => {
                let mut outcome = Outcome::none(outputs, Status::Budget, Some(task.reason(halt)));
                // The best so far is what the largest of the other rules gave.
                if let Some(sums) = sums.last() {
                    outcome.values = values(sums);
                }
                Ok(Attempt::Open(outcome.by(method, because)))
            }
            Err(failed) => Err(failed),
        }
    }
}

/// The order of the rule itself.
fn own(order: usize) -> usize {
    order
}

/// The order of the nearest witness. Below one node there is none: two nodes speak for one.
fn near_to(order: usize) -> usize {
    if order == 1 { 2 } else { order - 1 }
}

/// The order of the farther witness.
fn far_from(order: usize) -> usize {
    match order {
        1 => 3,
        2 => 1,
        _ => 2 * order / 3,
    }
}

/// The number of nodes of a tensor product of rules of these orders.
fn nodes(orders: &[usize]) -> u64 {
    let orders = orders.iter().map(|&order| order as u64);
    orders.fold(1, u64::saturating_mul)
}

/// The error of a rule of so many nodes that falls as a power p of 1/n, by how far both witnesses are away:
/// ((n/m)ᵖ − 1) times that error, for a witness of m nodes. Nothing where it falls faster.
fn slow(order: usize, witnesses: [f64; 2]) -> f64 {
    let [near, far] = witnesses;
    let times = [near_to(order), far_from(order)].map(|other| order as f64 / other as f64);
    let gain = |times: f64, power: f64| Binary::Pow.value(times, power) - 1.0;
    let ratio = |power: f64| gain(times[0], power) / gain(times[1], power);
    let (mut low, mut high) = SLOW_POWERS;
    if order < 3 || near.is_nan() || near <= ratio(high) * far {
        return 0.0;
    }
    // The ratio falls with the power.
    for _ in 0..20 {
        let middle = 0.5 * (low + high);
        match near < ratio(middle) * far {
            true => low = middle,
            false => high = middle,
        }
    }
    far / gain(times[1], low)
}

/// Powers of 1/n with which the error of a rule falls at an end of exponent −0.95, and at a kink of the third
/// derivative.
const SLOW_POWERS: (f64, f64) = (0.1, 4.0);

/// The text `gauss 10 x gauss 20`.
fn describe(orders: &[usize]) -> String {
    let names: Vec<String> = orders
        .iter()
        .map(|order| format!("gauss {order}"))
        .collect();
    names.join(" x ")
}

/// The rules of these orders, each computed once.
fn rules(orders: &[usize], task: &Task<'_>) -> Result<Vec<Rule>, Stop> {
    let mut rules: Vec<Rule> = Vec::with_capacity(orders.len());
    for &order in orders {
        let rule = match rules.iter().find(|rule| rule.len() == order) {
            Some(rule) => rule.clone(),
            None => match Rule::gauss_by(order, task.deadline())? {
                Some(rule) => rule,
                None => return Err(task.is_over().unwrap_or(Halt::Seconds).into()),
            },
        };
        rules.push(rule);
    }
    Ok(rules)
}

impl FixedGauss {
    /// The orders of the axes, changed.
    fn orders(&self, axes: usize, changed: fn(usize) -> usize) -> Vec<usize> {
        let only = self.orders.len() == 1;
        let orders = (0..axes).map(|axis| self.orders[if only { 0 } else { axis }]);
        orders.map(changed).collect()
    }

    /// The sum by the last of three rules of given orders, judged by the two before it; `sums` are
    /// those that are known.
    fn judged(
        &self,
        integrand: &dyn Integrand,
        task: &Task<'_>,
        orders: &[Vec<usize>; 3],
        sums: &mut Vec<Vec<Sum>>,
    ) -> Result<Outcome, Stop> {
        let mut evaluator = task.evaluator(integrand);
        // One rule after the other: with ten million nodes each takes 240 MB.
        for orders in orders {
            let rules = rules(orders, task)?;
            sums.push(sums_with(integrand, &mut evaluator, &rules, task)?);
        }
        let (far, near, fine) = (&sums[0], &sums[1], &sums[2]);
        if fine.iter().any(|s| !s.is_finite()) {
            let rules = rules(&orders[2], task)?;
            return Ok(nonfinite(integrand, &rules, fine, task));
        }
        // How much farther the truth can be than the nearest witness; one node has no neighbour below.
        let order = match self.orders.iter().min() {
            Some(1) | None => f64::INFINITY,
            _ => self.orders.iter().copied().max().unwrap_or(1) as f64,
        };
        let most = self.orders.iter().copied().max().unwrap_or(1);
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
            let reach = if order.is_finite() { order * near } else { far };
            let claimed = match near + roundoff(value) <= tolerances[k] {
                true => near.max(far.min(reach)),
                false => near.max(far.min(reach)).max(slow(most, distances)),
            };
            errors.push(claimed + roundoff(value));
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
        if task.keeps_nodes {
            let rules = rules(&orders[2], task)?;
            outcome.nodes = Some(NodeSet::of_rules(rules, &outcome.values));
        }
        for (agree, witness) in agree.into_iter().zip([&orders[1], &orders[0]]) {
            if !agree {
                outcome.reasons.push(Reason::Disagreement {
                    rule: Some(describe(witness)),
                });
            }
        }
        Ok(outcome)
    }
}
