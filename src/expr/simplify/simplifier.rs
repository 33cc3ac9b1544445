//! The simplifier: formulas as a textbook would write them.
//!
//! 1. Walk the graph in order of creation and bring every sum, product, power and quotient to a
//!    polynomial normal form over its atoms, in which like terms meet and vanish.
//! 2. Apply sin² + cos² = 1 and cosh² − sinh² = 1 to the normal form.
//! 3. Write the node as its normal form if that is shorter, else as the operation that it was.
//!
//! A simplified formula has the value of the original, up to rounding, wherever the original has
//! one, as long as no power of a part leaves the range of double precision: x/d/d becomes x/d². It may have a value at isolated points where the original has none (`x/x` at 0), never on
//! a whole region (`0*ln(x)` stays NaN for negative x). A product of sums is multiplied out only
//! where that makes it much shorter, since a sum can cancel where the product did not.
//!
//! J. Moses, "Algebraic simplification: a guide for the perplexed", Comm. ACM 14 (1971) 527–537.

use super::facts::{Atoms, Facts, form_range};
use super::polynomial::{Factors, Polynomial, Term};
use crate::deadline::Deadline;
use crate::elementary::{self, Binary, Unary};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node, Rounded, Symbol};
use crate::expr::operator::{self, Range};

/// Simplifies formulas; whether a product was multiplied out on the way, which is not done if
/// products are kept. Sums that are marked become sums of squares, if there are any marks; then it is told
/// whether one did.
pub(super) fn simplified(
    arena: &Arena,
    roots: &[Id],
    ranges: &[Range],
    keeps_products: bool,
    marked: Option<&[bool]>,
) -> ((Arena, Vec<Id>), bool) {
    let needed = arena.needed(roots);
    // Forms are written beside what they replace.
    let room = 3 * arena.nodes().len();
    let graph = Graph::with_capacity(room);
    let mut simplifier = Simplifier {
        facts: Vec::with_capacity(room),
        forms: Vec::with_capacity(room),
        keeps_products,
        ..Simplifier::new(&graph, ranges)
    };
    let deadline = Deadline::current();
    let mut is_over = false;
    let inner = inner_nodes(arena, roots, &needed);
    let mut images: Vec<Option<Id>> = vec![None; arena.nodes().len()];
    for (index, node) in arena.nodes().iter().enumerate() {
        if needed[index] {
            let moved = node.with_operands(|id| images[id.index()].unwrap_or(id));
            // When time is over the rest stays as it is.
            is_over |= index % BETWEEN_LOOKS == 0 && deadline.has_come();
            let image = match is_over {
                true => simplifier.graph.insert(moved),
                false => simplifier.node(moved, inner[index]),
            };
            let is_marked = marked.is_some_and(|marked| marked[index]);
            let image = if is_marked {
                simplifier.squares(image)
            } else {
                image
            };
            images[index] = Some(image.id);
        }
    }
    let image = |root: &Id| images[root.index()].unwrap_or(*root);
    let roots = roots.iter().map(image).collect();
    let has_changed = match marked {
        Some(_) => simplifier.completed,
        None => simplifier.expanded,
    };
    ((graph.into_arena(), roots), has_changed)
}

/// The nodes that only one other node reads, in a sum, product or power: parts of a longer formula.
fn inner_nodes(arena: &Arena, roots: &[Id], needed: &[bool]) -> Vec<bool> {
    let mut readers = vec![0u32; arena.nodes().len()];
    for root in roots {
        readers[root.index()] += 2;
    }
    for (node, _) in arena
        .nodes()
        .iter()
        .zip(needed)
        .filter(|(_, needed)| **needed)
    {
        let weight = if is_algebra(node) { 1 } else { 2 };
        node.for_each_operand(|id| readers[id.index()] += weight);
    }
    readers.iter().map(|&count| count == 1).collect()
}

/// Whether a node has a normal form of its own.
fn is_algebra(node: &Node) -> bool {
    matches!(
        node,
        Node::Unary(Unary::Neg, _)
            | Node::Binary(Binary::Add | Binary::Sub | Binary::Mul | Binary::Div, ..)
            | Node::Power(..)
    )
}

/// Whether a node is a sum or a difference.
pub(super) fn is_sum(node: &Node) -> bool {
    matches!(node, Node::Binary(Binary::Add | Binary::Sub, ..))
}

/// An inner part with more terms is not written: the formula that it is a part of will be.
const WRITTEN_TERMS: usize = 8;

/// An inner product of more factors is not written either.
const WRITTEN_FACTORS: usize = 16;

/// The terms and factors that normal forms of a formula may have, all together: one that is long has
/// no short form, and looking for it would take time and memory that grow with its square.
const MOST_WORK: usize = 2_000_000;

/// So many nodes are simplified between two looks at the clock.
const BETWEEN_LOOKS: usize = 64;

/// A graph of simplified formulas under construction.
pub(super) struct Simplifier<'g, 'r> {
    pub(super) graph: &'g Graph,
    /// The range of every input.
    pub(super) ranges: &'r [Range],
    /// What is known of every node.
    pub(super) facts: Vec<Facts>,
    /// The normal form of every node that has one of its own.
    forms: Vec<Option<Polynomial>>,
    /// Whether products of sums stay as they are.
    keeps_products: bool,
    /// Whether one was multiplied out.
    expanded: bool,
    /// Whether a sum became a sum of squares.
    pub(super) completed: bool,
    /// What is left of the work.
    left: usize,
}

impl<'g, 'r> Simplifier<'g, 'r> {
    /// A simplifier that knows the range of every input, and nothing of the nodes yet.
    pub(super) fn new(graph: &'g Graph, ranges: &'r [Range]) -> Self {
        Simplifier {
            graph,
            ranges,
            facts: Vec::new(),
            forms: Vec::new(),
            keeps_products: false,
            expanded: false,
            completed: false,
            left: MOST_WORK,
        }
    }
}

impl<'g> Simplifier<'g, '_> {
    /// The simplified form of an operation on simplified operands.
    pub(super) fn node(&mut self, node: Node, inner: bool) -> Expr<'g> {
        let plain = self.graph.insert(node.clone());
        self.learn();
        if let Some(square) = self.square(&node, inner) {
            return square;
        }
        match node {
            _ if is_algebra(&node) => self.algebra(plain, &node, inner),
            Node::Unary(op, x) => self.function(plain, op, x),
            Node::Binary(Binary::Pow, x, y) => self.real_power(plain, x, y),
            Node::Binary(Binary::Hypot, x, y) => self.hypot(plain, x, y),
            Node::Binary(Binary::Atan2, x, y) => self.angle(plain, x, y),
            Node::Binary(op @ (Binary::Max | Binary::Min), x, y) => self.extreme(plain, op, x, y),
            Node::Binary(op, x, y) => match (self.number(x), self.number(y)) {
                // Comparisons and choices among numbers are exact; functions of an order are not.
                (Some(a), Some(b)) if operator::binary(op).order.is_none() => {
                    self.graph.constant(op.value(a, b))
                }
                _ => plain,
            },
            Node::Select(c, a, b) => match self.number(c) {
                Some(c) if !c.is_nan() => self.graph.expr(if c != 0.0 { a } else { b }),
                _ if a == b && self.facts[c.index()].total => self.graph.expr(a),
                _ => plain,
            },
            _ => plain,
        }
    }

    /// The larger or the smaller of two formulas, where that is one of them everywhere.
    fn extreme(&mut self, plain: Expr<'g>, op: Binary, x: Id, y: Id) -> Expr<'g> {
        if x == y {
            return self.graph.expr(x);
        }
        let [above, below] = [x, y].map(|id| self.facts[id.index()]);
        if !(above.total && below.total) {
            return plain;
        }
        let (mut lo, mut hi) = (above.range.0 - below.range.1, above.range.1 - below.range.0);
        // Where both rise with an input the difference may not.
        if let Some(difference) = self.form(x).plus(-1.0, &self.form(y), &Atoms(&self.facts)) {
            let range = form_range(&difference, &self.facts);
            (lo, hi) = (lo.max(range.0), hi.min(range.1));
        }
        match (op == Binary::Max, lo >= 0.0, hi <= 0.0) {
            (true, true, _) | (false, _, true) => self.graph.expr(x),
            (true, _, true) | (false, true, _) => self.graph.expr(y),
            _ => plain,
        }
    }

    /// A product of two sums that are equal but for the sign, as a power: multiplied out, a narrow
    /// ridge of it loses its digits.
    fn square(&mut self, node: &Node, inner: bool) -> Option<Expr<'g>> {
        let Node::Binary(Binary::Mul, x, y) = *node else {
            return None;
        };
        let known = |id: Id| self.forms.get(id.index()).and_then(Option::as_ref);
        let (p, q) = known(x).zip(known(y))?;
        if p.terms.len() < 2 || p.terms.len() != q.terms.len() {
            return None;
        }
        let is_negative = p.scaled(-1.0).terms == q.terms;
        if !is_negative && p.terms != q.terms {
            return None;
        }
        let square = self.node(Node::Power(y, 2), inner);
        Some(match is_negative {
            true => self.node(Node::Unary(Unary::Neg, square.id), inner),
            false => square,
        })
    }

    /// Learns the facts of all nodes that are new.
    pub(super) fn learn(&mut self) {
        for index in self.facts.len()..self.graph.size() {
            let look = |arena: &Arena| {
                let node = arena.node(Id::at(index));
                Facts::of(node, &self.facts, self.ranges)
            };
            let facts = self.graph.read(look);
            self.facts.push(facts);
        }
    }

    fn number(&self, id: Id) -> Option<f64> {
        self.graph.expr(id).number()
    }

    pub(super) fn cost(&mut self, e: Expr<'g>) -> u32 {
        self.learn();
        self.facts[e.id.index()].cost
    }

    /// The normal form of a simplified node; an atom is its own.
    pub(super) fn form(&mut self, id: Id) -> Polynomial {
        self.learn();
        if self.forms.len() < self.facts.len() {
            self.forms.resize(self.facts.len(), None);
        }
        if let Some(form) = &self.forms[id.index()] {
            return form.clone();
        }
        match self.graph.expr(id).rounded() {
            Some(number) if number.value.is_finite() => Polynomial::number(number),
            _ => Polynomial::atom(id),
        }
    }

    pub(super) fn remember(&mut self, id: Id, form: &Polynomial) {
        self.learn();
        if self.forms.len() < self.facts.len() {
            self.forms.resize(self.facts.len(), None);
        }
        let trivial = form.as_number().is_some()
            || matches!(form.as_term(), Some(t) if t.factors == [(id, 1)]);
        if !trivial {
            self.forms[id.index()] = Some(form.clone());
        }
    }

    /// Sums, products, quotients and integer powers.
    fn algebra(&mut self, plain: Expr<'g>, node: &Node, inner: bool) -> Expr<'g> {
        if self.left == 0 {
            return plain;
        }
        if let Some(factored) = self.factored(plain, node) {
            return factored;
        }
        if let Some(square) = self.square_of_multiples(node) {
            return square;
        }
        let Some(form) = self.algebra_form(node) else {
            return self.long_product(plain.id).unwrap_or(plain);
        };
        if let Some(term) = form.as_term()
            && self.is_extreme(term)
            && let Some(product) = self.long_product(plain.id)
        {
            return product;
        }
        let factors: usize = form.terms.iter().map(|term| term.factors.len()).sum();
        self.left = self.left.saturating_sub(form.terms.len() + factors);
        let is_long = match &form.terms[..] {
            [term] => term.factors.len() > WRITTEN_FACTORS,
            terms => terms.len() > WRITTEN_TERMS,
        };
        if inner && is_long {
            self.remember(plain.id, &form);
            return plain;
        }
        let form = self.reduced(form);
        let form = self.without_squared_roots(form);
        let form = self.cancelled(form);
        let form = self.with_hyperbolic(form);
        let form = self.with_tangents(form);
        if let Some(quotient) = self.steep_quotient(&form) {
            return quotient;
        }
        let written = self.write(&form);
        let (old, new) = (self.cost(plain), self.cost(written));
        let shorter = if form.distributed && form.terms.len() > 1 {
            // A sum that vanishes with an input does so without cancelling as a product.
            let shorter =
                new.saturating_mul(2) < old || (is_sum(node) && self.vanishes_with_input(&form));
            shorter && self.may_expand(&form)
        } else {
            new <= old
        };
        let chosen = if shorter { written } else { plain };
        self.remember(chosen.id, &form);
        chosen
    }

    /// Whether a form may be written; one that was multiplied out is written only where products need
    /// not be kept, and that is noted.
    pub(super) fn may_expand(&mut self, form: &Polynomial) -> bool {
        let expands = form.distributed && form.terms.len() > 1;
        self.expanded |= expands;
        !(expands && self.keeps_products)
    }

    /// Whether an input is a factor of all terms.
    fn vanishes_with_input(&self, form: &Polynomial) -> bool {
        let is_input = |id: Id| matches!(self.graph.node(id), Node::Input(_));
        let mut common = form.common_factors().into_iter();
        common.any(|(atom, k)| k > 0 && is_input(atom))
    }

    fn algebra_form(&mut self, node: &Node) -> Option<Polynomial> {
        let form = self.barred_form(node)?;
        let Some(term) = form.as_term() else {
            return Some(form);
        };
        let (coefficient, factors) = (term.coefficient, &term.factors);
        if !factors.iter().any(|factor| self.bars_of(factor).is_some()) {
            return Some(form);
        }
        let plain = self.without_bars(factors);
        Some(self.monomial(coefficient, plain))
    }

    /// |a|ᵏ as aᵏ where k is even.
    fn without_bars(&self, factors: &[(Id, i32)]) -> Factors {
        let plain = |factor: &(Id, i32)| (self.bars_of(factor).unwrap_or(factor.0), factor.1);
        factors.iter().map(plain).collect()
    }

    /// The a of |a|ᵏ where k is even.
    fn bars_of(&self, (atom, k): &(Id, i32)) -> Option<Id> {
        match self.graph.node(*atom) {
            Node::Unary(Unary::Abs, x) if k % 2 == 0 => Some(x),
            _ => None,
        }
    }

    fn barred_form(&mut self, node: &Node) -> Option<Polynomial> {
        let (x, y) = match *node {
            Node::Unary(_, x) | Node::Power(x, _) => (x, x),
            Node::Binary(_, x, y) => (x, y),
            _ => return None,
        };
        let (p, q) = (self.form(x), self.form(y));
        match *node {
            // The sign of zero in 1/0 is not kept by a normal form: 0·x⁻¹ must stay.
            Node::Binary(Binary::Div, ..) => {
                let Some(divisor) = q.coefficient().filter(|c| (1.0 / c.value).is_normal()) else {
                    let inverse = self.inverse(&q, y)?;
                    return p.times(&inverse, &Atoms(&self.facts));
                };
                // A number by itself, and not times its rounded reciprocal.
                let inverse = self.inverse(&q.over_number(divisor)?, y)?;
                let quotient = p.times(&inverse, &Atoms(&self.facts))?;
                quotient.over_number(divisor)
            }
            Node::Power(_, n) if n < 0 => {
                let inverse = self.inverse(&p, x)?;
                inverse.power(n.unsigned_abs(), &Atoms(&self.facts))
            }
            Node::Unary(Unary::Neg, _) => Some(p.scaled(-1.0)),
            Node::Binary(Binary::Add, ..) => p.plus(1.0, &q, &Atoms(&self.facts)),
            Node::Binary(Binary::Sub, ..) => p.plus(-1.0, &q, &Atoms(&self.facts)),
            Node::Binary(Binary::Mul, ..) => p.times(&q, &Atoms(&self.facts)),
            Node::Power(_, n) => match p.power(n as u32, &Atoms(&self.facts)) {
                None => None,
                Some(_) if p.terms.is_empty() && n == 0 => Some(Polynomial::number(1.0)),
                power => power,
            },
            _ => None,
        }
    }

    /// The normal form of 1/f, where f is written as a node.
    fn inverse(&self, form: &Polynomial, node: Id) -> Option<Polynomial> {
        if form.terms.is_empty() {
            return None;
        }
        let inverse = form.reciprocal();
        inverse.or_else(|| Polynomial::atom(node).reciprocal())
    }

    // Functions.

    fn function(&mut self, plain: Expr<'g>, op: Unary, x: Id) -> Expr<'g> {
        if let Some(value) = self.number(x)
            && let Some(exact) = exact_value(op, value)
        {
            return self.graph.constant(exact);
        }
        let form = self.form(x);
        match op {
            Unary::Abs => return self.absolute(&form, plain),
            Unary::Sqrt => return self.root(&form, plain),
            Unary::Exp => {
                if let Some(term) = form.as_term()
                    && let (true, &[(atom, 1)]) = (term.coefficient == 1.0, &term.factors[..])
                    && let Node::Unary(Unary::Ln, y) = self.graph.node(atom)
                    && self.facts[y.index()].range.0 >= 0.0
                {
                    return self.graph.expr(y);
                }
            }
            Unary::Ln => {
                if let Node::Unary(Unary::Exp, y) = self.graph.node(x) {
                    return self.graph.expr(y);
                }
                if let Some(exponent) = self.one_and_exponential(&form)
                    && let Some(sum) = self.softplus(exponent)
                {
                    return sum;
                }
            }
            Unary::Log1p => {
                if let Node::Unary(Unary::Exp, y) = self.graph.node(x)
                    && let Some(sum) = self.softplus(y)
                {
                    return sum;
                }
            }
            _ => {}
        }
        // f(−x) = ±f(x), to the last bit.
        let odd = matches!(
            op,
            Unary::Sin
                | Unary::Tan
                | Unary::Sinh
                | Unary::Tanh
                | Unary::Asin
                | Unary::Atan
                | Unary::Asinh
                | Unary::Atanh
                | Unary::Erf
                | Unary::Cbrt
                | Unary::Sign
        );
        let even = matches!(op, Unary::Cos | Unary::Cosh | Unary::Sinc);
        let negative = !form.terms.is_empty() && form.negative_terms() == form.terms.len();
        if negative && (odd || even) && self.may_expand(&form) {
            let opposite = form.scaled(-1.0);
            let operand = self.write(&opposite);
            self.remember(operand.id, &opposite);
            let value = operand.unary(op);
            self.learn();
            if even {
                return value;
            }
            let form = Polynomial::atom(value.id).scaled(-1.0);
            let value = -value;
            self.remember(value.id, &form);
            return value;
        }
        plain
    }

    /// Splits atom powers into an even part's root and what stays under the root.
    fn even_part(factors: &[(Id, i32)]) -> (Factors, Factors) {
        let mut outside = Vec::new();
        let mut inside = Vec::new();
        for &(atom, k) in factors {
            let half = k.div_euclid(2);
            // An odd power keeps one factor under the root; of a reciprocal, one below.
            let (half, rest) = if k % 2 == 0 {
                (half, 0)
            } else if k > 0 {
                (half, 1)
            } else {
                (half + 1, -1)
            };
            if half != 0 {
                outside.push((atom, half));
            }
            if rest != 0 {
                inside.push((atom, rest));
            }
        }
        (outside, inside)
    }

    /// √(c·f²ᵏ·…) = √c·|f|ᵏ·√…
    fn root(&mut self, form: &Polynomial, plain: Expr<'g>) -> Expr<'g> {
        if !self.may_expand(form) {
            return plain;
        }
        let common = form.common_factors();
        let (outside, inside) = Self::even_part(&common);
        let mut rest = form.without(&common);
        let mut coefficient = Rounded::from(1.0);
        if let Some(term) = rest
            .terms
            .first()
            .cloned()
            .filter(|_| rest.terms.len() == 1)
        {
            let root = term.coefficient.sqrt();
            if term.coefficient > 0.0
                && root * root == term.coefficient
                && root.value.fract() == 0.0
            {
                coefficient = root;
                rest = Polynomial::number(1.0);
            }
        }
        let square = self.perfect_square(&rest);
        if let Some((size, _)) = square {
            coefficient = size.sqrt();
            rest = Polynomial::number(1.0);
        }
        // √(a·b) = √a·√b where a is not negative: each may then depend on fewer inputs. Where a is
        // zero on a whole region, b must have a root there.
        let has_root = rest.as_number().is_some_and(|number| number >= 0.0);
        let separable = |&(atom, _): &(Id, i32)| {
            let facts = &self.facts[atom.index()];
            facts.range.0 >= 0.0 && (facts.analytic || has_root)
        };
        let separate: Factors = inside.iter().copied().filter(separable).collect();
        let parts =
            separate.len() + usize::from(rest.as_number().is_none_or(|number| number != 1.0));
        let separate = if parts > 1 && separate.len() == inside.len() {
            separate
        } else {
            Vec::new()
        };
        if outside.is_empty() && coefficient == 1.0 && separate.is_empty() && square.is_none() {
            return plain;
        }
        let inside = if separate.is_empty() {
            inside
        } else {
            Vec::new()
        };
        for term in &mut rest.terms {
            for &(atom, k) in &inside {
                term.factors = term.times_power(atom, k);
            }
        }
        rest.terms.sort_by(|a, b| a.factors.cmp(&b.factors));
        let base = square.map(|(_, base)| (base.id, 1));
        let outside: Factors = outside.into_iter().chain(base).collect();
        let mut outside = self.magnitudes(&outside);
        for (atom, k) in separate {
            outside.push((self.graph.expr(atom).sqrt().id, k));
        }
        self.learn();
        if rest.as_number().is_some_and(|number| number == 1.0) {
            return self.finish(coefficient, outside);
        }
        let under = self.write(&rest);
        self.remember(under.id, &rest);
        let root = under.sqrt();
        self.learn();
        let mut factors = outside;
        factors.push((root.id, 1));
        self.finish(coefficient, factors)
    }

    /// |c·fᵏ·…| = |c|·|f|ᵏ·|…|
    fn absolute(&mut self, form: &Polynomial, plain: Expr<'g>) -> Expr<'g> {
        // |Sᵏ| = |S|ᵏ: multiplied out, the power is lost.
        if let Node::Unary(_, x) = self.graph.node(plain.id)
            && let Node::Power(sum, k) = self.graph.node(x)
            && is_sum(&self.graph.node(sum))
        {
            if k % 2 == 0 {
                return self.graph.expr(x);
            }
            let size = self.graph.expr(sum).abs();
            self.learn();
            let size = self.function(size, Unary::Abs, sum);
            return self.node(Node::Power(size.id, k), false);
        }
        let common = form.common_factors();
        if let (true, Node::Unary(_, x)) = (common.is_empty(), self.graph.node(plain.id)) {
            // Nothing to take out: the operand stays as it was written.
            let (lo, hi) = self.facts[x.index()].range;
            return match (lo >= 0.0, hi <= 0.0, form.as_number()) {
                (_, _, Some(number)) => self.graph.number(number.abs()),
                (true, ..) => self.graph.expr(x),
                (_, true, _) => {
                    let opposite = form.scaled(-1.0);
                    let written = -self.graph.expr(x);
                    self.remember(written.id, &opposite);
                    written
                }
                _ => plain,
            };
        }
        if !self.may_expand(form) {
            return plain;
        }
        let rest = form.without(&common);
        let mut factors = self.magnitudes(&common);
        if let Some(number) = rest.as_number() {
            return self.finish(number.abs(), factors);
        }
        let inner = self.write(&rest);
        self.remember(inner.id, &rest);
        self.learn();
        let (lo, hi) = self.facts[inner.id.index()].range;
        let sized = if lo >= 0.0 {
            inner
        } else if hi <= 0.0 {
            let opposite = rest.scaled(-1.0);
            self.write(&opposite)
        } else {
            inner.abs()
        };
        self.learn();
        factors.push((sized.id, 1));
        self.finish(1.0, factors)
    }

    /// |f|ᵏ for every factor, without bars where the sign is known.
    pub(super) fn magnitudes(&mut self, factors: &[(Id, i32)]) -> Factors {
        let mut sized = Vec::new();
        for &(atom, k) in factors {
            self.learn();
            let positive = self.facts[atom.index()].range.0 >= 0.0;
            let base = if k % 2 == 0 || positive {
                atom
            } else {
                self.graph.expr(atom).abs().id
            };
            sized.push((base, k));
        }
        self.learn();
        sized
    }

    /// The normal form of a product of atoms that need not be in order or distinct.
    fn monomial(&self, coefficient: impl Into<Rounded>, factors: Factors) -> Polynomial {
        let mut term = Term {
            coefficient: coefficient.into(),
            factors: Vec::new(),
        };
        for (atom, k) in factors {
            term.factors = term.times_power(atom, k);
        }
        Polynomial {
            terms: vec![term],
            distributed: false,
        }
    }

    /// A product of atoms that need not be in order or distinct.
    pub(super) fn finish(&mut self, coefficient: impl Into<Rounded>, factors: Factors) -> Expr<'g> {
        let factors = self.without_bars(&factors);
        let form = self.monomial(coefficient, factors);
        let written = self.write(&form);
        self.remember(written.id, &form);
        written
    }

    pub(super) fn real_power(&mut self, plain: Expr<'g>, x: Id, y: Id) -> Expr<'g> {
        if matches!(self.graph.node(x), Node::Symbol(Symbol::E)) {
            let exp = self.graph.insert(Node::Unary(Unary::Exp, y));
            self.learn();
            return self.function(exp, Unary::Exp, y);
        }
        let Some(exponent) = self.number(y) else {
            return plain;
        };
        let form = self.form(x);
        if let Some(split) = self.split_power(&form, exponent) {
            return split;
        }
        // (f²ᵏ)ᵖ = |f|²ᵏᵖ
        if let Some(term) = form.as_term()
            && term.coefficient == 1.0
            && let [(atom, k)] = term.factors[..]
            && (k % 2 == 0 || (self.facts[atom.index()].range.0 >= 0.0 && k != 1))
        {
            let power = f64::from(k) * exponent;
            let base = self.magnitudes(&[(atom, 1)])[0].0;
            if power.fract() == 0.0 && power.abs() <= 1024.0 {
                let base = if power % 2.0 == 0.0 { atom } else { base };
                return self.finish(1.0, vec![(base, power as i32)]);
            }
            let value = self.graph.expr(base).pow(power);
            self.learn();
            return value;
        }
        if let Some(split) = self.shared_power(&form, exponent) {
            return split;
        }
        if exponent == 0.5 || exponent == -0.5 {
            let root = self.graph.expr(x).sqrt();
            self.learn();
            let root = self.function(root, Unary::Sqrt, x);
            return if exponent > 0.0 {
                root
            } else {
                self.node(Node::Power(root.id, -1), false)
            };
        }
        plain
    }

    /// (a·b)ᵖ = aᵖ·bᵖ where neither is negative: each may then depend on fewer inputs.
    fn split_power(&mut self, form: &Polynomial, exponent: f64) -> Option<Expr<'g>> {
        let term = form.as_term()?;
        let single = |&(atom, k): &(Id, i32)| k == 1 && self.facts[atom.index()].range.0 >= 0.0;
        if term.coefficient != 1.0 || term.factors.len() < 2 || !term.factors.iter().all(single) {
            return None;
        }
        let mut factors = Vec::new();
        for &(atom, _) in &term.factors {
            let exponent = self.graph.constant(exponent);
            let plain = self.graph.expr(atom).pow(exponent);
            self.learn();
            let power = self.real_power(plain, atom, exponent.id);
            self.learn();
            factors.push((power.id, 1));
        }
        Some(self.finish(1.0, factors))
    }

    /// √(x² + y²) where the sum of squares is one square.
    fn hypot(&mut self, plain: Expr<'g>, x: Id, y: Id) -> Expr<'g> {
        let (p, q) = (self.form(x), self.form(y));
        let known = Atoms(&self.facts);
        let squares = p
            .power(2, &known)
            .zip(q.power(2, &known))
            .and_then(|(p, q)| p.plus(1.0, &q, &known));
        let Some(squares) = squares else {
            return plain;
        };
        let squares = self.reduced(squares);
        let even = |t: &Term| t.factors.iter().all(|f| f.1 % 2 == 0);
        match squares.as_term() {
            Some(term) if even(term) => self.root(&squares, plain),
            _ => self.shared_hypot(plain, &p, &q),
        }
    }
}

/// The value of a function of a number where it is exact, so that it may replace the function.
fn exact_value(op: Unary, x: f64) -> Option<f64> {
    let value = op.value(x);
    let whole = value.fract() == 0.0 && value.abs() < 1e15;
    let exact = match op {
        Unary::Abs | Unary::Sign | Unary::Floor | Unary::Ceil | Unary::Heaviside | Unary::Not => {
            !x.is_nan()
        }
        Unary::Sqrt => whole && value * value == x,
        Unary::Cbrt => whole && elementary::powi(value, 3) == x,
        Unary::Exp
        | Unary::Expm1
        | Unary::Log1p
        | Unary::Sin
        | Unary::Cos
        | Unary::Tan
        | Unary::Sinh
        | Unary::Cosh => whole && x == 0.0,
        Unary::Ln | Unary::Log2 | Unary::Log10 => whole && x == 1.0,
        _ => false,
    };
    exact.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::super::simplify;
    use super::*;
    use crate::expr::text::parse::{Scope, expression};
    use crate::expr::text::print;
    use crate::expr::{derive, determinant};

    const NAMES: [&str; 4] = ["u", "v", "w", "r"];

    fn names() -> Vec<String> {
        NAMES.iter().map(|n| n.to_string()).collect()
    }

    fn parsed<'g>(graph: &'g Graph, text: &str) -> Expr<'g> {
        let mut scope = Scope::new(graph);
        for (i, name) in NAMES.iter().enumerate() {
            scope.define(name, graph.input(i));
        }
        expression(text, &scope).unwrap_or_else(|e| panic!("{e}"))
    }

    fn simplified_in(text: &str, ranges: &[Range]) -> String {
        let graph = Graph::new();
        let root = parsed(&graph, text).id;
        let (arena, roots) = simplify(&graph.into_arena(), &[root], ranges);
        print::text(&arena, roots[0], &names())
    }

    fn simplified(text: &str) -> String {
        simplified_in(text, &[])
    }

    /// The simplified determinant of a map.
    fn det(map: &[&str]) -> String {
        let graph = Graph::new();
        let targets: Vec<_> = map.iter().map(|t| parsed(&graph, t)).collect();
        let matrix = derive::jacobian(&targets, map.len()).unwrap();
        let root = determinant::determinant(&graph, &matrix).id;
        let (arena, roots) = simplify(&graph.into_arena(), &[root], &[]);
        print::text(&arena, roots[0], &names())
    }

    #[test]
    fn determinants_print_as_in_a_textbook() {
        assert_eq!(det(&["u*cos(v)", "u*sin(v)"]), "u");
        assert_eq!(
            det(&["u*sin(v)*cos(w)", "u*sin(v)*sin(w)", "u*cos(v)"]),
            "u^2*sin(v)"
        );
        assert_eq!(det(&["2*u + v", "u - 3*v"]), "-7");
        assert_eq!(det(&["u^2 - v^2", "2*u*v"]), "4*(u^2 + v^2)");
        assert_eq!(
            det(&["cosh(u)*cos(v)", "sinh(u)*sin(v)"]),
            "sinh(u)^2 + sin(v)^2"
        );
        assert_eq!(det(&["exp(u)*cos(v)", "exp(u)*sin(v)"]), "exp(2*u)");
        assert_eq!(det(&["u*(1-v)", "u*v*(1-w)", "u*v*w"]), "u^2*v");
        assert_eq!(
            det(&["(2+u*cos(v))*cos(w)", "(2+u*cos(v))*sin(w)", "u*sin(v)"]),
            "-u*(u*cos(v) + 2)"
        );
        assert_eq!(det(&["(u+v)/2", "(u-v)/2"]), "-0.5");
        assert_eq!(
            det(&[
                "u*cos(v)",
                "u*sin(v)*cos(w)",
                "u*sin(v)*sin(w)*cos(r)",
                "u*sin(v)*sin(w)*sin(r)"
            ]),
            "u^3*sin(v)^2*sin(w)"
        );
    }

    #[test]
    fn sums_and_products_are_brought_to_their_shortest_form() {
        for (text, short) in [
            ("u + 0*v", "u"),
            ("1*u/1 - -v", "u + v"),
            ("u*v - v*u", "0"),
            ("u/u", "1"),
            ("cos(u)^2 + sin(u)^2", "1"),
            ("cosh(u)^2 - sinh(u)^2", "1"),
            ("1 - sin(u)^2", "cos(u)^2"),
            ("sinh(v)^2 + 1", "cosh(v)^2"),
            ("(u*cos(v))^2 + (u*sin(v))^2", "u^2"),
            ("((u + 2)*cos(v))^2 + (sin(v)*(u + 2))^2", "(u + 2)^2"),
            ("u^3*(u + 2)^2 - ((u + 2)*v)^2", "(u + 2)^2*(u^3 - v^2)"),
            ("sqrt((u*cos(v))^2 + (u*sin(v))^2)", "abs(u)"),
            ("hypot(u*cos(v), u*sin(v))", "abs(u)"),
            ("(u+v)/2 + (u-v)/2", "u"),
            ("sin(-u)", "-sin(u)"),
            ("cos(-2*u)", "cos(2*u)"),
            ("exp(u)*exp(v)", "exp(u + v)"),
            ("e^u", "exp(u)"),
            ("ln(exp(u))", "u"),
            ("sqrt(4*u^2*v)", "2*abs(u)*sqrt(v)"),
            ("abs(u^2*v)", "u^2*abs(v)"),
            ("(u^2)^(3/2)", "abs(u)^3"),
            ("abs(u)*abs(u)", "u^2"),
            ("3*u^2*abs(u)^(-2)", "3"),
            ("abs(2*u - 1)^2", "(2*u - 1)^2"),
            ("12*(2*u - 1)^2*abs((2*u - 1)^3)^(-2/3)", "12"),
            ("abs((u - v)^3)", "abs(u - v)^3"),
            ("(u + v)^2*(u + v)^(-3)", "1/(u + v)"),
            ("u^0.5", "sqrt(u)"),
            ("2*pi*u", "2*pi*u"),
            ("u*2*pi - pi*u", "pi*u"),
            ("u*u*u", "u^3"),
            ("u/(2*v)/v", "u/(2*v^2)"),
            ("if(1 < 2, u, v)", "u"),
        ] {
            assert_eq!(simplified(text), short, "{text}");
        }
    }

    #[test]
    fn what_could_change_a_value_stays() {
        for text in [
            "0*ln(u)",
            "ln(u) - ln(u)",
            "floor(u)/floor(u)",
            "sqrt(u)^2",
            "sin(ln(u))^2 + cos(ln(u))^2",
            "(1 - u)*(1 + u)",
            "(u - 1)^2",
            "u*(v - 1)*(v - 2)",
            "(u + v)*(u - v)",
            "inf - inf",
            "sqrt(-heaviside(-v)*(u + 7))",
        ] {
            let graph = Graph::new();
            let root = parsed(&graph, text);
            let (arena, roots) = simplify(&graph.read(Arena::clone), &[root.id], &[]);
            for point in [[-1.5, 0.25, 2.0, 3.0], [0.5, 1.0 + 1e-9, 2.0, 3.0]] {
                let before = root.value(&point);
                let after = crate::expr::value::values(&arena, &roots, &point)[0];
                let close = (before - after).abs() <= 1e-15 * before.abs();
                assert!(
                    close || (before.is_nan() && after.is_nan()),
                    "{text}: {before} {after}"
                );
            }
        }
    }

    #[test]
    fn known_ranges_remove_bars() {
        let ranges = [(0.0, 1.0), (0.0, std::f64::consts::PI), (1.0, 2.0)];
        for (text, short) in [
            ("abs(u)", "u"),
            ("abs(u^2*sin(v))", "u^2*sin(v)"),
            ("abs(-u*w)", "u*w"),
            ("sqrt(u^2*(1 + w^2))", "u*sqrt(w^2 + 1)"),
            ("abs(u*(2 + u*cos(v)))", "u*(u*cos(v) + 2)"),
            ("abs(u - w)", "-(u - w)"),
            // What a sum's terms share leaves it, and may cancel.
            ("u^2/(u^2 + u^2*w)", "1/(w + 1)"),
            ("u/sqrt(u^2 + (u*w)^2)", "1/sqrt(w^2 + 1)"),
            ("u/hypot(u, u*w)", "1/hypot(1, w)"),
            ("u^2*u*w/(u^2 + (u*w)^2)", "u*w/(w^2 + 1)"),
            // So does a sum that is a multiple of another one.
            ("(u^2 + w^2)/(2*u^2 + 2*w^2)", "0.5"),
            ("atan2(u*w, u)", "atan2(w, 1)"),
            ("atan2(w*r, r)", "atan2(w*r, r)"),
            ("(r^2 + r^2*w)^0.3", "abs(r)^0.6*(w + 1)^0.3"),
            ("u^3*(u^4 + u^4*w)^-0.75", "(w + 1)^(-0.75)"),
            ("u*(u^5 + u^5*w)^(-0.2)", "(w + 1)^(-0.2)"),
        ] {
            assert_eq!(simplified_in(text, &ranges), short, "{text}");
        }
        assert_eq!(simplified_in("abs(r)", &ranges), "abs(r)");
    }
}
