//! What a sum over the nodes of a cell loses by rounding.

use crate::integrand::{Losses, Side, for_each_index};
use crate::rule::Rule;

/// With as many along each axis they stand for all others.
const LOOKS_FOR_ALL: usize = 5;

/// Adds to `total` what the values on a cell may lose by rounding, summed with rules of which a few
/// nodes stand for all.
pub(crate) fn add_losses(
    sides: &[Side],
    rules: &[Rule],
    looks: usize,
    losses: &mut dyn Losses,
    total: &mut [f64],
) {
    let longest = rules.iter().map(Rule::len).max().unwrap_or(1);
    let looked_at = |most: usize| {
        let lengths = rules.iter().map(|rule| rule.len().min(most));
        lengths.fold(1, usize::saturating_mul)
    };
    let most = (1..=longest).rev().find(|most| looked_at(*most) <= looks);
    let most = most.unwrap_or(1);
    // Of a few nodes that stand for others the loss need not be the largest.
    let margin = if most < longest.min(LOOKS_FOR_ALL) {
        2.0
    } else {
        1.0
    };
    let axes = rules.iter().zip(sides).map(|(rule, side)| {
        let groups = rule.len().min(most);
        let group = |k: usize| k * rule.len() / groups..(k + 1) * rule.len() / groups;
        let groups = (0..groups).map(group);
        let looks = groups.map(|group| {
            let weight: f64 = rule.weights()[group.clone()].iter().sum();
            let middle = usize::midpoint(group.start, group.end - 1);
            (side.at(rule.nodes()[middle]), side.width() * weight)
        });
        looks.collect::<Vec<_>>()
    });
    let axes: Vec<Vec<(f64, f64)>> = axes.collect();
    let mut node = vec![0.0; rules.len()];
    let mut lost = vec![0.0; total.len()];
    for_each_index(axes.iter().map(Vec::len), |index| {
        let mut weight = margin;
        for ((place, &i), axis) in node.iter_mut().zip(index).zip(&axes) {
            *place = axis[i].0;
            weight *= axis[i].1;
        }
        losses.at(&node, &mut lost);
        for (total, lost) in total.iter_mut().zip(&lost) {
            *total += weight * lost;
        }
    });
}
