//! The functions of formulas, by the names that they have for floats.

use super::expr::{Expr, Operand};
use crate::elementary::{Binary, Unary};

macro_rules! unary_methods {
    ($($(#[$doc:meta])* $name:ident => $op:ident;)*) => {
        impl<'g> Expr<'g> {
            $($(#[$doc])* pub fn $name(self) -> Expr<'g> { self.unary(Unary::$op) })*
        }
    };
}

unary_methods! {
    /// The absolute value.
    abs => Abs;
    /// The sign: −1, 0 or 1 (so `signum` of 0 is 0, unlike `f64::signum`).
    signum => Sign;
    /// The largest whole number that is not above.
    floor => Floor;
    /// The smallest whole number that is not below.
    ceil => Ceil;
    /// The step function: 0 below zero, 1/2 at zero, 1 above.
    heaviside => Heaviside;
    /// The square root.
    sqrt => Sqrt;
    /// The cube root, also of negative numbers.
    cbrt => Cbrt;
    /// The exponential function.
    exp => Exp;
    /// The natural logarithm.
    ln => Ln;
    /// The logarithm to base 2.
    log2 => Log2;
    /// The logarithm to base 10.
    log10 => Log10;
    /// The sine.
    sin => Sin;
    /// The cosine.
    cos => Cos;
    /// The tangent.
    tan => Tan;
    /// The inverse sine.
    asin => Asin;
    /// The inverse cosine.
    acos => Acos;
    /// The inverse tangent.
    atan => Atan;
    /// The hyperbolic sine.
    sinh => Sinh;
    /// The hyperbolic cosine.
    cosh => Cosh;
    /// The hyperbolic tangent.
    tanh => Tanh;
    /// The inverse hyperbolic sine.
    asinh => Asinh;
    /// The inverse hyperbolic cosine.
    acosh => Acosh;
    /// The inverse hyperbolic tangent.
    atanh => Atanh;
    /// The error function (2/√π) ∫₀ˣ exp(−t²) dt.
    erf => Erf;
    /// The gamma function.
    gamma => Gamma;
    /// The digamma function, Γ′/Γ.
    digamma => Digamma;
    /// The trigamma function, the derivative of digamma.
    trigamma => Trigamma;
}

macro_rules! binary_methods {
    ($($(#[$doc:meta])* $name:ident => $op:ident;)*) => {
        impl<'g> Expr<'g> {
            $($(#[$doc])* pub fn $name(self, other: impl Into<Operand<'g>>) -> Expr<'g> {
                self.binary(Binary::$op, other)
            })*
        }
    };
}

binary_methods! {
    /// The power `self ^ other`, as the C function `pow`. An exponent that is a whole number, as in
    /// [`Expr::powi`], is repeated multiplication.
    pow => Pow;
    /// The angle of the point (`other`, `self`): atan2(y, x) with y first.
    atan2 => Atan2;
    /// √(self² + other²) without overflow.
    hypot => Hypot;
    /// The smaller one; NaN if either is.
    min => Min;
    /// The larger one; NaN if either is.
    max => Max;
    /// 1 where `self < other`, else 0.
    lt => Lt;
    /// 1 where `self <= other`, else 0.
    le => Le;
    /// 1 where the two are equal, else 0.
    equal => Eq;
    /// 1 where the two differ, else 0.
    differs => Ne;
    /// 1 where neither is zero, else 0.
    and => And;
    /// 1 where at least one is not zero, else 0.
    or => Or;
}
