//! The loops of the kernels, written once and compiled for each instruction set by inlining.
//!
//! Each loop runs to the end of its shortest slice. The formulas are branch-free, so the compiler's
//! loop vectoriser turns each loop into packed instructions of the width of the caller.

use crate::elementary::double_double::{fused_product, two_sum};
use crate::elementary::power::{
    MULTIPLIED, is_special_power, multiplied_power, multiplied_powers, pow, pow_special,
};

/// The sums that [`dot`] keeps side by side.
const LANES: usize = 16;

/// Between these magnitudes the products of [`dot`] and their rounding errors neither overflow nor
/// underflow by more than counts.
const LEAST_MAGNITUDE: f64 = f64::from_bits((1023 - 800) << 52);
const GREATEST_MAGNITUDE: f64 = f64::from_bits((1023 + 1000) << 52);

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

/// Whether the condition holds for any of the numbers.
#[inline(always)]
pub(super) fn any(x: &[f64], condition: impl Fn(f64) -> bool) -> bool {
    x.iter().fold(false, |any, &x| any | condition(x))
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
    if any(x, &rare) {
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

/// Numbers side by side, so many that the order of the additions does not depend on the
/// instruction set.
type Lanes = [f64; LANES];

/// Running sums, one in each lane.
trait RunningSums {
    /// Adds the products of two blocks to the first N lanes.
    fn add<const N: usize>(&mut self, w: &[f64; N], v: &[f64; N]);
}

/// Adds the products of two slices of equal length, block by block.
#[inline(always)]
fn add_products(w: &[f64], v: &[f64], sums: &mut impl RunningSums) {
    /// Adds a remainder of a few times four products, all in one block.
    macro_rules! add_fours {
        ($w:expr, $v:expr, $($fours:literal)*) => {
            match $w.len() / 4 {
                $($fours => {
                    if let (Some(w), Some(v)) = ($w.first_chunk(), $v.first_chunk()) {
                        sums.add::<{ 4 * $fours }>(w, v);
                    }
                })*
                _ => {}
            }
        };
    }
    let (w_blocks, w_rest) = w.as_chunks::<LANES>();
    let (v_blocks, v_rest) = v.as_chunks::<LANES>();
    for (w, v) in w_blocks.iter().zip(v_blocks) {
        sums.add(w, v);
    }
    if w_rest.len() % 4 == 0 {
        add_fours!(w_rest, v_rest, 1 2 3);
    } else {
        sums.add(&padded(w_rest), &padded(v_rest));
    }
}

/// The block that a remainder begins, filled up with zeros.
#[inline(always)]
fn padded(rest: &[f64]) -> Lanes {
    let mut block = [0.0; LANES];
    for (b, &x) in block.iter_mut().zip(rest) {
        *b = x;
    }
    block
}

/// out = Σ cₖ Tₖ(t), by the backward recurrence.
///
/// C. W. Clenshaw, "A note on the summation of Chebyshev series", Mathematics of Computation 9 (1955)
/// 118–120.
#[inline(always)]
pub(super) fn chebyshev(c: &[f64], t: &[f64], out: &mut [f64]) {
    let (t_blocks, t_rest) = t.as_chunks::<LANES>();
    let (blocks, rest) = out.as_chunks_mut::<LANES>();
    for (block, t) in blocks.iter_mut().zip(t_blocks) {
        *block = chebyshev_in_lanes(c, t);
    }
    let last = chebyshev_in_lanes(c, &padded(t_rest));
    for (o, value) in rest.iter_mut().zip(last) {
        *o = value;
    }
}

#[inline(always)]
fn chebyshev_in_lanes(c: &[f64], t: &Lanes) -> Lanes {
    let Some((first, others)) = c.split_first() else {
        return [0.0; LANES];
    };
    let (mut sum, mut before) = ([0.0; LANES], [0.0; LANES]);
    for c in others.iter().rev() {
        for lane in 0..LANES {
            let next = (2.0 * t[lane]).mul_add(sum[lane], c - before[lane]);
            before[lane] = sum[lane];
            sum[lane] = next;
        }
    }
    for lane in 0..LANES {
        sum[lane] = t[lane].mul_add(sum[lane], first - before[lane]);
    }
    sum
}

/// The sum of all lanes: the upper half is added to the lower until one lane is left.
#[inline(always)]
fn join(mut lanes: Lanes) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] += lanes[lane + half];
        }
        half /= 2;
    }
    lanes[0]
}

/// Σ |w·v|
struct Magnitudes(Lanes);

impl RunningSums for Magnitudes {
    #[inline(always)]
    fn add<const N: usize>(&mut self, w: &[f64; N], v: &[f64; N]) {
        for lane in 0..N {
            self.0[lane] += (w[lane] * v[lane]).abs();
        }
    }
}

/// Sums that take up the leading digits of products, and what they leave.
struct Taken {
    sums: Lanes,
    left: Lanes,
}

impl RunningSums for Taken {
    #[inline(always)]
    fn add<const N: usize>(&mut self, w: &[f64; N], v: &[f64; N]) {
        for lane in 0..N {
            let sum = w[lane].mul_add(v[lane], self.sums[lane]);
            let taken = sum - self.sums[lane];
            self.left[lane] += w[lane].mul_add(v[lane], -taken);
            self.sums[lane] = sum;
        }
    }
}

/// Σ w·v in about twice the working precision, as a sum and its compensation, and Σ |w·v|.
///
/// 1. Sum the magnitudes, and start every running sum at a number so far above them that all its
///    values have the same last digit.
/// 2. Then the part of a product that a running sum takes up is the difference of two of its
///    values, exactly, and one fused multiply–add gives the part that it leaves.
/// 3. S. M. Rump, T. Ogita, S. Oishi, "Accurate floating-point summation part I: faithful
///    rounding", SIAM J. Sci. Comput. 31 (2008) 189–224.
#[inline(always)]
pub(super) fn dot(w: &[f64], v: &[f64]) -> (f64, f64, f64) {
    let length = w.len().min(v.len());
    let (w, v) = (&w[..length], &v[..length]);
    let mut magnitudes = Magnitudes([0.0; LANES]);
    add_products(w, v, &mut magnitudes);
    let magnitude = join(magnitudes.0);
    if magnitude == 0.0 {
        return (0.0, 0.0, 0.0);
    }
    if !(LEAST_MAGNITUDE..GREATEST_MAGNITUDE).contains(&magnitude) {
        return dot_of_any_size(w, v);
    }
    // 1½ times a power of two that is 4 to 8 times the magnitude: no sum comes near the powers of
    // two above and below.
    let power = f64::from_bits(magnitude.to_bits() & f64::INFINITY.to_bits());
    let start = 12.0 * power;
    let mut parts = Taken {
        sums: [start; LANES],
        left: [0.0; LANES],
    };
    add_products(w, v, &mut parts);
    // With one last digit for all, the sum of the sums is exact too.
    let high = join(parts.sums.map(
        #[inline(always)]
        |sum| sum - start,
    ));
    let total = two_sum(high, join(parts.left));
    (total.hi, total.lo, magnitude)
}

/// Sums of products with the rounding errors of both: T. Ogita, S. M. Rump, S. Oishi, "Accurate
/// sum and dot product", SIAM J. Sci. Comput. 26 (2005) 1955–1988.
struct Compensated {
    sums: Lanes,
    left: Lanes,
    magnitudes: Lanes,
}

impl RunningSums for Compensated {
    #[inline(always)]
    fn add<const N: usize>(&mut self, w: &[f64; N], v: &[f64; N]) {
        for lane in 0..N {
            let product = fused_product(w[lane], v[lane]);
            let total = two_sum(self.sums[lane], product.hi);
            self.sums[lane] = total.hi;
            self.left[lane] += total.lo + product.lo;
            self.magnitudes[lane] += product.hi.abs();
        }
    }
}

/// [`dot`] where the magnitudes are so small that products may underflow, or so large that the
/// running sums may overflow, or not numbers.
#[inline(never)]
fn dot_of_any_size(w: &[f64], v: &[f64]) -> (f64, f64, f64) {
    let mut parts = Compensated {
        sums: [0.0; LANES],
        left: [0.0; LANES],
        magnitudes: [0.0; LANES],
    };
    add_products(w, v, &mut parts);
    let mut total = two_sum(0.0, 0.0);
    for (sum, left) in parts.sums.iter().zip(&parts.left) {
        let lo = total.lo + left;
        total = two_sum(total.hi, *sum);
        total.lo += lo;
    }
    (total.hi, total.lo, join(parts.magnitudes))
}
