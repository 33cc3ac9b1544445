//! The derivatives of single operations, as numbers: the rows of the operators' table, evaluated.

use std::sync::OnceLock;

use super::graph::{Arena, Graph, Id};
use super::operator::{binary, unary};
use super::value::node_value;
use crate::elementary::{Binary, Unary};

/// The derivatives of a function, as formulas of its operands and then its value; made when they are
/// asked for first.
type Slopes = OnceLock<(Arena, Vec<Id>)>;

/// The derivatives of all functions of one operand, in their order.
static UNARY_SLOPES: [Slopes; Unary::ALL.len()] = [const { OnceLock::new() }; Unary::ALL.len()];

/// The derivatives of all functions of two operands, in their order.
static BINARY_SLOPES: [Slopes; Binary::ALL.len()] = [const { OnceLock::new() }; Binary::ALL.len()];

/// The derivative of a function of one operand, zero where there is no formula for it.
fn unary_formula(op: Unary) -> &'static (Arena, Vec<Id>) {
    UNARY_SLOPES[op as usize].get_or_init(|| {
        let graph = Graph::new();
        let slope = (unary(op).derivative)(graph.input(0), graph.input(1));
        let root = slope.unwrap_or(graph.constant(0.0)).id;
        (graph.into_arena(), vec![root])
    })
}

/// The derivatives of a function of two operands, zero where there is no formula for them.
fn binary_formulas(op: Binary) -> &'static (Arena, Vec<Id>) {
    BINARY_SLOPES[op as usize].get_or_init(|| {
        let graph = Graph::new();
        let roots = {
            let [x, y, z] = [0, 1, 2].map(|i| graph.input(i));
            let zero = graph.constant(0.0);
            let slopes = (binary(op).derivative)(x, y, z);
            slopes.map(|slope| slope.unwrap_or(zero).id).to_vec()
        };
        (graph.into_arena(), roots)
    })
}

/// The longest formula of a derivative in the table; a test checks it.
const LONGEST: usize = 24;

/// The values of a derivative: up to two formulas.
fn slopes((arena, roots): &(Arena, Vec<Id>), inputs: &[f64]) -> [f64; 2] {
    // No memory is asked for: this runs for every node of a formula.
    let mut value = [f64::NAN; LONGEST];
    for (index, node) in arena.nodes().iter().enumerate().take(LONGEST) {
        value[index] = node_value(node, inputs, |id| value[id.index()]);
    }
    let mut found = [0.0; 2];
    for (slope, root) in found.iter_mut().zip(roots) {
        *slope = value.get(root.index()).copied().unwrap_or(0.0);
    }
    found
}

/// f′(x), where y = f(x); 0 where there is no formula for it.
pub(crate) fn unary_slope(op: Unary, x: f64, y: f64) -> f64 {
    slopes(unary_formula(op), &[x, y])[0]
}

/// The partial derivatives at (x, y), where z = f(x, y).
pub(crate) fn binary_slopes(op: Binary, x: f64, y: f64, z: f64) -> [f64; 2] {
    slopes(binary_formulas(op), &[x, y, z])
}

/// Whether there is a formula for the derivative of a function of one operand.
pub(crate) fn is_known(op: Unary) -> bool {
    let graph = Graph::new();
    (unary(op).derivative)(graph.input(0), graph.input(1)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_derivative_fits_and_stands_in_the_place_of_its_operator() {
        let unary = Unary::ALL.iter().map(|op| unary_formula(*op));
        let binary = Binary::ALL.iter().map(|op| binary_formulas(*op));
        for (arena, _) in unary.chain(binary) {
            assert!(arena.nodes().len() <= LONGEST, "{}", arena.nodes().len());
        }
        for (place, op) in Unary::ALL.iter().enumerate() {
            assert_eq!(*op as usize, place);
        }
        for (place, op) in Binary::ALL.iter().enumerate() {
            assert_eq!(*op as usize, place);
        }
        assert_eq!(unary_slope(Unary::Sin, 0.0, 0.0), 1.0);
        assert_eq!(binary_slopes(Binary::Pow, 3.0, 2.0, 9.0)[0], 6.0);
    }
}
