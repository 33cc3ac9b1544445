//! Rectangles in the complex plane that hold all values which a function takes on a rectangle.
//!
//! 1. A rectangle is an interval of real parts, one of imaginary parts, and a bound of the sizes,
//!    which is often sharper than the corners are.
//! 2. Operations and functions go through both parts by the rules of interval arithmetic.
//! 3. A function of a rectangle is `None` where it may not be analytic: at a pole, and where the
//!    rectangle meets a cut. Functions with a switch follow the branch that they take on the reals.
//!
//! F. Johansson, "Numerical integration in arbitrary-precision ball arithmetic", Mathematical Software
//! – ICMS 2018, Lecture Notes in Computer Science 10931, 255–263.

use std::f64::consts::{FRAC_PI_2, LN_2, LN_10, PI};

use super::interval::{Interval, ROUNDING};
use crate::elementary::{Binary, Unary};

/// The complex numbers with real and imaginary parts in two intervals and a size of at most `size`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) re: Interval,
    pub(crate) im: Interval,
    pub(crate) size: f64,
}

impl Rectangle {
    /// A rectangle by its sides.
    pub(crate) fn new(re: (f64, f64), im: (f64, f64)) -> Self {
        let interval = |(lo, hi)| Interval { lo, hi };
        Rectangle::of(interval(re), interval(im))
    }

    fn of(re: Interval, im: Interval) -> Self {
        let size = if im == Interval::ZERO {
            re.largest()
        } else {
            (re.square() + im.square()).hi.sqrt() * (1.0 + ROUNDING)
        };
        Rectangle { re, im, size }
    }

    fn real(re: Interval) -> Self {
        Rectangle::of(re, Interval::ZERO)
    }

    pub(crate) fn number(value: f64) -> Self {
        Rectangle::real(Interval::point(value))
    }

    /// The rectangle, of which it is known that no size is above `size`.
    fn bounded(self, size: f64) -> Self {
        let size = self.size.min(size * (1.0 + ROUNDING));
        Rectangle {
            re: self.re.within(size),
            im: self.im.within(size),
            size,
        }
    }

    fn is_real(&self) -> bool {
        self.im == Interval::ZERO
    }

    /// The one number that it is, if it is one.
    fn as_number(&self) -> Option<f64> {
        (self.is_real() && self.re.is_point()).then_some(self.re.lo)
    }

    /// i·z.
    fn turned(self) -> Self {
        Rectangle {
            re: -self.im,
            im: self.re,
            size: self.size,
        }
    }

    /// −i·z.
    fn turned_back(self) -> Self {
        -self.turned()
    }

    /// The smallest size.
    fn smallest(&self) -> f64 {
        let square = self.re.smallest().powi(2) + self.im.smallest().powi(2);
        square.sqrt() * (1.0 - ROUNDING)
    }

    fn square(self) -> Self {
        let re = self.re.square() - self.im.square();
        let cross = self.re * self.im;
        let im = cross + cross;
        Rectangle::of(re, im).bounded(self.size * self.size)
    }

    fn reciprocal(self) -> Option<Self> {
        if self.re.has_zero() && self.im.has_zero() {
            return None;
        }
        if self.is_real() {
            let re = Interval::around(1.0 / self.re.hi, 1.0 / self.re.lo);
            return Some(Rectangle::real(re));
        }
        // x/(x² + y²) is harmonic, so its extremes lie on the boundary; along a side x = c it is
        // monotone in |y|, along a side y = c it turns at x = ±c. The same for −y/(x² + y²).
        let part = |along: Interval, across: Interval| {
            let value = |a: f64, b: f64| a / (a * a + b * b);
            let mut values = [f64::NAN; 12];
            let mut count = 0;
            let mut push = |a: f64, b: f64| {
                if a != 0.0 || b != 0.0 {
                    values[count] = value(a, b);
                    count += 1;
                }
            };
            for b in [across.lo, across.hi] {
                push(along.lo, b);
                push(along.hi, b);
                for a in [b, -b] {
                    if along.lo <= a && a <= along.hi {
                        push(a, b);
                    }
                }
            }
            if across.has_zero() {
                push(along.lo, 0.0);
                push(along.hi, 0.0);
            }
            Interval::of(values[..count].iter().copied())
        };
        let re = part(self.re, self.im);
        let im = -part(self.im, self.re);
        Some(Rectangle::of(re, im).bounded(1.0 / self.smallest()))
    }

    /// The powers by repeated multiplication.
    fn power(self, n: i32) -> Option<Self> {
        if n < 0 {
            return self.reciprocal()?.power(-n);
        }
        if self.is_real() {
            let f = |x: f64| x.powi(n);
            return Some(Rectangle::real(if n % 2 == 0 {
                self.re.bowl(f)
            } else {
                self.re.rising(f)
            }));
        }
        let mut product = Rectangle::number(1.0);
        let (mut factor, mut rest) = (self, n);
        while rest > 0 {
            if rest % 2 == 1 {
                product = product * factor;
            }
            factor = factor.square();
            rest /= 2;
        }
        Some(product.bounded(self.size.powi(n)))
    }

    fn exp(self) -> Self {
        let size = self.re.rising(f64::exp);
        if self.is_real() {
            return Rectangle::real(size);
        }
        Rectangle::of(size * self.im.cos(), size * self.im.sin()).bounded(size.hi)
    }

    /// The angles, where no negative number and not zero is in the rectangle.
    fn angle(&self) -> Option<Interval> {
        if self.re.lo <= 0.0 && self.im.has_zero() {
            return None;
        }
        let (x, y) = (self.re, self.im);
        let corners = [(y.lo, x.lo), (y.lo, x.hi), (y.hi, x.lo), (y.hi, x.hi)];
        Some(Interval::of(corners.map(|(y, x)| y.atan2(x))))
    }

    fn sizes(&self) -> Interval {
        Interval {
            lo: self.smallest(),
            hi: self.size,
        }
    }

    fn ln(self) -> Option<Self> {
        let angle = self.angle()?;
        Some(Rectangle::of(self.sizes().rising(f64::ln), angle))
    }

    /// The power with a real exponent.
    fn root(self, exponent: f64) -> Option<Self> {
        if self.is_real() && exponent > 0.0 && self.re.lo >= 0.0 {
            return Some(Rectangle::real(self.re.rising(|x| x.powf(exponent))));
        }
        let angle = self.angle()? * Interval::point(exponent);
        let sizes = self.sizes();
        let sizes = Interval::of([sizes.lo.powf(exponent), sizes.hi.powf(exponent)]);
        Some(Rectangle::of(sizes * angle.cos(), sizes * angle.sin()).bounded(sizes.hi))
    }

    fn sqrt(self) -> Option<Self> {
        self.root(0.5)
    }

    fn cos(self) -> Self {
        let (x, y) = (self.re, self.im);
        let found = Rectangle::of(
            x.cos() * y.bowl(f64::cosh),
            -(x.sin() * y.rising(f64::sinh)),
        );
        found.bounded(y.largest().cosh())
    }

    fn sin(self) -> Self {
        let (x, y) = (self.re, self.im);
        let found = Rectangle::of(x.sin() * y.bowl(f64::cosh), x.cos() * y.rising(f64::sinh));
        found.bounded(y.largest().cosh())
    }

    /// arctan z = (ln(1 + iz) − ln(1 − iz))/(2i)
    fn atan(self) -> Option<Self> {
        if self.is_real() {
            return Some(Rectangle::real(self.re.rising(f64::atan)));
        }
        Some(self.turned().atanh()?.turned_back())
    }

    /// artanh z = (ln(1 + z) − ln(1 − z))/2
    fn atanh(self) -> Option<Self> {
        let one = Rectangle::number(1.0);
        let twice = (one + self).ln()? - (one - self).ln()?;
        Some(twice * Rectangle::number(0.5))
    }

    /// arsinh z = ln(z + √(1 + z²))
    fn asinh(self) -> Option<Self> {
        if self.is_real() {
            return Some(Rectangle::real(self.re.rising(f64::asinh)));
        }
        let root = (Rectangle::number(1.0) + self.square()).sqrt()?;
        (self + root).ln()
    }

    /// arcsin z = −i arsinh(iz)
    fn asin(self) -> Option<Self> {
        if self.is_real() {
            let inside = self.re.lo >= -1.0 && self.re.hi <= 1.0;
            return inside.then(|| Rectangle::real(self.re.rising(f64::asin)));
        }
        Some(self.turned().asinh()?.turned_back())
    }

    /// arcosh z = ln(z + √(z − 1)·√(z + 1))
    fn acosh(self) -> Option<Self> {
        let one = Rectangle::number(1.0);
        let root = (self - one).sqrt()? * (self + one).sqrt()?;
        (self + root).ln()
    }

    /// |erf(x + iy) − erf x| ≤ (2/√π) |y| exp(y² − x²), the length of the way times the largest
    /// slope on it.
    fn erf(self) -> Self {
        let along = self.re.rising(|x| Unary::Erf.value(x));
        if self.is_real() {
            return Rectangle::real(along);
        }
        let y = self.im.largest();
        let steepest = (y * y - self.re.smallest().powi(2)).exp();
        let off = 2.0 / PI.sqrt() * y * steepest * (1.0 + ROUNDING);
        let off = Interval { lo: -off, hi: off };
        Rectangle::of(along + off, off)
    }

    /// A function of one variable; `real` is the operand on the reals.
    pub(crate) fn unary(self, op: Unary, real: &Rectangle) -> Option<Self> {
        let branch = |value: f64| Some(Rectangle::number(value));
        match op {
            Unary::Neg => Some(-self),
            Unary::Abs => match (real.re.sign(), self.is_real()) {
                (Some(sign), _) if sign < 0.0 => Some(-self),
                (Some(_), _) => Some(self),
                (None, true) => Some(Rectangle::real(self.re.bowl(|x| x))),
                (None, false) => None,
            },
            Unary::Sign => branch(real.re.sign()?),
            Unary::Heaviside => branch(match real.re.sign()? {
                sign if sign != 0.0 => sign.max(0.0),
                _ => return None,
            }),
            Unary::Not => match real.re.sign()? {
                0.0 => branch(1.0),
                _ if !real.re.has_zero() => branch(0.0),
                _ => None,
            },
            // A whole number at the upper end is met at the end only.
            Unary::Floor => {
                let floor = real.re.lo.floor();
                (real.re.hi <= floor + 1.0).then(|| Rectangle::number(floor))
            }
            Unary::Ceil => {
                let ceil = real.re.hi.ceil();
                (real.re.lo >= ceil - 1.0).then(|| Rectangle::number(ceil))
            }
            Unary::Sqrt => self.sqrt(),
            Unary::Cbrt => match real.re.sign()? {
                sign if sign < 0.0 => Some(-(-self).root(1.0 / 3.0)?),
                _ => self.root(1.0 / 3.0),
            },
            Unary::Exp => Some(self.exp()),
            Unary::Expm1 if self.is_real() => {
                Some(Rectangle::real(self.re.rising(|x| Unary::Expm1.value(x))))
            }
            Unary::Expm1 => Some(self.exp() - Rectangle::number(1.0)),
            Unary::Log1p if self.is_real() && self.re.lo > -1.0 => {
                Some(Rectangle::real(self.re.rising(|x| Unary::Log1p.value(x))))
            }
            Unary::Log1p => (self + Rectangle::number(1.0)).ln(),
            Unary::Ln => self.ln(),
            Unary::Log2 => Some(self.ln()? * Rectangle::number(1.0 / LN_2)),
            Unary::Log10 => Some(self.ln()? * Rectangle::number(1.0 / LN_10)),
            Unary::Sin => Some(self.sin()),
            Unary::Cos => Some(self.cos()),
            Unary::Tan => Some(self.sin() * self.cos().reciprocal()?),
            Unary::Asin => self.asin(),
            Unary::Acos => Some(Rectangle::number(FRAC_PI_2) - self.asin()?),
            Unary::Atan => self.atan(),
            Unary::Sinh => Some(self.turned().sin().turned_back()),
            Unary::Cosh => Some(self.turned().cos()),
            Unary::Tanh => {
                if self.is_real() {
                    return Some(Rectangle::real(self.re.rising(f64::tanh)));
                }
                let turned = self.turned();
                Some((turned.sin() * turned.cos().reciprocal()?).turned_back())
            }
            Unary::Asinh => self.asinh(),
            Unary::Acosh => self.acosh(),
            Unary::Atanh => self.atanh(),
            Unary::Erf => Some(self.erf()),
            Unary::Gamma | Unary::Digamma | Unary::Trigamma => None,
        }
    }

    /// A function of two variables; `reals` are the operands on the reals.
    pub(crate) fn binary(
        self,
        op: Binary,
        other: Rectangle,
        reals: [&Rectangle; 2],
    ) -> Option<Self> {
        let [x, y] = reals.map(|real| real.re);
        // Where one is nowhere above the other, but for an end.
        let (below, above) = (x.is_below(y), y.is_below(x));
        let truth = |yes: bool, no: bool| match (yes, no) {
            (true, _) => Some(Rectangle::number(1.0)),
            (_, true) => Some(Rectangle::number(0.0)),
            _ => None,
        };
        let nonzero = |i: Interval| !i.has_zero();
        match op {
            Binary::Add => Some(self + other),
            Binary::Sub => Some(self - other),
            Binary::Mul => Some(self * other),
            Binary::Div => Some(self * other.reciprocal()?),
            Binary::Pow => match other.as_number() {
                Some(n) if n.fract() == 0.0 && n.abs() <= 1024.0 => self.power(n as i32),
                Some(exponent) => self.root(exponent),
                None => Some((other * self.ln()?).exp()),
            },
            Binary::Hypot => (self.square() + other.square()).sqrt(),
            // The angle of a point of which the second coordinate comes first.
            Binary::Atan2 => {
                let (above, right) = (self, other);
                let quarter = Rectangle::number(FRAC_PI_2);
                if y.lo > 0.0 {
                    (above * right.reciprocal()?).atan()
                } else if x.lo > 0.0 {
                    Some(quarter - (right * above.reciprocal()?).atan()?)
                } else if x.hi < 0.0 {
                    Some(-quarter - (right * above.reciprocal()?).atan()?)
                } else {
                    None
                }
            }
            Binary::Min | Binary::Max => {
                let first = (op == Binary::Min) == below;
                let both = self.is_real() && other.is_real();
                if below || above {
                    Some(if first { self } else { other })
                } else if both {
                    let f = if op == Binary::Min {
                        f64::min
                    } else {
                        f64::max
                    };
                    let re = Interval {
                        lo: f(self.re.lo, other.re.lo),
                        hi: f(self.re.hi, other.re.hi),
                    };
                    Some(Rectangle::real(re))
                } else {
                    None
                }
            }
            Binary::Lt | Binary::Le => truth(below, above),
            Binary::Eq => truth(false, below || above),
            Binary::Ne => truth(below || above, false),
            Binary::And => truth(
                nonzero(x) && nonzero(y),
                x == Interval::ZERO || y == Interval::ZERO,
            ),
            Binary::Or => truth(
                nonzero(x) || nonzero(y),
                x == Interval::ZERO && y == Interval::ZERO,
            ),
        }
    }

    /// The integer power of a formula.
    pub(crate) fn whole_power(self, n: i32) -> Option<Self> {
        match n {
            0 => Some(Rectangle::number(1.0)),
            1 => Some(self),
            2 => Some(self.square()),
            _ => self.power(n),
        }
    }

    /// The branch of `select` that a condition takes on the reals.
    pub(crate) fn chosen(condition: &Rectangle) -> Option<bool> {
        match condition.re {
            Interval::ZERO => Some(false),
            re if !re.has_zero() => Some(true),
            _ => None,
        }
    }
}

impl std::ops::Add for Rectangle {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Rectangle::of(self.re + other.re, self.im + other.im).bounded(self.size + other.size)
    }
}

impl std::ops::Neg for Rectangle {
    type Output = Self;
    fn neg(self) -> Self {
        Rectangle {
            re: -self.re,
            im: -self.im,
            size: self.size,
        }
    }
}

impl std::ops::Sub for Rectangle {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl std::ops::Mul for Rectangle {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        if self.is_real() && other.is_real() {
            return Rectangle::real(self.re * other.re);
        }
        let re = self.re * other.re - self.im * other.im;
        let im = self.re * other.im + self.im * other.re;
        Rectangle::of(re, im).bounded(self.size * other.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex64;

    type Oracle = fn(Complex64) -> Complex64;

    /// Functions of one variable with what they are in the complex plane.
    const FUNCTIONS: [(Unary, Oracle); 22] = [
        (Unary::Neg, |z| -z),
        (Unary::Sqrt, |z| z.sqrt()),
        (Unary::Cbrt, |z| {
            if z.re < 0.0 {
                -(-z).powf(1.0 / 3.0)
            } else {
                z.powf(1.0 / 3.0)
            }
        }),
        (Unary::Exp, |z| z.exp()),
        (Unary::Ln, |z| z.ln()),
        (Unary::Expm1, |z| z.exp() - 1.0),
        (Unary::Log1p, |z| (z + 1.0).ln()),
        (Unary::Log2, |z| z.ln() / LN_2),
        (Unary::Log10, |z| z.ln() / LN_10),
        (Unary::Sin, |z| z.sin()),
        (Unary::Cos, |z| z.cos()),
        (Unary::Tan, |z| z.tan()),
        (Unary::Asin, |z| z.asin()),
        (Unary::Acos, |z| z.acos()),
        (Unary::Atan, |z| z.atan()),
        (Unary::Sinh, |z| z.sinh()),
        (Unary::Cosh, |z| z.cosh()),
        (Unary::Tanh, |z| z.tanh()),
        (Unary::Asinh, |z| z.asinh()),
        (Unary::Acosh, |z| z.acosh()),
        (Unary::Atanh, |z| z.atanh()),
        // |z| follows the sign on the reals.
        (Unary::Abs, |z| if z.re < 0.0 { -z } else { z }),
    ];

    /// A sequence of numbers in [0, 1) that looks random.
    fn numbers(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    /// A rectangle that begins on the real line or around it, and is neither tiny nor huge.
    fn rectangle(next: &mut impl FnMut() -> f64) -> Rectangle {
        let from = 8.0 * next() - 4.0;
        let width = 2.0 * next();
        let up = 1.5 * next();
        let down = if next() < 0.5 { 0.0 } else { -next() };
        Rectangle::new((from, from + width), (down, up))
    }

    fn inside(r: &Rectangle, next: &mut impl FnMut() -> f64) -> Complex64 {
        let along = |i: Interval, t: f64| i.lo + (i.hi - i.lo) * t;
        // The ends too.
        let mut part = || (1.2 * next() - 0.1).clamp(0.0, 1.0);
        Complex64::new(along(r.re, part()), along(r.im, part()))
    }

    /// Whether a rectangle holds a number, to a few roundings of the oracle.
    fn holds(r: &Rectangle, z: Complex64) -> bool {
        let slack = 1e-12 * (1.0 + z.norm());
        let within = |i: Interval, x: f64| i.lo - slack <= x && x <= i.hi + slack;
        within(r.re, z.re) && within(r.im, z.im) && z.norm() <= r.size + slack
    }

    #[test]
    fn functions_of_a_rectangle_hold_all_values_on_it() {
        let mut next = numbers(1);
        for (op, oracle) in FUNCTIONS {
            let mut enclosed = 0;
            for _ in 0..800 {
                let place = rectangle(&mut next);
                let real = Rectangle::real(place.re);
                let Some(found) = place.unary(op, &real) else {
                    continue;
                };
                enclosed += 1;
                for _ in 0..20 {
                    let z = inside(&place, &mut next);
                    assert!(holds(&found, oracle(z)), "{op:?} {place:?} {z} {found:?}");
                }
            }
            // None is no answer where a function is analytic nearly everywhere.
            assert!(enclosed > 20, "{op:?} {enclosed}");
        }
    }

    #[test]
    fn functions_of_two_rectangles_hold_all_values_on_them() {
        type Oracle = fn(Complex64, Complex64) -> Complex64;
        let functions: [(Binary, Oracle); 6] = [
            (Binary::Add, |a, b| a + b),
            (Binary::Sub, |a, b| a - b),
            (Binary::Mul, |a, b| a * b),
            (Binary::Div, |a, b| a / b),
            (Binary::Pow, |a, b| (b * a.ln()).exp()),
            (Binary::Hypot, |a, b| (a * a + b * b).sqrt()),
        ];
        let mut next = numbers(2);
        for (op, oracle) in functions {
            let mut enclosed = 0;
            for _ in 0..400 {
                let (x, y) = (rectangle(&mut next), rectangle(&mut next));
                let reals = [Rectangle::real(x.re), Rectangle::real(y.re)];
                let Some(found) = x.binary(op, y, [&reals[0], &reals[1]]) else {
                    continue;
                };
                enclosed += 1;
                for _ in 0..20 {
                    let (a, b) = (inside(&x, &mut next), inside(&y, &mut next));
                    assert!(holds(&found, oracle(a, b)), "{op:?} {x:?} {y:?} {a} {b}");
                }
            }
            assert!(enclosed > 20, "{op:?} {enclosed}");
        }
    }

    #[test]
    fn powers_of_a_rectangle_hold_all_values_on_it() {
        let mut next = numbers(3);
        for n in -5..=9 {
            for _ in 0..100 {
                let place = rectangle(&mut next);
                let Some(found) = place.whole_power(n) else {
                    continue;
                };
                for _ in 0..20 {
                    let z = inside(&place, &mut next);
                    assert!(holds(&found, z.powi(n)), "{n} {place:?} {z} {found:?}");
                }
            }
        }
    }

    #[test]
    fn the_error_function_of_a_rectangle_holds_its_values() {
        // The power series, of which 60 terms are enough up to |z| = 1.5.
        let series = |z: Complex64| {
            let (mut term, mut sum) = (z, z);
            for n in 1..60 {
                term *= -z * z / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            sum * 2.0 / PI.sqrt()
        };
        let mut next = numbers(4);
        for (re, up) in [((0.9, 1.1), 1.0), ((0.4, 0.6), 0.2), ((-1.0, 1.0), 0.5)] {
            let place = Rectangle::new(re, (0.0, up));
            let found = place.erf();
            for _ in 0..50 {
                let value = series(inside(&place, &mut next));
                assert!(holds(&found, value), "{place:?} {value} {found:?}");
            }
        }
    }

    #[test]
    fn switches_follow_the_branch_on_the_reals() {
        let place = Rectangle::new((0.5, 1.0), (0.0, 0.3));
        let real = Rectangle::real(place.re);
        let other = Rectangle::number(2.0);
        let min = place.binary(Binary::Min, other, [&real, &other]);
        assert_eq!(min, Some(place));
        assert_eq!(
            place.binary(Binary::Max, other, [&real, &other]),
            Some(other)
        );
        let yes = Some(Rectangle::number(1.0));
        assert_eq!(place.binary(Binary::Lt, other, [&real, &other]), yes);
        assert_eq!(place.unary(Unary::Sign, &real), yes);
        assert_eq!(place.unary(Unary::Ceil, &real), yes);
        // Where the branch changes, nothing is analytic.
        let across = Rectangle::new((-0.5, 1.0), (0.0, 0.3));
        let real = Rectangle::real(across.re);
        for op in [
            Unary::Abs,
            Unary::Sign,
            Unary::Floor,
            Unary::Heaviside,
            Unary::Sqrt,
            Unary::Ln,
        ] {
            assert_eq!(across.unary(op, &real), None, "{op:?}");
        }
        let zero = Rectangle::number(0.0);
        assert_eq!(across.binary(Binary::Min, zero, [&real, &zero]), None);
        // A place in the middle of a range that is only a few roundings wide is inside all the same.
        let narrow = Rectangle::new((1e8, 1e8 + 1e-7), (0.0, 0.0));
        let middle = Rectangle::number(1e8 + 5e-8);
        assert_eq!(narrow.binary(Binary::Lt, middle, [&narrow, &middle]), None);
    }

    #[test]
    fn the_angle_of_a_point_is_analytic_but_on_the_far_side() {
        let mut next = numbers(5);
        let mut enclosed = 0;
        for _ in 0..400 {
            let (y, x) = (rectangle(&mut next), rectangle(&mut next));
            let reals = [Rectangle::real(y.re), Rectangle::real(x.re)];
            let Some(found) = y.binary(Binary::Atan2, x, [&reals[0], &reals[1]]) else {
                continue;
            };
            enclosed += 1;
            // On the reals, and along the way up: the derivative in y is x/(x² + y²).
            let (b, a) = (inside(&y, &mut next).re, inside(&x, &mut next).re);
            assert!(
                holds(&found, Complex64::new(b.atan2(a), 0.0)),
                "{y:?} {x:?}"
            );
        }
        assert!(enclosed > 20, "{enclosed}");
    }
}
