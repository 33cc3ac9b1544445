//! What can be known of an integrand without a node.

use super::change::Side;

/// What is known of an integrand along one axis without evaluating it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AxisFacts {
    /// Whether the values depend on this coordinate at all.
    pub varies: bool,
    /// Whether the integrand continues periodically across the ends; `None` if that is not known.
    pub periodic: Option<bool>,
}

impl AxisFacts {
    /// Nothing is known: the values may depend on the coordinate in any way.
    pub const NONE: AxisFacts = AxisFacts {
        varies: true,
        periodic: None,
    };

    /// The same with whether the values depend on the coordinate.
    pub fn varying(self, varies: bool) -> Self {
        AxisFacts { varies, ..self }
    }

    /// The same with whether the integrand continues periodically.
    pub fn periodic(self, periodic: bool) -> Self {
        AxisFacts {
            periodic: Some(periodic),
            ..self
        }
    }
}

/// Where an integrand is known to switch: kinks, jumps, and singular points inside the box.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Switches {
    /// For every axis, the places in (0, 1) across which a switch lies, in ascending order; axes
    /// that are left out at the end have none.
    pub places: Vec<Vec<f64>>,
    /// Whether there are switches that are not at one place of one axis.
    pub oblique: bool,
    /// For every axis, the sides between places in which more switches may lie; axes that are left
    /// out at the end have none.
    pub unresolved: Vec<Vec<Side>>,
    /// For every output, what the integral over the box may be off because the places are rounded,
    /// and all that lies on unresolved sides; none are known to be 0.
    pub errors: Vec<f64>,
}

impl Switches {
    /// Whoever cuts at a place may move it by so much of it, to the number that was meant.
    pub(crate) const MOVED: f64 = 4.0 * f64::EPSILON;

    /// Switches at places along the axes, one list for every axis.
    pub fn at(places: Vec<Vec<f64>>) -> Self {
        Switches {
            places,
            ..Switches::default()
        }
    }

    /// The places along an axis.
    pub fn along(&self, axis: usize) -> &[f64] {
        self.places.get(axis).map_or(&[], Vec::as_slice)
    }
}

/// A neighbourhood of one side of a part of the box, in the complex plane of that coordinate.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
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

    /// Turns to a part of the box of which no bound of the size is needed.
    fn move_to(&mut self, sides: &[Side]) {
        self.turn_to(sides);
    }

    /// Sets, for every output, a bound of its size where one coordinate is anywhere in a
    /// neighbourhood of its side of the part and the others are on their sides; false if the
    /// integrand may not be analytic there.
    fn around(&mut self, axis: usize, neighbourhood: Neighbourhood, sizes: &mut [f64]) -> bool;

    /// Sets, for every output, an interval that holds the mean of its values on the part, whether it
    /// is analytic there or not; without ends where nothing is known.
    fn means(&mut self, means: &mut [(f64, f64)]) {
        means.fill((f64::NEG_INFINITY, f64::INFINITY));
    }

    /// The axis along which the part is best halved: the bounds are then the narrowest; `None` if nothing
    /// is known.
    fn best_axis(&mut self) -> Option<usize> {
        None
    }

    /// Allows so much work, in operations of the formulas.
    fn allow(&mut self, _work: u64) {}

    /// The work of one look at all formulas.
    fn cost(&self) -> u64 {
        1
    }

    /// The work that is left.
    fn work(&self) -> u64 {
        u64::MAX
    }

    /// Whether no work is left.
    fn is_spent(&self) -> bool {
        self.work() == 0
    }
}

/// What the values of an integrand may lose by rounding, node by node.
pub trait Losses {
    /// Sets, for every output, what its value at a node may be off by, if the coordinates are off by
    /// a rounding each.
    fn at(&mut self, node: &[f64], lost: &mut [f64]);

    /// The size of the value of an output at the node that was looked at last; nothing where it is not
    /// known.
    fn size(&self, _output: usize) -> f64 {
        0.0
    }
}

/// The rounded numbers in an integrand that is given in pieces of one variable.
pub trait Numbers {
    /// How many there are.
    fn count(&self) -> usize;

    /// At every node of a piece, for every output and every number, by how much the integrand times the
    /// length element changes when the number changes by what it may be off.
    fn slopes(&self, piece: usize, nodes: &[f64]) -> Vec<f64>;
}

/// A coefficient times functions of different coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// The coefficient.
    pub coefficient: f64,
    /// For each function, the number of its [`Factor`](super::Factor) and which of its values it is.
    pub functions: Vec<(usize, usize)>,
}
