//! Learned maps in files.

use super::faults::fault;
use super::*;

/// A correlated Gaussian in four variables.
fn correlated<'a>(file: &'a str, more: &[&'a str]) -> Run {
    let limits = "x1 = 0..1, x2 = 0..1, x3 = 0..1, x4 = 0..1";
    let integrand = "exp(-300*((x1 - 0.3)^2 + (x2 - 0.5)^2 + (x3 - x2)^2 + (x4 - 0.7)^2))";
    let problem = ["integrate", "--over", limits, "--integrand", integrand];
    let settings = ["--rtol", "1e-3", "--learned", file, "--json"];
    pullback(&[&problem[..], &settings, more].concat())
}

#[test]
fn work_begins_with_the_map_of_a_file_and_leaves_its_own_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.txt");
    let file = path.to_str().unwrap();
    // Ten widths or so from all faces: (π/300)².
    let exact = (std::f64::consts::PI / 300.0).powi(2);
    let mut evaluations = Vec::new();
    for seed in ["1", "2"] {
        let run = correlated(file, &["--method", "vegas", "--seed", seed]);
        assert_eq!(run.code, Some(0), "{}", run.err);
        let answer = run.json();
        let [value, error] = ["value", "error"].map(|name| answer[name].as_f64().unwrap());
        assert!((value - exact).abs() <= 2.0 * error);
        evaluations.push(answer["evaluations"].as_u64().unwrap());
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("channel 16\nmiddle "), "{text}");
    }
    assert!(evaluations[1] < evaluations[0], "{evaluations:?}");
}

#[test]
fn what_is_no_map_for_the_problem_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("map.txt");
    let file = path.to_str().unwrap();
    let vegas = ["--method", "vegas"];
    for text in ["channel 16\nedges 0 1\n", "channel 16\n\u{1b}[2J"] {
        std::fs::write(&path, text).unwrap();
        let run = correlated(file, &vegas);
        assert_eq!(run.code, Some(2), "{}", run.out);
        assert_eq!(fault(&run)["source"], "--learned", "{}", run.err);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    // Of two variables, by the program itself.
    std::fs::remove_file(&path).unwrap();
    let plane = [
        "integrate",
        "--over",
        "x = 0..1, y = 0..1",
        "--rtol",
        "1e-3",
        "--learned",
        file,
    ];
    assert_eq!(pullback(&[&plane[..], &vegas].concat()).code, Some(0));
    let before = std::fs::read(&path).unwrap();
    let run = correlated(file, &vegas);
    assert_eq!(
        (run.code, &fault(&run)["source"]),
        (Some(2), &"--learned".into())
    );
    assert!(run.err.contains("4 variables, not of 2"), "{}", run.err);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    // Other methods learn nothing, and a folder that is not there takes no file.
    assert_eq!(correlated(file, &[]).code, Some(2));
    let nowhere = folder.path().join("none/map.txt");
    let run = correlated(nowhere.to_str().unwrap(), &vegas);
    assert_eq!(run.code, Some(2));
    assert!(!run.err.contains(".part"), "{}", run.err);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
