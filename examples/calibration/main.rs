//! How honest the error estimates are: integrals whose values are known, each claim compared with
//! the truth.
//!
//! `cargo run --release --example calibration -- [--quick] [--write FOLDER]`

mod genz;
mod measure;
mod precise;
mod problem;
mod published;
mod table;

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
    let mut problems = genz::problems(count, arguments.seed);
    problems.extend(published::problems());
    problems.retain(|problem| problem.set.contains(&arguments.set));
    let limits = Limits {
        max_seconds: arguments.max_seconds,
        max_evals: arguments.max_evals,
        threads: arguments.threads.max(1),
    };
    let start = Instant::now();
    let measurements = measure_all(&problems, &arguments.rtol, limits)?;
    println!("{}", table::by_set(&problems, &measurements));
    println!("{}", table::by_dimension(&problems, &measurements));
    println!("{}", understated(&problems, &measurements, limits));
    println!(
        "{} runs in {:.0} s on {} threads",
        measurements.len(),
        start.elapsed().as_secs_f64(),
        limits.threads
    );
    Ok(())
}

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
