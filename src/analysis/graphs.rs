//! Curves in the plane along which formulas switch, as graphs over one axis or the other.
//!
//! 1. Divide the unit square by bounds until a cell is certainly free of curves, or has one of which
//!    the slope along an axis has one sign: then each line along that axis meets it once at most.
//! 2. Cut the other axis where the curve passes a face of the cell. Between the cuts a line either
//!    misses the curve or meets it once, and what lies on either side is smooth.
//! 3. Cells that cannot be divided further, where curves meet, count as an error: content times
//!    variation.
//!
//! R. I. Saye, "High-order quadrature methods for implicitly defined surfaces and volumes in
//! hyperrectangles", SIAM J. Sci. Comput. 37 (2015) A993–A1019.

use super::pieces::ratio;
use super::switches::{Decider, deciders};
use super::zeros::{Levels, zeros};
use crate::deadline::Deadline;
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::value::values;
use crate::integrand::Side;
use crate::scatter::Scatter;

/// With more deciders there are more curves than cells that may be made.
const MOST_DECIDERS: usize = 1000;

/// Looks at cells for one integral at most.
const MOST_LOOKS: usize = 60_000;

/// The most cells.
const MOST_CELLS: usize = 8192;

/// A cell is divided this often at most: it is a millionth of the square wide then.
const DEEPEST: u32 = 44;

/// Where cells are divided: off the simple fractions.
const DIVISION: f64 = 0.487_3;

/// Points at which what decides is compared.
const POINTS: usize = 16;

/// Formulas of what decides, and what belongs to them.
#[derive(Debug)]
pub(super) struct Curves {
    pub(super) arena: Arena,
    /// The formulas, then what decides.
    pub(super) roots: Vec<Id>,
}

/// A part of the square.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Region {
    /// A rectangle without a curve.
    Window([Side; 2]),
    /// What lies below or above a curve in a rectangle.
    Beside(Beside),
}

/// What lies on one side of a curve in a rectangle: along an axis from the beginning of the side to the
/// curve, or from the curve to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Beside {
    /// The axis along which the curve is met once.
    pub(super) axis: usize,
    pub(super) sides: [Side; 2],
    /// Which of the roots takes which level on the curve.
    pub(super) root: usize,
    pub(super) level: f64,
    pub(super) part: Part,
}

/// Which part of the lines lies on one side of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// From the beginning to the curve.
    Below,
    /// From the curve to the end.
    Above,
    /// Whole lines, none of which meets the curve.
    All,
}

/// A division of the square.
#[derive(Debug)]
pub(super) struct Division {
    pub(super) curves: Curves,
    pub(super) regions: Vec<Region>,
    /// Whether something may jump at a curve, and not only bend.
    pub(super) jumps: bool,
    /// For every formula, what the integral may be off because of what could not be divided.
    pub(super) errors: Vec<f64>,
}

/// The division of the unit square by the curves along which formulas switch; `None` if there are none,
/// or it cannot be found.
pub(super) fn division(arena: &Arena, roots: &[Id], deadline: &Deadline) -> Option<Division> {
    let deciders: Vec<Decider> = deciders(arena, roots)
        .into_iter()
        .filter(|d| d.bends && d.inputs != 0)
        .collect();
    let is_oblique = |d: &Decider| d.inputs.count_ones() > 1;
    if deciders.len() > MOST_DECIDERS || !deciders.iter().any(is_oblique) {
        return None;
    }
    let graph = Graph::from_arena(arena.clone());
    let differences: Vec<Id> = deciders.iter().map(|d| d.difference(&graph).id).collect();
    let curves = Curves {
        arena: graph.into_arena(),
        roots: [roots, &differences].concat(),
    };
    let kept = distinct(&curves.arena, &differences, &deciders);
    let search = Search {
        ranges: Ranges::new(&curves.arena, &curves.roots, 2)?,
        curves: &curves,
        outputs: roots.len(),
        deciders: kept
            .iter()
            .map(|&k| (roots.len() + k, deciders[k].is_floor()))
            .collect(),
        regions: Vec::new(),
        errors: vec![0.0; roots.len()],
    };
    let (regions, errors) = search.run(deadline)?;
    let is_cut = |region: &Region| matches!(region, Region::Beside(_));
    regions.iter().any(is_cut).then_some(Division {
        jumps: deciders.iter().any(|d| jumps(&curves.arena, d)),
        curves,
        regions,
        errors,
    })
}

/// Whether a node jumps where what decides changes.
fn jumps(arena: &Arena, decider: &Decider) -> bool {
    !matches!(
        arena.node(decider.node),
        Node::Unary(Unary::Abs | Unary::Cbrt, _) | Node::Binary(Binary::Min | Binary::Max, ..)
    )
}

/// The deciders of which no earlier one is a multiple.
fn distinct(arena: &Arena, differences: &[Id], deciders: &[Decider]) -> Vec<usize> {
    let points = Scatter::golden(2);
    let mut seen = vec![Vec::with_capacity(POINTS); differences.len()];
    for k in 1..=POINTS {
        let found = values(arena, differences, &points.point(k));
        seen.iter_mut()
            .zip(found)
            .for_each(|(seen, v)| seen.push(v));
    }
    let mut kept: Vec<usize> = Vec::new();
    for k in 0..differences.len() {
        let is_same = |other: &usize| {
            let floors = deciders[k].is_floor() || deciders[*other].is_floor();
            differences[k] == differences[*other]
                || (!floors && ratio(&seen[k], &seen[*other]).is_some())
        };
        if !kept.iter().any(is_same) {
            kept.push(k);
        }
    }
    kept
}

struct Search<'a> {
    ranges: Ranges<'a>,
    curves: &'a Curves,
    outputs: usize,
    /// What decides, by the number of its root, and whether by its whole part.
    deciders: Vec<(usize, bool)>,
    regions: Vec<Region>,
    errors: Vec<f64>,
}

impl Search<'_> {
    fn run(mut self, deadline: &Deadline) -> Option<(Vec<Region>, Vec<f64>)> {
        let mut open = vec![([Side::WHOLE; 2], 0)];
        let mut looks = MOST_LOOKS;
        while let Some((sides, depth)) = open.pop() {
            looks = looks
                .checked_sub(1)
                .filter(|_| !deadline.has_come() && self.regions.len() < MOST_CELLS)?;
            self.turn(sides.map(|side| (side.from, side.to)));
            let own = (0..self.outputs).map(|k| self.ranges.of(k));
            let own: Vec<_> = own.collect();
            if own
                .iter()
                .all(|r| r.smooth && r.values == Interval { lo: 0.0, hi: 0.0 })
            {
                continue;
            }
            if own.iter().all(|r| r.smooth) {
                self.regions.push(Region::Window(sides));
                continue;
            }
            let undecided = self.undecided();
            match undecided[..] {
                [] => {
                    self.regions.push(Region::Window(sides));
                    continue;
                }
                [(root, Some(level))] => {
                    if let Some(found) = self.as_graph(sides, root, level, deadline) {
                        self.regions.extend(found);
                        continue;
                    }
                }
                _ => {}
            }
            if depth >= DEEPEST {
                let content = sides[0].width() * sides[1].width();
                // It is left out.
                for (error, range) in self.errors.iter_mut().zip(own) {
                    *error += content * range.values.lo.abs().max(range.values.hi.abs());
                }
                if self.errors.iter().any(|error| !error.is_finite()) {
                    return None;
                }
                continue;
            }
            let axis = usize::from(sides[1].width() > sides[0].width());
            let Side { from, to } = sides[axis];
            let middle = from + DIVISION * (to - from);
            for half in [Side { from: middle, to }, Side { from, to: middle }] {
                let mut sides = sides;
                sides[axis] = half;
                open.push((sides, depth + 1));
            }
        }
        Some((self.regions, self.errors))
    }

    fn turn(&mut self, sides: [(f64, f64); 2]) {
        self.ranges.turn_to(sides.into_iter());
    }

    /// What may decide in both ways, with the level at which, if there is one only.
    fn undecided(&self) -> Vec<(usize, Option<f64>)> {
        let of = |&(root, is_floor): &(usize, bool)| {
            let Interval { lo, hi } = self.ranges.of(root).values;
            let (first, last) = if is_floor {
                (lo.ceil(), hi.floor())
            } else {
                (0.0, 0.0)
            };
            let may = first <= last && lo <= first && last <= hi;
            may.then_some((root, (first == last).then_some(first)))
        };
        self.deciders.iter().filter_map(of).collect()
    }

    /// The parts of a cell to which the ranges are turned, if its curve is a graph.
    fn as_graph(
        &mut self,
        sides: [Side; 2],
        root: usize,
        level: f64,
        deadline: &Deadline,
    ) -> Option<Vec<Region>> {
        let range = self.ranges.of(root);
        if !range.continuous || !range.defined {
            return None;
        }
        let steepness = [0, 1].map(|axis| {
            let Interval { lo, hi } = self.ranges.slope(root, axis);
            lo.max(-hi) * sides[axis].width()
        });
        let axis = usize::from(steepness[1] >= steepness[0]);
        if steepness[axis] <= 0.0 || !steepness[axis].is_finite() {
            return None;
        }
        let other = 1 - axis;
        let mut ends = vec![sides[other].from, sides[other].to];
        for face in [sides[axis].from, sides[axis].to] {
            ends.extend(self.passes(root, level, sides[other], other, face, deadline)?);
        }
        ends.sort_by(f64::total_cmp);
        ends.dedup();
        let mut found = Vec::new();
        for pair in ends.windows(2) {
            let mut sides = sides;
            sides[other] = Side {
                from: pair[0],
                to: pair[1],
            };
            let middle = sides[other].at(0.5);
            let signs = [sides[axis].from, sides[axis].to].map(|face| {
                let mut at = [(middle, middle); 2];
                at[axis] = (face, face);
                self.turn(at);
                let Interval { lo, hi } = self.ranges.of(root).values;
                (lo / 2.0 + hi / 2.0 - level).total_cmp(&0.0)
            });
            let beside = |part| {
                Region::Beside(Beside {
                    axis,
                    sides,
                    root,
                    level,
                    part,
                })
            };
            if signs[0] == signs[1] {
                found.push(beside(Part::All));
            } else {
                found.extend([Part::Below, Part::Above].map(beside));
            }
        }
        Some(found)
    }

    /// Where along a side of the other axis a curve passes a face.
    fn passes(
        &self,
        root: usize,
        level: f64,
        side: Side,
        other: usize,
        face: f64,
        deadline: &Deadline,
    ) -> Option<Vec<f64>> {
        let graph = Graph::new();
        let id = {
            let along = side.from + graph.constant(side.to - side.from) * graph.input(other);
            let face = graph.constant(face);
            let inputs: [Expr<'_>; 2] = if other == 0 {
                [along, face]
            } else {
                [face, along]
            };
            let curve = graph.import(&self.curves.arena, &[self.curves.roots[root]], &inputs);
            (curve[0] - level).id
        };
        let arena = graph.into_arena();
        let found = zeros(&arena, id, 2, other, Levels::Zero, deadline)?;
        if found.iter().any(|place| place.is_open) {
            return None;
        }
        Some(found.iter().map(|place| side.at(place.at)).collect())
    }
}
