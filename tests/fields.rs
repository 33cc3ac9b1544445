//! Work and flux of vector fields, against the theorems of Green, Stokes and Gauss on random polynomial
//! fields, whose derivatives are made by the power rule, and against potentials.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::domain::Misfit;
use pullback::{Error, Estimate, Map, MappedRegion, Settings};

mod cases;

use cases::SplitMix;

/// Coefficients and exponents of the terms of a polynomial in x, y and z.
#[derive(Clone)]
struct Polynomial(Vec<(f64, [i32; 3])>);

impl Polynomial {
    /// All terms of up to degree 3, without z in the plane.
    fn random(random: &mut SplitMix, variables: usize) -> Self {
        let mut terms = Vec::new();
        for k in 0..64 {
            let exponents = [k / 16, k / 4 % 4, k % 4];
            let is_right = exponents.iter().sum::<i32>() <= 3;
            if is_right && exponents[variables..].iter().all(|e| *e == 0) {
                terms.push((random.within(-1.0, 1.0), exponents));
            }
        }
        Polynomial(terms)
    }

    fn slope(&self, along: usize) -> Self {
        let terms = self.0.iter().filter(|(_, e)| e[along] > 0);
        let term = |(c, e): &(f64, [i32; 3])| {
            let mut lower = *e;
            lower[along] -= 1;
            (c * f64::from(e[along]), lower)
        };
        Polynomial(terms.map(term).collect())
    }

    fn minus(&self, other: &Self) -> Self {
        let turned = other.0.iter().map(|(c, e)| (-c, *e));
        Polynomial(self.0.iter().copied().chain(turned).collect())
    }

    fn text(&self) -> String {
        let term = |(c, [i, j, k]): &(f64, [i32; 3])| match *k {
            0 => format!("({c:?})*x^{i}*y^{j}"),
            _ => format!("({c:?})*x^{i}*y^{j}*z^{k}"),
        };
        let terms: Vec<String> = self.0.iter().map(term).collect();
        terms.join(" + ")
    }
}

fn over(map: &str, limits: &str) -> MappedRegion {
    Map::parse(map).unwrap().over(limits).unwrap()
}

/// Both within their claimed errors of each other.
fn assert_equal(one: &Estimate, other: &Estimate) {
    let near = one.error + other.error;
    assert!(
        (one.value - other.value).abs() <= near,
        "{one} is not {other}"
    );
    assert!(near < 1e-10, "{one}, {other}");
}

#[test]
fn work_around_a_region_is_the_curl_inside() {
    let mut random = SplitMix(3);
    let circle = over("x = 2*cos(t) + cos(2*t)/3, y = sin(t)", "t = 0..2*pi");
    let inside = circle.interior().unwrap();
    for _ in 0..5 {
        let [p, q] = [0, 1].map(|_| Polynomial::random(&mut random, 2));
        let work = circle.work_text(&[p.text(), q.text()]).unwrap();
        let curl = inside
            .integrate_text(&q.slope(0).minus(&p.slope(1)).text())
            .unwrap();
        assert_equal(&work, &curl);
    }
}

#[test]
fn work_around_a_surface_is_the_flux_of_the_curl() {
    let mut random = SplitMix(4);
    let saddle = "x = r*cos(t), y = r*sin(t), z = r^2*cos(2*t)";
    let surface = over(saddle, "r = 0..1, t = 0..2*pi");
    let edge = over("x = cos(t), y = sin(t), z = cos(2*t)", "t = 0..2*pi");
    for _ in 0..4 {
        let field = [0, 1, 2].map(|_| Polynomial::random(&mut random, 3));
        let texts = field.clone().map(|f| f.text());
        let curl = [(1, 2), (2, 0), (0, 1)]
            .map(|(i, j)| field[j].slope(i).minus(&field[i].slope(j)).text());
        let (work, flux) = (
            edge.work_text(&texts).unwrap(),
            surface.flux_text(&curl).unwrap(),
        );
        assert_equal(&work, &flux);
    }
}

#[test]
fn flux_through_a_closed_surface_is_the_divergence_inside() {
    let mut random = SplitMix(5);
    let ball = "x = s*2*sin(p)*cos(t), y = s*sin(p)*sin(t), z = s*cos(p)";
    let inside = over(ball, "s = 0..1, p = 0..pi, t = 0..2*pi");
    let shell = over(&ball.replace("s*", ""), "p = 0..pi, t = 0..2*pi");
    for _ in 0..4 {
        let field = [0, 1, 2].map(|_| Polynomial::random(&mut random, 3));
        let slopes = [0, 1, 2].map(|k| field[k].slope(k));
        let terms: Vec<_> = slopes.into_iter().flat_map(|slope| slope.0).collect();
        let divergence = inside.integrate_text(&Polynomial(terms).text()).unwrap();
        let flux = shell.flux_text(&field.map(|f| f.text())).unwrap();
        assert_equal(&flux, &divergence);
    }
}

#[test]
fn swapped_limits_turn_the_direction() {
    let there = over("x = t, y = t^2", "t = 0..2")
        .work(|[x, y]| [y, x])
        .unwrap();
    let back = over("x = t, y = t^2", "t = 2..0")
        .work(|[x, y]| [y, x])
        .unwrap();
    // The potential xy.
    assert!((there.value - 8.0).abs() < 1e-13 && (back.value + 8.0).abs() < 1e-13);
    assert!(back.warnings.is_empty(), "{:?}", back.warnings);
    let sheet = |limits: &str| {
        let sheet = Map::parse("x = u, y = v, z = u*v")
            .unwrap()
            .over(limits)
            .unwrap();
        sheet
            .flux(|[x, y, z]| [0.0 * x, 0.0 * y, 0.0 * z + 1.0])
            .unwrap()
            .value
    };
    // The shadow of the sheet, seen from above; another order of variables turns the normal.
    let all = [
        "u = 0..2, v = 0..1",
        "u = 0..2, v = 1..0",
        "v = 0..1, u = 0..2",
        "u = 2..0, v = 1..0",
    ];
    for (limits, truth) in all.into_iter().zip([2.0, -2.0, -2.0, 2.0]) {
        assert!((sheet(limits) - truth).abs() < 1e-14, "{limits}");
    }
}

#[test]
fn fields_go_with_infinite_curves_conditions_and_code() {
    // The field of a current along the z axis, over half of a line that passes it: π/2 of a full turn.
    let line = over("x = 1 + 0*t, y = t", "t = -inf..inf");
    let field = ["-y/(x^2 + y^2)", "x/(x^2 + y^2)"];
    let turn = line.work_text(&field).unwrap();
    assert!((turn.value - PI).abs() <= turn.error.max(1e-14), "{turn}");
    let half = line.where_("y > 0").unwrap().work_text(&field).unwrap();
    assert!(
        (half.value - PI / 2.0).abs() <= half.error.max(1e-12),
        "{half}"
    );
    let circle = over("x = cos(t), y = sin(t)", "t = 0..2*pi")
        .oriented()
        .unwrap();
    let settings = Settings::default();
    let code = |x: &[f64], out: &mut [f64]| out.copy_from_slice(&[-x[1], x[0]]);
    let work = circle.integrals_fn(2, code, &settings).unwrap();
    assert_eq!(work.values.len(), 1);
    assert!(
        (work.value - 2.0 * PI).abs() <= work.error.max(1e-14),
        "{work}"
    );
    // Two components are no complex integrand here.
    assert!(
        circle
            .integrate_complex_parts(&["-y", "x"], &settings)
            .is_err()
    );
}

#[test]
fn what_has_no_direction_or_too_few_components_is_refused() {
    let misfit = |result: Result<Estimate, Error>| match result.unwrap_err() {
        Error::Shape(misfit) => misfit,
        other => panic!("{other}"),
    };
    let disk = over("x = r*cos(t), y = r*sin(t)", "r = 0..1, t = 0..1");
    let none = Misfit::NoOrientation {
        variables: 2,
        targets: 2,
    };
    assert_eq!(misfit(disk.work_text(&["x", "y"])), none);
    assert_eq!(misfit(disk.flux_text(&["x", "y"])), none);
    let curve = over("x = t, y = t", "t = 0..1");
    let few = Misfit::FieldComponents {
        given: 1,
        targets: 2,
    };
    assert_eq!(misfit(curve.work_text("x")), few);
    assert!(matches!(
        misfit(curve.flux_text("x")),
        Misfit::NoOrientation { .. }
    ));
}
