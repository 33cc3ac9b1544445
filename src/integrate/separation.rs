//! The integral of a sum of products from the integrals of its factors.
//!
//! 1. Integrate the factors, each value to its share of the tolerance.
//! 2. Multiply and add; |∏(vᵢ + δᵢ) − ∏vᵢ| ≤ ∏(|vᵢ| + eᵢ) − ∏|vᵢ| for |δᵢ| ≤ eᵢ.
//! 3. If terms cancel, integrate once more, to what the sum asks for.
//!
//! A factor of a sum may be zero by symmetry, so no digits of its value are asked for: its error is
//! measured against its mean size too.

use super::auto::{add_reasons, is_done, severity};
use super::estimate::{BadNode, Outcome, Status};
use super::settings::{Measure, Task};
use crate::elementary::sum::Sum;
use crate::error::Error;
use crate::integrand::{Block, Coordinate, Integrand, Product, Products};
use crate::scatter::Scatter;

/// The factors of a sum may take this part of its tolerance, if nothing cancels.
const SHARE: f64 = 0.25;

/// No factor is asked for less than this part of its size.
const LEAST: f64 = 1e-15;

/// The part of the budget that the factors of a sum may use: they can be hard where the sum is not.
const BUDGET: f64 = 0.5;

/// The most evaluations for a factor of a sum, for each of its axes.
const MOST_EVALUATIONS: u64 = 200_000;

/// Nodes at which sizes are looked at.
const NODES: usize = 64;

/// Where the sizes of the terms add to less than this multiple of the size of their sum, the unsplit
/// integral has rounding errors of the same order.
const CANCELLING: f64 = 30.0;

/// What came of a separation.
pub(super) struct Summed {
    pub(super) outcome: Outcome,
    /// Whether the unsplit integral may be known better.
    pub(super) doubtful: bool,
}

/// The evaluations that a separation takes before anything is integrated.
pub(super) fn cost(separation: &Products<'_>) -> u64 {
    ((separation.factors.len() + 1) * NODES) as u64
}

/// A way to integrate a factor.
type Solve<'s> = dyn Fn(&dyn Integrand, &Task<'_>) -> Result<Outcome, Error> + 's;

/// Integrates the factors and puts them together.
///
/// # Errors
/// Those of `solve`.
pub(super) fn integrate(
    whole: &dyn Integrand,
    separation: &Products<'_>,
    task: &Task<'_>,
    solve: &Solve<'_>,
) -> Result<Summed, Error> {
    let products = separation.sums.iter().flatten();
    let longest = products.map(|p| p.functions.len()).max().unwrap_or(1);
    let factors = separation.factors.iter().map(|f| f.integrand.as_ref());
    let factors: Vec<&dyn Integrand> = factors.collect();
    if separation.sums.iter().all(|sum| sum.len() == 1) {
        // Relative errors add up. An absolute tolerance is met through the relative one.
        let share = Task {
            rtol: task.rtol.max(LEAST) / longest as f64,
            atol: 0.0,
            measure: Measure::Each,
            ..*task
        };
        let outcomes = outcomes(&factors, &[], &share, u64::MAX, solve)?;
        return Ok(Summed {
            outcome: total(whole, separation, &outcomes, task),
            doubtful: false,
        });
    }
    let means: Vec<Vec<f64>> = factors.iter().map(|factor| mean_sizes(*factor)).collect();
    let mut spent = (factors.len() * NODES) as u64;
    // The part of its size that a factor may be wrong by, where the sums are these.
    let part = |values: &[f64], sizes: &[f64]| -> f64 {
        let tolerances = task.tolerances(values);
        let outputs = tolerances.iter().zip(sizes);
        let parts = outputs.map(|(t, size)| t / size.max(f64::MIN_POSITIVE));
        SHARE / longest as f64 * parts.fold(1.0, f64::min)
    };
    let mut sizes = sizes(separation, |factor, output| means[factor][output]);
    let mut share = part(&sizes, &sizes).max(LEAST);
    let mut again = true;
    loop {
        let own = Task {
            rtol: share,
            atol: share,
            max_evals: ((task.max_evals as f64 * BUDGET) as u64).saturating_sub(spent),
            ..*task
        };
        let outcomes = outcomes(&factors, &means, &own, MOST_EVALUATIONS, solve)?;
        let mut outcome = total(whole, separation, &outcomes, task);
        spent += outcome.evaluations;
        outcome.evaluations = spent;
        let done = is_done(&outcome);
        if outcome.status == Status::Converged {
            return Ok(Summed {
                outcome,
                doubtful: false,
            });
        }
        sizes = self::sizes(separation, |factor, output| {
            let found = &outcomes[factor];
            means[factor][output].max(found.values[output].abs() + found.errors[output])
        });
        let next = part(&outcome.values, &sizes).max(LEAST);
        if done && again && next < share {
            share = next;
            again = false;
            continue;
        }
        let doubtful = !done || {
            spent += NODES as u64;
            outcome.evaluations = spent;
            let mut outputs = sizes.iter().zip(mean_sizes(whole));
            outputs.any(|(terms, sum)| *terms > CANCELLING * sum)
        };
        return Ok(Summed { outcome, doubtful });
    }
}

/// The outcomes of all factors within one budget, each with so many evaluations per axis at most;
/// the errors are compared with `sizes`, if there are any, besides the values.
fn outcomes(
    factors: &[&dyn Integrand],
    sizes: &[Vec<f64>],
    task: &Task<'_>,
    most: u64,
    solve: &Solve<'_>,
) -> Result<Vec<Outcome>, Error> {
    let mut left = task.max_evals;
    let mut outcomes = Vec::with_capacity(factors.len());
    for (number, factor) in factors.iter().enumerate() {
        let own = most.saturating_mul(factor.dimension() as u64);
        let own = Task {
            measure: sizes
                .get(number)
                .map_or(task.measure, |sizes| Measure::Sizes(sizes)),
            max_evals: left.min(own).max(1),
            ..*task
        };
        let outcome = solve(*factor, &own)?;
        left = left.saturating_sub(outcome.evaluations);
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// For every sum, the sizes of its terms together, from the sizes of the functions.
fn sizes(separation: &Products<'_>, of: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let size = |term: &Product| {
        let functions = term.functions.iter().map(|&(factor, k)| of(factor, k));
        term.coefficient.abs() * functions.product::<f64>()
    };
    let sums = separation.sums.iter();
    sums.map(|sum| sum.iter().map(size).sum()).collect()
}

/// The sums of the products of the integrals of the factors.
fn total(
    whole: &dyn Integrand,
    separation: &Products<'_>,
    outcomes: &[Outcome],
    task: &Task<'_>,
) -> Outcome {
    let mut values = Vec::with_capacity(separation.sums.len());
    let mut errors = Vec::with_capacity(separation.sums.len());
    for sum in &separation.sums {
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
            error += wrong + term.functions.len() as f64 * f64::EPSILON * product.abs();
        }
        values.push(value.value());
        errors.push(error);
    }
    let worst = outcomes.iter().map(|o| o.status);
    let worst = worst.max_by_key(|s| severity(*s));
    let mut reasons: Vec<String> = Vec::new();
    let (mut methods, mut because) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        add_reasons(&mut reasons, &outcome.reasons);
        add_reasons(&mut methods, std::slice::from_ref(&outcome.method));
        add_reasons(&mut because, std::slice::from_ref(&outcome.because));
    }
    let met = task.is_met(&values, &errors);
    let is_sum = separation.sums.iter().any(|sum| sum.len() != 1);
    let status = match worst.unwrap_or(Status::Converged) {
        // A factor of a sum that needs many evaluations may diverge.
        Status::Budget if is_sum => Status::Budget,
        Status::Budget | Status::Roundoff if met => {
            reasons.clear();
            Status::Converged
        }
        Status::Converged if !met => {
            reasons.push(super::ROUNDING.to_owned());
            Status::Roundoff
        }
        status => status,
    };
    let terms: usize = separation.sums.iter().map(Vec::len).sum();
    let (count, kind) = match terms {
        1 => ("product of".to_owned(), "a product"),
        _ if !is_sum => (format!("{terms} products of"), "products"),
        _ => (format!("sum of {terms} products of"), "a sum of products"),
    };
    Outcome {
        values,
        errors,
        status,
        reasons,
        evaluations: outcomes.iter().map(|o| o.evaluations).sum(),
        method: format!("{count} {}", methods.join(" and ")),
        because: format!("the integrand separates into {kind}; {}", joined(&because)),
        bad_node: bad_node(whole, separation, outcomes),
    }
}

/// The reasons of factors as one, in which what several of them say is said once with all names.
fn joined(because: &[String]) -> String {
    let mut clauses: Vec<(&str, Vec<&str>)> = Vec::new();
    for text in because {
        let text = text.strip_suffix(super::PROVEN).unwrap_or(text);
        for clause in text.split("; ") {
            // Names stand at the end, behind `in` or `of`.
            let ends = [" in ", " of "].map(|word| clause.rfind(word).map(|at| at + word.len()));
            let end = ends.into_iter().flatten().max().unwrap_or(clause.len());
            let (what, name) = clause.split_at(end);
            match clauses.iter_mut().find(|(known, _)| *known == what) {
                Some((_, names)) if names.contains(&name) => {}
                Some((_, names)) => names.push(name),
                None => clauses.push((what, vec![name])),
            }
        }
    }
    let texts = clauses
        .iter()
        .map(|(what, names)| format!("{what}{}", names.join(", ")));
    let text = texts.collect::<Vec<_>>().join("; ");
    if because.iter().all(|text| text.ends_with(super::PROVEN)) {
        text + super::PROVEN
    } else {
        text
    }
}

/// The first bad node of a factor, as a node of the whole.
fn bad_node(
    whole: &dyn Integrand,
    separation: &Products<'_>,
    outcomes: &[Outcome],
) -> Option<BadNode> {
    let factors = outcomes.iter().zip(&separation.factors).enumerate();
    let mut bad = factors.filter_map(|(i, (outcome, factor))| {
        let bad = outcome.bad_node.as_ref()?;
        // The other coordinates do not matter: they are put in the middle.
        let mut unit = vec![0.5; whole.dimension()];
        for (&axis, &place) in factor.axes.iter().zip(&bad.unit) {
            unit[axis] = place;
        }
        let reads = |term: &Product| term.functions.contains(&(i, bad.output));
        let mut sums = separation.sums.iter();
        let output = sums.position(|sum| sum.iter().any(reads)).unwrap_or(0);
        Some(BadNode {
            unit,
            output,
            ..*bad
        })
    });
    bad.next()
}

/// The mean sizes of the values of an integrand, roughly.
fn mean_sizes(integrand: &dyn Integrand) -> Vec<f64> {
    let points = Scatter::golden(integrand.dimension()).starting_at(0.5);
    let nodes = points.along_axes(0..NODES);
    let coordinates: Vec<_> = nodes.iter().map(|w| Coordinate::Each(w)).collect();
    let mut values = vec![0.0; integrand.outputs() * NODES];
    let mut evaluator = integrand.evaluator();
    evaluator.evaluate(&Block::new(&coordinates, NODES), &mut values);
    let mean = |values: &[f64]| {
        let mean = values.iter().map(|v| v.abs()).sum::<f64>() / NODES as f64;
        if mean.is_normal() { mean } else { 1.0 }
    };
    values.chunks_exact(NODES).map(mean).collect()
}
