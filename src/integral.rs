//! The integral over a domain: map, region, integrand and integrator put together.

mod average;
mod derivative;
mod field;
mod mass;
pub(crate) mod nodes;

use std::f64::consts::FRAC_1_SQRT_2;
use std::ops::Deref;
use std::time::Instant;

use num_complex::Complex64;

use crate::error::{Error, Misfit};
use crate::expr::ComplexExpr;
use crate::expr::graph::Expr;
use crate::integrand::principal_value::principal_value;
use crate::integrate::checkpoint::Checkpoint;
use crate::integrate::methods::integrate_measured;
use crate::integrate::outcome::{BadNode, Outcome};
use crate::integrate::reason::{NamedValue, Reason};
use crate::integrate::settings::Settings;
use crate::integrate::task::Measure;
use crate::map::domain::{self, Domain, IntoIntegrands};
use crate::map::geometry::Geometry;
use crate::map::integrands::Integrands;
use crate::map::interior::Interior;
use crate::map::inverse_region::InverseRegion;
use crate::map::level_set::LevelSet;
use crate::map::mapped_region::MappedRegion;
use crate::map::mesh::mesh::Mesh;
use crate::map::oriented::Oriented;
use crate::map::pieces::Pieces;
#[cfg(feature = "polygon")]
use crate::map::polygon::Polygon;
use crate::map::pullback::Pullback;
use crate::map::survey::Survey;
use crate::map::transformed_region::TransformedRegion;

/// An integral with an error, a status and reasons.
///
/// `error` is an estimate: for deterministic methods one that the true error should not exceed, for
/// random methods the half-width of a 95 % interval. Trust it as far as `status` says.
///
/// What the integrator found is the [`Outcome`], whose fields are read as if they were those of the
/// estimate: `answer.status`, `answer.reasons`, `answer.values`, …
///
/// With the feature `serde` it is written to any format. `serde_json` reads numbers back to the last
/// bit only with its own feature `float_roundtrip`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Estimate {
    /// The integral of the first integrand.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
    pub value: f64,
    /// The error of `value`, absolute.
    #[cfg_attr(feature = "serde", serde(with = "crate::serialized::number"))]
    pub error: f64,
    /// Whether values are in pairs, the real and the imaginary parts of complex integrals; their tolerance
    /// is compared with the size of both.
    #[cfg_attr(feature = "serde", serde(default))]
    pub are_parts: bool,
    /// What the integrator found for all integrands.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub outcome: Outcome,
    /// The determinant over the region.
    pub jacobian: Survey,
    /// What the user should know about the problem as posed.
    pub warnings: Vec<String>,
    /// The time from parsed formulas to the answer.
    pub seconds: f64,
}

impl Deref for Estimate {
    type Target = Outcome;

    fn deref(&self) -> &Outcome {
        &self.outcome
    }
}

impl Estimate {
    /// The integrals of all integrands over a domain; of complex ones those of both parts, one behind the
    /// other.
    ///
    /// ```
    /// use pullback::Map;
    /// // A text with `i` is complex: the integral of e^(ix) over 0..π is 2i.
    /// let half = Map::identity(&["x"])?.over("x = 0..pi")?;
    /// let answer = half.integrate_text("exp(i*x)")?;
    /// assert!(answer.are_parts && answer.values[0].abs() < 1e-15);
    /// assert!((answer.values[1] - 2.0).abs() < 1e-15);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Setting`] for settings outside their ranges; [`Error::Shape`] if there are no
    /// integrands, and as for [`Domain::pull_back`].
    pub fn of(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        Self::measured(domain, integrands, settings, integrands.are_parts())
    }

    fn measured(
        domain: &dyn Domain,
        integrands: &Integrands<'_>,
        settings: &Settings,
        are_parts: bool,
    ) -> Result<Self, Error> {
        if integrands.is_empty() {
            return Err(Misfit::NoIntegrands.into());
        }
        let start = Instant::now();
        let measure = Measure::of_parts(are_parts);
        let deadline = settings.deadline(start);
        let pullback = deadline.during(|| Pullback::new(domain, integrands))?;
        let integrate = |pullback: &Pullback<'_>| match domain.principal_value() {
            Some((axis, at)) => {
                let folded = principal_value(pullback, axis, at);
                integrate_measured(&folded, settings, measure, start)
            }
            None => integrate_measured(pullback, settings, measure, start),
        };
        let mut outcome = deadline.during(|| integrate(&pullback))?;
        if domain.principal_value().is_some() {
            // They are those of what was folded.
            outcome.nodes = None;
        }
        let mut estimate = deadline.during(|| Self::told(&pullback, outcome, are_parts, start));
        if let Some(fault) = settings.checkpoint.as_ref().and_then(Checkpoint::fault) {
            let warning = format!("what was done could not be kept for a later run: {fault}");
            estimate.warnings.push(warning);
        }
        Ok(estimate)
    }

    /// An outcome with what there is to say of where its integrands come from.
    fn told(
        pullback: &Pullback<'_>,
        mut outcome: Outcome,
        are_parts: bool,
        start: Instant,
    ) -> Self {
        let mut warnings = pullback.warnings().to_vec();
        let jacobian = pullback.survey(&mut warnings);
        if let Some(bad) = &outcome.bad_node {
            let geometry = pullback.part_that_is_bad(&bad.unit).geometry();
            let reason = not_finite(geometry, bad, outcome.values.len());
            outcome.reasons.insert(0, reason);
        }
        if let Some(hidden) = &outcome.hidden {
            let geometry = pullback.part_that_is_bad(&hidden.unit).geometry();
            let reason = Reason::Hidden {
                size: hidden.size,
                variables: named(geometry.variables(), &geometry.at(&hidden.unit).variables),
            };
            outcome.reasons.push(reason);
        }
        Estimate {
            value: outcome.values[0],
            error: outcome.errors[0],
            are_parts,
            outcome,
            jacobian,
            warnings,
            seconds: start.elapsed().as_secs_f64(),
        }
    }

    /// Whether every error is within the tolerance of the settings.
    pub fn is_within(&self, settings: &Settings) -> bool {
        let mut pairs = self.errors.iter().zip(self.tolerances(settings));
        pairs.all(|(error, tolerance)| error.is_finite() && *error <= tolerance)
    }

    /// The error that settings allow of each value.
    fn tolerances(&self, settings: &Settings) -> impl Iterator<Item = f64> {
        (0..self.values.len()).map(|k| match self.are_parts {
            true => {
                let size = self.values[k].hypot(self.values[k ^ 1]);
                settings.tolerance(size) * FRAC_1_SQRT_2
            }
            false => settings.tolerance(self.values[k]),
        })
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
#[non_exhaustive]
pub struct ComplexEstimate {
    /// The integral.
    pub value: Complex64,
    /// How far it may be from the truth in the complex plane.
    pub error: f64,
    /// Real and imaginary part, with the status and the reasons for both.
    pub parts: Estimate,
}

impl ComplexEstimate {
    /// The integral over a domain of a complex function, of which there are real and imaginary part.
    ///
    /// # Errors
    /// As for [`Estimate::of`]; [`Error::Shape`] if there are not two integrands.
    pub fn of(
        domain: &dyn Domain,
        parts: &Integrands<'_>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        if parts.len() != 2 {
            return Err(Misfit::ComplexParts { given: parts.len() }.into());
        }
        let parts = Estimate::measured(domain, parts, settings, true)?;
        if parts.values.len() != 2 {
            let given = parts.values.len();
            return Err(Misfit::ComplexParts { given }.into());
        }
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

/// Where a bad node is, in the user's variables and targets.
pub(crate) fn not_finite(geometry: &Geometry<'_>, bad: &BadNode, outputs: usize) -> Reason {
    let point = geometry.at(&bad.unit);
    let are_others = geometry.variables() != geometry.targets();
    let targets = are_others.then(|| named(geometry.targets(), &point.targets));
    Reason::NotFinite {
        output: (outputs > 1).then_some(bad.output),
        value: bad.value,
        variables: named(geometry.variables(), &point.variables),
        targets: targets.unwrap_or_default(),
        determinant: point.determinant,
    }
}

/// Names with their values.
fn named(names: &[String], values: &[f64]) -> Vec<NamedValue> {
    let pairs = names.iter().cloned().zip(values.iter().copied());
    pairs
        .map(|(name, value)| NamedValue { name, value })
        .collect()
}

/// The integral methods of a domain.
macro_rules! integrals {
    ($($domain:ty),*) => {$(
        impl $domain {
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
                self.integrate_with(integrand, &Settings::default())
            }

            /// The integral of a formula of the targets.
            ///
            /// ```
            /// use pullback::{Map, Settings};
            /// let square = Map::new(|[u, v]| [u, v])?.over([0.0..1.0, 0.0..1.0])?;
            /// let answer = square.integrate_with(|[x, y]| x * y, &Settings::default())?;
            /// // A polynomial of degree 2: nothing but a few roundings.
            /// assert!((answer.value - 0.25).abs() < 1e-15);
            /// # Ok::<(), pullback::Error>(())
            /// ```
            ///
            /// # Errors
            /// As for [`MappedRegion::integrate_all`]; [`Error::Shape`] if the closure takes another number
            /// of targets.
            pub fn integrate_with<const M: usize>(
                &self,
                integrand: impl for<'g> FnOnce([Expr<'g>; M]) -> Expr<'g>,
                settings: &Settings,
            ) -> Result<Estimate, Error> {
                self.integrals_with(|targets| [integrand(targets)], settings)
            }

            /// The integrals of several formulas of the targets, which share all nodes, with the
            /// default settings.
            ///
            /// ```
            /// use pullback::Map;
            /// let square = Map::new(|[u, v]| [u, v])?.over([0.0..1.0, 0.0..1.0])?;
            /// let answer = square.integrals(|[x, y]| [x, y, x * y])?;
            /// let expected = [0.5, 0.5, 0.25];
            /// let close = |(value, truth): (&f64, f64)| (value - truth).abs() < 1e-15;
            /// assert!(answer.values.iter().zip(expected).all(close));
            /// # Ok::<(), pullback::Error>(())
            /// ```
            ///
            /// # Errors
            /// [`Error::Shape`] if the closure takes another number of targets.
            pub fn integrals<const M: usize, const K: usize>(
                &self,
                integrands: impl for<'g> FnOnce([Expr<'g>; M]) -> [Expr<'g>; K],
            ) -> Result<Estimate, Error> {
                self.integrals_with(integrands, &Settings::default())
            }

            /// The integrals of several formulas of the targets, which share all nodes.
            ///
            /// # Errors
            /// As for [`MappedRegion::integrate_with`].
            pub fn integrals_with<const M: usize, const K: usize>(
                &self,
                integrands: impl for<'g> FnOnce([Expr<'g>; M]) -> [Expr<'g>; K],
                settings: &Settings,
            ) -> Result<Estimate, Error> {
                Estimate::of(self, &self.trace(integrands)?, settings)
            }

            /// The integrals of formulas of targets and variables given as texts, with the default
            /// settings.
            ///
            /// ```
            /// use pullback::Map;
            /// let square = Map::parse("x = u, y = v")?.over("u = 0..1, v = 0..1")?;
            /// assert!((square.integrate_text("x*y")?.value - 0.25).abs() < 1e-15);
            /// assert_eq!(square.integrate_text(&["x", "y^2"])?.values.len(), 2);
            /// # Ok::<(), pullback::Error>(())
            /// ```
            ///
            /// # Errors
            /// [`Error::Text`] with the place of the first fault.
            pub fn integrate_text(
                &self,
                integrands: impl IntoIntegrands,
            ) -> Result<Estimate, Error> {
                self.integrate_all(integrands, &Settings::default())
            }

            /// The integrals of all of what is given, which share all nodes: a text, several texts,
            /// or [`Integrands`].
            ///
            /// ```
            /// use pullback::{Map, Settings};
            /// let square = Map::parse("x = u, y = v")?.over("u = 0..1, v = 0..1")?;
            /// let settings = Settings::default();
            /// let parsed = square.parse(&["x", "y"])?;
            /// let answers = [
            ///     square.integrate_all("x", &settings)?,
            ///     square.integrate_all(&["x", "y"], &settings)?,
            ///     square.integrate_all(&parsed, &settings)?,
            /// ];
            /// assert!(answers.iter().all(|answer| (answer.value - 0.5).abs() < 1e-15));
            /// # Ok::<(), pullback::Error>(())
            /// ```
            ///
            /// # Errors
            /// [`Error::Text`] with the place of the first fault of a text; [`Error::Setting`] for
            /// settings outside their ranges; [`Error::Shape`] if a limit has no meaning or the crate
            /// has no formula for a derivative.
            pub fn integrate_all(
                &self,
                integrands: impl IntoIntegrands,
                settings: &Settings,
            ) -> Result<Estimate, Error> {
                integrands.with(self, |integrands| Estimate::of(self, integrands, settings))
            }

            /// The integral of 1: the length, area or volume of the image, counted as often as it is
            /// covered.
            ///
            /// # Errors
            /// As for [`MappedRegion::integrate_all`].
            pub fn measure(&self) -> Result<Estimate, Error> {
                self.integrate_text("1")
            }

            /// The averages of all of what is given: the integrals divided by the measure, so that those of
            /// the targets are the centre of mass; see [`Estimate::average`].
            ///
            /// # Errors
            /// As for [`MappedRegion::integrate_all`].
            pub fn average_all(
                &self,
                integrands: impl IntoIntegrands,
                settings: &Settings,
            ) -> Result<Estimate, Error> {
                integrands.with(self, |integrands| Estimate::average(self, integrands, settings))
            }

            /// The integral of code, as a function of the targets.
            ///
            /// ```
            /// use pullback::{Map, Settings};
            /// let square = Map::new(|[u, v]| [u, v])?.over([0.0..1.0, 0.0..1.0])?;
            /// let answer = square.integrate_fn(|x| x[0] * x[1], &Settings::default())?;
            /// assert!((answer.value - 0.25).abs() < 1e-15);
            /// # Ok::<(), pullback::Error>(())
            /// ```
            ///
            /// # Errors
            /// As for [`MappedRegion::integrate_all`].
            pub fn integrate_fn(
                &self,
                integrand: impl Fn(&[f64]) -> f64 + Sync,
                settings: &Settings,
            ) -> Result<Estimate, Error> {
                self.integrals_fn(1, |x, out| out[0] = integrand(x), settings)
            }

            /// The integrals of code that writes `outputs` values, functions of the targets.
            ///
            /// ```
            /// use pullback::{Map, Settings};
            /// let square = Map::new(|[u, v]| [u, v])?.over([0.0..1.0, 0.0..1.0])?;
            /// let moments = |x: &[f64], values: &mut [f64]| {
            ///     values.copy_from_slice(&[1.0, x[0], x[0] * x[1]]);
            /// };
            /// let answer = square.integrals_fn(3, moments, &Settings::default())?;
            /// assert!((answer.values[2] - 0.25).abs() < 1e-15);
            /// # Ok::<(), pullback::Error>(())
            /// ```
            ///
            /// # Errors
            /// As for [`MappedRegion::integrate_all`].
            pub fn integrals_fn(
                &self,
                outputs: usize,
                integrands: impl Fn(&[f64], &mut [f64]) + Sync,
                settings: &Settings,
            ) -> Result<Estimate, Error> {
                Estimate::of(self, &Integrands::code(outputs, integrands), settings)
            }

            /// The integral of a complex formula of the targets, with the default settings.
            ///
            /// ```
            /// use pullback::{Complex64, Map};
            /// // The Fourier transform of the unit square at (2, 3).
            /// let square = Map::new(|[x, y]| [x, y])?.over([0.0..1.0, 0.0..1.0])?;
            /// let wave = square.integrate_complex(|[x, y]| (Complex64::i() * (x * 2.0 + y * 3.0)).exp())?;
            /// let along = |k: f64| (Complex64::cis(k) - 1.0) / (Complex64::i() * k);
            /// assert!((wave.value - along(2.0) * along(3.0)).norm() < 1e-14);
            /// # Ok::<(), pullback::Error>(())
            /// ```
            ///
            /// # Errors
            /// [`Error::Shape`] if the closure takes another number of targets.
            pub fn integrate_complex<const M: usize>(
                &self,
                integrand: impl for<'g> FnOnce([Expr<'g>; M]) -> ComplexExpr<'g>,
            ) -> Result<ComplexEstimate, Error> {
                self.integrate_complex_with(integrand, &Settings::default())
            }

            /// The integral of a complex formula of the targets.
            ///
            /// # Errors
            /// As for [`MappedRegion::integrate_with`].
            pub fn integrate_complex_with<const M: usize>(
                &self,
                integrand: impl for<'g> FnOnce([Expr<'g>; M]) -> ComplexExpr<'g>,
                settings: &Settings,
            ) -> Result<ComplexEstimate, Error> {
                let parts = self.trace(|targets| {
                    let ComplexExpr { re, im } = integrand(targets);
                    [re, im]
                })?;
                ComplexEstimate::of(self, &parts, settings)
            }

            /// The integral of a complex function whose real and imaginary part are given: two texts,
            /// or two [`Integrands`].
            ///
            /// # Errors
            /// As for [`MappedRegion::integrate_all`]; [`Error::Shape`] if there are not two.
            pub fn integrate_complex_parts(
                &self,
                parts: impl IntoIntegrands,
                settings: &Settings,
            ) -> Result<ComplexEstimate, Error> {
                parts.with(self, |parts| ComplexEstimate::of(self, parts, settings))
            }

            /// The integral of complex code, as a function of the targets.
            ///
            /// # Errors
            /// As for [`MappedRegion::integrate_all`].
            pub fn integrate_complex_fn(
                &self,
                integrand: impl Fn(&[f64]) -> Complex64 + Sync,
                settings: &Settings,
            ) -> Result<ComplexEstimate, Error> {
                let parts = Integrands::code(2, move |x, out| {
                    let value = integrand(x);
                    out.copy_from_slice(&[value.re, value.im]);
                });
                ComplexEstimate::of(self, &parts, settings)
            }

            /// The integrands that a closure describes, as formulas of the targets.
            ///
            /// # Errors
            /// [`Error::Shape`] if the closure takes another number of targets.
            pub fn trace<const M: usize, const K: usize>(
                &self,
                integrands: impl for<'g> FnOnce([Expr<'g>; M]) -> [Expr<'g>; K],
            ) -> Result<Integrands<'static>, Error> {
                domain::trace(self, |targets| integrands(targets).to_vec())
            }

            /// The integrands that texts describe, as formulas of the targets, the variables, or
            /// both.
            ///
            /// No text at all stands for the integrand 1.
            ///
            /// # Errors
            /// [`Error::Text`] with the place of the first fault.
            pub fn parse(&self, texts: &[&str]) -> Result<Integrands<'static>, Error> {
                domain::parse(self, texts)
            }
        }
    )*};
}

integrals!(
    MappedRegion,
    LevelSet,
    InverseRegion,
    TransformedRegion<'_>,
    Interior,
    Pieces<'_>,
    Oriented,
    Mesh,
    dyn Domain + '_
);

#[cfg(feature = "polygon")]
integrals!(Polygon);
