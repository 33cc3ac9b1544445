//! Where the unit box goes: points of a region in the user's coordinates.

use super::chart::varying_stretches;
use super::map::Map;
use super::margin::AtPoints;
use crate::error::Error;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Id};
use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand, for_each_index};
use crate::program::Program;

/// Where the unit box goes: variables, targets and the determinant at unit coordinates.
pub struct Geometry<'a> {
    variables: Vec<String>,
    targets: Vec<String>,
    pub(super) points: Points<'a>,
    pub(super) determinant: Box<dyn Integrand + 'a>,
    /// The stretches that are not constant, with the number of their variable.
    pub(super) stretches: Vec<(usize, Program)>,
    /// Whether what is swapped or folded counts negative.
    pub(super) is_signed: bool,
    /// Whether folds are meant, so that there is nothing to warn of.
    pub(super) is_meant_to_fold: bool,
    /// All stretches, as formulas.
    all_stretches: Vec<Id>,
    /// The least and the greatest determinant, where they are known and positive.
    pub(super) known: Option<(f64, f64)>,
    /// The targets as formulas of the variables.
    pub(super) map: Option<Formulas>,
    /// Where this stands for several polygons, these.
    outlines: Vec<Vec<[f64; 2]>>,
    /// How far inside of conditions a point is.
    margins: Option<AtPoints>,
    /// The sides of equations, one less the other.
    levels: Option<AtPoints>,
}

/// Variables, targets and the determinant.
pub(super) enum Points<'a> {
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

impl Point {
    /// The variables and the targets.
    pub(super) fn coordinates(&self) -> [&[f64]; 2] {
        [&self.variables, &self.targets]
    }
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
            all_stretches: Vec::new(),
            is_signed: false,
            is_meant_to_fold: false,
            known: None,
            map: None,
            outlines: Vec::new(),
            margins: None,
            levels: None,
        }
    }

    /// The same where what is swapped or folded counts negative, or does not.
    pub(super) fn signed(self, is_signed: bool) -> Self {
        Geometry { is_signed, ..self }
    }

    /// The same where the least and the greatest determinant are known, and positive.
    #[cfg(feature = "polygon")]
    pub(super) fn between(self, known: (f64, f64)) -> Self {
        Geometry {
            known: Some(known),
            ..self
        }
    }

    /// The same where it stands for several polygons.
    #[cfg(feature = "polygon")]
    pub(super) fn standing_for(self, outlines: Vec<Vec<[f64; 2]>>) -> Self {
        Geometry { outlines, ..self }
    }

    /// The polygons of which this describes one alone, if it stands for several; else none.
    pub fn outlines(&self) -> &[Vec<[f64; 2]>] {
        &self.outlines
    }

    /// The same for the part in which conditions hold.
    pub(super) fn within(self, margins: Option<AtPoints>) -> Self {
        Geometry { margins, ..self }
    }

    /// The same for the part in which equations hold.
    pub(super) fn on(self, levels: AtPoints) -> Self {
        Geometry {
            levels: Some(levels),
            ..self
        }
    }

    /// For every condition how far inside of it points are: positive where it holds, negative where it does not, NaN
    /// where it has no value; none where there are no conditions.
    ///
    /// ```
    /// use pullback::{Domain, Map};
    /// let disk = Map::parse("x = x, y = y")?.over("x = -1..1, y = -1..1")?.where_("x^2 + y^2 < 1")?;
    /// let integrands = disk.parse(&[])?;
    /// let pullback = disk.pull_back(&integrands)?;
    /// let geometry = pullback.geometry();
    /// let points = [geometry.at(&[0.5, 0.5]), geometry.at(&[1.0, 0.5])];
    /// assert_eq!(geometry.margins(&points), [[1.0, 0.0]]);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    pub fn margins(&self, points: &[Point]) -> Vec<Vec<f64>> {
        of_each(self.margins.as_ref(), points)
    }

    /// For every equation of a level set the difference of its sides at points; none where there are no
    /// equations.
    pub fn levels(&self, points: &[Point]) -> Vec<Vec<f64>> {
        of_each(self.levels.as_ref(), points)
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
            determinant: Box::new(Program::for_blocks(&arena, &roots[shape..], n)),
            stretches: varying_stretches(&arena, &stretches)?,
            points: Points::Formulas(arena, roots),
            all_stretches: stretches,
            is_signed: false,
            is_meant_to_fold: false,
            known: None,
            map: Some(map.formulas_of_variables()),
            outlines: Vec::new(),
            margins: None,
            levels: None,
        })
    }

    /// Calls `work` with the integrand whose values are variables, targets and the determinant.
    fn with_points<T>(&self, work: impl FnOnce(&dyn Integrand) -> T) -> T {
        match &self.points {
            Points::Code(points) => work(points.as_ref()),
            Points::Formulas(arena, roots) => {
                work(&Program::for_blocks(arena, roots, self.variables.len()))
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

    /// The point at unit coordinates.
    pub fn at(&self, unit: &[f64]) -> Point {
        let coordinates: Vec<Coordinate<'_>> = unit.iter().map(|&w| Coordinate::Same(w)).collect();
        self.with_points(|points| {
            let mut evaluator = points.evaluator();
            self.block(evaluator.as_mut(), &coordinates, 1).remove(0)
        })
    }

    /// Calls `work` with what evaluates points at the nodes of a block.
    pub(crate) fn evaluated<T>(
        &self,
        work: impl FnOnce(&mut dyn FnMut(&[Coordinate<'_>], usize) -> Vec<Point>) -> T,
    ) -> T {
        self.with_points(|points| {
            let mut evaluator = points.evaluator();
            work(&mut |coordinates, count| self.block(evaluator.as_mut(), coordinates, count))
        })
    }

    /// The stretches of all limits, as an integrand, where they are formulas.
    pub(crate) fn stretching(&self) -> Option<Program> {
        match &self.points {
            Points::Formulas(arena, _) => {
                let n = self.variables.len();
                Some(Program::for_blocks(arena, &self.all_stretches, n))
            }
            Points::Code(_) => None,
        }
    }

    /// Whether what is swapped or folded counts negative.
    pub(crate) fn is_signed(&self) -> bool {
        self.is_signed
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
}

/// `r = 1, t = 0.5`
pub(crate) fn named_values(names: &[String], values: &[f64]) -> String {
    let pairs = names.iter().zip(values);
    let texts: Vec<String> = pairs
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    texts.join(", ")
}

/// The values of each of some formulas at points; none where there are no formulas.
fn of_each(formulas: Option<&AtPoints>, points: &[Point]) -> Vec<Vec<f64>> {
    formulas.map_or_else(Vec::new, |own| {
        own.each_at(points.iter().map(Point::coordinates))
    })
}
