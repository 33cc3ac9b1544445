//! A long sum as a few shorter ones, where all of its terms together are hard and a few are not.
//!
//! 1. Follow sums and differences down from the formula, past signs, factors that all terms have, and numbers
//!    that some have.
//! 2. Terms that switch, or that are products of formulas of different inputs, go into groups; all
//!    others stay together, since one rule does for them. A whole part switches as often as it takes values.
//! 3. Each group is multiplied by what all terms have.
//! 4. In many variables products of functions of few are kept from the rest, for which nodes are random: they are its
//!    control variate, known exactly.
//! 5. A short sum falls apart where some of its terms bend along curves, or have a ridge along one: each of these is
//!    integrated between its own curves, and what is smooth with one rule.

use super::products::Dependence;
use super::ridges::ridges;
use super::switches::{deciders, may_switch};
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::Ranges;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::scatter::Scatter;

/// Sums of fewer terms are short; those of more than so many are not worth the time.
const LEAST: usize = 128;
const MOST: usize = 40_000;

/// Terms that switch so often all together are hard, fewer of them too: along one axis, and in more variables.
const OFTEN: u64 = 512;
const OFTEN_IN_SPACE: u64 = 16;

/// So many switches are cut at once along one axis, and in more variables.
const TOGETHER: u64 = 48;
const TOGETHER_IN_SPACE: u64 = 1;

/// A whole part of what has no bound takes so many values.
const UNBOUNDED: u64 = 1000;

/// So many products are integrated factor by factor at once.
const PRODUCTS: u64 = 16;

/// So many terms that bend along curves are taken apart, of formulas of so many variables.
const MOST_CURVED: usize = 8;
const MOST_DIMENSIONS: u32 = 3;

/// With so many variables nodes are random; so few have a function whose integral is had to all digits. More terms
/// are not looked at.
const SAMPLED: u32 = 5;
const FEW_VARIABLES: u32 = 2;
const MOST_SAMPLED: usize = 64;

/// What is left of a number beside a term that has levelled off, as a part of it.
const LEVELLED: f64 = 1e-3;

/// Terms at which it is seen whether all are products, and points at which it is whether one has levelled off.
const LOOKS: usize = 8;

/// What all terms have, from the outermost inwards.
#[derive(Clone, Copy)]
enum Common {
    Minus,
    Times(Id),
    Over(Id),
}

/// A term, and what it has alone or with others, as the last of a chain.
#[derive(Clone, Copy)]
struct Addend {
    id: Id,
    chain: usize,
}

/// What terms have below the sum, each after the one that is named first; 0 is nothing.
type Chains = Vec<(usize, Common)>;

/// Whether an arena has room for a long sum, or for one that switches often.
pub(super) fn may_be_long(arena: &Arena) -> bool {
    let is_whole_part = |node: &&Node| matches!(node, Node::Unary(Unary::Floor | Unary::Ceil, _));
    arena.nodes().len() >= LEAST || arena.nodes().iter().filter(is_whole_part).count() > 1
}

/// A formula in the graph that goes on from the nodes of the arena, as a sum of others that are easier than all
/// of them together; `None` where it is none, or all of them together are easy.
pub(super) fn groups<'g>(
    graph: &'g Graph,
    arena: &Arena,
    dependence: &Dependence<'_>,
    formula: Id,
) -> Option<Vec<Expr<'g>>> {
    let (common, top) = below_factors(arena, formula);
    let (addends, chains) = addends(arena, dependence, top)?;
    if addends.len() < 2 {
        return None;
    }
    let found = match may_be_long(arena) {
        true => of_long(graph, arena, dependence, top, &addends),
        false => None,
    };
    let value = |own: &Addend, at: &[f64]| summed(graph, &[*own], &chains).value(at);
    let found = found.or_else(|| of_curved(arena, dependence, (top, &common), &addends, &value));
    let found = found.or_else(|| of_sampled(graph, dependence, (top, &common), &addends));
    let sums = found?
        .into_iter()
        .map(|group| summed(graph, &group, &chains));
    Some(sums.map(|sum| with_factors(graph, &common, sum)).collect())
}

/// The groups of a sum of many terms, or of terms that switch often.
fn of_long(
    graph: &Graph,
    arena: &Arena,
    dependence: &Dependence<'_>,
    top: Id,
    addends: &[Addend],
) -> Option<Vec<Vec<Addend>>> {
    let dimension = dependence.of(top).count_ones();
    let switches = switches(arena, top, dependence.limits);
    let of = |own: &Addend| switches[own.id.index()];
    let (hard, easy): (Vec<Addend>, Vec<Addend>) = addends.iter().partition(|own| of(own) > 0);
    let (often, together) = match dimension {
        1 => (OFTEN, TOGETHER),
        _ => (OFTEN_IN_SPACE, TOGETHER_IN_SPACE),
    };
    let is_often =
        hard.len() > 1 && hard.iter().fold(0, |sum, own| of(own).saturating_add(sum)) >= often;
    let (easy, hard) = if hard.len() >= LEAST || is_often {
        (easy, grouped(&hard, |own| of(own), together))
    } else if addends.len() >= LEAST && dimension > 1 && are_products(graph, dependence, addends) {
        // Few switches are cut at once, whatever else there is.
        (Vec::new(), grouped(addends, |_| 1, PRODUCTS))
    } else {
        return None;
    };
    let easy = (!easy.is_empty()).then_some(easy);
    Some(
        easy.into_iter()
            .chain(hard.into_iter().map(<[_]>::to_vec))
            .collect(),
    )
}

/// The groups of a short sum on the unit box, some terms of which bend along curves, or are narrow there.
fn of_curved(
    arena: &Arena,
    dependence: &Dependence<'_>,
    (top, common): (Id, &[Common]),
    addends: &[Addend],
    value: &dyn Fn(&Addend, &[f64]) -> f64,
) -> Option<Vec<Vec<Addend>>> {
    let varying = dependence.of(top);
    let n = (u64::BITS - varying.leading_zeros()) as usize;
    let is_for = (2..=MOST_DIMENSIONS).contains(&varying.count_ones());
    if !is_for || !dependence.limits.is_empty() {
        return None;
    }
    let mut is_curved = vec![false; arena.nodes().len()];
    for own in deciders(arena, &[top]) {
        let crosses = own.bends && own.inputs.count_ones() > 1;
        is_curved[own.node.index()] = crosses && may_switch(arena, &own, n);
    }
    for own in ridges(arena, &[top], n) {
        is_curved[own.node.index()] = true;
    }
    for (index, node) in arena.nodes().iter().enumerate() {
        node.for_each_operand(|id| is_curved[index] |= is_curved[id.index()]);
    }
    let of_all = common.iter().any(|own| match own {
        Common::Minus => false,
        Common::Times(x) | Common::Over(x) => is_curved[x.index()],
    });
    let (curved, others): (Vec<Addend>, Vec<Addend>) =
        addends.iter().partition(|own| is_curved[own.id.index()]);
    if of_all || curved.len() > MOST_CURVED {
        return None;
    }
    let mut groups: Vec<Vec<Addend>> = curved.into_iter().map(|own| vec![own]).collect();
    let scatter = Scatter::golden(n);
    // 1 − tanh² is small where tanh² has levelled off: apart both would be large.
    let levels = |number: &Addend, group: &[Addend]| {
        let is_level = |k: &usize| {
            let at = scatter.point(*k);
            let number = value(number, &at);
            (number + value(&group[0], &at)).abs() <= LEVELLED * number.abs()
        };
        2 * (1..=LOOKS).filter(is_level).count() > LOOKS
    };
    let mut smooth = Vec::new();
    for own in others {
        let is_number = dependence.of(own.id) == 0;
        match groups
            .iter_mut()
            .find(|group| is_number && levels(&own, group))
        {
            Some(group) => group.push(own),
            None => smooth.push(own),
        }
    }
    if !smooth.is_empty() {
        groups.insert(0, smooth);
    }
    (groups.len() > 1).then_some(groups)
}

/// The groups of a sum in many variables, for which nodes are random: terms of few variables, and products of
/// such, whose integrals are known to all digits, and the rest.
fn of_sampled(
    graph: &Graph,
    dependence: &Dependence<'_>,
    (top, common): (Id, &[Common]),
    addends: &[Addend],
) -> Option<Vec<Vec<Addend>>> {
    let is_sampled = dependence.of(top).count_ones() >= SAMPLED && addends.len() <= MOST_SAMPLED;
    let is_number = |own: &Common| match own {
        Common::Minus => true,
        Common::Times(x) | Common::Over(x) => dependence.of(*x) == 0,
    };
    if !is_sampled || !common.iter().all(is_number) {
        return None;
    }
    let is_exact = |own: &Addend| {
        let variables = dependence.of(own.id).count_ones();
        let is_product = || {
            let terms = dependence.separate(graph, own.id);
            terms.is_some_and(|terms| {
                let mut functions = terms.iter().flat_map(|term| &term.functions);
                functions.all(|(inputs, _)| inputs.count_ones() <= FEW_VARIABLES)
            })
        };
        variables > 0 && (variables <= FEW_VARIABLES || is_product())
    };
    let (exact, rest): (Vec<Addend>, Vec<Addend>) = addends.iter().partition(|own| is_exact(own));
    let is_apart = |own: &&Addend| dependence.of(own.id) != 0;
    let both = !exact.is_empty() && rest.iter().any(|own| is_apart(&own));
    both.then(|| vec![exact, rest])
}

/// Groups of terms one after the other, each of one term or of so many switches at most.
fn grouped(terms: &[Addend], switches: impl Fn(&Addend) -> u64, most: u64) -> Vec<&[Addend]> {
    let (mut groups, mut from, mut sum) = (Vec::new(), 0, 0_u64);
    for (k, own) in terms.iter().enumerate() {
        sum = sum.saturating_add(switches(own));
        if sum > most && k > from {
            groups.push(&terms[from..k]);
            (from, sum) = (k, switches(own));
        }
    }
    groups.push(&terms[from..]);
    groups
}

/// The factors of a formula that are no sums, and what is left.
fn below_factors(arena: &Arena, formula: Id) -> (Vec<Common>, Id) {
    let terms = terms_below(arena, formula);
    let (mut common, mut top) = (Vec::new(), formula);
    loop {
        let (own, next) = match *arena.node(top) {
            Node::Unary(Unary::Neg, x) => (Common::Minus, x),
            Node::Binary(Binary::Div, x, y) => (Common::Over(y), x),
            Node::Binary(Binary::Mul, x, y) if terms[y.index()] > terms[x.index()] => {
                (Common::Times(x), y)
            }
            Node::Binary(Binary::Mul, x, y) => (Common::Times(y), x),
            _ => break (common, top),
        };
        common.push(own);
        top = next;
    }
}

/// How many terms the longest of the sums has that nodes are products of, up to a formula.
fn terms_below(arena: &Arena, formula: Id) -> Vec<usize> {
    let count = formula.index() + 1;
    // Of a sum all terms, of all else one; and below factors.
    let (mut own, mut below) = (vec![1_usize; count], vec![1; count]);
    for (index, node) in arena.nodes()[..count].iter().enumerate() {
        let of = |table: &[usize], id: Id| table[id.index()];
        (own[index], below[index]) = match *node {
            Node::Binary(Binary::Add | Binary::Sub, x, y) => {
                let all = of(&own, x).saturating_add(of(&own, y));
                (all, all)
            }
            Node::Unary(Unary::Neg, x) => (of(&own, x), of(&below, x)),
            Node::Binary(Binary::Mul, x, y) => (1, of(&below, x).max(of(&below, y))),
            Node::Binary(Binary::Div, x, _) => (1, of(&below, x)),
            _ => (1, 1),
        };
    }
    below
}

/// The terms of a sum, in their order, and the chains of what they have; `None` where there are too many.
fn addends(arena: &Arena, dependence: &Dependence<'_>, sum: Id) -> Option<(Vec<Addend>, Chains)> {
    let mut chains = vec![(0, Common::Minus)];
    let mut found = Vec::new();
    let mut open = vec![(sum, 0)];
    while let Some((id, chain)) = open.pop() {
        let mut below = |own: Common| {
            chains.push((chain, own));
            chains.len() - 1
        };
        let is_number = |id: Id| dependence.of(id) == 0;
        match *arena.node(id) {
            Node::Binary(Binary::Add, x, y) => open.extend([(y, chain), (x, chain)]),
            Node::Binary(Binary::Sub, x, y) => {
                open.extend([(y, below(Common::Minus)), (x, chain)]);
            }
            Node::Unary(Unary::Neg, x) => open.push((x, below(Common::Minus))),
            Node::Binary(Binary::Mul, x, y) if is_number(x) && !is_number(y) => {
                open.push((y, below(Common::Times(x))));
            }
            Node::Binary(Binary::Mul, x, y) if is_number(y) && !is_number(x) => {
                open.push((x, below(Common::Times(y))));
            }
            Node::Binary(Binary::Div, x, y) if is_number(y) && !is_number(x) => {
                open.push((x, below(Common::Over(y))));
            }
            _ => found.push(Addend { id, chain }),
        }
        // A sum of sums that are the same may have any number of terms.
        if found.len() + open.len() > MOST {
            return None;
        }
    }
    Some((found, chains))
}

/// How often nodes are another formula, between these limits of the inputs: each that switches once, or once for
/// each value of a whole part.
fn switches(arena: &Arena, formula: Id, limits: &[(f64, f64)]) -> Vec<u64> {
    let mut switches = vec![0_u64; arena.nodes().len()];
    let found = deciders(arena, &[formula]);
    let found: Vec<_> = found
        .iter()
        .filter(|own| own.bends && own.inputs != 0)
        .collect();
    let floors: Vec<Id> = found
        .iter()
        .filter(|own| own.is_floor())
        .map(|own| own.operand)
        .collect();
    let inputs = found.iter().fold(0, |all, own| all | own.inputs);
    let dimension = (u64::BITS - inputs.leading_zeros()) as usize;
    let mut ranges = Ranges::new(arena, &floors, dimension).filter(|_| !floors.is_empty());
    if let Some(ranges) = &mut ranges {
        let limit = |axis: usize| limits.get(axis).copied().unwrap_or((0.0, 1.0));
        ranges.turn_to((0..dimension).map(limit));
    }
    let mut floor = 0;
    for own in found {
        switches[own.node.index()] = match (&ranges, own.is_floor()) {
            (Some(ranges), true) => {
                let values = ranges.of(floor).values;
                floor += 1;
                match (values.hi.floor() - values.lo.floor()).abs() {
                    levels if levels < UNBOUNDED as f64 => (levels as u64).max(1),
                    _ => UNBOUNDED,
                }
            }
            _ => 1,
        };
    }
    for (index, node) in arena.nodes().iter().enumerate() {
        let mut all = switches[index];
        node.for_each_operand(|id| all = all.saturating_add(switches[id.index()]));
        switches[index] = all;
    }
    switches
}

/// Whether terms are products of formulas of different inputs, as far as a few of them tell.
fn are_products(graph: &Graph, dependence: &Dependence<'_>, addends: &[Addend]) -> bool {
    let step = addends.len() / LOOKS;
    addends
        .iter()
        .step_by(step)
        .all(|own| dependence.separate(graph, own.id).is_some())
}

/// The sum of a group.
fn summed<'g>(graph: &'g Graph, group: &[Addend], chains: &Chains) -> Expr<'g> {
    let term = |addend: &Addend| {
        let (mut value, mut chain) = (graph.expr(addend.id), addend.chain);
        while chain != 0 {
            value = with_factor(graph, chains[chain].1, value);
            chain = chains[chain].0;
        }
        value
    };
    let terms = group.iter().map(term);
    terms
        .reduce(|sum, term| sum + term)
        .unwrap_or_else(|| graph.constant(0.0))
}

/// A sum times what all terms have.
fn with_factors<'g>(graph: &'g Graph, common: &[Common], sum: Expr<'g>) -> Expr<'g> {
    let factors = common.iter().rev();
    factors.fold(sum, |value, own| with_factor(graph, *own, value))
}

fn with_factor<'g>(graph: &'g Graph, own: Common, value: Expr<'g>) -> Expr<'g> {
    match own {
        Common::Minus => -value,
        Common::Times(x) => graph.expr(x) * value,
        Common::Over(y) => value / graph.expr(y),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::text::parse::{Scope, expression};

    /// The groups of a formula in x and y, at a point, and how many there are.
    fn at(text: &str, point: [f64; 2]) -> Option<(usize, f64, f64)> {
        let graph = Graph::new();
        let root = {
            let mut scope = Scope::new(&graph);
            scope.define("x", graph.input(0));
            scope.define("y", graph.input(1));
            expression(text, &scope).unwrap().id
        };
        let arena = graph.into_arena();
        let graph = Graph::from_arena(arena.clone());
        let dependence = Dependence::new(&arena, &[]);
        let found = groups(&graph, &arena, &dependence, root)?;
        let sum = found.iter().map(|group| group.value(&point)).sum();
        Some((found.len(), sum, graph.expr(root).value(&point)))
    }

    fn joined(n: usize, term: impl Fn(usize) -> String) -> String {
        (1..=n).map(term).collect::<Vec<_>>().join(" + ")
    }

    #[test]
    fn groups_add_up_to_the_sum() {
        let kinks = joined(300, |k| format!("abs(x - {k}/300)"));
        let smooth = joined(200, |k| format!("1/(x + {k})"));
        let in_plane = joined(200, |k| format!("max(x, {k}*y)"));
        let products = joined(200, |k| format!("sin({k}*x)*cos({k}*y)"));
        for (text, count) in [
            (kinks.clone(), 7),
            (format!("-(2*({kinks}))/(1 + x)"), 7),
            // One rule does for what is smooth.
            (format!("{kinks} - {smooth}"), 8),
            (format!("3*({kinks}) - (({smooth})/7 + 2)*4"), 8),
            (in_plane, 200),
            (products, 13),
            // Whole parts by the values that they take: 20 + 28, 100, 1 + 2.
            (
                "floor(20*x) + floor(28*x) + floor(500*x) + floor(x + 1) + floor(2*x)".to_owned(),
                3,
            ),
            // And the longest of factors that are sums.
            (
                "(1 - x)*(floor(9*x + y) + floor(9*x - y) + y)".to_owned(),
                3,
            ),
        ] {
            let (found, sum, whole) = at(&text, [0.37, 0.61]).expect(&text[..40]);
            assert_eq!(found, count, "{text:.40}");
            assert!((sum - whole).abs() <= 1e-12 * whole.abs(), "{sum} {whole}");
        }
    }

    #[test]
    fn terms_that_bend_along_curves_are_taken_apart() {
        for (text, count) in [
            ("exp(x) + max(0, 1 - abs(8333*(x + y - 1)))", 2),
            ("(exp(x) + y - 2*abs(x*y - 0.2))*(1 + x)", 2),
            ("floor(3*x + y) + floor(x - 5*y)", 2),
            // A number stays with what has levelled off at it.
            ("exp(x) + 1 - tanh((x + y - 1)*8000)^2", 2),
            ("exp(x) + 3 - tanh((x + y - 1)*8000)^2", 2),
        ] {
            let (found, sum, whole) = at(text, [0.37, 0.61]).expect(text);
            assert_eq!(found, count, "{text}");
            assert!((sum - whole).abs() <= 1e-12 * whole.abs(), "{sum} {whole}");
        }
        for text in [
            // One term, what bends nowhere in the box, along an axis, or in what all terms have.
            "abs(x + y - 1)*exp(x)",
            "exp(x) + abs(x + y + 1)",
            "1 - tanh((x + y - 1)*8000)^2",
            "exp(x*y) + abs(x - 0.3)",
            "(exp(x) + y)*abs(x + y - 1)",
        ] {
            assert_eq!(at(text, [0.3, 0.6]), None, "{text}");
        }
    }

    #[test]
    fn what_is_short_or_easy_stays_together() {
        let kinks = |n: usize| joined(n, |k| format!("abs(x - {k}/7)"));
        for text in [
            joined(100, |k| format!("abs(x - {k}/300)")),
            joined(10, |k| format!("floor({k}*x)")),
            "floor(900*x) + exp(x)".to_owned(),
            joined(300, |k| format!("exp(-{k}*x*y)")),
            joined(300, |k| format!("1/(x + {k})")),
            // One too many: none is left out, wherever the last is met.
            kinks(MOST + 1),
            format!("({}) + ({})", kinks(MOST / 2), kinks(MOST / 2 + 1)),
            "abs(x)".to_owned(),
        ] {
            assert_eq!(at(&text, [0.3, 0.6]), None, "{text:.40}");
        }
    }
}
