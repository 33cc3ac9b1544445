//! The derivative of an integral by a parameter: of the map, of limits, of conditions and of the integrand.
//!
//! 1. On the unit box the integrand F(w; a), with the map, its determinant and the limits in it, has no
//!    limits that move: d/da ∫ F dw = ∫ ∂F/∂a dw where F does not jump.
//! 2. Where a condition g(w; a) < 0 switches, F jumps by J, the difference of its two branches, and the place
//!    of the jump moves with the velocity −(∂g/∂a)/|∇g|: add ∫ J·(−∂g/∂a)/|∇g| dS over g = 0, an integral
//!    over a level set in the unit box.
//! 3. Kinks add nothing to the first derivative, and jump in it: so the second derivative is the derivative
//!    of ∂F/∂a, where F itself does not jump.
//!
//! O. Reynolds, "The sub-mechanics of the universe", Cambridge (1903), section 14; H. Flanders,
//! "Differentiation under the integral sign", Amer. Math. Monthly 80 (1973) 615–627.

use super::chart::Chart;
use super::geometry::Geometry;
use super::integrands::{Functions, Integrands};
use super::map::Map;
use super::mapped_region::MappedRegion;
use super::moving::{
    MovingSwitch, at_values, beside, derivatives, distinct, slopes_by, switches, with_one,
};
use super::pullback::{Part, Pullback};
use crate::analysis::box_formulas::BoxFormulas;
use crate::analysis::level_formulas::LevelFormulas;
use crate::analysis::natural::Natural;
use crate::error::{Error, Misfit};
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Graph, Id};
use crate::expr::inputs;
use crate::expr::simplify::{simplify, with_squares};

impl MappedRegion {
    /// The value of a parameter of the map, of the limits or of the integrand.
    pub(super) fn parameter(&self, name: &str) -> Option<f64> {
        let mut own = self.map().parameters().iter();
        own.find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// Integrals whose sum is the derivative by a parameter of the integrals of integrands, or the second
    /// derivative by two.
    pub(super) fn derivative_by(
        &self,
        integrands: &Integrands<'_>,
        by: &[&str],
    ) -> Result<Vec<Pullback<'static>>, Error> {
        let unknown = |name: &str| Misfit::NoSuchParameter {
            name: name.to_owned(),
            parameters: self.map().parameters().names().to_vec(),
        };
        let value = |name| self.parameter(name).ok_or_else(|| unknown(name));
        let values = distinct(by).map(value).collect::<Result<Vec<f64>, _>>()?;
        let Functions::Formulas(formulas) = &integrands.functions else {
            return Err(Misfit::NoDerivativeOfCode.into());
        };
        let n = self.map().variables().len();
        if n + values.len() > inputs::MOST {
            return Err(Misfit::TooManyVariables {
                given: n + values.len(),
                limit: inputs::MOST,
            }
            .into());
        }
        let graph = Graph::new();
        let mut of_limits = Vec::new();
        let roots: Vec<Id> = {
            let moving = distinct(by).enumerate();
            let moving: Vec<_> = moving.map(|(k, name)| (name, graph.input(n + k))).collect();
            let within = self.within_conditions();
            let chart = Chart::with_moving(&graph, within, self.map(), &moving, &mut of_limits)?;
            let values = self.on_unit_box(&chart, formulas)?;
            values.iter().map(|f| f.id).collect()
        };
        let beside = values.iter().map(|value| beside(*value));
        let around: Vec<_> = unit_ranges(n).into_iter().chain(beside).collect();
        let (mut arena, mut roots) = simplify(&graph.into_arena(), &roots, &around);
        let mut warnings = integrands.warnings.clone();
        if !self.is_signed() {
            warnings.extend(of_limits);
        }
        // All but the last derivative: of what stays where it is, what jumps after it is seen below.
        let (last, before) = match by {
            [before @ .., last] => (*last, before),
            [] => return Err(Misfit::NoIntegrands.into()),
        };
        let place = |name: &str| distinct(by).position(|other| other == name).unwrap_or(0);
        if !before.is_empty() {
            for name in distinct(by) {
                let (own, of_own) = with_one(&arena, &roots, n, &values, place(name));
                for switch in switches(&own, &of_own, n, name)? {
                    let value = values[place(name)];
                    if MovingSwitch::new(&own, &of_own, &switch, n, value)?.is_some() {
                        let parameter = name.to_owned();
                        return Err(Misfit::NoSecondDerivative { parameter }.into());
                    }
                }
            }
            (arena, roots) = slopes_by(arena, roots, n, (by, before))?;
        }
        let value = values[place(last)];
        let (arena, roots) = with_one(&arena, &roots, n, &values, place(last));
        let mut parts = Vec::new();
        for switch in switches(&arena, &roots, n, last)? {
            let moved = MovingSwitch::new(&arena, &roots, &switch, n, value)?;
            if let Some(part) = moved.map(|moved| self.moving_part(moved)).transpose()? {
                parts.push(Pullback::of_part(part, Vec::new()));
            }
        }
        let inside = self.inside(arena, roots, formulas, by, value)?;
        parts.insert(0, Pullback::of_part(inside, warnings));
        Ok(parts)
    }

    /// The derivatives by a parameter, which is input n, on the unit box; in all they are those of the
    /// integrands by some.
    fn inside(
        &self,
        arena: Arena,
        roots: Vec<Id>,
        formulas: &Formulas,
        by: &[&str],
        value: f64,
    ) -> Result<Part<'static>, Error> {
        let n = self.map().variables().len();
        let (arena, slopes) = derivatives(arena, roots, n, &by[by.len() - 1..])?;
        let (graph, slopes) = at_values(&arena, &slopes, n, &[value]);
        let (arena, slopes) = simplify(&graph.into_arena(), &slopes, &unit_ranges(n));
        let moves = by
            .iter()
            .any(|name| self.within_conditions().moves_with(name));
        let natural = match moves {
            true => None,
            false => self.natural(formulas, by)?,
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

/// Integrals whose sum is that of derivatives over several regions of one dimension: what changes inside is one
/// of them.
pub(super) fn together(
    regions: impl Iterator<Item = Result<Vec<Pullback<'static>>, Error>>,
) -> Result<Vec<Pullback<'static>>, Error> {
    let mut all: Vec<Pullback<'static>> = Vec::new();
    for parts in regions {
        let mut parts = parts?.into_iter();
        let Some(inside) = parts.next() else { continue };
        match all.is_empty() {
            true => all.push(inside),
            false => all[0] = all.swap_remove(0).and(inside),
        }
        all.extend(parts);
    }
    Ok(all)
}

impl MappedRegion {
    /// The integral over the level set on which a moving jump is.
    fn moving_part(&self, moved: MovingSwitch) -> Result<Part<'static>, Error> {
        let mut names = self.map().variables().to_vec();
        if names.len() == moved.coordinates {
            let geometry = self.geometry()?;
            return Ok(Part::of_code(LevelFormulas::new(moved.on, names), geometry));
        }
        names.push(format!("{}_", names[0]));
        let variables: Vec<&str> = names.iter().map(String::as_str).collect();
        let square = Map::identity(&variables)?.over([0.0..1.0, 0.0..1.0])?;
        let geometry: Geometry<'static> = square.geometry()?;
        Ok(Part::of_code(LevelFormulas::new(moved.on, names), geometry))
    }
}
