//! The loops of the kernels, written once and compiled for each instruction set by inlining.
//!
//! Each loop runs to the end of its shortest slice. The formulas are branch-free, so the compiler's
//! loop vectoriser turns each loop into packed instructions of the width of the caller.

use crate::elementary::double_double::{two_product, two_sum};
use crate::elementary::power::{
    MULTIPLIED, is_special_power, multiplied_power, multiplied_powers, pow, pow_special,
};

/// The sums that [`dot`] keeps side by side.
const LANES: usize = 16;

/// The powers that [`powi`] builds side by side: enough to amortise the decisions about the
/// exponent.
const BLOCK: usize = 64;

/// out = f(x).
#[inline(always)]
pub(super) fn map(x: &[f64], out: &mut [f64], f: impl Fn(f64) -> f64) {
    for (o, &x) in out.iter_mut().zip(x) {
        *o = f(x);
    }
}

/// out = slow(x) where `rare` says that the formula that filled `out` does not hold.
///
/// The first pass is vectorised and nearly always the only one.
#[inline(always)]
pub(super) fn repair(
    x: &[f64],
    out: &mut [f64],
    rare: impl Fn(f64) -> bool,
    slow: impl Fn(f64) -> f64,
) {
    if x.iter().fold(false, |any, &x| any | rare(x)) {
        for (o, &x) in out.iter_mut().zip(x) {
            if rare(x) {
                *o = slow(x);
            }
        }
    }
}

/// out = f(a, b).
#[inline(always)]
pub(super) fn map_pairs(a: &[f64], b: &[f64], out: &mut [f64], f: impl Fn(f64, f64) -> f64) {
    for ((o, &a), &b) in out.iter_mut().zip(a).zip(b) {
        *o = f(a, b);
    }
}

/// out = slow(a, b) where `rare` says that the formula that filled `out` does not hold.
#[inline(always)]
pub(super) fn repair_pairs(
    a: &[f64],
    b: &[f64],
    out: &mut [f64],
    rare: impl Fn(f64, f64) -> bool,
    slow: impl Fn(f64, f64) -> f64,
) {
    let pairs = a.iter().zip(b);
    if pairs.fold(false, |any, (&a, &b)| any | rare(a, b)) {
        for ((o, &a), &b) in out.iter_mut().zip(a).zip(b) {
            if rare(a, b) {
                *o = slow(a, b);
            }
        }
    }
}

/// out = f(a, b, c).
#[inline(always)]
pub(super) fn map_triples(
    a: &[f64],
    b: &[f64],
    c: &[f64],
    out: &mut [f64],
    f: impl Fn(f64, f64, f64) -> f64,
) {
    for (((o, &a), &b), &c) in out.iter_mut().zip(a).zip(b).zip(c) {
        *o = f(a, b, c);
    }
}

/// (out, second) = f(x).
#[inline(always)]
pub(super) fn map_to_pairs(
    x: &[f64],
    out: &mut [f64],
    second: &mut [f64],
    f: impl Fn(f64) -> (f64, f64),
) {
    for ((o, p), &x) in out.iter_mut().zip(second).zip(x) {
        (*o, *p) = f(x);
    }
}

/// out = xⁿ, the same bits as [`powi`](crate::elementary::powi).
#[inline(always)]
pub(super) fn powi(x: &[f64], n: i32, out: &mut [f64]) {
    /// A loop for each of the frequent exponents, with nothing left to decide inside.
    macro_rules! with_constants {
        ($($constant:literal)*) => {
            match n {
                $($constant => map(
                    x,
                    out,
                    #[inline(always)]
                    |x| multiplied_power(x, $constant),
                ),)*
                _ if n.unsigned_abs() <= MULTIPLIED => powi_in_blocks(x, n, out),
                _ => powi_by_logarithm(x, f64::from(n), out),
            }
        };
    }
    with_constants!(-4 -3 -2 -1 0 1 2 3 4 5 6 7 8);
}

/// out = xⁿ for |n| ≤ 64, the decisions about n being taken once per block.
#[inline(always)]
fn powi_in_blocks(x: &[f64], n: i32, out: &mut [f64]) {
    for (x, out) in x.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
        let mut block = [0.0; BLOCK];
        for (b, &x) in block.iter_mut().zip(x) {
            *b = x;
        }
        for (o, value) in out.iter_mut().zip(multiplied_powers(block, n)) {
            *o = value;
        }
    }
}

/// out = xⁿ for every other n.
#[inline(always)]
fn powi_by_logarithm(x: &[f64], n: f64, out: &mut [f64]) {
    map(
        x,
        out,
        #[inline(always)]
        |x| pow(x, n),
    );
    repair(
        x,
        out,
        #[inline(always)]
        |x| is_special_power(x, n),
        |x| pow_special(x, n),
    );
}

/// Running sums side by side, so many that the order of the additions does not depend on the
/// instruction set.
struct Accumulators {
    sum: [f64; LANES],
    compensation: [f64; LANES],
    magnitude: [f64; LANES],
}

impl Accumulators {
    /// Adds the products of two blocks.
    #[inline(always)]
    fn add(&mut self, w: &[f64; LANES], v: &[f64; LANES]) {
        for lane in 0..LANES {
            let product = two_product(w[lane], v[lane]);
            let total = two_sum(self.sum[lane], product.hi);
            self.sum[lane] = total.hi;
            self.compensation[lane] += total.lo + product.lo;
            self.magnitude[lane] += product.hi.abs();
        }
    }

    /// The sum, its compensation and the sum of the magnitudes: the upper half of the lanes is
    /// added to the lower until one lane is left.
    #[inline(always)]
    fn join(mut self) -> (f64, f64, f64) {
        let mut half = LANES / 2;
        while half > 0 {
            for lane in 0..half {
                let total = two_sum(self.sum[lane], self.sum[lane + half]);
                self.sum[lane] = total.hi;
                self.compensation[lane] += total.lo + self.compensation[lane + half];
                self.magnitude[lane] += self.magnitude[lane + half];
            }
            half /= 2;
        }
        (self.sum[0], self.compensation[0], self.magnitude[0])
    }
}

/// The block that a remainder begins, filled up with zeros.
#[inline(always)]
fn padded(rest: &[f64]) -> [f64; LANES] {
    let mut block = [0.0; LANES];
    for (b, &x) in block.iter_mut().zip(rest) {
        *b = x;
    }
    block
}

/// Σ w·v in about twice the working precision, as a sum and its compensation, and Σ |w·v|.
///
/// 1. Products and sums are taken with their rounding errors (error-free transformations).
/// 2. A fixed number of accumulators run side by side and are joined in a fixed order.
/// 3. T. Ogita, S. M. Rump, S. Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26, 2005.
#[inline(always)]
pub(super) fn dot(w: &[f64], v: &[f64]) -> (f64, f64, f64) {
    let length = w.len().min(v.len());
    let (w_blocks, w_rest) = w[..length].as_chunks::<LANES>();
    let (v_blocks, v_rest) = v[..length].as_chunks::<LANES>();
    let mut accumulators = Accumulators {
        sum: [0.0; LANES],
        compensation: [0.0; LANES],
        magnitude: [0.0; LANES],
    };
    for (w, v) in w_blocks.iter().zip(v_blocks) {
        accumulators.add(w, v);
    }
    if !w_rest.is_empty() {
        accumulators.add(&padded(w_rest), &padded(v_rest));
    }
    accumulators.join()
}
