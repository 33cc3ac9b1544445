//! Problems that cannot be worked on are errors which say why; values that are not finite are
//! reported with their place; odd regions and settings do what is documented.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::f64::consts::PI;

use pullback::domain::{Misfit, Sign};
use pullback::formula::TextFault;
use pullback::integrator::Reason;
use pullback::{
    DualMap, Error, Estimate, Map, MappedRegion, Method, OwnJacobian, Parameters, Region, Settings,
    Status,
};

const DISK: &str = "r = 0..1, t = 0..2*pi";

fn polar() -> Map {
    Map::parse("x = r*cos(t), y = r*sin(t)").unwrap()
}

fn line(map: &str, limits: &str) -> MappedRegion {
    Map::parse(map).unwrap().over(limits).unwrap()
}

fn shape<T: std::fmt::Debug>(result: Result<T, Error>) -> Misfit {
    match result {
        Err(Error::Shape(misfit)) => misfit,
        other => panic!("not an error of shape: {other:?}"),
    }
}

/// The part of the text that an error points at, and what is wrong there.
fn text<T: std::fmt::Debug>(result: Result<T, Error>) -> (String, TextFault) {
    match result {
        Err(Error::Text { text, span, fault }) => (text[span].to_owned(), fault),
        other => panic!("not an error of text: {other:?}"),
    }
}

/// What a reason says of the point at which an integrand is not finite: the variables, then the
/// targets, det J and the value.
fn point(reason: &Reason) -> (Vec<f64>, f64, f64) {
    let Reason::NotFinite {
        value,
        variables,
        targets,
        determinant,
        ..
    } = reason
    else {
        panic!("{reason}");
    };
    let all = variables.iter().chain(targets);
    (all.map(|v| v.value).collect(), *determinant, *value)
}

// What is not finite.

/// The answer must name the point in the user's variables and targets, where the integrand is not
/// finite indeed.
fn assert_names_the_point(answer: &Estimate, bad: impl Fn(f64, f64) -> bool) {
    assert_eq!(answer.status, Status::Nonfinite);
    assert!(
        answer.errors.iter().all(|e| *e == f64::INFINITY),
        "{:?}",
        answer.errors
    );
    let reason = answer
        .reasons
        .first()
        .unwrap_or_else(|| panic!("no reason"));
    let (place, det, _) = point(reason);
    let [r, t, x, y] = place[..] else {
        panic!("{reason}");
    };
    // Printed in full, so the targets follow from the variables to 2 ulp of a product and a sine.
    assert!(
        (x - r * t.cos()).abs() <= 1e-15 && (y - r * t.sin()).abs() <= 1e-15,
        "{reason}"
    );
    assert!(
        (0.0..=1.0).contains(&r) && (0.0..=2.0 * PI).contains(&t),
        "{reason}"
    );
    assert!(bad(x, y), "{reason}");
    assert!((det - r).abs() <= 1e-15, "{reason}");
}

#[test]
fn nan_is_reported_at_its_place_and_at_the_same_place_every_time() {
    let disk = polar().over(DISK).unwrap();
    let integrands = disk.parse(&["sqrt(x + 0.5)"]).unwrap();
    for method in [
        Method::Auto,
        Method::Gauss(vec![40]),
        Method::Gauss(vec![300]),
        Method::TanhSinh,
        Method::Cubature,
        Method::Qmc,
        Method::Vegas,
        Method::MonteCarlo,
    ] {
        let mut reasons: Option<String> = None;
        for threads in [Some(1), Some(2), Some(8), None, Some(8), Some(3)] {
            let settings = Settings::new().method(method.clone()).threads(threads);
            let answer = disk.integrate_all(&integrands, &settings).unwrap();
            assert_names_the_point(&answer, |x, _| x < -0.5);
            assert!(point(&answer.reasons[0]).2.is_nan(), "{answer:?}");
            // NaN is equal to nothing, but its text is.
            let said = format!("{:?}", answer.reasons);
            let known = reasons.get_or_insert(said.clone());
            assert_eq!(*known, said, "{method:?}, {threads:?} threads");
            // The same from code.
            let code = |x: &[f64]| (x[0] + 0.5).sqrt();
            let answer = disk.integrate_fn(code, &settings).unwrap();
            assert_names_the_point(&answer, |x, _| x < -0.5);
        }
    }
}

#[test]
fn infinity_is_reported_at_its_place() {
    let disk = polar().over(DISK).unwrap();
    let answer = disk.integrate_text(&["if(x*y > 0.1, inf, 1)"]).unwrap();
    assert_names_the_point(&answer, |x, y| x * y > 0.1);
    assert_eq!(point(&answer.reasons[0]).2, f64::INFINITY);
    // exp(1000) overflows.
    let answer = disk.integrate_text(&["exp(2000*x)"]).unwrap();
    assert_names_the_point(&answer, |x, _| x > 0.35);
}

#[test]
fn the_integrand_that_is_not_finite_is_named() {
    let disk = polar().over(DISK).unwrap();
    let answer = disk.integrate_text(&["x", "ln(x)", "y"]).unwrap();
    assert_names_the_point(&answer, |x, _| x < 0.0);
    let is_second = |reason: &Reason| {
        let Reason::NotFinite { output, .. } = reason else {
            return false;
        };
        *output == Some(1)
    };
    assert!(is_second(&answer.reasons[0]), "{:?}", answer.reasons);
}

#[test]
fn a_map_that_is_not_finite_is_reported() {
    let answer = line("x = u/(u - u)", "u = 0..1").measure().unwrap();
    assert_ne!(answer.status, Status::Converged, "{answer:?}");
    let own = OwnJacobian::new(1, 1, |_: &[f64], x: &mut [f64], jacobian: &mut [f64]| {
        x[0] = 0.0;
        jacobian[0] = f64::NAN;
    });
    let answer = own.over([0.0..1.0]).unwrap().measure().unwrap();
    assert_eq!(answer.status, Status::Nonfinite);
}

#[test]
fn a_map_is_not_integrated_where_it_has_no_value() {
    let answer = line("x = ln(u)", "u = -2..-1").measure().unwrap();
    assert!(
        answer.status != Status::Converged || !answer.warnings.is_empty(),
        "{answer:?}"
    );
}

#[test]
fn values_that_overflow_only_in_the_sum_are_not_converged() {
    let answer = line("x = u", "u = 0..1e10")
        .integrate_text(&["1e300"])
        .unwrap();
    assert_ne!(answer.status, Status::Converged, "{answer:?}");
}

// Regions.

#[test]
fn swapped_limits_integrate_the_same_set_with_a_warning() {
    let settings = Settings::default();
    for limits in [
        "r = 1..0, t = 0..2*pi",
        "r = 0..1, t = 2*pi..0",
        "r = 1..0, t = 2*pi..0",
    ] {
        let domain = polar().over(limits).unwrap();
        let answer = domain
            .integrate_all(&domain.parse(&["x^2"]).unwrap(), &settings)
            .unwrap();
        // ∫ x² over the disk; the tolerance is that of the settings, 10⁻¹⁰.
        assert!(
            (answer.value - PI / 4.0).abs() <= 1e-10,
            "{limits}: {}",
            answer.value
        );
        assert!(
            answer.warnings.iter().any(|w| w.contains("swapped")),
            "{:?}",
            answer.warnings
        );
        assert_eq!(answer.jacobian.sign, Sign::Positive, "{limits}");
    }
    // Swapped in a part of the region only: ∫₀¹ |1 − 2x| dx = 1/2.
    let domain = Map::identity(&["x", "y"])
        .unwrap()
        .over("x = 0..1, y = x..1 - x")
        .unwrap();
    let answer = domain.measure().unwrap();
    assert!(
        answer.warnings.iter().any(|w| w.contains("swapped")),
        "{:?}",
        answer.warnings
    );
    let honest = answer.status != Status::Converged || (answer.value - 0.5).abs() <= answer.error;
    assert!(honest, "{answer:?}");
    // Swapped infinite ones: ∫ exp(−x²) = √π.
    let answer = line("x = u", "u = inf..-inf")
        .integrate_text(&["exp(-x^2)"])
        .unwrap();
    assert!((answer.value - PI.sqrt()).abs() <= 1e-10, "{answer:?}");
    assert!(
        answer.warnings.iter().any(|w| w.contains("swapped")),
        "{:?}",
        answer.warnings
    );
}

#[test]
fn the_integral_over_an_empty_region_is_zero() {
    for (domain, what) in [
        (polar().over("r = 0..0, t = 0..1"), "first"),
        (polar().over("r = 0..1, t = 2..2"), "last"),
        (polar().over("r = 0..1, t = r..r"), "by formula"),
        (polar().over([1.0..1.0, 3.0..3.0]), "both"),
    ] {
        let answer = domain.unwrap().integrate_text(&["1/(1 + x^2)"]).unwrap();
        assert_eq!(answer.value, 0.0, "{what}");
        assert!(answer.error <= 1e-15, "{what}: {}", answer.error);
        assert_ne!(answer.status, Status::Nonfinite, "{what}");
    }
}

#[test]
fn limits_that_are_not_numbers_are_refused() {
    let ends = [f64::NAN..1.0, 0.0..f64::NAN];
    for range in ends {
        let variable = "u2".to_owned();
        assert_eq!(
            shape(Region::from_ranges(&[0.0..1.0, range])),
            Misfit::LimitNotANumber { variable }
        );
    }
    for limits in [
        "u = 0/0..1",
        "u = 0..inf - inf",
        "u = sqrt(-1)..2",
        "u = ln(-1)..2",
    ] {
        let region = Region::parse(limits).unwrap();
        let domain = Map::parse("x = u").unwrap().over(&region).unwrap();
        let variable = "u".to_owned();
        assert_eq!(
            shape(domain.measure()),
            Misfit::LimitNotANumber { variable }
        );
    }
    for limits in ["u = inf..inf", "u = -inf..-inf"] {
        let misfit = shape(line("x = u", limits).measure());
        assert!(
            matches!(&misfit, Misfit::InfiniteLimits { variable, .. } if variable == "u"),
            "{misfit}"
        );
    }
}

#[test]
fn limits_may_use_earlier_variables_only() {
    for (limits, of) in [("x = 0..y, y = 0..1", "x"), ("x = 0..1, y = 0..y", "y")] {
        let [name, variable] = ["y", of].map(str::to_owned);
        assert_eq!(
            text(Region::parse(limits)),
            ("y".to_owned(), TextFault::LaterVariable { name, variable })
        );
    }
    let closure = Region::new(|[x, y]| [(0.0.into(), y.into()), (0.0.into(), x.into())]);
    assert_eq!(
        shape(closure),
        Misfit::LaterVariable {
            variable: 1,
            uses: 2
        }
    );
    let region = Region::parse("x = 0..1, y = 0..x").unwrap();
    assert_eq!(region.limits_at(1, &[0.25]).unwrap(), [0.0, 0.25]);
    shape(region.limits_at(1, &[]));
    shape(region.limits_at(2, &[1.0, 1.0]));
}

#[test]
fn limits_go_to_variables_by_name_or_are_refused() {
    let map = Map::parse("x = u - v, y = v").unwrap();
    if let Ok(domain) = map.over("v = 0..1, u = 0..5") {
        // ∫∫ u du dv = 25/2.
        let value = domain.integrate_text(&["u"]).unwrap().value;
        assert!((value - 12.5).abs() <= 1e-9, "{value}");
    }
    assert!(
        map.over("p = 0..1, q = 0..1").is_err(),
        "limits of variables that are not there"
    );
}

#[test]
fn names_that_no_formula_can_use_are_refused() {
    let none = Parameters::new();
    let twice = [("x", "u"), ("x", "v")];
    assert!(Map::from_equations(&twice, &["u", "v"], &none).is_err());
    assert!(Region::from_limits(&[("u", ["0", "1"]), ("u", ["0", "1"])], &none).is_err());
    for names in [&["x", "x"][..], &["pi"], &[""], &["sin"], &["a b"]] {
        assert!(Map::identity(names).is_err(), "{names:?}");
        let equations = [("x", "1"), ("y", "2")];
        assert!(
            Map::from_equations(&equations, names, &none).is_err(),
            "{names:?}"
        );
    }
}

#[test]
fn divergent_integrals_do_not_converge() {
    for (map, limits, integrand) in [
        ("x = u", "u = 0..1", "1/x"),
        ("x = u", "u = -1..1", "1/x^2"),
        ("x = u", "u = 1..inf", "1/x"),
        ("x = u", "u = -inf..inf", "1"),
        ("x = u", "u = 0..1", "x^(-1.01)"),
        ("x = tan(u)", "u = 0..pi/2", "1"),
    ] {
        let domain = line(map, limits);
        let settings = Settings::new().max_evals(1_000_000);
        let integrands = domain.parse(&[integrand]).unwrap();
        let answer = domain.integrate_all(&integrands, &settings).unwrap();
        assert_ne!(
            answer.status,
            Status::Converged,
            "{integrand} over {limits}: {answer:?}"
        );
    }
}

// Maps.

#[test]
fn a_degenerate_map_has_measure_zero_and_says_so() {
    for map in [
        "x = u + v, y = 2*u + 2*v",
        "x = 0, y = 0",
        "x = u, y = 3",
        "x = u*v, y = 2*u*v",
    ] {
        let map = Map::parse_with(map, &["u", "v"], &Parameters::new()).unwrap();
        let answer = map.over("u = 0..1, v = 0..1").unwrap().measure().unwrap();
        // Zero but for the rounding of the determinant.
        assert!(answer.value.abs() <= 1e-15, "{}", answer.value);
        assert_eq!(answer.jacobian.sign, Sign::Zero);
        assert!(
            answer.warnings.iter().any(|w| w.contains("degenerate")),
            "{:?}",
            answer.warnings
        );
    }
}

#[test]
fn a_fold_is_warned_of_and_a_touched_zero_is_not() {
    let folds = |map: &str, limits: &str| {
        let answer = line(map, limits).measure().unwrap();
        (
            answer.jacobian.sign,
            answer.warnings.iter().any(|w| w.contains("folds")),
        )
    };
    assert_eq!(
        folds("x = u^2, y = v", "u = -1..1, v = 0..1"),
        (Sign::Changes, true)
    );
    assert_eq!(
        folds("x = u^3, y = v", "u = -1..1, v = 0..1"),
        (Sign::Positive, false)
    );
    assert_eq!(
        folds("x = v, y = u^3", "v = -1..1, u = 0..1"),
        (Sign::Positive, false)
    );
    assert_eq!(
        folds("x = -u, y = v^3", "u = -1..1, v = -1..1"),
        (Sign::Negative, false)
    );
    let disk = "r = 0..1, t = 0..2*pi";
    assert_eq!(
        folds("x = r*cos(t), y = r*sin(t)", disk),
        (Sign::Positive, false)
    );
}

#[test]
fn maps_of_the_wrong_shape_are_refused() {
    let fewer = |variables, targets| Misfit::TooFewTargets { variables, targets };
    let over = |map: Map, limits: &str| shape(map.over(limits));
    let sum = Map::parse("x = u + v").unwrap();
    assert_eq!(over(sum, "u = 0..1, v = 0..1"), fewer(2, 1));
    let two = Map::new(|[u, v, w]| [u * v, w]).unwrap();
    assert_eq!(over(two, "u = 0..1, v = 0..1, w = 0..1"), fewer(3, 2));
    assert_eq!(shape(Map::traced(2, |_| Vec::new())), Misfit::NoTargets);
    assert_eq!(shape(Map::parse("x = 2")), Misfit::NoVariables);
    assert_eq!(shape(Map::identity(&[])), Misfit::NoVariables);
    let limits = |given| Misfit::Limits {
        given,
        variables: 2,
    };
    assert_eq!(shape(polar().over("r = 0..1")), limits(1));
    assert_eq!(
        shape(polar().over([0.0..1.0, 0.0..1.0, 0.0..1.0])),
        limits(3)
    );
    shape(polar().at(&[1.0]));
    shape(polar().jacobian().unwrap().at(&[1.0, 2.0, 3.0]));
    shape(polar().jacobian().unwrap().determinant_at(&[]));
    shape(polar().then(&Map::parse("p = u").unwrap()));
    shape(polar().named(["a"], ["x", "y"]));
    shape(polar().named(["a", "a"], ["x", "y"]));
    text(polar().named(["a", "pi"], ["x", "y"]));
    text(polar().named(["a", "b c"], ["x", "y"]));
}

#[test]
fn black_boxes_of_the_wrong_shape_are_refused() {
    let code = |_: &[f64], _: &mut [f64], _: &mut [f64]| {};
    for (variables, targets, limits) in [
        (2, 1, &[0.0..1.0, 0.0..1.0][..]),
        (0, 0, &[]),
        (0, 2, &[]),
        (2, 2, &[0.0..1.0]),
        (1, 1, &[0.0..1.0, 0.0..1.0]),
    ] {
        let map = OwnJacobian::new(variables, targets, code);
        let result = map.over(limits).map(|_| ());
        shape(result);
    }
    let squeezed = DualMap::<_, 2, 1>::new(|u| nalgebra::SVector::from([u[0]]));
    shape(squeezed.over("u = 0..1, v = 0..1").map(|_| ()));
}

#[test]
fn integrands_of_the_wrong_shape_are_refused() {
    let disk = polar().over(DISK).unwrap();
    let takes = |takes| Misfit::Integrand { takes, targets: 2 };
    assert_eq!(shape(disk.integrate(|[x]| x)), takes(1));
    assert_eq!(shape(disk.integrate(|[x, _y, _z]| x)), takes(3));
    assert_eq!(shape(disk.trace(|[x, y, z]| [x * y * z, x])), takes(3));
    let (at, fault) = text(disk.integrate_text(&["x + q"]));
    assert!(
        matches!(&fault, TextFault::UnknownName { name, .. } if *name == at && at == "q"),
        "{at}: {fault}"
    );
    text(disk.integrate_text(&["x", "y +"]));
}

#[test]
fn as_many_variables_as_there_can_be() {
    let problem = |n: usize| {
        let names: Vec<String> = (1..=n).map(|i| format!("u{i}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let domain = Map::identity(&names)?.over(&vec![0.0..2.0; n][..])?;
        let settings = Settings::new().max_evals(50_000);
        domain.integrate_all(&domain.parse(&["1"])?, &settings)
    };
    let most = problem(64).unwrap();
    // 64 doublings are exact.
    assert_eq!(most.value, 2f64.powi(64), "{most:?}");
    // With more, nothing is known of the formula, and a constant is but equal samples.
    for n in [65, 200] {
        let answer = problem(n).unwrap();
        let off = (answer.value - 2f64.powi(n as i32)).abs();
        assert!(
            off <= answer.error && answer.error < answer.value,
            "{answer}"
        );
    }
}

#[test]
fn a_formula_of_hundreds_of_variables_is_integrated_by_random_points() {
    let n = 150;
    let names: Vec<String> = (1..=n).map(|i| format!("u{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let domain = Map::identity(&names).unwrap();
    let domain = domain.over(&vec![0.0..1.0; n][..]).unwrap();
    // The mean of each factor is 1.
    let factor = |i: usize| format!("(1 + (u{i} - 1/2)/{i}^2)");
    let product = (1..=n).map(factor).collect::<Vec<_>>().join("*");
    let settings = Settings::new().rtol(1e-4);
    let integrands = domain.parse(&[&product]).unwrap();
    let answer = domain.integrate_all(&integrands, &settings).unwrap();
    assert_eq!(answer.status, Status::Converged, "{answer:?}");
    assert!((answer.value - 1.0).abs() <= answer.error, "{answer:?}");
}

// Settings.

#[test]
fn one_evaluation_is_a_budget_and_not_an_error() {
    let disk = polar().over(DISK).unwrap();
    let integrands = disk.parse(&["exp(x)"]).unwrap();
    for method in [Method::Auto, Method::Gauss(vec![16])] {
        let settings = Settings::new().max_evals(1).method(method);
        let answer = disk.integrate_all(&integrands, &settings).unwrap();
        assert_eq!(answer.status, Status::Budget, "{:?}", settings.method);
        assert!(
            answer.evaluations <= 1,
            "{:?}: {}",
            settings.method,
            answer.evaluations
        );
        assert!(
            answer.value.is_nan() && answer.error.is_infinite(),
            "{answer:?}"
        );
        let limit = Reason::Evaluations {
            max_evals: 1,
            asked: true,
        };
        assert_eq!(answer.reasons, [limit]);
        assert!(!answer.is_within(&settings));
    }
}

#[test]
fn a_budget_is_kept() {
    let disk = polar().over(DISK).unwrap();
    // A kink that is cut out, and one along a curve that cannot be solved for.
    let kinks = ["abs(x - 0.1)", "abs(sin(3*x*y) + x^3*y - 0.1)"];
    let budgets = [2, 10, 100, 1000, 12_345, 100_000];
    let pairs = kinks
        .iter()
        .flat_map(|kink| budgets.map(|most| (kink, most)));
    for (kink, max_evals) in pairs {
        let integrands = disk.parse(&[kink]).unwrap();
        let settings = Settings::new().max_evals(max_evals);
        let answer = disk.integrate_all(&integrands, &settings).unwrap();
        assert!(
            answer.evaluations <= max_evals,
            "{} of {max_evals}",
            answer.evaluations
        );
        let done = answer.status == Status::Converged;
        assert!(done || answer.status == Status::Budget, "{answer:?}");
        assert!(done || !answer.reasons.is_empty());
        // The cut takes some evaluations, the curve more.
        let enough = *kink == kinks[0] && max_evals >= 10_000 || max_evals >= 100_000;
        let hopeless = *kink == kinks[1] && max_evals <= 1000 || max_evals <= 10;
        assert!(if done { !hopeless } else { !enough }, "{answer:?}");
    }
}

/// Random samples come in chunks of 4096, of which there is at least one.
#[test]
fn a_budget_of_samples_is_kept_to_a_chunk() {
    let disk = polar().over(DISK).unwrap();
    let integrands = disk.parse(&["x^2"]).unwrap();
    for max_evals in [1, 4095, 4096, 70_000, 200_000] {
        let settings = Settings::new()
            .max_evals(max_evals)
            .method(Method::MonteCarlo);
        let answer = disk.integrate_all(&integrands, &settings).unwrap();
        assert!(
            answer.evaluations <= max_evals.max(4096),
            "{}",
            answer.evaluations
        );
        assert_eq!(answer.status, Status::Budget);
    }
}

#[test]
fn settings_outside_of_their_ranges_are_refused_by_name() {
    let disk = polar().over(DISK).unwrap();
    let integrands = disk.parse(&["x"]).unwrap();
    let good = Settings::default();
    for (name, settings) in [
        ("rtol", good.clone().rtol(-1e-9)),
        ("rtol", good.clone().rtol(1.0)),
        ("rtol", good.clone().rtol(f64::NAN)),
        ("atol", good.clone().atol(-1.0)),
        ("atol", good.clone().atol(f64::INFINITY)),
        ("atol", good.clone().atol(f64::NAN)),
        ("max_evals", good.clone().max_evals(0)),
        ("max_seconds", good.clone().max_seconds(0.0)),
        ("max_seconds", good.clone().max_seconds(-1.0)),
        ("max_seconds", good.clone().max_seconds(f64::NAN)),
        ("threads", good.clone().threads(0)),
        ("threads", good.clone().threads(usize::MAX)),
        ("nodes", good.clone().method(Method::Gauss(vec![]))),
        ("nodes", good.clone().method(Method::Gauss(vec![8, 8, 8]))),
    ] {
        match disk.integrate_all(&integrands, &settings) {
            Err(Error::Setting {
                name: found,
                allowed,
            }) => {
                assert_eq!(found, name);
                assert!(!allowed.is_empty());
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    for requested in [0, usize::MAX] {
        let settings = good.clone().method(Method::Gauss(vec![requested]));
        match disk.integrate_all(&integrands, &settings) {
            Err(Error::Order {
                requested: found,
                limit,
            }) => assert!(found == requested && limit > 1),
            other => panic!("{requested}: {other:?}"),
        }
    }
}

#[test]
fn unreachable_tolerances_end_at_rounding() {
    let disk = polar().over(DISK).unwrap();
    let integrands = disk.parse(&["exp(x)"]).unwrap();
    let settings = Settings::new().rtol(0.0).max_evals(1_000_000);
    let answer = disk.integrate_all(&integrands, &settings).unwrap();
    assert_eq!(answer.status, Status::Roundoff, "{answer:?}");
    // 2π I₁(1), by mpmath.
    let exact = 3.550_999_378_424_363;
    assert!(
        (answer.value - exact).abs() <= answer.error + 1e-15,
        "{answer:?}"
    );
    assert!(answer.error <= 1e-14, "{}", answer.error);
}

#[test]
fn texts_that_are_not_problems_are_refused_where_they_go_wrong() {
    use TextFault::*;

    type IsIt = fn(&TextFault) -> bool;
    let cases: [(_, _, IsIt); 10] = [
        (
            Map::parse("x = r*cos(t), y = r*sin t").map(|_| ()),
            "sin",
            |f| matches!(f, MissingOperand { .. }),
        ),
        (Map::parse("x = 2r").map(|_| ()), "r", |f| {
            matches!(f, MissingOperator { .. })
        }),
        (Map::parse("x = r, x = t").map(|_| ()), "x", |f| {
            matches!(f, GivenTwice { .. })
        }),
        (Map::parse("r*cos(t)").map(|_| ()), "r*cos(t)", |f| {
            matches!(f, NotAnEquation { .. })
        }),
        (Map::parse("pi = r").map(|_| ()), "pi", |f| {
            matches!(f, ReservedName { .. })
        }),
        (Region::parse("r = 0, t = 0..1").map(|_| ()), "0", |f| {
            matches!(f, MissingDots)
        }),
        (Region::parse("r = 0..1..2").map(|_| ()), "..", |f| {
            matches!(f, SecondDots)
        }),
        (Region::parse("r = 0..q").map(|_| ()), "q", |f| {
            matches!(f, UnknownName { .. })
        }),
        (Parameters::new().parse("a = b"), "b", |f| {
            matches!(f, UnknownName { .. })
        }),
        (Parameters::new().set_formula("2a", "1"), "2a", |f| {
            matches!(f, NotAName { .. })
        }),
    ];
    for (result, at, is_it) in cases {
        let (found, fault) = text(result);
        assert_eq!(found, at, "{fault}");
        assert!(is_it(&fault), "{fault:?}");
    }
}

#[test]
fn the_address_of_a_bad_node_is_right_in_a_part_of_the_region() {
    // The box is cut at 0.5, and the logarithm has no value in the second part beyond 0.75.
    let domain = line("x = u", "u = 0..1");
    let answer = domain
        .integrate_text(&["abs(x - 0.5) + if(x > 0.75, ln(0.75 - x), 0)"])
        .unwrap();
    assert_eq!(answer.status, Status::Nonfinite, "{answer:?}");
    let place = point(&answer.reasons[0]).0[0];
    assert!(place > 0.75 && place < 1.0, "{}", answer.reasons[0]);
}

#[test]
fn powers_without_an_integral_have_no_known_error() {
    for (limits, text) in [
        ("x = 0..1", "x^-10"),
        ("x = 0..1", "x^-12"),
        ("x = 0..1", "x^-30"),
        ("x = 0..1", "1/sin(x)^12"),
        ("x = 0..1", "gamma(x)^12"),
        ("x = 0..1, y = 0..1", "(x*y)^-2"),
        ("x = 0..1, y = 0..1", "(x*y)^-12"),
    ] {
        let domain = Map::parse("X = x").unwrap();
        let domain = match limits.contains('y') {
            true => Map::identity(&["x", "y"]).unwrap().over(limits).unwrap(),
            false => domain.over(limits).unwrap(),
        };
        let text = text.replace('x', if limits.contains('y') { "x" } else { "X" });
        let settings = Settings::new().max_evals(20_000).max_seconds(1.0);
        let answer = domain.integrate_all(&text, &settings).unwrap();
        assert_ne!(answer.status, Status::Converged, "{text}: {answer}");
        assert_eq!(answer.error, f64::INFINITY, "{text}: {answer}");
    }
}

#[test]
fn a_sum_that_overflows_is_not_finite() {
    let square = Map::identity(&["x", "y"]).unwrap();
    let domain = square.over("x = 1..1e200, y = 0..1").unwrap();
    let answer = domain.integrate_text(&["x + y"]).unwrap();
    assert_eq!(answer.status, Status::Nonfinite, "{answer}");
    assert_eq!(answer.error, f64::INFINITY, "{answer}");
}

/// Exponents that leave their type, and are negated for ever; chains of them; factors that underflow.
#[test]
fn towers_of_powers_are_answered() {
    let chain = |count: usize| format!("x{}", " ² ⁻¹".repeat(count));
    let domain = line("X = x", "x = 1..2");
    for text in [
        "(((x^-1024)^1024)^1024)^2",
        "(((x^-2147483648)^-2147483648)^-1)^-1",
        "(0.25 - x)^1024",
        "x^999 + (x^999)^999",
        "5e-324*x + 5e-324*x^2",
        "5e-324*(x - 1)*(x - 2)*5e-324",
        &chain(32),
        &chain(40),
        &chain(3000),
    ] {
        let text = text.replace('x', "X");
        let settings = Settings::new().max_evals(5000).max_seconds(1.0);
        let answer = domain.integrate_all(&text, &settings).unwrap();
        assert!(!answer.error.is_nan(), "{answer}");
        // As a map: its derivative.
        let map = Map::parse(&format!("Y = {}", text.replace('X', "x"))).unwrap();
        let mapped = map.over("x = 1..2").unwrap();
        let answer = mapped.integrate_all("1", &settings).unwrap();
        assert!(!answer.error.is_nan(), "{answer}");
    }
}

#[test]
fn very_many_parameters_are_defined_one_after_another() {
    let count = 10_000;
    let start = std::time::Instant::now();
    let mut parameters = Parameters::new();
    parameters.parse("a0 = 1").unwrap();
    for k in 1..count {
        let text = format!("a{} + 1", k - 1);
        parameters.set_formula(&format!("a{k}"), &text).unwrap();
    }
    assert_eq!(parameters.values().last(), Some(&f64::from(count)));
    let text = format!("X = x*a{}", count - 1);
    let map = Map::from_equations(&[("X", &text[4..])], &["x"], &parameters).unwrap();
    assert_eq!(map.at(&[0.5]).unwrap(), [f64::from(count) / 2.0]);
    // What looks at all earlier ones for each of them takes minutes without optimisation.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn floors_of_enormous_numbers_have_no_steps() {
    let square = Map::identity(&["x", "y"]).unwrap();
    let square = square.over("x = 0..1, y = 0..1").unwrap();
    let settings = Settings::new().max_seconds(5.0);
    let found = square.integrate_all("floor(1e121 + x*y) + x", &settings);
    let found = found.unwrap();
    assert!(
        (found.value - 1e121).abs() <= found.error + 1e107,
        "{found}"
    );
}
