//! The integrand on the unit box: all that integrators know of what they integrate.
//!
//! Changes of variables are integrands in front of integrands: limits, infinite ranges and the
//! user's own map are all invisible here.

use super::change::{Change, Side};
use super::knowledge::{AxisFacts, Bounds, Losses, Numbers, Product, Switches};
use super::nodes::{Axis, Block, Coordinate};
use crate::deadline::Deadline;
use crate::elementary::sum::Sum;

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

    /// What is known without evaluating. A wrapper that keeps the coordinates forwards it whole.
    fn knowledge(&self) -> &dyn Knowledge {
        &Nothing
    }
}

impl dyn Integrand + '_ {
    /// The values at one node.
    pub fn at(&self, unit: &[f64]) -> Vec<f64> {
        let node: Vec<Coordinate<'_>> = unit.iter().map(|&w| Coordinate::Same(w)).collect();
        let mut values = vec![0.0; self.outputs()];
        let mut evaluator = self.evaluator();
        evaluator.evaluate(&Block::new(&node, 1), &mut values);
        values
    }
}

impl<I: Integrand + ?Sized> Integrand for &I {
    fn dimension(&self) -> usize {
        (**self).dimension()
    }

    fn outputs(&self) -> usize {
        (**self).outputs()
    }

    fn evaluator(&self) -> Box<dyn Evaluator + '_> {
        (**self).evaluator()
    }

    fn knowledge(&self) -> &dyn Knowledge {
        (**self).knowledge()
    }
}

/// What is known of an integrand without evaluating it: nothing, where a method is left out.
pub trait Knowledge {
    /// Where the integrand is known to switch.
    fn switches(&self) -> Switches {
        Switches::default()
    }

    /// The integrand in other coordinates, times the volume element, if it can be written so that
    /// distances from the beginnings of the sides keep their digits and what cancels has gone; see
    /// [`changed`](super::changed).
    fn sharp_change(&self, _change: &Change) -> Option<Box<dyn Integrand + '_>> {
        None
    }

    /// Whether code that may take long is run at every node: then it is seen how long.
    fn is_code(&self) -> bool {
        false
    }

    /// Whether every value that exists is known to be zero.
    fn is_zero(&self) -> bool {
        false
    }

    /// One of the outputs, and a place around which it certainly has no value, however few nodes would
    /// meet it; `None` if no such place is known.
    fn undefined(&self) -> Option<(usize, Vec<f64>)> {
        None
    }

    /// For every output what a value may lose by rounding, the mean over a few nodes; `None` if that
    /// is not known.
    fn rounding(&self) -> Option<Vec<f64>> {
        None
    }

    /// How many more values with more digits it takes to know that.
    fn rounding_cost(&self) -> u64 {
        0
    }

    /// What the values may lose by rounding, node by node; `None` if that is not known.
    fn losses(&self) -> Option<Box<dyn Losses + '_>> {
        None
    }

    /// What values lose by the rounding of operations alone, if coordinates and numbers are exact.
    fn losses_inside(&self) -> Option<Box<dyn Losses + '_>> {
        None
    }

    /// The rounded numbers in an integrand of one variable, which is one piece, if there are any.
    fn numbers(&self) -> Option<Box<dyn Numbers + '_>> {
        None
    }

    /// Bounds in the complex plane, by which the error of a rule can be known in advance; `None` if
    /// the integrand is not known well enough.
    fn bounds(&self) -> Option<Box<dyn Bounds + '_>> {
        None
    }

    /// Pieces whose integrals add up to the integral of the whole, none of which switches where the
    /// whole is known to switch across its axes; `None` if such are not known, or would not be found
    /// by the deadline. Plain ones are not longer than the whole, by much, and do not switch at all.
    fn pieces(&self, _deadline: &Deadline, _plain: bool) -> Option<Vec<Piece<'_>>> {
        None
    }

    /// The same integrand, of which the pieces are cut along ridges too, if there are any that cells would not
    /// see.
    fn ridged(&self) -> Option<Box<dyn Integrand + '_>> {
        None
    }

    /// Points in the middles and on the flanks of what is known to be narrow, though no node need be near: none where
    /// nothing is known.
    fn narrow(&self) -> Vec<Vec<f64>> {
        Vec::new()
    }

    /// For every one of these pieces and every output, what its integral may be off because its faces are
    /// rounded; nothing where that is not known.
    fn displaced(&self, pieces: &[Piece<'_>]) -> Vec<Vec<f64>> {
        vec![Vec::new(); pieces.len()]
    }

    /// The same integrand with values from a range in which nothing overflows on the way; they take
    /// longer. `None` if there is no such thing.
    fn widened(&self) -> Option<Box<dyn Integrand + '_>> {
        None
    }

    /// The same integrand with values of which no digit is lost where terms cancel: there they take a
    /// hundred times as long. `None` if there is no such thing.
    fn precise(&self) -> Option<Box<dyn Integrand + '_>> {
        None
    }

    /// The work of the values with more digits at a node, in the shortest operations of such numbers.
    fn precise_cost(&self) -> u64 {
        1
    }

    /// Whether nothing narrow can hide in the values, so that rules which agree have missed nothing; not known if not.
    fn is_slow(&self) -> bool {
        false
    }

    /// Pieces whose integrals add up to the integral of the whole, each with an end of its only axis
    /// or one of these places at 0, where distances keep their digits: pairs of a place and how
    /// uncertain it is. `None` if no such pieces are known.
    fn refocused(&self, _places: &[(f64, f64)]) -> Option<Division<'_>> {
        None
    }

    /// Pieces whose integrals add up to the integral of the whole, each in the logarithm of the
    /// distance from an end of its only axis: at 0 that is infinitely far away. `None` if no such
    /// pieces are known.
    fn logarithmic(&self) -> Option<Vec<Piece<'_>>> {
        None
    }

    /// The same integral in variables that are sheared, in which it falls apart more, and for every output
    /// the part of its size that rounding loses before: along a ridge numbers cancel that the sheared
    /// formulas no longer have. `None` if there are no such variables.
    fn sheared(&self) -> Option<(Piece<'_>, Vec<f64>)> {
        None
    }

    /// Pieces of one variable less whose integrals add up to the integral of the whole: two of its variables occur
    /// only in one formula of them, whose value is a variable of the pieces. `None` if there are no such two.
    fn pushed_forward(&self) -> Option<Pushed<'_>> {
        None
    }

    /// A piece of fewer variables with the same integral: several of them have no ends and occur only in a sum of squares,
    /// whose root is a variable of the piece. `None` if there are no such.
    fn radial(&self) -> Option<Pushed<'_>> {
        None
    }

    /// Pieces whose integrals add up to the integral of the whole, but for little: it has very many periods, of which so
    /// many at each end are pieces as they are, and the others a series, in which the number of the period is a
    /// coordinate, or what turns. `None` if no such pieces are known.
    fn summed(&self, _ends: u32, _by_number: bool) -> Option<Summed<'_>> {
        None
    }

    /// Pieces whose integrals add up to the integral of the whole, on other paths: none of them has
    /// a tail that oscillates without end. `None` if the whole has none, or no such pieces are known.
    fn led_off(&self) -> Option<LedOff<'_>> {
        None
    }

    /// The box divided along the curves and surfaces where the integrand is known to switch; `None` if there are
    /// none, or such a division is not known, or would not be found by the deadline.
    fn division(&self, _deadline: &Deadline) -> Option<Branches<'_>> {
        None
    }

    /// A box of the whole that holds a part of a piece; `None` if the integrand is no piece, or such a box
    /// is not known.
    fn sides_in_whole(&self, _part: &[Side]) -> Option<Vec<Side>> {
        None
    }

    /// Whether there are no values at points, but only of the pieces of its division.
    fn is_only_divided(&self) -> bool {
        false
    }

    /// Very many integrands that are alike, batch by batch, whose integrals add up to the integral of the
    /// whole; none if the whole is not known to be made of such.
    fn alike(&self) -> Vec<&dyn Alike> {
        Vec::new()
    }

    /// One of the values alone, which may have fewer places that matter than all together; `None` if it
    /// cannot be had without the others.
    fn output(&self, _output: usize) -> Option<Box<dyn Integrand + '_>> {
        None
    }

    /// The integrand as sums of products of functions of fewer coordinates; `None` if it is not known
    /// to fall apart so.
    fn products(&self) -> Option<Products<'_>> {
        None
    }

    /// What a user calls an axis.
    fn axis_name(&self, axis: usize) -> String {
        format!("w{}", axis + 1)
    }

    /// What is known along an axis without evaluating.
    fn axis_facts(&self, _axis: usize) -> AxisFacts {
        AxisFacts::NONE
    }
}

/// Knows nothing.
struct Nothing;

impl Knowledge for Nothing {}

/// One thread's means to evaluate an integrand.
pub trait Evaluator {
    /// Evaluates a block of n nodes: `values[k * n + i]` is value `k` at node `i`.
    fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]);

    /// How many nodes of the last block were passed over: they count for nothing, and nothing was evaluated there.
    fn passed_over(&self) -> usize {
        0
    }

    /// Told that so many nodes come next, in rows along the last axis, all in this part of the box;
    /// none once they are through. What is made of it must depend on nothing but the part and the number.
    fn prepare(&mut self, _part: &[Side], _nodes: usize) {}

    /// A way over grids that is faster than row by row, if there is one.
    fn grids(&mut self) -> Option<&mut dyn Grids> {
        None
    }
}

/// Sums over whole grids, of which what depends on some axes alone is evaluated once.
pub trait Grids {
    /// Adds to `sums[k]` the sum of weight times value `k` over the tensor product of the axes,
    /// where a node's weight is the product of its weights along the axes.
    fn add_grid(&mut self, axes: &[Axis<'_>], sums: &mut [Sum]);
}

/// Functions of some coordinates of an integrand, of which its terms are products.
pub struct Factor<'a> {
    /// The axes of the whole that are the axes of the factor, in order.
    pub axes: Vec<usize>,
    /// The functions, on the unit box of those axes.
    pub integrand: Box<dyn Integrand + 'a>,
    /// The number of an earlier factor with the same functions, of other axes.
    pub like: Option<usize>,
}

/// Coordinates in the box of the whole of a point of a piece.
pub type Placement<'a> = Box<dyn Fn(&[f64]) -> Vec<f64> + 'a>;

/// A piece of an integrand: an integrand on a unit box of its own.
pub struct Piece<'a> {
    /// The values, with the content of the piece as a factor.
    pub integrand: Box<dyn Integrand + 'a>,
    /// Where the coordinates of the piece lie in the box of the whole.
    pub place: Placement<'a>,
}

/// Pieces in which the value of a formula stands in the place of the variables in it.
pub struct Pushed<'a> {
    /// The pieces, whose integrals add up to that of the whole.
    pub pieces: Vec<Piece<'a>>,
    /// The axes of these variables.
    pub axes: Vec<usize>,
    /// For every output, what the rounding of the values at which the pieces begin and end may cost.
    pub lost: Vec<f64>,
    /// Whether it is proven that the integrals add up.
    pub is_proven: bool,
}

/// Pieces of a series.
pub struct Summed<'a> {
    /// The pieces, whose integrals add up to that of the whole.
    pub pieces: Vec<Piece<'a>>,
    /// But for the integrals of these at most.
    pub left_out: Vec<Box<dyn Integrand + 'a>>,
    /// For every output, what the rounding of the places between the pieces may cost.
    pub lost: Vec<f64>,
}

/// Pieces on paths that leave the real line where a tail oscillates without end.
pub struct LedOff<'a> {
    /// The pieces, whose integrals add up to that of the whole.
    pub pieces: Vec<Piece<'a>>,
    /// Whether some of what oscillates does not become small, so that the integral exists only as
    /// Abel's mean.
    pub in_the_mean: bool,
    /// For every output, what the rounding of where the paths begin may cost.
    pub lost: Vec<f64>,
}

/// A box divided where an integrand switches.
pub struct Division<'a> {
    /// The parts of the box, side by side, in which nothing switches.
    pub windows: Vec<Vec<Side>>,
    /// The other parts, none of which has a curve inside.
    pub pieces: Vec<Piece<'a>>,
    /// For every value, what an integral may be off because the places are rounded, or could not be
    /// told apart.
    pub errors: Vec<f64>,
    /// The rounded numbers of formulas of one variable, if there are any.
    pub numbers: Option<Box<dyn Numbers + 'a>>,
}

/// What an integrand is where nothing switches, and where that is.
pub struct Branch<'a> {
    /// The integrand without switches, on the whole box.
    pub integrand: Box<dyn Integrand + 'a>,
    /// The parts that are boxes, side by side.
    pub windows: Vec<Vec<Side>>,
    /// The other parts.
    pub pieces: Vec<Piece<'a>>,
}

/// A box divided where an integrand switches, by what it is there.
pub struct Branches<'a> {
    /// The integrands between the switches.
    pub branches: Vec<Branch<'a>>,
    /// For every value, what an integral may be off because the places are rounded, or could not be
    /// told apart.
    pub errors: Vec<f64>,
    /// Whether some of that is no bound.
    pub is_estimated: bool,
}

/// An integrand whose values are sums of products of functions of fewer coordinates.
pub struct Products<'a> {
    /// The functions; those of the same axes are together.
    pub factors: Vec<Factor<'a>>,
    /// For every value of the integrand, the terms of which it is the sum.
    pub sums: Vec<Vec<Product>>,
    /// Whether the functions are the terms of a long sum, a few at a time, of as many coordinates as the sum.
    pub are_terms: bool,
}

/// So many integrands, on unit boxes of their own, that are evaluated together.
pub trait Alike: Sync {
    /// What and how many they are, such as `12 triangles of order 2`.
    fn name(&self) -> String;

    /// The number of coordinates of each.
    fn dimension(&self) -> usize;

    /// The number of values of each at a node.
    fn outputs(&self) -> usize;

    /// How many there are.
    fn count(&self) -> usize;

    /// For every axis, a power of 1 − w by which the values are to be multiplied yet: rules that know
    /// it lose nothing by it.
    fn powers(&self) -> &[u32];

    /// The nodes along an axis with which a Gauss rule is likely to be a good beginning.
    fn first_order(&self) -> usize;

    /// By how many times the rounding of a short sum the values may be rounded.
    fn rounding(&self) -> f64 {
        1.0
    }

    /// All of them at these nodes of the unit box.
    fn over<'a>(&'a self, nodes: &[Vec<f64>]) -> Box<dyn OverNodes + 'a>;

    /// One by itself, with the powers as factors, and where it lies in the box of the whole.
    fn alone(&self, number: usize) -> Piece<'_>;
}

/// Integrands that are alike at nodes that are known.
pub trait OverNodes: Sync {
    /// A new evaluator, with scratch memory of its own.
    fn evaluator(&self) -> Box<dyn Together + '_>;
}

/// One thread's means to evaluate integrands that are alike.
pub trait Together {
    /// Turns to these, at most [`BLOCK`](super::BLOCK) of them.
    fn turn_to(&mut self, numbers: &[usize]);

    /// Evaluates those that it is turned to at a node: `values[k * n + i]` is value `k` of number `i` of
    /// n.
    fn evaluate(&mut self, node: usize, values: &mut [f64]);
}
