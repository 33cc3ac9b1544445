//! Which inputs reach a node, as sets of one bit for each input.
//!
//! An input from the 64th on shares the bit of the one 64 places before; a program has at most 64.

use super::graph::{Arena, Id, Node};

/// The most inputs that have a bit of their own.
pub(crate) const MOST: usize = 64;

/// The bit of an input.
pub(crate) fn bit(input: usize) -> u64 {
    1 << (input % MOST)
}

/// The inputs that reach a node, given those that reach its operands.
pub(crate) fn of_node(node: &Node, of: impl Fn(Id) -> u64) -> u64 {
    let mut inputs = match node {
        Node::Input(i) => bit(*i as usize),
        _ => 0,
    };
    node.for_each_operand(|id| inputs |= of(id));
    inputs
}

/// The inputs that reach each node of an arena.
pub(crate) fn of_nodes(arena: &Arena) -> Vec<u64> {
    besides(arena, |_| false)
}

/// The inputs that reach each node otherwise than through nodes that are taken as given.
pub(crate) fn besides(arena: &Arena, is_given: impl Fn(Id) -> bool) -> Vec<u64> {
    let mut found = Vec::with_capacity(arena.nodes().len());
    for (index, node) in arena.nodes().iter().enumerate() {
        found.push(match is_given(Id::at(index)) {
            true => 0,
            false => of_node(node, |id| found[id.index()]),
        });
    }
    found
}

/// The inputs that reach any of these formulas.
pub(crate) fn of_formulas(arena: &Arena, roots: &[Id]) -> u64 {
    let nodes = arena.nodes().iter().zip(arena.needed(roots));
    let needed = nodes.filter(|(_, needed)| *needed);
    needed.fold(0, |inputs, (node, _)| inputs | of_node(node, |_| 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::Graph;

    #[test]
    fn inputs_reach_what_is_built_of_them() {
        let graph = Graph::new();
        let (x, z) = (graph.input(0), graph.input(2));
        let (sum, number) = (x.sin() + z, graph.pi() * 2.0);
        let (sum, number, x) = (sum.id, number.id, x.id);
        let arena = graph.into_arena();
        let reached = of_nodes(&arena);
        assert_eq!(reached[sum.index()], 0b101);
        assert_eq!(reached[number.index()], 0);
        assert_eq!(of_formulas(&arena, &[x, number]), 0b001);
        assert_eq!(of_formulas(&arena, &[sum]), 0b101);
        let sine = arena
            .nodes()
            .iter()
            .position(|node| matches!(node, Node::Unary(..)));
        let besides_sine = besides(&arena, |id| Some(id.index()) == sine);
        assert_eq!(besides_sine[sum.index()], 0b100);
    }
}
