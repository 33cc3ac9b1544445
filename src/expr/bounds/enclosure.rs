//! Enclosures of formulas: how large their values get where one input leaves the real line.
//!
//! 1. Enclose every node for real inputs in their ranges; this decides the branches of switches.
//! 2. Let one input run through a rectangle of the complex plane, and enclose again what depends on
//!    it. A formula is analytic there unless a node says that it may not be.
//! 3. The sizes of the results bound the integrand, and with it the error of quadrature.
//!
//! Ends of ranges are rounded outward, so where a formula is zero at an end of a box, its range goes
//! beyond zero. Of what a switch reads it is known how far the ends were moved: so much is no change
//! of sign.
//!
//! K. Petras, "Self-validating integration and approximation of piecewise analytic functions", J.
//! Comput. Appl. Math. 145 (2002) 345–359.

use rustc_hash::FxHashMap;

use super::centred::{Centred, centred};
use super::interval::Interval;
use super::rectangle::Rectangle;
use super::slack::{self, Slack};
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::inputs;

/// A formula with this many nodes is too long to be worth enclosing.
const MOST_NODES: usize = 200_000;

/// Formulas with the enclosures of their nodes.
pub(crate) struct Enclosure<'a> {
    arena: &'a Arena,
    roots: &'a [Id],
    /// The nodes that are needed and that an input reaches, with the inputs that do, one bit each.
    reached: Vec<(usize, u64)>,
    /// Every node, for real inputs.
    real: Vec<Option<Rectangle>>,
    /// Every node, where one input is not real.
    values: Vec<Option<Rectangle>>,
    /// The inputs that the values were moved by, one bit each.
    moved: u64,
    /// The inputs, on the reals.
    inputs: Vec<Rectangle>,
    /// Which nodes a switch reads, at once or by others, and how far their ends were moved; empty
    /// where there is no switch.
    read: Vec<bool>,
    slack: Vec<Slack>,
    /// The nodes that bend, and have values on the reals wherever they do.
    kinks: Vec<usize>,
    /// The nodes that are polynomials in which their input stands more than once.
    centred: FxHashMap<usize, Centred>,
}

impl<'a> Enclosure<'a> {
    /// Prepares formulas of n inputs; `None` if they are too long.
    pub(crate) fn new(arena: &'a Arena, roots: &'a [Id], n: usize) -> Option<Self> {
        if arena.nodes().len() > MOST_NODES {
            return None;
        }
        let needed = arena.needed(roots);
        let mut reached = Vec::new();
        let mut real = vec![None; needed.len()];
        let inputs = inputs::of_nodes(arena);
        let read = slack::read_by_switches(arena, &needed);
        let mut slack = vec![Slack::NONE; read.len()];
        let mut kinks = Vec::new();
        for (index, node) in arena.nodes().iter().enumerate() {
            if !needed[index] {
                continue;
            }
            match inputs[index] {
                0 => {
                    real[index] = enclosed(node, &real, &real, &slack);
                    if read.get(index) == Some(&true) {
                        slack[index] = Slack::of(node, real[index].as_ref(), &real, &slack);
                    }
                }
                inputs => {
                    reached.push((index, inputs));
                    if operands_of_kink(node).is_some() {
                        kinks.push(index);
                    }
                }
            }
        }
        Some(Enclosure {
            arena,
            roots,
            reached,
            real,
            values: Vec::new(),
            moved: 0,
            inputs: Vec::with_capacity(n),
            read,
            slack,
            kinks,
            centred: centred(arena, roots, &needed),
        })
    }

    /// Whether something may bend in the ranges of the inputs.
    pub(crate) fn is_undecided(&self) -> bool {
        let bends = |&index: &usize| {
            let (x, y) = operands_of_kink(self.arena.node(Id::at(index)))?;
            let x = on_reals(&x, &self.real, &self.slack)?;
            let Some(y) = y else {
                return Some(x.sign().is_none());
            };
            let y = on_reals(&y, &self.real, &self.slack)?;
            Some(!x.is_below(y) && !y.is_below(x))
        };
        self.kinks.iter().any(|index| bends(index).unwrap_or(true))
    }

    /// Turns to inputs in these ranges. The sizes of the formulas; `None` if they are not bounded.
    pub(crate) fn turn_to(&mut self, ranges: impl Iterator<Item = (f64, f64)>) -> Option<Vec<f64>> {
        self.inputs.clear();
        self.inputs
            .extend(ranges.map(|range| Rectangle::new(range, (0.0, 0.0))));
        for &(index, _) in &self.reached {
            self.real[index] = match self.arena.node(Id::at(index)) {
                Node::Input(i) => self.inputs.get(*i as usize).copied(),
                node => enclosed(node, &self.real, &self.real, &self.slack),
            };
            // Of what a switch reads it is counted how far each operation moves the ends.
            if self.read.get(index) == Some(&true) {
                let node = self.arena.node(Id::at(index));
                let found = self.real[index].as_ref();
                self.slack[index] = Slack::of(node, found, &self.real, &self.slack);
            } else {
                let place = |input: usize| self.inputs.get(input).copied();
                self.real[index] = sharpened(self.real[index], &self.centred, index, place);
            }
        }
        self.values.clone_from(&self.real);
        self.moved = 0;
        let sizes = self.roots.iter().map(|root| {
            let value = self.real[root.index()]?;
            Some(value.size).filter(|size| size.is_finite())
        });
        sizes.collect()
    }

    /// Lets every input be anywhere in a rectangle: on the reals no farther than where it was turned to.
    pub(crate) fn move_to(&mut self, places: &[Rectangle]) {
        self.moved = u64::MAX;
        for &(index, _) in &self.reached {
            self.values[index] = match self.arena.node(Id::at(index)) {
                Node::Input(i) => places.get(*i as usize).copied(),
                node => enclosed(node, &self.values, &self.real, &self.slack),
            };
            let place = |input: usize| places.get(input).copied();
            self.values[index] = sharpened(self.values[index], &self.centred, index, place);
        }
    }

    /// The values of a formula where the inputs were moved to; `None` if it may not be analytic there.
    pub(crate) fn value(&self, root: usize) -> Option<Rectangle> {
        self.values[self.roots[root].index()]
    }

    /// Raises `sizes` to the sizes of the formulas where one input is anywhere in a rectangle;
    /// false if they may not be analytic there.
    pub(crate) fn raise_to_sizes(
        &mut self,
        input: usize,
        place: Rectangle,
        sizes: &mut [f64],
    ) -> bool {
        // What an earlier call moved by another input comes back to the reals.
        let back = self.moved & !inputs::bit(input);
        self.moved = inputs::bit(input);
        for &(index, inputs) in &self.reached {
            if inputs >> input & 1 == 0 {
                if inputs & back != 0 {
                    self.values[index] = self.real[index];
                }
                continue;
            }
            self.values[index] = match self.arena.node(Id::at(index)) {
                Node::Input(_) => Some(place),
                node => enclosed(node, &self.values, &self.real, &self.slack),
            };
            let found = self.values[index];
            self.values[index] = sharpened(found, &self.centred, index, |_| Some(place));
        }
        for (size, root) in sizes.iter_mut().zip(self.roots) {
            match &self.values[root.index()] {
                Some(value) if value.size.is_finite() => *size = size.max(value.size),
                _ => return false,
            }
        }
        true
    }
}

/// What an enclosure of a node has in common with that of the polynomial that it is, if it is one.
fn sharpened(
    found: Option<Rectangle>,
    centred: &FxHashMap<usize, Centred>,
    index: usize,
    place: impl Fn(usize) -> Option<Rectangle>,
) -> Option<Rectangle> {
    if centred.is_empty() {
        return found;
    }
    let whole = found?;
    let polynomial = centred.get(&index);
    let other = polynomial.and_then(|own| own.on(place(own.input())?));
    Some(other.map_or(whole, |other| whole.within(other)))
}

/// What decides where a node bends: the sign of one operand, or how two compare.
fn operands_of_kink(node: &Node) -> Option<(Id, Option<Id>)> {
    match node {
        Node::Unary(Unary::Abs, x) => Some((*x, None)),
        Node::Binary(Binary::Min | Binary::Max, x, y) => Some((*x, Some(*y))),
        _ => None,
    }
}

/// The range of a node on the reals, without what its ends were moved by.
fn on_reals(id: &Id, reals: &[Option<Rectangle>], slack: &[Slack]) -> Option<Interval> {
    let range = reals[id.index()].as_ref()?.re;
    let slack = slack.get(id.index());
    Some(slack.map_or(range, |slack| slack.taken_from(range)))
}

/// The branch of `select` that a condition takes on the reals.
fn chosen(condition: Interval) -> Option<bool> {
    match condition.sign() {
        Some(0.0) => Some(false),
        Some(_) if !condition.has_zero() => Some(true),
        _ => None,
    }
}

/// The enclosure of a node from those of its operands, here and on the reals.
fn enclosed(
    node: &Node,
    values: &[Option<Rectangle>],
    reals: &[Option<Rectangle>],
    slack: &[Slack],
) -> Option<Rectangle> {
    let of = |id: &Id| values[id.index()];
    // Only switches look at the reals.
    let real = |id: &Id| on_reals(id, reals, slack);
    let found = match node {
        Node::Constant(bits, _) => Some(Rectangle::number(f64::from_bits(*bits))),
        Node::Symbol(symbol) => Some(Rectangle::number(symbol.value())),
        Node::Input(_) => None,
        Node::Unary(op, x) => of(x)?.unary(*op, real(x)?),
        Node::Binary(op, x, y) => of(x)?.binary(*op, of(y)?, [real(x)?, real(y)?]),
        Node::Power(x, n) => of(x)?.whole_power(*n),
        Node::Select(c, a, b) => of(if chosen(real(c)?)? { a } else { b }),
        Node::Determinant(_) | Node::Volume(..) => None,
    };
    // NaN compares with nothing.
    let mut found = found.filter(|z| z.size >= 0.0 && z.re.lo <= z.re.hi && z.im.lo <= z.im.hi)?;
    // What overflows at both ends is a large number still, and its reciprocal a small one.
    found.re.lo = found.re.lo.min(f64::MAX);
    found.re.hi = found.re.hi.max(-f64::MAX);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};

    /// The bound of a formula of (x, y) in the unit square where x is anywhere in a rectangle.
    fn bound(
        formula: impl for<'g> FnOnce(Expr<'g>, Expr<'g>) -> Expr<'g>,
        height: f64,
    ) -> Option<f64> {
        let graph = Graph::new();
        let root = formula(graph.input(0), graph.input(1)).id;
        let arena = graph.into_arena();
        let roots = [root];
        let mut enclosure = Enclosure::new(&arena, &roots, 2)?;
        enclosure.turn_to([(0.0, 1.0); 2].into_iter())?;
        let mut sizes = [0.0];
        let place = Rectangle::new((0.0, 1.0), (0.0, height));
        let analytic = enclosure.raise_to_sizes(0, place, &mut sizes);
        // A second look must say the same: nothing is left over from the first.
        let mut again = [0.0];
        assert_eq!(enclosure.raise_to_sizes(0, place, &mut again), analytic);
        assert!(!analytic || sizes == again);
        analytic.then_some(sizes[0])
    }

    #[test]
    fn bounds_are_sharp_for_simple_formulas() {
        // |exp(x + iy)| = exp(x); |x + iy|² = x² + y²; |cos iy| = cosh y.
        let e = bound(|x, _| x.exp(), 2.0).unwrap();
        assert!((e / 1f64.exp() - 1.0).abs() < 1e-12, "{e}");
        let square = bound(|x, y| x.powi(2) * y, 1.0).unwrap();
        assert!((square - 2.0).abs() < 1e-12, "{square}");
        let cosine = bound(|x, _| x.cos(), 1.5).unwrap();
        assert!(cosine >= 1.5f64.cosh() - 1e-12 && cosine < 1.2 * 1.5f64.cosh());
    }

    #[test]
    fn poles_and_cuts_limit_the_height() {
        // 1/(x² + 0.01) has its pole at 0.1 i.
        assert!(bound(|x, _| 1.0 / (x.powi(2) + 0.01), 0.09).is_some());
        assert!(bound(|x, _| 1.0 / (x.powi(2) + 0.01), 0.11).is_none());
        assert!(bound(|x, _| x.sqrt(), 0.1).is_none());
        assert!(bound(|x, y| y.sqrt() * x, 0.1).is_some());
        assert!(bound(|x, _| (x + 1.0).sqrt(), 0.9).is_some());
    }

    #[test]
    fn what_overflows_has_a_small_reciprocal() {
        // |cosh(x + iy)| ≥ sinh|x|, and |exp(x + iy)| = exp(x), whatever y is.
        let far = |formula: for<'g> fn(Expr<'g>) -> Expr<'g>| bound(|x, _| formula(x), 0.3);
        for found in [
            far(|x| 1.0 / ((x + 1.0) * 1e4).cosh().powi(2)),
            far(|x| 1.0 / ((x + 1.0) * 1e4).cosh()),
            far(|x| 2.0 / (((x + 1.0) * 1e4).exp() + ((x + 1.0) * -1e4).exp())),
            far(|x| 1.0 / (((x + 1.0) * 1e2).powi(2)).exp()),
            far(|x| 1.0 / (((x + 1.0) * 1e4).exp() + 1.0).powi(3)),
        ] {
            assert!(found.is_some_and(|size| size < 1e-200), "{found:?}");
        }
        // Where it may have a pole it still does.
        assert!(bound(|x, _| 1.0 / (x * 1e4).cosh(), 0.3).is_none());
        assert!(bound(|x, _| 1.0 / ((x * 1e4).exp() + 1.0), 0.3).is_none());
    }

    #[test]
    fn switches_are_decided_on_the_reals() {
        assert!(bound(|x, y| (x - y + 2.0).abs(), 3.0).is_some());
        assert!(bound(|x, y| (x - y).abs(), 3.0).is_none());
        // Next to an end is not at the end, however near.
        assert!(bound(|x, _| (x - 5e-15).abs(), 0.1).is_none());
        assert!(bound(|x, _| x.lt(1e-300).select(1e300, 1.0), 0.1).is_none());
        // What is zero at an end but for rounding is zero at the end.
        assert!(bound(|x, _| (x * 0.7 + 0.3 - 0.3).abs(), 0.1).is_some());
        assert!(bound(|x, _| ((x * 0.7 + 0.3).sqrt() - 0.3f64.sqrt()).abs(), 0.1).is_some());
        assert!(
            bound(
                |x, _| (x * 0.7 + 0.3).sin().lt(0.3f64.sin()).select(x, 1.0),
                0.1
            )
            .is_some()
        );
        // The branch that is not taken may be anything.
        assert!(bound(|x, _| (x + 1.0).lt(3.0).select(x, 1.0 / x), 0.5).is_some());
        assert!(bound(|x, _| x.lt(0.5).select(x, 1.0), 0.5).is_none());
    }
}
