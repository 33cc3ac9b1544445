//! What an integral is off because the numbers of its formula are rounded: 18.99373 is no double.
//!
//! 1. Take every number of many digits for a variable: the derivative of the integral by it, times half an
//!    ulp, is what its rounding costs. Where the formula depends on the distance from a place,
//!    what that costs on the one side comes back on the other, but for what lies beyond the ends.
//! 2. The derivatives are summed over nodes elsewhere, with their signs.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", SIAM (2002), section 1.6.

use super::focus::Place;
use crate::expr::formulas::Formulas;
use crate::expr::gradient::Gradients;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node, Rounded};
use crate::integrand::Numbers;

/// More numbers than this are not told apart: formulas that contain so many are long.
const MOST: usize = 64;

/// Formulas of one variable and of the numbers in them, in pieces.
pub(super) struct RoundedNumbers {
    /// The inputs are the variable, and then the numbers.
    formulas: Formulas,
    numbers: Vec<Rounded>,
    places: Vec<Place>,
}

impl RoundedNumbers {
    /// The formulas on pieces; `None` if no number in them is rounded.
    pub(super) fn new(of: &Formulas, places: Vec<Place>) -> Option<Self> {
        let needed = of.arena.needed(&of.roots);
        let is_rounded = |id: Id| needed[id.index()] && rounded(&of.arena, id).is_some();
        let all: Vec<Id> = (0..needed.len()).map(Id::at).collect();
        let found: Vec<Id> = all.into_iter().filter(|id| is_rounded(*id)).collect();
        if found.is_empty() || found.len() > MOST {
            return None;
        }
        let graph = Graph::new();
        let roots: Vec<Id> = {
            let inputs: Vec<Expr<'_>> = (0..=found.len()).map(|i| graph.input(i)).collect();
            let copies = graph.import_replacing(&of.arena, &of.roots, &inputs[..1], |id, _| {
                let place = found.iter().position(|own| *own == id)?;
                Some(inputs[1 + place])
            });
            copies.iter().map(|f| f.id).collect()
        };
        let numbers = found.iter().filter_map(|id| rounded(&of.arena, *id));
        Some(RoundedNumbers {
            numbers: numbers.collect(),
            formulas: Formulas {
                inputs: Vec::new(),
                arena: graph.into_arena(),
                roots,
            },
            places,
        })
    }
}

/// The number that a node is, if it is a rounded one.
fn rounded(arena: &Arena, id: Id) -> Option<Rounded> {
    let number = match arena.node(id) {
        Node::Symbol(symbol) => Rounded::from(symbol.value()),
        _ => arena.rounded(id)?,
    };
    (number.lost > 0.0).then_some(number)
}

impl Numbers for RoundedNumbers {
    fn count(&self) -> usize {
        self.numbers.len()
    }

    fn slopes(&self, piece: usize, nodes: &[f64]) -> Vec<f64> {
        let count = nodes.len() * self.formulas.roots.len() * self.count();
        let mut slopes = Vec::with_capacity(count);
        let Formulas { arena, roots, .. } = &self.formulas;
        let Ok(mut gradients) = Gradients::new(arena, roots, 1 + self.count()) else {
            // Nothing is known of what has no derivative.
            slopes.resize(count, 0.0);
            return slopes;
        };
        let values = self.numbers.iter().map(|number| number.value);
        let mut point: Vec<f64> = std::iter::once(0.0).chain(values).collect();
        for w in nodes {
            point[0] = self.places[piece].at(*w);
            let stretch = self.places[piece].stretch(*w);
            let rows = gradients.jacobian(&point);
            for output in 0..self.formulas.roots.len() {
                let numbers = self.numbers.iter().enumerate();
                slopes.extend(
                    numbers.map(|(k, number)| stretch * rows[(output, 1 + k)] * number.lost),
                );
            }
        }
        slopes
    }
}
