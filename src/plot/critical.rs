//! Edges and points on which det J is zero without a change of its sign, in the region and in the image.

use super::color::{CRITICAL, WHITE};
use super::deformation::Deformation;
use super::pen::Pen;
use super::scene::{Scene, Spot, disk, distance};
use super::shown::Shown;
use super::side::Side;
use crate::domain::Point;

/// What is shorter than this many pixels is drawn as a point.
const SHORT: f64 = 3.0;
/// The radius of a ring around a point.
const RADIUS: f64 = 6.5;

/// Lines and points of the region, and of the image, with what is said of them.
pub(super) struct Critical {
    lines: Vec<Vec<Spot>>,
    points: Vec<Spot>,
    /// What the legend says.
    pub(super) text: String,
}

impl Critical {
    /// What there is to mark on the planes of a map of two variables; `None` where there is nothing.
    pub(super) fn of(shown: &Shown) -> Option<Critical> {
        let mut critical = Critical {
            lines: Vec::new(),
            points: Vec::new(),
            text: String::new(),
        };
        for place in &shown.deformation.verdict()?.degenerate {
            let [region, image] = &shown.sides;
            let points = || place.points.iter();
            if shown.look.panels[0] {
                critical.add(region, points().map(|point| &point.variables));
            }
            if shown.look.panels[1] {
                critical.add(image, points().map(|point| &point.targets));
            }
        }
        // The ends of lines on edges are marked.
        let [region, image] = &shown.sides;
        let is_marked = |spot: Spot| {
            let lines = critical.lines.iter().flatten();
            let mut marked = lines.chain(&critical.points);
            marked.any(|other| distance(*other, spot) < RADIUS)
        };
        let mut isolated = isolated(shown);
        isolated.retain(|sample| !region.spot(*sample).is_some_and(is_marked));
        critical.text = text(shown.deformation, isolated.len())?;
        for sample in isolated {
            for (side, is_drawn) in [region, image].into_iter().zip(shown.look.panels) {
                let spot = side
                    .spot(sample)
                    .filter(|_| is_drawn && side.panel.is_flat());
                critical.points.extend(spot);
            }
        }
        // What lies on one line of the page needs one ring.
        let mut apart: Vec<Spot> = Vec::new();
        for spot in critical.points {
            if apart.iter().all(|other| distance(*other, spot) > SHORT) {
                apart.push(spot);
            }
        }
        critical.points = apart;
        Some(critical)
    }

    /// Whether there are lines, and whether there are rings.
    pub(super) fn kinds(&self) -> [bool; 2] {
        [!self.lines.is_empty(), !self.points.is_empty()]
    }

    /// Takes up one place on one side, if that is a plane: a line, or a point where it is short.
    fn add<'a>(&mut self, side: &Side, points: impl Iterator<Item = &'a Vec<f64>>) {
        let frame = side.panel.area();
        if !side.panel.is_flat() {
            return;
        }
        let mut parts: Vec<Vec<Spot>> = vec![Vec::new()];
        for spot in points.map(|point| side.panel.place(point)) {
            match (spot, parts.last_mut()) {
                (Some(spot), Some(part)) => part.push(spot),
                _ => parts.push(Vec::new()),
            }
        }
        for part in parts {
            let Some(first) = part.first().copied() else {
                continue;
            };
            if part.iter().all(|spot| distance(first, *spot) < SHORT) {
                self.points.extend(frame.holds(first).then_some(first));
            } else {
                self.lines.extend(frame.clip_line(&part));
            }
        }
    }

    /// The spots of the rings.
    pub(super) fn rings(&self) -> &[Spot] {
        &self.points
    }

    /// Draws lines, then rings.
    pub(super) fn draw(&self, scene: &mut Scene) {
        strokes(scene, &self.lines);
        for spot in &self.points {
            ring(scene, *spot);
        }
    }
}

/// Thick lines, which a light rim sets off from any colour.
pub(super) fn strokes(scene: &mut Scene, lines: &[Vec<Spot>]) {
    for pen in [Pen::new(WHITE, 7.0), Pen::new(CRITICAL, 4.2)] {
        for line in lines {
            scene.line(line.clone(), pen);
        }
    }
}

/// A ring about a spot, which is seen through it.
pub(super) fn ring(scene: &mut Scene, spot: Spot) {
    let rim = disk(spot, RADIUS, 24);
    scene.outline(rim.clone(), Pen::new(WHITE, 5.4));
    scene.outline(rim, Pen::new(CRITICAL, 2.8));
}

/// Samples on the edges of a region of two variables at which the measure is zero, and beside which it is not.
fn isolated(shown: &Shown) -> Vec<usize> {
    let (map, lattice) = (shown.deformation, shown.lattice);
    let [face] = lattice.faces()[..] else {
        return Vec::new();
    };
    if map.turns_over() || !map.margins.is_empty() || map.verdict().is_none() {
        return Vec::new();
    }
    let measure = |sample: usize| map.samples[sample].measure.abs();
    let sizes = (0..map.samples.len()).map(measure);
    let largest = sizes.filter(|size| size.is_finite()).fold(0.0f64, f64::max);
    // To rounding, as cosines of multiples of π are.
    let is_zero = |sample: usize| measure(sample) <= 1e-12 * largest;
    let mut found = Vec::new();
    for which in 0..2 {
        for place in [0, lattice.points(face.axes[which]) - 1] {
            let line = lattice.line(face, which, place);
            for (k, &sample) in line.iter().enumerate() {
                let beside = [k.checked_sub(1), Some(k + 1)];
                let mut beside = beside.into_iter().flatten().filter_map(|k| line.get(k));
                if is_zero(sample) && !beside.any(|other| is_zero(*other)) {
                    found.push(sample);
                }
            }
        }
    }
    // A corner belongs to two edges, and must be alone on both.
    let is_corner = |sample: usize| found.iter().filter(|own| **own == sample).count();
    let ends = [0, 1].map(|which| {
        let last = lattice.points(face.axes[which]) - 1;
        [0, last].map(|place| lattice.line(face, which, place))
    });
    let edges = |sample: usize| {
        ends.iter()
            .flatten()
            .filter(|line| line.contains(&sample))
            .count()
    };
    let mut alone = found.clone();
    alone.retain(|sample| is_corner(*sample) == edges(*sample));
    alone.sort_unstable();
    alone.dedup();
    alone
}

/// What is said of the places where det J is zero without a fold, on a map of two variables, and at so many points of
/// its edges.
fn text(deformation: &Deformation, isolated: usize) -> Option<String> {
    let places = &deformation.verdict()?.degenerate;
    if deformation.variables.len() != 2 {
        return None;
    }
    let name = &deformation.measure_name;
    let shrinks = places.iter().all(|place| is_one_point(&place.points));
    let points = match isolated {
        1 => "a point of the border",
        _ => "points of the border",
    };
    Some(match (&places[..], shrinks) {
        ([], _) if isolated == 0 => return None,
        ([], _) => format!("{name} = 0 at {points}"),
        (_, false) if isolated > 0 => format!("{name} = 0 at {} places and {points}", places.len()),
        ([place], true) => format!("{name} = 0 at {}: one point of the image", place.place),
        ([place], false) => format!("{name} = 0 at {}", place.place),
        (many, true) => {
            format!(
                "{name} = 0 at {} places: each one point of the image",
                many.len()
            )
        }
        (many, false) => format!("{name} = 0 at {} places", many.len()),
    })
}

/// Whether several points have one image.
fn is_one_point(points: &[Point]) -> bool {
    let [first, rest @ ..] = points else {
        return false;
    };
    let size = first
        .targets
        .iter()
        .fold(1.0, |size: f64, x| size.max(x.abs()));
    // Images of the points of an edge that is one point differ by rounding.
    let is_same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * size;
    let is_at_first = |point: &Point| first.targets.iter().zip(&point.targets).all(is_same);
    !rest.is_empty() && rest.iter().all(is_at_first)
}
