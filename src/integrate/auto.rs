//! `auto`: tensor products of rules whose orders rise, axis by axis, until independent witnesses
//! agree.
//!
//! 1. Give each axis a rule: one node where the integrand does not vary, the periodic trapezoid
//!    where it continues periodically across the ends, Gauss–Legendre elsewhere.
//! 2. Lower one axis at a time; what the sum then loses says which axes need more nodes. Raise
//!    those, and go on until no axis loses more than its share of the tolerance.
//! 3. Raise all axes at once, then move to orders that share no nodes and no divisors with the
//!    earlier ones. Only if both sums agree with the first is the value accepted.
//!
//! The scheme of raising single axes is that of S. G. Johnson's p-adaptive cubature (W. M.
//! Gentleman, "Implementing Clenshaw–Curtis quadrature", Comm. ACM 15 (1972) 337–342, is behind its
//! rules); the second half of the witnesses answers its known failures on periodic integrands.

use std::time::Instant;

use rustc_hash::FxHashMap;

use super::estimate::{Outcome, Status};
use super::settings::Settings;
use super::tensor::{describe, first_bad_node, nodes, roundoff, sums_with};
use crate::error::Error;
use crate::integrand::{Block, Coordinate, Evaluator, Integrand};
use crate::rule::Rule;
use crate::sum::Sum;

/// Orders of Gauss rules, each about 4/3 of the one before. All are even: a middle node would meet
/// singularities that users put at the middle of their regions.
const GAUSS: [usize; 22] = [
    4, 6, 8, 12, 16, 22, 30, 40, 54, 72, 96, 128, 170, 228, 304, 406, 540, 720, 960, 1280, 1708,
    2276,
];

/// Orders of trapezoid rules, each about 4/3 of the one before.
const TRAPEZOID: [usize; 22] = [
    6, 8, 12, 16, 22, 30, 40, 54, 72, 96, 128, 170, 228, 304, 406, 540, 720, 960, 1280, 1708, 2276,
    3036,
];

/// The last witness has about this many nodes at least, and no fewer than 6 along an axis: a rule
/// of few nodes can agree with another by chance.
const FEWEST_FINAL_NODES: f64 = 600.0;

/// The distance of the nodes at which periodicity is looked for.
const SEAM: f64 = 1.0 / 512.0;

/// Differences across the seam below this part of the largest value count as smooth: three waves
/// along the axis stay below it, and a jump of the value or of the slope does not.
const SMOOTH_SEAM: f64 = 5e-5;

/// The trapezoid rule is given up where this step of its ladder is not enough.
const PATIENCE: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Family {
    Constant,
    Gauss,
    Trapezoid,
}

/// The rule of an axis: a family and a place on its ladder of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Level {
    family: Family,
    step: usize,
}

impl Level {
    fn orders(self) -> &'static [usize] {
        match self.family {
            Family::Constant => &[1],
            Family::Gauss => &GAUSS,
            Family::Trapezoid => &TRAPEZOID,
        }
    }

    fn order(self) -> usize {
        let orders = self.orders();
        orders[self.step.min(orders.len() - 1)]
    }

    /// An order between this one and the next that shares neither nodes nor divisors with them.
    fn incommensurate(self) -> usize {
        let n = self.order();
        match self.family {
            Family::Constant => 1,
            Family::Gauss => n + 2 * (n / 12 + 1),
            Family::Trapezoid => n + 2 * (n / 12) + 1,
        }
    }

    fn lowered(self) -> Level {
        Level {
            step: self.step.saturating_sub(1),
            ..self
        }
    }

    fn raised(self, steps: usize) -> Level {
        Level {
            step: self.step + steps,
            ..self
        }
    }

    fn is_last(self) -> bool {
        self.step + 1 >= self.orders().len()
    }
}

/// Why the search for orders came to an end.
enum Stop {
    Nonfinite(Vec<Rule>, Vec<Sum>),
    Budget(String),
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Failed(error)
    }
}

/// What the witnesses said.
struct Verdict {
    values: Vec<f64>,
    errors: Vec<f64>,
    method: String,
    status: Status,
    reasons: Vec<String>,
}

struct Search<'s> {
    integrand: &'s dyn Integrand,
    evaluator: Box<dyn Evaluator + 's>,
    settings: &'s Settings,
    start: Instant,
    evaluations: u64,
    known: FxHashMap<Vec<(Family, usize)>, Vec<Sum>>,
    levels: Vec<Level>,
    /// The best answer so far, for when the budget ends.
    best: Option<Verdict>,
}

/// Integrates with rules that this module chooses.
///
/// # Errors
/// [`Error::Order`] if a rule is not available, which the ladders of orders exclude.
pub(crate) fn integrate(
    integrand: &dyn Integrand,
    settings: &Settings,
    start: Instant,
) -> Result<Outcome, Error> {
    let mut search = Search {
        integrand,
        evaluator: integrand.evaluator(),
        settings,
        start,
        evaluations: 0,
        known: FxHashMap::default(),
        levels: Vec::new(),
        best: None,
    };
    search.choose_families();
    let outputs = integrand.outputs();
    let mut bad_node = None;
    let verdict = match search.run() {
        Ok(verdict) => verdict,
        Err(Stop::Failed(error)) => return Err(error),
        Err(Stop::Budget(reason)) => {
            let mut verdict = search.best.take().unwrap_or_else(|| Verdict {
                values: vec![f64::NAN; outputs],
                errors: vec![f64::INFINITY; outputs],
                method: "none".to_owned(),
                status: Status::Budget,
                reasons: Vec::new(),
            });
            verdict.status = Status::Budget;
            verdict.reasons.push(reason);
            verdict
        }
        Err(Stop::Nonfinite(rules, sums)) => {
            bad_node = first_bad_node(integrand, &rules);
            Verdict {
                values: sums.iter().map(Sum::value).collect(),
                errors: vec![f64::INFINITY; outputs],
                method: describe(&rules),
                status: Status::Nonfinite,
                reasons: match bad_node {
                    Some(_) => Vec::new(),
                    None => vec!["the sum overflows, although every value is finite".to_owned()],
                },
            }
        }
    };
    Ok(Outcome {
        values: verdict.values,
        errors: verdict.errors,
        status: verdict.status,
        reasons: verdict.reasons,
        evaluations: search.evaluations,
        method: verdict.method,
        because: search.because(),
        bad_node,
    })
}

impl Search<'_> {
    // What kind of rule each axis takes.

    fn choose_families(&mut self) {
        for axis in 0..self.integrand.dimension() {
            let facts = self.integrand.axis_facts(axis);
            let periodic =
                facts.varies && facts.periodic.unwrap_or_else(|| self.looks_periodic(axis));
            let family = match (facts.varies, periodic) {
                (false, _) => Family::Constant,
                (true, true) => Family::Trapezoid,
                (true, false) => Family::Gauss,
            };
            self.levels.push(Level { family, step: 2 });
        }
    }

    /// Whether values continue smoothly from the end of an axis to its beginning, at a few places.
    ///
    /// The nodes −5, −3, −1, 1, 3, 5 (times half of [`SEAM`]) lie across the seam. An odd and an
    /// even difference of high order, of a smooth function, are far below its size there; a jump of
    /// the value shows in the odd one, a jump of the slope in the even one.
    fn looks_periodic(&mut self, axis: usize) -> bool {
        const ODD: [f64; 6] = [-1.0, 5.0, -10.0, 10.0, -5.0, 1.0];
        const EVEN: [f64; 6] = [1.0, -3.0, 2.0, 2.0, -3.0, 1.0];
        let across = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map(|k: f64| (k * SEAM).rem_euclid(1.0));
        let inside = [0.1, 0.3, 0.45, 0.6, 0.8];
        let nodes: Vec<f64> = across.into_iter().chain(inside).collect();
        let outputs = self.integrand.outputs();
        let mut values = vec![0.0; outputs * nodes.len()];
        for place in 0..3 {
            let coordinates: Vec<Coordinate<'_>> = (0..self.integrand.dimension())
                .map(|a| {
                    if a == axis {
                        Coordinate::Each(&nodes)
                    } else {
                        // Places without symmetry, different on every axis.
                        let spread = (place * 7 + a * 3 + 1) as f64;
                        Coordinate::Same((spread * 0.618_033_988_749_894_8).fract())
                    }
                })
                .collect();
            if self.evaluations + nodes.len() as u64 > self.settings.max_evals() {
                return false;
            }
            let block = Block::new(&coordinates, nodes.len());
            self.evaluator.evaluate(&block, &mut values);
            self.evaluations += nodes.len() as u64;
            for values in values.chunks(nodes.len()) {
                let size = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
                for difference in [ODD, EVEN] {
                    let terms = values.iter().zip(difference).map(|(v, c)| v * c);
                    let jump = terms.sum::<f64>().abs();
                    if jump.is_nan() || jump > SMOOTH_SEAM * size {
                        return false;
                    }
                }
            }
        }
        true
    }

    fn because(&self) -> String {
        let names = |family: Family| -> Vec<String> {
            let axes = self.levels.iter().enumerate();
            let of_family = axes.filter(|(_, level)| level.family == family);
            of_family
                .map(|(a, _)| self.integrand.axis_name(a))
                .collect()
        };
        let mut facts = Vec::new();
        for (family, what) in [
            (Family::Gauss, "smooth in"),
            (Family::Trapezoid, "periodic in"),
            (Family::Constant, "constant in"),
        ] {
            let names = names(family);
            if !names.is_empty() {
                facts.push(format!("{what} {}", names.join(", ")));
            }
        }
        facts.join("; ")
    }

    // Sums, with the budget in sight.

    fn rules(&self, orders: &[usize]) -> Result<Vec<Rule>, Error> {
        let axes = self.levels.iter().zip(orders);
        axes.map(|(level, &order)| match level.family {
            Family::Trapezoid => Rule::trapezoid(order),
            Family::Constant | Family::Gauss => Rule::gauss(order),
        })
        .collect()
    }

    fn sums(&mut self, orders: &[usize]) -> Result<Vec<Sum>, Stop> {
        let families = self.levels.iter().map(|level| level.family);
        let key: Vec<_> = families.zip(orders.iter().copied()).collect();
        if let Some(sums) = self.known.get(&key) {
            return Ok(sums.clone());
        }
        let rules = self.rules(orders)?;
        let cost = nodes(&rules);
        let total = self.evaluations.saturating_add(cost);
        if total > self.settings.max_evals() {
            return Err(Stop::Budget(format!(
                "the next step needs {cost} evaluations more than the {} done, above max_evals = {}",
                self.evaluations,
                self.settings.max_evals()
            )));
        }
        let elapsed = self.start.elapsed().as_secs_f64();
        // The next grid takes as long per node as those before it did.
        let needed = elapsed / self.evaluations.max(1) as f64 * cost as f64;
        let limit = self.settings.max_seconds;
        if elapsed > limit || (self.evaluations > 100_000 && elapsed + needed > limit) {
            return Err(Stop::Budget(format!(
                "the next step would not be done within max_seconds = {limit}"
            )));
        }
        let sums = sums_with(self.integrand, self.evaluator.as_mut(), &rules);
        self.evaluations = total;
        self.known.insert(key, sums.clone());
        if sums.iter().any(|s| !s.is_finite()) {
            return Err(Stop::Nonfinite(rules, sums));
        }
        Ok(sums)
    }

    /// The largest difference of two sums in units of the tolerance.
    fn distance(&self, a: &[Sum], b: &[Sum]) -> f64 {
        let excess = |(a, b): (&Sum, &Sum)| {
            let tolerance = self.target(b);
            (a.value() - b.value()).abs() / tolerance.max(f64::MIN_POSITIVE)
        };
        a.iter().zip(b).map(excess).fold(0.0, f64::max)
    }

    /// The error aimed at: the tolerance, or the rounding error where that is larger.
    fn target(&self, sum: &Sum) -> f64 {
        self.settings.tolerance(sum.value()).max(roundoff(sum))
    }

    // The search.

    fn run(&mut self) -> Result<Verdict, Stop> {
        loop {
            let current: Vec<usize> = self.levels.iter().map(|l| l.order()).collect();
            let base = self.sums(&current)?;
            let losses = self.losses(&current, &base)?;
            let share = 0.5 / self.levels.len().max(1) as f64;
            let mut raised = false;
            for (level, loss) in self.levels.iter_mut().zip(&losses) {
                if *loss > share && !level.is_last() {
                    *level = level.raised(if *loss > 1e4 { 2 } else { 1 });
                    raised = true;
                    // A kink at the seam is an end point like any other to a Gauss rule.
                    if level.family == Family::Trapezoid && level.step >= PATIENCE {
                        *level = Level {
                            family: Family::Gauss,
                            step: PATIENCE / 2,
                        };
                    }
                }
            }
            if raised {
                continue;
            }
            if let Some(verdict) = self.final_check(&base, losses.iter().sum())? {
                return Ok(verdict);
            }
        }
    }

    /// What the sum loses where one axis is lowered, in units of the tolerance.
    fn losses(&mut self, current: &[usize], base: &[Sum]) -> Result<Vec<f64>, Stop> {
        let mut losses = Vec::with_capacity(current.len());
        let mut errors = vec![0.0; base.len()];
        for axis in 0..current.len() {
            let lower = self.levels[axis].lowered().order();
            if lower == current[axis] {
                losses.push(0.0);
                continue;
            }
            let mut orders = current.to_vec();
            orders[axis] = lower;
            let sums = self.sums(&orders)?;
            losses.push(self.distance(&sums, base));
            for (error, (a, b)) in errors.iter_mut().zip(sums.iter().zip(base)) {
                *error += (a.value() - b.value()).abs();
            }
        }
        // Differences of neighbouring orders: twice their sum, since convergence may be slow.
        let errors = errors.iter().zip(base).map(|(e, s)| 2.0 * e + roundoff(s));
        let errors: Vec<f64> = errors.collect();
        self.keep_best(current, base, errors)?;
        Ok(losses)
    }

    fn keep_best(&mut self, orders: &[usize], sums: &[Sum], errors: Vec<f64>) -> Result<(), Stop> {
        let worst = |errors: &[f64]| errors.iter().copied().fold(0.0, f64::max);
        let better = match &self.best {
            None => true,
            Some(best) => worst(&errors) <= worst(&best.errors),
        };
        if better {
            self.best = Some(Verdict {
                values: sums.iter().map(Sum::value).collect(),
                errors,
                method: describe(&self.rules(orders)?),
                status: Status::Budget,
                reasons: Vec::new(),
            });
        }
        Ok(())
    }

    /// All axes raised, then incommensurate orders. `None` if they disagree and the search goes on.
    fn final_check(&mut self, base: &[Sum], loss: f64) -> Result<Option<Verdict>, Stop> {
        let varying = self.levels.iter().filter(|l| l.family != Family::Constant);
        let varying = varying.count().max(1);
        let fewest = FEWEST_FINAL_NODES.powf(1.0 / varying as f64) as usize;
        let raised: Vec<Level> = self
            .levels
            .iter()
            .map(|level| {
                let mut next = level.raised(1);
                while next.order() < fewest.clamp(6, 24) && !next.is_last() {
                    next = next.raised(1);
                }
                next
            })
            .collect();
        let second: Vec<usize> = raised.iter().map(|l| l.order()).collect();
        let third: Vec<usize> = raised.iter().map(|l| l.incommensurate()).collect();
        let second_sums = self.sums(&second)?;
        let first_distance = self.distance(base, &second_sums);
        let exhausted = self.levels.iter().all(|l| l.is_last());
        if first_distance > 1.0 && !exhausted {
            self.raise_all();
            return Ok(None);
        }
        let third_sums = self.sums(&third)?;
        let second_distance = self.distance(&second_sums, &third_sums);
        // Where a level gains less than a factor of 20, convergence is slow or erratic.
        let slow = first_distance > 0.05 * loss;
        let triples = base.iter().zip(&second_sums).zip(&third_sums);
        let errors: Vec<f64> = triples
            .map(|((a, b), c)| {
                let first = (b.value() - a.value()).abs();
                let second = (c.value() - b.value()).abs();
                let weight = if slow { 2.0 } else { 1.0 / 30.0 };
                (6.0 * second).max(weight * first) + roundoff(c)
            })
            .collect();
        self.keep_best(&third, &third_sums, errors.clone())?;
        let within = |aim: fn(&Self, &Sum) -> f64| {
            let pairs = errors.iter().zip(&third_sums);
            pairs.clone().all(|(e, s)| *e <= aim(self, s))
        };
        let met = within(|search, s| search.settings.tolerance(s.value()));
        // Errors of the size of the rounding errors cannot be made smaller.
        let at_floor =
            within(|search, s| search.settings.tolerance(s.value()).max(8.0 * roundoff(s)));
        if !(met || at_floor) {
            if exhausted {
                let last =
                    "the rules of the highest orders do not agree: the integrand is not smooth";
                return Err(Stop::Budget(last.to_owned()));
            }
            self.raise_all();
            return Ok(None);
        }
        let mut reasons = Vec::new();
        let mut status = Status::Converged;
        if !met {
            status = Status::Roundoff;
            reasons.push(
                "the error is that of rounding: no more digits are to be had in double precision"
                    .to_owned(),
            );
        }
        if second_distance > 1.0 {
            status = Status::Suspect;
            reasons.push("the incommensurate rule disagrees".to_owned());
        }
        let zeros = third_sums.iter().filter(|s| s.magnitude() == 0.0).count();
        if zeros > 0 && !self.levels.iter().all(|l| l.family == Family::Constant) {
            status = Status::Suspect;
            reasons.push(
                "an integrand is zero at every node: it may be zero but for a peak that was missed"
                    .to_owned(),
            );
        }
        Ok(Some(Verdict {
            values: third_sums.iter().map(Sum::value).collect(),
            errors,
            method: describe(&self.rules(&third)?),
            status,
            reasons,
        }))
    }

    fn raise_all(&mut self) {
        for level in &mut self.levels {
            if !level.is_last() {
                *level = level.raised(1);
            }
        }
    }
}
