//! Nodes in a file: that the value is their sum, for every method that has nodes.

use super::*;

/// A line of a file of nodes.
struct Table {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
}

impl Table {
    fn read(path: &str) -> Table {
        let text = fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        let names = lines.next().unwrap().split(',').map(str::to_owned);
        let row = |line: &str| line.split(',').map(|x| x.parse().unwrap()).collect();
        Table {
            names: names.collect(),
            rows: lines.map(row).collect(),
        }
    }

    /// Σ weight·f·|det J|, with weight, det J and so many integrands in the last columns, and Σ of the sizes.
    fn sums(&self, integrands: usize, signed: bool) -> Vec<[f64; 2]> {
        let first = self.names.len() - integrands;
        let mut sums = vec![[0.0; 2]; integrands];
        for row in &self.rows {
            let (weight, det) = (row[first - 2], row[first - 1]);
            let det = if signed { det } else { det.abs() };
            for (sum, f) in sums.iter_mut().zip(&row[first..]) {
                let term = weight * f * det;
                sum[0] += term;
                sum[1] += term.abs();
            }
        }
        sums
    }
}

/// The value of a run and its nodes.
fn nodes_of(name: &str, flags: &[&str]) -> (Run, Table) {
    let folder = Folder::new(name);
    let csv = folder.path("nodes.csv");
    let run = integrate(&[flags, &["--json", "--nodes-out", &csv]].concat());
    assert!(run.err.is_empty(), "{flags:?}: {}", run.err);
    let table = Table::read(&csv);
    (run, table)
}

/// The methods that have nodes.
const METHODS: [&[&str]; 6] = [
    &["--method", "gauss", "--nodes", "9"],
    &["--method", "tanh-sinh", "--rtol", "1e-6"],
    &["--method", "cubature", "--rtol", "1e-2"],
    &["--method", "qmc", "--rtol", "1e-3"],
    &["--method", "vegas", "--rtol", "1e-2"],
    &["--method", "monte-carlo", "--max-evals", "30000"],
];

/// A region with its integrand, one or two of them: with limits that depend on others, an infinite one, a fold, a
/// surface, conditions, swapped limits that count.
const PROBLEMS: [(&[&str], usize, bool); 7] = [
    (
        &["--map", "polar", "--integrand", "exp(x)*abs(y)"],
        1,
        false,
    ),
    (
        &[
            "--over",
            "x = 0..1, y = 0..x",
            "--integrand",
            "x",
            "--integrand",
            "cos(y)",
        ],
        2,
        false,
    ),
    (
        &["--over", "x = 0..inf", "--integrand", "exp(-x)"],
        1,
        false,
    ),
    (
        &[
            "--map",
            "x = u + v^2, y = v + u^2",
            "--over",
            "u = -1..1, v = -1..1",
            "--integrand",
            "1 + x^2",
        ],
        1,
        false,
    ),
    (
        &[
            "--map",
            "x = u, y = v, z = u*v",
            "--over",
            "u = 0..1, v = 0..1",
            "--integrand",
            "z",
        ],
        1,
        false,
    ),
    (
        &[
            "--over",
            "x = -1..1, y = -1..1",
            "--where",
            "x^2 + y^2 <= 1",
            "--integrand",
            "exp(x)",
        ],
        1,
        false,
    ),
    (
        &[
            "--over",
            "x = 1..0, y = 0..2",
            "--signed",
            "--integrand",
            "x*y",
        ],
        1,
        true,
    ),
];

#[test]
fn the_value_is_the_sum_over_the_nodes_of_every_method() {
    for (number, (problem, integrands, signed)) in PROBLEMS.iter().enumerate() {
        for method in METHODS {
            let name = format!("nodes-{number}-{}", method[1]);
            let (run, table) = nodes_of(&name, &[problem, method].concat());
            let answer = run.json();
            let values = match &answer["value"] {
                Value::Array(values) => values.iter().map(|v| v.as_f64().unwrap()).collect(),
                value => vec![value.as_f64().unwrap()],
            };
            for (sum, value) in table.sums(*integrands, *signed).into_iter().zip(values) {
                // Sums of at most a million terms in turn: 1e6 roundings of 1e-16, most of which cancel.
                assert!(
                    (sum[0] - value).abs() <= 1e-11 * sum[1],
                    "{problem:?}, {method:?}: {sum:?} and {value}"
                );
            }
            assert!(!table.rows.is_empty());
        }
    }
}

#[test]
fn nodes_have_their_variables_targets_weights_and_determinants() {
    let (_, table) = nodes_of(
        "nodes-columns",
        &[
            "--map",
            "polar",
            "--method",
            "gauss",
            "--nodes",
            "4",
            "--integrand",
            "x + 3",
        ],
    );
    assert_eq!(table.names, ["r", "t", "x", "y", "weight", "det J", "f"]);
    assert_eq!(table.rows.len(), 16);
    for row in &table.rows {
        let [r, t, x, y, _, det, f] = row[..] else {
            panic!("{row:?}");
        };
        // A rounding or two of numbers below 5.
        for (found, truth) in [(x, r * t.cos()), (y, r * t.sin()), (det, r), (f, x + 3.0)] {
            assert!((found - truth).abs() < 4e-15, "{found} and {truth}");
        }
    }
    let weights: f64 = table.rows.iter().map(|row| row[4]).sum();
    // The content of the rectangle 1 × 2π.
    assert!((weights - std::f64::consts::TAU).abs() < 1e-14);
}

#[test]
fn what_auto_takes_has_nodes_or_says_that_it_has_none() {
    let (run, table) = nodes_of("nodes-auto", &["--map", "polar", "--integrand", "exp(x)"]);
    let sum = table.sums(1, false)[0];
    assert!((sum[0] - run.value()).abs() <= 1e-13 * sum[1]);
    let folder = Folder::new("nodes-none");
    let csv = folder.path("nodes.csv");
    let flags = ["--over", "x = 0..1, y = 0..1", "--on", "x^2 + y^2 = 1/2"];
    let run = integrate(&[&flags[..], &["--nodes-out", &csv]].concat());
    assert!(run.err.contains("not one sum over nodes"), "{}", run.err);
    assert!(run.err.contains("--method cubature"), "{}", run.err);
    // The answer is out, the file is not.
    assert_eq!(run.code, Some(1));
    assert!(!run.out.is_empty() && folder.names().is_empty());
}

#[test]
fn nodes_of_what_is_no_integral_are_refused_before_any_work() {
    let folder = Folder::new("nodes-refused");
    let csv = folder.path("nodes.csv");
    let polar = ["--map", "polar", "--integrand", "x", "--nodes-out"];
    for more in [
        &["--average"][..],
        &["--param", "a = 1, 2"],
        &["--explain"],
        &["--csv"],
    ] {
        let run = integrate(&[&polar[..], &[&csv[..]], more].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{more:?}");
        assert!(run.err.contains("--nodes-out"), "{}", run.err);
    }
    let run = integrate(&[&polar[..], &[&folder.path("none/a.csv")]].concat());
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn nodes_are_drawn_in_both_planes() {
    let folder = Folder::new("nodes-drawn");
    for (method, rtol, told) in [
        ("gauss", "1e-3", "256 nodes"),
        ("cubature", "1e-3", "cells"),
        ("vegas", "1e-3", "the learned grid"),
        ("qmc", "1e-5", "nodes are shown"),
    ] {
        let svg = folder.path("a.svg");
        let integrand = ["--integrand", "abs(x - 0.3)", "--rtol", rtol];
        let flags = ["--method", method, "--what", "nodes", "-o", &svg];
        let run = pullback(&[&["plot"], &POLAR[..], &integrand, &flags].concat());
        // The tolerance is for what is drawn, not for the code.
        assert!(run.err.is_empty(), "{method}: {}", run.err);
        let drawn = fs::read_to_string(&svg).unwrap();
        assert!(drawn.contains(told), "{method}");
    }
}
