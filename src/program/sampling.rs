//! The loops that make random and even points and lead them, written once and compiled for each instruction
//! set by inlining.

/// The generators that run side by side: so many that they do not wait for each other.
pub(crate) const GENERATORS: usize = 16;

/// The states of generators side by side, word by word.
pub(crate) type Generators = [[u64; GENERATORS]; 4];

/// The points of a sequence in base 2 that are made from one.
pub(crate) const TOGETHER: usize = 16;

/// The bins of an axis of a learned grid hold 2⁻⁷ of all points, but toward both ends each has half as many as the
/// one before: tails are long. They begin at [`knot`]s, edges of intervals of nets, where slopes may jump.
const EVEN_BINS: u64 = 1 << 7;
const END_BINS: usize = 8;
pub(crate) const BINS: usize = EVEN_BINS as usize - 2 + 2 * END_BINS;

/// Where a bin begins, or the last one ends, as a part of all points.
pub(crate) const fn knot(k: usize) -> f64 {
    let first = 1.0 / EVEN_BINS as f64;
    match k {
        0 => 0.0,
        k if k < END_BINS => first / (1u64 << (END_BINS - k)) as f64,
        k if k <= BINS - END_BINS => (k + 1 - END_BINS) as f64 * first,
        _ => 1.0 - knot(BINS - k),
    }
}

/// All of them.
pub(crate) const KNOTS: [f64; BINS + 1] = {
    let mut knots = [0.0; BINS + 1];
    let mut k = 0;
    while k <= BINS {
        knots[k] = knot(k);
        k += 1;
    }
    knots
};

/// The bin of a number in the unit interval.
#[inline(always)]
pub(crate) fn bin(w: f64) -> usize {
    /// Added to a small number, it leaves the nearest whole number in the lowest bits.
    const WHOLE: f64 = (3u64 << 51) as f64;
    // At an edge either bin is right.
    let even = ((w * EVEN_BINS as f64 - 0.5) + WHOLE).to_bits() as usize % EVEN_BINS as usize;
    // Near an end the exponent of the distance counts.
    let near = if w < 0.5 { w } else { 1.0 - w };
    let exponent = (near.to_bits() >> 52) as usize;
    let least = 1023 - EVEN_BINS.ilog2() as usize - END_BINS;
    let from_end = exponent.clamp(least, least + END_BINS - 1) - least;
    let at_end = if w < 0.5 {
        from_end
    } else {
        BINS - 1 - from_end
    };
    match near * (EVEN_BINS as f64) < 1.0 {
        true => at_end,
        false => even + END_BINS - 1,
    }
}

/// An axis in bins: where each begins, and the slope there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bins {
    pub(crate) begins: [f64; ROOM],
    pub(crate) slopes: [f64; ROOM],
}

/// A power of two above the number of bins, so that numbers of bins need no check.
pub(crate) const ROOM: usize = BINS.next_power_of_two();

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

/// The knots, with room.
const ROOMY: [f64; ROOM] = {
    let mut knots = [0.0; ROOM];
    let mut k = 0;
    while k < BINS {
        knots[k] = KNOTS[k];
        k += 1;
    }
    knots
};

/// Where an axis in bins leads coordinates, and the slope there as another factor of `stretch`.
#[inline(always)]
pub(super) fn lead(bins: &Bins, w: &[f64], x: &mut [f64], stretch: &mut [f64]) {
    for ((x, stretch), w) in x.iter_mut().zip(stretch).zip(w) {
        let k = bin(*w) % ROOM;
        let slope = bins.slopes[k];
        *x = bins.begins[k] + (w - ROOMY[k]) * slope;
        *stretch *= slope;
    }
}

/// The same where the ends are faces, toward which the outermost bins bend; see [`bent`].
#[inline(always)]
pub(super) fn lead_to_faces(bins: &Bins, w: &[f64], x: &mut [f64], stretch: &mut [f64]) {
    lead(bins, w, x, stretch);
    // Few points are so near to a face.
    let is_at_face = |w: f64| w.min(1.0 - w) < KNOTS[1];
    if !w.iter().fold(false, |any, w| any | is_at_face(*w)) {
        return;
    }
    for ((x, stretch), w) in x.iter_mut().zip(stretch).zip(w) {
        if !is_at_face(*w) {
            continue;
        }
        let is_last = *w > 0.5;
        let far = if is_last { 1.0 - w } else { *w } * (1.0 / KNOTS[1]);
        let [part, steeper] = bent(far);
        let slope = bins.slopes[if is_last { BINS - 1 } else { 0 }];
        let at_end = slope * KNOTS[1] * part;
        *x = if is_last {
            BELOW_ONE.min(1.0 - at_end)
        } else {
            at_end
        };
        *stretch *= steeper;
    }
}

/// The largest number below 1.
const BELOW_ONE: f64 = 1.0 - 0.5 * f64::EPSILON;

/// Where t, a part of the outermost bin, is led, (1 + c) t⁴/(t³ + c), and the slope: like the fourth power near the
/// face, so that powers of the distance have a second moment there down to −7/8, and hardly bent farther
/// off, with a slope of hardly more than 4/3, so that it makes no value large.
#[inline(always)]
pub(crate) fn bent(t: f64) -> [f64; 2] {
    const C: f64 = 1.0 / 64.0;
    let cube = t * t * t;
    let scaled = (1.0 + C) * cube / (cube + C);
    [t * scaled, scaled * (cube + 4.0 * C) / (cube + C)]
}

/// out = out + b·x.
#[inline(always)]
pub(super) fn add_scaled(x: &[f64], b: f64, out: &mut [f64]) {
    for (o, x) in out.iter_mut().zip(x) {
        *o += b * x;
    }
}

/// Whether all numbers lie in the open unit interval.
#[inline(always)]
pub(super) fn are_inside(x: &[f64]) -> bool {
    x.iter().fold(true, |all, x| all & (*x > 0.0) & (*x < 1.0))
}

/// Sums and extremes are taken of so many values side by side.
const LANES: usize = 16;

/// The mean of values, the sum of squared deviations from it, the least and the greatest; values that are NaN
/// have no part in the extremes.
#[inline(always)]
pub(super) fn moments(values: &[f64]) -> [f64; 4] {
    let (rows, rest) = values.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    let mut least = [f64::INFINITY; LANES];
    let mut greatest = [f64::NEG_INFINITY; LANES];
    for row in rows {
        for k in 0..LANES {
            sums[k] += row[k];
            least[k] = less(least[k], row[k]);
            greatest[k] = more(greatest[k], row[k]);
        }
    }
    for (k, v) in rest.iter().enumerate() {
        sums[k] += v;
        least[k] = less(least[k], *v);
        greatest[k] = more(greatest[k], *v);
    }
    let sum = joined(
        sums,
        #[inline(always)]
        |a, b| a + b,
    );
    let mean = sum / values.len() as f64;
    let mut squares = [0.0; LANES];
    for row in rows {
        for k in 0..LANES {
            squares[k] += (row[k] - mean) * (row[k] - mean);
        }
    }
    for (square, v) in squares.iter_mut().zip(rest) {
        *square += (v - mean) * (v - mean);
    }
    [
        mean,
        joined(
            squares,
            #[inline(always)]
            |a, b| a + b,
        ),
        joined(least, less),
        joined(greatest, more),
    ]
}

/// The less of two numbers, the first where there is none.
#[inline(always)]
fn less(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// The greater of two numbers, the first where there is none.
#[inline(always)]
fn more(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// Lanes joined in pairs.
#[inline(always)]
fn joined(mut lanes: [f64; LANES], join: impl Fn(f64, f64) -> f64) -> f64 {
    let mut half = LANES / 2;
    while half > 0 {
        for k in 0..half {
            lanes[k] = join(lanes[k], lanes[k + half]);
        }
        half /= 2;
    }
    lanes[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_lie_between_their_knots() {
        assert!(KNOTS.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((KNOTS[0], KNOTS[BINS]), (0.0, 1.0));
        for (k, pair) in KNOTS.windows(2).enumerate() {
            let width = pair[1] - pair[0];
            for part in [1e-9, 0.3, 0.5, 1.0 - 1e-7] {
                assert_eq!(bin(pair[0] + part * width), k);
            }
            assert_eq!(width, KNOTS[BINS - k] - KNOTS[BINS - k - 1]);
        }
        assert_eq!(bin(f64::MIN_POSITIVE), 0);
        assert_eq!(bin(1.0 - f64::EPSILON / 2.0), BINS - 1);
    }

    #[test]
    fn moments_are_those_of_all_values() {
        for n in [1, 15, 16, 17, 40, 256] {
            let values: Vec<f64> = (0..n).map(|k| f64::from(k * k % 17) - 3.0).collect();
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
            let [found, deviations, least, greatest] = moments(&values);
            // Some hundred roundings of numbers up to 200.
            assert!((found - mean).abs() < 1e-13 && (deviations - squares).abs() < 1e-10);
            let all = values.iter().copied();
            assert_eq!(Some(least), all.clone().reduce(f64::min));
            assert_eq!(Some(greatest), all.reduce(f64::max));
        }
        let [mean, _, least, greatest] = moments(&[1.0, f64::NAN, 2.0]);
        assert!(mean.is_nan());
        assert_eq!([least, greatest], [1.0, 2.0]);
    }

    #[test]
    fn the_bend_has_its_slope_and_both_ends() {
        assert_eq!([bent(0.0)[0], bent(1.0)[0]], [0.0, 1.0]);
        for k in 1..100 {
            let (t, h) = (f64::from(k) / 100.0, 1e-6);
            let [_, slope] = bent(t);
            let between = (bent(t + h)[0] - bent(t - h)[0]) / (2.0 * h);
            assert!(
                (slope - between).abs() < 1e-8 && slope < 1.36,
                "{t} {slope}"
            );
        }
        assert!((bent(1e-5)[0] / 1e-20 - 65.0).abs() < 1e-6);
    }
}
