//! Axes in bins that move to where the integrand is large.
//!
//! 1. Bins of an axis get as many points each, whatever their widths. The mean of f² in a bin, seen through the
//!    bins, is smoothed over its neighbours; its root is how many times more points there are best.
//! 2. New edges divide these into equal parts.
//!
//! G. P. Lepage, "A new algorithm for adaptive multidimensional integration", J. Comput. Phys. 27 (1978) 192–203.

use crate::elementary::Unary;
use crate::program::sampling::BINS;

/// The edges of even bins.
pub(super) fn even() -> Vec<f64> {
    (0..=BINS).map(|k| k as f64 / BINS as f64).collect()
}

/// Edges of bins that hold equal parts of a logistic distribution, of that in [0, 1].
pub(super) fn logistic(middle: f64, deviation: f64) -> Vec<f64> {
    let scale = deviation * 3.0f64.sqrt() / std::f64::consts::PI;
    // Distances count from the nearer side, so that neither tail rounds to nothing.
    let below = |x: f64| 1.0 / (1.0 + Unary::Exp.value((middle - x) / scale));
    let (low, high) = (below(0.0), below(1.0));
    let place = |k: usize| {
        let p = low + (high - low) * k as f64 / BINS as f64;
        middle + scale * Unary::Ln.value(p / (1.0 - p))
    };
    let mut edges = vec![0.0];
    edges.extend((1..BINS).map(place));
    edges.push(1.0);
    let in_order = |pair: &[f64]| pair[0] < pair[1];
    match edges.windows(2).all(in_order) {
        true => edges,
        false => even(),
    }
}

/// Moves edges to where the sums of squares in bins are large, of so many points in all; a part of all points
/// stays even. By how much of a bin an edge moved, on the mean.
pub(super) fn moved(edges: &mut Vec<f64>, squares: &[f64], even: f64, pooled: usize) -> f64 {
    let sum: f64 = squares.iter().sum();
    if !(sum > 0.0 && sum.is_finite()) {
        return 0.0;
    }
    // Few points say something of several bins together only.
    let pools = squares.chunks(pooled).map(|pool| pool.iter().sum::<f64>() / pool.len() as f64);
    let means = pools.flat_map(|mean| std::iter::repeat_n(mean, pooled));
    let means: Vec<f64> = means.collect();
    let at = |k: usize| means[k] / sum;
    let smooth = (0..BINS).map(|k| match k {
        0 => (7.0 * at(0) + at(1)) / 8.0,
        k if k == BINS - 1 => (at(k - 1) + 7.0 * at(k)) / 8.0,
        k => (at(k - 1) + 6.0 * at(k) + at(k + 1)) / 8.0,
    });
    let roots: Vec<f64> = smooth.map(f64::sqrt).collect();
    let all: f64 = roots.iter().sum();
    // Some points go everywhere: what was not seen may be there.
    let widths = edges.windows(2).map(|pair| pair[1] - pair[0]);
    let shares = roots.iter().zip(widths);
    let shares = shares.map(|(root, width)| (1.0 - even) * root / all + even * width);
    let shares: Vec<f64> = shares.collect();
    let per_bin = shares.iter().sum::<f64>() / BINS as f64;
    let (mut next, mut k, mut held) = (vec![0.0], 0, 0.0);
    for _ in 1..BINS {
        while held < per_bin && k < BINS {
            held += shares[k];
            k += 1;
        }
        held -= per_bin;
        // So much of the last bin lies behind the edge.
        let rest = held / shares[k - 1];
        next.push(edges[k] - rest * (edges[k] - edges[k - 1]));
    }
    next.push(1.0);
    // Edges that rounding would join stay apart.
    if !next.windows(2).all(|pair| pair[0] < pair[1]) {
        return 0.0;
    }
    let far = next.iter().zip(edges.iter()).enumerate().map(|(k, (new, old))| {
        let width = edges[(k + 1).min(BINS)] - edges[k.saturating_sub(1)];
        (new - old).abs() / width
    });
    let mean = far.sum::<f64>() / (BINS - 1) as f64;
    *edges = next;
    mean
}

/// The bin that holds a coordinate.
pub(super) fn bin_of(edges: &[f64], x: f64) -> usize {
    edges[1..BINS].partition_point(|edge| *edge <= x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_gather_where_the_squares_are() {
        let mut edges = even();
        // All of it in the first tenth.
        for _ in 0..40 {
            let widths = edges.windows(2).map(|pair| {
                let inside = pair[1].min(0.1) - pair[0].min(0.1);
                inside * (pair[1] - pair[0])
            });
            let squares: Vec<f64> = widths.collect();
            moved(&mut edges, &squares, 0.02, 1);
        }
        let inside = edges.iter().filter(|edge| **edge <= 0.1).count();
        assert!(inside > 9 * BINS / 10, "{inside}");
        assert!(edges.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((edges[0], edges[BINS]), (0.0, 1.0));
        for k in [0, 5, BINS - 1] {
            assert_eq!(bin_of(&edges, 0.5 * (edges[k] + edges[k + 1])), k);
        }
    }

    #[test]
    fn logistic_bins_hold_equal_parts() {
        for (middle, deviation) in [(0.5, 0.01), (0.1, 0.3), (-0.2, 0.5), (0.999, 1e-3)] {
            let edges = logistic(middle, deviation);
            assert!(edges.windows(2).all(|pair| pair[0] < pair[1]));
            let scale = deviation * 3.0f64.sqrt() / std::f64::consts::PI;
            let part = |x: f64| 1.0 / (1.0 + ((middle - x) / scale).exp());
            let parts = edges.windows(2).map(|pair| part(pair[1]) - part(pair[0]));
            let whole = part(1.0) - part(0.0);
            for (k, p) in parts.enumerate() {
                // The widest bins are those of the tails, where exponentials lose digits.
                assert!((p * BINS as f64 / whole - 1.0).abs() < 1e-9, "{middle} {k} {p}");
            }
        }
        // What rounding does not tell apart is even.
        assert_eq!(logistic(0.5, 1e-300), even());
    }
}
