//! A sampled map on both sides of a picture.

use super::color::Scale;
use super::deformation::Deformation;
use super::lattice::Lattice;
use super::panel::Panel;
use super::side::Side;

/// A sampled map, coloured by a scale, on its region's panel and on its image's.
pub(super) struct Shown<'a> {
    pub(super) deformation: &'a Deformation,
    pub(super) lattice: &'a Lattice,
    pub(super) scale: &'a Scale,
    pub(super) sides: [Side; 2],
}

impl<'a> Shown<'a> {
    pub(super) fn new(
        deformation: &'a Deformation,
        lattice: &'a Lattice,
        scale: &'a Scale,
        left: &Panel,
        right: &Panel,
    ) -> Shown<'a> {
        let samples = &deformation.samples;
        Shown {
            deformation,
            lattice,
            scale,
            sides: [
                Side::new(left, lattice, samples, |s| &s.source),
                Side::new(right, lattice, samples, |s| &s.image),
            ],
        }
    }
}

/// How badly a part with this measure serves as the marked one: of an unusual size, or reversed.
pub(super) fn oddness(measure: f64, usual: f64) -> f64 {
    let ratio = (measure.abs() / usual.max(f64::MIN_POSITIVE))
        .ln()
        .abs()
        .min(5.0);
    ratio + if measure < 0.0 { 2.0 } else { 0.0 }
}
