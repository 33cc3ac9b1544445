//! The operators of formulas: arithmetic with formulas and numbers on both sides.

use super::expr::{Expr, Operand};
use crate::elementary::{Binary, Unary};

macro_rules! operator {
    ($trait:ident, $method:ident, $op:ident) => {
        impl<'g, T: Into<Operand<'g>>> std::ops::$trait<T> for Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self, other: T) -> Expr<'g> {
                self.binary(Binary::$op, other)
            }
        }

        impl<'g> std::ops::$trait<Expr<'g>> for f64 {
            type Output = Expr<'g>;
            fn $method(self, other: Expr<'g>) -> Expr<'g> {
                other.constant(self).binary(Binary::$op, other)
            }
        }
    };
}

operator!(Add, add, Add);
operator!(Sub, sub, Sub);
operator!(Mul, mul, Mul);
operator!(Div, div, Div);

impl<'g> std::ops::Neg for Expr<'g> {
    type Output = Expr<'g>;
    fn neg(self) -> Expr<'g> {
        self.unary(Unary::Neg)
    }
}

/// 1 where the operand is zero, 0 elsewhere.
impl<'g> std::ops::Not for Expr<'g> {
    type Output = Expr<'g>;
    fn not(self) -> Expr<'g> {
        self.unary(Unary::Not)
    }
}
