//! The inside of outlines, row by row.
//!
//! 1. Each outline crosses the middle of a row at some places, upward or downward.
//! 2. Sorted, the crossings count how often the outlines wind around what lies between them.
//! 3. A run lasts as long as that is not zero: parts that share an edge leave no seam and never
//!    overlap.

use std::ops::Range;

/// Calls `paint(row, columns)` for every run of whole-number places (taken half a step in) that
/// the closed `outlines` wind around, over the given rows.
pub(super) fn spans(
    outlines: &[Vec<[f64; 2]>],
    rows: Range<i32>,
    mut paint: impl FnMut(i32, Range<i32>),
) {
    let mut crossings: Vec<(i32, f64, i32)> = Vec::new();
    for outline in outlines {
        let mut from = match outline.last() {
            Some(&last) => last,
            None => continue,
        };
        for &to in outline {
            let (top, bottom, turn) = if from[1] < to[1] {
                (from, to, 1)
            } else {
                (to, from, -1)
            };
            let first = ((top[1] - 0.5).ceil() as i32).max(rows.start);
            let end = ((bottom[1] - 0.5).ceil() as i32).min(rows.end);
            let slope = (bottom[0] - top[0]) / (bottom[1] - top[1]);
            for row in first..end {
                let x = top[0] + (f64::from(row) + 0.5 - top[1]) * slope;
                crossings.push((row, x, turn));
            }
            from = to;
        }
    }
    crossings.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut winding, mut start) = (0, 0.0);
    for (row, x, turn) in crossings {
        if winding == 0 {
            start = x;
        }
        winding += turn;
        if winding == 0 {
            paint(row, (start - 0.5).ceil() as i32..(x - 0.5).ceil() as i32);
        }
    }
}
