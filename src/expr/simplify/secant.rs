//! 1 − tanh² written as 1/cosh² and 1 − cos as 2 sin² of the half, in formulas that are left as they are else: far out the
//! first is a rounding of 1, and a needle that has died away could not be told from one that has not; the second loses all
//! digits where the angle is small. So do 1 − tanh far out, which is 2/(1 + exp(2x)), and ln(1 + x) for small x.

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Graph, Id, Node};

/// The formulas with 1/cosh(x)² for 1 − tanh(x)², 2 sin(x/2)² for 1 − cos(x), 2/(1 + exp(2x)) for 1 − tanh(x) and log1p(x) for
/// ln(1 + x); `None` if there is nothing of that in them.
pub(crate) fn with_secants(arena: &Arena, roots: &[Id]) -> Option<(Arena, Vec<Id>)> {
    let differs =
        |node: &Node| squared_tangent(arena, node).is_some() || from_one(arena, node).is_some();
    if !arena.nodes().iter().any(differs) {
        return None;
    }
    let graph = Graph::new();
    let mut images: Vec<Id> = Vec::with_capacity(arena.nodes().len());
    for node in arena.nodes() {
        let image = match squared_tangent(arena, node) {
            Some(x) => {
                let cosh = graph.expr(images[x.index()]).unary(Unary::Cosh);
                (1.0 / cosh.powi(2)).id
            }
            None => match from_one(arena, node) {
                Some((sign, Unary::Tanh, x)) => {
                    let power = (2.0 * graph.expr(images[x.index()])).exp();
                    (2.0 * sign / (power + 1.0)).id
                }
                Some((_, Unary::Ln, x)) => graph.expr(images[x.index()]).unary(Unary::Log1p).id,
                Some((sign, _, x)) => {
                    let half = 0.5 * graph.expr(images[x.index()]);
                    (2.0 * sign * half.sin().powi(2)).id
                }
                None => graph.insert(node.with_operands(|id| images[id.index()])).id,
            },
        };
        images.push(image);
    }
    let roots = roots.iter().map(|root| images[root.index()]).collect();
    Some((graph.into_arena(), roots))
}

/// The x of a node that is 1 − tanh(x)².
fn squared_tangent(arena: &Arena, node: &Node) -> Option<Id> {
    let Node::Binary(Binary::Sub, one, square) = *node else {
        return None;
    };
    let base = match *arena.node(square) {
        Node::Power(base, 2) => base,
        Node::Binary(Binary::Mul, x, y) if x == y => x,
        _ => return None,
    };
    match *arena.node(base) {
        Node::Unary(Unary::Tanh, x) if arena.number(one) == Some(1.0) => Some(x),
        _ => None,
    }
}

/// The function and the x of a node that is 1 − cos(x), 1 − tanh(x) or ln(1 + x), with 1, or the opposite of a difference,
/// with −1.
fn from_one(arena: &Arena, node: &Node) -> Option<(f64, Unary, Id)> {
    let is_one = |id: Id| arena.number(id) == Some(1.0);
    if let Node::Unary(Unary::Ln, sum) = *node {
        let Node::Binary(Binary::Add, a, b) = *arena.node(sum) else {
            return None;
        };
        let rest = if is_one(a) {
            Some(b)
        } else {
            is_one(b).then_some(a)
        };
        return rest.map(|x| (1.0, Unary::Ln, x));
    }
    let Node::Binary(Binary::Sub, a, b) = *node else {
        return None;
    };
    match (arena.node(a), arena.node(b)) {
        (_, Node::Unary(op @ (Unary::Cos | Unary::Tanh), x)) if is_one(a) => Some((1.0, *op, *x)),
        (Node::Unary(op @ (Unary::Cos | Unary::Tanh), x), _) if is_one(b) => Some((-1.0, *op, *x)),
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
        let (arena, roots) = with_secants(&graph.into_arena(), &both).unwrap();
        let found = values(&arena, &roots, &[1e-9]);
        assert!((found[0] / 5e-19 - 1.0).abs() < 1e-15, "{found:?}");
        assert!((found[1] / -5e-28 - 1.0).abs() < 1e-15, "{found:?}");
        let graph = Graph::new();
        let logarithm = [(1.0 + graph.input(0)).ln().id];
        let (arena, roots) = with_secants(&graph.into_arena(), &logarithm).unwrap();
        assert_eq!(values(&arena, &roots, &[1e-20]), [1e-20]);
        let graph = Graph::new();
        let tanh = graph.input(0).unary(Unary::Tanh);
        let both = [(1.0 - tanh).id, (tanh - 1.0).id];
        let (arena, roots) = with_secants(&graph.into_arena(), &both).unwrap();
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
        let (arena, roots) = with_secants(&arena, &both).unwrap();
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
    fn other_formulas_are_left_alone() {
        let graph = Graph::new();
        let x = graph.input(0);
        let root = (2.0 - x.unary(Unary::Tanh).powi(2)).id;
        let arena = graph.into_arena();
        assert!(with_secants(&arena, &[root]).is_none());
    }
}
