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

use rustc_hash::FxHashMap;

use super::because::{Because, Behaviour};
use super::ladder::{Family, Level, PATIENCE, Rung};
use super::meter::{Halt, Metered, Stop};
use super::node_set::{NodeSet, nodes};
use super::outcome::{Outcome, Status};
use super::peaks::without_peaks;
use super::reason::Reason;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::tensor::{describe, nonfinite, roundoff, sums_with, values};
use crate::elementary::sum::Sum;
use crate::error::Error;
use crate::integrand::{Block, Coordinate, Integrand};
use crate::rule::Rule;

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

/// Changes that fall by less than this from one grid to the next add up to a rest that counts, by this
/// ratio at most. It is told as a multiple of itself, with a part that grows with the ratio: the rest
/// of a logarithmic tail is more than that of any geometric sum.
const SLOW_RATIO: f64 = 0.3;
const SLOWEST_RATIO: f64 = 0.98;
const REST: [f64; 2] = [2.0, 18.0];

/// Beside one grid alone, what it differs by from those with one axis lowered is raised by this factor.
const ONE_GRID: f64 = 10.0;

/// Why the search for orders came to an end.
enum End {
    Nonfinite(Vec<Rule>, Vec<Sum>),
    /// More nodes along an axis hardly help: the integrand is not smooth.
    Slow(usize),
    /// Something else will do better.
    Doubt,
    /// The rules of the highest orders do not agree.
    Exhausted,
    Stopped(Stop),
}

impl<S: Into<Stop>> From<S> for End {
    fn from(stop: S) -> Self {
        End::Stopped(stop.into())
    }
}

/// What the witnesses said.
struct Verdict {
    values: Vec<f64>,
    errors: Vec<f64>,
    rules: Vec<Rule>,
    status: Status,
    reasons: Vec<Reason>,
}

impl Verdict {
    fn outcome(self, keeps_nodes: bool) -> Outcome {
        let (method, has_nodes) = match self.rules.is_empty() {
            true => ("none".to_owned(), false),
            false => (describe(&self.rules), keeps_nodes),
        };
        Outcome {
            reasons: self.reasons,
            nodes: has_nodes.then(|| NodeSet::of_rules(self.rules, &self.values)),
            ..Outcome::new(self.values, self.errors, self.status).by(method, Because::default())
        }
    }
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
pub(crate) struct Manner<'p> {
    /// For every axis that is singular at 0, how far the tanh-sinh rule reaches.
    pub(crate) reach: Vec<Option<f64>>,
    /// Whether to give up where more nodes hardly help.
    pub(crate) impatient: bool,
    /// What to ask, once, where more nodes gain less than they do on a smooth integrand: whether
    /// something is known that will do better.
    pub(crate) doubt: Option<&'p dyn Fn() -> Result<bool, Halt>>,
}

struct Rise<'s> {
    integrand: &'s dyn Integrand,
    evaluator: Metered<'s>,
    task: &'s Task<'s>,
    manner: &'s Manner<'s>,
    known: FxHashMap<Vec<Rung>, Vec<Sum>>,
    levels: Vec<Level>,
    /// For every axis, what it lost last and how often that was hardly less than before.
    slowness: Vec<(f64, u32)>,
    /// The values of the last rounds.
    history: Vec<Vec<Sum>>,
    /// The best answer so far, for when the budget ends.
    best: Option<Verdict>,
    /// Whether the doubt was asked about.
    doubted: bool,
}

/// An outcome, and the nodes that gave it.
pub(crate) struct Progress {
    pub(crate) outcome: Outcome,
    /// For every axis, the rule; none where it crowds its nodes at a singular end, or where one node
    /// is enough.
    pub(crate) rules: Vec<Option<Rule>>,
    /// For every axis, its family of rules and the place on the ladder of orders.
    pub(crate) levels: Vec<Level>,
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
    manner: &Manner<'_>,
) -> Result<Progress, Stop> {
    let mut rise = Rise {
        integrand,
        evaluator: task.evaluator(integrand),
        task,
        manner,
        known: FxHashMap::default(),
        levels: Vec::new(),
        slowness: vec![(f64::INFINITY, 0); integrand.dimension()],
        history: Vec::new(),
        best: None,
        doubted: false,
    };
    rise.choose_families()?;
    let mut given_up = false;
    let found = match rise.run() {
        Ok(verdict) => verdict.outcome(task.keeps_nodes),
        Err(End::Stopped(Stop::Halt(halt))) => rise.interrupted(task.reason(halt)),
        Err(End::Stopped(failed)) => return Err(failed),
        Err(End::Slow(axis)) => rise.interrupted(Reason::NotSmooth {
            axis: integrand.knowledge().axis_name(axis),
        }),
        Err(End::Exhausted) => rise.interrupted(Reason::HighestOrders),
        Err(End::Doubt) => {
            given_up = true;
            rise.interrupted(Reason::SingularBoundary)
        }
        Err(End::Nonfinite(rules, sums)) => {
            nonfinite(integrand, &rules, &sums, task).by(describe(&rules), Because::default())
        }
    };
    let outcome = Outcome {
        because: rise.because(),
        ..found
    };
    let rules = rise.levels.iter().map(|level| match level.family {
        Family::Constant | Family::TanhSinh(_) => Ok(None),
        Family::Gauss | Family::Trapezoid => level.rung().rule().map(Some),
    });
    let rules = rules.collect::<Result<_, Error>>()?;
    Ok(Progress {
        outcome,
        rules,
        levels: rise.levels,
        given_up,
    })
}

impl Rise<'_> {
    // What kind of rule each axis takes.

    fn choose_families(&mut self) -> Result<(), Halt> {
        for axis in 0..self.integrand.dimension() {
            let facts = self.integrand.knowledge().axis_facts(axis);
            let family = if !facts.varies {
                Family::Constant
            } else if let Some(Some(reach)) = self.manner.reach.get(axis) {
                Family::TanhSinh(reach.ceil() as u32)
            } else if match facts.periodic {
                Some(periodic) => periodic,
                None => self.looks_periodic(axis)?,
            } {
                Family::Trapezoid
            } else {
                Family::Gauss
            };
            self.levels.push(Level { family, step: 2 });
        }
        Ok(())
    }

    /// The best answer, with an error that covers the last rounds.
    fn interrupted(&mut self, reason: Reason) -> Outcome {
        let outputs = self.integrand.outputs();
        let mut verdict = self.best.take().unwrap_or_else(|| Verdict {
            values: vec![f64::NAN; outputs],
            errors: vec![f64::INFINITY; outputs],
            rules: Vec::new(),
            status: Status::Budget,
            reasons: Vec::new(),
        });
        // What moves by ever less moves on by the rest of a geometric sum; what does not, by nobody
        // knows how much.
        let recent: Vec<&Vec<Sum>> = self.history.iter().rev().take(4).collect();
        for (k, error) in verdict.errors.iter_mut().enumerate() {
            let moves = recent.windows(2);
            let moves = moves.map(|pair| (pair[0][k].value() - pair[1][k].value()).abs());
            let moves: Vec<f64> = moves.collect();
            let Some(&last) = moves.first() else {
                // How fast it converges nobody has seen.
                *error *= ONE_GRID;
                continue;
            };
            let before = moves[1..].iter().zip(1..);
            let ratios = before.map(|(before, steps)| (last / before).powf(1.0 / f64::from(steps)));
            let ratio = match ratios.reduce(f64::max) {
                Some(ratio) => ratio.min(SLOWEST_RATIO),
                None => SLOWEST_RATIO,
            };
            if last > roundoff(&recent[0][k]) && ratio > SLOW_RATIO {
                let factor = REST[0] + REST[1] * ratio;
                *error = error.max(factor * last * ratio / (1.0 - ratio));
            }
        }
        // What still moved by so much is not known to better.
        let last = self.history.last().cloned().unwrap_or_default();
        for sums in self.history.iter().rev().take(3) {
            for (k, error) in verdict.errors.iter_mut().enumerate() {
                let moved = 3.0 * (verdict.values[k] - sums[k].value()).abs();
                *error = error.max(moved).max(unsettled(&sums[k], &last[k]));
            }
        }
        verdict.status = Status::Budget;
        // What is zero at nodes that were not held against others may be anything.
        let is_zero = |k: usize| verdict.values[k] == 0.0 && verdict.errors[k] == 0.0;
        let zeros: Vec<usize> = (0..outputs).filter(|&k| is_zero(k)).collect();
        if zeros.len() == outputs {
            verdict.reasons.push(Reason::ZeroEverywhere);
        } else {
            zeros
                .into_iter()
                .for_each(|k| verdict.errors[k] = f64::INFINITY);
        }
        verdict.reasons.push(reason);
        verdict.outcome(self.task.keeps_nodes)
    }

    /// Whether values continue smoothly from the end of an axis to its beginning, at a few places.
    ///
    /// The nodes −5, −3, −1, 1, 3, 5 (times half of [`SEAM`]) lie across the seam. An odd and an
    /// even difference of high order, of a smooth function, are far below its size there; a jump of
    /// the value shows in the odd one, a jump of the slope in the even one.
    fn looks_periodic(&mut self, axis: usize) -> Result<bool, Halt> {
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
            let block = Block::new(&coordinates, nodes.len());
            self.evaluator.evaluate(&block, &mut values)?;
            for values in values.chunks(nodes.len()) {
                // Neither the largest value, which may be that of a pole, nor those at the ends alone,
                // where a peak has vanished.
                let (near, inside) = values.split_at(across.len());
                let largest = near.iter().fold(0.0f64, |m, v| m.max(v.abs()));
                let mut sizes: Vec<f64> = inside.iter().map(|v| v.abs()).collect();
                sizes.sort_by(f64::total_cmp);
                let size = largest.max(sizes[sizes.len() / 2]);
                for (difference, smooth) in [ODD, EVEN].into_iter().zip(SMOOTH_SEAM) {
                    let terms = values.iter().zip(difference).map(|(v, c)| v * c);
                    let jump = terms.sum::<f64>().abs();
                    if jump.is_nan() || jump > smooth * size {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    fn because(&self) -> Because {
        let behaviour = |axis: usize, level: &Level| match level.family {
            Family::Gauss => Behaviour::LooksSmooth,
            Family::Trapezoid
                if self.integrand.knowledge().axis_facts(axis).periodic == Some(true) =>
            {
                Behaviour::Periodic
            }
            Family::Trapezoid => Behaviour::LooksPeriodic,
            Family::TanhSinh(_) => Behaviour::SingularEnd,
            Family::Constant => Behaviour::Constant,
        };
        let axes = self.levels.iter().enumerate();
        let axes: Vec<(Behaviour, String)> = axes
            .map(|(axis, level)| {
                (
                    behaviour(axis, level),
                    self.integrand.knowledge().axis_name(axis),
                )
            })
            .collect();
        // In the order of the axes.
        let order: Vec<Behaviour> = axes.iter().map(|(behaviour, _)| *behaviour).collect();
        Because::along(&order, axes.into_iter())
    }

    // Sums, with the budget in sight.

    fn rules(rungs: &[Rung]) -> Result<Vec<Rule>, Error> {
        rungs.iter().map(|rung| rung.rule()).collect()
    }

    fn sums(&mut self, rungs: &[Rung]) -> Result<Vec<Sum>, End> {
        if let Some(sums) = self.known.get(rungs) {
            return Ok(sums.clone());
        }
        let rules = Self::rules(rungs)?;
        self.task.afford(nodes(&rules))?;
        let sums = sums_with(self.integrand, &mut self.evaluator, &rules, self.task)?;
        self.known.insert(rungs.to_vec(), sums.clone());
        if sums.iter().any(|s| !s.is_finite()) {
            return Err(End::Nonfinite(rules, sums));
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

    // The rise.

    fn run(&mut self) -> Result<Verdict, End> {
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
                } else if self.manner.impatient && self.slowness[axis].1 >= 2 {
                    return Err(End::Slow(axis));
                }
            }
            if slowly && !self.doubted {
                self.doubted = true;
                if let Some(better) = self.manner.doubt
                    && better()?
                {
                    return Err(End::Doubt);
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
    fn losses(&mut self, base: &[Sum]) -> Result<Vec<f64>, End> {
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

    fn keep_best(&mut self, rungs: &[Rung], sums: &[Sum], errors: Vec<f64>) -> Result<(), End> {
        let worst = |errors: &[f64]| errors.iter().copied().fold(0.0, f64::max);
        let better = match &self.best {
            None => true,
            Some(best) => worst(&errors) <= worst(&best.errors),
        };
        if better {
            self.task.report(&values(sums), &errors);
            self.best = Some(Verdict {
                values: values(sums),
                errors,
                rules: Self::rules(rungs)?,
                status: Status::Budget,
                reasons: Vec::new(),
            });
        }
        Ok(())
    }

    /// All axes raised, then incommensurate orders. `None` if they disagree and the search goes on.
    fn final_check(&mut self, base: &[Sum], loss: f64) -> Result<Option<Verdict>, End> {
        let raised = self.raised_levels()?;
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
                let weight = if slow || noise { 3.0 } else { 1.0 / 30.0 };
                (8.0 * second).max(weight * first).max(unsettled(b, c)) + roundoff(c)
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
                return Err(End::Exhausted);
            }
            self.raise_all();
            return Ok(None);
        }
        let mut reasons = Vec::new();
        let mut status = Status::Converged;
        if !met {
            status = Status::Roundoff;
            reasons.push(Reason::Rounding);
        }
        if second_distance > 1.0 {
            status = Status::Suspect;
            reasons.push(Reason::Disagreement { rule: None });
        }
        let zeros = third_sums.iter().filter(|s| s.magnitude() == 0.0).count();
        if zeros > 0 && !self.levels.iter().all(|l| l.family == Family::Constant) {
            status = Status::Suspect;
            reasons.push(Reason::ZeroEverywhere);
        }
        Ok(Some(Verdict {
            values: values(&third_sums),
            errors,
            rules: Self::rules(&third)?,
            status,
            reasons,
        }))
    }

    /// All axes raised at least once, and to some nodes at least.
    fn raised_levels(&self) -> Result<Vec<Level>, Error> {
        let varying = self.levels.iter().filter(|l| l.family != Family::Constant);
        let varying = varying.count().max(1);
        let fewest = FEWEST_FINAL_NODES.powf(1.0 / varying as f64) as usize;
        self.levels
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
            .collect()
    }

    fn raise_all(&mut self) {
        for level in &mut self.levels {
            if !level.is_last() {
                *level = level.raised(1);
            }
        }
    }
}

/// Tensor products of rules whose orders rise, judged by a scan for peaks.
pub(crate) struct Orders {
    /// Whether to come back to what was given up for something that did not do better.
    pub(crate) again: bool,
}

impl Strategy for Orders {
    fn suits(&self, subject: &Subject<'_>, _task: &Task<'_>) -> bool {
        !self.again || subject.given_up.get()
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let in_sight = || -> Result<bool, Halt> {
            let look = subject.look(task)?;
            Ok(subject.changes > 0 && !look.changes.is_empty() || look.has_singular_ends())
        };
        let in_sight: &dyn Fn() -> Result<bool, Halt> = &in_sight;
        let manner = Manner {
            impatient: true,
            doubt: Some(in_sight)
                .filter(|_| !self.again && subject.cost_of_look() < task.left() / 5),
            ..Manner::default()
        };
        let found = integrate(subject.integrand, task, &manner)?;
        subject.given_up.set(found.given_up);
        let Progress {
            outcome,
            rules,
            levels,
            ..
        } = found;
        let seen = (&rules[..], &levels[..]);
        let mut outcome = without_peaks(subject.integrand, outcome, seen, task, subject.scan);
        let is_singular = levels
            .iter()
            .any(|l| matches!(l.family, Family::TanhSinh(_)));
        outcome.levels = Some(levels).filter(|_| !is_singular);
        Ok(Attempt::of(outcome))
    }
}
