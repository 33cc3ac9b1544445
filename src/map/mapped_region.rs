//! A map over limits: a region of its variables, and its image.
//!
//! 1. Map the unit box onto the region, limit by limit, each through the earlier variables; an
//!    infinite limit is a rational function of its unit coordinate.
//! 2. Compose the user's map and integrand with it.
//! 3. Multiply by |det J| of the map and by the stretch of each limit, simplify, and compile.

use super::chart::{Chart, compiled};
use super::conditions::{Conditions, Equations, Search, search};
use super::domain::{self, Domain};
use super::geometry::Geometry;
use super::integrands::{Code, Functions, Integrands, Names};
use super::limits::IntoRegion;
use super::map::Map;
use super::margin::AtPoints;
use super::moving::{at_values, beside, derivatives, distinct};
use super::parameters::Parameters;
use super::per_node::PerNode;
use super::printed::Printed;
use super::pullback::{Part, Pullback};
use super::region::Region;
use super::wide::Wide;
use crate::analysis::box_formulas::BoxFormulas;
use crate::analysis::conditioned::Conditioned;
use crate::analysis::confinement::{confined, needed_by};
use crate::analysis::natural::{Natural, unit_of};
use crate::error::{Error, Misfit};
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::inputs;
use crate::expr::simplify::{simplify, with_squares};
use crate::expr::value::values;
use crate::program::Program;

/// A map and the region of its variables.
#[derive(Clone, Debug)]
pub struct MappedRegion {
    map: Map,
    region: Region,
    /// The same, with finite limits where the conditions show that nothing lies beyond them.
    confined: Region,
    /// The part of it that is meant: where all of these hold.
    conditions: Conditions,
    /// Whether det J keeps its sign, and limits theirs.
    is_signed: bool,
    /// Whether the integrands are the components of a field.
    is_for_fields: bool,
    /// The axis and the place along it across which the principal value is meant.
    principal_value: Option<(usize, f64)>,
    /// What to say where a condition has no value in a part of the region.
    without_value: Option<String>,
}

impl MappedRegion {
    /// The region of its variables, without what the conditions leave out.
    pub(super) fn within_conditions(&self) -> &Region {
        &self.confined
    }

    /// The map.
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The region of its variables.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The part of the region where conditions hold: a list of comparisons of the targets, the variables
    /// or both, which `and`, `or` and `not` may join, and which may be chains.
    ///
    /// What an integrand does where they do not hold does not matter. Where a comparison has no value, as
    /// that of √x for x < 0, it does not hold, and neither does its negation: a warning says so.
    ///
    /// ```
    /// use pullback::Map;
    /// let square = Map::parse("x = x, y = y")?.over("x = -2..2, y = -2..2")?;
    /// let lens = square.where_("(x - 1/2)^2 + y^2 <= 1, (x + 1/2)^2 + y^2 <= 1")?;
    /// let area = 2.0 * std::f64::consts::PI / 3.0 - 3f64.sqrt() / 2.0;
    /// assert!((lens.measure()?.value - area).abs() < 1e-12);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn where_(self, conditions: &str) -> Result<Self, Error> {
        let more = Conditions::parse(conditions, &domain::names(&self))?;
        Ok(self.with_conditions(&more))
    }

    /// The part of the region where a condition on the targets holds, given as a closure.
    ///
    /// ```
    /// use pullback::Map;
    /// let square = Map::parse("x = x, y = y")?.over("x = -1..1, y = -1..1")?;
    /// let disk = square.such_that(|[x, y]| (x * x + y * y).le(1))?;
    /// assert!((disk.measure()?.value - std::f64::consts::PI).abs() < 1e-12);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the closure takes another number of targets, or gives no comparison.
    pub fn such_that<const M: usize>(
        self,
        condition: impl for<'g> FnOnce([Expr<'g>; M]) -> Expr<'g>,
    ) -> Result<Self, Error> {
        let more = Conditions::trace(&domain::names(&self), condition)?;
        Ok(self.with_conditions(&more))
    }

    pub(super) fn with_conditions(self, more: &Conditions) -> Self {
        let conditions = self.conditions.and(more);
        let confined = self.confined(&conditions, None);
        // What is wrong with the limits is said where they are used.
        let without_value = self.without_value(&conditions).unwrap_or(None);
        MappedRegion {
            conditions: conditions.partial_if(without_value.is_some()),
            confined,
            without_value,
            ..self
        }
    }

    /// The region that equations are to be fulfilled in.
    pub(super) fn confined_to(self, equations: &Equations) -> Self {
        MappedRegion {
            confined: self.confined(&self.conditions, Some(equations)),
            ..self
        }
    }

    /// The region with limits that are finite where nothing beyond them fulfils conditions and equations.
    fn confined(&self, conditions: &Conditions, equations: Option<&Equations>) -> Region {
        let confined = self.confined_by(|graph, inputs| {
            let holds = conditions.within(graph, inputs);
            let zeros = equations.map_or_else(Vec::new, |e| e.within(graph, inputs));
            [
                holds.iter().map(|e| e.id).collect(),
                zeros.iter().map(|e| e.id).collect(),
            ]
        });
        confined.unwrap_or_else(|| self.confined.clone())
    }

    /// The same region where integrands are zero beyond finite limits, within these; `None` where nothing shows that.
    fn confined_to_support(&self, integrands: &Formulas) -> Option<Self> {
        let confined = self.confined_by(|graph, inputs| {
            let values = integrands.within(graph, inputs);
            let values: Vec<Id> = values.iter().map(|e| e.id).collect();
            [graph.read(|arena| needed_by(arena, &values)), Vec::new()]
        })?;
        let is_narrower = confined.constant_limits() != self.confined.constant_limits();
        is_narrower.then(|| MappedRegion {
            confined,
            ..self.clone()
        })
    }

    /// The region with limits that are finite where nothing beyond them fulfils conditions and is zero as formulas say,
    /// both of which are given as formulas of variables, targets and parameters; `None` where no limit is infinite.
    fn confined_by(
        &self,
        of: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>]) -> [Vec<Id>; 2],
    ) -> Option<Region> {
        let n = self.map.variables().len();
        let given: Vec<Option<(f64, f64)>> = (0..n)
            .map(|variable| self.confined.constant_limits_of(variable))
            .collect();
        let is_infinite = |(lo, hi): &(f64, f64)| lo.is_infinite() || hi.is_infinite();
        // The place of a pole is known by its place between the limits.
        if self.principal_value.is_some() || !given.iter().flatten().any(is_infinite) {
            return None;
        }
        let graph = Graph::new();
        let [truths, zeros] = {
            let variables: Vec<Expr<'_>> = (0..n).map(|i| graph.input(i)).collect();
            let parameters = self.map.parameters().values().iter();
            let parameters: Vec<Expr<'_>> = parameters.map(|&v| graph.constant(v)).collect();
            let targets = [&variables[..], &parameters].concat();
            let targets = self.map.formulas().within(&graph, &targets);
            let inputs = [&variables[..], &targets, &parameters].concat();
            of(&graph, &inputs)
        };
        let limits = given.iter().map(|limits| match limits {
            Some((lo, hi)) => (lo.min(*hi), lo.max(*hi)),
            None => (f64::NEG_INFINITY, f64::INFINITY),
        });
        let found = confined(&graph.into_arena(), &truths, &zeros, limits.collect());
        let numbers = given.iter().zip(found).map(|(given, found)| {
            let given = (*given)?;
            Some(match given.0 > given.1 {
                true => (found.1, found.0),
                false => found,
            })
        });
        Some(self.confined.with_numbers(&numbers.collect::<Vec<_>>()))
    }

    /// What to say where a condition has no value in a part of the region.
    fn without_value(&self, conditions: &Conditions) -> Result<Option<String>, Error> {
        let n = self.map.variables().len();
        let graph = Graph::new();
        let (unknown, variables): (Vec<(usize, Id)>, Vec<Id>) = {
            let chart = Chart::new(&graph, &self.confined, &self.map, &mut Vec::new())?;
            let unknown = conditions.unknown(&graph, &chart.inputs()).into_iter();
            (
                unknown.map(|(k, e)| (k, e.id)).collect(),
                chart.variables.iter().map(|e| e.id).collect(),
            )
        };
        let arena = graph.into_arena();
        for (k, id) in unknown {
            let (simple, id) = simplify(&arena, &[id], &unit_ranges(n));
            let Search::Found(point) = search(&simple, &id, n, OFF_CENTRE) else {
                continue;
            };
            let values = values(&arena, &variables, &point);
            let names = self.map.variables().iter();
            let place = names
                .zip(values)
                .map(|(name, value)| format!("{name} = {}", rounded(value)));
            return Ok(Some(format!(
                "the condition `{}` has no value in a part of the region, such as at {}: that part \
                 counts as outside",
                conditions.texts()[k],
                place.collect::<Vec<String>>().join(", ")
            )));
        }
        Ok(None)
    }

    /// The conditions that hold in the part of the region that is meant, as texts.
    pub fn conditions(&self) -> Vec<String> {
        self.conditions.texts()
    }

    /// The same with det J in the place of |det J|, and limits with their sign: what is swapped, folded
    /// back or on an opposite sheet counts negative.
    ///
    /// ```
    /// use pullback::Map;
    /// // The bow tie: two triangles of one area, run through in opposite senses.
    /// let bow = Map::parse("x = u, y = (2*v - 1)*(2*u - 1)")?.over("u = 0..1, v = 0..1")?;
    /// assert!((bow.measure()?.value - 1.0).abs() < 1e-12);
    /// assert!(bow.signed()?.measure()?.value.abs() < 1e-12);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the map has more targets than variables: a length or an area has no sign.
    pub fn signed(self) -> Result<Self, Error> {
        let (variables, targets) = (self.map.variables().len(), self.map.targets().len());
        if variables != targets {
            return Err(Misfit::NoSign { variables, targets }.into());
        }
        Ok(MappedRegion {
            is_signed: true,
            ..self
        })
    }

    /// The same where the integrands are the components of a field: their product with γ′, or with
    /// ∂φ/∂u × ∂φ/∂v, takes the place of that with the measure.
    pub(super) fn for_fields(self) -> Self {
        MappedRegion {
            is_signed: true,
            is_for_fields: true,
            ..self
        }
    }

    /// Whether det J keeps its sign.
    pub fn is_signed(&self) -> bool {
        self.is_signed
    }

    /// The same with Cauchy's principal value in the place of integrals that do not exist, since they
    /// have a pole where a variable is this number: what lies within ε on both sides of it is left
    /// out, and ε goes to 0.
    ///
    /// *Accuracy*: what is folded at the pole is known by its values alone, and its error is an
    /// estimate; that of the rest may be proven.
    ///
    /// ```
    /// use pullback::{Map, Settings};
    /// let line = Map::parse("x = x")?.over("x = -1..2")?.principal_value("x", 0.0)?;
    /// let answer = line.integrate_text("1/x")?;
    /// assert!((answer.value - 2f64.ln()).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there is no such variable, or the number is not between constant limits of
    /// it.
    pub fn principal_value(self, variable: &str, at: f64) -> Result<Self, Error> {
        let axis = self.map.variables().iter().position(|v| v == variable);
        let misfit = || Misfit::PrincipalValue {
            variable: variable.to_owned(),
            at,
        };
        let axis = axis.ok_or_else(misfit)?;
        let (lo, hi) = self.confined.constant_limits_of(axis).ok_or_else(misfit)?;
        let (least, most) = (lo.min(hi), lo.max(hi));
        if !(at.is_finite() && least < at && at < most) {
            return Err(misfit().into());
        }
        let unit = unit_of(at, (least, most));
        Ok(MappedRegion {
            principal_value: Some((axis, unit)),
            ..self
        })
    }
}

impl Map {
    /// This map over a region of its variables: ready to integrate.
    ///
    /// Limits with names go to the variables of those names, and their order becomes that of the
    /// variables; limits without names go to the variables in order.
    ///
    /// ```
    /// use pullback::Map;
    /// let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?;
    /// // Nobody said that the variables are r and t, and the error says how to.
    /// let error = polar.over("r = 0..1, t = 0..2*pi").unwrap_err();
    /// assert!(error.to_string().contains(".named("), "{error}");
    /// let polar = polar.named(["r", "t"], ["x", "y"])?;
    /// assert!(polar.over("r = 0..1, t = 0..2*pi").is_ok());
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the region has other variables, or another number of them.
    pub fn over(&self, region: impl IntoRegion) -> Result<MappedRegion, Error> {
        let region = region.into_region()?;
        if region.dimension() != self.variables().len() {
            return Err(Misfit::Limits {
                given: region.dimension(),
                variables: self.variables().len(),
            }
            .into());
        }
        if self.targets().len() < self.variables().len() {
            return Err(Misfit::TooFewTargets {
                variables: self.variables().len(),
                targets: self.targets().len(),
            }
            .into());
        }
        let map = match region.named_variables() {
            Some(names) => self.with_order(names)?,
            None => self.clone(),
        };
        let conditions = Conditions::none(&Names {
            variables: map.variables(),
            targets: map.targets(),
            parameters: map.parameters(),
        });
        Ok(MappedRegion {
            map,
            confined: region.clone(),
            region,
            conditions,
            is_signed: false,
            is_for_fields: false,
            principal_value: None,
            without_value: None,
        })
    }
}

impl Domain for MappedRegion {
    fn variables(&self) -> &[String] {
        self.map.variables()
    }

    fn targets(&self) -> &[String] {
        self.map.targets()
    }

    fn parameters(&self) -> &Parameters {
        self.map.parameters()
    }

    fn formula(&self, target: usize) -> Option<String> {
        Some(self.map.text(target))
    }

    fn printed(&self, with_values: bool) -> Option<Printed> {
        let limits = (0..self.region.dimension()).flat_map(|i| self.region.text(i));
        let others: Vec<String> = limits.chain(self.conditions()).collect();
        self.map
            .printed(&self.confined.ranges(), &others, with_values)
    }

    fn determinant(&self) -> Option<(&'static str, String)> {
        let jacobian = self.map.jacobian().ok()?;
        let text = jacobian.determinant_within(&self.confined.ranges());
        Some((jacobian.determinant_name(), text))
    }

    fn principal_value(&self) -> Option<(usize, f64)> {
        self.principal_value
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        let mut warnings = integrands.warnings.clone();
        let mut of_limits = Vec::new();
        let part = self.part(integrands, &mut of_limits)?;
        if !self.is_signed {
            warnings.extend(of_limits);
        }
        match self.conditions.without_content() {
            Some(equation) => warnings.push(format!(
                "`{equation}` holds on a set without content, over which every integral is 0: what it \
                 describes is measured if it is given as an equation, `on` it"
            )),
            None => warnings.extend(self.of_conditions()?),
        }
        Ok(Pullback::of_part(part, warnings))
    }

    fn derivative<'a>(
        &'a self,
        integrands: &'a Integrands<'a>,
        parameters: &[&str],
    ) -> Result<Vec<Pullback<'a>>, Error> {
        if self.principal_value.is_some() {
            return Err(Misfit::NoDerivativeOfRegion.into());
        }
        self.derivative_by(integrands, parameters)
    }
}

/// Formulas of more nodes are not kept as they are written: values with more digits would take too long.
const MOST_WRITTEN: usize = 2_000;

/// Where boxes are looked at: off their middles, where a formula may lack a value at one point alone.
const OFF_CENTRE: f64 = 0.487_3;

/// A number with few digits, to name a place by.
fn rounded(x: f64) -> f64 {
    format!("{x:.2e}").parse().unwrap_or(x)
}

/// A value where a condition holds, and 0 elsewhere.
pub(super) fn part_where<'g>(holds: Option<Expr<'g>>, value: Expr<'g>) -> Expr<'g> {
    match holds {
        Some(holds) => holds.select(value, 0.0),
        None => value,
    }
}

impl MappedRegion {
    /// The size of a determinant, or with its sign if signs count; with the other one if an odd number
    /// of limits is swapped.
    fn sized<'g>(&self, determinant: Expr<'g>, is_swapped: bool) -> Expr<'g> {
        match (self.is_signed, is_swapped) {
            (false, _) => determinant.abs(),
            (true, false) => determinant,
            (true, true) => -determinant,
        }
    }

    /// Whether all conditions hold, as a formula; `None` where there are none.
    pub(super) fn holds<'g>(&self, graph: &'g Graph, inputs: &[Expr<'g>]) -> Option<Expr<'g>> {
        self.conditions.within(graph, inputs)
    }

    /// The integrands on the unit box, without what to say of them.
    pub(super) fn part<'f>(
        &self,
        integrands: &'f Integrands<'_>,
        of_limits: &mut Vec<String>,
    ) -> Result<Part<'f>, Error> {
        match &integrands.functions {
            Functions::Formulas(formulas) => self.part_of_formulas(formulas, of_limits),
            Functions::Code(outputs, code) => self.part_of_code(*outputs, code, of_limits),
        }
    }

    /// Where the unit box goes.
    pub(super) fn geometry(&self) -> Result<Geometry<'static>, Error> {
        let graph = Graph::new();
        let roots = Chart::new(&graph, &self.confined, &self.map, &mut Vec::new())?.roots();
        let n = self.map.variables().len();
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(n));
        self.geometry_of(arena, roots)
    }

    /// Where the unit box goes, from the formulas of a chart.
    fn geometry_of(&self, arena: Arena, roots: Vec<Id>) -> Result<Geometry<'static>, Error> {
        let geometry = Geometry::of_formulas(&self.map, arena, roots)?.signed(self.is_signed);
        let margins = self.conditions.margins();
        let parameters = self.map.parameters().values();
        // Of too many variables nothing is drawn.
        let margins = margins.and_then(|margins| AtPoints::new(&margins, parameters).ok());
        Ok(geometry.within(margins))
    }

    /// What to say of the conditions: where one has no value, and if they hold nowhere.
    pub(super) fn of_conditions(&self) -> Result<Vec<String>, Error> {
        const EMPTY: &str = "the conditions hold nowhere in the limits: the region is empty";
        const UNSEEN: &str =
            "no point was found at which the conditions hold: the region is empty or very small";
        if self.conditions.is_empty() {
            return Ok(Vec::new());
        }
        let n = self.map.variables().len();
        let graph = Graph::new();
        let holds = {
            let chart = Chart::new(&graph, &self.confined, &self.map, &mut Vec::new())?;
            self.conditions
                .within(&graph, &chart.inputs())
                .map(|e| e.id)
        };
        let (arena, holds) = simplify(&graph.into_arena(), holds.as_slice(), &unit_ranges(n));
        let emptiness = match search(&arena, &holds, n, 0.5) {
            Search::Found(_) => None,
            Search::Nowhere => Some(EMPTY),
            Search::Unseen => Some(UNSEEN),
        };
        let emptiness = emptiness.map(str::to_owned).into_iter();
        Ok(self
            .without_value
            .iter()
            .cloned()
            .chain(emptiness)
            .collect())
    }

    /// |det J| times the stretch of every limit, or with the signs of both.
    fn density<'g>(&self, chart: &Chart<'g>) -> Expr<'g> {
        match self.is_signed {
            true if self.is_for_fields => self.sized(chart.signed_stretch(), chart.is_swapped),
            true => self.sized(
                chart.determinant() * chart.signed_stretch(),
                chart.is_swapped,
            ),
            false => chart.density(),
        }
    }

    /// The values of integrands as they are, or the product of a field with the element of the curve or
    /// surface.
    fn contracted<'g>(
        &self,
        graph: &'g Graph,
        values: Vec<Expr<'g>>,
        inputs: &[Expr<'g>],
    ) -> Result<Vec<Expr<'g>>, Error> {
        if !self.is_for_fields {
            return Ok(values);
        }
        let element = self.map.jacobian()?.element(graph, inputs);
        let products = values.into_iter().zip(element).map(|(f, e)| f * e);
        Ok(products
            .reduce(|sum, product| sum + product)
            .into_iter()
            .collect())
    }

    /// Integrands times the measure on the unit box, where the conditions hold, and 0 elsewhere.
    pub(super) fn on_unit_box<'g>(
        &self,
        chart: &Chart<'g>,
        integrands: &Formulas,
    ) -> Result<Vec<Expr<'g>>, Error> {
        let graph = chart.graph();
        let density = self.density(chart);
        let inputs = chart.inputs();
        let values = integrands.within(graph, &inputs);
        let values = self.contracted(graph, values, &chart.inputs_of_map())?;
        let holds = self.conditions.within(graph, &inputs);
        let on_box = values.iter().map(|&f| match f.number() {
            // Whatever the integrand is where nothing is integrated.
            _ if chart.is_empty => graph.constant(0.0),
            Some(1.0) => part_where(holds, density),
            _ => part_where(holds, f * density),
        });
        Ok(on_box.collect())
    }

    /// Formulas on the unit box.
    fn part_of_formulas(
        &self,
        integrands: &Formulas,
        warnings: &mut Vec<String>,
    ) -> Result<Part<'static>, Error> {
        match self.confined_to_support(integrands) {
            Some(confined) => confined.part_on_unit_box(integrands, warnings),
            None => self.part_on_unit_box(integrands, warnings),
        }
    }

    /// Formulas on the unit box, between the limits as they are.
    fn part_on_unit_box(
        &self,
        integrands: &Formulas,
        warnings: &mut Vec<String>,
    ) -> Result<Part<'static>, Error> {
        let map = &self.map;
        let graph = Graph::new();
        let n = map.variables().len();
        let (roots, integrals) = {
            let chart = Chart::new(&graph, &self.confined, map, warnings)?;
            let values = self.on_unit_box(&chart, integrands)?;
            let mut roots = chart.roots();
            let integrals = roots.len()..roots.len() + values.len();
            roots.extend(values.iter().map(|f| f.id));
            (roots, integrals)
        };
        // All at once, so that what they share is simplified once.
        let written = graph.into_arena();
        let written_integrals = roots[integrals.clone()].to_vec();
        let (arena, roots) = simplify(&written, &roots, &unit_ranges(n));
        let names = map.variables().to_vec();
        if n > inputs::MOST {
            // Of so many variables nothing is known but values.
            let values = Wide::new(Program::for_blocks(&arena, &roots[integrals], n), names);
            let geometry = self.geometry_of(arena, roots)?;
            return Ok(Part::of_code(values, geometry));
        }
        let natural = self.natural(integrands, &[])?;
        let infinite = natural.as_ref().filter(|n| n.is_infinite());
        let integrals = &roots[integrals];
        // A variable that cancels does so before the limits are moved, and squares are completed.
        let (own, integrals) = match infinite.and_then(Natural::reduced) {
            Some(reduced) => reduced.on_unit_box(),
            None => with_squares(&arena, integrals, &unit_ranges(n))
                .unwrap_or_else(|| (arena.clone(), integrals.to_vec())),
        };
        let values = BoxFormulas::new(own, integrals, names)?;
        let values = match natural {
            Some(natural) => values.with_natural(natural),
            None => values,
        };
        let is_kept = written.nodes().len() <= MOST_WRITTEN;
        let values = match is_kept {
            true => values.with_written(written, written_integrals),
            false => values,
        };
        let geometry = self.geometry_of(arena, roots)?;
        Ok(Part::of_formulas(values, geometry))
    }

    /// The integrands times the measure in the variables, where these lie between constant limits:
    /// of one variable, or where some limits are infinite.
    ///
    /// With names of parameters, their derivatives by these, one behind the other; none where limits depend on
    /// them.
    pub(super) fn natural(
        &self,
        integrands: &Formulas,
        by: &[&str],
    ) -> Result<Option<Natural>, Error> {
        let Some(limits) = self.confined.constant_limits() else {
            return Ok(None);
        };
        let mut ends = limits.iter();
        let is_finite = ends.all(|(lo, hi)| lo.is_finite() && hi.is_finite());
        if is_finite && (limits.len() != 1 || limits[0].0 == limits[0].1) {
            return Ok(None);
        }
        let map = &self.map;
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let variables = (0..limits.len()).map(|i| graph.input(i));
            let at = |k: usize| graph.input(limits.len() + k);
            let moving: Vec<(&str, Expr<'_>)> = distinct(by)
                .enumerate()
                .map(|(k, name)| (name, at(k)))
                .collect();
            let moved = map.parameters().with_moving(&moving);
            let parameters = moved.unwrap_or_else(|| {
                let parameters = map.parameters().values().iter();
                parameters.map(|&value| graph.constant(value)).collect()
            });
            let parameters = parameters.into_iter();
            let inputs: Vec<Expr<'_>> = variables.clone().chain(parameters.clone()).collect();
            let targets = map.formulas().within(&graph, &inputs);
            let measure = match self.is_for_fields {
                true => graph.constant(1.0),
                false => map.jacobian()?.measure().within(&graph, &inputs)[0],
            };
            let measure = self.sized(measure, self.confined.has_swapped_limits());
            let all: Vec<Expr<'_>> = variables.chain(targets).chain(parameters).collect();
            let values = integrands.within(&graph, &all);
            let values = self.contracted(&graph, values, &inputs)?;
            let holds = self.conditions.within(&graph, &all);
            let values = values.iter().map(|&f| part_where(holds, f * measure).id);
            values.collect()
        };
        let values = distinct(by).map(|name| self.parameter(name));
        let Some(values) = values
            .collect::<Option<Vec<f64>>>()
            .filter(|v| !v.is_empty())
        else {
            return Ok(Some(Natural::as_written(graph, roots, limits)));
        };
        let beside = values.iter().map(|value| beside(*value));
        let around: Vec<_> = limits.iter().copied().chain(beside).collect();
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &around);
        let (arena, roots) = derivatives(arena, roots, limits.len(), by)?;
        let (graph, roots) = at_values(&arena, &roots, limits.len(), &values);
        Ok(Some(Natural::as_written(graph, roots, limits)))
    }

    /// Code on the unit box.
    fn part_of_code<'f>(
        &self,
        outputs: usize,
        integrand: &'f Code<'f>,
        warnings: &mut Vec<String>,
    ) -> Result<Part<'f>, Error> {
        let map = &self.map;
        let (n, m) = (map.variables().len(), map.targets().len());
        let graph = Graph::new();
        let (program, roots, is_empty, holds) = {
            let chart = Chart::new(&graph, &self.confined, map, warnings)?;
            let density = self.density(&chart);
            let holds = self.conditions.within(&graph, &chart.inputs());
            let density = part_where(holds, density);
            let element = match self.is_for_fields {
                true => map.jacobian()?.element(&graph, &chart.inputs_of_map()),
                false => Vec::new(),
            };
            let results: Vec<Expr<'_>> = [&chart.targets[..], &[density], &element].concat();
            (
                compiled(&graph, &results, n)?,
                chart.roots(),
                chart.is_empty,
                holds.map(|holds| holds.select(1.0, 0.0).id),
            )
        };
        let holds = holds.map(|holds| {
            let (arena, roots) = graph.read(|arena| simplify(arena, &[holds], &unit_ranges(n)));
            Formulas {
                inputs: Vec::new(),
                arena,
                roots,
            }
        });
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(n));
        let geometry = self.geometry_of(arena, roots)?;
        // What the code does outside does not matter, so it is not asked.
        let is_part = !self.conditions.is_empty();
        let is_for_fields = self.is_for_fields;
        let (scratch, outputs) = match is_for_fields {
            true => (outputs, 1),
            false => (0, outputs),
        };
        let values = PerNode::new(program, outputs, scratch, move |chart, scratch, out| {
            if is_empty || (is_part && chart[m] == 0.0) {
                out.fill(0.0);
                return;
            }
            if is_for_fields {
                integrand(&chart[..m], scratch);
                let products = scratch.iter().zip(&chart[m + 1..]);
                out[0] = products.map(|(f, e)| f * e).sum::<f64>() * chart[m];
                return;
            }
            integrand(&chart[..m], out);
            out.iter_mut().for_each(|value| *value *= chart[m]);
        });
        let values = values.named(map.variables());
        match holds {
            Some(holds) => Ok(Part::of_code(Conditioned::new(values, holds), geometry)),
            None => Ok(Part::of_code(values, geometry)),
        }
    }
}
