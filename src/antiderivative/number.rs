//! Exact rational numbers, of which one stands for "too large or undefined" and spoils all that it meets.

use crate::expr::simplify::rational::Rational;

/// A number p/q in lowest terms with q > 0; q = 0 where there is none that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Number {
    above: i64,
    below: i64,
}

impl Number {
    pub(crate) const ZERO: Number = Number::whole(0);
    pub(crate) const ONE: Number = Number::whole(1);
    pub(crate) const HALF: Number = Number { above: 1, below: 2 };
    /// What has no value, or none that fits.
    pub(crate) const NONE: Number = Number { above: 0, below: 0 };

    /// A whole number.
    pub(crate) const fn whole(above: i64) -> Self {
        Number { above, below: 1 }
    }

    /// p/q in lowest terms.
    pub(crate) fn ratio(above: i128, below: i128) -> Self {
        if below == 0 {
            return Number::NONE;
        }
        let (mut a, mut b) = (above.unsigned_abs(), below.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let common = a.max(1) as i128 * below.signum();
        match (i64::try_from(above / common), i64::try_from(below / common)) {
            (Ok(above), Ok(below)) => Number { above, below },
            _ => Number::NONE,
        }
    }

    /// The short decimal or fraction that a value is.
    pub(crate) fn of(value: f64) -> Option<Self> {
        let (above, below) = Rational::of(value)?.parts();
        let number = Number::ratio(above, below);
        (number != Number::NONE).then_some(number)
    }

    pub(crate) fn value(self) -> f64 {
        self.above as f64 / self.below as f64
    }

    pub(crate) fn above(self) -> i64 {
        self.above
    }

    pub(crate) fn below(self) -> i64 {
        self.below
    }

    /// The whole number that it is.
    pub(crate) fn as_whole(self) -> Option<i64> {
        (self.below == 1).then_some(self.above)
    }

    pub(crate) fn is_none(self) -> bool {
        self.below == 0
    }

    pub(crate) fn is_zero(self) -> bool {
        self == Number::ZERO
    }

    pub(crate) fn is_negative(self) -> bool {
        self.above < 0
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        if self.is_none() || other.is_none() {
            return Number::NONE;
        }
        let [a, b, c, d] = [self.above, self.below, other.above, other.below].map(i128::from);
        Number::ratio(a * d + c * b, b * d)
    }

    pub(crate) fn times(self, other: Self) -> Self {
        if self.is_none() || other.is_none() {
            return Number::NONE;
        }
        let [a, b, c, d] = [self.above, self.below, other.above, other.below].map(i128::from);
        Number::ratio(a * c, b * d)
    }

    pub(crate) fn negated(self) -> Self {
        self.times(Number::whole(-1))
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.plus(other.negated())
    }

    /// 1/self
    pub(crate) fn inverse(self) -> Self {
        Number::ratio(self.below.into(), self.above.into())
    }

    pub(crate) fn over(self, other: Self) -> Self {
        match other.is_none() {
            true => Number::NONE,
            false => self.times(other.inverse()),
        }
    }

    /// A whole power.
    pub(crate) fn power(self, n: i64) -> Self {
        if n.unsigned_abs() > 64 {
            return match self {
                Number::ONE => self,
                _ => Number::NONE,
            };
        }
        let base = if n < 0 { self.inverse() } else { self };
        (0..n.unsigned_abs()).fold(Number::ONE, |product, _| product.times(base))
    }

    /// The largest whole number that is not above it.
    pub(crate) fn floor(self) -> i64 {
        match self.below {
            0 => 0,
            below => self.above.div_euclid(below),
        }
    }
}
