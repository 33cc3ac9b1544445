//! `pullback density`.

use super::*;

const BOX_MULLER: [&str; 5] = [
    "density",
    "--map",
    "x = sqrt(-2*ln(u))*cos(2*pi*v), y = sqrt(-2*ln(u))*sin(2*pi*v)",
    "--over",
    "u = 0..1, v = 0..1",
];

fn box_muller(flags: &[&str]) -> Run {
    pullback(&[&BOX_MULLER, flags].concat())
}

#[test]
fn a_density_has_its_value_mass_and_means() {
    let flags = ["--at", "u = 0.3, v = 0.8", "--where", "x^2 + y^2 < 1"];
    let more = ["--integrand", "x^2", "--integrand", "x*y", "--json"];
    let run = box_muller(&[&flags[..], &more].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    let json = run.json();
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    // Two standard normal numbers: e^(−r²/2)/2π, and r² = −2 ln u.
    let exact = 0.3 / (2.0 * PI);
    assert!((number(&json["density"]) - exact).abs() < 1e-15 * 10.0 * exact);
    assert!((number(&json["log_density"]) - exact.ln()).abs() < 1e-14);
    let point = [number(&json["point"]["x"]), number(&json["point"]["y"])];
    assert!((point[0].hypot(point[1]).powi(2) + 2.0 * 0.3f64.ln()).abs() < 1e-14);
    let mass = &json["mass"];
    assert!((number(&mass["value"]) - (1.0 - (-0.5f64).exp())).abs() <= number(&mass["error"]));
    for (mean, exact) in json["means"].as_array().unwrap().iter().zip([1.0, 0.0]) {
        assert!(
            (number(&mean["value"]) - exact).abs() <= number(&mean["error"]).max(1e-13),
            "{mean}"
        );
    }
}

#[test]
fn samples_are_a_table_and_the_same_for_a_seed() {
    let bent = [
        "density",
        "--map",
        "x = a, y = b + a^2",
        "--samples",
        "2000",
    ];
    let run = pullback(&bent);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let mut lines = run.out.lines();
    assert_eq!(lines.next(), Some("x,y,log_density"));
    let mut mean = 0.0;
    for line in lines.clone() {
        let row: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        // ln p = −(x² + (y − x²)²)/2 − ln 2π.
        let log = -(row[0].powi(2) + (row[1] - row[0].powi(2)).powi(2)) / 2.0 - (2.0 * PI).ln();
        assert!((row[2] - log).abs() < 1e-12 * log.abs(), "{line}");
        mean += row[1] / 2000.0;
    }
    // E y = 1 with a variance of 3: five standard errors.
    assert!(lines.count() == 2000 && (mean - 1.0).abs() < 5.0 * (3.0f64 / 2000.0).sqrt());
    assert_eq!(pullback(&bent).out, run.out);
    let other = pullback(&[&bent[..], &["--seed", "1"]].concat());
    assert_ne!(other.out, run.out);
    let json = pullback(&[&bent[..], &["--json"]].concat()).json();
    assert_eq!(json["samples"].as_array().unwrap().len(), 2000);
}

#[test]
fn people_read_what_is_uniform_or_normal() {
    let run = box_muller(&["--at", "u = 0.3, v = 0.8"]);
    for told in [
        "uniform over u = 0..1, v = 0..1",
        "ln density",
        "mass          1.0000",
    ] {
        assert!(run.out.contains(told), "{}", run.out);
    }
    let run = pullback(&["density", "--map", "x = 2*a"]);
    assert!(
        run.out.contains("a: independent, standard normal"),
        "{}",
        run.out
    );
}

#[test]
fn what_carries_no_density_is_refused() {
    for (flags, told) in [
        (&["--map", "x = a, y = 2*a"][..], "2 targets"),
        (&["--map", "x = a", "--over", "a = 0..inf"], "a"),
        (&["--map", "x = a", "--on", "x = 1"], "without --on"),
        (&["--map", "x = a", "--where", "z < 1"], "unknown name"),
        (&["--map", "x = a", "--at", "b = 1"], "no variable"),
        (&[], "no map"),
    ] {
        let run = pullback(&[&["density"], flags].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{flags:?}");
        assert!(run.err.contains(told), "{flags:?}: {}", run.err);
    }
}
