//! Whether zeros go on along curves or surfaces.

use super::trust_region::{self, End};
use crate::deadline::Deadline;
use crate::expr::bounds::ranges::Interval;
use crate::expr::bounds::rounding::Rounding;
use crate::expr::gradient::Gradients;
use crate::expr::graph::{Arena, Id};

/// From so many of the boxes zeros are looked for.
const SAMPLES: usize = 12;

/// Whether zeros seem to go on along curves in open boxes: at most of those that are looked for from some
/// of the boxes the Jacobian is singular, and no two are the same.
pub(super) fn is_continuum(arena: &Arena, roots: &[Id], open: &[&Vec<Interval>]) -> bool {
    let n = open.first().map_or(0, |sides| sides.len());
    let Ok(mut gradients) = Gradients::new(arena, roots, n) else {
        return false;
    };
    let mut rounding = Rounding::new(arena, roots);
    let mut points: Vec<Vec<f64>> = Vec::new();
    for k in 0..SAMPLES {
        let sides = open[(2 * k + 1) * open.len() / (2 * SAMPLES)];
        let middle: Vec<f64> = sides.iter().map(|side| side.middle()).collect();
        if !middle.iter().all(|x| x.is_finite()) {
            continue;
        }
        let found = trust_region::search(
            &mut gradients,
            &mut rounding,
            &middle,
            100,
            &Deadline::NEVER,
        );
        let is_one = match found.end {
            End::SingularRoot => true,
            End::Root => roots.len() < n,
            _ => false,
        };
        let mut pairs = found.point.iter().zip(sides);
        let is_near = pairs.all(|(x, side)| {
            let width = side.hi - side.lo;
            *x >= side.lo - 4.0 * width && *x <= side.hi + 4.0 * width
        });
        let is_same = |other: &Vec<f64>| {
            let mut pairs = other.iter().zip(&found.point).zip(sides);
            pairs.all(|((a, b), side)| (a - b).abs() <= side.hi - side.lo)
        };
        if is_one && is_near && !points.iter().any(is_same) {
            points.push(found.point);
        }
    }
    2 * points.len() > SAMPLES
}
