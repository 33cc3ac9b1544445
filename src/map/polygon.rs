//! A polygon in the plane, with holes.
//!
//! 1. Divide it into triangles.
//! 2. Each is an affine image of the triangle 0 ≤ u ≤ 1, 0 ≤ v ≤ 1 − u, and its determinant twice its area.
//! 3. Where the integrand is smooth all around, many triangles are one integrand: the sum of what it is on
//!    them, for which rules and bounds are found once.
//!
//! A. Sommariva, M. Vianello, "Product Gauss cubature over polygons based on Green's integration formula",
//! BIT Numerical Mathematics 47 (2007) 441–453, treat the same polygons, with polynomials as tests.

use super::chart::Chart;
use super::conditions::Conditions;
use super::domain::{self, Domain};
use super::geometry::Geometry;
use super::integrands::{Functions, Integrands, Names};
use super::interior::free_name;
use super::map::{Map, scope_of};
use super::mapped_region::MappedRegion;
use super::outline::{Point, cross};
use super::parameters::Parameters;
use super::pullback::{Part, Pullback};
use super::region::Region;
use super::triangulation::{Triangle, cleaned, triangles};
use crate::analysis::box_formulas::BoxFormulas;
use crate::error::{Error, Misfit, OutlineFault, TextFault};
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Expr, Graph};
use crate::expr::simplify::{simplify, with_squares};
use crate::expr::text::parse;
use crate::expr::text::points;
use crate::integrand::{Integrand, Side, Switches};

/// The most parts of an integrand that is smooth all around.
const MOST_PARTS: usize = 32;

/// A polygon in the plane, of one or several rings.
///
/// A point is inside if a ray from it crosses rings an odd number of times: a ring in a ring is a hole, a
/// ring in a hole an island, and directions do not matter. The targets are x and y.
///
/// *Accuracy*: a polynomial has nothing but roundings as its error; formulas that are analytic on the
/// polygon have proven bounds.
///
/// ```
/// use pullback::Polygon;
/// // A square with a square hole.
/// let frame = Polygon::new(&[
///     vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]],
///     vec![[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0]],
/// ])?;
/// assert!((frame.measure()?.value - 12.0).abs() < 1e-14);
/// // 4·4³/3 − 2·(3³ − 1)/3
/// assert!((frame.integrate(|[x, _]| x * x)?.value - 68.0).abs() < 1e-13);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Polygon {
    rings: Vec<Vec<Point>>,
    triangles: Vec<Triangle>,
    variables: Vec<String>,
    targets: Vec<String>,
    parameters: Parameters,
    conditions: Conditions,
}

impl Polygon {
    /// The polygon with these rings, each the points one after another; the first may be repeated at the
    /// end.
    ///
    /// # Errors
    /// [`Error::Shape`] if a ring has fewer than three points or no area, or sides cross.
    pub fn new(rings: &[Vec<[f64; 2]>]) -> Result<Self, Error> {
        Self::with_parameters(rings, &Parameters::new())
    }

    /// The polygon that a text describes: points such as `(0, 0) (4, 0) (4, 3)`, or well-known text,
    /// `POLYGON ((0 0, 4 0, 4 3, 0 0))` and `MULTIPOLYGON (((…)), ((…)))`.
    ///
    /// ```
    /// use pullback::Polygon;
    /// let triangle = Polygon::read("(0, 0) (4, 0) (4, 3)")?;
    /// assert_eq!(triangle.triangles().len(), 1);
    /// let same = Polygon::read("POLYGON ((0 0, 4 0, 4 3, 0 0))")?;
    /// assert_eq!(triangle.rings(), same.rings());
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault; as for [`Polygon::new`].
    pub fn read(text: &str) -> Result<Self, Error> {
        let none = Parameters::new();
        Self::with_parameters(&Self::rings_of(text, &none)?, &none)
    }

    /// The polygon with these rings, and parameters for what is integrated.
    ///
    /// # Errors
    /// As for [`Polygon::new`].
    pub fn with_parameters(
        rings: &[Vec<[f64; 2]>],
        parameters: &Parameters,
    ) -> Result<Self, Error> {
        let fault = |fault: OutlineFault| Misfit::Outline(fault);
        let rings = cleaned(rings).map_err(fault)?;
        let triangles = triangles(&rings).map_err(fault)?;
        let targets = ["x", "y"].map(str::to_owned).to_vec();
        let taken: Vec<&String> = targets.iter().chain(parameters.names()).collect();
        let variables = ["u", "v"].map(|name| free_name(name, &taken)).to_vec();
        let conditions = Conditions::none(&Names {
            variables: &variables,
            targets: &targets,
            parameters,
        });
        Ok(Polygon {
            rings,
            triangles,
            variables,
            targets,
            parameters: parameters.clone(),
            conditions,
        })
    }

    /// The rings that a text describes, whose coordinates are formulas of parameters; see
    /// [`Polygon::read`].
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn rings_of(text: &str, parameters: &Parameters) -> Result<Vec<Vec<[f64; 2]>>, Error> {
        let coordinate = |place: &std::ops::Range<usize>| {
            let formula = Formulas::build(parameters.names().to_vec(), |graph, inputs| {
                let scope = scope_of(graph, parameters.names(), inputs);
                let value = parse::expression_at(text, place.clone(), &scope)?;
                Ok::<_, Error>(vec![value])
            })?;
            let value = formula.values(parameters.values())[0];
            match value.is_finite() {
                true => Ok(value),
                false => Err(Error::text(
                    text,
                    place.clone(),
                    TextFault::NotFinite { value },
                )),
            }
        };
        let point = |[x, y]: &points::Point| Ok([coordinate(x)?, coordinate(y)?]);
        let rings = points::rings(text)?;
        let rings = rings.iter().map(|ring| ring.iter().map(point).collect());
        rings.collect()
    }

    /// The part of the polygon where conditions on x and y hold; see [`MappedRegion::where_`].
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn where_(self, conditions: &str) -> Result<Self, Error> {
        let more = Conditions::parse(conditions, &domain::names(&self))?;
        Ok(Polygon {
            conditions: self.conditions.and(&more),
            ..self
        })
    }

    /// The rings, without points that repeat the one before.
    pub fn rings(&self) -> &[Vec<[f64; 2]>] {
        &self.rings
    }

    /// The triangles into which the polygon is divided, each counterclockwise.
    pub fn triangles(&self) -> &[[[f64; 2]; 3]] {
        &self.triangles
    }

    /// The unit triangle.
    fn unit_triangle(&self) -> Result<Region, Error> {
        let [u, v] = [&self.variables[0], &self.variables[1]];
        let top = format!("1 - {u}");
        Region::from_limits(&[(u, ["0", "1"]), (v, ["0", &top])], &self.parameters)
    }

    /// The affine map of the unit triangle to another one.
    fn affine(&self, triangle: &Triangle) -> Result<Map, Error> {
        let inputs = self.variables.iter().chain(self.parameters.names());
        let formulas = Formulas::build(inputs.cloned().collect(), |_, inputs| {
            Ok::<_, Error>(image(triangle, [inputs[0], inputs[1]]).to_vec())
        })?;
        Map::from_formulas(
            self.variables.clone(),
            self.targets.clone(),
            self.parameters.clone(),
            formulas,
        )
    }

    /// A triangle by itself.
    fn alone(&self, triangle: &Triangle) -> Result<MappedRegion, Error> {
        let region = self.affine(triangle)?.over(&self.unit_triangle()?)?;
        Ok(region.with_conditions(&self.conditions))
    }

    /// Several triangles as one part: the sum of what the integrands are on them.
    fn together(
        &self,
        triangles: &[Triangle],
        integrands: &Formulas,
    ) -> Result<Part<'static>, Error> {
        let graph = Graph::new();
        let region = self.unit_triangle()?;
        let roots: Vec<_> = {
            let chart = Chart::of_region(&graph, &region, &self.variables, &mut Vec::new())?;
            let stretch = chart.stretch();
            let parameters = self.parameters.values().iter();
            let parameters: Vec<Expr<'_>> = parameters.map(|&p| graph.constant(p)).collect();
            let on = |triangle: &Triangle| {
                let [u, v] = [chart.variables[0], chart.variables[1]];
                let inputs = [&[u, v], &image(triangle, [u, v])[..], &parameters].concat();
                let [a, b, c] = *triangle;
                let values = integrands.within(&graph, &inputs).into_iter();
                values
                    .map(|value| value * cross(a, b, c))
                    .collect::<Vec<_>>()
            };
            let values: Vec<Vec<Expr<'_>>> = triangles.iter().map(on).collect();
            let of_output = |k: usize| sum(&values.iter().map(|v| v[k]).collect::<Vec<_>>());
            let outputs = 0..integrands.roots.len();
            outputs.map(|k| (of_output(k) * stretch).id).collect()
        };
        let ranges = unit_ranges(2);
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &ranges);
        let (arena, roots) =
            with_squares(&arena, &roots, &ranges).unwrap_or_else(|| (arena.clone(), roots.clone()));
        let values = BoxFormulas::new(arena, roots, self.variables.clone())?;
        Ok(Part::of_formulas(values, self.geometry(triangles)?))
    }

    /// Where triangles are: the first of them, with what is known of the determinants of all.
    fn geometry(&self, triangles: &[Triangle]) -> Result<Geometry<'static>, Error> {
        let first = self.alone(&triangles[0])?;
        let geometry = first.geometry()?;
        let determinants = triangles.iter().map(|[a, b, c]| cross(*a, *b, *c));
        let ends = (f64::INFINITY, 0.0);
        let ends = determinants.fold(ends, |(min, max): (f64, f64), d| (min.min(d), max.max(d)));
        let outlines = triangles.iter().map(|triangle| triangle.to_vec());
        Ok(geometry.between(ends).standing_for(outlines.collect()))
    }

    /// The box around the polygon, with its conditions.
    fn around(&self) -> Result<MappedRegion, Error> {
        let [lo, hi] = self.corners();
        let corners = [lo, [hi[0], lo[1]], [lo[0], hi[1]]];
        let map = self.affine(&corners)?;
        let unit = self.variables.iter().map(|name| (&name[..], ["0", "1"]));
        let unit = Region::from_limits(&unit.collect::<Vec<_>>(), &self.parameters)?;
        Ok(map.over(&unit)?.with_conditions(&self.conditions))
    }

    /// Whether formulas are smooth, and have values, on the whole box around the polygon.
    fn is_smooth(&self, integrands: &Formulas) -> Result<bool, Error> {
        let [lo, hi] = self.corners();
        let graph = Graph::new();
        let roots: Vec<_> = {
            // What uses the variables of triangles is another formula on each.
            let nowhere = graph.constant(f64::NAN);
            let along = |axis: usize| graph.input(axis) * (hi[axis] - lo[axis]) + lo[axis];
            let parameters = self.parameters.values().iter();
            let parameters: Vec<Expr<'_>> = parameters.map(|&p| graph.constant(p)).collect();
            let inputs = [&[nowhere, nowhere, along(0), along(1)], &parameters[..]].concat();
            let values = integrands.within(&graph, &inputs);
            values.iter().map(|e| e.id).collect()
        };
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(2));
        let values = BoxFormulas::new(arena, roots, self.targets.clone())?;
        let knowledge = values.knowledge();
        let Switches {
            places,
            oblique,
            unresolved,
            ..
        } = knowledge.switches();
        if oblique
            || places.iter().any(|p| !p.is_empty())
            || unresolved.iter().any(|p| !p.is_empty())
        {
            return Ok(false);
        }
        let Some(mut bounds) = knowledge.bounds() else {
            return Ok(false);
        };
        let sizes = bounds.turn_to(&[Side::WHOLE; 2]);
        Ok(sizes.is_some_and(|sizes| sizes.iter().all(|size| size.is_finite())))
    }

    /// The lower left and the upper right corner of the box around the polygon.
    fn corners(&self) -> [Point; 2] {
        let points = self.rings.iter().flatten();
        points.fold(
            [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]],
            |[lo, hi], p| {
                [
                    [lo[0].min(p[0]), lo[1].min(p[1])],
                    [hi[0].max(p[0]), hi[1].max(p[1])],
                ]
            },
        )
    }
}

/// The image of a point of the unit triangle.
fn image<'g>([a, b, c]: &Triangle, [u, v]: [Expr<'g>; 2]) -> [Expr<'g>; 2] {
    [0, 1].map(|k| u * (b[k] - a[k]) + v * (c[k] - a[k]) + a[k])
}

/// A sum that is no deeper than it must be.
fn sum<'g>(terms: &[Expr<'g>]) -> Expr<'g> {
    match terms {
        [only] => *only,
        _ => {
            let (first, rest) = terms.split_at(terms.len() / 2);
            sum(first) + sum(rest)
        }
    }
}

impl Domain for Polygon {
    fn variables(&self) -> &[String] {
        &self.variables
    }

    fn targets(&self) -> &[String] {
        &self.targets
    }

    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        let mut whole: Option<Pullback<'a>> = None;
        let mut add = |part: Pullback<'a>| {
            whole = Some(match whole.take() {
                Some(before) => before.and(part),
                None => part,
            });
        };
        match &integrands.functions {
            Functions::Formulas(formulas)
                if self.triangles.len() > MOST_PARTS
                    && self.conditions.is_empty()
                    && self.is_smooth(formulas)? =>
            {
                let count = self.triangles.len().div_ceil(MOST_PARTS);
                for triangles in self.triangles.chunks(count) {
                    add(Pullback::of_part(
                        self.together(triangles, formulas)?,
                        Vec::new(),
                    ));
                }
            }
            _ => {
                for triangle in &self.triangles {
                    let part = self.alone(triangle)?.part(integrands, &mut Vec::new())?;
                    add(Pullback::of_part(part, Vec::new()));
                }
            }
        }
        let whole = whole.ok_or(Misfit::Outline(OutlineFault::Nothing))?;
        let of_conditions = self.around()?.of_conditions()?;
        let warnings = integrands.warnings.iter().cloned().chain(of_conditions);
        Ok(whole.warned(warnings))
    }
}
