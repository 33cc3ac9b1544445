//! Polynomials of one input by their Taylor series about the middle of a rectangle: next to u = 1 u·(2 − u) moves by the
//! square of the distance, where factor by factor it moves by the distance itself.
//!
//! 1. Find the nodes that are polynomials of one input in which it stands more than once, with coefficients in
//!    intervals.
//! 2. Shift the coefficients to the middle m of a rectangle Z: p(m + d) = Σ qₖ dᵏ.
//! 3. The values lie in Σ qₖ (Z − m)ᵏ, and in what the operations one by one enclose: in what both have in common.
//!
//! H. Ratschek, J. Rokne, "Computer Methods for the Range of Functions", Ellis Horwood (1984), chapter 2.

use rustc_hash::FxHashMap;

use super::rectangle::Rectangle;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Id, Node};

/// Of longer formulas the search would take longer than it is worth.
const MOST_NODES: usize = 4000;

/// The highest degree.
const MOST_DEGREE: usize = 8;

/// A polynomial of one input.
#[derive(Clone, Debug)]
pub(super) struct Centred {
    input: usize,
    /// From the constant one on.
    coefficients: Vec<Rectangle>,
}

impl Centred {
    /// A number.
    fn number(value: Rectangle) -> Self {
        Centred {
            input: 0,
            coefficients: vec![value],
        }
    }

    fn degree(&self) -> usize {
        self.coefficients.len() - 1
    }

    /// Both as polynomials of the same input, if they are.
    fn shared(&self, other: &Self) -> Option<usize> {
        match (self.degree(), other.degree()) {
            (0, _) => Some(other.input),
            (_, 0) => Some(self.input),
            _ => (self.input == other.input).then_some(self.input),
        }
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        let input = self.shared(other)?;
        let (mut long, short) = match self.degree() < other.degree() {
            true => (other.coefficients.clone(), &self.coefficients),
            false => (self.coefficients.clone(), &other.coefficients),
        };
        for (sum, term) in long.iter_mut().zip(short) {
            *sum = *sum + *term;
        }
        Some(Centred {
            input,
            coefficients: long,
        })
    }

    fn negative(&self) -> Self {
        Centred {
            input: self.input,
            coefficients: self.coefficients.iter().map(|c| -*c).collect(),
        }
    }

    fn times(&self, other: &Self) -> Option<Self> {
        let input = self.shared(other)?;
        let degree = self.degree() + other.degree();
        if degree > MOST_DEGREE {
            return None;
        }
        let mut coefficients = vec![Rectangle::number(0.0); degree + 1];
        for (j, a) in self.coefficients.iter().enumerate() {
            for (k, b) in other.coefficients.iter().enumerate() {
                coefficients[j + k] = coefficients[j + k] + *a * *b;
            }
        }
        Some(Centred {
            input,
            coefficients,
        })
    }

    fn over(&self, other: &Self) -> Option<Self> {
        let [divisor] = other.coefficients[..] else {
            return None;
        };
        let quotients = self.coefficients.iter().map(|c| c.over(divisor));
        Some(Centred {
            input: self.input,
            coefficients: quotients.collect::<Option<_>>()?,
        })
    }

    fn power(&self, n: i32) -> Option<Self> {
        let n = usize::try_from(n).ok()?;
        if self.degree() * n > MOST_DEGREE || n > MOST_DEGREE {
            return None;
        }
        let one = Centred::number(Rectangle::number(1.0));
        (0..n).try_fold(one, |product, _| product.times(self))
    }

    /// The polynomial that a node is, given those that its operands are.
    fn of_node(node: &Node, known: &[Option<Centred>]) -> Option<Centred> {
        let of = |id: &Id| known[id.index()].as_ref();
        match node {
            Node::Constant(bits, _) => {
                let value = f64::from_bits(*bits);
                value
                    .is_finite()
                    .then(|| Centred::number(Rectangle::number(value)))
            }
            Node::Input(i) => Some(Centred {
                input: *i as usize,
                coefficients: vec![Rectangle::number(0.0), Rectangle::number(1.0)],
            }),
            Node::Unary(Unary::Neg, x) => Some(of(x)?.negative()),
            Node::Binary(Binary::Add, x, y) => of(x)?.plus(of(y)?),
            Node::Binary(Binary::Sub, x, y) => of(x)?.plus(&of(y)?.negative()),
            Node::Binary(Binary::Mul, x, y) => of(x)?.times(of(y)?),
            Node::Binary(Binary::Div, x, y) => of(x)?.over(of(y)?),
            Node::Power(x, n) => of(x)?.power(*n),
            _ => None,
        }
    }

    /// Whether a node is a polynomial that has its input in both operands, to which operations one by one are blind.
    fn is_repeated(node: &Node, known: &[Option<Centred>]) -> bool {
        let degree = |id: &Id| known[id.index()].as_ref().map_or(0, Centred::degree);
        let is_sum = matches!(node, Node::Binary(Binary::Add | Binary::Sub, ..));
        match node {
            Node::Binary(Binary::Add | Binary::Sub | Binary::Mul, x, y) => {
                let (a, b) = (degree(x), degree(y));
                a > 0 && b > 0 && (!is_sum || a.max(b) > 1)
            }
            _ => false,
        }
    }

    /// The input.
    pub(super) fn input(&self) -> usize {
        self.input
    }

    /// An enclosure of the values on a rectangle; `None` where that has no end.
    pub(super) fn on(&self, place: Rectangle) -> Option<Rectangle> {
        if !(place.size.is_finite() && place.girth() > 0.0) {
            return None;
        }
        let middle = place.middle();
        let away = place - middle;
        let mut shifted = self.coefficients.clone();
        let degree = self.degree();
        for k in 0..degree {
            for j in (k..degree).rev() {
                shifted[j] = shifted[j] + shifted[j + 1] * middle;
            }
        }
        let mut sum = shifted[0];
        for (k, coefficient) in shifted.iter().enumerate().skip(1) {
            sum = sum + *coefficient * away.whole_power(k as i32)?;
        }
        sum.size.is_finite().then_some(sum)
    }
}

/// The nodes of formulas that are polynomials in which their input stands more than once, and no parts of longer ones.
pub(super) fn centred(arena: &Arena, roots: &[Id], needed: &[bool]) -> FxHashMap<usize, Centred> {
    let mut found = FxHashMap::default();
    if arena.nodes().len() > MOST_NODES {
        return found;
    }
    let mut known: Vec<Option<Centred>> = Vec::with_capacity(arena.nodes().len());
    // Whether the input stands more than once, here or farther in.
    let mut is_repeated: Vec<bool> = Vec::with_capacity(arena.nodes().len());
    let mut is_last = vec![false; arena.nodes().len()];
    for (node, needed) in arena.nodes().iter().zip(needed) {
        let own = needed.then(|| Centred::of_node(node, &known)).flatten();
        let mut repeated = own.is_some() && Centred::is_repeated(node, &known);
        node.for_each_operand(|id| {
            repeated |= own.is_some() && is_repeated[id.index()];
            is_last[id.index()] |= *needed && own.is_none();
        });
        known.push(own);
        is_repeated.push(repeated);
    }
    for root in roots {
        is_last[root.index()] = true;
    }
    for (index, own) in known.into_iter().enumerate() {
        if let Some(own) = own.filter(|_| is_last[index] && is_repeated[index]) {
            found.insert(index, own);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::Graph;

    #[test]
    fn a_fold_moves_by_the_square_of_the_distance() {
        let graph = Graph::new();
        let (u, v) = (graph.input(0), graph.input(1));
        let root = ((u * (2.0 - u) - 0.999) / 1e-5).cosh() * (v * 3.0 + 1.0);
        let roots = [root.id];
        let arena = graph.into_arena();
        let needed = arena.needed(&roots);
        let found = centred(&arena, &roots, &needed);
        // Of v there is nothing to gain.
        assert_eq!(found.len(), 1);
        let own = found.values().next().expect("there is one");
        assert_eq!((own.input(), own.degree()), (0, 2));
        let place = Rectangle::new((1.001, 1.002), (-1e-4, 1e-4));
        let values = own.on(place).expect("it is bounded");
        // (0.001 − s²)/1e-5 for s² from 1e-6 − 1e-8 to 4e-6, and 2s·1e-4/1e-5 to both sides.
        let (lo, hi) = values.along();
        assert!(lo <= 99.6 && hi >= 99.901, "{values:?}");
        assert!(lo > 99.5 && hi < 100.0 && values.im.hi < 0.05, "{values:?}");
    }

    #[test]
    fn values_at_points_lie_in_the_enclosure() {
        let graph = Graph::new();
        let u = graph.input(0);
        let p = (u * u - 3.0 * u) * (1.0 - u) / 7.0 + u.powi(3) - 0.3;
        let roots = [p.exp().id];
        let arena = graph.into_arena();
        let needed = arena.needed(&roots);
        let found = centred(&arena, &roots, &needed);
        let own = found.values().next().expect("there is one");
        let mut next = super::super::numbers(7);
        for _ in 0..500 {
            let (a, b) = (4.0 * next() - 2.0, 4.0 * next() - 2.0);
            let (w, h) = (next() * 0.5, next() * 0.5);
            let place = Rectangle::new((a, a + w), (b, b + h));
            let values = own.on(place).expect("it is bounded");
            let z = num_complex::Complex64::new(a + w * next(), b + h * next());
            let value = (z * z - 3.0 * z) * (1.0 - z) / 7.0 + z * z * z - 0.3;
            assert!(values.re.lo <= value.re && value.re <= values.re.hi);
            assert!(values.im.lo <= value.im && value.im <= values.im.hi);
            assert!(value.norm() <= values.size);
        }
    }
}
