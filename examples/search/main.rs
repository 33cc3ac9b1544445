//! An adversarial search for silent answers: random formulas with needles, roots, poles, islands and
//! bands planted where they are hard to see, whose integrals are known by construction.
//!
//! 1. A family plants features; each is a closed form that is integrated exactly, and the truth is
//!    their sum with what its roundings may amount to, through maps that leave it as it is.
//! 2. The toolkit is asked as a user would, with texts.
//! 3. An answer is right, owns up, understates its error, or is silent: it vouches for a tolerance
//!    that it misses, by more than its claimed error.
//!
//! `cargo run --release --example search -- --seed 1 --count 100000 [--threads N] [--family NAME]`

mod line;
mod plane;
mod problem;
mod profile;
mod random;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clap::Parser;
use pullback::{Error, Estimate, Settings, Status};

use problem::{Problem, Verdict};
use random::Random;

/// Searches for formulas that are answered wrongly without a word.
#[derive(Parser)]
struct Arguments {
    /// The seed: the formulas depend on it and on nothing else
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many formulas
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// Only families whose names contain this
    #[arg(long, default_value = "")]
    family: String,
    /// How many formulas are worked on at a time
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// The tolerance asked for
    #[arg(long, default_value_t = 1e-10)]
    rtol: f64,
    /// The most evaluations for one integral
    #[arg(long, default_value_t = 2_000_000)]
    max_evals: u64,
    /// The most seconds for one integral
    #[arg(long, default_value_t = 5.0)]
    max_seconds: f64,
    /// How many failures of each family are printed
    #[arg(long, default_value_t = 5)]
    show: usize,
    /// Print those too that own up without having lost digits by rounding: what may be solvable still
    #[arg(long)]
    doubts: bool,
    /// Only the formula of this number
    #[arg(long)]
    only: Option<u64>,
}

/// A family and what makes its members.
type Family = (&'static str, fn(&mut Random) -> Problem);

const FAMILIES: [Family; 25] = [
    ("needle beside hill", line::needle_beside_hill),
    ("needle alone", line::needle_alone),
    ("needle beside jump", line::needle_beside_jump),
    ("fronts", line::fronts),
    ("far on infinite range", line::infinite),
    ("roots", line::roots),
    ("poles", line::poles),
    ("divergent", line::divergent),
    ("bands of NaN", line::bands),
    ("scales", line::scales),
    ("cancelling", line::cancelling),
    ("composed", line::composed),
    ("remainders", line::remainders),
    ("near poles", line::near_poles),
    ("plane: needles", plane::needles),
    ("plane: ridges", plane::ridges),
    ("plane: waves", plane::waves),
    ("plane: curves", plane::curves),
    ("plane: islands", plane::islands),
    ("plane: poles", plane::poles),
    ("plane: nowhere", plane::nowhere),
    ("plane: infinite", plane::infinite),
    ("plane: far", plane::far),
    ("plane: composed", plane::composed),
    ("space", plane::space),
];

/// What was found of a formula that is not right.
struct Failure {
    index: u64,
    verdict: Verdict,
    text: String,
}

/// The counts of a family.
#[derive(Default)]
struct Row {
    counts: [u64; Verdict::ALL.len()],
    proven: u64,
    /// Proven, and not covered.
    refuted: u64,
    seconds: f64,
    slowest: f64,
    failures: Vec<Failure>,
}

fn judge(
    problem: &Problem,
    answer: &Result<Estimate, Error>,
    settings: &Settings,
) -> (Verdict, String) {
    match answer {
        Err(error) => (Verdict::Refused, error.to_string()),
        Ok(answer) => {
            let verdict = Verdict::on(problem.known, answer, settings);
            let proven = if answer.proven { ", proven" } else { "" };
            let text = format!(
                "{} ± {:.1e} for {} (off by {:.1e}, truth known to {:.0e}), {}{proven}, by {}",
                answer.value,
                answer.error,
                problem.known.value,
                (answer.value - problem.known.value).abs(),
                problem.known.slack,
                answer.status,
                answer.method
            );
            (verdict, text)
        }
    }
}

fn main() {
    let arguments = Arguments::parse();
    let families: Vec<&Family> = FAMILIES
        .iter()
        .filter(|(name, _)| name.contains(&arguments.family))
        .collect();
    if families.is_empty() {
        let names = FAMILIES.map(|(name, _)| name).join(", ");
        println!("there is no such family: {names}");
        std::process::exit(2);
    }
    let settings = Settings::new()
        .rtol(arguments.rtol)
        .max_evals(arguments.max_evals)
        .max_seconds(arguments.max_seconds)
        .threads(1);
    let rows: Mutex<BTreeMap<&str, Row>> = Mutex::default();
    let next = AtomicU64::new(0);
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= arguments.count || arguments.only.is_some_and(|only| index > only) {
                return;
            }
            if arguments.only.is_some_and(|only| index != only) {
                continue;
            }
            let (name, make) = families[(index % families.len() as u64) as usize];
            let problem = make(&mut Random::new(arguments.seed, index));
            let start = Instant::now();
            let answer = problem.answer(&settings);
            let seconds = start.elapsed().as_secs_f64();
            let (verdict, text) = judge(&problem, &answer, &settings);
            let proven = answer.as_ref().is_ok_and(|answer| answer.proven);
            let mut rows = rows.lock().expect("no thread panics");
            let row = rows.entry(*name).or_default();
            row.counts[verdict as usize] += 1;
            row.proven += u64::from(proven);
            let wrong = matches!(verdict, Verdict::Silent | Verdict::Understated);
            row.refuted += u64::from(proven && wrong);
            row.seconds += seconds;
            row.slowest = row.slowest.max(seconds);
            let is_doubt = verdict == Verdict::OwnsUp
                && answer
                    .as_ref()
                    .is_ok_and(|answer| answer.status != Status::Roundoff);
            let is_shown = wrong || verdict == Verdict::Refused || arguments.only.is_some();
            if is_shown || arguments.doubts && is_doubt {
                let text = format!("{}\n      {text}", problem.command());
                row.failures.push(Failure {
                    index,
                    verdict,
                    text,
                });
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads.max(1) {
            scope.spawn(work);
        }
    });
    let rows = rows.into_inner().expect("no thread panics");
    print(&rows, arguments.show);
    let silent: u64 = rows
        .values()
        .map(|row| row.counts[Verdict::Silent as usize])
        .sum();
    std::process::exit(i32::from(silent > 0));
}

/// The table, and the first failures of each family.
fn print(rows: &BTreeMap<&str, Row>, show: usize) {
    println!(
        "| family | right | owns up | understated | silent | refused | proven | refuted | ms | slowest, s |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut all = Row::default();
    let line = |name: &str, row: &Row| {
        let counts: Vec<String> = row.counts.iter().map(u64::to_string).collect();
        let count = row.counts.iter().sum::<u64>().max(1) as f64;
        println!(
            "| {name} | {} | {} | {} | {:.1} | {:.1} |",
            counts.join(" | "),
            row.proven,
            row.refuted,
            1e3 * row.seconds / count,
            row.slowest
        );
    };
    for (name, _) in FAMILIES {
        if let Some(row) = rows.get(name) {
            line(name, row);
            for (all, count) in all.counts.iter_mut().zip(row.counts) {
                *all += count;
            }
            all.proven += row.proven;
            all.refuted += row.refuted;
            all.seconds += row.seconds;
            all.slowest = all.slowest.max(row.slowest);
        }
    }
    line("all", &all);
    for (name, _) in FAMILIES {
        let Some(row) = rows.get(name) else { continue };
        let mut failures: Vec<&Failure> = row.failures.iter().collect();
        failures.sort_by_key(|f| (f.verdict != Verdict::Silent, f.index));
        for Failure {
            index,
            verdict,
            text,
        } in failures.iter().take(show)
        {
            println!("\n{name}, number {index}: {verdict:?}\n\n      {text}");
        }
    }
}
