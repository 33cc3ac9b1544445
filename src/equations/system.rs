//! A system of equations g(x) = u: as many formulas as unknowns, with their exact Jacobian.

use super::correction::{Correction, correction};
use crate::elementary::{Binary, Unary, matrix};
use crate::error::Error;
use crate::expr::derive;
use crate::expr::determinant::dense;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::simplify::simplify;
use crate::expr::value::values;
use crate::integrand::Integrand;
use crate::program::Program;

/// Formulas g of as many unknowns x, with ∂g/∂x.
#[derive(Clone, Debug)]
pub(crate) struct System {
    /// The number of unknowns, n.
    pub(crate) n: usize,
    pub(crate) arena: Arena,
    /// g₁ … gₙ.
    pub(crate) roots: Vec<Id>,
    /// g, then ∂g/∂x row by row, compiled.
    pub(super) program: Program,
    /// A correction of Newton's method, compiled, for few unknowns.
    pub(super) correction: Option<Correction>,
    /// For every formula what it is known up to a multiple of; 0 where it is a number.
    ///
    /// An angle is known up to whole turns: its formula jumps by one where the angle goes on.
    pub(super) periods: Vec<f64>,
}

impl System {
    /// The system of formulas whose first n inputs are the unknowns; the others have values.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is no formula for a derivative, or too many unknowns.
    pub(crate) fn new(formulas: &Formulas, parameters: &[f64]) -> Result<Self, Error> {
        let n = formulas.roots.len();
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let unknowns = (0..n).map(|i| graph.input(i));
            let numbers = parameters.iter().map(|&value| graph.constant(value));
            let inputs: Vec<_> = unknowns.chain(numbers).collect();
            let values = formulas.within(&graph, &inputs);
            let jacobian = derive::jacobian(&values, n)?;
            let entries = dense(&graph, &jacobian).into_iter().map(|e| e.id);
            values.iter().map(|e| e.id).chain(entries).collect()
        };
        let (arena, all) = simplify(&graph.into_arena(), &roots, &[]);
        let roots = all[..n].to_vec();
        let periods: Vec<f64> = roots.iter().map(|&root| period(&arena, root)).collect();
        Ok(System {
            n,
            program: Program::new(&arena, &all, n)?,
            correction: correction(&arena, &all, &periods)?,
            arena,
            roots,
            periods,
        })
    }

    /// g at a point.
    pub(crate) fn at(&self, x: &[f64]) -> Vec<f64> {
        values(&self.arena, &self.roots, x)
    }

    /// How g(x) compares with u: whether they agree, up to so many roundings of x and u and up to
    /// periods, and det ∂g/∂x.
    pub(crate) fn compared(&self, x: &[f64], u: &[f64], roundings: f64) -> (bool, f64) {
        let n = self.n;
        let values = (&self.program as &dyn Integrand).at(x);
        let (g, jacobian) = values.split_at(n);
        let agrees = (0..n).all(|i| {
            let row = jacobian[i * n..(i + 1) * n].iter();
            let moved: f64 = row.zip(x).map(|(slope, x)| (slope * x).abs()).sum();
            let off = difference(g[i], u[i], self.periods[i]).abs();
            off <= roundings * f64::EPSILON * (u[i].abs() + g[i].abs() + moved)
        });
        (agrees, matrix::determinant(&mut jacobian.to_vec()))
    }
}

/// The period of what a formula is known up to: an angle, or a multiple of one besides a number.
fn period(arena: &Arena, root: Id) -> f64 {
    let number = |id: Id| {
        let is_number = inputs::of_formulas(arena, &[id]) == 0;
        is_number.then(|| values(arena, &[id], &[])[0])
    };
    match *arena.node(root) {
        Node::Binary(Binary::Atan2, ..) => std::f64::consts::TAU,
        // The angle of a quotient is one modulo half turns.
        Node::Unary(Unary::Atan, x) if matches!(arena.node(x), Node::Binary(Binary::Div, ..)) => {
            std::f64::consts::PI
        }
        Node::Unary(Unary::Neg, x) => period(arena, x),
        Node::Binary(op, x, y) => match (op, number(x), number(y)) {
            (Binary::Add | Binary::Sub, Some(_), None) => period(arena, y),
            (Binary::Add | Binary::Sub, None, Some(_)) => period(arena, x),
            (Binary::Mul, Some(factor), None) => factor.abs() * period(arena, y),
            (Binary::Mul, None, Some(factor)) => factor.abs() * period(arena, x),
            (Binary::Div, None, Some(divisor)) => period(arena, x) / divisor.abs(),
            _ => 0.0,
        },
        _ => 0.0,
    }
}

/// A difference of two values that are known up to multiples of a period.
pub(super) fn difference(a: f64, b: f64, period: f64) -> f64 {
    let plain = a - b;
    match period > 0.0 {
        true => plain - period * (plain / period).round(),
        false => plain,
    }
}
