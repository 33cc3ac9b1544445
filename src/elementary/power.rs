//! Powers and roots.

use super::double_double::DoubleDouble;

/// The largest exponent that [`powi`] reaches by multiplications.
pub(crate) const MULTIPLIED: u32 = 64;

/// A power under construction: `result`·`base`ⁿ with n the bits of the exponent still to come.
#[derive(Clone, Copy)]
pub(crate) struct Powering {
    result: DoubleDouble,
    base: DoubleDouble,
}

impl Powering {
    /// The start for xⁿ, or for (1/x)ⁿ if `inverse`.
    #[inline(always)]
    pub(crate) fn new(x: f64, inverse: bool) -> Self {
        let base = if inverse {
            let hi = 1.0 / x;
            let defect = (-hi).mul_add(x, 1.0);
            DoubleDouble {
                hi,
                lo: defect * hi,
            }
        } else {
            DoubleDouble { hi: x, lo: 0.0 }
        };
        Self {
            result: DoubleDouble { hi: 1.0, lo: 0.0 },
            base,
        }
    }

    /// Takes the lowest bit of the exponent into the result.
    #[inline(always)]
    pub(crate) fn multiply(&mut self) {
        self.result = self.result.times(self.base);
    }

    /// Drops the lowest bit of the exponent.
    #[inline(always)]
    pub(crate) fn square(&mut self) {
        self.base = self.base.times(self.base);
    }

    /// The power; where the leading part is 0, infinite or NaN the correction means nothing.
    #[inline(always)]
    pub(crate) fn value(self) -> f64 {
        let DoubleDouble { hi, lo } = self.result;
        let sum = hi + lo;
        if sum.is_finite() { sum } else { hi }
    }
}

/// xⁿ for the exponents −1 to 3 by plain operations.
#[inline(always)]
pub(crate) fn small_power(x: f64, n: i32) -> f64 {
    match n {
        -1 => 1.0 / x,
        0 => 1.0,
        1 => x,
        2 => x * x,
        _ => x * x * x,
    }
}

/// xⁿ for an integer n.
///
/// Up to |n| = 3 plain products, up to 64 binary powering in double-double (of 1/x for negative n),
/// beyond that [`Binary::Pow`](super::Binary::Pow).
///
/// # Accuracy
/// Within 2 ulp of the exact power everywhere.
#[must_use]
pub fn powi(x: f64, n: i32) -> f64 {
    if (-1..=3).contains(&n) {
        return small_power(x, n);
    }
    let mut bits = n.unsigned_abs();
    if bits > MULTIPLIED {
        return pow(x, f64::from(n));
    }
    let mut power = Powering::new(x, n < 0);
    loop {
        if bits & 1 != 0 {
            power.multiply();
        }
        bits >>= 1;
        if bits == 0 {
            return power.value();
        }
        power.square();
    }
}

/// xʸ.
#[inline(always)]
pub(crate) fn pow(x: f64, y: f64) -> f64 {
    pxfm::f_pow(x, y)
}
