//! Seams: edges of the region that have one image, since the map goes on across them from one to the other, and edges
//! whose halves have one image.

use super::color::{INK, WHITE};
use super::pen::Pen;
use super::scene::{Scene, Spot};
use super::shown::Shown;
use super::ticks::familiar;

/// Light dashes on a dark line, as maps have railways: length and distance, and the widths of both.
const DASH: [f64; 2] = [6.0, 6.0];
const WIDTHS: [f64; 2] = [4.2, 2.2];

/// Images of one point differ by no more than this part of what the image is wide along an axis, or so many roundings of
/// the largest coordinate.
const SAME: f64 = 1e-9;
const ROUNDINGS: f64 = 16.0;

/// The lines of seams in the region and in the image.
pub(super) struct Seams {
    lines: Vec<Vec<Spot>>,
    /// What the legend says.
    pub(super) text: String,
}

/// How edges of a region of two variables meet in the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meeting {
    /// Both ends of the variable, point by point.
    Ends,
    /// Both ends, the one turned over.
    Turned,
    /// The lower edge (false) or the upper one with itself, folded in its middle.
    Folded(bool),
}

/// The edges of a surface that meet others, by the variable that is constant on them, and whether they are upper ones.
pub(super) fn edges(shown: &Shown) -> Vec<(usize, bool)> {
    let mut edges = Vec::new();
    for (axis, meeting) in meetings(shown) {
        match meeting {
            Meeting::Folded(is_upper) => edges.push((axis, is_upper)),
            _ => edges.extend([(axis, false), (axis, true)]),
        }
    }
    edges
}

/// Which edges meet, by the variable that is constant on them: none where a part of the region is meant.
fn meetings(shown: &Shown) -> Vec<(usize, Meeting)> {
    let (map, lattice) = (shown.deformation, shown.lattice);
    let [face] = lattice.faces()[..] else {
        return Vec::new();
    };
    if !map.margins.is_empty() || !map.levels.is_empty() {
        return Vec::new();
    }
    let image = |sample: usize| &map.samples[sample].image;
    let ranges = (0..map.targets.len()).map(|axis| {
        let along = map.samples.iter().map(|s| s.image[axis]);
        let finite = along.filter(|x| x.is_finite());
        finite.fold([f64::MAX, f64::MIN], |[low, high], x| {
            [low.min(x), high.max(x)]
        })
    });
    // An axis without finite values has none to compare.
    let or_none = |own: [f64; 2]| if own[0] <= own[1] { own } else { [0.0; 2] };
    let ranges: Vec<[f64; 2]> = ranges.map(or_none).collect();
    let largest = ranges
        .iter()
        .flatten()
        .fold(0.0f64, |all, x| all.max(x.abs()));
    let slack = ranges
        .iter()
        .map(|[low, high]| (SAME * (high - low)).max(ROUNDINGS * f64::EPSILON * largest));
    let slack: Vec<f64> = slack.collect();
    let is_finite = |sample: usize| image(sample).iter().all(|x| x.is_finite());
    // Images of one point differ by rounding; of those infinitely far away nothing is known.
    let is_same = |a: usize, b: usize| {
        let mut pairs = image(a).iter().zip(image(b)).zip(&slack);
        pairs.all(|((a, b), slack)| (a - b).abs() <= *slack) || !is_finite(a) && !is_finite(b)
    };
    let mut found = Vec::new();
    for which in 0..2 {
        let axis = face.axes[which];
        let last = lattice.points(axis) - 1;
        let [low, high] = [0, last].map(|place| lattice.line(face, which, place));
        let is_point = |edge: &[usize]| edge.iter().all(|s| is_same(edge[0], *s));
        let are_same = |a: &[usize], b: &[usize]| a.iter().zip(b).all(|(a, b)| is_same(*a, *b));
        let turned = |edge: &[usize]| edge.iter().rev().copied().collect::<Vec<_>>();
        if is_point(&low) || is_point(&high) {
            // A point meets itself, and is marked as one.
        } else if are_same(&low, &high) {
            found.push((axis, Meeting::Ends));
        } else if are_same(&low, &turned(&high)) {
            found.push((axis, Meeting::Turned));
        }
        for (edge, is_upper) in [(&low, false), (&high, true)] {
            let is_round = is_same(edge[0], edge[edge.len() / 4]);
            if !is_point(edge) && !is_round && are_same(edge, &turned(edge)) {
                found.push((axis, Meeting::Folded(is_upper)));
            }
        }
    }
    found
}

impl Seams {
    /// The seams of a map of two variables, on planes; `None` where there are none.
    pub(super) fn of(shown: &Shown) -> Option<Seams> {
        let (map, lattice) = (shown.deformation, shown.lattice);
        let [face] = lattice.faces()[..] else {
            return None;
        };
        let found = meetings(shown);
        let mut lines = Vec::new();
        for (axis, is_upper) in edges(shown) {
            let which = usize::from(face.axes[1] == axis);
            let place = if is_upper {
                lattice.points(axis) - 1
            } else {
                0
            };
            let is_half = found.contains(&(axis, Meeting::Folded(is_upper)));
            for (number, side) in shown.sides.iter().enumerate() {
                if shown.look.panels[number] && side.panel.is_flat() {
                    let frame = side.panel.area();
                    let mut edge = lattice.line(face, which, place);
                    // In the image dashes of the one half would fill the gaps of the other.
                    if number == 1 && is_half {
                        edge.truncate(edge.len() / 2 + 1);
                    }
                    let own = side.lines(edge);
                    lines.extend(own.iter().flat_map(|line| frame.clip_line(line)));
                }
            }
        }
        let told = found.iter().map(|(axis, meeting)| {
            let name = &map.variables[*axis];
            let edge = |is_upper: bool| {
                let place = if is_upper {
                    lattice.points(*axis) - 1
                } else {
                    0
                };
                let sample = lattice.line(face, usize::from(face.axes[1] == *axis), place)[0];
                familiar(map.samples[sample].source[*axis])
            };
            match meeting {
                Meeting::Ends => format!("both ends of {name} meet"),
                Meeting::Turned => format!("both ends of {name} meet, one turned over"),
                Meeting::Folded(is_upper) => {
                    format!("the edge {name} = {} is folded together", edge(*is_upper))
                }
            }
        });
        let told: Vec<String> = told.collect();
        let kind = if told.len() > 1 { "seams" } else { "a seam" };
        let text = format!("{kind}: {}", told.join("; "));
        (!lines.is_empty()).then_some(Seams { lines, text })
    }

    /// Draws the lines.
    pub(super) fn draw(&self, scene: &mut Scene) {
        self.lines.iter().for_each(|line| stroke(scene, line));
    }
}

/// A line of the kind of a seam.
pub(super) fn stroke(scene: &mut Scene, line: &[Spot]) {
    let [dark, light] = WIDTHS;
    scene.line(line.to_vec(), Pen::new(INK, dark));
    scene.dashes(line, Pen::new(WHITE, light), DASH);
}
