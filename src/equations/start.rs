//! Points at which a system has given values, where nobody says near which one to look.
//!
//! 1. Begin at scattered points of boxes of several sizes around the origin.
//! 2. Follow Newton's direction as far as the residuals fall.
//!
//! J. E. Dennis, R. B. Schnabel, "Numerical Methods for Unconstrained Optimization and Nonlinear
//! Equations", SIAM (1996), section 6.3.

use super::newton::Newton;
use super::system::{System, difference};
use crate::scatter::Scatter;

/// Halves of the sides of the boxes, and the points in each.
const SIZES: [f64; 3] = [1.0, 4.0, 30.0];
const POINTS: usize = 48;

/// The most steps from a start, and halvings of a step.
const STEPS: usize = 40;
const HALVINGS: usize = 12;

/// Points are the same if they differ by less than this part of their size.
const SAME: f64 = 1e-6;

/// Residuals below this part of the values are none.
const NONE: f64 = 1e-11;

/// Points x with g(x) = u, no two the same; more than a few are not looked for.
pub(crate) fn points(system: &System, u: &[f64], most: usize) -> Vec<Vec<f64>> {
    let mut newton = Newton::new(system, vec![1.0; system.n], 0.0);
    let mut found: Vec<Vec<f64>> = Vec::new();
    let scatter = Scatter::golden(system.n).starting_at(0.5);
    for size in SIZES {
        for k in 1..=POINTS {
            let unit = scatter.point(k).into_iter();
            let start = unit.map(|w| size * (2.0 * w - 1.0)).collect();
            let Some(point) = from(system, &mut newton, u, start) else {
                continue;
            };
            let largest = point.iter().fold(1e-3, |most: f64, x| most.max(x.abs()));
            let is_same = |other: &Vec<f64>| {
                let mut pairs = other.iter().zip(&point);
                pairs.all(|(a, b)| (a - b).abs() <= SAME * largest)
            };
            if !found.iter().any(is_same) {
                found.push(point);
                if found.len() >= most {
                    return found;
                }
            }
        }
    }
    found
}

/// The point that a start leads to.
fn from(system: &System, newton: &mut Newton<'_>, u: &[f64], mut x: Vec<f64>) -> Option<Vec<f64>> {
    let n = system.n;
    let residuals = |x: &[f64]| -> Vec<f64> {
        let values = system.at(x).into_iter();
        let pairs = values.zip(u).zip(&system.periods);
        pairs
            .map(|((g, u), period)| difference(*u, g, *period))
            .collect()
    };
    let size = |residuals: &[f64]| -> f64 {
        let parts = residuals.iter().zip(u);
        parts.map(|(r, u)| r.abs() / (1.0 + u.abs())).sum()
    };
    let mut left = residuals(&x);
    for _ in 0..STEPS {
        if size(&left) <= NONE {
            return Some(x);
        }
        let known = newton.known(&x);
        let step: Vec<f64> = (0..n)
            .map(|j| {
                let row = known.inverse[j * n..(j + 1) * n].iter();
                row.zip(&left).map(|(entry, r)| entry * r).sum()
            })
            .collect();
        let mut factor = 1.0;
        let shorter = (0..HALVINGS).find_map(|_| {
            let moved = x.iter().zip(&step).map(|(x, step)| x + factor * step);
            let next: Vec<f64> = moved.collect();
            let rest = residuals(&next);
            factor *= 0.5;
            (size(&rest) < size(&left)).then_some((next, rest))
        });
        (x, left) = shorter?;
    }
    None
}
