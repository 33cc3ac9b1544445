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

use super::interval::{Interval, above, below, nonzero, product};
use crate::elementary::{self, Binary, Unary};

/// The most steps by which the argument of a gamma function is moved to the right.
const MOST_STEPS: f64 = 64.0;

/// Powers up to this are multiplied out; of higher ones the size and the angle are enough.
const MULTIPLIED: u32 = 64;

/// √(a² + b²) of sizes, of any scale, within a few roundings.
fn hypotenuse(a: f64, b: f64) -> f64 {
    let (large, small) = (a.max(b), a.min(b));
    if large > 1e-140 && large < 1e150 {
        (a * a + b * b).sqrt()
    } else if large == 0.0 || large.is_infinite() {
        large
    } else {
        let part = small / large;
        large * (1.0 + part * part).sqrt()
    }
}

/// a/(a² + b²), of any scale, within a few roundings.
fn over_square(a: f64, b: f64) -> f64 {
    let large = a.abs().max(b.abs());
    if a == 0.0 {
        0.0
    } else if large > 1e-140 && large < 1e150 {
        nonzero(a / (a * a + b * b))
    } else {
        let (a, b) = (a / large, b / large);
        nonzero(a / (a * a + b * b) / large)
    }
}

/// The complex numbers with real and imaginary parts in two intervals and a size of at most `size`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) re: Interval,
    pub(crate) im: Interval,
    pub(crate) size: f64,
    /// No size is below this, where more is known than the sides tell: of what overflows they tell nothing.
    least: f64,
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
            above(hypotenuse(re.largest(), im.largest()))
        };
        Rectangle {
            re,
            im,
            size,
            least: 0.0,
        }
    }

    pub(super) fn real(re: Interval) -> Self {
        Rectangle::of(re, Interval::ZERO)
    }

    pub(crate) fn number(value: f64) -> Self {
        Rectangle::real(Interval::point(value))
    }

    /// The rectangle, of which it is known that no size is above `size`.
    pub(super) fn bounded(self, size: f64) -> Self {
        let size = self.size.min(above(size));
        Rectangle {
            re: self.re.within(size),
            im: self.im.within(size),
            size,
            least: self.least,
        }
    }

    /// The rectangle, of which it is known that no size is below `size`.
    fn at_least(self, size: f64) -> Self {
        Rectangle {
            least: self.least.max(below(size)),
            ..self
        }
    }

    /// The real parts.
    pub(crate) fn along(&self) -> (f64, f64) {
        (self.re.lo, self.re.hi)
    }

    /// The real parts alone.
    pub(crate) fn on_reals(&self) -> Self {
        Rectangle::real(self.re)
    }

    /// The number in the middle.
    pub(crate) fn middle(&self) -> Self {
        let middle = |side: Interval| Interval::point(side.lo + (side.hi - side.lo) / 2.0);
        Rectangle::of(middle(self.re), middle(self.im))
    }

    /// The same with sides that are longer at both ends by a part of the longer one, and by so much more.
    pub(crate) fn widened(&self, part: f64, more: f64) -> Self {
        let more = part * self.girth() + more;
        let wider = |side: Interval| (side.lo - more, side.hi + more);
        Rectangle::new(wider(self.re), wider(self.im))
    }

    /// The longer side.
    pub(crate) fn girth(&self) -> f64 {
        (self.re.hi - self.re.lo).max(self.im.hi - self.im.lo)
    }

    /// Whether it lies inside another one, and does not touch its border.
    pub(crate) fn is_inside(&self, other: &Self) -> bool {
        let inside = |a: Interval, b: Interval| a.lo > b.lo && a.hi < b.hi;
        inside(self.re, other.re) && inside(self.im, other.im)
    }

    /// What it has in common with another one that it meets.
    pub(crate) fn common(&self, other: Self) -> Self {
        let common = |a: Interval, b: Interval| (a.lo.max(b.lo), a.hi.min(b.hi));
        Rectangle::new(common(self.re, other.re), common(self.im, other.im))
    }

    /// What it has in common with another enclosure of the same values.
    pub(super) fn within(&self, other: Self) -> Self {
        let found = self.common(other).bounded(self.size.min(other.size));
        let found = found.at_least(self.least.max(other.least));
        let is_some = |side: Interval| side.lo <= side.hi;
        // Roundings may part two that touch.
        match is_some(found.re) && is_some(found.im) {
            true => found,
            false => *self,
        }
    }

    /// The quotient; `None` where the divisor may be zero.
    pub(crate) fn over(self, other: Self) -> Option<Self> {
        Some(self * other.reciprocal()?)
    }

    pub(crate) fn is_real(&self) -> bool {
        self.im == Interval::ZERO
    }

    /// The one number that it is, if it is one.
    pub(crate) fn as_number(&self) -> Option<f64> {
        (self.is_real() && self.re.is_point()).then_some(self.re.lo)
    }

    /// i·z.
    fn turned(self) -> Self {
        Rectangle {
            re: -self.im,
            im: self.re,
            ..self
        }
    }

    /// −i·z.
    fn turned_back(self) -> Self {
        -self.turned()
    }

    /// The smallest size.
    fn smallest(&self) -> f64 {
        below(hypotenuse(self.re.smallest(), self.im.smallest())).max(self.least)
    }

    /// A bound of the smallest size of what two rectangles make, where the sides of one do not tell its own.
    fn least_of(&self, other: &Self, of: impl Fn(f64, f64) -> f64) -> f64 {
        match self.least > 0.0 || other.least > 0.0 {
            true => of(self.smallest(), other.smallest()),
            false => 0.0,
        }
    }

    fn square(self) -> Self {
        let re = self.re.square() - self.im.square();
        let cross = self.re * self.im;
        let im = cross + cross;
        let square = Rectangle::of(re, im).bounded(product(self.size, self.size));
        // What underflows is zero, and no bound.
        square.at_least(self.least_of(&self, |a, b| a * b))
    }

    fn reciprocal(self) -> Option<Self> {
        if self.re.has_zero() && self.im.has_zero() {
            if self.least > 0.0 {
                let size = above(nonzero(1.0 / self.least));
                let all = Interval {
                    lo: -size,
                    hi: size,
                };
                return Some(Rectangle::of(all, all).bounded(size));
            }
            return None;
        }
        if self.is_real() {
            let re = Interval::around(nonzero(1.0 / self.re.hi), nonzero(1.0 / self.re.lo));
            return Some(Rectangle::real(re));
        }
        // x/(x² + y²) is harmonic, so its extremes lie on the boundary; along a side x = c it is
        // monotone in |y|, along a side y = c it turns at x = ±c. The same for −y/(x² + y²).
        let part = |along: Interval, across: Interval| {
            let mut values = [f64::NAN; 12];
            let mut count = 0;
            let mut push = |a: f64, b: f64| {
                if a != 0.0 || b != 0.0 {
                    values[count] = over_square(a, b);
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
        Some(Rectangle::of(re, im).bounded(nonzero(1.0 / self.smallest())))
    }

    /// The powers with a whole exponent.
    fn power(self, n: i32) -> Option<Self> {
        // Sizes are sharper in this order.
        let base = if n < 0 { self.reciprocal()? } else { self };
        base.raised(n.unsigned_abs())
    }

    /// The powers, by repeated multiplication where they are not high.
    fn raised(self, n: u32) -> Option<Self> {
        let f = |x: f64| {
            let size = match i32::try_from(n) {
                Ok(n) => elementary::powi(x, n),
                Err(_) => x.abs().powf(f64::from(n)),
            };
            if x == 0.0 { size } else { nonzero(size) }
        };
        if self.is_real() {
            return Some(Rectangle::real(if n.is_multiple_of(2) {
                self.re.bowl(f)
            } else {
                self.re.rising(f)
            }));
        }
        if n > MULTIPLIED
            && let Some(found) = self.root(f64::from(n))
        {
            return Some(found);
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
        let least = i32::try_from(n).map_or(0.0, |n| elementary::powi(self.least, n));
        Some(product.bounded(f(self.size)).at_least(least))
    }

    fn exp(self) -> Self {
        let size = self.re.exp();
        if self.is_real() {
            return Rectangle::real(size);
        }
        let found = Rectangle::of(size * self.im.cos(), size * self.im.sin()).bounded(size.hi);
        found.at_least(size.lo)
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
            let f = |x: f64| {
                if x == 0.0 {
                    0.0
                } else {
                    nonzero(x.powf(exponent))
                }
            };
            return Some(Rectangle::real(self.re.rising(f)));
        }
        let angle = self.angle()? * Interval::point(exponent);
        let sizes = self.sizes();
        let sizes = Interval::of([sizes.lo, sizes.hi].map(|size| nonzero(size.powf(exponent))));
        Some(Rectangle::of(sizes * angle.cos(), sizes * angle.sin()).bounded(sizes.hi))
    }

    fn sqrt(self) -> Option<Self> {
        self.root(0.5)
    }

    fn cos(self) -> Self {
        if self.is_real() {
            return Rectangle::real(self.re.cos());
        }
        let (x, y) = (self.re, self.im);
        let found = Rectangle::of(
            x.cos() * y.bowl(f64::cosh),
            -(x.sin() * y.rising(f64::sinh)),
        );
        // |cos(x + iy)|² = cos² x + sinh² y.
        found
            .bounded(y.largest().cosh())
            .at_least(y.smallest().sinh())
    }

    fn sin(self) -> Self {
        if self.is_real() {
            return Rectangle::real(self.re.sin());
        }
        let (x, y) = (self.re, self.im);
        let found = Rectangle::of(x.sin() * y.bowl(f64::cosh), x.cos() * y.rising(f64::sinh));
        found
            .bounded(y.largest().cosh())
            .at_least(y.smallest().sinh())
    }

    /// tan z = −i tanh iz
    fn tan(self) -> Option<Self> {
        if !self.is_real() {
            return Some(self.turned().tanh()?.turned_back());
        }
        // Between two poles it rises.
        let along = self.re.hi - self.re.lo < PI && !self.re.cos().has_zero();
        along.then(|| Rectangle::real(self.re.rising(f64::tan)))
    }

    /// tanh z = 1 − 2/(exp(2z) + 1), or sinh z/cosh z where that is no loss.
    fn tanh(self) -> Option<Self> {
        /// From here on the exponential is small enough.
        const FAR: f64 = 0.5;
        if self.is_real() {
            return Some(Rectangle::real(self.re.rising(f64::tanh)));
        }
        let Interval { lo, hi } = self.re;
        if hi < -FAR {
            return Some(-(-self).tanh()?);
        }
        if lo > FAR {
            let two = Rectangle::number(2.0);
            let small = (-(two * self)).exp();
            let one = Rectangle::number(1.0);
            return Some(one - two * small * (one + small).reciprocal()?);
        }
        // In parts: sinh and cosh grow without bound.
        for end in [-FAR, FAR] {
            if lo < end && hi > end {
                let part = |lo, hi| Rectangle::of(Interval { lo, hi }, self.im).tanh();
                return Some(part(lo, end)?.hull(part(end, hi)?));
            }
        }
        let turned = self.turned();
        Some((turned.sin() * turned.cos().reciprocal()?).turned_back())
    }

    /// A rectangle that holds this one and another one.
    pub(crate) fn hull(self, other: Self) -> Self {
        Rectangle {
            re: self.re.hull(other.re),
            im: self.im.hull(other.im),
            size: self.size.max(other.size),
            least: self.least_of(&other, f64::min),
        }
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
        // The sum cancels on the other side.
        if self.re.hi < 0.0 {
            return Some(-(-self).asinh()?);
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
        let (x, y) = (self.re.smallest(), self.im.largest());
        let exponent = Interval::point(y).square() - Interval::point(x).square();
        self.near(along, 2.0 / PI.sqrt() * exponent.exp().hi)
    }

    /// The values of a function that is in an interval on the reals and nowhere steeper than a slope
    /// on the way up or down from there.
    pub(super) fn near(self, along: Interval, slope: f64) -> Self {
        let off = above(product(self.im.largest(), slope));
        let off = Interval { lo: -off, hi: off };
        Rectangle::of(along + off, off)
    }

    /// The steps to the right by which the real parts get above ½.
    fn steps(self) -> Option<usize> {
        let steps = (0.5 - self.re.lo).ceil().max(0.0);
        (steps <= MOST_STEPS).then_some(steps as usize)
    }

    /// Γ(z) = Γ(z + n)/(z(z + 1)…(z + n − 1)); on the right |Γ(z)| ≤ Γ(Re z) and |Γ′(z)| ≤ Γ′(x) +
    /// 2/x² with x = Re z, as Euler's integral shows.
    fn gamma(self) -> Option<Self> {
        /// Where Γ is least, and a number that is a little less than its value there.
        const LEAST: (f64, f64) = (1.461_632_144_968_362_3, 0.885_603_194_410_888);
        let mut below = Rectangle::number(1.0);
        let mut place = self;
        for _ in 0..self.steps()? {
            below = below * place;
            place = place + Rectangle::number(1.0);
        }
        let ends = [place.re.lo, place.re.hi];
        let values = ends.map(|x| Unary::Gamma.value(x));
        let mut along = Interval::of(values);
        if ends[0] <= LEAST.0 && ends[1] >= LEAST.0 {
            along.lo = LEAST.1;
        }
        let steepest =
            |(x, value): (&f64, &f64)| value * Unary::Digamma.value(*x).max(0.0) + 2.0 / (x * x);
        // Logarithmically convex, so the largest is at an end.
        let slope = ends.iter().zip(&values).map(steepest).fold(0.0, f64::max);
        let found = if place.is_real() {
            Rectangle::real(along)
        } else {
            place.near(along, slope).bounded(along.hi)
        };
        Some(if below == Rectangle::number(1.0) {
            found
        } else {
            found * below.reciprocal()?
        })
    }

    /// ψ(z) = ψ(z + n) − 1/z − … − 1/(z + n − 1); on the right |ψ′(z)| ≤ ψ′(Re z).
    fn digamma(self) -> Option<Self> {
        let mut rest = Rectangle::number(0.0);
        let mut place = self;
        for _ in 0..self.steps()? {
            rest = rest + place.reciprocal()?;
            place = place + Rectangle::number(1.0);
        }
        // Near its zero ψ is not known to a part of itself.
        let off = Interval {
            lo: -1e-15,
            hi: 1e-15,
        };
        let along = place.re.rising(|x| Unary::Digamma.value(x)) + off;
        let found = if place.is_real() {
            Rectangle::real(along)
        } else {
            place.near(along, Unary::Trigamma.value(place.re.lo))
        };
        Some(found - rest)
    }

    /// ψ′(z) = ψ′(z + n) + 1/z² + … + 1/(z + n − 1)²; on the right |ψ″(z)| ≤ 2/x³ + 1/x² with x =
    /// Re z, as the sum of 2/(x + k)³ is.
    fn trigamma(self) -> Option<Self> {
        let mut rest = Rectangle::number(0.0);
        let mut place = self;
        for _ in 0..self.steps()? {
            rest = rest + place.square().reciprocal()?;
            place = place + Rectangle::number(1.0);
        }
        let falling = |x: f64| -Unary::Trigamma.value(x);
        let along = -place.re.rising(falling);
        let found = if place.is_real() {
            Rectangle::real(along)
        } else {
            let x = place.re.lo;
            place.near(along, (2.0 / x + 1.0) / (x * x))
        };
        Some(found + rest)
    }

    /// A function of one variable; `real` is the operand on the reals, for switches.
    pub(super) fn unary(self, op: Unary, real: Interval) -> Option<Self> {
        let branch = |value: f64| Some(Rectangle::number(value));
        match op {
            Unary::Neg => Some(-self),
            Unary::Abs => match (real.sign(), self.is_real()) {
                (Some(sign), _) if sign < 0.0 => Some(-self),
                (Some(_), _) => Some(self),
                (None, true) => Some(Rectangle::real(self.re.bowl(|x| x))),
                (None, false) => None,
            },
            Unary::Sign => branch(real.sign()?),
            Unary::Heaviside => branch(match real.sign()? {
                sign if sign != 0.0 => sign.max(0.0),
                _ => return None,
            }),
            Unary::Not => match real.sign()? {
                0.0 => branch(1.0),
                _ if !real.has_zero() => branch(0.0),
                _ => None,
            },
            // A whole number at the upper end is met at the end only.
            Unary::Floor => {
                let floor = real.lo.floor();
                (real.hi <= floor + 1.0).then(|| Rectangle::number(floor))
            }
            Unary::Ceil => {
                let ceil = real.hi.ceil();
                (real.lo >= ceil - 1.0).then(|| Rectangle::number(ceil))
            }
            Unary::Sqrt => self.sqrt(),
            Unary::Cbrt => match real.sign()? {
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
            Unary::Tan => self.tan(),
            Unary::Asin => self.asin(),
            Unary::Acos => Some(Rectangle::number(FRAC_PI_2) - self.asin()?),
            Unary::Atan => self.atan(),
            Unary::Sinh if self.is_real() => Some(Rectangle::real(self.re.rising(f64::sinh))),
            Unary::Sinh => Some(self.turned().sin().turned_back()),
            Unary::Cosh if self.is_real() => Some(Rectangle::real(self.re.bowl(f64::cosh))),
            Unary::Cosh => Some(self.turned().cos()),
            Unary::Tanh => self.tanh(),
            Unary::Asinh => self.asinh(),
            Unary::Acosh => self.acosh(),
            Unary::Atanh => self.atanh(),
            Unary::Erf => Some(self.erf()),
            Unary::Gamma => self.gamma(),
            Unary::Digamma => self.digamma(),
            Unary::Trigamma => self.trigamma(),
            Unary::Erfc
            | Unary::NormCdf
            | Unary::Sinc
            | Unary::EllipticK
            | Unary::EllipticE
            | Unary::EllipticB
            | Unary::EllipticC => self.special(op),
        }
    }

    /// A function of two variables; `reals` are the operands on the reals, for switches.
    pub(super) fn binary(
        self,
        op: Binary,
        other: Rectangle,
        [x, y]: [Interval; 2],
    ) -> Option<Self> {
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
                Some(n) if n.fract() == 0.0 && n.abs() <= f64::from(i32::MAX) => {
                    self.power(n as i32)
                }
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
            Binary::BesselJ
            | Binary::BesselY
            | Binary::BesselI
            | Binary::BesselK
            | Binary::SphericalJ
            | Binary::Polygamma => Rectangle::of_order(op, self, other),
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
}

impl std::ops::Add for Rectangle {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let sum = Rectangle::of(self.re + other.re, self.im + other.im);
        let apart = (self.least - other.size).max(other.least - self.size);
        sum.bounded(self.size + other.size).at_least(apart.max(0.0))
    }
}

impl std::ops::Neg for Rectangle {
    type Output = Self;
    fn neg(self) -> Self {
        Rectangle {
            re: -self.re,
            im: -self.im,
            ..self
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
        let (re, im) = match (self.is_real(), other.is_real()) {
            (true, _) => (self.re * other.re, self.re * other.im),
            (_, true) => (self.re * other.re, self.im * other.re),
            _ => (
                self.re * other.re - self.im * other.im,
                self.re * other.im + self.im * other.re,
            ),
        };
        let found = Rectangle::of(re, im).bounded(product(self.size, other.size));
        found.at_least(self.least_of(&other, |a, b| a * b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::bounds::numbers;
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
        let is_between = r.smallest() - slack <= z.norm() && z.norm() <= r.size + slack;
        within(r.re, z.re) && within(r.im, z.im) && is_between
    }

    #[test]
    fn functions_of_a_rectangle_hold_all_values_on_it() {
        let mut next = numbers(1);
        for (op, oracle) in FUNCTIONS {
            let mut enclosed = 0;
            for _ in 0..800 {
                let place = rectangle(&mut next);
                let real = place.re;
                let Some(found) = place.unary(op, real) else {
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
                let reals = [x.re, y.re];
                let Some(found) = x.binary(op, y, reals) else {
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

    /// ln |z|, without the square of a part.
    fn log_size(z: Complex64) -> f64 {
        let (large, small) = (z.re.abs().max(z.im.abs()), z.re.abs().min(z.im.abs()));
        if large == 0.0 {
            return f64::NEG_INFINITY;
        }
        large.ln() + 0.5 * (small / large).powi(2).ln_1p()
    }

    #[test]
    fn sizes_are_bounds_at_every_scale() {
        let mut next = numbers(6);
        let mut scaled = || {
            let size = 10f64.powf(600.0 * next() - 300.0);
            let place = rectangle(&mut next);
            let by = |i: Interval| (i.lo * size, i.hi * size);
            let place = Rectangle::new(by(place.re), by(place.im));
            (place, inside(&place, &mut next))
        };
        // The logarithm of a size is known to some roundings of up to 700; of what is beyond double
        // precision a bound says that it is there.
        let (least, most) = (f64::MIN_POSITIVE.ln(), f64::MAX.ln());
        let bounds = |found: Rectangle, expected: f64, what: &str| {
            assert!(found.size > 0.0, "{what}: {found:?} {expected}");
            let size = found.size.ln();
            let (lo, hi) = (expected.clamp(least, most), found.smallest().ln());
            assert!(size >= lo - 1e-10, "{what}: {found:?} {expected}");
            assert!(
                hi <= expected.max(least) + 1e-10,
                "{what}: {found:?} {expected}"
            );
        };
        for _ in 0..4000 {
            let ((x, a), (y, b)) = (scaled(), scaled());
            let (of_a, of_b) = (log_size(a), log_size(b));
            bounds(x, of_a, "z");
            bounds(x * y, of_a + of_b, "product");
            bounds(x.square(), 2.0 * of_a, "square");
            let larger = of_a.max(of_b);
            if (of_a - of_b).abs() > 40.0 {
                bounds(x + y, larger, "sum");
                assert!((x + y).smallest().ln() <= larger + 1e-10);
            }
            if let Some(found) = x.reciprocal() {
                bounds(found, -of_a, "reciprocal");
            }
            if let Some(found) = x.sqrt() {
                bounds(found, of_a / 2.0, "root");
            }
            for n in [-70, -7, -3, 3, 8, 100, i32::MIN, i32::MAX] {
                if let Some(found) = x.whole_power(n) {
                    // The roundings of a power grow with it.
                    let expected = f64::from(n) * of_a;
                    let slack =
                        1e-10 + 4.0 * f64::EPSILON * f64::from(n).abs() * (1.0 + of_a.abs());
                    assert!(
                        found.size > 0.0 && found.size.ln() >= expected.clamp(least, most) - slack
                    );
                }
            }
            bounds(x.exp(), a.re, "exponential");
        }
    }

    #[test]
    fn what_underflows_has_a_bound_above_zero() {
        let far = Rectangle::new((-900.0, -800.0), (0.0, 0.0));
        let found = far.exp();
        assert!(found.size > 0.0 && found.re.lo >= 0.0, "{found:?}");
        let tiny = Rectangle::number(1e-200);
        for found in [tiny * tiny, tiny.square(), tiny.power(3).unwrap()] {
            assert!(found.size > 0.0 && found.re.lo >= 0.0, "{found:?}");
        }
        let huge = Rectangle::number(1e200);
        assert!((huge * huge).re.lo > 1e307);
        // Zero is zero: nothing is left of what it multiplies.
        assert_eq!(
            Rectangle::number(0.0) * huge.square(),
            Rectangle::number(0.0)
        );
    }

    #[test]
    fn angles_far_out_are_still_known() {
        let mut next = numbers(7);
        for _ in 0..2000 {
            let from = 10f64.powf(14.0 * next());
            let place = Interval {
                lo: from,
                hi: from + next(),
            };
            let x = place.lo + (place.hi - place.lo) * next();
            for (found, value) in [(place.cos(), x.cos()), (place.sin(), x.sin())] {
                assert!(found.lo <= value && value <= found.hi, "{place:?} {x}");
                // Of a range that is shorter than a turn not all values are taken, as a rule.
                let width = found.hi - found.lo;
                assert!(width < 1.0 + 1e-14 * from, "{place:?} {found:?}");
            }
        }
    }

    #[test]
    fn gamma_functions_hold_their_values() {
        // ln Γ, ψ and ψ′ by Stirling's series, a hundred steps to the right of z.
        let oracle = |z: Complex64| {
            let (mut below, mut harmonic, mut squares) =
                (Complex64::new(1.0, 0.0), z * 0.0, z * 0.0);
            for k in 0..100 {
                let step = z + f64::from(k);
                below *= step / f64::from(k + 1);
                harmonic += 1.0 / step;
                squares += 1.0 / (step * step);
            }
            let far = z + 100.0;
            let of_hundred = (1..=100).map(|k| f64::from(k).ln()).sum::<f64>();
            let log = (far - 0.5) * far.ln() - far + 0.5 * (2.0 * PI).ln() + 1.0 / (12.0 * far)
                - 1.0 / (360.0 * far.powi(3));
            let gamma = (log - of_hundred).exp() / below;
            let digamma = far.ln() - 0.5 / far - 1.0 / (12.0 * far.powi(2)) - harmonic;
            let trigamma = 1.0 / far + 0.5 / far.powi(2) + 1.0 / (6.0 * far.powi(3)) + squares;
            [gamma, digamma, trigamma]
        };
        let mut next = numbers(8);
        let mut enclosed = 0;
        for _ in 0..2000 {
            let from = 12.0 * next() - 4.0;
            let place = Rectangle::new((from, from + 0.4 * next()), (0.0, 0.6 * next()));
            let found = [place.gamma(), place.digamma(), place.trigamma()];
            for _ in 0..5 {
                let z = inside(&place, &mut next);
                for (found, value) in found.iter().zip(oracle(z)) {
                    let Some(found) = found else { continue };
                    enclosed += 1;
                    let slack = 1e-11 * (1.0 + value.norm());
                    let within = |i: Interval, x: f64| i.lo - slack <= x && x <= i.hi + slack;
                    let holds = within(found.re, value.re)
                        && within(found.im, value.im)
                        && value.norm() <= found.size + slack;
                    assert!(holds, "{place:?} {z} {value} {found:?}");
                }
            }
        }
        assert!(enclosed > 10_000, "{enclosed}");
        // At a pole there is no bound.
        let pole = Rectangle::new((-1.2, -0.9), (0.0, 0.0));
        assert_eq!(pole.gamma(), None);
        assert_eq!(pole.digamma(), None);
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
        let real = place.re;
        let other = Rectangle::number(2.0);
        let min = place.binary(Binary::Min, other, [real, other.re]);
        assert_eq!(min, Some(place));
        assert_eq!(
            place.binary(Binary::Max, other, [real, other.re]),
            Some(other)
        );
        let yes = Some(Rectangle::number(1.0));
        assert_eq!(place.binary(Binary::Lt, other, [real, other.re]), yes);
        assert_eq!(place.unary(Unary::Sign, real), yes);
        assert_eq!(place.unary(Unary::Ceil, real), yes);
        // Where the branch changes, nothing is analytic.
        let across = Rectangle::new((-0.5, 1.0), (0.0, 0.3));
        let real = across.re;
        for op in [
            Unary::Abs,
            Unary::Sign,
            Unary::Floor,
            Unary::Heaviside,
            Unary::Sqrt,
            Unary::Ln,
        ] {
            assert_eq!(across.unary(op, real), None, "{op:?}");
        }
        let zero = Rectangle::number(0.0);
        assert_eq!(across.binary(Binary::Min, zero, [real, zero.re]), None);
        // A place in the middle of a range that is only a few roundings wide is inside all the same.
        let narrow = Rectangle::new((1e8, 1e8 + 1e-7), (0.0, 0.0));
        let middle = Rectangle::number(1e8 + 5e-8);
        assert_eq!(
            narrow.binary(Binary::Lt, middle, [narrow.re, middle.re]),
            None
        );
    }

    #[test]
    fn the_angle_of_a_point_is_analytic_but_on_the_far_side() {
        let mut next = numbers(5);
        let mut enclosed = 0;
        for _ in 0..400 {
            let (y, x) = (rectangle(&mut next), rectangle(&mut next));
            let reals = [y.re, x.re];
            let Some(found) = y.binary(Binary::Atan2, x, reals) else {
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
