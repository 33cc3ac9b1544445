//! The integral of a sum of products from the integrals of its factors.
//!
//! 1. Integrate the factors, each value to its share of the tolerance.
//! 2. Multiply and add; |∏(vᵢ + δᵢ) − ∏vᵢ| ≤ ∏(|vᵢ| + eᵢ) − ∏|vᵢ| for |δᵢ| ≤ eᵢ.
//! 3. If terms cancel, integrate once more, to what the sum asks for.
//!
//! A factor of a sum may be zero by symmetry, so no digits of its value are asked for: its error is
//! measured against its mean size too.

use super::because::{Because, Behaviour, Step};
use super::meter::{Halt, Stop};
use super::outcome::{BadNode, Hidden, Outcome, Status};
use super::reason::Reason;
use super::strategy::{Attempt, Rows, Solve, Strategy};
use super::subject::Subject;
use super::task::{Measure, Task};
use crate::elementary::sum::Sum;
use crate::integrand::{Block, Coordinate, Factor, Integrand, Product, Products, Side};
use crate::scatter::Scatter;

/// The factors of a sum may take this part of its tolerance, if nothing cancels.
const SHARE: f64 = 0.25;

/// So many terms may each be as far off as the sum, times [`SHARE`].
const TERMS: f64 = 3.0;

/// No factor is asked for less than this part of its size.
const LEAST: f64 = 1e-15;

/// The part of the budget that the factors of a sum may use: they can be hard where the sum is not.
const BUDGET: f64 = 0.5;

/// The most evaluations for a factor of a sum of products, for each of its axes.
const MOST_EVALUATIONS: u64 = 200_000;

/// Nodes at which sizes are looked at.
const NODES: usize = 64;

/// Where the sizes of the terms add to less than this multiple of the size of their sum, the unsplit
/// integral has rounding errors of the same order.
const CANCELLING: f64 = 30.0;

/// The integral from those of functions of fewer coordinates.
pub(crate) struct FactorByFactor;

impl Strategy for FactorByFactor {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        let Some(separation) = subject.integrand.knowledge().products() else {
            return Ok(Attempt::Pass);
        };
        // A constant is no product of anything.
        if separation.factors.is_empty() {
            return Ok(Attempt::Pass);
        }
        // The evaluations before anything is integrated.
        let cost = ((separation.factors.len() + 1) * NODES) as u64;
        if cost > task.left() / 2 {
            return Ok(Attempt::Pass);
        }
        let factors = separation.factors.iter().map(|f| f.integrand.as_ref());
        let products = Factors {
            whole: subject.integrand,
            factors: factors.collect(),
            separation: &separation,
            task,
            solve,
        };
        if separation.sums.iter().all(|sum| sum.len() == 1) || products.is_alone() {
            products.single()
        } else {
            products.summed()
        }
    }
}

/// A term of which nothing is known, as the evaluations did not suffice: it is as large as bounds allow at most, and the
/// sum still known.
fn within_bounds(mut outcome: Outcome, integrand: &dyn Integrand) -> Outcome {
    let whole = vec![Side::WHOLE; integrand.dimension()];
    let bounds = integrand.knowledge().bounds();
    if let Some(sizes) = bounds.and_then(|mut bounds| bounds.turn_to(&whole)) {
        outcome.values.fill(0.0);
        outcome.errors = sizes;
        return outcome.by("bounds", Because::of(Step::Enclosed));
    }
    outcome
}

/// The factors of products that add up to an integrand.
struct Factors<'f> {
    whole: &'f dyn Integrand,
    factors: Vec<&'f dyn Integrand>,
    separation: &'f Products<'f>,
    task: &'f Task<'f>,
    solve: Solve,
}

impl Factors<'_> {
    /// The most functions in a product.
    fn longest(&self) -> usize {
        let products = self.separation.sums.iter().flatten();
        products.map(|p| p.functions.len()).max().unwrap_or(1)
    }

    /// The integral of single products.
    fn single(&self) -> Result<Attempt, Stop> {
        // Relative errors add up. An absolute tolerance is met through the relative one.
        let rtol = self.task.rtol.max(LEAST) / self.longest() as f64;
        let share = self.task.aiming_at(rtol, 0.0, Measure::Each);
        let outcomes = self.outcomes(&[], &share, u64::MAX)?;
        Ok(Attempt::Settled(self.total(&outcomes)))
    }

    /// The integral of sums of products.
    fn summed(&self) -> Result<Attempt, Stop> {
        let task = self.task;
        let within = task.at_most((task.left() as f64 * BUDGET) as u64);
        let means = self.factors.iter().map(|factor| mean_sizes(*factor, task));
        let means: Vec<Vec<f64>> = means.collect::<Result<_, _>>()?;
        // The part of its size that a factor may be wrong by, where the sums are these.
        let part = |values: &[f64], sizes: &[f64]| -> f64 {
            let tolerances = task.tolerances(values);
            let outputs = tolerances.iter().zip(sizes);
            let parts = outputs.map(|(t, size)| t / size.max(f64::MIN_POSITIVE));
            SHARE / self.longest() as f64 * parts.fold(1.0, f64::min)
        };
        let mut sizes = self.sizes(|factor, output| means[factor][output]);
        let mut share = part(&sizes, &sizes).max(LEAST);
        let mut again = true;
        // A term of a long sum is no easier than it is.
        let most = match self.separation.are_terms {
            true => MOST_EVALUATIONS.max(within.left() / self.factors.len() as u64),
            false => MOST_EVALUATIONS,
        };
        loop {
            let own = within.aiming_at(share, share, within.measure);
            let outcomes = match self.separation.are_terms {
                // Terms of a sum may be as far off as a part of it allows.
                true => {
                    let part = TERMS / self.factors.len() as f64;
                    let sums = means.iter().map(|own| {
                        let parts = own.iter().zip(&sizes);
                        parts
                            .map(|(own, sum)| own.max(part.min(1.0) * sum))
                            .collect()
                    });
                    self.outcomes(&sums.collect::<Vec<Vec<f64>>>(), &own, most)?
                }
                false => self.outcomes(&means, &own, most)?,
            };
            let outcome = self.total(&outcomes);
            if outcome.status == Status::Converged {
                return Ok(Attempt::Settled(outcome));
            }
            sizes = self.sizes(|factor, output| {
                let found = &outcomes[factor];
                means[factor][output].max(found.values[output].abs() + found.errors[output])
            });
            let next = part(&outcome.values, &sizes).max(LEAST);
            if outcome.is_done() && again && next < share {
                share = next;
                again = false;
                continue;
            }
            // The unsplit integral may be known better.
            let doubtful = !outcome.is_done() || {
                let mut outputs = sizes.iter().zip(mean_sizes(self.whole, task)?);
                outputs.any(|(terms, sum)| *terms > CANCELLING * sum)
            };
            return Ok(if doubtful {
                Attempt::Open(outcome)
            } else {
                Attempt::Settled(outcome)
            });
        }
    }

    /// The outcomes of all factors within one budget, each with so many evaluations per axis at
    /// most; the errors are compared with `sizes`, if there are any, besides the values.
    fn outcomes(
        &self,
        sizes: &[Vec<f64>],
        task: &Task<'_>,
        most: u64,
    ) -> Result<Vec<Outcome>, Stop> {
        let solve = |number: usize, later: usize, done: &[Outcome]| -> Result<Outcome, Stop> {
            let report = |values: &[f64], errors: &[f64]| {
                if done.len() == number {
                    self.report_with(done, [values, errors], task);
                }
            };
            let factor = self.factors[number];
            let sizes = sizes.get(number).map(Vec::as_slice);
            let solve = |part: &dyn Integrand, sizes: Option<&[f64]>| {
                let own = task.at_most(most.saturating_mul(part.dimension() as u64));
                let own = own.leaving_time_for(later).reporting(&report);
                let measure = sizes.map(Measure::Sizes);
                let own = own.aiming_at(own.rtol, own.atol, measure.unwrap_or(own.measure));
                let outcome = (self.solve)(&Subject::new(part), &own, Rows::Whole)?;
                Ok(match self.separation.are_terms && outcome.is_nothing() {
                    true => within_bounds(outcome, part),
                    false => outcome,
                })
            };
            let together = solve(factor, sizes)?;
            let is_decided = together.status == Status::Converged || together.has_no_number();
            if is_decided || factor.outputs() == 1 {
                return Ok(together);
            }
            let alone = one_by_one(factor, |k, part| {
                solve(part, sizes.map(|sizes| &sizes[k..=k]))
            })?;
            Ok(match alone {
                Some(alone) if alone.status == Status::Converged || !together.is_done() => alone,
                _ => together,
            })
        };
        let count = self.factors.len();
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(count);
        for number in 0..count {
            let outcome = match self.like(number, sizes, &outcomes) {
                Some(outcome) => outcome,
                None => solve(number, count - number - 1, &outcomes)?,
            };
            outcomes.push(outcome);
        }
        for (number, outcome) in outcomes.iter_mut().enumerate() {
            // What the others left of their time.
            if task.has_time_again(outcome) {
                *outcome = solve(number, 0, &[])?.better(outcome.clone());
            }
        }
        Ok(outcomes)
    }

    /// Reports the sum of the terms that are done and of one that is not; of more to come nothing is known
    /// yet. What a factor of a product is says nothing of the sum.
    fn report_with(&self, done: &[Outcome], [values, errors]: [&[f64]; 2], task: &Task<'_>) {
        if !self.separation.are_terms {
            return;
        }
        let mut terms = done.to_vec();
        let known = |values: &[f64], errors: &[f64]| {
            Outcome::new(values.to_vec(), errors.to_vec(), Status::Budget)
        };
        terms.push(known(values, errors));
        let later = self.factors[terms.len()..].iter();
        let later: Vec<Outcome> = later
            .map(|factor| {
                let outputs = factor.outputs();
                known(&vec![0.0; outputs], &vec![f64::INFINITY; outputs])
            })
            .collect();
        terms.extend(later);
        let total = self.total(&terms);
        task.report(&total.values, &total.errors);
    }

    /// The outcome of a factor from that of an earlier one with the same functions, of other axes.
    fn like(&self, number: usize, sizes: &[Vec<f64>], before: &[Outcome]) -> Option<Outcome> {
        let factor = &self.separation.factors[number];
        let other = factor.like?;
        let outcome = before.get(other)?;
        // What did not converge tells of its axes; what is measured by other sizes may need more.
        if outcome.status != Status::Converged || sizes.get(number) != sizes.get(other) {
            return None;
        }
        let names = |factor: &Factor<'_>| -> Vec<String> {
            let axes = 0..factor.axes.len();
            axes.map(|axis| factor.integrand.knowledge().axis_name(axis))
                .collect()
        };
        let earlier = &self.separation.factors[other];
        Some(Outcome {
            because: outcome.because.renamed(&names(earlier), &names(factor)),
            ..outcome.clone()
        })
    }

    /// For every sum, the sizes of its terms together, from the sizes of the functions.
    fn sizes(&self, of: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        let size = |term: &Product| {
            let functions = term.functions.iter().map(|&(factor, k)| of(factor, k));
            term.coefficient.abs() * functions.product::<f64>()
        };
        let sums = self.separation.sums.iter();
        sums.map(|sum| sum.iter().map(size).sum()).collect()
    }

    /// The sums of the products of the integrals of the factors.
    fn total(&self, outcomes: &[Outcome]) -> Outcome {
        let sums = &self.separation.sums;
        let mut values = Vec::with_capacity(sums.len());
        let mut errors = Vec::with_capacity(sums.len());
        for sum in sums {
            let (mut value, mut error) = (Sum::default(), 0.0);
            for term in sum {
                let mut product = term.coefficient;
                let mut wrong = 0.0;
                for &(factor, k) in &term.functions {
                    let (v, e) = (outcomes[factor].values[k], outcomes[factor].errors[k]);
                    wrong = wrong * (v.abs() + e) + product.abs() * e;
                    product *= v;
                }
                value.add(product);
                // A constant term is exact.
                let operations = term
                    .functions
                    .len()
                    .saturating_sub(usize::from(term.coefficient == 1.0));
                error += wrong + operations as f64 * f64::EPSILON * product.abs();
            }
            values.push(value.value());
            errors.push(error);
        }
        let met = self.task.is_met(&values, &errors);
        let is_sum = sums.iter().any(|sum| sum.len() != 1);
        // A factor of a sum that needs many evaluations may diverge.
        let (status, own) = match Outcome::status_of_whole(outcomes, met && !is_sum) {
            Status::Roundoff if met => (Status::Converged, None),
            Status::Converged if !met => (Status::Roundoff, Some(Reason::Rounding)),
            status => (status, None),
        };
        let count: usize = sums.iter().map(Vec::len).sum();
        // Of many terms the first tells.
        let telling = match self.separation.are_terms {
            true => 1,
            false => outcomes.len(),
        };
        let (mut methods, mut because) = (Vec::new(), Because::default());
        let mut outcome = Outcome::new(values, errors, status);
        for (number, factor) in outcomes.iter().enumerate() {
            if number < telling {
                if !methods.contains(&factor.method) {
                    methods.push(factor.method.clone());
                }
                because.join(&factor.because);
            }
            if status != Status::Converged {
                outcome.add_reasons(&factor.reasons);
            }
        }
        outcome.reasons.extend(own);
        let (kind, step) = match count {
            _ if self.is_alone() => (String::new(), self.constant()),
            _ if self.separation.are_terms => {
                (format!("{count} sums of terms, the first by "), Step::Terms)
            }
            1 => (
                "product of ".to_owned(),
                Step::Products {
                    count,
                    summed: false,
                },
            ),
            _ if !is_sum => (
                format!("{count} products of "),
                Step::Products {
                    count,
                    summed: false,
                },
            ),
            _ => (
                format!("sum of {count} products of "),
                Step::Products {
                    count,
                    summed: true,
                },
            ),
        };
        Outcome {
            proven: outcomes.iter().all(|factor| factor.proven),
            bad_node: self.bad_node(outcomes),
            hidden: self.hidden(outcomes),
            ..outcome
        }
        .by(
            format!("{kind}{}", methods.join(" and ")),
            because.after([step]),
        )
    }

    /// Whether the one factor is the integrand itself, which depends on fewer variables than the box has.
    fn is_alone(&self) -> bool {
        let Products { factors, sums, .. } = self.separation;
        let mut terms = sums.iter().flatten();
        factors.len() == 1 && terms.all(|term| term.functions.len() == 1)
    }

    /// The variables on which the one factor does not depend.
    fn constant(&self) -> Step {
        let reached = &self.separation.factors[0].axes;
        let others = (0..self.whole.dimension()).filter(|axis| !reached.contains(axis));
        let names = others.map(|axis| self.whole.knowledge().axis_name(axis));
        Step::Along(Behaviour::Constant, names.collect())
    }

    /// What the first factor hides that hides something, in units of the factor.
    fn hidden(&self, outcomes: &[Outcome]) -> Option<Hidden> {
        let mut factors = outcomes.iter().zip(&self.separation.factors);
        factors.find_map(|(outcome, factor)| {
            let hidden = outcome.hidden.as_ref()?;
            let mut unit = vec![0.5; self.whole.dimension()];
            for (&axis, &place) in factor.axes.iter().zip(&hidden.unit) {
                unit[axis] = place;
            }
            Some(Hidden {
                size: hidden.size,
                unit,
            })
        })
    }

    /// The first bad node of a factor, as a node of the whole.
    fn bad_node(&self, outcomes: &[Outcome]) -> Option<BadNode> {
        let factors = outcomes.iter().zip(&self.separation.factors).enumerate();
        let mut bad = factors.filter_map(|(i, (outcome, factor))| {
            let bad = outcome.bad_node.as_ref()?;
            // The other coordinates do not matter: they are put in the middle.
            let mut unit = vec![0.5; self.whole.dimension()];
            for (&axis, &place) in factor.axes.iter().zip(&bad.unit) {
                unit[axis] = place;
            }
            let reads = |term: &Product| term.functions.contains(&(i, bad.output));
            let mut sums = self.separation.sums.iter();
            let output = sums.position(|sum| sum.iter().any(reads)).unwrap_or(0);
            Some(BadNode {
                unit,
                output,
                ..*bad
            })
        });
        bad.next()
    }
}

/// The outcome of a factor, each of its functions by itself: what is narrow in one of them does not keep
/// the others from their places then. `None` if they cannot be had so.
fn one_by_one(
    factor: &dyn Integrand,
    solve: impl Fn(usize, &dyn Integrand) -> Result<Outcome, Stop>,
) -> Result<Option<Outcome>, Stop> {
    let mut all: Option<Outcome> = None;
    for k in 0..factor.outputs() {
        let Some(alone) = factor.knowledge().output(k) else {
            return Ok(None);
        };
        let found = solve(k, alone.as_ref())?;
        all = Some(match all {
            Some(all) => all.beside(found),
            None => found,
        });
    }
    Ok(all)
}

/// The mean sizes of the values of an integrand, roughly.
fn mean_sizes(integrand: &dyn Integrand, task: &Task<'_>) -> Result<Vec<f64>, Halt> {
    let points = Scatter::golden(integrand.dimension()).starting_at(0.5);
    let nodes = points.along_axes(0..NODES);
    let coordinates: Vec<_> = nodes.iter().map(|w| Coordinate::Each(w)).collect();
    let mut values = vec![0.0; integrand.outputs() * NODES];
    let mut evaluator = task.evaluator(integrand);
    evaluator.evaluate(&Block::new(&coordinates, NODES), &mut values)?;
    let mean = |values: &[f64]| {
        let mean = values.iter().map(|v| v.abs()).sum::<f64>() / NODES as f64;
        if mean.is_normal() { mean } else { 1.0 }
    };
    Ok(values.chunks_exact(NODES).map(mean).collect())
}
