//! How honest the error estimates are: integrals whose values are known, each claim compared with
//! the truth.
//!
//! J. N. Lyness, J. J. Kaganove, "A technique for comparing automatic quadrature routines", Comput. J.
//! 20 (1977) 170–177, for families with random parameters as measuring instruments.
//!
//! `cargo run --release --example calibration -- [--quick] [--write FOLDER]`

#[path = "../../tests/cases/genz.rs"]
mod genz;
mod manner;
mod measure;
mod members;
#[path = "../../tests/cases/precise.rs"]
mod precise;
mod problem;
mod publish;
mod published;
mod random;
mod rough;
mod rough_lines;
mod rough_space;
mod sampled;
mod table;

use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use pullback::Status;

use manner::Manner;
use measure::{Limits, Measurement, Run, measure_all};
use problem::Problem;

/// Of so many of Genz's integrals one is asked for as code too.
const EVERY: usize = 25;

/// Measures how honest the error estimates are, on integrals whose values are known.
#[derive(Parser)]
struct Arguments {
    /// Members of each of Genz's families in each dimension
    #[arg(long, default_value_t = 200)]
    instances: usize,
    /// 20 members
    #[arg(long, conflicts_with = "instances")]
    quick: bool,
    /// The tolerances asked for
    #[arg(long, value_delimiter = ',', default_value = "1e-3,1e-6,1e-9")]
    rtol: Vec<f64>,
    /// The members of the rough families, in per cent of their usual numbers
    #[arg(long, default_value_t = 100)]
    rough: usize,
    /// Random integrals for the random methods
    #[arg(long, default_value_t = 2000)]
    sampled: usize,
    /// Only these
    #[arg(long)]
    only_sampled: bool,
    /// Only the rough families
    #[arg(long)]
    only_rough: bool,
    /// List every failure, not the worst ones
    #[arg(long)]
    all: bool,
    /// Only sets whose names contain this
    #[arg(long, default_value = "")]
    set: String,
    /// The most seconds for one integral
    #[arg(long, default_value_t = 2.0)]
    max_seconds: f64,
    /// The most evaluations for one integral
    #[arg(long, default_value_t = 1_000_000)]
    max_evals: u64,
    /// The seed of Genz's parameters
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write docs/calibration.md and plots/calibration.png into this folder
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
    /// Write the bits of every value and error into this file
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// How many integrals are worked on at a time
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, |n| n.get()))]
    threads: usize,
}

fn main() -> Result<(), String> {
    let arguments = Arguments::parse();
    let sampled = || {
        let threads = arguments.threads.max(1);
        sampled::report(arguments.sampled, arguments.seed, threads, arguments.all)
    };
    if arguments.only_sampled {
        println!("{}", sampled()?);
        return Ok(());
    }
    let count = if arguments.quick {
        20
    } else {
        arguments.instances
    };
    let mut problems = members::problems(count, arguments.seed);
    problems.extend(published::problems());
    let given = problems.len();
    problems.extend(rough::problems(arguments.rough, arguments.seed));
    let is_asked = |problem: usize| {
        problems[problem].set.contains(&arguments.set)
            && (problem >= given || !arguments.only_rough)
    };
    let as_formulas = (0..given).filter(|&problem| is_asked(problem));
    let mut runs: Vec<Run<'_>> = as_formulas
        .map(|problem| Run {
            problem,
            manner: Manner::Formula,
            tolerances: &arguments.rtol,
        })
        .collect();
    // Some of Genz's integrals as code too.
    let genz = (0..given).filter(|&problem| problem % EVERY == 0);
    let hidden = genz.chain(given..problems.len());
    let hidden = hidden.filter(|&problem| is_asked(problem));
    runs.extend(rough::runs(
        hidden.map(|problem| (problem, problem >= given)),
        &arguments.rtol,
    ));
    let limits = Limits {
        max_seconds: arguments.max_seconds,
        max_evals: arguments.max_evals,
        threads: arguments.threads.max(1),
    };
    let start = Instant::now();
    let measurements = measure_all(&problems, &runs, limits)?;
    let seconds = start.elapsed().as_secs_f64();
    let (formulas, rough) = measurements
        .iter()
        .cloned()
        .partition(|m: &Measurement| m.problem < given && m.manner == Manner::Formula);
    let measured = Measured { formulas, rough };
    let text = report(&problems, &measured, limits, seconds, arguments.all);
    let text = match arguments.sampled {
        0 => text,
        _ => format!("{text}\n{}", sampled()?),
    };
    println!("{text}");
    if let Some(file) = &arguments.record {
        publish::record(file, &problems, &measurements)?;
    }
    match &arguments.write {
        Some(folder) => publish::write(folder, &text, &problems, &measured.formulas),
        None => Ok(()),
    }
}

/// What was measured.
struct Measured {
    /// The formulas of the catalogue, with all that is known of them.
    formulas: Vec<Measurement>,
    /// Rough integrands, and some of the catalogue, in all manners.
    rough: Vec<Measurement>,
}

/// The page: what was done, what the columns mean, the tables, the failures.
fn report(
    problems: &[Problem],
    measured: &Measured,
    limits: Limits,
    seconds: f64,
    all: bool,
) -> String {
    let Measured { formulas, rough } = measured;
    let (unseen, rough): (Vec<Measurement>, Vec<Measurement>) = rough
        .iter()
        .cloned()
        .partition(|m| rough::is_unseen(&problems[m.problem]));
    let (code, other): (Vec<Measurement>, Vec<Measurement>) = rough
        .iter()
        .cloned()
        .partition(|m| m.manner == Manner::Code);
    let by_code: Vec<Measurement> = code.iter().chain(&unseen).cloned().collect();
    let by_code: Vec<Measurement> = by_code
        .into_iter()
        .filter(|m| m.manner == Manner::Code)
        .collect();
    let list = if all { usize::MAX } else { LISTED };
    format!(
        "# How honest the error estimates are\n\n\
         {} runs on {} integrals whose values are known, {} at a time, each with one thread, at \
         most {} evaluations and {} s: {seconds:.0} s in all. Made by\n\n\
         ```console\n\
         cargo run --release --example calibration -- --write .\n\
         ```\n\n\
         ![Histograms of true over claimed error](../plots/calibration.png)\n\n\
         {COLUMNS}\n\
         ## By set\n\n{}\n{}\n{ROUGH}\n### By manner\n\n{}\n\
         ### By family, as code\n\n{}\n{}\n{}\n## By dimension\n\n{}",
        formulas.len() + rough.len() + unseen.len(),
        problems.len(),
        limits.threads,
        limits.max_evals,
        limits.max_seconds,
        table::by_set(problems, formulas),
        understated("##", problems, formulas, limits, list),
        table::by_manner(&rough),
        table::by_set(problems, &by_code),
        understated("### As code:", problems, &code, limits, list),
        understated("### In other manners:", problems, &other, limits, list),
        table::by_dimension(problems, formulas),
    )
}

/// What the families of rough integrands are.
const ROUGH: &str = "\
## Code, and facts hidden one by one

Of code nothing is known but values. The families below are formulas with random parameters and
closed forms; each is integrated as code, with all its facts hidden, and a part of them also as the
formula that it is, with one of its facts hidden, by the fixed rule, and by random samples, as are
some of Genz's. A claim below 10⁻¹² of the value counts as 10⁻¹² here. Random samples claim the half
of a 95 % interval. The last family has needles that 2,048 values cannot be sure to meet; it is not
counted in any other table or list.
";

/// What the tables say, and of what.
const COLUMNS: &str = "\
The six families of Genz have random parameters, scaled to the difficulties |c|₁ = 6, 18, 2.2, 15.2,
16.1 and 16.4 of Cuba, in 2 to 6 dimensions; the other sets are fixed. *Traps* are narrow peaks,
waves in step with the nodes, kinks, jumps and singularities inside: integrals on which programs
are known to be silently wrong.

- **converged** to **nonfinite**: how many runs ended with each status.
- **covered**: the true error is at most the claimed one, among the converged answers and among
  all. A claim below 10⁻¹⁴ of the value counts as 10⁻¹⁴.
- **silently wrong**: converged, not covered, and the true error above the tolerance.
- **claimed/true**: how cautious the converged answers are. A true error below 10⁻¹⁶ of the value
  counts as 10⁻¹⁶, so exact answers show as 100 or more.
- **evaluations**, **µs**: medians over all runs. **digits**: the mean number of right decimal digits
  over all runs, 0 where there is no number.
";

/// How many of the answers that understate their errors, but meet the tolerance, are listed.
const LISTED: usize = 10;

/// Every answer that says it meets a tolerance that it misses, the worst of those that meet it but
/// understate their errors, and the worst of those that were given up and do so, with the commands
/// that show them.
fn understated(
    head: &str,
    problems: &[Problem],
    measurements: &[Measurement],
    limits: Limits,
    listed: usize,
) -> String {
    let line = |m: &&Measurement| {
        let problem = &problems[m.problem];
        let told = match m.manner {
            Manner::Formula => problem.command(m.rtol, limits.max_evals),
            manner => format!(
                "{}: {} over {}, rtol {:e}",
                manner.name(),
                problem.integrand,
                problem.over,
                m.rtol
            ),
        };
        format!(
            "- {}, {}, {}: claimed {:.1e}, true {:.1e} of {:?}\n\n      {told}\n",
            problem.set, problem.name, m.status, m.claimed, m.truth, problem.exact,
        )
    };
    // Random samples and fixed rules claim what they claim.
    let judged = |m: &&Measurement| !matches!(m.manner, Manner::Samples);
    let (converged, others): (Vec<&Measurement>, Vec<_>) = measurements
        .iter()
        .filter(judged)
        .filter(|m| !m.is_covered())
        .partition(|m| m.status == Status::Converged);
    let (wrong, rest): (Vec<&Measurement>, Vec<_>) =
        converged.into_iter().partition(|m| m.is_silently_wrong());
    let text = |mut list: Vec<&Measurement>, most: usize| {
        list.sort_by(|a, b| b.ratio().total_cmp(&a.ratio()));
        list.iter().take(most).map(line).collect::<String>()
    };
    let [a, b, c] = [wrong.len(), rest.len(), others.len()];
    let wrong = text(wrong, usize::MAX);
    let [rest, others] = [rest, others].map(|list| text(list, listed));
    format!(
        "{head} silently wrong: {a}\n\n{wrong}\n{head} right, but understated: {b}, the worst\n\n\
         {rest}\n{head} given up, and understated: {c}, the worst\n\n{others}"
    )
}
