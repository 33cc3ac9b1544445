//! Formulas of which an input is a parameter that moves: their derivatives, and the places where they switch.
//!
//! 1. Formulas of the unit coordinates w and a parameter a are differentiated by a, at its value.
//! 2. What switches at g(w; a) = 0 jumps there by the difference of its two branches; the zeros move with
//!    the velocity −(∂g/∂a)/|∇g|.
//! 3. Zeros that stay, where ∂g/∂a is a multiple of g, are told by bounds.

use crate::analysis::level_formulas::OnLevels;
use crate::elementary::{Binary, Unary};
use crate::error::{Error, Misfit};
use crate::expr::bounds::ranges::Ranges;
use crate::expr::derive;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::simplify::simplify;
use crate::scatter::Scatter;

/// Numbers near the value of a parameter: what has one sign there has it at the value and beside it.
pub(super) fn beside(value: f64) -> Range {
    let width = 1e-9 * value.abs().max(f64::MIN_POSITIVE);
    (value - width, value + width)
}

/// Names in order, each once.
pub(super) fn distinct<'n>(names: &[&'n str]) -> impl Iterator<Item = &'n str> {
    let first = |at: usize| !names[..at].contains(&names[at]);
    (0..names.len())
        .filter(move |&at| first(at))
        .map(|at| names[at])
}

/// The derivatives of formulas by parameters, one behind the other. The [`distinct`] ones are the inputs from
/// n on.
pub(super) fn derivatives(
    arena: Arena,
    roots: Vec<Id>,
    n: usize,
    by: &[&str],
) -> Result<(Arena, Vec<Id>), Error> {
    slopes_by(arena, roots, n, (by, by))
}

/// The derivatives by some of the parameters whose [`distinct`] ones are the inputs from n on.
pub(super) fn slopes_by(
    arena: Arena,
    mut roots: Vec<Id>,
    n: usize,
    (all, by): (&[&str], &[&str]),
) -> Result<(Arena, Vec<Id>), Error> {
    let graph = Graph::from_arena(arena);
    for name in by {
        let at = distinct(all).position(|other| other == *name).unwrap_or(0);
        let outputs: Vec<_> = roots.iter().map(|&id| graph.expr(id)).collect();
        let slopes = derive::partial(&graph, &outputs, n + at)?.into_iter();
        let zero = graph.constant(0.0);
        roots = slopes.map(|slope| slope.unwrap_or(zero).id).collect();
    }
    Ok((graph.into_arena(), roots))
}

/// Formulas with numbers for the inputs from n on.
pub(super) fn at_values(arena: &Arena, roots: &[Id], n: usize, values: &[f64]) -> (Graph, Vec<Id>) {
    let graph = Graph::new();
    let roots = {
        let mut inputs: Vec<Expr<'_>> = (0..n).map(|i| graph.input(i)).collect();
        inputs.extend(values.iter().map(|&value| graph.constant(value)));
        let copies = graph.import(arena, roots, &inputs);
        copies.iter().map(|e| e.id).collect()
    };
    (graph, roots)
}

/// Formulas of which input n is one of the inputs from n on, and the others are numbers.
pub(super) fn with_one(
    arena: &Arena,
    roots: &[Id],
    n: usize,
    values: &[f64],
    one: usize,
) -> (Arena, Vec<Id>) {
    let graph = Graph::new();
    let roots: Vec<Id> = {
        let mut inputs: Vec<Expr<'_>> = (0..n).map(|i| graph.input(i)).collect();
        let others = values.iter().enumerate();
        inputs.extend(others.map(|(k, &value)| match k == one {
            true => graph.input(n),
            false => graph.constant(value),
        }));
        let copies = graph.import(arena, roots, &inputs);
        copies.iter().map(|e| e.id).collect()
    };
    (graph.into_arena(), roots)
}

/// A place where formulas may jump, and which moves: g = 0.
pub(super) struct Switch {
    /// The node that switches.
    node: Id,
    /// What the node is on either side: where g < 0, and where g > 0.
    sides: [f64; 2],
    /// g is the first less the second.
    level: [Option<Id>; 2],
}

/// The places where formulas switch and that an input moves.
///
/// # Errors
/// [`Error::Shape`] if there are steps without end.
pub(super) fn switches(
    arena: &Arena,
    roots: &[Id],
    input: usize,
    name: &str,
) -> Result<Vec<Switch>, Error> {
    let needed = arena.needed(roots);
    let reached = inputs::of_nodes(arena);
    let mut found = Vec::new();
    for (index, node) in arena.nodes().iter().enumerate() {
        // What depends on no coordinate is on one side all over the box.
        let moves = reached[index] >> input & 1 == 1 && reached[index] & !(1 << input) != 0;
        if !needed[index] || !moves {
            continue;
        }
        let node_id = Id::at(index);
        let switch = |sides, level| Switch {
            node: node_id,
            sides,
            level,
        };
        match *node {
            Node::Binary(Binary::Lt | Binary::Le, x, y) => {
                found.push(switch([1.0, 0.0], [Some(x), Some(y)]));
            }
            Node::Unary(Unary::Sign, x) => found.push(switch([-1.0, 1.0], [Some(x), None])),
            Node::Unary(Unary::Heaviside, x) => found.push(switch([0.0, 1.0], [Some(x), None])),
            Node::Unary(Unary::Floor | Unary::Ceil, _) => {
                let parameter = name.to_owned();
                return Err(Misfit::MovingSteps { parameter }.into());
            }
            _ => {}
        }
    }
    Ok(found)
}

/// How much of the speed of a level may be left where that is a multiple of the level, but for rounding.
const NEGLIGIBLE: f64 = 1e-13;

/// Points at which a level is compared with its speed.
const POINTS: usize = 16;

/// Whether the zeros of a level stay where they are, since its slope by the parameter, which is input n, is
/// a multiple of the level: bounds of the difference show it.
fn stays<'g>(graph: &'g Graph, level: Expr<'g>, speed: Expr<'g>, n: usize, value: f64) -> bool {
    let scattered = Scatter::roots(n);
    let points = (1..=POINTS).map(|k| [&scattered.point(k)[..], &[value]].concat());
    let pairs = points.map(|point| (level.value(&point), speed.value(&point)));
    let pairs: Vec<(f64, f64)> = pairs.filter(|(g, s)| (g * s).is_finite()).collect();
    let farther = |a: (f64, f64), b: (f64, f64)| if b.0.abs() > a.0.abs() { b } else { a };
    let Some((g, s)) = pairs.iter().copied().reduce(farther) else {
        return false;
    };
    let difference = (speed - level * (s / g)).id;
    let (arena, roots) = graph.read(|arena| {
        let (at, root) = at_values(arena, &[difference], n, &[value]);
        simplify(&at.into_arena(), &root, &unit_ranges(n))
    });
    let Some(mut ranges) = Ranges::new(&arena, &roots, n) else {
        return false;
    };
    ranges.turn_to(unit_ranges(n).into_iter());
    let size = pairs.iter().fold(0.0f64, |size, (_, s)| size.max(s.abs()));
    ranges.of(0).defined && ranges.of(0).values.largest() <= NEGLIGIBLE * size
}

/// What a moving jump adds, as formulas of the unit coordinates.
pub(super) struct MovingSwitch {
    pub(super) on: OnLevels,
    /// The number of unit coordinates: at least two.
    pub(super) coordinates: usize,
}

impl MovingSwitch {
    /// J·(−∂g/∂a) on g = 0; `None` where nothing jumps or nothing moves.
    pub(super) fn new(
        arena: &Arena,
        roots: &[Id],
        switch: &Switch,
        n: usize,
        value: f64,
    ) -> Result<Option<Self>, Error> {
        let graph = Graph::new();
        // A point on a line has no measure of its own: a coordinate that nothing depends on gives it one.
        let coordinates = n.max(2);
        let all: Vec<Id> = {
            let inputs: Vec<Expr<'_>> = (0..=n).map(|i| graph.input(i)).collect();
            let side = |of: f64| {
                let replaced = |id: Id| (id == switch.node).then(|| graph.constant(of));
                graph.import_replacing(arena, roots, &inputs, |id, _| replaced(id))
            };
            let [inside, outside] = switch.sides.map(side);
            let ends = switch.level.map(|end| match end {
                Some(id) => graph.import(arena, &[id], &inputs)[0],
                None => graph.constant(0.0),
            });
            let level = ends[0] - ends[1];
            let slopes = derive::jacobian(&[level], n + 1)?.swap_remove(0);
            let Some(speed) = slopes[n] else {
                return Ok(None);
            };
            let squares = slopes[..n].iter().flatten().map(|slope| slope.powi(2));
            let Some(squares) = squares.reduce(|sum, square| sum + square) else {
                return Ok(None);
            };
            if stays(&graph, level, speed, n, value) {
                return Ok(None);
            }
            let jumps = inside.into_iter().zip(outside).map(|(a, b)| a - b);
            let jumps: Vec<Expr<'_>> = jumps.map(|jump| jump * -speed).collect();
            let sizes = jumps.iter().map(|&jump| jump / squares.sqrt());
            let sizes: Vec<Expr<'_>> = sizes.collect();
            let all = [&jumps[..], &[level], &sizes].concat();
            all.iter().map(|e| e.id).collect()
        };
        let (graph, all) = at_values(&graph.into_arena(), &all, n, &[value]);
        let (arena, all) = simplify(&graph.into_arena(), &all, &unit_ranges(n));
        let count = roots.len();
        if all[..count]
            .iter()
            .all(|jump| arena.number(*jump) == Some(0.0))
        {
            return Ok(None);
        }
        let part = |roots: &[Id]| {
            let (arena, roots) = arena.part(roots);
            Formulas {
                inputs: Vec::new(),
                arena,
                roots,
            }
        };
        let level = part(&all[count..=count]);
        let on = OnLevels {
            formulas: part(&all[..count]),
            written: level.clone(),
            levels: level,
            sizes: part(&all[count + 1..]),
        };
        Ok(Some(MovingSwitch { on, coordinates }))
    }
}
