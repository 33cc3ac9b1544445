//! Tables over a parameter: a hundred values beside one, as a user of the program waits for them.
//!
//! Each number is the time of the whole program, from its start to its end, the median of several runs.
//!
//! `cargo bench --bench sweep`

use std::process::{Command, Stdio};
use std::time::Instant;

/// How often each is run.
const RUNS: usize = 31;

/// What varies, in words, and the flags of the problem; `a` runs.
const PROBLEMS: [(&str, &[&str]); 4] = [
    (
        "x² over an ellipse",
        &[
            "--map",
            "x = a*r*cos(t), y = 2*r*sin(t)",
            "--over",
            "r = 0..1, t = 0..2*pi",
            "--integrand",
            "x^2",
        ],
    ),
    (
        "exp(−ax² − y²) over the disk",
        &["--map", "polar", "--integrand", "exp(-a*x^2 - y^2)"],
    ),
    (
        "the disk cut at x = a − 1",
        &["--map", "polar", "--where", "x <= a - 1"],
    ),
    (
        "x⁴ + y⁴ − axy < 1",
        &[
            "--over",
            "x = -2..2, y = -2..2",
            "--where",
            "x^4 + y^4 - a*x*y < 1",
        ],
    ),
];

/// The milliseconds of the program with these values of `a`.
fn milliseconds(problem: &[&str], values: &str) -> f64 {
    let values = format!("a = {values}");
    let mut all: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let status = Command::new(env!("CARGO_BIN_EXE_pullback"))
                .arg("integrate")
                .args(problem)
                .args(["--param", &values, "--csv"])
                .stdout(Stdio::null())
                .status();
            assert!(status.is_ok_and(|status| status.success()), "{problem:?}");
            1e3 * start.elapsed().as_secs_f64()
        })
        .collect();
    all.sort_by(f64::total_cmp);
    all[RUNS / 2]
}

fn main() {
    println!("| problem | one value, ms | 100 values, ms | ratio |");
    println!("| --- | --- | --- | --- |");
    for (name, problem) in PROBLEMS {
        let one = milliseconds(problem, "1");
        let all = milliseconds(problem, "0.505..1.495 by 0.01");
        println!("| {name} | {one:.1} | {all:.1} | {:.1} |", all / one);
    }
}
