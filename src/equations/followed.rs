//! The solution of a system that is reached from a known point along a straight way.
//!
//! 1. At a point x₀ the values u₀ = g(x₀) are known.
//! 2. Newton's method follows the branch through it while the values go from u₀ straight to u.
//! 3. Where that is not possible, as the branch ends or folds, there is no answer, rather than one of
//!    another branch.

use super::newton::Newton;
use super::system::System;

/// The solution of g(x) = u on the branch through a point; `None` if the branch does not reach it.
pub(crate) fn solution(system: &System, near: &[f64], u: &[f64]) -> Option<Vec<f64>> {
    let largest = near.iter().fold(0.0f64, |most, x| most.max(x.abs()));
    let largest = if largest > 0.0 { largest } else { 1.0 };
    let scales = near.iter().map(|x| x.abs().max(1e-2 * largest)).collect();
    let mut newton = Newton::new(system, scales, 0.0);
    let start = newton.known(near);
    let from = system.at(near);
    if !from
        .iter()
        .chain(&start.inverse)
        .chain(u)
        .all(|v| v.is_finite())
    {
        return None;
    }
    newton.sign = start.determinant.signum();
    let mut path = |s: f64, at: &mut [f64]| {
        for (at, (from, to)) in at.iter_mut().zip(from.iter().zip(u)) {
            *at = if s == 1.0 {
                *to
            } else {
                from + s * (to - from)
            };
        }
    };
    newton.follow(&start, &mut path).ok().map(|known| known.x)
}
