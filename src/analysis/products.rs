//! Sums of products of formulas of different inputs, read off the graph.
//!
//! 1. Find what cannot be taken apart. The inputs that meet there belong together: they form blocks.
//! 2. Multiply out, with formulas of one block as unknowns: products over sums, small powers of
//!    sums, exponentials, sines and cosines of sums.
//! 3. Gather the unknowns of each term by blocks.
//!
//! A formula that is a product as it stands is not multiplied out, since a sum can cancel where the
//! product did not: its factors may be sums of products in their turn.

use super::natural::variable_at;
use crate::deadline::Deadline;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::simplify::polynomial::{self, Polynomial, Vanishing};
use crate::expr::simplify::{is_analytic, is_total};
use crate::expr::value::node_value;
use crate::scatter::Scatter;

/// The most terms that a formula is taken into.
const MOST_TERMS: usize = 64;

/// The most factors of all terms on the way there.
const MOST_FACTORS: usize = 2_000_000;

/// The highest power of a sum that is multiplied out.
const HIGHEST_POWER: i32 = 4;

/// The most addends that the operand of a function is taken into.
const MOST_ADDENDS: usize = 256;

/// Exponents up to this are left as they are.
const SMALL_EXPONENT: f64 = 50.0;

/// The exponential of more is not taken out.
const LARGEST_EXPONENT: f64 = 600.0;

/// Steps of a search for the highest place.
const HALVINGS: usize = 40;

/// Points of the unit box at which an exponent is looked at.
const LOOKS: usize = 17;

/// The most blocks among which sines and cosines are shared out: k make 2ᵏ⁻¹ terms.
const MOST_ANGLES: usize = 6;

/// A coefficient times formulas of different inputs.
#[derive(Debug)]
pub(crate) struct Term<'g> {
    pub(crate) coefficient: f64,
    /// The formulas, each with the inputs that it depends on, one bit each.
    pub(crate) functions: Vec<(u64, Expr<'g>)>,
}

/// The inputs that the nodes of an arena depend on, and the values of those that depend on none.
pub(crate) struct Dependence<'a> {
    arena: &'a Arena,
    /// Between which limits the inputs are: 0 and 1 where none are given.
    pub(super) limits: &'a [Range],
    inputs: Vec<u64>,
    numbers: Vec<f64>,
}

/// How a formula may be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Into factors only.
    Product,
    /// Into a sum of products.
    Sum,
}

/// A formula that is to be taken apart in one way.
struct Grouping {
    /// Which nodes are unknowns, whatever they depend on.
    whole: Vec<bool>,
    /// Inputs that belong together.
    blocks: Vec<u64>,
}

impl<'a> Dependence<'a> {
    /// Looks at all nodes; their inputs are below 64, and between limits, or 0 and 1 where none are
    /// given.
    pub(crate) fn new(arena: &'a Arena, limits: &'a [Range]) -> Self {
        let count = arena.nodes().len();
        let mut dependence = Dependence {
            arena,
            limits,
            inputs: Vec::with_capacity(count),
            numbers: Vec::with_capacity(count),
        };
        for node in arena.nodes() {
            let inputs = inputs::of_node(node, |id| dependence.of(id));
            let number = match inputs {
                0 => node_value(node, &[], |id| dependence.numbers[id.index()]),
                _ => f64::NAN,
            };
            dependence.inputs.push(inputs);
            dependence.numbers.push(number);
        }
        dependence
    }

    /// The inputs that a node depends on.
    pub(crate) fn of(&self, id: Id) -> u64 {
        self.inputs[id.index()]
    }

    /// The terms of which a formula is the sum; `graph` goes on from the nodes of the arena. `None`
    /// if it cannot be taken apart.
    pub(crate) fn separate<'g>(&self, graph: &'g Graph, formula: Id) -> Option<Vec<Term<'g>>> {
        if self.of(formula).count_ones() < 2 {
            let coefficient = self.numbers[formula.index()];
            return coefficient.is_finite().then(|| {
                vec![Term {
                    coefficient,
                    functions: Vec::new(),
                }]
            });
        }
        for way in [Way::Product, Way::Sum] {
            let grouping = self.grouping(formula, way);
            if grouping.blocks.len() > 1
                && let Some(terms) = self.terms(graph, formula, &grouping)
            {
                return Some(terms);
            }
        }
        // Each term may have blocks of its own.
        let mut grouping = self.grouping(formula, Way::Sum);
        grouping.blocks = inputs_of(self.of(formula)).map(|i| 1 << i).collect();
        let terms = self.terms(graph, formula, &grouping)?;
        let most = |term: &Term<'_>| {
            let sizes = term.functions.iter().map(|(inputs, _)| inputs.count_ones());
            sizes.max().unwrap_or(0)
        };
        let gains = terms
            .iter()
            .all(|t| most(t) < self.of(formula).count_ones());
        gains.then_some(terms)
    }

    /// Finds what cannot be taken apart, from the formula down to its parts.
    fn grouping(&self, formula: Id, way: Way) -> Grouping {
        let mut ways: Vec<Option<Way>> = vec![None; formula.index() + 1];
        ways[formula.index()] = Some(way);
        let mut grouping = Grouping {
            whole: vec![false; formula.index() + 1],
            blocks: inputs_of(self.of(formula)).map(|i| 1 << i).collect(),
        };
        for index in (0..=formula.index()).rev() {
            let Some(way) = ways[index] else { continue };
            if self.inputs[index].count_ones() < 2 {
                continue;
            }
            // What is read in both ways is taken apart in the stricter one.
            let mut mark = |id: Id, way: Way| {
                let old = &mut ways[id.index()];
                *old = Some(old.map_or(way, |old| old.min(way)));
            };
            match self.arena.nodes()[index] {
                Node::Binary(Binary::Mul, x, y) => {
                    mark(x, way);
                    mark(y, way);
                }
                Node::Binary(Binary::Div, x, y) => {
                    mark(x, way);
                    mark(y, Way::Product);
                }
                Node::Unary(Unary::Neg, x) => mark(x, way),
                Node::Power(x, n) => {
                    let small = (0..=HIGHEST_POWER).contains(&n);
                    mark(x, if small { way } else { Way::Product });
                }
                Node::Binary(Binary::Add | Binary::Sub, x, y) if way == Way::Sum => {
                    mark(x, way);
                    mark(y, way);
                }
                Node::Unary(Unary::Exp, x) => {
                    for (addend, _) in self.addends(x) {
                        join(&mut grouping.blocks, self.of(addend));
                    }
                }
                Node::Unary(Unary::Sin | Unary::Cos, x) if way == Way::Sum => {
                    let mut angles = Vec::new();
                    for (addend, _) in self.addends(x) {
                        join(&mut angles, self.of(addend));
                    }
                    // Many angles are shared out among fewer blocks.
                    for several in angles.chunks(angles.len().div_ceil(MOST_ANGLES)) {
                        let together = several.iter().fold(0, |all, inputs| all | inputs);
                        join(&mut grouping.blocks, together);
                    }
                }
                _ => {
                    grouping.whole[index] = true;
                    join(&mut grouping.blocks, self.inputs[index]);
                }
            }
        }
        grouping
    }

    /// The addends of which a node is the sum, with their coefficients.
    fn addends(&self, sum: Id) -> Vec<(Id, f64)> {
        let mut found = Vec::new();
        let mut rest = vec![(sum, 1.0)];
        while let Some((id, scale)) = rest.pop() {
            let constant = |id: Id| self.of(id) == 0 && self.numbers[id.index()].is_finite();
            let number = |id: Id| self.numbers[id.index()];
            match *self.arena.node(id) {
                _ if self.of(id).count_ones() < 2 => found.push((id, scale)),
                Node::Binary(Binary::Add, x, y) => rest.extend([(y, scale), (x, scale)]),
                Node::Binary(Binary::Sub, x, y) => rest.extend([(y, -scale), (x, scale)]),
                Node::Unary(Unary::Neg, x) => rest.push((x, -scale)),
                Node::Binary(Binary::Mul, c, x) | Node::Binary(Binary::Mul, x, c)
                    if constant(c) =>
                {
                    rest.push((x, scale * number(c)));
                }
                Node::Binary(Binary::Div, x, c) if constant(c) => {
                    rest.push((x, scale / number(c)));
                }
                _ => found.push((id, scale)),
            }
            if found.len() + rest.len() > MOST_ADDENDS {
                return vec![(sum, 1.0)];
            }
        }
        found
    }

    /// The terms of a formula multiplied out.
    fn terms<'g>(
        &self,
        graph: &'g Graph,
        formula: Id,
        grouping: &Grouping,
    ) -> Option<Vec<Term<'g>>> {
        let expansion = Expansion {
            dependence: self,
            graph,
            grouping,
        };
        let polynomial = expansion.of(formula)?;
        if polynomial.terms.is_empty() || polynomial.terms.len() > MOST_TERMS {
            return None;
        }
        let inputs_of_atoms = |id: Id| match self.inputs.get(id.index()) {
            Some(&inputs) => inputs,
            None => inputs_below(graph, id),
        };
        let term = |term: &polynomial::Term| {
            let mut groups: Vec<(u64, Vec<(Id, i32)>)> = Vec::new();
            for &(atom, power) in &term.factors {
                let own = inputs_of_atoms(atom);
                let together = |of: &u64| {
                    of & own != 0 || grouping.blocks.iter().any(|b| b & of != 0 && b & own != 0)
                };
                let mut group = (own, vec![(atom, power)]);
                groups.retain(|(of, others)| {
                    let shared = together(of);
                    if shared {
                        group.0 |= of;
                        group.1.extend(others);
                    }
                    !shared
                });
                groups.push(group);
            }
            groups.sort_by_key(|(inputs, _)| inputs.trailing_zeros());
            let product = |(inputs, mut atoms): (u64, Vec<(Id, i32)>)| {
                // Equal products are to be one formula.
                atoms.sort();
                let powers = atoms.iter().map(|&(atom, power)| match power {
                    1 => graph.expr(atom),
                    _ => graph.expr(atom).powi(power),
                });
                Some((inputs, powers.reduce(|product, power| product * power)?))
            };
            Some(Term {
                coefficient: term.coefficient.value,
                functions: groups.into_iter().map(product).collect::<Option<_>>()?,
            })
        };
        polynomial.terms.iter().map(term).collect()
    }
}

/// The inputs in a set.
pub(crate) fn inputs_of(set: u64) -> impl Iterator<Item = usize> {
    (0..64).filter(move |i| set >> i & 1 == 1)
}

/// Makes one block of all blocks that share an input with a set, and of the set.
fn join(blocks: &mut Vec<u64>, mut set: u64) {
    if set == 0 || blocks.iter().any(|block| set & !block == 0) {
        return;
    }
    blocks.retain(|block| {
        let shared = block & set != 0;
        if shared {
            set |= block;
        }
        !shared
    });
    blocks.push(set);
}

/// The highest value of a formula at some points between limits; 0 if it has none.
fn highest(formula: Expr<'_>, limits: &[Range]) -> f64 {
    let inputs = inputs_below(formula.graph, formula.id);
    let n = (u64::BITS - inputs.leading_zeros()) as usize;
    let at = |unit: &[f64]| value_between(formula, unit, limits);
    let finite = |value: &f64| value.is_finite();
    if inputs.count_ones() != 1 {
        let scatter = Scatter::roots(n);
        let values = (1..=LOOKS).map(|k| at(&scatter.point(k)));
        return values.filter(finite).reduce(f64::max).unwrap_or(0.0);
    }
    // On a line the top is looked for between the points.
    let at = |t: f64| {
        Some(at(&vec![t; n]))
            .filter(finite)
            .unwrap_or(f64::NEG_INFINITY)
    };
    let step = 1.0 / (LOOKS - 1) as f64;
    let tops = (0..LOOKS).map(|k| k as f64 * step);
    let top = tops.max_by(|a, b| at(*a).total_cmp(&at(*b))).unwrap_or(0.0);
    let (mut lo, mut hi) = ((top - step).max(0.0), (top + step).min(1.0));
    for _ in 0..HALVINGS {
        let (a, b) = (lo + 0.4 * (hi - lo), lo + 0.6 * (hi - lo));
        if at(a) < at(b) {
            lo = a;
        } else {
            hi = b;
        }
    }
    let highest = at(top).max(at(lo + 0.5 * (hi - lo)));
    Some(highest).filter(finite).unwrap_or(0.0)
}

/// The value at a point of the unit box of a formula of variables between limits.
fn value_between(formula: Expr<'_>, unit: &[f64], limits: &[Range]) -> f64 {
    let point = unit.iter().enumerate();
    let point: Vec<f64> = point
        .map(|(axis, t)| variable_at(*t, limits.get(axis).copied().unwrap_or((0.0, 1.0))))
        .collect();
    formula.value(&point)
}

/// The inputs of a node that is not in the arena that was looked at.
fn inputs_below(graph: &Graph, id: Id) -> u64 {
    graph.read(|arena| inputs::of_formulas(arena, &[id]))
}

/// Formulas as polynomials whose unknowns are formulas of one block.
struct Expansion<'e, 'g> {
    dependence: &'e Dependence<'e>,
    graph: &'g Graph,
    grouping: &'e Grouping,
}

impl Vanishing for Expansion<'_, '_> {
    fn is_total(&self, atom: Id) -> bool {
        self.graph.read(|arena| is_total(arena, &[atom]))
    }

    fn is_analytic(&self, atom: Id) -> bool {
        self.graph.read(|arena| is_analytic(arena, atom))
    }
}

impl Expansion<'_, '_> {
    /// Whether a node is an unknown.
    fn is_whole(&self, id: Id) -> bool {
        let inputs = self.dependence.of(id);
        let mut blocks = self.grouping.blocks.iter();
        self.grouping.whole[id.index()] || blocks.any(|block| inputs & !block == 0)
    }

    /// A formula multiplied out; `None` if that makes too many terms.
    fn of(&self, formula: Id) -> Option<Polynomial> {
        let mut wanted = vec![false; formula.index() + 1];
        wanted[formula.index()] = true;
        let nodes = self.dependence.arena.nodes();
        for index in (0..=formula.index()).rev() {
            let function = matches!(nodes[index], Node::Unary(op, _) if op != Unary::Neg);
            if wanted[index] && !function && !self.is_whole(Id::at(index)) {
                nodes[index].for_each_operand(|id| wanted[id.index()] = true);
            }
        }
        let mut known: Vec<Option<Polynomial>> = vec![None; formula.index() + 1];
        let mut size = 0;
        // Exponents are looked at in many places, each time with all that they are made of.
        let deadline = Deadline::current();
        for index in (0..=formula.index()).filter(|&i| wanted[i]) {
            if deadline.has_come() {
                return None;
            }
            let own = self.node(Id::at(index), &known)?;
            let factors = own.terms.iter().map(|term| term.factors.len());
            size += factors.sum::<usize>();
            // A product of thousands of factors holds those of each of its parts.
            if size > MOST_FACTORS {
                return None;
            }
            known[index] = Some(own);
        }
        known[formula.index()].take()
    }

    /// A node, whose operands have been multiplied out.
    fn node(&self, id: Id, known: &[Option<Polynomial>]) -> Option<Polynomial> {
        if self.dependence.of(id) == 0 {
            let number = self.dependence.numbers[id.index()];
            return number.is_finite().then(|| Polynomial::number(number));
        }
        if self.is_whole(id) {
            return Some(Polynomial::atom(id));
        }
        let of = |id: Id| known[id.index()].as_ref();
        match *self.dependence.arena.node(id) {
            Node::Unary(Unary::Neg, x) => Some(of(x)?.scaled(-1.0)),
            Node::Binary(Binary::Add, x, y) => of(x)?.plus(1.0, of(y)?, self),
            Node::Binary(Binary::Sub, x, y) => of(x)?.plus(-1.0, of(y)?, self),
            Node::Binary(Binary::Mul, x, y) => of(x)?.times(of(y)?, self),
            Node::Binary(Binary::Div, x, y) => of(x)?.times(&of(y)?.reciprocal()?, self),
            Node::Power(x, n) if n >= 0 => of(x)?.power(n as u32, self),
            Node::Power(x, n) => of(x)?.reciprocal()?.power(n.unsigned_abs(), self),
            Node::Unary(Unary::Exp, x) => {
                let mut groups = self.groups(x);
                let front = self.level(&mut groups);
                let mut product = Polynomial::number(front);
                for group in groups {
                    product = product.times(&Polynomial::atom(group.exp().id), self)?;
                }
                Some(product)
            }
            Node::Unary(op @ (Unary::Sin | Unary::Cos), x) => {
                // cos(a + b) = cos a cos b − sin a sin b, sin(a + b) = sin a cos b + cos a sin b
                let groups = self.groups(x).into_iter();
                let atoms = |e: Expr<'_>| [e.cos(), e.sin()].map(|e| Polynomial::atom(e.id));
                let mut pairs = groups.map(atoms);
                let [mut cosine, mut sine] = pairs.next()?;
                for [c, s] in pairs {
                    let next = cosine.times(&c, self)?;
                    let next = next.plus(-1.0, &sine.times(&s, self)?, self)?;
                    sine = sine
                        .times(&c, self)?
                        .plus(1.0, &cosine.times(&s, self)?, self)?;
                    cosine = next;
                }
                Some(if op == Unary::Sin { sine } else { cosine })
            }
            _ => None,
        }
    }

    /// Takes out of exponents what is far from 0, so that no exponential of one
    /// overflows where another one vanishes. The exponential of what was taken out.
    fn level(&self, exponents: &mut [Expr<'_>]) -> f64 {
        let limits = self.dependence.limits;
        let at =
            |e: &Expr<'_>, t: f64| value_between(*e, &vec![t; inputs_of(u64::MAX).count()], limits);
        let is_small = |e: &Expr<'_>| {
            [0.0, 0.5, 1.0]
                .iter()
                .all(|t| at(e, *t).abs() <= SMALL_EXPONENT)
        };
        if exponents.iter().all(is_small) {
            return 1.0;
        }
        let tops: Vec<f64> = exponents.iter().map(|e| highest(*e, limits)).collect();
        if tops.iter().all(|top| top.abs() <= SMALL_EXPONENT) {
            return 1.0;
        }
        let total: f64 = tops.iter().sum();
        let front = total.clamp(-LARGEST_EXPONENT, LARGEST_EXPONENT);
        for (exponent, top) in exponents.iter_mut().zip(&tops) {
            *exponent += -top;
        }
        // What no number can hold stays with the first.
        if let Some(first) = exponents.first_mut().filter(|_| total != front) {
            *first += total - front;
        }
        front.exp()
    }

    /// The addends of a sum, those of one block together, constants with the first.
    fn groups<'g>(&'g self, sum: Id) -> Vec<Expr<'g>> {
        let mut blocks = self.grouping.blocks.clone();
        let addends = self.dependence.addends(sum);
        for (addend, _) in &addends {
            join(&mut blocks, self.dependence.of(*addend));
        }
        let mut groups: Vec<Option<Expr<'g>>> = vec![None; blocks.len()];
        let mut constant: Option<Expr<'g>> = None;
        for (addend, scale) in addends {
            let term = self.graph.expr(addend);
            let term = match scale {
                1.0 => term,
                -1.0 => -term,
                _ => self.graph.constant(scale) * term,
            };
            let inputs = self.dependence.of(addend);
            let place = blocks.iter().position(|block| block & inputs != 0);
            let group = match place {
                Some(place) => &mut groups[place],
                None => &mut constant,
            };
            *group = Some(group.map_or(term, |sum| sum + term));
        }
        let mut groups: Vec<Expr<'g>> = groups.into_iter().flatten().collect();
        if let (Some(constant), Some(first)) = (constant, groups.first_mut()) {
            *first += constant;
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For every term the inputs of its functions, in ascending order; the terms add to the formula.
    fn terms(f: impl for<'g> Fn(&[Expr<'g>; 3]) -> Expr<'g>) -> Option<Vec<Vec<u64>>> {
        let graph = Graph::new();
        let formula = f(&[0, 1, 2].map(|i| graph.input(i)));
        let point = [0.3, 0.7, 1.9];
        let value = formula.value(&point);
        let root = formula.id;
        let arena = graph.into_arena();
        let graph = Graph::from_arena(arena.clone());
        let terms = Dependence::new(&arena, &[]).separate(&graph, root)?;
        let product = |term: &Term<'_>| -> f64 {
            let functions = term.functions.iter().map(|(_, f)| f.value(&point));
            term.coefficient * functions.product::<f64>()
        };
        let products = terms.iter().map(product);
        let size: f64 = products.clone().map(f64::abs).sum();
        let sum: f64 = products.sum();
        // A handful of roundings.
        assert!((sum - value).abs() <= 1e-14 * size, "{sum} {value}");
        let inputs = |term: &Term<'_>| term.functions.iter().map(|(inputs, _)| *inputs).collect();
        let mut found: Vec<Vec<u64>> = terms.iter().map(inputs).collect();
        found.sort();
        Some(found)
    }

    #[test]
    fn products_fall_apart_by_inputs_and_are_not_multiplied_out() {
        let all = Some(vec![vec![1, 2, 4]]);
        assert_eq!(terms(|[x, y, z]| *x * y.sin() / z.exp()), all);
        assert_eq!(terms(|[x, y, z]| -(*x * *y).powi(3) * *z * 5.0), all);
        assert_eq!(
            terms(|[x, y, z]| (*x * *y).sin() * *z),
            Some(vec![vec![3, 4]])
        );
        assert_eq!(
            terms(|[x, y, z]| (-(x.powi(2) + y.powi(2)) * 0.5 - *z + *x + 2.0).exp()),
            all
        );
        assert_eq!(
            terms(|[x, y, z]| (*x + *y).powi(3) * (1.0 + *z)),
            Some(vec![vec![3, 4]])
        );
    }

    #[test]
    fn sums_are_multiplied_out_until_every_term_is_a_product() {
        let count = |found: Option<Vec<Vec<u64>>>| {
            let found = found.unwrap();
            let single = |inputs: &u64| inputs.count_ones() == 1;
            assert!(found.iter().flatten().all(single), "{found:?}");
            found.len()
        };
        assert_eq!(count(terms(|[x, y, _]| *x + *y)), 2);
        assert_eq!(count(terms(|[x, y, z]| (*x + *y - *z).powi(2))), 6);
        assert_eq!(count(terms(|[x, y, z]| (*x + *y) * (*y - *z) / y.exp())), 4);
        assert_eq!(count(terms(|[x, y, z]| (*x + *y * 2.0 + *z).cos())), 4);
        assert_eq!(count(terms(|[x, y, z]| (*x - (*y - *z) / 3.0).sin())), 4);
        assert_eq!(count(terms(|[x, y, _]| (*x + *y).exp() + *x)), 2);
        // (a + b)(a − b) = a² − b²
        let difference = terms(|[x, y, _]| (x.exp() + y.exp()) * (x.exp() - y.exp()) / 3.0);
        assert_eq!(count(difference), 2);
    }

    #[test]
    fn what_belongs_together_stays_together() {
        assert_eq!(
            terms(|[x, y, z]| (*x * *y).sin() + *x * *y * *z),
            Some(vec![vec![3], vec![3, 4]])
        );
        assert_eq!(
            terms(|[x, y, z]| (*x * *y).sin() + (*y * *z).exp()),
            Some(vec![vec![3], vec![6]])
        );
        assert_eq!(
            terms(|[x, y, z]| (1.0 + *x * *z) * (*x + *y) * (*x * *y).sin()),
            Some(vec![vec![3], vec![3, 4]])
        );
    }

    #[test]
    fn what_gains_nothing_is_left_alone() {
        assert_eq!(terms(|[x, y, _]| (*x * *y + *x).exp()), None);
        assert_eq!(terms(|[x, y, _]| (*x * *y).exp() + *x), None);
        assert_eq!(terms(|[x, y, _]| 1.0 / (*x + *y)), None);
        // Here the sum would cancel.
        assert_eq!(terms(|[x, y, _]| (*x - *y).powi(20)), None);
        // y·ln(x − 1) would vanish, which has no value where ln(x − 1) has none.
        let graph = Graph::new();
        let root = {
            let (l, y) = ((graph.input(0) - 1.0).ln(), graph.input(1));
            ((l + y) * (l - y)).id
        };
        let arena = graph.into_arena();
        let graph = Graph::from_arena(arena.clone());
        assert!(
            Dependence::new(&arena, &[])
                .separate(&graph, root)
                .is_none()
        );
    }
}
