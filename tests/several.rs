//! Several pieces as one domain.

#![cfg(feature = "polygon")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::domain::Misfit;
use pullback::{Domain, Error, Map, Parameters, Pieces, Polygon, Settings};

fn over(map: &str, limits: &str) -> Box<dyn Domain> {
    Box::new(Map::parse(map).unwrap().over(limits).unwrap())
}

const POLAR: &str = "x = r*cos(t), y = r*sin(t)";

#[test]
fn integrals_and_errors_add_up() {
    let disk = Map::parse("x = 3 + cos(p), y = sin(p)")
        .unwrap()
        .over("p = 0..2*pi")
        .unwrap();
    let square = Polygon::read("(0, -3) (1, -3) (1, -2) (0, -2)").unwrap();
    let pieces: Vec<Box<dyn Domain>> = vec![
        over(POLAR, "r = 0..1, t = 0..pi"),
        Box::new(disk.interior().unwrap()),
        Box::new(square),
    ];
    let apart: Vec<_> = pieces
        .iter()
        .map(|p| p.integrate_text("x^2*exp(y)").unwrap())
        .collect();
    let whole = Pieces::new(pieces).unwrap();
    let answer = whole.integrate_text("x^2*exp(y)").unwrap();
    let (value, error) = apart
        .iter()
        .fold((0.0, 0.0), |(v, e), p| (v + p.value, e + p.error));
    assert!(
        (answer.value - value).abs() <= answer.error + error,
        "{answer} is not {value}"
    );
    let area = whole.measure().unwrap();
    assert!(
        (area.value - (1.5 * PI + 1.0)).abs() <= area.error,
        "{area}"
    );
    let code = whole.integrate_fn(|p| p[0], &Settings::default()).unwrap();
    // 0 + 3π + 1/2
    assert!(
        (code.value - (3.0 * PI + 0.5)).abs() <= code.error.max(1e-13),
        "{code}"
    );
}

#[test]
fn variables_are_seen_where_all_have_them() {
    let [inner, outer] = ["r = 0..1, t = 0..pi", "r = 2..3, t = 0..pi"].map(|l| over(POLAR, l));
    let same = Pieces::new(vec![inner, outer]).unwrap();
    // ∫ r·r dr dt
    let answer = same.integrate_text("r").unwrap();
    assert!((answer.value - 20.0 * PI / 3.0).abs() < 1e-12, "{answer}");
    let other = over("x = u, y = v", "u = 0..1, v = 0..1");
    let differ = Pieces::new(vec![over(POLAR, "r = 0..1, t = 0..pi"), other]).unwrap();
    let error = differ.integrate_text("r").unwrap_err().to_string();
    assert!(error.contains("the names here are: x, y"), "{error}");
    assert!((differ.integrate_text("y").unwrap().value - (2.0 / 3.0 + 0.5)).abs() < 1e-13);
}

#[test]
fn parameters_that_all_begin_with_are_seen() {
    let part = |parameters: &[(&str, f64)], limits: &str| -> Box<dyn Domain> {
        let mut all = Parameters::new();
        parameters
            .iter()
            .for_each(|(name, value)| all.set(name, *value));
        let map = Map::parse_with("x = a*u, y = v", &["u", "v"], &all).unwrap();
        Box::new(map.over(limits).unwrap())
    };
    let pieces = vec![
        part(&[("a", 2.0), ("b", 1.0)], "u = 0..1, v = 0..1"),
        part(&[("a", 2.0), ("b", 5.0)], "u = 1..2, v = 0..1"),
    ];
    let both = Pieces::new(pieces).unwrap();
    assert!((both.integrate_text("a*x").unwrap().value - 16.0).abs() < 1e-13);
    assert!(both.integrate_text("b").is_err());
}

#[test]
fn warnings_say_which_piece() {
    let fold = over("x = u, y = v^2", "u = 0..1, v = -1..1");
    let whole = Pieces::new(vec![over("x = u, y = v", "u = 0..1, v = 1..0"), fold]).unwrap();
    let warnings = whole.measure().unwrap().warnings;
    let said = |start: &str| warnings.iter().any(|w| w.starts_with(start));
    assert!(
        said("piece 1: the limits of `v` are swapped"),
        "{warnings:?}"
    );
    assert!(said("piece 2: det J changes sign"), "{warnings:?}");
}

#[test]
fn the_same_bits_come_from_any_number_of_threads() {
    let pieces = ["r = 0..1, t = 0..pi", "r = 2..3, t = 0..pi"].map(|l| over(POLAR, l));
    let whole = Pieces::new(pieces.into_iter().collect()).unwrap();
    let bits = |threads: usize| {
        let mut settings = Settings::default();
        settings.threads = Some(threads);
        whole
            .integrate_all("sqrt(abs(x - y))", &settings)
            .unwrap()
            .value
            .to_bits()
    };
    assert_eq!(bits(1), bits(3));
}

#[test]
fn what_does_not_add_up_is_refused() {
    let misfit = |pieces: Vec<Box<dyn Domain>>| match Pieces::new(pieces).unwrap_err() {
        Error::Shape(misfit) => misfit,
        other => panic!("{other}"),
    };
    assert_eq!(misfit(Vec::new()), Misfit::NoPieces);
    let area = || over(POLAR, "r = 0..1, t = 0..1");
    let curve = over("x = t, y = t", "t = 0..1");
    assert!(matches!(
        misfit(vec![area(), curve]),
        Misfit::PieceVariables {
            piece: 2,
            given: 1,
            first: 2
        }
    ));
    let other = over("x = u, z = v", "u = 0..1, v = 0..1");
    assert!(matches!(
        misfit(vec![area(), area(), other]),
        Misfit::PieceTargets { piece: 3, .. }
    ));
    let line = Map::parse("x = t, y = t")
        .unwrap()
        .over("t = -1..1")
        .unwrap();
    let principal: Box<dyn Domain> = Box::new(line.principal_value("t", 0.0).unwrap());
    assert_eq!(
        misfit(vec![principal]),
        Misfit::PiecePrincipalValue { piece: 1 }
    );
}
