//! Integrands on the cells of a division, on unit boxes of their own: layer by layer between faces and
//! heights of sheets.
//!
//! 1. Where nothing switches any more, the branches that are taken stand in the place of switches.
//! 2. A unit coordinate goes from one end of its layer to the other; ends that are heights are found for
//!    all nodes of the layers before at once, by Newton's method that never leaves the bracket.
//! 3. Over a grid each height is found once for all nodes of the layers behind it.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::cells::formulas;
use super::graphs::{Curves, End, Layer, Stack};
use super::pieces::{branch, folded};
use super::sheets::{Base, Look, Sheet};
use crate::elementary::Unary;
use crate::elementary::sum::Sum;
use crate::expr::bounds::ranges::Ranges;
use crate::expr::bounds::rounding::Rounding;
use crate::expr::derive;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Graph, Id, Node};
use crate::expr::value::values;
use crate::integrand::{
    Axis, BLOCK, Block, Coordinate, Evaluator, Grids, Integrand, Knowledge, Side,
};
use crate::program::Program;

/// Steps of Newton's method at most; bisections among them.
const MOST_STEPS: usize = 80;

/// After a step that is shorter, as a part of the side, one more is taken.
const SHORT: f64 = 1e-7;

/// Where a cell is looked at to see which branches are taken.
const SAMPLE: f64 = 0.471_9;

/// Cells and what they share.
#[derive(Debug)]
pub(super) struct Shared {
    curves: Curves,
    names: Vec<String>,
    /// For each root that decides and each axis: its value and its slope.
    slopes: Vec<OnceLock<Option<Program>>>,
}

/// The formulas where the branches are known.
#[derive(Debug)]
struct Body {
    formulas: Formulas,
    program: Program,
}

/// What decides at a point: signs, or whole parts.
type States = Vec<i64>;

impl Shared {
    /// What the cells of a division share; the axes have these names.
    pub(super) fn new(curves: Curves, names: Vec<String>) -> Self {
        let count = curves.deciders.len() * curves.n;
        Shared {
            curves,
            names,
            slopes: (0..count).map(|_| OnceLock::new()).collect(),
        }
    }

    /// A look at all sheets.
    fn look(&self) -> Look<'_> {
        let Curves {
            arena, roots, n, ..
        } = &self.curves;
        let ranges = (0..roots.len()).map(|root| {
            let decides = root >= self.curves.outputs;
            decides.then(|| Ranges::new(arena, &roots[root..=root], *n))?
        });
        Look::new(ranges.collect())
    }

    /// The program of the value of a root and its slope along an axis.
    fn slope(&self, root: usize, axis: usize) -> Option<&Program> {
        let number = (root - self.curves.outputs) * self.curves.n + axis;
        let made = || {
            let formula = self.curves_part(&[self.curves.roots[root]]);
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
        self.slopes[number].get_or_init(made).as_ref()
    }

    fn curves_part(&self, roots: &[Id]) -> Formulas {
        let (arena, roots) = self.curves.arena.part(roots);
        Formulas {
            inputs: Vec::new(),
            arena,
            roots,
        }
    }

    /// What decides at a point.
    fn states(&self, point: &[f64]) -> States {
        let roots = &self.curves.roots[self.curves.outputs..];
        let found = values(&self.curves.arena, roots, point);
        let states = found.iter().zip(&self.curves.deciders);
        states
            .map(|(value, decider)| match decider.is_floor() {
                true => value.floor() as i64,
                false => i64::from(*value > 0.0) - i64::from(*value < 0.0),
            })
            .collect()
    }

    /// The formulas where the deciders have given states; `None` if they are all zero.
    fn body(&self, states: &States) -> Option<Body> {
        let Curves {
            arena,
            roots,
            outputs,
            deciders,
            n,
        } = &self.curves;
        let found = formulas(*n, |graph, inputs| {
            graph.import_replacing(arena, &roots[..*outputs], inputs, |id, copy| {
                let node = arena.node(id);
                let Some(k) = deciders.iter().position(|d| d.node == id) else {
                    return folded(graph, node, copy);
                };
                let number = |value: i64| Some(graph.constant(value as f64));
                match node {
                    Node::Unary(Unary::Floor, _) => number(states[k]),
                    Node::Unary(Unary::Ceil, _) => number(states[k] + 1),
                    _ => {
                        let operand = match deciders[k].other {
                            Some(other) => copy(deciders[k].operand) - copy(other),
                            None => copy(deciders[k].operand),
                        };
                        branch(graph, node, copy, operand, states[k] as i32)
                    }
                }
            })
        });
        let is_zero = |root: &Id| found.arena.number(*root) == Some(0.0);
        if found.roots.iter().all(is_zero) {
            return None;
        }
        let program = Program::new(&found.arena, &found.roots, *n).ok()?;
        Some(Body {
            formulas: found,
            program,
        })
    }
}

/// An integrand on a cell.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    shared: Arc<Shared>,
    layers: Vec<Layer>,
    body: Arc<Body>,
}

/// The cells on which the formulas are not zero, and for every formula, what the rounding of sheets
/// moves from one side of them to the other.
pub(super) fn cells(shared: &Arc<Shared>, stacks: Vec<Stack>) -> (Vec<Cell>, Vec<f64>) {
    let mut look = shared.look();
    let mut known: FxHashMap<States, Option<Arc<Body>>> = FxHashMap::default();
    let mut found = Vec::new();
    for stack in stacks {
        let point = place(&mut look, &stack.layers, shared.curves.n, |_| SAMPLE);
        let states = shared.states(&point);
        let body = known
            .entry(states)
            .or_insert_with_key(|states| shared.body(states).map(Arc::new));
        if let Some(body) = body {
            found.push(Cell {
                shared: Arc::clone(shared),
                layers: stack.layers,
                body: Arc::clone(body),
            });
        }
    }
    let mut errors = vec![0.0; shared.curves.outputs];
    if shared.curves.jump() {
        blur(shared, &mut look, &found, &mut errors);
    }
    (found, errors)
}

/// Boxes with the formulas that are taken in them, without those in which these are zero.
pub(super) fn boxes(shared: &Shared, windows: Vec<Vec<Side>>) -> Vec<(Formulas, Vec<Vec<Side>>)> {
    let mut known: FxHashMap<States, Option<usize>> = FxHashMap::default();
    let mut found: Vec<(Formulas, Vec<Vec<Side>>)> = Vec::new();
    for sides in windows {
        let point: Vec<f64> = sides.iter().map(|side| side.at(SAMPLE)).collect();
        let number = known
            .entry(shared.states(&point))
            .or_insert_with_key(|states| {
                let body = shared.body(states)?;
                found.push((body.formulas, Vec::new()));
                Some(found.len() - 1)
            });
        if let Some(number) = number {
            found[*number].1.push(sides);
        }
    }
    found
}

/// Where parts of layers are in the box.
fn place(look: &mut Look<'_>, layers: &[Layer], n: usize, part: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut point = vec![0.5; n];
    for (k, layer) in layers.iter().enumerate() {
        let [from, to] = layer.ends.each_ref().map(|end| match end {
            End::Face(at) => *at,
            End::Height(sheet, side) => look.height(sheet, layer.axis, *side, &point),
        });
        point[layer.axis] = from + (to - from) * part(k);
    }
    point
}

/// Adds what the rounding of sheets moves from one side of them to the other, where values may jump.
fn blur(shared: &Shared, look: &mut Look<'_>, cells: &[Cell], errors: &mut [f64]) {
    let mut rounding = Rounding::new(&shared.curves.arena, &shared.curves.roots);
    let n = shared.curves.n;
    for cell in cells {
        let point = place(look, &cell.layers, n, |_| 0.5);
        let widths: Vec<f64> = cell
            .layers
            .iter()
            .map(|layer| {
                let [from, to] = layer.ends.each_ref().map(|end| match end {
                    End::Face(at) => *at,
                    End::Height(sheet, side) => look.height(sheet, layer.axis, *side, &point),
                });
                (to - from).abs()
            })
            .collect();
        let value = cell.body.program_values(&point);
        for (k, layer) in cell.layers.iter().enumerate() {
            for end in &layer.ends {
                let End::Height(sheet, side) = end else {
                    continue;
                };
                let Base::Root { root, .. } = sheet.base else {
                    continue;
                };
                let mut at = point.clone();
                at[layer.axis] = look.height(sheet, layer.axis, *side, &point);
                let [_, slope] = look.at(sheet, &at, layer.axis);
                for (axis, fixed) in &sheet.fixed {
                    at[*axis] = *fixed;
                }
                let mut moved = 0.0;
                rounding.at(&at, |number, lost| {
                    moved = if number == root {
                        lost / slope.abs()
                    } else {
                        moved
                    };
                });
                let others = (0..n).filter(|j| *j != k).map(|j| widths[j]);
                let content = moved.min(widths[k]) * others.product::<f64>();
                for (error, value) in errors.iter_mut().zip(&value) {
                    let more = content * value.abs();
                    // What is singular there is for those who integrate beside it.
                    *error += if more.is_finite() { more } else { 0.0 };
                }
            }
        }
    }
}

impl Body {
    fn program_values(&self, point: &[f64]) -> Vec<f64> {
        let coordinates: Vec<Coordinate<'_>> = point.iter().map(|x| Coordinate::Same(*x)).collect();
        let mut values = vec![0.0; self.program.outputs()];
        let mut evaluator = self.program.evaluator();
        evaluator.evaluate(&Block::new(&coordinates, 1), &mut values);
        values
    }
}

impl Cell {
    /// Where a point of the unit box of the cell lies.
    pub(super) fn place(&self, unit: &[f64]) -> Vec<f64> {
        let mut look = self.shared.look();
        place(&mut look, &self.layers, self.shared.curves.n, |k| unit[k])
    }
}

impl Integrand for Cell {
    fn dimension(&self) -> usize {
        self.layers.len()
    }

    fn outputs(&self) -> usize {
        self.shared.curves.outputs
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        let n = self.shared.curves.n;
        Box::new(CellEvaluator {
            heights: Heights::new(&self.shared),
            of: self,
            body: self.body.program.evaluator(),
            places: vec![Vec::new(); n],
            next: vec![Vec::new(); n],
            weights: Vec::new(),
            next_weights: Vec::new(),
            values: vec![0.0; self.outputs() * BLOCK],
            ends: [Vec::new(), Vec::new()],
        })
    }

    fn knowledge(&self) -> &dyn Knowledge {
        self
    }
}

/// Names of axes are those of the whole.
impl Knowledge for Cell {
    fn axis_name(&self, axis: usize) -> String {
        self.shared.names[self.layers[axis].axis].clone()
    }
}

/// Finds heights of sheets over many points at once.
struct Heights<'c> {
    shared: &'c Shared,
    /// The programs of values and slopes, by the number of the root and the axis.
    programs: FxHashMap<(usize, usize), Option<Box<dyn Evaluator + 'c>>>,
    /// For roots that have no formula of a slope.
    look: Option<Look<'c>>,
    /// The points, by the axes of the box.
    points: Vec<Vec<f64>>,
}

impl<'c> Heights<'c> {
    fn new(shared: &'c Shared) -> Self {
        Heights {
            shared,
            programs: FxHashMap::default(),
            look: None,
            points: vec![Vec::new(); shared.curves.n],
        }
    }

    /// The places of an end of a layer over some points of the axes of the layers before, at most [`BLOCK`]
    /// of them.
    fn end(
        &mut self,
        layers: &[Layer],
        layer: usize,
        end: usize,
        places: &[Vec<f64>],
        from: usize,
        out: &mut [f64],
    ) {
        let axis = layers[layer].axis;
        match &layers[layer].ends[end] {
            End::Face(at) => out.fill(*at),
            End::Height(sheet, side) => {
                let count = out.len();
                for points in &mut self.points {
                    points.clear();
                    // What the sheet does not see is anything.
                    points.resize(count, 0.5);
                }
                for earlier in &layers[..layer] {
                    let found = &places[earlier.axis][from..from + count];
                    self.points[earlier.axis].copy_from_slice(found);
                }
                out.copy_from_slice(&self.height(sheet, axis, *side, false));
            }
        }
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
            for (end, is_lower) in [(side.from, true), (side.to, false)] {
                let (values, slopes) = look(self, &vec![end; count]);
                for i in 0..count {
                    let is_above = (values[i] > 0.0) == (slopes[i] > 0.0);
                    if is_above == is_lower {
                        (lo[i], hi[i]) = (end, end);
                    }
                }
            }
        }
        let mut at: Vec<f64> = lo
            .iter()
            .zip(&hi)
            .map(|(lo, hi)| lo + (hi - lo) / 2.0)
            .collect();
        let mut is_seen = vec![[false; 2]; count];
        let mut is_last = false;
        for _ in 0..MOST_STEPS {
            let (values, slopes) = look(self, &at);
            let mut longest = 0.0f64;
            for i in 0..count {
                let (here, lo, hi) = (at[i], &mut lo[i], &mut hi[i]);
                if (values[i] > 0.0) == (slopes[i] > 0.0) {
                    *hi = here;
                } else {
                    *lo = here;
                }
                let newton = here - values[i] / slopes[i];
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
        let shared = self.shared;
        let program = self
            .programs
            .entry((root, along))
            .or_insert_with(|| shared.slope(root, along).map(Integrand::evaluator));
        let mut found = vec![0.0; 2 * count];
        match program {
            Some(program) => {
                let coordinates: Vec<Coordinate<'_>> =
                    self.points.iter().map(|at| Coordinate::Each(at)).collect();
                program.evaluate(&Block::new(&coordinates, count), &mut found);
            }
            None => {
                let look = self.look.get_or_insert_with(|| shared.look());
                let sheet = Sheet::of_root(root, 0.0, u64::MAX);
                for i in 0..count {
                    let point: Vec<f64> = self.points.iter().map(|at| at[i]).collect();
                    [found[i], found[count + i]] = look.at(&sheet, &point, along);
                }
            }
        }
        let slopes = found.split_off(count);
        (found, slopes)
    }
}

struct CellEvaluator<'c> {
    heights: Heights<'c>,
    of: &'c Cell,
    body: Box<dyn Evaluator + 'c>,
    /// The points so far, by the axes of the box.
    places: Vec<Vec<f64>>,
    next: Vec<Vec<f64>>,
    weights: Vec<f64>,
    next_weights: Vec<f64>,
    values: Vec<f64>,
    ends: [Vec<f64>; 2],
}

impl CellEvaluator<'_> {
    /// Begins with one point of no layer.
    fn begin(&mut self) {
        self.places.iter_mut().for_each(Vec::clear);
        self.weights.clear();
        self.weights.push(1.0);
    }

    /// The ends of a layer over all points so far.
    fn find_ends(&mut self, layer: usize) {
        let count = self.weights.len();
        for end in 0..2 {
            let mut found = std::mem::take(&mut self.ends[end]);
            found.clear();
            found.resize(count, 0.0);
            for from in (0..count).step_by(BLOCK) {
                let to = (from + BLOCK).min(count);
                let layers = &self.of.layers;
                self.heights
                    .end(layers, layer, end, &self.places, from, &mut found[from..to]);
            }
            self.ends[end] = found;
        }
    }

    /// Goes on to a layer: every point so far with every node along it.
    fn multiply(&mut self, layer: usize, nodes: &[f64], weights: &[f64]) {
        self.find_ends(layer);
        let own = self.of.layers[layer].axis;
        self.next.iter_mut().for_each(Vec::clear);
        self.next_weights.clear();
        for (i, before) in self.weights.iter().enumerate() {
            let (from, to) = (self.ends[0][i], self.ends[1][i]);
            let width = to - from;
            for (s, w) in nodes.iter().zip(weights) {
                self.next[own].push(from + width * s);
                self.next_weights.push(before * (width * w));
            }
            for earlier in &self.of.layers[..layer] {
                let at = self.places[earlier.axis][i];
                self.next[earlier.axis].extend(std::iter::repeat_n(at, nodes.len()));
            }
        }
        std::mem::swap(&mut self.places, &mut self.next);
        std::mem::swap(&mut self.weights, &mut self.next_weights);
    }

    /// Goes on to a layer: every point with its own node along it.
    fn follow(&mut self, layer: usize, nodes: Coordinate<'_>) {
        self.find_ends(layer);
        let own = self.of.layers[layer].axis;
        let [from, to] = &self.ends;
        self.places[own].clear();
        for (i, weight) in self.weights.iter_mut().enumerate() {
            let width = to[i] - from[i];
            self.places[own].push(from[i] + width * nodes.at(i));
            *weight *= width;
        }
    }

    /// The values of the body at some of the points.
    fn body(&mut self, from: usize, count: usize) {
        let coordinates: Vec<Coordinate<'_>> = self
            .places
            .iter()
            .map(|places| Coordinate::Each(&places[from..from + count]))
            .collect();
        let values = &mut self.values[..self.of.outputs() * count];
        self.body.evaluate(&Block::new(&coordinates, count), values);
    }
}

impl Evaluator for CellEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let count = block.len();
        self.begin();
        self.weights.resize(count, 1.0);
        for layer in 0..self.of.layers.len() {
            self.follow(layer, block.coordinates()[layer]);
        }
        self.body(0, count);
        let found = self.values[..values.len()].chunks_exact(count.max(1));
        for (values, found) in values.chunks_exact_mut(count.max(1)).zip(found) {
            for ((value, found), weight) in values.iter_mut().zip(found).zip(&self.weights) {
                *value = found * weight;
            }
        }
    }

    fn grids(&mut self) -> Option<&mut dyn Grids> {
        Some(self)
    }
}

impl Grids for CellEvaluator<'_> {
    fn add_grid(&mut self, axes: &[Axis<'_>], sums: &mut [Sum]) {
        self.begin();
        for (layer, axis) in axes.iter().enumerate() {
            self.multiply(layer, axis.nodes, axis.weights);
        }
        let count = self.weights.len();
        for from in (0..count).step_by(BLOCK) {
            let to = (from + BLOCK).min(count);
            self.body(from, to - from);
            let weights = &self.weights[from..to];
            let values = self.values.chunks_exact(to - from);
            for (sum, values) in sums.iter_mut().zip(values) {
                let mut part = Sum::default();
                for (weight, value) in weights.iter().zip(values) {
                    part.add(weight * value);
                }
                sum.add_sum(&part);
            }
        }
    }
}
