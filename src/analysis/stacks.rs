//! Integrands on the cells of a division, on unit boxes of their own: layer by layer between faces and
//! heights of sheets.
//!
//! 1. Where nothing switches any more, the branches that are taken stand in the place of switches.
//! 2. A unit coordinate goes from one end of its layer to the other; ends that are heights are found for
//!    all nodes of the layers before at once, by Newton's method that never leaves the bracket.
//! 3. Over a grid each height is found once for all nodes of the layers behind it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cell_bounds::{CellBounds, CellLosses};
use super::cells::formulas;
use super::graphs::{NO_WIDTH, Stack};
use super::heights::{End, Heights, Layer, SAMPLE, Slopes};
use super::pieces::{branch, folded};
use super::sheets::{Base, Curves};
use crate::elementary::sum::Sum;
use crate::elementary::{Binary, Unary};
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Id, Node};
use crate::expr::value::values;
use crate::integrand::{
    Axis, BLOCK, Block, Bounds, Coordinate, Evaluator, Grids, Integrand, Knowledge, Losses, Piece,
    Side,
};
use crate::program::Program;

/// Cells and what they share.
#[derive(Debug)]
pub(super) struct Shared {
    slopes: Slopes,
    names: Vec<String>,
    /// Whether bounds on the cells prove something: they do not where what was left out has none.
    is_bounded: bool,
}

/// The formulas where the branches are known.
#[derive(Debug)]
struct Body {
    formulas: Formulas,
    program: Program,
}

/// What is integrated on a cell.
#[derive(Clone)]
enum Taken<'a> {
    /// The formulas with their branches.
    Formulas(Arc<Body>),
    /// Code, where the formulas are not zero.
    Code(&'a dyn Integrand),
}

impl Taken<'_> {
    fn integrand(&self) -> &dyn Integrand {
        match self {
            Taken::Formulas(body) => &body.program,
            Taken::Code(code) => *code,
        }
    }
}

/// What decides at a point: signs, or whole parts.
type States = Vec<i64>;

/// The state of what has no value.
const NO_VALUE: i64 = i64::MIN;

impl Shared {
    /// What the cells of a division share; the axes have these names.
    pub(super) fn new(slopes: Slopes, names: Vec<String>) -> Self {
        Shared {
            slopes,
            names,
            is_bounded: true,
        }
    }

    /// The same without bounds on the cells unless they prove something.
    pub(super) fn bounded_if(self, is_bounded: bool) -> Self {
        Shared { is_bounded, ..self }
    }

    fn curves(&self) -> &Curves {
        &self.slopes.curves
    }

    /// What decides at a point.
    fn states(&self, point: &[f64]) -> States {
        let curves = self.curves();
        let found = values(&curves.arena, curves.decisions(), point);
        let states = found.iter().zip(&curves.deciders);
        states
            .map(|(value, decider)| match decider.is_floor() {
                _ if value.is_nan() => NO_VALUE,
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
            ..
        } = self.curves();
        let found = formulas(*n, |graph, inputs| {
            graph.import_replacing(arena, &roots[..*outputs], inputs, |id, copy| {
                let node = arena.node(id);
                let Some(k) = deciders.iter().position(|d| d.node == id) else {
                    return folded(graph, node, copy);
                };
                let number = |value: i64| Some(graph.constant(value as f64));
                match node {
                    Node::Binary(Binary::Lt | Binary::Le | Binary::Eq, ..)
                        if states[k] == NO_VALUE =>
                    {
                        number(0)
                    }
                    Node::Binary(Binary::Ne, ..) if states[k] == NO_VALUE => number(1),
                    _ if states[k] == NO_VALUE => folded(graph, node, copy),
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
#[derive(Clone)]
pub(super) struct Cell<'a> {
    shared: Arc<Shared>,
    layers: Vec<Layer>,
    /// A box that holds it.
    sides: Vec<Side>,
    taken: Taken<'a>,
}

/// The formulas between sheets, and where they are taken.
pub(super) struct Parts<'a> {
    pub(super) formulas: Formulas,
    pub(super) windows: Vec<Vec<Side>>,
    pub(super) cells: Vec<Cell<'a>>,
}

/// The boxes and cells of a division by the formulas that are taken there, without those in which they
/// are zero; and for every value, what the rounding of sheets moves from one side of them to the other.
/// Where code is given, it is integrated where the formulas are not zero.
pub(super) fn parts<'a>(
    shared: &Arc<Shared>,
    windows: Vec<Vec<Side>>,
    stacks: Vec<Stack>,
    code: Option<&'a dyn Integrand>,
) -> (Vec<Parts<'a>>, Vec<f64>) {
    let mut heights = Heights::new(&shared.slopes);
    let mut known: FxHashMap<States, Option<(usize, Arc<Body>)>> = FxHashMap::default();
    let mut found: Vec<Parts<'a>> = Vec::new();
    let mut branch = |point: &[f64], found: &mut Vec<Parts<'a>>| {
        let states = shared.states(point);
        let made = known.entry(states).or_insert_with_key(|states| {
            let body = Arc::new(shared.body(states)?);
            found.push(Parts {
                formulas: body.formulas.clone(),
                windows: Vec::new(),
                cells: Vec::new(),
            });
            Some((found.len() - 1, body))
        });
        made.clone()
    };
    for sides in windows {
        let point: Vec<f64> = sides.iter().map(|side| side.at(SAMPLE)).collect();
        if let Some((number, _)) = branch(&point, &mut found) {
            found[number].windows.push(sides);
        }
    }
    for stack in stacks {
        let point = heights.place(&stack.layers, |_| SAMPLE);
        if let Some((number, body)) = branch(&point, &mut found) {
            found[number].cells.push(Cell {
                shared: Arc::clone(shared),
                layers: stack.layers,
                sides: stack.sides,
                taken: match code {
                    Some(code) => Taken::Code(code),
                    None => Taken::Formulas(body),
                },
            });
        }
    }
    let outputs = code.map_or(shared.curves().outputs, Integrand::outputs);
    let mut errors = vec![0.0; outputs];
    if shared.curves().levels > 0 {
        for cell in found.iter().flat_map(|parts| &parts.cells) {
            cell.add_displaced(&mut heights, &mut errors);
        }
    }
    if shared.curves().jump() {
        let mut rounding = Rounding::new(&shared.curves().arena, &shared.curves().roots);
        for cell in found.iter().flat_map(|parts| &parts.cells) {
            cell.add_blur(&mut heights, &mut rounding, &mut errors);
        }
    }
    (found, errors)
}

impl<'a> Cell<'a> {
    /// The cell as a piece of the whole.
    pub(super) fn into_piece(self) -> Piece<'a> {
        let own = self.clone();
        Piece {
            integrand: Box::new(self),
            place: Box::new(move |unit| own.place(unit)),
        }
    }

    /// Where a point of the unit box of the cell lies.
    pub(super) fn place(&self, unit: &[f64]) -> Vec<f64> {
        Heights::new(&self.shared.slopes).place(&self.layers, |k| unit[k])
    }

    /// Adds what it costs that the ends of a cell on a level set lie no nearer to where they should than
    /// places are told apart: where a cell is small and far from the origin this may be much of it.
    fn add_displaced(&self, heights: &mut Heights<'_>, errors: &mut [f64]) {
        let point = heights.place(&self.layers, |_| 0.5);
        let (mut content, mut displaced) = (1.0, 0.0);
        for layer in &self.layers {
            match layer {
                Layer::Between(..) => {
                    let [from, to] = heights.ends_at(layer, &point);
                    content *= (to - from).abs();
                    displaced += 2.0 * NO_WIDTH / (to - from).abs();
                }
                Layer::At(axis, sheet, _) => {
                    content /= heights.value_at(sheet, &point, *axis)[1].abs();
                }
            }
        }
        for (error, value) in errors.iter_mut().zip(self.taken.integrand().at(&point)) {
            let more = displaced * content * value.abs();
            *error += if more.is_finite() { more } else { 0.0 };
        }
    }

    /// Adds what the rounding of the sheets at its ends moves to the other side of them.
    fn add_blur(&self, heights: &mut Heights<'_>, rounding: &mut Rounding<'_>, errors: &mut [f64]) {
        let point = heights.place(&self.layers, |_| 0.5);
        let ends = self
            .layers
            .iter()
            .map(|layer| heights.ends_at(layer, &point));
        let ends: Vec<[f64; 2]> = ends.collect();
        let width = |k: usize| (ends[k][1] - ends[k][0]).abs();
        let values = self.taken.integrand().at(&point);
        for (k, layer) in self.layers.iter().enumerate() {
            let Layer::Between(axis, of_layer) = layer else {
                continue;
            };
            for (end, height) in of_layer.iter().zip(ends[k]) {
                let End::Height(sheet, _) = end else { continue };
                let Base::Root { root, .. } = sheet.base else {
                    continue;
                };
                let mut at = point.clone();
                at[*axis] = height;
                let [_, slope] = heights.value_at(sheet, &at, *axis);
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
                let others = (0..self.layers.len()).filter(|j| *j != k).map(width);
                let content = moved.min(width(k)) * others.product::<f64>();
                for (error, value) in errors.iter_mut().zip(&values) {
                    let more = content * value.abs();
                    // What is singular there is for those who integrate beside it.
                    *error += if more.is_finite() { more } else { 0.0 };
                }
            }
        }
    }
}

impl Integrand for Cell<'_> {
    fn dimension(&self) -> usize {
        self.layers
            .iter()
            .filter(|layer| layer.is_between())
            .count()
    }

    fn outputs(&self) -> usize {
        self.taken.integrand().outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        let n = self.shared.curves().n;
        Box::new(CellEvaluator {
            heights: Heights::new(&self.shared.slopes),
            of: self,
            body: self.taken.integrand().evaluator(),
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

impl Stack {
    /// The cell that a box is.
    pub(super) fn of_box(sides: Vec<Side>) -> Self {
        let layers = sides
            .iter()
            .enumerate()
            .map(|(axis, side)| Layer::Between(axis, [End::Face(side.from), End::Face(side.to)]));
        Stack {
            layers: layers.collect(),
            sides,
            is_open: false,
        }
    }
}

/// Names of axes are those of the whole.
impl Knowledge for Cell<'_> {
    fn bounds(&self) -> Option<Box<dyn Bounds + '_>> {
        let Taken::Formulas(body) = &self.taken else {
            return None;
        };
        if !self.shared.is_bounded {
            return None;
        }
        let own = CellBounds::new(&self.shared.slopes, &self.layers, &body.formulas)?;
        Some(Box::new(own))
    }

    fn losses(&self) -> Option<Box<dyn Losses + '_>> {
        let Taken::Formulas(body) = &self.taken else {
            return None;
        };
        let own = CellLosses::new(&self.shared.slopes, &self.layers, &body.formulas);
        Some(Box::new(own))
    }

    fn sides_in_whole(&self, part: &[Side]) -> Option<Vec<Side>> {
        let mut look = self.shared.slopes.look();
        let mut part = part.iter();
        let mut sides = self.sides.clone();
        for layer in &self.layers {
            let [from, to] = look.ends(layer, &sides);
            sides[layer.axis()] = match layer {
                Layer::Between(..) => {
                    let side = part.next()?;
                    Side {
                        from: from.lo + (to.lo - from.lo).max(0.0) * side.from,
                        to: to.hi - (to.hi - from.hi).max(0.0) * (1.0 - side.to),
                    }
                }
                Layer::At(..) => Side {
                    from: from.lo,
                    to: from.hi,
                },
            };
        }
        Some(sides)
    }

    fn axis_name(&self, axis: usize) -> String {
        let mut layers = self.layers.iter().filter(|layer| layer.is_between());
        let axis = layers.nth(axis).map_or(0, Layer::axis);
        self.shared.names[axis].clone()
    }
}

struct CellEvaluator<'c> {
    heights: Heights<'c>,
    of: &'c Cell<'c>,
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

    /// The ends of a layer over all points so far; or its heights, and the slopes of its sheet there.
    fn find_ends(&mut self, layer: usize) {
        let layers = &self.of.layers;
        let count = self.weights.len();
        self.ends.iter_mut().for_each(|ends| {
            ends.clear();
            ends.resize(count, 0.0);
        });
        for from in (0..count).step_by(BLOCK) {
            let to = (from + BLOCK).min(count);
            let heights = &mut self.heights;
            heights.turn_to_each(&layers[..layer], &self.places, from, to - from);
            let [first, second] = &mut self.ends;
            let (first, second) = (&mut first[from..to], &mut second[from..to]);
            match &layers[layer] {
                Layer::Between(axis, ends) => {
                    heights.end(*axis, &ends[0], first);
                    heights.end(*axis, &ends[1], second);
                }
                Layer::At(axis, sheet, side) => {
                    let (at, slopes) = heights.height_and_slope(*axis, sheet, *side);
                    first.copy_from_slice(&at);
                    second.copy_from_slice(&slopes);
                }
            }
        }
    }

    /// Goes on to a layer at a height: every point so far, with the weight of the slope.
    fn rise(&mut self, layer: usize) {
        self.find_ends(layer);
        let own = self.of.layers[layer].axis();
        let [heights, slopes] = &self.ends;
        self.places[own].clear();
        self.places[own].extend_from_slice(heights);
        for (weight, slope) in self.weights.iter_mut().zip(slopes) {
            *weight /= slope.abs();
        }
    }

    /// Goes on to a layer: every point so far with every node along it.
    fn multiply(&mut self, layer: usize, nodes: &[f64], weights: &[f64]) {
        self.find_ends(layer);
        let own = self.of.layers[layer].axis();
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
                let axis = earlier.axis();
                let at = self.places[axis][i];
                self.next[axis].extend(std::iter::repeat_n(at, nodes.len()));
            }
        }
        std::mem::swap(&mut self.places, &mut self.next);
        std::mem::swap(&mut self.weights, &mut self.next_weights);
    }

    /// Goes on to a layer: every point with its own node along it.
    fn follow(&mut self, layer: usize, nodes: Coordinate<'_>) {
        self.find_ends(layer);
        let own = self.of.layers[layer].axis();
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
        let mut coordinates = block.coordinates().iter();
        for layer in 0..self.of.layers.len() {
            match self.of.layers[layer].is_between() {
                true => {
                    let nodes = coordinates.next().copied();
                    self.follow(layer, nodes.unwrap_or(Coordinate::Same(0.5)));
                }
                false => self.rise(layer),
            }
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
        let mut axes = axes.iter();
        for layer in 0..self.of.layers.len() {
            match self.of.layers[layer].is_between() {
                true => {
                    let Some(axis) = axes.next() else { continue };
                    self.multiply(layer, axis.nodes, axis.weights);
                }
                false => self.rise(layer),
            }
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
