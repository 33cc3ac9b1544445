//! Roots and powers of products, one for each factor: √(1 − x² − y²) with y = v·√(1 − x²) is
//! √(1 − x²)·√(1 − v²).
//!
//! 1. Make a product, by exact arithmetic, of everything of which a root or a real power is taken.
//! 2. If one that several inputs reach has several factors, take the power of each factor that is not
//!    negative by itself. A formula falls into functions of one input each then, as a rule, and powers of
//!    one factor meet; what is singular lies along the axes.
//! 3. A formula that loses digits by that stays as it is.

use super::computed::computed;
use super::condition;
use super::product::{Product, Products};
use super::rational::Rational;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;

/// The most products of terms for one radicand.
const MOST_WORK: usize = 1000;

/// A radicand of more nodes stays as it is.
const MOST_NODES: usize = 60;

/// With more radicands a formula stays as it is.
const MOST_RADICANDS: usize = 8;

/// Formulas with a power for each factor, given the range of every input; `None` if no radicand that
/// several inputs reach is a product.
pub(super) fn split_radicands(
    arena: &Arena,
    roots: &[Id],
    ranges: &[Range],
) -> Option<(Arena, Vec<Id>)> {
    let needed = arena.needed(roots);
    let found: Vec<(usize, Id, Exponent)> = powers(arena, &needed).collect();
    let reach = |id: Id| inputs::of_formulas(arena, &[id]).count_ones();
    let is_long = found.len() > MOST_RADICANDS;
    if is_long || found.iter().all(|(_, radicand, _)| reach(*radicand) < 2) {
        return None;
    }
    let (mut split, mut is_worth) = (Vec::new(), false);
    for (index, radicand, exponent) in found {
        if let Some((count, power)) = power(arena, radicand, exponent, ranges) {
            is_worth |= count > 1 && reach(radicand) > 1;
            split.push((index, power));
        }
    }
    if !is_worth {
        return None;
    }
    let graph = Graph::with_capacity(2 * arena.nodes().len());
    let inputs: Vec<Expr<'_>> = (0..ranges.len()).map(|i| graph.input(i)).collect();
    let mut images: Vec<Option<Id>> = vec![None; arena.nodes().len()];
    for (index, node) in arena.nodes().iter().enumerate() {
        if needed[index] {
            let power = split.iter().find(|(of, _)| *of == index);
            let image = match power {
                Some((_, (power, root))) => graph.import(power, &[*root], &inputs)[0],
                None => graph.insert(node.with_operands(|id| images[id.index()].unwrap_or(id))),
            };
            images[index] = Some(image.id);
        }
    }
    let image = |root: &Id| images[root.index()].unwrap_or(*root);
    let own: Vec<Id> = roots.iter().map(image).collect();
    drop(inputs);
    let own = (graph.into_arena(), own);
    (!condition::is_worse((&own.0, &own.1), (arena, roots), ranges)).then_some(own)
}

/// What something is raised to.
#[derive(Clone, Copy, Debug)]
enum Exponent {
    Half,
    Number(f64),
}

/// The roots and real powers of a formula, with what they are taken of.
fn powers<'a>(
    arena: &'a Arena,
    needed: &'a [bool],
) -> impl Iterator<Item = (usize, Id, Exponent)> + 'a {
    let nodes = arena.nodes().iter().enumerate();
    nodes
        .filter(|(index, _)| needed[*index])
        .filter_map(|(index, node)| match *node {
            Node::Unary(Unary::Sqrt, x) => Some((index, x, Exponent::Half)),
            Node::Binary(Binary::Pow, x, y) => Some((index, x, Exponent::Number(arena.number(y)?))),
            _ => None,
        })
}

/// The power of a radicand as a product, with the number of its factors; `None` if nothing is gained.
fn power(
    arena: &Arena,
    radicand: Id,
    exponent: Exponent,
    ranges: &[Range],
) -> Option<(usize, (Arena, Id))> {
    let (part, roots) = arena.part(&[radicand]);
    if part.nodes().len() > MOST_NODES {
        return None;
    }
    let mut count = 0;
    let (written, own) = computed(part, roots[0], ranges, MOST_WORK, |products, product| {
        let is_same = product.factors.len() < 2 && product.coefficient == Rational::ONE;
        if is_same || product.factors.is_empty() {
            return None;
        }
        let (factors, written) = raised(products, product, exponent)?;
        count = factors;
        Some(written)
    })?;
    let (power, own) = written.part(&[own]);
    Some((count, (power, own[0])))
}

/// A product to a power: one for each factor that is not negative, and one for the others together.
fn raised<'g>(
    products: &mut Products<'g, '_>,
    product: &Product,
    exponent: Exponent,
) -> Option<(usize, Expr<'g>)> {
    let mut alone = Vec::new();
    let mut others = Product::number(product.coefficient);
    for (&factor, &k) in &product.factors {
        let (plain, is_turned) = products.factor_by_sign(factor);
        // What is zero on a whole region leaves nothing there of others that have no root.
        let (lo, _) = products.range(plain);
        if lo >= 0.0 && products.is_analytic(plain) {
            if is_turned && k % 2 != 0 {
                others.coefficient = others.coefficient.negated();
            }
            alone.push((plain, k));
        } else {
            others.raise(factor, k);
        }
    }
    let graph = products.simplifier.graph;
    let of = |e: Expr<'g>, k: i32| match exponent {
        Exponent::Half if k % 2 == 0 => e.powi(k / 2),
        Exponent::Half => e.sqrt().powi(k),
        Exponent::Number(p) => e.pow(graph.constant(p * f64::from(k))),
    };
    let is_negative = others.factors.is_empty() && others.coefficient.is_negative();
    if alone.is_empty() || is_negative {
        return None;
    }
    let count = alone.len() + usize::from(!others.factors.is_empty());
    let rest = match others == Product::number(Rational::ONE) {
        true => None,
        false => Some(of(products.write(&others).ok()?, 1)),
    };
    let alone = alone.into_iter().map(|(e, k)| of(e, k));
    Some((count, alone.chain(rest).reduce(|a, b| a * b)?))
}
