//! A map of the unit box: its targets, their slopes and its determinants as formulas of unit coordinates.

use super::extent::{Extent, Quantity};
use crate::error::Error;
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::determinant::{dense, determinant, volume};
use crate::expr::formulas::unit_ranges;
use crate::expr::graph::{Arena, Graph, Id};
use crate::expr::{derive, simplify::simplify};
use crate::integrand::{BLOCK, Block, Coordinate, Evaluator, Integrand};
use crate::program::Program;

/// A map of the unit box of n axes to m targets.
#[derive(Debug)]
pub(crate) struct Mapping {
    pub(crate) n: usize,
    pub(crate) m: usize,
    arena: Arena,
    /// Targets; slopes by targets, then axes; the determinant along the unit axes, or the volume; the
    /// determinant that was given.
    roots: Vec<Id>,
    program: Program,
}

/// A point of the unit box and its image.
#[derive(Clone, Debug)]
pub(crate) struct Here {
    pub(crate) targets: Vec<f64>,
    /// By targets, then axes.
    pub(crate) slopes: Vec<f64>,
    /// Along the unit axes.
    pub(crate) determinant: f64,
    /// That of the variables.
    pub(crate) own: f64,
}

impl Mapping {
    /// The map of these targets; `own` is its determinant by the variables of the user.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is no formula for a derivative, or there are too many inputs.
    pub(crate) fn new(arena: &Arena, targets: &[Id], own: Id, n: usize) -> Result<Self, Error> {
        let m = targets.len();
        let graph = Graph::from_arena(arena.clone());
        let roots: Vec<Id> = {
            let of: Vec<_> = targets.iter().map(|id| graph.expr(*id)).collect();
            let matrix = derive::jacobian(&of, n)?;
            let whole = match n == m {
                true => determinant(&graph, &matrix),
                false => volume(&graph, &matrix, n),
            };
            let slopes = dense(&graph, &matrix).into_iter().map(|e| e.id);
            let targets = targets.iter().copied();
            targets.chain(slopes).chain([whole.id, own]).collect()
        };
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(n));
        Ok(Mapping {
            n,
            m,
            program: Program::new(&arena, &roots, n)?,
            arena,
            roots,
        })
    }

    /// The range of a determinant, by at most so many boxes for each end.
    pub(crate) fn extent(&self, which: Which, most: usize) -> Extent {
        let output = self.m + self.m * self.n + usize::from(which == Which::Own);
        let quantity = Quantity::new(&self.arena, &self.roots[output], &self.program, output);
        match quantity {
            Some(mut quantity) => quantity.extent(most),
            None => Extent {
                min: f64::NAN,
                max: f64::NAN,
                is_proven: false,
            },
        }
    }

    /// Looks at points.
    pub(crate) fn points(&self) -> Points<'_> {
        Points {
            of: self,
            evaluator: self.program.evaluator(),
            values: vec![0.0; self.roots.len()],
        }
    }

    /// Looks at boxes; `None` if the formulas are too long.
    pub(crate) fn boxes(&self) -> Option<Boxes<'_>> {
        Some(Boxes {
            n: self.n,
            m: self.m,
            ranges: Ranges::new(&self.arena, &self.roots, self.n)?,
        })
    }
}

/// Which of the two determinants is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// Along the unit axes.
    Unit,
    /// That of the variables.
    Own,
}

/// Looks at the images of points.
pub(crate) struct Points<'a> {
    of: &'a Mapping,
    evaluator: Box<dyn Evaluator + 'a>,
    values: Vec<f64>,
}

impl Points<'_> {
    /// The image of a point.
    pub(crate) fn at(&mut self, unit: &[f64]) -> Here {
        let coordinates: Vec<_> = unit.iter().map(|w| Coordinate::Same(*w)).collect();
        self.evaluator
            .evaluate(&Block::new(&coordinates, 1), &mut self.values);
        self.here(0, 1, &self.values)
    }

    /// The images of many points, given axis by axis, at most a block of them.
    pub(crate) fn each(&mut self, unit: &[Vec<f64>]) -> Vec<Here> {
        let count = unit.first().map_or(0, Vec::len);
        let coordinates: Vec<_> = unit.iter().map(|w| Coordinate::Each(w)).collect();
        let mut values = vec![0.0; self.of.roots.len() * count];
        self.evaluator
            .evaluate(&Block::new(&coordinates, count), &mut values);
        (0..count).map(|i| self.here(i, count, &values)).collect()
    }

    /// The images of any number of points.
    pub(crate) fn all(&mut self, units: &[&[f64]]) -> Vec<Here> {
        let blocks = units.chunks(BLOCK).map(|block| {
            let along = |axis: usize| block.iter().map(|unit| unit[axis]).collect();
            let unit: Vec<Vec<f64>> = (0..self.of.n).map(along).collect();
            self.each(&unit)
        });
        blocks.flatten().collect()
    }

    fn here(&self, i: usize, count: usize, values: &[f64]) -> Here {
        let Mapping { n, m, .. } = self.of;
        let at = |k: usize| values[k * count + i];
        Here {
            targets: (0..*m).map(at).collect(),
            slopes: (*m..m + m * n).map(at).collect(),
            determinant: at(m + m * n),
            own: at(m + m * n + 1),
        }
    }
}

/// Looks at the images of boxes.
pub(crate) struct Boxes<'a> {
    pub(crate) n: usize,
    pub(crate) m: usize,
    ranges: Ranges<'a>,
}

impl Boxes<'_> {
    pub(crate) fn turn_to(&mut self, sides: &[Interval]) {
        self.ranges
            .turn_to(sides.iter().map(|side| (side.lo, side.hi)));
    }

    /// Between which numbers a target lies.
    pub(crate) fn target(&mut self, target: usize) -> Interval {
        self.sharp(target)
    }

    /// Between which numbers the slope of a target along an axis lies.
    pub(crate) fn slope(&mut self, target: usize, axis: usize) -> Interval {
        self.sharp(self.m + target * self.n + axis)
    }

    /// The mean-value form costs n more looks, and is better on small boxes.
    fn sharp(&mut self, root: usize) -> Interval {
        let range = self.ranges.sharpened(root);
        match range.defined && range.continuous {
            true => range.values,
            false => Interval::ALL,
        }
    }
}
