//! The last witness of an answer that nothing has proven: bounds of the formula, which see what lies
//! between the nodes.
//!
//! 1. Enclose the integrals by cells and bounds, to the tolerance of the answer. Where that
//!    succeeds, the enclosure is the answer, and its error is proven.
//! 2. An enclosure that does not hold the answer refutes it. Such an answer, and one of cells, is had
//!    again from the boxes in which bounds leave something open.
//! 3. What no bound excludes, and no node explains, may hide there: the answer is suspect then.

use super::because::{Because, Step};
use super::cubature::over;
use super::enclosed::{Enclosed, Open};
use super::enclosing::Enclosing;
use super::meter::{Halt, Stop};
use super::outcome::{Hidden, Outcome, Status};
use super::reason::Reason;
use super::task::{Measure, Task};
use super::unseen::MOST_SEEN;
use crate::integrand::Integrand;

/// The work on bounds that is always allowed, in operations of the formulas: about a
/// millisecond.
const LEAST_WORK: u64 = 40_000;

/// The work on bounds at the end of the time, about ten milliseconds.
const WORK_AT_END: u64 = 10 * LEAST_WORK;

/// The nodes that are always allowed.
const LEAST_NODES: u64 = 512;

/// The nodes at which what is open is looked at, at least, and at least where an answer is in doubt.
const LEAST_LOOKS: u64 = 500;
const MOST_LOOKS: u64 = 10_000;

/// An answer of fewer nodes than this, with which all that are allowed are spent, is taken as it is.
const FEW_NODES: u64 = 50_000;

/// The nodes that an answer in doubt is worth.
const MOST_NODES: u64 = 5_000;

/// Where few evaluations are left, an answer in doubt may take so many more, but no more than half of them.
const DOUBTED: u64 = 100_000;

/// By as much more than it may be off, an answer says more than a few nodes in each box.
const VAGUE: f64 = 2.0;

/// So many times the evaluations of an answer are worth the same again from other cells.
const MOST_TIMES: u64 = 4;

/// These begin with so many nodes each, all together with no more than twice the evaluations of the
/// answer, and as many more.
const FIRST_NODES: usize = 70;
const LEAST_AGAIN: usize = 5_000;

/// The work where an answer is in doubt, or none was found: about a tenth of a second.
pub(crate) const MOST_WORK: u64 = 4_000_000;

/// The same of all parts of an integral together.
const MOST_DOUBT: u64 = 4 * MOST_WORK;

/// The errors at first, and at last where the integral is zero, as parts of the largest values.
const FAINT: f64 = 1e-4;
const FAINTEST: f64 = 1e-18;

/// A part of the box that is little beside the rest.
const LITTLE: f64 = 1e-3;

/// How often the tolerance is corrected, once the size of the integral is better known.
const CORRECTIONS: usize = 4;

/// Bounds of an operation take so many times as long as its value.
const DEARER: u64 = 100;

/// An answer after the last witness was heard; `spent` are the evaluations that it took.
///
/// # Errors
/// What failed in an evaluation. What only ended it leaves the answer as it was, but suspect.
pub(crate) fn witnessed(
    mut answer: Outcome,
    integrand: &dyn Integrand,
    task: &Task<'_>,
    spent: u64,
) -> Result<Outcome, Stop> {
    if answer.proven || answer.witnessed {
        return Ok(answer);
    }
    let saw_zeros = answer.reasons == [Reason::ZeroEverywhere];
    if saw_zeros && integrand.knowledge().is_zero() {
        answer.status = Status::Converged;
        answer.reasons.clear();
        answer.witnessed = true;
        return Ok(answer);
    }
    if answer.status == Status::Suspect {
        // What nodes did not see, bounds may.
        let work = task.share_of_doubt(MOST_DOUBT);
        if let Some(found) = by_bounds(integrand, task, work)? {
            return Ok(found);
        }
    }
    // What is not done is held to the error that it claims.
    let claims = |error: &f64| error.is_finite() && *error > 0.0;
    let is_claim = answer.status == Status::Budget && answer.errors.iter().all(claims);
    let is_short = task.is_limited && task.left() / 4 < LEAST_NODES && spent < FEW_NODES;
    if !answer.is_done() && (is_short || !is_claim) {
        // An answer that gave up is worth no more of few; the whole is held against bounds at the end.
        answer.is_unheard = is_short && answer.status == Status::Budget;
        return Ok(answer);
    }
    let doubted = match is_claim {
        true => answer.status,
        false => Status::Suspect,
    };
    let tolerances = aims(&answer, task);
    let Some(mut search) = Enclosing::new(integrand, task, &tolerances) else {
        return Ok(answer);
    };
    search.take_ends(answer.at_ends.clone());
    search.doubt_rules(answer.levels.clone());
    // Nodes are cheaper than bounds, but not to be wasted either. Of few, who comes after needs some too.
    let left = task.left() / if is_short { 2 } else { 4 };
    let nodes = match is_claim {
        // Of what is left after an answer gave up.
        true => LEAST_NODES,
        false => (spent / 8).max(LEAST_NODES),
    };
    search.allow_nodes(nodes.min(left));
    search.allow_looks((spent / 8).max(LEAST_LOOKS).min(left));
    let work = LEAST_WORK.max(spent.saturating_mul(search.cost()) / DEARER);
    let found = search.work(work).and_then(|found| {
        let doubtful = found.hidden.is_some() || found.is_beyond || differs(&answer, &found);
        // An answer in doubt is worth as much work as another method.
        match !found.met && doubtful {
            true => {
                let more = left.max((task.left() / 2).min(DOUBTED));
                search.allow_nodes(MOST_NODES.max(2 * spent).min(more));
                search.allow_looks(spent.max(MOST_LOOKS).min(more));
                search.work(work.max(task.share_of_doubt(MOST_DOUBT)))
            }
            false => Ok(found),
        }
    });
    let found = match found {
        Ok(found) => found,
        // What was not looked at to the end is not certain.
        Err(Stop::Halt(halt)) => {
            answer.is_unheard = spent < FEW_NODES;
            answer.status = doubted;
            answer.add_reasons(&[task.reason(halt)]);
            return Ok(answer);
        }
        Err(failed) => return Err(failed),
    };
    answer.witnessed = true;
    // Where terms cancel bounds are infinite, and nothing need hide.
    let may_hide = |size: f64| size.is_finite() || !integrand.knowledge().is_slow();
    if found.refuted {
        // Rounding may be larger than a bound allows for: then the nodes alone speak.
        for k in 0..answer.values.len() {
            let (value, off) = match &found.likely {
                Some(likely) => likely[k],
                None => (found.values[k], 0.0),
            };
            let distance = (answer.values[k] - value).abs();
            if distance > answer.errors[k] + off + tolerances[k] {
                contest(&mut answer, k, distance + off, doubted);
            }
        }
        if let Some(hidden) = found.hidden.filter(|hidden| may_hide(hidden.size)) {
            hold(&mut answer, hidden, &found.unseen, doubted);
        }
        return Ok(answer);
    }
    if found.met && is_claim {
        if !differs(&answer, &found) {
            // The claim holds.
            return Ok(answer);
        }
        let (reasons, before) = (answer.reasons.clone(), answer.status);
        let mut other = within(answer, found, task);
        if other.status != Status::Converged {
            (other.status, other.reasons) = (before, reasons);
        }
        return Ok(other);
    }
    if found.met {
        return Ok(within(answer, found, task));
    }
    if let Some(bad) = found.bad {
        let values = vec![f64::NAN; answer.values.len()];
        let nonfinite = Outcome::nonfinite(values, Some(bad));
        return Ok(nonfinite.by(answer.method, answer.because));
    }
    let mut is_beyond = found.is_beyond;
    let is_cells = answer.because.steps().contains(&Step::Cells);
    // Where nodes had to be led by bounds to what they see, they may not say how much it comes to.
    let is_unsettled = found.is_led
        && is_vague(&answer, &found, &tolerances, VAGUE)
        && (2..=MOST_SEEN).contains(&integrand.dimension());
    // Cells alone vouch for little where the evaluations do not suffice to check them, and so do nodes beside
    // what bounds were led along.
    let is_unchecked =
        is_unsettled || found.is_open && (found.is_led || is_cells && task.is_limited);
    if let Some(open) = &found.open
        && integrand.dimension() > 1
        && !is_claim
        && (is_cells || found.is_beyond || found.is_led || differs(&answer, &found))
    {
        let worth = if is_unsettled {
            spent.max(DOUBTED)
        } else {
            spent
        };
        match divided(open, integrand, task, &tolerances, worth)? {
            Some(values) => {
                let other = again(&answer, values, task);
                // A check that ended early says little of what it does not contradict, and of itself.
                is_beyond = is_unchecked && other.status != Status::Converged;
                if other.contradicts(&answer) {
                    answer = other;
                }
            }
            None => is_beyond |= is_unchecked,
        }
    }
    for k in 0..answer.values.len() {
        if let Some(distance) = distance(&answer, &found, k) {
            contest(&mut answer, k, distance, doubted);
        }
    }
    is_beyond |= is_short && is_vague(&answer, &found, &tolerances, 1.0);
    if is_beyond {
        for (k, (value, off)) in found.likely.iter().flatten().enumerate() {
            let distance = (answer.values[k] - value).abs() + off;
            contest(&mut answer, k, distance, doubted);
        }
    }
    if let Some(hidden) = found.hidden.filter(|hidden| may_hide(hidden.size)) {
        hold(&mut answer, hidden, &found.unseen, doubted);
    }
    if is_short && answer.status == Status::Suspect && !task.is_met(&answer.values, &answer.errors)
    {
        // More evaluations would have told.
        (answer.status, answer.is_unheard) = (Status::Budget, true);
        answer.add_reasons(&[task.reason(Halt::Evaluations)]);
    }
    Ok(answer)
}

/// Whether a few nodes in each box say less than an answer does, by so many times what it and the tolerance allow.
fn is_vague(answer: &Outcome, found: &Enclosed, tolerances: &[f64], times: f64) -> bool {
    let likely = found.likely.iter().flatten().enumerate();
    let mut off = likely.map(|(k, (_, off))| off / (tolerances[k] + answer.errors[k]));
    off.any(|off| off > times)
}

/// Raises the errors of an answer to the whole that does not vouch for itself to what bounds do not
/// exclude, after so much work as its evaluations were worth. Parts keep theirs: by them they are
/// compared.
///
/// # Errors
/// What failed in an evaluation.
pub(crate) fn cover(
    answer: &mut Outcome,
    integrand: &dyn Integrand,
    task: &Task<'_>,
) -> Result<(), Stop> {
    let is_open = matches!(answer.status, Status::Suspect | Status::Budget);
    let is_known = answer.values.iter().all(|value| value.is_finite());
    if !is_open || !is_known || integrand.dimension() > MOST_SEEN {
        return Ok(());
    }
    let spent = task.used();
    let zero = vec![0.0; answer.values.len()];
    let Some(mut search) = Enclosing::new(integrand, task, &zero) else {
        return Ok(());
    };
    let sizes = match search.sizes() {
        Ok(Some(sizes)) => sizes,
        Ok(None) => {
            // Nobody knows the size of what lies between the nodes, and these know no digit.
            for (value, error) in answer.values.iter().zip(&mut answer.errors) {
                if value.abs() <= *error {
                    *error = f64::INFINITY;
                }
            }
            zero.clone()
        }
        Err(Stop::Halt(_)) => zero.clone(),
        Err(failed) => return Err(failed),
    };
    let aims = aims(answer, task).into_iter().zip(&answer.errors);
    let aims = aims.map(|(aim, error)| {
        if error.is_finite() {
            aim.max(0.5 * error)
        } else {
            aim
        }
    });
    let aims = aims.zip(&sizes).map(|(aim, size)| aim.max(FAINTEST * size));
    let tolerances: Vec<f64> = aims.collect();
    search.aim_at(&tolerances)?;
    let share = task.share_of_doubt(MOST_DOUBT);
    let left = task.left();
    let (work, nodes) = match answer.status {
        // Nobody else has a use for what is left, but bounds that take all of it have found nothing.
        Status::Budget => (share, 3 * (left / 4)),
        _ => {
            let worth = spent.saturating_mul(search.cost()) / DEARER;
            (worth.min(share), LEAST_NODES.max(spent / 8).min(left / 4))
        }
    };
    search.allow_nodes(nodes);
    search.allow_looks(LEAST_LOOKS.max(nodes).min(left / 4));
    match search.work(work.max(LEAST_WORK)) {
        Ok(found) if !found.refuted => {
            reach(answer, &found);
            Ok(())
        }
        Err(Stop::Halt(_)) => {
            match search.enclosed() {
                Some(found) if found.refuted => {}
                Some(found) if found.errors.iter().all(|error| error.is_finite()) => {
                    reach(answer, &found);
                }
                _ => reach_by_bounds(answer, integrand, task, &tolerances)?,
            }
            if !task.is_met(&answer.values, &answer.errors) {
                // More of what ended the check would have told.
                answer.status = Status::Budget;
            }
            Ok(())
        }
        Ok(_) => Ok(()),
        Err(failed) => Err(failed),
    }
}

/// Raises the errors of an answer to what bounds alone do not exclude, without a node.
///
/// # Errors
/// What failed in an evaluation.
fn reach_by_bounds(
    answer: &mut Outcome,
    integrand: &dyn Integrand,
    task: &Task<'_>,
    tolerances: &[f64],
) -> Result<(), Stop> {
    let Some(mut search) = Enclosing::new(integrand, task, tolerances) else {
        return Ok(());
    };
    search.allow_no_nodes();
    match search.work(WORK_AT_END) {
        Ok(found) => reach(answer, &found),
        Err(Stop::Halt(_)) => {}
        Err(failed) => return Err(failed),
    }
    Ok(())
}

/// Raises the errors of an answer to reach what is enclosed: all of it, and what no bound excludes.
fn reach(answer: &mut Outcome, found: &Enclosed) {
    for k in 0..answer.values.len() {
        let (value, off) = match (&found.likely, found.met) {
            (Some(likely), false) => (likely[k].0, likely[k].1 + found.possible[k]),
            _ => (found.values[k], found.errors[k] + found.rounding[k]),
        };
        let distance = match (answer.values[k] - value).abs() + off {
            distance if distance.is_finite() => distance,
            // Where next to nothing is not bounded, as a tail, the rest holds most of it.
            _ if found.unbounded <= LITTLE => {
                (answer.values[k] - found.values[k]).abs() + 2.0 * found.bounded[k]
            }
            // Nodes that saw nothing say nothing either.
            _ if answer.values[k] == 0.0 && answer.errors[k] == 0.0 => f64::INFINITY,
            // Where nothing is bounded, nothing is said.
            _ => 2.0 * found.bounded[k],
        };
        if distance > answer.errors[k] {
            answer.errors[k] = distance;
        }
    }
}

/// Doubts a value of an answer that may be off by so much.
fn contest(answer: &mut Outcome, output: usize, distance: f64, doubted: Status) {
    answer.errors[output] = answer.errors[output].max(2.0 * distance);
    answer.status = doubted;
    answer.add_reasons(&[disagreement()]);
}

/// Holds against an answer what bounds do not exclude.
fn hold(answer: &mut Outcome, hidden: Hidden, unseen: &[f64], doubted: Status) {
    for (error, unseen) in answer.errors.iter_mut().zip(unseen) {
        *error += unseen;
    }
    answer.status = doubted;
    answer.hidden = Some(hidden);
}

/// Integrals, and their errors.
type Values = (Vec<f64>, Vec<f64>);

/// The integrals and their errors by cells that begin as the boxes in which bounds left something open;
/// `None` if that took too many evaluations.
///
/// # Errors
/// What failed in an evaluation.
fn divided(
    open: &Open,
    integrand: &dyn Integrand,
    task: &Task<'_>,
    tolerances: &[f64],
    spent: u64,
) -> Result<Option<Values>, Stop> {
    let own = task.aiming_at(0.0, 0.5, Measure::Sizes(tolerances));
    let own = own.at_most((MOST_TIMES * spent).min(task.left() / 2));
    let own = own.reporting(&|_, _| {});
    if open.boxes.len() * FIRST_NODES > 2 * spent as usize + LEAST_AGAIN {
        return Ok(None);
    }
    let found = match over(integrand, &own, &open.boxes) {
        Ok(found) if found.values.iter().all(|value| value.is_finite()) => found,
        Ok(_) | Err(Stop::Halt(_)) => return Ok(None),
        Err(failed) => return Err(failed),
    };
    let sum = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + b).collect();
    Ok(Some((
        sum(&found.values, &open.values),
        sum(&found.errors, &open.errors),
    )))
}

/// An answer in the place of one that did not see everything.
fn again(answer: &Outcome, (values, errors): Values, task: &Task<'_>) -> Outcome {
    let met = task.is_met(&values, &errors);
    let status = if met {
        Status::Converged
    } else {
        Status::Suspect
    };
    let again = Outcome {
        witnessed: true,
        ..Outcome::new(values, errors, status)
    };
    let because = answer.because.clone().after([Step::Enclosed]);
    let again = again.by("cubature in cells that bounds divide", because);
    match met {
        true => again,
        false => again.with_reason(disagreement()),
    }
}

/// The tolerances to which an answer is enclosed: its own, or its error where rounding sets that.
fn aims(answer: &Outcome, task: &Task<'_>) -> Vec<f64> {
    let tolerances = task.tolerances(&answer.values).into_iter().enumerate();
    let aim = |(k, tolerance): (usize, f64)| {
        let rounding = 4.0 * f64::EPSILON * answer.values[k].abs();
        let own = match answer.status {
            Status::Roundoff | Status::Budget => answer.errors[k],
            _ => 0.0,
        };
        0.9 * tolerance.max(rounding).max(own)
    };
    tolerances.map(aim).collect()
}

/// An answer that has bounds of its own, with a proven error where a little work on bounds gives one.
///
/// # Errors
/// What failed in an evaluation.
pub(crate) fn upgraded(
    mut answer: Outcome,
    integrand: &dyn Integrand,
    task: &Task<'_>,
) -> Result<Outcome, Stop> {
    answer.witnessed = true;
    if answer.proven || !answer.is_done() {
        return Ok(answer);
    }
    let tolerances = aims(&answer, task);
    let Some(mut search) = Enclosing::new(integrand, task, &tolerances) else {
        return Ok(answer);
    };
    search.allow_nodes(LEAST_NODES);
    match search.work(LEAST_WORK) {
        Ok(found) if found.met && found.proven => Ok(within(answer, found, task)),
        Ok(_) | Err(Stop::Halt(_)) => Ok(answer),
        Err(failed) => Err(failed),
    }
}

/// The integrals between bounds, with so much work at most; `None` if that is not enough for the
/// tolerance.
///
/// # Errors
/// What failed in an evaluation.
pub(crate) fn by_bounds(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    work: u64,
) -> Result<Option<Outcome>, Stop> {
    let zero = vec![0.0; integrand.outputs()];
    let Some(mut search) = Enclosing::new(integrand, task, &zero) else {
        return Ok(None);
    };
    let Some(sizes) = search.sizes()? else {
        return Ok(None);
    };
    // What is not seen may be small: it is looked for down to this part of the largest values.
    let mut tolerances: Vec<f64> = sizes.iter().map(|size| FAINT * size).collect();
    let mut work = work;
    for _ in 0..CORRECTIONS {
        search.aim_at(&tolerances)?;
        let found = search.work(work)?;
        if !found.met || !found.proven {
            return Ok(None);
        }
        work = search.left();
        let errors = found.all_errors();
        let targets = task.tolerances(&found.values);
        let all = || (0..errors.len()).zip(&targets);
        // Zero within what was looked for is zero.
        let enough = |k: usize, target: f64| {
            errors[k] <= target
                || found.values[k].abs() <= errors[k] && tolerances[k] <= FAINTEST * sizes[k]
        };
        if all().all(|(k, target)| enough(k, *target)) {
            let because = Because::of(Step::Enclosed);
            let method = found.method();
            let met = task.is_met(&found.values, &errors);
            let mut outcome = Outcome {
                proven: true,
                witnessed: true,
                ..Outcome::new(found.values, errors, Status::Converged)
            };
            if !met {
                outcome.status = Status::Roundoff;
                outcome.reasons.push(Reason::Rounding);
            }
            return Ok(Some(outcome.by(method, because)));
        }
        for (k, tolerance) in tolerances.iter_mut().enumerate() {
            let rounding = 4.0 * f64::EPSILON * found.values[k].abs();
            let own = targets[k].max(rounding).max(FAINTEST * sizes[k]);
            *tolerance = (0.5 * own).min(*tolerance);
        }
    }
    Ok(None)
}

/// The reason that an answer is not what bounds say.
fn disagreement() -> Reason {
    Reason::Disagreement {
        rule: Some("bounds of the formula".to_owned()),
    }
}

/// Whether a value of an answer is too far from what is found.
fn differs(answer: &Outcome, found: &Enclosed) -> bool {
    (0..answer.values.len()).any(|k| distance(answer, found, k).is_some())
}

/// How far an answer is from what is found, if that is too far.
fn distance(answer: &Outcome, found: &Enclosed, output: usize) -> Option<f64> {
    let (value, own) = (answer.values[output], answer.errors[output]);
    let is_off = |from: f64, allowed: f64| {
        let distance = (value - from).abs();
        (distance > allowed + own).then_some(distance + allowed)
    };
    let enclosed = is_off(
        found.values[output],
        found.errors[output] + found.rounding[output],
    );
    let likely = found.likely.as_ref().map(|likely| likely[output]);
    enclosed.or_else(|| likely.and_then(|(from, allowed)| is_off(from, allowed)))
}

/// The answer within its enclosure. Its own values stay where they are nearer than was asked for: they
/// are better than the bounds, as a rule.
fn within(mut answer: Outcome, found: Enclosed, task: &Task<'_>) -> Outcome {
    let errors = found.all_errors();
    let away: Vec<f64> = answer
        .values
        .iter()
        .zip(&found.values)
        .zip(&errors)
        .map(|((own, enclosed), error)| (own - enclosed).abs() + error)
        .collect();
    let fits =
        (0..errors.len()).all(|k| away[k] <= 2.0 * errors[k]) && task.is_met(&answer.values, &away);
    if fits {
        if found.proven {
            answer.errors = away;
        }
    } else {
        answer.method = found.method();
        answer.errors = errors;
        answer.values = found.values;
    }
    answer.proven = found.proven;
    answer.because = answer.because.after([Step::Enclosed]);
    answer.reasons.clear();
    answer.status = if task.is_met(&answer.values, &answer.errors) {
        Status::Converged
    } else {
        answer.reasons.push(Reason::Rounding);
        Status::Roundoff
    };
    answer
}
