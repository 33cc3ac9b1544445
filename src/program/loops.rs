//! The loops of the kernels, written once and compiled for each instruction set by inlining.
//!
//! Each loop runs to the end of its shortest slice. The formulas are branch-free, so the compiler's
//! loop vectoriser turns each loop into packed instructions of the width of the caller.

use crate::elementary::double_double::{two_product, two_sum};
use crate::elementary::power::{
    MULTIPLIED, Powering, is_special_power, pow, pow_special, small_power,
};

/// The elements that [`dot`] and [`powi`] take side by side.
const LANES: usize = 8;

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
    match n {
        // One loop per exponent, so that none of them branches inside.
        -1 => map(x, out, |x| small_power(x, -1)),
        0 => map(x, out, |x| small_power(x, 0)),
        1 => map(x, out, |x| small_power(x, 1)),
        2 => map(x, out, |x| small_power(x, 2)),
        3 => map(x, out, |x| small_power(x, 3)),
        _ if n.unsigned_abs() > MULTIPLIED => {
            let exponent = f64::from(n);
            map(x, out, |x| pow(x, exponent));
            repair(
                x,
                out,
                |x| is_special_power(x, exponent),
                |x| pow_special(x, exponent),
            );
        }
        _ => multiplied_power(x, n, out),
    }
}

/// out = xⁿ by multiplications, a block of lanes at a time.
#[inline(always)]
fn multiplied_power(x: &[f64], n: i32, out: &mut [f64]) {
    for (x, out) in x.chunks(LANES).zip(out.chunks_mut(LANES)) {
        let mut block = [0.0; LANES];
        block[..x.len()].copy_from_slice(x);
        let mut powers = block.map(|x| Powering::new(x, n < 0));
        let mut bits = n.unsigned_abs();
        loop {
            if bits & 1 != 0 {
                powers.iter_mut().for_each(Powering::multiply);
            }
            bits >>= 1;
            if bits == 0 {
                break;
            }
            powers.iter_mut().for_each(Powering::square);
        }
        for (o, power) in out.iter_mut().zip(powers) {
            *o = power.value();
        }
    }
}

/// Running sums side by side, so that the order of the additions does not depend on the
/// instruction set.
struct Accumulators {
    sum: [f64; LANES],
    compensation: [f64; LANES],
    magnitude: [f64; LANES],
}

impl Accumulators {
    #[inline(always)]
    fn add(&mut self, lane: usize, w: f64, v: f64) {
        let product = two_product(w, v);
        let total = two_sum(self.sum[lane], product.hi);
        self.sum[lane] = total.hi;
        self.compensation[lane] += total.lo + product.lo;
        self.magnitude[lane] += product.hi.abs();
    }

    #[inline(always)]
    fn join(self) -> (f64, f64, f64) {
        let (mut total, mut low, mut size) = (0.0, 0.0, 0.0);
        for lane in 0..LANES {
            let joined = two_sum(total, self.sum[lane]);
            total = joined.hi;
            low += joined.lo + self.compensation[lane];
            size += self.magnitude[lane];
        }
        (total, low, size)
    }
}

/// Σ w·v in about twice the working precision, as a sum and its compensation, and Σ |w·v|.
///
/// 1. Products and sums are taken with their rounding errors (error-free transformations).
/// 2. Eight accumulators run side by side and are joined in a fixed order.
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
        for lane in 0..LANES {
            accumulators.add(lane, w[lane], v[lane]);
        }
    }
    for (lane, (&w, &v)) in w_rest.iter().zip(v_rest).enumerate() {
        accumulators.add(lane, w, v);
    }
    accumulators.join()
}
