//! The grid of a map of two or three variables, on the region and on its image.

use super::color::{INK, LEVELS, MARK, VOID, WHITE};
use super::content::Content;
use super::contour::{Locator, Place, contours, crossings};
use super::deformation::Deformation;
use super::lattice::{Face, Lattice, Tile};
use super::legend::{DASH, Key, grid_pen};
use super::pen::Pen;
use super::range::Range;
use super::scene::{Scene, Spot, distance};
use super::shape::{hatch, signed_area, surrounds};
use super::shown::{Shown, oddness};
use super::side::Side;

/// The pen of borders on which no variable is constant, and of marked cells.
const BORDER: Pen = Pen::new(INK, 2.2);

/// The grid of a map of two or three variables.
pub(super) struct Grid<'a> {
    shown: Shown<'a>,
    patches: Vec<Patch>,
    /// For every variable, the values of its grid lines; none when the lattice runs along them.
    levels: Vec<Option<Vec<f64>>>,
    marked: Option<Marked>,
    turns_over: bool,
}

/// A tile with what is known about it.
struct Patch {
    tile: Tile,
    rim: Vec<usize>,
    measure: f64,
    /// The map is finite and whole on it.
    whole: bool,
}

/// A cell of the grid with the places around it.
struct Marked {
    rim: Vec<Place>,
    /// A place in its middle.
    middle: Place,
}

/// How much nearer than its middle, in parts of its reach, anything on a patch can be.
const NEARER: f64 = 0.7;

/// How far a polygon reaches from its first corner.
fn reach(corners: &[Spot]) -> f64 {
    corners
        .iter()
        .map(|c| distance(*c, corners[0]))
        .fold(0.0, f64::max)
}

/// The squares of the lattice from one corner (inclusive) to another (exclusive).
fn squares(from: [usize; 2], to: [usize; 2]) -> impl Iterator<Item = [usize; 2]> {
    (from[0]..to[0]).flat_map(move |i| (from[1]..to[1]).map(move |j| [i, j]))
}

impl<'a> Grid<'a> {
    pub(super) fn new(shown: Shown<'a>) -> Grid<'a> {
        let Shown {
            deformation,
            lattice,
            ref sides,
            ..
        } = shown;
        let samples = &deformation.samples;
        let flat = sides.iter().all(|side| side.panel.is_flat());
        // The most tiles along an axis: enough for smooth colours, few enough for a small SVG.
        let finest = if flat { 128 } else { 48 };
        let tiles = lattice
            .faces()
            .into_iter()
            .flat_map(|face| lattice.tiles(face, finest));
        let patch = |tile: Tile| {
            let rim = lattice.around(&tile, false);
            let measures = rim
                .iter()
                .map(|&s| samples[s].measure)
                .filter(|m| m.is_finite());
            let (count, sum) = measures.fold((0, 0.0), |(count, sum), m| (count + 1, sum + m));
            let whole = count > 0 && sides.iter().all(|side| side.polygon(&rim).is_some());
            Patch {
                tile,
                rim,
                measure: sum / f64::from(count.max(1)),
                whole,
            }
        };
        let patches = tiles.map(patch).collect();
        let levels = (0..lattice.cells.len()).map(|axis| levels(deformation, lattice, axis));
        let mut grid = Grid {
            shown,
            patches,
            levels: levels.collect(),
            marked: None,
            turns_over: deformation.turns_over(),
        };
        grid.marked = grid.choose();
        grid
    }

    fn is_flat(&self) -> bool {
        self.shown.sides.iter().all(|side| side.panel.is_flat())
    }

    fn variable(&self, axis: usize) -> impl Fn(usize) -> f64 {
        move |sample| self.shown.deformation.samples[sample].source[axis]
    }

    /// The cell to mark: whole, in sight on both sides, of a usual size and low at the right.
    fn choose(&self) -> Option<Marked> {
        let mut sizes: Vec<f64> = self.patches.iter().map(|p| p.measure.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
        let bent = self.levels.iter().any(Option::is_some);
        if bent && self.shown.lattice.cells.len() == 3 {
            // The faces of a solid with slanted sides hold no cells of the grid.
            return None;
        }
        let mut cells: Vec<(f64, Marked)> = Vec::new();
        for face in self.shown.lattice.faces() {
            let of = face.axes.map(|axis| self.shown.lattice.cells[axis]);
            let locator = self.locator(face);
            for cell in squares([0, 0], of) {
                let Some(marked) = self.cell(face, cell, locator.as_ref()) else {
                    continue;
                };
                if let Some(cost) = self.cost(&marked.rim, cell, of, usual) {
                    cells.push((cost, marked));
                }
            }
        }
        cells.sort_by(|a, b| a.0.total_cmp(&b.0));
        let covers = [0, 1].map(|i| self.covers(&self.shown.sides[i]));
        let seen = |(_, cell): &(f64, Marked)| {
            let mut sides = self.shown.sides.iter().zip(&covers);
            sides.all(|(side, covers)| self.in_sight(side, covers, cell))
        };
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
            let middle = self.shown.lattice.at(face, from.map(|c| c + fine / 2));
            let place = |sample| vec![(sample, 1.0)];
            let rim = rim.into_iter().map(place).collect();
            return Some(Marked {
                rim,
                middle: place(middle),
            });
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
        let middle = locator.find([0.5 * (u0 + u1), 0.5 * (v0 + v1)])?;
        Some(Marked { rim, middle })
    }

    /// How badly a cell serves as the marked one; `None` when it cannot.
    fn cost(&self, rim: &[Place], cell: [usize; 2], of: [usize; 2], usual: f64) -> Option<f64> {
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

    /// The whole patches of a side in space: how near the eye what they hide must be, at most,
    /// and their outlines. None for a plane, where nothing hides anything.
    fn covers(&self, side: &Side) -> Vec<(f64, Vec<Spot>)> {
        let whole = self
            .patches
            .iter()
            .filter(|patch| patch.whole && !side.panel.is_flat());
        let cover = |patch: &Patch| {
            let corners = side.polygon(&patch.rim)?;
            Some((side.depth(&patch.rim) - NEARER * reach(&corners), corners))
        };
        whole.filter_map(cover).collect()
    }

    /// Whether nothing covers the middle of a cell.
    fn in_sight(&self, side: &Side, covers: &[(f64, Vec<Spot>)], cell: &Marked) -> bool {
        let Some(spot) = side.spot_at(&cell.middle) else {
            return false;
        };
        let nearest: Vec<usize> = cell.middle.iter().map(|(sample, _)| *sample).collect();
        let depth = side.depth(&nearest);
        !covers
            .iter()
            .any(|(limit, corners)| depth < *limit && surrounds(corners, spot))
    }

    /// The whole patches of a plane, neighbours of one colour joined along the axis that leaves
    /// the fewest.
    fn strips(&self) -> Vec<(Tile, usize)> {
        let level = |patch: &Patch| {
            (self.shown.scale.share(patch.measure.abs()) * (LEVELS - 1) as f64).round() as usize
        };
        let along = |axis: usize| {
            let mut whole: Vec<&Patch> = self.patches.iter().filter(|patch| patch.whole).collect();
            whole.sort_by_key(|patch| (patch.tile.from[1 - axis], patch.tile.from[axis]));
            let mut strips: Vec<(Tile, usize)> = Vec::new();
            for patch in whole {
                let (tile, color) = (&patch.tile, level(patch));
                match strips.last_mut() {
                    Some((last, same))
                        if *same == color
                            && last.to[axis] == tile.from[axis]
                            && last.from[1 - axis] == tile.from[1 - axis] =>
                    {
                        last.to = tile.to;
                    }
                    _ => strips.push((tile.clone(), color)),
                }
            }
            strips
        };
        let (first, second) = (along(0), along(1));
        if first.len() < second.len() {
            first
        } else {
            second
        }
    }

    fn draw_flat(&self, scene: &mut Scene, side: &Side, is_source: bool) {
        let frame = side.panel.area();
        for (tile, level) in self.strips() {
            let outline = |spread| side.polygon(&self.shown.lattice.around(&tile, spread));
            let corners = outline(true).or_else(|| outline(false)).unwrap_or_default();
            let color = self
                .shown
                .scale
                .color_at(level as f64 / (LEVELS - 1) as f64);
            scene.fill(frame.clip(corners), color);
        }
        // After the strips, which reach a step too far.
        let torn = self
            .patches
            .iter()
            .filter(|patch| is_source && !patch.whole);
        for corners in torn.filter_map(|patch| side.polygon(&patch.rim)) {
            scene.fill(frame.clip(corners), VOID);
        }
        if self.turns_over {
            let reversed = self
                .patches
                .iter()
                .filter(|patch| patch.whole && patch.measure < 0.0);
            let polygons = reversed.filter_map(|patch| side.polygon(&patch.rim));
            hatch(
                scene,
                &polygons
                    .map(|corners| frame.clip(corners))
                    .collect::<Vec<_>>(),
            );
        }
        let marked = self
            .marked
            .as_ref()
            .and_then(|cell| side.polygon_at(&cell.rim));
        if let Some(corners) = &marked {
            scene.fill(corners.clone(), MARK);
        }
        for face in self.shown.lattice.faces() {
            for which in 0..2 {
                self.draw_family(scene, side, face, which);
            }
            if self.turns_over {
                let folds = contours(
                    self.shown.lattice,
                    face,
                    |s| self.shown.deformation.samples[s].measure,
                    0.0,
                );
                let paths: Vec<_> = folds.iter().flat_map(|fold| side.lines_at(fold)).collect();
                for pen in [Pen::new(WHITE, 5.0), Pen::new(INK, 2.4)] {
                    paths.iter().for_each(|path| scene.line(path.clone(), pen));
                }
            }
        }
        if let Some(corners) = marked {
            scene.outline(corners, BORDER);
        }
    }

    /// Draws the lines of a plane on which one variable is constant, and two of its borders.
    fn draw_family(&self, scene: &mut Scene, side: &Side, face: Face, which: usize) {
        let axis = face.axes[which];
        let pen = grid_pen(axis);
        let end = self.shown.lattice.points(axis) - 1;
        let along = |place: usize| side.lines(self.shown.lattice.line(face, which, place));
        let inner: Vec<Vec<Spot>> = match &self.levels[axis] {
            None => (0..=end)
                .step_by(self.shown.lattice.fine)
                .filter(|p| *p != 0 && *p != end)
                .flat_map(along)
                .collect(),
            Some(levels) => levels
                .iter()
                .flat_map(|level| contours(self.shown.lattice, face, self.variable(axis), *level))
                .flat_map(|line| side.lines_at(&line))
                .collect(),
        };
        for line in inner {
            if which == 1 {
                scene.dashes(&line, pen, DASH);
            } else {
                scene.line(line, pen);
            }
        }
        let border = if self.levels[axis].is_none() {
            Pen { width: 2.0, ..pen }
        } else {
            BORDER
        };
        for line in [0, end].into_iter().flat_map(along) {
            scene.line(line, border);
        }
    }

    /// Faces of a solid that fall on the opposite one lie inside it: those of a full turn.
    fn hidden_faces(&self) -> Vec<Face> {
        let faces = self.shown.lattice.faces();
        let image = |face: Face, at: [usize; 2]| {
            &self.shown.deformation.samples[self.shown.lattice.at(face, at)].image
        };
        let size = |p: &Vec<f64>| p.iter().map(|v| v.abs()).fold(0.0, f64::max);
        let same = |pair: &&[Face]| {
            let to = pair[0].axes.map(|axis| self.shown.lattice.points(axis));
            squares([0, 0], to).all(|at| {
                let (p, q) = (image(pair[0], at), image(pair[1], at));
                p.iter()
                    .zip(q)
                    .all(|(a, b)| (a - b).abs() <= 1e-9 * (1e-300 + size(p)))
            })
        };
        faces
            .chunks_exact(2)
            .filter(same)
            .flatten()
            .copied()
            .collect()
    }

    /// Whether each patch of a solid is turned from the eye; none is for a surface, and none is
    /// known to be where the map turns over.
    fn turned_away(&self, side: &Side) -> Vec<bool> {
        if self.shown.lattice.cells.len() < 3 || self.turns_over {
            return vec![false; self.patches.len()];
        }
        // The signed area on the page, as seen from outside if that is counter-clockwise.
        let facing: Vec<f64> = self
            .patches
            .iter()
            .map(|patch| {
                let [i, j] = patch.tile.face.axes;
                let outward = if patch.tile.face.held[3 - i - j] > 0 {
                    1.0
                } else {
                    -1.0
                };
                side.polygon(&patch.rim)
                    .map_or(0.0, |corners| outward * signed_area(&corners))
            })
            .collect();
        let hidden = self.hidden_faces();
        let nearest = (0..self.patches.len())
            .filter(|&k| facing[k].abs() > 1.0 && !hidden.contains(&self.patches[k].tile.face))
            .max_by(|&a, &b| {
                let depth = |k: usize| side.depth(&self.patches[k].rim);
                depth(a).total_cmp(&depth(b))
            });
        // What is nearest faces the eye, and tells which way round that is.
        let front = nearest.map_or(0.0, |k| facing[k].signum());
        facing.iter().map(|facing| facing * front < 0.0).collect()
    }

    fn draw_deep(&self, scene: &mut Scene, side: &Side, is_source: bool) {
        let hidden = if is_source {
            Vec::new()
        } else {
            self.hidden_faces()
        };
        let away = self.turned_away(side);
        // Fills and lines by nearness; lines a patch nearer, so that no neighbour covers them.
        let mut order: Vec<(f64, bool, &Patch)> = Vec::new();
        for (patch, _) in self.patches.iter().zip(away).filter(|(_, away)| !away) {
            let Some(corners) = side.polygon(&patch.rim) else {
                continue;
            };
            if hidden.contains(&patch.tile.face) || !patch.whole && !is_source {
                continue;
            }
            let depth = side.depth(&patch.rim);
            order.push((depth, false, patch));
            order.push((depth + NEARER * reach(&corners), true, patch));
        }
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, lines, patch) in order {
            if lines {
                self.draw_lines_of(scene, side, &patch.tile);
                continue;
            }
            let size = patch.measure.abs();
            let color = if patch.whole {
                self.shown.scale.color(size)
            } else {
                VOID
            };
            let corners = side.polygon(&patch.rim).unwrap_or_default();
            scene.fill(corners.clone(), color);
            scene.outline(corners.clone(), Pen::new(color, 0.6));
            if self.turns_over && patch.measure < 0.0 {
                hatch(scene, &[corners]);
            }
        }
        if let Some(cell) = &self.marked
            && let Some(corners) = side.polygon_at(&cell.rim)
        {
            scene.fill(corners.clone(), MARK);
            scene.outline(corners, BORDER);
        }
    }

    /// Draws the parts of grid lines on a tile in space.
    fn draw_lines_of(&self, scene: &mut Scene, side: &Side, tile: &Tile) {
        for (axis, place, samples) in self.shown.lattice.sides(tile) {
            let rim = place == 0 || place + 1 == self.shown.lattice.points(axis);
            let pen = match self.levels[axis] {
                None => grid_pen(axis),
                Some(_) if rim => Pen {
                    width: 1.6,
                    ..BORDER
                },
                Some(_) => continue,
            };
            side.lines(samples)
                .into_iter()
                .for_each(|line| scene.line(line, pen));
        }
        for (axis, levels) in self.levels.iter().enumerate() {
            for level in levels.iter().flatten() {
                for at in squares(tile.from, tile.to) {
                    for [a, b] in crossings(
                        self.shown.lattice,
                        tile.face,
                        at,
                        self.variable(axis),
                        *level,
                    ) {
                        for line in side.lines_at(&[a.1, b.1]) {
                            scene.line(line, grid_pen(axis));
                        }
                    }
                }
            }
        }
    }
}

/// The values of the grid lines of a variable; `None` when it is constant on every layer of the
/// lattice across its own axis, so that the lattice itself has the lines.
fn levels(deformation: &Deformation, lattice: &Lattice, axis: usize) -> Option<Vec<f64>> {
    let samples = &deformation.samples;
    let range = Range::of(samples.iter().map(|sample| sample.source[axis]))?;
    let stride: usize = (axis + 1..lattice.cells.len())
        .map(|later| lattice.points(later))
        .product();
    let mut layers: Vec<Option<f64>> = vec![None; lattice.points(axis)];
    let straight = samples.iter().enumerate().all(|(i, sample)| {
        let value = sample.source[axis];
        let layer = i / stride % lattice.points(axis);
        let first = *layers[layer].get_or_insert(value);
        // Not finite values, and roundings of the limits, are no reason to bend the grid.
        !(value.is_finite() && first.is_finite()) || (value - first).abs() <= 1e-9 * range.span()
    });
    let cells = lattice.cells[axis];
    let level = |k: usize| range.low + range.span() * k as f64 / cells as f64;
    (!straight).then(|| (0..=cells).map(level).collect())
}

impl Content for Grid<'_> {
    fn is_empty(&self) -> bool {
        !self.patches.iter().any(|patch| patch.whole)
    }

    fn left_out(&self) -> usize {
        self.patches.iter().filter(|patch| !patch.whole).count()
    }

    fn keys(&self) -> Vec<(Key, String)> {
        let Deformation {
            variables,
            measure_name,
            ..
        } = self.shown.deformation;
        let flat = self.is_flat();
        let mut keys: Vec<(Key, String)> = Vec::new();
        for (axis, name) in variables.iter().enumerate() {
            let key = Key::Line {
                pen: grid_pen(axis),
                dashed: flat && axis == 1,
            };
            keys.push((key, format!("{name} constant")));
        }
        if self.marked.is_some() {
            let kind = if variables.len() == 3 {
                "a cell’s face"
            } else {
                "a cell"
            };
            let element = self.shown.deformation.element();
            keys.push((Key::Patch, format!("{kind} and its image: {element}")));
        }
        if self.turns_over {
            keys.push((
                Key::Hatch,
                format!("orientation reversed: {measure_name} < 0"),
            ));
            if flat {
                let pen = Pen::new(INK, 2.4);
                keys.push((
                    Key::Line { pen, dashed: false },
                    format!("{measure_name} = 0"),
                ));
            }
        }
        keys
    }

    fn draw(&self, scene: &mut Scene) {
        for (i, side) in self.shown.sides.iter().enumerate() {
            side.panel.draw_back(scene);
            if side.panel.is_flat() {
                self.draw_flat(scene, side, i == 0);
            } else {
                self.draw_deep(scene, side, i == 0);
            }
            side.panel.draw_front(scene);
        }
    }
}
