//! The targets of a map and ln|det J| at many points, for any number of variables.
//!
//! 1. Match rows with columns of the Jacobian so that no matched entry is zero for structural reasons.
//! 2. Order rows so that the matrix is triangular by blocks: these are the strongly connected components of
//!    the graph that leads from a row to the rows matched with the columns of its entries.
//! 3. ln|det J| is the sum of ln|det| of the blocks on the diagonal: of a formula where a block is one
//!    entry, by elimination at every point elsewhere. No product can overflow.
//!
//! I. S. Duff, J. K. Reid, "An implementation of Tarjan's algorithm for the block triangularization of a
//! matrix", ACM Trans. Math. Softw. 4 (1978) 137–147.

use super::map::Map;
use crate::elementary::matrix;
use crate::error::Error;
use crate::expr::derive;
use crate::expr::formulas::Formulas;
use crate::expr::graph::Expr;
use crate::expr::simplify::simplify;
use crate::integrand::{Block, Coordinate, Integrand};
use crate::program::Program;

/// The targets of a map and ln|det J|, compiled.
#[derive(Clone, Debug)]
pub(super) struct LogDeterminant {
    dimension: usize,
    /// The targets; the logarithm of each block of one entry; the entries of the others, row by row.
    program: Program,
    /// How many logarithms there are.
    logarithms: usize,
    /// The numbers of rows of the other blocks.
    sizes: Vec<usize>,
}

impl LogDeterminant {
    /// That of a map with as many targets as variables; `None` if det J is zero for structural reasons.
    ///
    /// # Errors
    /// [`Error::Shape`] if the crate has no formula for a derivative.
    pub(super) fn of(map: &Map) -> Result<Option<Self>, Error> {
        let targets = map.formulas_of_variables();
        let n = map.variables().len();
        let (mut logarithms, mut sizes) = (0, Vec::new());
        let built = Formulas::build(targets.inputs.clone(), |graph, variables| {
            let mut outputs = targets.within(graph, variables);
            let matrix = derive::jacobian(&outputs, n)?;
            let columns = |row: &Vec<Option<Expr<'_>>>| {
                let is_there =
                    |entry: &Option<Expr<'_>>| entry.is_some_and(|e| e.number() != Some(0.0));
                (0..n).filter(|&j| is_there(&row[j])).collect()
            };
            let pattern: Vec<Vec<usize>> = matrix.iter().map(columns).collect();
            let Some(blocks) = diagonal_blocks(&pattern) else {
                return Ok::<_, Error>(Vec::new());
            };
            let zero = graph.constant(0.0);
            let entry = |i: usize, j: usize| matrix[i][j].unwrap_or(zero);
            let (single, others): (Vec<_>, Vec<_>) =
                blocks.iter().partition(|block| block.len() == 1);
            outputs.extend(
                single
                    .iter()
                    .map(|block| entry(block[0].0, block[0].1).abs().ln()),
            );
            for block in &others {
                let rows = block.iter();
                outputs
                    .extend(rows.flat_map(|&(i, _)| block.iter().map(move |&(_, j)| entry(i, j))));
            }
            logarithms = single.len();
            sizes = others.iter().map(|block| block.len()).collect();
            Ok(outputs)
        })?;
        if built.roots.is_empty() {
            return Ok(None);
        }
        // What is ln|exp(s)| becomes s, which does not overflow.
        let (arena, roots) = simplify(&built.arena, &built.roots, &[]);
        Ok(Some(LogDeterminant {
            dimension: n,
            program: Program::for_blocks(&arena, &roots, n),
            logarithms,
            sizes,
        }))
    }

    /// The targets, by rows of coordinates, and ln|det J| of a block of points given in the same way.
    pub(super) fn at(&self, rows: &[f64], count: usize) -> (Vec<f64>, Vec<f64>) {
        let coordinates: Vec<_> = rows.chunks_exact(count).map(Coordinate::Each).collect();
        let mut values = vec![0.0; self.program.outputs() * count];
        let block = Block::new(&coordinates, count);
        self.program.evaluator().evaluate(&block, &mut values);
        let parts = values.split_off(self.dimension * count);
        let mut logs = vec![0.0; count];
        for row in parts.chunks_exact(count).take(self.logarithms) {
            for (log, part) in logs.iter_mut().zip(row) {
                *log += part;
            }
        }
        let mut first = self.logarithms;
        for &size in &self.sizes {
            for (k, log) in logs.iter_mut().enumerate() {
                let entries = (first..first + size * size).map(|row| parts[row * count + k]);
                *log += matrix::log_determinant(&mut entries.collect::<Vec<f64>>());
            }
            first += size * size;
        }
        (values, logs)
    }
}

/// A block on the diagonal: its rows, each with the column that it is matched with.
type DiagonalBlock = Vec<(usize, usize)>;

/// The blocks of the block triangular form of a square matrix, given by the columns of the entries of each
/// row; `None` if every product of the determinant has a factor that is not there.
fn diagonal_blocks(pattern: &[Vec<usize>]) -> Option<Vec<DiagonalBlock>> {
    let rows = matching(pattern)?;
    let mut columns = vec![0; rows.len()];
    for (column, &row) in rows.iter().enumerate() {
        columns[row] = column;
    }
    let leads_to = |row: usize| pattern[row].iter().map(|&column| rows[column]).collect();
    let next: Vec<Vec<usize>> = (0..rows.len()).map(leads_to).collect();
    let blocks = components(&next).into_iter();
    let matched = |rows: Vec<usize>| rows.into_iter().map(|row| (row, columns[row])).collect();
    Some(blocks.map(matched).collect())
}

/// For each column a row with an entry in it, every row once.
fn matching(pattern: &[Vec<usize>]) -> Option<Vec<usize>> {
    let n = pattern.len();
    let mut rows: Vec<Option<usize>> = vec![None; n];
    // Most matrices have their diagonal: the search below has nothing left to do.
    for (row, columns) in pattern.iter().enumerate() {
        if columns.contains(&row) {
            rows[row] = Some(row);
        }
    }
    for row in 0..n {
        if rows.contains(&Some(row)) {
            continue;
        }
        // In breadth, from the row to columns and on to the rows that hold them, until one is free.
        let mut from: Vec<Option<usize>> = vec![None; n];
        let mut queue = std::collections::VecDeque::from([row]);
        let mut free = None;
        while let (Some(next), None) = (queue.pop_front(), free) {
            for &column in &pattern[next] {
                if from[column].is_none() {
                    from[column] = Some(next);
                    match rows[column] {
                        Some(holder) => queue.push_back(holder),
                        None => free = free.or(Some(column)),
                    }
                }
            }
        }
        let mut column = free?;
        // Every row on the way takes the column that was found from it, and leaves its own.
        while let Some(taker) = from[column] {
            let left = rows.iter().position(|&holder| holder == Some(taker));
            rows[column] = Some(taker);
            match left {
                Some(left) if taker != row => column = left,
                _ => break,
            }
        }
    }
    rows.into_iter().collect()
}

/// The strongly connected components of a graph, each in order of its nodes (Tarjan's algorithm, with a
/// stack in the place of recursion).
fn components(next: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let n = next.len();
    const NEW: usize = usize::MAX;
    let (mut number, mut low, mut is_open) = (vec![NEW; n], vec![NEW; n], vec![false; n]);
    let (mut open, mut found, mut count) = (Vec::new(), Vec::new(), 0);
    for root in 0..n {
        let mut way: Vec<(usize, usize)> = Vec::new();
        if number[root] == NEW {
            way.push((root, 0));
        }
        while let Some((node, edge)) = way.pop() {
            if edge == 0 {
                (number[node], low[node]) = (count, count);
                count += 1;
                open.push(node);
                is_open[node] = true;
            } else {
                // Back from where the edge before this one led.
                let child = next[node][edge - 1];
                if is_open[child] {
                    low[node] = low[node].min(low[child]);
                }
            }
            if let Some(&child) = next[node].get(edge) {
                way.push((node, edge + 1));
                if number[child] == NEW {
                    way.push((child, 0));
                }
            } else if low[node] == number[node] {
                let start = open.iter().rposition(|&o| o == node).unwrap_or(0);
                let mut component = open.split_off(start);
                component.iter().for_each(|&member| is_open[member] = false);
                component.sort_unstable();
                found.push(component);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks, with their rows in order.
    fn blocks(pattern: &[&[usize]]) -> Option<Vec<DiagonalBlock>> {
        let pattern: Vec<Vec<usize>> = pattern.iter().map(|row| row.to_vec()).collect();
        let mut blocks = diagonal_blocks(&pattern)?;
        blocks.sort();
        Some(blocks)
    }

    #[test]
    fn matrices_fall_apart_into_the_blocks_of_their_pattern() {
        let triangular = blocks(&[&[0], &[0, 1], &[0, 1, 2]]);
        assert_eq!(
            triangular,
            Some(vec![vec![(0, 0)], vec![(1, 1)], vec![(2, 2)]])
        );
        // A triangular matrix with its rows in another order.
        let permuted = blocks(&[&[0, 1, 2], &[0], &[0, 1]]);
        assert_eq!(
            permuted,
            Some(vec![vec![(0, 2)], vec![(1, 0)], vec![(2, 1)]])
        );
        let mixed = blocks(&[&[0, 1], &[0, 1], &[1, 2], &[3, 2]]);
        assert_eq!(
            mixed,
            Some(vec![vec![(0, 0), (1, 1)], vec![(2, 2)], vec![(3, 3)]])
        );
        let circle = blocks(&[&[0, 1], &[1, 2], &[2, 0]]);
        assert_eq!(circle, Some(vec![vec![(0, 0), (1, 1), (2, 2)]]));
        // The first row must leave its diagonal for the second, and the second for the third.
        let moved = blocks(&[&[0, 1], &[0, 1, 2], &[0]]);
        assert_eq!(moved, Some(vec![vec![(0, 1)], vec![(1, 2)], vec![(2, 0)]]));
    }

    #[test]
    fn a_matrix_without_a_product_in_its_determinant_has_no_blocks() {
        // Two rows share the only column of their entries; a column is empty.
        assert_eq!(blocks(&[&[0], &[0]]), None);
        assert_eq!(blocks(&[&[0, 1], &[0, 1], &[0, 1]]), None);
    }
}
