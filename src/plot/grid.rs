//! The grid of a map of two or three variables, on the region and on its image.

use std::collections::BTreeMap;

use super::body::Body;
use super::color::{FAINT, INK, MARK, VOID, WHITE};
use super::content::Content;
use super::contour::{Place, contours, squares};
use super::deformation::Deformation;
use super::faces::Solid;
use super::grid_lines::levels;
use super::lattice::{Face, Tile};
use super::legend::{Key, grid_line, grid_pen};
use super::look::Subject;
use super::part::Part;
use super::patch::{Marked, Patch};
use super::pen::Pen;
use super::scene::{Scene, Spot};
use super::seams;
use super::shape::hatch;
use super::shown::Shown;
use super::side::Side;
use super::surface::Surface;
use super::tiles::joined;

/// The pen of borders on which no variable is constant, and of marked cells.
pub(super) const BORDER: Pen = Pen::new(INK, 2.2);

/// The most tiles along an axis, of a grid and of amounts: enough for smooth colours, few enough for a small file.
const FINEST: [usize; 2] = [128, 144];
/// The same where colours change faster than these can show.
const FINEST_OF_ALL: usize = 144;
/// Steps of colour of tiles: neighbours of one colour are joined.
pub(super) const STEPS: usize = 48;
/// Colours of neighbours that are this many steps apart are far apart.
const FAR_APART: usize = 4;

/// A patch that is so large beside its panel is divided.
const LARGE: f64 = 0.022;

/// How much of a reversed sheet of the image hides what lies below it.
const VEIL: f64 = 0.62;

/// The grid of a map of two or three variables.
pub(super) struct Grid<'a> {
    pub(super) shown: Shown<'a>,
    pub(super) part: Part<'a>,
    pub(super) patches: Vec<Patch>,
    /// For every variable, the values of its grid lines; none when the lattice runs along them.
    pub(super) levels: Vec<Option<Vec<f64>>>,
    /// What of the region and of the image is drawn in space.
    pub(super) body: Body,
    /// Where a condition begins to hold in space, or where an equation does.
    pub(super) surface: Surface,
    pub(super) solids: [Option<Solid>; 2],
    pub(super) marked: Option<Marked>,
    pub(super) turns_over: bool,
    /// The edges of a surface that meet others.
    pub(super) seams: Vec<(usize, bool)>,
}

/// Draws a line on which an equation holds.
pub(super) fn level_line(scene: &mut Scene, path: Vec<Spot>) {
    scene.line(path.clone(), Pen::new(INK, 6.4));
    scene.line(path, Pen::new(MARK, 4.0));
}

impl<'a> Grid<'a> {
    pub(super) fn new(shown: Shown<'a>) -> Grid<'a> {
        let Shown {
            deformation,
            lattice,
            ref sides,
            ..
        } = shown;
        let flat = sides.iter().all(|side| side.panel.is_flat());
        let levels = (0..lattice.cells.len()).map(|axis| levels(deformation, lattice, axis));
        let levels: Vec<Option<Vec<f64>>> = levels.collect();
        let is_bent = levels.iter().any(Option::is_some);
        let mut grid = Grid {
            part: Part::of(deformation),
            patches: Vec::new(),
            levels,
            body: Body::of(&shown, is_bent),
            surface: Surface::default(),
            solids: [None, None],
            marked: None,
            turns_over: deformation.turns_over(),
            seams: seams::edges(&shown),
            shown,
        };
        grid.surface = grid.surface();
        grid.solids = [0, 1].map(|which| grid.solid(which));
        let is_plane = grid.shown.lattice.cells.len() == 2;
        let finest = FINEST[usize::from(grid.shown.look.subject == Subject::Amount)];
        grid.patches = grid.patches(if is_plane { finest } else { finest / 4 });
        if flat && grid.is_coarse() {
            grid.patches = grid.patches(FINEST_OF_ALL);
        }
        if flat && is_plane {
            grid.divide_large();
        }
        let is_marked = grid.shown.look.subject == Subject::Grid && !grid.shown.look.is_single();
        if is_marked && deformation.levels.is_empty() {
            grid.marked = grid.choose();
        }
        grid
    }

    /// Where a condition begins to hold in space, or where an equation does.
    fn surface(&self) -> Surface {
        let Shown {
            lattice,
            deformation,
            ..
        } = self.shown;
        if lattice.cells.len() != 3 {
            return Surface::default();
        }
        match (&deformation.levels[..], self.part.margins()) {
            ([values, ..], _) => Surface::of(lattice, |s| values[s], |_| true),
            ([], Some(margins)) => {
                Surface::of(lattice, |s| margins[s], |cube| !self.body.lacks(cube))
            }
            ([], None) => Surface::default(),
        }
    }

    /// The patches, so many along an axis at most.
    fn patches(&self, finest: usize) -> Vec<Patch> {
        let Shown { lattice, sides, .. } = &self.shown;
        let tiles = lattice
            .faces()
            .into_iter()
            .flat_map(|face| lattice.tiles(face, finest));
        tiles.map(|tile| self.patch(tile, sides)).collect()
    }

    /// Divides patches that are large on the page into those of single steps of the lattice.
    fn divide_large(&mut self) {
        let is_large = |patch: &Patch| {
            patch.whole
                && self.shown.sides.iter().any(|side| {
                    let area = side.panel.area();
                    let spots = side.polygon(&patch.rim).unwrap_or_default();
                    let extent = |i: usize| {
                        let along = spots.iter().map(|spot| spot[i]);
                        along.clone().fold(f64::MIN, f64::max) - along.fold(f64::MAX, f64::min)
                    };
                    extent(0) > LARGE * area.width || extent(1) > LARGE * area.height
                })
        };
        let own = std::mem::take(&mut self.patches);
        let (large, mut patches): (Vec<Patch>, Vec<Patch>) = own.into_iter().partition(is_large);
        for Patch { tile, .. } in large {
            for [i, j] in squares(tile.from, tile.to) {
                let part = Tile {
                    face: tile.face,
                    from: [i, j],
                    to: [i + 1, j + 1],
                };
                patches.push(self.patch(part, &self.shown.sides));
            }
        }
        self.patches = patches;
    }

    pub(super) fn patch(&self, tile: Tile, sides: &[Side; 2]) -> Patch {
        let samples = &self.shown.deformation.samples;
        let rim = self.shown.lattice.around(&tile, false);
        let measures = rim
            .iter()
            .map(|&s| samples[s].measure)
            .filter(|m| m.is_finite());
        let (count, sum) = measures.fold((0, 0.0), |(count, sum), m| (count + 1, sum + m));
        let in_part = rim.iter().filter(|s| self.part.holds(**s)).count();
        let whole =
            count > 0 && in_part > 0 && sides.iter().all(|side| side.polygon(&rim).is_some());
        let levels = [0, 1].map(|side| self.level(side, &rim));
        Patch {
            tile,
            measure: sum / f64::from(count.max(1)),
            levels,
            whole,
            inside: in_part == rim.len(),
            rim,
        }
    }

    /// The step of colour on a side of some samples.
    pub(super) fn level(&self, side: usize, samples: &[usize]) -> usize {
        let scale = &self.shown.paint(side).scale;
        let share = scale.share(self.shown.amount(side, samples));
        (share * (STEPS - 1) as f64).round() as usize
    }

    /// Whether the colours of neighbours are often far apart.
    fn is_coarse(&self) -> bool {
        let pairs = || {
            let neighbours = self.patches.windows(2);
            neighbours.filter(|pair| pair.iter().all(|patch| patch.whole))
        };
        let is_far = |pair: &&[Patch]| {
            (0..2).any(|side| pair[0].levels[side].abs_diff(pair[1].levels[side]) > FAR_APART)
        };
        pairs().filter(is_far).count() * 100 > pairs().count()
    }

    pub(super) fn is_flat(&self) -> bool {
        self.shown.sides.iter().all(|side| side.panel.is_flat())
    }

    pub(super) fn variable(&self, axis: usize) -> impl Fn(usize) -> f64 {
        move |sample| self.shown.deformation.samples[sample].source[axis]
    }

    /// The outline of a patch on a side, or of what of it is in the part that is meant.
    pub(super) fn outline(&self, side: &Side, patch: &Patch) -> Option<Vec<Spot>> {
        match patch.inside {
            true => side.polygon(&patch.rim),
            false => side.polygon_at(&self.part.of_rim(&patch.rim)),
        }
    }

    /// Fills what is meant by the amounts of a side: reversed sheets of the image last and translucent, or below others
    /// where colours are to be read.
    fn draw_amounts(&self, scene: &mut Scene, which: usize) {
        let side = &self.shown.sides[which];
        let frame = side.panel.area();
        let scale = &self.shown.paint(which).scale;
        let veils = self.shown.look.subject == Subject::Grid;
        let is_last =
            |patch: &Patch| which == 1 && self.turns_over && (patch.measure < 0.0) == veils;
        let mut polygons: BTreeMap<(bool, usize), Vec<Vec<Spot>>> = BTreeMap::new();
        let whole = || self.patches.iter().filter(|patch| patch.whole);
        let all = whole().filter(|patch| patch.inside);
        let keyed = all.map(|patch| (&patch.tile, (is_last(patch), patch.levels[which])));
        for (tile, key) in joined(keyed) {
            if let Some(corners) = side.polygon(&self.shown.lattice.around(&tile, false)) {
                polygons.entry(key).or_default().push(frame.clip(corners));
            }
        }
        for patch in whole().filter(|patch| !patch.inside) {
            if let Some(corners) = self.outline(side, patch) {
                let key = (is_last(patch), patch.levels[which]);
                polygons.entry(key).or_default().push(frame.clip(corners));
            }
        }
        for ((is_last, level), polygons) in polygons {
            let color = scale.color_at(level as f64 / (STEPS - 1) as f64);
            let is_veil = is_last && veils;
            scene.tiles(polygons, color, if is_veil { VEIL } else { 1.0 });
        }
    }

    fn draw_flat(&self, scene: &mut Scene, which: usize) {
        let side = &self.shown.sides[which];
        let frame = side.panel.area();
        let subject = self.shown.look.subject;
        if !self.part.is_all() {
            let outside = self.patches.iter().filter(|patch| !patch.inside);
            let polygons = outside.filter_map(|patch| side.polygon(&patch.rim));
            scene.tiles(polygons.map(|c| frame.clip(c)).collect(), FAINT, 1.0);
        }
        self.draw_amounts(scene, which);
        let torn = self
            .patches
            .iter()
            .filter(|patch| which == 0 && !patch.whole && patch.inside);
        let torn = torn.filter_map(|patch| side.polygon(&patch.rim));
        scene.tiles(torn.map(|c| frame.clip(c)).collect(), VOID, 1.0);
        if self.turns_over && subject == Subject::Grid {
            let reversed = self
                .patches
                .iter()
                .filter(|patch| patch.whole && patch.measure < 0.0);
            let polygons = reversed.filter_map(|patch| self.outline(side, patch));
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
            for family in 0..2 {
                self.draw_family(scene, side, face, family);
            }
            if subject == Subject::Amount {
                self.draw_levels(scene, which, face);
            }
            self.draw_rims(scene, side, face);
        }
        if let Some(corners) = marked {
            scene.outline(corners, BORDER);
        }
    }

    /// Draws folds, and the border of the part that is meant.
    fn draw_rims(&self, scene: &mut Scene, side: &Side, face: Face) {
        if self.turns_over {
            let folds = contours(
                self.shown.lattice,
                face,
                |s| self.shown.deformation.samples[s].measure,
                0.0,
            );
            let folds = folds.iter().flat_map(|fold| self.part.of_places(fold));
            let paths: Vec<_> = folds.flat_map(|fold| side.lines_at(&fold)).collect();
            for pen in [Pen::new(WHITE, 5.0), Pen::new(INK, 2.4)] {
                paths.iter().for_each(|path| scene.line(path.clone(), pen));
            }
        }
        for line in self.level_set(face) {
            for path in side.lines_at(&line) {
                level_line(scene, path);
            }
        }
        if let Some(margins) = self.part.margins() {
            for border in contours(self.shown.lattice, face, |s| margins[s], 0.0) {
                for line in side.lines_at(&border) {
                    scene.line(line, BORDER);
                }
            }
        }
    }

    /// The curve on a plane on which an equation holds.
    fn level_set(&self, face: Face) -> Vec<Vec<Place>> {
        let [values] = &self.shown.deformation.levels[..] else {
            return Vec::new();
        };
        let lines = contours(self.shown.lattice, face, |s| values[s], 0.0);
        lines
            .iter()
            .flat_map(|line| self.part.of_places(line))
            .collect()
    }

    /// Draws the lines on which the amount of a side has a round value, those of its colour bar.
    fn draw_levels(&self, scene: &mut Scene, which: usize, face: Face) {
        let paint = self.shown.paint(which);
        if !paint.scale.varies {
            return;
        }
        let pen = Pen {
            alpha: 0.7,
            ..Pen::new(INK, 0.9)
        };
        for (level, _) in paint.scale.ticks().0 {
            let lines = contours(self.shown.lattice, face, |s| paint.values[s], level);
            let lines = lines.iter().flat_map(|line| self.part.of_places(line));
            for line in lines.flat_map(|line| self.shown.sides[which].lines_at(&line)) {
                scene.line(line, pen);
            }
        }
    }

    /// Draws the lines of a plane on which one variable is constant, and two of its borders.
    fn draw_family(&self, scene: &mut Scene, side: &Side, face: Face, which: usize) {
        let axis = face.axes[which];
        let is_faint = self.shown.look.subject == Subject::Amount;
        let pen = match is_faint {
            true => Pen {
                alpha: 0.6,
                ..Pen::new(WHITE, 1.0)
            },
            false => grid_pen(axis),
        };
        let end = self.shown.lattice.points(axis) - 1;
        let samples = |place: usize| self.shown.lattice.line(face, which, place);
        let along = |place: usize| -> Vec<Vec<Spot>> {
            match self.part.is_all() {
                true => side.lines(samples(place)),
                false => {
                    let parts = self.part.of_line(&samples(place));
                    parts.iter().flat_map(|part| side.lines_at(part)).collect()
                }
            }
        };
        let inner: Vec<Vec<Spot>> = match &self.levels[axis] {
            _ if !self.shown.look.has_grid => Vec::new(),
            None => (0..=end)
                .step_by(self.shown.lattice.fine)
                .filter(|p| *p != 0 && *p != end)
                .flat_map(along)
                .collect(),
            Some(levels) => levels
                .iter()
                .flat_map(|level| contours(self.shown.lattice, face, self.variable(axis), *level))
                .flat_map(|line| self.part.of_places(&line))
                .flat_map(|line| side.lines_at(&line))
                .collect(),
        };
        for line in inner {
            grid_line(scene, line, pen, if is_faint { 0 } else { axis });
        }
        let border = match (self.levels[axis].is_none(), is_faint) {
            (_, true) => Pen::new(INK, 1.4),
            (true, false) => Pen { width: 2.0, ..pen },
            (false, false) => BORDER,
        };
        let is_image = std::ptr::eq(side, &self.shown.sides[1]);
        for place in [0, end] {
            // A seam is no border of the image, and no subject beside amounts.
            if is_faint && is_image && self.seams.contains(&(axis, place > 0)) {
                continue;
            }
            for line in along(place) {
                scene.line(line, border);
            }
        }
    }
}

impl Content for Grid<'_> {
    fn is_empty(&self) -> bool {
        self.surface.polygons.is_empty() && !self.patches.iter().any(|patch| patch.whole)
    }

    fn left_out(&self) -> usize {
        let samples = &self.shown.deformation.samples;
        let is_at_infinity = |s: &usize| samples[*s].source.iter().any(|value| value.is_infinite());
        let is_meant = |patch: &&Patch| {
            patch.rim.iter().any(|s| self.part.holds(*s)) && !patch.rim.iter().any(is_at_infinity)
        };
        self.patches
            .iter()
            .filter(|patch| !patch.whole)
            .filter(is_meant)
            .count()
    }

    fn notes(&self) -> Vec<String> {
        let is_surface =
            self.shown.deformation.levels.len() == 1 && !self.surface.polygons.is_empty();
        if is_surface {
            return vec!["The equation holds on the surface.".to_owned()];
        }
        let where_ = self.body.taken_away(&self.shown);
        let note =
            |text| format!("So that the inside is seen, the part where {text} is not drawn.");
        let mut notes: Vec<String> = where_.map(note).into_iter().collect();
        let look = self.shown.look;
        if self.turns_over && self.is_flat() && look.subject == Subject::Amount && look.panels[1] {
            let name = &self.shown.deformation.measure_name;
            notes.push(format!(
                "Where sheets of the image cover each other, that with {name} > 0 is on top."
            ));
        }
        notes
    }

    fn keys(&self) -> Vec<(Key, String)> {
        let Deformation {
            variables,
            measure_name,
            ..
        } = self.shown.deformation;
        let flat = self.is_flat();
        let subject = self.shown.look.subject;
        let mut keys: Vec<(Key, String)> = Vec::new();
        if subject == Subject::Amount && flat && self.shown.look.has_grid {
            let names = variables.join(" or ");
            keys.push((Key::Faint, format!("{names} constant")));
        }
        let is_drawn = |side: &usize| self.shown.look.panels[*side];
        let has_levels = |side: usize| self.shown.paint(side).scale.varies;
        if subject == Subject::Amount && flat && (0..2).filter(is_drawn).any(has_levels) {
            let pen = Pen::new(INK, 0.9);
            let text = "contours, at the ticks of the colour bar".to_owned();
            keys.push((Key::Line { pen, dashed: false }, text));
        }
        let has_families = variables.len() < 3 || self.shown.deformation.levels.len() < 2;
        for (axis, name) in variables.iter().enumerate().filter(|_| has_families) {
            if subject == Subject::Amount && flat || !self.shown.look.has_grid {
                break;
            }
            keys.push((Key::Grid(axis), format!("{name} constant")));
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
        match (variables.len(), self.shown.deformation.levels.len()) {
            (2, 1) => keys.push((Key::Level, "where the equation holds".to_owned())),
            (3, 2) => keys.push((Key::Level, "where both equations hold".to_owned())),
            _ => {}
        }
        let is_in_space = variables.len() == 3;
        if is_in_space && !self.shown.deformation.levels.is_empty() {
            keys.push((Key::Edge, "the box of the region".to_owned()));
        } else if self.shown.look.panels[0] && self.body.taken_away(&self.shown).is_some() {
            keys.push((Key::Edge, "the part that is not drawn".to_owned()));
        }
        if flat && !self.part.is_all() {
            keys.push((Key::Outside, "left out: a condition fails".to_owned()));
        }
        if self
            .solids
            .iter()
            .flatten()
            .any(|solid| solid.has_two_sides)
        {
            keys.push((Key::Back, "the back of the surface".to_owned()));
        }
        if self.turns_over {
            if subject == Subject::Grid {
                keys.push((
                    Key::Hatch,
                    match flat && self.shown.look.panels[1] {
                        true => format!(
                            "orientation reversed: {measure_name} < 0, translucent in the image"
                        ),
                        false => format!("orientation reversed: {measure_name} < 0"),
                    },
                ));
            }
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
            if !self.shown.look.panels[i] {
                continue;
            }
            side.panel.draw_back(scene);
            match &self.solids[i] {
                None => self.draw_flat(scene, i),
                Some(solid) => self.draw_deep(scene, i, solid),
            }
            side.panel.draw_front(scene);
        }
    }
}
