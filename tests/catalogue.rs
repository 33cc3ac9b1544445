//! The catalogue of named maps: what it says of each is true.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use pullback::catalogue::{self, Entry};
use pullback::domain::Misfit;
use pullback::formula::TextFault;
use pullback::nalgebra::DMatrix;
use pullback::{Domain, Error, Map, Parameters, Region, Status};

/// Numbers between 0 and 1 that look random and are the same every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        // Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A point of a region, away from its faces, where differences need room.
    fn point(&mut self, region: &Region) -> Vec<f64> {
        let mut point = Vec::new();
        for k in 0..region.dimension() {
            let [lo, hi] = region.limits_at(k, &point).unwrap();
            point.push(lo + (hi - lo) * (0.05 + 0.9 * self.next()));
        }
        point
    }

    /// Other values of the numbers that an entry takes: corners of cells move by up to a tenth of an
    /// edge, all others grow by up to a quarter.
    fn parameters(&mut self, entry: &Entry) -> Parameters {
        let is_cell = ["triangle", "quadrilateral", "hexahedron"].contains(&entry.name());
        let mut parameters = Parameters::new();
        for argument in entry.arguments().iter().filter(|a| !a.is_function()) {
            let mut only = Parameters::new();
            only.set_formula("value", argument.default_text()).unwrap();
            let value = only.values()[0];
            let other = match is_cell {
                true => value + 0.2 * self.next() - 0.1,
                false => value * (1.0 + self.next() / 4.0),
            };
            parameters.set(argument.name(), other);
        }
        parameters
    }
}

/// |det J| or √det(JᵀJ) by differences of fourth order, with the sign of det J where it has one.
fn determinant_by_differences(map: &Map, point: &[f64]) -> f64 {
    let (n, m) = (point.len(), map.targets().len());
    // The truncation is h⁴/30 times a fifth derivative, the rounding ε/h: both below 1e-12 here.
    let h = 1e-3;
    let mut matrix = DMatrix::zeros(m, n);
    for k in 0..n {
        let at = |step: f64| {
            let mut moved = point.to_vec();
            moved[k] += step;
            map.at(&moved).unwrap()
        };
        let near = at(h).into_iter().zip(at(-h));
        let far = at(2.0 * h).into_iter().zip(at(-2.0 * h));
        for (i, ((a, b), (c, d))) in near.zip(far).enumerate() {
            matrix[(i, k)] = (8.0 * (a - b) - (c - d)) / (12.0 * h);
        }
    }
    match n == m {
        true => matrix.determinant(),
        false => (matrix.transpose() * &matrix).determinant().sqrt(),
    }
}

/// The value of a formula of the variables and the parameters of a map.
fn value(text: &str, map: &Map, point: &[f64]) -> f64 {
    let mut known = map.parameters().clone();
    for (name, value) in map.variables().iter().zip(point) {
        known.set(name, *value);
    }
    known.set_formula("value", text).unwrap();
    *known.values().last().unwrap()
}

#[test]
fn determinants_are_those_of_the_formulas_at_random_points() {
    let mut random = Random(1);
    for entry in catalogue::all() {
        let named = catalogue::read(entry.name()).unwrap();
        for round in 0..8 {
            let given = match round {
                0 => Parameters::new(),
                _ => random.parameters(entry),
            };
            let map = named.map(&given).unwrap();
            let point = random.point(&named.region(&given).unwrap());
            let computed = map.jacobian().unwrap().determinant_at(&point).unwrap();
            let differences = determinant_by_differences(&map, &point);
            // Ten factors of differences, each right to 1e-12 of the largest entry, and angles near
            // an axis make the determinant small against its entries.
            let scale = differences.abs().max(1e-3);
            assert!(
                (computed - differences).abs() <= 1e-8 * scale,
                "{}: {computed} is not {differences} at {point:?}",
                entry.name()
            );
            if let Some(text) = named.determinant() {
                let written = value(&text, &map, &point);
                // Rounding of some tens of operations.
                assert!(
                    (written - computed).abs() <= 1e-13 * computed.abs().max(1e-3),
                    "{}: {text} is {written}, not {computed} at {point:?}",
                    entry.name()
                );
            }
        }
    }
}

#[test]
fn determinants_are_written_as_the_program_writes_them() {
    // But for the order of terms and factors.
    let letters = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    for entry in catalogue::all() {
        let named = catalogue::read(entry.name()).unwrap();
        let Some(written) = named.determinant() else {
            continue;
        };
        let domain = named.over_defaults(&Parameters::new()).unwrap();
        let (_, computed) = domain.determinant().unwrap();
        assert_eq!(
            letters(&written),
            letters(&computed),
            "{}: {written} and {computed}",
            entry.name()
        );
    }
}

#[test]
fn measures_are_the_integrals_over_the_default_limits() {
    let mut random = Random(2);
    for entry in catalogue::all() {
        let named = catalogue::read(entry.name()).unwrap();
        for round in 0..2 {
            let mut given = match round {
                0 => Parameters::new(),
                _ => random.parameters(entry),
            };
            if entry.name() == "superellipse" {
                // Another exponent makes kinks of which the integral takes long.
                given.set("p", 4.0);
            }
            let formula = named.measure_value(&given).unwrap().unwrap();
            let domain = named.over_defaults(&given).unwrap();
            let integral = domain.measure().unwrap();
            assert_eq!(
                integral.status,
                Status::Converged,
                "{}: {integral:?}",
                entry.name()
            );
            // The tolerance of the integral.
            assert!(
                (integral.value - formula).abs() <= 1e-10 * formula,
                "{}: {} is {formula}, not {}",
                entry.name(),
                entry.measure(),
                integral.value
            );
        }
    }
}

#[test]
fn determinants_have_one_sign_and_names_and_lines_are_short() {
    let mut random = Random(3);
    for entry in catalogue::all() {
        assert_eq!(catalogue::find(entry.name()).unwrap().name(), entry.name());
        assert!(catalogue::is_name(entry.name()));
        assert!(entry.about().chars().count() <= 100, "{}", entry.about());
        let named = catalogue::read(entry.name()).unwrap();
        let map = named.map(&Parameters::new()).unwrap();
        let (jacobian, region) = (map.jacobian().unwrap(), named.region(&Parameters::new()));
        for _ in 0..50 {
            let point = random.point(region.as_ref().unwrap());
            let determinant = jacobian.determinant_at(&point).unwrap();
            assert!(determinant > 0.0, "{} at {point:?}", entry.name());
        }
    }
}

#[test]
fn inner_points_have_images_of_their_own() {
    let mut random = Random(4);
    for entry in catalogue::all() {
        let domain = catalogue::read(entry.name()).unwrap();
        let domain = domain.over_defaults(&Parameters::new()).unwrap();
        let points: Vec<Vec<f64>> = (0..200).map(|_| random.point(domain.region())).collect();
        let images: Vec<Vec<f64>> = points.iter().map(|p| domain.map().at(p).unwrap()).collect();
        let distance = |a: &[f64], b: &[f64]| {
            let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
            squares.sum::<f64>().sqrt()
        };
        for i in 0..points.len() {
            for j in 0..i {
                let (between, apart) = (
                    distance(&images[i], &images[j]),
                    distance(&points[i], &points[j]),
                );
                // No map here shrinks distances of inner points so far, but the tips of simplices and
                // the axes of balls in many dimensions.
                let least = if points[i].len() > 3 { 1e-12 } else { 1e-5 };
                assert!(between > least * apart, "{}", entry.name());
            }
        }
    }
}

#[test]
fn arguments_in_parentheses_take_the_place_of_defaults() {
    let area = |text: &str| {
        let domain = catalogue::read(text)
            .unwrap()
            .over_defaults(&Parameters::new());
        domain.unwrap().measure().unwrap().value
    };
    for (text, exact) in [
        ("elliptic(5, 2)", 10.0 * std::f64::consts::PI),
        ("elliptic( 2*sqrt(4),1 )", 4.0 * std::f64::consts::PI),
        ("between(0, 1 - x^2)", 2.0 / 3.0),
        ("star(2)", 4.0 * std::f64::consts::PI),
        ("triangle(0,0, 4,0, 4,3)", 6.0),
        ("quadrilateral(0,0, 2,0, 3,2, 0,1)", 3.5),
        ("coons(2*u, 0, 2, 3*v, 2*u, 3, 0, 3*v)", 6.0),
        ("ball-4(2)", 8.0 * std::f64::consts::PI.powi(2)),
        ("polar()", std::f64::consts::PI),
    ] {
        // The tolerance of the integral.
        assert!(
            (area(text) - exact).abs() <= 1e-10 * exact,
            "{text}: {}",
            area(text)
        );
    }
    let parabola = catalogue::read("between(x^2, 1)").unwrap();
    assert_eq!(parabola.determinant().as_deref(), Some("1 - x^2"));
    assert_eq!(parabola.measure(), None);
}

#[test]
fn given_parameters_override_defaults_and_may_be_used_by_arguments() {
    let mut given = Parameters::new();
    given.parse("b = 4, c = 2").unwrap();
    let ellipse = catalogue::read("elliptic").unwrap();
    let parameters = ellipse.parameters(&given).unwrap();
    let all: Vec<(&str, f64)> = parameters.iter().collect();
    assert_eq!(all, [("b", 4.0), ("c", 2.0), ("a", 3.0)]);
    let torus = catalogue::read("torus(c*b, c)").unwrap();
    let area = torus.measure_value(&given).unwrap().unwrap();
    assert_eq!(area, 4.0 * std::f64::consts::PI.powi(2) * 16.0);
    let twice = catalogue::read("elliptic(1, 2)").unwrap().map(&given);
    assert!(matches!(twice, Err(Error::Shape(Misfit::TwoValues { name })) if name == "b"));
}

#[test]
fn faults_have_their_places() {
    let fault = |text: &str| match catalogue::read(text).and_then(|n| n.map(&Parameters::new())) {
        Err(Error::Text { text, span, fault }) => (text[span].trim().to_owned(), fault),
        other => panic!("{other:?}"),
    };
    let (marked, unknown) = fault(" sperical");
    assert_eq!(marked, "sperical");
    assert_eq!(unknown.help().unwrap(), "did you mean `spherical`?");
    assert!(
        fault("nothing")
            .1
            .help()
            .unwrap()
            .starts_with("the maps are: affine")
    );
    let (marked, count) = fault("triangle(0, 0, 1)");
    assert_eq!(marked, "triangle(0, 0, 1)");
    assert!(
        count
            .to_string()
            .contains("6 arguments, x1, y1, x2, y2, x3, y3; found 3")
    );
    assert!(
        fault("polar(1)")
            .1
            .to_string()
            .contains("takes no arguments; found 1")
    );
    assert_eq!(fault("between(x, y)").0, "y");
    assert_eq!(fault("between(x^, x)").0, "");
    assert_eq!(fault("elliptic(3, r)").0, "r");
    assert_eq!(fault("elliptic(3,)").0, "");
    assert_eq!(fault("elliptic(3, 2").0, "(");
    assert!(matches!(fault("x + y").1, TextFault::NotAName { .. }));
    for (text, why) in [
        ("torus(1, 2)", "at most R"),
        ("ball-3(0)", "must be positive"),
        (
            "coons(u, 0, 1, v, u, 1, 1/2, v)",
            "bottom at 0 and left at 0",
        ),
        ("coons(u, 0, 1, 2*v, u, 1, 0, v)", "top at 1 and right at 1"),
    ] {
        let error = Map::catalogued(text).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}
