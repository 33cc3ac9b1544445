//! The meter of an integration: nodes and seconds, counted where they are spent.
//!
//! Every node that is evaluated passes through a [`Metered`] evaluator, which asks the meter first.
//! So no limit can be forgotten: evaluations are refused before they are made, and seconds, a
//! token and a listener are asked about before every block, on whichever thread.

use std::error::Error as _;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use rayon::ThreadPool;

pub(crate) use super::halt::Halt;
use super::outcome::known_error;
use super::record::Record;
use super::settings::Settings;
use super::steps::Steps;
use super::watch::{Progress, Watch};
use crate::deadline::Deadline;
use crate::elementary::sum::Sum;
use crate::error::Error;
use crate::integrand::{Axis, Block, Evaluator, Integrand, add_grid};

/// The listener is told of evaluations at this distance, besides of every better answer.
const INTERVAL: Duration = Duration::from_millis(100);

/// Code that takes so many seconds at a node takes long.
const LONG: f64 = 10e-6;

/// Code that seems to take long is timed so often, or for so many seconds but no less than twice: other work on
/// the machine makes any run longer, and none shorter.
const TIMES: usize = 10;
const TIMED: f64 = 0.05;

/// Until so many evaluations are made, or this part of the time has passed, nothing is known of
/// their pace.
const PACED: u64 = 1000;
const PACED_PART: f64 = 0.02;

/// Why a strategy ends without an answer.
#[derive(Clone, Debug)]
pub(crate) enum Stop {
    Halt(Halt),
    Failed(Error),
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Self {
        Stop::Halt(halt)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Failed(error)
    }
}

/// What the listener was told last, and when.
struct Told {
    values: Vec<f64>,
    errors: Vec<f64>,
    at: Instant,
}

/// Counts what an integration spends.
pub(crate) struct Meter {
    start: Instant,
    deadline: Deadline,
    max_seconds: f64,
    max_evals: u64,
    used: AtomicU64,
    /// When the first node was evaluated, in seconds from the start.
    first: OnceLock<f64>,
    watch: Watch,
    told: Mutex<Told>,
    /// Whether the listener stopped the work.
    stopped: AtomicBool,
    /// The work on bounds that answers in doubt have taken, in operations of formulas.
    doubt: AtomicU64,
    threads: Threads,
    /// Whether the integrand takes long at every node.
    takes_long: OnceLock<bool>,
    /// What is kept of long steps, and who makes them.
    steps: Steps,
    /// The evaluations of steps that were made by others, or before: they say nothing of the pace.
    found: AtomicU64,
    /// The seconds that work without evaluations has taken, which say nothing of it either.
    aside: Mutex<f64>,
}

impl Meter {
    /// A meter for these settings; time runs from `start`.
    pub(crate) fn new(settings: &Settings, outputs: usize, start: Instant) -> Self {
        Meter {
            start,
            deadline: settings.deadline(start),
            max_seconds: settings.max_seconds,
            max_evals: settings.most_evaluations(),
            used: AtomicU64::new(0),
            first: OnceLock::new(),
            watch: settings.watch.clone(),
            told: Mutex::new(Told {
                values: vec![f64::NAN; outputs],
                errors: vec![f64::INFINITY; outputs],
                at: start,
            }),
            stopped: AtomicBool::new(false),
            doubt: AtomicU64::new(0),
            threads: Threads::new(settings.threads),
            takes_long: OnceLock::new(),
            steps: Steps::new(settings),
            found: AtomicU64::new(0),
            aside: Mutex::new(0.0),
        }
    }

    /// Whether the integrand is known to take long at every node.
    pub(crate) fn takes_long(&self) -> bool {
        self.takes_long.get().is_some_and(|long| *long)
    }

    /// Takes it as known whether the integrand takes long at every node.
    pub(crate) fn take_as_long(&self, long: bool) -> bool {
        *self.takes_long.get_or_init(|| long)
    }

    /// Sees how long work takes that evaluates one node, and whether that is long: `work` twice, and `again`,
    /// which counts nothing, where it seems to be long. Work that was broken off is told what was seen then.
    ///
    /// # Errors
    /// What ended the work.
    pub(crate) fn time(
        &self,
        mut work: impl FnMut() -> Result<(), Halt>,
        mut again: impl FnMut(),
    ) -> Result<bool, Stop> {
        let seen = self.step(
            || 0,
            || -> Result<u64, Stop> {
                let (mut least, mut all) = (f64::INFINITY, 0.0);
                // The first time much is done for the first time.
                for k in 0..TIMES {
                    if k >= 2 && (least < LONG || all >= TIMED) {
                        break;
                    }
                    let start = Instant::now();
                    match k {
                        0 | 1 => work()?,
                        _ => again(),
                    }
                    let seconds = start.elapsed().as_secs_f64();
                    (least, all) = (least.min(seconds), all + seconds);
                }
                Ok(self.steps.first_of(u64::from(least >= LONG))?)
            },
        )?;
        Ok(self.take_as_long(seen == 1))
    }

    /// The steps of the integration.
    pub(crate) fn steps(&self) -> &Steps {
        &self.steps
    }

    /// The result of a step that works on what `on` is the hash of: as it was found, with what it spent, or
    /// made and kept.
    pub(crate) fn step<R: Record, E: From<Error>>(
        &self,
        on: impl FnOnce() -> u64,
        make: impl FnOnce() -> Result<R, E>,
    ) -> Result<R, E> {
        self.steps
            .step(on, make, || self.used(), |spent| self.found(spent))
    }

    /// Counts evaluations that others made, or that were made before.
    pub(crate) fn found(&self, spent: u64) {
        self.used.fetch_add(spent, Ordering::Relaxed);
        self.found.fetch_add(spent, Ordering::Relaxed);
    }

    /// The seconds since the start, on this rank's clock.
    pub(crate) fn seconds_here(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// The seconds since the start, as all ranks know them.
    pub(crate) fn seconds(&self) -> f64 {
        self.steps
            .agreed_seconds()
            .unwrap_or_else(|| self.seconds_here())
    }

    /// What the clock and the token of this rank say, whatever the others know of it.
    pub(crate) fn is_over_here(&self) -> Option<Halt> {
        if self.stopped.load(Ordering::Relaxed) || self.deadline.is_cancelled() {
            Some(Halt::Interrupted)
        } else if self.deadline.may_come() && self.deadline.has_come() {
            Some(Halt::Seconds)
        } else {
            None
        }
    }

    /// The evaluations so far.
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// A share of so much work on bounds, which all parts of the integral have together: the first
    /// part in doubt gets a quarter, the next one a quarter of the rest.
    pub(crate) fn share_of_doubt(&self, all: u64) -> u64 {
        // Parts come one after the other, so that this depends on no thread.
        let taken = self.doubt.load(Ordering::Relaxed);
        let share = all.saturating_sub(taken) / 4;
        self.doubt.store(taken + share, Ordering::Relaxed);
        share
    }

    /// The most evaluations.
    pub(crate) fn max_evals(&self) -> u64 {
        self.max_evals
    }

    /// The most seconds.
    pub(crate) fn max_seconds(&self) -> f64 {
        self.max_seconds
    }

    /// Where the work must end in time.
    pub(crate) fn deadline(&self) -> &Deadline {
        &self.deadline
    }

    /// Where threads come from, once there is work for them.
    pub(crate) fn threads(&self) -> &Threads {
        &self.threads
    }

    /// Why all work must end now, if it must.
    pub(crate) fn is_over(&self) -> Option<Halt> {
        if self.steps.are_shared() {
            return self.steps.agreed_halt();
        }
        self.is_over_here()
    }

    /// Why work that may go on for so many seconds after the start must end now, if it must.
    fn is_over_by(&self, until: f64) -> Option<Halt> {
        let own = || until < f64::INFINITY && self.seconds() >= until;
        self.is_over().or_else(|| own().then_some(Halt::Seconds))
    }

    /// Counts evaluations that are about to be made, within a budget.
    fn spend(&self, nodes: u64, Budget { end, until, .. }: Budget<'_>) -> Result<(), Halt> {
        if self.deadline.may_come() || self.has_listener() {
            self.first.get_or_init(|| self.seconds());
            self.keep_in_touch();
            if let Some(halt) = self.is_over_by(until) {
                return Err(halt);
            }
        }
        let before = self.used.fetch_add(nodes, Ordering::Relaxed);
        if before.saturating_add(nodes) > end {
            self.used.fetch_sub(nodes, Ordering::Relaxed);
            return Err(Halt::Evaluations);
        }
        Ok(())
    }

    /// Takes back evaluations that were counted and not made.
    fn give_back(&self, nodes: u64) {
        self.used.fetch_sub(nodes, Ordering::Relaxed);
    }

    /// Does work on one thread that evaluates nothing: its time is none of theirs.
    fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.max_seconds == f64::INFINITY || self.first.get().is_none() {
            return work();
        }
        let start = self.seconds();
        let done = work();
        *self.aside.lock().unwrap_or_else(PoisonError::into_inner) += self.seconds() - start;
        done
    }

    /// How many more evaluations will be done in time and within so many seconds after the start,
    /// at the pace of those before.
    fn left_in_time(&self, until: f64) -> u64 {
        let Some(first) = self.first.get() else {
            return u64::MAX;
        };
        let used = self.used() - self.found.load(Ordering::Relaxed);
        let aside = *self.aside.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = self.seconds() - first - aside;
        if self.max_seconds == f64::INFINITY
            || used < PACED && spent < PACED_PART * self.max_seconds
        {
            return u64::MAX;
        }
        let left = self.max_seconds.min(until) - self.seconds();
        (left.max(0.0) / spent.max(f64::MIN_POSITIVE) * used as f64) as u64
    }

    /// Whether anybody listens.
    pub(crate) fn has_listener(&self) -> bool {
        self.watch.listener.is_some()
    }

    /// Tells the listener of better values.
    fn tell(&self, values: &[f64], errors: &[f64]) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.values.clear();
        told.values.extend_from_slice(values);
        told.errors.clear();
        let pairs = values.iter().zip(errors);
        told.errors.extend(pairs.map(|(v, e)| known_error(*v, *e)));
        self.say(&mut told);
    }

    /// Tells the listener how far the work is, if it has not heard for a while.
    fn keep_in_touch(&self) {
        if !self.has_listener() {
            return;
        }
        // Whoever is telling it already will do.
        let mut told = match self.told.try_lock() {
            Ok(told) => told,
            Err(TryLockError::Poisoned(told)) => told.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        if told.at.elapsed() >= INTERVAL {
            self.say(&mut told);
        }
    }

    fn say(&self, told: &mut Told) {
        let Some(listener) = &self.watch.listener else {
            return;
        };
        let progress = Progress {
            values: &told.values,
            errors: &told.errors,
            evaluations: self.used(),
            seconds: self.start.elapsed().as_secs_f64(),
        };
        if listener(&progress) == ControlFlow::Break(()) {
            self.stopped.store(true, Ordering::Relaxed);
        }
        told.at = Instant::now();
    }
}

/// A part of what a meter allows.
#[derive(Clone, Copy)]
pub(crate) struct Budget<'m> {
    meter: &'m Meter,
    /// The count of evaluations at which this part is spent.
    end: u64,
    /// The seconds after the start at which it is; infinite where no share of time was cut off.
    until: f64,
}

impl<'m> Budget<'m> {
    /// All of it.
    pub(crate) fn all(meter: &'m Meter) -> Self {
        Budget {
            meter,
            end: meter.max_evals,
            until: f64::INFINITY,
        }
    }

    /// The meter.
    pub(crate) fn meter(&self) -> &'m Meter {
        self.meter
    }

    /// The evaluations that are left.
    pub(crate) fn left(&self) -> u64 {
        self.end.saturating_sub(self.meter.used())
    }

    /// The evaluations that will be done in time, at the pace of those before.
    pub(crate) fn left_in_time(&self) -> u64 {
        self.meter.left_in_time(self.until)
    }

    /// Why work within this part must end now, if it must.
    pub(crate) fn is_over(&self) -> Option<Halt> {
        self.meter.is_over_by(self.until)
    }

    /// This part of the time that is left.
    pub(crate) fn part_of_time(&self, part: f64) -> Self {
        let now = self.meter.seconds();
        let end = self.until.min(self.meter.max_seconds);
        Budget {
            until: now + part * (end - now),
            ..*self
        }
    }

    /// At most so many evaluations more.
    pub(crate) fn at_most(&self, evaluations: u64) -> Self {
        Budget {
            end: self.end.min(self.meter.used().saturating_add(evaluations)),
            ..*self
        }
    }

    /// Whether so many evaluations more are allowed and will be done in time.
    ///
    /// # Errors
    /// What will end first.
    pub(crate) fn afford(&self, cost: u64) -> Result<(), Halt> {
        if cost > self.left() {
            Err(Halt::Evaluations)
        } else if cost > self.left_in_time() {
            Err(Halt::Seconds)
        } else {
            Ok(())
        }
    }

    /// Does work on one thread that evaluates nothing: the pace of evaluations does not suffer from it.
    pub(crate) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        self.meter.aside(work)
    }

    /// Counts evaluations that are about to be made.
    ///
    /// # Errors
    /// Why they may not be.
    pub(crate) fn spend(&self, evaluations: u64) -> Result<(), Halt> {
        self.meter.spend(evaluations, *self)
    }

    /// An evaluator that counts.
    pub(crate) fn evaluator<'e>(&self, integrand: &'e dyn Integrand) -> Metered<'e>
    where
        'm: 'e,
    {
        Metered {
            evaluator: integrand.evaluator(),
            budget: *self,
        }
    }

    /// Tells the listener of better values of the whole.
    pub(crate) fn tell(&self, values: &[f64], errors: &[f64]) {
        self.meter.tell(values, errors);
    }
}

/// An evaluator whose evaluations are counted.
pub(crate) struct Metered<'m> {
    evaluator: Box<dyn Evaluator + 'm>,
    budget: Budget<'m>,
}

impl Metered<'_> {
    /// Why work within this part must end now, if it must.
    pub(crate) fn is_over(&self) -> Option<Halt> {
        self.budget.is_over()
    }

    /// [`Evaluator::evaluate`], where the budget allows it.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn evaluate(&mut self, block: &Block<'_>, values: &mut [f64]) -> Result<(), Halt> {
        self.budget.meter.spend(block.len() as u64, self.budget)?;
        self.evaluator.evaluate(block, values);
        let passed_over = self.evaluator.passed_over() as u64;
        if passed_over > 0 {
            self.budget.meter.give_back(passed_over);
        }
        Ok(())
    }

    /// Adds to `sums` the sums over a grid, where the budget allows it.
    ///
    /// # Errors
    /// Why it does not. The sums then mean nothing.
    pub(crate) fn add_grid(&mut self, axes: &[Axis<'_>], sums: &mut [Sum]) -> Result<(), Halt> {
        let budget = self.budget;
        let allow = |nodes| budget.meter.spend(nodes, budget);
        add_grid(self.evaluator.as_mut(), axes, sums, allow)
    }
}

/// Threads that are started when there is work for them, and not before.
pub(crate) struct Threads {
    asked: Option<usize>,
    pool: OnceLock<Result<ThreadPool, Error>>,
}

impl Threads {
    pub(crate) fn new(asked: Option<usize>) -> Self {
        Threads {
            asked,
            pool: OnceLock::new(),
        }
    }

    /// Runs work that shares itself out among the threads.
    ///
    /// # Errors
    /// [`Error::Setting`] if threads cannot be started.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Error> {
        let Some(count) = self.asked else {
            started()?;
            return Ok(work());
        };
        let build = || {
            let started = count.min(most_threads());
            let pool = rayon::ThreadPoolBuilder::new().num_threads(started).build();
            pool.map_err(|reason| cannot_start(count, &reason))
        };
        match self.pool.get_or_init(build) {
            Ok(pool) => Ok(pool.install(work)),
            Err(error) => Err(error.clone()),
        }
    }
}

/// Threads for each processor beyond which more would only wait for each other.
const BY_PROCESSOR: usize = 4;

/// The most threads that are started: the result does not depend on their number.
fn most_threads() -> usize {
    BY_PROCESSOR * processors()
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The threads that a process shares: as many as its environment says in the way of rayon, within
/// reason, or as there are processors.
fn shared_threads() -> usize {
    let said = std::env::var("RAYON_NUM_THREADS").ok();
    let said = said.and_then(|number| number.parse().ok());
    let wanted = said.filter(|number| *number > 0);
    wanted.unwrap_or_else(processors).min(most_threads())
}

/// Starts the threads that a process shares, or says why they cannot be: used unasked, they would
/// panic.
fn started() -> Result<(), Error> {
    static STARTED: OnceLock<Result<(), Error>> = OnceLock::new();
    if rayon::current_thread_index().is_some() {
        return Ok(());
    }
    let start = || {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(shared_threads());
        match pool.build_global() {
            // Without a cause, they were started before.
            Err(reason) if reason.source().is_some() => Err(cannot_start(0, &reason)),
            _ => Ok(()),
        }
    };
    STARTED.get_or_init(start).clone()
}

fn cannot_start(count: usize, reason: &rayon::ThreadPoolBuildError) -> Error {
    let which = match count {
        0 => "fewer than there are processors".to_owned(),
        count => format!("fewer than {count}"),
    };
    Error::Setting {
        name: "threads",
        allowed: format!("{which}: {reason}"),
    }
}
