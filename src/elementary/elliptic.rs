//! The complete elliptic integrals of a parameter m ≤ 1, and two that their derivatives are made of.
//!
//! With Δ² = 1 − m sin²θ, over a quarter turn: K = ∫ 1/Δ, E = ∫ Δ, B = ∫ cos²θ/Δ = (E − (1 − m)K)/m and
//! C = ∫ sin²θ cos²θ/Δ³ = (K − 2B)/m, which have no digits to lose at m = 0.
//!
//! 1. K, E, B: the arithmetic–geometric mean with the weights of Bulirsch, in which nothing cancels.
//! 2. C = 2K·Σ 2ⁿ⁻¹ cₙ²/m², n = 1, 2, …, with the differences cₙ of the mean of 1 and √(1 − m).
//! 3. R. Bulirsch, Numerical calculation of elliptic integrals and elliptic functions III, Numer. Math. 13
//!    (1969) 305–315; NIST Digital Library of Mathematical Functions, 19.4 and 19.8,
//!    <https://dlmf.nist.gov>.

use std::f64::consts::FRAC_PI_2;

use super::logarithm;

/// Steps of the mean: 9 bring numbers that are 2⁵¹² apart within a factor, 5 make them equal.
const STEPS: usize = 14;

/// ∫ (a cos²θ + b sin²θ)/√(cos²θ + k² sin²θ) over a quarter turn, for k > 0 and a, b ≥ 0.
#[inline(always)]
fn quarter(k: f64, a: f64, b: f64) -> f64 {
    let (mut k, mut a, mut b) = (k, a, b);
    let (mut p, mut mean, mut product) = (1.0, 1.0, k);
    for _ in 0..STEPS {
        let before = a;
        a += b / p;
        let g = product / p;
        b = 2.0 * g.mul_add(before, b);
        p += g;
        mean += k;
        // Once the two are equal they stay so.
        k = 2.0 * product.sqrt();
        product = k * mean;
    }
    FRAC_PI_2 * a.mul_add(mean, b) / (mean * (mean + p))
}

/// Below −10²⁰⁰ the first terms for large −m are all that counts.
const LARGE: f64 = -1e200;

/// Whether m is not below 1, or so far below that powers of it may overflow.
#[inline(always)]
pub(crate) fn is_special(m: f64) -> bool {
    !((m < 1.0) & (m > LARGE))
}

/// The value at 1, and that for large −m from √−m and ln(4√−m), with 0 as limit; NaN above 1.
fn special(m: f64, at_one: f64, far: impl Fn(f64, f64) -> f64) -> f64 {
    if m == 1.0 {
        at_one
    } else if m == f64::NEG_INFINITY {
        0.0
    } else if m <= LARGE {
        let root = (-m).sqrt();
        far(root, logarithm::ln(4.0 * root))
    } else {
        f64::NAN
    }
}

/// K(m) for m < 1.
#[inline(always)]
pub(crate) fn elliptic_k(m: f64) -> f64 {
    let (mut a, mut b) = (1.0, (1.0 - m).sqrt());
    for _ in 0..STEPS {
        (a, b) = (0.5 * (a + b), (a * b).sqrt());
    }
    FRAC_PI_2 / a
}

/// K(m) at 1, far below 0 and outside of its domain.
pub(crate) fn elliptic_k_special(m: f64) -> f64 {
    special(m, f64::INFINITY, |root, ln| ln / root)
}

/// E(m) for m < 1.
#[inline(always)]
pub(crate) fn elliptic_e(m: f64) -> f64 {
    let rest = 1.0 - m;
    quarter(rest.sqrt(), 1.0, rest)
}

/// E(m) at 1, far below 0 and outside of its domain.
pub(crate) fn elliptic_e_special(m: f64) -> f64 {
    if m == f64::NEG_INFINITY {
        return f64::INFINITY;
    }
    special(m, 1.0, |root, _| root)
}

/// B(m) for m < 1.
#[inline(always)]
pub(crate) fn elliptic_b(m: f64) -> f64 {
    quarter((1.0 - m).sqrt(), 1.0, 0.0)
}

/// B(m) at 1, far below 0 and outside of its domain.
pub(crate) fn elliptic_b_special(m: f64) -> f64 {
    special(m, 1.0, |root, ln| (ln - 1.0) / root)
}

/// C(m) for m < 1.
#[inline(always)]
pub(crate) fn elliptic_c(m: f64) -> f64 {
    let (mut a, mut b) = (1.0, (1.0 - m).sqrt());
    // cₙ/m, from c₁ = m/(2(1 + √(1 − m))), and cₙ₊₁ = cₙ²/(4aₙ₊₁).
    let mut ratio = 0.5 / (1.0 + b);
    let (mut sum, mut weight) = (0.0, 1.0);
    for _ in 0..STEPS {
        (a, b) = (0.5 * (a + b), (a * b).sqrt());
        sum = (weight * ratio).mul_add(ratio, sum);
        weight += weight;
        let next = 0.5 * (a + b);
        ratio = (m * ratio) * (ratio / (4.0 * next));
    }
    2.0 * (FRAC_PI_2 / a) * sum
}

/// C(m) at 1, far below 0 and outside of its domain.
pub(crate) fn elliptic_c_special(m: f64) -> f64 {
    special(m, f64::INFINITY, |root, ln| (ln - 2.0) / root / root / root)
}
