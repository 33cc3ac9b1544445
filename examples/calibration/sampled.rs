//! How often the 95 % intervals of random methods cover: random integrals of several families in 3 to 20 variables.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pullback::elementary::Unary;
use pullback::integrator::{Outcome, Reason, integrate_on_unit_box};
use pullback::{Domain, Error, Map, Method, Settings, Status};

use crate::genz::joined;
use crate::manner::{Hiding, Manner};
use crate::problem::unit_box;
use crate::random::Random;
use crate::table::{percent, quantile, rounded};

/// The methods.
const METHODS: [Method; 3] = [Method::MonteCarlo, Method::Qmc, Method::Vegas];

/// `auto`, which chooses, is asked for each integral as a formula and as code.
const AUTO: [&str; 2] = ["a formula", "code"];

/// Behind the methods come `auto` of these, and the methods of these once more, asked to be as sure.
const AUTO_AS: [usize; 2] = [METHODS.len(), METHODS.len() + 1];
const AS_SURE: [usize; 2] = [METHODS.len() + 2, 2 * METHODS.len() + 2];

/// The intervals of `auto` hold the truth in 99 of 100 cases: those of 95 in 100 are as sure if they are so
/// much narrower than what is asked for.
const SURE: f64 = 1.5;

/// With so many times the evaluations of the best of its methods `auto` has chosen well.
const CHOSEN_WELL: f64 = 2.0;

/// The variables, at least and at most.
const DIMENSIONS: [usize; 2] = [3, 20];

/// The most evaluations of one integral.
const MAX_EVALS: u64 = 200_000;

/// The failures of each method that are listed, the worst first.
const LISTED: usize = 5;

/// A random integral: its formula and its value.
struct Integral {
    family: &'static str,
    dimension: usize,
    formula: String,
    exact: f64,
    rtol: f64,
}

/// What a method said of an integral.
struct Said {
    integral: usize,
    method: usize,
    status: Status,
    is_heavy: bool,
    evaluations: f64,
    /// The true error beside the claimed one.
    ratio: f64,
}

impl Said {
    fn is_covered(&self) -> bool {
        self.ratio <= 1.0
    }
}

/// The last family has no second moment: its intervals are to be doubted, not to cover.
const NO_VARIANCE: &str = "no second moment";

fn erf(t: f64) -> f64 {
    Unary::Erf.value(t)
}

/// ∫₀¹ exp(−a (x − u)²) dx.
fn gaussian(a: f64, u: f64) -> f64 {
    let root = a.sqrt();
    let ends = erf(root * (1.0 - u)) + erf(root * u);
    ends * std::f64::consts::PI.sqrt() / (2.0 * root)
}

/// An integral of a family, the next one of a stream.
fn integral(number: usize, random: &mut Random) -> Integral {
    let [least, most] = DIMENSIONS;
    let n = random.whole(least, most);
    let rtol = 10f64.powf(-random.between(1.5, 3.5));
    let place: Vec<f64> = (0..n).map(|_| random.between(0.1, 0.9)).collect();
    let scale: Vec<f64> = (0..n).map(|_| random.between(0.3, 3.0)).collect();
    let sum = |term: &dyn Fn(usize) -> String| joined(n, " + ", |k| term(k - 1));
    let times = |term: &dyn Fn(usize) -> String| joined(n, "*", |k| term(k - 1));
    let product = |factor: &dyn Fn(usize) -> f64| (0..n).map(factor).product::<f64>();
    let powers = |power: &dyn Fn(usize) -> f64| {
        times(&|k| format!("{:?}*x{}^-{:?}", 1.0 - power(k), k + 1, power(k)))
    };
    let (family, formula, exact) = match number % 9 {
        // cos(2πu + Σ ax) = Re e^(2πiu) Π (e^(ia) − 1)/(ia), and a constant, so that it does not vanish.
        0 => {
            let size = product(&|k| 2.0 * (scale[k] / 2.0).sin() / scale[k]);
            let phase = place[0] + scale.iter().sum::<f64>() / 2.0;
            let angle = sum(&|k| format!("{:?}*x{}", scale[k], k + 1));
            let formula = format!("1 + cos({:?} + {angle})", place[0]);
            ("oscillatory", formula, 1.0 + size * phase.cos())
        }
        1 => {
            let one = |k: usize| {
                format!(
                    "1/({:?} + (x{} - {:?})^2)",
                    scale[k].powi(-2),
                    k + 1,
                    place[k]
                )
            };
            let factor = |k: usize| {
                let (a, u) = (scale[k], place[k]);
                a * ((a * (1.0 - u)).atan() + (a * u).atan())
            };
            ("product peak", times(&one), product(&factor))
        }
        2 => {
            let one = |k: usize| format!("{:?}*abs(x{} - {:?})", scale[k], k + 1, place[k]);
            let factor = |k: usize| {
                let (a, u) = (scale[k], place[k]);
                (2.0 - (-a * u).exp() - (-a * (1.0 - u)).exp()) / a
            };
            ("kinks", format!("exp(-({}))", sum(&one)), product(&factor))
        }
        3 => {
            let one = |k: usize| format!("{:?}*x{}", scale[k] / 3.0, k + 1);
            let factor = |k: usize| {
                let (a, u) = (scale[k] / 3.0, if k < 2 { place[k] } else { 1.0 });
                ((a * u).exp() - 1.0) / a
            };
            let inside = format!("x1 < {:?} and x2 < {:?}", place[0], place[1]);
            let formula = format!("if({inside}, exp({}), 0)", sum(&one));
            ("jumps", formula, product(&factor))
        }
        4 => ("singular faces", powers(&|k| 0.3 * place[k]), 1.0),
        // ∫ Π exp(−a (x − s)²) ds over centres along the diagonal, in its closed form.
        5 => {
            let a = random.between(2.0, 24.0) / n as f64;
            let [low, high] = [random.between(0.0, 0.3), random.between(0.7, 1.0)];
            let mean = format!("({})/{n}", sum(&|k| format!("x{}", k + 1)));
            let root = (a * n as f64).sqrt();
            let formula = format!(
                "exp(-{a:?}*({}))*(erf({root:?}*({high:?} - {mean})) - erf({root:?}*({low:?} - {mean})))",
                sum(&|k| format!("(x{} - {mean})^2", k + 1))
            );
            ("ridge", formula, ridge(n, a, [low, high]))
        }
        6 => {
            let a = random.between(1.0, 40.0) / (n as f64).sqrt();
            let b = random.between(1.0, 40.0) / (n as f64).sqrt();
            let other: Vec<f64> = (0..n).map(|_| random.between(0.1, 0.9)).collect();
            let peak = |a: f64, at: &[f64]| {
                let squares = sum(&|k| format!("(x{} - {:?})^2", k + 1, at[k]));
                format!("exp(-{a:?}*({squares}))")
            };
            let formula = format!("{} + {}", peak(a, &place), peak(b, &other));
            let exact = product(&|k| gaussian(a, place[k])) + product(&|k| gaussian(b, other[k]));
            ("double peak", formula, exact)
        }
        // A second moment, but no fourth.
        7 => {
            let power = random.between(0.25, 0.45);
            (
                "heavy tail",
                powers(&|k| if k == 0 { power } else { 0.1 * place[k] }),
                1.0,
            )
        }
        _ => {
            let power = random.between(0.55, 0.9);
            (
                NO_VARIANCE,
                powers(&|k| if k == 0 { power } else { 0.1 * place[k] }),
                1.0,
            )
        }
    };
    Integral {
        family,
        dimension: n,
        formula,
        exact,
        rtol,
    }
}

/// ∫ (∫ exp(−a (x − s)²) dx)ⁿ ds times 2 √(an/π), by Simpson's rule with many steps.
fn ridge(n: usize, a: f64, [low, high]: [f64; 2]) -> f64 {
    let steps = 2000;
    let value = |k: usize| {
        let s = low + (high - low) * k as f64 / steps as f64;
        gaussian(a, s).powi(n as i32)
    };
    let weight = |k: usize| match k {
        0 => 1.0,
        k if k == steps => 1.0,
        k => (2 + 2 * (k % 2)) as f64,
    };
    let sum: f64 = (0..=steps).map(|k| weight(k) * value(k)).sum();
    let root = (a * n as f64 / std::f64::consts::PI).sqrt();
    sum * (high - low) / (3 * steps) as f64 * 2.0 * root
}

/// What the methods say of so many random integrals, as a page.
///
/// # Errors
/// The first error of an integral, with its number.
pub(crate) fn report(count: usize, seed: u64, threads: usize, all: bool) -> Result<String, String> {
    let mut random = Random::new(seed, 900);
    let integrals: Vec<Integral> = (0..count).map(|k| integral(k, &mut random)).collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        let mut own = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(integral) = integrals.get(number) else {
                break;
            };
            let named = |e: Error| format!("integral {number}: {e}");
            own.extend(said(number, integral).map_err(named)?);
        }
        if let Ok(mut found) = found.lock() {
            found.extend(own);
        }
        Ok::<(), String>(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let panicked = |_| Err("an integral made the library panic".to_owned());
        let mut ends = workers.into_iter().map(|worker| worker.join());
        ends.try_for_each(|end| end.unwrap_or_else(panicked))
    })?;
    let mut found = found.into_inner().map_err(|reason| reason.to_string())?;
    found.sort_by_key(|said: &Said| (said.method, said.integral));
    Ok(page(&integrals, &found, all))
}

fn said(number: usize, integral: &Integral) -> Result<Vec<Said>, Error> {
    let names: Vec<String> = (1..=integral.dimension).map(|k| format!("x{k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let domain = Map::identity(&names)?.over(&unit_box(integral.dimension)[..])?;
    let integrands = domain.parse(&[&integral.formula[..]])?;
    let settings = Settings::new()
        .rtol(integral.rtol)
        .max_evals(MAX_EVALS)
        .threads(1)
        .seed(number as u64);
    let said = |index: usize, outcome: &Outcome| {
        let mut reasons = outcome.reasons.iter();
        Said {
            integral: number,
            method: index,
            status: outcome.status,
            evaluations: outcome.evaluations as f64,
            is_heavy: reasons.any(|reason| {
                matches!(reason, Reason::HeavyTail { .. } | Reason::SteepFace { .. })
            }),
            ratio: (outcome.values[0] - integral.exact).abs() / outcome.errors[0],
        }
    };
    let mut all = Vec::new();
    for (index, method) in METHODS.iter().enumerate() {
        let settings = settings.clone().method(method.clone());
        let answer = domain.integrate_all(&integrands, &settings)?;
        all.push(said(index, &answer.outcome));
    }
    // What has no second moment is for intervals that are doubted.
    if integral.family != NO_VARIANCE {
        let answer = domain.integrate_all(&integrands, &settings)?;
        all.push(said(AUTO_AS[0], &answer.outcome));
        let pullback = domain.pull_back(&integrands)?;
        let code = Hiding::new(Box::new(&pullback), Manner::Code);
        let outcome = integrate_on_unit_box(&code, &settings)?;
        all.push(said(AUTO_AS[1], &outcome));
        // Who chooses among methods is held against methods that know no more, and are to be as sure.
        let sure = settings.rtol(integral.rtol / SURE);
        for (index, method) in METHODS.iter().enumerate() {
            let settings = sure.clone().method(method.clone());
            let answer = domain.integrate_all(&integrands, &settings)?;
            all.push(said(AS_SURE[0] + index, &answer.outcome));
            let outcome = integrate_on_unit_box(&code, &settings)?;
            all.push(said(AS_SURE[1] + index, &outcome));
        }
    }
    Ok(all)
}

/// How many evaluations `auto` takes beside the best of the random methods that meet the tolerance.
fn choice(integrals: &[Integral], found: &[Said]) -> String {
    let best_of = |first: usize| {
        let mut best = vec![f64::INFINITY; integrals.len()];
        for said in found {
            let is_one = (first..first + METHODS.len()).contains(&said.method);
            if is_one && said.status == Status::Converged {
                best[said.integral] = best[said.integral].min(said.evaluations);
            }
        }
        best
    };
    let mut text = format!(
        "\n### What `auto` takes beside the best of them\n\n\
         Of the integrals with a second moment that a random method solves: how many `auto` solves, how many of its \
         answers are covered, and its evaluations as multiples of those of the best method, where it solves them. The \
         methods know as much as `auto` does, and are asked to be as sure. As a formula most are solved otherwise.\n\n\
         | as | integrals | converged | covered, % | median | 95 % | most | above {CHOSEN_WELL} |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    );
    for (k, name) in AUTO.iter().enumerate() {
        let best = best_of(AS_SURE[k]);
        let own = found.iter().filter(|said| said.method == AUTO_AS[k]);
        let own: Vec<&Said> = own.filter(|said| best[said.integral].is_finite()).collect();
        let solved = own.iter().filter(|said| said.status == Status::Converged);
        let solved: Vec<&&Said> = solved.collect();
        let covered = solved.iter().filter(|said| said.is_covered()).count();
        let multiples = solved
            .iter()
            .map(|said| said.evaluations / best[said.integral]);
        let mut multiples: Vec<f64> = multiples.collect();
        multiples.sort_by(f64::total_cmp);
        let above = multiples.iter().filter(|m| **m > CHOSEN_WELL).count();
        text += &format!(
            "| {name} | {} | {} | {} | {} | {} | {} | {above} |\n",
            own.len(),
            solved.len(),
            percent(covered as f64 / solved.len() as f64),
            rounded(quantile(&multiples, 0.5)),
            rounded(quantile(&multiples, 0.95)),
            rounded(quantile(&multiples, 1.0)),
        );
    }
    text
}

fn page(integrals: &[Integral], found: &[Said], all: bool) -> String {
    let mut text = format!(
        "## Random methods\n\n\
         {} random integrals in {} to {} variables, each asked of each random method with a tolerance between \
         10⁻¹·⁵ and 10⁻³·⁵ and at most {MAX_EVALS} evaluations. The error is the half-width of a 95 % interval. \
         The last family has no second moment, so that no interval holds: it counts as *said* where the reasons \
         name the heavy tail, and not among all.\n\n\
         | method | family | integrals | covered, % | converged | suspect | heavy tail said |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
        integrals.len(),
        DIMENSIONS[0],
        DIMENSIONS[1]
    );
    for (index, method) in METHODS.iter().enumerate() {
        let of_method = || found.iter().filter(|said| said.method == index);
        let mut families: Vec<&str> = integrals.iter().map(|integral| integral.family).collect();
        families.sort_unstable();
        families.dedup();
        let row = |family: &str, said: Vec<&Said>| {
            let count = |is: &dyn Fn(&Said) -> bool| said.iter().filter(|said| is(said)).count();
            format!(
                "| {} | {family} | {} | {} | {} | {} | {} |\n",
                method.name(),
                said.len(),
                percent(count(&Said::is_covered) as f64 / said.len() as f64),
                count(&|said| said.status == Status::Converged),
                count(&|said| said.status == Status::Suspect),
                count(&|said| said.is_heavy)
            )
        };
        for family in families {
            let own = of_method().filter(|said| integrals[said.integral].family == family);
            text += &row(family, own.collect());
        }
        let counted = of_method().filter(|said| integrals[said.integral].family != NO_VARIANCE);
        text += &row("**all**", counted.collect());
    }
    let silent = found.iter().filter(|said| {
        let is_none = integrals[said.integral].family == NO_VARIANCE;
        is_none && !said.is_heavy && said.status == Status::Converged && !said.is_covered()
    });
    text += &format!(
        "\nWithout a second moment, not covered and nothing said: {}.\n\n### The worst of those that are not \
         covered\n\n",
        silent.count()
    );
    for (index, method) in METHODS.iter().enumerate() {
        let missed = found.iter().filter(|said| {
            said.method == index
                && !said.is_covered()
                && integrals[said.integral].family != NO_VARIANCE
        });
        let mut missed: Vec<&Said> = missed.collect();
        missed.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
        for said in missed.iter().take(if all { usize::MAX } else { LISTED }) {
            let integral = &integrals[said.integral];
            text += &format!(
                "- {}, {}, {}-D, integral {}, {}: the true error is {:.2} times the claimed one\n",
                method.name(),
                integral.family,
                integral.dimension,
                said.integral,
                said.status,
                said.ratio
            );
        }
    }
    text + &choice(integrals, found)
}
