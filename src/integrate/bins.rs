//! Axes in bins that move to where the integrand is large.
//!
//! 1. Bins of an axis get parts of all points that do not depend on their widths. The mean of f² in a bin, seen
//!    through the bins, is smoothed over its neighbours; its root is how many times more points there are best.
//! 2. New edges divide these in the same parts.
//!
//! G. P. Lepage, "A new algorithm for adaptive multidimensional integration", J. Comput. Phys. 27 (1978) 192–203.

use crate::elementary::Unary;
use crate::rule::vectors::{BINS, KNOTS};

/// For the bins toward the ends the mean of the neighbour counts like so many points.
const NEIGHBOUR: f64 = 4.0;

/// The edges of even bins.
pub(super) fn even() -> Vec<f64> {
    KNOTS.to_vec()
}

/// The place below which edges put a share of all points.
pub(super) fn place(edges: &[f64], share: f64) -> f64 {
    let bin = KNOTS.partition_point(|knot| *knot <= share).clamp(1, BINS) - 1;
    let [low, high] = [KNOTS[bin], KNOTS[bin + 1]];
    edges[bin] + (edges[bin + 1] - edges[bin]) * (share - low) / (high - low)
}

/// Edges of bins that hold equal parts of a logistic distribution, of that in [0, 1].
pub(super) fn logistic(middle: f64, deviation: f64) -> Vec<f64> {
    let scale = deviation * 3.0f64.sqrt() / std::f64::consts::PI;
    // Distances count from the nearer side, so that neither tail rounds to nothing.
    let below = |x: f64| 1.0 / (1.0 + Unary::Exp.value((middle - x) / scale));
    let (low, high) = (below(0.0), below(1.0));
    let place = |k: usize| {
        // By the part above where that is less, which keeps its digits.
        let [from_low, from_high] = [KNOTS[k], KNOTS[BINS - k]];
        let p = low * from_high + high * from_low;
        let q = (1.0 - low) * from_high + (1.0 - high) * from_low;
        middle + scale * Unary::Ln.value(p / q)
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

/// What weights hold of the points of an axis: how many there are, and in each bin the sum of the weights.
pub(super) struct OfAxis<'h> {
    pub(super) points: f64,
    pub(super) sums: &'h [f64],
    /// Below so many points a bin says nothing of its own.
    pub(super) fewest: f64,
}

/// Moves edges to where the sums of squares are large beside the number of points; a part of all points stays even.
/// By how much of a bin an edge moved, on the mean.
pub(super) fn moved(edges: &mut Vec<f64>, of_axis: &OfAxis<'_>, even: f64) -> f64 {
    let OfAxis {
        points,
        sums,
        fewest,
    } = of_axis;
    let sum: f64 = sums.iter().sum();
    if !(sum > 0.0 && sum.is_finite()) {
        return 0.0;
    }
    let part = |k: usize| KNOTS[k + 1] - KNOTS[k];
    let means = means(sums, *points, *fewest);
    let smooth = (0..BINS).map(|k| {
        let [before, after] = [k.saturating_sub(1), (k + 1).min(BINS - 1)];
        (means[before] + 6.0 * means[k] + means[after]) / 8.0
    });
    let roots: Vec<f64> = smooth
        .enumerate()
        .map(|(k, m)| part(k) * m.sqrt())
        .collect();
    let all: f64 = roots.iter().sum();
    // Some points go everywhere: what was not seen may be there.
    let widths = edges.windows(2).map(|pair| pair[1] - pair[0]);
    let shares = roots.iter().zip(widths);
    let shares = shares.map(|(root, width)| (1.0 - even) * root / all + even * width);
    let shares: Vec<f64> = shares.collect();
    let whole: f64 = shares.iter().sum();
    let (mut next, mut k, mut held) = (vec![0.0], 0, 0.0);
    for knot in &KNOTS[1..BINS] {
        while held + shares[k] < knot * whole && k < BINS - 1 {
            held += shares[k];
            k += 1;
        }
        let within = ((knot * whole - held) / shares[k]).min(1.0);
        next.push(edges[k] + within * (edges[k + 1] - edges[k]));
    }
    next.push(1.0);
    // Edges that rounding would join stay apart.
    if !next.windows(2).all(|pair| pair[0] < pair[1]) {
        return 0.0;
    }
    let far = next
        .iter()
        .zip(edges.iter())
        .enumerate()
        .map(|(k, (new, old))| {
            let width = edges[(k + 1).min(BINS)] - edges[k.saturating_sub(1)];
            (new - old).abs() / width
        });
    let mean = far.sum::<f64>() / (BINS - 1) as f64;
    *edges = next;
    mean
}

/// Puts the edge that is nearest to each of these places there, where it is free.
pub(super) fn put_edges(edges: &mut [f64], places: &[f64]) {
    let mut free = 1;
    for place in places
        .iter()
        .copied()
        .filter(|place| *place > 0.0 && *place < 1.0)
    {
        let above = edges.partition_point(|edge| *edge < place);
        let below = above - 1;
        let nearest = match place - edges[below] < edges[above] - place {
            true => below,
            false => above,
        };
        // The ends stay, and so does what was put before.
        let k = nearest.clamp(1, BINS - 1).max(free);
        if k < BINS && edges[k - 1] < place && place < edges[k + 1] {
            edges[k] = place;
            free = k + 1;
        }
    }
}

/// The mean of the weights of the points in each bin. Bins with few points are taken together with their
/// neighbours: from the middle outward, each takes on what is missing of those before.
fn means(sums: &[f64], points: f64, fewest: f64) -> Vec<f64> {
    let mut means = vec![0.0; BINS];
    let count = |k: usize| points * (KNOTS[k + 1] - KNOTS[k]);
    // Even pools first.
    let middle = BINS / 2;
    let pooled = (fewest / count(middle)).ceil().max(1.0) as usize;
    let mut k = 0;
    while k < BINS {
        let mut end = k;
        let (mut sum, mut all) = (0.0, 0.0);
        while end < BINS && (end - k < pooled || count(end) < count(middle) && all < fewest) {
            sum += sums[end];
            all += count(end);
            end += 1;
        }
        means[k..end].fill(sum / all);
        k = end;
    }
    // Toward the ends each bin counts by its own points, and a few like its inner neighbour's.
    for outward in [false, true] {
        let at = |k: usize| if outward { BINS - 1 - k } else { k };
        for k in (0..middle).rev() {
            if count(k) < count(middle) {
                let inner = means[at(k + 1)];
                means[at(k)] = (sums[at(k)] + NEIGHBOUR * inner) / (count(k) + NEIGHBOUR);
            }
        }
    }
    means
}

/// Even cells along an axis, by which bins are found.
pub(super) const CELLS: usize = 512;

/// The bins that hold the edges of even cells.
pub(super) fn cells(edges: &[f64]) -> [u8; CELLS + 1] {
    let mut bin = 0;
    std::array::from_fn(|k| {
        while bin < BINS - 1 && edges[bin + 1] <= k as f64 / CELLS as f64 {
            bin += 1;
        }
        bin as u8
    })
}

/// The bin that holds a coordinate.
pub(super) fn bin_of(edges: &[f64], cells: &[u8; CELLS + 1], x: f64) -> usize {
    let cell = ((x * CELLS as f64) as usize).min(CELLS - 1);
    let [first, last] = [cells[cell], cells[cell + 1]].map(usize::from);
    match last - first {
        0 => first,
        1 => first + usize::from(edges[last] <= x),
        _ => first + edges[first + 1..=last].partition_point(|edge| *edge <= x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_put_where_they_must_be() {
        let mut edges = even();
        let places = [1e-9, 0.3001, 0.30011, 0.7, 1.0 - 1e-9];
        put_edges(&mut edges, &places);
        assert!(edges.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            places.iter().all(|place| edges.contains(place)),
            "{edges:?}"
        );
        assert_eq!((edges[0], edges[BINS]), (0.0, 1.0));
        let before = edges.clone();
        put_edges(&mut edges, &[]);
        assert_eq!(edges, before);
    }

    #[test]
    fn bins_gather_where_the_squares_are() {
        let mut edges = even();
        // All of it in the first tenth.
        for _ in 0..40 {
            let bins = edges.windows(2).enumerate().map(|(k, pair)| {
                let part = KNOTS[k + 1] - KNOTS[k];
                let (inside, width) = (pair[1].min(0.1) - pair[0].min(0.1), pair[1] - pair[0]);
                1e6 * inside * width / part
            });
            let sums: Vec<f64> = bins.collect();
            let of_axis = OfAxis {
                points: 1e6,
                sums: &sums,
                fewest: 1.0,
            };
            moved(&mut edges, &of_axis, 0.02);
        }
        let inside = edges.iter().zip(KNOTS).filter(|(edge, _)| **edge <= 0.1);
        let inside = inside.map(|(_, knot)| knot).fold(0.0, f64::max);
        assert!(inside > 0.95, "{inside}");
        assert!(edges.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((edges[0], edges[BINS]), (0.0, 1.0));
        for k in 0..BINS {
            assert_eq!(
                bin_of(&edges, &cells(&edges), 0.5 * (edges[k] + edges[k + 1])),
                k
            );
        }
    }

    #[test]
    fn tails_follow_a_gaussian() {
        // exp(−z²) of deviation 1/20 in the middle, seen without chance: the mean of f² beside the square of that
        // of |f|, after a few moves from even bins.
        let f = |x: f64| (-200.0 * (x - 0.5) * (x - 0.5)).exp();
        let mut edges = even();
        let mut spread = 0.0;
        for _ in 0..8 {
            let squares = edges.windows(2).enumerate().map(|(k, pair)| {
                let (part, width) = (KNOTS[k + 1] - KNOTS[k], pair[1] - pair[0]);
                let values = (0..64).map(|i| f(pair[0] + (f64::from(i) + 0.5) / 64.0 * width));
                values.map(|f| (f * width / part).powi(2)).sum::<f64>() / 64.0 * part
            });
            let squares: Vec<f64> = squares.collect();
            let mean = std::f64::consts::PI.sqrt() / 200f64.sqrt();
            spread = squares.iter().sum::<f64>() / mean / mean;
            let sums: Vec<f64> = squares.iter().map(|s| 1e6 * s).collect();
            let of_axis = OfAxis {
                points: 1e6,
                sums: &sums,
                fewest: 1.0,
            };
            moved(&mut edges, &of_axis, 0.004);
        }
        assert!(spread < 1.02, "{spread}");
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
                // In the tails differences of numbers near 1 lose digits.
                let asked = KNOTS[k + 1] - KNOTS[k];
                assert!(
                    (p / whole - asked).abs() < 1e-9 * asked + 1e-14 / whole,
                    "{middle} {k} {p}"
                );
            }
        }
        // What rounding does not tell apart is even.
        assert_eq!(logistic(0.5, 1e-300), even());
    }
}
