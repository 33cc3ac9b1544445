//! The solution of a map that is given the other way round, by algebra, and whether it is right.

use super::inverse_map::InverseMap;
use super::map::Map;
use super::mapped_region::MappedRegion;
use super::region::Region;
use super::unit_limits::Limits;
use crate::elementary::{Binary, Unary};
use crate::equations::branch::{Branch, Obstacle};
use crate::equations::closed_form::{Question, solved};
use crate::equations::newton::Known;
use crate::equations::system::System;
use crate::error::Error;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Expr, Graph, Id, Node};
use crate::expr::operator::{ALL, Range};
use crate::expr::simplify::simplify;
use crate::expr::{derive, determinant};
use crate::scatter::Scatter;

/// Scattered points at which a solution is checked.
pub(super) const CHECKS: usize = 100;

/// Roundings that a solution may lose: a few hundred, so that no more than three digits are lost.
const ROUNDINGS: f64 = 1024.0;

/// Roundings by which a solution may differ from the branch, where Newton's method loses none: a
/// formula that loses more loses digits that others keep.
const LOST: f64 = 64.0;

/// A solution and a branch that is less exact agree if they differ by less than this part of the unknowns.
const SAME: f64 = 1e-6;

/// The solution by algebra, if there is one that is right.
pub(super) fn algebra(
    inverse: &InverseMap,
    region: &Region,
    system: &System,
    limits: &Limits,
    near: &[f64],
    branch: &Result<Branch, Obstacle>,
) -> Result<Option<MappedRegion>, Error> {
    if matches!(branch, Err(Obstacle::Meeting(..) | Obstacle::Singular(_))) {
        return Ok(None);
    }
    let a = inverse.parameters().values();
    let u = system.at(near);
    let guessed: Vec<Range> = match branch {
        Ok(branch) => (0..system.n).map(|j| range_of(branch, j)).collect(),
        Err(_) => vec![ALL; system.n],
    };
    let names = inverse
        .variables()
        .iter()
        .chain(inverse.parameters().names());
    let question = Question {
        formulas: inverse.formulas(),
        at: [near, &u, a],
        ranges: [&guessed, &limits.ranges],
        names: names.cloned().collect(),
    };
    let mut accept = |found: &Formulas| {
        let check = Check {
            found,
            system,
            limits,
            constants: a,
        };
        check.is_passed(near, branch.as_ref().ok())
    };
    let Some(found) = solved(&question, &mut accept) else {
        return Ok(None);
    };
    let map = Map::from_formulas(
        inverse.variables().to_vec(),
        inverse.targets().to_vec(),
        inverse.parameters().clone(),
        found,
    )?;
    let by_equations = map
        .clone()
        .with_determinant(determinant(inverse, &map, limits)?);
    let is_shorter = by_equations.jacobian()?.cost() < map.jacobian()?.cost();
    let map = if is_shorter { by_equations } else { map };
    map.over(region).map(Some)
}

/// det ∂x/∂u as 1/det ∂g/∂x at the solution, in which whatever an equation says is put for what it says
/// it of.
fn determinant(inverse: &InverseMap, map: &Map, limits: &Limits) -> Result<Formulas, Error> {
    let n = inverse.targets().len();
    let equations = inverse.formulas();
    let graph = Graph::from_arena(equations.arena.clone());
    let roots: Vec<Id> = {
        let values: Vec<Expr<'_>> = equations.roots.iter().map(|&id| graph.expr(id)).collect();
        let matrix = derive::jacobian(&values, n)?;
        let measure = determinant::determinant(&graph, &matrix);
        let values = values.iter().map(|e| e.id);
        values.chain([measure.id]).collect()
    };
    let (arena, roots) = simplify(&graph.into_arena(), &roots, &[]);
    let inputs = map.formulas().inputs.clone();
    let built = Formulas::build(inputs, |graph, inputs| {
        let targets = map.formulas().within(graph, inputs);
        let all = [&targets[..], &inputs[n..]].concat();
        let measure = graph.import_replacing(&arena, &roots[n..], &all, |id, _| {
            let equation = roots[..n].iter().position(|root| *root == id);
            equation.map(|i| inputs[i])
        })[0];
        Ok::<_, Error>(vec![reciprocal(measure)])
    })?;
    let constants = map
        .parameters()
        .values()
        .iter()
        .map(|&value| (value, value));
    let ranges: Vec<Range> = limits.ranges.iter().copied().chain(constants).collect();
    let (arena, roots) = simplify(&built.arena, &built.roots, &ranges);
    Ok(Formulas {
        arena,
        roots,
        ..built
    })
}

/// The sign of an unknown on a branch, as a range.
fn range_of(branch: &Branch, j: usize) -> Range {
    let values = || branch.points().filter_map(|(_, known)| Some(known?.x[j]));
    match (values().all(|x| x > 0.0), values().all(|x| x < 0.0)) {
        (true, _) => (0.0, f64::INFINITY),
        (_, true) => (f64::NEG_INFINITY, 0.0),
        _ => ALL,
    }
}

/// A check of a candidate.
struct Check<'c> {
    found: &'c Formulas,
    system: &'c System,
    limits: &'c Limits,
    constants: &'c [f64],
}

impl Check<'_> {
    fn at(&self, u: &[f64]) -> Vec<f64> {
        self.found.values(&[u, self.constants].concat())
    }

    /// Whether the candidate is the branch.
    fn is_passed(&self, near: &[f64], branch: Option<&Branch>) -> bool {
        let sign = self
            .system
            .compared(near, &self.system.at(near), ROUNDINGS)
            .1;
        // Formulas for angles may go on where the point is beyond their cut: there the branch decides.
        let Some(branch) = branch else {
            let x = self.at(&self.system.at(near));
            return is_near(&x, near, &vec![SAME; near.len()]) && self.solves_scattered(None, sign);
        };
        for (u, known) in branch.points() {
            let x = self.at(u);
            let agrees = match known {
                Some(known) => is_near(&x, &known.x, &self.allowed(u, known)),
                None => x.iter().any(|x| !x.is_finite()) || self.solves(&x, u, sign),
            };
            if !agrees {
                return false;
            }
        }
        self.solves_scattered(Some(branch), sign)
    }

    /// How far a solution may be from a known one, as a part of the largest unknown: what so many
    /// roundings move. Where the known one is less exact, so may be the other.
    fn allowed(&self, u: &[f64], known: &Known) -> Vec<f64> {
        let least = f64::MIN_POSITIVE;
        let largest = known.x.iter().fold(least, |most, x| most.max(x.abs()));
        match self.system.compared(&known.x, u, LOST).0 {
            true => {
                let moved = known.moved(u).into_iter();
                let part = moved.map(|moved| LOST * f64::EPSILON * (1.0 + moved / largest));
                part.collect()
            }
            false => vec![SAME; u.len()],
        }
    }

    /// Whether the equations hold at scattered points, but for some at which there is no value if the
    /// branch ends.
    fn solves_scattered(&self, branch: Option<&Branch>, sign: f64) -> bool {
        let has_ends = branch.is_some_and(|branch| branch.ends().next().is_some());
        let scatter = Scatter::roots(self.system.n);
        (1..=CHECKS).all(|k| {
            let u = self.limits.at(&scatter.point(k));
            let x = self.at(&u);
            self.solves(&x, &u, sign) || (has_ends && x.iter().any(|x| !x.is_finite()))
        })
    }

    /// Whether the equations hold to round-off, and the determinant has the sign of another.
    fn solves(&self, x: &[f64], u: &[f64], sign: f64) -> bool {
        let (agrees, determinant) = self.system.compared(x, u, ROUNDINGS);
        agrees && determinant * sign > 0.0
    }
}

/// Whether two points differ by no more than these parts of the largest coordinate.
fn is_near(x: &[f64], other: &[f64], parts: &[f64]) -> bool {
    let largest = other.iter().fold(0.0f64, |most, x| most.max(x.abs()));
    let mut pairs = x.iter().zip(other).zip(parts);
    pairs.all(|((a, b), part)| (a - b).abs() <= part * largest)
}

/// 1/x, which of a quotient is the other quotient: where its divisor is zero, that is no pole.
fn reciprocal(x: Expr<'_>) -> Expr<'_> {
    let graph = x.graph;
    match graph.node(x.id) {
        Node::Binary(Binary::Div, above, below) => graph.expr(below) / graph.expr(above),
        Node::Unary(Unary::Neg, operand) => -reciprocal(graph.expr(operand)),
        _ => 1.0 / x,
    }
}
