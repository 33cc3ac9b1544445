//! Determinants and volumes of matrices of formulas.
//!
//! 1. Take the rows in order of their number of entries, the emptiest first.
//! 2. Build the minors of the first k rows from those of the first k − 1, for every set of columns
//!    that is not zero for structural reasons; each minor is one shared node.
//! 3. Where that would take too many operations, leave one node that eliminates at run time.
//!
//! The volume √det(AᵀA) of a tall matrix is the root of the sum of its squared maximal minors
//! (Cauchy–Binet), which does not square the condition number as AᵀA would.

use std::collections::BTreeMap;

use super::derive::plus;
use super::graph::{Expr, Graph, Node};

/// The most multiplications that a determinant may take as a formula; 7 × 7 without zeros takes 448.
const MOST_PRODUCTS: usize = 500;

/// A set of columns, one bit for each.
type Columns = u64;

impl Graph {
    /// The determinant of a square matrix, row by row, by elimination at every node.
    pub(crate) fn determinant<'g>(&'g self, entries: &[Expr<'g>]) -> Expr<'g> {
        self.insert(Node::Determinant(entries.iter().map(|e| e.id).collect()))
    }

    /// √det(AᵀA) of a matrix with this number of columns, row by row, by orthogonalisation at
    /// every node.
    pub(crate) fn volume<'g>(&'g self, columns: usize, entries: &[Expr<'g>]) -> Expr<'g> {
        let entries = entries.iter().map(|e| e.id).collect();
        self.insert(Node::Volume(columns as u32, entries))
    }
}

/// A matrix of formulas; `None` is an entry that is zero.
pub(crate) type Matrix<'g> = Vec<Vec<Option<Expr<'g>>>>;

/// The determinant of a square matrix.
pub(crate) fn determinant<'g>(graph: &'g Graph, matrix: &Matrix<'g>) -> Expr<'g> {
    let n = matrix.len();
    let all = full(n);
    match minors(matrix, n) {
        Some(minors) => minors
            .get(&all)
            .copied()
            .unwrap_or_else(|| graph.constant(0.0)),
        None => graph.determinant(&dense(graph, matrix)),
    }
}

/// The cofactor of a place: the determinant without its row and its column, with the sign of the place.
pub(crate) fn cofactor<'g>(
    graph: &'g Graph,
    matrix: &Matrix<'g>,
    row: usize,
    column: usize,
) -> Expr<'g> {
    if matrix.len() == 1 {
        return graph.constant(1.0);
    }
    let without = |row: &Vec<Option<Expr<'g>>>| {
        let mut row = row.clone();
        row.remove(column);
        row
    };
    let rows = matrix.iter().enumerate().filter(|(i, _)| *i != row);
    let minor: Matrix<'g> = rows.map(|(_, row)| without(row)).collect();
    let found = determinant(graph, &minor);
    match (row + column).is_multiple_of(2) {
        true => found,
        false => -found,
    }
}

/// √det(AᵀA) of a matrix with more rows than columns.
pub(crate) fn volume<'g>(graph: &'g Graph, matrix: &Matrix<'g>, columns: usize) -> Expr<'g> {
    let transposed: Matrix<'g> = (0..columns)
        .map(|j| matrix.iter().map(|row| row[j]).collect())
        .collect();
    match minors(&transposed, matrix.len()) {
        Some(minors) => {
            let squares = minors.values().map(|minor| minor.powi(2));
            let sum = squares.fold(None, |sum, square| plus(sum, Some(square)));
            sum.map_or_else(|| graph.constant(0.0), |sum| sum.sqrt())
        }
        None => graph.volume(columns, &dense(graph, matrix)),
    }
}

/// The entries of a matrix, row by row.
pub(crate) fn dense<'g>(graph: &'g Graph, matrix: &Matrix<'g>) -> Vec<Expr<'g>> {
    let zero = graph.constant(0.0);
    let entries = matrix.iter().flatten();
    entries.map(|entry| entry.unwrap_or(zero)).collect()
}

fn full(n: usize) -> Columns {
    if n >= 64 { Columns::MAX } else { (1 << n) - 1 }
}

/// All maximal minors of a wide matrix, by their columns; `None` if there are too many products.
fn minors<'g>(matrix: &Matrix<'g>, columns: usize) -> Option<BTreeMap<Columns, Expr<'g>>> {
    if columns > 64 {
        return None;
    }
    let mut order: Vec<usize> = (0..matrix.len()).collect();
    let entries = |row: &usize| matrix[*row].iter().flatten().count();
    order.sort_by_key(entries);
    if count_products(matrix, &order)? > MOST_PRODUCTS {
        return None;
    }
    let mut sign = parity(&order);
    let mut known: BTreeMap<Columns, Option<Expr<'g>>> = BTreeMap::from([(0, None)]);
    for &row in &order {
        let mut next: BTreeMap<Columns, Option<Expr<'g>>> = BTreeMap::new();
        for (&set, &minor) in &known {
            for (column, entry) in matrix[row].iter().enumerate() {
                let (Some(entry), 0) = (*entry, set >> column & 1) else {
                    continue;
                };
                let later = (set >> column).count_ones() % 2 == 1;
                let product = match minor {
                    None => entry,
                    Some(minor) if entry.number() == Some(1.0) => minor,
                    Some(minor) => minor * entry,
                };
                let signed = if later ^ sign { -product } else { product };
                let sum = next.entry(set | 1 << column).or_default();
                *sum = match *sum {
                    Some(sum) if later ^ sign => Some(sum - product),
                    sum => plus(sum, Some(signed)),
                };
            }
        }
        // The sign of the order of rows counts once.
        sign = false;
        known = next;
    }
    let done = known.into_iter();
    Some(
        done.filter_map(|(set, minor)| Some((set, minor?)))
            .collect(),
    )
}

/// The number of products that [`minors`] would build; `None` if even counting is too long.
fn count_products(matrix: &Matrix<'_>, order: &[usize]) -> Option<usize> {
    let mut products = 0;
    let mut sets = std::collections::BTreeSet::from([0 as Columns]);
    for &row in order {
        let mut next = std::collections::BTreeSet::new();
        for &set in &sets {
            for (column, entry) in matrix[row].iter().enumerate() {
                if entry.is_some() && set >> column & 1 == 0 {
                    products += 1;
                    next.insert(set | 1 << column);
                }
            }
            if products > 4 * MOST_PRODUCTS {
                return None;
            }
        }
        sets = next;
    }
    Some(products)
}

/// Whether a permutation is odd.
fn parity(order: &[usize]) -> bool {
    let inversions = |i: usize| order[i + 1..].iter().filter(|&&o| o < order[i]).count();
    (0..order.len()).map(inversions).sum::<usize>() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix of inputs with zeros where `pattern` says so, and its entries as numbers.
    fn matrix(
        graph: &Graph,
        rows: usize,
        columns: usize,
        zero: impl Fn(usize, usize) -> bool,
    ) -> (Matrix<'_>, Vec<f64>) {
        let mut numbers = Vec::new();
        let mut formulas = Vec::new();
        for i in 0..rows {
            let mut row = Vec::new();
            for j in 0..columns {
                let k = i * columns + j;
                // Fixed numbers without pattern, between −1 and 1.
                numbers.push(if zero(i, j) {
                    0.0
                } else {
                    ((k * k * 7 + 3 * k + 1) as f64 * 0.618).sin()
                });
                row.push((!zero(i, j)).then(|| graph.input(k)));
            }
            formulas.push(row);
        }
        (formulas, numbers)
    }

    #[test]
    fn the_formula_agrees_with_elimination_for_every_size() {
        for n in 1..=10 {
            for sparse in [false, true] {
                let graph = Graph::new();
                let zero = |i: usize, j: usize| sparse && (i + 2 * j).is_multiple_of(3) && i != j;
                let (formulas, numbers) = matrix(&graph, n, n, zero);
                let value = determinant(&graph, &formulas).value(&numbers);
                let exact = nalgebra::DMatrix::from_row_slice(n, n, &numbers).determinant();
                // Entries are below 1, so round-off is a small multiple of n! ulps at worst.
                assert!(
                    (value - exact).abs() < 1e-13,
                    "{n} {sparse}: {value} {exact}"
                );
            }
        }
    }

    #[test]
    fn the_volume_agrees_with_the_gram_determinant_for_every_shape() {
        for (rows, columns) in [(2, 1), (3, 1), (3, 2), (4, 2), (5, 3), (9, 8), (30, 10)] {
            let graph = Graph::new();
            let (formulas, numbers) = matrix(&graph, rows, columns, |_, _| false);
            let value = volume(&graph, &formulas, columns).value(&numbers);
            let a = nalgebra::DMatrix::from_row_slice(rows, columns, &numbers);
            let gram = (a.transpose() * a).determinant().sqrt();
            // The Gram matrix squares the condition number: it is the less accurate of the two.
            assert!((value / gram - 1.0).abs() < 1e-9, "{rows} × {columns}");
        }
    }

    #[test]
    fn a_nearly_flat_parallelogram_keeps_its_digits() {
        // Sides (1, 0, 0) and (1, h, 0): the area is h, and the Gram determinant is h² only after
        // cancelling 1 + h² − 1.
        let h = 1e-9;
        let numbers = [1.0, 1.0, 0.0, h, 0.0, 0.0];
        let graph = Graph::new();
        let formulas: Matrix<'_> = (0..3)
            .map(|i| (0..2).map(|j| Some(graph.input(2 * i + j))).collect())
            .collect();
        assert_eq!(volume(&graph, &formulas, 2).value(&numbers), h);
    }
}
