//! The inverse of a map over limits: one branch of it, and its image.
//!
//! 1. Follow the branch from the point near it over the region of the variables.
//! 2. Look for a solution by algebra. It is accepted if it agrees with the branch, if it solves the
//!    equations at scattered points, and if the determinant keeps its sign; then the region is that of a
//!    map like any other.
//! 3. Else every node is solved for by Newton's method.

use super::conditions::Conditions;
use super::domain::{self, Domain};
use super::geometry::Geometry;
use super::integrands::{Functions, Integrands, Names};
use super::inverse_map::InverseMap;
use super::limits::IntoRegion;
use super::map::Map;
use super::mapped_region::MappedRegion;
use super::parameters::Parameters;
use super::per_node::{OnResults, PerNode};
use super::printed::Printed;
use super::pullback::{Part, Pullback};
use super::region::Region;
use super::solution::{CHECKS, algebra};
use super::unit_limits::Limits;
use crate::equations::branch::{Branch, Obstacle};
use crate::equations::on_unit_box::OnUnitBox;
use crate::equations::start;
use crate::equations::system::System;
use crate::error::{Error, InverseFault, Misfit};
use crate::expr::graph::{Expr, Graph, Id};
use crate::program::Program;
use crate::scatter::Scatter;

/// The most points that are looked for where none is given.
const MOST_POINTS: usize = 6;

/// One branch of the inverse of a map, and the region of its variables.
#[derive(Clone, Debug)]
pub struct InverseRegion {
    inverse: InverseMap,
    region: Region,
    solution: Solution,
    /// The part that is meant; a solution by formulas knows it too.
    conditions: Conditions,
    /// Points of the region where the branch does not exist, if there are any: variables, and the last
    /// point on the way to them with the determinant of the equations.
    ends: Vec<(Vec<f64>, Vec<f64>, f64)>,
    is_signed: bool,
    /// What was noticed on the way.
    warnings: Vec<String>,
    /// What was noticed of the limits; not said where signs count.
    of_limits: Vec<String>,
}

/// How the targets follow from the variables.
#[derive(Clone, Debug)]
enum Solution {
    Formulas(Box<MappedRegion>),
    Branch(Box<Branch>),
}

/// Names with values.
fn paired(names: &[String], values: &[f64]) -> Vec<(String, f64)> {
    names.iter().cloned().zip(values.iter().copied()).collect()
}

fn fault(fault: InverseFault) -> Error {
    Misfit::Inverse(fault).into()
}

impl InverseMap {
    /// The branch over a region of the variables: ready to integrate.
    ///
    /// Where no point near the branch is given, one is looked for; what has several is refused, unless
    /// one of them has positive coordinates alone, which is then taken, with a warning.
    ///
    /// *Accuracy*: where the equations are solved by algebra, as for the map of the solution; errors
    /// may be proven. Elsewhere every node solves the equations to rounding, and errors are estimates.
    ///
    /// # Errors
    /// [`Error::Shape`] if the region has other variables, no point is found near the branch or several
    /// are, the branch does not reach the region, or two branches meet in it.
    pub fn over(&self, region: impl IntoRegion) -> Result<InverseRegion, Error> {
        InverseRegion::new(self, region.into_region()?)
    }
}

impl InverseRegion {
    fn new(inverse: &InverseMap, region: Region) -> Result<Self, Error> {
        if region.dimension() != inverse.variables().len() {
            return Err(Misfit::Limits {
                given: region.dimension(),
                variables: inverse.variables().len(),
            }
            .into());
        }
        let inverse = match region.named_variables() {
            Some(names) => inverse.clone().with_order(names)?,
            None => inverse.clone(),
        };
        let mut of_limits = Vec::new();
        let limits = Limits::of(&region, inverse.variables(), &mut of_limits)?;
        let system = System::new(inverse.formulas(), inverse.parameters().values())?;
        let mut warnings = Vec::new();
        let near = near_point(&inverse, &system, &limits, &mut warnings)?;
        let branch = Branch::through(system.clone(), limits.chart.clone(), &near);
        let mut ends = match &branch {
            Ok(branch) => branch.ends().collect(),
            Err(_) => Vec::new(),
        };
        let solution = match algebra(&inverse, &region, &system, &limits, &near, &branch)? {
            Some(mapped) => Solution::Formulas(Box::new(mapped)),
            None => Solution::Branch(Box::new(
                branch.map_err(|obstacle| obstructed(&inverse, &near, obstacle))?,
            )),
        };
        if let Solution::Formulas(mapped) = &solution {
            let is_there = |x: Vec<f64>| x.iter().all(|x| x.is_finite());
            ends.retain(|(u, ..)| !mapped.map().at(u).is_ok_and(is_there));
        }
        let is_continued = match &solution {
            Solution::Branch(branch) => branch.is_continued(),
            Solution::Formulas(mapped) => is_continued(&inverse, mapped, &limits),
        };
        if is_continued {
            warnings.push(CONTINUED.to_owned());
        }
        let conditions = Conditions::none(&Names {
            variables: inverse.variables(),
            targets: inverse.targets(),
            parameters: inverse.parameters(),
        });
        Ok(InverseRegion {
            inverse,
            region,
            solution,
            conditions,
            is_signed: false,
            ends,
            warnings,
            of_limits,
        })
    }

    /// The map that was inverted.
    pub fn inverse(&self) -> &InverseMap {
        &self.inverse
    }

    /// The region of the variables.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The targets as formulas of the variables, if algebra solves the equations.
    pub fn map(&self) -> Option<&Map> {
        self.mapped().map(MappedRegion::map)
    }

    /// The region with its map, if algebra solves the equations.
    pub fn mapped(&self) -> Option<&MappedRegion> {
        match &self.solution {
            Solution::Formulas(mapped) => Some(mapped),
            Solution::Branch(_) => None,
        }
    }

    /// The part of the region where conditions hold, as [`MappedRegion::where_`].
    ///
    /// ```
    /// use pullback::Map;
    /// // Where 1 ≤ xy ≤ 2 and 1 ≤ y/x ≤ 4, only the part below y = 2.
    /// let whole = Map::inverse("u = x*y, v = y/x")?.near([1.0, 1.0])?.over("u = 1..2, v = 1..4")?;
    /// let below = whole.where_("y <= 2")?.measure()?;
    /// // y = √(uv), so that v ≤ 4/u: ∫₁² ln(4/u)/2 du = 1/2.
    /// assert!((below.value - 0.5).abs() < 1e-12);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn where_(mut self, conditions: &str) -> Result<Self, Error> {
        let more = Conditions::parse(conditions, &domain::names(&self))?;
        self.conditions = self.conditions.and(&more);
        if let Solution::Formulas(mapped) = self.solution {
            self.solution = Solution::Formulas(Box::new(mapped.where_(conditions)?));
        }
        Ok(self)
    }

    /// The conditions that hold in the part of the region that is meant, as texts.
    pub fn conditions(&self) -> Vec<String> {
        self.conditions.texts()
    }

    /// The same with det J in the place of |det J|, and limits with their sign.
    ///
    /// # Errors
    /// None: there are as many targets as variables.
    pub fn signed(mut self) -> Result<Self, Error> {
        self.is_signed = true;
        if let Solution::Formulas(mapped) = self.solution {
            self.solution = Solution::Formulas(Box::new(mapped.signed()?));
        }
        Ok(self)
    }

    /// The same with the principal value where a variable is a number, as
    /// [`MappedRegion::principal_value`].
    ///
    /// # Errors
    /// [`Error::Shape`] if there is no such variable, the number is not between constant limits of it, or
    /// algebra does not solve the equations.
    pub fn principal_value(mut self, variable: &str, at: f64) -> Result<Self, Error> {
        let Solution::Formulas(mapped) = self.solution else {
            return Err(Misfit::PrincipalValue {
                variable: variable.to_owned(),
                at,
            }
            .into());
        };
        let mapped = mapped.principal_value(variable, at)?;
        self.solution = Solution::Formulas(Box::new(mapped));
        Ok(self)
    }

    /// Whether det J keeps its sign.
    pub fn is_signed(&self) -> bool {
        self.is_signed
    }
}

/// What to say where an angle leaves the values of its function.
const CONTINUED: &str = "the limits go beyond the values of the function that gives an angle: the angle is \
                         continued by whole turns";

/// Whether a solution by formulas gives the variables only up to periods.
fn is_continued(inverse: &InverseMap, mapped: &MappedRegion, limits: &Limits) -> bool {
    let scatter = Scatter::roots(limits.ranges.len());
    (1..=CHECKS).any(|k| {
        let u = limits.at(&scatter.point(k));
        let Ok(x) = mapped.map().at(&u) else {
            return false;
        };
        let Ok(values) = inverse.at(&x) else {
            return false;
        };
        let mut pairs = values.iter().zip(&u);
        pairs.any(|(g, u)| (g - u).abs() > 0.1 * (1.0 + u.abs()))
    })
}

/// The point near the branch: the one that was given, or one that is found.
fn near_point(
    inverse: &InverseMap,
    system: &System,
    limits: &Limits,
    warnings: &mut Vec<String>,
) -> Result<Vec<f64>, Error> {
    if let Some(point) = inverse.point() {
        return Ok(point.to_vec());
    }
    // The middle may lie where a symmetry makes the system singular; a place beside it does not.
    let u = limits.at(&Scatter::roots(system.n).point(1));
    let mut points = start::points(system, &u, MOST_POINTS);
    let variables = paired(inverse.variables(), &u);
    if points.len() > 1 {
        let is_positive = |point: &&Vec<f64>| point.iter().all(|x| *x > 0.0);
        let positive: Vec<Vec<f64>> = points.iter().filter(is_positive).cloned().collect();
        let named = points.iter().map(|point| paired(inverse.targets(), point));
        let [only] = &positive[..] else {
            return Err(fault(InverseFault::SeveralPoints {
                variables,
                points: named.collect(),
            }));
        };
        let names = inverse.targets().join(", ");
        warnings.push(format!(
            "there are several branches, and no point says which is meant: the one with positive \
             {names} is taken"
        ));
        points = vec![only.clone()];
    }
    points.pop().ok_or_else(|| {
        fault(InverseFault::NoPoint {
            variables,
            targets: inverse.targets().to_vec(),
        })
    })
}

/// The error of a branch that does not reach over the region.
fn obstructed(inverse: &InverseMap, near: &[f64], obstacle: Obstacle) -> Error {
    let (variables, targets) = (inverse.variables(), inverse.targets());
    fault(match obstacle {
        Obstacle::Singular(determinant) => InverseFault::Singular {
            near: paired(targets, near),
            determinant,
        },
        Obstacle::Unreached(u, last) => InverseFault::Unreached {
            variables: paired(variables, &u),
            targets: paired(targets, &last.x),
            determinant: last.determinant,
        },
        Obstacle::Meeting(u, last) => InverseFault::Meet {
            variables: paired(variables, &u),
            targets: paired(targets, &last.x),
        },
    })
}

impl Domain for InverseRegion {
    fn variables(&self) -> &[String] {
        self.inverse.variables()
    }

    fn targets(&self) -> &[String] {
        self.inverse.targets()
    }

    fn parameters(&self) -> &Parameters {
        self.inverse.parameters()
    }

    fn formula(&self, target: usize) -> Option<String> {
        self.mapped().and_then(|mapped| mapped.formula(target))
    }

    fn printed(&self, with_values: bool) -> Option<Printed> {
        self.mapped().and_then(|mapped| mapped.printed(with_values))
    }

    fn determinant(&self) -> Option<(&'static str, String)> {
        self.mapped().and_then(Domain::determinant)
    }

    fn principal_value(&self) -> Option<(usize, f64)> {
        self.mapped().and_then(Domain::principal_value)
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        self.check_ends()?;
        match &self.solution {
            Solution::Formulas(mapped) => {
                Ok(mapped.pull_back(integrands)?.with_warnings(&self.warnings))
            }
            Solution::Branch(branch) => self.part_of_branch(branch, integrands),
        }
    }

    fn derivative<'a>(
        &'a self,
        integrands: &'a Integrands<'a>,
        parameters: &[&str],
    ) -> Result<Vec<Pullback<'a>>, Error> {
        match &self.solution {
            Solution::Formulas(mapped) => mapped.derivative(integrands, parameters),
            Solution::Branch(_) => Err(Misfit::NoDerivativeOfRegion.into()),
        }
    }
}

impl InverseRegion {
    /// Refuses a branch that ends where the conditions may hold.
    fn check_ends(&self) -> Result<(), Error> {
        let n = self.variables().len();
        let constants = self.parameters().values();
        let [of_variables, _] = self.conditions.parted(n, n);
        for (u, last, determinant) in &self.ends {
            let unknown = vec![f64::NAN; n];
            if of_variables.hold(&[&u[..], &unknown, constants].concat()) {
                return Err(fault(InverseFault::Ends {
                    variables: paired(self.variables(), u),
                    targets: paired(self.targets(), last),
                    determinant: *determinant,
                }));
            }
        }
        Ok(())
    }

    /// Results of formulas on what is known at a node: `build` gets the variables, targets and
    /// parameters, det J and the weight of a value, and makes of them what is wanted.
    fn program(
        &self,
        n: usize,
        is_swapped: bool,
        build: impl for<'g> FnOnce(&'g Graph, &[Expr<'g>], Expr<'g>, &Weight<'g>) -> Vec<Expr<'g>>,
    ) -> Result<Program, Error> {
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let at_node = (0..n).chain(n + 1..2 * n + 1).map(|i| graph.input(i));
            let constants = self.parameters().values().iter();
            let constants = constants.map(|&value| graph.constant(value));
            let inputs: Vec<Expr<'_>> = at_node.chain(constants).collect();
            let others = [2 * n + 1, n, 2 * n + 2];
            let [determinant, stretch, found] = others.map(|k| graph.input(k));
            let density = determinant * stretch;
            let density = match (self.is_signed, is_swapped) {
                (false, _) => density.abs(),
                (true, false) => density,
                (true, true) => -density,
            };
            let conditions = self.conditions.parted(n, n);
            let [of_variables, of_targets] =
                conditions.each_ref().map(|c| c.within(&graph, &inputs));
            let weight = Weight {
                density,
                found,
                of_variables,
                of_targets,
            };
            let built = build(&graph, &inputs, determinant, &weight);
            built.iter().map(|e| e.id).collect()
        };
        Program::new(&graph.into_arena(), &roots, 2 * n + 3)
    }

    fn part_of_branch<'a>(
        &'a self,
        branch: &'a Branch,
        integrands: &'a Integrands<'a>,
    ) -> Result<Pullback<'a>, Error> {
        let n = branch.dimension();
        let names = self.variables();
        let limits = Limits::of(&self.region, names, &mut Vec::new())?;
        let on_box = |keeps_last| OnUnitBox::new(branch, names, keeps_last);
        let points = self.program(n, false, |_, inputs, determinant, _| {
            [&inputs[..2 * n], &[determinant]].concat()
        })?;
        let determinant = self.program(n, false, |_, _, determinant, _| vec![determinant])?;
        let geometry = Geometry::of_code(
            names.to_vec(),
            self.targets().to_vec(),
            OnResults::new(on_box(true), points),
            OnResults::new(on_box(true), determinant),
            limits.stretches,
        )
        .signed(self.is_signed);
        let swapped = limits.is_swapped;
        let part = match &integrands.functions {
            Functions::Formulas(formulas) => {
                let program = self.program(n, swapped, |graph, inputs, _, weight| {
                    let values = formulas.within(graph, inputs).into_iter();
                    values.map(|value| weight.times(value)).collect()
                })?;
                Part::of_code(OnResults::new(on_box(false), program), geometry)
            }
            Functions::Code(outputs, code) => {
                let program = self.program(n, swapped, |graph, inputs, _, weight| {
                    [&inputs[n..2 * n], &[weight.times(graph.constant(1.0))]].concat()
                })?;
                let inner = OnResults::new(on_box(false), program);
                let values = PerNode::new(inner, *outputs, 0, move |node, _, out| {
                    let weight = node[n];
                    if weight == 0.0 || weight.is_nan() {
                        out.fill(weight);
                        return;
                    }
                    code(&node[..n], out);
                    out.iter_mut().for_each(|value| *value *= weight);
                });
                Part::of_code(values.named(names), geometry)
            }
        };
        let mut warnings = [&integrands.warnings[..], &self.warnings].concat();
        if !self.is_signed {
            warnings.extend_from_slice(&self.of_limits);
        }
        Ok(Pullback::of_part(part, warnings))
    }
}

/// What a value counts at a node.
struct Weight<'g> {
    /// det J and the stretch of the limits.
    density: Expr<'g>,
    /// Whether the branch is there.
    found: Expr<'g>,
    of_variables: Option<Expr<'g>>,
    of_targets: Option<Expr<'g>>,
}

impl<'g> Weight<'g> {
    fn times(&self, value: Expr<'g>) -> Expr<'g> {
        let value = match value.number() {
            Some(1.0) => self.density,
            _ => value * self.density,
        };
        // Where the branch ends nothing can be said of conditions on the targets.
        let value = part_where(self.of_targets, value);
        let value = self.found.select(value, f64::NAN);
        part_where(self.of_variables, value)
    }
}

/// A value where a condition holds, and 0 elsewhere.
fn part_where<'g>(holds: Option<Expr<'g>>, value: Expr<'g>) -> Expr<'g> {
    match holds {
        Some(holds) => holds.select(value, 0.0),
        None => value,
    }
}
