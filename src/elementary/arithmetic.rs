//! Arithmetic, rounding, comparisons and logic: the functions that need no approximation.

macro_rules! formulas {
    ($($(#[$doc:meta])* $name:ident($($argument:ident),+) = $value:expr;)*) => {
        $(
            $(#[$doc])*
            #[inline(always)]
            pub(crate) fn $name($($argument: f64),+) -> f64 {
                $value
            }
        )*
    };
}

/// 1 for true and 0 for false.
#[inline(always)]
fn indicator(condition: bool) -> f64 {
    if condition { 1.0 } else { 0.0 }
}

formulas! {
    neg(x) = -x;
    abs(x) = x.abs();
    floor(x) = x.floor();
    ceil(x) = x.ceil();
    sqrt(x) = x.sqrt();
    /// The comparisons are both false for NaN and for zeros, which are returned as they came.
    sign(x) = if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { x };
    heaviside(x) = if x > 0.0 { 1.0 } else if x < 0.0 { 0.0 } else { x * 0.0 + 0.5 };
    not(x) = if x.is_nan() { x } else { indicator(x == 0.0) };

    add(a, b) = a + b;
    sub(a, b) = a - b;
    mul(a, b) = a * b;
    div(a, b) = a / b;
    lt(a, b) = indicator(a < b);
    le(a, b) = indicator(a <= b);
    eq(a, b) = indicator(a == b);
    ne(a, b) = indicator(a != b);
    and(a, b) = if a.is_nan() | b.is_nan() {
        f64::NAN
    } else {
        indicator((a != 0.0) & (b != 0.0))
    };
    or(a, b) = if a.is_nan() | b.is_nan() {
        f64::NAN
    } else {
        indicator((a != 0.0) | (b != 0.0))
    };
    /// Equal operands differ at most in the sign of zero: the union of the bits picks −0.
    min(a, b) = if a.is_nan() | b.is_nan() {
        f64::NAN
    } else if a == b {
        f64::from_bits(a.to_bits() | b.to_bits())
    } else if a < b {
        a
    } else {
        b
    };
    /// Equal operands differ at most in the sign of zero: the intersection of the bits picks +0.
    max(a, b) = if a.is_nan() | b.is_nan() {
        f64::NAN
    } else if a == b {
        f64::from_bits(a.to_bits() & b.to_bits())
    } else if a > b {
        a
    } else {
        b
    };
}

/// a where c is nonzero, b where it is zero, NaN where it is NaN.
#[inline(always)]
#[must_use]
pub fn select(c: f64, a: f64, b: f64) -> f64 {
    let chosen = if c == 0.0 { b } else { a };
    if c.is_nan() { c } else { chosen }
}

/// a·b + c with one rounding.
#[inline(always)]
#[must_use]
pub fn fma(a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}
