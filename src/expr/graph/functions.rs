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

macro_rules! methods_of_order {
    ($($(#[$doc:meta])* $method:ident $variant:ident;)*) => {
        /// Functions of a whole order.
        ///
        /// ```
        /// # use pullback::formula::Graph;
        /// let graph = Graph::new();
        /// let x = graph.input(0);
        /// // The Wronskian J₁ Y₀ − J₀ Y₁ = 2/(πx).
        /// let found = x.bessel_j(1) * x.bessel_y(0) - x.bessel_j(0) * x.bessel_y(1);
        /// let exact = 2 / (graph.pi() * x);
        /// assert!((found - exact).abs().value(&[3.0]) < 1e-15);
        /// assert_eq!(x.sinc().value(&[0.0]), x.spherical_j(0).value(&[0.0]));
        /// assert_eq!(x.bessel_j(2000).value(&[1.0]).to_string(), "NaN");
        /// ```
        impl<'g> Expr<'g> {
            $($(#[$doc])* pub fn $method(self, n: i32) -> Expr<'g> {
                self.of_order(Binary::$variant, n)
            })*
        }
    };
}

methods_of_order! {
    /// The Bessel function Jₙ(x) of the first kind; NaN for orders beyond ±1024.
    bessel_j BesselJ;
    /// The Bessel function Yₙ(x) of the second kind for x > 0; NaN for orders beyond ±1024.
    bessel_y BesselY;
    /// The modified Bessel function Iₙ(x) of the first kind; NaN for orders beyond ±1024.
    bessel_i BesselI;
    /// The modified Bessel function Kₙ(x) of the second kind for x > 0; NaN for orders beyond ±1024.
    bessel_k BesselK;
    /// The spherical Bessel function jₙ(x) of the first kind, j₀ = sin x/x; NaN for negative orders and
    /// those above 1024.
    spherical_j SphericalJ;
    /// The polygamma function ψ⁽ⁿ⁾(x), of which n = 0 is the digamma function; NaN for negative orders and
    /// those above 100.
    polygamma Polygamma;
}

impl<'g> Expr<'g> {
    /// A function of a whole order: without negative orders where those are another's, and by its own
    /// name where it has one.
    pub(crate) fn of_order(self, op: Binary, n: i32) -> Expr<'g> {
        let of_size = || self.beside(n.saturating_abs()).binary(op, self);
        match (op, n) {
            (Binary::Polygamma, 0) => self.digamma(),
            (Binary::Polygamma, 1) => self.trigamma(),
            (Binary::SphericalJ, 0) => self.sinc(),
            (Binary::BesselJ | Binary::BesselY, ..0) if n % 2 != 0 => -of_size(),
            (Binary::BesselJ | Binary::BesselY | Binary::BesselI | Binary::BesselK, _) => of_size(),
            _ => self.beside(n).binary(op, self),
        }
    }
}

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
