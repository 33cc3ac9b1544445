//! Differences from 1, logarithms beside 1 and reciprocals of exponentials written so that they keep their digits, in
//! formulas that are left as they are else.
//!
//! 1. 1 − tanh(x)² is 1/cosh(x)², and 1 − tanh(x) is 2/(1 + exp(2x)): far out the differences are roundings of 1, and a
//!    needle that has died away could not be told from one that has not.
//! 2. 1 − cos(x) is 2 sin(x/2)².
//! 3. ln(1 + x) is log1p(x).
//! 4. a/exp(x) is a·exp(−x): where exp(x) overflows nothing is known of its reciprocal.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", SIAM (2002), section 1.7 (cancellation).

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};

/// What is written anew, of an x.
enum Form {
    /// 1 − tanh(x)².
    Secant,
    /// The logarithm of 1 + x.
    Logarithm,
    /// 1 − cos(x), times a sign.
    Cosine(f64),
    /// 1 − tanh(x), times a sign.
    Tangent(f64),
    /// Something over the exponential.
    Decay(Id),
}

impl Form {
    /// This form of x, where nodes have these images.
    fn of<'g>(&self, x: Expr<'g>, images: &[Id]) -> Expr<'g> {
        match self {
            Form::Decay(above) => {
                let above = x.graph.expr(images[above.index()]);
                let decay = (-x).exp();
                match above.number() {
                    Some(1.0) => decay,
                    _ => above * decay,
                }
            }
            Form::Secant => 1.0 / x.unary(Unary::Cosh).powi(2),
            Form::Logarithm => x.unary(Unary::Log1p),
            Form::Cosine(sign) => 2.0 * sign * (0.5 * x).sin().powi(2),
            Form::Tangent(sign) => 2.0 * sign / ((2.0 * x).exp() + 1.0),
        }
    }
}

/// The formulas with what loses digits beside 1 written anew; `None` if there is nothing of that in them.
pub(crate) fn beside_one(arena: &Arena, roots: &[Id]) -> Option<(Arena, Vec<Id>)> {
    let differs = |node: &Node| form(arena, node).is_some();
    if !arena.nodes().iter().any(differs) {
        return None;
    }
    let graph = Graph::new();
    let mut images: Vec<Id> = Vec::with_capacity(arena.nodes().len());
    for node in arena.nodes() {
        let image = match form(arena, node) {
            Some((form, x)) => form.of(graph.expr(images[x.index()]), &images),
            None => graph.insert(node.with_operands(|id| images[id.index()])),
        };
        images.push(image.id);
    }
    let roots = roots.iter().map(|root| images[root.index()]).collect();
    Some((graph.into_arena(), roots))
}

/// What a node is that is written anew, and its x.
fn form(arena: &Arena, node: &Node) -> Option<(Form, Id)> {
    // What has lost digits on the way to 1 is not it.
    let is_one = |id: Id| {
        let number = arena.rounded(id);
        number.is_some_and(|number| number == 1.0 && number.lost == 0.0)
    };
    match *node {
        Node::Unary(Unary::Ln, sum) => match *arena.node(sum) {
            Node::Binary(Binary::Add, a, x) if is_one(a) => Some((Form::Logarithm, x)),
            Node::Binary(Binary::Add, x, b) if is_one(b) => Some((Form::Logarithm, x)),
            _ => None,
        },
        Node::Binary(Binary::Sub, a, b) if is_one(a) => match *arena.node(b) {
            Node::Power(base, 2) => tangent(arena, base),
            Node::Binary(Binary::Mul, x, y) if x == y => tangent(arena, x),
            _ => difference(arena, b, 1.0),
        },
        Node::Binary(Binary::Sub, a, b) if is_one(b) => difference(arena, a, -1.0),
        Node::Binary(Binary::Div, above, below) => match *arena.node(below) {
            Node::Unary(Unary::Exp, x) => Some((Form::Decay(above), x)),
            _ => None,
        },
        _ => None,
    }
}

/// 1 − tanh(x)² for what is tanh(x).
fn tangent(arena: &Arena, base: Id) -> Option<(Form, Id)> {
    match *arena.node(base) {
        Node::Unary(Unary::Tanh, x) => Some((Form::Secant, x)),
        _ => None,
    }
}

/// The difference of 1 and a function, times a sign.
fn difference(arena: &Arena, function: Id, sign: f64) -> Option<(Form, Id)> {
    match *arena.node(function) {
        Node::Unary(Unary::Cos, x) => Some((Form::Cosine(sign), x)),
        Node::Unary(Unary::Tanh, x) => Some((Form::Tangent(sign), x)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::value::values;

    #[test]
    fn differences_from_one_keep_their_digits() {
        let graph = Graph::new();
        let x = graph.input(0);
        let both = [(1.0 - x.cos()).id, (x * (x.cos() - 1.0)).id];
        let (arena, roots) = beside_one(&graph.into_arena(), &both).unwrap();
        let found = values(&arena, &roots, &[1e-9]);
        assert!((found[0] / 5e-19 - 1.0).abs() < 1e-15, "{found:?}");
        assert!((found[1] / -5e-28 - 1.0).abs() < 1e-15, "{found:?}");
        let graph = Graph::new();
        let logarithm = [(1.0 + graph.input(0)).ln().id];
        let (arena, roots) = beside_one(&graph.into_arena(), &logarithm).unwrap();
        assert_eq!(values(&arena, &roots, &[1e-20]), [1e-20]);
        let graph = Graph::new();
        let tanh = graph.input(0).unary(Unary::Tanh);
        let both = [(1.0 - tanh).id, (tanh - 1.0).id];
        let (arena, roots) = beside_one(&graph.into_arena(), &both).unwrap();
        for (x, rest) in [(40.0, 2.0 * (-80f64).exp()), (-40.0, 2.0), (800.0, 0.0)] {
            let found = values(&arena, &roots, &[x]);
            assert!((found[0] - rest).abs() <= 1e-14 * rest, "{found:?}");
            assert_eq!(found[1], -found[0]);
        }
    }

    #[test]
    fn what_has_died_away_keeps_its_digits() {
        let graph = Graph::new();
        let x = graph.input(0);
        let tanh = x.unary(Unary::Tanh);
        let both = [(1.0 - tanh.powi(2)).id, (3.0 * (1.0 - tanh * tanh) + x).id];
        let arena = graph.into_arena();
        let (arena, roots) = beside_one(&arena, &both).unwrap();
        // 1/cosh² is 4 exp(−2x) to all digits there; 1 − tanh² is 0.
        let found = values(&arena, &roots, &[40.0]);
        let expected = 4.0 * (-80.0f64).exp();
        assert!((found[0] / expected - 1.0).abs() < 1e-14, "{found:?}");
        assert_eq!(found[1], 40.0);
        let found = values(&arena, &roots, &[0.5]);
        let expected = 1.0 - 0.5f64.tanh().powi(2);
        assert!((found[0] - expected).abs() < 1e-15);
        assert!((found[1] - 3.0 * expected - 0.5).abs() < 4e-15);
    }

    #[test]
    fn reciprocals_of_exponentials_are_exponentials() {
        let graph = Graph::new();
        let x = graph.input(0);
        let both = [(1.0 / x.exp()).id, (x / (2.0 * x).exp()).id];
        let (arena, roots) = beside_one(&graph.into_arena(), &both).unwrap();
        let found = values(&arena, &roots, &[720.0]);
        assert_eq!(found, [(-720f64).exp(), 0.0]);
        let found = values(&arena, &roots, &[1.5]);
        assert_eq!(found[0], (-1.5f64).exp());
        assert!((found[1] - 1.5 * (-3f64).exp()).abs() < 1e-16);
    }

    #[test]
    fn other_formulas_are_left_alone() {
        let graph = Graph::new();
        let x = graph.input(0);
        let root = (2.0 - x.unary(Unary::Tanh).powi(2)).id;
        let arena = graph.into_arena();
        assert!(beside_one(&arena, &[root]).is_none());
    }
}
