//! Formulas in which what switches along one axis is decided: between two places it has one state,
//! which is an input.
//!
//! 1. In the place of each switch of one coordinate write what it is in a state: ±x for |x|, the
//!    number for a floor, 0 or 1 for a condition, one of both for a minimum.
//! 2. Between two neighbouring places nothing changes, so that the states are those at the middle.
//! 3. The same formulas hold for all parts: only numbers differ.

use super::cells::formulas;
use super::switches::deciders;
use crate::elementary::{Binary, Unary};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::value::values;
use crate::integrand::{Side, Switches};

/// A place this near to an end of a part, as a part of it, is at the end.
const AT_END: f64 = 4.0 * f64::EPSILON;

/// With more inputs they cannot be told apart.
const MOST_INPUTS: usize = 64;

/// Formulas of coordinates and states.
#[derive(Debug)]
pub(super) struct States {
    /// The coordinates are the first inputs, the states the others.
    pub(super) formulas: Formulas,
    /// The states as formulas of the coordinates.
    states: Formulas,
    switches: Switches,
}

impl States {
    /// The states of formulas of n unit coordinates with these switches; `None` if nothing switches
    /// along one axis.
    pub(super) fn new(
        arena: &Arena,
        roots: &[Id],
        n: usize,
        switches: impl FnOnce() -> Switches,
    ) -> Option<Self> {
        let reached = inputs::of_nodes(arena);
        let needed = arena.needed(roots);
        let mut switching: Vec<Id> = deciders(arena, roots)
            .iter()
            .filter(|d| d.bends && d.inputs.count_ones() == 1)
            .map(|d| d.node)
            .filter(|id| !matches!(arena.node(*id), Node::Unary(Unary::Cbrt, _)))
            .collect();
        if switching.is_empty() {
            return None;
        }
        // What is made of conditions is decided with them.
        let logical = arena.nodes().iter().enumerate().filter(|(index, node)| {
            let is_logical = matches!(
                node,
                Node::Binary(Binary::And | Binary::Or, ..) | Node::Unary(Unary::Not, _)
            );
            is_logical && needed[*index] && reached[*index].count_ones() == 1
        });
        switching.extend(logical.map(|(index, _)| Id::at(index)));
        if n + switching.len() > MOST_INPUTS {
            return None;
        }
        let states = formulas(n, |graph, s| {
            let copy = |id: Id| graph.import(arena, &[id], s)[0];
            switching.iter().map(|id| state(arena, *id, copy)).collect()
        });
        let formulas = {
            let graph = Graph::new();
            let roots: Vec<Id> = {
                let count = n + switching.len();
                let inputs: Vec<Expr<'_>> = (0..count).map(|i| graph.input(i)).collect();
                let found = graph.import_replacing(arena, roots, &inputs[..n], |id, copy| {
                    let place = switching.iter().position(|other| *other == id)?;
                    Some(in_state(arena.node(id), inputs[n + place], copy))
                });
                found.iter().map(|e| e.id).collect()
            };
            Formulas {
                inputs: Vec::new(),
                arena: graph.into_arena(),
                roots,
            }
        };
        Some(States {
            formulas,
            states,
            switches: switches(),
        })
    }

    /// The states on a part of the box; `None` if they may change inside it.
    pub(super) fn on(&self, sides: &[Side]) -> Option<Vec<f64>> {
        let is_between = |(axis, side): (usize, &Side)| {
            let (lo, hi) = (side.from.min(side.to), side.from.max(side.to));
            let (from, to) = (lo + AT_END * lo.max(hi - lo), hi - AT_END * hi);
            let along = self.switches.along(axis);
            let next = along.partition_point(|place| *place <= from);
            let unresolved = self.switches.unresolved.get(axis);
            let mut unresolved = unresolved.into_iter().flatten();
            along.get(next).is_none_or(|place| *place >= to)
                && !unresolved.any(|side| side.from < to && side.to > from)
        };
        if !sides.iter().enumerate().all(is_between) {
            return None;
        }
        let middle: Vec<f64> = sides.iter().map(|side| side.at(0.5)).collect();
        let found = values(&self.states.arena, &self.states.roots, &middle);
        found.iter().all(|v| v.is_finite()).then_some(found)
    }
}

/// The state of a switch as a formula.
fn state<'g>(arena: &Arena, id: Id, copy: impl Fn(Id) -> Expr<'g>) -> Expr<'g> {
    match *arena.node(id) {
        Node::Unary(Unary::Abs, x) => copy(x).signum(),
        Node::Binary(Binary::Min, x, y) => copy(x).lt(copy(y)),
        Node::Binary(Binary::Max, x, y) => copy(y).lt(copy(x)),
        _ => copy(id),
    }
}

/// What a switch is in a state.
fn in_state<'g>(node: &Node, state: Expr<'g>, copy: &dyn Fn(Id) -> Expr<'g>) -> Expr<'g> {
    match *node {
        Node::Unary(Unary::Abs, x) => state * copy(x),
        Node::Binary(Binary::Min | Binary::Max, x, y) => state.select(copy(x), copy(y)),
        _ => state,
    }
}
