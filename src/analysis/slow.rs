//! Formulas in which nothing narrow can hide, though bounds of their values are lost where terms cancel.
//!
//! 1. Nothing switches, and what functions are taken of changes by little across the box: by its slopes, which bounds
//!    hold.
//! 2. What is divided by is zero on faces alone, as products of powers of coordinates are, or changes by a small factor.
//! 3. Then few nodes see all of it: rules that agree have missed nothing.

use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::inputs;

/// What a function is taken of changes by no more than this, across the box.
const MOST_CHANGE: f64 = 10.0;

/// What is divided by changes by no more than this factor.
const MOST_RATIO: f64 = 1e3;

/// Powers that change by no more than so many times what they are wide are spread over the box.
const MOST_POWER: f64 = 16.0;

/// Whether nothing narrow can hide in formulas of n unit coordinates.
pub(super) fn is_slow(arena: &Arena, roots: &[Id], n: usize) -> bool {
    let needed = arena.needed(roots);
    let reach = inputs::of_nodes(arena);
    let nodes = (0..needed.len()).filter(|&index| needed[index] && reach[index] != 0);
    // What has to change slowly, what must not be small anywhere but on faces, and what has to be added to 1 for that.
    let (mut slow, mut divisors, mut increments) = (Vec::new(), Vec::new(), Vec::new());
    // Powers of powers get narrow, though each is a low one.
    let mut powers = Vec::new();
    for index in nodes {
        let has_number = |id: Id| arena.number(id).is_some_and(|c| c.abs() <= MOST_POWER);
        match *arena.node(Id::at(index)) {
            Node::Input(_) | Node::Unary(Unary::Neg, _) => {}
            Node::Unary(Unary::Sqrt | Unary::Cbrt | Unary::Ln | Unary::Log2 | Unary::Log10, x) => {
                divisors.push(x)
            }
            Node::Unary(
                Unary::Exp
                | Unary::Expm1
                | Unary::Sin
                | Unary::Cos
                | Unary::Sinh
                | Unary::Cosh
                | Unary::Tanh
                | Unary::Atan
                | Unary::Asinh
                | Unary::Sinc,
                x,
            ) => slow.push(x),
            // Beside a pole it changes by much itself.
            Node::Unary(Unary::Tan, x) => slow.extend([x, Id::at(index)]),
            // What keeps its sign.
            Node::Unary(Unary::Abs, x) => divisors.push(x),
            Node::Unary(Unary::Log1p, x) => increments.push(x),
            Node::Binary(Binary::Add | Binary::Sub | Binary::Mul, ..) => {}
            Node::Binary(Binary::Div, _, y) => divisors.push(y),
            Node::Binary(Binary::Pow, _, y) if has_number(y) => divisors.push(Id::at(index)),
            Node::Power(_, k) if k > 0 => powers.push(Id::at(index)),
            Node::Power(..) => divisors.push(Id::at(index)),
            _ => return false,
        }
    }
    divisors.retain(|&id| !is_zero_on_faces_alone(arena, &reach, id));
    let all = [&slow[..], &divisors, &increments, &powers].concat();
    let Some(mut ranges) = Ranges::new(arena, &all, n) else {
        return false;
    };
    ranges.turn_to(std::iter::repeat_n((0.0, 1.0), n));
    let mut change = |k: usize| {
        let along = |axis: usize| {
            let slope = ranges.slope(k, axis);
            slope.hi.max(-slope.lo)
        };
        (0..n).map(along).sum::<f64>()
    };
    let changes_little = (0..slow.len()).all(|k| change(k) <= MOST_CHANGE);
    let changes: Vec<f64> = (all.len() - powers.len()..all.len())
        .map(&mut change)
        .collect();
    let mut changes_of_powers = changes.iter().enumerate();
    let are_spread = changes_of_powers.all(|(k, change)| {
        let own = ranges.of(all.len() - powers.len() + k).values;
        *change <= MOST_POWER * (own.hi - own.lo)
    });
    let stays = (slow.len()..all.len() - powers.len()).all(|k| {
        let own = ranges.of(k).values;
        let one = if k < slow.len() + divisors.len() {
            0.0
        } else {
            1.0
        };
        let values = Interval {
            lo: own.lo + one,
            hi: own.hi + one,
        };
        let sizes = [values.lo.abs(), values.hi.abs()];
        let [least, most] = [f64::min, f64::max].map(|pick| pick(sizes[0], sizes[1]));
        values.lo * values.hi > 0.0 && most <= MOST_RATIO * least
    });
    changes_little && are_spread && stays
}

/// Whether a part is a product of powers of coordinates, and of what they lack to 1, as numbers apart.
fn is_zero_on_faces_alone(arena: &Arena, reach: &[u64], id: Id) -> bool {
    let is = |id: Id| is_zero_on_faces_alone(arena, reach, id);
    let is_one = |id: Id| arena.number(id) == Some(1.0);
    let is_input = |id: Id| matches!(arena.node(id), Node::Input(_));
    match *arena.node(id) {
        _ if reach[id.index()] == 0 => true,
        Node::Input(_) => true,
        Node::Unary(Unary::Neg, x) => is(x),
        Node::Power(x, k) => f64::from(k).abs() <= MOST_POWER && is(x),
        Node::Binary(Binary::Pow, x, y) if reach[y.index()] == 0 => is(x),
        Node::Binary(Binary::Mul | Binary::Div, x, y) => is(x) && is(y),
        // 0 + x is how a range from 0 is written.
        Node::Binary(Binary::Add, x, y) if arena.number(x) == Some(0.0) => is(y),
        Node::Binary(Binary::Sub, x, y) => is_one(x) && is_input(y),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};

    fn is(formula: impl for<'g> FnOnce(Expr<'g>, Expr<'g>) -> Expr<'g>) -> bool {
        let graph = Graph::new();
        let root = [formula(graph.input(0), graph.input(1)).id];
        is_slow(&graph.into_arena(), &root, 2)
    }

    #[test]
    fn what_cancels_at_a_face_is_slow() {
        assert!(is(|x, _| (x - x.sin()) / x.powi(3)));
        assert!(is(|x, y| (1.0 - (x * y).cos()) / (x * y).powi(2)));
        assert!(is(|x, y| (1.0 + 1e-4 * x * y).ln() / (x * y)));
    }

    #[test]
    fn where_something_narrow_may_be_nothing_is_slow() {
        assert!(!is(|x, y| (-1e6 * (x - y).powi(2)).exp()));
        assert!(!is(|x, _| 1.0 / (1e-10 + (x - 0.3).powi(2))));
        assert!(!is(|x, y| (x * y).lt(1e-3).select(x, y)));
        assert!(!is(|x, _| (9.0 * (9.0 * x).sin()).sin()));
        assert!(!is(|x, _| x.powi(100)));
        assert!(!is(|x, _| x.powi(16).powi(16).powi(16)));
        assert!(!is(|x, y| (1.0 + 900.0 * x).powi(-16) + y));
        assert!(!is(|x, y| 1.0 / (x - y)));
        assert!(!is(|x, _| (x - 0.5).abs().sqrt()));
        // A layer beside the end at 1.
        assert!(!is(|x, _| 1.0 - (1.0 / (1e8 + x / (1.0 - x))).cos()));
    }
}
