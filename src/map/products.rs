//! Products of the Jacobian of a map with vectors, without the matrix: J·v and wᵀ·J.
//!
//! 1. The derivative along v, and the adjoints of weights w, are formulas of the point and of the vector
//!    (forward and backward along the graph).
//! 2. They are compiled once, and run on blocks of points; a block is a row of every step.
//!
//! A. Griewank, A. Walther, "Evaluating Derivatives", 2nd ed., SIAM (2008), chapters 3 and 4.

use rayon::prelude::*;

use super::map::Map;
use crate::error::{Error, Misfit};
use crate::expr::formulas::Formulas;
use crate::expr::graph::Expr;
use crate::expr::{adjoint, derive};
use crate::integrand::{BLOCK, Block, Coordinate, Integrand};
use crate::program::{Program, Tape};

/// Products of the Jacobian of a map with vectors, for any number of variables and targets.
///
/// For J of v rows and u columns, as many as targets and variables: J·v by [`Products::forward`], wᵀ·J by
/// [`Products::backward`]. Either costs a few evaluations of the map, whatever its shape; so the gradient
/// of a function of thousands of variables is cheap.
///
/// *Accuracy*: a few roundings for every operation of the map.
///
/// ```
/// use pullback::Map;
/// let polar = Map::parse("x = r*cos(t), y = r*sin(t)")?;
/// let products = polar.products()?;
/// // At (2, 0) the Jacobian is the diagonal matrix of 1 and 2.
/// assert_eq!(products.forward(&[2.0, 0.0], &[3.0, 5.0])?, [3.0, 10.0]);
/// assert_eq!(products.backward(&[2.0, 0.0], &[3.0, 5.0])?, [3.0, 10.0]);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Products {
    variables: usize,
    targets: usize,
    /// The targets as formulas of the point.
    values: Compiled,
    /// J·v as formulas of the point and v.
    forward: Compiled,
    /// wᵀ·J as formulas of the point and w, then the targets.
    backward: Compiled,
}

/// Formulas for blocks of points, and for one.
#[derive(Clone, Debug)]
struct Compiled {
    program: Program,
    tape: Tape,
}

impl Compiled {
    fn new(formulas: &Formulas, inputs: usize) -> Self {
        let program = Program::for_blocks(&formulas.arena, &formulas.roots, inputs);
        Compiled {
            tape: program.tape(),
            program,
        }
    }
}

impl Map {
    /// Products of the Jacobian with vectors, without the matrix.
    ///
    /// # Errors
    /// [`Error::Shape`] if the crate has no formula for a derivative.
    pub fn products(&self) -> Result<Products, Error> {
        Products::of(self)
    }
}

impl Products {
    fn of(map: &Map) -> Result<Self, Error> {
        let (n, m) = (map.variables().len(), map.targets().len());
        let targets = map.formulas_of_variables();
        let forward = compiled(&targets, n + n, |outputs, inputs| {
            let velocity: Vec<_> = inputs[n..].iter().copied().map(Some).collect();
            derive::along(inputs[0].graph, outputs, &velocity)
        })?;
        let backward = compiled(&targets, n + m, |outputs, inputs| {
            let mut product = adjoint::backward(inputs[0].graph, outputs, &inputs[n..], n)?;
            product.extend(outputs.iter().copied().map(Some));
            Ok(product)
        })?;
        Ok(Products {
            values: Compiled::new(&targets, n),
            variables: n,
            targets: m,
            forward,
            backward,
        })
    }

    /// The targets at a point.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable.
    pub fn values(&self, point: &[f64]) -> Result<Vec<f64>, Error> {
        check(point, self.variables)?;
        Ok(self.values.tape.at(&[point]))
    }

    /// The targets at many points, which stand one after another, as the targets then do.
    ///
    /// ```
    /// use pullback::Map;
    /// let polar = Map::parse("x = r*cos(t), y = r*sin(t)")?.products()?;
    /// assert_eq!(polar.values_all(&[2.0, 0.0, 3.0, 0.0])?, [2.0, 0.0, 3.0, 0.0]);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the length is no multiple of the number of variables.
    pub fn values_all(&self, points: &[f64]) -> Result<Vec<f64>, Error> {
        at_all(
            &self.values.program,
            [points, &[]],
            [self.variables, 0],
            self.targets,
        )
    }

    /// J·v: how the targets move where the variables move with the velocity v.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable, or not one in v.
    pub fn forward(&self, point: &[f64], v: &[f64]) -> Result<Vec<f64>, Error> {
        check(point, self.variables)?;
        check(v, self.variables)?;
        Ok(self.forward.tape.at(&[point, v]))
    }

    /// wᵀ·J: the gradient of Σ wᵢ·(target i).
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every variable, or not one in w for every target.
    pub fn backward(&self, point: &[f64], w: &[f64]) -> Result<Vec<f64>, Error> {
        check(point, self.variables)?;
        check(w, self.targets)?;
        let mut product = self.backward.tape.at(&[point, w]);
        product.truncate(self.variables);
        Ok(product)
    }

    /// The value and the gradient of a map to one target.
    ///
    /// ```
    /// use pullback::Map;
    /// let f = Map::parse("f = x^2*y + sin(y)")?.products()?;
    /// let (value, gradient) = f.gradient(&[3.0, 0.0])?;
    /// assert_eq!((value, &gradient[..]), (0.0, &[0.0, 10.0][..]));
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there are several targets, or there is not one number for every variable.
    pub fn gradient(&self, point: &[f64]) -> Result<(f64, Vec<f64>), Error> {
        check_scalar(self.targets)?;
        check(point, self.variables)?;
        let mut product = self.backward.tape.at(&[point, &[1.0]]);
        let value = product[self.variables];
        product.truncate(self.variables);
        Ok((value, product))
    }

    /// J·v at many points: those of `points` one after another, each with its vector of `vectors`. The
    /// products stand one after another too.
    ///
    /// Blocks of points run in parallel; the result has the same bits for any number of threads.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths are not multiples of the number of variables, or differ.
    pub fn forward_all(&self, points: &[f64], vectors: &[f64]) -> Result<Vec<f64>, Error> {
        let n = self.variables;
        at_all(
            &self.forward.program,
            [points, vectors],
            [n, n],
            self.targets,
        )
    }

    /// wᵀ·J at many points, as [`Products::forward_all`].
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths are not multiples of the numbers of variables and of targets, or
    /// there are not as many vectors as points.
    pub fn backward_all(&self, points: &[f64], vectors: &[f64]) -> Result<Vec<f64>, Error> {
        let (n, m) = (self.variables, self.targets);
        at_all(&self.backward.program, [points, vectors], [n, m], n)
    }
}

/// Refuses what is not of one target.
pub(super) fn check_scalar(targets: usize) -> Result<(), Error> {
    match targets {
        1 => Ok(()),
        _ => Err(Misfit::NotScalar { targets }.into()),
    }
}

/// Refuses a vector of the wrong length.
pub(super) fn check(vector: &[f64], wanted: usize) -> Result<(), Error> {
    match vector.len() {
        given if given != wanted => Err(Misfit::Vectors { given, wanted }.into()),
        _ => Ok(()),
    }
}

/// What `build` makes of the targets and of so many inputs, compiled; a part that is zero for structural
/// reasons is 0.
fn compiled(
    targets: &Formulas,
    inputs: usize,
    build: impl for<'g> FnOnce(&[Expr<'g>], &[Expr<'g>]) -> Result<Vec<Option<Expr<'g>>>, Error>,
) -> Result<Compiled, Error> {
    let names = vec![String::new(); inputs];
    let formulas = Formulas::build(names, |graph, handles| {
        let outputs = targets.within(graph, &handles[..targets.inputs.len()]);
        let zero = graph.constant(0.0);
        let built = build(&outputs, handles)?.into_iter();
        Ok::<_, Error>(built.map(|part| part.unwrap_or(zero)).collect())
    })?;
    Ok(Compiled::new(&formulas, inputs))
}

/// The first so many values of a program at many points, each given by a part of either list.
fn at_all(
    program: &Program,
    lists: [&[f64]; 2],
    lengths: [usize; 2],
    wanted: usize,
) -> Result<Vec<f64>, Error> {
    let count = lists[0].len() / lengths[0];
    for (list, length) in lists.iter().zip(lengths) {
        check(list, count * length)?;
    }
    let parts = |k: usize| [0, 1].map(|l| &lists[l][k * lengths[l]..][..lengths[l]]);
    let blocks = (0..count).step_by(BLOCK).collect::<Vec<usize>>();
    let of_block = |first: usize| {
        let n = BLOCK.min(count - first);
        let inputs = lengths[0] + lengths[1];
        let mut rows = vec![0.0; inputs * n];
        for k in 0..n {
            for (i, &x) in parts(first + k).into_iter().flatten().enumerate() {
                rows[i * n + k] = x;
            }
        }
        let coordinates: Vec<Coordinate<'_>> = rows.chunks_exact(n).map(Coordinate::Each).collect();
        let mut values = vec![0.0; program.outputs() * n];
        let mut evaluator = program.evaluator();
        evaluator.evaluate(&Block::new(&coordinates, n), &mut values);
        let of_point = |k: usize| (0..wanted).map(move |i| (k, i));
        let order = (0..n).flat_map(of_point);
        order.map(|(k, i)| values[i * n + k]).collect::<Vec<f64>>()
    };
    let products: Vec<Vec<f64>> = blocks.into_par_iter().map(of_block).collect();
    Ok(products.concat())
}
