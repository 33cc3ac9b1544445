//! Determinants as texts: those of the catalogue, derived from its formulas, are what the table in
//! `docs/determinants.md` says, and a text has the value of the determinant.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::fmt::Write as _;

use pullback::catalogue::{self, NamedMap};
use pullback::{Map, Parameters};

mod cases;

use cases::SplitMix;
use cases::tree::{INPUTS, Tree};

/// The table, from the root of the repository.
const TABLE: &str = "docs/determinants.md";

/// A longer text is not shown.
const LONGEST: usize = 160;

/// Where a text is not the reference, and why.
const NOTES: &[(&str, &str)] = &[
    ("hyperbolic", "also for negative u and v"),
    ("star", "over a common denominator"),
    ("triangle", "the cross product multiplied out"),
    ("quadrilateral", "not found: the difference of two products"),
];

/// The value of a formula of the variables and the parameters of a map.
fn value(text: &str, map: &Map, point: &[f64]) -> f64 {
    let mut known = map.parameters().clone();
    for (name, value) in map.variables().iter().zip(point) {
        known.set(name, *value);
    }
    known.set_formula("value", text).unwrap();
    *known.values().last().unwrap()
}

/// The map of an entry by its formulas alone.
fn by_formulas(named: &NamedMap) -> Map {
    let named_map = named.map(&Parameters::new()).unwrap();
    let equations: Vec<(&str, &str)> = named
        .equations()
        .iter()
        .map(|(target, text)| (target.as_str(), text.as_str()))
        .collect();
    let variables: Vec<&str> = named_map.variables().iter().map(String::as_str).collect();
    Map::from_equations(&equations, &variables, named_map.parameters()).unwrap()
}

/// Whether two texts differ in the order of terms and factors alone, as far as their letters tell.
fn are_alike(a: &str, b: &str) -> bool {
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    letters(a) == letters(b)
}

/// The table as it should be.
fn table() -> String {
    let mut table = String::from(
        "# Determinants of the catalogue\n\n\
         What `Jacobian::determinant` writes for the formulas of each named map, beside the form that\n\
         textbooks have and the catalogue keeps. Derived without the latter; made, and held to the\n\
         program, by `PULLBACK_WRITE=1 cargo test --test determinants`. √det(JᵀJ) for curves and\n\
         surfaces.\n\n\
         | map | derived | reference | remark |\n| --- | --- | --- | --- |\n",
    );
    for entry in catalogue::all() {
        let named = catalogue::read(entry.name()).unwrap();
        let derived = by_formulas(&named).jacobian().unwrap().determinant();
        let reference = named.determinant();
        let note = NOTES.iter().find(|(name, _)| *name == entry.name());
        let remark = match (&reference, note) {
            (Some(reference), None) => {
                let message = format!("{}: {derived} for {reference}, not noted", entry.name());
                assert!(are_alike(&derived, reference), "{message}");
                ""
            }
            (Some(reference), Some((_, note))) => {
                assert!(!are_alike(&derived, reference), "{} is noted", entry.name());
                note
            }
            (None, _) => "none in textbooks",
        };
        let shown = match derived.chars().count() {
            count if count > LONGEST => format!("{count} characters"),
            _ => format!("`{derived}`"),
        };
        let reference = reference.map_or_else(|| "—".to_owned(), |text| format!("`{text}`"));
        let name = entry.name();
        writeln!(table, "| {name} | {shown} | {reference} | {remark} |").unwrap();
    }
    table
}

#[test]
fn the_table_of_the_catalogue_is_what_the_program_writes() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    let table = table();
    if std::env::var_os("PULLBACK_WRITE").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    for (written, found) in written.lines().zip(table.lines()) {
        assert_eq!(written, found);
    }
    assert_eq!(written.lines().count(), table.lines().count());
}

#[test]
fn the_texts_of_the_catalogue_have_the_values_of_the_references() {
    let mut random = SplitMix(20);
    for entry in catalogue::all() {
        let named = catalogue::read(entry.name()).unwrap();
        let map = by_formulas(&named);
        let jacobian = map.jacobian().unwrap();
        let derived = jacobian.determinant();
        let region = named.region(&Parameters::new()).unwrap();
        for _ in 0..5 {
            let mut point = Vec::new();
            for k in 0..region.dimension() {
                let [lo, hi] = region.limits_at(k, &point).unwrap();
                point.push(random.within(lo, hi));
            }
            let found = value(&derived, &map, &point);
            let reference = named.determinant();
            let expected = match reference {
                Some(text) => value(&text, &map, &point),
                None => jacobian.determinant_at(&point).unwrap(),
            };
            // Some tens of roundings, and differences of products of size 1.
            assert!(
                (found - expected).abs() <= 1e-12 * expected.abs().max(1e-3),
                "{}: {derived} is {found}, not {expected}, at {point:?}",
                entry.name()
            );
        }
    }
}

#[test]
fn texts_are_those_of_textbooks() {
    for (map, expected) in [
        ("x = u/(u^2 + v^2), y = -v/(u^2 + v^2)", "1/(u^2 + v^2)^2"),
        (
            "x = 2*sinh(t)/(cosh(t) - cos(s)), y = 2*sin(s)/(cosh(t) - cos(s))",
            "-4/(cosh(t) - cos(s))^2",
        ),
        ("x = sqrt(u/v), y = sqrt(u*v)", "1/(2*abs(v))"),
        ("x = u/(1 + v), y = u*v/(1 + v)", "u/(v + 1)^2"),
        ("x = tan(u), y = v/cos(u)", "1/cos(u)^3"),
        ("x = 1/(1 + exp(-u)), y = v", "exp(u)/(exp(u) + 1)^2"),
        (
            "x = exp(-u^2)*v, y = exp(-u^2)*u",
            "exp(-2*u^2)*(2*u^2 - 1)",
        ),
        (
            "x = 2*u/(1 + u^2 + v^2), y = 2*v/(1 + u^2 + v^2), z = (u^2 + v^2 - 1)/(1 + u^2 + v^2)",
            "4/(u^2 + v^2 + 1)^2",
        ),
        (
            "x = u - u^3/3 + u*v^2, y = v - v^3/3 + v*u^2, z = u^2 - v^2",
            "(u^2 + v^2 + 1)^2",
        ),
        (
            "x = u/(u^2 + v^2 + w^2), y = v/(u^2 + v^2 + w^2), z = w/(u^2 + v^2 + w^2)",
            "-1/(u^2 + v^2 + w^2)^3",
        ),
        ("x = 0.5*u + 0.25*v^2, y = v", "0.5"),
    ] {
        let map = Map::parse(map).unwrap();
        assert_eq!(map.jacobian().unwrap().determinant(), expected);
    }
}

#[test]
fn a_text_has_the_value_of_the_determinant() {
    let mut random = SplitMix(21);
    let mut compared = 0;
    for round in 0..1500 {
        let [x, y] = [(), ()].map(|()| Tree::random(&mut random, 3, round % 2 == 0).text());
        let equations = [
            ("x", x.as_str()),
            ("y", y.as_str()),
            ("z", "u*v*w + u - v^2 + w"),
        ];
        // Every third map is a surface.
        let variables = if round % 3 == 0 {
            &INPUTS[..2]
        } else {
            &INPUTS[..]
        };
        let mut parameters = Parameters::new();
        if variables.len() == 2 {
            parameters.set("w", 1.25);
        }
        let map = Map::from_equations(&equations, variables, &parameters).unwrap();
        // Trigamma has no derivative.
        let Ok(jacobian) = map.jacobian() else {
            continue;
        };
        let text = jacobian.determinant();
        for _ in 0..3 {
            let point: Vec<f64> = variables.iter().map(|_| random.within(-2.0, 2.0)).collect();
            let expected = jacobian.determinant_at(&point).unwrap();
            // NaN is left out too; beyond, products may overflow on the way.
            if !(1e-100..1e100).contains(&expected.abs()) {
                continue;
            }
            compared += 1;
            let found = value(&text, &map, &point);
            let nearby: Vec<f64> = point.iter().map(|x| x * (1.0 + 1e-11)).collect();
            let moved = (jacobian.determinant_at(&nearby).unwrap() - expected).abs();
            // 1e-9 of the value, and where the formula is ill-conditioned what 1e-9 of the point does.
            assert!(
                (found - expected).abs() <= 1e-9 * expected.abs() + 100.0 * moved,
                "x = {x}, y = {y} at {point:?}: {text} is {found:e}, not {expected:e}"
            );
        }
    }
    assert!(compared > 500, "only {compared} could be compared");
}
