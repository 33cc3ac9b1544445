//! Integrals with small limits, which must be kept, and answers that must not contradict themselves.

use std::time::Instant;

use pullback::{Estimate, Map, Method, Parameters, Region, Settings, Status};

use crate::formula::{formula, large};
use crate::random::Random;

/// What the clock may be off by, in seconds: that of a process ticks a hundred times a second.
const DISTURBED: f64 = 0.05;

/// What reading a text and looking at each of its operations takes, in seconds a byte.
const READING: f64 = 5e-7;

/// The seconds by which an answer may be late: more on a machine that has other work to do, if the
/// variable `FUZZ_LATE` says so.
fn allowed() -> f64 {
    let said = std::env::var("FUZZ_LATE").ok();
    said.and_then(|text| text.parse().ok()).unwrap_or(DISTURBED)
}

/// A time from which on seconds are counted: those of this process where they are to be had, so that
/// other work does not count.
struct Spent {
    start: Instant,
    process: Option<f64>,
}

impl Spent {
    fn now() -> Spent {
        Spent {
            start: Instant::now(),
            process: crate::used(std::process::id()),
        }
    }

    fn seconds(&self) -> f64 {
        let own = self.process.zip(crate::used(std::process::id()));
        let own = own.map(|(from, to)| to - from);
        own.unwrap_or(f64::INFINITY)
            .min(self.start.elapsed().as_secs_f64())
    }
}

/// An integral as texts.
struct Problem {
    map: Vec<String>,
    over: String,
    integrand: String,
}

const NAMES: [&str; 8] = ["a", "b", "c", "d", "f", "g", "h", "k"];

fn problem(random: &mut Random) -> Problem {
    let dimension = random.pick(&[1, 1, 1, 2, 2, 2, 3, 4, 8]);
    let names = &NAMES[..dimension];
    let mut limits = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let earlier = &names[..i];
        let limit = |random: &mut Random, plain: &str| match random.below(6) {
            0 => formula(random, earlier, 2),
            1 if i > 0 => random.pick(earlier).to_owned(),
            2 => random.pick(&["-inf", "inf", "0", "1"]).to_owned(),
            _ => plain.to_owned(),
        };
        let (low, high) = (limit(random, "0"), limit(random, "1"));
        limits.push(format!("{name} = {low}..{high}"));
    }
    let map = if random.one_in(4) {
        (0..dimension).map(|_| formula(random, names, 2)).collect()
    } else {
        Vec::new()
    };
    let integrand = match random.below(8) {
        0 => {
            let most = random.pick(&[2.5, 2.5, 2.5, 3.5, 4.5]);
            large(random, names, most)
        }
        1..=4 => formula(random, names, 3),
        _ => formula(random, names, 5),
    };
    Problem {
        map,
        over: limits.join(", "),
        integrand,
    }
}

fn answer(problem: &Problem, settings: &Settings) -> Result<Estimate, pullback::Error> {
    let region = Region::parse(&problem.over)?;
    let variables: Vec<&str> = region.variables().iter().map(String::as_str).collect();
    let map = if problem.map.is_empty() {
        Map::identity(&variables)?
    } else {
        let targets: Vec<String> = (0..problem.map.len()).map(|i| format!("x{i}")).collect();
        let equations = targets.iter().zip(&problem.map);
        let equations: Vec<(&str, &str)> = equations.map(|(a, b)| (&a[..], &b[..])).collect();
        Map::from_equations(&equations, &variables, &Parameters::new())?
    };
    let domain = map.over(&region)?;
    domain.integrate_all(&domain.parse(&[&problem.integrand])?, settings)
}

pub(crate) fn run(random: &mut Random, describe: &mut dyn FnMut(&str)) -> Result<(), String> {
    let problem = problem(random);
    let method = match random.below(8) {
        0 => Method::MonteCarlo,
        1 => Method::Gauss(vec![1 + random.below(40)]),
        _ => Method::Auto,
    };
    let max_seconds = random.pick(&[0.02, 0.1, 0.3]);
    let max_evals = random.pick(&[1, 100, 10_000, 1_000_000, 100_000_000]);
    let settings = Settings::new()
        .method(method.clone())
        .rtol(random.pick(&[1e-3, 1e-10, 0.0]))
        .max_seconds(max_seconds)
        .max_evals(max_evals)
        .threads(1);
    let map: Vec<String> = problem
        .map
        .iter()
        .enumerate()
        .map(|(i, text)| format!("x{i} = {text}"))
        .collect();
    describe(&format!(
        "--map \"{}\" --over \"{}\" --integrand \"{}\" --method {} --max-seconds {max_seconds} \
         --max-evals {max_evals} --rtol {:e}",
        map.join(", "),
        problem.over,
        problem.integrand,
        method.name(),
        settings.rtol
    ));
    let bytes = problem.integrand.len() + problem.over.len() + map.concat().len();
    let allowed = allowed() + READING * bytes as f64;
    let mut late = 0.0;
    // Other work may take the processor away once, but not each time.
    for _ in 0..3 {
        let start = Spent::now();
        let Ok(answer) = answer(&problem, &settings) else {
            return Ok(());
        };
        let seconds = start.seconds();
        check(&answer, &settings)?;
        late = seconds - 1.05 * max_seconds;
        if late <= allowed {
            return Ok(());
        }
    }
    Err(format!("{:.2} s over the limit of {max_seconds} s", late))
}

fn check(answer: &Estimate, settings: &Settings) -> Result<(), String> {
    let fault = |what: &str| Err(format!("{what}: {answer}"));
    if settings
        .max_evals
        .is_some_and(|most| answer.evaluations > most)
    {
        return fault(&format!("{} evaluations", answer.evaluations));
    }
    if answer.error.is_nan() || answer.error < 0.0 {
        return fault("no error");
    }
    if !answer.value.is_finite() && answer.error.is_finite() {
        return fault("an error of no value");
    }
    let tolerance = settings.atol.max(settings.rtol * answer.value.abs());
    let is_met = answer.error <= tolerance;
    match answer.status {
        Status::Converged if !is_met => fault("not to the tolerance"),
        Status::Converged | Status::Roundoff if !answer.value.is_finite() => fault("no value"),
        status if status != Status::Converged && answer.reasons.is_empty() => fault("no reason"),
        _ => Ok(()),
    }
}
