//! Arcsine, arccosine, arctangent and the angle of a point.
//!
//! 1. The arctangent of n/d ≤ 1 is that of (n − d)/(n + d) plus π/4 if n/d > ½: a division in all.
//! 2. arcsin x beyond ½ is π/2 − 2·arcsin √((1 − |x|)/2); minimax polynomials below ½.
//! 3. W. J. Cody, W. Waite, Software Manual for the Elementary Functions, Prentice-Hall, 1980.

use super::polynomial::polynomial;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// (arctan t − t)/t³ as a polynomial in t², |t| ≤ ½.
const ARCTANGENT: [f64; 12] = [
    -0.33333333333333176,
    0.19999999999937706,
    -0.14285714278514816,
    0.1111111072445684,
    -0.09090897366421521,
    0.07692085570229718,
    -0.06663882959233015,
    0.05858537867941932,
    -0.051221684597045986,
    0.04184889900173994,
    -0.027381372699754845,
    0.010063045939994283,
];

/// (arcsin t − t)/t³ as a polynomial in t², |t| ≤ ½.
const ARCSINE: [f64; 13] = [
    0.16666666666666702,
    0.0749999999998261,
    0.0446428571655414,
    0.030381943075604288,
    0.02237220595227567,
    0.01735175659665743,
    0.013979251755520459,
    0.011410675572215851,
    0.010719213960131329,
    0.003921674414608958,
    0.021214877230987986,
    -0.020339448625943814,
    0.03223622432263464,
];

/// π/4 less its nearest float.
const QUARTER_LOW: f64 = 3.061_616_997_868_383e-17;

/// The angle of the point (x, y), given the smaller and the larger of |x| and |y|, whether y is the
/// larger, and whether x is negative.
#[inline(always)]
fn angle(smaller: f64, larger: f64, swapped: bool, negative: bool) -> f64 {
    let middle = smaller > 0.5 * larger;
    let n = if middle { smaller - larger } else { smaller };
    let d = if middle { smaller + larger } else { larger };
    let t = n / d;
    let z = t * t;
    // The angle is a multiple of π/4 (the last three bits of whose float are zeros, so the product
    // is exact) plus or minus arctan t.
    let middle_quarters = if negative { 3.0 } else { 1.0 };
    let axis_quarters = if negative { 4.0 } else { 0.0 };
    let axis_quarters = if swapped { 2.0 } else { axis_quarters };
    let quarters: f64 = if middle {
        middle_quarters
    } else {
        axis_quarters
    };
    let t = if swapped != negative { -t } else { t };
    let tail = (t * z).mul_add(polynomial(z, ARCTANGENT), quarters * QUARTER_LOW);
    quarters.mul_add(FRAC_PI_4, t + tail)
}

/// arctan x.
#[inline(always)]
pub(crate) fn atan(x: f64) -> f64 {
    let a = x.abs();
    let swapped = a > 1.0;
    let smaller = if swapped { 1.0 } else { a };
    let larger = if swapped { a } else { 1.0 };
    angle(smaller, larger, swapped, false).copysign(x)
}

/// Whether a point is the origin, at infinity or close to it, or no point.
#[inline(always)]
pub(crate) fn is_special_point(y: f64, x: f64) -> bool {
    let size = x.abs() + y.abs();
    !((size > 0.0) & (size < f64::INFINITY))
}

/// The angle of the point (x, y) other than the special points.
#[inline(always)]
pub(crate) fn atan2(y: f64, x: f64) -> f64 {
    let (a, b) = (x.abs(), y.abs());
    let swapped = b > a;
    let smaller = if swapped { a } else { b };
    let larger = if swapped { b } else { a };
    angle(smaller, larger, swapped, x < 0.0).copysign(y)
}

/// The angle of a special point.
pub(crate) fn atan2_special(y: f64, x: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x == 0.0 && y == 0.0 {
        (if x.is_sign_negative() { PI } else { 0.0 }).copysign(y)
    } else if x.is_infinite() || y.is_infinite() {
        let unit = |v: f64| (if v.is_infinite() { 1.0f64 } else { 0.0 }).copysign(v);
        atan2_infinite(unit(y), unit(x))
    } else {
        atan2(0.25 * y, 0.25 * x)
    }
}

/// The angle of a point at infinity, whose finite coordinate counts as 0.
fn atan2_infinite(y: f64, x: f64) -> f64 {
    if x == 0.0 {
        FRAC_PI_2.copysign(y)
    } else if y == 0.0 {
        (if x < 0.0 { PI } else { 0.0 }).copysign(y)
    } else {
        atan2(y, x)
    }
}

/// For |x| ≤ ½ the number itself and its square, beyond √((1 − |x|)/2) and its square; then
/// arcsin of the first as a sum of the first and a correction.
#[inline(always)]
fn arcsine_parts(a: f64, outer: bool) -> (f64, f64) {
    let half = 0.5 - 0.5 * a;
    let z = if outer { half } else { a * a };
    let root = half.sqrt();
    let s = if outer { root } else { a };
    (s, s * z * polynomial(z, ARCSINE))
}

/// arcsin x.
#[inline(always)]
pub(crate) fn asin(x: f64) -> f64 {
    let a = x.abs();
    let outer = a > 0.5;
    let (s, correction) = arcsine_parts(a, outer);
    let beyond = FRAC_PI_2 - (2.0 * s + (2.0 * correction - 2.0 * QUARTER_LOW));
    let value = if outer { beyond } else { s + correction };
    value.copysign(x)
}

/// arccos x.
#[inline(always)]
pub(crate) fn acos(x: f64) -> f64 {
    let a = x.abs();
    let outer = a > 0.5;
    let (s, correction) = arcsine_parts(a, outer);
    let near_one = 2.0 * (s + correction);
    let near_minus_one = PI - (2.0 * s + (2.0 * correction - 4.0 * QUARTER_LOW));
    let beyond = if x > 0.0 { near_one } else { near_minus_one };
    let low = (2.0 * QUARTER_LOW) - correction.copysign(x);
    let middle = FRAC_PI_2 - (x - low);
    if outer { beyond } else { middle }
}
