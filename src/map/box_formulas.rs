//! Formulas on the unit box: compiled, and still formulas, so that a part of the box or a turn of
//! an axis is algebra and loses no digits.

use std::f64::consts::PI;

use super::factors::factors;
use super::formulas::Formulas;
use super::period::is_periodic;
use super::switch::switches;
use crate::error::Error;
use crate::expr::enclosure::Enclosure;
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::rectangle::Rectangle;
use crate::expr::simplify::simplify;
use crate::integrand::{
    AxisFacts, Bounds, Evaluator, Factor, Integrand, Neighbourhood, Side, Switches,
};
use crate::program::Program;

/// Simplified formulas of unit coordinates, with the program that evaluates them.
#[derive(Clone, Debug)]
pub(crate) struct BoxFormulas {
    formulas: Formulas,
    /// What users call the axes.
    names: Vec<String>,
    program: Program,
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

    fn bounds(&self) -> Option<Box<dyn Bounds + '_>> {
        let (arena, roots) = (&self.formulas.arena, &self.formulas.roots);
        Some(Box::new(EnclosedBox {
            enclosure: Enclosure::new(arena, roots, self.names.len())?,
            sides: Vec::new(),
        }))
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
            let integrand = BoxFormulas::new(arena, roots, names).ok()?;
            Some(Factor {
                axes,
                integrand: Box::new(integrand),
            })
        };
        groups.iter().map(factor).collect()
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
        let window = BoxFormulas::new(arena, roots, self.names.clone()).ok()?;
        Some(Box::new(window))
    }
}

/// Slabs that cover a neighbourhood: more would give sharper bounds, but hardly fewer nodes.
const SLABS: usize = 2;

/// Enclosed formulas on a part of the unit box.
struct EnclosedBox<'a> {
    enclosure: Enclosure<'a>,
    /// The part; none before the first turn.
    sides: Vec<Side>,
}

impl Bounds for EnclosedBox<'_> {
    fn turn_to(&mut self, sides: &[Side]) -> Option<Vec<f64>> {
        self.sides.clear();
        self.sides.extend_from_slice(sides);
        let ends = |side: &Side| (side.from.min(side.to), side.from.max(side.to));
        self.enclosure.turn_to(sides.iter().map(ends))
    }

    fn around(&mut self, axis: usize, neighbourhood: Neighbourhood) -> Option<Vec<f64>> {
        let side = *self.sides.get(axis)?;
        let mut sizes = vec![0.0; self.enclosure.outputs()];
        // Formulas are real on the reals, so the upper half of the plane is enough.
        let analytic = (0..SLABS).all(|k| {
            let ((left, right), height) = slab(neighbourhood, k);
            let (left, right) = (side.at(left), side.at(right));
            let re = (left.min(right), left.max(right));
            let slab = Rectangle::new(re, (0.0, side.width() * height));
            self.enclosure.raise_to_sizes(axis, slab, &mut sizes)
        });
        analytic.then_some(sizes)
    }
}

/// The real parts of a slab of a neighbourhood of [0, 1], and how far up it reaches.
fn slab(neighbourhood: Neighbourhood, k: usize) -> ((f64, f64), f64) {
    let part = |k: usize| k as f64 / SLABS as f64;
    match neighbourhood {
        Neighbourhood::Strip(height) => ((part(k), part(k + 1)), height),
        Neighbourhood::Ellipse(rho) => {
            let (long, high) = ((rho + 1.0 / rho) / 4.0, (rho - 1.0 / rho) / 4.0);
            let angle = |k: usize| PI * (1.0 - part(k));
            let along = |k: usize| 0.5 + long * angle(k).cos();
            // Slabs are even in number, so each lies on one side of the centre and is highest at
            // the end that is nearer to it.
            let highest = angle(k).sin().max(angle(k + 1).sin());
            ((along(k), along(k + 1)), high * highest)
        }
    }
}
