//! Neighbourhoods of a side in the complex plane, covered by rectangles.

use std::f64::consts::PI;

use crate::expr::bounds::rectangle::Rectangle;
use crate::integrand::{Neighbourhood, Side};

/// Slabs that cover a neighbourhood: more would give sharper bounds, but hardly fewer nodes.
pub(super) const SLABS: usize = 2;

/// Slabs that cover a neighbourhood of a side. Formulas are real on the reals, so the upper half of the plane
/// is enough.
pub(super) fn around_side(side: Side, neighbourhood: Neighbourhood) -> [Rectangle; SLABS] {
    std::array::from_fn(|k| {
        let ((left, right), height) = slab(neighbourhood, k);
        let (left, right) = (side.at(left), side.at(right));
        let re = (left.min(right), left.max(right));
        Rectangle::new(re, (0.0, side.width() * height))
    })
}

/// The real parts of a slab of a neighbourhood of [0, 1], and how far up it reaches.
fn slab(neighbourhood: Neighbourhood, k: usize) -> ((f64, f64), f64) {
    let part = |k: usize| k as f64 / SLABS as f64;
    match neighbourhood {
        Neighbourhood::Strip(height) => ((part(k), part(k + 1)), height),
        Neighbourhood::Ellipse(rho) => {
            let (long, high) = ((rho + 1.0 / rho) / 4.0, (rho - 1.0 / rho) / 4.0);
            let angle = |k: usize| PI * (1.0 - part(k));
            let along = |k: usize| 0.5 + long * angle(k).cos();
            // Slabs are even in number, so each lies on one side of the centre and is highest at
            // the end that is nearer to it.
            let highest = angle(k).sin().max(angle(k + 1).sin());
            ((along(k), along(k + 1)), high * highest)
        }
    }
}
