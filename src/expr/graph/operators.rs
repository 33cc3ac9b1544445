//! The operators of formulas: arithmetic with formulas and numbers on both sides.
//!
//! ```
//! # use pullback::formula::Graph;
//! # use pullback::Expr;
//! let graph = Graph::new();
//! let (x, y) = (graph.input(0), graph.input(1));
//! let mut f = 2 * x - x / 3 + (1 - y) * 1.5;
//! f += &x * &y;
//! assert_eq!(f.value(&[3.0, 2.0]), 9.5);
//! let square: Expr = [x, y].iter().map(|c| c * c).sum();
//! assert_eq!(square.sqrt().value(&[3.0, 4.0]), 5.0);
//! ```

use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Not, Sub, SubAssign};

use super::expr::{Expr, Operand};
use crate::elementary::{Binary, Unary};

/// An operator of two formulas, of a formula and a number, and of a number and a formula. On the
/// left there is one type of whole numbers, so that `2` is one.
macro_rules! operator {
    ($trait:ident $method:ident, $assign:ident $assign_method:ident) => {
        impl<'g, T: Into<Operand<'g>>> $trait<T> for Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self, other: T) -> Expr<'g> {
                self.binary(Binary::$trait, other)
            }
        }

        impl<'g, T: Into<Operand<'g>>> $trait<T> for &Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self, other: T) -> Expr<'g> {
                self.binary(Binary::$trait, other)
            }
        }

        impl<'g, T: Into<Operand<'g>>> $assign<T> for Expr<'g> {
            fn $assign_method(&mut self, other: T) {
                *self = self.binary(Binary::$trait, other);
            }
        }

        operator!(@ $trait $method, f64 Expr<'g>);
        operator!(@ $trait $method, f64 &Expr<'g>);
        operator!(@ $trait $method, i32 Expr<'g>);
        operator!(@ $trait $method, i32 &Expr<'g>);
    };
    (@ $trait:ident $method:ident, $number:ident $expr:ty) => {
        impl<'g> $trait<$expr> for $number {
            type Output = Expr<'g>;
            fn $method(self, other: $expr) -> Expr<'g> {
                other.beside(self).binary(Binary::$trait, other)
            }
        }
    };
}

operator!(Add add, AddAssign add_assign);
operator!(Sub sub, SubAssign sub_assign);
operator!(Mul mul, MulAssign mul_assign);
operator!(Div div, DivAssign div_assign);

/// The sign, or the negation, of a formula and of a reference to one.
macro_rules! prefix {
    ($(#[$doc:meta])* $trait:ident $method:ident) => {
        $(#[$doc])*
        impl<'g> $trait for Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self) -> Expr<'g> {
                self.unary(Unary::$trait)
            }
        }

        $(#[$doc])*
        impl<'g> $trait for &Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self) -> Expr<'g> {
                self.unary(Unary::$trait)
            }
        }
    };
}

prefix!(Neg neg);
prefix!(
    /// 1 where the operand is zero, 0 elsewhere.
    Not not
);

/// The sum, or the product, of formulas and of references to them.
macro_rules! fold {
    ($trait:ident $method:ident, $operator:ident, $empty:literal) => {
        /// # Panics
        #[doc = concat!("Without any terms: a formula belongs to a graph, so write `", $empty, "`.")]
        impl<'g> $trait<Expr<'g>> for Expr<'g> {
            fn $method<I: Iterator<Item = Expr<'g>>>(terms: I) -> Self {
                let all = terms.reduce(|a, b| a.binary(Binary::$operator, b));
                all.expect(concat!("no formulas, so no graph: write `", $empty, "`"))
            }
        }

        /// # Panics
        #[doc = concat!("Without any terms: a formula belongs to a graph, so write `", $empty, "`.")]
        impl<'g: 'e, 'e> $trait<&'e Expr<'g>> for Expr<'g> {
            fn $method<I: Iterator<Item = &'e Expr<'g>>>(terms: I) -> Self {
                $trait::$method(terms.copied())
            }
        }
    };
}

fold!(Sum sum, Add, "graph.constant(0.0)");
fold!(Product product, Mul, "graph.constant(1.0)");
