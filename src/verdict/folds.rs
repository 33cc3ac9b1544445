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
    let determinant = |here: &Here| here.own;
    let changes = changes(mapping, &mut points, per_axis(n), determinant);
    let zeros = bisected(&mut points, changes, determinant);
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
    let determinant = |here: &Here| here.determinant;
    let mut changes = changes(mapping, &mut points, COARSE[n - 1], determinant);
    let mut number = 0;
    let step = changes.len().div_ceil(TRIED).max(1);
    changes.retain(|_| {
        number += 1;
        (number - 1) % step == 0
    });
    let zeros = bisected(&mut points, changes, determinant);
    let units: Vec<&[f64]> = zeros.iter().map(|zero| &zero[..]).collect();
    let mut pairs = Vec::new();
    for (zero, here) in zeros.iter().zip(points.all(&units)) {
        let slopes = DMatrix::from_row_slice(n, n, &here.slopes);
        let along = decomposed(slopes, false, true)?.v_t?;
        // The direction in which the image does not move, whose singular value is the last.
        let along: Vec<f64> = along.row(n - 1).iter().copied().collect();
        for side in [BESIDE, -BESIDE] {
            let moved = |by: f64| -> Vec<f64> {
                let along = zero.iter().zip(&along);
                along.map(|(w, along)| w + by * along).collect()
            };
            let pair = [moved(side), moved(-side)];
            let mut all = pair.iter().flatten();
            if all.all(|w| (SAME..=1.0 - SAME).contains(w)) {
                pairs.push(pair);
            }
        }
    }
    let firsts: Vec<&[f64]> = pairs.iter().map(|[first, _]| &first[..]).collect();
    let images = points.all(&firsts);
    let starts = pairs.iter().zip(&images);
    let starts: Vec<_> = starts
        .map(|([_, start], image)| (&start[..], &image.targets[..]))
        .collect();
    let solved = newton(&mut points, mapping, &starts);
    let mut found = pairs.into_iter().zip(solved);
    found.find_map(|([first, _], second)| {
        let second = second?;
        let apart = first.iter().zip(&second).map(|(a, b)| (a - b).abs());
        (apart.fold(0.0, f64::max) > BESIDE / 2.0).then_some([first, second])
    })
}

/// Between two neighbours of a lattice a determinant changes its sign.
struct Change {
    from: Vec<f64>,
    axis: usize,
    to: f64,
}

/// Changes of the sign of a determinant between neighbours of a lattice with so many points along each axis.
fn changes(
    mapping: &Mapping,
    points: &mut Points<'_>,
    count: usize,
    determinant: impl Fn(&Here) -> f64,
) -> Vec<Change> {
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
        let units: Vec<&[f64]> = units.iter().map(|unit| &unit[..]).collect();
        values.extend(points.all(&units).iter().map(&determinant));
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
                found.push(Change {
                    from: unit_of(k),
                    axis,
                    to: unit_of(next)[axis],
                });
            }
        }
    }
    found
}

/// The places where a determinant changes its sign; none if the time is over.
fn bisected(
    points: &mut Points<'_>,
    mut changes: Vec<Change>,
    determinant: impl Fn(&Here) -> f64,
) -> Vec<Vec<f64>> {
    let deadline = Deadline::current();
    let mut are_above = |changes: &[Change]| -> Vec<bool> {
        let units: Vec<&[f64]> = changes.iter().map(|change| &change.from[..]).collect();
        let here = points.all(&units);
        here.iter().map(|here| determinant(here) > 0.0).collect()
    };
    let is_above = are_above(&changes);
    let mut lows: Vec<f64> = changes
        .iter()
        .map(|change| change.from[change.axis])
        .collect();
    for _ in 0..BISECTIONS {
        if deadline.has_come() {
            return Vec::new();
        }
        for (change, lo) in changes.iter_mut().zip(&lows) {
            change.from[change.axis] = lo + (change.to - lo) / 2.0;
        }
        let are_above = are_above(&changes);
        for (k, change) in changes.iter_mut().enumerate() {
            let middle = change.from[change.axis];
            if are_above[k] == is_above[k] {
                lows[k] = middle;
            } else {
                change.to = middle;
            }
        }
    }
    let found = changes.into_iter().zip(lows);
    let found = found.map(|(mut change, lo)| {
        change.from[change.axis] = lo;
        change.from
    });
    found.collect()
}
