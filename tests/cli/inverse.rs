//! Maps that are given the other way round, by flags and in files.

use super::*;

const HYPERBOLAS: [&str; 4] = [
    "--inverse",
    "u = x*y, v = y/x",
    "--over",
    "u = 1..2, v = 1..4",
];

fn hyperbolas(arguments: &[&str]) -> Run {
    integrate(&[&HYPERBOLAS, arguments].concat())
}

#[test]
fn a_map_the_other_way_round_is_solved_and_shown() {
    let run = hyperbolas(&["--near", "x = 1, y = 1", "--json"]);
    // |det ∂(u, v)/∂(x, y)| = 2v: ln(4)/2.
    assert!((run.value() - 2f64.ln()).abs() < NEAR, "{}", run.out);
    let problem = &run.json()["problem"];
    assert_eq!(problem["inverse"]["v"], "y/x");
    assert_eq!(problem["near"]["y"], 1.0);
    assert_eq!(problem["map"]["y"], "sqrt(u)*sqrt(v)");
    let human = hyperbolas(&["--near", "x = 1, y = 1"]);
    assert!(
        human.out.contains("map          x = sqrt(u)/sqrt(v), y = "),
        "{}",
        human.out
    );
    let newton = integrate(&[
        "--inverse",
        "u = x+sin(y)/2, v = y+sin(x)/2",
        "--near",
        "x = 0, y = 0",
        "--over",
        "u = 0..1, v = 0..1",
        "--integrand",
        "1-cos(x)*cos(y)/4",
    ]);
    assert!(newton.out.contains("Newton"), "{}", newton.out);
}

#[test]
fn a_file_may_give_it_in_tables_or_as_texts() {
    let folder = Folder::new("inverse");
    let tables = "integrand = 'x'\n[inverse]\nu = 'x*y'\nv = 'y/x'\n[near]\nx = -1\ny = -1\n\
                  [over]\nu = [1, 2]\nv = [1, 4]\n";
    let texts = "inverse = 'u = x*y, v = y/x'\nnear = 'x = -1, y = -1'\nintegrand = 'x'\n\
                 over = { u = [1, 2], v = [1, 4] }\n";
    let mut values = Vec::new();
    for text in [tables, texts] {
        let path = folder.file("p.toml", text);
        let run = integrate(&[&path, "--json"]);
        values.push(run.value());
        assert!(run.value() < 0.0);
        // A flag selects the other branch.
        let run = integrate(&[&path, "--near", "x = 1, y = 1", "--json"]);
        values.push(-run.value());
    }
    assert!(
        values.iter().all(|v| (v - values[0]).abs() < NEAR),
        "{values:?}"
    );
}

#[test]
fn what_is_wrong_is_marked_with_what_to_do() {
    let near = ["--near", "x = 1, y = 1"];
    let over = ["--over", "u = 1..2, v = 1..4"];
    for (arguments, marked, advice) in [
        (
            vec!["--inverse", "u = x*yy, v = y/x", over[0], over[1]],
            "u = x*yy, v = y/x",
            "--param",
        ),
        (
            vec!["--inverse", "u = x*y, v = coss(x)", over[0], over[1]],
            "coss",
            "cos",
        ),
        (
            vec!["--inverse", "u = x*y", over[0], over[1], near[0], near[1]],
            "v",
            "no equation",
        ),
        (
            vec!["--inverse", "u = x*y, v = y/x", "--over", "u = 1..2"],
            "v",
            "v = 0..1",
        ),
        (
            [&HYPERBOLAS[..], &["--near", "x = 1, z = 1"]].concat(),
            "z",
            "the targets are x, y",
        ),
        (
            [&HYPERBOLAS[..], &["--near", "x = 1"]].concat(),
            "x = 1",
            "has no `y`",
        ),
        (
            [&HYPERBOLAS[..], &["--near", "x = 1, y = q"]].concat(),
            "q",
            "unknown name",
        ),
        (
            [&HYPERBOLAS[..], &["--near", "x = 1, y = 1/0"]].concat(),
            "1/0",
            "not a finite number",
        ),
        (
            [&HYPERBOLAS[..], &near, &["--map", "x = u"]].concat(),
            "u",
            "leave one of them out",
        ),
        (vec![over[0], over[1], near[0], near[1]], "x", "--inverse"),
        (
            vec![
                "--inside",
                "x = cos(t), y = sin(t)",
                "--over",
                "t = 0..2*pi",
                near[0],
                near[1],
            ],
            "x",
            "--inverse",
        ),
        (
            vec!["--polygon", "(0, 0), (1, 0), (0, 1)", near[0], near[1]],
            "x",
            "--inverse",
        ),
        (
            vec![
                "--inverse",
                "u = x+y, v = x*y",
                "--over",
                "u = 4..5, v = 1..2",
            ],
            "u = x+y, v = x*y",
            "--near",
        ),
        (
            vec![
                "--inverse",
                "u = x^2-y^2, v = 2*x*y",
                "--near",
                "x = 0, y = 0",
                over[0],
                over[1],
            ],
            "x = 0, y = 0",
            "determinant of the equations is zero",
        ),
    ] {
        let run = integrate(&arguments);
        assert_eq!(run.marked(), marked, "{}", run.err);
        assert!(run.err.contains(advice), "{advice}: {}", run.err);
    }
    let run = hyperbolas(&["--near", "x = 1, y = 1", "--integrand", "x*q"]);
    assert_eq!(run.marked(), "q", "{}", run.err);
    let run = integrate(&[
        "--inverse",
        "u = x^2, v = y",
        "--near",
        "x = 1, y = 0",
        "--over",
        "u = -1..1, v = 0..1",
    ]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.err.contains("the branch ends inside the region"),
        "{}",
        run.err
    );
    let run = integrate(&["--inverse", "u = x*y, v = y/x"]);
    assert!(run.err.contains("u = 0..1, v = 0..1"), "{}", run.err);
}
