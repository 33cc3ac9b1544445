//! The integrand on the unit box: all that integrators know of what they integrate.
//!
//! Nodes come in blocks. A block is structure-of-arrays, and each coordinate is either one value
//! for the whole block or a slice, so that what depends on the constant coordinates alone is
//! evaluated once. A grid is a tensor product of nodes along each axis, so that what depends on
//! some axes alone is evaluated once for all others.
//!
//! Changes of variables are integrands in front of integrands: limits, infinite ranges and the
//! user's own map are all invisible here.

use crate::sum::Sum;

/// The most nodes in a block, and the most along any axis of a grid.
///
/// A few dozen blocks of this size fit into a first-level cache, and the cost of starting an
/// operation on a block is spread over enough nodes not to show.
pub const BLOCK: usize = 256;

/// One coordinate of the nodes of a block.
#[derive(Clone, Copy, Debug)]
pub enum Coordinate<'a> {
    /// All nodes have this value.
    Same(f64),
    /// Node `i` has the value at place `i`.
    Each(&'a [f64]),
}

impl Coordinate<'_> {
    /// The coordinate of node `i`.
    pub fn at(&self, i: usize) -> f64 {
        match self {
            Coordinate::Same(value) => *value,
            Coordinate::Each(values) => values[i],
        }
    }
}

/// A block of nodes in the unit box.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    coordinates: &'a [Coordinate<'a>],
    nodes: usize,
}

impl<'a> Block<'a> {
    /// A block of `nodes` nodes, one coordinate for every axis.
    ///
    /// # Panics
    /// If there are more than [`BLOCK`] nodes, or a slice has another length.
    pub fn new(coordinates: &'a [Coordinate<'a>], nodes: usize) -> Self {
        assert!(nodes <= BLOCK, "a block has at most {BLOCK} nodes");
        for coordinate in coordinates {
            if let Coordinate::Each(values) = coordinate {
                assert_eq!(
                    values.len(),
                    nodes,
                    "a coordinate has a value for every node"
                );
            }
        }
        Block { coordinates, nodes }
    }

    /// One coordinate for every axis.
    pub fn coordinates(&self) -> &'a [Coordinate<'a>] {
        self.coordinates
    }

    /// The number of nodes.
    pub fn len(&self) -> usize {
        self.nodes
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes == 0
    }
}

/// The nodes of a rule along one axis, with their weights; at most [`BLOCK`] of them.
#[derive(Clone, Copy, Debug)]
pub struct Axis<'a> {
    /// The nodes, in (0, 1).
    pub nodes: &'a [f64],
    /// The weights.
    pub weights: &'a [f64],
}

/// What is known of an integrand along one axis without evaluating it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AxisFacts {
    /// Whether the values depend on this coordinate at all.
    pub varies: bool,
    /// Whether the integrand continues periodically across the ends; `None` if that is not known.
    pub periodic: Option<bool>,
}

/// Where an integrand is known to switch: kinks, jumps, and singular points inside the box.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Switches {
    /// For every axis, the places in (0, 1) across which a switch lies, in ascending order.
    pub places: Vec<Vec<f64>>,
    /// Whether there are switches that are not at one place of one axis.
    pub oblique: bool,
}

/// One side of a window: the coordinate `from + (to − from)·s` for s in [0, 1].
///
/// With `from > to` the window is turned round, so that an end at 1 becomes an end at 0, where
/// double precision resolves any distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Side {
    /// The coordinate at s = 0.
    pub from: f64,
    /// The coordinate at s = 1.
    pub to: f64,
}

impl Side {
    /// The whole axis.
    pub const WHOLE: Side = Side { from: 0.0, to: 1.0 };

    /// The coordinate at s.
    pub fn at(&self, s: f64) -> f64 {
        self.from + (self.to - self.from) * s
    }

    /// The length of the side.
    pub fn width(&self) -> f64 {
        (self.to - self.from).abs()
    }
}

/// A factor of an integrand: a function of some of its coordinates.
pub struct Factor<'a> {
    /// The axes of the whole that are the axes of the factor, in order.
    pub axes: Vec<usize>,
    /// The factor, on the unit box of those axes.
    pub integrand: Box<dyn Integrand + 'a>,
}

/// Where a point of one unit box lies in another.
pub(crate) type Place<'a> = dyn Fn(&[f64]) -> Vec<f64> + 'a;

/// A piece of an integrand: an integrand on a unit box of its own.
pub struct Piece<'a> {
    /// The values, with the content of the piece as a factor.
    pub integrand: Box<dyn Integrand + 'a>,
    /// Where the coordinates of the piece lie in the box of the whole.
    pub place: Box<Place<'a>>,
}

/// A function with values in R^m on the unit box of R^n.
///
/// Implementations are shared between threads; each thread takes an [`Evaluator`] of its own.
pub trait Integrand: Sync {
    /// The number of coordinates, n.
    fn dimension(&self) -> usize;

    /// The number of values at a node, m.
    fn outputs(&self) -> usize;

    /// A new evaluator, with scratch memory of its own.
    fn evaluator(&self) -> Box<dyn Evaluator + '_>;

    /// Where the integrand is known to switch.
    fn switches(&self) -> Switches {
        Switches {
            places: vec![Vec::new(); self.dimension()],
            oblique: false,
        }
    }

    /// The integrand on a part of the box, as an integrand on the unit box of its own, if it can be
    /// written so that distances from the beginnings of the sides keep their digits; see
    /// [`window`].
    fn sharp_window(&self, _sides: &[Side]) -> Option<Box<dyn Integrand + '_>> {
        None
    }

    /// Pieces whose integrals add up to the integral of the whole, none of which switches where the
    /// whole is known to switch across its axes; `None` if such are not known.
    fn pieces(&self) -> Option<Vec<Piece<'_>>> {
        None
    }

    /// The factors of an integrand that is a product of functions of different coordinates; `None`
    /// if it is not known to be one.
    fn factors(&self) -> Option<Vec<Factor<'_>>> {
        None
    }

    /// What a user calls an axis.
    fn axis_name(&self, axis: usize) -> String {
        format!("w{}", axis + 1)
    }

    /// What is known along an axis without evaluating.
    fn axis_facts(&self, _axis: usize) -> AxisFacts {
        AxisFacts {
            varies: true,
            periodic: None,
        }
    }
}

/// The integrand on a part of the box, times the content of that part, on the unit box.
pub fn window<'a>(integrand: &'a dyn Integrand, sides: &[Side]) -> Box<dyn Integrand + 'a> {
    integrand.sharp_window(sides).unwrap_or_else(|| {
        Box::new(Window {
            integrand,
            sides: sides.to_vec(),
        })
    })
}

/// The part of an integrand on a part of its box.
pub(crate) fn part<'a>(integrand: &'a dyn Integrand, sides: &[Side]) -> Piece<'a> {
    let sides_of_place = sides.to_vec();
    Piece {
        integrand: window(integrand, sides),
        place: Box::new(move |unit| {
            let axes = sides_of_place.iter().zip(unit);
            axes.map(|(side, s)| side.at(*s)).collect()
        }),
    }
}

/// A part of the box of an integrand that is code.
struct Window<'a> {
    integrand: &'a dyn Integrand,
    sides: Vec<Side>,
}

impl Integrand for Window<'_> {
    fn dimension(&self) -> usize {
        self.integrand.dimension()
    }

    fn outputs(&self) -> usize {
        self.integrand.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(WindowEvaluator {
            of: self,
            inner: self.integrand.evaluator(),
            nodes: vec![0.0; self.sides.len() * BLOCK],
        })
    }

    fn axis_name(&self, axis: usize) -> String {
        self.integrand.axis_name(axis)
    }

    fn axis_facts(&self, axis: usize) -> AxisFacts {
        let facts = self.integrand.axis_facts(axis);
        AxisFacts {
            periodic: facts.periodic.filter(|_| self.sides[axis].width() == 1.0),
            ..facts
        }
    }
}

struct WindowEvaluator<'w> {
    of: &'w Window<'w>,
    inner: Box<dyn Evaluator + 'w>,
    nodes: Vec<f64>,
}

impl Evaluator for WindowEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let n = block.len();
        let sides = &self.of.sides;
        let rows = self.nodes.chunks_exact_mut(BLOCK);
        let axes = sides.iter().zip(block.coordinates()).zip(rows);
        let coordinates: Vec<Coordinate<'_>> = axes
            .map(|((side, coordinate), row)| match coordinate {
                Coordinate::Same(s) => Coordinate::Same(side.at(*s)),
                Coordinate::Each(nodes) => {
                    for (out, s) in row.iter_mut().zip(*nodes) {
                        *out = side.at(*s);
                    }
                    Coordinate::Each(&row[..n])
                }
            })
            .collect();
        self.inner.evaluate(&Block::new(&coordinates, n), values);
        let content: f64 = sides.iter().map(Side::width).product();
        values.iter_mut().for_each(|value| *value *= content);
    }
}

/// One thread's means to evaluate an integrand.
pub trait Evaluator {
    /// Evaluates a block of n nodes: `values[k * n + i]` is value `k` at node `i`.
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]);

    /// Adds to `sums[k]` the sum of weight times value `k` over the tensor product of the axes,
    /// where a node's weight is the product of its weights along the axes.
    fn add_grid(&mut self, axes: &[Axis<'_>], sums: &mut [Sum]) {
        add_grid_by_rows(self, axes, sums);
    }
}

/// [`Evaluator::add_grid`] by rows along the last axis, each of them a block.
fn add_grid_by_rows<E: Evaluator + ?Sized>(evaluator: &mut E, axes: &[Axis<'_>], sums: &mut [Sum]) {
    let Some((row, outer)) = axes.split_last() else {
        return;
    };
    let n = row.nodes.len();
    let mut values = vec![0.0; sums.len() * n];
    for_each_index(outer.iter().map(|axis| axis.nodes.len()), |index| {
        let mut weight = 1.0;
        let mut coordinates = Vec::with_capacity(axes.len());
        for (axis, &i) in outer.iter().zip(index) {
            weight *= axis.weights[i];
            coordinates.push(Coordinate::Same(axis.nodes[i]));
        }
        coordinates.push(Coordinate::Each(row.nodes));
        evaluator.evaluate(&Block::new(&coordinates, n), &mut values);
        for (sum, values) in sums.iter_mut().zip(values.chunks_exact(n)) {
            let mut row_sum = Sum::default();
            for (w, value) in row.weights.iter().zip(values) {
                row_sum.add(w * value);
            }
            sum.add_scaled(weight, &row_sum);
        }
    });
}

/// Calls `visit` with every multi-index below `lengths`, the last index fastest.
pub(crate) fn for_each_index(
    lengths: impl Iterator<Item = usize>,
    mut visit: impl FnMut(&[usize]),
) {
    let lengths: Vec<usize> = lengths.collect();
    if lengths.contains(&0) {
        return;
    }
    let mut index = vec![0; lengths.len()];
    loop {
        visit(&index);
        let mut axis = lengths.len();
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            index[axis] += 1;
            if index[axis] < lengths[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
}
