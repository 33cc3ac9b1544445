//! Proofs that a box holds exactly one common zero of formulas, or none: the interval Newton method.
//!
//! 1. Bound the Jacobian on the box X, and multiply the formulas by C, an inverse of its middle.
//! 2. By the mean-value theorem every zero in X lies in K = m − C f(m) + (1 − C J(X))(X − m). If K lies inside X,
//!    there is exactly one; if they do not meet there is none.
//! 3. All sums are rounded outward, and the formulas and their slopes have bounds of their own.
//!
//! R. Krawczyk, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken", Computing 4 (1969)
//! 187–201; E. R. Hansen, S. Sengupta, "Bounding solutions of systems of equations using interval analysis",
//! BIT 21 (1981) 203–211; S. M. Rump, "Verification methods", Acta Numerica 19 (2010) 287–449, section 13.

use nalgebra::DMatrix;

use crate::expr::bounds::backward::{meet, quotient};
use crate::expr::bounds::directed::{add, mul, scaled, sub};
use crate::expr::bounds::ranges::{Interval, Ranges};

/// A zero that is proven.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proven {
    /// The point that was found.
    pub(crate) point: Vec<f64>,
    /// Where the zero is.
    pub(crate) within: Vec<Interval>,
    /// Where there is no other.
    pub(crate) alone_in: Vec<Interval>,
}

/// The zeros that are known, in the order in which the boxes begin that hold no other.
pub(super) struct Known<'z> {
    zeros: Vec<&'z Proven>,
    /// How far the boxes up to each reach along the first axis.
    reach: Vec<f64>,
}

impl<'z> Known<'z> {
    pub(super) fn new(zeros: &'z [Proven]) -> Self {
        let mut zeros: Vec<&Proven> = zeros.iter().collect();
        zeros.sort_by(|a, b| a.alone_in[0].lo.total_cmp(&b.alone_in[0].lo));
        let ends = zeros.iter().map(|zero| zero.alone_in[0].hi);
        let reach = ends.scan(f64::NEG_INFINITY, |reach, end| {
            *reach = reach.max(end);
            Some(*reach)
        });
        Known {
            reach: reach.collect(),
            zeros,
        }
    }

    /// Whether a box lies in one that holds no other zero than a known one.
    pub(super) fn cover(&self, sides: &[Interval]) -> bool {
        let first = sides[0];
        let end = self
            .zeros
            .partition_point(|zero| zero.alone_in[0].lo <= first.lo);
        let mut candidates = (0..end).rev().take_while(|at| self.reach[*at] >= first.hi);
        candidates.any(|at| is_within(sides, &self.zeros[at].alone_in))
    }
}

/// The first box around a point is wider by this than the Newton step there.
const MARGIN: f64 = 8.0;

/// How often a box is widened by [`MARGIN`] before a proof is given up.
const WIDENINGS: usize = 8;

/// By what the box in which a zero is the only one differs from one try to the next.
const GROWTH: f64 = 8.0;

/// As many formulas as inputs, with what the interval Newton method needs of memory.
pub(crate) struct Krawczyk<'a> {
    pub(crate) ranges: Ranges<'a>,
    n: usize,
    /// Bounds of the Jacobian, row by row.
    slopes: Vec<Interval>,
}

/// The formulas on a box, multiplied by an inverse of the middle of their Jacobian.
pub(crate) struct Preconditioned {
    middle: Vec<f64>,
    /// C f(m).
    values: Vec<Interval>,
    /// C J(X), row by row.
    slopes: Vec<Interval>,
}

impl<'a> Krawczyk<'a> {
    /// For formulas of as many inputs.
    pub(crate) fn new(ranges: Ranges<'a>, n: usize) -> Self {
        Krawczyk {
            ranges,
            n,
            slopes: vec![Interval::point(0.0); n * n],
        }
    }

    /// Whether all formulas have a value everywhere on a box, and none jumps there.
    fn turn_to(&mut self, sides: &[Interval]) -> bool {
        let ends = sides.iter().map(|side| (side.lo, side.hi));
        self.ranges.turn_to(ends);
        let mut all = (0..self.n).map(|i| self.ranges.of(i));
        all.all(|range| range.defined && range.continuous)
    }

    /// Bounds of the Jacobian on a box; false if there are none.
    fn slopes_on(&mut self, sides: &[Interval]) -> bool {
        if !self.turn_to(sides) {
            return false;
        }
        // Slopes along one input are bounded together.
        for j in 0..self.n {
            for i in 0..self.n {
                let slope = self.ranges.slope(i, j);
                if !(slope.lo.is_finite() && slope.hi.is_finite()) {
                    return false;
                }
                self.slopes[i * self.n + j] = slope;
            }
        }
        true
    }

    /// The largest size of the slope of any formula on the box along each input, for those that were bounded.
    pub(crate) fn steepness(&self, input: usize) -> f64 {
        let column = self.slopes[input..].iter().step_by(self.n);
        column.map(|slope| slope.largest()).fold(0.0, f64::max)
    }

    /// The formulas on a box, made like the identity; `None` if they jump or lack a value, or if the middle
    /// of the Jacobian has no inverse.
    pub(crate) fn on(&mut self, sides: &[Interval], middle: &[f64]) -> Option<Preconditioned> {
        let n = self.n;
        let at: Vec<Interval> = middle.iter().map(|x| Interval::point(*x)).collect();
        if !self.turn_to(&at) {
            return None;
        }
        let values: Vec<Interval> = (0..n).map(|i| self.ranges.of(i).values).collect();
        if !self.slopes_on(sides) {
            return None;
        }
        let middles = self
            .slopes
            .iter()
            .map(|slope| slope.lo / 2.0 + slope.hi / 2.0);
        let inverse = DMatrix::from_row_iterator(n, n, middles).try_inverse()?;
        if !inverse.iter().all(|entry| entry.is_finite()) {
            return None;
        }
        let zero = Interval::point(0.0);
        let mut own = vec![zero; n];
        let mut slopes = vec![zero; n * n];
        for i in 0..n {
            let row = &mut slopes[i * n..(i + 1) * n];
            for k in 0..n {
                let factor = inverse[(i, k)];
                if factor == 0.0 {
                    continue;
                }
                own[i] = add(own[i], scaled(values[k], factor));
                for (entry, slope) in row.iter_mut().zip(&self.slopes[k * n..(k + 1) * n]) {
                    if *slope != zero {
                        *entry = add(*entry, scaled(*slope, factor));
                    }
                }
            }
        }
        Some(Preconditioned {
            middle: middle.to_vec(),
            values: own,
            slopes,
        })
    }

    /// Proves that there is exactly one zero near a point, at which the formulas are as good as zero. `sizes`
    /// are those of the unknowns, by which boxes grow.
    pub(crate) fn prove(&mut self, point: &[f64], sizes: &[f64], most: f64) -> Option<Proven> {
        let at: Vec<Interval> = point.iter().map(|x| Interval::point(*x)).collect();
        let here = self.on(&at, point)?;
        let steps = here.values.iter().zip(point).zip(sizes);
        let radii = steps.map(|((value, x), size)| {
            let rounding = f64::EPSILON * x.abs() + f64::EPSILON * f64::EPSILON * size;
            MARGIN * (value.largest() + rounding)
        });
        let mut radii: Vec<f64> = radii.collect();
        let mut found = None;
        for _ in 0..WIDENINGS {
            let sides = around(point, &radii);
            if let Some(image) = self.on(&sides, point).map(|on| on.image(&sides))
                && is_inside(&image, &sides)
            {
                found = Some((image, sides));
                break;
            }
            radii.iter_mut().for_each(|radius| *radius *= MARGIN);
        }
        let (mut within, mut alone_in) = found?;
        self.tighten(&mut within);
        let parts = radii.iter().zip(sizes).map(|(radius, size)| radius / size);
        let least = parts.fold(0.0, f64::max);
        if let Some(sides) = self.widest(point, sizes, [least, most]) {
            alone_in = sides;
        }
        Some(Proven {
            point: point.to_vec(),
            within,
            alone_in,
        })
    }

    /// A wide box around a zero in which it is the only one: of the sizes of the unknowns, or a part or a
    /// multiple of them between two.
    fn widest(
        &mut self,
        point: &[f64],
        sizes: &[f64],
        [least, most]: [f64; 2],
    ) -> Option<Vec<Interval>> {
        let mut holds_one = |part: f64| {
            let radii: Vec<f64> = sizes.iter().map(|size| part * size).collect();
            let sides = around(point, &radii);
            let image = self.on(&sides, point).map(|on| on.image(&sides))?;
            is_inside(&image, &sides).then_some(sides)
        };
        let mut part = 1.0;
        while part > least {
            let Some(mut found) = holds_one(part) else {
                part /= GROWTH;
                continue;
            };
            while part >= 1.0 && part < most {
                part *= GROWTH;
                match holds_one(part) {
                    Some(wider) => found = wider,
                    None => break,
                }
            }
            return Some(found);
        }
        None
    }

    /// Makes a box that holds one zero smaller, as far as it gets.
    fn tighten(&mut self, within: &mut Vec<Interval>) {
        const MOST: usize = 3;
        for _ in 0..MOST {
            let middle: Vec<f64> = within.iter().map(|side| side.middle()).collect();
            let Some(on) = self.on(within, &middle) else {
                return;
            };
            let image = on.image(within);
            let Some(rest) = common(&image, within) else {
                return;
            };
            let shrinks = rest
                .iter()
                .zip(&*within)
                .any(|(new, old)| new.hi - new.lo < 0.5 * (old.hi - old.lo));
            *within = rest;
            if !shrinks {
                return;
            }
        }
    }
}

impl Preconditioned {
    /// K for a box.
    pub(crate) fn image(&self, sides: &[Interval]) -> Vec<Interval> {
        let n = self.middle.len();
        let off: Vec<Interval> = sides
            .iter()
            .zip(&self.middle)
            .map(|(x, m)| sub(*x, Interval::point(*m)))
            .collect();
        let image = |i: usize| {
            let start = sub(Interval::point(self.middle[i]), self.values[i]);
            (0..n).fold(start, |sum, j| {
                let one = if i == j { 1.0 } else { 0.0 };
                let rest = sub(Interval::point(one), self.slopes[i * n + j]);
                add(sum, mul(rest, off[j]))
            })
        };
        (0..n).map(image).collect()
    }

    /// Cuts a box, on which this was made, down to what may hold zeros, one unknown after another; false if
    /// there are none.
    pub(crate) fn cut(&self, sides: &mut [Interval]) -> bool {
        let n = self.middle.len();
        for i in 0..n {
            let mut sum = self.values[i];
            for j in (0..n).filter(|j| *j != i) {
                let slope = self.slopes[i * n + j];
                if slope != Interval::point(0.0) {
                    sum = add(
                        sum,
                        mul(slope, sub(sides[j], Interval::point(self.middle[j]))),
                    );
                }
            }
            let own = Interval::point(self.middle[i]);
            let off = sub(sides[i], own);
            let zero = Interval::point(0.0);
            // The slope times what x is off the middle is what the others leave.
            let Some(rest) = quotient(sub(zero, sum), self.slopes[i * n + i], off) else {
                return false;
            };
            match meet(sides[i], add(own, rest)) {
                Some(side) => sides[i] = side,
                None => return false,
            }
        }
        true
    }
}

/// The box around a point with half these sides.
fn around(point: &[f64], radii: &[f64]) -> Vec<Interval> {
    let sides = point.iter().zip(radii).map(|(x, radius)| Interval {
        lo: (x - radius).next_down(),
        hi: (x + radius).next_up(),
    });
    sides.collect()
}

/// Whether a box lies inside another one, and touches no face of it.
pub(crate) fn is_inside(inner: &[Interval], outer: &[Interval]) -> bool {
    let mut pairs = inner.iter().zip(outer);
    pairs.all(|(inner, outer)| outer.lo < inner.lo && inner.hi < outer.hi)
}

/// Whether a box lies in another one.
pub(crate) fn is_within(inner: &[Interval], outer: &[Interval]) -> bool {
    let mut pairs = inner.iter().zip(outer);
    pairs.all(|(inner, outer)| outer.lo <= inner.lo && inner.hi <= outer.hi)
}

/// What two boxes have in common.
pub(crate) fn common(a: &[Interval], b: &[Interval]) -> Option<Vec<Interval>> {
    a.iter().zip(b).map(|(a, b)| meet(*a, *b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph, Id};

    fn proven<const N: usize>(
        formulas: impl for<'g> FnOnce([Expr<'g>; N]) -> [Expr<'g>; N],
        point: [f64; N],
    ) -> Option<Proven> {
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let inputs: [Expr<'_>; N] = std::array::from_fn(|i| graph.input(i));
            formulas(inputs).iter().map(|e| e.id).collect()
        };
        let arena = graph.into_arena();
        let ranges = Ranges::new(&arena, &roots, N).unwrap();
        Krawczyk::new(ranges, N).prove(&point, &[1.0; N], 1e6)
    }

    #[test]
    fn a_simple_zero_is_proven_and_its_box_holds_no_other() {
        // √2; the other zero is at −√2.
        let found = proven(|[x]| [x.powi(2) - 2.0], [2f64.sqrt()]).unwrap();
        let [within, alone_in] = [found.within[0], found.alone_in[0]];
        assert!(within.lo <= 2f64.sqrt() && 2f64.sqrt() <= within.hi);
        assert!(within.hi - within.lo < 1e-15, "{within:?}");
        assert!(
            alone_in.lo > -(2f64.sqrt()) && alone_in.hi - alone_in.lo > 0.05,
            "{alone_in:?}"
        );
        // Zero itself, where no size is near.
        assert!(proven(|[x, y]| [x.sin() + y, y - x.powi(3)], [0.0, 0.0]).is_some());
        // A kink has one zero too.
        assert!(proven(|[x]| [x.abs() + 3.0 * x], [0.0]).is_some());
    }

    #[test]
    fn what_is_no_simple_zero_is_not_proven() {
        assert_eq!(proven(|[x]| [x.powi(2)], [0.0]), None);
        assert_eq!(proven(|[x]| [x.powi(2) + 1e-20], [0.0]), None);
        assert_eq!(
            proven(|[x, y]| [x + y, 2.0 * x + 2.0 * y], [1.0, -1.0]),
            None
        );
        // A jump over zero.
        assert_eq!(proven(|[x]| [x.lt(0.5).select(x - 1.0, x)], [0.5]), None);
        assert_eq!(proven(|[x]| [x.sqrt()], [0.0]), None);
    }
}
