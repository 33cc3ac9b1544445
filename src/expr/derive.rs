//! Exact derivatives of formulas, as formulas.
//!
//! 1. Walk the graph once in order of creation, so that the derivatives of operands come first.
//! 2. Apply each operator's row of the table and the chain rule; a derivative that is zero for
//!    structural reasons is never built.
//! 3. Sharing in the graph keeps the cost linear in its size.
//!
//! A. Griewank, A. Walther, "Evaluating Derivatives", 2nd ed., SIAM (2008), chapter 3.

use std::sync::Arc;

use super::graph::{Expr, Graph, Id, Node};
use super::operator;
use crate::error::{Error, Misfit};

/// The partial derivatives of `outputs` with respect to inputs `0..inputs`: row by row, one row for
/// every output, one column for every input; `None` where the output does not depend on the input.
pub(crate) fn jacobian<'g>(
    outputs: &[Expr<'g>],
    inputs: usize,
) -> Result<Vec<Vec<Option<Expr<'g>>>>, Error> {
    let mut rows = vec![vec![None; inputs]; outputs.len()];
    let Some(first) = outputs.first() else {
        return Ok(rows);
    };
    for input in 0..inputs {
        let column = partial(first.graph, outputs, input)?;
        for (row, entry) in rows.iter_mut().zip(column) {
            row[input] = entry;
        }
    }
    Ok(rows)
}

/// The partial derivatives of `outputs` with respect to one input.
pub(crate) fn partial<'g>(
    graph: &'g Graph,
    outputs: &[Expr<'g>],
    input: usize,
) -> Result<Vec<Option<Expr<'g>>>, Error> {
    let mut velocity = vec![None; input + 1];
    velocity[input] = Some(graph.constant(1.0));
    along(graph, outputs, &velocity)
}

/// J·v: the slope of every output where input `i` moves with `velocity[i]`; `None` where it is zero for
/// structural reasons.
pub(crate) fn along<'g>(
    graph: &'g Graph,
    outputs: &[Expr<'g>],
    velocity: &[Option<Expr<'g>>],
) -> Result<Vec<Option<Expr<'g>>>, Error> {
    let roots: Vec<Id> = outputs.iter().map(|e| e.id).collect();
    let needed = graph.read(|arena| arena.needed(&roots));
    let mut slopes: Vec<Option<Expr<'g>>> = vec![None; needed.len()];
    for index in 0..needed.len() {
        if needed[index] {
            let of_input = |input: usize| velocity.get(input).copied().flatten();
            slopes[index] = node_derivative(graph, Id::at(index), &of_input, &slopes)?;
        }
    }
    Ok(roots.iter().map(|root| slopes[root.index()]).collect())
}

/// a · b without a factor that is exactly 1 or −1.
pub(crate) fn times<'g>(a: Expr<'g>, b: Expr<'g>) -> Expr<'g> {
    match (a.number(), b.number()) {
        (Some(1.0), _) => b,
        (_, Some(1.0)) => a,
        (Some(-1.0), _) => -b,
        (_, Some(-1.0)) => -a,
        _ => a * b,
    }
}

/// A sum in which nothing stands for zero.
pub(crate) fn plus<'g>(a: Option<Expr<'g>>, b: Option<Expr<'g>>) -> Option<Expr<'g>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}

/// A product in which nothing stands for zero.
pub(super) fn chain<'g>(outer: Option<Expr<'g>>, inner: Option<Expr<'g>>) -> Option<Expr<'g>> {
    Some(times(outer?, inner?)).filter(|e| e.number() != Some(0.0))
}

/// The operands of a function of one or two variables, each with the derivative by it; those that are zero
/// for structural reasons are left out.
pub(crate) fn outer_derivatives<'g>(
    graph: &'g Graph,
    id: Id,
) -> Result<[Option<(Id, Expr<'g>)>; 2], Error> {
    let value = graph.expr(id);
    Ok(match graph.node(id) {
        Node::Unary(op, x) => {
            let Some(outer) = (operator::unary(op).derivative)(graph.expr(x), value) else {
                let function = format!("{op:?}");
                return Err(Misfit::NoDerivative { function }.into());
            };
            // A step's derivative is zero where it exists.
            let is_step = outer.number() == Some(0.0);
            [(!is_step).then_some((x, outer)), None]
        }
        Node::Binary(op, x, y) => {
            let row = operator::binary(op);
            let [px, py] = (row.derivative)(graph.expr(x), graph.expr(y), value);
            [px.map(|px| (x, px)), py.map(|py| (y, py))]
        }
        Node::Power(x, n) => {
            let outer = match n {
                0 => None,
                1 => Some(graph.constant(1.0)),
                2 => Some(2.0 * graph.expr(x)),
                _ => Some(f64::from(n) * graph.expr(x).powi(n - 1)),
            };
            [outer.map(|outer| (x, outer)), None]
        }
        _ => [None, None],
    })
}

/// The slope of a node along a velocity of the inputs, from the slopes of its operands.
fn node_derivative<'g>(
    graph: &'g Graph,
    id: Id,
    of_input: &impl Fn(usize) -> Option<Expr<'g>>,
    slopes: &[Option<Expr<'g>>],
) -> Result<Option<Expr<'g>>, Error> {
    let slope = |id: Id| slopes[id.index()];
    let value = graph.expr(id);
    Ok(match graph.node(id) {
        Node::Constant(..) | Node::Symbol(_) => None,
        Node::Input(i) => of_input(i as usize),
        Node::Unary(_, x) | Node::Power(x, _) => match slope(x) {
            None => None,
            inner => {
                let [outer, _] = outer_derivatives(graph, id)?;
                chain(outer.map(|(_, outer)| outer), inner)
            }
        },
        Node::Binary(_, x, y) => match (slope(x), slope(y)) {
            (None, None) => None,
            (dx, dy) => {
                let [px, py] = outer_derivatives(graph, id)?;
                let outer = |part: Option<(Id, Expr<'g>)>| part.map(|(_, outer)| outer);
                plus(chain(outer(px), dx), chain(outer(py), dy))
            }
        },
        Node::Select(c, a, b) => match (slope(a), slope(b)) {
            (None, None) => None,
            (da, db) => {
                let zero = graph.constant(0.0);
                let condition = graph.expr(c);
                Some(condition.select(da.unwrap_or(zero), db.unwrap_or(zero)))
            }
        },
        Node::Determinant(entries) => determinant_derivative(graph, &entries, &slope),
        Node::Volume(columns, entries) => {
            // V² = det(AᵀA), so V′ = (det AᵀA)′ / 2V.
            let columns = columns as usize;
            let entry = |row: usize, column: usize| graph.expr(entries[row * columns + column]);
            let rows = entries.len() / columns;
            let mut gram = Vec::new();
            let mut gram_slopes = Vec::new();
            for i in 0..columns {
                for j in 0..columns {
                    let mut sum = None;
                    let mut sum_slope = None;
                    for row in 0..rows {
                        let (a, b) = (entry(row, i), entry(row, j));
                        let (da, db) = (slope(a.id), slope(b.id));
                        sum = plus(sum, Some(a * b));
                        let product = plus(chain(Some(a), db), chain(Some(b), da));
                        sum_slope = plus(sum_slope, product);
                    }
                    gram.push(sum.map_or(id, |e| e.id));
                    gram_slopes.push((sum.map_or(id, |e| e.id), sum_slope));
                }
            }
            let of = |id: Id| {
                let known = gram_slopes.iter().find(|(entry, _)| *entry == id);
                known.and_then(|(_, slope)| *slope)
            };
            determinant_derivative(graph, &gram.into(), &of).map(|d| d / (2.0 * value))
        }
    })
}

/// (det A)′: the sum over the rows of the determinant with that row replaced by its derivative.
fn determinant_derivative<'g>(
    graph: &'g Graph,
    entries: &Arc<[Id]>,
    slope: &impl Fn(Id) -> Option<Expr<'g>>,
) -> Option<Expr<'g>> {
    let n = entries.len().isqrt();
    let mut sum = None;
    for row in 0..n {
        let range = row * n..(row + 1) * n;
        let slopes: Vec<_> = range.clone().map(|k| slope(entries[k])).collect();
        if slopes.iter().all(Option::is_none) {
            continue;
        }
        let zero = graph.constant(0.0);
        let mut replaced: Vec<Id> = entries.to_vec();
        for (k, slope) in range.zip(slopes) {
            replaced[k] = slope.unwrap_or(zero).id;
        }
        sum = plus(sum, Some(graph.insert(Node::Determinant(replaced.into()))));
    }
    sum
}
