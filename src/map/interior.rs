//! The interior of a closed curve in the plane.
//!
//! 1. Choose a centre c, from which all of the curve is seen if that can be had.
//! 2. Map (s, t) to c + s(γ(t) − c) for s from 0 to 1, with the sign of the determinant
//!    s (γ(t) − c) × γ′(t): what the ray from c sweeps back is taken off again, so every point counts as
//!    often as the curve winds around it.
//! 3. Where the curve runs clockwise, take the variables in the other order, which turns the sign.
//!
//! D. Gunderson, K. Weiss, J. A. Evans, "Spectral mesh-free quadrature for planar regions bounded by
//! rational parametric curves", Computer-Aided Design 130 (2021) 102944: there, too, the integral over a
//! region is one along its boundary of integrals along lines, and no mesh is made.

use super::arcs::{Curve, POINTS, check_targets, outline};
use super::derivative::together;
use super::domain::Domain;
use super::integrands::{Functions, Integrands};
use super::map::Map;
use super::mapped_region::MappedRegion;
use super::outline::{Outline, Point};
use super::parameters::Parameters;
use super::printed::Printed;
use super::pullback::Pullback;
use super::region::Region;
use crate::error::{Error, Misfit, OutlineFault};
use crate::expr::formulas::Formulas;
use crate::expr::simplify::is_total;

/// The region of the plane that a closed curve bounds.
///
/// Each point counts as often as the curve winds around it. The direction of the curve does not matter,
/// unless [signs](Interior::signed) are asked for.
///
/// ∫ f(x) dx = ∫ ∫₀¹ f(c + s(γ(t) − c)) s (γ(t) − c) × γ′(t) ds dt
///
/// *Accuracy*: as for any map; formulas that are analytic along the curve have proven bounds. The curve
/// is looked at in 1680 points for its direction, for crossings, and for a centre c from which all of
/// it is seen: then the integrand is evaluated inside alone.
///
/// ```
/// use pullback::Map;
/// use std::f64::consts::PI;
/// let astroid = Map::parse("x = cos(t)^3, y = sin(t)^3")?.over("t = 0..2*pi")?.interior()?;
/// // 3π/8: https://mathworld.wolfram.com/Astroid.html, (7)
/// assert!((astroid.measure()?.value - 3.0 * PI / 8.0).abs() < 1e-13);
/// // ∫ x² = 21π/512, by Green's theorem and the integrals of sin²ⁿ cos²ᵐ.
/// assert!((astroid.integrate(|[x, _]| x * x)?.value - 21.0 * PI / 512.0).abs() < 1e-13);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Interior {
    arcs: Vec<MappedRegion>,
    /// The sectors between the centre and each arc.
    sectors: Vec<MappedRegion>,
    /// What holds in the part that is meant.
    conditions: Vec<String>,
    centre: Point,
    /// Whether all of the curve is seen from the centre.
    is_seen: bool,
    warnings: Vec<String>,
}

impl MappedRegion {
    /// The region of the plane that this closed curve bounds.
    ///
    /// ```
    /// use pullback::Map;
    /// let ellipse = Map::new(|[t]| [3.0 * t.cos(), 2.0 * t.sin()])?
    ///     .over([0.0..std::f64::consts::TAU])?
    ///     .interior()?;
    /// assert!((ellipse.measure()?.value - 6.0 * std::f64::consts::PI).abs() < 1e-13);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if this is no closed curve in the plane.
    pub fn interior(&self) -> Result<Interior, Error> {
        Interior::of_arcs(std::slice::from_ref(self))
    }
}

impl Interior {
    /// The region that arcs bound together: each begins where the one before ends, and the first where
    /// the last one ends.
    ///
    /// ```
    /// use pullback::{Interior, Map};
    /// let arc = Map::parse("x = cos(t), y = sin(t)")?.over("t = 0..pi")?;
    /// let diameter = Map::parse("x = t, y = 0*t")?.over("t = -1..1")?;
    /// let half = Interior::of_arcs(&[arc, diameter])?;
    /// assert!((half.integrate(|[_, y]| y)?.value - 2.0 / 3.0).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the arcs are no curves in the plane, or do not close.
    pub fn of_arcs(arcs: &[MappedRegion]) -> Result<Self, Error> {
        let curves = arcs.iter().map(Curve::new);
        let curves: Vec<Curve<'_>> = curves.collect::<Result<_, Error>>()?;
        check_targets(arcs)?;
        let outline = outline(&curves)?;
        let mut warnings = Vec::new();
        let rounds = outline.rounds();
        if rounds > 1 {
            warnings.push(format!(
                "the curve is run through {rounds} times: what it bounds counts as often"
            ));
        }
        let once = outline.one_of(rounds);
        warnings.extend(crossing(&once, rounds));
        let (centre, is_seen) = once.centre();
        let is_clockwise = outline.is_clockwise();
        let interior = Interior {
            arcs: arcs.to_vec(),
            sectors: Vec::new(),
            conditions: Vec::new(),
            centre,
            is_seen,
            warnings,
        };
        interior.with_sectors(is_clockwise)
    }

    /// The same with sectors between the centre and the arcs, which run clockwise or not.
    fn with_sectors(mut self, is_clockwise: bool) -> Result<Self, Error> {
        let sectors = self.arcs.iter();
        let sectors = sectors.map(|arc| sector(arc, self.centre, is_clockwise));
        self.sectors = sectors.collect::<Result<_, Error>>()?;
        let conditions = std::mem::take(&mut self.conditions);
        let mut given = conditions.iter();
        given.try_fold(self, |interior, text| interior.where_(text))
    }

    /// The same with the direction of the curve as the sign: what it winds around clockwise counts
    /// negative.
    ///
    /// ```
    /// use pullback::Map;
    /// let clockwise = Map::parse("x = cos(t), y = -sin(t)")?.over("t = 0..2*pi")?.interior()?;
    /// assert!((clockwise.measure()?.value - std::f64::consts::PI).abs() < 1e-14);
    /// assert!((clockwise.signed()?.measure()?.value + std::f64::consts::PI).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`MappedRegion::signed`].
    pub fn signed(self) -> Result<Self, Error> {
        self.with_sectors(false)
    }

    /// The part of the region where conditions on the targets hold; see [`MappedRegion::where_`].
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn where_(mut self, conditions: &str) -> Result<Self, Error> {
        for sector in &mut self.sectors {
            *sector = sector.clone().where_(conditions)?;
        }
        self.conditions.push(conditions.to_owned());
        Ok(self)
    }

    /// The sectors between the centre and each arc, which make up the region.
    pub fn sectors(&self) -> &[MappedRegion] {
        &self.sectors
    }

    /// The point from which the curve is looked at.
    pub fn centre(&self) -> [f64; 2] {
        self.centre
    }

    /// Whether all of the curve is seen from the centre, so that the integrand is evaluated nowhere
    /// outside of the region.
    pub fn is_seen(&self) -> bool {
        self.is_seen
    }

    /// What to say where integrands are evaluated outside and may have no value there.
    fn evaluated_outside(&self, integrands: &Integrands<'_>) -> Option<String> {
        let is_harmless = match &integrands.functions {
            Functions::Formulas(formulas) => is_total(&formulas.arena, &formulas.roots),
            Functions::Code(..) => false,
        };
        let [x, y] = self.centre;
        (!self.is_seen && !is_harmless).then(|| {
            format!(
                "from no point all of the curve is seen: the integrand is evaluated outside of the region \
                 too, on lines from ({x}, {y}), where contributions cancel. If it is not finite there, \
                 cut the region into several, each of which is seen from a point in it"
            )
        })
    }
}

impl Domain for Interior {
    fn variables(&self) -> &[String] {
        self.sectors[0].variables()
    }

    fn targets(&self) -> &[String] {
        self.sectors[0].targets()
    }

    fn parameters(&self) -> &Parameters {
        self.sectors[0].parameters()
    }

    fn formula(&self, target: usize) -> Option<String> {
        match &self.sectors[..] {
            [only] => only.formula(target),
            _ => None,
        }
    }

    fn printed(&self, with_values: bool) -> Option<Printed> {
        match &self.sectors[..] {
            [only] => only.printed(with_values),
            _ => None,
        }
    }

    fn determinant(&self) -> Option<(&'static str, String)> {
        match &self.sectors[..] {
            [only] => only.determinant(),
            _ => None,
        }
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        let mut sectors = self.sectors.iter();
        let first = sectors
            .next()
            .ok_or(Misfit::Outline(OutlineFault::Nothing))?;
        let mut whole = first.pull_back(integrands)?;
        for sector in sectors {
            whole = whole.and(sector.pull_back(integrands)?);
        }
        let mut warnings = self.warnings.clone();
        warnings.extend(self.evaluated_outside(integrands));
        Ok(whole.warned(warnings).meant_to_fold())
    }

    /// The centre stays where it is: by Green's theorem the integral does not depend on it.
    fn derivative<'a>(
        &'a self,
        integrands: &'a Integrands<'a>,
        parameters: &[&str],
    ) -> Result<Vec<Pullback<'a>>, Error> {
        let sectors = self.sectors.iter();
        let parts = together(sectors.map(|sector| sector.derivative_by(integrands, parameters)))?;
        Ok(parts.into_iter().map(Pullback::meant_to_fold).collect())
    }
}

/// What to say of a curve that crosses itself.
fn crossing(outline: &Outline, rounds: usize) -> Option<String> {
    let [x, y] = outline.crossing()?.map(|x| rounded(x, outline.extent()));
    let numbers = outline.windings();
    let numbers: Vec<String> = numbers
        .iter()
        .map(|n| (n * rounds as i32).to_string())
        .collect();
    let numbers = match &numbers[..] {
        [] => "0".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    Some(format!(
        "the curve crosses itself, near ({x}, {y}) for one: every part of the plane counts as often as the \
         curve winds around it, counterclockwise: {numbers} here"
    ))
}

/// A coordinate as far as an outline knows it.
fn rounded(x: f64, extent: f64) -> f64 {
    // The digits of a side.
    let step = 10f64.powf((extent / POINTS as f64).log10().floor());
    let digits = (x / step).round() * step;
    // One division takes what the product left behind the last digit.
    let text = format!("{digits:.3e}");
    text.parse::<f64>().unwrap_or(digits) + 0.0
}

/// The sector between the centre and an arc, its determinant positive where the arc runs
/// counterclockwise, or where it runs clockwise.
fn sector(arc: &MappedRegion, centre: Point, is_clockwise: bool) -> Result<MappedRegion, Error> {
    let curve = arc.map();
    let names = curve.variables().iter().chain(curve.targets());
    let taken: Vec<&String> = names.chain(curve.parameters().names()).collect();
    let ray = free_name("s", &taken);
    let parameter = &curve.variables()[0];
    let mut variables = vec![ray.clone(), parameter.clone()];
    let inputs = variables.iter().chain(curve.parameters().names());
    let formulas = Formulas::build(inputs.cloned().collect(), |graph, inputs| {
        let s = inputs[0];
        let points = curve.formulas().within(graph, &inputs[1..]);
        let pairs = points.into_iter().zip(centre);
        let along = |(point, c)| match c == 0.0 {
            true => s * point,
            false => s * (point - c) + c,
        };
        Ok::<_, Error>(pairs.map(along).collect())
    })?;
    if is_clockwise {
        variables.reverse();
    }
    let map = Map::from_formulas(
        vec![ray.clone(), parameter.clone()],
        curve.targets().to_vec(),
        curve.parameters().clone(),
        formulas,
    )?;
    let [from, to] = arc.region().text(0);
    let limits = |name: &String| match *name == ray {
        true => ["0".to_owned(), "1".to_owned()],
        false => [from.clone(), to.clone()],
    };
    let limits: Vec<(String, [String; 2])> = variables
        .into_iter()
        .map(|name| (name.clone(), limits(&name)))
        .collect();
    let limits: Vec<(&str, [&str; 2])> = limits
        .iter()
        .map(|(name, ends)| (&name[..], ends.each_ref().map(|end| &end[..])))
        .collect();
    // The limits have names, and their order becomes that of the variables.
    let region = Region::from_limits(&limits, arc.region().parameters())?;
    map.over(&region)?.signed()
}

/// A name that is not taken.
pub(super) fn free_name(wanted: &str, taken: &[&String]) -> String {
    let numbered = (1..).map(|k| format!("{wanted}{k}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names
        .find(|name| !taken.contains(&name))
        .unwrap_or_else(|| wanted.to_owned())
}
