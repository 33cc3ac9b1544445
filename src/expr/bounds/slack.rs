//! How far the ends of a range were moved outward by rounding.
//!
//! 1. Every operation moves the ends of its result by a few roundings.
//! 2. What the ends of its operands were moved by is passed on: the operation with the ends moved
//!    back says how far.
//! 3. Where that cannot be told it is taken to be nothing, so nothing is decided that is not known.

use super::interval::{Interval, ROUNDING};
use super::rectangle::Rectangle;
use crate::elementary::{Binary, Unary, powi};
use crate::expr::graph::{Arena, HALF_ULP, Id, Node};

/// Differences of numbers that are a few roundings apart are known to about a rounding.
const MARGIN: f64 = 1.25;

/// So many times what operations lose, in running error analysis, may be decided for the other side.
pub(crate) const MISJUDGED: f64 = (MARGIN - 1.0) * ROUNDING / HALF_ULP;

/// How far the lower and the upper end of a range were moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slack {
    below: f64,
    above: f64,
}

/// Whether a node chooses by the sign of its operands, or by how they compare.
fn is_switch(node: &Node) -> bool {
    use {Binary as B, Unary as U};
    match node {
        Node::Unary(op, _) => {
            matches!(
                op,
                U::Abs | U::Sign | U::Heaviside | U::Not | U::Floor | U::Ceil | U::Cbrt
            )
        }
        Node::Binary(op, ..) => {
            matches!(
                op,
                B::Min | B::Max | B::Lt | B::Le | B::Eq | B::Ne | B::And | B::Or | B::Atan2
            )
        }
        Node::Select(..) => true,
        _ => false,
    }
}

/// The nodes that a switch reads, at once or by others; empty if there is no switch.
pub(super) fn read_by_switches(arena: &Arena, needed: &[bool]) -> Vec<bool> {
    let nodes = arena.nodes();
    let is_one = |(node, needed): (&Node, &bool)| *needed && is_switch(node);
    if !nodes.iter().zip(needed).any(is_one) {
        return Vec::new();
    }
    let mut read = vec![false; nodes.len()];
    for (index, node) in nodes.iter().enumerate().rev() {
        if needed[index] && (read[index] || is_switch(node)) {
            node.for_each_operand(|id| read[id.index()] = true);
        }
    }
    read
}

impl Slack {
    pub(super) const NONE: Slack = Slack {
        below: 0.0,
        above: 0.0,
    };

    /// The range with its ends moved back, if something is left of it then.
    pub(super) fn taken_from(&self, range: Interval) -> Interval {
        let lo = range.lo + MARGIN * self.below;
        let hi = range.hi - MARGIN * self.above;
        if lo <= hi { Interval { lo, hi } } else { range }
    }

    /// What the ends of a node's range were moved by, from the ranges of its operands.
    pub(super) fn of(
        node: &Node,
        found: Option<&Rectangle>,
        reals: &[Option<Rectangle>],
        slack: &[Slack],
    ) -> Slack {
        let Some(found) = found else {
            return Slack::NONE;
        };
        // The ends of an operand, as they are and moved back.
        let ends = |id: &Id| {
            let Interval { lo, hi } = reals[id.index()].map_or(Interval::ZERO, |z| z.re);
            let Slack { below, above } = slack[id.index()];
            [(lo, lo + below), (hi, hi - above)]
        };
        let corners = |x: &Id, y: &Id, f: &dyn Fn(f64, f64) -> f64| {
            let (xs, ys) = (ends(x), ends(y));
            let at = |i: usize, j: usize| (f(xs[i].0, ys[j].0), f(xs[i].1, ys[j].1));
            Slack::from_values(found.re, [at(0, 0), at(0, 1), at(1, 0), at(1, 1)])
        };
        let line = |x: &Id, f: &dyn Fn(f64) -> f64| {
            let at = |(plain, back): (f64, f64)| (f(plain), f(back));
            Slack::from_values(found.re, ends(x).map(at))
        };
        match node {
            Node::Constant(..) | Node::Symbol(_) | Node::Input(_) => Slack::NONE,
            Node::Unary(Unary::Neg, x) => {
                let Slack { below, above } = slack[x.index()];
                Slack {
                    below: above,
                    above: below,
                }
            }
            Node::Unary(op, x) => line(x, &|x| op.value(x)),
            Node::Power(x, n) => line(x, &|x| powi(x, *n)),
            Node::Binary(op, x, y) => corners(x, y, &|x, y| op.value(x, y)),
            Node::Select(..) | Node::Determinant(_) | Node::Volume(..) => Slack::NONE,
        }
    }

    /// From the values at the ends of the operands, as they are and with these moved back. An
    /// extreme that is none of the values was not moved.
    fn from_values(found: Interval, values: impl IntoIterator<Item = (f64, f64)> + Clone) -> Slack {
        let moved = |end: f64, sign: f64| {
            let own = ROUNDING * end.abs();
            let values = values.clone().into_iter();
            let extreme = values.reduce(|a, b| if sign * b.0 > sign * a.0 { b } else { a });
            let (plain, back) = extreme.unwrap_or((f64::NAN, f64::NAN));
            let by = sign * (plain - back);
            if sign * (end - plain) <= 2.0 * own && by.is_finite() {
                own + by.max(0.0)
            } else {
                0.0
            }
        };
        Slack {
            below: moved(found.lo, -1.0),
            above: moved(found.hi, 1.0),
        }
    }
}
