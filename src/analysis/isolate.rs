//! An equation solved for one of its unknowns.

use super::coefficients::coefficients;
use super::undo::{Equation, root, undone};
use crate::elementary::Unary;
use crate::expr::graph::{Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::expr::operator::Range;
use crate::expr::simplify::simplify;

/// The inputs that reach a formula, one bit each.
pub(crate) fn reached(e: Expr<'_>) -> u64 {
    e.graph.read(|arena| inputs::of_formulas(arena, &[e.id]))
}

/// An unknown as a formula of what else an equation holds, and the degree of the equation in it.
pub(crate) fn isolated<'g>(
    graph: &'g Graph,
    (l, r): Equation<'g>,
    unknown: usize,
    at: &[f64],
    ranges: &[Range],
) -> Option<(Expr<'g>, usize)> {
    let holds = |e: Expr<'g>| reached(e) >> unknown & 1 == 1;
    let value = |e: Expr<'g>| e.value(at);
    let mut sides = if holds(r) && !holds(l) {
        (r, l)
    } else {
        (l, r)
    };
    while !holds(sides.1) {
        if matches!(graph.node(sides.0.id), Node::Input(_)) {
            return Some((sides.1, 1));
        }
        match undone(sides, &holds, &value) {
            Some(next) => sides = next,
            None => break,
        }
    }
    of_polynomial(graph, sides.0 - sides.1, unknown, at, ranges)
}

/// The unknown where a formula is zero that is a polynomial of degree 1 or 2 in a power of it.
fn of_polynomial<'g>(
    graph: &'g Graph,
    formula: Expr<'g>,
    unknown: usize,
    at: &[f64],
    ranges: &[Range],
) -> Option<(Expr<'g>, usize)> {
    let (above, _) = coefficients(graph, formula, unknown)?;
    let roots: Vec<Id> = above.iter().map(|e| e.id).collect();
    // Whether a coefficient is zero shows when it is simplified.
    let (arena, roots) = graph.read(|arena| simplify(arena, &roots, ranges));
    let above = graph.import(&arena, &roots, &[]);
    let powers: Vec<usize> = (0..above.len())
        .filter(|&k| above[k].number() != Some(0.0))
        .collect();
    let (&lowest, &highest) = (powers.first()?, powers.last()?);
    let step = powers.iter().fold(0, |step, k| gcd(step, k - lowest));
    if step == 0 {
        return None;
    }
    let x = at[unknown];
    let power = match (highest - lowest) / step {
        1 => -above[lowest] / above[highest],
        2 => {
            let (a, b, c) = (above[highest], above[lowest + step], above[lowest]);
            let value = |e: Expr<'g>| e.value(at);
            let slope = 2.0 * value(a) * x.powi(step as i32) + value(b);
            let radical = (b * b - 4.0 * a * c).sqrt();
            // Of the two forms of each root the one in which nothing cancels.
            match (slope < 0.0, value(b) < 0.0) {
                (false, true) => (negative(b) + radical) / (2.0 * a),
                (false, false) => 2.0 * negative(c) / (b + radical),
                (true, true) => 2.0 * c / (negative(b) + radical),
                (true, false) => negative(b + radical) / (2.0 * a),
            }
        }
        _ => return None,
    };
    let degree = (highest - lowest).max(1);
    Some((root(power, step as i32, x), degree))
}

/// −e, without two signs in a row.
fn negative(e: Expr<'_>) -> Expr<'_> {
    match e.graph.node(e.id) {
        Node::Unary(Unary::Neg, x) => e.graph.expr(x),
        _ => -e,
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
