//! The integral over the unit box by the method that is asked for.

use std::time::Instant;

use super::auto;
use super::batches::Batches;
use super::cell_rule::MOST_VARIABLES;
use super::checkpoint::hash;
use super::cubature::Cells;
use super::digits::beyond_rounding;
use super::fixed::FixedGauss;
use super::meter::{Meter, Stop};
use super::monte_carlo::MonteCarlo;
use super::outcome::{Outcome, Status, known_error};
use super::qmc::{MOST_AXES, Qmc};
use super::reason::Reason;
use super::settings::{Method, Settings};
use super::singular_ends::{MOST_HALVED, SingularEnds};
use super::strategy::{Entry, Rows, Share, Strategy, drive};
use super::subject::Subject;
use super::task::{Measure, Task};
use super::unseen::MOST_SEEN;
use super::vegas::Vegas;
use super::witness::{cover, witnessed};
use crate::error::Error;
use crate::integrand::{Block, Coordinate, Integrand};
use crate::scatter::Scatter;

/// The nodes from which the integral of the size is known well enough.
const SCATTERED: usize = 64;

/// One of so many evaluations is kept for what bounds say to an answer by cells.
const KEPT_FOR_BOUNDS: u64 = 8;

/// A value is zero within rounding if its error is below this part of the integral of the size.
const WITHIN_ROUNDING: f64 = 1e-13;

/// Integrates over the unit box.
///
/// # Errors
/// [`Error::Setting`] if a setting is outside its range, or threads cannot be started;
/// [`Error::Order`] if a rule of the order asked for is not available.
pub fn integrate(integrand: &dyn Integrand, settings: &Settings) -> Result<Outcome, Error> {
    integrate_measured(integrand, settings, Measure::Each, Instant::now())
}

/// Integrates over the unit box, errors compared with what `measure` says; time runs from `start`.
///
/// # Errors
/// As for [`integrate`].
pub(crate) fn integrate_measured(
    integrand: &dyn Integrand,
    settings: &Settings,
    measure: Measure<'_>,
    start: Instant,
) -> Result<Outcome, Error> {
    // Rules are those of the pieces, where there are many alike.
    let alike = integrand.knowledge().alike();
    let axes = alike.first().map(|batch| batch.dimension());
    settings.check(axes.unwrap_or(integrand.dimension()))?;
    if integrand.knowledge().is_only_divided() && !matches!(settings.method, Method::Auto) {
        return Err(Error::Setting {
            name: "method",
            allowed: "auto over a curve or a surface that an equation describes".to_owned(),
        });
    }
    let is_alike = !alike.is_empty();
    let most = match settings.method {
        Method::TanhSinh => MOST_HALVED,
        Method::Cubature => MOST_VARIABLES,
        Method::Qmc | Method::Vegas => MOST_AXES,
        _ => usize::MAX,
    };
    if integrand.dimension() > most || (is_alike && most < usize::MAX) {
        let name = settings.method.name();
        let allowed = match is_alike {
            true => format!("auto, gauss or monte-carlo over the elements of a mesh, not {name}"),
            false => format!("auto or monte-carlo: {name} takes at most {most} variables"),
        };
        return Err(Error::Setting {
            name: "method",
            allowed,
        });
    }
    let meter = Meter::new(settings, integrand.outputs(), start);
    meter.steps().begin(|| told(integrand, settings))?;
    let task = Task::new(settings, measure, &meter);
    let takes_long = integrand.knowledge().is_code()
        && match settings.costly {
            Some(costly) => meter.take_as_long(costly),
            None => matches!(task.time(integrand), Ok(true)),
        };
    let solve = || solved(integrand, settings, &task, is_alike);
    let solved = match takes_long {
        // Then the nodes of a block are shared out.
        true => task.in_parallel(solve)?,
        false => solve(),
    };
    let mut outcome = match solved {
        Ok(outcome) => outcome,
        Err(Stop::Failed(error)) => return Err(error),
        Err(Stop::Halt(halt)) => {
            Outcome::none(integrand.outputs(), Status::Budget, Some(task.reason(halt)))
        }
    };
    if outcome.status == Status::Budget && outcome.reasons.contains(&Reason::Interrupted) {
        outcome.status = Status::Interrupted;
    }
    outcome.raise_to_rounding(integrand.knowledge());
    if outcome.status == Status::Converged && !task.is_met(&outcome.values, &outcome.errors) {
        outcome.status = Status::Roundoff;
        outcome.reasons.push(Reason::Cancellation);
    }
    let mut pairs = outcome.values.iter().zip(&outcome.errors);
    if outcome.status == Status::Roundoff && pairs.any(|(v, e)| v.abs() <= *e) {
        let reason = match sizes(integrand, &task) {
            Some(sizes) if is_zero_within_rounding(&outcome, &sizes, settings) => {
                Reason::ZeroWithinRounding
            }
            _ => Reason::Zero,
        };
        outcome.add_reasons(&[reason]);
    }
    own_up(&mut outcome);
    // Of values that were changed since the nodes are not known.
    let values = &outcome.values;
    outcome.nodes = outcome.nodes.filter(|nodes| nodes.are_of(values));
    outcome.evaluations = meter.used();
    meter.steps().end();
    Ok(outcome)
}

/// The values at a few scattered nodes, as they are written there.
fn scattered(integrand: &dyn Integrand, evaluate: impl FnOnce(&Block<'_>, &mut [f64])) -> Vec<f64> {
    let points = Scatter::golden(integrand.dimension()).along_axes(1..SCATTERED + 1);
    let nodes: Vec<_> = points.iter().map(|w| Coordinate::Each(w)).collect();
    let mut values = vec![0.0; SCATTERED * integrand.outputs()];
    evaluate(&Block::new(&nodes, SCATTERED), &mut values);
    values
}

/// The integrals of the sizes, from a few scattered nodes; `None` if there is no room for them, or
/// they are not finite.
fn sizes(integrand: &dyn Integrand, task: &Task<'_>) -> Option<Vec<f64>> {
    let mut seen = Ok(());
    let mut evaluator = task.evaluator(integrand);
    let values = scattered(integrand, |block, values| {
        seen = evaluator.evaluate(block, values)
    });
    seen.ok()?;
    let mean = |values: &[f64]| values.iter().map(|v| v.abs()).sum::<f64>() / SCATTERED as f64;
    let means: Vec<f64> = values.chunks(SCATTERED).map(mean).collect();
    means.iter().all(|mean| mean.is_finite()).then_some(means)
}

/// The integral by the method of the settings.
fn solved(
    integrand: &dyn Integrand,
    settings: &Settings,
    task: &Task<'_>,
    is_alike: bool,
) -> Result<Outcome, Stop> {
    let subject = Subject::new(integrand);
    match &settings.method {
        Method::Auto => widening(&subject, task).and_then(|mut outcome| {
            cover(&mut outcome, integrand, task)?;
            Ok(outcome)
        }),
        Method::Gauss(orders) => {
            let orders = orders.clone();
            match is_alike {
                true => {
                    let orders = Some(orders);
                    alone(&Batches { orders }, &subject, task)
                }
                false => alone(&FixedGauss { orders }, &subject, task),
            }
        }
        Method::TanhSinh => alone(&SingularEnds { all: true }, &subject, task)
            .and_then(|outcome| seen_by_bounds(outcome, integrand, task)),
        Method::Cubature => {
            let cells = Cells {
                variables: [1, MOST_VARIABLES],
                to_the_end: true,
                asked_for: true,
            };
            let own = leaving_for_bounds(integrand, task);
            alone(&cells, &subject, &own)
                .and_then(|outcome| seen_by_bounds(outcome, integrand, task))
        }
        Method::Vegas => {
            let start = settings.learned.as_ref();
            alone(&Vegas { start }, &subject, task)
        }
        Method::Qmc => alone(&Qmc, &subject, task),
        Method::MonteCarlo => alone(&MonteCarlo { asked_for: true }, &subject, task),
    }
}

/// What the results of steps depend on besides the steps before: the settings, and the integrand, which some of its
/// values tell from others.
fn told(integrand: &dyn Integrand, settings: &Settings) -> [String; 2] {
    let mut evaluator = integrand.evaluator();
    let values = scattered(integrand, |block, values| evaluator.evaluate(block, values));
    let bits: Vec<u64> = values.iter().map(|value| value.to_bits()).collect();
    let mut told = format!(
        "the method {}, the seed {}",
        settings.method.name(),
        settings.seed
    );
    if let Some(costly) = settings.costly {
        told += &format!(", costly {costly}");
    }
    match &settings.method {
        Method::Gauss(orders) => told += &format!(", nodes {orders:?}"),
        // Random methods take more of the same samples for less error.
        Method::Qmc | Method::Vegas | Method::MonteCarlo => {}
        _ => {
            let most = settings.most_evaluations();
            let (rtol, atol) = (settings.rtol, settings.atol);
            told += &format!(", rtol {rtol:e}, atol {atol:e}, {most} evaluations at most");
        }
    }
    [told, format!("{:016x}", hash(&bits))]
}

/// Whether every value that misses its tolerance is zero but for a small part of the size.
fn is_zero_within_rounding(outcome: &Outcome, sizes: &[f64], settings: &Settings) -> bool {
    let mut all = outcome.values.iter().zip(&outcome.errors).zip(sizes);
    all.all(|((value, error), size)| {
        *error <= settings.tolerance(*value)
            || value.abs() <= *error && *error <= WITHIN_ROUNDING * size
    })
}

/// The integral by the tables; once more in a wide range, if there is one, where it is not finite, and with more digits
/// where it ends at rounding.
fn widening(subject: &Subject<'_>, task: &Task<'_>) -> Result<Outcome, Stop> {
    let found = auto::solve(subject, task, Rows::Whole)?;
    if found.status != Status::Nonfinite {
        return beyond_rounding(found, subject, task, auto::solve);
    }
    let Some(wide) = subject.integrand.knowledge().widened() else {
        return Ok(found);
    };
    match auto::solve(&Subject::new(wide.as_ref()), task, Rows::Whole) {
        Ok(better) if better.status != Status::Nonfinite => Ok(better),
        Err(failed @ Stop::Failed(_)) => Err(failed),
        _ => Ok(found),
    }
}

/// The task of an answer to which bounds will have something to say, with nodes of their own.
fn leaving_for_bounds<'t>(integrand: &dyn Integrand, task: &Task<'t>) -> Task<'t> {
    match integrand.knowledge().bounds() {
        Some(_) if integrand.dimension() <= MOST_SEEN => {
            task.at_most(task.left() - task.left() / KEPT_FOR_BOUNDS)
        }
        _ => *task,
    }
}

/// An answer with what bounds say to it.
fn seen_by_bounds(
    outcome: Outcome,
    integrand: &dyn Integrand,
    task: &Task<'_>,
) -> Result<Outcome, Stop> {
    let mut outcome = witnessed(outcome, integrand, task, task.used())?;
    cover(&mut outcome, integrand, task)?;
    Ok(outcome)
}

/// The integral by one strategy.
fn alone(strategy: &dyn Strategy, subject: &Subject<'_>, task: &Task<'_>) -> Result<Outcome, Stop> {
    let table = [Entry {
        strategy,
        share: Share::All,
    }];
    drive(&table, subject, task, auto::solve)
}

/// Of a value that is no number nothing is known: not that it converged, nor that its error has a
/// bound.
fn own_up(outcome: &mut Outcome) {
    for (value, error) in outcome.values.iter().zip(&mut outcome.errors) {
        *error = known_error(*value, *error);
    }
    if outcome.is_done() && outcome.errors.iter().any(|error| !error.is_finite()) {
        outcome.status = Status::Nonfinite;
        outcome.reasons = vec![Reason::Overflow];
    }
    outcome.proven &= outcome.errors.iter().all(|error| error.is_finite());
}
