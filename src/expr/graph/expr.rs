//! Formulas as handles: what closures compute with.

use super::arena::Arena;
use super::graph::Graph;
use super::node::{Id, Node, Symbol};
use super::rounded::Rounded;
use crate::elementary::{Binary, Unary};

/// A formula in a [`Graph`]: a handle that is `Copy` and has the operators of arithmetic.
///
/// There is no order on expressions, so a data-dependent `if` does not compile; use
/// [`Expr::select`].
///
/// ```compile_fail
/// # use pullback::formula::Graph;
/// let graph = Graph::new();
/// let x = graph.input(0);
/// if x > 0.0 { /* an expression has no value yet */ }
/// ```
#[derive(Clone, Copy)]
pub struct Expr<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) id: Id,
}

impl std::fmt::Debug for Expr<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Expr({})", self.id.index())
    }
}

/// What can stand beside an expression: another expression of the same graph, or a number.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'g> {
    /// An expression.
    Expr(Expr<'g>),
    /// A number.
    Number(f64),
}

impl<'g> From<Expr<'g>> for Operand<'g> {
    fn from(e: Expr<'g>) -> Self {
        Operand::Expr(e)
    }
}

impl From<f64> for Operand<'_> {
    fn from(value: f64) -> Self {
        Operand::Number(value)
    }
}

impl<'g> From<&Expr<'g>> for Operand<'g> {
    fn from(e: &Expr<'g>) -> Self {
        Operand::Expr(*e)
    }
}

impl From<&f64> for Operand<'_> {
    fn from(value: &f64) -> Self {
        Operand::Number(*value)
    }
}

macro_rules! whole_operands {
    ($($integer:ident)*) => {
        $(
            /// A whole number, rounded to double precision.
            impl From<$integer> for Operand<'_> {
                fn from(value: $integer) -> Self {
                    Operand::Number(value as f64)
                }
            }
        )*
    };
}

whole_operands!(i32 u32 i64 u64 usize);

impl<'g> Expr<'g> {
    pub(crate) fn unary(self, op: Unary) -> Expr<'g> {
        self.graph.insert(Node::Unary(op, self.id))
    }

    pub(crate) fn binary(self, op: Binary, other: impl Into<Operand<'g>>) -> Expr<'g> {
        let other = self.beside(other);
        if op == Binary::Pow
            && let Some(n) = other.whole_number()
        {
            return self.powi(n);
        }
        self.graph.insert(Node::Binary(op, self.id, other.id))
    }

    /// `yes` where this condition is not zero, `no` where it is.
    ///
    /// Both are evaluated; only the chosen one counts, so the other may be NaN there.
    pub fn select(self, yes: impl Into<Operand<'g>>, no: impl Into<Operand<'g>>) -> Expr<'g> {
        let yes = self.beside(yes);
        let no = self.beside(no);
        self.graph.insert(Node::Select(self.id, yes.id, no.id))
    }

    /// The number that this expression is, if it is a plain number.
    pub(crate) fn number(self) -> Option<f64> {
        self.graph.read(|arena| arena.number(self.id))
    }

    /// The same with what it lost.
    pub(crate) fn rounded(self) -> Option<Rounded> {
        self.graph.read(|arena| arena.rounded(self.id))
    }

    /// Whether this is a comparison, or several joined: 0 or 1 everywhere, and never NaN.
    pub(crate) fn is_truth(self) -> bool {
        let mut rest = vec![self.id];
        while let Some(id) = rest.pop() {
            match self.graph.node(id) {
                Node::Binary(Binary::Lt | Binary::Le | Binary::Eq | Binary::Ne, ..) => {}
                Node::Binary(Binary::And | Binary::Or, x, y) => rest.extend([x, y]),
                Node::Unary(Unary::Not, x) => rest.push(x),
                Node::Constant(bits, _) if matches!(f64::from_bits(bits), 0.0 | 1.0) => {}
                _ => return false,
            }
        }
        true
    }

    /// The exponent that this expression is, if it is a whole number of moderate size.
    pub(crate) fn whole_number(self) -> Option<i32> {
        let value = self.number()?;
        (value.fract() == 0.0 && value.abs() <= 1024.0).then_some(value as i32)
    }

    /// What stands beside this expression, in the same graph.
    pub(crate) fn beside(self, other: impl Into<Operand<'g>>) -> Expr<'g> {
        match other.into() {
            Operand::Expr(e) => e,
            Operand::Number(value) => self.constant(value),
        }
    }

    /// A number of the same graph.
    pub(crate) fn constant(self, value: f64) -> Expr<'g> {
        self.graph.constant(value)
    }
}

/// The handles that a graph gives out.
impl Graph {
    /// The handle of a place.
    pub(crate) fn expr(&self, id: Id) -> Expr<'_> {
        Expr { graph: self, id }
    }

    /// The handle of an operation.
    pub(crate) fn insert(&self, node: Node) -> Expr<'_> {
        Expr {
            graph: self,
            id: self.place(node),
        }
    }

    /// The input with this index.
    pub fn input(&self, index: usize) -> Expr<'_> {
        self.insert(Node::Input(index as u32))
    }

    /// A number.
    pub fn constant(&self, value: f64) -> Expr<'_> {
        self.insert(Node::Constant(value.to_bits(), 0))
    }

    /// A number with what it lost.
    pub(crate) fn number(&self, number: Rounded) -> Expr<'_> {
        self.insert(Node::number(number))
    }

    /// The constant π, kept by name.
    pub fn pi(&self) -> Expr<'_> {
        self.insert(Node::Symbol(Symbol::Pi))
    }

    /// The constant e = exp(1), kept by name.
    pub fn e(&self) -> Expr<'_> {
        self.insert(Node::Symbol(Symbol::E))
    }

    /// Copies the formulas `roots` of an arena into this graph, with `inputs[i]` for input `i`.
    ///
    /// This is composition: the copy is the formula evaluated at other formulas.
    pub(crate) fn import<'g>(
        &'g self,
        arena: &Arena,
        roots: &[Id],
        inputs: &[Expr<'g>],
    ) -> Vec<Expr<'g>> {
        self.import_replacing(arena, roots, inputs, |_, _| None)
    }

    /// As [`Graph::import`], with what `replace` gives for a node and the copies of its operands.
    pub(crate) fn import_replacing<'g>(
        &'g self,
        arena: &Arena,
        roots: &[Id],
        inputs: &[Expr<'g>],
        replace: impl Fn(Id, &dyn Fn(Id) -> Expr<'g>) -> Option<Expr<'g>>,
    ) -> Vec<Expr<'g>> {
        let needed = arena.needed(roots);
        let mut copies: Vec<Option<Id>> = vec![None; arena.nodes().len()];
        for (index, node) in arena.nodes().iter().enumerate() {
            if needed[index] {
                // Operands precede operations, so their copies exist.
                let copy_of = |id: Id| copies[id.index()].unwrap_or(id);
                let copy = match replace(Id::at(index), &|id| self.expr(copy_of(id))) {
                    Some(other) => other.id,
                    None => match node {
                        Node::Input(i) if (*i as usize) < inputs.len() => inputs[*i as usize].id,
                        other => self.insert(other.with_operands(copy_of)).id,
                    },
                };
                copies[index] = Some(copy);
            }
        }
        let copy = |root: &Id| self.expr(copies[root.index()].unwrap_or(*root));
        roots.iter().map(copy).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_subexpressions_share_one_node() {
        let graph = Graph::new();
        let (x, y) = (graph.input(0), graph.input(1));
        let a = (x * y).sin() + x * y;
        let size = graph.size();
        let b = (x * y).sin() + x * y;
        assert_eq!(a.id, b.id);
        assert_eq!(graph.size(), size);
    }

    #[test]
    fn import_substitutes_formulas_for_inputs() {
        let inner = Graph::new();
        let f = inner.input(0) * 2.0 + inner.input(1);
        let root = f.id;
        let arena = inner.into_arena();
        let outer = Graph::new();
        let u = outer.input(0);
        let copy = outer.import(&arena, &[root], &[u * u, u.sin()])[0];
        assert_eq!(copy.id, (u * u * 2.0 + u.sin()).id);
    }

    #[test]
    fn a_whole_exponent_is_an_integer_power() {
        let graph = Graph::new();
        let x = graph.input(0);
        assert_eq!(x.pow(3.0).id, x.powi(3).id);
        assert_ne!(x.pow(0.5).id, x.powi(0).id);
    }
}
