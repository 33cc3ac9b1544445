//! The program over several processes that a launcher of MPI starts.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const CUBE: [&str; 2] = ["--over", "x = 0..1, y = 0..1, z = 0..1"];
const KINKED: [&str; 2] = ["--integrand", "sqrt(abs(x - y*z + sin(20*x)/10))"];

fn program(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullback"));
    command.args(arguments).output().unwrap()
}

/// The program on so many ranks.
fn launched(ranks: usize, arguments: &[&str]) -> Child {
    let mut command = Command::new("mpirun");
    // A test may be run by root, and on fewer processors than ranks.
    command.env("OMPI_ALLOW_RUN_AS_ROOT", "1");
    command.env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    command.args(["--oversubscribe", "-n", &ranks.to_string()]);
    command.arg(env!("CARGO_BIN_EXE_pullback")).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// What is printed, but for what the clock says.
fn said(output: &Output) -> Vec<String> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("time "));
    lines.map(str::to_owned).collect()
}

#[test]
fn any_number_of_ranks_and_threads_says_what_one_process_says() {
    let cells = ["integrate", "--method", "cubature", "--rtol", "2e-4"];
    let cells = [&cells[..], &CUBE, &KINKED].concat();
    let grid = ["integrate", "--nodes", "80"];
    let grid = [&grid[..], &CUBE, &KINKED].concat();
    let sweep = [
        "integrate",
        "--over",
        "x = 0..1",
        "--integrand",
        "exp(-a*x)",
        "--csv",
    ];
    let sweep = [&sweep[..], &["--param", "a = 0..2 by 0.01"]].concat();
    for arguments in [cells, grid, sweep] {
        let alone = program(&arguments);
        assert!(!alone.stdout.is_empty());
        for (ranks, threads) in [(1, "2"), (2, "1"), (3, "2"), (5, "1")] {
            let all = [&arguments[..], &["--threads", threads]].concat();
            let output = launched(ranks, &all).wait_with_output().unwrap();
            assert_eq!(said(&output), said(&alone), "{ranks} ranks");
        }
    }
}

#[test]
fn what_is_wrong_is_said_once() {
    let output = launched(
        3,
        &["integrate", "--over", "x = 0..1", "--integrand", "x +"],
    );
    let output = output.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.matches("--integrand").count(), 1, "{text}");
}

#[test]
fn a_lost_rank_ends_the_work_and_what_was_kept_is_gone_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("work.checkpoint");
    let kept = ["--checkpoint", path.to_str().unwrap()];
    let cells = [
        "integrate",
        "--method",
        "cubature",
        "--rtol",
        "3e-6",
        "--threads",
        "1",
    ];
    let arguments = [&cells[..], &CUBE, &KINKED].concat();
    let alone = program(&arguments);
    let child = launched(3, &[&arguments[..], &kept].concat());
    std::thread::sleep(Duration::from_secs(2));
    let of_launcher = ["-P", &child.id().to_string()];
    let ranks = Command::new("pgrep").args(of_launcher).output().unwrap();
    let ranks = String::from_utf8(ranks.stdout).unwrap();
    let last = ranks.lines().last().expect("three ranks at work");
    assert!(
        Command::new("kill")
            .args(["-9", last])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert!(!output.status.success());
    assert!(!output.stderr.is_empty());
    let before = std::fs::metadata(&path).unwrap().len();
    assert!(before > 1000, "{before}");
    // The next run may be one of any other number of ranks.
    let output = launched(2, &[&arguments[..], &kept].concat());
    assert_eq!(said(&output.wait_with_output().unwrap()), said(&alone));
}
