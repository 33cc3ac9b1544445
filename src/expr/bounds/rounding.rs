//! What the value of a formula may lose by rounding: a running error analysis.
//!
//! 1. Every operation adds half an ulp of its result, an elementary function two ulps (others what they
//!    lose), a constant half
//!    an ulp if it has many digits: 0.3 is no floating-point number.
//! 2. Errors of operands are passed on, times the derivative.
//! 3. Where terms cancel, the sum is small and the error is not: that is what this is for.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", SIAM (2002), section 3.3.

use std::f64::consts::FRAC_PI_2;

use crate::elementary::double_double::two_sum;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, HALF_ULP, Id, Node, Rounded};
use crate::expr::slope::{binary_slopes, unary_slope};
use crate::expr::value::node_value;

/// An angle this near to quarter turns, as a part of it, is so many but for rounding.
const TURNED: f64 = 8.0 * f64::EPSILON;

/// Of more quarter turns an angle has lost too many digits.
const MOST_TURNS: f64 = 1e6;

/// Products that are smaller may have lost digits without a trace.
const SMALLEST: f64 = 1e-290;

/// Formulas, prepared for the analysis.
pub(crate) struct Rounding<'a> {
    arena: &'a Arena,
    roots: &'a [Id],
    /// What is needed, in order.
    order: Vec<usize>,
    value: Vec<f64>,
    lost: Vec<f64>,
    /// Half an ulp where operations round, 0 where only constants do.
    half: f64,
    /// Whether inputs and constants are rounded.
    is_given_rounded: bool,
}

impl<'a> Rounding<'a> {
    pub(crate) fn new(arena: &'a Arena, roots: &'a [Id]) -> Self {
        let needed = arena.needed(roots);
        Rounding {
            arena,
            roots,
            order: (0..needed.len()).filter(|&i| needed[i]).collect(),
            value: vec![f64::NAN; needed.len()],
            lost: vec![0.0; needed.len()],
            half: HALF_ULP,
            is_given_rounded: true,
        }
    }

    /// The same as if nothing but constants were rounded.
    pub(crate) fn of_constants(self) -> Self {
        Rounding { half: 0.0, ..self }
    }

    /// The same as if nothing but operations were rounded.
    pub(crate) fn of_operations(self) -> Self {
        Rounding {
            is_given_rounded: false,
            ..self
        }
    }

    /// The value of a formula where it was looked at last.
    pub(crate) fn value_of(&self, root: usize) -> f64 {
        self.value[self.roots[root].index()]
    }

    /// Hands `visit` what each formula may lose where the inputs have these values, themselves
    /// rounded.
    pub(crate) fn at(&mut self, inputs: &[f64], mut visit: impl FnMut(usize, f64)) {
        for &index in &self.order {
            let node = self.arena.node(Id::at(index));
            self.value[index] = node_value(node, inputs, |id| self.value[id.index()]);
            let is_given = matches!(node, Node::Constant(..) | Node::Symbol(_) | Node::Input(_));
            self.lost[index] = match is_given && !self.is_given_rounded {
                true => 0.0,
                false => lost(node, self.value[index], &self.value, &self.lost, self.half),
            };
        }
        for (k, root) in self.roots.iter().enumerate() {
            visit(k, self.lost[root.index()]);
        }
    }
}

/// Of an error that has no bound nothing is left where it does not count.
fn passed(slope: f64, error: f64) -> f64 {
    if slope == 0.0 || error == 0.0 {
        0.0
    } else {
        slope.abs() * error
    }
}

/// What a node of value z may lose, from the values of its operands and what they lost.
fn lost(node: &Node, z: f64, value: &[f64], lost: &[f64], half: f64) -> f64 {
    let v = |id: &Id| value[id.index()];
    let e = |id: &Id| lost[id.index()];
    if z.is_infinite() {
        return f64::INFINITY;
    }
    match node {
        Node::Constant(bits, kept) => Rounded::with_kept(f64::from_bits(*bits), *kept).lost,
        Node::Symbol(_) => HALF_ULP * z.abs(),
        // A rule's nodes are rounded, and put on their side.
        Node::Input(_) => 2.0 * half * z.abs(),
        Node::Unary(Unary::Neg | Unary::Abs, x) => e(x),
        Node::Binary(Binary::Add | Binary::Sub, x, y) => e(x) + e(y) + half * z.abs(),
        Node::Binary(Binary::Mul, x, y) => passed(v(x), e(y)) + passed(v(y), e(x)) + half * z.abs(),
        Node::Binary(Binary::Div, x, y) => (e(x) + passed(z, e(y))) / v(y).abs() + half * z.abs(),
        Node::Binary(Binary::Min | Binary::Max, x, y) => e(x).max(e(y)),
        Node::Power(x, n) => {
            let n = f64::from(*n).abs();
            // Zero to a power is exact, or infinite; what has no bound has gone if it counts as zero.
            let part = if v(x) == 0.0 || z == 0.0 {
                0.0
            } else {
                n * (e(x) / v(x).abs())
            };
            (part + 3.0 * half) * z.abs()
        }
        Node::Select(c, a, b) => e(if v(c) != 0.0 { a } else { b }),
        Node::Unary(op, x) => {
            let slope = unary_slope(*op, v(x), z);
            passed(slope, e(x)) + 2.0 * op.loss() * half * z.abs()
        }
        Node::Binary(op, x, y) => {
            let slopes = binary_slopes(*op, v(x), v(y), z);
            let (loss, of_wave) = op.loss(v(x));
            // A zero of a wave has the height of the wave as its slope.
            let height = match of_wave && v(y).abs() > v(x).abs() {
                true => z.hypot(slopes[1]),
                false => z.abs(),
            };
            passed(slopes[0], e(x)) + passed(slopes[1], e(y)) + 2.0 * loss * half * height
        }
        // Elimination with pivots: a few roundings of the result, as a rule.
        Node::Determinant(entries) | Node::Volume(_, entries) => {
            entries.len() as f64 * half * z.abs()
        }
    }
}

/// All nodes of an arena where its inputs are 0.
pub(crate) struct AtPoint {
    pub(crate) value: Vec<f64>,
    /// What operations lose on the way to each: nothing where every result is exact.
    pub(crate) lost: Vec<f64>,
    /// By how much each is moved by the rounding of numbers, and of the place that the point is.
    pub(crate) moved: Vec<f64>,
}

impl AtPoint {
    /// The nodes at the point; `reached` has the inputs that reach each.
    pub(crate) fn new(arena: &Arena, reached: &[u64]) -> Self {
        let count = arena.nodes().len();
        let mut at = AtPoint {
            value: Vec::with_capacity(count),
            lost: Vec::with_capacity(count),
            moved: Vec::with_capacity(count),
        };
        for node in arena.nodes() {
            let z = node_value(node, &[0.0], |id| at.value[id.index()]);
            let is_given = matches!(node, Node::Constant(..) | Node::Symbol(_) | Node::Input(_));
            let mut moved = lost(node, z, &at.value, &at.moved, 0.0);
            if let Node::Binary(Binary::Add | Binary::Sub, x, y) = node {
                // A number plus what comes in with the inputs is the place.
                let is_place = |of: &Id, and: &Id| {
                    reached[of.index()] == 0
                        && reached[and.index()] != 0
                        && at.value[and.index()] == 0.0
                };
                if is_place(x, y) || is_place(y, x) {
                    moved = moved.max(HALF_ULP * z.abs());
                }
            }
            let own = match is_given || at.is_exact(node, z) {
                true => 0.0,
                false => lost(node, z, &at.value, &at.lost, HALF_ULP),
            };
            at.value.push(z);
            at.lost.push(own);
            at.moved.push(moved);
        }
        at
    }

    /// Whether the value z of a node is what it is without rounding.
    fn is_exact(&self, node: &Node, z: f64) -> bool {
        let v = |id: &Id| self.value[id.index()];
        if let Node::Unary(Unary::Sin | Unary::Cos, x) = node {
            // At a crest the operand may be rounded: there the value is exact.
            if z.abs() == 1.0 && quarter_turns(v(x)).is_some() {
                return true;
            }
        }
        if let Node::Unary(_, x) = node
            && v(x).is_infinite()
        {
            // So is a limit.
            return z.is_finite();
        }
        let mut of_exact = true;
        node.for_each_operand(|id| of_exact &= self.lost[id.index()] == 0.0);
        if !of_exact || !z.is_finite() {
            return false;
        }
        // Below, the rounding of a product is none of the numbers there are.
        let is_normal = z.abs() >= SMALLEST;
        match node {
            Node::Binary(Binary::Add, x, y) => two_sum(v(x), v(y)).lo == 0.0,
            Node::Binary(Binary::Sub, x, y) => two_sum(v(x), -v(y)).lo == 0.0,
            Node::Binary(Binary::Mul, x, y) => {
                v(x) == 0.0 || v(y) == 0.0 || is_normal && v(x).mul_add(v(y), -z) == 0.0
            }
            Node::Binary(Binary::Div, x, y) => {
                v(x) == 0.0 || is_normal && z.mul_add(v(y), -v(x)) == 0.0
            }
            Node::Unary(Unary::Sqrt, x) => is_normal && z.mul_add(z, -v(x)) == 0.0,
            Node::Power(x, n) => is_exact_power(v(x), f64::from(*n)),
            Node::Binary(Binary::Pow, x, y) => v(x) == 1.0 || is_exact_power(v(x), v(y)),
            // What functions are at 0 they are without rounding: 1, or 0.
            Node::Unary(_, x) => v(x) == 0.0 && z.abs() == 1.0,
            Node::Binary(_, _, y) => v(y) == 0.0 && z.abs() == 1.0,
            _ => false,
        }
    }
}

/// How many quarter turns an angle is, if it is a whole number of them but for rounding.
pub(crate) fn quarter_turns(angle: f64) -> Option<f64> {
    let turns = (angle / FRAC_PI_2).round();
    let off = (angle - turns * FRAC_PI_2).abs();
    (turns.abs() <= MOST_TURNS && off <= TURNED * angle.abs()).then_some(turns)
}

/// Whether a number to a power has so few digits that it is no rounded one.
fn is_exact_power(x: f64, n: f64) -> bool {
    if n == 0.0 || x == 0.0 && n > 0.0 {
        return true;
    }
    let unused = (x.to_bits() | 1 << 52).trailing_zeros().min(52);
    let digits = f64::from(f64::MANTISSA_DIGITS - unused);
    let size = x.abs().log2().abs() * n.abs();
    let is_power_of_two = digits == 1.0;
    x.is_normal()
        && n.fract() == 0.0
        && size < 1000.0
        && (is_power_of_two || n > 0.0 && digits * n <= f64::from(f64::MANTISSA_DIGITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};

    fn lost(formula: impl for<'g> FnOnce(Expr<'g>) -> Expr<'g>, x: f64) -> f64 {
        let graph = Graph::new();
        let root = formula(graph.input(0)).id;
        let arena = graph.into_arena();
        let mut found = f64::NAN;
        Rounding::new(&arena, &[root]).at(&[x], |_, lost| found = lost);
        found
    }

    #[test]
    fn a_plain_formula_loses_a_few_roundings() {
        for x in [0.3, 1.0, 2.5] {
            let found = lost(|x| x.exp() * (x + 1.0).sin(), x) / (x.exp() * (x + 1.0).sin().abs());
            assert!(
                found > 2.0 * HALF_ULP && found < 40.0 * HALF_ULP,
                "{x}: {found:e}"
            );
        }
    }

    #[test]
    fn cancellation_shows() {
        // (1e8 + x) − 1e8: an ulp of 1e8 is 1.5e-8.
        let found = lost(|x| (x + 1e8) - 1e8, 0.3);
        assert!(found > 5e-9 && found < 5e-8, "{found:e}");
        // 1 − cos x near 0 loses half an ulp of 1.
        let found = lost(|x| 1.0 - x.cos(), 1e-5);
        assert!(found > HALF_ULP && found < 8.0 * HALF_ULP, "{found:e}");
    }

    #[test]
    fn a_constant_loses_what_its_terms_lost() {
        // 1.00000001 − 1 is off by half an ulp of 1.
        let found = lost(|x| x * 0.0 + (x.constant(1.00000001) - 1.0), 0.3);
        assert!((HALF_ULP..2.0 * HALF_ULP).contains(&found), "{found:e}");
    }

    #[test]
    fn what_overflows_on_the_way_to_zero_is_no_loss() {
        for found in [
            lost(|x| (-x.powi(2)).exp(), 1e200),
            lost(|x| 1.0 / x.exp(), 1e3),
        ] {
            assert!(found.is_finite(), "{found}");
        }
    }

    #[test]
    fn the_true_error_is_covered() {
        // (x − 1)⁶ multiplied out, near 1: what it is to 1e-30 is known.
        for k in 1..20 {
            let x = 1.0 + f64::from(k) / 1024.0;
            let graph = Graph::new();
            let e = graph.input(0);
            let f = e.powi(6) - e.powi(5) * 6.0 + e.powi(4) * 15.0 - e.powi(3) * 20.0
                + e.powi(2) * 15.0
                - e * 6.0
                + 1.0;
            let truth = (x - 1.0).powi(6);
            let error = (f.value(&[x]) - truth).abs();
            let claimed = lost(
                |e| {
                    e.powi(6) - e.powi(5) * 6.0 + e.powi(4) * 15.0 - e.powi(3) * 20.0
                        + e.powi(2) * 15.0
                        - e * 6.0
                        + 1.0
                },
                x,
            );
            assert!(error <= claimed && claimed < 1e-13, "{error:e} {claimed:e}");
        }
    }
}
