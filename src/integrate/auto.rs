//! `auto`: chooses how to integrate, says why, and changes its mind when the evidence does.
//!
//! 1. Integrate the factors of a product one by one, and cut the box along the curves and across the
//!    axes where the integrand is known to switch.
//! 2. On each part, raise the orders of a tensor product of rules. If more nodes hardly help, look
//!    at the ends of the axes: singular ends are turned to 0 and given tanh-sinh rules.
//! 3. If that does not help either, divide cells where the error is; at last take random samples.
//!
//! Of all answers the one with the smallest claimed error is returned.

use std::time::Instant;

use super::cell::MOST_VARIABLES;
use super::cubature;
use super::ends::Ends;
use super::estimate::{BadNode, Outcome, Status};
use super::monte_carlo;
use super::progressive::{self, Plan};
use super::scan::{HALVINGS, SCAN, half_width, scan};
use super::settings::{Settings, Task};
use crate::error::Error;
use crate::integrand::{Factor, Integrand, Piece, Side, part};
use crate::rule::{LONGEST_REACH, Rule};

/// With more parts than this the cuts are left to the division of cells.
const MOST_PARTS: usize = 64;

/// At an end of exponent e − 1 a tanh-sinh rule reaches to exp(−REACH/e): what lies beyond is less
/// than 10⁻¹⁹ of the integral.
const REACH: f64 = 45.0;

/// An exponent at or below this one may not be integrable.
const DIVERGENT: f64 = -0.97;

/// With fewer variables than this, random samples lose against cells.
const FEWEST_FOR_SAMPLES: usize = 3;

/// The most random samples of a last resort.
const MOST_SAMPLES: u64 = 20_000_000;

/// A value above this multiple of the mean size is a peak.
const PEAK: f64 = 4.0;

/// A peak whose half width, rounded down to a power of two, is below this part of the distance of the
/// nodes around it, is not resolved.
const UNRESOLVED: f64 = 0.25;

/// The part of the budget that the first attempt may use.
const FIRST_ATTEMPT: f64 = 0.6;

/// Integrates with methods that this module chooses.
///
/// # Errors
/// [`Error::Order`] if a rule is not available, which the ladders of orders exclude.
pub(crate) fn integrate(
    integrand: &dyn Integrand,
    settings: &Settings,
    start: Instant,
) -> Result<Outcome, Error> {
    let task = Task::new(settings, start);
    let mut outcome = match integrand.factors() {
        Some(factors) => product_of(integrand, &factors, &task, settings.seed)?,
        None => whole(integrand, &task, settings.seed)?,
    };
    let mut pairs = outcome.values.iter().zip(&outcome.errors);
    if outcome.status == Status::Roundoff && pairs.any(|(v, e)| v.abs() <= *e) {
        outcome.reasons.push(super::ZERO.to_owned());
    }
    Ok(outcome)
}

/// The product of the integrals of factors.
fn product_of(
    integrand: &dyn Integrand,
    factors: &[Factor<'_>],
    task: &Task,
    seed: u64,
) -> Result<Outcome, Error> {
    let mut left = *task;
    // Relative errors add up. An absolute tolerance is met through the relative one.
    left.rtol = task.rtol.max(1e-15) / factors.len() as f64;
    left.atol = 0.0;
    let mut outcomes = Vec::with_capacity(factors.len());
    for factor in factors {
        let outcome = whole(factor.integrand.as_ref(), &left, seed)?;
        left.max_evals = left.max_evals.saturating_sub(outcome.evaluations).max(1);
        outcomes.push(outcome);
    }
    let value: f64 = outcomes.iter().map(|o| o.values[0]).product();
    let sizes = outcomes.iter().map(|o| o.values[0].abs() + o.errors[0]);
    let rounding = factors.len() as f64 * f64::EPSILON * value.abs();
    let error = sizes.product::<f64>() - value.abs() + rounding;
    let methods: Vec<&str> = outcomes.iter().map(|o| o.method.as_str()).collect();
    let because: Vec<&str> = outcomes.iter().map(|o| o.because.as_str()).collect();
    let worst = outcomes
        .iter()
        .map(|o| o.status)
        .max_by_key(|s| severity(*s));
    let mut reasons: Vec<String> = Vec::new();
    for outcome in &outcomes {
        add_reasons(&mut reasons, &outcome.reasons);
    }
    let met = error <= task.tolerance(value);
    let status = match worst.unwrap_or(Status::Converged) {
        Status::Budget | Status::Roundoff if met => {
            reasons.clear();
            Status::Converged
        }
        Status::Converged if !met => Status::Roundoff,
        status => status,
    };
    // The other coordinates of a bad node do not matter: they are put in the middle.
    let bad_node = outcomes.iter().zip(factors).find_map(|(outcome, factor)| {
        let bad = outcome.bad_node.as_ref()?;
        let mut unit = vec![0.5; integrand.dimension()];
        for (&axis, &place) in factor.axes.iter().zip(&bad.unit) {
            unit[axis] = place;
        }
        Some(BadNode { unit, ..*bad })
    });
    Ok(Outcome {
        values: vec![value],
        errors: vec![error],
        status,
        reasons,
        evaluations: outcomes.iter().map(|o| o.evaluations).sum(),
        method: format!("product of {}", methods.join(" and ")),
        because: format!("it is a product; {}", because.join("; ")),
        bad_node,
    })
}

/// The integral of something that is not a product.
fn whole(integrand: &dyn Integrand, task: &Task, seed: u64) -> Result<Outcome, Error> {
    let Some(pieces) = integrand.pieces() else {
        return cut_along_axes(integrand, task, seed);
    };
    let attempt = Task {
        max_evals: (task.max_evals as f64 * FIRST_ATTEMPT).ceil() as u64,
        ..*task
    };
    let first = cut_along_curves(&pieces, integrand.outputs(), &attempt, seed)?;
    if is_done(&first) || first.evaluations >= task.max_evals {
        return Ok(first);
    }
    let left = Task {
        max_evals: task.max_evals - first.evaluations,
        ..*task
    };
    let second = cut_along_axes(integrand, &left, seed)?;
    let evaluations = first.evaluations + second.evaluations;
    Ok(Outcome {
        evaluations,
        ..better(first, second)
    })
}

/// The integral from pieces between the curves along which the integrand switches.
fn cut_along_curves(
    pieces: &[Piece<'_>],
    outputs: usize,
    task: &Task,
    seed: u64,
) -> Result<Outcome, Error> {
    const CUT: &str = "cut where it switches, along curves";
    if pieces.is_empty() {
        return Ok(Outcome {
            values: vec![0.0; outputs],
            errors: vec![0.0; outputs],
            status: Status::Converged,
            reasons: Vec::new(),
            evaluations: 0,
            method: "no parts".to_owned(),
            because: format!("{CUT}; it is zero everywhere"),
            bad_node: None,
        });
    }
    let mut outcome = over_pieces(pieces, task, seed, one_piece)?;
    outcome.because = format!("{CUT}; {}", outcome.because);
    Ok(outcome)
}

/// The integral of a piece, which may be a product or switch along its axes.
fn one_piece(integrand: &dyn Integrand, task: &Task, seed: u64) -> Result<Outcome, Error> {
    match integrand.factors() {
        Some(factors) => product_of(integrand, &factors, task, seed),
        None => cut_along_axes(integrand, task, seed),
    }
}

/// The integral from the parts between the places where the integrand switches along an axis.
fn cut_along_axes(integrand: &dyn Integrand, task: &Task, seed: u64) -> Result<Outcome, Error> {
    let parts = parts(integrand);
    if parts.len() == 1 {
        return on_part(integrand, task, seed);
    }
    let names: Vec<String> = cut_axes(&parts, integrand);
    let pieces: Vec<Piece<'_>> = parts.iter().map(|sides| part(integrand, sides)).collect();
    let mut outcome = over_pieces(&pieces, task, seed, on_part)?;
    outcome.because = format!(
        "cut where it switches in {}; {}",
        names.join(", "),
        outcome.because
    );
    Ok(outcome)
}

/// The parts of the box between the places where the integrand switches along an axis.
fn parts(integrand: &dyn Integrand) -> Vec<Vec<Side>> {
    let switches = integrand.switches();
    let count: usize = switches.places.iter().map(|p| p.len() + 1).product();
    if count > MOST_PARTS {
        return vec![vec![Side::WHOLE; integrand.dimension()]];
    }
    let sides_of = |places: &Vec<f64>| -> Vec<Side> {
        let ends = [&[0.0][..], places, &[1.0]].concat();
        ends.windows(2)
            .map(|w| Side {
                from: w[0],
                to: w[1],
            })
            .collect()
    };
    product(&switches.places.iter().map(sides_of).collect::<Vec<_>>())
}

/// All choices of one side for every axis.
fn product(sides: &[Vec<Side>]) -> Vec<Vec<Side>> {
    let mut all = vec![Vec::new()];
    for choices in sides {
        let extended = all.iter().flat_map(|part: &Vec<Side>| {
            choices
                .iter()
                .map(move |side| [&part[..], &[*side]].concat())
        });
        all = extended.collect();
    }
    all
}

/// The names of the axes that are cut.
fn cut_axes(parts: &[Vec<Side>], integrand: &dyn Integrand) -> Vec<String> {
    let axes = 0..integrand.dimension();
    let cut = axes.filter(|&a| parts.iter().any(|part| part[a] != Side::WHOLE));
    cut.map(|a| integrand.axis_name(a)).collect()
}

/// The sum over pieces, each to its share of the tolerance.
fn over_pieces(
    pieces: &[Piece<'_>],
    task: &Task,
    seed: u64,
    integrate: fn(&dyn Integrand, &Task, u64) -> Result<Outcome, Error>,
) -> Result<Outcome, Error> {
    let mut outcomes = of_each(pieces, task, |piece, left, _| integrate(piece, left, seed))?;
    let mut total = sum(&outcomes, task);
    if total.status == Status::Budget {
        // Pieces that nearly cancel need more digits than their own sizes ask for.
        let scales = total.values.iter().map(|v| task.tolerance(*v));
        let spent: u64 = outcomes.iter().map(|o| o.evaluations).sum();
        let mut left = Task {
            atol: scales.fold(0.0, f64::max) / pieces.len() as f64,
            rtol: 0.0,
            max_evals: task.max_evals.saturating_sub(spent).max(1),
            ..*task
        };
        for (outcome, piece) in outcomes.iter_mut().zip(pieces) {
            let poor = outcome.errors.iter().any(|e| *e > left.atol);
            if poor && outcome.status == Status::Converged {
                let mut again = integrate(piece.integrand.as_ref(), &left, seed)?;
                place_in_whole(&mut again, piece);
                let spent = outcome.evaluations;
                left.max_evals = left.max_evals.saturating_sub(again.evaluations).max(1);
                *outcome = again;
                outcome.evaluations += spent;
            }
        }
        total = sum(&outcomes, task);
    }
    Ok(total)
}

/// The outcomes of pieces, each to its share of the tolerance and with what budget is left; the
/// last argument of `integrate` is the number of the piece.
fn of_each(
    pieces: &[Piece<'_>],
    task: &Task,
    integrate: impl Fn(&dyn Integrand, &Task, usize) -> Result<Outcome, Error>,
) -> Result<Vec<Outcome>, Error> {
    let mut left = *task;
    left.atol = task.atol / pieces.len() as f64;
    let mut outcomes = Vec::with_capacity(pieces.len());
    for (number, piece) in pieces.iter().enumerate() {
        let mut outcome = integrate(piece.integrand.as_ref(), &left, number)?;
        place_in_whole(&mut outcome, piece);
        left.max_evals = left.max_evals.saturating_sub(outcome.evaluations).max(1);
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// Adds the reasons that are not there yet.
fn add_reasons(reasons: &mut Vec<String>, more: &[String]) {
    for reason in more {
        if !reasons.contains(reason) {
            reasons.push(reason.clone());
        }
    }
}

/// Gives the bad node of a piece its coordinates in the whole.
fn place_in_whole(outcome: &mut Outcome, piece: &Piece<'_>) {
    if let Some(bad) = &mut outcome.bad_node {
        bad.unit = (piece.place)(&bad.unit);
    }
}

/// The outcome of a whole from those of its parts.
fn sum(parts: &[Outcome], task: &Task) -> Outcome {
    let outputs = parts[0].values.len();
    let mut total = Outcome {
        values: vec![0.0; outputs],
        errors: vec![0.0; outputs],
        status: Status::Converged,
        reasons: Vec::new(),
        evaluations: parts.iter().map(|p| p.evaluations).sum(),
        method: parts[0].method.clone(),
        because: parts[0].because.clone(),
        bad_node: None,
    };
    for part in parts {
        for k in 0..outputs {
            total.values[k] += part.values[k];
            total.errors[k] += part.errors[k];
        }
        // A part on which the integrand is zero is nothing to worry about among others.
        let empty = part.values.iter().chain(&part.errors).all(|v| *v == 0.0);
        if severity(part.status) > severity(total.status) && !empty {
            total.status = part.status;
        }
        if !empty {
            add_reasons(&mut total.reasons, &part.reasons);
        }
        if total.bad_node.is_none() {
            total.bad_node.clone_from(&part.bad_node);
        }
    }
    if total.values.iter().chain(&total.errors).all(|v| *v == 0.0)
        && parts.iter().any(|p| p.status == Status::Suspect)
    {
        total.status = Status::Suspect;
        total.reasons.push(super::ALL_ZERO.to_owned());
    }
    if parts.len() > 1 {
        total.method = format!("{} parts, the first by {}", parts.len(), parts[0].method);
    }
    let pairs = total.values.iter().zip(&total.errors);
    let met = pairs.clone().all(|(v, e)| *e <= task.tolerance(*v));
    match total.status {
        // What each part lacks may not matter to the whole.
        Status::Budget | Status::Roundoff if met => {
            total.status = Status::Converged;
            total.reasons.clear();
        }
        Status::Converged if !met => {
            total.status = Status::Budget;
            total
                .reasons
                .push("the parts cancel: their errors exceed the tolerance".to_owned());
        }
        _ => {}
    }
    total
}

fn severity(status: Status) -> u8 {
    match status {
        Status::Converged => 0,
        Status::Roundoff => 1,
        Status::Suspect => 2,
        Status::Budget => 3,
        Status::Interrupted => 4,
        Status::Nonfinite => 5,
    }
}

/// The methods in turn, on a part without known switches.
fn on_part(integrand: &dyn Integrand, task: &Task, seed: u64) -> Result<Outcome, Error> {
    let attempt = Task {
        max_evals: (task.max_evals as f64 * FIRST_ATTEMPT).ceil() as u64,
        ..*task
    };
    let impatient = Plan {
        impatient: true,
        ..Plan::default()
    };
    let first = progressive::integrate(integrand, &attempt, &impatient)?;
    let mut best = first.outcome;
    let mut evaluations = best.evaluations;
    if is_done(&best) {
        let peak = unresolved_peak(integrand, &first.rules, task, &mut evaluations);
        best.evaluations = evaluations;
        let Some(reason) = peak else {
            return Ok(best);
        };
        best.status = Status::Suspect;
        best.reasons.push(reason);
    }
    let probing = (integrand.dimension() * Ends::EVALUATIONS) as u64;
    if evaluations + probing > task.max_evals {
        return Ok(best);
    }
    let mut evaluator = integrand.evaluator();
    let ends: Vec<Ends> = (0..integrand.dimension())
        .map(|axis| {
            if integrand.axis_facts(axis).varies {
                Ends::of(integrand, evaluator.as_mut(), axis, &mut evaluations)
            } else {
                Ends::default()
            }
        })
        .collect();
    let left = |evaluations: u64| Task {
        max_evals: task.max_evals.saturating_sub(evaluations).max(1),
        ..*task
    };
    let divergences = divergences(integrand, &ends);
    if ends.iter().any(|e| e.exponents != [None, None]) {
        let mut outcome = with_singular_ends(integrand, &ends, &left(evaluations))?;
        evaluations += outcome.evaluations;
        if !divergences.is_empty() && outcome.status == Status::Converged {
            outcome.status = Status::Suspect;
        }
        best = better(best, outcome);
        if is_done(&best) {
            best.evaluations = evaluations;
            return Ok(best);
        }
    }
    if integrand.dimension() <= MOST_VARIABLES {
        let outcome = cubature::integrate(integrand, &left(evaluations))?;
        evaluations += outcome.evaluations;
        best = better(best, outcome);
    }
    // Random samples know their error in any number of variables.
    if !is_done(&best)
        && integrand.dimension() >= FEWEST_FOR_SAMPLES
        && evaluations < task.max_evals
    {
        let rest = left(evaluations);
        let samples = Task {
            max_evals: rest.max_evals.min(MOST_SAMPLES),
            ..rest
        };
        let mut outcome = monte_carlo::integrate(integrand, &samples, seed);
        outcome.because = "no rule got as far as random samples".to_owned();
        evaluations += outcome.evaluations;
        best = better(best, outcome);
    }
    best.evaluations = evaluations;
    if !is_done(&best) {
        best.because = format!("first taken to be {}", best.because);
        best.reasons.extend(divergences);
    }
    Ok(best)
}

/// What speaks against the existence of the integral.
fn divergences(integrand: &dyn Integrand, ends: &[Ends]) -> Vec<String> {
    let mut found = Vec::new();
    for (axis, ends) in ends.iter().enumerate() {
        for (exponent, end) in ends.exponents.iter().zip(["lower", "upper"]) {
            if let Some(exponent) = exponent.filter(|e| *e <= DIVERGENT) {
                found.push(format!(
                    "it grows like the distance to the power {exponent:.2} toward the {end} end of \
                     {} (mapped onto 0 to 1): the integral may not exist",
                    integrand.axis_name(axis)
                ));
            }
        }
    }
    found
}

/// Whether nothing is gained by another method.
fn is_done(outcome: &Outcome) -> bool {
    matches!(outcome.status, Status::Converged | Status::Roundoff)
}

/// Says so if a scan meets a peak that is narrower than the spacing of a rule's nodes.
fn unresolved_peak(
    integrand: &dyn Integrand,
    rules: &[Option<Rule>],
    task: &Task,
    evaluations: &mut u64,
) -> Option<String> {
    let most = task.max_evals.saturating_sub(*evaluations);
    if rules.iter().all(Option::is_none) || most < 2 * SCAN as u64 {
        return None;
    }
    let mut evaluator = integrand.evaluator();
    let found = scan(integrand, evaluator.as_mut(), evaluations);
    for (node, size) in found.tops {
        if size <= PEAK * found.mean {
            continue;
        }
        for (axis, rule) in rules.iter().enumerate() {
            let Some(rule) = rule else { continue };
            let width = half_width(integrand, evaluator.as_mut(), &node, size, axis);
            *evaluations += 2 * HALVINGS as u64;
            if width < UNRESOLVED * gap_at(rule, node[axis]) {
                return Some(format!(
                    "a peak of width {width:.0e} (of the range of {}) lies between the nodes of \
                     the rule",
                    integrand.axis_name(axis)
                ));
            }
        }
    }
    None
}

/// The distance of the nodes on both sides of a place.
fn gap_at(rule: &Rule, place: f64) -> f64 {
    let nodes = rule.nodes();
    let above = nodes.partition_point(|x| *x < place);
    let lo = above.checked_sub(1).map_or(0.0, |k| nodes[k]);
    nodes.get(above).copied().unwrap_or(1.0) - lo
}

/// The answer to prefer: finished before unfinished, then the smaller claimed error.
fn better(a: Outcome, b: Outcome) -> Outcome {
    let worst = |o: &Outcome| o.errors.iter().copied().fold(0.0, f64::max);
    match (is_done(&a), is_done(&b)) {
        (true, false) => a,
        (false, true) => b,
        _ if a.status == Status::Nonfinite && b.status != Status::Nonfinite => b,
        _ if b.status == Status::Nonfinite => a,
        _ if worst(&b) < worst(&a) => b,
        _ => a,
    }
}

/// Turns every singular end to 0, halves axes that are singular at both, and uses tanh-sinh rules
/// there.
fn with_singular_ends(
    integrand: &dyn Integrand,
    ends: &[Ends],
    task: &Task,
) -> Result<Outcome, Error> {
    let sides_of = |ends: &Ends| -> Vec<Side> {
        match ends.exponents {
            [None, Some(_)] => vec![Side { from: 1.0, to: 0.0 }],
            [Some(_), Some(_)] => vec![Side { from: 0.0, to: 0.5 }, Side { from: 1.0, to: 0.5 }],
            _ => vec![Side::WHOLE],
        }
    };
    let sides: Vec<Vec<Side>> = ends.iter().map(sides_of).collect();
    let parts = product(&sides);
    let pieces: Vec<Piece<'_>> = parts.iter().map(|sides| part(integrand, sides)).collect();
    let outcomes = of_each(&pieces, task, |window, left, number| {
        let reach = parts[number].iter().zip(ends).map(|(side, ends)| {
            let exponent = ends.exponents[usize::from(side.from == 1.0)]?;
            let integrable = (1.0 + exponent.min(0.0)).max(0.05);
            Some((REACH / integrable).min(LONGEST_REACH))
        });
        let plan = Plan {
            reach: reach.collect(),
            impatient: true,
        };
        Ok(progressive::integrate(window, left, &plan)?.outcome)
    })?;
    Ok(sum(&outcomes, task))
}
