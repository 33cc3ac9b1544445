//! A map that is code over limits. The limits are formulas still: a block of nodes goes through them
//! as a block, and then node by node through the code.

use nalgebra::SVector;
use num_dual::DualSVec64;

use super::chart::{Chart, compiled, varying_stretches};
use super::geometry::Geometry;
use super::per_node::PerNode;
use super::pullback::Pullback;
use super::region::{IntoRegion, Region};
use super::transformation::{DualMap, OwnJacobian, Transformation};
use crate::elementary::matrix;
use crate::error::{Error, Misfit};
use crate::expr::graph::{Expr, Graph};

/// A map that is code, and the region of its variables.
pub struct TransformedRegion<'a> {
    map: &'a dyn Transformation,
    region: Region,
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
        let values = values.named(&names);
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
