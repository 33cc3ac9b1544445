//! What undoes an operation: f(x) = r becomes x = f⁻¹(r), on the branch of a point that is known.

use std::f64::consts::PI;

use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Expr, Node};

/// An equation: both sides are formulas of one graph.
pub(crate) type Equation<'g> = (Expr<'g>, Expr<'g>);

/// The value of a sign, as a factor.
fn signed<'g>(negative: bool, e: Expr<'g>) -> Expr<'g> {
    if negative { -e } else { e }
}

/// The n-th root, n > 0, that has the sign of `value`.
pub(crate) fn root<'g>(r: Expr<'g>, n: i32, value: f64) -> Expr<'g> {
    let is_negative = value < 0.0;
    match n {
        1 => r,
        2 => signed(is_negative, r.sqrt()),
        3 => r.cbrt(),
        4 => signed(is_negative, r.sqrt().sqrt()),
        _ if n % 2 == 0 => signed(is_negative, r.pow(1.0 / f64::from(n))),
        _ => signed(is_negative, signed(is_negative, r).pow(1.0 / f64::from(n))),
    }
}

/// Undoes the outermost operation of the left side of an equation, if its unknowns are all in one
/// operand; `unknown` says which formulas hold unknowns, and `value` is what they are at the point.
pub(crate) fn undone<'g>(
    (l, r): Equation<'g>,
    unknown: &dyn Fn(Expr<'g>) -> bool,
    value: &dyn Fn(Expr<'g>) -> f64,
) -> Option<Equation<'g>> {
    let graph = l.graph;
    match graph.node(l.id) {
        Node::Unary(op, x) => {
            let x = graph.expr(x);
            Some((x, inverse(op, r, value(x))?))
        }
        Node::Power(x, n) if n != 0 => {
            let x = graph.expr(x);
            let r = if n < 0 { 1.0 / r } else { r };
            Some((x, root(r, n.abs(), value(x))))
        }
        Node::Binary(op, x, y) => {
            let (x, y) = (graph.expr(x), graph.expr(y));
            match (unknown(x), unknown(y)) {
                (true, false) => Some((x, first(op, r, y, value(x))?)),
                (false, true) => Some((y, second(op, r, x, value(y))?)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// x where op(x) = r and x has about this value.
fn inverse<'g>(op: Unary, r: Expr<'g>, x: f64) -> Option<Expr<'g>> {
    let is_negative = x < 0.0;
    Some(match op {
        Unary::Neg => -r,
        Unary::Abs => signed(is_negative, r),
        Unary::Sqrt => r.powi(2),
        Unary::Cbrt => r.powi(3),
        Unary::Exp => r.ln(),
        Unary::Expm1 => r.ln_1p(),
        Unary::Ln => r.exp(),
        Unary::Log1p => r.exp_m1(),
        Unary::Log2 => r.exp2(),
        Unary::Log10 => r.beside(10.0).pow(r),
        Unary::Sinh => r.asinh(),
        Unary::Asinh => r.sinh(),
        Unary::Cosh => signed(is_negative, r.acosh()),
        Unary::Acosh => r.cosh(),
        Unary::Tanh => r.atanh(),
        Unary::Atanh => r.tanh(),
        Unary::Sin => {
            let k = (x / PI).round();
            around(signed(k % 2.0 != 0.0, r.asin()), k)
        }
        Unary::Cos => {
            let k = (x / PI).floor();
            match k % 2.0 == 0.0 {
                true => around(r.acos(), k),
                false => around(-r.acos(), k + 1.0),
            }
        }
        Unary::Tan => around(r.atan(), (x / PI).round()),
        Unary::Asin => r.sin(),
        Unary::Acos => r.cos(),
        Unary::Atan => r.tan(),
        _ => return None,
    })
}

/// An angle and so many half turns.
fn around(angle: Expr<'_>, half_turns: f64) -> Expr<'_> {
    match half_turns == 0.0 {
        true => angle,
        false => angle + angle.graph.pi() * half_turns,
    }
}

/// x where op(x, y) = r and x has about this value.
fn first<'g>(op: Binary, r: Expr<'g>, y: Expr<'g>, x: f64) -> Option<Expr<'g>> {
    Some(match op {
        Binary::Add => r - y,
        Binary::Sub => r + y,
        Binary::Mul => r / y,
        Binary::Div => r * y,
        Binary::Pow if x > 0.0 => r.pow(1.0 / y),
        Binary::Hypot => signed(x < 0.0, ((r - y) * (r + y)).sqrt()),
        Binary::Atan2 => y * r.tan(),
        _ => return None,
    })
}

/// y where op(x, y) = r and y has about this value.
fn second<'g>(op: Binary, r: Expr<'g>, x: Expr<'g>, y: f64) -> Option<Expr<'g>> {
    Some(match op {
        Binary::Add => r - x,
        Binary::Sub => x - r,
        Binary::Mul => r / x,
        Binary::Div => x / r,
        Binary::Pow => r.ln() / x.ln(),
        Binary::Hypot => signed(y < 0.0, ((r - x) * (r + x)).sqrt()),
        Binary::Atan2 => x / r.tan(),
        _ => return None,
    })
}
