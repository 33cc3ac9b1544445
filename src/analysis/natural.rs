//! Formulas of variables between constant limits, some of them infinite, and their way onto the unit
//! box.

use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::simplify::{simplify, with_squares};

/// A variable between two limits as a formula of a unit coordinate, and its derivative.
///
/// An infinite limit is a pole of a rational function: v = lo + w/(1 − w), and s/(1 − s²) with
/// s = 2w − 1 between two of them.
pub(crate) fn between<'g>(
    w: Expr<'g>,
    [lo, hi]: [Expr<'g>; 2],
    infinite: [bool; 2],
) -> (Expr<'g>, Expr<'g>) {
    match infinite {
        [false, false] => {
            let width = hi - lo;
            (lo + width * w, width)
        }
        [false, true] => (lo + w / (1.0 - w), 1.0 / (1.0 - w).powi(2)),
        [true, false] => (hi - (1.0 - w) / w, 1.0 / w.powi(2)),
        [true, true] => {
            let s = 2.0 * w - 1.0;
            let below = 4.0 * w * (1.0 - w);
            (s / below, 2.0 * (1.0 + s.powi(2)) / below.powi(2))
        }
    }
}

/// Squares of larger numbers overflow, if these are a little larger.
const FAR: f64 = 1e150;

/// x at a unit coordinate between limits: the value of [`between`].
pub(crate) fn variable_at(w: f64, (lo, hi): Range) -> f64 {
    match [lo, hi].map(f64::is_finite) {
        [true, true] => lo + (hi - lo) * w,
        [true, false] => lo + w / (1.0 - w),
        [false, true] => hi - (1.0 - w) / w,
        [false, false] => {
            let s = 2.0 * w - 1.0;
            s / (4.0 * w * (1.0 - w))
        }
    }
}

/// The derivative of x by the unit coordinate between limits.
pub(crate) fn stretch_at(w: f64, (lo, hi): Range) -> f64 {
    match [lo, hi].map(f64::is_finite) {
        [true, true] => hi - lo,
        [true, false] => 1.0 / ((1.0 - w) * (1.0 - w)),
        [false, true] => 1.0 / (w * w),
        [false, false] => {
            let s = 2.0 * w - 1.0;
            let below = 4.0 * w * (1.0 - w);
            2.0 * (1.0 + s * s) / (below * below)
        }
    }
}

/// The unit coordinate of x between limits; what [`variable_at`] undoes.
pub(crate) fn unit_of(x: f64, (lo, hi): Range) -> f64 {
    match [lo, hi].map(f64::is_finite) {
        [true, true] => (x - lo) / (hi - lo),
        // Farther out there is no coordinate but that of the end.
        [_, false] if x > FAR => 1.0,
        [false, _] if x < -FAR => 0.0,
        [true, false] => (x - lo) / (1.0 + (x - lo)),
        [false, true] => 1.0 / (1.0 + (hi - x)),
        [false, false] => {
            let s = if x == 0.0 {
                0.0
            } else {
                2.0 * x / (1.0 + (1.0 + 4.0 * x * x).sqrt())
            };
            0.5 + 0.5 * s
        }
    }
}

/// Formulas of variables between constant limits.
#[derive(Clone, Debug)]
pub(crate) struct Natural {
    /// Formulas whose inputs are the variables.
    pub(crate) formulas: Formulas,
    /// The limits of each variable, the lower one first.
    pub(crate) limits: Vec<Range>,
}

impl Natural {
    /// Formulas as they are written: what is multiplied out may cancel.
    pub(crate) fn as_written(graph: Graph, roots: Vec<Id>, limits: Vec<Range>) -> Self {
        Natural {
            formulas: Formulas {
                inputs: (1..=limits.len()).map(|i| format!("v{i}")).collect(),
                arena: graph.into_arena(),
                roots,
            },
            limits,
        }
    }

    /// The same with simplified formulas.
    pub(crate) fn simplified(&self) -> Self {
        let Formulas {
            inputs,
            arena,
            roots,
        } = &self.formulas;
        let (arena, roots) = simplify(arena, roots, &self.limits);
        Natural {
            formulas: Formulas {
                inputs: inputs.clone(),
                arena,
                roots,
            },
            limits: self.limits.clone(),
        }
    }

    /// Simplified formulas.
    pub(crate) fn new(graph: Graph, roots: &[Id], limits: Vec<Range>) -> Self {
        Natural::as_written(graph, roots.to_vec(), limits).simplified()
    }

    /// Whether these are the same formulas, node by node, between the same limits.
    pub(crate) fn is_same(&self, other: &Natural) -> bool {
        let (own, others) = (&self.formulas, &other.formulas);
        self.limits == other.limits
            && own.roots == others.roots
            && own.arena.nodes() == others.arena.nodes()
    }

    /// Whether a limit is infinite.
    pub(crate) fn is_infinite(&self) -> bool {
        let mut limits = self.limits.iter();
        limits.any(|(lo, hi)| lo.is_infinite() || hi.is_infinite())
    }

    /// Simplified formulas of fewer variables, or with sums of squares in them, if there are such.
    pub(crate) fn reduced(&self) -> Option<Self> {
        let simple = self.simplified();
        let Formulas { arena, roots, .. } = &simple.formulas;
        match with_squares(arena, roots, &self.limits) {
            Some((arena, roots)) => Some(Natural {
                formulas: Formulas {
                    inputs: simple.formulas.inputs,
                    arena,
                    roots,
                },
                limits: simple.limits,
            }),
            None => (simple.varying() < self.limits.len()).then_some(simple),
        }
    }

    /// How many of the variables the formulas depend on.
    fn varying(&self) -> usize {
        let reach = inputs::of_nodes(&self.formulas.arena);
        let roots = self.formulas.roots.iter();
        let all = roots.fold(0, |all, root| all | reach[root.index()]);
        all.count_ones() as usize
    }

    /// The formulas on the unit box, times the volume element, simplified.
    pub(crate) fn on_unit_box(&self) -> (Arena, Vec<Id>) {
        let graph = Graph::new();
        let n = self.limits.len();
        let roots: Vec<Id> = {
            let sides = (0..n).map(|i| {
                let ends = [self.limits[i].0, self.limits[i].1];
                let infinite = ends.map(f64::is_infinite);
                let finite = ends.map(|end| graph.constant(end));
                between(graph.input(i), finite, infinite)
            });
            let (variables, stretches): (Vec<_>, Vec<_>) = sides.unzip();
            let stretch = stretches.into_iter().reduce(|product, s| product * s);
            let values = self.formulas.within(&graph, &variables).into_iter();
            let values = values.map(|f| stretch.map_or(f, |stretch| f * stretch));
            values.map(|f| f.id).collect()
        };
        simplify(&graph.into_arena(), &roots, &unit_ranges(n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_variables_undo_each_other() {
        let inf = f64::INFINITY;
        for limits in [(-1.0, 3.0), (2.0, inf), (-inf, 2.0), (-inf, inf)] {
            for w in [0.001, 0.3, 0.5, 0.97] {
                let x = variable_at(w, limits);
                // A few roundings.
                assert!((unit_of(x, limits) - w).abs() < 4e-16);
            }
        }
        for (x, limits, end) in [
            (inf, (2.0, inf), 1.0),
            (1e200, (-inf, inf), 1.0),
            (-1e200, (-inf, inf), 0.0),
            (-inf, (-inf, 2.0), 0.0),
        ] {
            assert_eq!(unit_of(x, limits), end, "{x}");
        }
    }
}
