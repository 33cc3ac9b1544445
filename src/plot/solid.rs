//! The grid on faces in space, which hide each other.
//!
//! 1. All tiles are laid into a raster of depths, which tells what is seen.
//! 2. Tiles that are seen in part are painted from the farthest to the nearest, then those that are seen as a
//!    whole, by colours: these hide nothing that is seen.
//! 3. Of lines the parts that are seen are drawn.

use std::collections::BTreeMap;

use super::body::{Body, Piece};
use super::color::{INK, MARK, VOID, dull};
use super::contour::{Place, contours, contours_within, squares, value_at};
use super::depth::Depth;
use super::faces::{Lit, Seen, Shard, Solid};
use super::grid::{BORDER, Grid, STEPS, level_line};
use super::lattice::Tile;
use super::legend::{DASH, EDGE, grid_line, grid_pen};
use super::look::Subject;
use super::panel::Panel;
use super::patch::Patch;
use super::pen::Pen;
use super::scene::{Scene, Spot};
use super::seams;
use super::shape::{hatch, signed_area};
use super::side::Side;
use super::tiles::joined;

/// The most tiles along an axis of a face of a solid, and of a surface.
const FINEST: [usize; 2] = [36, 96];
/// Steps of shade, and how dark a face seen edge-on is: one shade for a face, since colours within it tell amounts.
const SHADES: usize = 8;
const DARKEST: f64 = 0.22;
/// The pen of the edges of faces.
const RIM: Pen = Pen::new(INK, 1.4);
/// Both sides of a surface are seen if each has so much of what is seen.
const BOTH: f64 = 0.03;

impl Grid<'_> {
    /// The faces of the region (0) or of the image (1); `None` for a plane.
    pub(super) fn solid(&self, which: usize) -> Option<Solid> {
        let side = &self.shown.sides[which];
        let Panel::Space(space) = &side.panel else {
            return None;
        };
        let lattice = self.shown.lattice;
        let pieces = match self.is_level() {
            true => Vec::new(),
            false => self.body.pieces(lattice, which == 1),
        };
        let finest = FINEST[usize::from(lattice.cells.len() == 2)];
        let tiles = pieces.iter().flat_map(|piece| piece.tiles(lattice, finest));
        let patches = tiles.map(|tile| self.patch(tile, &self.shown.sides));
        // What the map tears is told on the region alone.
        let patches: Vec<Patch> = patches
            .filter(|p| p.whole || which == 0 && p.inside)
            .collect();
        let mut depth = Depth::new(side.panel.area());
        for patch in &patches {
            let Tile { face, from, to } = patch.tile;
            for [i, j] in squares(from, to) {
                let corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
                let samples = corners.map(|at| lattice.at(face, at));
                // What is not of the part hides nothing.
                let rim = self.part.of_rim(&samples);
                let spots = rim.iter().map(|place| side.place_at(place));
                depth.lay_polygon(&spots.collect::<Option<Vec<_>>>().unwrap_or_default());
            }
        }
        let point = |sample: usize| {
            let Some(sample) = self.shown.deformation.samples.get(sample) else {
                return [f64::NAN; 3];
            };
            let own = if which == 0 {
                &sample.source
            } else {
                &sample.image
            };
            [own[0], own[1], own[2]]
        };
        let surface: Vec<(usize, Vec<Place>)> = match self.shown.deformation.levels.len() {
            0 | 1 => self.shards(side),
            _ => Vec::new(),
        };
        for (_, rim) in &surface {
            let spots = rim.iter().filter_map(|place| side.place_at(place));
            depth.lay_polygon(&spots.collect::<Vec<_>>());
        }
        let lit = |patch: Patch| {
            let Tile { face, from, to } = patch.tile;
            let corners = [from, [to[0], from[1]], [from[0], to[1]], to];
            let [a, b, c, d] = corners.map(|at| point(lattice.at(face, at)));
            // A tile one of whose sides is a point has the normal of its other half.
            let facing = space.facing(space.normal([a, b, c]));
            let facing = facing
                .or_else(|| space.facing(space.normal([d, c, b])))
                .unwrap_or(1.0);
            let spots = patch.rim.iter().map(|s| side.place(*s));
            let seen = seen(&depth, spots);
            Lit {
                shade: 0,
                facing: facing.abs(),
                is_back: facing < 0.0,
                seen: match seen {
                    Seen::Whole if !patch.inside => Seen::Part,
                    seen => seen,
                },
                nearness: side.depth(&patch.rim),
                patch,
            }
        };
        let mut patches: Vec<Lit> = patches.into_iter().map(lit).collect();
        // Only surfaces have sides, and what is seen more of is the front.
        let area = |lit: &Lit| match lit.seen {
            Seen::Hidden | Seen::Part => 0.0,
            Seen::Whole => side
                .polygon(&lit.patch.rim)
                .map_or(0.0, |c| signed_area(&c).abs()),
        };
        let total = |is_back: bool| {
            let own = patches.iter().filter(|lit| lit.is_back == is_back);
            own.map(area).sum::<f64>()
        };
        let [front, back] = [total(false), total(true)];
        let is_surface = lattice.cells.len() == 2;
        for piece in pieces.iter().filter(|_| !is_surface) {
            let is_own = |lit: &Lit| lit.patch.tile.face == piece.face;
            let seen = patches
                .iter()
                .filter(|lit| is_own(lit) && lit.seen != Seen::Hidden);
            let (count, sum) = seen.fold((0, 0.0), |(n, sum), lit| (n + 1, sum + lit.facing));
            let shade = (1.0 - sum / f64::from(count.max(1))) * (SHADES - 1) as f64;
            for lit in patches.iter_mut().filter(|lit| is_own(lit)) {
                lit.shade = shade.round() as usize;
            }
        }
        for lit in &mut patches {
            lit.is_back = is_surface && lit.is_back == (back <= front);
        }
        let at =
            |place: &Place| [0, 1, 2].map(|axis| value_at(place, |sample| point(sample)[axis]));
        // Of a corner, the sum of those of the polygons around it: else each would have a shade of its own.
        let mut normals = vec![[0.0; 3]; self.surface.corners.len()];
        for (number, _) in &surface {
            let polygon = &self.surface.polygons[*number];
            let corners = [0, 1, 2].map(|k| at(&self.surface.corners[polygon[k]]));
            let normal = space.normal(corners);
            for corner in polygon
                .iter()
                .filter(|_| normal.iter().all(|x| x.is_finite()))
            {
                normals[*corner] = [0, 1, 2].map(|i| normals[*corner][i] + normal[i]);
            }
        }
        let shard = |(number, rim): (usize, Vec<Place>)| {
            let corners = self.surface.polygons[number].iter();
            let normal = corners.fold([0.0; 3], |sum, corner| {
                [0, 1, 2].map(|i| sum[i] + normals[*corner][i])
            });
            let facing = space.facing(normal);
            let shade = (1.0 - facing.map_or(1.0, f64::abs)) * (SHADES - 1) as f64;
            let spots: Vec<_> = rim.iter().map(|place| side.place_at(place)).collect();
            let nearness = spots.iter().flatten().map(|(_, near)| near).sum::<f64>();
            let samples: Vec<usize> = rim.iter().flatten().map(|(sample, _)| *sample).collect();
            Shard {
                level: self.level(which, &samples),
                shade: shade.round() as usize,
                seen: seen(&depth, spots.iter().copied()),
                nearness: nearness / rim.len() as f64,
                rim,
            }
        };
        let shards = surface.into_iter().map(shard).collect();
        Some(Solid {
            shards,
            pieces,
            patches,
            depth,
            has_two_sides: is_surface && front.min(back) > BOTH * (front + back),
        })
    }

    /// Whether what is drawn is what equations describe in a box.
    fn is_level(&self) -> bool {
        self.shown.lattice.cells.len() == 3 && !self.shown.deformation.levels.is_empty()
    }

    /// The polygons of the surface with their numbers, what of them is in the part that is meant and has a place on a
    /// side.
    fn shards(&self, side: &Side) -> Vec<(usize, Vec<Place>)> {
        let polygons = self.surface.polygons.iter().map(|polygon| {
            let corners: Vec<Place> = polygon
                .iter()
                .map(|corner| self.surface.corners[*corner].clone())
                .collect();
            match self.is_level() {
                true => self.part.of_polygon(&corners),
                // The border of the part itself.
                false => corners,
            }
        });
        polygons
            .enumerate()
            .filter(|(_, rim)| rim.len() > 2 && side.polygon_at(rim).is_some())
            .filter(|(_, rim)| rim.iter().all(|place| side.place_at(place).is_some()))
            .collect()
    }

    /// Whether all of a rim is seen on a side.
    pub(super) fn in_sight(&self, which: usize, rim: &[Place]) -> bool {
        let Some(solid) = &self.solids[which] else {
            return true;
        };
        let side = &self.shown.sides[which];
        let is_seen = |place: &Place| {
            side.place_at(place)
                .is_some_and(|(spot, near)| solid.depth.shows(spot, near))
        };
        rim.iter().all(is_seen)
    }

    pub(super) fn draw_deep(&self, scene: &mut Scene, which: usize, solid: &Solid) {
        let side = &self.shown.sides[which];
        let scale = &self.shown.paint(which).scale;
        let color = |(level, shade, is_back, is_whole): (usize, usize, bool, bool)| {
            let own = match is_whole {
                true => scale.color_at(level as f64 / (STEPS - 1) as f64),
                false => VOID,
            };
            let own = if is_back && solid.has_two_sides {
                dull(own)
            } else {
                own
            };
            own.toward(INK, DARKEST * shade as f64 / (SHADES - 1) as f64)
        };
        let key = |lit: &Lit| {
            let level = lit.patch.levels[which];
            (level, lit.shade, lit.is_back, lit.patch.whole)
        };
        let of_shard = |shard: &Shard| color((shard.level, shard.shade, false, true));
        let patches = solid.patches.iter().filter(|lit| lit.seen == Seen::Part);
        let patches = patches.map(|lit| {
            let corners = self.outline(side, &lit.patch).unwrap_or_default();
            (lit.nearness, corners, color(key(lit)))
        });
        let shards = solid.shards.iter().filter(|shard| shard.seen == Seen::Part);
        let shards = shards.map(|shard| {
            let corners = side.polygon_at(&shard.rim).unwrap_or_default();
            (shard.nearness, corners, of_shard(shard))
        });
        let mut parts: Vec<_> = patches.chain(shards).collect();
        parts.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, corners, color) in parts {
            scene.tiles(vec![corners], color, 1.0);
        }
        let whole = solid.patches.iter().filter(|lit| lit.seen == Seen::Whole);
        let mut polygons: BTreeMap<_, Vec<Vec<Spot>>> = BTreeMap::new();
        for (tile, key) in joined(whole.map(|lit| (&lit.patch.tile, key(lit)))) {
            let rim = self.shown.lattice.around(&tile, false);
            polygons.entry(key).or_default().extend(side.polygon(&rim));
        }
        for (key, polygons) in polygons {
            scene.tiles(polygons, color(key), 1.0);
        }
        let mut polygons: BTreeMap<_, Vec<Vec<Spot>>> = BTreeMap::new();
        for shard in solid
            .shards
            .iter()
            .filter(|shard| shard.seen == Seen::Whole)
        {
            let own = polygons.entry((shard.level, shard.shade)).or_default();
            own.extend(side.polygon_at(&shard.rim));
        }
        for ((level, shade), polygons) in polygons {
            scene.tiles(polygons, color((level, shade, false, true)), 1.0);
        }
        if self.turns_over && self.shown.look.subject == Subject::Grid {
            let reversed = solid.patches.iter().filter(|lit| {
                lit.seen != Seen::Hidden && lit.patch.whole && lit.patch.measure < 0.0
            });
            let polygons = reversed.filter_map(|lit| self.outline(side, &lit.patch));
            hatch(scene, &polygons.collect::<Vec<_>>());
        }
        let marked = self
            .marked
            .as_ref()
            .and_then(|cell| side.polygon_at(&cell.rim));
        if let Some(corners) = &marked {
            scene.fill(corners.clone(), MARK);
        }
        for piece in &solid.pieces {
            self.draw_lines_of(scene, which, solid, piece);
        }
        self.draw_surface_lines(scene, side, solid);
        let edges = match (self.is_level(), which) {
            (true, _) => Body::whole_edges(self.shown.lattice),
            (false, 0) => self.body.taken_edges(self.shown.lattice),
            (false, _) => Vec::new(),
        };
        draw_edges(scene, side, solid, &edges);
        if let Some(corners) = marked {
            scene.outline(corners, BORDER);
        }
    }

    /// Draws the lines of the grid on the surface, or where a second equation holds on it.
    fn draw_surface_lines(&self, scene: &mut Scene, side: &Side, solid: &Solid) {
        if self.surface.polygons.is_empty() {
            return;
        }
        let mut draw = |line: &[Place], pen: &mut dyn FnMut(&mut Scene, Vec<Spot>)| {
            let parts = match self.is_level() {
                true => self.part.of_places(line),
                // The border of the part itself.
                false => vec![line.to_vec()],
            };
            let seen = parts.iter().flat_map(|part| in_sight(side, solid, part));
            seen.for_each(|line| pen(scene, line));
        };
        if let [_, second] = &self.shown.deformation.levels[..] {
            for line in self.surface.lines(|place| value_at(place, |s| second[s])) {
                draw(&line, &mut level_line);
            }
            return;
        }
        // Where an equation's surface leaves the box.
        for values in &self.shown.deformation.levels {
            for face in self.shown.lattice.faces() {
                for line in contours(self.shown.lattice, face, |s| values[s], 0.0) {
                    draw(&line, &mut |scene, path| scene.line(path, RIM));
                }
            }
        }
        for axis in (0..3).filter(|_| self.shown.look.has_grid) {
            let held = self.held(axis);
            let span = held.iter().fold(0.0f64, |all, value| all.max(value.abs()));
            for value in held {
                let variable = self.variable(axis);
                // Where the surface is one of the variable's own, it crosses none of its lines by rounding.
                let beyond = |place: &Place| {
                    let beyond = value_at(place, &variable) - value;
                    if beyond.abs() > 1e-9 * span {
                        beyond
                    } else {
                        0.0
                    }
                };
                for line in self.surface.lines(beyond) {
                    draw(&line, &mut |scene, path| {
                        grid_line(scene, path, grid_pen(axis), axis)
                    });
                }
            }
        }
        for line in self.creases() {
            draw(&line, &mut |scene, path| scene.line(path, RIM));
        }
    }

    /// The edges between what one condition delimits and what another does.
    fn creases(&self) -> Vec<Vec<Place>> {
        let margins = &self.shown.deformation.margins;
        let at = |condition: usize, place: &Place| value_at(place, |s| margins[condition][s]);
        let pairs = (0..margins.len()).flat_map(|j| (0..j).map(move |i| [i, j]));
        let between = pairs.flat_map(|[i, j]| {
            let lines = self.surface.lines(|place| at(i, place) - at(j, place));
            let is_edge = move |place: &Place| {
                let mut others = (0..margins.len()).filter(|k| ![i, j].contains(k));
                others.all(|k| at(k, place) >= at(i, place))
            };
            let parts = lines.into_iter().flat_map(move |line| {
                let parts = line.split(|place| !is_edge(place));
                parts.map(<[Place]>::to_vec).collect::<Vec<_>>()
            });
            parts.collect::<Vec<_>>()
        });
        between.filter(|line| line.len() > 1).collect()
    }

    /// The values of a variable on the lines of the grid inside of its range.
    fn held(&self, axis: usize) -> Vec<f64> {
        let lattice = self.shown.lattice;
        match &self.levels[axis] {
            Some(levels) => levels.clone(),
            None => (1..lattice.cells[axis])
                .map(|cell| {
                    let mut position = [0; 3];
                    position[axis] = cell * lattice.fine;
                    self.variable(axis)(lattice.index(position))
                })
                .collect(),
        }
    }

    /// Draws the lines of the grid on a face, what of them is seen.
    fn draw_lines_of(&self, scene: &mut Scene, which: usize, solid: &Solid, piece: &Piece) {
        let side = &self.shown.sides[which];
        let lattice = self.shown.lattice;
        if let Some(margins) = self.part.margins() {
            let ends = [piece.from, piece.to];
            for border in contours_within(lattice, piece.face, ends, |s| margins[s], 0.0) {
                let spots = border.iter().filter_map(|place| side.place_at(place));
                for line in solid.depth.seen(&spots.collect::<Vec<_>>()) {
                    scene.line(line, BORDER);
                }
            }
        }
        let mut draw = |places: &[Place], pen: Option<Pen>, family: usize| {
            for part in self.part.of_places(places) {
                for line in in_sight(side, solid, &part) {
                    match pen {
                        Some(pen) => grid_line(scene, line, pen, family),
                        None => seams::stroke(scene, &line),
                    }
                }
            }
        };
        let has_grid = self.shown.look.has_grid;
        for which in 0..2 {
            let axis = piece.face.axes[which];
            let lines = piece.lines(lattice, which);
            let last = lines.len().saturating_sub(1);
            for (k, line) in lines.iter().enumerate() {
                let is_rim = k == 0 || k == last;
                let pen = match (is_rim, &self.levels[axis]) {
                    (true, _) => RIM,
                    (false, None) => grid_pen(axis),
                    (false, Some(_)) => continue,
                };
                if !is_rim && !has_grid {
                    continue;
                }
                let places: Vec<Place> = line.iter().map(|&sample| vec![(sample, 1.0)]).collect();
                let is_seam = is_rim && self.seams.contains(&(axis, k > 0));
                let is_seam = is_seam && self.shown.look.subject == Subject::Grid;
                draw(
                    &places,
                    (!is_seam).then_some(pen),
                    if is_rim { 0 } else { axis },
                );
            }
            // Of what is slanted nothing is taken out: its faces are whole.
            for level in self.levels[axis].iter().flatten().filter(|_| has_grid) {
                for line in contours(lattice, piece.face, self.variable(axis), *level) {
                    draw(&line, Some(grid_pen(axis)), axis);
                }
            }
        }
    }
}

/// What is seen of a line through places, where the map is whole along it.
fn in_sight(side: &Side, solid: &Solid, places: &[Place]) -> Vec<Vec<Spot>> {
    let spots: Vec<Option<(Spot, f64)>> = places.iter().map(|place| side.place_at(place)).collect();
    let mut lines = Vec::new();
    for run in spots.split(Option::is_none) {
        let run: Vec<(Spot, f64)> = run.iter().flatten().copied().collect();
        let is_torn = |pair: &[(Spot, f64)]| side.torn(pair[0].0, pair[1].0);
        if !run.windows(2).any(is_torn) {
            lines.extend(solid.depth.seen(&run));
        }
    }
    lines
}

/// Draws edges of a box of which nothing else is drawn there, thin and dashed.
fn draw_edges(scene: &mut Scene, side: &Side, solid: &Solid, edges: &[Vec<usize>]) {
    for edge in edges {
        let spots: Option<Vec<(Spot, f64)>> = edge.iter().map(|s| side.place(*s)).collect();
        for line in solid.depth.seen(&spots.unwrap_or_default()) {
            scene.dashes(&line, EDGE, DASH);
        }
    }
}

/// How much of places is seen.
fn seen(depth: &Depth, spots: impl Iterator<Item = Option<(Spot, f64)>>) -> Seen {
    let is_seen = |spot: Option<(Spot, f64)>| spot.is_some_and(|(at, near)| depth.shows(at, near));
    let (mut count, mut total) = (0, 0);
    for spot in spots {
        count += usize::from(is_seen(spot));
        total += 1;
    }
    match count {
        0 => Seen::Hidden,
        count if count == total => Seen::Whole,
        _ => Seen::Part,
    }
}
