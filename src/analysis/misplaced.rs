//! What integrals over pieces of a line may be off because the places where these meet are rounded.
//!
//! 1. At a place where formulas switch some difference is zero. What is left of it there, with all digits if the
//!    operations in double precision leave more than a few ulps, over its slope is how far the place is off the root.
//! 2. A place that is off by what operations lose is moved to the root.
//! 3. What rounded numbers move the root, and what is left, times what the formulas jump by, is the error; and so
//!    is what passes the ends of the pieces where these are moved.
//!
//! N. J. Higham, "Accuracy and Stability of Numerical Algorithms", SIAM (2002), section 1.5 (the backward error).

use super::switches::{Decider, deciders};
use crate::expr::bounds::ranges::{Interval, Ranges};
use crate::expr::bounds::rounding::Rounding;
use crate::expr::formulas::Formulas;
use crate::expr::graph::{Arena, Graph, Id};
use crate::expr::precise::Precise;
use crate::expr::value::values;

/// Places that are no farther from one another than this part of them are one.
pub(super) const SAME: f64 = 32.0 * f64::EPSILON;

/// A decider whose zero is so many times farther than that is another place.
const SWITCHES: f64 = 1e4;

/// Unless that is no more than so many times what rounding moves it.
const ROUNDED: f64 = 64.0;

/// Where the slope is less than at the place by more than this, nothing is left of what depends on it.
const FLATTER: f64 = 4.0;

/// More steps of Newton's method than it takes to a root from a place that only rounding keeps off it.
const STEPS: usize = 3;

/// What decides where formulas of one variable switch.
pub(super) struct Differences {
    arena: Arena,
    /// Those of the formulas, and then of the differences that are zero where one of the deciders switches.
    roots: Vec<Id>,
    formulas: usize,
    deciders: Vec<Decider>,
}

/// A difference beside a place.
#[derive(Clone, Copy)]
struct Beside {
    /// What is left of it at the place, and the least size of its slope beside it; 0 where that may be none.
    residual: f64,
    least: f64,
    /// What its numbers lose because they are rounded, and what it loses with its operations.
    lost: f64,
    noise: f64,
}

impl Beside {
    /// How far the place is off the root.
    fn moved(&self, near: f64) -> f64 {
        match self.least > 0.0 {
            true => (self.residual + self.lost) / self.least,
            false => near,
        }
    }

    /// Other switches have nothing to do with a place, and what jumps where another one does moves with it.
    fn belongs(&self, near: f64) -> bool {
        let moved = self.moved(near);
        moved <= SWITCHES * near || moved <= ROUNDED * (self.lost + self.noise) / self.least
    }

    /// Whether operations keep the place off the root, as far as is known, by more than places are apart.
    fn is_blurred(&self, near: f64) -> bool {
        self.least > 0.0 && self.belongs(near) && self.residual > near * self.least
    }
}

impl Differences {
    /// Those of formulas; `None` where nothing switches.
    pub(super) fn new(of: &Formulas) -> Option<Self> {
        let deciders = deciders(&of.arena, &of.roots);
        let bending = |d: &Decider| d.bends && d.inputs != 0;
        let deciders: Vec<Decider> = deciders.into_iter().filter(bending).collect();
        if deciders.is_empty() {
            return None;
        }
        let graph = Graph::from_arena(of.arena.clone());
        let differences = deciders.iter().map(|d| d.difference(&graph).id);
        let roots = of.roots.iter().copied().chain(differences).collect();
        Some(Differences {
            arena: graph.into_arena(),
            roots,
            formulas: of.roots.len(),
            deciders,
        })
    }

    fn differences(&self) -> &[Id] {
        &self.roots[self.formulas..]
    }

    /// What is left of differences at a place: of a whole part, to the next whole number.
    fn residual(&self, decider: usize, value: f64) -> f64 {
        match self.deciders[decider].is_floor() {
            true => value - value.round(),
            false => value,
        }
    }
}

/// Differences that are looked at beside one place after the other.
pub(super) struct Places<'d> {
    of: &'d Differences,
    ranges: Ranges<'d>,
    constants: Rounding<'d>,
    operations: Rounding<'d>,
    /// With all digits: `None` until these are asked for, and where there are none.
    precise: Option<Option<Precise<'d>>>,
}

impl<'d> Places<'d> {
    /// `None` where there are no ranges of the formulas.
    pub(super) fn new(of: &'d Differences) -> Option<Self> {
        Some(Places {
            of,
            ranges: Ranges::new(&of.arena, &of.roots, 1)?,
            constants: Rounding::new(&of.arena, of.differences()).of_constants(),
            operations: Rounding::new(&of.arena, of.differences()).of_operations(),
            precise: None,
        })
    }

    /// The least sizes of the slopes of all differences: all at once on every box, there may be many.
    fn slopes(&mut self, lo: f64, hi: f64) -> Vec<f64> {
        let slopes = self.signed_slopes(lo, hi).into_iter();
        slopes.map(|slope| slope.lo.max(-slope.hi)).collect()
    }

    fn signed_slopes(&mut self, lo: f64, hi: f64) -> Vec<Interval> {
        self.ranges.turn_to([(lo, hi)].into_iter());
        let differences = self.of.formulas..self.of.roots.len();
        differences.map(|k| self.ranges.slope(k, 0)).collect()
    }

    /// The differences beside a place.
    fn beside(&mut self, x: f64) -> Vec<Beside> {
        let near = SAME * x.abs();
        let count = self.of.deciders.len();
        let (mut lost, mut noise) = (vec![0.0; count], vec![0.0; count]);
        self.constants.at(&[x], |k, own| lost[k] = own);
        self.operations.at(&[x], |k, own| noise[k] = own);
        self.ranges.turn_to([(x, x)].into_iter());
        let residuals = (0..count).map(|k| {
            let Interval { lo, hi } = self.ranges.of(self.of.formulas + k).values;
            let level = if self.of.deciders[k].is_floor() {
                lo.round()
            } else {
                0.0
            };
            (lo - level).abs().max((hi - level).abs())
        });
        let residuals: Vec<f64> = residuals.collect();
        let leasts = self.slopes(x - near, x + near);
        let mut found: Vec<Beside> = (0..count)
            .map(|k| Beside {
                residual: residuals[k],
                least: leasts[k],
                lost: lost[k],
                noise: noise[k],
            })
            .collect();
        if found.iter().any(|beside| beside.is_blurred(near)) {
            for (k, value) in self.with_all_digits(x).into_iter().enumerate() {
                let residual = self.of.residual(k, value).abs();
                if found[k].is_blurred(near) && residual < found[k].residual {
                    found[k].residual = residual;
                }
            }
        }
        found
    }

    /// The values of the differences with all digits; none where these are not known.
    fn with_all_digits(&mut self, x: f64) -> Vec<f64> {
        let of = self.of;
        let precise = self
            .precise
            .get_or_insert_with(|| Precise::new(&of.arena, of.differences()));
        let mut all = Vec::new();
        if let Some(precise) = precise {
            precise.at(&[x], |_, value| all.push(value));
        }
        all
    }

    /// The root that a place stands for, if it is off that by what operations lose.
    pub(super) fn corrected(&mut self, place: f64) -> f64 {
        let mut x = place;
        for _ in 0..STEPS {
            let near = SAME * x.abs();
            let found = self.beside(x).into_iter().enumerate();
            let noisy = found.filter(|(_, beside)| beside.is_blurred(near));
            let noisy: Vec<usize> = noisy.map(|(k, _)| k).collect();
            if noisy.is_empty() {
                return x;
            }
            let values = self.with_all_digits(x);
            let slopes = self.signed_slopes(x, x);
            let steps = noisy.iter().filter_map(|&k| {
                let slope = 0.5 * (slopes[k].lo + slopes[k].hi);
                Some(self.of.residual(k, *values.get(k)?) / slope)
            });
            let steps = steps.filter(|step| step.is_finite());
            let Some(step) = steps.min_by(|a, b| a.abs().total_cmp(&b.abs())) else {
                return x;
            };
            x -= step;
        }
        x
    }

    /// For every formula what its integral may be off because these places, at which it switches, are
    /// rounded, and so are the numbers that they come from.
    ///
    /// Between the middles of the pieces beside a place, `between`, the formula is taken to be that of the
    /// distance from the place, though that may be another double than the root: what it is moved by leaves
    /// at one end, and comes in at the other. What is moved is the difference that is zero at the root: the places at the
    /// ends by as much as its slope there says, which may be another one than at the place.
    pub(super) fn misplaced(
        &mut self,
        places: &[f64],
        between: impl Fn(f64) -> Option<[Option<f64>; 2]>,
    ) -> Vec<f64> {
        let of = self.of;
        let formulas = of.formulas;
        let mut errors = vec![0.0; formulas];
        for &x in places {
            let (mut off, mut shift) = (0.0f64, 0.0f64);
            let ends = between(x).unwrap_or_default();
            // How far the ends are moved, each by its own slope.
            let mut shifts = [0.0f64; 2];
            let near = SAME * x.abs();
            let found = self.beside(x);
            let at_ends = ends.map(|end| end.map(|end| self.slopes(end, end)));
            for (k, own) in found.iter().enumerate() {
                let Beside {
                    residual, least, ..
                } = *own;
                if !own.belongs(near) || least <= 0.0 && of.deciders[k].nested {
                    continue;
                }
                off = off.max(own.moved(near));
                if least > 0.0 {
                    shift = shift.max(residual / least);
                    for (shift, slopes) in shifts.iter_mut().zip(&at_ends) {
                        let slope = slopes.as_ref().map_or(least, |slopes| slopes[k]);
                        *shift = shift.max(residual / slope.max(least / FLATTER));
                    }
                }
            }
            let ends =
                ends.map(|end| end.map(|end| values(&of.arena, &of.roots[..formulas], &[end])));
            // Both sides of the place, even if no double lies so near to it.
            let sides = (x.next_down().min(x - off), x.next_up().max(x + off));
            self.ranges.turn_to([sides].into_iter());
            for (k, error) in errors.iter_mut().enumerate() {
                let Interval { lo, hi } = self.ranges.of(k).values;
                let jump = off * (hi - lo);
                // What is singular there is left to bounds beside it.
                *error += if jump.is_finite() { jump } else { 0.0 };
                let [before, after] = [0, 1].map(|i| ends[i].as_ref().map_or(0.0, |end| end[k]));
                let passed = [[shift; 2], shifts].map(|[b, a]| (b * before - a * after).abs());
                let known = passed.into_iter().filter(|passed| passed.is_finite());
                *error += known.fold(0.0, f64::max);
            }
        }
        errors
    }
}
