//! `auto`: chooses how to integrate, says why, and changes its mind when the evidence does.
//!
//! 1. Integrate the factors of products, and of sums of products, one by one, and cut the box along
//!    the curves and across the axes where the integrand is known to switch.
//! 2. On each part, take rules with a bound of the error where one is known; else, in many variables,
//!    a sparse grid that grows; else raise the orders of a tensor product of rules. If more nodes help too little, look at the ends and corners: Duffy's
//!    map and powers smooth what they can, other singular ends are turned to 0 and given tanh-sinh
//!    rules.
//! 3. If that does not help either, divide cells where the error is; at last take random samples.
//!
//! Of all answers the one with the smallest claimed error is returned.

use super::analytic::{self, Limits};
use super::cell::MOST_VARIABLES;
use super::corners::{View, toward_ends};
use super::cubature;
use super::ends::Ends;
use super::estimate::{Outcome, Status};
use super::monte_carlo;
use super::progressive::{self, Plan, Progress};
use super::scan::{HALVINGS, SCAN, half_width, scan};
use super::separation::{self, Summed};
use super::settings::{Measure, Task};
use super::sparse;
use crate::error::Error;
use crate::integrand::{BLOCK, Integrand, Piece, Side, part, piece};
use crate::rule::{LONGEST_REACH, Rule};

/// With more parts than this the cuts are left to the division of cells.
const MOST_PARTS: usize = 64;

/// At an end of exponent e − 1 a tanh-sinh rule reaches to exp(−REACH/e): what lies beyond is less
/// than 10⁻¹⁹ of the integral.
const REACH: f64 = 45.0;

/// How often coordinates may be changed: for a corner, for the ends that this leaves, and once more.
const CHANGES: usize = 3;

/// The evaluations that changed coordinates may take: so many, and this multiple of those before.
const FEWEST_FOR_CHANGES: u64 = 60_000;
const CHANGES_SHARE: u64 = 10;

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
    task: &Task<'_>,
    seed: u64,
) -> Result<Outcome, Error> {
    let mut outcome = split_or_whole(integrand, task, seed)?;
    let mut pairs = outcome.values.iter().zip(&outcome.errors);
    if outcome.status == Status::Roundoff && pairs.any(|(v, e)| v.abs() <= *e) {
        outcome.reasons.push(super::ZERO.to_owned());
    }
    Ok(outcome)
}

/// The integral by the cheapest means.
fn split_or_whole(integrand: &dyn Integrand, task: &Task<'_>, seed: u64) -> Result<Outcome, Error> {
    // Where few nodes are enough, it takes longer to look for something better.
    let mut tried = 0;
    if let Some(outcome) = analytic::integrate(
        integrand,
        task,
        Limits::few(integrand.dimension()),
        &mut tried,
    )? {
        return Ok(outcome);
    }
    let left = task.after(tried);
    let mut outcome = separated_or_whole(integrand, &left, seed)?;
    outcome.evaluations += tried;
    Ok(outcome)
}

/// The integral from those of functions of fewer coordinates, if there are such.
fn separated_or_whole(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    seed: u64,
) -> Result<Outcome, Error> {
    let separation = integrand.knowledge().products();
    let Some(separation) = separation.filter(|s| separation::cost(s) <= task.max_evals / 2) else {
        return whole(integrand, task, seed);
    };
    let solve = |factor: &dyn Integrand, task: &Task<'_>| split_or_whole(factor, task, seed);
    let Summed { outcome, doubtful } = separation::integrate(integrand, &separation, task, &solve)?;
    let spent = outcome.evaluations;
    if !doubtful || spent >= task.max_evals {
        return Ok(outcome);
    }
    let unsplit = whole(integrand, &task.after(spent), seed)?;
    let evaluations = spent + unsplit.evaluations;
    let mut best = better(outcome, unsplit);
    best.evaluations = evaluations;
    Ok(best)
}

/// The integral of something that is not taken apart.
fn whole(integrand: &dyn Integrand, task: &Task<'_>, seed: u64) -> Result<Outcome, Error> {
    let Some(pieces) = integrand.knowledge().pieces() else {
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
    let second = cut_along_axes(integrand, &task.after(first.evaluations), seed)?;
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
    task: &Task<'_>,
    seed: u64,
) -> Result<Outcome, Error> {
    const CUT: &str = "cut along the curves where the integrand is not smooth";
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
    let mut outcome = over_pieces(pieces, task, seed, split_or_whole)?;
    outcome.because = format!("{CUT}; between them {}", outcome.because);
    Ok(outcome)
}

/// The integral from the parts between the places where the integrand switches along an axis.
fn cut_along_axes(integrand: &dyn Integrand, task: &Task<'_>, seed: u64) -> Result<Outcome, Error> {
    let parts = parts(integrand);
    if parts.len() == 1 {
        return on_part(integrand, task, seed);
    }
    let names: Vec<String> = cut_axes(&parts, integrand);
    let pieces: Vec<Piece<'_>> = parts.iter().map(|sides| part(integrand, sides)).collect();
    let mut outcome = over_pieces(&pieces, task, seed, on_part)?;
    outcome.because = format!(
        "cut where the integrand is not smooth in {}; between the cuts {}",
        names.join(", "),
        outcome.because
    );
    Ok(outcome)
}

/// The parts of the box between the places where the integrand switches along an axis.
fn parts(integrand: &dyn Integrand) -> Vec<Vec<Side>> {
    let switches = integrand.knowledge().switches();
    let axes = 0..integrand.dimension();
    let count: usize = axes.clone().map(|a| switches.along(a).len() + 1).product();
    if count > MOST_PARTS {
        return vec![vec![Side::WHOLE; integrand.dimension()]];
    }
    let sides_of = |axis: usize| -> Vec<Side> {
        let ends = [&[0.0][..], switches.along(axis), &[1.0]].concat();
        ends.windows(2)
            .map(|w| Side {
                from: w[0],
                to: w[1],
            })
            .collect()
    };
    product(&axes.map(sides_of).collect::<Vec<_>>())
}

/// All choices of one side for every axis.
pub(super) fn product(sides: &[Vec<Side>]) -> Vec<Vec<Side>> {
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
    cut.map(|a| integrand.knowledge().axis_name(a)).collect()
}

/// The sum over pieces, each to its share of the tolerance.
fn over_pieces(
    pieces: &[Piece<'_>],
    task: &Task<'_>,
    seed: u64,
    integrate: fn(&dyn Integrand, &Task<'_>, u64) -> Result<Outcome, Error>,
) -> Result<Outcome, Error> {
    let mut outcomes = of_each(pieces, task, |piece, left, _| integrate(piece, left, seed))?;
    let mut total = sum(&outcomes, task);
    if total.status == Status::Budget {
        // Pieces that nearly cancel need more digits than their own sizes ask for.
        let tolerances = task.tolerances(&total.values);
        let spent: u64 = outcomes.iter().map(|o| o.evaluations).sum();
        let mut left = Task {
            atol: 1.0 / pieces.len() as f64,
            rtol: 0.0,
            measure: Measure::Sizes(&tolerances),
            max_evals: task.max_evals.saturating_sub(spent).max(1),
            ..*task
        };
        for (outcome, piece) in outcomes.iter_mut().zip(pieces) {
            let poor = !left.is_met(&outcome.values, &outcome.errors);
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
    task: &Task<'_>,
    integrate: impl Fn(&dyn Integrand, &Task<'_>, usize) -> Result<Outcome, Error>,
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
pub(super) fn add_reasons(reasons: &mut Vec<String>, more: &[String]) {
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
fn sum(parts: &[Outcome], task: &Task<'_>) -> Outcome {
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
    let met = task.is_met(&total.values, &total.errors);
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

pub(super) fn severity(status: Status) -> u8 {
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
fn on_part(integrand: &dyn Integrand, task: &Task<'_>, seed: u64) -> Result<Outcome, Error> {
    let view = View::new(integrand);
    let mut evaluations = 0;
    if let Some(mut outcome) = by_bounds(&view, task, CHANGES, &mut evaluations)? {
        outcome.evaluations = evaluations;
        return Ok(outcome);
    }
    let share = Task {
        max_evals: task.after(evaluations).max_evals / 2,
        ..*task
    };
    let singular = || {
        let look = view.look();
        !look.changes.is_empty() || look.has_singular_ends()
    };
    if let Some(mut outcome) = sparse::integrate(integrand, &share, &singular) {
        evaluations += outcome.evaluations + view.uncounted();
        if is_done(&outcome) {
            outcome.evaluations = evaluations;
            return Ok(outcome);
        }
    }
    let mut best = by_rules(&view, &task.after(evaluations), CHANGES, SCAN)?;
    evaluations += best.evaluations;
    best.evaluations = evaluations;
    let Some(look) = view.seen().filter(|_| !is_done(&best)) else {
        return Ok(best);
    };
    let left = |evaluations: u64| task.after(evaluations);
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
        outcome.because = "no rule came as close as random samples".to_owned();
        evaluations += outcome.evaluations;
        best = better(best, outcome);
    }
    best.evaluations = evaluations;
    if !is_done(&best) {
        best.because = format!("{}; this did not meet the tolerance", best.because);
        best.reasons.extend(look.divergences.iter().cloned());
        if !look.divergences.is_empty() {
            // Nodes say nothing of what lies between them and such a singularity.
            best.errors.fill(f64::INFINITY);
        }
    }
    Ok(best)
}

/// Rules with a bound of the error, if one is known: in the given coordinates, or in those that
/// smooth what is singular. The evaluations are added to `evaluations`.
fn by_bounds(
    view: &View<'_>,
    task: &Task<'_>,
    changes: usize,
    evaluations: &mut u64,
) -> Result<Option<Outcome>, Error> {
    let integrand = view.integrand;
    let left = task.after(*evaluations);
    if let Some(outcome) = analytic::integrate(integrand, &left, Limits::MANY, evaluations)? {
        return Ok(Some(outcome));
    }
    if integrand.knowledge().bounds().is_none()
        || changes == 0
        || *evaluations + view.cost() > task.max_evals
    {
        return Ok(None);
    }
    let look = view.look();
    *evaluations += view.uncounted();
    if look.changes.is_empty() || !look.divergences.is_empty() {
        return Ok(None);
    }
    let mut outcomes = Vec::with_capacity(look.changes.len());
    for change in &look.changes {
        let piece = piece(integrand, change.clone());
        let own = View::new(piece.integrand.as_ref());
        match by_bounds(&own, task, changes - 1, evaluations)? {
            Some(outcome) => outcomes.push(outcome),
            None => return Ok(None),
        }
    }
    let mut outcome = sum(&outcomes, task);
    outcome.because = format!("{}; {}", look.because, outcome.because);
    Ok(Some(outcome).filter(is_done))
}

/// Tensor products of rules: in the given coordinates, in those that smooth what is singular, and
/// with nodes that crowd at singular ends.
///
/// `changes` is how often coordinates may be changed; a scan for peaks takes `nodes` nodes.
fn by_rules(
    view: &View<'_>,
    task: &Task<'_>,
    changes: usize,
    nodes: usize,
) -> Result<Outcome, Error> {
    let integrand = view.integrand;
    let attempt = Task {
        max_evals: (task.max_evals as f64 * FIRST_ATTEMPT).ceil() as u64,
        ..*task
    };
    let left = |evaluations: u64| task.after(evaluations);
    let in_sight = || {
        let look = view.look();
        (changes > 0 && !look.changes.is_empty()) || look.has_singular_ends()
    };
    let in_sight: &dyn Fn() -> bool = &in_sight;
    let mut plan = Plan {
        impatient: true,
        doubt: Some(in_sight).filter(|_| view.cost() < task.max_evals / 8),
        ..Plan::default()
    };
    let first = progressive::integrate(integrand, &attempt, &plan)?;
    let given_up = first.given_up;
    let mut best = without_peaks(integrand, first, task, nodes);
    let mut evaluations = best.evaluations;
    if is_done(&best) || evaluations + view.cost() > task.max_evals {
        return Ok(best);
    }
    let look = view.look();
    evaluations += view.uncounted();
    if changes > 0 && !look.changes.is_empty() {
        let rest = left(evaluations);
        let capped = Task {
            max_evals: rest
                .max_evals
                .min(FEWEST_FOR_CHANGES + CHANGES_SHARE * evaluations),
            ..rest
        };
        let pieces = look.changes.iter().map(|c| piece(integrand, c.clone()));
        let pieces: Vec<Piece<'_>> = pieces.collect();
        let nodes = (nodes / pieces.len()).next_multiple_of(BLOCK);
        let outcomes = of_each(&pieces, &capped, |piece, left, _| {
            by_rules(&View::new(piece), left, changes - 1, nodes)
        })?;
        let mut outcome = sum(&outcomes, task);
        outcome.because = format!("{}; {}", look.because, outcome.because);
        evaluations += outcome.evaluations;
        best = better(best, outcome);
    }
    if !is_done(&best) && look.has_singular_ends() {
        let mut outcome = with_singular_ends(integrand, &look.ends, &left(evaluations))?;
        evaluations += outcome.evaluations;
        if !look.divergences.is_empty() && outcome.status == Status::Converged {
            outcome.status = Status::Suspect;
        }
        best = better(best, outcome);
    }
    if !is_done(&best) && given_up {
        plan.doubt = None;
        let attempt = Task {
            max_evals: attempt.max_evals.min(left(evaluations).max_evals),
            ..attempt
        };
        let again = progressive::integrate(integrand, &attempt, &plan)?;
        let outcome = without_peaks(integrand, again, task, nodes);
        evaluations += outcome.evaluations;
        best = better(best, outcome);
    }
    best.evaluations = evaluations;
    Ok(best)
}

/// The outcome of a search, doubted if it met every witness but a scan meets a peak.
fn without_peaks(
    integrand: &dyn Integrand,
    found: Progress,
    task: &Task<'_>,
    nodes: usize,
) -> Outcome {
    let mut outcome = found.outcome;
    if is_done(&outcome) {
        let evaluations = &mut outcome.evaluations;
        if let Some(reason) = unresolved_peak(integrand, &found.rules, task, nodes, evaluations) {
            outcome.status = Status::Suspect;
            outcome.reasons.push(reason);
        }
    }
    outcome
}

/// Whether nothing is gained by another method.
pub(super) fn is_done(outcome: &Outcome) -> bool {
    matches!(outcome.status, Status::Converged | Status::Roundoff)
}

/// Says so if a scan meets a peak that is narrower than the spacing of a rule's nodes.
fn unresolved_peak(
    integrand: &dyn Integrand,
    rules: &[Option<Rule>],
    task: &Task<'_>,
    nodes: usize,
    evaluations: &mut u64,
) -> Option<String> {
    let most = task.max_evals.saturating_sub(*evaluations);
    if rules.iter().all(Option::is_none) || most < 2 * nodes as u64 {
        return None;
    }
    let mut evaluator = integrand.evaluator();
    let found = scan(integrand, evaluator.as_mut(), nodes, evaluations);
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
                    integrand.knowledge().axis_name(axis)
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
    task: &Task<'_>,
) -> Result<Outcome, Error> {
    let sides = ends
        .iter()
        .map(|e| toward_ends(e.exponents.map(|e| e.is_some())));
    let sides: Vec<Vec<Side>> = sides.collect();
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
            doubt: None,
        };
        Ok(progressive::integrate(window, left, &plan)?.outcome)
    })?;
    Ok(sum(&outcomes, task))
}
