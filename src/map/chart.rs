//! The chart of a region: the unit box, the region and its image, as formulas of the unit
//! coordinates.

use super::map::Map;
use super::parameters::Parameters;
use super::region::Region;
use crate::analysis::natural::between;
use crate::error::{Error, Misfit};
use crate::expr::formulas::unit_ranges;
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::inputs;
use crate::expr::simplify::simplify;
use crate::program::Program;

/// The unit box, the region and its image, as formulas of the unit coordinates.
pub(crate) struct Chart<'g> {
    graph: &'g Graph,
    pub(crate) variables: Vec<Expr<'g>>,
    /// ∂(variable i)/∂(unit coordinate i), the diagonal of a triangular Jacobian.
    pub(crate) stretches: Vec<Expr<'g>>,
    pub(crate) targets: Vec<Expr<'g>>,
    parameters: Vec<Expr<'g>>,
    /// The parameters that are no numbers but inputs.
    moving: &'g [(&'g str, Expr<'g>)],
    /// det J, or √det(JᵀJ), of the user's map; 1 without a map.
    determinant: Expr<'g>,
    /// Whether two limits are equal, so that nothing lies between them.
    pub(crate) is_empty: bool,
    /// Whether an odd number of limits was swapped, so that the lower one is the first.
    pub(crate) is_swapped: bool,
}

impl<'g> Chart<'g> {
    /// The chart of a region, without a map.
    pub(crate) fn of_region(
        graph: &'g Graph,
        region: &Region,
        names: &[String],
        warnings: &mut Vec<String>,
    ) -> Result<Self, Error> {
        Self::of_limits(graph, region, names, &[], warnings)
    }

    fn of_limits(
        graph: &'g Graph,
        region: &Region,
        names: &[String],
        moving: &'g [(&'g str, Expr<'g>)],
        warnings: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let mut chart = Chart {
            moving,
            graph,
            variables: (0..region.dimension()).map(|i| graph.input(i)).collect(),
            stretches: Vec::new(),
            targets: Vec::new(),
            parameters: Vec::new(),
            determinant: graph.constant(1.0),
            is_empty: false,
            is_swapped: false,
        };
        for (i, name) in names.iter().enumerate() {
            chart.follow_limits(region, i, name, warnings)?;
        }
        Ok(chart)
    }

    /// The chart of a region and a map.
    pub(crate) fn new(
        graph: &'g Graph,
        region: &Region,
        map: &Map,
        warnings: &mut Vec<String>,
    ) -> Result<Self, Error> {
        Self::with_moving(graph, region, map, &[], warnings)
    }

    /// The same where some parameters are inputs, given by their names.
    pub(crate) fn with_moving(
        graph: &'g Graph,
        region: &Region,
        map: &Map,
        moving: &'g [(&'g str, Expr<'g>)],
        warnings: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let names = map.variables();
        let mut chart = Self::of_limits(graph, region, names, moving, warnings)?;
        chart.parameters = chart.values_of(map.parameters());
        let inputs = [&chart.variables[..], &chart.parameters[..]].concat();
        chart.targets = map.formulas().within(graph, &inputs);
        chart.determinant = map.jacobian()?.measure().within(graph, &inputs)[0];
        Ok(chart)
    }

    /// The values of parameters: numbers, and formulas of those that move.
    fn values_of(&self, parameters: &Parameters) -> Vec<Expr<'g>> {
        let moved = parameters.with_moving(self.moving);
        moved.unwrap_or_else(|| {
            let values = parameters.values().iter();
            values.map(|&value| self.graph.constant(value)).collect()
        })
    }

    /// Puts variable `i` between its limits. Later variables are unit coordinates still; no limit
    /// reads them.
    fn follow_limits(
        &mut self,
        region: &Region,
        i: usize,
        name: &str,
        warnings: &mut Vec<String>,
    ) -> Result<(), Error> {
        let graph = self.graph;
        let (limits, _) = region.limits();
        let mut inputs = self.variables.clone();
        inputs.extend(self.values_of(region.parameters()));
        let pair = graph.import(&limits.arena, &limits.roots[2 * i..2 * i + 2], &inputs);
        let (mut lo, mut hi) = (pair[0], pair[1]);
        let ends = [lo, hi].map(constant_value);
        if ends.iter().flatten().any(|end| end.is_nan()) {
            let variable = name.to_owned();
            return Err(Misfit::LimitNotANumber { variable }.into());
        }
        let swapped = match ends {
            [Some(a), Some(b)] if a == b => {
                if a.is_infinite() {
                    return Err(Misfit::InfiniteLimits {
                        variable: name.to_owned(),
                        limit: a,
                    }
                    .into());
                }
                self.is_empty = true;
                warnings.push(format!(
                    "the limits of `{name}` are equal: the region is empty"
                ));
                false
            }
            [Some(a), Some(b)] => a > b,
            [Some(a), None] => a == f64::INFINITY,
            [None, Some(b)] => b == f64::NEG_INFINITY,
            [None, None] => false,
        };
        if swapped {
            std::mem::swap(&mut lo, &mut hi);
            self.is_swapped = !self.is_swapped;
            warnings.push(swapped_limits(name, ""));
        }
        let infinite = |e: Expr<'g>| constant_value(e).is_some_and(f64::is_infinite);
        let ends = [lo, hi];
        let (variable, stretch) = between(self.variables[i], ends, ends.map(infinite));
        self.variables[i] = variable;
        self.stretches.push(stretch);
        Ok(())
    }

    /// The product of the sizes of the stretches.
    pub(crate) fn stretch(&self) -> Expr<'g> {
        let sizes = self.stretches.iter().map(|s| s.abs());
        let product = sizes.reduce(|product, size| product * size);
        product.unwrap_or_else(|| self.graph.constant(1.0))
    }

    /// The product of the stretches, with their signs.
    pub(crate) fn signed_stretch(&self) -> Expr<'g> {
        let stretches = self.stretches.iter().copied();
        let product = stretches.reduce(|product, stretch| product * stretch);
        product.unwrap_or_else(|| self.graph.constant(1.0))
    }

    /// The graph that it is in.
    pub(crate) fn graph(&self) -> &'g Graph {
        self.graph
    }

    /// det J of the user's map, or √det(JᵀJ).
    pub(crate) fn determinant(&self) -> Expr<'g> {
        self.determinant
    }

    /// What formulas of the variables, the targets and the parameters take.
    pub(crate) fn inputs(&self) -> Vec<Expr<'g>> {
        let inputs = [&self.variables[..], &self.targets[..], &self.parameters[..]];
        inputs.concat()
    }

    /// |det J| times the stretch of every limit.
    pub(crate) fn density(&self) -> Expr<'g> {
        self.determinant.abs() * self.stretch()
    }

    /// What formulas of the map take: variables and parameters.
    pub(crate) fn inputs_of_map(&self) -> Vec<Expr<'g>> {
        [&self.variables[..], &self.parameters[..]].concat()
    }

    /// What [`Geometry::of_formulas`] takes: variables, targets, the determinant, stretches.
    pub(crate) fn roots(&self) -> Vec<Id> {
        let all = [
            &self.variables[..],
            &self.targets[..],
            &[self.determinant],
            &self.stretches[..],
        ];
        all.concat().iter().map(|e| e.id).collect()
    }
}

pub(super) fn swapped_limits(name: &str, part: &str) -> String {
    let sign = match part {
        "" => "; with the sign of the limits it would be the negative of that",
        _ => "",
    };
    format!(
        "the limits of `{name}` are swapped{part}: the same set is integrated, with |det J|{sign}"
    )
}

/// The value of a formula that no input reaches.
fn constant_value(e: Expr<'_>) -> Option<f64> {
    let used = e.graph.read(|arena| inputs::of_formulas(arena, &[e.id]));
    (used == 0).then(|| e.value(&[]))
}

/// The stretches of n variables that depend on anything, compiled.
pub(crate) fn varying_stretches(
    arena: &Arena,
    stretches: &[Id],
) -> Result<Vec<(usize, Program)>, Error> {
    let n = stretches.len();
    let varying = (0..n).filter(|&i| arena.number(stretches[i]).is_none());
    varying
        .map(|i| Ok((i, Program::for_blocks(arena, &stretches[i..=i], n))))
        .collect()
}

/// Formulas of n unit coordinates, simplified and compiled.
pub(crate) fn compiled(graph: &Graph, roots: &[Expr<'_>], n: usize) -> Result<Program, Error> {
    let roots: Vec<Id> = roots.iter().map(|e| e.id).collect();
    let (arena, roots) = graph.read(|arena| simplify(arena, &roots, &unit_ranges(n)));
    Ok(Program::for_blocks(&arena, &roots, n))
}
