//! The pullback: an integrand on the unit box made of a map, a region and an integrand.
//!
//! 1. Map the unit box onto the region, limit by limit, each through the earlier variables; an
//!    infinite limit is a rational function of its unit coordinate.
//! 2. Compose the user's map and integrand with it.
//! 3. Multiply by |det J| of the map and by the stretch of each limit, simplify, and compile.
//!
//! ∫_φ(R) f = ∫_R f(φ(u)) |det J(u)| du = ∫_[0,1]ⁿ f(φ(u(w))) |det J(u(w))| Π|∂uᵢ/∂wᵢ| dw

use super::chart::{Chart, compiled};
use super::geometry::Geometry;
use super::integrands::Integrands;
use super::mapped_region::MappedRegion;
use super::per_node::PerNode;
use crate::analysis::box_formulas::BoxFormulas;
use crate::error::Error;
use crate::expr::formulas::unit_ranges;
use crate::expr::graph::{Expr, Graph};
use crate::expr::simplify::simplify;
use crate::integrand::{Evaluator, Integrand, Knowledge};

/// An integrand on the unit box, with what is known of where it comes from.
pub struct Pullback<'a> {
    integrand: Values<'a>,
    geometry: Geometry<'a>,
    warnings: Vec<String>,
}

/// The integrands times the measure, on the unit box.
enum Values<'a> {
    Formulas(BoxFormulas),
    Code(Box<dyn Integrand + 'a>),
}

impl<'a> Pullback<'a> {
    /// The pullback of integrands over a mapped region.
    ///
    /// # Errors
    /// [`Error::Shape`] if a limit has no meaning, or the crate has no formula for a derivative.
    pub fn new(domain: &MappedRegion, integrands: &Integrands) -> Result<Self, Error> {
        let map = &domain.map;
        let graph = Graph::new();
        let mut warnings = integrands.warnings.clone();
        let n = map.variables().len();
        let (roots, integrals) = {
            let chart = Chart::new(&graph, &domain.region, map, &mut warnings)?;
            let density = chart.density();
            let inputs = [
                &chart.variables[..],
                &chart.targets[..],
                &chart.parameters[..],
            ];
            let values = integrands.formulas.within(&graph, &inputs.concat());
            let mut roots = chart.roots();
            let integrals = roots.len()..roots.len() + values.len();
            roots.extend(values.iter().map(|&f| match f.number() {
                Some(1.0) => density.id,
                _ => (f * density).id,
            }));
            (roots, integrals)
        };
        // All at once, so that what they share is simplified once.
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(n));
        let names = map.variables().to_vec();
        let values = BoxFormulas::new(arena.clone(), roots[integrals].to_vec(), names)?;
        Ok(Pullback {
            geometry: Geometry::of_formulas(map, arena, roots)?,
            integrand: Values::Formulas(values),
            warnings,
        })
    }

    /// A pullback that is code.
    pub(crate) fn from_parts(
        integrand: Box<dyn Integrand + 'a>,
        geometry: Geometry<'a>,
        warnings: Vec<String>,
    ) -> Self {
        Pullback {
            integrand: Values::Code(integrand),
            geometry,
            warnings,
        }
    }

    /// Where the nodes are, in the user's variables and targets.
    pub fn geometry(&self) -> &Geometry<'a> {
        &self.geometry
    }

    /// The integrands on the unit box as texts, in unit coordinates w1, w2, …; none if they are
    /// code.
    pub fn texts(&self) -> Vec<String> {
        match &self.integrand {
            Values::Formulas(values) => values.texts(),
            Values::Code(_) => Vec::new(),
        }
    }

    fn values(&self) -> &dyn Integrand {
        match &self.integrand {
            Values::Formulas(values) => values,
            Values::Code(values) => values.as_ref(),
        }
    }

    /// What a user should know before the integral is computed.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

impl Integrand for Pullback<'_> {
    fn dimension(&self) -> usize {
        self.values().dimension()
    }

    fn outputs(&self) -> usize {
        self.values().outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        self.values().evaluator()
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self.values().knowledge()
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
        let map = self.map();
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
        let values = values.named(map.variables());
        Ok(Pullback::from_parts(Box::new(values), geometry, warnings))
    }
}
