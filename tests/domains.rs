//! Every kind of domain has the same integrals, with the same survey and warnings; domains of several
//! parts are domains too.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::{PI, TAU};

use pullback::domain::{Pullback, Sign};
use pullback::{
    Domain, DualMap, Error, Estimate, Integrands, Map, MappedRegion, OwnJacobian, Settings, Status,
};

fn polar() -> Map {
    let polar = Map::new(|[r, t]| [r * t.cos(), r * t.sin()]).unwrap();
    polar.named(["r", "t"], ["x", "y"]).unwrap()
}

fn polar_code(u: &[f64], x: &mut [f64], jacobian: &mut [f64]) {
    let (sin, cos) = u[1].sin_cos();
    x.copy_from_slice(&[u[0] * cos, u[0] * sin]);
    jacobian.copy_from_slice(&[cos, -u[0] * sin, sin, u[0] * cos]);
}

/// A domain that is made of others.
struct Both(MappedRegion, MappedRegion);

impl Domain for Both {
    fn variables(&self) -> &[String] {
        self.0.map().variables()
    }

    fn targets(&self) -> &[String] {
        self.0.map().targets()
    }

    fn pull_back<'a>(&'a self, integrands: &'a Integrands<'a>) -> Result<Pullback<'a>, Error> {
        let other = self.1.pull_back(integrands)?;
        Ok(self.0.pull_back(integrands)?.and(other))
    }
}

#[track_caller]
fn assert_right(answer: &Estimate, truths: &[f64]) {
    assert_eq!(answer.status, Status::Converged, "{answer:?}");
    assert_eq!(answer.values.len(), truths.len());
    for ((value, error), truth) in answer.values.iter().zip(&answer.errors).zip(truths) {
        // An error of 0 is one below the least double; the truth is rounded.
        let rounding = f64::EPSILON * truth.abs();
        assert!((value - truth).abs() <= error + rounding, "{answer:?}");
    }
}

/// 1, x² and x²y² over the unit disk.
const MOMENTS: [f64; 3] = [PI, PI / 4.0, PI / 24.0];

#[test]
fn a_map_that_is_code_takes_closures_texts_and_code_with_several_values() {
    let own = OwnJacobian::new(2, 2, polar_code);
    let disk = own.over([0.0..1.0, 0.0..TAU]).unwrap();
    let settings = Settings::default();
    let code = |x: &[f64], out: &mut [f64]| {
        out.copy_from_slice(&[1.0, x[0] * x[0], (x[0] * x[1]).powi(2)]);
    };
    for answer in [
        disk.integrals(|[x, y]| [x.powi(0), x * x, (x * y).powi(2)]),
        disk.integrals_with(|[x, y]| [x.powi(0), x * x, (x * y).powi(2)], &settings),
        disk.integrate_text(&["1", "x1^2", "(x1*x2)^2"]),
        disk.integrals_fn(3, code, &settings),
    ] {
        assert_right(&answer.unwrap(), &MOMENTS);
    }
    // Variables as well as targets: u1 is the radius.
    let answer = disk.integrate_text("u1*x1^2").unwrap();
    assert_right(&answer, &[PI / 5.0]);
}

#[test]
fn code_and_formulas_have_the_same_survey_and_warnings() {
    let (twice, settings) = ([0.0..1.0, 0.0..-TAU], Settings::default());
    let own = OwnJacobian::new(2, 2, polar_code);
    let code = own.over(twice.clone()).unwrap();
    let unnamed = Map::new(|[r, t]| [r * t.cos(), r * t.sin()]).unwrap();
    let formulas = unnamed.over(twice).unwrap();
    let one = |_: &[f64], out: &mut [f64]| out.fill(1.0);
    let answers = [
        code.integrals_fn(2, one, &settings).unwrap(),
        code.integrals(|[x, _]| [x, x]).unwrap(),
        formulas.integrals_fn(2, one, &settings).unwrap(),
        formulas.integrals(|[x, _]| [x, x]).unwrap(),
    ];
    for answer in &answers {
        assert_eq!(answer.jacobian.sign, Sign::Positive);
        assert_eq!(answer.warnings.len(), 1, "{:?}", answer.warnings);
        assert!(
            answer.warnings[0].contains("swapped"),
            "{:?}",
            answer.warnings
        );
    }
}

#[test]
fn a_domain_of_two_parts_is_their_union() {
    let half = |limits: &str| polar().over(limits).unwrap();
    let disk = Both(half("r = 0..1, t = 0..pi"), half("r = 0..1, t = pi..2*pi"));
    let disk: &dyn Domain = &disk;
    let answer = disk.integrate_text(&["1", "x^2", "x^2*y^2"]).unwrap();
    assert_right(&answer, &MOMENTS);
    assert_eq!(answer.jacobian.sign, Sign::Positive);
    // The second part alone is not defined at y < −0.5; there the address is that of the second.
    let answer = disk.integrate(|[_, y]| (y + 0.5).sqrt()).unwrap();
    assert_eq!(answer.status, Status::Nonfinite);
    assert!(
        answer.reasons[0].to_string().contains("y = -0."),
        "{:?}",
        answer.reasons
    );
}

#[test]
fn integrands_of_another_domain_are_an_error() {
    let square = Map::parse("x = u, y = v")
        .unwrap()
        .over("u = 0..1, v = 0..1")
        .unwrap();
    let line = Map::parse("x = u").unwrap().over("u = 0..1").unwrap();
    let of_line = line.parse(&["x"]).unwrap();
    let error = square
        .integrate_all(&of_line, &Settings::default())
        .unwrap_err();
    assert!(matches!(error, Error::Shape { .. }), "{error}");
    let none = Integrands::code(0, |_, _| {});
    let error = square
        .integrate_all(&none, &Settings::default())
        .unwrap_err();
    assert!(matches!(error, Error::Shape { .. }), "{error}");
}

#[test]
fn dual_numbers_take_closures_too() {
    let dual = DualMap::<_, 2, 2>::new(|u| {
        use num_dual::DualNum;
        nalgebra::SVector::from([u[0] * u[1].cos(), u[0] * u[1].sin()])
    });
    let disk = dual.over([0.0..1.0, 0.0..TAU]).unwrap();
    assert_right(&disk.integrate(|[x, _]| x * x).unwrap(), &[PI / 4.0]);
}
