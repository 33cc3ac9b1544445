//! Random methods against the Python package vegas and against plain Monte Carlo by hand in C.
//!
//! 1. vegas (G. P. Lepage's own VEGAS+) integrates each integral on one thread, as its manual has it, with its
//!    integrand in numpy over whole batches. The half-width that it claims, 1.96 of its standard deviations, is
//!    then asked of `--method vegas` here, on one thread, of the same integral as a formula and as a
//!    closure of one point: evaluations and seconds until it is claimed, all that is learned included, and the
//!    root mean square of the true errors over seeds.
//! 2. A loop in C with xoshiro256+ and sums, compiled in the same run with `gcc -O3 -march=native`, draws
//!    samples of the same integrals: nanoseconds a sample against `--method monte-carlo`, which also sums
//!    second moments and looks at tails.
//!
//! What is missing is skipped. The interpreter is `$PULLBACK_PYTHON`, or `python3`.
//!
//! `cargo bench --bench random`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use pullback::domain::Pullback;
use pullback::integrator::{Outcome, integrate_on_unit_box};
use pullback::{Map, MappedRegion, Method, Settings, Status};

#[allow(unsafe_code, reason = "the C library says what erf is")]
unsafe extern "C" {
    /// The error function of the C library, for closures.
    safe fn erf(x: f64) -> f64;
}

/// The runs of each tool, each with a seed of its own.
const SEEDS: u64 = 5;

/// The evaluations of a round of the peer's, and its rounds: as many to learn as count.
const NEVAL: u64 = 100_000;
const ROUNDS: u64 = 10;

/// The samples of plain Monte Carlo, and its passes, of which the best counts.
const SAMPLES: u64 = 4_000_000;
const PASSES: usize = 3;

/// The two-sided 95 % quantile of the normal distribution.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// One integral over a unit box, in three languages.
struct Case {
    name: &'static str,
    dimension: usize,
    /// In ours, of x1, x2, ….
    formula: String,
    closure: fn(&[f64]) -> f64,
    /// In Python, of `x`, an array by axes and points.
    python: &'static str,
    /// In C, from `x` to `value`.
    c: &'static str,
    exact: f64,
}

/// A text for each variable.
fn joined(dimension: usize, between: &str, one: impl Fn(usize) -> String) -> String {
    let texts: Vec<String> = (1..=dimension).map(one).collect();
    texts.join(between)
}

fn cases() -> Vec<Case> {
    let pi = std::f64::consts::PI;
    let squares = |n: usize, place: &str| joined(n, " + ", |k| format!("(x{k} - {place})^2"));
    let ridge = |low: f64, high: f64| {
        format!(
            "exp(-100*({}))*(erf(20*({high} - ({m}))) - erf(20*({low} - ({m}))))",
            joined(4, " + ", |k| format!("(x{k} - ({m}))^2", m = MEAN)),
            m = MEAN
        )
    };
    // The ridge has the mean of its exponents: Σ (x − s)² = 4 (s − m)² + Σ (x − m)².
    const MEAN: &str = "0.25*(x1 + x2 + x3 + x4)";
    vec![
        Case {
            name: "8-D Gaussian, width 0.05",
            dimension: 8,
            formula: format!("exp(-200*({}))", squares(8, "0.5")),
            closure: |x| (-200.0 * x.iter().map(|x| (x - 0.5) * (x - 0.5)).sum::<f64>()).exp(),
            python: "numpy.exp(-200*((x - 0.5)**2).sum(axis=0))",
            c: "double q = 0; for (int k = 0; k < 8; k++) q += (x[k] - 0.5)*(x[k] - 0.5); \
                value = exp(-200*q);",
            // Ten widths to the faces.
            exact: (2.0 * pi * 0.0025).powi(4),
        },
        Case {
            name: "8-D Gaussian, correlated by 0.9",
            dimension: 8,
            formula: format!(
                "exp(-2000*({} - 9/73*({})^2))",
                squares(8, "0.5"),
                joined(8, " + ", |k| format!("(x{k} - 0.5)"))
            ),
            closure: |x| {
                let (mut q, mut s) = (0.0, 0.0);
                for x in x {
                    q += (x - 0.5) * (x - 0.5);
                    s += x - 0.5;
                }
                (-2000.0 * (q - 9.0 / 73.0 * s * s)).exp()
            },
            python: "numpy.exp(-2000*(((x - 0.5)**2).sum(axis=0) - 9/73*((x - 0.5).sum(axis=0))**2))",
            c: "double q = 0, s = 0; for (int k = 0; k < 8; k++) { double z = x[k] - 0.5; q += z*z; s += z; } \
                value = exp(-2000*(q - 9.0/73*s*s));",
            exact: (2.0 * pi * 0.0025).powi(4) * (1e-7f64 * 7.3).sqrt(),
        },
        Case {
            name: "4-D double peak",
            dimension: 4,
            formula: format!(
                "506.60837877114608*(exp(-100*({})) + exp(-100*({})))",
                squares(4, "1/3"),
                squares(4, "2/3")
            ),
            closure: |x| {
                let q = |c: f64| x.iter().map(|x| (x - c) * (x - c)).sum::<f64>();
                506.608_378_771_146_1
                    * ((-100.0 * q(1.0 / 3.0)).exp() + (-100.0 * q(2.0 / 3.0)).exp())
            },
            python: "506.60837877114608*(numpy.exp(-100*((x - 1/3)**2).sum(axis=0)) \
                     + numpy.exp(-100*((x - 2/3)**2).sum(axis=0)))",
            c: "double p = 0, q = 0; for (int k = 0; k < 4; k++) { p += (x[k] - 1.0/3)*(x[k] - 1.0/3); \
                q += (x[k] - 2.0/3)*(x[k] - 2.0/3); } value = 506.60837877114608*(exp(-100*p) + exp(-100*q));",
            exact: 1.0,
        },
        Case {
            // Of Lepage's example, with an integral over its centres in place of the mean of a thousand.
            name: "4-D ridge, 0.4 to 0.6",
            dimension: 4,
            formula: ridge(0.4, 0.6),
            closure: |x| {
                let m = 0.25 * (x[0] + x[1] + x[2] + x[3]);
                let q: f64 = x.iter().map(|x| (x - m) * (x - m)).sum();

                (-100.0 * q).exp() * (erf(20.0 * (0.6 - m)) - erf(20.0 * (0.4 - m)))
            },
            python: "(lambda m: numpy.exp(-100*((x - m)**2).sum(axis=0))\
                     *(erf(20*(0.6 - m)) - erf(20*(0.4 - m))))(0.25*x.sum(axis=0))",
            c: "double m = 0.25*(x[0] + x[1] + x[2] + x[3]), q = 0; \
                for (int k = 0; k < 4; k++) q += (x[k] - m)*(x[k] - m); \
                value = exp(-100*q)*(erf(20*(0.6 - m)) - erf(20*(0.4 - m)));",
            exact: ridge_exact(0.4, 0.6),
        },
        Case {
            name: "4-D ridge, 0.1 to 0.9",
            dimension: 4,
            formula: ridge(0.1, 0.9),
            closure: |x| {
                let m = 0.25 * (x[0] + x[1] + x[2] + x[3]);
                let q: f64 = x.iter().map(|x| (x - m) * (x - m)).sum();

                (-100.0 * q).exp() * (erf(20.0 * (0.9 - m)) - erf(20.0 * (0.1 - m)))
            },
            python: "(lambda m: numpy.exp(-100*((x - m)**2).sum(axis=0))\
                     *(erf(20*(0.9 - m)) - erf(20*(0.1 - m))))(0.25*x.sum(axis=0))",
            c: "double m = 0.25*(x[0] + x[1] + x[2] + x[3]), q = 0; \
                for (int k = 0; k < 4; k++) q += (x[k] - m)*(x[k] - m); \
                value = exp(-100*q)*(erf(20*(0.9 - m)) - erf(20*(0.1 - m)));",
            exact: ridge_exact(0.1, 0.9),
        },
        Case {
            name: "20-D product of peaks",
            dimension: 20,
            formula: joined(20, "*", |k| format!("1/(0.04 + (x{k} - 0.4)^2)")),
            closure: |x| {
                let factors = x.iter().map(|x| 1.0 / (0.04 + (x - 0.4) * (x - 0.4)));
                factors.product()
            },
            python: "(1/(0.04 + (x - 0.4)**2)).prod(axis=0)",
            c: "value = 1; for (int k = 0; k < 20; k++) value *= 1/(0.04 + (x[k] - 0.4)*(x[k] - 0.4));",
            exact: (5.0 * (3.0f64.atan() + 2.0f64.atan())).powi(20),
        },
    ]
}

/// ∫ Π (∫ exp(−100 (x − s)²) dx) ds over centres s, times 40/√π, as the formulas have it.
fn ridge_exact(low: f64, high: f64) -> f64 {
    let root = std::f64::consts::PI.sqrt();
    // Simpson's rule with many intervals: smooth, to all digits.
    let n = 20_000;
    let value = |k: usize| {
        let s = low + (high - low) * k as f64 / n as f64;
        (root / 20.0 * (erf(10.0 * (1.0 - s)) + erf(10.0 * s))).powi(4)
    };
    let weight = |k: usize| match k {
        0 => 1.0,
        k if k == n => 1.0,
        k => f64::from(2 + 2 * (k as u32 % 2)),
    };
    let sum: f64 = (0..=n).map(|k| weight(k) * value(k)).sum();
    sum * (high - low) / (3 * n) as f64 * 40.0 / root
}

/// What a tool does on one integral, the mean over seeds.
#[derive(Clone, Default)]
struct Figures {
    evaluations: f64,
    seconds: f64,
    /// The root mean square of true errors, and the half-widths claimed; parts of the value.
    truth: f64,
    claimed: f64,
    runs: f64,
    status: String,
}

impl Figures {
    fn add(&mut self, evaluations: f64, seconds: f64, [truth, claimed]: [f64; 2]) {
        self.runs += 1.0;
        self.evaluations += evaluations;
        self.seconds += seconds;
        self.truth += truth * truth;
        self.claimed += claimed;
    }

    fn mean(mut self) -> Self {
        for figure in [&mut self.evaluations, &mut self.seconds, &mut self.claimed] {
            *figure /= self.runs;
        }
        self.truth = (self.truth / self.runs).sqrt();
        self
    }
}

fn main() {
    let folder = std::env::temp_dir().join(format!("pullback-random-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    let only = std::env::var("PULLBACK_CASE").unwrap_or_default();
    let cases: Vec<Case> = cases()
        .into_iter()
        .filter(|case| case.name.contains(&only))
        .collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.expect("one thread");
    pool.install(|| {
        against_vegas(&cases, &folder);
        against_c(&cases, &folder);
    });
    let _ = std::fs::remove_dir_all(&folder);
}

fn domain(case: &Case) -> MappedRegion {
    let names: Vec<String> = (1..=case.dimension).map(|k| format!("x{k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let limits = joined(case.dimension, ", ", |k| format!("x{k} = 0..1"));
    let map = Map::identity(&names).and_then(|map| map.over(&limits[..]));
    map.expect("the case is well formed")
}

/// Time and evaluations to the same error as vegas in Python.
fn against_vegas(cases: &[Case], folder: &Path) {
    let peers = match peers(cases, folder) {
        Ok(peers) => peers,
        Err(reason) => {
            println!(
                "vegas is skipped: {reason} (pip install vegas; PULLBACK_PYTHON names an interpreter).\n"
            );
            // Without a peer a part of the value is asked for.
            let figures = Figures {
                claimed: 1e-4,
                ..Figures::default()
            };
            vec![figures; cases.len()]
        }
    };
    println!(
        "| integral | tool | evaluations | seconds | true error | claimed | status | evaluations / ours | \
         time / ours |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    );
    for (case, peer) in cases.iter().zip(&peers) {
        let row = |tool: &str, it: &Figures| {
            println!(
                "| {} | {tool} | {:.0} | {:.4} | {:.1e} | {:.1e} | {} | {:.2} | {:.1} |",
                case.name,
                it.evaluations,
                it.seconds,
                it.truth,
                it.claimed,
                it.status,
                peer.evaluations / it.evaluations,
                peer.seconds / it.seconds
            );
        };
        if peer.runs > 0.0 {
            row("vegas, Python", peer);
        }
        let domain = domain(case);
        let integrands = domain
            .parse(&[&case.formula[..]])
            .expect("the formula parses");
        let pullback = Pullback::new(&domain, &integrands).expect("the formula compiles");
        let settings = Settings::new()
            .rtol(0.0)
            .atol(peer.claimed * case.exact.abs())
            .max_evals(200_000_000)
            .method(Method::Vegas);
        let formula = ours(case, &settings, |settings| {
            let outcome = integrate_on_unit_box(&pullback, settings);
            let outcome: Outcome = outcome.expect("the settings are in range");
            (
                outcome.values[0],
                outcome.errors[0],
                outcome.evaluations,
                outcome.status,
                outcome.method,
            )
        });
        row("**pullback**, formula", &formula);
        let closure = ours(case, &settings, |settings| {
            let answer = domain.integrate_fn(case.closure, settings);
            let answer = answer.expect("the settings are in range");
            (
                answer.value,
                answer.error,
                answer.evaluations,
                answer.status,
                answer.method.clone(),
            )
        });
        row("**pullback**, closure", &closure);
    }
    println!();
}

/// Our figures over the seeds.
fn ours(
    case: &Case,
    settings: &Settings,
    run: impl Fn(&Settings) -> (f64, f64, u64, Status, String),
) -> Figures {
    let mut figures = Figures::default();
    for seed in 0..SEEDS {
        let settings = settings.clone().seed(seed);
        let begin = Instant::now();
        let (value, error, evaluations, status, method) = run(&settings);
        let seconds = begin.elapsed().as_secs_f64();
        if std::env::var_os("PULLBACK_METHODS").is_some() {
            println!("  {seed}: {value:e} {error:e} {method}");
        }
        let parts = [(value - case.exact) / case.exact, error / case.exact.abs()];
        figures.add(evaluations as f64, seconds, parts);
        figures.status = status.to_string();
    }
    figures.mean()
}

/// What vegas says, in the order of the cases.
fn peers(cases: &[Case], folder: &Path) -> Result<Vec<Figures>, String> {
    let python = std::env::var("PULLBACK_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let [script, list] = ["peer.py", "cases.txt"].map(|name| folder.join(name));
    write(&script, include_str!("random/peer.py"))?;
    let line = |case: &Case| format!("{}\t{}\n", case.dimension, case.python);
    write(&list, &cases.iter().map(line).collect::<String>())?;
    let run = Command::new(&python)
        .env("OMP_NUM_THREADS", "1")
        .env("OPENBLAS_NUM_THREADS", "1")
        .args([&script, &list])
        .args([SEEDS, NEVAL, ROUNDS].map(|number| number.to_string()))
        .output()
        .map_err(|reason| format!("{python} cannot be run, {reason}"))?;
    if !run.status.success() {
        let text = String::from_utf8_lossy(&run.stderr);
        return Err(text.lines().last().unwrap_or("it fails").to_owned());
    }
    let text = String::from_utf8_lossy(&run.stdout);
    let mut figures = vec![Figures::default(); cases.len()];
    for line in text.lines() {
        let numbers: Option<Vec<f64>> = line.split('\t').map(|n| n.parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[case, evaluations, seconds, mean, deviation]) => {
                let exact = cases[case as usize].exact;
                let parts = [(mean - exact) / exact, QUANTILE * deviation / exact.abs()];
                figures[case as usize].add(evaluations, seconds, parts);
            }
            _ => return Err("the script prints what cannot be read".to_owned()),
        }
    }
    Ok(figures.into_iter().map(Figures::mean).collect())
}

fn write(path: &PathBuf, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|reason| format!("{}: {reason}", path.display()))
}

/// Nanoseconds a sample against the loop in C.
fn against_c(cases: &[Case], folder: &Path) {
    let plain = match plain(cases, folder) {
        Ok(plain) => plain,
        Err(reason) => {
            println!("C is skipped: {reason}.\n");
            vec![f64::NAN; cases.len()]
        }
    };
    println!(
        "| integral | C, ns/sample | monte-carlo, ns/sample | C / monte-carlo | qmc, ns/sample |\n\
         | --- | --- | --- | --- | --- |"
    );
    for (case, c) in cases.iter().zip(plain) {
        let domain = domain(case);
        let integrands = domain
            .parse(&[&case.formula[..]])
            .expect("the formula parses");
        let pullback = Pullback::new(&domain, &integrands).expect("the formula compiles");
        let [ours, even] = [Method::MonteCarlo, Method::Qmc].map(|method| {
            let settings = Settings::new().rtol(0.0).max_evals(SAMPLES).method(method);
            let one = |_| {
                let begin = Instant::now();
                let outcome = integrate_on_unit_box(&pullback, &settings);
                let outcome = outcome.expect("the settings are in range");
                begin.elapsed().as_secs_f64() * 1e9 / outcome.evaluations as f64
            };
            (0..PASSES).map(one).fold(f64::INFINITY, f64::min)
        });
        println!(
            "| {} | {c:.1} | {ours:.1} | **{:.1}** | {even:.1} |",
            case.name,
            c / ours
        );
    }
}

/// Nanoseconds a sample of the loop in C, in the order of the cases.
fn plain(cases: &[Case], folder: &Path) -> Result<Vec<f64>, String> {
    let [source, header, program] = ["plain.c", "cases.h", "plain"].map(|name| folder.join(name));
    let mut text = String::new();
    for case in cases {
        let _ = writeln!(text, "CASE({}, {})", case.dimension, case.c);
    }
    write(&header, &text)?;
    write(&source, include_str!("random/plain.c"))?;
    let built = Command::new("gcc")
        .args([
            "-O3",
            "-march=native",
            &format!("-DSAMPLES={SAMPLES}"),
            &format!("-DPASSES={PASSES}"),
            "-o",
        ])
        .args([&program, &source])
        .arg("-lm")
        .output()
        .map_err(|reason| format!("gcc cannot be run, {reason}"))?;
    if !built.status.success() {
        let text = String::from_utf8_lossy(&built.stderr);
        let line = text.lines().find(|line| line.contains("error"));
        return Err(line.unwrap_or("gcc fails").to_owned());
    }
    let run = Command::new(&program).output();
    let run = run.map_err(|reason| format!("the program cannot be run, {reason}"))?;
    let text = String::from_utf8_lossy(&run.stdout);
    let first = |line: &str| line.split('\t').next().and_then(|n| n.parse().ok());
    let numbers: Option<Vec<f64>> = text.lines().map(first).collect();
    numbers.ok_or_else(|| "the program prints what cannot be read".to_owned())
}
