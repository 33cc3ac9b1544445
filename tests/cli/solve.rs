//! `pullback solve`: a root near a point, all roots in a box, as text and as JSON, and its exit codes.

use super::*;

const MEETING: &str = "x^2 + y^2 = 4, x*y = 1";

fn solve(flags: &[&str]) -> Run {
    pullback(&[&["solve"], flags].concat())
}

#[test]
fn a_root_near_a_point_is_printed_with_its_proof() {
    let run = solve(&[MEETING, "--near", "x = 2, y = 0.5", "--json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let object = run.json();
    // x² and y² are 2 ± √3.
    let [x, y] = [1.0, -1.0].map(|sign| (2.0 + sign * 3f64.sqrt()).sqrt());
    assert!((object["solution"]["x"].as_f64().unwrap() - x).abs() < 1e-15);
    assert!((object["solution"]["y"].as_f64().unwrap() - y).abs() < 1e-15);
    assert!(object["residual"].as_f64().unwrap() < 1e-15);
    assert!(object["iterations"].as_u64().unwrap() < 10);
    assert_eq!(
        (&object["converged"], &object["proven"]),
        (&Value::Bool(true), &Value::Bool(true))
    );
    let side = &object["proof"]["box"]["x"];
    assert!(side[0].as_f64().unwrap() <= x && x <= side[1].as_f64().unwrap());
    let text = solve(&[MEETING, "--near", "x = 2, y = 0.5"]).out;
    assert!(text.starts_with("x             1.93185165257813"), "{text}");
    assert!(text.contains("converged: proven to be a root"), "{text}");
}

#[test]
fn all_roots_in_a_box_are_listed() {
    let run = solve(&[MEETING, "--over", "x = -3..3, y = -3..3", "--json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let object = run.json();
    assert_eq!(
        (&object["complete"], &object["undecided"]),
        (&Value::Bool(true), &serde_json::json!([]))
    );
    let roots = object["roots"].as_array().unwrap();
    let firsts: Vec<f64> = roots
        .iter()
        .map(|root| root["x"].as_f64().unwrap())
        .collect();
    assert!(firsts.len() == 4 && firsts.is_sorted(), "{firsts:?}");
    let text = solve(&[MEETING, "--over", "x = -inf..inf, y = -inf..inf"]).out;
    assert!(
        text.contains("4, and no other between the limits: proven"),
        "{text}"
    );
    let none = solve(&["x^2 = -1", "--over", "x = -9..9"]);
    assert_eq!(none.code, Some(0));
    assert!(none.out.contains("none: proven"), "{}", none.out);
}

#[test]
fn what_is_no_root_or_not_proven_is_said() {
    let run = solve(&["x^2 + 1 = 0", "--near", "x = 3", "--json"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(
        (&run.json()["converged"], &run.json()["status"]),
        (&Value::Bool(false), &"minimum".into())
    );
    let run = solve(&["(x - 1)^2 = 0", "--near", "x = 3"]);
    assert!(run.out.contains("singular, not proven"), "{}", run.out);
    let run = solve(&["(x - 1)^2 = 0", "--over", "x = 0..3", "--json"]);
    assert_eq!(run.code, Some(1));
    let object = run.json();
    assert_eq!(
        (&object["complete"], &object["roots"]),
        (&Value::Bool(false), &serde_json::json!([]))
    );
    assert!((object["undecided"][0]["near"]["x"].as_f64().unwrap() - 1.0).abs() < 1e-7);
    let run = solve(&["ln(x) = 1", "--near", "x = -1"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.out.contains("no finite value at the start, x = -1"),
        "{}",
        run.out
    );
    let run = solve(&["x = 1, x = 2", "--near", "x = 0"]);
    assert!(
        run.code == Some(1) && run.out.contains("not all equations hold"),
        "{}",
        run.out
    );
    let run = solve(&["x = y", "--near", "x = 1, y = 2"]);
    assert!(
        run.code == Some(0) && run.out.contains("one of many roots"),
        "{}",
        run.out
    );
}

#[test]
fn parameters_are_constants() {
    let run = solve(&[
        "x^2 = a",
        "--near",
        "x = b",
        "--param",
        "a = 9, b = a/2",
        "--json",
    ]);
    assert_eq!(run.json()["solution"]["x"], 3.0);
    let run = solve(&[
        "x^2 = a",
        "--over",
        "x = 0..2*a",
        "--param",
        "a = 9",
        "--json",
    ]);
    assert_eq!(run.json()["roots"], serde_json::json!([{ "x": 3.0 }]));
}

#[test]
fn faults_have_their_place() {
    let near = |text: &str, near: &str| solve(&[text, "--near", near]);
    assert_eq!(near("x + coss(x) = 1", "x = 1").marked(), "coss");
    assert_eq!(near("x + y = 1, x - z = 0", "x = 1, y = 1").marked(), "z");
    assert_eq!(near("xy = 1, x = y", "x = 1, y = 1").marked(), "xy");
    assert_eq!(near("x = 1, x + 2", "x = 1").marked(), "x + 2");
    assert_eq!(near("x = y = 1", "x = 1, y = 1").marked(), "x = y = 1");
    assert_eq!(near("x = 1", "x = 1, t = 2").marked(), "t");
    assert_eq!(near("x = 1", "x = 1/0").marked(), "1/0");
    assert_eq!(near("x = 1", "x 1").marked(), "x 1");
    let over = |over: &str| solve(&["x = 1, y = 1", "--over", over]);
    assert_eq!(over("x = 0..1, y = 3..2").marked(), "3..2");
    assert_eq!(over("x = 0..1, y = 3").marked(), "3");
    assert_eq!(over("x = 0..1, y = 0..0/0").marked(), "0/0");
    let both = solve(&["x = 1", "--near", "x = 1", "--over", "x = 0..1"]);
    assert_eq!(both.marked(), "x = 0..1");
    let taken = solve(&["x = a", "--near", "x = 1, a = 1", "--param", "a = 2"]);
    assert_eq!(taken.marked(), "a");
    // Without a place: what is missing.
    let nowhere = solve(&[MEETING]);
    assert_eq!((nowhere.code, &nowhere.out[..]), (Some(2), ""));
    assert!(
        nowhere.err.contains("--near \"x = 1, y = 1\""),
        "{}",
        nowhere.err
    );
    for wrong in [
        ["--threads", "0"],
        ["--max-seconds", "0"],
        ["--max-steps", "0"],
    ] {
        let run = solve(&[&["x = 1", "--over", "x = 0..2"][..], &wrong].concat());
        assert_eq!(run.code, Some(2), "{wrong:?} {}", run.out);
    }
}
