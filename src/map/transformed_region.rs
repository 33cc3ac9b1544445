//! A map that is code over limits. The limits are formulas still: a block of nodes goes through them
//! as a block, and then node by node through the code.

use nalgebra::SVector;
use num_dual::DualSVec64;

use super::chart::{Chart, compiled, varying_stretches};
use super::domain::Domain;
use super::geometry::Geometry;
use super::integrands::{Functions, Integrands};
use super::limits::IntoRegion;
use super::per_node::{OnResults, PerNode};
use super::pullback::{Part, Pullback};
use super::region::Region;
use super::transformation::{DualMap, OwnJacobian, Transformation};
use crate::elementary::matrix;
use crate::error::{Error, Misfit};
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::simplify::simplify;
use crate::program::Program;

/// A map that is code, and the region of its variables.
///
/// The variables have the names of the limits, or else u1, u2, …; the targets are x1, x2, …
#[derive(Clone)]
pub struct TransformedRegion<'a> {
    map: &'a dyn Transformation,
    region: Region,
    targets: Vec<String>,
}

impl<'a> TransformedRegion<'a> {
    fn new(map: &'a dyn Transformation, region: Region) -> Result<Self, Error> {
        let (n, m) = (map.variables(), map.targets());
        if n == 0 || m < n || region.dimension() != n {
            return Err(Misfit::Transformation {
                variables: n,
                targets: m,
                limits: region.dimension(),
            }
            .into());
        }
        Ok(TransformedRegion {
            map,
            region,
            targets: (1..=m).map(|i| format!("x{i}")).collect(),
        })
    }

    /// Where the unit box goes, and the program of its limits: variables, then the stretch.
    fn geometry(&self, warnings: &mut Vec<String>) -> Result<(Geometry<'a>, Program), Error> {
        let (n, m) = (self.map.variables(), self.map.targets());
        let names = self.region.variables();
        let graph = Graph::new();
        let (limits, stretches) = {
            let chart = Chart::of_region(&graph, &self.region, names, warnings)?;
            let roots: Vec<Expr<'_>> = [&chart.variables[..], &[chart.stretch()]].concat();
            let stretches: Vec<Id> = chart.stretches.iter().map(|e| e.id).collect();
            let stretches = graph.read(|arena| varying_stretches(arena, &stretches))?;
            (compiled(&graph, &roots, n)?, stretches)
        };
        let image = Image::of(self.map);
        let points = image.per_node(&limits, n + m + 1, move |chart, targets, measure, out| {
            out[..n].copy_from_slice(&chart[..n]);
            out[n..n + m].copy_from_slice(targets);
            out[n + m] = measure;
        });
        let determinant = image.per_node(&limits, 1, |_, _, measure, out| out[0] = measure);
        let (names, targets) = (names.to_vec(), self.targets.clone());
        let geometry = Geometry::of_code(names, targets, points, determinant, stretches);
        Ok((geometry, limits))
    }
}

impl Domain for TransformedRegion<'_> {
    fn variables(&self) -> &[String] {
        self.region.variables()
    }

    fn targets(&self) -> &[String] {
        &self.targets
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        let mut warnings = integrands.warnings.clone();
        let (n, m) = (self.map.variables(), self.map.targets());
        let (geometry, limits) = self.geometry(&mut warnings)?;
        let image = Image::of(self.map);
        let part = match &integrands.functions {
            Functions::Code(outputs, code) => {
                let values =
                    move |chart: &[f64], targets: &[f64], measure: f64, out: &mut [f64]| {
                        let density = measure.abs() * chart[n];
                        code(targets, out);
                        out.iter_mut().for_each(|value| *value *= density);
                    };
                let values = image.per_node(&limits, *outputs, values);
                Part::of_code(values.named(self.variables()), geometry)
            }
            Functions::Formulas(formulas) => {
                let inputs =
                    image.per_node(&limits, n + m + 1, move |chart, targets, measure, out| {
                        out[..n].copy_from_slice(&chart[..n]);
                        out[n..n + m].copy_from_slice(targets);
                        out[n + m] = measure.abs() * chart[n];
                    });
                let inputs = inputs.named(self.variables());
                let values = OnResults::new(inputs, times_density(formulas, n + m)?);
                Part::of_code(values, geometry)
            }
        };
        Ok(Pullback::of_part(part, warnings))
    }
}

/// Formulas of so many inputs times one input more.
fn times_density(formulas: &Formulas, inputs: usize) -> Result<Program, Error> {
    let graph = Graph::new();
    let roots: Vec<Id> = {
        let all: Vec<Expr<'_>> = (0..=inputs).map(|i| graph.input(i)).collect();
        let values = formulas.within(&graph, &all[..inputs]).into_iter();
        values.map(|value| (value * all[inputs]).id).collect()
    };
    let (arena, roots) = simplify(&graph.into_arena(), &roots, &[]);
    Program::new(&arena, &roots, inputs + 1)
}

/// Targets and measure where the variables have given values.
#[derive(Clone, Copy)]
struct Image<'a> {
    map: &'a dyn Transformation,
    n: usize,
    m: usize,
}

impl<'a> Image<'a> {
    fn of(map: &'a dyn Transformation) -> Self {
        let (n, m) = (map.variables(), map.targets());
        Image { map, n, m }
    }

    /// What a function of the limits' results, the targets and the measure computes at every node.
    fn per_node<'f>(
        self,
        limits: &Program,
        outputs: usize,
        function: impl Fn(&[f64], &[f64], f64, &mut [f64]) + Sync + 'f,
    ) -> PerNode<'f>
    where
        'a: 'f,
    {
        let Image { map, n, m } = self;
        PerNode::new(
            limits.clone(),
            outputs,
            m + n * m,
            move |chart, scratch, out| {
                let (targets, jacobian) = scratch.split_at_mut(m);
                map.evaluate(&chart[..n], targets, jacobian);
                let measure = if n == m {
                    matrix::determinant(jacobian)
                } else {
                    matrix::volume(n, jacobian)
                };
                function(chart, targets, measure, out);
            },
        )
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
