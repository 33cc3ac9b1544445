//! Formulas of the distance from a point, without the cancellation that is there: x − sin x beside 0
//! is a sum of terms that are not small, and so is abs(x² − 0.3) beside a root that is no double.
//!
//! 1. Take the value v₀ of every node at the point, and what it has lost there. A sum whose value is
//!    within rounding of 0, or much smaller than its terms, is v₀ + Δ.
//! 2. The differences Δ from the point follow from those of the operands without cancellation:
//!    Δ(xy) = x₀Δy + yΔx, Δ(1/x) = −Δx/(x·x₀), Δeˣ = eˣ⁰·expm1(Δx), Δ ln x = log1p(Δx/x₀),
//!    Δ cos x = −2 sin(x₀ + Δx/2)·sin(Δx/2), and so on.
//! 3. What is within rounding of 0 is 0, if the rounding of the point and of numbers explains that: a point that
//!    is the nearest double to a root is the root. 1 − cos 10⁻⁸ is not 0, though it rounds to it: such a sum stays as
//!    it is.
//!    Beside their zeros and poles, sines, tangents and logarithms are those of Δ.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, SIAM (2002), chapter 1.

use crate::elementary::{Binary, Unary};
use crate::expr::bounds::rounding::{AtPoint, quarter_turns};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node, Rounded};
use crate::expr::inputs;
use crate::expr::precise::is_short_decimal;

/// A sum below this part of its terms has lost digits.
const CANCELLED: f64 = 1e-2;

/// A sum below this part of its terms is zero.
const ROUNDED: f64 = 8.0 * f64::EPSILON;

/// A sum is known at the point if its operations lose no more than this part of it.
const KEPT: f64 = 8.0 * f64::EPSILON;

/// Or no more than so many times what the rounding of the point and of numbers moves it by.
const EXPLAINED: f64 = 64.0;

/// A value at the point below this may stand for what is large elsewhere.
const FAINT: f64 = 1e-100;

/// The formulas `roots` of one input, rewritten so that they keep their digits where it is near 0.
pub(super) fn sharpened<'g>(
    graph: &'g Graph,
    arena: &Arena,
    roots: &[Id],
    distance: Expr<'g>,
) -> Vec<Expr<'g>> {
    sharpened_if_known(graph, arena, roots, distance).0
}

/// The same, and whether it is known what every sum is that cancels there.
pub(super) fn sharpened_if_known<'g>(
    graph: &'g Graph,
    arena: &Arena,
    roots: &[Id],
    distance: Expr<'g>,
) -> (Vec<Expr<'g>>, bool) {
    let all: Vec<Id> = (0..arena.nodes().len()).map(Id::at).collect();
    let reached = inputs::of_nodes(arena);
    let mut sharp = Sharp {
        graph,
        arena,
        at_point: AtPoint::new(arena, &reached),
        reached,
        values: Vec::with_capacity(all.len()),
        differences: vec![None; all.len()],
        distance,
        are_known: true,
    };
    let needed = arena.needed(roots);
    for id in all {
        let value = match needed[id.index()] {
            true => sharp.sharp_value(id),
            false => sharp.plain_value(id),
        };
        sharp.values.push(value);
    }
    let values = roots.iter().map(|root| sharp.values[root.index()]);
    (values.collect(), sharp.are_known)
}

struct Sharp<'g, 'a> {
    graph: &'g Graph,
    arena: &'a Arena,
    reached: Vec<u64>,
    at_point: AtPoint,
    values: Vec<Expr<'g>>,
    /// The differences that were asked for; none in it where there is no formula.
    differences: Vec<Option<Option<Expr<'g>>>>,
    distance: Expr<'g>,
    /// Whether no sum was left as it is because what its terms have lost may be more than what is left.
    are_known: bool,
}

/// a + b, without what the rounding of decimals leaves: numbers of few digits are what they are written as.
fn decimal_sum(a: f64, b: f64) -> f64 {
    const PLACES: usize = 30;
    let scaled = |x: f64| -> Option<i128> {
        let text = match is_short_decimal(x) {
            true => x.to_string(),
            false => format!("{x:.PLACES$}"),
        };
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        (part.len() <= PLACES).then_some(())?;
        format!("{whole}{part:0<PLACES$}").parse().ok()
    };
    match (scaled(a), scaled(b)) {
        (Some(x), Some(y)) => format!("{}e-{PLACES}", x + y).parse().unwrap_or(a + b),
        _ => a + b,
    }
}

impl<'g> Sharp<'g, '_> {
    fn number(&self, value: f64) -> Expr<'g> {
        self.graph.constant(value)
    }

    fn of(&self, id: Id) -> Expr<'g> {
        self.values[id.index()]
    }

    /// The value of a node at the point; none if it is not finite.
    fn origin(&self, id: Id) -> Option<f64> {
        Some(self.at_point.value[id.index()]).filter(|v| v.is_finite())
    }

    /// A node as it is written, of operands that keep their digits.
    fn plain_value(&self, id: Id) -> Expr<'g> {
        match self.arena.node(id) {
            Node::Input(_) => self.distance,
            node => {
                let node = node.with_operands(|id| self.values[id.index()].id);
                self.graph.insert(node)
            }
        }
    }

    fn sharp_value(&mut self, id: Id) -> Expr<'g> {
        let plain = self.plain_value(id);
        if self.reached[id.index()] == 0 {
            return plain;
        }
        let found = match self.arena.node(id).clone() {
            Node::Binary(op @ (Binary::Add | Binary::Sub), x, y) => self.cancelling(id, op, x, y),
            Node::Unary(op, x) => self.beside_zero(id, op, x),
            _ => None,
        };
        found.unwrap_or(plain)
    }

    /// A sum whose terms cancel at the point.
    fn cancelling(&mut self, id: Id, op: Binary, x: Id, y: Id) -> Option<Expr<'g>> {
        let sign = if op == Binary::Add { 1.0 } else { -1.0 };
        let (a, b) = (self.origin(x)?, sign * self.origin(y)?);
        let size = a.abs().max(b.abs());
        if size == 0.0 || (a + b).abs() > CANCELLED * size {
            return None;
        }
        let written = [x, y].map(|id| self.arena.number(id).is_some());
        let sum = if written.contains(&true) {
            decimal_sum(a, b)
        } else {
            a + b
        };
        let origin = self.origin_of_sum(id, a + b, sum, size)?;
        let difference = self.difference(id)?;
        if origin == 0.0 {
            return Some(difference);
        }
        // Far from the point the difference may cancel it again: then what it has lost counts.
        let number = Rounded::from(origin);
        let lost = number.lost.max(self.at_point.lost[id.index()]);
        Some(self.graph.number(Rounded { lost, ..number }) + difference)
    }

    /// The value of a sum at the point, from what doubles and decimals say; none where it is not known.
    fn origin_of_sum(&mut self, id: Id, double: f64, decimal: f64, size: f64) -> Option<f64> {
        let i = id.index();
        let is_small = double.abs() <= ROUNDED * size && decimal.abs() <= ROUNDED * size;
        let origin = if is_small { 0.0 } else { decimal };
        self.is_known(id, origin).then(|| {
            self.at_point.value[i] = origin;
            origin
        })
    }

    /// Whether what operations lose on the way to a node at the point is little beside the size that is left of it, or
    /// explained.
    fn is_known(&mut self, id: Id, left: f64) -> bool {
        let AtPoint { lost, moved, .. } = &self.at_point;
        let lost = lost[id.index()];
        let is_known = lost <= KEPT * left.abs() || lost <= EXPLAINED * moved[id.index()];
        self.are_known &= is_known;
        is_known
    }

    /// A function beside its zero or pole.
    fn beside_zero(&mut self, id: Id, op: Unary, x: Id) -> Option<Expr<'g>> {
        let origin = self.origin(x)?;
        match op {
            Unary::Sin | Unary::Cos | Unary::Tan => {
                let quarter = quarter_turns(origin).filter(|quarter| *quarter != 0.0)?;
                let odd = quarter.rem_euclid(2.0) == 1.0;
                if odd == (op == Unary::Sin) {
                    return None;
                }
                let difference = self.difference(x)?;
                let half = (quarter / 2.0).floor().rem_euclid(2.0) == 1.0;
                let sign = if half { -1.0 } else { 1.0 };
                Some(match op {
                    // sin(kπ + Δ) = (−1)ᵏ sin Δ, cos((k + ½)π + Δ) = −(−1)ᵏ sin Δ.
                    Unary::Sin => sign * difference.sin(),
                    Unary::Cos => -sign * difference.sin(),
                    _ if odd => -1.0 / difference.tan(),
                    _ => difference.tan(),
                })
            }
            Unary::Ln if (origin - 1.0).abs() <= CANCELLED => {
                let off = if (origin - 1.0).abs() <= ROUNDED {
                    0.0
                } else {
                    decimal_sum(origin, -1.0)
                };
                if !self.is_known(x, off) {
                    return None;
                }
                self.at_point.value[id.index()] = Unary::Log1p.value(off);
                Some((off + self.difference(x)?).ln_1p())
            }
            _ => None,
        }
    }

    /// The difference of a node from its value at the point.
    fn difference(&mut self, id: Id) -> Option<Expr<'g>> {
        if let Some(known) = self.differences[id.index()] {
            return known;
        }
        let found = self.new_difference(id);
        self.differences[id.index()] = Some(found);
        found
    }

    fn new_difference(&mut self, id: Id) -> Option<Expr<'g>> {
        if self.reached[id.index()] == 0 {
            return Some(self.number(0.0));
        }
        let origin = self.origin(id)?;
        let found = self.difference_of_node(id);
        found.or_else(
            || match origin == 0.0 && self.at_point.lost[id.index()] == 0.0 {
                // From nothing it differs by what it is, as 1/x does beside infinity.
                true => self.value_of(id),
                false => None,
            },
        )
    }

    fn difference_of_node(&mut self, id: Id) -> Option<Expr<'g>> {
        match self.arena.node(id).clone() {
            Node::Input(_) => Some(self.distance),
            Node::Unary(op, x) => self.difference_of_function(id, op, x),
            Node::Power(x, n) => self.difference_of_power(id, x, f64::from(n)),
            Node::Binary(op, x, y) => {
                let (a, b) = (self.origin(x)?, self.origin(y)?);
                let dx = self.difference(x)?;
                if op == Binary::Pow {
                    return match self.reached[y.index()] {
                        0 => self.difference_of_power(id, x, b),
                        _ => None,
                    };
                }
                if !(is_sound(a) && is_sound(b)) {
                    return None;
                }
                let dy = self.difference(y)?;
                match op {
                    Binary::Add => Some(dx + dy),
                    Binary::Sub => Some(dx - dy),
                    Binary::Mul => Some(a * dy + dx * self.value_of(y)?),
                    Binary::Div => Some((dx - (a / b) * dy) / self.value_of(y)?),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The value of a node: it may not have been reached yet only if it is itself in the making.
    fn value_of(&self, id: Id) -> Option<Expr<'g>> {
        self.values.get(id.index()).copied()
    }

    fn difference_of_power(&mut self, id: Id, x: Id, n: f64) -> Option<Expr<'g>> {
        let a = self.origin(x).filter(|a| is_sound(*a))?;
        let dx = self.difference(x)?;
        if a == 0.0 {
            return (n > 0.0).then(|| dx.pow(n));
        }
        if n == 2.0 {
            return Some(dx * (2.0 * a + dx));
        }
        if n == -1.0 {
            return Some(dx / (-a * self.of(x)));
        }
        if n.fract() != 0.0 && a < 0.0 {
            return None;
        }
        if is_faint(a.powf(n)) {
            return self.difference_from_faint(id);
        }
        // The base keeps its sign where the logarithm has a value.
        let growth = (n * (dx / a).ln_1p()).exp_m1();
        Some(a.powf(n) * growth)
    }

    /// The difference of what is next to nothing at the point: a multiple of it would have no digits elsewhere.
    fn difference_from_faint(&self, id: Id) -> Option<Expr<'g>> {
        let origin = self.origin(id)?;
        self.value_of(id).map(|value| match origin == 0.0 {
            true => value,
            false => value - origin,
        })
    }

    /// The difference of a function from its limit where its operand is infinite.
    fn difference_from_limit(&self, op: Unary, x: Id) -> Option<Expr<'g>> {
        let end = self.at_point.value[x.index()];
        let x = self.value_of(x)?;
        match op {
            _ if !end.is_infinite() => None,
            Unary::Tanh => Some(-2.0 * end.signum() / ((2.0 * end.signum() * x).exp() + 1.0)),
            Unary::Atan => {
                Some(-end.signum() * x.constant(1.0).binary(Binary::Atan2, end.signum() * x))
            }
            Unary::Erf => Some(-end.signum() * (end.signum() * x).erfc()),
            _ => None,
        }
    }

    fn difference_of_function(&mut self, id: Id, op: Unary, x: Id) -> Option<Expr<'g>> {
        if let Some(found) = self.difference_from_limit(op, x) {
            return Some(found);
        }
        let a = self.origin(x).filter(|a| is_sound(*a))?;
        let origin = self.origin(id)?;
        let dx = self.difference(x)?;
        let growth = a.exp();
        match op {
            Unary::Exp if is_faint(growth) => return self.difference_from_faint(id),
            Unary::Expm1 if is_faint(growth) => return None,
            Unary::Tanh if is_faint(1.0 / a.cosh()) => return None,
            _ => {}
        }
        let half = 0.5 * dx;
        let one = |value: f64| self.number(value);
        Some(match op {
            Unary::Neg => -dx,
            Unary::Exp => origin * dx.exp_m1(),
            Unary::Expm1 => growth * dx.exp_m1(),
            Unary::Ln if a > 0.0 => (dx / a).ln_1p(),
            Unary::Log1p if a > -1.0 => (dx / (1.0 + a)).ln_1p(),
            Unary::Sqrt if a > 0.0 => dx / (self.of(x).sqrt() + origin),
            Unary::Sqrt if a == 0.0 => dx.sqrt(),
            Unary::Sin => 2.0 * shifted_sine(a, 1.0, half) * half.sin(),
            Unary::Cos => -2.0 * shifted_sine(a, 0.0, half) * half.sin(),
            Unary::Tan => dx.sin() / (self.of(x).cos() * a.cos()),
            Unary::Sinh => 2.0 * (one(a) + half).cosh() * half.sinh(),
            Unary::Cosh => 2.0 * (one(a) + half).sinh() * half.sinh(),
            Unary::Tanh => dx.sinh() / (self.of(x).cosh() * a.cosh()),
            // Of two quotients that differ in sign the angles differ by π.
            Unary::Atan => dx.binary(Binary::Atan2, 1.0 + a * self.of(x)),
            _ => return None,
        })
    }
}

/// Whether a value at a point is one of which differences can be told: not one that is too large, or so small that it has
/// lost digits.
fn is_sound(value: f64) -> bool {
    value == 0.0 || value.is_normal()
}

/// What is smaller may be as large elsewhere as others are, of which it has no digits here.
fn is_faint(value: f64) -> bool {
    value.abs() < FAINT
}

/// sin(a + h + k·π/2) for k = 0 or 1; a number next to a multiple of π/2 is that multiple.
fn shifted_sine<'g>(a: f64, k: f64, h: Expr<'g>) -> Expr<'g> {
    let Some(quarter) = quarter_turns(a) else {
        let argument = a + h;
        return if k == 0.0 {
            argument.sin()
        } else {
            argument.cos()
        };
    };
    match (quarter + k).rem_euclid(4.0) as i32 {
        0 => h.sin(),
        1 => h.cos(),
        2 => -h.sin(),
        _ => -h.cos(),
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_PI_2;

    use super::*;

    /// The value of a formula at a distance from a point, sharpened.
    fn at(point: f64, distance: f64, formula: impl for<'g> FnOnce(Expr<'g>) -> Expr<'g>) -> f64 {
        let source = Graph::new();
        let root = formula(point + source.input(0)).id;
        source.read(|arena| {
            let graph = Graph::new();
            sharpened(&graph, arena, &[root], graph.input(0))[0].value(&[distance])
        })
    }

    #[test]
    fn digits_are_kept_beside_a_point() {
        let d = 1e-20;
        for (found, exact) in [
            (at(0.0, 1e-9, |x| 1.0 - x.cos()), 5e-19),
            (at(1.0, -d, |x| (1.0 / x).ln()), d),
            (
                at(0.3f64.sqrt(), d, |x| x.powi(2) - 0.3),
                2.0 * 0.3f64.sqrt() * d,
            ),
            (at(2.0 / 3.0, -d, |x| (x - 2.0 / 3.0).abs()), d),
            (at(FRAC_PI_2, -d, |x| x.tan()), 1.0 / d),
            (at(2.0 * FRAC_PI_2, d, |x| 1.0 + x.cos()), 0.5 * d * d),
            (at(2.0 * FRAC_PI_2, d, |x| x.sin()), -d),
            (at(4.0 * FRAC_PI_2, -d, |x| 2.0 - 2.0 * x.cos()), d * d),
            // The number is what it is written as, 1 + 10⁻⁸.
            (at(0.0, 0.0, |x| 1.000_000_01 - x.cos()), 1e-8),
            (at(1.0, d, |x| x.pow(0.3) - x.sqrt()), -0.2 * d),
            (
                at(1.0, d, |x| x.exp() - std::f64::consts::E),
                std::f64::consts::E * d,
            ),
        ] {
            // A handful of roundings.
            assert!((found / exact - 1.0).abs() < 1e-14, "{found} {exact}");
        }
    }

    #[test]
    fn what_is_next_to_nothing_at_the_point_is_there_elsewhere() {
        fn peak(x: Expr<'_>) -> Expr<'_> {
            (-(1e4 * (x - 0.5)).powi(2)).exp()
        }
        let found = [0.3, 0.5].map(|d| at(0.0, d, |x| 2.0 + peak(x) - x.cos()));
        let exact = [0.3f64, 0.5].map(|d| 2.0 + f64::from(d == 0.5) - d.cos());
        assert_eq!(found, exact);
        // A power, and a step.
        let found = at(1e-30, 1.0, |x| 1.0 - x.cos() + x.powi(11) - x.powi(12));
        assert!((found - (1.0 - 1f64.cos())).abs() < 1e-15, "{found}");
        let found = at(0.0, 1.0, |x| (400.0 * (x - 0.5)).tanh() + 1.0);
        assert!((found - 2.0).abs() < 1e-15, "{found}");
        let found = at(0.0, 1.0, |x| (800.0 * (x - 1.0)).exp_m1() + 1.0);
        assert!((found - 1.0).abs() < 1e-15, "{found}");
    }

    #[test]
    fn angles_on_the_other_side_of_zero_are_those() {
        let found = at(2.0, -5.0, |x| x.atan() - 2f64.atan());
        let exact = (-3f64).atan() - 2f64.atan();
        assert!((found - exact).abs() < 1e-15, "{found} {exact}");
    }

    #[test]
    fn what_is_not_known_at_the_point_is_left_as_it_is() {
        let source = Graph::new();
        let x = 1e-8 + source.input(0);
        let roots = [(1.0 - x.cos()).id, (x.exp() - 1.0).id, x.cos().ln().id];
        source.read(|arena| {
            for root in roots {
                let graph = Graph::new();
                let (found, are_known) = sharpened_if_known(&graph, arena, &[root], graph.input(0));
                assert!(!are_known);
                let plain = crate::expr::value::values(arena, &[root], &[1e-9])[0];
                assert_eq!(found[0].value(&[1e-9]).to_bits(), plain.to_bits());
            }
        });
    }

    #[test]
    fn digits_are_kept_beside_infinity() {
        // The distance is 1/x.
        let far = |w: f64, formula: for<'g> fn(Expr<'g>) -> Expr<'g>| {
            let source = Graph::new();
            let root = formula(1.0 / source.input(0)).id;
            source.read(|arena| {
                let graph = Graph::new();
                sharpened(&graph, arena, &[root], graph.input(0))[0].value(&[w])
            })
        };
        for (found, exact) in [
            (far(1e-9, |x| 1.0 - (1.0 / x).cos()), 5e-19),
            (far(1.0 / 30.0, |x| 1.0 - x.tanh()), 2.0 * (-60f64).exp()),
            (far(1e-20, |x| x.atan() - FRAC_PI_2), -1e-20),
            // On the other side of 0, too.
            (
                far(0.5, |x| (x - 5.0).atan() - FRAC_PI_2),
                (-3f64).atan() - FRAC_PI_2,
            ),
            (
                far(0.5, |x| (5.0 - x).atan() + FRAC_PI_2),
                3f64.atan() + FRAC_PI_2,
            ),
            (far(1e-9, |x| (1.0 + (1.0 / x).powi(2)).sqrt() - 1.0), 5e-19),
        ] {
            assert!((found / exact - 1.0).abs() < 1e-13, "{found} {exact}");
        }
    }

    #[test]
    fn far_from_the_point_nothing_changes() {
        for d in [0.1, 0.7, 2.0] {
            let sharp = at(0.5, d, |x| (x * x - 0.25).exp() - x.cos() / (x + 0.1));
            let x = 0.5 + d;
            let plain = (x * x - 0.25).exp() - x.cos() / (x + 0.1);
            assert!((sharp - plain).abs() < 1e-15 * plain.abs().max(1.0));
        }
    }
}
