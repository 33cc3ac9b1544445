//! A sampled map on both sides of a picture.

use super::deformation::Deformation;
use super::lattice::Lattice;
use super::look::{Look, Paint};
use super::panel::Panel;
use super::side::Side;

/// A sampled map on its region's panel and on its image's, with what is to be seen of it.
pub(super) struct Shown<'a> {
    pub(super) deformation: &'a Deformation,
    pub(super) lattice: &'a Lattice,
    pub(super) look: &'a Look,
    pub(super) sides: [Side; 2],
}

impl<'a> Shown<'a> {
    pub(super) fn new(
        deformation: &'a Deformation,
        lattice: &'a Lattice,
        look: &'a Look,
        left: &Panel,
        right: &Panel,
    ) -> Shown<'a> {
        let samples = &deformation.samples;
        Shown {
            deformation,
            lattice,
            look,
            sides: [
                Side::new(left, lattice, samples, |s| &s.source),
                Side::new(right, lattice, samples, |s| &s.image),
            ],
        }
    }

    /// What colours the region (0) or the image (1).
    pub(super) fn paint(&self, side: usize) -> &'a Paint {
        &self.look.paints[side]
    }

    /// The mean of what colours a side over some samples, of those where it is finite.
    pub(super) fn amount(&self, side: usize, samples: &[usize]) -> f64 {
        let values = &self.look.paints[side].values;
        let finite = samples.iter().map(|&s| values[s]).filter(|v| v.is_finite());
        let (count, sum) = finite.fold((0, 0.0), |(count, sum), v| (count + 1, sum + v));
        sum / f64::from(count.max(1))
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
