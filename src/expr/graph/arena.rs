//! Nodes as plain data: what a map or a program keeps.

use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::node::{Id, Node};
use super::rounded::Rounded;

/// The nodes of a graph as plain data: what a map or a program keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    nodes: Vec<Node>,
    /// The last node of every hash: nodes are kept once, so that a long formula stays in the cache.
    last: FxHashMap<u32, Id>,
    /// For every node, the one before it with the same hash.
    before: Vec<Option<Id>>,
}

impl Arena {
    /// An arena with room for so many nodes.
    pub(super) fn with_capacity(nodes: usize) -> Self {
        Arena {
            nodes: Vec::with_capacity(nodes),
            last: FxHashMap::with_capacity_and_hasher(nodes, FxBuildHasher),
            before: Vec::with_capacity(nodes),
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
            Node::Constant(bits, _) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }

    /// The same with what it lost.
    pub(crate) fn rounded(&self, id: Id) -> Option<Rounded> {
        match self.node(id) {
            Node::Constant(bits, kept) => Some(Rounded::with_kept(f64::from_bits(*bits), *kept)),
            _ => None,
        }
    }

    /// The place of an operation; a new one only if there is none yet.
    pub(crate) fn insert(&mut self, node: Node) -> Id {
        let id = Id::at(self.nodes.len());
        let hash = FxBuildHasher.hash_one(&node);
        let before = match self.last.entry((hash ^ hash >> 32) as u32) {
            Entry::Occupied(mut last) => {
                let mut next = Some(*last.get());
                while let Some(known) = next {
                    if self.nodes[known.index()] == node {
                        return known;
                    }
                    next = self.before[known.index()];
                }
                Some(last.insert(id))
            }
            Entry::Vacant(place) => {
                place.insert(id);
                None
            }
        };
        self.nodes.push(node);
        self.before.push(before);
        id
    }

    /// An arena of nothing but what the roots need, and the roots there. What it takes depends on
    /// its own size alone, however large this arena is.
    pub(crate) fn part(&self, roots: &[Id]) -> (Arena, Vec<Id>) {
        let mut seen: FxHashSet<Id> = FxHashSet::default();
        let mut needed = Vec::new();
        let mut next = roots.to_vec();
        while let Some(id) = next.pop() {
            if seen.insert(id) {
                needed.push(id);
                self.node(id).for_each_operand(|operand| next.push(operand));
            }
        }
        // Operands precede operations, so their copies exist.
        needed.sort_unstable();
        let mut part = Arena::with_capacity(needed.len());
        let mut copies: FxHashMap<Id, Id> = FxHashMap::default();
        let copy = |copies: &FxHashMap<Id, Id>, id: Id| copies.get(&id).copied().unwrap_or(id);
        for id in needed {
            let node = self
                .node(id)
                .with_operands(|operand| copy(&copies, operand));
            copies.insert(id, part.insert(node));
        }
        let roots = roots.iter().map(|&root| copy(&copies, root)).collect();
        (part, roots)
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
