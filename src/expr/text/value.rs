//! What a formula is while it is read: real, or complex, with a real and an imaginary formula.

use crate::elementary::{Binary, Unary};
use crate::expr::complex::ComplexExpr;
use crate::expr::graph::{Expr, Graph, Id};

/// The name of √−1, where no variable and no parameter has that name.
pub(super) const IMAGINARY_UNIT: &str = "i";

/// A function of complex numbers alone, of which real formulas know nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum PartOf {
    /// `re(z)`.
    Real,
    /// `im(z)`.
    Imaginary,
    /// `conj(z)`.
    Conjugate,
    /// `arg(z)`, the angle in [−π, π].
    Angle,
}

impl PartOf {
    /// The names, with their meanings.
    pub(super) const ALL: [(&'static str, PartOf); 4] = [
        ("re", PartOf::Real),
        ("im", PartOf::Imaginary),
        ("conj", PartOf::Conjugate),
        ("arg", PartOf::Angle),
    ];

    /// The meaning of a name that is called.
    pub(super) fn named(name: &str) -> Option<PartOf> {
        let found = PartOf::ALL.iter().find(|(n, _)| *n == name);
        found.map(|(_, part)| *part)
    }
}

/// A formula that is being read; a part that is nothing is zero by the rules of algebra.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'g> {
    graph: &'g Graph,
    re: Option<Expr<'g>>,
    im: Option<Expr<'g>>,
}

impl<'g> Value<'g> {
    /// A real formula.
    pub(super) fn real(graph: &'g Graph, re: Expr<'g>) -> Self {
        Value {
            graph,
            re: Some(re),
            im: None,
        }
    }

    /// √−1.
    pub(super) fn imaginary_unit(graph: &'g Graph) -> Self {
        Value {
            graph,
            re: None,
            im: Some(graph.constant(1.0)),
        }
    }

    /// The real formula that this is, if it has no imaginary part.
    pub(super) fn as_real(self) -> Option<Expr<'g>> {
        let zero = || self.graph.constant(0.0);
        self.im.is_none().then(|| self.re.unwrap_or_else(zero))
    }

    /// Both parts.
    pub(super) fn parts(self) -> ComplexExpr<'g> {
        let [re, im] = [self.re, self.im];
        let zero = || self.graph.constant(0.0);
        ComplexExpr::new(re.unwrap_or_else(zero), im.unwrap_or_else(zero))
    }

    /// A value of these parts.
    fn of(self, re: Option<Expr<'g>>, im: Option<Expr<'g>>) -> Self {
        Value { re, im, ..self }
    }

    /// A complex formula; parts that are the number zero are nothing.
    fn of_parts(self, z: ComplexExpr<'g>) -> Self {
        let part = |part: Expr<'g>| Some(part).filter(|part| part.number() != Some(0.0));
        self.of(part(z.re), part(z.im))
    }

    /// A function of one operand; `None` if it has no meaning for complex numbers here.
    pub(super) fn unary(self, op: Unary) -> Option<Self> {
        if let Some(x) = self.as_real() {
            return Some(Value::real(self.graph, x.unary(op)));
        }
        let z = self.parts();
        let i_times = |w: Value<'g>| w.times(Value::imaginary_unit(self.graph));
        let one = || Value::real(self.graph, self.graph.constant(1.0));
        let half = |w: Value<'g>| w.scaled(self.graph.constant(0.5));
        Some(match op {
            Unary::Neg => self.negative(),
            Unary::Abs => Value::real(self.graph, self.size()),
            Unary::Exp => self.exp(),
            Unary::Expm1 => self.exp().minus(one()),
            Unary::Ln => self.ln(),
            Unary::Log1p => self.plus(one()).ln(),
            Unary::Log2 => self.ln().over_real(self.graph.constant(2.0).ln()),
            Unary::Log10 => self.ln().over_real(self.graph.constant(10.0).ln()),
            Unary::Sqrt => self.power(self.graph.constant(0.5)),
            Unary::Sin => self.of_parts(z.sin()),
            Unary::Cos => self.of_parts(z.cos()),
            Unary::Tan => self.of_parts(z.sin()).over(self.of_parts(z.cos())),
            // sinh z = −i sin(iz), cosh z = cos(iz).
            Unary::Sinh => i_times(self.of_parts(i_times(self).parts().sin())).negative(),
            Unary::Cosh => self.of_parts(i_times(self).parts().cos()),
            Unary::Tanh => self.unary(Unary::Sinh)?.over(self.unary(Unary::Cosh)?),
            // artanh z = (ln(1 + z) − ln(1 − z))/2, arsinh z = ln(z + √(z² + 1)), and so on: the
            // branches of Abramowitz and Stegun, 4.4 and 4.6.
            Unary::Atanh => {
                let difference = one().plus(self).ln().minus(one().minus(self).ln());
                half(difference)
            }
            Unary::Atan => i_times(i_times(self).unary(Unary::Atanh)?).negative(),
            Unary::Asinh => {
                let root = self.times(self).plus(one()).unary(Unary::Sqrt)?;
                self.plus(root).ln()
            }
            Unary::Asin => i_times(i_times(self).unary(Unary::Asinh)?).negative(),
            Unary::Acos => {
                let quarter = Value::real(self.graph, self.graph.pi() * 0.5);
                quarter.minus(self.unary(Unary::Asin)?)
            }
            Unary::Acosh => {
                let above = self.plus(one()).unary(Unary::Sqrt)?;
                let below = self.minus(one()).unary(Unary::Sqrt)?;
                self.plus(above.times(below)).ln()
            }
            _ => return None,
        })
    }

    /// An operation on two values; `None` if it has no meaning for complex numbers.
    pub(super) fn binary(self, op: Binary, other: Value<'g>) -> Option<Self> {
        if let (Some(x), Some(y)) = (self.as_real(), other.as_real()) {
            return Some(Value::real(self.graph, x.binary(op, y)));
        }
        Some(match op {
            Binary::Add => self.plus(other),
            Binary::Sub => self.minus(other),
            Binary::Mul => self.times(other),
            Binary::Div => self.over(other),
            Binary::Pow => self.raised_to(other),
            _ => return None,
        })
    }

    /// An integer power.
    pub(super) fn powi(self, n: i32) -> Self {
        match self.as_real() {
            Some(x) => Value::real(self.graph, x.powi(n)),
            None => self.raised_to(Value::real(self.graph, self.graph.constant(f64::from(n)))),
        }
    }

    /// `self` where a condition is not zero, `other` where it is.
    pub(super) fn where_else(self, condition: Expr<'g>, other: Value<'g>) -> Self {
        if let (Some(x), Some(y)) = (self.as_real(), other.as_real()) {
            return Value::real(self.graph, condition.select(x, y));
        }
        let (z, w) = (self.parts(), other.parts());
        let re = condition.select(z.re, w.re);
        let im = condition.select(z.im, w.im);
        self.of(Some(re), Some(im))
    }

    /// A part of a value, or its conjugate.
    pub(super) fn part(self, part: PartOf) -> Self {
        match part {
            PartOf::Real => self.of(self.re, None),
            PartOf::Imaginary => self.of(self.im, None),
            PartOf::Conjugate => self.of(self.re, self.im.map(negated)),
            PartOf::Angle => Value::real(self.graph, self.angle()),
        }
    }

    fn negative(self) -> Self {
        self.of(self.re.map(negated), self.im.map(negated))
    }

    fn plus(self, other: Value<'g>) -> Self {
        self.of(sum(self.re, other.re), sum(self.im, other.im))
    }

    fn minus(self, other: Value<'g>) -> Self {
        self.plus(other.negative())
    }

    fn scaled(self, factor: Expr<'g>) -> Self {
        let factor = Some(factor);
        self.of(product(self.re, factor), product(self.im, factor))
    }

    fn over_real(self, divisor: Expr<'g>) -> Self {
        self.of(self.re.map(|x| x / divisor), self.im.map(|x| x / divisor))
    }

    fn times(self, other: Value<'g>) -> Self {
        let ((a, b), (c, d)) = ((self.re, self.im), (other.re, other.im));
        let re = sum(product(a, c), product(b, d).map(negated));
        self.of(re, sum(product(a, d), product(b, c)))
    }

    fn over(self, other: Value<'g>) -> Self {
        match other.as_real() {
            Some(divisor) => self.over_real(divisor),
            None => {
                let numerator = self.times(other.part(PartOf::Conjugate));
                numerator.over_real(other.square_of_size())
            }
        }
    }

    fn square_of_size(self) -> Expr<'g> {
        let squares = [self.re, self.im].map(|part| part.map(|x| x.powi(2)));
        let zero = || self.graph.constant(0.0);
        sum(squares[0], squares[1]).unwrap_or_else(zero)
    }

    fn size(self) -> Expr<'g> {
        match (self.re, self.im) {
            (Some(_), Some(_)) => self.square_of_size().sqrt(),
            (part, None) | (None, part) => {
                part.map_or_else(|| self.graph.constant(0.0), |x| x.abs())
            }
        }
    }

    /// The angle; of a real formula 0 or π.
    fn angle(self) -> Expr<'g> {
        let z = self.parts();
        match self.im {
            Some(_) => z.arg(),
            None => z.re.lt(0.0).select(self.graph.pi(), 0.0),
        }
    }

    fn ln(self) -> Self {
        self.of_parts(ComplexExpr::new(self.size().ln(), self.angle()))
    }

    fn exp(self) -> Self {
        let Some(angle) = self.im else {
            return self.of(self.re.map(|x| x.exp()), None);
        };
        let waves = self.of(Some(angle.cos()), Some(angle.sin()));
        match self.re {
            Some(re) => waves.scaled(re.exp()),
            None => waves,
        }
    }

    /// The power with a real exponent that is no whole number, by size and angle.
    fn power(self, exponent: Expr<'g>) -> Self {
        let size = self.size().binary(Binary::Pow, exponent);
        let angle = self.angle() * exponent;
        self.of(Some(size * angle.cos()), Some(size * angle.sin()))
    }

    fn raised_to(self, exponent: Value<'g>) -> Self {
        let e: Id = self.graph.e().id;
        let base = self.as_real();
        if base.is_some_and(|x| x.id == e) {
            return exponent.exp();
        }
        let Some(real) = exponent.as_real() else {
            // zʷ = exp(w ln z), and of a real base that is positive ln z is real.
            let ln = match base.and_then(Expr::number) {
                Some(x) if x > 0.0 => Value::real(self.graph, self.graph.constant(x).ln()),
                _ => self.ln(),
            };
            return exponent.times(ln).exp();
        };
        match real.whole_number() {
            Some(n) if n.unsigned_abs() <= MULTIPLIED => self.multiplied(n),
            _ => self.power(real),
        }
    }

    /// An integer power by repeated multiplication.
    fn multiplied(self, n: i32) -> Self {
        let one = Value::real(self.graph, self.graph.constant(1.0));
        let (mut power, mut factor, mut rest) = (None, self, n.unsigned_abs());
        while rest > 0 {
            if rest % 2 == 1 {
                power = Some(power.map_or(factor, |power: Value<'g>| power.times(factor)));
            }
            rest /= 2;
            if rest > 0 {
                factor = factor.times(factor);
            }
        }
        let power = power.unwrap_or(one);
        if n < 0 { one.over(power) } else { power }
    }
}

/// The largest power that is multiplied out; larger ones are by size and angle, which loses digits of the
/// angle only.
const MULTIPLIED: u32 = 64;

/// A number with its sign is a number, as it is where it is read.
fn negated(x: Expr<'_>) -> Expr<'_> {
    match x.number() {
        Some(number) => x.constant(-number),
        None => -x,
    }
}

/// A sum; of numbers it is a number, and nothing where that is 0.
fn sum<'g>(a: Option<Expr<'g>>, b: Option<Expr<'g>>) -> Option<Expr<'g>> {
    let (Some(x), Some(y)) = (a, b) else {
        return a.or(b);
    };
    match (x.number(), y.number()) {
        (Some(p), Some(q)) if p + q == 0.0 => None,
        (Some(p), Some(q)) => Some(x.constant(p + q)),
        _ => Some(x + y),
    }
}

/// A product; nothing where a factor is, of numbers a number, and a factor 1 is left out.
fn product<'g>(a: Option<Expr<'g>>, b: Option<Expr<'g>>) -> Option<Expr<'g>> {
    let (x, y) = (a?, b?);
    Some(match (x.number(), y.number()) {
        (Some(p), Some(q)) => x.constant(p * q),
        (Some(1.0), _) => y,
        (_, Some(1.0)) => x,
        _ => x * y,
    })
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::super::parse::{self, Scope};
    use super::*;

    /// The value of a text where x = 0.7, y = −1.3.
    fn value(text: &str) -> Complex64 {
        let graph = Graph::new();
        let mut scope = Scope::new(&graph);
        for (k, name) in ["x", "y"].into_iter().enumerate() {
            scope.define(name, graph.input(k));
        }
        let parts = parse::complex_expression(text, &scope).unwrap_or_else(|e| panic!("{e}"));
        let [re, im] = match parts {
            parse::Parts::Real(re) => [re.value(&[0.7, -1.3]), 0.0],
            parse::Parts::Complex(z) => [z.re, z.im].map(|part| part.value(&[0.7, -1.3])),
        };
        Complex64::new(re, im)
    }

    #[test]
    fn formulas_have_the_values_of_complex_numbers() {
        let i = Complex64::i();
        let z = Complex64::new(0.7, -1.3);
        for (text, exact) in [
            ("i", i),
            ("i^2", -Complex64::ONE),
            ("i^3", -i),
            ("i^-1", -i),
            ("(1+i)*(1-i)", Complex64::new(2.0, 0.0)),
            ("x + i*y", z),
            ("-(x + i*y)", -z),
            ("(x + i*y)²", z * z),
            ("(x + i*y)^3/(2 - i)", z * z * z / (2.0 - i)),
            ("(x + i*y)^-2", 1.0 / (z * z)),
            ("(x + i*y)^100/1e16", z.powi(100) / 1e16),
            ("(x + i*y)^0.5", z.sqrt()),
            ("2^(x + i*y)", (z * 2.0f64.ln()).exp()),
            ("x^(i*y)", (Complex64::new(0.0, -1.3) * 0.7f64.ln()).exp()),
            (
                "y^(i*x)",
                (Complex64::new(1.3f64.ln(), std::f64::consts::PI) * 0.7 * i).exp(),
            ),
            ("e^(i*pi*x)", Complex64::cis(std::f64::consts::PI * 0.7)),
            ("exp(x + i*y)", z.exp()),
            ("expm1(x + i*y)", z.exp() - 1.0),
            ("ln(x + i*y)", z.ln()),
            ("log(i)", i * std::f64::consts::FRAC_PI_2),
            ("log1p(x + i*y)", (z + 1.0).ln()),
            ("log2(x + i*y)", z.ln() / 2.0f64.ln()),
            ("log10(x + i*y)", z.ln() / 10.0f64.ln()),
            ("sqrt(x + i*y)", z.sqrt()),
            ("sin(x + i*y)", z.sin()),
            ("cos(x + i*y)", z.cos()),
            ("tan(x + i*y)", z.tan()),
            ("sinh(x + i*y)", z.sinh()),
            ("cosh(x + i*y)", z.cosh()),
            ("tanh(x + i*y)", z.tanh()),
            ("asin(x + i*y)", z.asin()),
            ("acos(x + i*y)", z.acos()),
            ("atan(x + i*y)", z.atan()),
            ("asinh(x + i*y)", z.asinh()),
            ("acosh(x + i*y)", z.acosh()),
            ("atanh(x + i*y)", z.atanh()),
            ("abs(x + i*y)", z.norm().into()),
            ("abs(i*y)", 1.3.into()),
            ("re(x + i*y) + im(x + i*y)", (0.7 - 1.3).into()),
            ("conj(x + i*y)", z.conj()),
            ("arg(x + i*y)", z.arg().into()),
            ("arg(y)", std::f64::consts::PI.into()),
            ("arg(x)", 0.0.into()),
            ("if(x < 0, i, 2*i + 1)", 2.0 * i + 1.0),
            ("re(x)*conj(y) + im(x)", (-0.91).into()),
            ("exp(i*x)/(x + i*y) - i", Complex64::cis(0.7) / z - i),
        ] {
            // A handful of roundings; a power of 100 loses as many of the angle.
            let size = if text.contains("100") { 1e-12 } else { 1e-14 };
            let found = value(text);
            assert!(
                (found - exact).norm() <= size * exact.norm().max(0.1),
                "{text}: {found} {exact}"
            );
        }
    }
}
