//! The operators: one table with the name, the text form, the derivative and the values of each.
//!
//! Values come from [`crate::elementary`]; the parser, the printer and the differentiator read this
//! table and hold no list of their own.

use std::f64::consts::{FRAC_PI_2, PI};

use super::graph::Expr;
use crate::elementary::{Binary, HIGHEST_ORDER, HIGHEST_POLYGAMMA, Unary};

/// The derivative f′(x), given x and y = f(x); `None` where this crate has no formula.
type Derivative1 = for<'g> fn(Expr<'g>, Expr<'g>) -> Option<Expr<'g>>;

/// The partial derivatives (∂f/∂x, ∂f/∂y), given x, y and f(x, y); `None` where a partial
/// derivative is zero.
type Derivative2 = for<'g> fn(Expr<'g>, Expr<'g>, Expr<'g>) -> [Option<Expr<'g>>; 2];

/// An interval that holds every value of a formula.
pub(crate) type Range = (f64, f64);

/// All numbers.
pub(crate) const ALL: Range = (f64::NEG_INFINITY, f64::INFINITY);

/// The numbers that are not negative.
const POSITIVE: Range = (0.0, f64::INFINITY);

/// Where the operand is finite and in such an interval: whether the function is finite, and an
/// interval that holds its values, not widened by rounding.
type Values1 = fn(f64, f64) -> (bool, Range);

/// How strongly an operator binds its operands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Precedence {
    /// `or`
    Or,
    /// `and`
    And,
    /// `not`
    Not,
    /// `< <= == !=`
    Comparison,
    /// `+ -`
    Sum,
    /// `* /`
    Product,
    /// `-x`
    Sign,
    /// `x^y`
    Power,
    /// Numbers, names, calls and parentheses.
    Atom,
}

impl Precedence {
    /// The next stronger level.
    pub(crate) fn tighter(self) -> Self {
        match self {
            Precedence::Or => Precedence::And,
            Precedence::And => Precedence::Not,
            Precedence::Not => Precedence::Comparison,
            Precedence::Comparison => Precedence::Sum,
            Precedence::Sum => Precedence::Product,
            Precedence::Product => Precedence::Sign,
            Precedence::Sign => Precedence::Power,
            Precedence::Power | Precedence::Atom => Precedence::Atom,
        }
    }
}

/// How an operator is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `name(x)` or `name(x, y)`; the first name prints, the others parse too.
    Call(&'static [&'static str]),
    /// A sign before its operand.
    Prefix(&'static str, Precedence),
    /// A sign between its operands.
    Infix(&'static str, Precedence),
}

/// A row of the table of functions of one operand.
pub(crate) struct UnaryRow {
    pub(crate) op: Unary,
    pub(crate) form: Form,
    pub(crate) derivative: Derivative1,
    pub(crate) values: Values1,
}

/// A row of the table of functions of two operands.
pub(crate) struct BinaryRow {
    pub(crate) op: Binary,
    pub(crate) form: Form,
    pub(crate) derivative: Derivative2,
    /// The orders that the first operand may be, which is a number then.
    pub(crate) order: Option<Order>,
}

/// The orders of a family of functions: whole numbers between two, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) least: i32,
    pub(crate) most: i32,
}

/// A derivative that is zero wherever it exists.
fn flat<'g>(x: Expr<'g>, _: Expr<'g>) -> Option<Expr<'g>> {
    Some(x.constant(0.0))
}

/// Partial derivatives that are zero wherever they exist.
fn flat2<'g>(_: Expr<'g>, _: Expr<'g>, _: Expr<'g>) -> [Option<Expr<'g>>; 2] {
    [None, None]
}

const fn call(
    op: Unary,
    names: &'static [&'static str],
    derivative: Derivative1,
    values: Values1,
) -> UnaryRow {
    UnaryRow {
        op,
        form: Form::Call(names),
        derivative,
        values,
    }
}

/// The values of a rising function that is finite everywhere and 0 at 0.
fn rising(lo: f64, _: f64) -> (bool, Range) {
    (true, if lo >= 0.0 { POSITIVE } else { ALL })
}

/// The values of a rising function between −1 and 1 that is 0 at 0.
fn between(lo: f64, _: f64) -> (bool, Range) {
    (true, (if lo >= 0.0 { 0.0 } else { -1.0 }, 1.0))
}

/// The values of a logarithm.
fn logarithm(lo: f64, hi: f64) -> (bool, Range) {
    let range = if lo >= 1.0 {
        POSITIVE
    } else if hi <= 1.0 {
        (f64::NEG_INFINITY, 0.0)
    } else {
        ALL
    };
    (lo > 0.0, range)
}

/// The values of a function of which nothing is known.
fn unknown(_: f64, _: f64) -> (bool, Range) {
    (false, ALL)
}

/// The values of a sine or cosine, positive on an interval.
fn wave(lo: f64, hi: f64, positive: Range) -> (bool, Range) {
    let is_positive = lo >= positive.0 && hi <= positive.1;
    (true, (if is_positive { 0.0 } else { -1.0 }, 1.0))
}

const fn call2(op: Binary, names: &'static [&'static str], derivative: Derivative2) -> BinaryRow {
    BinaryRow {
        op,
        form: Form::Call(names),
        derivative,
        order: None,
    }
}

const fn of_order(
    op: Binary,
    name: &'static [&'static str],
    (least, most): (i32, i32),
    derivative: Derivative2,
) -> BinaryRow {
    BinaryRow {
        op,
        form: Form::Call(name),
        derivative,
        order: Some(Order { least, most }),
    }
}

/// The functions of the next lower and the next higher order.
fn neighbours<'g>(op: Binary, n: Expr<'g>, x: Expr<'g>) -> [Expr<'g>; 2] {
    match n.whole_number() {
        Some(n) => [x.of_order(op, n - 1), x.of_order(op, n + 1)],
        None => [(n - 1.0).binary(op, x), (n + 1.0).binary(op, x)],
    }
}

const fn infix(
    op: Binary,
    sign: &'static str,
    precedence: Precedence,
    derivative: Derivative2,
) -> BinaryRow {
    BinaryRow {
        op,
        form: Form::Infix(sign, precedence),
        derivative,
        order: None,
    }
}

/// The functions of one operand. Derivatives are in the forms that stay finite and accurate at the
/// edges of a region: the value y is used again where it can be.
pub(crate) static UNARY: &[UnaryRow] = &[
    UnaryRow {
        op: Unary::Neg,
        form: Form::Prefix("-", Precedence::Sign),
        derivative: |x, _| Some(x.constant(-1.0)),
        values: |lo, hi| (true, (-hi, -lo)),
    },
    UnaryRow {
        op: Unary::Not,
        form: Form::Prefix("not ", Precedence::Not),
        derivative: flat,
        values: |_, _| (true, (0.0, 1.0)),
    },
    call(
        Unary::Abs,
        &["abs"],
        |x, _| Some(x.signum()),
        |lo, hi| (true, if lo >= 0.0 { (lo, hi) } else { POSITIVE }),
    ),
    call(Unary::Sign, &["sign"], flat, between),
    call(Unary::Floor, &["floor"], flat, |lo, hi| {
        (true, (lo.floor(), hi.ceil()))
    }),
    call(Unary::Ceil, &["ceil"], flat, |lo, hi| {
        (true, (lo.floor(), hi.ceil()))
    }),
    call(Unary::Heaviside, &["heaviside"], flat, |_, _| {
        (true, (0.0, 1.0))
    }),
    call(
        Unary::Sqrt,
        &["sqrt"],
        |_, y| Some(0.5 / y),
        |lo, _| (lo >= 0.0, POSITIVE),
    ),
    call(
        Unary::Cbrt,
        &["cbrt"],
        |_, y| Some(1.0 / (3.0 * y.powi(2))),
        rising,
    ),
    call(
        Unary::Exp,
        &["exp"],
        |_, y| Some(y),
        |_, _| (true, POSITIVE),
    ),
    call(Unary::Ln, &["ln", "log"], |x, _| Some(1.0 / x), logarithm),
    call(
        Unary::Log2,
        &["log2"],
        |x, _| Some(1.0 / (x * x.constant(2.0).ln())),
        logarithm,
    ),
    call(
        Unary::Log10,
        &["log10"],
        |x, _| Some(1.0 / (x * x.constant(10.0).ln())),
        logarithm,
    ),
    call(
        Unary::Sin,
        &["sin"],
        |x, _| Some(x.cos()),
        |lo, hi| wave(lo, hi, (0.0, PI)),
    ),
    call(
        Unary::Cos,
        &["cos"],
        |x, _| Some(-x.sin()),
        |lo, hi| wave(lo, hi, (-FRAC_PI_2, FRAC_PI_2)),
    ),
    call(Unary::Tan, &["tan"], |_, y| Some(y.powi(2) + 1.0), unknown),
    call(
        Unary::Asin,
        &["asin"],
        |x, _| Some(1.0 / ((1.0 - x) * (1.0 + x)).sqrt()),
        unknown,
    ),
    call(
        Unary::Acos,
        &["acos"],
        |x, _| Some(-1.0 / ((1.0 - x) * (1.0 + x)).sqrt()),
        |_, _| (false, POSITIVE),
    ),
    call(
        Unary::Atan,
        &["atan"],
        |x, _| Some(1.0 / (x.powi(2) + 1.0)),
        rising,
    ),
    call(Unary::Sinh, &["sinh"], |x, _| Some(x.cosh()), rising),
    call(
        Unary::Cosh,
        &["cosh"],
        |x, _| Some(x.sinh()),
        |_, _| (true, (1.0, f64::INFINITY)),
    ),
    // 1 − tanh² would cancel for large arguments.
    call(
        Unary::Tanh,
        &["tanh"],
        |x, _| Some(1.0 / x.cosh().powi(2)),
        between,
    ),
    call(
        Unary::Asinh,
        &["asinh"],
        |x, _| Some(1.0 / x.hypot(1.0)),
        rising,
    ),
    call(
        Unary::Acosh,
        &["acosh"],
        |x, _| Some(1.0 / ((x - 1.0).sqrt() * (x + 1.0).sqrt())),
        |_, _| (false, POSITIVE),
    ),
    call(
        Unary::Atanh,
        &["atanh"],
        |x, _| Some(1.0 / ((1.0 - x) * (1.0 + x))),
        unknown,
    ),
    call(
        Unary::Erf,
        &["erf"],
        |x, _| Some(2.0 / x.graph.pi().sqrt() * (-x.powi(2)).exp()),
        between,
    ),
    call(
        Unary::Gamma,
        &["gamma"],
        |x, y| Some(y * x.digamma()),
        unknown,
    ),
    call(
        Unary::Digamma,
        &["digamma"],
        |x, _| Some(x.trigamma()),
        unknown,
    ),
    call(
        Unary::Trigamma,
        &["trigamma"],
        |x, _| Some(x.polygamma(2)),
        |_, _| (false, POSITIVE),
    ),
    call(
        Unary::Erfc,
        &["erfc"],
        |x, _| Some(-2.0 / x.graph.pi().sqrt() * (-x.powi(2)).exp()),
        |_, _| (true, (0.0, 2.0)),
    ),
    call(
        Unary::NormCdf,
        &["normcdf"],
        |x, _| Some((-x.powi(2) / 2.0).exp() / (2.0 * x.graph.pi()).sqrt()),
        |_, _| (true, (0.0, 1.0)),
    ),
    call(
        Unary::Sinc,
        &["sinc"],
        |x, _| Some(-x.spherical_j(1)),
        |_, _| (true, (-1.0, 1.0)),
    ),
    // In terms of B and C, where K and E alone would cancel near m = 0.
    call(
        Unary::EllipticK,
        &["ellipk"],
        |m, _| Some(m.elliptic_b() / (2.0 * (1.0 - m))),
        |_, hi| (hi < 1.0, POSITIVE),
    ),
    call(
        Unary::EllipticE,
        &["ellipe"],
        |m, _| Some((m.elliptic_b() - m.elliptic_k()) / 2.0),
        |_, hi| (hi <= 1.0, (1.0, f64::INFINITY)),
    ),
    call(
        Unary::EllipticB,
        &["ellipb"],
        |m, _| Some(m.elliptic_c() / 2.0),
        |_, hi| (hi <= 1.0, POSITIVE),
    ),
    call(
        Unary::EllipticC,
        &["ellipc"],
        |_, _| None,
        |_, hi| (hi < 1.0, POSITIVE),
    ),
    // y + 1 would cancel for large negative arguments.
    call(
        Unary::Expm1,
        &["expm1"],
        |x, _| Some(x.exp()),
        |lo, hi| {
            let lowest = if lo >= 0.0 { 0.0 } else { -1.0 };
            let highest = if lo < 0.0 && hi <= 0.0 {
                0.0
            } else {
                f64::INFINITY
            };
            (true, (lowest, highest))
        },
    ),
    call(
        Unary::Log1p,
        &["log1p"],
        |x, _| Some(1.0 / (x + 1.0)),
        |lo, hi| {
            let lowest = if hi > 0.0 && lo >= 0.0 {
                0.0
            } else {
                f64::NEG_INFINITY
            };
            let highest = if hi <= 0.0 { 0.0 } else { f64::INFINITY };
            (lo > -1.0, (lowest, highest))
        },
    ),
];

/// The functions of two operands.
pub(crate) static BINARY: &[BinaryRow] = &[
    infix(Binary::Add, "+", Precedence::Sum, |x, _, _| {
        [Some(x.constant(1.0)), Some(x.constant(1.0))]
    }),
    infix(Binary::Sub, "-", Precedence::Sum, |x, _, _| {
        [Some(x.constant(1.0)), Some(x.constant(-1.0))]
    }),
    infix(Binary::Mul, "*", Precedence::Product, |x, y, _| {
        [Some(y), Some(x)]
    }),
    infix(Binary::Div, "/", Precedence::Product, |_, y, z| {
        [Some(1.0 / y), Some(-z / y)]
    }),
    infix(Binary::Pow, "^", Precedence::Power, |x, y, z| {
        [Some(y * x.pow(y - 1.0)), Some(x.ln() * z)]
    }),
    infix(Binary::Lt, "<", Precedence::Comparison, flat2),
    infix(Binary::Le, "<=", Precedence::Comparison, flat2),
    infix(Binary::Eq, "==", Precedence::Comparison, flat2),
    infix(Binary::Ne, "!=", Precedence::Comparison, flat2),
    infix(Binary::And, "and", Precedence::And, flat2),
    infix(Binary::Or, "or", Precedence::Or, flat2),
    call2(Binary::Atan2, &["atan2"], |y, x, _| {
        // Two divisions by the distance, so that the square neither overflows nor vanishes.
        let d = x.hypot(y);
        [Some(x / d / d), Some(-(y / d) / d)]
    }),
    of_order(
        Binary::BesselJ,
        &["besselj"],
        (-HIGHEST_ORDER, HIGHEST_ORDER),
        |n, x, _| {
            let [below, above] = neighbours(Binary::BesselJ, n, x);
            [None, Some((below - above) / 2.0)]
        },
    ),
    of_order(
        Binary::BesselY,
        &["bessely"],
        (-HIGHEST_ORDER, HIGHEST_ORDER),
        |n, x, _| {
            let [below, above] = neighbours(Binary::BesselY, n, x);
            [None, Some((below - above) / 2.0)]
        },
    ),
    of_order(
        Binary::BesselI,
        &["besseli"],
        (-HIGHEST_ORDER, HIGHEST_ORDER),
        |n, x, _| {
            let [below, above] = neighbours(Binary::BesselI, n, x);
            [None, Some((below + above) / 2.0)]
        },
    ),
    of_order(
        Binary::BesselK,
        &["besselk"],
        (-HIGHEST_ORDER, HIGHEST_ORDER),
        |n, x, _| {
            let [below, above] = neighbours(Binary::BesselK, n, x);
            [None, Some(-(below + above) / 2.0)]
        },
    ),
    of_order(
        Binary::SphericalJ,
        &["sphericalj"],
        (0, HIGHEST_ORDER),
        |n, x, _| {
            let [below, above] = neighbours(Binary::SphericalJ, n, x);
            if n.number() == Some(0.0) {
                return [None, Some(-above)];
            }
            let slope = (n * below - (n + 1.0) * above) / (2.0 * n + 1.0);
            [None, Some(n.gt(0.0).select(slope, -above))]
        },
    ),
    of_order(
        Binary::Polygamma,
        &["polygamma"],
        (0, HIGHEST_POLYGAMMA),
        |n, x, _| [None, Some(neighbours(Binary::Polygamma, n, x)[1])],
    ),
    call2(Binary::Hypot, &["hypot"], |x, y, z| {
        [Some(x / z), Some(y / z)]
    }),
    call2(Binary::Min, &["min"], |x, y, _| {
        let first = x.lt(y);
        [Some(first), Some(!first)]
    }),
    call2(Binary::Max, &["max"], |x, y, _| {
        let first = y.lt(x);
        [Some(first), Some(!first)]
    }),
];

/// The row of a function of one operand.
pub(crate) fn unary(op: Unary) -> &'static UnaryRow {
    let row = UNARY.iter().find(|row| row.op == op);
    row.expect("every function of one operand has a row, as a test checks")
}

/// The row of a function of two operands.
pub(crate) fn binary(op: Binary) -> &'static BinaryRow {
    let row = BINARY.iter().find(|row| row.op == op);
    row.expect("every function of two operands has a row, as a test checks")
}

/// What a name of the table stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// A function of one operand.
    One(Unary),
    /// A function of two operands.
    Two(Binary),
    /// `if(c, a, b)`.
    If,
    /// `det(a, b, …)` of a square matrix, row by row.
    Determinant,
    /// `volume(columns, a, b, …)`: √det(AᵀA), row by row.
    Volume,
}

/// The names that are not rows of the two tables.
pub(crate) const IF: &str = "if";
/// The determinant's name in texts.
pub(crate) const DETERMINANT: &str = "det";
/// The name of √det(AᵀA) in texts.
pub(crate) const VOLUME: &str = "volume";

/// Every name that can be called, with its meaning.
pub(crate) fn functions() -> impl Iterator<Item = (&'static str, Function)> {
    let names = |form: &Form| match form {
        Form::Call(names) => *names,
        _ => &[],
    };
    let one = UNARY
        .iter()
        .flat_map(move |row| names(&row.form).iter().map(|n| (*n, Function::One(row.op))));
    let two = BINARY
        .iter()
        .flat_map(move |row| names(&row.form).iter().map(|n| (*n, Function::Two(row.op))));
    // `pow(x, y)` is the call form of `x^y`.
    let others = [
        ("pow", Function::Two(Binary::Pow)),
        (IF, Function::If),
        (DETERMINANT, Function::Determinant),
        (VOLUME, Function::Volume),
    ];
    one.chain(two).chain(others)
}

/// Whether a name is that of a function of an order.
pub(crate) fn is_of_order(name: &str) -> bool {
    matches!(function(name), Some(Function::Two(op)) if binary(op).order.is_some())
}

/// The meaning of a name that is called.
pub(crate) fn function(name: &str) -> Option<Function> {
    functions().find(|(n, _)| *n == name).map(|(_, f)| f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_has_one_row() {
        for op in Unary::ALL {
            assert_eq!(UNARY.iter().filter(|r| r.op == op).count(), 1, "{op:?}");
        }
        for op in Binary::ALL {
            assert_eq!(BINARY.iter().filter(|r| r.op == op).count(), 1, "{op:?}");
        }
    }

    #[test]
    fn every_name_means_one_thing() {
        let mut names: Vec<_> = functions().map(|(name, _)| name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
