//! The expression graph: formulas as a hash-consed directed acyclic graph, and the handles that
//! build it.
//!
//! Every distinct operation is stored once, after its operands, so a pass over the graph is a loop
//! over its nodes in order of creation, and equal subexpressions share one node. A handle
//! [`Expr`] is `Copy` and carries operators, so an ordinary closure over handles, called once,
//! leaves its formula behind.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

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
    /// A number, by its bits (so that `-0` and NaN have places of their own).
    Constant(u64),
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
    /// Calls `visit` with every operand, in order.
    pub(crate) fn for_each_operand(&self, mut visit: impl FnMut(Id)) {
        match self {
            Node::Constant(_) | Node::Symbol(_) | Node::Input(_) => {}
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
            Node::Constant(_) | Node::Symbol(_) | Node::Input(_) => self.clone(),
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

/// The nodes of a graph as plain data: what a map or a program keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    nodes: Vec<Node>,
    places: FxHashMap<Node, Id>,
}

impl Arena {
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
        Self::from_arena(Arena {
            nodes: Vec::with_capacity(nodes),
            places: FxHashMap::with_capacity_and_hasher(nodes, FxBuildHasher),
        })
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
        self.arena.borrow().nodes.len()
    }

    /// A copy of the node at a place.
    pub(crate) fn node(&self, id: Id) -> Node {
        self.arena.borrow().node(id).clone()
    }

    /// The handle of a place.
    pub(crate) fn expr(&self, id: Id) -> Expr<'_> {
        Expr { graph: self, id }
    }

    /// The handle of an operation.
    pub(crate) fn insert(&self, node: Node) -> Expr<'_> {
        let id = self.arena.borrow_mut().insert(node);
        Expr { graph: self, id }
    }

    /// The input with this index.
    pub fn input(&self, index: usize) -> Expr<'_> {
        self.insert(Node::Input(index as u32))
    }

    /// A number.
    pub fn constant(&self, value: f64) -> Expr<'_> {
        self.insert(Node::Constant(value.to_bits()))
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

impl<'g> Operand<'g> {
    fn in_graph(self, graph: &'g Graph) -> Expr<'g> {
        match self {
            Operand::Expr(e) => e,
            Operand::Number(value) => graph.constant(value),
        }
    }
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

impl From<i32> for Operand<'_> {
    fn from(value: i32) -> Self {
        Operand::Number(f64::from(value))
    }
}

macro_rules! unary_methods {
    ($($(#[$doc:meta])* $name:ident => $op:ident;)*) => {
        impl<'g> Expr<'g> {
            $($(#[$doc])* pub fn $name(self) -> Expr<'g> { self.unary(Unary::$op) })*
        }
    };
}

unary_methods! {
    /// The absolute value.
    abs => Abs;
    /// The sign: −1, 0 or 1 (so `signum` of 0 is 0, unlike `f64::signum`).
    signum => Sign;
    /// The largest whole number that is not above.
    floor => Floor;
    /// The smallest whole number that is not below.
    ceil => Ceil;
    /// The step function: 0 below zero, 1/2 at zero, 1 above.
    heaviside => Heaviside;
    /// The square root.
    sqrt => Sqrt;
    /// The cube root, also of negative numbers.
    cbrt => Cbrt;
    /// The exponential function.
    exp => Exp;
    /// The natural logarithm.
    ln => Ln;
    /// The logarithm to base 2.
    log2 => Log2;
    /// The logarithm to base 10.
    log10 => Log10;
    /// The sine.
    sin => Sin;
    /// The cosine.
    cos => Cos;
    /// The tangent.
    tan => Tan;
    /// The inverse sine.
    asin => Asin;
    /// The inverse cosine.
    acos => Acos;
    /// The inverse tangent.
    atan => Atan;
    /// The hyperbolic sine.
    sinh => Sinh;
    /// The hyperbolic cosine.
    cosh => Cosh;
    /// The hyperbolic tangent.
    tanh => Tanh;
    /// The inverse hyperbolic sine.
    asinh => Asinh;
    /// The inverse hyperbolic cosine.
    acosh => Acosh;
    /// The inverse hyperbolic tangent.
    atanh => Atanh;
    /// The error function (2/√π) ∫₀ˣ exp(−t²) dt.
    erf => Erf;
    /// The gamma function.
    gamma => Gamma;
    /// The digamma function, Γ′/Γ.
    digamma => Digamma;
    /// The trigamma function, the derivative of digamma.
    trigamma => Trigamma;
}

macro_rules! binary_methods {
    ($($(#[$doc:meta])* $name:ident => $op:ident;)*) => {
        impl<'g> Expr<'g> {
            $($(#[$doc])* pub fn $name(self, other: impl Into<Operand<'g>>) -> Expr<'g> {
                self.binary(Binary::$op, other)
            })*
        }
    };
}

binary_methods! {
    /// The power `self ^ other`, as the C function `pow`. An exponent that is a whole number, as in
    /// [`Expr::powi`], is repeated multiplication.
    pow => Pow;
    /// The angle of the point (`other`, `self`): atan2(y, x) with y first.
    atan2 => Atan2;
    /// √(self² + other²) without overflow.
    hypot => Hypot;
    /// The smaller one; NaN if either is.
    min => Min;
    /// The larger one; NaN if either is.
    max => Max;
    /// 1 where `self < other`, else 0.
    lt => Lt;
    /// 1 where `self <= other`, else 0.
    le => Le;
    /// 1 where the two are equal, else 0.
    equal => Eq;
    /// 1 where the two differ, else 0.
    differs => Ne;
    /// 1 where neither is zero, else 0.
    and => And;
    /// 1 where at least one is not zero, else 0.
    or => Or;
}

impl<'g> Expr<'g> {
    pub(crate) fn unary(self, op: Unary) -> Expr<'g> {
        self.graph.insert(Node::Unary(op, self.id))
    }

    pub(crate) fn binary(self, op: Binary, other: impl Into<Operand<'g>>) -> Expr<'g> {
        let other = other.into().in_graph(self.graph);
        if op == Binary::Pow
            && let Some(n) = other.whole_number()
        {
            return self.powi(n);
        }
        self.graph.insert(Node::Binary(op, self.id, other.id))
    }

    /// The integer power: repeated multiplication, so (−2)³ is −8.
    pub fn powi(self, n: i32) -> Expr<'g> {
        self.graph.insert(Node::Power(self.id, n))
    }

    /// `yes` where this condition is not zero, `no` where it is.
    ///
    /// Both are evaluated; only the chosen one counts, so the other may be NaN there.
    pub fn select(self, yes: impl Into<Operand<'g>>, no: impl Into<Operand<'g>>) -> Expr<'g> {
        let yes = yes.into().in_graph(self.graph);
        let no = no.into().in_graph(self.graph);
        self.graph.insert(Node::Select(self.id, yes.id, no.id))
    }

    /// The number that this expression is, if it is a plain number.
    pub(crate) fn number(self) -> Option<f64> {
        self.graph.read(|arena| arena.number(self.id))
    }

    /// The exponent that this expression is, if it is a whole number of moderate size.
    pub(crate) fn whole_number(self) -> Option<i32> {
        let value = self.number()?;
        (value.fract() == 0.0 && value.abs() <= 1024.0).then_some(value as i32)
    }

    /// A number of the same graph.
    pub(crate) fn constant(self, value: f64) -> Expr<'g> {
        self.graph.constant(value)
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $op:ident) => {
        impl<'g, T: Into<Operand<'g>>> std::ops::$trait<T> for Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self, other: T) -> Expr<'g> {
                self.binary(Binary::$op, other)
            }
        }

        impl<'g> std::ops::$trait<Expr<'g>> for f64 {
            type Output = Expr<'g>;
            fn $method(self, other: Expr<'g>) -> Expr<'g> {
                other.constant(self).binary(Binary::$op, other)
            }
        }
    };
}

operator!(Add, add, Add);
operator!(Sub, sub, Sub);
operator!(Mul, mul, Mul);
operator!(Div, div, Div);

impl<'g> std::ops::Neg for Expr<'g> {
    type Output = Expr<'g>;
    fn neg(self) -> Expr<'g> {
        self.unary(Unary::Neg)
    }
}

/// 1 where the operand is zero, 0 elsewhere.
impl<'g> std::ops::Not for Expr<'g> {
    type Output = Expr<'g>;
    fn not(self) -> Expr<'g> {
        self.unary(Unary::Not)
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
