//! The error function.
//!
//! 1. |x| ≤ 1: x + x·P(x²), minimax.
//! 2. Beyond: 1 − exp(−x²)·T((|x| − 3)/(|x| + 3)), T a polynomial for exp(x²)·erfc x.
//! 3. W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23, 1969,
//!    for the division into ranges.

use super::exponential;
use super::polynomial::polynomial;

/// erf x/x − 1 as a polynomial in x², |x| ≤ 1.
const INNER: [f64; 13] = [
    0.1283791670955126,
    -0.376126389031841,
    0.11283791670971086,
    -0.026866170648026617,
    0.005223977652629946,
    -0.000854832853176357,
    0.00012055386065412514,
    -1.4926879807434359e-05,
    1.6481069992623532e-06,
    -1.6557786966164873e-07,
    1.602205041086171e-08,
    -1.6518149356101483e-09,
    1.4469367715589996e-10,
];

/// exp(x²)·erfc x as a polynomial in (x − 3)/(x + 3), 1 ≤ x ≤ 6.
const OUTER: [f64; 13] = [
    0.17900115118138996,
    -0.3262335600431699,
    0.24560380170763482,
    -0.15011593654722336,
    0.07166583743765044,
    -0.024392489870710268,
    0.004269234082637779,
    0.0007083146382632105,
    -0.0005949637631812752,
    5.030843192710829e-05,
    7.17592436721496e-05,
    -6.327474781703827e-06,
    -6.538607872290501e-06,
];

/// The error function.
#[inline(always)]
pub(crate) fn erf(x: f64) -> f64 {
    let a = x.abs();
    // Beyond this end the value rounds to 1.
    let a = if a > 6.0 { 6.0 } else { a };
    let z = a * a;
    let inner = a.mul_add(polynomial(z, INNER), a);
    let t = (a - 3.0) / (a + 3.0);
    let outer = (-exponential::exp(-z)).mul_add(polynomial(t, OUTER), 1.0);
    (if a > 1.0 { outer } else { inner }).copysign(x)
}
