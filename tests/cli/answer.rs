//! The answer: for people, for programs, and bare.

use super::*;

#[test]
fn the_answer_for_people_starts_with_the_value_and_names_what_follows() {
    let run = disk(&["--integrand", GAUSSIAN]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let lines: Vec<&str> = run.out.lines().collect();
    let (value, error) = lines[0].split_once(" ± ").unwrap();
    assert_near(value.parse().unwrap(), gaussian_over_disk());
    let error: f64 = error.parse().unwrap();
    assert!(error > 0.0 && error <= NEAR, "{error}");
    let names: Vec<&str> = lines[1..]
        .iter()
        .filter_map(|l| l.split_whitespace().next())
        .collect();
    assert_eq!(
        names,
        [
            "status",
            "method",
            "because",
            "evaluations",
            "time",
            "jacobian"
        ]
    );
    assert_eq!(lines[1], "status       converged");
    assert_eq!(lines[6], "jacobian     0 to 1, positive");
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = include_str!("../../README.md");
    let (_, shown) = readme.split_once("± ").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let run = disk(&["--integrand", "exp(-x^2-y^2)"]);
    let (value, printed) = run.out.split_once("± ").unwrap();
    assert!(readme.contains(&format!("\n{value}± ")), "{value}");
    // All but the time, which is another one every time.
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("time "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(lines(shown), lines(printed));
}

#[test]
fn the_quiet_answer_is_the_double_itself() {
    let quiet = disk(&["--integrand", GAUSSIAN, "--quiet"]);
    let json = disk(&["--integrand", GAUSSIAN, "--json"]);
    assert_eq!(quiet.code, Some(0));
    // Both print enough digits to tell the double from its neighbours.
    let value: f64 = quiet.out.trim_end().parse().unwrap();
    assert!(
        json.out.starts_with(&format!("{{\"value\":{value},")),
        "{}",
        json.out
    );
    let digits = quiet.out.chars().filter(char::is_ascii_digit).count();
    assert_eq!((digits, quiet.out.lines().count()), (17, 1));
}

#[test]
fn the_json_object_has_the_fields_of_the_contract() {
    let run = disk(&[
        "--integrand",
        GAUSSIAN,
        "--json",
        "--seed",
        "3",
        "--threads",
        "2",
    ]);
    assert_eq!(run.out.lines().count(), 1);
    let object = run.json();
    assert_near(object["value"].as_f64().unwrap(), gaussian_over_disk());
    let error = object["error"].as_f64().unwrap();
    assert!((object["value"].as_f64().unwrap() - gaussian_over_disk()).abs() <= error);
    assert_eq!(object["status"], "converged");
    assert_eq!(object["reasons"], Value::Array(Vec::new()));
    assert_eq!(object["warnings"], Value::Array(Vec::new()));
    assert!(object["evaluations"].as_u64().unwrap() > 10);
    assert!(object["method"].as_str().unwrap().contains("gauss"));
    assert!(!object["because"].as_str().unwrap().is_empty());
    assert_eq!(object["jacobian"]["sign"], "positive");
    assert_eq!(object["jacobian"]["min"].as_f64(), Some(0.0));
    assert_eq!(object["jacobian"]["max"].as_f64(), Some(1.0));
    let seconds = object["seconds"].as_f64().unwrap();
    assert!(seconds > 0.0 && seconds < 60.0);
    assert_eq!(
        (object["threads"].as_u64(), object["seed"].as_u64()),
        (Some(2), Some(3))
    );
    assert_eq!(object["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(object["proven"], true);
    assert_eq!(object.as_object().unwrap().len(), 15);
}

#[test]
fn the_json_object_states_the_problem_as_understood() {
    let flags = [
        &["--map", "y = a·r·sin(t), x = r*cos(t)"][..],
        &[
            "--over",
            "t = 0..2*π, r = 0..b",
            "--param",
            "b = 1, a = 2*b",
        ],
        &["--integrand", "x²", "--integrand", "1", "--json"],
    ];
    let run = integrate(&flags.concat());
    let problem = run.json()["problem"].clone();
    let expected = serde_json::json!({
        "map": {"y": "a*r*sin(t)", "x": "r*cos(t)"},
        "over": {"t": ["0", "2*pi"], "r": ["0", "b"]},
        "param": {"b": 1.0, "a": 2.0},
        "integrand": ["x²", "1"],
        "determinant": "r*a",
    });
    assert_eq!(problem, expected);
    // Limits, targets and parameters keep their order, on which their meaning may depend.
    assert!(
        run.out
            .contains(r#""over":{"t":["0","2*pi"],"r":["0","b"]}"#)
    );
    // What stands for what was not given is stated too.
    let plain = integrate(&["--over", "x = 0..1", "--json"]).json()["problem"].clone();
    assert_eq!(plain["map"], serde_json::json!({"x": "x"}));
    assert_eq!(plain["integrand"], serde_json::json!(["1"]));
    assert_eq!(plain["determinant"], "1");
}

#[test]
fn several_integrands_give_arrays_and_lines_in_their_order() {
    let integrands = [
        "--integrand",
        "1",
        "--integrand",
        "-x^2",
        "--integrand",
        "r*0",
    ];
    let object = disk(&[&integrands[..], &["--json"]].concat()).json();
    for (value, exact) in object["value"]
        .as_array()
        .unwrap()
        .iter()
        .zip([PI, -PI / 4.0, 0.0])
    {
        assert_near(value.as_f64().unwrap(), exact);
    }
    assert_eq!(object["error"].as_array().unwrap().len(), 3);
    let quiet = disk(&[&integrands[..], &["--quiet"]].concat());
    assert_eq!(quiet.out.lines().count(), 3);
    let people = disk(&integrands);
    let ends: Vec<&str> = people
        .out
        .lines()
        .take(3)
        // Columns are parted by two blanks or more; an odd number leaves one.
        .filter_map(|l| l.split("  ").last().map(str::trim_start))
        .collect();
    assert_eq!(ends, ["1", "-x^2", "r*0"]);
}

#[test]
fn one_integrand_gives_a_number_and_none_gives_the_area() {
    let run = disk(&["--json"]);
    assert_near(run.value(), PI);
}

#[test]
fn without_a_map_the_targets_are_the_variables() {
    // ∫₀¹ dx ∫₀^{x²} a x y dy = a/12.
    let run = integrate(&[
        "--over",
        "x = 0..1, y = 0..x^2",
        "--integrand",
        "a*x*y",
        "--param",
        "a = 6",
        "--json",
    ]);
    assert_near(run.value(), 0.5);
}

#[test]
fn parameters_may_use_earlier_ones_in_one_flag_or_in_several() {
    let area = |parameters: &[&str]| {
        let flags = ["--over", "x = 0..a, y = 0..b"];
        integrate(&[&flags[..], parameters].concat())
    };
    assert_near(area(&["--json", "--param", "a = 2, b = 3*a"]).value(), 12.0);
    assert_near(
        area(&["--json", "--param", "a = 2", "--param", "b = 3*a"]).value(),
        12.0,
    );
    assert_eq!(
        area(&["--param", "b = 3*a", "--param", "a = 2"]).marked(),
        "a"
    );
    assert_eq!(
        area(&["--param", "a = 2", "--param", "b = 1, a = 3"]).marked(),
        "a"
    );
}

#[test]
fn swapped_limits_give_the_same_value_and_a_warning() {
    let straight = disk(&["--integrand", GAUSSIAN, "--json"]);
    let over = ["--over", "r = 0..1, t = 2*pi..0"];
    let flags = ["--integrand", GAUSSIAN];
    let swapped = integrate(&[&POLAR[..2], &over, &flags, &["--json"]].concat());
    assert_near(swapped.value(), straight.value());
    let warnings = swapped.json()["warnings"].clone();
    assert!(
        warnings[0].as_str().unwrap().contains("`t` are swapped"),
        "{warnings}"
    );
    let people = integrate(&[&POLAR[..2], &over, &flags].concat());
    assert!(
        people
            .out
            .lines()
            .any(|l| l.starts_with("warning ") && l.contains("swapped"))
    );
}

#[test]
fn the_number_of_threads_changes_no_digit() {
    let hard = "exp(sin(9*x) - y^2)";
    for method in [
        &["--nodes", "200,201"][..],
        &["--method", "monte-carlo", "--max-evals", "2e5"],
    ] {
        let [one, two] = ["1", "2"].map(|threads| {
            let run = disk(
                &[
                    &["--integrand", hard, "--json", "--threads", threads],
                    method,
                ]
                .concat(),
            );
            assert_eq!(run.json()["threads"].to_string(), threads);
            // Time and threads come last; all else is as it is printed.
            let (same, _) = run.out.split_once("\"seconds\"").unwrap();
            same.to_owned()
        });
        assert_eq!(one, two);
    }
}

#[test]
fn nodes_alone_choose_gauss() {
    let run = disk(&["--nodes", "12, 20", "--json", "--integrand", "x^2"]);
    assert_eq!(run.json()["method"], "gauss 12 x gauss 20");
    assert_near(run.value(), PI / 4.0);
    assert_eq!(
        disk(&["--nodes", "12,20", "--method", "auto"]).marked(),
        "12"
    );
    assert_eq!(disk(&["--nodes", "12,20,30"]).marked(), "12,20,30");
}

#[test]
fn a_complex_answer_is_a_pair() {
    let over = ["--over", "x = 0..pi", "--integrand", "exp(i*x)"];
    let run = integrate(&[&over[..], &["--json"]].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    let json = run.json();
    let part = |name: &str, k: usize| json[name][k].as_f64().unwrap();
    // ∫ e^(ix) over 0..π is 2i.
    assert!(part("value", 0).abs() <= part("error", 0));
    assert!((part("value", 1) - 2.0).abs() <= part("error", 1) && part("error", 1) < 1e-14);
    let run = integrate(&[&over[..], &["--integrand", "x", "--json"]].concat());
    assert_eq!(run.json()["value"][1][1], 0.0);
    let run = integrate(&over);
    assert!(
        run.out.starts_with("(0 ± ") && run.out.contains(") + (2.00000"),
        "{}",
        run.out
    );
    let run = integrate(&[&over[..], &["--quiet"]].concat());
    let numbers: Vec<f64> = run
        .out
        .split_whitespace()
        .map(|n| n.parse().unwrap())
        .collect();
    assert_eq!(numbers.len(), 2, "{}", run.out);
}

#[test]
fn what_is_not_for_complex_numbers_is_marked() {
    for (integrand, marked, help) in [
        ("gamma(1 + i*x)", "gamma", "re(…)"),
        ("x < i", "<", "re(…)"),
        ("re(x, i)", "re(x,", "one operand"),
    ] {
        let run = integrate(&["--over", "x = 0..1", "--integrand", integrand]);
        assert_eq!(
            (run.code, &run.marked()[..]),
            (Some(2), marked),
            "{}",
            run.err
        );
        assert!(run.err.contains(help), "{}", run.err);
    }
    let run = integrate(&["--over", "x = 0..i"]);
    assert!(
        run.code == Some(2) && run.err.contains("`i` is √−1"),
        "{}",
        run.err
    );
}

#[test]
fn an_average_is_divided_by_the_measure() {
    let half = [
        "--map",
        "x = r*cos(t), y = r*sin(t)",
        "--over",
        "r = 0..1, t = 0..pi",
        "--integrand",
        "x",
        "--integrand",
        "y",
        "--average",
    ];
    let run = integrate(&[&half[..], &["--json"]].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    let json = run.json();
    let (value, error) = (&json["value"][1], &json["error"][1]);
    let off = (value.as_f64().unwrap() - 4.0 / (3.0 * PI)).abs();
    assert!(off <= error.as_f64().unwrap() && off < 1e-14);
    assert_eq!(json["problem"]["average"], true);
    let circle = ["--map", "x = cos(t), y = sin(t)", "--over", "t = 0..1"];
    let run = integrate(&[&circle[..], &["--field", "-y, x", "--average"]].concat());
    assert!(
        run.code == Some(2) && run.err.contains("no average"),
        "{}",
        run.err
    );
}
