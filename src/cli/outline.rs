//! What bounds a region of the plane, as flags and files write it: arcs of a curve, rings of a polygon.

use super::entries::{Entry, Limits};
use super::place::{Place, Text};

/// An arc of the curve.
#[derive(Clone, Debug, Hash)]
pub(super) struct Arc {
    /// The targets as functions of the parameter.
    pub(super) curve: Vec<Entry<Text>>,
    /// The limits of its parameter; none where they are those of the problem.
    pub(super) over: Vec<Entry<Limits>>,
}

impl Arc {
    /// Where the curve is given.
    pub(super) fn place(&self) -> Option<Place> {
        let places = self
            .curve
            .iter()
            .map(|e| e.name.place.joined(&e.body.place));
        places.reduce(|all, next| all.joined(&next))
    }
}

/// A ring, or several, as they are given.
#[derive(Clone, Debug, Hash)]
pub(super) enum Ring {
    /// As a text.
    Text(Text),
    /// As a list of points in a file, with the place of the list.
    Points(Vec<[Text; 2]>, Place),
}

impl Ring {
    /// Where it is given.
    pub(super) fn place(&self) -> &Place {
        match self {
            Ring::Text(text) => &text.place,
            Ring::Points(_, place) => place,
        }
    }
}
