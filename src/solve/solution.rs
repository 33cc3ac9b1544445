//! One root, from a start.

use std::time::Instant;

use super::equations::Equations;
use super::proof::Proof;
use crate::equations::krawczyk::Krawczyk;
use crate::equations::linear_model::norm;
use crate::equations::trust_region::{self, End, Found, MOST_ITERATIONS};
use crate::error::{Error, Misfit, SolveFault};
use crate::expr::bounds::ranges::Ranges;
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::Formulas;
use crate::expr::gradient::Gradients;
use crate::integrate::settings::Settings;
use crate::map::map::Map;

/// How a search for a root has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SolveStatus {
    /// The residuals are zero to within rounding, and the Jacobian has full rank.
    Converged,
    /// The residuals are zero to within rounding, but the Jacobian is singular: the root may be a double
    /// one or one of a curve of roots, and the point has fewer digits.
    Singular,
    /// The residuals have a local minimum that is not zero, or fall no further.
    Minimum,
    /// The iterations did not suffice.
    Budget,
    /// A formula or a derivative is not finite where the search stands.
    NotFinite,
    /// The time was up, or the work was called off.
    Interrupted,
}

impl SolveStatus {
    /// The status as a word.
    pub fn name(self) -> &'static str {
        match self {
            SolveStatus::Converged => "converged",
            SolveStatus::Singular => "singular",
            SolveStatus::Minimum => "minimum",
            SolveStatus::Budget => "budget",
            SolveStatus::NotFinite => "not-finite",
            SolveStatus::Interrupted => "interrupted",
        }
    }
}

/// Where a search for a root has ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Solution {
    /// The names of the unknowns.
    pub unknowns: Vec<String>,
    /// The point: a root, where the status says so.
    pub point: Vec<f64>,
    /// The left-hand sides less the right-hand sides there.
    pub residuals: Vec<f64>,
    /// The largest of their sizes.
    pub residual: f64,
    /// The root of the sum of their squares.
    pub residual_norm: f64,
    /// The steps that were tried.
    pub iterations: u64,
    /// How the search has ended.
    pub status: SolveStatus,
    /// What is to be said of it.
    pub reasons: Vec<String>,
    /// That there is exactly one root here, where bounds prove it.
    pub proof: Option<Proof>,
}

impl Solution {
    /// Whether the point is a root to within rounding: converged, or at a singular Jacobian.
    pub fn is_root(&self) -> bool {
        matches!(self.status, SolveStatus::Converged | SolveStatus::Singular)
    }
}

impl Equations {
    /// A root near a start: Newton's method in a trust region, with exact derivatives. More equations than
    /// unknowns are solved in the sense of least squares; of fewer, a root not far from the start is found.
    ///
    /// *Accuracy*: a root is found to within rounding of the formulas; where bounds prove that there is one,
    /// and no other near it, [`Solution::proof`] has the boxes. A root at which the Jacobian is singular
    /// has the status [`SolveStatus::Singular`], and is never called proven.
    ///
    /// ```
    /// use pullback::Equations;
    /// use pullback::solver::SolveStatus;
    /// // Rosenbrock's valley, from the usual start.
    /// let root = Equations::parse("10*(y - x^2) = 0, 1 - x = 0")?.named(&["y", "x"])?.solve(&[1.0, -1.2])?;
    /// assert_eq!((root.status, &root.point[..]), (SolveStatus::Converged, &[1.0, 1.0][..]));
    /// // No root: where the residual is smallest.
    /// let none = Equations::parse("x^2 + 1 = 0")?.solve(&[3.0])?;
    /// assert_eq!(none.status, SolveStatus::Minimum);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if the start does not have one finite number for every unknown, or there is no formula
    /// for a derivative.
    pub fn solve(&self, near: &[f64]) -> Result<Solution, Error> {
        self.solve_with(near, &Settings::default())
    }

    /// The same with settings: `max_evals` limits the steps (500 where it is `None`), `max_seconds` and a
    /// token end the work.
    ///
    /// # Errors
    /// As for [`Equations::solve`]; [`Error::Setting`] for settings outside their ranges.
    pub fn solve_with(&self, near: &[f64], settings: &Settings) -> Result<Solution, Error> {
        self.check_count("a start", near.len())?;
        settings.check(self.unknowns().len())?;
        if let Some((unknown, value)) = self
            .unknowns()
            .iter()
            .zip(near)
            .find(|(_, x)| !x.is_finite())
        {
            let (unknown, value) = (unknown.clone(), *value);
            return Err(Misfit::Solve(SolveFault::Start { unknown, value }).into());
        }
        let formulas = self.of_unknowns();
        let deadline = settings.deadline(Instant::now());
        let mut gradients = Gradients::new(&formulas.arena, &formulas.roots, near.len())?;
        let mut rounding = Rounding::new(&formulas.arena, &formulas.roots);
        let most = settings.max_evals.unwrap_or(MOST_ITERATIONS);
        let found = trust_region::search(&mut gradients, &mut rounding, near, most, &deadline);
        Ok(self.solution(found, near, &formulas, most))
    }

    /// What a search has found, with a proof where there is one.
    fn solution(&self, found: Found, near: &[f64], formulas: &Formulas, most: u64) -> Solution {
        let mut reasons = Vec::new();
        let mut status = match found.end {
            End::Root => SolveStatus::Converged,
            End::SingularRoot => SolveStatus::Singular,
            End::Minimum => SolveStatus::Minimum,
            End::Budget => SolveStatus::Budget,
            End::NotFinite { .. } | End::SlopeNotFinite { .. } => SolveStatus::NotFinite,
            End::Interrupted => SolveStatus::Interrupted,
        };
        let is_root = matches!(found.end, End::Root | End::SingularRoot);
        let proof = match is_root {
            true => self.proof(&found.point, near, formulas),
            false => None,
        };
        match &proof {
            Some(Ok(_)) => status = SolveStatus::Converged,
            Some(Err(reason)) if status == SolveStatus::Converged => reasons.push(reason.clone()),
            _ => {}
        }
        if status != SolveStatus::Converged {
            reasons.push(self.reason(&found, most));
        }
        Solution {
            unknowns: self.unknowns().to_vec(),
            residual: largest(&found.values),
            residual_norm: norm(&found.values),
            point: found.point,
            residuals: found.values,
            iterations: found.iterations,
            status,
            reasons,
            proof: proof.and_then(Result::ok),
        }
    }

    /// That there is one root at a point, or why this is not proven.
    fn proof(
        &self,
        point: &[f64],
        near: &[f64],
        formulas: &Formulas,
    ) -> Option<Result<Proof, String>> {
        let (n, m) = (self.unknowns().len(), self.texts().len());
        if m < n {
            let reason = "there are fewer equations than unknowns: this is one of many roots";
            return Some(Err(reason.to_owned()));
        }
        if m > n {
            let reason =
                "there are more equations than unknowns: rounding decides whether all hold";
            return Some(Err(reason.to_owned()));
        }
        let Some(ranges) = Ranges::new(&formulas.arena, &formulas.roots, n) else {
            let reason = "the root is not proven: the formulas are too long for bounds";
            return Some(Err(reason.to_owned()));
        };
        let sizes = point.iter().zip(near).map(|(x, start)| {
            let size = x.abs().max((x - start).abs());
            if size > 0.0 { size } else { 1.0 }
        });
        let sizes: Vec<f64> = sizes.collect();
        let proven = Krawczyk::new(ranges, n).prove(point, &sizes, LARGEST);
        let reason = || "the root is not proven: bounds of the formulas leave it open".to_owned();
        Some(proven.as_ref().map(Proof::from).ok_or_else(reason))
    }

    /// Why a search has not ended at a simple root, and where.
    fn reason(&self, found: &Found, most: u64) -> String {
        let at = self.place(&found.point);
        let text = |k: usize| self.texts().get(k).map_or("", String::as_str);
        match found.end {
            End::Root | End::SingularRoot => {
                let along = found
                    .flat
                    .as_ref()
                    .filter(|flat| flat.iter().any(|x| *x != 0.0));
                let along = along.map_or(String::new(), |flat| {
                    format!(", along {}", self.place(&unit(flat)))
                });
                format!(
                    "the Jacobian is singular at {at}{along}: the root may be a double one or lie on a curve of \
                     roots; it is not proven, and fewer digits are known"
                )
            }
            End::Minimum if self.texts().len() > self.unknowns().len() => format!(
                "not all equations hold together near {at}: there the sum of the squares of the residuals has \
                 a local minimum"
            ),
            End::Minimum => format!(
                "no root: at {at} the residual has a local minimum, or falls no further; another start may lead \
                 to a root"
            ),
            End::Budget => format!("{most} steps did not lead to a root: the last one led to {at}"),
            End::Interrupted => format!("the search was ended at {at}"),
            End::NotFinite { formula } => format!(
                "the equation `{}` has no finite value at the start, {at}: start where all have one",
                text(formula)
            ),
            End::SlopeNotFinite { formula, input } => format!(
                "the slope of the equation `{}` along {} is not finite at {at}",
                text(formula),
                self.unknowns().get(input).map_or("", String::as_str)
            ),
        }
    }

    /// A point in words.
    pub(super) fn place(&self, point: &[f64]) -> String {
        const MOST: usize = 6;
        let pairs = self.unknowns().iter().zip(point).take(MOST);
        let texts: Vec<String> = pairs
            .map(|(name, x)| format!("{name} = {}", short(*x)))
            .collect();
        let more = if point.len() > MOST { ", …" } else { "" };
        texts.join(", ") + more
    }
}

/// The largest box that is tried for being free of other roots, in sizes of the unknowns.
const LARGEST: f64 = 1e6;

/// A number with six digits.
fn short(x: f64) -> String {
    let digits = format!("{x:.5e}").parse().unwrap_or(x);
    match digits == 0.0 || (1e-4..1e9).contains(&digits.abs()) {
        true => format!("{}", digits + 0.0),
        false => format!("{digits:e}"),
    }
}

/// A direction whose largest part is 1.
fn unit(direction: &[f64]) -> Vec<f64> {
    let largest = direction.iter().fold(
        0.0,
        |most: f64, x| if x.abs() > most.abs() { *x } else { most },
    );
    direction.iter().map(|x| x / largest).collect()
}

/// The largest size; NaN if there is one.
pub(super) fn largest(values: &[f64]) -> f64 {
    values
        .iter()
        .fold(0.0, |most, value| match value.is_nan() || most.is_nan() {
            true => f64::NAN,
            false => value.abs().max(most),
        })
}

impl Map {
    /// A point u near another one with φ(u) = x, found as [`Equations::solve`] does.
    ///
    /// ```
    /// use pullback::Map;
    /// let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()])?;
    /// let root = polar.solve(&[0.0, 2.0], &[1.0, 1.0])?;
    /// assert!((root.point[0] - 2.0).abs() < 1e-15);
    /// assert!((root.point[1] - std::f64::consts::FRAC_PI_2).abs() < 1e-15);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there is not one number for every target and every variable, or there is no formula
    /// for a derivative.
    pub fn solve(&self, image: &[f64], near: &[f64]) -> Result<Solution, Error> {
        Equations::of_map(self, image)?.solve(near)
    }
}
