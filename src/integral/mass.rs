//! The mass of a density where conditions hold, and the means of formulas under it.

use super::Estimate;
use crate::error::Error;
use crate::integrate::settings::Settings;
use crate::map::density::Density;
use crate::map::domain::Domain;

impl Density {
    /// The mass where conditions hold on the targets or the variables, with the default settings: the
    /// probability that a random point fulfils them. No conditions, an empty text, are all of it.
    ///
    /// ∫ p(x) dx = ∫ p(u) du over all u whose φ(u) fulfils them, so that a map need not be one-to-one.
    ///
    /// ```
    /// use pullback::{Density, Map};
    /// let map = Map::parse("x = sqrt(-2*ln(u))*cos(2*pi*v), y = sqrt(-2*ln(u))*sin(2*pi*v)")?;
    /// let normal = Density::uniform([0.0..1.0, 0.0..1.0])?.pushforward(&map)?;
    /// let mass = normal.mass("x^2 + y^2 < 1")?;
    /// assert!((mass.value - (1.0 - (-0.5f64).exp())).abs() <= mass.error && mass.error < 1e-10);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault; as for [`Density::region`].
    pub fn mass(&self, conditions: &str) -> Result<Estimate, Error> {
        self.mass_with(conditions, &Settings::default())
    }

    /// The same with settings.
    ///
    /// # Errors
    /// As for [`Density::mass`]; [`Error::Setting`] for settings outside their ranges.
    pub fn mass_with(&self, conditions: &str, settings: &Settings) -> Result<Estimate, Error> {
        let mut region = self.base_region()?;
        if !conditions.trim().is_empty() {
            region = region.where_(conditions)?;
        }
        self.integral(&region, "1", settings)
    }

    /// The mean of a formula of targets and variables under the density, with the default settings.
    ///
    /// ```
    /// use pullback::{Density, Map};
    /// let map = Map::parse("x = a, y = b + a^2")?;
    /// let banana = Density::standard_normal(2)?.pushforward(&map)?;
    /// let mean = banana.expectation("y^2")?;
    /// // E b² + E a⁴ = 1 + 3.
    /// assert!((mean.value - 4.0).abs() <= mean.error && mean.error < 1e-10);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault; as for [`Density::region`].
    pub fn expectation(&self, formula: &str) -> Result<Estimate, Error> {
        self.expectation_with(formula, &Settings::default())
    }

    /// The same with settings.
    ///
    /// # Errors
    /// As for [`Density::expectation`]; [`Error::Setting`] for settings outside their ranges.
    pub fn expectation_with(&self, formula: &str, settings: &Settings) -> Result<Estimate, Error> {
        self.integral(&self.base_region()?, formula, settings)
    }

    /// ∫ f(φ(u)) p(u) du over a region of the base.
    fn integral(
        &self,
        region: &dyn Domain,
        formula: &str,
        settings: &Settings,
    ) -> Result<Estimate, Error> {
        let integrands = crate::map::domain::parse(region, &[formula])?;
        Estimate::of(region, &self.weighted(integrands)?, settings)
    }
}
