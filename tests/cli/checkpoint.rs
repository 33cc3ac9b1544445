//! Work that is broken off, and goes on.

use super::*;

/// Runs a command with a checkpoint, kills it again and again at moments that differ from run to run, lets it end, and
/// compares the answer with that of a run by itself.
fn killed(test: &str, arguments: &[&str], most: u64) {
    let folder = Folder::new(test);
    let path = folder.path("work.checkpoint");
    let start = Instant::now();
    let whole = integrate(arguments);
    let seconds = 0.3 * start.elapsed().as_secs_f64();
    assert!(whole.err.is_empty(), "{}", whole.err);
    let with_checkpoint = [arguments, &["--checkpoint", &path]].concat();
    let mut state = 1u64;
    let mut killings = 0;
    for _ in 0..most {
        let mut command = program();
        command.arg("integrate").args(&with_checkpoint);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A linear congruential generator: the moments need only be all over.
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        let part = (state >> 32) as f64 / 2f64.powi(32);
        std::thread::sleep(Duration::from_secs_f64(part * seconds));
        // It may have ended before.
        killings += u64::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // What is kept makes runs shorter and shorter, so that later ones may end before.
    assert!(killings >= 3, "{killings}");
    let last = integrate(&with_checkpoint);
    assert_eq!((last.err, last.code), (String::new(), whole.code));
    assert_eq!(without_times(&last.out), without_times(&whole.out));
}

/// The lines of an answer that do not depend on the clock.
fn without_times(out: &str) -> Vec<String> {
    let lines = out.lines().filter(|line| !line.starts_with("time "));
    lines.map(str::to_owned).collect()
}

const CUBE: &str = "x = 0..1, y = 0..1, z = 0..1";

#[test]
fn cells_go_on_where_they_were() {
    let kinked = "sqrt(abs(x - y*z + 0.1*sin(20*x)))";
    let arguments = [
        "--integrand",
        kinked,
        "--over",
        CUBE,
        "--method",
        "cubature",
    ];
    let more = ["--rtol", "1e-4"];
    killed("cells", &[&arguments[..], &more].concat(), 20);
}

#[test]
fn grids_go_on_where_they_were() {
    let smooth = "exp(sin(10*x*y*z))*sqrt(0.001 + abs(x - y^3))";
    let arguments = ["--integrand", smooth, "--over", CUBE, "--nodes", "400"];
    killed(
        "grids",
        &[&arguments[..], &["--max-evals", "1e9"]].concat(),
        6,
    );
}

#[test]
fn random_points_go_on_where_they_were() {
    let narrow = "exp(-30*((x - y)^2 + (z - 0.3)^2))*sqrt(x + abs(y - z))";
    for (method, rtol) in [("qmc", "2e-5"), ("vegas", "1e-5"), ("monte-carlo", "8e-4")] {
        let arguments = ["--integrand", narrow, "--over", CUBE, "--method", method];
        let more = ["--rtol", rtol, "--max-evals", "1e8"];
        killed(method, &[&arguments[..], &more].concat(), 20);
    }
}

#[test]
fn samples_that_were_kept_count_for_a_smaller_error_too() {
    let folder = Folder::new("more");
    let path = folder.path("work.checkpoint");
    let rough = [
        "--integrand",
        "sqrt(abs(x - y*z))",
        "--over",
        CUBE,
        "--method",
        "monte-carlo",
    ];
    let with = |more: &[&str]| integrate(&[&rough[..], more].concat());
    let kept = |rtol: &str| with(&["--rtol", rtol, "--checkpoint", &path]);
    assert_eq!(kept("3e-3").code, Some(0));
    let more = kept("1e-3");
    let whole = with(&["--rtol", "1e-3"]);
    assert_eq!(without_times(&more.out), without_times(&whole.out));
}

#[test]
fn sweeps_go_on_where_they_were() {
    let arguments = ["--integrand", "exp(-a*x*y)/sqrt(x + y)", "--csv"];
    let more = [
        "--over",
        "x = 0..1, y = 0..1",
        "--param",
        "a = 1..200 by 0.1",
    ];
    killed("sweep", &[&arguments[..], &more].concat(), 20);
}

#[test]
fn sparse_grids_and_all_that_auto_tries_go_on_where_they_were() {
    let narrow = "1/(0.01 + (x - y)^2 + (z - w)^2 + abs(v - x*y))";
    let five = "x = 0..1, y = 0..1, z = 0..1, w = 0..1, v = 0..1";
    let arguments = ["--integrand", narrow, "--over", five, "--rtol", "1e-3"];
    let more = ["--max-evals", "4e6"];
    killed("auto", &[&arguments[..], &more].concat(), 6);
}

#[test]
fn threads_may_be_others_after_a_killing() {
    let folder = Folder::new("threads");
    let path = folder.path("work.checkpoint");
    let kinked = "sqrt(abs(x - y*z + 0.1*sin(20*x)))";
    let arguments = [
        "--integrand",
        kinked,
        "--over",
        CUBE,
        "--method",
        "cubature",
    ];
    let with = |more: &[&str]| integrate(&[&arguments[..], &["--rtol", "1e-4"], more].concat());
    let whole = with(&["--threads", "1"]);
    let kept = with(&["--threads", "3", "--checkpoint", &path]);
    let again = with(&["--threads", "2", "--checkpoint", &path]);
    assert_eq!(without_times(&kept.out), without_times(&whole.out));
    assert_eq!(without_times(&again.out), without_times(&whole.out));
}

#[test]
fn files_that_are_not_of_this_work_are_refused_and_left_as_they_are() {
    let folder = Folder::new("refused");
    let path = folder.path("work.checkpoint");
    let half = [
        "--integrand",
        "sqrt(abs(x - y^2/2))",
        "--over",
        "x = 0..1, y = 0..1",
    ];
    let with = |more: &[&str]| integrate(&[&half[..], &["--checkpoint", &path], more].concat());
    assert_eq!(with(&[]).code, Some(0));
    let before = fs::read(&path).unwrap();
    let refused = |run: Run, why: &str| {
        assert_eq!(run.marked(), path);
        assert!(run.err.contains(why), "{}", run.err);
        assert_eq!(fs::read(&path).unwrap(), before);
    };
    refused(with(&["--integrand", "x"]), "another problem");
    refused(
        with(&["--rtol", "1e-3"]),
        "it was begun with the method auto",
    );
    refused(with(&["--seed", "3"]), "seed 0");
    // The number of threads and a limit of time change nothing.
    assert_eq!(
        with(&["--threads", "1", "--max-seconds", "9"]).code,
        Some(0)
    );
    let mut damaged = before.clone();
    damaged[before.len() / 2] ^= 1;
    fs::write(&path, &damaged).unwrap();
    let run = with(&[]);
    assert_eq!(run.marked(), path);
    assert!(run.err.contains("damaged"), "{}", run.err);
    assert_eq!(fs::read(&path).unwrap(), damaged);
    let notes = folder.file("notes.txt", "do not touch");
    let run = integrate(&[&half[..], &["--checkpoint", &notes]].concat());
    assert_eq!(run.marked(), notes);
    assert_eq!(fs::read_to_string(&notes).unwrap(), "do not touch");
}
