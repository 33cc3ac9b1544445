//! Hull consistency: what values of the inputs can make formulas zero, read backward through the graph.
//!
//! 1. Go through the nodes in order, with the range of each on the box.
//! 2. A formula that is to be zero leaves its operands the values that can make it so: go through the
//!    nodes in reverse, with the inverse of each operation, and cut.
//! 3. What is left of the inputs holds every common zero in the box; nothing left means that there is none.
//!
//! F. Benhamou, F. Goualard, L. Granvilliers, J.-F. Puget, "Revising hull and box consistency", Proc.
//! ICLP (1999) 230–244, on the graph instead of trees: X.-H. Vu, H. Schichl, D. Sam-Haroud, "Interval
//! propagation and search on directed acyclic graphs for numerical constraint solving", J. Global Optim.
//! 45 (2009) 499–531.

use std::f64::consts::PI;

use super::directed::{add, div, mul, neg, root_down, root_up, sub, widened};
use super::interval::Interval;
use super::range::{Range, unary};
use super::ranges::Ranges;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Id, Node};

/// By how much a root of a power, by the exponent's reciprocal, may be off as a part: the rounding of the
/// reciprocal times the logarithm of the largest number, with a margin.
const ROOT_SLACK: f64 = 1e-12;

/// The memory of the way back.
pub(crate) struct Backward {
    /// The values that are left of each node.
    left: Vec<Interval>,
    /// Whether the node must have a value at a zero: what is in a branch that may not be taken need not.
    counts: Vec<bool>,
    /// Whether an input reaches the node: numbers keep their values.
    varies: Vec<bool>,
}

impl Backward {
    /// For formulas of this size.
    pub(crate) fn of(ranges: &Ranges<'_>) -> Self {
        let count = ranges.nodes.len();
        let mut varies = vec![false; count];
        for &(index, _) in &ranges.reached {
            varies[index] = true;
        }
        Backward {
            left: vec![Interval::ALL; count],
            counts: vec![false; count],
            varies,
        }
    }

    /// Cuts a box down to what may hold common zeros of all formulas; false if there are none in it. The
    /// ranges turn to the box as it was.
    pub(crate) fn contract(&mut self, ranges: &mut Ranges<'_>, sides: &mut [Interval]) -> bool {
        ranges.turn_to(sides.iter().map(|side| (side.lo, side.hi)));
        let arena = ranges.arena.as_ref();
        for &(index, _) in &ranges.reached {
            self.left[index] = ranges.nodes[index].values;
            self.counts[index] = false;
        }
        for root in ranges.roots.as_ref() {
            let index = root.index();
            let range = &ranges.nodes[index];
            if range.nowhere || range.values.lo > 0.0 || range.values.hi < 0.0 {
                return false;
            }
            self.left[index] = Interval::point(0.0);
            self.counts[index] = self.varies[index];
        }
        for &(index, _) in ranges.reached.iter().rev() {
            if !self.counts[index] {
                continue;
            }
            match arena.node(Id::at(index)) {
                Node::Input(i) => {
                    let Some(side) = sides.get_mut(*i as usize) else {
                        continue;
                    };
                    match meet(*side, self.left[index]) {
                        Some(rest) => *side = rest,
                        None => return false,
                    }
                }
                node => {
                    if self
                        .hand_down(node, self.left[index], &ranges.nodes)
                        .is_none()
                    {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// What is left of a node that must have a value.
    fn cut(&mut self, id: &Id, to: Interval, nodes: &[Range]) -> Option<()> {
        let index = id.index();
        if nodes[index].nowhere {
            return None;
        }
        if !self.varies[index] {
            return meet(nodes[index].values, to).map(|_| ());
        }
        self.left[index] = meet(self.left[index], to)?;
        self.counts[index] = true;
        Some(())
    }

    /// Cuts the operands of a node of which so much is left; `None` if nothing is left of one.
    fn hand_down(&mut self, node: &Node, z: Interval, nodes: &[Range]) -> Option<()> {
        let v = |own: &Self, id: &Id| match own.counts[id.index()] {
            true => own.left[id.index()],
            false => nodes[id.index()].values,
        };
        match node {
            // It has a value where its operand has none.
            Node::Unary(Unary::Not, _) => Some(()),
            Node::Unary(op, x) => {
                let to = undone(*op, z, v(self, x))?;
                self.cut(x, to, nodes)
            }
            Node::Power(x, n) => {
                let to = undone_power(*n, z, v(self, x))?;
                self.cut(x, to, nodes)
            }
            Node::Binary(Binary::Mul, x, y) if x == y => {
                let to = undone_power(2, z, v(self, x))?;
                self.cut(x, to, nodes)
            }
            Node::Binary(op, x, y) => {
                let (a, b) = (v(self, x), v(self, y));
                let [first, second] = match op {
                    Binary::Add => [sub(z, b), sub(z, a)],
                    Binary::Sub => [add(z, b), sub(a, z)],
                    Binary::Mul => [quotient(z, b, a)?, quotient(z, a, b)?],
                    Binary::Div => [mul(z, b), quotient(a, z, b)?],
                    Binary::Min => [beyond(z, b, false), beyond(z, a, false)],
                    Binary::Max => [beyond(z, b, true), beyond(z, a, true)],
                    Binary::Pow | Binary::Hypot | Binary::Atan2 => [a, b],
                    // A comparison has a value where its operands have none.
                    _ => return Some(()),
                };
                self.cut(x, first, nodes)?;
                self.cut(y, second, nodes)
            }
            Node::Select(c, a, b) => match nodes[c.index()].truth() {
                Some(true) => self.cut(a, z, nodes),
                Some(false) => self.cut(b, z, nodes),
                None => Some(()),
            },
            _ => Some(()),
        }
    }
}

/// What two intervals have in common.
pub(crate) fn meet(x: Interval, y: Interval) -> Option<Interval> {
    let (lo, hi) = (x.lo.max(y.lo), x.hi.min(y.hi));
    (lo <= hi).then_some(Interval { lo, hi })
}

/// The values of x with x·y = z, as far as they lie in `x`; `None` if there are none.
pub(crate) fn quotient(z: Interval, y: Interval, x: Interval) -> Option<Interval> {
    if y.lo > 0.0 || y.hi < 0.0 {
        return Some(div(z, y));
    }
    if z.lo <= 0.0 && z.hi >= 0.0 {
        return Some(x);
    }
    // The divisor has zero in it or at an end: what is left lies beyond one of two numbers, or both.
    let side = |y: Interval| -> Option<Interval> {
        let most = y.lo.abs().max(y.hi.abs());
        if most == 0.0 {
            return None;
        }
        let least = z.lo.abs().min(z.hi.abs());
        let near = div(Interval::point(least), Interval::point(most)).lo;
        let rises = (z.lo > 0.0) == (y.hi > 0.0);
        let beyond = Interval {
            lo: near,
            hi: f64::INFINITY,
        };
        meet(if rises { beyond } else { neg(beyond) }, x)
    };
    let above = side(Interval { lo: 0.0, ..y });
    let below = side(Interval { hi: 0.0, ..y });
    match (above, below) {
        (Some(a), Some(b)) => Some(a.hull(b)),
        (a, b) => a.or(b),
    }
}

/// The values of an operand of a minimum or a maximum z beside another operand.
fn beyond(z: Interval, other: Interval, is_most: bool) -> Interval {
    if is_most {
        let lo = if other.hi < z.lo {
            z.lo
        } else {
            f64::NEG_INFINITY
        };
        Interval { lo, hi: z.hi }
    } else {
        let hi = if other.lo > z.hi { z.hi } else { f64::INFINITY };
        Interval { lo: z.lo, hi }
    }
}

/// Values whose size lies in `size`, as far as they lie in `x`.
fn of_size(size: Interval, x: Interval) -> Option<Interval> {
    let (above, below) = (meet(size, x), meet(neg(size), x));
    match (above, below) {
        (Some(a), Some(b)) => Some(a.hull(b)),
        (a, b) => a.or(b),
    }
}

/// The values x with op(x) = z, and perhaps more, as far as they lie in `x`; `None` if there are none.
fn undone(op: Unary, z: Interval, x: Interval) -> Option<Interval> {
    let positive = |z: Interval| {
        meet(
            z,
            Interval {
                lo: 0.0,
                ..Interval::ALL
            },
        )
    };
    // The inverse of a function that rises, where that is another of this crate.
    let by = |op: Unary, z: Interval| unary(op, Range::of(z)).values;
    let is_steep = |z: Interval, end: f64| z.lo <= -end || z.hi >= end;
    Some(match op {
        Unary::Neg => neg(z),
        Unary::Abs => of_size(positive(z)?, x)?,
        Unary::Sqrt => {
            let root = positive(z)?;
            mul(root, root)
        }
        Unary::Cbrt => mul(mul(z, z), z).hull(cube(z)),
        Unary::Exp => by(Unary::Ln, positive(z)?),
        Unary::Ln => by(Unary::Exp, z),
        Unary::Expm1 => by(Unary::Log1p, meet(z, Interval { lo: -1.0, ..z })?),
        Unary::Log1p => by(Unary::Expm1, z),
        Unary::Sinh => by(Unary::Asinh, z),
        Unary::Asinh => by(Unary::Sinh, z),
        Unary::Cosh => of_size(by(Unary::Acosh, meet(z, Interval { lo: 1.0, ..z })?), x)?,
        // Near the ends of its values an inverse is too steep for its argument to be known well.
        Unary::Tanh if !is_steep(z, 0.99) => by(Unary::Atanh, z),
        Unary::Atan if !is_steep(z, 1.5) => by(Unary::Tan, z),
        Unary::Sin | Unary::Cos | Unary::Tan => turned(op, z, x)?,
        _ => x,
    })
}

/// The most half turns that are told apart.
const MOST_HALF_TURNS: f64 = 32.0;

/// The angles x with op(x) = z, as far as they lie in `x`; `None` if there are none.
fn turned(op: Unary, z: Interval, x: Interval) -> Option<Interval> {
    let one = Interval { lo: -1.0, hi: 1.0 };
    let halves = (x.hi - x.lo) / PI;
    let size = x.lo.abs().max(x.hi.abs());
    // Written so that what is not finite is left alone.
    if !(halves < MOST_HALF_TURNS && size < 1e9) {
        return Some(x);
    }
    let inverse = match op {
        Unary::Sin => unary(Unary::Asin, Range::of(meet(z, one)?)).values,
        Unary::Cos => unary(Unary::Acos, Range::of(meet(z, one)?)).values,
        _ => unary(Unary::Atan, Range::of(z)).values,
    };
    // Of multiples of pi and of the inverse, with a margin.
    let slack = 8.0 * f64::EPSILON * (size + 4.0);
    let first = (x.lo / PI).floor() - 2.0;
    let mut found: Option<Interval> = None;
    let mut k = first;
    while k <= x.hi / PI + 2.0 {
        let is_even = k.rem_euclid(2.0) == 0.0;
        // sin(kπ ± a) is sin a for even k and a plus, or for odd k and a minus; cos(kπ ± a) for even k and
        // either; tan(kπ + a) for all k.
        let [plus, minus] = match op {
            Unary::Sin => [is_even, !is_even],
            Unary::Cos => [is_even, is_even],
            _ => [true, false],
        };
        let parts = [plus.then_some(inverse), minus.then_some(neg(inverse))];
        for part in parts.into_iter().flatten() {
            let part = Interval {
                lo: part.lo + k * PI - slack,
                hi: part.hi + k * PI + slack,
            };
            if let Some(part) = meet(part, x) {
                found = Some(found.map_or(part, |found| found.hull(part)));
            }
        }
        k += 1.0;
    }
    found
}

/// z³, for the cube of what a cube root is.
fn cube(z: Interval) -> Interval {
    let at = |z: f64| {
        let cube = z * z * z;
        widened(cube, cube)
    };
    Interval {
        lo: at(z.lo).lo,
        hi: at(z.hi).hi,
    }
}

/// The values x with xⁿ = z, as far as they lie in `x`; `None` if there are none.
fn undone_power(n: i32, z: Interval, x: Interval) -> Option<Interval> {
    if n == 0 {
        return Some(x);
    }
    if n < 0 {
        // xⁿ = 1/x⁻ⁿ.
        let z = quotient(Interval::point(1.0), z, Interval::ALL)?;
        return undone_power(n.checked_neg()?, z, x);
    }
    if n == 1 {
        return Some(z);
    }
    if n % 2 == 0 {
        let z = meet(
            z,
            Interval {
                lo: 0.0,
                ..Interval::ALL
            },
        )?;
        let size = Interval {
            lo: root(z.lo, n, false),
            hi: root(z.hi, n, true),
        };
        return of_size(size, x);
    }
    let of = |end: f64, up: bool| root(end.abs(), n, up == (end >= 0.0)).copysign(end);
    Some(Interval {
        lo: of(z.lo, false),
        hi: of(z.hi, true),
    })
}

/// The n-th root of a number that is not negative, rounded up or down.
fn root(z: f64, n: i32, up: bool) -> f64 {
    if z == 0.0 || z.is_infinite() {
        return z;
    }
    match (n, up) {
        (2, true) => root_up(z),
        (2, false) => root_down(z),
        (_, true) => z.powf(1.0 / f64::from(n)) * (1.0 + ROOT_SLACK),
        (_, false) => z.powf(1.0 / f64::from(n)) * (1.0 - ROOT_SLACK),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::Graph;
    use crate::expr::text::parse::{Scope, expression};
    use crate::expr::value::values;

    /// The box that is left of another where formulas are zero.
    fn left(texts: &[&str], mut sides: Vec<Interval>) -> Option<Vec<Interval>> {
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let mut scope = Scope::new(&graph);
            scope.define("x", graph.input(0));
            scope.define("y", graph.input(1));
            let each = texts
                .iter()
                .map(|text| expression(text, &scope).unwrap().id);
            each.collect()
        };
        let arena = graph.into_arena();
        let mut ranges = Ranges::new(&arena, &roots, 2).unwrap();
        let mut backward = Backward::of(&ranges);
        for _ in 0..60 {
            if !backward.contract(&mut ranges, &mut sides) {
                return None;
            }
        }
        Some(sides)
    }

    fn square(size: f64) -> Vec<Interval> {
        vec![
            Interval {
                lo: -size,
                hi: size
            };
            2
        ]
    }

    #[test]
    fn a_box_shrinks_to_what_may_hold_zeros() {
        let found = left(&["x^2 + y^2 - 4", "y - x - 1"], square(1e9)).unwrap();
        assert!(
            found.iter().all(|side| side.lo >= -3.0 && side.hi <= 2.1),
            "{found:?}"
        );
        let found = left(&["exp(x) - 2", "y - x"], square(50.0)).unwrap();
        for side in found {
            // ln 2, to a few roundings.
            let ln2 = std::f64::consts::LN_2;
            assert!(
                side.lo <= ln2 && ln2 <= side.hi && side.hi - side.lo < 1e-14,
                "{side:?}"
            );
        }
        assert_eq!(left(&["x^2 + y^2 + 1", "x"], square(9.0)), None);
        assert_eq!(left(&["sqrt(x) + 2", "y"], square(9.0)), None);
    }

    #[test]
    fn a_branch_that_need_not_be_taken_cuts_nothing() {
        // sqrt(x) has no value at x = −1, where the other branch is 0.
        let found = left(&["if(x > y, sqrt(x) - 2, x + 1)", "y"], square(9.0)).unwrap();
        assert!(found[0].lo <= -1.0, "{found:?}");
    }

    #[test]
    fn no_zero_is_cut_off_from_random_boxes() {
        let mut state = 1u64;
        let mut next = move || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(99);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let formulas = [
            "x*y",
            "x/y",
            "x - y^3",
            "x^2*y",
            "exp(x) - y",
            "min(x, y)",
            "max(x, 2*y)",
            "abs(x)*y",
            "x^(-2) + y",
            "cbrt(x) + y",
            "sinh(x)*tanh(y)",
            "cosh(x) - y",
            "log1p(x^2)/y",
            "atan(x*y)",
            "x^5 + y^4",
            "expm1(x)*asinh(y)",
            "1/x - 1/y",
            "(x + y)^(-3)",
            "hypot(x, y)",
            "x*x - y",
            "sin(3*x) - y",
            "cos(4*x)*y",
            "tan(2*x) - y",
            "sin(x)/cos(y)",
        ];
        for text in formulas {
            for _ in 0..400 {
                let point = [0, 1].map(|_| 4.0 * next() - 2.0);
                let sides: Vec<Interval> = point
                    .iter()
                    .map(|x| Interval {
                        lo: x - 2.0 * next(),
                        hi: x + 2.0 * next(),
                    })
                    .collect();
                // The formula less its value at the point is zero there, to within rounding.
                let value = {
                    let graph = Graph::new();
                    let root = {
                        let mut scope = Scope::new(&graph);
                        scope.define("x", graph.input(0));
                        scope.define("y", graph.input(1));
                        [expression(text, &scope).unwrap().id]
                    };
                    values(&graph.into_arena(), &root, &point)[0]
                };
                let shifted = format!("{text} - ({value:?})");
                let found = left(&[&shifted], sides.clone());
                let found = found.unwrap_or_else(|| panic!("{text} {point:?} {sides:?}"));
                for (side, x) in found.iter().zip(point) {
                    // The zero is a few roundings from the point, more where the formula is flat.
                    let slack = 1e-7;
                    assert!(
                        side.lo - slack <= x && x <= side.hi + slack,
                        "{text} {point:?} {found:?}"
                    );
                }
            }
        }
    }
}
