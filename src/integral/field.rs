//! The work of a field along a curve, and its flux through a surface.

use super::Estimate;
use crate::error::{Error, Misfit};
use crate::expr::graph::Expr;
use crate::map::domain::IntoIntegrands;
use crate::map::mapped_region::MappedRegion;
use crate::map::oriented::Oriented;

impl MappedRegion {
    /// The work of a field along this curve, ∫ F · dr in the direction of its parameter, with the default
    /// settings; see [`Oriented`].
    ///
    /// ```
    /// use pullback::Map;
    /// let helix = Map::new(|[t]| [t.cos(), t.sin(), t])?.over([0.0..1.0])?;
    /// // A potential x² + z: its difference at the ends.
    /// let work = helix.work(|[x, _, _]| [x * 2.0, 0.0 * x, 0.0 * x + 1.0])?;
    /// assert!((work.value - 1f64.cos().powi(2)).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if this is no curve, or the closure takes another number of targets.
    pub fn work<const M: usize>(
        &self,
        field: impl for<'g> FnOnce([Expr<'g>; M]) -> [Expr<'g>; M],
    ) -> Result<Estimate, Error> {
        self.oriented_as(1)?.integrals(field)
    }

    /// The work of a field whose components are texts; see [`MappedRegion::work`].
    ///
    /// ```
    /// use pullback::Map;
    /// let circle = Map::parse("x = cos(t), y = sin(t)")?.over("t = 0..2*pi")?;
    /// let work = circle.work_text(&["-y", "x"])?;
    /// assert!((work.value - 2.0 * std::f64::consts::PI).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`MappedRegion::work`]; [`Error::Text`] with the place of the first fault.
    pub fn work_text(&self, field: impl IntoIntegrands) -> Result<Estimate, Error> {
        self.oriented_as(1)?.integrate_text(field)
    }

    /// The flux of a field through this surface, ∫ F · dS toward ∂φ/∂u × ∂φ/∂v, with the default
    /// settings; see [`Oriented`].
    ///
    /// ```
    /// use pullback::Map;
    /// let sphere = Map::parse("x = sin(p)*cos(t), y = sin(p)*sin(t), z = cos(p)")?
    ///     .over("p = 0..pi, t = 0..2*pi")?;
    /// // Outward: three times the volume.
    /// let flux = sphere.flux(|[x, y, z]| [x, y, z])?;
    /// assert!((flux.value - 4.0 * std::f64::consts::PI).abs() < 1e-13);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if this is no surface in space, or the closure takes another number of targets.
    pub fn flux(
        &self,
        field: impl for<'g> FnOnce([Expr<'g>; 3]) -> [Expr<'g>; 3],
    ) -> Result<Estimate, Error> {
        self.oriented_as(2)?.integrals(field)
    }

    /// The flux of a field whose components are texts; see [`MappedRegion::flux`].
    ///
    /// # Errors
    /// As for [`MappedRegion::flux`]; [`Error::Text`] with the place of the first fault.
    pub fn flux_text(&self, field: impl IntoIntegrands) -> Result<Estimate, Error> {
        self.oriented_as(2)?.integrate_text(field)
    }

    /// This with its orientation, which must have so many variables.
    fn oriented_as(&self, wanted: usize) -> Result<Oriented, Error> {
        let (variables, targets) = (self.map().variables().len(), self.map().targets().len());
        match variables == wanted {
            true => self.oriented(),
            false => Err(Misfit::NoOrientation { variables, targets }.into()),
        }
    }
}
