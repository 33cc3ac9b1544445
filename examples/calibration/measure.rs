//! Integrates problems at requested tolerances and compares each claim with the truth.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use std::time::Instant;

use pullback::integrator::integrate_on_unit_box;
use pullback::{Domain, Error, Integrands, Map, MappedRegion, Method, Region, Settings, Status};

use crate::manner::{Hiding, Manner};
use crate::problem::Problem;

/// True errors below this part of the value count as this, so that ratios have a meaning.
const SMALLEST_ERROR: f64 = 1e-16;

/// One answer beside the truth.
#[derive(Clone, Debug)]
pub(crate) struct Measurement {
    /// Which of the problems.
    pub(crate) problem: usize,
    /// The tolerance asked for, as a part of the value.
    pub(crate) rtol: f64,
    /// How the integral was asked for.
    pub(crate) manner: Manner,
    pub(crate) status: Status,
    /// The value and the error as answered.
    pub(crate) answer: [f64; 2],
    /// The error that the answer claims, as a part of the value.
    pub(crate) claimed: f64,
    /// The error that it has, as a part of the value; infinite for an answer that is no number.
    pub(crate) truth: f64,
    pub(crate) evaluations: u64,
    pub(crate) seconds: f64,
}

impl Measurement {
    /// Whether the claim covers the true error.
    pub(crate) fn is_covered(&self) -> bool {
        self.truth <= self.claimed
    }

    /// Whether the answer says that it meets a tolerance that it misses.
    pub(crate) fn is_silently_wrong(&self) -> bool {
        self.status == Status::Converged && !self.is_covered() && self.truth > self.rtol
    }

    /// How many times as large as the claim the true error is.
    pub(crate) fn ratio(&self) -> f64 {
        self.truth / self.claimed
    }

    /// The decimal digits of the value that are right.
    pub(crate) fn digits(&self) -> f64 {
        (-self.truth.log10()).max(0.0)
    }
}

/// What every integration may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_seconds: f64,
    pub(crate) max_evals: u64,
    /// How many problems are worked on at a time, each on one thread.
    pub(crate) threads: usize,
}

/// A problem, and how it is asked for.
pub(crate) struct Run<'p> {
    pub(crate) problem: usize,
    pub(crate) manner: Manner,
    pub(crate) tolerances: &'p [f64],
}

/// Integrates problems as they are asked for; the results come in the order of the runs.
///
/// # Errors
/// The first error of a problem that cannot be read, with its name.
pub(crate) fn measure_all(
    problems: &[Problem],
    runs: &[Run<'_>],
    limits: Limits,
) -> Result<Vec<Measurement>, String> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let work = || {
        // A pool of one thread, so that no other integral runs inside the time of this one.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let pool = pool.map_err(|reason| reason.to_string())?;
        let mut own = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(run) = runs.get(index) else {
                break;
            };
            let problem = &problems[run.problem];
            let measured = pool.install(|| measure(run, problem, limits));
            let named = |e| format!("{}, {}: {e}", problem.set, problem.name);
            own.push((index, measured.map_err(named)?));
        }
        if let Ok(mut results) = results.lock() {
            results.extend(own);
        }
        Ok::<(), String>(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..limits.threads).map(|_| scope.spawn(work)).collect();
        let mut ends = workers.into_iter().map(|worker| worker.join());
        let panicked = |_| Err("a problem made the library panic".to_owned());
        ends.try_for_each(|end| end.unwrap_or_else(panicked))
    })?;
    let mut results = results.into_inner().map_err(|reason| reason.to_string())?;
    results.sort_by_key(|(run, _)| *run);
    Ok(results.into_iter().flat_map(|(_, own)| own).collect())
}

fn measure(run: &Run<'_>, problem: &Problem, limits: Limits) -> Result<Vec<Measurement>, Error> {
    let domain = domain(problem)?;
    let integrands = domain.parse(&[&problem.integrand])?;
    let scale = problem.scale();
    let one = |&rtol: &f64| {
        // With the same random points for all, integrals that are alike are off together.
        let settings = Settings::new()
            .rtol(rtol)
            .seed(run.problem as u64)
            .max_evals(limits.max_evals)
            .max_seconds(limits.max_seconds);
        let answer = answer(&domain, &integrands, run.manner, &settings)?;
        let truth = (answer.value - problem.exact).abs() / scale;
        Ok(Measurement {
            problem: run.problem,
            rtol,
            manner: run.manner,
            status: answer.status,
            answer: [answer.value, answer.error],
            claimed: (answer.error / scale).max(problem.accuracy),
            truth: if truth.is_nan() {
                f64::INFINITY
            } else {
                truth.max(SMALLEST_ERROR)
            },
            evaluations: answer.evaluations,
            seconds: answer.seconds,
        })
    };
    run.tolerances.iter().map(one).collect()
}

/// What an integration says.
struct Answer {
    value: f64,
    error: f64,
    status: Status,
    evaluations: u64,
    seconds: f64,
}

fn answer(
    domain: &MappedRegion,
    integrands: &Integrands<'_>,
    manner: Manner,
    settings: &Settings,
) -> Result<Answer, Error> {
    if manner == Manner::Formula {
        let answer = domain.integrate_all(integrands, settings)?;
        return Ok(Answer {
            value: answer.value,
            error: answer.error,
            status: answer.status,
            evaluations: answer.evaluations,
            seconds: answer.seconds,
        });
    }
    let start = Instant::now();
    let pullback = domain.pull_back(integrands)?;
    let seen = Hiding::new(Box::new(&pullback), manner);
    let settings = match manner {
        Manner::Gauss(nodes) => settings.clone().method(Method::Gauss(vec![nodes])),
        Manner::Samples => settings.clone().method(Method::MonteCarlo),
        _ => settings.clone(),
    };
    let outcome = integrate_on_unit_box(&seen, &settings)?;
    Ok(Answer {
        value: outcome.values[0],
        error: outcome.errors[0],
        status: outcome.status,
        evaluations: outcome.evaluations,
        seconds: start.elapsed().as_secs_f64(),
    })
}

/// The map of a problem over its region.
fn domain(problem: &Problem) -> Result<MappedRegion, Error> {
    let region = Region::parse(&problem.over)?;
    let names: Vec<&str> = region.variables().iter().map(String::as_str).collect();
    let map = if problem.map.is_empty() {
        Map::identity(&names)?
    } else {
        Map::parse_with(&problem.map, &names, &Default::default())?
    };
    map.over(&region)
}
