//! An oriented curve or surface: what a vector field does along it, or through it.
//!
//! ∫ F · dr = ∫ F(γ(t)) · γ′(t) dt, and ∫ F · dS = ∬ F(φ(u, v)) · (∂φ/∂u × ∂φ/∂v) du dv

use super::domain::Domain;
use super::integrands::Integrands;
use super::mapped_region::MappedRegion;
use super::parameters::Parameters;
use super::printed::Printed;
use super::pullback::Pullback;
use crate::error::{Error, Misfit};

/// A curve with its direction, or a surface in space with its normal.
///
/// Its integrands are the components of a vector field, as many as there are targets, and its integral is
/// the work of the field along the curve, in the direction of the parameter; or the flux through the
/// surface, toward ∂φ/∂u × ∂φ/∂v, with u before v in the order of the limits. Swapped limits turn the
/// direction.
///
/// *Accuracy*: as for any integrand; the product with the field is one formula, so that formulas have
/// proven bounds where integrands do.
///
/// ```
/// use pullback::{Map, Settings};
/// use std::f64::consts::PI;
/// let circle = Map::parse("x = 2*cos(t), y = 2*sin(t)")?.over("t = 0..2*pi")?;
/// // Green's theorem: twice the area.
/// let work = circle.oriented()?.integrate_all(&["-y", "x"], &Settings::default())?;
/// assert!((work.value - 8.0 * PI).abs() < 1e-13);
/// # Ok::<(), pullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Oriented(MappedRegion);

impl MappedRegion {
    /// This curve with its direction, or this surface with its normal, for fields.
    ///
    /// # Errors
    /// [`Error::Shape`] if this is neither a curve nor a surface in space.
    pub fn oriented(&self) -> Result<Oriented, Error> {
        let (variables, targets) = (self.map().variables().len(), self.map().targets().len());
        match (variables, targets) {
            (1, 1..) | (2, 3) => Ok(Oriented(self.clone().for_fields())),
            _ => Err(Misfit::NoOrientation { variables, targets }.into()),
        }
    }
}

impl Oriented {
    /// The curve or surface.
    pub fn region(&self) -> &MappedRegion {
        &self.0
    }

    /// Whether it is a curve, so that integrals are work, not flux.
    pub fn is_curve(&self) -> bool {
        self.variables().len() == 1
    }

    /// What integrals are, and which direction is positive: `the work in the direction of increasing t`.
    pub fn orientation(&self) -> String {
        match self.variables() {
            [only] => {
                format!("the work along the curve, from the first limit of {only} to the second")
            }
            [u, v] => {
                let targets = self.targets().join(", ");
                format!(
                    "the flux through the surface, toward ∂({targets})/∂{u} × ∂({targets})/∂{v}"
                )
            }
            _ => String::new(),
        }
    }
}

impl Domain for Oriented {
    fn variables(&self) -> &[String] {
        self.0.variables()
    }

    fn targets(&self) -> &[String] {
        self.0.targets()
    }

    fn parameters(&self) -> &Parameters {
        self.0.parameters()
    }

    fn formula(&self, target: usize) -> Option<String> {
        self.0.formula(target)
    }

    fn printed(&self, with_values: bool) -> Option<Printed> {
        self.0.printed(with_values)
    }

    fn determinant(&self) -> Option<(&'static str, String)> {
        self.0.determinant()
    }

    fn principal_value(&self) -> Option<(usize, f64)> {
        Domain::principal_value(&self.0)
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        if integrands.are_parts() {
            return Err(Misfit::ComplexField.into());
        }
        let (given, targets) = (integrands.len(), self.targets().len());
        match given == targets {
            true => self.0.pull_back(integrands),
            false => Err(Misfit::FieldComponents { given, targets }.into()),
        }
    }

    fn derivative<'a>(
        &'a self,
        integrands: &'a Integrands<'a>,
        parameters: &[&str],
    ) -> Result<Vec<Pullback<'a>>, Error> {
        self.0.derivative(integrands, parameters)
    }
}
