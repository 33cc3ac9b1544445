//! Formulas of a complex argument, as pairs of real formulas.

use num_complex::Complex64;

use super::complex::ComplexExpr;
use super::graph::{Arena, Graph, Id, Node};
use super::inputs;
use crate::elementary::{Binary, Unary};

/// The formulas of one input where that is a complex number, as formulas of its two parts; `None`
/// where one of them is not known to be analytic.
///
/// Logarithms and powers have their cut along the negative real axis: whether a formula is analytic
/// where it is wanted is for its enclosure to say.
pub(crate) fn continued<'g>(
    graph: &'g Graph,
    arena: &Arena,
    roots: &[Id],
    input: ComplexExpr<'g>,
) -> Option<Vec<ComplexExpr<'g>>> {
    let needed = arena.needed(roots);
    let reached = inputs::of_nodes(arena);
    let mut values: Vec<Option<ComplexExpr<'g>>> = vec![None; needed.len()];
    for (index, node) in arena.nodes().iter().enumerate() {
        if !needed[index] {
            continue;
        }
        let of = |id: &Id| values[id.index()];
        let value = if reached[index] == 0 {
            let real = |id: Id| values[id.index()].map_or(id, |z| z.re.id);
            ComplexExpr::from(graph.insert(node.with_operands(real)))
        } else {
            match node {
                Node::Input(_) => input,
                Node::Unary(op, x) => unary(*op, of(x)?)?,
                Node::Binary(op, x, y) => binary(
                    *op,
                    of(x)?,
                    of(y)?,
                    [x, y].map(|id| reached[id.index()] == 0),
                )?,
                Node::Power(x, n) => of(x)?.powi(*n),
                _ => return None,
            }
        };
        values[index] = Some(value);
    }
    roots.iter().map(|root| values[root.index()]).collect()
}

fn unary<'g>(op: Unary, z: ComplexExpr<'g>) -> Option<ComplexExpr<'g>> {
    let i = Complex64::i();
    let hyperbolic = || (z.exp(), (-z).exp());
    Some(match op {
        Unary::Neg => -z,
        Unary::Sqrt => z.sqrt(),
        Unary::Cbrt => z.powf(1.0 / 3.0),
        Unary::Exp => z.exp(),
        Unary::Expm1 => z.exp() - 1.0,
        Unary::Ln => z.ln(),
        Unary::Log1p => (z + 1.0).ln(),
        Unary::Log2 => z.ln() * std::f64::consts::LOG2_E,
        Unary::Log10 => z.ln() * std::f64::consts::LOG10_E,
        Unary::Sin => z.sin(),
        Unary::Cos => z.cos(),
        Unary::Tan => z.sin() / z.cos(),
        Unary::Sinh => {
            let (up, down) = hyperbolic();
            (up - down) * 0.5
        }
        Unary::Cosh => {
            let (up, down) = hyperbolic();
            (up + down) * 0.5
        }
        Unary::Tanh => {
            let (up, down) = hyperbolic();
            (up - down) / (up + down)
        }
        Unary::Atan => ((z * -i + 1.0).ln() - (z * i + 1.0).ln()) * Complex64::new(0.0, 0.5),
        Unary::Asinh => (z + (z * z + 1.0).sqrt()).ln(),
        _ => return None,
    })
}

fn binary<'g>(
    op: Binary,
    a: ComplexExpr<'g>,
    b: ComplexExpr<'g>,
    real: [bool; 2],
) -> Option<ComplexExpr<'g>> {
    Some(match (op, real) {
        (Binary::Add, _) => a + b,
        (Binary::Sub, _) => a - b,
        // What is real has an imaginary part that is no formula.
        (Binary::Mul, [true, _]) => b * a.re,
        (Binary::Mul, [_, true]) => a * b.re,
        (Binary::Mul, _) => a * b,
        (Binary::Div, [_, true]) => ComplexExpr::new(a.re / b.re, a.im / b.re),
        (Binary::Div, _) => a / b,
        (Binary::Pow, [_, true]) => a.powf(b.re),
        (Binary::Pow, [true, _]) => (b * a.re.ln()).exp(),
        (Binary::Pow, _) => (a.ln() * b).exp(),
        (Binary::Hypot, _) => (a * a + b * b).sqrt(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continued_formulas_have_the_values_of_complex_numbers() {
        let z = Complex64::new(1.3, 0.4);
        let source = Graph::new();
        let x = source.input(0);
        for (formula, value) in [
            ((x.exp() - 1.0) / x, (z.exp() - 1.0) / z),
            (x.pow(0.3) * x.ln(), z.powf(0.3) * z.ln()),
            (
                x.sinh() + x.cosh() * x.tanh(),
                z.sinh() + z.cosh() * z.tanh(),
            ),
            (x.atan() + x.asinh(), z.atan() + z.asinh()),
            (x.tan() - x.cbrt(), z.tan() - z.cbrt()),
            (x.powi(-3) + x.pow(x), z.powi(-3) + z.powc(z)),
            (
                2.0 - x.sqrt() * source.pi(),
                2.0 - z.sqrt() * std::f64::consts::PI,
            ),
        ] {
            let id = formula.id;
            let found = source.read(|arena| {
                let graph = Graph::new();
                let input = ComplexExpr::new(graph.input(0), graph.input(1));
                let found = continued(&graph, arena, &[id], input).unwrap()[0];
                let at = [z.re, z.im];
                Complex64::new(found.re.value(&at), found.im.value(&at))
            });
            // A handful of roundings.
            assert!(
                (found - value).norm() < 1e-14 * value.norm(),
                "{found} {value}"
            );
        }
        let root = x.abs().id;
        source.read(|arena| {
            let graph = Graph::new();
            let input = ComplexExpr::new(graph.input(0), graph.input(1));
            assert!(continued(&graph, arena, &[root], input).is_none());
        });
    }
}
