//! The pullback: an integrand on the unit box made of a map, a region and an integrand.
//!
//! 1. Map the unit box onto the region, limit by limit, each through the earlier variables; an
//!    infinite limit is a rational function of its unit coordinate.
//! 2. Compose the user's map and integrand with it.
//! 3. Multiply by |det J| of the map and by the stretch of each limit, simplify, and compile.
//!
//! ∫_φ(R) f = ∫_R f(φ(u)) |det J(u)| du = ∫_[0,1]ⁿ f(φ(u(w))) |det J(u(w))| Π|∂uᵢ/∂wᵢ| dw

use super::map::{Map, MappedRegion, scope_of};
use super::region::Region;
use crate::analysis::box_formulas::BoxFormulas;
use crate::analysis::periods::frequencies;
use crate::error::Error;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::simplify::{is_total, simplify};
use crate::expr::text::parse;
use crate::integrand::{
    AxisFacts, BLOCK, Block, Bounds, Change, Coordinate, Evaluator, Integrand, Piece, Separation,
    Switches, for_each_index,
};
use crate::program::Program;
use crate::scatter::Scatter;

/// The most nodes at which the sign of the determinant is looked at.
const SURVEY_NODES: f64 = 1200.0;

/// Below this part of its largest value a determinant counts as zero when its sign is judged.
const NEARLY_ZERO: f64 = 1e-12;

/// Formulas to integrate over a [`MappedRegion`].
///
/// They are formulas of the variables, then the targets, then the parameters of the map.
#[derive(Clone, Debug)]
pub struct Integrands {
    formulas: Formulas,
    warnings: Vec<String>,
}

impl MappedRegion {
    fn integrand_inputs(&self) -> Vec<String> {
        let variables = self.map.variables().iter();
        let targets = variables.chain(self.map.targets());
        targets
            .chain(self.map.parameters().names())
            .cloned()
            .collect()
    }

    /// The integrands that a closure describes, as formulas of the targets.
    ///
    /// # Errors
    /// [`Error::Shape`] if the closure takes another number of targets.
    pub fn trace<const M: usize, const K: usize>(
        &self,
        integrands: impl for<'g> FnOnce([Expr<'g>; M]) -> [Expr<'g>; K],
    ) -> Result<Integrands, Error> {
        let (n, m) = (self.map.variables().len(), self.map.targets().len());
        if M != m {
            return Err(Error::shape(format!(
                "the integrand takes {M} targets, but the map has {m}"
            )));
        }
        let formulas = Formulas::build(self.integrand_inputs(), |_, inputs| {
            let targets = std::array::from_fn(|i| inputs[n + i]);
            Ok::<_, Error>(integrands(targets).to_vec())
        })?;
        Ok(Integrands {
            formulas,
            warnings: Vec::new(),
        })
    }

    /// The integrands that texts describe, as formulas of the targets, the variables, or both.
    ///
    /// No text at all stands for the integrand 1.
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn parse(&self, texts: &[&str]) -> Result<Integrands, Error> {
        let inputs = self.integrand_inputs();
        let texts = if texts.is_empty() { &["1"][..] } else { texts };
        let formulas = Formulas::build(inputs.clone(), |graph, handles| {
            // A target hides a variable of the same name, as a parameter hides neither.
            let n = self.map.variables().len();
            let k = n + self.map.targets().len();
            let order = (k..inputs.len()).chain(0..k);
            let order: Vec<usize> = order.collect();
            let names: Vec<String> = order.iter().map(|&i| inputs[i].clone()).collect();
            let handles: Vec<Expr<'_>> = order.iter().map(|&i| handles[i]).collect();
            let scope = scope_of(graph, &names, &handles);
            texts
                .iter()
                .map(|text| parse::expression(text, &scope))
                .collect::<Result<_, Error>>()
        })?;
        let mut warnings = Vec::new();
        for (i, target) in self.map.targets().iter().enumerate() {
            if self.map.variables().contains(target) && self.map.text(i) != *target {
                warnings.push(format!(
                    "`{target}` names a variable and a target: in the integrand it is the target"
                ));
            }
        }
        Ok(Integrands { formulas, warnings })
    }
}

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

    fn axis_facts(&self, axis: usize) -> AxisFacts {
        self.values().axis_facts(axis)
    }

    fn axis_name(&self, axis: usize) -> String {
        self.geometry.variables[axis].clone()
    }

    fn switches(&self) -> Switches {
        self.values().switches()
    }

    fn pieces(&self) -> Option<Vec<Piece<'_>>> {
        self.values().pieces()
    }

    fn separation(&self) -> Option<Separation<'_>> {
        self.values().separation()
    }

    fn rounding(&self) -> Option<Vec<f64>> {
        self.values().rounding()
    }

    fn bounds(&self) -> Option<Box<dyn Bounds + '_>> {
        self.values().bounds()
    }

    fn sharp_change(&self, change: &Change) -> Option<Box<dyn Integrand + '_>> {
        self.values().sharp_change(change)
    }
}

/// The stretches of n variables that depend on anything, compiled.
pub(crate) fn varying_stretches(
    arena: &Arena,
    stretches: &[Id],
) -> Result<Vec<(usize, Program)>, Error> {
    let n = stretches.len();
    let varying = (0..n).filter(|&i| arena.number(stretches[i]).is_none());
    varying
        .map(|i| Ok((i, Program::new(arena, &stretches[i..=i], n)?)))
        .collect()
}

/// Formulas of n unit coordinates, simplified and compiled.
pub(crate) fn compiled(graph: &Graph, roots: &[Expr<'_>], n: usize) -> Result<Program, Error> {
    let roots: Vec<Id> = roots.iter().map(|e| e.id).collect();
    let (arena, roots) = graph.read(|arena| simplify(arena, &roots, &unit_ranges(n)));
    Program::new(&arena, &roots, n)
}

/// The unit box, the region and its image, as formulas of the unit coordinates.
pub(crate) struct Chart<'g> {
    graph: &'g Graph,
    pub(crate) variables: Vec<Expr<'g>>,
    /// ∂(variable i)/∂(unit coordinate i), the diagonal of a triangular Jacobian.
    pub(crate) stretches: Vec<Expr<'g>>,
    pub(crate) targets: Vec<Expr<'g>>,
    parameters: Vec<Expr<'g>>,
    /// det J, or √det(JᵀJ), of the user's map; 1 without a map.
    determinant: Expr<'g>,
}

impl<'g> Chart<'g> {
    /// The chart of a region, without a map.
    pub(crate) fn of_region(
        graph: &'g Graph,
        region: &Region,
        names: &[String],
        warnings: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let mut chart = Chart {
            graph,
            variables: (0..region.dimension()).map(|i| graph.input(i)).collect(),
            stretches: Vec::new(),
            targets: Vec::new(),
            parameters: Vec::new(),
            determinant: graph.constant(1.0),
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
        let mut chart = Self::of_region(graph, region, map.variables(), warnings)?;
        let values = map.parameters().values().iter();
        chart.parameters = values.map(|&value| graph.constant(value)).collect();
        let inputs = [&chart.variables[..], &chart.parameters[..]].concat();
        chart.targets = map.formulas().within(graph, &inputs);
        chart.determinant = map.jacobian()?.measure().within(graph, &inputs)[0];
        Ok(chart)
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
        let (limits, parameters) = region.limits();
        let mut inputs = self.variables.clone();
        inputs.extend(parameters.iter().map(|&value| graph.constant(value)));
        let pair = graph.import(&limits.arena, &limits.roots[2 * i..2 * i + 2], &inputs);
        let (mut lo, mut hi) = (pair[0], pair[1]);
        let ends = [lo, hi].map(constant_value);
        if ends.iter().flatten().any(|end| end.is_nan()) {
            let message = format!("a limit of `{name}` is not a number");
            return Err(Error::shape(message));
        }
        let swapped = match ends {
            [Some(a), Some(b)] if a == b => {
                if a.is_infinite() {
                    return Err(Error::shape(format!("both limits of `{name}` are {a}")));
                }
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
            warnings.push(swapped_limits(name, ""));
        }
        let infinite = |e: Expr<'g>| constant_value(e).is_some_and(f64::is_infinite);
        let w = self.variables[i];
        let (variable, stretch) = match (infinite(lo), infinite(hi)) {
            (false, false) => {
                let width = hi - lo;
                (lo + width * w, width)
            }
            (false, true) => (lo + w / (1.0 - w), 1.0 / (1.0 - w).powi(2)),
            (true, false) => (hi - (1.0 - w) / w, 1.0 / w.powi(2)),
            (true, true) => {
                // v = s/(1 − s²) with s = 2w − 1 in (−1, 1).
                let s = 2.0 * w - 1.0;
                let below = 4.0 * w * (1.0 - w);
                (s / below, 2.0 * (1.0 + s.powi(2)) / below.powi(2))
            }
        };
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

    /// |det J| times the stretch of every limit.
    pub(crate) fn density(&self) -> Expr<'g> {
        self.determinant.abs() * self.stretch()
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

fn swapped_limits(name: &str, part: &str) -> String {
    format!("the limits of `{name}` are swapped{part}: the same set is integrated, with |det J|")
}

/// The value of a formula that no input reaches.
fn constant_value(e: Expr<'_>) -> Option<f64> {
    let free = e.graph.read(|arena| {
        let needed = arena.needed(&[e.id]);
        let nodes = arena.nodes().iter().zip(needed);
        let mut inputs = nodes.filter(|(node, needed)| *needed && matches!(node, Node::Input(_)));
        inputs.next().is_none()
    });
    free.then(|| e.value(&[]))
}

/// Where the unit box goes: variables, targets and the determinant at unit coordinates.
pub struct Geometry<'a> {
    variables: Vec<String>,
    targets: Vec<String>,
    points: Points<'a>,
    determinant: Box<dyn Integrand + 'a>,
    /// The stretches that are not constant, with the number of their variable.
    stretches: Vec<(usize, Program)>,
}

/// Variables, targets and the determinant.
enum Points<'a> {
    /// As formulas, compiled when they are asked for.
    Formulas(Arena, Vec<Id>),
    /// As code.
    Code(Box<dyn Integrand + 'a>),
}

/// A point of the unit box in the user's coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The variables.
    pub variables: Vec<f64>,
    /// The targets.
    pub targets: Vec<f64>,
    /// det J, or √det(JᵀJ).
    pub determinant: f64,
}

/// The sign of the determinant over a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Nowhere negative.
    Positive,
    /// Nowhere positive.
    Negative,
    /// Both occur.
    Changes,
    /// Zero everywhere.
    Zero,
}

/// What a look at the determinant over a region found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Survey {
    /// The smallest determinant that was met; NaN where the determinant varies along an infinite
    /// range, of which nodes show a part only.
    pub min: f64,
    /// The largest determinant that was met; NaN where the smallest one is.
    pub max: f64,
    /// Its sign.
    pub sign: Sign,
}

impl<'a> Geometry<'a> {
    /// The geometry of a map that is code.
    pub(crate) fn of_code(
        variables: Vec<String>,
        targets: Vec<String>,
        points: impl Integrand + 'a,
        determinant: impl Integrand + 'a,
        stretches: Vec<(usize, Program)>,
    ) -> Self {
        Geometry {
            variables,
            targets,
            points: Points::Code(Box::new(points)),
            determinant: Box::new(determinant),
            stretches,
        }
    }

    /// The geometry of a map, from simplified [`Chart::roots`].
    pub(crate) fn of_formulas(map: &Map, arena: Arena, mut roots: Vec<Id>) -> Result<Self, Error> {
        let (n, m) = (map.variables().len(), map.targets().len());
        let shape = n + m;
        let stretches = roots[shape + 1..shape + 1 + n].to_vec();
        roots.truncate(shape + 1);
        Ok(Geometry {
            variables: map.variables().to_vec(),
            targets: map.targets().to_vec(),
            determinant: Box::new(Program::new(&arena, &roots[shape..], n)?),
            stretches: varying_stretches(&arena, &stretches)?,
            points: Points::Formulas(arena, roots),
        })
    }

    /// Calls `work` with the integrand whose values are variables, targets and the determinant.
    fn with_points<T>(&self, work: impl FnOnce(&dyn Integrand) -> T) -> T {
        match &self.points {
            Points::Code(points) => work(points.as_ref()),
            Points::Formulas(arena, roots) => {
                match Program::new(arena, roots, self.variables.len()) {
                    Ok(points) => work(&points),
                    // The determinant of the same inputs was compiled, so these can be too.
                    Err(_) => work(self.determinant.as_ref()),
                }
            }
        }
    }

    /// The names of the variables.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// The names of the targets.
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// A point inside the region at which a target is NaN, if one is met.
    fn undefined(&self) -> Option<Point> {
        let n = self.variables.len();
        if let Points::Formulas(arena, roots) = &self.points
            && is_total(arena, &roots[n..n + self.targets.len()])
        {
            return None;
        }
        // A few points inside, where a limit's end cannot be met.
        let scattered = Scatter::roots(n);
        let mut points = (1..=24).map(|k| self.at(&scattered.point(k)));
        points.find(|p| p.targets.iter().any(|t| t.is_nan()))
    }

    /// The point at unit coordinates.
    pub fn at(&self, unit: &[f64]) -> Point {
        let coordinates: Vec<Coordinate<'_>> = unit.iter().map(|&w| Coordinate::Same(w)).collect();
        self.with_points(|points| {
            let mut evaluator = points.evaluator();
            self.block(evaluator.as_mut(), &coordinates, 1).remove(0)
        })
    }

    /// The points of a lattice with its ends: `counts[i]` equal steps less one along axis i, the
    /// last index fastest.
    pub fn lattice(&self, counts: &[usize]) -> Vec<Point> {
        let mut found = Vec::with_capacity(counts.iter().product());
        let Some((&row, outer)) = counts.split_last() else {
            return found;
        };
        let step = |count: usize, i: usize| i as f64 / (count.max(2) - 1) as f64;
        let nodes: Vec<f64> = (0..row).map(|i| step(row, i)).collect();
        self.with_points(|points| {
            let mut evaluator = points.evaluator();
            for_each_index(outer.iter().copied(), |index| {
                let places = index.iter().zip(outer).map(|(&i, &count)| step(count, i));
                let mut coordinates: Vec<_> = places.map(Coordinate::Same).collect();
                for nodes in nodes.chunks(BLOCK) {
                    coordinates.truncate(outer.len());
                    coordinates.push(Coordinate::Each(nodes));
                    found.extend(self.block(evaluator.as_mut(), &coordinates, nodes.len()));
                }
            });
        });
        found
    }

    /// The points of a block.
    fn block(
        &self,
        evaluator: &mut dyn Evaluator,
        coordinates: &[Coordinate<'_>],
        count: usize,
    ) -> Vec<Point> {
        let (n, m) = (self.variables.len(), self.targets.len());
        let mut values = vec![0.0; (n + m + 1) * count];
        evaluator.evaluate(&Block::new(coordinates, count), &mut values);
        let at = |k: usize, i: usize| values[k * count + i];
        let point = |i: usize| Point {
            variables: (0..n).map(|k| at(k, i)).collect(),
            targets: (n..n + m).map(|k| at(k, i)).collect(),
            determinant: at(n + m, i),
        };
        (0..count).map(point).collect()
    }

    /// Whether the determinant varies along a variable with an infinite range.
    fn varies_to_infinity(&self) -> bool {
        // The stretch of an infinite range is not constant.
        let stretched = |i: usize| self.stretches.iter().any(|(of, _)| *of == i);
        let varies = |&i: &usize| stretched(i) && self.determinant.axis_facts(i).varies;
        (0..self.variables.len()).filter(varies).any(|i| {
            [0.0, 1.0].into_iter().any(|end| {
                let mut unit = vec![0.5; self.variables.len()];
                unit[i] = end;
                !self.at(&unit).variables[i].is_finite()
            })
        })
    }

    /// Looks at the determinant on a lattice that includes the boundary, and at the stretches; adds
    /// to `warnings` what it finds.
    pub fn survey(&self, warnings: &mut Vec<String>) -> Survey {
        let (mut min, mut max) = extremes(self.determinant.as_ref());
        let zero = NEARLY_ZERO * min.abs().max(max.abs());
        let sign = match (min < -zero, max > zero) {
            (true, true) => Sign::Changes,
            (true, false) => Sign::Negative,
            (false, true) => Sign::Positive,
            (false, false) => Sign::Zero,
        };
        if let Points::Formulas(arena, roots) = &self.points {
            let n = self.variables.len();
            let targets = &roots[n..n + self.targets.len()];
            let frequencies = frequencies(arena, targets, n);
            for (name, periods) in self.variables.iter().zip(frequencies) {
                let periods = periods.unwrap_or(0.0);
                if periods > 1.0 + NEARLY_ZERO {
                    let periods = (periods * 1e6).round() / 1e6;
                    warnings.push(format!(
                        "`{name}` runs through {periods} periods of the map: parts of the image are \
                         covered more than once, and count as often"
                    ));
                }
            }
        }
        if let Some(point) = self.undefined() {
            warnings.push(format!(
                "the map has no value at {}: what is integrated there has no meaning",
                named_values(&self.variables, &point.variables)
            ));
        }
        if sign == Sign::Changes {
            warnings.push(
                "det J changes sign inside the region: the map folds, and the folded part of the \
                 image counts as often as it is covered"
                    .to_owned(),
            );
        }
        if sign == Sign::Zero {
            warnings.push(
                "det J is zero everywhere: the map is degenerate and its image has no content"
                    .to_owned(),
            );
        }
        for (i, stretch) in &self.stretches {
            let name = &self.variables[*i];
            let (min, max) = extremes(stretch);
            if min < -NEARLY_ZERO * max.abs().max(min.abs()) {
                let part = if max > 0.0 {
                    " in a part of the region"
                } else {
                    ""
                };
                warnings.push(swapped_limits(name, part));
            }
        }
        if self.varies_to_infinity() {
            (min, max) = (f64::NAN, f64::NAN);
        }
        Survey { min, max, sign }
    }
}

/// `r = 1, t = 0.5`
pub(crate) fn named_values(names: &[String], values: &[f64]) -> String {
    let pairs = names.iter().zip(values);
    let texts: Vec<String> = pairs
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    texts.join(", ")
}

/// The least and the greatest finite value of a function at nodes that include the boundary.
///
/// Few axes are looked at on a lattice with its ends. In more dimensions a lattice sees little but
/// the boundary, so most nodes are scattered inside.
fn extremes(function: &dyn Integrand) -> (f64, f64) {
    let n = function.dimension();
    let varying: Vec<usize> = (0..n).filter(|&a| function.axis_facts(a).varies).collect();
    let mut evaluator = function.evaluator();
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut values = vec![0.0; BLOCK];
    let mut look = |coordinates: &[Coordinate<'_>], length: usize| {
        let values = &mut values[..length];
        evaluator.evaluate(&Block::new(coordinates, length), values);
        for value in values.iter().copied().filter(|v| v.is_finite()) {
            min = min.min(value);
            max = max.max(value);
        }
    };
    let axes = varying.len().max(1);
    let per_axis = SURVEY_NODES.powf(1.0 / axes as f64) as usize;
    let per_axis = per_axis.clamp(3, 129);
    if axes <= 6 {
        let step = 1.0 / (per_axis - 1) as f64;
        let lattice: Vec<f64> = (0..per_axis).map(|i| i as f64 * step).collect();
        let outer = axes - 1;
        for_each_index((0..outer).map(|_| per_axis), |index| {
            let mut coordinates = vec![Coordinate::Same(0.5); n];
            for (&i, &axis) in index.iter().zip(&varying) {
                coordinates[axis] = Coordinate::Same(lattice[i]);
            }
            if let Some(&row) = varying.last() {
                coordinates[row] = Coordinate::Each(&lattice);
            }
            look(&coordinates, per_axis);
        });
    }
    if axes > 2 {
        let points = Scatter::roots(n).starting_at(0.5);
        for first in (0..SURVEY_NODES as usize).step_by(BLOCK) {
            let nodes = points.along_axes(first..first + BLOCK);
            let coordinates: Vec<_> = nodes.iter().map(|w| Coordinate::Each(w)).collect();
            look(&coordinates, BLOCK);
        }
    }
    // Adding 0 turns −0 into 0.
    if min <= max {
        (min + 0.0, max + 0.0)
    } else {
        (0.0, 0.0)
    }
}
