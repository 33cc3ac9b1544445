//! The Hessian: the matrix of second derivatives of a function of several variables.

use nalgebra::DMatrix;

use super::map::Map;
use super::products::check_scalar;
use crate::error::Error;
use crate::expr::determinant::dense;
use crate::expr::formulas::Formulas;
use crate::expr::operator::ALL;
use crate::expr::simplify::{simplify, textbook};
use crate::expr::{adjoint, derive};

/// The Hessian of a map to one target, as formulas: row i, column j is ∂²f/∂(variable i)∂(variable j).
///
/// ```
/// use pullback::Map;
/// let f = Map::parse("f = x^2*y + sin(y)")?;
/// let hessian = f.hessian()?;
/// assert_eq!(hessian.entry(0, 0), "2*y");
/// assert_eq!(hessian.entry(0, 1), "2*x");
/// assert_eq!(hessian.entry(1, 1), "-sin(y)");
/// assert_eq!(hessian.at(&[3.0, 0.0])?[(1, 0)], 6.0);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Hessian {
    map: Map,
    /// The entries by rows.
    formulas: Formulas,
}

impl Map {
    /// The second derivatives of the only target.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are several targets, or the crate has no formula for a derivative.
    pub fn hessian(&self) -> Result<Hessian, Error> {
        check_scalar(self.targets().len())?;
        let n = self.variables().len();
        let own = self.formulas();
        let built = Formulas::build(own.inputs.clone(), |graph, inputs| {
            let outputs = own.within(graph, inputs);
            let gradient = dense(graph, &adjoint::jacobian(graph, &outputs, n)?);
            let rows = derive::jacobian(&gradient, n)?;
            Ok::<_, Error>(dense(graph, &rows))
        })?;
        let (arena, roots) = simplify(&built.arena, &built.roots, &[]);
        Ok(Hessian {
            map: self.clone(),
            formulas: Formulas {
                arena,
                roots,
                ..built
            },
        })
    }
}

impl Hessian {
    /// The formula of an entry as text.
    ///
    /// # Panics
    /// If there is no such variable.
    pub fn entry(&self, row: usize, column: usize) -> String {
        let n = self.map.variables().len();
        assert!(row < n && column < n, "there is no such variable");
        let formulas = &self.formulas;
        let ranges = vec![ALL; formulas.inputs.len()];
        let root = formulas.roots[row * n + column];
        textbook(&formulas.arena, root, &ranges, &formulas.inputs)
    }

    /// The matrix at a point.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable.
    pub fn at(&self, point: &[f64]) -> Result<DMatrix<f64>, Error> {
        let values = self.formulas.values(&self.map.inputs_at(point)?);
        let n = self.map.variables().len();
        Ok(DMatrix::from_row_slice(n, n, &values))
    }
}
