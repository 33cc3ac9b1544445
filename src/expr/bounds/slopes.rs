//! Derivatives of nodes on boxes, from the ranges and the derivatives of their operands.

use std::f64::consts::{FRAC_2_SQRT_PI, LN_2, LN_10};

use super::directed::{add, hull, mul, neg, root_down, root_up, scaled, square, sub, widened};
use super::interval::Interval;
use super::range::{
    EVERYTHING, ONE, Range, SIGNS, ZERO, digamma, quotient, real_power, rising_values, sine,
    trigamma, unary, whole_power,
};
use super::special;
use crate::elementary::{Binary, Unary};
use crate::expr::graph::{Arena, Id, Node};

/// The derivative of a node along an input, from those of its operands.
pub(super) fn slope(
    id: Id,
    arena: &Arena,
    nodes: &[Range],
    slopes: &[Interval],
    input: usize,
) -> Interval {
    let own = nodes[id.index()];
    let v = |id: &Id| nodes[id.index()].values;
    let d = |id: &Id| slopes[id.index()];
    // What does not change has no slope, whatever the function is.
    let chain = |slope: Interval, x: &Id| mul(slope, d(x));
    match arena.node(id) {
        Node::Constant(..) | Node::Symbol(_) => ZERO,
        Node::Input(i) => {
            if *i as usize == input {
                ONE
            } else {
                ZERO
            }
        }
        Node::Unary(_, x) | Node::Power(x, _) if d(x) == ZERO => ZERO,
        Node::Binary(_, x, y) if d(x) == ZERO && d(y) == ZERO => ZERO,
        Node::Unary(op, x) => chain(unary_slope(*op, v(x), own), x),
        Node::Power(_, 0) => ZERO,
        Node::Power(x, n) => {
            let below = whole_power(nodes[x.index()], *n - 1).values;
            chain(scaled(below, f64::from(*n)), x)
        }
        Node::Binary(op, x, y) => match op {
            Binary::Add => add(d(x), d(y)),
            Binary::Sub => sub(d(x), d(y)),
            Binary::Mul if x == y => scaled(mul(v(x), d(x)), 2.0),
            Binary::Mul => add(mul(d(x), v(y)), mul(v(x), d(y))),
            Binary::Div => {
                let above = sub(d(x), mul(own.values, d(y)));
                quotient(Range::of(above), nodes[y.index()]).values
            }
            Binary::Pow => {
                let less = nodes[y.index()].with(sub(v(y), ONE));
                let first = mul(mul(v(y), real_power(nodes[x.index()], less).values), d(x));
                if d(y) == ZERO {
                    return first;
                }
                let log = unary(Unary::Ln, nodes[x.index()]).values;
                add(first, mul(mul(log, own.values), d(y)))
            }
            Binary::Hypot => {
                let part = |x: &Id| {
                    let part = quotient(nodes[x.index()], own).values;
                    Interval {
                        lo: part.lo.max(-1.0),
                        hi: part.hi.min(1.0),
                    }
                };
                add(chain(part(x), x), chain(part(y), y))
            }
            Binary::Atan2 if own.continuous => {
                let square = add(square(v(x)), square(v(y)));
                let above = sub(mul(v(y), d(x)), mul(v(x), d(y)));
                quotient(Range::of(above), Range::of(square)).values
            }
            Binary::BesselJ
            | Binary::BesselY
            | Binary::BesselI
            | Binary::BesselK
            | Binary::SphericalJ
            | Binary::Polygamma => match special::order(v(x)) {
                Some(n) if d(x) == ZERO => chain(special::slope_of_order(*op, n, v(y)), y),
                _ => EVERYTHING,
            },
            Binary::Min | Binary::Max => {
                let first = own.values == v(x) && own.smooth;
                let (a, b) = (v(x), v(y));
                let apart = a.hi <= b.lo || b.hi <= a.lo;
                if !apart {
                    hull(d(x), d(y))
                } else if first && (a.hi <= b.lo) == (*op == Binary::Min) {
                    d(x)
                } else if (b.hi <= a.lo) == (*op == Binary::Min) {
                    d(y)
                } else {
                    hull(d(x), d(y))
                }
            }
            _ if own.continuous => ZERO,
            _ => EVERYTHING,
        },
        Node::Select(c, a, b) => match nodes[c.index()].truth() {
            Some(true) => d(a),
            Some(false) => d(b),
            None => EVERYTHING,
        },
        Node::Determinant(entries) | Node::Volume(_, entries) => {
            if entries.iter().all(|id| d(id) == ZERO) {
                ZERO
            } else {
                EVERYTHING
            }
        }
    }
}

/// The derivative of a function, from its operand and its values.
fn unary_slope(op: Unary, x: Interval, own: Range) -> Interval {
    let y = own.values;
    let over = |below: Interval| quotient(Range::of(ONE), Range::of(below)).values;
    let one_less = |x: Interval| sub(ONE, square(x));
    let root = |x: Interval| Interval {
        lo: root_down(x.lo.max(0.0)),
        hi: root_up(x.hi.max(0.0)),
    };
    match op {
        Unary::Neg => neg(ONE),
        Unary::Abs => match x {
            Interval { lo, .. } if lo >= 0.0 => ONE,
            Interval { hi, .. } if hi <= 0.0 => neg(ONE),
            _ => SIGNS,
        },
        Unary::Sign | Unary::Heaviside | Unary::Not | Unary::Floor | Unary::Ceil => {
            if y.lo == y.hi { ZERO } else { EVERYTHING }
        }
        Unary::Sqrt => over(scaled(y, 2.0)),
        Unary::Cbrt => over(scaled(square(y), 3.0)),
        Unary::Exp => y,
        Unary::Expm1 => rising_values(x, Unary::Exp, 0.0, f64::INFINITY),
        Unary::Ln => over(positive(x)),
        Unary::Log2 => over(mul(positive(x), widened(LN_2, LN_2))),
        Unary::Log10 => over(mul(positive(x), widened(LN_10, LN_10))),
        Unary::Log1p => over(positive(add(ONE, x))),
        Unary::Sin => sine(x, Unary::Cos),
        Unary::Cos => neg(sine(x, Unary::Sin)),
        Unary::Tan => add(ONE, square(y)),
        Unary::Asin => over(root(one_less(x))),
        Unary::Acos => neg(over(root(one_less(x)))),
        Unary::Atan => over(add(ONE, square(x))),
        Unary::Sinh => unary(Unary::Cosh, Range::of(x)).values,
        Unary::Cosh => unary(Unary::Sinh, Range::of(x)).values,
        Unary::Tanh => {
            let slope = one_less(y);
            Interval {
                lo: slope.lo.max(0.0),
                hi: slope.hi.min(1.0),
            }
        }
        Unary::Asinh => over(root(add(ONE, square(x)))),
        Unary::Acosh => over(root(sub(square(x), ONE))),
        Unary::Atanh => over(positive(one_less(x))),
        Unary::Erf => {
            let height = widened(FRAC_2_SQRT_PI, FRAC_2_SQRT_PI);
            mul(
                height,
                rising_values(neg(square(x)), Unary::Exp, 0.0, f64::INFINITY),
            )
        }
        Unary::Gamma => mul(y, digamma(Range::of(x)).values),
        Unary::Digamma => trigamma(Range::of(x)).values,
        Unary::Trigamma => special::slope_of_order(Binary::Polygamma, 1, x),
        Unary::Erfc
        | Unary::NormCdf
        | Unary::Sinc
        | Unary::EllipticK
        | Unary::EllipticE
        | Unary::EllipticB
        | Unary::EllipticC => special::slope_of_one(op, x),
    }
}

/// The part that is not negative.
fn positive(x: Interval) -> Interval {
    Interval {
        lo: x.lo.max(0.0),
        hi: x.hi.max(0.0),
    }
}
