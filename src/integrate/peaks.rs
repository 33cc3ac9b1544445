//! Peaks between the nodes of rules: what a scan meets that a tensor product of rules cannot have
//! seen.

use super::meter::Halt;
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::scan::{half_width, scan};
use super::task::Task;
use crate::integrand::Integrand;
use crate::rule::Rule;

/// A value above this multiple of the mean size is a peak.
const PEAK: f64 = 4.0;

/// A peak whose half width, rounded down to a power of two, is below this part of the distance of the
/// nodes around it, is not resolved.
const UNRESOLVED: f64 = 0.25;

/// An outcome by rules, doubted if it met every witness but a scan of `nodes` nodes meets a peak
/// between those of the rules.
pub(crate) fn without_peaks(
    integrand: &dyn Integrand,
    mut outcome: Outcome,
    rules: &[Option<Rule>],
    task: &Task<'_>,
    nodes: usize,
) -> Outcome {
    // A scan that the budget ends has met nothing.
    if outcome.is_done()
        && let Ok(Some(reason)) = unresolved_peak(integrand, rules, task, nodes)
    {
        outcome.status = Status::Suspect;
        outcome.reasons.push(reason);
    }
    outcome
}

/// Says so if a scan meets a peak that is narrower than the spacing of a rule's nodes.
fn unresolved_peak(
    integrand: &dyn Integrand,
    rules: &[Option<Rule>],
    task: &Task<'_>,
    nodes: usize,
) -> Result<Option<Reason>, Halt> {
    if rules.iter().all(Option::is_none) || task.left() < 2 * nodes as u64 {
        return Ok(None);
    }
    let mut evaluator = task.evaluator(integrand);
    let found = scan(integrand, &mut evaluator, nodes)?;
    for (node, size) in found.tops {
        if size <= PEAK * found.mean {
            continue;
        }
        for (axis, rule) in rules.iter().enumerate() {
            let Some(rule) = rule else { continue };
            let width = half_width(integrand, &mut evaluator, &node, size, axis)?;
            if width < UNRESOLVED * gap_at(rule, node[axis]) {
                return Ok(Some(Reason::Peak {
                    width,
                    axis: integrand.knowledge().axis_name(axis),
                }));
            }
        }
    }
    Ok(None)
}

/// The distance of the nodes on both sides of a place.
fn gap_at(rule: &Rule, place: f64) -> f64 {
    let nodes = rule.nodes();
    let above = nodes.partition_point(|x| *x < place);
    let lo = above.checked_sub(1).map_or(0.0, |k| nodes[k]);
    nodes.get(above).copied().unwrap_or(1.0) - lo
}
