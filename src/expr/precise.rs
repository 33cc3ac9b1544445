//! Values of formulas of which no digit is lost: with so many that what is left where terms cancel has all those of
//! double precision.
//!
//! 1. Take every number for the decimal that is written, if that has no more digits than a double holds, and inputs for
//!    what they are.
//! 2. Compute with 384 bits, about 115 digits: where terms cancel to 10⁻⁹⁸ of them 17 are left.
//! 3. Round the value of the whole once.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", SIAM (2002), section 27.9 (mixed and extended
//! precision).

use std::cell::RefCell;
use std::cmp::Ordering;

use astro_float_num::{BigFloat, Consts, Radix, RoundingMode, Sign};

use super::graph::{Arena, Id, Node, Rounded, Symbol};
use super::inputs;
use super::value::node_value;
use crate::elementary::{Binary, Unary};

/// The bits of numbers.
const BITS: usize = 384;

/// Every operation rounds the last of many bits: how does not matter.
const NEAREST: RoundingMode = RoundingMode::None;

/// Numbers of up to so many digits are the decimals that are written.
const DIGITS: usize = 15;

/// Angles from this power of 2 on have no digits left of their turns.
const LONG: i32 = BITS as i32;

/// More numbers than this are not moved one by one.
const MOST_ROUNDED: usize = 16;

/// Powers of so many factors are products.
const MOST_FACTORS: f64 = 64.0;

/// How many sums of two numbers take as long as such a power, as a root, and as an elementary function.
const FEW: u64 = 8;
const ROOT: u64 = 100;
const FUNCTION: u64 = 500;

/// Below this power of 2 three terms of a series have all bits.
const TINY: i32 = -130;

/// Formulas of which the values are computed without loss.
pub(crate) struct Precise<'a> {
    arena: &'a Arena,
    roots: &'a [Id],
    /// What depends on the inputs, in order.
    order: Vec<usize>,
    values: Vec<BigFloat>,
}

thread_local! {
    /// π, e and logarithms with as many digits as were needed; `None` if there is no memory. They take longer than a
    /// formula, and what is had of them with fewer digits does not depend on how many there are.
    static CONSTANTS: RefCell<Option<Consts>> = RefCell::new(Consts::new().ok());
}

/// What `compute` makes with the constants; `None` if there are none.
fn with_constants<T>(compute: impl FnOnce(&mut Consts) -> T) -> Option<T> {
    CONSTANTS.with_borrow_mut(|constants| constants.as_mut().map(compute))
}

impl<'a> Precise<'a> {
    /// Formulas, prepared; `None` where one has an operation that is not known to more digits, or there is no memory.
    pub(crate) fn new(arena: &'a Arena, roots: &'a [Id]) -> Option<Self> {
        Precise::with(arena, roots, |_, _| {})
    }

    /// Formulas whose numbers `change` may change.
    fn with(
        arena: &'a Arena,
        roots: &'a [Id],
        change: impl Fn(usize, &mut BigFloat),
    ) -> Option<Self> {
        let needed = arena.needed(roots);
        let number = |node: &Node, constants: &mut Consts| match node {
            Node::Constant(bits, _) => written(f64::from_bits(*bits), constants),
            Node::Symbol(Symbol::Pi) => constants.pi(BITS, NEAREST),
            Node::Symbol(Symbol::E) => constants.e(BITS, NEAREST),
            _ => astro_float_num::NAN,
        };
        let nodes = arena.nodes().iter();
        let mut values: Vec<BigFloat> =
            with_constants(|constants| nodes.map(|node| number(node, constants)).collect())?;
        for (index, value) in values.iter_mut().enumerate() {
            change(index, value);
        }
        let mut precise = Precise {
            arena,
            roots,
            order: (0..needed.len()).filter(|&i| needed[i]).collect(),
            values,
        };
        if !precise.fill(&[]) {
            return None;
        }
        // What is computed from numbers alone is so once.
        let reached = inputs::of_nodes(arena);
        precise.order.retain(|&i| reached[i] != 0);
        Some(precise)
    }

    /// The same formulas for who means doubles by numbers, and what is computed from numbers alone in double precision, as
    /// in a program; `None` where that is the same.
    pub(crate) fn of_doubles(arena: &'a Arena, roots: &'a [Id]) -> Option<Self> {
        let mut own = Precise::new(arena, roots)?;
        let (needed, reached) = (arena.needed(roots), inputs::of_nodes(arena));
        let mut plain = vec![f64::NAN; own.values.len()];
        let mut differs = false;
        for (index, node) in arena.nodes().iter().enumerate() {
            if !needed[index] || reached[index] != 0 {
                continue;
            }
            plain[index] = node_value(node, &[], |id| plain[id.index()]);
            if !matches!(node, Node::Symbol(_)) {
                let double = number(plain[index]);
                differs |= double.cmp(&own.values[index]) != Some(0);
                own.values[index] = double;
            }
        }
        differs.then_some(own)
    }

    /// The same formulas for every number that is rounded, and no decimal that is written: with that moved by as much as
    /// it may be off; `None` where there are too many.
    pub(crate) fn of_rounded(arena: &'a Arena, roots: &'a [Id]) -> Option<Vec<Self>> {
        let needed = arena.needed(roots);
        let rounded = (0..needed.len())
            .filter(|&index| needed[index])
            .filter_map(|index| {
                let number = arena.rounded(Id::at(index))?;
                let is_off = number.lost > 0.0 && !is_short_decimal(number.value);
                is_off.then_some((index, number))
            });
        let rounded: Vec<(usize, Rounded)> = rounded.take(MOST_ROUNDED + 1).collect();
        if rounded.len() > MOST_ROUNDED {
            return None;
        }
        let moved = rounded.into_iter().map(|(index, Rounded { value, lost })| {
            Precise::with(arena, roots, |at, own| {
                if at == index {
                    *own = number(value).add(&number(lost), BITS, NEAREST);
                }
            })
        });
        moved.collect()
    }

    /// The work of the values at a point, in sums of two numbers.
    pub(crate) fn cost(&self) -> u64 {
        let costs = self
            .order
            .iter()
            .map(|&index| match self.arena.node(Id::at(index)) {
                Node::Unary(
                    Unary::Neg | Unary::Abs | Unary::Sign | Unary::Floor | Unary::Ceil | Unary::Not,
                    _,
                ) => 1,
                Node::Unary(Unary::Sqrt | Unary::Cbrt, _) | Node::Binary(Binary::Hypot, ..) => ROOT,
                Node::Unary(..) => FUNCTION,
                Node::Binary(Binary::Pow, _, exponent) => match self.arena.number(*exponent) {
                    Some(exponent) if whole_exponent(exponent).is_some() => FEW,
                    _ => 2 * FUNCTION,
                },
                Node::Power(..) => FEW,
                _ => 1,
            });
        costs.sum()
    }

    /// Hands `visit` the values of the formulas where the inputs are these.
    pub(crate) fn at(&mut self, inputs: &[f64], mut visit: impl FnMut(usize, f64)) {
        self.fill(inputs);
        for (k, root) in self.roots.iter().enumerate() {
            visit(k, rounded(&self.values[root.index()]));
        }
    }

    /// What a double leaves out of the value of a formula where it was looked at last.
    pub(crate) fn left_out(&self, root: usize) -> f64 {
        let value = &self.values[self.roots[root].index()];
        rounded(&value.sub(&number(rounded(value)), BITS, NEAREST))
    }

    /// Computes all nodes; whether their operations are known. Inputs that are not given are 1/2.
    fn fill(&mut self, inputs: &[f64]) -> bool {
        with_constants(|constants| self.fill_with(inputs, constants)).unwrap_or_default()
    }

    fn fill_with(&mut self, inputs: &[f64], constants: &mut Consts) -> bool {
        for &index in &self.order {
            let values = &self.values;
            let of = |id: &Id| &values[id.index()];
            let value = match self.arena.node(Id::at(index)) {
                Node::Constant(..) | Node::Symbol(_) => continue,
                Node::Input(i) => Some(number(inputs.get(*i as usize).copied().unwrap_or(0.5))),
                Node::Unary(op, x) => unary(*op, of(x), constants),
                Node::Binary(op, x, y) => binary(*op, of(x), of(y), constants),
                Node::Power(x, n) => Some(whole_power(of(x), *n)),
                Node::Select(c, a, b) => Some(match of(c) {
                    c if c.is_nan() => astro_float_num::NAN,
                    c if c.is_zero() => of(b).clone(),
                    _ => of(a).clone(),
                }),
                Node::Determinant(_) | Node::Volume(..) => None,
            };
            let Some(value) = value else { return false };
            self.values[index] = value;
        }
        true
    }
}

/// A number as the decimal that is written, if that has few digits.
fn written(value: f64, constants: &mut Consts) -> BigFloat {
    match is_short_decimal(value) {
        true => BigFloat::parse(&format!("{value:e}"), Radix::Dec, BITS, NEAREST, constants),
        false => number(value),
    }
}

/// Whether a number is taken for the decimal that is written, and not for what it is.
pub(crate) fn is_short_decimal(value: f64) -> bool {
    let text = format!("{value:e}");
    let mantissa = text.split('e').next().unwrap_or_default();
    let digits = mantissa.chars().filter(char::is_ascii_digit).count();
    // What has few bits is what it is.
    value.is_finite() && digits <= DIGITS && Rounded::from(value).lost > 0.0
}

/// The double beside a number.
fn rounded(x: &BigFloat) -> f64 {
    if x.is_nan() {
        return f64::NAN;
    }
    if x.is_inf() {
        return if x.is_negative() {
            -f64::INFINITY
        } else {
            f64::INFINITY
        };
    }
    let Some((words, _, own, exponent, _)) = x.as_raw_parts() else {
        return f64::NAN;
    };
    let sign = if own == Sign::Neg { -1.0 } else { 1.0 };
    // The value is 0.m·2ᵉ. Words are the same size as addresses, the last one has the first bits.
    let mut size = 0.0;
    for word in words {
        size = (size + *word as f64) * 2f64.powi(-(astro_float_num::WORD_BIT_SIZE as i32));
    }
    // In two steps: a number below all normal ones is no zero yet.
    let exponent = exponent.clamp(-2200, 2200);
    let half = exponent / 2;
    sign * size * 2f64.powi(half) * 2f64.powi(exponent - half)
}

/// A double as it is.
fn number(value: f64) -> BigFloat {
    if value == 0.0 || value.abs() >= f64::MIN_POSITIVE || value.is_nan() {
        return BigFloat::from_f64(value, BITS);
    }
    // The conversion takes numbers below all normal ones for their halves.
    let [up, down] = [200, -200].map(|n| 2f64.powi(n));
    let large = BigFloat::from_f64(value * up, BITS);
    large.mul(&BigFloat::from_f64(down, BITS), BITS, NEAREST)
}

fn truth(holds: bool) -> BigFloat {
    number(f64::from(u8::from(holds)))
}

/// The exponent of a power that is a product of few factors.
fn whole_exponent(exponent: f64) -> Option<i32> {
    let is_whole = exponent.fract() == 0.0 && exponent.abs() <= MOST_FACTORS;
    is_whole.then_some(exponent as i32)
}

fn whole_power(x: &BigFloat, n: i32) -> BigFloat {
    let power = x.powi(n.unsigned_abs() as usize, BITS, NEAREST);
    match n < 0 {
        true => number(1.0).div(&power, BITS, NEAREST),
        false => power,
    }
}

/// x + x²/2·a + x³/3·b, all digits of a function that is like x, for tiny x.
fn series(x: &BigFloat, [a, b]: [f64; 2]) -> BigFloat {
    let square = x.mul(x, BITS, NEAREST);
    let cube = square.mul(x, BITS, NEAREST);
    let [a, b] = [(square, 2.0, a), (cube, 3.0, b)].map(|(power, over, times)| {
        let part = power.mul(&number(times), BITS, NEAREST);
        part.div(&number(over), BITS, NEAREST)
    });
    x.add(&a, BITS, NEAREST).add(&b, BITS, NEAREST)
}

/// The value of a function, if it is known to so many digits.
fn unary(op: Unary, x: &BigFloat, constants: &mut Consts) -> Option<BigFloat> {
    let is_tiny = x.exponent().is_some_and(|e| e < TINY) || x.is_zero();
    let is_long = x.exponent().is_some_and(|e| e > LONG);
    let one = number(1.0);
    Some(match op {
        // Turns are taken off with as many digits as the angle is long: millions.
        Unary::Sin | Unary::Cos | Unary::Tan | Unary::Sinc if is_long => astro_float_num::NAN,
        Unary::Neg => x.neg(),
        Unary::Abs => x.abs(),
        Unary::Sign if x.is_zero() => number(0.0),
        Unary::Sign => x.signum(),
        Unary::Floor => x.floor(),
        Unary::Ceil => x.ceil(),
        Unary::Not => truth(x.is_zero()),
        Unary::Sqrt => x.sqrt(BITS, NEAREST),
        Unary::Cbrt => x.cbrt(BITS, NEAREST),
        Unary::Exp => x.exp(BITS, NEAREST, constants),
        Unary::Expm1 if is_tiny => series(x, [1.0, 0.5]),
        Unary::Expm1 => {
            let power = x.exp(BITS, NEAREST, constants);
            power.sub(&one, BITS, NEAREST)
        }
        Unary::Ln => x.ln(BITS, NEAREST, constants),
        Unary::Log1p if is_tiny => series(x, [-1.0, 1.0]),
        Unary::Log1p => {
            let sum = x.add(&one, BITS, NEAREST);
            sum.ln(BITS, NEAREST, constants)
        }
        Unary::Log2 => x.log2(BITS, NEAREST, constants),
        Unary::Log10 => x.log10(BITS, NEAREST, constants),
        Unary::Sin => x.sin(BITS, NEAREST, constants),
        Unary::Cos => x.cos(BITS, NEAREST, constants),
        Unary::Tan => x.tan(BITS, NEAREST, constants),
        Unary::Asin => x.asin(BITS, NEAREST, constants),
        Unary::Acos => x.acos(BITS, NEAREST, constants),
        Unary::Atan => x.atan(BITS, NEAREST, constants),
        Unary::Sinh => x.sinh(BITS, NEAREST, constants),
        Unary::Cosh => x.cosh(BITS, NEAREST, constants),
        Unary::Tanh => x.tanh(BITS, NEAREST, constants),
        Unary::Asinh => x.asinh(BITS, NEAREST, constants),
        Unary::Acosh => x.acosh(BITS, NEAREST, constants),
        Unary::Atanh => x.atanh(BITS, NEAREST, constants),
        Unary::Sinc if x.is_zero() => one,
        Unary::Sinc => {
            let sine = x.sin(BITS, NEAREST, constants);
            sine.div(x, BITS, NEAREST)
        }
        _ => return None,
    })
}

/// The value of a function of two numbers, if it is known to so many digits.
fn binary(op: Binary, x: &BigFloat, y: &BigFloat, constants: &mut Consts) -> Option<BigFloat> {
    let order = x.cmp(y).map(|order| order.cmp(&0));
    let picked = |first: fn(Ordering) -> bool| match order {
        Some(order) if first(order) => x.clone(),
        Some(_) => y.clone(),
        None => astro_float_num::NAN,
    };
    let compared = |holds: fn(Ordering) -> bool| truth(order.is_some_and(holds));
    Some(match op {
        Binary::Add => x.add(y, BITS, NEAREST),
        Binary::Sub => x.sub(y, BITS, NEAREST),
        Binary::Mul => x.mul(y, BITS, NEAREST),
        Binary::Div => x.div(y, BITS, NEAREST),
        Binary::Pow => match whole_exponent(rounded(y)) {
            Some(n) => whole_power(x, n),
            None => x.pow(y, BITS, NEAREST, constants),
        },
        Binary::Hypot => {
            let [x, y] = [x, y].map(|side| side.mul(side, BITS, NEAREST));
            x.add(&y, BITS, NEAREST).sqrt(BITS, NEAREST)
        }
        Binary::Min => picked(Ordering::is_le),
        Binary::Max => picked(Ordering::is_ge),
        Binary::Lt => compared(Ordering::is_lt),
        Binary::Le => compared(Ordering::is_le),
        Binary::Eq => compared(Ordering::is_eq),
        Binary::Ne => truth(order != Some(Ordering::Equal)),
        Binary::And => truth(!x.is_zero() && !y.is_zero()),
        Binary::Or => truth(!x.is_zero() || !y.is_zero()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};

    fn at(x: f64, formula: impl for<'g> FnOnce(Expr<'g>) -> Expr<'g>) -> f64 {
        let graph = Graph::new();
        let roots = [formula(graph.input(0)).id];
        graph.read(|arena| {
            let mut found = f64::NAN;
            let mut precise = Precise::new(arena, &roots).expect("all operations are known");
            precise.at(&[x], |_, value| found = value);
            found
        })
    }

    #[test]
    fn values_are_those_of_double_precision_where_nothing_cancels() {
        let formulas: [for<'g> fn(Expr<'g>) -> Expr<'g>; 8] = [
            |x| x.exp() * x.sin() + x.powi(-3),
            |x| (x * x + 1.0).ln() / x.cosh() + x.tan(),
            |x| x.lt(1.0).select(x.abs().pow(0.3), x.abs().sqrt()),
            |x| x.sinh().atan() + x.hypot(2.0) + x.tanh(),
            |x| x.max(0.5) - x.floor() + x.min(2.0),
            |x| x.exp_m1() + (x * x).ln_1p(),
            |x| x.asinh() + (x * x + 1.0).acosh() + (x / 40.0).atanh(),
            |x| (x / 40.0).asin() + (x / 40.0).acos() + x.cbrt(),
        ];
        for x in [-3.7, -0.2, 0.4, 1.0, 2.5, 30.0, 1e-300] {
            for (number, formula) in formulas.into_iter().enumerate() {
                let graph = Graph::new();
                let plain = formula(graph.input(0)).value(&[x]);
                let found = at(x, formula);
                // Numbers are the decimals that are written.
                let is_close = (found - plain).abs() <= 1e-14 * plain.abs().max(1.0);
                assert!(
                    is_close || found == plain,
                    "{number} at {x}: {found} {plain}"
                );
            }
        }
    }

    #[test]
    fn what_cancels_keeps_all_digits() {
        for (found, exact) in [
            (at(1e-8, |x| (1.0 - x.cos()) / x.powi(2)), 0.5),
            (
                at(1e-5, |x| (x - x.sin()) / x.powi(3)),
                1.0 / 6.0 - 1e-10 / 120.0,
            ),
            (at(30.0, |x| 1.0 - x.tanh()), 2.0 / (60f64.exp() + 1.0)),
            (at(1e-30, |x| x.exp_m1() - x), 5e-61),
            (at(0.0, |x| x + 1.000_000_01 - 1.0), 1e-8),
            (at(1e9, |x| (x * x + 1.0).sqrt() - x), 5e-10),
        ] {
            assert!((found / exact - 1.0).abs() < 1e-15, "{found} {exact}");
        }
    }

    #[test]
    fn angles_are_none_where_their_turns_have_no_digits() {
        // As many digits of π as e^(10⁷) has are hours of work.
        let angles: [for<'g> fn(Expr<'g>) -> Expr<'g>; 3] = [|x| x.sin(), |x| x.cos(), |x| x.tan()];
        for angle in angles {
            assert!(at(1e7, |x| angle(x.exp())).is_nan());
            assert!(!at(1e2, |x| angle(x.exp())).is_nan());
            assert!(!at(-1e7, |x| angle(x.exp())).is_nan());
        }
        // No other function takes long, or has none.
        let sized: [for<'g> fn(Expr<'g>) -> Expr<'g>; 8] = [
            |x| x.ln() + x.exp(),
            |x| x.sinh() + x.cosh() + x.tanh(),
            |x| x.asinh() + x.atan() + x.hypot(1.0),
            |x| x.exp_m1() + x.ln_1p(),
            |x| x.floor() + x.ceil(),
            |x| x.sqrt() + x.cbrt(),
            |x| x.powi(-1000),
            |x| x.pow(0.3),
        ];
        for (number, formula) in sized.into_iter().enumerate() {
            for x in [-1e7, -1e5, 700.0, 1e5, 1e7, 1e300] {
                let found = at(x, |x| formula(x.exp()));
                assert!(!found.is_nan(), "{number} at {x}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        assert!(at(-1.0, |x| x.sqrt()).is_nan());
        assert_eq!(at(0.0, |x| 1.0 / x), f64::INFINITY);
        assert_eq!(at(-1e-320, |x| x), -1e-320);
        assert_eq!(at(0.0, |x| x.ln()), f64::NEG_INFINITY);
    }
}
