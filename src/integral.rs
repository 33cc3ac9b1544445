//! The integral over a mapped region: map, region, integrand and integrator put together.

use std::time::Instant;

use num_complex::Complex64;

use crate::error::{Error, Misfit};
use crate::expr::ComplexExpr;
use crate::expr::graph::Expr;
use crate::integrand::Integrand;
use crate::integrate::estimate::{BadNode, Outcome, Status};
use crate::integrate::integrate_measured;
use crate::integrate::settings::{Measure, Settings};
use crate::map::geometry::{Geometry, named_values};
use crate::map::integrands::Integrands;
use crate::map::mapped_region::MappedRegion;
use crate::map::pullback::Pullback;
use crate::map::survey::Survey;
use crate::map::transformed_region::TransformedRegion;

/// An integral with an error, a status and reasons.
///
/// `error` is an estimate: for deterministic methods one that the true error should not exceed, for
/// random methods the half-width of a 95 % interval. Trust it as far as `status` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The integral of the first integrand.
    pub value: f64,
    /// The error of `value`, absolute.
    pub error: f64,
    /// The integrals of all integrands.
    pub values: Vec<f64>,
    /// Their errors.
    pub errors: Vec<f64>,
    /// How far the answer can be trusted.
    pub status: Status,
    /// Why the status is not converged, or what qualifies it.
    pub reasons: Vec<String>,
    /// The number of nodes at which the integrands were evaluated.
    pub evaluations: u64,
    /// The rules that gave the values.
    pub method: String,
    /// Why this method.
    pub because: String,
    /// The determinant over the region.
    pub jacobian: Survey,
    /// What the user should know about the problem as posed.
    pub warnings: Vec<String>,
    /// The time from parsed formulas to the answer.
    pub seconds: f64,
}

impl Estimate {
    fn new(
        pullback: &Pullback<'_>,
        settings: &Settings,
        measure: Measure<'static>,
        start: Instant,
    ) -> Result<Self, Error> {
        let outcome: Outcome = integrate_measured(pullback, settings, measure)?;
        let mut warnings = pullback.warnings().to_vec();
        let jacobian = pullback.geometry().survey(&mut warnings);
        let mut reasons = outcome.reasons;
        if let Some(bad) = &outcome.bad_node {
            let place = address(pullback.geometry(), bad, outcome.values.len());
            reasons.splice(..0, [place, advice(bad.value).to_owned()]);
        }
        Ok(Estimate {
            value: outcome.values[0],
            error: outcome.errors[0],
            values: outcome.values,
            errors: outcome.errors,
            status: outcome.status,
            reasons,
            evaluations: outcome.evaluations,
            method: outcome.method,
            because: outcome.because,
            jacobian,
            warnings,
            seconds: start.elapsed().as_secs_f64(),
        })
    }

    /// Whether every error is within the tolerance of the settings.
    pub fn is_within(&self, settings: &Settings) -> bool {
        let mut pairs = self.values.iter().zip(&self.errors);
        pairs.all(|(value, error)| *error <= settings.tolerance(*value))
    }
}

/// The first value with its error and the status, such as `3.14159 ± 3e-15 (converged)`.
impl std::fmt::Display for Estimate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ± {:.1e} ({})", self.value, self.error, self.status)
    }
}

/// The integral of a complex function.
///
/// The tolerance is compared with the size of the value, so a part of it may be zero. Real and
/// imaginary part share all nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct ComplexEstimate {
    /// The integral.
    pub value: Complex64,
    /// How far it may be from the truth in the complex plane.
    pub error: f64,
    /// Real and imaginary part, with the status and the reasons for both.
    pub parts: Estimate,
}

impl ComplexEstimate {
    fn new(pullback: &Pullback<'_>, settings: &Settings, start: Instant) -> Result<Self, Error> {
        let parts = Estimate::new(pullback, settings, Measure::Pairs, start)?;
        let ([re, im], [re_error, im_error]) = (
            [parts.values[0], parts.values[1]],
            [parts.errors[0], parts.errors[1]],
        );
        Ok(ComplexEstimate {
            value: Complex64::new(re, im),
            error: re_error.hypot(im_error),
            parts,
        })
    }
}

/// The value with its error and the status, such as `1+2i ± 3e-15 (converged)`.
impl std::fmt::Display for ComplexEstimate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = self.parts.status;
        write!(f, "{} ± {:.1e} ({status})", self.value, self.error)
    }
}

/// A function with one value as one that writes its values.
fn single(function: impl Fn(&[f64]) -> f64 + Sync) -> impl Fn(&[f64], &mut [f64]) + Sync {
    move |x, out| out[0] = function(x)
}

/// Where a bad node is, in the user's variables and targets.
fn address(geometry: &Geometry<'_>, bad: &BadNode, outputs: usize) -> String {
    let point = geometry.at(&bad.unit);
    let which = if outputs > 1 {
        format!("integrand {}", bad.output + 1)
    } else {
        "the integrand".to_owned()
    };
    let mut text = format!(
        "{which} times |det J| is {} at {}",
        bad.value,
        named_values(geometry.variables(), &point.variables)
    );
    if geometry.variables() != geometry.targets() {
        let targets = named_values(geometry.targets(), &point.targets);
        text += &format!(", that is {targets}, where det J = {}", point.determinant);
    }
    text
}

/// What to do about a value that is not finite.
fn advice(value: f64) -> &'static str {
    if value.is_nan() {
        "0/0 and roots and logarithms of negative numbers have no value: check formula and limits"
    } else {
        "a denominator or the argument of a logarithm is 0 there: check the limits, or split the \
         region so that this place lies on the edge of each part"
    }
}

impl MappedRegion {
    /// The integral of a formula of the targets, with the default settings.
    ///
    /// ```
    /// use pullback::Map;
    /// use std::f64::consts::{PI, TAU};
    /// let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?;
    /// let disk = polar.over([0.0..1.0, 0.0..TAU])?;
    /// let answer = disk.integrate(|[x, y]| (-(x * x + y * y)).exp())?;
    /// assert!((answer.value - PI * (1.0 - (-1.0f64).exp())).abs() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the closure takes another number of targets.
    pub fn integrate<const M: usize>(
        &self,
        integrand: impl for<'g> FnOnce([Expr<'g>; M]) -> Expr<'g>,
    ) -> Result<Estimate, Error> {
        let integrands = self.trace(|targets| [integrand(targets)])?;
        self.integrate_with(&integrands, &Settings::default())
    }

    /// The integral of 1: the length, area or volume of the image, counted as often as it is
    /// covered.
    ///
    /// # Errors
    /// As for [`MappedRegion::integrate_with`].
    pub fn measure(&self) -> Result<Estimate, Error> {
        self.integrate_text(&[])
    }

    /// The integral of formulas given as texts, of targets and variables; see
    /// [`MappedRegion::parse`].
    ///
    /// # Errors
    /// [`Error::Text`] with the place of the first fault.
    pub fn integrate_text(&self, integrands: &[&str]) -> Result<Estimate, Error> {
        self.integrate_with(&self.parse(integrands)?, &Settings::default())
    }

    /// The integrals of formulas.
    ///
    /// # Errors
    /// [`Error::Setting`] for settings outside their ranges; [`Error::Shape`] if a limit has no
    /// meaning or the crate has no formula for a derivative.
    pub fn integrate_with(
        &self,
        integrands: &Integrands,
        settings: &Settings,
    ) -> Result<Estimate, Error> {
        let start = Instant::now();
        let pullback = Pullback::new(self, integrands)?;
        Estimate::new(&pullback, settings, Measure::Each, start)
    }

    /// The integral of a complex formula of the targets, with the default settings.
    ///
    /// ```
    /// use pullback::{Complex64, Map};
    /// // The Fourier transform of the unit square at (2, 3).
    /// let square = Map::new(|[x, y]| [x, y])?.over([0.0..1.0, 0.0..1.0])?;
    /// let answer = square.integrate_complex(|[x, y]| (Complex64::i() * (x * 2.0 + y * 3.0)).exp())?;
    /// let along = |k: f64| (Complex64::cis(k) - 1.0) / (Complex64::i() * k);
    /// assert!((answer.value - along(2.0) * along(3.0)).norm() < 1e-14);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the closure takes another number of targets.
    pub fn integrate_complex<const M: usize>(
        &self,
        integrand: impl for<'g> FnOnce([Expr<'g>; M]) -> ComplexExpr<'g>,
    ) -> Result<ComplexEstimate, Error> {
        let parts = self.trace(|targets| {
            let ComplexExpr { re, im } = integrand(targets);
            [re, im]
        })?;
        self.integrate_complex_with(&parts, &Settings::default())
    }

    /// The integral of a complex function of which two formulas are the real and the imaginary
    /// part.
    ///
    /// # Errors
    /// As for [`MappedRegion::integrate_with`], and [`Error::Shape`] for another number of formulas.
    pub fn integrate_complex_with(
        &self,
        parts: &Integrands,
        settings: &Settings,
    ) -> Result<ComplexEstimate, Error> {
        let start = Instant::now();
        let pullback = Pullback::new(self, parts)?;
        match pullback.outputs() {
            2 => ComplexEstimate::new(&pullback, settings, start),
            n => Err(Misfit::ComplexParts { given: n }.into()),
        }
    }

    /// The integral of complex code, as a function of the targets.
    ///
    /// # Errors
    /// As for [`MappedRegion::integrate_with`].
    pub fn integrate_complex_fn(
        &self,
        integrand: impl Fn(&[f64]) -> Complex64 + Sync,
        settings: &Settings,
    ) -> Result<ComplexEstimate, Error> {
        let start = Instant::now();
        let parts = move |x: &[f64], out: &mut [f64]| {
            let value = integrand(x);
            out.copy_from_slice(&[value.re, value.im]);
        };
        ComplexEstimate::new(&self.pull_back_fn(2, parts)?, settings, start)
    }

    /// The integral of code, as a function of the targets.
    ///
    /// # Errors
    /// As for [`MappedRegion::integrate_with`].
    pub fn integrate_fn(
        &self,
        integrand: impl Fn(&[f64]) -> f64 + Sync,
        settings: &Settings,
    ) -> Result<Estimate, Error> {
        let start = Instant::now();
        let pullback = self.pull_back_fn(1, single(integrand))?;
        Estimate::new(&pullback, settings, Measure::Each, start)
    }
}

impl TransformedRegion<'_> {
    /// The integral of code, as a function of the targets, with the default settings.
    ///
    /// # Errors
    /// [`Error::Shape`] if a limit has no meaning.
    pub fn integrate(&self, integrand: impl Fn(&[f64]) -> f64 + Sync) -> Result<Estimate, Error> {
        self.integrate_with(integrand, &Settings::default())
    }

    /// The integral of code, as a function of the targets.
    ///
    /// # Errors
    /// As for [`MappedRegion::integrate_with`].
    pub fn integrate_with(
        &self,
        integrand: impl Fn(&[f64]) -> f64 + Sync,
        settings: &Settings,
    ) -> Result<Estimate, Error> {
        let start = Instant::now();
        let pullback = self.pull_back(1, single(integrand))?;
        Estimate::new(&pullback, settings, Measure::Each, start)
    }
}
