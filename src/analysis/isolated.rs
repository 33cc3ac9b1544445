//! Points at which a formula of several coordinates touches zero, and what is made of it is singular:
//! the square of a distance, however it is written.
//!
//! 1. Divide the unit box along all axes at once, and keep the cells in which mean-value forms do not
//!    exclude a zero. Around a point their number stays the same from one division to the next; along
//!    a curve it grows, and the search is given up.
//! 2. Cells that touch are one point: Newton's method for a zero of the gradient finds it.
//! 3. A number that a user would write is taken in the place of one that is as near.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009), section
//! 8.2.

use nalgebra::{DMatrix, DVector};

use super::decimals::short_decimal;
use crate::deadline::Deadline;
use crate::elementary::singular::decomposed;
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::graph::{Arena, Id};
use crate::expr::value::values;
use crate::scatter::Scatter;

/// With more coordinates there are too many cells.
const MOST_AXES: usize = 3;

/// Divisions of the box.
const DIVISIONS: u32 = 9;

/// Where sides are divided: off the simple fractions, at which points lie.
const DIVISION: f64 = 0.487_3;

/// The most cells that are kept, by the number of axes.
const MOST_CELLS: [usize; MOST_AXES + 1] = [0, 0, 96, 384];

/// Points at which the sign is compared.
const POINTS: usize = 16;

/// Steps of Newton's method.
const STEPS: usize = 8;

/// The step of the differences that make second derivatives.
const STEP: f64 = 1e-5;

/// What is below this part of the values around is zero.
const ZERO: f64 = 1e-13;

/// A number that a user would write is so near at most, and has so many digits: one of more is near every place.
const NEAR: f64 = 1e-13;
const DIGITS: i32 = 9;

/// A cell: the ends of its sides.
type Cell = Vec<(f64, f64)>;

/// The points in the box at which a formula of these axes touches zero, each with a coordinate for
/// every axis; none if they are not isolated.
pub(super) fn isolated_zeros(arena: &Arena, root: Id, n: usize, axes: &[usize]) -> Vec<Vec<f64>> {
    // There may be thousands of roots in a long formula.
    if !(2..=MOST_AXES).contains(&axes.len())
        || Deadline::current().has_come()
        || changes_sign(arena, root, n)
    {
        return Vec::new();
    }
    let roots = [root];
    let Some(ranges) = Ranges::new(arena, &roots, n) else {
        return Vec::new();
    };
    let mut search = Search {
        arena,
        root,
        ranges,
        n,
        axes,
    };
    let Some(cells) = search.cells() else {
        return Vec::new();
    };
    let mut points: Vec<Vec<f64>> = Vec::new();
    for group in groups(cells) {
        points.extend(search.point(&group));
    }
    points
}

/// Whether a formula takes both signs: then it is zero along a surface.
fn changes_sign(arena: &Arena, root: Id, n: usize) -> bool {
    let points = Scatter::golden(n);
    let signs = (1..=POINTS).map(|k| values(arena, &[root], &points.point(k))[0]);
    let signs: Vec<f64> = signs.collect();
    signs.iter().any(|v| *v < 0.0) && signs.iter().any(|v| *v > 0.0)
}

struct Search<'a> {
    arena: &'a Arena,
    root: Id,
    ranges: Ranges<'a>,
    n: usize,
    axes: &'a [usize],
}

impl Search<'_> {
    fn turn_to(&mut self, cell: &[(f64, f64)]) {
        let mut sides = vec![(0.5, 0.5); self.n];
        for (&axis, side) in self.axes.iter().zip(cell) {
            sides[axis] = *side;
        }
        self.ranges.turn_to(sides.into_iter());
    }

    /// The small cells in which there may be a zero; `None` if there are too many, or time is up.
    fn cells(&mut self) -> Option<Vec<Cell>> {
        let count = self.axes.len();
        let deadline = Deadline::current();
        let mut cells = vec![vec![(0.0, 1.0); count]];
        for _ in 0..DIVISIONS {
            let mut kept = Vec::new();
            for cell in &cells {
                if deadline.has_come() {
                    return None;
                }
                for which in 0..1usize << count {
                    let half = |(k, &(lo, hi)): (usize, &(f64, f64))| {
                        let middle = lo + DIVISION * (hi - lo);
                        if which >> k & 1 == 0 {
                            (lo, middle)
                        } else {
                            (middle, hi)
                        }
                    };
                    let part: Cell = cell.iter().enumerate().map(half).collect();
                    if self.may_be_zero(&part) {
                        kept.push(part);
                    }
                }
            }
            if kept.len() > MOST_CELLS[count] {
                return None;
            }
            cells = kept;
        }
        Some(cells)
    }

    fn may_be_zero(&mut self, cell: &[(f64, f64)]) -> bool {
        let holds_zero = |values: Interval| values.lo <= 0.0 && values.hi >= 0.0;
        self.turn_to(cell);
        let plain = self.ranges.of(0);
        !plain.nowhere && holds_zero(plain.values) && holds_zero(self.ranges.sharpened(0).values)
    }

    fn value(&self, point: &[f64]) -> f64 {
        let mut node = vec![0.5; self.n];
        for (&axis, x) in self.axes.iter().zip(point) {
            node[axis] = *x;
        }
        values(self.arena, &[self.root], &node)[0]
    }

    fn gradient(&mut self, point: &[f64]) -> DVector<f64> {
        let cell: Cell = point.iter().map(|x| (*x, *x)).collect();
        self.turn_to(&cell);
        let slopes = self.axes.iter().map(|&axis| {
            let Interval { lo, hi } = self.ranges.slope(0, axis);
            lo / 2.0 + hi / 2.0
        });
        DVector::from_vec(slopes.collect())
    }

    /// The point in a group of cells, if it is one.
    fn point(&mut self, group: &[Cell]) -> Option<Vec<f64>> {
        let count = self.axes.len();
        let hull = |k: usize| {
            let ends = group.iter().map(|cell| cell[k]);
            ends.fold((1.0f64, 0.0f64), |(lo, hi), (a, b)| (lo.min(a), hi.max(b)))
        };
        let hull: Cell = (0..count).map(hull).collect();
        let size = group
            .iter()
            .flatten()
            .map(|(lo, hi)| hi - lo)
            .fold(0.0, f64::max);
        if hull.iter().any(|(lo, hi)| hi - lo > 16.0 * size) {
            return None;
        }
        let mut point: Vec<f64> = hull.iter().map(|(lo, hi)| 0.5 * (lo + hi)).collect();
        for _ in 0..STEPS {
            let here = self.gradient(&point);
            let mut second = DMatrix::zeros(count, count);
            for k in 0..count {
                let mut beside = point.clone();
                beside[k] += STEP;
                let mut behind = point.clone();
                behind[k] -= STEP;
                let change = (self.gradient(&beside) - self.gradient(&behind)) / (2.0 * STEP);
                second.set_column(k, &change);
            }
            if !here.iter().chain(second.iter()).all(|s| s.is_finite()) {
                return None;
            }
            // Along an axis that does not matter at the point there is nothing to find.
            let step = decomposed(second, true, true)?.solve(&here, 1e-6).ok()?;
            for (x, s) in point.iter_mut().zip(step.iter()) {
                *x -= s;
            }
        }
        let is_inside = point
            .iter()
            .zip(&hull)
            .all(|(x, (lo, hi))| *x >= lo - size && *x <= hi + size);
        let written: Vec<f64> = point.iter().map(|&x| written(x)).collect();
        let around = |k: usize| {
            let mut beside = written.clone();
            beside[k] += if written[k] < 0.5 { 0.25 } else { -0.25 };
            self.value(&beside).abs()
        };
        let scale = (0..count).map(around).fold(0.0, f64::max);
        let is_zero = self.value(&written).abs() <= ZERO * scale;
        (is_inside && is_zero).then_some(written)
    }
}

/// The number that a user would write, if there is one as near.
fn written(x: f64) -> f64 {
    let end = [0.0, 1.0].into_iter().find(|end| (x - end).abs() <= NEAR);
    end.or_else(|| short_decimal(x - NEAR, x + NEAR, DIGITS))
        .unwrap_or(x)
}

/// Cells that touch, together.
fn groups(cells: Vec<Cell>) -> Vec<Vec<Cell>> {
    let touch = |a: &Cell, b: &Cell| a.iter().zip(b).all(|(a, b)| a.0 <= b.1 && b.0 <= a.1);
    let mut groups: Vec<Vec<Cell>> = Vec::new();
    for cell in cells {
        let (near, far): (Vec<_>, Vec<_>) = std::mem::take(&mut groups)
            .into_iter()
            .partition(|group: &Vec<Cell>| group.iter().any(|other| touch(&cell, other)));
        groups = far;
        let mut all: Vec<Cell> = near.into_iter().flatten().collect();
        all.push(cell);
        groups.push(all);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};

    fn found(formula: impl for<'g> FnOnce([Expr<'g>; 2]) -> Expr<'g>) -> Vec<Vec<f64>> {
        let graph = Graph::new();
        let root = formula([graph.input(0), graph.input(1)]).id;
        isolated_zeros(&graph.into_arena(), root, 2, &[0, 1])
    }

    #[test]
    fn points_at_which_a_formula_touches_zero_are_found() {
        // The square of the distance from (0.5, 0) in polar coordinates.
        assert_eq!(found(|[r, t]| r.powi(2) - r * t.cos() + 0.25), [[0.5, 0.0]]);
        assert_eq!(
            found(|[x, y]| x.powi(2) - 0.6 * x + y.powi(2) - 1.6 * y + 0.73),
            [[0.3, 0.8]]
        );
        let oblique = found(|[x, y]| (x + y - 0.9).powi(2) + (x - 2.0 * y).powi(2));
        assert_eq!(oblique, [[0.6, 0.3]]);
        let no_decimal = found(|[x, y]| (3.0 * x - 1.0).powi(2) + (7.0 * y - 2.0).powi(2));
        assert_eq!(no_decimal.len(), 1);
        // Newton's method with differences of 1e-5 gains five digits a step, and no decimal takes the place of what it finds.
        assert!(
            (no_decimal[0][0] - 1.0 / 3.0).abs() < 1e-15,
            "{no_decimal:?}"
        );
    }

    #[test]
    fn curves_and_what_is_zero_nowhere_give_no_points() {
        assert!(found(|[x, y]| x - y).is_empty());
        assert!(found(|[x, y]| (x - y).powi(2)).is_empty());
        assert!(found(|[x, y]| x.powi(2) + y + 0.1).is_empty());
        assert!(found(|[x, y]| (x - 0.3).powi(2) + y.powi(2) + 1e-3).is_empty());
    }
}
