//! One correction of Newton's method as formulas, so that it runs as a program on blocks of points.
//!
//! 1. What is left of the equations, r = u − g(x), up to whole periods.
//! 2. The step by Cramer's rule: the cofactors of ∂g/∂x, times r, over the determinant.
//! 3. The size of the step beside the unknowns, 1/det, and by how much r exceeds what rounding explains.
//!
//! P. Deuflhard, "Newton Methods for Nonlinear Problems", Springer (2004), section 2.1.

use crate::error::Error;
use crate::expr::derive::times;
use crate::expr::determinant::Matrix;
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::program::Program;

/// The most unknowns for which the formulas are short.
pub(super) const MOST: usize = 3;

/// Roundings that an equation may be off by before the last step: so few that the step leaves none but
/// its own, and so many that polynomials, whose last digit is not exact, need no second step.
pub(super) const ROUNDINGS: f64 = 16.0 * f64::EPSILON;

/// A step that is no longer than this part of the unknowns is the last, whatever is left of the equations:
/// after it, that is the curvature times the square of this.
pub(super) const SHORT: f64 = 32.0 * f64::EPSILON;

/// A correction of Newton's method.
#[derive(Clone, Debug)]
pub(super) struct Correction {
    /// Of the inputs x, u and 1/scales where the step leads, det ∂g/∂x, the size of the step, 1/det ∂g/∂x,
    /// and the excess of what is left of the equations over what rounding explains.
    pub(super) whole: Program,
    /// The same without the excess, which is a third of the work: enough where the step is short.
    pub(super) short: Program,
}

/// The correction of formulas g, which stand first, with their derivatives row by row; `None` for many
/// unknowns.
///
/// # Errors
/// As [`Program::new`].
pub(super) fn correction(
    arena: &Arena,
    all: &[Id],
    periods: &[f64],
) -> Result<Option<Correction>, Error> {
    let n = periods.len();
    if n > MOST {
        return Ok(None);
    }
    let graph = Graph::from_arena(arena.clone());
    let roots: Vec<Id> = {
        let entry = |id: &Id| Some(graph.expr(*id)).filter(|e| e.number() != Some(0.0));
        let matrix: Matrix<'_> = all[n..]
            .chunks_exact(n)
            .map(|row| row.iter().map(entry).collect())
            .collect();
        let left: Vec<Expr<'_>> = (0..n)
            .map(|i| left(graph.input(n + i) - graph.expr(all[i]), periods[i]))
            .collect();
        let cofactors: Matrix<'_> = (0..n)
            .map(|i| (0..n).map(|j| cofactor(&graph, &matrix, i, j)).collect())
            .collect();
        let none = || graph.constant(0.0);
        let parts = (0..n).filter_map(|j| Some(times(matrix[0][j]?, cofactors[0][j]?)));
        let measure = parts.reduce(|sum, part| sum + part).unwrap_or_else(none);
        let factor = 1.0 / measure;
        let steps: Vec<Expr<'_>> = (0..n)
            .map(|j| {
                let parts = (0..n).filter_map(|i| Some(times(cofactors[i][j]?, left[i])));
                let sum = parts.reduce(|sum, part| sum + part).unwrap_or_else(none);
                sum * factor
            })
            .collect();
        let sizes = (0..n).map(|j| steps[j].abs() * graph.input(2 * n + j));
        let excesses = (0..n).map(|i| {
            let moved = (0..n).filter_map(|j| {
                let (entry, x) = (matrix[i][j]?, graph.input(j).abs());
                Some(times(magnitude(&graph, entry), x))
            });
            let moved = moved.fold(graph.input(n + i).abs(), |sum, part| sum + part);
            left[i].abs() - moved * ROUNDINGS
        });
        // The larger of two is NaN if either is.
        let size = sizes.reduce(|most, part| most.max(part));
        let excess = excesses.reduce(|most, part| most.max(part));
        let next = steps.iter().enumerate();
        let next = next.map(|(j, step)| (graph.input(j) + *step).id);
        let rest = [Some(measure), size, Some(factor), excess];
        let rest = rest.into_iter().flatten().map(|e| e.id);
        next.chain(rest).collect()
    };
    let arena = graph.into_arena();
    Ok(Some(Correction {
        whole: Program::new(&arena, &roots, 3 * n)?,
        short: Program::new(&arena, &roots[..n + 3], 3 * n)?,
    }))
}

/// |x|.
fn magnitude<'g>(graph: &'g Graph, x: Expr<'g>) -> Expr<'g> {
    let number = x.number().map(|number| graph.constant(number.abs()));
    number.unwrap_or_else(|| x.abs())
}

/// What is left of an equation, up to whole periods.
fn left<'g>(plain: Expr<'g>, period: f64) -> Expr<'g> {
    match period > 0.0 {
        true => plain - (plain / period + 0.5).floor() * period,
        false => plain,
    }
}

/// The entry of the adjugate that belongs to one of a matrix of up to three rows; `None` if it is zero.
fn cofactor<'g>(
    graph: &'g Graph,
    matrix: &Matrix<'g>,
    row: usize,
    column: usize,
) -> Option<Expr<'g>> {
    match matrix.len() {
        1 => Some(graph.constant(1.0)),
        2 => {
            let other = matrix[1 - row][1 - column]?;
            Some(if row == column { other } else { -other })
        }
        // Counted around, they all have one sign.
        _ => {
            let entry = |i: usize, j: usize| matrix[(row + i) % 3][(column + j) % 3];
            let product = |a: Option<Expr<'g>>, b: Option<Expr<'g>>| Some(times(a?, b?));
            match (
                product(entry(1, 1), entry(2, 2)),
                product(entry(1, 2), entry(2, 1)),
            ) {
                (Some(a), Some(b)) => Some(a - b),
                (a, b) => a.or(b.map(|b| -b)),
            }
        }
    }
}
