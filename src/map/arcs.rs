//! The arcs of a closed curve: where they are, whether they close, and the outline through their points.

use super::domain::Domain;
use super::mapped_region::MappedRegion;
use super::outline::{Outline, Point};
use crate::analysis::natural::variable_at;
use crate::error::{Error, Misfit, OutlineFault};

/// The points of a curve that are looked at: a number that many numbers of rounds divide.
pub(super) const POINTS: usize = 1680;

/// The least of them on one of many arcs.
const LEAST_ON_ARC: usize = 42;

/// Where the first of them is between two of them: a round number would meet crossings, corners and
/// cusps, which are at round parameters.
const FIRST: f64 = 0.31;

/// The gap between the ends of a closed curve, as a part of its largest coordinate: some roundings.
const GAP: f64 = 1e-13;

/// The same where the parameter runs to infinity, and the unit coordinate that stands for infinity.
const GAP_AT_INFINITY: f64 = 1e-6;
const NEARLY_INFINITE: f64 = 1e-9;

/// Some roundings of a parameter.
const ROUNDINGS: f64 = 4.0 * f64::EPSILON;

/// A gap that stays so long, as a part of the whole, however near its ends are, is a jump.
const JUMP: f64 = 1e-4;

/// How often a side is halved to see whether it is a jump.
const HALVINGS: usize = 52;

/// A curve whose parameter is between numbers.
pub(super) struct Curve<'c> {
    arc: &'c MappedRegion,
    ends: (f64, f64),
}

impl<'c> Curve<'c> {
    /// The curve, whose limits must be numbers.
    pub(super) fn new(arc: &'c MappedRegion) -> Result<Self, Error> {
        let (variables, targets) = (arc.variables().len(), arc.targets().len());
        match arc.region().constant_limits_of(0) {
            Some(ends) if (variables, targets) == (1, 2) => Ok(Curve { arc, ends }),
            None if (variables, targets) == (1, 2) => {
                let variable = arc.variables()[0].clone();
                Err(Misfit::LimitNotANumber { variable }.into())
            }
            _ => Err(Misfit::Outline(OutlineFault::NotACurve { variables, targets }).into()),
        }
    }

    fn is_infinite(&self) -> bool {
        self.ends.0.is_infinite() || self.ends.1.is_infinite()
    }

    /// The parameter at a unit coordinate, in the direction of the curve.
    fn parameter(&self, w: f64) -> f64 {
        let (lo, hi) = self.ends;
        match self.is_infinite() && lo > hi {
            true => variable_at(1.0 - w, (hi, lo)),
            false => variable_at(w, (lo, hi)),
        }
    }

    /// The point at a unit coordinate.
    fn at(&self, w: f64) -> Result<Point, Error> {
        let t = self.parameter(w);
        match self.arc.map().at(&[t])?[..] {
            [x, y] if x.is_finite() && y.is_finite() => Ok([x, y]),
            _ => Err(Misfit::Outline(OutlineFault::NoPoint {
                variable: self.arc.variables()[0].clone(),
                at: t,
            })
            .into()),
        }
    }

    /// The first point, or the last one.
    fn end(&self, w: f64) -> Result<Point, Error> {
        match self.is_infinite() {
            true => self.at(w.clamp(NEARLY_INFINITE, 1.0 - NEARLY_INFINITE)),
            false => self.at(w),
        }
    }

    /// How far roundings of the parameter move an end: where roots have their ends that is far.
    fn blur(&self, w: f64) -> Result<f64, Error> {
        let t = self.parameter(w);
        if !t.is_finite() {
            return Ok(0.0);
        }
        let end = self.end(w)?;
        let beside = [1.0 - ROUNDINGS, 1.0 + ROUNDINGS].map(|near| self.arc.map().at(&[t * near]));
        let far = |point: &Result<Vec<f64>, Error>| match point.as_deref() {
            Ok([x, y]) => distance(end, [*x, *y]),
            _ => 0.0,
        };
        // What is no number counts for nothing.
        Ok(beside.iter().map(far).fold(0.0, f64::max))
    }

    /// Refuses a curve that jumps between two unit coordinates.
    fn check_jump(&self, mut lo: f64, mut hi: f64, extent: f64) -> Result<(), Error> {
        let (mut from, mut to) = (self.at(lo)?, self.at(hi)?);
        for _ in 0..HALVINGS {
            if distance(from, to) < JUMP * extent {
                return Ok(());
            }
            let w = 0.5 * (lo + hi);
            let middle = self.at(w)?;
            if distance(from, middle) > distance(middle, to) {
                (hi, to) = (w, middle);
            } else {
                (lo, from) = (w, middle);
            }
        }
        Err(Misfit::Outline(OutlineFault::Jump {
            variable: self.arc.variables()[0].clone(),
            at: self.parameter(hi),
            from,
            to,
        })
        .into())
    }
}

fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Refuses arcs with different targets.
pub(super) fn check_targets(arcs: &[MappedRegion]) -> Result<(), Error> {
    let others = arcs.iter().map(|arc| (arcs[0].targets(), arc.targets()));
    for (first, other) in others {
        if first != other {
            return Err(Misfit::Outline(OutlineFault::OtherTargets {
                first: first.to_vec(),
                other: other.to_vec(),
            })
            .into());
        }
    }
    Ok(())
}

/// The outline of arcs, which must close.
pub(super) fn outline(curves: &[Curve<'_>]) -> Result<Outline, Error> {
    if curves.is_empty() {
        return Err(Misfit::Outline(OutlineFault::Nothing).into());
    }
    let count = (POINTS / curves.len()).max(LEAST_ON_ARC);
    let unit = |k: usize| (k as f64 + FIRST) / count as f64;
    let mut points = Vec::with_capacity(count * curves.len());
    for curve in curves {
        for k in 0..count {
            points.push(curve.at(unit(k))?);
        }
    }
    let outline = Outline::new(points.clone());
    let extent = outline.extent();
    check_ends(curves, &outline)?;
    for (curve, points) in curves.iter().zip(points.chunks(count)) {
        for k in suspicious(points) {
            curve.check_jump(unit(k), unit(k + 1), extent)?;
        }
    }
    Ok(outline)
}

/// Refuses arcs that do not begin where the one before ends.
fn check_ends(curves: &[Curve<'_>], outline: &Outline) -> Result<(), Error> {
    let corners = outline.corners();
    let largest = corners
        .iter()
        .flatten()
        .fold(0.0, |most: f64, x| most.max(x.abs()));
    for k in (1..curves.len()).chain([0]) {
        let curve = &curves[k];
        let before = &curves[k.checked_sub(1).unwrap_or(curves.len() - 1)];
        let (start, end) = (curve.end(0.0)?, before.end(1.0)?);
        let gap = match curve.is_infinite() || before.is_infinite() {
            true => GAP_AT_INFINITY,
            false => GAP,
        };
        let blurred = curve.blur(0.0)? + before.blur(1.0)?;
        if distance(start, end) <= gap * largest + blurred {
            continue;
        }
        let fault = match k {
            0 => OutlineFault::NotClosed { start, end },
            _ => OutlineFault::Apart {
                arc: k + 1,
                start,
                end,
            },
        };
        return Err(Misfit::Outline(fault).into());
    }
    Ok(())
}

/// The numbers of sides that are much longer than most: a few of the longest.
fn suspicious(points: &[Point]) -> Vec<usize> {
    const LONG: f64 = 4.0;
    const MOST: usize = 8;
    let lengths: Vec<f64> = points
        .windows(2)
        .map(|side| distance(side[0], side[1]))
        .collect();
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by(|&i, &j| lengths[j].total_cmp(&lengths[i]));
    let usual = order.get(order.len() / 2).map_or(0.0, |&i| lengths[i]);
    order.retain(|&i| lengths[i] > LONG * usual);
    order.truncate(MOST);
    order
}
