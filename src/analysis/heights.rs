//! Heights of sheets over many points at once, and their values and slopes.
//!
//! 1. What decides, and its slope along an axis, are programs that run on blocks of points.
//! 2. Where two sheets meet is the value of the second at the height of the first.
//! 3. A height is found by Newton's method that never leaves the bracket, for all points together.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::sheets::{Base, Curves, Look, Sheet, interval};
use crate::error::Error;
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::derive;
use crate::expr::formulas::{Formulas, unit_ranges};
use crate::expr::graph::{Graph, Id};
use crate::expr::simplify::simplify;
use crate::integrand::{Block, Coordinate, Evaluator, Integrand, Side};
use crate::program::{Program, Tape};

/// Steps of Newton's method at most; bisections among them.
const MOST_STEPS: usize = 80;

/// After a step that is shorter, as a part of the side, one more is taken.
const SHORT: f64 = 1e-7;

/// Where a cell is looked at: off its middle, where symmetric sheets may meet.
pub(super) const SAMPLE: f64 = 0.471_9;

/// An end of a line in a cell.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// A face of a box.
    Face(f64),
    /// The height of a sheet, on this side of the box.
    Height(Arc<Sheet>, Side),
}

/// A layer of a cell: an axis, which depends on the axes of the layers before.
#[derive(Clone, Debug)]
pub(super) enum Layer {
    /// Between two ends.
    Between(usize, [End; 2]),
    /// At the height of a sheet, on this side of the box.
    At(usize, Arc<Sheet>, Side),
}

impl Layer {
    /// The axis.
    pub(super) fn axis(&self) -> usize {
        match self {
            Layer::Between(axis, _) | Layer::At(axis, ..) => *axis,
        }
    }

    /// Whether there is a coordinate along it.
    pub(super) fn is_between(&self) -> bool {
        matches!(self, Layer::Between(..))
    }
}

impl Look<'_> {
    /// Between which numbers the two ends of a layer lie over a box.
    pub(super) fn ends(&mut self, layer: &Layer, sides: &[Side]) -> [Interval; 2] {
        let intervals: Vec<Interval> = sides.iter().map(interval).collect();
        match layer {
            Layer::Between(axis, ends) => ends.each_ref().map(|end| match end {
                End::Face(at) => Interval { lo: *at, hi: *at },
                End::Height(sheet, side) => self.heights(sheet, *axis, *side, &intervals),
            }),
            Layer::At(axis, sheet, side) => [self.heights(sheet, *axis, *side, &intervals); 2],
        }
    }
}

/// What decides, with the programs of its slopes, each made when it is asked for.
#[derive(Debug)]
pub(super) struct Slopes {
    pub(super) curves: Curves,
    /// For each root that decides and each axis: its value and its slope.
    programs: Vec<OnceLock<Option<Program>>>,
    /// For each root that decides: its value and its gradient.
    gradients: Vec<OnceLock<Option<Formulas>>>,
}

impl Slopes {
    pub(super) fn new(curves: Curves) -> Self {
        let count = curves.deciders.len() + curves.levels;
        Slopes {
            programs: (0..count * curves.n).map(|_| OnceLock::new()).collect(),
            gradients: (0..count).map(|_| OnceLock::new()).collect(),
            curves,
        }
    }

    /// A look at all sheets.
    pub(super) fn look(&self) -> Look<'_> {
        let Curves {
            arena, roots, n, ..
        } = &self.curves;
        let ranges = (0..roots.len()).map(|root| {
            let decides = root >= self.curves.outputs;
            decides.then(|| Ranges::new(arena, &roots[root..=root], *n))?
        });
        Look::new(ranges.collect())
    }

    /// The formulas of the value of a root and of its slopes along all axes.
    pub(super) fn gradient(&self, root: usize) -> Option<&Formulas> {
        let made = || {
            let formula = self.curves.part(&[self.curves.roots[root]]);
            let n = self.curves.n;
            let written = Formulas::build(Vec::new(), |graph, _| {
                let inputs: Vec<_> = (0..n).map(|i| graph.input(i)).collect();
                let value = formula.within(graph, &inputs)[0];
                let slopes = (0..n).map(|axis| {
                    let slope = derive::partial(graph, &[value], axis)?[0];
                    Ok(slope.unwrap_or_else(|| graph.constant(0.0)))
                });
                let slopes = slopes.collect::<Result<Vec<_>, Error>>()?;
                Ok::<_, Error>([&[value], &slopes[..]].concat())
            });
            let Formulas { arena, roots, .. } = written.ok()?;
            let (arena, roots) = simplify(&arena, &roots, &unit_ranges(n));
            Some(Formulas {
                inputs: Vec::new(),
                arena,
                roots,
            })
        };
        let made = self.gradients[root - self.curves.outputs].get_or_init(made);
        made.as_ref()
    }

    /// The program of the value of a root and its slope along an axis.
    fn slope(&self, root: usize, axis: usize) -> Option<&Program> {
        let number = (root - self.curves.outputs) * self.curves.n + axis;
        let made = || {
            let formula = self.curves.part(&[self.curves.roots[root]]);
            let graph = Graph::new();
            let roots: Vec<Id> = {
                let inputs: Vec<_> = (0..self.curves.n).map(|i| graph.input(i)).collect();
                let value = formula.within(&graph, &inputs)[0];
                let slope = derive::partial(&graph, &[value], axis).ok()?[0];
                let slope = slope.unwrap_or_else(|| graph.constant(0.0));
                vec![value.id, slope.id]
            };
            Program::new(&graph.into_arena(), &roots, self.curves.n).ok()
        };
        self.programs[number].get_or_init(made).as_ref()
    }
}

/// A value with its slope, at one point and over blocks of points.
struct Code<'c> {
    tape: Tape,
    blocks: Box<dyn Evaluator + 'c>,
}

/// Finds heights of sheets over many points at once.
pub(super) struct Heights<'c> {
    slopes: &'c Slopes,
    /// The programs of values and slopes, by the number of the root and the axis.
    programs: FxHashMap<(usize, usize), Option<Code<'c>>>,
    /// The one point, and what the tapes work in.
    point: Vec<f64>,
    slots: Vec<f64>,
    /// For roots that have no formula of a slope.
    look: Option<Look<'c>>,
    /// The points, by the axes of the box.
    points: Vec<Vec<f64>>,
}

impl<'c> Heights<'c> {
    pub(super) fn new(slopes: &'c Slopes) -> Self {
        Heights {
            slopes,
            programs: FxHashMap::default(),
            point: Vec::new(),
            slots: Vec::new(),
            look: None,
            points: vec![Vec::new(); slopes.curves.n],
        }
    }

    /// Turns to one point.
    fn turn_to(&mut self, point: &[f64]) {
        for (points, at) in self.points.iter_mut().zip(point) {
            points.clear();
            points.push(*at);
        }
    }

    /// The value of a sheet at a point, and its slope along an axis there.
    pub(super) fn value_at(&mut self, sheet: &Sheet, point: &[f64], along: usize) -> [f64; 2] {
        self.turn_to(point);
        let (values, slopes) = self.value_and_slope(sheet, along);
        [values[0], slopes[0]]
    }

    /// Where a sheet that is a graph along an axis is zero, at the other coordinates of a point; an end of
    /// the side where it is beyond it.
    pub(super) fn height_at(
        &mut self,
        sheet: &Sheet,
        axis: usize,
        side: Side,
        point: &[f64],
    ) -> f64 {
        self.turn_to(point);
        self.height(sheet, axis, side, true)[0]
    }

    /// The ends of a layer at a point of the layers before.
    pub(super) fn ends_at(&mut self, layer: &Layer, point: &[f64]) -> [f64; 2] {
        match layer {
            Layer::Between(axis, ends) => ends.each_ref().map(|end| match end {
                End::Face(at) => *at,
                End::Height(sheet, side) => self.height_at(sheet, *axis, *side, point),
            }),
            Layer::At(axis, sheet, side) => [self.height_at(sheet, *axis, *side, point); 2],
        }
    }

    /// The point of a cell at these parts along its layers, counting those with a coordinate; the middle along axes that it does not have.
    pub(super) fn place(&mut self, layers: &[Layer], part: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut point = vec![0.5; self.points.len()];
        let mut coordinates = 0..;
        for layer in layers {
            let [from, to] = self.ends_at(layer, &point);
            point[layer.axis()] = match layer {
                Layer::Between(..) => from + (to - from) * coordinates.next().map_or(0.5, &part),
                Layer::At(..) => from,
            };
        }
        point
    }

    /// Turns to some points of the axes of some layers, at most a block of them.
    pub(super) fn turn_to_each(
        &mut self,
        layers: &[Layer],
        places: &[Vec<f64>],
        from: usize,
        count: usize,
    ) {
        for points in &mut self.points {
            points.clear();
            // What a sheet does not see is anything.
            points.resize(count, 0.5);
        }
        for layer in layers {
            let axis = layer.axis();
            self.points[axis].copy_from_slice(&places[axis][from..from + count]);
        }
    }

    /// The places of an end along an axis over all points.
    pub(super) fn end(&mut self, axis: usize, end: &End, out: &mut [f64]) {
        match end {
            End::Face(at) => out.fill(*at),
            End::Height(sheet, side) => {
                out.copy_from_slice(&self.height(sheet, axis, *side, false));
            }
        }
    }

    /// The heights of a sheet over all points, and its slopes along the axis there.
    pub(super) fn height_and_slope(
        &mut self,
        axis: usize,
        sheet: &Sheet,
        side: Side,
    ) -> (Vec<f64>, Vec<f64>) {
        let heights = self.height(sheet, axis, side, false);
        self.points[axis].copy_from_slice(&heights);
        let (_, slopes) = self.value_and_slope(sheet, axis);
        (heights, slopes)
    }

    /// Where a sheet that is a graph along an axis is zero, over all points. Where it may be beyond the
    /// side it is held by its ends.
    fn height(&mut self, sheet: &Sheet, axis: usize, side: Side, is_held: bool) -> Vec<f64> {
        let count = self.points[axis].len();
        let before = self.points[axis].clone();
        let mut lo = vec![side.from; count];
        let mut hi = vec![side.to; count];
        let look = |heights: &mut Self, at: &[f64]| {
            heights.points[axis].copy_from_slice(at);
            heights.value_and_slope(sheet, axis)
        };
        if is_held {
            // By values alone: at an end a slope may have no bound.
            let [below, above] = [side.from, side.to].map(|end| look(self, &vec![end; count]).0);
            for i in 0..count {
                let (below, above) = (below[i], above[i]);
                if (below > 0.0) == (above > 0.0) {
                    let end = if (below > 0.0) == (above > below) {
                        side.from
                    } else {
                        side.to
                    };
                    (lo[i], hi[i]) = (end, end);
                }
            }
        }
        let mut at: Vec<f64> = lo
            .iter()
            .zip(&hi)
            .map(|(lo, hi)| lo + (hi - lo) / 2.0)
            .collect();
        let mut is_seen = vec![[false; 2]; count];
        // Which way a sheet goes is the same all along the side, though it may have no slope at an end.
        let mut rises: Vec<Option<bool>> = vec![None; count];
        let mut is_last = false;
        for _ in 0..MOST_STEPS {
            let (values, steep) = look(self, &at);
            for (rises, steep) in rises.iter_mut().zip(&steep) {
                if *steep != 0.0 && steep.is_finite() {
                    *rises = Some(*steep > 0.0);
                }
            }
            if rises.contains(&None) {
                let [below, above] =
                    [side.from, side.to].map(|end| look(self, &vec![end; count]).0);
                for (i, rises) in rises.iter_mut().enumerate() {
                    rises.get_or_insert(above[i] > below[i]);
                }
            }
            let mut longest = 0.0f64;
            for i in 0..count {
                let (here, lo, hi) = (at[i], &mut lo[i], &mut hi[i]);
                if Some(values[i] > 0.0) == rises[i] {
                    *hi = here;
                } else {
                    *lo = here;
                }
                // Where the slope has no bound, as it may be at an end, a step is none, though there is a
                // way to go.
                let step = values[i] / steep[i];
                let is_stuck = values[i] != 0.0
                    && step.abs() <= 2.0 * f64::EPSILON * here.abs()
                    && (steep[i].is_infinite() || here == side.from || here == side.to);
                let newton = match is_stuck {
                    true => f64::NAN,
                    false if values[i] == 0.0 => here,
                    false => here - step,
                };
                let is_inside = newton >= *lo && newton <= *hi;
                let next = if is_inside {
                    newton
                } else if newton < *lo && !is_seen[i][0] {
                    // Zeros lie at ends too.
                    is_seen[i][0] = true;
                    *lo
                } else if newton > *hi && !is_seen[i][1] {
                    is_seen[i][1] = true;
                    *hi
                } else {
                    *lo + (*hi - *lo) / 2.0
                };
                let step = (next - here).abs();
                // A step within rounding is none; one that halves says nothing of the distance.
                if step > 2.0 * f64::EPSILON * here.abs() {
                    longest = longest.max(if is_inside { step } else { side.width() });
                }
                at[i] = next;
            }
            if is_last || longest == 0.0 {
                break;
            }
            is_last = longest <= SHORT * side.width();
        }
        self.points[axis] = before;
        at
    }

    /// The values of a sheet at all points, and its slopes along an axis.
    fn value_and_slope(&mut self, sheet: &Sheet, along: usize) -> (Vec<f64>, Vec<f64>) {
        let before: Vec<(usize, Vec<f64>)> = sheet
            .fixed
            .iter()
            .map(|(axis, at)| {
                let count = self.points[*axis].len();
                (
                    *axis,
                    std::mem::replace(&mut self.points[*axis], vec![*at; count]),
                )
            })
            .collect();
        let found = match &sheet.base {
            Base::Root { root, level } => {
                let (mut values, slopes) = self.root(*root, along);
                values.iter_mut().for_each(|value| *value -= level);
                (values, slopes)
            }
            Base::Meeting {
                first,
                second,
                axis,
                side,
            } => self.meeting([first, second], *axis, *side, along),
        };
        for (axis, points) in before {
            self.points[axis] = points;
        }
        found
    }

    /// The values of the second sheet at the heights of the first, and their slopes along an axis.
    fn meeting(
        &mut self,
        [first, second]: [&Sheet; 2],
        axis: usize,
        side: Side,
        along: usize,
    ) -> (Vec<f64>, Vec<f64>) {
        let heights = self.height(first, axis, side, true);
        let before = std::mem::replace(&mut self.points[axis], heights);
        let (values, mut slopes) = self.value_and_slope(second, along);
        if first.depends_on(along) {
            let (_, g_axis) = self.value_and_slope(second, axis);
            let (_, f) = self.value_and_slope(first, along);
            let (_, f_axis) = self.value_and_slope(first, axis);
            for (i, height) in self.points[axis].iter().enumerate() {
                if *height > side.from && *height < side.to {
                    slopes[i] -= g_axis[i] * f[i] / f_axis[i];
                }
            }
        }
        self.points[axis] = before;
        (values, slopes)
    }

    /// The values of a root at all points, and its slopes along an axis.
    fn root(&mut self, root: usize, along: usize) -> (Vec<f64>, Vec<f64>) {
        let count = self.points[along].len();
        let slopes = self.slopes;
        let program = self.programs.entry((root, along)).or_insert_with(|| {
            slopes.slope(root, along).map(|program| Code {
                tape: program.tape(),
                blocks: program.evaluator(),
            })
        });
        let mut found = vec![0.0; 2 * count];
        match program {
            Some(code) if count == 1 => {
                self.point.clear();
                self.point.extend(self.points.iter().map(|at| at[0]));
                code.tape.run(&[&self.point], &mut self.slots, &mut found);
            }
            Some(code) => {
                let coordinates: Vec<Coordinate<'_>> =
                    self.points.iter().map(|at| Coordinate::Each(at)).collect();
                let block = Block::new(&coordinates, count);
                code.blocks.evaluate(&block, &mut found);
            }
            None => {
                let look = self.look.get_or_insert_with(|| slopes.look());
                for i in 0..count {
                    let point: Vec<f64> = self.points.iter().map(|at| at[i]).collect();
                    [found[i], found[count + i]] = look.root_at(root, &point, along);
                }
            }
        }
        let slopes = found.split_off(count);
        (found, slopes)
    }
}
