//! The part of a sampled region that is meant: where its samples are not outside, cut along straight lines
//! between them.

use super::contour::Place;
use super::deformation::Deformation;

/// The part of a region in which margins are not negative.
pub(super) struct Part<'a>(Option<&'a [f64]>);

impl<'a> Part<'a> {
    pub(super) fn of(deformation: &'a Deformation) -> Part<'a> {
        Part(deformation.margins.as_deref())
    }

    /// Whether it is the whole region.
    pub(super) fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// The margins of all samples, where there are any.
    pub(super) fn margins(&self) -> Option<&'a [f64]> {
        self.0
    }

    /// Whether a sample is in the part.
    pub(super) fn holds(&self, sample: usize) -> bool {
        self.0.is_none_or(|margins| margins[sample] >= 0.0)
    }

    /// Whether a place is in the part.
    pub(super) fn has(&self, place: &Place) -> bool {
        self.margin(place) >= 0.0
    }

    fn margin(&self, place: &Place) -> f64 {
        let Some(margins) = self.0 else {
            return 1.0;
        };
        let parts = place.iter().map(|(sample, weight)| match *weight == 0.0 {
            true => 0.0,
            false => weight * margins[*sample],
        });
        let margin: f64 = parts.sum();
        if margin.is_nan() { -1.0 } else { margin }
    }

    /// The places around what is in the part of the inside of a rim.
    pub(super) fn of_rim(&self, rim: &[usize]) -> Vec<Place> {
        let places: Vec<Place> = rim.iter().map(|&sample| vec![(sample, 1.0)]).collect();
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
