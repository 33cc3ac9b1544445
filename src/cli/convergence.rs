//! The picture of convergence: an integral by several methods with more and more evaluations, against the truth as
//! far as it is known.

use pullback::integrator::Outcome;
use pullback::plot::{Convergence, ConvergencePoint, ConvergenceSeries, Picture, Style, typeset};
use pullback::{Error, Estimate, Method, Settings, Status};

use super::description::Description;
use super::fault::Fault;
use super::heading::heading;
use super::interrupt;
use super::number::significant;
use super::output::{DONE, INTERRUPTED};
use super::problem::{Problem, integral};
use super::settings::Choices;

/// The most evaluations of a run, where the user gives no limit.
const MOST_EVALUATIONS: u64 = 1_000_000;
/// The fewest evaluations that a method is given, and by how much more it is given each time.
const FEWEST: u64 = 16;
const FACTOR: u64 = 2;
/// The tolerance of the answer that true errors are measured from.
const RTOL_OF_TRUTH: f64 = 1e-14;
/// True errors are told apart from those of the truth where they are so many times as large.
const TIMES: f64 = 4.0;

/// The methods that are drawn where the user names none, with how each is given more.
const METHODS: [(&str, Given); 7] = [
    ("auto", Given::Tolerances),
    ("gauss", Given::Nodes),
    ("tanh-sinh", Given::Evaluations),
    ("cubature", Given::Evaluations),
    ("qmc", Given::Evaluations),
    ("vegas", Given::Evaluations),
    ("monte-carlo", Given::Evaluations),
];

/// What a method is given more and more of.
#[derive(Clone, Copy, PartialEq)]
enum Given {
    Evaluations,
    Nodes,
    Tolerances,
}

/// The picture, and an exit code.
pub(super) fn picture(
    description: &Description,
    title: Option<&str>,
    style: &Style,
) -> Result<(Picture, u8), Fault> {
    let problem = Problem::new(description)?;
    let choices = Choices::new(description.settings.clone())?.cancelled_by(&interrupt::token()?);
    let settings = choices.settings();
    let run = |settings: Settings| {
        let found = integral(
            problem.domain.as_ref(),
            &problem.integrands,
            description.average,
            &settings,
        );
        found.map_err(|error| choices.fault(error).or_at(problem.limits.as_ref()))
    };
    let best = settings
        .clone()
        .method(Method::Auto)
        .rtol(RTOL_OF_TRUTH)
        .atol(0.0);
    let best = run(best.max_evals(None))?;
    let truth = Truth::of(&best);
    let is_named = |name: &str| description.settings.iter().any(|given| given.name == name);
    let asked = (is_named("method") || is_named("nodes")).then(|| settings.method.name());
    let most = settings.max_evals.unwrap_or(MOST_EVALUATIONS);
    let mut series = Vec::new();
    let mut code = if best.status == Status::Interrupted {
        INTERRUPTED
    } else {
        DONE
    };
    for (name, given) in METHODS {
        if code == INTERRUPTED || asked.is_some_and(|asked| asked != name) {
            continue;
        }
        let mut points: Vec<ConvergencePoint> = Vec::new();
        for own in ladder(
            settings,
            name,
            given,
            most,
            problem.domain.variables().len(),
        ) {
            let found = match integral(
                problem.domain.as_ref(),
                &problem.integrands,
                description.average,
                &own,
            ) {
                Ok(found) => found,
                // A rule may be too small for the method, or too large.
                Err(Error::Order { .. } | Error::Setting { .. }) => continue,
                Err(error) => return Err(choices.fault(error).or_at(problem.limits.as_ref())),
            };
            if found.status == Status::Interrupted {
                code = INTERRUPTED;
                break;
            }
            points.extend(point(&found, truth.as_ref(), most));
        }
        points.sort_by_key(|point| point.evaluations);
        points.dedup_by_key(|point| point.evaluations);
        if !points.is_empty() {
            series.push(ConvergenceSeries {
                name: name.to_owned(),
                points,
            });
        }
    }
    let texts: Vec<&str> = problem.integrand_texts().take(1).collect();
    let first = typeset(&texts.concat());
    let kind = if description.average {
        "average"
    } else {
        "integral"
    };
    let drawn = Convergence {
        title: title.map_or_else(
            || format!("Convergence over {}", heading_of(&problem)),
            str::to_owned,
        ),
        subtitle: subtitle(&format!("{kind} of {first}"), &best, truth.as_ref()),
        series,
        known_to: truth.map(|truth| TIMES * truth.error),
    };
    Ok((drawn.draw(style)?, code))
}

/// The answer that true errors are measured from.
struct Truth {
    value: f64,
    error: f64,
}

impl Truth {
    /// The best answer there is, where it can be trusted; its error is at least one rounding.
    fn of(best: &Estimate) -> Option<Truth> {
        let is_trusted = best.proven || matches!(best.status, Status::Converged | Status::Roundoff);
        let error = best.error.max(f64::EPSILON * best.value.abs());
        (is_trusted && best.value.is_finite() && error.is_finite()).then_some(Truth {
            value: best.value,
            error,
        })
    }
}

/// The settings of a method's runs, each of which may do more than the one before.
fn ladder(
    settings: &Settings,
    name: &str,
    given: Given,
    most: u64,
    dimension: usize,
) -> Vec<Settings> {
    let base = || settings.clone().atol(0.0);
    let budgets = std::iter::successors(Some(FEWEST), |budget| Some(budget * FACTOR));
    match given {
        Given::Tolerances => (1..=14)
            .map(|digits| {
                let own = base().method(Method::Auto).max_evals(most);
                own.rtol(10f64.powi(-digits))
            })
            .collect(),
        Given::Nodes => {
            // 1, 2, 3, 4, 6, 8, 12, 16, …
            let powers = (0..20).map(|k| 1usize << k);
            let orders = powers.flat_map(|n| [n, n + n / 2]);
            let mut orders: Vec<usize> = orders.collect();
            orders.dedup();
            let count = |n: &usize| (*n as u64).checked_pow(dimension as u32);
            let fitting = orders
                .into_iter()
                .filter(|n| count(n).is_some_and(|c| c <= most));
            fitting
                .map(|n| base().method(Method::Gauss(vec![n])).max_evals(None))
                .collect()
        }
        Given::Evaluations => {
            let method = Method::named(name).unwrap_or_default();
            budgets
                .take_while(|budget| *budget <= most)
                .map(|budget| base().method(method.clone()).rtol(1e-16).max_evals(budget))
                .collect()
        }
    }
}

/// What a run found; nothing where it found nothing, or took more than is drawn.
fn point(found: &Estimate, truth: Option<&Truth>, most: u64) -> Option<ConvergencePoint> {
    let Outcome { evaluations, .. } = found.outcome;
    let is_known = found.value.is_finite() && found.error.is_finite();
    (is_known && (1..=2 * most).contains(&evaluations)).then(|| ConvergencePoint {
        evaluations,
        claimed: found.error,
        actual: truth.map(|truth| (found.value - truth.value).abs()),
    })
}

/// The integral, and how well it is known.
fn subtitle(what: &str, best: &Estimate, truth: Option<&Truth>) -> String {
    match truth {
        Some(truth) => {
            let proven = if best.proven { ", proven" } else { "" };
            let value = significant(truth.value, 12);
            let error = format!("{:.0e}", truth.error);
            let error = match error.split_once('e') {
                Some((digits, power)) => typeset(&format!("{digits}*10^{power}")),
                None => error,
            };
            format!("the {what}: {value} ± {error}{proven}")
        }
        None => format!("the {what}; its value is not known well enough to tell true errors"),
    }
}

/// The region in a few signs.
fn heading_of(problem: &Problem) -> String {
    let heading = heading(&problem.statement);
    heading.trim_end_matches(" and its image").to_owned()
}
