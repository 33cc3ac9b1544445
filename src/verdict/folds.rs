//! Folds: where a determinant changes its sign inside the unit box.
//!
//! 1. On a lattice, neighbours with determinants of opposite signs have a zero between them; bisection
//!    finds it.
//! 2. Zeros that are near one another are of one fold.
//! 3. The zero nearest to the middle of those of a fold stands for it.

use nalgebra::DMatrix;

use super::mapping::{Here, Mapping, Points};
use super::preimages::{SAME, newton};
use crate::deadline::Deadline;
use crate::elementary::singular::decomposed;
use crate::integrand::BLOCK;

/// Below this part of its largest size a determinant has no sign.
const NO_SIGN: f64 = 1e-11;

/// Where in its cell a point of the lattice lies.
const OFF: f64 = 0.471_9;

/// Zeros belong together if they are no farther from one another than so many cells.
const NEAR: f64 = 1.6;

/// The most zeros that are gathered.
const MOST_ZEROS: usize = 4000;

const BISECTIONS: usize = 60;

/// Points of a coarse lattice along each axis, by the number of axes.
const COARSE: [usize; 4] = [64, 16, 7, 5];

/// Zeros that are tried for points of one image beside them, and how far beside.
const TRIED: usize = 6;
const BESIDE: f64 = 0.02;

/// Points of the lattice along each axis, by the number of axes.
fn per_axis(n: usize) -> usize {
    match n {
        1 => 801,
        2 => 65,
        3 => 17,
        4 => 8,
        _ => 5,
    }
}

/// A zero of the determinant for every fold.
pub(crate) fn folds(mapping: &Mapping) -> Vec<Vec<f64>> {
    let n = mapping.n;
    if n != mapping.m || n > 6 {
        return Vec::new();
    }
    let mut points = mapping.points();
    let zeros = zeros(mapping, &mut points);
    let width = 1.0 / per_axis(n) as f64;
    let is_near =
        |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= NEAR * width);
    let mut left: Vec<usize> = (0..zeros.len()).collect();
    let mut found = Vec::new();
    while let Some(first) = left.pop() {
        let mut fold = vec![first];
        let mut next = 0;
        while next < fold.len() {
            let from = &zeros[fold[next]];
            let (near, rest): (Vec<_>, Vec<_>) =
                left.iter().partition(|k| is_near(from, &zeros[**k]));
            fold.extend(near);
            left = rest;
            next += 1;
        }
        let mean: Vec<f64> = (0..n)
            .map(|axis| fold.iter().map(|k| zeros[*k][axis]).sum::<f64>() / fold.len() as f64)
            .collect();
        let away = |k: &usize| -> f64 {
            let pairs = zeros[*k].iter().zip(&mean);
            pairs.map(|(a, b)| (a - b).powi(2)).sum()
        };
        let middle = fold
            .iter()
            .copied()
            .min_by(|a, b| away(a).total_cmp(&away(b)));
        found.extend(middle.map(|k| zeros[k].clone()));
    }
    found.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    found
}

/// Two points on both sides of a zero of the determinant along the unit axes that have one image, if there
/// are any: beside a fold there are, but not where the two sides of it are apart.
pub(crate) fn twice_beside_a_fold(mapping: &Mapping) -> Option<[Vec<f64>; 2]> {
    let n = mapping.n;
    if n != mapping.m || n > COARSE.len() {
        return None;
    }
    let mut points = mapping.points();
    let zeros = zeros_of(mapping, &mut points, COARSE[n - 1], |here| here.determinant);
    let step = zeros.len().div_ceil(TRIED).max(1);
    let deadline = Deadline::current();
    for zero in zeros.iter().step_by(step) {
        if deadline.has_come() {
            return None;
        }
        let here = points.at(zero);
        let slopes = DMatrix::from_row_slice(n, n, &here.slopes);
        let along = decomposed(slopes, false, true)?.v_t?;
        // The direction in which the image does not move, whose singular value is the last.
        let along: Vec<f64> = along.row(n - 1).iter().copied().collect();
        for side in [BESIDE, -BESIDE] {
            let moved = |by: f64| -> Vec<f64> {
                zero.iter()
                    .zip(&along)
                    .map(|(w, along)| w + by * along)
                    .collect()
            };
            let (first, start) = (moved(side), moved(-side));
            if !first
                .iter()
                .chain(&start)
                .all(|w| (SAME..=1.0 - SAME).contains(w))
            {
                continue;
            }
            let image = points.at(&first).targets;
            if let Some(second) = newton(&mut points, mapping, &start, &image) {
                let apart = first.iter().zip(&second).map(|(a, b)| (a - b).abs());
                if apart.fold(0.0, f64::max) > BESIDE / 2.0 {
                    return Some([first, second]);
                }
            }
        }
    }
    None
}

/// Zeros of the determinant of the variables between neighbours of the lattice.
fn zeros(mapping: &Mapping, points: &mut Points<'_>) -> Vec<Vec<f64>> {
    zeros_of(mapping, points, per_axis(mapping.n), |here| here.own)
}

/// Zeros of a determinant between neighbours of a lattice with so many points along each axis.
fn zeros_of(
    mapping: &Mapping,
    points: &mut Points<'_>,
    count: usize,
    determinant: fn(&Here) -> f64,
) -> Vec<Vec<f64>> {
    let n = mapping.n;
    let all = count.pow(n as u32);
    let unit_of = |mut k: usize| -> Vec<f64> {
        let mut unit = vec![0.0; n];
        for w in unit.iter_mut().rev() {
            *w = ((k % count) as f64 + OFF) / count as f64;
            k /= count;
        }
        unit
    };
    let deadline = Deadline::current();
    let mut values = Vec::with_capacity(all);
    for from in (0..all).step_by(BLOCK) {
        if deadline.has_come() {
            return Vec::new();
        }
        let units: Vec<Vec<f64>> = (from..(from + BLOCK).min(all)).map(unit_of).collect();
        let along: Vec<Vec<f64>> = (0..n)
            .map(|axis| units.iter().map(|unit| unit[axis]).collect())
            .collect();
        values.extend(points.each(&along).iter().map(determinant));
    }
    let size = values
        .iter()
        .filter(|v| v.is_finite())
        .fold(0.0f64, |m, v| m.max(v.abs()));
    let sign = |value: f64| match value.abs() > NO_SIGN * size {
        true if value > 0.0 => 1,
        true => -1,
        false => 0,
    };
    let mut found = Vec::new();
    for axis in 0..n {
        let step = count.pow((n - 1 - axis) as u32);
        for k in 0..all {
            if k / step % count + 1 == count || found.len() >= MOST_ZEROS {
                continue;
            }
            // Between two signs a point of the lattice may be zero itself.
            let next = match sign(values[k + step]) {
                0 if k / step % count + 2 < count => k + 2 * step,
                _ => k + step,
            };
            if sign(values[k]) * sign(values[next]) < 0 {
                if deadline.has_come() {
                    return found;
                }
                let (from, to) = (unit_of(k), unit_of(next));
                found.push(bisected(points, from, &to, axis, determinant));
            }
        }
    }
    found
}

/// The place along an axis where the determinant changes its sign.
fn bisected(
    points: &mut Points<'_>,
    mut from: Vec<f64>,
    to: &[f64],
    axis: usize,
    determinant: fn(&Here) -> f64,
) -> Vec<f64> {
    let is_above = determinant(&points.at(&from)) > 0.0;
    let (mut lo, mut hi) = (from[axis], to[axis]);
    for _ in 0..BISECTIONS {
        let middle = lo + (hi - lo) / 2.0;
        from[axis] = middle;
        if (determinant(&points.at(&from)) > 0.0) == is_above {
            lo = middle;
        } else {
            hi = middle;
        }
    }
    from[axis] = lo;
    from
}
