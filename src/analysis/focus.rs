//! Formulas of one variable in pieces, each with an end or a place that matters at 0.
//!
//! 1. A place is a number that a user would write, if one is near enough: a multiple of π/12, or one
//!    with few decimals.
//! 2. Between two places a piece begins at each and ends in the middle: x = c + (m − c)·w. Toward an
//!    infinite end x = c ± 1/w.
//! 3. The formula keeps its digits beside 0.

use std::f64::consts::PI;

use super::distances::{sharpened, sharpened_if_known};
use super::misplaced::{Differences, Places, SAME};
use super::natural::{Natural, between, stretch_at, variable_at};
use super::switches::{deciders, switches};
use crate::deadline::Deadline;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph, Id, Rounded};
use crate::expr::operator::Range;
use crate::expr::precise::is_short_decimal;
use crate::expr::value::values;

/// Numbers with more decimals than this are not what a user writes.
const DECIMALS: i32 = 9;

/// Places that are so near to an end, as a part of the range, belong to it.
const NEAR_END: f64 = 1e-6;

/// And the double next to a number, as a part of it, may stand for it.
const NEIGHBOURS: f64 = 2.0 * f64::EPSILON;

/// Of formulas with more deciders no place is sharpened: to look for all their zeros takes long.
const MOST_DECIDERS: usize = 64;

/// Where a piece lies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// x = from + (to − from)·w
    Finite { from: f64, to: f64 },
    /// x = from ± 1/w
    Infinite { from: f64, sign: f64 },
    /// All between limits, as they are put on the unit interval.
    Whole(Range),
}

impl Place {
    /// x at w.
    pub(super) fn at(self, w: f64) -> f64 {
        match self {
            Place::Finite { from, to } => from + (to - from) * w,
            Place::Infinite { from, sign } => from + sign / w,
            Place::Whole(limits) => variable_at(w, limits),
        }
    }

    /// The size of the derivative of x by w.
    pub(super) fn stretch(self, w: f64) -> f64 {
        match self {
            Place::Finite { from, to } => (to - from).abs(),
            Place::Infinite { .. } => 1.0 / (w * w),
            Place::Whole(limits) => stretch_at(w, limits),
        }
    }
}

/// The last bits of a number, half of them.
const HALF_BITS: u32 = 27;

/// The number that a user would write in the place of one that is uncertain.
fn written(x: f64, uncertain: f64) -> f64 {
    let decimal = |places: i32| {
        let power = 10f64.powi(places);
        (x * power).round() / power
    };
    let twelfth = twelfths_of_pi((x * 12.0 / PI).round());
    let candidates = (0..=3).map(decimal);
    let candidates = candidates
        .chain([twelfth])
        .chain((4..=DECIMALS).map(decimal));
    let mut near = candidates.filter(|c| (c - x).abs() <= uncertain);
    near.next().unwrap_or(x)
}

/// The double nearest to kπ/12, or next to that: zeros of sines are there, and not where a product and a quotient that
/// are rounded say.
fn twelfths_of_pi(k: f64) -> f64 {
    /// What a double leaves out of π.
    const REST: f64 = 1.224_646_799_147_353_2e-16;
    let product = k * PI;
    let left = k.mul_add(PI, -product) + k * REST;
    let quotient = product / 12.0;
    quotient + ((-quotient).mul_add(12.0, product) + left) / 12.0
}

/// Formulas on pieces, and what the places of these may cost.
type Focused = (Vec<(Formulas, Place)>, Vec<f64>);

/// A place as the switches beside it that it may stand for, where it is known to no more than what many numbers are
/// between: far out on an infinite range, a unit coordinate says little.
fn sharper(natural: &Natural, (x, uncertain): (f64, f64)) -> Vec<(f64, f64)> {
    let known = SAME * x.abs();
    let (lo, hi) = natural.limits[0];
    let (from, to) = ((x - uncertain).max(lo), (x + uncertain).min(hi));
    let Formulas { arena, roots, .. } = &natural.formulas;
    let is_dear = || Deadline::current().has_come() || deciders(arena, roots).len() > MOST_DECIDERS;
    if uncertain <= known || !(to - from).is_finite() || to <= from || is_dear() {
        return vec![(x, uncertain)];
    }
    let graph = Graph::new();
    let x_of = from + (to - from) * graph.input(0);
    let roots: Vec<Id> = {
        let values = natural.formulas.within(&graph, &[x_of]);
        values.iter().map(|f| f.id).collect()
    };
    let found = switches(&graph.into_arena(), &roots, 1);
    match found.along(0) {
        [] => vec![(x, uncertain)],
        places => places
            .iter()
            .map(|w| (from + (to - from) * w, known))
            .collect(),
    }
}

/// The formulas in pieces, and where those lie; and for every formula what the places may cost. `None` where the
/// time ends before.
pub(super) fn refocused(natural: &Natural, places: &[(f64, f64)]) -> Option<Focused> {
    let deadline = Deadline::current();
    let limits = natural.limits[0];
    let places = places.iter().flat_map(|place| sharper(natural, *place));
    // A coordinate between limits is rounded like these.
    let inside = places.map(|(x, uncertain)| written(x, uncertain.max(NEIGHBOURS * x.abs())));
    // What is nearer to an end is near enough to it for its digits.
    let near = NEAR_END * (limits.1 - limits.0).min(1.0);
    let is_inside = |x: &f64| limits.0 + near < *x && *x < limits.1 - near;
    // Those beside the ends are rounded all the same.
    let (mut inside, beside_ends): (Vec<f64>, Vec<f64>) = inside.partition(is_inside);
    if inside.is_empty() && limits == (f64::NEG_INFINITY, f64::INFINITY) {
        inside.push(0.0);
    }
    let differences = Differences::new(&natural.formulas);
    let mut looked_at = differences.as_ref().and_then(Places::new);
    if let Some(places) = &mut looked_at {
        for place in &mut inside {
            *place = places.corrected(*place);
        }
    }
    inside.sort_by(f64::total_cmp);
    // The neighbours of a root are one place.
    inside.dedup_by(|b, a| *b - *a <= SAME * b.abs());
    let ends = [&[limits.0], &inside[..], &[limits.1]].concat();
    let middle = |p: f64, q: f64| match (p.is_finite(), q.is_finite()) {
        (true, true) => p + (q - p) / 2.0,
        (true, false) => p + 1.0,
        _ => q - 1.0,
    };
    // Of an end that is a root the other side does not count.
    let between = |x: f64| {
        let at = ends.iter().position(|end| *end == x)?;
        let side = |p: usize, q: usize| Some(middle(*ends.get(p)?, *ends.get(q)?));
        Some([side(at.wrapping_sub(1), at), side(at, at + 1)])
    };
    let known = ends.iter().chain(&beside_ends).copied();
    let mut known: Vec<f64> = known.filter(|place| place.is_finite()).collect();
    known.sort_by(f64::total_cmp);
    known.dedup();
    let Formulas { arena, roots, .. } = &natural.formulas;
    let mut errors = match &mut looked_at {
        Some(places) => places.misplaced(&known, between),
        None => vec![0.0; roots.len()],
    };
    for pair in ends
        .windows(2)
        .filter(|pair| pair.iter().all(|end| end.is_finite()))
    {
        // Distances from both ends are those of decimals, and meet in the middle but for the rounding of these.
        let apart: f64 = pair.iter().map(|end| Rounded::from(*end).lost).sum();
        let there = values(arena, roots, &[middle(pair[0], pair[1])]);
        for (error, value) in errors.iter_mut().zip(there) {
            let seam = apart * value.abs();
            *error += if seam.is_finite() { seam } else { 0.0 };
        }
    }
    let mut found = Vec::new();
    for pair in ends.windows(2) {
        if deadline.has_come() {
            return None;
        }
        let (p, q) = (pair[0], pair[1]);
        let pieces = match (p.is_finite(), q.is_finite()) {
            (true, true) => {
                let middle = middle(p, q);
                [
                    Place::Finite {
                        from: p,
                        to: middle,
                    },
                    Place::Finite {
                        from: q,
                        to: middle,
                    },
                ]
            }
            (true, false) => [
                Place::Finite {
                    from: p,
                    to: middle(p, q),
                },
                Place::Infinite { from: p, sign: 1.0 },
            ],
            _ => [
                Place::Finite {
                    from: q,
                    to: middle(p, q),
                },
                Place::Infinite {
                    from: q,
                    sign: -1.0,
                },
            ],
        };
        found.extend(pieces.map(|place| (placed(natural, place), place)));
    }
    Some((found, errors))
}

/// The formulas on a piece, times the volume element.
fn placed(natural: &Natural, place: Place) -> Formulas {
    let graph = Graph::new();
    let roots: Vec<Id> = match place {
        Place::Finite { from, to } => return placed_beside(natural, from, to),
        Place::Infinite { from, sign } => {
            let w = graph.input(0);
            let far = Graph::new();
            let values: Vec<Id> = {
                let x = from + sign / far.input(0);
                let values = natural.formulas.within(&far, &[x]);
                values.iter().map(|f| f.id).collect()
            };
            let values = sharpened(&graph, &far.into_arena(), &values, w);
            times(values, 1.0 / w.powi(2))
        }
        Place::Whole((lo, hi)) => {
            let ends = [lo, hi].map(|end| graph.constant(end));
            let w = graph.input(0);
            let (x, stretch) = between(w, ends, [lo, hi].map(f64::is_infinite));
            times(natural.formulas.within(&graph, &[x]), stretch)
        }
    };
    // As it is written: what is multiplied out may cancel, and has wider bounds.
    Formulas {
        inputs: natural.formulas.inputs.clone(),
        arena: graph.into_arena(),
        roots,
    }
}

/// The formulas on a piece, times the volume element, for who has so many digits that none need be kept: as they are
/// written, in numbers that are no more rounded than those of the formulas.
pub(super) fn as_written(natural: &Natural, place: Place) -> Formulas {
    let graph = Graph::new();
    let roots: Vec<Id> = {
        let w = graph.input(0);
        let number = |x: f64| match is_short_decimal(x) {
            true => graph.constant(x),
            // Of few bits each, and therefore exact.
            false => {
                let high = f64::from_bits(x.to_bits() >> HALF_BITS << HALF_BITS);
                graph.constant(high) + (x - high)
            }
        };
        let (x, stretch) = match place {
            Place::Finite { from, to } => {
                let across = number(to) - number(from);
                let length = if to < from { -across } else { across };
                (number(from) + across * w, length)
            }
            Place::Infinite { from, sign } => (number(from) + sign / w, 1.0 / w.powi(2)),
            Place::Whole((lo, hi)) => {
                let infinite = [lo, hi].map(f64::is_infinite);
                between(w, [lo, hi].map(number), infinite)
            }
        };
        times(natural.formulas.within(&graph, &[x]), stretch)
    };
    Formulas {
        inputs: natural.formulas.inputs.clone(),
        arena: graph.into_arena(),
        roots,
    }
}

/// Formulas times a stretch.
fn times<'g>(formulas: Vec<Expr<'g>>, stretch: Expr<'g>) -> Vec<Id> {
    formulas.iter().map(|f| (f * stretch).id).collect()
}

/// The formulas between a place and the middle of a range, times its length, with the digits that they have
/// beside the place. Where they cancel there and it is not known to what, as 1 − cos x does at 10⁻⁸, they are
/// those beside the other end of the range, or beside 0.
fn placed_beside(natural: &Natural, from: f64, to: f64) -> Formulas {
    let length = (to - from).abs();
    let beside = |base: Option<f64>| {
        let whole = Graph::new();
        let roots: Vec<Id> = {
            let w = whole.input(0);
            let values = match base {
                None => natural.formulas.within(&whole, &[from + (to - from) * w]),
                Some(base) => {
                    let own = Graph::new();
                    let x = base + own.input(0);
                    let values = natural.formulas.within(&own, &[x]);
                    let ids: Vec<Id> = values.iter().map(|f| f.id).collect();
                    let distance = whole.number(Rounded::from(from) - base) + (to - from) * w;
                    sharpened(&whole, &own.into_arena(), &ids, distance)
                }
            };
            times(values, whole.constant(length))
        };
        let sharp = Graph::new();
        let (roots, are_known) = {
            let (arena, w) = (whole.into_arena(), sharp.input(0));
            let (values, are_known) = sharpened_if_known(&sharp, &arena, &roots, w);
            (values.iter().map(|f| f.id).collect(), are_known)
        };
        let formulas = Formulas {
            inputs: natural.formulas.inputs.clone(),
            arena: sharp.into_arena(),
            roots,
        };
        (formulas, are_known)
    };
    let (formulas, are_known) = beside(None);
    if are_known {
        return formulas;
    }
    let others = [from + 2.0 * (to - from), 0.0].into_iter();
    let mut others = others.map(|base| beside(Some(base)));
    let known = others.find(|(_, are_known)| *are_known);
    known.map_or(formulas, |(formulas, _)| formulas)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_of_sines_are_the_doubles_next_to_them() {
        for k in 1..400 {
            let at = twelfths_of_pi(6.0 * f64::from(k));
            let value = if k % 2 == 0 { at.sin() } else { at.cos() };
            // Half the distance to the next double, and the rounding of the sine.
            assert!(value.abs() <= 0.501 * (at.next_up() - at), "{k}: {value}");
        }
    }

    #[test]
    fn places_are_numbers_that_are_written() {
        assert_eq!(written(0.770_000_3, 1e-5), 0.77);
        assert_eq!(written(PI + 3e-8, 1e-6), PI);
        assert_eq!(written(999_999.999_9, 1e-3), 1e6);
        assert_eq!(written(0.547_722_557_505, 1e-12), 0.547_722_557_505);
    }
}
