//! The level set: the curve or the surface in a region where equations hold.
//!
//! 1. Equations G = 0 in targets, variables or both are formulas of the unit coordinates w.
//! 2. ∫ f dS = ∫ f · |C ∇G| / |∂G/∂wₖ| over the other coordinates, where C is the matrix of cofactors of
//!    ∂x/∂w: det J · J⁻ᵀ without a division. Along curves, the zeros of all but one coordinate's number of
//!    equations, it is the length of J t, where t is the cross product of the gradients.
//! 3. Where the level set is a graph, and over which axis, is found by bounds.

use super::chart::Chart;
use super::conditions::Equations;
use super::domain::{self, Domain};
use super::geometry::Geometry;
use super::integrands::{Functions, Integrands};
use super::mapped_region::{MappedRegion, part_where};
use super::margin::AtPoints;
use super::parameters::Parameters;
use super::printed::Printed;
use super::pullback::{Part, Pullback};
use crate::analysis::level_formulas::{LevelFormulas, OnLevels};
use crate::analysis::numerators::numerator;
use crate::error::{Error, Misfit};
use crate::expr::determinant::{Matrix, dense, determinant};
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Expr, Graph, Id};
use crate::expr::{derive, simplify::simplify};

/// The points of a region at which equations hold, measured by length, area or volume.
#[derive(Clone, Debug)]
pub struct LevelSet {
    region: MappedRegion,
    equations: Equations,
}

impl MappedRegion {
    /// The curve or the surface in this region where an equation of targets, variables or both holds,
    /// such as `"x^2 + y^2 = 4"`; several, divided by commas, hold together.
    ///
    /// Of two sides that are equal all over a part of the region nothing can be measured.
    ///
    /// *Accuracy*: pieces are cut where bounds show them to be graphs; the rules on each must agree.
    ///
    /// ```
    /// use pullback::Map;
    /// let cube = Map::parse("x = x, y = y, z = z")?.over("x = -2..2, y = -2..2, z = -2..2")?;
    /// let sphere = cube.on("x^2 + y^2 + z^2 = 1")?;
    /// let moment = sphere.integrate_text("z^2")?;
    /// assert!((moment.value - 4.0 * std::f64::consts::PI / 3.0).abs() < 1e-9);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault; [`Error::Shape`] if the map has more targets
    /// than variables, or there are too many equations, or numbers of them between one and all but one
    /// of the variables.
    pub fn on(self, equations: &str) -> Result<LevelSet, Error> {
        let equations = Equations::parse(equations, &domain::names(&self))?;
        let (n, m) = (self.map().variables().len(), self.map().targets().len());
        let count = equations.count();
        if n != m || !(count == 1 || count + 1 == n) || count >= n {
            return Err(Misfit::LevelSet {
                equations: count,
                variables: n,
                targets: m,
            }
            .into());
        }
        Ok(LevelSet {
            region: self.confined_to(&equations),
            equations,
        })
    }
}

impl LevelSet {
    /// The region that it lies in.
    pub fn region(&self) -> &MappedRegion {
        &self.region
    }

    /// The equations as texts.
    pub fn equations(&self) -> Vec<String> {
        self.equations.texts()
    }

    /// Formulas of unit coordinates.
    fn formulas(
        &self,
        integrands: &Formulas,
        warnings: &mut Vec<String>,
    ) -> Result<OnLevels, Error> {
        let map = self.region.map();
        let n = map.variables().len();
        let graph = Graph::new();
        let [values, levels, written, sizes] = {
            let chart = Chart::new(&graph, self.region.within_conditions(), map, warnings)?;
            let inputs = chart.inputs();
            // Whatever has the same zeros will do, best what has no poles where limits are infinite.
            let written = self.equations.within(&graph, &inputs);
            let levels = written.iter().map(|&e| numerator(&graph, e, n));
            let levels: Vec<Expr<'_>> = levels.collect();
            let matrix = derive::jacobian(&chart.targets, n)?;
            let gradients = derive::jacobian(&levels, n)?;
            let measure = match &gradients[..] {
                [gradient] => length(&graph, &along_normal(&graph, &matrix, gradient)),
                _ => length(&graph, &along_curve(&graph, &matrix, &gradients)),
            };
            let holds = self.region.holds(&graph, &inputs);
            let stretch = match &gradients[..] {
                [_] => most_stretched(&graph, &matrix),
                _ => length(&graph, &dense(&graph, &matrix)),
            };
            let integrands = integrands.within(&graph, &inputs);
            let values = integrands.iter().map(|&f| match chart.is_empty {
                true => graph.constant(0.0).id,
                false => part_where(holds, f * measure).id,
            });
            let sizes = integrands.iter().map(|&f| (f * stretch).id);
            let ids = |formulas: &[Expr<'_>]| formulas.iter().map(|e| e.id).collect();
            [
                values.collect::<Vec<Id>>(),
                ids(&levels),
                ids(&written),
                sizes.collect(),
            ]
        };
        let all = [&values[..], &levels, &written, &sizes].concat();
        let (arena, roots) = simplify(&graph.into_arena(), &all, &unit_ranges(n));
        let mut rest = &roots[..];
        let mut formulas = |count: usize| {
            let (own, others) = rest.split_at(count);
            rest = others;
            let (arena, roots) = arena.part(own);
            Formulas {
                inputs: Vec::new(),
                arena,
                roots,
            }
        };
        Ok(OnLevels {
            formulas: formulas(values.len()),
            levels: formulas(levels.len()),
            written: formulas(written.len()),
            sizes: formulas(sizes.len()),
        })
    }
}

/// What a surface is stretched by at most: the root of the sum of the squares of all cofactors.
fn most_stretched<'g>(graph: &'g Graph, matrix: &Matrix<'g>) -> Expr<'g> {
    let n = matrix.len();
    let along = |axis: usize| {
        let mut unit = vec![None; n];
        unit[axis] = Some(graph.constant(1.0));
        along_normal(graph, matrix, &unit)
    };
    length(graph, &(0..n).flat_map(along).collect::<Vec<_>>())
}

/// The root of the sum of squares.
fn length<'g>(graph: &'g Graph, vector: &[Expr<'g>]) -> Expr<'g> {
    let squares = vector.iter().map(|v| v.powi(2));
    let sum = squares.reduce(|sum, square| sum + square);
    sum.unwrap_or_else(|| graph.constant(0.0)).sqrt()
}

/// The cofactors of a matrix times a gradient: in place i, the determinant of the matrix with the gradient
/// for row i.
fn along_normal<'g>(
    graph: &'g Graph,
    matrix: &Matrix<'g>,
    gradient: &[Option<Expr<'g>>],
) -> Vec<Expr<'g>> {
    let with_row = |i: usize| {
        let mut matrix = matrix.clone();
        matrix[i] = gradient.to_vec();
        determinant(graph, &matrix)
    };
    (0..matrix.len()).map(with_row).collect()
}

/// A matrix times the cross product of as many gradients as it has columns, less one.
fn along_curve<'g>(graph: &'g Graph, matrix: &Matrix<'g>, gradients: &Matrix<'g>) -> Vec<Expr<'g>> {
    let with_row = |row: &Vec<Option<Expr<'g>>>| {
        let rows = [std::slice::from_ref(row), gradients].concat();
        determinant(graph, &rows)
    };
    matrix.iter().map(with_row).collect()
}

impl Domain for LevelSet {
    fn variables(&self) -> &[String] {
        self.region.variables()
    }

    fn targets(&self) -> &[String] {
        self.region.targets()
    }

    fn parameters(&self) -> &Parameters {
        self.region.parameters()
    }

    fn formula(&self, target: usize) -> Option<String> {
        self.region.formula(target)
    }

    fn printed(&self, with_values: bool) -> Option<Printed> {
        self.region.printed(with_values)
    }

    fn determinant(&self) -> Option<(&'static str, String)> {
        self.region.determinant()
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        let mut warnings = integrands.warnings.clone();
        let formulas = match &integrands.functions {
            Functions::Formulas(formulas) => formulas,
            Functions::Code(..) => return Err(Misfit::CodeOnLevelSet.into()),
        };
        let found = self.formulas(formulas, &mut warnings)?;
        let levels = &found.levels;
        if let Some(equation) = self.equations.everywhere(levels) {
            return Err(Misfit::EquationEverywhere { equation }.into());
        }
        warnings.extend(self.region.of_conditions()?);
        if Equations::hold_nowhere(levels, self.variables().len()) {
            warnings.push(
                "nothing in the limits fulfils the equations: there is nothing to measure"
                    .to_owned(),
            );
        }
        let parameters = self.parameters().values();
        let levels = AtPoints::new(self.equations.differences(), parameters)?;
        let geometry: Geometry<'a> = self.region.geometry()?.on(levels);
        let names = self.region.map().variables().to_vec();
        let part = Part::of_code(LevelFormulas::new(found, names), geometry);
        Ok(Pullback::of_part(part, warnings))
    }
}
