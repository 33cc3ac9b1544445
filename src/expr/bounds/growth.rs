//! How fast formulas fall or grow toward an end of an input, and what their means are at most there.
//!
//! 1. Let s be the distance from the end, at most δ. For every node enclose the logarithmic slope
//!    L = s f′(s)/f(s): that of a product is the sum, that of a sum of one sign lies between those of
//!    its terms, that of exp f is s f′(s).
//! 2. Then |f(s)| ≤ |f(δ)| (s/δ)^q with the least q in L; where a formula has no sign, carry such
//!    majorants through products and sums instead.
//! 3. The mean of |f| over (0, δ] is at most M/(q + 1) for a majorant M (s/δ)^q with q > −1.
//!
//! N. H. Bingham, C. M. Goldie, J. L. Teugels, "Regular Variation", Cambridge (1987), section 1.3
//! (the representation by logarithmic slopes).

use super::directed::{add, add_down, div, divided_up, hull, mul, neg, scaled, sub};
use super::interval::Interval;
use super::range::{EVERYTHING, ONE, Range, ZERO, quotient};
use super::ranges::Ranges;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Id, Node};

/// The function M (s/δ)^q, which a size is nowhere above.
#[derive(Clone, Copy, Debug)]
struct Majorant {
    size: f64,
    power: f64,
}

impl Majorant {
    const NONE: Majorant = Majorant {
        size: f64::INFINITY,
        power: 0.0,
    };

    fn is_known(self) -> bool {
        self.size.is_finite() && self.power > f64::NEG_INFINITY
    }

    /// The larger mean, for comparing: infinite where there is none.
    fn mean(self) -> f64 {
        if self.is_known() && self.power > -1.0 {
            divided_up(self.size, add_down(self.power, 1.0))
        } else {
            f64::INFINITY
        }
    }

    /// A majorant of two functions.
    fn or(self, other: Majorant) -> Majorant {
        match (self.size, other.size) {
            (0.0, _) => other,
            (_, 0.0) => self,
            (a, b) => Majorant {
                size: a.max(b),
                power: self.power.min(other.power),
            },
        }
    }

    fn times(self, other: Majorant) -> Majorant {
        Majorant {
            size: up(self.size * other.size),
            power: add_down(self.power, other.power),
        }
    }
}

/// Not below what was rounded to x.
fn up(x: f64) -> f64 {
    if x.is_nan() {
        f64::INFINITY
    } else {
        x.next_up().next_up()
    }
}

/// What is known of a node toward the end.
#[derive(Clone, Copy, Debug)]
struct Toward {
    /// s f′(s)/f(s), where f has one sign or does not vary.
    slope: Option<Interval>,
    /// s f′(s)
    rise: Interval,
    majorant: Majorant,
    /// Whether it may jump.
    broken: bool,
}

/// Formulas toward an end of an input.
pub(crate) struct Growth<'a> {
    arena: &'a Arena,
    roots: &'a [Id],
    /// On the cell, at its inner face (s = δ), and at the end.
    cell: Ranges<'a>,
    face: Ranges<'a>,
    end: Ranges<'a>,
    known: Vec<Toward>,
}

impl<'a> Growth<'a> {
    /// Prepares formulas of n inputs; `None` if they are too long.
    pub(crate) fn new(arena: &'a Arena, roots: &'a [Id], n: usize) -> Option<Self> {
        let ranges = || Ranges::new(arena, roots, n);
        Some(Growth {
            arena,
            roots,
            cell: ranges()?,
            face: ranges()?,
            end: ranges()?,
            known: Vec::with_capacity(arena.nodes().len()),
        })
    }

    /// Bounds of the means of the sizes of the formulas on a box, one side of which ends at an end of
    /// an input: at its lower or its upper one. Infinite where nothing is known.
    pub(crate) fn means(
        &mut self,
        input: usize,
        at_upper_end: bool,
        sides: &[(f64, f64)],
        mut visit: impl FnMut(usize, f64),
    ) {
        self.turn_to(input, at_upper_end, sides);
        for (k, root) in self.roots.iter().enumerate() {
            visit(k, self.known[root.index()].majorant.mean());
        }
    }

    /// The same on a box of which several sides end at ends of inputs.
    ///
    /// With the least logarithmic slope q anywhere on the box, the mean is at most 1/(q + 1) times that
    /// over the inner face.
    pub(crate) fn corner_means(
        &mut self,
        ends: &[(usize, bool)],
        sides: &[(f64, f64)],
    ) -> Vec<f64> {
        let mut means = vec![f64::INFINITY; self.roots.len()];
        let [(input, at_upper_end), rest @ ..] = ends else {
            return means;
        };
        self.means(*input, *at_upper_end, sides, |k, mean| means[k] = mean);
        if rest.is_empty() {
            return means;
        }
        let slopes = self.roots.iter().map(|root| {
            let slope = self.known[root.index()].slope.map(|slope| slope.lo);
            slope.filter(|q| *q > -1.0 && q.is_finite())
        });
        let slopes: Vec<Option<f64>> = slopes.collect();
        let mut face = sides.to_vec();
        let (lo, hi) = sides[*input];
        let inner = if *at_upper_end { lo } else { hi };
        face[*input] = (inner, inner);
        let of_face = self.corner_means(rest, &face);
        for (k, slope) in slopes.into_iter().enumerate() {
            if let Some(q) = slope {
                means[k] = means[k].min(divided_up(of_face[k], add_down(q, 1.0)));
            }
        }
        means
    }

    /// Turns to a box, one side of which ends at an end of an input.
    fn turn_to(&mut self, input: usize, at_upper_end: bool, sides: &[(f64, f64)]) {
        let (lo, hi) = sides[input];
        let (end, inner) = if at_upper_end { (hi, lo) } else { (lo, hi) };
        let with = |at: f64| {
            let all = sides.iter().enumerate();
            all.map(move |(k, side)| if k == input { (at, at) } else { *side })
        };
        self.cell.turn_to(sides.iter().copied());
        self.face.turn_to(with(inner));
        self.end.turn_to(with(end));
        let width = Interval {
            lo: 0.0,
            hi: (hi - lo).next_up(),
        };
        self.known.clear();
        for index in 0..self.arena.nodes().len() {
            let toward = self.toward(Id::at(index), input, at_upper_end, width);
            self.known.push(toward);
        }
    }

    fn toward(&mut self, id: Id, input: usize, at_upper_end: bool, width: Interval) -> Toward {
        let arena = self.arena;
        let own = self.cell.node(id);
        let node = arena.node(id);
        let mut broken = may_jump(node) && !own.continuous;
        node.for_each_operand(|operand| broken |= self.known[operand.index()].broken);
        if broken {
            // A jump hides from derivatives, and not from majorants.
            let (_, _, by_rule) = self.by_rule(node);
            return Toward {
                slope: None,
                rise: EVERYTHING,
                majorant: self.majorant(id, None, by_rule),
                broken,
            };
        }
        let direct = self.cell.slope_of(id, input);
        if direct == ZERO {
            // What does not vary does not even where it is zero.
            return Toward {
                slope: Some(ZERO),
                rise: ZERO,
                majorant: self.flat(id),
                broken,
            };
        }
        let signed = if at_upper_end { neg(direct) } else { direct };
        let mut slope = None;
        let mut rise = mul(width, signed);
        let at_end = self.end.node(id);
        if at_end.defined
            && at_end.values == ZERO
            && (signed.lo > 0.0 || signed.hi < 0.0)
            && signed.lo.is_finite()
            && signed.hi.is_finite()
        {
            // f = s·k with k and f′ in the same interval.
            slope = Some(div(signed, signed));
        }
        let (own_slope, own_rise, own_majorant) = self.by_rule(node);
        slope = narrower(slope, own_slope);
        rise = both(rise, own_rise);
        if let Some(slope) = slope {
            rise = both(rise, mul(own.values, slope));
        } else if own.values.lo > 0.0 || own.values.hi < 0.0 {
            let ratio = quotient(Range::of(rise), Range::of(own.values));
            slope = narrower(slope, Some(ratio.values));
        }
        Toward {
            slope,
            rise,
            majorant: self.majorant(id, slope, own_majorant),
            broken,
        }
    }

    /// The majorant of a node by its range.
    fn flat(&self, id: Id) -> Majorant {
        let Interval { lo, hi } = self.cell.node(id).values;
        Majorant {
            size: hi.abs().max(lo.abs()),
            power: 0.0,
        }
    }

    /// The size at the inner face.
    fn at_face(&self, id: Id) -> Interval {
        let range = self.face.node(id);
        let Interval { lo, hi } = range.values;
        let largest = lo.abs().max(hi.abs());
        let smallest = if lo > 0.0 { lo } else { (-hi).max(0.0) };
        match range.defined {
            true => Interval {
                lo: smallest,
                hi: largest,
            },
            false => Interval {
                lo: 0.0,
                hi: f64::INFINITY,
            },
        }
    }

    /// The best majorant of a node.
    fn majorant(&self, id: Id, slope: Option<Interval>, by_rule: Majorant) -> Majorant {
        let by_slope = slope.map_or(Majorant::NONE, |slope| Majorant {
            size: self.at_face(id).hi,
            power: slope.lo,
        });
        let flat = self.flat(id);
        let rises = by_slope.power >= 0.0;
        if by_slope.is_known() && rises {
            return by_slope;
        }
        let known = [by_rule, flat, by_slope]
            .into_iter()
            .filter(|m| m.is_known());
        known
            .reduce(|best, next| if next.power > best.power { next } else { best })
            .unwrap_or(Majorant::NONE)
    }

    /// What the rule of an operation says: the logarithmic slope, the rise, a majorant.
    fn by_rule(&self, node: &Node) -> (Option<Interval>, Interval, Majorant) {
        let t = |id: &Id| self.known[id.index()];
        let v = |id: &Id| self.cell.node(*id).values;
        let none = (None, EVERYTHING, Majorant::NONE);
        match node {
            Node::Unary(op, x) => self.unary(*op, x),
            Node::Power(x, n) => {
                let slope = t(x).slope.map(|l| scaled(l, f64::from(*n)));
                let m = t(x).majorant;
                let majorant = if *n > 0 && m.is_known() {
                    Majorant {
                        size: up(m.size.powi(*n)),
                        power: (m.power * f64::from(*n)).next_down(),
                    }
                } else {
                    Majorant::NONE
                };
                (slope, EVERYTHING, majorant)
            }
            Node::Binary(op, x, y) => match op {
                Binary::Mul => {
                    let slope = Option::zip(t(x).slope, t(y).slope).map(|(a, b)| add(a, b));
                    let rise = add(mul(v(x), t(y).rise), mul(v(y), t(x).rise));
                    (slope, rise, t(x).majorant.times(t(y).majorant))
                }
                Binary::Div => {
                    let slope = Option::zip(t(x).slope, t(y).slope).map(|(a, b)| sub(a, b));
                    // |y| ≥ |y(δ)| (s/δ)^q with the largest q.
                    let below = t(y).slope.map_or(Majorant::NONE, |slope| Majorant {
                        size: divided_up(1.0, self.at_face(*y).lo),
                        power: -slope.hi,
                    });
                    // Or it is nowhere smaller than its range.
                    let flat = Majorant {
                        size: divided_up(1.0, smallest(v(y))),
                        power: 0.0,
                    };
                    let below = if below.power < 0.0 && smallest(v(y)) > 0.0 {
                        flat
                    } else {
                        below
                    };
                    (slope, EVERYTHING, t(x).majorant.times(below))
                }
                Binary::Add => self.sum(x, y, false),
                Binary::Sub => self.sum(x, y, true),
                Binary::Pow => match self.arena.number(*y) {
                    Some(n) => (t(x).slope.map(|l| scaled(l, n)), EVERYTHING, Majorant::NONE),
                    None => none,
                },
                _ => none,
            },
            Node::Select(_, x, y) => (None, EVERYTHING, t(x).majorant.or(t(y).majorant)),
            _ => none,
        }
    }

    fn sum(&self, x: &Id, y: &Id, negative: bool) -> (Option<Interval>, Interval, Majorant) {
        let (a, b) = (self.known[x.index()], self.known[y.index()]);
        let signed = |i: Interval| if negative { neg(i) } else { i };
        let (v, w) = (self.cell.node(*x).values, signed(self.cell.node(*y).values));
        let rise = add(a.rise, signed(b.rise));
        let majorant = Majorant {
            size: up(a.majorant.size + b.majorant.size),
            power: a.majorant.power.min(b.majorant.power),
        };
        let slope = Option::zip(a.slope, b.slope).and_then(|(l, m)| {
            let same = v.lo >= 0.0 && w.lo >= 0.0 || v.hi <= 0.0 && w.hi <= 0.0;
            let between = same.then(|| hull(l, m));
            narrower(
                between,
                narrower(dominated(v, l, w, m), dominated(w, m, v, l)),
            )
        });
        (slope, rise, majorant)
    }

    fn unary(&self, op: Unary, x: &Id) -> (Option<Interval>, Interval, Majorant) {
        let t = self.known[x.index()];
        let v = self.cell.node(*x).values;
        let by = |factor: Interval| t.slope.map(|l| mul(l, factor));
        let (mut rise, mut majorant) = (EVERYTHING, Majorant::NONE);
        let slope = match op {
            Unary::Neg | Unary::Abs => {
                majorant = t.majorant;
                if op == Unary::Neg {
                    rise = neg(t.rise);
                }
                t.slope
            }
            Unary::Exp => Some(t.rise),
            Unary::Sqrt => {
                majorant = Majorant {
                    size: up(t.majorant.size.sqrt()),
                    power: (t.majorant.power / 2.0).next_down(),
                };
                by(Interval { lo: 0.5, hi: 0.5 })
            }
            Unary::Cbrt => by(div(ONE, scaled(ONE, 3.0))),
            // (ln f)′ = f′/f
            Unary::Ln => {
                rise = t.slope.unwrap_or(EVERYTHING);
                None
            }
            // |sinh x| x-slopes lie between 1 and coth: x coth x ≥ max(1, |x|).
            Unary::Sinh => by(Interval {
                lo: smallest(v).max(1.0),
                hi: (largest(v) + 1.0).next_up(),
            }),
            // x tanh x lies between |x| − 1 and |x|.
            Unary::Cosh => by(Interval {
                lo: (smallest(v) - 1.0).next_down().max(0.0),
                hi: largest(v),
            }),
            // x/(sinh x cosh x), x/((1 + x²) arctan x): from 0 to 1.
            Unary::Tanh | Unary::Atan | Unary::Asinh | Unary::Erf => by(Interval {
                lo: 0.0,
                hi: 1.0f64.next_up(),
            }),
            // x eˣ/(eˣ − 1) lies between max(0, x) and 1 + max(0, x).
            Unary::Expm1 => by(Interval {
                lo: v.lo.max(0.0),
                hi: (1.0 + v.hi.max(0.0)).next_up(),
            }),
            _ => None,
        };
        (slope, rise, majorant)
    }
}

/// Whether an operation may jump where its operands do not.
fn may_jump(node: &Node) -> bool {
    match node {
        Node::Unary(op, _) => matches!(
            op,
            Unary::Sign | Unary::Floor | Unary::Ceil | Unary::Heaviside | Unary::Not
        ),
        Node::Binary(op, ..) => !matches!(
            op,
            Binary::Add
                | Binary::Sub
                | Binary::Mul
                | Binary::Div
                | Binary::Pow
                | Binary::Hypot
                | Binary::Min
                | Binary::Max
                | Binary::BesselJ
                | Binary::BesselI
                | Binary::SphericalJ
        ),
        Node::Constant(..) | Node::Symbol(_) | Node::Input(_) | Node::Power(..) => false,
        Node::Select(..) | Node::Determinant(_) | Node::Volume(..) => true,
    }
}

/// The logarithmic slope of x + y where y/x = r > −1, from those of x and y: (l + r m)/(1 + r).
fn dominated(x: Interval, l: Interval, y: Interval, m: Interval) -> Option<Interval> {
    if !(x.lo > 0.0 || x.hi < 0.0) {
        return None;
    }
    let r = quotient(Range::of(y), Range::of(x)).values;
    if r.lo <= -1.0 {
        return None;
    }
    // r/(1 + r) rises.
    let part = |r: f64| {
        if r == f64::INFINITY {
            1.0
        } else {
            r / (1.0 + r)
        }
    };
    // Zero is exact: next to it, what is infinite would count.
    let moved = |x: f64, by: fn(f64) -> f64| if x == 0.0 { 0.0 } else { by(by(x)) };
    let part = Interval {
        lo: moved(part(r.lo), f64::next_down),
        hi: moved(part(r.hi), f64::next_up),
    };
    Some(add(l, mul(sub(m, l), part)))
}

fn largest(x: Interval) -> f64 {
    x.lo.abs().max(x.hi.abs())
}

fn smallest(x: Interval) -> f64 {
    x.lo.max(-x.hi).max(0.0)
}

/// What two intervals have in common, which both hold something.
fn both(x: Interval, y: Interval) -> Interval {
    let found = Interval {
        lo: x.lo.max(y.lo),
        hi: x.hi.min(y.hi),
    };
    if found.lo <= found.hi { found } else { x }
}

fn narrower(x: Option<Interval>, y: Option<Interval>) -> Option<Interval> {
    match (x, y) {
        (Some(x), Some(y)) => Some(both(x, y)),
        (x, None) => x,
        (None, y) => y,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};

    /// The bound of the mean of a formula of x over (0, δ], or over [1 − δ, 1).
    fn mean(formula: impl for<'g> FnOnce(Expr<'g>) -> Expr<'g>, width: f64, upper: bool) -> f64 {
        let graph = Graph::new();
        let root = [formula(graph.input(0)).id];
        let arena = graph.into_arena();
        let mut growth = Growth::new(&arena, &root, 1).unwrap();
        let side = if upper {
            (1.0 - width, 1.0)
        } else {
            (0.0, width)
        };
        let mut found = f64::NAN;
        growth.means(0, upper, &[side], |_, mean| found = mean);
        found
    }

    #[test]
    fn powers_have_their_means() {
        // The mean of s^p over (0, δ] is δ^p/(p + 1).
        for (p, width) in [(-0.5, 0.25), (-0.9, 1e-3), (1.5, 0.5)] {
            let exact = f64::powf(width, p) / (p + 1.0);
            let found = mean(|x| x.pow(p), width, false);
            assert!(
                found >= exact && found < exact * (1.0 + 1e-9),
                "{p}: {found} {exact}"
            );
            let found = mean(|x| (1.0 - x).pow(p), width, true);
            assert!(
                found >= exact * (1.0 - 1e-12) && found < exact * 1.001,
                "{p}: {found}"
            );
        }
        assert_eq!(mean(|x| 1.0 / x, 0.5, false), f64::INFINITY);
    }

    #[test]
    fn tails_of_infinite_ranges_fall() {
        // exp(−1/s²)/s² at s ≤ 1/8: the value at 1/8 is 64 e⁻⁶⁴.
        let found = mean(|s| (-1.0 / s.powi(2)).exp() / s.powi(2), 0.125, false);
        assert!(found > 0.0 && found < 64.0 * (-64f64).exp(), "{found:e}");
        let found = mean(bose, 1.0 / 40.0, false);
        assert!(found > 0.0 && found < 1e-9, "{found:e}");
        let found = mean(bose_of_range, 1.0 / 64.0, true);
        assert!(found > 0.0 && found < 1e-9, "{found:e}");
        // An oscillation has no sign, but a majorant.
        let found = mean(damped, 1.0 / 40.0, false);
        assert!(found > 0.0 && found < 1e-14, "{found:e}");
        let found = mean(lorentz, 0.125, false);
        assert!((1.0 / (1.0 + 1.0 / 64.0)..1.2).contains(&found), "{found}");
    }

    #[test]
    fn a_divisor_that_may_be_zero_at_the_face_bounds_nothing() {
        // x/(s + 1) over 0 ≤ x ≤ 1, as it may be written: toward s = 1 its mean is ln 2 at x = 1.
        let graph = Graph::new();
        let (x, s) = (graph.input(0), graph.input(1));
        let root = [(1.0 / (-(s + 1.0) / x).abs()).id];
        let arena = graph.into_arena();
        let mut growth = Growth::new(&arena, &root, 2).unwrap();
        let unit = (0.0, 1.0);
        for (axis, upper) in [(0, false), (0, true), (1, false), (1, true)] {
            growth.means(axis, upper, &[unit, unit], |_, mean| {
                assert!(mean >= 0.34, "{axis} {upper} {mean}");
            });
        }
    }

    #[test]
    fn means_in_corners_are_bounds() {
        // x = v/(1 - v) and y = w/(1 - w): far out, and at the other ends.
        fn bell<'g>([v, w]: [Expr<'g>; 2]) -> Expr<'g> {
            let [x, y] = [v, w].map(|v| v / (1.0 - v));
            (-x.powi(2) - y.powi(2)).exp() / ((1.0 - v).powi(2) * (1.0 - w).powi(2))
        }
        let graph = Graph::new();
        let root = [bell([graph.input(0), graph.input(1)]).id];
        let arena = graph.into_arena();
        let mut growth = Growth::new(&arena, &root, 2).unwrap();
        let sides = [(0.0, 0.5), (0.5, 0.8), (0.8, 1.0), (0.95, 1.0)];
        for a in sides {
            for b in sides {
                let ends = [a, b].into_iter().enumerate();
                let ends = ends.filter(|(_, (lo, hi))| *lo == 0.0 || *hi == 1.0);
                let ends: Vec<(usize, bool)> = ends.map(|(k, side)| (k, side.1 == 1.0)).collect();
                if ends.is_empty() {
                    continue;
                }
                let found = growth.corner_means(&ends, &[a, b])[0];
                let points = 200;
                let mut mean = 0.0;
                for k in 0..points * points {
                    let at = |(lo, hi): (f64, f64), k: usize| {
                        lo + (hi - lo) * (k as f64 + 0.5) / points as f64
                    };
                    let point = [at(a, k / points), at(b, k % points)];
                    let values = crate::expr::value::values(&arena, &root, &point);
                    mean += values[0] / (points * points) as f64;
                }
                assert!(found >= 0.99 * mean, "{a:?} {b:?}: {found:e} {mean:e}");
                let is_far = a == (0.95, 1.0) && b.1 == 1.0;
                assert!(!is_far || found < 1e-100, "{a:?} {b:?}: {found:e}");
            }
        }
    }

    fn bose(s: Expr<'_>) -> Expr<'_> {
        let x = 1.0 / s;
        x.powi(3) / (x.exp() - 1.0) / s.powi(2)
    }

    fn bose_of_range(w: Expr<'_>) -> Expr<'_> {
        let x = w / (1.0 - w);
        x.powi(3) / (x.exp() - 1.0) / (1.0 - w).powi(2)
    }

    fn damped(s: Expr<'_>) -> Expr<'_> {
        (-1.0 / s).exp() * (1.0 / s).sin() / s.powi(2)
    }

    fn lorentz(s: Expr<'_>) -> Expr<'_> {
        1.0 / (1.0 + (1.0 / s).powi(2)) / s.powi(2)
    }
}
