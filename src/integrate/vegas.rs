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
use super::qmc;
use super::reason::Reason;
use super::round::identity;
use super::strategy::{Attempt, Solve, Strategy};
use super::subject::Subject;
use super::task::Task;
use super::through::Through;
use crate::error::Error;
use crate::rule::Sobol;

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
        let learner = Learner {
            integrand,
            task,
            sobol: &sobol,
            places: integrand.knowledge().switches().places,
        };
        let mut learning = Learning::default();
        let map = match learner.learn(self.start, &mut learning) {
            Ok(map) => map,
            Err(Stop::Halt(halt)) => {
                let reason = task.reason(halt);
                let mut found = Outcome::none(integrand.outputs(), Status::Budget, Some(reason));
                if let Some((values, errors)) = learning.so_far() {
                    (found.values, found.errors) = (values, errors);
                }
                let method = format!("vegas, {} rounds that learn", learning.means.len());
                return Ok(Attempt::Open(found.by(method, Because::of(Step::AskedFor))));
            }
            Err(failed) => return Err(failed),
        };
        let through = Through::new(integrand, &map);
        let before = task.used();
        let scrambles = qmc::scrambles(&sobol, task.seed);
        // Of directions of its own a map leaves the faces as they are, and samples show the tails.
        let tails = match map.is_turned() || map.channels.len() > 1 {
            true => FaceTails::default(),
            false => {
                match FaceTails::look(&through, task, &sobol, learning.points / TOWARD_FACES) {
                    Ok(tails) => tails,
                    Err(Stop::Halt(_)) => FaceTails::default(),
                    Err(failed) => return Err(failed),
                }
            }
        };
        let identity = identity(&map, task);
        let mut outcome = qmc::integrate(&through, task, &scrambles, identity, &tails)?;
        if let Some((axis, power)) = tails.without_variance() {
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
            let spent = task.used() - before;
            let points = spent / UNLED / qmc::SHIFTS as u64;
            qmc::compare(&mut outcome, integrand, task, points, 0)?;
        }
        let points = std::mem::take(&mut outcome.method);
        let told = told(&map, &learning, &mut outcome);
        let method = format!("vegas, {told}, then {points}");
        outcome.nodes = outcome.nodes.map(|nodes| nodes.led_by(&map));
        outcome.learned = Some(map);
        Ok(Attempt::of(outcome.by(method, Because::of(Step::AskedFor))))
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
        "χ² = {:.1} of {} rounds, Q = {:.2}",
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
