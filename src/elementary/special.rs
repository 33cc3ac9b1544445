//! The error function, its complement, and the distribution function of the normal distribution.
//!
//! 1. |x| ≤ 1: x + x·P(x²), minimax.
//! 2. Beyond: 1 − exp(−x²)·T((|x| − 3)/(|x| + 3)), T a polynomial for exp(x²)·erfc x. Where the
//!    complement itself is wanted x² is in double-double, and T a Chebyshev series up to 28.
//! 3. W. J. Cody, Rational Chebyshev approximations for the error function, Math. Comp. 23, 1969,
//!    for the division into ranges.

use super::double_double::{DoubleDouble, fused_product};
use super::exponential;
use super::polynomial::{chebyshev, polynomial};

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

/// (x + 4)·exp(x²)·erfc x as a Chebyshev series in (x − 4)/(x + 4) from −7/9 to ¾, ½ ≤ x ≤ 28: with 50
/// digits by mpmath 1.3.
const COMPLEMENT: [f64; 21] = [
    1.3908995075307435,
    -0.9812871867177854,
    0.29835934306813167,
    -0.07837846166923824,
    0.017696340195970942,
    -0.0033844423709678785,
    0.0005320465641390631,
    -6.437240972377214e-05,
    4.931147530321657e-06,
    1.3060515825692276e-08,
    -6.278696416725705e-08,
    7.220678205007576e-09,
    1.3430065692872648e-10,
    -1.2158416412385803e-10,
    7.883898344920887e-12,
    1.4650376617245845e-12,
    -2.291269345401213e-13,
    -1.4555816716855164e-14,
    4.983134932892772e-15,
    1.072114410839897e-16,
    -1.0413415544407815e-16,
];

/// factor·erfc x for ½ ≤ x, given x and x² in double-double.
#[inline(always)]
fn complement(factor: f64, x: f64, square: DoubleDouble) -> f64 {
    // From −7/9 … ¾ to −1 … 1.
    let t = ((x - 4.0) / (x + 4.0) + 1.0 / 72.0) * (72.0 / 55.0);
    let series = factor * (chebyshev(t, &COMPLEMENT) / (x + 4.0));
    let (p, shifted) = exponential::exp_parts(DoubleDouble {
        hi: -square.hi,
        lo: -square.lo,
    });
    // One rounding where the result is subnormal.
    exponential::scale(p.hi.mul_add(series, p.lo * series), shifted)
}

/// The complement of the error function.
#[inline(always)]
pub(crate) fn erfc(x: f64) -> f64 {
    let a = x.abs();
    // Beyond this end the value is 0.
    let a = if a > 28.0 { 28.0 } else { a };
    let outer = complement(1.0, a, fused_product(a, a));
    let outer = if x < 0.0 { 2.0 - outer } else { outer };
    // The polynomial is a small part, so 1 − x − x·P loses nothing up to 1.
    let part = polynomial(x * x, INNER);
    let inner = (-x).mul_add(part, 1.0 - x);
    if a < 1.0 { inner } else { outer }
}

/// ½·erfc(−x/√2): the part of a normal distribution that is below x.
#[inline(always)]
pub(crate) fn normcdf(x: f64) -> f64 {
    let a = x.abs();
    let a = if a > 39.5 { 39.5 } else { a };
    let place = a * std::f64::consts::FRAC_1_SQRT_2;
    let outer = complement(0.5, place, fused_product(a, a).half());
    let outer = if x > 0.0 { 1.0 - outer } else { outer };
    let half = 0.5 * place.copysign(x);
    let part = polynomial(place * place, INNER);
    let inner = half.mul_add(part, 0.5 + half);
    if place < 0.75 { inner } else { outer }
}
