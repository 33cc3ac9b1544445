//! `pullback check`: the verdict on a map, as text and as JSON, and its exit codes.

use super::*;

fn check(flags: &[&str]) -> Run {
    pullback(&[&["check"], flags].concat())
}

fn checked(map: &str, over: &str) -> Run {
    check(&["--map", map, "--over", over, "--json"])
}

#[test]
fn a_map_that_covers_once_is_proved_and_ends_with_0() {
    let run = checked("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..2*pi");
    assert_eq!(run.code, Some(0));
    let object = run.json();
    assert_eq!(object["one_to_one"], "proved");
    assert_eq!(object["orientation"], "preserving");
    assert_eq!(object["multiplicity"], 1);
    assert_eq!(object["folds"], serde_json::json!([]));
    assert_eq!(object["degenerate"][0]["where"], "r = 0");
    assert_eq!(object["jacobian"]["min"], 0.0);
    assert_eq!(object["jacobian"]["max"], 1.0);
    for key in ["measure", "signed_measure", "boundary"] {
        assert_near(object[key].as_f64().unwrap(), PI);
    }
}

#[test]
fn a_fold_is_shown_with_its_place_and_ends_with_1() {
    let run = checked("x = u^2, y = v", "u = -1..1, v = 0..1");
    assert_eq!(run.code, Some(1));
    let object = run.json();
    assert_eq!(object["one_to_one"], "no");
    assert_eq!(object["orientation"], "changes");
    assert_eq!(object["folds"].as_array().unwrap().len(), 1);
    assert!(object["folds"][0]["at"]["u"].as_f64().unwrap().abs() < 1e-9);
    assert_near(object["measure"].as_f64().unwrap(), 2.0);
    assert_near(object["measure_of_image"].as_f64().unwrap(), 1.0);
    // As text, with the two points of one image.
    let text = check(&["--map", "x = u^2, y = v", "--over", "u = -1..1, v = 0..1"]).out;
    assert!(text.contains("every place is covered 2 times"), "{text}");
    assert!(text.contains("have one image"), "{text}");
    assert!(text.contains("Green's theorem"), "{text}");
}

#[test]
fn a_problem_that_cannot_be_checked_is_refused() {
    let run = check(&[
        "--map",
        "x = r*cos(t), y = r*sin(",
        "--over",
        "r = 0..1, t = 0..1",
    ]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    let pieces = check(&["--polygon", "(0,0) (4,0) (4,3) (0,3)"]);
    assert_eq!(pieces.code, Some(2));
    assert!(
        pieces.err.contains("check each piece by itself"),
        "{}",
        pieces.err
    );
}

#[test]
fn an_integral_warns_of_what_is_covered_twice_and_of_nothing_else() {
    let warnings = |map: &str, over: &str| -> Vec<String> {
        let run = integrate(&["--map", map, "--over", over, "--json"]);
        let object = run.json();
        let all = object["warnings"].as_array().unwrap().iter();
        all.map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let polar = "x = r*cos(t), y = r*sin(t)";
    let sphere = "x = sin(p)*cos(t), y = sin(p)*sin(t), z = cos(p)";
    for (map, over, times) in [
        (polar, "r = 0..1, t = 0..4*pi", "2 times"),
        (polar, "r = 0..1, t = 0..6.5", "2 times"),
        (
            "x = u^2 - v^2, y = 2*u*v",
            "u = -1..1, v = -1..1",
            "2 times",
        ),
        (sphere, "p = 0..pi, t = 0..4*pi", "2 times"),
        (sphere, "p = 0..2*pi, t = 0..2*pi", "2 times"),
        ("x = cos(t), y = sin(t)", "t = 0..4*pi", "2 times"),
        ("x = sin(t), y = cos(t)^2", "t = 0..pi", "2 times"),
        ("x = u^2, y = v", "u = -1..1, v = 0..1", "the map folds"),
        // The inner loop of the limaçon.
        (polar, "t = 0..2*pi, r = 0..1 + 2*cos(t)", "2 times"),
    ] {
        let found = warnings(map, over);
        assert!(
            found.iter().any(|text| text.contains(times)),
            "{map} {over}: {found:?}"
        );
    }
    for (map, over) in [
        (polar, "r = 0..1, t = 0..2*pi"),
        // Four petals, each covered once, although r < 0 in two of them.
        (polar, "t = 0..2*pi, r = 0..cos(2*t)"),
        (sphere, "p = 0..pi, t = 0..2*pi"),
        ("x = u^3, y = v", "u = -1..1, v = 0..1"),
        // Two triangles that meet in a point, with opposite signs.
        ("x = u, y = (2*v - 1)*(2*u - 1)", "u = 0..1, v = 0..1"),
        ("x = cos(t), y = sin(t), z = t", "t = 0..20"),
    ] {
        let found = warnings(map, over);
        assert!(found.is_empty(), "{map} {over}: {found:?}");
    }
}
