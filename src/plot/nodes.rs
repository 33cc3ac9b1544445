//! The nodes of an integral in both planes, sized by weight, over the cells or the learned grid that they belong to.
//!
//! 1. Along a line the weight is the second axis. Of more than two coordinates the first two are shown.
//! 2. Where there are more nodes than can be told apart, every k-th is shown, and the picture says so.

use super::plane::{Lines, MARGIN, Plane, Planes, Points};
use super::range::Range;
use super::statement::names_of;
use crate::domain::{Geometry, Pullback};
use crate::integrator::{LearnedMap, NodeSet, Side};
use crate::{Domain, Error, Estimate, Integrands};

/// The most nodes and cells that are drawn, and the edges of a learned grid along an axis.
const MOST_NODES: u64 = 12_000;
const MOST_CELLS: usize = 6_000;
const EDGES: usize = 24;

/// Steps along the side of a cell, and along a line of a learned grid.
const ALONG: usize = 12;
const ALONG_GRID: usize = 96;

/// Sizes of points, in pixels, and how many there are.
const RADII: [f64; 2] = [0.8, 5.5];
const SIZES: usize = 8;

/// All dots together cover about so many pixels at most, a ninth of a panel, so that lines are seen between them.
const INKED: f64 = 18_000.0;

/// Where one axis is less than this part of the other a length is not the same along both.
pub(super) const LONG: f64 = 0.3;

/// A node in one of the planes.
#[derive(Clone, Copy)]
struct Dot {
    at: [f64; 2],
    weight: f64,
}

/// The cut of the unit box that is shown: the first two axes, the others in the middle.
pub(super) type Path = Vec<Vec<f64>>;

impl Planes {
    /// The nodes of an estimate, which is of this domain and these integrands and was made with
    /// [`keeping_nodes`](crate::Settings::keeping_nodes), in the variables and in the targets.
    ///
    /// # Errors
    /// As for [`Estimate::for_each_node`].
    ///
    /// # Examples
    /// ```
    /// use pullback::plot::{Planes, Style};
    /// use pullback::{Domain, Error, Estimate, Map, Method, Settings};
    /// let disk = Map::parse("x = r*cos(t), y = r*sin(t)")?.over("r = 0..1, t = 0..2*pi")?;
    /// let f = disk.parse(&["abs(x - 0.3)"])?;
    /// let settings = Settings::new().method(Method::Cubature).rtol(1e-3).keeping_nodes();
    /// let answer = Estimate::of(&disk, &f, &settings)?;
    /// let planes = Planes::of_nodes(&disk, &f, &answer, "Cells at a kink")?;
    /// assert!(planes.draw(&Style::default())?.svg()?.contains("cells"));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn of_nodes(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        estimate: &Estimate,
        title: &str,
    ) -> Result<Planes, Error> {
        let total = estimate.nodes.as_ref().map_or(0, NodeSet::count);
        let step = total.div_ceil(MOST_NODES).max(1);
        let (mut number, mut count) = (0u64, 0u64);
        let mut dots: [Vec<Dot>; 2] = Default::default();
        // Of points that are numbered regularly every k-th may lie on one line.
        estimate.for_each_node(domain, integrands, |node| {
            let is_shown = scattered(number, step);
            number += 1;
            if !is_shown {
                return Ok(());
            }
            count += 1;
            let places = [&node.point.variables, &node.point.targets];
            let weights = [node.weight, node.weight * node.point.determinant.abs()];
            for ((dots, place), weight) in dots.iter_mut().zip(places).zip(weights) {
                let at = match place[..] {
                    [x] => [x, weight],
                    _ => [place[0], place[1]],
                };
                dots.push(Dot { at, weight });
            }
            Ok(())
        })?;
        let pullback = Pullback::new(domain, integrands)?;
        let outlines = estimate.nodes.as_ref().map_or_else(Vec::new, outlines);
        let mut paths: [Vec<Vec<[f64; 2]>>; 2] = Default::default();
        let has_planes = domain.variables().len() > 1;
        for part in pullback.parts().iter().filter(|_| has_planes) {
            led(part.geometry(), &outlines, &mut paths);
        }
        let name = match &estimate.nodes {
            Some(nodes) if nodes.map().is_some() => {
                "the learned grid, equal shares of the nodes apart"
            }
            _ if outlines.len() > 1 => "cells",
            _ => "the region",
        };
        let shown = match number > count {
            true => format!("{count} of {number} nodes are shown"),
            false => format!("{number} nodes that have a weight"),
        };
        let letters = names_of(domain);
        let names = [domain.variables(), domain.targets()].map(|own| letters.all(own));
        let headings = ["The region", "Its image"];
        let weights = ["weight", "weight·|det J|"];
        let planes = (0..2).map(|which| {
            let note = match names[which].len() {
                0..=2 => shown.clone(),
                count => format!("{shown}; the first two of {count} coordinates"),
            };
            plane(
                (headings[which], note),
                (&names[which], weights[which]),
                &dots[which],
                (name, std::mem::take(&mut paths[which])),
            )
        });
        Ok(Planes {
            title: title.to_owned(),
            subtitle: estimate.method.clone(),
            planes: planes.collect(),
        })
    }
}

/// Whether a node is one of those that are shown, of which there is about one in `step`, at no regular distance.
pub(super) fn scattered(number: u64, step: u64) -> bool {
    // The multiples of the golden ratio modulo 1, in 64 bits, are spread evenly.
    let place = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    step == 1 || place < u64::MAX / step
}

/// The outlines of cells, or the lines of a learned grid, in the unit box.
fn outlines(nodes: &NodeSet) -> Vec<Path> {
    if let Some(map) = nodes.map() {
        return grid(map);
    }
    let n = nodes.dimension();
    let point = |x: f64, y: f64| {
        let mut point = vec![0.5; n];
        point[0] = x;
        if n > 1 {
            point[1] = y;
        }
        point
    };
    let along = |from: [f64; 2], to: [f64; 2], steps: usize| {
        (0..=steps).map(move |k| {
            let share = k as f64 / steps as f64;
            [0, 1].map(|i| from[i] + share * (to[i] - from[i]))
        })
    };
    let mut cells = nodes.cells();
    if cells.is_empty() || cells.len() > MOST_CELLS {
        cells = vec![vec![Side::WHOLE; n]];
    }
    let outline = |cell: &Vec<Side>| -> Path {
        let second = cell.get(1).copied().unwrap_or(Side::WHOLE);
        let corners = [
            [cell[0].from, second.from],
            [cell[0].to, second.from],
            [cell[0].to, second.to],
            [cell[0].from, second.to],
            [cell[0].from, second.from],
        ];
        let sides = corners
            .windows(2)
            .flat_map(|ends| along(ends[0], ends[1], ALONG));
        sides.map(|[x, y]| point(x, y)).collect()
    };
    cells.iter().map(outline).collect()
}

/// The lines of a learned grid in the unit box.
pub(super) fn grid(map: &LearnedMap) -> Vec<Path> {
    let line = |[from, to]: &[Vec<f64>; 2]| -> Path {
        let at = |k: usize| {
            let share = k as f64 / ALONG_GRID as f64;
            let pairs = from.iter().zip(to);
            pairs.map(|(a, b)| a + share * (b - a)).collect()
        };
        (0..=ALONG_GRID).map(at).collect()
    };
    map.lines(EDGES).iter().map(line).collect()
}

/// Leads lines of the unit box into both planes.
pub(super) fn led(geometry: &Geometry<'_>, outlines: &[Path], paths: &mut [Vec<Vec<[f64; 2]>>; 2]) {
    for outline in outlines {
        let points: Vec<_> = outline.iter().map(|unit| geometry.at(unit)).collect();
        let first_two = |place: &[f64]| [place[0], place[1]];
        paths[0].push(points.iter().map(|p| first_two(&p.variables)).collect());
        paths[1].push(points.iter().map(|p| first_two(&p.targets)).collect());
    }
}

/// One of the planes.
fn plane(
    (name, note): (&str, String),
    (axes, of_weight): (&[String], &str),
    dots: &[Dot],
    (of_lines, paths): (&str, Vec<Vec<[f64; 2]>>),
) -> Plane {
    let largest = dots
        .iter()
        .map(|dot| dot.weight.abs())
        .fold(0.0f64, f64::max)
        .max(f64::MIN_POSITIVE);
    let sizes = dots.iter().map(|dot| dot.weight.abs() / largest);
    let disks = std::f64::consts::PI * sizes.filter(|size| size.is_finite()).sum::<f64>();
    let radius = (INKED / disks).sqrt().clamp(RADII[0], RADII[1]);
    let mut groups: Vec<Points> = Vec::new();
    for is_negative in [false, true] {
        let own = |dot: &&Dot| (dot.weight < 0.0) == is_negative && dot.weight.is_finite();
        // Large ones first, so that small ones lie over them.
        for size in (0..SIZES).rev() {
            let share = (size as f64 + 0.5) / SIZES as f64;
            let of_size = |dot: &&Dot| {
                let part = (dot.weight.abs() / largest).sqrt();
                ((part * SIZES as f64) as usize).min(SIZES - 1) == size
            };
            let points = dots.iter().filter(own).filter(of_size);
            let points: Vec<[f64; 2]> = points.map(|dot| dot.at).collect();
            if points.is_empty() {
                continue;
            }
            let is_first = groups
                .iter()
                .all(|g| g.group.is_some() != is_negative || g.name.is_empty());
            let text = match (is_first, is_negative) {
                (true, false) => format!("nodes: the area of a dot is its {of_weight}"),
                (true, true) => "nodes of negative weight".to_owned(),
                _ => String::new(),
            };
            groups.push(Points {
                name: text,
                points,
                group: is_negative.then_some(1),
                radius: (share * radius).max(RADII[0]),
            });
        }
    }
    let second = axes.get(1).cloned().unwrap_or_else(|| of_weight.to_owned());
    let range = |i: usize| {
        let of_lines = paths.iter().flatten().map(|point| point[i]);
        let of_dots = dots.iter().map(|dot| dot.at[i]);
        let found = Range::of(of_dots.chain(of_lines)).unwrap_or(Range::new(0.0, 1.0));
        let found = match found.is_point() {
            true => Range::new(found.low - 0.5, found.low + 0.5),
            false => found.padded(MARGIN),
        };
        [found.low, found.high]
    };
    let ranges = [range(0), range(1)];
    let spans = ranges.map(|[low, high]| high - low);
    let is_plane = axes.len() > 1;
    Plane {
        name: name.to_owned(),
        note,
        axes: [axes[0].clone(), second],
        ranges,
        logarithmic: [false; 2],
        equal: is_plane && spans[0].min(spans[1]) > LONG * spans[0].max(spans[1]),
        amount: String::new(),
        largest: None,
        patches: Vec::new(),
        lines: match paths.is_empty() {
            true => Vec::new(),
            false => vec![Lines {
                name: of_lines.to_owned(),
                paths,
                family: 0,
                width: 0.7,
            }],
        },
        points: groups,
    }
}
