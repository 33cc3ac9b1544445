//! Cuts of the box: sides of axes, and the parts that they make.

use crate::integrand::{Integrand, Side, Switches};

/// With more parts than this the cuts are left to the division of cells.
const MOST_PARTS: usize = 100_000;

/// All choices of one side for every axis.
pub(crate) fn product(sides: &[Vec<Side>]) -> Vec<Vec<Side>> {
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

/// The sides of an axis, each of which begins at the end that matters.
pub(crate) fn toward_ends(matters: [bool; 2]) -> Vec<Side> {
    match matters {
        [false, true] => vec![Side { from: 1.0, to: 0.0 }],
        [true, true] => vec![Side { from: 0.0, to: 0.5 }, Side { from: 1.0, to: 0.5 }],
        _ => vec![Side::WHOLE],
    }
}

/// The parts of the box between the places where an integrand switches along an axis.
pub(crate) fn between_switches(integrand: &dyn Integrand, switches: &Switches) -> Vec<Vec<Side>> {
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

/// The names of the axes that are cut.
pub(crate) fn cut_axes(parts: &[Vec<Side>], integrand: &dyn Integrand) -> Vec<String> {
    let axes = 0..integrand.dimension();
    let cut = axes.filter(|&a| parts.iter().any(|part| part[a] != Side::WHOLE));
    cut.map(|a| integrand.knowledge().axis_name(a)).collect()
}
