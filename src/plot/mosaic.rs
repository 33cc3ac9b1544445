//! A mosaic: outlines of the tiles of each colour, with fewer corners, where neighbours keep their sides in common.
//!
//! 1. Edges between two tiles of one colour cancel, and what is left is chained to outlines.
//! 2. Outlines are cut where three of them meet. A side between two colours is straightened once, so that both have
//!    the same; where these are alike nobody sees it, and it may be off by more.
//! 3. Sides without a neighbour, or beside another colour, stay where they are.
//!
//! M. Bostock, "TopoJSON" (2012), does the same to borders of countries.

use std::collections::{BTreeMap, BTreeSet};

use super::color::Rgb;
use super::scene::{Mark, Scene, Spot, thinned_to};
use super::shape::signed_area;

/// A corner in whole units.
pub(super) type Corner = [i64; 2];

/// Whole numbers to the pixel.
pub(super) const UNITS: f64 = 10.0;

/// Outlines are off by so many pixels, and hairlines so wide cover as much.
const TIGHT: f64 = 0.25;
pub(super) const SEAM: f64 = 2.0 * TIGHT + 0.1;

/// A spot in units.
pub(super) fn whole(spot: Spot) -> Corner {
    spot.map(|part| (part * UNITS).round() as i64)
}

/// Spots in units.
pub(super) fn wholes(spots: &[Spot]) -> Vec<Corner> {
    spots.iter().copied().map(whole).collect()
}

/// Colours are alike where all three parts together differ by this at most: a step or two of a scale.
const ALIKE: u32 = 24;

/// By how many pixels at most the sides between two colours are off.
#[derive(Clone, Copy)]
pub(super) struct Off {
    /// Between colours that are alike.
    pub(super) alike: f64,
    pub(super) other: f64,
}

impl Off {
    /// As little as sides without a neighbour.
    pub(super) const TIGHT: Off = Off::new(TIGHT, TIGHT);

    pub(super) const fn new(alike: f64, other: f64) -> Off {
        Off { alike, other }
    }
}

/// The outlines of tiles of several colours.
pub(super) struct Mosaic {
    colors: Vec<Rgb>,
    /// By colours: closed, clockwise around what is covered and counterclockwise around holes.
    outlines: Vec<Vec<Vec<Corner>>>,
    /// The colours at the left of edges.
    owners: BTreeMap<[Corner; 2], usize>,
    /// Corners in which an outline ends for its neighbours.
    ends: BTreeSet<Corner>,
}

/// What lies beyond an edge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beyond {
    Nothing,
    AlikeColor,
    OtherColor,
}

impl Mosaic {
    /// The outlines of the tiles of a scene.
    pub(super) fn of(scene: &Scene) -> Mosaic {
        Mosaic::new(scene.marks.iter().filter_map(|mark| match mark {
            Mark::Tiles {
                polygons, color, ..
            } => Some((&polygons[..], *color)),
            _ => None,
        }))
    }

    /// The outlines of the polygons of each colour.
    fn new<'p>(tiles: impl Iterator<Item = (&'p [Vec<Spot>], Rgb)>) -> Mosaic {
        let (mut colors, mut outlines) = (Vec::new(), Vec::new());
        for (polygons, color) in tiles {
            colors.push(color);
            outlines.push(joined(polygons));
        }
        let mut mosaic = Mosaic {
            colors,
            outlines,
            owners: BTreeMap::new(),
            ends: BTreeSet::new(),
        };
        mosaic.find_owners();
        mosaic.find_ends();
        mosaic
    }

    fn find_owners(&mut self) {
        for (color, outlines) in self.outlines.iter().enumerate() {
            for edge in outlines.iter().flat_map(|outline| edges(outline)) {
                self.owners.insert(edge, color);
            }
        }
    }

    fn find_ends(&mut self) {
        let mut around: BTreeMap<Corner, BTreeMap<Corner, Beyond>> = BTreeMap::new();
        for (color, outlines) in self.outlines.iter().enumerate() {
            for [from, to] in outlines.iter().flat_map(|outline| edges(outline)) {
                let beyond = self.beyond(color, [from, to]);
                around.entry(from).or_default().insert(to, beyond);
                around.entry(to).or_default().insert(from, beyond);
            }
        }
        let is_end = |near: &BTreeMap<Corner, Beyond>| {
            let mut kinds = near.values();
            near.len() != 2 || kinds.next() != kinds.next()
        };
        let ends = around.into_iter().filter(|(_, near)| is_end(near));
        self.ends = ends.map(|(corner, _)| corner).collect();
    }

    fn beyond(&self, color: usize, [from, to]: [Corner; 2]) -> Beyond {
        let Some(&other) = self.owners.get(&[to, from]) else {
            return Beyond::Nothing;
        };
        let [Rgb(r, g, b), Rgb(s, h, c)] = [self.colors[color], self.colors[other]];
        let parts = [(r, s), (g, h), (b, c)];
        let apart: u32 = parts.map(|(a, b)| u32::from(a.abs_diff(b))).iter().sum();
        match apart <= ALIKE {
            true => Beyond::AlikeColor,
            false => Beyond::OtherColor,
        }
    }

    /// The outlines of a colour, whose sides are off by as much as they may be.
    pub(super) fn outlines(&self, color: usize, off: &Off) -> Vec<Vec<Corner>> {
        let straightened = |outline: &Vec<Corner>| {
            // A side begins at an end, and where there is none in the least corner: so do the neighbours'.
            let first = outline.iter().enumerate().min_by_key(|(_, corner)| {
                let is_end = self.ends.contains(*corner);
                (!is_end, **corner)
            });
            let mut around = outline.clone();
            around.rotate_left(first.map_or(0, |(place, _)| place));
            around.extend(around.first().copied());
            let mut whole: Vec<Corner> = Vec::new();
            let mut from = 0;
            for to in 1..around.len() {
                if to + 1 < around.len() && !self.ends.contains(&around[to]) {
                    continue;
                }
                let beyond = self.beyond(color, [around[from], around[from + 1]]);
                let pixels = match beyond {
                    Beyond::Nothing => TIGHT,
                    Beyond::AlikeColor => off.alike,
                    Beyond::OtherColor => off.other,
                };
                whole.extend(&side(&around[from..=to], UNITS * pixels)[1..]);
                from = to;
            }
            whole
        };
        let own = self.outlines[color].iter().map(straightened);
        own.filter(|outline| outline.len() > 2).collect()
    }
}

/// A side with fewer corners: the same whichever way it is walked.
fn side(corners: &[Corner], off: f64) -> Vec<Corner> {
    let is_backward = corners.iter().gt(corners.iter().rev());
    let in_order: Vec<Spot> = match is_backward {
        true => corners.iter().rev().map(|c| c.map(|k| k as f64)).collect(),
        false => corners.iter().map(|c| c.map(|k| k as f64)).collect(),
    };
    let kept = thinned_to(&in_order, off).into_iter();
    let mut kept: Vec<Corner> = kept.map(|spot| spot.map(|k| k as i64)).collect();
    if is_backward {
        kept.reverse();
    }
    kept
}

/// The edges of a closed outline.
fn edges(outline: &[Corner]) -> impl Iterator<Item = [Corner; 2]> {
    let next = outline.iter().cycle().skip(1);
    outline.iter().zip(next).map(|(from, to)| [*from, *to])
}

/// The outlines of all polygons together: what is covered so many times is so many times gone around.
fn joined(polygons: &[Vec<Spot>]) -> Vec<Vec<Corner>> {
    let mut ahead: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    for polygon in polygons {
        let mut corners = wholes(polygon);
        if signed_area(polygon) < 0.0 {
            corners.reverse();
        }
        for [from, to] in edges(&corners).filter(|[from, to]| from != to) {
            let back = ahead.get_mut(&to).and_then(|ends| {
                let place = ends.iter().position(|end| *end == from)?;
                Some(ends.swap_remove(place))
            });
            if back.is_none() {
                ahead.entry(from).or_default().push(to);
            }
        }
    }
    let mut outlines = Vec::new();
    // As many edges end in a corner as begin there: a walk ends where it began.
    while let Some((&first, _)) = ahead.first_key_value() {
        let mut outline = Vec::new();
        let mut at = first;
        while let Some(next) = ahead.get_mut(&at).and_then(Vec::pop) {
            outline.push(at);
            at = next;
        }
        ahead.remove(&first);
        if outline.len() > 2 {
            outlines.push(outline);
        }
    }
    outlines
}

#[cfg(test)]
mod tests {
    use super::super::scene::Scene;
    use super::*;

    fn square([x, y]: [f64; 2]) -> Vec<Spot> {
        Scene::rectangle(x, y, 1.0, 1.0)
    }

    fn area(outline: &[Corner]) -> f64 {
        let spots: Vec<Spot> = outline.iter().map(|c| c.map(|k| k as f64)).collect();
        signed_area(&spots) / (UNITS * UNITS)
    }

    #[test]
    fn edges_between_tiles_of_one_colour_cancel() {
        let pair = joined(&[square([0.0, 0.0]), square([1.0, 0.0])]);
        assert_eq!(pair.len(), 1);
        assert_eq!(area(&pair[0]), 2.0);
        // Around a square that is left out.
        let places = (0..9).filter(|k| *k != 4);
        let ring = places.map(|k| square([f64::from(k % 3), f64::from(k / 3)]));
        let ring = joined(&ring.collect::<Vec<_>>());
        let mut areas: Vec<f64> = ring.iter().map(|own| area(own)).collect();
        areas.sort_by(f64::total_cmp);
        assert_eq!(areas, [-1.0, 9.0]);
        // Twice the same stays twice, and neighbours with other corners keep their sides.
        let twice = joined(&[square([0.0, 0.0]), square([0.0, 0.0])]);
        assert_eq!(twice.iter().map(|own| area(own)).sum::<f64>(), 2.0);
        let apart = joined(&[square([0.0, 0.0]), square([1.0, 0.5])]);
        assert_eq!(apart.iter().map(|own| area(own)).sum::<f64>(), 2.0);
    }

    #[test]
    fn neighbours_keep_their_sides_in_common() {
        // A staircase of squares of 10 pixels between two colours that are alike, in a square of 100.
        let tiles = |above: bool| {
            let places = (0..100).map(|k| [k % 10, k / 10]);
            let own = places.filter(|[i, j]| (j > i) == above);
            let corner = |[i, j]: [i32; 2]| [10.0 * f64::from(i), 10.0 * f64::from(j)];
            own.map(|place| {
                let [x, y] = corner(place);
                Scene::rectangle(x, y, 10.0, 10.0)
            })
            .collect::<Vec<_>>()
        };
        let [above, below] = [true, false].map(tiles);
        for (other, straight) in [(Rgb(100, 110, 120), true), (Rgb(200, 0, 0), false)] {
            let mosaic =
                Mosaic::new([(&above[..], Rgb(100, 100, 120)), (&below[..], other)].into_iter());
            let outlines = [0, 1].map(|color| mosaic.outlines(color, &Off::new(8.0, 0.1)).concat());
            // Whatever one loses the other gains.
            let areas = [0, 1].map(|color| area(&outlines[color]));
            assert_eq!(areas[0] + areas[1], 1e4);
            assert_eq!(outlines[0].len() < 10, straight, "{outlines:?}");
        }
    }
}
