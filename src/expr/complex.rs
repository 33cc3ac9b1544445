//! Complex formulas: two formulas, the real and the imaginary part.

use num_complex::Complex64;

use super::graph::{Expr, Operand};

/// A complex formula.
///
/// ```
/// use pullback::formula::Graph;
/// use pullback::Complex64;
/// let graph = Graph::new();
/// let x = graph.input(0);
/// let wave = (Complex64::i() * x).exp();
/// assert_eq!(wave.re.value(&[0.5]), 0.5f64.cos());
/// assert_eq!(wave.im.value(&[0.5]), 0.5f64.sin());
/// let shifted = 2 * wave - x * Complex64::new(0.0, 1.0) + 1;
/// assert_eq!(shifted.re.value(&[0.0]), 3.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ComplexExpr<'g> {
    /// The real part.
    pub re: Expr<'g>,
    /// The imaginary part.
    pub im: Expr<'g>,
}

/// What can stand beside a complex formula in a sum or a product.
#[derive(Clone, Copy, Debug)]
pub enum ComplexOperand<'g> {
    /// A complex formula.
    Complex(ComplexExpr<'g>),
    /// A real formula.
    Real(Expr<'g>),
    /// A number.
    Number(Complex64),
}

impl<'g> ComplexExpr<'g> {
    /// The formula with these parts.
    pub fn new(re: Expr<'g>, im: Expr<'g>) -> Self {
        ComplexExpr { re, im }
    }

    /// exp(i·angle) = cos(angle) + i·sin(angle).
    pub fn cis(angle: Expr<'g>) -> Self {
        ComplexExpr::new(angle.cos(), angle.sin())
    }

    /// The exponential, exp(re)·cis(im).
    pub fn exp(self) -> Self {
        let size = self.re.exp();
        ComplexExpr::new(size * self.im.cos(), size * self.im.sin())
    }

    /// The logarithm with an imaginary part in [−π, π]: ln|z| + i·arg z.
    pub fn ln(self) -> Self {
        ComplexExpr::new(self.norm().ln(), self.arg())
    }

    /// The angle, in [−π, π].
    pub fn arg(self) -> Expr<'g> {
        self.im.atan2(self.re)
    }

    /// The power exp(exponent·ln z).
    pub fn powf(self, exponent: impl Into<Operand<'g>>) -> Self {
        let exponent = self.re.beside(exponent);
        let size = self.norm().pow(exponent);
        let angle = self.arg() * exponent;
        ComplexExpr::new(size * angle.cos(), size * angle.sin())
    }

    /// The square root with a real part that is not negative.
    pub fn sqrt(self) -> Self {
        self.powf(0.5)
    }

    /// The sine, sin(re)·cosh(im) + i·cos(re)·sinh(im).
    pub fn sin(self) -> Self {
        let (sine, cosine) = self.re.sin_cos();
        ComplexExpr::new(sine * self.im.cosh(), cosine * self.im.sinh())
    }

    /// The cosine, cos(re)·cosh(im) − i·sin(re)·sinh(im).
    pub fn cos(self) -> Self {
        let (sine, cosine) = self.re.sin_cos();
        ComplexExpr::new(cosine * self.im.cosh(), -sine * self.im.sinh())
    }

    /// 1/z.
    pub fn recip(self) -> Self {
        1.0 / self
    }

    /// The conjugate, re − i·im.
    pub fn conj(self) -> Self {
        ComplexExpr::new(self.re, -self.im)
    }

    /// The square of the size, re² + im².
    pub fn norm_sqr(self) -> Expr<'g> {
        self.re.powi(2) + self.im.powi(2)
    }

    /// The size, √(re² + im²).
    pub fn norm(self) -> Expr<'g> {
        self.norm_sqr().sqrt()
    }

    /// The integer power, by repeated multiplication.
    pub fn powi(self, n: i32) -> Self {
        let one = ComplexExpr::from(self.re.constant(1.0));
        let (mut power, mut factor, mut rest) = (one, self, n.unsigned_abs());
        while rest > 0 {
            if rest % 2 == 1 {
                power = power * factor;
            }
            factor = factor * factor;
            rest /= 2;
        }
        if n < 0 { one / power } else { power }
    }

    fn operand(self, other: ComplexOperand<'g>) -> Self {
        match other {
            ComplexOperand::Complex(z) => z,
            ComplexOperand::Real(x) => x.into(),
            ComplexOperand::Number(z) => {
                ComplexExpr::new(self.re.constant(z.re), self.re.constant(z.im))
            }
        }
    }
}

impl<'g> From<Expr<'g>> for ComplexExpr<'g> {
    fn from(re: Expr<'g>) -> Self {
        ComplexExpr::new(re, re.constant(0.0))
    }
}

impl<'g> From<ComplexExpr<'g>> for ComplexOperand<'g> {
    fn from(z: ComplexExpr<'g>) -> Self {
        ComplexOperand::Complex(z)
    }
}

impl<'g> From<Expr<'g>> for ComplexOperand<'g> {
    fn from(x: Expr<'g>) -> Self {
        ComplexOperand::Real(x)
    }
}

impl From<Complex64> for ComplexOperand<'_> {
    fn from(z: Complex64) -> Self {
        ComplexOperand::Number(z)
    }
}

impl From<f64> for ComplexOperand<'_> {
    fn from(x: f64) -> Self {
        ComplexOperand::Number(x.into())
    }
}

impl std::ops::Neg for ComplexExpr<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        ComplexExpr::new(-self.re, -self.im)
    }
}

impl<'g> From<&ComplexExpr<'g>> for ComplexOperand<'g> {
    fn from(z: &ComplexExpr<'g>) -> Self {
        ComplexOperand::Complex(*z)
    }
}

impl<'g> From<&Expr<'g>> for ComplexOperand<'g> {
    fn from(x: &Expr<'g>) -> Self {
        ComplexOperand::Real(*x)
    }
}

impl From<i32> for ComplexOperand<'_> {
    fn from(n: i32) -> Self {
        ComplexOperand::Number(f64::from(n).into())
    }
}

/// An operator between complex formulas and everything that can stand beside one.
macro_rules! operator {
    ($trait:ident, $method:ident, |$a:ident, $b:ident| $value:expr) => {
        impl<'g, T: Into<ComplexOperand<'g>>> std::ops::$trait<T> for ComplexExpr<'g> {
            type Output = ComplexExpr<'g>;
            fn $method(self, other: T) -> ComplexExpr<'g> {
                let ($a, $b) = (self, self.operand(other.into()));
                $value
            }
        }

        operator!(@ $trait, $method, Expr<'g>);
        operator!(@ $trait, $method, Complex64);
        operator!(@ $trait, $method, f64);
        operator!(@ $trait, $method, i32);

        impl<'g> std::ops::$trait<Expr<'g>> for Complex64 {
            type Output = ComplexExpr<'g>;
            fn $method(self, other: Expr<'g>) -> ComplexExpr<'g> {
                std::ops::$trait::$method(self, ComplexExpr::from(other))
            }
        }

        impl<'g> std::ops::$trait<Complex64> for Expr<'g> {
            type Output = ComplexExpr<'g>;
            fn $method(self, other: Complex64) -> ComplexExpr<'g> {
                std::ops::$trait::$method(ComplexExpr::from(self), other)
            }
        }
    };
    (@ $trait:ident, $method:ident, $left:ty) => {
        impl<'g> std::ops::$trait<ComplexExpr<'g>> for $left {
            type Output = ComplexExpr<'g>;
            fn $method(self, other: ComplexExpr<'g>) -> ComplexExpr<'g> {
                std::ops::$trait::$method(other.operand(self.into()), other)
            }
        }
    };
}

operator!(Add, add, |a, b| ComplexExpr::new(a.re + b.re, a.im + b.im));
operator!(Sub, sub, |a, b| ComplexExpr::new(a.re - b.re, a.im - b.im));
operator!(Mul, mul, |a, b| ComplexExpr::new(
    a.re * b.re - a.im * b.im,
    a.re * b.im + a.im * b.re
));
operator!(Div, div, |a, b| {
    let product = a * b.conj();
    let square = b.norm_sqr();
    ComplexExpr::new(product.re / square, product.im / square)
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::graph::Graph;

    #[test]
    fn formulas_have_the_values_of_complex_numbers() {
        let graph = Graph::new();
        let (x, y) = (graph.input(0), graph.input(1));
        let z = ComplexExpr::new(x, y);
        let (a, b) = (0.7, -1.3);
        let w = Complex64::new(a, b);
        let c = Complex64::new(2.0, 0.5);
        for (formula, value) in [
            (z + c, w + c),
            (z - 3.0, w - 3.0),
            (c * z, c * w),
            (z / c, w / c),
            (c / z, c / w),
            (z * x, w * a),
            (x - z, a - w),
            (c * x, c * a),
            (-z.conj(), -w.conj()),
            (z.exp(), w.exp()),
            (z.powi(5), w.powi(5)),
            (z.powi(-2), w.powi(-2)),
            (ComplexExpr::cis(y), Complex64::cis(b)),
            (z.ln(), w.ln()),
            (z.sqrt(), w.sqrt()),
            (z.powf(0.3), w.powf(0.3)),
            (z.sin(), w.sin()),
            (z.cos(), w.cos()),
            (z.recip(), w.inv()),
            (2 * z - 1, 2.0 * w - 1.0),
            (x * c, a * c),
            (z.arg().into(), Complex64::from(w.arg())),
            (z.norm().into(), Complex64::from(w.norm())),
        ] {
            let found = Complex64::new(formula.re.value(&[a, b]), formula.im.value(&[a, b]));
            // A handful of roundings.
            assert!(
                (found - value).norm() < 1e-14 * value.norm(),
                "{found} {value}"
            );
        }
    }
}
