//! Peaks between the nodes of rules: what a scan meets that a tensor product of rules cannot have
//! seen.
//!
//! 1. From the largest values of the scan climb to the tops of their hills: one that is narrower than
//!    the distance of the nodes is not resolved.
//! 2. Hold every value of the scan, and on a line values ever nearer to the ends, against what the nodes say of it ([`Interpolant`]). What a finer
//!    product says as little of as a coarser one is hidden from both.

use super::ends::near_ends;
use super::interpolant::Interpolant;
use super::ladder::{Family, Level};
use super::meter::Halt;
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::scan::{Scan, half_width, scan};
use super::task::Task;
use crate::integrand::{Block, Coordinate, Integrand};
use crate::rule::Rule;

/// A value above this multiple of the mean size is a peak.
const PEAK: f64 = 4.0;

/// A peak whose half width, rounded down to a power of two, is below this part of the distance of the
/// nodes around it, is not resolved.
const UNRESOLVED: f64 = 0.25;

/// A finer product whose interpolant lacks more than this part of what a coarser one lacks has not come
/// nearer.
const NO_NEARER: f64 = 0.5;

/// Steps on the ladders of orders between one and the next, and how often there is a next one on a line; in
/// more variables there is one.
const FINER: usize = 2;
const MOST_FINER: usize = 3;

/// Parts of the largest value below which an interpolant lacks nothing.
const EXACT: f64 = 1e-11;

/// An outcome by rules, doubted if it met every witness but a scan of `nodes` nodes meets a peak
/// between those of the rules.
pub(crate) fn without_peaks(
    integrand: &dyn Integrand,
    mut outcome: Outcome,
    (rules, levels): (&[Option<Rule>], &[Level]),
    task: &Task<'_>,
    nodes: usize,
) -> Outcome {
    let is_constant = levels.iter().all(|level| level.family == Family::Constant);
    let is_known = is_constant || task.left() < 2 * nodes as u64;
    if !outcome.is_done() || is_known {
        return outcome;
    }
    let mut look = || -> Result<Option<Reason>, Halt> {
        let mut evaluator = task.evaluator(integrand);
        let found = scan(integrand, &mut evaluator, nodes)?;
        match unresolved_peak(integrand, rules, task, &found)? {
            Some(peak) => Ok(Some(peak)),
            None => hidden(integrand, levels, task, &found, &mut outcome.errors),
        }
    };
    // A scan that the budget ends has met nothing.
    if let Ok(Some(reason)) = look() {
        outcome.status = Status::Suspect;
        outcome.reasons.push(reason);
    }
    outcome
}

/// Says so if a scan met a peak that is narrower than the spacing of a rule's nodes.
fn unresolved_peak(
    integrand: &dyn Integrand,
    rules: &[Option<Rule>],
    task: &Task<'_>,
    found: &Scan,
) -> Result<Option<Reason>, Halt> {
    let mut evaluator = task.evaluator(integrand);
    for (node, size) in &found.tops {
        if *size <= PEAK * found.mean {
            continue;
        }
        for (axis, rule) in rules.iter().enumerate() {
            let Some(rule) = rule else { continue };
            let width = half_width(integrand, &mut evaluator, node, *size, axis)?;
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

/// Says so if a value of a scan is hidden from a tensor product of rules, and raises the errors to
/// what such values may add.
fn hidden(
    integrand: &dyn Integrand,
    levels: &[Level],
    task: &Task<'_>,
    found: &Scan,
    errors: &mut [f64],
) -> Result<Option<Reason>, Halt> {
    let Some(coarse) = Interpolant::new(integrand, levels, task)? else {
        return Ok(None);
    };
    let scanned = found.nodes[0].len();
    let mut weights = vec![1.0 / scanned as f64; scanned];
    let (mut nodes, mut values) = (found.nodes.clone(), found.values.clone());
    if let [along] = &mut nodes[..] {
        let near = near_ends();
        let mut more = vec![0.0; errors.len() * near.len()];
        let coordinates = [Coordinate::Each(&near[..])];
        let block = Block::new(&coordinates, near.len());
        task.evaluator(integrand).evaluate(&block, &mut more)?;
        let each = values.chunks(scanned).zip(more.chunks(near.len()));
        values = each.flat_map(|(own, more)| [own, more].concat()).collect();
        // Each speaks for as much as lies beyond it.
        weights.extend(near.iter().map(|x| x.min(1.0 - x)));
        along.extend(near);
    }
    let count = weights.len();
    // For each output the largest that is lacking, where it is, and the mean.
    let lacking = |interpolant: &Interpolant| -> Vec<(f64, usize, f64)> {
        let predicted = interpolant.at(&nodes);
        let pairs = values.chunks(count).zip(predicted.chunks(count));
        let each = pairs.map(|(values, predicted)| {
            let mut largest = (0.0, 0, 0.0);
            let lacks = values.iter().zip(predicted).map(|(v, p)| (v - p).abs());
            for (i, lack) in lacks.enumerate().filter(|(_, lack)| lack.is_finite()) {
                largest.2 += lack * weights[i];
                if lack > largest.0 {
                    (largest.0, largest.1) = (lack, i);
                }
            }
            largest
        });
        each.collect()
    };
    let largest = |k: usize| {
        let values = &values[k * count..(k + 1) * count];
        values.iter().fold(0.0f64, |m, v| m.max(v.abs()))
    };
    let mut before = lacking(&coarse);
    let most = match integrand.dimension() {
        1 => MOST_FINER,
        _ => 1,
    };
    for finer in 1..=most {
        let matters: Vec<usize> = (0..errors.len())
            .filter(|&k| before[k].2 > errors[k] && before[k].0 > EXACT * largest(k))
            .collect();
        if matters.is_empty() {
            break;
        }
        let levels = levels.iter().map(|level| level.raised(FINER * finer));
        let levels: Vec<Level> = levels.collect();
        let Some(fine) = Interpolant::new(integrand, &levels, task)? else {
            break;
        };
        let after = lacking(&fine);
        for k in matters {
            let (lack, place, mean) = after[k];
            let is_exact = mean <= errors[k] || lack <= EXACT * largest(k);
            if !is_exact && lack > NO_NEARER * before[k].0 {
                errors[k] = errors[k].max(lack);
                let unit = nodes.iter().map(|along| along[place]).collect();
                return Ok(Some(Reason::Unseen { unit }));
            }
        }
        before = after;
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
