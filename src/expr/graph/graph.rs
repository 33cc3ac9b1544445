//! A graph under construction.

use std::cell::RefCell;

use super::arena::Arena;
use super::node::{Id, Node};

/// A graph under construction.
///
/// ```
/// use pullback::formula::Graph;
/// let graph = Graph::new();
/// let x = graph.input(0);
/// assert_eq!((x * x + 1.0).value(&[3.0]), 10.0);
/// ```
#[derive(Debug, Default)]
pub struct Graph {
    arena: RefCell<Arena>,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty graph with room for so many nodes.
    pub(crate) fn with_capacity(nodes: usize) -> Self {
        Self::from_arena(Arena::with_capacity(nodes))
    }

    /// A graph that goes on from the nodes of an arena.
    pub(crate) fn from_arena(arena: Arena) -> Self {
        Graph {
            arena: RefCell::new(arena),
        }
    }

    /// The nodes as plain data.
    pub(crate) fn into_arena(self) -> Arena {
        self.arena.into_inner()
    }

    /// Reads the arena. The closure must not build nodes.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Arena) -> T) -> T {
        look(&self.arena.borrow())
    }

    /// The number of nodes so far.
    pub(crate) fn size(&self) -> usize {
        self.arena.borrow().nodes().len()
    }

    /// A copy of the node at a place.
    pub(crate) fn node(&self, id: Id) -> Node {
        self.arena.borrow().node(id).clone()
    }

    /// The place of an operation.
    pub(super) fn place(&self, node: Node) -> Id {
        self.arena.borrow_mut().insert(node)
    }
}
