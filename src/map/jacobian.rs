//! The Jacobian: the matrix of partial derivatives of a map, its determinant and its measure.

use nalgebra::DMatrix;

use super::map::Map;
use crate::error::Error;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::operator::{ALL, Range};
use crate::expr::simplify::{simplify, textbook};
use crate::expr::{derive, determinant};

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
            let matrix = derive::jacobian(&outputs, n)?;
            let zero = graph.constant(0.0);
            let measure = if let Some(known) = map.known_determinant() {
                let inputs: Vec<_> = (0..formulas.inputs.len()).map(|i| graph.input(i)).collect();
                known.within(&graph, &inputs)[0]
            } else if n == m {
                determinant::determinant(&graph, &matrix)
            } else {
                determinant::volume(&graph, &matrix, n)
            };
            let entries = matrix.iter().flatten().map(|e| e.unwrap_or(zero).id);
            entries.chain([measure.id]).collect()
        };
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &[]);
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

    /// The determinant as a textbook prints it, or √det(JᵀJ) where there are more targets than variables.
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
        if self.is_square() {
            "det J"
        } else {
            "√det(JᵀJ)"
        }
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

    /// The determinant, or √det(JᵀJ), at a point.
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
