//! What is known of the values of a node: whether they are finite, where they vanish, their range.

use super::polynomial::{Polynomial, Term, Vanishing};
use crate::elementary::{Binary, Unary, powi};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::operator::{ALL, Range, unary};

/// What is known of the values of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Finite for all inputs.
    pub(super) total: bool,
    /// Zero at isolated places only, unless it is zero itself.
    pub(super) analytic: bool,
    /// Bounds, not widened by rounding: for signs only.
    pub(super) range: Range,
    /// The length of its text, roughly.
    pub(super) cost: u32,
}

impl Facts {
    /// What is known of a node, given the facts of all before it and the range of every input.
    pub(super) fn of(node: &Node, known: &[Facts], ranges: &[Range]) -> Facts {
        let of = |id: &Id| known[id.index()];
        let mut total = true;
        let mut analytic = true;
        let mut cost = 0u32;
        node.for_each_operand(|id| {
            let facts = of(&id);
            total &= facts.total;
            analytic &= facts.analytic;
            cost = cost.saturating_add(facts.cost);
        });
        let (own_total, own_analytic, own_cost, range) = match node {
            Node::Constant(bits, _) => {
                let value = f64::from_bits(*bits);
                (value.is_finite(), true, 1, (value, value))
            }
            Node::Symbol(symbol) => (true, true, 1, (symbol.value(), symbol.value())),
            Node::Input(i) => {
                let range = ranges.get(*i as usize).copied().unwrap_or(ALL);
                (true, true, 1, range)
            }
            Node::Unary(op, x) => {
                let (lo, hi) = of(x).range;
                let (own_total, range) = (unary(*op).values)(lo, hi);
                let smooth = !matches!(
                    op,
                    Unary::Sign | Unary::Floor | Unary::Ceil | Unary::Heaviside | Unary::Not
                );
                let own_cost = if *op == Unary::Neg { 1 } else { 4 };
                (own_total, smooth, own_cost, range)
            }
            Node::Binary(op, x, y) => {
                let (range, own_total) = binary_facts(*op, of(x).range, of(y).range);
                let smooth = matches!(
                    op,
                    Binary::Add
                        | Binary::Sub
                        | Binary::Mul
                        | Binary::Div
                        | Binary::Pow
                        | Binary::Hypot
                        | Binary::Atan2
                        | Binary::BesselJ
                        | Binary::BesselY
                        | Binary::BesselI
                        | Binary::BesselK
                        | Binary::SphericalJ
                        | Binary::Polygamma
                );
                let own_cost = match op {
                    Binary::Add | Binary::Sub | Binary::Mul => 1,
                    Binary::Div => 2,
                    _ => 4,
                };
                (own_total, smooth, own_cost, range)
            }
            Node::Power(x, n) => {
                let (lo, hi) = of(x).range;
                let range = power_range((lo, hi), *n);
                let nonzero = lo > 0.0 || hi < 0.0;
                (*n >= 0 || nonzero, true, 2, range)
            }
            Node::Select(_, a, b) => {
                let (a, b) = (of(a).range, of(b).range);
                (true, false, 4, (a.0.min(b.0), a.1.max(b.1)))
            }
            Node::Determinant(_) => (true, true, 8, ALL),
            Node::Volume(..) => (true, true, 8, (0.0, f64::INFINITY)),
        };
        // NaN bounds (∞ − ∞) know nothing.
        let range = if range.0 <= range.1 { range } else { ALL };
        Facts {
            total: total && own_total,
            analytic: analytic && own_analytic,
            range,
            cost: cost.saturating_add(own_cost),
        }
    }
}

/// A product, or a power, of numbers that are not zero: no zero either.
fn kept_from_zero(value: f64) -> f64 {
    if value == 0.0 {
        f64::MIN_POSITIVE.copysign(value)
    } else {
        value
    }
}

/// The range of a whole power.
fn power_range((lo, hi): Range, n: i32) -> Range {
    let f = |x: f64| match powi(x, n) {
        value if x == 0.0 || x.is_infinite() => value,
        value => kept_from_zero(value),
    };
    match (n >= 0, n % 2 == 0) {
        (true, true) if lo <= 0.0 && hi >= 0.0 => (f(0.0), f(lo).max(f(hi))),
        (true, true) => (f(lo).min(f(hi)), f(lo).max(f(hi))),
        (true, false) => (f(lo), f(hi)),
        (false, _) if lo > 0.0 => (f(hi), f(lo)),
        (false, true) => (0.0, f64::INFINITY),
        (false, false) if lo >= 0.0 => (0.0, f64::INFINITY),
        (false, false) => ALL,
    }
}

/// The range of a normal form, term by term.
pub(super) fn form_range(form: &Polynomial, known: &[Facts]) -> Range {
    let times = |x: Range, y: Range| binary_facts(Binary::Mul, x, y).0;
    let plus = |x: Range, y: Range| binary_facts(Binary::Add, x, y).0;
    let of_term = |term: &Term| {
        let powers = term.factors.iter();
        let powers = powers.map(|&(atom, k)| power_range(known[atom.index()].range, k));
        let coefficient = term.coefficient.value;
        powers.fold((coefficient, coefficient), times)
    };
    let range = form.terms.iter().map(of_term).fold((0.0, 0.0), plus);
    // NaN bounds (∞ − ∞) know nothing.
    if range.0 <= range.1 { range } else { ALL }
}

/// The range of a function of two operands, and whether it is finite wherever they are.
fn binary_facts(op: Binary, x: Range, y: Range) -> (Range, bool) {
    let product = |x: Range, y: Range| {
        // 0 · ∞ is 0 here: the operand is finite where the other is zero.
        let times = |a: f64, b: f64| match a == 0.0 || b == 0.0 {
            true => 0.0,
            false => kept_from_zero(a * b),
        };
        let corners = [
            times(x.0, y.0),
            times(x.0, y.1),
            times(x.1, y.0),
            times(x.1, y.1),
        ];
        let lo = corners.iter().copied().fold(f64::INFINITY, f64::min);
        let hi = corners.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (lo, hi)
    };
    let nonzero = y.0 > 0.0 || y.1 < 0.0;
    match op {
        Binary::Add => ((x.0 + y.0, x.1 + y.1), true),
        Binary::Sub => ((x.0 - y.1, x.1 - y.0), true),
        Binary::Mul => (product(x, y), true),
        // Zero wherever it has a value.
        Binary::Div if x == (0.0, 0.0) => (x, nonzero),
        Binary::Div if nonzero => (product(x, (1.0 / y.1, 1.0 / y.0)), true),
        Binary::Div if x.0 >= 0.0 && y.0 >= 0.0 => ((0.0, f64::INFINITY), false),
        Binary::Div => (ALL, false),
        Binary::Pow => {
            let f = |base: f64| match base.powf(y.0) {
                value if base == 0.0 || base.is_infinite() => value,
                value => kept_from_zero(value),
            };
            let range = if x.0 > 0.0 && y.0 == y.1 {
                (f(x.0).min(f(x.1)), f(x.0).max(f(x.1)))
            } else if x.0 >= 0.0 {
                (0.0, f64::INFINITY)
            } else {
                ALL
            };
            (range, x.0 > 0.0)
        }
        Binary::Hypot => ((0.0, f64::INFINITY), true),
        Binary::Atan2 => (ALL, true),
        // The order is a number that the reader of formulas has looked at.
        Binary::BesselJ | Binary::SphericalJ => ((-1.0, 1.0), true),
        Binary::BesselI if y.0 >= 0.0 || x.0 % 2.0 == 0.0 => ((0.0, f64::INFINITY), true),
        Binary::BesselI => (ALL, true),
        Binary::BesselK => ((0.0, f64::INFINITY), y.0 > 0.0),
        Binary::BesselY => (ALL, y.0 > 0.0),
        Binary::Polygamma => (ALL, y.0 > 0.0),
        Binary::Min => ((x.0.min(y.0), x.1.min(y.1)), true),
        Binary::Max => ((x.0.max(y.0), x.1.max(y.1)), true),
        Binary::Lt | Binary::Le | Binary::Eq | Binary::Ne | Binary::And | Binary::Or => {
            ((0.0, 1.0), true)
        }
    }
}

/// The facts as what [`Polynomial`] asks for.
pub(super) struct Atoms<'f>(pub(super) &'f [Facts]);

impl Vanishing for Atoms<'_> {
    fn is_total(&self, atom: Id) -> bool {
        self.0[atom.index()].total
    }

    fn is_analytic(&self, atom: Id) -> bool {
        self.0[atom.index()].analytic
    }
}

/// Whether formulas have a finite value for all inputs, as far as the simplifier can tell.
pub(crate) fn is_total(arena: &Arena, roots: &[Id]) -> bool {
    let needed = arena.needed(roots);
    let facts = all_facts(arena, &[]);
    let mut facts = facts.iter().zip(needed).filter(|(_, needed)| *needed);
    facts.all(|(f, _)| f.total)
}

/// Whether a formula is zero at isolated places only, as far as the simplifier can tell.
pub(crate) fn is_analytic(arena: &Arena, root: Id) -> bool {
    all_facts(arena, &[])[root.index()].analytic
}

/// Whether formulas are zero for all inputs between these limits but for a set without content, on which something is
/// divided by zero.
pub(crate) fn are_zero(arena: &Arena, roots: &[Id], ranges: &[Range]) -> bool {
    let facts = all_facts(arena, ranges);
    // Whether nodes are zero, and whether they are finite, both but for such a set.
    let mut known: Vec<(bool, bool)> = Vec::with_capacity(facts.len());
    for (node, own) in arena.nodes().iter().zip(&facts) {
        let is_zero = |id: &Id| known[id.index()].0;
        let mut are_finite = true;
        node.for_each_operand(|id| are_finite &= known[id.index()].1);
        let range = |id: &Id| facts[id.index()].range;
        // What is analytic and no zero itself is zero at isolated places.
        let divides = |id: &Id| {
            let (lo, hi) = range(id);
            lo > 0.0 || hi < 0.0 || facts[id.index()].analytic && !is_zero(id)
        };
        let is_finite = match node {
            Node::Constant(..) => own.total,
            Node::Unary(op, x) => (unary(*op).values)(range(x).0, range(x).1).0,
            Node::Binary(Binary::Div, _, y) => divides(y),
            Node::Binary(Binary::Add | Binary::Sub | Binary::Mul, ..) => true,
            Node::Binary(op, x, y) => binary_facts(*op, range(x), range(y)).1,
            Node::Power(x, n) => *n >= 0 || divides(x),
            _ => true,
        };
        let is_finite = are_finite && is_finite;
        let vanishes = match node {
            Node::Unary(op, x) => is_zero(x) && op.value(0.0) == 0.0,
            Node::Binary(Binary::Add | Binary::Sub, x, y) => is_zero(x) && is_zero(y),
            Node::Binary(Binary::Mul, x, y) => is_zero(x) || is_zero(y),
            Node::Binary(Binary::Div, x, _) => is_zero(x),
            Node::Power(x, n) => is_zero(x) && *n > 0,
            Node::Select(c, a, b) => match range(c) {
                (lo, hi) if lo > 0.0 || hi < 0.0 => is_zero(a),
                _ if is_zero(c) => is_zero(b),
                _ => is_zero(a) && is_zero(b),
            },
            Node::Binary(Binary::Lt, x, y) => range(x).0 >= range(y).1,
            Node::Binary(Binary::Le, x, y) => range(x).0 > range(y).1,
            _ => false,
        };
        let is_zero = own.range == (0.0, 0.0) || vanishes && is_finite;
        known.push((is_zero, is_finite));
    }
    roots.iter().all(|root| known[root.index()].0)
}

/// An interval that holds the values of every node, given the range of every input.
pub(crate) fn value_ranges(arena: &Arena, ranges: &[Range]) -> Vec<Range> {
    let facts = all_facts(arena, ranges);
    facts.into_iter().map(|f| f.range).collect()
}

/// What is known of the nodes of an arena, given the range of every input.
fn all_facts(arena: &Arena, ranges: &[Range]) -> Vec<Facts> {
    let mut facts = Vec::with_capacity(arena.nodes().len());
    for node in arena.nodes() {
        facts.push(Facts::of(node, &facts, ranges));
    }
    facts
}
