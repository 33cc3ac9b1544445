//! The task of a strategy: what error to aim at, and what that may cost.

use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};
use std::hash::Hash;
use std::ops::Range;

use rayon::prelude::*;

use super::checkpoint::hash;
use super::meter::{Budget, Halt, Meter, Metered, Stop};
use super::outcome::Outcome;
use super::reason::Reason;
use super::record::Record;
use super::settings::Settings;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::integrand::{Block, Coordinate, Integrand};
use crate::scatter::Scatter;

/// What the error of a value is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Measure<'t> {
    /// That value.
    Each,
    /// √(v² + w²) with its neighbour, the first with the second and so on: values in pairs are the
    /// parts of complex numbers.
    Pairs,
    /// That value, and a size of its own in the place of 1 for the absolute tolerance.
    Sizes(&'t [f64]),
}

impl Measure<'_> {
    /// What errors are compared with where values are parts of complex numbers, or are not.
    pub(crate) fn of_parts(are_parts: bool) -> Self {
        match are_parts {
            true => Measure::Pairs,
            false => Measure::Each,
        }
    }
}

/// A step has so many pieces at least, and this part of all before.
const FEWEST_IN_A_STEP: usize = 32;
const STEPS_IN_ALL: usize = 8;

/// So many pieces are shared out among ranks at a time, at most.
const MOST_SHARED: usize = 1 << 16;
const MOST_KEPT: usize = 1 << 14;

/// Who is told of values and errors on the way.
pub(crate) type Report<'t> = dyn Fn(&[f64], &[f64]) + Sync + 't;

/// What a strategy works to: a tolerance, a budget, a seed.
#[derive(Clone, Copy)]
pub(crate) struct Task<'t> {
    pub(crate) rtol: f64,
    pub(crate) atol: f64,
    pub(crate) measure: Measure<'t>,
    pub(crate) seed: u64,
    /// Whether the user set the most evaluations.
    pub(crate) is_limited: bool,
    /// Whether outcomes are to keep their nodes.
    pub(crate) keeps_nodes: bool,
    /// Who is told of better answers of a part; none where this is the work on the whole.
    report: Option<&'t Report<'t>>,
    budget: Budget<'t>,
}

impl<'t> Task<'t> {
    /// The task of whole settings.
    pub(crate) fn new(settings: &Settings, measure: Measure<'t>, meter: &'t Meter) -> Self {
        Task {
            rtol: settings.rtol,
            atol: settings.atol,
            measure,
            seed: settings.seed,
            is_limited: settings.max_evals.is_some(),
            keeps_nodes: settings.keeps_nodes,
            report: None,
            budget: Budget::all(meter),
        }
    }

    /// The task with another error to aim at.
    pub(crate) fn aiming_at<'a>(&self, rtol: f64, atol: f64, measure: Measure<'a>) -> Task<'a>
    where
        't: 'a,
    {
        Task {
            rtol,
            atol,
            measure,
            ..*self
        }
    }

    /// The task to be done with at most so many evaluations.
    pub(crate) fn at_most(&self, evaluations: u64) -> Self {
        Task {
            budget: self.budget.at_most(evaluations),
            ..*self
        }
    }

    /// The task of a part that takes twice the time of each of so many that come later: none goes
    /// without a look.
    pub(crate) fn leaving_time_for(&self, later: usize) -> Self {
        Task {
            budget: self.budget.part_of_time(2.0 / (later as f64 + 2.0)),
            ..*self
        }
    }

    /// Whether a part ended with its share of the time, and there is time left.
    pub(crate) fn has_time_again(&self, part: &Outcome) -> bool {
        let mut reasons = part.reasons.iter();
        !part.is_done()
            && reasons.any(|reason| matches!(reason, Reason::Seconds { .. }))
            && self.is_over().is_none()
    }

    /// The task of a part, whose better answers are reported so.
    pub(crate) fn reporting<'r>(&self, report: &'r Report<'r>) -> Task<'r>
    where
        't: 'r,
    {
        Task {
            report: Some(report),
            ..*self
        }
    }

    /// The evaluations that are left.
    pub(crate) fn left(&self) -> u64 {
        self.budget.left()
    }

    /// The evaluations that will be done in time, at the pace of those before.
    pub(crate) fn left_in_time(&self) -> u64 {
        self.budget.left_in_time()
    }

    /// The evaluations that were made, of all tasks of the same integral.
    pub(crate) fn used(&self) -> u64 {
        self.budget.meter().used()
    }

    /// A share of the work on bounds that is left for answers in doubt, of so much in all.
    pub(crate) fn share_of_doubt(&self, all: u64) -> u64 {
        self.budget.meter().share_of_doubt(all)
    }

    /// Whether so many evaluations more are allowed and will be done in time.
    ///
    /// # Errors
    /// What will end first.
    pub(crate) fn afford(&self, cost: u64) -> Result<(), Halt> {
        self.budget.afford(cost)
    }

    /// Counts evaluations that are about to be made.
    ///
    /// # Errors
    /// Why they may not be.
    pub(crate) fn spend(&self, evaluations: u64) -> Result<(), Halt> {
        self.budget.spend(evaluations)
    }

    /// Does work on one thread that evaluates nothing: the pace of evaluations does not suffer from it.
    pub(crate) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.budget.aside(work)
    }

    /// Why all work must end now, if it must.
    pub(crate) fn is_over(&self) -> Option<Halt> {
        self.budget.is_over()
    }

    /// By when work must end.
    pub(crate) fn deadline(&self) -> &'t Deadline {
        self.budget.meter().deadline()
    }

    /// An evaluator that counts.
    pub(crate) fn evaluator<'e>(&self, integrand: &'e dyn Integrand) -> Metered<'e>
    where
        't: 'e,
    {
        self.budget.evaluator(integrand)
    }

    /// Runs work that shares itself out among threads.
    ///
    /// # Errors
    /// [`Error::Setting`] if threads cannot be started.
    pub(crate) fn in_parallel<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Error> {
        self.budget.meter().threads().run(work)
    }

    /// Whether the integrand is known to take long at every node.
    pub(crate) fn takes_long(&self) -> bool {
        self.budget.meter().takes_long()
    }

    /// Sees whether code takes long at a node, from two evaluations; more that tell what is long from what was
    /// held up are not counted, as nobody knows how many there will be.
    ///
    /// # Errors
    /// What ended them.
    pub(crate) fn time(&self, integrand: &dyn Integrand) -> Result<bool, Stop> {
        let mut evaluator = self.evaluator(integrand);
        let mut uncounted = integrand.evaluator();
        let [mut values, mut others] = [(); 2].map(|()| vec![0.0; integrand.outputs()]);
        let point = Scatter::golden(integrand.dimension()).point(1);
        let nodes: Vec<_> = point.iter().map(|w| Coordinate::Same(*w)).collect();
        let node = Block::new(&nodes, 1);
        self.budget.meter().time(
            || evaluator.evaluate(&node, &mut values),
            || uncounted.evaluate(&node, &mut others),
        )
    }

    /// Whether the results of steps are kept.
    pub(crate) fn keeps_steps(&self) -> bool {
        self.budget.meter().steps().are_kept()
    }

    /// Whether no step is kept, and nobody else takes a part of it.
    pub(crate) fn is_alone(&self) -> bool {
        let steps = self.budget.meter().steps();
        !steps.are_kept() && !steps.are_shared()
    }

    /// The result of a step that may take long, and depends on nothing but the steps before and on what it
    /// works on: as it was kept when the work was broken off, or made now.
    ///
    /// # Errors
    /// Those of the making, of which nothing is kept.
    pub(crate) fn step<R: Record, E: From<Error>>(
        &self,
        on: impl Hash,
        make: impl FnOnce() -> Result<R, E>,
    ) -> Result<R, E> {
        self.budget.meter().step(|| hash(&on), make)
    }

    /// The results of numbered pieces of work, in their order, whoever did them: threads of this process, or other
    /// ranks. A thread takes so many pieces together, with means of its own.
    ///
    /// # Errors
    /// [`Error::Setting`] if threads cannot be started, [`Error::Ranks`] if ranks are lost.
    pub(crate) fn each<R: Record + Send, S>(
        &self,
        numbers: Range<usize>,
        together: usize,
        means: impl Fn() -> S + Sync + Send,
        one: impl Fn(&mut S, usize) -> Result<R, Halt> + Sync + Send,
    ) -> Result<Vec<Result<R, Halt>>, Error> {
        let meter = self.budget.meter();
        let steps = meter.steps();
        let own = steps.own(&numbers);
        let before = meter.used();
        let is_shared = steps.are_shared();
        let one = |means: &mut S, number: usize| {
            // Until all know of it nobody heeds the clock but here.
            let halt = if is_shared {
                meter.is_over_here()
            } else {
                None
            };
            halt.map_or_else(|| one(means, number), Err)
        };
        let pieces = own.into_par_iter().with_min_len(together);
        let found = self.in_parallel(|| pieces.map_init(means, one).collect())?;
        if !is_shared {
            return Ok(found);
        }
        let spent = (meter.used() - before, meter.seconds_here());
        steps.all(found, spent, meter.is_over_here(), |spent| {
            meter.found(spent)
        })
    }

    /// Numbers in ranges, each for a step: of so many at most, and where steps are kept so few that what
    /// is lost between two of them is a small part of what was done.
    pub(crate) fn parts(
        &self,
        numbers: Range<usize>,
        most: usize,
    ) -> impl Iterator<Item = Range<usize>> {
        let keeps = self.keeps_steps();
        // Every rank is to have enough of a step, and to hold the results of all. What is kept may be found by
        // another number of ranks: its steps are the same for any.
        let ranks = self.budget.meter().steps().ranks();
        let most = match (keeps, ranks) {
            (true, _) => most.max(MOST_KEPT),
            (false, 1) => most,
            _ => most.max(most.saturating_mul(ranks).min(MOST_SHARED)),
        };
        let mut begin = numbers.start;
        std::iter::from_fn(move || {
            let few = (FEWEST_IN_A_STEP + begin / STEPS_IN_ALL).min(most);
            let count = if keeps { few } else { most };
            let part = begin..numbers.end.min(begin.saturating_add(count));
            begin = part.end;
            (!part.is_empty()).then_some(part)
        })
    }

    /// Reports better values and their errors.
    pub(crate) fn report(&self, values: &[f64], errors: &[f64]) {
        // What is no number yet tells nobody anything.
        if !self.budget.meter().has_listener() || values.iter().any(|value| value.is_nan()) {
            return;
        }
        match self.report {
            Some(report) => report(values, errors),
            None => self.budget.tell(values, errors),
        }
    }

    /// The reason that a halt is for a status.
    pub(crate) fn reason(&self, halt: Halt) -> Reason {
        let meter = self.budget.meter();
        match halt {
            Halt::Evaluations => Reason::Evaluations {
                max_evals: meter.max_evals(),
                asked: self.is_limited,
            },
            Halt::Seconds => Reason::Seconds {
                max_seconds: meter.max_seconds(),
            },
            Halt::Interrupted => Reason::Interrupted,
        }
    }

    /// The error aimed at for each of the values.
    pub(crate) fn tolerances(&self, values: &[f64]) -> Vec<f64> {
        let tolerance = |k: usize| {
            let size = values[k].abs();
            match self.measure {
                Measure::Each => self.atol.max(self.rtol * size),
                Measure::Pairs => {
                    let other = values.get(k ^ 1).copied().unwrap_or(0.0);
                    self.atol.max(self.rtol * size.hypot(other)) * FRAC_1_SQRT_2
                }
                Measure::Sizes(sizes) => (self.atol * sizes[k]).max(self.rtol * size),
            }
        };
        (0..values.len()).map(tolerance).collect()
    }

    /// Whether no error is above its tolerance. The tolerance of an infinite value is infinite; an
    /// infinite error meets none.
    pub(crate) fn is_met(&self, values: &[f64], errors: &[f64]) -> bool {
        let tolerances = self.tolerances(values);
        if matches!(self.measure, Measure::Pairs) {
            // Of a complex number the error as a whole counts.
            let both = errors.chunks(2).zip(tolerances.chunks(2));
            let mut both = both.map(|(e, t)| (e.iter().fold(0.0, |a: f64, b| a.hypot(*b)), t[0]));
            return both.all(|(e, t)| e <= SQRT_2 * t && e.is_finite());
        }
        let mut pairs = errors.iter().zip(&tolerances);
        pairs.all(|(e, t)| e <= t && e.is_finite())
    }
}
