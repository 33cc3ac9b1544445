//! Determinants as texts: those of the catalogue, derived from its formulas, are what the table in
//! `docs/determinants.md` says, and a text has the value of the determinant.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::fmt::Write as _;

use pullback::catalogue::{self, NamedMap};
use pullback::{Domain, Map, Parameters};

mod cases;

use cases::SplitMix;
use cases::tree::{INPUTS, Tree};

/// The table, from the root of the repository.
const TABLE: &str = "docs/determinants.md";

/// A longer text is not shown.
const LONGEST: usize = 160;

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
         What `Domain::determinant` writes for the formulas of each named map over its default limits,\n\
         beside the form that textbooks have and the catalogue keeps. Derived without the latter; made,\n\
         and held to the program, by `PULLBACK_WRITE=1 cargo test --test determinants`. √det(JᵀJ) for\n\
         curves and surfaces.\n\n\
         | map | derived | reference | remark |\n| --- | --- | --- | --- |\n",
    );
    for entry in catalogue::all() {
        let named = catalogue::read(entry.name()).unwrap();
        let derived = by_formulas(&named).over(named.region(&Parameters::new()).unwrap());
        let (_, derived) = derived.unwrap().determinant().unwrap();
        let reference = named.determinant();
        let remark = match &reference {
            Some(reference) => {
                let message = format!("{}: {derived} for {reference}", entry.name());
                assert!(are_alike(&derived, reference), "{message}");
                ""
            }
            None => "none in textbooks",
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
        let jacobian = map.jacobian().unwrap();
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

/// A sum of products of a, b, c with k, l, m, multiplied out: a matrix of rank 1 or 2, one of a
/// determinant of two rows, or any.
fn bilinear_form(random: &mut SplitMix, round: usize) -> String {
    let mut whole = || random.within(-2.5, 2.5).round();
    let [p, q, r, s] = [(); 4].map(|()| [(); 3].map(|()| whole()));
    let at = |i: usize, j: usize| match round % 4 {
        0 => p[i] * q[j],
        1 => p[i] * q[j] + r[i] * s[j],
        2 => p[i] * q[j] - q[i] * p[j],
        _ => [p, q, r][i][j],
    };
    let mut text = String::from("0");
    for (i, x) in ["a", "b", "c"].iter().enumerate() {
        for (j, y) in ["k", "l", "m"].iter().enumerate() {
            write!(text, " + ({})*{x}*{y}", at(i, j)).unwrap();
        }
    }
    text
}

#[test]
fn sums_of_products_of_coordinates_keep_their_values() {
    let mut random = SplitMix(22);
    let mut with_products = 0;
    for round in 0..200 {
        let [f, g] = [(); 2].map(|()| bilinear_form(&mut random, round));
        let mut parameters = Parameters::new();
        for name in ["a", "b", "c", "k", "l", "m"] {
            parameters.set(name, random.within(-2.0, 2.0));
        }
        let x = format!("u*({f}) + u*v*({g})");
        let map = Map::from_equations(&[("x", &x), ("y", "v")], &["u", "v"], &parameters).unwrap();
        let jacobian = map.jacobian().unwrap();
        let text = jacobian.determinant();
        with_products += usize::from(text.contains(")*("));
        let point = [random.within(-2.0, 2.0), random.within(-2.0, 2.0)];
        let expected = jacobian.determinant_at(&point).unwrap();
        let found = value(&text, &map, &point);
        // Some tens of roundings of terms of size 100.
        assert!(
            (found - expected).abs() <= 1e-12,
            "{x}: {text} is {found}, not {expected}"
        );
    }
    // Those of three of four kinds, but for zeros.
    assert!(with_products > 100, "only {with_products} have products");
}

#[test]
fn limits_give_signs() {
    for (map, limits, expected) in [
        (
            "x = sqrt(u/v), y = sqrt(u*v)",
            "u = 1..2, v = 1..u",
            "1/(2*v)",
        ),
        (
            "x = sqrt(u/v), y = sqrt(u*v)",
            "u = -2..-1, v = -3..u",
            "-1/(2*v)",
        ),
        (
            "x = sqrt(u/v), y = sqrt(u*v)",
            "u = 1..2, v = 2..1",
            "1/(2*v)",
        ),
        (
            "x = sqrt(u/v), y = sqrt(u*v)",
            "v = 1..2, u = -v..v",
            "-1/(2*v)",
        ),
        (
            "x = sqrt(u/v), y = sqrt(u*v)",
            "u = 1..2, v = 0..inf",
            "1/(2*v)",
        ),
        (
            "x = sqrt(u/v), y = sqrt(u*v)",
            "u = 1..2, v = -1..1",
            "1/(2*abs(v))",
        ),
        ("x = u*abs(v - 1), y = v", "u = 0..1, v = 0..1", "1 - v"),
        (
            "x = sin(t)*cos(p), y = sin(t)*sin(p), z = cos(t)",
            "t = 0..pi, p = 0..2*pi",
            "sin(t)",
        ),
        (
            "x = sin(t)*cos(p), y = sin(t)*sin(p), z = cos(t)",
            "t = -pi..pi, p = 0..2*pi",
            "abs(sin(t))",
        ),
    ] {
        let domain = Map::parse(map).unwrap().over(limits).unwrap();
        let (_, found) = domain.determinant().unwrap();
        assert_eq!(found, expected, "{map} over {limits}");
    }
}

#[test]
fn cross_products_are_found() {
    let mut parameters = Parameters::new();
    let corners = "x1 = 0, y1 = 0, x2 = 1, y2 = 0, x3 = 1, y3 = 2";
    parameters.parse(corners).unwrap();
    let map = "x = x1 + u*(x2 - x1) + v*(x3 - x1), y = y1 + u*(y2 - y1) + v*(y3 - y1)";
    let map = Map::parse_with(map, &["u", "v"], &parameters).unwrap();
    assert_eq!(
        map.jacobian().unwrap().determinant(),
        "(x2 - x1)*(y3 - y1) - (x3 - x1)*(y2 - y1)"
    );
}
