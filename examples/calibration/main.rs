//! How honest the error estimates are: integrals whose values are known, each claim compared with
//! the truth.
//!
//! J. N. Lyness, J. J. Kaganove, "A technique for comparing automatic quadrature routines", Comput. J.
//! 20 (1977) 170–177, for families with random parameters as measuring instruments.
//!
//! `cargo run --release --example calibration -- [--quick] [--write FOLDER]`

#[path = "../../tests/cases/genz.rs"]
mod genz;
mod measure;
mod members;
#[path = "../../tests/cases/precise.rs"]
mod precise;
mod problem;
mod publish;
mod published;
mod table;

use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use pullback::Status;

use measure::{Limits, Measurement, measure_all};
use problem::Problem;

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
    let count = if arguments.quick {
        20
    } else {
        arguments.instances
    };
    let mut problems = members::problems(count, arguments.seed);
    problems.extend(published::problems());
    problems.retain(|problem| problem.set.contains(&arguments.set));
    let limits = Limits {
        max_seconds: arguments.max_seconds,
        max_evals: arguments.max_evals,
        threads: arguments.threads.max(1),
    };
    let start = Instant::now();
    let measurements = measure_all(&problems, &arguments.rtol, limits)?;
    let text = report(
        &problems,
        &measurements,
        limits,
        start.elapsed().as_secs_f64(),
    );
    println!("{text}");
    if let Some(file) = &arguments.record {
        publish::record(file, &problems, &measurements)?;
    }
    match &arguments.write {
        Some(folder) => publish::write(folder, &text, &problems, &measurements),
        None => Ok(()),
    }
}

/// The page: what was done, what the columns mean, the tables, the failures.
fn report(
    problems: &[Problem],
    measurements: &[Measurement],
    limits: Limits,
    seconds: f64,
) -> String {
    format!(
        "# How honest the error estimates are\n\n\
         {} runs on {} integrals whose values are known, {} at a time, each with one thread, at \
         most {} evaluations and {} s: {seconds:.0} s in all. Made by\n\n\
         ```console\n\
         cargo run --release --example calibration -- --write .\n\
         ```\n\n\
         ![Histograms of true over claimed error](../plots/calibration.png)\n\n\
         {COLUMNS}\n\
         ## By set\n\n{}\n{}\n## By dimension\n\n{}",
        measurements.len(),
        problems.len(),
        limits.threads,
        limits.max_evals,
        limits.max_seconds,
        table::by_set(problems, measurements),
        understated(problems, measurements, limits),
        table::by_dimension(problems, measurements),
    )
}

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

/// Every answer that says it meets a tolerance that it misses, and the worst of those that meet it
/// but understate their errors, with the commands that show them.
fn understated(problems: &[Problem], measurements: &[Measurement], limits: Limits) -> String {
    let line = |m: &&Measurement| {
        let problem = &problems[m.problem];
        format!(
            "- {}, {}: claimed {:.1e}, true {:.1e} of {:?}\n\n      {}\n",
            problem.set,
            problem.name,
            m.claimed,
            m.truth,
            problem.exact,
            problem.command(m.rtol, limits.max_evals)
        )
    };
    let converged = measurements
        .iter()
        .filter(|m| m.status == Status::Converged);
    let (wrong, mut rest): (Vec<&Measurement>, Vec<_>) = converged
        .filter(|m| !m.is_covered())
        .partition(|m| m.is_silently_wrong());
    rest.sort_by(|a, b| b.ratio().total_cmp(&a.ratio()));
    let text = |list: &[&Measurement]| list.iter().map(line).collect::<String>();
    format!(
        "## Silently wrong: {}\n\n{}\n## Right, but understated: {}, the worst\n\n{}",
        wrong.len(),
        text(&wrong),
        rest.len(),
        text(&rest[..rest.len().min(LISTED)])
    )
}
