//! Kinks and jumps, seen along lines across the box.
//!
//! 1. Along some lines in many directions values are taken at Chebyshev nodes.
//! 2. The coefficients of the polynomial through them fall faster than any power of their degree where
//!    the integrand is smooth, as the square of it across a kink, and as the degree across a jump.
//! 3. Those of the upper half of the degrees say how rough it is, unless those of the half below are
//!    by far larger.
//!
//! L. N. Trefethen, Approximation Theory and Approximation Practice, SIAM (2013), chapters 7 and 8.

use std::f64::consts::PI;

use super::meter::Stop;
use super::scattered::{Places, values_at};
use super::task::Task;
use crate::integrand::{BLOCK, Integrand};
use crate::scatter::Scatter;

/// How many lines, half of them from near a corner to near the opposite one.
const LINES: usize = 12;

/// How far from the faces lines end: what is singular there is no matter of theirs.
const INSIDE: f64 = 1.0 / 64.0;

/// Coefficients that fall by this factor from one octave of degrees to the next are those of something
/// smooth: across a kink it is 4, and chance makes it larger.
const SMOOTH: f64 = 16.0;

/// The evaluations with so many nodes along each line.
pub(super) const fn evaluations(nodes: usize) -> usize {
    LINES * nodes
}

/// How rough the outputs are along lines with so many nodes, in units of their values; 0 where they
/// are smooth.
///
/// # Errors
/// What ended the look.
pub(super) fn roughness(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    axes: &[usize],
    nodes: usize,
) -> Result<Vec<f64>, Stop> {
    let lines = lines(axes.len());
    let angles = (0..nodes).map(|j| PI * (j as f64 + 0.5) / nodes as f64);
    let angles: Vec<f64> = angles.collect();
    let along = (0..axes.len()).map(|place| {
        let of_line = |[from, to]: &[Vec<f64>; 2]| {
            let (from, to) = (from[place], to[place]);
            let at = move |angle: &f64| from + (to - from) * (0.5 - 0.5 * angle.cos());
            angles.iter().map(at).collect::<Vec<f64>>()
        };
        lines.iter().flat_map(of_line).collect()
    });
    let along: Vec<Vec<f64>> = along.collect();
    let places = Places {
        axes,
        along: &along,
        few: 4 * BLOCK,
    };
    let values = values_at(integrand, task, &places)?;
    let of_output = |values: &[f64]| values.chunks(nodes).map(of_line).fold(0.0, f64::max);
    Ok(values.chunks(lines.len() * nodes).map(of_output).collect())
}

/// The ends of the lines.
fn lines(variables: usize) -> Vec<[Vec<f64>; 2]> {
    let points = Scatter::golden(variables).starting_at(0.5);
    let ends = (0..LINES).map(|line| {
        let (first, second) = (points.point(2 * line + 1), points.point(2 * line + 2));
        if line < LINES / 2 {
            // Corners by the bits of the number, and by chance where there are more axes than bits.
            let corner = |axis: usize| match axis {
                0..3 => line >> axis & 1 == 1,
                _ => first[axis] > 0.5,
            };
            let end = |is_upper: bool| if is_upper { 1.0 - INSIDE } else { INSIDE };
            return [false, true].map(|turned| {
                let along = (0..variables).map(|axis| end(corner(axis) != turned));
                along.collect()
            });
        }
        // Through the first point in the direction of the second, as far as the box goes.
        let mut reach = [f64::NEG_INFINITY, f64::INFINITY];
        for (x, y) in first.iter().zip(&second) {
            let ends = [INSIDE, 1.0 - INSIDE].map(|end| (end - x) / (y - x));
            reach[0] = reach[0].max(ends[0].min(ends[1]));
            reach[1] = reach[1].min(ends[0].max(ends[1]));
        }
        reach.map(|t| {
            let along = first.iter().zip(&second);
            along
                .map(|(x, y)| (x + t * (y - x)).clamp(0.0, 1.0))
                .collect()
        })
    });
    ends.collect()
}

/// How rough values at Chebyshev nodes of a line are.
fn of_line(values: &[f64]) -> f64 {
    let n = values.len();
    let coefficient = |k: usize| {
        let terms = values.iter().enumerate().map(|(j, value)| {
            let turns = k * (2 * j + 1) % (4 * n);
            value * (PI * turns as f64 / (2 * n) as f64).cos()
        });
        (2.0 / n as f64 * terms.sum::<f64>()).abs()
    };
    let most = |degrees: std::ops::Range<usize>| degrees.map(coefficient).fold(0.0, f64::max);
    let (before, last) = (most(n / 4..n / 2), most(n / 2..n));
    if SMOOTH * last < before { 0.0 } else { last }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(f: impl Fn(f64) -> f64) -> f64 {
        let nodes = 64;
        let angles = (0..nodes).map(|j| PI * (f64::from(j) + 0.5) / f64::from(nodes));
        let values: Vec<f64> = angles.map(|angle| f(-angle.cos())).collect();
        of_line(&values)
    }

    #[test]
    fn kinks_and_jumps_are_rough_and_smooth_functions_are_not() {
        // The coefficients of |x − c| are of the size 4/(π k²), those of a jump by 1 of 2/(π k).
        let kink = of(|x| (x - 0.3).abs());
        assert!((2e-4..2e-3).contains(&kink), "{kink}");
        let jump = of(|x| if x < 0.3 { 0.0 } else { 1.0 });
        assert!((5e-3..3e-2).contains(&jump), "{jump}");
        for f in [
            (|x| (5.0 * x).exp()) as fn(f64) -> f64,
            |x| (20.0 * x).cos(),
            |x| 1.0 / (1.0 + 16.0 * x * x),
            |x| (-30.0 * (x - 0.2) * (x - 0.2)).exp(),
        ] {
            // Rounding errors of 64 terms of a size below 150.
            assert!(of(f) < 1e-12, "{}", of(f));
        }
    }

    #[test]
    fn lines_end_inside_the_box_and_are_long() {
        for variables in [1, 2, 4, 20] {
            for [from, to] in lines(variables) {
                let inside = |x: &f64| (0.01..=0.99).contains(x);
                assert!(from.iter().chain(&to).all(inside));
                let squares = from.iter().zip(&to).map(|(x, y)| (x - y) * (x - y));
                assert!(squares.sum::<f64>() > 0.05, "{from:?} {to:?}");
            }
        }
    }
}
