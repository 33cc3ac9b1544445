//! Ranges of formulas on boxes: between which numbers the values lie, and whether anything may jump,
//! bend or be undefined there.
//!
//! 1. Go through the nodes in order, with an interval for each: operations move their ends outward
//!    by what rounding may do, and by nothing where they are exact.
//! 2. Never give up: where a switch is undecided take both branches, where a function is undefined
//!    take the rest of its values, and say so.
//! 3. Go through them again with the derivative along one input, for mean-value forms.
//!
//! R. E. Moore, R. B. Kearfott, M. J. Cloud, "Introduction to Interval Analysis", SIAM (2009),
//! chapters 5 and 6.

use std::borrow::Cow;

use super::directed::{add, add_down, add_up, div, mul};
pub(crate) use super::interval::Interval;
pub(crate) use super::range::Range;
use super::range::{EVERYTHING, ZERO, range, range_of};
use super::slopes::slope;
use crate::expr::graph::{Arena, Id, Node};
use crate::expr::inputs;

/// A formula with this many nodes is too long to be worth enclosing.
const MOST_NODES: usize = 200_000;

/// Formulas with the ranges of their nodes on a box.
pub(crate) struct Ranges<'a> {
    pub(super) arena: Cow<'a, Arena>,
    pub(super) roots: Cow<'a, [Id]>,
    /// The nodes that are needed and that an input reaches, with the inputs that do, one bit each.
    pub(super) reached: Vec<(usize, u64)>,
    inputs: Vec<Interval>,
    pub(super) nodes: Vec<Range>,
    /// The nodes at the middle of the box, for mean-value forms.
    middle: Vec<Range>,
    /// The derivatives along `along`.
    slopes: Vec<Interval>,
    /// The input of the slopes; none if the box has changed.
    along: Option<usize>,
}

impl<'a> Ranges<'a> {
    /// Prepares formulas of n inputs; `None` if they are too long.
    pub(crate) fn new(arena: &'a Arena, roots: &'a [Id], n: usize) -> Option<Self> {
        Ranges::prepared(Cow::Borrowed(arena), Cow::Borrowed(roots), n)
    }

    /// Prepares formulas with a copy of what they need alone: the same arena may hold a thousand others, of which each
    /// has ranges of its own.
    pub(crate) fn of_part(arena: &Arena, roots: &[Id], n: usize) -> Option<Self> {
        let (part, roots) = arena.part(roots);
        Ranges::prepared(Cow::Owned(part), Cow::Owned(roots), n)
    }

    fn prepared(arena: Cow<'a, Arena>, roots: Cow<'a, [Id]>, n: usize) -> Option<Self> {
        let count = arena.nodes().len();
        if count > MOST_NODES {
            return None;
        }
        let needed = arena.needed(&roots);
        let reach = inputs::of_nodes(&arena);
        let mut nodes = vec![Range::UNKNOWN; count];
        let mut reached = Vec::new();
        for (index, node) in arena.nodes().iter().enumerate() {
            match reach[index] {
                _ if !needed[index] => {}
                0 => nodes[index] = range(node, &nodes, &[]),
                inputs => reached.push((index, inputs)),
            }
        }
        Some(Ranges {
            arena,
            roots,
            reached,
            inputs: vec![EVERYTHING; n],
            middle: nodes.clone(),
            nodes,
            slopes: vec![ZERO; count],
            along: None,
        })
    }

    /// The nodes that a look goes through.
    pub(crate) fn cost(&self) -> usize {
        self.reached.len()
    }

    /// Turns to a box: each input between two numbers.
    pub(crate) fn turn_to(&mut self, inputs: impl Iterator<Item = (f64, f64)>) {
        for (own, (lo, hi)) in self.inputs.iter_mut().zip(inputs) {
            *own = Interval { lo, hi };
        }
        self.along = None;
        evaluate(&self.arena, &self.reached, &self.inputs, &mut self.nodes);
    }

    /// What is known of a formula on the box.
    pub(crate) fn of(&self, root: usize) -> Range {
        let range = self.nodes[self.roots[root].index()];
        let Interval { lo, hi } = range.values;
        range.partly_if(!(lo.is_finite() && hi.is_finite()))
    }

    /// What is known of a node on the box.
    pub(super) fn node(&self, id: Id) -> Range {
        self.nodes[id.index()]
    }

    /// Between which numbers the derivative of a formula along an input lies; at a kink both slopes
    /// count, and at a jump there is no limit.
    pub(crate) fn slope(&mut self, root: usize, input: usize) -> Interval {
        self.slope_of(self.roots[root], input)
    }

    /// The same of a node.
    pub(super) fn slope_of(&mut self, id: Id, input: usize) -> Interval {
        if self.along != Some(input) {
            self.along = Some(input);
            for &(index, inputs) in &self.reached {
                self.slopes[index] = match inputs & inputs::bit(input) {
                    0 => ZERO,
                    _ => slope(Id::at(index), &self.arena, &self.nodes, &self.slopes, input),
                };
            }
        }
        self.slopes[id.index()]
    }

    /// The same as [`Ranges::of`], with the values sharpened by their mean-value form
    /// f(m) + Σ f′ᵢ(X)·(Xᵢ − mᵢ), which is better on small boxes.
    pub(crate) fn sharpened(&mut self, root: usize) -> Range {
        let range = self.of(root);
        let Interval { lo, hi } = range.values;
        if !range.continuous || lo >= hi {
            return range;
        }
        let box_of = self.inputs.len();
        let mut found = ZERO;
        for input in 0..box_of {
            let Interval { lo, hi } = self.inputs[input];
            if lo == hi {
                continue;
            }
            let slope = self.slope(root, input);
            let middle = middle_of(self.inputs[input]);
            let off = Interval {
                lo: add_down(lo, -middle),
                hi: add_up(hi, -middle),
            };
            found = add(found, mul(slope, off));
            if !(found.lo.is_finite() || found.hi.is_finite()) {
                return range;
            }
        }
        let at = &mut self.middle;
        for &(index, _) in &self.reached {
            at[index] = match self.arena.node(Id::at(index)) {
                Node::Input(i) => self
                    .inputs
                    .get(*i as usize)
                    .map_or(Range::UNKNOWN, |x| Range::number(middle_of(*x))),
                node => range_of(node, at),
            };
        }
        let middle = self.middle[self.roots[root].index()];
        if !middle.defined {
            return range;
        }
        let found = add(middle.values, found);
        let values = Interval {
            lo: lo.max(found.lo),
            hi: hi.min(found.hi),
        };
        // Both hold the values, if there are any.
        if values.lo <= values.hi {
            let finite = values.lo.is_finite() && values.hi.is_finite();
            range.with(values).partly_if(!finite)
        } else {
            range
        }
    }
}

/// Quotients of numbers in two intervals; without ends where the divisor may be zero.
pub(crate) fn quotient(above: Interval, below: Interval) -> Interval {
    if below.lo > 0.0 || below.hi < 0.0 {
        div(above, below)
    } else if above == ZERO {
        ZERO
    } else {
        EVERYTHING
    }
}

/// A number inside an interval that is not infinite.
fn middle_of(x: Interval) -> f64 {
    let middle = x.lo / 2.0 + x.hi / 2.0;
    if middle.is_nan() {
        return 0.0;
    }
    middle.clamp(x.lo.max(f64::MIN), x.hi.min(f64::MAX))
}

fn evaluate(arena: &Arena, reached: &[(usize, u64)], inputs: &[Interval], nodes: &mut [Range]) {
    for &(index, _) in reached {
        nodes[index] = range(arena.node(Id::at(index)), nodes, inputs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::elementary::{Binary, Unary};
    use crate::expr::graph::{Expr, Graph};
    use crate::expr::operator;
    use crate::expr::value::values;

    /// Numbers in [0, 1), the same ones every time.
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(99);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        }

        fn below(&mut self, count: usize) -> usize {
            (self.next() * count as f64) as usize
        }

        /// A number of any size.
        fn any(&mut self) -> f64 {
            let size = 10f64.powf(8.0 * self.next() - 4.0);
            let number = [0.0, 1.0, -1.0, 0.5, size, -size, 3.0 * self.next() - 1.5];
            number[self.below(number.len())]
        }

        fn formula<'g>(&mut self, graph: &'g Graph, operators: usize) -> Expr<'g> {
            let mut rest = vec![graph.input(0), graph.input(1), graph.constant(self.any())];
            for _ in 0..operators {
                let x = rest[self.below(rest.len())];
                let y = rest[rest.len() - 1 - self.below(2)];
                rest.push(match self.below(6) {
                    0 | 1 => y.unary(Unary::ALL[self.below(Unary::ALL.len())]),
                    2 => x.binary(Binary::ALL[self.below(Binary::ALL.len())], y),
                    3 => y.powi(self.below(9) as i32 - 3),
                    4 => {
                        let families = Binary::ALL.into_iter();
                        let families = families.filter(|op| operator::binary(*op).order.is_some());
                        let families: Vec<Binary> = families.collect();
                        y.of_order(families[self.below(families.len())], self.below(5) as i32)
                    }
                    _ => match self.below(3) {
                        0 => x.lt(y).select(y, x),
                        1 => y + x * graph.constant(self.any()),
                        _ => x * y,
                    },
                });
            }
            rest[rest.len() - 1]
        }
    }

    #[test]
    fn values_and_differences_lie_in_the_ranges_of_random_formulas() {
        let mut numbers = Numbers(7);
        let [mut defined, mut sloped] = [0; 2];
        for _ in 0..4000 {
            let graph = Graph::new();
            let operators = 1 + numbers.below(7);
            let root = [numbers.formula(&graph, operators).id];
            let arena = graph.into_arena();
            let mut ranges = Ranges::new(&arena, &root, 2).unwrap();
            let corner = [numbers.any(), numbers.any()];
            let size = 10f64.powf(-6.0 * numbers.next());
            let sides = corner.map(|at| (at, at + size * numbers.next()));
            ranges.turn_to(sides.into_iter());
            let plain = ranges.of(0);
            let sharp = ranges.sharpened(0);
            let slope = ranges.slope(0, 0);
            let said = || format!("{arena:?} {sides:?} {plain:?} {sharp:?} {slope:?}");
            defined += usize::from(plain.defined);
            let mut before: Option<[f64; 2]> = None;
            for k in 0..20 {
                let y = sides[1].0 + (sides[1].1 - sides[1].0) * numbers.next();
                let part = [0.0, 1.0, numbers.next()][k.min(2)];
                let x = (sides[0].0 + (sides[0].1 - sides[0].0) * part).min(sides[0].1);
                let value = values(&arena, &root, &[x, y.min(sides[1].1)])[0];
                assert!(value.is_finite() || !plain.defined, "{value} {}", said());
                if !value.is_finite() {
                    continue;
                }
                for found in [plain, sharp] {
                    let Interval { lo, hi } = found.values;
                    // The mean-value form holds what is true; values are rounded.
                    let slack = if found == plain {
                        0.0
                    } else {
                        1e-12 * plain.values.lo.abs().max(plain.values.hi.abs())
                    };
                    assert!(
                        lo - slack <= value && value <= hi + slack,
                        "{value} {}",
                        said()
                    );
                }
                let value = values(&arena, &root, &[x, sides[1].0])[0];
                if let Some([a, at_a]) = before
                    && slope.lo.is_finite()
                    && slope.hi.is_finite()
                    && plain.defined
                {
                    sloped += 1;
                    let run = x - a;
                    let (lo, hi) = (slope.lo * run, slope.hi * run);
                    // Both ends are rounded, and what they are made of may cancel.
                    let size = plain.values.lo.abs().max(plain.values.hi.abs());
                    let slack = 1e-9 * (size + lo.abs() + hi.abs() + 1.0);
                    let rise = value - at_a;
                    let fits = lo.min(hi) - slack <= rise && rise <= lo.max(hi) + slack;
                    assert!(fits, "{x} {a} {value} {at_a} {}", said());
                }
                before = Some([x, value]);
            }
        }
        // Enough of them said something.
        assert!(defined > 1500 && sloped > 10_000, "{defined} {sloped}");
    }

    fn range_of(
        formula: impl for<'g> FnOnce(&'g Graph, Expr<'g>, Expr<'g>) -> Expr<'g>,
        sides: [(f64, f64); 2],
    ) -> (Range, Interval, Range) {
        let graph = Graph::new();
        let root = [formula(&graph, graph.input(0), graph.input(1)).id];
        let arena = graph.into_arena();
        let mut ranges = Ranges::new(&arena, &root, 2).unwrap();
        ranges.turn_to(sides.into_iter());
        (ranges.of(0), ranges.slope(0, 0), ranges.sharpened(0))
    }

    #[test]
    fn exact_operations_stay_exact() {
        let sides = [(0.25, 0.75), (-1.0, 2.0)];
        let (range, slope, _) = range_of(|_, x, y| (x - 0.5) * y.powi(2) + 1.0, sides);
        assert_eq!(range.values, Interval { lo: 0.0, hi: 2.0 });
        assert!(range.defined && range.smooth);
        assert_eq!(slope, Interval { lo: 0.0, hi: 4.0 });
        // No scale is too small or too large.
        let (range, ..) = range_of(|_, x, _| x.powi(2), [(1e-170, 3e-170), (0.0, 0.0)]);
        assert!(range.values.lo >= 0.0 && range.values.hi > 0.0 && range.values.hi < 1e-300);
    }

    #[test]
    fn what_overflows_on_the_way_is_defined_all_the_same() {
        let unit = [(0.0, 1.0), (0.0, 1.0)];
        let (range, ..) = range_of(|_, x, _| 1.0 / ((x - 0.6) * 1000.0).cosh().powi(6), unit);
        assert!(range.defined, "{range:?}");
        assert!(
            range.values.lo >= 0.0 && range.values.hi <= 1.000001,
            "{range:?}"
        );
    }

    #[test]
    fn what_is_undecided_is_said() {
        let unit = [(0.0, 1.0), (0.0, 1.0)];
        let (range, slope, _) = range_of(|_, x, y| (x - y).abs(), unit);
        assert_eq!(range.values, Interval { lo: 0.0, hi: 1.0 });
        assert!(range.defined && range.continuous && !range.smooth);
        assert_eq!(slope, Interval { lo: -1.0, hi: 1.0 });
        let (range, slope, _) = range_of(|_, x, y| x.lt(y).select(x, 3.0), unit);
        assert_eq!(range.values, Interval { lo: 0.0, hi: 3.0 });
        assert!(range.defined && !range.continuous && slope.hi == f64::INFINITY);
        // The branch that is not taken may be anything.
        let (range, ..) = range_of(|_, x, _| x.lt(2.0).select(x, 1.0 / x), unit);
        assert!(range.defined && range.smooth);
        for undefined in [
            range_of(|_, x, y| 1.0 / (x - y), unit).0,
            range_of(|_, x, _| (x - 0.5).sqrt(), unit).0,
            range_of(|_, x, _| x.ln(), unit).0,
            range_of(|g, x, _| (x * 3.0 + g.pi()).tan(), unit).0,
            range_of(|_, x, _| (-x).gamma(), unit).0,
        ] {
            assert!(!undefined.defined, "{undefined:?}");
        }
    }

    #[test]
    fn mean_value_forms_are_sharper_on_small_boxes() {
        let near = [(0.4999, 0.5001), (0.0, 1.0)];
        let (plain, _, sharp) = range_of(|_, x, _| x * x.sin() - x.powi(3) / (x + 1.0), near);
        let width = |r: Range| r.values.hi - r.values.lo;
        assert!(width(sharp) < 0.7 * width(plain), "{plain:?} {sharp:?}");
    }
}
