//! Pieces of formulas on the unit box on which nothing switches.
//!
//! 1. Take a decider of a switch, simple and innermost ones first, and find cells on each of which
//!    it has one sign.
//! 2. On each cell, write the branch that is taken in the place of the switch, of this decider and
//!    of all its multiples, and simplify: other switches may vanish with the branch not taken.
//! 3. Go on with every cell until no switch is left. Cells on which the formulas are zero are
//!    dropped.

use super::cells::{Cell, Signed, formulas, scattered_values};
use super::decimals::shortest_between;
use super::ridges::ridges;
use super::signs::signs;
use super::strips::strips;
use super::switches::{Decider, deciders};
use crate::deadline::Deadline;
use crate::elementary::{Binary, Unary};
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::simplify::value_ranges;

/// The most pieces.
const MOST_PIECES: usize = 64;

/// The most times that a part is divided or found to be without switches.
const MOST_DIVISIONS: usize = 256;

/// The most steps of a floor that is written as a sum of steps.
const MOST_STEPS: f64 = 16.0;

/// The largest number of such a step: beyond it not every whole number is a double.
const LARGEST_STEP: f64 = 9e15;

/// The number of points at which deciders are compared.
const POINTS: usize = 16;

/// The highest degree that is solved for.
const MOST_SOLVED: u32 = 2;

/// Plain pieces with more nodes in all take longer than graphs.
const MOST_NODES: usize = 500;

/// Two deciders whose ratio varies by less are multiples of each other.
const SAME: f64 = 1e-11;

/// Multiples are no others in a part, whose values may have lost digits, if they differ by no more than this.
const NEARLY: f64 = 1e-3;

/// Formulas on a cell, with the volume element of the cell as a factor.
pub(super) struct FormulaPiece {
    pub(super) cell: Cell,
    pub(super) formulas: Formulas,
}

/// Along what formulas are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cuts {
    /// Where they switch, if the pieces are plain.
    Plain,
    /// Where they switch.
    Switches,
    /// Along ridges too.
    Ridges,
}

impl Cuts {
    fn deciders(self, arena: &Arena, roots: &[Id], n: usize) -> Vec<Decider> {
        let mut found = deciders(arena, roots);
        if self == Cuts::Ridges {
            found.extend(ridges(arena, roots, n));
        }
        found
    }
}

/// Pieces of formulas of n unit coordinates whose integrals add up to that of the whole; `None` if
/// the formulas switch across no axis, none of these switches can be cut out, or, where only plain
/// pieces are asked for, graphs over one axis or the other are better than these: they are long, or
/// switch across the axes still.
pub(super) fn pieces(
    arena: &Arena,
    roots: &[Id],
    n: usize,
    cuts: Cuts,
    deadline: &Deadline,
) -> Option<Vec<FormulaPiece>> {
    if cuts == Cuts::Ridges
        && let Some(strips) = strips(arena, roots, n)
    {
        let strips = strips.into_iter();
        let pieces = strips.map(|(cell, formulas)| FormulaPiece { cell, formulas });
        return Some(pieces.collect());
    }
    let oblique = |d: &Decider| d.bends && d.inputs.count_ones() > 1;
    let plain = cuts == Cuts::Plain;
    let found = cuts.deciders(arena, roots, n);
    if !found.iter().any(oblique) {
        return None;
    }
    // No closed form is tried for polynomials of higher degree in every variable.
    let degrees = degrees(arena, n);
    let is_steep = |d: &Decider| {
        let own = [Some(d.operand), d.other].into_iter().flatten();
        let own: Vec<&Vec<u32>> = own.filter_map(|id| degrees[id.index()].as_ref()).collect();
        own.len() == 1 + usize::from(d.other.is_some())
            && (0..n)
                .filter(|axis| d.inputs >> axis & 1 == 1)
                .all(|axis| own.iter().map(|of| of[axis]).max() > Some(MOST_SOLVED))
    };
    if plain && found.iter().filter(|d| oblique(d)).all(is_steep) {
        return None;
    }
    let mut open = vec![(Cell::whole(n), with_steps(arena, roots, n))];
    let mut done = Vec::new();
    let mut solved = false;
    let mut left = MOST_DIVISIONS;
    let mut nodes = 0;
    while let Some((cell, values)) = open.pop() {
        let is_zero = |root: &Id| values.arena.number(*root) == Some(0.0);
        if values.roots.iter().all(is_zero) {
            solved = true;
            continue;
        }
        left = left.checked_sub(1).filter(|_| !deadline.has_come())?;
        if plain && values.arena.nodes().len() > MOST_NODES {
            return None;
        }
        match divided(&values, n, cuts, deadline) {
            Some((parts, across)) => {
                solved |= across;
                let parts = parts.into_iter().rev();
                open.extend(parts.map(|(part, values)| (cell.then(&part), values)));
            }
            None => {
                let formulas = formulas(n, |graph, s| {
                    let element = cell.within(graph, s)[n];
                    let values = values.within(graph, s).into_iter();
                    values.map(|value| value * element).collect()
                });
                nodes += formulas.arena.nodes().len();
                let is_involved = nodes > MOST_NODES
                    || deciders(&formulas.arena, &formulas.roots)
                        .iter()
                        .any(oblique);
                if plain && is_involved {
                    return None;
                }
                done.push(FormulaPiece { cell, formulas });
            }
        }
        if open.len() + done.len() > MOST_PIECES {
            return None;
        }
    }
    solved.then_some(done)
}

/// The degree of every node in each of n inputs, as it is written; none where it is no polynomial.
fn degrees(arena: &Arena, n: usize) -> Vec<Option<Vec<u32>>> {
    let mut found: Vec<Option<Vec<u32>>> = Vec::with_capacity(arena.nodes().len());
    for node in arena.nodes() {
        let of = |id: &Id| found[id.index()].as_ref();
        let both = |x: &Id, y: &Id, join: fn(u32, u32) -> u32| {
            let pairs = of(x)?.iter().zip(of(y)?);
            Some(pairs.map(|(a, b)| join(*a, *b)).collect())
        };
        let own = match node {
            Node::Constant(..) | Node::Symbol(_) => Some(vec![0; n]),
            Node::Input(i) => Some((0..n).map(|axis| u32::from(axis == *i as usize)).collect()),
            Node::Unary(Unary::Neg, x) => of(x).cloned(),
            Node::Binary(Binary::Add | Binary::Sub, x, y) => both(x, y, u32::max),
            Node::Binary(Binary::Mul, x, y) => both(x, y, u32::saturating_add),
            Node::Power(x, k) if *k > 0 => of(x).map(|of| {
                of.iter()
                    .map(|d| d.saturating_mul(k.unsigned_abs()))
                    .collect()
            }),
            _ => None,
        };
        found.push(own);
    }
    found
}

/// Formulas with floors that take few steps as sums of steps: ⌊x⌋ = m + Σ [k ≤ x].
fn with_steps(arena: &Arena, roots: &[Id], n: usize) -> Formulas {
    let ranges = value_ranges(arena, &unit_ranges(n));
    let steps = |x: Id| {
        let (lo, hi) = ranges[x.index()];
        // Numbers that are larger are whole, and far apart.
        let is_small = lo.abs().max(hi.abs()) <= LARGEST_STEP;
        (is_small && hi - lo <= MOST_STEPS).then(|| (lo.floor() as i64, hi.ceil() as i64))
    };
    formulas(n, |graph, s| {
        graph.import_replacing(arena, roots, s, |id, copy| {
            let (op, x) = match *arena.node(id) {
                Node::Unary(op @ (Unary::Floor | Unary::Ceil), x) => (op, x),
                _ => return None,
            };
            let (lo, hi) = steps(x)?;
            let (below, x) = (graph.constant(lo as f64), copy(x));
            let levels = lo + i64::from(op == Unary::Floor)..=hi;
            let step = |level: i64| {
                let level = graph.constant(level as f64);
                match op {
                    Unary::Floor => level.le(x),
                    _ => level.lt(x),
                }
            };
            Some(levels.map(step).fold(below, |sum, step| sum + step))
        })
    })
}

/// Parts of the box with formulas in each of which a switch is gone, and whether it was one across
/// the axes; `None` if there is no switch that can be cut out.
fn divided(
    values: &Formulas,
    n: usize,
    cuts: Cuts,
    deadline: &Deadline,
) -> Option<(Vec<(Cell, Formulas)>, bool)> {
    let found = cuts.deciders(&values.arena, &values.roots, n);
    let differences = formulas(n, |graph, s| {
        // All at once: one by one, it would take time that grows with the square of their number.
        let operands = found.iter().flat_map(|d| [Some(d.operand), d.other]);
        let operands: Vec<Id> = operands.flatten().collect();
        let mut copies = graph.import(&values.arena, &operands, s).into_iter();
        let mut next = || copies.next().unwrap_or_else(|| graph.constant(f64::NAN));
        let mut difference = |d: &Decider| match (next(), d.other) {
            (operand, Some(_)) => operand - next(),
            (operand, None) => operand,
        };
        found.iter().map(&mut difference).collect()
    });
    let mut order: Vec<usize> = (0..found.len())
        .filter(|&k| found[k].has_branches() && found[k].inputs != 0 && !found[k].nested)
        .collect();
    // Conditions first, since the branches that are not taken take their switches with them.
    let rank = |k: &usize| {
        let decider = &found[*k];
        let is_condition = matches!(
            values.arena.node(decider.node),
            Node::Binary(Binary::Lt | Binary::Le | Binary::Eq | Binary::Ne, ..)
        );
        let inputs = decider.inputs.count_ones();
        (!is_condition, inputs, std::cmp::Reverse(decider.node))
    };
    order.sort_by_key(rank);
    // With switches along axes only, those are left to cuts of the axes.
    if order.iter().all(|&k| found[k].inputs.count_ones() == 1) {
        return None;
    }
    let seen = scattered_values(&differences, n, POINTS)?;
    let seen: Vec<&[f64]> = seen.chunks_exact(POINTS).collect();
    for k in order {
        let decider = differences.part(&[differences.roots[k]]);
        let Some(parts) = signs(&decider, n, deadline) else {
            continue;
        };
        let multiples = seen.iter().enumerate().filter(|(other, _)| *other != k);
        let multiples: Vec<(usize, f64)> = multiples
            .filter_map(|(other, values)| Some((other, ratio(values, seen[k])?)))
            .collect();
        let compared = multiples.iter().map(|(other, _)| *other);
        let compared = std::iter::once(k).chain(compared);
        let compared: Vec<Id> = compared.map(|k| differences.roots[k]).collect();
        let compared = differences.part(&compared);
        let across = found[k].inputs.count_ones() > 1;
        let part = |part: Signed| {
            let mut known = vec![(found[k], 1.0)];
            if !multiples.is_empty() {
                // |f| is a multiple of f at points on one side: on the other it is another one.
                let own = scattered_values(&part.cell.pull(&compared), n, POINTS)?;
                let mut own = own.chunks_exact(POINTS);
                let first = own.next()?;
                for ((other, ratio), values) in multiples.iter().zip(own) {
                    let mut pairs = values.iter().zip(first);
                    if pairs.all(|(a, b)| (a - ratio * b).abs() <= NEARLY * a.abs()) {
                        known.push((found[*other], *ratio));
                    }
                }
            }
            let values = taken(values, n, &part, &known);
            Some((part.cell, values))
        };
        let parts: Option<Vec<(Cell, Formulas)>> = parts.into_iter().map(part).collect();
        return Some((parts?, across));
    }
    None
}

/// The constant ratio of two formulas, from their values.
pub(super) fn ratio(above: &[f64], below: &[f64]) -> Option<f64> {
    let ratios: Vec<f64> = above.iter().zip(below).map(|(a, b)| a / b).collect();
    let lo = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let hi = ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let size = lo.abs().max(hi.abs());
    let same = size.is_finite() && size > 0.0 && hi - lo <= SAME * size;
    if !same || ratios.iter().any(|r| r.is_nan()) {
        return None;
    }
    Some(shortest_between(lo, hi))
}

/// Formulas in a part, with the branches that are taken there.
fn taken(values: &Formulas, n: usize, part: &Signed, multiples: &[(Decider, f64)]) -> Formulas {
    formulas(n, |graph, s| {
        let inputs = part.cell.within(graph, s);
        let value = part.value.as_ref().map(|v| v.within(graph, s)[0]);
        let (arena, roots) = (&values.arena, &values.roots);
        graph.import_replacing(arena, roots, &inputs[..n], |id, copy| {
            let node = arena.node(id);
            let decided = multiples.iter().find(|(d, _)| d.node == id);
            let Some((decider, ratio)) = decided else {
                return folded(graph, node, copy);
            };
            let sign = part.sign * if *ratio > 0.0 { 1 } else { -1 };
            // A ratio that is a long decimal is known only nearly.
            let exact = (ratio * 1024.0).fract() == 0.0;
            let operand = match value {
                Some(value) if exact => value * *ratio,
                _ => match decider.other {
                    Some(other) => copy(decider.operand) - copy(other),
                    None => copy(decider.operand),
                },
            };
            branch(graph, node, copy, operand, sign)
        })
    })
}

/// What a switch is where its decider has a sign; `operand` is the decider of a function.
pub(super) fn branch<'g>(
    graph: &'g Graph,
    node: &Node,
    copy: &dyn Fn(Id) -> Expr<'g>,
    operand: Expr<'g>,
    sign: i32,
) -> Option<Expr<'g>> {
    let number = |value: f64| Some(graph.constant(value));
    let truth = |yes: bool| number(f64::from(u8::from(yes)));
    match *node {
        Node::Unary(op, _) => match op {
            Unary::Abs if sign < 0 => Some(-operand),
            Unary::Abs if sign > 0 => Some(operand),
            Unary::Abs | Unary::Sign => number(f64::from(sign)),
            Unary::Heaviside => number(0.5 + 0.5 * f64::from(sign)),
            Unary::Not => truth(sign == 0),
            // As a power it is not a switch any more.
            Unary::Cbrt if sign < 0 => Some(-(-operand).pow(1.0 / 3.0)),
            Unary::Cbrt => Some(operand.pow(1.0 / 3.0)),
            op => Some(operand.unary(op)),
        },
        Node::Binary(op, x, y) => match op {
            Binary::Min | Binary::Max => {
                let first = (op == Binary::Min) == (sign < 0);
                // What is compared with 0 is the decider, up to sign.
                Some(match (first, copy(x).number(), copy(y).number()) {
                    (true, _, Some(0.0)) => operand,
                    (false, Some(0.0), _) => -operand,
                    (true, ..) => copy(x),
                    (false, ..) => copy(y),
                })
            }
            Binary::Lt => truth(sign < 0),
            Binary::Le => truth(sign <= 0),
            Binary::Eq => truth(sign == 0),
            Binary::Ne => truth(sign != 0),
            Binary::Pow => Some(operand.pow(copy(y))),
            _ => None,
        },
        // A ridge, in the form of its part that does not cancel.
        Node::Power(_, k) => Some(operand.powi(k)),
        _ => None,
    }
}

/// A logical operation one operand of which is known, if the other is 0 or 1 everywhere.
pub(super) fn folded<'g>(
    graph: &'g Graph,
    node: &Node,
    copy: &dyn Fn(Id) -> Expr<'g>,
) -> Option<Expr<'g>> {
    let Node::Binary(op @ (Binary::And | Binary::Or), x, y) = *node else {
        return None;
    };
    let (x, y) = (copy(x), copy(y));
    let (known, other) = match (x.number(), y.number()) {
        (Some(known), _) => (known, y),
        (_, Some(known)) => (known, x),
        _ => return None,
    };
    if known.is_nan() || !other.is_truth() {
        return None;
    }
    // With a neutral operand it is the other, else the operand.
    let neutral = (known != 0.0) == (op == Binary::And);
    let extreme = if op == Binary::And { 0.0 } else { 1.0 };
    Some(if neutral {
        other
    } else {
        graph.constant(extreme)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::text::parse::{Scope, expression};
    use crate::expr::value;

    /// The pieces of a formula of x and y.
    fn pieces_of(text: &str) -> Option<Vec<FormulaPiece>> {
        let graph = Graph::new();
        let root = {
            let mut scope = Scope::new(&graph);
            scope.define("x", graph.input(0));
            scope.define("y", graph.input(1));
            expression(text, &scope).unwrap().id
        };
        pieces(
            &graph.into_arena(),
            &[root],
            2,
            Cuts::Switches,
            &Deadline::NEVER,
        )
    }

    fn value_at(formulas: &Formulas, point: &[f64]) -> f64 {
        value::values(&formulas.arena, &formulas.roots, point)[0]
    }

    #[test]
    fn no_piece_switches_and_empty_pieces_are_dropped() {
        for (text, count) in [
            ("abs(x + y - 0.9)", 3),
            ("if(x + y < 1, x, 0)", 1),
            ("if(x + y < 1, abs(x - y), 0)", 2),
            ("max(x, y)", 2),
            ("if(x < y and x + y < 1, 1, 0)", 1),
            ("abs(x - y) + 3*abs(y - x)^3", 2),
            ("if(x + y > 5, 1, 0)", 0),
            // Inside, and two parts above and below it besides those at its sides.
            ("if((x - 0.5)^2 + (y - 0.5)^2 < 0.04, 1, 0)", 1),
            ("if(x^2 + y^2 < 1, 1, 0)", 1),
            ("if(sqrt(x^2 + y^2) < 0.5, 1, 0)", 1),
            ("if(hypot(x, y) > 0.5, 0, 1)", 1),
            ("floor(x + y)", 1),
        ] {
            let found = pieces_of(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.len(), count, "{text}");
            for piece in &found {
                let left = deciders(&piece.formulas.arena, &piece.formulas.roots);
                assert!(left.iter().all(|d| !d.bends || d.inputs == 0), "{text}");
            }
        }
    }

    #[test]
    fn a_piece_is_the_whole_at_its_place_times_its_content() {
        for text in [
            "abs(x + y - 0.9)",
            "abs(x^2 + y^2 - 0.5)*exp(x)",
            "max(x*y, 0.3 - x)",
        ] {
            let graph = Graph::new();
            let mut scope = Scope::new(&graph);
            scope.define("x", graph.input(0));
            scope.define("y", graph.input(1));
            let whole = expression(text, &scope).unwrap();
            for piece in pieces_of(text).unwrap() {
                for point in [[0.2, 0.7], [0.9, 0.1], [0.35, 0.45]] {
                    let place = piece.cell.place(&point);
                    // The content by differences of places.
                    let step = 1e-6;
                    let column = |axis: usize| -> Vec<f64> {
                        let shifted = |by: f64| {
                            let mut point = point;
                            point[axis] += by;
                            piece.cell.place(&point)
                        };
                        let (a, b) = (shifted(step), shifted(-step));
                        a.iter()
                            .zip(b)
                            .map(|(a, b)| (a - b) / (2.0 * step))
                            .collect()
                    };
                    let (a, b) = (column(0), column(1));
                    let content = (a[0] * b[1] - a[1] * b[0]).abs();
                    let expected = whole.value(&place) * content;
                    // Differences of 1e-6 are good to about 1e-10.
                    let got = value_at(&piece.formulas, &point);
                    assert!((got - expected).abs() < 1e-8, "{text}: {got} {expected}");
                }
            }
        }
    }

    #[test]
    fn formulas_that_switch_along_no_curve_have_no_pieces() {
        for text in [
            "exp(x*y)",
            "abs(x - 0.3)*y",
            "sqrt(x + y)",
            "floor(3*x) + y",
        ] {
            assert!(pieces_of(text).is_none(), "{text}");
        }
        // Neither x nor y can be solved for.
        assert!(pieces_of("abs(sin(5*x*y) - x^3*y^5 - 0.2)").is_none());
    }
}
