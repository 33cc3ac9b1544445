//! Nodes as plain data: what a map or a program keeps.

use std::collections::hash_map::Entry;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::node::{Id, Node};

/// The nodes of a graph as plain data: what a map or a program keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    nodes: Vec<Node>,
    places: FxHashMap<Node, Id>,
}

impl Arena {
    /// An arena with room for so many nodes.
    pub(super) fn with_capacity(nodes: usize) -> Self {
        Arena {
            nodes: Vec::with_capacity(nodes),
            places: FxHashMap::with_capacity_and_hasher(nodes, FxBuildHasher),
        }
    }

    /// All nodes, operands before operations.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node at a place.
    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id.index()]
    }

    /// The number that a node is, if it is a plain number.
    pub(crate) fn number(&self, id: Id) -> Option<f64> {
        match self.node(id) {
            Node::Constant(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }

    /// The place of an operation; a new one only if there is none yet.
    pub(crate) fn insert(&mut self, node: Node) -> Id {
        match self.places.entry(node) {
            Entry::Occupied(place) => *place.get(),
            Entry::Vacant(place) => {
                let id = Id::at(self.nodes.len());
                self.nodes.push(place.key().clone());
                *place.insert(id)
            }
        }
    }

    /// Marks every node that the roots need.
    pub(crate) fn needed(&self, roots: &[Id]) -> Vec<bool> {
        let mut needed = vec![false; self.nodes.len()];
        for root in roots {
            needed[root.index()] = true;
        }
        for index in (0..self.nodes.len()).rev() {
            if needed[index] {
                self.nodes[index].for_each_operand(|id| needed[id.index()] = true);
            }
        }
        needed
    }
}
