//! The derivative of an integral by a parameter: of the map, of limits, of conditions and of the integrand.
//!
//! 1. On the unit box the integrand F(w; a), with the map, its determinant and the limits in it, has no
//!    limits that move: d/da ∫ F dw = ∫ ∂F/∂a dw where F does not jump.
//! 2. Where a condition g(w; a) < 0 switches, F jumps by J, the difference of its two branches, and the place
//!    of the jump moves with the velocity −(∂g/∂a)/|∇g|: add ∫ J·(−∂g/∂a)/|∇g| dS over g = 0, an integral
//!    over a level set in the unit box.
//! 3. Kinks add nothing.
//!
//! O. Reynolds, "The sub-mechanics of the universe", Cambridge (1903), section 14; H. Flanders,
//! "Differentiation under the integral sign", Amer. Math. Monthly 80 (1973) 615–627.

use super::chart::Chart;
use super::geometry::Geometry;
use super::integrands::{Functions, Integrands};
use super::map::Map;
use super::mapped_region::MappedRegion;
use super::pullback::{Part, Pullback};
use crate::analysis::box_formulas::BoxFormulas;
use crate::analysis::level_formulas::{LevelFormulas, OnLevels};
use crate::analysis::natural::Natural;
use crate::elementary::{Binary, Unary};
use crate::error::{Error, Misfit};
use crate::expr::bounds::ranges::Ranges;
use crate::expr::derive;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::simplify::{simplify, with_squares};
use crate::scatter::Scatter;

/// Numbers near the value of a parameter: what has one sign there has it at the value and beside it.
pub(super) fn beside(value: f64) -> Range {
    let width = 1e-9 * value.abs().max(f64::MIN_POSITIVE);
    (value - width, value + width)
}

/// The derivatives of formulas by an input, at a value of it.
pub(super) fn derivatives_at(
    arena: Arena,
    roots: &[Id],
    input: usize,
    value: f64,
) -> Result<(Graph, Vec<Id>), Error> {
    let graph = Graph::from_arena(arena);
    let slopes: Vec<Id> = {
        let outputs: Vec<_> = roots.iter().map(|&id| graph.expr(id)).collect();
        let slopes = derive::partial(&graph, &outputs, input)?.into_iter();
        let zero = graph.constant(0.0);
        slopes.map(|slope| slope.unwrap_or(zero).id).collect()
    };
    Ok(at_value(&graph.into_arena(), &slopes, input, value))
}

/// Formulas with a number for an input.
fn at_value(arena: &Arena, roots: &[Id], input: usize, value: f64) -> (Graph, Vec<Id>) {
    let graph = Graph::new();
    let roots = {
        let mut inputs: Vec<Expr<'_>> = (0..input).map(|i| graph.input(i)).collect();
        inputs.push(graph.constant(value));
        let copies = graph.import(arena, roots, &inputs);
        copies.iter().map(|e| e.id).collect()
    };
    (graph, roots)
}

/// A place where formulas may jump, and which moves: g = 0.
struct Switch {
    /// The node that switches.
    node: Id,
    /// What the node is on either side: where g < 0, and where g > 0.
    sides: [f64; 2],
    /// g is the first less the second.
    level: [Option<Id>; 2],
}

/// The places where formulas switch and that an input moves.
///
/// # Errors
/// [`Error::Shape`] if there are steps without end.
fn switches(arena: &Arena, roots: &[Id], input: usize, name: &str) -> Result<Vec<Switch>, Error> {
    let needed = arena.needed(roots);
    let reached = inputs::of_nodes(arena);
    let mut found = Vec::new();
    for (index, node) in arena.nodes().iter().enumerate() {
        // What depends on no coordinate is on one side all over the box.
        let moves = reached[index] >> input & 1 == 1 && reached[index] & !(1 << input) != 0;
        if !needed[index] || !moves {
            continue;
        }
        let node_id = Id::at(index);
        let switch = |sides, level| Switch {
            node: node_id,
            sides,
            level,
        };
        match *node {
            Node::Binary(Binary::Lt | Binary::Le, x, y) => {
                found.push(switch([1.0, 0.0], [Some(x), Some(y)]));
            }
            Node::Unary(Unary::Sign, x) => found.push(switch([-1.0, 1.0], [Some(x), None])),
            Node::Unary(Unary::Heaviside, x) => found.push(switch([0.0, 1.0], [Some(x), None])),
            Node::Unary(Unary::Floor | Unary::Ceil, _) => {
                let parameter = name.to_owned();
                return Err(Misfit::MovingSteps { parameter }.into());
            }
            _ => {}
        }
    }
    Ok(found)
}

/// How much of the speed of a level may be left where that is a multiple of the level, but for rounding.
const NEGLIGIBLE: f64 = 1e-13;

/// Points at which a level is compared with its speed.
const POINTS: usize = 16;

/// Whether the zeros of a level stay where they are, since its slope by the parameter, which is input n, is
/// a multiple of the level: bounds of the difference show it.
fn stays<'g>(graph: &'g Graph, level: Expr<'g>, speed: Expr<'g>, n: usize, value: f64) -> bool {
    let scattered = Scatter::roots(n);
    let points = (1..=POINTS).map(|k| [&scattered.point(k)[..], &[value]].concat());
    let pairs = points.map(|point| (level.value(&point), speed.value(&point)));
    let pairs: Vec<(f64, f64)> = pairs.filter(|(g, s)| (g * s).is_finite()).collect();
    let farther = |a: (f64, f64), b: (f64, f64)| if b.0.abs() > a.0.abs() { b } else { a };
    let Some((g, s)) = pairs.iter().copied().reduce(farther) else {
        return false;
    };
    let difference = (speed - level * (s / g)).id;
    let (arena, roots) = graph.read(|arena| {
        let (at, root) = at_value(arena, &[difference], n, value);
        simplify(&at.into_arena(), &root, &unit_ranges(n))
    });
    let Some(mut ranges) = Ranges::new(&arena, &roots, n) else {
        return false;
    };
    ranges.turn_to(unit_ranges(n).into_iter());
    let size = pairs.iter().fold(0.0f64, |size, (_, s)| size.max(s.abs()));
    ranges.of(0).defined && ranges.of(0).values.largest() <= NEGLIGIBLE * size
}

impl MappedRegion {
    /// The value of a parameter of the map, of the limits or of the integrand.
    pub(super) fn parameter(&self, name: &str) -> Option<f64> {
        let mut own = self.map().parameters().iter();
        own.find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// Integrals whose sum is the derivative by a parameter of the integrals of integrands.
    pub(super) fn derivative_by<'a>(
        &'a self,
        integrands: &'a Integrands<'a>,
        parameter: &str,
    ) -> Result<Vec<Pullback<'a>>, Error> {
        let unknown = || Misfit::NoSuchParameter {
            name: parameter.to_owned(),
            parameters: self.map().parameters().names().to_vec(),
        };
        let value = self.parameter(parameter).ok_or_else(unknown)?;
        let Functions::Formulas(formulas) = &integrands.functions else {
            return Err(Misfit::NoDerivativeOfCode.into());
        };
        let n = self.map().variables().len();
        if n >= inputs::MOST {
            return Err(Misfit::TooManyVariables {
                given: n + 1,
                limit: inputs::MOST,
            }
            .into());
        }
        let graph = Graph::new();
        let mut of_limits = Vec::new();
        let roots: Vec<Id> = {
            let moving = Some((parameter, graph.input(n)));
            let within = self.within_conditions();
            let chart = Chart::with_moving(&graph, within, self.map(), moving, &mut of_limits)?;
            let values = self.on_unit_box(&chart, formulas)?;
            values.iter().map(|f| f.id).collect()
        };
        let around = [&unit_ranges(n)[..], &[beside(value)]].concat();
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &around);
        let mut warnings = integrands.warnings.clone();
        if !self.is_signed() {
            warnings.extend(of_limits);
        }
        let mut parts = Vec::new();
        for switch in switches(&arena, &roots, n, parameter)? {
            let moved = MovingSwitch::new(&arena, &roots, &switch, n, value)?;
            if let Some(part) = moved.map(|moved| moved.part(self)).transpose()? {
                parts.push(Pullback::of_part(part, Vec::new()));
            }
        }
        let inside = self.inside(arena, &roots, formulas, (parameter, value))?;
        parts.insert(0, Pullback::of_part(inside, warnings));
        Ok(parts)
    }

    /// ∂F/∂a on the unit box.
    fn inside(
        &self,
        arena: Arena,
        roots: &[Id],
        formulas: &Formulas,
        (parameter, value): (&str, f64),
    ) -> Result<Part<'static>, Error> {
        let n = self.map().variables().len();
        let (graph, slopes) = derivatives_at(arena, roots, n, value)?;
        let (arena, slopes) = simplify(&graph.into_arena(), &slopes, &unit_ranges(n));
        let natural = match self.within_conditions().moves_with(parameter) {
            true => None,
            false => self.natural(formulas, Some(parameter))?,
        };
        let infinite = natural.as_ref().filter(|n| n.is_infinite());
        let (own, integrals) = match infinite.and_then(Natural::reduced) {
            Some(reduced) => reduced.on_unit_box(),
            None => with_squares(&arena, &slopes, &unit_ranges(n)).unwrap_or((arena, slopes)),
        };
        let values = BoxFormulas::new(own, integrals, self.map().variables().to_vec())?;
        let values = match natural {
            Some(natural) => values.with_natural(natural),
            None => values,
        };
        Ok(Part::of_formulas(values, self.geometry()?))
    }
}

/// What a moving jump adds, as formulas of the unit coordinates.
struct MovingSwitch {
    on: OnLevels,
    coordinates: usize,
}

impl MovingSwitch {
    /// J·(−∂g/∂a) on g = 0; `None` where nothing jumps or nothing moves.
    fn new(
        arena: &Arena,
        roots: &[Id],
        switch: &Switch,
        n: usize,
        value: f64,
    ) -> Result<Option<Self>, Error> {
        let graph = Graph::new();
        // A point on a line has no measure of its own: a coordinate that nothing depends on gives it one.
        let coordinates = n.max(2);
        let all: Vec<Id> = {
            let inputs: Vec<Expr<'_>> = (0..=n).map(|i| graph.input(i)).collect();
            let side = |of: f64| {
                let replaced = |id: Id| (id == switch.node).then(|| graph.constant(of));
                graph.import_replacing(arena, roots, &inputs, |id, _| replaced(id))
            };
            let [inside, outside] = switch.sides.map(side);
            let ends = switch.level.map(|end| match end {
                Some(id) => graph.import(arena, &[id], &inputs)[0],
                None => graph.constant(0.0),
            });
            let level = ends[0] - ends[1];
            let slopes = derive::jacobian(&[level], n + 1)?.swap_remove(0);
            let Some(speed) = slopes[n] else {
                return Ok(None);
            };
            let squares = slopes[..n].iter().flatten().map(|slope| slope.powi(2));
            let Some(squares) = squares.reduce(|sum, square| sum + square) else {
                return Ok(None);
            };
            if stays(&graph, level, speed, n, value) {
                return Ok(None);
            }
            let jumps = inside.into_iter().zip(outside).map(|(a, b)| a - b);
            let jumps: Vec<Expr<'_>> = jumps.map(|jump| jump * -speed).collect();
            let sizes = jumps.iter().map(|&jump| jump / squares.sqrt());
            let sizes: Vec<Expr<'_>> = sizes.collect();
            let all = [&jumps[..], &[level], &sizes].concat();
            all.iter().map(|e| e.id).collect()
        };
        let (graph, all) = at_value(&graph.into_arena(), &all, n, value);
        let (arena, all) = simplify(&graph.into_arena(), &all, &unit_ranges(n));
        let count = roots.len();
        if all[..count]
            .iter()
            .all(|jump| arena.number(*jump) == Some(0.0))
        {
            return Ok(None);
        }
        let part = |roots: &[Id]| {
            let (arena, roots) = arena.part(roots);
            Formulas {
                inputs: Vec::new(),
                arena,
                roots,
            }
        };
        let level = part(&all[count..=count]);
        let on = OnLevels {
            formulas: part(&all[..count]),
            written: level.clone(),
            levels: level,
            sizes: part(&all[count + 1..]),
        };
        Ok(Some(MovingSwitch { on, coordinates }))
    }

    /// The integral over the level set.
    fn part(self, region: &MappedRegion) -> Result<Part<'static>, Error> {
        let mut names = region.map().variables().to_vec();
        if names.len() == self.coordinates {
            let geometry = region.geometry()?;
            return Ok(Part::of_code(LevelFormulas::new(self.on, names), geometry));
        }
        names.push(format!("{}_", names[0]));
        let variables: Vec<&str> = names.iter().map(String::as_str).collect();
        let square = Map::identity(&variables)?.over([0.0..1.0, 0.0..1.0])?;
        let geometry: Geometry<'static> = square.geometry()?;
        Ok(Part::of_code(LevelFormulas::new(self.on, names), geometry))
    }
}
