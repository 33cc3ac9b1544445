//! Values of formulas in a range far beyond that of double precision.
//!
//! 1. A number is m·2ᵉ with 1 ≤ |m| < 2 and a whole e of any size, so that nothing overflows: the
//!    product of exp(x) and exp(−x) is 1 for x = 10⁶ too.
//! 2. What double precision holds is computed by its functions, so that both agree there.
//! 3. Of sin and cos far out nothing is known but that they are at most 1: such a value is no number
//!    but has a bound, and a product of it that is below all numbers is 0.

use std::f64::consts::{LN_2, PI};

use super::graph::{Arena, Id, Node};
use crate::elementary::{Binary, Unary};

/// The exponent to which numbers are held to be in the range of double precision.
const NEAR: f64 = 1000.0;

/// ln 2 in two parts, the first with few digits.
const LN_2_PARTS: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];

/// Arguments of periodic functions above this have lost their digits.
const FAR: f64 = 1e15;

/// The number m·2ᵉ; with m = NaN all that is known is that its size is at most 2ᵉ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wide {
    m: f64,
    e: f64,
}

impl Wide {
    const ZERO: Wide = Wide {
        m: 0.0,
        e: f64::NEG_INFINITY,
    };

    /// A number of which nothing is known.
    const UNKNOWN: Wide = Wide::at_most(f64::INFINITY);

    const fn at_most(e: f64) -> Wide {
        Wide { m: f64::NAN, e }
    }

    /// A number in double precision.
    pub(crate) fn new(value: f64) -> Wide {
        Wide::scaled(value, 0.0)
    }

    /// value·2ᵉ.
    fn scaled(value: f64, e: f64) -> Wide {
        if value == 0.0 || e == f64::NEG_INFINITY {
            return Wide::ZERO;
        }
        if value.is_nan() || e.is_nan() {
            return Wide::UNKNOWN;
        }
        if value.is_infinite() {
            return Wide {
                m: value.signum(),
                e: f64::INFINITY,
            };
        }
        let (value, e) = if value.abs() < f64::MIN_POSITIVE {
            (value * 2f64.powi(200), e - 200.0)
        } else {
            (value, e)
        };
        let bits = value.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as f64 - 1023.0;
        let m = f64::from_bits(bits & !(0x7ff << 52) | 1023 << 52);
        Wide { m, e: e + exponent }
    }

    /// The number in double precision.
    pub(crate) fn value(self) -> f64 {
        if self.m == 0.0 || self.e < -1200.0 {
            return 0.0;
        }
        if self.e > 1100.0 {
            return self.m * f64::INFINITY;
        }
        let half = (self.e / 2.0).trunc();
        self.m * 2f64.powi(half as i32) * 2f64.powi((self.e - half) as i32)
    }

    /// Whether double precision holds it.
    fn is_near(self) -> bool {
        self.m == 0.0 || self.e.abs() < NEAR
    }

    fn is_unknown(self) -> bool {
        self.m.is_nan()
    }

    fn times(self, other: Wide) -> Wide {
        if self.is_unknown() || other.is_unknown() {
            // 0 times what is bounded is 0.
            return if self.m == 0.0 || other.m == 0.0 {
                if self.e == f64::INFINITY || other.e == f64::INFINITY {
                    Wide::UNKNOWN
                } else {
                    Wide::ZERO
                }
            } else {
                Wide::at_most(self.e + other.e + 2.0)
            };
        }
        if self.m == 0.0 && other.e < f64::INFINITY || other.m == 0.0 && self.e < f64::INFINITY {
            return Wide::ZERO;
        }
        Wide::scaled(self.m * other.m, self.e + other.e)
    }

    fn reciprocal(self) -> Wide {
        if self.is_unknown() {
            return Wide::UNKNOWN;
        }
        if self.e == f64::INFINITY {
            return Wide::ZERO;
        }
        Wide::scaled(1.0 / self.m, if self.m == 0.0 { 0.0 } else { -self.e })
    }

    fn plus(self, other: Wide) -> Wide {
        let (large, small) = if self.e >= other.e {
            (self, other)
        } else {
            (other, self)
        };
        if small.e < large.e - 1100.0 || small.m == 0.0 {
            return large;
        }
        if large.is_unknown() || small.is_unknown() {
            return Wide::at_most(large.e + 1.0);
        }
        if large.e == f64::INFINITY {
            return if small.e == f64::INFINITY && small.m != large.m {
                Wide::UNKNOWN
            } else {
                large
            };
        }
        Wide::scaled(
            large.m + small.m * 2f64.powi((small.e - large.e) as i32),
            large.e,
        )
    }

    fn negated(self) -> Wide {
        Wide {
            m: -self.m,
            e: self.e,
        }
    }

    /// The logarithm to base 2 of its size.
    fn log2(self) -> f64 {
        self.m.abs().log2() + self.e
    }

    /// 2ᵗ.
    fn exp2(t: f64) -> Wide {
        if t.is_infinite() || t.abs() > 1e300 {
            return Wide::scaled(1.0, t);
        }
        let whole = t.round();
        Wide::scaled((t - whole).exp2(), whole)
    }

    fn exp(self) -> Wide {
        if self.is_unknown() {
            return Wide::UNKNOWN;
        }
        let x = self.value();
        if x.is_infinite() {
            return if x > 0.0 { Wide::new(x) } else { Wide::ZERO };
        }
        if x.abs() < 700.0 {
            return Wide::new(Unary::Exp.value(x));
        }
        let whole = (x / LN_2).round();
        let rest = if x.abs() < FAR {
            x - whole * LN_2_PARTS[0] - whole * LN_2_PARTS[1]
        } else {
            0.0
        };
        Wide::scaled(Unary::Exp.value(rest), whole)
    }

    fn ln(self) -> Wide {
        if self.is_near() {
            return Wide::new(Unary::Ln.value(self.value()));
        }
        if self.m.is_nan() || self.m <= 0.0 {
            return Wide::UNKNOWN;
        }
        Wide::new(self.m.ln() + self.e * LN_2)
    }

    fn power(self, exponent: Wide) -> Wide {
        let y = exponent.value();
        if self.is_near() {
            let value = Binary::Pow.value(self.value(), y);
            if value.is_normal() || self.m == 0.0 {
                return Wide::new(value);
            }
        }
        if self.m > 0.0 {
            Wide::exp2(y * self.log2())
        } else {
            Wide::UNKNOWN
        }
    }

    fn whole_power(self, n: i32) -> Wide {
        let (mut power, mut factor, mut rest) = (Wide::new(1.0), self, n.unsigned_abs());
        while rest > 0 {
            if rest % 2 == 1 {
                power = power.times(factor);
            }
            factor = factor.times(factor);
            rest /= 2;
        }
        if n < 0 { power.reciprocal() } else { power }
    }

    /// ln Γ(x) for large x, by Stirling's series.
    fn gamma(self) -> Wide {
        let x = self.value();
        let value = Unary::Gamma.value(x);
        if value.is_finite() || x.is_nan() || x < 100.0 || x.is_infinite() {
            return Wide::new(value);
        }
        let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
        Wide::new((x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series).exp()
    }

    /// The order of two numbers, if it is known.
    fn compared(self, other: Wide) -> Option<std::cmp::Ordering> {
        let difference = self.plus(other.negated());
        if difference.is_unknown() {
            return None;
        }
        difference.m.partial_cmp(&0.0)
    }

    fn unary(self, op: Unary) -> Wide {
        let x = self.value();
        let is_large = self.e > 60.0;
        let is_far = x.is_nan() || x.abs() > FAR;
        match op {
            Unary::Neg => self.negated(),
            Unary::Abs => Wide {
                m: self.m.abs(),
                e: self.e,
            },
            Unary::Exp => self.exp(),
            Unary::Expm1 if x > 700.0 => self.exp(),
            Unary::Ln => self.ln(),
            Unary::Log2 if !self.is_near() => self.ln().times(Wide::new(1.0 / LN_2)),
            Unary::Log10 if !self.is_near() => {
                self.ln().times(Wide::new(std::f64::consts::LOG10_E))
            }
            Unary::Log1p if is_large => self.ln(),
            Unary::Sin | Unary::Cos if is_far => Wide::at_most(0.0),
            Unary::Tan if is_far => Wide::UNKNOWN,
            _ if self.is_unknown() => Wide::UNKNOWN,
            Unary::Sqrt if self.m > 0.0 && !self.is_near() => {
                let odd = self.e.rem_euclid(2.0);
                Wide::scaled((self.m * (1.0 + odd)).sqrt(), (self.e - odd) / 2.0)
            }
            Unary::Cbrt if !self.is_near() && self.m > 0.0 => Wide::exp2(self.log2() / 3.0),
            Unary::Sinh | Unary::Cosh if x.abs() > 700.0 => {
                let sign = if op == Unary::Sinh {
                    self.m.signum()
                } else {
                    1.0
                };
                let size = self.unary(Unary::Abs).exp();
                size.times(Wide::new(0.5 * sign))
            }
            Unary::Asinh if is_large => {
                let size = self.unary(Unary::Abs).times(Wide::new(2.0)).ln();
                size.times(Wide::new(self.m.signum()))
            }
            Unary::Acosh if is_large => self.times(Wide::new(2.0)).ln(),
            Unary::Floor | Unary::Ceil if is_large => self,
            Unary::Gamma => self.gamma(),
            // What underflows here may not in a wider range.
            Unary::Erfc | Unary::NormCdf if op.value(x) == 0.0 => Wide::UNKNOWN,
            Unary::Sinc if self.is_unknown() || x.is_infinite() => Wide::at_most(0.0),
            // What is tiny is its own sine.
            Unary::Sin
            | Unary::Tan
            | Unary::Asin
            | Unary::Atan
            | Unary::Sinh
            | Unary::Tanh
            | Unary::Asinh
            | Unary::Atanh
            | Unary::Expm1
            | Unary::Log1p
                if self.e < -NEAR =>
            {
                self
            }
            _ => Wide::new(op.value(x)),
        }
    }

    fn binary(self, op: Binary, other: Wide) -> Wide {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let truth = |holds: &[std::cmp::Ordering]| match self.compared(other) {
            Some(order) => Wide::new(f64::from(u8::from(holds.contains(&order)))),
            None => Wide::UNKNOWN,
        };
        match op {
            Binary::Add => self.plus(other),
            Binary::Sub => self.plus(other.negated()),
            Binary::Mul => self.times(other),
            Binary::Div => self.times(other.reciprocal()),
            Binary::Pow => self.power(other),
            Binary::Hypot => {
                let square = self.times(self).plus(other.times(other));
                square.unary(Unary::Sqrt)
            }
            Binary::Min | Binary::Max => match (self.compared(other), op) {
                (Some(Greater), Binary::Min) | (Some(Less | Equal), Binary::Max) => other,
                (Some(_), _) => self,
                (None, _) => Wide::UNKNOWN,
            },
            Binary::Lt => truth(&[Less]),
            Binary::Le => truth(&[Less, Equal]),
            Binary::Eq => truth(&[Equal]),
            Binary::Ne => truth(&[Less, Greater]),
            // What overflows or underflows here may not in a wider range.
            Binary::BesselY | Binary::BesselI | Binary::BesselK | Binary::Polygamma => {
                let value = op.value(self.value(), other.value());
                match value == 0.0 || value.is_infinite() {
                    true => Wide::UNKNOWN,
                    false => Wide::new(value),
                }
            }
            Binary::BesselJ | Binary::SphericalJ if other.value().abs() > FAR => Wide::at_most(0.0),
            Binary::Atan2 | Binary::And | Binary::Or | Binary::BesselJ | Binary::SphericalJ => {
                Wide::new(op.value(self.value(), other.value()))
            }
        }
    }
}

/// Whether every node of the formulas has a value in the wide range.
pub(crate) fn is_known(arena: &Arena, roots: &[Id]) -> bool {
    let nodes = arena.nodes().iter().zip(arena.needed(roots));
    let mut needed = nodes.filter(|(_, needed)| *needed);
    needed.all(|(node, _)| !matches!(node, Node::Determinant(_) | Node::Volume(..)))
}

/// The values of all nodes where input `i` is `inputs[i]`.
pub(crate) fn fill_values(arena: &Arena, needed: &[bool], inputs: &[f64], values: &mut Vec<Wide>) {
    values.clear();
    values.resize(arena.nodes().len(), Wide::UNKNOWN);
    for (index, node) in arena.nodes().iter().enumerate() {
        if !needed[index] {
            continue;
        }
        let of = |id: &Id| values[id.index()];
        values[index] = match node {
            Node::Constant(bits, _) => Wide::new(f64::from_bits(*bits)),
            Node::Symbol(symbol) => Wide::new(symbol.value()),
            Node::Input(i) => Wide::new(inputs.get(*i as usize).copied().unwrap_or(f64::NAN)),
            Node::Unary(op, x) => of(x).unary(*op),
            Node::Binary(op, x, y) => of(x).binary(*op, of(y)),
            Node::Power(x, n) => of(x).whole_power(*n),
            Node::Select(c, a, b) => match of(c) {
                c if c.is_unknown() => Wide::UNKNOWN,
                c if c.m != 0.0 => of(a),
                _ => of(b),
            },
            Node::Determinant(_) | Node::Volume(..) => Wide::UNKNOWN,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::{Expr, Graph};
    use crate::expr::value;

    fn at(x: f64, formula: impl for<'g> FnOnce(Expr<'g>) -> Expr<'g>) -> [f64; 2] {
        let graph = Graph::new();
        let root = formula(graph.input(0)).id;
        graph.read(|arena| {
            let mut values = Vec::new();
            fill_values(arena, &arena.needed(&[root]), &[x], &mut values);
            [
                values[root.index()].value(),
                value::values(arena, &[root], &[x])[0],
            ]
        })
    }

    #[test]
    fn values_are_those_of_double_precision_where_it_holds_them() {
        for x in [-3.7, -0.2, 0.4, 1.0, 2.5, 30.0] {
            let formulas: [for<'g> fn(Expr<'g>) -> Expr<'g>; 6] = [
                |x| x.exp() * x.sin() - x.powi(-3),
                |x| (x * x + 1.0).ln() / x.cosh(),
                |x| x.lt(1.0).select(x.abs().pow(0.3), x.sqrt()),
                |x| x.sinh().atan() + x.hypot(2.0),
                |x| x.max(0.5) - x.floor(),
                |x| (-x).exp() / (1.0 + (-2.0 * x).exp()),
            ];
            for formula in formulas {
                let [wide, plain] = at(x, formula);
                // Sums round in another place.
                assert!(
                    (wide - plain).abs() <= 4e-16 * plain.abs().max(1.0),
                    "{wide} {plain}"
                );
            }
        }
    }

    #[test]
    fn what_overflows_in_between_has_its_value() {
        let close = |[wide, _]: [f64; 2], exact: f64| {
            assert!((wide / exact - 1.0).abs() < 1e-12, "{wide} {exact}");
        };
        close(at(1e6, |x| x.exp() * (1.0 - x).exp()), std::f64::consts::E);
        close(
            at(-900.0, |x| (-x).exp() / (1.0 + (-2.0 * x).exp()) / x.exp()),
            1.0,
        );
        close(at(1000.0, |x| (1.0 + x.exp()).ln()), 1000.0);
        close(at(800.0, |x| x.cosh() * (-x).exp()), 0.5);
        close(
            at(300.0, |x| {
                (x + 1.0).unary(Unary::Gamma) / x.unary(Unary::Gamma)
            }),
            300.0,
        );
        // Nothing is known of the cosine, but that it hardly matters.
        assert_eq!(at(900.0, |x| (-x.cosh()).exp() * x.cosh().cos())[0], 0.0);
        assert!(at(900.0, |x| x.cosh().cos())[0].is_nan());
    }
}
