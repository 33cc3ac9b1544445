//! Averages: integrals divided by the measure, with errors of their own; and methods by name.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::{Domain, Error, Map, MappedRegion, Method, Parameters, Region, Settings, Status};

fn half_disk(parameters: &Parameters) -> MappedRegion {
    let polar = Map::parse_with("x = r*cos(t), y = r*sin(t)", &["r", "t"], parameters).unwrap();
    let region = Region::parse_with("r = 0..R, t = 0..pi", parameters).unwrap();
    polar.over(region).unwrap()
}

fn radius(text: &str) -> Parameters {
    let mut parameters = Parameters::new();
    parameters.parse(text).unwrap();
    parameters
}

#[test]
fn the_averages_of_the_targets_are_the_centre_of_mass() {
    let settings = Settings::default();
    let half = half_disk(&radius("R = 3"));
    let centre = half.average_all(&["x", "y", "1"], &settings).unwrap();
    // x by symmetry; y = 4R/(3π).
    for (k, exact) in [0.0, 4.0 / PI, 1.0].into_iter().enumerate() {
        let off = (centre.values[k] - exact).abs();
        assert!(
            off <= centre.errors[k] && centre.errors[k] < 1e-13,
            "{k}: {centre:?}"
        );
    }
    assert!(centre.proven && centre.evaluations > 0);
}

#[test]
fn the_tolerance_is_that_of_the_average() {
    // A disk of radius 1e6: its area is 3e12, so that an absolute error of the integral says nothing.
    let half = half_disk(&radius("R = 1e6"));
    let integrand = "cos(y/1e5)*exp(x/1e6)";
    let settings = Settings::new().rtol(0.0).atol(1e-9);
    let average = half.average_all(integrand, &settings).unwrap();
    assert!(average.is_within(&settings), "{average:?}");
    let closer = half
        .average_all(integrand, &Settings::new().rtol(1e-13))
        .unwrap();
    assert!((average.value - closer.value).abs() <= average.error + closer.error);
}

#[test]
fn an_average_of_random_samples_covers() {
    let half = half_disk(&radius("R = 1"));
    let settings = Settings::new().rtol(1e-3).method(Method::MonteCarlo);
    let average = half.average_all("y", &settings).unwrap();
    // Both halves of the interval are conservative together; one seed of twenty may still miss.
    let exact = 4.0 / (3.0 * PI);
    assert!(
        (average.value - exact).abs() <= 2.0 * average.error,
        "{average:?}"
    );
    assert!(average.error < 2e-3 * exact);
}

#[test]
fn where_there_is_no_measure_there_is_no_average() {
    let half = half_disk(&radius("R = 1")).where_("x > 2").unwrap();
    let average = half.average_all("y", &Settings::default()).unwrap();
    assert!(average.value.is_nan() && average.error.is_infinite());
    assert_eq!(average.status, Status::Nonfinite);
    assert!(
        average
            .warnings
            .iter()
            .any(|warning| warning.contains("measure is 0"))
    );
}

#[test]
fn the_derivative_of_an_average_counts_the_measure() {
    // y = 4R/(3π): d/dR is 4/(3π); of an average of 1 it is 0.
    let half = half_disk(&radius("R = 3"));
    let domain: &dyn Domain = &half;
    let integrands = half.parse(&["y", "1"]).unwrap();
    let settings = Settings::default();
    let slope =
        pullback::Estimate::derivative_of_average(domain, &integrands, "R", &settings).unwrap();
    for (k, exact) in [4.0 / (3.0 * PI), 0.0].into_iter().enumerate() {
        let off = (slope.values[k] - exact).abs();
        assert!(
            off <= slope.errors[k] && slope.errors[k] < 1e-13,
            "{k}: {slope:?}"
        );
    }
}

#[test]
fn every_method_by_name_finds_smooth_and_singular_integrals_or_says_that_it_does_not() {
    // ∫∫ exp(xy) = Ei(1) − γ; ∫ 1/√(x(1−x)) = π; ∫∫ |x − y| = 1/3; ∫ x^−0.9 = 10.
    let ei_minus_gamma = 1.317_902_151_454_404;
    let cases = [
        ("x, y", "exp(x*y)", ei_minus_gamma),
        ("x", "1/sqrt(x*(1 - x))", PI),
        ("x, y", "abs(x - y)", 1.0 / 3.0),
        ("x", "x^-0.9", 10.0),
        (
            "x, y, z",
            "exp(x + y + z)/sqrt(x)",
            2.925_303_491_814_363 * (1f64.exp() - 1.0).powi(2),
        ),
    ];
    for name in Method::NAMES {
        for (variables, integrand, exact) in cases {
            let names: Vec<&str> = variables.split(", ").collect();
            let limits: Vec<String> = names.iter().map(|name| format!("{name} = 0..1")).collect();
            let domain = Map::identity(&names)
                .unwrap()
                .over(&limits.join(", ")[..])
                .unwrap();
            let settings = Settings::new()
                .rtol(1e-6)
                .method(Method::named(name).unwrap())
                .max_evals(2_000_000);
            let answer = domain.integrate_all(integrand, &settings).unwrap();
            let off = (answer.value - exact).abs();
            let covers = if name == "monte-carlo" { 2.0 } else { 1.0 };
            assert!(
                off <= covers * answer.error,
                "{name} {integrand}: {off:e} {answer:?}"
            );
            let must = match name {
                "auto" => true,
                "tanh-sinh" => integrand != "abs(x - y)",
                "cubature" => variables != "x, y, z" && integrand != "x^-0.9",
                _ => false,
            };
            assert!(
                !must || answer.status == Status::Converged,
                "{name} {integrand}: {answer:?}"
            );
        }
    }
}

#[test]
fn a_method_for_few_variables_says_so() {
    let names: Vec<String> = (1..=24).map(|k| format!("x{k}")).collect();
    let limits: Vec<String> = names.iter().map(|name| format!("{name} = 0..1")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let domain = Map::identity(&names)
        .unwrap()
        .over(&limits.join(", ")[..])
        .unwrap();
    for method in [Method::TanhSinh, Method::Cubature] {
        let settings = Settings::new().method(method);
        let error = domain.integrate_all("x1", &settings).unwrap_err();
        assert!(
            matches!(&error, Error::Setting { name: "method", .. }),
            "{error}"
        );
    }
}
