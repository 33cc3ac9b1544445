//! Polynomials with coefficients that are known when the crate is compiled.

/// The polynomial with the given coefficients, constant first.
///
/// Groups of four coefficients are joined by Horner's rule in x⁴: a shorter chain of dependent
/// operations than Horner's rule in x, at the price of two products.
#[inline(always)]
pub(crate) fn polynomial<const N: usize>(x: f64, c: [f64; N]) -> f64 {
    let x2 = x * x;
    let x4 = x2 * x2;
    let top = (N - 1) / 4 * 4;
    let mut value = match N - top {
        1 => c[top],
        2 => pair(&c, x, top),
        3 => c[top + 2].mul_add(x2, pair(&c, x, top)),
        _ => pair(&c, x, top + 2).mul_add(x2, pair(&c, x, top)),
    };
    for group in (0..top / 4).rev() {
        let i = 4 * group;
        value = value.mul_add(x4, pair(&c, x, i + 2).mul_add(x2, pair(&c, x, i)));
    }
    value
}

/// c[i] + c[i+1]·x.
#[inline(always)]
fn pair(c: &[f64], x: f64, i: usize) -> f64 {
    c[i + 1].mul_add(x, c[i])
}

/// The Chebyshev series Σ cₖ Tₖ(t), by Clenshaw's recurrence.
#[inline(always)]
pub(crate) fn chebyshev<const N: usize>(t: f64, c: &[f64; N]) -> f64 {
    let twice = t + t;
    let (mut value, mut before) = (0.0f64, 0.0);
    for k in (1..N).rev() {
        (value, before) = (twice.mul_add(value, c[k] - before), value);
    }
    t.mul_add(value, c[0] - before)
}
