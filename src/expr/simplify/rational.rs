//! Rational numbers, exact as long as they fit.

use crate::expr::text::print::fraction;

/// The denominator of numbers that are known to the last bit.
const DYADIC: i64 = 1024;

/// A decimal of more digits is not a number that a person wrote.
const MOST_DIGITS: usize = 9;

/// A number p/q in lowest terms with q > 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rational {
    above: i128,
    below: i128,
}

/// The greatest common divisor.
fn common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    // Long numbers take long to divide; most are short.
    while a.max(b) > u64::MAX.into() && b != 0 {
        (a, b) = (b, a % b);
    }
    let (Ok(mut short), Ok(mut rest)) = (u64::try_from(a), u64::try_from(b)) else {
        return i128::try_from(a).unwrap_or(1);
    };
    while rest != 0 {
        (short, rest) = (rest, short % rest);
    }
    short.into()
}

impl Rational {
    pub(super) const ZERO: Rational = Rational::whole(0);
    pub(super) const ONE: Rational = Rational::whole(1);

    /// A whole number.
    pub(super) const fn whole(number: i64) -> Self {
        Rational {
            above: number as i128,
            below: 1,
        }
    }

    fn new(above: i128, below: i128) -> Option<Self> {
        // The least number has no negative.
        if below == 0 || above == i128::MIN || below == i128::MIN {
            return None;
        }
        if below == 1 {
            return Some(Rational { above, below });
        }
        let common = common_divisor(above, below).max(1) * below.signum();
        Some(Rational {
            above: above / common,
            below: below / common,
        })
    }

    /// The whole number, the short decimal or the fraction with a small denominator that rounds to this
    /// value.
    pub(crate) fn of(value: f64) -> Option<Self> {
        if value.fract() == 0.0 && value.abs() < 1e12 {
            return Some(Rational::whole(value as i64));
        }
        let text = format!("{:e}", value.abs());
        let (digits, exponent) = text.split_once('e')?;
        let exponent: i32 = exponent.parse().ok()?;
        let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
        let sign = if value < 0.0 { -1 } else { 1 };
        if places < MOST_DIGITS {
            let power = places as i32 - exponent;
            let whole: i128 = digits.replace('.', "").parse().ok()?;
            let scale = 10i128.checked_pow(power.unsigned_abs())?;
            return match power >= 0 {
                true => Rational::new(sign * whole, scale),
                false => Rational::new(sign * whole.checked_mul(scale)?, 1),
            };
        }
        // Thirds that were multiplied are off by a rounding or two.
        let near =
            [0, 1, -1, 2, -2].map(|ulps| f64::from_bits(value.to_bits().wrapping_add_signed(ulps)));
        let (above, below) = near.into_iter().find_map(fraction)?;
        Rational::new(above.into(), below.into())
    }

    /// The number with a small power of two as its denominator that this value is.
    pub(super) fn dyadic(value: f64) -> Option<Self> {
        let times = value * DYADIC as f64;
        let is_whole = times.fract() == 0.0 && times.abs() < 1e12;
        is_whole.then(|| Rational::new((times as i64).into(), DYADIC.into()))?
    }

    /// Numerator and denominator.
    pub(crate) fn parts(self) -> (i128, i128) {
        (self.above, self.below)
    }

    /// The value, rounded.
    pub(super) fn value(self) -> f64 {
        self.above as f64 / self.below as f64
    }

    pub(super) fn is_zero(self) -> bool {
        self.above == 0
    }

    pub(super) fn is_negative(self) -> bool {
        self.above < 0
    }

    /// |self|
    pub(super) fn size(self) -> Self {
        Rational {
            above: self.above.abs(),
            below: self.below,
        }
    }

    pub(super) fn negated(self) -> Self {
        Rational {
            above: -self.above,
            below: self.below,
        }
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let left = self.above.checked_mul(other.below)?;
        let right = other.above.checked_mul(self.below)?;
        Rational::new(
            left.checked_add(right)?,
            self.below.checked_mul(other.below)?,
        )
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let above = self.above.checked_mul(other.above)?;
        Rational::new(above, self.below.checked_mul(other.below)?)
    }

    pub(super) fn over(self, other: Self) -> Option<Self> {
        self.times(Rational::new(other.below, other.above)?)
    }

    /// self ^ n
    pub(super) fn power(self, n: i32) -> Option<Self> {
        let (above, below) = match n >= 0 {
            true => (self.above, self.below),
            false => (self.below, self.above),
        };
        let n = n.unsigned_abs();
        Rational::new(above.checked_pow(n)?, below.checked_pow(n)?)
    }

    /// The largest rational number that divides both without leaving a fraction.
    pub(super) fn common(self, other: Self) -> Option<Self> {
        let below = self.below / common_divisor(self.below, other.below).max(1);
        let below = below.checked_mul(other.below)?;
        Rational::new(common_divisor(self.above, other.above), below)
    }

    /// The largest whole number of which the denominator holds this power, as far as its factors are small.
    pub(super) fn root_below(self, power: u32) -> Self {
        let (mut root, mut rest) = (1, self.below);
        for factor in 2..100i128 {
            while let Some(whole) = factor.checked_pow(power)
                && rest % whole == 0
            {
                rest /= whole;
                root *= factor;
            }
        }
        Rational {
            above: root,
            below: 1,
        }
    }

    /// (a, b) with self = a²·b, a > 0, as far as a's factors are small.
    pub(super) fn square_part(self) -> Option<(Self, Self)> {
        let root = |number: i128| {
            let mut root = 1;
            let mut rest = number.abs();
            for factor in 2..100 {
                while rest % (factor * factor) == 0 && rest != 0 {
                    rest /= factor * factor;
                    root *= factor;
                }
            }
            root
        };
        let outside = Rational::new(root(self.above), root(self.below))?;
        let inside = self.over(outside.times(outside)?)?;
        Some((outside, inside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_were_written() {
        for (value, above, below) in [
            (0.1, 1, 10),
            (-2.5, -5, 2),
            (1.0 / 3.0, 1, 3),
            (1e-3, 1, 1000),
        ] {
            assert_eq!(Rational::of(value), Rational::new(above, below));
        }
        assert_eq!(Rational::of(std::f64::consts::LN_2), None);
        let (outside, inside) = Rational::new(12, 25).unwrap().square_part().unwrap();
        assert_eq!(outside, Rational::new(2, 5).unwrap());
        assert_eq!(inside, Rational::whole(3));
    }

    #[test]
    fn what_does_not_fit_is_given_up() {
        let large = Rational::of(999_999_999_999.0).unwrap();
        assert_eq!(large.power(4), None);
        assert_eq!(Rational::ONE.over(Rational::ZERO), None);
    }
}
