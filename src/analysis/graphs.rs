//! A box divided along the sheets at which formulas switch, each as a graph over one axis or another.
//!
//! 1. Halve the box until bounds show a part to be free of sheets, or until there is an axis along which
//!    every sheet in it has a slope of one sign, or on which it does not depend: then each line along that
//!    axis meets each of them once at most.
//! 2. Divide the other axes where sheets pass the faces at the ends of the lines, and where two of them
//!    meet: these are sheets of fewer axes, so this is recursion, which ends with roots on a line.
//! 3. Over a cell of that division the lines meet the same sheets in the same order, at heights that are
//!    smooth: between them nothing switches.
//! 4. Parts that cannot be divided further count as an error: content times size.
//!
//! R. I. Saye, "High-order quadrature methods for implicitly defined surfaces and volumes in
//! hyperrectangles", SIAM J. Sci. Comput. 37 (2015) A993–A1019; that sheets may meet, and the order of
//! axes as nested maps, is from L. Beck, F. Kummer, "High-order numerical integration on domains bounded
//! by intersecting level sets", arXiv 2308.10698 (2023).

use std::sync::Arc;

use super::heights::{End, Heights, Layer, Slopes};
use super::sheets::{Curves, Look, Sheet};
use super::switches::{Decider, deciders};
use crate::deadline::Deadline;
use crate::expr::bounds::ranges::{Interval, Range, Ranges};
use crate::expr::graph::{Arena, Graph, Id};
use crate::expr::inputs;
use crate::integrand::Side;

/// With more deciders there are more sheets than cells that may be made.
const MOST_DECIDERS: usize = 1000;

/// Looks at boxes for one integral at most.
const MOST_LOOKS: usize = 200_000;

/// The most cells.
const MOST_CELLS: usize = 60_000;

/// A whole part that takes more levels in a box is divided first.
const MOST_LEVELS: f64 = 4.0;

/// A box is halved so often at most, by the number of axes: what is left is a millionth of a square
/// wide, a thousandth of a cube.
const DEEPEST: [u32; 5] = [60, 60, 44, 36, 32];

/// A graph is at least so steep along its axis, as a part of how steep it gets along any, or the box is
/// halved; so much after each number of halvings along every axis, and later anything.
const STEEP: [f64; 6] = [0.1, 0.1, 0.1, 0.1, 0.01, 0.001];

/// Where boxes are divided: off the simple fractions.
const DIVISION: f64 = 0.487_3;

/// Values below this part of the largest are rounding.
const NOISE: f64 = 1e-13;

/// Intervals that are narrower are places.
const NO_WIDTH: f64 = 1e-14;

/// Where a cell is looked at: off its middle, where symmetric sheets may meet.
const SAMPLE: f64 = 0.471_9;

/// A cell: one axis after the other between ends that depend on the axes before.
#[derive(Clone, Debug)]
pub(super) struct Stack {
    pub(super) layers: Vec<Layer>,
    /// A box that holds it.
    pub(super) sides: Vec<Side>,
    /// Whether sheets may still have zeros in it.
    is_open: bool,
}

/// A division of the box.
#[derive(Debug)]
pub(super) struct Division {
    pub(super) slopes: Slopes,
    /// Boxes without a sheet.
    pub(super) windows: Vec<Vec<Side>>,
    /// Cells between sheets.
    pub(super) stacks: Vec<Stack>,
    /// For every formula, what the integral may be off because of what could not be divided.
    pub(super) errors: Vec<f64>,
}

/// The division of the unit box of n axes by the sheets along which formulas switch; `None` if there are
/// none, or it cannot be found.
pub(super) fn division(
    arena: &Arena,
    roots: &[Id],
    n: usize,
    deadline: &Deadline,
) -> Option<Division> {
    let found: Vec<Decider> = deciders(arena, roots)
        .into_iter()
        .filter(|d| d.bends && d.inputs != 0)
        .collect();
    let is_oblique = |d: &Decider| d.inputs.count_ones() > 1;
    if n >= DEEPEST.len() || found.len() > MOST_DECIDERS || !found.iter().any(is_oblique) {
        return None;
    }
    let graph = Graph::from_arena(arena.clone());
    let differences: Vec<Id> = found.iter().map(|d| d.difference(&graph).id).collect();
    let slopes = Slopes::new(Curves {
        arena: graph.into_arena(),
        roots: [roots, &differences].concat(),
        outputs: roots.len(),
        deciders: found,
        n,
    });
    let (windows, stacks, errors) = {
        let mut search = Search::new(&slopes, deadline)?;
        search.run()?;
        (search.windows, search.stacks, search.errors)
    };
    (!stacks.is_empty()).then_some(Division {
        slopes,
        windows,
        stacks,
        errors,
    })
}

/// A sheet in a box, and where it comes from.
#[derive(Debug)]
struct Here {
    sheet: Arc<Sheet>,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    /// What decides.
    Decider,
    /// The restriction of a graph to a face.
    Face { of: Arc<Here>, at: f64 },
    /// Where two graphs meet.
    Meeting { first: Arc<Here>, second: Arc<Here> },
}

impl Here {
    /// Whether it need not be looked for where this sheet and another one meet.
    ///
    /// The two faces of a graph do not meet. Where graphs f and g meet, and g meets a face, f does too:
    /// all three pass through there, and f and g are compared on the face. Beyond the face the first two
    /// are the same, for there the height of f is held.
    fn is_kin(&self, other: &Here) -> bool {
        match (&self.origin, &other.origin) {
            (Origin::Face { of: a, at }, Origin::Face { of: b, at: same }) => {
                Arc::ptr_eq(a, b) || (at == same && a.is_kin(b))
            }
            (Origin::Meeting { first, second }, Origin::Face { of, .. })
            | (Origin::Face { of, .. }, Origin::Meeting { first, second }) => {
                Arc::ptr_eq(of, first) || Arc::ptr_eq(of, second)
            }
            _ => false,
        }
    }
}

struct Search<'a> {
    curves: &'a Curves,
    /// Ranges of the formulas.
    own: Ranges<'a>,
    look: Look<'a>,
    heights: Heights<'a>,
    /// What decides, by the number of its root and the axes that it depends on.
    deciders: Vec<(usize, u64)>,
    /// The largest size of each decider in the box, or 0.
    scales: Vec<f64>,
    windows: Vec<Vec<Side>>,
    stacks: Vec<Stack>,
    errors: Vec<f64>,
    left: usize,
    deadline: &'a Deadline,
}

impl<'a> Search<'a> {
    fn new(slopes: &'a Slopes, deadline: &'a Deadline) -> Option<Self> {
        let curves = &slopes.curves;
        let Curves {
            arena,
            roots,
            outputs,
            n,
            ..
        } = curves;
        let kept: Vec<usize> = curves.distinct().iter().map(|k| outputs + k).collect();
        let ranges = (0..roots.len()).map(|root| {
            let is_kept = kept.contains(&root);
            is_kept.then(|| Ranges::new(arena, &roots[root..=root], *n))?
        });
        let mut ranges: Vec<Option<Ranges<'_>>> = ranges.collect();
        let scale = |ranges: &mut Option<Ranges<'_>>| {
            let ranges = ranges.as_mut()?;
            ranges.turn_to((0..*n).map(|_| (0.0, 1.0)));
            let Interval { lo, hi } = ranges.of(0).values;
            Some(lo.abs().max(hi.abs())).filter(|size| size.is_finite())
        };
        let scales = ranges[*outputs..].iter_mut();
        let scales = scales.map(|ranges| scale(ranges).unwrap_or(0.0)).collect();
        let deciders = kept.iter().map(|&root| {
            let axes = inputs::of_formulas(arena, &roots[root..=root]);
            (root, axes)
        });
        Some(Search {
            own: Ranges::new(arena, &roots[..*outputs], *n)?,
            look: Look::new(ranges),
            heights: Heights::new(slopes),
            scales,
            deciders: deciders.collect(),
            windows: Vec::new(),
            stacks: Vec::new(),
            errors: vec![0.0; *outputs],
            left: MOST_LOOKS,
            deadline,
            curves,
        })
    }

    /// Divides the whole box; `None` if that is too much.
    fn run(&mut self) -> Option<()> {
        let n = self.curves.n;
        let axes: Vec<usize> = (0..n).collect();
        let mut open = vec![(vec![Side::WHOLE; n], 0)];
        while let Some((sides, depth)) = open.pop() {
            self.count()?;
            self.own
                .turn_to(sides.iter().map(|side| (side.from, side.to)));
            let own: Vec<_> = (0..self.curves.outputs).map(|k| self.own.of(k)).collect();
            let is_zero = |r: &Range| r.smooth && r.values == Interval { lo: 0.0, hi: 0.0 };
            if own.iter().all(is_zero) {
                continue;
            }
            if own.iter().all(|r| r.smooth) {
                self.windows.push(sides);
                continue;
            }
            if let Some(sheets) = self.undecided(&sides) {
                if sheets.is_empty() {
                    self.windows.push(sides);
                    continue;
                }
                if let Some(found) = self.as_graphs(&axes, &sides, &sheets, depth)? {
                    for stack in found {
                        match stack.is_open {
                            true => self.leave_out(&stack.sides)?,
                            false => self.stacks.push(stack),
                        }
                    }
                    continue;
                }
            }
            if depth >= DEEPEST[n] {
                self.leave_out(&sides)?;
                continue;
            }
            open.extend(halves(&sides, &axes).map(|half| (half, depth + 1)));
        }
        Some(())
    }

    /// Leaves a box out: what it may hold is an error; `None` if that may be anything.
    fn leave_out(&mut self, sides: &[Side]) -> Option<()> {
        let content: f64 = sides.iter().map(Side::width).product();
        self.own
            .turn_to(sides.iter().map(|side| (side.from, side.to)));
        for (k, error) in self.errors.iter_mut().enumerate() {
            let values = self.own.of(k).values;
            *error += content * values.lo.abs().max(values.hi.abs());
        }
        let is_known = self.errors.iter().all(|error| error.is_finite());
        is_known.then_some(())
    }

    fn count(&mut self) -> Option<()> {
        let is_over =
            self.deadline.has_come() || self.windows.len() + self.stacks.len() > MOST_CELLS;
        self.left = self.left.checked_sub(1).filter(|_| !is_over)?;
        Some(())
    }

    /// The sheets of what may decide in more than one way in a box; `None` if one has too many.
    fn undecided(&mut self, sides: &[Side]) -> Option<Vec<Arc<Here>>> {
        let sides: Vec<Interval> = sides.iter().map(interval).collect();
        let mut found = Vec::new();
        for (root, axes) in self.deciders.clone() {
            let whole = Sheet::of_root(root, 0.0, axes);
            let Interval { lo, hi } = self.look.extent(&whole, &sides).values;
            let (first, last) = match self.curves.deciders[root - self.curves.outputs].is_floor() {
                true => (lo.ceil(), hi.floor()),
                false => (0.0, 0.0),
            };
            if !(first <= last && lo <= first && last <= hi) {
                continue;
            }
            if !(last - first < MOST_LEVELS) {
                return None;
            }
            let levels = (0..=(last - first) as usize).map(|k| first + k as f64);
            found.extend(levels.map(|level| {
                Arc::new(Here {
                    sheet: Arc::new(Sheet::of_root(root, level, axes)),
                    origin: Origin::Decider,
                })
            }));
        }
        Some(found)
    }

    /// Cells of a box in which each sheet is a graph along one axis, or does not depend on it; the inner
    /// `None` if there is no such axis.
    fn as_graphs(
        &mut self,
        axes: &[usize],
        sides: &[Side],
        sheets: &[Arc<Here>],
        depth: u32,
    ) -> Option<Option<Vec<Stack>>> {
        let Some(axis) = self.best_axis(axes, sides, sheets, depth) else {
            return Some(None);
        };
        let side = sides[axis];
        let (graphs, walls): (Vec<Arc<Here>>, Vec<Arc<Here>>) = sheets
            .iter()
            .cloned()
            .partition(|here| here.sheet.depends_on(axis));
        let mut lower = walls;
        for (number, here) in graphs.iter().enumerate() {
            for at in [side.from, side.to] {
                let sheet = Sheet::on_face(&here.sheet, axis, at);
                lower.push(Arc::new(Here {
                    sheet: Arc::new(sheet),
                    origin: Origin::Face {
                        of: Arc::clone(here),
                        at,
                    },
                }));
            }
            for other in graphs[..number].iter().filter(|other| !here.is_kin(other)) {
                let sheet = Sheet::meeting(&other.sheet, &here.sheet, axis, side);
                lower.push(Arc::new(Here {
                    sheet: Arc::new(sheet),
                    origin: Origin::Meeting {
                        first: Arc::clone(other),
                        second: Arc::clone(here),
                    },
                }));
            }
        }
        let rest: Vec<usize> = axes.iter().copied().filter(|a| *a != axis).collect();
        let base = self.divide(&rest, sides, lower)?;
        let mut found = Vec::new();
        for cell in base {
            if cell.is_open {
                let layer = Layer {
                    axis,
                    ends: [End::Face(side.from), End::Face(side.to)],
                };
                found.push(Stack {
                    layers: [&cell.layers[..], &[layer]].concat(),
                    ..cell
                });
                continue;
            }
            let mut point = self.heights.place(&cell.layers, |_| SAMPLE);
            let mut heights = Vec::new();
            for here in &graphs {
                let mut signs = [side.from, side.to].map(|at| {
                    point[axis] = at;
                    self.heights.value_at(&here.sheet, &point, axis)[0] > 0.0
                });
                signs.sort();
                if signs[0] != signs[1] {
                    let height = self.heights.height_at(&here.sheet, axis, side, &point);
                    heights.push((height, End::Height(Arc::clone(&here.sheet), side)));
                }
            }
            heights.sort_by(|a, b| a.0.total_cmp(&b.0));
            let inner = heights.into_iter().map(|(_, end)| end);
            let ends: Vec<End> = std::iter::once(End::Face(side.from))
                .chain(inner)
                .chain([End::Face(side.to)])
                .collect();
            for pair in ends.windows(2) {
                let layer = Layer {
                    axis,
                    ends: [pair[0].clone(), pair[1].clone()],
                };
                found.push(Stack {
                    layers: [&cell.layers[..], &[layer]].concat(),
                    sides: cell.sides.clone(),
                    is_open: false,
                });
            }
        }
        Some(Some(found))
    }

    /// Whether a sheet is zero all over, up to rounding, as on a face that it touches: then it does not
    /// divide.
    fn is_nothing(&self, sheet: &Sheet, values: Interval) -> bool {
        let scale = self.scales[sheet.root() - self.curves.outputs];
        values.lo.abs().max(values.hi.abs()) <= NOISE * scale
    }

    /// Cells of some axes of a box, in each of which no sheet has a zero, but in those that are open.
    fn divide(
        &mut self,
        axes: &[usize],
        sides: &[Side],
        sheets: Vec<Arc<Here>>,
    ) -> Option<Vec<Stack>> {
        let mut open = vec![(sides.to_vec(), sheets, 0)];
        let mut found = Vec::new();
        while let Some((sides, sheets, depth)) = open.pop() {
            self.count()?;
            let intervals: Vec<Interval> = sides.iter().map(interval).collect();
            let mut here = Vec::new();
            for sheet in sheets {
                let values = self.look.extent(&sheet.sheet, &intervals).values;
                if values.lo <= 0.0 && values.hi >= 0.0 && !self.is_nothing(&sheet.sheet, values) {
                    here.push(sheet);
                }
            }
            let as_it_is = |sides: Vec<Side>, is_open| Stack {
                layers: axes
                    .iter()
                    .map(|&axis| Layer {
                        axis,
                        ends: [End::Face(sides[axis].from), End::Face(sides[axis].to)],
                    })
                    .collect(),
                sides,
                is_open,
            };
            if here.is_empty() {
                found.push(as_it_is(sides, false));
                continue;
            }
            if let [axis] = axes {
                let places = self.roots(*axis, &sides, &here)?;
                found.extend(along_line(*axis, &sides, &places));
                continue;
            }
            if let Some(cells) = self.as_graphs(axes, &sides, &here, depth)? {
                found.extend(cells);
                continue;
            }
            if depth >= DEEPEST[axes.len()] {
                found.push(as_it_is(sides, true));
                continue;
            }
            let halves = halves(&sides, axes);
            open.extend(halves.map(|half| (half, here.clone(), depth + 1)));
        }
        Some(found)
    }

    /// The axis along which every sheet in a box is a graph, or on which it does not depend, and they are
    /// the steepest.
    fn best_axis(
        &mut self,
        axes: &[usize],
        sides: &[Side],
        sheets: &[Arc<Here>],
        depth: u32,
    ) -> Option<usize> {
        let halvings = depth / axes.len() as u32;
        let steepness = STEEP.get(halvings as usize).copied().unwrap_or(0.0);
        let intervals: Vec<Interval> = sides.iter().map(interval).collect();
        let mut least: Vec<f64> = vec![f64::INFINITY; axes.len()];
        for here in sheets {
            if !self.look.extent(&here.sheet, &intervals).is_tame {
                return None;
            }
            let slopes: Vec<Interval> = axes
                .iter()
                .map(|&axis| self.look.slope(&here.sheet, &intervals, axis))
                .collect();
            let change =
                |k: usize, size: fn(Interval) -> f64| size(slopes[k]) * sides[axes[k]].width();
            let largest = (0..axes.len()).map(|k| change(k, |s| s.lo.abs().max(s.hi.abs())));
            let largest = largest.fold(0.0, f64::max);
            for k in 0..axes.len() {
                if here.sheet.depends_on(axes[k]) {
                    let own = change(k, |s| s.lo.max(-s.hi));
                    least[k] = least[k].min(own / largest);
                }
            }
        }
        let best = (0..axes.len())
            .filter(|&k| least[k] > steepness && least[k].is_finite())
            .max_by(|&a, &b| least[a].total_cmp(&least[b]))?;
        Some(axes[best])
    }

    /// The places along the only axis of a box where sheets have zeros, in ascending order.
    fn roots(&mut self, axis: usize, sides: &[Side], sheets: &[Arc<Here>]) -> Option<Vec<f64>> {
        let mut places = Vec::new();
        for here in sheets {
            let sheet = &here.sheet;
            let mut open = vec![sides[axis]];
            while let Some(side) = open.pop() {
                self.count()?;
                let mut intervals: Vec<Interval> = sides.iter().map(interval).collect();
                intervals[axis] = interval(&side);
                let extent = self.look.extent(sheet, &intervals);
                if extent.values.lo > 0.0 || extent.values.hi < 0.0 {
                    continue;
                }
                let slope = self.look.slope(sheet, &intervals, axis);
                if extent.is_tame && (slope.lo > 0.0 || slope.hi < 0.0) {
                    let point: Vec<f64> = sides.iter().map(|side| side.from).collect();
                    let at = self.heights.height_at(sheet, axis, side, &point);
                    places.push(at);
                    continue;
                }
                if side.width() <= NO_WIDTH {
                    places.push(side.from);
                    continue;
                }
                let middle = side.at(DIVISION);
                open.push(Side {
                    from: middle,
                    ..side
                });
                open.push(Side { to: middle, ..side });
            }
        }
        places.sort_by(f64::total_cmp);
        places.dedup();
        let Side { from, to } = sides[axis];
        places.retain(|at| *at > from && *at < to);
        Some(places)
    }
}

fn interval(side: &Side) -> Interval {
    Interval {
        lo: side.from,
        hi: side.to,
    }
}

/// The two halves of a box along the longest of some axes.
fn halves(sides: &[Side], axes: &[usize]) -> impl Iterator<Item = Vec<Side>> {
    let longer = |a: usize, b: usize| {
        if sides[b].width() > sides[a].width() {
            b
        } else {
            a
        }
    };
    let longest = axes.iter().copied().reduce(longer).unwrap_or(0);
    let Side { from, to } = sides[longest];
    let middle = from + DIVISION * (to - from);
    [Side { from: middle, to }, Side { from, to: middle }]
        .map(|half| {
            let mut sides = sides.to_vec();
            sides[longest] = half;
            sides
        })
        .into_iter()
}

/// The parts of a line between places.
fn along_line<'s>(
    axis: usize,
    sides: &'s [Side],
    places: &[f64],
) -> impl Iterator<Item = Stack> + use<'s> {
    let Side { from, to } = sides[axis];
    let ends = [&[from], places, &[to]].concat();
    let pairs: Vec<[f64; 2]> = ends.windows(2).map(|pair| [pair[0], pair[1]]).collect();
    pairs.into_iter().map(move |[from, to]| {
        let mut sides = sides.to_vec();
        sides[axis] = Side { from, to };
        Stack {
            layers: vec![Layer {
                axis,
                ends: [End::Face(from), End::Face(to)],
            }],
            sides,
            is_open: false,
        }
    })
}
