//! Faces of the unit box on which a map is degenerate or that it glues together, and places inside where
//! its determinant is zero without a change of sign.

use nalgebra::DMatrix;

use super::extent::Extent;
use super::mapping::{Mapping, Points};
use crate::scatter::Scatter;

/// Points on each face.
const POINTS: usize = 24;

/// Below this part of its largest size a determinant is zero.
const ZERO: f64 = 1e-11;

/// Below this part of the largest slope, slopes are zero.
const NO_SLOPE: f64 = 1e-9;

/// Images are one place if they differ by less than this part of the largest slope.
const SAME: f64 = 1e-10;

/// Searches for zeros inside, and halvings of their steps.
const SEARCHES: usize = 6;
const HALVINGS: usize = 50;

/// Zeros nearer to a face than this lie on it.
const INSIDE: f64 = 1e-5;

/// A face all over which the determinant is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Face {
    /// The axis whose end it is.
    pub(crate) axis: usize,
    /// Whether it is the upper end.
    pub(crate) is_upper: bool,
    /// The number of dimensions of its image.
    pub(crate) rank: usize,
}

/// A place inside where the determinant is zero.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inside {
    pub(crate) unit: Vec<f64>,
    /// The axis at whose place all of the section is degenerate, if there is one.
    pub(crate) across: Option<usize>,
}

/// Faces all over which the determinant of the variables is zero.
pub(crate) fn degenerate(mapping: &Mapping, own: &Extent) -> Vec<Face> {
    let mut points = mapping.points();
    let mut found = Vec::new();
    let size = usual(mapping, &mut points).min(own.size());
    for axis in 0..mapping.n {
        for is_upper in [false, true] {
            let at = f64::from(u8::from(is_upper));
            let images = across(mapping, &mut points, axis, at);
            let is_zero = |here: &super::mapping::Here| here.own.abs() <= ZERO * size;
            if size > 0.0 && images.iter().all(is_zero) {
                let rank = images.iter().map(|here| rank(mapping, here, axis)).max();
                found.push(Face {
                    axis,
                    is_upper,
                    rank: rank.unwrap_or(0),
                });
            }
        }
    }
    found
}

/// The size that a determinant mostly has: where it is infinite somewhere its largest says nothing.
fn usual(mapping: &Mapping, points: &mut Points<'_>) -> f64 {
    let scattered = Scatter::golden(mapping.n);
    let mut sizes: Vec<f64> = (1..=POINTS)
        .map(|k| points.at(&scattered.point(k)).own.abs())
        .filter(|size| size.is_finite())
        .collect();
    sizes.sort_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).copied().unwrap_or(0.0)
}

/// The axes both of whose ends have one image, point by point.
pub(crate) fn glued(mapping: &Mapping) -> Vec<usize> {
    let mut points = mapping.points();
    let mut is_glued = |axis: &usize| {
        let [from, to] = [0.0, 1.0].map(|at| across(mapping, &mut points, *axis, at));
        from.iter().zip(&to).all(|(from, to)| {
            let size = from
                .slopes
                .iter()
                .fold(0.0f64, |size, slope| size.max(slope.abs()));
            let mut pairs = from.targets.iter().zip(&to.targets);
            size.is_finite() && pairs.all(|(a, b)| (a - b).abs() <= SAME * size)
        })
    };
    (0..mapping.n).filter(|axis| is_glued(axis)).collect()
}

/// The images of points at one place along an axis.
fn across(
    mapping: &Mapping,
    points: &mut Points<'_>,
    axis: usize,
    at: f64,
) -> Vec<super::mapping::Here> {
    let scattered = Scatter::golden(mapping.n);
    let unit = |k: usize| {
        let mut unit = scattered.point(k);
        unit[axis] = at;
        unit
    };
    (1..=POINTS).map(|k| points.at(&unit(k))).collect()
}

/// The number of dimensions of the image of a face.
fn rank(mapping: &Mapping, here: &super::mapping::Here, axis: usize) -> usize {
    let (n, m) = (mapping.n, mapping.m);
    if n == 1 {
        return 0;
    }
    let slopes = DMatrix::from_row_slice(m, n, &here.slopes);
    let size = slopes.amax();
    let along = slopes.remove_column(axis);
    if !along.iter().all(|slope| slope.is_finite()) {
        return n - 1;
    }
    along.rank(NO_SLOPE * size.max(f64::MIN_POSITIVE))
}

/// Places inside at which the determinant of the variables is zero, where it has one sign.
pub(crate) fn inside(mapping: &Mapping, own: &Extent) -> Vec<Inside> {
    let n = mapping.n;
    let mut points = mapping.points();
    let usual = usual(mapping, &mut points).min(own.size());
    let mut size = |unit: &[f64]| {
        let value = points.at(unit).own.abs();
        if value.is_nan() { f64::INFINITY } else { value }
    };
    let scattered = Scatter::golden(n);
    let mut starts: Vec<(f64, Vec<f64>)> = (1..=64 * n)
        .map(|k| scattered.point(k))
        .map(|unit| (size(&unit), unit))
        .collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut found: Vec<Inside> = Vec::new();
    for (mut least, mut unit) in starts.into_iter().take(SEARCHES) {
        // A step along every axis, as long as that makes it smaller.
        let mut step = 0.1;
        for _ in 0..HALVINGS {
            let mut moved = true;
            let mut rounds = 0;
            while moved && rounds < 20 {
                moved = false;
                rounds += 1;
                for axis in 0..n {
                    for by in [step, -step] {
                        let before = unit[axis];
                        unit[axis] = (before + by).clamp(0.0, 1.0);
                        let here = size(&unit);
                        if here < least {
                            (least, moved) = (here, true);
                        } else {
                            unit[axis] = before;
                        }
                    }
                }
            }
            step *= 0.5;
        }
        let is_inside = unit.iter().all(|w| (INSIDE..=1.0 - INSIDE).contains(w));
        let is_known = |other: &Inside| match other.across {
            Some(axis) => (other.unit[axis] - unit[axis]).abs() < INSIDE,
            None => other
                .unit
                .iter()
                .zip(&unit)
                .all(|(a, b)| (a - b).abs() < 1e-3),
        };
        if least <= ZERO * usual && is_inside && !found.iter().any(is_known) {
            found.push(Inside { unit, across: None });
            if let Some(last) = found.last_mut() {
                last.across = section(mapping, own, &last.unit);
            }
        }
    }
    found
}

/// The axis at whose place the determinant is zero all over.
fn section(mapping: &Mapping, own: &Extent, unit: &[f64]) -> Option<usize> {
    let mut points = mapping.points();
    (0..mapping.n).find(|axis| {
        let images = across(mapping, &mut points, *axis, unit[*axis]);
        images
            .iter()
            .all(|here| here.own.abs() <= 1e3 * ZERO * own.size())
    })
}
