//! All roots in a box.

use std::ops::Range;
use std::time::Instant;

use super::equations::Equations;
use super::proof::{Proof, ends};
use super::solution::largest;
use crate::deadline::Deadline;
use crate::equations::clusters::Cluster;
use crate::equations::roots::{self, All, MOST_BOXES, Whole};
use crate::equations::trust_region;
use crate::error::{Error, Misfit, SolveFault};
use crate::expr::bounds::ranges::Interval;
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::Formulas;
use crate::expr::gradient::Gradients;
use crate::integrate::meter::Threads;
use crate::integrate::settings::Settings;

/// A root in a box, which is proven.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Root {
    /// The root, to within rounding.
    pub point: Vec<f64>,
    /// The largest size of the left-hand sides less the right-hand sides there.
    pub residual: f64,
    /// The proof.
    pub proof: Proof,
    /// Whether the box of the root reaches over a face of the limits: then rounding decides on which side of
    /// it the root is.
    pub is_on_face: bool,
}

/// A part of the box in which there may be roots: a double root, a curve of roots, or what the budget left.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Undecided {
    /// The lower and the upper end for each unknown.
    pub sides: Vec<[f64; 2]>,
    /// How many boxes that touch it is made of.
    pub boxes: usize,
    /// A point in it, or near it, at which the residual is small.
    pub point: Vec<f64>,
    /// The residual there.
    pub residual: f64,
}

/// The roots in a box.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Roots {
    /// The names of the unknowns.
    pub unknowns: Vec<String>,
    /// The roots that are proven, in the order of their first unknowns.
    pub roots: Vec<Root>,
    /// Whether these are proven to be all: each is the only one in its box, and bounds exclude roots everywhere
    /// else.
    pub complete: bool,
    /// Where that is not known.
    pub undecided: Vec<Undecided>,
    /// The boxes that were looked at.
    pub boxes: u64,
    /// Whether the work was ended before it was done.
    pub is_interrupted: bool,
    /// What is to be said of it.
    pub reasons: Vec<String>,
}

impl Equations {
    /// All roots in a box: the limits of the unknowns, in their order. Limits may be infinite.
    ///
    /// *Accuracy*: each root is proven to be the only one in a box of its own. The list is complete, and said to
    /// be, where bounds exclude roots everywhere else; where they do not, as around double roots and along
    /// curves of roots, the boxes that are left are listed. The answer does not depend on the number of threads.
    ///
    /// ```
    /// use pullback::Equations;
    /// let all = Equations::parse("sin(x) = x/10")?.roots([-20.0..20.0])?;
    /// assert!(all.complete && all.roots.len() == 7);
    /// // A double root is found, and not called proven.
    /// let double = Equations::parse("(x - 1)^2 = 0")?.roots([0.0..3.0])?;
    /// assert!(!double.complete && double.roots.is_empty() && double.undecided.len() == 1);
    /// # Ok::<(), pullback::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Shape`] if there are not limits for every unknown, if they are no numbers or stand the other way
    /// round, if there is no formula for a derivative, or the formulas are too long for bounds.
    pub fn roots(&self, limits: impl IntoIterator<Item = Range<f64>>) -> Result<Roots, Error> {
        self.roots_with(limits, &Settings::default())
    }

    /// The same with settings: `max_evals` limits the boxes that are looked at (200 000 where it is `None`),
    /// `max_seconds` and a token end the work, `threads` share it.
    ///
    /// # Errors
    /// As for [`Equations::roots`]; [`Error::Setting`] for settings outside their ranges.
    pub fn roots_with(
        &self,
        limits: impl IntoIterator<Item = Range<f64>>,
        settings: &Settings,
    ) -> Result<Roots, Error> {
        let limits = limits.into_iter().map(|limits| Interval {
            lo: limits.start,
            hi: limits.end,
        });
        let sides: Vec<Interval> = limits.collect();
        self.check_count("limits", sides.len())?;
        settings.check(sides.len())?;
        let is_empty = |side: &Interval| {
            side.lo.is_nan()
                || side.hi.is_nan()
                || side.lo > side.hi
                || side.lo == f64::INFINITY
                || side.hi == f64::NEG_INFINITY
        };
        if let Some(at) = sides.iter().position(is_empty) {
            return Err(Misfit::Solve(SolveFault::Limits {
                unknown: self.unknowns()[at].clone(),
                limits: [sides[at].lo, sides[at].hi],
            })
            .into());
        }
        let formulas = self.of_unknowns();
        let whole = Whole {
            arena: &formulas.arena,
            roots: &formulas.roots,
            sides,
        };
        let deadline = settings.deadline(Instant::now());
        let most = settings.max_evals.unwrap_or(MOST_BOXES);
        let threads = Threads::new(settings.threads);
        let found = threads.run(|| roots::all(&whole, most, &deadline))??;
        self.told(found, &whole.sides, &formulas, most)
    }

    fn told(
        &self,
        found: All,
        sides: &[Interval],
        formulas: &Formulas,
        most: u64,
    ) -> Result<Roots, Error> {
        let roots = found.zeros.iter().map(|zero| {
            let mut pairs = zero.within.iter().zip(sides);
            Root {
                residual: largest(&formulas.values(&zero.point)),
                point: zero.point.clone(),
                proof: Proof::from(zero),
                is_on_face: pairs.any(|(own, side)| own.lo < side.lo || own.hi > side.hi),
            }
        });
        let roots: Vec<Root> = roots.collect();
        let undecided = self.undecided(&found.undecided, formulas)?;
        let complete = undecided.is_empty() && !found.is_out_of_budget && !found.is_interrupted;
        let mut reasons = Vec::new();
        if roots.iter().any(|root| root.is_on_face) {
            let reason = "a root lies on a face of the limits, to within rounding, and is listed";
            reasons.push(reason.to_owned());
        }
        if !complete {
            reasons.push(self.why_open(&found, most));
        }
        Ok(Roots {
            unknowns: self.unknowns().to_vec(),
            roots,
            complete,
            undecided,
            boxes: found.boxes,
            is_interrupted: found.is_interrupted,
            reasons,
        })
    }

    /// Why boxes are left.
    fn why_open(&self, found: &All, most: u64) -> String {
        let (m, n) = (self.texts().len(), self.unknowns().len());
        if found.is_interrupted {
            "the search was ended before all boxes were looked at".to_owned()
        } else if m < n {
            format!(
                "fewer equations than unknowns, {m} and {n}, do not determine points: the boxes hold what bounds leave"
            )
        } else if m > n {
            format!(
                "of more equations than unknowns, {m} and {n}, bounds exclude roots, but prove none"
            )
        } else if found.is_continuum {
            "roots seem to go on along a curve or a surface, at which the Jacobian is singular"
                .to_owned()
        } else if found.is_out_of_budget {
            match found.boxes >= most {
                true => {
                    format!("{most} boxes did not suffice: give narrower limits, or more boxes")
                }
                false => format!(
                    "there are more than {} roots: give narrower limits",
                    roots::MOST_ZEROS
                ),
            }
        } else {
            "bounds neither exclude roots in these boxes nor prove one: so it is at double roots, where the Jacobian \
             is singular, at kinks, and where formulas jump or end"
                .to_owned()
        }
    }

    /// The boxes that are left, each with a point.
    fn undecided(&self, groups: &[Cluster], formulas: &Formulas) -> Result<Vec<Undecided>, Error> {
        /// Points are looked for in so many of them.
        const MOST_POINTS: usize = 200;
        const MOST_STEPS: u64 = 60;
        let n = self.unknowns().len();
        let mut gradients = Gradients::new(&formulas.arena, &formulas.roots, n)?;
        let mut rounding = Rounding::new(&formulas.arena, &formulas.roots);
        let mut all = Vec::with_capacity(groups.len());
        for (k, group) in groups.iter().enumerate() {
            let mut point: Vec<f64> = group.hull.iter().map(|side| inside(*side)).collect();
            if k < MOST_POINTS {
                let never = Deadline::NEVER;
                let found =
                    trust_region::search(&mut gradients, &mut rounding, &point, MOST_STEPS, &never);
                let mut pairs = found.point.iter().zip(&group.hull);
                let is_near = pairs.all(|(x, side)| {
                    let width = side.hi - side.lo;
                    *x >= side.lo - width && *x <= side.hi + width
                });
                if is_near {
                    point = found.point;
                }
            }
            all.push(Undecided {
                sides: ends(&group.hull),
                boxes: group.boxes,
                residual: largest(&formulas.values(&point)),
                point,
            });
        }
        Ok(all)
    }
}

/// A number in an interval.
fn inside(side: Interval) -> f64 {
    match (side.lo.is_finite(), side.hi.is_finite()) {
        (true, true) => side.middle(),
        (true, false) => side.lo,
        (false, true) => side.hi,
        (false, false) => 0.0,
    }
}
