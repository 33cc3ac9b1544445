//! The nodes of an integral: where they are in the user's coordinates, and what they add.
//!
//! ∫ f ≈ Σ wᵢ f(φ(uᵢ)) |det J(uᵢ)|, where wᵢ is the weight of a node in the unit box times the stretch of the limits

use super::Estimate;
use crate::elementary::sum::Sum;
use crate::error::{Error, Misfit};
use crate::integrand::{Block, Coordinate, Integrand};
use crate::integrate::node_set::{LearningRound, NodeSet};
use crate::map::domain::{self, Domain};
use crate::map::geometry::Point;
use crate::map::integrands::Integrands;
use crate::map::pullback::{Part, Pullback};

/// A sum over nodes may differ from the value by this part of the sum of the sizes of its terms.
const ROUNDING: f64 = 1e-11;

/// A node of an integral.
///
/// The integral of integrand k is the sum over all nodes of `weight·values[k]·|point.determinant|`, to rounding;
/// where signs count, of the same without the bars.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedNode {
    /// The part of the domain to which it belongs, where there are several.
    pub part: usize,
    /// The node in the unit box.
    pub unit: Vec<f64>,
    /// The variables, the targets and the determinant.
    pub point: Point,
    /// The weight, in the variables.
    pub weight: f64,
    /// The integrands: 0 where conditions do not hold.
    pub values: Vec<f64>,
}

impl Estimate {
    /// Calls `visit` with every node of the estimate, which is of this domain and these integrands and was made
    /// with [`keeping_nodes`](crate::Settings::keeping_nodes).
    ///
    /// ```
    /// use pullback::{Domain, Error, Estimate, Map, Method, Settings};
    /// let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
    /// let f = disk.parse(&["exp(x)"])?;
    /// let settings = Settings::new().method(Method::Cubature).rtol(1e-6).keeping_nodes();
    /// let answer = Estimate::of(&disk, &f, &settings)?;
    /// let mut sum = 0.0;
    /// answer.for_each_node(&disk, &f, |node| {
    ///     sum += node.weight * node.values[0] * node.point.determinant.abs();
    ///     Ok(())
    /// })?;
    /// assert!((sum - answer.value).abs() < 1e-13);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] where the method has no nodes, or none of which the value is the sum; those of `visit`.
    pub fn for_each_node(
        &self,
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        visit: impl FnMut(&WeightedNode) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let none = || {
            let method = self.method.clone();
            Error::from(Misfit::NoNodes { method })
        };
        let nodes = self.nodes.as_ref().ok_or_else(none)?;
        let sums = visited(nodes, self.values.len(), domain, integrands, visit)?;
        let sums = sums.ok_or_else(none)?;
        let mut pairs = sums.iter().zip(&self.values);
        let agree = pairs.all(|(sum, value)| {
            // Written so that NaN does not agree.
            (sum.value() - value).abs() <= ROUNDING * sum.magnitude().max(value.abs())
        });
        agree.then_some(()).ok_or_else(none)
    }
}

impl LearningRound {
    /// Calls `visit` with every node of a round in which an integral over this domain was learned.
    ///
    /// # Errors
    /// [`Error::Shape`] where it was another domain; those of `visit`.
    pub fn for_each_node(
        &self,
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        visit: impl FnMut(&WeightedNode) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sums = visited(&self.nodes, self.values.len(), domain, integrands, visit)?;
        let none = || {
            Error::from(Misfit::NoNodes {
                method: "vegas".to_owned(),
            })
        };
        sums.map(|_| ()).ok_or_else(none)
    }
}

/// Visits the nodes of so many integrands; their sums, where they can be told.
fn visited(
    nodes: &NodeSet,
    outputs: usize,
    domain: &dyn Domain,
    integrands: &Integrands<'_>,
    mut visit: impl FnMut(&WeightedNode) -> Result<(), Error>,
) -> Result<Option<Vec<Sum>>, Error> {
    let pullback = Pullback::new(domain, integrands)?;
    if pullback.dimension() != nodes.dimension() || pullback.outputs() != outputs {
        return Ok(None);
    }
    let one = domain::parse(domain, &[])?;
    let measure = Pullback::new(domain, &one).ok();
    let measure = measure.filter(|m| m.parts().len() == pullback.parts().len());
    let mut sums = vec![Sum::default(); outputs];
    for (number, part) in pullback.parts().iter().enumerate() {
        let measure = measure.as_ref().map(|m| &m.parts()[number]);
        let Some(weighing) = Weighing::new(part, measure) else {
            return Ok(None);
        };
        let mut evaluator = part.integrand().evaluator();
        let mut stretch = weighing.integrand().evaluator();
        part.geometry().evaluated(|points| {
            nodes.for_each_block(|rows, weights| {
                let n = weights.len();
                let coordinates: Vec<_> = rows.iter().map(|r| Coordinate::Each(r)).collect();
                let points = points(&coordinates, n);
                let block = Block::new(&coordinates, n);
                let mut values = vec![0.0; outputs * n];
                evaluator.evaluate(&block, &mut values);
                let mut stretches = vec![0.0; weighing.integrand().outputs() * n];
                stretch.evaluate(&block, &mut stretches);
                for (i, point) in points.into_iter().enumerate() {
                    let measure = weighing.measure(&point);
                    let stretch = weighing.stretch(&stretches, i, n, measure);
                    let density = stretch * measure;
                    let value = |value: &f64| match *value == 0.0 {
                        true => 0.0,
                        false => value / density,
                    };
                    let own = values[i..].iter().step_by(n);
                    let node = WeightedNode {
                        part: number,
                        unit: rows.iter().map(|row| row[i]).collect(),
                        weight: weights[i] * stretch,
                        values: own.map(value).collect(),
                        point,
                    };
                    for (sum, value) in sums.iter_mut().zip(&node.values) {
                        sum.add(node.weight * value * measure);
                    }
                    visit(&node)?;
                }
                Ok::<(), Error>(())
            })
        })?;
    }
    Ok(Some(sums))
}

/// How the weights of nodes of a part are told from what else is in its integrands.
struct Weighing<'p> {
    /// The stretches of limits, or the integrand 1 on the unit box.
    by: By<'p>,
    is_signed: bool,
}

enum By<'p> {
    Stretches(crate::program::Program),
    Measure(&'p Part<'p>),
}

impl<'p> Weighing<'p> {
    fn new(part: &Part<'p>, measure: Option<&'p Part<'p>>) -> Option<Self> {
        let geometry = part.geometry();
        let is_signed = geometry.is_signed();
        // The formulas of limits do not know whether they are swapped.
        let by = match (geometry.stretching(), measure) {
            (Some(stretches), _) if !is_signed => By::Stretches(stretches),
            (_, Some(measure)) => By::Measure(measure),
            (Some(stretches), None) => By::Stretches(stretches),
            (None, None) => return None,
        };
        Some(Weighing { by, is_signed })
    }

    fn integrand(&self) -> &dyn Integrand {
        match &self.by {
            By::Stretches(stretches) => stretches,
            By::Measure(measure) => measure.integrand(),
        }
    }

    /// What the determinant of a point counts as.
    fn measure(&self, point: &Point) -> f64 {
        match self.is_signed {
            true => point.determinant,
            false => point.determinant.abs(),
        }
    }

    /// The stretch of the limits at point i of n.
    fn stretch(&self, values: &[f64], i: usize, n: usize, measure: f64) -> f64 {
        match self.by {
            By::Stretches(_) => values[i..].iter().step_by(n).map(|s| s.abs()).product(),
            By::Measure(_) if values[i] == 0.0 => 0.0,
            By::Measure(_) => values[i] / measure,
        }
    }
}
