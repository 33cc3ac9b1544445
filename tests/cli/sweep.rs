//! Tables over values of parameters, derivatives by them, and their uncertainties.

use super::*;

const ELLIPSE: [&str; 6] = [
    "--map",
    "x = a*r*cos(t), y = b*r*sin(t)",
    "--over",
    "r = 0..1, t = 0..2*pi",
    "--integrand",
    "x^2",
];

fn ellipse(flags: &[&str]) -> Run {
    integrate(&[&ELLIPSE, flags].concat())
}

/// ∫ x² over the ellipse.
fn moment(a: f64, b: f64) -> f64 {
    PI * a.powi(3) * b / 4.0
}

#[test]
fn a_derivative_has_its_value_and_error() {
    let run = ellipse(&["--param", "a = 3, b = 2", "--gradient", "a, b", "--json"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let gradient = &run.json()["gradient"];
    for (name, exact) in [
        ("a", 3.0 * moment(3.0, 2.0) / 3.0),
        ("b", moment(3.0, 2.0) / 2.0),
    ] {
        let value = gradient[name]["value"].as_f64().unwrap();
        let error = gradient[name]["error"].as_f64().unwrap();
        assert!(
            (value - exact).abs() <= error && error < 1e-11,
            "{name}: {value} {error}"
        );
    }
    let run = ellipse(&["--param", "a = 3, b = 2", "--gradient", "a, c"]);
    assert_eq!(run.marked(), "c");
}

#[test]
fn a_disc_cut_by_a_moving_line_has_the_length_of_the_chord_for_derivative() {
    let flags = [
        "--where",
        "x <= a",
        "--param",
        "a = 0.3",
        "--gradient",
        "a",
        "--json",
    ];
    let run = disk(&flags);
    let value = run.json()["gradient"]["a"]["value"].as_f64().unwrap();
    assert!((value - 2.0 * 0.91f64.sqrt()).abs() < 1e-10, "{value}");
}

#[test]
fn a_range_or_a_list_makes_a_table() {
    let run = ellipse(&["--param", "a = 0..2 by 0.1, b = 1", "--csv"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!((lines.len(), lines[0]), (22, "a,value,error,status"));
    for (k, line) in lines[1..].iter().enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let a: f64 = cells[0].parse().unwrap();
        assert!((a - 0.1 * k as f64).abs() < 1e-15, "{a}");
        let value: f64 = cells[1].parse().unwrap();
        assert!((value - moment(a, 1.0)).abs() < 1e-9, "{line}");
    }
    // All combinations, the last one fastest; one object a line.
    let run = ellipse(&["--param", "a = 1, 2", "--param", "b = 3, a, 5", "--json"]);
    let rows: Vec<Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let pairs: Vec<(f64, f64)> = rows
        .iter()
        .map(|row| {
            (
                row["param"]["a"].as_f64().unwrap(),
                row["param"]["b"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        pairs,
        [
            (1.0, 3.0),
            (1.0, 1.0),
            (1.0, 5.0),
            (2.0, 3.0),
            (2.0, 1.0),
            (2.0, 5.0)
        ]
    );
    for (row, (a, b)) in rows.iter().zip(pairs) {
        assert_near(row["value"].as_f64().unwrap(), moment(a, b));
    }
}

#[test]
fn a_parameter_that_follows_another_one_moves_with_it() {
    let run = ellipse(&[
        "--param",
        "a = 1..2 by 1, b = 2*a",
        "--csv",
        "--gradient",
        "a",
    ]);
    let last = run
        .out
        .lines()
        .last()
        .unwrap()
        .split(',')
        .collect::<Vec<_>>();
    let number = |k: usize| last[k].parse::<f64>().unwrap();
    // πa⁴/2, and its derivative 2πa³.
    assert_near(number(1), 8.0 * PI);
    assert_near(number(3), 16.0 * PI);
}

#[test]
fn a_table_has_the_same_digits_for_any_number_of_threads() {
    let run = |threads| {
        ellipse(&[
            "--param",
            "a = 1..3 by 0.25, b = 1",
            "--csv",
            "--threads",
            threads,
        ])
        .out
    };
    assert_eq!(run("1"), run("3"));
}

#[test]
fn the_uncertainty_of_a_parameter_is_carried_to_the_integral() {
    let run = ellipse(&["--param", "a = 3 ± 0.1, b = 2 +- 0.05", "--json"]);
    let found = run.json()["uncertainty"].as_f64().unwrap();
    let (by_a, by_b) = (moment(3.0, 2.0) * 0.1, moment(3.0, 2.0) / 2.0 * 0.05);
    assert!((found - by_a.hypot(by_b)).abs() < 1e-10, "{found}");
    let run = ellipse(&["--param", "a = 3 ± 0.1, b = 2"]);
    assert!(
        run.out.contains("uncertainty  42.4(4.2) = 42.4 ± 4.2"),
        "{}",
        run.out
    );
}

#[test]
fn a_file_may_hold_ranges_lists_and_names_of_derivatives() {
    let folder = Folder::new("sweep");
    let path = folder.path("sweep.toml");
    let text = "integrand = 'a*x*c'\ngradient = ['c']\n[over]\nx = [0, 1]\n[param]\n\
                a = { from = 0, to = 1, by = 0.5 }\nc = [2, 4]\n";
    fs::write(&path, text).unwrap();
    let run = integrate(&[&path, "--csv"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(run.out.lines().count(), 7);
    assert!(
        run.out
            .starts_with("a,c,value,error,d_c,d_c_error,status\n0,2,0,"),
        "{}",
        run.out
    );
    // A flag takes the place of a list.
    let run = integrate(&[&path, "--param", "a = 1, c = 4", "--json"]);
    assert_near(run.value(), 2.0);
}

#[test]
fn what_is_wrong_with_values_is_marked() {
    for (value, marked) in [
        ("a = 0..2, b = 1", "0..2"),
        ("a = 0..2 by 0, b = 1", "0"),
        ("a = 0..2 by -1, b = 1", "-1"),
        ("a = 0..2e9 by 1, b = 1", "1"),
        ("a = 1, 2 2, b = 1", "2"),
        ("a = 1, q, b = 1", "q"),
        ("a = 3 ± -1, b = 1", "-1"),
    ] {
        let run = ellipse(&["--param", value]);
        assert_eq!(run.marked().trim(), marked, "{value}: {}", run.err);
    }
    for command in ["check", "jacobian"] {
        let run = pullback(&[&[command], &ELLIPSE[..4], &["--param", "a = 1, 2, b = 1"]].concat());
        assert_eq!(run.marked(), "a = 1", "{command}: {}", run.err);
    }
}
