//! Black boxes: maps and integrands that are code, not formulas.
//!
//! The limits are formulas still. A block of nodes goes through them as a block, and then node by
//! node through the code.

use nalgebra::{Const, SVector};
use num_dual::DualSVec64;

use super::map::{Map, MappedRegion};
use super::pullback::{Chart, Geometry, Pullback, compiled, varying_stretches};
use super::region::{IntoRegion, Region};
use crate::elementary::matrix;
use crate::error::Error;
use crate::expr::formulas::unit_ranges;
use crate::expr::graph::{Expr, Graph};
use crate::expr::simplify::simplify;
use crate::integrand::{BLOCK, Block, Evaluator, Integrand};
use crate::program::Program;

/// A map that is code: targets and their partial derivatives at a point.
pub trait Transformation: Sync {
    /// The number of variables, n.
    fn variables(&self) -> usize;

    /// The number of targets, m ≥ n.
    fn targets(&self) -> usize;

    /// Writes the targets, and the Jacobian row by row: `jacobian[i * n + j]` is
    /// ∂(target i)/∂(variable j).
    fn evaluate(&self, variables: &[f64], targets: &mut [f64], jacobian: &mut [f64]);
}

/// A map with its own Jacobian.
///
/// ```
/// use pullback::OwnJacobian;
/// let polar = OwnJacobian::new(2, 2, |u: &[f64], x: &mut [f64], jacobian: &mut [f64]| {
///     let (sin, cos) = u[1].sin_cos();
///     x.copy_from_slice(&[u[0] * cos, u[0] * sin]);
///     jacobian.copy_from_slice(&[cos, -u[0] * sin, sin, u[0] * cos]);
/// });
/// let disk = polar.over([0.0..1.0, 0.0..std::f64::consts::TAU])?;
/// let area = disk.integrate(|_| 1.0)?;
/// assert!((area.value - std::f64::consts::PI).abs() < 1e-13);
/// # Ok::<(), pullback::Error>(())
/// ```
pub struct OwnJacobian<F> {
    variables: usize,
    targets: usize,
    function: F,
}

impl<F: Fn(&[f64], &mut [f64], &mut [f64]) + Sync> OwnJacobian<F> {
    /// A map of `variables` variables to `targets` targets; the function writes the targets and the
    /// Jacobian as in [`Transformation::evaluate`].
    pub fn new(variables: usize, targets: usize, function: F) -> Self {
        OwnJacobian {
            variables,
            targets,
            function,
        }
    }
}

impl<F: Fn(&[f64], &mut [f64], &mut [f64]) + Sync> Transformation for OwnJacobian<F> {
    fn variables(&self) -> usize {
        self.variables
    }

    fn targets(&self) -> usize {
        self.targets
    }

    fn evaluate(&self, variables: &[f64], targets: &mut [f64], jacobian: &mut [f64]) {
        (self.function)(variables, targets, jacobian);
    }
}

/// A map written over the dual numbers of the crate `num-dual`, which differentiate it.
///
/// ```
/// use nalgebra::SVector;
/// use num_dual::DualNum;
/// use pullback::DualMap;
///
/// fn polar<D: DualNum + Copy>(u: SVector<D, 2>) -> SVector<D, 2> {
///     SVector::from([u[0] * u[1].cos(), u[0] * u[1].sin()])
/// }
///
/// let map = DualMap::new(polar);
/// let disk = map.over([0.0..1.0, 0.0..std::f64::consts::TAU])?;
/// let area = disk.integrate(|_| 1.0)?;
/// assert!((area.value - std::f64::consts::PI).abs() < 1e-13);
/// # Ok::<(), pullback::Error>(())
/// ```
pub struct DualMap<F, const N: usize, const M: usize> {
    function: F,
}

impl<F, const N: usize, const M: usize> DualMap<F, N, M>
where
    F: Fn(SVector<DualSVec64<N>, N>) -> SVector<DualSVec64<N>, M> + Sync,
{
    /// The map that a function over dual numbers computes.
    pub fn new(function: F) -> Self {
        DualMap { function }
    }
}

impl<F, const N: usize, const M: usize> Transformation for DualMap<F, N, M>
where
    F: Fn(SVector<DualSVec64<N>, N>) -> SVector<DualSVec64<N>, M> + Sync,
{
    fn variables(&self) -> usize {
        N
    }

    fn targets(&self) -> usize {
        M
    }

    fn evaluate(&self, variables: &[f64], targets: &mut [f64], jacobian: &mut [f64]) {
        let mut point =
            SVector::<DualSVec64<N>, N>::from_fn(|i, _| DualSVec64::from_re(variables[i]));
        for (i, coordinate) in point.iter_mut().enumerate() {
            coordinate.eps = num_dual::Derivative::derivative_generic(Const::<N>, Const::<1>, i);
        }
        let image = (self.function)(point);
        for (i, target) in image.iter().enumerate() {
            targets[i] = target.re;
            let slopes = target.eps.unwrap_generic(Const::<N>, Const::<1>);
            jacobian[i * N..(i + 1) * N].copy_from_slice(slopes.as_slice());
        }
    }
}

macro_rules! over {
    ($($generics:tt)*) => {
        $($generics)* {
            /// This map over a region of its variables: ready to integrate.
            ///
            /// # Errors
            /// [`Error::Shape`] if the region has another number of variables, or the map has
            /// none, or fewer targets than variables.
            pub fn over(&self, region: impl IntoRegion) -> Result<TransformedRegion<'_>, Error> {
                TransformedRegion::new(self, region.into_region()?)
            }
        }
    };
}

over!(impl<F: Fn(&[f64], &mut [f64], &mut [f64]) + Sync> OwnJacobian<F>);
over!(impl<F: Fn(SVector<DualSVec64<N>, N>) -> SVector<DualSVec64<N>, M> + Sync, const N: usize, const M: usize> DualMap<F, N, M>);

/// A map that is code, and the region of its variables.
pub struct TransformedRegion<'a> {
    map: &'a dyn Transformation,
    region: Region,
}

impl<'a> TransformedRegion<'a> {
    fn new(map: &'a dyn Transformation, region: Region) -> Result<Self, Error> {
        let (n, m) = (map.variables(), map.targets());
        if n == 0 || m < n || region.dimension() != n {
            return Err(Error::shape(format!(
                "a map of {n} variables to {m} targets over limits for {} variables: {}",
                region.dimension(),
                "there must be as many limits as variables, and at least as many targets"
            )));
        }
        Ok(TransformedRegion { map, region })
    }

    /// The pullback of an integrand that is code, as a function of the targets.
    ///
    /// # Errors
    /// [`Error::Shape`] if a limit has no meaning.
    pub fn pull_back<'f>(
        &self,
        outputs: usize,
        integrand: impl Fn(&[f64], &mut [f64]) + Sync + 'f,
    ) -> Result<Pullback<'f>, Error>
    where
        'a: 'f,
    {
        let map = self.map;
        let (n, m) = (map.variables(), map.targets());
        let mut warnings = Vec::new();
        let names: Vec<String> = self.region.variables().to_vec();
        let graph = Graph::new();
        let (with_stretch, stretches) = {
            let chart = Chart::of_region(&graph, &self.region, &names, &mut warnings)?;
            let roots: Vec<Expr<'_>> = [&chart.variables[..], &[chart.stretch()]].concat();
            let stretches: Vec<_> = chart.stretches.iter().map(|e| e.id).collect();
            let stretches = graph.read(|arena| varying_stretches(arena, &stretches))?;
            (compiled(&graph, &roots, n)?, stretches)
        };
        let measure = move |jacobian: &mut [f64]| {
            if n == m {
                matrix::determinant(jacobian)
            } else {
                matrix::volume(n, jacobian)
            }
        };
        let scratch = m + n * m;
        let values = PerNode::new(
            with_stretch.clone(),
            outputs,
            scratch,
            move |chart, scratch, out| {
                let (targets, jacobian) = scratch.split_at_mut(m);
                map.evaluate(&chart[..n], targets, jacobian);
                let density = measure(jacobian).abs() * chart[n];
                integrand(targets, out);
                out.iter_mut().for_each(|value| *value *= density);
            },
        );
        let points = PerNode::new(
            with_stretch.clone(),
            n + m + 1,
            scratch,
            move |chart, scratch, out| {
                let (targets, jacobian) = scratch.split_at_mut(m);
                map.evaluate(&chart[..n], targets, jacobian);
                out[..n].copy_from_slice(&chart[..n]);
                out[n..n + m].copy_from_slice(targets);
                out[n + m] = measure(jacobian);
            },
        );
        let determinant = PerNode::new(with_stretch, 1, scratch, move |chart, scratch, out| {
            let (targets, jacobian) = scratch.split_at_mut(m);
            map.evaluate(&chart[..n], targets, jacobian);
            out[0] = measure(jacobian);
        });
        let targets = (1..=m).map(|i| format!("x{i}")).collect();
        let geometry = Geometry::of_code(names, targets, points, determinant, stretches);
        Ok(Pullback::from_parts(Box::new(values), geometry, warnings))
    }
}

impl MappedRegion {
    /// The pullback of integrands that are code: `outputs` functions of the targets.
    ///
    /// # Errors
    /// [`Error::Shape`] if a limit has no meaning, or the crate has no formula for a derivative.
    pub fn pull_back_fn<'f>(
        &self,
        outputs: usize,
        integrand: impl Fn(&[f64], &mut [f64]) + Sync + 'f,
    ) -> Result<Pullback<'f>, Error> {
        let map: &Map = self.map();
        let n = map.variables().len();
        let m = map.targets().len();
        let mut warnings = Vec::new();
        let graph = Graph::new();
        let (program, roots) = {
            let chart = Chart::new(&graph, self.region(), map, &mut warnings)?;
            let results: Vec<Expr<'_>> = [&chart.targets[..], &[chart.density()]].concat();
            (compiled(&graph, &results, n)?, chart.roots())
        };
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(n));
        let geometry = Geometry::of_formulas(map, arena, roots)?;
        let values = PerNode::new(program, outputs, 0, move |chart, _, out| {
            integrand(&chart[..m], out);
            out.iter_mut().for_each(|value| *value *= chart[m]);
        });
        Ok(Pullback::from_parts(Box::new(values), geometry, warnings))
    }
}

/// What is computed at a node: the results of a program, scratch memory, the values.
type NodeFunction<'f> = Box<dyn Fn(&[f64], &mut [f64], &mut [f64]) + Sync + 'f>;

/// A program, and code that runs at every node on its results.
pub(crate) struct PerNode<'f> {
    program: Program,
    outputs: usize,
    scratch: usize,
    function: NodeFunction<'f>,
}

impl<'f> PerNode<'f> {
    fn new(
        program: Program,
        outputs: usize,
        scratch: usize,
        function: impl Fn(&[f64], &mut [f64], &mut [f64]) + Sync + 'f,
    ) -> Self {
        PerNode {
            program,
            outputs,
            scratch,
            function: Box::new(function),
        }
    }
}

impl Integrand for PerNode<'_> {
    fn dimension(&self) -> usize {
        self.program.dimension()
    }

    fn outputs(&self) -> usize {
        self.outputs
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(PerNodeEvaluator {
            of: self,
            program: self.program.evaluator(),
            results: vec![0.0; self.program.outputs() * BLOCK],
            node: vec![0.0; self.program.outputs()],
            scratch: vec![0.0; self.scratch],
            values: vec![0.0; self.outputs],
        })
    }
}

struct PerNodeEvaluator<'p> {
    of: &'p PerNode<'p>,
    program: Box<dyn Evaluator + 'p>,
    results: Vec<f64>,
    node: Vec<f64>,
    scratch: Vec<f64>,
    values: Vec<f64>,
}

impl Evaluator for PerNodeEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = block.len();
        let results = &mut self.results[..self.node.len() * n];
        self.program.evaluate(block, results);
        for i in 0..n {
            for (k, value) in self.node.iter_mut().enumerate() {
                *value = results[k * n + i];
            }
            (self.of.function)(&self.node, &mut self.scratch, &mut self.values);
            for (k, value) in self.values.iter().enumerate() {
                values[k * n + i] = *value;
            }
        }
    }
}
