//! What a sum over the nodes of a cell loses by rounding.
//!
//! 1. Take what the values at a few nodes lose, each of which stands for those around it.
//! 2. In a layer, or beside a peak, the few miss the values that count, and their sizes do not add up to
//!    the sum: then take more.
//! 3. What is lost of values is a part of their size that varies little: so take that part of the sizes
//!    of all nodes too, and the larger one of the two.

use crate::elementary::sum::Sum;
use crate::integrand::{Losses, Numbers, Side, for_each_index};
use crate::rule::Rule;

/// With as many along each axis they stand for all others.
const LOOKS_FOR_ALL: usize = 5;

/// Where sizes at a few nodes add up to a sum that differs by this part of it, they stand for no others; then
/// more are looked at, and if they do not either, so many.
const UNLIKE: f64 = 0.1;
const MORE_LOOKS: [usize; 2] = [12, 48];

/// Adds to `total` what the values on a cell may lose by rounding, summed with rules of which a few
/// nodes stand for all; these are the sums over all of them.
pub(crate) fn add_losses(
    sides: &[Side],
    rules: &[Rule],
    looks: usize,
    losses: &mut dyn Losses,
    sums: &[Sum],
    total: &mut [f64],
) {
    let longest = rules.iter().map(Rule::len).max().unwrap_or(1);
    let is_unlike = |((_, size), sum): (&(f64, f64), &Sum)| {
        (size - sum.magnitude()).abs() > UNLIKE * sum.magnitude()
    };
    let mut most = most_along(rules, looks);
    let mut all = seen(sides, rules, most, losses, total.len());
    for more in MORE_LOOKS.map(|looks| most_along(rules, looks)) {
        if more > most && all.iter().zip(sums).any(is_unlike) {
            most = more;
            all = seen(sides, rules, most, losses, total.len());
        }
    }
    // Of a few nodes that stand for others the loss need not be the largest.
    let margin = match most < longest.min(LOOKS_FOR_ALL) {
        true => 2.0,
        false => 1.0,
    };
    for ((total, (lost, size)), sum) in total.iter_mut().zip(all).zip(sums) {
        let of_all = lost * (sum.magnitude() / size);
        let lost = match of_all.is_finite() {
            true => lost.max(of_all),
            false => lost,
        };
        *total += margin * lost;
    }
}

/// How many nodes along each axis make so many at most, or one.
fn most_along(rules: &[Rule], looks: usize) -> usize {
    let longest = rules.iter().map(Rule::len).max().unwrap_or(1);
    let looked_at = |most: usize| {
        let lengths = rules.iter().map(|rule| rule.len().min(most));
        lengths.fold(1, usize::saturating_mul)
    };
    let most = (1..=longest).rev().find(|most| looked_at(*most) <= looks);
    most.unwrap_or(1)
}

/// For every output what is lost and the sizes, summed with so many nodes along each axis, each of which
/// stands for those around it.
fn seen(
    sides: &[Side],
    rules: &[Rule],
    most: usize,
    losses: &mut dyn Losses,
    outputs: usize,
) -> Vec<(f64, f64)> {
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
    let mut lost = vec![0.0; outputs];
    let mut all = vec![(0.0, 0.0); outputs];
    for_each_index(axes.iter().map(Vec::len), |index| {
        let mut weight = 1.0;
        for ((place, &i), axis) in node.iter_mut().zip(index).zip(&axes) {
            *place = axis[i].0;
            weight *= axis[i].1;
        }
        losses.at(&node, &mut lost);
        for (k, (all, lost)) in all.iter_mut().zip(&lost).enumerate() {
            all.0 += weight * lost;
            all.1 += weight * losses.size(k);
        }
    });
    all
}

/// For every output, what an integral over sides of a line may be off because numbers of its formula are
/// rounded: the sizes of its derivatives by them, by a rule on each side.
pub(crate) fn lost_in_numbers(numbers: &dyn Numbers, sides: &[Side], rule: &Rule) -> Vec<f64> {
    let nodes = sides
        .iter()
        .flat_map(|side| rule.nodes().iter().map(|s| side.at(*s)));
    let slopes = numbers.slopes(0, &nodes.collect::<Vec<f64>>());
    let weights = sides
        .iter()
        .flat_map(|side| rule.weights().iter().map(|w| w * side.width()));
    let weights: Vec<f64> = weights.collect();
    let columns = slopes.len() / weights.len().max(1);
    let mut sums = vec![0.0; columns];
    for (weight, slopes) in weights.iter().zip(slopes.chunks(columns.max(1))) {
        for (sum, slope) in sums.iter_mut().zip(slopes) {
            *sum += weight * slope;
        }
    }
    let of_output = |sums: &[f64]| {
        let sizes = sums.iter().map(|sum| sum.abs());
        sizes.filter(|size| size.is_finite()).sum()
    };
    sums.chunks(numbers.count()).map(of_output).collect()
}
