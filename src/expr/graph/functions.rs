//! The functions of formulas, by the names that they have for floats.

use super::expr::{Expr, Operand};
use super::node::Node;
use crate::elementary::{Binary, Unary, for_each_binary, for_each_unary};

macro_rules! unary_methods {
    ($($variant:ident $($method:ident)? $doc:literal, $formula:path $(, $rare:path => $slow:path)?;)*) => {
        /// ```
        /// # use pullback::formula::Graph;
        /// let graph = Graph::new();
        /// let x = graph.input(0);
        /// // eˣ − 1 = x + x²/2 + … and ln(1 + x) = x − x²/2 + …, each to all its digits.
        /// let gap = x.exp_m1() - x.ln_1p();
        /// assert!((gap.value(&[1e-12]) / 1e-24 - 1.0).abs() < 1e-3);
        /// assert_eq!(x.sqrt().cbrt().floor().value(&[64.0]), 2.0);
        /// ```
        impl<'g> Expr<'g> {
            $($(#[doc = $doc] pub fn $method(self) -> Expr<'g> {
                self.unary(Unary::$variant)
            })?)*
        }
    };
}
for_each_unary!(unary_methods);

macro_rules! binary_methods {
    ($($variant:ident $($method:ident)? $doc:literal, $formula:path $(, $rare:path => $slow:path)?;)*) => {
        /// Functions of this formula, a, and another one, b. Comparisons are 1 or 0, so that they can be conditions, factors and terms.
        ///
        /// ```
        /// # use pullback::formula::Graph;
        /// let graph = Graph::new();
        /// let x = graph.input(0);
        /// let hat = x.gt(0).and(x.le(1)).select(1 - x, 0.0);
        /// assert_eq!(hat.value(&[0.25]), 0.75);
        /// assert_eq!(hat.value(&[0.0]), 0.0);
        /// assert_eq!((x.ge(2) + x.lt(2) + x.eq(2) + x.ne(2)).value(&[2.0]), 2.0);
        /// ```
        impl<'g> Expr<'g> {
            $($(#[doc = $doc] pub fn $method(self, other: impl Into<Operand<'g>>) -> Expr<'g> {
                self.binary(Binary::$variant, other)
            })?)*
        }
    };
}
for_each_binary!(binary_methods);

/// Functions that are made of others.
///
/// ```
/// # use pullback::formula::Graph;
/// let graph = Graph::new();
/// let x = graph.input(0);
/// let (sine, cosine) = x.to_radians().sin_cos();
/// assert!((sine / cosine - 1).abs().value(&[45.0]) < 1e-15);
/// assert_eq!(x.powf(1.5).value(&[4.0]), 8.0);
/// assert_eq!((x.recip() + x.clamp(0, 2)).value(&[4.0]), 2.25);
/// assert_eq!(x.mul_add(x, 1).log(2).value(&[1.0]), 1.0);
/// assert_eq!((x.trunc() + x.fract()).value(&[-2.5]), -2.5);
/// ```
impl<'g> Expr<'g> {
    /// 1 where `self > other`, else 0.
    pub fn gt(self, other: impl Into<Operand<'g>>) -> Expr<'g> {
        self.beside(other).lt(self)
    }

    /// 1 where `self >= other`, else 0.
    pub fn ge(self, other: impl Into<Operand<'g>>) -> Expr<'g> {
        self.beside(other).le(self)
    }

    /// The power `self ^ exponent`, as [`Expr::pow`].
    pub fn powf(self, exponent: impl Into<Operand<'g>>) -> Expr<'g> {
        self.pow(exponent)
    }

    /// The integer power: repeated multiplication, so (−2)³ is −8.
    pub fn powi(self, n: i32) -> Expr<'g> {
        self.graph.insert(Node::Power(self.id, n))
    }

    /// 2 to this power.
    pub fn exp2(self) -> Expr<'g> {
        self.beside(2).pow(self)
    }

    /// The logarithm to any base, ln(self)/ln(base).
    pub fn log(self, base: impl Into<Operand<'g>>) -> Expr<'g> {
        self.ln() / self.beside(base).ln()
    }

    /// The sine and the cosine. A program computes the two together.
    pub fn sin_cos(self) -> (Expr<'g>, Expr<'g>) {
        (self.sin(), self.cos())
    }

    /// 1/self.
    pub fn recip(self) -> Expr<'g> {
        1.0 / self
    }

    /// self·factor + term. A program rounds once where nothing else needs the product.
    pub fn mul_add(self, factor: impl Into<Operand<'g>>, term: impl Into<Operand<'g>>) -> Expr<'g> {
        self * factor + term
    }

    /// The angle in radians, of one in degrees.
    pub fn to_radians(self) -> Expr<'g> {
        self * (self.graph.pi() / 180.0)
    }

    /// The angle in degrees, of one in radians.
    pub fn to_degrees(self) -> Expr<'g> {
        self * (180.0 / self.graph.pi())
    }

    /// The nearest number that is neither below `low` nor above `high`; NaN if any is.
    pub fn clamp(self, low: impl Into<Operand<'g>>, high: impl Into<Operand<'g>>) -> Expr<'g> {
        self.max(low).min(high)
    }

    /// The whole number next to this on the side of zero.
    pub fn trunc(self) -> Expr<'g> {
        self.signum() * self.abs().floor()
    }

    /// What [`Expr::trunc`] takes away.
    pub fn fract(self) -> Expr<'g> {
        self - self.trunc()
    }
}
