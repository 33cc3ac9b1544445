//! The places where formulas switch, read off the graph: kinks, jumps and singular points.
//!
//! 1. Collect what decides a switch: the operand of `abs`, `sign`, `floor`, …, the difference of
//!    what is compared, and the operands of roots and logarithms and divisors, which are singular at
//!    zero.
//! 2. Where it depends on one coordinate alone, find all its zeros along that coordinate by bounds.
//! 3. Where it depends on several, say so, unless bounds exclude that it switches.

use super::decimals::shortest_between;
use super::isolated::isolated_zeros;
use super::products::{Dependence, inputs_of};
use super::zeros::{Levels, Place, zeros};
use crate::deadline::Deadline;
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::bounds::rounding::Rounding;
use crate::expr::bounds::slack::MISJUDGED;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::value::values;
use crate::integrand::{BLOCK, Side, Switches};

/// The most places that are kept along an axis.
const MOST_PLACES: usize = 100_000;

/// What is singular this near to an end is singular there.
const AT_END: f64 = 2e-11;

/// How often what lies before an end of the box is halved.
const HALVINGS: usize = 60;

/// Slopes that differ by no more than this part are those of what is linear.
const LINEAR: f64 = 1e-12;

/// The integral of a power up to a distance is at most so many times the distance times the value there, if the power
/// is a square root's reciprocal or grows more slowly.
const OF_POWER: f64 = 4.0;

/// A sign is compared at this part of the distance to the end on both sides of a zero.
const CROSSING: f64 = 1e-3;

/// The ranges of nodes that all places along an axis are worth; where there are more, places are looked
/// at together.
const MOST_WORK: usize = 4_000_000;

/// What decides a switch, and how its state is read off its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The sign.
    Sign,
    /// The whole part.
    Floor,
}

/// The switches of formulas of n unit coordinates.
pub(super) fn switches(arena: &Arena, roots: &[Id], n: usize) -> Switches {
    let mut places = vec![Vec::new(); n];
    let mut found = Switches::at(vec![Vec::new(); n]);
    let mut unknown = Vec::new();
    let deadline = Deadline::current();
    for decider in deciders(arena, roots) {
        if deadline.has_come() {
            // Who has no time left to look for them does not know where they are.
            unknown.extend(0..n);
            break;
        }
        match decider.inputs.count_ones() {
            0 => {}
            1 => {
                let axis = decider.inputs.trailing_zeros() as usize;
                match changes(arena, &decider, n, axis) {
                    Some(mut more) => {
                        if !decider.bends {
                            more.retain(|place| place.is_open || !is_at_end(place.at));
                        }
                        places[axis].extend(more);
                    }
                    None => unknown.push(axis),
                }
            }
            _ => found.oblique |= may_switch(arena, &decider, n),
        }
    }
    singular_points(arena, roots, n, &mut places);
    found.errors = vec![0.0; roots.len()];
    let mut ranges = Ranges::new(arena, roots, n);
    found.unresolved = vec![Vec::new(); n];
    for (axis, mut places) in places.into_iter().enumerate() {
        places.sort_by(|a, b| a.at.total_cmp(&b.at));
        places.dedup_by(|a, b| a.at == b.at);
        if places.len() > MOST_PLACES || unknown.contains(&axis) {
            found.oblique = true;
            found.unresolved[axis].push(Side::WHOLE);
            continue;
        }
        let together = 1 + places.len() * arena.nodes().len() / MOST_WORK;
        for places in places.chunks(together) {
            for place in places {
                add_place(&mut found, axis, place);
            }
            // Nobody waits for what such an integral is off.
            if let Some(ranges) = &mut ranges
                && !deadline.has_come()
            {
                add_errors_of_all(&mut found.errors, ranges, n, axis, places);
            }
        }
        let along = &mut found.places[axis];
        along.sort_by(f64::total_cmp);
        along.dedup();
    }
    found
}

/// Whether what is singular at a place is meant to be singular at an end: the constants of a formula
/// are rounded.
fn is_at_end(place: f64) -> bool {
    place.min(1.0 - place) < AT_END
}

/// Adds a place, or both ends of one that is wide.
fn add_place(found: &mut Switches, axis: usize, place: &Place) {
    if !place.is_open {
        found.places[axis].push(place.at);
        return;
    }
    let ends = [place.lo, place.hi];
    found.unresolved[axis].push(Side {
        from: place.lo,
        to: place.hi,
    });
    let inside = ends.iter().filter(|end| **end > 0.0 && **end < 1.0);
    found.places[axis].extend(inside);
}

/// Adds what an integral over the box may be off because places one after another are not known better:
/// by one look at all of them together where there is a bound for that.
fn add_errors_of_all(
    errors: &mut [f64],
    ranges: &mut Ranges<'_>,
    n: usize,
    axis: usize,
    places: &[Place],
) {
    let deadline = Deadline::current();
    if let [_, .., _] = places {
        let hull = places.iter().fold((1.0f64, 0.0f64), |(lo, hi), place| {
            (
                lo.min(place.lo).min(place.at),
                hi.max(place.hi).max(place.at),
            )
        });
        ranges.turn_to((0..n).map(|a| if a == axis { hull } else { (0.0, 1.0) }));
        let widths = (0..errors.len()).map(|output| {
            let values = ranges.of(output).values;
            values.hi - values.lo
        });
        let widths: Vec<f64> = widths.collect();
        if widths.iter().all(|width| width.is_finite()) {
            let off: f64 = places.iter().map(Place::off).sum();
            for (error, width) in errors.iter_mut().zip(widths) {
                *error += off * width;
            }
            return;
        }
    }
    for place in places {
        if places.len() > 1 && deadline.has_come() {
            break;
        }
        add_errors(errors, ranges, n, axis, place);
    }
}

/// Adds what an integral over the box may be off because a place is not known better.
fn add_errors(errors: &mut [f64], ranges: &mut Ranges<'_>, n: usize, axis: usize, place: &Place) {
    let outputs = errors.len();
    let mut ranged = |lo: f64, hi: f64, add: &mut dyn FnMut(usize, Interval)| {
        ranges.turn_to((0..n).map(|a| if a == axis { (lo, hi) } else { (0.0, 1.0) }));
        (0..outputs).for_each(|output| add(output, ranges.of(output).values));
    };
    let (lo, hi) = (place.lo.min(place.at), place.hi.max(place.at));
    if !place.is_open {
        let off = place.off();
        let mut total = vec![0.0; errors.len()];
        ranged(lo, hi, &mut |output, values| {
            total[output] = off * (values.hi - values.lo);
        });
        // Beside what is singular there the formula has the digits of the distance from a rounded number alone: up to
        // there its integral is at most as a power makes it.
        if place.rounded > 0.0 && total.iter().any(|own| !own.is_finite()) {
            for from in [hi + off, lo - 2.0 * off] {
                ranged(from, from + off, &mut |output, values| {
                    let size = values.lo.abs().max(values.hi.abs());
                    if !(off * size).is_finite() || total[output].is_finite() {
                        return;
                    }
                    errors[output] += OF_POWER * off * size;
                });
            }
        }
        let finite = errors
            .iter_mut()
            .zip(total)
            .filter(|(_, off)| off.is_finite());
        finite.for_each(|(error, off)| *error += off);
        return;
    }
    // Toward an end of the box by halves, since there may be no bound at the end.
    let mut total = vec![0.0; errors.len()];
    let mut add = |lo: f64, hi: f64| {
        ranged(lo, hi, &mut |output, values| {
            total[output] += (hi - lo) * (values.hi - values.lo)
        });
    };
    let (mut lo, mut hi) = (lo, hi);
    for _ in 0..HALVINGS {
        let middle = lo + (hi - lo) / 2.0;
        if middle <= lo || middle >= hi {
            break;
        }
        if hi == 1.0 {
            add(lo, middle);
            lo = middle;
        } else if lo == 0.0 {
            add(middle, hi);
            hi = middle;
        } else {
            break;
        }
    }
    if lo > 0.0 && hi < 1.0 {
        add(lo, hi);
    }
    errors
        .iter_mut()
        .zip(total)
        .for_each(|(error, off)| *error += off);
}

/// Whether the bounds of what decides leave it open what it decides.
pub(super) fn may_switch(arena: &Arena, decider: &Decider, n: usize) -> bool {
    let (graph, decider) = decider.alone(arena);
    let root = [decider.difference(&graph).id];
    let arena = graph.into_arena();
    let Some(mut ranges) = Ranges::new(&arena, &root, n) else {
        return true;
    };
    ranges.turn_to((0..n).map(|_| (0.0, 1.0)));
    let values = ranges.of(0).values;
    match decider.state {
        State::Sign => values.lo <= 0.0 && values.hi >= 0.0 && !keeps_sign(&mut ranges, n),
        State::Floor => values.lo.floor() != values.hi.floor(),
    }
}

/// Whether a formula has one sign on the unit box, since its bounds do not hold zero where it is least, or greatest: at
/// the ends of the axes along which it rises or falls.
fn keeps_sign(ranges: &mut Ranges<'_>, n: usize) -> bool {
    let range = ranges.of(0);
    if !(range.defined && range.continuous) {
        return false;
    }
    let slopes: Vec<Interval> = (0..n).map(|axis| ranges.slope(0, axis)).collect();
    let mut values = |at_least: bool| {
        ranges.turn_to(slopes.iter().map(|slope| {
            let rises = slope.lo >= 0.0;
            match rises || slope.hi <= 0.0 {
                true if rises == at_least => (0.0, 0.0),
                true => (1.0, 1.0),
                false => (0.0, 1.0),
            }
        }));
        ranges.of(0).values
    };
    values(true).lo > 0.0 || values(false).hi < 0.0
}

/// A node that switches, and what decides how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decider {
    /// The node.
    pub(super) node: Id,
    /// Its operand, or its first operand of two that are compared.
    pub(super) operand: Id,
    /// What the operand is compared with: the difference decides.
    pub(super) other: Option<Id>,
    state: State,
    /// The inputs that the decision depends on, one bit each.
    pub(super) inputs: u64,
    /// Whether values jump or bend where the state changes, and are not merely singular there.
    pub(super) bends: bool,
    /// Whether what decides bends or jumps itself.
    pub(super) nested: bool,
}

impl Decider {
    /// The sign of a node, as if something switched with it.
    fn sign_of(operand: Id, inputs: u64) -> Self {
        Decider {
            node: operand,
            operand,
            other: None,
            state: State::Sign,
            inputs,
            bends: false,
            nested: false,
        }
    }

    /// What decides on which side of a ridge a point is.
    pub(super) fn of_ridge(node: Id, operand: Id, inputs: u64) -> Self {
        Decider {
            node,
            bends: true,
            ..Decider::sign_of(operand, inputs)
        }
    }

    /// Whether the whole part decides, and not the sign.
    pub(super) fn is_floor(&self) -> bool {
        self.state == State::Floor
    }

    /// Whether the formula is another one on either side of zero.
    pub(super) fn has_branches(&self) -> bool {
        self.bends && self.state == State::Sign
    }

    /// A graph of nothing but what this decides by, and the decider there: an arena may hold as many
    /// deciders as terms, and copying it for each would take time that grows with their square.
    fn alone(&self, arena: &Arena) -> (Graph, Decider) {
        let operands = [Some(self.operand), self.other];
        let operands: Vec<Id> = operands.into_iter().flatten().collect();
        let (part, operands) = arena.part(&operands);
        let decider = Decider {
            operand: operands[0],
            other: operands.get(1).copied(),
            ..*self
        };
        (Graph::from_arena(part), decider)
    }

    /// What decides, in a graph that goes on from the arena of the node.
    pub(super) fn difference<'g>(&self, graph: &'g Graph) -> Expr<'g> {
        let operand = graph.expr(self.operand);
        match self.other {
            Some(other) => operand - graph.expr(other),
            None => operand,
        }
    }
}

/// What decides the switches of formulas.
pub(super) fn deciders(arena: &Arena, roots: &[Id]) -> Vec<Decider> {
    let needed = arena.needed(roots);
    let inputs = inputs::of_nodes(arena);
    let mut bent = vec![false; arena.nodes().len()];
    let mut found = Vec::new();
    for (index, node) in arena.nodes().iter().enumerate() {
        if !needed[index] {
            continue;
        }
        node.for_each_operand(|id| bent[index] |= bent[id.index()]);
        let (operand, other, state, bends) = match node {
            Node::Unary(Unary::Floor | Unary::Ceil, x) => (*x, None, State::Floor, true),
            Node::Unary(
                Unary::Abs | Unary::Sign | Unary::Heaviside | Unary::Not | Unary::Cbrt,
                x,
            ) => (*x, None, State::Sign, true),
            Node::Unary(Unary::Sqrt | Unary::Ln | Unary::Log2 | Unary::Log10, x)
            | Node::Binary(Binary::Pow, x, _) => (*x, None, State::Sign, false),
            Node::Power(x, n) if *n < 0 => (*x, None, State::Sign, false),
            Node::Binary(Binary::Div, _, below) => {
                // A product changes its sign where one of its factors does.
                let divisors = factors(arena, *below).into_iter();
                found.extend(divisors.map(|divisor| Decider {
                    node: Id::at(index),
                    nested: bent[divisor.index()],
                    ..Decider::sign_of(divisor, inputs[divisor.index()])
                }));
                continue;
            }
            Node::Binary(
                Binary::Min | Binary::Max | Binary::Lt | Binary::Le | Binary::Eq | Binary::Ne,
                x,
                y,
            ) => (*x, Some(*y), State::Sign, true),
            _ => continue,
        };
        let of = |table: &[u64]| table[operand.index()] | other.map_or(0, |y| table[y.index()]);
        found.push(Decider {
            node: Id::at(index),
            operand,
            other,
            state,
            inputs: of(&inputs),
            bends,
            nested: bent[operand.index()] || other.is_some_and(|y| bent[y.index()]),
        });
        bent[index] |= bends && of(&inputs) != 0;
    }
    found
}

/// The factors of a divisor, without the even powers of them: these have no sign to change, but may be zero.
fn factors(arena: &Arena, below: Id) -> Vec<Id> {
    let (mut found, mut open) = (Vec::new(), vec![below]);
    while let Some(id) = open.pop() {
        match arena.node(id) {
            Node::Binary(Binary::Mul, x, y) => open.extend([*y, *x]),
            Node::Power(x, n) if *n > 0 => open.push(*x),
            _ if found.contains(&id) => {}
            _ => found.push(id),
        }
    }
    found
}

/// Adds the places of points at which a formula is singular because a sum of squares vanishes there,
/// each square a function of one coordinate: the distance from a point; or because what is made of
/// several coordinates in another way touches zero there.
fn singular_points(arena: &Arena, roots: &[Id], n: usize, places: &mut [Vec<Place>]) {
    let needed = arena.needed(roots);
    let dependence = Dependence::new(arena, &[]);
    let nodes = arena.nodes().iter().zip(needed);
    let deadline = Deadline::current();
    for (node, _) in nodes.filter(|(_, needed)| *needed) {
        // There may be many, and each is looked for in many cells.
        if deadline.has_come() {
            break;
        }
        let (squares, base) = match node {
            Node::Binary(Binary::Hypot, x, y) => (Some(vec![vec![*x], vec![*y]]), None),
            Node::Unary(Unary::Sqrt | Unary::Cbrt | Unary::Ln | Unary::Log2 | Unary::Log10, x)
            | Node::Binary(Binary::Pow | Binary::Div, x, _)
            | Node::Power(x, _) => {
                let x = match node {
                    Node::Binary(Binary::Div, _, below) => below,
                    Node::Power(_, n) if *n > 0 => continue,
                    _ => x,
                };
                if !matches!(arena.node(*x), Node::Binary(Binary::Add | Binary::Sub, ..)) {
                    continue;
                }
                let mut squares = Vec::new();
                let are_squares = squares_of(arena, *x, &mut squares);
                (are_squares.then_some(squares), Some(*x))
            }
            _ => continue,
        };
        let found = squares.and_then(|squares| zeros_of_squares(arena, &squares, &dependence, n));
        if let Some(found) = found {
            for (axis, zeros) in found {
                places[axis].extend(inside(zeros));
            }
        } else if let Some(base) = base {
            let axes: Vec<usize> = inputs_of(dependence.of(base)).collect();
            for point in isolated_zeros(arena, base, n, &axes) {
                for (&axis, at) in axes.iter().zip(point) {
                    places[axis].extend(inside([Place::number(at)]));
                }
            }
        }
    }
}

/// For every axis the places at which a square vanishes, if each square is a function of one
/// coordinate, and of another one; none if some square vanishes nowhere.
fn zeros_of_squares(
    arena: &Arena,
    squares: &[Vec<Id>],
    dependence: &Dependence<'_>,
    n: usize,
) -> Option<Vec<(usize, Vec<Place>)>> {
    let axis_of = |bases: &Vec<Id>| {
        let reached = bases.iter().fold(0, |all, id| all | dependence.of(*id));
        (reached.count_ones() == 1).then(|| reached.trailing_zeros() as usize)
    };
    let axes: Vec<usize> = squares.iter().map(axis_of).collect::<Option<_>>()?;
    let mut apart = axes.clone();
    apart.sort_unstable();
    apart.dedup();
    if apart.len() < axes.len() {
        return None;
    }
    let mut found: Vec<(usize, Vec<Place>)> = Vec::new();
    for (bases, axis) in squares.iter().zip(axes) {
        let mut zeros = Vec::new();
        for &base in bases.iter().filter(|id| dependence.of(**id) != 0) {
            let decider = Decider::sign_of(base, dependence.of(base));
            let value = |place: f64| values(arena, &[base], &vec![place; n])[0];
            let mut inside = changes(arena, &decider, n, axis).unwrap_or_default();
            // A base that only touches zero does so where rounding says.
            inside.retain(|Place { at, .. }| {
                let near = CROSSING * at.min(1.0 - at);
                value(at - near) * value(at + near) < 0.0
            });
            zeros.extend(inside);
            let at_end = |end: &&f64| value(**end).abs() <= f64::EPSILON;
            let ends = [0.0, 1.0];
            zeros.extend(ends.iter().filter(at_end).map(|&at| Place::number(at)));
        }
        if zeros.is_empty() {
            return Some(Vec::new());
        }
        found.push((axis, zeros));
    }
    Some(found)
}

/// The places that are no ends.
fn inside(places: impl IntoIterator<Item = Place>) -> impl Iterator<Item = Place> {
    let inside = |place: &Place| (f64::MIN_POSITIVE..1.0).contains(&place.at);
    places.into_iter().filter(inside)
}

/// Collects the summands of a sum of squares, each as the formulas at whose zeros it vanishes;
/// whether it is such a sum.
fn squares_of(arena: &Arena, id: Id, squares: &mut Vec<Vec<Id>>) -> bool {
    if let Node::Binary(Binary::Add, x, y) = arena.node(id) {
        return squares_of(arena, *x, squares) && squares_of(arena, *y, squares);
    }
    let mut bases = Vec::new();
    let square = is_square(arena, id, &mut bases);
    squares.push(bases);
    square
}

/// Whether a formula is nowhere negative because of how it is written, with the formulas at whose
/// zeros it vanishes.
fn is_square(arena: &Arena, id: Id, bases: &mut Vec<Id>) -> bool {
    match arena.node(id) {
        Node::Power(x, n) if n % 2 == 0 => {
            if *n > 0 {
                bases.push(*x);
            }
            true
        }
        Node::Unary(Unary::Abs, x) => {
            bases.push(*x);
            true
        }
        Node::Binary(Binary::Mul, x, y) => {
            is_square(arena, *x, bases) && is_square(arena, *y, bases)
        }
        Node::Binary(Binary::Div, x, y) => {
            is_square(arena, *x, bases) && is_square(arena, *y, &mut Vec::new())
        }
        _ => arena.number(id).is_some_and(|number| number > 0.0),
    }
}

/// Nodes along an axis: even steps off the simple fractions, so that a place there lies between two
/// nodes, and ever smaller ones toward the ends.
pub(super) fn ladder() -> Vec<f64> {
    let near: Vec<f64> = (8..36).map(|k| 0.9 * 2f64.powi(-k)).collect();
    let even = BLOCK - 2 * near.len();
    let even = (0..even).map(|i| (i as f64 + 0.437) / even as f64);
    let far = near.iter().map(|s| 1.0 - s);
    let mut nodes: Vec<f64> = near.iter().copied().chain(even).chain(far).collect();
    nodes.sort_by(f64::total_cmp);
    nodes
}

/// The place between lo and hi where `below`, which says yes at lo and no at hi, changes its mind.
pub(super) fn bisected(mut lo: f64, mut hi: f64, mut below: impl FnMut(f64) -> bool) -> f64 {
    loop {
        let middle = lo + (hi - lo) / 2.0;
        if middle <= lo || middle >= hi {
            return shortest_between(lo, hi);
        }
        if below(middle) {
            lo = middle;
        } else {
            hi = middle;
        }
    }
}

/// The places in (0, 1) along an axis where a decider's state may change; `None` if it is too long.
fn changes(arena: &Arena, decider: &Decider, n: usize, axis: usize) -> Option<Vec<Place>> {
    let (graph, decider) = decider.alone(arena);
    let root = decider.difference(&graph).id;
    let levels = match decider.state {
        State::Sign => Levels::Zero,
        State::Floor => Levels::Whole,
    };
    let arena = graph.into_arena();
    let mut found = zeros(&arena, root, n, axis, levels, &Deadline::current())?;
    let mut known: Vec<&mut Place> = found.iter_mut().filter(|place| !place.is_open).collect();
    if !known.is_empty() {
        blur(&mut known, &arena, root, n, axis);
    }
    Some(found)
}

/// Widens places by what they move where the numbers of their decider, which are rounded, are those
/// that were meant, and by what whoever cuts there may move them.
fn blur(places: &mut [&mut Place], arena: &Arena, root: Id, n: usize, axis: usize) {
    let roots = [root];
    let mut ranges = Ranges::new(arena, &roots, n);
    let mut rounding = Rounding::new(arena, &roots).of_constants();
    let mut operations = Rounding::new(arena, &roots).of_operations();
    for place in places {
        let mut off = Switches::MOVED * place.at;
        let along = |side: (f64, f64), other: (f64, f64)| {
            (0..n).map(move |a| if a == axis { side } else { other })
        };
        let (least, is_linear) = ranges.as_mut().map_or((0.0, false), |ranges| {
            ranges.turn_to(along((place.lo, place.hi), (0.0, 1.0)));
            let slope = ranges.slope(0, axis);
            ranges.turn_to(along((0.0, 1.0), (0.0, 1.0)));
            let all = ranges.slope(0, axis);
            let is_linear = all.hi - all.lo <= LINEAR * all.hi.abs();
            (slope.lo.max(-slope.hi), is_linear)
        });
        // Where it may only touch zero the place is as wide as rounding leaves it.
        if least > 0.0 {
            let node: Vec<f64> = along((place.at, place.at), (0.5, 0.5))
                .map(|(at, _)| at)
                .collect();
            let mut moved = 0.0;
            rounding.at(&node, |_, lost| moved = lost / least);
            if moved.is_finite() {
                off = off.max(moved);
            }
            operations.at(&node, |_, lost| {
                let misjudged = MISJUDGED * lost / least;
                if misjudged.is_finite() {
                    place.misjudged = misjudged;
                }
            });
            // Beside a root of what is linear the formula is that of the distance, but for what is left at the root.
            place.rounded = match is_linear {
                true => rounding.value_of(0).abs() / least,
                false => moved,
            };
        }
        place.lo = (place.lo - off).max(0.0);
        place.hi = (place.hi + off).min(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(f: impl for<'g> Fn(&'g Graph, Expr<'g>, Expr<'g>) -> Expr<'g>) -> Switches {
        let graph = Graph::new();
        let root = f(&graph, graph.input(0), graph.input(1)).id;
        switches(&graph.into_arena(), &[root], 2)
    }

    #[test]
    fn places_on_one_axis_are_found_to_the_last_bit() {
        let s = found(|_, x, y| (x - 0.3).abs() * y);
        assert_eq!(s.places, [vec![0.3], vec![]]);
        assert!(!s.oblique);
        let s = found(|_, x, y| (0.6 - y).signum() + (x * 3.0).floor());
        assert_eq!(s.places[1], [0.6]);
        // The ends of the thirds, rounded.
        assert_eq!(s.places[0].len(), 2);
        assert!((s.places[0][0] - 1.0 / 3.0).abs() < 1e-15);
        let s = found(|_, x, _| x.max(0.25).min(0.75));
        assert_eq!(s.places[0], [0.25, 0.75]);
        let s = found(|g, x, _| (g.pi() * 4.0 * x).cos().abs());
        assert_eq!(s.places[0].len(), 4);
        let s = found(|_, x, y| 1.0 / (x - 0.3) + 1.0 / (y - 0.6).powi(2) + x / (y + 1.0));
        assert_eq!(s.places, [vec![0.3], vec![0.6]]);
    }

    #[test]
    fn what_places_are_off_is_no_less_where_many_are_looked_at_together() {
        let graph = Graph::new();
        let x = graph.input(0);
        let root = [((x * 7.0).floor() + (x * 11.0).floor() * x).id];
        let arena = graph.into_arena();
        let mut ranges = Ranges::new(&arena, &root, 1).unwrap();
        let found = switches(&arena, &root, 1);
        // The sevenths and elevenths, as far as they are known.
        let places: Vec<Place> = found.places[0]
            .iter()
            .map(|&at| Place {
                lo: at - 1e-16,
                hi: at + 1e-16,
                ..Place::number(at)
            })
            .collect();
        assert_eq!(places.len(), 16);
        let [mut each, mut all] = [[0.0], [0.0]];
        for place in &places {
            add_errors(&mut each, &mut ranges, 1, 0, place);
        }
        add_errors_of_all(&mut all, &mut ranges, 1, 0, &places);
        // They jump by 12 in all, and the whole rises by some 16 at each.
        assert!(each[0] > 0.0 && each[0] <= all[0] && all[0] < 30.0 * each[0]);
    }

    #[test]
    fn singular_points_are_found_where_a_sum_of_squares_vanishes() {
        let s = found(|_, x, y| 1.0 / ((x - 0.3).powi(2) + 2.0 * (y - 0.6).powi(2)).sqrt());
        assert_eq!(s.places, [vec![0.3], vec![0.6]]);
        let s = found(|_, x, y| (x - 0.25).hypot(y).ln());
        assert_eq!(s.places, [vec![0.25], vec![]]);
        let s = found(|_, x, y| 1.0 / ((x - 0.3).abs() + (y - 0.5).powi(4)));
        assert_eq!(s.places, [vec![0.3], vec![0.5]]);
        // It is 1 at least, or vanishes outside only.
        for above in [0.0, 1.0] {
            let s = found(|_, x, y| {
                1.0 / ((x - 0.3).powi(2) + (y - 1.5 - above).powi(2) + 1.0).sqrt()
                    + 1.0 / ((x - 0.3).powi(2) + (y + 0.5).powi(2))
            });
            assert_eq!(s.places, [Vec::<f64>::new(), vec![]]);
        }
    }

    #[test]
    fn switches_across_the_axes_are_oblique() {
        assert!(found(|_, x, y| (x + y - 0.9).abs()).oblique);
        assert!(!found(|_, x, y| (x * y).exp()).oblique);
    }
}
