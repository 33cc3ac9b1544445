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

use super::heights::{End, Heights, Layer, SAMPLE, Slopes};
use super::numerators::numerator;
use super::pieces::ratio;
use super::sheets::{Curves, Look, Sheet, interval};
use super::switches::{Decider, deciders, switches};
use super::tails::{Sizes, is_end, typical_sizes};
use crate::deadline::Deadline;
use crate::expr::bounds::ranges::{Interval, Range, Ranges};
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Expr, Graph, Id, Node};
use crate::expr::inputs;
use crate::integrand::Side;
use crate::scatter::Scatter;

/// With more deciders there are more sheets than cells that may be made.
const MOST_DECIDERS: usize = 1000;

/// Looks at boxes for one integral at most.
const MOST_LOOKS: usize = 200_000;

/// The most cells.
const MOST_CELLS: usize = 60_000;

/// A box in which a whole part takes more levels is divided first, and one in which all of them do that are not
/// few each.
const MOST_LEVELS: f64 = 64.0;
const FEW_LEVELS: usize = 4;

/// A box of more sheets is divided, however they lie: where each meets each other is looked for.
const MOST_SHEETS: usize = 512;

/// A box is halved so often at most, by the number of axes: what is left is a millionth of a square
/// wide, a thousandth of a cube.
const DEEPEST: [u32; 5] = [60, 60, 44, 36, 32];

/// A graph is at least so steep along its axis, as a part of how steep it gets along any, or the box is
/// halved; so much after each number of halvings along every axis, and later anything.
const STEEP: [f64; 6] = [0.1, 0.1, 0.1, 0.1, 0.01, 0.001];

/// A length beside a point is larger than an area: there so many halvings more are allowed.
const DEEPER: u32 = 30;

/// How steep a graph is taken to be that rises without bound along another axis.
const LEAST_STEEP: f64 = 1e-9;

/// So many pairs of sheets are compared in the time of a look.
const COMPARED: usize = 32;

/// Where boxes are divided: off the simple fractions.
const DIVISION: f64 = 0.487_3;

/// Values below this part of the largest may be rounding.
const NEARLY: f64 = 1e-9;

/// So many times what rounding loses in the middle of a box, values are nothing in it.
const MARGIN: f64 = 8.0;

/// Points at which sheets are compared.
const POINTS: usize = 7;

/// The part of the whole that is left out in a box that need not be divided.
const NEGLIGIBLE: f64 = 1e-19;

/// With more places along axes the box is not cut at them.
const MOST_PLACES: usize = 8;

/// The part of an axis next to its ends in which a level set is left out where limits are infinite: there
/// unit coordinates lose their digits.
const FAR_OUT: f64 = 1e-6;

/// Intervals that are narrower are places.
pub(super) const NO_WIDTH: f64 = 1e-15;

/// A cell: one axis after the other between ends that depend on the axes before.
#[derive(Clone, Debug)]
pub(super) struct Stack {
    pub(super) layers: Vec<Layer>,
    /// A box that holds it.
    pub(super) sides: Vec<Side>,
    /// Whether sheets may still have zeros in it.
    pub(super) is_open: bool,
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
    /// Whether some of that is no bound: what lies far out is taken to fall on as it falls there.
    pub(super) is_estimated: bool,
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
    if !found.iter().any(is_oblique) {
        return None;
    }
    let levels = Formulas {
        inputs: Vec::new(),
        arena: Graph::new().into_arena(),
        roots: Vec::new(),
    };
    let sizes = without_switches(arena, roots);
    let found = divided(arena, roots, found, [&levels; 2], &sizes, n, deadline)?;
    (!found.stacks.is_empty()).then_some(found)
}

/// Formulas of unit coordinates, and the levels over whose zeros they are integrated.
#[derive(Debug)]
pub(crate) struct OnLevels {
    /// With the size of the gradients of the levels as a factor.
    pub(crate) formulas: Formulas,
    /// What is zero.
    pub(crate) levels: Formulas,
    /// The levels with poles where limits are infinite: where these have a sign the levels have one.
    pub(crate) written: Formulas,
    /// The formulas with the most that the level set is stretched by as a factor, and not the gradients.
    pub(crate) sizes: Formulas,
}

/// The division of the common zeros of some formulas in the unit box of n axes, as graphs, by the sheets
/// along which others switch; `None` if it cannot be found.
pub(super) fn division_of_level(on: &OnLevels, n: usize, deadline: &Deadline) -> Option<Division> {
    let (arena, roots) = (&on.formulas.arena, &on.formulas.roots);
    let found = deciders(arena, roots);
    let found = found.into_iter().filter(|d| d.bends && d.inputs != 0);
    let levels = [&on.levels, &on.written];
    divided(
        arena,
        roots,
        found.collect(),
        levels,
        &on.sizes,
        n,
        deadline,
    )
}

/// Formulas, or those that they are where a condition holds and which are zero elsewhere: in size they are
/// no larger.
fn without_switches(arena: &Arena, roots: &[Id]) -> Formulas {
    let roots = roots.iter().map(|root| match arena.node(*root) {
        Node::Select(_, part, zero) if arena.number(*zero) == Some(0.0) => *part,
        Node::Select(_, zero, part) if arena.number(*zero) == Some(0.0) => *part,
        _ => *root,
    });
    let (arena, roots) = arena.part(&roots.collect::<Vec<Id>>());
    Formulas {
        inputs: Vec::new(),
        arena,
        roots,
    }
}

fn divided(
    arena: &Arena,
    roots: &[Id],
    found: Vec<Decider>,
    levels: [&Formulas; 2],
    sizes: &Formulas,
    n: usize,
    deadline: &Deadline,
) -> Option<Division> {
    if n >= DEEPEST.len() || found.len() > MOST_DECIDERS {
        return None;
    }
    let graph = Graph::from_arena(arena.clone());
    // What negates a comparison switches where that does.
    let found: Vec<Decider> = found
        .into_iter()
        .filter(|d| d.other.is_some() || !graph.expr(d.operand).is_truth())
        .collect();
    let written: Vec<Expr<'_>> = found.iter().map(|d| d.difference(&graph)).collect();
    let difference = |(d, e): (&Decider, &Expr<'_>)| match d.is_floor() {
        true => e.id,
        false => numerator(&graph, *e, n).id,
    };
    let in_time = |pair| (!deadline.has_come()).then(|| difference(pair));
    let differences: Option<Vec<Id>> = found.iter().zip(&written).map(in_time).collect();
    let differences = differences?;
    let written: Vec<Id> = written.iter().map(|e| e.id).collect();
    let [of_levels, of_written] = levels.map(|levels| {
        let inputs: Vec<_> = (0..n).map(|i| graph.input(i)).collect();
        let levels = levels.within(&graph, &inputs);
        levels.iter().map(|e| e.id).collect::<Vec<Id>>()
    });
    let slopes = Slopes::new(Curves {
        arena: graph.into_arena(),
        levels: of_levels.len(),
        roots: [roots, &differences, &of_levels].concat(),
        written: [roots, &written, &of_written].concat(),
        outputs: roots.len(),
        deciders: found,
        n,
    });
    let (windows, stacks, errors, is_estimated) = {
        let mut search = Search::new(&slopes, sizes, deadline)?;
        search.run()?;
        let Search {
            windows,
            stacks,
            errors,
            is_estimated,
            ..
        } = search;
        (windows, stacks, errors, is_estimated)
    };
    Some(Division {
        slopes,
        windows,
        stacks,
        errors,
        is_estimated,
    })
}

/// A sheet in a box, and where it comes from.
#[derive(Debug)]
struct Here {
    sheet: Arc<Sheet>,
    /// Whether it is zero on what is integrated over.
    is_level: bool,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    /// A formula.
    Whole,
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
    /// are the same, for there the height of f is held. Two levels of the same meet nowhere.
    fn is_kin(&self, other: &Here) -> bool {
        if self.sheet.is_beside(&other.sheet) {
            return true;
        }
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
    /// What the formulas are at most.
    sizes: Sizes<'a>,
    look: Look<'a>,
    rounding: Rounding<'a>,
    heights: Heights<'a>,
    /// What decides, by the number of its root and the axes that it depends on.
    deciders: Vec<(usize, u64)>,
    /// What is zero on what is integrated over, likewise.
    levels: Vec<(usize, u64)>,
    /// The largest size of each decider in the box, or 0.
    scales: Vec<f64>,
    windows: Vec<Vec<Side>>,
    stacks: Vec<Stack>,
    errors: Vec<f64>,
    /// The means of the sizes of the formulas at some points.
    typical: Option<Vec<f64>>,
    /// Whether the errors are not bounds.
    is_estimated: bool,
    left: usize,
    deadline: &'a Deadline,
}

impl<'a> Search<'a> {
    fn new(slopes: &'a Slopes, sizes: &'a Formulas, deadline: &'a Deadline) -> Option<Self> {
        let curves = &slopes.curves;
        let Curves {
            arena,
            roots,
            written,
            outputs,
            n,
            ..
        } = curves;
        let kept: Vec<usize> = curves.distinct().iter().map(|k| outputs + k).collect();
        let levels = roots.len() - curves.levels..roots.len();
        let ranges = (0..roots.len()).map(|root| {
            let is_kept = kept.contains(&root) || levels.contains(&root);
            is_kept.then(|| Ranges::of_part(arena, &roots[root..=root], *n))?
        });
        let mut ranges: Vec<Option<Ranges<'_>>> = ranges.collect();
        let written = (0..roots.len()).map(|root| {
            let has_poles = ranges[root].is_some() && written[root] != roots[root];
            has_poles.then(|| Ranges::of_part(arena, &written[root..=root], *n))?
        });
        let written = written.collect::<Vec<_>>();
        let scale = |ranges: &mut Option<Ranges<'_>>| {
            let ranges = ranges.as_mut()?;
            ranges.turn_to((0..*n).map(|_| (0.0, 1.0)));
            let Interval { lo, hi } = ranges.of(0).values;
            Some(lo.abs().max(hi.abs())).filter(|size| size.is_finite())
        };
        let scales = ranges[*outputs..].iter_mut();
        let scales = scales.map(|ranges| scale(ranges).unwrap_or(0.0)).collect();
        let reached = inputs::of_nodes(arena);
        let with_axes = |root: usize| (root, reached[roots[root].index()]);
        Some(Search {
            own: Ranges::new(arena, &roots[..*outputs], *n)?,
            sizes: Sizes::new(sizes, *n)?,
            look: Look::new(ranges).with_written(written),
            heights: Heights::new(slopes),
            rounding: Rounding::new(arena, roots),
            scales,
            deciders: kept.iter().copied().map(with_axes).collect(),
            levels: levels.map(with_axes).collect(),
            windows: Vec::new(),
            stacks: Vec::new(),
            errors: vec![0.0; *outputs],
            typical: None,
            is_estimated: false,
            left: MOST_LOOKS,
            deadline,
            curves,
        })
    }

    /// Divides the whole box; `None` if that is too much.
    fn run(&mut self) -> Option<()> {
        let n = self.curves.n;
        let axes: Vec<usize> = (0..n).collect();
        let mut open: Vec<(Vec<Side>, u32)> = self.first_boxes();
        while let Some((sides, depth)) = open.pop() {
            self.count()?;
            self.own
                .turn_to(sides.iter().map(|side| (side.from, side.to)));
            let own: Vec<_> = (0..self.curves.outputs).map(|k| self.own.of(k)).collect();
            let is_zero = |r: &Range| r.smooth && r.values == Interval { lo: 0.0, hi: 0.0 };
            if own.iter().all(is_zero) {
                continue;
            }
            let is_level = !self.levels.is_empty();
            if own.iter().all(|r| r.smooth) && !is_level {
                self.windows.push(sides);
                continue;
            }
            let of_levels = self.of_levels(&sides);
            if of_levels.len() < self.levels.len() {
                continue;
            }
            if let Some(mut sheets) = self.undecided(&sides) {
                sheets.extend(of_levels);
                if sheets.is_empty() {
                    self.windows.push(sides);
                    continue;
                }
                let is_far_out = self.is_far_out(&sides);
                if self.is_negligible(&sides) || is_far_out && self.sizes.falling(&sides).is_some()
                {
                    self.leave_out(&sides)?;
                    continue;
                }
                if !is_far_out && let Some(found) = self.as_graphs(&axes, &sides, &sheets, depth)? {
                    for stack in found {
                        match stack.is_open {
                            true => self.leave_out(&stack.sides)?,
                            false => self.stacks.push(stack),
                        }
                    }
                    continue;
                }
            }
            if depth >= DEEPEST[n] + if is_level { DEEPER } else { 0 } {
                self.leave_out(&sides)?;
                continue;
            }
            open.extend(halves(&sides, &axes).map(|half| (half, depth + 1)));
        }
        Some(())
    }

    /// The box, or its parts between the places along axes beyond which what is zero on a level set has no
    /// value, since boxes on both sides of them would not be graphs, and before the far ends of what is
    /// infinite.
    fn first_boxes(&self) -> Vec<(Vec<Side>, u32)> {
        let Curves {
            arena, written, n, ..
        } = self.curves;
        let mut boxes = vec![(vec![Side::WHOLE; *n], 0)];
        let levels: Vec<Id> = self.levels.iter().map(|(root, _)| written[*root]).collect();
        if levels.is_empty() {
            return boxes;
        }
        let mut found = switches(arena, &levels, *n).places;
        found.resize(*n, Vec::new());
        if found.iter().map(Vec::len).sum::<usize>() > MOST_PLACES {
            return boxes;
        }
        if self.has_poles() {
            let ends = [FAR_OUT, 1.0 - FAR_OUT];
            found.iter_mut().for_each(|places| places.extend(ends));
        }
        for (axis, places) in found.iter().enumerate() {
            for place in places {
                boxes = boxes
                    .into_iter()
                    .flat_map(|part| cut(part, axis, *place))
                    .collect();
            }
        }
        boxes
    }

    /// Leaves a box out: what it may hold is an error; `None` if that may be anything.
    ///
    /// Of a level set it is taken that it is no larger in the box than its faces together are.
    fn leave_out(&mut self, sides: &[Side]) -> Option<()> {
        let content = self.content(sides);
        let mut means = self.sizes.means(sides);
        if means.iter().any(|mean| mean.is_infinite()) && self.is_far_out(sides) {
            means = self.sizes.falling(sides)?;
            self.is_estimated = true;
        }
        for (error, mean) in self.errors.iter_mut().zip(means) {
            // Nothing, however large the rest may be.
            *error += if mean == 0.0 { 0.0 } else { content * mean };
        }
        let is_known = self.errors.iter().all(|error| error.is_finite());
        is_known.then_some(())
    }

    /// Whether a box lies at the far end of what has infinite limits.
    fn is_far_out(&self, sides: &[Side]) -> bool {
        let is_far = |side: &Side| is_end(side) && side.width() <= 2.0 * FAR_OUT;
        self.has_poles() && sides.iter().any(is_far) && !sides.contains(&Side::WHOLE)
    }

    /// Whether a level has poles, as where limits are infinite.
    fn has_poles(&self) -> bool {
        let Curves { roots, written, .. } = self.curves;
        let mut levels = self.levels.iter();
        levels.any(|(root, _)| roots[*root] != written[*root])
    }

    /// How large what is integrated over may be in a box.
    fn content(&self, sides: &[Side]) -> f64 {
        let mut widths: Vec<f64> = sides.iter().map(Side::width).collect();
        widths.sort_by(|a, b| b.total_cmp(a));
        widths.truncate(widths.len() - self.levels.len());
        let content: f64 = widths.iter().product();
        match self.levels.is_empty() {
            true => content,
            false => 2.0 * sides.len() as f64 * content,
        }
    }

    /// Whether the integral over a box at ends of axes is nothing beside that over the whole, as in the
    /// tails of what falls fast.
    fn is_negligible(&mut self, sides: &[Side]) -> bool {
        if !sides.iter().any(is_end) {
            return false;
        }
        let content = self.content(sides);
        let curves = self.curves;
        let typical = self.typical.get_or_insert_with(|| typical_sizes(curves));
        let means = self.sizes.means(sides);
        means
            .iter()
            .zip(typical)
            .all(|(mean, typical)| content * mean <= NEGLIGIBLE * *typical)
    }

    fn count(&mut self) -> Option<()> {
        let is_over = self.is_late() || self.windows.len() + self.stacks.len() > MOST_CELLS;
        self.left = self.left.checked_sub(1).filter(|_| !is_over)?;
        Some(())
    }

    /// Whether the time is over. With many sheets a single box may take longer than it is.
    fn is_late(&self) -> bool {
        self.deadline.has_come()
    }

    /// The sheets of the levels that may be zero in a box.
    fn of_levels(&mut self, sides: &[Side]) -> Vec<Arc<Here>> {
        let sides: Vec<Interval> = sides.iter().map(interval).collect();
        let mut found = Vec::new();
        for (root, axes) in self.levels.clone() {
            let sheet = Sheet::of_root(root, 0.0, axes);
            if self.look.extent(&sheet, &sides).may_vanish() {
                found.push(Arc::new(Here {
                    sheet: Arc::new(sheet),
                    is_level: true,
                    origin: Origin::Whole,
                }));
            }
        }
        found
    }

    /// The sheets of what may decide in more than one way in a box; `None` if one has too many.
    fn undecided(&mut self, sides: &[Side]) -> Option<Vec<Arc<Here>>> {
        let sides: Vec<Interval> = sides.iter().map(interval).collect();
        let mut found = Vec::new();
        let most = (FEW_LEVELS * self.deciders.len()).max(MOST_LEVELS as usize);
        for (root, axes) in self.deciders.clone() {
            let whole = Sheet::of_root(root, 0.0, axes);
            let extent = self.look.extent(&whole, &sides);
            // What has no value anywhere in a box decides in one way all over it.
            if extent.is_nowhere {
                continue;
            }
            let Interval { lo, hi } = extent.values;
            let (first, last) = match self.curves.deciders[root - self.curves.outputs].is_floor() {
                true => (lo.ceil(), hi.floor()),
                false => (0.0, 0.0),
            };
            if !(first <= last && lo <= first && last <= hi) {
                continue;
            }
            let is_too_many = |levels: f64| levels >= MOST_LEVELS.min((most - found.len()) as f64);
            if (last - first).is_nan() || is_too_many(last - first) {
                return None;
            }
            let levels = (0..=(last - first) as usize).map(|k| first + k as f64);
            found.extend(levels.map(|level| {
                Arc::new(Here {
                    sheet: Arc::new(Sheet::of_root(root, level, axes)),
                    is_level: false,
                    origin: Origin::Whole,
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
        if sheets.len() > MOST_SHEETS {
            return Some(None);
        }
        let levels: Vec<Arc<Here>> = sheets.iter().filter(|h| h.is_level).cloned().collect();
        let mut best: Option<(f64, usize, Option<&Arc<Here>>)> = None;
        if levels.is_empty() {
            best = self
                .best_axis(axes, sides, sheets, depth)
                .map(|(steepness, axis)| (steepness, axis, None));
        }
        for level in &levels {
            let own = std::slice::from_ref(level);
            if let Some((steepness, axis)) = self.best_axis(axes, sides, own, depth)
                && best.is_none_or(|best| steepness > best.0)
            {
                best = Some((steepness, axis, Some(level)));
            }
        }
        let Some((_, axis, level)) = best else {
            return Some(None);
        };
        let side = sides[axis];
        let (graphs, walls): (Vec<Arc<Here>>, Vec<Arc<Here>>) = sheets
            .iter()
            .cloned()
            .partition(|here| here.sheet.depends_on(axis));
        let graphs = self.straightest_first(graphs, sides, axis);
        let lower = lower_sheets(walls, &graphs, level, axis, side);
        let rest: Vec<usize> = axes.iter().copied().filter(|a| *a != axis).collect();
        let base = self.divide(&rest, sides, lower)?;
        let mut found = Vec::new();
        for cell in base {
            if self.is_late() {
                return None;
            }
            if cell.is_open {
                let layer = Layer::Between(axis, [End::Face(side.from), End::Face(side.to)]);
                found.push(Stack {
                    layers: [&cell.layers[..], &[layer]].concat(),
                    ..cell
                });
                continue;
            }
            let mut point = self.heights.place(&cell.layers, |_| SAMPLE);
            let mut heights = Vec::new();
            if let Some(level) = level {
                if self.passes(level, axis, side, &mut point) {
                    let layer = Layer::At(axis, Arc::clone(&level.sheet), side);
                    found.push(Stack {
                        layers: [&cell.layers[..], &[layer]].concat(),
                        ..cell
                    });
                }
                continue;
            }
            for here in &graphs {
                if self.passes(here, axis, side, &mut point) {
                    let height = self.heights.height_at(&here.sheet, axis, side, &point);
                    let end = End::Height(Arc::clone(&here.sheet), side);
                    heights.push((height, end));
                }
            }
            heights.sort_by(|a, b| a.0.total_cmp(&b.0));
            let inner = heights.into_iter().map(|(_, end)| end);
            let ends: Vec<End> = std::iter::once(End::Face(side.from))
                .chain(inner)
                .chain([End::Face(side.to)])
                .collect();
            for pair in ends.windows(2) {
                let layer = Layer::Between(axis, [pair[0].clone(), pair[1].clone()]);
                found.push(Stack {
                    layers: [&cell.layers[..], &[layer]].concat(),
                    sides: cell.sides.clone(),
                    is_open: false,
                });
            }
        }
        Some(Some(found))
    }

    /// Whether a sheet is zero all over a box, up to rounding, as on a face that it touches: then it does
    /// not divide.
    fn is_nothing(&mut self, sheet: &Sheet, values: Interval, sides: &[Side]) -> bool {
        let root = sheet.root();
        let size = values.lo.abs().max(values.hi.abs());
        if size > NEARLY * self.scales[root - self.curves.outputs] {
            return false;
        }
        let mut middle: Vec<f64> = sides.iter().map(|side| side.at(0.5)).collect();
        for (axis, at) in &sheet.fixed {
            middle[*axis] = *at;
        }
        let mut noise = 0.0;
        self.rounding.at(&middle, |number, lost| {
            noise = if number == root { lost } else { noise };
        });
        size <= MARGIN * noise
    }

    /// Sheets of a box, without those that are multiples of others.
    /// `None` if that is too much.
    fn without_doubles(
        &mut self,
        sheets: Vec<Arc<Here>>,
        sides: &[Side],
    ) -> Option<Vec<Arc<Here>>> {
        self.left = self
            .left
            .checked_sub(sheets.len() * sheets.len() / COMPARED)?;
        let scattered = Scatter::golden(self.curves.n);
        let points: Vec<Vec<f64>> = (1..=POINTS)
            .map(|k| {
                let point = scattered.point(k);
                sides
                    .iter()
                    .zip(point)
                    .map(|(side, w)| side.at(w))
                    .collect()
            })
            .collect();
        let values = sheets.iter().map(|here| {
            let values = points
                .iter()
                .map(|point| self.heights.value_at(&here.sheet, point, 0)[0]);
            values.collect::<Vec<f64>>()
        });
        let values: Vec<Vec<f64>> = values.collect();
        let mut kept: Vec<usize> = Vec::new();
        for (k, here) in sheets.iter().enumerate() {
            let is_double = |other: &usize| {
                let other_here = &sheets[*other];
                here.is_level == other_here.is_level
                    && here.sheet.axes == other_here.sheet.axes
                    && !here.is_kin(other_here)
                    && ratio(&values[k], &values[*other]).is_some()
            };
            if !kept.iter().any(is_double) {
                kept.push(k);
            }
        }
        Some(kept.into_iter().map(|k| Arc::clone(&sheets[k])).collect())
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
            let levels = sheets.iter().filter(|here| here.is_level).count();
            for sheet in sheets {
                if self.is_late() {
                    return None;
                }
                let extent = self.look.extent(&sheet.sheet, &intervals);
                if extent.may_vanish()
                    && (sheet.is_level || !self.is_nothing(&sheet.sheet, extent.values, &sides))
                {
                    here.push(sheet);
                }
            }
            if here.iter().filter(|here| here.is_level).count() < levels {
                continue;
            }
            let as_it_is = |sides: Vec<Side>, is_open| Stack {
                layers: axes
                    .iter()
                    .map(|&axis| {
                        let Side { from, to } = sides[axis];
                        Layer::Between(axis, [End::Face(from), End::Face(to)])
                    })
                    .collect(),
                sides,
                is_open,
            };
            if here.is_empty() {
                found.push(as_it_is(sides, false));
                continue;
            }
            if here.len() > 1 && axes.len() > 1 {
                here = self.without_doubles(here, &sides)?;
            }
            if let ([axis], 1..) = (axes, levels) {
                found.extend(self.points_of_level(*axis, &sides, &here)?);
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

    /// Whether a graph passes zero between the ends of a side, on the line through a point. A zero at an
    /// end that is none of the whole box belongs to one of the two sides that meet there.
    fn passes(&mut self, here: &Here, axis: usize, side: Side, point: &mut [f64]) -> bool {
        let values = [side.from, side.to].map(|at| {
            point[axis] = at;
            self.heights.value_at(&here.sheet, point, axis)[0]
        });
        let is_at_outer =
            (side.from == 0.0 && values[0] == 0.0) || (side.to == 1.0 && values[1] == 0.0);
        let [below, above] = values.map(|value| value > 0.0);
        is_at_outer || below != above
    }

    /// The axis along which every sheet in a box is a graph, or on which it does not depend, and they are
    /// the steepest, with how steep they are.
    fn best_axis(
        &mut self,
        axes: &[usize],
        sides: &[Side],
        sheets: &[Arc<Here>],
        depth: u32,
    ) -> Option<(f64, usize)> {
        let halvings = depth / axes.len() as u32;
        let steepness = STEEP.get(halvings as usize).copied().unwrap_or(0.0);
        let intervals: Vec<Interval> = sides.iter().map(interval).collect();
        let mut least: Vec<f64> = vec![f64::INFINITY; axes.len()];
        for here in sheets {
            if self.is_late() || !self.look.extent(&here.sheet, &intervals).is_tame {
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
                    let is_bounded = change(k, |s| s.lo.abs().max(s.hi.abs())).is_finite();
                    // What has no bound is no number: a slope without one may have any sign. Along the axis
                    // that it has none along, a graph is flat where it is steep.
                    let ratio = match (own > 0.0, largest.is_finite()) {
                        (true, true) => own / largest,
                        (true, false) if is_bounded => LEAST_STEEP,
                        (true, false) => 2.0 * LEAST_STEEP,
                        (false, _) => f64::NEG_INFINITY,
                    };
                    least[k] = least[k].min(ratio);
                }
            }
        }
        let best = (0..axes.len())
            .filter(|&k| least[k] > steepness && least[k].is_finite())
            .max_by(|&a, &b| least[a].total_cmp(&least[b]))?;
        Some((least[best], axes[best]))
    }

    /// Graphs along an axis, those first whose slope along it varies least: the heights of these are known best, and
    /// where two meet is told from the height of the first.
    fn straightest_first(
        &mut self,
        graphs: Vec<Arc<Here>>,
        sides: &[Side],
        axis: usize,
    ) -> Vec<Arc<Here>> {
        if graphs.len() < 2 {
            return graphs;
        }
        let intervals: Vec<Interval> = sides.iter().map(interval).collect();
        let varies = |here: Arc<Here>| {
            let Interval { lo, hi } = self.look.slope(&here.sheet, &intervals, axis);
            let (least, most) = (lo.abs().min(hi.abs()), lo.abs().max(hi.abs()));
            (most / least, here)
        };
        let mut graphs: Vec<(f64, Arc<Here>)> = graphs.into_iter().map(varies).collect();
        graphs.sort_by(|a, b| a.0.total_cmp(&b.0));
        graphs.into_iter().map(|(_, here)| here).collect()
    }

    /// The points along the only axis of a box at which a level is zero.
    fn points_of_level(
        &mut self,
        axis: usize,
        sides: &[Side],
        sheets: &[Arc<Here>],
    ) -> Option<Vec<Stack>> {
        let mut found = Vec::new();
        let level: Vec<Arc<Here>> = sheets.iter().filter(|h| h.is_level).cloned().collect();
        for side in self.brackets(axis, sides, &level[0])? {
            let mut sides = sides.to_vec();
            sides[axis] = side;
            found.push(Stack {
                layers: vec![Layer::At(axis, Arc::clone(&level[0].sheet), side)],
                // Where it is not known that there is one point, there may be any number.
                is_open: side.width() <= NO_WIDTH,
                sides,
            });
        }
        Some(found)
    }

    /// Sides along the only axis of a box on each of which a sheet rises or falls through zero, or which
    /// are too narrow to tell.
    fn brackets(&mut self, axis: usize, sides: &[Side], here: &Here) -> Option<Vec<Side>> {
        let sheet = &here.sheet;
        let mut found = Vec::new();
        let mut open = vec![sides[axis]];
        while let Some(side) = open.pop() {
            self.count()?;
            let mut intervals: Vec<Interval> = sides.iter().map(interval).collect();
            intervals[axis] = interval(&side);
            let extent = self.look.extent(sheet, &intervals);
            if !extent.may_vanish() {
                continue;
            }
            let slope = self.look.slope(sheet, &intervals, axis);
            if extent.is_tame && (slope.lo > 0.0 || slope.hi < 0.0) {
                let mut point: Vec<f64> = sides.iter().map(|side| side.from).collect();
                if self.passes(here, axis, side, &mut point) {
                    found.push(side);
                }
                continue;
            }
            if side.width() <= NO_WIDTH {
                found.push(side);
                continue;
            }
            let middle = side.at(DIVISION);
            open.push(Side {
                from: middle,
                ..side
            });
            open.push(Side { to: middle, ..side });
        }
        Some(found)
    }

    /// The places along the only axis of a box where sheets have zeros, in ascending order.
    fn roots(&mut self, axis: usize, sides: &[Side], sheets: &[Arc<Here>]) -> Option<Vec<f64>> {
        let mut places = Vec::new();
        let point: Vec<f64> = sides.iter().map(|side| side.from).collect();
        for here in sheets {
            for side in self.brackets(axis, sides, here)? {
                places.push(match side.width() <= NO_WIDTH {
                    true => side.from,
                    false => self.heights.height_at(&here.sheet, axis, side, &point),
                });
            }
        }
        places.sort_by(f64::total_cmp);
        places.dedup();
        let Side { from, to } = sides[axis];
        places.retain(|at| *at > from && *at < to);
        Some(places)
    }
}

/// The sheets of one axis less that divide the ends of lines along an axis from each other: where graphs
/// pass faces, and where they meet.
///
/// On a level only that matters which happens at its height, so nothing else need be a graph.
fn lower_sheets(
    walls: Vec<Arc<Here>>,
    graphs: &[Arc<Here>],
    level: Option<&Arc<Here>>,
    axis: usize,
    side: Side,
) -> Vec<Arc<Here>> {
    let faces = |here: &Arc<Here>| {
        [side.from, side.to].map(|at| {
            Arc::new(Here {
                sheet: Arc::new(Sheet::on_face(&here.sheet, axis, at)),
                is_level: false,
                origin: Origin::Face {
                    of: Arc::clone(here),
                    at,
                },
            })
        })
    };
    let meeting = |first: &Arc<Here>, second: &Arc<Here>, is_level, origin| {
        Arc::new(Here {
            sheet: Arc::new(Sheet::meeting(&first.sheet, &second.sheet, axis, side)),
            is_level,
            origin,
        })
    };
    let mut lower = walls;
    if let Some(level) = level {
        lower.extend(faces(level));
        let others = graphs.iter().filter(|here| !Arc::ptr_eq(here, level));
        lower.extend(others.map(|here| meeting(level, here, here.is_level, Origin::Whole)));
        return lower;
    }
    for (number, here) in graphs.iter().enumerate() {
        lower.extend(faces(here));
        for other in graphs[..number].iter().filter(|other| !here.is_kin(other)) {
            let origin = Origin::Meeting {
                first: Arc::clone(other),
                second: Arc::clone(here),
            };
            lower.push(meeting(other, here, false, origin));
        }
    }
    lower
}

/// A box, or the two parts of it on both sides of a place along an axis.
fn cut((sides, depth): (Vec<Side>, u32), axis: usize, at: f64) -> Vec<(Vec<Side>, u32)> {
    let Side { from, to } = sides[axis];
    if !(from < at && at < to) {
        return vec![(sides, depth)];
    }
    let part = |side: Side| {
        let mut sides = sides.clone();
        sides[axis] = side;
        (sides, depth)
    };
    vec![part(Side { from, to: at }), part(Side { from: at, to })]
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
            layers: vec![Layer::Between(axis, [End::Face(from), End::Face(to)])],
            sides,
            is_open: false,
        }
    })
}
