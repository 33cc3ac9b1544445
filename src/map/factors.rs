//! Products of formulas of different inputs, read off the graph.
//!
//! 1. Take a formula apart at products, quotients, powers and exponentials of sums.
//! 2. Gather the factors that share inputs.
//! 3. If more than one group is left, the formula is their product.

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Expr, Graph, Node};

/// The most pieces that a formula is taken into.
const MOST_PIECES: usize = 256;

/// The groups of factors of a formula, each with the inputs that it depends on; a factor without
/// inputs stands in the first group. `None` if there is one group only.
pub(crate) fn factors<'g>(graph: &'g Graph, formula: Expr<'g>) -> Option<Vec<(u64, Expr<'g>)>> {
    let mut pieces = Vec::new();
    take_apart(graph, formula, 1, &mut pieces)?;
    let mut groups: Vec<(u64, Expr<'g>)> = Vec::new();
    let mut constant: Option<Expr<'g>> = None;
    for piece in pieces {
        let mut inputs = reach(graph, piece);
        if inputs == 0 {
            constant = Some(constant.map_or(piece, |c| c * piece));
            continue;
        }
        let mut product = piece;
        // All groups that share an input with this piece become one.
        groups.retain(|(of, group)| {
            let shared = of & inputs != 0;
            if shared {
                product = *group * product;
            }
            !shared
        });
        inputs |= reach(graph, product);
        groups.push((inputs, product));
    }
    if groups.len() < 2 {
        return None;
    }
    groups.sort_by_key(|(inputs, _)| inputs.trailing_zeros());
    if let Some(constant) = constant {
        groups[0].1 = constant * groups[0].1;
    }
    Some(groups)
}

/// The pieces whose product is formula ^ power.
fn take_apart<'g>(
    graph: &'g Graph,
    formula: Expr<'g>,
    power: i32,
    pieces: &mut Vec<Expr<'g>>,
) -> Option<()> {
    // A stack of its own, since a product may be long.
    let mut rest = vec![(formula, power)];
    while let Some((formula, power)) = rest.pop() {
        if pieces.len() + rest.len() > MOST_PIECES {
            return None;
        }
        match graph.node(formula.id) {
            Node::Binary(Binary::Mul, x, y) => {
                rest.push((graph.expr(y), power));
                rest.push((graph.expr(x), power));
            }
            Node::Binary(Binary::Div, x, y) => {
                rest.push((graph.expr(y), -power));
                rest.push((graph.expr(x), power));
            }
            Node::Power(x, n) if n.checked_mul(power).is_some() => {
                rest.push((graph.expr(x), n * power));
            }
            Node::Unary(Unary::Neg, x) => {
                if power % 2 != 0 {
                    pieces.push(graph.constant(-1.0));
                }
                rest.push((graph.expr(x), power));
            }
            Node::Unary(Unary::Exp, x) => {
                for (term, sign) in terms(graph, graph.expr(x)) {
                    let term = if sign < 0.0 { -term } else { term };
                    let factor = term.exp();
                    pieces.push(if power == 1 {
                        factor
                    } else {
                        factor.powi(power)
                    });
                }
            }
            _ => pieces.push(if power == 1 {
                formula
            } else {
                formula.powi(power)
            }),
        }
    }
    Some(())
}

/// The terms of a sum with their signs, those that share inputs together.
fn terms<'g>(graph: &'g Graph, sum: Expr<'g>) -> Vec<(Expr<'g>, f64)> {
    let mut found: Vec<(Expr<'g>, f64)> = Vec::new();
    let mut rest = vec![(sum, 1.0)];
    while let Some((formula, sign)) = rest.pop() {
        match graph.node(formula.id) {
            Node::Binary(Binary::Add, x, y) => {
                rest.push((graph.expr(y), sign));
                rest.push((graph.expr(x), sign));
            }
            Node::Binary(Binary::Sub, x, y) => {
                rest.push((graph.expr(y), -sign));
                rest.push((graph.expr(x), sign));
            }
            Node::Unary(Unary::Neg, x) => rest.push((graph.expr(x), -sign)),
            _ => found.push((formula, sign)),
        }
    }
    // exp(a)·exp(b) of the same inputs would only lose digits.
    let mut grouped: Vec<(u64, Expr<'g>)> = Vec::new();
    for (term, sign) in found {
        let mut sum = if sign < 0.0 { -term } else { term };
        let mut inputs = reach(graph, sum);
        grouped.retain(|(of, group)| {
            let shared = of & inputs != 0 || *of == inputs;
            if shared {
                sum = *group + sum;
                inputs |= of;
            }
            !shared
        });
        grouped.push((inputs, sum));
    }
    grouped.into_iter().map(|(_, sum)| (sum, 1.0)).collect()
}

/// The inputs that a formula depends on, one bit each.
fn reach(graph: &Graph, formula: Expr<'_>) -> u64 {
    graph.read(|arena| {
        let needed = arena.needed(&[formula.id]);
        let nodes = arena.nodes().iter().zip(needed);
        nodes.fold(0, |inputs, (node, needed)| match node {
            Node::Input(i) if needed => inputs | 1 << i,
            _ => inputs,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(f: impl for<'g> Fn(&[Expr<'g>; 3]) -> Expr<'g>) -> Option<Vec<u64>> {
        let graph = Graph::new();
        let inputs = [0, 1, 2].map(|i| graph.input(i));
        let formula = f(&inputs);
        let groups = factors(&graph, formula)?;
        // The product of the groups is the formula.
        let point = [0.3, 0.7, 1.9];
        let product: f64 = groups.iter().map(|(_, g)| g.value(&point)).product();
        let value = formula.value(&point);
        // A handful of roundings.
        assert!((product / value - 1.0).abs() < 1e-14, "{product} {value}");
        Some(groups.into_iter().map(|(inputs, _)| inputs).collect())
    }

    #[test]
    fn products_fall_apart_by_inputs() {
        assert_eq!(
            groups(|[x, y, z]| *x * y.sin() / z.exp()),
            Some(vec![1, 2, 4])
        );
        assert_eq!(
            groups(|[x, y, z]| -(*x * *y).powi(3) * *z * 5.0),
            Some(vec![1, 2, 4])
        );
        assert_eq!(groups(|[x, y, z]| (*x * *y).sin() * *z), Some(vec![3, 4]));
        assert_eq!(
            groups(|[x, y, z]| (-(x.powi(2) + y.powi(2)) - *z + *x).exp()),
            Some(vec![1, 2, 4])
        );
        assert_eq!(groups(|[x, y, _]| (*x * *y + *x).exp()), None);
        assert_eq!(groups(|[x, y, _]| *x + *y), None);
    }
}
