//! The inside of outlines, row by row.
//!
//! 1. Each outline crosses the middle of a row at some places, upward or downward.
//! 2. Sorted by rows, and along each row, the crossings count how often the outlines wind around what
//!    lies between them.
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
    let edges: Vec<Edge> = outlines
        .iter()
        .flat_map(|outline| edges(outline, &rows))
        .collect();
    let Some(first) = edges.iter().map(|edge| edge.rows.start).min() else {
        return;
    };
    let end = edges
        .iter()
        .map(|edge| edge.rows.end)
        .max()
        .unwrap_or(first);
    // Where the crossings of each row begin: the sum of how many there are in those above.
    let mut begins = vec![0usize; (end - first) as usize + 1];
    for row in edges.iter().flat_map(|edge| edge.rows.clone()) {
        begins[(row - first) as usize + 1] += 1;
    }
    for row in 1..begins.len() {
        begins[row] += begins[row - 1];
    }
    let mut crossings = vec![(0.0, 0); begins[begins.len() - 1]];
    let mut next = begins.clone();
    for edge in &edges {
        for row in edge.rows.clone() {
            let place = &mut next[(row - first) as usize];
            crossings[*place] = (edge.at(row), edge.turn);
            *place += 1;
        }
    }
    for (row, ends) in (first..end).zip(begins.windows(2)) {
        let crossings = &mut crossings[ends[0]..ends[1]];
        crossings.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let (mut winding, mut start) = (0, 0.0);
        for &mut (x, turn) in crossings {
            if winding == 0 {
                start = x;
            }
            winding += turn;
            if winding == 0 {
                paint(row, (start - 0.5).ceil() as i32..(x - 0.5).ceil() as i32);
            }
        }
    }
}

/// A side of an outline, with the rows whose middles it crosses.
struct Edge {
    rows: Range<i32>,
    top: [f64; 2],
    slope: f64,
    /// 1 downward, −1 upward.
    turn: i32,
}

impl Edge {
    /// Where it crosses the middle of a row.
    fn at(&self, row: i32) -> f64 {
        self.top[0] + (f64::from(row) + 0.5 - self.top[1]) * self.slope
    }
}

/// The sides of an outline that cross any of the rows.
fn edges<'o>(outline: &'o [[f64; 2]], rows: &Range<i32>) -> impl Iterator<Item = Edge> + use<'o> {
    let (start, end) = (rows.start, rows.end);
    let before = outline.last().into_iter().chain(outline);
    before.zip(outline).filter_map(move |(&from, &to)| {
        let (top, bottom, turn) = if from[1] < to[1] {
            (from, to, 1)
        } else {
            (to, from, -1)
        };
        let first = ((top[1] - 0.5).ceil() as i32).max(start);
        let end = ((bottom[1] - 0.5).ceil() as i32).min(end);
        (first < end).then(|| Edge {
            rows: first..end,
            top,
            slope: (bottom[0] - top[0]) / (bottom[1] - top[1]),
            turn,
        })
    })
}
