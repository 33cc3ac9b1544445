//! Sparse grids that grow where the integrand needs them: smooth integrands of many variables.
//!
//! 1. Along each axis take nested rules: level by level, new nodes come to old ones. The surplus of
//!    a value is what the interpolant of the older nodes of its grid lacks there; surpluses times
//!    weights add up to the integral.
//! 2. Begin with all grids whose levels add up to a few. A grid whose older neighbours are done is
//!    active; in each round the grids that contribute the most for their nodes are done, and their
//!    newer neighbours become active. Stop when the contributions of the active grids are small.
//! 3. Witnesses: what the interpolant lacks at nodes of another kind, whose mean estimates the error
//!    without regard to the grids, and at the tops of the hills that a scan meets; and how rough the
//!    integrand is along lines.
//!
//! T. Gerstner, M. Griebel, "Dimension-adaptive tensor-product quadrature", Computing 71 (2003)
//! 65–87; H.-J. Bungartz, M. Griebel, "Sparse grids", Acta Numerica 13 (2004) 147–269, for surpluses.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::because::{Because, Step};
use super::lines;
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::reason::Reason;
use super::scan::{SCAN, scan};
use super::scattered::{Places, values_at};
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::surpluses::{add_products, lacking};
use super::task::Task;
use crate::elementary::sum::Sum;
use crate::integrand::{BLOCK, Integrand, for_each_index};
use crate::rule::Nested;
use crate::scatter::Scatter;

/// With fewer variables tensor products need fewer nodes; with more, the first grids are too many.
const VARIABLES: std::ops::RangeInclusive<usize> = 4..=100;

/// The first grids are no more than so many.
const MOST_FIRST: usize = 1000;

/// Grids that contribute this part of the largest contribution for their nodes are done in a round.
const WORTH_DOING: f64 = 0.25;

/// The contributions of the active grids, in units of the tolerance, at which witnesses are asked.
const ENOUGH: f64 = 0.1;

/// The error that is claimed, as a multiple of those contributions; on 392 random problems the truth was
/// at most 7 times as far off.
const CAUTION: f64 = 9.0;

/// Errors below this part of the tolerance are not claimed.
const FINEST: f64 = 0.1;

/// The part of its older neighbours' contributions that a grid is thought to have at least.
const INHERITED: f64 = 0.1;

/// Nodes of the witness: as many as these products with the nodes of the grids, within limits; and where
/// they begin.
const PRODUCTS: u64 = 20_000_000;
const FIRST_WITNESS: f64 = 0.357;

/// The spread of what the interpolant lacks may be this power of the tolerance, both as parts of the
/// size of the integrand; measured on smooth integrands: 0.34 and more.
const INTERPOLATION: f64 = 0.32;

/// An interpolant of few of the nodes, one of so many, lacks more than that of all; if that still lacks
/// more than this part of it, the nodes do not see what is lacking.
const FEWER: usize = 4;
const NO_NEARER: f64 = 0.4;

/// The mean of what the interpolant lacks may be this multiple of its standard deviation.
const MOST_OFF: f64 = 4.0;

/// An interpolant that lacks this part of the integrand's size, or of the height of a hill, does not
/// explain it. A value above the other multiple of the mean size is on a hill.
const UNEXPLAINED: f64 = 0.5;
const HILL: f64 = 4.0;

/// Corners that are looked at, and how near.
const CORNERS: usize = BLOCK;
const NEAR_CORNER: f64 = 1.0 / 128.0;

/// Nodes along lines on which kinks are looked for, and how rough the integrand may be there, as a
/// multiple of the tolerance.
const FEWEST_ON_LINE: usize = 64;
const MOST_ON_LINE: usize = 256;
const MOST_ROUGH: f64 = 10.0;

/// How often witnesses may doubt, and the part of the aim that is the next one.
const DOUBTS: usize = 3;
const STRICTER: f64 = 0.1;

/// Fewer nodes are evaluated on the calling thread.
const FEW_NODES: usize = 4 * BLOCK;

/// The most values that are kept.
const MOST_VALUES: u64 = 8_000_000;

/// After so many evaluations it is worth to look for singular ends.
const MANY: u64 = 5000;

/// A grid of new nodes of one level along each axis.
struct Grid {
    levels: Box<[u8]>,
    /// Output by output.
    values: Vec<f64>,
    surpluses: Vec<f64>,
    /// What the grid contributes to each integral.
    contributions: Vec<f64>,
    /// The size of that, or a part of the least of its older neighbours' if that is more: a
    /// contribution can be small by accident.
    estimates: Vec<f64>,
    done: bool,
    /// Whether there is no higher level for a newer neighbour that it should have.
    capped: bool,
}

/// Why the grids grow no further.
enum End {
    /// Something else will do better: a value is not finite, more nodes hardly help, an end or a
    /// corner is singular, or what lies between the nodes was missed.
    Hopeless,
    Stopped(Stop),
}

impl<S: Into<Stop>> From<S> for End {
    fn from(stop: S) -> Self {
        End::Stopped(stop.into())
    }
}

/// How nodes are spent.
#[derive(Clone)]
struct Spending {
    /// The first grids have levels that add up to this.
    first_total: usize,
    /// The fewest and the most nodes of the witness.
    witnesses: [u64; 2],
    /// Whether contributions must be small twice in turn.
    confirms: bool,
    /// Whether to look for hills that no node has met.
    looks_for_hills: bool,
    /// Fewer nodes are evaluated on the calling thread.
    few: usize,
    /// From here on progress is judged, with some hope that it gets better, and from there on with less.
    trials: [u64; 2],
    /// What to call it.
    step: Step,
}

/// Where nodes cost next to nothing.
const FREE: Spending = Spending {
    first_total: 3,
    witnesses: [BLOCK as u64, SCAN as u64],
    confirms: true,
    looks_for_hills: true,
    few: FEW_NODES,
    trials: [20_000, 60_000],
    step: Step::SparseGrid,
};

/// Where something else may do with fewer nodes.
const SHORT_TRIALS: [u64; 2] = [2000, 2000];

/// Where code takes long at every node.
const SPARING: Spending = Spending {
    first_total: 3,
    witnesses: [12, SCAN as u64],
    confirms: false,
    looks_for_hills: false,
    few: 1,
    trials: [500, 2000],
    step: Step::Sparing,
};

/// With so many variables the first grids see enough: of 1,400 random problems in 1 to 5 variables, smooth ones,
/// kinked ones and jumps, none was further off than claimed; where three did not look twice, 4 of 480 were.
const PLANE: usize = 2;

/// The nodes of the grids for each node of a sparing witness.
const SPARING_WITNESSES: u64 = 3;

struct Growth<'g> {
    integrand: &'g dyn Integrand,
    task: &'g Task<'g>,
    spending: Spending,
    /// The evaluations that are not those of the grids and their witnesses.
    before: u64,
    /// Whether singular ends were asked about.
    asked: bool,
    /// The axes that the integrand varies along, and their rules.
    axes: Vec<(usize, &'static Nested)>,
    grids: Vec<Grid>,
    places: FxHashMap<Box<[u8]>, usize>,
    totals: Vec<Sum>,
    magnitudes: Vec<f64>,
    /// Evaluations, and the contributions of the active grids, round by round.
    history: Vec<(u64, f64)>,
    /// When progress was judged last, and whether it was slow.
    judged: u64,
    slow: bool,
    nodes: u64,
}

/// What nodes cost, and what else there is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Nodes {
    /// Next to nothing, where nothing is better in sight.
    Cheap,
    /// Next to nothing, but something else may do with fewer: little progress ends it soon.
    Tried,
    /// Much: code takes long at every node.
    Dear,
}

/// A sparse grid that grows where the integrand needs it.
pub(crate) struct SparseGrid {
    pub(crate) nodes: Nodes,
}

impl Strategy for SparseGrid {
    fn suits(&self, subject: &Subject<'_>, task: &Task<'_>) -> bool {
        // The rules are made when they are needed: that takes longer than many an integral.
        let varying = varying(subject.integrand).count();
        match self.nodes {
            Nodes::Dear => task.takes_long() && (1..=*VARIABLES.end()).contains(&varying),
            Nodes::Cheap | Nodes::Tried => VARIABLES.contains(&varying),
        }
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let integrand = subject.integrand;
        if integrand.knowledge().switches().oblique {
            return Ok(Attempt::Pass);
        }
        let outputs = integrand.outputs();
        let mut growth = Growth {
            integrand,
            task,
            spending: match self.nodes {
                Nodes::Dear => Spending {
                    confirms: varying(integrand).count() > PLANE,
                    ..SPARING
                },
                Nodes::Tried => Spending {
                    trials: SHORT_TRIALS,
                    ..FREE
                },
                Nodes::Cheap => FREE,
            },
            before: task.used(),
            asked: false,
            axes: axes(integrand).collect(),
            grids: Vec::new(),
            places: FxHashMap::default(),
            totals: vec![Sum::default(); outputs],
            magnitudes: vec![0.0; outputs],
            history: Vec::new(),
            judged: 0,
            slow: false,
            nodes: 0,
        };
        match growth.grow(subject) {
            Ok(outcome) => Ok(Attempt::of(outcome)),
            Err(End::Hopeless) => Ok(Attempt::Pass),
            Err(End::Stopped(stop)) => Err(stop),
        }
    }
}

/// The axes that an integrand varies along, and whether it is periodic there.
fn varying(integrand: &dyn Integrand) -> impl Iterator<Item = (usize, bool)> {
    (0..integrand.dimension()).filter_map(|axis| {
        let facts = integrand.knowledge().axis_facts(axis);
        facts.varies.then_some((axis, facts.periodic == Some(true)))
    })
}

/// The axes that an integrand varies along, and rules for them.
fn axes(integrand: &dyn Integrand) -> impl Iterator<Item = (usize, &'static Nested)> {
    varying(integrand).map(|(axis, periodic)| match periodic {
        true => (axis, Nested::trapezoid()),
        false => (axis, Nested::patterson()),
    })
}

impl Growth<'_> {
    /// The evaluations so far.
    fn evaluations(&self) -> u64 {
        self.task.used() - self.before
    }

    fn outcome(&self, errors: Vec<f64>, status: Status) -> Outcome {
        let values = self.totals.iter().map(Sum::value).collect();
        Outcome::new(values, errors, status).by(
            format!("sparse grid, {} nodes", self.nodes),
            Because::of(self.spending.step.clone()),
        )
    }

    /// The rounding error of each total.
    fn roundoff(&self) -> Vec<f64> {
        let sizes = self.magnitudes.iter();
        sizes.map(|m| 8.0 * f64::EPSILON * m).collect()
    }

    fn grow(&mut self, subject: &Subject<'_>) -> Result<Outcome, End> {
        self.begin()?;
        let mut aim = ENOUGH;
        let mut doubts = 0;
        // The values when the active grids were first found to contribute little enough.
        let mut before: Option<Vec<f64>> = None;
        loop {
            let values: Vec<f64> = self.totals.iter().map(Sum::value).collect();
            let roundoff = self.roundoff();
            let tolerances = self.task.tolerances(&values);
            let targets = tolerances.iter().zip(&roundoff);
            let targets: Vec<f64> = targets
                .map(|(t, r)| t.max(*r).max(f64::MIN_POSITIVE))
                .collect();
            let growth: Vec<Vec<Vec<f64>>> = (0..values.len()).map(|k| self.growth(k)).collect();
            let is_open = |grid: &Grid| !grid.done || grid.capped;
            let places = (0..self.grids.len()).filter(|&place| is_open(&self.grids[place]));
            let mut sums = vec![0.0; values.len()];
            let mut active: Vec<(usize, f64)> = Vec::new();
            for place in places {
                let mut weight = 0.0f64;
                for (k, growth) in growth.iter().enumerate() {
                    let estimate = self.estimate(place, k, growth);
                    sums[k] += estimate;
                    weight = weight.max(estimate / targets[k]);
                }
                active.push((place, weight));
            }
            let open: f64 = active.iter().map(|a| a.1).sum();
            let capped = active.iter().filter(|a| self.grids[a.0].capped);
            if capped.map(|a| a.1).sum::<f64>() > aim {
                return Err(End::Hopeless);
            }
            self.task.report(&values, &sums);
            self.history.push((self.evaluations(), open));
            let mut least_total = None;
            if open > aim {
                before = None;
                self.judge(open, subject)?;
            } else if let Some(before) = match self.spending.confirms {
                true => before.replace(values.clone()),
                false => Some(values.clone()),
            } {
                let error = |k: usize| {
                    let changed = (values[k] - before[k]).abs();
                    (CAUTION * sums[k] + changed + roundoff[k]).max(FINEST * targets[k])
                };
                let mut errors: Vec<f64> = (0..values.len()).map(error).collect();
                let floors = targets.iter().zip(&roundoff).map(|(t, r)| t.max(8.0 * r));
                if errors.iter().zip(floors).all(|(e, floor)| *e <= floor) {
                    if self.witnesses_agree(&targets, &mut errors)? {
                        return Ok(self.verdict(errors, &tolerances));
                    }
                    doubts += 1;
                    aim *= STRICTER;
                    if doubts > DOUBTS {
                        return Err(End::Hopeless);
                    }
                    // What the grids cannot see lies in directions that were not looked in.
                    least_total = Some(self.spending.first_total + doubts);
                }
            }
            self.refine(&active, least_total)?;
        }
    }

    fn verdict(&self, errors: Vec<f64>, tolerances: &[f64]) -> Outcome {
        if errors.iter().zip(tolerances).all(|(e, t)| e <= t) {
            return self.outcome(errors, Status::Converged);
        }
        self.outcome(errors, Status::Roundoff)
            .with_reason(Reason::Rounding)
    }

    /// By axis and level, how much more grids of some higher level contribute to an output than those
    /// of this level; at least 1.
    ///
    /// Where an integrand is small at the nodes of low levels, its peaks along the other axes look
    /// small there too.
    fn growth(&self, output: usize) -> Vec<Vec<f64>> {
        let levels = self.axes.iter().map(|(_, rule)| vec![0.0; rule.levels()]);
        let mut sizes: Vec<Vec<f64>> = levels.collect();
        for grid in &self.grids {
            for (sizes, &level) in sizes.iter_mut().zip(&grid.levels) {
                sizes[usize::from(level)] += grid.contributions[output].abs();
            }
        }
        for sizes in &mut sizes {
            let mut above = 0.0f64;
            for size in sizes.iter_mut().rev() {
                let own = *size;
                *size = if own > 0.0 {
                    (above / own).max(1.0)
                } else {
                    1.0
                };
                above = above.max(own);
            }
        }
        sizes
    }

    /// What the neighbourhood of a grid may contribute to an output.
    fn estimate(&self, place: usize, output: usize, growth: &[Vec<f64>]) -> f64 {
        let grid = &self.grids[place];
        let factors = growth
            .iter()
            .zip(&grid.levels)
            .map(|(g, &l)| g[usize::from(l)]);
        grid.estimates[output] * factors.product::<f64>()
    }

    /// Gives up where it would take too long, twice in turn.
    fn judge(&mut self, open: f64, subject: &Subject<'_>) -> Result<(), End> {
        let now = self.evaluations();
        if now >= MANY && !self.asked {
            self.asked = true;
            let before = self.task.used();
            let look = subject.look(self.task)?;
            // These are no evaluations of the grids.
            self.before += self.task.used() - before;
            if !look.changes.is_empty() || look.has_singular_ends() {
                return Err(End::Hopeless);
            }
        }
        if 2 * now < 3 * self.judged {
            return Ok(());
        }
        let half = self.history.iter().rev().find(|(then, _)| *then <= now / 2);
        let Some((then, before)) = half.filter(|_| now >= self.spending.trials[0]) else {
            return Ok(());
        };
        let rate = (before / open).ln() / (now as f64 / *then as f64).ln();
        let rate = rate.max(0.0)
            + if now < self.spending.trials[1] {
                1.0
            } else {
                0.5
            };
        let needed = now as f64 * (open / ENOUGH).powf(1.0 / rate);
        let slow = needed > self.most_nodes().min(now + self.task.left()) as f64;
        if slow && self.slow {
            return Err(End::Hopeless);
        }
        (self.judged, self.slow) = (now, slow);
        Ok(())
    }

    /// The most nodes, by the memory for their values.
    fn most_nodes(&self) -> u64 {
        MOST_VALUES / self.integrand.outputs() as u64
    }

    // Growth.

    /// The first grids: all whose levels add up to a few.
    fn begin(&mut self) -> Result<(), End> {
        let dimension = self.axes.len();
        let mut layers = vec![vec![vec![0u8; dimension].into_boxed_slice()]];
        for total in 1..=self.spending.first_total {
            let mut layer = Vec::new();
            for levels in &layers[total - 1] {
                // Levels are raised from the last raised axis on: each sum is met once.
                let last = levels.iter().rposition(|l| *l > 0).unwrap_or(0);
                for axis in last..dimension {
                    let mut next = levels.clone();
                    next[axis] += 1;
                    layer.push(next);
                }
            }
            if total > 1 && layer.len() > MOST_FIRST {
                break;
            }
            layers.push(layer);
        }
        let last = layers.len() - 1;
        for (total, layer) in layers.into_iter().enumerate() {
            let before = self.grids.len();
            self.add(layer)?;
            for grid in &mut self.grids[before..] {
                grid.done = total < last;
            }
        }
        Ok(())
    }

    /// Does the active grids that are worth it, and all whose levels add up to no more than `total`;
    /// their newer neighbours become active.
    fn refine(&mut self, active: &[(usize, f64)], total: Option<usize>) -> Result<(), End> {
        let profit =
            |&(place, weight): &(usize, f64)| weight / self.grids[place].values.len() as f64;
        let open = active.iter().filter(|a| !self.grids[a.0].done);
        let best = open.clone().map(profit).fold(0.0, f64::max);
        let is_low = |place: usize| {
            let levels = self.grids[place].levels.iter();
            total.is_some_and(|total| levels.map(|l| usize::from(*l)).sum::<usize>() <= total)
        };
        let worth = |a: &(usize, f64)| profit(a) >= WORTH_DOING * best && a.1 > 0.0;
        let chosen = open.clone().filter(|a| worth(a) || is_low(a.0));
        let chosen: Vec<usize> = chosen.map(|a| a.0).collect();
        for &place in &chosen {
            self.grids[place].done = true;
        }
        let mut batch: Vec<Box<[u8]>> = Vec::new();
        let mut met: FxHashSet<Box<[u8]>> = FxHashSet::default();
        for &place in &chosen {
            let levels = self.grids[place].levels.clone();
            for axis in 0..levels.len() {
                let mut next = levels.clone();
                next[axis] += 1;
                if !self.is_admissible(&next) {
                    continue;
                }
                if usize::from(next[axis]) >= self.axes[axis].1.levels() {
                    self.grids[place].capped = true;
                    continue;
                }
                if met.insert(next.clone()) {
                    batch.push(next);
                }
            }
        }
        self.add(batch)
    }

    /// Whether all older neighbours of a grid are done.
    fn is_admissible(&self, levels: &[u8]) -> bool {
        let done = |place: Option<usize>| place.is_some_and(|place| self.grids[place].done);
        self.older(levels).all(done)
    }

    /// The places of the older neighbours of a grid, where they are there.
    fn older(&self, levels: &[u8]) -> impl Iterator<Item = Option<usize>> {
        let raised = (0..levels.len()).filter(|&axis| levels[axis] > 0);
        raised.map(move |axis| {
            let mut older: Box<[u8]> = levels.into();
            older[axis] -= 1;
            self.places.get(&older).copied()
        })
    }

    // Values and surpluses.

    /// The number of new nodes of a grid.
    fn count(&self, levels: &[u8]) -> u64 {
        let axes = self.axes.iter().zip(levels);
        let counts = axes.map(|((_, rule), &l)| rule.new_nodes(l.into()).len() as u64);
        counts.fold(1, u64::saturating_mul)
    }

    /// Evaluates grids and computes their surpluses.
    fn add(&mut self, batch: Vec<Box<[u8]>>) -> Result<(), End> {
        let counts: Vec<u64> = batch.iter().map(|levels| self.count(levels)).collect();
        let cost = counts.iter().copied().fold(0, u64::saturating_add);
        let outputs = self.integrand.outputs();
        if self.nodes.saturating_add(cost) > self.most_nodes() {
            return Err(End::Hopeless);
        }
        self.task.afford(cost)?;
        let values = self.evaluate(&batch, cost as usize)?;
        self.nodes += cost;
        if values.iter().any(|v| !v.is_finite()) {
            return Err(End::Hopeless);
        }
        let first = self.grids.len();
        let mut begin = 0;
        for (levels, count) in batch.into_iter().zip(counts) {
            let range = begin..begin + count as usize;
            let own = (0..outputs).flat_map(|k| &values[k * cost as usize..][range.clone()]);
            begin = range.end;
            let own = own.copied().collect();
            self.places.insert(levels.clone(), self.grids.len());
            self.grids.push(Grid {
                levels,
                values: own,
                surpluses: Vec::new(),
                contributions: Vec::new(),
                estimates: Vec::new(),
                done: false,
                capped: false,
            });
        }
        let new = first..self.grids.len();
        let found: Vec<_> = if (cost as usize) < FEW_NODES {
            new.clone().map(|place| self.surpluses(place)).collect()
        } else {
            self.task.in_parallel(|| {
                let parallel = new.clone().into_par_iter();
                parallel.map(|place| self.surpluses(place)).collect()
            })?
        };
        for (place, (surpluses, contributions, magnitudes)) in new.zip(found) {
            for (k, total) in self.totals.iter_mut().enumerate() {
                total.add(contributions[k]);
                self.magnitudes[k] += magnitudes[k];
            }
            let estimate = |k: usize| {
                let older = self.older(&self.grids[place].levels);
                let sizes = older
                    .flatten()
                    .map(|o| self.grids[o].contributions[k].abs());
                let least = sizes.fold(f64::INFINITY, f64::min);
                let least = if least.is_finite() { least } else { 0.0 };
                contributions[k].abs().max(INHERITED * least)
            };
            let estimates = (0..outputs).map(estimate).collect();
            let grid = &mut self.grids[place];
            (grid.surpluses, grid.contributions, grid.estimates) =
                (surpluses, contributions, estimates);
        }
        Ok(())
    }

    /// The values at the new nodes of grids: output by output, grid by grid.
    fn evaluate(&self, batch: &[Box<[u8]>], count: usize) -> Result<Vec<f64>, Stop> {
        let mut nodes: Vec<Vec<f64>> = vec![Vec::with_capacity(count); self.axes.len()];
        for levels in batch {
            let axes = self.axes.iter().zip(levels);
            let axes: Vec<&[f64]> = axes.map(|((_, r), &l)| r.new_nodes(l.into())).collect();
            for_each_index(axes.iter().map(|nodes| nodes.len()), |index| {
                for ((all, axis), &i) in nodes.iter_mut().zip(&axes).zip(index) {
                    all.push(axis[i]);
                }
            });
        }
        self.values_at(&nodes)
    }

    /// The values at nodes that are given axis by axis, output by output.
    fn values_at(&self, nodes: &[Vec<f64>]) -> Result<Vec<f64>, Stop> {
        let axes: Vec<usize> = self.axes.iter().map(|(axis, _)| *axis).collect();
        let places = Places {
            axes: &axes,
            along: nodes,
            few: self.spending.few,
        };
        values_at(self.integrand, self.task, &places)
    }

    /// The surpluses of a grid, what it contributes to each integral, and the size of its terms.
    fn surpluses(&self, place: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let levels = &self.grids[place].levels;
        let rules = || self.axes.iter().zip(levels).filter(|(_, l)| **l > 0);
        let raised: Vec<usize> = (0..levels.len()).filter(|&a| levels[a] > 0).collect();
        let lengths: Vec<usize> = rules().map(|((_, r), &l)| r.len(l.into())).collect();
        let weights: Vec<&[f64]> = rules()
            .map(|((_, r), &l)| r.new_weights(l.into()))
            .collect();
        let outputs = self.integrand.outputs();
        let (mut all, mut contributions, mut magnitudes) = (Vec::new(), Vec::new(), Vec::new());
        for output in 0..outputs {
            let mut data = self.gather(place, &raised, &lengths, output);
            let squares = data.iter().map(|v| v * v).sum::<f64>();
            let size = (squares / data.len() as f64).sqrt();
            let mut outer = 1;
            for (((_, rule), &level), &n) in rules().zip(&lengths) {
                let new = rule.new_nodes(level.into()).len();
                data = lacking(&data, rule.interpolation(level.into()), outer, [n - new, n]);
                outer *= new;
            }
            let mut sum = Sum::default();
            let mut place = 0;
            let mut weight_sum = 0.0;
            for_each_index(weights.iter().map(|w| w.len()), |index| {
                let weight: f64 = index.iter().zip(&weights).map(|(&i, w)| w[i]).product();
                weight_sum += weight;
                sum.add(weight * data[place]);
                place += 1;
            });
            contributions.push(sum.value());
            magnitudes.push(weight_sum * size);
            all.extend(data);
        }
        (all, contributions, magnitudes)
    }

    /// The values of an output on the whole grid of a grid's nodes and all older ones.
    fn gather(&self, place: usize, raised: &[usize], lengths: &[usize], output: usize) -> Vec<f64> {
        let grid = &self.grids[place];
        let mut data = vec![0.0; lengths.iter().product()];
        let mut strides = vec![1; lengths.len()];
        for a in (1..lengths.len()).rev() {
            strides[a - 1] = strides[a] * lengths[a];
        }
        let mut levels = grid.levels.clone();
        let older = raised.iter().map(|&a| usize::from(grid.levels[a]) + 1);
        for_each_index(older, |index| {
            for (&axis, &level) in raised.iter().zip(index) {
                levels[axis] = level as u8;
            }
            let source = &self.grids[self.places[&levels]];
            let n = source.values.len() / self.integrand.outputs();
            let mut values = source.values[output * n..(output + 1) * n].iter();
            let first_and_count: Vec<(usize, usize)> = raised
                .iter()
                .zip(index)
                .map(|(&axis, &level)| {
                    let rule = self.axes[axis].1;
                    let count = rule.new_nodes(level).len();
                    (rule.len(level) - count, count)
                })
                .collect();
            for_each_index(first_and_count.iter().map(|p| p.1), |at| {
                let offsets = at.iter().zip(&first_and_count).zip(&strides);
                let target: usize = offsets.map(|((i, (first, _)), s)| (first + i) * s).sum();
                if let Some(value) = values.next() {
                    data[target] = *value;
                }
            });
        });
        data
    }

    // Witnesses.

    /// Whether what the interpolant lacks elsewhere is consistent with the errors, which it may raise.
    fn witnesses_agree(&mut self, targets: &[f64], errors: &mut [f64]) -> Result<bool, End> {
        let [fewest, most] = self.spending.witnesses;
        let witnesses = if self.spending.looks_for_hills {
            let hills = 15 + CORNERS + 360 * 2 * self.integrand.dimension();
            let witnesses = (PRODUCTS / self.nodes).clamp(fewest, most);
            let witnesses = witnesses.next_multiple_of(BLOCK as u64) as usize;
            self.task.afford((witnesses + SCAN + hills) as u64)?;
            witnesses
        } else {
            let witnesses = (self.nodes / SPARING_WITNESSES).clamp(fewest, most);
            self.task.afford(witnesses)?;
            witnesses as usize
        };
        let points = Scatter::golden(self.axes.len()).starting_at(FIRST_WITNESS);
        let nodes = points.along_axes(0..witnesses);
        let (values, interpolants) = self.values_and_interpolants(&nodes)?;
        let earlier = self.interpolants(&nodes, self.earlier_grids())?;
        let pairs = values.chunks(witnesses).zip(interpolants.chunks(witnesses));
        let pairs = pairs.zip(earlier.chunks(witnesses));
        let claims = targets.iter().zip(errors.iter_mut());
        for (((values, others), earlier), (target, error)) in pairs.zip(claims) {
            let count = witnesses as f64;
            let (mut sum, mut squares, mut size) = (0.0, 0.0, 0.0);
            let mut before = 0.0;
            for ((value, other), earlier) in values.iter().zip(others).zip(earlier) {
                before += (value - earlier) * (value - earlier) / count;
                sum += (value - other) / count;
                squares += (value - other) * (value - other) / count;
                size += value * value / count;
            }
            let size = f64::sqrt(size);
            // Integrals of interpolants are far more exact than the interpolants.
            let enough = size * (target / size).powf(INTERPOLATION);
            let spread = squares.sqrt();
            if spread > UNEXPLAINED * size {
                return Err(End::Hopeless);
            }
            // What many nodes see as little of as few did is hidden from both.
            let comes_near = spread <= *target || spread <= NO_NEARER * before.sqrt();
            let agree = spread <= enough
                && comes_near
                && sum.abs() <= *error + MOST_OFF * spread / count.sqrt();
            if !agree {
                return Ok(false);
            }
            // Less than the witness can tell is not claimed, unless the tolerance asks for less.
            *error = error.max((2.0 * sum.abs()).min(*target));
        }
        if !self.spending.looks_for_hills {
            return Ok(true);
        }
        let explains = self.explains_hills()?;
        if explains && !self.is_smooth_along_lines(targets)? {
            return Err(End::Hopeless);
        }
        Ok(explains)
    }

    /// Twice as many nodes as the finest grids have along an axis.
    fn nodes_of_lines(&self) -> usize {
        let lengths = self.grids.iter().flat_map(|grid| {
            let axes = self.axes.iter().zip(&grid.levels);
            axes.map(|((_, rule), &level)| rule.len(level.into()))
        });
        (2 * lengths.max().unwrap_or(0)).clamp(FEWEST_ON_LINE, MOST_ON_LINE)
    }

    /// Whether the integrand is no rougher along lines than what is asked for allows.
    fn is_smooth_along_lines(&self, targets: &[f64]) -> Result<bool, Stop> {
        let axes: Vec<usize> = self.axes.iter().map(|(axis, _)| *axis).collect();
        let nodes = self.nodes_of_lines();
        self.task.afford(lines::evaluations(nodes) as u64)?;
        let found = lines::roughness(self.integrand, self.task, &axes, nodes)?;
        let mut pairs = found.iter().zip(targets);
        Ok(pairs.all(|(found, target)| *found <= MOST_ROUGH * target))
    }

    /// Whether the interpolant has about the height of the hills that a scan meets, and of those at
    /// corners.
    fn explains_hills(&mut self) -> Result<bool, End> {
        let mut evaluator = self.task.evaluator(self.integrand);
        let found = scan(self.integrand, &mut evaluator, SCAN)?;
        let hills = found.peaks.into_iter().chain(found.tops);
        let along = |(axis, _): &(usize, _)| hills.clone().map(|w| w.0[*axis]).collect();
        let mut nodes: Vec<Vec<f64>> = self.axes.iter().map(along).collect();
        let scattered = Scatter::golden(self.axes.len()).along_axes(0..CORNERS);
        for (place, (nodes, scattered)) in nodes.iter_mut().zip(scattered).enumerate() {
            nodes.extend((0..CORNERS).map(|corner| {
                let above = if place < 8 {
                    corner >> place & 1 == 1
                } else {
                    scattered[corner] > 0.5
                };
                if above {
                    1.0 - NEAR_CORNER
                } else {
                    NEAR_CORNER
                }
            }));
        }
        let (values, interpolants) = self.values_and_interpolants(&nodes)?;
        let mut pairs = values.iter().zip(&interpolants);
        Ok(pairs.all(|(value, other)| {
            let size = value.abs();
            size <= HILL * found.mean || (value - other).abs() <= UNEXPLAINED * size
        }))
    }

    /// The grids that came first, with a part of the nodes.
    fn earlier_grids(&self) -> &[Grid] {
        let outputs = self.integrand.outputs();
        let mut nodes = 0;
        let few = self.grids.iter().take_while(|grid| {
            nodes += grid.values.len() / outputs;
            FEWER as u64 * nodes as u64 <= self.nodes
        });
        &self.grids[..few.count()]
    }

    /// The integrand and the interpolant at nodes that are given axis by axis, output by output.
    fn values_and_interpolants(&self, nodes: &[Vec<f64>]) -> Result<(Vec<f64>, Vec<f64>), Stop> {
        Ok((
            self.values_at(nodes)?,
            self.interpolants(nodes, &self.grids)?,
        ))
    }

    /// The interpolant at nodes that are given axis by axis, output by output.
    fn interpolants(&self, nodes: &[Vec<f64>], grids: &[Grid]) -> Result<Vec<f64>, Stop> {
        let count = nodes[0].len();
        let outputs = self.integrand.outputs();
        let mut highest = vec![0; self.axes.len()];
        for grid in grids {
            for (highest, level) in highest.iter_mut().zip(&grid.levels) {
                *highest = (*level).max(*highest);
            }
        }
        // By axis, level and new node, the function that is 1 there, at all nodes.
        let axes = self.axes.iter().zip(nodes).zip(&highest);
        let cardinals: Vec<Vec<Vec<f64>>> = axes
            .map(|(((_, rule), nodes), &highest)| {
                let level = |level: u8| {
                    let new = rule.new_nodes(level.into()).len();
                    let mut table = vec![0.0; new * count];
                    for (i, x) in nodes.iter().enumerate() {
                        let at_node = rule.new_cardinals(level.into(), *x);
                        for (j, value) in at_node.into_iter().enumerate() {
                            table[j * count + i] = value;
                        }
                    }
                    table
                };
                (0..=highest).map(level).collect()
            })
            .collect();
        let part = |grids: &[Grid]| {
            let mut sums = vec![0.0; outputs * count];
            for grid in grids {
                let raised = (0..grid.levels.len()).filter(|&a| grid.levels[a] > 0);
                let tables: Vec<&[f64]> = raised
                    .map(|a| &cardinals[a][usize::from(grid.levels[a])][..])
                    .collect();
                let n = grid.surpluses.len() / outputs;
                let surpluses = grid.surpluses.chunks(n);
                for (surpluses, sums) in surpluses.zip(sums.chunks_mut(count)) {
                    add_products(surpluses, &tables, sums);
                }
            }
            sums
        };
        let grids = grids.par_chunks(64);
        let parts: Vec<Vec<f64>> = self.task.in_parallel(|| grids.map(part).collect())?;
        let mut total = vec![0.0; outputs * count];
        for part in parts {
            total.iter_mut().zip(part).for_each(|(t, p)| *t += p);
        }
        Ok(total)
    }
}
