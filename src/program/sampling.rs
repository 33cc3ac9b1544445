//! The loops that make random and even points and lead them, written once and compiled for each instruction
//! set by inlining.

/// The generators that run side by side: so many that they do not wait for each other.
pub(crate) const GENERATORS: usize = 16;

/// The states of generators side by side, word by word.
pub(crate) type Generators = [[u64; GENERATORS]; 4];

/// The points of a sequence in base 2 that are made from one.
pub(crate) const TOGETHER: usize = 16;

/// The bins of an axis of a learned grid: a power of two, so that the jumps of its slope lie on the edges of
/// intervals of nets.
pub(crate) const BINS: usize = 128;

/// An axis in bins: where each begins, and how long it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bins {
    pub(crate) begins: [f64; BINS],
    pub(crate) widths: [f64; BINS],
}

/// The middle of one of 2⁵² equal cells of the unit interval: never 0, never 1. All steps are exact.
#[inline(always)]
pub(crate) fn inside(bits: u64) -> f64 {
    // 1 ≤ t < 2, with the digits behind the point; then less 1, and half a cell more.
    f64::from_bits(bits >> 12 | 1023 << 52) - (1.0 - 0.5 * f64::EPSILON)
}

/// Numbers in the unit interval by xoshiro256+, from each generator in turn.
///
/// D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM Trans. Math. Softw. 47 (2021)
/// 36; the lowest bits, which are linear, are not used.
#[inline(always)]
pub(super) fn uniform(generators: &mut Generators, out: &mut [f64]) {
    let [mut a, mut b, mut c, mut d] = *generators;
    for out in out.chunks_mut(GENERATORS) {
        let mut row = [0.0; GENERATORS];
        for k in 0..GENERATORS {
            row[k] = inside(a[k].wrapping_add(d[k]));
            let shifted = b[k] << 17;
            c[k] ^= a[k];
            d[k] ^= b[k];
            b[k] ^= c[k];
            a[k] ^= d[k];
            c[k] ^= shifted;
            d[k] = d[k].rotate_left(45);
        }
        match <&mut [f64; GENERATORS]>::try_from(&mut *out) {
            Ok(out) => *out = row,
            Err(_) => out.iter_mut().zip(row).for_each(|(o, x)| *o = x),
        }
    }
    *generators = [a, b, c, d];
}

/// Points of a sequence in base 2: for each base those that differ from it by the pattern.
#[inline(always)]
pub(super) fn digital(pattern: &[u64; TOGETHER], bases: &[u64], out: &mut [f64]) {
    for (out, base) in out.chunks_exact_mut(TOGETHER).zip(bases) {
        for (o, bits) in out.iter_mut().zip(pattern) {
            *o = inside(base ^ bits);
        }
    }
}

/// Where an axis in bins leads coordinates, and the slope there as another factor of `stretch`.
#[inline(always)]
pub(super) fn lead(bins: &Bins, w: &[f64], x: &mut [f64], stretch: &mut [f64]) {
    /// Added to a small number, it leaves the nearest whole number in the lowest bits.
    const WHOLE: f64 = (3u64 << 51) as f64;
    let all = BINS as f64;
    for ((x, stretch), w) in x.iter_mut().zip(stretch).zip(w) {
        // At an edge either bin is right.
        let place = w * all;
        let whole = (place - 0.5) + WHOLE;
        let k = whole.to_bits() as usize % BINS;
        let within = place - (whole - WHOLE);
        *x = bins.begins[k] + within * bins.widths[k];
        *stretch *= bins.widths[k] * all;
    }
}

/// out = out + b·x.
#[inline(always)]
pub(super) fn add_scaled(x: &[f64], b: f64, out: &mut [f64]) {
    for (o, x) in out.iter_mut().zip(x) {
        *o += b * x;
    }
}
