//! The part of a sampled region that is meant: where its samples are not outside, cut along straight lines
//! between them.

use std::borrow::Cow;

use super::contour::{Place, value_at};
use super::deformation::Deformation;
use super::lattice::Lattice;

/// A condition holds where its margin is zero but for so much of the largest.
const ROUNDING: f64 = 1e-12;

/// The part of a region in which margins are not negative.
pub(super) struct Part<'a>(Option<Cow<'a, [f64]>>);

impl<'a> Part<'a> {
    pub(super) fn of(deformation: &'a Deformation) -> Part<'a> {
        let lattice = Lattice {
            cells: deformation.cells.clone(),
            fine: deformation.fine,
        };
        let margins = least(&deformation.margins);
        Part(margins.map(|margins| solid(margins, &lattice)))
    }

    /// Whether it is the whole region.
    pub(super) fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// The margins of all samples, where there are any.
    pub(super) fn margins(&self) -> Option<&[f64]> {
        self.0.as_deref()
    }

    /// Whether a sample is in the part.
    pub(super) fn holds(&self, sample: usize) -> bool {
        self.margins().is_none_or(|margins| margins[sample] >= 0.0)
    }

    /// Whether a place is in the part.
    pub(super) fn has(&self, place: &Place) -> bool {
        self.margin(place) >= 0.0
    }

    fn margin(&self, place: &Place) -> f64 {
        let Some(margins) = self.margins() else {
            return 1.0;
        };
        let margin = value_at(place, |sample| margins[sample]);
        if margin.is_nan() { -1.0 } else { margin }
    }

    /// The places around what is in the part of the inside of a rim.
    pub(super) fn of_rim(&self, rim: &[usize]) -> Vec<Place> {
        let places: Vec<Place> = rim.iter().map(|&sample| vec![(sample, 1.0)]).collect();
        self.of_polygon(&places)
    }

    /// The places around what is in the part of the inside of a polygon.
    pub(super) fn of_polygon(&self, places: &[Place]) -> Vec<Place> {
        if self.is_all() {
            return places.to_vec();
        }
        let mut kept = Vec::with_capacity(places.len() + 2);
        for (from, to) in places.iter().zip(places.iter().cycle().skip(1)) {
            let (a, b) = (self.margin(from), self.margin(to));
            if a >= 0.0 {
                kept.push(from.clone());
            }
            if (a >= 0.0) != (b >= 0.0) {
                kept.push(between(from, to, a / (a - b)));
            }
        }
        kept
    }

    /// The parts of a line through samples that are in the part.
    pub(super) fn of_line(&self, samples: &[usize]) -> Vec<Vec<Place>> {
        let places: Vec<Place> = samples.iter().map(|&sample| vec![(sample, 1.0)]).collect();
        self.of_places(&places)
    }

    /// The parts of a line through places that are in the part.
    pub(super) fn of_places(&self, places: &[Place]) -> Vec<Vec<Place>> {
        if self.is_all() {
            return vec![places.to_vec()];
        }
        let mut parts: Vec<Vec<Place>> = vec![Vec::new()];
        let mut push = |place: Place, begins: bool| match parts.last_mut() {
            Some(part) if !begins => part.push(place),
            _ => parts.push(vec![place]),
        };
        for (k, place) in places.iter().enumerate() {
            let own = self.margin(place);
            let before = k
                .checked_sub(1)
                .map(|k| (&places[k], self.margin(&places[k])));
            if let Some((other, margin)) = before
                && (margin >= 0.0) != (own >= 0.0)
            {
                push(between(other, place, margin / (margin - own)), own >= 0.0);
            }
            if own >= 0.0 {
                push(place.clone(), false);
            }
        }
        parts.retain(|part| part.len() > 1);
        parts
    }
}

/// Margins without places that lie on the border and beside nothing: such as all of a face on which a condition has
/// the value 0 of which it needs more just inside.
fn solid<'a>(margins: Cow<'a, [f64]>, lattice: &Lattice) -> Cow<'a, [f64]> {
    let mut solid = margins.clone();
    let axes = lattice.cells.len();
    let strides: Vec<usize> = (0..axes)
        .map(|axis| {
            (axis + 1..axes)
                .map(|later| lattice.points(later))
                .product()
        })
        .collect();
    for sample in (0..margins.len()).filter(|sample| margins[*sample] == 0.0) {
        let is_beside = strides.iter().enumerate().any(|(axis, stride)| {
            let place = sample / stride % lattice.points(axis);
            let below = (place > 0).then(|| sample - stride);
            let above = (place + 1 < lattice.points(axis)).then(|| sample + stride);
            below
                .into_iter()
                .chain(above)
                .any(|other| margins.get(other).is_some_and(|m| *m > 0.0))
        });
        if !is_beside {
            solid.to_mut()[sample] = -f64::MIN_POSITIVE;
        }
    }
    solid
}

/// The place a share of the way from one place to another.
fn between(from: &Place, to: &Place, share: f64) -> Place {
    let share = if share.is_finite() { share } else { 0.5 };
    let weighed = |place: &Place, by: f64| -> Place {
        place
            .iter()
            .map(|(sample, weight)| (*sample, weight * by))
            .collect()
    };
    let mut place = weighed(from, 1.0 - share);
    place.extend(weighed(to, share));
    place
}

/// The margins of the conditions that delimit something among samples. One that holds at all of them, but for rounding,
/// does not: its margin of zero along a face would hide where another one meets that face.
pub(super) fn delimiting(margins: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let delimits = |own: &Vec<f64>| {
        let largest = own
            .iter()
            .fold(0.0, |all: f64, margin| all.max(margin.abs()));
        !own.iter().all(|margin| *margin >= -ROUNDING * largest)
    };
    margins.into_iter().filter(delimits).collect()
}

/// The least of the margins of conditions at samples, if there are any.
pub(super) fn least(margins: &[Vec<f64>]) -> Option<Cow<'_, [f64]>> {
    match margins {
        [] => None,
        [own] => Some(Cow::Borrowed(own)),
        [first, others @ ..] => {
            let lesser = |all: Vec<f64>, own: &Vec<f64>| {
                let pairs = all.into_iter().zip(own);
                pairs.map(|(a, b)| lesser(a, *b)).collect()
            };
            Some(Cow::Owned(others.iter().fold(first.clone(), lesser)))
        }
    }
}

/// The lesser of two margins, of which NaN is the least.
fn lesser(a: f64, b: f64) -> f64 {
    if a.is_nan() || a < b { a } else { b }
}
