//! Changes of coordinates of the unit box: parts of it, powers, and Duffy's map.

use std::ops::Mul;

use crate::elementary::powi;

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
#[non_exhaustive]
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

    /// The same with a power along an axis.
    ///
    /// # Panics
    /// If there is no such axis, or the power is not at least 1.
    pub fn with_power(mut self, axis: usize, power: i32) -> Self {
        assert!(power >= 1, "a power of {power} leaves the unit box");
        self.powers[axis] = power;
        self
    }

    /// The same with the step of a cone.
    pub fn with_cone(self, cone: Cone) -> Self {
        Change {
            cone: Some(cone),
            ..self
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
    pub(super) fn keeps(&self, axis: usize) -> bool {
        let of_cone = |cone: &Cone| cone.leading == axis || cone.others.contains(&axis);
        self.sides[axis].width() == 1.0
            && self.powers[axis] == 1
            && !self.cone.as_ref().is_some_and(of_cone)
    }

    /// Whether the volume element depends on an axis.
    pub(super) fn stretches(&self, axis: usize) -> bool {
        self.powers[axis] > 1 || self.cone.as_ref().is_some_and(|c| c.leading == axis)
    }
}
