//! The Jacobian: the matrix of partial derivatives of a map, its determinant and its measure.

use std::cmp::Ordering;

use nalgebra::DMatrix;

use super::map::Map;
use crate::error::Error;
use crate::expr::determinant::{Matrix, cofactor, dense};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::operator::{ALL, Range};
use crate::expr::simplify::{quotient, simplify, textbook};
use crate::expr::{adjoint, derive, determinant};

/// The Jacobian of a map, as formulas: row `i`, column `j` is ∂(target i)/∂(variable j).
///
/// ```
/// use pullback::Map;
/// let jacobian = Map::parse("x = u^2 - v^2, y = 2*u*v")?.jacobian()?;
/// assert_eq!(jacobian.entry(0, 1), "-2*v");
/// assert_eq!(jacobian.determinant(), "4*(u^2 + v^2)");
/// assert_eq!(jacobian.determinant_at(&[1.0, 2.0])?, 20.0);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Jacobian {
    map: Map,
    /// The entries by rows, then the determinant or the volume.
    formulas: Formulas,
}

impl Jacobian {
    pub(crate) fn of(map: &Map) -> Result<Self, Error> {
        let (n, m) = (map.variables().len(), map.targets().len());
        let formulas = map.formulas();
        let graph = Graph::from_arena(formulas.arena.clone());
        let roots: Vec<Id> = {
            let outputs: Vec<_> = formulas.roots.iter().map(|&id| graph.expr(id)).collect();
            let matrix = match m < n {
                true => adjoint::jacobian(&graph, &outputs, n)?,
                false => derive::jacobian(&outputs, n)?,
            };
            let measure = if let Some(known) = map.known_determinant() {
                let inputs: Vec<_> = (0..formulas.inputs.len()).map(|i| graph.input(i)).collect();
                known.within(&graph, &inputs)[0]
            } else if n == m {
                determinant::determinant(&graph, &matrix)
            } else if n < m {
                determinant::volume(&graph, &matrix, n)
            } else {
                let column = |j: usize| matrix.iter().map(|row| row[j]).collect();
                let transposed: Matrix<'_> = (0..n).map(column).collect();
                determinant::volume(&graph, &transposed, m)
            };
            let entries = dense(&graph, &matrix).into_iter().map(|e| e.id);
            entries.chain([measure.id]).collect()
        };
        let (mut arena, mut roots) = simplify(&graph.into_arena(), &roots, &[]);
        let measure = roots.len() - 1;
        if let Some((product, root)) = quotient(&arena, roots[measure], &[]) {
            let graph = Graph::from_arena(arena);
            roots[measure] = {
                let inputs: Vec<_> = (0..formulas.inputs.len()).map(|i| graph.input(i)).collect();
                graph.import(&product, &[root], &inputs)[0].id
            };
            arena = graph.into_arena();
        }
        Ok(Jacobian {
            map: map.clone(),
            formulas: Formulas {
                inputs: formulas.inputs.clone(),
                arena,
                roots,
            },
        })
    }

    /// The map.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// Whether there are as many targets as variables, so that there is a determinant.
    pub fn is_square(&self) -> bool {
        self.map.variables().len() == self.map.targets().len()
    }

    /// The formula ∂(target)/∂(variable) as text.
    ///
    /// # Panics
    /// If there is no such target or variable.
    pub fn entry(&self, target: usize, variable: usize) -> String {
        let n = self.map.variables().len();
        assert!(variable < n, "there is no variable {variable}");
        self.formulas.text(target * n + variable)
    }

    /// The determinant as a textbook prints it; √det(JᵀJ) where there are more targets than variables,
    /// √det(JJᵀ) where there are fewer, which is the length of a gradient.
    ///
    /// Signs and absolute values are those for the values that the parameters have. The text is for
    /// people: where terms of the formula almost cancel, [`Jacobian::determinant_at`] is as accurate as
    /// the formula, the text need not be. Over limits, which give variables a sign, it may be shorter:
    /// [`Domain::determinant`](crate::Domain::determinant).
    ///
    /// ```
    /// use pullback::Map;
    /// let inversion = Map::parse("x = u/(u^2 + v^2), y = -v/(u^2 + v^2)")?;
    /// assert_eq!(inversion.jacobian()?.determinant(), "1/(u^2 + v^2)^2");
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn determinant(&self) -> String {
        self.determinant_within(&vec![ALL; self.map.variables().len()])
    }

    /// The same where variables lie in ranges: these give signs to absolute values and roots.
    pub(super) fn determinant_within(&self, ranges: &[Range]) -> String {
        let formulas = &self.formulas;
        let parameters = self.map.parameters().values().iter();
        let mut ranges = ranges.to_vec();
        ranges.extend(parameters.map(|&value| (value, value)));
        let root = formulas.roots[formulas.roots.len() - 1];
        textbook(&formulas.arena, root, &ranges, &formulas.inputs)
    }

    /// What [`Jacobian::determinant`] is called.
    pub fn determinant_name(&self) -> &'static str {
        let (variables, targets) = (self.map.variables().len(), self.map.targets().len());
        match targets.cmp(&variables) {
            Ordering::Equal => "det J",
            Ordering::Greater => "√det(JᵀJ)",
            Ordering::Less if targets == 1 => "|∇|",
            Ordering::Less => "√det(JJᵀ)",
        }
    }

    /// The inverse matrix as formulas, cofactors over the determinant: row i, column j is
    /// ∂(variable i)/∂(target j) of the inverse map. `None` if there are not as many targets as variables,
    /// or more than three, where nobody would read it, or the determinant is 0 everywhere.
    ///
    /// ```
    /// use pullback::Map;
    /// let polar = Map::parse("x = r*cos(t), y = r*sin(t)")?;
    /// let inverse = polar.jacobian()?.inverse().unwrap();
    /// assert_eq!(inverse[0], ["cos(t)", "sin(t)"]);
    /// assert_eq!(inverse[1], ["-sin(t)/r", "cos(t)/r"]);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn inverse(&self) -> Option<Vec<Vec<String>>> {
        let n = self.map.variables().len();
        if !self.is_square() || n > 3 {
            return None;
        }
        let own = &self.formulas;
        if own.arena.number(own.roots[n * n]) == Some(0.0) {
            return None;
        }
        let built = Formulas::build(own.inputs.clone(), |graph, inputs| {
            let entries = own.within(graph, inputs);
            let (entries, det) = (&entries[..n * n], entries[n * n]);
            let is_there = |e: &Expr<'_>| e.number() != Some(0.0);
            let rows = entries.chunks_exact(n);
            let rows = rows.map(|row| row.iter().map(|e| Some(*e).filter(is_there)).collect());
            let matrix: Matrix<'_> = rows.collect();
            let entry = |k: usize| cofactor(graph, &matrix, k % n, k / n) / det;
            Ok::<_, Error>((0..n * n).map(entry).collect())
        });
        let built = built.ok()?;
        let (arena, roots) = simplify(&built.arena, &built.roots, &[]);
        let mut ranges = vec![ALL; n];
        ranges.extend(self.map.parameters().values().iter().map(|&v| (v, v)));
        let text = |&root: &Id| textbook(&arena, root, &ranges, &own.inputs);
        let rows = roots.chunks_exact(n);
        Some(rows.map(|row| row.iter().map(text).collect()).collect())
    }

    /// The matrix at a point.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable.
    pub fn at(&self, point: &[f64]) -> Result<DMatrix<f64>, Error> {
        let values = self.values_at(point)?;
        let (n, m) = (self.map.variables().len(), self.map.targets().len());
        Ok(DMatrix::from_row_slice(m, n, &values[..n * m]))
    }

    /// The determinant, or what stands in its place, at a point.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable.
    pub fn determinant_at(&self, point: &[f64]) -> Result<f64, Error> {
        let values = self.values_at(point)?;
        Ok(values[values.len() - 1])
    }

    fn values_at(&self, point: &[f64]) -> Result<Vec<f64>, Error> {
        Ok(self.formulas.values(&self.map.inputs_at(point)?))
    }

    /// The number of operations of the determinant or volume.
    pub(super) fn cost(&self) -> usize {
        let measure = self.measure();
        let needed = measure.arena.needed(&measure.roots);
        needed.iter().filter(|needed| **needed).count()
    }

    /// The components of γ′ for a curve, of ∂φ/∂u × ∂φ/∂v for a surface in space, in formulas for the map's
    /// inputs.
    pub(crate) fn element<'g>(&self, graph: &'g Graph, inputs: &[Expr<'g>]) -> Vec<Expr<'g>> {
        let mut entries = self.formulas.within(graph, inputs);
        entries.pop();
        if self.map.variables().len() == 1 {
            return entries;
        }
        let minor = |i: usize, j: usize| {
            let (i, j) = (2 * i, 2 * j);
            entries[i] * entries[j + 1] - entries[j] * entries[i + 1]
        };
        vec![minor(1, 2), minor(2, 0), minor(0, 1)]
    }

    /// The determinant or volume as a formula of the map's inputs.
    pub(crate) fn measure(&self) -> Formulas {
        let mut measure = self.formulas.clone();
        measure.roots = measure.roots.split_off(measure.roots.len() - 1);
        measure
    }
}

impl Map {
    /// The matrix of partial derivatives and the measure, as formulas.
    ///
    /// # Errors
    /// [`Error::Shape`] if the crate has no formula for a derivative.
    pub fn jacobian(&self) -> Result<Jacobian, Error> {
        Jacobian::of(self)
    }
}
