//! The integrand on the unit box: all that integrators know of what they integrate.
//!
//! Nodes come in blocks. A block is structure-of-arrays, and each coordinate is either one value
//! for the whole block or a slice, so that what depends on the constant coordinates alone is
//! evaluated once. A grid is a tensor product of nodes along each axis, so that what depends on
//! some axes alone is evaluated once for all others.
//!
//! Changes of variables are integrands in front of integrands: limits, infinite ranges and the
//! user's own map are all invisible here.

use std::ops::Mul;

use crate::elementary::powi;
use crate::elementary::sum::Sum;

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

/// The step of Duffy's map: a box with a singular corner at 0 falls into as many pieces as the
/// corner has axes, and on the piece where the coordinate v₁ of the leading axis is the largest,
/// the others are its multiples: vᵢ = v₁·sᵢ. The volume element brings the factor v₁ᵏ⁻¹ for k axes.
///
/// M. G. Duffy, "Quadrature over a pyramid or cube of integrands with a singularity at a vertex",
/// SIAM J. Numer. Anal. 19 (1982) 1260–1262.
#[derive(Clone, Debug, PartialEq)]
pub struct Cone {
    /// The leading axis.
    pub leading: usize,
    /// The other axes of the corner.
    pub others: Vec<usize>,
}

/// A change of coordinates of the unit box: powers, then the step of a cone, then sides.
///
/// Along every axis u = sᵖ; along the axes of the cone v₁ = u₁ and vᵢ = u₁·uᵢ, elsewhere v = u; and
/// w = from + (to − from)·v.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The side of every axis.
    pub sides: Vec<Side>,
    /// The power of every axis, at least 1.
    pub powers: Vec<i32>,
    /// The cone, if the box is one.
    pub cone: Option<Cone>,
}

impl Change {
    /// The change to a part of the box.
    pub fn window(sides: &[Side]) -> Self {
        Change {
            sides: sides.to_vec(),
            powers: vec![1; sides.len()],
            cone: None,
        }
    }

    /// The coordinates in the whole of a point of the unit box.
    pub fn at(&self, s: &[f64]) -> Vec<f64> {
        self.apply(s, |s, p| powi(*s, p), |side, v| side.at(*v)).0
    }

    /// The coordinates in the whole, and the factors of the volume element that are not numbers.
    pub(crate) fn apply<T: Clone + Mul<Output = T>>(
        &self,
        s: &[T],
        power: impl Fn(&T, i32) -> T,
        place: impl Fn(&Side, &T) -> T,
    ) -> (Vec<T>, Vec<T>) {
        let mut factors = Vec::new();
        let mut raise = |(s, &p): (&T, &i32)| {
            if p == 1 {
                return s.clone();
            }
            factors.push(power(s, p - 1));
            power(s, p)
        };
        let mut u: Vec<T> = s.iter().zip(&self.powers).map(&mut raise).collect();
        if let Some(Cone { leading, others }) = &self.cone {
            for &axis in others {
                u[axis] = u[*leading].clone() * u[axis].clone();
                factors.push(u[*leading].clone());
            }
        }
        let axes = self.sides.iter().zip(&u);
        (axes.map(|(side, u)| place(side, u)).collect(), factors)
    }

    /// The factors of the volume element that are numbers.
    pub(crate) fn content(&self) -> f64 {
        let powers = self.powers.iter().map(|p| f64::from(*p));
        let widths = self.sides.iter().map(Side::width);
        widths.product::<f64>() * powers.product::<f64>()
    }

    /// Whether an axis keeps its coordinate, up to direction.
    fn keeps(&self, axis: usize) -> bool {
        let of_cone = |cone: &Cone| cone.leading == axis || cone.others.contains(&axis);
        self.sides[axis].width() == 1.0
            && self.powers[axis] == 1
            && !self.cone.as_ref().is_some_and(of_cone)
    }

    /// Whether the volume element depends on an axis.
    fn stretches(&self, axis: usize) -> bool {
        self.powers[axis] > 1 || self.cone.as_ref().is_some_and(|c| c.leading == axis)
    }
}

/// Functions of some coordinates of an integrand, of which its terms are products.
pub struct Factor<'a> {
    /// The axes of the whole that are the axes of the factor, in order.
    pub axes: Vec<usize>,
    /// The functions, on the unit box of those axes.
    pub integrand: Box<dyn Integrand + 'a>,
}

/// Coordinates in the box of the whole of a point of a piece.
pub type Place<'a> = Box<dyn Fn(&[f64]) -> Vec<f64> + 'a>;

/// A piece of an integrand: an integrand on a unit box of its own.
pub struct Piece<'a> {
    /// The values, with the content of the piece as a factor.
    pub integrand: Box<dyn Integrand + 'a>,
    /// Where the coordinates of the piece lie in the box of the whole.
    pub place: Place<'a>,
}

/// A neighbourhood of one side of a part of the box, in the complex plane of that coordinate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Neighbourhood {
    /// Bernstein's ellipse: its foci are the ends of the side, and its semi-axes add up to this
    /// number times half the length of the side.
    Ellipse(f64),
    /// The imaginary parts up to this number times the length of the side, of an integrand that is
    /// periodic along it.
    Strip(f64),
}

/// Bounds of an integrand that is analytic, on a part of the box at a time: turn to it first.
pub trait Bounds {
    /// Turns to a part of the box. For every output a bound of its size there; `None` if there may
    /// be none.
    fn turn_to(&mut self, sides: &[Side]) -> Option<Vec<f64>>;

    /// Sets, for every output, a bound of its size where one coordinate is anywhere in a
    /// neighbourhood of its side of the part and the others are on their sides; false if the
    /// integrand may not be analytic there.
    fn around(&mut self, axis: usize, neighbourhood: Neighbourhood, sizes: &mut [f64]) -> bool;
}

/// A coefficient times functions of different coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// The coefficient.
    pub coefficient: f64,
    /// For each function, the number of its [`Factor`] and which of its values it is.
    pub functions: Vec<(usize, usize)>,
}

/// An integrand whose values are sums of products of functions of fewer coordinates.
pub struct Separation<'a> {
    /// The functions; those of the same axes are together.
    pub factors: Vec<Factor<'a>>,
    /// For every value of the integrand, the terms of which it is the sum.
    pub sums: Vec<Vec<Product>>,
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

    /// The integrand in other coordinates, times the volume element, if it can be written so that
    /// distances from the beginnings of the sides keep their digits and what cancels has gone; see
    /// [`changed`].
    fn sharp_change(&self, _change: &Change) -> Option<Box<dyn Integrand + '_>> {
        None
    }

    /// For every output what a value may lose by rounding, the mean over a few nodes; `None` if that
    /// is not known.
    fn rounding(&self) -> Option<Vec<f64>> {
        None
    }

    /// Bounds in the complex plane, by which the error of a rule can be known in advance; `None` if
    /// the integrand is not known well enough.
    fn bounds(&self) -> Option<Box<dyn Bounds + '_>> {
        None
    }

    /// Pieces whose integrals add up to the integral of the whole, none of which switches where the
    /// whole is known to switch across its axes; `None` if such are not known.
    fn pieces(&self) -> Option<Vec<Piece<'_>>> {
        None
    }

    /// How the integrand falls apart into functions of fewer coordinates; `None` if it is not known
    /// to.
    fn separation(&self) -> Option<Separation<'_>> {
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
    changed(integrand, &Change::window(sides))
}

/// The integrand in other coordinates, times the volume element.
pub fn changed<'a>(integrand: &'a dyn Integrand, change: &Change) -> Box<dyn Integrand + 'a> {
    integrand.sharp_change(change).unwrap_or_else(|| {
        Box::new(Changed {
            integrand,
            change: change.clone(),
        })
    })
}

/// The part of an integrand on a part of its box.
pub(crate) fn part<'a>(integrand: &'a dyn Integrand, sides: &[Side]) -> Piece<'a> {
    piece(integrand, Change::window(sides))
}

/// The piece of an integrand that a change of coordinates reaches.
pub(crate) fn piece<'a>(integrand: &'a dyn Integrand, change: Change) -> Piece<'a> {
    Piece {
        integrand: changed(integrand, &change),
        place: Box::new(move |unit| change.at(unit)),
    }
}

/// An integrand that is code, in other coordinates.
struct Changed<'a> {
    integrand: &'a dyn Integrand,
    change: Change,
}

impl Integrand for Changed<'_> {
    fn dimension(&self) -> usize {
        self.integrand.dimension()
    }

    fn outputs(&self) -> usize {
        self.integrand.outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        Box::new(ChangedEvaluator {
            of: self,
            inner: self.integrand.evaluator(),
        })
    }

    fn axis_name(&self, axis: usize) -> String {
        self.integrand.axis_name(axis)
    }

    fn axis_facts(&self, axis: usize) -> AxisFacts {
        let facts = self.integrand.axis_facts(axis);
        let cone = self.change.cone.as_ref();
        let others = cone.filter(|c| c.leading == axis).map(|c| &c.others[..]);
        let mut moved = others.unwrap_or_default().iter();
        AxisFacts {
            varies: facts.varies
                || self.change.stretches(axis)
                || moved.any(|&a| self.integrand.axis_facts(a).varies),
            periodic: facts.periodic.filter(|_| self.change.keeps(axis)),
        }
    }
}

/// The values of one quantity at the nodes of a block.
#[derive(Clone, Debug)]
enum Values {
    Same(f64),
    Each(Vec<f64>),
}

impl Values {
    fn map(&self, f: impl Fn(f64) -> f64) -> Values {
        match self {
            Values::Same(value) => Values::Same(f(*value)),
            Values::Each(values) => Values::Each(values.iter().map(|v| f(*v)).collect()),
        }
    }

    fn coordinate(&self) -> Coordinate<'_> {
        match self {
            Values::Same(value) => Coordinate::Same(*value),
            Values::Each(values) => Coordinate::Each(values),
        }
    }
}

impl Mul for Values {
    type Output = Values;

    fn mul(self, other: Values) -> Values {
        match (self, other) {
            (Values::Same(a), b) | (b, Values::Same(a)) => b.map(|b| a * b),
            (Values::Each(mut a), Values::Each(b)) => {
                a.iter_mut().zip(b).for_each(|(a, b)| *a *= b);
                Values::Each(a)
            }
        }
    }
}

struct ChangedEvaluator<'c> {
    of: &'c Changed<'c>,
    inner: Box<dyn Evaluator + 'c>,
}

impl Evaluator for ChangedEvaluator<'_> {
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) {
        let change = &self.of.change;
        let given = block.coordinates().iter().map(|c| match c {
            Coordinate::Same(s) => Values::Same(*s),
            Coordinate::Each(nodes) => Values::Each(nodes.to_vec()),
        });
        let (moved, factors) = change.apply(
            &given.collect::<Vec<_>>(),
            |s, p| s.map(|s| powi(s, p)),
            |side, v| v.map(|v| side.at(v)),
        );
        let coordinates: Vec<_> = moved.iter().map(Values::coordinate).collect();
        let block = Block::new(&coordinates, block.len());
        self.inner.evaluate(&block, values);
        let content = Values::Same(change.content());
        let factor = factors.into_iter().fold(content, Mul::mul);
        for values in values.chunks_exact_mut(block.len()) {
            for (i, value) in values.iter_mut().enumerate() {
                *value *= factor.coordinate().at(i);
            }
        }
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
