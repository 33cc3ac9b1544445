//! A stipple over what a map covers more than once, in the region and in the image.
//!
//! 1. The tiles of the samples' lattice near points that the verdict found covered more than once are
//!    candidates.
//! 2. A place of the image is dotted where two or more tiles lie over it, one of them a candidate; a place
//!    of the region, where that holds of the middle of its tile's image.
//! 3. Dots stand on one lattice of the page, midway between the lines of the hatching.
//! 4. Of every number of sheets the place of the image that is farthest from others says how many there are.

use std::collections::{BTreeMap, BTreeSet};

use super::color::{INK, WHITE};
use super::font::Font;
use super::lattice::{Face, Lattice};
use super::pen::Pen;
use super::scene::{Scene, Spot, distance};
use super::shape::{Area, surrounds};
use super::shown::Shown;
use super::side::Side;
use super::text::{HAlign, Type};
use crate::domain::Point;

/// One step of the lattice of dots; the other one is at a right angle to it. The coordinates of either add
/// up to a multiple of 8, the distance of the lines of the hatching, so that all dots miss them.
const STEP: [f64; 2] = [12.0, -4.0];
/// A dot of the lattice: halfway from one line of the hatching to the next.
const ORIGIN: f64 = 2.0;
/// The radii of a dot and of its light rim.
const RADIUS: f64 = 1.8;
const RIM: f64 = 2.7;

/// The most tiles along an axis.
const FINEST: usize = 128;
/// The most tiles between neighbours among the points of a verdict.
const FARTHEST: usize = 4;

/// Spots at which sheets are counted are so many pixels apart.
const PACE: f64 = 6.0;
/// The half sizes of the plate of a number, which has this many pixels more around it.
const PLATE: [f64; 2] = [13.0, 10.0];
const CLEAR: f64 = 4.0;
/// How far from marks numbers begin.
const AWAY: f64 = 8.0;
const NUMBER: Type = Type::new(Font::Bold, 13.0, HAlign::Center);

/// Dots on what is covered more than once: in the region, in the image.
pub(super) struct Stipple {
    dots: [Vec<Spot>; 2],
    /// How often the image is covered at some places of it.
    numbers: Vec<Number>,
}

/// How often a place of the image is covered.
#[derive(Clone, Copy)]
struct Number {
    count: usize,
    /// The place.
    of: Spot,
    /// Where the number stands: there, or beside it where there is no room.
    at: Spot,
}

impl Stipple {
    /// The dots of a map of two variables; `None` where nothing is known to be covered more than once.
    /// Numbers keep away from what else is marked.
    pub(super) fn of(shown: &Shown, marked: &[Spot]) -> Option<Stipple> {
        let points = &shown.deformation.verdict()?.covered_twice;
        let faces = shown.lattice.faces();
        let ([face], false) = (&faces[..], points.is_empty()) else {
            return None;
        };
        let [region, image] = &shown.sides;
        let region_sheet = Sheet::new(region, shown.lattice, *face);
        let image_sheet = image
            .panel
            .is_flat()
            .then(|| Sheet::new(image, shown.lattice, *face));
        let near = region_sheet.near(region, points, image_sheet.is_some());
        let is_covered = |sheet: &Sheet, spot: Spot| {
            let over = sheet.over(spot);
            over.len() > 1 && over.iter().any(|&tile| near[tile])
        };
        let is_candidate = |tile: usize| match &image_sheet {
            Some(sheet) => sheet
                .middle(tile)
                .is_some_and(|middle| is_covered(sheet, middle)),
            None => near[tile],
        };
        let mut dots = [Vec::new(), Vec::new()];
        dots[0] = dots_in(region.panel.area(), |spot| {
            region_sheet.over(spot).into_iter().any(is_candidate)
        });
        if let Some(sheet) = &image_sheet {
            dots[1] = dots_in(image.panel.area(), |spot| is_covered(sheet, spot));
        }
        // What is too thin for the lattice of dots is dotted at the points themselves.
        if dots[0].is_empty() {
            dots[0] = spread(region, points, |point| &point.variables);
        }
        if dots[1].is_empty() && image_sheet.is_some() {
            dots[1] = spread(image, points, |point| &point.targets);
        }
        for (dots, is_drawn) in dots.iter_mut().zip(shown.look.panels) {
            dots.retain(|_| is_drawn);
        }
        let sheet = image_sheet.as_ref().filter(|_| shown.look.panels[1]);
        let numbers = sheet.map_or_else(Vec::new, |sheet| {
            let is_free = |spot: Spot| marked.iter().all(|own| distance(*own, spot) > AWAY);
            numbers(image.panel.area(), |spot| {
                match is_free(spot) && is_covered(sheet, spot) {
                    true => sheet.over(spot).len(),
                    // What is none of the image has room for numbers.
                    false => usize::from(!(is_free(spot) && sheet.over(spot).is_empty())),
                }
            })
        });
        Some(Stipple { dots, numbers })
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.dots.iter().all(Vec::is_empty)
    }

    /// Draws the dots.
    pub(super) fn draw(&self, scene: &mut Scene) {
        // All rims first, so that no rim lies on a dot.
        let spots = self.dots.concat();
        scene.dots(spots.clone(), RIM, WHITE);
        scene.dots(spots, RADIUS, INK);
        for Number { count, of, at } in &self.numbers {
            let ([x, y], [a, b]) = (*at, PLATE);
            if of != at {
                scene.line(vec![*of, *at], Pen::new(WHITE, 3.6));
                scene.line(vec![*of, *at], Pen::new(INK, 1.4));
                dot(scene, *of);
            }
            let plate = Scene::rectangle(x - a, y - b, 2.0 * a, 2.0 * b);
            scene.fill(plate.clone(), WHITE);
            scene.outline(plate, Pen::new(INK, 1.0));
            scene.text(format!("×{count}"), [x, y], NUMBER);
        }
    }
}

/// A dark dot with a light rim, which reads on any colour.
pub(super) fn dot(scene: &mut Scene, spot: Spot) {
    scene.dots(vec![spot], RIM, WHITE);
    scene.dots(vec![spot], RADIUS, INK);
}

/// The spots of the lattice of dots in a frame whose dots are wanted all over.
fn dots_in(frame: Area, wanted: impl Fn(Spot) -> bool) -> Vec<Spot> {
    let [a, b] = STEP;
    let square = a * a + b * b;
    let corners = frame.corners();
    let ends = |along: [f64; 2]| {
        let steps = corners
            .iter()
            .map(|[x, y]| (along[0] * (x - ORIGIN) + along[1] * (y - ORIGIN)) / square);
        let (low, high) = steps.fold((f64::MAX, f64::MIN), |(low, high), step| {
            (low.min(step), high.max(step))
        });
        low.ceil() as i64..=high.floor() as i64
    };
    let (rows, columns) = (ends([-b, a]), ends([a, b]));
    let spot = |i: i64, j: i64| {
        let (i, j) = (i as f64, j as f64);
        [ORIGIN + a * i - b * j, ORIGIN + b * i + a * j]
    };
    let is_whole = |[x, y]: Spot| {
        let rim = [[x - RIM, y], [x + RIM, y], [x, y - RIM], [x, y + RIM]];
        rim.into_iter().all(|at| frame.holds(at) && wanted(at))
    };
    rows.flat_map(|j| columns.clone().map(move |i| spot(i, j)))
        .filter(|at| wanted(*at) && is_whole(*at))
        .collect()
}

/// For every number above 1 of sheets the spot with so many that is farthest from any with another number, if the number
/// has room there.
fn numbers(frame: Area, count: impl Fn(Spot) -> usize) -> Vec<Number> {
    let [columns, rows] = [frame.width, frame.height].map(|side| (side / PACE) as usize + 1);
    let spot = |k: usize| {
        let [i, j] = [k % columns, k / columns].map(|i| i as f64);
        [frame.left + PACE * i, frame.top + PACE * j]
    };
    let counts: Vec<usize> = (0..columns * rows).map(|k| count(spot(k))).collect();
    // Steps to the next spot with another number, or beyond the frame, along rows and columns and across.
    let mut steps = vec![usize::MAX; counts.len()];
    let passes = [false, true, false, true];
    for is_backward in passes {
        for k in 0..counts.len() {
            let k = if is_backward { counts.len() - 1 - k } else { k };
            let (i, j) = (k % columns, k / columns);
            let is_rim = i == 0 || j == 0 || i + 1 == columns || j + 1 == rows;
            let near = (j.saturating_sub(1)..=(j + 1).min(rows - 1))
                .flat_map(|row| {
                    let columns_near = i.saturating_sub(1)..=(i + 1).min(columns - 1);
                    columns_near.map(move |column| row * columns + column)
                })
                .map(|other| match counts[other] == counts[k] {
                    true => steps[other],
                    false => 0,
                });
            let least = near.min().unwrap_or(0);
            steps[k] = match is_rim {
                true => 0,
                false => steps[k].min(least.saturating_add(1)),
            };
        }
    }
    let room = ((PLATE[0].max(PLATE[1]) + CLEAR) / PACE).ceil() as usize;
    let kinds: BTreeSet<usize> = counts.iter().copied().filter(|count| *count > 1).collect();
    // The middle of the largest part with a number.
    let best = |count: usize| {
        let own = (0..counts.len()).filter(|k| counts[*k] == count);
        own.max_by_key(|k| (steps[*k], usize::MAX - k))
    };
    let mut found: Vec<Number> = Vec::new();
    for count in kinds {
        let Some(best) = best(count) else { continue };
        let of = spot(best);
        let is_free = |at: Spot| {
            found
                .iter()
                .all(|other| distance(other.at, at) > 3.0 * PLATE[0])
        };
        let at = match steps[best] >= room {
            true => Some(of),
            // On the nearest part of the page without an image that has room.
            false => (0..counts.len())
                .filter(|k| counts[*k] == 0 && steps[*k] >= room)
                .map(spot)
                .filter(|at| is_free(*at))
                .min_by(|a, b| distance(*a, of).total_cmp(&distance(*b, of))),
        };
        found.extend(at.map(|at| Number { count, of, at }));
    }
    found
}

/// The spots of points on a side, without those that crowd others.
fn spread(side: &Side, points: &[Point], part: impl Fn(&Point) -> &Vec<f64>) -> Vec<Spot> {
    let frame = side.panel.area();
    let apart = STEP[0].hypot(STEP[1]);
    let mut kept: Vec<Spot> = Vec::new();
    for spot in points.iter().filter_map(|p| side.panel.place(part(p))) {
        if frame.holds(spot) && kept.iter().all(|other| distance(*other, spot) >= apart) {
            kept.push(spot);
        }
    }
    kept
}

/// The tiles of a face on a panel, and which of them lie over a spot.
struct Sheet {
    outlines: Vec<Option<Vec<Spot>>>,
    /// Tiles of a row, one beside the other.
    columns: usize,
    /// The tiles that touch each square of the page.
    squares: BTreeMap<[i64; 2], Vec<usize>>,
}

/// The side of a square of the page in pixels.
const SQUARE: f64 = 8.0;

impl Sheet {
    fn new(side: &Side, lattice: &Lattice, face: Face) -> Sheet {
        let tiles = lattice.tiles(face, FINEST);
        let columns = tiles
            .iter()
            .take_while(|tile| tile.from[0] == tiles[0].from[0])
            .count();
        let frame = side.panel.area();
        let outline = |tile| side.polygon(&lattice.around(tile, false));
        let outlines: Vec<Option<Vec<Spot>>> = tiles.iter().map(outline).collect();
        let mut squares: BTreeMap<[i64; 2], Vec<usize>> = BTreeMap::new();
        let cell = |part: f64| (part / SQUARE).floor() as i64;
        for (tile, corners) in outlines.iter().enumerate() {
            let corners = corners.iter().flatten();
            let [mut low, mut high] = [[f64::MAX; 2], [f64::MIN; 2]];
            for spot in corners {
                low = [low[0].min(spot[0]), low[1].min(spot[1])];
                high = [high[0].max(spot[0]), high[1].max(spot[1])];
            }
            let (left, top) = (low[0].max(frame.left), low[1].max(frame.top));
            let (right, bottom) = (high[0].min(frame.right()), high[1].min(frame.bottom()));
            for x in cell(left)..=cell(right) {
                for y in cell(top)..=cell(bottom) {
                    squares.entry([x, y]).or_default().push(tile);
                }
            }
        }
        Sheet {
            outlines,
            columns,
            squares,
        }
    }

    /// The tiles over a spot of the panel.
    fn over(&self, spot: Spot) -> Vec<usize> {
        let square = spot.map(|part| (part / SQUARE).floor() as i64);
        let holds = |tile: &usize| {
            let corners = self.outlines[*tile].as_ref();
            corners.is_some_and(|corners| surrounds(corners, spot))
        };
        let touching = self.squares.get(&square).into_iter().flatten();
        touching.copied().filter(holds).collect()
    }

    /// A spot in the middle of a tile.
    fn middle(&self, tile: usize) -> Option<Spot> {
        let corners = self.outlines[tile].as_ref()?;
        let sum = corners
            .iter()
            .fold([0.0; 2], |[x, y], spot| [x + spot[0], y + spot[1]]);
        Some(sum.map(|part| part / corners.len() as f64))
    }

    /// For each tile of a region, whether it is near one of the points: as far as from one of them to the
    /// next if `generously`, else half as far.
    fn near(&self, side: &Side, points: &[Point], generously: bool) -> Vec<bool> {
        let tile = |point: &Point| {
            let over = self.over(side.panel.place(&point.variables)?);
            over.first().copied()
        };
        let place = |tile: usize| [tile / self.columns, tile % self.columns];
        let hit: BTreeSet<[usize; 2]> = points.iter().filter_map(tile).map(place).collect();
        let around = |[i, j]: [usize; 2], reach: usize| {
            let rows = i.saturating_sub(reach)..=i + reach;
            rows.flat_map(move |i| (j.saturating_sub(reach)..=j + reach).map(move |j| [i, j]))
        };
        let has_another = |at: [usize; 2], reach| {
            around(at, reach).any(|other| other != at && hit.contains(&other))
        };
        let usual = (1..FARTHEST).find(|reach| {
            let count = hit.iter().filter(|at| has_another(**at, *reach)).count();
            2 * count >= hit.len()
        });
        let apart = usual.unwrap_or(FARTHEST);
        let reach = if generously { apart } else { apart / 2 };
        let is_near = |tile| around(place(tile), reach).any(|other| hit.contains(&other));
        (0..self.outlines.len()).map(is_near).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_stand_evenly_and_miss_the_hatching() {
        let frame = Area {
            left: 100.5,
            top: 50.5,
            width: 400.0,
            height: 300.0,
        };
        let dots = dots_in(frame, |_| true);
        // One to every 160 square pixels; those of which a part would leave the frame are not there.
        let expected = 400.0 * 300.0 / 160.0;
        assert!((dots.len() as f64 / expected - 1.0).abs() < 0.05);
        for [x, y] in &dots {
            assert_eq!((x + y).rem_euclid(8.0), 4.0);
        }
        for (k, spot) in dots.iter().enumerate() {
            let nearest = dots[..k].iter().map(|other| distance(*other, *spot));
            // The lattice is one of squares with the area 160.
            assert!(nearest.fold(f64::MAX, f64::min) >= 160f64.sqrt() - 1e-9);
        }
    }
}
