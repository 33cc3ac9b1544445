//! Products of vectors with the Jacobian, wᵀ·J, as formulas: backward along the graph.
//!
//! 1. Every node gets its adjoint, Σ wᵢ ∂(output i)/∂(node): that of an output is its weight.
//! 2. Against the order of creation, each node hands its share to its operands; at the inputs the
//!    adjoints are the product.
//! 3. The graph of it is a few times as large as that of the outputs, whatever the number of inputs: the
//!    cheap gradient principle.
//!
//! A. Griewank, A. Walther, "Evaluating Derivatives", 2nd ed., SIAM (2008), chapters 3 and 4.

use super::derive::{chain, outer_derivatives, plus};
use super::graph::{Expr, Graph, Id, Node};
use crate::error::Error;

/// wᵀ·J: for each of the first inputs Σ wᵢ ∂(output i)/∂(input); `None` where it is zero for structural
/// reasons.
pub(crate) fn backward<'g>(
    graph: &'g Graph,
    outputs: &[Expr<'g>],
    weights: &[Expr<'g>],
    inputs: usize,
) -> Result<Vec<Option<Expr<'g>>>, Error> {
    let roots: Vec<Id> = outputs.iter().map(|e| e.id).collect();
    let needed = graph.read(|arena| arena.needed(&roots));
    let mut adjoints: Vec<Option<Expr<'g>>> = vec![None; needed.len()];
    for (root, weight) in roots.iter().zip(weights) {
        let adjoint = &mut adjoints[root.index()];
        *adjoint = plus(*adjoint, Some(*weight));
    }
    let mut gradient = vec![None; inputs];
    for index in (0..needed.len()).rev() {
        let Some(adjoint) = adjoints[index] else {
            continue;
        };
        let id = Id::at(index);
        if let Node::Input(input) = graph.node(id) {
            if let Some(entry) = gradient.get_mut(input as usize) {
                *entry = Some(adjoint);
            }
            continue;
        }
        for (operand, share) in shares(graph, id, adjoint)? {
            let of_operand = &mut adjoints[operand.index()];
            *of_operand = plus(*of_operand, Some(share));
        }
    }
    Ok(gradient)
}

/// The partial derivatives of `outputs` with respect to inputs `0..inputs`, row by row, by one sweep for
/// every output: for outputs that are fewer than inputs.
pub(crate) fn jacobian<'g>(
    graph: &'g Graph,
    outputs: &[Expr<'g>],
    inputs: usize,
) -> Result<Vec<Vec<Option<Expr<'g>>>>, Error> {
    let one = graph.constant(1.0);
    let row = |output: &Expr<'g>| backward(graph, &[*output], &[one], inputs);
    outputs.iter().map(row).collect()
}

/// What a node's adjoint gives to its operands.
fn shares<'g>(graph: &'g Graph, id: Id, adjoint: Expr<'g>) -> Result<Vec<(Id, Expr<'g>)>, Error> {
    Ok(match graph.node(id) {
        Node::Constant(..) | Node::Symbol(_) | Node::Input(_) => Vec::new(),
        Node::Unary(..) | Node::Binary(..) | Node::Power(..) => {
            let outer = outer_derivatives(graph, id)?.into_iter().flatten();
            let share = |(operand, outer)| Some((operand, chain(Some(adjoint), Some(outer))?));
            outer.filter_map(share).collect()
        }
        // The branch that is not taken may have no value there: it gets no product with zero.
        Node::Select(c, a, b) => {
            let (condition, zero) = (graph.expr(c), graph.constant(0.0));
            let taken = (a, condition.select(adjoint, zero));
            vec![taken, (b, condition.select(zero, adjoint))]
        }
        Node::Determinant(entries) => {
            let n = entries.len().isqrt();
            let entries: Vec<Expr<'g>> = entries.iter().map(|&id| graph.expr(id)).collect();
            let cofactors = cofactors(graph, &entries, n);
            let share = |(entry, cofactor): (&Expr<'g>, Expr<'g>)| (entry.id, adjoint * cofactor);
            entries.iter().zip(cofactors).map(share).collect()
        }
        Node::Volume(columns, entries) => {
            let entries: Vec<Expr<'g>> = entries.iter().map(|&id| graph.expr(id)).collect();
            volume_shares(graph, &entries, columns as usize, adjoint / graph.expr(id))
        }
    })
}

/// ∂ det A/∂aᵢⱼ for all entries: the signed determinants without a row and a column.
fn cofactors<'g>(graph: &'g Graph, entries: &[Expr<'g>], n: usize) -> Vec<Expr<'g>> {
    if n == 1 {
        return vec![graph.constant(1.0)];
    }
    let without = |row: usize, column: usize| {
        let kept = (0..n * n).filter(|k| k / n != row && k % n != column);
        let minor: Vec<Expr<'g>> = kept.map(|k| entries[k]).collect();
        let minor = graph.determinant(&minor);
        if (row + column).is_multiple_of(2) {
            minor
        } else {
            -minor
        }
    };
    (0..n * n).map(|k| without(k / n, k % n)).collect()
}

/// With V² = det(AᵀA): ∂V/∂A = A·adj(AᵀA)/V, times the adjoint, which comes divided by V.
fn volume_shares<'g>(
    graph: &'g Graph,
    entries: &[Expr<'g>],
    columns: usize,
    adjoint: Expr<'g>,
) -> Vec<(Id, Expr<'g>)> {
    let rows = entries.len() / columns;
    let entry = |row: usize, column: usize| entries[row * columns + column];
    let sum = |terms: &mut dyn Iterator<Item = Expr<'g>>| {
        let sum = terms.reduce(|sum, term| sum + term);
        sum.unwrap_or_else(|| graph.constant(0.0))
    };
    let of_pair = |k: usize| {
        let (i, j) = (k / columns, k % columns);
        sum(&mut (0..rows).map(|row| entry(row, i) * entry(row, j)))
    };
    let gram: Vec<Expr<'g>> = (0..columns * columns).map(of_pair).collect();
    let adjugate = cofactors(graph, &gram, columns);
    let share = |k: usize| {
        let (row, column) = (k / columns, k % columns);
        let terms = &mut (0..columns).map(|i| entry(row, i) * adjugate[i * columns + column]);
        (entries[k].id, adjoint * sum(terms))
    };
    (0..entries.len()).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::derive::{along, jacobian};

    /// Formulas of three inputs with every kind of node.
    fn formulas<'g>(graph: &'g Graph) -> Vec<Expr<'g>> {
        let [x, y, z] = [0, 1, 2].map(|i| graph.input(i));
        let entries = [
            x.sin(),
            y * z,
            x + y,
            z.exp(),
            x * z,
            y.powi(3),
            z,
            x,
            y + 2.0,
        ];
        vec![
            (x * y).sin() / (z + 2.0) + x.powi(3) * y,
            x.lt(y).select(x.ln() * z, y.sqrt()),
            graph.determinant(&entries),
            graph.volume(2, &entries[..6]),
            x.pow(y) + x.hypot(z).abs() + y.floor(),
            graph.pi() * 2.0,
        ]
    }

    #[test]
    fn products_are_those_with_the_matrix() {
        let graph = Graph::new();
        let outputs = formulas(&graph);
        let matrix = jacobian(&outputs, 3).unwrap();
        let seeds: Vec<Expr<'_>> = (3..3 + outputs.len()).map(|i| graph.input(i)).collect();
        let rows = backward(&graph, &outputs, &seeds, 3).unwrap();
        let velocity: Vec<_> = seeds[..3].iter().map(|seed| Some(*seed)).collect();
        let columns = along(&graph, &outputs, &velocity).unwrap();
        let point = [0.7, 1.3, 0.4, 0.3, -1.2, 0.8, 2.0, -0.6, 1.7];
        let value = |e: Option<Expr<'_>>| e.map_or(0.0, |e| e.value(&point));
        let close = |a: f64, b: f64| {
            // A few roundings of terms of size up to ten.
            assert!((a - b).abs() < 1e-13, "{a} and {b}");
        };
        for (j, product) in rows.into_iter().enumerate() {
            let terms = (0..outputs.len()).map(|i| point[3 + i] * value(matrix[i][j]));
            close(value(product), terms.sum());
        }
        for (i, product) in columns.into_iter().enumerate() {
            let terms = (0..3).map(|j| point[3 + j] * value(matrix[i][j]));
            close(value(product), terms.sum());
        }
    }

    #[test]
    fn a_branch_that_is_not_taken_gives_nothing_without_a_value() {
        let graph = Graph::new();
        let x = graph.input(0);
        let output = x.le(0.0).select(-x, x.ln());
        let slope = backward(&graph, &[output], &[graph.constant(1.0)], 1).unwrap()[0].unwrap();
        assert_eq!((slope.value(&[-2.0]), slope.value(&[4.0])), (-1.0, 0.25));
    }

    #[test]
    fn the_graph_of_a_gradient_is_a_few_times_that_of_the_formula() {
        let graph = Graph::new();
        let n = 1000;
        let inputs: Vec<Expr<'_>> = (0..n).map(|i| graph.input(i)).collect();
        let terms = inputs
            .windows(2)
            .map(|x| 100.0 * (x[1] - x[0].powi(2)).powi(2) + (1.0 - x[0]).powi(2));
        let sum = terms.reduce(|sum, term| sum + term).unwrap();
        let before = graph.read(|arena| arena.nodes().len());
        let gradient = backward(&graph, &[sum], &[graph.constant(1.0)], n).unwrap();
        let after = graph.read(|arena| arena.nodes().len());
        assert!(gradient.iter().all(Option::is_some));
        // The theorem's bound is 4 for counts of multiplications, 5 with memory.
        assert!(after < 4 * before, "{before} and {after}");
    }
}
