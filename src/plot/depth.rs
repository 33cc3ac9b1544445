//! What of a scene in space is seen: for every place of the page, how near to the eye the nearest thing there is.
//!
//! 1. Triangles are drawn into a raster that keeps the greatest nearness (E. Catmull, "A subdivision algorithm for
//!    computer display of curved surfaces", University of Utah (1974)).
//! 2. A spot is seen where nothing nearby on the page is nearer on all sides of it: next to a silhouette the eye
//!    looks past it.

use super::scene::{Spot, distance};
use super::shape::{Area, between};

/// Cells of the raster to the pixel.
const FINENESS: f64 = 1.5;
/// Pixels around an area that belong to its raster.
const BORDER: f64 = 6.0;
/// What is no farther behind than this many pixels is not hidden.
const SLACK: f64 = 1.6;
/// Lines are looked at in steps of so many pixels.
const STEP: f64 = 1.5;
/// Shorter parts of lines, such as silhouettes leave of what lies behind them, are not drawn.
const SHORTEST: f64 = 2.2;

/// How near the nearest thing is, all over an area.
pub(super) struct Depth {
    origin: Spot,
    columns: usize,
    rows: usize,
    nearest: Vec<f64>,
}

impl Depth {
    /// An area on which nothing lies yet.
    pub(super) fn new(area: Area) -> Depth {
        let cells = |length: f64| ((length + 2.0 * BORDER) * FINENESS).ceil().max(1.0) as usize;
        let (columns, rows) = (cells(area.width), cells(area.height));
        Depth {
            origin: [area.left - BORDER, area.top - BORDER],
            columns,
            rows,
            nearest: vec![f64::NEG_INFINITY; columns * rows],
        }
    }

    fn cell(&self, spot: Spot) -> Spot {
        [0, 1].map(|i| (spot[i] - self.origin[i]) * FINENESS)
    }

    /// Lays a triangle, each corner of which has a nearness.
    pub(super) fn lay(&mut self, corners: [(Spot, f64); 3]) {
        let [a, b, c] = corners.map(|(spot, _)| self.cell(spot));
        let cross = |o: Spot, p: Spot, q: Spot| {
            (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])
        };
        let whole = cross(a, b, c);
        if whole == 0.0 || !whole.is_finite() {
            return;
        }
        let ends = |i: usize, most: usize| {
            let low = a[i].min(b[i]).min(c[i]).floor().max(0.0) as usize;
            let high = a[i].max(b[i]).max(c[i]).ceil().max(0.0) as usize;
            low..high.min(most)
        };
        for row in ends(1, self.rows) {
            for column in ends(0, self.columns) {
                let at = [column as f64 + 0.5, row as f64 + 0.5];
                let shares = [cross(at, b, c), cross(at, c, a), cross(at, a, b)].map(|s| s / whole);
                // A little over the edge, so that no gap is left between neighbours.
                if shares.iter().all(|share| *share >= -0.02) {
                    let near = shares.iter().zip(corners).map(|(s, (_, near))| s * near);
                    let place = &mut self.nearest[row * self.columns + column];
                    *place = near.sum::<f64>().max(*place);
                }
            }
        }
    }

    /// Lays a polygon as triangles around its first corner.
    pub(super) fn lay_polygon(&mut self, corners: &[(Spot, f64)]) {
        for pair in corners.windows(2).skip(1) {
            self.lay([corners[0], pair[0], pair[1]]);
        }
    }

    /// Whether something at a spot, so near, is seen.
    pub(super) fn shows(&self, spot: Spot, near: f64) -> bool {
        let [x, y] = self.cell(spot).map(|part| part.floor() as i64);
        let around = (-1..=1).flat_map(|i| (-1..=1).map(move |j| (x + i, y + j)));
        let farthest = around.map(|(column, row)| {
            let is_inside =
                (0..self.columns as i64).contains(&column) && (0..self.rows as i64).contains(&row);
            match is_inside {
                true => self.nearest[row as usize * self.columns + column as usize],
                false => f64::NEG_INFINITY,
            }
        });
        near + SLACK >= farthest.fold(f64::INFINITY, f64::min)
    }

    /// The parts of a line that are seen.
    pub(super) fn seen(&self, path: &[(Spot, f64)]) -> Vec<Vec<Spot>> {
        let mut parts: Vec<Vec<Spot>> = vec![Vec::new()];
        for (k, pair) in path.windows(2).enumerate() {
            let [(a, near_a), (b, near_b)] = [pair[0], pair[1]];
            let count = (distance(a, b) / STEP).ceil().clamp(1.0, 1e4) as usize;
            let first = usize::from(k > 0);
            for i in first..=count {
                let share = i as f64 / count as f64;
                let spot = between(a, b, share);
                let is_seen = self.shows(spot, near_a + share * (near_b - near_a));
                match (is_seen, parts.last_mut()) {
                    (true, Some(part)) => part.push(spot),
                    (false, Some(part)) if !part.is_empty() => parts.push(Vec::new()),
                    _ => {}
                }
            }
        }
        let length = |part: &Vec<Spot>| part.windows(2).map(|p| distance(p[0], p[1])).sum::<f64>();
        parts.retain(|part| part.len() > 1 && length(part) > SHORTEST);
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_hidden_where_a_triangle_is_nearer() {
        let area = Area {
            left: 0.0,
            top: 0.0,
            width: 100.0,
            height: 100.0,
        };
        let mut depth = Depth::new(area);
        // The left half of the page, ten pixels nearer than the line.
        for corners in [
            [[0.0, 0.0], [50.0, 0.0], [50.0, 100.0]],
            [[0.0, 0.0], [50.0, 100.0], [0.0, 100.0]],
        ] {
            depth.lay(corners.map(|spot| (spot, 10.0)));
        }
        let line = [([10.0, 50.0], 0.0), ([90.0, 50.0], 0.0)];
        let parts = depth.seen(&line);
        // A step of the line and a cell of the raster.
        assert!(
            parts.len() == 1 && (parts[0][0][0] - 50.0).abs() < 3.0,
            "{parts:?}"
        );
        let nearer = line.map(|(spot, _)| (spot, 11.0));
        let whole = depth.seen(&nearer);
        assert!(whole.len() == 1 && whole[0][0] == [10.0, 50.0]);
    }
}
