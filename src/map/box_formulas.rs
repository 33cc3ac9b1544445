//! Formulas on the unit box: compiled, and still formulas, so that a part of the box or a turn of
//! an axis is algebra and loses no digits.

use super::factors::factors;
use super::formulas::Formulas;
use super::period::is_periodic;
use super::pieces::{FormulaPiece, pieces};
use super::switch::switches;
use crate::error::Error;
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::simplify::simplify;
use crate::integrand::{AxisFacts, Evaluator, Factor, Integrand, Piece, Side, Switches};
use crate::program::Program;

/// Simplified formulas of unit coordinates, with the program that evaluates them.
#[derive(Clone, Debug)]
pub(crate) struct BoxFormulas {
    formulas: Formulas,
    /// What users call the axes.
    names: Vec<String>,
    program: Program,
    /// Whether this is a piece: what still switches across its axes cannot be cut out.
    is_piece: bool,
}

/// The ranges of n unit coordinates.
pub(crate) fn unit_ranges(n: usize) -> Vec<(f64, f64)> {
    vec![(0.0, 1.0); n]
}

impl BoxFormulas {
    /// Compiles simplified formulas.
    ///
    /// # Errors
    /// [`Error::Shape`] as for [`Program::new`].
    pub(crate) fn new(arena: Arena, roots: Vec<Id>, names: Vec<String>) -> Result<Self, Error> {
        let n = names.len();
        let periodic = (0..n).map(|w| is_periodic(&arena, &roots, w).then_some(true));
        let program = Program::new(&arena, &roots, n)?.with_periods(periodic.collect());
        Ok(BoxFormulas {
            formulas: Formulas {
                inputs: (1..=n).map(|i| format!("w{i}")).collect(),
                arena,
                roots,
            },
            names,
            program,
            is_piece: false,
        })
    }

    /// A part of this: a window or a factor.
    fn part(&self, arena: Arena, roots: Vec<Id>, names: Vec<String>) -> Result<Self, Error> {
        Ok(BoxFormulas {
            is_piece: self.is_piece,
            ..BoxFormulas::new(arena, roots, names)?
        })
    }

    /// The formulas as texts, in unit coordinates w1, w2, …
    pub(crate) fn texts(&self) -> Vec<String> {
        let roots = 0..self.formulas.roots.len();
        roots.map(|k| self.formulas.text(k)).collect()
    }
}

impl Integrand for BoxFormulas {
    fn dimension(&self) -> usize {
        self.program.dimension()
    }

    fn outputs(&self) -> usize {
        self.program.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        self.program.evaluator()
    }

    fn axis_facts(&self, axis: usize) -> AxisFacts {
        self.program.axis_facts(axis)
    }

    fn axis_name(&self, axis: usize) -> String {
        self.names[axis].clone()
    }

    fn switches(&self) -> Switches {
        let (arena, roots) = (&self.formulas.arena, &self.formulas.roots);
        switches(arena, roots, self.names.len()).unwrap_or(Switches {
            places: vec![Vec::new(); self.names.len()],
            oblique: true,
        })
    }

    fn factors(&self) -> Option<Vec<Factor<'_>>> {
        let n = self.names.len();
        if n < 2 || self.formulas.roots.len() > 1 {
            return None;
        }
        let graph = Graph::new();
        let inputs: Vec<Expr<'_>> = (0..n).map(|i| graph.input(i)).collect();
        let formula = self.formulas.within(&graph, &inputs)[0];
        let groups = factors(&graph, formula)?;
        let factor = |(of, group): &(u64, Expr<'_>)| {
            let axes: Vec<usize> = (0..n).filter(|a| of >> a & 1 == 1).collect();
            let own = Graph::new();
            let root = {
                // Other inputs do not occur.
                let place = |a: usize| axes.iter().position(|&axis| axis == a).unwrap_or(0);
                let inputs: Vec<Expr<'_>> = (0..n).map(|a| own.input(place(a))).collect();
                graph.read(|arena| own.import(arena, &[group.id], &inputs)[0].id)
            };
            let (arena, roots) = simplify(&own.into_arena(), &[root], &unit_ranges(axes.len()));
            let names = axes.iter().map(|&a| self.names[a].clone()).collect();
            let integrand = self.part(arena, roots, names).ok()?;
            Some(Factor {
                axes,
                integrand: Box::new(integrand),
            })
        };
        groups.iter().map(factor).collect()
    }

    fn pieces(&self) -> Option<Vec<Piece<'_>>> {
        if self.is_piece {
            return None;
        }
        let Formulas { arena, roots, .. } = &self.formulas;
        let piece = |FormulaPiece { cell, formulas }| {
            let Formulas { arena, roots, .. } = formulas;
            let integrand = BoxFormulas {
                is_piece: true,
                ..BoxFormulas::new(arena, roots, self.names.clone()).ok()?
            };
            Some(Piece {
                integrand: Box::new(integrand) as Box<dyn Integrand>,
                place: Box::new(move |unit| cell.place(unit)),
            })
        };
        let found = pieces(arena, roots, self.names.len())?.into_iter();
        found.map(piece).collect()
    }

    fn sharp_window(&self, sides: &[Side]) -> Option<Box<dyn Integrand + '_>> {
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let coordinate = |(i, side): (usize, &Side)| {
                let s = graph.input(i);
                match *side {
                    Side::WHOLE => s,
                    Side { from, to } => from + graph.constant(to - from) * s,
                }
            };
            let coordinates: Vec<Expr<'_>> = sides.iter().enumerate().map(coordinate).collect();
            let content: f64 = sides.iter().map(Side::width).product();
            let values = self.formulas.within(&graph, &coordinates);
            values.iter().map(|&f| (f * content).id).collect()
        };
        let (arena, roots) = simplify(&graph.into_arena(), &roots, &unit_ranges(sides.len()));
        let window = self.part(arena, roots, self.names.clone()).ok()?;
        Some(Box::new(window))
    }
}
