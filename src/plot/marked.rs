//! The marked cell: one cell of the grid whose image is shown with it.

use super::contour::{Locator, Place, squares};
use super::grid::Grid;
use super::lattice::Face;
use super::patch::Marked;
use super::shape::signed_area;
use super::shown::oddness;

/// How much better a cell is that is laid bare inside of a solid.
const INSIDE: f64 = 3.0;

impl Grid<'_> {
    /// The cell to mark: whole, in sight on both sides, of a usual size and low at the right.
    pub(super) fn choose(&self) -> Option<Marked> {
        let mut sizes: Vec<f64> = self.patches.iter().map(|p| p.measure.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
        let bent = self.levels.iter().any(Option::is_some);
        if bent && self.shown.lattice.cells.len() == 3 {
            // The faces of a solid with slanted sides hold no cells of the grid.
            return None;
        }
        let mut cells: Vec<(f64, Marked)> = Vec::new();
        let fine = self.shown.lattice.fine;
        for piece in self.body.pieces(self.shown.lattice, true) {
            let face = piece.face;
            let of = face.axes.map(|axis| self.shown.lattice.cells[axis]);
            let locator = self.locator(face);
            let ends = [piece.from, piece.to].map(|corner| corner.map(|place| place / fine));
            for cell in squares(ends[0], ends[1]) {
                let Some(marked) = self.cell(face, cell, locator.as_ref()) else {
                    continue;
                };
                if let Some(cost) = self.cost(&marked.rim, cell, of, usual) {
                    // What is laid bare lies well inside.
                    let bonus = if piece.is_bared { INSIDE } else { 0.0 };
                    cells.push((cost - bonus, marked));
                }
            }
        }
        cells.sort_by(|a, b| a.0.total_cmp(&b.0));
        let seen = |(_, cell): &(f64, Marked)| (0..2).all(|which| self.in_sight(which, &cell.rim));
        cells.into_iter().take(400).find(seen).map(|(_, cell)| cell)
    }

    /// The finder of places of a region whose borders need not be lines of its grid.
    fn locator(&self, face: Face) -> Option<Locator> {
        let values = |sample: usize| {
            let source = &self.shown.deformation.samples[sample].source;
            [source[0], source[1]]
        };
        let bent = self.levels.iter().any(Option::is_some);
        bent.then(|| Locator::new(self.shown.lattice, face, values))
    }

    /// A cell of the variables' grid. `None` when a part of it lies outside the region.
    fn cell(&self, face: Face, cell: [usize; 2], locator: Option<&Locator>) -> Option<Marked> {
        const STEPS: usize = 8;
        let fine = self.shown.lattice.fine;
        let from = cell.map(|c| c * fine);
        let Some(locator) = locator else {
            let rim = self.shown.lattice.rim(face, from, from.map(|c| c + fine));
            let rim = rim.into_iter().map(|sample| vec![(sample, 1.0)]);
            return Some(Marked { rim: rim.collect() });
        };
        let ends = |which: usize| {
            let axis = face.axes[which];
            match &self.levels[axis] {
                Some(levels) => [levels[cell[which]], levels[cell[which] + 1]],
                None => [from[which], from[which] + fine].map(|place| {
                    let line = self.shown.lattice.line(face, which, place);
                    self.variable(axis)(line[line.len() / 2])
                }),
            }
        };
        let [[u0, u1], [v0, v1]] = [ends(0), ends(1)];
        let corners = [[u0, v0], [u0, v1], [u1, v1], [u1, v0]];
        let side = |k: usize| {
            let (a, b) = (corners[k / STEPS], corners[(k / STEPS + 1) % 4]);
            let share = (k % STEPS) as f64 / STEPS as f64;
            [0, 1].map(|i| a[i] + share * (b[i] - a[i]))
        };
        // The corners first: most cells that are not inside fail there.
        let order = (0..4).map(|k| k * STEPS).chain(0..4 * STEPS);
        let places: Option<Vec<Place>> = order.map(|k| locator.find(side(k))).collect();
        let rim = places?.split_off(4);
        Some(Marked { rim })
    }

    /// How badly a cell serves as the marked one; `None` when it cannot.
    fn cost(&self, rim: &[Place], cell: [usize; 2], of: [usize; 2], usual: f64) -> Option<f64> {
        if !rim.iter().all(|place| self.part.has(place)) {
            return None;
        }
        let mut cost = 0.0;
        for side in &self.shown.sides {
            let corners = side.polygon_at(rim)?;
            let frame = side.panel.area();
            if side.panel.is_flat() && !corners.iter().all(|&c| frame.holds(c)) {
                return None;
            }
            // In space a cell should face the eye, and so be large; on a plane, large enough.
            let fair = if side.panel.is_flat() { 150.0 } else { 1500.0 };
            cost += (fair / signed_area(&corners).abs().max(1.0)).ln().max(0.0);
        }
        let samples = &self.shown.deformation.samples;
        let weighed = |place: &Place| {
            place
                .iter()
                .map(|(s, w)| w * samples[*s].measure)
                .sum::<f64>()
        };
        let measure = rim.iter().map(weighed).sum::<f64>() / rim.len() as f64;
        if !measure.is_finite() {
            return None;
        }
        let place = |i: usize| (cell[i] as f64 + 0.5) / of[i] as f64;
        let away = (place(0) - 0.66).abs() + (place(1) - 0.22).abs();
        let pull = if self.is_flat() { 3.0 } else { 1.0 };
        Some(cost + oddness(measure, usual) + pull * away)
    }
}
