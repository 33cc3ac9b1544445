//! A box on which a formula certainly has no value: the disc of radius 1e-8 in which the operand of a
//! root is negative lies between all nodes, and bounds of the root begin at zero there.
//!
//! 1. Collect what must not be negative: the operands of roots, logarithms and powers, 1 − x and 1 + x of arcsines.
//! 2. Where one may be, halve the box on which its least value may be the smallest, and drop those on
//!    which it is not negative.
//! 3. A box on which the operand is negative everywhere, and the formula undefined, is the answer. What
//!    is shorter than rounding makes it is none.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009),
//! section 11.2 (branch and bound).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::Ranges;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;

/// The most halvings for an operand. A disc of radius 1e-9 is found after sixty; an operand that is zero
/// along a curve would take any number.
const HALVINGS: usize = 160;

/// The least length of a side: what is shorter may come from the rounding of a number in the formula.
const SHORTEST: f64 = 1e-11;

/// The most operands that are looked at.
const MOST_OPERANDS: usize = 8;

/// The least value that an operand may have on a box.
struct Part {
    least: f64,
    largest: f64,
    sides: Vec<(f64, f64)>,
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Part {}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        // The smallest value is on top; of equal ones, as along a curve, that of a box on which all are
        // small.
        let by_least = other.least.total_cmp(&self.least);
        by_least.then(other.largest.total_cmp(&self.largest))
    }
}

/// The number of a formula of n unit coordinates, and the middle of a box on which it has no value;
/// `None` if none is met.
pub(super) fn undefined(arena: &Arena, roots: &[Id], n: usize) -> Option<(usize, Vec<f64>)> {
    let needed = arena.needed(roots);
    let graph = Graph::from_arena(arena.clone());
    let mut operands: Vec<Id> = Vec::new();
    for (index, node) in arena.nodes().iter().enumerate() {
        let of = |x: Id| -> Expr<'_> { graph.expr(x) };
        let own: [Option<Expr<'_>>; 2] = match *node {
            _ if !needed[index] => continue,
            Node::Unary(Unary::Sqrt | Unary::Ln | Unary::Log2 | Unary::Log10, x)
            | Node::Binary(Binary::Pow, x, _) => [Some(of(x)), None],
            Node::Unary(Unary::Asin | Unary::Acos | Unary::Atanh, x) => {
                [Some(1.0 - of(x)), Some(1.0 + of(x))]
            }
            Node::Unary(Unary::Acosh, x) => [Some(of(x) - 1.0), None],
            Node::Unary(Unary::Log1p, x) => [Some(1.0 + of(x)), None],
            _ => continue,
        };
        for id in own.into_iter().flatten().map(|operand| operand.id) {
            if !operands.contains(&id) {
                operands.push(id);
            }
        }
    }
    if operands.is_empty() || operands.len() > MOST_OPERANDS {
        return None;
    }
    // The nodes of the formulas keep their numbers.
    let arena = &graph.into_arena();
    let reach = inputs::of_nodes(arena);
    operands.into_iter().find_map(|operand| {
        let middle = negative(arena, operand, n, reach[operand.index()])?;
        let mut ranges = Ranges::new(arena, roots, n)?;
        ranges.turn_to(middle.iter().copied());
        let output = (0..roots.len()).find(|&k| ranges.of(k).nowhere)?;
        let middle = middle.iter().map(|(lo, hi)| lo + (hi - lo) / 2.0);
        Some((output, middle.collect()))
    })
}

/// A box on which an operand of these inputs is negative; `None` if none is met.
fn negative(arena: &Arena, operand: Id, n: usize, reached: u64) -> Option<Vec<(f64, f64)>> {
    let roots = [operand];
    let mut ranges = Ranges::new(arena, &roots, n)?;
    let mut open = BinaryHeap::new();
    let mut look = |sides: Vec<(f64, f64)>, open: &mut BinaryHeap<Part>| {
        ranges.turn_to(sides.iter().copied());
        let values = ranges.of(0).values;
        if values.hi < 0.0 {
            return Some(sides);
        }
        if values.lo < 0.0 {
            open.push(Part {
                least: values.lo,
                largest: values.hi,
                sides,
            });
        }
        None
    };
    if let Some(found) = look(vec![(0.0, 1.0); n], &mut open) {
        return Some(found);
    }
    for _ in 0..HALVINGS {
        let Part { sides, .. } = open.pop()?;
        let along = (0..n).filter(|&axis| reached & inputs::bit(axis) != 0);
        let length = |axis: usize| sides[axis].1 - sides[axis].0;
        // Of equal ones the first.
        let longest = along
            .rev()
            .max_by(|&a, &b| length(a).total_cmp(&length(b)))?;
        if length(longest) < SHORTEST {
            continue;
        }
        let (lo, hi) = sides[longest];
        let middle = lo + (hi - lo) / 2.0;
        for half in [(lo, middle), (middle, hi)] {
            let mut sides = sides.clone();
            sides[longest] = half;
            if let Some(found) = look(sides, &mut open) {
                return Some(found);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};

    fn found(formula: impl for<'g> FnOnce(Expr<'g>, Expr<'g>) -> Expr<'g>) -> Option<Vec<f64>> {
        let graph = Graph::new();
        let root = formula(graph.input(0), graph.input(1)).id;
        let arena = graph.into_arena();
        undefined(&arena, &[root], 2).map(|(_, place)| place)
    }

    #[test]
    fn small_discs_without_a_value_are_met() {
        for radius in [1e-2f64, 1e-5, 1e-9] {
            let square = radius * radius;
            let place =
                found(|x, y| ((x - 0.3).powi(2) + (y - 0.7).powi(2) - square).sqrt() + x.exp());
            let place = place.unwrap();
            let off = (place[0] - 0.3).hypot(place[1] - 0.7);
            assert!(off < radius, "{radius}: {place:?}");
        }
    }

    #[test]
    fn narrow_bands_without_a_value_are_met() {
        for width in [1e-2f64, 1e-5, 1e-8] {
            let square = width * width;
            let place = found(|x, y| ((x - y).powi(2) - square).sqrt() + x.exp()).unwrap();
            let off = (place[0] - place[1]).abs();
            assert!(off < width, "{width}: {place:?}");
            // Along a curve, beside another part that is positive.
            let place = found(|x, y| ((y - x.powi(2)).powi(2) - square).sqrt()).unwrap();
            let off = (place[1] - place[0].powi(2)).abs();
            assert!(off < width, "{width}: {place:?}");
        }
    }

    #[test]
    fn bands_in_which_an_arccosine_has_no_value_are_met() {
        for width in [1e-3f64, 1e-6, 2e-10] {
            let place = found(|x, y| {
                let off = (x - 0.3) / width;
                (1.01 * (-off.powi(2)).exp()).acos() + y
            });
            let place = place.unwrap();
            assert!((place[0] - 0.3).abs() < 0.1 * width, "{width}: {place:?}");
        }
        assert!(found(|x, y| (x * y).acos() + (-x).asin() + (1.0 + y).acosh()).is_none());
    }

    #[test]
    fn what_only_touches_zero_has_values() {
        assert!(found(|x, y| ((x - 0.3).powi(2) + (y - 0.7).powi(2)).sqrt()).is_none());
        assert!(found(|x, y| (x * (1.0 - y)).ln()).is_none());
        assert!(found(|x, y| (1.0 + x.powi(2) - y).sqrt()).is_none());
    }

    #[test]
    fn a_branch_that_is_not_taken_has_no_say() {
        let place = found(|x, y| {
            let inside = (x - 0.3).powi(2) + (y - 0.7).powi(2) - 1e-6;
            (-inside).unary(Unary::Heaviside).select(1.0, inside.sqrt())
        });
        assert!(place.is_none());
    }
}
