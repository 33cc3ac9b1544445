//! The nodes of a graph: numbers, inputs and operations on earlier nodes.

use std::sync::Arc;

use super::rounded::Rounded;
use crate::elementary::{Binary, Unary};

/// The place of a node in its arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(u32);

impl Id {
    /// The node's position in [`Arena::nodes`].
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    /// The node at a position in [`Arena::nodes`].
    pub(crate) fn at(index: usize) -> Self {
        Id(index as u32)
    }
}

/// A mathematical constant that is kept by name, so that formulas print as in a textbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Symbol {
    /// The ratio of a circle's circumference to its diameter.
    Pi,
    /// The base of the natural logarithm.
    E,
}

impl Symbol {
    /// The constant's value, correctly rounded.
    pub(crate) fn value(self) -> f64 {
        match self {
            Symbol::Pi => std::f64::consts::PI,
            Symbol::E => std::f64::consts::E,
        }
    }

    /// The constant's name in texts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Symbol::Pi => "pi",
            Symbol::E => "e",
        }
    }
}

/// One operation. Operands precede it in the arena.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// A number, by its bits (so that `-0` and NaN have places of their own), and what is [kept](Rounded::kept) of what
    /// it lost.
    Constant(u64, u32),
    /// A named constant.
    Symbol(Symbol),
    /// The input with this index.
    Input(u32),
    /// A function of one operand.
    Unary(Unary, Id),
    /// A function of two operands.
    Binary(Binary, Id, Id),
    /// An integer power: repeated multiplication.
    Power(Id, i32),
    /// `select(c, a, b)`: `a` where `c` is not zero, `b` where it is.
    Select(Id, Id, Id),
    /// The determinant of an n × n matrix, row by row, by elimination at every node.
    Determinant(Arc<[Id]>),
    /// √det(AᵀA) of a matrix with this number of columns, row by row, by orthogonalisation.
    Volume(u32, Arc<[Id]>),
}

impl Node {
    /// A number with what it lost.
    pub(crate) fn number(number: Rounded) -> Node {
        Node::Constant(number.value.to_bits(), number.kept())
    }

    /// Calls `visit` with every operand, in order.
    pub(crate) fn for_each_operand(&self, mut visit: impl FnMut(Id)) {
        match self {
            Node::Constant(..) | Node::Symbol(_) | Node::Input(_) => {}
            Node::Unary(_, x) | Node::Power(x, _) => visit(*x),
            Node::Binary(_, x, y) => {
                visit(*x);
                visit(*y);
            }
            Node::Select(c, a, b) => {
                visit(*c);
                visit(*a);
                visit(*b);
            }
            Node::Determinant(entries) | Node::Volume(_, entries) => {
                entries.iter().copied().for_each(visit);
            }
        }
    }

    /// The same operation on other operands.
    pub(crate) fn with_operands(&self, mut to: impl FnMut(Id) -> Id) -> Node {
        match self {
            Node::Constant(..) | Node::Symbol(_) | Node::Input(_) => self.clone(),
            Node::Unary(op, x) => Node::Unary(*op, to(*x)),
            Node::Power(x, n) => Node::Power(to(*x), *n),
            Node::Binary(op, x, y) => {
                let x = to(*x);
                Node::Binary(*op, x, to(*y))
            }
            Node::Select(c, a, b) => {
                let (c, a) = (to(*c), to(*a));
                Node::Select(c, a, to(*b))
            }
            Node::Determinant(entries) => {
                Node::Determinant(entries.iter().map(|&e| to(e)).collect())
            }
            Node::Volume(columns, entries) => {
                Node::Volume(*columns, entries.iter().map(|&e| to(e)).collect())
            }
        }
    }
}
