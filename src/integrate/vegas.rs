//! VEGAS: a learned map in front of the integrand, then scrambled Sobol points through it.
//!
//! 1. Rounds of points learn a map: a grid along the axes or along directions of its own, or several (learning).
//! 2. It is a change of coordinates, w ↦ x(w), with the volume element of its density: through it the
//!    mean over scrambled points is unbiased, unweighted, and its interval that of qmc.
//! 3. A few points that the map does not lead are a witness of what it leads around.
//! 4. Lines toward the faces tell of what grows closer to them than points come (face_tails).
//! 5. The means of the rounds, each unbiased too, are a witness: χ² says how well they agree with the answer.
//!
//! Adaptive stratification is left out: in Lepage's own program it makes errors 1.0 to 2.7 times as small (β = 0.75
//! against 0) on the six integrals of `benches/random.rs`, and Sobol points through maps with directions
//! reach these errors with 13 to 38 times fewer evaluations; strata would take their evenness away.
//!
//! G. P. Lepage, "A new algorithm for adaptive multidimensional integration", J. Comput. Phys. 27 (1978)
//! 192–203; G. P. Lepage, "Adaptive multidimensional integration: VEGAS enhanced", J. Comput. Phys. 439 (2021)
//! 110386.

use super::because::{Because, Step};
use super::face_tails::FaceTails;
use super::learned_map::LearnedMap;
use super::learning::{Learner, Learning};
use super::meter::Stop;
use super::outcome::{Outcome, Status};
use super::qmc::{self, Doubling};
use super::random_points::scrambles;
use super::reason::Reason;
use super::round::identity;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::through::Through;
use crate::error::Error;
use crate::integrand::Integrand;
use crate::rule::{Scrambled, Sobol};

/// Rounds that agree so badly do so by chance in one of a thousand cases.
const IMPROBABLE: f64 = 1e-3;

/// This part of the evaluations goes to points that no map leads.
const UNLED: u64 = 16;

/// This part of the points that learned goes to lines toward faces.
const TOWARD_FACES: u64 = 4;

/// A learned map, from one to begin with.
pub(crate) struct Vegas<'m> {
    pub(crate) start: Option<&'m LearnedMap>,
}

impl Strategy for Vegas<'_> {
    fn attempt(
        &self,
        subject: &Subject<'_>,
        task: &Task<'_>,
        _solve: Solve,
    ) -> Result<Attempt, Stop> {
        let integrand = subject.integrand;
        let dimension = integrand.dimension();
        let sobol = Sobol::new(dimension)?;
        if let Some(start) = self.start
            && start.dimension() != dimension
        {
            let (own, asked) = (start.dimension(), dimension);
            return Err(Stop::Failed(Error::Setting {
                name: "learned",
                allowed: format!("a map of {asked} variables, not of {own}"),
            }));
        }
        let learned = match Learned::by(integrand, task, &sobol, self.start)? {
            Ok(learned) => learned,
            Err(found) => return Ok(Attempt::Open(found)),
        };
        let through = Through::new(integrand, &learned.map);
        let scrambles = scrambles(&sobol, task.seed);
        let before = task.used();
        let points = learned.points(&through, &scrambles);
        let outcome = points.complete(task)?;
        let spent = task.used() - before;
        let outcome = learned.judged(outcome, &through, task, spent)?;
        Ok(Attempt::of(outcome))
    }
}

/// A map that was learned, and what is known of the integrand through it.
pub(super) struct Learned {
    pub(super) map: LearnedMap,
    learning: Learning,
    tails: FaceTails,
    identity: u64,
}

impl Learned {
    /// Learns a map, from one to begin with; where the work ends before, what the rounds say so far.
    ///
    /// # Errors
    /// What failed.
    pub(super) fn by(
        integrand: &dyn Integrand,
        task: &Task<'_>,
        sobol: &Sobol,
        start: Option<&LearnedMap>,
    ) -> Result<Result<Self, Outcome>, Stop> {
        let learner = Learner {
            integrand,
            task,
            sobol,
            places: integrand.knowledge().switches().places,
        };
        let mut learning = Learning::default();
        let map = match learner.learn(start, &mut learning) {
            Ok(map) => map,
            Err(Stop::Halt(halt)) => {
                let reason = task.reason(halt);
                let mut found = Outcome::none(integrand.outputs(), Status::Budget, Some(reason));
                if let Some((values, errors)) = learning.so_far() {
                    (found.values, found.errors) = (values, errors);
                }
                let method = format!("vegas, {} rounds that learn", learning.means.len());
                return Ok(Err(found.by(method, Because::of(Step::AskedFor))));
            }
            Err(failed) => return Err(failed),
        };
        // Of directions of its own a map leaves the faces as they are, and samples show the tails.
        let tails = match map.is_turned() || map.channels.len() > 1 {
            true => FaceTails::default(),
            false => {
                let through = Through::new(integrand, &map);
                match FaceTails::look(&through, task, sobol, learning.points / TOWARD_FACES) {
                    Ok(tails) => tails,
                    Err(Stop::Halt(_)) => FaceTails::default(),
                    Err(failed) => return Err(failed),
                }
            }
        };
        let identity = identity(&map, task);
        Ok(Ok(Learned {
            map,
            learning,
            tails,
            identity,
        }))
    }

    /// Scrambled points through the map.
    pub(super) fn points<'p>(
        &'p self,
        through: &'p Through<'_>,
        scrambles: &'p [Scrambled],
    ) -> Doubling<'p> {
        Doubling::new(through, scrambles, self.identity, &self.tails)
    }

    /// What points through the map found with so many evaluations, after more witnesses had their say.
    ///
    /// # Errors
    /// What failed.
    pub(super) fn judged(
        &self,
        mut outcome: Outcome,
        through: &Through<'_>,
        task: &Task<'_>,
        spent: u64,
    ) -> Result<Outcome, Stop> {
        let integrand = through.integrand();
        if let Some((axis, power)) = self.tails.without_variance() {
            let axis = integrand.knowledge().axis_name(axis);
            outcome.add_reasons(&[Reason::SteepFace { axis, power }]);
            if outcome.status == Status::Converged {
                outcome.status = Status::Suspect;
            }
        }
        if let Some(bad) = &mut outcome.bad_node {
            bad.unit = through.at(&bad.unit);
        }
        // A map may lead around what its rounds have not met: points that no map leads may meet it.
        if outcome.status == Status::Converged {
            let points = spent / UNLED / qmc::SHIFTS as u64;
            qmc::compare(&mut outcome, integrand, task, points, 0)?;
        }
        let points = std::mem::take(&mut outcome.method);
        let told = told(&self.map, &self.learning, &mut outcome);
        let method = format!("vegas, {told}, then {points}");
        outcome.nodes = outcome.nodes.map(|nodes| {
            let rounds = self.learning.kept.clone();
            nodes.led_by(&self.map).learned_in(rounds)
        });
        outcome.learned = Some(self.map.clone());
        Ok(outcome.by(method, Because::of(Step::AskedFor)))
    }
}

/// What the map is and how well its rounds agree with the answer, which is in doubt where they do not.
fn told(map: &LearnedMap, learning: &Learning, outcome: &mut Outcome) -> String {
    let what = match (map.channels.len(), map.is_turned()) {
        (1, false) => "a grid".to_owned(),
        (1, true) => "a grid along directions of its own".to_owned(),
        (count, _) => format!("{count} grids along directions of their own"),
    };
    let learned = format!("{what} learned from {} points", learning.points);
    let agreement = learning.agreement(&outcome.values, &outcome.errors);
    let Some(agreement) = agreement.filter(|_| outcome.status != Status::Nonfinite) else {
        return learned;
    };
    let chi = format!(
        "χ² = {:.1} with {} degrees of freedom, Q = {:.2}",
        agreement.chi_squared, agreement.freedom, agreement.probability
    );
    if agreement.probability < IMPROBABLE {
        if outcome.status == Status::Converged {
            outcome.status = Status::Suspect;
        }
        let rule = Some(format!("the rounds that learned the map, {chi},"));
        outcome.add_reasons(&[Reason::Disagreement { rule }]);
    }
    format!("{learned} ({chi})")
}
