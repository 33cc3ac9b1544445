//! Tails: what formulas are at most in the mean over boxes at ends of axes, and how large they are elsewhere.

use super::sheets::Curves;
use crate::expr::bounds::growth::Growth;
use crate::expr::bounds::ranges::Ranges;
use crate::expr::formulas::Formulas;
use crate::expr::value::values;
use crate::integrand::Side;
use crate::scatter::Scatter;

/// Points at which it is seen how large the whole is.
const TYPICAL: usize = 200;

/// Bounds of what formulas are in the mean over boxes.
pub(super) struct Sizes<'a> {
    of: &'a Formulas,
    n: usize,
    ranges: Ranges<'a>,
    growth: Option<Growth<'a>>,
}

impl<'a> Sizes<'a> {
    pub(super) fn new(of: &'a Formulas, n: usize) -> Option<Self> {
        Some(Sizes {
            of,
            n,
            ranges: Ranges::new(&of.arena, &of.roots, n)?,
            growth: None,
        })
    }

    /// The sizes in the inner corner of a box at ends of axes; `None` if they do not fall so fast toward
    /// the ends that the outer half of the box holds less than half of it.
    pub(super) fn falling(&self, sides: &[Side]) -> Option<Vec<f64>> {
        let at = |part: f64| {
            let place = |side: &Side| match (side.from == 0.0, side.to == 1.0) {
                (true, _) => side.to * part,
                (_, true) => 1.0 - side.width() * part,
                _ => side.at(0.5),
            };
            let place: Vec<f64> = sides.iter().map(place).collect();
            values(&self.of.arena, &self.of.roots, &place)
        };
        let (inner, outer) = (at(1.0), at(0.5));
        let falls = |(a, b): (&f64, &f64)| a.is_finite() && b.abs() <= 0.9 * a.abs();
        let falls = inner.iter().zip(&outer).all(falls);
        falls.then(|| inner.iter().map(|size| size.abs()).collect())
    }

    /// What the sizes are in the mean over a box at most.
    pub(super) fn means(&mut self, sides: &[Side]) -> Vec<f64> {
        let ends: Vec<(f64, f64)> = sides.iter().map(|side| (side.from, side.to)).collect();
        self.ranges.turn_to(ends.iter().copied());
        let sizes = (0..self.of.roots.len()).map(|k| {
            let values = self.ranges.of(k).values;
            values.lo.abs().max(values.hi.abs())
        });
        let mut means: Vec<f64> = sizes.collect();
        let outer = sides.iter().enumerate().filter_map(|(axis, side)| {
            let is_upper = side.to == 1.0;
            (is_upper || side.from == 0.0).then_some((axis, is_upper))
        });
        let outer: Vec<(usize, bool)> = outer.collect();
        if outer.is_empty() || sides.contains(&Side::WHOLE) {
            return means;
        }
        if self.growth.is_none() {
            self.growth = Growth::new(&self.of.arena, &self.of.roots, self.n);
        }
        if let Some(growth) = &mut self.growth {
            let found = growth.corner_means(&outer, &ends);
            means
                .iter_mut()
                .zip(found)
                .for_each(|(m, found)| *m = m.min(found));
        }
        means
    }
}

/// Whether a side ends where the unit interval does.
pub(super) fn is_end(side: &Side) -> bool {
    side.from == 0.0 || side.to == 1.0
}

/// The means of the sizes of formulas at some points of the box.
pub(super) fn typical_sizes(curves: &Curves) -> Vec<f64> {
    let scattered = Scatter::golden(curves.n);
    let mut means = vec![0.0; curves.outputs];
    for k in 1..=TYPICAL {
        let found = values(
            &curves.arena,
            &curves.roots[..curves.outputs],
            &scattered.point(k),
        );
        for (mean, value) in means.iter_mut().zip(found) {
            let size = value.abs() / TYPICAL as f64;
            *mean += if size.is_finite() { size } else { 0.0 };
        }
    }
    means
}
