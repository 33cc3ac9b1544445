//! The verdict on a map of the unit box: what it covers, and how often.
//!
//! 1. Algebra that finds the variables from the targets proves a map to be one-to-one; so does, in the
//!    plane, a determinant of one sign together with an image of the edges that goes round once; so do
//!    bounds on pairs of boxes.
//! 2. Else preimages of many points are counted: two of one point disprove it, with a witness.
//! 3. Folds, degenerate faces and seams are told with their places.

use super::extent::Extent;
use super::faces::{Face, Inside, degenerate, glued, inside};
use super::folds::folds;
use super::mapping::{Mapping, Which};
use super::outline::{Edge, Outline};
use super::pairs::are_apart;
use super::preimages::coverage;
use super::unravel::Unravelled;

/// How sure it is that no place is covered twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum OneToOne {
    /// Algebra or bounds prove it, but for places without content.
    Proved,
    /// No place that was looked at is covered twice.
    Sampled,
    /// Two points with one image were found.
    No,
}

impl OneToOne {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            OneToOne::Proved => "proved",
            OneToOne::Sampled => "sampled",
            OneToOne::No => "no",
        }
    }
}

/// What is known of a map of the unit box.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) one_to_one: OneToOne,
    /// How it is known, as sentences without their full stops.
    pub(crate) because: Vec<String>,
    /// The determinant of the variables.
    pub(crate) own: Extent,
    /// How often the most covered point that was looked at is covered, and the least covered one.
    pub(crate) most: usize,
    pub(crate) least: usize,
    /// Two points of the box with one image.
    pub(crate) pair: Option<[Vec<f64>; 2]>,
    /// Points that were looked at whose image is that of others, too.
    pub(crate) twice: Vec<Vec<f64>>,
    pub(crate) folds: Vec<Vec<f64>>,
    pub(crate) faces: Vec<Face>,
    pub(crate) glued: Vec<usize>,
    pub(crate) inside: Vec<Inside>,
}

/// How much work a verdict may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Boxes for each end of the range of a determinant.
    pub(crate) boxes: usize,
    /// Pairs of boxes.
    pub(crate) pairs: usize,
    /// Cells of a lattice along each axis, by the number of axes.
    pub(crate) cells: fn(usize) -> usize,
    /// Cells whose images are looked for elsewhere.
    pub(crate) most_cells: usize,
    /// The same where it is proved that they are nowhere else.
    pub(crate) cells_if_proved: usize,
    /// Runs of Newton's method.
    pub(crate) runs: usize,
}

impl Effort {
    /// For those who ask for it.
    pub(crate) const FULL: Effort = Effort {
        boxes: 4000,
        pairs: 12_000,
        cells: |n| match n {
            1 => 600,
            2 => 48,
            3 => 12,
            4 => 6,
            5 => 4,
            _ => 3,
        },
        most_cells: usize::MAX,
        cells_if_proved: 64,
        runs: 60_000,
    };
}

/// The verdict on a map, with what algebra found.
pub(crate) fn verdict(mapping: &Mapping, algebra: &Unravelled, effort: Effort) -> Verdict {
    let unit = mapping.extent(Which::Unit, effort.boxes);
    let own = mapping.extent(Which::Own, effort.boxes);
    let is_flat = unit.is_proven && unit.size() == 0.0;
    let (mut one_to_one, mut because) = match is_flat {
        true => {
            let because = "the image has no content".to_owned();
            (OneToOne::No, vec![because])
        }
        false => proof(mapping, algebra, &unit, effort),
    };
    // What is proved is looked at all the same, by fewer points.
    let cells = match one_to_one {
        OneToOne::Proved => effort.cells_if_proved,
        _ => effort.most_cells,
    };
    let seen = coverage(mapping, (effort.cells)(mapping.n), cells, effort.runs);
    if seen.pair.is_some() && !is_flat {
        (one_to_one, because) = (OneToOne::No, Vec::new());
    }
    let most = match one_to_one {
        OneToOne::Proved => 1,
        OneToOne::No if is_flat => 0,
        _ => seen.most.max(1),
    };
    let changes = !(own.is_nowhere_negative() || own.is_nowhere_positive());
    Verdict {
        one_to_one,
        because,
        most,
        least: seen.least.clamp(1.min(most), most),
        pair: seen.pair,
        twice: seen.twice,
        folds: match changes {
            true => folds(mapping),
            false => Vec::new(),
        },
        faces: match is_flat {
            true => Vec::new(),
            false => degenerate(mapping, &own),
        },
        glued: glued(mapping),
        inside: match changes || is_flat || own.min * own.max > 0.0 && own.is_proven {
            true => Vec::new(),
            false => inside(mapping, &own),
        },
        own,
    }
}

/// Whether it is proved that a map is one-to-one, and how.
fn proof(
    mapping: &Mapping,
    algebra: &Unravelled,
    unit: &Extent,
    effort: Effort,
) -> (OneToOne, Vec<String>) {
    if algebra.is_one_to_one {
        return (OneToOne::Proved, algebra.steps.clone());
    }
    if (mapping.n, mapping.m) == (2, 2)
        && let Some(because) = by_outline(mapping, unit)
    {
        return (OneToOne::Proved, vec![because]);
    }
    if let Some(left) = &algebra.left
        && let Ok(left) = Mapping::new(&left.arena, &left.roots, left.roots[0], 2)
        && let Some(because) = by_outline(&left, &left.extent(Which::Unit, effort.boxes))
    {
        let because = format!("of the two targets and variables that are left, {because}");
        return (OneToOne::Proved, [&algebra.steps[..], &[because]].concat());
    }
    if mapping.n <= 6 && are_apart(mapping, effort.pairs) {
        let because = "bounds on pairs of boxes keep the images of all points apart".to_owned();
        return (OneToOne::Proved, vec![because]);
    }
    (OneToOne::Sampled, Vec::new())
}

/// How it is proved in the plane by the image of the edges, if it is.
fn by_outline(mapping: &Mapping, unit: &Extent) -> Option<String> {
    let keeps_sign = unit.is_nowhere_negative() || unit.is_nowhere_positive();
    if !(unit.is_proven && unit.size() > 0.0 && keeps_sign) {
        return None;
    }
    let mut points = mapping.points();
    let outline = Outline::new(&mut points)?;
    if !outline.covers_once(mapping, &mut points) {
        return None;
    }
    let edges = match outline.edges.iter().any(|edge| *edge != Edge::Bounds) {
        true => "what is left of the image of the edges, without seams and points,",
        false => "the image of the edges",
    };
    Some(format!(
        "det J keeps its sign, and {edges} goes round every place once at most"
    ))
}
