//! A cheap look at what a map covers more than once, for every integral.
//!
//! 1. Where algebra finds the variables from the targets, nothing is covered twice.
//! 2. Else the images of a few cells are looked for elsewhere in the unit box.
//! 3. Where the determinant changes its sign, two points beside a zero of it are looked at, too: a fold
//!    covers what is beside it twice.

use super::geometry::{Geometry, Points, named_values};
use super::survey::Sign;
use crate::analysis::periods::frequencies;
use crate::deadline::Deadline;
use crate::verdict::folds::twice_beside_a_fold;
use crate::verdict::preimages::coverage;

/// Cells whose images are looked for, and runs of Newton's method for that.
const MOST_CELLS: usize = 24;
const MOST_RUNS: usize = 240;

/// Places that were looked at before all of the image is said to be covered equally often.
const ENOUGH: usize = 12;

/// Cells of the lattice along each axis, by the number of axes; none with more of them.
const PER_AXIS: [usize; 5] = [0, 96, 12, 6, 4];

/// What a map covers.
pub(super) struct Covering {
    /// Two points with one image, as text, and how often the most covered place is covered.
    pub(super) twice: Option<(String, usize)>,
    /// How often all places are covered, where that was seen to be the same.
    pub(super) evenly: Option<usize>,
    /// Whether the determinant along the unit axes has one sign, as far as it was looked at.
    pub(super) keeps_sign: bool,
}

impl Covering {
    /// What to say of it, where something is covered more than once.
    pub(super) fn warning(&self, is_signed: bool) -> Option<String> {
        let (points, most) = self.twice.as_ref()?;
        let folds = match self.keeps_sign {
            true => "",
            false => "det J changes sign inside the region and the map folds: ",
        };
        let covered = match (self.evenly, is_signed) {
            (_, true) => format!(
                "places of the image are covered up to {most} times, and what is folded back counts negative"
            ),
            (Some(_), _) => format!(
                "every place of the image is covered {most} times and counts as often: the image alone \
                 measures 1/{most} of that"
            ),
            (None, _) => {
                format!("places of the image are covered up to {most} times, and count as often")
            }
        };
        Some(format!("{folds}{covered} ({points})"))
    }
}

/// Beyond one period by this part of it, a map goes over what it has covered.
const NEARLY: f64 = 1e-9;

impl Geometry<'_> {
    /// Two points with one image, where a variable runs through more than a period of the map.
    fn a_period_apart(&self) -> Option<[Vec<f64>; 2]> {
        let Points::Formulas(arena, roots) = &self.points else {
            return None;
        };
        let (n, m) = (self.variables().len(), self.targets().len());
        let periods = frequencies(arena, &roots[n..n + m], n);
        let axis = periods
            .iter()
            .position(|periods| periods.is_some_and(|p| p > 1.0 + NEARLY))?;
        let part = 1.0 / periods[axis]?;
        let mut first = vec![0.5; n];
        let mut second = first.clone();
        first[axis] = 0.5 * (1.0 - part);
        second[axis] = first[axis] + part;
        Some([first, second])
    }

    /// What the map covers; `None` where it is code, nothing can be said cheaply, or the time is over.
    pub(super) fn covering(&self, sign: Sign) -> Option<Covering> {
        let n = self.variables().len();
        let per_axis = *PER_AXIS.get(n)?;
        let nothing = |keeps_sign| Covering {
            twice: None,
            evenly: Some(1),
            keeps_sign,
        };
        if !matches!(self.points, Points::Formulas(..)) || sign == Sign::Zero {
            return None;
        }
        if self.is_unravelled() {
            return Some(nothing(true));
        }
        let deadline = Deadline::current();
        if deadline.has_come() {
            return None;
        }
        let mapping = self.mapping().ok()??;
        let seen = coverage(&mapping, per_axis, MOST_CELLS, MOST_RUNS);
        let keeps_sign = seen.keeps_sign;
        let mut most = seen.most;
        let mut pair = seen.pair.or_else(|| self.a_period_apart());
        most = most.max(if pair.is_some() { 2 } else { 1 });
        if pair.is_none() && !keeps_sign {
            pair = twice_beside_a_fold(&mapping);
            most = 2;
        }
        // What the time cut off says nothing.
        if pair.is_none() && deadline.has_come() {
            return None;
        }
        let Some(pair) = pair else {
            return Some(nothing(keeps_sign));
        };
        let points = pair.map(|unit| self.at(&unit));
        let short = |values: &[f64]| -> Vec<f64> {
            values
                .iter()
                .map(|x| (x * 1e4).round() / 1e4 + 0.0)
                .collect()
        };
        let [first, second] = points
            .each_ref()
            .map(|point| named_values(self.variables(), &short(&point.variables)));
        Some(Covering {
            twice: Some((format!("{first} and {second} have one image"), most)),
            evenly: (seen.least == most && seen.looked_at >= ENOUGH).then_some(most),
            keeps_sign,
        })
    }
}
