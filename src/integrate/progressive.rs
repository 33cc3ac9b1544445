//! Tensor products of rules whose orders rise, axis by axis, until independent witnesses agree.
//!
//! 1. Give each axis a rule: one node where the integrand does not vary, the periodic trapezoid
//!    where it continues periodically across the ends, tanh-sinh where an end is singular,
//!    Gauss–Legendre elsewhere.
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
use super::settings::Task;
use super::tensor::{describe, first_bad_node, nodes, roundoff, sums_with, values};
use crate::elementary::sum::Sum;
use crate::error::Error;
use crate::integrand::{Block, Coordinate, Evaluator, Integrand};
use crate::rule::Rule;

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

/// Odd and even differences across the seam below these parts of the largest value count as smooth:
/// three waves along the axis stay below them, and a jump of the value or of the slope does not.
const SMOOTH_SEAM: [f64; 2] = [1e-7, 5e-5];

/// A loss above this part of the last one is hardly a gain; a level multiplies the nodes by 4/3, so
/// that an error that falls as the fifth power of their number still counts as a gain.
const HARDLY: f64 = 0.28;

/// Steps of a ladder before gains are judged: an oscillation must be resolved first.
const PATIENT_STEPS: usize = 8;

/// Sums of sizes that change by this part from one grid to the next have not settled. A kink of the
/// size of a smooth integrand changes them by far less.
const UNSETTLED: f64 = 0.02;

/// The trapezoid rule is given up where this step of its ladder is not enough.
const PATIENCE: usize = 10;

/// Steps of tanh-sinh rules: this, and 3/4 of the one before.
const WIDEST_STEP: f64 = 0.6;

/// The narrowest tanh-sinh rule on the ladder has about 1000 nodes.
const TANH_SINH_STEPS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Family {
    Constant,
    Gauss,
    Trapezoid,
    /// Tanh-sinh, for a singularity at 0; the reach in whole units.
    TanhSinh(u32),
}

/// A rule on a ladder: the regular one of its step, or the incommensurate one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Rung {
    level: Level,
    between: bool,
}

impl Rung {
    fn rule(self) -> Result<Rule, Error> {
        let Level { family, step } = self.level;
        let order = |ladder: &[usize]| ladder[step.min(ladder.len() - 1)];
        match (family, self.between) {
            (Family::Constant, _) => Rule::gauss(1),
            (Family::Gauss, false) => Rule::gauss(order(&GAUSS)),
            (Family::Trapezoid, false) => Rule::trapezoid(order(&TRAPEZOID)),
            // Rules of another kind, with about a fifth more nodes: two Gauss rules side by side,
            // off the centre, since all rules of even order agree on a jump in their middle gap;
            // and an odd order.
            (Family::Gauss, true) => Rule::two_gauss(3 * order(&GAUSS) / 5 + 1),
            (Family::Trapezoid, true) => {
                let n = order(&TRAPEZOID);
                Rule::trapezoid(n + 2 * (n / 12) + 1)
            }
            (Family::TanhSinh(reach), between) => {
                let width = WIDEST_STEP * 0.75f64.powi(step as i32);
                let width = if between { 0.87 * width } else { width };
                Rule::tanh_sinh(width, f64::from(reach))
            }
        }
    }
}

/// The rule of an axis: a family and a place on its ladder of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Level {
    family: Family,
    step: usize,
}

impl Level {
    /// The number of steps on this ladder.
    fn steps(self) -> usize {
        match self.family {
            Family::Constant => 1,
            Family::Gauss => GAUSS.len(),
            Family::Trapezoid => TRAPEZOID.len(),
            Family::TanhSinh(_) => TANH_SINH_STEPS,
        }
    }

    fn rung(self) -> Rung {
        Rung {
            level: self,
            between: false,
        }
    }

    fn between(self) -> Rung {
        Rung {
            level: self,
            between: true,
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
            step: (self.step + steps).min(self.steps() - 1),
            ..self
        }
    }

    fn is_last(self) -> bool {
        self.step + 1 >= self.steps()
    }
}

/// Why the search for orders came to an end.
enum Stop {
    Nonfinite(Vec<Rule>, Vec<Sum>),
    Budget(String),
    /// More nodes along an axis hardly help: the integrand is not smooth.
    Slow(usize),
    /// Something else will do better.
    Doubt,
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

/// How much the sum of sizes changed between two grids, where that is more than a little.
///
/// Positive and negative parts that grow without end can cancel in every sum, as those of 1/x around
/// 0 do; the sum of their sizes tells.
fn unsettled(before: &Sum, after: &Sum) -> f64 {
    let change = (after.magnitude() - before.magnitude()).abs();
    if change > UNSETTLED * after.magnitude() {
        change
    } else {
        0.0
    }
}

/// How a tensor product is to be sought.
#[derive(Clone, Default)]
pub(crate) struct Plan<'p> {
    /// For every axis that is singular at 0, how far the tanh-sinh rule reaches.
    pub(crate) reach: Vec<Option<f64>>,
    /// Whether to give up where more nodes hardly help.
    pub(crate) impatient: bool,
    /// What to ask, once, where more nodes gain less than they do on a smooth integrand: whether
    /// something is known that will do better.
    pub(crate) doubt: Option<&'p dyn Fn() -> bool>,
}

struct Search<'s> {
    integrand: &'s dyn Integrand,
    evaluator: Box<dyn Evaluator + 's>,
    task: &'s Task<'s>,
    plan: &'s Plan<'s>,
    begun: Instant,
    evaluations: u64,
    known: FxHashMap<Vec<Rung>, Vec<Sum>>,
    levels: Vec<Level>,
    /// For every axis, what it lost last and how often that was hardly less than before.
    slowness: Vec<(f64, u32)>,
    /// The values of the last rounds.
    history: Vec<Vec<Sum>>,
    /// The best answer so far, for when the budget ends.
    best: Option<Verdict>,
    /// Whether the plan's doubt was asked about.
    doubted: bool,
}

/// An outcome, and the nodes that gave it.
pub(crate) struct Progress {
    pub(crate) outcome: Outcome,
    /// For every axis, the rule; none where it crowds its nodes at a singular end, or where one node
    /// is enough.
    pub(crate) rules: Vec<Option<Rule>>,
    /// Whether the search was given up for something better.
    pub(crate) given_up: bool,
}

/// Integrates with rules whose orders rise until witnesses agree.
///
/// # Errors
/// [`Error::Order`] if a rule is not available, which the ladders of orders exclude.
pub(crate) fn integrate(
    integrand: &dyn Integrand,
    task: &Task<'_>,
    plan: &Plan<'_>,
) -> Result<Progress, Error> {
    let mut search = Search {
        integrand,
        evaluator: integrand.evaluator(),
        task,
        plan,
        begun: Instant::now(),
        evaluations: 0,
        known: FxHashMap::default(),
        levels: Vec::new(),
        slowness: vec![(f64::INFINITY, 0); integrand.dimension()],
        history: Vec::new(),
        best: None,
        doubted: false,
    };
    search.choose_families();
    let outputs = integrand.outputs();
    let mut bad_node = None;
    let mut given_up = false;
    let verdict = match search.run() {
        Ok(verdict) => verdict,
        Err(Stop::Failed(error)) => return Err(error),
        Err(Stop::Budget(reason)) => search.interrupted(reason),
        Err(Stop::Slow(axis)) => {
            let name = integrand.knowledge().axis_name(axis);
            search.interrupted(format!(
                "more nodes along {name} hardly help: the integrand is not smooth in {name}"
            ))
        }
        Err(Stop::Doubt) => {
            given_up = true;
            search.interrupted(
                "the integrand is singular at an end or in a corner of the region".to_owned(),
            )
        }
        Err(Stop::Nonfinite(rules, sums)) => {
            bad_node = first_bad_node(integrand, &rules);
            Verdict {
                values: values(&sums),
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
    let rules = search.levels.iter().map(|level| match level.family {
        Family::Constant | Family::TanhSinh(_) => Ok(None),
        Family::Gauss | Family::Trapezoid => level.rung().rule().map(Some),
    });
    let rules = rules.collect::<Result<_, Error>>()?;
    let outcome = Outcome {
        values: verdict.values,
        errors: verdict.errors,
        status: verdict.status,
        reasons: verdict.reasons,
        evaluations: search.evaluations,
        method: verdict.method,
        because: search.because(),
        bad_node,
    };
    Ok(Progress {
        outcome,
        rules,
        given_up,
    })
}

impl Search<'_> {
    // What kind of rule each axis takes.

    fn choose_families(&mut self) {
        for axis in 0..self.integrand.dimension() {
            let facts = self.integrand.knowledge().axis_facts(axis);
            let family = if !facts.varies {
                Family::Constant
            } else if let Some(Some(reach)) = self.plan.reach.get(axis) {
                Family::TanhSinh(reach.ceil() as u32)
            } else if facts.periodic.unwrap_or_else(|| self.looks_periodic(axis)) {
                Family::Trapezoid
            } else {
                Family::Gauss
            };
            self.levels.push(Level { family, step: 2 });
        }
    }

    /// The best answer, with an error that covers the last rounds.
    fn interrupted(&mut self, reason: String) -> Verdict {
        let outputs = self.integrand.outputs();
        let mut verdict = self.best.take().unwrap_or_else(|| Verdict {
            values: vec![f64::NAN; outputs],
            errors: vec![f64::INFINITY; outputs],
            method: "none".to_owned(),
            status: Status::Budget,
            reasons: Vec::new(),
        });
        // What still moved by so much is not known to better.
        let last = self.history.last().cloned().unwrap_or_default();
        for sums in self.history.iter().rev().take(3) {
            for (k, error) in verdict.errors.iter_mut().enumerate() {
                let moved = 3.0 * (verdict.values[k] - sums[k].value()).abs();
                *error = error.max(moved).max(unsettled(&sums[k], &last[k]));
            }
        }
        verdict.status = Status::Budget;
        verdict.reasons.push(reason);
        verdict
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
            if self.evaluations + nodes.len() as u64 > self.task.max_evals {
                return false;
            }
            let block = Block::new(&coordinates, nodes.len());
            self.evaluator.evaluate(&block, &mut values);
            self.evaluations += nodes.len() as u64;
            for values in values.chunks(nodes.len()) {
                let size = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
                for (difference, smooth) in [ODD, EVEN].into_iter().zip(SMOOTH_SEAM) {
                    let terms = values.iter().zip(difference).map(|(v, c)| v * c);
                    let jump = terms.sum::<f64>().abs();
                    if jump.is_nan() || jump > smooth * size {
                        return false;
                    }
                }
            }
        }
        true
    }

    fn because(&self) -> String {
        let what = |axis: usize, level: &Level| match level.family {
            Family::Gauss => "looks smooth in",
            Family::Trapezoid
                if self.integrand.knowledge().axis_facts(axis).periodic == Some(true) =>
            {
                "periodic in"
            }
            Family::Trapezoid => "looks periodic in",
            Family::TanhSinh(_) => "singular at an end of",
            Family::Constant => "constant in",
        };
        let mut facts: Vec<(&str, Vec<String>)> = Vec::new();
        for (axis, level) in self.levels.iter().enumerate() {
            let (what, name) = (
                what(axis, level),
                self.integrand.knowledge().axis_name(axis),
            );
            match facts.iter_mut().find(|(known, _)| *known == what) {
                Some((_, names)) => names.push(name),
                None => facts.push((what, vec![name])),
            }
        }
        let texts = facts
            .iter()
            .map(|(what, names)| format!("{what} {}", names.join(", ")));
        texts.collect::<Vec<_>>().join("; ")
    }

    // Sums, with the budget in sight.

    fn rules(rungs: &[Rung]) -> Result<Vec<Rule>, Error> {
        rungs.iter().map(|rung| rung.rule()).collect()
    }

    fn sums(&mut self, rungs: &[Rung]) -> Result<Vec<Sum>, Stop> {
        if let Some(sums) = self.known.get(rungs) {
            return Ok(sums.clone());
        }
        let rules = Self::rules(rungs)?;
        let cost = nodes(&rules);
        let total = self.evaluations.saturating_add(cost);
        if total > self.task.max_evals {
            return Err(Stop::Budget(format!(
                "the next step needs {cost} evaluations more than the {} done, above max_evals = {}",
                self.evaluations, self.task.max_evals
            )));
        }
        if !self.task.has_time_for(cost, self.evaluations, self.begun) {
            return Err(Stop::Budget(self.task.out_of_time()));
        }
        let sums = sums_with(self.integrand, self.evaluator.as_mut(), &rules);
        self.evaluations = total;
        self.known.insert(rungs.to_vec(), sums.clone());
        if sums.iter().any(|s| !s.is_finite()) {
            return Err(Stop::Nonfinite(rules, sums));
        }
        Ok(sums)
    }

    /// The largest difference of two sums in units of the tolerance.
    fn distance(&self, a: &[Sum], b: &[Sum]) -> f64 {
        let tolerances = self.task.tolerances(&values(b));
        let excess = |((a, b), tolerance): ((&Sum, &Sum), &f64)| {
            // Rounding errors cannot be told from others.
            let target = tolerance.max(roundoff(b)).max(f64::MIN_POSITIVE);
            (a.value() - b.value()).abs() / target
        };
        let pairs = a.iter().zip(b).zip(&tolerances);
        pairs.map(excess).fold(0.0, f64::max)
    }

    // The search.

    fn run(&mut self) -> Result<Verdict, Stop> {
        loop {
            let current: Vec<Rung> = self.levels.iter().map(|l| l.rung()).collect();
            let base = self.sums(&current)?;
            self.history.push(base.clone());
            let losses = self.losses(&base)?;
            let share = 0.5 / self.levels.len().max(1) as f64;
            let (mut raised, mut slowly) = (false, false);
            for (axis, &loss) in losses.iter().enumerate() {
                let level = &mut self.levels[axis];
                if loss <= share || level.is_last() {
                    continue;
                }
                let (before, often) = self.slowness[axis];
                let hardly = loss > HARDLY * before && level.step >= PATIENT_STEPS;
                self.slowness[axis] = (loss, if hardly { often + 1 } else { 0 });
                slowly |= loss > HARDLY * before;
                *level = level.raised(if loss > 1e4 && !hardly { 2 } else { 1 });
                raised = true;
                // A kink at the seam is an end point like any other to a Gauss rule.
                if level.family == Family::Trapezoid && level.step >= PATIENCE {
                    *level = Level {
                        family: Family::Gauss,
                        step: PATIENCE / 2,
                    };
                } else if self.plan.impatient && self.slowness[axis].1 >= 2 {
                    return Err(Stop::Slow(axis));
                }
            }
            if slowly && !self.doubted {
                self.doubted = true;
                if self.plan.doubt.is_some_and(|better| better()) {
                    return Err(Stop::Doubt);
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
    fn losses(&mut self, base: &[Sum]) -> Result<Vec<f64>, Stop> {
        let mut losses = Vec::with_capacity(self.levels.len());
        let mut errors = vec![0.0; base.len()];
        let levels = self.levels.clone();
        for axis in 0..levels.len() {
            if levels[axis].steps() == 1 {
                losses.push(0.0);
                continue;
            }
            let lower = |(a, level): (usize, &Level)| {
                if a == axis {
                    level.lowered().rung()
                } else {
                    level.rung()
                }
            };
            let rungs: Vec<Rung> = levels.iter().enumerate().map(lower).collect();
            let sums = self.sums(&rungs)?;
            losses.push(self.distance(&sums, base));
            for (error, (a, b)) in errors.iter_mut().zip(sums.iter().zip(base)) {
                *error += (a.value() - b.value()).abs();
            }
        }
        // Differences of neighbouring orders: twice their sum, since convergence may be slow.
        let errors = errors.iter().zip(base).map(|(e, s)| 2.0 * e + roundoff(s));
        let errors: Vec<f64> = errors.collect();
        let current: Vec<Rung> = levels.iter().map(|l| l.rung()).collect();
        self.keep_best(&current, base, errors)?;
        Ok(losses)
    }

    fn keep_best(&mut self, rungs: &[Rung], sums: &[Sum], errors: Vec<f64>) -> Result<(), Stop> {
        let worst = |errors: &[f64]| errors.iter().copied().fold(0.0, f64::max);
        let better = match &self.best {
            None => true,
            Some(best) => worst(&errors) <= worst(&best.errors),
        };
        if better {
            self.best = Some(Verdict {
                values: values(sums),
                errors,
                method: describe(&Self::rules(rungs)?),
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
                let few = |level: Level| -> Result<bool, Error> {
                    Ok(level.rung().rule()?.len() < fewest.clamp(6, 24) && !level.is_last())
                };
                while few(next)? {
                    next = next.raised(1);
                }
                Ok(next)
            })
            .collect::<Result<_, Error>>()?;
        let second: Vec<Rung> = raised.iter().map(|l| l.rung()).collect();
        let third: Vec<Rung> = raised.iter().map(|l| l.between()).collect();
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
                // Differences of a few rounding errors shrink no further.
                let noise = first <= 16.0 * roundoff(c);
                let weight = if slow || noise { 2.0 } else { 1.0 / 30.0 };
                (6.0 * second).max(weight * first).max(unsettled(b, c)) + roundoff(c)
            })
            .collect();
        self.keep_best(&third, &third_sums, errors.clone())?;
        let tolerances = self.task.tolerances(&values(&third_sums));
        let within = |least: f64| {
            let mut outputs = errors.iter().zip(&tolerances).zip(&third_sums);
            outputs.all(|((e, t), s)| *e <= t.max(least * roundoff(s)))
        };
        let met = within(0.0);
        // Errors of the size of the rounding errors cannot be made smaller.
        let at_floor = within(8.0);
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
            reasons.push(super::ROUNDING.to_owned());
        }
        if second_distance > 1.0 {
            status = Status::Suspect;
            reasons.push("a rule with wholly other nodes disagrees".to_owned());
        }
        let zeros = third_sums.iter().filter(|s| s.magnitude() == 0.0).count();
        if zeros > 0 && !self.levels.iter().all(|l| l.family == Family::Constant) {
            status = Status::Suspect;
            reasons.push(super::ALL_ZERO.to_owned());
        }
        Ok(Some(Verdict {
            values: values(&third_sums),
            errors,
            method: describe(&Self::rules(&third)?),
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
