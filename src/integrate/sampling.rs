//! Random points, of the kind that needs the fewest: scrambled points as they are, or through a learned map.
//!
//! 1. Scrambled points double. From how their errors fall follows what the tolerance needs; as long as that is no
//!    more than to learn a map, they go on.
//! 2. Else a sparse grid gets a part of what they need, where there are variables enough for one and nothing was tried
//!    before. Then a map is learned, and points through it double too: always those that need the fewest more.
//! 3. The interval is made wider: who did not ask for random points does not expect one in twenty to miss.
//! 4. Tried early, they end where they would need more evaluations than are left; at last, what is left is spent in
//!    any case.

use super::because::{Because, Step};
use super::face_tails::FaceTails;
use super::learning::{ENOUGH_TO_LEARN, points_of_a_round};
use super::meter::{Halt, Stop};
use super::monte_carlo::MonteCarlo;
use super::outcome::{Outcome, Status};
use super::qmc::{Doubling, MOST_AXES};
use super::random_points::scrambles;
use super::sparse::{Nodes, SparseGrid};
use super::strategy::{Attempt, Solve, Strategy, doubted};
use super::subject::Subject;
use super::task::Task;
use super::through::Through;
use super::vegas::Learned;
use crate::rule::Sobol;

/// To learn a map takes so many rounds at least, and pays where points as they are need more than this multiple of
/// that.
const FEWEST_ROUNDS: u64 = 4;
const PAYS: u64 = 2;

/// Points as they are double so often at least: from one alone nothing follows.
const FEWEST_DOUBLINGS: usize = 2;

/// The part of what random points need that a sparse grid gets, before a map is learned and after, and the part of what
/// is left that it gets at most.
const FOR_GRIDS: [f64; 2] = [1.0 / 512.0, 0.25];
const MOST_FOR_GRIDS: u64 = 8;

/// Points through a map are not given up before they had this part of what is left: what they need is hardly known.
const FAIR: f64 = 0.125;

/// With few variables random points are taken early only where they need no more than this multiple of what it takes
/// to learn a map: else cells may be better.
const FEW: u64 = 8;

/// The intervals of random methods hold the truth in 95 of 100 cases; those that nobody asked for are so much wider,
/// and hold it in 99.
const CAUTION: f64 = 1.5;

/// Random points are taken early with so many variables: tensor products grow too fast. With fewer, where they are
/// taken at all, only for code and for tolerances above this.
const MANY_VARIABLES: usize = 5;
const LOOSE: f64 = 1e-4;

/// Errors do not fall faster than the inverse of the evaluations: with fewer than so many for an error of the
/// tolerance there is no hope.
const FEWEST_FOR_ONE: f64 = 10.0;

/// With fewer variables they lose against cells, even at last.
const FEWEST_VARIABLES: usize = 3;

/// With fewer evaluations at last, what they agree on says nothing of what they have not met.
const FEWEST_AT_LAST: u64 = 1 << 12;

/// The most evaluations at last, unless more were asked for.
const MOST_SAMPLES: u64 = 20_000_000;

/// The kind of random points that does better.
pub(crate) struct Sampling {
    /// Whether other ways are still to be tried.
    pub(crate) early: bool,
}

/// The two kinds, by what they are called.
const KINDS: [&str; 2] = ["qmc", "vegas"];

impl Strategy for Sampling {
    fn suits(&self, subject: &Subject<'_>, task: &Task<'_>) -> bool {
        let dimension = subject.integrand.dimension();
        let reaches = || task.atol > 0.0 || task.rtol * task.left() as f64 >= FEWEST_FOR_ONE;
        let is_loose = || task.rtol >= LOOSE && subject.integrand.knowledge().bounds().is_none();
        match self.early {
            // Where code takes long others need fewer still.
            true if task.takes_long() => false,
            true if dimension < MANY_VARIABLES => dimension >= FEWEST_VARIABLES && is_loose(),
            true => dimension <= MOST_AXES && reaches(),
            // What was not looked at was not given up.
            false => {
                dimension >= FEWEST_VARIABLES
                    && subject.seen().is_some()
                    && task.left() >= FEWEST_AT_LAST
            }
        }
    }

    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        solve: Solve,
    ) -> Result<Attempt, Stop> {
        if subject.integrand.dimension() > MOST_AXES {
            return MonteCarlo { asked_for: false }.attempt(subject, task, solve);
        }
        let most = match task.is_limited || self.early {
            true => task.left(),
            false => task.left().min(MOST_SAMPLES),
        };
        let whole = task.at_most(most);
        let task = whole.aiming_at(task.rtol / CAUTION, task.atol / CAUTION, task.measure);
        let course = Course {
            subject,
            learning: FEWEST_ROUNDS * points_of_a_round(&expecting(&task, 0.0)),
            begun: whole.used(),
            whole,
            task,
            solve,
            early: self.early,
        };
        Ok(Attempt::of(course.run()?))
    }
}

/// The way from points as they are to those that need the fewest more.
struct Course<'c> {
    subject: &'c Subject<'c>,
    /// The task of the answer, and that of the intervals of random methods, which are made wider.
    whole: Task<'c>,
    task: Task<'c>,
    solve: Solve,
    early: bool,
    begun: u64,
    /// The evaluations that it takes to learn a map, at least.
    learning: u64,
}

impl Course<'_> {
    fn run(&self) -> Result<Outcome, Stop> {
        let (task, integrand) = (&self.task, self.subject.integrand);
        let sobol = Sobol::new(integrand.dimension())?;
        let scrambles = scrambles(&sobol, task.seed);
        let tails = FaceTails::default();
        let mut plain = Doubling::new(integrand, &scrambles, 0, &tails);
        let patience = (PAYS * self.learning) as f64;
        let is_young = |points: &Doubling<'_>| points.doublings() < FEWEST_DOUBLINGS;
        while plain.is_open() && (is_young(&plain) || plain.to_go() <= patience) {
            if !plain.goes_on(task)? {
                break;
            }
        }
        if !plain.is_open() || is_young(&plain) {
            return Ok(plain.finish(task)?.by_trial(0));
        }
        let [before, after] = FOR_GRIDS;
        let share = before * plain.needed();
        if let Some(found) = self.grid(share, &plain)? {
            return Ok(found);
        }
        let expecting = expecting(task, plain.needed());
        let Ok(learned) = Learned::by(integrand, &expecting, &sobol, None)? else {
            return Ok(plain.finish(task)?.by_trial(0));
        };
        let through = Through::new(integrand, &learned.map);
        let mut led = learned.points(&through, &scrambles);
        let mut has_looked = false;
        while plain.is_open() && led.is_open() {
            let is_known = !is_young(&led);
            let is_tried = is_known && led.spent() as f64 > FAIR * task.left() as f64;
            let is_led = !is_known || led.to_go() <= plain.to_go();
            let next = if is_led { &mut led } else { &mut plain };
            if is_known && !has_looked {
                has_looked = true;
                // No more than what was spent: then little is lost.
                let spent = self.whole.used() - self.begun;
                let again = (after * next.to_go()).min(spent as f64);
                if again > 2.0 * share
                    && let Some(found) = self.grid(again, next)?
                {
                    return Ok(found);
                }
            }
            if is_tried && self.is_hopeless(next.to_go()) || !next.goes_on(task)? {
                break;
            }
        }
        let is_led = match (plain.is_open(), led.is_open()) {
            (false, _) => false,
            (true, false) => true,
            (true, true) => led.needed() < plain.needed(),
        };
        let (mut found, other) = match is_led {
            true => {
                let other = cautious(plain.so_far());
                let spent = led.spent();
                let found = learned.judged(led.finish(task)?, &through, task, spent)?;
                (found.by_trial(1), other)
            }
            false => (plain.finish(task)?.by_trial(0), cautious(led.so_far())),
        };
        let gave_up = found.status == Status::Budget && task.is_over().is_none();
        if gave_up && found.reasons.is_empty() {
            // They may have been given up before the evaluations were spent.
            found.add_reasons(&[task.reason(Halt::Evaluations)]);
        }
        let is_off = found.status == Status::Converged && found.contradicts(&other);
        Ok(if is_off {
            doubted(found, &other)
        } else {
            found
        })
    }

    /// Whether others do better with the evaluations that random points would take.
    fn is_hopeless(&self, to_go: f64) -> bool {
        let left = self.task.left();
        let most = match self.subject.integrand.dimension() < MANY_VARIABLES {
            true => left.min(FEW * self.learning),
            false => left,
        };
        self.early && to_go > most as f64
    }

    /// What a sparse grid finds with a share of the evaluations, where it meets the tolerance and random points do not
    /// contradict it.
    fn grid(&self, share: f64, points: &Doubling<'_>) -> Result<Option<Outcome>, Stop> {
        let grid = SparseGrid {
            nodes: Nodes::Tried,
        };
        let most = self.whole.left() / MOST_FOR_GRIDS;
        let own = self.whole.at_most(most.min(share as u64));
        if !self.early || !grid.suits(self.subject, &own) {
            return Ok(None);
        }
        match grid.attempt(self.subject, &own, self.solve) {
            Ok(Attempt::Settled(found)) => {
                Ok((!found.contradicts(&cautious(points.so_far()))).then_some(found))
            }
            Ok(_) | Err(Stop::Halt(_)) => Ok(None),
            Err(failed) => Err(failed),
        }
    }
}

/// The task of who learns a map where so many evaluations are thought to be needed.
fn expecting<'t>(task: &Task<'t>, needed: f64) -> Task<'t> {
    let needed = (needed as u64).max(ENOUGH_TO_LEARN);
    task.at_most(needed.min(task.left()))
}

/// An answer on the way, with the wider interval.
fn cautious(outcome: &Outcome) -> Outcome {
    let mut outcome = outcome.clone();
    outcome
        .errors
        .iter_mut()
        .for_each(|error| *error *= CAUTION);
    outcome
}

impl Outcome {
    /// The same, chosen by a trial, with a wider interval.
    fn by_trial(mut self, kind: usize) -> Outcome {
        self.errors.iter_mut().for_each(|error| *error *= CAUTION);
        let method = std::mem::take(&mut self.method);
        self.by(method, Because::of(Step::Trial(KINDS[kind].to_owned())))
    }
}
